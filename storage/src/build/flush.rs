//! A memtable becomes parts, one for each partition.
//!
//! Invariant: the parts hold exactly the memtable's rows; rows of equal key stay in log order.

use super::{plan, sort};
use crate::encode::Effort;
use crate::error::{Result, arrow};
use crate::memtable::MemBatch;
use crate::part::column::Place;
use crate::part::format::Footer;
use crate::part::hash;
use crate::part::source::{self, Source};
use crate::part::writer::{GranuleRows, PartSpec, PartWriter};
use arrow::array::ArrayRef;
use arrow::row::{RowConverter, SortField};
use olly_env::Disk;
use olly_types::port::Access;
use olly_types::{ColumnDef, GroupId, LogIndex, PartId, TableSchema, TenantId, Type, value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A granule is cut before it holds more than about this in memory.
pub(crate) const GRANULE_BYTES: u64 = 32 << 20;

/// A part that was written and synced, not yet in the manifest.
pub(crate) struct Built {
    pub footer: Footer,
    pub bytes: u64,
}

pub(crate) struct FlushSpec<'a> {
    pub group: GroupId,
    /// Index of the flush command.
    pub index: u64,
    pub schema: &'a Arc<TableSchema>,
    pub batches: &'a [Arc<MemBatch>],
    pub granule_rows: usize,
}

/// Memory beside the rows for each of them: its row hash, the value hashes of the column at hand, the sort key, the entry
/// that is sorted and its place.
const SORT_BYTES: u64 = 160;
/// Buffers of the file and of the encoders.
const FIXED_BYTES: u64 = 4 << 20;
/// Copies of a granule while it is gathered, encoded and compressed.
const GRANULE_COPIES: u64 = 4;

impl FlushSpec<'_> {
    /// (rows, bytes) of the memtable.
    fn size(&self) -> (u64, u64) {
        let sizes = self.batches.iter().map(|b| (b.batch.rows as u64, b.bytes));
        sizes.fold((0, 0), |(rows, bytes), b| (rows + b.0, bytes + b.1))
    }

    fn granule_rows(&self) -> usize {
        let (rows, bytes) = self.size();
        let per_row = (bytes / rows.max(1)).max(1);
        self.granule_rows.min((GRANULE_BYTES / per_row).max(1) as usize)
    }

    /// Memory that the flush takes beside the memtable, about and at most: a granule at a time is gathered, texts and
    /// attributes stay where they are.
    pub fn working_bytes(&self) -> u64 {
        let (rows, bytes) = self.size();
        let granule = bytes / rows.max(1) * self.granule_rows() as u64;
        // Dictionaries that are spread out: views of their texts.
        rows * SORT_BYTES + bytes / 4 + GRANULE_COPIES * granule + FIXED_BYTES
    }
}

/// Writes the parts. On an error nothing of them remains.
pub(crate) fn flush(disk: &dyn Disk, dir: &str, spec: &FlushSpec<'_>) -> Result<Vec<Built>> {
    let mut built: Vec<Built> = Vec::new();
    let result = flush_into(disk, dir, spec, &mut built);
    match result {
        Ok(()) => Ok(built),
        Err(e) => {
            for b in &built {
                let _ = disk.remove(&olly_env::disk::join(dir, &crate::part::writer::file_name(b.footer.id)));
            }
            Err(e)
        }
    }
}

fn flush_into(disk: &dyn Disk, dir: &str, spec: &FlushSpec<'_>, built: &mut Vec<Built>) -> Result<()> {
    let defs: Vec<&ColumnDef> = spec.schema.stored_columns().collect();
    // By column, then batch.
    let mut columns: Vec<Vec<Source>> = Vec::with_capacity(defs.len());
    let mut sums: Vec<Vec<u64>> = spec.batches.iter().map(|b| vec![0; b.batch.rows]).collect();
    let mut plans = Vec::with_capacity(defs.len());
    for def in &defs {
        let mut sources = Vec::with_capacity(spec.batches.len());
        for b in spec.batches {
            sources.push(match b.batch.column(def.id) {
                Some(c) => source::of_stored(&c.array, &def.ty)?,
                None => Source::Missing(b.batch.rows),
            });
        }
        let mut hashes = Vec::with_capacity(sources.len());
        for (source, sums) in sources.iter().zip(&mut sums) {
            let h = source.hashes(&def.ty)?;
            for (sum, v) in sums.iter_mut().zip(&h) {
                *sum = sum.wrapping_add(hash::column_part(def.id.0, *v));
            }
            hashes.push(h);
        }
        let plan = plan::of_rows(&def.ty, &sources.iter().collect::<Vec<_>>(), &hashes)?;
        // Settle forms once, not in each granule.
        if !plan.dict && !matches!(def.ty, Type::LowCardinality(_)) {
            for s in &mut sources {
                let as_map = matches!(def.ty, Type::Map(..));
                if as_map && !matches!(s, Source::Map(_)) {
                    *s = Source::Map(s.clone().into_map(&def.ty)?);
                } else if let Source::Dict { codes, values } = s {
                    *s = Source::Plain(crate::part::column::spread(codes, values, &def.ty)?);
                }
            }
        }
        plans.push(plan);
        columns.push(sources);
    }
    let by_column: Vec<Vec<&Source>> = columns.iter().map(|c| c.iter().collect()).collect();
    let by_batch = |b: usize| -> Vec<&Source> { columns.iter().filter_map(|c| c.get(b)).collect() };
    let keys = sort::Keys::new(spec.schema, &by_column)?;
    let mut rows = Vec::with_capacity(spec.batches.len());
    for (i, b) in spec.batches.iter().enumerate() {
        rows.push(keys.rows(&by_batch(i), b.batch.rows)?);
    }
    let tenants: Vec<TenantId> = spec.batches.iter().map(|b| b.tenant).collect();
    let hashes: Vec<&[u64]> = sums.iter().map(|s| &s[..]).collect();
    let granule = spec.granule_rows();
    for (ordinal, (key, partition)) in partitions(spec, &defs, &columns)?.into_iter().enumerate() {
        let places = sort::sorted(&partition.places, &rows, &tenants);
        let ends = |f: &dyn Fn(&MemBatch) -> (i64, i64)| {
            let used = partition.batches.iter().filter_map(|b| spec.batches.get(*b as usize));
            used.map(|b| f(b)).fold((i64::MAX, i64::MIN), |a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        let index = ends(&|b| (b.index.0 as i64, b.index.1 as i64));
        let part = PartSpec {
            id: PartId { group: spec.group, index: LogIndex(spec.index), ordinal: ordinal as u32 },
            schema: Arc::clone(spec.schema),
            level: 0,
            partition: key.into(),
            partition_text: partition.text.into(),
            ingest: ends(&|b| b.ingest),
            index: (index.0 as u64, index.1 as u64),
            effort: Effort::FLUSH,
            plans: plans.clone(),
        };
        let mut writer = PartWriter::create(disk, dir, part)?;
        let written = places.chunks(granule).try_for_each(|places| {
            writer.granule(&GranuleRows { columns: &by_column, places, hashes: &hashes, tenants: &tenants })
        });
        if let Err(e) = written {
            writer.abandon(disk);
            return Err(e);
        }
        let id = writer_id(spec, ordinal);
        match writer.finish() {
            Ok((footer, bytes)) => built.push(Built { footer, bytes }),
            Err(e) => {
                let _ = disk.remove(&olly_env::disk::join(dir, &crate::part::writer::file_name(id)));
                return Err(e);
            }
        }
    }
    disk.sync_dir(dir)?;
    Ok(())
}

fn writer_id(spec: &FlushSpec<'_>, ordinal: usize) -> PartId {
    PartId { group: spec.group, index: LogIndex(spec.index), ordinal: ordinal as u32 }
}

#[derive(Default)]
struct Partition {
    text: String,
    places: Vec<Place>,
    batches: Vec<u32>,
}

/// Rows by partition, ordered by the key's bytes.
fn partitions(
    spec: &FlushSpec<'_>,
    defs: &[&ColumnDef],
    columns: &[Vec<Source>],
) -> Result<BTreeMap<Vec<u8>, Partition>> {
    let mut out: BTreeMap<Vec<u8>, Partition> = BTreeMap::new();
    let key: Vec<(usize, &ColumnDef)> = spec
        .schema
        .partition_key
        .iter()
        .filter_map(|id| defs.iter().position(|d| d.id == *id))
        .filter_map(|i| defs.get(i).map(|d| (i, *d)))
        .collect();
    if key.is_empty() {
        let all = out.entry(Vec::new()).or_default();
        all.text = "tuple()".to_string();
        for (b, batch) in spec.batches.iter().enumerate() {
            all.batches.push(b as u32);
            all.places.extend((0..batch.batch.rows as u32).map(|r| (b as u32, r)));
        }
        return Ok(out);
    }
    for (b, batch) in spec.batches.iter().enumerate() {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(key.len());
        let mut flat = Vec::with_capacity(key.len());
        for (i, def) in &key {
            let Some(source) = columns.get(*i).and_then(|c| c.get(b)) else { continue };
            let array = crate::part::access::read(source, &def.ty, &Access::Whole)?;
            flat.push(source::spread_maps(&array)?);
            arrays.push(array);
        }
        let fields = flat.iter().map(|a| SortField::new(a.data_type().clone())).collect();
        let converter = RowConverter::new(fields).map_err(arrow)?;
        let rows = converter.convert_columns(&flat).map_err(arrow)?;
        let mut last: Option<Vec<u8>> = None;
        for r in 0..batch.batch.rows {
            let bytes = rows.row(r);
            if last.as_deref() != Some(bytes.data()) {
                last = Some(bytes.data().to_vec());
            }
            let Some(name) = &last else { continue };
            let partition = match out.get_mut(name) {
                Some(p) => p,
                None => {
                    let p = out.entry(name.clone()).or_default();
                    let mut texts = Vec::with_capacity(key.len());
                    for ((_, def), array) in key.iter().zip(&arrays) {
                        texts.push(text(&value::value_at(array, r, &def.ty)?, def.ty.base()));
                    }
                    p.text = if let [one] = &texts[..] { one.clone() } else { format!("({})", texts.join(",")) };
                    p
                }
            };
            if partition.batches.last() != Some(&(b as u32)) {
                partition.batches.push(b as u32);
            }
            partition.places.push((b as u32, r as u32));
        }
    }
    Ok(out)
}

/// A partition value as people read it.
fn text(v: &olly_types::Value, ty: &Type) -> String {
    use olly_types::Value;
    match (v, ty) {
        (v, Type::Date | Type::Date32) => v.as_i128().map_or_else(String::new, |d| date(d as i64)),
        (Value::Bytes(b), _) => format!("'{}'", String::from_utf8_lossy(b)),
        (Value::Null, _) => "NULL".to_string(),
        (Value::Float(f), _) => f.to_string(),
        (v, _) => v.as_i128().map_or_else(|| format!("{v:?}"), |n| n.to_string()),
    }
}

/// Days since 1970-01-01 as YYYY-MM-DD (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn date(days: i64) -> String {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    format!("{:04}-{m:02}-{d:02}", yoe + era * 400 + i64::from(m <= 2))
}
