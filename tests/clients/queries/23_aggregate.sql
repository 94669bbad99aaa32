-- Function family: aggregates, parametric aggregates, combinators.
SELECT count(ni), count(ns), count(*), count(1), count(NULL) FROM typed;
SELECT sum(u8), sum(u64 % 100000), sum(i32), sum(f32) > 0, sum(dec9), sum(dec18), sum(ni), sum(b) FROM typed;
SELECT toTypeName(sum(u8)), toTypeName(sum(i8)), toTypeName(sum(f32)), toTypeName(sum(dec9)), toTypeName(avg(u8)), toTypeName(sum(ni)), toTypeName(min(e8)), toTypeName(max(dt3)), toTypeName(any(lc)) FROM typed;
SELECT min(u8), max(i64), min(f64), max(f64), min(s), max(s), min(d), max(dt), min(dt9z), max(uuid), min(ip4), max(dec38), min(e8), max(b), min(ni), max(ns), min(fs) FROM typed;
-- tolerance
SELECT avg(u8), avg(i64), avg(f32), avg(ni), avg(dec9), avg(b) FROM typed;
SELECT any(ServiceName) != '', anyLast(ServiceName) != '', any(7), anyLast('x') FROM otel_logs;
SELECT ServiceName, any(ServiceName), anyLast(ServiceName) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
SELECT countIf(b), countIf(u8 > 100), sumIf(u8, b), avgIf(id, b), minIf(u8, NOT b), maxIf(u8, b), anyIf(lc, lc = 'alpha') FROM typed;
SELECT ServiceName, countIf(StatusCode = 'Error') AS e, round(avgIf(Duration, StatusCode = 'Error'), 3), maxIf(Duration, SpanKind = 'Server'), sumIf(Duration, StatusCode != 'Error'), minIf(Duration, SpanKind = 'Client') FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
SELECT uniq(ServiceName), uniqExact(TraceId), uniqExact(u8) FROM otel_traces, (SELECT u8 FROM typed LIMIT 1) AS t;
SELECT uniq(TraceId), uniq(ServiceName, SpanName), uniqIf(TraceId, StatusCode = 'Error'), uniqExactIf(ServiceName, Duration > 10000000) FROM otel_traces;
SELECT ServiceName, uniq(SpanName), uniqExact(SpanName, SpanKind), uniq(ResourceAttributes['k8s.pod.name']) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
SELECT uniq(u8), uniq(s), uniq(uuid), uniq(d), uniq(ni), uniq(f64), uniq(lc), uniqExact(ns), uniqExact((b, lc)) FROM typed;
SELECT quantile(0.5)(Duration), quantile(0.9)(Duration), quantile(0.99)(Duration), quantile(Duration), median(Duration) FROM otel_traces;
SELECT quantile(0.25)(u8), quantile(0.75)(i16), quantiles(0.1, 0.5, 0.9)(u8), median(id), quantileIf(0.9)(u8, b) FROM typed;
SELECT quantileExact(0.5)(Duration), quantileExact(0.95)(Duration), quantilesExact(0.5, 0.9, 0.99)(Duration), medianExact(Duration), quantileExactIf(0.5)(Duration, StatusCode = 'Error') FROM otel_traces;
SELECT ServiceName, quantiles(0.5, 0.95, 0.99)(Duration), quantile(0.5)(Duration) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
SELECT quantileExact(u8), quantileExact(0.3)(f64), quantileExact(0.9)(d), quantileExactLow(0.5)(u8), quantileExactHigh(0.5)(u8), quantileExactLow(0.5)(id), quantileExactHigh(0.5)(id), toTypeName(quantile(0.5)(u8)), toTypeName(quantileExact(0.5)(u8)) FROM typed;
SELECT groupArray(name), groupArray(2)(name), arraySort(groupUniqArray(team)), groupArray(owner) FROM (SELECT * FROM services ORDER BY name);
SELECT team, groupArray(name), groupArraySorted(2)(name), length(groupUniqArray(tier)) FROM (SELECT * FROM services ORDER BY name) GROUP BY team ORDER BY team;
SELECT arraySort(groupUniqArray(lc)), length(groupUniqArray(3)(u8)), arraySort(groupUniqArrayIf(lc, b)), arraySort(groupArrayIf(id, id < 5 AND b)), arraySort(groupUniqArrayArray(tags)) FROM typed, (SELECT ['a', 'b'] AS tags) AS t;
SELECT arraySort(groupUniqArrayArray(mapKeys(LogAttributes))), arraySort(groupUniqArrayArray(10)(mapKeys(ResourceAttributes))) FROM otel_logs;
SELECT argMax(name, tier), argMin(name, since), argMax(slo, name), argMin(owner, name) FROM (SELECT * FROM services WHERE tier != 3 OR name = 'cart');
SELECT ServiceName, argMax(SpanName, Duration), argMin(SpanName, Duration), argMaxIf(SpanId, Duration, SpanKind = 'Server') FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
SELECT ServiceName, MetricName, argMax(Value, TimeUnix) AS last, argMin(Value, TimeUnix) AS first FROM otel_metrics_gauge GROUP BY ServiceName, MetricName ORDER BY ServiceName, MetricName;
-- tolerance
SELECT stddevPop(u8), stddevSamp(u8), varPop(u8), varSamp(u8), stddevPop(f32), varSamp(i32) FROM typed;
-- tolerance
SELECT ServiceName, stddevPop(Duration), varSamp(Duration), stddevSamp(Duration), varPop(Duration) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
-- tolerance
SELECT corr(u8, id), covarPop(u8, id), covarSamp(u8, id), skewPop(u8), kurtPop(u8), avgWeighted(u8, id), corr(f32, f32) FROM typed;
SELECT topK(1)(ServiceName), topK(3)(SeverityText), topK(1)(SeverityText)[1] FROM otel_logs;
SELECT topK(2)(lc), topKWeighted(1)(lc, u8), length(topK(5)(u8 % 3)) FROM typed;
SELECT first_value(name), last_value(name), firstValueRespectNulls(name) FROM (SELECT * FROM services ORDER BY name) SETTINGS max_threads = 1;
SELECT groupBitAnd(u8), groupBitOr(u8), groupBitXor(u32), bitAnd(12, 10), bitOr(12, 10), bitXor(12, 10), bitShiftLeft(1, 4), bitShiftRight(16, 2), bitNot(toUInt8(1)), bitCount(255), bitTest(5, 2) FROM typed;
SELECT groupBitAnd(i16), groupBitOr(u16), groupBitXor(i32), bitAnd(u8, 15), bitCount(u64), bitTest(u8, 1), bitNot(i8), bitShiftLeft(u8, 2), bitShiftRight(i32, 3), bitOr(i8, u8) FROM typed GROUP BY u8, u64, i8, i32 ORDER BY u8, u64, i8, i32 LIMIT 5;
SELECT sumOrNull(u8), avgOrNull(u8), minOrNull(u8), maxOrNull(s), anyOrNull(lc), sumOrDefault(u8), countOrNull(u8) FROM typed WHERE id > 9999;
SELECT sumOrNull(u8) > 0, avgOrDefault(u8) > 0, minOrDefault(u8), maxOrNull(u8), countOrDefault(u8), sumOrNullIf(u8, id = 77777), anyOrDefault(5) FROM typed;
SELECT sumArray(nums), sumMap(counts), avgArray(scores) > -1, countArray(tags), minArray(nums), maxArray(nums), uniqArray(tags), uniqExactArray(tags) FROM events;
SELECT id % 3 AS k, sumArray(nums), maxArray(nums), uniqExactArray(tags), sumMap(counts), countArray(nums), minArray(nums), uniqArray(tags) FROM events GROUP BY k ORDER BY k;
SELECT sumDistinct(u8), countDistinct(u8), avgDistinct(u8 % 2), sumDistinctIf(u8, b), count(DISTINCT u8), count(DISTINCT b, lc), groupArrayDistinct(1) FROM typed;
SELECT lc, count(DISTINCT u8), sum(DISTINCT u8 % 4), sumDistinct(u8 % 4), countDistinct(b) FROM typed GROUP BY lc ORDER BY lc;
SELECT sumMap(['a', 'b'], [1, 2]), sumMap(mapKeys(counts), mapValues(counts)), maxMap(counts), minMap(counts) FROM events;
SELECT sumWithOverflow(u8), sumKahan(f32) > 0, toTypeName(sumWithOverflow(u8)), sumCount(u8), entropy(b) > 0, simpleLinearRegression(id, id * 2 + 1) FROM typed;
SELECT groupConcat(',')(name), groupConcat(name), groupArray(tier), groupArrayMovingSum(tier), groupArrayMovingAvg(2)(tier) FROM (SELECT * FROM services ORDER BY name);
SELECT boundingRatio(id, u8) != 0, deltaSum(x), max2(1, 2), groupArrayInsertAt('z', 2)('x', 1), histogram(2)(x)  FROM (SELECT arrayJoin([1, 5, 3, 4]) AS x, 1 AS id, 2 AS u8);
SELECT ServiceName, deltaSum(Value) AS increase FROM (SELECT * FROM otel_metrics_sum WHERE IsMonotonic ORDER BY ServiceName, TimeUnix) GROUP BY ServiceName ORDER BY ServiceName SETTINGS max_threads = 1;
SELECT min(id), max(id), count() FROM typed WHERE nf > 1e9;
SELECT sum(x), min(x), max(x), avg(x), count(x) FROM (SELECT NULL AS x);
SELECT avg(x), min(x), max(x), sum(x) FROM (SELECT arrayJoin([1., nan, 3.]) AS x);
SELECT max(x), min(x) FROM (SELECT arrayJoin([toFloat64('inf'), 1., toFloat64('-inf')]) AS x);
SELECT count() FROM (SELECT 1 WHERE 0);
SELECT max((tier, name)), min((tier, name)), any((1, 'a')), argMax((name, tier), since) FROM services;
SELECT max([1, 2]), min(tags), max(tags), any([3]) FROM events;
SELECT uniqCombined(TraceId) > 200, uniqHLL12(TraceId) > 200, uniqExact(TraceId), uniqCombined(ServiceName), uniqHLL12(ServiceName) FROM otel_traces;
SELECT quantileTDigest(0.5)(id) > 70, quantileTDigestWeighted(0.5)(id, 1) > 70, quantileTiming(0.5)(id) > 70, quantileDeterministic(0.5)(id, id), quantileExactWeighted(0.5)(id, 1), quantileInterpolatedWeighted(0.5)(id, 1), quantileExactInclusive(0.5)(id), quantileExactExclusive(0.5)(id) FROM typed;
