"""chDB as the peer: the same data, the same queries, answers as parsed JSONCompact."""
import contextlib
import json
import os
import re

from . import data

SETTINGS = {"output_format_json_quote_64bit_integers": 0, "output_format_json_quote_denormals": 1, "max_threads": 2}


class PeerError(Exception):
    """chDB refused the query; the text is its message."""


class Peer:
    def __init__(self, path):
        os.environ["TZ"] = "UTC"  # the zone that an OllyStack server shows
        from chdb import session
        self.session = session.Session(str(path))

    def load(self):
        self.run(f"CREATE DATABASE IF NOT EXISTS {data.DATABASE}")
        self.run(f"USE {data.DATABASE}")
        for name, rows in data.tables().items():
            self.run(data.DDL[name])
            self.run(f"INSERT INTO {name} FORMAT JSONEachRow\n{data.json_each_row(rows)}")

    def run(self, sql, fmt="TSV", params=None):
        try:
            answer = self.session.query(sql, fmt, params=params) if params else self.session.query(sql, fmt)
        except Exception as error:  # chDB raises several kinds
            with contextlib.suppress(Exception):
                self.session.query("SELECT 1")  # takes what the failed answer left in chDB's buffer
            raise PeerError(str(error)) from None
        text = answer.bytes().decode("utf-8", "surrogateescape")
        if "DB::Exception" in text[-600:]:  # in the middle of the answer
            raise PeerError(text)
        return text

    def ask(self, sql, params=None):
        """(names, types, rows) of a SELECT."""
        settings = ", ".join(f"{k} = {v}" for k, v in SETTINGS.items())
        glue = ", " if re.search(r"\bSETTINGS\b", sql) else "\nSETTINGS "
        text = self.run(sql + glue + settings, "JSONCompact", params)
        try:
            answer = json.loads(text, parse_float=str)
        except ValueError:  # an exception in the middle of the stream
            raise PeerError(text[-400:]) from None
        return [m["name"] for m in answer["meta"]], [m["type"] for m in answer["meta"]], answer["data"]
