//! What answers have in common: headers, errors, summaries.

use super::encode::{Encoder, Encoding};
use super::{Body, full, status};
use crate::service::Service;
use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};
use olly_query::engine::QueryCounters;
use olly_types::Error;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

pub(super) const CORS: [(&str, &str); 4] = [
    ("access-control-allow-origin", "*"),
    (
        "access-control-allow-headers",
        "origin, x-requested-with, x-clickhouse-format, x-clickhouse-user, x-clickhouse-key, x-clickhouse-database, Authorization, Content-Type, Content-Encoding",
    ),
    ("access-control-allow-methods", "POST, GET, OPTIONS"),
    ("access-control-max-age", "86400"),
];

/// Headers that a browser's script may read.
const EXPOSED: &str = "X-ClickHouse-Query-Id,X-ClickHouse-Summary,X-ClickHouse-Server-Display-Name,X-ClickHouse-Format,\
X-ClickHouse-Timezone,X-ClickHouse-Exception-Code,X-ClickHouse-Exception-Tag";

/// A text with a status.
pub(super) fn plain(code: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut r = Response::new(full(text));
    *r.status_mut() = code;
    put(r.headers_mut(), "content-type", "text/plain; charset=UTF-8");
    r
}

/// Sets a header, if its value can be one.
pub(super) fn put(headers: &mut HeaderMap, name: &'static str, value: impl AsRef<str>) {
    if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// What all answers to one query share.
pub(super) struct Answer {
    pub query_id: String,
    /// Marks an error in the middle of a result.
    pub tag: String,
    pub cors: bool,
    pub zone: String,
    pub version: &'static str,
    /// ClickHouse's own frames around the body.
    pub frames: bool,
    pub encoding: Option<Encoding>,
    /// Of the encoding.
    pub level: u32,
}

impl Answer {
    pub fn headers(&self, headers: &mut HeaderMap) {
        put(headers, "x-clickhouse-query-id", &self.query_id);
        put(headers, "x-clickhouse-timezone", &self.zone);
        put(headers, "x-clickhouse-exception-tag", &self.tag);
        put(headers, "access-control-expose-headers", EXPOSED);
        if self.cors {
            put(headers, "access-control-allow-origin", "*");
        }
    }

    /// An error before anything of the result was sent.
    pub fn error(&self, e: &Error) -> Response<Body> {
        let text = status::text(e, self.version);
        // Credentials that are wrong may be a client's that does not even know what it asked for: no compression.
        let bare = matches!(status::status(e), StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED);
        let frames = self.frames && !bare;
        let encoding = self.encoding.filter(|_| !bare);
        let body = Encoder::new(frames, encoding, self.level).and_then(|mut c| {
            let mut out = c.push(text.as_bytes())?;
            out.extend(c.finish()?);
            Ok(out)
        });
        let mut r = plain(status::status(e), body.unwrap_or_else(|_| text.into_bytes()));
        self.headers(r.headers_mut());
        put(r.headers_mut(), "x-clickhouse-exception-code", e.code.number().to_string());
        if let Some(e) = encoding {
            put(r.headers_mut(), "content-encoding", e.name());
        }
        r
    }
}

/// `X-ClickHouse-Summary` and `-Progress`: counters as text.
pub(super) fn summary(c: &QueryCounters, elapsed_ns: u64) -> String {
    let n = |a: &AtomicU64| a.load(Relaxed);
    format!(
        "{{\"read_rows\":\"{}\",\"read_bytes\":\"{}\",\"written_rows\":\"{}\",\"written_bytes\":\"{}\",\
         \"total_rows_to_read\":\"{}\",\"result_rows\":\"{}\",\"result_bytes\":\"{}\",\"elapsed_ns\":\"{elapsed_ns}\",\
         \"memory_usage\":\"0\"}}",
        n(&c.read_rows),
        n(&c.read_bytes),
        n(&c.written_rows),
        n(&c.written_bytes),
        n(&c.total_rows),
        n(&c.result_rows),
        n(&c.result_bytes)
    )
}

/// Sixteen letters and digits that no result contains by accident.
pub(super) fn tag() -> String {
    let digits = uuid::Uuid::new_v4().simple().to_string();
    digits.chars().take(16).collect()
}

/// The answer to a statement without rows.
pub(super) fn done(service: &Service, counters: &QueryCounters, started: i64, answer: &Answer) -> Response<Body> {
    let mut r = plain(StatusCode::OK, Bytes::new());
    answer.headers(r.headers_mut());
    let elapsed = (service.backend.now().0 - started).max(0) as u64;
    put(r.headers_mut(), "x-clickhouse-summary", summary(counters, elapsed));
    r
}
