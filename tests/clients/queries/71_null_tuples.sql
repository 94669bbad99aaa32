-- NULLs within tuples, arrays and maps: order, groups, sets, joins, comparisons.

SELECT id, (ni, u8) AS t FROM typed ORDER BY t, id LIMIT 5;

SELECT id, (ni, u8) AS t FROM typed ORDER BY t DESC, id LIMIT 5;

SELECT id FROM typed ORDER BY (ni, id) LIMIT 3;

SELECT id FROM typed ORDER BY (ni, id) DESC LIMIT 3;

SELECT id FROM typed ORDER BY (ni, id) NULLS FIRST LIMIT 3;

SELECT id, maybe FROM events ORDER BY maybe, id LIMIT 40;

SELECT id, maybe FROM events ORDER BY maybe DESC, id LIMIT 10;

SELECT maybe, count() FROM events GROUP BY maybe ORDER BY count() DESC, maybe LIMIT 3;

SELECT (ns, lcn) AS k, count() FROM typed GROUP BY k ORDER BY k;

SELECT ns, lcn, count() FROM typed GROUP BY ns, lcn ORDER BY ns NULLS FIRST, lcn NULLS FIRST;

SELECT DISTINCT (ns, lcn) FROM typed ORDER BY 1;

SELECT count(DISTINCT (ns, lcn)), count(DISTINCT ns, lcn), uniqExact(ns, lcn), uniqExact((ns, lcn)), count(DISTINCT ns), uniqExact(ns) FROM typed;

SELECT max((ni, id)), min((ni, id)), argMax(id, (ni, id)), argMin(id, (nf, id)) FROM typed;

SELECT groupArray((ni, id))[2], groupArray([ni])[2], groupUniqArray(ns IS NULL) != [], groupArray(tuple(ns))[3] FROM (SELECT * FROM typed ORDER BY id);

SELECT count() FROM typed WHERE (ni, ns) IN ((1, 'x'), (NULL, 'x'));

SELECT count() FROM typed WHERE (ni, ns) NOT IN ((1, 'x'), (2, 'x'));

SELECT count() FROM typed WHERE (ni, u8) IN (SELECT ni, u8 FROM typed);

SELECT count() FROM typed WHERE (ni, u8) NOT IN (SELECT ni, u8 FROM typed WHERE id > 10);

SELECT count() FROM typed WHERE ni NOT IN (SELECT ni FROM typed WHERE id < 10 AND ni IS NOT NULL);

SELECT count() FROM typed WHERE u8 NOT IN (SELECT ni FROM typed);

SELECT count() FROM typed WHERE u8 IN (SELECT ni FROM typed);

SELECT count() FROM typed WHERE (ni > 5) = (nf > 0);

SELECT (ni > 5) AS a, (nf > 0) AS b, a AND b, a OR b, NOT a, xor(a, b), count() FROM typed GROUP BY a, b ORDER BY a NULLS FIRST, b NULLS FIRST;

SELECT count() FROM typed WHERE (ni > 5) AND (nf > 0) OR NOT (ni > 5);

SELECT count() FROM typed WHERE NOT (ni > 5 AND nf > 0);

SELECT count() FROM typed WHERE NOT (ni > 5 OR nf > 0);

SELECT count() FROM typed WHERE ni > 5 OR nf > 0;

SELECT countIf(ni > 5), countIf(NOT (ni > 5)), countIf((ni > 5) IS NULL), sumIf(u8, ni > 5), avgIf(nf, ni > 5) > -5, anyIf(ni, ni > 5) > 5 FROM typed;

SELECT a.ni, count() FROM typed a LEFT JOIN typed b ON a.ni = b.ni AND a.ns = b.ns GROUP BY a.ni ORDER BY a.ni NULLS FIRST LIMIT 3;

SELECT count() FROM typed a JOIN typed b ON (a.ni, a.ns) = (b.ni, b.ns);

SELECT count() FROM typed a JOIN typed b ON tuple(a.ni) = tuple(b.ni);

SELECT count() FROM (SELECT (ni, ns) AS t FROM typed) a JOIN (SELECT (ni, ns) AS t FROM typed) b ON a.t = b.t;

SELECT count() FROM (SELECT (ni, ns) AS t FROM typed) a JOIN (SELECT (ni, ns) AS t FROM typed) b USING t;

SELECT count() FROM events a JOIN events b ON a.maybe = b.maybe;

SELECT count() FROM events a JOIN events b USING (maybe);

SELECT count() FROM events WHERE maybe = [NULL];

SELECT count() FROM events WHERE maybe = [1, NULL] OR maybe != [2];

SELECT has(maybe, NULL) AS h, count() FROM events GROUP BY h ORDER BY h;

SELECT arrayFilter(x -> x > 3, maybe), arrayMap(x -> x IS NULL, maybe), arrayExists(x -> x IS NULL, maybe), arrayCount(x -> x > 3, maybe), arraySort(maybe), arrayReverseSort(maybe), arrayDistinct(maybe), indexOf(maybe, NULL) FROM events WHERE id % 5 = 4 ORDER BY id LIMIT 4;

SELECT if(ni > 0, 'pos', if(ni < 0, 'neg', 'none')) AS k, count() FROM typed GROUP BY k ORDER BY k;

SELECT CASE WHEN ni > 0 THEN 'pos' WHEN NOT (ni > 0) THEN 'neg' END AS k, count() FROM typed GROUP BY k ORDER BY k;

SELECT CASE ni WHEN NULL THEN 'null' WHEN 5 THEN 'five' ELSE 'other' END AS k, count() FROM typed GROUP BY k ORDER BY k;

SELECT CASE ns WHEN '' THEN 'empty' WHEN 'x' THEN 'x' END AS k, count() FROM typed GROUP BY k ORDER BY k;

SELECT multiIf(ni IS NULL, -1, ni > 0, 1, 0) AS k, toTypeName(k), count() FROM typed GROUP BY k ORDER BY k;

SELECT transform(ns, ['x', ''], ['X', 'E'], 'other') AS k, count() FROM typed GROUP BY k ORDER BY k;

SELECT nullIf(ns, ''), nullIf(ni, 5) IS NULL, ifNull(nullIf(ns, ''), 'none'), coalesce(nullIf(ns, ''), lcn, 'z') FROM typed ORDER BY id LIMIT 6;

SELECT ni = NULL, ni != NULL, ni IN (NULL), NULL = NULL, count() FROM typed GROUP BY 1, 2, 3, 4 ORDER BY 3;

SELECT sum(ni), sum(ni + u8), sum(ifNull(ni, 0)), avg(ifNull(ni, 0)), count(ni + 1), max(ni + nf) IS NULL, sum(if(ni > 0, ni, NULL)), sum(if(ni > 0, ni, 0)) FROM typed;

SELECT map('a', ni) AS m, m['a'], m['b'], toTypeName(m) FROM typed ORDER BY id LIMIT 2;

SELECT tuple(NULL), (NULL, NULL), [NULL, 1], map('a', NULL), toTypeName(tuple(NULL)), toTypeName(map('a', NULL)), toTypeName([NULL, 'a']), toTypeName((NULL, 1));
