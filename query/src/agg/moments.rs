//! Variances, standard deviations, covariance, correlation, skewness and kurtosis from power sums, and bitwise aggregates.
//!
//! The same sums and closing formulas as ClickHouse's plain (not Stable) variants, so that rounding agrees.

use super::groups::{Group, Grouped};
use super::{AGGREGATE, Aggregate, AggregateNulls};
use crate::func::num::{Native, array, illegal, natives};
use crate::state::{Reader, put_u64};
use crate::with_native;
use arrow::array::ArrayRef;
use olly_types::{Result, Type};

macro_rules! moment {
    ($name:literal, $aliases:expr, $ci:literal, $n:literal, $doc:literal, $f:expr) => {
        Aggregate {
            name: $name,
            aliases: $aliases,
            case_insensitive: $ci,
            arity: ($n, $n),
            syntax: concat!($name, "(x…)"),
            description: $doc,
            examples: &[],
            infer: |_, a| float_result(a, $name),
            create: |_, a| Ok(Grouped::<Moments>::boxed(Spec { result: float_result(a, $name)?, close: $f })),
            ..AGGREGATE
        }
    };
}

pub const AGGREGATES: &[Aggregate] = &[
    moment!("varPop", &["VAR_POP"], true, 1, "Population variance.", var_pop),
    moment!("varSamp", &["VAR_SAMP"], true, 1, "Sample variance.", var_samp),
    moment!("stddevPop", &["STDDEV_POP", "STD"], true, 1, "Population standard deviation.", |m| var_pop(m).sqrt()),
    moment!("stddevSamp", &["STDDEV_SAMP", "STDDEV"], true, 1, "Sample standard deviation.", |m| var_samp(m).sqrt()),
    moment!("covarPop", &["COVAR_POP"], true, 2, "Population covariance.", |m| (m.xy - m.x1 * m.y1 / m.n) / m.n),
    moment!("covarSamp", &["COVAR_SAMP"], true, 2, "Sample covariance.", |m| if m.n < 2.0 {
        f64::NAN
    } else {
        (m.xy - m.x1 * m.y1 / m.n) / (m.n - 1.0)
    }),
    moment!("corr", &[], true, 2, "Pearson's correlation.", |m| (m.n * m.xy - m.x1 * m.y1)
        / ((m.n * m.x2 - m.x1 * m.x1) * (m.n * m.y2 - m.y1 * m.y1)).sqrt()),
    moment!("skewPop", &[], false, 1, "Population skewness.", |m| skew(m, var_pop(m))),
    moment!("skewSamp", &[], false, 1, "Sample skewness.", |m| skew(m, var_samp(m))),
    moment!("kurtPop", &[], false, 1, "Population kurtosis.", |m| kurt(m, var_pop(m))),
    moment!("kurtSamp", &[], false, 1, "Sample kurtosis.", |m| kurt(m, var_samp(m))),
    Aggregate {
        name: "groupBitAnd",
        aliases: &["BIT_AND"],
        case_insensitive: true,
        nulls: AggregateNulls::SkipNullable,
        syntax: "groupBitAnd(x)",
        description: "Bits set in all values.",
        examples: &["SELECT groupBitAnd(number) FROM numbers(4)"],
        infer: |_, a| whole(a, "groupBitAnd"),
        create: |_, a| Ok(Grouped::<Bits>::boxed((a[0].clone(), Op::And))),
        ..AGGREGATE
    },
    Aggregate {
        name: "groupBitOr",
        aliases: &["BIT_OR"],
        case_insensitive: true,
        syntax: "groupBitOr(x)",
        description: "Bits set in any value.",
        examples: &["SELECT groupBitOr(number) FROM numbers(4)"],
        infer: |_, a| whole(a, "groupBitOr"),
        create: |_, a| Ok(Grouped::<Bits>::boxed((a[0].clone(), Op::Or))),
        ..AGGREGATE
    },
    Aggregate {
        name: "groupBitXor",
        aliases: &["BIT_XOR"],
        case_insensitive: true,
        syntax: "groupBitXor(x)",
        description: "Bits set in an odd number of values.",
        examples: &["SELECT groupBitXor(number) FROM numbers(4)"],
        infer: |_, a| whole(a, "groupBitXor"),
        create: |_, a| Ok(Grouped::<Bits>::boxed((a[0].clone(), Op::Xor))),
        ..AGGREGATE
    },
];

fn float_result(args: &[Type], name: &str) -> Result<Type> {
    if let Some(t) = args.iter().find(|t| !t.is_number()) {
        return Err(illegal(t, name));
    }
    Ok(if args.iter().all(|t| *t == Type::Float32) { Type::Float32 } else { Type::Float64 })
}

fn var_pop(m: &Moments) -> f64 {
    if m.n == 0.0 {
        return f64::NAN;
    }
    ((m.x2 - m.x1 * m.x1 / m.n) / m.n).max(0.0)
}

fn var_samp(m: &Moments) -> f64 {
    if m.n < 2.0 {
        return f64::NAN;
    }
    ((m.x2 - m.x1 * m.x1 / m.n) / (m.n - 1.0)).max(0.0)
}

fn skew(m: &Moments, variance: f64) -> f64 {
    if variance.is_nan() || variance <= 0.0 {
        return f64::NAN;
    }
    let third = (m.x3 - (3.0 * m.x2 - 2.0 * m.x1 * m.x1 / m.n) * m.x1 / m.n) / m.n;
    third / variance.powf(1.5)
}

fn kurt(m: &Moments, variance: f64) -> f64 {
    if variance.is_nan() || variance <= 0.0 {
        return f64::NAN;
    }
    let inner = 6.0 * m.x2 - 3.0 * m.x1 * m.x1 / m.n;
    let fourth = (m.x4 - (4.0 * m.x3 - inner * m.x1 / m.n) * m.x1 / m.n) / m.n;
    fourth / variance.powi(2)
}

struct Spec {
    result: Type,
    close: fn(&Moments) -> f64,
}

#[derive(Default)]
struct Moments {
    n: f64,
    x1: f64,
    x2: f64,
    x3: f64,
    x4: f64,
    y1: f64,
    y2: f64,
    xy: f64,
}

impl Group for Moments {
    type Columns = Vec<Vec<f64>>;
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<Self::Columns> {
        args.iter().map(natives::<f64>).collect()
    }
    fn add(&mut self, _: &Spec, columns: &Self::Columns, row: usize) -> Result<isize> {
        let x = columns[0][row];
        self.n += 1.0;
        self.x1 += x;
        self.x2 += x * x;
        self.x3 += x * x * x;
        self.x4 += x * x * x * x;
        if let Some(y) = columns.get(1) {
            let y = y[row];
            self.y1 += y;
            self.y2 += y * y;
            self.xy += x * y;
        }
        Ok(0)
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        [self.n, self.x1, self.x2, self.x3, self.x4, self.y1, self.y2, self.xy]
            .iter()
            .for_each(|f| put_u64(out, f.to_bits()));
        Ok(())
    }
    fn merge(&mut self, _: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        for f in [
            &mut self.n,
            &mut self.x1,
            &mut self.x2,
            &mut self.x3,
            &mut self.x4,
            &mut self.y1,
            &mut self.y2,
            &mut self.xy,
        ] {
            *f += f64::from_bits(r.u64()?);
        }
        Ok(0)
    }
    fn finish(spec: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        let values: Vec<f64> = groups.iter().map(|m| (spec.close)(m)).collect();
        with_native!(spec.result, T => Ok(array(values.into_iter().map(T::of_f64).collect::<Vec<T>>())))
    }
}

fn whole(args: &[Type], name: &str) -> Result<Type> {
    match crate::func::num::int_shape(&args[0]) {
        Some((signed, bytes)) => Ok(crate::func::num::int_of(signed, bytes)),
        None => Err(illegal(&args[0], name)),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Op {
    And,
    Or,
    Xor,
}

#[derive(Default)]
struct Bits(Option<u64>);

impl Bits {
    fn offer(&mut self, op: Op, v: u64) {
        self.0 = Some(match (self.0, op) {
            (None, _) => v,
            (Some(k), Op::And) => k & v,
            (Some(k), Op::Or) => k | v,
            (Some(k), Op::Xor) => k ^ v,
        });
    }
}

impl Group for Bits {
    type Columns = Vec<u64>;
    type Spec = (Type, Op);
    fn columns(_: &Self::Spec, args: &[ArrayRef]) -> Result<Vec<u64>> {
        natives::<u64>(&args[0])
    }
    fn add(&mut self, spec: &Self::Spec, columns: &Vec<u64>, row: usize) -> Result<isize> {
        self.offer(spec.1, columns[row]);
        Ok(0)
    }
    fn save(&self, _: &Self::Spec, out: &mut Vec<u8>) -> Result<()> {
        if let Some(v) = self.0 {
            put_u64(out, v);
        }
        Ok(())
    }
    fn merge(&mut self, spec: &Self::Spec, state: &[u8]) -> Result<isize> {
        let v = Reader(state).u64()?;
        self.offer(spec.1, v);
        Ok(0)
    }
    fn finish(spec: &Self::Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        let none = if spec.1 == Op::And { u64::MAX } else { 0 };
        with_native!(spec.0, T => Ok(array(groups.iter().map(|g| T::of_u64(g.0.unwrap_or(none))).collect::<Vec<T>>())))
    }
}
