//! Rows of a request, split by data group and into blocks that fit one log entry (DESIGN D4, D21, D22).
//!
//! Invariant: which row is in which block is a pure function of the request's bytes, the tenant and the number of groups.
//! Records refused for their age depend on the clock, so they are placed like all others and taken out at the end:
//! a retry of the request, however late, has the same rows in the same blocks.

use super::reject::{Reason, Rejections};
use crate::schema::TableDef;
use arrow::array::{ArrayRef, BooleanArray};
use olly_types::batch::{Batch, BatchColumn};
use olly_types::command::Section;
use olly_types::port::{CatalogView, WriteBlock};
use olly_types::{GroupId, RequestId, Result, TenantId, hash, limits};

/// A block is closed when its columns reach this size: with what Arrow's framing adds, and one more small record, it
/// stays under [`limits::ENTRY_BYTES`].
const SEAL_BYTES: usize = limits::ENTRY_BYTES as usize * 3 / 4;
/// A record of more than this opens a block of its own: hex, JSON escapes and base64 make its text at most six times as
/// long, so that a smaller one never carries a block from under [`SEAL_BYTES`] over the limit.
const LARGE_RECORD_BYTES: usize = 32 << 10;

/// What the decoder needs to know besides the request.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub tenant: TenantId,
    /// Number of data groups.
    pub groups: u32,
    /// The proposer's time, ns.
    pub now: i64,
    /// The oldest and newest event times taken, ns.
    pub oldest: i64,
    pub newest: i64,
}

impl Frame {
    /// Whether a row of this event time is too old or too new.
    #[inline]
    pub fn refuses(&self, nanos: i64) -> Option<Reason> {
        if nanos < self.oldest {
            Some(Reason::TooOld)
        } else if nanos > self.newest {
            Some(Reason::TooNew)
        } else {
            None
        }
    }
}

/// Rows of one table in a block, in the order of its [`TableDef`].
pub struct TableRows {
    pub table: &'static TableDef,
    pub rows: usize,
    pub arrays: Vec<ArrayRef>,
}

impl TableRows {
    /// Takes the rows at `refused` (ascending) out.
    pub fn without(mut self, refused: &[u32]) -> Result<TableRows> {
        crate::columns::same_rows(&self.arrays, self.rows)?;
        if refused.is_empty() {
            return Ok(self);
        }
        let mut keep = vec![true; self.rows];
        for row in refused {
            if let Some(k) = keep.get_mut(*row as usize) {
                *k = false;
            }
        }
        let keep = BooleanArray::from(keep);
        for array in &mut self.arrays {
            *array = arrow::compute::filter(array, &keep).map_err(crate::columns::broken)?;
        }
        self.rows -= refused.len();
        Ok(self)
    }
}

/// Columns of one group's open block.
pub trait BlockBuilder: Default {
    /// Estimated encoded bytes; grows with the content alone.
    fn size(&self) -> usize;
    fn is_empty(&self) -> bool;
    /// The finished tables; those without rows are left out.
    fn finish(self) -> Result<Vec<TableRows>>;
}

/// A closed block.
pub struct Block {
    pub group: GroupId,
    /// Its number among the group's blocks of this request.
    pub number: u32,
    pub tables: Vec<TableRows>,
}

/// What a request decoded to.
#[derive(Default)]
pub struct Decoded {
    pub blocks: Vec<Block>,
    pub accepted: u64,
    pub rejections: Rejections,
}

/// The open block of every group.
pub struct Splitter<B> {
    open: Vec<(B, u32)>,
    pub done: Decoded,
    /// Days with accepted rows, at most [`limits::INSERT_PARTITIONS`].
    days: Vec<i64>,
}

impl<B: BlockBuilder> Splitter<B> {
    pub fn new(groups: u32) -> Self {
        let open = (0..groups.max(1)).map(|_| (B::default(), 0)).collect();
        Splitter { open, done: Decoded::default(), days: Vec::new() }
    }

    /// Appends one record of `bytes` bytes on the wire to the block of its group.
    #[inline]
    pub fn append(&mut self, group: GroupId, bytes: usize, push: impl FnOnce(&mut B)) -> Result<()> {
        let index = (group.0 as usize).saturating_sub(1);
        if bytes > LARGE_RECORD_BYTES {
            self.seal(index)?;
        }
        if let Some((builder, _)) = self.open.get_mut(index) {
            push(builder);
            if builder.size() >= SEAL_BYTES {
                self.seal(index)?;
            }
        }
        Ok(())
    }

    /// Whether a row of this time is taken; counts it either way.
    #[inline]
    pub fn judge(&mut self, frame: &Frame, nanos: i64) -> bool {
        let reason = frame.refuses(nanos).or_else(|| self.new_day(nanos));
        match reason {
            None => self.done.accepted += 1,
            Some(reason) => self.done.rejections.add(reason, 1),
        }
        reason.is_none()
    }

    #[inline]
    fn new_day(&mut self, nanos: i64) -> Option<Reason> {
        let day = nanos.div_euclid(86_400_000_000_000);
        if self.days.last() == Some(&day) || self.days.contains(&day) {
            return None;
        }
        if self.days.len() as u64 >= limits::INSERT_PARTITIONS {
            return Some(Reason::TooManyPartitions);
        }
        self.days.push(day);
        limits::seen::INSERT_PARTITIONS.note(self.days.len() as u64);
        None
    }

    fn seal(&mut self, index: usize) -> Result<()> {
        if let Some((builder, number)) = self.open.get_mut(index)
            && !builder.is_empty()
        {
            let tables = std::mem::take(builder).finish()?;
            let group = GroupId(index as u32 + 1);
            self.done.blocks.push(Block { group, number: *number, tables });
            *number += 1;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<Decoded> {
        for index in 0..self.open.len() {
            self.seal(index)?;
        }
        Ok(self.done)
    }
}

/// Identity of a request: its tenant, signal and body, before anything is filled in (DESIGN D22).
pub fn request_id(tenant: TenantId, signal: &str, body: &[u8]) -> RequestId {
    let mut hasher = hash::ContentHasher::default();
    hasher.field(&tenant.0.to_le_bytes());
    hasher.field(signal.as_bytes());
    hasher.field(body);
    RequestId(hasher.finish())
}

fn block_id(request: RequestId, group: GroupId, number: u32) -> RequestId {
    let mut hasher = hash::ContentHasher::default();
    hasher.field(&request.0.to_le_bytes());
    hasher.field(&group.0.to_le_bytes());
    hasher.field(&number.to_le_bytes());
    RequestId(hasher.finish())
}

impl Decoded {
    /// The blocks as the proposer takes them. A block whose rows were all refused is left out.
    pub fn into_writes(
        self,
        tenant: TenantId,
        request: RequestId,
        catalog: &dyn CatalogView,
    ) -> Result<Vec<WriteBlock>> {
        let mut out = Vec::with_capacity(self.blocks.len());
        for block in self.blocks {
            let mut sections = Vec::with_capacity(block.tables.len());
            let mut bytes = 0;
            for rows in block.tables {
                if rows.rows == 0 {
                    continue;
                }
                let (schema, ids) = rows.table.resolve(catalog)?;
                let columns = ids.into_iter().zip(rows.arrays).map(|(id, array)| BatchColumn { id, array }).collect();
                let batch = Batch { rows: rows.rows, columns };
                bytes += batch.memory_bytes();
                sections.push(Section { table: schema.id, schema_version: schema.version, batch });
            }
            if !sections.is_empty() {
                out.push(WriteBlock {
                    group: block.group,
                    tenant,
                    id: Some(block_id(request, block.group, block.number)),
                    sections,
                    positions: Vec::new(),
                    bytes,
                });
            }
        }
        Ok(out)
    }
}
