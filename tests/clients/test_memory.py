"""What single queries take of memory beside what they reserve: `tests/run.sh memory` prints a line a query; with HEAVY=text
those alone whose name has the text. The server's allocator gives freed pages back at once here, so that the resident set is
what is in use."""
import contextlib
import http.client
import os
import re
import time

import pytest

from lib.heavy import FILL, HEAVY, TABLE
from lib.memory import Peak, resident
from lib.server import QueryError, Server
from lib.wait import until

BUDGET_MIB = 512
LIMIT_MIB = 256
# Most that a query may take: its limit and a tenth.
MOST_MIB = LIMIT_MIB * 11 // 10
DEADLINE = 10
MIB = 1 << 20

# Queries that need more than their limit: those that cannot spill. The others end by themselves.
TOO_MUCH = {"groupArray, one group", "groupUniqArray", "uniqExact", "quantileExact", "topK", "splitByChar", "arraySort by hash", "arrayConcat"}
# Take longer than the deadline in a debug build.
LONG = {"GROUP BY 1e9 numbers", "arrayDistinct, rows"}

NOTHING_KEPT = {"_RJEM_MALLOC_CONF": "background_thread:true,dirty_decay_ms:0,muzzy_decay_ms:0"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("memory") / "data", "--memory", f"{BUDGET_MIB}MiB", env=NOTHING_KEPT).start()
    server.query(TABLE)
    server.query(FILL)
    server.query(TABLE.replace("wide", "copy"))
    server.query("SELECT sum(length(body)) FROM wide")
    yield server
    server.end()


def settled(server):
    """Waits until what earlier queries freed has gone back."""
    lowest = [resident(server.pid), time.monotonic()]

    def still():
        now = resident(server.pid)
        if now < lowest[0] - MIB:
            lowest[:] = [now, time.monotonic()]
        return time.monotonic() - lowest[1] > 0.5

    until(still, 30, "memory settled")


def measured(server, name, sql):
    """(outcome, reserved, taken, seconds): bytes at most reserved by the query, and resident above the level before it."""
    query_id = f"memory {name}"
    settled(server)
    peak, outcome = Peak(server.pid), "done"
    with contextlib.closing(server.client()) as client:
        try:
            client.raw(sql if sql.startswith("INSERT") else sql + " FORMAT Null", query_id=query_id, max_memory_usage=LIMIT_MIB * MIB, max_execution_time=DEADLINE)
        except QueryError as error:
            outcome = error.body
        except http.client.IncompleteRead as error:
            # It failed after its first block.
            outcome = error.partial.decode("utf-8", "replace")
    failed = re.search(r"Code: (\d+)\. DB::Exception: ([^\n]*)", outcome)
    outcome = f"{failed[1]} {failed[2][:150]}" if failed else outcome
    taken = peak.growth()
    until(lambda: server.query(f"SELECT count() FROM system.processes WHERE query_id = '{query_id}'").strip() == "0", 10, f"{name} left")
    row = server.query(f"SELECT memory_usage, query_duration_ms FROM system.query_log WHERE query_id = '{query_id}' AND type != 'QueryStart' ORDER BY event_time_microseconds DESC LIMIT 1")
    reserved, took = map(int, row.split())
    return peak.before, outcome, reserved, taken, took / 1000


def test_single_queries_take_what_they_may(shared, capsys):
    only, rows = os.environ.get("HEAVY", ""), []
    for name, sql in HEAVY.items():
        if only not in name:
            continue
        rows.append((name, *measured(shared, name, sql)))
        assert shared.process.poll() is None, shared.tail()
    with capsys.disabled():
        print(f"\n{'MiB':24} {'before':>7} {'reserved':>9} {'taken':>6} {'ratio':>6} {'beyond':>7}  {'s':>5}  ended")
        for name, before, outcome, reserved, taken, took in rows:
            print(f"{name:24} {before // MIB:7} {reserved // MIB:9} {taken // MIB:6} {taken / max(reserved, 1):6.2f} {(taken - LIMIT_MIB * MIB) // MIB:7}  {took:5.1f}  {outcome}")
    over = {name: taken // MIB for name, _, _, _, taken, _ in rows if taken > MOST_MIB * MIB}
    assert not over, over
    unexpected = {name: outcome for name, _, outcome, *_ in rows
                  if not (outcome == "done" or name in TOO_MUCH and outcome.startswith("241 ") or name in LONG and outcome.startswith("159 "))}
    assert not unexpected, unexpected
