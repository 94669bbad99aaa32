"""`ollystack demo` as a stranger meets it: its flags, taken ports, Ctrl-C."""
import re
import socket
import subprocess

from lib.server import binary
from lib.terminal import Terminal
from test_command_line import refused

LISTENERS = ("clickhouse-native", "clickhouse-http", "otlp-grpc", "otlp-http", "console")
DEFAULTS = (9000, 8123, 4317, 4318, 8080)


def free():
    return [part for name in LISTENERS for part in (f"--{name}", "127.0.0.1:0")]


def demo(*flags, limit=180):
    return subprocess.run([str(binary()), "demo", "--exit", *map(str, flags)], capture_output=True, text=True, timeout=limit, stdin=subprocess.DEVNULL)


def test_default_ports_that_are_taken_are_told(tmp_path):
    held = []
    for port in DEFAULTS:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            pass  # Another program has it: as good.
        held.append(listener)
    done = demo("--data", tmp_path / "data")
    for listener in held:
        listener.close()
    assert done.returncode == 0, done.stderr
    moved = dict(re.findall(r"127\.0\.0\.1:\d+ is taken, ([a-z-]+) is on 127\.0\.0\.1:(\d+) instead", done.stdout))
    assert set(moved) == set(LISTENERS), done.stdout[:1000]
    assert f"--port {moved['clickhouse-native']}\n" in done.stdout and f":{moved['console']}/health" in done.stdout
    assert "Found: payment" in done.stdout


def test_ports_of_ones_own(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused("demo", "--exit", "--data", tmp_path / "d1", "--console", f"127.0.0.1:{port}")
    assert f"--console: cannot listen on 127.0.0.1:{port}" in told
    assert "--otlp-grpc off: the demo sends" in refused("demo", "--exit", "--data", tmp_path / "d2", "--otlp-grpc", "off")


def test_ctrl_c_ends_it(tmp_path):
    shell = Terminal([str(binary()), "demo", "--data", str(tmp_path / "data"), *free()], {"HOME": str(tmp_path)})
    try:
        shell.expect("Ctrl-C ends it", 180)
        shell.interrupt()
        assert shell.end() == 0
        assert "panicked" not in shell.text
    finally:
        shell.close()
