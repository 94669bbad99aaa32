//! One stream of a scan: units of work in turn, each a batch.
//!
//! Invariant: what is decoded is reserved before it is read, and held until the next batch is asked for.

use super::Unit;
use crate::error::Result;
use crate::part::reader::{Holds, PartReader};
use crate::part::{access, source};
use arrow::array::ArrayRef;
use olly_types::batch::value_bytes;
use olly_types::budget::{Budget, Reservation};
use olly_types::port::{ScanBatch, ScanColumn, ScanRequest, ScanStream};
use olly_types::{Code, ColumnDef, TableSchema};
use std::collections::VecDeque;
use std::sync::Arc;

/// What is read, with the definitions of the columns.
pub(crate) type Columns = Arc<[(ScanColumn, ColumnDef)]>;

/// The request's columns, checked against the schema.
pub(crate) fn columns(schema: &TableSchema, request: &ScanRequest) -> Result<Columns> {
    let mut out = Vec::with_capacity(request.columns.len());
    for c in &request.columns {
        let def = schema.column(c.column).filter(|d| d.is_stored()).ok_or_else(|| {
            let message = format!("Column {} is not stored in table {}.{}", c.column, schema.database, schema.name);
            olly_types::Error::new(Code::NoSuchColumnInTable, message)
        })?;
        access::access_type(&def.ty, &c.access)?;
        out.push((c.clone(), def.clone()));
    }
    Ok(out.into())
}

pub(crate) struct Stream {
    units: VecDeque<Unit>,
    columns: Columns,
    /// What is kept between granules of a part, by its path.
    holds: Option<(String, Holds)>,
    batch_rows: usize,
    /// Rows that may still be wanted.
    left: usize,
    /// The rest of a batch that was larger than wanted.
    rest: Option<(ScanBatch, usize)>,
    /// The memory of the last batch and of what is held beside it.
    held: Option<Reservation>,
}

impl Stream {
    pub fn new(units: Vec<Unit>, columns: &Columns, request: &ScanRequest) -> Stream {
        Stream {
            units: units.into(),
            columns: Arc::clone(columns),
            holds: None,
            batch_rows: if request.batch_rows == 0 { usize::MAX } else { request.batch_rows },
            left: request.limit.unwrap_or(usize::MAX),
            rest: None,
            held: request.memory.as_ref().map(Budget::empty),
        }
    }

    /// Holds this many bytes from now on.
    fn reserve(&mut self, bytes: u64) -> Result<()> {
        match &mut self.held {
            Some(held) => Ok(held.resize(bytes)?),
            None => Ok(()),
        }
    }

    fn read(&mut self, unit: Unit) -> Result<ScanBatch> {
        match unit {
            Unit::Memory(b) => {
                let stored = self.columns.iter().filter_map(|(_, def)| b.batch.column(def.id));
                let decoded: u64 = stored.map(|s| 2 * value_bytes(&s.array)).sum();
                self.reserve(decoded)?;
                let mut arrays = Vec::with_capacity(self.columns.len());
                let mut read_bytes = 0;
                for (c, def) in self.columns.iter() {
                    arrays.push(match b.batch.column(def.id) {
                        Some(stored) => {
                            read_bytes += value_bytes(&stored.array);
                            access::read(&source::of_stored(&stored.array, &def.ty)?, &def.ty, &c.access)?
                        }
                        None => access::read(&source::Source::Missing(b.batch.rows), &def.ty, &c.access)?,
                    });
                }
                self.reserve(arrays.iter().map(value_bytes).sum())?;
                Ok(ScanBatch { rows: b.batch.rows, arrays, read_bytes })
            }
            Unit::Granule { part, granule, rows } => {
                let mut holds = match self.holds.take() {
                    Some((path, holds)) if path == part.path => holds,
                    _ => Holds::default(),
                };
                holds.read_bytes = 0;
                let metas = self.columns.iter().filter_map(|(c, def)| Some((part.footer.column(def.id)?, &c.access)));
                let decoded: u64 = metas.map(|(meta, access)| part.decoded_bytes(meta, access, &holds)).sum();
                self.reserve(holds.memory_bytes() + decoded)?;
                let all = part.footer.granules.get(granule).copied().unwrap_or(0) as usize;
                let mut arrays = Vec::with_capacity(self.columns.len());
                for (c, def) in self.columns.iter() {
                    let array = column(&part, granule, all, c, def, &mut holds)?;
                    arrays.push(if rows.len() == all { array } else { array.slice(rows.start, rows.len()) });
                }
                let read_bytes = holds.read_bytes;
                self.reserve(holds.memory_bytes() + arrays.iter().map(value_bytes).sum::<u64>())?;
                self.holds = Some((part.path.clone(), holds));
                Ok(ScanBatch { rows: rows.len(), arrays, read_bytes })
            }
        }
    }
}

fn column(
    part: &Arc<PartReader>,
    granule: usize,
    rows: usize,
    c: &ScanColumn,
    def: &ColumnDef,
    holds: &mut Holds,
) -> Result<ArrayRef> {
    match part.footer.column(def.id) {
        Some(meta) if meta.ty == def.ty => part.read(meta, granule, &c.access, holds),
        Some(meta) => {
            let what = format!("column {} stored as {} read as {}", def.name, meta.ty, def.ty);
            Err(olly_types::Error::unsupported(what).into())
        }
        None => access::read(&source::Source::Missing(rows), &def.ty, &c.access),
    }
}

impl ScanStream for Stream {
    fn next_batch(&mut self) -> olly_types::Result<Option<ScanBatch>> {
        if self.left == 0 {
            return Ok(None);
        }
        let (batch, at) = match self.rest.take() {
            Some(rest) => rest,
            None => match self.units.pop_front() {
                Some(unit) => (self.read(unit)?, 0),
                None => {
                    (self.holds, self.held) = (None, None);
                    return Ok(None);
                }
            },
        };
        let n = (batch.rows - at).min(self.batch_rows.max(1));
        let whole = at == 0 && n == batch.rows;
        let out = if whole {
            batch
        } else {
            let arrays = batch.arrays.iter().map(|a| a.slice(at, n)).collect();
            let read_bytes = if at == 0 { batch.read_bytes } else { 0 };
            if at + n < batch.rows {
                self.rest = Some((batch, at + n));
            }
            ScanBatch { rows: n, arrays, read_bytes }
        };
        self.left = self.left.saturating_sub(out.rows);
        Ok(Some(out))
    }
}
