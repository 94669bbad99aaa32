"""50 hostile queries: each ends by its deadline + 1 s, or with a memory or limit error, while ingest goes on."""
import concurrent.futures
import http.client
import time

from lib.load import Load, make_table
from lib.server import QueryError

DEADLINE = 2
GRACE = 1.0
# Deadline, memory, depth of subqueries, rows, result, size of a text or an array, depth, unsupported, bad argument.
ENDS = {62, 158, 159, 160, 162, 167, 168, 173, 190, 191, 241, 306, 307, 128, 131, 36, 42, 43, 44, 46, 47, 48, 69, 70, 71, 72, 6, 41, 394, 396, 407, 153, 427, 1, 50, 53, 63}

BIG = "numbers(100000000000)"
HOSTILE = [
    f"SELECT sum(sipHash64(number)) FROM {BIG}",
    f"SELECT count() FROM {BIG} WHERE number % 7 = 3",
    f"SELECT number, count() FROM {BIG} GROUP BY number",
    f"SELECT toString(number) AS s, count() FROM {BIG} GROUP BY s",
    f"SELECT uniqExact(number) FROM {BIG}",
    f"SELECT uniqExact(toString(number)) FROM {BIG}",
    f"SELECT groupArray(number) FROM {BIG}",
    f"SELECT groupUniqArray(toString(number)) FROM {BIG}",
    f"SELECT number FROM {BIG} ORDER BY sipHash64(number)",
    f"SELECT DISTINCT sipHash64(number) FROM {BIG}",
    f"SELECT count() FROM {BIG} AS a CROSS JOIN {BIG} AS b",
    "SELECT count() FROM numbers(1000000) AS a CROSS JOIN numbers(1000000) AS b WHERE a.number + b.number = 7",
    "SELECT count() FROM numbers(10000000) AS a INNER JOIN numbers(10000000) AS b ON a.number % 10 = b.number % 10",
    f"SELECT count() FROM numbers(10) AS a LEFT JOIN {BIG} AS b ON a.number = b.number",
    f"SELECT count() FROM numbers(10) WHERE number IN (SELECT number FROM {BIG})",
    "SELECT arrayJoin(range(1000000000))",
    "SELECT length(range(100000000000))",
    "SELECT sum(length(range(number))) FROM numbers(10000000)",
    "SELECT arraySum(arrayMap(x -> arraySum(arrayMap(y -> x * y, range(10000))), range(100000)))",
    "SELECT length(repeat('x', 10000000000))",
    "SELECT length(repeat(repeat('x', 1000000), 1000000))",
    "SELECT count() FROM numbers(100000) WHERE length(repeat(toString(number), 100000)) > 5",
    "SELECT groupArray(repeat('x', 1000000)) FROM numbers(1000000)",
    "SELECT max(repeat(toString(number), 10000)) FROM numbers(100000000)",
    "SELECT match(repeat('a', 1000000), '(a*)*b') FROM numbers(1000000)",
    "SELECT count() FROM numbers(100000000) WHERE match(concat(toString(number), repeat('a', 200)), '(a|aa)+$')",
    "SELECT extractAll(repeat('a1', 10000000), '[a-z][0-9]') FROM numbers(1000)",
    "SELECT replaceRegexpAll(repeat('abc', 1000000), '.', 'xxxxxxxxxxxxxxxx') FROM numbers(1000)",
    "SELECT match('x', '((((((((((a{100}){100}){100}){100}){100}){100}){100}){100}){100}){100}')",
    "SELECT replaceAll(repeat('a', 10000000), 'a', repeat('b', 1000)) FROM numbers(100)",
    "SELECT splitByChar('a', repeat('a', 100000000))",
    "SELECT arrayStringConcat(arrayMap(x -> repeat('z', 1000), range(10000000)))",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "SELECT " + "-" * 5000 + "1",
    "SELECT " + "NOT " * 5000 + "1",
    "SELECT " + "[" * 2000 + "]" * 2000,
    "SELECT " + "+".join(["1"] * 3000),
    "SELECT " + " AND ".join(["number > 1"] * 3000) + " FROM numbers(10)",
    "SELECT " + ", ".join(f"number + {i} AS c{i}" for i in range(5000)) + " FROM numbers(1000000)",
    "SELECT * FROM " + "(SELECT * FROM " * 300 + "numbers(10)" + ")" * 300,
    " UNION ALL ".join(["SELECT number FROM numbers(1000000)"] * 300),
    "SELECT number IN (" + ",".join(map(str, range(50000))) + ") FROM numbers(100000000) FORMAT Null",
    "SELECT quantileExact(number) FROM " + BIG,
    f"SELECT topK(1000)(number) FROM {BIG}",
    f"SELECT argMax(repeat('x', 100), number) FROM {BIG}",
    "SELECT number, arrayMap(x -> toString(x), range(1000)) AS a FROM numbers(10000000) ORDER BY a",
    "SELECT arraySort(x -> sipHash64(x), range(50000000))",
    "SELECT count() FROM (SELECT arrayJoin(range(100000)) AS x FROM numbers(1000000))",
    "SELECT mapFromArrays(arrayMap(x -> toString(x), range(10000000)), range(10000000))",
    "WITH " + ", ".join(f"(SELECT count() FROM {BIG}) AS s{i}" for i in range(20)) + " SELECT " + " + ".join(f"s{i}" for i in range(20)),
]


def test_there_are_fifty():
    assert len(HOSTILE) >= 50


def test_hostile_queries(own, capsys):
    server = own("--memory", "512MiB").start()
    make_table(server)
    load = Load(server, kinds=("logs", "sql"))
    load.start()
    load.wait_for(5000)
    outcomes, late, wrong = {}, [], []

    def run(sql):
        client, began = server.client(timeout=120), time.monotonic()
        try:
            client.raw(sql + ("" if "FORMAT" in sql else " FORMAT Null"), max_execution_time=DEADLINE, max_memory_usage=300_000_000, max_query_size=10_000_000)
            code = "done"
        except QueryError as error:
            code = error.code
        except http.client.IncompleteRead:
            # Ended after its first block: the answer is cut, so that nobody takes it for a whole one.
            code = "cut"
        except OSError as error:
            code = f"no answer: {error}"
        client.close()
        return sql, code, time.monotonic() - began

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for sql, code, took in pool.map(run, HOSTILE):
            outcomes[code] = outcomes.get(code, 0) + 1
            if took > DEADLINE + GRACE:
                late.append((sql[:100], code, round(took, 2)))
            if code not in ("done", "cut") and code not in ENDS:
                wrong.append((sql[:100], code))
    ended = time.monotonic()
    load.join()
    during = [took for at, took in load.ack_times if began <= at <= ended]
    assert server.process.poll() is None, server.tail()
    assert not wrong, wrong
    assert not late, late
    # Told to come later (memtables full while queries have the processors) is no refusal: sent again, all is there once.
    refused = [r for r in load.refused if r[1] != 429]
    assert not refused, refused[:2]
    later = len(load.refused) + load.settle()
    load.check()
    peak = next(int(line.split()[1]) for line in open(f"/proc/{server.pid}/status") if line.startswith("VmHWM"))
    gaps = sorted(during)
    with capsys.disabled():
        print(f"\nhostile: {len(HOSTILE)} queries in {ended - began:.0f} s ended as {outcomes}; {len(during)} ingest requests acknowledged meanwhile, {later} told to come later, "
              f"p50 {1000 * gaps[len(gaps) // 2]:.0f} ms, p99 {1000 * gaps[len(gaps) * 99 // 100]:.0f} ms; peak {peak // 1024} MiB")
    # Ingest went on: no hole longer than a few seconds.
    times = sorted(at for at, _ in load.ack_times if began <= at <= ended)
    assert len(times) > 20 and max(b - a for a, b in zip(times, times[1:])) < 5
