//! Sort keys of rows as bytes that compare like the rows.
//!
//! Invariant: rows compare by tenant, then by the table's sort key in Arrow's row order (NULL first), then by arrival.
//! Dictionary columns take part by the rank of their value, so that no text is copied for each row.
//! Tables of metrics are sorted by series before time: rows that differ in resource, scope or attributes are apart, so that
//! a series' values and times stand together.

use crate::error::{Error, Result, arrow};
use crate::part::source::{NULL, Source};
use arrow::array::{ArrayRef, UInt32Array, UInt64Array};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows, SortField};
use olly_types::{Role, TableSchema, TenantId, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// What a row is compared by, in turn.
enum KeyColumn {
    /// Stored column number and type.
    Stored(usize, Type),
    /// Hash of the columns that make a series.
    Series(Vec<(usize, Type)>),
}

/// Turns key columns into comparable rows. Built from all dictionaries that will take part.
pub(crate) struct Keys {
    columns: Vec<KeyColumn>,
    converter: RowConverter,
    /// By key column; None: it is compared by its values.
    ranks: Vec<Option<Ranks>>,
}

/// Ranks of a column's dictionary values among all of them.
struct Ranks {
    /// By the dictionary's address (it is held, so the address stays taken).
    by_dictionary: HashMap<usize, (ArrayRef, Vec<u32>)>,
    /// Rank of the type's default value.
    default: u32,
}

fn address(a: &ArrayRef) -> usize {
    Arc::as_ptr(a).cast::<u8>() as usize
}

impl Keys {
    /// `sources`: for each stored column all sources whose rows will be compared (or one per dictionary).
    pub fn new(schema: &TableSchema, sources: &[Vec<&Source>]) -> Result<Keys> {
        let stored: Vec<_> = schema.stored_columns().collect();
        let mut columns = Vec::new();
        let mut fields = Vec::new();
        let mut ranks = Vec::new();
        for id in &schema.sort_key {
            let Some(i) = stored.iter().position(|c| c.id == *id) else { continue };
            let Some(def) = stored.get(i) else { continue };
            let own = sources.get(i).map(|s| &s[..]).unwrap_or_default();
            if schema.event_time == Some(*id)
                && let Some(series) = series_columns(schema)
            {
                ranks.push(None);
                fields.push(SortField::new(DataType::UInt64));
                columns.push(KeyColumn::Series(series));
            }
            if matches!(def.ty, Type::LowCardinality(_)) {
                ranks.push(Some(rank(own, &def.ty)?));
                fields.push(SortField::new(DataType::UInt32));
            } else {
                ranks.push(None);
                fields.push(SortField::new(flat_type(&def.ty)));
            }
            columns.push(KeyColumn::Stored(i, def.ty.clone()));
        }
        let converter = RowConverter::new(fields).map_err(arrow)?;
        Ok(Keys { columns, converter, ranks })
    }

    /// Keys of the rows of one batch: `sources` by stored column.
    pub fn rows(&self, sources: &[&Source], rows: usize) -> Result<Option<Rows>> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        for (column, ranks) in self.columns.iter().zip(&self.ranks) {
            let (i, ty) = match column {
                KeyColumn::Stored(i, ty) => (i, ty),
                KeyColumn::Series(columns) => {
                    arrays.push(series_hashes(columns, sources, rows)?);
                    continue;
                }
            };
            let source = sources.get(*i).ok_or_else(|| Error::damaged("a key column", "none"))?;
            arrays.push(match (source, ranks) {
                (Source::Dict { codes, values }, Some(ranks)) => {
                    let known = ranks.by_dictionary.get(&address(values));
                    let (_, by_code) = known.ok_or_else(|| Error::damaged("ranks of a dictionary", "none"))?;
                    let rank = |c: &u32| if *c == NULL { None } else { by_code.get(*c as usize).copied() };
                    Arc::new(codes.iter().map(rank).collect::<UInt32Array>())
                }
                (Source::Missing(_), Some(ranks)) => {
                    let code = (!ty.is_nullable()).then_some(ranks.default);
                    Arc::new(std::iter::repeat_n(code, rows).collect::<UInt32Array>())
                }
                (_, Some(_)) => return Err(Error::damaged("a dictionary column", "another")),
                (source, None) => {
                    let whole = crate::part::access::read(source, ty, &olly_types::port::Access::Whole)?;
                    flat(&whole)?
                }
            });
        }
        Ok(Some(self.converter.convert_columns(&arrays).map_err(arrow)?))
    }
}

/// Columns that tell series of a metric apart; None: the table holds no metrics.
fn series_columns(schema: &TableSchema) -> Option<Vec<(usize, Type)>> {
    schema.column_with_role(Role::MetricName)?;
    let roles = [Role::ResourceAttributes, Role::ScopeAttributes, Role::RecordAttributes];
    let stored = schema.stored_columns().enumerate();
    let own = stored.filter(|(_, c)| c.role.is_some_and(|r| roles.contains(&r)));
    Some(own.map(|(i, c)| (i, c.ty.clone())).collect())
}

fn series_hashes(columns: &[(usize, Type)], sources: &[&Source], rows: usize) -> Result<ArrayRef> {
    let mut out = vec![0u64; rows];
    for (i, ty) in columns {
        let Some(source) = sources.get(*i) else { continue };
        for (h, v) in out.iter_mut().zip(source.hashes(ty)?) {
            *h = crate::part::hash::chain(*h, v);
        }
    }
    Ok(Arc::new(UInt64Array::from(out)))
}

fn rank(sources: &[&Source], ty: &Type) -> Result<Ranks> {
    let mut dictionaries: HashMap<usize, ArrayRef> = HashMap::new();
    for s in sources {
        if let Source::Dict { values, .. } = s {
            dictionaries.insert(address(values), Arc::clone(values));
        }
    }
    let base = ty.base();
    let converter = RowConverter::new(vec![SortField::new(flat_type(base))]).map_err(arrow)?;
    let mut all: Vec<Vec<u8>> = Vec::new();
    let mut rows: Vec<(usize, ArrayRef, Rows)> = Vec::new();
    for (at, values) in dictionaries {
        let r = converter.convert_columns(&[flat(&values)?]).map_err(arrow)?;
        all.extend(r.iter().map(|row| row.data().to_vec()));
        rows.push((at, values, r));
    }
    let default = olly_types::value::array_of(&[olly_types::Value::default_of(base)], base)?;
    let default = converter.convert_columns(&[flat(&default)?]).map_err(arrow)?;
    all.push(default.row(0).data().to_vec());
    all.sort_unstable();
    all.dedup();
    let place = |data: &[u8]| all.binary_search_by(|v| v[..].cmp(data)).unwrap_or(0) as u32;
    let by_dictionary = rows
        .into_iter()
        .map(|(at, values, rows)| (at, (values, rows.iter().map(|row| place(row.data())).collect())))
        .collect();
    Ok(Ranks { by_dictionary, default: place(default.row(0).data()) })
}

/// Key columns as the row format takes them: dictionaries and maps spread out.
fn flat(array: &ArrayRef) -> Result<ArrayRef> {
    crate::part::source::spread_maps(array)
}

fn flat_type(ty: &Type) -> DataType {
    let empty = crate::encode::empty(ty);
    crate::part::source::spread_maps(&empty).map_or_else(|_| ty.carrier(), |a| a.data_type().clone())
}

/// Words of a key that stand in the entry itself: those of a metric (37 bytes) fit, so that no other memory is read.
const WORDS: usize = 5;

/// A row to be sorted: tenant, start of its key as numbers that compare like its bytes, arrival (source and row).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    tenant: TenantId,
    key: [u64; WORDS],
    source: u32,
    row: u32,
}

fn prefix(key: &[u8]) -> [u64; WORDS] {
    let mut bytes = [0u8; WORDS * 8];
    for (to, from) in bytes.iter_mut().zip(key) {
        *to = *from;
    }
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    words
}

/// Sorts places by tenant, key, arrival. `keys` and `tenants` are by source.
pub(crate) fn sorted(places: &[(u32, u32)], keys: &[Option<Rows>], tenants: &[TenantId]) -> Vec<(u32, u32)> {
    let key = |source: u32, row: u32| match keys.get(source as usize) {
        Some(Some(rows)) => rows.row(row as usize).data(),
        _ => &[][..],
    };
    let mut long = false;
    let mut entries: Vec<Entry> = places
        .iter()
        .map(|(source, row)| {
            let k = key(*source, *row);
            long |= k.len() > WORDS * 8;
            let tenant = tenants.get(*source as usize).copied().unwrap_or_default();
            Entry { tenant, key: prefix(k), source: *source, row: *row }
        })
        .collect();
    if long {
        entries.sort_unstable_by(|a, b| {
            (a.tenant, a.key)
                .cmp(&(b.tenant, b.key))
                .then_with(|| key(a.source, a.row).cmp(key(b.source, b.row)))
                .then_with(|| (a.source, a.row).cmp(&(b.source, b.row)))
        });
    } else {
        entries.sort_unstable();
    }
    entries.into_iter().map(|e| (e.source, e.row)).collect()
}
