//! What is refused, and how each protocol says so.

use crate::listeners::{body_of, framed, gzip, kv, logs, post, record, send};
use crate::support::{NOW, service, service_with};
use axum::body::Body;
use http::{Request, StatusCode};
use olly_types::{Code, Error};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, any_value::Value as Any};
use prost::Message;
use tower::ServiceExt;

const PROTOBUF: &str = "application/x-protobuf";
const GRPC: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

fn grpc(body: Vec<u8>) -> Request<Body> {
    Request::post(GRPC).header("content-type", "application/grpc").body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn every_reason_is_counted_and_told() {
    let (store, service) = service().await;
    let mut deep = AnyValue { value: None };
    for _ in 0..70 {
        deep = AnyValue { value: Some(Any::ArrayValue(ArrayValue { values: vec![deep] })) };
    }
    let day = 86_400_000_000_000u64;
    let mut bad: Vec<_> = (0..7).map(|i| record(&format!("bad {i}"))).collect();
    bad[0].time_unix_nano = NOW as u64 - 31 * day;
    bad[1].time_unix_nano = NOW as u64 + 25 * day;
    bad[2].time_unix_nano = u64::MAX;
    bad[3].trace_id = vec![1; 15];
    bad[4].span_id = vec![1; 9];
    bad[5].attributes = vec![kv(&"k".repeat(1025), "v")];
    bad[6].body = Some(deep);
    bad.push(record("good"));
    bad.push(record(&"x".repeat(16 << 20)));
    let (parts, body, _) = send(&service.http_router(), post(PROTOBUF, logs(bad).encode_to_vec())).await;
    assert_eq!(parts.status, StatusCode::OK);
    let partial = ExportLogsServiceResponse::decode(&body[..]).unwrap().partial_success.unwrap();
    assert_eq!(partial.rejected_log_records, 8);
    for reason in ["retention", "future", "2262", "16 bytes", "8 bytes", "1024", "64 levels", "16 MiB"] {
        assert!(partial.error_message.contains(reason), "{reason}: {}", partial.error_message);
    }
    assert_eq!(store.rows("otel_logs").len(), 1);
    let counters = service.metrics();
    let counters = counters.signal(olly_ingest::otlp::Signal::Logs);
    assert_eq!(counters.accepted(), 1);
    assert_eq!(olly_ingest::otlp::Reason::ALL.iter().map(|r| counters.rejected(*r)).sum::<u64>(), 8);
}

/// JSON has braces and brackets for each level, and a parser's limit of its own: its record alone is refused, too.
#[tokio::test]
async fn json_that_is_nested_too_deeply_is_refused_by_record() {
    let lists = |n: usize| {
        let open = r#"{"arrayValue":{"values":["#.repeat(n);
        format!(r#"{open}{{"intValue":"1"}}{}"#, "]}}".repeat(n))
    };
    let maps = |n: usize| {
        let open = r#"{"kvlistValue":{"values":[{"key":"k","value":"#.repeat(n);
        format!(r#"{open}{{"intValue":"1"}}{}"#, "}]}}".repeat(n))
    };
    // The last is deeper than any stack.
    for (value, stored) in [
        (lists(25), true),
        (maps(25), true),
        (lists(40), false),
        (maps(40), false),
        (lists(64), false),
        (lists(100_000), false),
    ] {
        let (store, service) = service().await;
        let record = |body: &str| format!(r#"{{"timeUnixNano":"{NOW}","body":{body}}}"#);
        let good = record(r#"{"stringValue":"good"}"#);
        let attributes = format!(r#"{{"timeUnixNano":"{NOW}","attributes":[{{"key":"a","value":{value}}}]}}"#);
        let json = format!(
            r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{good},{},{attributes},{good}]}}]}}]}}"#,
            record(&value)
        );
        let (parts, body, _) = send(&service.http_router(), post("application/json", json)).await;
        let body = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(parts.status, StatusCode::OK, "{body}");
        assert_eq!(store.rows("otel_logs").len(), if stored { 4 } else { 2 }, "{body}");
        let told = body.contains(r#""rejectedLogRecords":"2""#) && body.contains("nested deeper");
        assert_eq!(told, !stored, "{body}");
    }
}

#[tokio::test]
async fn http_refusals() {
    let (store, service) = service().await;
    let router = service.http_router();
    let good = logs(vec![record("x")]).encode_to_vec();
    // Malformed, with the field's name, as google.rpc.Status in the request's type.
    let (parts, body, _) = send(&router, post(PROTOBUF, vec![0x0a, 0x05, 0x01])).await;
    assert_eq!(parts.status, StatusCode::BAD_REQUEST);
    let status = tonic_types::Status::decode(&body[..]).unwrap();
    assert_eq!(status.code, 3);
    assert!(status.message.contains("ExportLogsServiceRequest.resource_logs"), "{}", status.message);
    let (parts, body, _) = send(&router, post("application/json", "{\"resourceLogs\":1}")).await;
    assert_eq!(
        (parts.status, &parts.headers["content-type"]),
        (StatusCode::BAD_REQUEST, &"application/json".parse().unwrap())
    );
    assert!(String::from_utf8_lossy(&body).contains("\"code\":3"));
    // Content types and encodings.
    assert_eq!(send(&router, post("text/plain", good.clone())).await.0.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut brotli = post(PROTOBUF, good.clone());
    brotli.headers_mut().insert("content-encoding", "br".parse().unwrap());
    assert_eq!(send(&router, brotli).await.0.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut not_gzip = post(PROTOBUF, good.clone());
    not_gzip.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(send(&router, not_gzip).await.0.status, StatusCode::BAD_REQUEST);
    // Methods and paths.
    let (parts, _, _) = send(&router, Request::get("/v1/logs").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (parts.status, &parts.headers["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST, OPTIONS".parse().unwrap())
    );
    let (parts, _, _) = send(&router, Request::post("/v1/profiles").body(Body::empty()).unwrap()).await;
    assert_eq!(parts.status, StatusCode::NOT_FOUND);
    // Sizes: announced, and only found while decompressing.
    let mut huge = post(PROTOBUF, good.clone());
    huge.headers_mut().insert("content-length", "70000000".parse().unwrap());
    assert_eq!(send(&router, huge).await.0.status, StatusCode::PAYLOAD_TOO_LARGE);
    let zeros = vec![0u8; 65 << 20];
    for (encoding, bomb) in [("gzip", gzip(&zeros)), ("zstd", zstd::encode_all(&zeros[..], 1).unwrap())] {
        let mut request = post(PROTOBUF, bomb);
        request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
        assert_eq!(send(&router, request).await.0.status, StatusCode::PAYLOAD_TOO_LARGE, "{encoding}");
    }
    // Overload.
    *store.refuse.lock().unwrap() = Some(Error::retry(Code::NotEnoughSpace, "disk is full"));
    let (parts, body, _) = send(&router, post("application/json", "{}")).await;
    assert_eq!((parts.status, &parts.headers["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"1".parse().unwrap()));
    assert!(String::from_utf8_lossy(&body).contains("RetryInfo"));
    *store.refuse.lock().unwrap() = None;
    *store.fail_writes.lock().unwrap() = Some(Error::retry(Code::Aborted, "no leader"));
    assert_eq!(send(&router, post(PROTOBUF, good.clone())).await.0.status, StatusCode::SERVICE_UNAVAILABLE);
    *store.fail_writes.lock().unwrap() = None;
    assert_eq!(store.rows("otel_logs").len(), 0);
    // Somebody else's machine.
    let mut foreign = post(PROTOBUF, good);
    let peer: std::net::SocketAddr = "192.0.2.1:4000".parse().unwrap();
    foreign.extensions_mut().insert(axum::extract::ConnectInfo(peer));
    assert_eq!(send(&router, foreign).await.0.status, StatusCode::UNAUTHORIZED);
    assert_eq!(service.metrics().in_flight(), 0);
}

#[tokio::test]
async fn memory_is_asked_for_before_it_is_used() {
    let (_, service) = service_with(64 << 10).await;
    let body = logs((0..200).map(|i| record(&format!("{i} {}", "z".repeat(100)))).collect()).encode_to_vec();
    // Passes through, but its columns and entry would not fit now or ever.
    let (parts, _, _) = send(&service.http_router(), post(PROTOBUF, body)).await;
    assert_eq!(parts.status, StatusCode::PAYLOAD_TOO_LARGE);
    let small = logs(vec![record("x")]).encode_to_vec();
    assert_eq!(send(&service.http_router(), post(PROTOBUF, small)).await.0.status, StatusCode::OK);
}

#[tokio::test]
async fn browsers_may_send() {
    let (_, service) = service().await;
    let preflight = Request::options("/v1/logs")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-trace")
        .body(Body::empty())
        .unwrap();
    let (parts, _, _) = send(&service.http_router(), preflight).await;
    assert_eq!(parts.status, StatusCode::NO_CONTENT);
    assert_eq!(parts.headers["access-control-allow-origin"], "*");
    assert_eq!(parts.headers["access-control-allow-methods"], "POST, OPTIONS");
    assert_eq!(parts.headers["access-control-allow-headers"], "content-type,x-trace");
    let mut request = post("application/json", "{}");
    request.headers_mut().insert("origin", "https://shop.example".parse().unwrap());
    let (parts, _, _) = send(&service.http_router(), request).await;
    assert_eq!((parts.status, &parts.headers["access-control-allow-origin"]), (StatusCode::OK, &"*".parse().unwrap()));
}

#[tokio::test]
async fn grpc_refusals() {
    let (store, service) = service().await;
    let router = service.grpc_router();
    let code = async |request: Request<Body>| {
        let (parts, _, _) = body_of(router.clone().oneshot(request).await.unwrap()).await;
        (parts.headers["grpc-status"].to_str().unwrap().to_string(), parts)
    };
    // INVALID_ARGUMENT
    for bad in [vec![], vec![0, 0, 0, 0, 9], framed(&[0x0a, 0x05], 0), framed(b"x", 7), framed(b"x", 1)] {
        assert_eq!(code(grpc(bad)).await.0, "3");
    }
    // UNIMPLEMENTED, with what would do.
    let mut snappy = grpc(framed(b"x", 1));
    snappy.headers_mut().insert("grpc-encoding", "snappy".parse().unwrap());
    let (status, parts) = code(snappy).await;
    assert_eq!(
        (status.as_str(), &parts.headers["grpc-accept-encoding"]),
        ("12", &"identity,gzip,zstd".parse().unwrap())
    );
    assert_eq!(
        code(Request::post("/x.Y/Z").header("content-type", "application/grpc").body(Body::empty()).unwrap()).await.0,
        "12"
    );
    // RESOURCE_EXHAUSTED with RetryInfo.
    *store.refuse.lock().unwrap() = Some(Error::retry(Code::MemoryLimitExceeded, "busy"));
    let (status, parts) = code(grpc(framed(b"", 0))).await;
    assert_eq!(status, "8");
    let status = tonic::Status::from_header_map(&parts.headers).unwrap();
    let retry = tonic_types::StatusExt::get_details_retry_info(&status).unwrap();
    assert_eq!(retry.retry_delay, Some(std::time::Duration::from_secs(1)));
    *store.refuse.lock().unwrap() = None;
    // An empty request is a good one.
    let (parts, _, trailers) = send(&router, grpc(framed(b"", 0))).await;
    assert_eq!((parts.status, trailers.unwrap()["grpc-status"].to_str().unwrap()), (StatusCode::OK, "0"));
}

#[tokio::test]
async fn tables_that_were_dropped_come_back_with_the_next_request() {
    let (store, service) = service().await;
    let router = service.http_router();
    store.tables.lock().unwrap().clear();
    let go = |i: u32| {
        let (router, body) = (router.clone(), logs(vec![record(&format!("again {i}"))]).encode_to_vec());
        async move { send(&router, post(PROTOBUF, body)).await.0.status }
    };
    let (a, b, c, d) = tokio::join!(go(0), go(1), go(2), go(3));
    assert_eq!([a, b, c, d], [StatusCode::OK; 4]);
    assert_eq!(store.tables.lock().unwrap().len(), olly_ingest::schema::TABLES.len());
    assert_eq!(store.rows("otel_logs").len(), 4);
    // Dropped between the look-up and the write: the sender may come back.
    *store.fail_writes.lock().unwrap() = Some(Error::new(Code::UnknownTable, "Table with id 10 does not exist"));
    let (parts, ..) = send(&router, post(PROTOBUF, logs(vec![record("once more")]).encode_to_vec())).await;
    assert_eq!(parts.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(parts.headers.contains_key("retry-after"));
}
