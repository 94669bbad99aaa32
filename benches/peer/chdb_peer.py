"""chDB beside us, in a process of its own: loads the exported rows, then answers the same questions.

    chdb_peer.py SET EXPORT FOLDER < questions.json > result.json
Questions and answers are JSON: [[name, sql], ...] in, {bytes_per_row, load_s, peak_mb, answers: [[names, types, rows], ...], ms: [...]} out.
"""
import json
import pathlib
import resource
import sys
import time

from chdb import session

HERE = pathlib.Path(__file__).resolve().parent
TABLES = {"logs": ["otel_logs"], "spans": ["otel_traces", "otel_traces_trace_id_ts"], "tsbs": ["otel_metrics_gauge"], "mix": ["otel_metrics_gauge", "otel_metrics_sum"]}
RUNS = 5


def load(run, kind, export):
    for statement in HERE.joinpath("ddl.sql").read_text().split(";"):
        if statement.strip():
            run(statement)
    if kind in ("logs", "spans"):
        run(f"INSERT INTO {TABLES[kind][0]} FROM INFILE '{export}' FORMAT JSONEachRow")
        if kind == "spans":
            # The exporter fills it with a materialized view.
            run("INSERT INTO otel_traces_trace_id_ts SELECT TraceId, min(Timestamp), max(Timestamp) FROM otel_traces WHERE TraceId != '' GROUP BY TraceId")
        return
    series = str(export) + ".series" if pathlib.Path(str(export) + ".series").exists() else str(pathlib.Path(export).with_suffix(".series"))
    run("CREATE TABLE series (series UInt32, MetricName String, MetricUnit String, ServiceName String, sum Bool, start UInt64, ResourceAttributes Map(LowCardinality(String), String)) ENGINE = Memory")
    run(f"INSERT INTO series FROM INFILE '{series}' FORMAT JSONEachRow")
    columns = "ResourceAttributes, ScopeName, ServiceName, MetricName, MetricUnit, StartTimeUnix, TimeUnix, Value"
    values = "ResourceAttributes, 'hostmetrics', ServiceName, MetricName, MetricUnit, fromUnixTimestamp64Nano(toInt64(start)), fromUnixTimestamp64Nano(time), value"
    source = f"file('{export}', TSV, 'series UInt32, time Int64, value Float64') AS d INNER JOIN series AS s ON d.series = s.series"
    run(f"INSERT INTO otel_metrics_gauge ({columns}) SELECT {values} FROM {source} WHERE NOT sum")
    if kind == "mix":
        run(f"INSERT INTO otel_metrics_sum ({columns}, AggregationTemporality, IsMonotonic) SELECT {values}, 2, true FROM {source} WHERE sum")


def main():
    kind, export, folder = sys.argv[1:4]
    questions = json.load(sys.stdin)
    chdb = session.Session(folder)
    run = chdb.query
    run("CREATE DATABASE bench")
    run("USE bench")
    began = time.monotonic()
    load(run, kind, export)
    load_s = time.monotonic() - began
    for table in TABLES[kind]:
        run(f"OPTIMIZE TABLE {table} FINAL")
    size = json.loads(run("SELECT sum(bytes_on_disk), sumIf(rows, table != 'otel_traces_trace_id_ts') FROM system.parts WHERE active AND database = 'bench'", "JSONCompact").bytes())["data"][0]
    settings = " SETTINGS output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 1"
    answers, ms = [], []
    for _, sql in questions:
        answer = json.loads(run(sql + settings, "JSONCompact").bytes(), parse_float=str)
        answers.append([[m["name"] for m in answer["meta"]], [m["type"] for m in answer["meta"]], answer["data"]])
        times = []
        for _ in range(RUNS):
            began = time.monotonic()
            run(sql, "Native").bytes()
            times.append(1000 * (time.monotonic() - began))
        ms.append(sorted(times)[RUNS // 2])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump({"bytes_per_row": int(size[0]) / max(1, int(size[1])), "rows": int(size[1]), "load_s": load_s, "peak_mb": peak, "answers": answers, "ms": ms}, sys.stdout)


main()
