"""`ollystack sql`, `check` and `wal inspect` as a person uses them."""
import subprocess

from lib.load import Load, make_table
from lib.server import binary


def run(*arguments, stdin=None):
    return subprocess.run([str(binary()), *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=120)


def sql(server, *arguments, stdin=None):
    return run("sql", "--server", server.address["clickhouse-http"], *arguments, stdin=stdin)


def test_sql_in_one_shot(server):
    done = sql(server, "SELECT number, number * 2 FROM numbers(3)")
    assert (done.returncode, done.stdout) == (0, "0\t0\n1\t2\n2\t4\n"), done.stderr
    done = sql(server, "--format", "JSONEachRow", "SELECT 1 AS a, 'x' AS b")
    assert done.stdout == '{"a":1,"b":"x"}\n'


def test_sql_from_standard_input(server):
    done = sql(server, stdin="SELECT 1;\nSELECT 'two';\n")
    assert (done.returncode, done.stdout) == (0, "1\ntwo\n"), done.stderr


def test_sql_takes_the_address_as_a_url_too(server):
    address = server.address["clickhouse-http"]
    for given in (f"http://{address}", f"http://{address}/"):
        done = run("sql", "--server", given, "SELECT 1")
        assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    for given, told in (("https://127.0.0.1:8123", "TLS is not supported"), ("http://a:b@127.0.0.1:8123", "--user"), ("http://", "HOST:PORT")):
        done = run("sql", "--server", given, "SELECT 1")
        assert done.returncode != 0 and told in done.stderr, (given, done.stderr)


def test_sql_errors_go_to_standard_error(server):
    done = sql(server, "SELECT nothing")
    assert done.returncode != 0 and "Code: 47" in done.stderr and done.stdout == ""


def test_check_and_inspect_a_stopped_node(own):
    server = own("--memory", "256MiB").start()
    make_table(server)
    load = Load(server)
    load.start()
    load.wait_for(30_000)
    load.join()
    assert server.stop() == 0, server.tail()
    done = run("check", server.data)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("wal", "inspect", server.data)
    assert done.returncode == 0 and done.stdout.count("\n") > 3, done.stdout + done.stderr
    # One flipped bit in the middle of each part file is found, and the file is named.
    parts = [p for p in server.data.rglob("parts/*") if p.is_file() and p.stat().st_size > 1000]
    for part in parts[:5]:
        bytes_ = bytearray(part.read_bytes())
        bytes_[len(bytes_) // 2] ^= 4
        part.write_bytes(bytes_)
        done = run("check", server.data)
        assert done.returncode != 0 and part.name in done.stdout + done.stderr, done.stdout + done.stderr
        bytes_[len(bytes_) // 2] ^= 4
        part.write_bytes(bytes_)
    assert run("check", server.data).returncode == 0
