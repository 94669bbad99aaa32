-- Answers that were others than chDB's, or refused: literals of dates and times, decimals beside numbers, names of parameters,
-- DISTINCT of -0 and 0, expressions behind the limit, LEFT JOIN without keys, quantified comparisons, sums of intervals.

SELECT toDate('2024-01-01 10:00:00');

SELECT toDate('2024-01-01T10:00:00');

SELECT toDate('2024-01-01 10:00:00.123');

SELECT toDateOrNull('2024-01-01T10:00:00Z'), toDateOrZero('2024-01-01T10:00:00Z'), toDateOrNull('2024-01-01 10:00:00'), toDateOrNull('2024-01-01x');

SELECT '2024-01-01 10:00:00'::Date;

SELECT count() FROM typed WHERE dec9 < 9999999.5;

SELECT count() FROM typed WHERE dec18 < 99999999999999999999;

SELECT toDecimal32(1, 2) < 20000000;

SELECT toDecimal128(1, 2) < 18446744073709551615;

-- unordered
SELECT DISTINCT arrayJoin([0., -0.]) AS x;

-- unordered
SELECT DISTINCT arrayJoin([0., -0.]) AS x, 1;

SELECT DISTINCT arrayJoin([0., -0.]) AS x ORDER BY x;

SELECT DISTINCT arrayJoin([0., -0.]) AS x, 1 ORDER BY x;

SELECT DISTINCT 1, arrayJoin([-0., 0.]) AS x ORDER BY x;

SELECT DISTINCT arrayJoin([-0., 0.]) AS x, 'a' AS y ORDER BY x DESC;

SELECT DISTINCT x, y FROM (SELECT arrayJoin([-0., 0.]) AS x, 'a' AS y) ORDER BY x;

SELECT DISTINCT x, 1 FROM (SELECT -0. AS x UNION ALL SELECT 0. AS x) ORDER BY x;

SELECT DISTINCT x, number % 2 FROM (SELECT -0. AS x, number FROM numbers(4) UNION ALL SELECT 0. AS x, number FROM numbers(4)) ORDER BY x;

SELECT a AS b, b AS a FROM (SELECT 1 AS a, 2 AS b);

SELECT round(255, -1), round(toUInt8(251), -1), round(toInt8(127), -1), round(toInt8(-128), -1), toTypeName(round(255, -1));

SELECT round(65535, -1), round(toUInt16(65535), -2), round(toInt16(32767), -1), round(toInt16(-32768), -2), round(toInt32(2147483647), -1), round(toUInt32(4294967295), -1), round(18446744073709551615, -1), round(9223372036854775807, -1), round(toInt64(-9223372036854775808), -1);

SELECT ceil(255, -1), ceil(toUInt8(251), -1), ceil(toInt8(127), -1), floor(toInt8(-128), -1), ceil(18446744073709551615, -1), ceil(toInt64(9223372036854775807), -1), floor(toInt64(-9223372036854775808), -2);

SELECT round(255, -2), round(255, -3), round(toUInt8(150), -3), roundBankers(255, -1), roundBankers(toInt8(127), -1), trunc(255, -1), floor(255, -1), round(toInt64(9223372036854775807), -18), round(toInt64(9223372036854775807), -19), round(18446744073709551615, -19), round(18446744073709551615, -20);

SELECT number, intDiv(10, 3 - number) FROM numbers(5) ORDER BY number LIMIT 3;

SELECT number, toUInt8(if(number < 3, '1', 'x')) AS y FROM numbers(5) ORDER BY number LIMIT 3;

SELECT throwIf(number > 3), number FROM numbers(10) ORDER BY number LIMIT 2;

SELECT intDiv(10, 3 - number) AS y, number + 1 AS z FROM numbers(5) ORDER BY z LIMIT 3;

-- unordered
SELECT number, intDiv(10, 3 - number) FROM numbers(5) LIMIT 3;

SELECT sum(number) AS s, intDiv(10, 3 - k) FROM numbers(10) GROUP BY number % 5 AS k ORDER BY k LIMIT 3;

SELECT number, intDiv(10, 3 - number) FROM (SELECT number FROM numbers(5) ORDER BY number LIMIT 3);

SELECT x, y FROM (SELECT number AS x, intDiv(10, 3 - number) AS y FROM numbers(5) ORDER BY x LIMIT 3);

SELECT name, (SELECT count() FROM otel_logs l WHERE l.ServiceName = s.name) AS c FROM services s ORDER BY name;

SELECT name FROM services WHERE tier > (SELECT avg(t.tier) FROM services t WHERE t.team = services.team) ORDER BY name;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.name = b.name OR a.tier = b.tier + 1 ORDER BY a.name, b.name;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON 1 = 0 ORDER BY a.name, b.name;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON 1 = 1 ORDER BY a.name, b.name LIMIT 5;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON b.tier > 1 ORDER BY a.name, b.name LIMIT 15;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.since BETWEEN b.since AND b.since + 30 ORDER BY a.name, b.name LIMIT 15;

SELECT tier > 1 IS TRUE, owner IS NULL IS FALSE FROM services ORDER BY name LIMIT 3;

SELECT name FROM services WHERE (tier > 1) IS TRUE ORDER BY name;

SELECT name FROM services WHERE (tier > 1) IS NOT TRUE ORDER BY name;

SELECT name FROM services WHERE (owner = 'x') IS UNKNOWN ORDER BY name;

SELECT 1 IS TRUE, NULL IS NOT TRUE, 0 IS FALSE, NULL IS UNKNOWN, 1 IS NOT UNKNOWN, 2 IS TRUE;

SELECT true IS TRUE, true IS NOT FALSE;

SELECT toDateTime('2024-01-01 00:00:00') + INTERVAL '2' HOUR;

SELECT INTERVAL '2' DAY + toDate('2024-01-01');

SELECT count() FROM numbers(1e3);

SELECT count() FROM numbers(1e1, 5);

SELECT count() FROM numbers(1, 1e2);

SELECT count(), sum(number) FROM numbers(0, 10, 3);

-- unordered
SELECT number FROM numbers(5, 10, 4);

SELECT INTERVAL 1 DAY + INTERVAL 1 HOUR;

SELECT toDateTime('2024-01-01 00:00:00') + (INTERVAL 1 DAY + INTERVAL 1 HOUR);

SELECT toDateTime('2024-01-01 00:00:00') - (INTERVAL 1 DAY - INTERVAL 1 HOUR), toDate('2024-01-01') + (INTERVAL 1 MONTH + INTERVAL 1 DAY + INTERVAL 2 YEAR);

SELECT INTERVAL 1 DAY + INTERVAL 1 DAY, INTERVAL 3 DAY - INTERVAL 1 DAY;

SELECT INTERVAL 1 DAY > INTERVAL 1 HOUR, INTERVAL 24 HOUR = INTERVAL 1 DAY, INTERVAL 1 DAY < INTERVAL 2 DAY, INTERVAL 1 WEEK >= INTERVAL 7 DAY;

SELECT INTERVAL 1 MONTH = INTERVAL 1 MONTH, INTERVAL 1 YEAR > INTERVAL 12 MONTH, INTERVAL 1 QUARTER = INTERVAL 3 MONTH;

SELECT dt - dt3, dt9z - dt, toTypeName(dt - dt3) FROM typed ORDER BY id LIMIT 3;

SELECT (dt + INTERVAL 1 HOUR) - dt, toTypeName((dt + INTERVAL 1 HOUR) - dt) FROM typed ORDER BY id LIMIT 1;

SELECT DISTINCT (team, tier) AS t FROM services ORDER BY t;

SELECT DISTINCT (team, tier) AS t FROM services ORDER BY t DESC;

SELECT DISTINCT team, tier FROM services ORDER BY (team, tier);

SELECT DISTINCT (team, tier) FROM services ORDER BY 1;

SELECT DISTINCT team, tier FROM services ORDER BY (tier, team) DESC;

SELECT DISTINCT team FROM services ORDER BY tier;

SELECT DISTINCT point FROM events ORDER BY point LIMIT 5;

SELECT name FROM services WHERE tier > ALL (SELECT tier FROM services WHERE team = 'none') ORDER BY name;

SELECT name FROM services WHERE tier >= ALL (SELECT tier FROM services) ORDER BY name;

SELECT name FROM services WHERE tier = ANY (SELECT tier FROM services WHERE tier > 1) ORDER BY name;

SELECT name FROM services WHERE tier <> ALL (SELECT tier FROM services WHERE tier > 1) ORDER BY name;

SELECT name FROM services WHERE tier > ANY (SELECT tier FROM services) ORDER BY name;

SELECT name FROM services WHERE tier = ALL (SELECT tier FROM services) ORDER BY name;

SELECT name FROM services WHERE tier != ANY (SELECT tier FROM services) ORDER BY name;

SELECT name FROM services WHERE tier > SOME (SELECT tier FROM services) ORDER BY name;

SELECT 5 > ALL (SELECT number FROM numbers(5)), 5 = ANY (SELECT number FROM numbers(5)), 5 < ALL (SELECT 1 WHERE 0);

SELECT count() FROM typed WHERE dt IN (SELECT d32 FROM typed);

SELECT count() FROM typed WHERE d IN (SELECT dt FROM typed);

SELECT count() FROM typed WHERE dt IN (SELECT d FROM typed);

SELECT count() FROM typed WHERE dt3 IN (SELECT dt FROM typed);

SELECT count() FROM typed WHERE dt IN (SELECT dt3 FROM typed);

SELECT count() FROM typed WHERE dt9z IN (SELECT dt3 FROM typed);

SELECT count() FROM typed WHERE dt3 IN (SELECT dt9z FROM typed);

SELECT count() FROM typed WHERE d IN (SELECT d32 FROM typed);

SELECT count() FROM typed WHERE d32 IN (SELECT d FROM typed);

SELECT count() FROM typed WHERE d IN (SELECT dt3 FROM typed);

SELECT count() FROM typed WHERE dt3 IN (SELECT d FROM typed);

SELECT count() FROM typed WHERE dt3 IN (SELECT d32 FROM typed);

SELECT count() FROM typed WHERE d32 IN (SELECT dt3 FROM typed);

SELECT count() FROM typed WHERE nd IN (SELECT dt3 FROM typed);

SELECT count() FROM typed WHERE dt IN (toDate('2026-03-01'), toDate('2026-03-02'));

SELECT count() FROM typed WHERE dt3 IN (toDateTime('2026-03-01 00:00:00'));

SELECT toDateTime('2026-03-01 00:00:00') IN (SELECT toDate('2026-03-01')), toDate('2026-03-01') IN (SELECT toDateTime('2026-03-01 00:00:00')), toDate('2026-03-01') IN (SELECT toDateTime('2026-03-01 10:00:00')), toDateTime('2026-03-01 10:00:00') IN (SELECT toDate('2026-03-01'));

SELECT toDateTime64('2026-03-01 00:00:00', 3) IN (SELECT toDateTime('2026-03-01 00:00:00')), toDateTime64('2026-03-01 00:00:00.5', 3) IN (SELECT toDateTime('2026-03-01 00:00:00')), toDateTime('2026-03-01 00:00:00') IN (SELECT toDateTime64('2026-03-01 00:00:00.5', 3)), toDateTime('2026-03-01 00:00:00') IN (SELECT toDateTime64('2026-03-01 00:00:00', 3));

SELECT toDate32('2026-03-01') IN (SELECT toDateTime('2026-03-01 00:00:00')), toDateTime('2026-03-01 00:00:00') IN (SELECT toDate32('2026-03-01')),toDate32('1900-03-01') IN (SELECT toDate('1970-01-01')), toDate32('1900-03-01') IN (SELECT toDateTime('1970-01-01 00:00:00'));

SELECT count() FROM otel_logs WHERE Timestamp > 1772359200.123456789;

SELECT count() FROM typed WHERE dt > 1772359200.5;

SELECT count() FROM typed WHERE dt3 > f64;

SELECT count() FROM typed WHERE dt3 > u32;

SELECT count() FROM typed WHERE dt3 > dec18;

SELECT count() FROM typed WHERE dt > f32;

SELECT toDateTime64('2026-03-01 00:00:00.5', 3, 'UTC') = 1772323200.5, toDateTime64('2026-03-01 00:00:00.5', 3, 'UTC') > 1772323200.4, toDateTime64('2026-03-01 00:00:00.5', 1, 'UTC') < 1772323200.54, toDateTime64('2026-03-01 00:00:00.5', 1, 'UTC') < nan, toDateTime64('2026-03-01 00:00:00.5', 1, 'UTC') < inf;

SELECT (1, NULL) IN ((1, 2));

SELECT (1, NULL) IN ((1, NULL));

SELECT (1, NULL) IN ((1, 2), (1, NULL)), (1, NULL) NOT IN ((1, 2));

SELECT (NULL, 1) IN ((NULL, 1), (2, 1)), (NULL, NULL) IN ((NULL, NULL));

SELECT (1, NULL) IN (SELECT 1, 2), (1, NULL) IN (SELECT 1, NULL);

SELECT id AS k, t2.k FROM (SELECT 1 AS id, 5 AS k) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 USING (id);

SELECT id AS k, t2.k FROM (SELECT 1 AS id) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 USING (id);

SELECT id AS k, k FROM (SELECT 1 AS id) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 USING (id);

SELECT t1.id AS k, t2.k AS z, t2.k + 1 FROM (SELECT 1 AS id) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 USING (id);

SELECT t1.a AS k, t2.k FROM (SELECT 1 AS id, 2 AS a) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 ON t1.id = t2.id;

SELECT count() FROM services a JOIN services b ON a.team = b.team AND a.tier + b.tier > 2 AND intDiv(10, a.tier + b.tier - 2) > 1;

SELECT count() FROM (SELECT number AS id, toString(number) AS n FROM numbers(5)) a JOIN (SELECT number AS id, if(number = 2, '', toString(number)) AS k FROM numbers(5)) b ON a.id = b.id AND b.k != '' AND toUInt16(b.k) > toUInt8(a.n) - 1;

SELECT a.id, b.k FROM (SELECT number AS id, number AS n FROM numbers(5)) a JOIN (SELECT number AS id, if(number = 2, '', toString(number)) AS k FROM numbers(5)) b ON a.id = b.id AND b.k != '' AND toUInt16(b.k) >= a.n ORDER BY a.id;

SELECT a.id, b.k FROM (SELECT number AS id, number AS n FROM numbers(5)) a LEFT JOIN (SELECT number AS id, if(number = 2, '', toString(number)) AS k FROM numbers(5)) b ON a.id = b.id AND b.k != '' AND toUInt16(b.k) >= a.n ORDER BY a.id;

SELECT a.id, b.k FROM (SELECT number AS id, number AS n FROM numbers(5)) a LEFT JOIN (SELECT number AS id, if(number = 2, '', toString(number)) AS k FROM numbers(5)) b ON a.id = b.id AND (b.k != '' AND a.n < 5) AND toUInt16(b.k) >= a.n ORDER BY a.id;

SELECT a.id, b.k FROM (SELECT number AS id, number AS n FROM numbers(5)) a LEFT JOIN (SELECT number AS id, if(number = 2, '', toString(number)) AS k FROM numbers(5)) b ON a.id = b.id AND (b.k != '' AND toUInt16(b.k) >= a.n) ORDER BY a.id;

SELECT count() FROM services SETTINGS additional_table_filters = {'services': 'tier > 1'};

SELECT count() FROM services SETTINGS additional_table_filters = {'corpus.services': 'tier > 1'};

SELECT count() FROM services a JOIN services b ON a.name = b.name SETTINGS additional_table_filters = {'services': 'tier > 1'};

SELECT count() FROM services a JOIN otel_logs b ON a.name = b.ServiceName SETTINGS additional_table_filters = {'services': 'tier > 1'};

SELECT count() FROM services a SETTINGS additional_table_filters = {'a': 'tier > 1'};

SELECT count() FROM services SETTINGS additional_table_filters = {'nope': 'tier > 1'};

SELECT count() FROM services SETTINGS additional_table_filters = {};

SELECT count() FROM services SETTINGS additional_table_filters = '{''services'': ''tier > 1''}';

SELECT byteSize(1), byteSize('abc'), byteSize([1, 2]), byteSize(1, 'a'), byteSize(NULL), byteSize(map('a', 1)), byteSize(toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0'));

SELECT byteSize(s), byteSize(fs), byteSize(ns), byteSize(lc), byteSize(ni), byteSize(dec38), byteSize(b), byteSize(d), byteSize(lcn) FROM typed ORDER BY id LIMIT 3;

SELECT byteSize(tags), byteSize(nums), byteSize(matrix), byteSize(pairs), byteSize(point), byteSize(counts), byteSize(maybe) FROM events ORDER BY id LIMIT 3;

SELECT parseDateTime('2024-01-02 03:04:05', '%Y-%m-%d %H:%i:%s'), parseDateTime('02/Jan/2024:03:04:05', '%d/%b/%Y:%H:%i:%s'), parseDateTimeOrNull('x', '%Y'), parseDateTimeOrZero('x', '%Y'), parseDateTime('2024-01-02 03:04:05', '%Y-%m-%d %H:%i:%s', 'Asia/Tokyo');

SELECT untuple((1, 'a', 2.5));

SELECT untuple((1, 'a', 2.5)) AS t;

SELECT untuple(point) FROM events ORDER BY id LIMIT 2;

SELECT untuple((team, tier)), name FROM services ORDER BY name LIMIT 2;

SELECT deltaSum(number), deltaSum(toFloat64(number)), toTypeName(deltaSum(toInt8(number))) FROM numbers(10);

SELECT deltaSum(arrayJoin([1, 2, 3, 0, 3, 4, 2, 3])), deltaSum(arrayJoin([2.25, 3, 4.5]));

SELECT groupArraySorted(5)(number), groupArraySorted(3)(toString(number)) FROM numbers(100);

SELECT sumMap([1, 2], [3, 4]), sumMap((['a', 'b'], [1, 2]));

SELECT sumMap(a, b), toTypeName(sumMap(a, b)) FROM (SELECT [toUInt8(number % 3), 5] AS a, [toUInt8(number), 1] AS b FROM numbers(300));

SELECT minMap(a, b), maxMap(a, b) FROM (SELECT [number % 3, 5] AS a, [number, 1] AS b FROM numbers(30));

SELECT roundDown(5, [1, 3, 6]), roundDown(7.5, [1, 3, 6]), roundDown(0, [1, 3]), roundDown(2, [3, 1]), toTypeName(roundDown(5, [1, 3, 6]));

SELECT roundDown(tier, [0, 2]), toTypeName(roundDown(tier, [0, 2.5])) FROM services ORDER BY name LIMIT 5;

SELECT boundingRatio(number, number * 2), boundingRatio(1, 1) FROM numbers(10);

-- tolerance
SELECT entropy(number), entropy(number % 3), entropy('a') FROM numbers(10);

SELECT toDate(Timestamp, 'Asia/Tokyo') FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT name FROM services WHERE name LIKE 'c!%' ESCAPE '!' ORDER BY name;

-- param x = a'b
SELECT {x:String};

-- param x = a\\b
SELECT {x:String};

-- param x = 300
SELECT {x:UInt8};

-- param x = 5000000000
SELECT {x:UInt32};

-- param x = -129
SELECT {x:Int8};

-- param x = abc
SELECT {x:String}, upper({x:String}), {x:String} AS y;

-- param x = a\tb
SELECT {x:String};

-- param x = a\nb
SELECT {x:String};

-- param x = ü
SELECT {x:String};

-- param x = 1.50
SELECT {x:Float64};

-- param x = 1e3
SELECT {x:Float64}, {x:Float32};

-- param x = 007
SELECT {x:UInt8}, {x:Int32};

-- param x = +7
SELECT {x:Int32};

-- param x = 70000
SELECT {x:UInt16}, {x:Int16};

-- param x = ['a','b']
SELECT {x:Array(String)};

-- param x = [1,2]
SELECT {x:Array(UInt8)};

-- param x = 2026-03-01 10:00:00
SELECT {x:DateTime};

-- param x = 2026-03-01
SELECT {x:Date};

-- param x = true
SELECT {x:Bool};

-- param x = \N
SELECT {x:Nullable(String)};

-- param x = 1.005
SELECT {x:Decimal(9, 2)};

-- param x = a''b
SELECT {x:String}, {x:FixedString(4)};

-- param x = a'b
SELECT concat({x:String}, 'z'), {x:LowCardinality(String)}, {x:Nullable(String)};

-- param x = 18446744073709551616
SELECT {x:UInt64};

-- param x = inf
SELECT {x:Float64};

-- param x = (1,'a')
SELECT {x:Tuple(UInt8, String)};

-- param x = {'a':1}
SELECT {x:Map(String, UInt8)};

-- param x = 2026-03-01 10:00:00.123
SELECT {x:DateTime64(3)};

-- param x = 61f0c404-5cb3-11e7-907b-a6006ad3dba0
SELECT {x:UUID};

-- param x = 1.2.3.4
SELECT {x:IPv4};

-- param x = ::1
SELECT {x:IPv6};

-- param x = 2026-03-01
SELECT {x:Date32};

-- param x = [1.5,2]
SELECT {x:Array(Float64)};

-- param x = ['2026-03-01']
SELECT {x:Array(Date)};

-- param x = false
SELECT {x:Bool}, {x:Nullable(Bool)};

-- param x = [true]
SELECT {x:Array(Bool)};

-- param x = 1
SELECT {x:Bool};

-- param x = nan
SELECT {x:Float64};

-- param x = 1.23456789012345678
SELECT {x:Decimal(38, 17)}, {x:Float32};

-- param x = -0
SELECT {x:Float64}, {x:Int8};

-- param x = a"b`c
SELECT {x:String};

SELECT count() FROM typed WHERE d = '2026-3-1';

SELECT count() FROM typed WHERE d = '20260301';

SELECT count() FROM typed WHERE d = '2026/03/01';

SELECT count() FROM typed WHERE d = '2026-02-31';

SELECT count() FROM typed WHERE d32 = '1800-01-01';

SELECT count() FROM typed WHERE d > '1800-01-01';

SELECT count() FROM typed WHERE d > '2200-01-01';

SELECT count() FROM typed WHERE d > '0000-00-00';

SELECT toDate('2026-03-01') = '2026-3-1', toDate('2026-03-01') = '2026-03-1';

SELECT toDate('2026-03-01') = '20260301';

SELECT toDate('2026-03-01') > '0000-00-00', toDate32('2026-03-01') > '0000-00-00';

SELECT toDate('2026-03-01') < '2200-01-01', toDate('1970-01-01') > '1800-01-01';

SELECT toDate('2026-03-01') IN ('2026-03-01', '2026-3-1', '20260301');

SELECT toDate('2026-03-01') = '2026/03/01';

SELECT count() FROM otel_logs WHERE Timestamp >= '1772359200';

SELECT count() FROM otel_logs WHERE Timestamp >= '1772359200.5';

SELECT count() FROM otel_logs WHERE Timestamp >= '2026-03-01 10:00:00.1234567891';

SELECT count() FROM otel_logs WHERE Timestamp >= '20260301';

SELECT count() FROM typed WHERE dt >= '2026-03-01 10:00';

SELECT count() FROM typed WHERE dt >= '2026-03-01T10:00:00Z';

SELECT count() FROM typed WHERE dt >= '2026-03-01T10:00:00';

SELECT count() FROM typed WHERE dt >= '2026-03-01';

SELECT count() FROM typed WHERE dt >= '2026-03-01 10:00:00.5';

SELECT count() FROM typed WHERE dt >= '2026-03-01 10:00:00.000';

SELECT count() FROM typed WHERE dt >= '1772359200';

SELECT count() FROM typed WHERE dt >= '2026-03-01 10';

SELECT count() FROM typed WHERE dt >= '20260301';

SELECT count() FROM typed WHERE dt >= '20260301100000';

SELECT count() FROM typed WHERE dt >= '2026-3-1 1:2:3';

SELECT count() FROM typed WHERE dt IN ('2026-03-01', '2026-03-01 10:00:00');

SELECT count() FROM typed WHERE dt3 IN ('2026-03-01', '2026-03-01 10:00:00.5', '1772359200.5');

SELECT toDate('2026-3-1');

SELECT toDate('2026/03/01');

SELECT toDate('2026-03-01 25:61:61');

SELECT toDate('2026-03-01 10:00:00.123456789123');

SELECT toDate32('2026-03-01 10:00:00'), toDate32('2026-03-01T10:00:00.5');

SELECT CAST('2026-03-01 10:00:00' AS Date32), CAST('2026-03-01T10:00:00.5' AS Date);

SELECT CAST('2026-03-01T10:00:00Z' AS Nullable(Date));

SELECT CAST('2026-03-01 10:00' AS Nullable(Date)), CAST('2026-03-01 10:00:00' AS Nullable(Date));

SELECT toDateOrDefault('2026-03-01T10:00:00Z'), toDateOrNull('2026-03-01 10:00'), toDateOrNull('2026-03-01T10:00:00.5'), toDate32OrNull('2026-03-01T10:00:00.5'), toDate32OrNull('2026-03-01T10:00:00Z');

SELECT accurateCastOrNull('2026-03-01T10:00:00Z', 'Date'), accurateCastOrNull('2026-03-01 10:00:00', 'Date');

SELECT 99999999999 > dec9 FROM typed ORDER BY id LIMIT 1;

SELECT toUInt64(5) > toDecimal32(1, 2), toInt64(30000000) > toDecimal32(1, 2);

SELECT toDecimal32(1, 2) < toUInt8(255), toDecimal32(1, 8) < toUInt8(20);

SELECT toUInt64(18446744073709551615) > toDecimal128(1, 2);

SELECT [toDecimal32(1, 2)] < [99999999999];

SELECT if(toDecimal32(1, 2) < 5, 1, 2);

SELECT toDecimal32(1, 2) < true;

SELECT accurateCastOrNull(toDateTime('2026-03-01 10:00:00'),'Date'), accurateCastOrNull(toDateTime64('2026-03-01 10:00:00.5', 3),'DateTime'), accurateCastOrNull(toDateTime64('2026-03-01 10:00:00', 3),'DateTime'), accurateCastOrNull(toDate('2026-03-01'),'DateTime'), accurateCastOrNull(toDate32('1900-03-01'),'Date'), accurateCastOrNull(toDate32('1900-03-01'),'DateTime'), accurateCastOrNull(toDateTime64('1900-03-01 00:00:00', 3),'Date'), accurateCastOrNull(toDateTime64('2026-03-01 10:00:00.123456', 6),'DateTime64(3)'), accurateCastOrNull(toDateTime('2026-03-01 10:00:00'),'Date32'), accurateCastOrNull(toDateTime64('2026-03-01 10:00:00', 3),'Date32'), accurateCastOrNull(toDateTime64('2026-03-01 10:00:00', 3),'Date');

SELECT toDateTime64('2026-03-01 10:00:00.123', 3) IN (SELECT toDateTime64('2026-03-01 10:00:00.123000', 6)), toDateTime64('2026-03-01 10:00:00.123456', 6) IN (SELECT toDateTime64('2026-03-01 10:00:00.123', 3)), toDateTime64('2026-03-01 10:00:00.123000', 6) IN (SELECT toDateTime64('2026-03-01 10:00:00.123', 3));

SELECT toDateTime64('2026-03-01 10:00:00', 3) IN (SELECT toDate('2026-03-01')), toDateTime64('2026-03-01 10:00:00', 3) IN (SELECT toDate32('2026-03-01')), toDate('2026-03-01') IN (SELECT toDateTime64('2026-03-01 00:00:00', 3)), toDate32('2026-03-01') IN (SELECT toDateTime64('2026-03-01 00:00:00', 3)), toDate('2026-03-01') IN (SELECT toDate32('2026-03-01')), toDate32('2026-03-01') IN (SELECT toDate('2026-03-01')), toDate32('2026-03-01') IN (SELECT toDateTime('2026-03-01 00:00:00'));

SELECT toDateTime('2026-03-01 10:00:00') IN (SELECT toDate32('2026-03-01')), toDate32('1900-01-01') IN (SELECT toDateTime(0)), toDateTime64('1900-01-01 00:00:00', 3) IN (SELECT toDateTime(0)), toDateTime64('1900-01-01 00:00:00', 3) IN (SELECT toDate(0)), toDate('1970-01-01') IN (SELECT toDate32('1970-01-01')), toDate32('2299-01-01') IN (SELECT toDate('2149-06-06'));

SELECT toDateTime('2026-03-01 10:00:00', 'Asia/Tokyo') IN (SELECT toDate('2026-03-01')), toDateTime('2026-03-01 01:00:00', 'UTC') IN (SELECT toDateTime('2026-03-01 10:00:00', 'Asia/Tokyo')), toDate('2026-03-01') IN (SELECT toDateTime('2026-03-01 00:00:00', 'Asia/Tokyo'));

SELECT d32 FROM typed WHERE d32 IN (SELECT dt FROM typed) ORDER BY d32 LIMIT 20;

SELECT dt FROM typed WHERE dt IN (SELECT d32 FROM typed);

SELECT toDateTime('2026-03-01 00:00:00') IN (toDate('2026-03-01')), toDateTime('2026-03-01 10:00:00') IN (toDate('2026-03-01')), toDate('2026-03-01') IN (toDateTime('2026-03-01 10:00:00')), toDate('2026-03-01') IN (toDateTime('2026-03-01 00:00:00'));

SELECT dt IN (toDate('2026-03-01'), toDate('2026-03-02')) AS x, count() FROM typed GROUP BY x ORDER BY x;

SELECT toDate32('2026-03-01') IN (toDate('2026-03-01')), toDate('2026-03-01') IN (toDate32('2026-03-01')), toDateTime64('2026-03-01 00:00:00', 3) IN (toDateTime64('2026-03-01 00:00:00', 6)), toDateTime64('2026-03-01 00:00:00', 3) IN (toDate('2026-03-01'));

SELECT dt IN (1772359200, 5), count() FROM typed GROUP BY 1 ORDER BY 1;

SELECT dt3 IN (1772359200), count() FROM typed GROUP BY 1 ORDER BY 1;

SELECT d IN (20000), count() FROM typed GROUP BY 1 ORDER BY 1;

SELECT toDateTime('2026-03-01 10:00:00') IN (SELECT 1772359200), toDateTime64('2026-03-01 10:00:00', 3) IN (SELECT 1772359200), 1772359200 IN (SELECT toDateTime('2026-03-01 10:00:00'));

SELECT INTERVAL 1 DAY + INTERVAL 1 HOUR + INTERVAL 1 HOUR, INTERVAL 1 DAY + INTERVAL 1 HOUR + INTERVAL 1 DAY, INTERVAL 1 DAY - INTERVAL 1 HOUR - INTERVAL 2 MINUTE;

SELECT (INTERVAL 1 DAY + INTERVAL 1 HOUR) + toDateTime('2024-01-01 00:00:00');

SELECT (INTERVAL 1 DAY + INTERVAL 1 HOUR) + (INTERVAL 1 DAY + INTERVAL 1 HOUR);

SELECT INTERVAL '1 day 2 hour' + toDateTime('2024-01-01 00:00:00'), toDateTime('2024-01-01 00:00:00') - INTERVAL '1 day 2 hour', INTERVAL '1 day 2 hour';

SELECT dt + INTERVAL '1 day 1 hour', dt - (INTERVAL 1 MONTH + INTERVAL 1 DAY), toTypeName(d + (INTERVAL 1 DAY + INTERVAL 1 HOUR)), d + (INTERVAL 1 DAY + INTERVAL 1 HOUR), dt3 + (INTERVAL 1 DAY + INTERVAL 1 MICROSECOND) FROM typed WHERE dt BETWEEN '2000-01-01' AND '2030-01-01' ORDER BY id LIMIT 3;

SELECT toIntervalHour(toString(u8)), toTypeName(toIntervalHour(toString(u8))) FROM typed ORDER BY id LIMIT 2;

SELECT toIntervalHour(1.9), toIntervalHour('-5'), toIntervalHour('+5');

SELECT [INTERVAL 1 DAY, INTERVAL 2 DAY];

SELECT least(INTERVAL 1 DAY, INTERVAL 2 DAY);

SELECT dt3 > true FROM typed LIMIT 1;

SELECT dt BETWEEN 1e9 AND 2e9, dt3 BETWEEN 1e9 AND 2e9 FROM typed ORDER BY id LIMIT 3;

SELECT dt = 1.5, dt != 1.5, dt < -1, dt > -1, dt > -1.5 FROM typed ORDER BY id LIMIT 2;

SELECT count() FROM otel_logs WHERE Timestamp BETWEEN 1772359200.0 / 1 AND 1772400000.5;

SELECT count() FROM otel_logs WHERE Timestamp >= 1772359200000 / 1000 AND Timestamp <= 1772400000000 / 1000;

SELECT count() FROM otel_logs WHERE toUnixTimestamp64Milli(Timestamp) / 1000 >= 1772359200.5;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.tier <= b.tier + 1 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.since >= b.since AND a.since <= b.since + 30 ORDER BY a.name, b.name LIMIT 15;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier BETWEEN b.tier AND b.tier ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON 1 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON true ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON 0 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON NULL ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN (SELECT * FROM services WHERE 0) b ON 1 = 1 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON b.tier > 5 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON b.tier > 1 AND b.name != 'cart' ORDER BY a.name, b.name LIMIT 14;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON (a.name = b.name AND a.tier > 1) OR (a.tier = b.tier AND b.tier > 2) ORDER BY a.name, b.name LIMIT 24;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON (a.name = b.name OR a.tier = b.tier) AND b.tier > 1 ORDER BY a.name, b.name LIMIT 24;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON (a.name = b.name OR a.tier = b.tier) AND a.tier > 1 ORDER BY a.name, b.name LIMIT 24;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.name = b.name OR a.owner = b.owner ORDER BY a.name, b.name LIMIT 24;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.name = b.name OR 1 = 0 ORDER BY a.name, b.name LIMIT 24;

SELECT a.name, b.name FROM services a INNER JOIN services b ON a.tier > b.tier ORDER BY a.name, b.name LIMIT 4;

SELECT count() FROM services a LEFT JOIN services b ON b.name LIKE '%a%';

SELECT name, tier = ANY (SELECT 1) FROM services ORDER BY name LIMIT 2;

SELECT 1 < ANY (SELECT number FROM numbers(3)), 1 <= ALL (SELECT number FROM numbers(3)), 1 >= ANY (SELECT number FROM numbers(3)), 1 <> ANY (SELECT number FROM numbers(3)), 1 = ALL (SELECT 1), 1 != ANY (SELECT 1), 1 = ALL (SELECT 1 UNION ALL SELECT 1);

SELECT 'a' > ALL (SELECT arrayJoin(['A', 'B']));

SELECT 1 > ANY(SELECT NULL);

SELECT any(tier) = any(tier) FROM services;

SELECT 1 = any(1), 2 > any(1);

SELECT 1 IS NOT TRUE, 1 IS NOT FALSE, 1 IS NOT UNKNOWN, NULL IS TRUE, 'a' IS UNKNOWN;

SELECT owner IS UNKNOWN, owner IS NOT UNKNOWN FROM services ORDER BY name LIMIT 3;

SELECT name FROM services WHERE NOT tier > 1 IS TRUE ORDER BY name;

SELECT 1 + 1 IS TRUE, 1 = 1 IS TRUE, 0 OR 1 IS TRUE;

SELECT DISTINCT x, y FROM (SELECT arrayJoin([0., -0., 1.]) AS x, arrayJoin([0, 1]) AS y) ORDER BY y, x;

SELECT DISTINCT x, y FROM (SELECT arrayJoin([0., -0., 1.]) AS x, arrayJoin([0., -0.]) AS y) ORDER BY x;

SELECT DISTINCT x, y FROM (SELECT arrayJoin([0., -0., 1.]) AS x, arrayJoin([0., -0.]) AS y) ORDER BY x, y;

SELECT DISTINCT x FROM (SELECT arrayJoin([0., -0., 1.]) AS x) ORDER BY -x, x;

SELECT DISTINCT x FROM (SELECT arrayJoin([0., -0., 1.]) AS x) ORDER BY x LIMIT 2;

SELECT DISTINCT x FROM (SELECT arrayJoin([0., -0., 1.]) AS x) ORDER BY x LIMIT 1 OFFSET 1;

SELECT DISTINCT x, 1 AS y FROM (SELECT arrayJoin([0., -0., 1.]) AS x) ORDER BY y, x;

SELECT DISTINCT (x, 1) FROM (SELECT arrayJoin([0., -0., 1.]) AS x) ORDER BY 1;

SELECT DISTINCT x FROM (SELECT arrayJoin([0., -0., 1., NULL]) AS x) ORDER BY x;

SELECT DISTINCT x FROM (SELECT arrayJoin([toFloat32(0.), -toFloat32(0.), 1.]) AS x) ORDER BY x;

SELECT DISTINCT x + 1 AS z, x FROM (SELECT arrayJoin([0., -0., 1.]) AS x) ORDER BY z;

SELECT toDateTime64('2026-03-01 10:00:00.5', 3) IN (SELECT toDateTime('2026-03-01 10:00:00')), toDateTime64('2026-03-01 10:00:00.5', 3) IN (SELECT toDate('2026-03-01')), toDateTime64('2026-03-01 10:00:00.5', 3) IN (SELECT toDate32('2026-03-01')), toDateTime64('2026-03-01 10:00:00.5', 1) IN (SELECT toDateTime64('2026-03-01 10:00:00', 0));

-- unordered
SELECT x IN (SELECT toDateTime('2026-03-01 10:00:00')) FROM (SELECT arrayJoin([toDateTime64('2026-03-01 10:00:00.5', 3), toDateTime64('2026-03-01 10:00:00', 3), toDateTime64('2026-03-01 10:00:01', 3)]) AS x);

-- unordered
SELECT x IN (SELECT toDateTime(0)), x IN (SELECT toDate(0)), x IN (SELECT toDateTime(4294967295)), x IN (SELECT toDate(65535)), x IN (SELECT toDate32('1900-01-01')), x IN (SELECT toDate32('2299-12-31')) FROM (SELECT arrayJoin([toDateTime64('1900-01-01 10:00:00.5', 3), toDateTime64('2299-12-31 10:00:00', 3), toDateTime64('1970-01-01 00:00:00', 3)]) AS x);

-- unordered
SELECT x IN (SELECT toDateTime(0)), x IN (SELECT toDate(0)), x IN (SELECT toDateTime(4294967295)), x IN (SELECT toDate(65535)), x IN (SELECT toDateTime64('1900-01-01 00:00:00', 3)), x IN (SELECT toDateTime64('2299-12-31 00:00:00', 3)), x IN (SELECT toDateTime64('2262-04-11 23:47:16', 9)) FROM (SELECT arrayJoin([toDate32('1900-01-01'), toDate32('2299-12-31'), toDate32('1970-01-01')]) AS x);

-- unordered
SELECT x IN (SELECT toDateTime(0)), x IN (SELECT toDateTime64('2149-06-06 00:00:00', 3)), x IN (SELECT toDateTime(4294944000)), x IN (SELECT toDateTime(4294967295)) FROM (SELECT arrayJoin([toDate(65535), toDate(0)]) AS x);

-- unordered
SELECT x IN (SELECT toDateTime64('2026-03-01 10:00:00.123', 3)) FROM (SELECT arrayJoin([toDateTime64('2026-03-01 10:00:00.123456', 6), toDateTime64('2026-03-01 10:00:00.123', 6)]) AS x);

-- unordered
SELECT x NOT IN (SELECT toDateTime('2026-03-01 10:00:00')) FROM (SELECT arrayJoin([toDateTime64('2026-03-01 10:00:00.5', 3), toDateTime64('2026-03-01 10:00:00', 3)]) AS x);

SELECT x IN (SELECT toDateTime64('2026-03-01 10:00:00.5', 3)), x IN (SELECT toDateTime64('2026-03-01 10:00:00', 3)) FROM (SELECT arrayJoin([toDateTime('2026-03-01 10:00:00')]) AS x);

-- unordered
SELECT x IN (SELECT toDateTime('2026-03-01 00:00:00', 'Asia/Tokyo')), x IN (SELECT toDateTime64('2026-03-01 00:00:00', 3, 'Asia/Tokyo')) FROM (SELECT arrayJoin([toDate('2026-03-01'), toDate('2026-02-28')]) AS x);

-- unordered
SELECT x IN (SELECT toDate('2026-03-01')), x IN (SELECT toDate32('2026-03-01')) FROM (SELECT arrayJoin([toDateTime('2026-03-01 00:00:00', 'Asia/Tokyo'), toDateTime('2026-03-01 23:00:00', 'Asia/Tokyo')]) AS x);

-- unordered
SELECT x IN (SELECT NULL), x IN (SELECT toNullable(toDate('2026-03-01'))) FROM (SELECT arrayJoin([toDateTime('2026-03-01 00:00:00'), NULL]) AS x);

SELECT toDate(Timestamp, 'Asia/Tokyo'), toDate(toDateTime('2026-03-01 23:00:00'), 'Asia/Tokyo'), toDate32(toDateTime('2026-03-01 23:00:00'), 'Asia/Tokyo') FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT toDate('2026-03-01', 'Asia/Tokyo');

SELECT toDate(toDate('2026-03-01'), 'Asia/Tokyo');

SELECT 'a%b' LIKE 'a!%b' ESCAPE '!', 'axb' LIKE 'a!%b' ESCAPE '!', 'a_b' LIKE 'a!_b' ESCAPE '!', 'a!b' LIKE 'a!!b' ESCAPE '!', 'A%b' ILIKE 'a!%B' ESCAPE '!', 'axb' NOT LIKE 'a!%b' ESCAPE '!', 'a\\b' LIKE 'a\\b' ESCAPE '!', 'a%' LIKE 'a\\%' ESCAPE '!';

SELECT 'a%' LIKE 'a\\%' ESCAPE '\\', name LIKE '%a%' ESCAPE '!' FROM services ORDER BY name LIMIT 2;

SELECT byteSize(), byteSize(toDateTime64('2026-03-01 00:00:00', 3)), byteSize(1.5), byteSize(toIPv6('::1')), byteSize(tuple(1, 'a')), byteSize([[1], [2, 3]]), byteSize([NULL, 1]), byteSize(['a', NULL]), byteSize(toLowCardinality('abc')), byteSize(toNullable('abc')), byteSize('');

SELECT byteSize(LogAttributes), byteSize(ServiceName), byteSize(Timestamp), byteSize(Body) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT deltaSum(x) FROM (SELECT arrayJoin([toUInt8(5), 3, 10]) AS x);

SELECT deltaSum(toInt64(x)) FROM (SELECT arrayJoin([-5, 3, 10, -20, 30]) AS x);

SELECT deltaSum(toNullable(number)) FROM numbers(0);

SELECT deltaSum(f32), deltaSum(ni), toTypeName(deltaSum(ni)), toTypeName(deltaSum(f32)) FROM (SELECT * FROM typed ORDER BY id);

SELECT deltaSumIf(number, number > 3) FROM numbers(10);

SELECT boundingRatio(number, 5), boundingRatio(-number, number), boundingRatio(1, 2) FROM numbers(10);

SELECT boundingRatio(x, y) FROM (SELECT arrayJoin([(3, 9), (1, 1), (2, 4)]) AS t, t.1 AS x, t.2 AS y);

SELECT boundingRatio(number, number) FROM numbers(0);

-- tolerance
SELECT entropy(tuple(number % 3, 1)), entropy(number % 3, number % 2), entropy(toString(number)), entropy(NULL) FROM numbers(12);

-- tolerance
SELECT entropy(number) FROM numbers(0);

-- tolerance
SELECT entropy(s), entropy(u8), entropy(ns), entropy(lc) FROM typed;

SELECT groupArraySorted(2)(toNullable(number)), groupArraySorted(3)(-number), groupArraySorted(2)(f64) FROM (SELECT number, if(number = 3, nan, number / 2) AS f64 FROM numbers(10));

SELECT groupArraySorted(3)((number % 3, toString(number))) FROM numbers(10);

SELECT groupArraySorted(5)(ni), toTypeName(groupArraySorted(5)(ni)), groupArraySorted(3)(d), groupArraySorted(3)(lc), groupArraySorted(2)(nf) FROM typed;

SELECT sumMap([1, 2, 1], [3, 4, 5]), sumMap([1], [0]), sumMap([1, 2], [0, 1]);

SELECT sumMap(a, b) FROM (SELECT [number % 2] AS a, [number] AS b FROM numbers(10)) WHERE 0;

SELECT sumMapIf(a, b, number > 3) FROM (SELECT number, [number % 2] AS a, [number] AS b FROM numbers(10));

SELECT team, sumMap([toString(tier)], [1]) FROM services GROUP BY team ORDER BY team;

SELECT minMap([1, 2], [5, 6]), maxMap(['a'], [1]), minMap(['a'], ['x']);

-- unordered
SELECT roundDown(number, [2, 5, 7]) FROM numbers(9);

SELECT roundDown(1.5, [1, 2]), roundDown(-1, [0, 1]), roundDown(toDecimal32(1.5, 2), [1, 2]);

SELECT roundDown(toUInt8(200), [-1, 300]), toTypeName(roundDown(toUInt8(200), [-1, 300]));

SELECT roundDown(toNullable(5), [1, 2]), roundDown(NULL, [1]);

SELECT parseDateTime('2024-01-02', '%Y-%m-%d'), parseDateTime('02 Jan 2024', '%d %b %Y'), parseDateTime('January 2, 2024 3:04 PM', '%M %e, %Y %l:%i %p');

SELECT parseDateTimeOrNull(s, '%Y-%m-%d'), toTypeName(parseDateTimeOrNull(s, '%Y-%m-%d')) FROM typed ORDER BY id LIMIT 3;

SELECT untuple(t) FROM (SELECT (1 AS a, 'x' AS b) AS t);

SELECT untuple((1, 2)), untuple((3, 4)) AS z, 5;

SELECT untuple(pairs[1]) FROM events ORDER BY id LIMIT 2;

SELECT tuple(untuple((1, 2)));

SELECT team, untuple((max(tier), min(tier))) FROM services GROUP BY team ORDER BY team;

SELECT * FROM (SELECT untuple((1 AS x, 2 AS y)) AS t);

SELECT t.x FROM (SELECT untuple(CAST((1, 2), 'Tuple(x UInt8, y UInt8)')) AS t);

SELECT sumKahan(u8), toTypeName(sumKahan(u8)), toTypeName(sumKahan(dec9)) FROM typed;

SELECT parseDateTimeOrNull('2024-1-2', '%Y-%m-%d'), parseDateTimeOrNull('2024-1-2', '%Y-%c-%e'), parseDateTimeOrNull('2024-13-02', '%Y-%m-%d'), parseDateTimeOrNull('2024-02-30', '%Y-%m-%d'), parseDateTimeOrNull('2023-02-29', '%Y-%m-%d'), parseDateTimeOrNull('1969-01-01', '%Y-%m-%d'), parseDateTimeOrNull('2107-01-01', '%Y-%m-%d'), parseDateTimeOrNull('2106-02-08', '%Y-%m-%d'), parseDateTimeOrNull('2106-02-07', '%Y-%m-%d');

SELECT parseDateTimeOrNull('jan 02 2024', '%b %d %Y'), parseDateTimeOrNull('JANUARY 02 2024', '%M %d %Y'), parseDateTimeOrNull('Jan 02 2024', '%M %d %Y'), parseDateTimeOrNull('January 02 2024', '%b %d %Y');

SELECT parseDateTimeOrNull('Mon 2024-01-02', '%a %Y-%m-%d'), parseDateTimeOrNull('Tuesday 2024-01-02', '%W %Y-%m-%d'), parseDateTimeOrNull('tue 2024-01-02', '%a %Y-%m-%d'), parseDateTimeOrNull('xxx 2024-01-02', '%a %Y-%m-%d');

SELECT parseDateTimeOrNull('12:30 AM', '%h:%i %p'), parseDateTimeOrNull('12:30 PM', '%h:%i %p'), parseDateTimeOrNull('01:30 pm', '%h:%i %p'), parseDateTimeOrNull('13:30 PM', '%h:%i %p'), parseDateTimeOrNull('00:30 PM', '%h:%i %p'), parseDateTimeOrNull('12:30', '%h:%i'), parseDateTimeOrNull('11:30', '%h:%i');

SELECT parseDateTimeOrNull('24:00:00', '%H:%i:%s'), parseDateTimeOrNull('23:60:00', '%H:%i:%s'), parseDateTimeOrNull('23:59:60', '%H:%i:%s'), parseDateTimeOrNull('9:05', '%H:%i'), parseDateTimeOrNull('9:05', '%k:%i'), parseDateTimeOrNull(' 9:05', '%k:%i'), parseDateTimeOrNull('09:05', '%k:%i');

SELECT parseDateTimeOrNull('2024 001', '%Y %j'), parseDateTimeOrNull('2024 366', '%Y %j'), parseDateTimeOrNull('2023 366', '%Y %j'), parseDateTimeOrNull('100', '%j'), parseDateTimeOrNull('2024 1', '%Y %j');

SELECT parseDateTimeOrNull('69', '%y'), parseDateTimeOrNull('70', '%y'), parseDateTimeOrNull('99', '%y'), parseDateTimeOrNull('00', '%y'), parseDateTimeOrNull('5', '%y'), parseDateTimeOrNull('2024', '%Y'), parseDateTimeOrNull('202', '%Y');

SELECT parseDateTimeOrNull('2024-01-02 10:00:00 +0100', '%F %T %z'), parseDateTimeOrNull('2024-01-02 10:00:00 -0530', '%F %T %z'), parseDateTimeOrNull('2024-01-02 10:00:00 +01:00', '%F %T %z'), parseDateTimeOrNull('2024-01-02 10:00:00.123456', '%F %T.%f'), parseDateTimeOrNull('2024-01-02 10:00:00.123', '%F %T.%f');

SELECT parseDateTimeOrNull('01/02/24', '%D'), parseDateTimeOrNull('10:11', '%R'), parseDateTimeOrNull('10:11:12 PM', '%r'), parseDateTimeOrNull('a%b2024', 'a%%b%Y'), parseDateTimeOrNull('2024\t01', '%Y%t%m'), parseDateTimeOrNull('2024-01-02 10:11:12', '%F %H:%i:%S');

SELECT parseDateTimeOrNull('', ''), parseDateTimeOrNull('', '%Y'), parseDateTimeOrNull('x', ''), parseDateTimeOrNull('2024', '%Y-');

SELECT parseDateTimeOrNull('2024-01-02', '%Y-%m-%d', 'Asia/Tokyo'), toTypeName(parseDateTimeOrNull('2024-01-02', '%Y-%m-%d', 'Asia/Tokyo')), toUnixTimestamp(parseDateTime('2024-01-02', '%Y-%m-%d', 'Asia/Tokyo')), parseDateTimeOrZero('x', '%Y', 'Asia/Tokyo');

SELECT parseDateTimeOrNull(NULL, '%Y'), parseDateTime(toNullable('2024'), '%Y'), toTypeName(parseDateTime(toNullable('2024'), '%Y')), toTypeName(parseDateTime(toLowCardinality('2024'), '%Y'));

SELECT parseDateTimeOrNull('2024-01-02T10:00:00Z', '%Y-%m-%dT%H:%i:%sZ'), parseDateTimeOrNull('2 Jan 2024', '%e %b %Y'), parseDateTimeOrNull(' 2 Jan 2024', '%e %b %Y'), parseDateTimeOrNull('12 Jan 2024', '%e %b %Y'), parseDateTimeOrNull('02 Jan 2024', '%e %b %Y'), parseDateTimeOrNull('2024-01-02 03', '%Y-%m-%d %l'), parseDateTimeOrNull('2024-01-02 3', '%Y-%m-%d %l'), parseDateTimeOrNull('2024-01-02 03', '%Y-%m-%d %I');

SELECT parseDateTimeOrNull('2024-1-2', '%Y-%m-%d') AS a, parseDateTimeOrNull('2024-1-2', '%Y-%c-%e') AS b, parseDateTimeOrNull('2024-13-02', '%Y-%m-%d') AS c, parseDateTimeOrNull('2024-02-30', '%Y-%m-%d') AS d, parseDateTimeOrNull('2023-02-29', '%Y-%m-%d') AS e, parseDateTimeOrNull('1969-01-01', '%Y-%m-%d') AS f, parseDateTimeOrNull('2107-01-01', '%Y-%m-%d') AS g, parseDateTimeOrNull('2106-02-08', '%Y-%m-%d') AS h, parseDateTimeOrNull('2106-02-07', '%Y-%m-%d') AS i;

SELECT parseDateTimeOrNull('2 Jan 2024', '%e %b %Y') AS a, parseDateTimeOrNull(' 2 Jan 2024', '%e %b %Y') AS b, parseDateTimeOrNull('12 Jan 2024', '%e %b %Y') AS c, parseDateTimeOrNull('02 Jan 2024', '%e %b %Y') AS d, parseDateTimeOrNull('2024-01-02 03', '%Y-%m-%d %l') AS e, parseDateTimeOrNull('2024-01-02 3', '%Y-%m-%d %l') AS f, parseDateTimeOrNull('2024-01-02 03', '%Y-%m-%d %I') AS g, parseDateTimeOrNull('2024-01-02 3', '%Y-%m-%d %I') AS h;

SELECT parseDateTimeOrNull('03-04', '%m-%d') AS a, parseDateTimeOrNull('03', '%m') AS b, parseDateTimeOrNull('04', '%d') AS c, parseDateTimeOrNull('31', '%d') AS d, parseDateTimeOrNull('2024 31 04', '%Y %d %m') AS e, parseDateTimeOrNull('04/May', '%d/%b') AS f, parseDateTimeOrNull('10:00:00 01:30:00 PM', '%H:%i:%s %r') AS g, parseDateTimeOrNull('01:30:00 PM', '%r') AS h, parseDateTimeOrNull('2024-10-12', '%Y-%c-%d') AS i, parseDateTimeOrNull('10/Oct/2000:13:55:36 -0700', '%d/%b/%Y:%H:%i:%s %z') AS j;

SELECT a.name AS name, b.team, a.name FROM services a JOIN services b ON a.name = b.name ORDER BY name LIMIT 2;

SELECT t2.k AS k, t1.k FROM (SELECT 1 AS id, 5 AS k) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 ON t1.id = t2.id;

SELECT t1.k, t2.k AS k FROM (SELECT 1 AS id, 5 AS k) t1 JOIN (SELECT 1 AS id, 7 AS k) t2 ON t1.id = t2.id;

SELECT upper(a.name) AS name, a.name, lower(a.name) FROM services a JOIN services b ON a.name = b.name ORDER BY a.name LIMIT 2;

SELECT count() AS tier, max(a.tier) FROM services a JOIN services b ON a.name = b.name;

SELECT s.name AS team, s.team FROM services s ORDER BY s.name LIMIT 2;

SELECT l.ServiceName AS ServiceName, count() AS c, max(l.SeverityNumber) AS SeverityNumber, s.team FROM otel_logs l JOIN services s ON l.ServiceName = s.name GROUP BY l.ServiceName, s.team ORDER BY ServiceName, team LIMIT 3;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.tier <= b.tier + 1 AND b.name != 'cart' ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.tier < b.tier ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier > b.tier AND a.tier < b.tier + 5 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON b.tier <= a.tier AND b.tier + 1 >= a.tier ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.tier + 1 <= b.tier + 1 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON b.tier >= a.tier AND b.tier <= a.tier + 1 ORDER BY a.name, b.name LIMIT 4;

SELECT a.name, b.name FROM services a LEFT JOIN services b ON a.name < b.name AND a.name > b.team ORDER BY a.name, b.name LIMIT 4;

SELECT count() FROM services a LEFT JOIN services b ON b.tier > 1 WHERE b.name = '';

SELECT count() FROM services a LEFT JOIN services b ON (a.name = b.name OR a.tier = b.tier) AND a.tier > b.tier;

SELECT count() FROM services a LEFT JOIN services b ON (a.name = b.name AND a.tier > b.tier) OR (a.tier = b.tier AND a.name != b.name);

SELECT a.name, b.name, c.name FROM services a LEFT JOIN services b ON a.name = b.name LEFT JOIN services c ON c.tier > 2 ORDER BY a.name, c.name LIMIT 5;

SELECT x.a, y.b FROM (SELECT arrayJoin([1, 2, 3]) AS a) x LEFT JOIN (SELECT arrayJoin([1, 2]) AS b) y ON 1 = 1 WHERE a > 1 ORDER BY a, b;

SELECT count() FROM otel_logs a LEFT JOIN services b ON b.tier > 1;

-- tolerance
SELECT entropy(number % 3), entropy(tuple(number)), entropy(number, 1), entropyIf(number, number > 3) FROM numbers(20);

SELECT parseDateTime('29/Feb/2024:23:59:59 +0000', '%d/%b/%Y:%H:%i:%s %z'), parseDateTimeOrZero('31/Apr/2024', '%d/%b/%Y'), parseDateTime('2024-01-02 03:04:05'), parseDateTimeOrNull('2024-01-02'), parseDateTimeOrZero('nope');

SELECT parseDateTimeOrNull(ns, '%Y'), parseDateTime(if(u8 > 3, toNullable('2024'), NULL), '%Y') FROM typed ORDER BY id LIMIT 4;

SELECT toDate(Timestamp, 'America/New_York') AS d, count() FROM otel_logs GROUP BY d ORDER BY d;

SELECT ServiceName LIKE '%c!_%' ESCAPE '!', count() FROM otel_logs GROUP BY 1 ORDER BY 1;

SELECT number, if(number > 2, throwIf(number > 2), 0) FROM numbers(5) ORDER BY number LIMIT 2;

SELECT toUInt8(Body) FROM otel_logs ORDER BY Timestamp LIMIT 0;

SELECT ServiceName, toUInt16OrZero(LogAttributes['http.status_code']) AS c, intDiv(1000, c) FROM otel_logs ORDER BY c DESC, Timestamp LIMIT 3;

SELECT intDiv(10, tier - 1), name FROM services ORDER BY tier DESC, name LIMIT 3;

SELECT a.name, intDiv(10, b.tier - 1) FROM services a JOIN services b ON a.name = b.name ORDER BY b.tier DESC, a.name LIMIT 3;

SELECT arrayMap(x -> intDiv(10, x - 1), [tier]) FROM services ORDER BY tier DESC, name LIMIT 3;

SELECT * FROM (SELECT name, intDiv(10, tier - 1) AS q FROM services ORDER BY tier DESC, name LIMIT 3) ORDER BY name;

SELECT count() FROM (SELECT intDiv(10, tier - 1) AS q FROM services ORDER BY tier DESC, name LIMIT 3);

SELECT sum(q) FROM (SELECT intDiv(10, tier - 1) AS q FROM services ORDER BY tier DESC, name LIMIT 3);

SELECT intDiv(10, tier - 1) FROM services WHERE intDiv(10, tier) > 1 ORDER BY tier DESC, name LIMIT 3 UNION ALL SELECT 5;

SELECT DISTINCT f64 FROM typed ORDER BY f64 LIMIT 5;

SELECT DISTINCT f32, b FROM typed WHERE f32 < 0 ORDER BY f32 LIMIT 5;

SELECT DISTINCT nf FROM typed ORDER BY nf DESC LIMIT 3;

SELECT count() FROM (SELECT DISTINCT f64, f32 FROM typed ORDER BY f64);

SELECT DISTINCT (tier, team), name FROM services ORDER BY (tier, team), name LIMIT 3;

SELECT DISTINCT (f64, u8) AS t FROM typed ORDER BY t LIMIT 3;

SELECT count() FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.name > b.team;

SELECT count() FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.name > b.team AND a.tier > 1;

SELECT count() FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.name > b.team AND a.name != b.name;

SELECT count() FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.name > b.team AND a.since <= b.since;

SELECT count() FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.tier >= b.tier - 1;

SELECT count() FROM services a LEFT JOIN services b ON a.tier >= b.tier AND a.tier <= b.tier AND a.tier + b.tier > 2;

SELECT count() FROM services a LEFT JOIN services b ON a.name > b.name AND a.owner < b.owner;

SELECT count() FROM services a LEFT JOIN services b ON a.slo > b.slo AND a.slo < b.slo + 1;

SELECT count() FROM services a LEFT JOIN services b ON a.tier > b.tier - 1 AND a.tier < b.slo;

SELECT count() FROM services a LEFT JOIN services b ON a.name > b.name AND toString(a.tier) < b.owner;

SELECT toDateTime64('2026-03-01 10:00:00', 3) = '2026-03-01T10:00:00Z';

SELECT toDateTime64('2026-03-01 10:00:00', 3, 'UTC') >= '2026-03-01T10:00:00Z';

SELECT materialize(toDateTime64('2026-03-01 10:00:00', 3)) = '2026-03-01T10:00:00Z';

SELECT count() FROM typed WHERE dt3 >= '2026-03-01T10:00:00Z';

SELECT count() FROM typed WHERE dt9z >= '2026-03-01T10:00:00Z';

SELECT count() FROM typed WHERE dt3 >= '2026-03-01 10:00';

SELECT dt3 >= '2026-03-01T10:00:00Z' FROM typed LIMIT 1;

SELECT count() FROM (SELECT dt3 AS x FROM typed) WHERE x >= '2026-03-01T10:00:00Z';

SELECT count() FROM (SELECT dt3 AS x FROM typed) WHERE x >= '2026-03-01 10:00';

SELECT dt3 >= '2026-03-01 10:00' FROM typed LIMIT 1;

SELECT countIf(Timestamp >= '2026-03-01T10:00:00Z') FROM otel_logs;

SELECT toBool(NULL), toTypeName(toBool(NULL)), toBool(ni) FROM typed ORDER BY id LIMIT 3;

SELECT hex(UUIDStringToNum('61f0c404-5cb3-11e7-907b-a6006ad3dbag')), hex(UUIDStringToNum('61f0c404x5cb3x11e7x907bxa6006ad3dba0')), hex(UUIDStringToNum('zzzzzzzz-5cb3-11e7-907b-a6006ad3dba0')), hex(UUIDStringToNum('61F0C404-5CB3-11E7-907B-A6006AD3DBA0')), hex(UUIDStringToNum('')), hex(UUIDStringToNum('61f0c4045cb311e7907ba6006ad3dba0'));

SELECT (toDecimal32(1.5, 2), 1) = (1.5, 1), (toDecimal32('1.50', 2), 2) < (1.6, 1), (toDecimal32(1.5, 2), 1) = (toDecimal64(1.5, 4), 1), (1, toDecimal32(2, 1)) != (1, 2), (1, (toDecimal32(2, 1), 'a')) = (1, (2, 'a'));
