"""Which functions and clause families the corpus covers too little: at least two statements per registered function and ten per family.

    python tests/clients/coverage.py

Reads the registry from the example `functions` (`cargo build -p olly-query --examples`; $CARGO_TARGET_DIR/debug/examples/functions).
Only names are counted; an operator counts as its function. Exits with 1 where something falls short.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys

from lib import corpus
from lib.server import ROOT

TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
OPERATORS = {
    "plus": r"\+", "minus": r"-", "multiply": r"\*", "divide": r"/", "modulo": r"%", "equals": r"[^<>!=]=", "notEquals": r"!=|<>", "less": r"<[^=>]",
    "greater": r">[^=]", "lessOrEquals": r"<=", "greaterOrEquals": r">=", "and": r"\bAND\b", "or": r"\bOR\b", "not": r"\bNOT\b", "like": r"\bLIKE\b",
    "notLike": r"NOT LIKE", "ilike": r"\bILIKE\b", "notILike": r"NOT ILIKE", "concat": r"\|\|", "array": r"\[", "tuple": r"\(", "arrayElement": r"\w\[",
    "tupleElement": r"\.\d", "if": r" \? ", "multiIf": r"\bCASE\b", "CAST": r"::|\bCAST\b", "isNull": r"IS NULL", "isNotNull": r"IS NOT NULL",
    "toIntervalDay": r"INTERVAL .*DAY", "negate": r"[ (,]-\w", "in": r"\bIN\b", "notIn": r"NOT IN",
}
MINIMUM, FAMILY_MINIMUM = 2, 10


def main():
    used, families = collections.Counter(), collections.Counter()
    for query in corpus.load():
        families[query.family] += 1
        bare = re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", query.sql)
        used.update({name.lower() for name in re.findall(r"\b([A-Za-z_][A-Za-z_0-9]*)\s*\(", bare)})
        used.update({name.lower() for name, pattern in OPERATORS.items() if re.search(pattern, bare, re.I)})
        units = re.findall(r"INTERVAL\s+\S+\s+(\w+?)S?\b", bare, re.I)
        used.update({f"tointerval{unit.lower()}" for unit in units})
    listing = subprocess.run([TARGET / "debug" / "examples" / "functions"], stdout=subprocess.PIPE, check=True, text=True).stdout
    short, total = [], 0
    for line in listing.splitlines():
        kind, name, aliases, *_ = line.split("\t")
        names = {n.lower() for n in [name, *aliases.split(",")] if n}
        # An aggregate with combinators is a use of it.
        count = sum(n for u, n in used.items() if u in names or kind == "aggregate" and any(re.fullmatch(f"{re.escape(x)}(if|array|distinct|ornull|ordefault)+", u) for x in names))
        total += 1
        if count < MINIMUM:
            short.append((kind, name, count))
    for kind, name, count in short:
        print(f"{kind} {name}: {count}")
    thin = {family: count for family, count in families.items() if count < FAMILY_MINIMUM}
    print(f"{total} functions, {len(short)} in fewer than {MINIMUM} statements; families with fewer than {FAMILY_MINIMUM}: {thin or 'none'}")
    sys.exit(1 if short or thin else 0)


if __name__ == "__main__":
    main()
