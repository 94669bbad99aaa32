//! count, sum, avg, min, max, any, anyLast, argMin, argMax: one small value per group.

use super::{AGGREGATE, Aggregate, AggregateNulls, States};
use crate::func::num::{array, decimal_array, illegal, natives, overflow, wides};
use crate::state::{Reader, put_bytes, put_value, take_value};
use arrow::array::ArrayRef;
use olly_types::value::{array_of, value_at};
use olly_types::{Result, Type, Value};
use std::cmp::Ordering;

pub const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "count",
        case_insensitive: true,
        syntax: "count([x])",
        description: "Number of rows, or of values that are not NULL.",
        examples: &["SELECT count() FROM numbers(10)"],
        nulls: AggregateNulls::SkipPlain,
        arity: (0, 1),
        infer: |_, _| Ok(Type::UInt64),
        create: |_, _| Ok(Box::new(Count(Vec::new()))),
        ..AGGREGATE
    },
    Aggregate {
        name: "sum",
        case_insensitive: true,
        syntax: "sum(x)",
        description: "Sum; integers in 64 bits.",
        examples: &["SELECT sum(number) FROM numbers(10)"],
        infer: sum_type,
        create: sum_states,
        ..AGGREGATE
    },
    Aggregate {
        name: "sumWithOverflow",
        syntax: "sumWithOverflow(x)",
        description: "Sum in the argument's own type.",
        examples: &["SELECT sumWithOverflow(toUInt8(number)) FROM numbers(10)"],
        infer: |_, a| if a[0].is_number() { Ok(a[0].clone()) } else { Err(illegal(&a[0], "sumWithOverflow")) },
        create: sum_states,
        ..AGGREGATE
    },
    Aggregate {
        name: "avg",
        case_insensitive: true,
        syntax: "avg(x)",
        description: "Arithmetic mean as Float64.",
        examples: &["SELECT avg(number) FROM numbers(10)"],
        infer: |_, a| {
            if a[0].is_number() || a[0].is_decimal() || a[0].is_temporal() {
                Ok(avg_type(&a[0]))
            } else {
                Err(illegal(&a[0], "avg"))
            }
        },
        create: |_, a| {
            Ok(Box::new(Avg {
                scale: a[0].scale().unwrap_or(0),
                wraps: crate::func::num::int_shape(&a[0]).map(|(signed, _)| signed),
                result: avg_type(&a[0]),
                groups: Vec::new(),
            }))
        },
        ..AGGREGATE
    },
    Aggregate {
        name: "avgWeighted",
        arity: (2, 2),
        syntax: "avgWeighted(x, weight)",
        description: "Weighted mean as Float64.",
        examples: &["SELECT avgWeighted(number / 2, 1.5) FROM numbers(10)"],
        infer: |_, a| match a.iter().find(|t| !t.is_number()) {
            Some(t) => Err(illegal(t, "avgWeighted")),
            // ClickHouse sums integers in 64 bits of the weight's sign, where products wrap.
            None if a.iter().any(|t| matches!(t, Type::Int64 | Type::UInt64))
                || matches!(a[1], Type::Int8 | Type::Int16 | Type::Int32)
                || a[0].is_integer()
                    && a[1].is_integer()
                    && a[0].is_unsigned_integer() != a[1].is_unsigned_integer() =>
            {
                Err(olly_types::Error::unsupported(format!("avgWeighted of {} by {} (use Float64)", a[0], a[1])))
            }
            None => Ok(Type::Float64),
        },
        create: |_, _| Ok(Box::new(AvgWeighted(Vec::new()))),
        ..AGGREGATE
    },
    Aggregate {
        name: "min",
        case_insensitive: true,
        syntax: "min(x)",
        description: "Smallest value.",
        examples: &["SELECT min(number) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Least),
        ..AGGREGATE
    },
    Aggregate {
        name: "max",
        case_insensitive: true,
        syntax: "max(x)",
        description: "Largest value.",
        examples: &["SELECT max(number) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Greatest),
        ..AGGREGATE
    },
    Aggregate {
        name: "any",
        aliases: &["any_value", "first_value"],
        case_insensitive: true,
        syntax: "any(x)",
        description: "First value met.",
        examples: &["SELECT any(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::First),
        ..AGGREGATE
    },
    Aggregate {
        name: "anyLast",
        aliases: &["last_value"],
        case_insensitive: true,
        syntax: "anyLast(x)",
        description: "Last value met.",
        examples: &["SELECT anyLast(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Last),
        ..AGGREGATE
    },
    Aggregate {
        name: "any_respect_nulls",
        aliases: &["anyRespectNulls", "any_value_respect_nulls", "firstValueRespectNulls", "first_value_respect_nulls"],
        nulls: AggregateNulls::Own,
        syntax: "any_respect_nulls(x), any(x) RESPECT NULLS",
        description: "First value met, NULL included.",
        examples: &["SELECT any_respect_nulls(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::First),
        ..AGGREGATE
    },
    Aggregate {
        name: "anyLast_respect_nulls",
        aliases: &["anyLastRespectNulls", "lastValueRespectNulls", "last_value_respect_nulls"],
        nulls: AggregateNulls::Own,
        syntax: "anyLast_respect_nulls(x), anyLast(x) RESPECT NULLS",
        description: "Last value met, NULL included.",
        examples: &["SELECT anyLast_respect_nulls(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Last),
        ..AGGREGATE
    },
    Aggregate {
        name: "argMin",
        aliases: &["min_by"],
        arity: (2, 2),
        syntax: "argMin(x, by)",
        description: "x of the row with the smallest `by`.",
        examples: &["SELECT argMin(number, -toInt64(number)) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| arg(a, Keep::Least),
        ..AGGREGATE
    },
    Aggregate {
        name: "argMax",
        aliases: &["max_by"],
        arity: (2, 2),
        syntax: "argMax(x, by)",
        description: "x of the row with the largest `by`.",
        examples: &["SELECT argMax(number, number) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| arg(a, Keep::Greatest),
        ..AGGREGATE
    },
];

struct Count(Vec<u64>);

impl States for Count {
    fn update(&mut self, _: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), 0);
        for g in groups {
            self.0[*g as usize] += 1;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.0.get(group).copied().unwrap_or(0).to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), 0);
        self.0[group] += Reader(state).u64()?;
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.0.resize(to.max(self.0.len()), 0);
        Ok(array(self.0[from..to].to_vec()))
    }
    fn drop_first(&mut self, n: usize) {
        self.0.drain(..n.min(self.0.len()));
    }
    fn bytes(&self) -> usize {
        self.0.capacity() * 8
    }
}

fn sum_type(_: &[Value], args: &[Type]) -> Result<Type> {
    match &args[0] {
        t if t.is_unsigned_integer() => Ok(Type::UInt64),
        t if t.is_integer() => Ok(Type::Int64),
        t if t.is_float() => Ok(Type::Float64),
        Type::Decimal(_, s) => Ok(Type::Decimal(38, *s)),
        Type::Interval(u) => Ok(Type::Interval(*u)),
        t => Err(illegal(t, "sum")),
    }
}

fn sum_states(_: &[Value], args: &[Type]) -> Result<Box<dyn States>> {
    Ok(match &args[0] {
        t if t.is_float() => Box::new(SumFloat(Vec::new())),
        Type::Decimal(_, s) => Box::new(SumDecimal { ty: Type::Decimal(38, *s), groups: Vec::new() }),
        t => Box::new(SumInt { signed: t.is_signed_integer() || matches!(t, Type::Interval(_)), groups: Vec::new() }),
    })
}

/// Sums modulo 2^64, which is right for both signs.
struct SumInt {
    signed: bool,
    groups: Vec<u64>,
}

impl States for SumInt {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), 0);
        for (g, v) in groups.iter().zip(natives::<u64>(&args[0])?) {
            let sum = &mut self.groups[*g as usize];
            *sum = sum.wrapping_add(v);
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.groups.get(group).copied().unwrap_or(0).to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), 0);
        let more = Reader(state).u64()?;
        self.groups[group] = self.groups[group].wrapping_add(more);
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), 0);
        let sums = &self.groups[from..to];
        Ok(if self.signed { array(sums.iter().map(|v| *v as i64).collect()) } else { array(sums.to_vec()) })
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * 8
    }
}

struct SumFloat(Vec<f64>);

impl States for SumFloat {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), 0.0);
        for (g, v) in groups.iter().zip(natives::<f64>(&args[0])?) {
            self.0[*g as usize] += v;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.0.get(group).copied().unwrap_or(0.0).to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), 0.0);
        self.0[group] += f64::from_bits(Reader(state).u64()?);
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.0.resize(to.max(self.0.len()), 0.0);
        Ok(array(self.0[from..to].to_vec()))
    }
    fn drop_first(&mut self, n: usize) {
        self.0.drain(..n.min(self.0.len()));
    }
    fn bytes(&self) -> usize {
        self.0.capacity() * 8
    }
}

struct SumDecimal {
    ty: Type,
    groups: Vec<i128>,
}

impl States for SumDecimal {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), 0);
        for (g, v) in groups.iter().zip(wides(&args[0])?) {
            let sum = &mut self.groups[*g as usize];
            *sum = sum.checked_add(v).ok_or_else(overflow)?;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.groups.get(group).copied().unwrap_or(0).to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), 0);
        let more = i128::from_le_bytes(Reader(state).array()?);
        self.groups[group] = self.groups[group].checked_add(more).ok_or_else(overflow)?;
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), 0);
        decimal_array(self.groups[from..to].to_vec(), &self.ty)
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * 16
    }
}

fn avg_type(ty: &Type) -> Type {
    match ty {
        Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64(..) => ty.clone(),
        _ => Type::Float64,
    }
}

/// Sum as Float64 for floats, exactly in 128 bits for integers and decimals, and the count.
struct Avg {
    scale: u8,
    /// Of an integer type: sums are kept in 64 bits and wrap, as ClickHouse's do; whether they are signed.
    wraps: Option<bool>,
    result: Type,
    groups: Vec<(i128, f64, u64)>,
}

impl Avg {
    fn wrapped(&self, sum: i128) -> i128 {
        match self.wraps {
            None => sum,
            Some(true) => i128::from(sum as i64),
            Some(false) => i128::from(sum as u64),
        }
    }
}

impl States for Avg {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), (0, 0.0, 0));
        if args[0].data_type().is_floating() {
            for (g, v) in groups.iter().zip(natives::<f64>(&args[0])?) {
                let s = &mut self.groups[*g as usize];
                s.1 += v;
                s.2 += 1;
            }
            return Ok(());
        }
        for (g, v) in groups.iter().zip(wides(&args[0])?) {
            let sum = self.wrapped(self.groups[*g as usize].0.wrapping_add(v));
            let s = &mut self.groups[*g as usize];
            s.0 = sum;
            s.2 += 1;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        let (i, f, n) = self.groups.get(group).copied().unwrap_or((0, 0.0, 0));
        out.extend_from_slice(&i.to_le_bytes());
        out.extend_from_slice(&f.to_le_bytes());
        out.extend_from_slice(&n.to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), (0, 0.0, 0));
        let mut r = Reader(state);
        let sum = self.wrapped(self.groups[group].0.wrapping_add(i128::from_le_bytes(r.array()?)));
        let s = &mut self.groups[group];
        s.0 = sum;
        s.1 += f64::from_bits(r.u64()?);
        s.2 += r.u64()?;
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), (0, 0.0, 0));
        if self.result.is_temporal() {
            let means = self.groups[from..to].iter().map(|(sum, _, n)| sum.checked_div(i128::from(*n)).unwrap_or(0));
            return Ok(crate::time::temporal(means.collect(), &self.result));
        }
        let divisor = 10f64.powi(i32::from(self.scale));
        Ok(array(self.groups[from..to].iter().map(|(i, f, n)| (f + *i as f64 / divisor) / *n as f64).collect()))
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * 32
    }
}

struct AvgWeighted(Vec<(f64, f64)>);

impl States for AvgWeighted {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), (0.0, 0.0));
        let (values, weights) = (natives::<f64>(&args[0])?, natives::<f64>(&args[1])?);
        for ((g, v), w) in groups.iter().zip(values).zip(weights) {
            let s = &mut self.0[*g as usize];
            s.0 += v * w;
            s.1 += w;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        let (a, b) = self.0.get(group).copied().unwrap_or_default();
        out.extend_from_slice(&a.to_le_bytes());
        out.extend_from_slice(&b.to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), (0.0, 0.0));
        let mut r = Reader(state);
        self.0[group].0 += f64::from_bits(r.u64()?);
        self.0[group].1 += f64::from_bits(r.u64()?);
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.0.resize(to.max(self.0.len()), (0.0, 0.0));
        Ok(array(self.0[from..to].iter().map(|(a, b)| a / b).collect()))
    }
    fn drop_first(&mut self, n: usize) {
        self.0.drain(..n.min(self.0.len()));
    }
    fn bytes(&self) -> usize {
        self.0.capacity() * 16
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Least,
    Greatest,
    First,
    Last,
}

impl Keep {
    /// Whether a value replaces the one kept (`order` of new against kept).
    fn takes(self, order: Option<Ordering>) -> bool {
        match self {
            Keep::Least => order == Some(Ordering::Less),
            Keep::Greatest => order == Some(Ordering::Greater),
            Keep::First => false,
            Keep::Last => true,
        }
    }
}

/// Order of two values of one type. NaN and NULL (inside arrays and tuples) are never preferred to a value, whichever end is
/// looked for.
fn compare(new: &Value, kept: &Value, keep: Keep) -> Option<Ordering> {
    let last = if keep == Keep::Greatest { Ordering::Less } else { Ordering::Greater };
    let missing = |v: &Value| matches!(v, Value::Null) || matches!(v, Value::Float(f) if f.is_nan());
    match (missing(new), missing(kept)) {
        (true, true) => return Some(Ordering::Equal),
        (true, false) => return Some(last),
        (false, true) => return Some(last.reverse()),
        (false, false) => {}
    }
    let lists = |a: &[Value], b: &[Value]| {
        for (x, y) in a.iter().zip(b) {
            let order = compare(x, y, keep)?;
            if order != Ordering::Equal {
                return Some(order);
            }
        }
        Some(a.len().cmp(&b.len()))
    };
    match (new, kept) {
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Array(a), Value::Array(b)) | (Value::Tuple(a), Value::Tuple(b)) => lists(a, b),
        (Value::Map(a), Value::Map(b)) => {
            let flat = |m: &[(Value, Value)]| m.iter().flat_map(|(k, v)| [k.clone(), v.clone()]).collect::<Vec<_>>();
            lists(&flat(a), &flat(b))
        }
        (a, b) => Some(a.as_i128()?.cmp(&b.as_i128()?)),
    }
}

fn one(args: &[Type], keep: Keep) -> Result<Box<dyn States>> {
    let ty = args[0].clone();
    // Numbers have a state without allocation.
    Ok(match ty.carrier() {
        c if c.is_integer() && !ty.is_nullable() && !matches!(ty, Type::LowCardinality(_)) => {
            Box::new(Ints { ty, keep, groups: Vec::new() })
        }
        c if c.is_floating() && !ty.is_nullable() => Box::new(Floats { ty, keep, groups: Vec::new() }),
        _ => Box::new(Kept { value: ty.clone(), by: None, keep, groups: Vec::new(), heap: 0 }),
    })
}

fn arg(args: &[Type], keep: Keep) -> Result<Box<dyn States>> {
    Ok(Box::new(Kept { value: args[0].clone(), by: Some(args[1].clone()), keep, groups: Vec::new(), heap: 0 }))
}

struct Ints {
    ty: Type,
    keep: Keep,
    groups: Vec<Option<i128>>,
}

impl Ints {
    fn offer(&mut self, group: usize, v: i128) {
        let slot = &mut self.groups[group];
        match slot {
            Some(kept) if !self.keep.takes(Some(v.cmp(kept))) => {}
            _ => *slot = Some(v),
        }
    }
}

impl States for Ints {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        for (g, v) in groups.iter().zip(wides(&args[0])?) {
            self.offer(*g as usize, v);
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        if let Some(Some(v)) = self.groups.get(group) {
            out.extend_from_slice(&v.to_le_bytes());
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        if !state.is_empty() {
            let v = i128::from_le_bytes(Reader(state).array()?);
            self.offer(group, v);
        }
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), None);
        let none = Value::default_of(&self.ty).as_i128().unwrap_or(0);
        let values: Vec<i128> = self.groups[from..to].iter().map(|v| v.unwrap_or(none)).collect();
        crate::with_native!(self.ty, T => Ok(array(values.into_iter().map(<T as crate::func::num::Native>::of_i128).collect::<Vec<T>>())))
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * 32
    }
}

struct Floats {
    ty: Type,
    keep: Keep,
    groups: Vec<Option<f64>>,
}

impl Floats {
    fn offer(&mut self, group: usize, v: f64) {
        let slot = &mut self.groups[group];
        match slot {
            // A number always replaces NaN, as min and max pass over it.
            Some(kept) if kept.is_nan() && matches!(self.keep, Keep::Least | Keep::Greatest) => *slot = Some(v),
            Some(kept) if !self.keep.takes(v.partial_cmp(kept)) => {}
            _ => *slot = Some(v),
        }
    }
}

impl States for Floats {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        for (g, v) in groups.iter().zip(natives::<f64>(&args[0])?) {
            self.offer(*g as usize, v);
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        if let Some(Some(v)) = self.groups.get(group) {
            out.extend_from_slice(&v.to_le_bytes());
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        if !state.is_empty() {
            let v = f64::from_bits(Reader(state).u64()?);
            self.offer(group, v);
        }
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), None);
        let values: Vec<f64> = self.groups[from..to].iter().map(|v| v.unwrap_or(0.0)).collect();
        crate::with_native!(self.ty, T => Ok(array(values.into_iter().map(<T as crate::func::num::Native>::of_f64).collect::<Vec<T>>())))
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * 16
    }
}

/// Any other type: the kept value, and the value it is chosen by where that is another column.
struct Kept {
    value: Type,
    by: Option<Type>,
    keep: Keep,
    groups: Vec<Option<(Value, Option<Value>)>>,
    heap: usize,
}

fn heap(v: &Value) -> usize {
    v.as_bytes().map_or(32, |b| b.len() + 16)
}

impl Kept {
    fn offer(&mut self, group: usize, value: impl FnOnce() -> Result<Value>, by: Option<Value>) -> Result<()> {
        let mut value = Some(value);
        let mut own = None;
        let takes = match (&self.groups[group], &by) {
            (None, _) => true,
            (Some((_, Some(kept))), Some(new)) => self.keep.takes(compare(new, kept, self.keep)),
            (Some((kept, _)), _) => match self.keep {
                Keep::First => false,
                Keep::Last => true,
                keep => {
                    let new = value.take().map(|v| v()).transpose()?.unwrap_or(Value::Null);
                    let takes = keep.takes(compare(&new, kept, keep));
                    own = Some(new);
                    takes
                }
            },
        };
        if takes {
            let new = match own {
                Some(new) => new,
                None => value.map(|v| v()).transpose()?.unwrap_or(Value::Null),
            };
            self.heap += heap(&new) + by.as_ref().map_or(0, heap);
            self.groups[group] = Some((new, by));
        }
        Ok(())
    }
}

impl States for Kept {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        let (ty, by) = (self.value.clone(), self.by.clone());
        for (row, g) in groups.iter().enumerate() {
            if self.keep == Keep::First && self.groups[*g as usize].is_some() {
                continue;
            }
            let by = match &by {
                Some(by) => Some(value_at(&args[1], row, by)?),
                None => None,
            };
            self.offer(*g as usize, || value_at(&args[0], row, &ty), by)?;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        if let Some(Some((value, by))) = self.groups.get(group) {
            let mut inner = Vec::new();
            put_value(&mut inner, value);
            put_bytes(out, &inner);
            if let Some(by) = by {
                put_value(out, by);
            }
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        if state.is_empty() {
            return Ok(());
        }
        let mut r = Reader(state);
        let value = take_value(&mut Reader(r.bytes()?))?;
        let by = if self.by.is_some() { Some(take_value(&mut r)?) } else { None };
        self.offer(group, || Ok(value), by)
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), None);
        let values: Vec<Value> =
            self.groups[from..to].iter().map(|k| k.as_ref().map_or(Value::Null, |(v, _)| v.clone())).collect();
        let none = Value::default_of(&self.value);
        let values: Vec<Value> = values
            .into_iter()
            .zip(&self.groups[from..to])
            .map(|(v, k)| if k.is_none() { none.clone() } else { v })
            .collect();
        array_of(&values, &self.value)
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * size_of::<Option<(Value, Option<Value>)>>() + self.heap
    }
}
