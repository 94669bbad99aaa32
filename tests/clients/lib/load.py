"""Writers that know what was acknowledged: OTLP and SQL requests whose every row has an id of its own.

A request is made once and sent as the same bytes until it is acknowledged; what is neither acknowledged nor refused when the
connection breaks is *unknown* and is sent again later.
"""
import http.client
import itertools
import json
import threading
import time
import urllib.parse

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SERVICE = "loaded"
TABLES = {"logs": ("default.otel_logs", "Body"), "traces": ("default.otel_traces", "SpanName"), "metrics": ("default.otel_metrics_gauge", "Attributes['id']"),
          "sql": ("load.t", "id")}


def _resource(request_part):
    attribute = request_part.resource.attributes.add()
    attribute.key, attribute.value.string_value = "service.name", SERVICE


def logs(number, rows):
    request, now = ExportLogsServiceRequest(), time.time_ns()
    part = request.resource_logs.add()
    _resource(part)
    scope = part.scope_logs.add()
    for i in range(rows):
        record = scope.log_records.add(time_unix_nano=now + i, severity_number=9, severity_text="INFO")
        record.body.string_value = f"logs {number} {i}"
        attribute = record.attributes.add()
        attribute.key, attribute.value.string_value = "padding", "x" * 200
    return request.SerializeToString()


def traces(number, rows):
    request, now = ExportTraceServiceRequest(), time.time_ns()
    part = request.resource_spans.add()
    _resource(part)
    scope = part.scope_spans.add()
    for i in range(rows):
        scope.spans.add(trace_id=(number * 1000 + i // 5 + 1).to_bytes(16, "big"), span_id=(number * 100_000 + i + 1).to_bytes(8, "big"), kind=2,
                        name=f"traces {number} {i}", start_time_unix_nano=now, end_time_unix_nano=now + 1000 * i)
    return request.SerializeToString()


def metrics(number, rows):
    request, now = ExportMetricsServiceRequest(), time.time_ns()
    part = request.resource_metrics.add()
    _resource(part)
    metric = part.scope_metrics.add().metrics.add(name="load")
    for i in range(rows):
        point = metric.gauge.data_points.add(time_unix_nano=now + i, as_double=i)
        attribute = point.attributes.add()
        attribute.key, attribute.value.string_value = "id", f"metrics {number} {i}"
    return request.SerializeToString()


def sql(number, rows):
    return "".join(json.dumps({"id": f"sql {number} {i}", "n": i, "pad": "y" * 100}) + "\n" for i in range(rows)).encode()


MAKE = {"logs": logs, "traces": traces, "metrics": metrics, "sql": sql}
ROWS = {"logs": 400, "traces": 200, "metrics": 400, "sql": 300}


class Request:
    numbers = itertools.count(1)

    def __init__(self, kind):
        self.kind, self.number, self.rows = kind, next(Request.numbers), ROWS[kind]
        self.body = MAKE[kind](self.number, self.rows)

    def target(self, server):
        if self.kind == "sql":
            url = "/?" + urllib.parse.urlencode({"query": "INSERT INTO load.t FORMAT JSONEachRow", "insert_deduplication_token": f"r{self.number}"})
            return server.address["clickhouse-http"], url, {}
        return server.address["otlp-http"], f"/v1/{self.kind}", {"Content-Type": "application/x-protobuf"}


class Connection:
    """Sends requests over one kept connection; `send` returns the status, or None when the outcome is unknown."""

    def __init__(self, server):
        self.server, self.connection, self.address = server, None, None
        self.answer = b""

    def send(self, request, timeout=60):
        address, url, headers = request.target(self.server)
        try:
            if self.connection is None or self.address != address:
                self.close()
                self.connection, self.address = http.client.HTTPConnection(address, timeout=timeout), address
            self.connection.request("POST", url, request.body, headers)
            response = self.connection.getresponse()
            self.answer = response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


def overload(status, answer):
    """Whether a request was refused for merge debt or memory, to be sent again later."""
    return status == 429 and b"disk is full" not in answer or status == 500 and any(code in answer for code in (b"Code: 241", b"Code: 252", b"Code: 202"))


class Load:
    """Writer threads against one server; counts acknowledged rows and keeps the unknown requests."""

    def __init__(self, server, kinds=("logs", "logs", "traces", "metrics", "sql", "sql")):
        self.server, self.kinds = server, kinds
        self.lock, self.changed = threading.Lock(), threading.Condition()
        self.acked = dict.fromkeys(TABLES, 0)
        self.unknown, self.refused, self.threads = [], [], []
        self.stopping = False
        self.ack_times = []
        self.overloaded = 0

    def start(self):
        self.stopping = False
        self.threads = [threading.Thread(target=self._write, args=(kind,), daemon=True) for kind in self.kinds]
        for thread in self.threads:
            thread.start()

    def _write(self, kind):
        connection = Connection(self.server)
        while not self.stopping:
            request = Request(kind)
            began = time.monotonic()
            status = connection.send(request)
            # Refused before it was proposed: a good sender waits and comes back with the same request.
            while overload(status, connection.answer) and not self.stopping:
                self.overloaded += 1
                time.sleep(0.1)
                status = connection.send(request)
            if overload(status, connection.answer):
                break
            if not self._account(request, status, connection.answer):
                break
            self.ack_times.append((time.monotonic(), time.monotonic() - began))
        connection.close()

    def _account(self, request, status, answer=b""):
        with self.changed:
            if status is not None and status // 100 == 2:
                self.acked[request.kind] += request.rows
            elif status is None or status >= 500:
                self.unknown.append(request)
            else:
                self.refused.append((request, status, answer[:300]))
            self.changed.notify_all()
        return status is not None

    def total(self):
        return sum(self.acked.values())

    def wait_for(self, rows, limit=300):
        """Until this many rows are acknowledged in all."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.total() >= rows or not any(t.is_alive() for t in self.threads), limit), (
                f"only {self.total()} of {rows} rows acknowledged in {limit} s")

    def join(self):
        self.stopping = True
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive()

    def settle(self):
        """Sends the unknown requests again, until each is acknowledged. Returns how many there were."""
        connection, waiting = Connection(self.server), self.unknown
        self.unknown = []
        for request in waiting:
            for _ in range(600):
                status = connection.send(request)
                if not overload(status, connection.answer) and status is not None:
                    break
                time.sleep(0.05)
            assert status is not None and status // 100 == 2, (request.kind, status, connection.answer[:300])
            self.acked[request.kind] += request.rows
        connection.close()
        return len(waiting)

    def check(self):
        """Every acknowledged row is there, once. Call after `settle`, without writers."""
        client = self.server.client()
        for kind, (table, column) in TABLES.items():
            if kind not in self.kinds:
                continue
            where = "" if kind == "sql" else f" WHERE ServiceName = '{SERVICE}'"
            found, distinct = client.rows(f"SELECT count(), uniqExact({column}) FROM {table}{where}")[0]
            assert (found, distinct) == (self.acked[kind], self.acked[kind]), (
                f"{kind}: {self.acked[kind]} rows acknowledged, {found} found, {distinct} of them distinct")
        client.close()


def make_table(server):
    server.query("CREATE DATABASE IF NOT EXISTS load")
    server.query("CREATE TABLE IF NOT EXISTS load.t (id String, n UInt32, pad String) ENGINE = MergeTree ORDER BY id")
