//! From a request to a response.

use super::answer::{Answer, CORS, done, plain, put, tag};
use super::body::BodyInput;
use super::encode::Encoding;
use super::external::external_table;
use super::guard::{Fate, Guarded};
use super::insert::{insert, statement};
use super::request::{Parameters, credentials, header};
use super::result::{self, Running};
use super::session::{self, Wanted};
use super::wire::Wire;
use super::{Body, full, multipart, play};
use crate::compress::Frames;
use crate::input::Input;
use crate::service::Service;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Version};
use olly_query::engine::{ClientInfo, Execution, QueryText, Session};
use olly_types::{Code, Error, Result, limits};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Bytes of a multipart body.
const MULTIPART_BYTES: usize = limits::REQUEST_BODY_BYTES as usize;

/// Answers a request.
pub async fn handle(
    request: Request<Incoming>,
    service: Arc<Service>,
    peer: SocketAddr,
    wire: Arc<Wire>,
) -> Response<Body> {
    let head = request.method() == Method::HEAD;
    let (parts, body) = request.into_parts();
    let (body, fate) = Guarded::new(body, &parts.headers, super::BODY, true);
    let mut response = route(parts, body, &service, peer, &wire).await;
    close_unread(&mut response, &fate);
    put(response.headers_mut(), "x-clickhouse-server-display-name", &service.display_name);
    put(response.headers_mut(), "keep-alive", format!("timeout={}", super::KEEP_ALIVE.as_secs()));
    if head {
        *response.body_mut() = full(Bytes::new());
    }
    response
}

/// What is left of a body that was refused is thrown away; no request can follow it.
fn close_unread(response: &mut Response<Body>, fate: &Fate) {
    if response.status().as_u16() >= 400 && fate.ends_connection() {
        put(response.headers_mut(), "connection", "close");
    }
}

async fn route(
    parts: Parts,
    body: Guarded,
    service: &Arc<Service>,
    peer: SocketAddr,
    wire: &Arc<Wire>,
) -> Response<Body> {
    let get = matches!(parts.method, Method::GET | Method::HEAD);
    let has_query = parts.uri.query().is_some_and(|q| q.split('&').any(|p| p.starts_with("query=")));
    match parts.uri.path() {
        _ if parts.method == Method::OPTIONS => {
            let mut r = Response::new(full(Bytes::new()));
            *r.status_mut() = StatusCode::NO_CONTENT;
            CORS.iter().for_each(|(n, v)| put(r.headers_mut(), n, v));
            r
        }
        "/ping" | "/replicas_status" if get => plain(StatusCode::OK, "Ok.\n"),
        "/play" if get => {
            let mut r = plain(StatusCode::OK, play::PAGE);
            put(r.headers_mut(), "content-type", "text/html; charset=UTF-8");
            r
        }
        "/" | "" if get && !has_query => plain(StatusCode::OK, "Ok.\n"),
        "/" | "" | "/query" if get || parts.method == Method::POST => query(&parts, body, service, peer, wire).await,
        path => plain(
            StatusCode::NOT_FOUND,
            format!(
                "There is no handle {path}\nUse / or /ping for health checks.\nOr /replicas_status for more sophisticated \
                 health checks.\nSend queries from your program with POST method or GET /?query=...\n\n\
                 Use clickhouse-client:\n\nFor interactive data analysis:\n    clickhouse-client\n\n\
                 For batch query processing:\n    clickhouse-client --query='SELECT 1' > result\n"
            ),
        ),
    }
}

async fn query(
    parts: &Parts,
    body: Guarded,
    service: &Arc<Service>,
    peer: SocketAddr,
    wire: &Arc<Wire>,
) -> Response<Body> {
    let mut answer = Answer {
        query_id: String::new(),
        tag: tag(),
        cors: parts.headers.contains_key("origin"),
        zone: service.backend.facts().time_zone.to_string(),
        version: service.backend.facts().version,
        frames: false,
        encoding: None,
        level: 3,
    };
    match run(parts, body, service, peer, wire, &mut answer).await {
        Ok(r) => r,
        Err(e) => answer.error(&e),
    }
}

async fn run(
    parts: &Parts,
    body: Guarded,
    service: &Arc<Service>,
    peer: SocketAddr,
    wire: &Arc<Wire>,
    answer: &mut Answer,
) -> Result<Response<Body>> {
    let headers = &parts.headers;
    let get = matches!(parts.method, Method::GET | Method::HEAD);
    let boundary = header(headers, "content-type").and_then(multipart::boundary);
    let mut p = Parameters::read(parts.uri.query().unwrap_or(""), boundary.is_some())?;
    let (user, password) = credentials(headers, &p)?;
    let tenant = service.auth.check(&user, &password, peer.ip())?;
    if parts.method == Method::POST
        && !headers.contains_key("content-length")
        && !headers.contains_key("transfer-encoding")
    {
        return Err(Error::new(
            Code::HttpLengthRequired,
            "The Transfer-Encoding is not chunked and there is no Content-Length header for POST request",
        ));
    }
    let mut raw = BodyInput::new(body, header(headers, "content-encoding"))?;
    let mut external = Vec::new();
    // Kept until the query has run.
    let mut held = service.budget.reserve(0)?;
    if let Some(boundary) = &boundary {
        if !raw.gather(MULTIPART_BYTES, &mut held).await? {
            return Err(Error::new(Code::QueryIsTooLarge, "a multipart body is too large"));
        }
        let fields = multipart::parse(raw.buffered(), boundary)?;
        raw = BodyInput::read(Vec::new());
        let mut files = Vec::new();
        for field in fields {
            let reserved = field.name == "query" || field.name.starts_with("param_");
            if reserved || ["_format", "_types", "_structure"].iter().any(|s| field.name.ends_with(s)) {
                let text = String::from_utf8(field.data)
                    .map_err(|_| Error::new(Code::BadArguments, "a field of the form is not UTF-8"))?;
                p.set(&field.name, text, true)?;
            } else {
                files.push(field);
            }
        }
        for file in files {
            external.push(external_table(file, &p, service).await?);
        }
    }
    answer.query_id = match header(headers, "x-clickhouse-query-id") {
        Some(id) if p.query_id.is_empty() => id.to_string(),
        _ if p.query_id.is_empty() => uuid::Uuid::new_v4().to_string(),
        _ => p.query_id.clone(),
    };
    let database = match header(headers, "x-clickhouse-database") {
        Some(d) if !d.is_empty() => d.to_string(),
        _ => p.database.clone(),
    };
    answer.frames = p.compress;
    let on = |name: &str, default: bool| match p.setting(name) {
        Some(v) => matches!(v, "1" | "true"),
        None => default,
    };
    answer.cors |= on("add_http_cors_header", false);
    if on("enable_http_compression", true) {
        answer.encoding = header(headers, "accept-encoding").and_then(Encoding::choose);
        answer.level = p.setting("http_zlib_compression_level").and_then(|v| v.parse().ok()).unwrap_or(3);
    }
    if !database.is_empty()
        && !matches!(database.to_ascii_lowercase().as_str(), "system" | "information_schema")
        && service.backend.catalog(tenant.tenant).database(&database).is_none()
    {
        return Err(Error::new(Code::UnknownDatabase, format!("Database {database} does not exist")));
    }

    let in_use = match p.session_id.take() {
        Some(id) => {
            let wanted = Wanted { id, timeout: p.session_timeout, check: p.session_check, close: p.close_session };
            Some(session::take(service, &tenant, &database, wanted)?)
        }
        None => None,
    };
    let session = match &in_use {
        Some(s) => Arc::clone(&s.session),
        None => Arc::new(Session::new(tenant, &database)),
    };

    // Early header lines are no part of HTTP/1.0's or a HEAD's answer.
    let tells = on_setting(&p, "send_progress_in_http_headers")
        && parts.version == Version::HTTP_11
        && parts.method != Method::HEAD;
    let progress = tells.then(|| {
        let ms = p.setting("http_headers_progress_interval_ms").and_then(|v| v.parse().ok()).unwrap_or(100);
        Duration::from_millis(u64::clamp(ms, 10, 3_600_000))
    });
    let mut settings = std::mem::take(&mut p.settings);
    if get {
        // A link must not change anything.
        settings.insert(0, ("readonly".to_string(), "2".to_string()));
    }
    let mut frames;
    let input: &mut dyn Input = if p.decompress {
        frames = Frames::new(&mut raw);
        &mut frames
    } else {
        &mut raw
    };
    let prefix = if p.query.is_empty() { Vec::new() } else { format!("{}\n", p.query).into_bytes() };
    let sql = statement(&prefix, input, largest_sql(&settings, &session)?).await?;
    let text = QueryText {
        sql: sql.clone(),
        parameters: std::mem::take(&mut p.parameters),
        query_id: answer.query_id.clone(),
        settings,
        external,
        client: ClientInfo {
            name: header(headers, "user-agent").unwrap_or("").to_string(),
            address: peer.to_string(),
            interface: "HTTP",
        },
    };
    let started = service.backend.now().0;
    let execution = execute(service, &session, text).await?;
    let wanted_format = header(headers, "x-clickhouse-format").map(str::to_string).or(p.default_format.take());
    match execution {
        Execution::Rows(rows) => {
            let query = Running { service: Arc::clone(service), started, in_use, p, progress, wire: Arc::clone(wire) };
            result::rows(rows, wanted_format, query, answer).await
        }
        Execution::Insert(sink) => {
            let counters = Arc::clone(&sink.counters);
            let (rows, bytes) = insert(sink, wanted_format, &p, &sql, prefix.len(), input, service, &session).await?;
            counters.written_rows.fetch_max(rows, Relaxed);
            counters.written_bytes.fetch_max(bytes, Relaxed);
            Ok(done(service, &counters, started, answer))
        }
        Execution::Done(d) => Ok(done(service, &d.counters, started, answer)),
    }
}

fn on_setting(p: &Parameters, name: &str) -> bool {
    matches!(p.setting(name), Some("1" | "true"))
}

/// Runs a statement on a task of its own: one that changes something ends even when the client goes away.
async fn execute(service: &Arc<Service>, session: &Arc<Session>, text: QueryText) -> Result<Execution> {
    struct AbortOnDrop(tokio::task::AbortHandle, bool);
    impl Drop for AbortOnDrop {
        fn drop(&mut self) {
            if self.1 {
                self.0.abort();
            }
        }
    }
    let first = text.sql.trim_ascii_start();
    let reads = ["SELECT", "WITH", "SHOW", "DESC", "EXPLAIN", "EXISTS", "("]
        .iter()
        .any(|w| first.get(..w.len()).is_some_and(|f| f.eq_ignore_ascii_case(w.as_bytes())));
    let (service, session) = (Arc::clone(service), Arc::clone(session));
    let task = tokio::spawn(async move { service.backend.execute(&session, text).await });
    let _guard = AbortOnDrop(task.abort_handle(), reads);
    task.await.map_err(|e| Error::new(Code::LogicalError, format!("the query's task ended: {e}")))?
}

/// The longest text of SQL that a request may have: `max_query_size`, of which 0 is the most that a body may have.
fn largest_sql(given: &[(String, String)], session: &Session) -> Result<usize> {
    let mut settings = session.settings();
    for (name, value) in given.iter().filter(|(name, _)| name == "max_query_size") {
        settings.set(name, value)?;
    }
    let most = limits::REQUEST_BODY_BYTES;
    let asked = settings.u64_or("max_query_size", limits::SQL_BYTES)?;
    Ok(if asked == 0 { most } else { asked.min(most) } as usize)
}
