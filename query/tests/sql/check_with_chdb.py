#!/usr/bin/env python3
"""Checks the expectations of query/src/sql/testdata against chDB (ClickHouse 26.9): names of result columns, formatted queries.

Usage: check_with_chdb.py    (needs the Python package chdb). Prints what differs; exits 1 if anything does.
"""
import json
import pathlib
import sys

from chdb import session

DATA = pathlib.Path(__file__).resolve().parents[2] / "src" / "sql" / "testdata"
# Columns that the expressions name, of types that make them valid.
SOURCES = [
    "(SELECT materialize(1) AS x, 1 AS a, 0 AS b, 1 AS c, 's' AS s, (1, 2)::Tuple(a Int8, b Int8) AS t, map('k', 1) AS m,"
    " [(1, 2)] AS ar, [1]::Array(UInt8) AS `n.a`, 1::Nullable(Int8) AS nn) AS q",
    "(SELECT 1::UInt8 AS a, 1::UInt8 AS b, 1::UInt8 AS c, 1::UInt8 AS d, 1::UInt8 AS e, 1::UInt8 AS x) AS q",
]


def quote(sql):
    return "'" + sql.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main():
    chdb = session.Session()
    wrong = 0

    def differs(what, got, expected):
        nonlocal wrong
        wrong += 1
        print(f"{what}\n  chDB     {got}\n  expected {expected}")

    names = 0
    for line in (DATA / "column_names.tsv").read_text(encoding="utf8").rstrip("\n").split("\n"):
        expr, expected = line.split("\t")
        error = None
        for source in SOURCES:
            try:
                reply = chdb.query(f"SELECT {expr} FROM {source}", "JSONCompact").bytes()
                got = json.loads(reply)["meta"][0]["name"]
                break
            except RuntimeError as e:
                error = e
        else:
            differs(expr, str(error).splitlines()[0], expected)
            continue
        names += 1
        if got != expected:
            differs(expr, got, expected)

    texts = 0
    for block in (DATA / "formatted.sql").read_text(encoding="utf8").rstrip("\n").split("\n;;\n"):
        sql, one, many = block.split("\n=>\n")
        for function, expected in (("formatQuerySingleLine", one), ("formatQuery", many)):
            reply = chdb.query(f"SELECT {function}({quote(sql)}) AS q", "JSONEachRow").bytes()
            got = json.loads(reply)["q"]
            texts += 1
            if got != expected:
                differs(sql, got, expected)

    print(f"{names} names and {texts} formatted texts compared, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
