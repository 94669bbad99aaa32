//! Time of decoding alone, per row: `cargo run --release --example decode -p olly-ingest`.

#![allow(clippy::disallowed_methods, reason = "measures")]

use olly_ingest::otlp::{Frame, Signal, decode_protobuf};
use olly_types::TenantId;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use std::time::Instant;

const NOW: u64 = 1_780_272_000_000_000_000;
const ROWS: u64 = 1_000;

fn text(value: String) -> Option<AnyValue> {
    Some(AnyValue { value: Some(Value::StringValue(value)) })
}

fn attributes(pairs: &[(&str, String)]) -> Vec<KeyValue> {
    let pair = |(k, v): &(&str, String)| KeyValue { key: k.to_string(), value: text(v.clone()), ..Default::default() };
    pairs.iter().map(pair).collect()
}

fn id(n: u64, length: usize) -> Vec<u8> {
    let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed.to_le_bytes().into_iter().cycle().take(length).collect()
}

fn main() {
    let resource = Some(Resource {
        attributes: attributes(&[
            ("service.name", "checkout".into()),
            ("service.version", "1.2.3".into()),
            ("k8s.pod.name", "checkout-5f7d".into()),
            ("host.name", "node-17".into()),
        ]),
        ..Default::default()
    });
    let scope = Some(InstrumentationScope { name: "bench".into(), ..Default::default() });
    let log_records = (0..ROWS).map(|i| LogRecord {
        time_unix_nano: NOW + i,
        severity_number: 9,
        severity_text: "INFO".into(),
        body: text(format!("GET /api/products/{} 200 in {} ms from 10.0.{}.{}", i * 7, i % 90, i % 250, i % 200)),
        attributes: attributes(&[
            ("http.route", "/api/products".into()),
            ("user.id", format!("{}", i * 31)),
            ("region", "eu-west-1".into()),
        ]),
        trace_id: id(i, 16),
        span_id: id(i, 8),
        ..Default::default()
    });
    let scope_logs = vec![ScopeLogs { scope: scope.clone(), log_records: log_records.collect(), ..Default::default() }];
    let logs = ResourceLogs { resource: resource.clone(), scope_logs, ..Default::default() };
    let spans = (0..ROWS).map(|i| Span {
        trace_id: id(i / 8, 16),
        span_id: id(i, 8),
        parent_span_id: id(i / 8, 8),
        name: "GET /api".into(),
        kind: 2,
        start_time_unix_nano: NOW + i,
        end_time_unix_nano: NOW + i + 1_000_000,
        attributes: attributes(&[
            ("http.route", "/api/products".into()),
            ("http.response.status_code", "200".into()),
            ("net.peer.ip", format!("10.0.0.{}", i % 200)),
            ("user.id", format!("{}", i * 31)),
        ]),
        ..Default::default()
    });
    let scope_spans = vec![ScopeSpans { scope: scope.clone(), spans: spans.collect(), ..Default::default() }];
    let traces = ResourceSpans { resource: resource.clone(), scope_spans, ..Default::default() };
    let metrics = (0..10u64).map(|m| Metric {
        name: format!("cpu_usage_{m}"),
        data: Some(Data::Gauge(Gauge {
            data_points: (0..ROWS / 10)
                .map(|i| NumberDataPoint {
                    time_unix_nano: NOW,
                    attributes: attributes(&[
                        ("hostname", format!("host_{i}")),
                        ("region", "eu-west-1".into()),
                        ("datacenter", "eu-west-1b".into()),
                        ("rack", format!("{}", i % 99)),
                        ("os", "Ubuntu16.04LTS".into()),
                    ]),
                    value: Some(number_data_point::Value::AsDouble(i as f64 / 3.0)),
                    ..Default::default()
                })
                .collect(),
        })),
        ..Default::default()
    });
    let scope_metrics = vec![ScopeMetrics { scope, metrics: metrics.collect(), ..Default::default() }];
    let metrics = ResourceMetrics { resource, scope_metrics, ..Default::default() };
    let bodies = [
        (Signal::Logs, ExportLogsServiceRequest { resource_logs: vec![logs] }.encode_to_vec()),
        (Signal::Traces, ExportTraceServiceRequest { resource_spans: vec![traces] }.encode_to_vec()),
        (Signal::Metrics, ExportMetricsServiceRequest { resource_metrics: vec![metrics] }.encode_to_vec()),
    ];
    let frame = Frame { tenant: TenantId(0), groups: 2, now: NOW as i64, oldest: 0, newest: i64::MAX };
    for (signal, body) in bodies {
        let mut best = f64::MAX;
        for _ in 0..200 {
            let started = Instant::now();
            let decoded = decode_protobuf(signal, &body, &frame);
            let took = started.elapsed().as_nanos() as f64 / ROWS as f64;
            assert!(decoded.is_ok_and(|d| d.accepted == ROWS));
            best = best.min(took);
        }
        println!("{:8} {best:6.0} ns/row, {} bytes/row on the wire", signal.name(), body.len() as u64 / ROWS);
    }
}
