//! Several sorted parts of one partition become one.
//!
//! Invariant: the output holds exactly the inputs' rows, checked by the sum of row hashes before it is installed.

use super::flush::{Built, GRANULE_BYTES};
use super::{plan, sort};
use crate::encode::Effort;
use crate::error::{Error, Result};
use crate::part::column::Place;
use crate::part::format::ColumnMeta;
use crate::part::hash;
use crate::part::reader::{Holds, PartReader};
use crate::part::source::Source;
use crate::part::writer::{GranuleRows, PartSpec, PartWriter};
use arrow::row::Rows;
use olly_env::Disk;
use olly_types::budget::Budget;
use olly_types::{ColumnDef, PartId, TableSchema, TenantId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) struct MergeSpec<'a> {
    pub id: PartId,
    pub schema: &'a Arc<TableSchema>,
    pub parts: &'a [Arc<PartReader>],
    pub granule_rows: usize,
    pub budget: &'a Arc<Budget>,
    /// Set when the merge shall be given up.
    pub stop: &'a AtomicBool,
}

/// A granule of an input in memory.
struct Loaded {
    sources: Vec<Source>,
    hashes: Vec<u64>,
    keys: Option<Rows>,
    tenant: TenantId,
    rows: u32,
    /// Bytes of a row, about.
    per_row: u64,
}

/// An input and where it stands: the granule is split at tenant borders, so that a loaded piece has one tenant.
struct Input {
    part: Arc<PartReader>,
    holds: Holds,
    next: u64,
    /// Index among the loaded pieces, and the next row there.
    piece: usize,
    row: u32,
}

/// Copies of a granule of an input: decoded, its hashes and keys, and as much again of what is gathered for the output.
const GRANULE_COPIES: u64 = 3;
/// Bytes beside its text for a value of an input's dictionary: its view and code there; its number, hash and place in the
/// output's; its rank where it is sorted by.
const DICTIONARY_VALUE: u64 = 120;
/// Texts of dictionaries compress to a sixth at most, about.
const TEXT_RATIO: u64 = 6;
/// Buffers of the file and of the encoders, and the output's granule.
const FIXED_BYTES: u64 = 8 << 20;

/// Memory that merging the parts takes, about and at most.
pub(crate) fn working_bytes<'a>(parts: impl Iterator<Item = &'a PartReader>) -> u64 {
    FIXED_BYTES + parts.map(input_bytes).sum::<u64>()
}

/// What one input adds to a merge's memory.
pub(crate) fn input_bytes(part: &PartReader) -> u64 {
    let granules = (part.footer.granules.len() as u64).max(1);
    let column = |c: &ColumnMeta| {
        let dictionary = c.dict.as_ref().map_or(0, |d| {
            let packed: u64 = d.pages.0.iter().map(|p| u64::from(p.len)).sum();
            // The text is held twice: as the input has it and as the output will.
            d.values * DICTIONARY_VALUE + 2 * c.raw_bytes.min(packed * TEXT_RATIO)
        });
        GRANULE_COPIES * c.raw_bytes / granules + dictionary
    };
    part.footer.columns.iter().map(column).sum()
}

/// Writes the merged part. On an error nothing of it remains.
pub(crate) fn merge(disk: &dyn Disk, dir: &str, spec: &MergeSpec<'_>) -> Result<Built> {
    let defs: Vec<&ColumnDef> = spec.schema.stored_columns().collect();
    let working = working_bytes(spec.parts.iter().map(|p| &**p));
    olly_types::limits::seen::MERGE_BYTES.note(working);
    let _held = spec.budget.reserve(working.min(spec.budget.limit()))?;
    let mut plans = Vec::with_capacity(defs.len());
    for def in &defs {
        plans.push(plan::of_parts(def, spec.parts)?);
    }
    let first = spec.parts.first().ok_or_else(|| Error::damaged("parts to merge", "none"))?;
    let fold = |f: &dyn Fn(&PartReader) -> (i64, i64)| {
        spec.parts.iter().map(|p| f(p)).fold((i64::MAX, i64::MIN), |a, b| (a.0.min(b.0), a.1.max(b.1)))
    };
    let index = fold(&|p| (p.footer.index.0 as i64, p.footer.index.1 as i64));
    let part = PartSpec {
        id: spec.id,
        schema: Arc::clone(spec.schema),
        level: spec.parts.iter().map(|p| p.footer.level).max().unwrap_or(0) + 1,
        partition: Arc::clone(&first.footer.partition),
        partition_text: Arc::clone(&first.footer.partition_text),
        ingest: fold(&|p| p.footer.ingest),
        index: (index.0 as u64, index.1 as u64),
        effort: Effort::MERGE,
        plans,
    };
    let mut writer = PartWriter::create(disk, dir, part)?;
    let path = olly_env::disk::join(dir, &crate::part::writer::file_name(spec.id));
    if let Err(e) = rows(&mut writer, spec, &defs) {
        writer.abandon(disk);
        return Err(e);
    }
    let want = spec.parts.iter().fold(0u128, |a, p| a.wrapping_add(p.footer.sum));
    if writer.sum() != want {
        let e = Error::Corrupt {
            file: path,
            offset: 0,
            expected: format!("rows with hash sum {want:032x}"),
            got: format!("{:032x}", writer.sum()),
        };
        writer.abandon(disk);
        return Err(e);
    }
    let finished = writer.finish().and_then(|done| {
        disk.sync_dir(dir)?;
        Ok(done)
    });
    match finished {
        Ok((footer, bytes)) => Ok(Built { footer, bytes }),
        Err(e) => {
            let _ = disk.remove(&path);
            Err(e)
        }
    }
}

fn rows(writer: &mut PartWriter, spec: &MergeSpec<'_>, defs: &[&ColumnDef]) -> Result<()> {
    let mut inputs: Vec<Input> = Vec::with_capacity(spec.parts.len());
    for part in spec.parts {
        inputs.push(Input { part: Arc::clone(part), holds: Holds::default(), next: 0, piece: 0, row: 0 });
    }
    // Keys are ranked over all dictionaries before the first row, so each is asked for once.
    let mut dictionaries: Vec<Vec<Source>> = vec![Vec::new(); defs.len()];
    for input in inputs.iter_mut().filter(|i| !i.part.footer.granules.is_empty()) {
        for (def, all) in defs.iter().zip(&mut dictionaries) {
            if spec.schema.sort_key.contains(&def.id) {
                let part = Arc::clone(&input.part);
                all.push(match part.footer.column(def.id) {
                    Some(c) => part.key_source(c, &mut input.holds)?,
                    None => Source::Missing(0),
                });
            }
        }
    }
    let refs: Vec<Vec<&Source>> = dictionaries.iter().map(|d| d.iter().collect()).collect();
    let keys = sort::Keys::new(spec.schema, &refs)?;
    let mut loaded: Vec<Option<Loaded>> = Vec::new();
    // Inputs by their next row; ties go to the input given first, so that rows of equal key keep their order.
    let mut heap: BinaryHeap<Reverse<(TenantId, Vec<u8>, usize)>> = BinaryHeap::new();
    for i in 0..inputs.len() {
        if load(&mut inputs, i, defs, &keys, &mut loaded)? {
            push(&mut heap, &inputs, i, &loaded);
        }
    }
    let mut places: Vec<Place> = Vec::with_capacity(spec.granule_rows);
    let mut bytes = 0u64;
    while let Some(Reverse((_, _, i))) = heap.pop() {
        // The input goes on while its rows are not after the next input's.
        let rival = heap.peek().map(|Reverse((t, k, j))| (*t, k.clone(), *j));
        while let Some(input) = inputs.get_mut(i) {
            let Some(Some(piece)) = loaded.get(input.piece) else { break };
            places.push((input.piece as u32, input.row));
            bytes += piece.per_row;
            input.row += 1;
            let exhausted = input.row >= piece.rows;
            if places.len() >= spec.granule_rows || bytes >= GRANULE_BYTES {
                if spec.stop.load(Ordering::Relaxed) {
                    return Err(Error::Closing);
                }
                write(writer, &places, &loaded, defs.len())?;
                places.clear();
                bytes = 0;
                release(&mut loaded, &inputs);
            }
            if exhausted && !load(&mut inputs, i, defs, &keys, &mut loaded)? {
                break;
            }
            let Some(input) = inputs.get(i) else { break };
            let Some(Some(piece)) = loaded.get(input.piece) else { break };
            let key = piece.keys.as_ref().map(|k| k.row(input.row as usize));
            let key = key.as_ref().map(|k| k.data()).unwrap_or_default();
            let before = rival.as_ref().is_none_or(|(t, k, j)| (piece.tenant, key, i) < (*t, &k[..], *j));
            if !before {
                push(&mut heap, &inputs, i, &loaded);
                break;
            }
        }
    }
    if !places.is_empty() {
        write(writer, &places, &loaded, defs.len())?;
    }
    Ok(())
}

fn push(
    heap: &mut BinaryHeap<Reverse<(TenantId, Vec<u8>, usize)>>,
    inputs: &[Input],
    i: usize,
    loaded: &[Option<Loaded>],
) {
    let Some(input) = inputs.get(i) else { return };
    let Some(Some(piece)) = loaded.get(input.piece) else { return };
    let key = piece.keys.as_ref().map(|k| k.row(input.row as usize).data().to_vec()).unwrap_or_default();
    heap.push(Reverse((piece.tenant, key, i)));
}

/// Loads the next piece of an input: the rest of a granule, or of a tenant in it. False at the end of the part.
fn load(
    inputs: &mut [Input],
    i: usize,
    defs: &[&ColumnDef],
    keys: &sort::Keys,
    loaded: &mut Vec<Option<Loaded>>,
) -> Result<bool> {
    let Some(input) = inputs.get_mut(i) else { return Ok(false) };
    let part = Arc::clone(&input.part);
    let footer = &part.footer;
    if input.next >= footer.rows {
        return Ok(false);
    }
    let starts = part.starts();
    let granule = starts.partition_point(|s| *s <= input.next).saturating_sub(1);
    let range = part.granule_rows(granule);
    let mut tenant = TenantId(0);
    let mut end = range.end;
    let mut at = 0;
    for (t, rows) in &footer.tenants {
        if input.next < at + rows {
            tenant = *t;
            end = end.min(at + rows);
            break;
        }
        at += rows;
    }
    let mut sources = Vec::with_capacity(defs.len());
    let mut hashes = vec![0u64; (end - input.next) as usize];
    let (from, to) = ((input.next - range.start) as usize, (end - range.start) as usize);
    for def in defs {
        let source = match footer.column(def.id) {
            Some(c) if c.ty == def.ty => part.source(c, granule, &mut input.holds)?.slice(from, to - from),
            Some(c) => {
                return Err(Error::damaged(def.ty.to_string(), c.ty.to_string()).at(&part.path, 0));
            }
            None => Source::Missing(to - from),
        };
        for (sum, v) in hashes.iter_mut().zip(source.hashes(&def.ty)?) {
            *sum = sum.wrapping_add(hash::column_part(def.id.0, v));
        }
        sources.push(source);
    }
    let rows = keys.rows(&sources.iter().collect::<Vec<_>>(), to - from)?;
    let raw: u64 = footer.columns.iter().map(|c| c.raw_bytes).sum();
    let piece =
        Loaded { sources, hashes, keys: rows, tenant, rows: (to - from) as u32, per_row: raw / footer.rows.max(1) + 1 };
    input.next = end;
    input.row = 0;
    input.piece = match loaded.iter().position(Option::is_none) {
        Some(free) => {
            if let Some(slot) = loaded.get_mut(free) {
                *slot = Some(piece);
            }
            free
        }
        None => {
            loaded.push(Some(piece));
            loaded.len() - 1
        }
    };
    Ok(true)
}

/// Frees pieces that no input stands in.
fn release(loaded: &mut [Option<Loaded>], inputs: &[Input]) {
    for (n, slot) in loaded.iter_mut().enumerate() {
        let used = inputs.iter().any(|i| i.piece == n && slot.as_ref().is_some_and(|p| i.row < p.rows));
        if !used {
            *slot = None;
        }
    }
}

fn write(writer: &mut PartWriter, places: &[Place], loaded: &[Option<Loaded>], columns: usize) -> Result<()> {
    // Only the pieces that have rows here take part.
    let mut number = vec![u32::MAX; loaded.len()];
    let mut used: Vec<&Loaded> = Vec::new();
    let mut own = Vec::with_capacity(places.len());
    for (p, r) in places {
        let Some(slot) = number.get_mut(*p as usize) else { continue };
        if *slot == u32::MAX
            && let Some(Some(piece)) = loaded.get(*p as usize)
        {
            *slot = used.len() as u32;
            used.push(piece);
        }
        own.push((*slot, *r));
    }
    let by_column: Vec<Vec<&Source>> =
        (0..columns).map(|c| used.iter().filter_map(|p| p.sources.get(c)).collect()).collect();
    let hashes: Vec<&[u64]> = used.iter().map(|p| &p.hashes[..]).collect();
    let tenants: Vec<TenantId> = used.iter().map(|p| p.tenant).collect();
    writer.granule(&GranuleRows { columns: &by_column, places: &own, hashes: &hashes, tenants: &tenants })
}
