//! equals, notEquals, less, greater, lessOrEquals, greaterOrEquals over every pair of types that ClickHouse compares.
//!
//! Numbers compare by value across signedness and width; NaN equals nothing. Strings compare as bytes. A constant string
//! beside a date, an enum, a UUID or an address was already parsed by the binder.

use super::arithmetic::float_vals;
use super::coerce::coerce;
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function};
use crate::expr::internal;
use arrow::array::{Array, ArrayRef, AsArray};
use olly_types::ty::IntervalUnit;
use olly_types::{Code, Result, Type};
use std::cmp::Ordering;

const BASE: Function = Function { family: Family::Comparison, arity: (2, 2), ..FUNCTION };

macro_rules! comparison {
    ($name:literal, $op:literal, $doc:literal, $relation:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(a, b), a ", $op, " b"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(1, 2)")],
            infer: |a| result(a, $name, $relation),
            eval: |c| compare(c, $relation),
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    comparison!("equals", "=", "Whether the values are equal.", Relation::Equal),
    comparison!("notEquals", "!=", "Whether the values differ.", Relation::NotEqual),
    comparison!("less", "<", "Whether the first value is the smaller one.", Relation::Less),
    comparison!("greater", ">", "Whether the first value is the larger one.", Relation::Greater),
    comparison!("lessOrEquals", "<=", "Whether the first value is not the larger one.", Relation::LessOrEqual),
    comparison!("greaterOrEquals", ">=", "Whether the first value is not the smaller one.", Relation::GreaterOrEqual),
];

#[derive(Clone, Copy, PartialEq)]
enum Relation {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

impl Relation {
    #[inline]
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Relation::Equal => order == Some(Ordering::Equal),
            Relation::NotEqual => order != Some(Ordering::Equal),
            Relation::Less => order == Some(Ordering::Less),
            Relation::Greater => order == Some(Ordering::Greater),
            Relation::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Relation::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// Whether values of the types have an order (after NULL and LowCardinality are off).
fn comparable(a: &Type, b: &Type) -> bool {
    let (a, b) = (a.base(), b.base());
    match (a, b) {
        (Type::Nothing, _) | (_, Type::Nothing) => true,
        (Type::Array(x), Type::Array(y)) => comparable(x, y),
        (Type::Map(k, v), Type::Map(l, w)) => comparable(k, l) && comparable(v, w),
        (Type::Tuple(x), Type::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|((_, x), (_, y))| comparable(x, y))
        }
        _ => {
            let numeric = |t: &Type| t.is_number() || t.is_decimal();
            (numeric(a) && numeric(b))
                || (a.is_string() && b.is_string())
                || (a.is_temporal() && b.is_temporal())
                || (a.is_enum() && b.is_enum())
                || (a.is_enum() && b.is_string())
                || (a.is_string() && b.is_enum())
                || (a.is_enum() && b.is_integer())
                || (a.is_integer() && b.is_enum())
                || (matches!(a, Type::Ipv4) && matches!(b, Type::UInt32))
                || (matches!(a, Type::UInt32) && matches!(b, Type::Ipv4))
                || (matches!(a, Type::DateTime(_)) && b.is_number())
                || (a.is_number() && matches!(b, Type::DateTime(_)))
                || (matches!(a, Type::DateTime64(..)) && numeric(b))
                || (numeric(a) && matches!(b, Type::DateTime64(..)))
                || (matches!((a, b), (Type::Interval(x), Type::Interval(y)) if common_unit(*x, *y).is_some()))
                || a == b
        }
    }
}

/// What one of each interval is in a unit that both are multiples of: nanoseconds up to weeks, months above them.
fn common_unit(a: IntervalUnit, b: IntervalUnit) -> Option<(i128, i128)> {
    let size = |unit| match unit {
        IntervalUnit::Nanosecond => (false, 1),
        IntervalUnit::Microsecond => (false, 1_000),
        IntervalUnit::Millisecond => (false, 1_000_000),
        IntervalUnit::Second => (false, 1_000_000_000),
        IntervalUnit::Minute => (false, 60_000_000_000),
        IntervalUnit::Hour => (false, 3_600_000_000_000),
        IntervalUnit::Day => (false, 86_400_000_000_000),
        IntervalUnit::Week => (false, 604_800_000_000_000),
        IntervalUnit::Month => (true, 1),
        IntervalUnit::Quarter => (true, 3),
        IntervalUnit::Year => (true, 12),
    };
    let ((months, x), (months_too, y)) = (size(a), size(b));
    (months == months_too).then_some((x, y))
}

/// Whether the literal NULL is an element of a tuple.
fn holds_null(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(e) if e.iter().any(|(_, t)| *t.base() == Type::Nothing || holds_null(t)))
}

/// Whether an element of a tuple, at any depth, may be NULL.
fn holds_nullable(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(e) if e.iter().any(|(_, t)| t.is_nullable() || holds_nullable(t)))
}

/// The result is Nullable where an element of a compared tuple is.
fn result(args: &[Arg], name: &str, relation: Relation) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    if let (Type::Interval(x), Type::Interval(y)) = (a.base(), b.base())
        && common_unit(*x, *y).is_none()
    {
        let text = format!("Cannot compare intervals {a} and {b} because the number of days in a month is not fixed");
        return Err(olly_types::Error::new(Code::NoCommonType, text));
    }
    if !comparable(a, b) {
        let text_and_number =
            |x: &Type, y: &Type| x.base().is_string() && y.base().is_number() && *y.base() != Type::Bool;
        if text_and_number(a, b) || text_and_number(b, a) {
            let text = format!("There is no supertype for types {a}, {b} of arguments of function {name}");
            return Err(olly_types::Error::new(Code::NoCommonType, text));
        }
        return Err(illegal_pair(a, b, name));
    }
    if (holds_null(a) || holds_null(b)) && !matches!(relation, Relation::Equal | Relation::NotEqual) {
        return Err(olly_types::Error::unsupported(format!("{name} of tuples that hold the literal NULL")));
    }
    Ok(if holds_nullable(a) || holds_nullable(b) { Type::nullable(Type::UInt8) } else { Type::UInt8 })
}

fn compare(call: &Call<'_>, relation: Relation) -> Result<ArrayRef> {
    let (a, b) = (&call.types[0], &call.types[1]);
    let n = call.rows;
    macro_rules! values {
        ($x:expr, $y:expr) => {{
            let (x, y) = ($x, $y);
            Ok(flags(match relation {
                Relation::Equal => zip(&x, &y, n, |x, y| x == y),
                Relation::NotEqual => zip(&x, &y, n, |x, y| x != y),
                Relation::Less => zip(&x, &y, n, |x, y| x < y),
                Relation::Greater => zip(&x, &y, n, |x, y| x > y),
                Relation::LessOrEqual => zip(&x, &y, n, |x, y| x <= y),
                Relation::GreaterOrEqual => zip(&x, &y, n, |x, y| x >= y),
            }))
        }};
    }
    let plain_number = |t: &Type| {
        t.is_integer()
            || t.is_enum()
            || matches!(t, Type::Ipv4 | Type::Interval(_) | Type::Date | Type::Date32 | Type::DateTime(_))
    };
    let days = |t: &Type| matches!(t, Type::Date | Type::Date32);
    if a.is_temporal() && b.is_temporal() && (days(a) != days(b) || a.scale() != b.scale()) {
        let scale = a.scale().unwrap_or(0).max(b.scale().unwrap_or(0));
        return values!(instants(call, 0, 1, scale)?, instants(call, 1, 0, scale)?);
    }
    if (a.is_enum() && b.is_string()) || (a.is_string() && b.is_enum()) {
        let x = coerce(&call.array(0)?, a, &Type::String)?;
        let y = coerce(&call.array(1)?, b, &Type::String)?;
        return bytes(&x, &y, relation);
    }
    if let (Type::Interval(x), Type::Interval(y)) = (a, b)
        && x != y
        && let Some((p, q)) = common_unit(*x, *y)
    {
        return values!(multiplied(wide_vals(call, 0)?, p), multiplied(wide_vals(call, 1)?, q));
    }
    if plain_number(a) && plain_number(b) {
        // Equal width and sign: compare natively. Otherwise through 64 bits, or 128 where signs differ at full width.
        let unsigned64 = |t: &Type| *t == Type::UInt64;
        if a.carrier() == b.carrier() {
            return crate::with_native!(a, T => values!(vals::<T>(call, 0)?, vals::<T>(call, 1)?));
        }
        let negative_free = |t: &Type| {
            matches!(int_shape(t), Some((false, _))) || matches!(t, Type::Date | Type::DateTime(_) | Type::Ipv4)
        };
        if negative_free(a) && negative_free(b) {
            return values!(vals::<u64>(call, 0)?, vals::<u64>(call, 1)?);
        }
        if !unsigned64(a) && !unsigned64(b) {
            return values!(vals::<i64>(call, 0)?, vals::<i64>(call, 1)?);
        }
        return values!(wide_vals(call, 0)?, wide_vals(call, 1)?);
    }
    if matches!((a, b), (Type::DateTime64(..), Type::DateTime64(..))) {
        return values!(vals::<i64>(call, 0)?, vals::<i64>(call, 1)?);
    }
    let number = |t: &Type| t.is_number() || matches!(t, Type::Decimal(..) | Type::DateTime64(..) | Type::DateTime(_));
    if number(a) && number(b) {
        if a.is_float() && b.is_float() {
            return values!(vals::<f64>(call, 0)?, vals::<f64>(call, 1)?);
        }
        let decimal = |t: &Type| matches!(t, Type::Decimal(..) | Type::DateTime64(..));
        if decimal(a) && !b.is_float() || decimal(b) && !a.is_float() {
            let scale = a.scale().unwrap_or(0).max(b.scale().unwrap_or(0));
            // The width in which ClickHouse compares them: that of the decimal at the left of a number, else the wider one.
            let bits = if decimal(b) { width(a).max(width(b)) } else { width(a) };
            return values!(raised(call, 0, scale, bits)?, raised(call, 1, scale, bits)?);
        }
        if decimal(a) || decimal(b) {
            return values!(float_vals(call, 0)?, float_vals(call, 1)?);
        }
        let narrow = |t: &Type| int_shape(t).is_none_or(|(_, bytes)| bytes < 8);
        if narrow(a) && narrow(b) {
            return values!(vals::<f64>(call, 0)?, vals::<f64>(call, 1)?);
        }
        // A 64-bit integer against a float: by exact value.
        let flip = a.is_float();
        let (ints, floats) = if flip { (1, 0) } else { (0, 1) };
        let (i, f) = (wide_vals(call, ints)?, vals::<f64>(call, floats)?);
        let order = |i: i128, f: f64| if flip { exact(i, f).map(Ordering::reverse) } else { exact(i, f) };
        return Ok(flags(zip(&i, &f, n, |i, f| relation.holds(order(i, f)))));
    }
    if a.is_string() && b.is_string() {
        let fixed = matches!(a, Type::FixedString(_)) || matches!(b, Type::FixedString(_));
        return bytes(&as_bytes(&call.array(0)?, a, fixed)?, &as_bytes(&call.array(1)?, b, fixed)?, relation);
    }
    nested(call, relation)
}

/// Bits of a decimal's or an integer's storage.
fn width(ty: &Type) -> u32 {
    match ty {
        Type::Decimal(..=9, _) => 32,
        Type::Decimal(..=18, _) | Type::DateTime64(..) => 64,
        Type::Decimal(..) => 128,
        t => int_shape(t).map_or(64, |(_, bytes)| u32::from(bytes) * 8),
    }
}

/// Argument `i` as decimals of `scale`, where a signed number of `bits` holds them. Overflow is error 407.
fn raised(call: &Call<'_>, i: usize, scale: u8, bits: u32) -> Result<Vals<i128>> {
    let factor = 10i128.pow(u32::from(scale.saturating_sub(call.types[i].scale().unwrap_or(0))));
    let most = i128::MAX >> (128 - bits);
    let one = |v: i128| {
        v.checked_mul(factor).filter(|v| (-most - 1..=most).contains(v)).ok_or_else(|| {
            olly_types::Error::new(Code::DecimalOverflow, "Can't compare decimal number due to overflow")
        })
    };
    Ok(match wide_vals(call, i)? {
        Vals::One(v) => Vals::One(one(v)?),
        Vals::Many(v) => Vals::Many(v.into_iter().map(one).collect::<Result<_>>()?),
    })
}

fn multiplied(values: Vals<i128>, by: i128) -> Vals<i128> {
    match values {
        Vals::One(v) => Vals::One(v * by),
        Vals::Many(v) => Vals::Many(v.into_iter().map(|v| v * by).collect()),
    }
}

/// Order of an integer and a float by exact value; None for NaN.
fn exact(i: i128, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f.abs() >= 1e20 {
        return Some(if f > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = f.trunc();
    Some(i.cmp(&(whole as i128)).then_with(|| 0f64.total_cmp(&(f - whole + 0.0))))
}

/// Ticks of argument `i`; a date is its midnight in the zone of the other argument.
fn instants(call: &Call<'_>, i: usize, other: usize, scale: u8) -> Result<Vals<i128>> {
    if matches!(call.types[i], Type::Date | Type::Date32) && !matches!(call.types[other], Type::Date | Type::Date32) {
        let mut offsets = crate::time::Offsets::new(crate::time::zone_of(&call.types[other], call.context)?);
        let factor = 10i128.pow(u32::from(scale));
        let mut midnight = |v: i128| i128::from(offsets.utc(v as i64 * 86_400)) * factor;
        return Ok(match wide_vals(call, i)? {
            Vals::One(v) => Vals::One(midnight(v)),
            Vals::Many(v) => Vals::Many(v.into_iter().map(midnight).collect()),
        });
    }
    let own = call.types[i].scale().unwrap_or(0);
    let mut factor = 10i128.pow(u32::from(scale - own.min(scale)));
    if matches!(call.types[i], Type::Date | Type::Date32) {
        factor *= 86_400;
    }
    Ok(match wide_vals(call, i)? {
        Vals::One(v) => Vals::One(v * factor),
        Vals::Many(v) => Vals::Many(v.into_iter().map(|v| v * factor).collect()),
    })
}

/// A string column as BinaryView; beside a FixedString without trailing zero bytes, as ClickHouse compares it.
fn as_bytes(array: &ArrayRef, ty: &Type, trim: bool) -> Result<ArrayRef> {
    if !trim {
        return Ok(std::sync::Arc::clone(array));
    }
    let fixed = matches!(ty, Type::FixedString(_));
    let mut out = arrow::array::BinaryViewBuilder::with_capacity(array.len());
    for i in 0..array.len() {
        let v = if fixed { array.as_fixed_size_binary().value(i) } else { array.as_binary_view().value(i) };
        let end = v.iter().rposition(|b| *b != 0).map_or(0, |p| p + 1);
        out.append_value(v.get(..end).unwrap_or_default());
    }
    Ok(std::sync::Arc::new(out.finish()))
}

fn bytes(a: &ArrayRef, b: &ArrayRef, relation: Relation) -> Result<ArrayRef> {
    use arrow::compute::kernels::cmp;
    let mask = match relation {
        Relation::Equal => cmp::eq(a, b),
        Relation::NotEqual => cmp::neq(a, b),
        Relation::Less => cmp::lt(a, b),
        Relation::Greater => cmp::gt(a, b),
        Relation::LessOrEqual => cmp::lt_eq(a, b),
        Relation::GreaterOrEqual => cmp::gt_eq(a, b),
    }
    .map_err(internal)?;
    Ok(flags(mask.values().iter().collect()))
}

/// Arrays, maps, tuples, UUIDs, addresses: element by element. Element types are made equal first.
fn nested(call: &Call<'_>, relation: Relation) -> Result<ArrayRef> {
    let (a, b) = (call.array(0)?, call.array(1)?);
    let (ta, tb) = (&call.types[0], &call.types[1]);
    if let (Type::Tuple(_), Type::Tuple(_)) = (ta, tb)
        && call.result.is_nullable()
    {
        // For an order a NULL element decides when nothing before it did; for equality when no other element differs. Beside
        // the literal NULL nothing is known (a tuple that is written out is compared by element before it comes here).
        let equality = matches!(relation, Relation::Equal | Relation::NotEqual);
        let mut out = arrow::array::UInt8Builder::with_capacity(call.rows);
        if holds_null(ta) || holds_null(tb) {
            out.append_nulls(call.rows);
            return Ok(std::sync::Arc::new(out.finish()));
        }
        for i in 0..call.rows {
            match order_or_null((&a, ta, i), (&b, tb, i), equality)? {
                Some(order) => out.append_value(u8::from(relation.holds(order))),
                None => out.append_null(),
            }
        }
        return Ok(std::sync::Arc::new(out.finish()));
    }
    let mut out = Vec::with_capacity(call.rows);
    for i in 0..call.rows {
        out.push(relation.holds(order(&a, ta, i, &b, tb, i, false)?));
    }
    Ok(flags(out))
}

/// Order of two values; None is "not comparable" (NaN). `inside` of an array or a map NaN equals NaN and is above all numbers,
/// in ClickHouse too.
fn order(
    a: &ArrayRef,
    ta: &Type,
    i: usize,
    b: &ArrayRef,
    tb: &Type,
    j: usize,
    inside: bool,
) -> Result<Option<Ordering>> {
    match (a.is_null(i), b.is_null(j)) {
        (true, true) => return Ok(Some(Ordering::Equal)),
        (true, false) => return Ok(Some(Ordering::Greater)),
        (false, true) => return Ok(Some(Ordering::Less)),
        _ => {}
    }
    match (ta.base(), tb.base()) {
        (Type::Array(x), Type::Array(y)) => {
            let (p, q) = (a.as_list::<i32>().value(i), b.as_list::<i32>().value(j));
            for k in 0..p.len().min(q.len()) {
                match order(&p, x, k, &q, y, k, true)? {
                    Some(Ordering::Equal) => {}
                    other => return Ok(other),
                }
            }
            Ok(Some(p.len().cmp(&q.len())))
        }
        (Type::Tuple(x), Type::Tuple(y)) => {
            let (p, q) = (a.as_struct(), b.as_struct());
            for (k, ((_, x), (_, y))) in x.iter().zip(y.iter()).enumerate() {
                match order(p.column(k), x, i, q.column(k), y, j, inside)? {
                    Some(Ordering::Equal) => {}
                    other => return Ok(other),
                }
            }
            Ok(Some(Ordering::Equal))
        }
        (Type::Map(kx, vx), Type::Map(ky, vy)) => {
            let (p, q) = (a.as_map().value(i), b.as_map().value(j));
            for k in 0..p.len().min(q.len()) {
                for (c, x, y) in [(0, kx, ky), (1, vx, vy)] {
                    match order(p.column(c), x, k, q.column(c), y, k, true)? {
                        Some(Ordering::Equal) => {}
                        other => return Ok(other),
                    }
                }
            }
            Ok(Some(p.len().cmp(&q.len())))
        }
        // Scalars: one row through the vector path.
        _ => scalar(&a.slice(i, 1), ta, &b.slice(j, 1), tb, inside),
    }
}

fn scalar(a: &ArrayRef, ta: &Type, b: &ArrayRef, tb: &Type, inside: bool) -> Result<Option<Ordering>> {
    use olly_types::value::value_at;
    let (x, y) = (value_at(a, 0, ta)?, value_at(b, 0, tb)?);
    use olly_types::Value::*;
    let (sa, sb) = (ta.base().scale().unwrap_or(0), tb.base().scale().unwrap_or(0));
    let nan = |v: &olly_types::Value| matches!(v, Float(f) if f.is_nan());
    if inside && (nan(&x) || nan(&y)) {
        return Ok(Some(nan(&x).cmp(&nan(&y))));
    }
    Ok(match (&x, &y) {
        (Bytes(x), Bytes(y)) => {
            let trim = |v: &[u8], t: &Type| match t.base() {
                Type::FixedString(_) => v.iter().rposition(|b| *b != 0).map_or(0, |p| p + 1),
                _ => v.len(),
            };
            Some(x[..trim(x, ta)].cmp(&y[..trim(y, tb)]))
        }
        (Float(x), Float(y)) => x.partial_cmp(y),
        (x, Float(f)) => x.as_i128().and_then(|i| exact_scaled(i, sa, *f)),
        (Float(f), y) => y.as_i128().and_then(|i| exact_scaled(i, sb, *f)).map(Ordering::reverse),
        (x, y) => {
            let scale = sa.max(sb);
            let raise =
                |v: i128, s: u8| v.checked_mul(10i128.pow(u32::from(scale - s))).unwrap_or(v.signum() * i128::MAX);
            x.as_i128().zip(y.as_i128()).map(|(x, y)| raise(x, sa).cmp(&raise(y, sb)))
        }
    })
}

fn exact_scaled(i: i128, scale: u8, f: f64) -> Option<Ordering> {
    if scale == 0 { exact(i, f) } else { (i as f64 / 10f64.powi(i32::from(scale))).partial_cmp(&f) }
}

/// As [`order`] over tuples with Nullable elements: outer None is NULL.
/// With `equality` any element that differs decides, else the first one.
fn order_or_null(
    (a, ta, i): (&ArrayRef, &Type, usize),
    (b, tb, j): (&ArrayRef, &Type, usize),
    equality: bool,
) -> Result<Option<Option<Ordering>>> {
    let (Type::Tuple(x), Type::Tuple(y)) = (ta.base(), tb.base()) else {
        if a.is_null(i) || b.is_null(j) {
            return Ok(None);
        }
        return order(a, ta, i, b, tb, j, false).map(Some);
    };
    let (p, q) = (a.as_struct(), b.as_struct());
    let mut unknown = false;
    for (k, ((_, x), (_, y))) in x.iter().zip(y.iter()).enumerate() {
        match order_or_null((p.column(k), x, i), (q.column(k), y, j), equality)? {
            Some(Some(Ordering::Equal)) => {}
            Some(other) => return Ok(if unknown && !equality { None } else { Some(other) }),
            None => unknown = true,
        }
    }
    Ok(if unknown { None } else { Some(Some(Ordering::Equal)) })
}

/// Row-wise equality of a value pair, for functions over arrays (`has`, `indexOf`): NULL equals NULL there.
pub(crate) fn same(a: &ArrayRef, ta: &Type, i: usize, b: &ArrayRef, tb: &Type, j: usize) -> Result<bool> {
    Ok(order(a, ta, i, b, tb, j, false)? == Some(Ordering::Equal))
}
