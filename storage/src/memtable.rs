//! Rows that are applied and not yet in a part: batches by reference, in log order.
//!
//! Invariant: a batch holds rows of one tenant; small neighbours are put together so that a scan meets few batches however
//! small the inserts were.

use arrow::array::Array;
use olly_types::batch::{Batch, BatchColumn};
use olly_types::budget::Reservation;
use olly_types::{SchemaVersion, TenantId};
use std::sync::Arc;

/// Batches under this many rows are put together.
pub(crate) const SMALL_ROWS: usize = 1024;
/// So many neighbours of about one size are put together at once: a row is copied three or four times at most, one of a batch of
/// some hundred rows once.
const TOGETHER: usize = 8;

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
    /// What is committed is kept even when the budget is spent: admission is closed then, and a flush brings it back.
    held: Reservation,
}

impl MemBatch {
    pub fn new(
        tenant: TenantId,
        version: SchemaVersion,
        index: (u64, u64),
        ingest: (i64, i64),
        batch: Batch,
        mut held: Reservation,
    ) -> MemBatch {
        // Arrays and their buffers cost about this even when they are empty.
        let bytes = batch.memory_bytes() + 256 * batch.columns.len() as u64;
        held.force(bytes);
        MemBatch { tenant, version, index, ingest, batch, bytes, held }
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
        while let Some(first) = self.alike() {
            let Some(joined) = self.batches.get(first..).and_then(joined) else { break };
            let before: u64 = self.batches.drain(first..).map(|b| b.bytes).sum();
            self.bytes = self.bytes + joined.bytes - before;
            self.batches.push(Arc::new(joined));
        }
    }

    /// Where the newest batches begin that are to be put together.
    fn alike(&self) -> Option<usize> {
        let first = self.batches.len().checked_sub(TOGETHER)?;
        let newest = self.batches.last()?;
        let class = size_class(newest.batch.rows)?;
        let same = |b: &Arc<MemBatch>| {
            b.tenant == newest.tenant
                && b.version == newest.version
                && size_class(b.batch.rows).is_some_and(|c| c <= class)
        };
        self.batches.get(first..)?.iter().all(same).then_some(first)
    }
}

/// Size of a small batch: by powers of [`TOGETHER`].
fn size_class(rows: usize) -> Option<u32> {
    (rows < SMALL_ROWS).then(|| rows.max(1).ilog2() / TOGETHER.ilog2())
}

/// The rows of neighbours of one tenant and schema version.
fn joined(batches: &[Arc<MemBatch>]) -> Option<MemBatch> {
    let (first, last) = (batches.first()?, batches.last()?);
    let all: Vec<&Batch> = batches.iter().map(|b| &b.batch).collect();
    let ingest = batches.iter().fold(first.ingest, |a, b| (a.0.min(b.ingest.0), a.1.max(b.ingest.1)));
    let index = (first.index.0, last.index.1);
    Some(MemBatch::new(first.tenant, first.version, index, ingest, concatenated(&all)?, first.held.sibling()))
}

/// The rows of all, if their columns have the same ids and forms.
fn concatenated(batches: &[&Batch]) -> Option<Batch> {
    let (first, others) = batches.split_first()?;
    if others.iter().any(|b| b.columns.len() != first.columns.len()) {
        return None;
    }
    let mut columns = Vec::with_capacity(first.columns.len());
    for x in &first.columns {
        let mut arrays: Vec<&dyn Array> = Vec::with_capacity(batches.len());
        for b in batches {
            let y = b.column(x.id).filter(|y| y.array.data_type() == x.array.data_type())?;
            arrays.push(&*y.array);
        }
        columns.push(BatchColumn { id: x.id, array: arrow::compute::concat(&arrays).ok()? });
    }
    Some(Batch { rows: batches.iter().map(|b| b.rows).sum(), columns })
}
