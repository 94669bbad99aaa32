-- A guard before what fails: AND in WHERE, HAVING, PREWHERE, JOIN, and -If.

SELECT count() FROM otel_logs WHERE LogAttributes['http.status_code'] != '' AND toUInt16(LogAttributes['http.status_code']) >= 500;

SELECT count() FROM otel_logs WHERE mapContains(LogAttributes, 'http.status_code') AND toUInt16(LogAttributes['http.status_code']) >= 500;

SELECT count() FROM otel_logs WHERE notEmpty(LogAttributes['http.status_code']) AND LogAttributes['http.status_code']::UInt16 >= 500;

SELECT count() FROM otel_logs WHERE Body LIKE 'user %' AND toUInt32(extract(Body, 'user (\\d+)')) > 200;

SELECT count() FROM otel_logs WHERE match(Body, '^order \\d+') AND toUInt32(splitByChar(' ', Body)[2]) > 5000;

SELECT count() FROM services WHERE tier != 1 AND intDiv(10, tier - 1) > 5 AND name != '';

SELECT count() FROM services WHERE tier > 1 AND 10 % (tier - 1) = 0;

SELECT count() FROM services WHERE tier - 1 AND intDiv(10, tier - 1) > 5;

SELECT count() FROM services WHERE (tier - 1) != 0 AND intDiv(10, (tier - 1)) > 5;

SELECT count() FROM (SELECT tier - 1 AS t FROM services) WHERE t != 0 AND intDiv(10, t) > 5;

SELECT count() FROM (SELECT tier - 1 AS t FROM services WHERE tier > 1) WHERE intDiv(10, t) > 5;

SELECT count() FROM services WHERE tier > 1 AND throwIf(tier = 1) = 0;

SELECT count() FROM services PREWHERE tier > 1 WHERE intDiv(10, tier - 1) > 5;

SELECT countIf(tier > 1 AND intDiv(10, tier - 1) > 5) FROM services;

SELECT name FROM services WHERE length(name) > 5 AND intDiv(10, length(name) - 4) >= 1 ORDER BY name;

SELECT team, count() AS c FROM services GROUP BY team HAVING c != 3 AND intDiv(1, c - 3) > 0;

SELECT a.name FROM services a JOIN services b ON a.name = b.name AND a.tier > 1 AND intDiv(10, a.tier - 1) > 5 ORDER BY a.name;

SELECT count() FROM typed WHERE ns IS NOT NULL AND ns != '' AND ns != 'x' AND ns != 'null' AND toUInt8(ns) > 1;

SELECT count() FROM typed WHERE s != '' AND s NOT LIKE '%a%' AND s = '0042' AND toUInt8(s) > 1;

SELECT x, y FROM (SELECT s AS x, if(s = '0042', toUInt8(s), 0) AS y FROM typed) WHERE y > 0 LIMIT 1;

SELECT count() FROM (SELECT toUInt8(s) AS y FROM typed WHERE s = '0042') WHERE y = 42;

SELECT count() FROM (SELECT s, toUInt8(s) AS y FROM typed) WHERE s = '0042';

SELECT count() FROM (SELECT toUInt16(LogAttributes['http.status_code']) AS c, ServiceName FROM otel_logs WHERE LogAttributes['http.status_code'] != '') WHERE c >= 500 AND ServiceName = 'cart';

SELECT c, count() FROM (SELECT toUInt16(LogAttributes['http.status_code']) AS c FROM otel_logs WHERE LogAttributes['http.status_code'] != '') WHERE c >= 500 GROUP BY c ORDER BY c;

WITH codes AS (SELECT ServiceName, toUInt16(LogAttributes['http.status_code']) AS c FROM otel_logs WHERE mapContains(LogAttributes, 'http.status_code')) SELECT count() FROM codes WHERE c = 404;

SELECT count() FROM otel_logs WHERE JSONHas(Body, 'amount') AND JSONExtractFloat(Body, 'amount') > 100 AND JSONExtract(Body, 'user', 'id', 'UInt32') > 50;

SELECT count() FROM otel_traces WHERE notEmpty(Events.Name) AND Events.Name[1] = 'exception' AND Events.Attributes[1]['exception.type'] = 'IOError';

SELECT count() FROM services WHERE slo IS NOT NULL AND slo > 0.9 AND intDiv(1, toUInt8(slo > 0.9)) = 1;

SELECT count() FROM services WHERE tier = 1 OR (tier > 1 AND intDiv(10, tier - 1) > 5);

SELECT count() FROM services WHERE if(tier > 1, intDiv(10, tier - 1), 0) > 5;
