-- Last looks: least and greatest of mixed signs, names in joins, what people compare and combine.

SELECT least(toUInt64(5), toInt64(-1)), greatest(toUInt64(18446744073709551615), toInt64(5)), toTypeName(least(toUInt64(5), toInt64(-1)));

SELECT greatest(count(), -1), toTypeName(greatest(count(), -1)) FROM services;

SELECT greatest(count() - 20, 0) AS x, toTypeName(x), least(count(), 5) AS y, toTypeName(y) FROM services;

SELECT greatest(true, false), least(b, b) FROM typed ORDER BY id LIMIT 1;

SELECT nullIf(ServiceName, SpanName) AS x, toTypeName(x) FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1;

SELECT nullIf(ServiceName, 'cart') AS x, toTypeName(x) FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1;

SELECT if(tier = 1, tier, tier = 2) AS x, toTypeName(x) FROM services ORDER BY name LIMIT 2;

SELECT name FROM services WHERE tier IN (SELECT tier = 1 FROM services) ORDER BY name;

SELECT name FROM services WHERE tier IN (SELECT true) ORDER BY name;

SELECT count() FROM typed WHERE u8 IN (SELECT b FROM typed);

SELECT count() FROM typed WHERE u64 IN (SELECT i64 FROM typed);

SELECT count() FROM otel_traces WHERE Duration IN (SELECT toInt64(Duration) FROM otel_traces);

SELECT count() FROM typed a JOIN typed b ON a.u64 = b.i64;

SELECT count() FROM (SELECT count() AS n FROM services) a JOIN (SELECT toInt64(9) AS n) b ON a.n = b.n;

SELECT count() FROM (SELECT count() AS n FROM services) a JOIN (SELECT toInt64(9) AS n) b USING n;

SELECT count() FROM typed WHERE d32 IN (SELECT dt FROM typed);

SELECT count() FROM otel_logs WHERE toDate(Timestamp) IN (SELECT toStartOfDay(Timestamp) FROM otel_logs);

SELECT count() FROM otel_logs WHERE toStartOfDay(Timestamp) IN (SELECT toDate(Timestamp) FROM otel_logs);

SELECT count() FROM otel_logs WHERE toDateTime(Timestamp) IN (SELECT Start FROM otel_traces_trace_id_ts);

SELECT count() FROM otel_logs WHERE Timestamp IN (SELECT Start FROM otel_traces_trace_id_ts);

SELECT count() FROM otel_traces_trace_id_ts WHERE Start IN (SELECT Timestamp FROM otel_traces);

SELECT count() FROM otel_traces a JOIN otel_traces_trace_id_ts b ON a.Timestamp = b.Start;

SELECT count() FROM otel_traces a JOIN otel_traces_trace_id_ts b ON toDateTime(a.Timestamp) = b.Start AND a.TraceId = b.TraceId;

SELECT count() FROM otel_logs l JOIN otel_traces_trace_id_ts b ON l.TraceId = b.TraceId WHERE l.Timestamp BETWEEN b.Start AND b.End;

SELECT count() FROM otel_logs l JOIN otel_traces_trace_id_ts b ON l.Timestamp >= b.Start AND l.Timestamp <= b.End;

SELECT count() FROM otel_traces t JOIN otel_traces_trace_id_ts b ON t.TraceId = b.TraceId WHERE t.Timestamp < b.Start OR t.Timestamp > b.End + 1;

SELECT l.point.x AS px, point.y FROM events l JOIN services s ON l.id = s.tier ORDER BY l.id, s.name LIMIT 2;

SELECT l.tags, l.point.x, l.counts.keys, s.owner.null FROM events l JOIN services s ON l.id = s.tier ORDER BY l.id, s.name LIMIT 2;

SELECT t.Events.Name, s.name FROM otel_traces t JOIN services s ON t.ServiceName = s.name WHERE notEmpty(t.Events.Name) ORDER BY t.Timestamp, t.SpanId LIMIT 1;

SELECT t.ResourceAttributes['k8s.node.name'] AS node, s.team, count() FROM otel_traces t JOIN services s ON t.ServiceName = s.name GROUP BY node, s.team ORDER BY node, s.team LIMIT 3;

SELECT t.ResourceAttributes['k8s.node.name'], count() FROM otel_traces t JOIN services s ON t.ServiceName = s.name GROUP BY t.ResourceAttributes['k8s.node.name'] ORDER BY t.ResourceAttributes['k8s.node.name'] LIMIT 3;

SELECT LogAttributes.keys, count() FROM otel_logs GROUP BY LogAttributes.keys ORDER BY count() DESC, LogAttributes.keys LIMIT 1;

SELECT mapKeys(LogAttributes), count() FROM otel_logs GROUP BY mapKeys(LogAttributes) ORDER BY count() DESC, mapKeys(LogAttributes) LIMIT 1;

SELECT LogAttributes.keys AS k, LogAttributes.values[1] AS v FROM otel_logs WHERE has(LogAttributes.keys, 'empty') ORDER BY Timestamp LIMIT 1;

SELECT DISTINCT LogAttributes.size0 FROM otel_logs ORDER BY 1;

SELECT count() FROM otel_logs WHERE Timestamp > 1772359200.5;

SELECT count() FROM typed WHERE dt3 > 1772359200;

SELECT count() FROM typed WHERE dt > 1e9;

SELECT count() FROM typed WHERE dt > 1000000000 AND dtz < 2000000000;

SELECT count() FROM otel_logs WHERE Timestamp BETWEEN 1772323200 AND 1772326800;

SELECT count() FROM otel_logs WHERE SeverityNumber = '9';

SELECT count() FROM otel_logs WHERE SeverityNumber >= '17';

SELECT count() FROM otel_traces WHERE Duration > '1000000';

SELECT count() FROM typed WHERE f64 > '0';

SELECT count() FROM typed WHERE b = 'true';

SELECT count() FROM otel_metrics_sum WHERE IsMonotonic = 'true';

SELECT tier + 1 AS `tier+1`, count() AS `count(*)` FROM services GROUP BY `tier+1` ORDER BY `tier+1`;

SELECT JSONExtractString(Body, 'msg') AS m, count() FROM otel_logs GROUP BY JSONExtractString(Body, 'msg') ORDER BY m;

SELECT count() FROM services WHERE (tier = 1) + (team = 'web') = 2;

SELECT sum((tier = 1) * 2), sum(tier = 1 AND team = 'web'), avg(team = 'web') FROM services;

SELECT name FROM services WHERE name LIKE 'c%' ESCAPE '!' ORDER BY name;

SELECT name FROM services WHERE (name) LIKE ('c%') ORDER BY name;

SELECT name FROM services WHERE NOT name LIKE 'c%' AND NOT name IN ('ads') ORDER BY name LIMIT 2;

SELECT name FROM services WHERE name IS NOT NULL AND owner IS NOT NULL AND slo IS NOT NULL ORDER BY name LIMIT 2;

SELECT name FROM services WHERE tier = 1 IS NOT NULL ORDER BY name LIMIT 1;

SELECT name FROM services WHERE owner = NULL OR slo != NULL;

SELECT (tier = 1) IS TRUE, (tier = 1) IS NOT FALSE, (slo > 0.95) IS UNKNOWN FROM services ORDER BY name LIMIT 2;

SELECT toUInt64(5) - 7, 5 - 7, toUInt8(5) - toUInt8(7), count() - 20 FROM services;

SELECT concat('a', 1, 2.5, NULL IS NULL, [1], toDate('2026-03-01'));

SELECT 'n=' || 5, 5 || 'x', 1.5 || true;

SELECT toString(count()) || ' of ' || toString(sum(tier)), count() || ' rows' FROM services;

SELECT format('{} has {}', name, tier) FROM services ORDER BY name LIMIT 1;

SELECT sum(tier) FROM services WHERE name = 'cart' GROUP BY name WITH TOTALS;

SELECT avg(tier) AS "Average Tier", sum(tier) "Sum" FROM services;

SELECT rank() OVER (ORDER BY tier) FROM services;

SELECT name FROM services QUALIFY row_number() OVER (ORDER BY name) = 1;

SELECT toHour(Timestamp) AS h, count() AS c FROM otel_logs GROUP BY h ORDER BY h WITH FILL LIMIT 2;

SELECT * FROM VALUES('a UInt8, b String', (1, 'x'), (2, 'y'));

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t;

SELECT * FROM generate_series(1, 3);

SELECT * FROM view(SELECT 1 AS x);

SELECT * FROM merge('corpus', '^services$') ORDER BY name LIMIT 1;

SELECT * FROM remote('127.0.0.1', system.one);

SELECT * FROM null('x UInt8');

SELECT * FROM zeros(2);

SELECT count() FROM system.tables WHERE database = 'corpus';

SELECT currentDatabase(), currentUser() != '', version() != '', timezone(), hostName() != '';

SELECT name, value FROM system.settings WHERE name = 'max_block_size';

SELECT count() > 100 FROM system.functions;

SELECT table_name FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = 'corpus' ORDER BY table_name LIMIT 1;
