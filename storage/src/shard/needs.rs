//! What the leader should propose: flushes, merges, drops. Only proposals look at the clock; applying them does not.
//!
//! Invariant: parts of a partition are merged when together they are at most 8 times the smaller ones, so that a row is
//! rewritten a number of times that grows with the logarithm of the partition's size.

use super::Shard;
use super::inner::{Inner, JobKind, OpenPart, Table};
use super::types::{LogHeld, ShardOptions};
use crate::build::merge;
use crate::part::stats;
use crate::part::writer::nanos;
use olly_types::command::Command;
use olly_types::{PartId, TableId, UnixNanos, limits};
use std::collections::BTreeMap;

const SECOND: i64 = 1_000_000_000;
/// Parts of about one size before they are merged while writes go on.
const MERGE_LEAST: usize = 4;
/// A partition that got nothing new for this long is merged further, two parts being enough.
const QUIET_NANOS: i64 = 20 * SECOND;
/// A memtable of less than the limit of all over this is not flushed for memory before that is nearly spent.
const WORTH_A_FLUSH: u64 = 64;
/// A part joins a merge if it is at most this many times the smaller ones together.
const RATIO: u64 = 8;

impl Shard {
    /// Commands that the group's leader should propose now. Propose each and wait until it is applied before asking again.
    pub fn needs(&self, now: UnixNanos, held: LogHeld) -> Vec<Command> {
        let inner = self.lock();
        if inner.poisoned.is_some() {
            return Vec::new();
        }
        let mut out = flushes(&inner, &self.options, now.0, held);
        let merging = inner.jobs.iter().filter(|j| matches!(j.kind, JobKind::Merge { .. })).count();
        for (id, table) in inner.tables.iter().filter(|(_, t)| t.dropped.is_none()) {
            let busy = inner.busy(*id);
            let mut partitions: BTreeMap<&[u8], Vec<&OpenPart>> = BTreeMap::new();
            let mut expired = Vec::new();
            for p in table.parts.values().filter(|p| !busy.contains(&p.entry.id)) {
                if is_expired(table, p, now.0) {
                    expired.push(p.entry.id);
                } else if !p.reader.is_damaged() && !p.unmerged {
                    partitions.entry(&p.entry.partition).or_default().push(p);
                }
            }
            if !expired.is_empty() {
                out.push(Command::DropParts { table: *id, parts: expired });
            }
            let own = inner.jobs.iter().any(|j| j.table == *id && matches!(j.kind, JobKind::Merge { .. }));
            if own || merging >= 2 {
                continue;
            }
            // The partition with the most parts first.
            let mut candidates: Vec<Vec<&OpenPart>> = partitions.into_values().collect();
            candidates.sort_by_key(|p| std::cmp::Reverse(p.len()));
            let picked = candidates.iter().find_map(|p| pick(p, &self.options, now.0));
            out.extend(picked.map(|parts| Command::Merge { table: *id, parts }));
        }
        out
    }
}

fn flushes(inner: &Inner, options: &ShardOptions, now: i64, held: LogHeld) -> Vec<Command> {
    let mut wanted: Vec<TableId> = Vec::new();
    let open = inner.tables.iter().filter(|(_, t)| t.dropped.is_none() && !t.active.batches.is_empty());
    let open: Vec<(&TableId, &Table)> = open.collect();
    let age = i64::try_from(options.flush_age_seconds).unwrap_or(i64::MAX).saturating_mul(SECOND);
    let span = held.last.saturating_sub(held.first) + 1;
    for (id, t) in &open {
        let waiting: u64 = t.frozen.iter().flat_map(|f| &f.batches).map(|b| b.bytes).sum();
        let large = t.active.bytes >= options.memtable_bytes;
        let old = t.active.oldest().is_some_and(|o| now.saturating_sub(o) >= age);
        let first = t.first_index(None).unwrap_or(held.last);
        let kept = u128::from(held.bytes) * u128::from(held.last.saturating_sub(first) + 1) / u128::from(span);
        let holds = kept as u64 >= options.held_bytes && held.last > 0;
        // What waits already must go first, or memory would be no bound at all.
        if (large || old || holds) && waiting < 2 * options.memtable_bytes {
            wanted.push(**id);
        }
    }
    // Memory: from half of the limit on the largest memtable is closed, but only while no more is closed than is being
    // filled, so that there is room for what comes during the flush and the parts do not become smaller than they must.
    let (used, limit) = (options.memtables.used(), options.memtables.limit());
    let flushing = inner.jobs.iter().any(|j| matches!(j.kind, JobKind::Flush { .. }));
    let frozen = |t: &Table| t.frozen.iter().flat_map(|f| &f.batches).map(|b| b.bytes).sum::<u64>();
    let closed: u64 = inner.tables.values().map(frozen).sum();
    let filling: u64 = open.iter().map(|(_, t)| t.active.bytes).sum();
    if wanted.is_empty()
        && used * 2 > limit
        && closed <= filling
        && let Some((id, t)) = open.iter().max_by_key(|(_, t)| t.active.bytes)
        && (t.active.bytes >= limit / WORTH_A_FLUSH || (used * 5 > limit * 4 && !flushing))
    {
        wanted.push(**id);
    }
    // The log: whatever holds back the most, once those that wait are done.
    if wanted.is_empty() && held.pressure && !flushing {
        wanted.extend(open.iter().min_by_key(|(_, t)| t.first_index(None)).map(|(id, _)| **id));
    }
    wanted.into_iter().map(|table| Command::Flush { table }).collect()
}

/// Whether every row of the part is past its TTL.
fn is_expired(table: &Table, part: &OpenPart, now: i64) -> bool {
    let Some((schema, ttl)) = table.schema().and_then(|s| s.ttl.as_ref().map(|t| (s, t))) else { return false };
    let Some(def) = schema.column(ttl.column) else { return false };
    let footer = &part.reader.footer;
    let Some(column) = footer.column(ttl.column) else { return false };
    let Some(s) = &column.stats else { return false };
    // A granule without a value (all NULL) never expires.
    if arrow::array::Array::null_count(&s.max) > 0 {
        return false;
    }
    let Ok(Some((_, max))) = stats::range(&s.max, column.ty.base()) else { return false };
    let Some(max) = nanos(&max, def.ty.base()) else { return false };
    i128::from(max) + i128::from(ttl.seconds) * i128::from(SECOND) <= i128::from(now)
}

/// Parts of one partition that should become one.
fn pick(parts: &[&OpenPart], options: &ShardOptions, now: i64) -> Option<Vec<PartId>> {
    let newest = parts.iter().map(|p| p.entry.created_at).max()?;
    let quiet = now.saturating_sub(newest) >= QUIET_NANOS;
    let crowded = parts.len() > limits::PARTS_PER_PARTITION as usize / 2;
    let least = if quiet || crowded { 2 } else { MERGE_LEAST };
    let mut by_size: Vec<(&OpenPart, u64)> = parts.iter().map(|p| (*p, merge::input_bytes(&p.reader))).collect();
    by_size.sort_by_key(|(p, _)| (p.entry.bytes, p.entry.id));
    for start in 0..by_size.len() {
        let (mut sum, mut memory, mut picked) = (0u64, merge::working_bytes(std::iter::empty()), Vec::new());
        for (p, costs) in by_size.get(start..).unwrap_or_default() {
            let fits = picked.is_empty() || p.entry.bytes <= RATIO * sum || (crowded && picked.len() < least);
            let large = sum + p.entry.bytes > options.merge_bytes;
            if !fits || large || memory + costs > options.merge_memory || picked.len() >= options.merge_fan {
                break;
            }
            sum += p.entry.bytes;
            memory += costs;
            picked.push(p.entry.id);
        }
        if picked.len() >= least {
            // Rows of equal key keep their order of arrival.
            picked.sort_unstable();
            return Some(picked);
        }
    }
    None
}
