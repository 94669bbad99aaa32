//! An engine for tests: `SELECT …` of fixed columns, `INSERT INTO t` into memory, a few errors.

use arrow::array::{Array, ArrayRef};
use async_trait::async_trait;
use olly_compat_clickhouse::auth::Auth;
use olly_compat_clickhouse::block::Block;
use olly_compat_clickhouse::connections::Connections;
use olly_compat_clickhouse::service::{Backend, ListenerOptions, Service};
use olly_query::engine::*;
use olly_query::sql::ast::{InsertSource, StatementKind};
use olly_types::catalog::Database;
use olly_types::port::CatalogView;
use olly_types::schema::TableSchema;
use olly_types::value::array_of;
use olly_types::*;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub struct Fake {
    facts: Facts,
    pub stored: Arc<Mutex<Vec<Block>>>,
    pub columns: Vec<(String, Type)>,
    pub seen: Arc<Mutex<Vec<QueryText>>>,
}

struct Catalog;

impl CatalogView for Catalog {
    fn databases(&self) -> Vec<Arc<Database>> {
        Vec::new()
    }
    fn database(&self, name: &str) -> Option<Arc<Database>> {
        (name == "default").then(|| Arc::new(Database { name: "default".into(), uuid: 1, comment: String::new() }))
    }
    fn tables(&self, _: &str) -> Vec<Arc<TableSchema>> {
        Vec::new()
    }
    fn table(&self, _: &str, _: &str) -> Option<Arc<TableSchema>> {
        None
    }
    fn table_by_id(&self, _: TableId) -> Option<Arc<TableSchema>> {
        None
    }
    fn data_groups(&self) -> u32 {
        1
    }
}

/// Blocks, then an end, an error, or nothing ever.
enum End {
    Done,
    Error(Error),
    Never,
}

struct Blocks(std::collections::VecDeque<Block>, End);

#[async_trait]
impl BlockSource for Blocks {
    async fn next(&mut self) -> Result<Option<Block>> {
        match self.0.pop_front() {
            Some(b) => Ok(Some(b)),
            None => match &self.1 {
                End::Done => Ok(None),
                End::Error(e) => Err(e.clone()),
                End::Never => std::future::pending().await,
            },
        }
    }
    fn rows_before_limit(&self) -> Option<u64> {
        Some(1000)
    }
}

struct Store(Arc<Mutex<Vec<Block>>>, u64);

#[async_trait]
impl BlockSink for Store {
    async fn write(&mut self, block: Block) -> Result<()> {
        if block.columns.iter().any(|(n, ..)| n == "refused") {
            return Err(Error::new(Code::NoSuchColumnInTable, "No such column refused in table t"));
        }
        self.1 += block.rows as u64;
        self.0.lock().unwrap().push(block);
        Ok(())
    }
    async fn finish(&mut self) -> Result<(u64, u64)> {
        Ok((self.1, self.1 * 8))
    }
}

pub fn block(columns: &[(&str, &str, &[Value])]) -> Block {
    let rows = columns.first().map_or(0, |c| c.2.len());
    let column = |(n, t, v): &(&str, &str, &[Value])| {
        let ty = Type::parse(t).unwrap();
        let array: ArrayRef = array_of(v, &ty).unwrap();
        assert_eq!(array.len(), rows);
        (n.to_string(), ty, array)
    };
    Block { columns: columns.iter().map(column).collect(), rows }
}

pub fn numbers(n: u64) -> Block {
    let values: Vec<Value> = (0..n).map(Value::UInt).collect();
    block(&[("number", "UInt64", &values)])
}

#[async_trait]
impl Backend for Fake {
    async fn execute(&self, session: &Arc<Session>, query: QueryText) -> Result<Execution> {
        self.seen.lock().unwrap().push(query.clone());
        let mut settings = session.settings();
        for (n, v) in &query.settings {
            if n != "readonly" {
                settings.set(n, v)?;
            }
        }
        let sql = String::from_utf8_lossy(&query.sql).into_owned();
        let parsed = olly_query::sql::parse_statement(&query.sql, Default::default())
            .map_err(|e| Error::new(Code::SyntaxError, e.to_string()))?;
        if let StatementKind::Insert(i) = &parsed.kind {
            let (format, inline) = match &i.source {
                InsertSource::Values { data } => {
                    (Some("Values".to_string()), Some(data.start as usize..data.end as usize))
                }
                InsertSource::Format { name, data } => {
                    (Some(name.value.clone()), Some(data.start as usize..data.end as usize))
                }
                _ => (None, None),
            };
            let mut sink = InsertSink::from_sink(self.columns.clone(), Box::new(Store(Arc::clone(&self.stored), 0)));
            sink.format = format;
            sink.inline = inline.filter(|r| !query.sql[r.clone()].trim_ascii().is_empty());
            sink.settings = settings;
            return Ok(Execution::Insert(sink));
        }
        if sql.starts_with("CREATE") {
            return Ok(Execution::Done(Done::default()));
        }
        let (blocks, end) = if sql.contains("nowhere") {
            return Err(Error::new(Code::UnknownTable, "Table default.nowhere does not exist"));
        } else if sql.contains("broken") {
            (
                vec![numbers(1000)],
                End::Error(Error::new(Code::FunctionThrowIfValueIsNonZero, "Value passed is non-zero")),
            )
        } else if sql.contains("endless") {
            (vec![numbers(10)], End::Never)
        } else if sql.contains("FROM t") {
            (self.stored.lock().unwrap().clone(), End::Done)
        } else if sql.contains("CAST(") {
            // Expressions of VALUES: every one of them is 7.
            let n = sql.matches("CAST(").count();
            let columns: Vec<_> = (0..n)
                .map(|i| {
                    (
                        format!("c{i}"),
                        self.columns[0].1.clone(),
                        array_of(&[Value::UInt(7)], &self.columns[0].1).unwrap(),
                    )
                })
                .collect();
            (vec![Block { columns, rows: 1 }], End::Done)
        } else {
            (vec![numbers(3)], End::Done)
        };
        let header = blocks.first().map_or_else(|| self.columns.clone(), Block::header);
        let mut rows = RowStream::from_source(header, Box::new(Blocks(blocks.into(), end)));
        rows.settings = settings;
        rows.format = parsed.format.map(|f| f.value);
        rows.counters.read_rows.store(3, std::sync::atomic::Ordering::Relaxed);
        Ok(Execution::Rows(rows))
    }
    fn now(&self) -> UnixNanos {
        UnixNanos(1_800_000_000_000_000_000)
    }
    fn facts(&self) -> &Facts {
        &self.facts
    }
    fn catalog(&self, _: TenantId) -> Arc<dyn CatalogView> {
        Arc::new(Catalog)
    }
}

/// A running server.
pub struct Server {
    pub http: u16,
    pub native: u16,
    pub stored: Arc<Mutex<Vec<Block>>>,
    pub seen: Arc<Mutex<Vec<QueryText>>>,
    pub connections: Arc<Connections>,
    stop: CancellationToken,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub async fn start(columns: &[(&str, &str)]) -> Server {
    start_with(columns, 100).await
}

/// `limit`: connections.
pub async fn start_with(columns: &[(&str, &str)], limit: usize) -> Server {
    start_on(columns, limit, ListenerOptions::default()).await
}

pub async fn start_on(columns: &[(&str, &str)], limit: usize, options: ListenerOptions) -> Server {
    let stored = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let facts = Facts {
        version: "25.8.1.1",
        host_name: "here".into(),
        started: UnixNanos(0),
        time_zone: "UTC".into(),
        threads: 2,
    };
    let columns = columns.iter().map(|(n, t)| (n.to_string(), Type::parse(t).unwrap())).collect();
    let fake = Fake { facts, stored: Arc::clone(&stored), columns, seen: Arc::clone(&seen) };
    let stop = CancellationToken::new();
    let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let native = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ports = (http.local_addr().unwrap().port(), native.local_addr().unwrap().port());
    let connections = Connections::new(limit);
    let options = ListenerOptions { http_port: Some(ports.0), ..options };
    let budget = olly_types::budget::Budget::root(1 << 30);
    let service = Service::new(Arc::new(fake), Auth::default(), Arc::clone(&connections), budget, options);
    tokio::spawn(olly_compat_clickhouse::http::serve(http, Arc::clone(&service), stop.clone()));
    tokio::spawn(olly_compat_clickhouse::native::serve(native, service, stop.clone()));
    Server { http: ports.0, native: ports.1, stored, seen, connections, stop }
}
