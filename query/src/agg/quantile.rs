//! quantile, quantiles, median and the exact variants: all values are kept.
//!
//! ClickHouse's `quantile` samples beyond 8,192 values a group; ours keeps them all, so its answer is the one that sampling
//! approximates (docs/differences.md).

use super::groups::{Group, Grouped, before_growth};
use super::{AGGREGATE, Aggregate, States};
use crate::func::num::{array, decimal_array, illegal, natives, wides};
use crate::state::{Reader, put_u64};
use crate::with_native;
use arrow::array::{ArrayRef, ListArray};
use arrow::buffer::OffsetBuffer;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

macro_rules! quantile {
    ($name:literal, $many:literal, $median:expr, $kind:ident, $doc:literal) => {
        [
            Aggregate {
                name: $name,
                aliases: $median,
                syntax: concat!($name, "[(level)](x)"),
                description: $doc,
                examples: &[concat!("SELECT ", $name, "(0.5)(number) FROM numbers(10)")],
                parameters: (0, 1),
                infer: |p, a| infer(p, a, Kind::$kind, false, $name),
                create: |p, a| create(p, a, Kind::$kind, false),
                grows: true,
                ..AGGREGATE
            },
            Aggregate {
                name: $many,
                syntax: concat!($many, "(level, …)(x)"),
                description: $doc,
                examples: &[concat!("SELECT ", $many, "(0.5, 0.9)(number) FROM numbers(10)")],
                parameters: (0, usize::MAX),
                infer: |p, a| infer(p, a, Kind::$kind, true, $many),
                create: |p, a| create(p, a, Kind::$kind, true),
                grows: true,
                ..AGGREGATE
            },
        ]
    };
}

const A: [Aggregate; 2] =
    quantile!("quantile", "quantiles", &["median"], Interpolated, "Value at a level, linear between neighbours.");
const B: [Aggregate; 2] =
    quantile!("quantileExact", "quantilesExact", &["medianExact"], Exact, "Value at a level, one of the values.");
const C: [Aggregate; 2] = quantile!(
    "quantileExactLow",
    "quantilesExactLow",
    &["medianExactLow"],
    Low,
    "Value at a level; the median of an even count is the lower one."
);
const D: [Aggregate; 2] = quantile!(
    "quantileExactHigh",
    "quantilesExactHigh",
    &["medianExactHigh"],
    High,
    "Value at a level; the median of an even count is the higher one."
);
const E: [Aggregate; 2] = quantile!(
    "quantileExactInclusive",
    "quantilesExactInclusive",
    &[],
    Inclusive,
    "Value at a level with both ends counted (PERCENTILE.INC)."
);
const F: [Aggregate; 2] = quantile!(
    "quantileExactExclusive",
    "quantilesExactExclusive",
    &[],
    Exclusive,
    "Value at a level without the ends (PERCENTILE.EXC)."
);

pub const AGGREGATES: [&[Aggregate]; 6] = [&A, &B, &C, &D, &E, &F];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Interpolated,
    Exact,
    Low,
    High,
    Inclusive,
    Exclusive,
}

struct Spec {
    kind: Kind,
    many: bool,
    levels: Vec<f64>,
    ty: Type,
    result: Type,
}

fn value_type(ty: &Type, kind: Kind, name: &str) -> Result<Type> {
    let interpolates = matches!(kind, Kind::Interpolated | Kind::Inclusive | Kind::Exclusive);
    match ty {
        Type::Decimal(19.., _) if interpolates => {
            Err(Error::unsupported(format!("{name} of {ty} (of decimals up to 18 digits only)")))
        }
        Type::Float32 if matches!(kind, Kind::Inclusive | Kind::Exclusive) => {
            Err(Error::unsupported(format!("{name} of Float32 (convert to Float64)")))
        }
        t if t.is_number() && interpolates => Ok(Type::Float64),
        t if t.is_number() || t.is_decimal() => Ok(t.clone()),
        t if t.is_temporal() && !matches!(kind, Kind::Inclusive | Kind::Exclusive) => Ok(t.clone()),
        t => Err(illegal(t, name)),
    }
}

fn levels(parameters: &[Value]) -> Result<Vec<f64>> {
    if parameters.is_empty() {
        return Ok(vec![0.5]);
    }
    let level = |v: &Value| match v {
        Value::Float(f) => Some(*f),
        v => v.as_i128().map(|i| i as f64),
    };
    parameters
        .iter()
        .map(|v| {
            level(v)
                .filter(|l| (0.0..=1.0).contains(l))
                .ok_or_else(|| Error::new(Code::ParameterOutOfBound, "Quantile level is out of range [0..1]"))
        })
        .collect()
}

fn infer(parameters: &[Value], args: &[Type], kind: Kind, many: bool, name: &str) -> Result<Type> {
    levels(parameters)?;
    if many && parameters.is_empty() {
        let text = "Aggregate function for calculation of multiple quantiles require at least one parameter";
        return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
    }
    let ty = value_type(&args[0], kind, name)?;
    Ok(if many { Type::array(ty) } else { ty })
}

fn create(parameters: &[Value], args: &[Type], kind: Kind, many: bool) -> Result<Box<dyn States>> {
    let levels = levels(parameters)?;
    let result = value_type(&args[0], kind, "quantile")?;
    let spec = Spec { kind, many, levels, ty: args[0].clone(), result };
    Ok(if args[0].is_float() { Grouped::<Floats>::boxed(spec) } else { Grouped::<Ints>::boxed(spec) })
}

/// Position of a level among `n` sorted values: the lower neighbour and, where values are mixed, the share of the upper one.
fn position(kind: Kind, level: f64, n: usize) -> (usize, Option<f64>) {
    let last = n - 1;
    let index = match kind {
        Kind::Interpolated => level * last as f64,
        Kind::Inclusive | Kind::Exclusive => {
            let h = if kind == Kind::Inclusive { level * last as f64 + 1.0 } else { level * (n + 1) as f64 };
            let whole = h as usize;
            return if whole < 1 {
                (0, None)
            } else if whole >= n {
                (last, None)
            } else {
                (whole - 1, Some(h - whole as f64))
            };
        }
        Kind::Exact => return (((level * n as f64) as usize).min(last), None),
        Kind::Low if level == 0.5 && n.is_multiple_of(2) => return (n / 2 - 1, None),
        Kind::High if level == 0.5 => return (n / 2, None),
        Kind::Low | Kind::High => return (((level * n as f64) as usize).min(last), None),
    };
    let low = (index as usize).min(last);
    if low == last { (last, None) } else { (low, Some(index - low as f64)) }
}

/// `a + (b - a) * share`, towards zero; for values of 64 bits.
fn between(a: i128, b: i128, share: f64) -> i128 {
    const UNIT: i128 = 1 << 60;
    let share = (share * UNIT as f64) as i128;
    (a * UNIT + (b - a) * share) / UNIT
}

fn check_exclusive(spec: &Spec) -> Result<()> {
    if spec.kind == Kind::Exclusive && spec.levels.iter().any(|l| *l == 0.0 || *l == 1.0) {
        return Err(Error::new(
            Code::BadArguments,
            "QuantileExactExclusive cannot interpolate for the percentiles 1 and 0",
        ));
    }
    Ok(())
}

fn listed(spec: &Spec, groups: usize, values: ArrayRef) -> Result<ArrayRef> {
    if !spec.many {
        return Ok(values);
    }
    let lengths = std::iter::repeat_n(spec.levels.len(), groups);
    let field = olly_types::ty::carrier_field("item", &spec.result);
    Ok(Arc::new(
        ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), values, None).map_err(crate::expr::internal)?,
    ))
}

#[derive(Default)]
struct Floats(Vec<f64>);

impl Group for Floats {
    type Columns = Vec<f64>;
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<Vec<f64>> {
        natives::<f64>(&args[0])
    }
    fn add(&mut self, _: &Spec, columns: &Vec<f64>, row: usize) -> Result<isize> {
        // NaN has no rank; ClickHouse passes over it.
        if columns[row].is_nan() {
            return Ok(0);
        }
        let before = self.0.capacity();
        before_growth(self.0.len(), before, 8)?;
        self.0.push(columns[row]);
        Ok((self.0.capacity() - before) as isize * 8)
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        self.0.iter().for_each(|v| put_u64(out, v.to_bits()));
        Ok(())
    }
    fn merge(&mut self, _: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        while !r.is_empty() {
            before_growth(self.0.len(), self.0.capacity(), 8)?;
            self.0.push(f64::from_bits(r.u64()?));
        }
        Ok(state.len() as isize)
    }
    fn finish(spec: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        check_exclusive(spec)?;
        let mut out = Vec::with_capacity(groups.len() * spec.levels.len());
        for group in groups.iter_mut() {
            group.0.sort_unstable_by(f64::total_cmp);
            for level in &spec.levels {
                if group.0.is_empty() {
                    // Several exact levels over nothing are zeros in ClickHouse, one is NaN.
                    let zero = spec.many && matches!(spec.kind, Kind::Exact | Kind::Low | Kind::High);
                    out.push(if zero { 0.0 } else { f64::NAN });
                    continue;
                }
                let (low, share) = position(spec.kind, *level, group.0.len());
                let value = group.0[low];
                // The next value is weighed with 0 too, which makes NaN of an infinity.
                out.push(match share {
                    None => value,
                    Some(share) if spec.kind == Kind::Interpolated => value * (1.0 - share) + group.0[low + 1] * share,
                    Some(share) => {
                        let step = group.0[low + 1] - value;
                        value + share * if spec.ty == Type::Float32 { f64::from(step as f32) } else { step }
                    }
                });
            }
        }
        let values = with_native!(spec.result, T => Ok(array(out.into_iter().map(<T as crate::func::num::Native>::of_f64).collect::<Vec<T>>())))?;
        listed(spec, groups.len(), values)
    }
}

#[derive(Default)]
struct Ints(Vec<i128>);

impl Group for Ints {
    type Columns = Vec<i128>;
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<Vec<i128>> {
        wides(&args[0])
    }
    fn add(&mut self, _: &Spec, columns: &Vec<i128>, row: usize) -> Result<isize> {
        let before = self.0.capacity();
        before_growth(self.0.len(), before, 16)?;
        self.0.push(columns[row]);
        Ok((self.0.capacity() - before) as isize * 16)
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        self.0.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
        Ok(())
    }
    fn merge(&mut self, _: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        while !r.is_empty() {
            before_growth(self.0.len(), self.0.capacity(), 16)?;
            self.0.push(i128::from_le_bytes(r.array()?));
        }
        Ok(state.len() as isize)
    }
    fn finish(spec: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        check_exclusive(spec)?;
        let float = spec.result == Type::Float64;
        let (mut floats, mut ints) = (Vec::new(), Vec::new());
        for group in groups.iter_mut() {
            group.0.sort_unstable();
            for level in &spec.levels {
                if group.0.is_empty() {
                    floats.push(f64::NAN);
                    ints.push(0);
                    continue;
                }
                let (low, share) = position(spec.kind, *level, group.0.len());
                let value = group.0[low] as f64;
                let share = share.unwrap_or(0.0);
                let mixed = if share == 0.0 {
                    value
                } else if spec.kind == Kind::Interpolated {
                    value * (1.0 - share) + group.0[low + 1] as f64 * share
                } else {
                    // The step is taken between integers of the values' own width, where it wraps.
                    let step = group.0[low + 1].wrapping_sub(group.0[low]);
                    let step = if spec.ty == Type::Int64 { i128::from(step as i64) } else { step };
                    value + share * step as f64
                };
                floats.push(mixed);
                // Times and decimals need more digits than a Float64 has.
                let wide = spec.ty.is_decimal() || matches!(spec.ty, Type::DateTime64(..));
                ints.push(match group.0.get(low + 1) {
                    Some(next) if share != 0.0 && wide => between(group.0[low], *next, share),
                    _ if share != 0.0 => mixed as i128,
                    _ => group.0[low],
                });
            }
        }
        let values = if float {
            array(floats)
        } else if spec.result.is_decimal() {
            decimal_array(ints, &spec.result)?
        } else {
            with_native!(spec.ty, T => Ok(array(ints.into_iter().map(<T as crate::func::num::Native>::of_i128).collect::<Vec<T>>())))?
        };
        listed(spec, groups.len(), values)
    }
}
