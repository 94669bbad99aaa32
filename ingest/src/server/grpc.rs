//! OTLP/gRPC: the three Export methods as plain HTTP/2 handlers (source: gRPC over HTTP2, doc/PROTOCOL-HTTP2.md). They
//! read the frames themselves, so that a message is admitted, decompressed and walked as raw bytes.

use super::body::{self, Encoding};
use super::failure::Failure;
use super::service::{OtlpService, Syntax, peer_of};
use crate::otlp::Signal;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::routing::post;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use olly_types::limits::REQUEST_BODY_BYTES;

const ACCEPTED_ENCODINGS: &str = "identity,gzip,zstd";
/// Compressed flag and length before a message.
const PREFIX: usize = 5;

impl OtlpService {
    /// The gRPC services, as routes of a tonic server.
    pub fn grpc_routes(&self) -> tonic::service::Routes {
        tonic::service::Routes::from(self.grpc_router())
    }

    /// The same as an axum router; unknown methods answer UNIMPLEMENTED.
    pub fn grpc_router(&self) -> Router {
        let route = |signal| {
            post(move |State(service): State<OtlpService>, request: Request| async move {
                service.grpc_call(signal, request).await
            })
        };
        Router::new()
            .route("/opentelemetry.proto.collector.logs.v1.LogsService/Export", route(Signal::Logs))
            .route("/opentelemetry.proto.collector.trace.v1.TraceService/Export", route(Signal::Traces))
            .route("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", route(Signal::Metrics))
            .fallback(|| async { tonic::Status::unimplemented("no such method").into_http::<Body>() })
            .with_state(self.clone())
    }

    async fn grpc_call(&self, signal: Signal, request: Request) -> Response<Body> {
        let _in_flight = self.inner.metrics.begin();
        let is_grpc = request.headers().get(header::CONTENT_TYPE).is_some_and(|t| {
            let t = t.as_bytes();
            t == b"application/grpc" || t.starts_with(b"application/grpc+proto") || t.starts_with(b"application/grpc;")
        });
        if !is_grpc {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return response;
        }
        match self.grpc_export(signal, request).await {
            Ok(message) => success(message),
            Err(failure) => {
                self.inner.metrics.ended(signal, failure.outcome);
                let mut response = failure.status().into_http::<Body>();
                let accepted = HeaderValue::from_static(ACCEPTED_ENCODINGS);
                response.headers_mut().insert("grpc-accept-encoding", accepted);
                response
            }
        }
    }

    async fn grpc_export(&self, signal: Signal, request: Request) -> Result<Vec<u8>, Failure> {
        let (parts, incoming) = request.into_parts();
        let peer = peer_of(&parts.extensions);
        let tenant = self.admit(&parts.headers, peer)?;
        let encoding = parts.headers.get("grpc-encoding");
        let limit = REQUEST_BODY_BYTES + PREFIX as u64;
        let (mut body, held) = body::read(incoming, None, limit, &self.inner.budget).await?;
        if body.len() < PREFIX {
            return Err(Failure::malformed("the request holds no message"));
        }
        let flag = body.get_u8();
        let length = body.get_u32() as usize;
        if length != body.len() {
            let text = format!("the message says {length} bytes, the request holds {}", body.len());
            return Err(Failure::malformed(text));
        }
        let encoding = match (flag, encoding) {
            (0, _) => Encoding::Identity,
            (1, Some(name)) => Encoding::of(Some(name)).ok_or_else(|| body::unsupported_encoding(name))?,
            (1, None) => return Err(Failure::malformed("a compressed message without grpc-encoding")),
            _ => return Err(Failure::malformed("unknown flags before the message")),
        };
        let accepted = self.store(signal, tenant, body, encoding, Syntax::Protobuf, held).await?;
        Ok(super::http::response_message(signal, &accepted))
    }
}

fn success(message: Vec<u8>) -> Response<Body> {
    let mut framed = BytesMut::with_capacity(PREFIX + message.len());
    framed.put_u8(0);
    framed.put_u32(message.len() as u32);
    framed.put_slice(&message);
    let body = Full::new(Bytes::from(framed)).with_trailers(async {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", HeaderValue::from_static("0"));
        Some(Ok(trailers))
    });
    let mut response = Response::new(Body::new(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert("grpc-accept-encoding", HeaderValue::from_static(ACCEPTED_ENCODINGS));
    response
}
