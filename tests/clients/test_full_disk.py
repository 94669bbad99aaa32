"""A full disk is a state: writes are refused with a clear error, reads go on, writes resume when space returns, nothing is lost.

The disk is a tmpfs in a user and mount namespace of its own, so no privilege and no real disk is needed.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess

import pytest

from lib.load import Connection, Load, Request, make_table
from lib.wait import until

SIZE = "700m"


@pytest.fixture
def disk(tmp_path):
    """A process that holds the namespaces, and the folder where the tmpfs is mounted in them."""
    folder = tmp_path / "disk"
    folder.mkdir()
    script = f'mount -t tmpfs -o size={SIZE} none "{folder}" && echo mounted && read _'
    holder = subprocess.Popen(["unshare", "-rm", "sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    line = holder.stdout.readline().strip()
    if line != "mounted":
        holder.kill()
        pytest.skip(f"no tmpfs in a user namespace here: {line}")
    yield holder.pid, folder
    holder.kill()
    holder.wait()


def fill(path, leave=0):
    """Writes until the disk is full; returns the bytes written."""
    written = 0
    with open(path, "ab", buffering=0) as file:
        block = b"\0" * (1 << 20)
        while block:
            try:
                written += file.write(block)
            except OSError:
                block = block[: len(block) // 2]
        if leave:
            file.truncate(max(0, os.fstat(file.fileno()).st_size - leave))
    return written


def test_full_disk(own, disk, capsys):
    pid, folder = disk
    assert shutil.which("nsenter"), "nsenter belongs to util-linux"
    prefix = ["nsenter", "-t", str(pid), "-U", "-m", "--preserve-credentials", "--"]
    server = own("--memory", "256MiB", data=folder / "data", prefix=prefix).start()
    inside = pathlib.Path(f"/proc/{pid}/root{folder}")
    make_table(server)
    load = Load(server, kinds=("logs", "sql"))
    load.start()
    load.wait_for(20_000)
    load.join()
    load.check()

    filler = inside / "filler"
    fill(filler)
    # What was prefilled still takes writes; then they must be refused, clearly, without an end of the process.
    connection, refusals = Connection(server), {}
    for _ in range(4000):
        for kind in ("logs", "sql"):
            request = Request(kind)
            status = connection.send(request)
            if status == 200:
                load.acked[kind] += request.rows
            else:
                assert status is not None, f"no answer: {server.tail()}"
                refusals[kind] = (status, connection.answer)
        if len(refusals) == 2:
            break
    assert set(refusals) == {"logs", "sql"}, f"never refused: {refusals}"
    assert refusals["logs"][0] == 429, refusals
    assert b"Code: 243" in refusals["sql"][1], refusals
    assert server.process.poll() is None

    # Reads go on.
    load.check()
    assert server.console("/health")[0] == 200
    status, why = server.console("/ready")
    assert status == 503 and "disk is full" in str(why), (status, why)

    filler.unlink()

    def resumed():
        request = Request("sql")
        if connection.send(request) == 200:
            load.acked["sql"] += request.rows
            return True
        return False

    until(resumed, 5, "a write after space returned")
    until(lambda: server.console("/ready")[0] == 200, 5, "readiness after space returned")
    request = Request("logs")
    assert connection.send(request) == 200
    load.acked["logs"] += request.rows
    load.check()
    server.kill()
    server.start()
    load.check()
    with contextlib.suppress(Exception):
        connection.close()
    with capsys.disabled():
        print(f"\nfull disk: {load.total()} acknowledged rows, refused with {refusals['logs'][0]} and code 243, resumed, 0 lost")
