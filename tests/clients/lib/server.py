"""A real `ollystack server` on free loopback ports, started, stopped and killed by the tests.

The server prints `listening NAME ADDRESS` for each listener once it is bound; `/ready` on the console answers 200 once every
group has recovered.
"""
import contextlib
import http.client
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
LISTENERS = ("clickhouse-native", "clickhouse-http", "otlp-grpc", "otlp-http", "console")
START_LIMIT = 60  # seconds until the listeners are bound and the node is ready


def binary():
    """The server under test: the one build that demo and tests share."""
    if given := os.environ.get("OLLY_BINARY"):
        return pathlib.Path(given)
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "ollystack"


def code_of(text):
    """ClickHouse's code in an error's text, 0 where there is none."""
    found = re.search(r"Code: (\d+)", text)
    return int(found[1]) if found else 0


class QueryError(Exception):
    """The server refused a query. `code` is ClickHouse's, 0 where the body has none."""

    def __init__(self, status, body):
        super().__init__(f"HTTP {status}: {body[:600]}")
        self.status, self.body, self.code = status, body, code_of(body)


class Server:
    def __init__(self, data, *flags, env=None, prefix=()):
        self.data, self.flags, self.env, self.prefix = pathlib.Path(data), list(flags), env or {}, list(prefix)
        self.process, self.address, self.log = None, {}, []

    def command(self):
        """The command line, on free ports."""
        listeners = (part for name in LISTENERS for part in (f"--{name}", "127.0.0.1:0"))
        return [str(binary()), "server", "--data", str(self.data), *listeners, *self.flags]

    def start(self):
        self.address, lines = {}, queue.Queue()
        self.process = subprocess.Popen([*self.prefix, *self.command()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                        env={**os.environ, "NO_COLOR": "1", **self.env}, text=True, errors="replace")
        threading.Thread(target=self._read, args=(self.process.stdout, lines), daemon=True).start()
        deadline = time.monotonic() + START_LIMIT
        while len(self.address) < len(LISTENERS):
            try:
                line = lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no listeners after {START_LIMIT} s: {self.tail()}") from None
            if line is None:
                raise AssertionError(f"the server ended with {self.process.wait()}: {self.tail()}")
            if found := re.search(r"listening[^a-z]+([a-z-]+)\"?[ =]+(?:address=)?\"?(127\.0\.0\.1:\d+)", re.sub(r"\x1b\[[0-9;]*m", "", line)):
                self.address[found[1]] = found[2]
        while not self.ready():
            assert self.process.poll() is None, f"the server ended: {self.tail()}"
            assert time.monotonic() < deadline, f"not ready after {START_LIMIT} s: {self.tail()}"
            time.sleep(0.02)
        return self

    def _read(self, pipe, lines):
        for line in pipe:
            self.log.append(line)
            lines.put(line)
        lines.put(None)

    def tail(self, n=30):
        return "".join(self.log[-n:])

    def port(self, name):
        return int(self.address[name].rsplit(":", 1)[1])

    @property
    def pid(self):
        return self.process.pid

    def ready(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.console("/ready")[0] == 200
        return False

    def console(self, path):
        """(status, text) of a console page."""
        connection = http.client.HTTPConnection(self.address["console"], timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def stop(self, limit=60):
        """SIGTERM, then the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)

    def kill(self):
        """SIGKILL: no farewell."""
        self.process.kill()
        self.process.wait()

    def end(self):
        """At the end of a test, whatever happened."""
        if self.process and self.process.poll() is None:
            self.kill()

    def peak_mib(self):
        """The most memory the process ever had resident."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024

    def client(self, **options):
        return Http(self.address["clickhouse-http"], **options)

    def query(self, sql, **options):
        with contextlib.closing(self.client()) as client:
            return client.query(sql, **options)

    def parts_and_wal(self):
        """(bytes of parts and manifests, bytes of WAL segments) under the data folder."""
        sizes = {"wal": 0, "rest": 0}
        for folder, _, files in os.walk(self.data):
            kind = "wal" if "wal" in pathlib.Path(folder).relative_to(self.data).parts else "rest"
            for name in files:
                with contextlib.suppress(OSError):
                    sizes[kind] += os.stat(os.path.join(folder, name)).st_blocks * 512
        return sizes["rest"], sizes["wal"]


class Http:
    """One kept connection to the ClickHouse HTTP interface."""

    def __init__(self, address, timeout=120, database=None, user=None, password=None):
        self.connection = http.client.HTTPConnection(address, timeout=timeout)
        self.database, self.auth = database, (user, password)
        self.headers = {}

    def close(self):
        self.connection.close()

    def query(self, sql, body=None, params=None, fmt=None, method="POST", **settings):
        """The answer as text. Settings and `param_*` go into the URL, the SQL into the body, or into the URL before `body`."""
        return self.raw(sql, body, params, fmt, method, **settings).decode("utf-8", "surrogateescape")

    def raw(self, sql, body=None, params=None, fmt=None, method="POST", headers=None, **settings):
        url = {k: str(v) for k, v in settings.items()}
        url.update({f"param_{k}": v for k, v in (params or {}).items()})
        if self.database:
            url.setdefault("database", self.database)
        if fmt:
            url["default_format"] = fmt
        head = dict(headers or {})
        if self.auth[0] is not None:
            head["X-ClickHouse-User"], head["X-ClickHouse-Key"] = self.auth[0], self.auth[1] or ""
        if body is None and method == "POST":
            body = sql.encode("utf-8", "surrogateescape")
        else:
            url["query"] = sql
            body = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
        self.connection.request(method, "/?" + urllib.parse.urlencode(url), body, head)
        response = self.connection.getresponse()
        answer = response.read()
        self.headers = dict(response.getheaders())
        if response.status != 200:
            raise QueryError(response.status, answer.decode("utf-8", "replace"))
        return answer

    def rows(self, sql, **options):
        """Rows as lists, 64-bit integers as numbers."""
        return json.loads(self.query(sql, fmt="JSONCompact", output_format_json_quote_64bit_integers=0, **options))["data"]

    def one(self, sql, **options):
        return self.rows(sql, **options)[0][0]

    def ask(self, sql, params=None):
        """(names, types, rows) with floats as text, as the differential suite compares them."""
        text = self.query(sql, params=params, fmt="JSONCompact", output_format_json_quote_64bit_integers=0,
                          output_format_json_quote_denormals=1)
        try:
            answer = json.loads(text, parse_float=str)
        except ValueError:
            raise QueryError(200, text[-600:]) from None
        return [m["name"] for m in answer["meta"]], [m["type"] for m in answer["meta"]], answer["data"]


def remove(path):
    shutil.rmtree(path, ignore_errors=True)
