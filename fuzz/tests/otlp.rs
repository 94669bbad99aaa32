//! OTLP requests, protobuf and JSON, all three signals.

use olly_fuzz::Target;
use olly_ingest::otlp::{Frame, Signal, json_to_protobuf};
use olly_types::ids::TenantId;

pub const FRAME: Frame =
    Frame { tenant: TenantId(0), groups: 2, now: 1_772_323_200_000_000_000, oldest: 0, newest: i64::MAX };

const ATTRIBUTES: &str = r#"[{"key":"service.name","value":{"stringValue":"cart"}},{"key":"i","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":1.5}},
    {"key":"b","value":{"boolValue":true}},{"key":"y","value":{"bytesValue":"aGk="}},{"key":"a","value":{"arrayValue":{"values":[{"intValue":1},{"stringValue":"z"}]}}},
    {"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[]}}]}}}]}}}]"#;

fn documents() -> [(Signal, String); 3] {
    let point = format!(
        r#""startTimeUnixNano":"1772323200000000000","timeUnixNano":"1772323201000000000","attributes":{ATTRIBUTES},"exemplars":[{{"timeUnixNano":"1772323201000000000",
        "asDouble":2.5,"spanId":"eee19b7ec3c1b174","traceId":"5b8efff798038103d269b633813fc60c","filteredAttributes":{ATTRIBUTES}}}],"flags":1"#
    );
    let scope = format!(
        r#""scope":{{"name":"s","version":"1","attributes":{ATTRIBUTES},"droppedAttributesCount":1}},"schemaUrl":"u""#
    );
    let resource = format!(r#""resource":{{"attributes":{ATTRIBUTES}}},"schemaUrl":"u""#);
    [
        (
            Signal::Logs,
            format!(
                r#"{{"resourceLogs":[{{{resource},"scopeLogs":[{{{scope},"logRecords":[{{"timeUnixNano":"1772323200000000000","observedTimeUnixNano":"1772323200000000001",
            "severityNumber":17,"severityText":"ERROR","body":{{"kvlistValue":{{"values":{ATTRIBUTES}}}}},"attributes":{ATTRIBUTES},"traceId":"5b8efff798038103d269b633813fc60c",
            "spanId":"eee19b7ec3c1b174","flags":1,"eventName":"e"}},{{"body":{{"stringValue":"x"}}}}]}}]}}]}}"#
            ),
        ),
        (
            Signal::Traces,
            format!(
                r#"{{"resourceSpans":[{{{resource},"scopeSpans":[{{{scope},"spans":[{{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
            "parentSpanId":"eee19b7ec3c1b173","name":"n","kind":2,"startTimeUnixNano":"1772323200000000000","endTimeUnixNano":"1772323200000005000","attributes":{ATTRIBUTES},
            "status":{{"code":2,"message":"m"}},"traceState":"a=b","events":[{{"timeUnixNano":"1772323200000000000","name":"e","attributes":{ATTRIBUTES}}}],
            "links":[{{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","attributes":{ATTRIBUTES}}}]}}]}}]}}]}}"#
            ),
        ),
        (
            Signal::Metrics,
            format!(
                r#"{{"resourceMetrics":[{{{resource},"scopeMetrics":[{{{scope},"metrics":[
            {{"name":"g","unit":"1","description":"d","gauge":{{"dataPoints":[{{{point},"asDouble":1.5}},{{{point},"asInt":"7"}}]}}}},
            {{"name":"s","sum":{{"dataPoints":[{{{point},"asInt":"7"}}],"aggregationTemporality":2,"isMonotonic":true}}}},
            {{"name":"h","histogram":{{"dataPoints":[{{{point},"count":"3","sum":1.5,"bucketCounts":["1","2"],"explicitBounds":[1.5],"min":0,"max":1}}],"aggregationTemporality":1}}}},
            {{"name":"e","exponentialHistogram":{{"dataPoints":[{{{point},"count":"3","sum":1.5,"scale":-1,"zeroCount":"1","positive":{{"offset":-3,"bucketCounts":["1","1"]}},
            "negative":{{"offset":1,"bucketCounts":[]}}}}],"aggregationTemporality":2}}}},
            {{"name":"q","summary":{{"dataPoints":[{{"timeUnixNano":"1772323201000000000","count":"2","sum":3,"quantileValues":[{{"quantile":0.5,"value":1}}]}}]}}}}]}}]}}]}}"#
            ),
        ),
    ]
}

/// One request of each signal, in protobuf.
pub fn requests() -> Vec<(Signal, Vec<u8>)> {
    documents().into_iter().map(|(s, text)| (s, json_to_protobuf(s, text.as_bytes()).unwrap())).collect()
}

/// Each input is taken for each signal.
#[test]
fn otlp_protobuf() {
    let seeds = requests().into_iter().map(|(_, body)| body).collect();
    Target::new("otlp-protobuf", seeds).run(olly_ingest::fuzzing::fuzz_protobuf);
}

#[test]
fn otlp_json() {
    let mut seeds: Vec<Vec<u8>> = documents().into_iter().map(|(_, text)| text.into_bytes()).collect();
    // Deeper than the parser goes.
    let deep = r#"{"arrayValue":{"values":["#.repeat(45);
    seeds.push(format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{deep}"#).into_bytes());
    let words: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b":",
        b",",
        b"null",
        b"\"key\":",
        b"\"value\":{\"arrayValue\":{\"values\":[",
        b"\\u0000",
        b"-1",
        b"1e999",
        b"\"18446744073709551616\"",
    ];
    Target::new("otlp-json", seeds).words(words).run(olly_ingest::fuzzing::fuzz_json);
}
