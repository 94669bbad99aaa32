-- Checks of what the findings say.

SELECT (1, 2) < (1, NULL), (2, 2) < (1, NULL), (1, NULL) != (2, 2), (1, NULL) = (2, 3), (1, 2) = (NULL, 3), (NULL, 1) != (NULL, 2);

SELECT count() FROM typed WHERE (u8, ni) = (u8, 5);

SELECT count() FROM typed WHERE (ni, ns) = (1, 'x');

SELECT count() FROM typed WHERE NOT ((ni, u8) = (1, 5));

SELECT (ni, u8) != (1, 5) AS x, count() FROM typed GROUP BY x ORDER BY x;

SELECT toDateTime64(toDecimal64('1772323200.38', 2), 3), toDateTime64(toDecimal64('8253.38', 2), 3), CAST(toDecimal64('8253.38', 2) AS DateTime64(3));

SELECT u8 / dec9, dec9 / u8, 1 / dec9, 100 / toDecimal32(3, 2), toDecimal32(100, 2) / 3 FROM typed WHERE id = 5;

SELECT corpus.otel_logs.ServiceName, Services.team FROM corpus.otel_logs LEFT JOIN corpus.services AS Services ON corpus.otel_logs.ServiceName = Services.name ORDER BY corpus.otel_logs.Timestamp LIMIT 1;

SELECT corpus.otel_logs.Body AS b, corpus.services.team FROM corpus.otel_logs JOIN corpus.services ON corpus.otel_logs.ServiceName = corpus.services.name ORDER BY corpus.otel_logs.Timestamp LIMIT 1;

SELECT otel_logs.Body, services.team FROM otel_logs JOIN services ON otel_logs.ServiceName = services.name ORDER BY otel_logs.Timestamp LIMIT 1;

SELECT coalesce(n, -1) AS x FROM (SELECT maxOrNull(tier) AS n FROM services);

SELECT ifNull(n, -1) AS x, toTypeName(x) FROM (SELECT toNullable(count()) AS n FROM services);

SELECT ifNull(sumOrNull(tier), -1) FROM services;

SELECT if(count() > 5, count(), -1) FROM services;

SELECT if(count() > 5, count(), NULL), if(count() > 5, count(), 0) FROM services;

SELECT count() > 5 ? sum(tier) : -1 FROM services;

SELECT max(Duration) - min(Duration), toTypeName(max(Duration) - min(Duration)), if(count() = 0, 0., sum(Duration) / count()) FROM otel_traces;

SELECT if(count() = 0, 0, sum(Duration) / count()) AS x, toTypeName(x) FROM otel_traces;

SELECT if(sum(Duration) = 0, 0, Duration) FROM otel_traces GROUP BY Duration ORDER BY Duration LIMIT 1;

SELECT if(Duration > 5, Duration, 1.5) FROM otel_traces LIMIT 1;

SELECT multiIf(Duration > 5, Duration, Duration > 3, 1.5, 0) FROM otel_traces LIMIT 1;

SELECT if(Duration > 5, Duration / 1e6, 0) AS x, toTypeName(x) FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1;

SELECT CASE WHEN StatusCode = 'Error' THEN Duration ELSE NULL END AS x, toTypeName(x) FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1;

SELECT CASE WHEN StatusCode = 'Error' THEN Duration ELSE -1 END AS x FROM otel_traces ORDER BY Timestamp, SpanId LIMIT 1;

SELECT if(b, dt, dt3) AS x, toTypeName(x), if(b, dt, d) AS y, toTypeName(y), if(b, dt, NULL) AS z, toTypeName(z) FROM typed ORDER BY id LIMIT 2;

SELECT count() FROM services WHERE tier > 1 AND intDiv(10, tier - 1) > 5 OR name = 'zzz';

SELECT count() FROM otel_logs WHERE LogAttributes['http.status_code'] != '' AND toInt32OrZero(LogAttributes['http.status_code']) >= 500;

SELECT count() FROM otel_traces WHERE SpanAttributes['http.status_code'] != '' AND toInt32(SpanAttributes['http.status_code']) >= 500;

SELECT count() FROM otel_traces WHERE SpanAttributes['user.id'] != '' AND SpanAttributes['user.id']::UInt32 IN (1, 2, 3);

SELECT quantile(0.95)(toFloat64(LogAttributes['thread'])) FROM otel_logs WHERE LogAttributes['thread'] != '' AND toUInt8(LogAttributes['thread']) > 3;

SELECT LogAttributes['http.status_code'] AS c, count() FROM otel_logs WHERE c != '' AND c::UInt16 >= 500 GROUP BY c ORDER BY c;

SELECT toUInt16(LogAttributes['http.status_code']) AS c, count() FROM otel_logs WHERE LogAttributes['http.status_code'] != '' GROUP BY c ORDER BY c;

SELECT toUInt16(LogAttributes['http.status_code']) AS c, count() FROM otel_logs WHERE LogAttributes['http.status_code'] != '' GROUP BY c HAVING c >= 500 ORDER BY c;

SELECT toUInt16(LogAttributes['http.status_code']) AS c, count() FROM otel_logs WHERE LogAttributes['http.status_code'] != '' AND c >= 500 GROUP BY c ORDER BY c;

SELECT x.c FROM (SELECT JSONExtractInt(Body, 'user', 'id') AS c, Body FROM otel_logs WHERE isValidJSON(Body)) AS x WHERE x.c > 395 ORDER BY x.c LIMIT 2;

SELECT toDate(parts[1]) AS d FROM (SELECT splitByChar(' ', s) AS parts FROM (SELECT arrayJoin(['2026-03-01 a', 'x']) AS s)) WHERE length(parts) = 2 AND toDate(parts[1]) > '2020-01-01';
