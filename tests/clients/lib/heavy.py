"""Queries that take much memory, each in another operator, aggregate or function, and the table that some of them read.

Each ends within seconds in a debug build, by itself or with the code of its memory limit."""

# 200,000 rows of some 500 bytes: what a query scans, joins and sorts.
TABLE = "CREATE TABLE wide (id UInt64, name String, body String, tags Array(String)) ENGINE = MergeTree ORDER BY id"
FILL = """INSERT INTO wide SELECT number, concat('name ', toString(number % 50000)), repeat(concat(hex(sipHash64(number)), ' '), 25),
arrayMap(x -> concat('tag ', toString(number * 7 + x)), range(number % 5)) FROM numbers(200000)"""

TEXTS = "(SELECT arrayStringConcat(arrayMap(x -> toString(x * 7919), range(1500000)), ',') AS t)"
ROWS = "(SELECT arrayStringConcat(arrayMap(x -> toString(x * 7919 + number), range(100000)), ',') AS t FROM numbers(100))"

HEAVY = {
    # Aggregations: keys, and states that grow with their rows.
    "GROUP BY text": "SELECT toString(number) AS k, count() FROM numbers(4000000) GROUP BY k",
    "GROUP BY long text": "SELECT repeat(toString(number), 20) AS k, count() FROM numbers(1000000) GROUP BY k",
    "GROUP BY number": "SELECT number AS k, count(), sum(number) FROM numbers(6000000) GROUP BY k",
    "GROUP BY 1e9 numbers": "SELECT number, count() FROM numbers(1000000000) GROUP BY number",
    "GROUP BY three keys": "SELECT number % 1000 AS a, toString(number) AS b, number AS c, max(number) FROM numbers(2000000) GROUP BY a, b, c",
    "GROUP BY array": "SELECT [number, number + 1] AS k, count() FROM numbers(1500000) GROUP BY k",
    "groupArray, one group": "SELECT length(groupArray(toString(number))) FROM numbers(4000000)",
    "groupArray, groups": "SELECT number % 300000 AS k, groupArray(toString(number)) FROM numbers(3000000) GROUP BY k",
    "groupUniqArray": "SELECT length(groupUniqArray(toString(number))) FROM numbers(3000000)",
    "uniqExact": "SELECT uniqExact(toString(number)) FROM numbers(20000000)",
    "uniqExact, groups": "SELECT number % 100000 AS k, uniqExact(number) FROM numbers(5000000) GROUP BY k",
    "uniq, groups": "SELECT number % 100000 AS k, uniq(toString(number)) FROM numbers(5000000) GROUP BY k",
    "argMax of texts": "SELECT number AS k, argMax(repeat(toString(number), 10), number) FROM numbers(1500000) GROUP BY k",
    "quantileExact": "SELECT quantileExact(number) FROM numbers(40000000)",
    "quantileExact, groups": "SELECT number % 100000 AS k, quantileExact(number) FROM numbers(8000000) GROUP BY k",
    "topK": "SELECT length(topK(1000)(repeat(toString(number), 5))) FROM numbers(2000000)",
    # Distinct rows, sorts, joins, sets.
    "DISTINCT arrays": "SELECT DISTINCT range(number % 1000), number FROM numbers(60000)",
    "DISTINCT text": "SELECT DISTINCT repeat(toString(number), 10) FROM numbers(2000000)",
    "ORDER BY wide rows": "SELECT body, tags, name FROM wide ORDER BY sipHash64(id)",
    "ORDER BY long text": "SELECT number, repeat(toString(number), 50) AS s FROM numbers(2000000) ORDER BY s",
    "ORDER BY arrays": "SELECT arrayMap(x -> toString(x + number), range(100)) AS a FROM numbers(100000) ORDER BY a",
    "JOIN, build side": "SELECT count(), max(b.body), max(b.name) FROM numbers(200000) AS a INNER JOIN wide AS b ON a.number = b.id",
    "JOIN of texts": "SELECT count(), max(b.s) FROM numbers(1000) AS a LEFT JOIN (SELECT toString(number) AS s FROM numbers(4000000)) AS b ON toString(a.number) = b.s",
    "IN of a subquery": "SELECT count() FROM numbers(10) WHERE toString(number) IN (SELECT toString(number) FROM numbers(4000000))",
    "LIMIT BY": "SELECT number, toString(number) AS s FROM numbers(3000000) LIMIT 1 BY s",
    "INSERT SELECT": "INSERT INTO copy SELECT * FROM wide",
    # Functions over few long values.
    "splitByChar": "SELECT length(splitByChar('a', repeat('a', 16000000)))",
    "splitByChar, rows": f"SELECT sum(length(splitByChar(',', t))) FROM {ROWS}",
    "replaceAll": f"SELECT length(replaceAll(t, '1', '22')) FROM {TEXTS}",
    "replaceAll, rows": f"SELECT max(replaceAll(t, '1', '22')) FROM {ROWS}",
    "replaceRegexpAll": f"SELECT length(replaceRegexpAll(t, '[0-3]', '<\\\\0>')) FROM {TEXTS}",
    "extractAll": f"SELECT length(extractAll(t, '[0-9]+')) FROM {TEXTS}",
    "concat": f"SELECT length(concat(t, t, t)), length(concat(t, ',', reverse(t))) FROM {TEXTS}",
    "format": f"SELECT length(format('{{0}}{{0}}{{0}}', t)) FROM {TEXTS}",
    "upper of upper": f"SELECT length(upper(lower(hex(t)))) FROM {TEXTS}",
    "arrayMap": "SELECT length(arrayMap(x -> toString(x), range(3000000)))",
    "arrayMap, rows": "SELECT sum(length(arrayMap(x -> concat('value ', toString(x + number)), range(1000)))) FROM numbers(20000)",
    "arrayDistinct": "SELECT length(arrayDistinct(arrayMap(x -> toString(x), range(2000000))))",
    "arrayDistinct, rows": "SELECT length(arrayDistinct(arrayMap(x -> toString(x), range(2000000)))), arrayReverseSort(arrayMap(x -> toString(x), range(2000000))) FROM numbers(3)",
    "arraySort": "SELECT length(arraySort(arrayMap(x -> toString(sipHash64(x)), range(2000000))))",
    "arraySort by hash": "SELECT length(arraySort(x -> sipHash64(x), range(10000000)))",
    "arrayFilter": "SELECT length(arrayFilter(x -> x LIKE '%7%', arrayMap(x -> toString(x), range(3000000))))",
    "arrayConcat": "SELECT length(arrayConcat(range(8000000), range(8000000)))",
    "arrayJoin": "SELECT count(), max(x) FROM (SELECT arrayJoin(arrayMap(x -> toString(x), range(2000000))) AS x)",
    "mapFromArrays": "SELECT length(mapFromArrays(arrayMap(x -> toString(x), range(1000000)), range(1000000)))",
    "JSONExtract": """SELECT length(JSONExtractArrayRaw(concat('[', arrayStringConcat(arrayMap(x -> '{"a":1}', range(1250000)), ','), ']')))""",
}
