//! The messages of OTLP (source: opentelemetry-proto 1.9, `opentelemetry/proto/**.proto`): field numbers, names and
//! kinds, for error texts and for JSON.

/// How a field is written in JSON and in protobuf.
#[derive(Clone, Copy)]
pub enum Kind {
    String,
    /// Base64 in JSON.
    Bytes,
    /// Hex in JSON (trace and span ids).
    Hex,
    Bool,
    UInt32,
    Int64,
    UInt64,
    SInt32,
    Fixed32,
    Fixed64,
    SFixed64,
    Double,
    /// A number, or one of these names.
    Enum(&'static [(&'static str, i32)]),
    Message(&'static Message),
}

pub struct FieldDef {
    pub number: u32,
    /// The name in the .proto file; JSON uses its lowerCamelCase, and may use the name itself.
    pub name: &'static str,
    pub kind: Kind,
    pub repeated: bool,
}

pub struct Message {
    pub name: &'static str,
    pub fields: &'static [FieldDef],
}

impl Message {
    /// The field of a JSON key: lowerCamelCase, or the name in the .proto file.
    pub fn field_of_key(&self, key: &str) -> Option<&'static FieldDef> {
        self.fields.iter().find(|f| f.name == key || is_camel_of(f.name, key))
    }
}

fn is_camel_of(name: &str, key: &str) -> bool {
    let mut key = key.bytes();
    let mut upper = false;
    for b in name.bytes() {
        if b == b'_' {
            upper = true;
            continue;
        }
        let want = if std::mem::take(&mut upper) { b.to_ascii_uppercase() } else { b };
        if key.next() != Some(want) {
            return false;
        }
    }
    key.next().is_none()
}

/// Name of a field in a message of OTLP.
pub fn field_name(message: &str, number: u32) -> Option<&'static str> {
    let message = ALL.iter().find(|m| m.name == message)?;
    message.fields.iter().find(|f| f.number == number).map(|f| f.name)
}

macro_rules! messages {
    ($($constant:ident $name:literal { $($number:literal $field:ident $kind:expr $(, $repeated:ident)?;)* })*) => {
        $(pub static $constant: Message = Message {
            name: $name,
            fields: &[$(FieldDef {
                number: $number,
                name: stringify!($field),
                kind: $kind,
                repeated: messages!(@ $($repeated)?),
            }),*],
        };)*
        static ALL: &[&Message] = &[$(&$constant),*];
    };
    (@) => { false };
    (@ repeated) => { true };
}

use Kind::*;

const SEVERITY: &[(&str, i32)] = &[
    ("SEVERITY_NUMBER_UNSPECIFIED", 0),
    ("SEVERITY_NUMBER_TRACE", 1),
    ("SEVERITY_NUMBER_TRACE2", 2),
    ("SEVERITY_NUMBER_TRACE3", 3),
    ("SEVERITY_NUMBER_TRACE4", 4),
    ("SEVERITY_NUMBER_DEBUG", 5),
    ("SEVERITY_NUMBER_DEBUG2", 6),
    ("SEVERITY_NUMBER_DEBUG3", 7),
    ("SEVERITY_NUMBER_DEBUG4", 8),
    ("SEVERITY_NUMBER_INFO", 9),
    ("SEVERITY_NUMBER_INFO2", 10),
    ("SEVERITY_NUMBER_INFO3", 11),
    ("SEVERITY_NUMBER_INFO4", 12),
    ("SEVERITY_NUMBER_WARN", 13),
    ("SEVERITY_NUMBER_WARN2", 14),
    ("SEVERITY_NUMBER_WARN3", 15),
    ("SEVERITY_NUMBER_WARN4", 16),
    ("SEVERITY_NUMBER_ERROR", 17),
    ("SEVERITY_NUMBER_ERROR2", 18),
    ("SEVERITY_NUMBER_ERROR3", 19),
    ("SEVERITY_NUMBER_ERROR4", 20),
    ("SEVERITY_NUMBER_FATAL", 21),
    ("SEVERITY_NUMBER_FATAL2", 22),
    ("SEVERITY_NUMBER_FATAL3", 23),
    ("SEVERITY_NUMBER_FATAL4", 24),
];
const SPAN_KINDS: &[(&str, i32)] = &[
    ("SPAN_KIND_UNSPECIFIED", 0),
    ("SPAN_KIND_INTERNAL", 1),
    ("SPAN_KIND_SERVER", 2),
    ("SPAN_KIND_CLIENT", 3),
    ("SPAN_KIND_PRODUCER", 4),
    ("SPAN_KIND_CONSUMER", 5),
];
const STATUS_CODES: &[(&str, i32)] = &[("STATUS_CODE_UNSET", 0), ("STATUS_CODE_OK", 1), ("STATUS_CODE_ERROR", 2)];
const TEMPORALITIES: &[(&str, i32)] = &[
    ("AGGREGATION_TEMPORALITY_UNSPECIFIED", 0),
    ("AGGREGATION_TEMPORALITY_DELTA", 1),
    ("AGGREGATION_TEMPORALITY_CUMULATIVE", 2),
];

messages! {
    ANY_VALUE "AnyValue" {
        1 string_value String;
        2 bool_value Bool;
        3 int_value Int64;
        4 double_value Double;
        5 array_value Message(&ARRAY_VALUE);
        6 kvlist_value Message(&KEY_VALUE_LIST);
        7 bytes_value Bytes;
    }
    ARRAY_VALUE "ArrayValue" { 1 values Message(&ANY_VALUE), repeated; }
    KEY_VALUE_LIST "KeyValueList" { 1 values Message(&KEY_VALUE), repeated; }
    KEY_VALUE "KeyValue" { 1 key String; 2 value Message(&ANY_VALUE); }
    RESOURCE "Resource" { 1 attributes Message(&KEY_VALUE), repeated; 2 dropped_attributes_count UInt32; }
    SCOPE "InstrumentationScope" {
        1 name String;
        2 version String;
        3 attributes Message(&KEY_VALUE), repeated;
        4 dropped_attributes_count UInt32;
    }
    LOGS_REQUEST "ExportLogsServiceRequest" { 1 resource_logs Message(&RESOURCE_LOGS), repeated; }
    RESOURCE_LOGS "ResourceLogs" {
        1 resource Message(&RESOURCE);
        2 scope_logs Message(&SCOPE_LOGS), repeated;
        3 schema_url String;
    }
    SCOPE_LOGS "ScopeLogs" {
        1 scope Message(&SCOPE);
        2 log_records Message(&LOG_RECORD), repeated;
        3 schema_url String;
    }
    LOG_RECORD "LogRecord" {
        1 time_unix_nano Fixed64;
        2 severity_number Enum(SEVERITY);
        3 severity_text String;
        5 body Message(&ANY_VALUE);
        6 attributes Message(&KEY_VALUE), repeated;
        7 dropped_attributes_count UInt32;
        8 flags Fixed32;
        9 trace_id Hex;
        10 span_id Hex;
        11 observed_time_unix_nano Fixed64;
        12 event_name String;
    }
    TRACES_REQUEST "ExportTraceServiceRequest" { 1 resource_spans Message(&RESOURCE_SPANS), repeated; }
    RESOURCE_SPANS "ResourceSpans" {
        1 resource Message(&RESOURCE);
        2 scope_spans Message(&SCOPE_SPANS), repeated;
        3 schema_url String;
    }
    SCOPE_SPANS "ScopeSpans" {
        1 scope Message(&SCOPE);
        2 spans Message(&SPAN), repeated;
        3 schema_url String;
    }
    SPAN "Span" {
        1 trace_id Hex;
        2 span_id Hex;
        3 trace_state String;
        4 parent_span_id Hex;
        5 name String;
        6 kind Enum(SPAN_KINDS);
        7 start_time_unix_nano Fixed64;
        8 end_time_unix_nano Fixed64;
        9 attributes Message(&KEY_VALUE), repeated;
        10 dropped_attributes_count UInt32;
        11 events Message(&SPAN_EVENT), repeated;
        12 dropped_events_count UInt32;
        13 links Message(&SPAN_LINK), repeated;
        14 dropped_links_count UInt32;
        15 status Message(&STATUS);
        16 flags Fixed32;
    }
    SPAN_EVENT "Event" {
        1 time_unix_nano Fixed64;
        2 name String;
        3 attributes Message(&KEY_VALUE), repeated;
        4 dropped_attributes_count UInt32;
    }
    SPAN_LINK "Link" {
        1 trace_id Hex;
        2 span_id Hex;
        3 trace_state String;
        4 attributes Message(&KEY_VALUE), repeated;
        5 dropped_attributes_count UInt32;
        6 flags Fixed32;
    }
    STATUS "Status" { 2 message String; 3 code Enum(STATUS_CODES); }
    METRICS_REQUEST "ExportMetricsServiceRequest" { 1 resource_metrics Message(&RESOURCE_METRICS), repeated; }
    RESOURCE_METRICS "ResourceMetrics" {
        1 resource Message(&RESOURCE);
        2 scope_metrics Message(&SCOPE_METRICS), repeated;
        3 schema_url String;
    }
    SCOPE_METRICS "ScopeMetrics" {
        1 scope Message(&SCOPE);
        2 metrics Message(&METRIC), repeated;
        3 schema_url String;
    }
    METRIC "Metric" {
        1 name String;
        2 description String;
        3 unit String;
        5 gauge Message(&GAUGE);
        7 sum Message(&SUM);
        9 histogram Message(&HISTOGRAM);
        10 exponential_histogram Message(&EXPONENTIAL_HISTOGRAM);
        11 summary Message(&SUMMARY);
        12 metadata Message(&KEY_VALUE), repeated;
    }
    GAUGE "Gauge" { 1 data_points Message(&NUMBER_POINT), repeated; }
    SUM "Sum" {
        1 data_points Message(&NUMBER_POINT), repeated;
        2 aggregation_temporality Enum(TEMPORALITIES);
        3 is_monotonic Bool;
    }
    HISTOGRAM "Histogram" {
        1 data_points Message(&HISTOGRAM_POINT), repeated;
        2 aggregation_temporality Enum(TEMPORALITIES);
    }
    EXPONENTIAL_HISTOGRAM "ExponentialHistogram" {
        1 data_points Message(&EXPONENTIAL_POINT), repeated;
        2 aggregation_temporality Enum(TEMPORALITIES);
    }
    SUMMARY "Summary" { 1 data_points Message(&SUMMARY_POINT), repeated; }
    NUMBER_POINT "NumberDataPoint" {
        2 start_time_unix_nano Fixed64;
        3 time_unix_nano Fixed64;
        4 as_double Double;
        5 exemplars Message(&EXEMPLAR), repeated;
        6 as_int SFixed64;
        7 attributes Message(&KEY_VALUE), repeated;
        8 flags UInt32;
    }
    HISTOGRAM_POINT "HistogramDataPoint" {
        2 start_time_unix_nano Fixed64;
        3 time_unix_nano Fixed64;
        4 count Fixed64;
        5 sum Double;
        6 bucket_counts Fixed64, repeated;
        7 explicit_bounds Double, repeated;
        8 exemplars Message(&EXEMPLAR), repeated;
        9 attributes Message(&KEY_VALUE), repeated;
        10 flags UInt32;
        11 min Double;
        12 max Double;
    }
    EXPONENTIAL_POINT "ExponentialHistogramDataPoint" {
        1 attributes Message(&KEY_VALUE), repeated;
        2 start_time_unix_nano Fixed64;
        3 time_unix_nano Fixed64;
        4 count Fixed64;
        5 sum Double;
        6 scale SInt32;
        7 zero_count Fixed64;
        8 positive Message(&BUCKETS);
        9 negative Message(&BUCKETS);
        10 flags UInt32;
        11 exemplars Message(&EXEMPLAR), repeated;
        12 min Double;
        13 max Double;
        14 zero_threshold Double;
    }
    BUCKETS "Buckets" { 1 offset SInt32; 2 bucket_counts UInt64, repeated; }
    SUMMARY_POINT "SummaryDataPoint" {
        2 start_time_unix_nano Fixed64;
        3 time_unix_nano Fixed64;
        4 count Fixed64;
        5 sum Double;
        6 quantile_values Message(&QUANTILE), repeated;
        7 attributes Message(&KEY_VALUE), repeated;
        8 flags UInt32;
    }
    QUANTILE "ValueAtQuantile" { 1 quantile Double; 2 value Double; }
    EXEMPLAR "Exemplar" {
        2 time_unix_nano Fixed64;
        3 as_double Double;
        4 span_id Hex;
        5 trace_id Hex;
        6 as_int SFixed64;
        7 filtered_attributes Message(&KEY_VALUE), repeated;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_both_spellings() {
        assert_eq!(LOG_RECORD.field_of_key("observedTimeUnixNano").map(|f| f.number), Some(11));
        assert_eq!(LOG_RECORD.field_of_key("observed_time_unix_nano").map(|f| f.number), Some(11));
        assert_eq!(LOG_RECORD.field_of_key("observedtimeunixnano").map(|f| f.number), None);
        assert_eq!(LOG_RECORD.field_of_key("observedTimeUnixNanos").map(|f| f.number), None);
        assert_eq!(field_name("Span", 7), Some("start_time_unix_nano"));
    }
}
