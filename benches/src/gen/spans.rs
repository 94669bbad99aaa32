//! Spans: 20 services, trees of about nine spans, lognormal durations, 1 % errors, eight span attributes. A request is what a
//! gateway sends: 1,000 spans of whole traces (but the last), grouped by resource.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use rand::Rng;

use super::words::{FUNCTIONS, REGIONS, ROUTES, SERVICES};
use super::{RECORDS, Request, Zipf, attribute, hex, json_field, json_map, json_time, mix, normal, rng};

const SERVICES_USED: usize = 20;
const PODS: usize = 4;
const STREAM: u64 = 2;
const USERS: usize = 20_000;

/// The generator of one data set of `rows` spans that end at `end` (nanoseconds) and cover `span` nanoseconds.
pub struct Spans {
    seed: u64,
    start: u64,
    step: f64,
    requests: usize,
    services: Zipf,
    users: Zipf,
    routes: Zipf,
}

impl Spans {
    pub fn new(seed: u64, rows: usize, end: u64, span: u64) -> Spans {
        Spans {
            seed,
            start: end - span,
            step: span as f64 / rows as f64,
            requests: rows.div_ceil(RECORDS),
            services: Zipf::new(SERVICES_USED, 0.7),
            users: Zipf::new(USERS, 0.9),
            routes: Zipf::new(ROUTES.len(), 1.0),
        }
    }

    pub fn requests(&self) -> usize {
        self.requests
    }

    fn resource(&self, service: usize, pod: usize) -> Vec<KeyValue> {
        let name = SERVICES[service];
        vec![
            attribute("service.name", name),
            attribute("service.version", format!("{}.{}.{}", 1 + service % 4, service % 13, service % 7)),
            attribute("service.namespace", ["shop", "money", "platform"][service % 3]),
            attribute("k8s.pod.name", format!("{name}-{:08x}-{pod}", mix(service as u64) as u32)),
            attribute("k8s.node.name", format!("ip-10-0-{}-17.internal", (service * PODS + pod) % 20)),
            attribute("k8s.namespace.name", "production"),
            attribute("cloud.region", REGIONS[pod % REGIONS.len()]),
            attribute("telemetry.sdk.language", ["go", "java", "rust", "python"][service % 4]),
        ]
    }

    /// One trace: spans with the (service, pod) that each ran in, parents first.
    fn trace(&self, rng: &mut impl Rng, time: u64) -> Vec<((usize, usize), Span)> {
        let trace_id = [rng.random::<u64>().to_be_bytes(), rng.random::<u64>().to_be_bytes()].concat();
        let size = 1 + (7.0 * (0.55 * normal(rng)).exp()).round() as usize;
        let user = format!("u{}", self.users.draw(rng));
        let mut spans: Vec<((usize, usize), Span)> = Vec::with_capacity(size);
        for i in 0..size {
            let parent = if i == 0 { None } else { Some(rng.random_range(i.saturating_sub(4)..i)) };
            let service = if i == 0 { rng.random_range(0..2) } else { self.services.draw(rng) };
            let (begin, longest) = match parent.and_then(|p| spans.get(p)) {
                Some((_, p)) => {
                    let length = p.end_time_unix_nano - p.start_time_unix_nano;
                    (p.start_time_unix_nano + rng.random_range(0..length / 2 + 1), length / 2 + 1)
                }
                None => (time, u64::MAX),
            };
            let duration = ((15.5 + 1.1 * normal(rng)).exp() as u64).clamp(1_000, longest.max(1_001));
            let failed = rng.random::<f64>() < 0.01;
            let operation = rng.random_range(0..6) + service % 4;
            let route = ROUTES[self.routes.draw(rng)];
            let (name, kind) = match (i, operation % 5) {
                (0, _) => (format!("{} {route}", if operation % 3 == 0 { "POST" } else { "GET" }), 2),
                (_, 0) => (format!("{}.{}", SERVICES[service], FUNCTIONS[operation]), 1),
                (_, 1) => (format!("SELECT {}", SERVICES[service]), 3),
                (_, 2) => (format!("publish {}-events", SERVICES[service]), 4),
                _ => (format!("{} {route}", SERVICES[service]), 2),
            };
            let status = if failed { "500" } else { ["200", "200", "200", "201", "304"][rng.random_range(0..5)] };
            let span = Span {
                trace_id: trace_id.clone(),
                span_id: rng.random::<u64>().to_be_bytes().to_vec(),
                parent_span_id: parent.and_then(|p| spans.get(p)).map(|(_, p)| p.span_id.clone()).unwrap_or_default(),
                name,
                kind,
                start_time_unix_nano: begin,
                end_time_unix_nano: begin + duration,
                attributes: vec![
                    attribute("http.request.method", if operation % 3 == 0 { "POST" } else { "GET" }),
                    attribute("http.route", route),
                    attribute("http.response.status_code", status),
                    attribute("user.id", user.clone()),
                    attribute("server.address", format!("{}.shop.internal", SERVICES[service])),
                    attribute("network.peer.port", (32_768 + rng.random_range(0..28_000)).to_string()),
                    attribute("thread.id", rng.random_range(1..65).to_string()),
                    attribute("code.function", FUNCTIONS[operation]),
                ],
                status: Some(Status {
                    code: if failed { 2 } else { 0 },
                    message: if failed { "upstream failed".to_string() } else { String::new() },
                }),
                flags: 256,
                ..Default::default()
            };
            spans.push(((service, rng.random_range(0..PODS)), span));
        }
        spans
    }

    /// Request `index`, not encoded.
    pub fn message(&self, index: usize) -> ExportTraceServiceRequest {
        let mut rng = rng(self.seed, STREAM, index as u64);
        let mut by_resource: BTreeMap<(usize, usize), Vec<Span>> = BTreeMap::new();
        let mut made = 0;
        while made < RECORDS {
            let time =
                self.start + ((index * RECORDS + made) as f64 * self.step) as u64 + rng.random_range(0..1_000_000);
            for (place, span) in self.trace(&mut rng, time).into_iter().take(RECORDS - made) {
                by_resource.entry(place).or_default().push(span);
                made += 1;
            }
        }
        let resource_spans = by_resource
            .into_iter()
            .map(|((service, pod), spans)| ResourceSpans {
                resource: Some(Resource { attributes: self.resource(service, pod), ..Default::default() }),
                scope_spans: vec![ScopeSpans {
                    scope: Some(InstrumentationScope {
                        name: "io.opentelemetry.shop".to_string(),
                        version: "2.1.0".to_string(),
                        ..Default::default()
                    }),
                    spans,
                    schema_url: String::new(),
                }],
                schema_url: String::new(),
            })
            .collect();
        ExportTraceServiceRequest { resource_spans }
    }

    pub fn request(&self, index: usize) -> Request {
        Request { body: self.message(index).encode_to_vec().into(), rows: RECORDS }
    }

    /// The rows of request `index` as JSONEachRow of `otel_traces`.
    pub fn export(&self, index: usize, out: &mut String) {
        for resource in self.message(index).resource_spans {
            let attributes = resource.resource.map(|r| r.attributes).unwrap_or_default();
            let service = attributes.first().map(super::text_of).unwrap_or("");
            for span in resource.scope_spans.iter().flat_map(|s| &s.spans) {
                out.push_str("{\"Timestamp\":");
                json_time(out, span.start_time_unix_nano);
                json_field(out, "TraceId", &hex(&span.trace_id));
                json_field(out, "SpanId", &hex(&span.span_id));
                json_field(out, "ParentSpanId", &hex(&span.parent_span_id));
                json_field(out, "SpanName", &span.name);
                json_field(
                    out,
                    "SpanKind",
                    ["Unspecified", "Internal", "Server", "Client", "Producer"][span.kind as usize % 5],
                );
                json_field(out, "ServiceName", service);
                out.push_str(",\"ResourceAttributes\":");
                json_map(out, &attributes);
                json_field(out, "ScopeName", "io.opentelemetry.shop");
                json_field(out, "ScopeVersion", "2.1.0");
                out.push_str(",\"SpanAttributes\":");
                json_map(out, &span.attributes);
                let _ = write!(out, ",\"Duration\":{}", span.end_time_unix_nano - span.start_time_unix_nano);
                let status = span.status.as_ref();
                json_field(out, "StatusCode", if status.is_some_and(|s| s.code == 2) { "Error" } else { "Unset" });
                json_field(out, "StatusMessage", status.map(|s| s.message.as_str()).unwrap_or(""));
                out.push_str("}\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_hold_a_thousand_spans_in_trees() {
        let spans = Spans::new(3, 10_000, 2_000_000_000_000_000_000, super::super::SIX_HOURS);
        assert_eq!(spans.request(4).body, spans.request(4).body);
        let message = spans.message(4);
        let all: Vec<&Span> =
            message.resource_spans.iter().flat_map(|r| &r.scope_spans).flat_map(|s| &s.spans).collect();
        assert_eq!(all.len(), RECORDS);
        let roots = all.iter().filter(|s| s.parent_span_id.is_empty()).count();
        assert!((80..150).contains(&roots), "{roots} traces");
        let ids: std::collections::HashSet<&[u8]> = all.iter().map(|s| s.span_id.as_slice()).collect();
        assert!(all.iter().all(|s| s.parent_span_id.is_empty() || ids.contains(s.parent_span_id.as_slice())));
    }
}
