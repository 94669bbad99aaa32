"""Runs the corpus in chDB alone and prints what it refuses, and how often each function is used.

    python tests/clients/check_corpus.py [NAME...]     with names (family or family:line): prints the answers too
"""
import collections
import re
import sys
import tempfile

from lib import corpus
from lib.peer import Peer, PeerError


def functions(sql):
    bare = re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", sql)
    return set(re.findall(r"\b([A-Za-z_][A-Za-z_0-9]*)\s*\(", bare))


def main():
    wanted = sys.argv[1:]
    peer = Peer(tempfile.mkdtemp(prefix="chdb-"))
    peer.load()
    used, families, refused = collections.Counter(), collections.Counter(), 0
    for query in corpus.load():
        if wanted and query.family not in wanted and query.name not in wanted:
            continue
        families[query.family] += 1
        used.update(functions(query.sql))
        try:
            first = peer.ask(query.sql, query.params)
            again = peer.ask(query.sql, query.params)
            if told := corpus.difference(first, again, query):
                print(f"UNSTABLE {query.name}: {told}")
            if wanted:
                print(query.name, query.sql, *first[:2], *first[2][:20], sep="\n  ")
            elif not first[2]:
                print(f"EMPTY {query.name}: {query.sql[:150]}")
        except PeerError as error:
            refused += 1
            print(f"REFUSED {query.name}: {str(error)[:300]}")
    print(dict(families))
    print(sum(families.values()), "queries,", refused, "refused,", len(used), "functions; used once:", sorted(f for f, n in used.items() if n < 2))


main()
