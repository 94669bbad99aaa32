//! The naive reading of a request: prost's structs, one row at a time. What the wire walk gives must equal it.

use crate::support::{NOW, Row};
use olly_types::Value;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, exemplar, metric::Data, number_data_point};
use opentelemetry_proto::tonic::resource::v1::Resource;
use std::collections::BTreeMap;

const DAY: u64 = 86_400_000_000_000;

fn s(text: impl AsRef<[u8]>) -> Value {
    Value::bytes(text)
}

fn json(v: &AnyValue) -> String {
    match &v.value {
        None | Some(Any::StringValueStrindex(_)) => "null".into(),
        Some(Any::StringValue(t)) => serde_json::to_string(t).unwrap(),
        Some(Any::BytesValue(_)) => format!("\"{}\"", as_text(v)),
        Some(Any::ArrayValue(a)) => format!("[{}]", a.values.iter().map(json).collect::<Vec<_>>().join(",")),
        Some(Any::KvlistValue(m)) => {
            let sorted: BTreeMap<&str, String> =
                m.values.iter().map(|p| (p.key.as_str(), json(&value_of(p)))).collect();
            let pairs: Vec<String> =
                sorted.iter().map(|(k, v)| format!("{}:{v}", serde_json::to_string(k).unwrap())).collect();
            format!("{{{}}}", pairs.join(","))
        }
        _ => as_text(v),
    }
}

fn value_of(kv: &KeyValue) -> AnyValue {
    kv.value.clone().unwrap_or(AnyValue { value: None })
}

fn as_text(v: &AnyValue) -> String {
    match &v.value {
        None | Some(Any::StringValueStrindex(_)) => String::new(),
        Some(Any::StringValue(t)) => t.clone(),
        Some(Any::BoolValue(b)) => b.to_string(),
        Some(Any::IntValue(n)) => n.to_string(),
        Some(Any::DoubleValue(f)) => f.to_string(),
        Some(Any::BytesValue(b)) => {
            let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
            let bits: String = b.iter().map(|b| format!("{b:08b}")).collect();
            let mut out: String = bits
                .as_bytes()
                .chunks(6)
                .map(|c| {
                    alphabet[usize::from_str_radix(&format!("{:0<6}", std::str::from_utf8(c).unwrap()), 2).unwrap()]
                })
                .collect();
            while !out.len().is_multiple_of(4) {
                out.push('=');
            }
            out
        }
        _ => json(v),
    }
}

fn map(attributes: &[KeyValue]) -> Value {
    Value::Map(attributes.iter().map(|p| (s(&p.key), s(as_text(&value_of(p))))).collect())
}

/// None: the id is malformed.
fn id(bytes: &[u8], n: usize) -> Option<Value> {
    match bytes {
        [] => Some(s("")),
        b if b.len() != n => None,
        b if b.iter().all(|b| *b == 0) => Some(s("")),
        b => Some(s(b.iter().map(|b| format!("{b:02x}")).collect::<String>())),
    }
}

fn taken(time: u64) -> bool {
    time >= NOW as u64 - 30 * DAY && time <= NOW as u64 + DAY
}

fn row(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Row {
    pairs.into_iter().map(|(k, v)| (k.to_string(), v)).collect()
}

fn context(resource: &Option<Resource>, scope: &Option<InstrumentationScope>, url: &str, scope_url: &str) -> Row {
    let attributes = resource.as_ref().map(|r| r.attributes.clone()).unwrap_or_default();
    let service =
        attributes.iter().find(|p| p.key == "service.name").map(|p| as_text(&value_of(p))).unwrap_or_default();
    let scope = scope.clone().unwrap_or_default();
    row([
        ("ServiceName", s(service)),
        ("ResourceAttributes", map(&attributes)),
        ("ResourceSchemaUrl", s(url)),
        ("ScopeName", s(scope.name)),
        ("ScopeVersion", s(scope.version)),
        ("ScopeAttributes", map(&scope.attributes)),
        ("ScopeDroppedAttrCount", Value::UInt(scope.dropped_attributes_count.into())),
        ("ScopeSchemaUrl", s(scope_url)),
    ])
}

/// Rows and the number of refused records.
pub type Expected = (BTreeMap<&'static str, Vec<Row>>, u64);

pub fn logs(request: &ExportLogsServiceRequest) -> Expected {
    let (mut rows, mut refused) = (Vec::new(), 0);
    for rl in &request.resource_logs {
        for sl in &rl.scope_logs {
            for r in &sl.log_records {
                let time = match (r.time_unix_nano, r.observed_time_unix_nano) {
                    (0, 0) => NOW as u64,
                    (0, t) | (t, _) => t,
                };
                let ids = (id(&r.trace_id, 16), id(&r.span_id, 8));
                let (true, (Some(trace), Some(span))) = (taken(time), ids) else {
                    refused += 1;
                    continue;
                };
                let mut out = context(&rl.resource, &sl.scope, &rl.schema_url, &sl.schema_url);
                out.remove("ScopeDroppedAttrCount");
                out.extend(row([
                    ("Timestamp", Value::Int(time as i64)),
                    ("TraceId", trace),
                    ("SpanId", span),
                    ("TraceFlags", Value::UInt(u64::from(r.flags & 255))),
                    ("SeverityText", s(&r.severity_text)),
                    ("SeverityNumber", Value::UInt(r.severity_number as u64)),
                    ("Body", s(r.body.as_ref().map(as_text).unwrap_or_default())),
                    ("LogAttributes", map(&r.attributes)),
                    ("EventName", s(&r.event_name)),
                ]));
                rows.push(out);
            }
        }
    }
    (BTreeMap::from([("otel_logs", rows)]), refused)
}

fn array(values: impl Iterator<Item = Value>) -> Value {
    Value::Array(values.collect())
}

pub fn traces(request: &ExportTraceServiceRequest) -> Expected {
    let (mut rows, mut refused) = (Vec::new(), 0);
    for rs in &request.resource_spans {
        for ss in &rs.scope_spans {
            for r in &ss.spans {
                let start = if r.start_time_unix_nano == 0 { NOW as u64 } else { r.start_time_unix_nano };
                let ids = (id(&r.trace_id, 16), id(&r.span_id, 8), id(&r.parent_span_id, 8));
                let good = taken(start) && i64::try_from(r.end_time_unix_nano).is_ok();
                let (true, (Some(trace), Some(span), Some(parent))) = (good, ids) else {
                    refused += 1;
                    continue;
                };
                let mut out = context(&rs.resource, &ss.scope, "", "");
                for absent in ["ScopeDroppedAttrCount", "ResourceSchemaUrl", "ScopeSchemaUrl", "ScopeAttributes"] {
                    out.remove(absent);
                }
                let status = r.status.clone().unwrap_or_default();
                let kinds = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer", ""];
                let duration = r.end_time_unix_nano.saturating_sub(r.start_time_unix_nano);
                out.extend(row([
                    ("Timestamp", Value::Int(start as i64)),
                    ("TraceId", trace),
                    ("SpanId", span),
                    ("ParentSpanId", parent),
                    ("TraceState", s(&r.trace_state)),
                    ("SpanName", s(&r.name)),
                    ("SpanKind", s(kinds[r.kind as usize])),
                    ("SpanAttributes", map(&r.attributes)),
                    ("Duration", Value::UInt(duration)),
                    ("StatusCode", s(["Unset", "Ok", "Error", ""][status.code as usize])),
                    ("StatusMessage", s(status.message)),
                    ("Events.Timestamp", array(r.events.iter().map(|e| Value::Int(e.time_unix_nano as i64)))),
                    ("Events.Name", array(r.events.iter().map(|e| s(&e.name)))),
                    ("Events.Attributes", array(r.events.iter().map(|e| map(&e.attributes)))),
                    ("Links.TraceId", array(r.links.iter().map(|l| id(&l.trace_id, 16).unwrap()))),
                    ("Links.SpanId", array(r.links.iter().map(|l| id(&l.span_id, 8).unwrap()))),
                    ("Links.TraceState", array(r.links.iter().map(|l| s(&l.trace_state)))),
                    ("Links.Attributes", array(r.links.iter().map(|l| map(&l.attributes)))),
                ]));
                rows.push(out);
            }
        }
    }
    // What the exporter's view makes of them.
    let mut times: BTreeMap<Vec<u8>, (i64, i64)> = BTreeMap::new();
    for r in &rows {
        let (Value::Bytes(trace), Value::Int(t)) = (&r["TraceId"], &r["Timestamp"]) else { panic!() };
        if !trace.is_empty() {
            let range = times.entry(trace.to_vec()).or_insert((*t, *t));
            *range = (range.0.min(*t), range.1.max(*t));
        }
    }
    let second = |t: i64| Value::UInt((t / 1_000_000_000) as u64);
    let times = times
        .into_iter()
        .map(|(trace, (a, b))| row([("TraceId", s(trace)), ("Start", second(a)), ("End", second(b))]))
        .collect();
    (BTreeMap::from([("otel_traces", rows), ("otel_traces_trace_id_ts", times)]), refused)
}

fn float(f: f64) -> Value {
    Value::Float(f)
}

fn exemplars(list: &[Exemplar]) -> Row {
    let value = |e: &Exemplar| match e.value {
        None => 0.0,
        Some(exemplar::Value::AsDouble(f)) => f,
        Some(exemplar::Value::AsInt(n)) => n as f64,
    };
    row([
        ("Exemplars.FilteredAttributes", array(list.iter().map(|e| map(&e.filtered_attributes)))),
        ("Exemplars.TimeUnix", array(list.iter().map(|e| Value::Int(e.time_unix_nano as i64)))),
        ("Exemplars.Value", array(list.iter().map(|e| float(value(e))))),
        ("Exemplars.SpanId", array(list.iter().map(|e| id(&e.span_id, 8).unwrap()))),
        ("Exemplars.TraceId", array(list.iter().map(|e| id(&e.trace_id, 16).unwrap()))),
    ])
}

pub fn metrics(request: &ExportMetricsServiceRequest) -> Expected {
    let mut rows: BTreeMap<&'static str, Vec<Row>> = BTreeMap::new();
    let mut refused = 0;
    for rm in &request.resource_metrics {
        for sm in &rm.scope_metrics {
            for m in &sm.metrics {
                let mut base = context(&rm.resource, &sm.scope, &rm.schema_url, &sm.schema_url);
                base.extend(row([
                    ("MetricName", s(&m.name)),
                    ("MetricDescription", s(&m.description)),
                    ("MetricUnit", s(&m.unit)),
                ]));
                let mut add = |table, attributes: &[KeyValue], start: u64, time: u64, flags: u32, own: Vec<Row>| {
                    let time = if time == 0 { NOW as u64 } else { time };
                    if !taken(time) {
                        refused += 1;
                        return;
                    }
                    let mut out = base.clone();
                    out.extend(row([
                        ("Attributes", map(attributes)),
                        ("StartTimeUnix", Value::Int(start as i64)),
                        ("TimeUnix", Value::Int(time as i64)),
                        ("Flags", Value::UInt(flags.into())),
                    ]));
                    own.into_iter().for_each(|part| out.extend(part));
                    rows.entry(table).or_default().push(out);
                };
                let temporality = |t: i32| row([("AggregationTemporality", Value::Int(t.into()))]);
                let number = |v: &Option<number_data_point::Value>| match v {
                    None => 0.0,
                    Some(number_data_point::Value::AsDouble(f)) => *f,
                    Some(number_data_point::Value::AsInt(n)) => *n as f64,
                };
                match m.data.as_ref() {
                    None => {}
                    Some(Data::Gauge(g)) => g.data_points.iter().for_each(|p| {
                        let own = vec![row([("Value", float(number(&p.value)))]), exemplars(&p.exemplars)];
                        let (start, time) = (p.start_time_unix_nano, p.time_unix_nano);
                        add("otel_metrics_gauge", &p.attributes, start, time, p.flags, own);
                    }),
                    Some(Data::Sum(g)) => g.data_points.iter().for_each(|p| {
                        let own = vec![
                            row([
                                ("Value", float(number(&p.value))),
                                ("IsMonotonic", Value::UInt(g.is_monotonic.into())),
                            ]),
                            temporality(g.aggregation_temporality),
                            exemplars(&p.exemplars),
                        ];
                        let (start, time) = (p.start_time_unix_nano, p.time_unix_nano);
                        add("otel_metrics_sum", &p.attributes, start, time, p.flags, own);
                    }),
                    Some(Data::Histogram(g)) => g.data_points.iter().for_each(|p| {
                        let own = vec![
                            row([
                                ("Count", Value::UInt(p.count)),
                                ("Sum", float(p.sum.unwrap_or(0.0))),
                                ("BucketCounts", array(p.bucket_counts.iter().map(|n| Value::UInt(*n)))),
                                ("ExplicitBounds", array(p.explicit_bounds.iter().map(|f| float(*f)))),
                                ("Min", float(p.min.unwrap_or(0.0))),
                                ("Max", float(p.max.unwrap_or(0.0))),
                            ]),
                            temporality(g.aggregation_temporality),
                            exemplars(&p.exemplars),
                        ];
                        let (start, time) = (p.start_time_unix_nano, p.time_unix_nano);
                        add("otel_metrics_histogram", &p.attributes, start, time, p.flags, own);
                    }),
                    Some(Data::ExponentialHistogram(g)) => g.data_points.iter().for_each(|p| {
                        let (up, down) =
                            (p.positive.clone().unwrap_or_default(), p.negative.clone().unwrap_or_default());
                        let own = vec![
                            row([
                                ("Count", Value::UInt(p.count)),
                                ("Sum", float(p.sum.unwrap_or(0.0))),
                                ("Scale", Value::Int(p.scale.into())),
                                ("ZeroCount", Value::UInt(p.zero_count)),
                                ("PositiveOffset", Value::Int(up.offset.into())),
                                ("PositiveBucketCounts", array(up.bucket_counts.iter().map(|n| Value::UInt(*n)))),
                                ("NegativeOffset", Value::Int(down.offset.into())),
                                ("NegativeBucketCounts", array(down.bucket_counts.iter().map(|n| Value::UInt(*n)))),
                                ("Min", float(p.min.unwrap_or(0.0))),
                                ("Max", float(p.max.unwrap_or(0.0))),
                            ]),
                            temporality(g.aggregation_temporality),
                            exemplars(&p.exemplars),
                        ];
                        let (start, time) = (p.start_time_unix_nano, p.time_unix_nano);
                        add("otel_metrics_exponential_histogram", &p.attributes, start, time, p.flags, own);
                    }),
                    Some(Data::Summary(g)) => g.data_points.iter().for_each(|p| {
                        let own = vec![row([
                            ("Count", Value::UInt(p.count)),
                            ("Sum", float(p.sum)),
                            ("ValueAtQuantiles.Quantile", array(p.quantile_values.iter().map(|q| float(q.quantile)))),
                            ("ValueAtQuantiles.Value", array(p.quantile_values.iter().map(|q| float(q.value)))),
                        ])];
                        let (start, time) = (p.start_time_unix_nano, p.time_unix_nano);
                        add("otel_metrics_summary", &p.attributes, start, time, p.flags, own);
                    }),
                }
            }
        }
    }
    (rows, refused)
}
