//! Rows between the edge and a part: columns in **stored form**, the form of log entries and memtables (DESIGN D4, D11).
//!
//! Stored form of a type is its carrier, except:
//!
//! | type | stored form |
//! |---|---|
//! | String | Binary |
//! | Map(K, V) | Struct{shape: Dictionary(UInt32, List(K)), values: List(V)}: the ordered key list once per distinct list |
//!
//! A column may be *interned*: Dictionary(UInt32, stored form), each distinct value once (resources, scopes, series); the
//! shape of an interned Map is a plain List. LowCardinality is a dictionary by itself and is never interned.
//!
//! Invariant: all columns have `rows` values; `to_carrier(to_stored(a)) == a` byte for byte, order and duplicates included.

use crate::error::{Code, Error, Result};
use crate::ids::ColumnId;
use crate::schema::TableSchema;
use crate::ty::{Type, carrier_field};
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, DictionaryArray, ListArray, MapArray, RecordBatch, StructArray,
    UInt32Array, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, UInt32Type};
use std::collections::HashMap;
use std::sync::Arc;

/// One column of a batch in stored form.
#[derive(Clone, Debug)]
pub struct BatchColumn {
    pub id: ColumnId,
    /// Stored form, plain or interned ([`is_interned`]).
    pub array: ArrayRef,
}

/// Rows of one table in stored form.
#[derive(Clone, Debug)]
pub struct Batch {
    pub rows: usize,
    pub columns: Vec<BatchColumn>,
}

impl Batch {
    pub fn column(&self, id: ColumnId) -> Option<&BatchColumn> {
        self.columns.iter().find(|c| c.id == id)
    }

    /// Bytes the rows occupy in memory, counted from values and offsets (Arrow's own sizes count whole buffers, however
    /// small the slice).
    pub fn memory_bytes(&self) -> u64 {
        self.columns.iter().map(|c| value_bytes(&c.array)).sum()
    }

    /// Encodes the batch as an Arrow IPC stream without its schema message; [`Batch::decode`] rebuilds the schema from
    /// the table's. First a byte per column: 0 plain, 1 interned.
    pub fn encode(&self, schema: &TableSchema, out: &mut Vec<u8>) -> Result<()> {
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        put_u32(out, self.rows);
        put_u32(out, self.columns.len());
        for column in &self.columns {
            let def = schema.column(column.id).ok_or_else(|| missing(column.id))?;
            let interned = is_interned(&column.array, &def.ty);
            out.extend_from_slice(&column.id.0.to_le_bytes());
            out.push(u8::from(interned));
            fields.push(stored_field(&def.ty, interned));
            arrays.push(Arc::clone(&column.array));
        }
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(self.rows));
        let arrow_schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&arrow_schema), arrays, &options).map_err(invalid)?;
        let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &arrow_schema).map_err(invalid)?;
        let schema_bytes = writer.get_ref().len();
        writer.write(&batch).map_err(invalid)?;
        let bytes = writer.into_inner().map_err(invalid)?;
        out.extend_from_slice(bytes.get(schema_bytes..).unwrap_or_default());
        Ok(())
    }

    /// Reads what [`Batch::encode`] wrote. Fails on anything malformed, without panicking.
    pub fn decode(schema: &TableSchema, bytes: &[u8]) -> Result<Batch> {
        let mut at = 0usize;
        let rows = take_u32(bytes, &mut at)? as usize;
        let n = take_u32(bytes, &mut at)? as usize;
        if n > crate::limits::COLUMNS as usize * 2 {
            return Err(Error::new(Code::CorruptedData, format!("batch has {n} columns")));
        }
        let mut ids = Vec::with_capacity(n);
        let mut fields = Vec::with_capacity(n);
        for _ in 0..n {
            let id = ColumnId(take_u32(bytes, &mut at)?);
            let flag = *bytes.get(at).ok_or_else(short)?;
            at += 1;
            if flag > 1 {
                return Err(Error::new(Code::CorruptedData, format!("column {id} has unknown encoding {flag}")));
            }
            let def = schema.column(id).ok_or_else(|| missing(id))?;
            fields.push(stored_field(&def.ty, flag == 1));
            ids.push(id);
        }
        let arrow_schema = Schema::new(fields);
        let writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &arrow_schema).map_err(invalid)?;
        let prefix = writer.get_ref().clone();
        let body = std::io::Read::chain(prefix.as_slice(), bytes.get(at..).unwrap_or_default());
        let mut reader = arrow_ipc::reader::StreamReader::try_new(body, None).map_err(invalid)?;
        let batch = reader.next().ok_or_else(short)?.map_err(invalid)?;
        if batch.num_rows() != rows || batch.num_columns() != n {
            return Err(Error::new(
                Code::CorruptedData,
                format!("batch holds {} rows, its header says {rows}", batch.num_rows()),
            ));
        }
        let columns = ids
            .into_iter()
            .zip(batch.columns())
            .map(|(id, array)| BatchColumn { id, array: Arc::clone(array) })
            .collect();
        Ok(Batch { rows, columns })
    }
}

fn put_u32(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&(n as u32).to_le_bytes());
}
fn take_u32(bytes: &[u8], at: &mut usize) -> Result<u32> {
    let four = bytes.get(*at..*at + 4).and_then(|b| <[u8; 4]>::try_from(b).ok()).ok_or_else(short)?;
    *at += 4;
    Ok(u32::from_le_bytes(four))
}
fn short() -> Error {
    Error::new(Code::CorruptedData, "batch ends early")
}
fn missing(id: ColumnId) -> Error {
    Error::new(Code::CorruptedData, format!("column {id} is not in the table's schema"))
}
fn invalid(e: arrow::error::ArrowError) -> Error {
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

fn stored_field(ty: &Type, interned: bool) -> Field {
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
fn trimmed(values: &ArrayRef, offsets: &OffsetBuffer<i32>) -> (ArrayRef, OffsetBuffer<i32>) {
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

/// Bytes of the values of an array, without the unused rest of its buffers.
pub fn value_bytes(array: &ArrayRef) -> u64 {
    let n = array.len() as u64;
    match array.data_type() {
        DataType::Binary => {
            let a = array.as_binary::<i32>();
            let offsets = a.value_offsets();
            let span = offsets.last().copied().unwrap_or(0) - offsets.first().copied().unwrap_or(0);
            span as u64 + 4 * n
        }
        DataType::BinaryView => {
            let a: &BinaryViewArray = array.as_binary_view();
            16 * n + a.lengths().filter(|l| *l > 12).map(u64::from).sum::<u64>()
        }
        DataType::Dictionary(..) => match array.as_dictionary_opt::<UInt32Type>() {
            Some(d) => 4 * n + value_bytes(d.values()),
            None => 8 * n,
        },
        DataType::List(_) => {
            let a = array.as_list::<i32>();
            let (values, _) = trimmed(a.values(), a.offsets());
            4 * n + value_bytes(&values)
        }
        DataType::Map(..) => {
            let a = array.as_map();
            let (keys, _) = trimmed(a.keys(), a.offsets());
            let (values, _) = trimmed(a.values(), a.offsets());
            4 * n + value_bytes(&keys) + value_bytes(&values)
        }
        DataType::Struct(_) => array.as_struct().columns().iter().map(value_bytes).sum(),
        DataType::FixedSizeBinary(w) => n * *w as u64,
        other => n * other.primitive_width().unwrap_or(1) as u64,
    }
}

/// An empty carrier column.
pub fn empty_carrier(ty: &Type) -> ArrayRef {
    new_empty_array(&ty.carrier())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;
    use crate::ids::{SchemaVersion, TableId};
    use crate::schema::{ColumnDef, Engine};

    fn column(id: u32, ty: &str) -> ColumnDef {
        ColumnDef {
            id: ColumnId(id),
            name: format!("c{id}").into(),
            ty: Type::parse(ty).unwrap(),
            default_kind: Default::default(),
            default: None,
            codec: None,
            comment: String::new(),
            role: None,
            hidden: false,
        }
    }

    fn s(text: &str) -> Value {
        Value::bytes(text)
    }

    #[test]
    fn stored_form_and_entry_encoding_come_back() {
        let map = |pairs: &[(&str, &str)]| Value::Map(pairs.iter().map(|(k, v)| (s(k), s(v))).collect());
        let cases: Vec<(&str, Vec<Value>)> = vec![
            ("String", vec![s("a"), s("\u{ff} a long string beyond twelve bytes"), s("")]),
            ("LowCardinality(Nullable(String))", vec![s("x"), Value::Null, s("x")]),
            (
                "Map(LowCardinality(String), String)",
                vec![map(&[("b", "1"), ("a", "2"), ("b", "3")]), map(&[]), map(&[("b", "1"), ("a", "2"), ("b", "")])],
            ),
            (
                "Array(LowCardinality(String))",
                vec![Value::Array([s("q"), s("q")].into()), Value::Array([].into()), Value::Array([s("z")].into())],
            ),
            (
                "Array(Map(LowCardinality(String), String))",
                vec![
                    Value::Array([map(&[("k", "v")])].into()),
                    Value::Array([].into()),
                    Value::Array([map(&[])].into()),
                ],
            ),
            (
                "Tuple(a UInt8, b LowCardinality(String))",
                vec![
                    Value::Tuple([Value::UInt(1), s("t")].into()),
                    Value::Tuple([Value::UInt(2), s("t")].into()),
                    Value::Tuple([Value::UInt(3), s("u")].into()),
                ],
            ),
            ("Decimal(20, 3)", vec![Value::Decimal(-5), Value::Decimal(0), Value::Decimal(10i128.pow(19))]),
            ("Nullable(Float64)", vec![Value::Float(1.5), Value::Null, Value::Float(-0.0)]),
        ];
        let columns: Vec<ColumnDef> = cases.iter().enumerate().map(|(i, (ty, _))| column(i as u32 + 1, ty)).collect();
        let schema = TableSchema {
            id: TableId(1),
            version: SchemaVersion(1),
            uuid: 1,
            database: "d".into(),
            name: "t".into(),
            engine: Engine::MergeTree,
            engine_arguments: None,
            columns,
            sort_key: vec![],
            partition_key: vec![],
            event_time: None,
            routing: vec![],
            ttl: None,
            sort_key_text: String::new(),
            partition_key_text: String::new(),
            primary_key_text: String::new(),
            sampling_key_text: String::new(),
            ttl_text: String::new(),
            settings: vec![],
            comment: String::new(),
        };
        let mut batch = Batch { rows: 3, columns: Vec::new() };
        for (def, (_, values)) in schema.columns.iter().zip(&cases) {
            let carrier = crate::value::array_of(values, &def.ty).unwrap();
            batch.columns.push(BatchColumn { id: def.id, array: to_stored(&carrier, &def.ty).unwrap() });
        }
        // The third column once more, interned.
        let def = &schema.columns[2];
        let two = crate::value::array_of(&cases[2].1[..2], &def.ty).unwrap();
        batch.columns[2].array =
            interned(UInt32Array::from(vec![0, 1, 0]), to_stored_values(&two, &def.ty).unwrap()).unwrap();
        let mut bytes = Vec::new();
        batch.encode(&schema, &mut bytes).unwrap();
        let back = Batch::decode(&schema, &bytes).unwrap();
        for ((def, (_, values)), column) in schema.columns.iter().zip(&cases).zip(&back.columns) {
            let carrier = to_carrier(&column.array, &def.ty).unwrap();
            assert_eq!(carrier.data_type(), &def.ty.carrier(), "{}", def.ty);
            let mut want = values.clone();
            if def.id == ColumnId(3) {
                want[2] = want[0].clone();
            }
            let got: Vec<Value> = (0..3).map(|i| crate::value::value_at(&carrier, i, &def.ty).unwrap()).collect();
            assert_eq!(got, want, "{}", def.ty);
        }
        assert!(back.memory_bytes() > 0);
        for cut in 0..bytes.len() {
            let _ = Batch::decode(&schema, &bytes[..cut]);
        }
    }
}
