-- DateTime64 with intervals, time zones, comparisons with text, Enum, Decimal, UUID, IP, FixedString.

SELECT dt3 + INTERVAL 1 SECOND, dt3 - INTERVAL 1 DAY, dt3 + INTERVAL 1 MONTH, dt3 + 1, dt3 - 1, dt3 + INTERVAL 500 MILLISECOND, dt3 + INTERVAL 1 MICROSECOND FROM typed ORDER BY id LIMIT 2;

SELECT dt9z + INTERVAL 1 HOUR, dt9z - INTERVAL 1 WEEK, dt9z + INTERVAL 1 QUARTER, toHour(dt9z), toDate(dt9z), toStartOfDay(dt9z), toString(dt9z), toDateTime(dt9z) FROM typed ORDER BY id LIMIT 3;

SELECT dtz, dtz + INTERVAL 1 DAY, toHour(dtz), toDate(dtz), toString(dtz), toUnixTimestamp(dtz), toStartOfMonth(dtz), toStartOfHour(dtz), dtz = dt FROM typed ORDER BY id LIMIT 6;

SELECT toTimeZone(dt, 'America/New_York') AS ny, toTypeName(ny), toHour(ny), toDate(ny), toString(dt, 'Asia/Tokyo'), toDateTime(dt, 'Asia/Tokyo'), formatDateTime(dt, '%Y-%m-%d %H:%i:%S', 'Asia/Kolkata') FROM typed ORDER BY id LIMIT 4;

SELECT toDateTime('2026-03-29 02:30:00', 'Europe/Berlin'), toDateTime('2026-03-29 01:30:00', 'Europe/Berlin') + INTERVAL 1 HOUR, toDateTime('2026-10-25 02:30:00', 'Europe/Berlin') + INTERVAL 1 DAY, toDateTime('2026-03-28 02:30:00', 'Europe/Berlin') + INTERVAL 1 DAY, toStartOfDay(toDateTime('2026-03-29 12:00:00', 'Europe/Berlin'));

SELECT toStartOfInterval(toDateTime('2026-03-29 12:34:56', 'Europe/Berlin'), INTERVAL 6 HOUR), toStartOfInterval(toDateTime('2026-03-29 12:34:56', 'Europe/Berlin'), INTERVAL 1 DAY), toStartOfInterval(toDateTime('2026-03-29 12:34:56', 'Europe/Berlin'), INTERVAL 1 WEEK), toStartOfHour(toDateTime('2026-03-29 03:34:56', 'Asia/Kolkata'));

SELECT toStartOfDay(Timestamp, 'America/New_York') AS d, count() FROM otel_logs GROUP BY d ORDER BY d;

SELECT toDate(Timestamp, 'Asia/Tokyo') AS d, count() FROM otel_logs GROUP BY d ORDER BY d;

SELECT toStartOfInterval(Timestamp, INTERVAL 1 DAY, 'Asia/Tokyo') AS d, count() FROM otel_logs GROUP BY d ORDER BY d;

SELECT toStartOfHour(toTimeZone(Timestamp, 'Asia/Kolkata')) AS h, count() FROM otel_logs GROUP BY h ORDER BY h LIMIT 4;

SELECT count() FROM otel_logs WHERE Timestamp >= '2026-03-01 10:00:00.5';

SELECT count() FROM otel_logs WHERE Timestamp >= '2026-03-01';

SELECT count() FROM otel_logs WHERE Timestamp >= '2026-03-01T10:00:00';

SELECT count() FROM otel_logs WHERE Timestamp BETWEEN '2026-03-01 10:00:00' AND '2026-03-01 11:00:00';

SELECT count() FROM otel_logs WHERE Timestamp >= toDateTime('2026-03-01 10:00:00') AND Timestamp < toDateTime('2026-03-01 10:00:00') + INTERVAL 1 HOUR;

SELECT count() FROM otel_logs WHERE Timestamp >= toDate('2026-03-02');

SELECT count() FROM otel_logs WHERE Timestamp >= 1772359200;

SELECT count() FROM otel_logs WHERE Timestamp >= toDateTime64(1772359200.5, 3);

SELECT count() FROM otel_logs WHERE toDateTime(Timestamp) = '2026-03-01 10:00:00';

SELECT count() FROM otel_logs WHERE toUnixTimestamp(Timestamp) BETWEEN 1772359200 AND 1772362800;

SELECT count() FROM otel_logs WHERE toUnixTimestamp64Milli(Timestamp) >= 1772359200000;

SELECT count() FROM otel_logs WHERE Timestamp >= parseDateTimeBestEffort('2026-03-01T10:00:00Z');

SELECT count() FROM otel_logs WHERE Timestamp > (SELECT max(Timestamp) FROM otel_logs) - INTERVAL 10 HOUR;

SELECT count() FROM otel_logs WHERE Timestamp > (SELECT max(Timestamp) - INTERVAL 10 HOUR FROM otel_logs);

SELECT count() FROM otel_logs WHERE Timestamp > (SELECT max(Timestamp) FROM otel_logs) - toIntervalHour(10);

SELECT count() FROM otel_logs WHERE date(Timestamp) = '2026-03-02';

SELECT count() FROM otel_logs WHERE Timestamp::Date = '2026-03-02'::Date;

SELECT count() FROM otel_logs WHERE toYYYYMMDD(Timestamp) = 20260302;

SELECT count() FROM otel_logs WHERE toHour(Timestamp) IN (1, 2) AND toMinute(Timestamp) < 30;

SELECT count() FROM otel_logs WHERE '2026-03-02' <= Timestamp;

SELECT count() FROM services WHERE since > '2020-01-01' AND since <= '2024-12-31';

SELECT count() FROM services WHERE since BETWEEN '2020-01-01' AND toDate('2022-12-31');

SELECT count() FROM services WHERE since > toDateTime('2020-01-01 12:00:00');

SELECT count() FROM services WHERE since = toDateTime('2020-03-15 00:00:00');

SELECT count() FROM typed WHERE dt > '2000-01-01';

SELECT count() FROM typed WHERE dt > d;

SELECT count() FROM typed WHERE dt3 > dt;

SELECT count() FROM typed WHERE dt3 > dt9z;

SELECT count() FROM typed WHERE d > d32;

SELECT count() FROM typed WHERE d32 > '1999-12-31';

SELECT count() FROM typed WHERE nd > '2000-01-01 00:00:00';

SELECT count() FROM typed WHERE dtz = '1970-01-01 01:00:00';

SELECT count() FROM typed WHERE dt9z < '2026-03-01 00:00:00';

SELECT count() FROM typed WHERE d = '2026-13-01';

SELECT max(dt) - min(dt) > 0, max(d) - min(d) > 0, max(dt3) - min(dt3) > 0, dateDiff('hour', min(dt3), max(dt3)) FROM typed;

SELECT Timestamp - INTERVAL 5 MINUTE AS earlier, Timestamp - earlier, toTypeName(Timestamp - earlier) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT max(Timestamp) - min(Timestamp) AS span, toTypeName(span) FROM otel_logs;

SELECT toFloat64(max(Timestamp)) - toFloat64(min(Timestamp)) > 0, max(toUnixTimestamp64Nano(Timestamp)) - min(toUnixTimestamp64Nano(Timestamp)) FROM otel_logs;

SELECT Timestamp + toIntervalNanosecond(Duration) AS end, Timestamp, end > Timestamp FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 2;

SELECT addNanoseconds(Timestamp, Duration) AS end, toUnixTimestamp64Nano(Timestamp) + Duration = toUnixTimestamp64Nano(end) FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 2;

SELECT Start + INTERVAL 1 HOUR, End - Start, Start - INTERVAL 30 SECOND, dateDiff('second', Start, End), Start = End FROM otel_traces_trace_id_ts ORDER BY TraceId LIMIT 2;

SELECT date_trunc('hour', Timestamp) AS h, count() FROM otel_logs GROUP BY h ORDER BY h LIMIT 2;

SELECT DATE_TRUNC('DAY', Timestamp) AS h, count() FROM otel_logs GROUP BY h ORDER BY h;

SELECT toStartOfInterval(Timestamp, toIntervalMinute(90)) AS t, count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 3;

SELECT toStartOfInterval(Timestamp, INTERVAL 500 MILLISECOND) AS t, toTypeName(t) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT toDateTime(intDiv(toUInt32(toDateTime(Timestamp)), 3600) * 3600) AS t, count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 3;

SELECT intDiv(toUnixTimestamp(Timestamp), 600) * 600 AS t, count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 3;

SELECT (intDiv(toUInt32(Timestamp), 60) * 60) * 1000 AS t, count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 3;

SELECT toStartOfHour(Timestamp) + INTERVAL 30 MINUTE AS t, count() FROM otel_logs GROUP BY t ORDER BY t LIMIT 2;

SELECT EXTRACT(HOUR FROM Timestamp) AS h, count() FROM otel_logs GROUP BY h ORDER BY h LIMIT 2;

SELECT formatDateTime(Timestamp, '%Y-%m-%d %H:00') AS h, count() FROM otel_logs GROUP BY h ORDER BY h LIMIT 2;

SELECT formatDateTime(Timestamp, '%F %T.%f'), formatDateTime(toStartOfMonth(Timestamp), '%b %Y'), toString(toStartOfHour(Timestamp)) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT toDayOfWeek(since), toMonth(since), since + INTERVAL 1 YEAR, since - INTERVAL 1 QUARTER, toStartOfWeek(since), toLastDayOfMonth(since), since + 30 FROM services ORDER BY name LIMIT 3;

SELECT toDate('2026-02-28') + INTERVAL 1 DAY, toDate('2024-02-29') + INTERVAL 1 YEAR, toDate('2026-03-31') - INTERVAL 1 MONTH, toDate32('1950-01-01') + INTERVAL 1 DAY, toDate('2026-03-01') + INTERVAL 90 MINUTE;

SELECT toDateTime('2026-03-01 00:00:00') + 60, toDateTime('2026-03-01 00:00:00') - toDateTime('2026-02-28 00:00:00'), toDate('2026-03-01') - toDate('2026-02-01'), toDateTime64('2026-03-01 00:00:00.750', 3) - toDateTime64('2026-03-01 00:00:00.250', 3);

SELECT toDateTime64('2026-03-01 00:00:00.123456789', 3), toDateTime64('2026-03-01 00:00:00.1', 6), toDateTime64(1772323200.987, 2), toDateTime64(toDate('2026-03-01'), 1), toDateTime64('1960-01-01 00:00:00', 3), CAST('2026-03-01 00:00:00.5' AS DateTime64(1)), CAST(toDateTime64('2026-03-01 00:00:00.987', 3) AS DateTime);

SELECT toDateTime(1772323200), toDateTime(1772323200.9), toDateTime('1772323200'), toDateTime(toDate('2026-03-01')), toDate(1772323200), toDate(20513), toDate('2026-03-01 10:00:00'), toDate(toDateTime('2026-03-01 10:00:00'));

SELECT INTERVAL 1 DAY + INTERVAL 1 HOUR, toTypeName(INTERVAL 1 DAY + INTERVAL 1 HOUR);

SELECT toDateTime('2026-03-01 00:00:00') + INTERVAL 1 DAY + INTERVAL 1 HOUR, toDateTime('2026-03-01 00:00:00') + (INTERVAL 1 DAY + INTERVAL 1 HOUR), toDateTime('2026-03-01 00:00:00') + INTERVAL '1 day 1 hour';

SELECT INTERVAL 1 DAY > INTERVAL 1 HOUR;

SELECT INTERVAL 24 HOUR = INTERVAL 1 DAY;

SELECT -INTERVAL 1 DAY;

SELECT CAST(fs AS String), hex(CAST(fs AS String)), hex(toString(fs)), length(CAST(fs AS String)), hex(fs::String), hex(fs || ''), hex(upper(fs)) FROM typed ORDER BY id LIMIT 4;

SELECT toDateTime('2026-03-01 00:00:00') - INTERVAL -1 DAY, toDateTime('2026-03-01 00:00:00') + INTERVAL tier DAY, toDateTime('2026-03-01 00:00:00') + INTERVAL (tier + 1) HOUR, toDateTime('2026-03-01 00:00:00') + toIntervalMinute(tier * 10) FROM services ORDER BY name LIMIT 2;

SELECT e8, e8 = 'red', e8 = 1, e8 > 'red', e8 IN ('red', 'green'), toInt8(e8), toString(e8), CAST(e8 AS String), e8::Int32, concat(e8, '!'), length(toString(e8)) FROM typed ORDER BY id LIMIT 3;

SELECT e8, count() FROM typed GROUP BY e8 ORDER BY e8 DESC;

SELECT e8 AS color, e16, count() FROM typed WHERE color != 'green' AND e16 = 'high' GROUP BY color, e16 ORDER BY color;

SELECT max(e8), min(e16), any(e8) != 'red', groupUniqArray(e16) != [], argMax(e8, id), uniq(e8), topK(1)(e16) != [] FROM typed;

SELECT max(e8), min(e16), argMax(e8, id), uniq(e8) FROM typed;

SELECT e8 LIKE 'r%' FROM typed ORDER BY id LIMIT 1;

SELECT e8 = 'purple' FROM typed ORDER BY id LIMIT 1;

SELECT e8 = 7 FROM typed ORDER BY id LIMIT 1;

SELECT if(e8 = 'red', e8, 'other'), if(b, e8, e8), CASE e8 WHEN 'red' THEN 1 WHEN 'blue' THEN 2 ELSE 0 END, multiIf(e8 = 'red', 'R', 'X'), transform(e8, ['red'], ['R'], 'X') FROM typed ORDER BY id LIMIT 2;

SELECT if(b, e8, e16), toTypeName(if(b, e8, e16)) FROM typed ORDER BY id LIMIT 2;

SELECT if(b, e8, NULL), coalesce(NULL, e8), [e8], (e8, 1), map(e8, 1), toTypeName(map(e8, 1)), nullIf(e8, 'red'), e8 || 'x' FROM typed ORDER BY id LIMIT 2;

SELECT CAST('b' AS Enum('a', 'b')), toTypeName(CAST('b' AS Enum('a', 'b'))), CAST(1 AS Enum8('x' = 1)), CAST('x', 'Enum16(\'x\' = 1000)')::Int16;

SELECT dec9 + 1, dec9 * 2, dec9 / 3, dec9 - 0.5, -dec9, dec9 > 0, dec9 = 0, abs(dec9), round(dec9, 1), floor(dec9), toFloat64(dec9), toString(dec9), toInt32(dec9) FROM typed ORDER BY id LIMIT 2;

SELECT sum(dec9), avg(dec9), min(dec9), max(dec18), sum(dec38), quantile(0.5)(dec9), median(dec18), any(dec9) IS NOT NULL, count(dec9), uniq(dec9), sum(dec9) / count() FROM typed;

SELECT dec9 > 1.5, dec9 = toDecimal32(1, 2), dec9 BETWEEN -100 AND 100, dec9 IN (0), dec9 > toFloat64(0), dec18 > 1000000 FROM typed ORDER BY id LIMIT 2;

SELECT 1.5::Decimal(9, 2) + 1, '0.1'::Decimal(9, 2) + '0.2'::Decimal(9, 2) = '0.3'::Decimal(9, 2), 1::Decimal(9, 4) / 3, 2::Decimal(9, 2) * 3::Decimal(9, 3), toDecimal64('1.23456', 3), CAST(1.23456 AS Decimal(18, 3)), toTypeName(1::Decimal(18, 2) * 1::Decimal(18, 2));

SELECT toDecimal32(1, 2) + toDecimal32(2, 1), toDecimal32('1.1', 1) = 1.1, toDecimal32(1, 1)::String, toDecimal32('1.10', 2), toDecimal64(5, 0), toDecimal32('-0.5', 1);

SELECT uuid = '00000000-0000-0000-0000-000000000000', toString(uuid) = lower(toString(uuid)), uuid > toUUID('80000000-0000-0000-0000-000000000000'), length(toString(uuid)), uuid IN ('00000000-0000-0000-0000-000000000000'), uuid::String = toString(uuid) FROM typed ORDER BY id LIMIT 2;

SELECT min(uuid), max(uuid), uniq(uuid), count(DISTINCT uuid) FROM typed;

SELECT ip4, ip4 = '127.0.0.1', ip4 > '128.0.0.0', ip4 IN ('1.2.3.4'), toString(ip4), toUInt32(ip4), ip6, ip6 = '::1', toString(ip6), ip6 IN ('::1', 'fe80::1'), ip4::String FROM typed ORDER BY id LIMIT 3;

SELECT ip6, count() FROM typed WHERE ip6 != '::1' GROUP BY ip6 ORDER BY ip6;

SELECT fs, length(fs), fs = 'xy', fs = 'abcdefgh', toString(fs), concat(fs, '|'), upper(fs), fs LIKE 'ab%', substring(fs, 1, 2), fs IN ('xy'), empty(fs), fs || s, CAST(fs AS String) = 'xy' FROM typed ORDER BY id LIMIT 4;

SELECT fs, count() FROM typed WHERE fs > 'abc' GROUP BY fs ORDER BY fs DESC;

SELECT toFixedString('ab', 4) AS f, f = 'ab', f = 'ab\0\0', length(f), toTypeName(f), f = toFixedString('ab', 5), [f], (f, 1), if(1, f, 'x'), toTypeName(if(1, f, 'x'));

SELECT b, b = 1, b = true, NOT b, b AND true, toUInt8(b), toString(b), b::String, b + 1, sum(b), if(b, 'y', 'n'), toTypeName(sum(b)) FROM typed GROUP BY b ORDER BY b;

SELECT max(b), min(b), any(b) IN (true, false), groupUniqArray(b) != [], avg(b) > 0, countIf(b), sumIf(1, b), argMax(b, id) FROM typed;

SELECT true = 1, true + true, true AND 1, toTypeName(true AND true), toTypeName(true OR 0), toTypeName(NOT true), toTypeName(true = true), [true, false], (true, 1), if(true, true, false), toTypeName(if(1, true, false)), toTypeName(if(1, true, 2));

SELECT CAST('true' AS Bool), 'false'::Bool, 1::Bool, 0::Bool, toBool('1'), CAST(true AS UInt8), CAST(true AS String);

SELECT lc, lc = 'alpha', upper(lc), length(lc), lc || 'x', lc IN ('alpha'), lc LIKE 'a%', [lc], (lc, 1), map(lc, 1), if(b, lc, 'q'), coalesce(lcn, lc), toTypeName(coalesce(lcn, lc)), toTypeName([lc]), toTypeName(map(lc, 1)) FROM typed ORDER BY id LIMIT 3;

SELECT lcn, lcn IS NULL, lcn = 'gamma', upper(lcn), ifNull(lcn, 'none'), coalesce(lcn, 'n'), lcn || 'x', concat(lcn, lc), length(lcn), assumeNotNull(lcn), toTypeName(ifNull(lcn, 'none')), toTypeName(lcn || 'x'), toTypeName(length(lcn)) FROM typed ORDER BY id LIMIT 4;

SELECT lcn, count(), count(lcn), max(lcn), any(lcn), groupArray(lcn)[1] FROM typed GROUP BY lcn ORDER BY lcn NULLS FIRST;

SELECT f32, f32 + 1, f32 * 2, f32 = toFloat32(f32), f64 / 0, -f64, round(f64, 2), f64 > 1e3, f64 = 0, toString(f64), f32::Float64, toInt32(f32), f64 IN (0, -0.5), isNaN(f64) FROM typed ORDER BY id LIMIT 3;

SELECT u64, u64 + 1, u64 * 2, u64 - 1, -u64, u64 / 2, u64 > 9223372036854775807, u64 = 18446744073709551615, toFloat64(u64), u64 % 10, bitAnd(u64, 255), u64::String, u64 > -1, i64 > u64, i64 = -9223372036854775808 FROM typed ORDER BY id LIMIT 3;

SELECT i8 + 127, i8 * i8, i8 / 2, i8 % 3, -i8, abs(i8), u8 - 1, u8 * -1, u16 + u16, u32 * u32, i32 * 2, i64 + 1, intDiv(i32, 7), i32 % -7 FROM typed ORDER BY id LIMIT 1;

SELECT bitAnd(u8, 15), bitOr(u8, 1), bitShiftLeft(1, 3), bitShiftRight(u32, 4), bitXor(u8, u8) FROM typed ORDER BY id LIMIT 2;

SELECT toUInt8(256), toInt8(200), toUInt8(-1), toUInt32(1.9), toInt32(-1.9), toUInt8('12'), toInt64('-5'), toFloat64('1e3'), toFloat64('inf'), toUInt64(1e18), toString(1.0), toString(1e100), toString(-0.0);

SELECT toUInt8('300');

SELECT toUInt8OrNull('300'), toUInt8OrZero('abc'), toInt32OrNull('1.5'), toFloat64OrNull('x'), toUInt8OrDefault('x', 5::UInt8), toDateOrNull('2026-99-01'), toUInt64OrNull(''), '12'::Nullable(UInt8), CAST(NULL AS Nullable(UInt8)), CAST('5' AS Nullable(UInt8));

SELECT CAST(ni AS Nullable(String)), CAST(ni, 'Nullable(Float64)'), toString(ni), toInt64(ni), toTypeName(toInt64(ni)), toFloat32OrNull(ns), ni::Nullable(UInt8) FROM typed WHERE id < 3 ORDER BY id;

SELECT ni, ni + 1, ni > 0, ni = ni, ni != 5, NOT (ni > 0), ni IN (1, 2), ni BETWEEN 0 AND 50, -ni, ni || 'a', if(ni > 0, 1, 0), ni > 0 AND u8 > 0, ni > 0 OR u8 >= 0, isNull(ni) AND 1 FROM typed ORDER BY id LIMIT 2;

SELECT nf, nf * 2, round(nf, 1), nf > 0, ifNull(nf, 0) + 1, nf IS NULL ? -1 : 1, greatest(nf, 0), least(nf, 0), isNaN(nf), floor(nf), toString(nf) FROM typed ORDER BY id LIMIT 3;

SELECT count(ni), sum(ni), avg(ni), min(ni), max(ni), any(ni), uniq(ni), count(), countIf(ni IS NULL), countIf(ni > 0), groupArray(ni)[1] FROM (SELECT * FROM typed ORDER BY id);

SELECT ni % 5 AS k, count(), sum(ni) FROM typed GROUP BY k ORDER BY k NULLS FIRST;

SELECT s, length(s), lengthUTF8(s), upper(s), s = '', s LIKE '%\t%', s LIKE '%\%%', position(s, 'e'), substring(s, 1, 3), s < 'm', s || '', reverse(s), s IN ('', 'plain') FROM typed ORDER BY id LIMIT 8;

SELECT 'a\tb', 'a\\tb', 'a''b', 'a\'b', '\x41', '\101', 'q\qq', '\e' = '\x1b', '\a\b\f\r\v' = '\x07\x08\x0c\x0d\x0b', 'tab	raw', 'new
line';
