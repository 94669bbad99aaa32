"""make bench: the same seeded telemetry into OllyStack (release build, default configuration, OTLP/gRPC, fsync before ack) and
into chDB; ingest rate, CPU, bytes, memory, and the same questions with equal answers, side by side.

    --quick     less data, at most 5 minutes, no floors
    --sets a,b  only these of logs, spans, tsbs, mix
    --seconds N the measured ingest window
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "clients"))
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
os.environ.setdefault("OLLY_BINARY", str(TARGET / "release" / "ollystack"))
BENCH = pathlib.Path(os.environ.get("OLLY_BENCH", TARGET / "release" / "olly-bench"))

from lib import corpus  # noqa: E402
from lib.server import QueryError, Server, remove  # noqa: E402

ROWS = {"logs": 5_000_000, "spans": 5_000_000, "tsbs": 17_280_000, "mix": 17_280_000}
QUICK = {"logs": 1_000_000, "spans": 1_000_000, "tsbs": 2_880_000, "mix": 2_880_000}
FLOORS = {"logs": 100_000, "spans": 80_000, "tsbs": 300_000, "mix": 300_000}
BYTES = {"tsbs": 2.0, "mix": 4.2}
VALID = {"logs": (62, 75), "spans": (62, 72)}
TABLES = {"logs": ["otel_logs"], "spans": ["otel_traces", "otel_traces_trace_id_ts"], "tsbs": ["otel_metrics_gauge"], "mix": ["otel_metrics_gauge", "otel_metrics_sum"]}
RUNS = 5
failures, lines = [], []


def say(text=""):
    print(text, flush=True)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid, field):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+)", text, re.M)[1]) / 1024


def metric(server, name):
    """The sum of a figure of /metrics over its labels."""
    lines = [line for line in server.console("/metrics")[1].splitlines() if re.match(rf"ollystack_{name}[ {{]", line)]
    if not lines:
        raise SystemExit(f"/metrics has no ollystack_{name}")
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def run_bench(*arguments, server=None):
    """Runs olly-bench; with a server, also the CPU seconds that it spent between `ready` and the end."""
    process = subprocess.Popen([str(BENCH), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    used = 0.0
    if server:
        line = process.stderr.readline().strip()
        if line != "ready":
            raise SystemExit(line + process.stderr.read())
        used = -cpu_seconds(server.pid)
        process.stdin.write("go\n")
        process.stdin.flush()
    out, error = process.communicate()
    if process.returncode:
        raise SystemExit(f"olly-bench failed: {error}\n{server.tail() if server else ''}")
    if server:
        used += cpu_seconds(server.pid)
    return json.loads(out), used


def settle(server, tables, limit, quiet):
    """The state that the server reaches by itself: until nothing has changed for `quiet` seconds, `limit` at most."""
    names = ", ".join(f"'{t}'" for t in tables)
    # Rows of look-up tables are not rows of the set.
    sql = f"SELECT count(), sumIf(rows, table != 'otel_traces_trace_id_ts'), sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'default' AND table IN ({names})"
    client, began, last, since = server.client(), time.monotonic(), None, time.monotonic()
    while time.monotonic() - began < limit:
        now = [int(n or 0) for n in client.rows(sql)[0]]
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > quiet and metric(server, "group_jobs") == 0:
            break
        time.sleep(0.5)
    client.close()
    return last


def questions(kind, end, rows, lookup):
    """(name, sql) of this set, places filled."""
    span = {"logs": 6 * 3600, "spans": 6 * 3600}.get(kind)
    seconds = span * rows / 5_000_000 if span else rows / 4000 * 10
    first = end / 1e9 - seconds
    hour = max(first, end / 1e9 - 3600) if seconds > 3600 else first + seconds * 5 / 6
    places = {"{hour}": f"toDateTime({int(hour)})", "{first}": f"toDateTime({int(first)})", "{last}": f"toDateTime({int(end // 10**9)})", **lookup}
    found = []
    for query in corpus.parse(pathlib.Path(__file__).with_name("queries.sql")):
        found.append(query)
    text = pathlib.Path(__file__).with_name("queries.sql").read_text().splitlines()
    named = []
    for query in found:
        title = next(text[i] for i in range(query.line - 2, -1, -1) if text[i].startswith("--"))[3:]
        if title.startswith(kind + " "):
            sql = query.sql
            for place, value in places.items():
                sql = sql.replace(place, value)
            named.append((title[len(kind) + 1:], sql))
    return named


def load(server, kind, data, options):
    """Sends the set; what the loader and the server's counters say, and the CPU seconds until merges have settled."""
    done, cpu = run_bench("load", *data, "--grpc", server.address["otlp-grpc"], "--connections", 4, "--seconds", options.seconds, server=server)
    done["cpu"], done["wal"] = cpu, metric(server, "wal_written_bytes_total")
    before = cpu_seconds(server.pid)
    # Merges of a partition that is quiet begin after 20 s.
    done["parts"] = settle(server, TABLES[kind], 15 if options.quick else 120, 3 if options.quick else 25)
    done["cpu_settled"] = cpu + cpu_seconds(server.pid) - before
    done["files"], done["wal_files"] = server.parts_and_wal()
    return done


def ask(client, questions):
    """(answer, median ms) of each, or (error, None) where it is refused."""
    ours = []
    for _, sql in questions:
        try:
            answer = client.ask(sql)
            times = []
            for _ in range(RUNS):
                began = time.monotonic()
                client.raw(sql, fmt="Native")
                times.append(1000 * (time.monotonic() - began))
            ours.append((answer, sorted(times)[RUNS // 2]))
        except QueryError as error:
            ours.append((error, None))
    return ours


def ask_peer(kind, data, folder, questions):
    """chDB's size, memory, answers and times, in a process of its own."""
    export = folder / "export.data"
    run_bench("export", *data, "--out", export)
    peer = subprocess.run([sys.executable, str(ROOT / "benches" / "peer" / "chdb_peer.py"), kind, str(export), str(folder / "chdb")],
                          input=json.dumps(questions), capture_output=True, text=True)
    if peer.returncode:
        raise SystemExit(f"chDB: {peer.stderr[-2000:]}")
    return json.loads(peer.stdout)


def one_set(kind, rows, options, work):
    say(f"\n== {kind}: {rows:,} rows, seed {options.seed}")
    end = time.time_ns() // 10**9 * 10**9
    folder = work / kind
    remove(folder)
    # What the set before it left to be written (chDB does not sync) is not this one's load.
    os.sync()
    data = ["--set", kind, "--rows", rows, "--seed", options.seed, "--end", end]
    # So little data would stay in the memtables of the default budget.
    flags = ["--memory", "1GiB"] if options.quick else []
    server = Server(folder / "data", *flags).start()
    try:
        idle = memory_mb(server.pid, "VmRSS")
        done = load(server, kind, data, options)
        client = server.client(database="default")
        visible = sum(client.one(f"SELECT count() FROM {t}") for t in TABLES[kind] if t != "otel_traces_trace_id_ts")
        if visible != done["all_rows"]:
            failures.append(f"{kind}: {done['all_rows']} rows acknowledged, {visible} visible")
        lookup = {"{trace}": "''", "{user}": "'u17'"}
        if kind in ("logs", "spans"):
            lookup["{trace}"] = "'" + client.query(f"SELECT max(TraceId) FROM {TABLES[kind][0]} WHERE TraceId < '8'").strip() + "'"
        asked = questions(kind, end, rows, lookup)
        ours = ask(client, asked)
        client.close()
        extra = inserts(server, options) if kind == "logs" else []
        peak = memory_mb(server.pid, "VmHWM")
        server.stop()
    finally:
        server.end()
    remove(folder / "data")
    peer = ask_peer(kind, data, folder, asked)
    remove(folder)

    floors = not options.quick
    all_rows, (count, flushed, _) = done["all_rows"], done["parts"]
    rate, per_row = done["rows"] / max(done["seconds"], 1e-9), done["files"] / flushed if flushed else float("nan")
    row(kind, "ingest, durable rows/s", f"{rate:,.0f}", "", verdict(f"{kind}: durable rows/s", rate, FLOORS[kind] if floors else None, True))
    row(kind, "acknowledgement p50 / p99, ms", f"{done['p50_ms']:.1f} / {done['p99_ms']:.1f}", "", f"{done['refused']} asked to wait" if done["refused"] else "")
    row(kind, "server CPU a row, us: while sent / until merged", f"{1e6 * done['cpu'] / all_rows:.2f} / {1e6 * done['cpu_settled'] / all_rows:.2f}", "", "")
    row(kind, "request bytes a row", f"{done['request_bytes'] / all_rows:.1f}", "", "")
    row(kind, "WAL bytes a row", f"{done['wal'] / all_rows:.1f}", "", "")
    limit = BYTES.get(kind, peer["bytes_per_row"]) if floors else None
    row(kind, f"bytes a row ({flushed:,} rows in {count} parts)", f"{per_row:.2f}", f"{peer['bytes_per_row']:.2f}", verdict(f"{kind}: bytes a row", per_row, limit))
    row(kind, "idle RSS, MiB", f"{idle:.0f}", "", verdict(f"{kind}: idle RSS", idle, 200 if floors else None))
    row(kind, "peak RSS, MiB", f"{peak:.0f}", f"{peer['peak_mb']:.0f}", verdict(f"{kind}: peak RSS", peak, 2048 * 1.1 if floors else None))
    if kind in VALID and floors:
        low, high = VALID[kind]
        if not low <= peer["bytes_per_row"] <= high:
            failures.append(f"{kind}: the data is not valid: chDB takes {peer['bytes_per_row']:.1f} B a row, {low}-{high} wanted")
    for line in extra:
        row("inserts", *line)
    for (name, sql), (answer, ms), theirs, peer_ms in zip(asked, ours, peer["answers"], peer["ms"]):
        if ms is None:
            failures.append(f"{kind}, {name}: {answer}")
            row(kind, f"query: {name}", "refused", f"{peer_ms:.1f}", str(answer)[:60])
            continue
        told = corpus.difference(answer, theirs, corpus.Query(kind, 0, sql, tolerance=True))
        if told:
            failures.append(f"{kind}, {name}: {told}")
        row(kind, f"query: {name}, ms", f"{ms:.1f}", f"{peer_ms:.1f}", f"x {ms / max(peer_ms, 0.01):.1f}, {len(theirs[2])} rows {'DIFFER' if told else 'equal'}")


def demo():
    """Seconds from the program's start to the first answer on fresh telemetry."""
    done = subprocess.run([os.environ["OLLY_BINARY"], "demo", "--exit"], capture_output=True, text=True)
    found = re.search(r"first answer ([0-9.]+) s after the start", done.stdout)
    if done.returncode or not found:
        raise SystemExit(f"demo: {done.stdout[-500:]} {done.stderr[-500:]}")
    row("demo", "first answer, s", found[1], "", verdict("demo: first answer, s", float(found[1]), 10))


def inserts(server, options):
    """Durable single-row INSERTs: 8 writers as fast as they are acknowledged, then 1,000 a second; parts stay bounded."""
    server.query("CREATE DATABASE IF NOT EXISTS bench")
    server.query("CREATE TABLE IF NOT EXISTS bench.single (n UInt64, host String, v Float64, note String) ENGINE = MergeTree ORDER BY n")
    parts = "SELECT count() FROM system.parts WHERE active AND database = 'bench'"
    http = server.address["clickhouse-http"]
    fast, _ = run_bench("inserts", "--http", http, "--writers", 8, "--seconds", 5 if options.quick else 20)
    steady, _ = run_bench("inserts", "--http", http, "--writers", 8, "--seconds", 5 if options.quick else 120, "--rate", 1000)
    count, stored = int(server.query(parts)), int(server.query("SELECT count() FROM bench.single"))
    if stored != fast["rows"] + steady["rows"]:
        failures.append(f"inserts: {fast['rows'] + steady['rows']} acknowledged, {stored} found")
    p50, p99 = (None, None) if options.quick else (3, 15)
    return [("8 writers: p50, ms", f"{fast['p50_ms']:.2f}", "", verdict("inserts: p50, ms", fast["p50_ms"], p50)),
            ("8 writers: p99, ms", f"{fast['p99_ms']:.2f}", "", verdict("inserts: p99, ms", fast["p99_ms"], p99)),
            ("8 writers: rows/s", f"{fast['a_second']:,.0f}", "", ""),
            (f"at {steady['a_second']:,.0f} a second: p50 / p99, ms", f"{steady['p50_ms']:.2f} / {steady['p99_ms']:.2f}", "", ""),
            (f"parts after {stored:,} inserts", str(count), "", verdict("inserts: parts", count, 64))]


def verdict(what, value, limit, at_least=False):
    """What the last column says of a figure with a floor or ceiling; one that is missed makes the run fail."""
    if limit is None:
        return ""
    good = value >= limit if at_least else value <= limit
    if not good:
        failures.append(f"{what}: {value:,.2f}, wanted {'>=' if at_least else '<='} {limit:,.1f}")
    return f"{'ok' if good else 'MISSED'} ({'>=' if at_least else '<='} {limit:,.1f})"


def row(kind, what, ours, theirs, note):
    lines.append((kind, what, ours, theirs, note))
    say(f"{kind:8} {what:52} {ours:>18} {theirs:>12}  {note}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sets", default="logs,spans,tsbs,mix")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--rows", type=int, help="rows of each set")
    options = parser.parse_args()
    work = TARGET / "bench"
    work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    demo()
    for kind in options.sets.split(","):
        one_set(kind, options.rows or (QUICK if options.quick else ROWS)[kind], options, work)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    say(f"\n{'set':8} {'what':52} {'OllyStack':>18} {'chDB':>12}   (commit {commit}, {time.monotonic() - began:.0f} s, {os.cpu_count()} cores)")
    for kind, what, ours, theirs, note in lines:
        say(f"{kind:8} {what:52} {ours:>18} {theirs:>12}  {note}")
    for failure in failures:
        say(f"FAILED: {failure}")
    sys.exit(1 if failures else 0)


main()
