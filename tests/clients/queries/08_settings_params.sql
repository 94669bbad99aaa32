-- Clause family: SETTINGS, FORMAT-free details, query parameters.
-- param svc = checkout
SELECT count() AS n FROM otel_logs WHERE ServiceName = {svc:String};
-- param low = 17
-- param high = 21
SELECT count() AS n FROM otel_logs WHERE SeverityNumber BETWEEN {low:UInt8} AND {high:UInt8};
-- param t = otel_traces
SELECT count() AS n FROM {t:Identifier};
-- param c = ServiceName
SELECT {c:Identifier} AS s, count() AS n FROM otel_logs GROUP BY s ORDER BY n DESC, s LIMIT 4;
-- param list = ['cart','payment']
SELECT count() AS n FROM otel_logs WHERE has({list:Array(String)}, ServiceName);
-- param from = 2026-03-01 02:00:00
SELECT count() AS n FROM otel_logs WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {from:DateTime64(9)} + INTERVAL 30 MINUTE;
-- param x = -5
SELECT {x:Int32} * 2 AS y, toTypeName({x:Int32}) AS t;
-- param f = 2.5
SELECT {f:Float64} + 1 AS y;
-- param n = \N
SELECT {n:Nullable(Int32)} IS NULL AS missing;
-- param d = 2026-03-01
SELECT count() AS n FROM otel_logs WHERE toDate(Timestamp) = {d:Date};
-- param text = it's "q" \\ and\ttab
SELECT {text:String} AS t, length({text:String}) AS l;
-- param lim = 3
SELECT name FROM services ORDER BY name LIMIT {lim:UInt64};
SELECT count() FROM otel_logs SETTINGS max_threads = 1;
SELECT ServiceName, count() FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName SETTINGS max_block_size = 100, max_threads = 2;
SELECT number FROM numbers(5) SETTINGS max_block_size = 2;
SELECT toDateTime('2026-03-01 12:00:00') AS t SETTINGS session_timezone = 'UTC';
