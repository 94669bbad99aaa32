//! Logs: 50 services on 20 nodes, about 200 message templates in Zipf's proportions, six attributes, 12 % errors, trace ids
//! on two of five rows. A request is what one node's agent sends: 1,000 consecutive records of its pods.

use std::fmt::Write as _;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use rand::Rng;

use super::words::{FIRST_ERROR, FIRST_WARNING, FUNCTIONS, PATTERNS, REGIONS, ROUTES, SERVICES, SUBJECTS};
use super::{RECORDS, Request, Zipf, attribute, hex, json_field, json_map, json_string, json_time, mix, rng};

const NODES: usize = 20;
const STREAM: u64 = 1;
const USERS: usize = 20_000;
const ADDRESSES: usize = 4_000;
/// Traces that begin each second; with two of five rows traced this gives about 13 rows a trace.
const TRACES_A_SECOND: u64 = 7;

/// The generator of one data set of `rows` records that end at `end` (nanoseconds) and cover `span` nanoseconds.
pub struct Logs {
    seed: u64,
    start: u64,
    step: f64,
    requests: usize,
    services: Zipf,
    templates: Zipf,
    users: Zipf,
    routes: Zipf,
    order: Vec<(usize, usize)>,
}

impl Logs {
    pub fn new(seed: u64, rows: usize, end: u64, span: u64) -> Logs {
        // Which of the patterns x subjects are frequent is drawn once a seed; errors get 12 % by their own draw.
        let mut order: Vec<(usize, usize)> =
            (0..FIRST_ERROR).flat_map(|p| (0..SUBJECTS.len()).map(move |s| (p, s))).collect();
        order.sort_by_key(|&(p, s)| mix(seed ^ ((p as u64) << 8) ^ s as u64));
        Logs {
            seed,
            start: end - span,
            step: span as f64 / rows as f64,
            requests: rows.div_ceil(RECORDS),
            services: Zipf::new(SERVICES.len() * 8 / NODES, 0.6),
            templates: Zipf::new(order.len(), 1.05),
            users: Zipf::new(USERS, 0.9),
            routes: Zipf::new(ROUTES.len(), 1.0),
            order,
        }
    }

    pub fn requests(&self) -> usize {
        self.requests
    }

    /// The pods of a node: (service, pod number). Each service has eight pods, spread over the nodes.
    fn pod(&self, node: usize, slot: usize) -> (usize, usize) {
        let pod = slot * NODES + node;
        (pod % SERVICES.len(), pod / SERVICES.len())
    }

    fn resource(&self, node: usize, slot: usize) -> Vec<KeyValue> {
        let (service, pod) = self.pod(node, slot);
        let name = SERVICES[service];
        let tag = mix(self.seed ^ (service * 8 + pod) as u64);
        vec![
            attribute("service.name", name),
            attribute("service.version", format!("{}.{}.{}", 1 + service % 4, service % 13, service % 7)),
            attribute("service.namespace", ["shop", "money", "platform"][service % 3]),
            attribute("k8s.pod.name", format!("{name}-{:08x}-{:05x}", mix(service as u64) as u32, tag & 0xf_ffff)),
            attribute("k8s.node.name", format!("ip-10-0-{node}-{}.internal", 17 + node * 3)),
            attribute("k8s.namespace.name", if service % 5 == 0 { "staging" } else { "production" }),
            attribute("cloud.region", REGIONS[node % REGIONS.len()]),
            attribute("host.name", format!("node-{node:02}")),
        ]
    }

    fn body(&self, rng: &mut impl Rng, pattern: usize, subject: usize) -> String {
        let mut out = String::with_capacity(96);
        let mut rest = PATTERNS[pattern];
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            let _ = match &rest[at + 1..at + 2] {
                "u" => write!(out, "u{}", self.users.draw(rng)),
                "i" => write!(out, "{}", address(rng)),
                "n" => write!(out, "{}", rng.random_range(0..1_000_000)),
                "s" => write!(out, "{}", rng.random_range(0..64)),
                "m" => write!(out, "{}", (rng.random::<f64>().powi(4) * 3000.0) as u32),
                "o" => write!(out, "{}", 4_000_000 + rng.random_range(0..200_000)),
                "r" => write!(out, "{:016x}", rng.random::<u64>()),
                _ => write!(out, "{}", SUBJECTS[subject]),
            };
            rest = &rest[at + 3..];
        }
        out.push_str(rest);
        out
    }

    fn record(&self, rng: &mut impl Rng, time: u64) -> LogRecord {
        let level = rng.random::<f64>();
        let (pattern, subject) = if level < 0.12 {
            (rng.random_range(FIRST_ERROR..PATTERNS.len()), self.templates.draw(rng) % SUBJECTS.len())
        } else {
            self.order[self.templates.draw(rng)]
        };
        let (severity_text, severity_number) = match pattern {
            p if p >= FIRST_ERROR => ("ERROR", 17),
            p if p >= FIRST_WARNING => ("WARN", 13),
            2 | 3 | 9 | 15 => ("DEBUG", 5),
            _ => ("INFO", 9),
        };
        let traced = rng.random::<f64>() < 0.4;
        let (trace_id, span_id) = if traced {
            let second_part = rng.random_range(0..800_000_000u64);
            let trace = time.saturating_sub(second_part) * TRACES_A_SECOND / 1_000_000_000;
            let id = [mix(self.seed ^ trace).to_be_bytes(), mix(self.seed ^ !trace).to_be_bytes()].concat();
            (id, rng.random::<u64>().to_be_bytes().to_vec())
        } else {
            (Vec::new(), Vec::new())
        };
        let attributes = vec![
            attribute("request.id", format!("{:016x}", rng.random::<u64>())),
            attribute("user.id", format!("u{}", self.users.draw(rng))),
            attribute("client.address", address(rng)),
            attribute("http.route", ROUTES[self.routes.draw(rng)]),
            attribute("thread.name", format!("worker-{}", rng.random_range(0..32))),
            attribute("code.function", FUNCTIONS[(pattern + subject) % FUNCTIONS.len()]),
        ];
        LogRecord {
            time_unix_nano: time,
            observed_time_unix_nano: time,
            severity_number,
            severity_text: severity_text.to_string(),
            body: Some(AnyValue { value: Some(Value::StringValue(self.body(rng, pattern, subject))) }),
            attributes,
            flags: u32::from(traced),
            trace_id,
            span_id,
            ..Default::default()
        }
    }

    /// Request `index`, not encoded: what the export for a peer reads too.
    pub fn message(&self, index: usize) -> ExportLogsServiceRequest {
        let mut rng = rng(self.seed, STREAM, index as u64);
        let node = index % NODES;
        let pods = SERVICES.len() * 8 / NODES;
        let mut by_pod: Vec<Vec<LogRecord>> = vec![Vec::new(); pods];
        for i in 0..RECORDS {
            // The node's share of the stream: every 20th record, so that a request covers 20,000 steps.
            let position = ((index / NODES) * RECORDS + i) * NODES + node;
            let jitter = rng.random_range(0..1_000_000);
            let time = self.start + (position as f64 * self.step) as u64 + jitter;
            let slot = self.services.draw(&mut rng);
            by_pod[slot].push(self.record(&mut rng, time));
        }
        let resource_logs = by_pod
            .into_iter()
            .enumerate()
            .filter(|(_, records)| !records.is_empty())
            .map(|(slot, log_records)| ResourceLogs {
                resource: Some(Resource { attributes: self.resource(node, slot), ..Default::default() }),
                scope_logs: vec![ScopeLogs {
                    scope: Some(InstrumentationScope {
                        name: format!("io.shop.{}", SERVICES[self.pod(node, slot).0]),
                        version: "1.4.2".to_string(),
                        ..Default::default()
                    }),
                    log_records,
                    schema_url: String::new(),
                }],
                schema_url: "https://opentelemetry.io/schemas/1.27.0".to_string(),
            })
            .collect();
        ExportLogsServiceRequest { resource_logs }
    }

    pub fn request(&self, index: usize) -> Request {
        Request { body: self.message(index).encode_to_vec().into(), rows: RECORDS }
    }

    /// The rows of request `index` as JSONEachRow of `otel_logs`.
    pub fn export(&self, index: usize, out: &mut String) {
        for resource in self.message(index).resource_logs {
            let attributes = resource.resource.map(|r| r.attributes).unwrap_or_default();
            let service = attributes.first().map(super::text_of).unwrap_or("");
            for scope in &resource.scope_logs {
                let name = scope.scope.as_ref().map(|s| s.name.as_str()).unwrap_or("");
                for record in &scope.log_records {
                    out.push_str("{\"Timestamp\":");
                    json_time(out, record.time_unix_nano);
                    json_field(out, "TraceId", &hex(&record.trace_id));
                    json_field(out, "SpanId", &hex(&record.span_id));
                    let _ =
                        write!(out, ",\"TraceFlags\":{},\"SeverityNumber\":{}", record.flags, record.severity_number);
                    json_field(out, "SeverityText", &record.severity_text);
                    json_field(out, "ServiceName", service);
                    out.push_str(",\"Body\":");
                    if let Some(Value::StringValue(text)) = record.body.as_ref().and_then(|b| b.value.as_ref()) {
                        json_string(out, text);
                    }
                    json_field(out, "ResourceSchemaUrl", &resource.schema_url);
                    out.push_str(",\"ResourceAttributes\":");
                    json_map(out, &attributes);
                    json_field(out, "ScopeName", name);
                    json_field(out, "ScopeVersion", "1.4.2");
                    out.push_str(",\"LogAttributes\":");
                    json_map(out, &record.attributes);
                    out.push_str("}\n");
                }
            }
        }
    }
}

fn address(rng: &mut impl Rng) -> String {
    let n = mix(rng.random_range(0..ADDRESSES as u64));
    format!("{}.{}.{}.{}", 10 + n % 150, (n >> 8) & 255, (n >> 16) & 255, (n >> 24) & 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_repeat_and_hold_a_thousand_records_of_one_node() {
        let logs = Logs::new(3, 40_000, 2_000_000_000_000_000_000, super::super::SIX_HOURS);
        assert_eq!(logs.requests(), 40);
        assert_eq!(logs.request(5).body, logs.request(5).body);
        let message = logs.message(7);
        let records: usize =
            message.resource_logs.iter().flat_map(|r| &r.scope_logs).map(|s| s.log_records.len()).sum();
        assert_eq!(records, RECORDS);
        assert!(message.resource_logs.len() <= 20);
        let mut text = String::new();
        logs.export(7, &mut text);
        assert_eq!(text.lines().count(), RECORDS);
    }

    #[test]
    fn about_an_eighth_are_errors() {
        let logs = Logs::new(3, 20_000, 2_000_000_000_000_000_000, super::super::SIX_HOURS);
        let mut errors = 0;
        for i in 0..20 {
            for scope in logs.message(i).resource_logs.iter().flat_map(|r| &r.scope_logs) {
                errors += scope.log_records.iter().filter(|r| r.severity_number == 17).count();
            }
        }
        assert!((2_000..2_800).contains(&errors), "{errors}");
    }
}
