//! The engine's surface for protocols and ingest: text in, an [`Execution`] out.
//!
//! Invariant: no protocol, format or listener is named here; blocks are named, typed Arrow carriers.

use super::{ProcessList, QueryCounters, QueryGuard, Session};
use crate::expr::CancelToken;
use arrow::array::ArrayRef;
use async_trait::async_trait;
use olly_types::budget::{Budget, Reservation};
use olly_types::{Error, Result, Type, UnixNanos};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A query as a client sent it.
#[derive(Clone, Debug, Default)]
pub struct QueryText {
    /// The text, one statement; bytes after an INSERT's VALUES or FORMAT are data.
    pub sql: Vec<u8>,
    /// Values of `{name:Type}`, as texts in TabSeparated escaping (as HTTP's `param_name` and the native protocol carry them).
    pub parameters: Vec<(String, String)>,
    /// Empty: one is made.
    pub query_id: String,
    /// Settings of this query, over the session's.
    pub settings: Vec<(String, String)>,
    /// External tables: name and rows.
    pub external: Vec<(String, Block)>,
    /// What the client says of itself, for the query log.
    pub client: ClientInfo,
}

/// The client's side of the query log.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    pub name: String,
    pub address: String,
    /// `TCP` or `HTTP`.
    pub interface: &'static str,
}

/// Columns of equal length, in carrier form.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub columns: Vec<(String, Type, ArrayRef)>,
    /// Also where there are no columns.
    pub rows: usize,
}

impl Block {
    /// The same columns without rows.
    pub fn header(&self) -> Vec<(String, Type)> {
        self.columns.iter().map(|(n, t, _)| (n.clone(), t.clone())).collect()
    }
}

/// What a statement became.
pub enum Execution {
    /// A result to stream.
    Rows(RowStream),
    /// Rows are expected from the client.
    Insert(InsertSink),
    /// Done, without a result.
    Done(Done),
}

/// A finished statement.
#[derive(Clone, Debug, Default)]
pub struct Done {
    pub query_id: Arc<str>,
    pub counters: Arc<QueryCounters>,
}

/// Where blocks of a result come from.
#[async_trait]
pub trait BlockSource: Send {
    /// The next block, or None at the end.
    async fn next(&mut self) -> Result<Option<Block>>;
    /// Rows before LIMIT, once the stream ended (None: no LIMIT applied).
    fn rows_before_limit(&self) -> Option<u64> {
        None
    }
    fn totals(&mut self) -> Option<Block> {
        None
    }
    /// Two rows, minimum and maximum, with `extremes = 1`.
    fn extremes(&mut self) -> Option<Block> {
        None
    }
}

/// A result being computed. Dropping it cancels the query.
pub struct RowStream {
    pub query_id: Arc<str>,
    /// Names and types of all blocks.
    pub header: Vec<(String, Type)>,
    /// FORMAT of the statement.
    pub format: Option<String>,
    /// The settings the query runs with (session, query text's SETTINGS, overrides), for formats.
    pub settings: super::Settings,
    pub counters: Arc<QueryCounters>,
    pub cancel: CancelToken,
    /// The query's memory.
    pub(crate) memory: Arc<Budget>,
    pub(crate) source: Box<dyn BlockSource>,
    pub(crate) finish: Option<Finish>,
}

impl RowStream {
    /// A result of a source of blocks that no engine computes: for fixed answers and for tests of protocols.
    pub fn from_source(header: Vec<(String, Type)>, source: Box<dyn BlockSource>) -> RowStream {
        RowStream {
            query_id: Arc::from(""),
            header,
            format: None,
            settings: super::Settings::default(),
            counters: Arc::default(),
            cancel: CancelToken::default(),
            memory: Budget::root(u64::MAX),
            source,
            finish: None,
        }
    }
    /// Holds bytes of the query's memory: for a result's bytes until the client has taken them.
    ///
    /// # Errors
    /// 241 where they do not fit.
    pub fn hold(&self, bytes: usize) -> Result<Reservation> {
        Ok(self.memory.reserve(bytes as u64)?)
    }
    /// The next block of at least one row, or None at the end.
    pub async fn next(&mut self) -> Result<Option<Block>> {
        loop {
            match self.source.next().await {
                Ok(Some(block)) if block.rows == 0 => continue,
                Ok(Some(block)) => {
                    self.counters.result_rows.fetch_add(block.rows as u64, Ordering::Relaxed);
                    let bytes: u64 = block.columns.iter().map(|(_, _, a)| olly_types::batch::value_bytes(a)).sum();
                    self.counters.result_bytes.fetch_add(bytes, Ordering::Relaxed);
                    return Ok(Some(block));
                }
                Ok(None) => {
                    if let Some(f) = self.finish.take() {
                        f.done(Ok(()));
                    }
                    return Ok(None);
                }
                Err(e) => {
                    if let Some(f) = self.finish.take() {
                        f.done(Err(e.clone()));
                    }
                    return Err(e);
                }
            }
        }
    }
    /// Rows before LIMIT, after the end.
    pub fn rows_before_limit(&self) -> Option<u64> {
        self.source.rows_before_limit()
    }
    /// The TOTALS row, after the end.
    pub fn totals(&mut self) -> Option<Block> {
        self.source.totals()
    }
    /// Minimum and maximum rows, after the end.
    pub fn extremes(&mut self) -> Option<Block> {
        self.source.extremes()
    }
}

impl Drop for RowStream {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Where an INSERT's blocks go.
#[async_trait]
pub trait BlockSink: Send {
    /// Takes rows. Their columns are matched by name to the sink's, in any order, and cast to its types.
    async fn write(&mut self, block: Block) -> Result<()>;
    /// Everything written is durable and visible when this returns: (rows, bytes).
    async fn finish(&mut self) -> Result<(u64, u64)>;
}

/// An INSERT that waits for its rows. Dropping it before `finish` leaves what was written in full blocks already.
pub struct InsertSink {
    pub query_id: Arc<str>,
    /// The columns the statement names, or all that can be inserted into, with the table's types.
    pub columns: Vec<(String, Type)>,
    /// FORMAT of the statement; None for VALUES or where the protocol decides.
    pub format: Option<String>,
    /// Bytes of the query text that are data in `format` (`FORMAT x …data`). None: the data comes by the protocol.
    pub inline: Option<Range<usize>>,
    pub settings: super::Settings,
    pub counters: Arc<QueryCounters>,
    pub cancel: CancelToken,
    pub(crate) sink: Box<dyn BlockSink>,
    pub(crate) finish: Option<Finish>,
}

impl InsertSink {
    /// An insert into a sink that is no engine's, for tests of protocols.
    pub fn from_sink(columns: Vec<(String, Type)>, sink: Box<dyn BlockSink>) -> InsertSink {
        InsertSink {
            query_id: Arc::from(""),
            columns,
            format: None,
            inline: None,
            settings: super::Settings::default(),
            counters: Arc::default(),
            cancel: CancelToken::default(),
            sink,
            finish: None,
        }
    }
    /// Takes rows; columns by name, in any order; omitted ones get their defaults.
    pub async fn write(&mut self, block: Block) -> Result<()> {
        let result = self.sink.write(block).await;
        if let (Err(e), Some(f)) = (&result, self.finish.take()) {
            f.done(Err(e.clone()));
        }
        result
    }
    /// Returns when every row is durable and visible: (rows, bytes).
    pub async fn finish(mut self) -> Result<(u64, u64)> {
        let result = self.sink.finish().await;
        if let Some(f) = self.finish.take() {
            f.done(result.clone().map(|_| ()));
        }
        result
    }
}

/// Tables of database `system` (and `INFORMATION_SCHEMA`), implemented by the compatibility layer. The engine itself serves
/// `system.one` and `system.numbers`.
pub trait SystemTables: Send + Sync {
    /// Names of all tables.
    fn list(&self) -> Vec<String>;
    /// Columns of a table, or None if there is no such table.
    fn schema(&self, name: &str) -> Option<Vec<(String, Type)>>;
    /// All rows of a table as a user may see them; columns as `schema` gives them.
    fn rows(&self, name: &str, context: &SystemContext<'_>) -> Result<Block>;
}

/// What a system table may look at.
pub struct SystemContext<'a> {
    pub session: &'a Session,
    /// The settings of the query that reads.
    pub settings: &'a super::Settings,
    pub engine: &'a crate::engine::Shared,
}

/// Parts of the engine that queries and system tables share.
#[derive(Clone)]
pub struct Shared {
    pub catalog: Arc<dyn olly_types::port::CatalogView>,
    pub proposer: Arc<dyn olly_types::port::Proposer>,
    pub snapshots: Arc<dyn olly_types::port::SnapshotSource>,
    pub clock: Arc<dyn olly_types::port::Clock>,
    /// Budget from which each query's is made.
    pub budget: Arc<Budget>,
    pub processes: Arc<ProcessList>,
    pub system: Arc<dyn SystemTables>,
    pub log: Arc<dyn QueryLog>,
    /// Folder for what sorts and aggregations spill.
    pub spill: std::path::PathBuf,
    /// Runtime that queries run on; its threads (blocking ones too) have stacks of 16 MiB.
    pub runtime: tokio::runtime::Handle,
    pub facts: Facts,
}

/// What functions such as `version()` answer.
#[derive(Clone, Debug)]
pub struct Facts {
    pub version: &'static str,
    pub host_name: Arc<str>,
    pub started: UnixNanos,
    /// Server time zone.
    pub time_zone: Arc<str>,
    /// Default of `max_threads`.
    pub threads: usize,
}

/// Receives one record per finished query.
pub trait QueryLog: Send + Sync {
    fn record(&self, record: QueryRecord);
}

/// A finished query, for `system.query_log`.
#[derive(Clone, Debug)]
pub struct QueryRecord {
    pub query_id: Arc<str>,
    pub tenant: olly_types::TenantId,
    pub user: Arc<str>,
    pub database: Arc<str>,
    pub query: Arc<str>,
    /// `Select`, `Insert`, `Create`, …
    pub kind: &'static str,
    pub started: UnixNanos,
    pub duration_ns: u64,
    pub counters: Arc<QueryCounters>,
    /// Most memory held at once.
    pub peak_memory: u64,
    pub client: ClientInfo,
    pub settings: Vec<(String, String)>,
    pub error: Option<Error>,
}

/// Writes the query's record when it ends, and takes it from the process list.
pub(crate) struct Finish {
    pub record: Option<QueryRecord>,
    pub memory: Arc<Budget>,
    pub shared: Arc<Shared>,
    pub guard: QueryGuard,
}

impl Finish {
    pub fn done(mut self, result: Result<()>) {
        self.write(result.err());
    }
    fn write(&mut self, error: Option<Error>) {
        if let Some(mut record) = self.record.take() {
            record.duration_ns = (self.shared.clock.now().0 - record.started.0).max(0) as u64;
            record.peak_memory = self.memory.peak();
            record.error = error;
            self.shared.log.record(record);
        }
    }
}

impl Drop for Finish {
    fn drop(&mut self) {
        self.write(Some(Error::new(olly_types::Code::QueryWasCancelled, "Query was cancelled")));
        let _ = &self.guard;
    }
}

/// Runs statements.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    /// What each tenant's queries get: one entry for each tenant that ever asked; the authenticator bounds them.
    tenants: Arc<parking_lot::Mutex<std::collections::HashMap<olly_types::TenantId, Arc<Shared>>>>,
}

impl Engine {
    pub fn new(shared: Shared) -> Engine {
        Engine { shared: Arc::new(shared), tenants: Arc::default() }
    }
    /// What queries of a tenant see of the catalog and may write.
    pub fn of(&self, tenant: olly_types::TenantId) -> Arc<Shared> {
        let mut tenants = self.tenants.lock();
        let make = || Arc::new(super::TenantView::of(tenant, &self.shared));
        Arc::clone(tenants.entry(tenant).or_insert_with(make))
    }

    /// Of all tenants; queries use [`Engine::of`].
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}
