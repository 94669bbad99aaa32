-- Column names and types of every kind of expression.

SELECT 1, -1, 1.0, 1., .5, 1e3, 1E-3, 0xFF, 0b101, 1_000_000, -0, -0.0, inf, -inf, nan, NaN, INF;

SELECT 18446744073709551615, 9223372036854775807, -9223372036854775808, 9223372036854775808, 4294967296, 65536, 255, 256, -128, -129;

SELECT 18446744073709551616;

SELECT 1e-400, 123456789012345678901234567890.5, 0.1 + 0.2, 1e15, 1e16, 1e20, 1e21, 1.5e300;

SELECT 100000000000000000000 AS big, toTypeName(big);

SELECT 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x0, 0xabcDEF, -0x10;

SELECT 'abc', '', 'it''s', 'it\'s', 'a\\b', 'a\nb', 'a\tb', '\0', '\x41', 'é', '"', '`', 'a\%b', 'a\_b', '\u00e9';

SELECT "name", `name`, name FROM services ORDER BY name LIMIT 1;

SELECT true, false, TRUE, NULL, null, True;

SELECT [], [1], [1, 2.5], ['a', NULL], [[1], []], [(1, 'a')], (1,), (1, 2), tuple(), ((1, 2), 3);

SELECT map(), map('a', 1), map(1, [2]), map('a', map('b', 1));

SELECT 1 + 2, 1 - 2, 1 * 2, 1 / 2, 1 % 2, 1 DIV 2, 1 MOD 2, -(1), - 1, +1, -name IS NULL FROM (SELECT 1 AS name);

SELECT a + b * c, (a + b) * c, a - (b - c), a / b / c, a - b - c, -a, - -a, a % b FROM (SELECT 7 AS a, 3 AS b, 2 AS c);

SELECT a AND b, a OR b, NOT a, a AND b AND c, a OR b AND c, (a OR b) AND c, NOT a AND b, NOT (a AND b), xor(a, b) FROM (SELECT 1 AS a, 0 AS b, 1 AS c);

SELECT a = b, a == b, a != b, a <> b, a < b, a <= b, a > b, a >= b, a BETWEEN b AND c, a NOT BETWEEN b AND c FROM (SELECT 1 AS a, 0 AS b, 1 AS c);

SELECT a IS NULL, a IS NOT NULL, a LIKE '1', a NOT LIKE '1', a ILIKE '1', a NOT ILIKE '1', a IN ('1', '2'), a NOT IN ('1'), a REGEXP '1' FROM (SELECT '1' AS a);

SELECT a || b, a || 'x' || b, concat(a, b), concat(a, 'x', b) FROM (SELECT 'p' AS a, 'q' AS b);

SELECT a ? b : c, a > 0 ? 'x' : 'y', if(a, b, c) FROM (SELECT 1 AS a, 0 AS b, 1 AS c);

SELECT CASE WHEN a THEN b ELSE c END, CASE WHEN a THEN b END, CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END, CASE a WHEN 1 THEN 'x' END FROM (SELECT 1 AS a, 0 AS b, 1 AS c);

SELECT CASE WHEN a = 1 THEN 'one' WHEN a = 2 THEN 'two' WHEN a = 3 THEN 'three' ELSE NULL END FROM (SELECT 1 AS a);

SELECT CAST(1 AS String), CAST('1' AS UInt8), CAST(1, 'String'), '1'::UInt8, 1::String, (1 + 1)::String, 1::Nullable(String), CAST(NULL AS Nullable(Int32));

SELECT a::String, a::UInt16 + 1, -a::Int16, [a]::Array(String), (a, a)::Tuple(x UInt8, y String), 'x'::LowCardinality(String) FROM (SELECT 1 AS a);

SELECT '2026-03-01'::Date, '2026-03-01 00:00:00'::DateTime, '2026-03-01 00:00:00.123'::DateTime64(3), '1.50'::Decimal(9, 2), '127.0.0.1'::IPv4, '[1,2]'::Array(UInt8), '{"a":1}'::String;

SELECT CAST('2026-03-01' AS Date), CAST('a' AS Enum8('a' = 1, 'b' = 2)), CAST('1' AS Decimal(10, 3)), CAST([1, 2] AS Array(String)), CAST((1, 'a') AS Tuple(UInt32, String)), CAST(map('a', 1) AS Map(String, UInt64));

SELECT DATE '2026-03-01', TIMESTAMP '2026-03-01 01:02:03', INTERVAL 1 DAY, INTERVAL 3 MONTH, toTypeName(INTERVAL 1 DAY);

SELECT INTERVAL '1 day', INTERVAL '2 hours', INTERVAL '1 day 2 hours';

SELECT DATE '2026-03-01' + INTERVAL 1 DAY, toDate('2026-03-01') + INTERVAL 1 MONTH - INTERVAL 1 DAY, INTERVAL 1 DAY + toDate('2026-03-01'), toDate('2026-03-01') - 1, toDate('2026-03-31') + INTERVAL 1 MONTH;

SELECT arr[1], arr[-1], arr[n], m['k'], t.1, t.2, tup.x, tup.y, arr[1] + 1, m['k'] || 'z' FROM (SELECT [10, 20] AS arr, 2 AS n, map('k', 'v') AS m, (1, 'b') AS t, CAST((5, 'q'), 'Tuple(x UInt8, y String)') AS tup);

SELECT [1, 2, 3][2], (1, 'a').2, map('a', 5)['a'], ([1, 2], 3).1[2], [(1, 'x')][1].2, [[1, 2], [3]][1][2];

SELECT arrayMap(x -> x + 1, [1, 2]), arrayMap((x, y) -> x * y, [1], [2]), arrayFilter(x -> x % 2, [1, 2, 3]), arrayMap(x -> (x, x), [1]), arrayMap(x -> 'c', [1]);

SELECT arrayMap(x -> x + n, [1, 2]), arrayMap(x -> arrayMap(y -> y * x + n, [1, 2]), [3]), arraySort((x, y) -> y, ['a', 'b'], [2, 1]) FROM (SELECT 5 AS n);

SELECT count(), count(*), count(1), count(name), COUNT(*), Count(name), sum(tier), SUM(tier), min(name), uniq(name), avg(tier) FROM services;

SELECT countIf(tier = 1), count() FILTER (WHERE tier = 1), sumIf(tier, tier > 1), sum(tier) FILTER (WHERE tier > 1), countIf(name LIKE 'c%'), avgIf(tier, 1) FROM services;

SELECT quantile(0.5)(tier), quantile(tier), quantiles(0.5, 0.9)(tier), groupArray(2)(tier) != [], median(tier), quantileExact(0.9)(tier), quantileIf(0.5)(tier, tier > 0) FROM services;

SELECT count(DISTINCT team), count(DISTINCT team, tier), uniqExact(team), sum(DISTINCT tier), countDistinct(team), uniqExactIf(team, tier = 1) FROM services;

SELECT max(tier) - min(tier), sum(tier) / count(), round(avg(tier), 2), toString(count()), count() > 1, -count(), max(tier) AS m, m + 1 FROM services;

SELECT now() > '2020-01-01', today() > '2020-01-01', toDate('2026-03-01') = '2026-03-01';

SELECT (SELECT 1), (SELECT 1) AS a, (SELECT 'a' AS b), (SELECT count() FROM services) + 1;

SELECT (SELECT 1 AS q), 1 IN (SELECT 1), 1 IN (1, 2), (1, 2) IN ((1, 2), (3, 4)), exists(SELECT 1);

SELECT toTypeName((1, 'a', 2.5)), toTypeName([1, -1]), toTypeName([1, NULL]), toTypeName([1, 1.5]), toTypeName([256, 1]), toTypeName([]), toTypeName(map()), toTypeName([[]]), toTypeName((NULL, 1)), toTypeName([NULL]);

SELECT toTypeName([toDate('2026-01-01'), toDateTime('2026-01-01 00:00:00')]), toTypeName([(1, 2), (3, 400)]), toTypeName([['a'], []]), toTypeName([true, 1]), toTypeName([true, false]);

SELECT toTypeName(1 + 1), toTypeName(1 - 1), toTypeName(1 * 1), toTypeName(1 / 1), toTypeName(1 % 2), toTypeName(-1), toTypeName(-(1)), toTypeName(256 + 1), toTypeName(1.5 + 1), toTypeName(intDiv(5, 2)), toTypeName(-1 % 3);

SELECT toTypeName(u8 + u8), toTypeName(u8 + i8), toTypeName(u16 * u8), toTypeName(u32 - u8), toTypeName(u64 + 1), toTypeName(i64 - u64), toTypeName(u64 / 2), toTypeName(i8 * f32), toTypeName(f32 + f64), toTypeName(u8 % 10), toTypeName(i32 % 7), toTypeName(u64 % 1000) FROM typed LIMIT 1;

SELECT toTypeName(u8 + 1), toTypeName(-u8), toTypeName(-u64), toTypeName(abs(i8)), toTypeName(u8 > 1), toTypeName(NOT u8), toTypeName(u8 AND 1), toTypeName(b AND b), toTypeName(b = true), toTypeName(NOT b), toTypeName(b + b), toTypeName(b OR u8) FROM typed LIMIT 1;

SELECT toTypeName(ni + 1), toTypeName(ni + u8), toTypeName(ni > 1), toTypeName(ni = NULL), toTypeName(ni AND 1), toTypeName(if(ni > 0, 1, 2)), toTypeName(if(u8, ni, 1)), toTypeName(ni IS NULL), toTypeName(ns || 'a'), toTypeName(upper(lc)), toTypeName(lc || 'a'), toTypeName(lc = 'a'), toTypeName(lcn = 'a'), toTypeName(length(lc)) FROM typed LIMIT 1;

SELECT toTypeName(d + 1), toTypeName(d - d), toTypeName(dt - dt), toTypeName(dt + 1), toTypeName(dt3 + 1), toTypeName(dt3 - dt3), toTypeName(d + INTERVAL 1 DAY), toTypeName(d + INTERVAL 1 HOUR), toTypeName(dt + INTERVAL 1 DAY), toTypeName(dtz + INTERVAL 1 MONTH), toTypeName(dt9z + INTERVAL 1 SECOND), toTypeName(d32 + 1), toTypeName(dt + INTERVAL 1 MILLISECOND) FROM typed LIMIT 1;

SELECT toTypeName(dec9 + dec9), toTypeName(dec9 + dec18), toTypeName(dec9 * dec9), toTypeName(dec9 / dec9), toTypeName(dec9 / u8), toTypeName(dec9 + u8), toTypeName(dec9 * f32), toTypeName(-dec9), toTypeName(dec18 * dec18), toTypeName(dec38 + dec9) FROM typed LIMIT 1;

SELECT toTypeName(sum(dec9)), toTypeName(avg(dec9)), toTypeName(max(dec9)), toTypeName(sum(dec18)), toTypeName(sum(u8)), toTypeName(sum(i8)), toTypeName(sum(f32)), toTypeName(avg(u8)), toTypeName(sum(ni)), toTypeName(avg(ni)), toTypeName(count(ni)), toTypeName(max(ns)), toTypeName(any(lc)), toTypeName(max(lcn)) FROM typed;

SELECT toTypeName(groupArray(u8)), toTypeName(groupArray(ni)), toTypeName(groupArray(lc)), toTypeName(groupUniqArray(ns)), toTypeName(quantile(0.5)(u8)), toTypeName(quantile(0.5)(f32)), toTypeName(quantileExact(0.5)(u8)), toTypeName(quantile(0.5)(dt)), toTypeName(median(dec9)), toTypeName(quantiles(0.1, 0.2)(u8)), toTypeName(argMax(s, u8)), toTypeName(argMax(ns, u8)), toTypeName(topK(2)(lc)), toTypeName(uniq(s)), toTypeName(sumMap(map(lc, u8))) FROM typed;

SELECT toTypeName(if(1, 1, 'a'));

SELECT toTypeName(if(b, 1, -1)), toTypeName(if(b, 1, 2.5)), toTypeName(if(b, 1, NULL)), toTypeName(if(b, d, dt)), toTypeName(if(b, lc, s)), toTypeName(if(b, [1], [300])), toTypeName(if(b, lc, 'x')), toTypeName(if(b, fs, s)), toTypeName(multiIf(b, 1, u8 > 1, 300, -1)), toTypeName(if(b, e8, e8)), toTypeName(if(b, dec9, 1)), toTypeName(if(b, dec9, dec18)) FROM typed LIMIT 1;

SELECT toTypeName(coalesce(ni, 0)), toTypeName(coalesce(ni, NULL)), toTypeName(coalesce(ni, nf)), toTypeName(ifNull(ns, '')), toTypeName(ifNull(lcn, '')), toTypeName(nullIf(lc, '')), toTypeName(nullIf(u8, 0)), toTypeName(ifNull(u8, 0)), toTypeName(assumeNotNull(lcn)), toTypeName(toNullable(lc)), toTypeName(greatest(u8, i32)), toTypeName(least(ni, u8)) FROM typed LIMIT 1;

SELECT toTypeName(toStartOfHour(dt)), toTypeName(toStartOfHour(dt3)), toTypeName(toStartOfDay(dtz)), toTypeName(toStartOfDay(d)), toTypeName(toStartOfMonth(dt)), toTypeName(toStartOfInterval(dt, INTERVAL 1 DAY)), toTypeName(toStartOfInterval(dt3, INTERVAL 5 MINUTE)), toTypeName(toStartOfInterval(dt9z, INTERVAL 1 HOUR)), toTypeName(toStartOfInterval(d, INTERVAL 1 MONTH)), toTypeName(toStartOfInterval(dt3, INTERVAL 100 MILLISECOND)), toTypeName(toStartOfSecond(dt3)), toTypeName(date_trunc('day', dt3)), toTypeName(date_trunc('hour', dt3)), toTypeName(toMonday(dt)), toTypeName(toDate(dt9z)) FROM typed LIMIT 1;

SELECT toStartOfHour(dt), toStartOfInterval(dt3, INTERVAL 5 MINUTE), date_trunc('hour', dt), dateDiff('day', d, dt), toIntervalDay(1), INTERVAL u8 DAY FROM typed ORDER BY id LIMIT 1;

SELECT EXTRACT(YEAR FROM d), extract(s, 'a'), position('a' IN s), substring(s FROM 1 FOR 2), trim(BOTH ' ' FROM s), SUBSTRING(s, 1, 2), trim(s), LTRIM(s), dateAdd(DAY, 1, d), timestampAdd(HOUR, 1, dt), DATE_DIFF('day', d, d), dateDiff(day, d, d) FROM typed ORDER BY id LIMIT 1;

SELECT LogAttributes['thread'], mapKeys(LogAttributes)[1], LogAttributes.keys, length(LogAttributes), LogAttributes['thread']::UInt8 % 2, toUInt8(LogAttributes['thread']) + 1 FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT point.x, point.y, point.1, tupleElement(point, 'x'), tupleElement(point, 1), tags[1], nums[-1], pairs[1].1, pairs.1, counts['red'], matrix[2][1], maybe[1] IS NULL, length(tags), tags.size0 FROM events ORDER BY id LIMIT 1 OFFSET 10;

SELECT Events.Name, Events.Name[1], length(Events.Name), `Events.Timestamp`, Events.Attributes[1]['exception.type'], Links.TraceId FROM otel_traces WHERE length(Events.Name) > 0 ORDER BY Timestamp, SpanId LIMIT 2;

SELECT otel_traces.Events.Name FROM otel_traces WHERE notEmpty(Events.Name) ORDER BY Timestamp, SpanId LIMIT 1;

SELECT t.Events.Name, t.`Events.Name` FROM otel_traces t WHERE notEmpty(t.Events.Name) ORDER BY Timestamp, SpanId LIMIT 1;

SELECT ni.null, ns.null FROM typed ORDER BY id LIMIT 3;

SELECT 1 AS a, a AS b, b AS c, a + b + c;

SELECT a + 1 AS b, 1 AS a;

SELECT u8 AS x, x AS y, y + 1 AS z, z > 3 AS w FROM typed WHERE w ORDER BY z, id LIMIT 3;

SELECT u8 + 1 AS u8 FROM typed WHERE u8 = 1 ORDER BY id;

SELECT u8 + 1 AS u8, u8 * 2 AS v FROM typed ORDER BY id LIMIT 3;

SELECT lower(s) AS s, length(s) FROM typed ORDER BY id LIMIT 3;

SELECT toString(id) AS id, id || 'x' FROM typed ORDER BY typed.id LIMIT 3;

SELECT u8 AS i8, i8 AS u8 FROM typed ORDER BY id LIMIT 3;

SELECT arrayMap(u8 -> u8 + 1, [1, 2]) AS a, u8 FROM typed ORDER BY id LIMIT 2;

SELECT arrayMap(x -> x + u8, [1, 2]) AS x, x[1] FROM typed ORDER BY id LIMIT 2;

SELECT 5 AS x, arrayMap(x -> x + 1, [1, 2]), x;

SELECT (1 AS a) + (a + 1 AS b) AS c, a, b;

SELECT count() AS count, count + 1 FROM services;

SELECT max(tier) AS max, max + 1, max(tier) FROM services;

SELECT sum(tier) AS tier, tier FROM services;

SELECT name AS name FROM services ORDER BY name LIMIT 1;

SELECT services.name AS name, name = 'ads' FROM services ORDER BY name LIMIT 1;

SELECT toDate(Timestamp) AS date, date = '2026-03-01' AS today, count() FROM otel_logs GROUP BY date, today ORDER BY date;

SELECT Timestamp::Date AS Timestamp, count() FROM otel_logs WHERE Timestamp = '2026-03-02' GROUP BY Timestamp;

SELECT 1 a, 2 b, 3 AS `c d`, 4 AS "e""f", 5 "g.h";

SELECT 1 AS `select`, 2 AS `from`, 3 AS `a``b`;

SELECT 1 AS A, 2 AS a, A + a;

SELECT 1 AS x, 1 AS x, x;

SELECT name, name, name AS n FROM services ORDER BY name LIMIT 1;

SELECT *, name FROM services ORDER BY name LIMIT 1;

SELECT *, * FROM (SELECT 1 AS a);

SELECT s.*, s.name AS other FROM services s ORDER BY s.name LIMIT 1;

SELECT services.* FROM services ORDER BY name LIMIT 1;

SELECT 1 as _x, 2 as x1;

SELECT 1, /* comment */ 2 -- tail
, 3 # hash
, 4;

SELECT $$heredoc 'text'$$, $tag$a$tag$;

SELECT 1 IS DISTINCT FROM 2, 1 IS NOT DISTINCT FROM NULL, NULL <=> NULL, 1 <=> 1;

SELECT ifNull(NULL, 1), isNull(NULL), NULL IS NULL, NULL = 1, NOT NULL, NULL + 1, [NULL], (NULL), toTypeName(NULL), toTypeName(NULL + 1), NULL::Nullable(String);

SELECT 1 WHERE NULL;

SELECT name FROM services WHERE tier ORDER BY name;

SELECT name FROM services WHERE slo ORDER BY name;

SELECT name FROM services WHERE tier AND slo ORDER BY name;

SELECT 1 FROM services WHERE 1 = 2;

SELECT 1 = 1.0, 'a' = 'a', 1 = true, toDate('2026-01-01') = '2026-01-01', [1] = [1], (1, 'a') = (1, 'a'), map('a', 1) = map('a', 1), NULL = NULL;

SELECT (1, 2) < (1, 3), (1, 'a') > (1, 'b'), [1, 2] < [1, 3], [1] < [1, 0], (1, NULL) = (1, NULL), (1, 2) = (1, NULL), (2, 2) = (1, NULL);

SELECT 'a' < 'B', 'a' < 'b', '10' < '9', '' < 'a', 'é' > 'z';

SELECT 1 AND NULL, 0 AND NULL, 1 OR NULL, 0 OR NULL, NULL AND NULL, NOT NULL, xor(NULL, 1);

SELECT -1 > toUInt64(5), toInt64(-1) = toUInt64(18446744073709551615), toUInt8(1) = 1.0, 0.1 + 0.2 = 0.3, toFloat32(0.1) = 0.1, nan = nan, inf > 1e308, toDecimal32(1, 2) = 1, toDecimal32('1.5', 2) = 1.5;

SELECT 'a' LIKE '%', 'a%b' LIKE 'a\%b', 'a_b' LIKE 'a\\_b', 'ab' LIKE 'a_', 'A' ILIKE 'a', 'line\nbreak' LIKE 'line%break', '' LIKE '', 'x' NOT LIKE 'y%';

SELECT arr.1 FROM (SELECT [(1, 'a'), (2, 'b')] AS arr);

SELECT t.a, t.b.c, t.* FROM (SELECT CAST((1, (2, 'x')), 'Tuple(a UInt8, b Tuple(c UInt8, d String))') AS t);

SELECT tuple(id, u8), (id, s).2, toTypeName((id, s)), toTypeName(tuple(id)) FROM typed ORDER BY id LIMIT 1;

SELECT INTERVAL '2' HOUR;

SELECT 1 = '1', u8 = '5', u8 > '250', f64 < '1.5', dec9 = '1.5', '5' = u8 FROM typed ORDER BY id LIMIT 1;

SELECT toTypeName(max(x)), toTypeName(x = 1) FROM (SELECT 1 AS x);

SELECT toTypeName(u8), count() FROM typed;

SELECT toTypeName(ServiceName), count() FROM otel_logs;
