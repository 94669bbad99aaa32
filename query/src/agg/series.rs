//! Aggregates of points in their order: deltaSum, boundingRatio; groupArraySorted, the smallest values; and entropy.

use super::groups::{Group, Grouped, before_growth, value_heap};
use super::{AGGREGATE, Aggregate, AggregateNulls};
use crate::expr::internal;
use crate::func::num::{Native, array, illegal, natives, wides};
use crate::state::{Reader, put_bytes, put_u64, put_value, take_value};
use crate::with_native;
use arrow::array::ArrayRef;
use arrow::row::{RowConverter, SortField};
use olly_types::value::{array_of, value_at};
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashMap;

pub const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "deltaSum",
        nulls: AggregateNulls::SkipPlain,
        syntax: "deltaSum(x)",
        description: "Sum of the rises between values that follow each other; falls, as of counters that start anew, count as none.",
        examples: &["SELECT deltaSum(arrayJoin([1, 2, 3, 0, 4]))"],
        infer: |_, a| delta_type(&a[0]),
        create: |_, a| {
            Ok(match delta_type(&a[0])? {
                t if t.is_float() => Grouped::<Delta<f64>>::boxed(t),
                t => Grouped::<Delta<i128>>::boxed(t),
            })
        },
        ..AGGREGATE
    },
    Aggregate {
        name: "boundingRatio",
        arity: (2, 2),
        nulls: AggregateNulls::SkipNullable,
        syntax: "boundingRatio(x, y)",
        description: "Slope from the point with the smallest x to the one with the largest.",
        examples: &["SELECT boundingRatio(number, number * 2) FROM numbers(10)"],
        infer: |_, a| match a.iter().find(|t| !t.is_number()) {
            Some(t) => Err(illegal(t, "boundingRatio")),
            None => Ok(Type::Float64),
        },
        create: |_, _| Ok(Grouped::<Bounds>::boxed(())),
        ..AGGREGATE
    },
    Aggregate {
        name: "entropy",
        arity: (1, usize::MAX),
        syntax: "entropy(x, …)",
        description: "Shannon's entropy of the values, in bits.",
        examples: &["SELECT entropy(number % 2) FROM numbers(10)"],
        infer: |_, _| Ok(Type::Float64),
        create: |_, _| Ok(Grouped::<Frequencies>::boxed(())),
        ..AGGREGATE
    },
    Aggregate {
        name: "groupArraySorted",
        nulls: AggregateNulls::SkipPlain,
        parameters: (0, 1),
        syntax: "groupArraySorted(n)(x)",
        description: "The n smallest values, in order.",
        examples: &["SELECT groupArraySorted(3)(number) FROM numbers(10)"],
        infer: |p, a| limit(p).map(|_| Type::array(a[0].clone())),
        create: |p, a| Ok(Grouped::<Smallest>::boxed((limit(p)?, a[0].clone()))),
        ..AGGREGATE
    },
];

fn delta_type(ty: &Type) -> Result<Type> {
    if ty.is_float() || ty.is_integer() && *ty != Type::Bool { Ok(ty.clone()) } else { Err(illegal(ty, "deltaSum")) }
}

/// What a sum of rises is computed in; a float's is rounded to its type at each step, an integer's wraps at the end.
trait Step: Copy + Default + PartialOrd + Send + 'static {
    fn read(array: &ArrayRef) -> Result<Vec<Self>>;
    fn plus(self, other: Self, ty: &Type) -> Self;
    fn minus(self, other: Self, ty: &Type) -> Self;
    fn save(self) -> [u64; 2];
    fn load(words: [u64; 2]) -> Self;
    fn column(values: Vec<Self>, ty: &Type) -> Result<ArrayRef>;
}

impl Step for f64 {
    fn read(array: &ArrayRef) -> Result<Vec<f64>> {
        natives::<f64>(array)
    }
    fn plus(self, other: f64, ty: &Type) -> f64 {
        if *ty == Type::Float32 { f64::from((self + other) as f32) } else { self + other }
    }
    fn minus(self, other: f64, ty: &Type) -> f64 {
        self.plus(-other, ty)
    }
    fn save(self) -> [u64; 2] {
        [self.to_bits(), 0]
    }
    fn load(words: [u64; 2]) -> f64 {
        f64::from_bits(words[0])
    }
    fn column(values: Vec<f64>, ty: &Type) -> Result<ArrayRef> {
        with_native!(ty, T => Ok(array(values.into_iter().map(T::of_f64).collect::<Vec<T>>())))
    }
}

impl Step for i128 {
    fn read(array: &ArrayRef) -> Result<Vec<i128>> {
        wides(array)
    }
    fn plus(self, other: i128, _: &Type) -> i128 {
        self.wrapping_add(other)
    }
    fn minus(self, other: i128, _: &Type) -> i128 {
        self.wrapping_sub(other)
    }
    fn save(self) -> [u64; 2] {
        [self as u64, (self >> 64) as u64]
    }
    fn load(words: [u64; 2]) -> i128 {
        i128::from(words[0]) | i128::from(words[1]) << 64
    }
    fn column(values: Vec<i128>, ty: &Type) -> Result<ArrayRef> {
        with_native!(ty, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
    }
}

/// Sum of the rises, the first and the last value; None before the first one.
#[derive(Default)]
struct Delta<T>(Option<(T, T, T)>);

impl<T: Step> Delta<T> {
    /// What follows: its own sum, first and last value.
    fn follow(&mut self, (sum, first, last): (T, T, T), ty: &Type) {
        self.0 = Some(match self.0 {
            None => (sum, first, last),
            Some((own, start, end)) => {
                let risen = if end < first { own.plus(first.minus(end, ty), ty) } else { own };
                (risen.plus(sum, ty), start, last)
            }
        });
    }
}

impl<T: Step> Group for Delta<T> {
    type Columns = Vec<T>;
    type Spec = Type;
    fn columns(_: &Type, args: &[ArrayRef]) -> Result<Vec<T>> {
        T::read(&args[0])
    }
    fn add(&mut self, ty: &Type, column: &Vec<T>, row: usize) -> Result<isize> {
        self.follow((T::default(), column[row], column[row]), ty);
        Ok(0)
    }
    fn save(&self, _: &Type, out: &mut Vec<u8>) -> Result<()> {
        if let Some((sum, first, last)) = self.0 {
            [sum, first, last].iter().flat_map(|v| v.save()).for_each(|w| put_u64(out, w));
        }
        Ok(())
    }
    fn merge(&mut self, ty: &Type, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let mut next = || -> Result<T> { Ok(T::load([r.u64()?, r.u64()?])) };
        let other = (next()?, next()?, next()?);
        self.follow(other, ty);
        Ok(0)
    }
    fn finish(ty: &Type, groups: &mut [Self]) -> Result<ArrayRef> {
        T::column(groups.iter().map(|g| g.0.map_or_else(T::default, |(sum, _, _)| sum)).collect(), ty)
    }
}

/// The points with the smallest and the largest x.
#[derive(Default)]
struct Bounds(Option<[(f64, f64); 2]>);

impl Bounds {
    fn point(&mut self, point: (f64, f64)) {
        match &mut self.0 {
            None => self.0 = Some([point, point]),
            Some([left, _]) if point.0 < left.0 => *left = point,
            Some([_, right]) if point.0 > right.0 => *right = point,
            Some(_) => {}
        }
    }
}

impl Group for Bounds {
    type Columns = [Vec<f64>; 2];
    type Spec = ();
    fn columns(_: &(), args: &[ArrayRef]) -> Result<Self::Columns> {
        Ok([natives::<f64>(&args[0])?, natives::<f64>(&args[1])?])
    }
    fn add(&mut self, _: &(), [x, y]: &Self::Columns, row: usize) -> Result<isize> {
        self.point((x[row], y[row]));
        Ok(0)
    }
    fn save(&self, _: &(), out: &mut Vec<u8>) -> Result<()> {
        for (x, y) in self.0.iter().flatten() {
            put_u64(out, x.to_bits());
            put_u64(out, y.to_bits());
        }
        Ok(())
    }
    fn merge(&mut self, _: &(), state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        while !r.is_empty() {
            self.point((f64::from_bits(r.u64()?), f64::from_bits(r.u64()?)));
        }
        Ok(0)
    }
    fn finish(_: &(), groups: &mut [Self]) -> Result<ArrayRef> {
        let slope = |g: &Bounds| g.0.map_or(f64::NAN, |[left, right]| (right.1 - left.1) / (right.0 - left.0));
        Ok(array(groups.iter().map(slope).collect::<Vec<f64>>()))
    }
}

/// How often each value was met, by its bytes.
#[derive(Default)]
struct Frequencies(HashMap<Box<[u8]>, u64>);

impl Frequencies {
    fn count(&mut self, key: &[u8], times: u64) -> Result<isize> {
        if let Some(count) = self.0.get_mut(key) {
            *count += times;
            return Ok(0);
        }
        let room = size_of::<(Box<[u8]>, u64)>() + 1;
        before_growth(self.0.len(), self.0.capacity(), room)?;
        let before = self.0.capacity();
        self.0.insert(key.into(), times);
        Ok((key.len() + 16 + (self.0.capacity() - before) * room) as isize)
    }
}

impl Group for Frequencies {
    type Columns = arrow::row::Rows;
    type Spec = ();
    fn columns(_: &(), args: &[ArrayRef]) -> Result<Self::Columns> {
        RowConverter::new(args.iter().map(|a| SortField::new(a.data_type().clone())).collect())
            .and_then(|c| c.convert_columns(args))
            .map_err(internal)
    }
    fn add(&mut self, _: &(), rows: &Self::Columns, row: usize) -> Result<isize> {
        self.count(rows.row(row).data(), 1)
    }
    fn save(&self, _: &(), out: &mut Vec<u8>) -> Result<()> {
        for (key, count) in &self.0 {
            put_bytes(out, key);
            put_u64(out, *count);
        }
        Ok(())
    }
    fn merge(&mut self, _: &(), state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let mut grown = 0;
        while !r.is_empty() {
            let key = r.bytes()?;
            let count = r.u64()?;
            grown += self.count(key, count)?;
        }
        Ok(grown)
    }
    fn finish(_: &(), groups: &mut [Self]) -> Result<ArrayRef> {
        let bits = |g: &mut Frequencies| {
            let mut counts: Vec<u64> = std::mem::take(&mut g.0).into_values().collect();
            // In one order, so that the last digits are the same each time.
            counts.sort_unstable();
            let all = counts.iter().sum::<u64>() as f64;
            counts.iter().map(|n| *n as f64 / all).fold(0.0, |sum, p| sum - p * p.log2())
        };
        Ok(array(groups.iter_mut().map(bits).collect::<Vec<f64>>()))
    }
}

fn limit(parameters: &[Value]) -> Result<usize> {
    let bad = |text: &str| {
        Err(Error::new(Code::BadArguments, format!("Parameter for aggregate function groupArraySorted should {text}")))
    };
    match parameters.first().map(Value::as_i128) {
        None => bad("have limit argument"),
        Some(Some(n @ 1..=0xFF_FFFF)) => Ok(n as usize),
        Some(_) => bad("be positive number"),
    }
}

/// Values by the bytes that order them; at most twice as many as are asked for.
#[derive(Default)]
struct Smallest(Vec<(Box<[u8]>, Value)>);

impl Smallest {
    fn offer(&mut self, most: usize, key: &[u8], value: Value) -> Result<isize> {
        let size = |(k, v): &(Box<[u8]>, Value)| (k.len() + value_heap(v)) as isize;
        let room = size_of::<(Box<[u8]>, Value)>();
        let before = self.0.capacity();
        before_growth(self.0.len(), before, room)?;
        let entry = (key.into(), value);
        let mut grown = size(&entry);
        self.0.push(entry);
        grown += ((self.0.capacity() - before) * room) as isize;
        if self.0.len() >= most.saturating_mul(2) {
            self.0.sort_by(|a, b| a.0.cmp(&b.0));
            grown -= self.0.drain(most..).map(|e| size(&e)).sum::<isize>();
        }
        Ok(grown)
    }
}

impl Group for Smallest {
    type Columns = (ArrayRef, arrow::row::Rows);
    type Spec = (usize, Type);
    fn columns((_, ty): &Self::Spec, args: &[ArrayRef]) -> Result<Self::Columns> {
        // NaN is the smallest of all here, as in ClickHouse.
        let column = if ty.is_float() {
            let order = |f: f64| if f.is_nan() { f64::NEG_INFINITY.to_bits() as i64 } else { f.to_bits() as i64 };
            let bits = natives::<f64>(&args[0])?.into_iter().map(|f| {
                let bits = order(if f == 0.0 { 0.0 } else { f });
                let ordered = bits ^ (((bits >> 63) as u64) >> 1) as i64;
                if f.is_nan() { i64::MIN } else { ordered }
            });
            array(bits.collect::<Vec<i64>>())
        } else {
            args[0].clone()
        };
        let rows = RowConverter::new(vec![SortField::new(column.data_type().clone())])
            .and_then(|c| c.convert_columns(&[column]))
            .map_err(internal)?;
        Ok((args[0].clone(), rows))
    }
    fn add(&mut self, spec: &Self::Spec, (column, rows): &Self::Columns, row: usize) -> Result<isize> {
        let key = rows.row(row);
        if self.0.len() == spec.0 && self.0.iter().all(|(k, _)| **k <= *key.data()) && spec.0 <= 16 {
            return Ok(0);
        }
        let value = value_at(column, row, &spec.1)?;
        self.offer(spec.0, key.data(), value)
    }
    fn save(&self, _: &Self::Spec, out: &mut Vec<u8>) -> Result<()> {
        for (key, value) in &self.0 {
            put_bytes(out, key);
            put_value(out, value);
        }
        Ok(())
    }
    fn merge(&mut self, spec: &Self::Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let mut grown = 0;
        while !r.is_empty() {
            let key = r.bytes()?;
            let value = take_value(&mut r)?;
            grown += self.offer(spec.0, key, value)?;
        }
        Ok(grown)
    }
    fn finish(spec: &Self::Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        let lists: Vec<Value> = groups
            .iter_mut()
            .map(|g| {
                let mut all = std::mem::take(&mut g.0);
                all.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Array(all.into_iter().take(spec.0).map(|(_, v)| v).collect())
            })
            .collect();
        array_of(&lists, &Type::array(spec.1.clone()))
    }
}
