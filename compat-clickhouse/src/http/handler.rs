//! From a request to a response.

use super::body::BodyInput;
use super::encode::{Encoder, Encoding};
use super::request::{Parameters, credentials, header};
use super::session::{self, Wanted};
use super::{Body, full, multipart, play, status};
use crate::block::Block;
use crate::compress::Frames;
use crate::format::{self, FormatOptions, NoExpressions, Summary, Writer};
use crate::input::{Input, Slice};
use crate::service::{Evaluator, Service};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use olly_query::engine::{ClientInfo, Execution, InsertSink, QueryCounters, QueryText, RowStream, Session};
use olly_query::sql::ast::{InsertSource, StatementKind};
use olly_types::{Code, Error, Result, Type, limits};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::mpsc;

/// Bytes of a result held back by `wait_end_of_query`; what is larger is streamed.
const WAIT_BYTES: usize = 64 << 20;
/// Bytes of a multipart body.
const MULTIPART_BYTES: usize = limits::REQUEST_BODY_BYTES as usize;

const CORS: [(&str, &str); 4] = [
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

fn plain(code: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut r = Response::new(full(text));
    *r.status_mut() = code;
    put(r.headers_mut(), "content-type", "text/plain; charset=UTF-8");
    r
}

fn put(headers: &mut HeaderMap, name: &'static str, value: impl AsRef<str>) {
    if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Answers a request.
pub async fn handle(request: Request<Incoming>, service: Arc<Service>, peer: SocketAddr) -> Response<Body> {
    let head = request.method() == Method::HEAD;
    let mut response = route(request, &service, peer).await;
    put(response.headers_mut(), "x-clickhouse-server-display-name", &service.display_name);
    put(response.headers_mut(), "keep-alive", format!("timeout={}", super::KEEP_ALIVE.as_secs()));
    if head {
        *response.body_mut() = full(Bytes::new());
    }
    response
}

async fn route(request: Request<Incoming>, service: &Arc<Service>, peer: SocketAddr) -> Response<Body> {
    let get = matches!(*request.method(), Method::GET | Method::HEAD);
    let has_query = request.uri().query().is_some_and(|q| q.split('&').any(|p| p.starts_with("query=")));
    match request.uri().path() {
        _ if request.method() == Method::OPTIONS => {
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
        "/" | "" | "/query" if get || *request.method() == Method::POST => query(request, service, peer).await,
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

/// What all answers to one query share.
struct Answer {
    query_id: String,
    tag: String,
    cors: bool,
    zone: String,
    version: &'static str,
    frames: bool,
    encoding: Option<Encoding>,
    level: u32,
}

impl Answer {
    fn headers(&self, headers: &mut HeaderMap) {
        put(headers, "x-clickhouse-query-id", &self.query_id);
        put(headers, "x-clickhouse-timezone", &self.zone);
        put(headers, "x-clickhouse-exception-tag", &self.tag);
        put(headers, "access-control-expose-headers", EXPOSED);
        if self.cors {
            put(headers, "access-control-allow-origin", "*");
        }
    }

    /// An error before anything of the result was sent.
    fn error(&self, e: &Error) -> Response<Body> {
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

fn summary(c: &QueryCounters, elapsed_ns: u64) -> String {
    let n = |a: &std::sync::atomic::AtomicU64| a.load(Relaxed);
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
fn tag() -> String {
    let digits = uuid::Uuid::new_v4().simple().to_string();
    digits.chars().take(16).collect()
}

async fn query(request: Request<Incoming>, service: &Arc<Service>, peer: SocketAddr) -> Response<Body> {
    let (parts, body) = request.into_parts();
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
    match run(&parts, body, service, peer, &mut answer).await {
        Ok(r) => r,
        Err(e) => answer.error(&e),
    }
}

async fn run(
    parts: &hyper::http::request::Parts,
    body: Incoming,
    service: &Arc<Service>,
    peer: SocketAddr,
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
    if let Some(boundary) = &boundary {
        if !raw.peek(MULTIPART_BYTES).await? {
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
    let sql = statement(&prefix, input).await?;
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
    let progress = on_setting(&p, "send_progress_in_http_headers");
    match execution {
        Execution::Rows(rows) => {
            let query = Running { service: Arc::clone(service), started, in_use, p, progress };
            self::rows(rows, wanted_format, query, answer).await
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

fn done(service: &Service, counters: &QueryCounters, started: i64, answer: &Answer) -> Response<Body> {
    let mut r = plain(StatusCode::OK, Bytes::new());
    answer.headers(r.headers_mut());
    let elapsed = (service.backend.now().0 - started).max(0) as u64;
    put(r.headers_mut(), "x-clickhouse-summary", summary(counters, elapsed));
    r
}

/// The text of a request: the `query` parameter and the body, or as much of the body as can be SQL where data follows.
async fn statement(prefix: &[u8], input: &mut dyn Input) -> Result<Vec<u8>> {
    let most = limits::SQL_BYTES as usize;
    let mut ended = false;
    while input.buffered().len() <= most {
        if !input.more().await? {
            ended = true;
            break;
        }
    }
    let mut sql = prefix.to_vec();
    sql.extend_from_slice(input.buffered());
    if ended && input.buffered().len() <= most {
        return Ok(sql);
    }
    // More than SQL may have: only the data of an INSERT.
    let too_large = || {
        Error::new(
            Code::SyntaxError,
            format!(
                "Max query size exceeded (can be increased with the `max_query_size` setting): more than {most} bytes"
            ),
        )
    };
    let parsed = olly_query::sql::parse_statement(&sql, Default::default()).map_err(|_| too_large())?;
    match parsed.kind {
        StatementKind::Insert(i)
            if matches!(
                i.source,
                InsertSource::Values { .. } | InsertSource::Format { .. } | InsertSource::External
            ) =>
        {
            Ok(sql)
        }
        _ => Err(too_large()),
    }
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

/// Bytes of the query's text, then the rest of the body.
struct Chain<'a> {
    head: Vec<u8>,
    from: usize,
    rest: &'a mut dyn Input,
}

#[async_trait]
impl Input for Chain<'_> {
    fn buffered(&self) -> &[u8] {
        if self.from < self.head.len() { self.head.get(self.from..).unwrap_or(&[]) } else { self.rest.buffered() }
    }
    fn consume(&mut self, n: usize) {
        let of_head = n.min(self.head.len() - self.from);
        self.from += of_head;
        self.rest.consume(n - of_head);
    }
    async fn more(&mut self) -> Result<bool> {
        if self.from < self.head.len() {
            // The head grows by what is there, so that a row may span both.
            if self.rest.buffered().is_empty() && !self.rest.more().await? {
                return Ok(false);
            }
            self.head.drain(..self.from);
            self.from = 0;
            self.head.extend_from_slice(self.rest.buffered());
            let n = self.rest.buffered().len();
            self.rest.consume(n);
            return Ok(true);
        }
        self.rest.more().await
    }
}

#[allow(clippy::too_many_arguments)]
async fn insert(
    mut sink: InsertSink,
    wanted_format: Option<String>,
    p: &Parameters,
    sql: &[u8],
    prefix: usize,
    input: &mut dyn Input,
    service: &Arc<Service>,
    session: &Arc<Session>,
) -> Result<(u64, u64)> {
    let mut options = service.options(&sink.settings)?;
    options.native_revision = p.client_protocol_version;
    // Clients write Native blocks without the protocol's framing whatever revision they read at.
    let name = sink.format.clone().or(wanted_format).unwrap_or_else(|| "Values".to_string());
    if name.eq_ignore_ascii_case("native") {
        options.native_revision = 0;
    }
    let mut reader = format::reader(&name, &sink.columns, &options)?;
    let start = sink.inline.as_ref().map_or(prefix, |r| r.start);
    let head = sql.get(start..prefix.max(start)).unwrap_or(&[]).to_vec();
    input.consume(start.saturating_sub(prefix));
    let mut data = Chain { head, from: 0, rest: input };
    let evaluator = Evaluator { service, session };
    while let Some(block) = reader.next(&mut data, &evaluator).await? {
        sink.write(block).await?;
    }
    sink.finish().await
}

async fn external_table(file: multipart::Part, p: &Parameters, service: &Service) -> Result<(String, Block)> {
    let get = |suffix: &str| {
        let wanted = format!("{}{suffix}", file.name);
        p.external.iter().find(|(n, _)| *n == wanted).map(|(_, v)| v.as_str())
    };
    let bad = |e: Error| Error::new(e.code, format!("external table {}: {}", file.name, e.message));
    let columns: Vec<(String, Type)> = if let Some(structure) = get("_structure") {
        split_types(structure)
            .iter()
            .map(|c| {
                let (name, ty) = c.trim().split_once(' ').unwrap_or((c, ""));
                Ok((name.trim_matches('`').to_string(), Type::parse(ty.trim())?))
            })
            .collect::<Result<_>>()
            .map_err(bad)?
    } else if let Some(types) = get("_types") {
        let parse = |(i, t): (usize, &String)| Ok((format!("_{}", i + 1), Type::parse(t.trim())?));
        split_types(types).iter().enumerate().map(parse).collect::<Result<_>>().map_err(bad)?
    } else {
        return Err(Error::new(
            Code::BadArguments,
            format!("Neither {0}_structure nor {0}_types have not been provided for external table {0}", file.name),
        ));
    };
    let options = FormatOptions {
        text: olly_types::text::TextOptions { now_seconds: service.now_seconds(), ..Default::default() },
        ..Default::default()
    };
    let mut reader = format::reader(get("_format").unwrap_or("TabSeparated"), &columns, &options).map_err(bad)?;
    let mut input = Slice(&file.data);
    let mut all: Vec<Block> = Vec::new();
    while let Some(block) = reader.next(&mut input, &NoExpressions).await.map_err(bad)? {
        all.push(block);
    }
    let mut out = format::empty_block(&columns);
    for (i, (name, _, array)) in out.columns.iter_mut().enumerate() {
        let mut pieces = Vec::new();
        for block in &all {
            match block.columns.get(i).filter(|(n, ..)| n == name) {
                Some((_, _, a)) => pieces.push(a.as_ref()),
                None => {
                    return Err(Error::new(
                        Code::IncorrectData,
                        format!("external table {}: values are missing", file.name),
                    ));
                }
            }
        }
        if !pieces.is_empty() {
            *array = arrow::compute::concat(&pieces).map_err(|e| Error::new(Code::LogicalError, e.to_string()))?;
        }
    }
    out.rows = all.iter().map(|b| b.rows).sum();
    Ok((file.name, out))
}

/// Splits at commas outside of brackets.
fn split_types(text: &str) -> Vec<String> {
    let (mut depth, mut out, mut current) = (0i32, Vec::new(), String::new());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    out.push(current);
    out
}

/// A query that gives rows.
struct Running {
    service: Arc<Service>,
    started: i64,
    /// Held until the last row was sent.
    in_use: Option<session::InUse>,
    p: Parameters,
    progress: bool,
}

async fn rows(mut rows: RowStream, wanted: Option<String>, q: Running, answer: &Answer) -> Result<Response<Body>> {
    let mut options = q.service.options(&rows.settings)?;
    options.native_revision = q.p.client_protocol_version;
    let name = rows.format.clone().or(wanted).unwrap_or_else(|| "TabSeparated".to_string());
    let found = format::find(&name).ok_or_else(|| format::unknown(&name))?;
    let writer = format::writer(found.name, &rows.header, &options)?;
    let encoder = Encoder::new(answer.frames, answer.encoding, answer.level)?;
    let counters = Arc::clone(&rows.counters);
    let first = rows.next().await?;
    let (service, started) = (Arc::clone(&q.service), q.started);
    let mut pump = Pump {
        rows,
        writer,
        encoder,
        first,
        text: Vec::new(),
        begun: false,
        ended: false,
        tag: answer.tag.clone(),
        query: q,
    };
    let mut early = Vec::new();
    if pump.query.p.wait_end_of_query {
        while early.len() < WAIT_BYTES {
            match pump.step().await {
                Ok(Some(bytes)) => early.extend_from_slice(&bytes),
                Ok(None) => break,
                // Nothing was sent yet: the error has a status of its own.
                Err(e) => return Err(e),
            }
        }
    }
    let progress = pump.query.progress;
    let body = if pump.ended { full(early) } else { stream(early, pump, answer.version) };
    let mut r = Response::new(body);
    answer.headers(r.headers_mut());
    let elapsed = (service.backend.now().0 - started).max(0) as u64;
    put(r.headers_mut(), "content-type", found.content_type);
    put(r.headers_mut(), "x-clickhouse-format", found.name);
    put(r.headers_mut(), "x-clickhouse-summary", summary(&counters, elapsed));
    if progress {
        put(r.headers_mut(), "x-clickhouse-progress", summary(&counters, elapsed));
    }
    if let Some(e) = answer.encoding {
        put(r.headers_mut(), "content-encoding", e.name());
    }
    Ok(r)
}

/// Makes the bytes of a result, piece by piece.
struct Pump {
    rows: RowStream,
    writer: Box<dyn Writer>,
    encoder: Encoder,
    first: Option<Block>,
    text: Vec<u8>,
    begun: bool,
    ended: bool,
    tag: String,
    query: Running,
}

impl Pump {
    /// The next piece, or None at the end.
    async fn step(&mut self) -> Result<Option<Vec<u8>>> {
        if self.ended {
            return Ok(None);
        }
        self.text.clear();
        let block = if self.begun {
            self.rows.next().await?
        } else {
            self.begun = true;
            self.writer.begin(&mut self.text)?;
            self.first.take()
        };
        match block {
            Some(block) => {
                self.writer.block(&block, &mut self.text)?;
                self.encoder.push(&self.text).map(Some)
            }
            None => {
                self.ended = true;
                let c = &self.rows.counters;
                let summary = Summary {
                    rows_before_limit: self.rows.rows_before_limit(),
                    elapsed_ns: (self.query.service.backend.now().0 - self.query.started).max(0) as u64,
                    read_rows: c.read_rows.load(Relaxed),
                    read_bytes: c.read_bytes.load(Relaxed),
                    totals: self.rows.totals(),
                    extremes: self.rows.extremes(),
                };
                self.writer.end(&summary, &mut self.text)?;
                let mut out = if self.text.is_empty() { Vec::new() } else { self.encoder.push(&self.text)? };
                let encoder = std::mem::replace(&mut self.encoder, Encoder::new(false, None, 1)?);
                out.extend(encoder.finish()?);
                // The session is free as soon as the result is complete.
                self.query.in_use = None;
                Ok(Some(out))
            }
        }
    }

    /// An error in the middle: told in the body by the tag that the header gave.
    fn broken(mut self, e: &Error, version: &str) -> Vec<u8> {
        let message = status::text(e, version);
        let tag = &self.tag;
        let text = format!("\r\n__exception__\r\n{tag}\r\n{message}{} {tag}\r\n__exception__\r\n", message.len());
        let mut out = self.encoder.push(text.as_bytes()).unwrap_or_default();
        out.extend(self.encoder.finish().unwrap_or_default());
        out
    }
}

/// Streams the rest of a result from a task; it ends when the client goes.
fn stream(early: Vec<u8>, mut pump: Pump, version: &'static str) -> Body {
    let (send, receive) = mpsc::channel::<io::Result<Frame<Bytes>>>(2);
    tokio::spawn(async move {
        if !early.is_empty() && send.send(Ok(Frame::data(early.into()))).await.is_err() {
            return;
        }
        loop {
            let step = tokio::select! {
                () = send.closed() => return,
                step = pump.step() => step,
            };
            match step {
                Ok(Some(bytes)) if bytes.is_empty() => {}
                Ok(Some(bytes)) => {
                    if send.send(Ok(Frame::data(bytes.into()))).await.is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(e) => {
                    let bytes = pump.broken(&e, version);
                    let _ = send.send(Ok(Frame::data(bytes.into()))).await;
                    // Leaves the chunked encoding without its end, so that every client notices.
                    let _ = send.send(Err(io::Error::other(e.to_string()))).await;
                    return;
                }
            }
        }
    });
    StreamBody::new(tokio_stream::wrappers::ReceiverStream::new(receive)).boxed()
}
