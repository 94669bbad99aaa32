"""The differential suite: each SELECT of the corpus gives chDB's column names, types and values, or a clear refusal.

`queries/refused.txt` lists what is refused today (by the start of the statement's hash): a statement that is not listed must be
equal, a listed one must be an error that names what is missing. `docs/differences.md` lists at most ten statements whose
answer differs by decision. `OLLY_WRITE_REFUSED=1` writes the list anew.
"""
import hashlib
import os
import re

import pytest

from lib import corpus
from lib.peer import PeerError
from lib.server import ROOT, QueryError

QUERIES = corpus.load()
REFUSED_FILE = corpus.FOLDER / "refused.txt"
# Syntax, type, function, aggregate, setting, storage, "not implemented", "support is disabled", unknown format, unknown identifier.
REFUSAL_CODES = {1, 36, 42, 43, 44, 46, 47, 48, 50, 53, 56, 62, 63, 73, 115, 134, 344, 386}
WANTED_EQUAL = 250
outcomes = {}


def key(query):
    return hashlib.sha1(query.sql.encode()).hexdigest()[:12]


def listed():
    if not REFUSED_FILE.exists():
        return {}
    lines = [line for line in REFUSED_FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {line.split()[0]: line for line in lines}


def decided():
    """Hashes of the statements in docs/differences.md."""
    path = ROOT / "docs" / "differences.md"
    return re.findall(r"^\| `([0-9a-f]{12})`", path.read_text(encoding="utf-8"), re.M) if path.exists() else []


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_select(query, corpus_client, peer):
    theirs = peer.ask(query.sql, query.params)
    try:
        answer = corpus_client.ask(query.sql, query.params)
    except QueryError as error:
        outcomes[query.name] = ("refused", query, error.body.strip().replace("\n", " ")[:160])
        assert error.code in REFUSAL_CODES, f"not a refusal but a failure: {error}\n{query.sql}"
        if not os.environ.get("OLLY_WRITE_REFUSED"):
            assert key(query) in listed(), f"refused: {error}\n{query.sql}"
        return
    told = corpus.difference(answer, theirs, query)
    outcomes[query.name] = ("different" if told else "equal", query, told or "")
    if told and key(query) not in decided():
        pytest.fail(f"{told}\n{query.sql}\nhash {key(query)}")


def test_enough_is_equal():
    """At least 250 equal, at most ten decided differences; the list of refusals holds nothing that works by now."""
    by = {kind: [o for o in outcomes.values() if o[0] == kind] for kind in ("equal", "refused", "different")}
    print({kind: len(found) for kind, found in by.items()})
    if len(outcomes) < len(QUERIES):
        pytest.fail("run the whole suite: this test counts its outcomes")
    if os.environ.get("OLLY_WRITE_REFUSED"):
        lines = [f"{key(q)} {q.name} {why}" for _, q, why in by["refused"]]
        REFUSED_FILE.write_text("# Statements of the corpus that are refused today: hash, place, the answer. Shrinks; OLLY_WRITE_REFUSED=1 writes it.\n"
                                + "\n".join(lines) + "\n", encoding="utf-8")
    assert len(by["equal"]) >= WANTED_EQUAL
    assert len(decided()) <= 10
    stale = [line for k, line in listed().items() if k not in {key(o[1]) for o in by["refused"]}]
    assert not stale, f"listed as refused, but not refused (any more): {stale[:5]}"


def test_each_clause_family_has_ten():
    families = {}
    for query in QUERIES:
        families[query.family] = families.get(query.family, 0) + 1
    assert all(count >= 10 for count in families.values()), families


def test_a_refusal_in_the_peer_is_no_answer(peer):
    with pytest.raises(PeerError):
        peer.ask("SELECT no_such_function(1)")
