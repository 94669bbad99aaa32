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
;;
SELECT (SELECT a ~ -1) IS NOT UNKNOWN
=>
SELECT (SELECT match(a, -1)) IS NOT NULL
=>
SELECT (
        SELECT match(a, -1)
    ) IS NOT NULL
;;
SELECT (t.a) IN (1) AND CASE 0.1 WHEN c THEN c ELSE 0.1 END GLOBAL IN sum(a, b, a)
=>
SELECT ((t.a) IN (1)) AND (caseWithExpression(0.1, c, c, 0.1) GLOBAL IN sum(a, b, a))
=>
SELECT ((t.a) IN (1)) AND (caseWithExpression(0.1, c, c, 0.1) GLOBAL IN sum(a, b, a))
;;
SELECT true GLOBAL IN tuple([1,2]::Array(UInt8), a GLOBAL IN c)
=>
SELECT true GLOBAL IN tuple(CAST('[1,2]', 'Array(UInt8)'), (a GLOBAL IN (c)))
=>
SELECT true GLOBAL IN tuple(CAST('[1,2]', 'Array(UInt8)'), (a GLOBAL IN (c)))
;;
SELECT SUBSTRING(values ? a IS NOT DISTINCT FROM a : a.name FROM 1 FOR 2)
=>
SELECT substring(if(`values`, a <=> a, a.name), 1, 2)
=>
SELECT substring(if(`values`, a <=> a, a.name), 1, 2)
;;
SELECT 18446744073709551616 - a MOD a ? INTERVAL 1 HOUR : b != a
=>
SELECT if(18446744073709552000. - (a % a), toIntervalHour(1), b != a)
=>
SELECT if(18446744073709552000. - (a % a), toIntervalHour(1), b != a)
;;
SELECT [1,[2]]::String
=>
SELECT CAST('[1,[2]]', 'String')
=>
SELECT CAST('[1,[2]]', 'String')
;;
SELECT t.a::Array(UInt8)
=>
SELECT CAST(t.a, 'Array(UInt8)')
=>
SELECT CAST(t.a, 'Array(UInt8)')
;;
SELECT t.a <> a IS TRUE <> 0.1[a] IN (SELECT 1)
=>
SELECT (((t.a != a) <=> true) != (0.1[a])) IN (SELECT 1)
=>
SELECT (((t.a != a) <=> true) != (0.1[a])) IN (
        SELECT 1
    )
;;
SELECT case IN (1, 2)
=>
SELECT case IN (1, 2)
=>
SELECT case IN (1, 2)
;;
SELECT inf
=>
SELECT inf
=>
SELECT inf
;;
SELECT t.a
=>
SELECT t.a
=>
SELECT t.a
;;
SELECT c DIV a IN (a, b) ? inf IN [1] : CASE WHEN - a THEN a >= a ELSE (inf) END
=>
SELECT if((intDiv(c, a) IN (a, b)), (inf IN [1]), multiIf(-a, a >= a, (inf)))
=>
SELECT if((intDiv(c, a) IN (a, b)), (inf IN [1]), multiIf(-a, a >= a, (inf)))
;;
SELECT []::Array(UInt8)
=>
SELECT CAST('[]', 'Array(UInt8)')
=>
SELECT CAST('[]', 'Array(UInt8)')
;;
SELECT 18446744073709551616
=>
SELECT 18446744073709552000.
=>
SELECT 18446744073709552000.
;;
SELECT CAST(a ? a : a AS UInt8) OR t.a / t.a == a
=>
SELECT CAST(if(a, a, a), 'UInt8') OR ((t.a / t.a) = a)
=>
SELECT CAST(if(a, a, a), 'UInt8') OR ((t.a / t.a) = a)
;;
SELECT f((x, y) -> a <> a, a || a) IN ((1, 2), (3, 4))
=>
SELECT f((x, y) -> (a != a), concat(a, a)) IN ((1, 2), (3, 4))
=>
SELECT f((x, y) -> (a != a), concat(a, a)) IN ((1, 2), (3, 4))
;;
SELECT (db.t.c IN (SELECT 1), a <> a) IN (1,)
=>
SELECT (db.t.c IN (SELECT 1), a != a) IN tuple(1)
=>
SELECT (db.t.c IN (
        SELECT 1
    ), a != a) IN tuple(1)
;;
SELECT (SELECT a) ? true IN (1, 2) : t.a >= 1e3::Array(UInt8)
=>
SELECT if((SELECT a), (true IN (1, 2)), t.a >= CAST('1e3', 'Array(UInt8)'))
=>
SELECT if((
        SELECT a
    ), (true IN (1, 2)), t.a >= CAST('1e3', 'Array(UInt8)'))
;;
SELECT interval
=>
SELECT interval
=>
SELECT interval
;;
SELECT (EXTRACT(MONTH FROM a), a) / -1
=>
SELECT (toMonth(a), a) / -1
=>
SELECT (toMonth(a), a) / -1
;;
SELECT interval
=>
SELECT interval
=>
SELECT interval
;;
SELECT t.a <= a + b::String ? t.a ILIKE a OR a : 18446744073709551616 IN (SELECT 1) !~ CASE WHEN a THEN t.a END
=>
SELECT if(t.a <= (a + CAST(b, 'String')), (t.a ILIKE a) OR a, notMatch((18446744073709552000. IN (SELECT 1)), multiIf(a, t.a, NULL)))
=>
SELECT if(t.a <= (a + CAST(b, 'String')), (t.a ILIKE a) OR a, notMatch((18446744073709552000. IN (
        SELECT 1
    )), multiIf(a, t.a, NULL)))
;;
SELECT -(a, c) IN (1,)
=>
SELECT (-(a, c)) IN tuple(1)
=>
SELECT (-(a, c)) IN tuple(1)
;;
SELECT a IN f(1)::String GLOBAL IN count() NOT BETWEEN a >= a AND c
=>
SELECT (((a IN CAST(f(1), 'String')) GLOBAL IN count()) < (a >= a)) OR (((a IN CAST(f(1), 'String')) GLOBAL IN count()) > c)
=>
SELECT (((a IN CAST(f(1), 'String')) GLOBAL IN count()) < (a >= a)) OR (((a IN CAST(f(1), 'String')) GLOBAL IN count()) > c)
;;
SELECT -2.5
=>
SELECT -2.5
=>
SELECT -2.5
;;
SELECT ({p:UInt8}, count(DISTINCT a + a))
=>
SELECT ({p:UInt8}, countDistinct(a + a))
=>
SELECT ({p:UInt8}, countDistinct(a + a))
;;
SELECT CAST(a DIV a == case % a AS Decimal(10,2))
=>
SELECT CAST(intDiv(a, a) = (case % a), 'Decimal(10, 2)')
=>
SELECT CAST(intDiv(a, a) = (case % a), 'Decimal(10, 2)')
;;
SELECT array(TIMESTAMP '2020-01-01 00:00:00')
=>
SELECT array(toDateTime('2020-01-01 00:00:00'))
=>
SELECT array(toDateTime('2020-01-01 00:00:00'))
;;
SELECT t.a
=>
SELECT t.a
=>
SELECT t.a
;;
SELECT {p:Array(String)} NOT LIKE 'a''b' % c ? a : a
=>
SELECT if({p:Array(String)} NOT LIKE ('a\'b' % c), a, a)
=>
SELECT if({p:Array(String)} NOT LIKE ('a\'b' % c), a, a)
;;
SELECT INTERVAL 1 DAY
=>
SELECT toIntervalDay(1)
=>
SELECT toIntervalDay(1)
;;
SELECT quantile(0.5)(a ? a : a) ? (date) % 's' : b
=>
SELECT if(quantile(0.5)(if(a, a, a)), (date) % 's', b)
=>
SELECT if(quantile(0.5)(if(a, a, a)), (date) % 's', b)
;;
SELECT t.a
=>
SELECT t.a
=>
SELECT t.a
;;
SELECT sum(a) FILTER (WHERE a) ? CASE a WHEN a THEN a ELSE a END : a AND t.a / a * 2.5 IN (SELECT 1)
=>
SELECT if(sumIf(a, a), caseWithExpression(a, a, a, a), a AND (((t.a / a) * 2.5) IN (SELECT 1)))
=>
SELECT if(sumIf(a, a), caseWithExpression(a, a, a, a), a AND (((t.a / a) * 2.5) IN (
        SELECT 1
    )))
;;
SELECT a <= -1.1.2 IN ('a')
=>
SELECT (a <= tupleElement(-1.1, 2)) IN ('a')
=>
SELECT (a <= tupleElement(-1.1, 2)) IN ('a')
;;
SELECT c
=>
SELECT c
=>
SELECT c
;;
SELECT date_add()
=>
SELECT plus()
=>
SELECT plus()
;;
SELECT t.a IN (1,) + a ? a : a <= date.1.2 <> 1
=>
SELECT if((t.a IN (tuple(1) + a)), a, (a <= ((date.1).2)) != 1)
=>
SELECT if((t.a IN (tuple(1) + a)), a, (a <= ((date.1).2)) != 1)
;;
SELECT TIMESTAMP '2020-01-01 00:00:00' AND -2.5 REGEXP a OR a IN ((1, 2), (3, 4)) IN 18446744073709551616 ? a : a
=>
SELECT if((toDateTime('2020-01-01 00:00:00') AND match(-2.5, a)) OR ((a IN ((1, 2), (3, 4))) IN (18446744073709552000.)), a, a)
=>
SELECT if((toDateTime('2020-01-01 00:00:00') AND match(-2.5, a)) OR ((a IN ((1, 2), (3, 4))) IN (18446744073709552000.)), a, a)
;;
SELECT a[a] IN (SELECT 1) GLOBAL IN a IN (1) <> a < a
=>
SELECT (((((a[a]) IN (SELECT 1)) GLOBAL IN (a)) IN (1)) != a) < a
=>
SELECT (((((a[a]) IN (
        SELECT 1
    )) GLOBAL IN (a)) IN (1)) != a) < a
;;
SELECT a ? a : a DIV a MOD a GLOBAL IN a IN (1) AT TIME ZONE 'UTC'
=>
SELECT if(a, a, (((intDiv(a, a) % a) GLOBAL IN (a)) IN toTimeZone((1), 'UTC')))
=>
SELECT if(a, a, (((intDiv(a, a) % a) GLOBAL IN (a)) IN toTimeZone((1), 'UTC')))
;;
SELECT b IN t
=>
SELECT b IN (t)
=>
SELECT b IN (t)
;;
SELECT b >= -2.5 || a IS NOT NULL OR EXTRACT(DAY FROM a)
=>
SELECT ((b >= concat(-2.5, a)) IS NOT NULL) OR toDayOfMonth(a)
=>
SELECT ((b >= concat(-2.5, a)) IS NOT NULL) OR toDayOfMonth(a)
;;
SELECT sum(trim(a IN ('a'), {p:UInt8}, - a)) OVER (PARTITION BY (SELECT inf OR a) ORDER BY `x y` ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
=>
SELECT sum(trimBoth((a IN ('a')), {p:UInt8}, -a)) OVER (PARTITION BY (SELECT inf OR a) ORDER BY `x y` ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
=>
SELECT sum(trimBoth((a IN ('a')), {p:UInt8}, -a)) OVER (PARTITION BY (
        SELECT inf OR a
    ) ORDER BY `x y` ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
;;
SELECT a NOT ILIKE a ~ a IN db.t < a BETWEEN a AND a ? sum(t.a, a, 1) : a || 0x1F
=>
SELECT if((((match(a NOT ILIKE a, a) IN (db.t)) < a) >= a) AND (((match(a NOT ILIKE a, a) IN (db.t)) < a) <= a), sum(t.a, a, 1), concat(a, 31))
=>
SELECT if((((match(a NOT ILIKE a, a) IN (db.t)) < a) >= a) AND (((match(a NOT ILIKE a, a) IN (db.t)) < a) <= a), sum(t.a, a, 1), concat(a, 31))
;;
SELECT a OR a % f(x -> a, a) || end GLOBAL IN 1e3::Array(UInt8)
=>
SELECT a OR (concat(a % f(x -> a, a), end) GLOBAL IN CAST('1e3', 'Array(UInt8)'))
=>
SELECT a OR (concat(a % f(x -> a, a), end) GLOBAL IN CAST('1e3', 'Array(UInt8)'))
;;
SELECT f(x -> a - a, a NOT BETWEEN DATE '2020-01-01' AND a) IS DISTINCT FROM t.a IN (a, b) IN (1, 2)
=>
SELECT f(x -> (a - a), (a < toDate('2020-01-01')) OR (a > a)) IS DISTINCT FROM ((t.a IN (a, b)) IN (1, 2))
=>
SELECT f(x -> (a - a), (a < toDate('2020-01-01')) OR (a > a)) IS DISTINCT FROM ((t.a IN (a, b)) IN (1, 2))
;;
SELECT quantile(0.5)(a DIV a == a IN (1, 2))
=>
SELECT quantile(0.5)((intDiv(a, a) = a) IN (1, 2))
=>
SELECT quantile(0.5)((intDiv(a, a) = a) IN (1, 2))
;;
SELECT {p:UInt8} IN [1]
=>
SELECT {p:UInt8} IN [1]
=>
SELECT {p:UInt8} IN [1]
;;
SELECT a % a AND c ? 2.5 <= a IN (1, 2) : a + inf <= b NOT IN t.a
=>
SELECT if((a % a) AND c, ((2.5 <= a) IN (1, 2)), (((a + inf) <= b) NOT IN (t.a)))
=>
SELECT if((a % a) AND c, ((2.5 <= a) IN (1, 2)), (((a + inf) <= b) NOT IN (t.a)))
;;
SELECT a / a OR 1 NOT LIKE 0.1 || a NOT LIKE (a)
=>
SELECT (a / a) OR ((1 NOT LIKE concat(0.1, a)) NOT LIKE (a))
=>
SELECT (a / a) OR ((1 NOT LIKE concat(0.1, a)) NOT LIKE (a))
;;
SELECT CAST(CASE WHEN a THEN 18446744073709551616 END AS Decimal(10,2)) IS NOT NULL
=>
SELECT CAST(multiIf(a, 18446744073709552000., NULL), 'Decimal(10, 2)') IS NOT NULL
=>
SELECT CAST(multiIf(a, 18446744073709552000., NULL), 'Decimal(10, 2)') IS NOT NULL
;;
SELECT NOT EXISTS (SELECT b) OR a NOT BETWEEN a AND a NOT LIKE a ? a : a
=>
SELECT if((NOT exists((SELECT b))) OR ((a < a) OR (a > (a NOT LIKE a))), a, a)
=>
SELECT if((NOT exists((
        SELECT b
    ))) OR ((a < a) OR (a > (a NOT LIKE a))), a, a)
;;
SELECT CASE WHEN a % c THEN a IN [1] ELSE b ? TIMESTAMP '2020-01-01 00:00:00' : key END !~ t.a % a IN (a, b)
=>
SELECT notMatch(multiIf(a % c, (a IN [1]), if(b, toDateTime('2020-01-01 00:00:00'), key)), t.a % a) IN (a, b)
=>
SELECT notMatch(multiIf(a % c, (a IN [1]), if(b, toDateTime('2020-01-01 00:00:00'), key)), t.a % a) IN (a, b)
;;
SELECT dateDiff()
=>
SELECT dateDiff()
=>
SELECT dateDiff()
;;
SELECT (SELECT a) == t.a.1.2 / (SELECT a ? -2.5 : TIMESTAMP '2020-01-01 00:00:00')
=>
SELECT (SELECT a) = (((t.a.1).2) / (SELECT if(a, -2.5, toDateTime('2020-01-01 00:00:00'))))
=>
SELECT (
        SELECT a
    ) = (((t.a.1).2) / (
        SELECT if(a, -2.5, toDateTime('2020-01-01 00:00:00'))
    ))
;;
SELECT $$h$$ IN (1) IS NOT NULL * NULL IN a * (a, b)
=>
SELECT ((('h' IN (1)) IS NOT NULL) * NULL) IN (a * (a, b))
=>
SELECT ((('h' IN (1)) IS NOT NULL) * NULL) IN (a * (a, b))
;;
SELECT date_add(18446744073709551616 - a || a <= -2.5, a::String[a])
=>
SELECT plus(concat(18446744073709552000. - a, a) <= -2.5, CAST(a, 'String')[a])
=>
SELECT plus(concat(18446744073709552000. - a, a) <= -2.5, CAST(a, 'String')[a])
;;
SELECT array(18446744073709551616, a, NULL)[1] NOT BETWEEN a AND b <= a NOT LIKE a AND b AND a IN f(1)
=>
SELECT (((array(18446744073709552000., a, NULL)[1]) < a) OR ((array(18446744073709552000., a, NULL)[1]) > ((b <= a) NOT LIKE a))) AND b AND (a IN f(1))
=>
SELECT (((array(18446744073709552000., a, NULL)[1]) < a) OR ((array(18446744073709552000., a, NULL)[1]) > ((b <= a) NOT LIKE a))) AND b AND (a IN f(1))
;;
SELECT t.a
=>
SELECT t.a
=>
SELECT t.a
;;
SELECT NULL AND a <= c IS NOT DISTINCT FROM a AND values BETWEEN a IN (1) AND $$h$$ IN ('a')
=>
SELECT NULL AND ((a <= c) <=> a) AND ((`values` >= (a IN (1))) AND (`values` <= ('h' IN ('a'))))
=>
SELECT NULL AND ((a <= c) <=> a) AND ((`values` >= (a IN (1))) AND (`values` <= ('h' IN ('a'))))
;;
SELECT true NOT BETWEEN a AND $$h$$ ? [0.1, t.a] : case NOT LIKE a <> a IN (1, 2) AND a::String
=>
SELECT if((true < a) OR (true > 'h'), [0.1, t.a], (((case NOT LIKE a) != a) IN (1, 2)) AND CAST(a, 'String'))
=>
SELECT if((true < a) OR (true > 'h'), [0.1, t.a], (((case NOT LIKE a) != a) IN (1, 2)) AND CAST(a, 'String'))
;;
SELECT {p:Array(String)} IN db.t
=>
SELECT {p:Array(String)} IN (db.t)
=>
SELECT {p:Array(String)} IN (db.t)
;;
SELECT 18446744073709551616
=>
SELECT 18446744073709552000.
=>
SELECT 18446744073709552000.
;;
SELECT t.a
=>
SELECT t.a
=>
SELECT t.a
;;
SELECT CAST(a LIKE a IS NOT UNKNOWN AS Array(Tuple(a Int8, b String)))
=>
SELECT CAST((a LIKE a) IS NOT NULL, 'Array(Tuple(a Int8, b String))')
=>
SELECT CAST((a LIKE a) IS NOT NULL, 'Array(Tuple(a Int8, b String))')
;;
SELECT INTERVAL a DAY
=>
SELECT toIntervalDay(a)
=>
SELECT toIntervalDay(a)
;;
SELECT a IN t.a IS NOT UNKNOWN LIKE a ? a : a NOT IN a >= b
=>
SELECT if(((a IN (t.a)) IS NOT NULL) LIKE a, a, (a NOT IN (a)) >= b)
=>
SELECT if(((a IN (t.a)) IS NOT NULL) LIKE a, a, (a NOT IN (a)) >= b)
;;
SELECT b < NULL IN (1, 2) IN f(1)
=>
SELECT ((b < NULL) IN (1, 2)) IN f(1)
=>
SELECT ((b < NULL) IN (1, 2)) IN f(1)
;;
SELECT b
=>
SELECT b
=>
SELECT b
;;
SELECT interval.1
=>
SELECT interval.1
=>
SELECT interval.1
;;
SELECT 0x1F NOT LIKE a AND b < a IN [1] / a AT TIME ZONE 'UTC'
=>
SELECT (31 NOT LIKE a) AND ((b < a) IN ([1] / toTimeZone(a, 'UTC')))
=>
SELECT (31 NOT LIKE a) AND ((b < a) IN ([1] / toTimeZone(a, 'UTC')))
;;
SELECT true + 0x1F
=>
SELECT true + 31
=>
SELECT true + 31
;;
SELECT [] IN (1,)
=>
SELECT [] IN tuple(1)
=>
SELECT [] IN tuple(1)
;;
SELECT [] IN db.t LIKE 0.1 !~ TIMESTAMP '2020-01-01 00:00:00' IN ((1, 2), (3, 4))
=>
SELECT notMatch(([] IN (db.t)) LIKE 0.1, toDateTime('2020-01-01 00:00:00')) IN ((1, 2), (3, 4))
=>
SELECT notMatch(([] IN (db.t)) LIKE 0.1, toDateTime('2020-01-01 00:00:00')) IN ((1, 2), (3, 4))
;;
SELECT 18446744073709551616 + a ~ quantile(0.5)(a) * 1e3
=>
SELECT match(18446744073709552000. + a, quantile(0.5)(a) * 1000.)
=>
SELECT match(18446744073709552000. + a, quantile(0.5)(a) * 1000.)
;;
SELECT a IN db.t IN ('a') ? a DIV a ILIKE TRIM(BOTH 'x' FROM a) : a LIKE 2.5 IN t
=>
SELECT if(((a IN (db.t)) IN ('a')), intDiv(a, a) ILIKE trimBoth(a, 'x'), ((a LIKE 2.5) IN (t)))
=>
SELECT if(((a IN (db.t)) IN ('a')), intDiv(a, a) ILIKE trimBoth(a, 'x'), ((a LIKE 2.5) IN (t)))
;;
SELECT CASE a BETWEEN x AND a DIV a IN t.a WHEN CASE a IS DISTINCT FROM $$h$$ WHEN b IN ((1, 2), (3, 4)) THEN f((x, y) -> a, a) ELSE (a) END THEN 18446744073709551616 IN (1, 2) ELSE t.a END
=>
SELECT caseWithExpression((a >= x) AND (a <= (intDiv(a, a) IN (t.a))), caseWithExpression(a IS DISTINCT FROM 'h', (b IN ((1, 2), (3, 4))), f((x, y) -> a, a), (a)), (18446744073709552000. IN (1, 2)), t.a)
=>
SELECT caseWithExpression((a >= x) AND (a <= (intDiv(a, a) IN (t.a))), caseWithExpression(a IS DISTINCT FROM 'h', (b IN ((1, 2), (3, 4))), f((x, y) -> a, a), (a)), (18446744073709552000. IN (1, 2)), t.a)
;;
SELECT exists(SELECT a) AND 0x1F AND 1e3 ? a : a
=>
SELECT if(exists((SELECT a)) AND 31 AND 1000., a, a)
=>
SELECT if(exists((
        SELECT a
    )) AND 31 AND 1000., a, a)
;;
SELECT t.a ? ((SELECT -2.5), a ? a : a) : - 1 NOT LIKE a IN (1,)
=>
SELECT if(t.a, ((SELECT -2.5), if(a, a, a)), ((-1 NOT LIKE a) IN tuple(1)))
=>
SELECT if(t.a, ((
        SELECT -2.5
    ), if(a, a, a)), ((-1 NOT LIKE a) IN tuple(1)))
;;
SELECT TIMESTAMP '2020-01-01 00:00:00'
=>
SELECT toDateTime('2020-01-01 00:00:00')
=>
SELECT toDateTime('2020-01-01 00:00:00')
;;
SELECT a ? -1 : a REGEXP c IN (1,) NOT IN *
=>
SELECT if(a, -1, ((match(a, c) IN tuple(1)) NOT IN (*)))
=>
SELECT if(a, -1, ((match(a, c) IN tuple(1)) NOT IN (*)))
;;
SELECT SUBSTRING((a) FROM 1 FOR 2)[1]
=>
SELECT substring((a), 1, 2)[1]
=>
SELECT substring((a), 1, 2)[1]
;;
SELECT (a * a) IN db.t
=>
SELECT (a * a) IN (db.t)
=>
SELECT (a * a) IN (db.t)
;;
SELECT 'a''b' LIKE a IN [1] IN (a, b)
=>
SELECT (('a\'b' LIKE a) IN [1]) IN (a, b)
=>
SELECT (('a\'b' LIKE a) IN [1]) IN (a, b)
;;
SELECT a * a * a ? a : a LIKE $$h$$
=>
SELECT if((a * a) * a, a, a LIKE 'h')
=>
SELECT if((a * a) * a, a, a LIKE 'h')
;;
SELECT b
=>
SELECT b
=>
SELECT b
;;
SELECT a IS NULL ? NOT a : true * true IN f(1) DIV a NOT BETWEEN b AND a
=>
SELECT if(a IS NULL, NOT a, (((true * true) IN intDiv(f(1), a)) < b) OR (((true * true) IN intDiv(f(1), a)) > a))
=>
SELECT if(a IS NULL, NOT a, (((true * true) IN intDiv(f(1), a)) < b) OR (((true * true) IN intDiv(f(1), a)) > a))
;;
SELECT CAST(a IN db.t AS Nullable(String)) / a
=>
SELECT CAST((a IN (db.t)), 'Nullable(String)') / a
=>
SELECT CAST((a IN (db.t)), 'Nullable(String)') / a
;;
SELECT NULL || a + t.a <= db.t.c REGEXP -a BETWEEN a AND 'a''b'
=>
SELECT (match(concat(NULL, a + t.a) <= db.t.c, -a) >= a) AND (match(concat(NULL, a + t.a) <= db.t.c, -a) <= 'a\'b')
=>
SELECT (match(concat(NULL, a + t.a) <= db.t.c, -a) >= a) AND (match(concat(NULL, a + t.a) <= db.t.c, -a) <= 'a\'b')
;;
SELECT *::Array(UInt8) / a <> a GLOBAL IN 18446744073709551616 NOT ILIKE a
=>
SELECT (((CAST(*, 'Array(UInt8)') / a) != a) GLOBAL IN (18446744073709552000.)) NOT ILIKE a
=>
SELECT (((CAST(*, 'Array(UInt8)') / a) != a) GLOBAL IN (18446744073709552000.)) NOT ILIKE a
;;
SELECT 1 IN (a, b) ~ f(x -> a NOT BETWEEN a AND a, 2.5 BETWEEN db.t.c AND t.a)
=>
SELECT match((1 IN (a, b)), f(x -> ((a < a) OR (a > a)), (2.5 >= db.t.c) AND (2.5 <= t.a)))
=>
SELECT match((1 IN (a, b)), f(x -> ((a < a) OR (a > a)), (2.5 >= db.t.c) AND (2.5 <= t.a)))
;;
SELECT a NOT ILIKE TIMESTAMP '2020-01-01 00:00:00' - a IS DISTINCT FROM a / (b <= a, (a))
=>
SELECT (a NOT ILIKE (toDateTime('2020-01-01 00:00:00') - a)) IS DISTINCT FROM (a / (b <= a, (a)))
=>
SELECT (a NOT ILIKE (toDateTime('2020-01-01 00:00:00') - a)) IS DISTINCT FROM (a / (b <= a, (a)))
;;
SELECT inf * date = a REGEXP -1 AND a LIKE a
=>
SELECT match((inf * date) = a, -1) AND (a LIKE a)
=>
SELECT match((inf * date) = a, -1) AND (a LIKE a)
;;
SELECT (a ILIKE a).1
=>
SELECT (a ILIKE a).1
=>
SELECT (a ILIKE a).1
;;
SELECT a.1.2::Array(UInt8) IN db.t
=>
SELECT CAST((a.1).2, 'Array(UInt8)') IN (db.t)
=>
SELECT CAST((a.1).2, 'Array(UInt8)') IN (db.t)
;;
SELECT db.t.c IN ((1, 2), (3, 4)) ? a <= 0x1F MOD b IS NOT DISTINCT FROM a : any([(1,2)]::Array(Tuple(UInt8,UInt8))) IGNORE NULLS
=>
SELECT if((db.t.c IN ((1, 2), (3, 4))), (a <= (31 % b)) <=> a, any(CAST('[(1,2)]', 'Array(Tuple(UInt8, UInt8))')) IGNORE NULLS)
=>
SELECT if((db.t.c IN ((1, 2), (3, 4))), (a <= (31 % b)) <=> a, any(CAST('[(1,2)]', 'Array(Tuple(UInt8, UInt8))')) IGNORE NULLS)
;;
SELECT 'a''b'
=>
SELECT 'a\'b'
=>
SELECT 'a\'b'
;;
SELECT INTERVAL 1 HOUR
=>
SELECT toIntervalHour(1)
=>
SELECT toIntervalHour(1)
;;
SELECT key == a !~ 'a''b' = sum(NOT a) OVER (PARTITION BY TIMESTAMP '2020-01-01 00:00:00' DIV a ORDER BY 'a''b')
=>
SELECT notMatch(key = a, 'a\'b') = sum(NOT a) OVER (PARTITION BY intDiv(toDateTime('2020-01-01 00:00:00'), a) ORDER BY 'a\'b' ASC)
=>
SELECT notMatch(key = a, 'a\'b') = sum(NOT a) OVER (PARTITION BY intDiv(toDateTime('2020-01-01 00:00:00'), a) ORDER BY 'a\'b' ASC)
;;
SELECT a * a OR TIMESTAMP '2020-01-01 00:00:00' NOT IN DATE '2020-01-01' || a OR EXTRACT(MONTH FROM a)
=>
SELECT (a * a) OR (toDateTime('2020-01-01 00:00:00') NOT IN concat(toDate('2020-01-01'), a)) OR toMonth(a)
=>
SELECT (a * a) OR (toDateTime('2020-01-01 00:00:00') NOT IN concat(toDate('2020-01-01'), a)) OR toMonth(a)
;;
SELECT values <> a REGEXP t.a !~ left(t.a, 0x1F, a)::String
=>
SELECT notMatch(match(`values` != a, t.a), CAST(left(t.a, 31, a), 'String'))
=>
SELECT notMatch(match(`values` != a, t.a), CAST(left(t.a, 31, a), 'String'))
;;
SELECT CAST(true AS Decimal(10,2)) IN t != a NOT ILIKE a IN [1]
=>
SELECT (((CAST(true, 'Decimal(10, 2)') IN (t)) != a) NOT ILIKE a) IN [1]
=>
SELECT (((CAST(true, 'Decimal(10, 2)') IN (t)) != a) NOT ILIKE a) IN [1]
;;
SELECT if(c, a + c, a MOD -2.5) ILIKE a = b
=>
SELECT (if(c, a + c, a % -2.5) ILIKE a) = b
=>
SELECT (if(c, a + c, a % -2.5) ILIKE a) = b
;;
SELECT quantile(0.5)(a > b ~ a > a)
=>
SELECT quantile(0.5)(match(a > b, a) > a)
=>
SELECT quantile(0.5)(match(a > b, a) > a)
;;
SELECT 'a''b' REGEXP a OR a ? SUBSTRING(18446744073709551616 FROM 1 FOR 2) : - a
=>
SELECT if(match('a\'b', a) OR a, substring(18446744073709552000., 1, 2), -a)
=>
SELECT if(match('a\'b', a) OR a, substring(18446744073709552000., 1, 2), -a)
;;
SELECT a ILIKE b < -2.5 OR a IS NULL != a ? c : a
=>
SELECT if(((a ILIKE b) < -2.5) OR ((a IS NULL) != a), c, a)
=>
SELECT if(((a ILIKE b) < -2.5) OR ((a IS NULL) != a), c, a)
;;
SELECT c ? a : -2.5 IS NOT UNKNOWN IS DISTINCT FROM DATE '2020-01-01'
=>
SELECT if(c, a, (-2.5 IS NOT NULL) IS DISTINCT FROM toDate('2020-01-01'))
=>
SELECT if(c, a, (-2.5 IS NOT NULL) IS DISTINCT FROM toDate('2020-01-01'))
;;
SELECT c < t.a != a * a ? (SELECT 1) : (a) IN (1)
=>
SELECT if((c < t.a) != (a * a), (SELECT 1), ((a) IN (1)))
=>
SELECT if((c < t.a) != (a * a), (
        SELECT 1
    ), ((a) IN (1)))
;;
SELECT INTERVAL -1 DAY.name
=>
SELECT tupleElement(toIntervalDay(-1), 'name')
=>
SELECT tupleElement(toIntervalDay(-1), 'name')
;;
SELECT a AT TIME ZONE 'UTC' + a <> b REGEXP a ? a : DATE '2020-01-01' IN f(1)
=>
SELECT if(match((toTimeZone(a, 'UTC') + a) != b, a), a, (toDate('2020-01-01') IN f(1)))
=>
SELECT if(match((toTimeZone(a, 'UTC') + a) != b, a), a, (toDate('2020-01-01') IN f(1)))
;;
SELECT f(a IN (a, b), (a, a)) NOT IN INTERVAL -1 HOUR IN f(1)
=>
SELECT (f((a IN (a, b)), (a, a)) NOT IN toIntervalHour(-1)) IN f(1)
=>
SELECT (f((a IN (a, b)), (a, a)) NOT IN toIntervalHour(-1)) IN f(1)
;;
SELECT CAST({p:UInt8} AS Decimal(10,2))
=>
SELECT CAST({p:UInt8}, 'Decimal(10, 2)')
=>
SELECT CAST({p:UInt8}, 'Decimal(10, 2)')
;;
SELECT c IN [1]
=>
SELECT c IN [1]
=>
SELECT c IN [1]
;;
SELECT c - a || a IN f(1) IN t
=>
SELECT (concat(c - a, a) IN f(1)) IN (t)
=>
SELECT (concat(c - a, a) IN f(1)) IN (t)
;;
SELECT 18446744073709551616
=>
SELECT 18446744073709552000.
=>
SELECT 18446744073709552000.
;;
SELECT []::Array(UInt8)
=>
SELECT CAST('[]', 'Array(UInt8)')
=>
SELECT CAST('[]', 'Array(UInt8)')
;;
SELECT sum(c) OVER (PARTITION BY DATE '2020-01-01' ORDER BY b) / CAST(a AS Decimal(10,2)) = a > a != a > a
=>
SELECT ((((sum(c) OVER (PARTITION BY toDate('2020-01-01') ORDER BY b ASC) / CAST(a, 'Decimal(10, 2)')) = a) > a) != a) > a
=>
SELECT ((((sum(c) OVER (PARTITION BY toDate('2020-01-01') ORDER BY b ASC) / CAST(a, 'Decimal(10, 2)')) = a) > a) != a) > a
;;
SELECT a AND db.t.c[1]::Array(UInt8)
=>
SELECT a AND CAST(db.t.c[1], 'Array(UInt8)')
=>
SELECT a AND CAST(db.t.c[1], 'Array(UInt8)')
;;
SELECT sum(CASE t.a WHEN b THEN a END ? a * interval : b) OVER (PARTITION BY 0.1 IS DISTINCT FROM a IN f(1) ORDER BY a DIV a IS NOT DISTINCT FROM -2.5 IN (1, 2) DESC)
=>
SELECT sum(if(caseWithExpression(t.a, b, a, NULL), a * interval, b)) OVER (PARTITION BY 0.1 IS DISTINCT FROM (a IN f(1)) ORDER BY intDiv(a, a) <=> (-2.5 IN (1, 2)) DESC)
=>
SELECT sum(if(caseWithExpression(t.a, b, a, NULL), a * interval, b)) OVER (PARTITION BY 0.1 IS DISTINCT FROM (a IN f(1)) ORDER BY intDiv(a, a) <=> (-2.5 IN (1, 2)) DESC)
;;
SELECT a::Array(UInt8) > t.a::Array(UInt8) < c ~ []::Array(UInt8)
=>
SELECT match((CAST(a, 'Array(UInt8)') > CAST(t.a, 'Array(UInt8)')) < c, CAST('[]', 'Array(UInt8)'))
=>
SELECT match((CAST(a, 'Array(UInt8)') > CAST(t.a, 'Array(UInt8)')) < c, CAST('[]', 'Array(UInt8)'))
;;
SELECT (a IN (1,)) ? {p:Array(String)} NOT ILIKE INTERVAL (a + 1) SECOND : exists(SELECT a) = case GLOBAL IN a
=>
SELECT if((a IN tuple(1)), {p:Array(String)} NOT ILIKE toIntervalSecond((a + 1)), ((exists((SELECT a)) = case) GLOBAL IN (a)))
=>
SELECT if((a IN tuple(1)), {p:Array(String)} NOT ILIKE toIntervalSecond((a + 1)), ((exists((
        SELECT a
    )) = case) GLOBAL IN (a)))
;;
SELECT (SELECT a) + 's' IS NOT DISTINCT FROM a IS NOT NULL
=>
SELECT (((SELECT a) + 's') <=> a) IS NOT NULL
=>
SELECT (((
        SELECT a
    ) + 's') <=> a) IS NOT NULL
;;
SELECT c
=>
SELECT c
=>
SELECT c
;;
SELECT b IN (SELECT 1)
=>
SELECT b IN (SELECT 1)
=>
SELECT b IN (
        SELECT 1
    )
;;
SELECT TIMESTAMP '2020-01-01 00:00:00'
=>
SELECT toDateTime('2020-01-01 00:00:00')
=>
SELECT toDateTime('2020-01-01 00:00:00')
;;
SELECT key
=>
SELECT key
=>
SELECT key
;;
SELECT 0.1
=>
SELECT 0.1
=>
SELECT 0.1
;;
SELECT true IN (SELECT 1) IN [1] IN ('a')
=>
SELECT ((true IN (SELECT 1)) IN [1]) IN ('a')
=>
SELECT ((true IN (
        SELECT 1
    )) IN [1]) IN ('a')
;;
SELECT a GLOBAL IN a IS DISTINCT FROM a IN f(1) OR COLUMNS(a, b) APPLY(f) ? a AT TIME ZONE 'UTC' : a !~ b
=>
SELECT if(((a GLOBAL IN (a)) IS DISTINCT FROM (a IN f(1))) OR COLUMNS(a, b) APPLY f, toTimeZone(a, 'UTC'), notMatch(a, b))
=>
SELECT if(((a GLOBAL IN (a)) IS DISTINCT FROM (a IN f(1))) OR COLUMNS(a, b) APPLY f, toTimeZone(a, 'UTC'), notMatch(a, b))
;;
SELECT EXTRACT(MONTH FROM a ? a : b IN (a, b))
=>
SELECT toMonth(if(a, a, (b IN (a, b))))
=>
SELECT toMonth(if(a, a, (b IN (a, b))))
;;
SELECT [1,2]::Array(UInt8) IN f(1) IS TRUE
=>
SELECT (CAST('[1,2]', 'Array(UInt8)') IN f(1)) <=> true
=>
SELECT (CAST('[1,2]', 'Array(UInt8)') IN f(1)) <=> true
;;
SELECT a
=>
SELECT a
=>
SELECT a
;;
SELECT a DIV a IS NOT DISTINCT FROM (t.a) || a::Array(UInt8) GLOBAL IN a.1.2
=>
SELECT intDiv(a, a) <=> (concat((t.a), CAST(a, 'Array(UInt8)')) GLOBAL IN ((a.1).2))
=>
SELECT intDiv(a, a) <=> (concat((t.a), CAST(a, 'Array(UInt8)')) GLOBAL IN ((a.1).2))
;;
SELECT a IN (SELECT 1) IN (a, b) = a || a IS NULL
=>
SELECT (((a IN (SELECT 1)) IN (a, b)) = concat(a, a)) IS NULL
=>
SELECT (((a IN (
        SELECT 1
    )) IN (a, b)) = concat(a, a)) IS NULL
;;
SELECT a IN a IN [1] != quantile(0.5)(a ~ a)
=>
SELECT ((a IN (a)) IN [1]) != quantile(0.5)(match(a, a))
=>
SELECT ((a IN (a)) IN [1]) != quantile(0.5)(match(a, a))
;;
SELECT c OR a >= b IS DISTINCT FROM a NOT IN a % a ILIKE (SELECT t.a)
=>
SELECT c OR ((a >= b) IS DISTINCT FROM ((a NOT IN (a % a)) ILIKE (SELECT t.a)))
=>
SELECT c OR ((a >= b) IS DISTINCT FROM ((a NOT IN (a % a)) ILIKE (
        SELECT t.a
    )))
;;
SELECT a != a % sum(db.t.c) OVER (PARTITION BY a ORDER BY a DESC).1.2
=>
SELECT a != (a % (((sum(db.t.c) OVER (PARTITION BY a ORDER BY a DESC)).1).2))
=>
SELECT a != (a % (((sum(db.t.c) OVER (PARTITION BY a ORDER BY a DESC)).1).2))
;;
SELECT INTERVAL 1 SECOND DIV (a, a) IN t
=>
SELECT intDiv(toIntervalSecond(1), (a, a)) IN (t)
=>
SELECT intDiv(toIntervalSecond(1), (a, a)) IN (t)
;;
SELECT [a AND a] IS DISTINCT FROM date
=>
SELECT [a AND a] IS DISTINCT FROM date
=>
SELECT [a AND a] IS DISTINCT FROM date
;;
SELECT a + 1 > a <> a[a]
=>
SELECT ((a + 1) > a) != (a[a])
=>
SELECT ((a + 1) > a) != (a[a])
;;
SELECT {p:Array(String)}
=>
SELECT {p:Array(String)}
=>
SELECT {p:Array(String)}
;;
SELECT EXTRACT(MONTH FROM [a, 's'] ILIKE a ILIKE a)
=>
SELECT toMonth(([a, 's'] ILIKE a) ILIKE a)
=>
SELECT toMonth(([a, 's'] ILIKE a) ILIKE a)
;;
SELECT a LIKE a == 0x1F BETWEEN a < a / x || a AND sum(a != a) FILTER (WHERE a)
=>
SELECT (((a LIKE a) = 31) >= (a < concat(a / x, a))) AND (((a LIKE a) = 31) <= sumIf(a != a, a))
=>
SELECT (((a LIKE a) = 31) >= (a < concat(a / x, a))) AND (((a LIKE a) = 31) <= sumIf(a != a, a))
;;
SELECT DATE '2020-01-01'.name
=>
SELECT tupleElement(toDate('2020-01-01'), 'name')
=>
SELECT tupleElement(toDate('2020-01-01'), 'name')
;;
SELECT 's' != -1 IN a::Array(UInt8)::String
=>
SELECT ('s' != -1) IN CAST(CAST(a, 'Array(UInt8)'), 'String')
=>
SELECT ('s' != -1) IN CAST(CAST(a, 'Array(UInt8)'), 'String')
;;
SELECT 0.1 ? b <= a : a IS DISTINCT FROM a REGEXP c
=>
SELECT if(0.1, b <= a, a IS DISTINCT FROM match(a, c))
=>
SELECT if(0.1, b <= a, a IS DISTINCT FROM match(a, c))
;;
SELECT TIMESTAMP '2020-01-01 00:00:00'
=>
SELECT toDateTime('2020-01-01 00:00:00')
=>
SELECT toDateTime('2020-01-01 00:00:00')
;;
SELECT a GLOBAL IN a AND a AT TIME ZONE 'UTC' / [EXTRACT(DAY FROM a), a IS NOT UNKNOWN]
=>
SELECT (a GLOBAL IN (a)) AND (toTimeZone(a, 'UTC') / [toDayOfMonth(a), a IS NOT NULL])
=>
SELECT (a GLOBAL IN (a)) AND (toTimeZone(a, 'UTC') / [toDayOfMonth(a), a IS NOT NULL])
;;
SELECT INTERVAL (SELECT a) HOUR::Array(UInt8)
=>
SELECT CAST(toIntervalHour((SELECT a)), 'Array(UInt8)')
=>
SELECT CAST(toIntervalHour((
        SELECT a
    )), 'Array(UInt8)')
;;
SELECT a OR inf IN ('a') >= a NOT ILIKE 18446744073709551616 ? {p:UInt8} : a LIKE a
=>
SELECT if(a OR (((inf IN ('a')) >= a) NOT ILIKE 18446744073709552000.), {p:UInt8}, a LIKE a)
=>
SELECT if(a OR (((inf IN ('a')) >= a) NOT ILIKE 18446744073709552000.), {p:UInt8}, a LIKE a)
;;
SELECT -a
=>
SELECT -a
=>
SELECT -a
;;
SELECT b DIV left(a) IS TRUE
=>
SELECT intDiv(b, left(a)) <=> true
=>
SELECT intDiv(b, left(a)) <=> true
;;
SELECT (a + a, a DIV a) NOT IN DATE '2020-01-01' NOT LIKE a IS NULL
=>
SELECT (((a + a, intDiv(a, a)) NOT IN toDate('2020-01-01')) NOT LIKE a) IS NULL
=>
SELECT (((a + a, intDiv(a, a)) NOT IN toDate('2020-01-01')) NOT LIKE a) IS NULL
;;
SELECT date || values NOT LIKE t.a IN (SELECT 1) - c.1.2 ? f((x, y) -> b, a) : 2.5
=>
SELECT if(((concat(date, `values`) NOT LIKE t.a) IN ((SELECT 1) - ((c.1).2))), f((x, y) -> b, a), 2.5)
=>
SELECT if(((concat(date, `values`) NOT LIKE t.a) IN ((
        SELECT 1
    ) - ((c.1).2))), f((x, y) -> b, a), 2.5)
;;
SELECT extract(a = a, f(x -> a, interval), a ? NULL : a) AND date MOD a GLOBAL IN a IS NOT DISTINCT FROM a
=>
SELECT extract(a = a, f(x -> a, interval), if(a, NULL, a)) AND (((date % a) GLOBAL IN (a)) <=> a)
=>
SELECT extract(a = a, f(x -> a, interval), if(a, NULL, a)) AND (((date % a) GLOBAL IN (a)) <=> a)
;;
SELECT sum(a.name) OVER (PARTITION BY a IS DISTINCT FROM a ? (a, 1e3) : NOT a ORDER BY - 1)
=>
SELECT sum(a.name) OVER (PARTITION BY if(a IS DISTINCT FROM a, (a, 1000.), NOT a) ORDER BY -1 ASC)
=>
SELECT sum(a.name) OVER (PARTITION BY if(a IS DISTINCT FROM a, (a, 1000.), NOT a) ORDER BY -1 ASC)
;;
SELECT -2.5
=>
SELECT -2.5
=>
SELECT -2.5
;;
SELECT a
=>
SELECT a
=>
SELECT a
;;
SELECT [a, sum(-1, b, a AND a)]
=>
SELECT [a, sum(-1, b, a AND a)]
=>
SELECT [a, sum(-1, b, a AND a)]
;;
SELECT `x y` NOT IN a IS NOT UNKNOWN REGEXP -1
=>
SELECT match((`x y` NOT IN (a)) IS NOT NULL, -1)
=>
SELECT match((`x y` NOT IN (a)) IS NOT NULL, -1)
;;
SELECT a NOT LIKE a <= a IN t IS TRUE
=>
SELECT (((a NOT LIKE a) <= a) IN (t)) <=> true
=>
SELECT (((a NOT LIKE a) <= a) IN (t)) <=> true
;;
SELECT f((x, y) -> b % a == t.a == a, a / a IN NOT EXISTS (SELECT a))
=>
SELECT f((x, y) -> (((b % a) = t.a) = a), ((a / a) IN (NOT exists((SELECT a)))))
=>
SELECT f((x, y) -> (((b % a) = t.a) = a), ((a / a) IN (NOT exists((
        SELECT a
    )))))
;;
SELECT t.a
=>
SELECT t.a
=>
SELECT t.a
;;
SELECT INTERVAL (a + 1) HOUR
=>
SELECT toIntervalHour((a + 1))
=>
SELECT toIntervalHour((a + 1))
;;
SELECT a GLOBAL IN a AND 's' IN (a, b) IN [1]
=>
SELECT (a GLOBAL IN (a)) AND (('s' IN (a, b)) IN [1])
=>
SELECT (a GLOBAL IN (a)) AND (('s' IN (a, b)) IN [1])
;;
SELECT NULL - a DIV {p:UInt8} MOD 0.1 + NULL NOT IN a[a]
=>
SELECT ((NULL - (intDiv(a, {p:UInt8}) % 0.1)) + NULL) NOT IN (a[a])
=>
SELECT ((NULL - (intDiv(a, {p:UInt8}) % 0.1)) + NULL) NOT IN (a[a])
;;
SELECT a IN f(1) * DATE '2020-01-01' NOT IN inf ? EXTRACT(DAY FROM CASE a WHEN a THEN NULL ELSE a END) : 'a''b' ~ 1 - 0x1F IN ((1, 2), (3, 4))
=>
SELECT if(((a IN (f(1) * toDate('2020-01-01'))) NOT IN (inf)), toDayOfMonth(caseWithExpression(a, a, NULL, a)), (match('a\'b', 1 - 31) IN ((1, 2), (3, 4))))
=>
SELECT if(((a IN (f(1) * toDate('2020-01-01'))) NOT IN (inf)), toDayOfMonth(caseWithExpression(a, a, NULL, a)), (match('a\'b', 1 - 31) IN ((1, 2), (3, 4))))
;;
SELECT (a NOT LIKE b, t.a.name) / * APPLY sum ? t.a <= a : sum(2.5) OVER (PARTITION BY a ORDER BY a DESC)
=>
SELECT if((a NOT LIKE b, t.a.name) / * APPLY sum, t.a <= a, sum(2.5) OVER (PARTITION BY a ORDER BY a DESC))
=>
SELECT if((a NOT LIKE b, t.a.name) / * APPLY sum, t.a <= a, sum(2.5) OVER (PARTITION BY a ORDER BY a DESC))
;;
SELECT c
=>
SELECT c
=>
SELECT c
;;
SELECT c
=>
SELECT c
=>
SELECT c
;;
SELECT [sum(t.a) OVER (PARTITION BY a ORDER BY b DESC)] NOT ILIKE interval
=>
SELECT [sum(t.a) OVER (PARTITION BY a ORDER BY b DESC)] NOT ILIKE interval
=>
SELECT [sum(t.a) OVER (PARTITION BY a ORDER BY b DESC)] NOT ILIKE interval
;;
SELECT a % a * t.a IN db.t
=>
SELECT ((a % a) * t.a) IN (db.t)
=>
SELECT ((a % a) * t.a) IN (db.t)
;;
SELECT CAST(CASE a WHEN 'a''b' THEN a END AS Nullable(String)) LIKE b IN ((1, 2), (3, 4)) > t.a OR b
=>
SELECT (((CAST(caseWithExpression(a, 'a\'b', a, NULL), 'Nullable(String)') LIKE b) IN ((1, 2), (3, 4))) > t.a) OR b
=>
SELECT (((CAST(caseWithExpression(a, 'a\'b', a, NULL), 'Nullable(String)') LIKE b) IN ((1, 2), (3, 4))) > t.a) OR b
;;
SELECT CAST(key AT TIME ZONE 'UTC' AS UInt8)
=>
SELECT CAST(toTimeZone(key, 'UTC'), 'UInt8')
=>
SELECT CAST(toTimeZone(key, 'UTC'), 'UInt8')
;;
SELECT a ? a : a IN (1) AND b
=>
SELECT if(a, a, (a IN (1)) AND b)
=>
SELECT if(a, a, (a IN (1)) AND b)
;;
SELECT (-2.5, (t.a) IN (SELECT 1))
=>
SELECT (-2.5, (t.a) IN (SELECT 1))
=>
SELECT (-2.5, (t.a) IN (
        SELECT 1
    ))
;;
SELECT a.1.2 IS DISTINCT FROM 's' IN t
=>
SELECT ((a.1).2) IS DISTINCT FROM ('s' IN (t))
=>
SELECT ((a.1).2) IS DISTINCT FROM ('s' IN (t))
;;
SELECT true != c AT TIME ZONE 'UTC'
=>
SELECT true != toTimeZone(c, 'UTC')
=>
SELECT true != toTimeZone(c, 'UTC')
;;
SELECT a ? DATE '2020-01-01' : a::Array(UInt8) IN t
=>
SELECT if(a, toDate('2020-01-01'), (CAST(a, 'Array(UInt8)') IN (t)))
=>
SELECT if(a, toDate('2020-01-01'), (CAST(a, 'Array(UInt8)') IN (t)))
;;
SELECT count(t.a, 0.1 IN [1], quantile(0.5)(a)) DIV EXTRACT(YEAR FROM a) > a IS NOT DISTINCT FROM inf
=>
SELECT (intDiv(count(t.a, (0.1 IN [1]), quantile(0.5)(a)), toYear(a)) > a) <=> inf
=>
SELECT (intDiv(count(t.a, (0.1 IN [1]), quantile(0.5)(a)), toYear(a)) > a) <=> inf
;;
SELECT 1e3.name % a >= a NOT LIKE b
=>
SELECT ((tupleElement(1000., 'name') % a) >= a) NOT LIKE b
=>
SELECT ((tupleElement(1000., 'name') % a) >= a) NOT LIKE b
;;
SELECT quantile(0.5)(a) == CAST(TIMESTAMP '2020-01-01 00:00:00' AS UInt8) = 0.1
=>
SELECT (quantile(0.5)(a) = CAST(toDateTime('2020-01-01 00:00:00'), 'UInt8')) = 0.1
=>
SELECT (quantile(0.5)(a) = CAST(toDateTime('2020-01-01 00:00:00'), 'UInt8')) = 0.1
;;
SELECT TRIM(BOTH 'x' FROM 1) IS NOT DISTINCT FROM t.a IS NULL BETWEEN a AND a == a = b
=>
SELECT (((trimBoth(1, 'x') <=> t.a) IS NULL) >= a) AND (((trimBoth(1, 'x') <=> t.a) IS NULL) <= ((a = a) = b))
=>
SELECT (((trimBoth(1, 'x') <=> t.a) IS NULL) >= a) AND (((trimBoth(1, 'x') <=> t.a) IS NULL) <= ((a = a) = b))
;;
SELECT db.t.c ? 0x1F > a IN f(1) : t.a IS DISTINCT FROM inf NOT IN a LIKE a
=>
SELECT if(db.t.c, ((31 > a) IN f(1)), t.a IS DISTINCT FROM ((inf NOT IN (a)) LIKE a))
=>
SELECT if(db.t.c, ((31 > a) IN f(1)), t.a IS DISTINCT FROM ((inf NOT IN (a)) LIKE a))
;;
SELECT a OR $$h$$ ? NOT EXISTS (SELECT a) : t.a * a !~ (a) !~ c ILIKE a
=>
SELECT if(a OR 'h', NOT exists((SELECT a)), notMatch(notMatch(t.a * a, (a)), c) ILIKE a)
=>
SELECT if(a OR 'h', NOT exists((
        SELECT a
    )), notMatch(notMatch(t.a * a, (a)), c) ILIKE a)
;;
SELECT 2.5 !~ a !~ a IS NOT DISTINCT FROM a / (b * a, a[1])
=>
SELECT notMatch(notMatch(2.5, a), a) <=> (a / (b * a, a[1]))
=>
SELECT notMatch(notMatch(2.5, a), a) <=> (a / (b * a, a[1]))
;;
SELECT [a <= a] = a !~ a::String
=>
SELECT notMatch([a <= a] = a, CAST(a, 'String'))
=>
SELECT notMatch([a <= a] = a, CAST(a, 'String'))
;;
SELECT - f(a ILIKE a AS q)
=>
SELECT -f(a ILIKE a AS q)
=>
SELECT -f(a ILIKE a AS q)
;;
SELECT -CAST(a AS Decimal(10,2)) MOD a / a
=>
SELECT ((-CAST(a, 'Decimal(10, 2)')) % a) / a
=>
SELECT ((-CAST(a, 'Decimal(10, 2)')) % a) / a
;;
SELECT sum(a REGEXP a ~ interval) OVER (PARTITION BY f((b) AS q) ORDER BY c AND 0.1 AND $$h$$ ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
=>
SELECT sum(match(match(a, a), interval)) OVER (PARTITION BY f((b) AS q) ORDER BY c AND 0.1 AND 'h' ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
=>
SELECT sum(match(match(a, a), interval)) OVER (PARTITION BY f((b) AS q) ORDER BY c AND 0.1 AND 'h' ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
;;
SELECT b
=>
SELECT b
=>
SELECT b
;;
SELECT extract(a ? 's' : t.a, a IS NOT UNKNOWN, EXTRACT(DAY FROM a)) MOD b IN ((1, 2), (3, 4)) ? a IN a : a NOT BETWEEN a AND a
=>
SELECT if(((extract(if(a, 's', t.a), a IS NOT NULL, toDayOfMonth(a)) % b) IN ((1, 2), (3, 4))), (a IN (a)), (a < a) OR (a > a))
=>
SELECT if(((extract(if(a, 's', t.a), a IS NOT NULL, toDayOfMonth(a)) % b) IN ((1, 2), (3, 4))), (a IN (a)), (a < a) OR (a > a))
;;
SELECT DATE '2020-01-01' IN a IN (1,) IN (a, b)
=>
SELECT ((toDate('2020-01-01') IN (a)) IN tuple(1)) IN (a, b)
=>
SELECT ((toDate('2020-01-01') IN (a)) IN tuple(1)) IN (a, b)
;;
SELECT * APPLY sum / a ? a : a >= a IN ('a')
=>
SELECT if(* APPLY sum / a, a, ((a >= a) IN ('a')))
=>
SELECT if(* APPLY sum / a, a, ((a >= a) IN ('a')))
;;
SELECT -1::Int8 IN (a, b).name
=>
SELECT CAST('-1', 'Int8') IN tupleElement((a, b), 'name')
=>
SELECT CAST('-1', 'Int8') IN tupleElement((a, b), 'name')
;;
SELECT [quantile(0.5)(a OR a)]
=>
SELECT [quantile(0.5)(a OR a)]
=>
SELECT [quantile(0.5)(a OR a)]
;;
SELECT a NOT LIKE a NOT LIKE x NOT LIKE a <> CAST(a IS DISTINCT FROM NULL AS DateTime64(3, 'UTC'))
=>
SELECT (((a NOT LIKE a) NOT LIKE x) NOT LIKE a) != CAST(a IS DISTINCT FROM NULL, 'DateTime64(3, \'UTC\')')
=>
SELECT (((a NOT LIKE a) NOT LIKE x) NOT LIKE a) != CAST(a IS DISTINCT FROM NULL, 'DateTime64(3, \'UTC\')')
;;
SELECT a AND a > a > a OR c MOD key
=>
SELECT (a AND ((a > a) > a)) OR (c % key)
=>
SELECT (a AND ((a > a) > a)) OR (c % key)
;;
SELECT b LIKE f(x -> a, a) IN [1]
=>
SELECT (b LIKE f(x -> a, a)) IN [1]
=>
SELECT (b LIKE f(x -> a, a)) IN [1]
;;
CREATE TABLE `d b`.`t t` (b JSON, `x.y` Nested(a UInt8, b Array(String)) NOT NULL CODEC(ZSTD(1)), date VARCHAR(10) EPHEMERAL 'x') ENGINE = MergeTree ORDER BY a PRIMARY KEY (a, b)
=>
CREATE TABLE `d b`.`t t` (`b` JSON, `x.y` Nested(a UInt8, b Array(String)) NOT NULL CODEC(ZSTD(1)), `date` VARCHAR(10) EPHEMERAL 'x') ENGINE = MergeTree PRIMARY KEY (a, b) ORDER BY a
=>
CREATE TABLE `d b`.`t t`
(
    `b` JSON,
    `x.y` Nested(a UInt8, b Array(String)) NOT NULL CODEC(ZSTD(1)),
    `date` VARCHAR(10) EPHEMERAL 'x'
)
ENGINE = MergeTree
PRIMARY KEY (a, b)
ORDER BY a
;;
CREATE VIEW IF NOT EXISTS `d b`.`t t` (a UInt8, b String) AS SELECT a, b FROM t COMMENT 'v'
=>
CREATE VIEW IF NOT EXISTS `d b`.`t t` (`a` UInt8, `b` String) COMMENT 'v' AS SELECT a, b FROM t
=>
CREATE VIEW IF NOT EXISTS `d b`.`t t`
(
    `a` UInt8,
    `b` String
)
COMMENT 'v'
AS SELECT
    a,
    b
FROM t
;;
CREATE TABLE t ("q" INT DEFAULT tuple(), PRIMARY KEY (a, b))
=>
CREATE TABLE t (`q` INT DEFAULT tuple()) PRIMARY KEY (a, b)
=>
CREATE TABLE t
(
    `q` INT DEFAULT tuple()
)
PRIMARY KEY (a, b)
;;
CREATE TEMPORARY TABLE t (a double precision, a Dynamic) ENGINE = MergeTree ORDER BY a TTL ts + INTERVAL 1 DAY
=>
CREATE TEMPORARY TABLE t (`a` DOUBLE PRECISION, `a` Dynamic) ENGINE = MergeTree ORDER BY a TTL ts + toIntervalDay(1)
=>
CREATE TEMPORARY TABLE t
(
    `a` DOUBLE PRECISION,
    `a` Dynamic
)
ENGINE = MergeTree
ORDER BY a
TTL ts + toIntervalDay(1)
;;
CREATE VIEW t (a UInt8, b String) AS SELECT a, b FROM t
=>
CREATE VIEW t (`a` UInt8, `b` String) AS SELECT a, b FROM t
=>
CREATE VIEW t
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    b
FROM t
;;
CREATE MATERIALIZED VIEW t ON CLUSTER c TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t ON CLUSTER c TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t ON CLUSTER c TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TEMPORARY TABLE IF NOT EXISTS db.t (`x.y` Enum('a','b') NOT NULL DEFAULT NULL, "q" Variant(UInt8, String), PRIMARY KEY (a, b), comment AggregateFunction(quantiles(0.5,0.9), Float64) EPHEMERAL 'x' CODEC(NONE)) ENGINE=Memory ORDER BY a TTL ts + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(9)) SETTINGS index_granularity=8192 , ttl_only_drop_parts = 1 COMMENT 'x'
=>
CREATE TEMPORARY TABLE IF NOT EXISTS db.t (`x.y` Enum('a', 'b') NOT NULL DEFAULT NULL, `q` Variant(UInt8, String), `comment` AggregateFunction(quantiles(0.5, 0.9), Float64) EPHEMERAL 'x' CODEC(NONE)) ENGINE = Memory PRIMARY KEY (a, b) ORDER BY a TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1 COMMENT 'x'
=>
CREATE TEMPORARY TABLE IF NOT EXISTS db.t
(
    `x.y` Enum('a', 'b') NOT NULL DEFAULT NULL,
    `q` Variant(UInt8, String),
    `comment` AggregateFunction(quantiles(0.5, 0.9), Float64) EPHEMERAL 'x' CODEC(NONE)
)
ENGINE = Memory
PRIMARY KEY (a, b)
ORDER BY a
TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9))
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
COMMENT 'x'
;;
CREATE TABLE db.t (b BIGINT UNSIGNED DEFAULT a + 1 CODEC(Delta(8), ZSTD(1))) ENGINE Memory ORDER BY (toStartOfHour(ts), a) TTL ts GROUP BY a SET b = max(b), c = min(c) SETTINGS index_granularity=8192 , ttl_only_drop_parts = 1
=>
CREATE TABLE db.t (`b` BIGINT UNSIGNED DEFAULT a + 1 CODEC(Delta(8), ZSTD(1))) ENGINE = Memory ORDER BY (toStartOfHour(ts), a) TTL ts GROUP BY a SET b = max(b), c = min(c) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
=>
CREATE TABLE db.t
(
    `b` BIGINT UNSIGNED DEFAULT a + 1 CODEC(Delta(8), ZSTD(1))
)
ENGINE = Memory
ORDER BY (toStartOfHour(ts), a)
TTL ts GROUP BY a SET b = max(b), c = min(c)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
;;
CREATE TEMPORARY TABLE `d b`.`t t` (PROJECTION p (SELECT a, sum(b) GROUP BY a), INDEX i1 a TYPE minmax) ENGINE MergeTree ORDER BY a PARTITION BY (a, b) COMMENT 'x'
=>
CREATE TEMPORARY TABLE `d b`.`t t` (INDEX i1 a TYPE minmax GRANULARITY 1, PROJECTION p (SELECT a, sum(b) GROUP BY a)) ENGINE = MergeTree PARTITION BY (a, b) ORDER BY a COMMENT 'x'
=>
CREATE TEMPORARY TABLE `d b`.`t t`
(
    INDEX i1 a TYPE minmax GRANULARITY 1,
    PROJECTION p
    (
        SELECT
            a,
            sum(b)
        GROUP BY a
    )
)
ENGINE = MergeTree
PARTITION BY (a, b)
ORDER BY a
COMMENT 'x'
;;
CREATE TABLE IF NOT EXISTS t AS numbers(3)
=>
CREATE TABLE IF NOT EXISTS t AS numbers(3)
=>
CREATE TABLE IF NOT EXISTS t AS numbers(3)
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS `d b`.`t t` ON CLUSTER c ENGINE=MergeTree ORDER BY tuple() PRIMARY KEY (a) POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS `d b`.`t t` ON CLUSTER c ENGINE = MergeTree PRIMARY KEY (a) ORDER BY tuple() POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS `d b`.`t t` ON CLUSTER c
ENGINE = MergeTree
PRIMARY KEY (a)
ORDER BY tuple() POPULATE
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE VIEW IF NOT EXISTS t (a UInt8, b String) AS SELECT a, b FROM t
=>
CREATE VIEW IF NOT EXISTS t (`a` UInt8, `b` String) AS SELECT a, b FROM t
=>
CREATE VIEW IF NOT EXISTS t
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    b
FROM t
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TEMPORARY TABLE IF NOT EXISTS db.t (comment Variant(UInt8, String) COMMENT 'it''s' TTL ts + INTERVAL 1 DAY, "q" INT COMMENT 'it''s' CODEC(ZSTD(1)), date Enum8('a'=1,'b'=-2) DEFAULT NULL) ENGINE Memory ORDER BY (toStartOfHour(ts), a) TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TEMPORARY TABLE IF NOT EXISTS db.t (`comment` Variant(UInt8, String) COMMENT 'it\'s' TTL ts + toIntervalDay(1), `q` INT COMMENT 'it\'s' CODEC(ZSTD(1)), `date` Enum8('a' = 1, 'b' = -2) DEFAULT NULL) ENGINE = Memory ORDER BY (toStartOfHour(ts), a) TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TEMPORARY TABLE IF NOT EXISTS db.t
(
    `comment` Variant(UInt8, String) COMMENT 'it\'s' TTL ts + toIntervalDay(1),
    `q` INT COMMENT 'it\'s' CODEC(ZSTD(1)),
    `date` Enum8('a' = 1, 'b' = -2) DEFAULT NULL
)
ENGINE = Memory
ORDER BY (toStartOfHour(ts), a)
TTL ts GROUP BY a SET b = max(b), c = min(c)
;;
CREATE TEMPORARY TABLE IF NOT EXISTS t ON CLUSTER c (PRIMARY KEY a, `sp ace` Enum('a','b') EPHEMERAL 'x', "q" LowCardinality(Nullable(String)) ALIAS a + 1, INDEX `i 2` a TYPE text(tokenizer = 'array')) ENGINE = MergeTree() ORDER BY tuple()
=>
CREATE TEMPORARY TABLE IF NOT EXISTS t ON CLUSTER c (`sp ace` Enum('a', 'b') EPHEMERAL 'x', `q` LowCardinality(Nullable(String)) ALIAS a + 1, INDEX `i 2` a TYPE text(tokenizer = 'array') GRANULARITY 100000000) ENGINE = MergeTree PRIMARY KEY a ORDER BY tuple()
=>
CREATE TEMPORARY TABLE IF NOT EXISTS t ON CLUSTER c
(
    `sp ace` Enum('a', 'b') EPHEMERAL 'x',
    `q` LowCardinality(Nullable(String)) ALIAS a + 1,
    INDEX `i 2` a TYPE text(tokenizer = 'array') GRANULARITY 100000000
)
ENGINE = MergeTree
PRIMARY KEY a
ORDER BY tuple()
;;
CREATE TEMPORARY TABLE `d b`.`t t` ON CLUSTER c (INDEX i1 a TYPE text(tokenizer = 'array') GRANULARITY 4, PRIMARY KEY (a, b)) COMMENT 'x'
=>
CREATE TEMPORARY TABLE `d b`.`t t` ON CLUSTER c (INDEX i1 a TYPE text(tokenizer = 'array') GRANULARITY 100000000) PRIMARY KEY (a, b) COMMENT 'x'
=>
CREATE TEMPORARY TABLE `d b`.`t t` ON CLUSTER c
(
    INDEX i1 a TYPE text(tokenizer = 'array') GRANULARITY 100000000
)
PRIMARY KEY (a, b)
COMMENT 'x'
;;
CREATE MATERIALIZED VIEW t ENGINE = MergeTree() PARTITION BY toYYYYMM(ts) ORDER BY (toStartOfHour(ts), a) TTL ts + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(9)) POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY (toStartOfHour(ts), a) TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (toStartOfHour(ts), a)
TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) POPULATE
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TABLE t (b Dynamic MATERIALIZED tuple() CODEC(NONE), "q" AggregateFunction(quantiles(0.5,0.9), Float64), "q" String CODEC(NONE) TTL ts + INTERVAL 1 DAY) ENGINE=Memory ORDER BY (toStartOfHour(ts), a)
=>
CREATE TABLE t (`b` Dynamic MATERIALIZED tuple() CODEC(NONE), `q` AggregateFunction(quantiles(0.5, 0.9), Float64), `q` String CODEC(NONE) TTL ts + toIntervalDay(1)) ENGINE = Memory ORDER BY (toStartOfHour(ts), a)
=>
CREATE TABLE t
(
    `b` Dynamic MATERIALIZED tuple() CODEC(NONE),
    `q` AggregateFunction(quantiles(0.5, 0.9), Float64),
    `q` String CODEC(NONE) TTL ts + toIntervalDay(1)
)
ENGINE = Memory
ORDER BY (toStartOfHour(ts), a)
;;
CREATE TABLE t ON CLUSTER c (`x.y` Decimal(10,2) DEFAULT a + 1, INDEX `i 2` a TYPE minmax GRANULARITY 4, ttl SimpleAggregateFunction(sum, UInt64) NULL) ENGINE=MergeTree() ORDER BY tuple() PARTITION BY tuple() PRIMARY KEY a COMMENT 'x'
=>
CREATE TABLE t ON CLUSTER c (`x.y` Decimal(10, 2) DEFAULT a + 1, `ttl` SimpleAggregateFunction(sum, UInt64) NULL, INDEX `i 2` a TYPE minmax GRANULARITY 4) ENGINE = MergeTree PARTITION BY tuple() PRIMARY KEY a ORDER BY tuple() COMMENT 'x'
=>
CREATE TABLE t ON CLUSTER c
(
    `x.y` Decimal(10, 2) DEFAULT a + 1,
    `ttl` SimpleAggregateFunction(sum, UInt64) NULL,
    INDEX `i 2` a TYPE minmax GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY tuple()
PRIMARY KEY a
ORDER BY tuple()
COMMENT 'x'
;;
CREATE TEMPORARY TABLE IF NOT EXISTS `d b`.`t t` (`sp ace` AggregateFunction(quantiles(0.5,0.9), Float64) EPHEMERAL 'x', INDEX i1 lower(a) TYPE bloom_filter(0.01), date Nullable(String) COMMENT 'it''s' CODEC(NONE)) ENGINE = MergeTree SETTINGS index_granularity=8192 COMMENT 'x'
=>
CREATE TEMPORARY TABLE IF NOT EXISTS `d b`.`t t` (`sp ace` AggregateFunction(quantiles(0.5, 0.9), Float64) EPHEMERAL 'x', `date` Nullable(String) COMMENT 'it\'s' CODEC(NONE), INDEX i1 lower(a) TYPE bloom_filter(0.01) GRANULARITY 1) ENGINE = MergeTree SETTINGS index_granularity = 8192 COMMENT 'x'
=>
CREATE TEMPORARY TABLE IF NOT EXISTS `d b`.`t t`
(
    `sp ace` AggregateFunction(quantiles(0.5, 0.9), Float64) EPHEMERAL 'x',
    `date` Nullable(String) COMMENT 'it\'s' CODEC(NONE),
    INDEX i1 lower(a) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
SETTINGS index_granularity = 8192
COMMENT 'x'
;;
CREATE TABLE IF NOT EXISTS db.t (INDEX `i 2` a TYPE bloom_filter(0.01) GRANULARITY 4)
=>
CREATE TABLE IF NOT EXISTS db.t (INDEX `i 2` a TYPE bloom_filter(0.01) GRANULARITY 4)
=>
CREATE TABLE IF NOT EXISTS db.t
(
    INDEX `i 2` a TYPE bloom_filter(0.01) GRANULARITY 4
)
;;
CREATE TABLE db.t (key Map(LowCardinality(String), String) MATERIALIZED ts + INTERVAL 1 DAY, INDEX i1 (a, b) TYPE bloom_filter(0.01) GRANULARITY 4, ttl LowCardinality(Nullable(String))) ENGINE = Memory PARTITION BY toYYYYMM(ts) ORDER BY (a, b) SETTINGS index_granularity=8192 , ttl_only_drop_parts = 1 COMMENT 'x'
=>
CREATE TABLE db.t (`key` Map(LowCardinality(String), String) MATERIALIZED ts + toIntervalDay(1), `ttl` LowCardinality(Nullable(String)), INDEX i1 (a, b) TYPE bloom_filter(0.01) GRANULARITY 4) ENGINE = Memory PARTITION BY toYYYYMM(ts) ORDER BY (a, b) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1 COMMENT 'x'
=>
CREATE TABLE db.t
(
    `key` Map(LowCardinality(String), String) MATERIALIZED ts + toIntervalDay(1),
    `ttl` LowCardinality(Nullable(String)),
    INDEX i1 (a, b) TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = Memory
PARTITION BY toYYYYMM(ts)
ORDER BY (a, b)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
COMMENT 'x'
;;
CREATE VIEW `d b`.`t t` (a UInt8, b String) AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW `d b`.`t t` (`a` UInt8, `b` String) AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW `d b`.`t t`
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    b
FROM t
WHERE a
;;
CREATE TABLE t ON CLUSTER c (a Decimal(10,2) NOT NULL CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree ORDER BY (a, b) TTL ts + toIntervalDay(1) DELETE
=>
CREATE TABLE t ON CLUSTER c (`a` Decimal(10, 2) NOT NULL CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree ORDER BY (a, b) TTL ts + toIntervalDay(1)
=>
CREATE TABLE t ON CLUSTER c
(
    `a` Decimal(10, 2) NOT NULL CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (a, b)
TTL ts + toIntervalDay(1)
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS t ON CLUSTER c ENGINE = MergeTree ORDER BY (a, b) PRIMARY KEY a POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS t ON CLUSTER c ENGINE = MergeTree PRIMARY KEY a ORDER BY (a, b) POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS t ON CLUSTER c
ENGINE = MergeTree
PRIMARY KEY a
ORDER BY (a, b) POPULATE
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE VIEW IF NOT EXISTS t AS SELECT a, b FROM t WHERE a COMMENT 'v'
=>
CREATE VIEW IF NOT EXISTS t COMMENT 'v' AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW IF NOT EXISTS t
COMMENT 'v'
AS SELECT
    a,
    b
FROM t
WHERE a
;;
CREATE TABLE IF NOT EXISTS db.t ON CLUSTER c (b Variant(UInt8, String) NOT NULL CODEC(ZSTD(1)), `sp ace` BIGINT UNSIGNED DEFAULT a + 1 CODEC(Delta(8), ZSTD(1)), INDEX i1 a TYPE text(tokenizer = 'array') GRANULARITY 4, `sp ace` Nested(a UInt8, b Array(String))) ENGINE=MergeTree ORDER BY (a, b) SETTINGS index_granularity=8192
=>
CREATE TABLE IF NOT EXISTS db.t ON CLUSTER c (`b` Variant(UInt8, String) NOT NULL CODEC(ZSTD(1)), `sp ace` BIGINT UNSIGNED DEFAULT a + 1 CODEC(Delta(8), ZSTD(1)), `sp ace` Nested(a UInt8, b Array(String)), INDEX i1 a TYPE text(tokenizer = 'array') GRANULARITY 100000000) ENGINE = MergeTree ORDER BY (a, b) SETTINGS index_granularity = 8192
=>
CREATE TABLE IF NOT EXISTS db.t ON CLUSTER c
(
    `b` Variant(UInt8, String) NOT NULL CODEC(ZSTD(1)),
    `sp ace` BIGINT UNSIGNED DEFAULT a + 1 CODEC(Delta(8), ZSTD(1)),
    `sp ace` Nested(a UInt8, b Array(String)),
    INDEX i1 a TYPE text(tokenizer = 'array') GRANULARITY 100000000
)
ENGINE = MergeTree
ORDER BY (a, b)
SETTINGS index_granularity = 8192
;;
CREATE TEMPORARY TABLE db.t (CONSTRAINT c1 CHECK -1, `sp ace` LowCardinality(Nullable(String)) TTL ts + INTERVAL 1 DAY, INDEX i1 lower(a) TYPE minmax, a VARCHAR(10) NULL) ENGINE = MergeTree() ORDER BY a
=>
CREATE TEMPORARY TABLE db.t (`sp ace` LowCardinality(Nullable(String)) TTL ts + toIntervalDay(1), `a` VARCHAR(10) NULL, INDEX i1 lower(a) TYPE minmax GRANULARITY 1, CONSTRAINT c1 CHECK -1) ENGINE = MergeTree ORDER BY a
=>
CREATE TEMPORARY TABLE db.t
(
    `sp ace` LowCardinality(Nullable(String)) TTL ts + toIntervalDay(1),
    `a` VARCHAR(10) NULL,
    INDEX i1 lower(a) TYPE minmax GRANULARITY 1,
    CONSTRAINT c1 CHECK -1
)
ENGINE = MergeTree
ORDER BY a
;;
CREATE TABLE db.t ENGINE MergeTree() PARTITION BY tuple() PRIMARY KEY (a, b) TTL ts + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(9)) SETTINGS index_granularity=8192 AS SELECT * FROM y
=>
CREATE TABLE db.t ENGINE = MergeTree PARTITION BY tuple() PRIMARY KEY (a, b) TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) SETTINGS index_granularity = 8192 AS SELECT * FROM y
=>
CREATE TABLE db.t
ENGINE = MergeTree
PARTITION BY tuple()
PRIMARY KEY (a, b)
TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9))
SETTINGS index_granularity = 8192
AS SELECT *
FROM y
;;
CREATE TABLE IF NOT EXISTS `d b`.`t t` ON CLUSTER c CLONE AS other
=>
CREATE TABLE IF NOT EXISTS `d b`.`t t` ON CLUSTER c CLONE AS other
=>
CREATE TABLE IF NOT EXISTS `d b`.`t t` ON CLUSTER c CLONE AS other
;;
CREATE MATERIALIZED VIEW `d b`.`t t` ON CLUSTER c TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW `d b`.`t t` ON CLUSTER c TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW `d b`.`t t` ON CLUSTER c TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE VIEW IF NOT EXISTS db.t (a UInt8, b String) AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW IF NOT EXISTS db.t (`a` UInt8, `b` String) AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW IF NOT EXISTS db.t
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    b
FROM t
WHERE a
;;
CREATE TABLE db.t AS numbers(3)
=>
CREATE TABLE db.t AS numbers(3)
=>
CREATE TABLE db.t AS numbers(3)
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS `d b`.`t t` TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS `d b`.`t t` TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS `d b`.`t t` TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TABLE t ON CLUSTER c (key VARCHAR(10) MATERIALIZED ts + INTERVAL 1 DAY COMMENT 'it''s') ENGINE=MergeTree PARTITION BY (a, b) ORDER BY (toStartOfHour(ts), a) TTL ts + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(9)) SETTINGS index_granularity=8192 , ttl_only_drop_parts = 1 COMMENT 'x'
=>
CREATE TABLE t ON CLUSTER c (`key` VARCHAR(10) MATERIALIZED ts + toIntervalDay(1) COMMENT 'it\'s') ENGINE = MergeTree PARTITION BY (a, b) ORDER BY (toStartOfHour(ts), a) TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1 COMMENT 'x'
=>
CREATE TABLE t ON CLUSTER c
(
    `key` VARCHAR(10) MATERIALIZED ts + toIntervalDay(1) COMMENT 'it\'s'
)
ENGINE = MergeTree
PARTITION BY (a, b)
ORDER BY (toStartOfHour(ts), a)
TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9))
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
COMMENT 'x'
;;
CREATE TABLE db.t AS other
=>
CREATE TABLE db.t AS other
=>
CREATE TABLE db.t AS other
;;
CREATE TEMPORARY TABLE `d b`.`t t` (a JSON, key Variant(UInt8, String) NULL ALIAS a + 1, "q" char(3), `x.y` Nullable(String)) ENGINE = MergeTree PARTITION BY tuple() ORDER BY (toStartOfHour(ts), a) PRIMARY KEY (a)
=>
CREATE TEMPORARY TABLE `d b`.`t t` (`a` JSON, `key` Variant(UInt8, String) NULL ALIAS a + 1, `q` char(3), `x.y` Nullable(String)) ENGINE = MergeTree PARTITION BY tuple() PRIMARY KEY (a) ORDER BY (toStartOfHour(ts), a)
=>
CREATE TEMPORARY TABLE `d b`.`t t`
(
    `a` JSON,
    `key` Variant(UInt8, String) NULL ALIAS a + 1,
    `q` char(3),
    `x.y` Nullable(String)
)
ENGINE = MergeTree
PARTITION BY tuple()
PRIMARY KEY (a)
ORDER BY (toStartOfHour(ts), a)
;;
CREATE TABLE IF NOT EXISTS t ON CLUSTER c (a INT COMMENT 'it''s', date Nested(a UInt8, b Array(String))) ENGINE = MergeTree() ORDER BY (toStartOfHour(ts), a) PARTITION BY tuple()
=>
CREATE TABLE IF NOT EXISTS t ON CLUSTER c (`a` INT COMMENT 'it\'s', `date` Nested(a UInt8, b Array(String))) ENGINE = MergeTree PARTITION BY tuple() ORDER BY (toStartOfHour(ts), a)
=>
CREATE TABLE IF NOT EXISTS t ON CLUSTER c
(
    `a` INT COMMENT 'it\'s',
    `date` Nested(a UInt8, b Array(String))
)
ENGINE = MergeTree
PARTITION BY tuple()
ORDER BY (toStartOfHour(ts), a)
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TABLE IF NOT EXISTS t (a AggregateFunction(quantiles(0.5,0.9), Float64) CODEC(NONE), PROJECTION p (SELECT a, sum(b) GROUP BY a), ttl Nullable(String) CODEC(ZSTD(1)), a AggregateFunction(quantiles(0.5,0.9), Float64) NULL EPHEMERAL 'x' COMMENT 'it''s' CODEC(ZSTD(1))) ENGINE SummingMergeTree((a, b)) PRIMARY KEY (a) SETTINGS index_granularity=8192 , ttl_only_drop_parts = 1 AS SELECT 1
=>
CREATE TABLE IF NOT EXISTS t (`a` AggregateFunction(quantiles(0.5, 0.9), Float64) CODEC(NONE), `ttl` Nullable(String) CODEC(ZSTD(1)), `a` AggregateFunction(quantiles(0.5, 0.9), Float64) NULL EPHEMERAL 'x' COMMENT 'it\'s' CODEC(ZSTD(1)), PROJECTION p (SELECT a, sum(b) GROUP BY a)) ENGINE = SummingMergeTree((a, b)) PRIMARY KEY (a) SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1 AS SELECT 1
=>
CREATE TABLE IF NOT EXISTS t
(
    `a` AggregateFunction(quantiles(0.5, 0.9), Float64) CODEC(NONE),
    `ttl` Nullable(String) CODEC(ZSTD(1)),
    `a` AggregateFunction(quantiles(0.5, 0.9), Float64) NULL EPHEMERAL 'x' COMMENT 'it\'s' CODEC(ZSTD(1)),
    PROJECTION p
    (
        SELECT
            a,
            sum(b)
        GROUP BY a
    )
)
ENGINE = SummingMergeTree((a, b))
PRIMARY KEY (a)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
AS SELECT 1
;;
CREATE TABLE t ON CLUSTER c (key JSON CODEC(Delta(8), ZSTD(1))) ENGINE Memory PARTITION BY toYYYYMM(ts) ORDER BY tuple() PRIMARY KEY a SETTINGS index_granularity=8192 , ttl_only_drop_parts = 1 AS SELECT 1
=>
CREATE TABLE t ON CLUSTER c (`key` JSON CODEC(Delta(8), ZSTD(1))) ENGINE = Memory PARTITION BY toYYYYMM(ts) PRIMARY KEY a ORDER BY tuple() SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1 AS SELECT 1
=>
CREATE TABLE t ON CLUSTER c
(
    `key` JSON CODEC(Delta(8), ZSTD(1))
)
ENGINE = Memory
PARTITION BY toYYYYMM(ts)
PRIMARY KEY a
ORDER BY tuple()
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
AS SELECT 1
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t ON CLUSTER c ENGINE = MergeTree() ORDER BY (a, b) SETTINGS index_granularity=8192 POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t ON CLUSTER c ENGINE = MergeTree ORDER BY (a, b) SETTINGS index_granularity = 8192 POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t ON CLUSTER c
ENGINE = MergeTree
ORDER BY (a, b)
SETTINGS index_granularity = 8192 POPULATE
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE MATERIALIZED VIEW t TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE OR REPLACE VIEW t (a UInt8, b String) AS SELECT a, b FROM t
=>
CREATE OR REPLACE VIEW t (`a` UInt8, `b` String) AS SELECT a, b FROM t
=>
CREATE OR REPLACE VIEW t
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    b
FROM t
;;
CREATE TEMPORARY TABLE t (ttl Enum8('a'=1,'b'=-2) NULL) ENGINE=ReplicatedMergeTree('/x/{shard}', '{replica}') PARTITION BY toYYYYMM(ts)
=>
CREATE TEMPORARY TABLE t (`ttl` Enum8('a' = 1, 'b' = -2) NULL) ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}') PARTITION BY toYYYYMM(ts)
=>
CREATE TEMPORARY TABLE t
(
    `ttl` Enum8('a' = 1, 'b' = -2) NULL
)
ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}')
PARTITION BY toYYYYMM(ts)
;;
CREATE VIEW IF NOT EXISTS db.t (a UInt8, b String) AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW IF NOT EXISTS db.t (`a` UInt8, `b` String) AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW IF NOT EXISTS db.t
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    b
FROM t
WHERE a
;;
CREATE VIEW IF NOT EXISTS t AS SELECT a, b FROM t WHERE a COMMENT 'v'
=>
CREATE VIEW IF NOT EXISTS t COMMENT 'v' AS SELECT a, b FROM t WHERE a
=>
CREATE VIEW IF NOT EXISTS t
COMMENT 'v'
AS SELECT
    a,
    b
FROM t
WHERE a
;;
CREATE TABLE db.t CLONE AS other
=>
CREATE TABLE db.t CLONE AS other
=>
CREATE TABLE db.t CLONE AS other
;;
CREATE TABLE IF NOT EXISTS t (date LowCardinality(Nullable(String)) NOT NULL ALIAS CAST(a, 'String'), CONSTRAINT c1 ASSUME a::UInt8, key char(3)) ENGINE SummingMergeTree((a, b)) PARTITION BY (a, b) ORDER BY tuple() PRIMARY KEY (a) TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TABLE IF NOT EXISTS t (`date` LowCardinality(Nullable(String)) NOT NULL ALIAS CAST(a, 'String'), `key` char(3), CONSTRAINT c1 ASSUME CAST(a, 'UInt8')) ENGINE = SummingMergeTree((a, b)) PARTITION BY (a, b) PRIMARY KEY (a) ORDER BY tuple() TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TABLE IF NOT EXISTS t
(
    `date` LowCardinality(Nullable(String)) NOT NULL ALIAS CAST(a, 'String'),
    `key` char(3),
    CONSTRAINT c1 ASSUME CAST(a, 'UInt8')
)
ENGINE = SummingMergeTree((a, b))
PARTITION BY (a, b)
PRIMARY KEY (a)
ORDER BY tuple()
TTL ts GROUP BY a SET b = max(b), c = min(c)
;;
CREATE MATERIALIZED VIEW t TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW t TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE MATERIALIZED VIEW `d b`.`t t` TO db.target AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW `d b`.`t t` TO db.target AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW `d b`.`t t` TO db.target
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TABLE IF NOT EXISTS db.t (CONSTRAINT c1 CHECK a = 1 AND b, key String COMMENT 'it''s') ENGINE ReplicatedMergeTree('/x/{shard}', '{replica}') ORDER BY () COMMENT 'x' AS SELECT 1
=>
CREATE TABLE IF NOT EXISTS db.t (`key` String COMMENT 'it\'s', CONSTRAINT c1 CHECK (a = 1) AND b) ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}') ORDER BY tuple() COMMENT 'x' AS SELECT 1
=>
CREATE TABLE IF NOT EXISTS db.t
(
    `key` String COMMENT 'it\'s',
    CONSTRAINT c1 CHECK (a = 1) AND b
)
ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}')
ORDER BY tuple()
COMMENT 'x'
AS SELECT 1
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target (a UInt8, b String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target (`a` UInt8, `b` String) AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t TO target
(
    `a` UInt8,
    `b` String
)
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TABLE t AS numbers(3)
=>
CREATE TABLE t AS numbers(3)
=>
CREATE TABLE t AS numbers(3)
;;
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t ENGINE MergeTree() PARTITION BY toYYYYMM(ts) ORDER BY (a, b) TTL ts + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(9)) POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY (a, b) TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) POPULATE AS SELECT a, count() AS n FROM t GROUP BY a
=>
CREATE MATERIALIZED VIEW IF NOT EXISTS db.t
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (a, b)
TTL ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(9)) POPULATE
AS SELECT
    a,
    count() AS n
FROM t
GROUP BY a
;;
CREATE TABLE IF NOT EXISTS `d b`.`t t` AS numbers(3)
=>
CREATE TABLE IF NOT EXISTS `d b`.`t t` AS numbers(3)
=>
CREATE TABLE IF NOT EXISTS `d b`.`t t` AS numbers(3)
;;
ALTER TABLE db.t MODIFY COLUMN IF EXISTS a DEFAULT 1, DROP INDEX IF EXISTS i
=>
ALTER TABLE db.t (MODIFY COLUMN IF EXISTS `a` DEFAULT 1), (DROP INDEX IF EXISTS i)
=>
ALTER TABLE db.t
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1),
    (DROP INDEX IF EXISTS i)
;;
ALTER TABLE db.t RENAME COLUMN IF EXISTS a.b TO c.d
=>
ALTER TABLE db.t (RENAME COLUMN IF EXISTS a.b TO c.d)
=>
ALTER TABLE db.t
    (RENAME COLUMN IF EXISTS a.b TO c.d)
;;
ALTER TABLE t CLEAR COLUMN a IN PARTITION 1, DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE t (CLEAR COLUMN a IN PARTITION 1), (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE t
    (CLEAR COLUMN a IN PARTITION 1),
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE t CLEAR COLUMN a IN PARTITION 1
=>
ALTER TABLE t (CLEAR COLUMN a IN PARTITION 1)
=>
ALTER TABLE t
    (CLEAR COLUMN a IN PARTITION 1)
;;
ALTER TABLE t ON CLUSTER c MOVE PARTITION 1 TO TABLE t2, DETACH PARTITION (1, 'a')
=>
ALTER TABLE t ON CLUSTER c (MOVE PARTITION 1 TO TABLE t2), (DETACH PARTITION (1, 'a'))
=>
ALTER TABLE t ON CLUSTER c
    (MOVE PARTITION 1 TO TABLE t2),
    (DETACH PARTITION (1, 'a'))
;;
ALTER TABLE db.t RENAME COLUMN IF EXISTS a.b TO c.d, ADD PROJECTION p (SELECT a ORDER BY a)
=>
ALTER TABLE db.t (RENAME COLUMN IF EXISTS a.b TO c.d), (ADD PROJECTION p (SELECT a ORDER BY a))
=>
ALTER TABLE db.t
    (RENAME COLUMN IF EXISTS a.b TO c.d),
    (ADD PROJECTION p
    (
        SELECT a
        ORDER BY a
    ))
;;
ALTER TABLE t MODIFY COLUMN IF EXISTS a DEFAULT 1, COMMENT COLUMN a 'x'
=>
ALTER TABLE t (MODIFY COLUMN IF EXISTS `a` DEFAULT 1), (COMMENT COLUMN a 'x')
=>
ALTER TABLE t
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1),
    (COMMENT COLUMN a 'x')
;;
ALTER TABLE t UNFREEZE WITH NAME 'x', RENAME COLUMN IF EXISTS a.b TO c.d
=>
ALTER TABLE t (UNFREEZE WITH NAME 'x'), (RENAME COLUMN IF EXISTS a.b TO c.d)
=>
ALTER TABLE t
    (UNFREEZE WITH NAME 'x'),
    (RENAME COLUMN IF EXISTS a.b TO c.d)
;;
ALTER TABLE t ON CLUSTER c ATTACH PARTITION 1, MATERIALIZE COLUMN a
=>
ALTER TABLE t ON CLUSTER c (ATTACH PARTITION 1), (MATERIALIZE COLUMN a)
=>
ALTER TABLE t ON CLUSTER c
    (ATTACH PARTITION 1),
    (MATERIALIZE COLUMN a)
;;
ALTER TABLE t FORGET PARTITION 1, FREEZE PARTITION 1
=>
ALTER TABLE t (FORGET PARTITION 1), (FREEZE PARTITION 1)
=>
ALTER TABLE t
    (FORGET PARTITION 1),
    (FREEZE PARTITION 1)
;;
ALTER TABLE db.t CLEAR COLUMN a IN PARTITION 1
=>
ALTER TABLE db.t (CLEAR COLUMN a IN PARTITION 1)
=>
ALTER TABLE db.t
    (CLEAR COLUMN a IN PARTITION 1)
;;
ALTER TABLE db.t ON CLUSTER c DROP INDEX IF EXISTS i
=>
ALTER TABLE db.t ON CLUSTER c (DROP INDEX IF EXISTS i)
=>
ALTER TABLE db.t ON CLUSTER c
    (DROP INDEX IF EXISTS i)
;;
ALTER TABLE db.t APPLY DELETED MASK, MATERIALIZE TTL
=>
ALTER TABLE db.t (APPLY DELETED MASK), (MATERIALIZE TTL)
=>
ALTER TABLE db.t
    (APPLY DELETED MASK),
    (MATERIALIZE TTL)
;;
ALTER TABLE db.t CLEAR COLUMN a IN PARTITION 1, FORGET PARTITION 1
=>
ALTER TABLE db.t (CLEAR COLUMN a IN PARTITION 1), (FORGET PARTITION 1)
=>
ALTER TABLE db.t
    (CLEAR COLUMN a IN PARTITION 1),
    (FORGET PARTITION 1)
;;
ALTER TABLE db.t MATERIALIZE INDEX i IN PARTITION 1
=>
ALTER TABLE db.t (MATERIALIZE INDEX i IN PARTITION 1)
=>
ALTER TABLE db.t
    (MATERIALIZE INDEX i IN PARTITION 1)
;;
ALTER TABLE t ON CLUSTER c DROP COLUMN IF EXISTS a.b
=>
ALTER TABLE t ON CLUSTER c (DROP COLUMN IF EXISTS a.b)
=>
ALTER TABLE t ON CLUSTER c
    (DROP COLUMN IF EXISTS a.b)
;;
ALTER TABLE t ON CLUSTER c MOVE PART 'x' TO VOLUME 'v', DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE t ON CLUSTER c (MOVE PART 'x' TO VOLUME 'v'), (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE t ON CLUSTER c
    (MOVE PART 'x' TO VOLUME 'v'),
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE db.t ON CLUSTER c ATTACH PARTITION ID 'x'
=>
ALTER TABLE db.t ON CLUSTER c (ATTACH PARTITION ID 'x')
=>
ALTER TABLE db.t ON CLUSTER c
    (ATTACH PARTITION ID 'x')
;;
ALTER TABLE t MOVE PARTITION 1 TO TABLE t2, DROP PROJECTION p
=>
ALTER TABLE t (MOVE PARTITION 1 TO TABLE t2), (DROP PROJECTION p)
=>
ALTER TABLE t
    (MOVE PARTITION 1 TO TABLE t2),
    (DROP PROJECTION p)
;;
ALTER TABLE db.t MODIFY ORDER BY (a, b)
=>
ALTER TABLE db.t (MODIFY ORDER BY (a, b))
=>
ALTER TABLE db.t
    (MODIFY ORDER BY (a, b))
;;
ALTER TABLE t DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE t (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE t
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE db.t MODIFY TTL ts + INTERVAL 1 DAY, FREEZE
=>
ALTER TABLE db.t (MODIFY TTL ts + toIntervalDay(1), FREEZE)
=>
ALTER TABLE db.t
    (MODIFY TTL ts + toIntervalDay(1), FREEZE)
;;
ALTER TABLE db.t MATERIALIZE INDEX i IN PARTITION 1
=>
ALTER TABLE db.t (MATERIALIZE INDEX i IN PARTITION 1)
=>
ALTER TABLE db.t
    (MATERIALIZE INDEX i IN PARTITION 1)
;;
ALTER TABLE db.t ON CLUSTER c DELETE IN PARTITION 1 WHERE a, CLEAR COLUMN a IN PARTITION 1
=>
ALTER TABLE db.t ON CLUSTER c (DELETE IN PARTITION 1 WHERE a), (CLEAR COLUMN a IN PARTITION 1)
=>
ALTER TABLE db.t ON CLUSTER c
    (DELETE IN PARTITION 1 WHERE a),
    (CLEAR COLUMN a IN PARTITION 1)
;;
ALTER TABLE t ON CLUSTER c DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE t ON CLUSTER c (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE t ON CLUSTER c
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE t MODIFY COLUMN ttl UInt8 COMMENT 'it''s', FREEZE
=>
ALTER TABLE t (MODIFY COLUMN `ttl` UInt8 COMMENT 'it\'s'), (FREEZE)
=>
ALTER TABLE t
    (MODIFY COLUMN `ttl` UInt8 COMMENT 'it\'s'),
    (FREEZE)
;;
ALTER TABLE t FREEZE, MATERIALIZE INDEX i IN PARTITION 1
=>
ALTER TABLE t (FREEZE), (MATERIALIZE INDEX i IN PARTITION 1)
=>
ALTER TABLE t
    (FREEZE),
    (MATERIALIZE INDEX i IN PARTITION 1)
;;
ALTER TABLE t APPLY DELETED MASK
=>
ALTER TABLE t (APPLY DELETED MASK)
=>
ALTER TABLE t
    (APPLY DELETED MASK)
;;
ALTER TABLE db.t MODIFY SETTING a = 1, b = 'x'
=>
ALTER TABLE db.t (MODIFY SETTING a = 1, b = 'x')
=>
ALTER TABLE db.t
    (MODIFY SETTING a = 1, b = 'x')
;;
ALTER TABLE t FORGET PARTITION 1, MATERIALIZE TTL
=>
ALTER TABLE t (FORGET PARTITION 1), (MATERIALIZE TTL)
=>
ALTER TABLE t
    (FORGET PARTITION 1),
    (MATERIALIZE TTL)
;;
ALTER TABLE t MODIFY ORDER BY (a, b)
=>
ALTER TABLE t (MODIFY ORDER BY (a, b))
=>
ALTER TABLE t
    (MODIFY ORDER BY (a, b))
;;
ALTER TABLE db.t DROP PARTITION (1, 'a'), ADD CONSTRAINT c CHECK a > 1
=>
ALTER TABLE db.t (DROP PARTITION (1, 'a')), (ADD CONSTRAINT c CHECK a > 1)
=>
ALTER TABLE db.t
    (DROP PARTITION (1, 'a')),
    (ADD CONSTRAINT c CHECK a > 1)
;;
ALTER TABLE t MODIFY COLUMN IF EXISTS a DEFAULT 1, FORGET PARTITION 1
=>
ALTER TABLE t (MODIFY COLUMN IF EXISTS `a` DEFAULT 1), (FORGET PARTITION 1)
=>
ALTER TABLE t
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1),
    (FORGET PARTITION 1)
;;
ALTER TABLE db.t REMOVE TTL, MODIFY ORDER BY (a, b)
=>
ALTER TABLE db.t (REMOVE TTL), (MODIFY ORDER BY (a, b))
=>
ALTER TABLE db.t
    (REMOVE TTL),
    (MODIFY ORDER BY (a, b))
;;
ALTER TABLE db.t ON CLUSTER c MODIFY TTL ts + INTERVAL 1 DAY
=>
ALTER TABLE db.t ON CLUSTER c (MODIFY TTL ts + toIntervalDay(1))
=>
ALTER TABLE db.t ON CLUSTER c
    (MODIFY TTL ts + toIntervalDay(1))
;;
ALTER TABLE db.t ON CLUSTER c CLEAR COLUMN a IN PARTITION 1
=>
ALTER TABLE db.t ON CLUSTER c (CLEAR COLUMN a IN PARTITION 1)
=>
ALTER TABLE db.t ON CLUSTER c
    (CLEAR COLUMN a IN PARTITION 1)
;;
ALTER TABLE t DROP PARTITION 1
=>
ALTER TABLE t (DROP PARTITION 1)
=>
ALTER TABLE t
    (DROP PARTITION 1)
;;
ALTER TABLE t MATERIALIZE INDEX i IN PARTITION 1, DELETE WHERE a = 1
=>
ALTER TABLE t (MATERIALIZE INDEX i IN PARTITION 1), (DELETE WHERE a = 1)
=>
ALTER TABLE t
    (MATERIALIZE INDEX i IN PARTITION 1),
    (DELETE WHERE a = 1)
;;
ALTER TABLE db.t MATERIALIZE PROJECTION p, ADD COLUMN IF NOT EXISTS index char(3) DEFAULT -1
=>
ALTER TABLE db.t (MATERIALIZE PROJECTION p), (ADD COLUMN IF NOT EXISTS `index` char(3) DEFAULT -1)
=>
ALTER TABLE db.t
    (MATERIALIZE PROJECTION p),
    (ADD COLUMN IF NOT EXISTS `index` char(3) DEFAULT -1)
;;
ALTER TABLE t DETACH PARTITION 1, FREEZE PARTITION 1
=>
ALTER TABLE t (DETACH PARTITION 1), (FREEZE PARTITION 1)
=>
ALTER TABLE t
    (DETACH PARTITION 1),
    (FREEZE PARTITION 1)
;;
ALTER TABLE t FREEZE
=>
ALTER TABLE t (FREEZE)
=>
ALTER TABLE t
    (FREEZE)
;;
ALTER TABLE t ON CLUSTER c ADD COLUMN IF NOT EXISTS a.b BIGINT UNSIGNED TTL ts + INTERVAL 1 DAY
=>
ALTER TABLE t ON CLUSTER c (ADD COLUMN IF NOT EXISTS `a.b` BIGINT UNSIGNED TTL ts + toIntervalDay(1))
=>
ALTER TABLE t ON CLUSTER c
    (ADD COLUMN IF NOT EXISTS `a.b` BIGINT UNSIGNED TTL ts + toIntervalDay(1))
;;
ALTER TABLE t ON CLUSTER c DETACH PART 'p_1', DELETE WHERE a = 1
=>
ALTER TABLE t ON CLUSTER c (DETACH PART 'p_1'), (DELETE WHERE a = 1)
=>
ALTER TABLE t ON CLUSTER c
    (DETACH PART 'p_1'),
    (DELETE WHERE a = 1)
;;
ALTER TABLE db.t ON CLUSTER c MATERIALIZE TTL
=>
ALTER TABLE db.t ON CLUSTER c (MATERIALIZE TTL)
=>
ALTER TABLE db.t ON CLUSTER c
    (MATERIALIZE TTL)
;;
ALTER TABLE t ON CLUSTER c APPLY DELETED MASK, MATERIALIZE COLUMN a
=>
ALTER TABLE t ON CLUSTER c (APPLY DELETED MASK), (MATERIALIZE COLUMN a)
=>
ALTER TABLE t ON CLUSTER c
    (APPLY DELETED MASK),
    (MATERIALIZE COLUMN a)
;;
ALTER TABLE db.t ON CLUSTER c DROP PARTITION ID 'x'
=>
ALTER TABLE db.t ON CLUSTER c (DROP PARTITION ID 'x')
=>
ALTER TABLE db.t ON CLUSTER c
    (DROP PARTITION ID 'x')
;;
ALTER TABLE db.t DELETE IN PARTITION 1 WHERE a
=>
ALTER TABLE db.t (DELETE IN PARTITION 1 WHERE a)
=>
ALTER TABLE db.t
    (DELETE IN PARTITION 1 WHERE a)
;;
ALTER TABLE t ATTACH PARTITION ID 'x', MATERIALIZE PROJECTION p
=>
ALTER TABLE t (ATTACH PARTITION ID 'x'), (MATERIALIZE PROJECTION p)
=>
ALTER TABLE t
    (ATTACH PARTITION ID 'x'),
    (MATERIALIZE PROJECTION p)
;;
ALTER TABLE t ADD COLUMN IF NOT EXISTS comment Variant(UInt8, String) MATERIALIZED NULL COMMENT 'it''s', MATERIALIZE COLUMN a
=>
ALTER TABLE t (ADD COLUMN IF NOT EXISTS `comment` Variant(UInt8, String) MATERIALIZED NULL COMMENT 'it\'s'), (MATERIALIZE COLUMN a)
=>
ALTER TABLE t
    (ADD COLUMN IF NOT EXISTS `comment` Variant(UInt8, String) MATERIALIZED NULL COMMENT 'it\'s'),
    (MATERIALIZE COLUMN a)
;;
ALTER TABLE db.t DROP PROJECTION p, FREEZE
=>
ALTER TABLE db.t (DROP PROJECTION p), (FREEZE)
=>
ALTER TABLE db.t
    (DROP PROJECTION p),
    (FREEZE)
;;
ALTER TABLE db.t ON CLUSTER c DROP PARTITION 1
=>
ALTER TABLE db.t ON CLUSTER c (DROP PARTITION 1)
=>
ALTER TABLE db.t ON CLUSTER c
    (DROP PARTITION 1)
;;
ALTER TABLE db.t MOVE PART 'x' TO VOLUME 'v'
=>
ALTER TABLE db.t (MOVE PART 'x' TO VOLUME 'v')
=>
ALTER TABLE db.t
    (MOVE PART 'x' TO VOLUME 'v')
;;
ALTER TABLE db.t ON CLUSTER c FORGET PARTITION 1
=>
ALTER TABLE db.t ON CLUSTER c (FORGET PARTITION 1)
=>
ALTER TABLE db.t ON CLUSTER c
    (FORGET PARTITION 1)
;;
ALTER TABLE db.t REMOVE TTL, DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE db.t (REMOVE TTL), (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE db.t
    (REMOVE TTL),
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE db.t ATTACH PARTITION ALL
=>
ALTER TABLE db.t (ATTACH PARTITION ALL)
=>
ALTER TABLE db.t
    (ATTACH PARTITION ALL)
;;
ALTER TABLE db.t MODIFY COLUMN IF EXISTS a DEFAULT 1, DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE db.t (MODIFY COLUMN IF EXISTS `a` DEFAULT 1), (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE db.t
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1),
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE t MODIFY COLUMN IF EXISTS a DEFAULT 1, FORGET PARTITION 1
=>
ALTER TABLE t (MODIFY COLUMN IF EXISTS `a` DEFAULT 1), (FORGET PARTITION 1)
=>
ALTER TABLE t
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1),
    (FORGET PARTITION 1)
;;
ALTER TABLE db.t ADD INDEX IF NOT EXISTS i (a, b) TYPE set(10) GRANULARITY 2
=>
ALTER TABLE db.t (ADD INDEX IF NOT EXISTS i (a, b) TYPE set(10) GRANULARITY 2)
=>
ALTER TABLE db.t
    (ADD INDEX IF NOT EXISTS i (a, b) TYPE set(10) GRANULARITY 2)
;;
ALTER TABLE t ON CLUSTER c MATERIALIZE TTL, ATTACH PART 'p_1'
=>
ALTER TABLE t ON CLUSTER c (MATERIALIZE TTL), (ATTACH PART 'p_1')
=>
ALTER TABLE t ON CLUSTER c
    (MATERIALIZE TTL),
    (ATTACH PART 'p_1')
;;
ALTER TABLE db.t ON CLUSTER c ATTACH PARTITION 1 FROM t2
=>
ALTER TABLE db.t ON CLUSTER c (ATTACH PARTITION 1 FROM t2)
=>
ALTER TABLE db.t ON CLUSTER c
    (ATTACH PARTITION 1 FROM t2)
;;
ALTER TABLE db.t DROP COLUMN IF EXISTS a.b, MODIFY COLUMN IF EXISTS a DEFAULT 1
=>
ALTER TABLE db.t (DROP COLUMN IF EXISTS a.b), (MODIFY COLUMN IF EXISTS `a` DEFAULT 1)
=>
ALTER TABLE db.t
    (DROP COLUMN IF EXISTS a.b),
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1)
;;
ALTER TABLE db.t DROP INDEX IF EXISTS i
=>
ALTER TABLE db.t (DROP INDEX IF EXISTS i)
=>
ALTER TABLE db.t
    (DROP INDEX IF EXISTS i)
;;
ALTER TABLE db.t MODIFY COMMENT 'x', CLEAR COLUMN a IN PARTITION 1
=>
ALTER TABLE db.t (MODIFY COMMENT 'x'), (CLEAR COLUMN a IN PARTITION 1)
=>
ALTER TABLE db.t
    (MODIFY COMMENT 'x'),
    (CLEAR COLUMN a IN PARTITION 1)
;;
ALTER TABLE t CLEAR COLUMN a IN PARTITION 1
=>
ALTER TABLE t (CLEAR COLUMN a IN PARTITION 1)
=>
ALTER TABLE t
    (CLEAR COLUMN a IN PARTITION 1)
;;
ALTER TABLE db.t MATERIALIZE COLUMN a
=>
ALTER TABLE db.t (MATERIALIZE COLUMN a)
=>
ALTER TABLE db.t
    (MATERIALIZE COLUMN a)
;;
ALTER TABLE t ON CLUSTER c DELETE WHERE a = 1, MATERIALIZE TTL
=>
ALTER TABLE t ON CLUSTER c (DELETE WHERE a = 1), (MATERIALIZE TTL)
=>
ALTER TABLE t ON CLUSTER c
    (DELETE WHERE a = 1),
    (MATERIALIZE TTL)
;;
ALTER TABLE db.t ON CLUSTER c MODIFY COLUMN IF EXISTS a DEFAULT 1
=>
ALTER TABLE db.t ON CLUSTER c (MODIFY COLUMN IF EXISTS `a` DEFAULT 1)
=>
ALTER TABLE db.t ON CLUSTER c
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1)
;;
ALTER TABLE t DROP CONSTRAINT IF EXISTS c
=>
ALTER TABLE t (DROP CONSTRAINT IF EXISTS c)
=>
ALTER TABLE t
    (DROP CONSTRAINT IF EXISTS c)
;;
ALTER TABLE db.t MATERIALIZE COLUMN a
=>
ALTER TABLE db.t (MATERIALIZE COLUMN a)
=>
ALTER TABLE db.t
    (MATERIALIZE COLUMN a)
;;
ALTER TABLE db.t MODIFY ORDER BY (a, b), RENAME COLUMN IF EXISTS a.b TO c.d
=>
ALTER TABLE db.t (MODIFY ORDER BY (a, b)), (RENAME COLUMN IF EXISTS a.b TO c.d)
=>
ALTER TABLE db.t
    (MODIFY ORDER BY (a, b)),
    (RENAME COLUMN IF EXISTS a.b TO c.d)
;;
ALTER TABLE t ON CLUSTER c DROP PROJECTION p
=>
ALTER TABLE t ON CLUSTER c (DROP PROJECTION p)
=>
ALTER TABLE t ON CLUSTER c
    (DROP PROJECTION p)
;;
ALTER TABLE t RENAME COLUMN IF EXISTS a.b TO c.d, ADD CONSTRAINT c CHECK a > 1
=>
ALTER TABLE t (RENAME COLUMN IF EXISTS a.b TO c.d), (ADD CONSTRAINT c CHECK a > 1)
=>
ALTER TABLE t
    (RENAME COLUMN IF EXISTS a.b TO c.d),
    (ADD CONSTRAINT c CHECK a > 1)
;;
ALTER TABLE t DROP PROJECTION p, MODIFY COLUMN IF EXISTS a DEFAULT 1
=>
ALTER TABLE t (DROP PROJECTION p), (MODIFY COLUMN IF EXISTS `a` DEFAULT 1)
=>
ALTER TABLE t
    (DROP PROJECTION p),
    (MODIFY COLUMN IF EXISTS `a` DEFAULT 1)
;;
DROP TABLE IF EXISTS db.t SYNC
=>
DROP TABLE IF EXISTS db.t SYNC
=>
DROP TABLE IF EXISTS db.t SYNC
;;
DROP TEMPORARY TABLE t
=>
DROP TEMPORARY TABLE t
=>
DROP TEMPORARY TABLE t
;;
DROP DATABASE d ON CLUSTER c
=>
DROP DATABASE d ON CLUSTER c
=>
DROP DATABASE d ON CLUSTER c
;;
DROP VIEW IF EXISTS v NO DELAY
=>
DROP VIEW IF EXISTS v SYNC
=>
DROP VIEW IF EXISTS v SYNC
;;
DETACH VIEW v PERMANENTLY
=>
DETACH VIEW v PERMANENTLY
=>
DETACH VIEW v PERMANENTLY
;;
TRUNCATE TABLE t ON CLUSTER c
=>
TRUNCATE TABLE t ON CLUSTER c
=>
TRUNCATE TABLE t ON CLUSTER c
;;
TRUNCATE TABLE IF EXISTS db.t SYNC
=>
TRUNCATE TABLE IF EXISTS db.t SYNC
=>
TRUNCATE TABLE IF EXISTS db.t SYNC
;;
TRUNCATE DATABASE d
=>
TRUNCATE DATABASE d
=>
TRUNCATE DATABASE d
;;
RENAME DATABASE a TO b
=>
RENAME DATABASE a TO b
=>
RENAME DATABASE a TO b
;;
RENAME TABLE IF EXISTS a TO b
=>
RENAME TABLE IF EXISTS a TO b
=>
RENAME TABLE IF EXISTS a TO b
;;
EXCHANGE TABLES a.b AND c.d
=>
EXCHANGE TABLES a.b AND c.d
=>
EXCHANGE TABLES a.b AND c.d
;;
OPTIMIZE TABLE db.t ON CLUSTER c FINAL
=>
OPTIMIZE TABLE db.t ON CLUSTER c FINAL
=>
OPTIMIZE TABLE db.t ON CLUSTER c FINAL
;;
OPTIMIZE TABLE t DEDUPLICATE
=>
OPTIMIZE TABLE t DEDUPLICATE
=>
OPTIMIZE TABLE t DEDUPLICATE
;;
OPTIMIZE TABLE t FINAL CLEANUP
=>
OPTIMIZE TABLE t FINAL CLEANUP
=>
OPTIMIZE TABLE t FINAL CLEANUP
;;
DELETE FROM t ON CLUSTER c WHERE a
=>
DELETE FROM t ON CLUSTER c WHERE a
=>
DELETE FROM t ON CLUSTER c WHERE a
;;
DELETE FROM t IN PARTITION 1 WHERE a
=>
DELETE FROM t IN PARTITION 1 WHERE a
=>
DELETE FROM t IN PARTITION 1 WHERE a
;;
SHOW DATABASES NOT LIKE 'x' LIMIT 3
=>
SHOW DATABASES NOT LIKE 'x' LIMIT 3
=>
SHOW DATABASES NOT LIKE 'x' LIMIT 3
;;
SHOW TABLES IN d
=>
SHOW TABLES FROM d
=>
SHOW TABLES FROM d
;;
SHOW FULL TABLES FROM d ILIKE 'x'
=>
SHOW FULL TABLES FROM d ILIKE 'x'
=>
SHOW FULL TABLES FROM d ILIKE 'x'
;;
SHOW TEMPORARY TABLES
=>
SHOW TEMPORARY TABLES
=>
SHOW TEMPORARY TABLES
;;
SHOW TABLES FROM d WHERE name LIKE 'x' LIMIT 3 FORMAT CSV
=>
SHOW TABLES FROM d WHERE name LIKE 'x' LIMIT 3 FORMAT CSV
=>
SHOW TABLES FROM d WHERE name LIKE 'x' LIMIT 3
FORMAT CSV
;;
SHOW EXTENDED FULL COLUMNS IN t FROM db LIKE 'x'
=>
SHOW EXTENDED FULL COLUMNS FROM t FROM db LIKE 'x'
=>
SHOW EXTENDED FULL COLUMNS FROM t FROM db LIKE 'x'
;;
SHOW COLUMNS FROM db.t WHERE type = 'x' LIMIT 1
=>
SHOW COLUMNS FROM t FROM db WHERE type = 'x' LIMIT 1
=>
SHOW COLUMNS FROM t FROM db WHERE type = 'x' LIMIT 1
;;
SHOW FIELDS FROM t
=>
SHOW COLUMNS FROM t
=>
SHOW COLUMNS FROM t
;;
SHOW INDEXES IN t IN db
=>
SHOW INDEXES FROM t FROM db
=>
SHOW INDEXES FROM t FROM db
;;
SHOW KEYS FROM t WHERE a
=>
SHOW INDEXES FROM t WHERE a
=>
SHOW INDEXES FROM t WHERE a
;;
SHOW CREATE t
=>
SHOW CREATE TABLE t
=>
SHOW CREATE TABLE t
;;
SHOW CREATE TABLE db.t FORMAT TSVRaw
=>
SHOW CREATE TABLE db.t FORMAT TSVRaw
=>
SHOW CREATE TABLE db.t
FORMAT TSVRaw
;;
SHOW CREATE VIEW v
=>
SHOW CREATE VIEW v
=>
SHOW CREATE VIEW v
;;
SHOW TABLE t
=>
SHOW CREATE TABLE t
=>
SHOW CREATE TABLE t
;;
SHOW DATABASE d
=>
SHOW CREATE DATABASE d
=>
SHOW CREATE DATABASE d
;;
SHOW PROCESSLIST FORMAT JSON
=>
SHOW PROCESSLIST FORMAT JSON
=>
SHOW PROCESSLIST
FORMAT JSON
;;
SHOW SETTINGS LIKE 'x'
=>
SHOW SETTINGS LIKE 'x'
=>
SHOW SETTINGS LIKE 'x'
;;
SHOW SETTING max_threads
=>
SHOW SETTING max_threads
=>
SHOW SETTING max_threads
;;
SHOW FUNCTIONS ILIKE 'x'
=>
SHOW FUNCTIONS ILIKE 'x'
=>
SHOW FUNCTIONS ILIKE 'x'
;;
SHOW ENGINES
=>
SHOW ENGINES
=>
SHOW ENGINES
;;
SHOW MERGES LIKE 'x' LIMIT 2
=>
SHOW MERGES LIKE 'x' LIMIT 2
=>
SHOW MERGES LIKE 'x' LIMIT 2
;;
SHOW CLUSTERS LIKE 'x'
=>
SHOW CLUSTERS LIKE 'x'
=>
SHOW CLUSTERS LIKE 'x'
;;
SHOW GRANTS
=>
SHOW GRANTS
=>
SHOW GRANTS
;;
SHOW USERS
=>
SHOW USERS
=>
SHOW USERS
;;
SHOW DICTIONARIES FROM d
=>
SHOW DICTIONARIES FROM d
=>
SHOW DICTIONARIES FROM d
;;
EXISTS t
=>
EXISTS TABLE t
=>
EXISTS TABLE t
;;
EXISTS TEMPORARY TABLE t
=>
EXISTS TEMPORARY TABLE t
=>
EXISTS TEMPORARY TABLE t
;;
EXISTS VIEW v
=>
EXISTS VIEW v
=>
EXISTS VIEW v
;;
USE `d d`
=>
USE `d d`
=>
USE `d d`
;;
SET a = 1, b = 'x', c = -1.5
=>
SET a = 1, b = 'x', c = -1.5
=>
SET a = 1, b = 'x', c = -1.5
;;
SET a = DEFAULT
=>
SET a = DEFAULT
=>
SET a = DEFAULT
;;
SET x = true
=>
SET x = true
=>
SET x = true
;;
SET a = {'k':'v'}
=>
SET a = {'k':'v'}
=>
SET a = {'k':'v'}
;;
DESC t
=>
DESCRIBE TABLE t
=>
DESCRIBE TABLE t
;;
DESCRIBE (SELECT 1)
=>
DESCRIBE TABLE (SELECT 1)
=>
DESCRIBE TABLE
(
    SELECT 1
)
;;
DESC TABLE t SETTINGS a = 1
=>
DESCRIBE TABLE t SETTINGS a = 1
=>
DESCRIBE TABLE t
SETTINGS a = 1
;;
KILL QUERY WHERE 1 SYNC
=>
KILL QUERY WHERE 1 SYNC
=>
KILL QUERY WHERE 1 SYNC
;;
KILL MUTATION WHERE database = 'd' TEST
=>
KILL MUTATION WHERE database = 'd' TEST
=>
KILL MUTATION WHERE database = 'd' TEST
;;
KILL QUERY ON CLUSTER c WHERE query_id = 'x'
=>
KILL QUERY ON CLUSTER c WHERE query_id = 'x' ASYNC
=>
KILL QUERY ON CLUSTER c WHERE query_id = 'x' ASYNC
;;
SYSTEM START MERGES db.t
=>
SYSTEM START MERGES db.t
=>
SYSTEM START MERGES db.t
;;
SYSTEM SYNC REPLICA db.t
=>
SYSTEM SYNC REPLICA db.t
=>
SYSTEM SYNC REPLICA db.t
;;
CHECK TABLE db.t PARTITION 1
=>
CHECK TABLE db.t PARTITION 1
=>
CHECK TABLE db.t PARTITION 1
;;
EXPLAIN SELECT 1
=>
EXPLAIN SELECT 1
=>
EXPLAIN
SELECT 1
;;
EXPLAIN AST graph = 1 SELECT 1
=>
EXPLAIN AST graph = 1 SELECT 1
=>
EXPLAIN AST graph = 1
SELECT 1
;;
EXPLAIN SYNTAX oneline = 1 SELECT 1
=>
EXPLAIN SYNTAX oneline = 1 SELECT 1
=>
EXPLAIN SYNTAX oneline = 1
SELECT 1
;;
EXPLAIN PLAN actions = 1 SELECT 1 FORMAT JSON
=>
EXPLAIN actions = 1 SELECT 1 FORMAT JSON
=>
EXPLAIN actions = 1
SELECT 1
FORMAT JSON
;;
EXPLAIN PIPELINE SELECT 1 SETTINGS a = 1
=>
EXPLAIN PIPELINE SELECT 1 SETTINGS a = 1
=>
EXPLAIN PIPELINE
SELECT 1
SETTINGS a = 1
;;
EXPLAIN INSERT INTO t SELECT 1
=>
EXPLAIN INSERT INTO t SELECT 1
=>
EXPLAIN
INSERT INTO t SELECT 1
;;
INSERT INTO db.t (a, b.c, `d e`) SELECT 1
=>
INSERT INTO db.t (a, b.c, `d e`) SELECT 1
=>
INSERT INTO db.t (a, b.c, `d e`) SELECT 1
;;
INSERT INTO TABLE t (*) SELECT 1
=>
INSERT INTO t (*) SELECT 1
=>
INSERT INTO t (*) SELECT 1
;;
INSERT INTO t (* EXCEPT a) SELECT 1
=>
INSERT INTO t (* EXCEPT a) SELECT 1
=>
INSERT INTO t (* EXCEPT a) SELECT 1
;;
INSERT INTO t (COLUMNS('x')) SELECT 1
=>
INSERT INTO t (COLUMNS('x')) SELECT 1
=>
INSERT INTO t (COLUMNS('x')) SELECT 1
;;
INSERT INTO FUNCTION file('x') PARTITION BY a SELECT 1
=>
INSERT INTO FUNCTION file('x') PARTITION BY a SELECT 1
=>
INSERT INTO FUNCTION file('x') PARTITION BY a SELECT 1
;;
INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x
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
INSERT INTO t (a) SETTINGS a = 1 SELECT 1
=>
INSERT INTO t (a) SETTINGS a = 1 SELECT 1
=>
INSERT INTO t (a)
SETTINGS a = 1
SELECT 1
;;
INSERT INTO t SELECT 1 UNION ALL SELECT 2
=>
INSERT INTO t SELECT 1 UNION ALL SELECT 2
=>
INSERT INTO t SELECT 1
UNION ALL
SELECT 2
;;
INSERT INTO t (a) (SELECT 1)
=>
INSERT INTO t (a) SELECT 1
=>
INSERT INTO t (a) SELECT 1
;;
INSERT INTO t FROM INFILE 'x.gz' COMPRESSION 'gzip' FORMAT CSV
=>
INSERT INTO t FROM INFILE 'x.gz' COMPRESSION 'gzip' FORMAT CSV
=>
INSERT INTO t FROM INFILE 'x.gz' COMPRESSION 'gzip' FORMAT CSV
;;
INSERT INTO t (a) VALUES (1)
=>
INSERT INTO t (a) FORMAT Values
=>
INSERT INTO t (a) FORMAT Values
;;
INSERT INTO t FORMAT JSONEachRow {}
=>
INSERT INTO t FORMAT JSONEachRow
=>
INSERT INTO t FORMAT JSONEachRow
;;
INSERT INTO t SETTINGS a = 1 FORMAT CSV 1
=>
INSERT INTO t SETTINGS a = 1 FORMAT CSV
=>
INSERT INTO t
SETTINGS a = 1
FORMAT CSV
;;
BEGIN TRANSACTION
=>
BEGIN TRANSACTION
=>
BEGIN TRANSACTION
;;
COMMIT
=>
COMMIT
=>
COMMIT
;;
UNDROP TABLE t
=>
UNDROP TABLE t
=>
UNDROP TABLE t
;;
ATTACH TABLE t UUID '00000000-0000-0000-0000-000000000001' (a UInt8) ENGINE = Memory
=>
ATTACH TABLE t UUID '00000000-0000-0000-0000-000000000001' (`a` UInt8) ENGINE = Memory
=>
ATTACH TABLE t UUID '00000000-0000-0000-0000-000000000001'
(
    `a` UInt8
)
ENGINE = Memory
;;
ATTACH DATABASE d
=>
ATTACH DATABASE d
=>
ATTACH DATABASE d
;;
DROP TABLE a, b
=>
DROP TABLE a, b
=>
DROP TABLE a, b
;;
TRUNCATE ALL TABLES FROM d LIKE 'x%'
=>
TRUNCATE ALL TABLES FROM d LIKE 'x%'
=>
TRUNCATE ALL TABLES FROM d LIKE 'x%'
;;
DROP FUNCTION f
=>
DROP FUNCTION f
=>
DROP FUNCTION f
;;
DROP USER u
=>
DROP USER u
=>
DROP USER u
;;
CREATE ROLE r
=>
CREATE ROLE r
=>
CREATE ROLE r
;;
BACKUP TABLE t TO Disk('d', 'x')
=>
BACKUP TABLE t TO Disk('d', 'x')
=>
BACKUP TABLE t TO Disk('d', 'x')
;;
CREATE QUOTA q
=>
CREATE QUOTA q
=>
CREATE QUOTA q
;;
WITH w AS (SELECT 1), sum(x IS DISTINCT FROM a) OVER (PARTITION BY a IN [1] ORDER BY CAST(1e3 AS Array(Tuple(a Int8, b String))) DESC) AS v SELECT (SELECT c) AS z WHERE (SELECT a) DIV a ~ a GROUP BY GROUPING SETS ((a), (b, c)) ORDER BY (a, b) DESC LIMIT 1 BY a
=>
WITH w AS (SELECT 1), sum(x IS DISTINCT FROM a) OVER (PARTITION BY a IN [1] ORDER BY CAST(1000., 'Array(Tuple(a Int8, b String))') DESC) AS v SELECT (SELECT c) AS z WHERE match(intDiv((SELECT a), a), a) GROUP BY GROUPING SETS ((a), (b, c)) ORDER BY (a, b) DESC LIMIT 1 BY a
=>
WITH
    w AS
    (
        SELECT 1
    ),
    sum(x IS DISTINCT FROM a) OVER (PARTITION BY a IN [1] ORDER BY CAST(1000., 'Array(Tuple(a Int8, b String))') DESC) AS v
SELECT (
        SELECT c
    ) AS z
WHERE match(intDiv((
    SELECT a
), a), a)
GROUP BY
    GROUPING SETS (
        (a),
        (b, c))
ORDER BY (a, b) DESC
LIMIT 1 BY a
;;
WITH a IN a ILIKE CAST(a AS Array(Tuple(a Int8, b String))) AS w SELECT ALL f(a[a] AS q) AS `q r` FROM t FINAL GROUP BY ALL
=>
WITH (a IN (a)) ILIKE CAST(a, 'Array(Tuple(a Int8, b String))') AS w SELECT f(a[a] AS q) AS `q r` FROM t FINAL GROUP BY ALL
=>
WITH
    (a IN (a)) ILIKE CAST(a, 'Array(Tuple(a Int8, b String))') AS w
SELECT f(a[a] AS q) AS `q r`
FROM t
FINAL
GROUP BY ALL
;;
SELECT a AND inf NOT LIKE CAST(a AS Array(Tuple(a Int8, b String))), b % a * a.name z WHERE exists(SELECT a) IS NULL WINDOW w AS (PARTITION BY a), v AS (ORDER BY b) ORDER BY (a, b) DESC LIMIT 1 BY a UNION DISTINCT SELECT 1 FORMAT JSON
=>
SELECT a AND (inf NOT LIKE CAST(a, 'Array(Tuple(a Int8, b String))')), (b % a) * a.name AS z WHERE exists((SELECT a)) IS NULL WINDOW w AS (PARTITION BY a), v AS (ORDER BY b ASC) ORDER BY (a, b) DESC LIMIT 1 BY a UNION DISTINCT SELECT 1 FORMAT JSON
=>
SELECT
    a AND (inf NOT LIKE CAST(a, 'Array(Tuple(a Int8, b String))')),
    (b % a) * a.name AS z
WHERE exists((
    SELECT a
)) IS NULL
WINDOW
    w AS (PARTITION BY a),
    v AS (ORDER BY b ASC)
ORDER BY (a, b) DESC
LIMIT 1 BY a
UNION DISTINCT
SELECT 1
FORMAT JSON
;;
CREATE TABLE IF NOT EXISTS t (a Array(Tuple(a UInt8, b String)) NOT NULL CODEC(NONE)) ENGINE=SummingMergeTree((a, b)) ORDER BY () PRIMARY KEY a TTL ts + toIntervalDay(1) DELETE SETTINGS index_granularity=8192 COMMENT 'x'
=>
CREATE TABLE IF NOT EXISTS t (`a` Array(Tuple(a UInt8, b String)) NOT NULL CODEC(NONE)) ENGINE = SummingMergeTree((a, b)) PRIMARY KEY a ORDER BY tuple() TTL ts + toIntervalDay(1) SETTINGS index_granularity = 8192 COMMENT 'x'
=>
CREATE TABLE IF NOT EXISTS t
(
    `a` Array(Tuple(
        a UInt8,
        b String)) NOT NULL CODEC(NONE)
)
ENGINE = SummingMergeTree((a, b))
PRIMARY KEY a
ORDER BY tuple()
TTL ts + toIntervalDay(1)
SETTINGS index_granularity = 8192
COMMENT 'x'
;;
CREATE TEMPORARY TABLE IF NOT EXISTS t ("q" VARCHAR(10) COMMENT 'it''s' CODEC(Delta(8), ZSTD(1)), `x.y` Array(Tuple(a UInt8, b String)) CODEC(NONE), b Enum8('a'=1,'b'=-2)) ENGINE=MergeTree() TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TEMPORARY TABLE IF NOT EXISTS t (`q` VARCHAR(10) COMMENT 'it\'s' CODEC(Delta(8), ZSTD(1)), `x.y` Array(Tuple(a UInt8, b String)) CODEC(NONE), `b` Enum8('a' = 1, 'b' = -2)) ENGINE = MergeTree TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TEMPORARY TABLE IF NOT EXISTS t
(
    `q` VARCHAR(10) COMMENT 'it\'s' CODEC(Delta(8), ZSTD(1)),
    `x.y` Array(Tuple(
        a UInt8,
        b String)) CODEC(NONE),
    `b` Enum8('a' = 1, 'b' = -2)
)
ENGINE = MergeTree
TTL ts GROUP BY a SET b = max(b), c = min(c)
;;
CREATE TEMPORARY TABLE IF NOT EXISTS t ON CLUSTER c (b Array(Tuple(a UInt8, b String)) CODEC(NONE), comment SimpleAggregateFunction(sum, UInt64) COMMENT 'it''s', INDEX `i 2` lower(a) TYPE bloom_filter(0.01)) ENGINE = MergeTree() PARTITION BY tuple() TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TEMPORARY TABLE IF NOT EXISTS t ON CLUSTER c (`b` Array(Tuple(a UInt8, b String)) CODEC(NONE), `comment` SimpleAggregateFunction(sum, UInt64) COMMENT 'it\'s', INDEX `i 2` lower(a) TYPE bloom_filter(0.01) GRANULARITY 1) ENGINE = MergeTree PARTITION BY tuple() TTL ts GROUP BY a SET b = max(b), c = min(c)
=>
CREATE TEMPORARY TABLE IF NOT EXISTS t ON CLUSTER c
(
    `b` Array(Tuple(
        a UInt8,
        b String)) CODEC(NONE),
    `comment` SimpleAggregateFunction(sum, UInt64) COMMENT 'it\'s',
    INDEX `i 2` lower(a) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY tuple()
TTL ts GROUP BY a SET b = max(b), c = min(c)
;;
CREATE TABLE t (key Array(Tuple(a UInt8, b String)) NULL DEFAULT -1 CODEC(Delta(8), ZSTD(1)), date Tuple(`a b` UInt8, `c.d` String)) ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}') ORDER BY (a, b) PRIMARY KEY (a) SETTINGS index_granularity=8192 COMMENT 'x' AS SELECT 1
=>
CREATE TABLE t (`key` Array(Tuple(a UInt8, b String)) NULL DEFAULT -1 CODEC(Delta(8), ZSTD(1)), `date` Tuple(`a b` UInt8, `c.d` String)) ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}') PRIMARY KEY (a) ORDER BY (a, b) SETTINGS index_granularity = 8192 COMMENT 'x' AS SELECT 1
=>
CREATE TABLE t
(
    `key` Array(Tuple(
        a UInt8,
        b String)) NULL DEFAULT -1 CODEC(Delta(8), ZSTD(1)),
    `date` Tuple(
        `a b` UInt8,
        `c.d` String)
)
ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}')
PRIMARY KEY (a)
ORDER BY (a, b)
SETTINGS index_granularity = 8192
COMMENT 'x'
AS SELECT 1
;;
CREATE TEMPORARY TABLE t (key Tuple(`a b` UInt8, `c.d` String) DEFAULT [], `sp ace` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)), INDEX i1 lower(a) TYPE minmax GRANULARITY 4) ENGINE MergeTree ORDER BY (a, b) COMMENT 'x'
=>
CREATE TEMPORARY TABLE t (`key` Tuple(`a b` UInt8, `c.d` String) DEFAULT [], `sp ace` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)), INDEX i1 lower(a) TYPE minmax GRANULARITY 4) ENGINE = MergeTree ORDER BY (a, b) COMMENT 'x'
=>
CREATE TEMPORARY TABLE t
(
    `key` Tuple(
        `a b` UInt8,
        `c.d` String) DEFAULT [],
    `sp ace` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    INDEX i1 lower(a) TYPE minmax GRANULARITY 4
)
ENGINE = MergeTree
ORDER BY (a, b)
COMMENT 'x'
;;
CREATE TABLE `d b`.`t t` ON CLUSTER c (comment Tuple(String, UInt8) MATERIALIZED CAST(a, 'String'), a VARCHAR(10) MATERIALIZED CAST(a, 'String'), date TEXT MATERIALIZED CAST(a, 'String') COMMENT 'it''s', "q" Tuple(`a b` UInt8, `c.d` String)) ENGINE ReplicatedMergeTree('/x/{shard}', '{replica}') PARTITION BY toYYYYMM(ts) ORDER BY () COMMENT 'x' AS SELECT 1
=>
CREATE TABLE `d b`.`t t` ON CLUSTER c (`comment` Tuple(String, UInt8) MATERIALIZED CAST(a, 'String'), `a` VARCHAR(10) MATERIALIZED CAST(a, 'String'), `date` TEXT MATERIALIZED CAST(a, 'String') COMMENT 'it\'s', `q` Tuple(`a b` UInt8, `c.d` String)) ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}') PARTITION BY toYYYYMM(ts) ORDER BY tuple() COMMENT 'x' AS SELECT 1
=>
CREATE TABLE `d b`.`t t` ON CLUSTER c
(
    `comment` Tuple(
        String,
        UInt8) MATERIALIZED CAST(a, 'String'),
    `a` VARCHAR(10) MATERIALIZED CAST(a, 'String'),
    `date` TEXT MATERIALIZED CAST(a, 'String') COMMENT 'it\'s',
    `q` Tuple(
        `a b` UInt8,
        `c.d` String)
)
ENGINE = ReplicatedMergeTree('/x/{shard}', '{replica}')
PARTITION BY toYYYYMM(ts)
ORDER BY tuple()
COMMENT 'x'
AS SELECT 1
;;
CREATE TABLE db.t (INDEX i1 (a, b) TYPE bloom_filter(0.01) GRANULARITY 4, INDEX i1 a TYPE minmax GRANULARITY 4, date Tuple(`a b` UInt8, `c.d` String) CODEC(Delta(8), ZSTD(1))) ENGINE = Memory PARTITION BY (a, b) ORDER BY (toStartOfHour(ts), a) SETTINGS index_granularity=8192
=>
CREATE TABLE db.t (`date` Tuple(`a b` UInt8, `c.d` String) CODEC(Delta(8), ZSTD(1)), INDEX i1 (a, b) TYPE bloom_filter(0.01) GRANULARITY 4, INDEX i1 a TYPE minmax GRANULARITY 4) ENGINE = Memory PARTITION BY (a, b) ORDER BY (toStartOfHour(ts), a) SETTINGS index_granularity = 8192
=>
CREATE TABLE db.t
(
    `date` Tuple(
        `a b` UInt8,
        `c.d` String) CODEC(Delta(8), ZSTD(1)),
    INDEX i1 (a, b) TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX i1 a TYPE minmax GRANULARITY 4
)
ENGINE = Memory
PARTITION BY (a, b)
ORDER BY (toStartOfHour(ts), a)
SETTINGS index_granularity = 8192
;;
CREATE TABLE IF NOT EXISTS t (`sp ace` UInt8 NOT NULL, PRIMARY KEY (a, b), date Tuple(`a b` UInt8, `c.d` String) CODEC(Delta(8), ZSTD(1))) ENGINE=MergeTree()
=>
CREATE TABLE IF NOT EXISTS t (`sp ace` UInt8 NOT NULL, `date` Tuple(`a b` UInt8, `c.d` String) CODEC(Delta(8), ZSTD(1))) ENGINE = MergeTree PRIMARY KEY (a, b)
=>
CREATE TABLE IF NOT EXISTS t
(
    `sp ace` UInt8 NOT NULL,
    `date` Tuple(
        `a b` UInt8,
        `c.d` String) CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
PRIMARY KEY (a, b)
;;
ALTER TABLE t DELETE WHERE a = 1, ADD COLUMN "q" Array(Tuple(a UInt8, b String)) DEFAULT a + 1 COMMENT 'it''s'
=>
ALTER TABLE t (DELETE WHERE a = 1), (ADD COLUMN `q` Array(Tuple(a UInt8, b String)) DEFAULT a + 1 COMMENT 'it\'s')
=>
ALTER TABLE t
    (DELETE WHERE a = 1),
    (ADD COLUMN `q` Array(Tuple(
        a UInt8,
        b String)) DEFAULT a + 1 COMMENT 'it\'s')
