//! The shop's telemetry: a pure function of the seed and the time, one window after the other.
//!
//! Invariant: logs, spans, metrics and exemplars of a request carry the same trace id.

use super::shop::{self, Call, OPERATIONS, SERVICES, incident};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, exemplar, metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SECOND: u64 = 1_000_000_000;
/// Upper bounds of the latency histogram, ms.
const BOUNDS: [f64; 9] = [5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0];

/// Telemetry of one window.
pub struct Window {
    pub logs: ExportLogsServiceRequest,
    pub traces: ExportTraceServiceRequest,
    pub metrics: ExportMetricsServiceRequest,
    pub rows: usize,
}

/// Counters and open records of one pod.
struct Pod {
    service: usize,
    name: String,
    requests: u64,
    errors: u64,
    buckets: [u64; BOUNDS.len() + 1],
    sum_ms: f64,
    memory: f64,
    spans: Vec<Span>,
    logs: Vec<LogRecord>,
    exemplar: Option<Exemplar>,
}

pub struct Simulation {
    rng: ChaCha8Rng,
    pods: Vec<Pod>,
    started: u64,
    /// When the bad version was deployed, ns.
    pub incident_at: u64,
    requests_per_second: f64,
}

pub fn text(value: impl Into<String>) -> Option<AnyValue> {
    Some(AnyValue { value: Some(Value::StringValue(value.into())) })
}

fn attribute(key: &str, value: impl Into<String>) -> KeyValue {
    KeyValue { key: key.into(), value: text(value), ..Default::default() }
}

fn number(key: &str, n: i64) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(Value::IntValue(n)) }), ..Default::default() }
}

/// What a call came to.
struct Done {
    end: u64,
    failed: bool,
}

impl Simulation {
    /// `started`: time of the first window; both times in ns since the epoch.
    pub fn new(seed: u64, started: u64, incident_at: u64, requests_per_second: f64) -> Simulation {
        let mut pods = Vec::new();
        for (service, s) in SERVICES.iter().enumerate() {
            for pod in 0..s.pods {
                pods.push(Pod {
                    service,
                    name: shop::pod_name(s.name, pod),
                    requests: 0,
                    errors: 0,
                    buckets: [0; BOUNDS.len() + 1],
                    sum_ms: 0.0,
                    memory: 180e6,
                    spans: Vec::new(),
                    logs: Vec::new(),
                    exemplar: None,
                });
            }
        }
        Simulation { rng: ChaCha8Rng::seed_from_u64(seed), pods, started, incident_at, requests_per_second }
    }

    /// Simulates `seconds` from `from` (ns).
    pub fn window(&mut self, from: u64, seconds: u64) -> Window {
        let n = (self.requests_per_second * seconds as f64) as u64;
        for i in 0..n {
            let jitter = self.rng.random_range(0..seconds * SECOND / n.max(1));
            let at = from + seconds * SECOND * i / n.max(1) + jitter;
            let mut pick = self.rng.random_range(0..100u32);
            let operation = OPERATIONS.iter().find(|(share, _)| match pick.checked_sub(*share) {
                Some(rest) => {
                    pick = rest;
                    false
                }
                None => true,
            });
            if let Some((_, call)) = operation {
                let mut trace = [0u8; 16];
                self.rng.fill(&mut trace);
                self.call(call, &trace, None, at);
            }
        }
        let end = from + seconds * SECOND;
        if (from..end).contains(&self.incident_at) {
            self.announce_deployment();
        }
        self.export(end)
    }

    /// The pod that serves a call, and whether it is the bad one.
    fn pick_pod(&mut self, service: usize) -> (usize, bool) {
        let first = self.pods.iter().position(|p| p.service == service).unwrap_or(0);
        let count = SERVICES.get(service).map_or(1, |s| s.pods);
        let pod = self.rng.random_range(0..count);
        let bad = SERVICES.get(service).is_some_and(|s| s.name == incident::SERVICE) && pod == incident::POD;
        (first + pod, bad)
    }

    fn call(&mut self, call: &Call, trace: &[u8; 16], parent: Option<&[u8]>, start: u64) -> Done {
        let service = SERVICES.iter().position(|s| s.name == call.service).unwrap_or(0);
        let (pod, bad) = self.pick_pod(service);
        let bad = bad && start >= self.incident_at;
        let mut id = [0u8; 8];
        self.rng.fill(&mut id);
        let work = SERVICES.get(service).map_or(1.0, |s| s.work_ms);
        let mut own = work * (0.5 + self.rng.random::<f64>() + if self.rng.random_ratio(1, 60) { 4.0 } else { 0.0 });
        let mut failed = self.rng.random_ratio(1, 700);
        let mut message = if failed { "upstream closed the connection" } else { "" };
        if bad {
            own += incident::DELAY_MS.0 + incident::DELAY_MS.1 * self.rng.random::<f64>();
            if self.rng.random_ratio(incident::FAILURES, 100) {
                failed = true;
                message = incident::MESSAGE;
            }
        }
        let ns = |ms: f64| (ms * 1e6) as u64;
        let mut at = start + ns(own * 0.4);
        let mut cause = "";
        for next in call.calls {
            let done = self.call(next, trace, Some(&id), at);
            at = done.end + ns(0.2);
            if done.failed && next.service != "recommendations" && next.service != "reviews" {
                failed = true;
                cause = next.service;
                break;
            }
        }
        let end = at + ns(own * 0.6);
        self.record(
            pod,
            call,
            trace,
            &id,
            parent,
            (start, end),
            failed,
            if message.is_empty() { cause } else { message },
        );
        Done { end, failed }
    }

    #[allow(clippy::too_many_arguments)]
    fn record(
        &mut self,
        pod: usize,
        call: &Call,
        trace: &[u8; 16],
        id: &[u8; 8],
        parent: Option<&[u8]>,
        (start, end): (u64, u64),
        failed: bool,
        why: &str,
    ) {
        let ms = (end - start) as f64 / 1e6;
        let order = self.rng.random_range(100_000..999_999u32);
        let Some(pod) = self.pods.get_mut(pod) else { return };
        let http = call.span.contains('/');
        let code = if failed { 503 } else { 200 };
        let mut attributes = Vec::new();
        if http {
            let (method, route) = call.span.split_once(' ').unwrap_or(("GET", call.span));
            attributes.push(attribute("http.request.method", method));
            attributes.push(attribute("http.route", route));
            attributes.push(number("http.response.status_code", code));
        } else {
            attributes.push(attribute("rpc.system", "grpc"));
            attributes.push(attribute("rpc.method", call.span));
        }
        let mut events = Vec::new();
        let reason = match why {
            "" => String::new(),
            why if SERVICES.iter().any(|s| s.name == why) => format!("call to {why} failed"),
            why => why.to_string(),
        };
        if failed {
            events.push(span::Event {
                time_unix_nano: end,
                name: "exception".into(),
                attributes: vec![
                    attribute("exception.type", "UpstreamError"),
                    attribute("exception.message", reason.clone()),
                ],
                dropped_attributes_count: 0,
            });
        }
        pod.spans.push(Span {
            trace_id: trace.to_vec(),
            span_id: id.to_vec(),
            parent_span_id: parent.map(<[u8]>::to_vec).unwrap_or_default(),
            name: call.span.into(),
            kind: span::SpanKind::Server as i32,
            start_time_unix_nano: start,
            end_time_unix_nano: end,
            attributes,
            events,
            status: Some(Status { message: reason.clone(), code: if failed { 2 } else { 0 } }),
            ..Default::default()
        });
        let (severity, severity_text, body) = match failed {
            true => (17, "ERROR", reason),
            false => (9, "INFO", format!("{} done in {ms:.0} ms", call.span)),
        };
        let mut log_attributes = vec![attribute("operation", call.span)];
        if call.service == "checkout" || call.service == "payment" {
            log_attributes.push(attribute("order.id", format!("o-{order}")));
        }
        pod.logs.push(LogRecord {
            time_unix_nano: end,
            observed_time_unix_nano: end,
            severity_number: severity,
            severity_text: severity_text.into(),
            body: text(body),
            attributes: log_attributes,
            flags: 1,
            trace_id: trace.to_vec(),
            span_id: id.to_vec(),
            ..Default::default()
        });
        pod.requests += 1;
        pod.errors += u64::from(failed);
        pod.sum_ms += ms;
        let bucket = BOUNDS.iter().position(|b| ms <= *b).unwrap_or(BOUNDS.len());
        if let Some(n) = pod.buckets.get_mut(bucket) {
            *n += 1;
        }
        // The slowest request of the window stands for it.
        let slower =
            pod.exemplar.as_ref().is_none_or(|e| matches!(e.value, Some(exemplar::Value::AsDouble(v)) if ms > v));
        if slower {
            pod.exemplar = Some(Exemplar {
                time_unix_nano: end,
                value: Some(exemplar::Value::AsDouble(ms)),
                span_id: id.to_vec(),
                trace_id: trace.to_vec(),
                ..Default::default()
            });
        }
    }

    fn announce_deployment(&mut self) {
        let bad = shop::pod_name(incident::SERVICE, incident::POD);
        let at = self.incident_at;
        if let Some(pod) = self.pods.iter_mut().find(|p| p.name == bad) {
            pod.logs.push(LogRecord {
                time_unix_nano: at,
                severity_number: 9,
                severity_text: "INFO".into(),
                body: text(format!("started version {}", incident::VERSION)),
                event_name: "deployment".into(),
                ..Default::default()
            });
        }
    }

    fn export(&mut self, end: u64) -> Window {
        let mut out =
            Window { logs: Default::default(), traces: Default::default(), metrics: Default::default(), rows: 0 };
        let scope = Some(InstrumentationScope { name: "shop".into(), version: "1.0".into(), ..Default::default() });
        let bad_pod = shop::pod_name(incident::SERVICE, incident::POD);
        for pod in &mut self.pods {
            let Some(service) = SERVICES.get(pod.service) else { continue };
            let bad = pod.name == bad_pod && end > self.incident_at;
            let version = if bad { incident::VERSION } else { service.version };
            let resource = Some(Resource {
                attributes: vec![
                    attribute("service.name", service.name),
                    attribute("service.version", version),
                    attribute("k8s.pod.name", pod.name.clone()),
                    attribute("k8s.namespace.name", "shop"),
                    attribute("deployment.environment.name", "production"),
                    attribute("telemetry.sdk.language", "rust"),
                ],
                ..Default::default()
            });
            let (spans, log_records) = (std::mem::take(&mut pod.spans), std::mem::take(&mut pod.logs));
            let metrics = pod.metrics(self.started, end, bad, &mut self.rng);
            out.rows += spans.len() + log_records.len() + metrics.len();
            if !spans.is_empty() {
                let scope_spans = vec![ScopeSpans { scope: scope.clone(), spans, ..Default::default() }];
                let resource = resource.clone();
                out.traces.resource_spans.push(ResourceSpans { resource, scope_spans, ..Default::default() });
            }
            if !log_records.is_empty() {
                let scope_logs = vec![ScopeLogs { scope: scope.clone(), log_records, ..Default::default() }];
                let resource = resource.clone();
                out.logs.resource_logs.push(ResourceLogs { resource, scope_logs, ..Default::default() });
            }
            let scope_metrics = vec![ScopeMetrics { scope: scope.clone(), metrics, ..Default::default() }];
            out.metrics.resource_metrics.push(ResourceMetrics { resource, scope_metrics, ..Default::default() });
        }
        out
    }
}

impl Pod {
    fn metrics(&mut self, started: u64, at: u64, bad: bool, rng: &mut ChaCha8Rng) -> Vec<Metric> {
        let cumulative = AggregationTemporality::Cumulative as i32;
        let point = |value, outcome: Option<&str>| NumberDataPoint {
            start_time_unix_nano: started,
            time_unix_nano: at,
            attributes: outcome.map(|o| vec![attribute("outcome", o)]).unwrap_or_default(),
            value: Some(value),
            ..Default::default()
        };
        let metric = |name: &str, unit: &str, description: &str, data| Metric {
            name: name.into(),
            unit: unit.into(),
            description: description.into(),
            data: Some(data),
            metadata: Vec::new(),
        };
        self.memory = (self.memory + rng.random_range(-4e6..4.2e6)).clamp(120e6, 900e6);
        let cpu = 0.1 + 0.2 * rng.random::<f64>() + if bad { 0.5 } else { 0.0 };
        let ints = number_data_point::Value::AsInt;
        let requests = Sum {
            data_points: vec![
                point(ints((self.requests - self.errors) as i64), Some("ok")),
                point(ints(self.errors as i64), Some("error")),
            ],
            aggregation_temporality: cumulative,
            is_monotonic: true,
        };
        let duration = HistogramDataPoint {
            start_time_unix_nano: started,
            time_unix_nano: at,
            count: self.requests,
            sum: Some(self.sum_ms),
            bucket_counts: self.buckets.to_vec(),
            explicit_bounds: BOUNDS.to_vec(),
            exemplars: self.exemplar.take().into_iter().collect(),
            ..Default::default()
        };
        let memory = point(number_data_point::Value::AsDouble(self.memory), None);
        let cpu = point(number_data_point::Value::AsDouble(cpu), None);
        vec![
            metric("server.requests", "{request}", "Requests served", Data::Sum(requests)),
            metric(
                "server.request.duration",
                "ms",
                "Time to serve a request",
                Data::Histogram(Histogram { data_points: vec![duration], aggregation_temporality: cumulative }),
            ),
            metric("process.memory.usage", "By", "Memory in use", Data::Gauge(Gauge { data_points: vec![memory] })),
            metric("process.cpu.utilization", "1", "CPU in use", Data::Gauge(Gauge { data_points: vec![cpu] })),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_telemetry_and_the_incident_shows() {
        let t0 = 1_780_000_000 * SECOND;
        let run = || {
            let mut s = Simulation::new(7, t0, t0 + 60 * SECOND, 10.0);
            [s.window(t0, 60), s.window(t0 + 60 * SECOND, 60)]
        };
        let [before, after] = run();
        let [again, _] = run();
        assert_eq!(before.traces, again.traces);
        assert_eq!(before.metrics, again.metrics);
        let failures = |w: &Window| {
            let spans = w.traces.resource_spans.iter().flat_map(|r| &r.scope_spans).flat_map(|s| &s.spans);
            spans.filter(|s| s.name == "Charge" && s.status.as_ref().is_some_and(|s| s.code == 2)).count()
        };
        assert!(failures(&before) <= 2, "{}", failures(&before));
        assert!(failures(&after) >= 5, "{}", failures(&after));
        assert!(before.rows > 5_000, "{}", before.rows);
    }
}
