-- What dashboards, BI tools and people on call write.

SELECT toStartOfInterval("Timestamp", INTERVAL 300 second) AS "time", "ServiceName" AS metric, count(*) AS value FROM "corpus"."otel_logs" WHERE "Timestamp" >= toDateTime(1772323200) AND "Timestamp" <= toDateTime(1772330400) GROUP BY "time", metric ORDER BY "time" ASC, metric ASC;

SELECT (intDiv(toUInt32(Timestamp), 3600) * 3600) * 1000 as t, groupArray((ServiceName, c)) AS groupArr FROM (SELECT toStartOfHour(Timestamp) AS Timestamp, ServiceName, count() AS c FROM otel_logs GROUP BY Timestamp, ServiceName ORDER BY Timestamp, ServiceName) GROUP BY t ORDER BY t LIMIT 3;

SELECT t, arrayMap(a -> (a.1, a.2 / 60), groupArr) AS r FROM (SELECT (intDiv(toUInt32(Timestamp), 3600) * 3600) * 1000 AS t, groupArray((s, c)) AS groupArr FROM (SELECT toDateTime(toStartOfHour(Timestamp)) AS Timestamp, ServiceName AS s, count() AS c FROM otel_logs GROUP BY Timestamp, s ORDER BY Timestamp, s) GROUP BY t) ORDER BY t LIMIT 3;

SELECT toDateTime64(toStartOfInterval(toDateTime64(Timestamp, 3), INTERVAL 1800 SECOND), 3) AS time, quantile(0.95)(Duration) / 1e6 AS p95 FROM otel_traces WHERE Timestamp >= fromUnixTimestamp64Milli(1772323200000) AND Timestamp < fromUnixTimestamp64Milli(1772366400000) GROUP BY time ORDER BY time;

SELECT toStartOfInterval(Timestamp, INTERVAL 30 MINUTE) as ts, countIf(StatusCode = 'Error') / count() as error_rate FROM otel_traces GROUP BY ts HAVING error_rate > 0.1 ORDER BY ts;

SELECT toUnixTimestamp(toStartOfMinute(Timestamp)) * 1000 AS t, count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 3;

SELECT toStartOfHour(Timestamp) AS time, SeverityText, count() AS n FROM otel_logs WHERE Timestamp BETWEEN toDateTime64('2026-03-01 00:00:00.000', 3) AND toDateTime64('2026-03-01 03:59:59.999', 3) GROUP BY time, SeverityText ORDER BY time, SeverityText;

SELECT ServiceName, SpanName, count() AS calls, countIf(StatusCode = 'Error') AS errors, round(errors / calls * 100, 2) AS error_pct, round(quantile(0.5)(Duration) / 1e6, 2) AS p50_ms, round(quantile(0.99)(Duration) / 1e6, 2) AS p99_ms FROM otel_traces WHERE SpanKind IN ('Server', 'Consumer') GROUP BY ServiceName, SpanName HAVING calls >= 5 ORDER BY error_pct DESC, calls DESC, ServiceName, SpanName LIMIT 10;

SELECT ServiceName, max(Duration) AS slowest, argMax(TraceId, Duration) AS trace, argMax(SpanName, Duration) AS span FROM otel_traces GROUP BY ServiceName ORDER BY slowest DESC LIMIT 5;

SELECT TraceId, min(Timestamp) AS start, max(Timestamp + toIntervalNanosecond(Duration)) AS end, dateDiff('millisecond', start, end) AS ms, count() AS spans, uniqExact(ServiceName) AS services FROM otel_traces GROUP BY TraceId ORDER BY ms DESC, TraceId LIMIT 5;

SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Duration / 1000000 AS ms, Timestamp FROM otel_traces WHERE TraceId = (SELECT TraceId FROM otel_traces WHERE StatusCode = 'Error' ORDER BY Duration DESC LIMIT 1) ORDER BY Timestamp, SpanId;

WITH slow AS (SELECT TraceId FROM otel_traces WHERE ParentSpanId = '' ORDER BY Duration DESC, TraceId LIMIT 5) SELECT ServiceName, count() AS spans, round(sum(Duration) / 1e6) AS total_ms FROM otel_traces WHERE TraceId IN (SELECT TraceId FROM slow) GROUP BY ServiceName ORDER BY total_ms DESC, ServiceName;

WITH slow AS (SELECT TraceId FROM otel_traces WHERE ParentSpanId = '' ORDER BY Duration DESC, TraceId LIMIT 5) SELECT l.ServiceName, l.SeverityText, l.Body FROM otel_logs AS l INNER JOIN slow AS s ON l.TraceId = s.TraceId ORDER BY l.Timestamp;

SELECT l.Timestamp, l.SeverityText, t.SpanName FROM otel_logs AS l INNER JOIN (SELECT DISTINCT ServiceName, SpanName FROM otel_traces WHERE StatusCode = 'Error') AS t ON l.ServiceName = t.ServiceName WHERE l.SeverityText = 'FATAL' ORDER BY l.Timestamp, t.SpanName LIMIT 5;

SELECT s.team, s.owner, count() AS errors FROM otel_logs l LEFT JOIN services s ON s.name = l.ServiceName WHERE l.SeverityNumber >= 17 GROUP BY s.team, s.owner ORDER BY errors DESC, s.team, s.owner;

SELECT s.team AS team, if(s.name = '', 'unowned', s.name) AS svc, count() AS n FROM otel_logs l LEFT JOIN services s ON s.name = l.ServiceName GROUP BY team, svc ORDER BY n DESC, svc;

SELECT s.name, s.slo, 1 - countIf(t.StatusCode = 'Error') / count() AS availability, availability >= s.slo AS ok FROM services s INNER JOIN otel_traces t ON t.ServiceName = s.name GROUP BY s.name, s.slo ORDER BY s.name;

SELECT hour, svc, errors, total FROM (SELECT toStartOfHour(Timestamp) AS hour, ServiceName AS svc, countIf(SeverityNumber >= 17) AS errors, count() AS total FROM otel_logs GROUP BY hour, svc) WHERE errors > 0.3 * total AND total > 10 ORDER BY hour, svc;

SELECT cur.svc, cur.n AS now, prev.n AS before, cur.n - prev.n AS diff, round(100 * (cur.n - prev.n) / prev.n, 1) AS pct FROM (SELECT ServiceName AS svc, count() AS n FROM otel_logs WHERE Timestamp >= '2026-03-01 12:00:00' AND Timestamp < '2026-03-02 00:00:00' GROUP BY svc) AS cur LEFT JOIN (SELECT ServiceName AS svc, count() AS n FROM otel_logs WHERE Timestamp < '2026-03-01 12:00:00' GROUP BY svc) AS prev ON cur.svc = prev.svc ORDER BY cur.svc;

SELECT ServiceName, countIf(Timestamp < '2026-03-01 12:00:00') AS am, countIf(Timestamp >= '2026-03-01 12:00:00') AS pm, pm - am AS diff, diff / nullIf(am, 0) AS rel FROM otel_logs GROUP BY ServiceName ORDER BY diff DESC, ServiceName;

SELECT extract(Body, 'user (\\d+)') AS user, count() AS n FROM otel_logs WHERE Body LIKE 'user %' GROUP BY user HAVING n > 1 ORDER BY n DESC, user LIMIT 5;

SELECT splitByChar(' ', Body)[1] AS verb, count() FROM otel_logs WHERE Body != '' GROUP BY verb ORDER BY count() DESC, verb LIMIT 5;

SELECT length(Body) > 40 ? 'long' : 'short' AS size, avg(length(Body)) AS len, count() FROM otel_logs GROUP BY size ORDER BY size;

SELECT multiIf(Duration < 1e6, '<1ms', Duration < 1e7, '<10ms', Duration < 1e8, '<100ms', '>=100ms') AS bucket, count() AS n, n / (SELECT count() FROM otel_traces) AS share FROM otel_traces GROUP BY bucket ORDER BY min(Duration);

SELECT floor(log10(Duration)) AS mag, count() FROM otel_traces GROUP BY mag ORDER BY mag;

SELECT floor(Duration / 10000000) * 10 AS ms, count() AS n FROM otel_traces GROUP BY ms ORDER BY ms LIMIT 5;

SELECT round(Duration / 1e6) AS ms, count() AS c FROM otel_traces GROUP BY round(Duration / 1e6) ORDER BY c DESC, ms LIMIT 5;

SELECT LogAttributes['http.status_code'] AS status, intDiv(toUInt16OrZero(status), 100) AS class, count() FROM otel_logs WHERE status != '' GROUP BY status, class ORDER BY status;

SELECT concat(toString(intDiv(toUInt16OrZero(LogAttributes['http.status_code']), 100)), 'xx') AS class, count() AS n FROM otel_logs WHERE mapContains(LogAttributes, 'http.status_code') GROUP BY class ORDER BY class;

SELECT ResourceAttributes['k8s.pod.name'] AS pod, ResourceAttributes['k8s.node.name'] AS node, count() FROM otel_logs WHERE ServiceName = 'payment' AND SeverityText IN ('ERROR','FATAL') GROUP BY pod, node ORDER BY count() DESC, pod LIMIT 5;

SELECT ResourceAttributes['service.version'] AS version, min(Timestamp) AS first_seen, max(Timestamp) AS last_seen, count() FROM otel_logs WHERE ServiceName = 'cart' GROUP BY version ORDER BY version LIMIT 5;

SELECT DISTINCT ResourceAttributes['deployment.environment'] AS env, ResourceAttributes['k8s.node.name'] AS node FROM otel_logs ORDER BY env, node;

SELECT arrayJoin(mapKeys(ResourceAttributes)) AS key, count() FROM otel_logs GROUP BY key ORDER BY key;

SELECT ServiceName, arraySort(groupUniqArray(ResourceAttributes['deployment.environment'])) AS envs, length(envs) AS n FROM otel_logs GROUP BY ServiceName HAVING n = 2 ORDER BY ServiceName SETTINGS max_threads = 1;

SELECT SeverityText AS level, count() AS total, min(Timestamp) AS firstSeen, argMax(Body, Timestamp) AS lastMessage FROM otel_logs WHERE ServiceName = 'checkout' GROUP BY level ORDER BY total DESC;

SELECT toStartOfMinute(TimeUnix) AS t, ServiceName, max(Value) - min(Value) AS d FROM otel_metrics_sum WHERE MetricName = 'http.server.requests' AND TimeUnix < '2026-03-01 00:05:00' GROUP BY t, ServiceName ORDER BY t, ServiceName;

SELECT a.TimeUnix, a.ServiceName, a.Value - b.Value AS delta FROM otel_metrics_sum a INNER JOIN otel_metrics_sum b ON a.ServiceName = b.ServiceName AND a.MetricName = b.MetricName AND toUnixTimestamp(a.TimeUnix) = toUnixTimestamp(b.TimeUnix) + 60 WHERE a.MetricName = 'http.server.requests' ORDER BY a.ServiceName, a.TimeUnix LIMIT 5;

-- tolerance
SELECT toStartOfInterval(TimeUnix, INTERVAL 15 MINUTE) AS t, avg(Value) AS cpu, max(Value) AS peak, if(peak > 90, 'hot', 'ok') AS state FROM otel_metrics_gauge WHERE MetricName = 'system.cpu.utilization' GROUP BY t ORDER BY t;

-- tolerance
SELECT ResourceAttributes['host.name'] AS host, avgIf(Value, MetricName = 'system.cpu.utilization') AS cpu, avgIf(Value, MetricName = 'process.memory.usage') / 1048576 AS mib FROM otel_metrics_gauge GROUP BY host ORDER BY host;

SELECT MetricName, MetricUnit, count() AS points, uniqExact(ServiceName, Attributes) AS series FROM otel_metrics_gauge GROUP BY MetricName, MetricUnit ORDER BY MetricName;

SELECT MetricName, Attributes, count() FROM otel_metrics_gauge GROUP BY MetricName, Attributes ORDER BY MetricName, Attributes['cpu'];

SELECT ServiceName, groupArray((toUnixTimestamp(TimeUnix), Value))[1] AS first FROM (SELECT * FROM otel_metrics_sum WHERE MetricName = 'queue.depth' ORDER BY ServiceName, TimeUnix) GROUP BY ServiceName ORDER BY ServiceName;

SELECT host, last, CASE WHEN last > 50 THEN 'critical' WHEN last > 25 THEN 'warning' ELSE 'ok' END AS status FROM (SELECT ResourceAttributes['host.name'] AS host, argMax(Value, TimeUnix) AS last FROM otel_metrics_gauge WHERE MetricName = 'system.cpu.utilization' GROUP BY host) ORDER BY last DESC;

SELECT t, sum(v) FROM (SELECT toStartOfHour(TimeUnix) AS t, ServiceName, argMax(Value, TimeUnix) AS v FROM otel_metrics_sum WHERE MetricName = 'http.server.requests' GROUP BY t, ServiceName) GROUP BY t ORDER BY t;

SELECT ServiceName, TimeUnix, Count, if(Count = 0, 0, Sum / Count) AS mean, BucketCounts[length(BucketCounts)] AS over FROM otel_metrics_histogram WHERE Count > 25 ORDER BY ServiceName, TimeUnix LIMIT 5;

SELECT ServiceName, arrayReduce('sumForEach', groupArray(BucketCounts)) FROM otel_metrics_histogram GROUP BY ServiceName ORDER BY ServiceName;

SELECT bound, sum(c) AS n FROM (SELECT arrayJoin(arrayZip(arrayPushBack(ExplicitBounds, inf), BucketCounts)) AS z, z.1 AS bound, z.2 AS c FROM otel_metrics_histogram) GROUP BY bound ORDER BY bound;

SELECT toString(toDate(Timestamp)) AS "Date", toHour(Timestamp) AS "Hour", COUNT(*) AS "Count" FROM otel_logs GROUP BY "Date", "Hour" ORDER BY "Date" ASC, "Hour" ASC LIMIT 5;

SELECT `ServiceName` AS `ServiceName`, count(*) AS `count` FROM `corpus`.`otel_logs` WHERE `Timestamp` >= toDateTime('2026-03-01 00:00:00') AND `Timestamp` < toDateTime('2026-03-03 00:00:00') GROUP BY `ServiceName` ORDER BY `count` DESC LIMIT 10;

SELECT toStartOfDay(toDateTime(`Timestamp`)) AS `__timestamp`, COUNT(*) AS `count`, AVG(`SeverityNumber`) AS `AVG(SeverityNumber)` FROM `corpus`.`otel_logs` GROUP BY toStartOfDay(toDateTime(`Timestamp`)) ORDER BY `count` DESC LIMIT 10000;

SELECT `source`.`ServiceName` AS `ServiceName`, count(*) AS `count` FROM (SELECT `corpus`.`otel_logs`.`ServiceName` AS `ServiceName`, `corpus`.`otel_logs`.`SeverityNumber` AS `SeverityNumber` FROM `corpus`.`otel_logs`) AS `source` WHERE `source`.`SeverityNumber` >= 17 GROUP BY `source`.`ServiceName` ORDER BY `source`.`ServiceName` ASC LIMIT 2000;

SELECT `corpus`.`otel_logs`.`ServiceName` AS `ServiceName`, toStartOfMonth(`corpus`.`otel_logs`.`Timestamp`) AS `Timestamp`, count(*) AS `count` FROM `corpus`.`otel_logs` GROUP BY `corpus`.`otel_logs`.`ServiceName`, toStartOfMonth(`corpus`.`otel_logs`.`Timestamp`) ORDER BY `corpus`.`otel_logs`.`ServiceName` ASC, toStartOfMonth(`corpus`.`otel_logs`.`Timestamp`) ASC;

SELECT toStartOfDay(otel_logs.Timestamp) AS Timestamp, count() AS count FROM otel_logs WHERE otel_logs.Timestamp >= parseDateTimeBestEffort('2026-03-01 00:00:00.000') GROUP BY toStartOfDay(otel_logs.Timestamp) ORDER BY toStartOfDay(otel_logs.Timestamp) ASC;

SELECT `Services`.`team` AS `Services__team`, count(*) AS `count` FROM `corpus`.`otel_logs` LEFT JOIN `corpus`.`services` AS `Services` ON `corpus`.`otel_logs`.`ServiceName` = `Services`.`name` GROUP BY `Services`.`team` ORDER BY `Services`.`team` ASC;

SELECT `otel_logs`.`ServiceName`, `Services`.`team` AS `Services__team` FROM `corpus`.`otel_logs` INNER JOIN `corpus`.`services` AS `Services` ON `otel_logs`.`ServiceName` = `Services`.`name` WHERE `Services`.`tier` = 1 GROUP BY `otel_logs`.`ServiceName`, `Services`.`team` ORDER BY 1;

SELECT CAST(sum(CASE WHEN `SeverityText` = 'ERROR' THEN 1 ELSE 0 END) AS Float64) / CAST(count(*) AS Float64) AS `rate` FROM `otel_logs`;

SELECT sum(if(SeverityText = 'ERROR', 1, 0)) / CASE WHEN count(*) = 0 THEN NULL ELSE count(*) END AS rate FROM otel_logs;

SELECT count(*) AS count FROM otel_logs WHERE (ServiceName = 'cart' OR ServiceName = 'ads') AND NOT (SeverityText = 'INFO') AND (Body <> '' AND Body IS NOT NULL);

SELECT count(*) FROM otel_logs WHERE lowerUTF8(Body) LIKE '%order%' OR positionCaseInsensitiveUTF8(Body, 'PANIC') > 0;

SELECT count() FROM otel_logs WHERE NOT (ServiceName = 'cart') AND NOT Body LIKE '%order%' AND NOT SeverityNumber > 9;

SELECT count() FROM otel_logs WHERE ServiceName != 'cart' AND SeverityNumber NOT BETWEEN 5 AND 12 AND Body NOT ILIKE '%TIMEOUT%' AND NOT empty(Body);

SELECT count() FROM otel_logs WHERE 1 = 1 AND true AND (0 = 1 OR ServiceName = 'cart');

SELECT count() FROM otel_logs WHERE ServiceName = 'cart' AND ServiceName = 'ads';

SELECT count() FROM otel_logs WHERE (ServiceName, SeverityText) = ('cart', 'ERROR');

SELECT count() FROM otel_logs WHERE ServiceName > 'd' AND ServiceName <= 'payment';

SELECT count() FROM otel_logs WHERE startsWith(ServiceName, 'c') AND endsWith(ServiceName, 't') AND length(ServiceName) = 4;

SELECT count() FROM otel_logs PREWHERE SeverityNumber >= 17 AND ServiceName = 'cart' WHERE Body LIKE '%refused%' OR LogAttributes['thread'] = '3';

SELECT ServiceName AS s FROM otel_logs PREWHERE s = 'cart' WHERE SeverityText = 'FATAL' ORDER BY Timestamp LIMIT 2;

SELECT Timestamp, ServiceName, Body FROM otel_logs WHERE hasToken(Body, 'panic') ORDER BY Timestamp DESC LIMIT 3;

SELECT Timestamp, Body FROM otel_logs WHERE TraceId != '' AND SpanId IN (SELECT SpanId FROM otel_traces) ORDER BY Timestamp LIMIT 3;

SELECT formatDateTime(toStartOfHour(Timestamp), '%H:%i') AS "hh:mm", count() AS "# of logs" FROM otel_logs GROUP BY "hh:mm" ORDER BY "hh:mm" LIMIT 3;

SELECT concat(ServiceName, ':', SeverityText) AS key, count() AS value FROM otel_logs GROUP BY key ORDER BY value DESC, key LIMIT 5;

SELECT concat('svc-', ServiceName) AS a, ServiceName || '/' || SpanName AS b, toTypeName(a), toTypeName(b) FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1;

SELECT SpanAttributes['http.method'] || ' ' || SpanAttributes['net.peer.name'] AS ep, count() AS c FROM otel_traces GROUP BY ep ORDER BY c DESC, ep LIMIT 3;

SELECT if(ParentSpanId = '', 'root', 'child') AS kind, count(), round(avg(Duration)) FROM otel_traces GROUP BY kind ORDER BY kind;

SELECT ServiceName, uniq(TraceId) AS traces, count() / traces AS spans_per_trace FROM otel_traces GROUP BY ServiceName ORDER BY spans_per_trace DESC, ServiceName;

SELECT countIf(has(Events.Name, 'exception')) AS exceptions, sum(length(Events.Name)) AS events, maxIf(length(Links.TraceId), 1) AS links FROM otel_traces;

SELECT Events.Attributes[1]['exception.type'] AS type, count() FROM otel_traces WHERE has(Events.Name, 'exception') GROUP BY type;

SELECT arrayElement(Events.Name, 1) AS first_event, count() FROM otel_traces WHERE length(Events.Name) > 0 GROUP BY first_event ORDER BY first_event;

SELECT toDate(Timestamp) AS day, countMerge(x) FROM (SELECT Timestamp, countState() AS x FROM otel_logs GROUP BY Timestamp) GROUP BY day ORDER BY day;

SELECT database, name, engine FROM system.tables WHERE database = 'corpus' ORDER BY name;

SELECT name, type, position FROM system.columns WHERE database = 'corpus' AND table = 'services' ORDER BY position;

SELECT table, count() AS columns FROM system.columns WHERE database = currentDatabase() GROUP BY table ORDER BY table;

SELECT name FROM system.databases WHERE name IN ('corpus', 'system') ORDER BY name;

SELECT count() > 0, max(number) FROM (SELECT * FROM system.numbers LIMIT 10);

SELECT * FROM system.one;

SELECT dummy FROM system.one;

SELECT number, number * 2 AS twice, number % 3 = 0 ? 'fizz' : toString(number) AS f FROM numbers(6);

SELECT number FROM system.numbers WHERE number % 7 = 3 LIMIT 3;

SELECT sum(number), avg(number), max(number * number) FROM numbers(1000);

SELECT toDate('2026-03-01') + number AS d, toDayOfWeek(d) AS dow FROM numbers(7);

SELECT d.day, coalesce(c.n, 0) AS n FROM (SELECT toDate('2026-02-27') + number AS day FROM numbers(5)) AS d LEFT JOIN (SELECT toDate(Timestamp) AS day, count() AS n FROM otel_logs GROUP BY day) AS c ON d.day = c.day ORDER BY d.day;

SELECT h.hour, l.n FROM (SELECT number AS hour FROM numbers(24)) AS h LEFT JOIN (SELECT toHour(Timestamp) AS hour, countIf(SeverityText = 'FATAL') AS n FROM otel_logs GROUP BY hour) AS l USING (hour) ORDER BY hour;

SELECT hour, n FROM (SELECT number AS hour FROM numbers(3)) AS h LEFT JOIN (SELECT toHour(Timestamp) AS hour, countIf(SeverityText = 'FATAL') AS n FROM otel_logs GROUP BY hour) AS l USING (hour) ORDER BY hour;

SELECT bucket, sum(n) AS n FROM (SELECT toDateTime('2026-03-01 00:00:00') + number * 3600 AS bucket, toUInt64(0) AS n FROM numbers(4) UNION ALL SELECT toStartOfHour(toDateTime(Timestamp)) AS bucket, count() AS n FROM otel_logs WHERE Timestamp < '2026-03-01 02:00:00' GROUP BY bucket) GROUP BY bucket ORDER BY bucket;

SELECT * FROM (SELECT 'logs' AS signal, count() AS rows, min(Timestamp) AS first FROM otel_logs UNION ALL SELECT 'traces', count(), min(Timestamp) FROM otel_traces UNION ALL SELECT 'gauges', count(), min(TimeUnix) FROM otel_metrics_gauge) ORDER BY rows DESC;

SELECT count() FROM otel_logs AS l, services AS s WHERE l.ServiceName = s.name AND s.team = 'web' AND l.SeverityNumber > 12;

SELECT anyLast(x.name) FROM (SELECT name FROM services ORDER BY name) AS x;

SELECT t.* FROM (SELECT ServiceName, count() AS c FROM otel_logs GROUP BY ServiceName) AS t ORDER BY t.c DESC LIMIT 2;

SELECT t.*, t.c * 2 AS d FROM (SELECT ServiceName, count() AS c FROM otel_logs GROUP BY ServiceName) AS t WHERE t.c > 100 ORDER BY d;

SELECT ServiceName, c, rank FROM (SELECT ServiceName, count() AS c, 1 AS rank FROM otel_logs GROUP BY ServiceName ORDER BY c DESC LIMIT 3) ORDER BY ServiceName;

SELECT topK(3)(concat(ServiceName, '/', SeverityText))[1] AS top, uniqExact(concat(ServiceName, SeverityText)) AS n FROM otel_logs;

SELECT min2.h, min2.n FROM (SELECT toHour(Timestamp) AS h, count() AS n FROM otel_logs GROUP BY h) AS min2 WHERE min2.n = (SELECT min(n) FROM (SELECT toHour(Timestamp) AS h, count() AS n FROM otel_logs GROUP BY h)) ORDER BY min2.h LIMIT 3;

SELECT 'frontend' AS service, (SELECT count() FROM otel_logs WHERE ServiceName = 'frontend') AS logs, (SELECT count() FROM otel_traces WHERE ServiceName = 'frontend') AS spans, logs / spans AS ratio;

SELECT ServiceName, count() AS c FROM otel_logs WHERE Timestamp >= (SELECT max(Timestamp) - INTERVAL 6 HOUR FROM otel_logs) GROUP BY ServiceName ORDER BY c DESC, ServiceName;

SELECT toStartOfInterval(Timestamp, INTERVAL 1 DAY) AS d, toStartOfInterval(Timestamp, INTERVAL 1 WEEK) AS w, toStartOfInterval(Timestamp, INTERVAL 1 MONTH) AS m, count() FROM otel_logs GROUP BY d, w, m ORDER BY d;
