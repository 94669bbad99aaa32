-- What a wide trial of functions, casts and aggregates over edge arguments found.
SELECT toInt32(ns), toFloat64(ns), toDate(ns), toDateTime(ns), toUUID(ns), toIPv4(ns), toDecimal64(ns, 2), toUnixTimestamp(ns), toUInt8(lcn), toInt32(toNullable('12')), toInt32(NULL) FROM typed ORDER BY id LIMIT 9;
SELECT CAST(s, 'Nullable(Int32)'), CAST(s AS Nullable(Float64)), CAST(ns, 'Nullable(DateTime)'), CAST(lc, 'Nullable(Int32)'), accurateCast(s, 'Nullable(Int32)'), CAST(toNullable('2026-03-01T10:00:00Z'), 'Nullable(DateTime)') FROM typed ORDER BY id LIMIT 9;
SELECT intDiv(u8, nullIf(ni, 0)), u8 % nullIf(ni, 0), dec9 / nullIf(ni, 0), positiveModulo(2, nullIf(ni, 0)), toUInt8(ns) FROM typed ORDER BY id LIMIT 9;
SELECT [u8, b], [b, u8], least(u8, b), if(u8 > 100, u8, b), coalesce(toNullable(1), b), [dec9, toDecimal32(1.5, 1)], [dec9, u8], toTypeName([toDecimal32(1, 0), i32]) FROM typed ORDER BY id LIMIT 4;
SELECT toTypeName(greatest(dtz, dt3)), toTypeName([dt3, dt9z]), toTypeName([dt9z, dt3]), toTypeName([dtz, dt]), greatest(dtz, dt3) FROM typed ORDER BY id LIMIT 4;
SELECT least(u64, i64), greatest(u64, i64), least(i64, u64), toTypeName(greatest(i64, u64)) FROM typed ORDER BY id LIMIT 5;
SELECT e8 = '1', e8 < '1', e8 IN ('1'), e8 = toNullable('x'), toTypeName(e8 = toNullable('red')), u8 = toNullable('5') FROM typed ORDER BY id LIMIT 4;
SELECT intDivOrZero(i32, u8), intDivOrZero(i64, u8), intDivOrZero(i32, f32), intDivOrZero(u8, i32) FROM typed ORDER BY id LIMIT 6;
SELECT groupArrayDistinct(u8 % 7), groupConcatDistinct(',')(e8), groupArrayDistinct(lc), groupArrayDistinct(ni % 3) FROM (SELECT * FROM typed ORDER BY id LIMIT 30);
SELECT avg(d), avg(d32), avg(dt), avg(dt3), avgWeighted(1.7, 2), avgWeighted(3, 0.5), avgWeighted(u8, u16), avgWeighted(i8, i16), sumWithOverflow(b) FROM (SELECT * FROM typed ORDER BY id LIMIT 10);
SELECT accurateCastOrNull(u8, 'Bool'), accurateCast(u8, 'Bool'), accurateCastOrDefault(dtz, 'DateTime'), accurateCastOrDefault(lc, 'UInt8'), accurateCastOrNull(s, 'DateTime64(3)') FROM typed ORDER BY id LIMIT 5;
SELECT hex(upperUTF8(unhex('61FFC3BC'))), hex(lowerUTF8(unhex('41FFC39C'))), hex(reverseUTF8(unhex('61FFC3BC'))), ascii(unhex('FF')), hex(regexpQuoteMeta(unhex('610062'))), initcap(fs), repeat('', 5), repeat(lc, 2), sign(nan), sign(-0.5) FROM typed ORDER BY id LIMIT 3;
SELECT multiSearchAny(s, ['b', '']), multiSearchFirstIndex(s, ['b', '']), multiSearchAllPositions(s, ['b', '']), multiSearchFirstPosition('', ['']) FROM typed ORDER BY id LIMIT 6;
SELECT formatReadableQuantity(1e27), formatReadableQuantity(1e36), formatReadableSize(nan), formatReadableQuantity(-inf), formatReadableDecimalSize(nan);
SELECT toDateTime64(f32, 3), CAST(f32, 'DateTime64(6)'), toDateTime64OrNull('12', 3), toDateTime64OrNull('1.5', 3) FROM typed ORDER BY id LIMIT 4;
