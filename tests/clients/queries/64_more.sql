-- Second looks at what differed, and at what tools combine.

SELECT count() AS c FROM services WHERE name IN (SELECT name FROM services WHERE tier = 1) AND name NOT IN (SELECT ServiceName FROM otel_logs WHERE SeverityText = 'FATAL');

SELECT SeverityText IN ('ERROR', 'FATAL') AS bad, toTypeName(bad), count() FROM otel_logs GROUP BY bad ORDER BY bad;

SELECT SeverityText = 'ERROR' AS bad, toTypeName(bad), count() FROM otel_logs GROUP BY bad ORDER BY bad;

SELECT ServiceName LIKE 'c%' AS k, toTypeName(k), count() FROM otel_logs GROUP BY k ORDER BY k;

SELECT lower(ServiceName) AS k, toTypeName(k), length(ServiceName) AS l, toTypeName(l), count() FROM otel_logs GROUP BY k, l ORDER BY k LIMIT 2;

SELECT if(ServiceName = 'cart', 'c', ServiceName) AS k, toTypeName(k), count() FROM otel_logs GROUP BY k ORDER BY k LIMIT 2;

SELECT coalesce(nullIf(ServiceName, ''), 'none') AS k, toTypeName(k), count() FROM otel_logs GROUP BY k ORDER BY k LIMIT 2;

SELECT concat(ServiceName, '') AS k, toTypeName(k), ServiceName || 'x' AS k2, toTypeName(k2) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT multiIf(SeverityText = 'ERROR', ServiceName, SeverityText = 'WARN', 'w', 'x') AS k, toTypeName(k) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT CASE SeverityText WHEN 'ERROR' THEN 'e' WHEN 'WARN' THEN 'w' ELSE SeverityText END AS k, toTypeName(k) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT transform(SeverityText, ['ERROR'], ['e'], 'x') AS k, toTypeName(k), replaceAll(ServiceName, 'c', 'k') AS r, toTypeName(r), substring(ServiceName, 1, 1) AS s, toTypeName(s) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT arrayJoin([ServiceName]) AS k, toTypeName(k), (ServiceName, 1) AS t, toTypeName(t.1), map('k', ServiceName)['k'] AS m, toTypeName(m) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT max(ServiceName), toTypeName(max(ServiceName)), toTypeName(any(ServiceName)), toTypeName(argMax(ServiceName, Timestamp)), toTypeName(groupArray(ServiceName)), toTypeName(groupUniqArray(ServiceName)), toTypeName(topK(1)(ServiceName)), toTypeName(min(lower(ServiceName))), toTypeName(anyIf(ServiceName, 1)) FROM otel_logs;

SELECT toTypeName((SELECT ServiceName FROM otel_logs ORDER BY Timestamp LIMIT 1)), toTypeName((SELECT max(ServiceName) FROM otel_logs)), toTypeName((SELECT count() FROM otel_logs)), toTypeName((SELECT max(Timestamp) FROM otel_logs)), toTypeName((SELECT groupArray(tier) FROM services)), toTypeName((SELECT owner FROM services WHERE name = 'ads'));

SELECT (SELECT ServiceName FROM otel_logs ORDER BY Timestamp LIMIT 1) = 'cart' AS x, toTypeName(x), (SELECT max(tier) FROM services) + 1 AS y, toTypeName(y), ifNull((SELECT max(tier) FROM services), 0) AS z, toTypeName(z);

SELECT a.ServiceName, b.ServiceName, toTypeName(b.ServiceName) FROM (SELECT DISTINCT ServiceName FROM otel_logs) a LEFT JOIN (SELECT DISTINCT ServiceName FROM otel_traces WHERE StatusCode = 'Error') b ON a.ServiceName = b.ServiceName ORDER BY a.ServiceName;

SELECT count() FROM otel_logs l JOIN services s ON l.ServiceName = s.name AND s.team = 'web' AND l.Body LIKE '%order%';

SELECT count() FROM otel_logs l LEFT JOIN services s ON l.ServiceName = s.name AND s.team = 'web' WHERE s.team = 'web' OR s.name = '';

SELECT s.name, count(l.TraceId) AS n FROM services s LEFT JOIN otel_logs l ON s.name = l.ServiceName AND l.SeverityText = 'FATAL' GROUP BY s.name ORDER BY n DESC, s.name;

SELECT s.name, l.n FROM services s LEFT JOIN (SELECT ServiceName, count() AS n FROM otel_logs GROUP BY ServiceName) l ON s.name = l.ServiceName WHERE l.n > 100 OR l.n = 0 ORDER BY l.n DESC, s.name;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier = b.tier + 1 AND a.team = b.team ORDER BY a.name, b.name;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON lower(a.owner) = b.owner ORDER BY a.name, b.name;

SELECT a.name, b.owner FROM services a JOIN services b ON a.owner = b.owner ORDER BY a.name;

SELECT a.name, b.slo FROM services a JOIN services b ON a.slo = b.slo AND a.name = b.name ORDER BY a.name;

SELECT a.name, b.name FROM services a JOIN services b ON toYear(a.since) = toYear(b.since) + 1 ORDER BY a.name;

SELECT a.name, b.name FROM services a JOIN services b ON a.since < b.since AND a.team = b.team ORDER BY a.name, b.name;

SELECT a.name, b.name FROM services a, services b WHERE a.since < b.since AND a.team = b.team AND b.tier = 1 ORDER BY a.name, b.name;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.since < b.since AND a.team = b.team ORDER BY a.name, b.name;

SELECT a.k, b.k FROM (SELECT arrayJoin(['a', 'b']) AS k) a JOIN (SELECT toLowCardinality(arrayJoin(['a', 'c'])) AS k) b ON a.k = b.k;

SELECT k, toTypeName(k) FROM (SELECT arrayJoin(['a', 'b']) AS k) a JOIN (SELECT toLowCardinality(arrayJoin(['a', 'c'])) AS k) b USING k;

SELECT k, toTypeName(k) FROM (SELECT toLowCardinality(arrayJoin(['a', 'b'])) AS k) a LEFT JOIN (SELECT arrayJoin(['a', 'c']) AS k) b USING k ORDER BY k;

SELECT k, toTypeName(k) FROM (SELECT arrayJoin(['a', 'b']) AS k) a LEFT JOIN (SELECT toNullable(arrayJoin(['a', 'c'])) AS k) b USING k ORDER BY k;

SELECT k, toTypeName(k) FROM (SELECT toNullable(arrayJoin(['a', 'b'])) AS k) a JOIN (SELECT arrayJoin(['a', 'c']) AS k) b USING k ORDER BY k;

SELECT k, toTypeName(k) FROM (SELECT toDate('2026-03-01') AS k) a JOIN (SELECT toDateTime('2026-03-01 00:00:00') AS k) b USING k;

SELECT * FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y USING a JOIN (SELECT 1 AS a, 4 AS d) z USING a;

SELECT x.*, z.d FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y USING (a) JOIN (SELECT 1 AS a, 4 AS d) z USING (a);

SELECT * FROM (SELECT 2 AS b, 1 AS a) x JOIN (SELECT 3 AS c, 1 AS a) y USING (a);

SELECT * FROM (SELECT 2 AS b, 1 AS a, 5 AS e) x LEFT JOIN (SELECT 3 AS c, 5 AS e, 1 AS a) y USING (e, a);

SELECT y.* FROM (SELECT 2 AS b, 1 AS a) x JOIN (SELECT 3 AS c, 1 AS a) y USING (a);

SELECT x.a, y.a, a FROM (SELECT 2 AS b, 1 AS a) x LEFT JOIN (SELECT 3 AS c, 2 AS a) y USING (a);

SELECT * FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 2 AS b) y ON x.a = y.a;

SELECT *, x.a + y.b AS s FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 2 AS b) y ON x.a = y.a;

SELECT a, b FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 2 AS b) y ON x.a = y.a;

SELECT b, y.b FROM (SELECT 1 AS a) x JOIN (SELECT 1 AS a, 2 AS b) y ON x.a = y.a WHERE b = 2;

SELECT count(), max(x.a), any(y.b) FROM (SELECT 1 AS a) x JOIN (SELECT 1 AS a, 2 AS b) y ON x.a = y.a GROUP BY y.b HAVING y.b = 2;

SELECT y.b AS a, x.a AS b FROM (SELECT 1 AS a) x JOIN (SELECT 1 AS a, 2 AS b) y ON x.a = y.a ORDER BY a, b;

SELECT * EXCEPT (a) FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y ON x.a = y.a;

SELECT x.* EXCEPT (a), y.* REPLACE (y.c + 1 AS c) FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y ON x.a = y.a;

SELECT COLUMNS('a|c') FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y ON x.a = y.a;

SELECT COLUMNS(tier, name), COLUMNS('ti') + 1 FROM services ORDER BY name LIMIT 1;

SELECT * EXCEPT (name, since), name FROM services ORDER BY name LIMIT 1;

SELECT * EXCEPT 'na.*' FROM services ORDER BY name LIMIT 1;

SELECT COLUMNS('tier|slo') APPLY(max) FROM services;

SELECT * APPLY(max) FROM (SELECT tier, slo FROM services);

SELECT max(x), min(x) FROM (SELECT * EXCEPT (name) REPLACE (tier AS x) FROM (SELECT name, tier AS x, tier FROM services));

SELECT corpus.services.* FROM services ORDER BY name LIMIT 1;

SELECT corpus.otel_logs.ServiceName AS s, count() FROM corpus.otel_logs GROUP BY corpus.otel_logs.ServiceName ORDER BY s LIMIT 2;

SELECT l.LogAttributes['thread'], l.LogAttributes.keys, s.name FROM otel_logs l JOIN services s ON l.ServiceName = s.name ORDER BY l.Timestamp LIMIT 1;

SELECT e.point.x, e.tags.size0, e.counts['red'], e.pairs.1, e.maybe[1] FROM events e JOIN typed t ON e.id = t.id ORDER BY e.id LIMIT 1 OFFSET 5;

SELECT t.ni.null, t.point FROM (SELECT ni, id AS point FROM typed) t ORDER BY point LIMIT 2;

SELECT events.point.x AS px, events.point.y FROM events WHERE events.point.x > 0 ORDER BY px LIMIT 2;

SELECT max(e.point.x), sum(length(e.tags)) FROM events AS e;

SELECT 1 AS `a.b`, `a.b` + 1;

SELECT 1 AS x, (SELECT x + 1) AS y;

SELECT x, (SELECT max(number) FROM numbers(3)) + x AS y FROM (SELECT 1 AS x);

SELECT name, tier FROM services WHERE (tier, name) = (SELECT max(tier), max(name) FROM services WHERE tier = 2);

SELECT name FROM services WHERE (tier, team) IN ((1, 'web'), (2, 'money')) AND NOT (name, tier) IN (('cart', 3)) ORDER BY name;

SELECT name FROM services WHERE tier IN (SELECT tier FROM services GROUP BY tier HAVING count() > 2) ORDER BY name LIMIT 2;

SELECT name FROM services WHERE name = (SELECT argMax(ServiceName, Duration) FROM otel_traces);

SELECT name, tier IN (SELECT 1) AS x, tier IN (1) ? 'a' : 'b' AS y FROM services ORDER BY name LIMIT 2;

SELECT count() FROM otel_logs WHERE toHour(Timestamp) IN (SELECT toHour(Timestamp) FROM otel_traces WHERE StatusCode = 'Error');

SELECT count() FROM otel_traces WHERE Duration IN (SELECT max(Duration) FROM otel_traces GROUP BY ServiceName);

SELECT countIf(Duration IN (SELECT max(Duration) FROM otel_traces GROUP BY ServiceName)) FROM otel_traces;

SELECT ServiceName, sumIf(1, TraceId IN (SELECT TraceId FROM otel_traces WHERE StatusCode = 'Error')) AS n FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;

SELECT number IN (SELECT number FROM numbers(2)) AS a, count() FROM numbers(5) GROUP BY a ORDER BY a;

SELECT arrayFilter(x -> x IN (1, 3), [1, 2, 3]), arrayExists(x -> x IN ('a', 'b'), ['c', 'a']), arrayFilter(x -> x NOT IN (SELECT 2), [1, 2, 3]);

SELECT toDate(Timestamp) AS d, uniq(TraceId), count() OVER (PARTITION BY d) FROM otel_logs GROUP BY d;

SELECT toStartOfInterval(Timestamp, INTERVAL 100 MILLISECOND) AS t, toTypeName(t), count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 1;

SELECT toStartOfInterval(Timestamp, INTERVAL 100 MICROSECOND) AS t, toTypeName(t) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT toStartOfMillisecond(Timestamp) AS t, toTypeName(t), toStartOfSecond(Timestamp) AS u, toTypeName(u) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT toStartOfInterval(Timestamp, INTERVAL 1 SECOND) AS t, toTypeName(t), toStartOfInterval(toDateTime64(Timestamp, 3), INTERVAL 10 SECOND) AS u, toTypeName(u) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT Timestamp + INTERVAL 1 MILLISECOND AS t, toTypeName(t), toDateTime(Timestamp) + INTERVAL 1 MILLISECOND AS u, toTypeName(u), toDate(Timestamp) + INTERVAL 1 SECOND AS v, toTypeName(v) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT toDateTime64(Timestamp, 3) AS t, toDateTime64(Timestamp, 0) AS u, t = Timestamp, CAST(Timestamp AS DateTime64(6)) AS v, Timestamp::DateTime AS w, toString(Timestamp) AS x FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT least(Timestamp, now()) = Timestamp, greatest(toDate(Timestamp), toDate('2026-03-02')), if(SeverityNumber > 0, Timestamp, toDateTime('2026-01-01 00:00:00')) AS x, toTypeName(x) FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT min(x), toTypeName(min(x)) FROM (SELECT Timestamp AS x FROM otel_logs UNION ALL SELECT Start FROM otel_traces_trace_id_ts);

SELECT x, toTypeName(x) FROM (SELECT fs AS x FROM typed WHERE id = 0 UNION ALL SELECT s FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT e8 AS x FROM typed WHERE id = 0 UNION ALL SELECT s FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT ni AS x FROM typed WHERE id = 0 UNION ALL SELECT u8 FROM typed WHERE id = 1 UNION ALL SELECT f64 FROM typed WHERE id = 2) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT dec9 AS x FROM typed WHERE id = 0 UNION ALL SELECT dec18 FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT dtz AS x FROM typed WHERE id = 0 UNION ALL SELECT dt FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT dt AS x FROM typed WHERE id = 0 UNION ALL SELECT dtz FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT dt3 AS x FROM typed WHERE id = 0 UNION ALL SELECT dt9z FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT lcn AS x FROM typed WHERE id = 0 UNION ALL SELECT lc FROM typed WHERE id = 1) ORDER BY x;

SELECT x, toTypeName(x) FROM (SELECT ip4 AS x FROM typed WHERE id = 0 UNION ALL SELECT ip4 FROM typed WHERE id = 1) ORDER BY x;

SELECT if(b, dtz, dt) AS x, toTypeName(x), if(b, dt, dtz) AS y, toTypeName(y), coalesce(nd, dt) AS z, toTypeName(z), greatest(dt, dtz) AS w, toTypeName(w) FROM typed ORDER BY id LIMIT 2;

SELECT [dt, dtz] AS a, toTypeName(a), [dt3, dt] AS b, toTypeName(b), [d, dt] AS c, toTypeName(c), [lc, s] AS d1, toTypeName(d1), [lcn, lc] AS e, toTypeName(e) FROM typed ORDER BY id LIMIT 2;
