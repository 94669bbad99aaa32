//! Comparisons with a literal: a text beside a number, a time, an Enum, a UUID or an address is read as one.
//!
//! Invariant: the call's type is that of the comparison as it was written.

use super::call::cast;
use crate::expr::Expr;
use crate::func::num::int_shape;
use crate::func::{EvalContext, Function, registry};
use olly_types::{Code, Error, Result, Type, Value};

const NAMES: &[&str] = &["equals", "notEquals", "less", "greater", "lessOrEquals", "greaterOrEquals"];

/// Reads a text literal as the other side's type; the comparison to make then (another one, where no value of that type is
/// the literal's).
pub(super) fn read_literal(
    function: &'static Function,
    args: &mut [Expr],
    context: &EvalContext,
) -> Result<&'static Function> {
    let [a, b] = args else { return Ok(function) };
    if !NAMES.contains(&function.name) {
        return Ok(function);
    }
    let (literal, other) = if text(a).is_some() { (a, b) } else { (b, a) };
    let (Some(text), ty) = (text(literal), other.ty.base().clone()) else { return Ok(function) };
    let read = match &ty {
        Type::Enum8(_) | Type::Enum16(_) if !has_member(&ty, &text) => None,
        t if int_shape(t).is_some() && *t != Type::Bool => integer(&text, t)?.map(|v| Expr::literal(v, ty.clone())),
        // Beside times any notation is taken, beside dates only their own.
        Type::Date | Type::Date32 => Some(Expr::literal(exact_time(&text, &ty, context)?, ty.clone())),
        t if t.is_number()
            || t.is_decimal()
            || t.is_temporal()
            || t.is_enum()
            || matches!(t, Type::Uuid | Type::Ipv4 | Type::Ipv6) =>
        {
            Some(cast(Expr::literal(Value::bytes(text.clone()), Type::String), &ty, context)?)
        }
        _ => return Ok(function),
    };
    if let Some(value) = read {
        *literal = match literal.ty.is_nullable() && value.ty.can_be_nullable() {
            true => Expr { ty: Type::nullable(value.ty), kind: value.kind },
            false => value,
        };
        return Ok(function);
    }
    // Nothing of the type is equal to the literal, and nothing compares with it either.
    let name = match function.name {
        "notEquals" if ty.is_enum() => {
            let text = format!("Unknown element '{}' for enum {ty}", String::from_utf8_lossy(&text));
            return Err(Error::new(Code::UnknownElementOfEnum, text));
        }
        "notEquals" => "greaterOrEquals",
        _ => "less",
    };
    let (value, mut least) = (other.clone(), least(&ty));
    if literal.ty.is_nullable() {
        least = Expr { ty: Type::nullable(least.ty), kind: least.kind };
    }
    (args[0], args[1]) = (value, least);
    registry::find(name).ok_or_else(|| Error::new(Code::LogicalError, "comparison is not registered"))
}

/// A call of two arguments. An equality of tuples one of which is written out is one of their elements, as ClickHouse's
/// analyzer has it.
pub(super) fn by_element(function: &'static Function, a: Expr, b: Expr, context: &EvalContext) -> Result<Expr> {
    let written = a.call("tuple").is_some() || b.call("tuple").is_some() || decimals(&a.ty) || decimals(&b.ty);
    let joined = match function.name {
        "equals" => "and",
        "notEquals" => "or",
        _ => return super::call(function, vec![a, b], context),
    };
    let (true, Some(x), Some(y)) = (written, elements(&a), elements(&b)) else {
        return super::call(function, vec![a, b], context);
    };
    if x.len() != y.len() || x.is_empty() {
        return super::call(function, vec![a, b], context);
    }
    let parts = x.into_iter().zip(y).map(|(a, b)| by_element(function, a, b, context));
    match <[Expr; 1]>::try_from(parts.collect::<Result<Vec<_>>>()?) {
        Ok([only]) => Ok(only),
        Err(parts) => super::call_named(joined, parts, context),
    }
}

/// Whether it is a tuple with a Decimal, which beside a number that its storage does not hold is an error.
fn decimals(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(e) if e.iter().any(|(_, t)| t.base().is_decimal() || decimals(t)))
}

/// Elements of a tuple that is written out, or a literal.
fn elements(e: &Expr) -> Option<Vec<Expr>> {
    if let Some(args) = e.call("tuple") {
        return Some(args.to_vec());
    }
    match (e.as_literal(), &e.ty) {
        (Some(Value::Tuple(values)), Type::Tuple(types)) => {
            Some(values.iter().zip(types.iter()).map(|(v, (_, t))| Expr::literal(v.clone(), t.clone())).collect())
        }
        _ => None,
    }
}

/// A date or time in the basic form and nothing else, as sets and comparisons of dates take it: a date has no time behind it, a
/// time all of its parts and no zone.
pub(super) fn exact_time(text: &[u8], ty: &Type, context: &EvalContext) -> Result<Value> {
    let fail = |code, why: &str| {
        Err(Error::new(code, format!("Cannot convert string '{}' to type {ty}{why}", String::from_utf8_lossy(text))))
    };
    let dated = text.get(..10).is_some_and(|d| d[4] == b'-' && d[7] == b'-');
    match (ty, text.get(10..)) {
        (Type::Date | Type::Date32, Some([_, ..])) => return fail(Code::TypeMismatch, ""),
        (Type::DateTime(_) | Type::DateTime64(..), Some([b' ' | b'T', time @ ..])) if dated => {
            if time.len() < 8 {
                return fail(Code::CannotParseDateTime, ": the time is not complete");
            }
            let (clock, rest) = time.split_at(8);
            let shaped =
                clock.iter().enumerate().all(|(i, b)| if i % 3 == 2 { *b == b':' } else { b.is_ascii_digit() });
            let fraction = matches!(rest, [] | [b'.', ..]) && rest.iter().skip(1).all(u8::is_ascii_digit);
            if !shaped || !fraction {
                return fail(Code::TypeMismatch, "");
            }
        }
        (Type::DateTime(_) | Type::DateTime64(..), Some([_, ..])) if dated => return fail(Code::TypeMismatch, ""),
        // Seconds since 1970, or YYYY-MM-DD.
        (Type::DateTime(_) | Type::DateTime64(..), _) if !dated && text.contains(&b'-') && !text.starts_with(b"-") => {
            return fail(Code::TypeMismatch, "");
        }
        _ => {}
    }
    let options = olly_types::text::TextOptions {
        date_time_input: olly_types::text::DateTimeInput::Basic,
        ..crate::func::cast::text_options(context)?
    };
    let mut out = olly_types::text::ColumnBuilder::new(ty);
    olly_types::text::parse_text(text, ty, &options, &mut out)?;
    olly_types::value::value_at(&out.finish()?, 0, ty)
}

/// A whole number beside a DateTime64 is seconds since 1970.
pub(super) fn read_seconds(function: &'static Function, args: &mut [Expr]) {
    let [a, b] = args else { return };
    if !NAMES.contains(&function.name) {
        return;
    }
    let (literal, time) = if a.as_literal().is_some() { (a, &*b) } else { (b, &*a) };
    let (Some(n), Type::DateTime64(scale, _)) = (literal.as_literal().and_then(Value::as_i128), time.ty.base()) else {
        return;
    };
    if !literal.ty.is_integer() {
        return;
    }
    if let Ok(ticks) = i64::try_from(n.saturating_mul(10i128.pow(u32::from(*scale)))) {
        *literal = Expr::literal(Value::Int(ticks), time.ty.base().clone());
    }
}

fn text(e: &Expr) -> Option<Vec<u8>> {
    match e.as_literal() {
        Some(Value::Bytes(b)) if *e.ty.base() == Type::String => Some(b.to_vec()),
        _ => None,
    }
}

/// Whether an Enum has a member of this name or number.
pub(super) fn has_member(ty: &Type, text: &[u8]) -> bool {
    let number = std::str::from_utf8(text).ok().and_then(|t| t.parse::<i16>().ok());
    match ty {
        Type::Enum8(m) => m.iter().any(|(n, v)| n.as_bytes() == text || Some(i16::from(*v)) == number),
        Type::Enum16(m) => m.iter().any(|(n, v)| n.as_bytes() == text || Some(*v) == number),
        _ => false,
    }
}

/// The least value of an integer type; for an Enum, that of its carrier.
fn least(ty: &Type) -> Expr {
    let bits = match (ty, int_shape(ty)) {
        (Type::Enum8(_), _) => 8,
        (Type::Enum16(_), _) => 16,
        (_, Some((true, bytes))) => u32::from(bytes) * 8,
        _ => return Expr::literal(Value::UInt(0), ty.clone()),
    };
    let carrier = crate::func::num::int_of(true, (bits / 8) as u8);
    Expr::literal(Value::Int(i64::MIN >> (64 - bits)), carrier)
}

/// Digits as a value of an integer type; None where the type does not hold the number.
pub(super) fn integer(text: &[u8], ty: &Type) -> Result<Option<Value>> {
    let Some((signed, _)) = int_shape(ty) else { return Ok(None) };
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) if signed => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        let text = format!("Cannot convert string '{}' to type {ty}", String::from_utf8_lossy(text));
        return Err(Error::new(Code::TypeMismatch, text));
    }
    let size = digits.iter().fold(0i128, |n, d| n.saturating_mul(10).saturating_add(i128::from(d - b'0')));
    let n = if negative { -size } else { size };
    let (low, high) = super::in_set::integer_range(ty);
    let value = if signed { Value::Int(n as i64) } else { Value::UInt(n as u64) };
    Ok((low <= n && n <= high).then_some(value))
}
