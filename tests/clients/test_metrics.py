"""`/metrics` by the rules of the text exposition format (Prometheus 0.0.4), which scrapers hold it to."""
import re

from lib.load import Load, make_table

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{([^}}]*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
KINDS = ("counter", "gauge", "histogram", "summary", "untyped")


def parse(text):
    """{family: (kind, {(name, labels): value})}; whatever breaks a rule is an assertion."""
    assert text.endswith("\n")
    families, current, helped = {}, None, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, told = line.split(" ", 3)
            assert name not in families and told.strip(), f"{line}: again, or empty"
            helped = name
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert re.fullmatch(NAME, name) and kind in KINDS, line
            assert helped == name, f"{name} has no HELP"
            families[name] = (kind, {})
            current = name
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"no sample: {line!r}"
            name, labels, value = found.groups()
            kind, samples = families[current] if current else (None, None)
            own = {current} | ({f"{current}_{end}" for end in ("bucket", "sum", "count")} if kind == "histogram" else set())
            assert name in own, f"{line}: it stands behind the HELP and TYPE of {current}"
            pairs = LABEL.findall(labels or "")
            assert ",".join(f'{k}="{v}"' for k, v in pairs) == (labels or ""), f"labels: {line}"
            key = (name, tuple(sorted(pairs)))
            assert key not in samples and len({k for k, _ in pairs}) == len(pairs), f"twice: {line}"
            samples[key] = float(value)
    for name, (kind, samples) in families.items():
        assert samples, f"{name} has no sample"
        assert (kind == "counter") == name.endswith("_total"), f"{name} is a {kind}"
        if kind == "histogram":
            buckets = [(dict(labels)["le"], value) for (n, labels), value in samples.items() if n.endswith("_bucket")]
            assert buckets[-1][0] == "+Inf" and buckets[-1][1] == samples[(f"{name}_count", ())], name
            assert [v for _, v in buckets] == sorted(v for _, v in buckets), name
            assert [float(le) for le, _ in buckets] == sorted(float(le) for le, _ in buckets), name
    return families


def test_every_metric_has_help_and_type(own):
    server = own().start()
    parse(server.console("/metrics")[1])
    make_table(server)
    load = Load(server)
    load.start()
    load.wait_for(3_000)
    load.join()
    families = parse(server.console("/metrics")[1])
    assert all(name.startswith("ollystack_") for name in families)
    assert len(families) > 50, sorted(families)
    accepted = families["ollystack_otlp_accepted_rows_total"][1]
    assert sum(accepted.values()) > 0
    assert families["ollystack_group_entries_total"][1][("ollystack_group_entries_total", (("group", "1"),))] > 0
