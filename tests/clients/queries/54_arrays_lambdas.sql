-- Arrays, maps, tuples, lambdas with captured columns.

SELECT id, arrayMap(x -> x * id, nums) FROM events ORDER BY id LIMIT 4;

SELECT id, arrayFilter(x -> x > id, nums) AS big, length(big) FROM events ORDER BY id LIMIT 4;

SELECT id, arrayFilter((x, i) -> i % 2 = 0, nums, arrayEnumerate(nums)) FROM events ORDER BY id LIMIT 4;

SELECT id, arrayMap((a, b) -> concat(a, '=', toString(b)), mapKeys(counts), mapValues(counts)) FROM events ORDER BY id LIMIT 4;

SELECT id, arrayMap(p -> p.1, pairs), arrayMap(p -> p.2 + 1, pairs), pairs.1, pairs.2 FROM events ORDER BY id LIMIT 4;

SELECT id, arrayMap(row -> arraySum(row), matrix), arraySum(arrayMap(row -> length(row), matrix)) FROM events ORDER BY id LIMIT 4;

SELECT id, arrayMap(row -> arrayMap(c -> c + id, row), matrix) FROM events ORDER BY id LIMIT 4;

SELECT id, arrayMap(row -> arrayFilter(c -> c > 100 AND length(row) > 1, row), matrix) FROM events ORDER BY id LIMIT 8;

SELECT id, arrayExists(t -> t LIKE '%e%', tags), arrayAll(t -> t != '', tags), arrayCount(t -> t = point.y, tags) FROM events ORDER BY id LIMIT 8;

SELECT id, arrayFirst(x -> x > 10, nums), arrayFirstIndex(x -> x > 10, nums), arrayLast(x -> x < 0, nums) FROM events ORDER BY id LIMIT 8;

SELECT id, arraySort(x -> -x, nums), arrayReverseSort(nums), arraySort(nums)[1], arraySort(nums)[-1] FROM events ORDER BY id LIMIT 6;

SELECT id, arraySort(p -> (p.2, p.1), pairs) FROM events ORDER BY id LIMIT 6;

SELECT id, arrayMap(x -> if(x IS NULL, -1, x), maybe), arrayFilter(x -> x IS NOT NULL, maybe), arrayMap(x -> x + 1, maybe) FROM events ORDER BY id LIMIT 8;

SELECT id, arrayMax(nums), arrayMin(scores), arrayAvg(nums), arraySum(x -> x * x, nums) FROM events WHERE notEmpty(nums) ORDER BY id LIMIT 8;

SELECT id, has(maybe, NULL), has(maybe, 3), has(tags, 'red'), indexOf(tags, 'red'), hasAny(tags, ['red', 'blue']), hasAll(tags, []) FROM events ORDER BY id LIMIT 12;

SELECT id, tags[1], tags[2], tags[-1] FROM events WHERE id < 6 ORDER BY id;

SELECT id, nums[id], nums[toInt8(id) - 3], tags[length(tags)] FROM events WHERE id < 8 ORDER BY id;

SELECT id, maybe[1], maybe[100], matrix[2], matrix[2][1], pairs[1], pairs[1].1 FROM events WHERE id < 8 ORDER BY id;

SELECT id, counts['red'], counts['nope'], mapContains(counts, 'red'), length(counts), mapKeys(counts), counts.values FROM events WHERE id < 6 ORDER BY id;

SELECT id, point, point.x + 1, point.y || '!', tupleElement(point, 2) FROM events WHERE id < 6 ORDER BY id;

SELECT sum(point.x), max(point.y), any(point.1) = -60, groupArray(point.x)[1] FROM (SELECT * FROM events ORDER BY id);

SELECT point.y AS y, sum(point.x) FROM events GROUP BY y ORDER BY y;

SELECT point.y, count() FROM events GROUP BY point.y ORDER BY point.y;

SELECT arrayJoin(tags) AS tag, count() AS n FROM events GROUP BY tag ORDER BY n DESC, tag;

SELECT id, arrayJoin(nums) AS n, n * 2 FROM events WHERE id < 4 ORDER BY id, n;

SELECT id, arrayJoin(tags) AS t FROM events WHERE t = 'red' ORDER BY id LIMIT 5;

SELECT arrayJoin([1, 2]) AS a, arrayJoin([10, 20]) AS b ORDER BY a, b;

SELECT arrayJoin([1, 2]) + 1, arrayJoin([1, 2]) * 10 ORDER BY 1;

SELECT arrayJoin(map('a', 1, 'b', 2)) AS kv, kv.1, kv.2 ORDER BY 1;

SELECT arrayJoin(LogAttributes) AS kv, count() FROM otel_logs WHERE kv.1 = 'http.route' GROUP BY kv ORDER BY kv;

SELECT arrayJoin(mapKeys(LogAttributes)) AS k, count(), uniqExact(ServiceName) FROM otel_logs GROUP BY k ORDER BY k;

SELECT count() FROM events WHERE arrayJoin(tags) = 'red';

SELECT sum(arrayJoin(nums)) FROM events;

SELECT id, count() FROM (SELECT id, arrayJoin(tags) FROM events) GROUP BY id ORDER BY id LIMIT 3;

SELECT groupArray(x) FROM (SELECT arrayJoin([3, 1, 2]) AS x ORDER BY x DESC);

SELECT arrayMap(k -> LogAttributes[k], ['thread', 'http.route']) FROM otel_logs ORDER BY Timestamp LIMIT 3;

SELECT arrayMap(k -> (k, LogAttributes[k]), arraySort(mapKeys(LogAttributes))) FROM otel_logs ORDER BY Timestamp LIMIT 3;

SELECT mapFilter((k, v) -> k LIKE 'http%', LogAttributes), mapApply((k, v) -> (upper(k), concat(v, ServiceName)), LogAttributes) FROM otel_logs ORDER BY Timestamp LIMIT 3;

SELECT map('svc', ServiceName, 'sev', SeverityText) AS m, m['svc'], toTypeName(m) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT [ServiceName, SeverityText] AS a, toTypeName(a), (ServiceName, SeverityNumber) AS t, toTypeName(t) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT tuple(ServiceName, Body).1, [ServiceName, Body][1], array(1, SeverityNumber) FROM otel_logs ORDER BY Timestamp LIMIT 2;

SELECT arrayZip(['a', 'b'], [1, 2]), arrayZip(['a'], [1])[1].2, CAST(arrayZip(['a', 'b'], [1, 2]) AS Map(String, UInt8)), mapFromArrays(['a'], [1]);

SELECT CAST(LogAttributes AS Array(Tuple(String, String))), CAST(LogAttributes, 'Map(String, String)') FROM otel_logs ORDER BY Timestamp LIMIT 1;

SELECT range(5), range(2, 5), range(0, 10, 3), range(tier) FROM services ORDER BY name LIMIT 2;

SELECT arrayMap(i -> toStartOfHour(toDateTime('2026-03-01 00:00:00')) + i * 3600, range(3));

SELECT arrayMap(i -> toDate('2026-03-01') + i, range(3)), arrayMap(i -> toDate('2026-03-01') + INTERVAL i DAY, range(2));

SELECT arrayMap((b, c) -> (b, c), arrayPushBack(ExplicitBounds, inf), BucketCounts) FROM otel_metrics_histogram ORDER BY ServiceName, TimeUnix LIMIT 2;

SELECT arrayCumSum(BucketCounts) AS cum, arrayFirstIndex(x -> x >= 0.9 * Count, cum) AS i, ExplicitBounds[i] AS p90 FROM otel_metrics_histogram WHERE Count > 5 ORDER BY ServiceName, TimeUnix LIMIT 5;

SELECT ServiceName, sumForEach(BucketCounts) AS b FROM otel_metrics_histogram GROUP BY ServiceName ORDER BY ServiceName;

SELECT ServiceName, arrayMap(x -> x / count(), [10, 20]) AS r, count() FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName LIMIT 3;

SELECT ServiceName, arrayMap(x -> concat(ServiceName, x), ['a', 'b']) AS r FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName LIMIT 3;

SELECT ServiceName, arraySort(groupUniqArray(SeverityText)) AS s, arrayMap(x -> lower(x), s) AS l, has(s, 'FATAL') FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName;

SELECT team, arrayStringConcat(arraySort(groupArray(name)), ',') AS names FROM services GROUP BY team ORDER BY team;

SELECT team, arrayMap(x -> (x.1, x.2), arraySort(groupArray((name, tier)))) AS pairs FROM services GROUP BY team ORDER BY team;

SELECT team, arrayReduce('max', groupArray(tier)), groupArray(tier)[1] > 0, length(groupArray(name)) FROM services GROUP BY team ORDER BY team;

SELECT arrayMap(x -> toString(x), [1, 2]), arrayMap(x -> x IN (1, 2), [1, 3]), arrayMap(x -> x ? 'a' : 'b', [1, 0]), arrayMap(x -> CASE x WHEN 1 THEN 'one' ELSE 'other' END, [1, 2]), arrayMap(x -> [x, x], [1]), arrayMap(x -> NULL, [1]);

SELECT arrayMap(x -> x.1, [(1, 'a')]), arrayMap((x) -> x + 1, [1]), arrayMap(x -> 1, []), arrayMap(x -> x, []), arrayFilter(x -> 0, [1]), arrayFilter(x -> NULL, [1]), arrayExists(x -> x = 'a', ['a']), arrayExists([0, 1]), arrayFilter(x -> x, [0, 1, 2]);

SELECT arrayMap(toString, [1, 2]);

SELECT arrayReduce('sum', [1, 2, 3]), arrayReduce('quantile(0.5)', [1, 2, 3]), arrayReduce('countIf', [1, 2], [1, 0]), arrayReduce('uniq', ['a', 'b']);

SELECT [1, 2] || [3], ['a'] || ['b', 'c'], concat([1], [2]), arrayConcat([1], [2.5]), [1, 2][1] + [3][1];

SELECT length([1, 2]), length('ab'), length(map('a', 1)), empty([]), notEmpty(['a']), empty(''), empty(map());

SELECT (1, 2).1, (1, 'x', [1]).3[1], tuple('a', (1, 2)).2.1, ((1, 2), 3).1.2;

SELECT t.1.1, t.2['k'], t.3[1].1 FROM (SELECT tuple((1, 2), map('k', 5), [('q', 1)]) AS t);

SELECT x.a, x.b[1], x.c['k'] FROM (SELECT CAST((1, ['z'], map('k', 'v')), 'Tuple(a UInt8, b Array(String), c Map(String, String))') AS x);

SELECT m['a']['b'], m['x']['b'], m['a'] FROM (SELECT map('a', map('b', 1)) AS m);

SELECT m[1], m[2], m[toUInt8(1)] FROM (SELECT map(1, 'one') AS m);

SELECT m[k] FROM (SELECT map('a', 1, 'b', 2) AS m, 'b' AS k);

SELECT LogAttributes[concat('http.', 'route')] AS r, count() FROM otel_logs GROUP BY r ORDER BY r;

SELECT LogAttributes['http.route'] LIKE '/api%' AS api, count() FROM otel_logs GROUP BY api ORDER BY api;

SELECT max(LogAttributes['thread']), min(toUInt8OrZero(LogAttributes['thread'])), uniqExact(LogAttributes['thread']) FROM otel_logs;

SELECT count() FROM otel_logs WHERE LogAttributes = map('a', 'b');

SELECT count() FROM otel_logs WHERE empty(ScopeAttributes);

SELECT count() FROM otel_logs WHERE has(mapKeys(LogAttributes), 'http.route') AND has(LogAttributes.values, '/cart');

SELECT count() FROM otel_logs WHERE has(LogAttributes, 'http.route');

SELECT count() FROM otel_logs WHERE arrayExists((k, v) -> k = 'http.route' AND v = '/cart', mapKeys(LogAttributes), mapValues(LogAttributes));

SELECT count() FROM otel_logs WHERE mapExists((k, v) -> k LIKE 'http.%' AND v = '500', LogAttributes);

SELECT Events.Name, Events.Timestamp FROM otel_traces WHERE has(Events.Name, 'exception') ORDER BY Timestamp, SpanId LIMIT 2;

SELECT arrayMap((n, t, a) -> (n, t, a['exception.type']), Events.Name, Events.Timestamp, Events.Attributes) AS e FROM otel_traces WHERE notEmpty(Events.Name) ORDER BY Timestamp, SpanId LIMIT 2;

SELECT arrayFilter((n, t) -> n = 'exception', Events.Name, Events.Timestamp) AS e, SpanName FROM otel_traces WHERE e != [] ORDER BY Timestamp, SpanId LIMIT 2;

SELECT arrayJoin(Events.Name) AS event, count() FROM otel_traces GROUP BY event ORDER BY event;

SELECT arrayJoin(arrayZip(Events.Name, Events.Timestamp)) AS e, e.1, e.2 FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 2;

SELECT arrayJoin(Events.Attributes)['exception.type'] AS t, count() FROM otel_traces GROUP BY t ORDER BY t;

SELECT SpanAttributes['http.status_code'] AS code, ResourceAttributes['service.name'] = ServiceName AS same, count() FROM otel_traces GROUP BY code, same ORDER BY code, same;

SELECT arraySlice(tags, 2, 2), arraySlice(tags, -2), arrayDistinct(tags), arrayReverse(tags), arrayUniq(tags), arrayEnumerate(tags), arrayCompact(tags) FROM events ORDER BY id LIMIT 6;

SELECT splitByChar(',', 'a,b,c')[2], splitByChar('.', '1.2.3')[-1]::UInt8 + 1, arrayStringConcat(splitByChar('/', '/api/v1/x'), '|'), extractAll('a1b22', '\\d+')[2]::UInt16;

SELECT JSONExtractString(Body, 'msg') AS msg, JSONExtractFloat(Body, 'amount') > 250 AS big, count() FROM otel_logs WHERE Body LIKE '{%' GROUP BY msg, big ORDER BY msg, big;

SELECT JSONExtract(Body, 'items', 'Array(UInt32)') AS items, items[1] + items[2], JSONExtractInt(Body, 'user', 'id') AS u FROM otel_logs WHERE isValidJSON(Body) ORDER BY Timestamp LIMIT 3;

SELECT formatRow('CSV', 1, 'a'), toJSONString(map('a', [1, 2])), toJSONString((1, 'x')), toJSONString(point) FROM events ORDER BY id LIMIT 1;

SELECT tuple(*) FROM (SELECT 1 AS a, 'x' AS b);

SELECT tuple(a, b) = (1, 'x'), (a, b) IN ((1, 'x')), (a, b) > (1, 'w') FROM (SELECT 1 AS a, 'x' AS b);

SELECT [a, b, c], [a, b][1] FROM (SELECT 1 AS a, -2 AS b, NULL AS c);

SELECT * FROM (SELECT [1, 2] AS a, map('k', 1) AS m, (1, 'x') AS t) WHERE a[1] = 1 AND m['k'] = 1 AND t.2 = 'x';

SELECT any(tags), anyLast(id) >= 0, max(nums) > [0], groupArray(tags)[2] = ['a,b'] FROM (SELECT * FROM events ORDER BY id);

SELECT groupArrayArray(nums)[1] != 0 AS x, length(groupArrayArray(tags)), length(groupUniqArrayArray(tags)), sumArray(nums), arraySum(groupArrayArray(nums)) FROM events;

SELECT groupArray((id, tags[1]))[3].1 >= 0, groupArray(map('id', id))[1]['id'] >= 0, groupArray([id, 1])[1][2] FROM events;

SELECT maxMap(counts), sumMap(counts)['red'] > 0, mapKeys(sumMap(counts)) FROM events;

-- Aggregates and arrayJoin from outside of a lambda, directly and by their aliases.
SELECT sum(number) AS s, arrayMap(x -> x + s, [1, 2]) AS a FROM numbers(4);
SELECT arrayMap(x -> x + sum(number), [1, 2]) AS a FROM numbers(4);
SELECT arrayMap(k -> k / count(), [1, 2]) AS a, number % 2 AS k FROM numbers(4) GROUP BY k ORDER BY k;
SELECT arrayMap(x -> arrayMap(y -> x + y + max(number), [1]), groupArray(number)) AS a, number % 2 AS k FROM numbers(4) GROUP BY k HAVING arrayExists(x -> x = min(number), [1]) ORDER BY k;
SELECT arrayMap(x -> arrayJoin([1, 2]) + x, [10, 20]) AS a;
SELECT arrayMap(x -> x + j, [10, 20]) AS a, arrayJoin([1, 2]) AS j;
-- tolerance
SELECT ServiceName, arrayCumSum((sumMap(arrayEnumerate(BucketCounts), BucketCounts) AS m).2) AS cum, cum[-1] * 0.95 AS target, arrayFirstIndex(x -> x >= target, cum) AS i, any(ExplicitBounds) AS bounds, if(i > length(bounds), bounds[-1], if(i = 1, 0, bounds[i - 1]) + (bounds[i] - if(i = 1, 0, bounds[i - 1])) * (target - if(i = 1, 0, cum[i - 1])) / (cum[i] - if(i = 1, 0, cum[i - 1]))) AS p95 FROM otel_metrics_histogram GROUP BY ServiceName ORDER BY ServiceName;
-- Aliases in lambdas are those of the lambda.
SELECT arrayMap(x -> (x + 1 AS y) * y, [1, 2]) AS a, arrayMap(x -> (x + 2 AS y) * y, [1, 2]) AS b;
SELECT arrayMap(x -> arrayMap(z -> (z + x AS y) * y, [1]), [1, 2]) AS a;
SELECT arrayMap(x -> arrayMap(z -> z * y, [(x + 1 AS y)]), [1, 2]) AS a;
SELECT arrayMap(x -> (x * 2 AS d) + d, nums) AS a FROM events WHERE arrayExists(x -> (x * 2 AS d) > 50 AND d < 80, nums) ORDER BY id LIMIT 3;
SELECT arrayFilter(x -> (lower(x) AS l) LIKE '%e%' OR l = '', tags) AS f, length(f) AS n FROM events ORDER BY n DESC, id LIMIT 3;
SELECT number AS n, n + 1 AS m, arrayMap(n -> n + m, [10]) AS a FROM numbers(3);
