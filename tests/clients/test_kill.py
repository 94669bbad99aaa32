"""SIGKILL 20 times under OTLP and SQL load: every acknowledged row is found once, none twice, none lost.

Memtables are lowered, so that every round flushes and merges, which the node's own counters show before each kill. The seed of
the kill points is printed.
"""
import os
import random
import re

from lib.load import Load, make_table
from lib.wait import until

KILLS = int(os.environ.get("OLLY_KILLS", 20))
ROWS = int(os.environ.get("OLLY_KILL_ROWS", 300_000))
SEED = int(os.environ.get("OLLY_SEED", 20260301))


def work(server):
    """Flushes and merges of all groups since the server's start."""
    text = server.console("/metrics")[1]
    return [sum(map(int, re.findall(rf"^ollystack_group_{what}_total{{.*}} (\d+)$", text, re.M))) for what in ("flushes", "merges")]


def test_kill_under_load(own, capsys):
    rng = random.Random(SEED)
    server = own("--memory", "512MiB", "--memtable", "1MiB").start()
    make_table(server)
    flushes = merges = 0
    load = Load(server)
    unknown = 0
    for kill in range(1, KILLS + 1):
        load.start()
        # The kill comes at a random point after this round's share of the rows.
        load.wait_for(ROWS * kill // KILLS + rng.randrange(2000))
        flushed, merged = until(lambda: all(work(server)) and work(server), 60, "a flush and a merge of this round")
        flushes, merges = flushes + flushed, merges + merged
        server.kill()
        load.join()
        server.start()
        unknown += load.settle()
        load.check()
    assert not load.refused, load.refused[:3]
    total = load.total()
    assert total >= ROWS
    parts = int(server.query("SELECT count() FROM system.parts WHERE active"))
    assert server.stop() == 0, server.tail()
    server.start()
    load.check()
    with capsys.disabled():
        print(f"\nkill test: {KILLS} kills (seed {SEED}), {total} acknowledged rows {load.acked}, {unknown} unknown requests sent again, {load.overloaded} refusals for overload obeyed, "
              f"{flushes} flushes and {merges} merges before kills, {parts} active parts: 0 lost, 0 twice")
