-- IN of every kind.

SELECT name FROM services WHERE name IN 'cart';

SELECT name FROM services WHERE name IN ('cart');

SELECT name FROM services WHERE name IN ['cart', 'ads'] ORDER BY name;

SELECT name FROM services WHERE name IN tuple('cart', 'ads') ORDER BY name;

SELECT name FROM services WHERE name IN array('cart', 'ads') ORDER BY name;

SELECT name FROM services WHERE tier IN (1, 2.0, 3) ORDER BY name LIMIT 2;

SELECT name FROM services WHERE tier IN (1, 300, -1) ORDER BY name;

SELECT name FROM services WHERE tier IN ('1', '2') ORDER BY name;

SELECT name FROM services WHERE tier IN (1.5);

SELECT name FROM services WHERE slo IN (0.9, 0.91) ORDER BY name;

SELECT name FROM services WHERE slo NOT IN (0.9, 0.91) ORDER BY name;

SELECT name FROM services WHERE owner IN (NULL) ORDER BY name;

SELECT name FROM services WHERE owner NOT IN (NULL) ORDER BY name;

SELECT name FROM services WHERE owner NOT IN ('cart@shop.example') ORDER BY name;

SELECT name FROM services WHERE NOT (owner IN ('cart@shop.example', NULL)) ORDER BY name;

SELECT name FROM services WHERE NOT owner IN ('cart@shop.example') ORDER BY name;

SELECT name, owner IN ('cart@shop.example', NULL) AS i, owner NOT IN ('cart@shop.example', NULL) AS n FROM services ORDER BY name;

SELECT name, owner IN (SELECT owner FROM services) AS i FROM services ORDER BY name;

SELECT name, owner NOT IN (SELECT owner FROM services WHERE owner IS NOT NULL) AS i FROM services ORDER BY name;

SELECT name, owner IN (SELECT NULL) AS i FROM services ORDER BY name;

SELECT name FROM services WHERE since IN ('2018-01-15', '2019-02-15') ORDER BY name;

SELECT name FROM services WHERE since IN (toDate('2018-01-15')) ORDER BY name;

SELECT name FROM services WHERE toYear(since) IN (2018, 2020) ORDER BY name;

SELECT name FROM services WHERE (name, tier) IN ('cart', 3);

SELECT name FROM services WHERE (name, tier) IN (('cart', 3), ('ads', 2)) ORDER BY name;

SELECT name FROM services WHERE (name, tier) IN [('cart', 3), ('ads', 2)] ORDER BY name;

SELECT name FROM services WHERE (name, owner) IN (('cart', 'cart@shop.example'), ('checkout', NULL)) ORDER BY name;

SELECT name FROM services WHERE (name, tier) NOT IN (SELECT name, max(tier) FROM services WHERE team = 'web' GROUP BY name) ORDER BY name;

SELECT name FROM services WHERE (team, tier) IN (SELECT team, max(tier) FROM services GROUP BY team) ORDER BY name;

SELECT name FROM services WHERE tuple(name) IN (tuple('cart'));

SELECT name FROM services WHERE (name) IN (('cart'));

SELECT name FROM services WHERE (name,) IN (('cart',), ('ads',)) ORDER BY name;

SELECT name FROM services WHERE lower(name) IN (SELECT lower(ServiceName) FROM otel_logs WHERE SeverityText = 'FATAL') ORDER BY name;

SELECT name FROM services WHERE name GLOBAL IN (SELECT ServiceName FROM otel_logs WHERE SeverityText = 'FATAL') ORDER BY name;

SELECT name FROM services WHERE name GLOBAL NOT IN (SELECT ServiceName FROM otel_logs) ORDER BY name;

SELECT name FROM services WHERE tier IN (SELECT number FROM numbers(2)) ORDER BY name;

SELECT name FROM services WHERE tier IN (SELECT toString(number) FROM numbers(2)) ORDER BY name;

SELECT number FROM numbers(5) WHERE number IN (SELECT tier FROM services);

SELECT number IN (SELECT -1) FROM numbers(2);

SELECT 1 IN (SELECT 1.0), 'a' IN (SELECT 'a'), (1, 'x') IN (SELECT 1, 'x'), (1, 2) IN (SELECT (1, 2));

SELECT 1 IN (SELECT 1 WHERE 0), 1 NOT IN (SELECT 1 WHERE 0), NULL IN (SELECT 1), NULL NOT IN (SELECT 1);

SELECT NULL IN (1), NULL IN (NULL), 1 IN (NULL), 1 IN (1, NULL), 1 NOT IN (2, NULL), toNullable(1) IN (2, NULL), toNullable(1) NOT IN (2, NULL);

SELECT 1 IN 1, 'a' IN 'a', 1 IN tuple(1), 1 IN [1, 2], (1, 2) IN ((1, 2)), (1, 2) IN (1, 2);

SELECT in(1, (1, 2)), notIn(3, (1, 2)), in('x', 'x'), globalIn(1, (1, 2));

SELECT 256 IN (toUInt8(0)), -1 IN (toUInt8(255), 18446744073709551615), 1.5 IN (1, 2), toUInt8(1) IN (257);

SELECT number, number IN (1, 3), number NOT IN (1, 3), number IN (1, 3) AND number > 1 FROM numbers(4);

SELECT number % 2 IN (1) AS odd, count() FROM numbers(7) GROUP BY number % 2 IN (1) ORDER BY odd;

SELECT countIf(name IN ('cart', 'ads')), sumIf(tier, name IN ('cart')), count() FROM services;

SELECT SeverityText IN ('ERROR', 'FATAL') ? 'bad' : 'good' AS k, count() FROM otel_logs GROUP BY k ORDER BY k;

SELECT CASE WHEN name IN ('cart', 'ads') THEN 'few' ELSE 'rest' END AS k, count() FROM services GROUP BY k ORDER BY k;

SELECT id FROM typed WHERE uuid IN (SELECT uuid FROM typed WHERE id < 3) ORDER BY id;

SELECT id FROM typed WHERE ip4 IN (SELECT ip4 FROM typed WHERE id < 3) ORDER BY id;

SELECT id FROM typed WHERE ip6 IN ('::1', 'fe80::1') ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE dec9 IN (SELECT dec9 FROM typed WHERE id < 3) ORDER BY id;

SELECT id FROM typed WHERE dec9 IN (1, 2.5);

SELECT id FROM typed WHERE e8 IN (1, -1) ORDER BY id LIMIT 3;

SELECT id FROM typed WHERE e8 NOT IN ('red') ORDER BY id LIMIT 3;

SELECT id FROM typed WHERE b IN (true) ORDER BY id LIMIT 3;

SELECT id FROM typed WHERE fs IN ('xy', 'abcdefgh') ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE lc IN ('alpha', 'beta') ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE lcn IN ('gamma', NULL) ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE lcn NOT IN ('gamma') ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE ns NOT IN ('x') ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE ni NOT IN (SELECT ni FROM typed WHERE id > 20) ORDER BY id LIMIT 5;

SELECT id FROM typed WHERE dt IN ('1970-01-01 00:00:00', '1970-01-01 00:00:01') ORDER BY id;

SELECT id FROM typed WHERE dt IN (0, 1) ORDER BY id;

SELECT id FROM typed WHERE d32 IN (SELECT d32 FROM typed WHERE id = 7) ORDER BY id;

SELECT id FROM events WHERE 'red' IN tags ORDER BY id LIMIT 3;

SELECT id FROM events WHERE tags IN (['red'], ['green']) ORDER BY id LIMIT 3;

SELECT id FROM events WHERE tags IN (SELECT tags FROM events WHERE id = 3) ORDER BY id;

SELECT id FROM events WHERE point.y IN ('red', 'blue') ORDER BY id LIMIT 3;

SELECT count() FROM otel_logs WHERE LogAttributes['http.status_code'] IN ('500', '503');

SELECT count() FROM otel_logs WHERE toUInt16OrZero(LogAttributes['http.status_code']) NOT IN (0, 200);

SELECT count() FROM otel_logs WHERE SeverityNumber IN (SELECT max(SeverityNumber) FROM otel_logs GROUP BY ServiceName);

SELECT count() FROM otel_logs WHERE (ServiceName, toDate(Timestamp)) IN (('cart', '2026-03-01'), ('ads', '2026-03-02'));

SELECT count() FROM otel_logs WHERE Timestamp IN (SELECT max(Timestamp) FROM otel_logs);

SELECT count() FROM otel_logs WHERE ServiceName IN (SELECT name FROM services WHERE team = 'web') AND TraceId IN (SELECT TraceId FROM otel_logs WHERE TraceId != '' AND SeverityText = 'ERROR');

WITH 1 AS x SELECT x, x + 1 AS y, y * 2;

WITH 1 AS x, x + 1 AS y SELECT y, x;

WITH 'web' AS team SELECT name FROM services WHERE services.team = team ORDER BY name;

WITH 'web' AS t SELECT name, t FROM services WHERE team = t ORDER BY name;

WITH (SELECT max(tier) FROM services) AS top SELECT name, top FROM services WHERE tier = top ORDER BY name;

WITH (SELECT max(tier), min(tier) FROM services) AS t SELECT t.1, t.2, t.1 - t.2;

WITH (SELECT groupArray(name) FROM (SELECT name FROM services ORDER BY name)) AS names SELECT length(names), names[1], has(names, 'cart');

WITH toStartOfHour(Timestamp) AS h SELECT h, count() FROM otel_logs GROUP BY h ORDER BY h LIMIT 3;

WITH SeverityNumber >= 17 AS bad SELECT ServiceName, countIf(bad) AS e, e / count() AS r FROM otel_logs WHERE bad OR SeverityNumber < 10 GROUP BY ServiceName ORDER BY r DESC, ServiceName LIMIT 3;

WITH sum(tier) AS s SELECT team, s, s * 2 FROM services GROUP BY team ORDER BY s, team;

WITH t AS (SELECT name, tier FROM services), u AS (SELECT * FROM t WHERE tier = 1), v AS (SELECT name AS n FROM u) SELECT * FROM v ORDER BY n;

WITH t AS (SELECT 1 AS x), t2 AS (WITH t AS (SELECT 2 AS x) SELECT x FROM t) SELECT t.x, t2.x FROM t, t2;

WITH services AS (SELECT 1 AS a) SELECT * FROM services;

WITH services AS (SELECT * FROM services WHERE tier = 1) SELECT count() FROM services;

WITH x AS (SELECT 5 AS v) SELECT (SELECT v FROM x) AS five, v FROM x;

WITH x AS (SELECT 5 AS v) SELECT count() FROM services WHERE tier < (SELECT v FROM x);

WITH x AS (SELECT name FROM services WHERE tier = 1) SELECT count() FROM otel_logs WHERE ServiceName IN x;

WITH x AS (SELECT name FROM services WHERE tier = 1) SELECT count() FROM otel_logs WHERE ServiceName IN (SELECT name FROM x);

WITH ['cart', 'ads'] AS list SELECT count() FROM otel_logs WHERE ServiceName IN list;

WITH ('cart', 'ads') AS list SELECT count() FROM otel_logs WHERE ServiceName IN list;

WITH ['cart', 'ads'] AS list SELECT count() FROM otel_logs WHERE has(list, ServiceName);

WITH a AS (SELECT 1 AS x UNION ALL SELECT 2 AS x) SELECT a1.x, a2.x FROM a AS a1, a AS a2 ORDER BY 1, 2;

WITH a AS (SELECT number FROM numbers(3)) SELECT * FROM a UNION ALL SELECT number + 10 FROM a ORDER BY number;

WITH a AS (SELECT number FROM numbers(3)) SELECT * FROM (SELECT * FROM a UNION ALL SELECT number + 10 FROM a) ORDER BY number;

-- unordered
WITH 2 AS n SELECT number * n FROM numbers(3) UNION ALL SELECT 7;

WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r ORDER BY n;

WITH toDate('2026-03-01') AS day SELECT count() FROM otel_logs WHERE toDate(Timestamp) = day;

WITH '2026-03-01' AS day SELECT count() FROM otel_logs WHERE toDate(Timestamp) = day;

WITH now() AS n SELECT n = now(), toTypeName(n);

WITH x -> x + 1 AS inc SELECT inc(1);

WITH (a, b) -> a * b AS mul SELECT mul(2, 3), arrayMap(x -> mul(x, x), [1, 2]);

WITH t(a, b) AS (SELECT 1, 2) SELECT a, b FROM t;

WITH t AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM t;

WITH 1 AS x SELECT * FROM (SELECT x + 1 AS y);

WITH 1 AS one SELECT (SELECT one + 1) AS two;

SELECT (WITH 3 AS q SELECT q * q) AS nine;

SELECT * FROM (WITH 3 AS q SELECT q AS a, q + 1 AS b);

SELECT x.a FROM (SELECT 1 AS a) x;

SELECT x.a FROM (SELECT 1 AS a) AS x WHERE x.a = 1 GROUP BY x.a ORDER BY x.a;

SELECT a FROM (SELECT 1 AS a, 2 AS b) WHERE b = 2;

SELECT a + (SELECT 10) FROM (SELECT 1 AS a);

SELECT (SELECT tier FROM services WHERE name = 'none') AS n, toTypeName(n);

SELECT (SELECT max(tier) FROM services WHERE name = 'none') AS n, toTypeName(n);

SELECT (SELECT name FROM services WHERE name = 'cart'), (SELECT owner FROM services WHERE name = 'cart'), (SELECT [1, 2]);

SELECT (SELECT 1, 'a'), (SELECT count() FROM services);

SELECT (SELECT 1) + (SELECT 2), (SELECT 1) = 1, -(SELECT 1);

SELECT name, (SELECT count() FROM otel_logs) AS total FROM services ORDER BY name LIMIT 2;

SELECT name, (SELECT count() FROM otel_logs WHERE ServiceName = services.name) AS n FROM services ORDER BY name;

SELECT name FROM services s WHERE EXISTS (SELECT 1 FROM otel_logs l WHERE l.ServiceName = s.name) ORDER BY name;

SELECT name FROM services WHERE EXISTS (SELECT 1 FROM otel_logs WHERE SeverityText = 'FATAL') ORDER BY name LIMIT 1;

SELECT name FROM services WHERE NOT EXISTS (SELECT 1 FROM otel_logs WHERE SeverityText = 'NONE') ORDER BY name LIMIT 1;

SELECT count() FROM services WHERE tier = (SELECT min(tier) FROM services) AND since > (SELECT min(since) FROM services);

SELECT count() FROM services WHERE slo > (SELECT avg(slo) FROM services);

SELECT count() FROM services WHERE slo > (SELECT slo FROM services WHERE name = 'none');

SELECT name FROM services WHERE tier > ALL (SELECT 1) ORDER BY name;

SELECT name FROM services WHERE tier = ANY (SELECT 1) ORDER BY name;

SELECT max(n) FROM (SELECT count() AS n FROM (SELECT DISTINCT ServiceName, SpanName FROM otel_traces) GROUP BY ServiceName);

SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT name FROM services ORDER BY name LIMIT 3) ORDER BY name DESC) LIMIT 2);

SELECT count() FROM (SELECT 1 UNION ALL SELECT 2);

-- unordered
SELECT name FROM services WHERE tier = 1 UNION ALL SELECT ServiceName FROM otel_logs WHERE SeverityText = 'FATAL' AND ServiceName = 'none';

-- unordered
SELECT 1 AS x, 'a' AS y UNION ALL SELECT 2, 'b';

-- unordered
SELECT 1 AS x, 'a' AS y UNION ALL SELECT 2 AS b, 'b' AS a;

-- unordered
SELECT 1 UNION ALL SELECT 1.5;

-- unordered
SELECT 1 UNION ALL SELECT NULL;

-- unordered
SELECT -1 UNION ALL SELECT 300;

SELECT toTypeName(x) AS t, count() FROM (SELECT toUInt8(1) AS x UNION ALL SELECT toInt8(-1) UNION ALL SELECT toUInt32(5)) GROUP BY t;

SELECT toTypeName(x) AS t, count() FROM (SELECT toUInt64(1) AS x UNION ALL SELECT toInt8(-1)) GROUP BY t;

SELECT toTypeName(x) AS t, count() FROM (SELECT toUInt64(1) AS x UNION ALL SELECT 1.5) GROUP BY t;

SELECT toTypeName(x) AS t, count() FROM (SELECT 1 AS x UNION ALL SELECT 'a') GROUP BY t;

SELECT toTypeName(x) AS t, count() FROM (SELECT toDate('2026-01-01') AS x UNION ALL SELECT toDateTime('2026-01-01 00:00:00')) GROUP BY t;

SELECT toTypeName(x) AS t, count() FROM (SELECT toDateTime('2026-01-01 00:00:00') AS x UNION ALL SELECT toDateTime64('2026-01-01 00:00:00', 3)) GROUP BY t;

SELECT x, toTypeName(x) AS t FROM (SELECT [1] AS x UNION ALL SELECT [1000]) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT [] AS x UNION ALL SELECT ['a']) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT (1, 'a') AS x UNION ALL SELECT (1000, 'b')) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT map('a', 1) AS x UNION ALL SELECT map('b', 1000)) ORDER BY x['a'];

SELECT x, toTypeName(x) AS t FROM (SELECT toLowCardinality('a') AS x UNION ALL SELECT 'b') ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT toDecimal32(1, 2) AS x UNION ALL SELECT toDecimal64(2, 4)) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT toDecimal32(1, 2) AS x UNION ALL SELECT 2) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT true AS x UNION ALL SELECT false) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT true AS x UNION ALL SELECT 2) ORDER BY x;

SELECT x, toTypeName(x) AS t FROM (SELECT 1 AS x UNION ALL SELECT NULL UNION ALL SELECT 2.5) ORDER BY x;

SELECT e, toTypeName(e) FROM (SELECT CAST('a', 'Enum8(\'a\' = 1)') AS e UNION ALL SELECT CAST('b', 'Enum8(\'b\' = 2)')) ORDER BY e;

SELECT kind, count() FROM (SELECT 'log' AS kind, Timestamp AS t FROM otel_logs UNION ALL SELECT 'span', Timestamp FROM otel_traces UNION ALL SELECT 'gauge', TimeUnix FROM otel_metrics_gauge) GROUP BY kind ORDER BY kind;

SELECT t, s FROM (SELECT Timestamp AS t, toString(ServiceName) AS s FROM otel_logs UNION ALL SELECT Timestamp, ServiceName FROM otel_traces) ORDER BY t LIMIT 5;

SELECT toTypeName(t), toTypeName(s), count() FROM (SELECT Timestamp AS t, ServiceName AS s FROM otel_logs UNION ALL SELECT Start, TraceId FROM otel_traces_trace_id_ts) GROUP BY 1, 2;

SELECT 1 UNION DISTINCT SELECT 1;

SELECT * FROM (SELECT 1 AS x UNION DISTINCT SELECT 1 UNION DISTINCT SELECT 2) ORDER BY x;

SELECT 1 AS x EXCEPT SELECT 2 AS x;

SELECT 1 AS x INTERSECT SELECT 1;

(SELECT 1 AS x) UNION ALL (SELECT 1);

SELECT * FROM ((SELECT 1 AS x) UNION ALL (SELECT 2)) ORDER BY x;

SELECT * FROM (SELECT 2 AS x UNION ALL SELECT 1 AS x LIMIT 1) ORDER BY x;

SELECT 1 IN (SELECT '1');

SELECT [1] IN [[1], [2]];

-- unordered
WITH a AS (SELECT number FROM numbers(3)) SELECT number FROM a UNION ALL SELECT number + 10 FROM a;

-- unordered
WITH 2 AS n SELECT n AS x UNION ALL SELECT n + 1;

-- unordered
WITH a AS (SELECT ServiceName AS s, count() AS n FROM otel_logs GROUP BY s), b AS (SELECT ServiceName AS s, count() AS n FROM otel_traces GROUP BY s) SELECT s, n, 'logs' AS kind FROM a UNION ALL SELECT s, n, 'spans' FROM b;

WITH a AS (SELECT 1 AS x) SELECT * FROM (SELECT x FROM a UNION ALL SELECT x + 1 FROM a) ORDER BY x;

SELECT * FROM (WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x + 1 FROM a) ORDER BY x;

SELECT name LIKE 'c%' AS c, count() FROM services GROUP BY name LIKE 'c%' ORDER BY c;

SELECT tier IN (1, 2) AS c, count() FROM services GROUP BY c ORDER BY c;

SELECT tier IN (1, 2), count() FROM services GROUP BY tier IN (1, 2) ORDER BY tier IN (1, 2);

SELECT name IN ('cart', 'ads') AS c, count() FROM services GROUP BY name IN ('cart', 'ads') HAVING name IN ('cart', 'ads');

SELECT (name, tier) IN (('cart', 3)) AS c, count() FROM services GROUP BY (name, tier) IN (('cart', 3)) ORDER BY c;

SELECT if(name IN ('cart', 'ads'), 'few', 'rest'), count() FROM services GROUP BY if(name IN ('cart', 'ads'), 'few', 'rest') ORDER BY 1;

SELECT name IN (SELECT ServiceName FROM otel_logs) AS c, count() FROM services GROUP BY name IN (SELECT ServiceName FROM otel_logs) ORDER BY c;

SELECT CASE WHEN tier IN (1, 2) THEN 'a' ELSE 'b' END, count() FROM services GROUP BY CASE WHEN tier IN (1, 2) THEN 'a' ELSE 'b' END ORDER BY CASE WHEN tier IN (1, 2) THEN 'a' ELSE 'b' END;

-- Lambdas of WITH, called by their names.
WITH x -> x * 2 AS twice SELECT twice(21), twice(number) + 1 AS q, twice(twice(number)) FROM numbers(2);
WITH (x, y) -> x + y AS add2 SELECT add2(number, 1) AS a, arrayMap(z -> add2(z, number), [1, 2]) AS b FROM numbers(2);
WITH (ms -> round(ms / 1e6, 2)) AS to_ms SELECT ServiceName, to_ms(avg(Duration)) AS a, max(to_ms(Duration)) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName LIMIT 3;
WITH (a -> arrayMap(z -> z + a, [1, 2])) AS f SELECT f(10), arrayMap(q -> f(q), [1, 2]);
WITH (x -> (x + 1 AS y) * y) AS f SELECT f(3), f(4);
WITH (x -> toString(x)) AS f SELECT f(1), f('a'), f(NULL), f([1]);
WITH (x -> upper(x)) AS lower SELECT lower('aB');
WITH (x -> sum(x)) AS s SELECT s(number) FROM numbers(3);
WITH (t -> t >= '2026-03-01 05:00:00') AS late SELECT count() FROM otel_logs WHERE late(Timestamp) AND NOT late(Timestamp - INTERVAL 1 HOUR);
WITH (x -> x * 2) AS f SELECT * FROM (SELECT f(number) AS n FROM numbers(3)) ORDER BY f(n) DESC;
WITH (x -> x * 2) AS f, (y -> f(y) + 1) AS g SELECT g(5), g(number), f(g(number)) FROM numbers(2);
WITH (x -> x + y) AS f SELECT arrayMap(y -> f(y), [1, 2]), 10 AS y;
WITH (x -> arrayMap(x -> x + 1, [x])) AS f SELECT f(5), arrayMap(x -> f(x), [1, 2]);
WITH (x -> arrayMap(z -> (z, x), [1])) AS f SELECT arrayMap(a -> arrayMap(b -> f(a + b), [1]), [10]);
WITH (x -> count() + x) AS f SELECT f(1), f(max(number)) FROM numbers(3);
WITH (x -> x IN (1, 2)) AS f SELECT f(number), number FROM numbers(3) WHERE f(number);
WITH (s -> lower(s)) AS norm, (s -> length(norm(s))) AS len SELECT norm(name) AS n, len(n), countIf(len(name) > 3) FROM services GROUP BY n ORDER BY n LIMIT 3;
WITH (x -> x > 1) AS big SELECT arrayFilter(big, [1, 2, 3]), arrayExists(big, [1]), arrayCount(big, [2, 3]), arrayFirst(big, [1, 5]);
WITH x -> x + 1 AS inc SELECT inc(inc(inc(1))), inc(number) AS k, count() FROM numbers(4) GROUP BY inc(number) ORDER BY k;
