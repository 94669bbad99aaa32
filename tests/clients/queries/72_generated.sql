-- What generated statements (test_generated.py) found, made small.

SELECT [1., nan] = [1., nan], [nan] < [1.], [nan] > [1.], map('a', nan) = map('a', nan), [(1, nan)] = [(1, nan)], (1., nan) = (1., nan);
SELECT [nan] IN ([nan]), has([nan], nan), indexOf([1, nan], nan), [nan] = [nan, 1], [[nan]] = [[nan]], [toNullable(nan)] = [NULL], [NULL] < [nan], hasAny([nan], [nan]);
SELECT addYears(toDate('2026-03-01'), y), addYears(toDate32('2026-03-01'), y), addYears(toDateTime('2026-03-01 05:06:07'), y), addYears(toDateTime64('2026-03-01 05:06:07.5', 3), y) FROM (SELECT arrayJoin([300, 500, 1000, 7000, 8000, 20000, -300, -1000, -3000]) AS y);
SELECT number * 2000 AS n, addMonths(toDate('2026-03-31'), n), addMonths(toDate32('2026-03-31'), n), addMonths(toDateTime('2026-03-31 05:06:07'), n), addMonths(toDateTime64('2026-03-31 05:06:07.5', 3), n) FROM numbers(40);
SELECT number * -2000 AS n, addMonths(toDate('2026-03-31'), n), addMonths(toDate32('2026-03-31'), n), addMonths(toDateTime('2026-03-31 05:06:07'), n), addMonths(toDateTime64('2026-03-31 05:06:07.5', 3), n) FROM numbers(20);
SELECT addQuarters(toDate('2026-03-01'), 500000), addQuarters(toDate('2026-03-01'), -500000), addWeeks(toDateTime64('2026-03-31 05:06:07.5', 3), 700000);
SELECT toHour(fromUnixTimestamp64Second(toInt64(1000000000000))), toHour(fromUnixTimestamp64Second(toInt64(1000000000000000))), toHour(fromUnixTimestamp64Second(-toInt64(1000000000000000)));
SELECT greatest(true), least(false), greatest(true, false), toTypeName(greatest(true, 1));
SELECT quantileExactExclusive(x), quantileExactInclusive(x), quantile(x) FROM (SELECT arrayJoin([1., inf, inf]) AS x);
SELECT quantileExactExclusive(0.3)(x), quantileExactInclusive(0.3)(x), quantileExactInclusive(0.5)(x) FROM (SELECT arrayJoin([-inf, 1., inf]) AS x);
SELECT arrayResize([1, 2], 3, 300) AS a, toTypeName(a), arrayResize([1, 2], 3, NULL) AS b, toTypeName(b), arrayResize([1, 2], -3, -1), toTypeName(arrayResize(['a'], 1, 'b'));
SELECT arrayResize([toNullable(1)], 3, -70000) AS a, toTypeName(a), toTypeName(arrayResize([toNullable(1)], 3)), toTypeName(arrayResize([], 3, 'b'));
SELECT id, arrayResize(maybe, 3, id) AS a, toTypeName(a) FROM events ORDER BY id LIMIT 12;
SELECT 'ab' IN (toFixedString('ab', 4)), 'ab\0\0' IN (toFixedString('ab', 4)), materialize('ab\0\0') IN ('ab', toFixedString('ab', 4)), toFixedString('ab', 4) IN ('ab');
SELECT arrayMax(x -> lc, ['a', 'b']) AS a, toTypeName(a), arrayMin(x -> lc = 'alpha', [1]) AS b, toTypeName(b), arraySum(x -> length(lc), [1, 2]) AS c, toTypeName(c), arrayAvg(x -> lc != '', [1]) FROM typed ORDER BY id LIMIT 9;
SELECT arrayMax(x -> lcn, ['a', 'b']) AS a, toTypeName(a), arrayMax(x -> x, Events.Name) AS b, toTypeName(b) FROM typed, otel_traces ORDER BY id, TraceId, SpanId LIMIT 9;
SELECT arrayCumSum(x -> toLowCardinality(3), [1, 2]) AS a, toTypeName(a), arrayProduct(x -> toLowCardinality(3), [1, 2]), toTypeName(arrayMin(x -> x, [toLowCardinality('a')]));
SELECT arrayFilter(x -> NULL, [1, 2]), arrayFilter(x -> true, [1, 2]), arrayFilter(x -> toLowCardinality(1), [1, 2]), arrayCount(x -> toNullable(x > 1), [1, 2]), arrayExists([true]), arrayAll([0, 1]);
SELECT toTypeName(ifNull(ResourceAttributes, '')), toTypeName(coalesce(LogAttributes)), toTypeName(if(1, LogAttributes, LogAttributes)), toTypeName(if(TraceId = '', LogAttributes, ResourceAttributes)), toTypeName(assumeNotNull(LogAttributes)), toTypeName(materialize(LogAttributes)), toTypeName(multiIf(TraceId = '', LogAttributes, ResourceAttributes)) FROM otel_logs LIMIT 1;
SELECT if(TraceId = '', LogAttributes, ResourceAttributes) AS m, m['thread'], mapKeys(m) FROM otel_logs ORDER BY Timestamp LIMIT 5;
SELECT toTypeName(ifNull(Events.Name, '')), toTypeName(if(1, Events.Name, Events.Name)), toTypeName(if(Duration > 5, Events.Name, [''])), toTypeName(assumeNotNull(Events.Name)), toTypeName(arrayReverse(Events.Name)) FROM otel_traces LIMIT 1;
SELECT if(1, toDecimal32(1, 2), toDecimal32(1, 3)) AS a, toTypeName(a), toTypeName(if(number = 0, toDecimal32(1, 2), toDecimal128(1, 2))), toTypeName(if(number = 0, toDecimal32(1, 2), 1)) FROM numbers(1);
