"""Fixtures of the client tests, and the counts that `tests/run.sh` prints at the end."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from lib import data  # noqa: E402
from lib.server import Server, binary  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server that most tests share; each test works in a database of its own."""
    assert binary().exists(), f"{binary()} is missing: build it first (make build)"
    server = Server(tmp_path_factory.mktemp("shared")).start()
    yield server
    if server.process.poll() is None:
        assert server.stop() == 0, server.tail()


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """chDB with the seeded tables."""
    from lib.peer import Peer  # it starts an engine; most modules need none
    peer = Peer(tmp_path_factory.mktemp("chdb") / "store")
    peer.load()
    return peer


@pytest.fixture(scope="module")
def corpus_client(server):
    """An HTTP connection whose database has the seeded tables."""
    server.query(f"DROP DATABASE IF EXISTS {data.DATABASE}")
    server.query(f"CREATE DATABASE {data.DATABASE}")
    client = server.client(database=data.DATABASE)
    for name, rows in data.tables().items():
        client.query(data.DDL[name])
        client.query(f"INSERT INTO {name} FORMAT JSONEachRow", body=data.json_each_row(rows))
        assert client.one(f"SELECT count() FROM {name}") == len(rows)
    yield client
    client.close()


@pytest.fixture
def db(server, request):
    """An HTTP connection whose database is new, and gone afterwards."""
    name = "t_" + "".join(c if c.isalnum() else "_" for c in request.node.name)[:60]
    server.query(f"DROP DATABASE IF EXISTS {name}")
    server.query(f"CREATE DATABASE {name}")
    client = server.client(database=name)
    yield client
    client.close()
    if server.process.poll() is None:
        server.query(f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture
def own(tmp_path):
    """Makes servers of one's own, all ended when the test is over."""
    made = []

    def make(*flags, data=None, **options):
        made.append(Server(data or tmp_path / "data", *flags, **options))
        return made[-1]

    yield make
    for server in made:
        server.end()


def pytest_terminal_summary(terminalreporter):
    if path := os.environ.get("OLLY_COUNTS"):
        stats = terminalreporter.stats
        count = {k: len(stats.get(k, [])) for k in ("passed", "failed", "error", "skipped", "xfailed", "xpassed")}
        pathlib.Path(path).write_text(f"{count['passed']} {count['failed'] + count['error']} {count['skipped'] + count['xfailed'] + count['xpassed']}\n")
