"""What tools ask when they connect: clickhouse-go, clickhouse-connect, JDBC, DBeaver, Metabase, Superset, Grafana, Vector."""
import http.client

import pytest

from lib.server import QueryError

QUERIES = [
    'SELECT displayName(), version(), revision(), timezone()',
    'SELECT name, value, readonly FROM system.settings LIMIT 3',
    'SELECT 1 AS check',
    'SELECT name, is_aggregate, case_insensitive, alias_to, origin, description, syntax, arguments, returned_value, examples, categories FROM system.functions LIMIT 2',
    'SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1',
    'DESC (SELECT 1 AS a) FORMAT TSKV',
    'SELECT VERSION()',
    'SELECT name FROM system.table_engines',
    "SELECT name as TABLE_NAME, engine as TABLE_TYPE, database as TABLE_SCHEM, comment as REMARKS, * FROM system.tables WHERE database = 'default' LIMIT 1",
    "SELECT sum(bytes), sum(rows), max(modification_time), min(min_date), max(max_date), any(engine) FROM system.parts WHERE database='default' AND table='otel_logs' GROUP BY table",
    "KILL QUERY WHERE query_id='x'",
    'SELECT timezone() AS tz',
    "WITH s AS (SELECT version() AS ver, splitByChar('.', ver) AS verSplit) SELECT s.ver, toInt32(verSplit[1]), toInt32(verSplit[2]) FROM s",
    "SELECT value='1' FROM system.settings WHERE name='cloud_mode'",
    'SELECT count() = 0 FROM system.clusters WHERE is_local = 0',
    "SELECT count(*) > 0 FROM system.databases WHERE name = 'default'",
    'SHOW DATABASES',
    'EXISTS DATABASE default',
    'EXISTS TABLE default.otel_logs',
    'SHOW TABLES FROM default',
    "SELECT name FROM system.tables WHERE database='default' AND engine IN ('View','WindowView')",
    "SELECT engine, engine_full, comment FROM system.tables WHERE name='otel_logs'",
    'DESCRIBE TABLE otel_logs',
    'SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_functions LIMIT 10',
    "SELECT name, type, default_kind FROM system.columns WHERE database = 'default' AND table = 'otel_logs' AND default_kind IN ('', 'DEFAULT') ORDER BY position FORMAT JSONEachRow",
    'SELECT DISTINCT arrayJoin(mapKeys("LogAttributes")) as keys FROM otel_logs WHERE Timestamp >= now() - INTERVAL 6 HOUR LIMIT 1000',
    'SHOW CREATE TABLE otel_logs',
    'SHOW PROCESSLIST',
    'SELECT name, case_insensitive, alias_to FROM system.data_type_families LIMIT 2',
    'SELECT t.database, t.name, d.engine FROM system.tables t JOIN system.databases d ON t.database = d.name LIMIT 1',
]


@pytest.mark.parametrize("query", QUERIES)
def test_is_answered(server, query):
    server.query(query)


def test_what_is_not_there_is_refused_by_name(server):
    for table in ("INFORMATION_SCHEMA.TABLES", "information_schema.columns"):
        with pytest.raises(QueryError) as raised:
            server.query(f"SELECT * FROM {table}")
        assert raised.value.code == 48 and table.split(".")[0] in raised.value.body


def test_progress_comes_while_the_query_runs(server):
    client = http.client.HTTPConnection(server.address["clickhouse-http"], timeout=120)
    client.request("POST", "/?send_progress_in_http_headers=1&http_headers_progress_interval_ms=10&wait_end_of_query=1",
                   "SELECT sum(sipHash64(number)) FROM numbers(10000000)")
    answer = client.getresponse()
    lines = answer.headers.get_all("X-ClickHouse-Progress")
    assert answer.status == 200 and len(lines) > 1 and '"read_rows":"10000000"' in lines[-1], lines
    assert answer.read().strip().isdigit()
    client.request("POST", "/", "SELECT 1")
    assert client.getresponse().read() == b"1\n"
    client.close()
