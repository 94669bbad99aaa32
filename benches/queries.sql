-- The questions of the comparison, asked of OllyStack and of chDB in the same words. `-- SET name` opens each; {first}, {last}
-- and {hour} (its start) are times of the data set, {trace} is one of its trace ids, {user} one of its users.
-- logs severity a minute, all
SELECT toStartOfMinute(Timestamp) AS t, SeverityText, count() FROM otel_logs GROUP BY t, SeverityText ORDER BY t, SeverityText;
-- logs severity a minute, 1 h
SELECT toStartOfMinute(Timestamp) AS t, SeverityText, count() FROM otel_logs WHERE Timestamp >= {hour} GROUP BY t, SeverityText ORDER BY t, SeverityText;
-- logs substring, absent
SELECT count() FROM otel_logs WHERE Body LIKE '%no such text%';
-- logs substring, common
SELECT count() FROM otel_logs WHERE Body LIKE '%refused%';
-- logs token, common
SELECT count() FROM otel_logs WHERE hasToken(Body, 'timeout');
-- logs substring and severity, latest 100
SELECT Timestamp, ServiceName, Body FROM otel_logs WHERE SeverityText = 'ERROR' AND Body LIKE '%declined%' ORDER BY Timestamp DESC, Body LIMIT 100;
-- logs services by errors
SELECT ServiceName, count() AS n FROM otel_logs WHERE SeverityNumber >= 17 GROUP BY ServiceName ORDER BY n DESC, ServiceName LIMIT 20;
-- logs attribute = user, count
SELECT count() FROM otel_logs WHERE LogAttributes['user.id'] = {user};
-- logs group by attribute, 1 h
SELECT LogAttributes['http.route'] AS route, count() AS n FROM otel_logs WHERE Timestamp >= {hour} GROUP BY route ORDER BY n DESC, route;
-- logs group by resource attribute
SELECT ResourceAttributes['k8s.pod.name'] AS pod, count() AS n FROM otel_logs GROUP BY pod ORDER BY n DESC, pod LIMIT 50;
-- logs latest 100 of a service
SELECT Timestamp, SeverityText, Body FROM otel_logs WHERE ServiceName = 'checkout' ORDER BY Timestamp DESC, Body LIMIT 100;
-- logs latest 100 of all
SELECT Timestamp, ServiceName, Body FROM otel_logs ORDER BY Timestamp DESC, Body LIMIT 100;
-- logs distinct trace ids
SELECT uniqExact(TraceId) FROM otel_logs WHERE TraceId != '';
-- logs by trace id
SELECT Timestamp, ServiceName, Body FROM otel_logs WHERE TraceId = {trace} ORDER BY Timestamp, Body;
-- logs patterns, 1 h
SELECT replaceRegexpAll(Body, '[0-9]+', '#') AS p, count() AS n FROM otel_logs WHERE Timestamp >= {hour} AND SeverityNumber >= 17 GROUP BY p ORDER BY n DESC, p LIMIT 20;

-- spans by trace id
SELECT Timestamp, SpanId, ParentSpanId, ServiceName, SpanName, Duration FROM otel_traces WHERE TraceId = {trace} ORDER BY Timestamp, SpanId;
-- spans p50, p95, p99 a service and minute
SELECT ServiceName, toStartOfMinute(Timestamp) AS t, quantilesExact(0.5, 0.95, 0.99)(Duration) FROM otel_traces GROUP BY ServiceName, t ORDER BY ServiceName, t;
-- spans one service, 1 h
SELECT toStartOfMinute(Timestamp) AS t, count(), max(Duration) FROM otel_traces WHERE ServiceName = 'checkout' AND Timestamp >= {hour} GROUP BY t ORDER BY t;
-- spans error rate by service
SELECT ServiceName, count() AS n, countIf(StatusCode = 'Error') AS e, e / n AS rate FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
-- spans rate, errors, duration a minute
SELECT toStartOfMinute(Timestamp) AS t, ServiceName, count(), countIf(StatusCode = 'Error'), sum(Duration) FROM otel_traces GROUP BY t, ServiceName ORDER BY t, ServiceName;
-- spans 20 slowest
SELECT TraceId, SpanId, Duration FROM otel_traces ORDER BY Duration DESC, SpanId LIMIT 20;
-- spans slow and failed by attribute
SELECT count() FROM otel_traces WHERE Duration > 10000000 AND SpanAttributes['http.response.status_code'] = '500';
-- spans group by attribute, 1 h
SELECT SpanAttributes['http.route'] AS route, count() AS n, max(Duration) FROM otel_traces WHERE Timestamp >= {hour} GROUP BY route ORDER BY n DESC, route;
-- spans attribute = user, count
SELECT count() FROM otel_traces WHERE SpanAttributes['user.id'] = {user};
-- spans service dependencies, 1 h
SELECT p.ServiceName AS caller, c.ServiceName AS callee, count() AS calls FROM otel_traces AS c INNER JOIN otel_traces AS p ON c.TraceId = p.TraceId AND c.ParentSpanId = p.SpanId WHERE c.Timestamp >= {hour} AND p.Timestamp >= {hour} GROUP BY caller, callee ORDER BY calls DESC, caller, callee;
-- spans distinct trace ids
SELECT uniqExact(TraceId) FROM otel_traces;

-- tsbs single-groupby-1-1-1
SELECT toStartOfMinute(TimeUnix) AS t, max(Value) FROM otel_metrics_gauge WHERE MetricName = 'cpu_usage_user' AND ResourceAttributes['host.name'] = 'host_7' AND TimeUnix >= {hour} GROUP BY t ORDER BY t;
-- tsbs single-groupby-5-8-1
SELECT toStartOfMinute(TimeUnix) AS t, MetricName, max(Value) FROM otel_metrics_gauge WHERE MetricName IN ('cpu_usage_user', 'cpu_usage_system', 'cpu_usage_idle', 'cpu_usage_nice', 'cpu_usage_iowait') AND ResourceAttributes['host.name'] IN ('host_1', 'host_2', 'host_3', 'host_4', 'host_5', 'host_6', 'host_7', 'host_8') AND TimeUnix >= {hour} GROUP BY t, MetricName ORDER BY t, MetricName;
-- tsbs cpu-max-all-8
SELECT toStartOfHour(TimeUnix) AS t, MetricName, max(Value) FROM otel_metrics_gauge WHERE ResourceAttributes['host.name'] IN ('host_1', 'host_2', 'host_3', 'host_4', 'host_5', 'host_6', 'host_7', 'host_8') GROUP BY t, MetricName ORDER BY t, MetricName;
-- tsbs double-groupby-1
SELECT toStartOfHour(TimeUnix) AS t, ResourceAttributes['host.name'] AS host, avg(Value) FROM otel_metrics_gauge WHERE MetricName = 'cpu_usage_user' GROUP BY t, host ORDER BY t, host;
-- tsbs double-groupby-all
SELECT toStartOfHour(TimeUnix) AS t, ResourceAttributes['host.name'] AS host, MetricName, avg(Value) FROM otel_metrics_gauge GROUP BY t, host, MetricName ORDER BY t, host, MetricName;
-- tsbs high-cpu-1
SELECT TimeUnix, Value FROM otel_metrics_gauge WHERE MetricName = 'cpu_usage_user' AND Value > 90 AND ResourceAttributes['host.name'] = 'host_7' ORDER BY TimeUnix;
-- tsbs lastpoint
SELECT ResourceAttributes['host.name'] AS host, MetricName, argMax(Value, TimeUnix) FROM otel_metrics_gauge GROUP BY host, MetricName ORDER BY host, MetricName;
-- tsbs groupby-orderby-limit
SELECT toStartOfMinute(TimeUnix) AS t, max(Value) FROM otel_metrics_gauge WHERE MetricName = 'cpu_usage_user' GROUP BY t ORDER BY t DESC LIMIT 5;

-- mix average by service and minute
SELECT toStartOfMinute(TimeUnix) AS t, ServiceName, avg(Value) FROM otel_metrics_gauge WHERE MetricName = 'system.cpu.utilization' GROUP BY t, ServiceName ORDER BY t, ServiceName;
-- mix rise of a counter by host
SELECT ResourceAttributes['host.name'] AS host, max(Value) - min(Value) AS rise FROM otel_metrics_sum WHERE MetricName = 'http.server.requests' GROUP BY host ORDER BY rise DESC, host LIMIT 50;
-- mix p95 of latency, 5 min
SELECT toStartOfFiveMinutes(TimeUnix) AS t, quantileExact(0.95)(Value) FROM otel_metrics_gauge WHERE MetricName = 'http.server.duration.p95' GROUP BY t ORDER BY t;
