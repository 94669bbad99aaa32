//! The seams between the edge (query, ingest, compat) and the store (raft, storage, catalog). The edge names only these
//! traits; `server` wires them together.

use crate::budget::Budget;
use crate::catalog::{CatalogCommand, CatalogEffect, Database};
use crate::command::{Section, SourcePosition};
use crate::error::{Error, Result};
use crate::ids::{ColumnId, GroupId, PartId, RequestId, TableId, TenantId, UnixNanos};
use crate::schema::TableSchema;
use crate::value::Value;
use arrow::array::ArrayRef;
use async_trait::async_trait;
use std::pin::Pin;
use std::sync::Arc;

/// Wall clock of the edge. Only `env` reads the real one; `server` passes it up.
pub trait Clock: Send + Sync {
    fn now(&self) -> UnixNanos;
}

/// The cluster's metadata as this node sees it: everything acknowledged before the call is in it.
pub trait CatalogView: Send + Sync {
    fn databases(&self) -> Vec<Arc<Database>>;
    fn database(&self, name: &str) -> Option<Arc<Database>>;
    /// Tables of a database, by name.
    fn tables(&self, database: &str) -> Vec<Arc<TableSchema>>;
    fn table(&self, database: &str, name: &str) -> Option<Arc<TableSchema>>;
    fn table_by_id(&self, id: TableId) -> Option<Arc<TableSchema>>;
    /// Number of data groups; their ids are 1..=n.
    fn data_groups(&self) -> u32;
}

/// One block of a request for one group: at most [`crate::limits::ENTRY_BYTES`] encoded, or a single row.
#[derive(Clone, Debug)]
pub struct WriteBlock {
    pub group: GroupId,
    pub tenant: TenantId,
    /// None: never deduplicated. Each block of a request has its own id, a pure function of the request's.
    pub id: Option<RequestId>,
    pub sections: Vec<Section>,
    pub positions: Vec<SourcePosition>,
    /// Memory the block holds, as reserved by admission.
    pub bytes: u64,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Durable, applied and visible now.
    Stored,
    /// A request with this id was stored before; nothing was added.
    Duplicate,
}

/// How long a write that was let in at the door ([`Proposer::admission`]) is held back for what passes by itself: memtables
/// that are being flushed, other writes under way.
pub enum Patience<'a> {
    /// Some seconds, for memtables only: the sender comes again on its own, and is better told so.
    Short,
    /// Until this resolves, then it fails with its error: a statement that would be left half done otherwise.
    Until(Pin<Box<dyn Future<Output = Error> + Send + 'a>>),
}

/// The one write path.
#[async_trait]
pub trait Proposer: Send + Sync {
    /// Returns when every block is durable on a quorum and visible on the shard's leader. `Class::Retry` errors leave the
    /// outcome unknown or refused before propose; the same ids may be sent again.
    async fn write(&self, blocks: Vec<WriteBlock>, patience: Patience<'_>) -> Result<Vec<Written>>;

    /// Commits to the catalog, then tells every data group; returns when all have applied (DESIGN D20).
    async fn ddl(&self, command: CatalogCommand) -> Result<CatalogEffect>;

    /// Removes all rows of a table, in every group.
    async fn truncate(&self, table: TableId) -> Result<()>;

    /// Whether a write would be refused now (full disk, overload, merge debt), and why. Called before a body is read.
    fn admission(&self) -> Result<()>;
}

/// What a scan reads of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// The values, as the type's carrier.
    Whole,
    /// `m[key]` of a Map with String-like values: the value carrier, the value type's default where the key is missing.
    /// With duplicate keys the first wins, as in ClickHouse. Reads that key's sub-column alone (DESIGN D11).
    MapValue(Arc<[u8]>),
    /// `mapContains(m, key)`: UInt8.
    MapContains(Arc<[u8]>),
    /// `m.keys`: List of the key carrier, in order. Reads shapes alone.
    MapKeys,
    /// `length(m)` or `length(a)`: UInt64.
    Size,
}

/// A column of a scan's output.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScanColumn {
    pub column: ColumnId,
    pub access: Access,
}

/// A bound of a range: the value and whether it belongs to the range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub value: Value,
    pub inclusive: bool,
}

/// A condition by which parts and granules are skipped. Conditions are ANDed, and each row of the answer is filtered again
/// above the scan: skipping only ever drops granules where no row can match. Values are in the column's own carrier terms
/// (ticks, days, enum numbers).
#[derive(Clone, Debug, PartialEq)]
pub enum Prune {
    Range {
        column: ScanColumn,
        low: Option<Bound>,
        high: Option<Bound>,
    },
    /// The column equals one of the values.
    In {
        column: ScanColumn,
        values: Vec<Value>,
    },
    /// The value contains these bytes (for filters over text).
    Contains {
        column: ScanColumn,
        needle: Arc<[u8]>,
    },
}

/// What a query reads of one table.
#[derive(Clone, Debug, Default)]
pub struct ScanRequest {
    pub columns: Vec<ScanColumn>,
    pub prune: Vec<Prune>,
    /// Rows per batch wanted.
    pub batch_rows: usize,
    /// Stop after about this many rows (a LIMIT without filter or order above).
    pub limit: Option<usize>,
    /// Each stream reserves from it what it decodes at a time; None: it is bounded elsewhere.
    pub memory: Option<Arc<Budget>>,
}

/// Rows of a scan in query form: `arrays` in the order of the request's columns.
#[derive(Clone, Debug)]
pub struct ScanBatch {
    pub rows: usize,
    pub arrays: Vec<ArrayRef>,
    /// Bytes read from disk or cache to make this batch (compressed), for progress and limits.
    pub read_bytes: u64,
}

/// What pruning did, for EXPLAIN and progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanPlan {
    pub parts_total: u64,
    pub parts_read: u64,
    pub granules_total: u64,
    pub granules_read: u64,
    /// Rows of the granules to be read, and of the memtables.
    pub rows: u64,
}

/// A stream of batches; blocking, so it runs on the query runtime's threads.
pub trait ScanStream: Send {
    /// The next batch, or None at the end.
    fn next_batch(&mut self) -> Result<Option<ScanBatch>>;
}

/// A table at one moment: the memtable's rows and the parts, pinned until the snapshot is dropped.
pub trait TableSnapshot: Send + Sync {
    fn schema(&self) -> &Arc<TableSchema>;
    /// Number of rows without any condition, where it is known without reading (None: other tenants' rows are mixed in).
    fn exact_rows(&self) -> Option<u64>;
    /// What a scan would read.
    fn plan(&self, request: &ScanRequest) -> Result<ScanPlan>;
    /// Splits a scan into at most `streams` streams of about equal work. Every row of the tenant that can match is in
    /// exactly one of them.
    fn scan(&self, request: &ScanRequest, streams: usize) -> Result<Vec<Box<dyn ScanStream>>>;
}

/// A part, as `system.parts` shows it.
#[derive(Clone, Debug)]
pub struct PartInfo {
    pub id: PartId,
    pub table: TableId,
    pub partition: String,
    pub rows: u64,
    pub bytes_on_disk: u64,
    pub uncompressed_bytes: u64,
    pub min_time: Option<UnixNanos>,
    pub max_time: Option<UnixNanos>,
    pub created_at: UnixNanos,
    pub level: u32,
    /// The tenant to whom all of its rows belong; None: several, or a part that cannot be read.
    pub tenant: Option<TenantId>,
    /// It cannot be read.
    pub lost: bool,
}

/// Reads of a consistent state. A snapshot of a table taken for one query is used for all its reads of that table.
pub trait SnapshotSource: Send + Sync {
    fn snapshot(&self, tenant: TenantId, table: TableId) -> Result<Arc<dyn TableSnapshot>>;
    /// All parts of all tables on this node.
    fn parts(&self) -> Vec<PartInfo>;
    /// Rows and bytes of a table (parts and memtables), for system.tables; None where tenants are mixed.
    fn totals(&self, tenant: TenantId, table: TableId) -> Option<(u64, u64)>;
}

/// Who is asking. Only the authenticator makes one (DESIGN D21).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantCtx {
    pub tenant: TenantId,
    pub user: Arc<str>,
}
