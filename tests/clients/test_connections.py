"""Clients that are slow, silent, too many, or mean no good: the server stays up, its memory bounded, and it says why."""
import concurrent.futures
import contextlib
import gzip
import http.client
import os
import resource
import socket
import struct
import subprocess
import threading
import time
import zlib

import grpc
import lz4.frame
import pytest
from backports import zstd
from clickhouse_driver import Client, errors

from lib.load import Request
from lib.memory import Peak
from lib.server import QueryError
from lib.wait import until

CURL = os.environ.get("OLLY_CURL") or "curl"
MIB = 1 << 20
CLIENTS = ("clickhouse-native", "clickhouse-http", "otlp-http", "otlp-grpc")
# Hello of a client, cut off in its name.
HALF_HELLO = b"\x00\x20ClickHou"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def connect(server, name, data=b""):
    sock = socket.create_connection(("127.0.0.1", server.port(name)), timeout=60)
    if data:
        sock.sendall(data)
    return sock


def answer(sock, limit=60):
    """What comes until the other side closes."""
    sock.settimeout(limit)
    got = b""
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        while piece := sock.recv(1 << 16):
            got += piece
    return got


def post_otlp(server, body, **headers):
    connection = http.client.HTTPConnection(server.address["otlp-http"], timeout=60)
    try:
        connection.request("POST", "/v1/logs", body, {"Content-Type": "application/x-protobuf", **headers})
        response = connection.getresponse()
        return response.status, response.read(), {k.lower(): v for k, v in response.getheaders()}
    finally:
        connection.close()


def serves(server):
    """Both ways in work as ever."""
    assert server.query("SELECT 1") == "1\n"
    assert post_otlp(server, Request("logs").body)[0] == 200
    return True


@pytest.mark.parametrize("files,limit", [(1536, 768), (None, 4096)], ids=["few-files", "default"])
def test_the_one_too_many_is_told(own, files, limit):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < limit + 1500:
        limit, files = 768, 1536
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = own(prefix=["prlimit", f"--nofile={files}:{files}", "--"] if files else []).start()
    before = Peak(server.pid)
    held = []
    try:
        for i in range(limit):
            name = CLIENTS[i % len(CLIENTS)]
            held.append(connect(server, name, {"clickhouse-native": HALF_HELLO, "otlp-grpc": PREFACE}.get(name, b"POST /")))
        opened = f"\nollystack_connections_open {limit}\n"
        until(lambda: opened in server.console("/metrics")[1], what=f"{limit} open connections")
        # Each protocol says it in its own words.
        with pytest.raises(errors.ServerException) as refused:
            Client("127.0.0.1", server.port("clickhouse-native")).execute("SELECT 1")
        assert refused.value.code == 202 and f"{limit} are open" in refused.value.message, refused.value
        with pytest.raises(QueryError) as refused:
            server.query("SELECT 1")
        assert refused.value.status == 503 and refused.value.code == 202 and f"{limit} are open" in refused.value.body
        status, _, headers = post_otlp(server, Request("logs").body)
        assert status == 503 and headers["retry-after"] == "1"
        with grpc.insecure_channel(server.address["otlp-grpc"]) as channel, pytest.raises(grpc.RpcError) as refused:
            channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=10)
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and f"{limit} are open" in refused.value.details(), refused.value
        assert "connections_refused_total 0\n" not in server.console("/metrics")[1]
        assert before.growth() < 200 * MIB, f"{before.growth() >> 20} MiB for {limit} connections that say nothing"
    finally:
        for sock in held:
            sock.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))
    until(lambda: "\nollystack_connections_open 0\n" in server.console("/metrics")[1], what="the end of all connections")
    assert serves(server)
    assert server.stop(10) == 0, server.tail()


def test_silent_clients_are_let_go(server, db):
    """Half a head, half a body, half a handshake: an answer or an end within the time that each has, and nobody else waits."""
    db.query("CREATE TABLE t (a UInt32) ENGINE = MergeTree ORDER BY a")
    head = "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: {}\r\n\r\n"
    insert = f"/?database={db.database}&query=INSERT%20INTO%20t%20FORMAT%20TSV"
    gzipped = head.format(insert, 1000).replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n")
    silent = {
        "no-request": ("clickhouse-http", b"", b""), "half-head": ("clickhouse-http", b"POST / HTTP/1.1\r\nHost:", b""),
        "otlp-no-request": ("otlp-http", b"", b""), "otlp-half-head": ("otlp-http", b"POST /v1/lo", b""),
        "half-preface": ("otlp-http", PREFACE[:10], b""), "grpc-no-request": ("otlp-grpc", PREFACE + b"\0\0\0\4\0\0\0\0\0", None),
        "console": ("console", b"GET /he", b""), "half-hello": ("clickhouse-native", HALF_HELLO, b""), "no-hello": ("clickhouse-native", b"", b""),
        "body": ("clickhouse-http", (head.format(insert, 1000) + "1\n2\n").encode(), b"Code: 209"),
        "packed-body": ("clickhouse-http", gzipped.encode() + gzip.compress(b"1\n" * 500)[:20], b"Code: 209"),
        "otlp-body": ("otlp-http", (head.format("/v1/logs", 60 * MIB) + "xx").encode(), b"HTTP/1.1 408"),
    }
    began = time.monotonic()
    socks = {name: connect(server, port, data) for name, (port, data, _) in silent.items()}
    # A hundred bodies that do not come hold no memory that others need: together they announce more than there is.
    announced = [connect(server, "otlp-http", (head.format("/v1/logs", 60 * MIB) + "xx").encode()) for _ in range(100)]
    slowest = 0.0
    with concurrent.futures.ThreadPoolExecutor(len(socks)) as pool:
        answers = {name: pool.submit(answer, sock, 45) for name, sock in socks.items()}
        while not all(f.done() for f in answers.values()):
            asked = time.monotonic()
            assert serves(server)
            slowest = max(slowest, time.monotonic() - asked)
            threading.Event().wait(0.2)
    assert time.monotonic() - began < 45
    for name, (_, _, wanted) in silent.items():
        got = answers[name].result()
        assert wanted is None or (wanted in got if wanted else got == b"" or b"408" in got), (name, got)
    assert slowest < 10, f"a client that asks properly waited {slowest:.1f} s"
    for sock in (*socks.values(), *announced):
        sock.close()
    assert server.query(f"SELECT count() FROM {db.database}.t") == "0\n", "half a body is stored"


ZEROS = b"\0" * (16 * MIB)


def deflated(count):
    packer = zlib.compressobj(1)
    return b"".join([packer.compress(ZEROS) for _ in range(count)]) + packer.flush()


# A GiB, or 256 MiB where the encoding has no frames to repeat.
BOMBS = {"gzip": lambda: gzip.compress(ZEROS, 1) * 64, "zstd": lambda: zstd.compress(ZEROS) * 64, "lz4": lambda: lz4.frame.compress(ZEROS) * 64,
         "deflate": lambda: deflated(16)}


@pytest.mark.parametrize("encoding", BOMBS)
def test_bombs_of_http(server, db, encoding):
    bomb = BOMBS[encoding]()
    assert len(bomb) < 6 * MIB
    db.query("CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY s")
    before, packed = Peak(server.pid), {"Content-Encoding": encoding}
    with pytest.raises(QueryError) as refused:  # as a query's text
        db.raw("", body=bomb, headers=packed)
    assert refused.value.code == 62, refused.value
    db.raw("INSERT INTO t FORMAT Native", body=bomb, headers=packed)  # as blocks: one without columns is the end
    for fmt in ("TSV", "JSONEachRow", "CSV", "Values", "ArrowStream"):  # as rows: one without end, or no row at all
        with pytest.raises(QueryError) as refused:
            db.raw(f"INSERT INTO t FORMAT {fmt}", body=bomb, headers=packed)
        assert refused.value.status == 400, (fmt, refused.value)
    assert before.growth() < 300 * MIB, f"{before.growth() >> 20} MiB for a bomb"
    assert serves(server)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_bombs_of_otlp(server, encoding):
    bomb = BOMBS[encoding]()
    before = Peak(server.pid)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = [f.result() for f in [pool.submit(post_otlp, server, bomb, **{"Content-Encoding": encoding}) for _ in range(8)]]
    assert all(status in (413, 429) for status, _, _ in done) and any(status == 413 for status, _, _ in done), done
    # One in another: only the outer is taken off, and what is in it is no request.
    twice = BOMBS[encoding]()
    twice = gzip.compress(twice) if encoding == "gzip" else zstd.compress(twice)
    assert post_otlp(server, twice, **{"Content-Encoding": encoding})[0] == 400
    assert before.growth() < 400 * MIB, f"{before.growth() >> 20} MiB for bombs"
    assert serves(server)


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip,zstd", "compress"])
def test_encodings_that_are_not_taken_off_are_named(server, encoding):
    with contextlib.closing(server.client()) as client, pytest.raises(QueryError) as refused:
        client.raw("", body=b"SELECT 1", headers={"Content-Encoding": encoding})
    assert refused.value.code == 48 and encoding in refused.value.body
    status, body, _ = post_otlp(server, Request("logs").body, **{"Content-Encoding": encoding})
    assert status == 415 and encoding.encode() in body


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY, CONTINUATION = 0, 1, 3, 4, 7, 9
# :method POST, :scheme http, :path /, :authority x
FIELDS = b"\x83\x86\x84\x41\x01x"


def send_all(sock, pieces):
    """Sends until the other side has had enough; whether all went out."""
    try:
        for piece in pieces:
            sock.sendall(piece)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", ["otlp-grpc", "otlp-http"])
def test_http2_floods(server, name):
    before = Peak(server.pid)
    start = PREFACE + frame(SETTINGS, 0, 0)
    streams = range(1, 200_000, 2)
    value = b"v" * 4000
    indexed = b"\x40\x01k\x7f" + bytes([(4000 - 127) % 128 | 128, (4000 - 127) // 128]) + value
    floods = {
        # Opened and reset at once (CVE-2023-44487).
        "rapid reset": [start, *(frame(HEADERS, 4, s, FIELDS) + frame(RST_STREAM, 0, s, b"\0\0\0\x08") for s in streams)],
        # A header of 4 kB, told once and named 12,000 times.
        "hpack": [start, *(frame(HEADERS, 5, s, FIELDS + indexed + b"\xbe" * 12_000) for s in range(1, 41, 2))],
        # Headers without an end (CVE-2024-27316).
        "continuation": [start, frame(HEADERS, 0, 1, FIELDS), *(frame(CONTINUATION, 0, 1, b"\x00\x01k\x7d" + b"v" * 125) for _ in range(100_000))],
        # Settings that want to be acknowledged, and pings.
        "settings": [start, *(frame(SETTINGS, 0, 0) + frame(6, 0, 0, b"12345678") for _ in range(20_000))],
    }
    for what, pieces in floods.items():
        sock = connect(server, name)
        done = threading.Event()
        got = []

        def read():
            with contextlib.suppress(OSError):
                while piece := sock.recv(1 << 16):
                    got.append(len(piece))
            done.set()

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        send_all(sock, pieces)
        if what != "settings":
            # The server ends it, or the headers alone are refused.
            assert done.wait(10) or what == "hpack", f"{what}: the connection goes on"
        assert serves(server), what
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()
        reader.join(10)
    assert before.growth() < 200 * MIB, f"{before.growth() >> 20} MiB for floods"


LARGE = 80 * MIB


def test_a_large_body_that_is_refused_is_answered(server, db, tmp_path):
    """The answer reaches clients that send all of their body before they listen, and those that listen meanwhile."""
    body = b"1\n" * (LARGE // 2)
    status, text, headers = post_otlp(server, body)
    assert status == 413 and b"67108864" in text and headers["connection"] == "close"

    def pieces():
        for at in range(0, len(body), MIB):
            yield body[at:at + MIB]

    connection = http.client.HTTPConnection(server.address["otlp-http"], timeout=60)
    connection.request("POST", "/v1/logs", pieces(), {"Content-Type": "application/x-protobuf"}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    # A wrong table: refused by ClickHouse's code before the rows are read.
    with pytest.raises(QueryError) as refused:
        db.raw("INSERT INTO nowhere FORMAT TSV", body=body)
    assert refused.value.code == 60
    assert {k.lower(): v for k, v in db.headers.items()}["connection"] == "close"
    file = tmp_path / "large"
    file.write_bytes(body)
    for url, extra, wanted in (
            (f"http://{server.address['otlp-http']}/v1/logs", ["-H", "Content-Type: application/x-protobuf"], "413"),
            (f"http://{server.address['clickhouse-http']}/?query=INSERT%20INTO%20nowhere%20FORMAT%20TSV", [], "404")):
        for how in ([], ["-H", "Expect:"]):
            done = subprocess.run([CURL, "-sS", "-o", "/dev/null", "-w", "%{http_code}", *extra, *how, "--data-binary", f"@{file}", url], capture_output=True, text=True, timeout=60)
            assert (done.returncode, done.stdout) == (0, wanted), (url, how, done.stderr)
    # A small mistake costs no connection.
    with contextlib.suppress(QueryError):
        db.query("SELECT nothing")
    assert "close" not in {k.lower(): v for k, v in db.headers.items()}.get("connection", "")


def test_a_body_that_never_fits_is_refused_before_it_is_decoded(own):
    server = own("--memory", "256MiB").start()
    status, body, _ = post_otlp(server, b"\0" * (30 * MIB))
    assert status == 413 and b"memory" in body, (status, body)
    assert serves(server)


def test_frames_that_lie(server):
    """A native client whose compressed block says it is 4 GiB, or 1 GiB of nothing."""
    before = Peak(server.pid)
    for size in (0xFFFF_FFFF, 1 << 30):
        client = Client("127.0.0.1", server.port("clickhouse-native"), compression="lz4")
        client.execute("SELECT 1")
        sock = client.connection.socket
        sock.sendall(b"\x02\x00" + b"\0" * 16 + b"\x82" + struct.pack("<II", 1 << 30, size) + b"\0" * 100)
        sock.settimeout(30)
        assert b"DB::Exception" in answer(sock, 30)
        with contextlib.suppress(Exception):
            client.disconnect()
    assert before.growth() < 100 * MIB
    assert serves(server)
