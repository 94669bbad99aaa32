"""The SELECT corpus: `queries/*.sql`, one file a clause or function family, each statement ended by `;` at a line's end.

Marks in the comment lines just above a statement:
  -- param NAME = VALUE   a query parameter ({NAME:Type}); VALUE as it goes over HTTP, TSV-escaped
  -- unordered            rows are compared as a multiset
  -- tolerance            floats may differ by 1e-9 of their size (only where the order of summation matters)
"""
import pathlib
import re
from dataclasses import dataclass, field

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "queries"


@dataclass
class Query:
    family: str
    line: int
    sql: str
    params: dict = field(default_factory=dict)
    unordered: bool = False
    tolerance: bool = False

    @property
    def name(self):
        return f"{self.family}:{self.line}"


def parse(path):
    query, text = None, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        stripped = line.strip()
        if not text and (not stripped or stripped.startswith("--")):
            mark = stripped[2:].strip()
            query = query or Query(path.stem, 0, "")
            if found := re.match(r"param (\w+) = (.*)$", mark):
                query.params[found[1]] = found[2]
            elif mark in ("unordered", "tolerance"):
                setattr(query, mark, True)
            elif not stripped:
                query = None
            continue
        if not text:
            query = query or Query(path.stem, 0, "")
            query.line = number
        text.append(line)
        if stripped.endswith(";"):
            query.sql = "\n".join(text).strip()[:-1]
            yield query
            query, text = None, []
    if text:
        raise ValueError(f"{path.name}: the last statement has no ';'")


def load():
    return [query for path in sorted(FOLDER.glob("*.sql")) for query in parse(path)]


def same(a, b, kind, tolerance):
    """Are two values of one column, of this type, equal? Both parsed with floats left as text."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y, kind, tolerance) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k], kind, tolerance) for k in a)
    if a == b and type(a) is type(b):
        return True
    if "Float" in kind and isinstance(a, (str, int)) and isinstance(b, (str, int)) and not isinstance(a, bool) and not isinstance(b, bool):
        try:
            x, y = float(a), float(b)
        except ValueError:
            return False
        return x == y or (tolerance and abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y)))
    return False


def difference(ours, theirs, query):
    """None when the answers are equal, else one line saying where they differ. An answer = (names, types, rows)."""
    for what, x, y in (("names", ours[0], theirs[0]), ("types", ours[1], theirs[1])):
        if x != y:
            return f"{what}: ours {x} | theirs {y}"
    if len(ours[2]) != len(theirs[2]):
        return f"rows: ours {len(ours[2])} | theirs {len(theirs[2])}"
    rows, peers = ours[2], theirs[2]
    if query.unordered:
        rows, peers = sorted(rows, key=repr), sorted(peers, key=repr)
    for number, (row, peer) in enumerate(zip(rows, peers)):
        for name, kind, x, y in zip(ours[0], ours[1], row, peer):
            if not same(x, y, kind, query.tolerance):
                return f"row {number}, {name} {kind}: ours {x!r} | theirs {y!r}"
    return None
