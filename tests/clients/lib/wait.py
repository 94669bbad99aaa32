"""Waiting for an event with a limit, never for time alone."""
import time


def until(condition, limit=30, what="the condition"):
    """Polls until `condition()` is true; fails after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come within {limit} s"
        time.sleep(0.02)


# A query that runs until it is stopped: pure computation, no table.
ENDLESS = "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)"


def running(server, query_id=None, text="sipHash64(number)"):
    """How many queries with this id (or this text) the server runs, the asking one not counted."""
    condition = f"query_id = '{query_id}'" if query_id else f"position(query, '{text}') > 0"
    return int(server.query(f"SELECT count() FROM system.processes WHERE {condition} AND position(query, 'system.processes') = 0"))
