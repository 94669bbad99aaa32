"""OTLP by hand: JSON by curl, protobuf by bytes, what is malformed, too large, repeated or out of time."""
import concurrent.futures
import gzip
import http.client
import json
import os
import subprocess
import time
import uuid

import grpc
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

CURL = os.environ.get("OLLY_CURL") or "curl"


@pytest.fixture
def service():
    return f"raw-{uuid.uuid4().hex[:12]}"


def post(server, path, body, headers=None, method="POST"):
    connection = http.client.HTTPConnection(server.address["otlp-http"], timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": "application/x-protobuf", **(headers or {})})
        response = connection.getresponse()
        return response.status, response.read(), dict((k.lower(), v) for k, v in response.getheaders())
    finally:
        connection.close()


def logs(service, *times, body="hello"):
    request = ExportLogsServiceRequest()
    resource = request.resource_logs.add()
    attribute = resource.resource.attributes.add()
    attribute.key, attribute.value.string_value = "service.name", service
    scope = resource.scope_logs.add()
    for at in times:
        record = scope.log_records.add(time_unix_nano=at, severity_number=9)
        record.body.string_value = body
    return request


def count(server, service, table="otel_logs"):
    return int(server.query(f"SELECT count() FROM default.{table} WHERE ServiceName = '{service}'"))


def curl(server, path, document):
    """POSTs JSON by curl, as a shell user would."""
    done = subprocess.run([CURL, "-sS", "-w", "\n%{http_code}", "-H", "Content-Type: application/json", "--data-binary", "@-",
                           f"http://{server.address['otlp-http']}{path}"], input=json.dumps(document), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), body


def attributes(**pairs):
    return [{"key": k, "value": v} for k, v in pairs.items()]


def test_json_logs_by_curl(server, service):
    now = time.time_ns()
    record = {"timeUnixNano": str(now), "observedTimeUnixNano": str(now), "severityNumber": 17, "severityText": "ERROR",
              "body": {"stringValue": "it broke"}, "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "flags": 1,
              "attributes": attributes(s={"stringValue": "x"}, i={"intValue": "12"}, n={"intValue": 13}, d={"doubleValue": 1.5}, b={"boolValue": True},
                                       a={"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "z"}]}},
                                       m={"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}, y={"bytesValue": "aGk="})}
    status, body = curl(server, "/v1/logs", {"resourceLogs": [{
        "resource": {"attributes": attributes(**{"service.name": {"stringValue": service}})},
        "scopeLogs": [{"scope": {"name": "hand", "version": "3"}, "logRecords": [record]}], "unknownField": 1}]})
    assert status == 200 and json.loads(body) in ({}, {"partialSuccess": {}})
    row = server.client().rows(f"""SELECT toUnixTimestamp64Nano(Timestamp), SeverityNumber, SeverityText, Body, TraceId, SpanId, TraceFlags, ScopeName, ScopeVersion,
        LogAttributes FROM default.otel_logs WHERE ServiceName = '{service}'""")[0]
    assert row[:9] == [now, 17, "ERROR", "it broke", "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", 1, "hand", "3"]
    assert row[9] == {"s": "x", "i": "12", "n": "13", "d": "1.5", "b": "true", "a": '[1,"z"]', "m": '{"k":"v"}', "y": "aGk="}


def test_json_traces_by_curl(server, service):
    now = time.time_ns()
    span = {"traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "EEE19B7EC3C1B174", "parentSpanId": "EEE19B7EC3C1B173", "name": "by hand", "kind": 2,
            "startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 1500), "status": {"code": 2, "message": "no"}, "traceState": "a=b",
            "events": [{"timeUnixNano": str(now + 1), "name": "e", "attributes": attributes(k={"stringValue": "v"})}],
            "links": [{"traceId": "5b8efff798038103d269b633813fc60d", "spanId": "eee19b7ec3c1b175", "traceState": "c=d"}]}
    status, _ = curl(server, "/v1/traces", {"resourceSpans": [{"resource": {"attributes": attributes(**{"service.name": {"stringValue": service}})},
                                                              "scopeSpans": [{"scope": {"name": "hand"}, "spans": [span]}]}]})
    assert status == 200
    row = server.client().rows(f"""SELECT TraceId, SpanId, ParentSpanId, SpanName, SpanKind, Duration, StatusCode, StatusMessage, TraceState, Events.Name, Events.Attributes,
        Links.SpanId, Links.TraceState FROM default.otel_traces WHERE ServiceName = '{service}'""")[0]
    assert row == ["5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", "eee19b7ec3c1b173", "by hand", "Server", 1500, "Error", "no", "a=b", ["e"], [{"k": "v"}],
                   ["eee19b7ec3c1b175"], ["c=d"]]


def test_json_metrics_by_curl(server, service):
    now = str(time.time_ns())
    point = {"startTimeUnixNano": now, "timeUnixNano": now}
    metrics = [
        {"name": "g", "gauge": {"dataPoints": [{**point, "asDouble": 1.25}, {**point, "asInt": "-7", "attributes": attributes(k={"stringValue": "v"})}]}},
        {"name": "s", "sum": {"dataPoints": [{**point, "asInt": "5"}], "aggregationTemporality": 2, "isMonotonic": True}},
        {"name": "h", "histogram": {"dataPoints": [{**point, "count": "3", "sum": 6.5, "bucketCounts": ["1", "2"], "explicitBounds": [2.0], "min": 1, "max": 4}],
                                    "aggregationTemporality": 1}},
        {"name": "e", "exponentialHistogram": {"dataPoints": [{**point, "count": "4", "sum": 9, "scale": 2, "zeroCount": "1", "positive": {"offset": 3, "bucketCounts": ["1", "2"]},
                                                               "negative": {"offset": -1, "bucketCounts": []}}], "aggregationTemporality": 2}},
        {"name": "q", "summary": {"dataPoints": [{**point, "count": "10", "sum": 55, "quantileValues": [{"quantile": 0.5, "value": 5}, {"quantile": 0.99, "value": 9.5}]}]}},
    ]
    status, _ = curl(server, "/v1/metrics", {"resourceMetrics": [{"resource": {"attributes": attributes(**{"service.name": {"stringValue": service}})},
                                                                 "scopeMetrics": [{"scope": {"name": "hand"}, "metrics": metrics}]}]})
    assert status == 200
    ask = server.client(database="default").rows
    where = f"WHERE ServiceName = '{service}'"
    assert ask(f"SELECT MetricName, Value, Attributes FROM otel_metrics_gauge {where} ORDER BY Value") == [["g", -7, {"k": "v"}], ["g", 1.25, {}]]
    assert ask(f"SELECT MetricName, Value, IsMonotonic, AggregationTemporality FROM otel_metrics_sum {where}") == [["s", 5, True, 2]]
    assert ask(f"SELECT Count, Sum, BucketCounts, ExplicitBounds, Min, Max FROM otel_metrics_histogram {where}") == [[3, 6.5, [1, 2], [2], 1, 4]]
    assert ask(f"SELECT Count, Sum, Scale, ZeroCount, PositiveOffset, PositiveBucketCounts, NegativeOffset, NegativeBucketCounts FROM otel_metrics_exponential_histogram {where}") == [
        [4, 9, 2, 1, 3, [1, 2], -1, []]]
    assert ask(f"SELECT Count, Sum, ValueAtQuantiles.Quantile, ValueAtQuantiles.Value FROM otel_metrics_summary {where}") == [[10, 55, [0.5, 0.99], [5, 9.5]]]


def test_exemplars_and_flags(server, service):
    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add()
    attribute = resource.resource.attributes.add()
    attribute.key, attribute.value.string_value = "service.name", service
    metric = resource.scope_metrics.add().metrics.add(name="n")
    point = metric.gauge.data_points.add(time_unix_nano=time.time_ns(), as_double=float("nan"), flags=1)
    exemplar = point.exemplars.add(time_unix_nano=point.time_unix_nano, as_int=9, span_id=bytes(range(8)), trace_id=bytes(range(16)))
    filtered = exemplar.filtered_attributes.add()
    filtered.key, filtered.value.string_value = "user", "u1"
    status, _, _ = post(server, "/v1/metrics", request.SerializeToString())
    assert status == 200
    row = server.client().rows(f"""SELECT isNaN(Value), Flags, Exemplars.Value, Exemplars.SpanId, Exemplars.TraceId, Exemplars.FilteredAttributes
        FROM default.otel_metrics_gauge WHERE ServiceName = '{service}'""")[0]
    assert row == [1, 1, [9], ["0001020304050607"], ["000102030405060708090a0b0c0d0e0f"], [{"user": "u1"}]]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_encodings(server, service, encoding):
    body = logs(service, time.time_ns()).SerializeToString()
    if encoding == "gzip":
        body = gzip.compress(body)
    elif encoding == "zstd":
        from backports import zstd
        body = zstd.compress(body)
    assert post(server, "/v1/logs", body, {} if encoding == "identity" else {"Content-Encoding": encoding})[0] == 200
    assert count(server, service) == 1


def test_the_same_request_is_stored_once(server, service):
    body = logs(service, time.time_ns(), time.time_ns() + 1).SerializeToString()
    for _ in range(3):
        assert post(server, "/v1/logs", body)[0] == 200
    assert post(server, "/v1/logs", gzip.compress(body), {"Content-Encoding": "gzip"})[0] == 200
    assert count(server, service) == 2


def test_malformed_bodies(server):
    assert post(server, "/v1/logs", b"\xff\xff\xff\xff\x07")[0] == 400
    assert post(server, "/v1/traces", b"\x0a\x7f")[0] == 400
    assert post(server, "/v1/metrics", b"{\"resourceMetrics\": [", {"Content-Type": "application/json"})[0] == 400
    assert post(server, "/v1/logs", b"not gzip", {"Content-Encoding": "gzip"})[0] == 400
    status, body, headers = post(server, "/v1/logs", b"{\"resourceLogs\": 5}", {"Content-Type": "application/json"})
    assert status == 400 and headers["content-type"].startswith("application/json") and json.loads(body)["message"]


def test_wrong_content_type_and_method(server):
    assert post(server, "/v1/logs", b"x", {"Content-Type": "text/plain"})[0] == 415
    assert post(server, "/v1/logs", None, method="GET")[0] == 405
    assert post(server, "/v1/nothing", b"")[0] == 404


def test_decompressed_limit(server):
    bomb = gzip.compress(b"\0" * (80 << 20))
    assert len(bomb) < 1 << 20
    assert post(server, "/v1/logs", bomb, {"Content-Encoding": "gzip"})[0] == 413


def test_empty_request_is_a_success(server):
    assert post(server, "/v1/logs", b"")[:2] == (200, b"")
    assert post(server, "/v1/traces", b"{}", {"Content-Type": "application/json"})[0] == 200


def test_records_out_of_time_are_partial_success(server, service):
    now, day = time.time_ns(), 86400 * 10**9
    request = logs(service, now, now - 400 * day, now + 3 * day, now + 1)
    status, body, _ = post(server, "/v1/logs", request.SerializeToString())
    assert status == 200
    answer = ExportLogsServiceResponse.FromString(body)
    assert answer.partial_success.rejected_log_records == 2 and answer.partial_success.error_message
    assert count(server, service) == 2


def test_browsers_may_send(server):
    status, _, headers = post(server, "/v1/traces", None, {"Origin": "http://shop.example", "Access-Control-Request-Method": "POST",
                                                           "Access-Control-Request-Headers": "content-type"}, method="OPTIONS")
    assert status in (200, 204)
    assert headers["access-control-allow-origin"] in ("*", "http://shop.example")
    assert "content-type" in headers["access-control-allow-headers"].lower() or headers["access-control-allow-headers"] == "*"


def test_grpc_health_and_errors(server):
    with grpc.insecure_channel(server.address["otlp-grpc"]) as channel:
        health = channel.unary_unary("/grpc.health.v1.Health/Check")
        assert health(b"", timeout=20) == b"\x08\x01"  # SERVING
        export = channel.unary_unary("/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        with pytest.raises(grpc.RpcError) as refused:
            export(b"\x0a\x7f", timeout=20)
        assert refused.value.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL)


def test_keep_alive(server, service):
    connection = http.client.HTTPConnection(server.address["otlp-http"], timeout=60)
    connection.connect()
    local = connection.sock.getsockname()
    for i in range(5):
        connection.request("POST", "/v1/logs", logs(service, time.time_ns() + i).SerializeToString(), {"Content-Type": "application/x-protobuf"})
        response = connection.getresponse()
        response.read()
        assert response.status == 200 and connection.sock.getsockname() == local
    connection.close()
    assert count(server, service) == 5


def test_dropped_tables_come_back_with_the_next_request(own, service):
    """Nobody has to restart a node because a table was dropped to empty it; and the configured retention is kept."""
    server = own("--retention-logs", "5d").start()
    send = lambda body: post(server, "/v1/logs", logs(service, time.time_ns(), body=body).SerializeToString())[0]
    assert send("before") == 200
    server.query("DROP TABLE default.otel_logs")
    assert send("after the table") == 200 and count(server, service) == 1
    server.query("DROP DATABASE default")
    assert "default" not in server.query("SHOW DATABASES").split()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda i: send(f"after the database {i}"), range(8))) == [200] * 8
    assert count(server, service) == 8
    assert "toIntervalDay(5)" in server.query("SHOW CREATE TABLE default.otel_logs")
    assert len(server.query("SHOW TABLES FROM default").split()) == 8
