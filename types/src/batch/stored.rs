//! Conversion between stored form and the carriers of query plans.
//!
//! Invariant: `to_carrier(to_stored(a)) == a` byte for byte, order and duplicates included.

use crate::error::{Code, Error, Result};
use crate::ty::{Type, carrier_field};
use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, ListArray, MapArray, StructArray, UInt32Array, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, UInt32Type};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn short() -> Error {
    Error::new(Code::CorruptedData, "batch ends early")
}
pub(super) fn invalid(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::CorruptedData, format!("batch cannot be read: {e}"))
}

/// Arrow type of a type's plain stored form.
pub fn stored_type(ty: &Type) -> DataType {
    stored(ty, false)
}

fn stored(ty: &Type, inside_dictionary: bool) -> DataType {
    match ty {
        Type::String => DataType::Binary,
        Type::Nullable(t) => stored(t, inside_dictionary),
        Type::LowCardinality(t) => DataType::Dictionary(Box::new(DataType::UInt32), Box::new(stored(t, true))),
        Type::Array(t) => DataType::List(element(t)),
        Type::Tuple(elements) => DataType::Struct(
            elements
                .iter()
                .enumerate()
                .map(|(i, (_, t))| Field::new((i + 1).to_string(), stored(t, inside_dictionary), t.is_nullable()))
                .collect(),
        ),
        Type::Map(k, v) => {
            let keys = DataType::List(element(k));
            let shape =
                if inside_dictionary { keys } else { DataType::Dictionary(Box::new(DataType::UInt32), Box::new(keys)) };
            DataType::Struct(Fields::from(vec![
                Field::new("shape", shape, false),
                Field::new("values", DataType::List(element(v)), false),
            ]))
        }
        other => other.carrier(),
    }
}

/// List elements: no dictionary inside a dictionary, so LowCardinality elements are stored plain there.
fn element(ty: &Type) -> FieldRef {
    Arc::new(Field::new("item", stored_plain(ty), ty.is_nullable()))
}

/// Stored form of a list's elements: no dictionaries at all.
fn stored_plain(ty: &Type) -> DataType {
    match ty {
        Type::LowCardinality(t) | Type::Nullable(t) => stored_plain(t),
        Type::Tuple(elements) => DataType::Struct(
            elements
                .iter()
                .enumerate()
                .map(|(i, (_, t))| Field::new((i + 1).to_string(), stored_plain(t), t.is_nullable()))
                .collect(),
        ),
        Type::Map(k, v) => DataType::Struct(Fields::from(vec![
            Field::new("shape", DataType::List(element(k)), false),
            Field::new("values", DataType::List(element(v)), false),
        ])),
        other => stored(other, true),
    }
}

pub(super) fn stored_field(ty: &Type, interned: bool) -> Field {
    let plain = if interned {
        DataType::Dictionary(Box::new(DataType::UInt32), Box::new(stored(ty, true)))
    } else {
        stored(ty, false)
    };
    Field::new("c", plain, ty.is_nullable())
}

/// Whether a stored column is interned (a dictionary around a type that is not LowCardinality).
pub fn is_interned(array: &ArrayRef, ty: &Type) -> bool {
    matches!(array.data_type(), DataType::Dictionary(..)) && !matches!(ty, Type::LowCardinality(_))
}

/// Interns a stored column: `values` in the *interned* stored form, one key per row.
pub fn interned(keys: UInt32Array, values: ArrayRef) -> Result<ArrayRef> {
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, values).map_err(invalid)?))
}

/// Stored form of a carrier array.
pub fn to_stored(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    convert(array, ty, Form::Stored)
}

/// As [`to_stored`], in the form that stands inside a dictionary (for [`interned`]).
pub fn to_stored_values(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    convert(array, ty, Form::StoredInside)
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Stored,
    StoredInside,
    /// Inside a list: no dictionary at all.
    StoredPlain,
}

fn convert(array: &ArrayRef, ty: &Type, form: Form) -> Result<ArrayRef> {
    match ty {
        Type::String => arrow::compute::cast(array, &DataType::Binary).map_err(invalid),
        Type::Nullable(t) => convert(array, t, form),
        Type::LowCardinality(t) => {
            if form == Form::StoredPlain {
                let plain = arrow::compute::cast(array, &t.carrier()).map_err(invalid)?;
                return convert(&plain, t, form);
            }
            let dictionary = array.as_dictionary_opt::<UInt32Type>().ok_or_else(|| shape(array, ty))?;
            let values = convert(dictionary.values(), t, Form::StoredInside)?;
            Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(dictionary.keys().clone(), values).map_err(invalid)?))
        }
        Type::Array(t) => {
            let list = array.as_list_opt::<i32>().ok_or_else(|| shape(array, ty))?;
            let (values, offsets) = trimmed(list.values(), list.offsets());
            let items = convert(&values, t, Form::StoredPlain)?;
            Ok(Arc::new(ListArray::try_new(element(t), offsets, items, None).map_err(invalid)?))
        }
        Type::Tuple(elements) => {
            let tuple = array.as_struct_opt().ok_or_else(|| shape(array, ty))?;
            if elements.is_empty() {
                return Ok(Arc::clone(array));
            }
            let mut columns = Vec::with_capacity(elements.len());
            for ((_, t), column) in elements.iter().zip(tuple.columns()) {
                columns.push(convert(column, t, form)?);
            }
            let DataType::Struct(fields) =
                (if form == Form::StoredPlain { stored_plain(ty) } else { stored(ty, form != Form::Stored) })
            else {
                return Err(shape(array, ty));
            };
            Ok(Arc::new(StructArray::try_new(fields, columns, None).map_err(invalid)?))
        }
        Type::Map(k, v) => {
            let map = array.as_map_opt().ok_or_else(|| shape(array, ty))?;
            let (keys, offsets) = trimmed(map.keys(), map.offsets());
            let (values, _) = trimmed(map.values(), map.offsets());
            let keys = convert(&keys, k, Form::StoredPlain)?;
            let values = convert(&values, v, Form::StoredPlain)?;
            let keys: ArrayRef =
                Arc::new(ListArray::try_new(element(k), offsets.clone(), keys, None).map_err(invalid)?);
            let values: ArrayRef = Arc::new(ListArray::try_new(element(v), offsets, values, None).map_err(invalid)?);
            let keys = if form == Form::Stored { distinct_lists(&keys)? } else { keys };
            let DataType::Struct(fields) = (if form == Form::Stored { stored(ty, false) } else { stored_plain(ty) })
            else {
                return Err(shape(array, ty));
            };
            Ok(Arc::new(StructArray::try_new(fields, vec![keys, values], None).map_err(invalid)?))
        }
        _ => Ok(Arc::clone(array)),
    }
}

/// The child values that the offsets cover, with offsets starting at 0.
pub(super) fn trimmed(values: &ArrayRef, offsets: &OffsetBuffer<i32>) -> (ArrayRef, OffsetBuffer<i32>) {
    let first = offsets.first().copied().unwrap_or(0);
    let last = offsets.last().copied().unwrap_or(0);
    let values = values.slice(first as usize, (last - first) as usize);
    if first == 0 {
        return (values, offsets.clone());
    }
    (values, OffsetBuffer::new(offsets.iter().map(|o| o - first).collect()))
}

/// Each distinct list once, in order of first use, as Dictionary(UInt32, List).
fn distinct_lists(lists: &ArrayRef) -> Result<ArrayRef> {
    let converter =
        arrow::row::RowConverter::new(vec![arrow::row::SortField::new(lists.data_type().clone())]).map_err(invalid)?;
    let rows = converter.convert_columns(std::slice::from_ref(lists)).map_err(invalid)?;
    let mut seen: HashMap<&[u8], u32> = HashMap::new();
    let mut keys = Vec::with_capacity(lists.len());
    let mut firsts: Vec<u32> = Vec::new();
    for i in 0..rows.num_rows() {
        // The row format is injective, so equal bytes are equal key lists.
        let next = firsts.len() as u32;
        let key = *seen.entry(rows.row(i).data()).or_insert(next);
        if key == next {
            firsts.push(i as u32);
        }
        keys.push(key);
    }
    let values = arrow::compute::take(lists, &UInt32Array::from(firsts), None).map_err(invalid)?;
    interned(UInt32Array::from(keys), values)
}

/// Carrier array of a stored one, plain or interned.
pub fn to_carrier(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    if is_interned(array, ty) {
        let dictionary = array.as_dictionary_opt::<UInt32Type>().ok_or_else(|| shape(array, ty))?;
        let values = revert(dictionary.values(), ty)?;
        return arrow::compute::take(&values, dictionary.keys(), None).map_err(invalid);
    }
    revert(array, ty)
}

/// The same from any stored form (the array says which one it is).
fn revert(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    match ty {
        Type::String => arrow::compute::cast(array, &DataType::BinaryView).map_err(invalid),
        Type::Nullable(t) => revert(array, t),
        Type::LowCardinality(t) => match array.as_dictionary_opt::<UInt32Type>() {
            Some(dictionary) => {
                let values = revert(dictionary.values(), t)?;
                Ok(Arc::new(
                    DictionaryArray::<UInt32Type>::try_new(dictionary.keys().clone(), values).map_err(invalid)?,
                ))
            }
            None => dictionary_of(&revert(array, t)?, t),
        },
        Type::Array(t) => {
            let list = array.as_list_opt::<i32>().ok_or_else(|| shape(array, ty))?;
            let (values, offsets) = trimmed(list.values(), list.offsets());
            let items = revert(&values, t)?;
            Ok(Arc::new(ListArray::try_new(carrier_field("item", t), offsets, items, None).map_err(invalid)?))
        }
        Type::Tuple(elements) => {
            let tuple = array.as_struct_opt().ok_or_else(|| shape(array, ty))?;
            if elements.is_empty() {
                return Ok(Arc::clone(array));
            }
            let mut columns = Vec::with_capacity(elements.len());
            for ((_, t), column) in elements.iter().zip(tuple.columns()) {
                columns.push(revert(column, t)?);
            }
            let DataType::Struct(fields) = ty.carrier() else { return Err(shape(array, ty)) };
            Ok(Arc::new(StructArray::try_new(fields, columns, None).map_err(invalid)?))
        }
        Type::Map(k, v) => {
            let parts = array.as_struct_opt().filter(|s| s.num_columns() == 2).ok_or_else(|| shape(array, ty))?;
            let keys = match parts.column(0).as_dictionary_opt::<UInt32Type>() {
                Some(d) => arrow::compute::take(d.values(), d.keys(), None).map_err(invalid)?,
                None => Arc::clone(parts.column(0)),
            };
            let keys = keys.as_list_opt::<i32>().ok_or_else(|| shape(array, ty))?;
            let values = parts.column(1).as_list_opt::<i32>().ok_or_else(|| shape(array, ty))?;
            let (key_items, offsets) = trimmed(keys.values(), keys.offsets());
            let (value_items, value_offsets) = trimmed(values.values(), values.offsets());
            if offsets != value_offsets {
                return Err(Error::new(Code::CorruptedData, "map column has keys without values"));
            }
            let DataType::Map(entries_field, _) = ty.carrier() else { return Err(shape(array, ty)) };
            let DataType::Struct(fields) = entries_field.data_type().clone() else { return Err(shape(array, ty)) };
            let entries = StructArray::try_new(fields, vec![revert(&key_items, k)?, revert(&value_items, v)?], None)
                .map_err(invalid)?;
            Ok(Arc::new(MapArray::try_new(entries_field, offsets, entries, None, false).map_err(invalid)?))
        }
        _ => Ok(Arc::clone(array)),
    }
}

/// LowCardinality carrier of a plain carrier array: each distinct value once, in order of first use.
pub fn dictionary_of(array: &ArrayRef, inner: &Type) -> Result<ArrayRef> {
    let field = arrow::row::SortField::new(array.data_type().clone());
    let converter = arrow::row::RowConverter::new(vec![field]).map_err(invalid)?;
    let rows = converter.convert_columns(std::slice::from_ref(array)).map_err(invalid)?;
    let mut seen: HashMap<&[u8], u32> = HashMap::new();
    let mut firsts: Vec<u32> = Vec::new();
    let mut keys: Vec<Option<u32>> = Vec::with_capacity(array.len());
    for i in 0..array.len() {
        if array.is_null(i) {
            keys.push(None);
            continue;
        }
        let next = firsts.len() as u32;
        let key = *seen.entry(rows.row(i).data()).or_insert(next);
        if key == next {
            firsts.push(i as u32);
        }
        keys.push(Some(key));
    }
    let values = arrow::compute::take(array, &UInt32Array::from(firsts), None).map_err(invalid)?;
    debug_assert_eq!(values.data_type(), &inner.carrier());
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(UInt32Array::from(keys), values).map_err(invalid)?))
}

fn shape(array: &ArrayRef, ty: &Type) -> Error {
    Error::new(Code::CorruptedData, format!("column of type {ty} is stored as {}", array.data_type()))
}

/// An empty carrier column.
pub fn empty_carrier(ty: &Type) -> ArrayRef {
    new_empty_array(&ty.carrier())
}
