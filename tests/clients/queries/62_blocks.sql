-- Over many blocks: joins, sets, groups, order.

SELECT count(), sum(a.n), sum(b.m) FROM (SELECT number AS n FROM numbers(200000)) a JOIN (SELECT number * 2 AS m FROM numbers(100000)) b ON a.n = b.m;

SELECT count(), countIf(b.m = 0), sum(b.m) FROM (SELECT number AS n FROM numbers(200000)) a LEFT JOIN (SELECT number * 3 AS m FROM numbers(50000)) b ON a.n = b.m;

SELECT count(), sum(n) FROM (SELECT number AS n FROM numbers(200000)) WHERE n IN (SELECT number * 7 FROM numbers(20000));

SELECT count() FROM (SELECT number AS n FROM numbers(200000)) WHERE n NOT IN (SELECT number * 7 FROM numbers(20000));

SELECT count(), sum(c), max(c) FROM (SELECT number % 70000 AS k, count() AS c FROM numbers(300000) GROUP BY k);

SELECT k, c FROM (SELECT number % 70000 AS k, count() AS c, sum(number) AS s FROM numbers(300000) GROUP BY k) ORDER BY s DESC, k LIMIT 3;

SELECT number FROM numbers(300000) ORDER BY number % 1000, number DESC LIMIT 3;

SELECT number FROM numbers(300000) ORDER BY cityHash64(number) LIMIT 3;

SELECT number FROM numbers(300000) ORDER BY number DESC LIMIT 3 OFFSET 199998;

SELECT number % 3 AS k, number FROM numbers(300000) ORDER BY number DESC LIMIT 1 BY k;

SELECT count() FROM (SELECT number FROM numbers(300000) ORDER BY number LIMIT 2 BY number % 1000);

SELECT count() FROM (SELECT DISTINCT number % 1000, toString(number % 7) FROM numbers(300000));

SELECT uniqExact(number % 12345), uniqExact(toString(number)), count(DISTINCT number % 10, number % 7) FROM numbers(300000);

SELECT sum(x) FROM (SELECT arrayJoin(range(number % 5)) AS x FROM numbers(100000));

SELECT groupArray(5)(number), length(groupArray(number)), arraySum(groupArray(number)) FROM numbers(100000);

SELECT min(s), max(s), any(s) FROM (SELECT toString(number) AS s FROM numbers(150000));

SELECT argMax(number, number % 1000 * 1000000 + number), argMin(toString(number), -toInt64(number)) FROM numbers(200000);

SELECT count() FROM numbers(300000) WHERE toString(number) LIKE '%99%' AND number % 2 = 1;

SELECT number FROM numbers(1000000) WHERE number > 999990 ORDER BY number LIMIT 3;

SELECT count() FROM (SELECT number FROM numbers(200000) UNION ALL SELECT number FROM numbers(100000) UNION ALL SELECT 1);

SELECT count() FROM (SELECT number AS a FROM numbers(1000)) AS x CROSS JOIN (SELECT number AS b FROM numbers(300)) AS y WHERE a % 10 = b % 10;

SELECT count() FROM (SELECT number % 100 AS a FROM numbers(10000)) x JOIN (SELECT number % 100 AS a FROM numbers(2000)) y USING a;

SELECT a, count() FROM (SELECT number % 5 AS a FROM numbers(10000)) x JOIN (SELECT number % 7 AS a FROM numbers(700)) y USING a GROUP BY a ORDER BY a;

SELECT toString(number % 4) AS k, quantileExact(0.5)(number), sum(number), avg(number), max(toString(number)) FROM numbers(200000) GROUP BY k ORDER BY k;

SELECT k, groupArray(3)(v) FROM (SELECT number % 3 AS k, number AS v FROM numbers(200000) ORDER BY number DESC) GROUP BY k ORDER BY k;

SELECT toStartOfHour(toDateTime('2026-03-01 00:00:00') + number) AS h, count(), uniqExact(number % 13) FROM numbers(20000) GROUP BY h ORDER BY h;

SELECT l.SeverityText, count() FROM otel_logs l CROSS JOIN numbers(20) n WHERE n.number < l.SeverityNumber GROUP BY l.SeverityText ORDER BY l.SeverityText;

SELECT count() FROM otel_logs a JOIN otel_logs b ON a.ServiceName = b.ServiceName;

SELECT count() FROM otel_logs a JOIN otel_traces b ON a.ServiceName = b.ServiceName WHERE a.SeverityText = 'ERROR' AND b.StatusCode = 'Error';

SELECT a.ServiceName, count(), max(b.Duration) FROM otel_logs a JOIN otel_traces b ON a.ServiceName = b.ServiceName AND a.SeverityNumber >= 21 GROUP BY a.ServiceName ORDER BY a.ServiceName;

SELECT count() FROM otel_traces a LEFT JOIN otel_traces b ON a.ParentSpanId = b.SpanId AND a.TraceId = b.TraceId WHERE b.SpanId = '';

SELECT count() FROM (SELECT * FROM otel_logs ORDER BY Timestamp LIMIT 100) AS x JOIN (SELECT * FROM otel_logs ORDER BY Timestamp DESC LIMIT 2350) AS y USING (Timestamp, ServiceName);

SELECT sum(length(Body)) FROM (SELECT DISTINCT Body FROM otel_logs);

SELECT count(), sum(c) FROM (SELECT LogAttributes, count() AS c FROM otel_logs GROUP BY LogAttributes);

SELECT count(), sum(c) FROM (SELECT Timestamp, ServiceName, Body, count() AS c FROM otel_logs GROUP BY ALL);

SELECT any(number) FROM numbers(10) WHERE number > 3;

SELECT number FROM numbers(10) LIMIT 3;

SELECT number FROM numbers(5, 3);

SELECT number FROM numbers(0, 10, 3);

SELECT * FROM numbers(2) AS a, numbers(2) AS b ORDER BY 1, 2;

SELECT a.number, b.number FROM numbers(2) AS a JOIN numbers(1, 2) AS b ON a.number = b.number;

SELECT number, toString(number), [number], (number, 'a'), map('k', number), number / 2, number > 1, if(number = 0, NULL, number) FROM numbers(3);

SELECT sum(number) FROM numbers(10) WHERE number IN (SELECT number FROM numbers(5) WHERE number IN (SELECT number * 2 FROM numbers(3)));

SELECT number, (SELECT max(number) FROM numbers(5)) AS m, number / m FROM numbers(3);
