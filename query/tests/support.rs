//! An engine over a store in memory, and statements run on it.

use olly_query::engine::{Block, Engine, Execution, QueryText, Session};
use olly_query::fake::{self, FakeStore};
use olly_types::port::{Clock, TenantCtx};
use olly_types::text::{Printer, Style, TextOptions};
use olly_types::{Result, TenantId, UnixNanos};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that goes on by `step` nanoseconds at each look.
pub struct SteppingClock {
    now: AtomicI64,
    step: i64,
}

impl Clock for SteppingClock {
    fn now(&self) -> UnixNanos {
        UnixNanos(self.now.fetch_add(self.step, Ordering::SeqCst))
    }
}

pub struct Db {
    pub store: Arc<FakeStore>,
    pub engine: Engine,
    pub session: Arc<Session>,
    pub spill: std::path::PathBuf,
    runtime: tokio::runtime::Runtime,
}

impl Db {
    pub fn new() -> Db {
        Db::with_step(0)
    }
    /// A database on whose clock each look takes `step` nanoseconds.
    pub fn with_step(step: i64) -> Db {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(16 << 20)
            .enable_all()
            .build()
            .unwrap();
        let store = FakeStore::new();
        static NUMBER: AtomicI64 = AtomicI64::new(0);
        let name = format!("olly-query-test-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let spill = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&spill).unwrap();
        let clock = Arc::new(SteppingClock { now: AtomicI64::new(1_780_272_000_000_000_000), step });
        let engine = fake::engine(&store, runtime.handle().clone(), spill.clone(), clock);
        let session = Arc::new(Session::new(TenantCtx { tenant: TenantId(0), user: "default".into() }, "default"));
        Db { store, engine, session, spill, runtime }
    }

    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// All blocks of a statement, with settings given beside it.
    pub fn blocks(&self, sql: &str, settings: &[(&str, &str)]) -> Result<Vec<Block>> {
        let settings = settings.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        let query = QueryText { sql: sql.as_bytes().to_vec(), settings, ..QueryText::default() };
        self.block_on(async {
            let mut out = Vec::new();
            if let Execution::Rows(mut rows) = self.engine.execute(&self.session, query).await? {
                while let Some(block) = rows.next().await? {
                    out.push(block);
                }
            }
            Ok(out)
        })
    }

    /// Rows as TabSeparated lines.
    pub fn rows(&self, sql: &str) -> Result<Vec<String>> {
        Ok(lines(&self.blocks(sql, &[])?))
    }

    /// The rows of a statement that must work.
    pub fn ok(&self, sql: &str) -> Vec<String> {
        self.rows(sql).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// The code a statement fails with, 0 where it does not.
    pub fn code(&self, sql: &str) -> i32 {
        match self.rows(sql) {
            Ok(_) => 0,
            Err(e) => e.code as i32,
        }
    }

    /// Files under the folder for spills.
    pub fn spilled(&self) -> usize {
        fn count(path: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(path).unwrap();
            entries.map(|e| e.unwrap().path()).map(|p| if p.is_dir() { count(&p) } else { 1 }).sum()
        }
        count(&self.spill)
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.spill);
    }
}

pub fn lines(blocks: &[Block]) -> Vec<String> {
    let options = TextOptions::default();
    let mut out = Vec::new();
    for block in blocks {
        let printers: Vec<Printer<'_>> =
            block.columns.iter().map(|(_, t, a)| Printer::new(a, t, &options).unwrap()).collect();
        for row in 0..block.rows {
            let mut line = Vec::new();
            for (i, p) in printers.iter().enumerate() {
                if i > 0 {
                    line.push(b'\t');
                }
                p.write(row, Style::Escaped, &mut line);
            }
            out.push(String::from_utf8(line).unwrap());
        }
    }
    out
}
