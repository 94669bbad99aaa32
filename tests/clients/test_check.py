"""`ollystack check`: by whom it can be run, what it finds, and that what docs/operate/damage.md advises works."""
import os
import pathlib
import shutil
import stat
import subprocess

import pytest

from lib.load import Connection, Request, make_table
from lib.server import QueryError, binary

NOBODY = 65534


def check(folder, **options):
    done = subprocess.run([str(binary()), "check", str(folder)], capture_output=True, text=True, timeout=120, **options)
    assert "panicked" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def state(folder):
    """Every file with its bytes and its time of change."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in pathlib.Path(folder).rglob("*") if p.is_file()}


@pytest.fixture
def stopped(own):
    """A stopped node with parts of two tables: the memtable limit makes every few inserts a part."""
    server = own("--memtable", "64KiB").start()
    for table in ("a", "b"):
        server.query(f"CREATE TABLE default.{table} (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
        for i in range(3):
            server.query(f"INSERT INTO default.{table} SELECT number, repeat(toString(cityHash64(number)), 20) FROM numbers({i * 1000}, 1000)")
    wait_for_parts(server)
    assert server.stop() == 0, server.tail()
    assert check(server.data)[0] == 0
    return server


def wait_for_parts(server):
    from lib.wait import until
    for table in ("a", "b"):
        until(lambda: server.query(f"SELECT count() > 0 FROM system.parts WHERE table = '{table}'") == "1\n", what=f"a part of {table}")


def a_part(server, table):
    """The largest file of the parts of a table, found by what the check says of it when it is damaged."""
    for path in sorted(pathlib.Path(server.data).glob("groups/*/parts/*.part"), key=lambda p: -p.stat().st_size):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        told = check(server.data)[1]
        path.write_bytes(whole)
        if f"a part of default.{table} with" in told:
            return path
    raise AssertionError(f"no part of {table}")


def refused(server, sql):
    with pytest.raises(QueryError) as error:
        server.query(sql)
    return error.value


def test_it_writes_nothing_and_needs_no_right_to(stopped):
    """In a mount of its own that is read-only: neither root nor others may write there."""
    mount = f'mount --bind "{stopped.data}" "{stopped.data}" && mount -o remount,ro,bind "{stopped.data}" && exec "$0" "$@"'
    command = ["unshare", "-rm", "sh", "-c", mount]
    if subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        pytest.skip("no mounts in a user namespace here")
    before = state(stopped.data)
    done = subprocess.run([*command, str(binary()), "check", str(stopped.data)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "no damage found" in done.stdout, done.stdout + done.stderr
    assert state(stopped.data) == before
    # A copy without its lock file is no running server.
    (stopped.data / "LOCK").unlink()
    assert check(stopped.data)[0] == 0 and not (stopped.data / "LOCK").exists()


def test_who_may_not_read_is_told_so(stopped, tmp_path):
    """As another user where this one is root, whom nothing stops."""
    options, shut = {}, [stopped.data / "LOCK", next(pathlib.Path(stopped.data).glob("groups/1/parts/*.part")), stopped.data]
    fd = os.open(binary(), os.O_RDONLY)
    command = [f"/proc/self/fd/{fd}", "check", str(stopped.data)]
    if os.geteuid() == 0:
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for folder in [tmp_path, *tmp_path.parents]:
            if folder.stat().st_uid == 0 and folder != pathlib.Path("/") and folder != pathlib.Path("/tmp"):
                os.chmod(folder, folder.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    expected = ["LOCK: Permission denied", "cannot be read: groups/1/parts/", "may not look into the folder"]
    for path, told in zip(shut, expected):
        mode = path.stat().st_mode
        os.chmod(path, 0)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, pass_fds=(fd,), **options)
        os.chmod(path, mode)
        said = done.stdout + done.stderr
        assert done.returncode == 1 and told in said and "as the user that the data folder belongs to" in said, said
        assert "server is running" not in said and "DAMAGE" not in said, said
    os.close(fd)


def test_a_running_server_is_told(own):
    server = own().start()
    code, told = check(server.data)
    assert code == 1 and "a server is running on this folder; stop it first" in told


def test_a_missing_part_costs_its_table_until_it_is_back_or_given_up(stopped, tmp_path):
    part = a_part(stopped, "a")
    name = str(part.relative_to(stopped.data))
    kept = shutil.copy2(part, tmp_path / "kept")
    part.unlink()
    code, told = check(stopped.data)
    assert code == 1 and f"damaged: {name} at byte 0: expected a part file, got no such file (a part of default.a with" in told
    assert "DAMAGE FOUND: docs/operate/damage.md" in told
    stopped.start()
    for sql in ("SELECT count() FROM default.a", "SELECT max(n) FROM default.a"):
        error = refused(stopped, sql)
        assert error.code == 246 and name in error.body and "TRUNCATE TABLE or DROP TABLE" in error.body, error.body
    # system.parts goes on: it shows the parts that can be read, and those that were lost where nobody else has rows in the table.
    rows = [line.split("\t") for line in stopped.query("SELECT table, partition, sum(rows) FROM system.parts WHERE table IN ('a', 'b') GROUP BY 1, 2 ORDER BY 1, 2").splitlines()]
    assert any(table == "b" for table, *_ in rows), rows
    assert ("a", "(lost)") in [tuple(r[:2]) for r in rows] and sum(int(n) for table, _, n in rows if table == "a") == 3000, rows
    # Everything else goes on, writes into the table as well.
    assert stopped.query("SELECT count() FROM default.b") == "3000\n"
    stopped.query("INSERT INTO default.a VALUES (1, 'x')")
    assert stopped.stop() == 0
    # The file put back: all is there.
    shutil.copy2(kept, part)
    assert check(stopped.data)[0] == 0
    stopped.start()
    assert stopped.query("SELECT count() FROM default.a") == "3001\n"
    assert stopped.stop() == 0
    # Or the table given up.
    part.unlink()
    stopped.start()
    stopped.query("TRUNCATE TABLE default.a")
    assert stopped.query("SELECT count() FROM default.a") == "0\n"
    stopped.query("INSERT INTO default.a VALUES (2, 'y')")
    stopped.query("DROP TABLE default.b")
    assert stopped.stop() == 0
    assert check(stopped.data)[0] == 0
    stopped.start()
    assert stopped.query("SELECT * FROM default.a") == "2\ty\n"


def test_a_damaged_page_costs_the_queries_that_read_it(stopped):
    part = a_part(stopped, "a")
    content = bytearray(part.read_bytes())
    content[200] ^= 1
    part.write_bytes(content)
    code, told = check(stopped.data)
    assert code == 1 and f"damaged: {part.relative_to(stopped.data)} at byte" in told and "a part of default.a" in told
    stopped.start()
    assert stopped.query("SELECT count() FROM default.a") == "3000\n", "rows are counted by the footer"
    error = refused(stopped, "SELECT sum(n), sum(length(s)) FROM default.a")
    assert error.code == 246 and part.name in error.body and "docs/operate/damage.md" in error.body, error.body
    stopped.query("DROP TABLE default.a")
    assert stopped.stop() == 0
    assert check(stopped.data)[0] == 0 and not part.exists()


def test_a_manifest_that_is_cut_is_named(stopped):
    manifest = next(pathlib.Path(stopped.data).glob("groups/1/MANIFEST-*"))
    size = manifest.stat().st_size
    os.truncate(manifest, 20)
    code, told = check(stopped.data)
    assert code == 1 and f"damaged: {manifest.relative_to(stopped.data)}" in told, told
    stopped.process = subprocess.Popen(stopped.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = stopped.process.communicate(timeout=60)[0]
    assert stopped.process.returncode == 1 and manifest.name in said and "docs/operate/damage.md" in said, said
    assert size > 20


def test_a_damaged_log_is_refused_and_a_copy_brings_it_back(own, tmp_path):
    server = own().start()
    make_table(server)
    assert server.stop() == 0
    shutil.copytree(server.data, tmp_path / "backup")
    server.start()
    connection = Connection(server)
    assert connection.send(Request("sql")) == 200
    connection.close()
    server.kill()
    segment = min(pathlib.Path(server.data).glob("wal/*.seg"))
    content = bytearray(segment.read_bytes())
    at = content.index(b"load")
    content[at] ^= 1
    segment.write_bytes(content)
    code, told = check(server.data)
    assert code == 1 and f"damaged: wal/{segment.name} at offset" in told, told
    server.process = subprocess.Popen(server.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = server.process.communicate(timeout=60)[0]
    assert server.process.returncode == 1 and segment.name in said and "docs/operate/damage.md" in said, said
    shutil.rmtree(server.data)
    shutil.copytree(tmp_path / "backup", server.data)
    server.start()
    assert server.query("SELECT count() FROM load.t") == "0\n"


def test_a_folder_of_another_format_is_refused_and_left_alone(stopped):
    identity = stopped.data / "IDENTITY"
    identity.write_text(identity.read_text().replace("format 1", "format 2"))
    before = state(stopped.data)
    stopped.process = subprocess.Popen(stopped.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = stopped.process.communicate(timeout=60)[0]
    assert stopped.process.returncode == 1 and f"--data {stopped.data}: IDENTITY: the folder has format 2" in said, said
    assert "Nothing was changed" in said and state(stopped.data) == before
