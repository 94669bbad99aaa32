"""Debian's clickhouse-client 18.16: revision 54412, binary settings, a Ping before each query, LZ4 frames."""
import os
import re
import signal
import subprocess

import pytest

from lib.wait import ENDLESS, running, until

CLIENT = os.environ.get("OLLY_CLICKHOUSE_CLIENT", "")
pytestmark = pytest.mark.skipif(not CLIENT, reason="clickhouse-client could not be had (make deps)")


@pytest.fixture
def run(server, db):
    def run(query=None, stdin=None, code=0, *options, database=db.database):
        command = [CLIENT, "--host", "127.0.0.1", "--port", str(server.port("clickhouse-native")), "--database", database, *options]
        if query is not None:
            command += ["--query", query]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
        if code == 0:
            assert done.returncode == 0, done.stderr
            return done.stdout
        assert done.returncode != 0, done.stdout
        assert f"Code: {code}" in done.stderr, done.stderr
        return done.stderr
    return run


def test_select(run):
    assert run("SELECT 1") == "1\n"
    assert run("SELECT number, number * 2 AS twice, toString(number) FROM numbers(3) FORMAT TabSeparatedWithNames") == (
        "number\ttwice\ttoString(number)\n0\t0\t0\n1\t2\t1\n2\t4\t2\n")
    assert run("SELECT 'a\\tb', [1, 2], (1, 'x'), NULL FORMAT TabSeparated") == "a\\tb\t[1,2]\t(1,'x')\t\\N\n"
    assert run("SELECT count(), sum(number) FROM numbers(100000)") == "100000\t4999950000\n"


# Type, and rows in TabSeparated.
TYPES = [
    ("UInt8", ["0", "255"]), ("UInt16", ["65535"]), ("UInt32", ["4294967295"]), ("UInt64", ["18446744073709551615"]),
    ("Int8", ["-128"]), ("Int16", ["-32768"]), ("Int32", ["-2147483648"]), ("Int64", ["-9223372036854775808"]),
    ("Float32", ["0.5", "-1.25", "inf"]), ("Float64", ["1e300", "-0.1", "nan"]), ("String", ["", "tab\\there", "Größe ✓"]),
    ("FixedString(4)", ["abcd"]), ("Date", ["1970-01-02", "2026-03-01"]), ("DateTime", ["2026-03-01 12:34:56"]),
    ("Enum8('b' = -2, 'a' = 1)", ["a", "b"]), ("Enum16('x' = 1000)", ["x"]), ("UUID", ["61f0c404-5cb3-11e7-907b-a6006ad3dba0"]),
    ("Decimal(9, 2)", ["-123.45"]), ("Decimal(18, 4)", ["99999999999999.9999"]), ("Decimal(38, 6)", ["-1.000001"]),
    ("Nullable(Int32)", ["\\N", "-7"]), ("Nullable(String)", ["\\N", "", "x"]), ("Array(UInt8)", ["[]", "[1,2,255]"]),
    ("Array(String)", ["['a','it\\'s']"]), ("Array(Array(Int16))", ["[[1,-2],[]]"]), ("Array(Nullable(UInt8))", ["[NULL,3]"]),
    ("Tuple(UInt8, String)", ["(7,'q')"]), ("Array(Tuple(String, Float64))", ["[('a',1.5)]"]),
]


@pytest.mark.parametrize("kind,rows", TYPES, ids=[t for t, _ in TYPES])
def test_types_there_and_back(run, kind, rows):
    run(f"CREATE TABLE t (n UInt32, v {kind}) ENGINE = MergeTree ORDER BY n")
    text = "".join(f"{i}\t{row}\n" for i, row in enumerate(rows))
    run("INSERT INTO t FORMAT TabSeparated", text)
    assert run("SELECT n, v FROM t ORDER BY n FORMAT TabSeparated") == text
    assert run("SELECT DISTINCT toTypeName(v) FROM t FORMAT TabSeparatedRaw").strip() == kind


def test_types_that_it_does_not_know_arrive_as_known_ones(run):
    assert run("SELECT toLowCardinality('x') AS v, true AS b FORMAT TabSeparated").split("\t")[0] == "x"


def test_insert_values_and_csv(run):
    run("CREATE TABLE t (a UInt32, b String, c Array(UInt8)) ENGINE = MergeTree ORDER BY a")
    run("INSERT INTO t VALUES (1, 'one', [1]), (2, 'it''s', [])")
    run("INSERT INTO t (b, a) FORMAT CSV", '"three",3\n')
    run("INSERT INTO t SELECT number + 10, toString(number), [] FROM numbers(2)")
    assert run("SELECT * FROM t ORDER BY a") == "1\tone\t[1]\n2\tit\\'s\t[]\n3\tthree\t[]\n10\t0\t[]\n11\t1\t[]\n"


def test_nested_and_large_insert(run):
    run("CREATE TABLE t (id UInt32, n Nested(k String, v UInt64)) ENGINE = MergeTree ORDER BY id")
    text = "".join(f"{i}\t['k{i}']\t[{i}]\n" for i in range(200_000))
    run("INSERT INTO t FORMAT TabSeparated", text)
    assert run("SELECT count(), sum(n.v[1]), n.k[1] FROM t WHERE id < 199999 GROUP BY n.k[1] HAVING n.k[1] = 'k777'") == "1\t777\tk777\n"
    assert run("SELECT count() FROM t") == "200000\n"


def test_error_codes(run):
    run("SELECT * FROM no_such_table", code=60)
    run("SELECT no_such_column FROM system.one", code=47)
    run("SELECT no_such_function(1)", code=46)
    run("SELEC 1", code=62)
    run("SELECT 1", None, 81, database="no_such_database")
    run("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    run("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a", code=57)
    assert run("SELECT 1") == "1\n"


def test_several_statements(run):
    assert run(None, "SELECT 1; SELECT 2; SELECT 'x';", 0, "--multiquery") == "1\n2\nx\n"
    assert run("SELECT 1", None, 0, "--max_threads", "1", "--max_block_size", "1000", "--compression", "0") == "1\n"


def test_formats_that_the_client_renders(run):
    pretty = re.sub(r"\x1b\[[0-9;]*m", "", run("SELECT 1 AS a, 'x' AS b FORMAT PrettyCompact"))
    assert pretty == "┌─a─┬─b─┐\n│ 1 │ x │\n└───┴───┘\n"
    assert run("SELECT 1 AS a FORMAT JSONEachRow") == '{"a":1}\n'
    assert run("SELECT 1 AS a, 2 AS b FORMAT Vertical").startswith("Row 1:\n──────\na: 1\nb: 2")


def test_show_and_describe(run):
    run("CREATE TABLE t (a UInt8, s String) ENGINE = MergeTree ORDER BY a")
    assert run("SHOW TABLES") == "t\n"
    assert "default" in run("SHOW DATABASES").split("\n")
    assert [line.split("\t")[:2] for line in run("DESCRIBE TABLE t").splitlines()] == [["a", "UInt8"], ["s", "String"]]
    assert run("EXISTS TABLE t") == "1\n"


def test_cancel_by_interrupt(server, db):
    client = subprocess.Popen([CLIENT, "--port", str(server.port("clickhouse-native")), "--host", "127.0.0.1", "--query", ENDLESS],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: running(server), what="the query in system.processes")
    client.send_signal(signal.SIGINT)
    client.communicate(timeout=30)
    until(lambda: running(server) == 0, 15, "the end of a cancelled query")
