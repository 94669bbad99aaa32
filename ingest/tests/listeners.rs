//! The listeners as an SDK or a browser sees them, through the routers.

use crate::support::{NOW, Store, service, text};
use axum::Router;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use olly_types::Value;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use std::io::Write;
use std::sync::Arc;
use tower::ServiceExt;

pub fn any(value: any_value::Value) -> Option<AnyValue> {
    Some(AnyValue { value: Some(value) })
}

pub fn kv(key: &str, value: &str) -> KeyValue {
    let value = any(any_value::Value::StringValue(value.into()));
    KeyValue { key: key.into(), value, ..Default::default() }
}

pub fn logs(records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(Resource {
                attributes: vec![kv("service.name", "cart"), kv("host", "a")],
                ..Default::default()
            }),
            scope_logs: vec![ScopeLogs {
                scope: Some(InstrumentationScope { name: "lib".into(), version: "1".into(), ..Default::default() }),
                log_records: records,
                schema_url: "scope-url".into(),
            }],
            schema_url: "resource-url".into(),
        }],
    }
}

pub fn record(body: &str) -> LogRecord {
    LogRecord {
        time_unix_nano: NOW as u64,
        severity_number: 9,
        severity_text: "INFO".into(),
        body: any(any_value::Value::StringValue(body.into())),
        attributes: vec![kv("b", "2"), kv("a", "1"), kv("b", "3")],
        flags: 1,
        trace_id: (1..=16).collect(),
        span_id: vec![],
        ..Default::default()
    }
}

pub async fn body_of(response: Response<Body>) -> (http::response::Parts, Vec<u8>, Option<http::HeaderMap>) {
    let (parts, body) = response.into_parts();
    let collected = body.collect().await.unwrap();
    let trailers = collected.trailers().cloned();
    (parts, collected.to_bytes().to_vec(), trailers)
}

pub fn post(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/v1/logs").header("content-type", content_type).body(body.into()).unwrap()
}

pub async fn send(
    router: &Router,
    request: Request<Body>,
) -> (http::response::Parts, Vec<u8>, Option<http::HeaderMap>) {
    body_of(router.clone().oneshot(request).await.unwrap()).await
}

pub fn framed(message: &[u8], flag: u8) -> Vec<u8> {
    let mut out = vec![flag];
    out.extend_from_slice(&(message.len() as u32).to_be_bytes());
    out.extend_from_slice(message);
    out
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    e.write_all(bytes).unwrap();
    e.finish().unwrap()
}

fn check_row(store: &Arc<Store>, n: usize) {
    let rows = store.rows("otel_logs");
    assert_eq!(rows.len(), n);
    let row = &rows[0];
    assert_eq!(row["Timestamp"], Value::Int(NOW));
    assert_eq!(text(&row["Body"]), "hello");
    assert_eq!(text(&row["ServiceName"]), "cart");
    assert_eq!(text(&row["ResourceAttributes"]), "service.name=cart,host=a");
    assert_eq!(text(&row["LogAttributes"]), "b=2,a=1,b=3");
    assert_eq!(text(&row["TraceId"]), "0102030405060708090a0b0c0d0e0f10");
    assert_eq!(text(&row["SpanId"]), "");
    assert_eq!(text(&row["ScopeSchemaUrl"]), "scope-url");
    assert_eq!(text(&row["ResourceSchemaUrl"]), "resource-url");
    assert_eq!(row["TraceFlags"], Value::UInt(1));
    assert_eq!(row["toDate(Timestamp)"], Value::UInt(20605));
}

#[tokio::test]
async fn protobuf_json_and_grpc_store_the_same_row() {
    let request = logs(vec![record("hello")]).encode_to_vec();
    // Protobuf over HTTP.
    let (store, service) = service().await;
    let (parts, body, _) = send(&service.http_router(), post("application/x-protobuf", request.clone())).await;
    assert_eq!((parts.status, body.len()), (StatusCode::OK, 0));
    assert_eq!(parts.headers["content-type"], "application/x-protobuf");
    check_row(&store, 1);
    // The same once more, zipped: stored once.
    for (encoding, bytes) in [("gzip", gzip(&request)), ("zstd", zstd::encode_all(&request[..], 1).unwrap())] {
        let mut again = post("application/x-protobuf", bytes);
        again.headers_mut().insert("content-encoding", encoding.parse().unwrap());
        let (parts, _, _) = send(&service.http_router(), again).await;
        assert_eq!(parts.status, StatusCode::OK, "{encoding}");
        check_row(&store, 1);
    }
    // gRPC, plain and zipped.
    for (flag, bytes) in [(0, request.clone()), (1, gzip(&request))] {
        let (store, service) = crate::support::service().await;
        let call = Request::post("/opentelemetry.proto.collector.logs.v1.LogsService/Export")
            .header("content-type", "application/grpc")
            .header("grpc-encoding", "gzip")
            .body(Body::from(framed(&bytes, flag)))
            .unwrap();
        let (parts, body, trailers) = send(&service.grpc_router(), call).await;
        assert_eq!((parts.status, body.as_slice()), (StatusCode::OK, &[0u8, 0, 0, 0, 0][..]));
        assert_eq!(trailers.unwrap()["grpc-status"], "0");
        check_row(&store, 1);
    }
    // JSON.
    let (store, service) = crate::support::service().await;
    let json = format!(
        r#"{{"resourceLogs":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"cart"}}}},
        {{"key":"host","value":{{"stringValue":"a"}}}}]}},"schemaUrl":"resource-url","scopeLogs":[{{"schema_url":"scope-url",
        "scope":{{"name":"lib","version":"1"}},"logRecords":[{{"timeUnixNano":"{NOW}","severityNumber":"SEVERITY_NUMBER_INFO",
        "severityText":"INFO","body":{{"stringValue":"hello"}},"flags":1,"traceId":"0102030405060708090A0b0c0d0e0f10",
        "attributes":[{{"key":"b","value":{{"intValue":"2"}}}},{{"key":"a","value":{{"intValue":1}}}},
        {{"key":"b","value":{{"doubleValue":3}}}}]}}]}}]}}],"future":1}}"#
    );
    let (parts, body, _) = send(&service.http_router(), post("application/json; charset=utf-8", json)).await;
    assert_eq!((parts.status, body.as_slice()), (StatusCode::OK, &b"{}"[..]), "{}", String::from_utf8_lossy(&body));
    check_row(&store, 1);
}
