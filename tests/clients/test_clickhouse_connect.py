"""clickhouse-connect: HTTP with Native blocks, parameters, data frames, Arrow; what Superset, dbt and notebooks use."""
import datetime as dt
import decimal
import ipaddress
import threading
import uuid

import clickhouse_connect
import numpy
import pandas
import pyarrow
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from lib.wait import ENDLESS, running, until


@pytest.fixture(params=[False, "lz4", "zstd", "gzip"], ids=["plain", "lz4", "zstd", "gzip"])
def client(request, server, db):
    client = clickhouse_connect.get_client(host="127.0.0.1", port=server.port("clickhouse-http"), database=db.database, compress=request.param)
    yield client
    client.close()


@pytest.fixture
def plain(server, db):
    client = clickhouse_connect.get_client(host="127.0.0.1", port=server.port("clickhouse-http"), database=db.database)
    yield client
    client.close()


def test_start_up(plain):
    assert plain.server_version.count(".") == 3
    assert str(plain.server_tz) == "UTC"
    assert "max_execution_time" in plain.server_settings and "send_progress_in_http_headers" in plain.server_settings
    assert plain.ping()
    assert plain.command("SELECT 1") == 1


def test_query(client):
    result = client.query("SELECT number, toString(number) AS s, [number] AS a FROM numbers(3) ORDER BY number")
    assert result.column_names == ("number", "s", "a")
    assert [t.name for t in result.column_types] == ["UInt64", "String", "Array(UInt64)"]
    assert result.result_rows == [(0, "0", [0]), (1, "1", [1]), (2, "2", [2])]
    assert int(result.summary["read_rows"]) >= 0 and result.query_id


TYPES = [
    ("UInt8", [0, 255]), ("UInt64", [2**64 - 1]), ("Int8", [-128]), ("Int16", [-300]), ("Int32", [-70000]), ("Int64", [-(2**63)]), ("UInt16", [65535]), ("UInt32", [2**32 - 1]),
    ("Float32", [0.5]), ("Float64", [1e300, -0.1]), ("Bool", [True, False]), ("String", ["", "Größe\n"]), ("FixedString(4)", [b"abcd"]),
    ("Date", [dt.date(2026, 3, 1)]), ("Date32", [dt.date(1930, 1, 2)]), ("DateTime", [dt.datetime(2026, 3, 1, 12, 34, 56)]),
    ("DateTime64(6)", [dt.datetime(2026, 3, 1, 12, 34, 56, 789012)]), ("UUID", [uuid.UUID(int=2**127 + 9)]), ("Enum8('b' = -2, 'a' = 1)", ["a", "b"]),
    ("IPv4", [ipaddress.IPv4Address("10.1.2.3")]), ("IPv6", [ipaddress.IPv6Address("2001:db8::1")]), ("Decimal(9, 2)", [decimal.Decimal("-123.45")]),
    ("Decimal(38, 10)", [decimal.Decimal("-1234567890123456789.0000000001")]), ("LowCardinality(String)", ["a", "b", "a"]),
    ("LowCardinality(Nullable(String))", ["a", None]), ("Nullable(Int32)", [None, -7]), ("Nullable(String)", [None, ""]), ("Array(String)", [["a", ""], []]),
    ("Array(Array(Int16))", [[[1], []]]), ("Tuple(UInt8, String)", [(7, "q")]), ("Map(LowCardinality(String), String)", [{"k": "v"}, {}]),
    ("Map(String, UInt64)", [{"a": 1}]), ("Array(Tuple(String, Float64))", [[("a", 1.5)]]), ("Array(Nullable(UInt8))", [[None, 3]]),
]


@pytest.mark.parametrize("kind,rows", TYPES, ids=[t for t, _ in TYPES])
def test_types_there_and_back(client, kind, rows):
    client.command(f"CREATE TABLE t (n UInt32, v {kind}) ENGINE = MergeTree ORDER BY n")
    summary = client.insert("t", [[i, v] for i, v in enumerate(rows)], column_names=["n", "v"])
    assert summary.written_rows == len(rows)
    result = client.query("SELECT n, v FROM t ORDER BY n")
    assert result.column_types[1].name == kind
    got = [row[1] for row in result.result_rows]
    assert [v.replace(tzinfo=None) if isinstance(v, dt.datetime) else v for v in got] == rows


def test_parameters(plain):
    row = plain.query("SELECT {n:Int32} AS n, {s:String} AS s, {d:DateTime64(3)} AS d, {l:Array(String)} AS l, {x:Nullable(String)} AS x",
                      parameters={"n": -5, "s": "it's\t\"q\"\\", "d": dt.datetime(2026, 3, 1, 1, 2, 3), "l": ["a", "it's"], "x": None}).first_row
    assert row[:2] == (-5, "it's\t\"q\"\\") and row[2].replace(tzinfo=None) == dt.datetime(2026, 3, 1, 1, 2, 3) and row[3:] == (["a", "it's"], None)
    assert plain.query("SELECT %(a)s + 1", parameters={"a": 41}).first_row == (42,)
    plain.command("CREATE TABLE p (a UInt8) ENGINE = MergeTree ORDER BY a")
    assert plain.query("SELECT {c:Identifier} FROM {t:Identifier}", parameters={"c": "a", "t": "p"}).result_rows == []


def test_settings_and_session(plain):
    assert plain.query("SELECT number FROM numbers(100)", settings={"max_result_rows": 1000, "max_block_size": 10}).row_count == 100
    with pytest.raises(DatabaseError) as raised:
        plain.query("SELECT number FROM numbers(100000)", settings={"max_result_rows": 10, "result_overflow_mode": "throw"})
    assert "396" in str(raised.value)


def test_data_frame(client):
    frame = pandas.DataFrame({"id": range(1000), "v": numpy.linspace(0, 1, 1000), "s": [f"s{i % 10}" for i in range(1000)],
                              "t": pandas.date_range("2026-03-01", periods=1000, freq="s")})
    client.command("CREATE TABLE f (id UInt32, v Float64, s LowCardinality(String), t DateTime64(3)) ENGINE = MergeTree ORDER BY id")
    client.insert_df("f", frame)
    back = client.query_df("SELECT * FROM f ORDER BY id")
    assert list(back.columns) == ["id", "v", "s", "t"] and len(back) == 1000
    assert back["v"].tolist() == frame["v"].tolist() and back["s"].tolist() == frame["s"].tolist()
    assert back["t"].iloc[999].second == frame["t"].iloc[999].second
    grouped = client.query_df("SELECT s, count() AS n, avg(v) AS m FROM f GROUP BY s ORDER BY s")
    assert grouped["n"].tolist() == [100] * 10


def test_arrow(client):
    table = client.query_arrow("SELECT number AS n, toString(number) AS s, [number] AS a, number / 2 AS f FROM numbers(1000) ORDER BY n", use_strings=True)
    assert table.num_rows == 1000 and table.column("n").to_pylist()[:3] == [0, 1, 2]
    assert table.schema.field("s").type in (pyarrow.string(), pyarrow.large_string()) and table.column("s")[7].as_py() == "7"
    assert table.column("a")[2].as_py() == [2] and table.column("f")[3].as_py() == 1.5
    client.command("CREATE TABLE a (n UInt64, s String, f Float64) ENGINE = MergeTree ORDER BY n")
    client.insert_arrow("a", table.select(["n", "s", "f"]))
    assert client.query("SELECT count(), sum(n), sum(f), max(s) FROM a").first_row == (1000, 499500, 249750.0, "999")


def test_streams(client):
    with client.query_row_block_stream("SELECT number, repeat('x', 100) FROM numbers(50000)", settings={"max_block_size": 5000}) as stream:
        blocks = [len(block) for block in stream]
    assert sum(blocks) == 50_000 and len(blocks) > 1


def test_raw(plain):
    assert plain.raw_query("SELECT 1 AS a, 'x' AS b", fmt="JSONEachRow").strip() == b'{"a":1,"b":"x"}'
    assert plain.raw_query("SELECT 1 AS a", fmt="CSVWithNames") == b'"a"\n1\n'
    plain.command("CREATE TABLE r (a UInt8, b String) ENGINE = MergeTree ORDER BY a")
    plain.raw_insert("r", insert_block=b'{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n', fmt="JSONEachRow")
    assert plain.query("SELECT count() FROM r").first_row == (2,)


def test_error_codes(plain):
    for sql, code in (("SELECT * FROM nowhere", 60), ("SELECT nothing", 47), ("SELECT f_(1)", 46), ("SELEC", 62)):
        with pytest.raises(DatabaseError) as raised:
            plain.query(sql)
        assert f"Code: {code}" in str(raised.value) or f"code {code}" in str(raised.value).lower(), raised.value


def test_kill_query(server, plain):
    query_id, failed = str(uuid.uuid4()), []
    other = clickhouse_connect.get_client(host="127.0.0.1", port=server.port("clickhouse-http"), autogenerate_session_id=False)

    def run():
        try:
            plain.query(ENDLESS, settings={"query_id": query_id})
        except Exception as error:
            failed.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: running(server, query_id), what="the query in system.processes")
    other.command(f"KILL QUERY WHERE query_id = '{query_id}'")
    thread.join(30)
    assert not thread.is_alive() and "394" in failed[0], failed
    until(lambda: running(server, query_id) == 0, what="the end of a killed query")
