//! Writes a part: granule after granule of sorted rows, then dictionaries, footer and trailer.
//!
//! Invariant: the file is complete and durable, its name too, when `finish` returns; before that nothing refers to it.

use super::column::{ColumnPlan, ColumnWriter, Place};
use super::format::{self, Footer, PART_VERSION};
use super::hash::RowsHash;
use super::sink::Sink;
use super::source::Source;
use crate::encode::Effort;
use crate::error::{Error, Result};
use olly_env::{Disk, Open, disk};
use olly_types::{ColumnId, PartId, TableSchema, TenantId, Type, Value};
use std::sync::Arc;

/// What is known of a part before its rows.
pub(crate) struct PartSpec {
    pub id: PartId,
    pub schema: Arc<TableSchema>,
    pub level: u32,
    pub partition: Arc<[u8]>,
    pub partition_text: Arc<str>,
    pub ingest: (i64, i64),
    pub index: (u64, u64),
    pub effort: Effort,
    /// For each stored column of the schema.
    pub plans: Vec<ColumnPlan>,
}

/// A granule's rows: for each stored column its sources, and the rows in order.
pub(crate) struct GranuleRows<'a> {
    /// By column, then source.
    pub columns: &'a [Vec<&'a Source>],
    pub places: &'a [Place],
    /// Row hash (without tenant) of each row of each source.
    pub hashes: &'a [&'a [u64]],
    /// Tenant of each source.
    pub tenants: &'a [TenantId],
}

pub(crate) struct PartWriter {
    spec: PartSpec,
    path: String,
    sink: Sink,
    columns: Vec<ColumnWriter>,
    granules: Vec<u32>,
    tenants: Vec<(TenantId, u64)>,
    hash: RowsHash,
    rows: u64,
}

/// Name of a part's file in its folder.
pub(crate) fn file_name(id: PartId) -> String {
    format!("{}-{}.part", id.index, id.ordinal)
}

impl PartWriter {
    pub fn create(disk: &dyn Disk, dir: &str, spec: PartSpec) -> Result<PartWriter> {
        let path = disk::join(dir, &file_name(spec.id));
        let file = disk.open(&path, Open::REPLACE)?;
        let mut sink = Sink::new(file, spec.id, spec.effort);
        sink.raw(&format::header(spec.id, spec.schema.id))?;
        let columns = spec
            .schema
            .stored_columns()
            .enumerate()
            .map(|(i, def)| ColumnWriter::new(def.id, &def.ty, spec.plans.get(i).cloned().unwrap_or_default()))
            .collect();
        Ok(PartWriter {
            spec,
            path,
            sink,
            columns,
            granules: Vec::new(),
            tenants: Vec::new(),
            hash: RowsHash::default(),
            rows: 0,
        })
    }

    /// Adds a granule of rows in order; they follow those before in (tenant, sort key).
    pub fn granule(&mut self, rows: &GranuleRows<'_>) -> Result<()> {
        if self.rows + rows.places.len() as u64 > format::MAX_ROWS {
            return Err(Error::Rejected(olly_types::Error::new(
                olly_types::Code::LimitExceeded,
                format!("a part holds at most {} rows", format::MAX_ROWS),
            )));
        }
        for (column, sources) in self.columns.iter_mut().zip(rows.columns) {
            column.granule(sources, rows.places, &mut self.sink)?;
        }
        for (s, r) in rows.places {
            let tenant = rows.tenants.get(*s as usize).copied().unwrap_or_default();
            let columns = rows.hashes.get(*s as usize).and_then(|h| h.get(*r as usize)).copied().unwrap_or(0);
            self.hash.add(super::hash::row_hash(tenant.0, columns));
            match self.tenants.last_mut() {
                Some((t, n)) if *t == tenant => *n += 1,
                _ => self.tenants.push((tenant, 1)),
            }
        }
        self.granules.push(rows.places.len() as u32);
        self.rows += rows.places.len() as u64;
        Ok(())
    }

    /// The sum of the rows' hashes so far.
    pub fn sum(&self) -> u128 {
        self.hash.sum
    }

    /// Completes the file and makes it durable. The name becomes durable with the folder's sync, which the caller does once.
    pub fn finish(mut self) -> Result<(Footer, u64)> {
        let mut metas = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            metas.push(column.finish(&mut self.sink)?);
        }
        let time = event_time(&self.spec.schema, &metas);
        let footer = Footer {
            id: self.spec.id,
            table: self.spec.schema.id,
            schema_version: self.spec.schema.version,
            level: self.spec.level,
            rows: self.rows,
            tenants: self.tenants,
            partition: self.spec.partition,
            partition_text: self.spec.partition_text,
            time,
            ingest: self.spec.ingest,
            index: self.spec.index,
            hash: self.hash.ordered(),
            sum: self.hash.sum,
            granules: self.granules,
            columns: metas,
        };
        let page = self.sink.page(&footer.encode()?)?;
        let offset = self.sink.offset();
        debug_assert_eq!(PART_VERSION, 1);
        self.sink.raw(&format::trailer(self.spec.id, offset, page))?;
        let bytes = self.sink.finish()?;
        Ok((footer, bytes))
    }

    /// Removes the unfinished file.
    pub fn abandon(self, disk: &dyn Disk) {
        let _ = disk.remove(&self.path);
    }
}

/// Event time range in nanoseconds, from the statistics of the table's time column.
fn event_time(schema: &TableSchema, columns: &[format::ColumnMeta]) -> Option<(i64, i64)> {
    let id: ColumnId = schema.event_time?;
    let column = columns.iter().find(|c| c.id == id)?;
    let stats = column.stats.as_ref()?;
    let ends = |array| {
        let base = Type::Nullable(Arc::new(column.ty.base().clone()));
        super::stats::range(array, column.ty.base()).ok().flatten().map(|r| (r, base))
    };
    let ((min, _), _) = ends(&stats.min)?;
    let ((_, max), _) = ends(&stats.max)?;
    Some((nanos(&min, column.ty.base())?, nanos(&max, column.ty.base())?))
}

/// A time value in nanoseconds since the epoch, clamped to 64 bits.
pub(crate) fn nanos(v: &Value, ty: &Type) -> Option<i64> {
    let per = match ty {
        Type::Date | Type::Date32 => 86_400_000_000_000i128,
        Type::DateTime(_) => 1_000_000_000,
        Type::DateTime64(p, _) => 10i128.pow(9u32.saturating_sub(u32::from(*p))),
        _ => return None,
    };
    let n = v.as_i128()?.saturating_mul(per);
    Some(n.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}
