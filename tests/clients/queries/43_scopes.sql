-- Names of subqueries, aliases that stand twice, sets of several columns with NULLs, and GROUP BY ().
SELECT number, (if(number = 1, NULL, number), 1) IN (SELECT number, 1 FROM numbers(2)) AS a FROM numbers(3) ORDER BY number;
SELECT number, (if(number = 1, NULL, number), 1) NOT IN (SELECT number, 1 FROM numbers(2)) AS a FROM numbers(3) ORDER BY number;
SELECT number, (if(number = 1, NULL, number), 'x') IN ((0, 'x'), (1, 'x'), (2, 'y')) AS a FROM numbers(3) ORDER BY number;
SELECT count() FROM numbers(3) GROUP BY ();
SELECT 1 FROM numbers(3) GROUP BY ();
SELECT 1 FROM numbers(0) GROUP BY ();
SELECT 'all' AS what FROM otel_logs GROUP BY () HAVING 1;
SELECT EXISTS(SELECT 1);
SELECT EXISTS(SELECT number FROM numbers(3) WHERE number > 5) AND 1, NOT EXISTS(SELECT 1);
SELECT EXISTS(SELECT 1), (SELECT 2);
SELECT EXISTS(SELECT 1 FROM otel_traces WHERE StatusCode = 'Error'), (SELECT count() FROM otel_logs);
WITH c AS (SELECT 1 AS x) SELECT (SELECT x FROM c), (SELECT x FROM c), (SELECT 3);
WITH c AS (SELECT 1 AS x) SELECT (SELECT x FROM c) FROM c;
WITH c AS (SELECT 1 AS x), d AS (SELECT x FROM c) SELECT (SELECT x FROM d), (SELECT x FROM c), 1 IN (SELECT x FROM d);
SELECT (SELECT count() FROM (SELECT 1 UNION ALL SELECT 2)), (SELECT 2);
WITH 1 AS a SELECT 1 AS a;
SELECT number AS n, number AS n FROM numbers(2) ORDER BY n;
SELECT arrayMap(x -> (x AS y) + y, [1, 2]) AS doubled;
-- unordered
WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x + 1 FROM a;
-- unordered
WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL (WITH a AS (SELECT 5 AS x) SELECT x + 1 FROM a UNION ALL SELECT x FROM a);
-- unordered
SELECT * FROM (WITH 3 AS y SELECT y UNION ALL SELECT y + 1);
-- unordered
WITH number + 1 AS z SELECT z FROM numbers(2) UNION ALL SELECT z FROM numbers(1);
-- unordered
WITH 'Error' AS bad SELECT count() AS n FROM otel_traces WHERE StatusCode = bad UNION ALL SELECT count() FROM otel_traces WHERE StatusCode != bad;
SELECT number IN (1, 2) AS few, count() FROM numbers(5) GROUP BY number IN (1, 2) ORDER BY few;
SELECT if(number IN (1, 2), 'few', 'many') AS k, count() FROM numbers(5) GROUP BY number IN (1, 2) ORDER BY k;
SELECT ServiceName IN (SELECT ServiceName FROM otel_traces WHERE StatusCode = 'Error') AS failing, count() FROM otel_logs GROUP BY ServiceName IN (SELECT ServiceName FROM otel_traces WHERE StatusCode = 'Error') ORDER BY failing;
SELECT * FROM (SELECT 'a' AS n, 1 AS k) AS a JOIN (SELECT 1 AS k, 'x' AS e) AS b USING (k);
SELECT * FROM (SELECT 'a' AS n, 2 AS m, 1 AS k) AS a JOIN (SELECT 2 AS m, 1 AS k, 'x' AS e, 3 AS z) AS b USING (k, m);
SELECT * FROM (SELECT 'a' AS n, 1 AS k, 2 AS m) AS a JOIN (SELECT 1 AS k, 'x' AS e, 3 AS z) AS b USING (k) JOIN (SELECT 5 AS q, 3 AS z) AS c USING (z);
SELECT a.*, c.* FROM (SELECT 'a' AS n, 1 AS k, 2 AS m) AS a JOIN (SELECT 1 AS k, 'x' AS e, 3 AS z) AS b USING (k) JOIN (SELECT 5 AS q, 3 AS z) AS c USING (z);
SELECT s.*, t.* FROM services AS s JOIN (SELECT 1 AS tier, 'top' AS label) AS t USING (tier) ORDER BY name;
SELECT t.* FROM (SELECT 1 AS tier, 'a' AS n) AS s JOIN (SELECT 1 AS tier, 'top' AS label) AS t USING (tier);
SELECT tier, t.tier, s.tier FROM (SELECT 1 AS tier, 'a' AS n) AS s JOIN (SELECT 1 AS tier, 'top' AS label) AS t USING (tier);
SELECT count() AS tier, max(services.tier) FROM services;
SELECT services.tier AS tier, services.tier + 1 FROM services ORDER BY name;
SELECT name AS x, s.x, s.name FROM (SELECT 5 AS x, 'n' AS name) AS s;
SELECT (name,) IN (('cart',), ('ads',)) AS found, [1] IN ([[1], [2]]) AS within FROM services ORDER BY name;
SELECT NULL IN (SELECT 1) AS a, toTypeName(NULL IN (SELECT 1)) AS b;
SELECT DATE_DIFF('day', toDate('2020-01-01'), toDate('2020-01-03')), dateDIFF('hour', toDateTime('2020-01-01 00:00:00', 'UTC'), toDateTime('2020-01-03 01:00:00', 'UTC'), 'UTC');
SELECT x.a, y.a, a, toTypeName(x.a), toTypeName(y.a), toTypeName(a) FROM (SELECT toInt8(1) AS a) AS x JOIN (SELECT toUInt16(1) AS a) AS y USING (a);
SELECT count() FROM (SELECT toFloat32(0.1) AS x) WHERE x IN (0.1);
SELECT count() FROM (SELECT toFloat32(0.5) AS x) WHERE x IN (0.5, 1);
SELECT count() FROM (SELECT toFloat32(16777216) AS x) WHERE x IN (16777217);
SELECT count() FROM (SELECT toDecimal32('1.25', 2) AS d) WHERE d IN (1.255);
SELECT count() FROM (SELECT toDecimal32('1.25', 2) AS d) WHERE d IN (1.25);
SELECT count() FROM (SELECT toDecimal32('1.25', 2) AS d) WHERE d IN (toDecimal64('1.2551', 4));
SELECT count() FROM typed WHERE (id, ni) != (1, NULL);
SELECT (id, ni) = (5, NULL) AS x, count() FROM typed GROUP BY x ORDER BY x;
SELECT count() FROM typed WHERE NOT ((id, ni) = (1, NULL));
SELECT count() FROM typed WHERE (id, s) = (5, 'x') OR (id, dec9) = (5, '1.25');
SELECT 1 IN (SELECT NULL) AS a, count() FROM typed WHERE id NOT IN (SELECT NULL);
SELECT count() FROM otel_logs WHERE Timestamp >= 1772323200 AND Timestamp < 1772326800;
SELECT count() FROM typed WHERE dt3 > 100000 AND dt9z != 0;
SELECT ((id, ni), 1) = ((1, NULL), 1) AS x, count() FROM typed GROUP BY x ORDER BY x;
SELECT count() FROM (SELECT [0, 1] AS a UNION ALL SELECT [0]) WHERE a IN ([0, 1.5], [0]);
