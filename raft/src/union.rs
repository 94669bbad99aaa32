//! A table over all data groups of this node: one snapshot per group, scanned side by side.
//!
//! Invariant: every row is in exactly one group's snapshot, so the union adds up.

use std::sync::Arc;

use olly_types::port::{ScanPlan, ScanRequest, ScanStream, TableSnapshot};
use olly_types::schema::TableSchema;
use olly_types::{Code, Error, Result};

/// The union of one table's snapshots, in group order.
struct Union {
    schema: Arc<TableSchema>,
    shards: Vec<Arc<dyn TableSnapshot>>,
}

/// Joins the snapshots of all groups.
pub(crate) fn union(mut shards: Vec<Arc<dyn TableSnapshot>>) -> Result<Arc<dyn TableSnapshot>> {
    if shards.len() == 1
        && let Some(only) = shards.pop()
    {
        return Ok(only);
    }
    // Groups learn of an ALTER one after the other; the newest version reads all of them.
    let newest = shards.iter().map(|s| s.schema()).max_by_key(|s| s.version).cloned();
    let schema = newest.ok_or_else(|| Error::new(Code::LogicalError, "The node has no data groups"))?;
    Ok(Arc::new(Union { schema, shards }))
}

impl TableSnapshot for Union {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn exact_rows(&self) -> Option<u64> {
        self.shards.iter().map(|s| s.exact_rows()).sum()
    }

    fn plan(&self, request: &ScanRequest) -> Result<ScanPlan> {
        let mut all = ScanPlan::default();
        for shard in &self.shards {
            let one = shard.plan(request)?;
            all.parts_total += one.parts_total;
            all.parts_read += one.parts_read;
            all.granules_total += one.granules_total;
            all.granules_read += one.granules_read;
            all.rows += one.rows;
        }
        Ok(all)
    }

    fn scan(&self, request: &ScanRequest, streams: usize) -> Result<Vec<Box<dyn ScanStream>>> {
        // Shares by rows, so that a lopsided table still gives streams of about equal work.
        let mut rows = Vec::with_capacity(self.shards.len());
        for shard in &self.shards {
            rows.push(shard.plan(request)?.rows);
        }
        let total = rows.iter().sum::<u64>().max(1);
        let wanted = streams.max(1) as u64;
        let mut all = Vec::new();
        for (shard, rows) in self.shards.iter().zip(rows) {
            let share = ((wanted * rows).div_ceil(total)).max(1);
            all.extend(shard.scan(request, share as usize)?);
        }
        // At most `streams`: what is more is chained.
        let limit = streams.max(1);
        if all.len() <= limit {
            return Ok(all);
        }
        let mut chains: Vec<Chain> = (0..limit).map(|_| Chain::default()).collect();
        for (n, stream) in all.into_iter().enumerate() {
            if let Some(chain) = chains.get_mut(n % limit) {
                chain.streams.push_front(stream);
            }
        }
        Ok(chains.into_iter().map(|c| Box::new(c) as Box<dyn ScanStream>).collect())
    }
}

/// Streams one after the other.
#[derive(Default)]
struct Chain {
    streams: std::collections::VecDeque<Box<dyn ScanStream>>,
}

impl ScanStream for Chain {
    fn next_batch(&mut self) -> Result<Option<olly_types::port::ScanBatch>> {
        while let Some(stream) = self.streams.front_mut() {
            if let Some(batch) = stream.next_batch()? {
                return Ok(Some(batch));
            }
            self.streams.pop_front();
        }
        Ok(None)
    }
}
