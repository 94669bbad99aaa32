-- Clause family: aliases used anywhere in the same SELECT, also where they shadow a column (Grafana's log and trace builders).
SELECT Timestamp AS "timestamp", Body AS "body", SeverityText AS "level", LogAttributes AS "labels", TraceId AS "traceID" FROM otel_logs WHERE ( timestamp >= toDateTime64('2026-03-01 01:00:00', 9) AND timestamp <= toDateTime64('2026-03-01 01:20:00', 9) ) ORDER BY timestamp DESC LIMIT 1000;
SELECT TraceId AS traceID, count() AS n FROM otel_traces WHERE traceID IN (SELECT TraceId FROM otel_traces WHERE Duration > 50000000) GROUP BY traceID ORDER BY traceID;
SELECT lower(Body) AS Body, count() AS c FROM otel_logs WHERE Body LIKE '%timeout%' GROUP BY Body ORDER BY c DESC, Body LIMIT 5;
SELECT u8 * 2 AS double_u8 FROM typed WHERE double_u8 > 400 ORDER BY double_u8;
SELECT count() AS c, sum(u8) AS s, s / c AS mean FROM typed;
SELECT toStartOfHour(Timestamp) AS h, countIf(SeverityText = 'ERROR') AS e, count() AS n, e / n AS rate FROM otel_logs GROUP BY h HAVING rate > 0.1 ORDER BY rate DESC, h LIMIT 6;
SELECT (u8 + 1 AS inner_value) * 2 AS outer_value, inner_value FROM typed ORDER BY id LIMIT 4;
SELECT ServiceName AS s, length(s) AS l FROM otel_logs WHERE l = 4 GROUP BY s, l ORDER BY s;
SELECT min(Timestamp) AS first, max(Timestamp) AS last, dateDiff('second', first, last) AS span FROM otel_logs WHERE ServiceName = 'ads';
SELECT multiply(Duration, 0.000001) AS ms, ServiceName FROM otel_traces WHERE ms > 60 ORDER BY ms DESC, SpanId LIMIT 10;
SELECT name AS n, n AS m, m AS k FROM services WHERE k = 'cart';
SELECT arrayMap(x -> x + id, nums) AS shifted, arraySum(shifted) AS total FROM events WHERE total > 50 ORDER BY id LIMIT 6;
SELECT if(SeverityNumber >= 17, 'bad', 'good') AS SeverityClass, uniqExact(ServiceName) FROM otel_logs GROUP BY SeverityClass ORDER BY SeverityClass;
