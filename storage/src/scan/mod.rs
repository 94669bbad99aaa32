//! Reads of a table at one moment: memtable batches and pinned parts, pruned, split into streams, in carrier form.
//!
//! Invariant: every row of the tenant that can match is in exactly one stream; rows of other tenants in none.

mod prune;
mod stream;

use crate::error::{DAMAGE, Result};
use crate::memtable::MemBatch;
use crate::part::reader::PartReader;
use crate::shard::Shard;
use olly_types::port::{ScanPlan, ScanRequest, ScanStream, TableSnapshot};
use olly_types::{Code, TableId, TableSchema, TenantId};
use std::ops::Range;
use std::sync::Arc;

/// A table of one tenant as it was when the snapshot was taken.
pub(crate) struct Snapshot {
    schema: Arc<TableSchema>,
    tenant: TenantId,
    batches: Vec<Arc<MemBatch>>,
    parts: Vec<Arc<PartReader>>,
}

/// Work of a stream.
pub(crate) enum Unit {
    Memory(Arc<MemBatch>),
    /// Rows of a granule, as numbers in the granule.
    Granule {
        part: Arc<PartReader>,
        granule: usize,
        rows: Range<usize>,
    },
}

impl Unit {
    fn rows(&self) -> u64 {
        match self {
            Unit::Memory(b) => b.batch.rows as u64,
            Unit::Granule { rows, .. } => (rows.end - rows.start) as u64,
        }
    }
}

impl Shard {
    /// The tenant's rows of a table as they are now. An unknown table has no rows here and is an error.
    pub fn snapshot(&self, tenant: TenantId, table: TableId) -> Result<Arc<dyn TableSnapshot>> {
        let inner = self.read_lock();
        let known = inner.tables.get(&table).filter(|t| t.dropped.is_none());
        let Some((t, schema)) = known.and_then(|t| t.schema().map(|s| (t, s))) else {
            let e = olly_types::Error::new(Code::UnknownTable, format!("Table {table} does not exist in this group"));
            return Err(e.into());
        };
        // Which tenants and times it holds is not known any more: nothing of the table can be answered without it.
        if let Some(lost) = t.lost.values().next() {
            let (error, rows, name) = (&lost.error, lost.entry.rows, format!("{}.{}", schema.database, schema.name));
            let message = format!(
                "{error}. {name} cannot be read without this part of {rows} rows: put the file back from a copy of the data folder, \
                 or give the table up with TRUNCATE TABLE or DROP TABLE ({DAMAGE})"
            );
            return Err(olly_types::Error::new(Code::CorruptedData, message).into());
        }
        let batches = t.frozen.iter().flat_map(|f| &f.batches).chain(&t.active.batches);
        Ok(Arc::new(Snapshot {
            schema: Arc::clone(schema),
            tenant,
            batches: batches.filter(|b| b.tenant == tenant).cloned().collect(),
            parts: t
                .parts
                .values()
                .filter(|p| !p.reader.footer.tenant_rows(tenant).is_empty())
                .map(|p| Arc::clone(&p.reader))
                .collect(),
        }))
    }
}

impl Snapshot {
    /// What must be read, and what pruning left out.
    fn units(&self, request: &ScanRequest) -> Result<(Vec<Unit>, ScanPlan)> {
        let mut plan = ScanPlan { parts_total: self.parts.len() as u64, ..ScanPlan::default() };
        let mut units: Vec<Unit> = self.batches.iter().map(|b| Unit::Memory(Arc::clone(b))).collect();
        for part in &self.parts {
            let own = part.footer.tenant_rows(self.tenant);
            let first = part.starts().partition_point(|s| *s <= own.start).saturating_sub(1);
            let before = units.len();
            let mut pruner = prune::Pruner::new(part, &self.schema, &request.prune)?;
            for granule in first..part.footer.granules.len() {
                let all = part.granule_rows(granule);
                if all.start >= own.end {
                    break;
                }
                plan.granules_total += 1;
                if pruner.may_match(granule)? {
                    let rows = all.start.max(own.start) - all.start..all.end.min(own.end) - all.start;
                    let rows = rows.start as usize..rows.end as usize;
                    units.push(Unit::Granule { part: Arc::clone(part), granule, rows });
                }
            }
            let read = (units.len() - before) as u64;
            plan.granules_read += read;
            plan.parts_read += u64::from(read > 0);
        }
        plan.rows = units.iter().map(Unit::rows).sum();
        Ok((units, plan))
    }
}

impl TableSnapshot for Snapshot {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn exact_rows(&self) -> Option<u64> {
        let memory: u64 = self.batches.iter().map(|b| b.batch.rows as u64).sum();
        let parts = self.parts.iter().map(|p| p.footer.tenant_rows(self.tenant)).map(|r| r.end - r.start);
        Some(memory + parts.sum::<u64>())
    }

    fn plan(&self, request: &ScanRequest) -> olly_types::Result<ScanPlan> {
        Ok(self.units(request)?.1)
    }

    fn scan(&self, request: &ScanRequest, streams: usize) -> olly_types::Result<Vec<Box<dyn ScanStream>>> {
        let (units, plan) = self.units(request)?;
        let columns = stream::columns(&self.schema, request)?;
        let streams = streams.clamp(1, units.len().max(1));
        let share = plan.rows.div_ceil(streams as u64).max(1);
        let mut out: Vec<Box<dyn ScanStream>> = Vec::with_capacity(streams);
        let mut own = Vec::new();
        let mut rows = 0;
        for unit in units {
            rows += unit.rows();
            own.push(unit);
            if rows >= share && out.len() + 1 < streams {
                out.push(Box::new(stream::Stream::new(std::mem::take(&mut own), &columns, request)));
                rows = 0;
            }
        }
        if !own.is_empty() || out.is_empty() {
            out.push(Box::new(stream::Stream::new(own, &columns, request)));
        }
        Ok(out)
    }
}
