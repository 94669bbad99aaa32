"""The SELECT corpus against chDB, without a server: the fast loop beside test_differential.py.

    python tests/clients/compare.py [-r] [-a] [WHAT...]

WHAT is a family (`20_time`), a place (`20_time:7`) or a file of statements; without it the whole corpus. The engine is the
example `run` over a store in memory (`cargo build -p olly-query --examples`; $OLLY_RUN or $CARGO_TARGET_DIR/debug/examples/run).
Prints each statement whose names, types or values differ, each that only OllyStack answers, and the count of each kind; -r prints
what is refused too, -a the answers. chDB's answers are kept under the target folder: the data and the engine are always the same.
"""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from lib import corpus, data
from lib.peer import Peer, PeerError
from lib.server import ROOT

TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RUN = os.environ.get("OLLY_RUN", TARGET / "debug" / "examples" / "run")
CACHE = TARGET / "tools" / "chdb-answers.json"
FORMAT = "TabSeparatedWithNamesAndTypes"
VOLATILE = re.compile(r"\b(now|now64|today|yesterday|rand\w*|generate\w*|UTCTimestamp|uptime)\s*\(", re.I)


class Theirs:
    """chDB, asked once per statement and kept."""

    def __init__(self):
        self.peer = None
        kept = json.loads(CACHE.read_text()) if CACHE.exists() else {}
        self.mark = hashlib.sha1(json.dumps(data.DDL).encode() + pathlib.Path(data.__file__).read_bytes()).hexdigest()
        self.answers = kept.get("answers", {}) if kept.get("mark") == self.mark else {}

    def start(self):
        if self.peer is None:
            self.peer = Peer(tempfile.mkdtemp(prefix="chdb-"))
            self.peer.load()
        return self.peer

    def ask(self, query):
        key = json.dumps([query.sql, query.params])
        if key in self.answers and not VOLATILE.search(query.sql):
            return self.answers[key]
        try:
            answer = self.start().run(query.sql, FORMAT, query.params or None)
        except PeerError as error:
            answer = "\x01" + str(error)
        self.answers[key] = answer
        return answer

    def values(self, table):
        """Rows of a table as VALUES."""
        key = f"values of {table}"
        if key not in self.answers:
            self.answers[key] = self.start().run(f"SELECT * FROM {data.DATABASE}.{table}", "Values")
        return self.answers[key]

    def save(self):
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        CACHE.write_text(json.dumps({"mark": self.mark, "answers": self.answers}))


def ours(queries, theirs):
    """Answers of the example, one per query; a statement that ends the process is told so and the rest is asked again."""
    load = [f"CREATE DATABASE {data.DATABASE}", f"USE {data.DATABASE}"]
    for name, ddl in data.DDL.items():
        load += [ddl, f"INSERT INTO {name} VALUES {theirs.values(name)}"]
    answers = []
    while len(answers) < len(queries):
        frames = load + ["".join(f"\x01{k}\x01{v}\n" for k, v in q.params.items()) + q.sql for q in queries[len(answers):]]
        done = subprocess.run([RUN, "--framed"], input="\0".join(frames).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        parts = done.stdout.decode("utf-8", "surrogateescape").split("\0")
        for text, part in zip(load, parts[: len(load)]):
            if part:
                sys.exit(f"loading failed: {part[:500]}\n{text[:200]}")
        answers += parts[len(load): -1]
        if len(answers) < len(queries):
            answers.append("\x01CRASH " + done.stderr.decode("utf-8", "replace")[-500:])
    return answers


def split(text):
    lines = text.split("\n")[:-1]
    return lines[0].split("\t"), lines[1].split("\t"), lines[2:]


def near(a, b):
    """Equal but for the last digits of the floats in them."""
    number = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
    if re.sub(number, "#", a) != re.sub(number, "#", b):
        return False
    pairs = zip(re.findall(number, a), re.findall(number, b))
    return all(abs(float(x) - float(y)) <= 1e-9 * max(1.0, abs(float(x)), abs(float(y))) for x, y in pairs)


def difference(mine, peers, query):
    """All that differs in names, types and the first row that does, or None."""
    a, b = split(mine), split(peers)
    told = []
    for i, what in enumerate(("names", "types")):
        if len(a[i]) != len(b[i]):
            return f"{what}: ours {a[i]} | theirs {b[i]}"
        told += [f"{what[:-1]} of {name}: ours {x} | theirs {y}" for name, x, y in zip(b[0], a[i], b[i]) if x != y]
    if len(a[2]) != len(b[2]):
        told.append(f"rows: ours {len(a[2])} {a[2][:3]} | theirs {len(b[2])} {b[2][:3]}")
    rows, theirs = (sorted(a[2]), sorted(b[2])) if query.unordered else (a[2], b[2])
    for n, (x, y) in enumerate(zip(rows, theirs)):
        if x != y and not (query.tolerance and near(x, y)):
            cells = zip(a[0], a[1], x.split("\t"), y.split("\t"))
            told += [f"row {n} of {len(rows)}, {name} {kind}: ours {p[:200]} | theirs {q[:200]}" for name, kind, p, q in cells if p != q]
            break
    return "\n    ".join(told[:12]) or None


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    flags = {a for a in sys.argv[1:] if a.startswith("-")}
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    files = [w for w in wanted if w.endswith(".sql")]
    queries = [q for f in files for q in corpus.parse(pathlib.Path(f))]
    names = [w for w in wanted if w not in files]
    if names or not files:
        queries += [q for q in corpus.load() if not names or q.family in names or q.name in names]
    theirs = Theirs()
    mine = ours(queries, theirs)
    count = dict.fromkeys(("equal", "different", "refused", "only ours", "refused by both"), 0)
    for query, answer in zip(queries, mine):
        peers = theirs.ask(query)
        text = query.sql.replace("\n", " ")
        failed = re.search(r"^\x01.*", answer, re.M | re.S)
        if failed and "CRASH" in answer or failed and "panic" in answer:
            kind, told = "different", "CRASH " + answer[1:400]
        elif failed and peers.startswith("\x01"):
            kind, told = "refused by both", f"ours {answer[1:160]} | theirs {peers[1:200]}"
        elif failed:
            kind, told = "refused", failed[0][1:300].strip()
        elif peers.startswith("\x01"):
            kind, told = "only ours", f"ours {answer[:200]!r} | theirs {peers[1:300]}"
        else:
            told = difference(answer, peers, query)
            kind = "different" if told else "equal"
        count[kind] += 1
        if kind in ("different", "only ours") or kind == "refused" and "-r" in flags or kind == "refused by both" and "-b" in flags:
            print(f"{kind.upper()} {query.name}: {text[:420]}\n    {told[:2500]}")
        if "-a" in flags:
            print(f"== {query.name}: {text}\n{answer[:2000]}-- theirs\n{peers[:2000]}")
    theirs.save()
    print(", ".join(f"{n} {kind}" for kind, n in count.items()))


if __name__ == "__main__":
    main()
