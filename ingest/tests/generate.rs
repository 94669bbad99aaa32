//! Random requests from a seed: every field of every message, small enough to compare row by row.

use crate::support::NOW;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value as Any,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
    exponential_histogram_data_point::Buckets, metric::Data, number_data_point, summary_data_point::ValueAtQuantile,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span};

/// SplitMix64.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn list<T>(&mut self, most: u64, mut item: impl FnMut(&mut Rng) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| item(self)).collect()
    }
    fn maybe<T>(&mut self, item: impl FnOnce(&mut Rng) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| item(self))
    }
    fn word(&mut self) -> String {
        ["", "a", "b", "service.name", "k8s.pod", "ünï \"q\"\n", "x-long-value-to-cross-a-few-words"]
            [self.below(7) as usize]
            .into()
    }
    fn half(&mut self) -> f64 {
        self.below(1000) as f64 - 500.5
    }
    fn time(&mut self) -> u64 {
        match self.below(8) {
            0 => 0,
            1 => NOW as u64 - 40 * 86_400_000_000_000,
            2 => NOW as u64 + 2 * 86_400_000_000_000,
            3 => u64::MAX - self.below(5),
            _ => NOW as u64 - self.below(3 * 86_400_000_000_000),
        }
    }
    fn small_time(&mut self) -> u64 {
        NOW as u64 + self.below(1_000_000_000)
    }
    fn id(&mut self, n: usize) -> Vec<u8> {
        match self.below(10) {
            0 => vec![],
            1 => vec![0; n],
            2 => vec![1; n - 1],
            _ => vec![1 + self.below(3) as u8; n],
        }
    }
    fn good_id(&mut self, n: usize) -> Vec<u8> {
        if self.below(4) == 0 { vec![] } else { vec![1 + self.below(3) as u8; n] }
    }
    fn any(&mut self, depth: u32) -> AnyValue {
        let value = match self.below(if depth > 2 { 6 } else { 9 }) {
            0 => None,
            1 => Some(Any::BoolValue(self.below(2) == 1)),
            2 => Some(Any::IntValue(self.next() as i64)),
            3 => Some(Any::DoubleValue(self.half())),
            4 => Some(Any::BytesValue(self.word().into_bytes())),
            5 | 6 => Some(Any::StringValue(self.word())),
            7 => Some(Any::ArrayValue(ArrayValue { values: self.list(3, |r| r.any(depth + 1)) })),
            _ => Some(Any::KvlistValue(KeyValueList { values: self.list(3, |r| r.kv(depth + 1)) })),
        };
        AnyValue { value }
    }
    fn kv(&mut self, depth: u32) -> KeyValue {
        KeyValue { key: self.word(), value: self.maybe(|r| r.any(depth)), ..Default::default() }
    }
    fn attributes(&mut self) -> Vec<KeyValue> {
        self.list(4, |r| r.kv(0))
    }
    fn resource(&mut self) -> Option<Resource> {
        self.maybe(|r| Resource { attributes: r.attributes(), ..Default::default() })
    }
    fn scope(&mut self) -> Option<InstrumentationScope> {
        self.maybe(|r| InstrumentationScope {
            name: r.word(),
            version: r.word(),
            attributes: r.attributes(),
            dropped_attributes_count: r.below(3) as u32,
        })
    }

    pub fn logs(&mut self) -> ExportLogsServiceRequest {
        let record = |r: &mut Rng| LogRecord {
            time_unix_nano: r.time(),
            observed_time_unix_nano: r.time(),
            severity_number: r.below(25) as i32,
            severity_text: r.word(),
            body: r.maybe(|r| r.any(0)),
            attributes: r.attributes(),
            dropped_attributes_count: 1,
            flags: r.below(256) as u32,
            trace_id: r.id(16),
            span_id: r.id(8),
            event_name: r.word(),
        };
        let scope = |r: &mut Rng| ScopeLogs { scope: r.scope(), log_records: r.list(5, record), schema_url: r.word() };
        let resource =
            |r: &mut Rng| ResourceLogs { resource: r.resource(), scope_logs: r.list(3, scope), schema_url: r.word() };
        ExportLogsServiceRequest { resource_logs: self.list(3, resource) }
    }

    pub fn traces(&mut self) -> ExportTraceServiceRequest {
        let event = |r: &mut Rng| span::Event {
            time_unix_nano: r.small_time(),
            name: r.word(),
            attributes: r.attributes(),
            dropped_attributes_count: 0,
        };
        let link = |r: &mut Rng| span::Link {
            trace_id: r.good_id(16),
            span_id: r.good_id(8),
            trace_state: r.word(),
            attributes: r.attributes(),
            ..Default::default()
        };
        let span = |r: &mut Rng| Span {
            trace_id: r.id(16),
            span_id: r.id(8),
            parent_span_id: r.id(8),
            trace_state: r.word(),
            name: r.word(),
            kind: r.below(7) as i32,
            start_time_unix_nano: r.time(),
            end_time_unix_nano: r.time(),
            attributes: r.attributes(),
            events: r.list(3, event),
            links: r.list(2, link),
            status: r.maybe(|r| Status { message: r.word(), code: r.below(4) as i32 }),
            ..Default::default()
        };
        let scope = |r: &mut Rng| ScopeSpans { scope: r.scope(), spans: r.list(5, span), schema_url: r.word() };
        let resource =
            |r: &mut Rng| ResourceSpans { resource: r.resource(), scope_spans: r.list(3, scope), schema_url: r.word() };
        ExportTraceServiceRequest { resource_spans: self.list(3, resource) }
    }

    fn exemplar(&mut self) -> Exemplar {
        Exemplar {
            filtered_attributes: self.attributes(),
            time_unix_nano: self.small_time(),
            span_id: self.good_id(8),
            trace_id: self.good_id(16),
            value: self.maybe(|r| {
                if r.below(2) == 0 {
                    exemplar::Value::AsDouble(r.half())
                } else {
                    exemplar::Value::AsInt(r.below(99) as i64)
                }
            }),
        }
    }

    fn number(&mut self) -> NumberDataPoint {
        NumberDataPoint {
            attributes: self.attributes(),
            start_time_unix_nano: self.small_time(),
            time_unix_nano: self.time(),
            exemplars: self.list(2, Rng::exemplar),
            flags: self.below(2) as u32,
            value: self.maybe(|r| {
                if r.below(2) == 0 {
                    number_data_point::Value::AsDouble(r.half())
                } else {
                    number_data_point::Value::AsInt(r.below(99) as i64 - 50)
                }
            }),
        }
    }

    fn buckets(&mut self) -> Buckets {
        Buckets { offset: self.below(20) as i32 - 10, bucket_counts: self.list(4, |r| r.below(1000)) }
    }

    fn metric(&mut self) -> Metric {
        let histogram = |r: &mut Rng| HistogramDataPoint {
            attributes: r.attributes(),
            start_time_unix_nano: r.small_time(),
            time_unix_nano: r.time(),
            count: r.below(99),
            sum: r.maybe(Rng::half),
            bucket_counts: r.list(4, |r| r.below(99)),
            explicit_bounds: r.list(3, Rng::half),
            exemplars: r.list(2, Rng::exemplar),
            flags: r.below(2) as u32,
            min: r.maybe(Rng::half),
            max: r.maybe(Rng::half),
        };
        let exponential = |r: &mut Rng| ExponentialHistogramDataPoint {
            attributes: r.attributes(),
            start_time_unix_nano: r.small_time(),
            time_unix_nano: r.time(),
            count: r.below(99),
            sum: r.maybe(Rng::half),
            scale: r.below(20) as i32 - 10,
            zero_count: r.below(9),
            positive: r.maybe(Rng::buckets),
            negative: r.maybe(Rng::buckets),
            flags: 0,
            exemplars: r.list(2, Rng::exemplar),
            min: r.maybe(Rng::half),
            max: r.maybe(Rng::half),
            zero_threshold: 0.5,
        };
        let summary = |r: &mut Rng| SummaryDataPoint {
            attributes: r.attributes(),
            start_time_unix_nano: r.small_time(),
            time_unix_nano: r.time(),
            count: r.below(99),
            sum: r.half(),
            quantile_values: r.list(3, |r| ValueAtQuantile { quantile: r.half(), value: r.half() }),
            flags: 1,
        };
        let data = match self.below(6) {
            0 => None,
            1 => Some(Data::Gauge(Gauge { data_points: self.list(4, Rng::number) })),
            2 => Some(Data::Sum(Sum {
                data_points: self.list(4, Rng::number),
                aggregation_temporality: self.below(3) as i32,
                is_monotonic: self.below(2) == 1,
            })),
            3 => Some(Data::Histogram(Histogram {
                data_points: self.list(4, histogram),
                aggregation_temporality: self.below(3) as i32,
            })),
            4 => Some(Data::ExponentialHistogram(ExponentialHistogram {
                data_points: self.list(4, exponential),
                aggregation_temporality: self.below(3) as i32,
            })),
            _ => Some(Data::Summary(Summary { data_points: self.list(4, summary) })),
        };
        Metric { name: self.word(), description: self.word(), unit: self.word(), metadata: vec![], data }
    }

    pub fn metrics(&mut self) -> ExportMetricsServiceRequest {
        let scope =
            |r: &mut Rng| ScopeMetrics { scope: r.scope(), metrics: r.list(4, Rng::metric), schema_url: r.word() };
        let resource = |r: &mut Rng| ResourceMetrics {
            resource: r.resource(),
            scope_metrics: r.list(2, scope),
            schema_url: r.word(),
        };
        ExportMetricsServiceRequest { resource_metrics: self.list(2, resource) }
    }
}
