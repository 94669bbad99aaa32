//! JSON values as values of a type, for `JSONExtract` and its kin.

use super::EvalContext;
use super::json::content;
use super::json_value::Json;
use super::num::*;
use olly_types::text::{BestEffort, TextOptions, parse_best_effort, parse_float, parse_value};
use olly_types::{Result, Type, Value};

/// What conversions look at beside the value.
#[derive(Default)]
pub(super) struct Conversions {
    options: TextOptions,
}

impl Conversions {
    pub(super) fn of(context: &EvalContext) -> Result<Conversions> {
        Ok(Conversions { options: super::cast::text_options(context)? })
    }
}

/// The value in a type; nothing where it does not fit. Only a decimal that overflows is an error.
pub(super) fn convert(v: &Json, ty: &Type, c: &Conversions) -> Result<Option<Value>> {
    Ok(match ty {
        Type::Nullable(inner) => match v {
            Json::Null => Some(Value::Null),
            v => convert(v, inner, c)?,
        },
        Type::LowCardinality(inner) => convert(v, inner, c)?,
        Type::Bool => whole(v, &Type::UInt8).map(|n| Value::UInt(u64::from(n != 0))),
        Type::Float32 | Type::Float64 => match v {
            Json::Bool(b) => Some(f64::from(u8::from(*b))),
            Json::Int(n) => Some(*n as f64),
            Json::UInt(n) => Some(*n as f64),
            Json::Double(f) => Some(*f),
            Json::Text(s) if !s.is_empty() => parse_float(s),
            _ => None,
        }
        .map(Value::Float),
        t if t.is_integer() => {
            let n = whole(v, t);
            n.map(|n| {
                if int_shape(t).is_some_and(|(signed, _)| signed) {
                    Value::Int(n as i64)
                } else {
                    Value::UInt(n as u64)
                }
            })
        }
        Type::String => match v {
            Json::Null => None,
            v => Some(Value::Bytes(content(v).into())),
        },
        Type::FixedString(n) => match v {
            Json::Null => None,
            v => {
                let mut s = content(v);
                (s.len() <= *n as usize).then(|| {
                    s.resize(*n as usize, 0);
                    Value::Bytes(s.into())
                })
            }
        },
        Type::Date | Type::Date32 | Type::Uuid | Type::Ipv4 | Type::Ipv6 => match v {
            Json::Text(s) => parse_value(s, ty, &c.options).ok(),
            _ => None,
        },
        Type::DateTime(_) | Type::DateTime64(..) => moment(v, ty, c)?,
        Type::Decimal(p, s) => match v {
            Json::Text(t) => olly_types::text::parse_decimal(t, *p, *s).ok().map(Value::Decimal),
            Json::Int(n) => Some(Value::Decimal(scaled(i128::from(*n), *p, *s)?)),
            Json::UInt(n) => Some(Value::Decimal(scaled(i128::from(*n), *p, *s)?)),
            Json::Double(f) => {
                let n = f * 10f64.powi(i32::from(*s));
                if n.abs() >= 10f64.powi(i32::from(*p)) {
                    return Err(overflow());
                }
                Some(Value::Decimal(n as i128))
            }
            _ => None,
        },
        Type::Enum8(_) | Type::Enum16(_) => match v {
            Json::Text(s) => parse_value(s, ty, &c.options).ok(),
            Json::Int(n) => {
                let members: Vec<i64> = match ty {
                    Type::Enum8(m) => m.iter().map(|(_, v)| i64::from(*v)).collect(),
                    Type::Enum16(m) => m.iter().map(|(_, v)| i64::from(*v)).collect(),
                    _ => Vec::new(),
                };
                members.contains(n).then_some(Value::Int(*n))
            }
            _ => None,
        },
        Type::Array(inner) => match v {
            Json::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                let mut fits = items.is_empty();
                for item in items {
                    let value = convert(item, inner, c)?;
                    fits |= value.is_some();
                    out.push(value.unwrap_or_else(|| Value::default_of(inner)));
                }
                fits.then(|| Value::Array(out.into()))
            }
            _ => None,
        },
        Type::Tuple(elements) => {
            let mut fits = false;
            let mut out = Vec::with_capacity(elements.len());
            for (i, (name, ty)) in elements.iter().enumerate() {
                let part = match (v, name) {
                    (Json::Object(_), Some(name)) => v.member(name.as_bytes(), false),
                    (Json::Object(members), None) => members.get(i).map(|(_, v)| v),
                    (Json::Array(items), _) => items.get(i),
                    _ => None,
                };
                let value = match part {
                    Some(part) => convert(part, ty, c)?,
                    None => None,
                };
                fits |= value.is_some();
                out.push(value.unwrap_or_else(|| Value::default_of(ty)));
            }
            fits.then(|| Value::Tuple(out.into()))
        }
        Type::Map(k, inner) => match v {
            Json::Object(members) => {
                let mut out = Vec::with_capacity(members.len());
                for (name, v) in members {
                    let value = convert(v, inner, c)?.unwrap_or_else(|| Value::default_of(inner));
                    let key = convert(&Json::Text(name.clone()), k, c)?.unwrap_or_else(|| Value::default_of(k));
                    out.push((key, value));
                }
                Some(Value::Map(out.into()))
            }
            _ => None,
        },
        _ => None,
    })
}

fn scaled(n: i128, precision: u8, scale: u8) -> Result<i128> {
    let n = n.checked_mul(10i128.pow(u32::from(scale))).ok_or_else(overflow)?;
    if n.unsigned_abs() >= 10u128.pow(u32::from(precision)) { Err(overflow()) } else { Ok(n) }
}

/// A whole number in the range of an integer type; fractions are cut.
fn whole(v: &Json, ty: &Type) -> Option<i128> {
    let (signed, bytes) = int_shape(ty)?;
    let cut = |f: f64| (f.is_finite() && f.abs() < 3e38).then_some(f as i128);
    let n = match v {
        Json::Bool(b) => i128::from(*b),
        Json::Int(n) => i128::from(*n),
        Json::UInt(n) => i128::from(*n),
        Json::Double(f) => cut(*f)?,
        Json::Text(s) => match std::str::from_utf8(s).ok()?.parse::<i128>() {
            Ok(n) => n,
            Err(_) if s.is_empty() => return None,
            Err(_) => cut(parse_float(s)?)?,
        },
        _ => return None,
    };
    let bits = u32::from(bytes) * 8;
    let range = if signed { -(1i128 << (bits - 1))..(1i128 << (bits - 1)) } else { 0..(1i128 << bits) };
    range.contains(&n).then_some(n)
}

/// Times: numbers as seconds since the epoch, texts by best effort.
fn moment(v: &Json, ty: &Type, c: &Conversions) -> Result<Option<Value>> {
    let digits = ty.scale();
    let zone = match ty {
        Type::DateTime(Some(z)) | Type::DateTime64(_, Some(z)) => olly_types::text::Zone::load(z)?,
        _ => c.options.zone,
    };
    let factor = 10f64.powi(i32::from(digits.unwrap_or(0)));
    let ticks = match v {
        Json::Text(s) => {
            let options =
                BestEffort { zone, us: false, now_seconds: c.options.now_seconds, fractional: digits.is_some() };
            match parse_best_effort(s, digits.unwrap_or(0), options) {
                Ok(ticks) => ticks,
                Err(_) => return Ok(None),
            }
        }
        Json::Int(n) if *n >= 0 || digits.is_some() => (i128::from(*n)) * factor as i128,
        Json::UInt(n) => i128::from(*n) * factor as i128,
        Json::Double(f) if *f >= 0.0 || digits.is_some() => (f * factor) as i128,
        _ => return Ok(None),
    };
    Ok(Some(if digits.is_some() {
        match i64::try_from(ticks) {
            Ok(ticks) => Value::Int(ticks),
            Err(_) => return Ok(None),
        }
    } else {
        Value::UInt(ticks.clamp(0, i128::from(u32::MAX)) as u64)
    }))
}
