//! OTLP/HTTP: `POST /v1/{logs,traces,metrics}` in protobuf or JSON, with CORS for browsers (source: OTLP specification
//! 1.9, "OTLP/HTTP"). Answers are in the request's content type; failures are google.rpc.Status.

use super::body::{self, Encoding};
use super::failure::Failure;
use super::service::{Accepted, OtlpService, Syntax, peer_of};
use crate::otlp::Signal;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::routing::any;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use olly_types::limits::REQUEST_BODY_BYTES;
use opentelemetry_proto::tonic::collector::{logs, metrics, trace};
use prost::Message;

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

impl OtlpService {
    /// The routes of OTLP/HTTP.
    pub fn http_router(&self) -> Router {
        let route = |signal| {
            any(move |State(service): State<OtlpService>, request: Request| async move {
                service.http_call(signal, request).await
            })
        };
        Router::new()
            .route("/v1/logs", route(Signal::Logs))
            .route("/v1/traces", route(Signal::Traces))
            .route("/v1/metrics", route(Signal::Metrics))
            .fallback(|| async {
                let text = "no such path: OTLP is at /v1/logs, /v1/traces and /v1/metrics";
                let failure = Failure::malformed(text).with(StatusCode::NOT_FOUND, tonic::Code::Unimplemented);
                answer_failure(&failure, Syntax::Json)
            })
            .with_state(self.clone())
    }

    async fn http_call(&self, signal: Signal, request: Request) -> Response<Body> {
        let origin = self.allowed_origin(request.headers());
        let mut response = match *request.method() {
            Method::OPTIONS => preflight(request.headers()),
            Method::POST => self.http_post(signal, request).await,
            _ => {
                let failure = Failure::malformed("OTLP is sent by POST")
                    .with(StatusCode::METHOD_NOT_ALLOWED, tonic::Code::Unimplemented);
                let mut response = answer_failure(&failure, Syntax::Json);
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"));
                response
            }
        };
        if let Some(origin) = origin {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        response
    }

    /// The origin to allow, where the sender is a page that may send.
    fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let allowed = &self.inner.config.cors_origins;
        if allowed.iter().any(|o| o == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        allowed.iter().any(|o| o.as_bytes() == origin.as_bytes()).then(|| origin.clone())
    }

    async fn http_post(&self, signal: Signal, request: Request) -> Response<Body> {
        let _in_flight = self.inner.metrics.begin();
        let Some(syntax) = syntax_of(request.headers()) else {
            let text = format!("the content type is neither {PROTOBUF} nor {JSON}");
            let failure =
                Failure::malformed(text).with(StatusCode::UNSUPPORTED_MEDIA_TYPE, tonic::Code::InvalidArgument);
            self.inner.metrics.ended(signal, failure.outcome);
            return answer_failure(&failure, Syntax::Json);
        };
        match self.http_export(signal, syntax, request).await {
            Ok(accepted) => answer(&accepted, signal, syntax),
            Err(failure) => {
                self.inner.metrics.ended(signal, failure.outcome);
                answer_failure(&failure, syntax)
            }
        }
    }

    async fn http_export(&self, signal: Signal, syntax: Syntax, request: Request) -> Result<Accepted, Failure> {
        let (parts, incoming) = request.into_parts();
        let peer = peer_of(&parts.extensions);
        let tenant = self.admit(&parts.headers, peer)?;
        let coding = parts.headers.get(header::CONTENT_ENCODING);
        let encoding = match (Encoding::of(coding), coding) {
            (Some(encoding), _) => encoding,
            (None, Some(name)) => return Err(body::unsupported_encoding(name)),
            (None, None) => Encoding::Identity,
        };
        let length = parts.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
        let (body, held) = body::read(incoming, length, REQUEST_BODY_BYTES, &self.inner.budget).await?;
        self.store(signal, tenant, body, encoding, syntax, held).await
    }
}

fn syntax_of(headers: &HeaderMap) -> Option<Syntax> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(PROTOBUF) || essence.eq_ignore_ascii_case("application/protobuf") {
        Some(Syntax::Protobuf)
    } else if essence.eq_ignore_ascii_case(JSON) {
        Some(Syntax::Json)
    } else {
        None
    }
}

fn preflight(request: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, OPTIONS"));
    let wanted = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let usual = HeaderValue::from_static("content-type, content-encoding, authorization");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or(usual));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    response
}

/// The Export…ServiceResponse message, with a partial success where records were refused.
pub(super) fn response_message(signal: Signal, accepted: &Accepted) -> Vec<u8> {
    let rejected = accepted.rejections.total() as i64;
    if rejected == 0 {
        return Vec::new();
    }
    let error_message = accepted.rejections.message();
    match signal {
        Signal::Logs => logs::v1::ExportLogsServiceResponse {
            partial_success: Some(logs::v1::ExportLogsPartialSuccess { rejected_log_records: rejected, error_message }),
        }
        .encode_to_vec(),
        Signal::Traces => trace::v1::ExportTraceServiceResponse {
            partial_success: Some(trace::v1::ExportTracePartialSuccess { rejected_spans: rejected, error_message }),
        }
        .encode_to_vec(),
        Signal::Metrics => metrics::v1::ExportMetricsServiceResponse {
            partial_success: Some(metrics::v1::ExportMetricsPartialSuccess {
                rejected_data_points: rejected,
                error_message,
            }),
        }
        .encode_to_vec(),
    }
}

fn response_json(signal: Signal, accepted: &Accepted) -> Vec<u8> {
    let rejected = accepted.rejections.total();
    if rejected == 0 {
        return b"{}".to_vec();
    }
    let field = match signal {
        Signal::Logs => "rejectedLogRecords",
        Signal::Traces => "rejectedSpans",
        Signal::Metrics => "rejectedDataPoints",
    };
    // int64 is a string in protobuf's JSON.
    let partial = serde_json::json!({ field: rejected.to_string(), "errorMessage": accepted.rejections.message() });
    serde_json::json!({ "partialSuccess": partial }).to_string().into_bytes()
}

fn content_type(syntax: Syntax) -> HeaderValue {
    HeaderValue::from_static(match syntax {
        Syntax::Protobuf => PROTOBUF,
        Syntax::Json => JSON,
    })
}

fn answer(accepted: &Accepted, signal: Signal, syntax: Syntax) -> Response<Body> {
    let body = match syntax {
        Syntax::Protobuf => response_message(signal, accepted),
        Syntax::Json => response_json(signal, accepted),
    };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, content_type(syntax));
    response
}

fn answer_failure(failure: &Failure, syntax: Syntax) -> Response<Body> {
    let status = failure.status();
    let body = match syntax {
        Syntax::Protobuf if status.details().is_empty() => {
            let code = status.code() as i32;
            tonic_types::pb::Status { code, message: status.message().to_string(), details: Vec::new() }.encode_to_vec()
        }
        // The details of a gRPC status are that very message, encoded.
        Syntax::Protobuf => status.details().to_vec(),
        Syntax::Json => {
            let mut json = serde_json::json!({ "code": status.code() as i32, "message": status.message() });
            if let Some(after) = failure.retry_after {
                let delay = format!("{}s", after.as_secs());
                json["details"] =
                    serde_json::json!([{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay }]);
            }
            json.to_string().into_bytes()
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = failure.http;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(syntax));
    if let Some(after) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
    }
    response
}
