//! Which granules of a part can hold matching rows.
//!
//! Invariant: a granule is skipped only where no row can match; a condition that cannot be judged skips nothing.

use crate::error::Result;
use crate::part::format::ColumnMeta;
use crate::part::reader::{Holds, PartReader};
use crate::part::{access, stats};
use arrow::array::Array;
use olly_types::port::{Access, Bound, Prune, ScanColumn};
use olly_types::{TableSchema, Type, Value, value};
use std::cmp::Ordering;
use std::sync::Arc;

pub(crate) struct Pruner<'a> {
    part: &'a Arc<PartReader>,
    conditions: Vec<Condition<'a>>,
}

enum Condition<'a> {
    /// A column of the part with statistics or filters.
    Column { column: &'a ColumnMeta, prune: &'a Prune },
    /// A key's value in a map: matches nothing in granules without the key, unless the default matches.
    Key { column: &'a ColumnMeta, number: Option<u32> },
    /// Decided for the whole part.
    Never,
}

fn target(p: &Prune) -> &ScanColumn {
    match p {
        Prune::Range { column, .. } | Prune::In { column, .. } | Prune::Contains { column, .. } => column,
    }
}

impl<'a> Pruner<'a> {
    pub fn new(part: &'a Arc<PartReader>, schema: &TableSchema, prune: &'a [Prune]) -> Result<Pruner<'a>> {
        let mut conditions = Vec::new();
        for p in prune {
            let ScanColumn { column: id, access } = target(p);
            let Some(column) = part.footer.column(*id) else {
                // Missing in this part: every row has the default.
                if let (Some(def), Access::Whole) = (schema.column(*id), access)
                    && !matches(p, &Value::default_of(&def.ty))
                {
                    conditions.push(Condition::Never);
                }
                continue;
            };
            match (access, &column.ty) {
                (Access::Whole, _) if stats::has_range(&column.ty) => {
                    conditions.push(Condition::Column { column, prune: p });
                }
                (Access::MapValue(key), Type::Map(_, v)) if !matches(p, &Value::default_of(v)) => {
                    if let Some(dict) = part.map_keys(column, &mut Holds::default())? {
                        let number = access::key_numbers(&dict.keys, key).first().copied();
                        conditions.push(Condition::Key { column, number });
                    }
                }
                _ => {}
            }
        }
        Ok(Pruner { part, conditions })
    }

    /// Whether the granule must be read.
    pub fn may_match(&mut self, granule: usize) -> Result<bool> {
        for c in &self.conditions {
            let possible = match c {
                Condition::Never => false,
                Condition::Key { column, number } => key_in(column, *number, granule),
                Condition::Column { column, prune } => column_may(self.part, column, prune, granule)?,
            };
            if !possible {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn key_in(column: &ColumnMeta, number: Option<u32>, granule: usize) -> bool {
    let (Some(number), Some(map)) = (number, &column.map) else { return false };
    let pages = map.subs.iter().find(|s| s.key == number).map_or(&map.overflow, |s| &s.pages);
    pages.0.get(granule).is_none_or(|p| p.len > 0)
}

fn column_may(part: &Arc<PartReader>, column: &ColumnMeta, prune: &Prune, granule: usize) -> Result<bool> {
    if let Some(s) = &column.stats {
        let base = Type::Nullable(Arc::new(column.ty.base().clone()));
        if granule < s.min.len() && granule < s.max.len() {
            let (min, max) = (value::value_at(&s.min, granule, &base)?, value::value_at(&s.max, granule, &base)?);
            if min.is_null() || max.is_null() {
                // No value that compares: NULL and NaN match no range, list or text.
                return Ok(false);
            }
            if !overlaps(prune, &min, &max) {
                return Ok(false);
            }
        }
    }
    if let Prune::In { values, .. } = prune
        && column.ty == Type::String
        && let Some(filter) = part.filter(column, granule)?
    {
        return Ok(values.iter().any(|v| v.as_bytes().is_none_or(|b| stats::filter_has(&filter, b))));
    }
    Ok(true)
}

/// Whether the condition can hold for a value in the range.
fn overlaps(prune: &Prune, min: &Value, max: &Value) -> bool {
    match prune {
        Prune::Range { low, high, .. } => above(max, low.as_ref()) && below(min, high.as_ref()),
        Prune::In { values, .. } => values.iter().any(|v| {
            let low = stats::compare(v, min).is_none_or(|o| o != Ordering::Less);
            let high = stats::compare(v, max).is_none_or(|o| o != Ordering::Greater);
            !v.is_null() && low && high
        }),
        Prune::Contains { .. } => true,
    }
}

/// Whether the largest value reaches the bound.
fn above(max: &Value, low: Option<&Bound>) -> bool {
    let Some(low) = low else { return true };
    match stats::compare(max, &low.value) {
        Some(Ordering::Less) => false,
        // Text maxima are rounded up, so an equal one proves nothing.
        Some(Ordering::Equal) => low.inclusive || matches!(max, Value::Bytes(_)),
        _ => true,
    }
}

fn below(min: &Value, high: Option<&Bound>) -> bool {
    let Some(high) = high else { return true };
    match stats::compare(min, &high.value) {
        Some(Ordering::Greater) => false,
        // Text minima are cut: the real one may be larger, never smaller.
        Some(Ordering::Equal) => high.inclusive,
        _ => true,
    }
}

/// Whether one value satisfies the condition (used for defaults).
fn matches(prune: &Prune, v: &Value) -> bool {
    if v.is_null() {
        return false;
    }
    match prune {
        Prune::Contains { needle, .. } => match v {
            Value::Bytes(b) => needle.is_empty() || b.windows(needle.len()).any(|w| w == &needle[..]),
            _ => true,
        },
        other => overlaps(other, v, v),
    }
}
