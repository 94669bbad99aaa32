-- Clause family: subqueries, WITH, UNION ALL.
SELECT * FROM (SELECT name, tier FROM services WHERE tier < 3) WHERE name LIKE 'c%' ORDER BY name;
SELECT avg(n), max(n), min(n) FROM (SELECT TraceId, count() AS n FROM otel_traces GROUP BY TraceId);
SELECT name FROM services WHERE name IN (SELECT ServiceName FROM otel_traces WHERE StatusCode = 'Error') ORDER BY name;
SELECT name FROM services WHERE name NOT IN (SELECT DISTINCT ServiceName FROM otel_logs) ORDER BY name;
SELECT (SELECT max(Duration) FROM otel_traces) AS longest, (SELECT count() FROM otel_logs) AS lines;
SELECT count() FROM otel_traces WHERE Duration > (SELECT avg(Duration) FROM otel_traces);
SELECT count() FROM otel_traces WHERE Duration >= (SELECT quantileExact(0.99)(Duration) FROM otel_traces);
WITH 'checkout' AS svc SELECT count() FROM otel_logs WHERE ServiceName = svc;
WITH toDateTime64('2026-03-01 03:00:00', 9) AS low, low + INTERVAL 1 HOUR AS high SELECT count() FROM otel_logs WHERE Timestamp >= low AND Timestamp < high;
WITH errors AS (SELECT * FROM otel_logs WHERE SeverityText IN ('ERROR', 'FATAL')) SELECT ServiceName, count() AS n FROM errors GROUP BY ServiceName ORDER BY n DESC, ServiceName;
WITH a AS (SELECT ServiceName AS s, count() AS n FROM otel_logs GROUP BY s), b AS (SELECT ServiceName AS s, count() AS n FROM otel_traces GROUP BY s) SELECT a.s, a.n, b.n FROM a INNER JOIN b ON a.s = b.s ORDER BY a.s;
WITH (SELECT max(Value) FROM otel_metrics_gauge WHERE MetricName = 'system.cpu.utilization') AS top SELECT ServiceName, Value FROM otel_metrics_gauge WHERE MetricName = 'system.cpu.utilization' AND Value = top ORDER BY ServiceName;
WITH x AS (SELECT 1 AS a UNION ALL SELECT 2 AS a) SELECT sum(a), count() FROM x;
-- unordered
SELECT 1 AS a UNION ALL SELECT 2 AS a UNION ALL SELECT 3 AS a;
SELECT kind, n FROM (SELECT 'logs' AS kind, count() AS n FROM otel_logs UNION ALL SELECT 'spans' AS kind, count() AS n FROM otel_traces) ORDER BY kind;
SELECT a, toTypeName(a) FROM (SELECT 1 AS a UNION ALL SELECT -300 AS a) ORDER BY a;
SELECT a FROM (SELECT 'x' AS a UNION ALL SELECT NULL AS a) ORDER BY a NULLS LAST;
SELECT n, count() FROM (SELECT length(Body) AS n FROM otel_logs WHERE Body != '' UNION ALL SELECT length(SpanName) AS n FROM otel_traces) GROUP BY n HAVING count() > 30 ORDER BY n;
SELECT s FROM (SELECT s, row FROM (SELECT ServiceName AS s, count() AS row FROM otel_logs GROUP BY s) WHERE row > 50) ORDER BY s;
WITH 10 AS a, a * 2 AS b SELECT a + b, b - a;
WITH (x -> x * 2) AS twice SELECT twice(21);
WITH t AS (SELECT number AS n FROM numbers(10)), u AS (SELECT n * n AS sq FROM t) SELECT max(sq), sum(sq) FROM u;
SELECT count() FROM (SELECT DISTINCT TraceId FROM otel_traces WHERE ServiceName = 'payment');
SELECT TraceId, count() AS n FROM otel_traces WHERE TraceId IN (SELECT TraceId FROM otel_traces WHERE StatusCode = 'Error' AND ServiceName = 'frontend') GROUP BY TraceId ORDER BY TraceId;
SELECT exists(SELECT 1 FROM otel_logs WHERE SeverityText = 'FATAL') AS yes;
SELECT (SELECT 1 WHERE 0) AS nothing;
