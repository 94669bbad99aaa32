//! What is decided about a part's columns before the first row: dictionaries, filters, keys that get sub-columns.
//!
//! Invariant: a pure function of the rows (flush) or of the inputs' footers (merge), with the constants below.

use crate::error::Result;
use crate::part::column::ColumnPlan;
use crate::part::format::Footer;
use crate::part::reader::{Holds, PartReader};
use crate::part::source::{Canon, Source};
use olly_types::{ColumnDef, Type};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Values whose hash has these bits clear are looked at.
const SAMPLE_MASK: u64 = 15;
/// Fewer sampled values than this say nothing.
const SAMPLE_LEAST: usize = 24;
/// Bytes that a code takes in a page, about, in fifths.
const CODE_COST: f64 = 2.5;

/// For a flush. `hashes`: value hashes of each source.
pub(crate) fn of_rows(ty: &Type, sources: &[&Source], hashes: &[Vec<u64>]) -> Result<ColumnPlan> {
    let mut plan = ColumnPlan::default();
    let rows: usize = sources.iter().map(|s| s.rows()).sum();
    if let Type::Map(k, _) = ty
        && sources.iter().any(|s| matches!(s, Source::Map(_)))
    {
        plan.keys = frequent_keys(sources, k.base())?;
        return Ok(plan);
    }
    if sources.iter().all(|s| matches!(s, Source::Dict { .. } | Source::Missing(_))) {
        let distinct = distinct_values(sources, hashes);
        plan.dict = distinct * 3 <= rows || distinct <= 16;
    }
    if *ty != Type::String {
        return Ok(plan);
    }
    let (mut sampled, mut distinct) = (0usize, HashSet::new());
    for h in hashes.iter().flatten().filter(|h| **h != 0 && **h & SAMPLE_MASK == 0) {
        sampled += 1;
        distinct.insert(*h);
    }
    let bytes: u64 = sources.iter().map(|s| text_bytes(s)).sum();
    let present = hashes.iter().flatten().filter(|h| **h != 0).count().max(1);
    let average = bytes as f64 / present as f64;
    if sampled < SAMPLE_LEAST {
        return Ok(plan);
    }
    let ratio = distinct.len() as f64 / sampled as f64;
    // A value compresses to about half; a dictionary must save a fifth.
    let plain = average / 2.0;
    plan.dict = plan.dict || (average >= 12.0 && ratio * plain + CODE_COST < 0.8 * plain);
    plan.filter = (8.0..=64.0).contains(&average) && ratio >= 0.02;
    Ok(plan)
}

/// Distinct values of dictionaries and missing columns, by their hashes: each value of a dictionary is looked up once, not for
/// each of its rows.
fn distinct_values(sources: &[&Source], hashes: &[Vec<u64>]) -> usize {
    let mut distinct: HashSet<u64> = HashSet::new();
    for (source, own) in sources.iter().zip(hashes) {
        let Source::Dict { codes, values } = source else {
            distinct.extend(own.first());
            continue;
        };
        // The last place is that of NULL.
        let mut seen = vec![false; values.len() + 1];
        for (code, hash) in codes.iter().zip(own) {
            if let Some(seen) = seen.get_mut((*code as usize).min(values.len()))
                && !std::mem::replace(seen, true)
            {
                distinct.insert(*hash);
            }
        }
    }
    distinct.len()
}

fn text_bytes(source: &Source) -> u64 {
    use arrow::array::AsArray;
    match source {
        Source::Plain(a) => a.as_binary_view_opt().map_or(0, |v| v.lengths().map(u64::from).sum()),
        Source::Dict { codes, values } => values.as_binary_view_opt().map_or(0, |v| {
            let lengths: Vec<u32> = v.lengths().collect();
            codes.iter().map(|c| u64::from(lengths.get(*c as usize).copied().unwrap_or(0))).sum()
        }),
        _ => 0,
    }
}

/// Keys by number of rows; only needed where there are more than sub-columns.
fn frequent_keys(sources: &[&Source], key_type: &Type) -> Result<Vec<Vec<u8>>> {
    let mut counts: HashMap<Vec<u8>, u64> = HashMap::new();
    for source in sources {
        let Source::Map(m) = source else { continue };
        let canon = Canon::new(&m.dict.keys, key_type)?;
        let mut by_shape = vec![0u64; m.dict.shapes.len()];
        for s in &m.shape {
            if let Some(n) = by_shape.get_mut(*s as usize) {
                *n += 1;
            }
        }
        let mut by_key = vec![0u64; m.dict.keys.len()];
        for (shape, n) in m.dict.shapes.iter().zip(by_shape) {
            for k in shape.iter() {
                if let Some(c) = by_key.get_mut(*k as usize) {
                    *c += n;
                }
            }
        }
        for (k, n) in by_key.into_iter().enumerate().filter(|(_, n)| *n > 0) {
            let mut bytes = Vec::new();
            canon.put(k, &mut bytes);
            *counts.entry(bytes).or_default() += n;
        }
    }
    Ok(ordered(counts))
}

fn ordered(counts: HashMap<Vec<u8>, u64>) -> Vec<Vec<u8>> {
    if counts.len() <= olly_types::limits::MAP_SUBCOLUMNS as usize {
        return Vec::new();
    }
    let mut keys: Vec<(Vec<u8>, u64)> = counts.into_iter().collect();
    keys.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    keys.into_iter().map(|(k, _)| k).collect()
}

/// For a merge.
pub(crate) fn of_parts(def: &ColumnDef, parts: &[Arc<PartReader>]) -> Result<ColumnPlan> {
    let mut plan = ColumnPlan::default();
    let (mut rows, mut with, mut values) = (0u64, 0u64, 0u64);
    let mut counts: HashMap<Vec<u8>, u64> = HashMap::new();
    let mut by_keys = false;
    for p in parts {
        let footer: &Footer = &p.footer;
        rows += footer.rows;
        let Some(c) = footer.column(def.id) else {
            with += footer.rows;
            continue;
        };
        if let Some(d) = &c.dict {
            with += footer.rows;
            values += d.values;
        }
        plan.filter |= c.filters.is_some();
        if let (Some(m), Type::Map(k, _)) = (&c.map, &def.ty) {
            by_keys = true;
            if let Some(dict) = p.map_keys(c, &mut Holds::default())? {
                let canon = Canon::new(&dict.keys, k.base())?;
                for key in 0..dict.keys.len() {
                    let count = m.subs.iter().find(|s| s.key as usize == key).map_or(0, |s| s.count);
                    let mut bytes = Vec::new();
                    canon.put(key, &mut bytes);
                    *counts.entry(bytes).or_default() += count;
                }
            }
        }
    }
    // Maps by key and maps in a dictionary cannot become a dictionary together; texts can.
    let maps = matches!(def.ty, Type::Map(..));
    plan.dict =
        if maps { !by_keys && with == rows } else { with * 2 > rows && (values * 3 <= rows * 2 || values <= 64) };
    plan.keys = ordered(counts);
    Ok(plan)
}
