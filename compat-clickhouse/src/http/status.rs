//! HTTP statuses of error codes, and how errors are told (source: ClickHouse `exceptionCodeToHTTPStatus`).

use hyper::StatusCode;
use olly_types::{Class, Code, Error};

/// Status of an error that comes before the body.
pub fn status(e: &Error) -> StatusCode {
    match e.code {
        Code::RequiredPassword => StatusCode::UNAUTHORIZED,
        Code::UnknownUser
        | Code::WrongPassword
        | Code::AuthenticationFailed
        | Code::AccessDenied
        | Code::IpAddressNotAllowed
        | Code::DatabaseAccessDenied => StatusCode::FORBIDDEN,
        Code::UnknownTable
        | Code::UnknownFunction
        | Code::UnknownIdentifier
        | Code::UnknownType
        | Code::UnknownStorage
        | Code::UnknownDatabase
        | Code::UnknownSetting
        | Code::UnknownFormat
        | Code::UnknownDatabaseEngine
        | Code::UnknownTypeOfQuery
        | Code::UnknownAggregateFunction
        | Code::NoSuchColumnInTable
        | Code::ThereIsNoColumn
        | Code::SessionNotFound => StatusCode::NOT_FOUND,
        Code::TimeoutExceeded => StatusCode::REQUEST_TIMEOUT,
        Code::HttpLengthRequired => StatusCode::LENGTH_REQUIRED,
        Code::QueryIsTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::NotImplemented | Code::UnsupportedMethod => StatusCode::NOT_IMPLEMENTED,
        Code::SocketTimeout | Code::TooManySimultaneousQueries => StatusCode::SERVICE_UNAVAILABLE,
        Code::MemoryLimitExceeded
        | Code::LogicalError
        | Code::CorruptedData
        | Code::NetworkError
        | Code::UnknownException
        | Code::QueryWasCancelled
        | Code::UnknownStatusOfInsert
        | Code::NotEnoughSpace
        | Code::TooManyParts
        | Code::SessionIsLocked => StatusCode::INTERNAL_SERVER_ERROR,
        _ if e.class == Class::Reject => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The text of an error in a body. Its end has ClickHouse's shape because clients look for it: clickhouse-rs takes a chunk that
/// ends in `))` and a newline for an error.
pub fn text(e: &Error, version: &str) -> String {
    format!("{e} (version {version} (official build))\n")
}
