//! Collects parsed values into a carrier array.
//!
//! Invariant: after every successful append the column has one row more; `truncate` takes half-read rows back.

use crate::error::{Code, Error, Result};
use crate::ty::{Type, carrier_field};
use crate::value::Value;
use arrow::array::{
    ArrayRef, BinaryViewArray, FixedSizeBinaryArray, ListArray, MapArray, PrimitiveArray, StructArray,
    builder::make_view,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{self as at, DataType};
use std::sync::Arc;

/// Most bytes of one String column in a block (views address 32 bits).
const MAX_COLUMN_BYTES: usize = 1 << 30;

/// A growing column of a type.
#[derive(Debug)]
pub struct ColumnBuilder {
    ty: Type,
    data: Data,
    /// Validity, where the type has NULL.
    valid: Option<Vec<bool>>,
}

#[derive(Debug)]
enum Data {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    D32(Vec<i32>),
    D64(Vec<i64>),
    D128(Vec<i128>),
    Bytes { ends: Vec<usize>, bytes: Vec<u8> },
    Fixed { width: usize, bytes: Vec<u8> },
    List { ends: Vec<i32>, items: Box<ColumnBuilder> },
    Map { ends: Vec<i32>, keys: Box<ColumnBuilder>, values: Box<ColumnBuilder> },
    Tuple { rows: usize, parts: Vec<ColumnBuilder> },
}

impl ColumnBuilder {
    pub fn new(ty: &Type) -> ColumnBuilder {
        let inner = match ty {
            Type::LowCardinality(t) => &**t,
            t => t,
        };
        let (inner, valid) = match inner {
            Type::Nullable(t) => (&**t, Some(Vec::new())),
            t => (t, None),
        };
        let data = match inner {
            Type::Array(t) => Data::List { ends: vec![], items: Box::new(ColumnBuilder::new(t)) },
            Type::Map(k, v) => Data::Map {
                ends: vec![],
                keys: Box::new(ColumnBuilder::new(k)),
                values: Box::new(ColumnBuilder::new(v)),
            },
            Type::Tuple(e) => Data::Tuple { rows: 0, parts: e.iter().map(|(_, t)| ColumnBuilder::new(t)).collect() },
            t => match t.carrier() {
                DataType::UInt8 => Data::U8(vec![]),
                DataType::UInt16 => Data::U16(vec![]),
                DataType::UInt32 => Data::U32(vec![]),
                DataType::UInt64 => Data::U64(vec![]),
                DataType::Int8 => Data::I8(vec![]),
                DataType::Int16 => Data::I16(vec![]),
                DataType::Int32 => Data::I32(vec![]),
                DataType::Float32 => Data::F32(vec![]),
                DataType::Float64 => Data::F64(vec![]),
                DataType::Decimal32(..) => Data::D32(vec![]),
                DataType::Decimal64(..) => Data::D64(vec![]),
                DataType::Decimal128(..) => Data::D128(vec![]),
                DataType::BinaryView => Data::Bytes { ends: vec![], bytes: vec![] },
                DataType::FixedSizeBinary(n) => Data::Fixed { width: n.max(0) as usize, bytes: vec![] },
                _ => Data::I64(vec![]),
            },
        };
        ColumnBuilder { ty: ty.clone(), data, valid }
    }

    pub fn ty(&self) -> &Type {
        &self.ty
    }

    pub fn len(&self) -> usize {
        match &self.data {
            Data::U8(v) => v.len(),
            Data::U16(v) => v.len(),
            Data::U32(v) => v.len(),
            Data::U64(v) => v.len(),
            Data::I8(v) => v.len(),
            Data::I16(v) => v.len(),
            Data::I32(v) => v.len(),
            Data::I64(v) => v.len(),
            Data::F32(v) => v.len(),
            Data::F64(v) => v.len(),
            Data::D32(v) => v.len(),
            Data::D64(v) => v.len(),
            Data::D128(v) => v.len(),
            Data::Bytes { ends, .. } => ends.len(),
            Data::Fixed { width, bytes } => bytes.len().checked_div(*width).unwrap_or(0),
            Data::List { ends, .. } | Data::Map { ends, .. } => ends.len(),
            Data::Tuple { rows, .. } => *rows,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory of the values, roughly.
    pub fn memory(&self) -> usize {
        let own = match &self.data {
            Data::Bytes { ends, bytes } => ends.len() * 16 + bytes.len(),
            Data::Fixed { bytes, .. } => bytes.len(),
            Data::List { ends, items } => ends.len() * 4 + items.memory(),
            Data::Map { ends, keys, values } => ends.len() * 4 + keys.memory() + values.memory(),
            Data::Tuple { parts, .. } => parts.iter().map(ColumnBuilder::memory).sum(),
            Data::D128(v) => v.len() * 16,
            _ => self.len() * 8,
        };
        own + self.valid.as_ref().map_or(0, Vec::len)
    }

    /// Drops the rows from `rows` on.
    pub fn truncate(&mut self, rows: usize) {
        if let Some(v) = &mut self.valid {
            v.truncate(rows);
        }
        match &mut self.data {
            Data::U8(v) => v.truncate(rows),
            Data::U16(v) => v.truncate(rows),
            Data::U32(v) => v.truncate(rows),
            Data::U64(v) => v.truncate(rows),
            Data::I8(v) => v.truncate(rows),
            Data::I16(v) => v.truncate(rows),
            Data::I32(v) => v.truncate(rows),
            Data::I64(v) => v.truncate(rows),
            Data::F32(v) => v.truncate(rows),
            Data::F64(v) => v.truncate(rows),
            Data::D32(v) => v.truncate(rows),
            Data::D64(v) => v.truncate(rows),
            Data::D128(v) => v.truncate(rows),
            Data::Bytes { ends, bytes } => {
                ends.truncate(rows);
                bytes.truncate(ends.last().copied().unwrap_or(0));
            }
            Data::Fixed { width, bytes } => bytes.truncate(rows * *width),
            Data::List { ends, items } => {
                ends.truncate(rows);
                items.truncate(ends.last().map_or(0, |e| *e as usize));
            }
            Data::Map { ends, keys, values } => {
                ends.truncate(rows);
                let n = ends.last().map_or(0, |e| *e as usize);
                keys.truncate(n);
                values.truncate(n);
            }
            Data::Tuple { rows: have, parts } => {
                *have = rows.min(*have);
                parts.iter_mut().for_each(|p| p.truncate(rows));
            }
        }
    }

    fn mark(&mut self, valid: bool) {
        if let Some(v) = &mut self.valid {
            v.push(valid);
        }
    }

    /// NULL, or the type's default where it has none.
    pub fn append_null(&mut self) {
        self.append_zero();
        self.mark(false);
    }

    /// The type's default: NULL for Nullable.
    pub fn append_default(&mut self) {
        if self.valid.is_some() { self.append_null() } else { self.append_zero() }
    }

    /// Zero, empty, or the first member of an enum; validity is not touched.
    fn append_zero(&mut self) {
        match &mut self.data {
            Data::U8(v) => v.push(0),
            Data::U16(v) => v.push(0),
            Data::U32(v) => v.push(0),
            Data::U64(v) => v.push(0),
            Data::I8(v) => v.push(match self.ty.base() {
                Type::Enum8(m) => m.first().map_or(0, |(_, n)| *n),
                _ => 0,
            }),
            Data::I16(v) => v.push(match self.ty.base() {
                Type::Enum16(m) => m.first().map_or(0, |(_, n)| *n),
                _ => 0,
            }),
            Data::I32(v) | Data::D32(v) => v.push(0),
            Data::I64(v) | Data::D64(v) => v.push(0),
            Data::F32(v) => v.push(0.0),
            Data::F64(v) => v.push(0.0),
            Data::D128(v) => v.push(0),
            Data::Bytes { ends, bytes } => ends.push(bytes.len()),
            Data::Fixed { width, bytes } => bytes.resize(bytes.len() + *width, 0),
            Data::List { ends, .. } | Data::Map { ends, .. } => ends.push(ends.last().copied().unwrap_or(0)),
            Data::Tuple { rows, parts } => {
                *rows += 1;
                parts.iter_mut().for_each(ColumnBuilder::append_default);
            }
        }
    }

    /// An integer of the carrier, wrapped to its width.
    pub fn append_int(&mut self, n: i128) -> Result<()> {
        match &mut self.data {
            Data::U8(v) => v.push(n as u8),
            Data::U16(v) => v.push(n as u16),
            Data::U32(v) => v.push(n as u32),
            Data::U64(v) => v.push(n as u64),
            Data::I8(v) => v.push(n as i8),
            Data::I16(v) => v.push(n as i16),
            Data::I32(v) | Data::D32(v) => v.push(n as i32),
            Data::I64(v) | Data::D64(v) => v.push(n as i64),
            Data::F32(v) => v.push(n as f32),
            Data::F64(v) => v.push(n as f64),
            Data::D128(v) => v.push(n),
            _ => return Err(self.wrong("an integer")),
        }
        self.mark(true);
        Ok(())
    }

    pub fn append_float(&mut self, f: f64) -> Result<()> {
        match &mut self.data {
            Data::F32(v) => v.push(f as f32),
            Data::F64(v) => v.push(f),
            _ => return Err(self.wrong("a float")),
        }
        self.mark(true);
        Ok(())
    }

    /// A Float32 in its own precision.
    pub fn append_float32(&mut self, f: f32) -> Result<()> {
        match &mut self.data {
            Data::F32(v) => v.push(f),
            Data::F64(v) => v.push(f64::from(f)),
            _ => return Err(self.wrong("a float")),
        }
        self.mark(true);
        Ok(())
    }

    /// A String, or the bytes of a FixedString (padded with zeros), UUID or IPv6.
    pub fn append_bytes(&mut self, b: &[u8]) -> Result<()> {
        match &mut self.data {
            Data::Bytes { ends, bytes } => {
                if bytes.len() + b.len() > MAX_COLUMN_BYTES {
                    return Err(Error::new(
                        Code::TooLargeStringSize,
                        format!("more than {MAX_COLUMN_BYTES} bytes of String in one block"),
                    ));
                }
                bytes.extend_from_slice(b);
                ends.push(bytes.len());
            }
            Data::Fixed { width, bytes } => {
                if b.len() > *width {
                    return Err(Error::new(
                        Code::TooLargeStringSize,
                        format!("String too long for type {}", self.ty.base()),
                    ));
                }
                bytes.extend_from_slice(b);
                bytes.resize(bytes.len() + *width - b.len(), 0);
            }
            _ => return Err(self.wrong("bytes")),
        }
        self.mark(true);
        Ok(())
    }

    /// The builder of an array's items; [`ColumnBuilder::close_list`] ends the row.
    pub fn items(&mut self) -> Result<&mut ColumnBuilder> {
        match &mut self.data {
            Data::List { items, .. } => Ok(items),
            _ => Err(Error::new(Code::TypeMismatch, format!("an array is not of type {}", self.ty))),
        }
    }

    /// The builders of a map's keys and values; [`ColumnBuilder::close_list`] ends the row.
    pub fn entries(&mut self) -> Result<(&mut ColumnBuilder, &mut ColumnBuilder)> {
        match &mut self.data {
            Data::Map { keys, values, .. } => Ok((keys, values)),
            _ => Err(Error::new(Code::TypeMismatch, format!("a map is not of type {}", self.ty))),
        }
    }

    /// The builders of a tuple's elements; [`ColumnBuilder::close_tuple`] ends the row.
    pub fn parts(&mut self) -> Result<&mut [ColumnBuilder]> {
        match &mut self.data {
            Data::Tuple { parts, .. } => Ok(parts),
            _ => Err(Error::new(Code::TypeMismatch, format!("a tuple is not of type {}", self.ty))),
        }
    }

    /// Ends an array or map row with what its inner builders hold.
    pub fn close_list(&mut self) -> Result<()> {
        let (ends, n) = match &mut self.data {
            Data::List { ends, items } => (ends, items.len()),
            Data::Map { ends, keys, values } => {
                if keys.len() != values.len() {
                    return Err(Error::new(Code::LogicalError, "a map has more keys than values".to_string()));
                }
                (ends, keys.len())
            }
            _ => return Err(self.wrong("an array")),
        };
        ends.push(i32::try_from(n).map_err(|_| {
            Error::new(Code::TooLargeStringSize, "more than 2^31 array elements in one block".to_string())
        })?);
        Ok(())
    }

    /// Ends a tuple row.
    pub fn close_tuple(&mut self) -> Result<()> {
        match &mut self.data {
            Data::Tuple { rows, .. } => *rows += 1,
            _ => return Err(self.wrong("a tuple")),
        }
        Ok(())
    }

    /// A value in carrier terms (see [`Value`]).
    pub fn append_value(&mut self, v: &Value) -> Result<()> {
        match v {
            Value::Null => self.append_null(),
            Value::UInt(n) => self.append_int(i128::from(*n))?,
            Value::Int(n) => self.append_int(i128::from(*n))?,
            Value::Decimal(n) => self.append_int(*n)?,
            Value::Float(f) => self.append_float(*f)?,
            Value::Bytes(b) => self.append_bytes(b)?,
            Value::Array(a) => {
                let items = self.items()?;
                a.iter().try_for_each(|v| items.append_value(v))?;
                self.close_list()?;
            }
            Value::Map(m) => {
                let (keys, values) = self.entries()?;
                for (k, v) in m.iter() {
                    keys.append_value(k)?;
                    values.append_value(v)?;
                }
                self.close_list()?;
            }
            Value::Tuple(t) => {
                let parts = self.parts()?;
                if parts.len() != t.len() {
                    return Err(Error::new(Code::TypeMismatch, "tuples of different sizes".to_string()));
                }
                parts.iter_mut().zip(t.iter()).try_for_each(|(p, v)| p.append_value(v))?;
                self.close_tuple()?;
            }
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> Error {
        Error::new(Code::TypeMismatch, format!("{what} is not a value of type {}", self.ty))
    }

    /// The column as its type's carrier.
    pub fn finish(self) -> Result<ArrayRef> {
        let ColumnBuilder { ty, data, valid } = self;
        let nulls = valid.map(NullBuffer::from).filter(|n| n.null_count() > 0);
        let plain = match &ty {
            Type::LowCardinality(t) => t,
            t => t,
        };
        macro_rules! primitive {
            ($t:ty, $v:expr) => {
                Arc::new(PrimitiveArray::<$t>::new(ScalarBuffer::from($v), nulls))
            };
        }
        macro_rules! decimal {
            ($t:ty, $v:expr) => {
                Arc::new(PrimitiveArray::<$t>::new(ScalarBuffer::from($v), nulls).with_data_type(plain.carrier()))
            };
        }
        let array: ArrayRef = match data {
            Data::U8(v) => primitive!(at::UInt8Type, v),
            Data::U16(v) => primitive!(at::UInt16Type, v),
            Data::U32(v) => primitive!(at::UInt32Type, v),
            Data::U64(v) => primitive!(at::UInt64Type, v),
            Data::I8(v) => primitive!(at::Int8Type, v),
            Data::I16(v) => primitive!(at::Int16Type, v),
            Data::I32(v) => primitive!(at::Int32Type, v),
            Data::I64(v) => primitive!(at::Int64Type, v),
            Data::F32(v) => primitive!(at::Float32Type, v),
            Data::F64(v) => primitive!(at::Float64Type, v),
            Data::D32(v) => decimal!(at::Decimal32Type, v),
            Data::D64(v) => decimal!(at::Decimal64Type, v),
            Data::D128(v) => decimal!(at::Decimal128Type, v),
            Data::Bytes { ends, bytes } => {
                let mut views = Vec::with_capacity(ends.len());
                let mut from = 0;
                for end in ends {
                    views.push(make_view(bytes.get(from..end).unwrap_or(&[]), 0, from as u32));
                    from = end;
                }
                let array = BinaryViewArray::try_new(ScalarBuffer::from(views), vec![Buffer::from_vec(bytes)], nulls);
                Arc::new(array.map_err(arrow)?)
            }
            Data::Fixed { width, bytes } => {
                Arc::new(FixedSizeBinaryArray::try_new(width as i32, Buffer::from_vec(bytes), nulls).map_err(arrow)?)
            }
            Data::List { ends, items } => {
                let field = carrier_field("item", items.ty());
                Arc::new(ListArray::try_new(field, offsets(ends), items.finish()?, nulls).map_err(arrow)?)
            }
            Data::Map { ends, keys, values } => {
                let DataType::Map(entries, _) = plain.carrier() else {
                    return Err(Error::new(Code::LogicalError, "a Map is not carried as a Map".to_string()));
                };
                let DataType::Struct(fields) = entries.data_type().clone() else {
                    return Err(Error::new(Code::LogicalError, "a Map has no entries".to_string()));
                };
                let pairs = StructArray::try_new(fields, vec![keys.finish()?, values.finish()?], None);
                let map = MapArray::try_new(entries, offsets(ends), pairs.map_err(arrow)?, nulls, false);
                Arc::new(map.map_err(arrow)?)
            }
            Data::Tuple { rows, parts } => {
                let DataType::Struct(fields) = plain.carrier() else {
                    return Err(Error::new(Code::LogicalError, "a Tuple is not carried as a Struct".to_string()));
                };
                let parts = parts.into_iter().map(ColumnBuilder::finish).collect::<Result<Vec<_>>>()?;
                let array = StructArray::try_new_with_length(fields, parts, nulls, rows);
                Arc::new(array.map_err(arrow)?)
            }
        };
        match &ty {
            Type::LowCardinality(t) => crate::batch::dictionary_of(&array, t),
            _ => Ok(array),
        }
    }
}

fn offsets(ends: Vec<i32>) -> OffsetBuffer<i32> {
    let mut all = Vec::with_capacity(ends.len() + 1);
    all.push(0);
    all.extend(ends);
    OffsetBuffer::new(ScalarBuffer::from(all))
}

fn arrow(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::CannotConvertType, e.to_string())
}
