//! `ollystack sql`: a small client over the HTTP interface. One query, standard input, or interactive with history.

use anyhow::{Result, anyhow};
use bytes::Bytes;
use clap::Args;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

#[derive(Args)]
pub struct SqlArgs {
    /// Statements, separated by `;`. Without them standard input is read, or a prompt shown
    pub query: Option<String>,
    /// The server's HTTP address
    #[arg(long, default_value = "127.0.0.1:8123", value_name = "ADDRESS")]
    pub server: String,
    #[arg(long, default_value = "default")]
    pub database: String,
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

/// A server to ask over HTTP.
pub struct Remote {
    client: Client<HttpConnector, Full<Bytes>>,
    args: SqlArgs,
    /// Keeps SET and USE between statements.
    session: String,
    format: String,
    interactive: bool,
}

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
            args,
            session: format!("demo-{}", std::process::id()),
            format: "TabSeparatedWithNames".into(),
            interactive: false,
        }
    }

    /// Runs one statement and streams its answer to `out`.
    pub async fn run(&self, sql: &str, out: &mut impl Write) -> Result<()> {
        let a = &self.args;
        let uri = format!(
            "http://{}/?database={}&default_format={}&session_id={}",
            a.server,
            encode(&a.database),
            encode(&self.format),
            self.session
        );
        let request = http::Request::post(&uri)
            .header("X-ClickHouse-User", &a.user)
            .header("X-ClickHouse-Key", &a.password)
            .body(Full::new(Bytes::from(sql.to_string())))
            .map_err(|e| anyhow!("--server {}: {e}", a.server))?;
        let started = std::time::Instant::now();
        let response = self
            .client
            .request(request)
            .await
            .map_err(|e| anyhow!("cannot reach the server at {}: {}", a.server, cause(&e)))?;
        let failed = !response.status().is_success();
        let summary = response.headers().get("X-ClickHouse-Summary").and_then(|v| v.to_str().ok()).map(str::to_string);
        let mut body = response.into_body();
        let mut error = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|e| anyhow!("the answer broke off: {e}"))?;
            if let Some(data) = frame.data_ref() {
                if failed { error.extend_from_slice(data) } else { out.write_all(data)? }
            }
        }
        out.flush()?;
        if failed {
            return Err(anyhow!("{}", String::from_utf8_lossy(&error).trim_end()));
        }
        if self.interactive || a.stats {
            eprintln!("{}", line(started.elapsed().as_secs_f64(), summary.as_deref()));
        }
        Ok(())
    }

    async fn script(&self, text: &str) -> Result<ExitCode> {
        let mut out = std::io::stdout().lock();
        for span in olly_query::sql::split_statements(text.as_bytes()) {
            let statement = text.get(span.start as usize..span.end as usize).unwrap_or_default();
            self.run(statement, &mut out).await?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn cause(e: &dyn std::error::Error) -> String {
    let mut deepest = e;
    while let Some(next) = deepest.source() {
        deepest = next;
    }
    deepest.to_string()
}

/// Seconds, rows and memory of a query, from the server's summary.
fn line(seconds: f64, summary: Option<&str>) -> String {
    let summary: serde_json::Value = summary.and_then(|s| serde_json::from_str(s).ok()).unwrap_or_default();
    let number =
        |key: &str| summary.get(key).and_then(|v| v.as_str()).and_then(|s| s.parse::<f64>().ok()).unwrap_or(0.0);
    let rows = number("read_rows");
    format!(
        "{seconds:.3} s, {rows} rows read ({:.0} rows/s), peak memory {:.1} MiB",
        rows / seconds.max(1e-9),
        number("memory_usage") / 1_048_576.0
    )
}

pub async fn run(args: SqlArgs) -> Result<ExitCode> {
    let terminal = std::io::stdout().is_terminal();
    let format =
        args.format.clone().unwrap_or_else(|| if terminal { "PrettyCompact" } else { "TabSeparated" }.to_string());
    let session = format!("ollystack-sql-{}-{}", std::process::id(), rand::random::<u64>());
    let query = args.query.clone();
    let interactive = query.is_none() && std::io::stdin().is_terminal();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let remote = Remote { client, args, session, format, interactive };
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
    eprintln!("Connected to {}. Statements end with `;`, Ctrl-D leaves.", remote.args.server);
    let mut pending = String::new();
    loop {
        let text = tokio::task::block_in_place(|| {
            editor.readline(if pending.is_empty() { "ollystack> " } else { "        -> " })
        });
        match text {
            Ok(text) => {
                let word = text.trim().trim_end_matches(';').to_ascii_lowercase();
                if pending.is_empty() && matches!(word.as_str(), "exit" | "quit" | "q" | "\\q") {
                    break;
                }
                pending.push_str(&text);
                pending.push('\n');
                if !text.trim_end().ends_with(';') {
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
