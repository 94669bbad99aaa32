//! Conversion of a column between any two types, as CAST and the toX functions do it.
//!
//! Numbers wrap as C++'s `static_cast`; texts are parsed whole, in ClickHouse's notation (`olly_types::text`).

use super::EvalContext;
use super::cast_time::{from_temporal, not_finite, to_temporal};
use super::coerce::coerce;
use super::num::*;
use crate::expr::{internal, without_nulls};
use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray};
use arrow::datatypes::DataType;
use olly_types::text::{ColumnBuilder, TextOptions, Zone, parse_text, to_text};
use olly_types::ty::carrier_field;
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

/// What a value that cannot be converted becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OnError {
    Fail,
    /// NULL; the result type is Nullable.
    Null,
    /// The same, where times may come in any usual notation (a cast to a Nullable type).
    TextOrNull,
    /// The target's default.
    Default,
}

/// Options of texts for a query.
pub fn text_options(context: &EvalContext) -> Result<TextOptions> {
    let date_time_input = if context.any_time_notation {
        olly_types::text::DateTimeInput::BestEffort
    } else {
        olly_types::text::DateTimeInput::Basic
    };
    let zone = Zone::load(&context.time_zone)?;
    let now_seconds = context.now.0.div_euclid(1_000_000_000);
    Ok(TextOptions { zone, date_time_input, now_seconds, ..TextOptions::default() })
}

/// `array` of type `from` as type `to`. With `OnError::Null`, `to` is Nullable.
pub fn convert(array: &ArrayRef, from: &Type, to: &Type, context: &EvalContext, on_error: OnError) -> Result<ArrayRef> {
    if from == to {
        return Ok(Arc::clone(array));
    }
    match (from, to) {
        (Type::LowCardinality(inner), Type::LowCardinality(outer)) => {
            let dictionary = array.as_dictionary::<arrow::datatypes::UInt32Type>();
            if dictionary.null_count() == 0 {
                let values = convert(dictionary.values(), inner, outer, context, on_error)?;
                let spread = arrow::compute::take(&values, dictionary.keys(), None).map_err(internal)?;
                return olly_types::batch::dictionary_of(&spread, outer);
            }
            let plain = arrow::compute::cast(array, &inner.carrier()).map_err(internal)?;
            olly_types::batch::dictionary_of(&convert(&plain, inner, outer, context, on_error)?, outer)
        }
        (Type::LowCardinality(inner), _) => {
            let plain = arrow::compute::cast(array, &inner.carrier()).map_err(internal)?;
            convert(&plain, inner, to, context, on_error)
        }
        (_, Type::LowCardinality(outer)) => {
            olly_types::batch::dictionary_of(&convert(array, from, outer, context, on_error)?, outer)
        }
        (Type::Nullable(inner), _) if **inner == Type::Nothing => {
            if !to.is_nullable() && !array.is_empty() && on_error == OnError::Fail {
                return Err(Error::new(
                    Code::CannotConvertType,
                    format!("Cannot convert NULL to non-Nullable type {to}"),
                ));
            }
            array_of(&vec![Value::Null; array.len()], to)
        }
        (Type::Nullable(inner), Type::Nullable(outer)) => {
            let values = convert_valid(array, from, inner, outer, context, or_null(inner, outer, on_error))?;
            let nulls = arrow::buffer::NullBuffer::union(values.nulls(), array.logical_nulls().as_ref());
            let data = values.to_data().into_builder().nulls(nulls).build().map_err(internal)?;
            Ok(arrow::array::make_array(data))
        }
        (Type::Nullable(inner), _) => {
            if array.null_count() > 0 && on_error == OnError::Fail {
                return Err(no_null(to));
            }
            convert(&without_nulls(array, from)?, inner, to, context, on_error)
        }
        (_, Type::Nullable(outer)) => plain(array, from, outer, context, or_null(from, outer, on_error)),
        _ => plain(array, from, to, context, on_error),
    }
}

/// A text that is no number, date, time, UUID or address becomes NULL where the target is Nullable.
fn or_null(from: &Type, to: &Type, on_error: OnError) -> OnError {
    let scalar = (to.is_number() && *to != Type::Bool)
        || to.is_decimal()
        || matches!(to, Type::Date | Type::Date32 | Type::DateTime(_) | Type::Uuid | Type::Ipv4 | Type::Ipv6);
    if on_error == OnError::Fail && from.is_string() && scalar { OnError::TextOrNull } else { on_error }
}

fn no_null(to: &Type) -> Error {
    Error::new(Code::CannotInsertNullInOrdinaryColumn, format!("Cannot convert NULL value to non-Nullable type {to}"))
}

/// Converts the rows that are not NULL; the text under a NULL must not be parsed.
fn convert_valid(
    array: &ArrayRef,
    from: &Type,
    inner: &Type,
    outer: &Type,
    context: &EvalContext,
    on_error: OnError,
) -> Result<ArrayRef> {
    let Some(nulls) = array.logical_nulls().filter(|n| n.null_count() > 0) else {
        return plain(&without_nulls(array, from)?, inner, outer, context, on_error);
    };
    let mask = arrow::array::BooleanArray::new(nulls.inner().clone(), None);
    let kept = arrow::compute::filter(array, &mask).map_err(internal)?;
    let kept = plain(&without_nulls(&kept, from)?, inner, outer, context, on_error)?;
    let mut next = 0u32;
    let spread: arrow::array::UInt32Array = nulls
        .iter()
        .map(|valid| {
            valid.then(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    if kept.is_empty() {
        return array_of(&vec![Value::default_of(outer); array.len()], outer);
    }
    arrow::compute::take(&kept, &spread, None).map_err(internal)
}

/// Neither type is Nullable or LowCardinality.
fn plain(array: &ArrayRef, from: &Type, to: &Type, context: &EvalContext, on_error: OnError) -> Result<ArrayRef> {
    if from == to || (from.carrier() == to.carrier() && matches!((from, to), (Type::DateTime(_), Type::DateTime(_)))) {
        return Ok(Arc::clone(array));
    }
    match (from, to) {
        (Type::Nothing, _) => array_of(&vec![Value::default_of(to); array.len()], to),
        (Type::FixedString(_), Type::String) => coerce(array, from, to),
        (_, Type::String) => to_text(array, from, &text_options(context)?),
        (Type::String, Type::FixedString(n)) => fixed(array, *n, on_error),
        (Type::FixedString(_), Type::FixedString(n)) => fixed(&coerce(array, from, &Type::String)?, *n, on_error),
        // The bytes of an address, as sipHash128 and IPv6StringToNum give them.
        (Type::FixedString(16), Type::Ipv6) => Ok(Arc::clone(array)),
        (Type::String | Type::FixedString(_), _) => parse(array, from, to, context, on_error),
        (Type::Array(a), Type::Array(b)) => {
            let list = array.as_list::<i32>();
            let items = convert(list.values(), a, b, context, on_error)?;
            Ok(Arc::new(
                ListArray::try_new(carrier_field("item", b), list.offsets().clone(), items, None).map_err(internal)?,
            ))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            let columns: Vec<ArrayRef> = a
                .iter()
                .zip(b.iter())
                .zip(array.as_struct().columns())
                .map(|(((_, a), (_, b)), c)| convert(c, a, b, context, on_error))
                .collect::<Result<_>>()?;
            let DataType::Struct(fields) = to.carrier() else { return Err(impossible(from, to)) };
            Ok(Arc::new(StructArray::try_new_with_length(fields, columns, None, array.len()).map_err(internal)?))
        }
        (Type::Map(ka, va), Type::Map(kb, vb)) => {
            let map = array.as_map();
            let keys = convert(map.keys(), ka, kb, context, on_error)?;
            let values = convert(map.values(), va, vb, context, on_error)?;
            map_of(to, map.offsets().clone(), keys, values)
        }
        (Type::Map(k, v), Type::Array(pair)) => {
            let map = array.as_map();
            let tuple = Type::tuple([(**k).clone(), (**v).clone()]);
            let DataType::Struct(fields) = tuple.carrier() else { return Err(impossible(from, to)) };
            let columns = vec![Arc::clone(map.keys()), Arc::clone(map.values())];
            let pairs: ArrayRef = Arc::new(StructArray::try_new(fields, columns, None).map_err(internal)?);
            let pairs = convert(&pairs, &tuple, pair, context, on_error)?;
            Ok(Arc::new(
                ListArray::try_new(carrier_field("item", pair), map.offsets().clone(), pairs, None)
                    .map_err(internal)?,
            ))
        }
        (Type::Array(pair), Type::Map(k, v)) => match &**pair {
            Type::Tuple(e) if e.len() == 2 => {
                let list = array.as_list::<i32>();
                let pairs = list.values().as_struct();
                let keys = convert(pairs.column(0), &e[0].1, k, context, on_error)?;
                let values = convert(pairs.column(1), &e[1].1, v, context, on_error)?;
                map_of(to, list.offsets().clone(), keys, values)
            }
            _ => Err(impossible(from, to)),
        },
        (Type::Tuple(e), Type::Map(k, v)) if e.len() == 2 => {
            let (Type::Array(ka), Type::Array(va)) = (&e[0].1, &e[1].1) else { return Err(impossible(from, to)) };
            let tuple = array.as_struct();
            let (keys, values) = (tuple.column(0).as_list::<i32>(), tuple.column(1).as_list::<i32>());
            if keys.offsets() != values.offsets() {
                return Err(Error::new(Code::TypeMismatch, "CAST AS Map from tuple requires arrays of the same size"));
            }
            let new_keys = convert(keys.values(), ka, k, context, on_error)?;
            let new_values = convert(values.values(), va, v, context, on_error)?;
            map_of(to, keys.offsets().clone(), new_keys, new_values)
        }
        (Type::Ipv4, Type::Ipv6) => {
            let bytes = natives::<u32>(array)?.into_iter().map(|n| {
                let mut b = [0u8; 16];
                b[10..12].copy_from_slice(&[0xff, 0xff]);
                b[12..].copy_from_slice(&n.to_be_bytes());
                Value::bytes(b)
            });
            array_of(&bytes.collect::<Vec<_>>(), to)
        }
        (Type::Enum8(_) | Type::Enum16(_), Type::Enum8(_) | Type::Enum16(_)) => {
            // By name.
            let names = to_text(array, from, &text_options(context)?)?;
            parse(&names, &Type::String, to, context, on_error)
        }
        _ if to.is_enum() && from.is_integer() => {
            let values = wides(array)?;
            let known = |v: i128| match to {
                Type::Enum8(m) => m.iter().any(|(_, n)| i128::from(*n) == v),
                Type::Enum16(m) => m.iter().any(|(_, n)| i128::from(*n) == v),
                _ => false,
            };
            if let Some(v) = values.iter().find(|v| !known(**v)) {
                return Err(Error::new(Code::UnknownElementOfEnum, format!("Unexpected value {v} in enum")));
            }
            crate::with_native!(to, T => Ok(super::num::array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
        }
        _ if to.is_temporal() => to_temporal(array, from, to, context),
        _ if from.is_temporal() => from_temporal(array, from, to),
        (_, Type::Decimal(..)) => to_decimal(array, from, to, on_error),
        _ if numeric(from) && numeric(to) => to_number(array, from, to, on_error),
        _ => Err(impossible(from, to)),
    }
}

fn numeric(ty: &Type) -> bool {
    ty.is_number() || ty.is_decimal() || ty.is_enum() || matches!(ty, Type::Interval(_) | Type::Ipv4)
}

fn map_of(to: &Type, offsets: arrow::buffer::OffsetBuffer<i32>, keys: ArrayRef, values: ArrayRef) -> Result<ArrayRef> {
    let DataType::Map(entries, _) = to.carrier() else { return Err(impossible(to, to)) };
    let DataType::Struct(fields) = entries.data_type().clone() else { return Err(impossible(to, to)) };
    let pairs = StructArray::try_new(fields, vec![keys, values], None).map_err(internal)?;
    Ok(Arc::new(MapArray::try_new(entries, offsets, pairs, None, false).map_err(internal)?))
}

fn fixed(array: &ArrayRef, n: u32, on_error: OnError) -> Result<ArrayRef> {
    let texts = array.as_binary_view();
    let mut values = Vec::with_capacity(array.len());
    for text in texts.iter() {
        let text = text.unwrap_or_default();
        if text.len() > n as usize {
            if on_error != OnError::Fail {
                values.push(Value::Null);
                continue;
            }
            let message = format!("String too long for type FixedString({n})");
            return Err(Error::new(Code::TooLargeStringSize, message));
        }
        let mut bytes = vec![0u8; n as usize];
        bytes[..text.len()].copy_from_slice(text);
        values.push(Value::Bytes(bytes.into()));
    }
    array_of(
        &values,
        &if on_error == OnError::Null { Type::nullable(Type::FixedString(n)) } else { Type::FixedString(n) },
    )
}

fn parse(array: &ArrayRef, from: &Type, to: &Type, context: &EvalContext, on_error: OnError) -> Result<ArrayRef> {
    let mut options = text_options(context)?;
    // The functions that may fail (OrNull, OrZero) read times in the basic form alone.
    let usual = matches!(on_error, OnError::Fail | OnError::TextOrNull) || context.any_time_notation;
    let on_error = if on_error == OnError::TextOrNull { OnError::Null } else { on_error };
    if usual {
        options.date_time_input = olly_types::text::DateTimeInput::BestEffort;
    }
    let array = match from {
        Type::FixedString(_) => super::coerce::trimmed(array),
        _ => Arc::clone(array),
    };
    let texts = array.as_binary_view();
    let ty = if on_error == OnError::Null { Type::nullable(to.clone()) } else { to.clone() };
    let mut out = ColumnBuilder::new(&ty);
    for text in texts.iter() {
        let text = text.unwrap_or_default();
        let rows = out.len();
        // A FixedString of zero bytes is no text that fails, nor is an empty one for DateTime64.
        let blank = matches!(from, Type::FixedString(_)) && to.base().is_integer()
            || *from == Type::String && matches!(to.base(), Type::DateTime64(..));
        if on_error == OnError::Null && text.is_empty() && blank && !(usual && to.base().is_temporal()) {
            out.append_int(0)?;
            continue;
        }
        let short = !usual
            && matches!(to, Type::DateTime(_))
            && (text.len() < 5 || (6..10).contains(&text.len()) && text.contains(&b'-'));
        // A few digits are no time either.
        let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
        let short = short
            || !usual
                && matches!(to.base(), Type::DateTime64(..))
                && (1..5).contains(&digits)
                && matches!(text.get(digits), None | Some(b'.'));
        let parsed = if on_error != OnError::Fail && (short || !fits(text, to)) {
            Err(Error::new(Code::CannotParseNumber, "Number does not fit its type"))
        } else {
            parse_text(text, &ty, &options, &mut out)
        };
        if let Err(e) = parsed {
            out.truncate(rows);
            match on_error {
                OnError::Fail => return Err(e),
                OnError::Null | OnError::TextOrNull => out.append_null(),
                OnError::Default if *to == Type::Date32 => out.append_int(-25_567)?,
                OnError::Default => out.append_default(),
            }
        }
    }
    out.finish()
}

/// Whether digits are of a number that an integer type holds; plain parsing wraps it, the functions that may fail do not.
fn fits(text: &[u8], ty: &Type) -> bool {
    let Some((signed, bytes)) = super::num::int_shape(ty) else { return true };
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let mut value = 0i128;
    for d in digits.iter().take_while(|d| d.is_ascii_digit()) {
        match value.checked_mul(10).and_then(|v| v.checked_add(i128::from(d - b'0'))) {
            Some(v) => value = v,
            None => return false,
        }
    }
    let bits = u32::from(bytes) * 8 - u32::from(signed);
    value < (1i128 << bits) || negative && value == 1i128 << bits
}

pub(super) fn scale_of(ty: &Type) -> u8 {
    ty.scale().unwrap_or(0)
}

/// Numbers from numbers; decimals lose their fraction where the target has none.
fn to_number(array: &ArrayRef, from: &Type, to: &Type, on_error: OnError) -> Result<ArrayRef> {
    if *to == Type::Bool {
        let values: Vec<u8> = if from.is_float() {
            natives::<f64>(array)?.into_iter().map(|v| u8::from(v != 0.0)).collect()
        } else {
            wides(array)?.into_iter().map(|v| u8::from(v != 0)).collect()
        };
        return Ok(super::num::array(values));
    }
    if from.is_decimal() {
        if to.is_float() {
            return coerce(array, from, to);
        }
        let unit = 10i128.pow(u32::from(scale_of(from)));
        let values = wides(array)?;
        return crate::with_native!(to, T => {
            if values.iter().any(|v| !holds(to, v / unit)) {
                return Err(overflow());
            }
            Ok(super::num::array(values.into_iter().map(|v| T::of_i128(v / unit)).collect::<Vec<T>>()))
        });
    }
    if from.is_float() && !to.is_float() {
        let values = natives::<f64>(array)?;
        if on_error == OnError::Fail && values.iter().any(|v| !v.is_finite()) {
            return Err(not_finite());
        }
        return crate::with_native!(to, T => Ok(super::num::array(values.into_iter().map(T::of_f64).collect::<Vec<T>>())));
    }
    crate::with_native!(to, T => Ok(super::num::array(natives::<T>(array)?)))
}

/// Whether an integer type holds a number.
pub(super) fn holds(ty: &Type, v: i128) -> bool {
    let Some((signed, bytes)) = super::num::int_shape(ty) else { return true };
    let bits = u32::from(bytes) * 8 - u32::from(signed);
    v < 1i128 << bits && v >= if signed { -(1i128 << bits) } else { 0 }
}

fn to_decimal(array: &ArrayRef, from: &Type, to: &Type, on_error: OnError) -> Result<ArrayRef> {
    let (scale, precision) = match to {
        Type::Decimal(p, s) => (*s, u32::from(*p)),
        _ => return Err(impossible(from, to)),
    };
    let limit = match precision {
        0..=9 => i128::from(i32::MAX),
        10..=18 => i128::from(i64::MAX),
        _ => i128::MAX,
    };
    let values: Vec<Option<i128>> = if *from == Type::Float32 {
        // In the arithmetic of the source; beyond 64 bits ClickHouse's answer is cut off.
        let factor = 10f64.powi(i32::from(scale)) as f32;
        let products = natives::<f32>(array)?.into_iter().map(|v| v * factor);
        let products: Vec<f32> = products.collect();
        if products.iter().any(|v| v.abs() >= i64::MAX as f32) && precision > 18 {
            return Err(Error::unsupported(format!("Float32 beyond 64 bits as {to} (convert it to Float64)")));
        }
        products.into_iter().map(|v| Some(f64::from(v)).filter(|v| v.abs() < limit as f64).map(|v| v as i128)).collect()
    } else if from.is_float() {
        let factor = 10f64.powi(i32::from(scale));
        natives::<f64>(array)?
            .into_iter()
            .map(|v| Some(v * factor).filter(|v| v.abs() < limit as f64).map(|v| v as i128))
            .collect()
    } else if numeric(from) {
        let own = scale_of(from);
        wides(array)?
            .into_iter()
            .map(|v| {
                let v = if scale >= own {
                    v.checked_mul(10i128.pow(u32::from(scale - own)))
                } else {
                    Some(v / 10i128.pow(u32::from(own - scale)))
                };
                v.filter(|v| v.unsigned_abs() <= limit.unsigned_abs())
            })
            .collect()
    } else {
        return Err(impossible(from, to));
    };
    match on_error {
        OnError::Fail => decimal_array(values.into_iter().map(|v| v.ok_or_else(overflow)).collect::<Result<_>>()?, to),
        OnError::Default => decimal_array(values.into_iter().map(Option::unwrap_or_default).collect(), to),
        OnError::Null | OnError::TextOrNull => {
            let values: Vec<Value> = values.into_iter().map(|v| v.map_or(Value::Null, Value::Decimal)).collect();
            array_of(&values, &Type::nullable(to.clone()))
        }
    }
}

pub(super) fn impossible(from: &Type, to: &Type) -> Error {
    let compound = |t: &Type| matches!(t, Type::Array(_) | Type::Tuple(_) | Type::Map(..));
    let code = match (compound(from), compound(to)) {
        (_, true) => Code::TypeMismatch,
        (true, false) => Code::IllegalTypeOfArgument,
        _ => Code::CannotConvertType,
    };
    Error::new(code, format!("Conversion from {from} to {to} is not supported"))
}
