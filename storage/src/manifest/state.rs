//! What a manifest says: tables, parts, how far they are flushed, remembered requests, Raft's own state.
//!
//! Invariant: the state is what its operations, applied in order to an empty one, give; a snapshot is such a list too.

use crate::bytes::{Get, Put};
use crate::error::{Error, Result};
use crate::shard::LogPosition;
use olly_types::command::SourcePosition;
use olly_types::{GroupId, LogIndex, PartId, RequestId, TableId, TableSchema};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A part as the manifest knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartEntry {
    pub id: PartId,
    pub bytes: u64,
    pub rows: u64,
    pub level: u32,
    /// Canonical bytes of the partition; parts of one partition may be merged.
    pub partition: Arc<[u8]>,
    /// Over the decoded rows in order, and as a set.
    pub hash: u128,
    pub sum: u128,
    /// When the command that made it was proposed.
    pub created_at: i64,
}

/// A remembered request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdEntry {
    pub table: TableId,
    pub index: u64,
    /// Place among the entry's requests.
    pub ordinal: u32,
    pub time: i64,
    pub id: RequestId,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TableState {
    /// All versions that the log may still name, oldest first.
    pub schemas: Vec<Arc<TableSchema>>,
    /// Rows of entries below this index are in parts or gone.
    pub flushed: u64,
    /// Rows and request ids of entries below this are gone (TRUNCATE).
    pub truncated: u64,
    /// Index of the command that dropped the table.
    pub dropped: Option<u64>,
    pub parts: BTreeMap<PartId, PartEntry>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub group: GroupId,
    pub tables: BTreeMap<TableId, TableState>,
    /// In log order.
    pub ids: Vec<IdEntry>,
    /// `ids` has every accepted request of entries below this.
    pub ids_through: u64,
    pub positions: BTreeMap<(String, u32), u64>,
    /// First index of each leadership, in order.
    pub terms: Vec<LogPosition>,
    pub memberships: Vec<(LogPosition, Arc<[u8]>)>,
    /// Entries below this are not needed any more.
    pub through: u64,
}

/// A change of the state.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Group(GroupId),
    Schema(Arc<TableSchema>),
    AddPart(TableId, PartEntry),
    RemovePart(TableId, PartId),
    Flushed(TableId, u64),
    Truncated(TableId, u64),
    Dropped(TableId, u64),
    /// The log does not name the table any more.
    Forget(TableId),
    Ids(Vec<IdEntry>),
    /// Ids before this place in the list are gone.
    ForgetIds(u64),
    IdsThrough(u64),
    Position(SourcePosition),
    Term(LogPosition),
    Membership(LogPosition, Arc<[u8]>),
    Through(u64),
}

fn put_part_id(id: PartId, out: &mut Vec<u8>) {
    out.u32(id.group.0);
    out.u64(id.index.0);
    out.u32(id.ordinal);
}
fn part_id(get: &mut Get<'_>) -> Result<PartId> {
    Ok(PartId { group: GroupId(get.u32()?), index: LogIndex(get.u64()?), ordinal: get.u32()? })
}
fn put_position(p: LogPosition, out: &mut Vec<u8>) {
    out.u64(p.index.0);
    out.u64(p.term);
    out.u64(p.leader);
}
fn position(get: &mut Get<'_>) -> Result<LogPosition> {
    Ok(LogPosition { index: LogIndex(get.u64()?), term: get.u64()?, leader: get.u64()? })
}

impl Op {
    fn put(&self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Op::Group(g) => {
                out.u8(0);
                out.u32(g.0);
            }
            Op::Schema(s) => {
                out.u8(1);
                let json = serde_json::to_vec(s).map_err(|e| Error::damaged("a schema", e.to_string()))?;
                out.blob(&json);
            }
            Op::AddPart(t, p) => {
                out.u8(2);
                out.u32(t.0);
                put_part_id(p.id, out);
                out.var(p.bytes);
                out.var(p.rows);
                out.var(u64::from(p.level));
                out.blob(&p.partition);
                out.u128(p.hash);
                out.u128(p.sum);
                out.u64(p.created_at as u64);
            }
            Op::RemovePart(t, id) => {
                out.u8(3);
                out.u32(t.0);
                put_part_id(*id, out);
            }
            Op::Flushed(t, n) | Op::Truncated(t, n) | Op::Dropped(t, n) => {
                out.u8(match self {
                    Op::Flushed(..) => 4,
                    Op::Truncated(..) => 5,
                    _ => 6,
                });
                out.u32(t.0);
                out.u64(*n);
            }
            Op::Forget(t) => {
                out.u8(7);
                out.u32(t.0);
            }
            Op::Ids(ids) => {
                out.u8(8);
                out.var(ids.len() as u64);
                for i in ids {
                    out.u32(i.table.0);
                    out.u64(i.index);
                    out.u32(i.ordinal);
                    out.u64(i.time as u64);
                    out.u128(i.id.0);
                }
            }
            Op::ForgetIds(n) | Op::IdsThrough(n) | Op::Through(n) => {
                out.u8(match self {
                    Op::ForgetIds(_) => 9,
                    Op::IdsThrough(_) => 10,
                    _ => 11,
                });
                out.u64(*n);
            }
            Op::Position(p) => {
                out.u8(12);
                out.blob(p.source.as_bytes());
                out.u32(p.partition);
                out.u64(p.offset);
            }
            Op::Term(p) => {
                out.u8(13);
                put_position(*p, out);
            }
            Op::Membership(p, blob) => {
                out.u8(14);
                put_position(*p, out);
                out.blob(blob);
            }
        }
        Ok(())
    }

    fn get(get: &mut Get<'_>) -> Result<Op> {
        Ok(match get.u8()? {
            0 => Op::Group(GroupId(get.u32()?)),
            1 => {
                let schema = serde_json::from_slice(get.blob()?);
                Op::Schema(Arc::new(schema.map_err(|e| Error::damaged("a schema", e.to_string()))?))
            }
            2 => {
                let table = TableId(get.u32()?);
                let id = part_id(get)?;
                let (bytes, rows) = (get.var()?, get.var()?);
                let level = get.count_upto(u32::MAX as usize)? as u32;
                let partition = get.blob()?.into();
                let (hash, sum) = (get.u128()?, get.u128()?);
                let created_at = get.u64()? as i64;
                Op::AddPart(table, PartEntry { id, bytes, rows, level, partition, hash, sum, created_at })
            }
            3 => Op::RemovePart(TableId(get.u32()?), part_id(get)?),
            4 => Op::Flushed(TableId(get.u32()?), get.u64()?),
            5 => Op::Truncated(TableId(get.u32()?), get.u64()?),
            6 => Op::Dropped(TableId(get.u32()?), get.u64()?),
            7 => Op::Forget(TableId(get.u32()?)),
            8 => {
                let n = get.count(40)?;
                let mut ids = Vec::with_capacity(n);
                for _ in 0..n {
                    ids.push(IdEntry {
                        table: TableId(get.u32()?),
                        index: get.u64()?,
                        ordinal: get.u32()?,
                        time: get.u64()? as i64,
                        id: RequestId(get.u128()?),
                    });
                }
                Op::Ids(ids)
            }
            9 => Op::ForgetIds(get.u64()?),
            10 => Op::IdsThrough(get.u64()?),
            11 => Op::Through(get.u64()?),
            12 => {
                let source = std::str::from_utf8(get.blob()?).map_err(|_| Error::damaged("UTF-8", "other bytes"))?;
                Op::Position(SourcePosition { source: source.to_string(), partition: get.u32()?, offset: get.u64()? })
            }
            13 => Op::Term(position(get)?),
            14 => Op::Membership(position(get)?, get.blob()?.into()),
            n => return Err(Error::damaged("a manifest operation of at most 14", n.to_string())),
        })
    }
}

/// Bytes of a list of operations.
pub(crate) fn encode(ops: &[Op]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    out.var(ops.len() as u64);
    for op in ops {
        op.put(&mut out)?;
    }
    Ok(out)
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Op>> {
    let mut get = Get::new(bytes);
    let n = get.count(5)?;
    let mut ops = Vec::with_capacity(n.min(1 << 16));
    for _ in 0..n {
        ops.push(Op::get(&mut get)?);
    }
    get.end()?;
    Ok(ops)
}

impl State {
    pub fn apply(&mut self, op: Op) {
        match op {
            Op::Group(g) => self.group = g,
            Op::Schema(s) => {
                let t = self.tables.entry(s.id).or_default();
                t.schemas.retain(|old| old.version != s.version);
                t.schemas.push(s);
                t.schemas.sort_by_key(|s| s.version);
            }
            Op::AddPart(t, p) => {
                self.tables.entry(t).or_default().parts.insert(p.id, p);
            }
            Op::RemovePart(t, id) => {
                self.tables.entry(t).or_default().parts.remove(&id);
            }
            Op::Flushed(t, n) => {
                let t = self.tables.entry(t).or_default();
                t.flushed = t.flushed.max(n);
            }
            Op::Truncated(t, n) => {
                let t = self.tables.entry(t).or_default();
                t.truncated = t.truncated.max(n);
                t.flushed = t.flushed.max(n);
            }
            Op::Dropped(t, n) => self.tables.entry(t).or_default().dropped = Some(n),
            Op::Forget(t) => {
                self.tables.remove(&t);
            }
            Op::Ids(ids) => self.ids.extend(ids),
            Op::ForgetIds(n) => {
                self.ids.drain(..(n as usize).min(self.ids.len()));
            }
            Op::IdsThrough(n) => self.ids_through = n,
            Op::Through(n) => self.through = n,
            Op::Position(p) => {
                let offset = self.positions.entry((p.source, p.partition)).or_default();
                *offset = (*offset).max(p.offset);
            }
            Op::Term(p) => {
                if self.terms.last().is_none_or(|l| (l.term, l.leader) != (p.term, p.leader)) {
                    self.terms.push(p);
                }
            }
            Op::Membership(p, blob) => {
                if self.memberships.last().is_none_or(|(l, _)| l.index < p.index) {
                    self.memberships.push((p, blob));
                }
            }
        }
    }

    /// Operations that make this state from an empty one.
    pub fn ops(&self) -> Vec<Op> {
        let mut ops = vec![Op::Group(self.group)];
        for (id, t) in &self.tables {
            ops.extend(t.schemas.iter().map(|s| Op::Schema(Arc::clone(s))));
            ops.push(Op::Flushed(*id, t.flushed));
            ops.push(Op::Truncated(*id, t.truncated));
            ops.extend(t.dropped.map(|n| Op::Dropped(*id, n)));
            ops.extend(t.parts.values().map(|p| Op::AddPart(*id, p.clone())));
        }
        ops.push(Op::Ids(self.ids.clone()));
        ops.push(Op::IdsThrough(self.ids_through));
        ops.extend(self.positions.iter().map(|((source, partition), offset)| {
            Op::Position(SourcePosition { source: source.clone(), partition: *partition, offset: *offset })
        }));
        ops.extend(self.terms.iter().map(|p| Op::Term(*p)));
        ops.extend(self.memberships.iter().map(|(p, b)| Op::Membership(*p, Arc::clone(b))));
        ops.push(Op::Through(self.through));
        ops
    }

    /// The log position with this index, by the leaderships.
    pub fn position(&self, index: u64) -> Option<LogPosition> {
        let term = self.terms.iter().rev().find(|p| p.index.0 <= index)?;
        Some(LogPosition { index: LogIndex(index), ..*term })
    }

    /// Leaderships and memberships that entries from `through` on do not need are forgotten.
    pub fn trim(&mut self) {
        let last = self.through.saturating_sub(1);
        let keep = self.terms.partition_point(|p| p.index.0 <= last).saturating_sub(1);
        self.terms.drain(..keep);
        let keep = self.memberships.partition_point(|(p, _)| p.index.0 <= last).saturating_sub(1);
        self.memberships.drain(..keep);
    }
}
