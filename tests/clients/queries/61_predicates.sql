-- Predicates with constants of other types and out of range, over sort keys and plain columns (pruning must not change the answer).

SELECT count() FROM typed WHERE id > 1.5;

SELECT count() FROM typed WHERE id >= -1 AND id < 4294967296;

SELECT count() FROM typed WHERE id = -1 OR id = 4294967296;

SELECT count() FROM typed WHERE id != 300000000000;

SELECT count() FROM typed WHERE id = 3.0;

SELECT count() FROM typed WHERE id = 3.5;

SELECT count() FROM typed WHERE id < 3.5;

SELECT count() FROM typed WHERE id > nan;

SELECT count() FROM typed WHERE id < inf;

SELECT count() FROM typed WHERE id = NULL;

SELECT count() FROM typed WHERE NOT (id = NULL);

SELECT count() FROM typed WHERE id IN (3, 5, 4294967296, -1);

SELECT count() FROM typed WHERE id NOT IN (3, 5, 4294967296, -1);

SELECT count() FROM typed WHERE id BETWEEN 5 AND 3;

SELECT count() FROM typed WHERE id BETWEEN -10 AND 3;

SELECT count() FROM typed WHERE NOT id BETWEEN 3 AND 1000;

SELECT count() FROM typed WHERE 5 > id;

SELECT count() FROM typed WHERE id + 1 > 5 AND id * 2 < 100;

SELECT count() FROM typed WHERE -id > -5;

SELECT count() FROM typed WHERE id - 5 < 0;

SELECT count() FROM typed WHERE toInt32(id) - 5 < 0;

SELECT count() FROM typed WHERE id % 10 = 0 AND id > 50;

SELECT count() FROM typed WHERE id > 100 OR u8 > 200;

SELECT count() FROM typed WHERE NOT (id > 100 OR u8 > 200);

SELECT count() FROM typed WHERE (id > 100) = (u8 > 100);

SELECT count() FROM typed WHERE id > u8;

SELECT count() FROM typed WHERE id > ni;

SELECT count() FROM typed WHERE NOT (id > ni);

SELECT count() FROM typed WHERE (id > ni) IS NULL;

SELECT count() FROM typed WHERE ni > 10 OR ni IS NULL;

SELECT count() FROM typed WHERE ni != 10;

SELECT count() FROM typed WHERE NOT (ni = 10);

SELECT count() FROM typed WHERE ni > 1000;

SELECT count() FROM typed WHERE ni < 1e10;

SELECT count() FROM typed WHERE nf > -100;

SELECT count() FROM typed WHERE nf = nf;

SELECT count() FROM typed WHERE u64 > 9223372036854775807;

SELECT count() FROM typed WHERE u64 > -1;

SELECT count() FROM typed WHERE u64 >= 1e19;

SELECT count() FROM typed WHERE i64 < -9223372036854775807;

SELECT count() FROM typed WHERE i64 < 18446744073709551615;

SELECT count() FROM typed WHERE i8 = 200;

SELECT count() FROM typed WHERE i8 < 200 AND i8 > -200;

SELECT count() FROM typed WHERE u8 = 255.0 OR u8 = 256;

SELECT count() FROM typed WHERE f32 > 0.1 AND f32 < 50;

SELECT count() FROM typed WHERE f32 = -81.26;

SELECT count() FROM typed WHERE f64 = 1e-9;

SELECT count() FROM typed WHERE f64 = 0;

SELECT count() FROM typed WHERE f64 = -0.0;

SELECT count() FROM typed WHERE f64 != nan;

SELECT count() FROM typed WHERE dec9 > 1000.5;

SELECT count() FROM typed WHERE dec9 > toDecimal64('1000.505', 3);

SELECT count() FROM typed WHERE dec18 > -1e12;

SELECT count() FROM typed WHERE dec38 > 0;

SELECT count() FROM typed WHERE b = 2;

SELECT count() FROM typed WHERE b > 0;

SELECT count() FROM typed WHERE b;

SELECT count() FROM typed WHERE NOT b;

SELECT count() FROM typed WHERE b = false;

SELECT count() FROM typed WHERE e8 > 'green';

SELECT count() FROM typed WHERE e8 < 'red';

SELECT count() FROM typed WHERE e8 >= 0;

SELECT count() FROM typed WHERE e8 BETWEEN 'red' AND 'green';

SELECT count() FROM typed WHERE s > 'm';

SELECT count() FROM typed WHERE s >= '' AND s < 'z';

SELECT count() FROM typed WHERE s BETWEEN 'a' AND 'q';

SELECT count() FROM typed WHERE lc > 'alpha';

SELECT count() FROM typed WHERE lcn > 'delta';

SELECT count() FROM typed WHERE NOT (lcn > 'delta');

SELECT count() FROM typed WHERE fs > 'xy';

SELECT count() FROM typed WHERE fs >= 'xy';

SELECT count() FROM typed WHERE fs = '';

SELECT count() FROM typed WHERE fs != '';

SELECT count() FROM typed WHERE ip4 >= '10.0.0.0' AND ip4 <= '10.255.255.255';

SELECT count() FROM typed WHERE ip4 BETWEEN '10.0.0.0' AND '99.255.255.255';

SELECT count() FROM typed WHERE ip6 < '2001:db8::';

SELECT count() FROM typed WHERE uuid < '80000000-0000-0000-0000-000000000000';

SELECT count() FROM typed WHERE d BETWEEN '2020-01-01' AND '2030-01-01';

SELECT count() FROM typed WHERE d >= toDateTime('2020-01-01 00:00:01');

SELECT count() FROM typed WHERE d > toDate32('1900-01-01');

SELECT count() FROM typed WHERE d32 > toDate('2000-01-01');

SELECT count() FROM typed WHERE dt >= toDate('2020-01-01');

SELECT count() FROM typed WHERE dt > toDateTime64('2020-01-01 00:00:00.5', 3);

SELECT count() FROM typed WHERE dt = toDateTime64('1970-01-01 00:00:01.5', 3);

SELECT count() FROM typed WHERE dt < 1000000000;

SELECT count() FROM typed WHERE dtz > toDateTime('2010-01-01 00:00:00', 'UTC');

SELECT count() FROM typed WHERE dt3 >= toDateTime64('2026-03-01 12:00:00.123456', 6);

SELECT count() FROM typed WHERE dt3 BETWEEN '2026-03-01 00:00:00' AND '2026-03-01 12:00:00.5';

SELECT count() FROM typed WHERE dt9z > toDateTime64('2026-03-01 05:00:00', 9, 'UTC');

SELECT count() FROM typed WHERE nd > '2000-01-01 00:00:00' AND nd < '2030-01-01 00:00:00';

SELECT count() FROM typed WHERE nd IS NULL OR nd < '1980-01-01 00:00:00';

SELECT count() FROM otel_logs WHERE ServiceName >= 'c' AND ServiceName < 'd' AND Timestamp < '2026-03-01 12:00:00';

SELECT count() FROM otel_logs WHERE toStartOfFiveMinutes(Timestamp) = '2026-03-01 00:05:00';

SELECT count() FROM otel_logs WHERE toStartOfHour(Timestamp) IN ('2026-03-01 01:00:00', '2026-03-01 02:00:00');

SELECT count() FROM otel_logs WHERE toStartOfFiveMinutes(Timestamp) >= toDateTime('2026-03-01 23:00:00');

SELECT count() FROM otel_logs WHERE toDate(Timestamp) IN ('2026-03-02', '2026-03-05');

SELECT count() FROM otel_logs WHERE toYYYYMM(Timestamp) = 202603 AND toDate(Timestamp) != '2026-03-01';

SELECT count() FROM otel_logs WHERE Timestamp = (SELECT min(Timestamp) FROM otel_logs);

SELECT count() FROM otel_logs WHERE Timestamp > toDateTime64('2026-03-01 00:00:00.000000001', 9, 'UTC') AND Timestamp <= toDateTime('2026-03-01 00:01:00', 'UTC');

SELECT count() FROM otel_logs WHERE Timestamp > toDateTime('2026-03-01 02:00:00', 'Europe/Berlin') AND Timestamp < toDateTime64('2026-03-01 03:00:00', 3, 'Europe/Berlin');

SELECT count() FROM otel_logs WHERE toDateTime(Timestamp) BETWEEN '2026-03-01 01:00:00' AND '2026-03-01 01:59:59';

SELECT count() FROM otel_logs WHERE Timestamp - INTERVAL 1 HOUR > '2026-03-01 20:00:00';

SELECT count() FROM otel_logs WHERE LogAttributes['http.route'] != '/cart';

SELECT count() FROM otel_logs WHERE LogAttributes['no.such.key'] = '';

SELECT count() FROM otel_logs WHERE LogAttributes['no.such.key'] != 'x';

SELECT count() FROM otel_logs WHERE LogAttributes['no.such.key'] = 'x' OR SeverityText = 'FATAL';

SELECT count() FROM otel_logs WHERE NOT (LogAttributes['http.route'] = '/cart');

SELECT count() FROM otel_logs WHERE LogAttributes['http.route'] NOT IN ('/cart', '/');

SELECT count() FROM otel_logs WHERE LogAttributes['http.route'] IN ('', '/');

SELECT count() FROM otel_logs WHERE LogAttributes['http.route'] LIKE '%' AND LogAttributes['empty'] = '';

SELECT count() FROM otel_logs WHERE LogAttributes['thread'] < '2';

SELECT count() FROM otel_logs WHERE LogAttributes['thread']::UInt8 > 10;

SELECT count() FROM otel_logs WHERE NOT mapContains(LogAttributes, 'http.route') AND LogAttributes['http.route'] = '';

SELECT count() FROM otel_logs WHERE LogAttributes['http.route'] = LogAttributes['nope'];

SELECT count() FROM otel_logs WHERE length(LogAttributes) > 4;

SELECT count() FROM otel_logs WHERE LogAttributes['http.route'] IS NULL;

SELECT count() FROM otel_logs WHERE length(LogAttributes['http.route']) = 1;

SELECT count() FROM otel_logs WHERE ScopeAttributes['lib'] = 'shop' AND ResourceAttributes['k8s.node.name'] IN ('node-1', 'node-2');

SELECT count() FROM otel_traces WHERE Duration > 1e7 AND Duration < 2e7;

SELECT count() FROM otel_traces WHERE Duration / 1000000 > 10.5;

SELECT count() FROM otel_traces WHERE Duration > 10 * 1000 * 1000 AND toDateTime(Timestamp) > '2026-03-01 10:00:00';

SELECT count() FROM otel_traces WHERE ServiceName = 'cart' AND SpanName = 'charge' AND Timestamp > '2026-03-01 10:00:00';

SELECT count() FROM otel_traces WHERE ServiceName = 'cart' OR (SpanName = 'charge' AND StatusCode = 'Error');

SELECT count() FROM otel_traces WHERE ServiceName || SpanName = 'cartcharge';

SELECT count() FROM services WHERE name >= 'cart' AND name <= 'catalog';

SELECT count() FROM services WHERE slo != 0.9;

SELECT count() FROM services WHERE slo > toFloat32(0.9);

SELECT count() FROM services WHERE tier = true;

SELECT if(tier = 1, 0, intDiv(10, tier - 1)) FROM services ORDER BY name;

SELECT tier, tier = 1 ? -1 : 10 % (tier - 1) FROM services ORDER BY name LIMIT 3;

SELECT count() FROM services WHERE tier != 1 AND intDiv(10, tier - 1) > 5;

SELECT count() FROM services WHERE tier = 1 OR intDiv(10, tier - 1) > 5;

SELECT multiIf(tier = 1, 'one', intDiv(10, tier - 1) = 10, 'two', 'more') AS x FROM services ORDER BY name;

SELECT CASE WHEN tier = 1 THEN 0 ELSE intDiv(10, tier - 1) END AS x FROM services ORDER BY name LIMIT 3;

SELECT coalesce(slo, throwIf(0)) IS NULL FROM services ORDER BY name LIMIT 2;

SELECT if(name = 'x', throwIf(1), 0) FROM services ORDER BY name LIMIT 1;

SELECT count() FROM otel_logs WHERE isValidJSON(Body) AND JSONExtractFloat(Body, 'amount') > 100;

SELECT count() FROM typed WHERE s = '0042' AND toUInt16(s) = 42;

SELECT if(s = '0042', toUInt16(s), 0) AS n, count() FROM typed GROUP BY n ORDER BY n;

SELECT 0 AND throwIf(1);

SELECT arrayMap(x -> if(x = 0, 0, intDiv(10, x)), [0, 5]);
