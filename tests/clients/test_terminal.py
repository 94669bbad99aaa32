"""Interactive clients on a terminal: `ollystack sql`, and Debian's clickhouse-client 18.16."""
import os
import re

import pytest

from lib.server import binary
from lib.terminal import Terminal
from lib.wait import ENDLESS, running, until

CLIENT = os.environ.get("OLLY_CLICKHOUSE_CLIENT", "")
UP = "\x1b[A"


@pytest.fixture
def start(tmp_path):
    made = []

    def start(*command):
        made.append(Terminal([str(c) for c in command], {"HOME": str(tmp_path)}))
        return made[-1]

    yield start
    for terminal in made:
        terminal.close()


@pytest.fixture
def sql(server, start):
    return lambda *more: start(binary(), "sql", "--server", server.address["clickhouse-http"], *more)


PROMPT, MORE = "ollystack> ", "        -> "


def test_statements_over_several_lines(sql):
    shell = sql()
    shell.expect(PROMPT)
    shell.line("SELECT 1 + 1 AS two,")
    shell.expect(MORE)
    shell.line("       'x;y' AS s")
    shell.expect(MORE)
    shell.line("FORMAT TSVWithNames;")
    shell.expect(r"two\ts\r\n2\tx;y\r\n")
    shell.expect(r"\d\.\d{3} s, \d+ rows read")
    shell.expect(PROMPT)
    # Two at once; a text with a semicolon at a line's end is not the end of a statement.
    shell.line("SELECT 'first' FORMAT TSV; SELECT 'second' FORMAT TSV;")
    shell.expect("first\r\n")
    shell.expect("second\r\n")
    shell.expect(PROMPT)
    shell.line("SELECT 'open;")
    shell.expect(MORE)
    shell.line("closed' AS t FORMAT TSV;")
    shell.expect(r"open;\\nclosed\r\n")
    shell.expect(PROMPT)
    # SET and USE are kept.
    shell.line("USE system;")
    shell.expect(PROMPT)
    shell.line("SELECT currentDatabase() FORMAT TSV;")
    shell.expect("system\r\n")
    shell.expect(PROMPT)
    shell.line("exit")
    assert shell.end() == 0


def test_tables_are_drawn_and_errors_told(sql):
    shell = sql()
    shell.expect(PROMPT)
    shell.line("SELECT number AS n, toString(number) AS s FROM numbers(2);")
    shell.expect("┌─n─┬─s─┐")
    shell.expect("│ 1 │ 1 │")
    shell.expect(r"peak memory [\d.]+ MiB")
    shell.line("SELECT nothing;")
    shell.expect("Code: 47.*nothing")
    shell.expect(PROMPT)
    shell.send("\x04")
    assert shell.end() == 0


def test_help_needs_no_semicolon(sql):
    shell = sql()
    shell.expect(PROMPT)
    for word in ("help", "?", "HELP;"):
        shell.line(word)
        shell.expect("SHOW TABLES;.*Ctrl-C")
        shell.expect(PROMPT)
    # Inside of a statement it is a word like others.
    shell.line("SELECT 1 AS")
    shell.expect(MORE)
    shell.line("help")
    shell.expect(MORE)
    shell.line("FORMAT TSVWithNames;")
    shell.expect(r"help\r\n1\r\n")
    shell.line("exit")
    assert shell.end() == 0


def test_formats(sql):
    shell = sql("--format", "JSONEachRow")
    shell.expect(PROMPT)
    shell.line("SELECT 1 AS a, 'x' AS b;")
    shell.expect(r'\{"a":1,"b":"x"\}')
    shell.line("SELECT 1 AS a FORMAT Vertical;")
    shell.expect("Row 1:.*a: 1")
    shell.line("quit")
    assert shell.end() == 0


def test_history_is_kept(sql, tmp_path):
    shell = sql()
    shell.expect(PROMPT)
    shell.line("SELECT 'remember me' AS kept FORMAT TSV;")
    shell.expect("remember me\r\n")
    shell.expect(PROMPT)
    shell.line("\\q")
    assert shell.end() == 0
    assert "remember me" in (tmp_path / ".ollystack_history").read_text()
    shell = sql()
    shell.expect(PROMPT)
    shell.send(UP)
    shell.expect("remember me")
    shell.send("\r")
    shell.expect("remember me\r\n")
    shell.expect(PROMPT)
    shell.send("\x04")
    assert shell.end() == 0


def test_progress_and_cancel(server, sql):
    shell = sql()
    shell.expect(PROMPT)
    shell.line(ENDLESS + ";")
    shell.expect(r"%  [\d.]+ M rows, [\d.]+ [kM] rows/s, memory [\d.]+ MiB, peak [\d.]+ MiB, \d+\.\d s")
    shell.interrupt()
    shell.expect("Cancelled")
    until(lambda: running(server) == 0, 15, "the end of a cancelled query")
    shell.expect(PROMPT)
    # Ctrl-C at the prompt drops what was written.
    shell.send("SELECT half")
    shell.interrupt()
    shell.expect(PROMPT)
    shell.line("SELECT 'whole' FORMAT TSV;")
    shell.expect("whole\r\n")
    shell.line("exit;")
    assert shell.end() == 0


def test_a_server_that_is_not_there(start):
    shell = start(binary(), "sql", "--server", "127.0.0.1:1")
    shell.expect("127.0.0.1:1")
    assert shell.end() == 1 or PROMPT in shell.text


needs_client = pytest.mark.skipif(not CLIENT, reason="clickhouse-client could not be had (make deps)")


@pytest.fixture
def client(server, start):
    return lambda *more: start(CLIENT, "--host", "127.0.0.1", "--port", server.port("clickhouse-native"), *more)


@needs_client
def test_clickhouse_client_connects_and_asks(client, server):
    shell = client()
    shell.expect(r"Connected to ClickHouse server version \d+\.\d+")
    shell.expect(r":\) ")
    shell.line("SELECT number, toString(number) AS s FROM numbers(3)")
    shell.expect("┌─number─┬─s─┐")
    shell.expect(r"3 rows in set\. Elapsed: [\d.]+ sec\.")
    shell.expect(r":\) ")
    # What it asked for its completions, on a connection of its own, is answered: a failure would be printed.
    completions = "FROM system.query_log WHERE query LIKE 'SELECT DISTINCT arrayJoin(extractAll(name%'"
    until(lambda: server.query(f"SELECT groupUniqArray(type::String) {completions}") == "['QueryFinish']\n", what="the completions' query")
    assert "suggestions" not in shell.text, shell.text
    shell.line("SELECT nothing")
    shell.expect("Code: 47")
    shell.expect(r":\) ")
    shell.line("SHOW TABLES FROM default")
    shell.expect("otel_logs")
    shell.expect(r":\) ")
    shell.line("exit")
    assert shell.end() == 0


@needs_client
def test_clickhouse_client_inserts_and_cancels(client, server, db):
    shell = client("--database", db.database, "--multiline")
    shell.expect(r":\) ")
    shell.line("CREATE TABLE t (a UInt32,")
    shell.expect(r":-\] ")
    shell.line("b String) ENGINE = MergeTree ORDER BY a;")
    shell.expect(r"Ok\..*:\) ")
    shell.line("INSERT INTO t VALUES (1, 'one'), (2, 'two');")
    shell.expect(r"2 rows in set.*:\) ")
    shell.line("SELECT * FROM t ORDER BY a;")
    shell.expect("one.*two.*2 rows in set")
    shell.expect(r":\) ")
    shell.line(ENDLESS + ";")
    shell.expect(r"Progress: [\d.]+ (million|thousand|billion) rows")
    shell.interrupt()
    shell.expect(r"(Query was cancelled|Received exception|Cancelling query).*:\) ")
    until(lambda: running(server) == 0, 15, "the end of a cancelled query")
    shell.line("SELECT 'still here';")
    shell.expect(r"still here.*:\) ")
    shell.send("\x04")
    assert shell.end() == 0
    assert re.search("Bye", shell.text)
