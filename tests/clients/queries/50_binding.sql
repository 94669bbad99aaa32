-- GROUP BY, HAVING, ORDER BY with expressions, aliases, positions.

SELECT ServiceName AS s, count() FROM otel_logs GROUP BY 1 ORDER BY 2 DESC, 1;

SELECT lower(ServiceName), upper(SeverityText), count() AS c FROM otel_logs GROUP BY lower(ServiceName), upper(SeverityText) ORDER BY 1, 2;

SELECT lower(ServiceName) AS svc, max(SeverityNumber) + 1 FROM otel_logs GROUP BY svc HAVING max(SeverityNumber) + 1 > 10 ORDER BY max(SeverityNumber) + 1 DESC, svc;

SELECT toStartOfHour(Timestamp) AS t, count() FROM otel_logs WHERE t >= '2026-03-01 05:00:00' AND t < '2026-03-01 08:00:00' GROUP BY t ORDER BY t;

SELECT toStartOfHour(Timestamp) AS Timestamp, count() FROM otel_logs GROUP BY Timestamp ORDER BY Timestamp LIMIT 5;

SELECT toStartOfHour(otel_logs.Timestamp) AS Timestamp, count() FROM otel_logs WHERE otel_logs.Timestamp > '2026-03-01 03:30:00' GROUP BY Timestamp ORDER BY Timestamp LIMIT 5;

SELECT u8 % 3 AS k, k + 1 AS k1, count() FROM typed GROUP BY k ORDER BY k;

SELECT u8 % 3 AS k, k * 2, sum(k) FROM typed GROUP BY k ORDER BY k;

SELECT u8 % 3 + 1, count() FROM typed GROUP BY u8 % 3 ORDER BY u8 % 3;

SELECT (u8 % 3) * 10 + u16 % 2, count() FROM typed GROUP BY u8 % 3, u16 % 2 ORDER BY 1;

SELECT count() FROM typed GROUP BY b ORDER BY b;

SELECT b, count() FROM typed GROUP BY b HAVING b;

SELECT b, count() FROM typed GROUP BY b HAVING NOT b;

SELECT e8, count() AS count FROM typed GROUP BY e8 ORDER BY count, e8;

SELECT count() AS c FROM typed GROUP BY e8, e16 HAVING c > 5 AND e16 = 'low' ORDER BY e8;

SELECT sum(u8) AS u8 FROM typed;

SELECT max(id) AS id, min(u8) AS u8 FROM typed;

SELECT sum(u8) AS total, total / count() AS mean FROM typed GROUP BY b ORDER BY total;

SELECT max(Duration) AS m, ServiceName FROM otel_traces WHERE Duration > 1000000 GROUP BY ServiceName ORDER BY m DESC LIMIT 3;

SELECT min(Timestamp) AS Timestamp, ServiceName FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName;

SELECT count() AS ServiceName FROM otel_logs GROUP BY otel_logs.ServiceName ORDER BY otel_logs.ServiceName;

SELECT count() AS n, ServiceName FROM otel_logs AS l GROUP BY l.ServiceName ORDER BY l.ServiceName;

SELECT l.ServiceName, count() FROM otel_logs AS l GROUP BY ServiceName ORDER BY l.ServiceName;

SELECT otel_logs.ServiceName, count() FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName;

SELECT corpus.otel_logs.ServiceName, count() FROM otel_logs GROUP BY 1 ORDER BY 1;

SELECT corpus.services.name FROM corpus.services ORDER BY corpus.services.name;

SELECT `services`.`name` FROM `corpus`.`services` ORDER BY 1 LIMIT 2;

SELECT "s"."name", "s".team AS "t e a m" FROM "services" AS "s" ORDER BY "t e a m", 1;

SELECT name FROM services GROUP BY name ORDER BY name;

SELECT name, team FROM services GROUP BY name, team HAVING team != 'web' ORDER BY team DESC, name ASC;

SELECT team FROM services GROUP BY team HAVING count() > 2 ORDER BY max(tier), team;

SELECT team, count(*) FROM services GROUP BY team ORDER BY count(*) DESC, team;

SELECT team, count(name), count(owner), count(slo) FROM services GROUP BY team ORDER BY team;

SELECT team, count() FROM services GROUP BY team ORDER BY count() = 3 DESC, team;

SELECT tier, groupArray(name) FROM (SELECT tier, name FROM services ORDER BY name) GROUP BY tier ORDER BY tier;

SELECT 'x', count() FROM services GROUP BY 'x';

SELECT 1, 2, count() FROM services GROUP BY 1, 2;

SELECT team, 1 AS one, count() FROM services GROUP BY team, one ORDER BY team;

SELECT NULL AS n, count() FROM services GROUP BY n;

SELECT count() FROM services GROUP BY ();

SELECT count() FROM services GROUP BY tuple();

SELECT team, tier, count() FROM services GROUP BY (team, tier) ORDER BY (team, tier);

SELECT (team, tier), count() FROM services GROUP BY (team, tier) ORDER BY 1;

SELECT (team, tier) AS k, k.1, k.2, count() FROM services GROUP BY k ORDER BY k;

SELECT tuple(team), count() FROM services GROUP BY tuple(team) ORDER BY tuple(team);

SELECT [team, name] AS a, count() FROM services GROUP BY a ORDER BY a LIMIT 3;

SELECT map('k', team) AS m, count() FROM services GROUP BY m ORDER BY m['k'];

SELECT ResourceAttributes['k8s.node.name'] n, count() c FROM otel_logs GROUP BY n ORDER BY c DESC, n;

SELECT ResourceAttributes['k8s.node.name'], count() FROM otel_logs GROUP BY ResourceAttributes['k8s.node.name'] ORDER BY ResourceAttributes['k8s.node.name'];

SELECT LogAttributes['http.status_code'] AS code, code >= '500' AS bad, count() FROM otel_logs WHERE code != '' GROUP BY code ORDER BY code;

SELECT toUInt16OrNull(LogAttributes['http.status_code']) AS code, count() FROM otel_logs GROUP BY code ORDER BY code NULLS FIRST;

SELECT toUInt16OrNull(LogAttributes['http.status_code']) AS code, count() FROM otel_logs GROUP BY code ORDER BY code DESC NULLS LAST;

SELECT CASE WHEN SeverityNumber >= 17 THEN 'bad' WHEN SeverityNumber >= 13 THEN 'so so' ELSE 'good' END AS q, count() AS n FROM otel_logs GROUP BY q HAVING n > 10 ORDER BY n;

SELECT CASE WHEN SeverityNumber >= 17 THEN 'bad' ELSE 'good' END, count() FROM otel_logs GROUP BY CASE WHEN SeverityNumber >= 17 THEN 'bad' ELSE 'good' END ORDER BY 1;

SELECT if(tier = 1, 'critical', team) AS g, count() FROM services GROUP BY g ORDER BY g;

SELECT tier = 1 ? name : team AS g, count() FROM services GROUP BY g ORDER BY g;

SELECT toDate(Timestamp) AS d, toHour(Timestamp) AS h, count() FROM otel_logs GROUP BY d, h HAVING h BETWEEN 3 AND 5 ORDER BY d, h;

SELECT count() FROM otel_logs GROUP BY toDate(Timestamp) ORDER BY toDate(Timestamp);

SELECT toDate(Timestamp), count() FROM otel_logs GROUP BY toDate(Timestamp) WITH TOTALS;

SELECT team, sum(tier) FROM services GROUP BY ALL ORDER BY ALL;

SELECT team, tier + 1, sum(tier) FROM services GROUP BY ALL ORDER BY ALL DESC;

SELECT team, length(team) + count() FROM services GROUP BY ALL ORDER BY team;

SELECT substring(name, 1, 1) AS initial, groupUniqArray(team) != [] FROM services GROUP BY ALL ORDER BY initial;

SELECT count() FROM otel_logs HAVING count() > 5;

SELECT count() FROM otel_logs HAVING 0;

SELECT 1 FROM otel_logs HAVING count() > 5;

SELECT 'any errors' FROM otel_logs HAVING countIf(SeverityText = 'ERROR') > 0;

SELECT name FROM services HAVING name = 'cart';

SELECT name AS n FROM services HAVING n LIKE 'c%' ORDER BY n;

SELECT sum(tier) FROM services WHERE team = 'none' GROUP BY team;

SELECT sum(tier), count(), avg(tier) FROM services WHERE team = 'none';

SELECT name, tier FROM services ORDER BY tier DESC, name DESC LIMIT 4;

SELECT name, tier FROM services ORDER BY 2 DESC, 1 LIMIT 4;

SELECT name, tier FROM services ORDER BY 2 DESC, 1 LIMIT 2, 2;

SELECT name FROM services ORDER BY tier, name;

SELECT name FROM services ORDER BY tier * -1, length(name), name;

SELECT name AS tier, tier AS t FROM services ORDER BY services.tier, name;

SELECT tier AS name FROM services ORDER BY name;

SELECT -tier AS tier FROM services ORDER BY tier, name;

SELECT name, owner FROM services ORDER BY owner NULLS FIRST, name;

SELECT name, owner FROM services ORDER BY owner DESC NULLS FIRST, name;

SELECT name, slo FROM services ORDER BY slo ASC NULLS LAST, name;

SELECT name, slo FROM services ORDER BY slo IS NULL DESC, slo DESC, name;

SELECT name, slo FROM services ORDER BY ifNull(slo, 0), name;

SELECT name FROM services ORDER BY name COLLATE 'en';

SELECT s FROM (SELECT arrayJoin(['b', 'A', 'a', 'B', 'ä', 'z']) AS s) ORDER BY s COLLATE 'de';

SELECT name FROM services ORDER BY name ASCENDING LIMIT 2;

SELECT name FROM services ORDER BY name DESCENDING LIMIT 2;

SELECT name FROM services ORDER BY ALL LIMIT 2;

SELECT * FROM services ORDER BY ALL LIMIT 2;

SELECT name, count() OVER () FROM services ORDER BY name;

SELECT team, name FROM services ORDER BY team, name LIMIT 1 BY team;

SELECT team, name FROM services ORDER BY team, name LIMIT 1 OFFSET 1 BY team;

SELECT team, name FROM services ORDER BY team, name LIMIT 1, 1 BY team;

SELECT team, name, tier FROM services ORDER BY team, name DESC LIMIT 2 BY team LIMIT 4;

SELECT team, tier, name FROM services ORDER BY name LIMIT 1 BY team, tier LIMIT 5 OFFSET 2;

SELECT ServiceName, SeverityText, count() AS c FROM otel_logs GROUP BY ServiceName, SeverityText ORDER BY ServiceName, c DESC, SeverityText LIMIT 1 BY ServiceName;

SELECT ServiceName AS s, Timestamp FROM otel_logs ORDER BY Timestamp DESC LIMIT 1 BY s;

SELECT TraceId, ServiceName FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1 BY TraceId LIMIT 5;

SELECT name FROM services ORDER BY name LIMIT 1 BY length(name);

SELECT name FROM services ORDER BY name LIMIT 1 BY 1 LIMIT 3;

SELECT DISTINCT team, tier > 1 AS t FROM services ORDER BY team, t;

SELECT DISTINCT team FROM services ORDER BY team LIMIT 1, 2;

SELECT DISTINCT team FROM services ORDER BY team DESC LIMIT 2;

SELECT DISTINCT ON (team) team, name FROM services ORDER BY team, name;

SELECT DISTINCT tier FROM services ORDER BY -tier;

SELECT DISTINCT count() FROM services GROUP BY team ORDER BY 1;

SELECT DISTINCT owner IS NULL FROM services ORDER BY 1;

SELECT DISTINCT (team, tier).1 FROM services ORDER BY 1;

SELECT DISTINCT * FROM (SELECT team FROM services) ORDER BY team;

SELECT ALL team FROM services ORDER BY team;

SELECT count(DISTINCT team), count(DISTINCT team, tier), countDistinct(team), uniqExact(team, tier) FROM services;

SELECT count(DISTINCT owner), count(DISTINCT slo) FROM services;

SELECT sum(DISTINCT tier), avg(DISTINCT tier), groupArray(DISTINCT team) != [] FROM services;

SELECT team, count(DISTINCT tier) AS d FROM services GROUP BY team HAVING d >= 1 ORDER BY d, team;

SELECT name FROM services ORDER BY name LIMIT 3 OFFSET 100;

SELECT name FROM services ORDER BY name OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY;

SELECT name FROM services ORDER BY name OFFSET 1 ROW FETCH NEXT 1 ROW ONLY;

SELECT name FROM services ORDER BY name LIMIT 1 + 1;

SELECT name FROM services ORDER BY name LIMIT -1;

SELECT tier FROM services ORDER BY tier LIMIT 2 WITH TIES;

SELECT TOP 2 name FROM services ORDER BY name;

SELECT name FROM services ORDER BY name LIMIT 9223372036854775807;

SELECT name FROM services ORDER BY name LIMIT 18446744073709551615;
