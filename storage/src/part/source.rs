//! Rows on their way into a part: one [`Source`] for each column and batch, in carrier form, with dictionaries and maps
//! kept apart so that nothing is spread out to be folded again.

use super::hash;
use crate::error::{Error, Result, arrow};
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::UInt32Type;
use olly_types::{Type, batch};
use std::collections::HashMap;
use std::sync::Arc;

/// Code of NULL.
pub(crate) const NULL: u32 = u32::MAX;

/// A column of some rows.
#[derive(Clone)]
pub(crate) enum Source {
    /// Carrier array of the column's type.
    Plain(ArrayRef),
    /// A code for each row; `values` are carriers of the type without LowCardinality and Nullable, without nulls.
    Dict { codes: Arc<[u32]>, values: ArrayRef },
    /// A Map, by shapes.
    Map(Arc<MapRows>),
    /// The type's default in every row.
    Missing(usize),
}

/// Keys and shapes of some maps.
pub(crate) struct MapDict {
    /// Key numbers of each shape, in order.
    pub shapes: Vec<Arc<[u32]>>,
    /// Keys: carriers of the key type without LowCardinality, distinct.
    pub keys: ArrayRef,
}

/// Maps of some rows: each distinct ordered key list once.
pub(crate) struct MapRows {
    /// Shape of each row.
    pub shape: Vec<u32>,
    /// Index of each row's first value.
    pub start: Vec<u32>,
    pub dict: Arc<MapDict>,
    /// Carriers of the value type.
    pub values: ArrayRef,
}

impl MapRows {
    /// Key numbers of a row, and the index of its first value.
    pub fn row(&self, row: usize) -> (&[u32], usize) {
        let shape = self.shape.get(row).and_then(|s| self.dict.shapes.get(*s as usize));
        (shape.map(|s| &s[..]).unwrap_or_default(), self.start.get(row).copied().unwrap_or(0) as usize)
    }
}

/// The type that a dictionary's values have.
pub(crate) fn value_type(ty: &Type) -> &Type {
    ty.base()
}

/// A column of a batch in stored form.
pub(crate) fn of_stored(array: &ArrayRef, ty: &Type) -> Result<Source> {
    if batch::is_interned(array, ty) {
        let d = array.as_dictionary_opt::<UInt32Type>().ok_or_else(|| wrong(array, ty))?;
        let plain = batch::to_carrier(&batch::interned(identity(d.values().len()), Arc::clone(d.values()))?, ty)?;
        return dictionary(d.keys(), &plain, ty);
    }
    if let Type::LowCardinality(_) = ty {
        let carrier = batch::to_carrier(array, ty)?;
        let d = carrier.as_dictionary_opt::<UInt32Type>().ok_or_else(|| wrong(array, ty))?;
        return dictionary(d.keys(), d.values(), ty);
    }
    if let Type::Map(k, v) = ty {
        let parts = array.as_struct_opt().filter(|s| s.num_columns() == 2).ok_or_else(|| wrong(array, ty))?;
        let d = parts.column(0).as_dictionary_opt::<UInt32Type>().ok_or_else(|| wrong(array, ty))?;
        let lists = batch::to_carrier(d.values(), &Type::Array(Arc::new(k.base().clone())))?;
        let values = batch::to_carrier(parts.column(1), &Type::Array(Arc::clone(v)))?;
        let values = values.as_list_opt::<i32>().ok_or_else(|| wrong(array, ty))?;
        let lists = lists.as_list_opt::<i32>().ok_or_else(|| wrong(array, ty))?;
        let (keys, shapes) = distinct_keys(lists.values(), lists.value_offsets(), k.base())?;
        let rows = MapRows {
            shape: d.keys().values().to_vec(),
            start: values.value_offsets().iter().take(array.len()).map(|o| *o as u32).collect(),
            dict: Arc::new(MapDict { shapes, keys }),
            values: Arc::clone(values.values()),
        };
        // Every row must have as many values as its shape has keys.
        for (shape, w) in rows.shape.iter().zip(values.value_offsets().windows(2)) {
            let n = rows.dict.shapes.get(*shape as usize).map(|s| s.len() as i32);
            if n != Some(w[1] - w[0]) {
                return Err(Error::damaged("as many values as keys", format!("{n:?} keys, {} values", w[1] - w[0])));
            }
        }
        return Ok(Source::Map(Arc::new(rows)));
    }
    Ok(Source::Plain(batch::to_carrier(array, ty)?))
}

fn identity(n: usize) -> UInt32Array {
    UInt32Array::from_iter_values(0..n as u32)
}

fn wrong(array: &ArrayRef, ty: &Type) -> Error {
    Error::damaged(format!("the stored form of {ty}"), array.data_type().to_string())
}

/// Dict of keys and values, with nulls of either as [`NULL`].
fn dictionary(keys: &UInt32Array, values: &ArrayRef, ty: &Type) -> Result<Source> {
    let codes: Arc<[u32]> = (0..keys.len())
        .map(|i| {
            if keys.is_null(i) {
                return NULL;
            }
            let k = keys.value(i);
            if (k as usize) < values.len() && values.is_null(k as usize) { NULL } else { k }
        })
        .collect();
    let values = if values.null_count() > 0 {
        // The codes of null values are gone; their slots need some value.
        let data = values.to_data().into_builder().nulls(None).build().map_err(arrow)?;
        arrow::array::make_array(data)
    } else {
        Arc::clone(values)
    };
    if let Some(bad) = codes.iter().find(|c| **c != NULL && **c as usize >= values.len()) {
        return Err(Error::damaged(format!("a code below {}", values.len()), bad.to_string()));
    }
    if !ty.is_nullable() && codes.contains(&NULL) {
        return Err(Error::damaged(format!("values of {ty}"), "NULL"));
    }
    Ok(Source::Dict { codes, values })
}

/// Distinct keys of lists of keys, and the lists as numbers of them.
pub(crate) fn distinct_keys(keys: &ArrayRef, offsets: &[i32], ty: &Type) -> Result<(ArrayRef, Vec<Arc<[u32]>>)> {
    let bytes = Canon::new(keys, ty)?;
    let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut firsts = Vec::new();
    let mut shapes = Vec::with_capacity(offsets.len());
    let mut buffer = Vec::new();
    for w in offsets.windows(2) {
        let mut shape = Vec::with_capacity((w[1] - w[0]) as usize);
        for i in w[0] as usize..w[1] as usize {
            buffer.clear();
            bytes.put(i, &mut buffer);
            let key = match seen.get(&buffer) {
                Some(k) => *k,
                None => {
                    let k = firsts.len() as u32;
                    seen.insert(buffer.clone(), k);
                    firsts.push(i as u32);
                    k
                }
            };
            shape.push(key);
        }
        shapes.push(shape.into());
    }
    let keys = arrow::compute::take(keys, &UInt32Array::from(firsts), None).map_err(arrow)?;
    Ok((keys, shapes))
}

/// Bytes by which values of one type are equal or not (not ordered, not stored).
pub(crate) enum Canon {
    View(arrow::array::BinaryViewArray),
    Rows(arrow::row::Rows),
}

impl Canon {
    pub fn new(array: &ArrayRef, ty: &Type) -> Result<Canon> {
        if let (Type::String, Some(a)) = (ty, array.as_binary_view_opt()) {
            return Ok(Canon::View(a.clone()));
        }
        // The row format has no Map; its pairs as a list are as good.
        let plain = spread_maps(array)?;
        let field = arrow::row::SortField::new(plain.data_type().clone());
        let converter = arrow::row::RowConverter::new(vec![field]).map_err(arrow)?;
        Ok(Canon::Rows(converter.convert_columns(&[plain]).map_err(arrow)?))
    }
    pub fn put(&self, i: usize, out: &mut Vec<u8>) {
        match self {
            Canon::View(a) => out.extend_from_slice(a.value(i)),
            Canon::Rows(r) => out.extend_from_slice(r.row(i).data()),
        }
    }
}

/// Maps become lists of pairs, dictionaries plain values.
pub(crate) fn spread_maps(array: &ArrayRef) -> Result<ArrayRef> {
    use arrow::array::{ListArray, StructArray};
    use arrow::datatypes::{DataType, Field, Fields};
    match array.data_type() {
        DataType::Map(..) => {
            let m = array.as_map();
            let columns = vec![spread_maps(m.keys())?, spread_maps(m.values())?];
            let fields: Fields =
                columns.iter().map(|c| Field::new("f", c.data_type().clone(), true)).collect::<Vec<_>>().into();
            let pairs: ArrayRef = Arc::new(StructArray::try_new(fields, columns, None).map_err(arrow)?);
            let field = Arc::new(Field::new("item", pairs.data_type().clone(), true));
            Ok(Arc::new(ListArray::try_new(field, m.offsets().clone(), pairs, None).map_err(arrow)?))
        }
        DataType::List(_) => {
            let l = array.as_list::<i32>();
            let items = spread_maps(l.values())?;
            let field = Arc::new(Field::new("item", items.data_type().clone(), true));
            Ok(Arc::new(ListArray::try_new(field, l.offsets().clone(), items, l.nulls().cloned()).map_err(arrow)?))
        }
        DataType::Struct(_) => {
            let s = array.as_struct();
            if s.num_columns() == 0 {
                return Ok(Arc::new(arrow::array::UInt8Array::from(vec![0; s.len()])));
            }
            let columns = s.columns().iter().map(spread_maps).collect::<Result<Vec<_>>>()?;
            let fields: Fields =
                columns.iter().map(|c| Field::new("f", c.data_type().clone(), true)).collect::<Vec<_>>().into();
            Ok(Arc::new(StructArray::try_new(fields, columns, s.nulls().cloned()).map_err(arrow)?))
        }
        DataType::Dictionary(..) => {
            let d = array.as_dictionary::<UInt32Type>();
            arrow::compute::take(d.values(), d.keys(), None).map_err(arrow)
        }
        _ => Ok(Arc::clone(array)),
    }
}

impl Source {
    pub fn rows(&self) -> usize {
        match self {
            Source::Plain(a) => a.len(),
            Source::Dict { codes, .. } => codes.len(),
            Source::Map(m) => m.shape.len(),
            Source::Missing(n) => *n,
        }
    }

    /// Some of the rows.
    pub fn slice(&self, from: usize, len: usize) -> Source {
        let cut = |v: &[u32]| v.get(from..from + len).unwrap_or_default().to_vec();
        match self {
            _ if from == 0 && len == self.rows() => self.clone(),
            Source::Plain(a) => Source::Plain(a.slice(from, len)),
            Source::Dict { codes, values } => Source::Dict { codes: cut(codes).into(), values: Arc::clone(values) },
            Source::Map(m) => Source::Map(Arc::new(MapRows {
                shape: cut(&m.shape),
                start: cut(&m.start),
                dict: Arc::clone(&m.dict),
                values: Arc::clone(&m.values),
            })),
            Source::Missing(_) => Source::Missing(len),
        }
    }

    /// Hash of each row's value.
    pub fn hashes(&self, ty: &Type) -> Result<Vec<u64>> {
        match self {
            Source::Plain(a) => hash::value_hashes(a, ty),
            Source::Missing(n) => Ok(vec![0; *n]),
            Source::Dict { codes, values } => {
                let mut by_code = hash::value_hashes(values, value_type(ty))?;
                if ty.is_nullable() {
                    let present: ArrayRef = Arc::clone(values);
                    by_code = hash::value_hashes(&present, &Type::nullable_of(value_type(ty)))?;
                }
                Ok(codes.iter().map(|c| by_code.get(*c as usize).copied().unwrap_or(0)).collect())
            }
            Source::Map(m) => {
                let Type::Map(k, v) = ty else { return Err(Error::damaged("a map", ty.to_string())) };
                let keys = hash::value_hashes(&m.dict.keys, k.base())?;
                let values = hash::value_hashes(&m.values, v)?;
                let mut out = Vec::with_capacity(m.shape.len());
                for row in 0..m.shape.len() {
                    let mut h = 0;
                    let (shape, start) = m.row(row);
                    for (i, key) in shape.iter().enumerate() {
                        let k = keys.get(*key as usize).copied().unwrap_or(0);
                        let v = values.get(start + i).copied().unwrap_or(0);
                        h = hash::chain(hash::chain(h, k), v);
                    }
                    out.push(h);
                }
                Ok(out)
            }
        }
    }

    /// A Dict of maps as maps by shape (values are shared, not copied).
    pub fn into_map(self, ty: &Type) -> Result<Arc<MapRows>> {
        let Type::Map(k, _) = ty else { return Err(Error::damaged("a map", ty.to_string())) };
        match self {
            Source::Map(m) => Ok(m),
            Source::Missing(n) => Ok(Arc::new(MapRows {
                shape: vec![0; n],
                start: vec![0; n],
                dict: Arc::new(MapDict { shapes: vec![[].into()], keys: crate::encode::empty(k.base()) }),
                values: match ty {
                    Type::Map(_, v) => crate::encode::empty(v),
                    _ => crate::encode::empty(ty),
                },
            })),
            Source::Dict { codes, values } => {
                let inner = map_rows(&values, ty)?;
                let pick = |from: &[u32]| codes.iter().map(|c| from.get(*c as usize).copied().unwrap_or(0)).collect();
                Ok(Arc::new(MapRows {
                    shape: pick(&inner.shape),
                    start: pick(&inner.start),
                    dict: inner.dict,
                    values: inner.values,
                }))
            }
            Source::Plain(a) => Ok(Arc::new(map_rows(&a, ty)?)),
        }
    }
}

/// Maps by shape of a Map carrier.
fn map_rows(array: &ArrayRef, ty: &Type) -> Result<MapRows> {
    let Type::Map(k, _) = ty else { return Err(Error::damaged("a map", ty.to_string())) };
    let map = array.as_map_opt().ok_or_else(|| wrong(array, ty))?;
    let keys = match map.keys().as_dictionary_opt::<UInt32Type>() {
        Some(d) => arrow::compute::take(d.values(), d.keys(), None).map_err(arrow)?,
        None => Arc::clone(map.keys()),
    };
    let (keys, lists) = distinct_keys(&keys, map.value_offsets(), k.base())?;
    let mut numbers: HashMap<Arc<[u32]>, u32> = HashMap::new();
    let (mut shapes, mut shape) = (Vec::new(), Vec::with_capacity(lists.len()));
    for list in lists {
        let next = shapes.len() as u32;
        let n = *numbers.entry(Arc::clone(&list)).or_insert(next);
        if n == next {
            shapes.push(list);
        }
        shape.push(n);
    }
    Ok(MapRows {
        shape,
        start: map.value_offsets().iter().take(array.len()).map(|o| *o as u32).collect(),
        dict: Arc::new(MapDict { shapes, keys }),
        values: Arc::clone(map.values()),
    })
}

/// Nullable around a type that may not be nullable by ClickHouse's rules (hashing only).
trait NullableOf {
    fn nullable_of(inner: &Type) -> Type;
}
impl NullableOf for Type {
    fn nullable_of(inner: &Type) -> Type {
        Type::Nullable(Arc::new(inner.clone()))
    }
}
