-- Joins: names, types, NULL and LowCardinality keys, conditions.

SELECT * FROM services AS a INNER JOIN services AS b ON a.name = b.name ORDER BY a.name LIMIT 3;

SELECT * FROM services a JOIN (SELECT 'web' AS team, 'x' AS extra) b ON a.team = b.team ORDER BY a.name;

SELECT * FROM services a JOIN (SELECT 'web' AS team, 'x' AS extra) b USING (team) ORDER BY a.name;

SELECT a.*, b.extra FROM services a JOIN (SELECT 'web' AS team, 'x' AS extra) b USING team ORDER BY a.name;

SELECT a.name, b.* FROM services a JOIN (SELECT 'web' AS team, 'x' AS extra) b ON a.team = b.team ORDER BY a.name;

SELECT b.*, a.* FROM (SELECT 1 AS x, 2 AS y) a CROSS JOIN (SELECT 3 AS x, 4 AS z) b;

SELECT * FROM (SELECT 1 AS x, 2 AS y) a CROSS JOIN (SELECT 3 AS x, 4 AS z) b;

SELECT * FROM (SELECT 1 AS x, 2 AS y) a, (SELECT 3 AS x, 4 AS z) b;

SELECT x, y, z FROM (SELECT 1 AS x, 2 AS y) a, (SELECT 3 AS x, 4 AS z) b;

SELECT x FROM (SELECT 1 AS x) a JOIN (SELECT 1 AS x) b ON a.x = b.x;

SELECT x FROM (SELECT 1 AS x) a JOIN (SELECT 1 AS x) b USING x;

SELECT a.x, b.x, x FROM (SELECT 1 AS x) a JOIN (SELECT 1 AS x) b USING x;

SELECT a.x AS x, b.x FROM (SELECT 1 AS x) a JOIN (SELECT 1 AS x) b ON a.x = b.x;

SELECT a.x, b.x FROM (SELECT toUInt8(1) AS x) a JOIN (SELECT toInt64(1) AS x) b ON a.x = b.x;

SELECT a.x, b.x, toTypeName(x) FROM (SELECT toUInt8(1) AS x) a JOIN (SELECT toUInt16(1) AS x) b USING (x);

SELECT a.x, b.x FROM (SELECT arrayJoin([1, 2, NULL]) AS x) a LEFT JOIN (SELECT arrayJoin([1, NULL]) AS x) b ON a.x = b.x ORDER BY a.x;

SELECT a.x, b.y FROM (SELECT arrayJoin([1, 2, NULL]) AS x) a LEFT JOIN (SELECT 1 AS x, 'one' AS y) b ON a.x = b.x ORDER BY a.x;

SELECT a.x, b.y FROM (SELECT arrayJoin([1, 2]) AS x) a LEFT JOIN (SELECT toNullable(1) AS x, 'one' AS y) b ON a.x = b.x ORDER BY a.x;

SELECT a.x, b.x FROM (SELECT arrayJoin([1, NULL]) AS x) a JOIN (SELECT arrayJoin([1, NULL]) AS x) b ON a.x IS NOT DISTINCT FROM b.x ORDER BY 1;

SELECT a.x, b.x FROM (SELECT arrayJoin([1, NULL]) AS x) a JOIN (SELECT arrayJoin([1, NULL]) AS x) b ON a.x <=> b.x ORDER BY 1;

SELECT x, y FROM (SELECT arrayJoin([1, 2, NULL]) AS x) a LEFT JOIN (SELECT arrayJoin([1, NULL]) AS x, 'm' AS y) b USING x ORDER BY x;

SELECT l.ServiceName, toTypeName(l.ServiceName), s.name, toTypeName(s.name) FROM otel_logs l JOIN services s ON l.ServiceName = s.name GROUP BY l.ServiceName, s.name ORDER BY 1;

SELECT ServiceName, toTypeName(ServiceName), count() FROM otel_logs JOIN (SELECT DISTINCT ServiceName FROM otel_traces) t USING ServiceName GROUP BY ServiceName ORDER BY ServiceName;

SELECT ServiceName, toTypeName(ServiceName), n FROM (SELECT DISTINCT ServiceName FROM otel_logs) l LEFT JOIN (SELECT toString(ServiceName) AS ServiceName, count() AS n FROM otel_traces GROUP BY 1) t USING ServiceName ORDER BY ServiceName;

SELECT a.lcn, count() FROM typed a JOIN typed b ON a.lcn = b.lcn GROUP BY a.lcn ORDER BY 1;

SELECT a.id, b.id FROM typed a LEFT JOIN typed b ON a.lcn = b.lcn AND b.id = a.id + 1 WHERE a.id < 20 ORDER BY 1, 2;

SELECT a.id, b.lcn, toTypeName(b.lcn), b.ns, b.d, b.e8, b.uuid, b.ip4, b.dec9, b.dt9z FROM typed a LEFT JOIN (SELECT * FROM typed WHERE id = 0) b ON a.id = b.id WHERE a.id < 2 ORDER BY a.id;

SELECT a.id, b.tags, b.point, b.counts, b.maybe FROM typed a LEFT JOIN events b ON a.id + 119 = b.id WHERE a.id < 2 ORDER BY a.id;

SELECT name, l.n FROM services LEFT JOIN (SELECT ServiceName, count() AS n FROM otel_logs GROUP BY ServiceName) AS l ON name = ServiceName ORDER BY name;

SELECT name, n, ServiceName FROM services LEFT JOIN (SELECT ServiceName, count() AS n FROM otel_logs GROUP BY ServiceName) AS l ON ServiceName = name WHERE n = 0 OR n > 100 ORDER BY name;

SELECT s.name, count(l.Body), count(), countIf(l.Body != '') FROM services s LEFT JOIN otel_logs l ON s.name = l.ServiceName GROUP BY s.name ORDER BY s.name;

SELECT s.name FROM services s LEFT JOIN (SELECT DISTINCT ServiceName AS svc FROM otel_logs WHERE SeverityText = 'FATAL') f ON s.name = f.svc WHERE f.svc = '' ORDER BY s.name;

SELECT s.name, l.svc FROM services s LEFT JOIN (SELECT DISTINCT ServiceName AS svc FROM otel_logs) l ON s.name = l.svc ORDER BY s.name SETTINGS join_use_nulls = 1;

SELECT s.name, l.svc FROM services s LEFT JOIN (SELECT DISTINCT ServiceName AS svc FROM otel_logs) l ON s.name = l.svc ORDER BY s.name SETTINGS join_use_nulls = 0;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT number AS n FROM numbers(3)) b ON a.n < b.n ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a LEFT JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n AND b.n > 1 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a LEFT JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n AND a.n > 1 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a LEFT JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n AND a.n < b.n ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n OR a.n = b.n + 1 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a LEFT JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n + 1 OR a.n = b.n + 2 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n WHERE a.n + b.n > 1 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT number AS n FROM numbers(3)) b ON a.n + 1 = b.n * 2 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT number AS n FROM numbers(3)) b ON 1 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT number AS n FROM numbers(3)) b ON 1 = 1 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a LEFT JOIN (SELECT number AS n FROM numbers(3)) b ON 1 = 0 ORDER BY 1, 2;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a INNER JOIN (SELECT number AS n FROM numbers(3)) b ON a.n = b.n AND a.n = 2;

SELECT a.n, b.s FROM (SELECT number AS n FROM numbers(3)) a JOIN (SELECT '1' AS s) b ON toString(a.n) = b.s;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a LEFT OUTER JOIN (SELECT number AS n FROM numbers(1)) b ON b.n = a.n ORDER BY a.n;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(2)) a RIGHT JOIN (SELECT number AS n FROM numbers(3)) b ON b.n = a.n ORDER BY b.n;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(2)) a FULL OUTER JOIN (SELECT number + 1 AS n FROM numbers(2)) b ON b.n = a.n ORDER BY a.n, b.n;

SELECT a.n FROM (SELECT number AS n FROM numbers(3)) a LEFT SEMI JOIN (SELECT number AS n FROM numbers(1)) b ON b.n = a.n ORDER BY a.n;

SELECT a.n FROM (SELECT number AS n FROM numbers(3)) a LEFT ANTI JOIN (SELECT number AS n FROM numbers(1)) b ON b.n = a.n ORDER BY a.n;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a ANY LEFT JOIN (SELECT number % 2 AS n FROM numbers(4)) b ON b.n = a.n ORDER BY a.n;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a ALL INNER JOIN (SELECT number % 2 AS n FROM numbers(4)) b ON b.n = a.n ORDER BY a.n;

SELECT a.n, b.n FROM (SELECT number AS n FROM numbers(3)) a GLOBAL INNER JOIN (SELECT number % 2 AS n FROM numbers(2)) b ON b.n = a.n ORDER BY a.n;

SELECT a.n, b.n, c.n FROM (SELECT number AS n FROM numbers(4)) a JOIN (SELECT number AS n FROM numbers(3)) b USING n JOIN (SELECT number AS n FROM numbers(2)) c USING n ORDER BY n;

SELECT n FROM (SELECT number AS n FROM numbers(4)) a JOIN (SELECT number AS n FROM numbers(3)) b USING (n) LEFT JOIN (SELECT number AS n, 'c' AS v FROM numbers(2)) c USING (n) ORDER BY n;

SELECT * FROM (SELECT number AS n FROM numbers(4)) a JOIN (SELECT number AS n, 'b' AS v FROM numbers(3)) b USING (n) LEFT JOIN (SELECT number AS n, 'c' AS v FROM numbers(2)) c USING (n) ORDER BY n;

SELECT * FROM (SELECT number AS n FROM numbers(2)) a JOIN (SELECT number AS n FROM numbers(2)) b ON a.n = b.n JOIN (SELECT number AS n FROM numbers(2)) c ON b.n = c.n ORDER BY a.n;

SELECT a.n, b.n, c.n FROM (SELECT number AS n FROM numbers(2)) a, (SELECT number AS n FROM numbers(2)) b, (SELECT number AS n FROM numbers(2)) c WHERE a.n = b.n AND b.n != c.n ORDER BY 1, 2, 3;

SELECT a.n, b.n, c.n FROM (SELECT number AS n FROM numbers(2)) a CROSS JOIN (SELECT number AS n FROM numbers(2)) b INNER JOIN (SELECT number AS n FROM numbers(2)) c ON a.n = c.n ORDER BY 1, 2, 3;

SELECT a.name, t.SpanName, count() FROM services a, otel_traces t WHERE a.name = t.ServiceName AND a.tier = 1 GROUP BY a.name, t.SpanName ORDER BY 1, 2;

SELECT p.SpanName, c.SpanName, count() FROM otel_traces p JOIN otel_traces c ON p.SpanId = c.ParentSpanId GROUP BY p.SpanName, c.SpanName ORDER BY 3 DESC, 1, 2 LIMIT 5;

SELECT p.SpanName AS parent, c.SpanName AS child, avg(c.Duration / p.Duration) > 0 AS share FROM otel_traces AS p INNER JOIN otel_traces AS c ON p.SpanId = c.ParentSpanId AND p.TraceId = c.TraceId GROUP BY parent, child ORDER BY parent, child LIMIT 5;

SELECT name, tier FROM services JOIN numbers(3) AS n ON services.tier = n.number ORDER BY name;

SELECT n.number, s.name FROM numbers(3) n LEFT JOIN services s ON s.tier = n.number ORDER BY 1, 2;

WITH a AS (SELECT 1 AS k, 'x' AS v), b AS (SELECT 1 AS k, 'y' AS v) SELECT a.v, b.v FROM a JOIN b ON a.k = b.k;

WITH a AS (SELECT 1 AS k, 'x' AS v), b AS (SELECT 1 AS k, 'y' AS v) SELECT * FROM a JOIN b ON a.k = b.k;

WITH a AS (SELECT 1 AS k, 'x' AS v) SELECT l.v, r.v FROM a AS l JOIN a AS r USING k;

WITH a AS (SELECT 1 AS k, 'x' AS v), b AS (SELECT 1 AS k, 'y' AS v) SELECT k, a.v AS left, b.v AS right FROM a JOIN b USING k;

SELECT t1.team, t1.c, t2.m FROM (SELECT team, count() c FROM services GROUP BY team) t1 JOIN (SELECT team, max(tier) m FROM services GROUP BY team) t2 ON t1.team = t2.team ORDER BY 1;

SELECT team, sum(n) FROM services JOIN (SELECT ServiceName AS name, count() AS n FROM otel_logs GROUP BY name) AS t USING name GROUP BY team ORDER BY team;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.team = b.team AND a.tier = b.tier AND a.name != b.name ORDER BY 1, 2;

SELECT a.name, b.name FROM services a JOIN services b ON (a.team, a.tier) = (b.team, b.tier) AND a.name < b.name ORDER BY 1, 2;

SELECT count() FROM typed a JOIN typed b ON a.d = b.d;

SELECT count() FROM typed a JOIN typed b ON a.dt = b.dtz;

SELECT count() FROM typed a JOIN typed b ON a.dt = b.nd;

SELECT count() FROM typed a JOIN typed b ON a.u8 = b.i8;

SELECT count() FROM typed a JOIN typed b ON a.u8 = b.ni;

SELECT count() FROM typed a JOIN typed b ON a.e8 = b.e8;

SELECT count() FROM typed a JOIN typed b ON a.fs = b.fs;

SELECT count() FROM typed a JOIN typed b ON a.fs = b.s;

SELECT count() FROM typed a JOIN typed b ON a.lc = b.s;

SELECT count() FROM typed a JOIN typed b ON a.lc = b.ns;

SELECT count() FROM typed a JOIN typed b ON a.f64 = b.f64;

SELECT count() FROM typed a JOIN typed b ON a.f64 = b.u8;

SELECT count() FROM typed a JOIN typed b ON a.dec9 = b.dec9;

SELECT count() FROM typed a JOIN typed b ON a.dec9 = b.u8;

SELECT count() FROM typed a JOIN typed b ON a.ip4 = b.ip4;

SELECT count() FROM typed a JOIN typed b ON a.uuid = b.uuid;

SELECT count() FROM events a JOIN events b ON a.tags = b.tags;

SELECT count() FROM events a JOIN events b ON a.point = b.point;

SELECT count() FROM events a JOIN events b ON a.counts = b.counts;

SELECT count() FROM typed a JOIN typed b ON a.b = b.b AND a.e16 = b.e16;

SELECT a.id FROM typed a JOIN typed b ON a.id = b.id AND a.u8 > 200 AND b.b ORDER BY a.id;

SELECT a.id FROM typed a LEFT JOIN typed b ON a.id = b.id AND b.b AND a.u8 > 100 WHERE b.id > 0 ORDER BY a.id LIMIT 5;

SELECT id FROM typed a JOIN events b ON a.id = b.id ORDER BY a.id LIMIT 2;

SELECT a.id, tags FROM typed a JOIN events b ON a.id = b.id ORDER BY a.id LIMIT 2;

SELECT id, tags FROM typed JOIN events USING id ORDER BY id LIMIT 2;

SELECT typed.id, events.tags FROM typed JOIN events ON typed.id = events.id ORDER BY typed.id LIMIT 2;

SELECT corpus.typed.id FROM corpus.typed JOIN corpus.events ON corpus.typed.id = corpus.events.id ORDER BY 1 LIMIT 2;

SELECT a.id AS id, b.id AS id2 FROM typed a JOIN events b ON id = id2 ORDER BY id LIMIT 2;

SELECT a.id AS x, b.id AS y FROM typed a JOIN events b ON x = y ORDER BY x LIMIT 2;

SELECT COLUMNS('^i') FROM typed ORDER BY id LIMIT 1;

SELECT a.COLUMNS('^d') FROM typed a JOIN services s ON a.id = s.tier ORDER BY a.id, s.name LIMIT 1;

SELECT * EXCEPT (slo, since) FROM services s JOIN (SELECT 1 AS tier, 'top' AS label) t USING tier ORDER BY name;

SELECT s.* EXCEPT (slo, since, owner), t.* FROM services s JOIN (SELECT 1 AS tier, 'top' AS label) t USING tier ORDER BY name;

SELECT * REPLACE (upper(name) AS name) FROM services ORDER BY name LIMIT 2;

SELECT * APPLY(toString) FROM services ORDER BY name LIMIT 1;

SELECT * EXCEPT name APPLY(x -> toString(x)) FROM services ORDER BY name LIMIT 1;

SELECT s.name, sub.cnt FROM services s INNER JOIN (SELECT ServiceName, count(*) cnt FROM otel_traces WHERE StatusCode = 'Error' GROUP BY ServiceName HAVING cnt > 1) sub ON s.name = sub.ServiceName ORDER BY sub.cnt DESC, s.name;

SELECT name FROM services WHERE name IN (SELECT a.ServiceName FROM otel_traces a JOIN otel_logs b ON a.ServiceName = b.ServiceName WHERE b.SeverityText = 'FATAL') ORDER BY name;

SELECT t.TraceId, l.Body FROM otel_traces t JOIN otel_logs l ON t.TraceId = l.TraceId;

SELECT s.name, g.avg FROM services s LEFT JOIN (SELECT ServiceName, round(avg(Value), 3) AS avg FROM otel_metrics_gauge WHERE MetricName LIKE '%cpu%' GROUP BY 1) g ON g.ServiceName = s.name ORDER BY g.avg, s.name;

SELECT s.name, coalesce(g.v, -1) FROM services s LEFT JOIN (SELECT ServiceName, toNullable(count()) AS v FROM otel_logs WHERE SeverityText = 'FATAL' GROUP BY 1) g ON g.ServiceName = s.name ORDER BY s.name;

SELECT arr, e FROM (SELECT [1, 2] AS arr) ARRAY JOIN arr AS e;

SELECT id, t FROM events ARRAY JOIN tags AS t WHERE id < 5 ORDER BY id, t;

SELECT a.id, b.dt3, b.f32, b.s, b.b, b.fs, b.d32, b.ip6, b.dec38, b.lc, b.ni, b.nd FROM typed a LEFT JOIN (SELECT * FROM typed WHERE id = 999) b ON a.id = b.id WHERE a.id = 1;
