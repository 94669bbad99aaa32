"""The OpenTelemetry Python SDK, unmodified, over gRPC and HTTP/protobuf: every field that it sent is found again in SQL."""
import time
import uuid

import pytest
from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import AlwaysOnExemplarFilter, Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

TRANSPORTS = ["grpc", "grpc-gzip", "http", "http-gzip"]


def exporter(server, transport, grpc, http, path, **options):
    if transport.startswith("grpc"):
        import grpc as g
        compression = g.Compression.Gzip if transport.endswith("gzip") else None
        return grpc(endpoint=server.address["otlp-grpc"], insecure=True, compression=compression, **options)
    compression = Compression.Gzip if transport.endswith("gzip") else Compression.NoCompression
    return http(endpoint=f"http://{server.address['otlp-http']}/v1/{path}", compression=compression, **options)


def resource(service):
    return Resource({"service.name": service, "service.version": "1.2.3", "host.cpus": 4, "ready": True, "zones": ["a", "b"]},
                    schema_url="https://opentelemetry.io/schemas/1.27.0")


@pytest.fixture
def service():
    return f"sdk-{uuid.uuid4().hex[:12]}"


def ask(server, sql):
    client = server.client(database="default")
    try:
        return client.rows(sql)
    finally:
        client.close()


RESOURCE = {"service.version": "1.2.3", "host.cpus": "4", "ready": "true", "zones": '["a","b"]'}


def check_resource(attributes, service):
    assert attributes["service.name"] == service
    for key, value in RESOURCE.items():
        assert attributes[key] == value, key


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_logs(server, transport, service):
    provider = LoggerProvider(resource=resource(service))
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter(server, transport, GrpcLogs, HttpLogs, "logs")))
    logger = provider.get_logger("shop.checkout", "0.9", schema_url="https://scope.example/1", attributes={"lib": "x"})
    now = time.time_ns()
    context = trace.set_span_in_context(trace.NonRecordingSpan(SpanContext(0x1234ABCD << 64 | 7, 0xFEED, False, TraceFlags(1))))
    logger.emit(LogRecord(timestamp=now, observed_timestamp=now + 5, context=context, severity_text="WARN", severity_number=SeverityNumber.WARN2,
                          body="payment of 12 € took long\n", event_name="payment.slow",
                          attributes={"s": "v'\"", "i": 42, "f": 2.5, "b": False, "l": [1, 2], "empty": "", "ü": "ß"}))
    logger.emit(LogRecord(timestamp=0, observed_timestamp=now + 9, severity_number=SeverityNumber.INFO, body={"k": [1, {"x": True}]}))
    provider.force_flush()
    provider.shutdown()
    rows = ask(server, f"""SELECT toUnixTimestamp64Nano(Timestamp), TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body,
        ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, LogAttributes, EventName
        FROM otel_logs WHERE ServiceName = '{service}' ORDER BY Timestamp""")
    assert len(rows) == 2
    first, second = rows
    assert first[:9] == [now, f"{0x1234ABCD << 64 | 7:032x}", f"{0xFEED:016x}", 1, "WARN", 14, service, "payment of 12 € took long\n",
                         "https://opentelemetry.io/schemas/1.27.0"]
    check_resource(first[9], service)
    assert first[10:14] == ["https://scope.example/1", "shop.checkout", "0.9", {"lib": "x"}]
    assert first[14] == {"s": "v'\"", "i": "42", "f": "2.5", "b": "false", "l": "[1,2]", "empty": "", "ü": "ß"}
    assert first[15] == "payment.slow"
    # No time of its own: the observed time stands in. A structured body is JSON text.
    assert second[0] == now + 9 and second[7] == '{"k":[1,{"x":true}]}' and second[1] == "" and second[5] == 9


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_traces(server, transport, service):
    provider = TracerProvider(resource=resource(service))
    provider.add_span_processor(BatchSpanProcessor(exporter(server, transport, GrpcSpans, HttpSpans, "traces")))
    tracer = provider.get_tracer("shop", "1.1", schema_url="https://scope.example/2")
    start = time.time_ns()
    linked = SpanContext(0xABC, 0xDEF, True, TraceFlags(1))
    caller = SpanContext(0xFACE << 64 | 1, 0xCAFE, True, TraceFlags(1), TraceState([("vendor", "x"), ("next", "y")]))
    root = tracer.start_span("GET /cart", context=trace.set_span_in_context(trace.NonRecordingSpan(caller)), kind=SpanKind.SERVER, start_time=start, attributes={"http.method": "GET", "n": 7})
    child = tracer.start_span("SELECT", context=trace.set_span_in_context(root), kind=SpanKind.CLIENT, start_time=start + 1000,
                              links=[Link(linked, {"why": "retry"})])
    child.add_event("exception", {"exception.type": "IOError", "code": 5}, timestamp=start + 1500)
    child.add_event("retry", timestamp=start + 1700)
    child.set_status(Status(StatusCode.ERROR, "it broke"))
    child.end(end_time=start + 2_001_000)
    root.set_status(Status(StatusCode.OK))
    root.end(end_time=start + 5_000_000)
    provider.force_flush()
    provider.shutdown()
    rows = ask(server, f"""SELECT SpanName, toUnixTimestamp64Nano(Timestamp), TraceId, SpanId, ParentSpanId, SpanKind, ServiceName, ScopeName, ScopeVersion,
        SpanAttributes, Duration, StatusCode, StatusMessage, Events.Name, arrayMap(t -> toUnixTimestamp64Nano(t), Events.Timestamp), Events.Attributes,
        Links.TraceId, Links.SpanId, Links.Attributes, ResourceAttributes, TraceState, Links.TraceState FROM otel_traces WHERE ServiceName = '{service}' ORDER BY Timestamp""")
    assert [row[0] for row in rows] == ["GET /cart", "SELECT"]
    ids = root.get_span_context()
    trace_id, root_id = f"{ids.trace_id:032x}", f"{ids.span_id:016x}"
    assert trace_id == f"{0xFACE << 64 | 1:032x}"
    assert rows[0][1:9] == [start, trace_id, root_id, f"{0xCAFE:016x}", "Server", service, "shop", "1.1"]
    # The SDK sends no trace state of links.
    assert [row[20] for row in rows] == ["vendor=x,next=y"] * 2 and [row[21] for row in rows] == [[], [""]]
    assert rows[0][9] == {"http.method": "GET", "n": "7"}
    assert rows[0][10:13] == [5_000_000, "Ok", ""]
    assert rows[1][1:6] == [start + 1000, trace_id, f"{child.get_span_context().span_id:016x}", root_id, "Client"]
    assert rows[1][10:16] == [2_000_000, "Error", "it broke", ["exception", "retry"], [start + 1500, start + 1700],
                              [{"exception.type": "IOError", "code": "5"}, {}]]
    assert rows[1][16:19] == [[f"{0xABC:032x}"], [f"{0xDEF:016x}"], [{"why": "retry"}]]
    check_resource(rows[1][19], service)
    times = ask(server, f"SELECT count(), toUnixTimestamp(min(Start)), toUnixTimestamp(max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = '{trace_id}'")
    assert times[0][0] >= 1 and times[0][1] == start // 10**9 and times[0][2] in (start // 10**9, (start + 1000) // 10**9)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_metrics(server, transport, service):
    delta = {Counter: AggregationTemporality.DELTA, Histogram: AggregationTemporality.CUMULATIVE}
    out = exporter(server, transport, GrpcMetrics, HttpMetrics, "metrics", preferred_temporality=delta)
    reader = PeriodicExportingMetricReader(out, export_interval_millis=3_600_000)
    views = [View(instrument_name="sizes", aggregation=ExponentialBucketHistogramAggregation())]
    provider = MeterProvider([reader], resource=resource(service), views=views, exemplar_filter=AlwaysOnExemplarFilter())
    meter = provider.get_meter("shop.meter", "2.0", schema_url="https://scope.example/3", attributes={"m": "1"})
    before = time.time_ns()
    meter.create_counter("requests", "1", "how many").add(5, {"route": "/cart"})
    meter.create_up_down_counter("depth", "items").add(-3)
    meter.create_gauge("temperature", "Cel", "how warm").set(21.5, {"room": "a"})
    histogram = meter.create_histogram("latency", "ms", explicit_bucket_boundaries_advisory=[1.0, 10.0, 100.0])
    for value in (0.5, 5, 7, 50, 5000):
        histogram.record(value, {"code": 200})
    sizes = meter.create_histogram("sizes", "By")
    for value in (1.0, 2.0, 4.0, 0.0):
        sizes.record(value)
    provider.shutdown()  # collects and sends once; after a flush it would send cumulative streams twice
    after = time.time_ns()
    where = f"ServiceName = '{service}'"

    sums = ask(server, f"""SELECT MetricName, Value, AggregationTemporality, IsMonotonic, MetricDescription, MetricUnit, Attributes, ScopeName, ScopeVersion,
        toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix), Exemplars.Value, ResourceAttributes FROM otel_metrics_sum WHERE {where} ORDER BY MetricName""")
    assert [row[:9] for row in sums] == [
        ["depth", -3, 2, False, "", "items", {}, "shop.meter", "2.0"],
        ["requests", 5, 1, True, "how many", "1", {"route": "/cart"}, "shop.meter", "2.0"]]
    assert all(before - 10**9 <= row[9] <= row[10] <= after for row in sums)
    assert sums[1][11] == [5]
    check_resource(sums[0][12], service)

    # What all kinds share is there in each table.
    for table in ("sum", "gauge", "histogram", "exponential_histogram"):
        shared = ask(server, f"""SELECT DISTINCT ResourceSchemaUrl, ScopeName, ScopeVersion, ScopeSchemaUrl, ScopeAttributes, ScopeDroppedAttrCount, Flags, ResourceAttributes['host.cpus'],
            toUnixTimestamp64Nano(TimeUnix) BETWEEN {before} AND {after} FROM otel_metrics_{table} WHERE {where}""")
        assert shared == [["https://opentelemetry.io/schemas/1.27.0", "shop.meter", "2.0", "https://scope.example/3", {"m": "1"}, 0, 0, "4", True]], table
    exemplars = ask(server, f"""SELECT Exemplars.Value, arrayMap(t -> toUnixTimestamp64Nano(t) BETWEEN {before} AND {after}, Exemplars.TimeUnix), Exemplars.FilteredAttributes
        FROM otel_metrics_sum WHERE {where} AND MetricName = 'requests'""")
    assert exemplars == [[[5], [True], [{}]]]

    gauges = ask(server, f"SELECT MetricName, Value, MetricUnit, MetricDescription, Attributes, ScopeAttributes FROM otel_metrics_gauge WHERE {where}")
    assert gauges == [["temperature", 21.5, "Cel", "how warm", {"room": "a"}, {"m": "1"}]]

    histograms = ask(server, f"""SELECT MetricName, Count, Sum, BucketCounts, ExplicitBounds, Min, Max, AggregationTemporality, Attributes, length(Exemplars.Value)
        FROM otel_metrics_histogram WHERE {where}""")
    assert histograms[0][:9] == ["latency", 5, 5062.5, [1, 2, 1, 1], [1, 10, 100], 0.5, 5000, 2, {"code": "200"}]
    assert histograms[0][9] >= 1

    exponential = ask(server, f"""SELECT MetricName, Count, Sum, ZeroCount, arraySum(PositiveBucketCounts), arraySum(NegativeBucketCounts), Min, Max, Scale, PositiveOffset,
        PositiveBucketCounts FROM otel_metrics_exponential_histogram WHERE {where}""")
    assert exponential[0][:8] == ["sizes", 4, 7, 1, 3, 0, 0, 4]
    # Which bucket holds what follows from the scale: base = 2^(2^-scale), bucket i holds (base^(offset+i), base^(offset+i+1)].
    scale, offset, counts = exponential[0][8:]
    assert {offset + i: n for i, n in enumerate(counts) if n} == {-1: 1, 2**scale - 1: 1, 2 * 2**scale - 1: 1}
