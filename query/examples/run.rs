//! Runs SQL statements from standard input, separated by `;`, against a store in memory, and prints TabSeparated answers
//! with names and types: `echo 'SELECT 1' | cargo run -p olly-query --example run`.

use olly_query::engine::{Execution, QueryText, Session};
use olly_query::fake;
use olly_types::TenantId;
use olly_types::port::TenantCtx;
use olly_types::text::{Printer, Style, TextOptions};
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
    let engine = fake::engine(&store, runtime.handle().clone(), std::env::temp_dir(), Arc::new(fake::StillClock(now)));
    let session = Arc::new(Session::new(TenantCtx { tenant: TenantId(0), user: "default".into() }, "default"));
    let quiet = std::env::args().any(|a| a == "--quiet");
    let mut out = std::io::stdout().lock();
    for span in olly_query::sql::split_statements(&text) {
        let sql = span.text(&text).to_vec();
        if !quiet {
            writeln!(out, "> {}", String::from_utf8_lossy(&sql))?;
        }
        if let Err(e) = runtime.block_on(run(&engine, &session, sql, &mut out)) {
            writeln!(out, "{e}")?;
        }
    }
    Ok(())
}

async fn run(
    engine: &olly_query::engine::Engine,
    session: &Arc<Session>,
    sql: Vec<u8>,
    out: &mut impl Write,
) -> olly_types::Result<()> {
    let io = |e: std::io::Error| olly_types::Error::new(olly_types::Code::UnknownException, e.to_string());
    match engine.execute(session, QueryText { sql, ..QueryText::default() }).await? {
        Execution::Done(_) => {}
        Execution::Insert(sink) => {
            writeln!(out, "waits for rows of {:?}", sink.columns).map_err(io)?;
        }
        Execution::Rows(mut rows) => {
            let names: Vec<String> = rows.header.iter().map(|(n, _)| n.clone()).collect();
            let types: Vec<String> = rows.header.iter().map(|(_, t)| t.to_string()).collect();
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
