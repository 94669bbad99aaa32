//! Rows that are applied and not yet in a part: batches by reference, in log order.
//!
//! Invariant: a batch holds rows of one tenant; small neighbours are put together so that a scan meets few batches however
//! small the inserts were.

use arrow::array::{Array, ArrayRef};
use olly_types::batch::{Batch, BatchColumn};
use olly_types::budget::Budget;
use olly_types::{SchemaVersion, TenantId};
use std::sync::Arc;

/// Batches under this many rows are put together.
pub(crate) const SMALL_ROWS: usize = 1024;

/// Rows of one tenant from one or more neighbouring entries.
pub(crate) struct MemBatch {
    pub tenant: TenantId,
    pub version: SchemaVersion,
    /// First and last log index of its rows.
    pub index: (u64, u64),
    /// First and last proposer's time, nanoseconds.
    pub ingest: (i64, i64),
    pub batch: Batch,
    pub bytes: u64,
    budget: Arc<Budget>,
    /// Whether `bytes` are reserved: what is committed is kept even when the budget is spent; the flush that this causes
    /// brings it back.
    reserved: bool,
}

impl Drop for MemBatch {
    fn drop(&mut self) {
        if self.reserved {
            self.budget.shrink(self.bytes);
        }
    }
}

impl MemBatch {
    pub fn new(
        tenant: TenantId,
        version: SchemaVersion,
        index: (u64, u64),
        ingest: (i64, i64),
        batch: Batch,
        budget: &Arc<Budget>,
    ) -> MemBatch {
        // Arrays and their buffers cost about this even when they are empty.
        let bytes = batch.memory_bytes() + 256 * batch.columns.len() as u64;
        let reserved = budget.try_grow(bytes).is_ok();
        MemBatch { tenant, version, index, ingest, batch, bytes, budget: Arc::clone(budget), reserved }
    }
}

/// The unflushed rows of a table.
#[derive(Default)]
pub(crate) struct Memtable {
    pub batches: Vec<Arc<MemBatch>>,
    pub rows: u64,
    pub bytes: u64,
}

impl Memtable {
    pub fn first_index(&self) -> Option<u64> {
        self.batches.first().map(|b| b.index.0)
    }

    /// Proposer's time of the oldest rows.
    pub fn oldest(&self) -> Option<i64> {
        self.batches.iter().map(|b| b.ingest.0).min()
    }

    /// Adds rows at the end.
    pub fn push(&mut self, batch: MemBatch) {
        self.rows += batch.batch.rows as u64;
        self.bytes += batch.bytes;
        self.batches.push(Arc::new(batch));
        // As in a binary counter: a batch is copied at most log2(SMALL_ROWS) times.
        while let [.., a, b] = &self.batches[..] {
            let together = a.batch.rows < SMALL_ROWS && b.batch.rows < SMALL_ROWS && a.batch.rows <= 2 * b.batch.rows;
            if !together || a.tenant != b.tenant || a.version != b.version {
                break;
            }
            let Some(batch) = concatenated(&a.batch, &b.batch) else { break };
            let joined = MemBatch::new(
                a.tenant,
                a.version,
                (a.index.0, b.index.1),
                (a.ingest.0.min(b.ingest.0), a.ingest.1.max(b.ingest.1)),
                batch,
                &a.budget,
            );
            self.bytes = self.bytes + joined.bytes - a.bytes - b.bytes;
            self.batches.truncate(self.batches.len() - 2);
            self.batches.push(Arc::new(joined));
        }
    }
}

/// The rows of both, if their columns have the same ids and forms.
fn concatenated(a: &Batch, b: &Batch) -> Option<Batch> {
    if a.columns.len() != b.columns.len() {
        return None;
    }
    let mut columns = Vec::with_capacity(a.columns.len());
    for x in &a.columns {
        let y = b.column(x.id)?;
        if x.array.data_type() != y.array.data_type() {
            return None;
        }
        let arrays: [&dyn Array; 2] = [&*x.array, &*y.array];
        let array: ArrayRef = arrow::compute::concat(&arrays).ok()?;
        columns.push(BatchColumn { id: x.id, array });
    }
    Some(Batch { rows: a.rows + b.rows, columns })
}
