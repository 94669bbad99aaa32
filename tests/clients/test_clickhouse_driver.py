"""clickhouse-driver: the native protocol at revision 54468 down to ours, plain, LZ4 and ZSTD."""
import datetime as dt
import decimal
import ipaddress
import math
import threading
import uuid

import pytest
from clickhouse_driver import Client, errors

from lib.wait import ENDLESS, running, until

UTC = dt.timezone.utc


@pytest.fixture(params=[False, "lz4", "zstd"], ids=["plain", "lz4", "zstd"])
def client(request, server, db):
    client = Client("127.0.0.1", server.port("clickhouse-native"), database=db.database, compression=request.param)
    yield client
    client.disconnect()


# The driver itself sends a fraction before 1970 as one after it (`int()` of the seconds rounds towards zero), so none is here.
TYPES = [
    ("UInt8", [0, 255]), ("UInt16", [65535]), ("UInt32", [2**32 - 1]), ("UInt64", [2**64 - 1]), ("Int8", [-128]), ("Int16", [-(2**15)]),
    ("Int32", [-(2**31)]), ("Int64", [-(2**63)]), ("Float32", [0.5, -1.25]), ("Float64", [1e300, -0.1]), ("Bool", [True, False]),
    ("String", ["", "Größe\t✓", "x" * 70000]), ("FixedString(3)", ["abc"]), ("Date", [dt.date(2026, 3, 1)]), ("Date32", [dt.date(1930, 1, 2)]),
    ("DateTime", [dt.datetime(2026, 3, 1, 12, 34, 56)]), ("DateTime('Europe/Berlin')", [dt.datetime(2026, 7, 1, 12, 0)]),
    ("DateTime64(3)", [dt.datetime(2026, 3, 1, 12, 34, 56, 789000)]), ("DateTime64(6)", [dt.datetime(2026, 3, 1, 1, 2, 3, 500001), dt.datetime(1969, 12, 31, 23, 59, 59)]),
    ("UUID", [uuid.UUID("61f0c404-5cb3-11e7-907b-a6006ad3dba0")]), ("Enum8('b' = -2, 'a' = 1)", ["a", "b"]), ("Enum16('x' = 1000)", ["x"]),
    ("IPv4", [ipaddress.ip_address("10.1.2.3")]), ("IPv6", [ipaddress.ip_address("2001:db8::1")]), ("Decimal(9, 2)", [decimal.Decimal("-123.45")]),
    ("Decimal(18, 4)", [decimal.Decimal("99999999999999.9999")]), ("Decimal(38, 10)", [decimal.Decimal("-1234567890123456789.0000000001")]),
    ("LowCardinality(String)", ["a", "b", "a", ""]), ("LowCardinality(Nullable(String))", ["a", None, ""]), ("Nullable(Int32)", [None, -7]),
    ("Nullable(String)", [None, "", "x"]), ("Array(UInt8)", [[], [1, 255]]), ("Array(Array(Nullable(Int16)))", [[[1, None], []]]),
    ("Array(LowCardinality(String))", [["a", "b", "a"], []]), ("Tuple(UInt8, String)", [(7, "q")]), ("Array(Tuple(String, Float64))", [[("a", 1.5)]]),
    ("Map(String, UInt64)", [{"a": 1, "b": 2}, {}]), ("Map(LowCardinality(String), String)", [{"k": "v", "l": ""}, {}]),
    ("Array(Map(LowCardinality(String), String))", [[{"k": "v"}, {}], []]), ("Tuple(a Int32, b Array(String))", [(1, ["x"])]),
    ("LowCardinality(FixedString(2))", ["ab", "cd"]), ("LowCardinality(Nullable(FixedString(2)))", ["ab", None]), ("Array(LowCardinality(Nullable(String)))", [["a", None], []]),
    ("DateTime64(0)", [dt.datetime(2026, 3, 1, 12, 34, 56)]), ("DateTime64(9, 'Asia/Tokyo')", [dt.datetime(2026, 3, 1, 12, 34, 56, 789012)]),
    ("Nullable(FixedString(2))", [None, "ab"]), ("Nullable(Enum8('a' = 1))", [None, "a"]), ("Nullable(IPv4)", [None, ipaddress.ip_address("10.1.2.3")]),
    ("Nullable(Bool)", [None, True]), ("Nullable(Date)", [None, dt.date(2026, 3, 1)]), ("Map(String, Array(Nullable(Int8)))", [{"a": [1, None]}, {}]),
    ("Tuple(Array(UInt8), Map(String, String), Nullable(Float64))", [([1, 2], {"k": "v"}, None)]), ("Array(Array(Array(String)))", [[[["a"], []], []]]),
    ("Nullable(DateTime64(9))", [None]), ("Nullable(UUID)", [None, uuid.UUID(int=5)]), ("Nullable(Decimal(9, 2))", [None, decimal.Decimal("1.50")]),
]


@pytest.mark.parametrize("kind,rows", TYPES, ids=[t for t, _ in TYPES])
def test_types_there_and_back(client, kind, rows):
    client.execute(f"CREATE TABLE t (n UInt32, v {kind}) ENGINE = MergeTree ORDER BY n")
    assert client.execute("INSERT INTO t (n, v) VALUES", list(enumerate(rows))) == len(rows)
    back, columns = client.execute("SELECT n, v FROM t ORDER BY n", with_column_types=True)
    assert columns == [("n", "UInt32"), ("v", kind)]
    for (n, value), wanted in zip(back, rows, strict=True):
        if isinstance(value, dt.datetime) and value.tzinfo:
            value = value.replace(tzinfo=None)
        assert value == wanted, n


def test_nested(client):
    client.execute("CREATE TABLE t (id UInt8, Events Nested(Name LowCardinality(String), At DateTime64(9), Attributes Map(LowCardinality(String), String))) ENGINE = MergeTree ORDER BY id")
    names = [name for name, *_ in client.execute("DESCRIBE TABLE t")]
    assert names == ["id", "Events.Name", "Events.At", "Events.Attributes"]
    client.execute("INSERT INTO t (id, Events.Name, Events.At, Events.Attributes) VALUES", [(1, ["a", "b"], [dt.datetime(2026, 1, 1)] * 2, [{"k": "v"}, {}]), (2, [], [], [])])
    assert client.execute("SELECT id, Events.Name, Events.Attributes FROM t ORDER BY id") == [(1, ["a", "b"], [{"k": "v"}, {}]), (2, [], [])]


def test_ten_thousand_rows_in_blocks(client):
    client.execute("CREATE TABLE t (id UInt32, s String, m Map(LowCardinality(String), String)) ENGINE = MergeTree ORDER BY id")
    rows = [(i, f"row {i}", {"k": str(i % 7)}) for i in range(10_000)]
    client.execute("INSERT INTO t VALUES", rows, settings={"insert_block_size": 1000})
    assert client.execute("SELECT count(), sum(id), uniqExact(m['k']) FROM t") == [(10_000, 49_995_000, 7)]
    assert sorted(client.execute_iter("SELECT id, s, m FROM t", settings={"max_block_size": 777})) == rows


def test_columnar_and_parameters(client):
    client.execute("CREATE TABLE t (a UInt8, b String) ENGINE = MergeTree ORDER BY a")
    client.execute("INSERT INTO t VALUES", [[1, 2, 3], ["x", "y", "z"]], columnar=True)
    assert client.execute("SELECT b FROM t WHERE a > %(low)s ORDER BY a", {"low": 1}) == [("y",), ("z",)]


def test_server_side_parameters(server, db):
    side = Client("127.0.0.1", server.port("clickhouse-native"), settings={"server_side_params": True})
    assert side.execute("SELECT {x:UInt8} + 1 AS y, {s:String} AS s", {"x": 4, "s": "it's\t\\"}) == [(5, "it's\t\\")]
    side.disconnect()


def test_progress_and_profile(client):
    progress = client.execute_with_progress("SELECT sum(number) FROM numbers(3000000)")
    assert progress.get_result() == [(4499998500000,)]
    assert client.last_query.progress.rows >= 3_000_000
    client.execute("SELECT number FROM numbers(100) LIMIT 7")
    assert client.last_query.profile_info.rows == 7


def test_floats_that_are_no_numbers(client):
    (row,) = client.execute("SELECT nan, inf, -inf, toFloat32(0.1)")
    assert math.isnan(row[0]) and row[1:3] == (math.inf, -math.inf) and abs(row[3] - 0.1) < 1e-7


def test_error_codes_and_the_connection_lives_on(client):
    for sql, code in (("SELECT * FROM nowhere", 60), ("SELECT nothing", 47), ("SELECT f_(1)", 46), ("SELEC", 62), ("SELECT toUInt8('x')", 6)):
        with pytest.raises(errors.ServerException) as raised:
            client.execute(sql)
        assert raised.value.code == code, raised.value
    assert client.execute("SELECT 1") == [(1,)]


def test_an_error_in_the_middle_of_a_stream(client):
    with pytest.raises(errors.ServerException) as raised:
        client.execute("SELECT throwIf(number = 500000) FROM numbers(1000000)")
    assert raised.value.code == 395
    assert client.execute("SELECT 2") == [(2,)]


def test_a_refused_insert_leaves_the_connection_usable(client):
    client.execute("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    with pytest.raises(errors.Error):
        client.execute("INSERT INTO t (nope) VALUES", [(1,)])
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_unknown_settings_are_named(client):
    with pytest.raises(errors.ServerException) as raised:
        client.execute("SELECT 1 SETTINGS no_such_setting = 1")
    assert raised.value.code == 115 and "no_such_setting" in str(raised.value)


def test_cancel(server, client):
    query_id = str(uuid.uuid4())
    failed = []

    def run():
        try:
            client.execute(ENDLESS, query_id=query_id)
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: running(server, query_id), what="the query in system.processes")
    server.query(f"KILL QUERY WHERE query_id = '{query_id}'")
    thread.join(30)
    assert not thread.is_alive() and getattr(failed[0], "code", None) == 394, failed
    until(lambda: running(server, query_id) == 0, what="the end of a killed query")


def test_a_cancel_packet_ends_the_query(server, db):
    client = Client("127.0.0.1", server.port("clickhouse-native"))
    query_id = str(uuid.uuid4())
    progress = client.execute_with_progress(ENDLESS, query_id=query_id)
    until(lambda: running(server, query_id), what="the query in system.processes")
    client.cancel(with_column_types=False)
    until(lambda: running(server, query_id) == 0, 15, "the end of a cancelled query")
    del progress
    client.disconnect()
