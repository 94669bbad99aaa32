//! Writes rows of a carrier array as text.

use super::json::{write_json_quoted, write_json_string};
use super::net::{write_ipv4, write_ipv6, write_uuid};
use super::number::{write_decimal, write_float32, write_float64, write_int};
use super::string::{write_escaped, write_quoted};
use super::time::{Zone, write_date, write_datetime, write_datetime64};
use super::{Style, TextOptions};
use crate::error::{Code, Error, Result};
use crate::ty::Type;
use crate::value::Value;
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, FixedSizeBinaryArray, ListArray, MapArray, PrimitiveArray,
};
use arrow::datatypes::{self as at, DataType};

/// A column ready to be written row by row.
pub struct Printer<'a> {
    options: &'a TextOptions,
    array: &'a ArrayRef,
    kind: Kind<'a>,
    /// Bool, enums and times need the type at the row.
    ty: &'a Type,
    nullable: bool,
}

enum Kind<'a> {
    U8(&'a PrimitiveArray<at::UInt8Type>),
    U16(&'a PrimitiveArray<at::UInt16Type>),
    U32(&'a PrimitiveArray<at::UInt32Type>),
    U64(&'a PrimitiveArray<at::UInt64Type>),
    I8(&'a PrimitiveArray<at::Int8Type>),
    I16(&'a PrimitiveArray<at::Int16Type>),
    I32(&'a PrimitiveArray<at::Int32Type>),
    I64(&'a PrimitiveArray<at::Int64Type>),
    F32(&'a PrimitiveArray<at::Float32Type>),
    F64(&'a PrimitiveArray<at::Float64Type>),
    D32(&'a PrimitiveArray<at::Decimal32Type>),
    D64(&'a PrimitiveArray<at::Decimal64Type>),
    D128(&'a PrimitiveArray<at::Decimal128Type>),
    Bool(&'a PrimitiveArray<at::UInt8Type>),
    Date(&'a PrimitiveArray<at::UInt16Type>),
    Date32(&'a PrimitiveArray<at::Int32Type>),
    DateTime(&'a PrimitiveArray<at::UInt32Type>, Zone),
    DateTime64(&'a PrimitiveArray<at::Int64Type>, u8, Zone),
    Enum8(&'a PrimitiveArray<at::Int8Type>),
    Enum16(&'a PrimitiveArray<at::Int16Type>),
    Ipv4(&'a PrimitiveArray<at::UInt32Type>),
    Bytes(&'a BinaryViewArray),
    Fixed(&'a FixedSizeBinaryArray),
    Uuid(&'a FixedSizeBinaryArray),
    Ipv6(&'a FixedSizeBinaryArray),
    Dictionary(&'a PrimitiveArray<at::UInt32Type>, Box<Printer<'a>>),
    List(&'a ListArray, Box<Printer<'a>>),
    Map(&'a MapArray, Box<Printer<'a>>, Box<Printer<'a>>),
    Tuple(Vec<Printer<'a>>),
}

impl<'a> Printer<'a> {
    /// # Errors
    /// When the array is not of the type's carrier, or a time zone is unknown.
    pub fn new(array: &'a ArrayRef, ty: &'a Type, options: &'a TextOptions) -> Result<Printer<'a>> {
        let wrong = || Error::new(Code::LogicalError, format!("type {ty} is carried as {}", array.data_type()));
        let nullable = ty.is_nullable();
        let inner = match ty {
            Type::Nullable(t) => &**t,
            t => t,
        };
        macro_rules! prim {
            ($k:ident, $t:ty) => {
                Kind::$k(array.as_primitive_opt::<$t>().ok_or_else(wrong)?)
            };
        }
        let kind = match inner {
            Type::LowCardinality(t) => {
                let d = array.as_dictionary_opt::<at::UInt32Type>().ok_or_else(wrong)?;
                Kind::Dictionary(d.keys(), Box::new(Printer::new(d.values(), t, options)?))
            }
            Type::Array(t) => {
                let l = array.as_list_opt::<i32>().ok_or_else(wrong)?;
                Kind::List(l, Box::new(Printer::new(l.values(), t, options)?))
            }
            Type::Map(k, v) => {
                let m = array.as_map_opt().ok_or_else(wrong)?;
                let (keys, values) = (Printer::new(m.keys(), k, options)?, Printer::new(m.values(), v, options)?);
                Kind::Map(m, Box::new(keys), Box::new(values))
            }
            Type::Tuple(elements) => {
                let s = array.as_struct_opt().ok_or_else(wrong)?;
                if s.num_columns() != elements.len() {
                    return Err(wrong());
                }
                let parts = s.columns().iter().zip(elements.iter());
                Kind::Tuple(parts.map(|(c, (_, t))| Printer::new(c, t, options)).collect::<Result<_>>()?)
            }
            Type::Bool => prim!(Bool, at::UInt8Type),
            Type::Date => prim!(Date, at::UInt16Type),
            Type::Date32 => prim!(Date32, at::Int32Type),
            Type::DateTime(_) => {
                let a = array.as_primitive_opt().ok_or_else(wrong)?;
                Kind::DateTime(a, zone_of(inner, options)?)
            }
            Type::DateTime64(p, _) => {
                let a = array.as_primitive_opt().ok_or_else(wrong)?;
                Kind::DateTime64(a, *p, zone_of(inner, options)?)
            }
            Type::Enum8(_) => prim!(Enum8, at::Int8Type),
            Type::Enum16(_) => prim!(Enum16, at::Int16Type),
            Type::Ipv4 => prim!(Ipv4, at::UInt32Type),
            Type::String => Kind::Bytes(array.as_binary_view_opt().ok_or_else(wrong)?),
            Type::FixedString(_) => Kind::Fixed(array.as_fixed_size_binary_opt().ok_or_else(wrong)?),
            Type::Uuid => Kind::Uuid(array.as_fixed_size_binary_opt().ok_or_else(wrong)?),
            Type::Ipv6 => Kind::Ipv6(array.as_fixed_size_binary_opt().ok_or_else(wrong)?),
            _ => match array.data_type() {
                DataType::UInt8 => prim!(U8, at::UInt8Type),
                DataType::UInt16 => prim!(U16, at::UInt16Type),
                DataType::UInt32 => prim!(U32, at::UInt32Type),
                DataType::UInt64 => prim!(U64, at::UInt64Type),
                DataType::Int8 => prim!(I8, at::Int8Type),
                DataType::Int16 => prim!(I16, at::Int16Type),
                DataType::Int32 => prim!(I32, at::Int32Type),
                DataType::Int64 => prim!(I64, at::Int64Type),
                DataType::Float32 => prim!(F32, at::Float32Type),
                DataType::Float64 => prim!(F64, at::Float64Type),
                DataType::Decimal32(..) => prim!(D32, at::Decimal32Type),
                DataType::Decimal64(..) => prim!(D64, at::Decimal64Type),
                DataType::Decimal128(..) => prim!(D128, at::Decimal128Type),
                _ => return Err(wrong()),
            },
        };
        Ok(Printer { options, array, kind, ty: inner, nullable })
    }

    pub fn is_null(&self, row: usize) -> bool {
        self.nullable
            && (self.array.is_null(row)
                || match &self.kind {
                    Kind::Dictionary(keys, values) => values.is_null(keys.value(row) as usize),
                    _ => false,
                })
    }

    /// The element printers of a Tuple column, for CSV, which writes them as columns of their own.
    pub fn tuple_parts(&self) -> Option<&[Printer<'a>]> {
        match &self.kind {
            Kind::Tuple(parts) => Some(parts),
            _ => None,
        }
    }

    /// Writes a row. NULL is `\N` in Escaped and Csv, `NULL` in Quoted, `null` in Json, and `ᴺᵁᴸᴸ` in Raw.
    pub fn write(&self, row: usize, style: Style, out: &mut Vec<u8>) {
        if self.is_null(row) {
            return out.extend_from_slice(match style {
                Style::Escaped | Style::Csv => b"\\N",
                Style::Quoted => b"NULL",
                Style::Json => b"null",
                Style::Raw => "ᴺᵁᴸᴸ".as_bytes(),
            });
        }
        match &self.kind {
            Kind::Dictionary(keys, values) => values.write(keys.value(row) as usize, style, out),
            Kind::U8(a) => write_int(i128::from(a.value(row)), out),
            Kind::U16(a) => write_int(i128::from(a.value(row)), out),
            Kind::U32(a) => write_int(i128::from(a.value(row)), out),
            Kind::U64(a) => self.wide(i128::from(a.value(row)), style, out),
            Kind::I8(a) => write_int(i128::from(a.value(row)), out),
            Kind::I16(a) => write_int(i128::from(a.value(row)), out),
            Kind::I32(a) => write_int(i128::from(a.value(row)), out),
            Kind::I64(a) => self.wide(i128::from(a.value(row)), style, out),
            Kind::F32(a) => {
                let f = a.value(row);
                self.float(f64::from(f), false, style, out, |out| write_float32(f, out));
            }
            Kind::F64(a) => {
                let f = a.value(row);
                self.float(f, self.options.json_quote_64bit_floats, style, out, |out| write_float64(f, out));
            }
            Kind::D32(a) => self.decimal(i128::from(a.value(row)), style, out),
            Kind::D64(a) => self.decimal(i128::from(a.value(row)), style, out),
            Kind::D128(a) => self.decimal(a.value(row), style, out),
            Kind::Bool(a) => out.extend_from_slice(if a.value(row) != 0 { b"true" } else { b"false" }),
            Kind::Date(a) => word(style, out, |out| write_date(i64::from(a.value(row)), out)),
            Kind::Date32(a) => word(style, out, |out| write_date(i64::from(a.value(row)), out)),
            Kind::DateTime(a, zone) => word(style, out, |out| {
                write_datetime(i64::from(a.value(row)), *zone, self.options.date_time_output, out);
            }),
            Kind::DateTime64(a, p, zone) => word(style, out, |out| {
                write_datetime64(a.value(row), *p, *zone, self.options.date_time_output, out);
            }),
            Kind::Enum8(a) => {
                let n = a.value(row);
                let Type::Enum8(m) = self.ty else { return };
                self.member(m.iter().find(|(_, v)| *v == n).map(|(name, _)| &**name), i128::from(n), style, out);
            }
            Kind::Enum16(a) => {
                let n = a.value(row);
                let Type::Enum16(m) = self.ty else { return };
                self.member(m.iter().find(|(_, v)| *v == n).map(|(name, _)| &**name), i128::from(n), style, out);
            }
            Kind::Ipv4(a) => word(style, out, |out| write_ipv4(a.value(row), out)),
            Kind::Bytes(a) => self.bytes(a.value(row), style, out),
            Kind::Fixed(a) => self.bytes(a.value(row), style, out),
            Kind::Uuid(a) => word(style, out, |out| write_uuid(a.value(row), out)),
            Kind::Ipv6(a) => word(style, out, |out| write_ipv6(a.value(row), out)),
            Kind::List(..) | Kind::Map(..) | Kind::Tuple(..) => match style {
                Style::Json => self.json(row, None, out),
                // The text in quotes, doubled inside.
                Style::Csv => {
                    let mut text = Vec::new();
                    self.nested(row, &mut text);
                    csv_string(&text, out);
                }
                _ => self.nested(row, out),
            },
        }
    }

    /// Writes a row as JSON over several lines, as the JSON format does, indented by tabs.
    pub fn write_json_pretty(&self, row: usize, indent: usize, out: &mut Vec<u8>) {
        match &self.kind {
            Kind::List(..) | Kind::Map(..) | Kind::Tuple(..) if !self.is_null(row) => self.json(row, Some(indent), out),
            _ => self.write(row, Style::Json, out),
        }
    }

    fn wide(&self, n: i128, style: Style, out: &mut Vec<u8>) {
        let quotes =
            style == Style::Json && self.options.json_quote_64bit_integers && !matches!(self.ty, Type::Interval(_));
        quoted_if(quotes, out, |out| write_int(n, out));
    }

    fn float(&self, f: f64, quote: bool, style: Style, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        if style != Style::Json {
            return write(out);
        }
        if f.is_finite() {
            quoted_if(quote, out, write);
        } else if self.options.json_quote_denormals {
            quoted_if(true, out, |out| {
                // ClickHouse shows a NaN's sign here, and only here: 0 / 0 is a negative one.
                if f.is_nan() && f.is_sign_negative() {
                    out.push(b'-');
                }
                write(out);
            });
        } else {
            out.extend_from_slice(b"null");
        }
    }

    fn decimal(&self, n: i128, style: Style, out: &mut Vec<u8>) {
        let scale = self.ty.scale().unwrap_or(0);
        let quotes = style == Style::Json && self.options.json_quote_decimals;
        quoted_if(quotes, out, |out| write_decimal(n, scale, self.options.decimal_trailing_zeros, out));
    }

    fn member(&self, name: Option<&str>, n: i128, style: Style, out: &mut Vec<u8>) {
        match name {
            Some(name) => self.bytes(name.as_bytes(), style, out),
            // A number without a name cannot be stored; shown as it is rather than as a wrong name.
            None => word(style, out, |out| write_int(n, out)),
        }
    }

    fn bytes(&self, b: &[u8], style: Style, out: &mut Vec<u8>) {
        match style {
            Style::Raw => out.extend_from_slice(b),
            Style::Escaped => write_escaped(b, out),
            Style::Quoted => write_quoted(b, out),
            Style::Csv => csv_string(b, out),
            Style::Json => write_json_string(b, self.options.json_escape_forward_slashes, out),
        }
    }

    /// Arrays, tuples and maps in ClickHouse's own notation.
    fn nested(&self, row: usize, out: &mut Vec<u8>) {
        match &self.kind {
            Kind::List(a, items) => {
                out.push(b'[');
                separated(range(a.value_offsets(), row), out, |i, out| items.write(i, Style::Quoted, out));
                out.push(b']');
            }
            Kind::Map(a, keys, values) => {
                out.push(b'{');
                separated(range(a.value_offsets(), row), out, |i, out| {
                    keys.write(i, Style::Quoted, out);
                    out.push(b':');
                    values.write(i, Style::Quoted, out);
                });
                out.push(b'}');
            }
            Kind::Tuple(parts) => {
                out.push(b'(');
                separated(0..parts.len(), out, |i, out| {
                    if let Some(p) = parts.get(i) {
                        p.write(row, Style::Quoted, out);
                    }
                });
                out.push(b')');
            }
            _ => self.write(row, Style::Quoted, out),
        }
    }

    /// Arrays, tuples and maps as JSON; on lines of their own where `indent` is given.
    fn json(&self, row: usize, indent: Option<usize>, out: &mut Vec<u8>) {
        let deeper = indent.map(|n| n + 1);
        let item = |p: &Printer<'_>, i: usize, out: &mut Vec<u8>| match deeper {
            Some(n) => p.write_json_pretty(i, n, out),
            None => p.write(i, Style::Json, out),
        };
        match &self.kind {
            Kind::List(a, items) => {
                let range = range(a.value_offsets(), row);
                // Scalars stay on one line.
                let inner = if items.is_compound() && !range.is_empty() { indent } else { None };
                lines(b"[]", range, inner, out, |i, out| item(items, i, out));
            }
            Kind::Map(a, keys, values) => {
                let range = range(a.value_offsets(), row);
                let inner = if range.is_empty() { None } else { indent };
                if self.options.json_map_as_array_of_tuples {
                    return lines(b"[]", range, inner, out, |i, out| {
                        out.push(b'[');
                        keys.write(i, Style::Json, out);
                        out.push(b',');
                        item(values, i, out);
                        out.push(b']');
                    });
                }
                lines(b"{}", range, inner, out, |i, out| {
                    keys.json_key(i, out);
                    out.extend_from_slice(if indent.is_some() { b": " } else { b":" });
                    item(values, i, out);
                });
            }
            Kind::Tuple(parts) => {
                let Type::Tuple(elements) = self.ty else { return };
                let named = self.options.json_named_tuples_as_objects && elements.iter().any(|(n, _)| n.is_some());
                if !named {
                    return lines(b"[]", 0..parts.len(), indent, out, |i, out| {
                        if let Some(p) = parts.get(i) {
                            item(p, row, out);
                        }
                    });
                }
                let skip = self.options.json_skip_null_in_named_tuples;
                let shown: Vec<_> =
                    parts.iter().zip(elements.iter()).filter(|(p, _)| !(skip && p.is_null(row))).collect();
                lines(b"{}", 0..shown.len(), indent, out, |i, out| {
                    if let Some((p, (name, _))) = shown.get(i) {
                        write_json_quoted(name.as_deref().unwrap_or("").as_bytes(), out);
                        out.extend_from_slice(if indent.is_some() { b": " } else { b":" });
                        item(p, row, out);
                    }
                });
            }
            _ => self.write(row, Style::Json, out),
        }
    }

    fn is_compound(&self) -> bool {
        matches!(self.kind, Kind::List(..) | Kind::Map(..) | Kind::Tuple(..))
    }

    /// An object's key: strings as they are, everything else as its text in quotes.
    fn json_key(&self, row: usize, out: &mut Vec<u8>) {
        let mut text = Vec::new();
        self.write(row, Style::Raw, &mut text);
        write_json_string(&text, self.options.json_escape_forward_slashes, out);
    }
}

/// The zone in which a type shows: its own, or the session's.
pub(super) fn zone_of(ty: &Type, options: &TextOptions) -> Result<Zone> {
    ty.time_zone().map_or(Ok(options.zone), Zone::load)
}

fn range(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let at = |i: usize| offsets.get(i).map_or(0, |o| *o as usize);
    at(row)..at(row + 1)
}

fn separated(range: std::ops::Range<usize>, out: &mut Vec<u8>, mut write: impl FnMut(usize, &mut Vec<u8>)) {
    for i in range.clone() {
        if i > range.start {
            out.push(b',');
        }
        write(i, out);
    }
}

/// Elements between brackets; with an indent, each on a line of its own.
fn lines(
    brackets: &[u8; 2],
    range: std::ops::Range<usize>,
    indent: Option<usize>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(usize, &mut Vec<u8>),
) {
    out.push(brackets[0]);
    let Some(n) = indent else {
        separated(range, out, write);
        return out.push(brackets[1]);
    };
    out.push(b'\n');
    for i in range.clone() {
        if i > range.start {
            out.extend_from_slice(b",\n");
        }
        out.resize(out.len() + n + 1, b'\t');
        write(i, out);
    }
    out.push(b'\n');
    out.resize(out.len() + n, b'\t');
    out.push(brackets[1]);
}

/// Text without characters that need escapes, in the quotes of the style.
fn word(style: Style, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let quote: Option<u8> = match style {
        Style::Raw | Style::Escaped => None,
        Style::Quoted => Some(b'\''),
        Style::Csv | Style::Json => Some(b'"'),
    };
    out.extend(quote);
    write(out);
    out.extend(quote);
}

fn quoted_if(quotes: bool, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    if quotes {
        out.push(b'"');
    }
    write(out);
    if quotes {
        out.push(b'"');
    }
}

fn csv_string(b: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for c in b {
        if *c == b'"' {
            out.push(b'"');
        }
        out.push(*c);
    }
    out.push(b'"');
}

/// One row in a style.
pub fn print(array: &ArrayRef, row: usize, ty: &Type, style: Style, options: &TextOptions) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    Printer::new(array, ty, options)?.write(row, style, &mut out);
    Ok(out)
}

/// One value in a style.
pub fn print_value(value: &Value, ty: &Type, style: Style, options: &TextOptions) -> Result<Vec<u8>> {
    print(&crate::value::array_of(std::slice::from_ref(value), ty)?, 0, ty, style, options)
}

/// A column as `toString` gives it: a BinaryView of the bare texts, NULL where the column has it. A FixedString's text ends
/// before its trailing zeros.
pub fn to_text(array: &ArrayRef, ty: &Type, options: &TextOptions) -> Result<ArrayRef> {
    let result = if ty.is_nullable() { Type::nullable(Type::String) } else { Type::String };
    let printer = Printer::new(array, ty, options)?;
    let mut builder = super::ColumnBuilder::new(&result);
    let mut text = Vec::new();
    for row in 0..array.len() {
        if printer.is_null(row) {
            builder.append_null();
            continue;
        }
        text.clear();
        printer.write(row, Style::Raw, &mut text);
        let mut b = text.as_slice();
        if matches!(ty.base(), Type::FixedString(_)) {
            while let [rest @ .., 0] = b {
                b = rest;
            }
        }
        builder.append_bytes(b)?;
    }
    builder.finish()
}
