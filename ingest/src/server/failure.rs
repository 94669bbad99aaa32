//! What a sender is told when a request is not stored, in gRPC's and in HTTP's terms (source: OTLP specification 1.9,
//! "Failures", "OTLP/HTTP Response").

use crate::counters::Outcome;
use crate::otlp::DecodeError;
use http::StatusCode;
use olly_types::budget::Exceeded;
use olly_types::{Class, Code, Error};
use std::time::Duration;
use tonic_types::{ErrorDetails, StatusExt};

/// When a refused sender should come back.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A refused request.
#[derive(Clone, Debug)]
pub struct Failure {
    pub grpc: tonic::Code,
    pub http: StatusCode,
    pub message: String,
    /// Some: the same request may be sent again after this time.
    pub retry_after: Option<Duration>,
    pub outcome: Outcome,
}

impl Failure {
    pub fn malformed(message: impl Into<String>) -> Failure {
        Failure {
            grpc: tonic::Code::InvalidArgument,
            http: StatusCode::BAD_REQUEST,
            message: message.into(),
            retry_after: None,
            outcome: Outcome::Malformed,
        }
    }
    /// The body, or what it decompresses to, is over the limit.
    pub fn too_large(message: impl Into<String>) -> Failure {
        Failure {
            grpc: tonic::Code::ResourceExhausted,
            http: StatusCode::PAYLOAD_TOO_LARGE,
            outcome: Outcome::TooLarge,
            ..Failure::malformed(message)
        }
    }
    /// Malformed in a way that has a status of its own.
    pub fn with(self, http: StatusCode, grpc: tonic::Code) -> Failure {
        Failure { http, grpc, ..self }
    }
    pub fn overloaded(message: impl Into<String>) -> Failure {
        Failure {
            grpc: tonic::Code::ResourceExhausted,
            http: StatusCode::TOO_MANY_REQUESTS,
            message: message.into(),
            retry_after: Some(RETRY_AFTER),
            outcome: Outcome::Overloaded,
        }
    }
    fn unavailable(message: String) -> Failure {
        Failure {
            grpc: tonic::Code::Unavailable,
            http: StatusCode::SERVICE_UNAVAILABLE,
            outcome: Outcome::Failed,
            ..Failure::overloaded(message)
        }
    }

    /// As a gRPC status, with google.rpc.RetryInfo where the sender may come back.
    pub fn status(&self) -> tonic::Status {
        let details = match self.retry_after {
            Some(after) => ErrorDetails::with_retry_info(Some(after)),
            None => ErrorDetails::new(),
        };
        tonic::Status::with_error_details(self.grpc, self.message.clone(), details)
    }
}

impl From<Exceeded> for Failure {
    fn from(e: Exceeded) -> Failure {
        // What never fits is not worth another try.
        if e.requested > e.limit {
            let text =
                format!("the request needs {} bytes of memory, {} is all that requests may hold", e.requested, e.limit);
            return Failure::too_large(text);
        }
        Failure::overloaded(e.to_string())
    }
}

impl From<DecodeError> for Failure {
    fn from(e: DecodeError) -> Failure {
        match e {
            DecodeError::Internal(e) => e.into(),
            e => Failure::malformed(e.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(e: Error) -> Failure {
        match (e.class, e.code) {
            (_, Code::AuthenticationFailed | Code::RequiredPassword | Code::WrongPassword | Code::UnknownUser) => {
                Failure { outcome: Outcome::Unauthenticated, ..Failure::malformed(e.message) }
                    .with(StatusCode::UNAUTHORIZED, tonic::Code::Unauthenticated)
            }
            (_, Code::IpAddressNotAllowed | Code::AccessDenied) => {
                Failure { outcome: Outcome::Unauthenticated, ..Failure::malformed(e.message) }
                    .with(StatusCode::FORBIDDEN, tonic::Code::PermissionDenied)
            }
            // DESIGN D24, D25: a full disk, memory, merge debt.
            (
                Class::Retry,
                Code::NotEnoughSpace
                | Code::MemoryLimitExceeded
                | Code::TooManyParts
                | Code::LimitExceeded
                | Code::TooManySimultaneousQueries,
            )
            | (Class::Reject, Code::NotEnoughSpace | Code::MemoryLimitExceeded | Code::TooManyParts) => {
                Failure::overloaded(e.to_string())
            }
            (Class::Retry | Class::Fatal, _) => Failure::unavailable(e.to_string()),
            (Class::Reject, Code::LogicalError) => Failure {
                outcome: Outcome::Failed,
                ..Failure::malformed(e.to_string()).with(StatusCode::INTERNAL_SERVER_ERROR, tonic::Code::Internal)
            },
            (Class::Reject, _) => Failure { outcome: Outcome::Failed, ..Failure::malformed(e.to_string()) },
        }
    }
}
