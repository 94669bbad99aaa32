//! States that keep one value: min, max, any, anyLast, argMin, argMax.

use super::States;
use super::groups::value_heap;
use crate::func::num::{array, natives, wides};
use crate::state::{Reader, put_bytes, put_value, take_value};
use arrow::array::ArrayRef;
use olly_types::value::{array_of, value_at};
use olly_types::{Result, Type, Value};
use std::cmp::Ordering;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Keep {
    Least,
    Greatest,
    /// With GROUP BY, where ClickHouse compares values row by row: inside of arrays and tuples NULL is the least and NaN the greatest.
    LeastByRows,
    GreatestByRows,
    First,
    Last,
}

impl Keep {
    /// Whether a value replaces the one kept (`order` of new against kept).
    fn takes(self, order: Option<Ordering>) -> bool {
        match self {
            Keep::Least | Keep::LeastByRows => order == Some(Ordering::Less),
            Keep::Greatest | Keep::GreatestByRows => order == Some(Ordering::Greater),
            Keep::First => false,
            Keep::Last => true,
        }
    }
}

/// Order of two values of one type. NaN and NULL (inside arrays and tuples) are never preferred to a value, whichever end is
/// looked for, but for [`Keep::LeastByRows`] and [`Keep::GreatestByRows`].
fn compare(new: &Value, kept: &Value, keep: Keep) -> Option<Ordering> {
    let by_rows = matches!(keep, Keep::LeastByRows | Keep::GreatestByRows);
    // Before all values, among them, after them.
    let place = |v: &Value| match v {
        Value::Null if by_rows => 0,
        Value::Float(f) if f.is_nan() && by_rows => 2,
        Value::Float(f) if !f.is_nan() => 1,
        Value::Null | Value::Float(_) if keep == Keep::Greatest => 0,
        Value::Null | Value::Float(_) => 2,
        _ => 1,
    };
    match (place(new), place(kept)) {
        (1, 1) => {}
        (a, b) => return Some(a.cmp(&b)),
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

pub(super) fn one(args: &[Type], keep: Keep) -> Result<Box<dyn States>> {
    let ty = args[0].clone();
    // Numbers have a state without allocation.
    Ok(match ty.carrier() {
        c if c.is_integer() && !ty.is_nullable() && !matches!(ty, Type::LowCardinality(_)) => {
            Box::new(Scalars::<i128> { ty, keep, groups: Vec::new() })
        }
        c if c.is_floating() && !ty.is_nullable() => Box::new(Scalars::<f64> { ty, keep, groups: Vec::new() }),
        _ => Box::new(Kept { value: ty.clone(), by: None, keep, groups: Vec::new(), heap: 0 }),
    })
}

pub(super) fn arg(args: &[Type], keep: Keep) -> Result<Box<dyn States>> {
    Ok(Box::new(Kept { value: args[0].clone(), by: Some(args[1].clone()), keep, groups: Vec::new(), heap: 0 }))
}

/// Numbers as they are kept: integers of every width, or floats.
trait Scalar: Copy + Send + 'static {
    fn read(array: &ArrayRef) -> Result<Vec<Self>>;
    fn order(self, kept: Self) -> Option<Ordering>;
    fn is_nan(self) -> bool;
    fn put(self, out: &mut Vec<u8>);
    fn take(state: &[u8]) -> Result<Self>;
    /// What a group without a row gives.
    fn none(ty: &Type) -> Self;
    fn column(values: Vec<Self>, ty: &Type) -> Result<ArrayRef>;
}

impl Scalar for i128 {
    fn read(array: &ArrayRef) -> Result<Vec<i128>> {
        wides(array)
    }
    fn order(self, kept: i128) -> Option<Ordering> {
        Some(self.cmp(&kept))
    }
    fn is_nan(self) -> bool {
        false
    }
    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
    fn take(state: &[u8]) -> Result<i128> {
        Ok(i128::from_le_bytes(Reader(state).array()?))
    }
    fn none(ty: &Type) -> i128 {
        Value::default_of(ty).as_i128().unwrap_or(0)
    }
    fn column(values: Vec<i128>, ty: &Type) -> Result<ArrayRef> {
        crate::with_native!(ty, T => Ok(array(values.into_iter().map(<T as crate::func::num::Native>::of_i128).collect::<Vec<T>>())))
    }
}

impl Scalar for f64 {
    fn read(array: &ArrayRef) -> Result<Vec<f64>> {
        natives(array)
    }
    fn order(self, kept: f64) -> Option<Ordering> {
        self.partial_cmp(&kept)
    }
    fn is_nan(self) -> bool {
        self.is_nan()
    }
    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
    fn take(state: &[u8]) -> Result<f64> {
        Ok(f64::from_bits(Reader(state).u64()?))
    }
    fn none(_: &Type) -> f64 {
        0.0
    }
    fn column(values: Vec<f64>, ty: &Type) -> Result<ArrayRef> {
        crate::with_native!(ty, T => Ok(array(values.into_iter().map(<T as crate::func::num::Native>::of_f64).collect::<Vec<T>>())))
    }
}

struct Scalars<T> {
    ty: Type,
    keep: Keep,
    groups: Vec<Option<T>>,
}

impl<T: Scalar> Scalars<T> {
    fn offer(&mut self, group: usize, v: T) {
        let slot = &mut self.groups[group];
        match slot {
            // A number always replaces NaN, as min and max pass over it.
            Some(kept) if kept.is_nan() && !matches!(self.keep, Keep::First | Keep::Last) => *slot = Some(v),
            Some(kept) if !self.keep.takes(v.order(*kept)) => {}
            _ => *slot = Some(v),
        }
    }
}

impl<T: Scalar> States for Scalars<T> {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        for (g, v) in groups.iter().zip(T::read(&args[0])?) {
            self.offer(*g as usize, v);
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        if let Some(Some(v)) = self.groups.get(group) {
            v.put(out);
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), None);
        if !state.is_empty() {
            self.offer(group, T::take(state)?);
        }
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), None);
        let none = T::none(&self.ty);
        T::column(self.groups[from..to].iter().map(|v| v.unwrap_or(none)).collect(), &self.ty)
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * size_of::<Option<T>>()
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

fn heap(kept: &(Value, Option<Value>)) -> usize {
    value_heap(&kept.0) + kept.1.as_ref().map_or(0, value_heap)
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
            let new = (new, by);
            self.heap += heap(&new);
            if let Some(old) = self.groups[group].replace(new) {
                self.heap -= heap(&old);
            }
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
        let gone: usize = self.groups.drain(..n.min(self.groups.len())).flatten().map(|k| heap(&k)).sum();
        self.heap -= gone;
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * size_of::<Option<(Value, Option<Value>)>>() + self.heap
    }
}
