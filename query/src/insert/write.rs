//! Complete rows to blocks per data group, and their proposal.

use super::complete::{Completer, Given};
use super::routing::routing_hashes;
use crate::engine::{Block, BlockSink};
use crate::exec::QueryEnv;
use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::row::{RowConverter, SortField};
use async_trait::async_trait;
use olly_types::batch::{Batch, BatchColumn, to_stored, value_bytes};
use olly_types::command::Section;
use olly_types::hash::{ContentHasher, hash64};
use olly_types::port::{Patience, WriteBlock};
use olly_types::schema::TableSchema;
use olly_types::{Code, ColumnId, Error, GroupId, RequestId, Result, TenantId, Type, limits, route};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Rows are gathered up to this many bytes before they are proposed.
pub(super) const GATHER_BYTES: u64 = 16 << 20;
/// And up to this many rows.
const GATHER_ROWS: usize = 1 << 20;

fn internal(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, format!("insert: {e}"))
}

/// How blocks get their ids (DESIGN D22).
#[derive(Clone, Debug)]
pub enum Ids {
    /// Never deduplicated.
    None,
    /// `insert_deduplication_token`.
    Token(String),
    /// The hash of the block's rows.
    Content,
}

/// Where rows without a routing key go: a seed per request.
#[derive(Clone, Copy, Debug)]
pub struct Seed(pub u64);

#[allow(clippy::too_many_arguments)]
/// Splits complete rows over groups and into blocks of at most an entry's size, or one row.
pub fn blocks_of(
    schema: &TableSchema,
    tenant: TenantId,
    rows: usize,
    columns: &[(ColumnId, ArrayRef)],
    groups: u32,
    ids: &Ids,
    seed: Seed,
    first_block: u64,
) -> Result<Vec<WriteBlock>> {
    let column = |id: &ColumnId| columns.iter().find(|(c, _)| c == id).map(|(_, a)| Arc::clone(a));
    let type_of = |id: ColumnId| {
        schema
            .column(id)
            .map(|d| d.ty.clone())
            .ok_or_else(|| Error::new(Code::LogicalError, "a column is not in its schema"))
    };
    let mut routing: Vec<(Type, ArrayRef)> = Vec::with_capacity(schema.routing.len());
    for id in &schema.routing {
        let array = column(id).ok_or_else(|| Error::new(Code::LogicalError, "a routing column is not stored"))?;
        routing.push((type_of(*id)?, array));
    }
    let mut by_group: BTreeMap<GroupId, Vec<u32>> = BTreeMap::new();
    if routing.is_empty() {
        let hash = match ids {
            Ids::Token(t) => hash64(t.as_bytes(), u64::from(tenant.0)),
            Ids::Content => {
                let mut hasher = ContentHasher::default();
                for (_, a) in columns {
                    hasher.field(&value_bytes(a).to_le_bytes());
                }
                hasher.finish() as u64
            }
            Ids::None => seed.0,
        };
        by_group.insert(route::group_of(hash, groups), (0..rows as u32).collect());
    } else {
        for (i, hash) in routing_hashes(tenant, &routing, rows)?.into_iter().enumerate() {
            by_group.entry(route::group_of(hash, groups)).or_default().push(i as u32);
        }
    }
    let mut out = Vec::new();
    for (group, picks) in by_group {
        let picks = UInt32Array::from(picks);
        let mut stored = Vec::with_capacity(columns.len());
        for (id, array) in columns {
            let ty = type_of(*id)?;
            let rows = if picks.len() == rows {
                Arc::clone(array)
            } else {
                arrow::compute::take(array, &picks, None).map_err(internal)?
            };
            stored.push((*id, ty, rows));
        }
        split(schema, tenant, group, picks.len(), &stored, ids, first_block, &mut out)?;
    }
    Ok(out)
}

#[allow(clippy::too_many_arguments)]
fn split(
    schema: &TableSchema,
    tenant: TenantId,
    group: GroupId,
    rows: usize,
    columns: &[(ColumnId, Type, ArrayRef)],
    ids: &Ids,
    first_block: u64,
    out: &mut Vec<WriteBlock>,
) -> Result<()> {
    let bytes: u64 = columns.iter().map(|(_, _, a)| value_bytes(a)).sum();
    if rows > 1 && bytes > limits::ENTRY_BYTES * 3 / 4 {
        // Even parts, so that the last one is no crumb.
        let parts = bytes.div_ceil(limits::ENTRY_BYTES * 3 / 4).min(rows as u64) as usize;
        let step = rows.div_ceil(parts.max(2));
        let mut at = 0;
        while at < rows {
            let n = step.min(rows - at);
            let slice: Vec<_> = columns.iter().map(|(id, ty, a)| (*id, ty.clone(), a.slice(at, n))).collect();
            split(schema, tenant, group, n, &slice, ids, first_block, out)?;
            at += n;
        }
        return Ok(());
    }
    if rows == 1 {
        limits::seen::ROW_BYTES.note(bytes);
    }
    if bytes > limits::ROW_BYTES && rows == 1 {
        let text = format!("Row of {bytes} bytes is over the limit of {} bytes", limits::ROW_BYTES);
        return Err(Error::new(Code::TooLargeStringSize, text));
    }
    let mut batch = Batch { rows, columns: Vec::with_capacity(columns.len()) };
    for (id, ty, array) in columns {
        // A slice of a dictionary carries the whole; only its own values go into the entry.
        let array = match ty {
            Type::LowCardinality(inner) if array.offset() != 0 || rows * 2 < dictionary_values(array) => {
                let plain = arrow::compute::cast(array, &inner.carrier()).map_err(internal)?;
                olly_types::batch::dictionary_of(&plain, inner)?
            }
            _ => Arc::clone(array),
        };
        batch.columns.push(BatchColumn { id: *id, array: to_stored(&array, ty)? });
    }
    let ordinal = first_block + out.len() as u64;
    let id = match ids {
        Ids::None => None,
        Ids::Token(token) => {
            let mut h = ContentHasher::default();
            h.field(b"token");
            h.field(token.as_bytes());
            h.field(&ordinal.to_le_bytes());
            Some(RequestId(h.finish()))
        }
        Ids::Content => {
            let mut bytes = Vec::new();
            batch.encode(schema, &mut bytes)?;
            let mut h = ContentHasher::default();
            h.field(b"block");
            h.field(&bytes);
            Some(RequestId(h.finish()))
        }
    };
    let bytes = batch.memory_bytes();
    let section = Section { table: schema.id, schema_version: schema.version, batch };
    out.push(WriteBlock { group, tenant, id, sections: vec![section], positions: Vec::new(), bytes });
    Ok(())
}

fn dictionary_values(array: &ArrayRef) -> usize {
    use arrow::array::AsArray;
    array.as_dictionary_opt::<arrow::datatypes::UInt32Type>().map_or(0, |d| d.values().len())
}

/// Writes rows of one statement into a table.
pub struct Writer {
    env: Arc<QueryEnv>,
    completer: Completer,
    ids: Ids,
    max_partitions: u64,
    blocks: u64,
    rows: u64,
    bytes: u64,
}

impl Writer {
    pub fn new(env: Arc<QueryEnv>, schema: Arc<TableSchema>) -> Result<Writer> {
        let token = env.settings.get("insert_deduplication_token").filter(|t| !t.is_empty()).map(str::to_string);
        let ids = match token {
            Some(t) => Ids::Token(t),
            None if schema.engine.deduplicates_blocks() && env.settings.bool_or("insert_deduplicate", true)? => {
                Ids::Content
            }
            None => Ids::None,
        };
        let max_partitions = env.settings.u64_or("max_partitions_per_insert_block", limits::INSERT_PARTITIONS)?;
        let completer = Completer::new(&env, schema)?;
        Ok(Writer { env, completer, ids, max_partitions, blocks: 0, rows: 0, bytes: 0 })
    }

    /// Completes and proposes rows.
    pub async fn write(&mut self, given: Given) -> Result<()> {
        let rows = given.block.rows;
        if rows == 0 {
            return Ok(());
        }
        self.env.cancel.check()?;
        let columns = self.completer.complete(&self.env, &given)?;
        drop(given);
        let schema = Arc::clone(&self.completer.schema);
        self.check_partitions(&schema, &columns)?;
        let groups = self.env.shared.catalog.data_groups();
        let tenant = self.env.session.tenant.tenant;
        let seed = Seed(self.env.context.seed);
        let blocks = blocks_of(&schema, tenant, rows, &columns, groups, &self.ids, seed, self.blocks)?;
        drop(columns);
        self.blocks += blocks.len() as u64;
        let bytes: u64 = blocks.iter().map(|b| b.bytes).sum();
        let _held = self.env.memory.reserve(bytes)?;
        // Asked for admission once, when the statement began: from here on a lack of room holds it back, as long as the
        // query may run.
        let patience = Patience::Until(Box::pin(self.env.cancel.ended()));
        self.env.shared.proposer.write(blocks, patience).await?;
        self.rows += rows as u64;
        self.bytes += bytes;
        self.env.counters.written_rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.env.counters.written_bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// (rows, bytes) written so far.
    pub fn written(&self) -> (u64, u64) {
        (self.rows, self.bytes)
    }

    fn check_partitions(&self, schema: &TableSchema, columns: &[(ColumnId, ArrayRef)]) -> Result<()> {
        let keys: Vec<ArrayRef> = schema
            .partition_key
            .iter()
            .filter_map(|id| columns.iter().find(|(c, _)| c == id))
            .map(|(_, a)| Arc::clone(a))
            .collect();
        if keys.is_empty() || self.max_partitions == 0 {
            return Ok(());
        }
        let fields = keys.iter().map(|a| SortField::new(a.data_type().clone())).collect();
        let converter = RowConverter::new(fields).map_err(internal)?;
        let rows = converter.convert_columns(&keys).map_err(internal)?;
        let mut seen: HashSet<&[u8]> = HashSet::new();
        for row in 0..rows.num_rows() {
            seen.insert(rows.row(row).data());
            if seen.len() as u64 > self.max_partitions {
                let text = format!("Too many partitions for single INSERT block (more than {})", self.max_partitions);
                return Err(Error::new(Code::TooManyParts, text));
            }
        }
        limits::seen::INSERT_PARTITIONS.note(seen.len() as u64);
        Ok(())
    }
}

/// Gathers a client's blocks and writes them.
pub struct TableSink {
    writer: Writer,
    header: Vec<(String, Type)>,
    held: Vec<Block>,
    held_rows: usize,
    reservation: olly_types::budget::Reservation,
}

impl TableSink {
    pub fn new(writer: Writer, header: Vec<(String, Type)>) -> Result<TableSink> {
        let reservation = writer.env.memory.reserve(0)?;
        Ok(TableSink { writer, header, held: Vec::new(), held_rows: 0, reservation })
    }

    async fn flush(&mut self) -> Result<()> {
        let held = std::mem::take(&mut self.held);
        self.held_rows = 0;
        let Some(block) = concat(held)? else { return Ok(()) };
        self.writer.write(Given { block, ..Given::default() }).await?;
        self.reservation.resize(0)?;
        Ok(())
    }
}

/// Blocks of equal columns as one.
pub(super) fn concat(blocks: Vec<Block>) -> Result<Option<Block>> {
    let Some(first) = blocks.first() else { return Ok(None) };
    if blocks.len() == 1 {
        return Ok(blocks.into_iter().next());
    }
    let rows = blocks.iter().map(|b| b.rows).sum();
    let mut columns = Vec::with_capacity(first.columns.len());
    for (name, ty, _) in &first.columns {
        let mut parts: Vec<ArrayRef> = Vec::with_capacity(blocks.len());
        for b in &blocks {
            let found =
                b.columns.iter().find(|(n, _, _)| n == name).ok_or_else(|| {
                    Error::new(Code::NotFoundColumnInBlock, format!("Not found column {name} in block"))
                })?;
            parts.push(Arc::clone(&found.2));
        }
        let parts: Vec<&dyn Array> = parts.iter().map(|a| a.as_ref()).collect();
        columns.push((name.clone(), ty.clone(), arrow::compute::concat(&parts).map_err(internal)?));
    }
    Ok(Some(Block { columns, rows }))
}

#[async_trait]
impl BlockSink for TableSink {
    async fn write(&mut self, block: Block) -> Result<()> {
        if block.rows == 0 {
            return Ok(());
        }
        for (name, _, _) in &block.columns {
            if !self.header.iter().any(|(n, _)| n == name) {
                return Err(Error::new(Code::NoSuchColumnInTable, format!("Unknown column {name} in INSERT data")));
            }
        }
        let bytes: u64 = block.columns.iter().map(|(_, _, a)| value_bytes(a)).sum();
        // Blocks of different shape are not mixed.
        let same = self.held.first().is_none_or(|h| {
            h.columns.len() == block.columns.len()
                && h.columns.iter().all(|(n, t, _)| block.columns.iter().any(|(m, u, _)| n == m && t == u))
        });
        if !same {
            self.flush().await?;
        }
        self.reservation.grow(bytes)?;
        self.held_rows += block.rows;
        self.held.push(block);
        if self.reservation.bytes() >= GATHER_BYTES || self.held_rows >= GATHER_ROWS {
            self.flush().await?;
        }
        Ok(())
    }
    async fn finish(&mut self) -> Result<(u64, u64)> {
        self.flush().await?;
        Ok(self.writer.written())
    }
}
