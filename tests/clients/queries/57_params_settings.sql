-- Query parameters of every type, SETTINGS, FORMAT.

-- param x = 5
SELECT {x:UInt8} AS v, toTypeName({x:UInt8}) AS t;

-- param x = 5
SELECT {x:UInt8}, {x:UInt8} + 1, -{x:UInt8};

-- param x = 2026-03-01 10:00:00
SELECT {x:DateTime} AS t, {x:DateTime} + INTERVAL 1 HOUR AS u, count() AS n FROM otel_logs WHERE Timestamp > {x:DateTime};

-- param x = 2026-03-01 10:00:00
SELECT toTypeName({x:DateTime('Europe/Berlin')}) AS t, {x:DateTime('Europe/Berlin')} AS v;

-- param x = 2026-03-01 10:00:00.123
SELECT {x:DateTime64(3)} AS v;

-- param x = 1772359200
SELECT {x:DateTime} AS v, {x:DateTime64(3)} AS w;

-- param x = [1,2,3]
SELECT {x:Array(UInt32)} AS v, arraySum({x:Array(UInt32)}) AS s;

-- param x = {'a':1,'b':2}
SELECT {x:Map(String, UInt8)} AS m, {x:Map(String, UInt8)}['b'] AS b;

-- param x = ['cart','ads']
SELECT name FROM services WHERE name IN {x:Array(String)} ORDER BY name;

-- param x = ('cart','ads')
SELECT name FROM services WHERE name IN {x:Tuple(String, String)} ORDER BY name;

-- param x = \N
SELECT {x:Nullable(String)} AS v, isNull({x:Nullable(String)}) AS n;

-- param x = abc
SELECT {x:Nullable(String)} AS v, {x:LowCardinality(String)} AS l, toTypeName({x:LowCardinality(String)}) AS t;

-- param x = true
SELECT {x:Bool} AS v, toTypeName({x:Bool}) AS t;

-- param x = -1.5
SELECT {x:Float64} AS f, {x:Decimal(9, 2)} AS d, {x:Float32} AS g;

-- param x = 61f0c404-5cb3-11e7-907b-a6006ad3dba0
SELECT {x:UUID} AS u;

-- param x = 127.0.0.1
SELECT {x:IPv4} AS i, {x:String} AS s;

-- param x = 2026-03-01
SELECT {x:Date} AS d, {x:Date32} AS e, {x:Date} + 1 AS f;

-- param x = b
SELECT {x:Enum8('a' = 1, 'b' = 2)} AS e;

-- param t = services
-- param d = corpus
SELECT count() FROM {d:Identifier}.{t:Identifier};

-- param c = tier
SELECT {c:Identifier}, max({c:Identifier}) FROM services GROUP BY {c:Identifier} ORDER BY {c:Identifier};

-- param c = tier
SELECT s.{c:Identifier} FROM services s ORDER BY s.name LIMIT 1;

-- param a = x
SELECT 1 AS {a:Identifier};

-- param n = 2
-- param o = 1
SELECT name FROM services ORDER BY name LIMIT {n:UInt32} OFFSET {o:UInt32};

-- param n = 2
SELECT name FROM services ORDER BY name LIMIT {n:Int32};

-- param x = a\tb\nc
SELECT {x:String} AS s, length({x:String}) AS l;

-- param m = 0.9
SELECT quantile({m:Float64})(tier) FROM services;

-- param p = 5
SELECT number FROM numbers({p:UInt64}) ORDER BY number;

-- param p = 5
SELECT toStartOfInterval(toDateTime('2026-03-01 00:07:00'), INTERVAL {p:UInt32} MINUTE) AS t;

-- param p = 5
SELECT toDateTime('2026-03-01 00:07:00') - INTERVAL {p:Int32} DAY AS t;

-- param k = http.route
SELECT LogAttributes[{k:String}] AS v, count() AS n FROM otel_logs GROUP BY v ORDER BY v;

-- param k = %order%
SELECT count() AS n FROM otel_logs WHERE Body LIKE {k:String};

-- param k = %ORDER%
SELECT count() AS n FROM otel_logs WHERE Body ILIKE {k:String} AND match(Body, {k:String}) = 0;

-- param a = 2026-03-01 00:00:00
-- param b = 2026-03-01 06:00:00
SELECT toStartOfHour(Timestamp) AS t, count() AS n FROM otel_logs WHERE Timestamp BETWEEN {a:DateTime} AND {b:DateTime} GROUP BY t ORDER BY t;

SELECT 1 SETTINGS max_threads = 2, max_block_size = 1000;

SELECT count() FROM services SETTINGS max_execution_time = 10, max_memory_usage = 1000000000, log_comment = 'x';

SELECT name FROM services ORDER BY name SETTINGS limit = 2;

SELECT name FROM services ORDER BY name SETTINGS limit = 2, offset = 1;

SELECT name FROM services ORDER BY name LIMIT 5 SETTINGS limit = 2;

SELECT count() FROM services SETTINGS additional_table_filters = {'services': 'tier = 1'};

SELECT count() FROM services SETTINGS additional_table_filters = {'corpus.services': 'tier = 1'};

SELECT name FROM services ORDER BY name SETTINGS max_result_rows = 3, result_overflow_mode = 'break';

SELECT toDateTime('2026-03-01 12:00:00') AS t, toUnixTimestamp(t) SETTINGS session_timezone = 'Europe/Berlin';

SELECT toDateTime(0), now() > 0, toStartOfDay(toDateTime(1772323200)), toDate(toDateTime(1772319600)) SETTINGS session_timezone = 'Asia/Tokyo';

SELECT toDateTime(0), toStartOfDay(toDateTime(1772323200)), toDate(toDateTime(1772319600)), toHour(toDateTime(0)) SETTINGS session_timezone = 'Asia/Tokyo';

SELECT min(Timestamp), toStartOfDay(max(Timestamp)) FROM otel_logs SETTINGS session_timezone = 'America/New_York';

SELECT count() FROM otel_logs WHERE Timestamp > '2026-03-01 10:00:00' SETTINGS session_timezone = 'America/New_York';

SELECT * FROM (SELECT 1 AS x SETTINGS max_threads = 1) SETTINGS max_threads = 2;

SELECT 1 UNION ALL SELECT 1 SETTINGS max_threads = 1;

SELECT 1 UNION SELECT 1 SETTINGS union_default_mode = 'DISTINCT';

-- Columns have the parameter's type as it is written.
-- param x = 1.5
SELECT {x:Decimal(9,2)}, {x:Decimal(9, 2)}, {x:Decimal( 9 ,2)}, {x:Decimal32(2)}, {x:Nullable(Decimal(9,2))};

-- param x = a
SELECT {x:Enum8('a'=1)}, {x:Enum8('a' = 1)}, {x:Enum('a'=1,'b'=2)}, {x:Enum8('b','a')};

-- param x = (1,'a')
SELECT {x:Tuple(UInt8,String)}, {x:Tuple(a UInt8,b String)}, {x:Tuple(a UInt8, b String)};

-- param x = ab
SELECT {x:FixedString(2)}, {x:FixedString( 2)}, {x:LowCardinality( String)}, {x:Nullable(String) };
