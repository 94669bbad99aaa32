SELECT a + b * c - d
=>
SELECT (a + (b * c)) - d
=>
SELECT (a + (b * c)) - d
;;
SELECT (a + b) * c
=>
SELECT (a + b) * c
=>
SELECT (a + b) * c
;;
SELECT a AND b OR c AND NOT d
=>
SELECT (a AND b) OR (c AND (NOT d))
=>
SELECT (a AND b) OR (c AND (NOT d))
;;
SELECT x IN (1, 2)
=>
SELECT x IN (1, 2)
=>
SELECT x IN (1, 2)
;;
SELECT x IN (1)
=>
SELECT x IN (1)
=>
SELECT x IN (1)
;;
SELECT x NOT IN (SELECT 1)
=>
SELECT x NOT IN (SELECT 1)
=>
SELECT x NOT IN (
        SELECT 1
    )
;;
SELECT a BETWEEN 1 AND 2
=>
SELECT (a >= 1) AND (a <= 2)
=>
SELECT (a >= 1) AND (a <= 2)
;;
SELECT a IS NULL
=>
SELECT a IS NULL
=>
SELECT a IS NULL
;;
SELECT NOT a IS NOT NULL
=>
SELECT NOT (a IS NOT NULL)
=>
SELECT NOT (a IS NOT NULL)
;;
SELECT -x
=>
SELECT -x
=>
SELECT -x
;;
SELECT -1
=>
SELECT -1
=>
SELECT -1
;;
SELECT - (x + 1)
=>
SELECT -(x + 1)
=>
SELECT -(x + 1)
;;
SELECT x[1]
=>
SELECT x[1]
=>
SELECT x[1]
;;
SELECT t.1
=>
SELECT t.1
=>
SELECT t.1
;;
SELECT (1,2).1
=>
SELECT (1, 2).1
=>
SELECT (1, 2).1
;;
SELECT CAST(x AS UInt8)
=>
SELECT CAST(x, 'UInt8')
=>
SELECT CAST(x, 'UInt8')
;;
SELECT x::UInt8
=>
SELECT CAST(x, 'UInt8')
=>
SELECT CAST(x, 'UInt8')
;;
SELECT 1::UInt8
=>
SELECT CAST('1', 'UInt8')
=>
SELECT CAST('1', 'UInt8')
;;
SELECT [1,2,a]
=>
SELECT [1, 2, a]
=>
SELECT [1, 2, a]
;;
SELECT (1, 2, a)
=>
SELECT (1, 2, a)
=>
SELECT (1, 2, a)
;;
SELECT [1,2]
=>
SELECT [1, 2]
=>
SELECT [1, 2]
;;
SELECT (1,2)
=>
SELECT (1, 2)
=>
SELECT (1, 2)
;;
SELECT x -> x + 1
=>
SELECT x -> (x + 1)
=>
SELECT x -> (x + 1)
;;
SELECT (x, y) -> x + y
=>
SELECT (x, y) -> (x + y)
=>
SELECT (x, y) -> (x + y)
;;
SELECT arrayMap(x -> x + 1, a)
=>
SELECT arrayMap(x -> (x + 1), a)
=>
SELECT arrayMap(x -> (x + 1), a)
;;
SELECT a ? b : c
=>
SELECT if(a, b, c)
=>
SELECT if(a, b, c)
;;
SELECT CASE WHEN a THEN b ELSE c END
=>
SELECT multiIf(a, b, c)
=>
SELECT multiIf(a, b, c)
;;
SELECT CASE a WHEN 1 THEN 2 END
=>
SELECT caseWithExpression(a, 1, 2, NULL)
=>
SELECT caseWithExpression(a, 1, 2, NULL)
;;
SELECT INTERVAL 5 MINUTE
=>
SELECT toIntervalMinute(5)
=>
SELECT toIntervalMinute(5)
;;
SELECT now() - INTERVAL '1 day'
=>
SELECT now() - toIntervalDay(1)
=>
SELECT now() - toIntervalDay(1)
;;
SELECT EXTRACT(YEAR FROM d)
=>
SELECT toYear(d)
=>
SELECT toYear(d)
;;
SELECT DATE '2020-01-01'
=>
SELECT toDate('2020-01-01')
=>
SELECT toDate('2020-01-01')
;;
SELECT count(DISTINCT a)
=>
SELECT countDistinct(a)
=>
SELECT countDistinct(a)
;;
SELECT count(*)
=>
SELECT count(*)
=>
SELECT count(*)
;;
SELECT sum(a) FILTER (WHERE b)
=>
SELECT sumIf(a, b)
=>
SELECT sumIf(a, b)
;;
SELECT sum(a) OVER (PARTITION BY b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
=>
SELECT sum(a) OVER (PARTITION BY b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
=>
SELECT sum(a) OVER (PARTITION BY b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
;;
SELECT sum(a) OVER w
=>
SELECT sum(a) OVER w
=>
SELECT sum(a) OVER w
;;
SELECT a || b || c
=>
SELECT concat(a, b, c)
=>
SELECT concat(a, b, c)
;;
SELECT a LIKE 'x%'
=>
SELECT a LIKE 'x%'
=>
SELECT a LIKE 'x%'
;;
SELECT a NOT ILIKE 'x'
=>
SELECT a NOT ILIKE 'x'
=>
SELECT a NOT ILIKE 'x'
;;
SELECT a = b
=>
SELECT a = b
=>
SELECT a = b
;;
SELECT a == b
=>
SELECT a = b
=>
SELECT a = b
;;
SELECT a <> b
=>
SELECT a != b
=>
SELECT a != b
;;
SELECT a % b
=>
SELECT a % b
=>
SELECT a % b
;;
SELECT a DIV b
=>
SELECT intDiv(a, b)
=>
SELECT intDiv(a, b)
;;
SELECT a <=> b
=>
SELECT a <=> b
=>
SELECT a <=> b
;;
SELECT a IS DISTINCT FROM b
=>
SELECT a IS DISTINCT FROM b
=>
SELECT a IS DISTINCT FROM b
;;
SELECT EXISTS (SELECT 1)
=>
SELECT exists((SELECT 1))
=>
SELECT exists((
        SELECT 1
    ))
;;
SELECT (SELECT 1)
=>
SELECT (SELECT 1)
=>
SELECT (
        SELECT 1
    )
;;
SELECT a AS b
=>
SELECT a AS b
=>
SELECT a AS b
;;
SELECT f(a AS b)
=>
SELECT f(a AS b)
=>
SELECT f(a AS b)
;;
SELECT {x:UInt8}
=>
SELECT {x:UInt8}
=>
SELECT {x:UInt8}
;;
SELECT *
=>
SELECT *
=>
SELECT *
;;
SELECT t.*
=>
SELECT t.*
=>
SELECT t.*
;;
SELECT * EXCEPT (a, b)
=>
SELECT * EXCEPT (a, b)
=>
SELECT * EXCEPT (a, b)
;;
SELECT * EXCEPT a
=>
SELECT * EXCEPT a
=>
SELECT * EXCEPT a
;;
SELECT * REPLACE (a + 1 AS a)
=>
SELECT * REPLACE (a + 1 AS a)
=>
SELECT * REPLACE (a + 1 AS a)
;;
SELECT * APPLY(sum)
=>
SELECT * APPLY sum
=>
SELECT * APPLY sum
;;
SELECT * APPLY(x -> x)
=>
SELECT * APPLY x -> x
=>
SELECT * APPLY x -> x
;;
SELECT * APPLY(quantile(0.5))
=>
SELECT * APPLY quantile(0.5)
=>
SELECT * APPLY quantile(0.5)
;;
SELECT COLUMNS('a')
=>
SELECT COLUMNS('a')
=>
SELECT COLUMNS('a')
;;
SELECT COLUMNS(a, b)
=>
SELECT COLUMNS(a, b)
=>
SELECT COLUMNS(a, b)
;;
SELECT `a b`
=>
SELECT `a b`
=>
SELECT `a b`
;;
SELECT `a.b`.`c`
=>
SELECT `a.b`.c
=>
SELECT `a.b`.c
;;
SELECT t.`x y`
=>
SELECT t.`x y`
=>
SELECT t.`x y`
;;
SELECT quantile(0.5)(a)
=>
SELECT quantile(0.5)(a)
=>
SELECT quantile(0.5)(a)
;;
SELECT if(a, b, c)
=>
SELECT if(a, b, c)
=>
SELECT if(a, b, c)
;;
SELECT plus(a, b)
=>
SELECT plus(a, b)
=>
SELECT plus(a, b)
;;
SELECT equals(a, b)
=>
SELECT equals(a, b)
=>
SELECT equals(a, b)
;;
SELECT and(a, b)
=>
SELECT and(a, b)
=>
SELECT and(a, b)
;;
SELECT not(a)
=>
SELECT NOT (a)
=>
SELECT NOT (a)
;;
SELECT tuple(a, b)
=>
SELECT tuple(a, b)
=>
SELECT tuple(a, b)
;;
SELECT array(a)
=>
SELECT array(a)
=>
SELECT array(a)
;;
SELECT arrayElement(a, 1)
=>
SELECT arrayElement(a, 1)
=>
SELECT arrayElement(a, 1)
;;
SELECT tupleElement(a, 1)
=>
SELECT tupleElement(a, 1)
=>
SELECT tupleElement(a, 1)
;;
SELECT tupleElement(a, 'x')
=>
SELECT tupleElement(a, 'x')
=>
SELECT tupleElement(a, 'x')
;;
SELECT like(a, 'x')
=>
SELECT like(a, 'x')
=>
SELECT like(a, 'x')
;;
SELECT in(a, (1, 2))
=>
SELECT in(a, (1, 2))
=>
SELECT in(a, (1, 2))
;;
SELECT negate(a)
=>
SELECT negate(a)
=>
SELECT negate(a)
;;
SELECT a.b.c
=>
SELECT a.b.c
=>
SELECT a.b.c
;;
SELECT 1.5
=>
SELECT 1.5
=>
SELECT 1.5
;;
SELECT 1e100
=>
SELECT 1e100
=>
SELECT 1e100
;;
SELECT 'it''s
'
=>
SELECT 'it\'s\n'
=>
SELECT 'it\'s\n'
;;
SELECT NULL
=>
SELECT NULL
=>
SELECT NULL
;;
SELECT true
=>
SELECT true
=>
SELECT true
;;
SELECT map('a', 1)
=>
SELECT map('a', 1)
=>
SELECT map('a', 1)
;;
SELECT any(a) IGNORE NULLS
=>
SELECT any(a) IGNORE NULLS
=>
SELECT any(a) IGNORE NULLS
;;
SELECT concat(a, b)
=>
SELECT concat(a, b)
=>
SELECT concat(a, b)
;;
SELECT a AND b AND c
=>
SELECT a AND b AND c
=>
SELECT a AND b AND c
;;
SELECT (a AND b) AND c
=>
SELECT (a AND b) AND c
=>
SELECT (a AND b) AND c
;;
SELECT a AND (b AND c)
=>
SELECT a AND (b AND c)
=>
SELECT a AND (b AND c)
;;
SELECT a OR (b AND c)
=>
SELECT a OR (b AND c)
=>
SELECT a OR (b AND c)
;;
SELECT NOT (a AND b)
=>
SELECT NOT (a AND b)
=>
SELECT NOT (a AND b)
;;
SELECT NOT a AND b
=>
SELECT (NOT a) AND b
=>
SELECT (NOT a) AND b
;;
SELECT a + -1
=>
SELECT a + -1
=>
SELECT a + -1
;;
SELECT a - (b - c)
=>
SELECT a - (b - c)
=>
SELECT a - (b - c)
;;
SELECT -(-1)
=>
SELECT -(-1)
=>
SELECT -(-1)
;;
SELECT (a = 1) = 2
=>
SELECT (a = 1) = 2
=>
SELECT (a = 1) = 2
;;
SELECT a[1][2]
=>
SELECT (a[1])[2]
=>
SELECT (a[1])[2]
;;
SELECT a.1.2
=>
SELECT (a.1).2
=>
SELECT (a.1).2
;;
SELECT f(x)[1]
=>
SELECT f(x)[1]
=>
SELECT f(x)[1]
;;
SELECT (a, b) IN ((1, 2), (3, 4))
=>
SELECT (a, b) IN ((1, 2), (3, 4))
=>
SELECT (a, b) IN ((1, 2), (3, 4))
;;
SELECT a IN t
=>
SELECT a IN (t)
=>
SELECT a IN (t)
;;
SELECT a GLOBAL IN (1)
=>
SELECT a GLOBAL IN (1)
=>
SELECT a GLOBAL IN (1)
;;
SELECT x AS `a b`
=>
SELECT x AS `a b`
=>
SELECT x AS `a b`
;;
SELECT trim(a)
=>
SELECT trimBoth(a)
=>
SELECT trimBoth(a)
;;
SELECT TRIM(BOTH 'x' FROM a)
=>
SELECT trimBoth(a, 'x')
=>
SELECT trimBoth(a, 'x')
;;
SELECT SUBSTRING(a FROM 1 FOR 2)
=>
SELECT substring(a, 1, 2)
=>
SELECT substring(a, 1, 2)
;;
SELECT POSITION('a' IN b)
=>
SELECT position(b, 'a')
=>
SELECT position(b, 'a')
;;
SELECT a REGEXP 'x'
=>
SELECT match(a, 'x')
=>
SELECT match(a, 'x')
;;
SELECT isNull(a)
=>
SELECT isNull(a)
=>
SELECT isNull(a)
;;
SELECT a IN (1,)
=>
SELECT a IN tuple(1)
=>
SELECT a IN tuple(1)
;;
SELECT (a)
=>
SELECT (a)
=>
SELECT (a)
;;
SELECT ((a + b))
=>
SELECT (a + b)
=>
SELECT (a + b)
;;
SELECT (1,)
=>
SELECT tuple(1)
=>
SELECT tuple(1)
;;
SELECT tuple(1)
=>
SELECT tuple(1)
=>
SELECT tuple(1)
;;
SELECT tuple()
=>
SELECT tuple()
=>
SELECT tuple()
;;
SELECT array()
=>
SELECT array()
=>
SELECT array()
;;
SELECT []
=>
SELECT []
=>
SELECT []
;;
SELECT toIntervalDay(1)
=>
SELECT toIntervalDay(1)
=>
SELECT toIntervalDay(1)
;;
SELECT date_add(DAY, 1, a)
=>
SELECT plus(a, toIntervalDay(1))
=>
SELECT plus(a, toIntervalDay(1))
;;
SELECT a AT TIME ZONE 'UTC'
=>
SELECT toTimeZone(a, 'UTC')
=>
SELECT toTimeZone(a, 'UTC')
;;
SELECT a IS TRUE
=>
SELECT a <=> true
=>
SELECT a <=> true
;;
SELECT (a + 1)[1]
=>
SELECT (a + 1)[1]
=>
SELECT (a + 1)[1]
;;
SELECT (a + 1).1
=>
SELECT (a + 1).1
=>
SELECT (a + 1).1
;;
SELECT (a + 1)::UInt8
=>
SELECT CAST((a + 1), 'UInt8')
=>
SELECT CAST((a + 1), 'UInt8')
;;
SELECT a.1[1]
=>
SELECT (a.1)[1]
=>
SELECT (a.1)[1]
;;
SELECT (-a)[1]
=>
SELECT (-a)[1]
=>
SELECT (-a)[1]
;;
SELECT x -> (x, 1)
=>
SELECT x -> (x, 1)
=>
SELECT x -> (x, 1)
;;
SELECT `select`
=>
SELECT `select`
=>
SELECT `select`
;;
SELECT from
=>
SELECT `from`
=>
SELECT `from`
;;
SELECT `from`
=>
SELECT `from`
=>
SELECT `from`
;;
SELECT date
=>
SELECT date
=>
SELECT date
;;
SELECT `interval`
=>
SELECT interval
=>
SELECT interval
;;
SELECT `1a`
=>
SELECT `1a`
=>
SELECT `1a`
;;
SELECT 1a
=>
SELECT `1a`
=>
SELECT `1a`
;;
SELECT @@x
=>
SELECT globalVariable('x') AS `@@x`
=>
SELECT globalVariable('x') AS `@@x`
;;
SELECT if(a > 1, 'x', 'y') AS z
=>
SELECT if(a > 1, 'x', 'y') AS z
=>
SELECT if(a > 1, 'x', 'y') AS z
;;
SELECT toDateTime('2020-01-01 00:00:00', 'UTC')
=>
SELECT toDateTime('2020-01-01 00:00:00', 'UTC')
=>
SELECT toDateTime('2020-01-01 00:00:00', 'UTC')
;;
SELECT -a.1
=>
SELECT -(a.1)
=>
SELECT -(a.1)
;;
SELECT a * (b / c)
=>
SELECT a * (b / c)
=>
SELECT a * (b / c)
;;
SELECT a / b * c
=>
SELECT (a / b) * c
=>
SELECT (a / b) * c
;;
SELECT a || (b || c)
=>
SELECT concat(a, (concat(b, c)))
=>
SELECT concat(a, (concat(b, c)))
;;
SELECT NOT NOT a
=>
SELECT NOT (NOT a)
=>
SELECT NOT (NOT a)
;;
SELECT a IN (b, c)
=>
SELECT a IN (b, c)
=>
SELECT a IN (b, c)
;;
SELECT a IN [1]
=>
SELECT a IN [1]
=>
SELECT a IN [1]
;;
SELECT (a, b).1
=>
SELECT (a, b).1
=>
SELECT (a, b).1
;;
SELECT [a][1]
=>
SELECT [a][1]
=>
SELECT [a][1]
;;
SELECT [1,2][1]
=>
SELECT [1, 2][1]
=>
SELECT [1, 2][1]
;;
SELECT a LIKE b ESCAPE 'x'
=>
SELECT a LIKE b ESCAPE 'x'
=>
SELECT a LIKE b ESCAPE 'x'
;;
SELECT a ~ b
=>
SELECT match(a, b)
=>
SELECT match(a, b)
;;
SELECT sumIf(a, b)
=>
SELECT sumIf(a, b)
=>
SELECT sumIf(a, b)
;;
SELECT uniq(DISTINCT a)
=>
SELECT uniqDistinct(a)
=>
SELECT uniqDistinct(a)
;;
SELECT exists(SELECT 1)
=>
SELECT exists((SELECT 1))
=>
SELECT exists((
        SELECT 1
    ))
;;
SELECT lambda(tuple(x), x)
=>
SELECT lambda(tuple(x), x)
=>
SELECT lambda(tuple(x), x)
;;
SELECT a -> a ? 1 : 2
=>
SELECT a -> if(a, 1, 2)
=>
SELECT a -> if(a, 1, 2)
;;
SELECT (a ? b : c) + 1
=>
SELECT (if(a, b, c)) + 1
=>
SELECT (if(a, b, c)) + 1
;;
SELECT multiIf(a,b,c)
=>
SELECT multiIf(a, b, c)
=>
SELECT multiIf(a, b, c)
;;
SELECT a BETWEEN b AND c AND d
=>
SELECT ((a >= b) AND (a <= c)) AND d
=>
SELECT ((a >= b) AND (a <= c)) AND d
;;
SELECT NOT a BETWEEN b AND c
=>
SELECT NOT ((a >= b) AND (a <= c))
=>
SELECT NOT ((a >= b) AND (a <= c))
;;
SELECT a NOT BETWEEN b AND c
=>
SELECT (a < b) OR (a > c)
=>
SELECT (a < b) OR (a > c)
;;
SELECT displayName(), version(), revision(), timezone()
=>
SELECT displayName(), version(), revision(), timezone()
=>
SELECT
    displayName(),
    version(),
    revision(),
    timezone()
;;
SELECT name, value, readonly FROM system.settings LIMIT 10000 FORMAT Native
=>
SELECT name, value, readonly FROM system.settings LIMIT 10000 FORMAT Native
=>
SELECT
    name,
    value,
    readonly
FROM system.settings
LIMIT 10000
FORMAT Native
;;
SELECT 1 AS check FORMAT Native
=>
SELECT 1 AS check FORMAT Native
=>
SELECT 1 AS check
FORMAT Native
;;
SHOW DATABASES
=>
SHOW DATABASES
=>
SHOW DATABASES
;;
SHOW TABLES
=>
SHOW TABLES
=>
SHOW TABLES
;;
SHOW TABLES FROM "default"
=>
SHOW TABLES FROM default
=>
SHOW TABLES FROM default
;;
EXISTS DATABASE `x`
=>
EXISTS DATABASE x
=>
EXISTS DATABASE x
;;
EXISTS TABLE db.t
=>
EXISTS TABLE db.t
=>
EXISTS TABLE db.t
;;
SELECT name FROM system.tables WHERE database='default' AND engine IN ('View','WindowView')
=>
SELECT name FROM system.tables WHERE (database = 'default') AND (engine IN ('View', 'WindowView'))
=>
SELECT name
FROM system.tables
WHERE (database = 'default') AND (engine IN ('View', 'WindowView'))
;;
SHOW CREATE DICTIONARY d
=>
SHOW CREATE DICTIONARY d
=>
SHOW CREATE DICTIONARY d
;;
DESCRIBE TABLE t
=>
DESCRIBE TABLE t
=>
DESCRIBE TABLE t
;;
DESC TABLE "db"."t"
=>
DESCRIBE TABLE db.t
=>
DESCRIBE TABLE db.t
;;
SELECT 'ping'
=>
SELECT 'ping'
=>
SELECT 'ping'
;;
SELECT name, is_aggregate, case_insensitive, alias_to, origin, description, syntax, arguments, returned_value, examples, categories FROM system.functions LIMIT 10000
=>
SELECT name, is_aggregate, case_insensitive, alias_to, origin, description, syntax, arguments, returned_value, examples, categories FROM system.functions LIMIT 10000
=>
SELECT
    name,
    is_aggregate,
    case_insensitive,
    alias_to,
    origin,
    description,
    syntax,
    arguments,
    returned_value,
    examples,
    categories
FROM system.functions
LIMIT 10000
;;
SELECT DISTINCT arrayJoin(mapKeys("LogAttributes")) as keys FROM "default"."otel_logs" WHERE Timestamp >= now() - INTERVAL 6 HOUR LIMIT 1000
=>
SELECT DISTINCT arrayJoin(mapKeys(LogAttributes)) AS keys FROM default.otel_logs WHERE Timestamp >= (now() - toIntervalHour(6)) LIMIT 1000
=>
SELECT DISTINCT arrayJoin(mapKeys(LogAttributes)) AS keys
FROM default.otel_logs
WHERE Timestamp >= (now() - toIntervalHour(6))
LIMIT 1000
;;
SELECT DISTINCT "LogAttributes"['k'] as v FROM (SELECT * FROM otel_logs LIMIT 100000) WHERE mapContains("LogAttributes", 'k') LIMIT 1000 SETTINGS max_execution_time=10
=>
SELECT DISTINCT LogAttributes['k'] AS v FROM (SELECT * FROM otel_logs LIMIT 100000) WHERE mapContains(LogAttributes, 'k') LIMIT 1000 SETTINGS max_execution_time = 10
=>
SELECT DISTINCT LogAttributes['k'] AS v
FROM
(
    SELECT *
    FROM otel_logs
    LIMIT 100000
)
WHERE mapContains(LogAttributes, 'k')
LIMIT 1000
SETTINGS max_execution_time = 10
;;
SELECT * FROM db.t SETTINGS additional_table_filters={'db.t': 'cond = \'x\'', 'db.u': 'a > 1'}
=>
SELECT * FROM db.t SETTINGS additional_table_filters = {'db.t':'cond = \'x\'', 'db.u':'a > 1'}
=>
SELECT *
FROM db.t
SETTINGS additional_table_filters = {'db.t':'cond = \'x\'', 'db.u':'a > 1'}
;;
SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", LogAttributes as "labels", TraceId as "traceID" FROM "db"."otel_logs" WHERE ( timestamp >= toDateTime(1700000000) AND timestamp <= toDateTime(1700003600) ) AND (body LIKE '%x%') AND (level ILIKE 'err%') AND NOT (level = 'INFO') AND level IN ('a','b') ORDER BY timestamp DESC LIMIT 1000
=>
SELECT Timestamp AS timestamp, Body AS body, SeverityText AS level, LogAttributes AS labels, TraceId AS traceID FROM db.otel_logs WHERE ((timestamp >= toDateTime(1700000000)) AND (timestamp <= toDateTime(1700003600))) AND (body LIKE '%x%') AND (level ILIKE 'err%') AND (NOT (level = 'INFO')) AND (level IN ('a', 'b')) ORDER BY timestamp DESC LIMIT 1000
=>
SELECT
    Timestamp AS timestamp,
    Body AS body,
    SeverityText AS level,
    LogAttributes AS labels,
    TraceId AS traceID
FROM db.otel_logs
WHERE ((timestamp >= toDateTime(1700000000)) AND (timestamp <= toDateTime(1700003600))) AND (body LIKE '%x%') AND (level ILIKE 'err%') AND (NOT (level = 'INFO')) AND (level IN ('a', 'b'))
ORDER BY timestamp DESC
LIMIT 1000
;;
SELECT Timestamp as "timestamp" FROM "db"."otel_logs" WHERE ( TimestampTime >= toDateTime(1) AND TimestampTime <= toDateTime(2) ) ORDER BY (TimestampTime, timestamp) DESC LIMIT 100
=>
SELECT Timestamp AS timestamp FROM db.otel_logs WHERE ((TimestampTime >= toDateTime(1)) AND (TimestampTime <= toDateTime(2))) ORDER BY (TimestampTime, timestamp) DESC LIMIT 100
=>
SELECT Timestamp AS timestamp
FROM db.otel_logs
WHERE ((TimestampTime >= toDateTime(1)) AND (TimestampTime <= toDateTime(2)))
ORDER BY (TimestampTime, timestamp) DESC
LIMIT 100
;;
SELECT toStartOfInterval("Timestamp", INTERVAL 1 MINUTE) as "time", sum(multiSearchAny(toString("SeverityText"), ['critical','fatal','crit'])) as critical, sum(multiSearchAny(toString("SeverityText"), ['error','err'])) as error FROM "otel_logs" WHERE ( time >= toDateTime(1) AND time <= toDateTime(2) ) GROUP BY time ORDER BY time ASC LIMIT 10000
=>
SELECT toStartOfInterval(Timestamp, toIntervalMinute(1)) AS time, sum(multiSearchAny(toString(SeverityText), ['critical', 'fatal', 'crit'])) AS critical, sum(multiSearchAny(toString(SeverityText), ['error', 'err'])) AS error FROM otel_logs WHERE ((time >= toDateTime(1)) AND (time <= toDateTime(2))) GROUP BY time ORDER BY time ASC LIMIT 10000
=>
SELECT
    toStartOfInterval(Timestamp, toIntervalMinute(1)) AS time,
    sum(multiSearchAny(toString(SeverityText), ['critical', 'fatal', 'crit'])) AS critical,
    sum(multiSearchAny(toString(SeverityText), ['error', 'err'])) AS error
FROM otel_logs
WHERE ((time >= toDateTime(1)) AND (time <= toDateTime(2)))
GROUP BY time
ORDER BY time ASC
LIMIT 10000
;;
SELECT "TraceId" as traceID, "ServiceName" as serviceName, "SpanName" as operationName, "Timestamp" as startTime, multiply("Duration", 0.000001) as duration FROM "otel_traces" WHERE ( "Timestamp" >= toDateTime(1) AND "Timestamp" <= toDateTime(2) ) AND ( "ParentSpanId" = '' ) AND ( "Duration" > 0 ) ORDER BY "Timestamp" DESC, Duration DESC LIMIT 1000
=>
SELECT TraceId AS traceID, ServiceName AS serviceName, SpanName AS operationName, Timestamp AS startTime, multiply(Duration, 0.000001) AS duration FROM otel_traces WHERE ((Timestamp >= toDateTime(1)) AND (Timestamp <= toDateTime(2))) AND (ParentSpanId = '') AND (Duration > 0) ORDER BY Timestamp DESC, Duration DESC LIMIT 1000
=>
SELECT
    TraceId AS traceID,
    ServiceName AS serviceName,
    SpanName AS operationName,
    Timestamp AS startTime,
    multiply(Duration, 0.000001) AS duration
FROM otel_traces
WHERE ((Timestamp >= toDateTime(1)) AND (Timestamp <= toDateTime(2))) AND (ParentSpanId = '') AND (Duration > 0)
ORDER BY
    Timestamp DESC,
    Duration DESC
LIMIT 1000
;;
WITH 'id' as __gf_trace_id, (SELECT min(Start) FROM "otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_start, (SELECT max(End) + 1 FROM "otel_traces_trace_id_ts" WHERE TraceId = __gf_trace_id) as __gf_trace_end SELECT "TraceId" as traceID, multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) as startTime, arrayMap(key -> map('key', key, 'value', "SpanAttributes"[key]), mapKeys("SpanAttributes")) as tags, if("StatusCode" IN ('Error','STATUS_CODE_ERROR'), 2, 0) as statusCode, arrayMap((name, timestamp, attributes) -> tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap( key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(name String, timestamp String, fields Array(Map(String, String))), "Events".Name, "Events".Timestamp, "Events".Attributes) AS logs, arrayMap((traceID, spanID, attributes) -> tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links".TraceId, "Links".SpanId, "Links".Attributes) AS references FROM "otel_traces" WHERE traceID = 'id' AND "Timestamp" >= __gf_trace_start AND "Timestamp" <= __gf_trace_end LIMIT 1000
=>
WITH 'id' AS __gf_trace_id, (SELECT min(Start) FROM otel_traces_trace_id_ts WHERE TraceId = __gf_trace_id) AS __gf_trace_start, (SELECT max(End) + 1 FROM otel_traces_trace_id_ts WHERE TraceId = __gf_trace_id) AS __gf_trace_end SELECT TraceId AS traceID, multiply(toUnixTimestamp64Nano(Timestamp), 0.000001) AS startTime, arrayMap(key -> map('key', key, 'value', SpanAttributes[key]), mapKeys(SpanAttributes)) AS tags, if((StatusCode IN ('Error', 'STATUS_CODE_ERROR')), 2, 0) AS statusCode, arrayMap((name, timestamp, attributes) -> CAST(tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes))), 'Tuple(name String, timestamp String, fields Array(Map(String, String)))'), Events.Name, Events.Timestamp, Events.Attributes) AS logs, arrayMap((traceID, spanID, attributes) -> CAST(tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes))), 'Tuple(traceID String, spanID String, tags Array(Map(String, String)))'), Links.TraceId, Links.SpanId, Links.Attributes) AS references FROM otel_traces WHERE (traceID = 'id') AND (Timestamp >= __gf_trace_start) AND (Timestamp <= __gf_trace_end) LIMIT 1000
=>
WITH
    'id' AS __gf_trace_id,
    (
        SELECT min(Start)
        FROM otel_traces_trace_id_ts
        WHERE TraceId = __gf_trace_id
    ) AS __gf_trace_start,
    (
        SELECT max(End) + 1
        FROM otel_traces_trace_id_ts
        WHERE TraceId = __gf_trace_id
    ) AS __gf_trace_end
SELECT
    TraceId AS traceID,
    multiply(toUnixTimestamp64Nano(Timestamp), 0.000001) AS startTime,
    arrayMap(key -> map('key', key, 'value', SpanAttributes[key]), mapKeys(SpanAttributes)) AS tags,
    if((StatusCode IN ('Error', 'STATUS_CODE_ERROR')), 2, 0) AS statusCode,
    arrayMap((name, timestamp, attributes) -> CAST(tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes))), 'Tuple(name String, timestamp String, fields Array(Map(String, String)))'), Events.Name, Events.Timestamp, Events.Attributes) AS logs,
    arrayMap((traceID, spanID, attributes) -> CAST(tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes))), 'Tuple(traceID String, spanID String, tags Array(Map(String, String)))'), Links.TraceId, Links.SpanId, Links.Attributes) AS references
FROM otel_traces
WHERE (traceID = 'id') AND (Timestamp >= __gf_trace_start) AND (Timestamp <= __gf_trace_end)
LIMIT 1000
;;
SELECT toStartOfInterval(toDateTime(ts), INTERVAL 60 second) as t, lagInFrame(v, 1, nan) OVER w AS prev, v - prev FROM (SELECT ts, max(x) AS v FROM m GROUP BY ts) WINDOW w AS (PARTITION BY host ORDER BY t ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY t
=>
SELECT toStartOfInterval(toDateTime(ts), toIntervalSecond(60)) AS t, lagInFrame(v, 1, nan) OVER w AS prev, v - prev FROM (SELECT ts, max(x) AS v FROM m GROUP BY ts) WINDOW w AS (PARTITION BY host ORDER BY t ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY t ASC
=>
SELECT
    toStartOfInterval(toDateTime(ts), toIntervalSecond(60)) AS t,
    lagInFrame(v, 1, nan) OVER w AS prev,
    v - prev
FROM
(
    SELECT
        ts,
        max(x) AS v
    FROM m
    GROUP BY ts
)
WINDOW w AS (PARTITION BY host ORDER BY t ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
ORDER BY t ASC
;;
SELECT arrayJoin(lttb(500)(x, y)) AS point, point.1 AS time, point.2 AS value FROM t
=>
SELECT arrayJoin(lttb(500)(x, y)) AS point, point.1 AS time, point.2 AS value FROM t
=>
SELECT
    arrayJoin(lttb(500)(x, y)) AS point,
    point.1 AS time,
    point.2 AS value
FROM t
;;
SELECT topK(1)(x)[1], positionCaseInsensitive(Body, 'x'), replaceRegexpAll(Body, '\\d+', '?'), quantile(0.5)(Duration), quantile(0.99)(Duration), cityHash64(SpanId)%500 FROM t GROUP BY ALL HAVING count() > 1
=>
SELECT topK(1)(x)[1], positionCaseInsensitive(Body, 'x'), replaceRegexpAll(Body, '\\d+', '?'), quantile(0.5)(Duration), quantile(0.99)(Duration), cityHash64(SpanId) % 500 FROM t GROUP BY ALL HAVING count() > 1
=>
SELECT
    topK(1)(x)[1],
    positionCaseInsensitive(Body, 'x'),
    replaceRegexpAll(Body, '\\d+', '?'),
    quantile(0.5)(Duration),
    quantile(0.99)(Duration),
    cityHash64(SpanId) % 500
FROM t
GROUP BY ALL
HAVING count() > 1
;;
SELECT t, name, value FROM x ORDER BY t WITH FILL FROM toDateTime(1) TO toDateTime(2) STEP toIntervalMinute(1) INTERPOLATE (value AS value + 1, name)
=>
SELECT t, name, value FROM x ORDER BY t ASC WITH FILL FROM toDateTime(1) TO toDateTime(2) STEP toIntervalMinute(1) INTERPOLATE (`value` AS value + 1, `name` AS name)
=>
SELECT
    t,
    name,
    value
FROM x
ORDER BY t ASC WITH FILL FROM toDateTime(1) TO toDateTime(2) STEP toIntervalMinute(1)
INTERPOLATE (`value` AS value + 1, `name` AS name)
;;
DESCRIBE db.t
=>
DESCRIBE TABLE db.t
=>
DESCRIBE TABLE db.t
;;
SELECT * FROM system.tables WHERE database = {x:String} AND name = {y:String}
=>
SELECT * FROM system.tables WHERE (database = {x:String}) AND (name = {y:String})
=>
SELECT *
FROM system.tables
WHERE (database = {x:String}) AND (name = {y:String})
;;
SELECT name, type, type_full as typeFull, expr, granularity FROM system.data_skipping_indices WHERE database = {db:String} AND table = {t:String}
=>
SELECT name, type, type_full AS typeFull, expr, granularity FROM system.data_skipping_indices WHERE (database = {db:String}) AND (`table` = {t:String})
=>
SELECT
    name,
    type,
    type_full AS typeFull,
    expr,
    granularity
FROM system.data_skipping_indices
WHERE (database = {db:String}) AND (`table` = {t:String})
;;
WITH sampledKeys AS (SELECT getSubcolumn(LogAttributes,'keys') AS keysArr FROM t WHERE Timestamp > fromUnixTimestamp64Milli({s:Int64}) LIMIT 100) SELECT DISTINCT lowCardinalityKeys(arrayJoin(keysArr)) AS k FROM sampledKeys
=>
WITH sampledKeys AS (SELECT getSubcolumn(LogAttributes, 'keys') AS keysArr FROM t WHERE Timestamp > fromUnixTimestamp64Milli({s:Int64}) LIMIT 100) SELECT DISTINCT lowCardinalityKeys(arrayJoin(keysArr)) AS k FROM sampledKeys
=>
WITH
    sampledKeys AS
    (
        SELECT getSubcolumn(LogAttributes, 'keys') AS keysArr
        FROM t
        WHERE Timestamp > fromUnixTimestamp64Milli({s:Int64})
        LIMIT 100
    )
SELECT DISTINCT lowCardinalityKeys(arrayJoin(keysArr)) AS k
FROM sampledKeys
;;
SELECT groupUniqArrayArray(20)(mapKeys(LogAttributes)) AS keysArr FROM (SELECT * FROM t ORDER BY rand() LIMIT 10)
=>
SELECT groupUniqArrayArray(20)(mapKeys(LogAttributes)) AS keysArr FROM (SELECT * FROM t ORDER BY rand() ASC LIMIT 10)
=>
SELECT groupUniqArrayArray(20)(mapKeys(LogAttributes)) AS keysArr
FROM
(
    SELECT *
    FROM t
    ORDER BY rand() ASC
    LIMIT 10
)
;;
SELECT Timestamp, Body FROM t WHERE (hasToken(lower(Body), lower('term')) AND lower(Body) LIKE lower('%a b%')) AND indexHint(mapContains(LogAttributes, 'k')) AND arrayExists(el -> el = 'x', splitByChar(',', Body)) ORDER BY (toStartOfMinute(Timestamp), Timestamp) DESC LIMIT 200 OFFSET 0 FORMAT JSONCompactEachRowWithNamesAndTypes
=>
SELECT Timestamp, Body FROM t WHERE (hasToken(lower(Body), lower('term')) AND (lower(Body) LIKE lower('%a b%'))) AND indexHint(mapContains(LogAttributes, 'k')) AND arrayExists(el -> (el = 'x'), splitByChar(',', Body)) ORDER BY (toStartOfMinute(Timestamp), Timestamp) DESC LIMIT 0, 200 FORMAT JSONCompactEachRowWithNamesAndTypes
=>
SELECT
    Timestamp,
    Body
FROM t
WHERE (hasToken(lower(Body), lower('term')) AND (lower(Body) LIKE lower('%a b%'))) AND indexHint(mapContains(LogAttributes, 'k')) AND arrayExists(el -> (el = 'x'), splitByChar(',', Body))
ORDER BY (toStartOfMinute(Timestamp), Timestamp) DESC
LIMIT 0, 200
FORMAT JSONCompactEachRowWithNamesAndTypes
;;
EXPLAIN ESTIMATE SELECT count() FROM t WHERE ServiceName = 'x' SETTINGS optimize_read_in_order = 0
=>
EXPLAIN ESTIMATE SELECT count() FROM t WHERE ServiceName = 'x' SETTINGS optimize_read_in_order = 0
=>
EXPLAIN ESTIMATE
SELECT count()
FROM t
WHERE ServiceName = 'x'
SETTINGS optimize_read_in_order = 0
;;
SELECT count(), countIf(c = 1), count(DISTINCT x), sumIf(toFloat64OrDefault(toString(v)), c), quantile(0.95)(x), sum(x) OVER (), toStartOfInterval(toDateTime(Timestamp), INTERVAL 5 minute) AS `__hdx_time_bucket` FROM t GROUP BY `__hdx_time_bucket` ORDER BY `__hdx_time_bucket` LIMIT {HYPERDX_PARAM_1:Int32} SETTINGS short_circuit_function_evaluation = 'force_enable'
=>
SELECT count(), countIf(c = 1), countDistinct(x), sumIf(toFloat64OrDefault(toString(v)), c), quantile(0.95)(x), sum(x) OVER (), toStartOfInterval(toDateTime(Timestamp), toIntervalMinute(5)) AS __hdx_time_bucket FROM t GROUP BY __hdx_time_bucket ORDER BY __hdx_time_bucket ASC LIMIT {HYPERDX_PARAM_1:Int32} SETTINGS short_circuit_function_evaluation = 'force_enable'
=>
SELECT
    count(),
    countIf(c = 1),
    countDistinct(x),
    sumIf(toFloat64OrDefault(toString(v)), c),
    quantile(0.95)(x),
    sum(x) OVER (),
    toStartOfInterval(toDateTime(Timestamp), toIntervalMinute(5)) AS __hdx_time_bucket
FROM t
GROUP BY __hdx_time_bucket
ORDER BY __hdx_time_bucket ASC
LIMIT {HYPERDX_PARAM_1:Int32}
SETTINGS short_circuit_function_evaluation = 'force_enable'
;;
SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u) UNION ALL SELECT divide(1, nullIf(x, 0)) FROM v
=>
SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u) UNION ALL SELECT divide(1, nullIf(x, 0)) FROM v
=>
SELECT a
FROM t
WHERE (a, b) IN (
    SELECT
        a,
        b
    FROM u
)
UNION ALL
SELECT divide(1, nullIf(x, 0))
FROM v
;;
WITH Source AS (SELECT *, cityHash64(ScopeAttributes, ResourceAttributes, Attributes) AS AttributesHash, IF(AggregationTemporality = 1, SUM(Value) OVER (PARTITION BY AttributesHash ORDER BY AttributesHash, TimeUnix ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), IF(IsMonotonic = 0, Value, deltaSum(Value) OVER (PARTITION BY AttributesHash ORDER BY AttributesHash, TimeUnix ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))) AS Rate FROM otel_metrics_sum WHERE MetricName = 'x'), Bucketed AS (SELECT toStartOfInterval(toDateTime(TimeUnix), INTERVAL 1 minute) AS `__hdx_time_bucket2`, last_value(Source.Rate) AS v FROM Source GROUP BY AttributesHash, `__hdx_time_bucket2`) SELECT avg(toFloat64OrDefault(toString(v))) AS "Value" FROM Bucketed
=>
WITH Source AS (SELECT *, cityHash64(ScopeAttributes, ResourceAttributes, Attributes) AS AttributesHash, IF(AggregationTemporality = 1, SUM(Value) OVER (PARTITION BY AttributesHash ORDER BY AttributesHash ASC, TimeUnix ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), IF(IsMonotonic = 0, Value, deltaSum(Value) OVER (PARTITION BY AttributesHash ORDER BY AttributesHash ASC, TimeUnix ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))) AS Rate FROM otel_metrics_sum WHERE MetricName = 'x'), Bucketed AS (SELECT toStartOfInterval(toDateTime(TimeUnix), toIntervalMinute(1)) AS __hdx_time_bucket2, last_value(Source.Rate) AS v FROM Source GROUP BY AttributesHash, __hdx_time_bucket2) SELECT avg(toFloat64OrDefault(toString(v))) AS Value FROM Bucketed
=>
WITH
    Source AS
    (
        SELECT
            *,
            cityHash64(ScopeAttributes, ResourceAttributes, Attributes) AS AttributesHash,
            IF(AggregationTemporality = 1, SUM(Value) OVER (PARTITION BY AttributesHash ORDER BY AttributesHash ASC, TimeUnix ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), IF(IsMonotonic = 0, Value, deltaSum(Value) OVER (PARTITION BY AttributesHash ORDER BY AttributesHash ASC, TimeUnix ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))) AS Rate
        FROM otel_metrics_sum
        WHERE MetricName = 'x'
    ),
    Bucketed AS
    (
        SELECT
            toStartOfInterval(toDateTime(TimeUnix), toIntervalMinute(1)) AS __hdx_time_bucket2,
            last_value(Source.Rate) AS v
        FROM Source
        GROUP BY
            AttributesHash,
            __hdx_time_bucket2
    )
SELECT avg(toFloat64OrDefault(toString(v))) AS Value
FROM Bucketed
;;
SELECT any(counts) OVER prev_row AS p, arrayMap((a, b) -> a - b, counts, p) FROM (SELECT sumForEach(BucketCounts) AS counts, TimeUnix FROM otel_metrics_histogram GROUP BY TimeUnix) WINDOW prev_row AS (PARTITION BY h ORDER BY TimeUnix ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
=>
SELECT any(counts) OVER prev_row AS p, arrayMap((a, b) -> (a - b), counts, p) FROM (SELECT sumForEach(BucketCounts) AS counts, TimeUnix FROM otel_metrics_histogram GROUP BY TimeUnix) WINDOW prev_row AS (PARTITION BY h ORDER BY TimeUnix ASC ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
=>
SELECT
    any(counts) OVER prev_row AS p,
    arrayMap((a, b) -> (a - b), counts, p)
FROM
(
    SELECT
        sumForEach(BucketCounts) AS counts,
        TimeUnix
    FROM otel_metrics_histogram
    GROUP BY TimeUnix
)
WINDOW prev_row AS (PARTITION BY h ORDER BY TimeUnix ASC ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
;;
WITH tableStats AS (SELECT count() as total, greatest(CAST(total / 1000 AS UInt32), 1) as sample_factor FROM t) SELECT * FROM t WHERE cityHash64(Timestamp, rand()) % (SELECT sample_factor FROM tableStats) = 0 LIMIT 10
=>
WITH tableStats AS (SELECT count() AS total, greatest(CAST(total / 1000, 'UInt32'), 1) AS sample_factor FROM t) SELECT * FROM t WHERE (cityHash64(Timestamp, rand()) % (SELECT sample_factor FROM tableStats)) = 0 LIMIT 10
=>
WITH
    tableStats AS
    (
        SELECT
            count() AS total,
            greatest(CAST(total / 1000, 'UInt32'), 1) AS sample_factor
        FROM t
    )
SELECT *
FROM t
WHERE (cityHash64(Timestamp, rand()) % (
    SELECT sample_factor
    FROM tableStats
)) = 0
LIMIT 10
;;
CREATE DATABASE IF NOT EXISTS "otel" ON CLUSTER c
=>
CREATE DATABASE IF NOT EXISTS otel ON CLUSTER c
=>
CREATE DATABASE IF NOT EXISTS otel ON CLUSTER c
;;
CREATE TABLE IF NOT EXISTS "default"."otel_logs" (
    `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `TraceFlags` UInt8,
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] CODEC(ZSTD(1)) COMMENT 'x',
    `TimestampTime` DateTime DEFAULT toDateTime(Timestamp),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE text(tokenizer = 'array'),
    INDEX idx_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8
) ENGINE = MergeTree()
PARTITION BY toDate(Timestamp)
PRIMARY KEY (ServiceName, TimestampTime)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(3)
SETTINGS index_granularity=8192, ttl_only_drop_parts = 1
=>
CREATE TABLE IF NOT EXISTS default.otel_logs (`Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)), `TraceId` String CODEC(ZSTD(1)), `TraceFlags` UInt8, `SeverityText` LowCardinality(String) CODEC(ZSTD(1)), `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)), `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] COMMENT 'x' CODEC(ZSTD(1)), `TimestampTime` DateTime DEFAULT toDateTime(Timestamp), INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1, INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE text(tokenizer = 'array') GRANULARITY 100000000, INDEX idx_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8) ENGINE = MergeTree PARTITION BY toDate(Timestamp) PRIMARY KEY (ServiceName, TimestampTime) ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp) TTL toDateTime(Timestamp) + toIntervalDay(3) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
=>
CREATE TABLE IF NOT EXISTS default.otel_logs
(
    `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `TraceFlags` UInt8,
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] COMMENT 'x' CODEC(ZSTD(1)),
    `TimestampTime` DateTime DEFAULT toDateTime(Timestamp),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX idx_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
PRIMARY KEY (ServiceName, TimestampTime)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(3)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
;;
CREATE TABLE IF NOT EXISTS otel_traces ON CLUSTER 'c' (
     Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)),
     Events Nested (
         Timestamp DateTime64(9),
         Name LowCardinality(String),
         Attributes Map(LowCardinality(String), String)
     ) CODEC(ZSTD(1)),
     SpanAttributeItems Array(String) ALIAS arrayMap(kv -> concat(kv.1,'=',kv.2), CAST(SpanAttributes,'Array(Tuple(String, String))')),
     INDEX idx_duration Duration TYPE minmax GRANULARITY 1
) ENGINE MergeTree()
PARTITION BY toDate(Timestamp)
ORDER BY (ServiceName, SpanName, toUnixTimestamp(Timestamp), TraceId)
SETTINGS index_granularity=8192, ttl_only_drop_parts = 1
=>
CREATE TABLE IF NOT EXISTS otel_traces ON CLUSTER c (`Timestamp` DateTime64(9) CODEC(Delta, ZSTD(1)), `Events` Nested(Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)) CODEC(ZSTD(1)), `SpanAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(SpanAttributes, 'Array(Tuple(String, String))')), INDEX idx_duration Duration TYPE minmax GRANULARITY 1) ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toUnixTimestamp(Timestamp), TraceId) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
=>
CREATE TABLE IF NOT EXISTS otel_traces ON CLUSTER c
(
    `Timestamp` DateTime64(9) CODEC(Delta, ZSTD(1)),
    `Events` Nested(Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `SpanAttributeItems` Array(String) ALIAS arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(SpanAttributes, 'Array(Tuple(String, String))')),
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (ServiceName, SpanName, toUnixTimestamp(Timestamp), TraceId)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_trace_id_ts_mv TO default.otel_traces_trace_id_ts AS SELECT TraceId, min(Timestamp) as Start, max(Timestamp) as End FROM default.otel_traces WHERE TraceId != '' GROUP BY TraceId
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_trace_id_ts_mv TO default.otel_traces_trace_id_ts AS SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM default.otel_traces WHERE TraceId != '' GROUP BY TraceId
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_trace_id_ts_mv TO default.otel_traces_trace_id_ts
AS SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(Timestamp) AS End
FROM default.otel_traces
WHERE TraceId != ''
GROUP BY TraceId
;;
INSERT INTO "db"."t" (Timestamp, Events.Timestamp, Events.Name, `Links.TraceId`) FORMAT Native
=>
INSERT INTO db.t (Timestamp, Events.Timestamp, Events.Name, `Links.TraceId`) FORMAT Native
=>
INSERT INTO db.t (Timestamp, Events.Timestamp, Events.Name, `Links.TraceId`) FORMAT Native
;;
SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1
=>
SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1
=>
SELECT
    currentUser() AS user,
    timezone() AS timezone,
    version() AS version
LIMIT 1
;;
SELECT 1 FORMAT TabSeparated
=>
SELECT 1 FORMAT TabSeparated
=>
SELECT 1
FORMAT TabSeparated
;;
DESCRIBE TABLE t FORMAT TSKV
=>
DESCRIBE TABLE t FORMAT TSKV
=>
DESCRIBE TABLE t
FORMAT TSKV
;;
DESC (SELECT 1 AS a, 'x') FORMAT TSKV
=>
DESCRIBE TABLE (SELECT 1 AS a, 'x') FORMAT TSKV
=>
DESCRIBE TABLE
(
    SELECT
        1 AS a,
        'x'
)
FORMAT TSKV
;;
SELECT c.name AS COLUMN_NAME, multiIf(a = 1, 'x', 'y'), x ? 'a' : 'b' FROM system.columns c ARRAY JOIN arrayZip(splitByChar(',', 'a,b'), [1,2]) AS z WHERE c.name LIKE '%' AND d ILIKE '%x' ORDER BY 1
=>
SELECT c.name AS COLUMN_NAME, multiIf(a = 1, 'x', 'y'), if(x, 'a', 'b') FROM system.columns AS c ARRAY JOIN arrayZip(splitByChar(',', 'a,b'), [1, 2]) AS z WHERE (c.name LIKE '%') AND (d ILIKE '%x') ORDER BY 1 ASC
=>
SELECT
    c.name AS COLUMN_NAME,
    multiIf(a = 1, 'x', 'y'),
    if(x, 'a', 'b')
FROM system.columns AS c
ARRAY JOIN arrayZip(splitByChar(',', 'a,b'), [1, 2]) AS z
WHERE (c.name LIKE '%') AND (d ILIKE '%x')
ORDER BY 1 ASC
;;
SELECT * FROM VALUES('a String, b UInt8', ('x', 1), ('y', 2))
=>
SELECT * FROM `VALUES`('a String, b UInt8', ('x', 1), ('y', 2))
=>
SELECT *
FROM `VALUES`('a String, b UInt8', ('x', 1), ('y', 2))
;;
SELECT CAST(NULL AS Nullable(String)) AS TYPE_CAT
=>
SELECT CAST(NULL, 'Nullable(String)') AS TYPE_CAT
=>
SELECT CAST(NULL, 'Nullable(String)') AS TYPE_CAT
;;
SELECT VERSION()
=>
SELECT VERSION()
=>
SELECT VERSION()
;;
SELECT name as TABLE_NAME, engine as TABLE_TYPE, database as TABLE_SCHEM, comment as REMARKS, * FROM system.tables WHERE database = 'd' and name='t'
=>
SELECT name AS TABLE_NAME, engine AS TABLE_TYPE, database AS TABLE_SCHEM, comment AS REMARKS, * FROM system.tables WHERE (database = 'd') AND (name = 't')
=>
SELECT
    name AS TABLE_NAME,
    engine AS TABLE_TYPE,
    database AS TABLE_SCHEM,
    comment AS REMARKS,
    *
FROM system.tables
WHERE (database = 'd') AND (name = 't')
;;
SELECT * FROM system.data_type_families f LEFT JOIN (SELECT 1 AS a UNION ALL SELECT 2) AS q ON f.name = q.a OR f.alias_to = q.a
=>
SELECT * FROM system.data_type_families AS f LEFT JOIN (SELECT 1 AS a UNION ALL SELECT 2) AS q ON (f.name = q.a) OR (f.alias_to = q.a)
=>
SELECT *
FROM system.data_type_families AS f
LEFT JOIN
(
    SELECT 1 AS a
    UNION ALL
    SELECT 2
) AS q ON (f.name = q.a) OR (f.alias_to = q.a)
;;
SHOW CREATE TABLE db.t
=>
SHOW CREATE TABLE db.t
=>
SHOW CREATE TABLE db.t
;;
SELECT sum(bytes) AS table_size, sum(rows) AS table_rows, max(modification_time) AS latest_modification,min(min_date) AS min_date, max(max_date) AS max_date,any(engine) as engine FROM system.parts WHERE database='d' AND active GROUP BY table
=>
SELECT sum(bytes) AS table_size, sum(rows) AS table_rows, max(modification_time) AS latest_modification, min(min_date) AS min_date, max(max_date) AS max_date, any(engine) AS engine FROM system.parts WHERE (database = 'd') AND active GROUP BY `table`
=>
SELECT
    sum(bytes) AS table_size,
    sum(rows) AS table_rows,
    max(modification_time) AS latest_modification,
    min(min_date) AS min_date,
    max(max_date) AS max_date,
    any(engine) AS engine
FROM system.parts
WHERE (database = 'd') AND active
GROUP BY `table`
;;
KILL QUERY WHERE query_id='x' ASYNC
=>
KILL QUERY WHERE query_id = 'x' ASYNC
=>
KILL QUERY WHERE query_id = 'x' ASYNC
;;
SET readonly=1
=>
SET readonly = 1
=>
SET readonly = 1
;;
SET ROLE r
=>
SET ROLE r
=>
SET ROLE r
;;
WITH s AS (SELECT version() AS ver, splitByChar('.', ver) AS verSplit) SELECT s.ver, toInt32(verSplit[1]), toInt32(verSplit[2]) FROM s
=>
WITH s AS (SELECT version() AS ver, splitByChar('.', ver) AS verSplit) SELECT s.ver, toInt32(verSplit[1]), toInt32(verSplit[2]) FROM s
=>
WITH
    s AS
    (
        SELECT
            version() AS ver,
            splitByChar('.', ver) AS verSplit
    )
SELECT
    s.ver,
    toInt32(verSplit[1]),
    toInt32(verSplit[2])
FROM s
;;
SELECT value='1' FROM system.settings WHERE name='cloud_mode'
=>
SELECT value = '1' FROM system.settings WHERE name = 'cloud_mode'
=>
SELECT value = '1'
FROM system.settings
WHERE name = 'cloud_mode'
;;
SELECT count() = 0 FROM system.clusters WHERE is_local = 0
=>
SELECT count() = 0 FROM system.clusters WHERE is_local = 0
=>
SELECT count() = 0
FROM system.clusters
WHERE is_local = 0
;;
RENAME TABLE a.b TO c.d, e TO f
=>
RENAME TABLE a.b TO c.d, e TO f
=>
RENAME TABLE a.b TO c.d, e TO f
;;
EXCHANGE TABLES a AND b ON CLUSTER c
=>
EXCHANGE TABLES a AND b ON CLUSTER c
=>
EXCHANGE TABLES a AND b ON CLUSTER c
;;
CREATE TABLE x ENGINE = MergeTree ORDER BY () AS SELECT * FROM y
=>
CREATE TABLE x ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM y
=>
CREATE TABLE x
ENGINE = MergeTree
ORDER BY tuple()
AS SELECT *
FROM y
;;
SELECT toDateTime(intDiv(toUInt32(toDateTime(c)), 300)*300) AS __timestamp FROM t WHERE c >= toDateTime('2020-01-01 00:00:00') GROUP BY toDateTime(intDiv(toUInt32(toDateTime(c)), 300)*300)
=>
SELECT toDateTime(intDiv(toUInt32(toDateTime(c)), 300) * 300) AS __timestamp FROM t WHERE c >= toDateTime('2020-01-01 00:00:00') GROUP BY toDateTime(intDiv(toUInt32(toDateTime(c)), 300) * 300)
=>
SELECT toDateTime(intDiv(toUInt32(toDateTime(c)), 300) * 300) AS __timestamp
FROM t
WHERE c >= toDateTime('2020-01-01 00:00:00')
GROUP BY toDateTime(intDiv(toUInt32(toDateTime(c)), 300) * 300)
;;
SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_functions LIMIT 10000
=>
SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_functions LIMIT 10000
=>
SELECT name
FROM system.functions
UNION ALL
SELECT name
FROM system.table_functions
LIMIT 10000
;;
INSERT INTO db.t FORMAT JSONEachRow
=>
INSERT INTO db.t FORMAT JSONEachRow
=>
INSERT INTO db.t FORMAT JSONEachRow
;;
SELECT DISTINCT arrayJoin(extractAll(name, '[\\w_]{2,}')) AS res FROM (SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_engines UNION ALL SELECT concat(func.name, comb.name) FROM system.functions AS func CROSS JOIN system.aggregate_function_combinators AS comb WHERE is_aggregate UNION ALL SELECT name FROM system.databases LIMIT 10000 UNION ALL SELECT DISTINCT name FROM system.tables LIMIT 10000) WHERE notEmpty(res)
=>
SELECT DISTINCT arrayJoin(extractAll(name, '[\\w_]{2,}')) AS res FROM (SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_engines UNION ALL SELECT concat(func.name, comb.name) FROM system.functions AS func CROSS JOIN system.aggregate_function_combinators AS comb WHERE is_aggregate UNION ALL SELECT name FROM system.databases LIMIT 10000 UNION ALL SELECT DISTINCT name FROM system.tables LIMIT 10000) WHERE notEmpty(res)
=>
SELECT DISTINCT arrayJoin(extractAll(name, '[\\w_]{2,}')) AS res
FROM
(
    SELECT name
    FROM system.functions
    UNION ALL
    SELECT name
    FROM system.table_engines
    UNION ALL
    SELECT concat(func.name, comb.name)
    FROM system.functions AS func
    CROSS JOIN system.aggregate_function_combinators AS comb
    WHERE is_aggregate
    UNION ALL
    SELECT name
    FROM system.databases
    LIMIT 10000
    UNION ALL
    SELECT DISTINCT name
    FROM system.tables
    LIMIT 10000
)
WHERE notEmpty(res)
;;
SELECT a, b, sum(c) FROM t FINAL SAMPLE 1/10 OFFSET 1/2 PREWHERE a > 1 WHERE b < 2 GROUP BY a, b WITH TOTALS HAVING sum(c) > 1 ORDER BY a ASC NULLS FIRST, b DESC COLLATE 'en' LIMIT 1 BY a LIMIT 5, 10 SETTINGS max_threads = 1, extremes = 1 FORMAT JSON
=>
SELECT a, b, sum(c) FROM t FINAL SAMPLE 1 / 10 OFFSET 1 / 2 PREWHERE a > 1 WHERE b < 2 GROUP BY a, b WITH TOTALS HAVING sum(c) > 1 ORDER BY a ASC NULLS FIRST, b DESC COLLATE 'en' LIMIT 1 BY a LIMIT 5, 10 SETTINGS max_threads = 1, extremes = 1 FORMAT JSON
=>
SELECT
    a,
    b,
    sum(c)
FROM t
FINAL
SAMPLE 1 / 10 OFFSET 1 / 2
PREWHERE a > 1
WHERE b < 2
GROUP BY
    a,
    b
    WITH TOTALS
HAVING sum(c) > 1
ORDER BY
    a ASC NULLS FIRST,
    b DESC COLLATE 'en'
LIMIT 1 BY a
LIMIT 5, 10
SETTINGS max_threads = 1, extremes = 1
FORMAT JSON
;;
SELECT a FROM t GROUP BY ROLLUP(a, b) LIMIT 3 OFFSET 1 BY a LIMIT 10 OFFSET 2
=>
SELECT a FROM t GROUP BY a, b WITH ROLLUP LIMIT 1, 3 BY a LIMIT 2, 10
=>
SELECT a
FROM t
GROUP BY
    a,
    b
    WITH ROLLUP
LIMIT 1, 3 BY a
LIMIT 2, 10
;;
SELECT a FROM t GROUP BY GROUPING SETS ((a), (a, b), ()) ORDER BY ALL DESC LIMIT 5 WITH TIES
=>
SELECT a FROM t GROUP BY GROUPING SETS ((a), (a, b), ()) ORDER BY ALL DESC LIMIT 5  WITH TIES
=>
SELECT a
FROM t
GROUP BY
    GROUPING SETS (
        (a),
        (a, b),
        ())
ORDER BY ALL DESC
LIMIT 5
 WITH TIES
;;
SELECT a, b FROM t GROUP BY a, b WITH CUBE WITH TOTALS QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1
=>
SELECT a, b FROM t GROUP BY a, b WITH CUBE WITH TOTALS QUALIFY row_number() OVER (PARTITION BY a ORDER BY b ASC) = 1
=>
SELECT
    a,
    b
FROM t
GROUP BY
    a,
    b
    WITH CUBE
    WITH TOTALS
QUALIFY row_number() OVER (PARTITION BY a ORDER BY b ASC) = 1
;;
SELECT * FROM a ASOF LEFT JOIN b ON a.k = b.k AND a.t >= b.t GLOBAL ANY INNER JOIN c USING (k), d LEFT SEMI JOIN e USING k FULL OUTER JOIN f ON f.x = d.x PASTE JOIN g LEFT ARRAY JOIN arr AS x, arr2
=>
SELECT * FROM a ASOF LEFT JOIN b ON (a.k = b.k) AND (a.t >= b.t) GLOBAL ANY INNER JOIN c USING (k), d SEMI LEFT JOIN e USING (k) FULL OUTER JOIN f ON f.x = d.x PASTE JOIN g LEFT ARRAY JOIN arr AS x, arr2
=>
SELECT *
FROM a
ASOF LEFT JOIN b ON (a.k = b.k) AND (a.t >= b.t)
GLOBAL ANY INNER JOIN c USING (k), d
SEMI LEFT JOIN e USING (k)
FULL OUTER JOIN f ON f.x = d.x
PASTE JOIN g
LEFT ARRAY JOIN
    arr AS x,
    arr2
;;
FROM t SELECT a, b WHERE c
=>
SELECT a, b FROM t WHERE c
=>
SELECT
    a,
    b
FROM t
WHERE c
;;
SELECT * EXCEPT (a, b) REPLACE (c + 1 AS c) APPLY(sum) APPLY(x -> x + 1), t.* EXCEPT a, COLUMNS('re') APPLY toString, t.COLUMNS(a, b) FROM t
=>
SELECT * EXCEPT (a, b) REPLACE (c + 1 AS c) APPLY sum APPLY x -> (x + 1), t.* EXCEPT a, COLUMNS('re') APPLY toString, t.COLUMNS(a, b) FROM t
=>
SELECT
    * EXCEPT (a, b) REPLACE (c + 1 AS c) APPLY sum APPLY x -> (x + 1),
    t.* EXCEPT a,
    COLUMNS('re') APPLY toString,
    t.COLUMNS(a, b)
FROM t
;;
(SELECT 1 ORDER BY 1 LIMIT 1) UNION DISTINCT (SELECT 2 INTERSECT SELECT 3) EXCEPT SELECT 4
=>
SELECT 1 ORDER BY 1 ASC LIMIT 1 UNION DISTINCT (SELECT 2 INTERSECT SELECT 3) EXCEPT (SELECT 4)
=>
SELECT 1
ORDER BY 1 ASC
LIMIT 1
UNION DISTINCT
(
    SELECT 2
    INTERSECT
    SELECT 3
)
EXCEPT
(
    SELECT 4
)
;;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5), 1 AS one, x -> x + one AS f SELECT f(n) FROM r
=>
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5), 1 AS one, (x -> (x + one)) AS f SELECT f(n) FROM r
=>
WITH RECURSIVE
    r AS
    (
        SELECT 1 AS n
        UNION ALL
        SELECT n + 1
        FROM r
        WHERE n < 5
    ),
    1 AS one,
    (x -> (x + one)) AS f
SELECT f(n)
FROM r
;;
SELECT DISTINCT ON (a, b) a, b, c FROM t ORDER BY a
=>
SELECT a, b, c FROM t ORDER BY a ASC LIMIT 1 BY a, b
=>
SELECT
    a,
    b,
    c
FROM t
ORDER BY a ASC
LIMIT 1 BY
    a,
    b
;;
SELECT TOP 5 WITH TIES a FROM t ORDER BY a
=>
SELECT a FROM t ORDER BY a ASC LIMIT 5  WITH TIES
=>
SELECT a
FROM t
ORDER BY a ASC
LIMIT 5
 WITH TIES
;;
SELECT x.1.2, x.a, f(x).b, (1, 2).1, [1, 2][1], {p:Array(UInt8)}[1], @@version, $$a'b$$, x::Array(Tuple(a UInt8, b Nullable(String))), 1_000, 0xFF, 0b11, 1e-3, -1, - 1, +1 FROM t
=>
SELECT (x.1).2, x.a, tupleElement(f(x), 'b'), (1, 2).1, [1, 2][1], {p:Array(UInt8)}[1], globalVariable('version') AS `@@version`, 'a\'b', CAST(x, 'Array(Tuple(a UInt8, b Nullable(String)))'), 1000, 255, 3, 0.001, -1, -1, 1 FROM t
=>
SELECT
    (x.1).2,
    x.a,
    tupleElement(f(x), 'b'),
    (1, 2).1,
    [1, 2][1],
    {p:Array(UInt8)}[1],
    globalVariable('version') AS `@@version`,
    'a\'b',
    CAST(x, 'Array(Tuple(a UInt8, b Nullable(String)))'),
    1000,
    255,
    3,
    0.001,
    -1,
    -1,
    1
FROM t
;;
INSERT INTO t (* EXCEPT (a, b)) SELECT 1, 2
=>
INSERT INTO t (* EXCEPT (a, b)) SELECT 1, 2
=>
INSERT INTO t (* EXCEPT (a, b)) SELECT
    1,
    2
;;
INSERT INTO TABLE FUNCTION file('x.csv', 'CSV', 'a UInt8') SELECT 1
=>
INSERT INTO FUNCTION file('x.csv', 'CSV', 'a UInt8') SELECT 1
=>
INSERT INTO FUNCTION file('x.csv', 'CSV', 'a UInt8') SELECT 1
;;
INSERT INTO FUNCTION null('a UInt8') SELECT 1
=>
INSERT INTO FUNCTION `null`('a UInt8') SELECT 1
=>
INSERT INTO FUNCTION `null`('a UInt8') SELECT 1
;;
WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x
=>
INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x
=>
INSERT INTO t WITH
    x AS
    (
        SELECT 1
    )
SELECT *
FROM x
;;
CREATE TEMPORARY TABLE t AS other
=>
CREATE TEMPORARY TABLE t AS other
=>
CREATE TEMPORARY TABLE t AS other
;;
CREATE TABLE t AS numbers(10)
=>
CREATE TABLE t AS numbers(10)
=>
CREATE TABLE t AS numbers(10)
;;
CREATE TABLE t (a UInt8) ENGINE Memory AS SELECT 1
=>
CREATE TABLE t (`a` UInt8) ENGINE = Memory AS SELECT 1
=>
CREATE TABLE t
(
    `a` UInt8
)
ENGINE = Memory
AS SELECT 1
;;
CREATE VIEW v (a, b) AS SELECT 1, 2
=>
CREATE VIEW v (a, b) AS SELECT 1, 2
=>
CREATE VIEW v
(a, b
)
AS SELECT
    1,
    2
;;
CREATE MATERIALIZED VIEW v (a UInt8) ENGINE = MergeTree ORDER BY a POPULATE AS SELECT 1 AS a
=>
CREATE MATERIALIZED VIEW v (`a` UInt8) ENGINE = MergeTree ORDER BY a POPULATE AS SELECT 1 AS a
=>
CREATE MATERIALIZED VIEW v
(
    `a` UInt8
)
ENGINE = MergeTree
ORDER BY a POPULATE
AS SELECT 1 AS a
;;
CREATE DATABASE d ENGINE = Atomic COMMENT 'x'
=>
CREATE DATABASE d ENGINE = Atomic COMMENT 'x'
=>
CREATE DATABASE d
ENGINE = Atomic
COMMENT 'x'
;;
CREATE USER u IDENTIFIED BY 'x'
=>
CREATE USER u IDENTIFIED BY 'x'
=>
CREATE USER u IDENTIFIED BY 'x'
;;
GRANT SELECT ON db.* TO u
=>
GRANT SELECT ON db.* TO u
=>
GRANT SELECT ON db.* TO u
;;
DROP TABLE IF EXISTS a.b, c ON CLUSTER c SYNC
=>
DROP TABLE IF EXISTS a.b, c ON CLUSTER c SYNC
=>
DROP TABLE IF EXISTS a.b, c ON CLUSTER c SYNC
;;
DROP DATABASE IF EXISTS d
=>
DROP DATABASE IF EXISTS d
=>
DROP DATABASE IF EXISTS d
;;
DROP VIEW v
=>
DROP VIEW v
=>
DROP VIEW v
;;
DETACH TABLE t PERMANENTLY
=>
DETACH TABLE t PERMANENTLY
=>
DETACH TABLE t PERMANENTLY
;;
ATTACH TABLE t
=>
ATTACH TABLE t
=>
ATTACH TABLE t
;;
TRUNCATE TABLE IF EXISTS t
=>
TRUNCATE TABLE IF EXISTS t
=>
TRUNCATE TABLE IF EXISTS t
;;
TRUNCATE t
=>
TRUNCATE TABLE t
=>
TRUNCATE TABLE t
;;
TRUNCATE ALL TABLES FROM d
=>
TRUNCATE ALL TABLES FROM d
=>
TRUNCATE ALL TABLES FROM d
;;
ALTER TABLE t ON CLUSTER c ADD COLUMN IF NOT EXISTS a UInt8 DEFAULT 1 AFTER b, DROP COLUMN IF EXISTS c, MODIFY COLUMN d String FIRST, RENAME COLUMN e TO f, COMMENT COLUMN g 'x', CLEAR COLUMN h IN PARTITION 1, MODIFY COLUMN i REMOVE DEFAULT
=>
ALTER TABLE t ON CLUSTER c (ADD COLUMN IF NOT EXISTS `a` UInt8 DEFAULT 1 AFTER b), (DROP COLUMN IF EXISTS c), (MODIFY COLUMN `d` String FIRST ), (RENAME COLUMN e TO f), (COMMENT COLUMN g 'x'), (CLEAR COLUMN h IN PARTITION 1), (MODIFY COLUMN `i` REMOVE DEFAULT)
=>
ALTER TABLE t ON CLUSTER c
    (ADD COLUMN IF NOT EXISTS `a` UInt8 DEFAULT 1 AFTER b),
    (DROP COLUMN IF EXISTS c),
    (MODIFY COLUMN `d` String FIRST ),
    (RENAME COLUMN e TO f),
    (COMMENT COLUMN g 'x'),
    (CLEAR COLUMN h IN PARTITION 1),
    (MODIFY COLUMN `i` REMOVE DEFAULT)
;;
ALTER TABLE t ADD INDEX i a TYPE minmax GRANULARITY 1, DROP INDEX i, MATERIALIZE INDEX i IN PARTITION '2020-01-01', CLEAR INDEX i, ADD PROJECTION p (SELECT a ORDER BY a), ADD CONSTRAINT c CHECK a, DROP CONSTRAINT c
=>
ALTER TABLE t (ADD INDEX i a TYPE minmax GRANULARITY 1), (DROP INDEX i), (MATERIALIZE INDEX i IN PARTITION '2020-01-01'), (CLEAR INDEX i), (ADD PROJECTION p (SELECT a ORDER BY a)), (ADD CONSTRAINT c CHECK a), (DROP CONSTRAINT c)
=>
ALTER TABLE t
    (ADD INDEX i a TYPE minmax GRANULARITY 1),
    (DROP INDEX i),
    (MATERIALIZE INDEX i IN PARTITION '2020-01-01'),
    (CLEAR INDEX i),
    (ADD PROJECTION p
    (
        SELECT a
        ORDER BY a
    )),
    (ADD CONSTRAINT c CHECK a),
    (DROP CONSTRAINT c)
;;
ALTER TABLE t DELETE WHERE a = 1, UPDATE b = b + 1, c = 2 WHERE d
=>
ALTER TABLE t (DELETE WHERE a = 1), (UPDATE  b = b + 1, c = 2 WHERE d)
=>
ALTER TABLE t
    (DELETE WHERE a = 1),
    (UPDATE b = b + 1, c = 2 WHERE d)
;;
ALTER TABLE t DROP PARTITION (1, 'a'), DETACH PARTITION ID 'x', ATTACH PARTITION ALL, DROP DETACHED PARTITION 1, FREEZE PARTITION 1 WITH NAME 'x', MOVE PARTITION 1 TO TABLE u, REPLACE PARTITION 1 FROM u, FETCH PARTITION 1 FROM '/x', MOVE PART 'p' TO DISK 'd'
=>
ALTER TABLE t (DROP PARTITION (1, 'a')), (DETACH PARTITION ID 'x'), (ATTACH PARTITION ALL), (DROP DETACHED PARTITION 1), (FREEZE PARTITION 1 WITH NAME 'x'), (MOVE PARTITION 1 TO TABLE u), (REPLACE PARTITION 1 FROM u), (FETCH PARTITION 1 FROM '/x'), (MOVE PART 'p' TO DISK 'd')
=>
ALTER TABLE t
    (DROP PARTITION (1, 'a')),
    (DETACH PARTITION ID 'x'),
    (ATTACH PARTITION ALL),
    (DROP DETACHED PARTITION 1),
    (FREEZE PARTITION 1 WITH NAME 'x'),
    (MOVE PARTITION 1 TO TABLE u),
    (REPLACE PARTITION 1 FROM u),
    (FETCH PARTITION 1 FROM '/x'),
    (MOVE PART 'p' TO DISK 'd')
;;
OPTIMIZE TABLE t PARTITION 1 FINAL DEDUPLICATE BY a, b
=>
OPTIMIZE TABLE t PARTITION 1 FINAL DEDUPLICATE BY a, b
=>
OPTIMIZE TABLE t PARTITION 1 FINAL DEDUPLICATE BY a, b
;;
DELETE FROM t WHERE a = 1
=>
DELETE FROM t WHERE a = 1
=>
DELETE FROM t WHERE a = 1
;;
UPDATE t SET a = 1 WHERE b
=>
UPDATE t SET a = 1 WHERE b
=>
UPDATE t SET a = 1 WHERE b
;;
SHOW TABLES FROM d LIKE '%x' LIMIT 5
=>
SHOW TABLES FROM d LIKE '%x' LIMIT 5
=>
SHOW TABLES FROM d LIKE '%x' LIMIT 5
;;
SHOW TABLES NOT ILIKE 'x'
=>
SHOW TABLES NOT ILIKE 'x'
=>
SHOW TABLES NOT ILIKE 'x'
;;
SHOW FULL COLUMNS FROM t FROM d LIKE 'a%'
=>
SHOW FULL COLUMNS FROM t FROM d LIKE 'a%'
=>
SHOW FULL COLUMNS FROM t FROM d LIKE 'a%'
;;
SHOW INDEX FROM t
=>
SHOW INDEXES FROM t
=>
SHOW INDEXES FROM t
;;
SHOW PROCESSLIST
=>
SHOW PROCESSLIST
=>
SHOW PROCESSLIST
;;
SHOW CHANGED SETTINGS ILIKE '%x%'
=>
SHOW CHANGED SETTINGS ILIKE '%x%'
=>
SHOW CHANGED SETTINGS ILIKE '%x%'
;;
SHOW GRANTS FOR u
=>
SHOW GRANTS FOR u
=>
SHOW GRANTS FOR u
;;
SHOW CREATE DATABASE d
=>
SHOW CREATE DATABASE d
=>
SHOW CREATE DATABASE d
;;
SHOW FUNCTIONS LIKE 'x'
=>
SHOW FUNCTIONS LIKE 'x'
=>
SHOW FUNCTIONS LIKE 'x'
;;
USE db
=>
USE db
=>
USE db
;;
EXPLAIN PLAN indexes = 1, json = 1 SELECT 1
=>
EXPLAIN indexes = 1, json = 1 SELECT 1
=>
EXPLAIN indexes = 1, json = 1
SELECT 1
;;
EXPLAIN SYNTAX SELECT 1
=>
EXPLAIN SYNTAX SELECT 1
=>
EXPLAIN SYNTAX
SELECT 1
;;
EXPLAIN QUERY TREE run_passes = 0 SELECT 1
=>
EXPLAIN QUERY TREE run_passes = 0 SELECT 1
=>
EXPLAIN QUERY TREE run_passes = 0
SELECT 1
;;
SYSTEM FLUSH LOGS
=>
SYSTEM FLUSH LOGS
=>
SYSTEM FLUSH LOGS
;;
SYSTEM STOP MERGES db.t
=>
SYSTEM STOP MERGES db.t
=>
SYSTEM STOP MERGES db.t
;;
CHECK TABLE t PARTITION 1
=>
CHECK TABLE t PARTITION 1
=>
CHECK TABLE t PARTITION 1
;;
DESCRIBE numbers(10)
=>
DESCRIBE TABLE numbers(10)
=>
DESCRIBE TABLE numbers(10)
;;
SELECT 1 INTO OUTFILE 'x.csv' TRUNCATE FORMAT CSV
=>
SELECT 1 INTO OUTFILE 'x.csv' TRUNCATE FORMAT CSV
=>
SELECT 1
INTO OUTFILE 'x.csv' TRUNCATE
FORMAT CSV
;;
SELECT name, type, default_kind FROM system.columns WHERE database = {db:String} AND table = {tbl:String} AND default_kind IN ('', 'DEFAULT') ORDER BY position FORMAT JSONEachRow
=>
SELECT name, type, default_kind FROM system.columns WHERE (database = {db:String}) AND (`table` = {tbl:String}) AND (default_kind IN ('', 'DEFAULT')) ORDER BY position ASC FORMAT JSONEachRow
=>
SELECT
    name,
    type,
    default_kind
FROM system.columns
WHERE (database = {db:String}) AND (`table` = {tbl:String}) AND (default_kind IN ('', 'DEFAULT'))
ORDER BY position ASC
FORMAT JSONEachRow
;;
SELECT if(x, 'a', 'b') AS `select`, `select`, interval, date, "case" FROM (SELECT 1 AS x, 2 AS interval, 3 AS date, 4 AS `case`)
=>
SELECT if(x, 'a', 'b') AS `select`, `select`, interval, date, case FROM (SELECT 1 AS x, 2 AS interval, 3 AS date, 4 AS case)
=>
SELECT
    if(x, 'a', 'b') AS `select`,
    `select`,
    interval,
    date,
    case
FROM
(
    SELECT
        1 AS x,
        2 AS interval,
        3 AS date,
        4 AS case
)
;;
SELECT count() FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = 1) AND NOT EXISTS (SELECT 2) AND x = ANY (SELECT 1) AND x != ALL (SELECT 2)
=>
SELECT count() FROM t WHERE exists((SELECT 1 FROM u WHERE u.a = 1)) AND (NOT exists((SELECT 2))) AND (x IN (SELECT 1)) AND (x NOT IN (SELECT 2))
=>
SELECT count()
FROM t
WHERE exists((
    SELECT 1
    FROM u
    WHERE u.a = 1
)) AND (NOT exists((
    SELECT 2
))) AND (x IN (
    SELECT 1
)) AND (x NOT IN (
    SELECT 2
))
;;
SELECT a, b, FROM t
=>
SELECT a, b FROM t
=>
SELECT
    a,
    b
FROM t
;;
SELECT toDateTime('2020-01-01 00:00:00', 'UTC') AT TIME ZONE 'Europe/Berlin', DATE '2020-01-01' + INTERVAL '1 day' - INTERVAL 3 HOUR
=>
SELECT toTimeZone(toDateTime('2020-01-01 00:00:00', 'UTC'), 'Europe/Berlin'), (toDate('2020-01-01') + toIntervalDay(1)) - toIntervalHour(3)
=>
SELECT
    toTimeZone(toDateTime('2020-01-01 00:00:00', 'UTC'), 'Europe/Berlin'),
    (toDate('2020-01-01') + toIntervalDay(1)) - toIntervalHour(3)
;;
SELECT * FROM (SELECT 1 AS a) AS t(b) WHERE b IS DISTINCT FROM NULL OR b IS NOT DISTINCT FROM 1 AND b <=> 2
=>
SELECT * FROM (SELECT 1 AS a) AS t(b) WHERE (b IS DISTINCT FROM NULL) OR ((b <=> 1) AND (b <=> 2))
=>
SELECT *
FROM
(
    SELECT 1 AS a
) AS t(b)
WHERE (b IS DISTINCT FROM NULL) OR ((b <=> 1) AND (b <=> 2))
;;
WITH 1 AS x SELECT x
=>
WITH 1 AS x SELECT x
=>
WITH
    1 AS x
SELECT x
;;
WITH 1 AS x, 2 AS y SELECT x
=>
WITH 1 AS x, 2 AS y SELECT x
=>
WITH
    1 AS x,
    2 AS y
SELECT x
;;
WITH RECURSIVE x AS (SELECT 1) SELECT 1
=>
WITH RECURSIVE x AS (SELECT 1) SELECT 1
=>
WITH RECURSIVE
    x AS
    (
        SELECT 1
    )
SELECT 1
;;
SELECT f(a + b AS c), (a + b AS c) * 2
=>
SELECT f(a + b AS c), (a + b AS c) * 2
=>
SELECT
    f(a + b AS c),
    (a + b AS c) * 2
;;
SELECT a AND b AS c
=>
SELECT a AND b AS c
=>
SELECT a AND b AS c
;;
SELECT a + b AS c, -a AS d, a[1] AS e, (a, b) AS f, [a] AS g, x -> x AS h
=>
SELECT a + b AS c, -a AS d, a[1] AS e, (a, b) AS f, [a] AS g, (x -> x) AS h
=>
SELECT
    a + b AS c,
    -a AS d,
    a[1] AS e,
    (a, b) AS f,
    [a] AS g,
    (x -> x) AS h
;;
SELECT 1 FROM a, b
=>
SELECT 1 FROM a, b
=>
SELECT 1
FROM a, b
;;
SELECT 1 FROM a AS x FINAL SAMPLE 0.1
=>
SELECT 1 FROM a AS x FINAL SAMPLE 1 / 10
=>
SELECT 1
FROM a AS x
FINAL
SAMPLE 1 / 10
;;
SELECT 1 FROM a JOIN b USING k, j
=>
SELECT 1 FROM a INNER JOIN b USING (k, j)
=>
SELECT 1
FROM a
INNER JOIN b USING (k, j)
;;
SELECT 1 FROM a LEFT ANY JOIN b ON a.x=b.x
=>
SELECT 1 FROM a ANY LEFT JOIN b ON a.x = b.x
=>
SELECT 1
FROM a
ANY LEFT JOIN b ON a.x = b.x
;;
SELECT 1 FROM a ANY LEFT JOIN b ON a.x=b.x
=>
SELECT 1 FROM a ANY LEFT JOIN b ON a.x = b.x
=>
SELECT 1
FROM a
ANY LEFT JOIN b ON a.x = b.x
;;
SELECT 1 FROM f(1, x = 2, SETTINGS a = 1)
=>
SELECT 1 FROM f(1, x = 2, SETTINGS a = 1)
=>
SELECT 1
FROM f(1, x = 2, SETTINGS a = 1)
;;
SELECT 1 FROM db.t
=>
SELECT 1 FROM db.t
=>
SELECT 1
FROM db.t
;;
SELECT a FROM t GROUP BY a WITH TOTALS
=>
SELECT a FROM t GROUP BY a WITH TOTALS
=>
SELECT a
FROM t
GROUP BY a
    WITH TOTALS
;;
SELECT a FROM t GROUP BY a WITH ROLLUP
=>
SELECT a FROM t GROUP BY a WITH ROLLUP
=>
SELECT a
FROM t
GROUP BY a
    WITH ROLLUP
;;
SELECT a FROM t ORDER BY a DESC NULLS LAST WITH FILL STEP 1
=>
SELECT a FROM t ORDER BY a DESC NULLS LAST WITH FILL STEP 1
=>
SELECT a
FROM t
ORDER BY a DESC NULLS LAST WITH FILL STEP 1
;;
SELECT a FROM t LIMIT 1 BY a, b
=>
SELECT a FROM t LIMIT 1 BY a, b
=>
SELECT a
FROM t
LIMIT 1 BY
    a,
    b
;;
SELECT a FROM t OFFSET 3
=>
SELECT a FROM t OFFSET 3
=>
SELECT a
FROM t
OFFSET 3
;;
SELECT DISTINCT a FROM t
=>
SELECT DISTINCT a FROM t
=>
SELECT DISTINCT a
FROM t
;;
SELECT (1,2,(3,4)) IN (SELECT 1)
=>
SELECT (1, 2, (3, 4)) IN (SELECT 1)
=>
SELECT (1, 2, (3, 4)) IN (
        SELECT 1
    )
;;
SELECT sum(a) OVER (w ROWS UNBOUNDED PRECEDING)
=>
SELECT sum(a) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
=>
SELECT sum(a) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
;;
SELECT sum(a) OVER (ORDER BY a RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW)
=>
SELECT sum(a) OVER (ORDER BY a ASC RANGE BETWEEN toIntervalDay(1) PRECEDING AND CURRENT ROW)
=>
SELECT sum(a) OVER (ORDER BY a ASC RANGE BETWEEN toIntervalDay(1) PRECEDING AND CURRENT ROW)
;;
SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3
=>
SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3
=>
SELECT 1
UNION ALL
SELECT 2
UNION DISTINCT
SELECT 3
;;
SELECT 1 UNION SELECT 2
=>
SELECT 1 UNION SELECT 2
=>
SELECT 1
UNION
SELECT 2
;;
(SELECT 1 UNION ALL SELECT 2) INTERSECT SELECT 3
=>
(SELECT 1 UNION ALL SELECT 2) INTERSECT SELECT 3
=>
(
    SELECT 1
    UNION ALL
    SELECT 2
)
INTERSECT
SELECT 3
;;
SELECT 1 EXCEPT SELECT 2
=>
(SELECT 1) EXCEPT (SELECT 2)
=>
(
    SELECT 1
)
EXCEPT
(
    SELECT 2
)
;;
SELECT 1 FROM (SELECT 1 UNION ALL SELECT 2)
=>
SELECT 1 FROM (SELECT 1 UNION ALL SELECT 2)
=>
SELECT 1
FROM
(
    SELECT 1
    UNION ALL
    SELECT 2
)
;;
INSERT INTO t (a) SELECT 1
=>
INSERT INTO t (a) SELECT 1
=>
INSERT INTO t (a) SELECT 1
;;
INSERT INTO t SETTINGS a = 1 VALUES (1)
=>
INSERT INTO t SETTINGS a = 1 FORMAT Values
=>
INSERT INTO t
SETTINGS a = 1
FORMAT Values
;;
INSERT INTO t FORMAT Values (1)
=>
INSERT INTO t FORMAT Values
=>
INSERT INTO t FORMAT Values
;;
INSERT INTO t VALUES
=>
INSERT INTO t FORMAT Values
=>
INSERT INTO t FORMAT Values
;;
EXPLAIN PIPELINE graph = 1 SELECT 1
=>
EXPLAIN PIPELINE graph = 1 SELECT 1
=>
EXPLAIN PIPELINE graph = 1
SELECT 1
;;
DESC SELECT 1
=>
DESCRIBE TABLE (SELECT 1)
=>
DESCRIBE TABLE
(
    SELECT 1
)
;;
CREATE TABLE t (a UInt8 DEFAULT 1, b String MATERIALIZED 'x' COMMENT 'c' CODEC(NONE) TTL d + 1, CONSTRAINT c CHECK a > 1, PROJECTION p (SELECT a, sum(b) GROUP BY a), PRIMARY KEY a) ENGINE = MergeTree ORDER BY (a, b) SAMPLE BY a TTL d + INTERVAL 1 DAY DELETE WHERE a = 1, d TO VOLUME 'x', d GROUP BY a SET b = max(b) SETTINGS x = 1 COMMENT 'z'
=>
CREATE TABLE t (`a` UInt8 DEFAULT 1, `b` String MATERIALIZED 'x' COMMENT 'c' CODEC(NONE) TTL d + 1, CONSTRAINT c CHECK a > 1, PROJECTION p (SELECT a, sum(b) GROUP BY a)) ENGINE = MergeTree PRIMARY KEY a ORDER BY (a, b) SAMPLE BY a TTL d + toIntervalDay(1) WHERE a = 1, d TO VOLUME 'x', d GROUP BY a SET b = max(b) SETTINGS x = 1 COMMENT 'z'
=>
CREATE TABLE t
(
    `a` UInt8 DEFAULT 1,
    `b` String MATERIALIZED 'x' COMMENT 'c' CODEC(NONE) TTL d + 1,
    CONSTRAINT c CHECK a > 1,
    PROJECTION p
    (
        SELECT
            a,
            sum(b)
        GROUP BY a
    )
)
ENGINE = MergeTree
PRIMARY KEY a
ORDER BY (a, b)
SAMPLE BY a
TTL d + toIntervalDay(1) WHERE a = 1, d TO VOLUME 'x', d GROUP BY a SET b = max(b)
SETTINGS x = 1
COMMENT 'z'
;;
CREATE OR REPLACE VIEW v AS SELECT 1
=>
CREATE OR REPLACE VIEW v AS SELECT 1
=>
CREATE OR REPLACE VIEW v
AS SELECT 1
;;
CREATE TABLE t (a UInt8 NULL, b UInt8 NOT NULL, c UInt8 EPHEMERAL, d UInt8 EPHEMERAL 1, e ALIAS a + b) ENGINE = Memory
=>
CREATE TABLE t (`a` UInt8 NULL, `b` UInt8 NOT NULL, `c` UInt8 EPHEMERAL, `d` UInt8 EPHEMERAL 1, `e` ALIAS a + b) ENGINE = Memory
=>
CREATE TABLE t
(
    `a` UInt8 NULL,
    `b` UInt8 NOT NULL,
    `c` UInt8 EPHEMERAL,
    `d` UInt8 EPHEMERAL 1,
    `e` ALIAS a + b
)
ENGINE = Memory
;;
CREATE TABLE t (a UInt8) ENGINE = ReplacingMergeTree(v) ORDER BY a
=>
CREATE TABLE t (`a` UInt8) ENGINE = ReplacingMergeTree(v) ORDER BY a
=>
CREATE TABLE t
(
    `a` UInt8
)
ENGINE = ReplacingMergeTree(v)
ORDER BY a
;;
CREATE TABLE t AS SELECT 1
=>
CREATE TABLE t AS SELECT 1
=>
CREATE TABLE t
AS SELECT 1
;;
CREATE TABLE t ENGINE = Memory AS SELECT 1
=>
CREATE TABLE t ENGINE = Memory AS SELECT 1
=>
CREATE TABLE t
ENGINE = Memory
AS SELECT 1
;;
CREATE TABLE t EMPTY AS SELECT 1
=>
CREATE TABLE t EMPTY AS SELECT 1
=>
CREATE TABLE t EMPTY
AS SELECT 1
;;
CREATE TABLE t CLONE AS u
=>
CREATE TABLE t CLONE AS u
=>
CREATE TABLE t CLONE AS u
;;
ATTACH TABLE t (a UInt8) ENGINE = Memory
=>
ATTACH TABLE t (`a` UInt8) ENGINE = Memory
=>
ATTACH TABLE t
(
    `a` UInt8
)
ENGINE = Memory
;;
SELECT a.*, COLUMNS('x') EXCEPT ('y')
=>
SELECT a.*, COLUMNS('x') EXCEPT 'y'
=>
SELECT
    a.*,
    COLUMNS('x') EXCEPT 'y'
;;
SELECT * EXCEPT ('re')
=>
SELECT * EXCEPT 're'
=>
SELECT * EXCEPT 're'
;;
SELECT * EXCEPT STRICT a
=>
SELECT * EXCEPT STRICT a
=>
SELECT * EXCEPT STRICT a
;;
SELECT * REPLACE STRICT (1 AS a)
=>
SELECT * REPLACE STRICT (1 AS a)
=>
SELECT * REPLACE STRICT (1 AS a)
;;
SELECT count() FROM t WHERE (a = 1)
=>
SELECT count() FROM t WHERE (a = 1)
=>
SELECT count()
FROM t
WHERE (a = 1)
;;
SELECT (SELECT 1) + 1
=>
SELECT (SELECT 1) + 1
=>
SELECT (
        SELECT 1
    ) + 1
;;
SELECT -(-x), - - x, -(1), -(1.5)
=>
SELECT -(-x), -(-x), -(1), -(1.5)
=>
SELECT
    -(-x),
    -(-x),
    -(1),
    -(1.5)
;;
SELECT NOT (a), NOT a = b, NOT (a = b)
=>
SELECT NOT (a), NOT (a = b), NOT (a = b)
=>
SELECT
    NOT (a),
    NOT (a = b),
    NOT (a = b)
;;
SELECT (a = b), f((a = b)), (a) + (b), (f(a)), ([1]), (1), ('x'), ((1, 2)), (a.1), (x -> x)
=>
SELECT (a = b), f((a = b)), (a) + (b), (f(a)), ([1]), (1), ('x'), (1, 2), (a.1), (x -> x)
=>
SELECT
    (a = b),
    f((a = b)),
    (a) + (b),
    (f(a)),
    ([1]),
    (1),
    ('x'),
    (1, 2),
    (a.1),
    (x -> x)
;;
SELECT CAST(a AS b, 'String')
=>
SELECT CAST(a AS b, 'String')
=>
SELECT CAST(a AS b, 'String')
;;
SELECT a IN ((1, 2)), a IN (('x')), a IN ((b)), a IN f(x), a IN db.t, a IN {x:Array(UInt8)}
=>
SELECT a IN (1, 2), a IN ('x'), a IN (b), a IN f(x), a IN (db.t), a IN ({x:Array(UInt8)})
=>
SELECT
    a IN (1, 2),
    a IN ('x'),
    a IN (b),
    a IN f(x),
    a IN (db.t),
    a IN ({x:Array(UInt8)})
;;
SELECT tuple(1, 2).1, (a + b)[c + d], a[b[1]], f(a)[1].2
=>
SELECT tuple(1, 2).1, (a + b)[c + d], a[b[1]], (f(a)[1]).2
=>
SELECT
    tuple(1, 2).1,
    (a + b)[c + d],
    a[b[1]],
    (f(a)[1]).2
;;
SELECT a LIKE b || c, a || b LIKE c
=>
SELECT a LIKE concat(b, c), concat(a, b) LIKE c
=>
SELECT
    a LIKE concat(b, c),
    concat(a, b) LIKE c
;;
SELECT interval 1 day + interval 2 hour
=>
SELECT toIntervalDay(1) + toIntervalHour(2)
=>
SELECT toIntervalDay(1) + toIntervalHour(2)
;;
SELECT `a``b`, `a\`b`, `a\\b`, `a
b`
=>
SELECT `a\`b`, `a\`b`, `a\\b`, `a\nb`
=>
SELECT
    `a\`b`,
    `a\`b`,
    `a\\b`,
    `a\nb`
;;
SELECT 1 INTO OUTFILE 'x' FORMAT CSV SETTINGS a = 1
=>
SELECT 1 INTO OUTFILE 'x' FORMAT CSV SETTINGS a = 1
=>
SELECT 1
INTO OUTFILE 'x'
FORMAT CSV
SETTINGS a = 1
;;
ALTER TABLE t ADD COLUMN a UInt8
=>
ALTER TABLE t (ADD COLUMN `a` UInt8)
=>
ALTER TABLE t
    (ADD COLUMN `a` UInt8)
;;
SHOW TABLES FROM d WHERE name = 1
=>
SHOW TABLES FROM d WHERE name = 1
=>
SHOW TABLES FROM d WHERE name = 1
;;
DROP TABLE t
=>
DROP TABLE t
=>
DROP TABLE t
;;
SELECT 1 AS a FROM system.one AS b
=>
SELECT 1 AS a FROM system.one AS b
=>
SELECT 1 AS a
FROM system.one AS b
;;
SELECT a AND (b OR c) AND NOT d
=>
SELECT a AND (b OR c) AND (NOT d)
=>
SELECT a AND (b OR c) AND (NOT d)
;;
SELECT (a AND b) OR c
=>
SELECT (a AND b) OR c
=>
SELECT (a AND b) OR c
;;
SELECT a = 1 AND b = 2
=>
SELECT (a = 1) AND (b = 2)
=>
SELECT (a = 1) AND (b = 2)
;;
SELECT f(a AND b, a = b)
=>
SELECT f(a AND b, a = b)
=>
SELECT f(a AND b, a = b)
;;
SELECT [a = b, a AND b], (a = b, a + b)
=>
SELECT [a = b, a AND b], (a = b, a + b)
=>
SELECT
    [a = b, a AND b],
    (a = b, a + b)
;;
SELECT a ? b = c : d
=>
SELECT if(a, b = c, d)
=>
SELECT if(a, b = c, d)
;;
SELECT a[-1], a.1, -a[1]
=>
SELECT a[-1], a.1, -(a[1])
=>
SELECT
    a[-1],
    a.1,
    -(a[1])
;;
SELECT f(-1), f(-x), f(NOT x), f(x[1])
=>
SELECT f(-1), f(-x), f(NOT x), f(x[1])
=>
SELECT
    f(-1),
    f(-x),
    f(NOT x),
    f(x[1])
;;
SELECT a * -b, a * -1, -a * b
=>
SELECT a * (-b), a * -1, (-a) * b
=>
SELECT
    a * (-b),
    a * -1,
    (-a) * b
;;
SELECT a IS NULL AND b
=>
SELECT (a IS NULL) AND b
=>
SELECT (a IS NULL) AND b
;;
SELECT (a, b) = (1, 2)
=>
SELECT (a, b) = (1, 2)
=>
SELECT (a, b) = (1, 2)
;;
SELECT a IN (SELECT 1) AND b
=>
SELECT (a IN (SELECT 1)) AND b
=>
SELECT (a IN (
        SELECT 1
    )) AND b
;;
SELECT sum(a)(b), sum(a) RESPECT NULLS OVER w
=>
SELECT sum(a)(b), sum(a) RESPECT NULLS OVER w
=>
SELECT
    sum(a)(b),
    sum(a) RESPECT NULLS OVER w
;;
SELECT a AS `x y`, `x y`
=>
SELECT a AS `x y`, `x y`
=>
SELECT
    a AS `x y`,
    `x y`
;;
SELECT 1 WHERE 1 GROUP BY 1 HAVING 1 ORDER BY 1
=>
SELECT 1 WHERE 1 GROUP BY 1 HAVING 1 ORDER BY 1 ASC
=>
SELECT 1
WHERE 1
GROUP BY 1
HAVING 1
ORDER BY 1 ASC
;;
SELECT 1 FROM t PREWHERE a WHERE b
=>
SELECT 1 FROM t PREWHERE a WHERE b
=>
SELECT 1
FROM t
PREWHERE a
WHERE b
;;
SELECT 1 FROM t ARRAY JOIN a AS b
=>
SELECT 1 FROM t ARRAY JOIN a AS b
=>
SELECT 1
FROM t
ARRAY JOIN a AS b
;;
SELECT 1 ORDER BY a, b DESC
=>
SELECT 1 ORDER BY a ASC, b DESC
=>
SELECT 1
ORDER BY
    a ASC,
    b DESC
;;
SELECT 1 FROM a WHERE x GROUP BY a, b
=>
SELECT 1 FROM a WHERE x GROUP BY a, b
=>
SELECT 1
FROM a
WHERE x
GROUP BY
    a,
    b
