-- Aggregates: empty sets, NULL, -If, parametric, nested in expressions, over subqueries.

SELECT count(), sum(id), avg(id), min(id), max(id), any(s), uniq(id), groupArray(id), quantile(0.5)(id), max(dt), min(d), max(e8), sum(dec9), argMax(s, id) FROM typed WHERE id > 1000;

SELECT max(uuid), min(ip4), max(ip6), any(fs), max(b), min(lc), max(lcn), max(ni), any(ns), avg(nf), sum(ni), max(dt3), max(dt9z), max(dtz), min(d32) FROM typed WHERE id > 1000;

SELECT max(tags), any(point), max(counts), any(maybe), max(pairs) FROM events WHERE id > 1000;

SELECT max(tags), any(point), any(maybe), max(pairs), any(counts) FROM events WHERE id > 1000;

SELECT sumIf(id, 0), avgIf(id, 0), minIf(id, 0), maxIf(s, 0), anyIf(d, 0), countIf(0), uniqIf(id, 0), groupArrayIf(id, 0), quantileIf(0.5)(id, 0), argMaxIf(s, id, 0) FROM typed;

SELECT b, sumIf(id, id > 1000), avgIf(u8, e8 = 'red') > 0, maxIf(s, id < 5), countIf(ni > 0), countIf(ni IS NULL), anyIf(lc, lc != '') != '' FROM typed GROUP BY b ORDER BY b;

SELECT count(ni), count(*), count(1), count(NULL), sum(NULL), avg(NULL), max(NULL), any(NULL), uniq(NULL), groupArray(NULL), min(NULL + 1) FROM typed;

SELECT sum(1), sum(2.5), avg(1), max('x'), min([1]), count('a'), any(1), uniq(1), sum(-1), sum(toDecimal32(1, 2)), groupArray(1)[1], sum(1) / 2, max(1) + 1 FROM services;

SELECT sum(u8), sum(i8), sum(u64), sum(i64), sum(f32) > -1e9, sum(dec9), sum(b), sum(ni), sum(u8 + 1), sum(u8) + 1, sum(-u8), toTypeName(sum(-u8)) FROM typed;

SELECT avg(u8), avg(i64), avg(f64) > 0, avg(dec9), avg(ni), avg(b), avg(u8) * 2, round(avg(u8), 1), toInt32(avg(u8)) FROM typed;

SELECT min(s), max(s), min(d), max(dt), min(dt3), max(e8), min(b), max(uuid) > toUUID('f0000000-0000-0000-0000-000000000000'), min(ns), max(lcn) FROM typed;

SELECT argMin(s, id), argMax(s, id), argMax(id, u64), argMin(e8, id), argMax((s, id), id), argMax(ni, id), argMax(id, ni), argMin(d, dt), argMax(tuple(id, u8), id).1 FROM typed;

SELECT quantile(0.9)(Duration), quantiles(0.5, 0.9, 0.99)(Duration), median(Duration), quantileExact(0.5)(Duration), quantilesExact(0.5, 0.9)(Duration)[2], quantile(0.5)(Duration / 1e6), round(quantile(0.99)(Duration) / 1000000, 2) FROM otel_traces;

SELECT quantile(Duration), quantile(0)(Duration), quantile(1)(Duration), quantileExact(Duration), quantiles(0.1)(Duration), quantile(0.5)(toFloat32(u)) > 0 FROM (SELECT Duration, Duration AS u FROM otel_traces);

SELECT ServiceName, quantilesIf(0.5, 0.95)(Duration, StatusCode = 'Ok') AS q, q[1], q[2] > q[1] FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;

SELECT ServiceName, quantileExact(0.95)(Duration) AS p, p / avg(Duration) > 1, bar(p, 0, 1e8, 10) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;

SELECT topK(3)(ServiceName), topKIf(2)(ServiceName, SeverityNumber >= 17), topK(100)(SeverityText)[1] FROM otel_logs;

SELECT groupArray(3)(name), groupUniqArray(100)(team) != [], groupArraySorted(2)(name), groupArrayIf(name, tier = 1), groupArray(2)((name, tier)) FROM (SELECT * FROM services ORDER BY name);

SELECT groupArray(3)(name), groupArrayIf(name, tier = 1), groupArray(2)((name, tier)), groupArray(owner), groupArray(slo), groupUniqArrayIf(team, tier = 1) FROM (SELECT * FROM services ORDER BY name);

SELECT team, groupArray(name)[1], groupArray(tier)[-1], length(groupArray(owner)), arrayDistinct(groupArray(tier))[1] FROM (SELECT * FROM services ORDER BY name) GROUP BY team ORDER BY team;

SELECT first_value(name), last_value(name), any(name), anyLast(name), anyHeavy(team) FROM (SELECT * FROM services ORDER BY name);

SELECT first_value(name), last_value(name), any(name), anyLast(name) FROM (SELECT * FROM services ORDER BY name);

-- tolerance
SELECT stddevPop(tier), stddevSamp(tier), varPop(tier), varSamp(tier), covarPop(tier, tier), corr(tier, tier), stddevPop(slo), STDDEV_POP(tier), VAR_POP(tier) FROM services;

SELECT countOrNull(), sumOrNull(tier), avgOrNull(tier), maxOrNull(tier), sumOrDefault(tier), anyOrNull(name), minOrNullIf(tier, tier > 5), countIfOrNull(tier > 5) FROM services WHERE tier > 5;

SELECT sumDistinct(tier), countDistinct(tier), avgDistinct(tier), sumDistinctIf(tier, team = 'web'), groupArrayDistinct(tier) != [], uniqExact(tier), countDistinctIf(tier, team = 'web') FROM services;

SELECT sumArray(nums), avgArray(scores) BETWEEN -1 AND 1, maxArray(nums), countArray(tags), uniqArray(tags), groupUniqArrayArray(tags) != [], sumArrayIf(nums, id < 10), minArray(nums) FROM events;

SELECT sum(length(tags)), max(length(nums)), avg(length(nums)), sum(arraySum(nums)), max(arrayMax(nums)), sum(counts['red']), max(mapValues(counts)), countIf(has(tags, 'red')) FROM events;

SELECT max(arrayMax(nums)) FROM events WHERE notEmpty(nums);

SELECT count() / 2, count() * 1.5, count() - 1, -count(), count() > 2, if(count() > 2, 'many', 'few'), toString(count()) || ' rows', concat('n=', toString(count())), count()::Float64 / 7, intDiv(count(), 2), count() % 4 FROM services;

SELECT sum(tier) / count(), sum(tier) / nullIf(countIf(tier > 5), 0), countIf(tier = 1) / count() * 100 AS pct, round(pct, 2), 100.0 * countIf(tier = 1) / count(), coalesce(sum(NULL), 0), ifNull(maxOrNull(slo), 0) FROM services;

SELECT sum(tier) AS s, s * 2, s > 10 AS big, if(big, 'y', 'n'), max(tier) - min(tier) AS r, r / s FROM services;

SELECT sum(x) FROM (SELECT sum(tier) AS x FROM services GROUP BY team);

SELECT max(c) AS m, argMax(team, (c, team)), avg(c) FROM (SELECT team, count() AS c FROM services GROUP BY team);

SELECT team, count() AS c FROM services GROUP BY team HAVING c = (SELECT max(c) FROM (SELECT count() AS c FROM services GROUP BY team)) ORDER BY team;

SELECT team, count() / (SELECT count() FROM services) AS share FROM services GROUP BY team ORDER BY team;

SELECT ServiceName, count() AS c, c / (SELECT count() FROM otel_logs) AS share, round(share * 100, 1) AS pct FROM otel_logs GROUP BY ServiceName ORDER BY share DESC LIMIT 3;

SELECT count(DISTINCT ServiceName), count(DISTINCT ServiceName, SpanName), count(DISTINCT (ServiceName, SpanName)), uniqExact((ServiceName, SpanName)), count(DISTINCT lower(ServiceName)), count(DISTINCT if(StatusCode = 'Error', TraceId, NULL)) FROM otel_traces;

SELECT COUNT(DISTINCT CASE WHEN StatusCode = 'Error' THEN TraceId END) AS failed, COUNT(DISTINCT TraceId) AS total, failed / total FROM otel_traces;

SELECT SUM(CASE WHEN SeverityText = 'ERROR' THEN 1 ELSE 0 END) AS errors, SUM(CASE WHEN SeverityText = 'WARN' THEN 1 END) AS warns, COUNT(CASE WHEN SeverityText = 'FATAL' THEN 1 END), AVG(CASE WHEN SeverityNumber > 9 THEN SeverityNumber END) FROM otel_logs;

SELECT SUM(IF(SeverityText = 'ERROR', 1, 0)), SUM(SeverityText = 'ERROR'), sum(SeverityNumber >= 17) / count(), avg(SeverityNumber >= 17), max(SeverityNumber >= 17), toTypeName(sum(SeverityText = 'ERROR')) FROM otel_logs;

SELECT toStartOfHour(Timestamp) AS h, count() AS n, countIf(SeverityNumber >= 17) AS e, e / n AS r, r > 0.15 AS alarm FROM otel_logs GROUP BY h HAVING alarm ORDER BY h;

SELECT ServiceName, SeverityText, count() FROM otel_logs GROUP BY ServiceName, SeverityText WITH ROLLUP ORDER BY 1, 2 LIMIT 3;

SELECT ServiceName, SeverityText, count() FROM otel_logs GROUP BY CUBE(ServiceName, SeverityText) LIMIT 3;

SELECT ServiceName, SeverityText, count() FROM otel_logs GROUP BY GROUPING SETS ((ServiceName), (SeverityText)) LIMIT 3;

SELECT b, e8, count(), grouping(b) FROM typed GROUP BY b, e8 ORDER BY b, e8 LIMIT 2;

SELECT team, name || 'x' FROM services GROUP BY team, name ORDER BY name || 'x' LIMIT 2;

SELECT upper(team), count() FROM services GROUP BY team ORDER BY upper(team);

SELECT upper(team) AS team, count() FROM services GROUP BY team ORDER BY team;

SELECT upper(team) AS team, count() FROM services GROUP BY services.team ORDER BY services.team;

SELECT substring(team, 1, 1) AS t, team, count() FROM services GROUP BY team, t ORDER BY t, team;

SELECT count() FROM services GROUP BY team ORDER BY team LIMIT 1 OFFSET 1;

SELECT tier * 2 AS d, d + 1, max(d) FROM services GROUP BY d ORDER BY d;

SELECT tier * 2, tier * 2 + 1, tier FROM services GROUP BY tier ORDER BY tier;

SELECT tier, tier * 2 AS d FROM services GROUP BY tier, d ORDER BY d;

SELECT tier FROM services GROUP BY tier HAVING max(slo) > 0.9 AND any(team) != '' ORDER BY count() DESC, tier;

SELECT 1 AS k, 'x' AS s, count() FROM services GROUP BY k, s;

SELECT 'total' AS what, count() FROM services GROUP BY what;

SELECT toStartOfHour(Timestamp) AS hour, 'static' AS label, count() FROM otel_logs GROUP BY hour, label ORDER BY hour LIMIT 2;

SELECT d, count() FROM (SELECT toDate(Timestamp) AS d FROM otel_logs) GROUP BY d ORDER BY d;

SELECT (toDate(Timestamp), ServiceName) AS k, count() FROM otel_logs GROUP BY k ORDER BY count() DESC, k LIMIT 2;

SELECT SeverityText, count() AS n, n / sum(n) OVER () FROM otel_logs GROUP BY SeverityText;

SELECT uniq(TraceId) AS u, uniqExact(TraceId), uniq(ServiceName, SpanName), uniqIf(TraceId, StatusCode = 'Error'), uniqExactIf(TraceId, StatusCode = 'Error') FROM otel_traces;

SELECT sumMap(map('a', 1, 'b', 2)), sumMap(map(name, tier))['cart'], minMap(map(team, tier)), maxMap(map(team, tier)) FROM services;

SELECT sumMap([1, 2], [10, 20]), sumMap(([1, 2], [10, 20])) FROM services;

SELECT any(LogAttributes['http.route']) != 'x', max(LogAttributes['thread']), groupUniqArray(LogAttributes['http.route']) != [], uniqExact(LogAttributes) > 10, argMax(LogAttributes['thread'], Timestamp) FROM otel_logs;

SELECT min(Timestamp), max(Timestamp), argMin(Body, Timestamp), argMax(ServiceName, Timestamp), any(SeverityNumber) > 0, avg(SeverityNumber) > 9 FROM otel_logs WHERE ServiceName = 'ads';

SELECT ServiceName, argMax(Value, TimeUnix) - argMin(Value, TimeUnix) AS delta, delta / dateDiff('second', min(TimeUnix), max(TimeUnix)) AS rate FROM otel_metrics_sum WHERE MetricName = 'http.server.requests' GROUP BY ServiceName ORDER BY ServiceName;

SELECT MetricName, ServiceName, count(), min(Value), max(Value), argMax(Value, TimeUnix) AS last FROM otel_metrics_gauge GROUP BY MetricName, ServiceName ORDER BY MetricName, ServiceName;

SELECT toStartOfInterval(TimeUnix, INTERVAL 1 HOUR) AS t, MetricName, round(avg(Value)) AS v FROM otel_metrics_gauge WHERE MetricName = 'process.memory.usage' GROUP BY t, MetricName ORDER BY t;

SELECT IsMonotonic, count(), toTypeName(IsMonotonic) FROM otel_metrics_sum WHERE IsMonotonic GROUP BY IsMonotonic;

SELECT IsMonotonic = true, IsMonotonic = 1, NOT IsMonotonic, count() FROM otel_metrics_sum GROUP BY 1, 2, 3 ORDER BY 1;

SELECT sum(Count) AS n, sum(Sum) / n > 0, max(Max), min(Min), sum(arraySum(BucketCounts)) = n FROM otel_metrics_histogram;

SELECT ServiceName, sum(BucketCounts[1] + BucketCounts[2]) / sum(Count) AS under10 FROM otel_metrics_histogram GROUP BY ServiceName ORDER BY under10;

SELECT histogram(3)(tier) FROM services;

SELECT entropy(team) > 1, simpleLinearRegression(tier, tier) FROM services;

SELECT count(*) FILTER (WHERE tier = 1) AS a, sum(tier) FILTER (WHERE team = 'web') AS b, avg(slo) FILTER (WHERE slo > 0.9) > 0.9 AS c FROM services;

SELECT count() c, count() + c FROM services HAVING c > 1;

SELECT min(name) AS name, max(services.name) AS last FROM services;

SELECT count() AS count, sum(tier) AS sum, avg(tier) AS avg, max(tier) AS max, min(tier) AS min FROM services;

SELECT count() AS tier, max(services.tier) FROM services GROUP BY team ORDER BY team;

SELECT avg(Duration) AS Duration, quantile(0.5)(otel_traces.Duration) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName LIMIT 2;

SELECT sum(Duration) / 1e9 AS Duration FROM otel_traces WHERE otel_traces.Duration > 0;

SELECT sumIf(Duration, StatusCode = 'Error') / sum(Duration) < 1, countIf(Duration > 1e7 AND StatusCode != 'Error') > 0, maxIf(Duration, SpanKind IN ('Client', 'Server')) > 0 FROM otel_traces;

SELECT groupBitOr(tier), groupBitAnd(tier), groupBitXor(tier), groupBitmap(tier) FROM services;

SELECT -sum(tier), sum(-tier), +sum(tier), NOT sum(tier), sum(NOT tier), sum(tier)::String, (sum(tier), count()) AS t, t.1, [sum(tier), count()], map('s', sum(tier)) FROM services;

SELECT sum(tier) IN (17, 18), sum(tier) BETWEEN 1 AND 100, sum(tier) IS NULL, CASE WHEN sum(tier) > 10 THEN 'big' ELSE 'small' END, sum(tier) > 5 ? max(name) : min(name), least(sum(tier), 3) FROM services;

-- Constants are moved out of sum, avg, min and max: quotients of Decimals are cut once, floats rounded once, extremes of sums that wrap taken before.
SELECT sum(dec9 / 3) AS a, toTypeName(a), avg(dec9 / 3) AS b, toTypeName(b), min(dec9 / 3), max(dec9 / 7), sum(dec9 * toDecimal32(0.33, 2)) AS c, toTypeName(c), avg(dec9 * toDecimal32(0.33, 2)), min(dec9 / -3), sum(dec18 / 7) FROM typed WHERE id > 3;
SELECT sum(price / 3), avg(price / 3), sum(price * 1.19), toTypeName(sum(price / 3)), max(price / -3), min(100 - price) FROM (SELECT toDecimal64(arrayJoin(['19.99', '5.00', '0.01', '1234.56']), 2) AS price);
SELECT ServiceName, avg(Duration / 1e6), avg(Duration / 1000000), sum(Duration / 1e9), sum(Duration * 1e-6), avg(Duration * 0.001), max(Duration / 1e6), min(Duration / 1000), avg(Duration + 0.1), avg(1e-6 * Duration), sum(0.1 * Duration), avg(multiply(Duration, 0.000001)) FROM otel_traces GROUP BY ServiceName ORDER BY ServiceName;
SELECT number % 3 AS k, sum(number / 7) AS a, avg(number / 7) AS b, a / b FROM numbers(100) GROUP BY k HAVING sum(number / 7) > 100 ORDER BY avg(number / 7);
SELECT sum(x * NULL), max(x + NULL), avg(x / 0), sum(x / 0), max(x / 0), min(x * 0), max(x * nan), sum(x * nan), avg(x * inf) FROM (SELECT number AS x FROM numbers(3));
SELECT min(9223372036854775800 + x), max(9223372036854775800 + x), min(-9223372036854775800 - x), max(-9223372036854775800 - x), min(x - 9223372036854775807), min(9223372036854775807 * x), max(9223372036854775807 * x), min(x * -9223372036854775807), max(x * -9223372036854775807) FROM (SELECT toInt64(number) - 10 AS x FROM numbers(20));
SELECT number % 2 AS k, min(x + 9223372036854775800), max(9223372036854775800 + x) FROM (SELECT toInt64(number) AS x, number FROM numbers(20)) GROUP BY k ORDER BY k;
SELECT minIf(x + 9223372036854775800, 1), minOrNull(x + 9223372036854775800), min(toNullable(x) + 9223372036854775800), any(x + 9223372036854775800) FROM (SELECT toInt64(number) AS x FROM numbers(20));
SELECT min(x + 1) AS a, max(x * 2) AS b, min(x - 1) AS c, max(1 + x) AS d, toTypeName(a), toTypeName(b), toTypeName(c), toTypeName(d), min(x * -2), max(x * -2), max(x / 2), min(x / -2), min(x * 0) FROM (SELECT toUInt8(number) AS x FROM numbers(20));
SELECT avg(x + 9223372036854775800), avg(x * 9223372036854775807), sum(x + 9223372036854775800), avg(x - 9223372036854775807), avg(9223372036854775800 + x), avg(-9223372036854775800 - x) FROM (SELECT toInt64(number) - 10 AS x FROM numbers(20));
-- With GROUP BY, values that hold NULL or NaN are compared row by row, without it block by block.
SELECT k, min(t), max(t), argMin(t, t), argMax(t, t) FROM (SELECT arrayJoin([1, 2]) AS k, arrayJoin([(1, NULL), (1, 2), (NULL, 3)]) AS t) GROUP BY k ORDER BY k;
SELECT k, min(t), max(t) FROM (SELECT arrayJoin([1, 2]) AS k, arrayJoin([[1, NULL], [1, 2], [NULL, 3], [1]]) AS t) GROUP BY k ORDER BY k;
SELECT k, min(t), max(t) FROM (SELECT arrayJoin([1, 2]) AS k, arrayJoin([(1, 2.), (1., nan), (nan, 3.)]) AS t) GROUP BY k ORDER BY k;
SELECT min(t), max(t), argMin(t, t), argMax(t, t) FROM (SELECT arrayJoin([[1, NULL], [1, 2], [NULL, 3], [1]]) AS t);
SELECT id % 2 AS k, min((ni, id)), max((ni, id)), argMin(id, (ni, id)), argMax(id, (ni, id)), minIf([ni], id > 9) FROM typed GROUP BY k ORDER BY k;
SELECT arrayReduce('min', [(1, NULL), (1, 2)]), arrayReduce('max', [(1, NULL), (1, 2)]), arrayMin([(1, NULL), (1, 2)]), arrayMax([(1, NULL), (1, 2)]), arrayReduce('min', [[1, NULL], [1, 2]]), arrayReduce('max', [[1, NULL], [1, 2]]);

-- uniq of several arguments, beyond the values that it keeps
SELECT uniq(toString(number), toString(number)), uniq(toString(number), number), uniq(tuple(number), number) FROM numbers(300000);
SELECT uniq(concat(toString(number)), 1), uniq(toString(number), 1), uniq((number, number + 1)) FROM numbers(300000);
