//! `ollystack sql`: a small client over the HTTP interface. One query, standard input, or interactive with history.

use crate::progress::{self, Figures, Progress};
use anyhow::{Result, anyhow};
use bytes::Bytes;
use clap::Args;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use olly_query::sql::ast::StatementKind;
use olly_query::sql::parse_statement;
use parking_lot::Mutex;
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct SqlArgs {
    /// Statements, separated by `;`. Without them standard input is read, or a prompt shown. An INSERT that ends with
    /// FORMAT takes its rows from standard input
    pub query: Option<String>,
    /// The server's ClickHouse HTTP address, also as http://HOST:PORT
    #[arg(long, default_value = "127.0.0.1:8123", value_name = "ADDRESS", value_parser = server_address)]
    pub server: String,
    /// Database of names without one
    #[arg(long, default_value = "default")]
    pub database: String,
    /// Who asks
    #[arg(long, default_value = "default")]
    pub user: String,
    /// The password; better given as OLLYSTACK_PASSWORD
    #[arg(long, default_value = "", env = "OLLYSTACK_PASSWORD", hide_env_values = true)]
    pub password: String,
    /// Output format [default: PrettyCompact on a terminal, TabSeparated otherwise]
    #[arg(long)]
    pub format: Option<String>,
    /// Print time, rows and memory of each query to standard error
    #[arg(long)]
    pub stats: bool,
}

/// How often a running query is asked for its progress.
const TICK: Duration = Duration::from_millis(200);
/// Bytes of standard input in one piece of an INSERT's body.
const PIECE: usize = 256 << 10;

type RequestBody = UnsyncBoxBody<Bytes, std::io::Error>;

/// A server to ask over HTTP.
pub struct Remote {
    client: Client<HttpConnector, RequestBody>,
    args: SqlArgs,
    /// Keeps SET between statements.
    session: String,
    /// Of names without one; USE changes it.
    database: Mutex<String>,
    format: String,
    interactive: bool,
    /// Whether a progress line is drawn (on a terminal).
    bar: bool,
}

/// HOST:PORT of an address that may be written as a URL; without a port it is ClickHouse's.
fn server_address(text: &str) -> Result<String> {
    let bad = |why: &str| anyhow!("{why}; give it as HOST:PORT, such as 127.0.0.1:8123");
    if text.starts_with("https://") {
        return Err(bad("TLS is not supported here"));
    }
    let host = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
    let authority: http::uri::Authority = host.parse().map_err(|e| bad(&format!("{e}")))?;
    if host.contains('@') {
        return Err(bad("a user is given with --user, and the password as OLLYSTACK_PASSWORD"));
    }
    Ok(if authority.port().is_some() { host.to_string() } else { format!("{host}:8123") })
}

/// What `help` says at the prompt.
const HELP: &str = "\
Statements end with `;` and may go over several lines. ClickHouse SQL; what is there: SELECT name FROM system.functions;
  SHOW TABLES;  DESCRIBE otel_logs;       what can be asked
  SELECT … FORMAT Vertical;               another format for one answer
  SET max_threads = 1;  USE system;       hold until you leave
  help, exit                              need no `;` (also ?, quit, \\q)
  Ctrl-C                                  cancels the query that runs, or clears what was typed; Ctrl-D leaves";

fn encode(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

impl Remote {
    /// The server of this process, for the demo.
    pub fn local(address: std::net::SocketAddr) -> Remote {
        let args = SqlArgs {
            query: None,
            server: address.to_string(),
            database: "default".into(),
            user: "default".into(),
            password: String::new(),
            format: None,
            stats: false,
        };
        Remote {
            client: Client::builder(TokioExecutor::new()).build_http(),
            database: Mutex::new(args.database.clone()),
            args,
            session: format!("demo-{}", std::process::id()),
            format: "TabSeparatedWithNames".into(),
            interactive: false,
            bar: false,
        }
    }

    /// Runs one statement and streams its answer to `out`.
    pub async fn run(&self, sql: &str, out: &mut impl Write) -> Result<()> {
        self.send(sql, false, out).await
    }

    fn request(&self, uri: &str, body: RequestBody) -> Result<http::Request<RequestBody>> {
        let a = &self.args;
        http::Request::post(uri)
            .header("X-ClickHouse-User", &a.user)
            .header("X-ClickHouse-Key", &a.password)
            .body(body)
            .map_err(|e| anyhow!("--server {}: {e}", a.server))
    }

    /// What the server says of a running query; None when it is over.
    async fn figures(&self, id: &str) -> Option<Figures> {
        let sql = format!(
            "SELECT read_rows, total_rows_approx, read_bytes, memory_usage, peak_memory_usage FROM system.processes WHERE query_id = '{id}'"
        );
        let uri = format!("http://{}/?default_format=TabSeparated&log_queries=0", self.args.server);
        let response = self.client.request(self.request(&uri, text_body(sql)).ok()?).await.ok()?;
        let body = response.into_body().collect().await.ok()?.to_bytes();
        Figures::parse(std::str::from_utf8(&body).ok()?)
    }

    /// The server's version. Errors: it cannot be reached, or refuses us.
    async fn version(&self) -> Result<String> {
        let a = &self.args;
        let uri = format!("http://{}/?database={}&default_format=TabSeparated", a.server, encode(&a.database));
        let request = self.request(&uri, text_body("SELECT version()".into()))?;
        let response = self.client.request(request).await.map_err(|e| self.unreachable(&e))?;
        let ok = response.status().is_success();
        let body = response.into_body().collect().await?.to_bytes();
        let text = String::from_utf8_lossy(&body).trim_end().to_string();
        if ok { Ok(text) } else { Err(anyhow!("{text}")) }
    }

    fn unreachable(&self, e: &dyn std::error::Error) -> anyhow::Error {
        let server = &self.args.server;
        anyhow!("cannot reach the server at {server}: {}; is `ollystack server` running there?", cause(e))
    }

    async fn cancel(&self, id: &str) {
        let uri = format!("http://{}/", self.args.server);
        if let Ok(request) = self.request(&uri, text_body(format!("KILL QUERY WHERE query_id = '{id}'"))) {
            // The query ends with its connection too.
            let _ = self.client.request(request).await;
        }
    }

    /// Runs one statement; with `data`, standard input is what it inserts.
    async fn send(&self, sql: &str, data: bool, out: &mut impl Write) -> Result<()> {
        let a = &self.args;
        let id = format!("{}-{:08x}", self.session, rand::random::<u32>());
        let mut uri = format!(
            "http://{}/?database={}&default_format={}&session_id={}&session_timeout=3600&query_id={id}",
            a.server,
            encode(&self.database.lock()),
            encode(&self.format),
            self.session
        );
        let body = if data {
            uri.push_str(&format!("&query={}", encode(sql)));
            standard_input()
        } else {
            text_body(sql.to_string())
        };
        let started = Instant::now();
        let mut progress = Progress::start(self.bar);
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut interrupt = Interrupt::new(self.interactive)?;
        let mut asked = std::pin::pin!(self.client.request(self.request(&uri, body)?));
        let response = loop {
            tokio::select! {
                biased;
                response = &mut asked => break response,
                () = interrupt.hit() => {
                    progress.erase();
                    self.cancel(&id).await;
                    return Err(anyhow!("Cancelled."));
                }
                _ = tick.tick() => self.show(&id, &mut progress).await,
            }
        };
        progress.erase();
        let response = response.map_err(|e| self.unreachable(&e))?;
        let failed = !response.status().is_success();
        let summary = response.headers().get("X-ClickHouse-Summary").and_then(|v| v.to_str().ok()).map(str::to_string);
        let mut body = response.into_body();
        let mut error = Vec::new();
        // On one terminal, rows and a progress line would mix.
        let mixed = std::io::stdout().is_terminal();
        let mut wrote = false;
        loop {
            let frame = tokio::select! {
                biased;
                frame = body.frame() => frame,
                () = interrupt.hit() => {
                    progress.erase();
                    self.cancel(&id).await;
                    return Err(anyhow!("Cancelled."));
                }
                _ = tick.tick(), if !(wrote && mixed) => {
                    self.show(&id, &mut progress).await;
                    continue;
                }
            };
            let Some(frame) = frame else { break };
            progress.erase();
            let frame = frame.map_err(|e| anyhow!("the answer broke off: {}", cause(&e)))?;
            if let Some(data) = frame.data_ref() {
                wrote = true;
                if failed { error.extend_from_slice(data) } else { out.write_all(data)? }
            }
        }
        progress.erase();
        out.flush()?;
        if failed {
            return Err(anyhow!("{}", String::from_utf8_lossy(&error).trim_end()));
        }
        let parsed = parse_statement(sql.as_bytes(), Default::default());
        if let Ok(StatementKind::Use { database }) = parsed.map(|s| s.kind) {
            *self.database.lock() = database.value;
        }
        if self.interactive || a.stats {
            eprintln!("{}", line(started.elapsed().as_secs_f64(), summary.as_deref(), &progress.figures));
        }
        Ok(())
    }

    async fn show(&self, id: &str, progress: &mut Progress) {
        if progress.is_shown()
            && let Some(figures) = self.figures(id).await
        {
            progress.draw(figures);
        }
    }

    async fn script(&self, text: &str) -> Result<ExitCode> {
        let mut out = std::io::stdout().lock();
        for span in olly_query::sql::split_statements(text.as_bytes()) {
            let statement = text.get(span.start as usize..span.end as usize).unwrap_or_default();
            let data = self.args.query.is_some() && !std::io::stdin().is_terminal() && wants_data(statement);
            match self.send(statement, data, &mut out).await {
                // The reader of a pipe went away: that is no error of ours.
                Err(e) if e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) => {
                    return Ok(ExitCode::SUCCESS);
                }
                result => result?,
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn text_body(text: String) -> RequestBody {
    Full::new(Bytes::from(text)).map_err(|e| match e {}).boxed_unsync()
}

/// Standard input in pieces, as it comes.
fn standard_input() -> RequestBody {
    use tokio::io::AsyncReadExt;
    let pieces = futures::stream::try_unfold(tokio::io::stdin(), |mut input| async move {
        let mut piece = bytes::BytesMut::with_capacity(PIECE);
        let n = input.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((n > 0).then(|| (hyper::body::Frame::data(piece.freeze()), input)))
    });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}

/// Whether a statement is an INSERT whose rows are elsewhere: it ends with FORMAT and a name, or with VALUES.
fn wants_data(statement: &str) -> bool {
    let mut words = statement.split_whitespace();
    let first = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let is = |at: usize, word: &str| {
        rest.len().checked_sub(at).and_then(|i| rest.get(i)).is_some_and(|w| w.eq_ignore_ascii_case(word))
    };
    first.eq_ignore_ascii_case("insert") && (is(2, "format") || is(1, "values"))
}

/// Whether the last statement of a text has its `;`, not one inside of a string or comment: then what follows is another.
fn is_complete(text: &str) -> bool {
    let count = |text: &str| olly_query::sql::split_statements(text.as_bytes()).len();
    text.trim_end().ends_with(';') && count(&format!("{text}\nx")) > count(text)
}

/// Ctrl-C, where there is a prompt to go back to; otherwise it ends the program, and with it the query. One that comes
/// while nobody waits is not lost.
struct Interrupt(Option<tokio::signal::unix::Signal>);

impl Interrupt {
    fn new(interactive: bool) -> Result<Interrupt> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Interrupt(if interactive { Some(signal(SignalKind::interrupt())?) } else { None }))
    }
    async fn hit(&mut self) {
        let hit = match &mut self.0 {
            Some(signal) => signal.recv().await,
            None => None,
        };
        if hit.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

fn cause(e: &dyn std::error::Error) -> String {
    let mut deepest = e;
    while let Some(next) = deepest.source() {
        deepest = next;
    }
    deepest.to_string()
}

/// Seconds, rows and memory of a query, from the server's summary and the progress that was heard.
fn line(seconds: f64, summary: Option<&str>, heard: &Figures) -> String {
    let summary: serde_json::Value = summary.and_then(|s| serde_json::from_str(s).ok()).unwrap_or_default();
    let number = |key: &str| summary.get(key).and_then(|v| v.as_str()).and_then(|s| s.parse::<u64>().ok()).unwrap_or(0);
    let rows = number("read_rows").max(heard.read_rows);
    let rate = progress::count(rows as f64 / seconds.max(1e-9));
    let memory = progress::bytes(number("memory_usage").max(heard.peak_memory));
    format!("{seconds:.3} s, {} rows read ({rate} rows/s), peak memory {memory}", progress::count(rows as f64))
}

pub async fn run(args: SqlArgs) -> Result<ExitCode> {
    let terminal = std::io::stdout().is_terminal();
    let format =
        args.format.clone().unwrap_or_else(|| if terminal { "PrettyCompact" } else { "TabSeparated" }.to_string());
    let session = format!("ollystack-sql-{}-{}", std::process::id(), rand::random::<u64>());
    let query = args.query.clone();
    let interactive = query.is_none() && std::io::stdin().is_terminal();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let database = Mutex::new(args.database.clone());
    let remote = Remote { client, database, args, session, format, interactive, bar: true };
    match query {
        Some(query) => remote.script(&query).await,
        None if interactive => prompt(remote).await,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            remote.script(&text).await
        }
    }
}

/// Statements end with `;`; until then lines are joined. History is kept in the user's home.
async fn prompt(remote: Remote) -> Result<ExitCode> {
    let mut editor = rustyline::DefaultEditor::new()?;
    let history = std::env::var_os("HOME").map(|h| std::path::PathBuf::from(h).join(".ollystack_history"));
    if let Some(path) = &history {
        // A first start has no history.
        let _ = editor.load_history(path);
    }
    // A server that is not there, or does not let us in, is told of before the first question.
    let version = remote.version().await?;
    let server = &remote.args.server;
    eprintln!(
        "Connected to {server}, which speaks as ClickHouse {version}. Statements end with `;`, Ctrl-D leaves, `help` helps."
    );
    let mut pending = String::new();
    loop {
        let text = tokio::task::block_in_place(|| {
            editor.readline(if pending.is_empty() { "ollystack> " } else { "        -> " })
        });
        match text {
            Ok(text) => {
                let word = text.trim().trim_end_matches(';').to_ascii_lowercase();
                if pending.is_empty() && word.is_empty() {
                    continue;
                }
                if pending.is_empty() && matches!(word.as_str(), "exit" | "quit" | "q" | "\\q") {
                    break;
                }
                if pending.is_empty() && matches!(word.as_str(), "help" | "?" | "\\h" | "\\?") {
                    eprintln!("{HELP}");
                    continue;
                }
                pending.push_str(&text);
                pending.push('\n');
                if !is_complete(&pending) {
                    continue;
                }
                let whole = std::mem::take(&mut pending);
                let _ = editor.add_history_entry(whole.trim());
                if let Err(e) = remote.script(&whole).await {
                    eprintln!("{e}");
                }
            }
            Err(rustyline::error::ReadlineError::Interrupted) => pending.clear(),
            Err(rustyline::error::ReadlineError::Eof) => break,
            Err(e) => return Err(e.into()),
        }
    }
    if let Some(path) = &history {
        editor.save_history(path)?;
    }
    Ok(ExitCode::SUCCESS)
}
