-- An expression written again: GROUP BY, SELECT, HAVING and ORDER BY must see that they are the same.

SELECT toHour(Timestamp) + 1, count() FROM otel_logs GROUP BY toHour(Timestamp) + 1 ORDER BY toHour(Timestamp) + 1 LIMIT 2;

SELECT tier BETWEEN 1 AND 2, count() FROM services GROUP BY tier BETWEEN 1 AND 2 ORDER BY tier BETWEEN 1 AND 2;

SELECT name LIKE '%a%', count() FROM services GROUP BY name LIKE '%a%' ORDER BY 1;

SELECT owner IS NULL, count() FROM services GROUP BY owner IS NULL ORDER BY owner IS NULL;

SELECT CAST(tier AS String), count() FROM services GROUP BY CAST(tier AS String) ORDER BY CAST(tier AS String);

SELECT tier::String, count() FROM services GROUP BY tier::String ORDER BY tier::String;

SELECT CAST(tier, 'String'), count() FROM services GROUP BY tier::String ORDER BY 1;

SELECT -tier, count() FROM services GROUP BY -tier ORDER BY -tier;

SELECT NOT tier > 1, count() FROM services GROUP BY NOT tier > 1 ORDER BY 1;

SELECT tier > 1 AND team = 'web', count() FROM services GROUP BY tier > 1 AND team = 'web' ORDER BY 1;

SELECT tier > 1 OR team = 'web' OR name = 'x', count() FROM services GROUP BY tier > 1 OR team = 'web' OR name = 'x' ORDER BY 1;

SELECT tier = 1 ? 'a' : 'b', count() FROM services GROUP BY tier = 1 ? 'a' : 'b' ORDER BY 1;

SELECT CASE tier WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, count() FROM services GROUP BY CASE tier WHEN 1 THEN 'a' WHEN 2 THEN 'b' END ORDER BY 1;

SELECT (tier, team).1, count() FROM services GROUP BY (tier, team).1 ORDER BY 1;

SELECT [team, name][1], count() FROM services GROUP BY [team, name][1] ORDER BY 1;

SELECT point.y, point.x > 0, count() FROM events GROUP BY point.y, point.x > 0 ORDER BY point.y, point.x > 0;

SELECT tags[1], count() FROM events GROUP BY tags[1] ORDER BY tags[1];

SELECT counts['red'] > 0, count() FROM events GROUP BY counts['red'] > 0 ORDER BY counts['red'] > 0;

SELECT length(tags), tags.size0, count() FROM events GROUP BY length(tags), tags.size0 ORDER BY length(tags);

SELECT ni.null, count() FROM typed GROUP BY ni.null ORDER BY ni.null;

SELECT arrayMap(x -> x + 1, nums), count() FROM events GROUP BY arrayMap(x -> x + 1, nums) ORDER BY count() DESC LIMIT 1;

SELECT arrayExists(x -> x > 40, nums), count() FROM events GROUP BY arrayExists(x -> x > 40, nums) ORDER BY 1;

SELECT arrayJoin(tags), count() FROM events GROUP BY arrayJoin(tags) ORDER BY arrayJoin(tags);

SELECT arrayJoin(tags) AS t, arrayJoin(tags) AS u, count() FROM events GROUP BY t, u ORDER BY t, u;

SELECT toStartOfInterval(Timestamp, INTERVAL 6 HOUR), count() FROM otel_logs GROUP BY toStartOfInterval(Timestamp, INTERVAL 6 HOUR) ORDER BY toStartOfInterval(Timestamp, INTERVAL 6 HOUR);

SELECT toStartOfInterval(Timestamp, INTERVAL 6 HOUR), count() FROM otel_logs GROUP BY toStartOfInterval(Timestamp, toIntervalHour(6)) ORDER BY 1;

SELECT Timestamp + INTERVAL 1 DAY > '2026-03-02 12:00:00', count() FROM otel_logs GROUP BY Timestamp + INTERVAL 1 DAY > '2026-03-02 12:00:00' ORDER BY 1;

SELECT services.team, count() FROM services GROUP BY team ORDER BY services.team;

SELECT team, count() FROM services GROUP BY services.team ORDER BY team;

SELECT team, count() FROM services s GROUP BY s.team HAVING s.team != 'web' AND team != 'money';

SELECT upper(s.team), count() FROM services s GROUP BY upper(team) ORDER BY upper(s.team);

SELECT concat(team, '-', toString(tier)), count() FROM services GROUP BY concat(team, '-', toString(tier)) ORDER BY 1;

SELECT team || '-' || toString(tier), count() FROM services GROUP BY team || '-' || toString(tier) ORDER BY 1;

SELECT tier % 2 = 0, count() FROM services GROUP BY tier % 2 = 0 ORDER BY tier % 2 = 0;

SELECT modulo(tier, 2), count() FROM services GROUP BY tier % 2 ORDER BY 1;

SELECT tier + 1 + 1, count() FROM services GROUP BY tier + 1 + 1 ORDER BY 1;

SELECT tier + 1 + 1, count() FROM services GROUP BY tier + 1 ORDER BY 1;

SELECT (tier + 1) * 2 - tier, count() FROM services GROUP BY tier, tier + 1 ORDER BY 1;

SELECT ifNull(owner, 'none'), count() FROM services GROUP BY ifNull(owner, 'none') ORDER BY 1 LIMIT 2;

SELECT coalesce(slo, 0) > 0.9, count() FROM services GROUP BY coalesce(slo, 0) > 0.9 ORDER BY 1;

SELECT (SELECT 1) + tier, count() FROM services GROUP BY (SELECT 1) + tier ORDER BY 1;

SELECT tier = (SELECT max(tier) FROM services), count() FROM services GROUP BY tier = (SELECT max(tier) FROM services) ORDER BY 1;

SELECT toDate(Timestamp) = '2026-03-01', count() FROM otel_logs GROUP BY toDate(Timestamp) = '2026-03-01' ORDER BY 1;

SELECT LogAttributes['http.route'] = '/cart', count() FROM otel_logs GROUP BY LogAttributes['http.route'] = '/cart' ORDER BY 1;

SELECT mapContains(LogAttributes, 'http.route'), count() FROM otel_logs GROUP BY mapContains(LogAttributes, 'http.route') ORDER BY 1;

SELECT if(LogAttributes['http.status_code'] IN ('500', '503'), 'bad', 'good') AS k, count() FROM otel_logs GROUP BY if(LogAttributes['http.status_code'] IN ('500', '503'), 'bad', 'good') ORDER BY k;

SELECT SeverityText IN ('ERROR', 'FATAL') AS bad, ServiceName, count() FROM otel_logs GROUP BY SeverityText IN ('ERROR', 'FATAL'), ServiceName ORDER BY bad, ServiceName LIMIT 3;

SELECT toHour(Timestamp), SeverityText NOT IN ('INFO'), count() FROM otel_logs GROUP BY toHour(Timestamp), SeverityText NOT IN ('INFO') ORDER BY 1, 2 LIMIT 3;

SELECT ServiceName, count() FROM otel_logs GROUP BY ServiceName HAVING ServiceName IN ('cart', 'ads') ORDER BY ServiceName;

SELECT ServiceName, count() AS c FROM otel_logs GROUP BY ServiceName HAVING c IN (40, 57) ORDER BY ServiceName;

SELECT ServiceName, count() AS c FROM otel_logs GROUP BY ServiceName HAVING ServiceName IN (SELECT name FROM services WHERE tier = 1) ORDER BY ServiceName;

SELECT ServiceName, count() AS c FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName IN ('cart') DESC, c DESC LIMIT 2;

SELECT ServiceName FROM otel_logs GROUP BY ServiceName ORDER BY ServiceName = 'cart' DESC, ServiceName LIMIT 3;

SELECT ServiceName, count() FROM otel_logs GROUP BY ServiceName ORDER BY if(ServiceName = 'cart', 0, 1), ServiceName LIMIT 3;

SELECT ServiceName, count() FROM otel_logs GROUP BY ServiceName ORDER BY CASE ServiceName WHEN 'payment' THEN 1 WHEN 'cart' THEN 2 ELSE 3 END, ServiceName LIMIT 3;

SELECT ServiceName, count() FROM otel_logs GROUP BY ServiceName ORDER BY indexOf(['payment', 'cart'], ServiceName) DESC, ServiceName LIMIT 3;

SELECT ServiceName, SeverityText FROM otel_logs GROUP BY ServiceName, SeverityText ORDER BY count() DESC, ServiceName LIMIT 3;

SELECT lower(ServiceName) AS s FROM otel_logs GROUP BY s HAVING lower(ServiceName) != 'cart' ORDER BY lower(ServiceName) LIMIT 3;

SELECT count() AS c, toHour(Timestamp) AS h FROM otel_logs GROUP BY toHour(Timestamp) HAVING count() > 100 ORDER BY count() DESC, h LIMIT 3;

SELECT max(SeverityNumber) - min(SeverityNumber) AS spread FROM otel_logs GROUP BY ServiceName ORDER BY max(SeverityNumber) - min(SeverityNumber), ServiceName LIMIT 2;

SELECT count() FROM (SELECT ServiceName FROM otel_logs GROUP BY ServiceName, toHour(Timestamp) HAVING count() > 50);

SELECT h, count() FROM otel_logs GROUP BY toHour(Timestamp) AS h ORDER BY h LIMIT 2;

SELECT h FROM otel_logs WHERE (toHour(Timestamp) AS h) = 3 LIMIT 1;

SELECT name FROM services ORDER BY (length(name) AS l) DESC, l, name LIMIT 2;

SELECT name, l FROM services ORDER BY length(name) AS l, name LIMIT 2;

SELECT x, y FROM (SELECT 1 AS x) WHERE (x + 1 AS y) = 2;

SELECT sum(tier AS t), max(t) FROM services;

SELECT sum(tier) AS s, (s AS q) + 1, q FROM services;

SELECT if((tier AS t) = 1, t, -t) FROM services ORDER BY name LIMIT 2;

SELECT arrayMap(x -> (x AS y) + y, [1, 2]);

SELECT arrayMap(x -> x + one, [1, 2]), 1 AS one;

SELECT [1 AS a, a + 1 AS b, b + 1];

SELECT (1 AS a, 2 AS b), a + b;

SELECT count() AS a, a AS b, b + 1 AS c, c > a FROM services;

SELECT c, 1 AS a, a + 1 AS b, b + 1 AS c;

SELECT name AS tier, tier AS name FROM services ORDER BY services.name LIMIT 2;

SELECT name AS team, team AS x FROM services ORDER BY x LIMIT 2;

SELECT tier + 1 AS tier, tier + 1 AS next FROM services ORDER BY name LIMIT 2;

SELECT tier + 1 AS tier FROM services WHERE tier = 2 ORDER BY name;

SELECT tier + 1 AS tier FROM services GROUP BY tier ORDER BY tier;

SELECT tier + 1 AS tier, count() FROM services GROUP BY services.tier ORDER BY services.tier;

SELECT tier + 1 AS t2, tier FROM services WHERE t2 = 2 AND tier = 1 ORDER BY name;

SELECT upper(name) AS name FROM services WHERE name = 'CART';

SELECT upper(name) AS name FROM services WHERE services.name = 'cart';

SELECT upper(name) AS name, lower(name) AS low FROM services ORDER BY name LIMIT 2;

SELECT upper(name) AS name FROM services HAVING name = 'CART';

SELECT count() AS c FROM services WHERE tier > 1 HAVING c > 1 ORDER BY c LIMIT 1;

SELECT toString(tier) AS tier, max(tier) FROM services GROUP BY tier ORDER BY tier;

SELECT sum(tier) AS tier FROM services HAVING tier > 1;

SELECT sum(tier) AS tier FROM services ORDER BY tier;

SELECT team, sum(tier) AS tier FROM services GROUP BY team ORDER BY tier DESC, team;

SELECT team, sum(tier) AS tier FROM services GROUP BY team HAVING tier > 5 ORDER BY team;

SELECT name, tier AS name2, name2 AS n3 FROM services ORDER BY n3, name LIMIT 2;

SELECT name AS `a.b`, `a.b` || 'x' FROM services ORDER BY `a.b` LIMIT 1;

SELECT s.name AS `s.name`, s.tier AS `s.tier` FROM services s ORDER BY `s.name` LIMIT 1;

SELECT tier FROM services WHERE tier = 1 AND (SELECT count() FROM services WHERE tier = 3) = 3 ORDER BY name;

SELECT 1 AS tier, count() FROM services WHERE services.tier = 1;

SELECT 'x' AS name, count() FROM services GROUP BY name;

SELECT 'x' AS name FROM services WHERE name = 'x' LIMIT 1;

SELECT 'x' AS name FROM services WHERE services.name = 'cart';

SELECT ServiceName AS name, n FROM (SELECT ServiceName, count() AS n FROM otel_logs GROUP BY ServiceName) WHERE name IN (SELECT name FROM services) ORDER BY name LIMIT 2;

SELECT a.name AS name, b.n FROM services AS a LEFT JOIN (SELECT ServiceName AS name, count() AS n FROM otel_logs GROUP BY name) AS b ON a.name = b.name WHERE name != 'cart' ORDER BY name LIMIT 3;

SELECT a.team AS team, sum(b.n) AS n FROM services AS a LEFT JOIN (SELECT ServiceName AS name, count() AS n FROM otel_logs GROUP BY name) AS b ON a.name = b.name GROUP BY team HAVING n > 0 ORDER BY team;

SELECT a.tier + b.tier AS tier, count() FROM services a JOIN services b ON a.team = b.team GROUP BY tier ORDER BY tier;

SELECT a.name, b.name AS other FROM services a JOIN services b ON a.team = b.team WHERE a.name < other ORDER BY a.name, other LIMIT 3;

SELECT a.name || b.name AS pair FROM services a JOIN services b ON a.team = b.team AND a.tier < b.tier ORDER BY pair LIMIT 3;

SELECT name, pair FROM (SELECT a.name AS name, b.name AS pair FROM services a JOIN services b ON a.team = b.team AND a.name < b.name) ORDER BY name, pair LIMIT 3;

SELECT * FROM (SELECT a.name, b.name FROM services a JOIN services b ON a.name = b.name) AS t ORDER BY 1 LIMIT 1;

SELECT name, `b.name` FROM (SELECT a.name, b.name FROM services a JOIN services b ON a.name = b.name) AS t ORDER BY 1 LIMIT 1;

SELECT `count()` FROM (SELECT count() FROM services);

SELECT `max(tier)`, `plus(1, 1)` FROM (SELECT max(tier), 1 + 1 FROM services);

SELECT * FROM (SELECT name, upper(name), tier + 1 FROM services ORDER BY name LIMIT 1);

SELECT x.* FROM (SELECT name, upper(name) FROM services ORDER BY name LIMIT 1) AS x;

SELECT toTypeName(*) FROM (SELECT 1);

SELECT count(*), count(name), count(*) + 1 FROM (SELECT name FROM services);

SELECT greatest(*) FROM (SELECT 1, 2);

SELECT name FROM services WHERE name = 'cart' OR name = 'ads' ORDER BY name SETTINGS prefer_column_name_to_alias = 1;

SELECT upper(name) AS name FROM services WHERE name = 'cart' SETTINGS prefer_column_name_to_alias = 1;

SELECT DISTINCT team, tier FROM services ORDER BY name;

SELECT DISTINCT team FROM services ORDER BY length(team), team;

SELECT DISTINCT upper(team) AS t FROM services WHERE tier > 1 ORDER BY t DESC LIMIT 2;

SELECT DISTINCT ServiceName, SeverityText FROM otel_logs ORDER BY ServiceName, SeverityText LIMIT 2 BY ServiceName LIMIT 6;

SELECT ServiceName, SeverityText, count() AS c FROM otel_logs GROUP BY ServiceName, SeverityText ORDER BY c DESC, ServiceName LIMIT 1 BY SeverityText;

SELECT ServiceName, SeverityText, count() AS c FROM otel_logs GROUP BY ServiceName, SeverityText HAVING c > 5 ORDER BY c DESC, ServiceName LIMIT 1 OFFSET 1 BY SeverityText LIMIT 3 OFFSET 1;

SELECT toHour(Timestamp) AS h, ServiceName, count() AS c FROM otel_logs GROUP BY h, ServiceName ORDER BY h, c DESC, ServiceName LIMIT 1 BY h LIMIT 4;

SELECT name FROM services ORDER BY tier, name LIMIT 1 BY tier, team LIMIT 3;

SELECT name FROM services ORDER BY name LIMIT 2 BY substring(name, 1, 1);

SELECT name FROM services ORDER BY name LIMIT 2 BY tier = 1;

SELECT DISTINCT arrayJoin(tags) AS t FROM events ORDER BY t;

SELECT DISTINCT arrayJoin([1, 1, 2]) AS x ORDER BY x DESC;

SELECT DISTINCT ni IS NULL AS n, b FROM typed ORDER BY n, b;

SELECT DISTINCT NULL, 1 FROM services;

SELECT DISTINCT [1, 2], (1, 'a') FROM services;

SELECT count() FROM (SELECT DISTINCT * FROM services);

SELECT count() FROM (SELECT DISTINCT LogAttributes['http.route'], SeverityText FROM otel_logs);
