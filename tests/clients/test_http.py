"""The HTTP interface by curl and by hand: routes, formats, compression, sessions, errors, cancel."""
import gzip
import http.client
import json
import os
import re
import subprocess
import urllib.parse
import uuid

import pytest

from lib.server import QueryError
from lib.wait import ENDLESS, running, until

CURL = os.environ.get("OLLY_CURL") or "curl"


@pytest.fixture
def curl(server):
    def curl(*arguments, path="/", stdin=None):
        done = subprocess.run([CURL, "-sS", "-i", *arguments, f"http://{server.address['clickhouse-http']}{path}"], input=stdin, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head, _, body = body.partition(b"\r\n\r\n")
        return int(head.split()[1]), body, head.decode().lower()
    return curl


def test_ping_and_roots(curl):
    assert curl(path="/ping")[:2] == (200, b"Ok.\n")
    assert curl()[:2] == (200, b"Ok.\n")
    assert curl(path="/replicas_status")[:2] == (200, b"Ok.\n")
    assert curl(path="/nothing/here")[0] == 404


def test_query_by_get_post_and_both(curl):
    assert curl(path="/?query=SELECT%201%2B1")[:2] == (200, b"2\n")
    assert curl("-d", "SELECT 'a', 2")[:2] == (200, b"a\t2\n")
    assert curl("-d", "FROM numbers(3)", path="/?query=SELECT%20count()")[:2] == (200, b"3\n")
    assert curl("-F", "query=SELECT {x:UInt8} + 1", "-F", "param_x=4")[:2] == (200, b"5\n")


def test_get_is_read_only(curl, db):
    status, body, _ = curl("-G", "--data-urlencode", f"query=CREATE TABLE {db.database}.t (a UInt8) ENGINE = MergeTree ORDER BY a")
    assert b"Code: 164" in body and status >= 400


def test_headers(curl):
    status, _, head = curl("-H", "X-ClickHouse-Query-Id: my-id-1", "-H", "X-ClickHouse-Format: JSONCompact", "-d", "SELECT 1 AS a", path="/?wait_end_of_query=1")
    assert status == 200
    assert "x-clickhouse-query-id: my-id-1" in head and "x-clickhouse-format: jsoncompact" in head and "x-clickhouse-timezone: utc" in head
    summary = json.loads([line for line in head.splitlines() if line.startswith("x-clickhouse-summary")][0].split(": ", 1)[1])
    assert all(isinstance(v, str) for v in summary.values()) and "read_rows" in summary and "elapsed_ns" in summary


FORMATS = {
    "TabSeparated": b"1\ta\\tb\t\\N\t[1,2]\n", "TSVRaw": b"1\ta\tb\t\\N\t[1,2]\n", "TabSeparatedWithNames": b"n\ts\tz\ta\n1\ta\\tb\t\\N\t[1,2]\n",
    "TabSeparatedWithNamesAndTypes": b"n\ts\tz\ta\nUInt8\tString\tNullable(Nothing)\tArray(UInt8)\n1\ta\\tb\t\\N\t[1,2]\n",
    "CSV": b'1,"a\tb",\\N,"[1,2]"\n', "CSVWithNames": b'"n","s","z","a"\n1,"a\tb",\\N,"[1,2]"\n', "JSONEachRow": b'{"n":1,"s":"a\\tb","z":null,"a":[1,2]}\n',
    "JSONCompactEachRow": b'[1, "a\\tb", null, [1,2]]\n', "Values": b"(1,'a\\tb',NULL,[1,2])", "Null": b"",
    "JSONCompactEachRowWithNamesAndTypes": b'["n", "s", "z", "a"]\n["UInt8", "String", "Nullable(Nothing)", "Array(UInt8)"]\n[1, "a\\tb", null, [1,2]]\n',
    "RowBinary": b"\x01\x03a\tb\x01\x02\x01\x02", "Vertical": "Row 1:\n──────\nn: 1\ns: a\tb\nz: ᴺᵁᴸᴸ\na: [1,2]\n".encode(),
}


@pytest.mark.parametrize("fmt", FORMATS)
def test_formats(server, fmt):
    with_client = server.client()
    assert with_client.raw(f"SELECT 1 AS n, 'a\\tb' AS s, NULL AS z, [1, 2] AS a FORMAT {fmt}") == FORMATS[fmt]
    with_client.close()


def test_json_envelopes(server):
    answer = json.loads(server.query("SELECT number AS n, toString(number) AS s FROM numbers(3) LIMIT 2 FORMAT JSON"))
    assert answer["meta"] == [{"name": "n", "type": "UInt64"}, {"name": "s", "type": "String"}]
    assert answer["data"] == [{"n": 0, "s": "0"}, {"n": 1, "s": "1"}] and answer["rows"] == 2
    assert set(answer["statistics"]) == {"elapsed", "rows_read", "bytes_read"}
    assert json.loads(server.query("SELECT toUInt64(1) AS n FORMAT JSON", output_format_json_quote_64bit_integers=1))["data"] == [{"n": "1"}]
    assert json.loads(server.query("SELECT nan AS x, inf AS y FORMAT JSONCompact"))["data"] == [[None, None]]


INPUTS = {
    "TabSeparated": "1\tone\n2\ttwo\n", "TabSeparatedWithNames": "a\tb\n1\tone\n2\ttwo\n", "CSV": '1,"one"\n2,two\n', "CSVWithNames": "b,a\none,1\ntwo,2\n",
    "JSONEachRow": '{"a":1,"b":"one"}\n{"b":"two","a":"2"}\n', "JSONCompactEachRow": '[1,"one"]\n[2,"two"]\n', "Values": "(1,'one'),(1+1,'two')",
    "RowBinary": b"\x01\x03one\x02\x03two", "RowBinaryWithNamesAndTypes": b"\x02\x01a\x01b\x05UInt8\x06String\x01\x03one\x02\x03two",
}


@pytest.mark.parametrize("fmt", INPUTS)
def test_inserts(db, fmt):
    db.query("CREATE TABLE t (a UInt8, b String) ENGINE = MergeTree ORDER BY a")
    db.raw(f"INSERT INTO t FORMAT {fmt}", body=INPUTS[fmt])
    assert db.query("SELECT a, b FROM t ORDER BY a") == "1\tone\n2\ttwo\n"


# Every type there is, with values in TabSeparated.
TYPES = [
    ("UInt8", ["0", "255"]), ("UInt16", ["65535"]), ("UInt32", ["4294967295"]), ("UInt64", ["18446744073709551615"]), ("Int8", ["-128"]), ("Int16", ["-32768"]),
    ("Int32", ["-2147483648"]), ("Int64", ["-9223372036854775808"]), ("Float32", ["0.1", "-1.25"]), ("Float64", ["1e300", "-0.1"]), ("Bool", ["true", "false"]),
    ("String", ["", "tab\\there", "it\\'s", "Größe ✓"]), ("FixedString(3)", ["abc", "a\\0\\0"]), ("Date", ["1970-01-01", "2149-06-06"]), ("Date32", ["1900-01-01", "2299-12-31"]),
    ("DateTime", ["2026-03-01 12:34:56"]), ("DateTime('Europe/Berlin')", ["2026-07-01 12:00:00"]), ("DateTime64(3)", ["1969-12-31 23:59:59.500"]),
    ("DateTime64(9, 'Asia/Tokyo')", ["2026-03-01 12:34:56.123456789"]), ("UUID", ["61f0c404-5cb3-11e7-907b-a6006ad3dba0"]), ("Enum8('b' = -2, 'a' = 1)", ["a", "b"]),
    ("Enum16('x' = 1000)", ["x"]), ("IPv4", ["10.1.2.3"]), ("IPv6", ["2001:db8::1", "::ffff:10.1.2.3"]), ("Decimal(9, 2)", ["-123.45"]), ("Decimal(18, 6)", ["1.5"]),
    ("Decimal(38, 10)", ["-1234567890123456789.0000000001"]), ("LowCardinality(String)", ["a", "b", "a"]), ("LowCardinality(Nullable(String))", ["a", "\\N", ""]),
    ("Nullable(Int32)", ["\\N", "-7"]), ("Nullable(String)", ["\\N", "", "x"]), ("Array(String)", ["[]", "['a','it\\'s']"]), ("Array(Array(Nullable(Int16)))", ["[[1,NULL],[]]"]),
    ("Tuple(UInt8, String)", ["(7,'q')"]), ("Tuple(a Int32, b Array(String))", ["(1,['x'])"]), ("Map(String, UInt64)", ["{'a':1,'b':2}", "{}"]),
    ("Map(LowCardinality(String), String)", ["{'k':'v','l':''}"]), ("Array(Tuple(String, Float64))", ["[('a',1.5)]"]), ("Array(Map(String, String))", ["[{'k':'v'},{}]"]),
]


@pytest.mark.parametrize("kind,rows", TYPES, ids=[t for t, _ in TYPES])
def test_types_there_and_back_by_curl(curl, db, kind, rows):
    """Created, inserted and read back by curl, and through every format that holds all of it."""
    def ask(sql, *arguments, stdin=None):
        path = "/?" + urllib.parse.urlencode({"database": db.database, "query": sql})
        status, body, _ = curl(*(arguments or ("-d", "")), path=path, stdin=stdin)
        assert status == 200, body
        return body

    ask(f"CREATE TABLE t (n UInt32, v {kind}) ENGINE = MergeTree ORDER BY n")
    ask("CREATE TABLE u AS t")
    text = "".join(f"{i}\t{row}\n" for i, row in enumerate(rows)).encode()
    ask("INSERT INTO t FORMAT TSV", "--data-binary", "@-", stdin=text)
    assert ask("SELECT n, v FROM t ORDER BY n") == text
    assert ask(f"SELECT type FROM system.columns WHERE database = '{db.database}' AND table = 't' AND name = 'v' FORMAT TSVRaw").decode().strip() == kind
    for fmt in ("Native", "RowBinary", "RowBinaryWithNamesAndTypes", "ArrowStream", "Arrow", "JSONEachRow", "JSONCompactEachRow", "CSV", "Values", "TSKV"):
        db.raw(f"INSERT INTO u FORMAT {fmt}", body=db.raw(f"SELECT * FROM t ORDER BY n FORMAT {fmt}"))
        assert db.raw("SELECT n, v FROM u ORDER BY n") == text, fmt
        db.query("TRUNCATE TABLE u")


def test_round_trips_of_binary_formats(db):
    db.query("CREATE TABLE t (a UInt32, b LowCardinality(String), c Array(Nullable(Int16)), d Map(String, UInt8), e DateTime64(9), f Tuple(x Float64, y UUID)) ENGINE = MergeTree ORDER BY a")
    db.query("CREATE TABLE u AS t")
    db.query("INSERT INTO t SELECT number, concat('k', toString(number % 3)), [number, NULL], map('m', number % 5), toDateTime64('2026-03-01 00:00:00.5', 9) + number, (number / 2, toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')) FROM numbers(100)")
    before = db.query("SELECT * FROM t ORDER BY a")
    for fmt in ("Native", "RowBinary", "RowBinaryWithNamesAndTypes", "ArrowStream", "JSONEachRow", "TabSeparated", "CSV", "Values"):
        db.query("TRUNCATE TABLE u")
        data = db.raw(f"SELECT * FROM t ORDER BY a FORMAT {fmt}")
        db.raw(f"INSERT INTO u FORMAT {fmt}", body=data)
        assert db.query("SELECT * FROM u ORDER BY a") == before, fmt


def test_omitted_and_unknown_fields(db):
    db.query("CREATE TABLE t (a UInt8, b String DEFAULT 'dflt', c UInt16 DEFAULT a * 2) ENGINE = MergeTree ORDER BY a")
    db.query("INSERT INTO t FORMAT JSONEachRow", body='{"a":3}\n')
    db.query("INSERT INTO t FORMAT JSONEachRow", body='{"a":4,"zzz":1}\n', input_format_skip_unknown_fields=1)
    db.query("INSERT INTO t (a, c) VALUES (5, 7)")
    assert db.query("SELECT * FROM t ORDER BY a") == "3\tdflt\t6\n4\tdflt\t8\n5\tdflt\t7\n"
    with pytest.raises(QueryError) as raised:
        db.query("INSERT INTO t FORMAT JSONEachRow", body='{"a":4,"zzz":1}\n', input_format_skip_unknown_fields=0)
    assert raised.value.code == 117


def test_compressed_both_ways(server, db):
    db.query("CREATE TABLE t (a UInt32, s String) ENGINE = MergeTree ORDER BY a")
    text = "".join(f"{i}\trow {i}\n" for i in range(1000))
    db.raw("INSERT INTO t FORMAT TSV", body=gzip.compress(text.encode()), headers={"Content-Encoding": "gzip"})
    packed = db.raw("SELECT * FROM t ORDER BY a", headers={"Accept-Encoding": "gzip"}, enable_http_compression=1)
    assert db.headers.get("Content-Encoding", db.headers.get("content-encoding")) == "gzip" and gzip.decompress(packed).decode() == text
    framed = db.raw("SELECT * FROM t ORDER BY a FORMAT Native", compress=1)
    assert framed[16] in (0x82, 0x90)
    db.query("CREATE TABLE u AS t")
    db.raw("INSERT INTO u FORMAT Native", body=framed, decompress=1)
    assert db.query("SELECT * FROM u ORDER BY a") == text


ERRORS = [("SELEC 1", 62, 400), ("SELECT * FROM nowhere", 60, 404), ("SELECT nothing", 47, 404), ("SELECT f_()", 46, 404), ("SELECT * FROM nodb.t", 81, 404),
          ("SELECT toUInt8('x')", 6, 400), ("SELECT 1 FORMAT NoSuch", 73, 404), ("SELECT 1 SETTINGS no_such_setting = 1", 115, 404), ("CREATE TABLE t (a UInt8) ENGINE = Nope", 56, 404)]


@pytest.mark.parametrize("sql,code,status", ERRORS, ids=[str(e[1]) + e[0].split()[-1] for e in ERRORS])
def test_errors(server, sql, code, status):
    client = server.client()
    with pytest.raises(QueryError) as raised:
        client.query(sql)
    assert raised.value.code == code and raised.value.status // 100 == status // 100, raised.value
    assert raised.value.body.startswith(f"Code: {code}. DB::Exception: ") and "(version" in raised.value.body
    headers = {k.lower(): v for k, v in client.headers.items()}
    assert headers["x-clickhouse-exception-code"] == str(code)
    assert client.query("SELECT 1") == "1\n"
    client.close()


def test_unknown_url_key_is_an_unknown_setting(curl):
    status, body, _ = curl("-d", "SELECT 1", path="/?no_such_key=1")
    assert status == 404 and b"Code: 115" in body and b"no_such_key" in body


def test_an_error_in_the_middle_of_a_stream(server):
    client = server.client()
    try:
        body = client.query("SELECT throwIf(number = 3000000), number FROM numbers(5000000)")
    except (QueryError, http.client.HTTPException) as error:
        body = str(getattr(error, "body", "")) or str(getattr(error, "partial", b"")) or "broken"
    assert "Code: 395" in body or "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO" in body or body == "broken" or "__exception__" in body
    client.close()
    assert server.query("SELECT 1") == "1\n"


def test_limits(server):
    for sql, settings, code in (
            ("SELECT number FROM numbers(1000)", {"max_result_rows": 10}, 396), ("SELECT count() FROM numbers(100000000)", {"max_rows_to_read": 1000}, 158),
            (ENDLESS, {"max_execution_time": 1}, 159), ("SELECT groupArray(number) FROM numbers(100000000)", {"max_memory_usage": 1_000_000}, 241)):
        with pytest.raises(QueryError) as raised:
            server.query(sql, **settings)
        assert raised.value.code == code, raised.value


def test_the_longest_text_is_a_setting(server):
    sql = "SELECT count() FROM numbers(100) WHERE number IN (" + ",".join(map(str, range(49_000))) + ")"
    client = server.client()
    with pytest.raises(QueryError) as refused:
        client.query(sql)
    assert refused.value.code == 62 and "max_query_size" in refused.value.body
    for most in (10_000_000, 0):
        assert client.query(sql, max_query_size=most) == "100\n"
    with pytest.raises(QueryError) as refused:
        client.query("SELECT 1", max_query_size="long")
    client.close()


def test_sessions(server):
    session = uuid.uuid4().hex
    client = server.client()
    client.query("SET max_result_rows = 5", session_id=session)
    with pytest.raises(QueryError) as raised:
        client.query("SELECT number FROM numbers(6)", session_id=session)
    assert raised.value.code == 396
    assert client.query("SELECT count() FROM (SELECT number FROM numbers(6))") == "6\n"
    client.close()


def test_an_insert_with_a_token_is_stored_once(db):
    db.query("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    for _ in range(3):
        db.query("INSERT INTO t VALUES (1), (2)", insert_deduplication_token="one")
    db.query("INSERT INTO t VALUES (1), (2)", insert_deduplication_token="two")
    assert db.one("SELECT count() FROM t") == 4
    db.query("INSERT INTO t VALUES (7)")
    db.query("INSERT INTO t VALUES (7)")
    assert db.one("SELECT count() FROM t WHERE a = 7") == 2


def test_ddl(db):
    db.query("CREATE TABLE IF NOT EXISTS t (a UInt8 COMMENT 'the a', b LowCardinality(String) CODEC(ZSTD(1))) ENGINE = MergeTree() PARTITION BY a % 2 ORDER BY (a, b) SETTINGS index_granularity = 8192")
    db.query("CREATE TABLE IF NOT EXISTS t (a UInt8) ENGINE = MergeTree ORDER BY a")
    assert db.query("EXISTS TABLE t") == "1\n" and db.query("SHOW TABLES") == "t\n"
    assert db.query("DESCRIBE TABLE t").splitlines()[0].split("\t")[:2] == ["a", "UInt8"]
    assert "CREATE TABLE" in db.query("SHOW CREATE TABLE t") and "MergeTree" in db.query("SHOW CREATE TABLE t")
    db.query("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    db.query("TRUNCATE TABLE t")
    assert db.one("SELECT count() FROM t") == 0
    for engine in ("ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree", "Log"):
        with pytest.raises(QueryError) as raised:
            db.query(f"CREATE TABLE e (a UInt8) ENGINE = {engine} ORDER BY a")
        assert engine in raised.value.body and raised.value.code == 48
    with pytest.raises(QueryError) as raised:
        db.query("CREATE TABLE e (a UInt8, INDEX i a TYPE minmax GRANULARITY 1) ENGINE = MergeTree ORDER BY a")
    assert raised.value.code == 48 and "INDEX" in raised.value.body
    db.query("DROP TABLE t")
    db.query("DROP TABLE IF EXISTS t")
    with pytest.raises(QueryError) as raised:
        db.query("DROP TABLE t")
    assert raised.value.code == 60


def test_explain_names_what_was_pruned(db):
    db.query("CREATE TABLE t (d Date, a UInt32) ENGINE = MergeTree PARTITION BY d ORDER BY a")
    for day in (1, 2, 3):
        db.query(f"INSERT INTO t SELECT toDate('2026-03-0{day}'), number FROM numbers(10000)")
    plan = db.query("EXPLAIN SELECT count() FROM t WHERE d = '2026-03-02' AND a < 10")
    assert "t" in plan and plan.count("\n") >= 1


def test_system_tables(server, db):
    db.query("CREATE TABLE t (a UInt8, m Map(LowCardinality(String), String)) ENGINE = MergeTree ORDER BY a")
    db.query("INSERT INTO t VALUES (1, {'k': 'v'})")
    assert db.one(f"SELECT count() FROM system.tables WHERE database = '{db.database}' AND name = 't' AND engine = 'MergeTree'") == 1
    assert db.rows(f"SELECT name, type, position FROM system.columns WHERE database = '{db.database}' AND table = 't' ORDER BY position") == [
        ["a", "UInt8", 1], ["m", "Map(LowCardinality(String), String)", 2]]
    assert db.one("SELECT count() FROM system.databases WHERE name IN ('default', 'system')") == 2
    assert db.one("SELECT count() FROM system.functions") >= 140
    assert db.one("SELECT count() FROM system.settings WHERE name IN ('max_execution_time', 'send_progress_in_http_headers', 'max_threads')") == 3
    assert db.one("SELECT count() FROM system.formats WHERE name IN ('Native', 'JSON', 'TabSeparated')") == 3
    for table in ("one", "parts", "processes", "query_log", "build_options", "metrics", "events"):
        db.query(f"SELECT * FROM system.{table} LIMIT 5 FORMAT Null")
    query_id = uuid.uuid4().hex
    db.query("SELECT 12345", query_id=query_id)
    until(lambda: db.one(f"SELECT count() FROM system.query_log WHERE query_id = '{query_id}'"), what="the query in query_log")


def test_the_default_tables_exist(server):
    names = server.query("SHOW TABLES FROM default").split()
    for name in ("otel_logs", "otel_traces", "otel_traces_trace_id_ts", "otel_metrics_gauge", "otel_metrics_sum", "otel_metrics_histogram",
                 "otel_metrics_exponential_histogram", "otel_metrics_summary"):
        assert name in names


def test_a_closed_socket_cancels_the_query(server):
    query_id = uuid.uuid4().hex
    connection = http.client.HTTPConnection(server.address["clickhouse-http"], timeout=60)
    connection.request("POST", "/?" + urllib.parse.urlencode({"query_id": query_id, "cancel_http_readonly_queries_on_client_close": 1}), ENDLESS)
    until(lambda: running(server, query_id), what="the query in system.processes")
    connection.close()
    until(lambda: running(server, query_id) == 0, 15, "the end of an abandoned query")


def test_console(server, db):
    db.query("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    db.query("INSERT INTO t SELECT (1 + (2))")
    assert server.console("/health")[0] == 200 and server.console("/ready")[0] == 200
    status, metrics = server.console("/metrics")
    assert status == 200 and metrics.count("\n") > 20
    lines = [line for line in metrics.splitlines() if line and not line.startswith("#")]
    # Every limit has a fill, and none is over it. Two are no quantities that fill: see the server's table.
    limits = set(re.findall(r'^ollystack_limit\{limit="(\w+)"', metrics, re.M)) - {"wal_segment_bytes", "deduplication_seconds"}
    fills = {name: float(fill) for name, fill in re.findall(r'^ollystack_limit_fill\{limit="(\w+)"\} (\S+)$', metrics, re.M)}
    assert limits <= set(fills), limits - set(fills)
    assert all(0 <= fill <= 1 for fill in fills.values()), fills
    assert all(fills[name] > 0 for name in ("columns", "sql_bytes", "sql_depth", "entry_bytes", "row_bytes", "connections"))
    assert all(len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) is not None for line in lines)


def test_wrong_user_is_refused(server):
    client = server.client(user="nobody", password="x")
    with pytest.raises(QueryError) as raised:
        client.query("SELECT 1")
    assert raised.value.code == 516 and raised.value.status in (401, 403)
    client.close()
