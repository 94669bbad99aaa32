"""Seeded telemetry for the differential suite: the same rows go into OllyStack and into chDB.

Times are fixed (2026-03-01), so that answers do not depend on the day of the run; the tables are ordinary MergeTree tables in
a database of their own, without TTL. Text has quotes, tabs, newlines, UTF-8 and empty values on purpose.
"""
import json
import random

DATABASE = "corpus"
DAY = 1772323200  # 2026-03-01 00:00:00 UTC
LC = "LowCardinality(String)"
MAP = "Map(LowCardinality(String), String)"

SERVICES = ["frontend", "checkout", "cart", "payment", "shipping", "catalog", "recommendation", "ads", "email", "currency"]
SEVERITIES = [("TRACE", 1), ("DEBUG", 5), ("INFO", 9), ("WARN", 13), ("ERROR", 17), ("FATAL", 21)]

DDL = {
    "otel_logs": f"""CREATE TABLE otel_logs (Timestamp DateTime64(9), TraceId String, SpanId String, TraceFlags UInt8,
        SeverityText {LC}, SeverityNumber UInt8, ServiceName {LC}, Body String, ResourceSchemaUrl {LC},
        ResourceAttributes {MAP}, ScopeSchemaUrl {LC}, ScopeName String, ScopeVersion {LC}, ScopeAttributes {MAP},
        LogAttributes {MAP}, EventName String) ENGINE = MergeTree() PARTITION BY toDate(Timestamp)
        ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)""",
    "otel_traces": f"""CREATE TABLE otel_traces (Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String,
        TraceState String, SpanName {LC}, SpanKind {LC}, ServiceName {LC}, ResourceAttributes {MAP}, ScopeName String,
        ScopeVersion String, SpanAttributes {MAP}, Duration UInt64, StatusCode {LC}, StatusMessage String,
        Events Nested(Timestamp DateTime64(9), Name {LC}, Attributes {MAP}),
        Links Nested(TraceId String, SpanId String, TraceState String, Attributes {MAP}))
        ENGINE = MergeTree() PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))""",
    "otel_traces_trace_id_ts": """CREATE TABLE otel_traces_trace_id_ts (TraceId String, Start DateTime, End DateTime)
        ENGINE = MergeTree() PARTITION BY toDate(Start) ORDER BY (TraceId, Start)""",
    "otel_metrics_gauge": f"""CREATE TABLE otel_metrics_gauge (ResourceAttributes {MAP}, ServiceName {LC}, MetricName {LC},
        MetricDescription String, MetricUnit String, Attributes {MAP}, StartTimeUnix DateTime64(9), TimeUnix DateTime64(9),
        Value Float64, Flags UInt32) ENGINE = MergeTree() PARTITION BY toDate(TimeUnix)
        ORDER BY (ServiceName, MetricName, TimeUnix)""",
    "otel_metrics_sum": f"""CREATE TABLE otel_metrics_sum (ResourceAttributes {MAP}, ServiceName {LC}, MetricName {LC},
        MetricUnit String, Attributes {MAP}, StartTimeUnix DateTime64(9), TimeUnix DateTime64(9), Value Float64,
        AggregationTemporality Int32, IsMonotonic Bool) ENGINE = MergeTree() PARTITION BY toDate(TimeUnix)
        ORDER BY (ServiceName, MetricName, TimeUnix)""",
    "otel_metrics_histogram": f"""CREATE TABLE otel_metrics_histogram (ServiceName {LC}, MetricName {LC}, Attributes {MAP},
        TimeUnix DateTime64(9), Count UInt64, Sum Float64, BucketCounts Array(UInt64), ExplicitBounds Array(Float64),
        Min Float64, Max Float64) ENGINE = MergeTree() ORDER BY (ServiceName, MetricName, TimeUnix)""",
    "services": """CREATE TABLE services (name String, team String, tier UInt8, owner Nullable(String), since Date,
        slo Nullable(Float64)) ENGINE = MergeTree() ORDER BY name""",
    "events": """CREATE TABLE events (id UInt32, tags Array(String), nums Array(Int64), matrix Array(Array(UInt8)),
        pairs Array(Tuple(String, UInt32)), point Tuple(x Int32, y String), counts Map(String, UInt64),
        maybe Array(Nullable(Int32)), scores Array(Float64)) ENGINE = MergeTree() ORDER BY id""",
    "typed": """CREATE TABLE typed (id UInt32, u8 UInt8, u16 UInt16, u32 UInt32, u64 UInt64, i8 Int8, i16 Int16, i32 Int32,
        i64 Int64, f32 Float32, f64 Float64, b Bool, s String, fs FixedString(8), d Date, d32 Date32, dt DateTime,
        dtz DateTime('Europe/Berlin'), dt3 DateTime64(3), dt9z DateTime64(9, 'America/New_York'), uuid UUID,
        e8 Enum8('red' = -1, 'green' = 0, 'blue' = 1), e16 Enum16('low' = 1, 'high' = 1000), ip4 IPv4, ip6 IPv6,
        dec9 Decimal(9, 2), dec18 Decimal(18, 6), dec38 Decimal(38, 10), lc LowCardinality(String),
        lcn LowCardinality(Nullable(String)), ni Nullable(Int32), ns Nullable(String), nf Nullable(Float64),
        nd Nullable(DateTime)) ENGINE = MergeTree() ORDER BY id""",
}


def _time(seconds, nanos=0):
    """DateTime64(9) text of an offset from DAY, in UTC."""
    h, rest = divmod(seconds, 3600)
    return f"2026-03-{1 + h // 24:02d} {h % 24:02d}:{rest // 60:02d}:{rest % 60:02d}.{nanos:09d}"


def _second(seconds):
    return _time(seconds)[:19]


def _resource(rng, service):
    node = rng.randrange(6)
    return {
        "service.name": service,
        "service.version": f"1.{rng.randrange(4)}.{rng.randrange(9)}",
        "k8s.pod.name": f"{service}-{node}-{rng.randrange(3)}",
        "k8s.node.name": f"node-{node}",
        "deployment.environment": rng.choice(["production", "staging"]),
    }


def _hex(rng, n):
    return "".join(rng.choice("0123456789abcdef") for _ in range(n))


def _body(rng, severity):
    user, order = rng.randrange(400), rng.randrange(10000)
    ip = f"10.{rng.randrange(4)}.{rng.randrange(256)}.{rng.randrange(256)}"
    texts = [
        f"user {user} logged in from {ip}",
        f"order {order} accepted in {rng.randrange(1, 900)} ms",
        f"GET /api/v1/products/{order}?page={user % 7} 200 {rng.randrange(20, 4000)}",
        f'cache miss for key "product:{order}"',
        json.dumps({"msg": "payment", "amount": round(rng.random() * 500, 2), "user": {"id": user, "vip": user % 5 == 0},
                    "items": [order % 7, order % 11]}),
        f"timeout after {rng.choice([100, 250, 1000])}ms\twhile calling payment\nretrying",
        f"Überprüfung der Bestellung {order} für Kundin {user} – fertig ✓",
        "",
    ]
    if severity in ("ERROR", "FATAL"):
        texts = [f"connection refused to {ip}:5432", f"panic: order {order} has no owner's address", texts[5]]
    return rng.choice(texts)


def logs(rng, n=2400):
    for i in range(n):
        second = i * 6 % 86000 + (86400 if i % 40 == 7 else 0)
        service = SERVICES[min(int(rng.expovariate(0.45)), 9)]
        text, number = rng.choices(SEVERITIES, [2, 10, 60, 14, 11, 3])[0]
        attributes = {"thread": str(rng.randrange(16)), "request.id": _hex(rng, 12)}
        if i % 3:
            attributes["http.route"] = rng.choice(["/", "/cart", "/api/v1/products", "/checkout"])
        if i % 4 == 0:
            attributes["http.status_code"] = str(rng.choice([200, 200, 200, 404, 500, 503]))
        if i % 11 == 0:
            attributes["empty"] = ""
        traced = i % 5 < 2
        yield {
            "Timestamp": _time(second, rng.randrange(10**9)), "TraceId": _hex(rng, 32) if traced else "",
            "SpanId": _hex(rng, 16) if traced else "", "TraceFlags": int(traced), "SeverityText": text,
            "SeverityNumber": number, "ServiceName": service, "Body": _body(rng, text),
            "ResourceSchemaUrl": "https://opentelemetry.io/schemas/1.24.0" if i % 2 else "",
            "ResourceAttributes": _resource(rng, service), "ScopeSchemaUrl": "", "ScopeName": f"io.shop.{service}",
            "ScopeVersion": "0.1" if i % 7 else "", "ScopeAttributes": {"lib": "shop"} if i % 6 == 0 else {},
            "LogAttributes": attributes, "EventName": "checkout.done" if i % 50 == 3 else "",
        }


def traces(rng, n=260):
    spans = []
    for _ in range(n):
        start, trace = rng.randrange(86000), _hex(rng, 32)
        parents = [""]
        for depth in range(rng.randrange(1, 11)):
            service = SERVICES[min(int(rng.expovariate(0.4)), 9)]
            span, failed = _hex(rng, 16), rng.random() < 0.05
            events = [{"t": _time(start, rng.randrange(10**9)), "n": "exception", "a": {"exception.type": "IOError"}}] if failed else []
            if rng.random() < 0.2:
                events.append({"t": _time(start + 1, 5), "n": "retry", "a": {}})
            links = [(_hex(rng, 32), _hex(rng, 16))] if rng.random() < 0.1 else []
            kind = "Server" if depth == 0 else rng.choice(["Client", "Internal", "Producer", "Consumer"])
            spans.append({
                "Timestamp": _time(start + depth // 3, rng.randrange(10**9)), "TraceId": trace, "SpanId": span,
                "ParentSpanId": rng.choice(parents) if depth else "", "TraceState": "", "SpanName":
                rng.choice(["GET /", "POST /cart", "charge", "SELECT orders", "render", "publish"]), "SpanKind": kind,
                "ServiceName": service, "ResourceAttributes": _resource(rng, service), "ScopeName": "shop", "ScopeVersion": "1.0",
                "SpanAttributes": {"http.method": "GET", "http.status_code": "500" if failed else "200",
                                   "user.id": str(rng.randrange(50)), "net.peer.name": f"{service}.local"},
                "Duration": int(rng.lognormvariate(15, 1.3)), "StatusCode": "Error" if failed else rng.choice(["Unset", "Ok"]),
                "StatusMessage": "it broke" if failed else "",
                "Events.Timestamp": [e["t"] for e in events], "Events.Name": [e["n"] for e in events],
                "Events.Attributes": [e["a"] for e in events], "Links.TraceId": [l[0] for l in links],
                "Links.SpanId": [l[1] for l in links], "Links.TraceState": ["" for _ in links], "Links.Attributes": [{} for _ in links],
            })
            parents = [p for p in parents if p] + [span]
    return spans


def trace_times(spans):
    bounds = {}
    for span in spans:
        second = span["Timestamp"][:19]
        low, high = bounds.get(span["TraceId"], (second, second))
        bounds[span["TraceId"]] = (min(low, second), max(high, second))
    for trace, (low, high) in bounds.items():
        yield {"TraceId": trace, "Start": low, "End": high}


def gauges(rng, minutes=180):
    for host in range(8):
        service = SERVICES[host]
        cpu, memory = rng.uniform(10, 60), rng.randrange(10**9, 4 * 10**9)
        for minute in range(minutes):
            cpu = min(100.0, max(0.0, cpu + rng.gauss(0, 3)))
            memory = max(0, memory + 4096 * rng.randrange(-500, 500))
            for name, unit, value in (("system.cpu.utilization", "%", round(cpu, 2)), ("process.memory.usage", "By", memory)):
                yield {"ResourceAttributes": {"host.name": f"host-{host}", "service.name": service}, "ServiceName": service,
                       "MetricName": name, "MetricDescription": f"{name} of a host", "MetricUnit": unit,
                       "Attributes": {"cpu": str(minute % 2)} if unit == "%" else {}, "StartTimeUnix": _time(0),
                       "TimeUnix": _time(minute * 60, rng.randrange(10**6)), "Value": value, "Flags": 0}


def sums(rng, minutes=120):
    for host in range(5):
        total, load = 0, 0.0
        for minute in range(minutes):
            total = 0 if minute == 77 and host == 2 else total + rng.randrange(0, 400)
            load += rng.random()
            for name, unit, value, monotonic in (("http.server.requests", "1", total, True), ("queue.depth", "1", round(load % 9, 3), False)):
                yield {"ResourceAttributes": {"host.name": f"host-{host}"}, "ServiceName": SERVICES[host], "MetricName": name,
                       "MetricUnit": unit, "Attributes": {"route": "/cart" if host % 2 else "/"}, "StartTimeUnix": _time(0),
                       "TimeUnix": _time(minute * 60), "Value": value, "AggregationTemporality": 2, "IsMonotonic": monotonic}


def histograms(rng, minutes=60):
    bounds = [5.0, 10.0, 25.0, 50.0, 100.0, 250.0]
    for host in range(4):
        for minute in range(minutes):
            values = [rng.lognormvariate(3, 1) for _ in range(rng.randrange(0, 30))]
            counts = [0] * (len(bounds) + 1)
            for value in values:
                counts[sum(value > b for b in bounds)] += 1
            yield {"ServiceName": SERVICES[host], "MetricName": "http.server.duration", "Attributes": {}, "TimeUnix": _time(minute * 60),
                   "Count": len(values), "Sum": round(sum(values), 3), "BucketCounts": counts, "ExplicitBounds": bounds,
                   "Min": round(min(values, default=0), 3), "Max": round(max(values, default=0), 3)}


def services(rng):
    for i, name in enumerate(SERVICES[:8] + ["retired"]):
        yield {"name": name, "team": ["web", "money", "logistics"][i % 3], "tier": 1 + i % 3, "owner": None if i % 4 == 1 else f"{name}@shop.example",
               "since": f"20{18 + i}-0{1 + i}-15", "slo": None if i % 5 == 2 else round(0.9 + i / 100, 3)}


def events(rng, n=120):
    words = ["red", "green", "blue", "déjà", "", "a,b", "it's", "x\ty"]
    for i in range(n):
        k = i % 6
        yield {"id": i, "tags": [rng.choice(words) for _ in range(k)], "nums": [rng.randrange(-50, 50) for _ in range((i * 7) % 9)],
               "matrix": [[rng.randrange(256) for _ in range(j)] for j in range(i % 4)],
               "pairs": [[rng.choice(words), rng.randrange(100)] for _ in range(i % 3)], "point": {"x": i - 60, "y": words[i % 8]},
               "counts": {w: rng.randrange(10**6) for w in words[: i % 5]}, "maybe": [None if rng.random() < 0.3 else rng.randrange(9) for _ in range(i % 5)],
               "scores": [round(rng.uniform(-1, 1), 4) for _ in range(i % 4)]}


def typed(rng, n=160):
    edges = [0, 1, 2]
    for i in range(n):
        def pick(low, high):
            return [low, high, 0][edges[i]] if i < 3 else rng.randint(low, high)
        seconds = rng.randrange(2 * 10**9) if i > 2 else [0, 1, 2**32 - 1][i]
        yield {
            "id": i, "u8": pick(0, 255), "u16": pick(0, 65535), "u32": pick(0, 2**32 - 1), "u64": pick(0, 2**64 - 1), "i8": pick(-128, 127),
            "i16": pick(-(2**15), 2**15 - 1), "i32": pick(-(2**31), 2**31 - 1), "i64": pick(-(2**63), 2**63 - 1),
            "f32": round(rng.uniform(-100, 100), 2), "f64": rng.choice([0.0, -0.5, 1e300, 1e-9, rng.gauss(0, 1000)]), "b": i % 3 == 0,
            "s": rng.choice(["", "plain", "tab\there", "quote'\"", "späte Größe", "line\nbreak", "%_\\", "0042"]), "fs": rng.choice(["abcdefgh", "xy", ""]),
            "d": f"20{rng.randrange(10, 40)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            "d32": f"{rng.randrange(1930, 2250)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}", "dt": seconds, "dtz": seconds,
            "dt3": _time(rng.randrange(10**5), rng.randrange(1000) * 10**6)[:23], "dt9z": _time(rng.randrange(10**5), rng.randrange(10**9)),
            "uuid": f"{_hex(rng, 8)}-{_hex(rng, 4)}-{_hex(rng, 4)}-{_hex(rng, 4)}-{_hex(rng, 12)}", "e8": rng.choice(["red", "green", "blue"]),
            "e16": rng.choice(["low", "high"]), "ip4": ".".join(str(rng.randrange(256)) for _ in range(4)),
            "ip6": rng.choice(["::1", "2001:db8::ff00:42:8329", "::ffff:10.0.0.1", "fe80::1"]), "dec9": f"{rng.randrange(-10**7, 10**7) / 100:.2f}",
            "dec18": f"{rng.randrange(-10**12, 10**12)}.{rng.randrange(10**6):06d}", "dec38": f"{rng.randrange(-10**18, 10**18)}.{rng.randrange(10**10):010d}",
            "lc": rng.choice(["alpha", "beta", ""]), "lcn": rng.choice([None, "gamma", "delta"]), "ni": None if i % 4 == 1 else rng.randrange(-99, 99),
            "ns": None if i % 5 == 2 else rng.choice(["x", "", "null"]), "nf": None if i % 3 == 2 else round(rng.gauss(0, 1), 3),
            "nd": None if i % 7 == 3 else seconds,
        }


def tables():
    """Table name -> rows, always the same."""
    rng = random.Random(20260301)
    spans = traces(rng)
    made = {"otel_logs": logs(rng), "otel_traces": spans, "otel_traces_trace_id_ts": trace_times(spans), "otel_metrics_gauge": gauges(rng),
            "otel_metrics_sum": sums(rng), "otel_metrics_histogram": histograms(rng), "services": services(rng), "events": events(rng), "typed": typed(rng)}
    return {name: list(rows) for name, rows in made.items()}


def json_each_row(rows):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
