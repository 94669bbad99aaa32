//! Five questions of somebody on call, each in plain SQL.

/// A question, and the query that answers it.
pub struct Question {
    pub text: &'static str,
    pub sql: &'static str,
}

pub static QUESTIONS: [Question; 5] = [
    Question {
        text: "What is there? Rows and services of each signal, last 30 minutes",
        sql: "SELECT 'logs' AS signal, count() AS rows, count(DISTINCT ServiceName) AS services
FROM otel_logs WHERE Timestamp > now() - INTERVAL 30 MINUTE
UNION ALL
SELECT 'spans' AS signal, count() AS rows, count(DISTINCT ServiceName) AS services
FROM otel_traces WHERE Timestamp > now() - INTERVAL 30 MINUTE
UNION ALL
SELECT 'gauge samples' AS signal, count() AS rows, count(DISTINCT ServiceName) AS services
FROM otel_metrics_gauge WHERE TimeUnix > now() - INTERVAL 30 MINUTE",
    },
    Question {
        text: "Which services are slow or failing right now?",
        sql: "SELECT ServiceName, count() AS requests, countIf(StatusCode = 'Error') AS errors,
       round(100 * countIf(StatusCode = 'Error') / count(), 1) AS error_percent,
       round(quantile(0.95)(Duration) / 1000000) AS p95_ms
FROM otel_traces
WHERE Timestamp > now() - INTERVAL 5 MINUTE AND SpanKind = 'Server'
GROUP BY ServiceName
ORDER BY error_percent DESC, ServiceName
LIMIT 8",
    },
    Question {
        text: "Since when do customers fail to check out?",
        sql: "SELECT toStartOfMinute(Timestamp) AS minute, count() AS checkouts,
       countIf(StatusCode = 'Error') AS failed, round(quantile(0.95)(Duration) / 1000000) AS p95_ms
FROM otel_traces
WHERE ServiceName = 'checkout' AND SpanName = 'PlaceOrder' AND Timestamp > now() - INTERVAL 12 MINUTE
GROUP BY minute
ORDER BY minute",
    },
    Question {
        text: "What do the services say in the traces of those failed checkouts?",
        sql: "SELECT l.ServiceName AS service, l.Body AS message, count() AS lines
FROM otel_logs AS l
INNER JOIN
(
    SELECT DISTINCT TraceId AS failed_trace
    FROM otel_traces
    WHERE ServiceName = 'checkout' AND StatusCode = 'Error' AND Timestamp > now() - INTERVAL 12 MINUTE
) AS f ON l.TraceId = f.failed_trace
WHERE l.SeverityText = 'ERROR' AND l.Timestamp > now() - INTERVAL 12 MINUTE
GROUP BY service, message
ORDER BY lines DESC, service
LIMIT 8",
    },
    Question {
        text: "It starts in payment. Which version, on which pod?",
        sql: "SELECT ResourceAttributes['service.version'] AS version, ResourceAttributes['k8s.pod.name'] AS pod,
       count() AS charges, countIf(StatusCode = 'Error') AS failed,
       round(quantile(0.95)(Duration) / 1000000) AS p95_ms
FROM otel_traces
WHERE ServiceName = 'payment' AND SpanKind = 'Server' AND Timestamp > now() - INTERVAL 5 MINUTE
GROUP BY version, pod
ORDER BY failed DESC, version, pod",
    },
];
