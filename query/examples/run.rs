//! Runs SQL statements from standard input, separated by `;`, against a store in memory, and prints TabSeparated answers
//! with names and types: `echo 'SELECT 1' | cargo run -p olly-query --example run`.
//! With `--framed` statements come separated by NUL and each answer ends with one (tests/clients/compare.py speaks this);
//! lines `\x01name\x01value` before a statement are its parameters.
//! With `--time`, times and memory in place of answers.

use olly_query::engine::{Execution, QueryText, Session};
use olly_query::fake;
use olly_types::port::{Clock, TenantCtx};
use olly_types::text::{Printer, Style, TextOptions};
use olly_types::{TenantId, UnixNanos};
use std::io::{Read, Write};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos() as i64;
    let store = fake::FakeStore::new();
    // Answers that depend on the time are the same through a run, unless it is measured.
    let time = std::env::args().any(|a| a == "--time");
    let clock: Arc<dyn Clock> = if time { Arc::new(WallClock) } else { Arc::new(fake::StillClock(now)) };
    let engine = fake::engine(&store, runtime.handle().clone(), std::env::temp_dir(), clock);
    let session = Arc::new(Session::new(TenantCtx { tenant: TenantId(0), user: "default".into() }, "default"));
    let quiet = std::env::args().any(|a| a == "--quiet");
    let mut out = std::io::stdout().lock();
    if std::env::args().any(|a| a == "--framed") {
        for frame in text.split(|b| *b == 0).filter(|f| !f.is_empty()) {
            let (parameters, sql) = framed(frame);
            if let Err(e) = runtime.block_on(run(&engine, &session, sql, parameters, &mut out)) {
                writeln!(out, "\x01{}", e.to_string().replace('\0', "?"))?;
            }
            out.write_all(b"\0")?;
            out.flush()?;
        }
        return Ok(());
    }
    for span in olly_query::sql::split_statements(&text) {
        let sql = span.text(&text).to_vec();
        if !quiet {
            writeln!(out, "> {}", String::from_utf8_lossy(&sql))?;
        }
        let began = std::time::Instant::now();
        let result = if time {
            runtime.block_on(run(&engine, &session, sql, Vec::new(), &mut std::io::sink()))
        } else {
            runtime.block_on(run(&engine, &session, sql, Vec::new(), &mut out))
        };
        if let Err(e) = result {
            writeln!(out, "{e}")?;
        }
        if time {
            writeln!(out, "{:.2} s, {} MiB at most", began.elapsed().as_secs_f64(), peak())?;
            out.flush()?;
        }
    }
    Ok(())
}

/// Parameters and text of a frame.
fn framed(frame: &[u8]) -> (Vec<(String, String)>, Vec<u8>) {
    let (mut parameters, mut rest) = (Vec::new(), frame);
    while let Some(line) = rest.strip_prefix(b"\x01") {
        let end = line.iter().position(|b| *b == b'\n').unwrap_or(line.len());
        let text = String::from_utf8_lossy(&line[..end]).into_owned();
        if let Some((name, value)) = text.split_once('\x01') {
            parameters.push((name.to_string(), value.to_string()));
        }
        rest = line.get(end + 1..).unwrap_or_default();
    }
    (parameters, rest.to_vec())
}

/// The machine's clock.
struct WallClock;
impl Clock for WallClock {
    fn now(&self) -> UnixNanos {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        UnixNanos(since.as_nanos() as i64)
    }
}

/// Most memory of the process since the last call, in MiB.
#[allow(clippy::disallowed_methods)]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or_default();
    let kib = line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    kib / 1024
}

async fn run(
    engine: &olly_query::engine::Engine,
    session: &Arc<Session>,
    sql: Vec<u8>,
    parameters: Vec<(String, String)>,
    out: &mut impl Write,
) -> olly_types::Result<()> {
    let io = |e: std::io::Error| olly_types::Error::new(olly_types::Code::UnknownException, e.to_string());
    match engine.execute(session, QueryText { sql, parameters, ..QueryText::default() }).await? {
        Execution::Done(_) => {}
        Execution::Insert(sink) => {
            writeln!(out, "waits for rows of {:?}", sink.columns).map_err(io)?;
        }
        Execution::Rows(mut rows) => {
            let names: Vec<String> = rows.header.iter().map(|(n, _)| escaped(n)).collect();
            let types: Vec<String> = rows.header.iter().map(|(_, t)| escaped(&t.to_string())).collect();
            writeln!(out, "{}\n{}", names.join("\t"), types.join("\t")).map_err(io)?;
            let options = TextOptions::default();
            while let Some(block) = rows.next().await? {
                let printers: Vec<Printer<'_>> = block
                    .columns
                    .iter()
                    .map(|(_, t, a)| Printer::new(a, t, &options))
                    .collect::<olly_types::Result<_>>()?;
                for row in 0..block.rows {
                    let mut line = Vec::new();
                    for (i, p) in printers.iter().enumerate() {
                        if i > 0 {
                            line.push(b'\t');
                        }
                        p.write(row, Style::Escaped, &mut line);
                    }
                    line.push(b'\n');
                    out.write_all(&line).map_err(io)?;
                }
            }
        }
    }
    Ok(())
}

/// TabSeparated's form of a name.
fn escaped(name: &str) -> String {
    let mut out = Vec::new();
    olly_types::text::write_escaped(name.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
