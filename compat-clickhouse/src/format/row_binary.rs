//! RowBinary, written and read: values in Native's encoding, row after row.

use super::read::{RowParser, Rows, Step};
use super::write::Writer;
use crate::block::Block;
use crate::codec::{put_string, put_varint};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{self as at, DataType};
use olly_types::text::{ColumnBuilder, Cursor, uuid_from_halves};
use olly_types::{Code, Error, Result, Type};

pub struct RowBinary {
    header: Vec<(String, Type)>,
    names: bool,
    types: bool,
}

impl RowBinary {
    pub fn new(header: Vec<(String, Type)>, names: bool, types: bool) -> RowBinary {
        RowBinary { header, names, types }
    }
}

impl Writer for RowBinary {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.names {
            put_varint(self.header.len() as u64, out);
            self.header.iter().for_each(|(n, _)| put_string(n, out));
        }
        if self.types {
            self.header.iter().for_each(|(_, t)| put_string(t.to_string(), out));
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        for row in 0..block.rows {
            for (_, ty, array) in &block.columns {
                put(array, ty, row, out)?;
            }
        }
        Ok(())
    }
}

fn put(array: &ArrayRef, ty: &Type, row: usize, out: &mut Vec<u8>) -> Result<()> {
    let wrong = || Error::new(Code::LogicalError, format!("type {ty} is carried as {}", array.data_type()));
    macro_rules! raw {
        ($t:ty) => {
            out.extend_from_slice(&array.as_primitive_opt::<$t>().ok_or_else(wrong)?.value(row).to_le_bytes())
        };
    }
    match ty {
        Type::Nullable(t) => {
            out.push(u8::from(array.is_null(row)));
            if !array.is_null(row) {
                put(array, t, row, out)?;
            }
        }
        Type::LowCardinality(t) => {
            let d = array.as_dictionary_opt::<at::UInt32Type>().ok_or_else(wrong)?;
            if d.keys().is_null(row) {
                out.push(1);
            } else {
                put(d.values(), t, d.keys().value(row) as usize, out)?;
            }
        }
        Type::Array(t) => {
            let a = array.as_list_opt::<i32>().ok_or_else(wrong)?;
            let range = range(a.value_offsets(), row);
            put_varint(range.len() as u64, out);
            for i in range {
                put(a.values(), t, i, out)?;
            }
        }
        Type::Map(k, v) => {
            let a = array.as_map_opt().ok_or_else(wrong)?;
            let range = range(a.value_offsets(), row);
            put_varint(range.len() as u64, out);
            for i in range {
                put(a.keys(), k, i, out)?;
                put(a.values(), v, i, out)?;
            }
        }
        Type::Tuple(elements) => {
            let a = array.as_struct_opt().ok_or_else(wrong)?;
            for ((_, t), part) in elements.iter().zip(a.columns()) {
                put(part, t, row, out)?;
            }
        }
        Type::String => put_string(array.as_binary_view_opt().ok_or_else(wrong)?.value(row), out),
        Type::FixedString(_) | Type::Ipv6 => {
            out.extend_from_slice(array.as_fixed_size_binary_opt().ok_or_else(wrong)?.value(row));
        }
        Type::Uuid => {
            crate::codec::native_write::put_uuid(array.as_fixed_size_binary_opt().ok_or_else(wrong)?.value(row), out);
        }
        Type::Nothing => {}
        _ => match array.data_type() {
            DataType::UInt8 => raw!(at::UInt8Type),
            DataType::UInt16 => raw!(at::UInt16Type),
            DataType::UInt32 => raw!(at::UInt32Type),
            DataType::UInt64 => raw!(at::UInt64Type),
            DataType::Int8 => raw!(at::Int8Type),
            DataType::Int16 => raw!(at::Int16Type),
            DataType::Int32 => raw!(at::Int32Type),
            DataType::Int64 => raw!(at::Int64Type),
            DataType::Float32 => raw!(at::Float32Type),
            DataType::Float64 => raw!(at::Float64Type),
            DataType::Decimal32(..) => raw!(at::Decimal32Type),
            DataType::Decimal64(..) => raw!(at::Decimal64Type),
            DataType::Decimal128(..) => raw!(at::Decimal128Type),
            _ => return Err(wrong()),
        },
    }
    Ok(())
}

fn range(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let at = |i: usize| offsets.get(i).map_or(0, |o| *o as usize);
    at(row)..at(row + 1)
}

/// Rows read.
pub struct RowBinaryParser {
    names: bool,
    types: bool,
    /// A byte before each value says whether it is the column's default.
    defaults: bool,
    /// Of each column in the data: its place, or the type to skip it by.
    order: Vec<(Option<usize>, Type)>,
}

impl RowBinaryParser {
    pub fn new(columns: &[(String, Type)], names: bool, types: bool, defaults: bool) -> RowBinaryParser {
        let order = columns.iter().enumerate().map(|(i, (_, t))| (Some(i), t.clone())).collect();
        RowBinaryParser { names, types, defaults, order }
    }
}

fn short() -> Error {
    Error::new(Code::CannotReadAllData, "Cannot read all data")
}

fn take<'a>(c: &mut Cursor<'a>, n: usize) -> Result<&'a [u8]> {
    match c.rest().get(..n) {
        Some(b) => {
            c.advance(n);
            Ok(b)
        }
        None => {
            // Run into the end, so that more is waited for.
            c.advance(usize::MAX / 2);
            c.peek();
            Err(short())
        }
    }
}

fn fixed<const N: usize>(c: &mut Cursor<'_>) -> Result<[u8; N]> {
    take(c, N)?.try_into().map_err(|_| short())
}

fn varint(c: &mut Cursor<'_>) -> Result<u64> {
    let mut n = 0u64;
    for shift in 0..10 {
        let b = c.next().ok_or_else(short)?;
        n |= u64::from(b & 0x7f).checked_shl(7 * shift).unwrap_or(0);
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(Error::new(Code::CannotReadAllData, "Cannot read a variable-length integer: more than 10 bytes"))
}

fn bytes<'a>(c: &mut Cursor<'a>) -> Result<&'a [u8]> {
    let n = varint(c)?;
    if n > olly_types::limits::ROW_BYTES {
        return Err(Error::new(Code::TooLargeStringSize, format!("Too large string size: {n}")));
    }
    take(c, n as usize)
}

fn text(c: &mut Cursor<'_>) -> Result<String> {
    String::from_utf8(bytes(c)?.to_vec()).map_err(|_| Error::new(Code::IncorrectData, "a name is not UTF-8"))
}

impl RowParser for RowBinaryParser {
    fn header(&mut self, c: &mut Cursor<'_>, rows: &mut Rows) -> Result<()> {
        if !self.names {
            return Ok(());
        }
        let n = varint(c)?;
        if n > olly_types::limits::COLUMNS * 4 {
            return Err(Error::new(Code::TooManyColumns, format!("{n} columns in RowBinary")));
        }
        let names = (0..n).map(|_| text(c)).collect::<Result<Vec<_>>>()?;
        let types = if self.types { Some((0..n).map(|_| text(c)).collect::<Result<Vec<_>>>()?) } else { None };
        self.order = rows.order(&names, types.as_deref())?;
        Ok(())
    }

    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        if c.peek().is_none() {
            return Ok(Step::End);
        }
        for (place, ty) in &self.order {
            if self.defaults && c.next().ok_or_else(short)? != 0 {
                continue;
            }
            match place {
                Some(i) => read(c, ty, rows.builder(*i)?, 0)?,
                None => read(c, ty, &mut ColumnBuilder::new(ty), 0)?,
            }
        }
        Ok(Step::Row)
    }
}

fn read(c: &mut Cursor<'_>, ty: &Type, out: &mut ColumnBuilder, depth: usize) -> Result<()> {
    if depth > 200 {
        return Err(Error::new(Code::IncorrectData, "values are nested too deeply"));
    }
    macro_rules! int {
        ($t:ty) => {
            out.append_int(<$t>::from_le_bytes(fixed(c)?) as i128)
        };
    }
    match ty {
        Type::Nullable(t) => match c.next().ok_or_else(short)? {
            0 => read(c, t, out, depth + 1),
            _ => {
                out.append_null();
                Ok(())
            }
        },
        Type::LowCardinality(t) => read(c, t, out, depth + 1),
        Type::Array(t) => {
            let n = count(c, &[t])?;
            let items = out.items()?;
            for _ in 0..n {
                read(c, t, items, depth + 1)?;
            }
            out.close_list()
        }
        Type::Map(k, v) => {
            let n = count(c, &[k, v])?;
            let (keys, values) = out.entries()?;
            for _ in 0..n {
                read(c, k, keys, depth + 1)?;
                read(c, v, values, depth + 1)?;
            }
            out.close_list()
        }
        Type::Tuple(elements) => {
            let parts = out.parts()?;
            for ((_, t), part) in elements.iter().zip(parts) {
                read(c, t, part, depth + 1)?;
            }
            out.close_tuple()
        }
        Type::String => out.append_bytes(bytes(c)?),
        Type::FixedString(n) => out.append_bytes(take(c, *n as usize)?),
        Type::Ipv6 => out.append_bytes(take(c, 16)?),
        Type::Uuid => {
            let (high, low) = (u64::from_le_bytes(fixed(c)?), u64::from_le_bytes(fixed(c)?));
            out.append_bytes(&uuid_from_halves(high, low))
        }
        Type::Bool => {
            let b = c.next().ok_or_else(short)?;
            out.append_int(i128::from(b != 0))
        }
        Type::Float32 => out.append_float32(f32::from_le_bytes(fixed(c)?)),
        Type::Float64 => out.append_float(f64::from_le_bytes(fixed(c)?)),
        Type::Enum8(m) => {
            let n = i8::from_le_bytes(fixed(c)?);
            if !m.iter().any(|(_, v)| *v == n) {
                return Err(unknown(i16::from(n), ty));
            }
            out.append_int(i128::from(n))
        }
        Type::Enum16(m) => {
            let n = i16::from_le_bytes(fixed(c)?);
            if !m.iter().any(|(_, v)| *v == n) {
                return Err(unknown(n, ty));
            }
            out.append_int(i128::from(n))
        }
        Type::Nothing => Err(Error::new(Code::IncorrectData, "a value of type Nothing cannot be read")),
        t => match t.carrier() {
            DataType::UInt8 => int!(u8),
            DataType::UInt16 => int!(u16),
            DataType::UInt32 => int!(u32),
            DataType::UInt64 => int!(u64),
            DataType::Int8 => int!(i8),
            DataType::Int16 => int!(i16),
            DataType::Int32 | DataType::Decimal32(..) => int!(i32),
            DataType::Decimal128(..) => out.append_int(i128::from_le_bytes(fixed(c)?)),
            _ => int!(i64),
        },
    }
}

fn unknown(n: i16, ty: &Type) -> Error {
    Error::new(Code::UnknownElementOfEnum, format!("Unexpected value {n} in enum {ty}"))
}

/// Elements of an array or a map of these types.
fn count(c: &mut Cursor<'_>, elements: &[&Type]) -> Result<u64> {
    let n = varint(c)?;
    if n > olly_types::limits::ROW_BYTES {
        return Err(Error::new(Code::TooLargeStringSize, format!("Too large array size: {n}")));
    }
    // Nothing in the data would bound their number.
    if n > 0 && elements.iter().all(|t| takes_no_bytes(t)) {
        return Err(Error::unsupported("an array of values that take no bytes, in RowBinary"));
    }
    Ok(n)
}

fn takes_no_bytes(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(e) if e.iter().all(|(_, t)| takes_no_bytes(t)))
}
