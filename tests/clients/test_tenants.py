"""Two tenants of one server, over every listener: neither sees anything of the other, in rows, names, sizes, errors or logs."""
import base64
import concurrent.futures
import hashlib
import http.client
import time

import pytest
from clickhouse_driver import Client, errors
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from lib.server import QueryError
from lib.wait import until

USERS = {"ann": ("apple", 7), "bob": ("banana", 8), "zoe": ("zebra", 77)}
# Words of one tenant that no answer to another may hold.
SECRETS = {"ann": ["annsecret", "annbase", "ann-service"], "bob": ["bobsecret", "bobbase", "bob-service"]}


@pytest.fixture
def node(own, tmp_path):
    users = "".join(f'[[users]]\nname = "{name}"\npassword-sha256 = "{hashlib.sha256(word.encode()).hexdigest()}"\ntenant = {tenant}\n'
                    for name, (word, tenant) in USERS.items())
    config = tmp_path / "server.toml"
    config.write_text(users)
    return own("--config", str(config)).start()


def ask(node, user, sql, **options):
    client = node.client(user=user, password=USERS[user][0]) if user in USERS else node.client()
    try:
        return client.query(sql, **options)
    finally:
        client.close()


def refusal(node, user, sql, **options):
    with pytest.raises(QueryError) as refused:
        ask(node, user, sql, **options)
    return refused.value


def send_log(node, user, service, body, now):
    request = ExportLogsServiceRequest()
    part = request.resource_logs.add()
    attribute = part.resource.attributes.add()
    attribute.key, attribute.value.string_value = "service.name", service
    part.scope_logs.add().log_records.add(time_unix_nano=now, severity_number=9).body.string_value = body
    connection = http.client.HTTPConnection(node.address["otlp-http"], timeout=30)
    token = base64.b64encode(f"{user}:{USERS[user][0]}".encode()).decode()
    connection.request("POST", "/v1/logs", request.SerializeToString(), {"Content-Type": "application/x-protobuf", "Authorization": f"Basic {token}"})
    status = connection.getresponse().status
    connection.close()
    return status


def clean(text, user):
    """Nothing of the other tenants is in an answer to `user`."""
    for other, words in SECRETS.items():
        if other != user:
            assert not any(word in text for word in words), text
    assert "\x01" not in text, text
    return text


def fill(node):
    """Both tenants make databases and tables, of equal names and of their own, and send logs."""
    now = time.time_ns()
    for user in ("ann", "bob"):
        for sql in ("CREATE DATABASE shop", f"CREATE DATABASE {user}base", f"CREATE TABLE shop.orders (id UInt32, {user}secret_column String) ENGINE = MergeTree ORDER BY id",
                    f"INSERT INTO shop.orders SELECT number, '{user}secret' FROM numbers({10 if user == 'ann' else 20})",
                    f"CREATE TABLE shop.{user}secret_table (x UInt8) ENGINE = MergeTree ORDER BY x",
                    "CREATE TABLE default.mine (v String) ENGINE = MergeTree ORDER BY v", f"INSERT INTO default.mine VALUES ('{user}secret')"):
            ask(node, user, sql)
        # The same body from both: retries are told apart by tenant.
        assert send_log(node, user, "same-service", "same", now) == 200
        assert send_log(node, user, f"{user}-service", f"{user}secret", now) == 200
    return now


READS = [
    "SELECT * FROM shop.orders", "SELECT * FROM default.mine", "SELECT * FROM default.otel_logs", "SELECT DISTINCT ServiceName FROM otel_logs",
    "SHOW DATABASES", "SHOW TABLES", "SHOW TABLES FROM shop", "SHOW CREATE TABLE shop.orders", "SHOW CREATE DATABASE shop", "DESCRIBE shop.orders",
    "SELECT * FROM system.databases", "SELECT * FROM system.tables", "SELECT * FROM system.columns", "SELECT * FROM system.parts",
    "SELECT * FROM system.query_log", "SELECT * FROM system.processes", "SELECT * FROM system.metrics", "SELECT * FROM system.events", "SHOW PROCESSLIST",
    "EXPLAIN SELECT * FROM shop.orders WHERE id = 3", "EXPLAIN SELECT count() FROM otel_logs",
]


def test_reads_show_one_s_own_only(node):
    fill(node)
    for again in range(2):  # the second time caches are warm
        for user, rows in (("ann", 10), ("bob", 20)):
            assert ask(node, user, f"SELECT count(), uniqExact({user}secret_column) FROM shop.orders") == f"{rows}\t1\n"
            assert ask(node, user, "SELECT v FROM default.mine") == f"{user}secret\n"
            assert ask(node, user, "SELECT ServiceName, Body FROM otel_logs ORDER BY Body") == f"{user}-service\t{user}secret\nsame-service\tsame\n"
            assert ask(node, user, "SELECT count() FROM otel_logs") == "2\n"
            assert ask(node, user, "SHOW TABLES FROM shop") == f"{user}secret_table\norders\n" and ask(node, user, "EXISTS DATABASE shop") == "1\n"
            for sql in READS:
                clean(ask(node, user, sql, fmt="TabSeparatedWithNamesAndTypes"), user)
        # Tenant 0 and a tenant without anything see none of it.
        for user in ("zoe", "default"):
            assert ask(node, user, "SELECT count() FROM otel_logs") == "0\n"
            for sql in READS:
                if "shop" not in sql and "mine" not in sql:
                    clean(ask(node, user, sql, fmt="TabSeparatedWithNamesAndTypes"), user)
            assert "shop" not in ask(node, user, "SHOW DATABASES")
        node.kill()
        node.start()


def test_errors_name_nothing_of_another(node):
    fill(node)
    # Names near those of the other tenant: a suggestion would tell them.
    for sql, code in (("SELECT * FROM shop.annsecret_tabl", 60), ("SELECT * FROM annbas.x", 81), ("SELECT * FROM annbase.x", 81), ("USE annbase", 81), ("SELECT annsecret_colum FROM shop.orders", 47),
                      ("DROP TABLE shop.annsecret_table", 60), ("DROP DATABASE annbase", 81), ("SHOW CREATE TABLE shop.annsecret_table", 60), ("SHOW TABLES FROM annbase", 81),
                      ("INSERT INTO shop.annsecret_table VALUES (1)", 60), ("TRUNCATE TABLE shop.annsecret_table", 60), ("DESCRIBE TABLE annbase.t", 81),
                      ("CREATE TABLE annbase.t (x UInt8) ENGINE = MergeTree ORDER BY x", 81)):
        error = refusal(node, "bob", sql)
        # What bob wrote himself may come back; nothing else may.
        assert error.code == code, (sql, error)
        text = error.body
        for word in sorted((w.strip(".,;()") for w in sql.replace(".", " ").split()), key=len, reverse=True):
            text = text.replace(word, "") if "ann" in word else text
        clean(text, "bob")
    for sql in ("EXISTS TABLE shop.annsecret_table", "EXISTS DATABASE annbase", "EXISTS TABLE annbase.t"):
        assert ask(node, "bob", sql) == "0\n"
    # The catalog's own names of another tenant's databases are no way in, and none can be made.
    for user in ("bob", "default"):
        assert refusal(node, user, "SELECT * FROM `\x017\x01shop`.orders").code == 81
        assert refusal(node, user, "CREATE DATABASE `\x017\x01x`").code == 36
        assert ask(node, user, "EXISTS DATABASE `\x017\x01shop`") == "0\n"
    assert ask(node, "ann", "SELECT count() FROM shop.orders") == "10\n"


def test_writes_reach_one_s_own_only(node):
    now = fill(node)
    ask(node, "bob", "TRUNCATE TABLE shop.orders")
    ask(node, "bob", "DROP TABLE default.mine")
    ask(node, "bob", "DROP DATABASE shop")
    assert ask(node, "ann", "SELECT count() FROM shop.orders") == "10\n" and ask(node, "ann", "SELECT count() FROM default.mine") == "1\n"
    # The tables that OTLP fills are shared.
    for sql in ("TRUNCATE TABLE otel_logs", "DROP TABLE default.otel_logs", "DROP DATABASE default"):
        assert refusal(node, "bob", sql).code == 497
    ask(node, "bob", f"INSERT INTO otel_logs (Timestamp, ServiceName, Body) VALUES (fromUnixTimestamp64Nano({now}), 'bob-service', 'bobsecret2')")
    assert ask(node, "bob", "SELECT count() FROM otel_logs") == "3\n" and ask(node, "ann", "SELECT count() FROM otel_logs") == "2\n"
    # A token of a retry is one tenant's.
    for user in ("ann", "zoe"):
        if user == "zoe":
            ask(node, user, "CREATE DATABASE shop")
            ask(node, user, "CREATE TABLE shop.orders (id UInt32, s String) ENGINE = MergeTree ORDER BY id")
        ask(node, user, "INSERT INTO shop.orders VALUES (1000, 'x')", insert_deduplication_token="t1")
        assert ask(node, user, "SELECT count() FROM shop.orders WHERE id = 1000") == "1\n"


def test_running_queries_are_one_s_own(node):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(refusal, node, "ann", "SELECT count() AS annsecret FROM numbers(1000000000000) WHERE number % 7 = 3", query_id="annsecret-query")
        until(lambda: ask(node, "ann", "SELECT count() FROM system.processes WHERE query_id = 'annsecret-query'") == "1\n", what="ann's query")
        for user in ("bob", "default"):
            for sql in ("SELECT * FROM system.processes", "SHOW PROCESSLIST", "SELECT * FROM system.query_log"):
                clean(ask(node, user, sql), user)
            assert ask(node, user, "KILL QUERY WHERE query_id = 'annsecret-query'") == ""
        # An id in use is another tenant's affair.
        assert ask(node, "bob", "SELECT 1", query_id="annsecret-query") == "1\n"
        assert ask(node, "ann", "SELECT count() FROM system.processes WHERE query_id = 'annsecret-query'") == "1\n"
        assert "annsecret-query" in ask(node, "ann", "KILL QUERY WHERE query_id = 'annsecret-query' SYNC")
        assert running.result(30).code == 394


def test_native_and_sessions(node):
    fill(node)
    def native(user, **options):
        return Client("127.0.0.1", node.port("clickhouse-native"), user=user, password=USERS[user][0], **options)
    bob = native("bob", database="shop")
    assert bob.execute("SELECT count() FROM orders") == [(20,)]
    bob.disconnect()
    with pytest.raises(errors.ServerException) as refused:
        native("bob", database="annbase").execute("SELECT 1")
    assert refused.value.code == 81
    with pytest.raises(errors.ServerException) as refused:
        Client("127.0.0.1", node.port("clickhouse-native"), user="bob", password="apple").execute("SELECT 1")
    assert refused.value.code == 516
    # A session's id is one user's.
    ask(node, "ann", "SET max_block_size = 12345", session_id="s1")
    assert ask(node, "ann", "SELECT value FROM system.settings WHERE name = 'max_block_size'", session_id="s1") == "12345\n"
    assert ask(node, "bob", "SELECT value FROM system.settings WHERE name = 'max_block_size'", session_id="s1") != "12345\n"
