"""What the binary says to those who ask for help, or ask for what is not there."""
import os
import socket
import subprocess

import pytest

from lib.server import binary

OFF = [part for name in ("clickhouse-native", "clickhouse-http", "otlp-grpc", "otlp-http", "console") for part in (f"--{name}", "off")]


def run(*arguments, env=None, limit=60, prefix=()):
    return subprocess.run([*prefix, str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=limit, stdin=subprocess.DEVNULL,
                          env={**os.environ, "NO_COLOR": "1", **(env or {})})


def refused(*arguments, **options):
    """What is said when it does not start."""
    done = run(*arguments, **options)
    assert done.returncode not in (0, 101), (done.returncode, done.stderr)
    assert "panicked" not in done.stderr, done.stderr
    return done.stderr


@pytest.mark.parametrize("command", [[], ["server"], ["demo"], ["sql"], ["wal"], ["wal", "inspect"], ["check"]], ids=lambda c: " ".join(c) or "ollystack")
def test_help_has_examples(command):
    done = run(*command, "--help")
    assert done.returncode == 0 and "Usage: ollystack" in done.stdout
    if command != ["wal"]:
        examples = done.stdout.split("Examples:")[1].strip().splitlines()
        assert all("ollystack" in line for line in examples) and (len(examples) >= 2 or command[-1:] in (["check"], ["inspect"]))


def test_server_help_names_every_flag_with_its_variable_and_default():
    text = run("server", "--help").stdout
    for name in ("clickhouse-native", "clickhouse-http", "otlp-grpc", "otlp-http", "console", "cluster", "data", "config", "memory", "retention-logs", "retention-traces",
                 "retention-metrics"):
        assert f"--{name}" in text and "OLLYSTACK_" + name.upper().replace("-", "_") in text, name
    for default in ("127.0.0.1:9000", "127.0.0.1:8123", "127.0.0.1:4317", "127.0.0.1:4318", "127.0.0.1:8080", "2GiB", "30d"):
        assert f"[default: {default}]" in text, default


@pytest.mark.parametrize("arguments,wanted", [
    (["sever"], "server"), (["server", "--otlp-gprc", "off"], "--otlp-grpc"), (["server", "--dta", "x"], "--data"), (["sql", "--fromat", "CSV"], "--format"),
    (["server"], "--data DIR is needed"), (["server", "--data", "x", "--memory", "lots"], "--memory: 'lots' is no size such as 512MiB or 8GiB"),
    (["server", "--data", "x", "--memory", "255MiB"], "at least 256MiB"), (["server", "--data", "x", "--memtable", "129MiB"], "more than a sixteenth of --memory"), (["server", "--data", "x", "--retention-logs", "5"], "--retention-logs: '5' is no duration such as 12h"),
    (["server", "--data", "x", "--console", "nowhere"], "--console: 'nowhere' is neither `off` nor an address such as 127.0.0.1:8123"),
    (["check", "/nonexistent"], "/nonexistent is no data folder"), (["wal", "inspect", "/nonexistent"], "/nonexistent is no data folder"),
    (["sql", "--server", "127.0.0.1:1", "SELECT 1"], "is `ollystack server` running there?"), (["sql", "--server", "not an address", "SELECT 1"], "HOST:PORT"),
], ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_mistakes_are_named(arguments, wanted, tmp_path):
    assert wanted in refused(*[tmp_path / "x" if a == "x" else a for a in arguments])


@pytest.mark.parametrize("text,wanted", [
    ('clickhouse-htp = "off"', "did you mean `clickhouse-http`?"), ("memory = 5", "memory"), ('memory = "5 apples"', "'5 apples' is no size"), ("[[users]]\nname = 'a'", "password-sha256"),
    ("[[users]]\nname = 'a'\npassword-sha256 = 'xyz'", "sha256"), ("[[users]]\nname = 'a'\npasword-sha256 = 'x'", "did you mean `password-sha256`?"), ("data = ", "c.toml"), ("[server]\nx = 1", "server"),
])
def test_mistakes_in_the_file_are_named(text, wanted, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text(text + "\n")
    told = refused("server", "--data", tmp_path / "d", "--config", config, *OFF)
    assert wanted in told and ("c.toml" in told or "--memory" in told or "user" in told.lower()), told
    assert not (tmp_path / "d").exists(), "a folder is made before the configuration is sound"


def test_a_file_that_is_not_there(tmp_path):
    assert "missing.toml" in refused("server", "--data", tmp_path / "d", "--config", tmp_path / "missing.toml")


def test_a_busy_port(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        flags = [f if f != "off" or OFF[i - 1] != "--otlp-http" else f"127.0.0.1:{port}" for i, f in enumerate(OFF)]
        told = refused("server", "--data", tmp_path / "d", *flags)
    assert f"--otlp-http: cannot listen on 127.0.0.1:{port}" in told and "--otlp-http off" in told


def test_an_address_of_another_machine(tmp_path):
    told = refused("server", "--data", tmp_path / "d", *OFF, "--cluster", "203.0.113.7:1")
    assert "203.0.113.7" in told and "users" in told


@pytest.mark.parametrize("name", ["clickhouse-native", "clickhouse-http", "otlp-grpc", "otlp-http", "console", "cluster"])
def test_an_open_address_needs_a_credential(tmp_path, name):
    told = refused("server", "--data", tmp_path / "d", f"--{name}", "0.0.0.0:0")
    assert f"--{name} 0.0.0.0:0 can be reached from other machines" in told and "[[users]]" in told
    assert not (tmp_path / "d").exists()


def test_folders_that_will_not_do(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    assert "it is a file" in refused("server", "--data", file, *OFF)
    assert "cannot be made" in refused("server", "--data", file / "below", *OFF)


def test_a_folder_that_cannot_be_written(tmp_path):
    """A read-only mount in a namespace of its own: root is refused there, too."""
    folder = tmp_path / "ro"
    folder.mkdir()
    mount = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size=1m none "{folder}" && mount -o remount,ro "{folder}" && exec "$0" "$@"']
    if subprocess.run([*mount, "true"], capture_output=True).returncode != 0:
        pytest.skip("no tmpfs in a user namespace here")
    told = refused("server", "--data", folder, *OFF, prefix=mount)
    assert str(folder) in told and "cannot be written" in told and "chown" in told, told
    told = refused("server", "--data", folder / "new", *OFF, prefix=mount)
    assert "cannot be made" in told, told


def test_settings_come_from_flags_then_variables_then_the_file(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text('memory = "bad-file"\n')
    base = ["server", "--data", tmp_path / "d", "--config", config, *OFF]
    assert "bad-file" in refused(*base)
    assert "bad-variable" in refused(*base, env={"OLLYSTACK_MEMORY": "bad-variable"})
    assert "bad-flag" in refused(*base, "--memory", "bad-flag", env={"OLLYSTACK_MEMORY": "bad-variable"})


def test_a_reader_that_goes_away_is_no_error(own):
    """`… | head -1`: no panic, no error."""
    server = own().start()
    for command in (["sql", "--server", server.address["clickhouse-http"], "SELECT number FROM numbers(1000000)"], ["wal", "inspect", str(server.data)]):
        shell = subprocess.run(["sh", "-c", '"$@" | head -1', "sh", str(binary()), *command], capture_output=True, text=True, timeout=60)
        assert shell.stdout.count("\n") == 1 and shell.stderr == "", (command, shell.stderr)
