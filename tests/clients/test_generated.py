"""Generated SELECTs: an answer equals chDB's, or is an error. What chDB refuses and OllyStack answers is counted and shown.

The seed and the number are fixed in the gate; to look further: OLLY_SEED=7 OLLY_GENERATED=50000 tests/run.sh generated -s
"""
import collections
import http.client
import os
import random
import re

from compare import difference
from lib import corpus, generate
from lib.peer import PeerError
from lib.server import QueryError, code_of

SEED = int(os.environ.get("OLLY_SEED", "1"))
STATEMENTS = int(os.environ.get("OLLY_GENERATED", "3000"))
FORMAT = "TabSeparatedWithNamesAndTypes"
# Never an answer to a query: a defect (49), or no answer at all.
DEFECTS = {0, 49}


class Pair:
    def __init__(self, ours, peer):
        self.ours, self.peer = ours, peer

    def mine(self, sql, again=True):
        """(answer, None) or (None, error)."""
        try:
            answer = self.ours.query(sql, fmt=FORMAT)
        except QueryError as error:
            return None, error.body.strip()
        except http.client.IncompleteRead as error:
            # An error in the middle of the result: its text, and then the body breaks.
            self.ours.close()
            return None, error.partial.decode("utf-8", "replace")[-600:]
        except (ConnectionError, http.client.HTTPException) as error:
            # A kept connection is closed, when chDB takes long over a statement; the next request opens another.
            self.ours.close()
            if again:
                return self.mine(sql, again=False)
            return None, f"no answer: {error!r}"
        return (None, answer) if "DB::Exception" in answer[-600:] else (answer, None)

    def theirs(self, sql):
        try:
            return self.peer.run(sql, FORMAT), None
        except PeerError as error:
            return None, str(error)

    def outcome(self, statement):
        """(kind, what there is to say, types of chDB's answer)."""
        sql = str(statement)
        mine, refused = self.mine(sql)
        theirs, error = self.theirs(sql)
        types = theirs.split("\n")[1].split("\t") if theirs is not None else None
        if refused is not None and code_of(refused) in DEFECTS:
            return "defect", refused[:400], types
        if refused is not None:
            return ("both refuse" if error is not None else "refused"), refused[:200], types
        if error is not None:
            return "only ours", f"ours {mine[:200]!r} | theirs {error[:300]}", types
        told = difference(mine, theirs, corpus.Query("", 0, sql, unordered=statement.unordered, tolerance=True))
        return ("different" if told else "equal"), told, types


def test_generated(corpus_client, peer):
    names = corpus_client.query("SELECT name, is_aggregate FROM system.functions", fmt="TSV").splitlines()
    split = [line.split("\t") for line in names]
    theirs = set(peer.run("SELECT name FROM system.functions").split("\n"))
    functions = [name for name, aggregate in split if aggregate == "0" and name in theirs]
    aggregates = [name for name, aggregate in split if aggregate == "1" and name in theirs]
    generator = generate.Generator(random.Random(SEED), functions, aggregates)
    pair, count, told = Pair(corpus_client, peer), collections.Counter(), {}
    refusals = collections.Counter()
    for _ in range(STATEMENTS):
        statement = generator.next()
        kind, why, types = pair.outcome(statement)
        count[kind] += 1
        if types and statement.learn:
            generator.learned(statement, types)
        if kind == "refused":
            refusals[re.sub(r"'[^']*'|`[^`]*`|\d+", "…", why)[:110]] += 1
        if kind in ("different", "only ours", "defect"):
            was = str(statement)
            statement.learn = None
            least = generate.smaller(statement, lambda s, kind=kind: pair.outcome(s)[0] == kind)
            why = pair.outcome(least)[1]
            line = f"{kind.upper()}: {least}\n    {why}\n    (from {was})"
            # One of a kind: the last thing that is said of it, without its values.
            told.setdefault((kind, re.sub(r"[^A-Za-z]+", " ", re.sub(r"'[^']*'|`.*?`", "", str(why).split("| theirs")[-1]))[:50]), line)
            if told[next(reversed(told))] is line and os.environ.get("OLLY_GENERATED"):
                print(line, flush=True)
    print(dict(count), f"seed {SEED}")
    for why, n in refusals.most_common(40 if os.environ.get("OLLY_GENERATED") else 5):
        print(f"{n} refused: {why}")
    assert count["equal"] > STATEMENTS // 4, "the generator makes hardly anything that both answer"
    wrong = [line for (kind, _), line in told.items() if kind != "only ours"]
    assert not wrong, f"{len(wrong)} kinds of differences:\n" + "\n".join(wrong)
