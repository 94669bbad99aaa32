-- Statements that are wrong: the codes must be equal.

SELECT services.name FROM services AS s ORDER BY name;

SELECT if(1, [1], 1);

SELECT CASE WHEN 1 THEN 'a' ELSE 1 END;

SELECT coalesce();

SELECT [1][0];

SELECT CAST('2026-99-99' AS Date);

SELECT name FROM services WHERE name IN (1, 2);

SELECT name FROM services WHERE (name, tier) IN (1, 2);

SELECT name FROM services WHERE (name, tier) IN (SELECT name FROM services);

SELECT id FROM typed WHERE e8 = 'nope';

SELECT id FROM typed WHERE e8 IN ('nope');

-- unordered
SELECT id FROM typed WHERE b = 'true';

SELECT id FROM typed WHERE f64 ORDER BY id LIMIT 2;

SELECT id FROM typed WHERE ni ORDER BY id LIMIT 2;

SELECT 1 AS x UNION ALL SELECT 'a';

SELECT [1] UNION ALL SELECT 1;

SELECT *;

SELECT * EXCEPT nope FROM services ORDER BY name LIMIT 1;

SELECT * REPLACE (1 AS nope) FROM services ORDER BY name LIMIT 1;

SELECT name, FROM services ORDER BY name;

SELECT 1 ++ 2;

SELECT 1 IN ();

SELECT sum(tier) OVER () FROM services;

SELECT UPPER('a'), Upper('a');

SELECT Now() > 0;

SELECT IF(1, 2, 3), COALESCE(NULL, 1), IFNULL(NULL, 1), NULLIF(1, 1), CONCAT('a', 'b'), LENGTH('a'), ROUND(1.5), ABS(-1), GREATEST(1, 2), LOWER('A'), TRIM(' a '), SUBSTRING('abc', 1, 1), DATE('2026-01-01'), YEAR(toDate('2026-01-01')), REPLACE('a', 'a', 'b');

SELECT LEFT('abc', 1), RIGHT('abc', 1), LOCATE('abc', 'b'), CEIL(1.5), FLOOR(1.5), POW(2, 3), SQRT(4), MOD(5, 3), LCASE('A'), REVERSE('ab'), REPEAT('a', 2), LPAD('a', 3, '0'), DAY(toDate('2026-01-05')), MONTH(toDate('2026-01-05')), HOUR(toDateTime('2026-01-05 07:00:00')), EXP(0), LN(1), LOG10(10), SIGN(-2), CHAR_LENGTH('é'), TRUNCATE(1.5), POSITION('abc', 'b'), TO_BASE64('a');
