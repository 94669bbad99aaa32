"""The end of a process: SIGTERM and SIGINT under load, a second signal, and the first I/O error."""
import contextlib
import os
import resource
import signal
import socket
import subprocess
import threading
import time

import pytest

from lib.load import Load, make_table
from lib.wait import ENDLESS, running, until

# What an operator may wait for.
LIMIT = 10


def stop(server, how=signal.SIGTERM):
    """(exit code, seconds until then)."""
    began = time.monotonic()
    server.process.send_signal(how)
    code = server.process.wait(LIMIT + 5)
    return code, time.monotonic() - began


def endless(server):
    """A query that runs until it is stopped; returns what to join."""
    def run():
        with contextlib.suppress(Exception):
            server.query(ENDLESS)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    until(lambda: running(server), what="the query in system.processes")
    return thread


def holders(server):
    """Connections that do not end by themselves: idle, in the middle of a head, of a body, of a handshake."""
    insert = b"POST /?query=INSERT%20INTO%20load.t%20FORMAT%20JSONEachRow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{"
    for name, data in (("clickhouse-http", b""), ("clickhouse-http", b"GET"), ("clickhouse-http", insert), ("clickhouse-native", b"\0\x20Click"),
                       ("otlp-http", b"POST /v1/logs HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 900\r\n\r\nx"),
                       ("otlp-grpc", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ("console", b"GET /")):
        sock = socket.create_connection(("127.0.0.1", server.port(name)))
        sock.sendall(data)
        yield sock


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_stop_under_load_is_clean_and_bounded(own, how, capsys):
    server = own("--memory", "512MiB", "--memtable", "1MiB").start()
    make_table(server)
    load, took, unknown = Load(server), [], 0
    for round_ in range(1, 3):
        load.start()
        load.wait_for(12_000 * round_)
        query, held = endless(server), list(holders(server))
        code, seconds = stop(server, how)
        took.append(seconds)
        assert code == 0 and seconds <= LIMIT, (code, seconds, server.tail())
        load.join()
        query.join(30)
        for sock in held:
            sock.close()
        server.start()
        unknown += load.settle()
        load.check()
    assert not load.refused, load.refused[:3]
    with capsys.disabled():
        print(f"\nstop under load ({how.name}): {load.total()} acknowledged rows, 0 lost, {unknown} unknown; ended in {', '.join(f'{s:.1f} s' for s in took)}")


def test_an_idle_server_stops_at_once(own):
    server = own().start()
    code, seconds = stop(server)
    assert code == 0 and seconds < 3, (code, seconds)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_second_signal_ends_it_at_once(own, second):
    server = own().start()
    make_table(server)
    query = endless(server)
    server.process.send_signal(signal.SIGINT)
    until(lambda: any("interrupted" in line for line in server.log), what="the first signal in the log")
    code, seconds = stop(server, second)
    assert code == 1 and seconds < 2, (code, seconds, server.tail())
    query.join(30)
    server.start()
    assert server.query("SELECT count() FROM load.t") == "0\n"


def test_a_signal_while_it_starts(own):
    """A node with much to recover is told to stop before it listens."""
    server = own("--memory", "512MiB").start()
    make_table(server)
    load = Load(server)
    load.start()
    load.wait_for(20_000)
    load.join()
    server.kill()
    for delay in (0.01, 0.05, 0.1, 0.2, 0.4):
        process = subprocess.Popen([*server.prefix, *server.command()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        process.send_signal(signal.SIGTERM)
        # The first moments of a process have no handler yet.
        assert process.wait(LIMIT) in (0, -signal.SIGTERM)
    server.start()
    load.settle()
    load.check()


def test_the_first_io_error_ends_the_process(own, capsys):
    """Every write to a file fails from one moment on (the kernel's limit on file sizes): nothing is acknowledged after it."""
    server = own("--memory", "512MiB", "--memtable", "1MiB", prefix=["env", "--ignore-signal=XFSZ"]).start()
    make_table(server)
    load, took = Load(server), []
    for round_ in range(1, 5):
        load.start()
        load.wait_for(8_000 * round_)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, 0))
        failed = time.monotonic()
        until(lambda: any("the node stops" in line for line in server.log) or server.process.poll() is not None, 20, "the error in the log")
        noticed = time.monotonic()
        code = server.process.wait(20)
        took.append((noticed - failed, time.monotonic() - noticed))
        assert code == 74, (code, server.tail())
        assert took[-1][1] <= 1, f"{took[-1][1]:.2f} s from the error to the end"
        load.join()
        assert any("File too large" in line for line in server.log), server.tail()
        server.log.clear()
        server.start()
        load.settle()
        load.check()
    assert not load.refused, load.refused[:3]
    with capsys.disabled():
        print(f"\nI/O error under load: {load.total()} acknowledged rows, 0 lost; from error to end {', '.join(f'{1000 * b:.0f} ms' for _, b in took)}")


def test_an_io_error_at_start(own):
    """A disk that takes nothing: the error names the file, the code is not 0."""
    server = own(prefix=["env", "--ignore-signal=XFSZ", "prlimit", "--fsize=0:0", "--"])
    done = subprocess.run([*server.prefix, *server.command()], capture_output=True, text=True, timeout=60, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode not in (0, None) and done.returncode > 0, done
    assert "File too large" in done.stdout + done.stderr, done
