"""One node over its life: restarts, repeats across them, what it refuses to start with."""
import concurrent.futures
import subprocess
import threading

from lib import load as loads
from lib.load import Connection, Load, Request, make_table
from lib.server import binary


def count(server, kind):
    table, _ = loads.TABLES[kind]
    where = "" if kind == "sql" else f" WHERE ServiceName = '{loads.SERVICE}'"
    return int(server.query(f"SELECT count() FROM {table}{where}"))


def test_a_graceful_restart_keeps_everything(own):
    server = own().start()
    make_table(server)
    load = Load(server)
    load.start()
    load.wait_for(10_000)
    load.join()
    load.check()
    server.query("CREATE TABLE load.second (a UInt8, m Map(LowCardinality(String), String)) ENGINE = MergeTree ORDER BY a")
    server.query("INSERT INTO load.second VALUES (1, {'k': 'v', 'l': ''})")
    server.query("CREATE TABLE load.third (a UInt8) ENGINE = MergeTree ORDER BY a")
    server.query("DROP TABLE load.third")
    asked = "SELECT ServiceName, SeverityText, count(), min(Body), max(Body), sum(length(Body)) FROM default.otel_logs GROUP BY ServiceName, SeverityText ORDER BY 1, 2"
    before = server.query(asked)
    for _ in range(2):
        assert server.stop() == 0, server.tail()
        server.start()
        load.check()
        assert server.query(asked) == before
        assert server.query("SELECT * FROM load.second") == "1\t{'k':'v','l':''}\n"
        assert server.query("SHOW TABLES FROM load") == "second\nt\n"


def test_a_repeat_is_known_after_restarts_and_kills(own):
    server = own("--memory", "256MiB").start()
    make_table(server)
    requests = [Request(kind) for kind in ("logs", "traces", "metrics", "sql")]

    def send_all():
        connection = Connection(server)
        for request in requests:
            assert connection.send(request) == 200, connection.answer
        connection.close()
        for request in requests:
            assert count(server, request.kind) == request.rows, request.kind

    send_all()
    send_all()
    assert server.stop() == 0
    server.start()
    send_all()
    server.kill()
    server.start()
    send_all()


def test_a_repeat_while_the_first_is_in_flight(own):
    server = own().start()
    make_table(server)
    for kind in ("logs", "traces", "metrics", "sql"):
        for _ in range(5):
            before, request = count(server, kind), Request(kind)
            gate = threading.Barrier(6)

            def send():
                connection = Connection(server)
                gate.wait()
                status = connection.send(request)
                connection.close()
                return status

            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                statuses = [f.result() for f in [pool.submit(send) for _ in range(6)]]
            assert statuses == [200] * 6
            assert count(server, kind) - before == request.rows, kind


def test_two_equal_plain_inserts_are_two_rows(own):
    server = own().start()
    server.query("CREATE DATABASE d")
    server.query("CREATE TABLE d.t (a UInt8) ENGINE = MergeTree ORDER BY a")
    server.query("CREATE TABLE d.r (a UInt8) ENGINE = ReplicatedMergeTree ORDER BY a")
    for _ in range(2):
        server.query("INSERT INTO d.t VALUES (1)")
        server.query("INSERT INTO d.r VALUES (1)")
    assert server.query("SELECT count() FROM d.t") == "2\n"
    assert server.query("SELECT count() FROM d.r") == "1\n"  # a block that a Replicated table has seen


def run_server(*arguments):
    return subprocess.run([str(binary()), "server", *map(str, arguments)], capture_output=True, text=True, timeout=60)


def test_one_folder_one_server(own):
    server = own().start()
    second = run_server("--data", server.data, *(flag for name in ("clickhouse-native", "clickhouse-http", "otlp-grpc", "otlp-http", "console")
                                                for flag in (f"--{name}", "127.0.0.1:0")))
    assert second.returncode != 0 and second.stdout + second.stderr
    assert server.query("SELECT 1") == "1\n"


def test_an_open_address_needs_a_credential(tmp_path):
    done = run_server("--data", tmp_path / "d", "--clickhouse-http", "0.0.0.0:0", "--clickhouse-native", "off", "--otlp-grpc", "off", "--otlp-http", "off", "--console", "off")
    assert done.returncode != 0 and "0.0.0.0" in done.stdout + done.stderr


def test_unknown_configuration_keys_are_refused(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text('clickhouse-htp = "127.0.0.1:0"\n')
    done = run_server("--data", tmp_path / "d", "--config", config)
    text = done.stdout + done.stderr
    assert done.returncode != 0 and "clickhouse-htp" in text and "clickhouse-http" in text


def test_version():
    done = subprocess.run([str(binary()), "--version"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and done.stdout.startswith("ollystack ")


def test_retention_may_change(own):
    server = own("--retention-logs", "90m").start()
    shown = "SHOW CREATE TABLE default.otel_logs FORMAT TSVRaw"
    assert "TTL toDateTime(Timestamp) + toIntervalMinute(90)" in server.query(shown)
    server.query("INSERT INTO otel_logs (Timestamp, Body) VALUES (now64(9), 'kept')")
    server.stop()
    server.flags[1] = "14d"
    for _ in range(2):
        server.start()
        assert "TTL toDateTime(Timestamp) + toIntervalDay(14)" in server.query(shown)
        assert server.query("SELECT Body FROM otel_logs") == "kept\n"
        server.kill()


def test_idle_memory(own):
    server = own().start()
    rss = next(int(line.split()[1]) for line in open(f"/proc/{server.pid}/status") if line.startswith("VmRSS"))
    assert rss <= 200 * 1024, f"{rss} KiB idle"
