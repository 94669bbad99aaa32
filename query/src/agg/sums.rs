//! States of sum, avg and avgWeighted.

use super::States;
use crate::func::num::{array, decimal_array, illegal, natives, overflow, wides};
use crate::state::Reader;
use arrow::array::ArrayRef;
use olly_types::{Result, Type, Value};

pub(super) fn sum_type(_: &[Value], args: &[Type]) -> Result<Type> {
    match &args[0] {
        t if t.is_unsigned_integer() => Ok(Type::UInt64),
        t if t.is_integer() => Ok(Type::Int64),
        t if t.is_float() => Ok(Type::Float64),
        Type::Decimal(_, s) => Ok(Type::Decimal(38, *s)),
        t => Err(illegal(t, "sum")),
    }
}

pub(super) fn sum_states(_: &[Value], args: &[Type]) -> Result<Box<dyn States>> {
    Ok(match &args[0] {
        t if t.is_float() => Box::new(SumFloat(Vec::new())),
        Type::Decimal(_, s) => Box::new(SumDecimal { ty: Type::Decimal(38, *s), groups: Vec::new() }),
        t => Box::new(SumInt { signed: t.is_signed_integer(), groups: Vec::new() }),
    })
}

/// Sums in the argument's own type: those of all 64 bits, cut at the end.
pub(super) fn own_type_states(parameters: &[Value], args: &[Type]) -> Result<Box<dyn States>> {
    Ok(Box::new(OwnType { sums: sum_states(parameters, args)?, ty: args[0].clone() }))
}

struct OwnType {
    sums: Box<dyn States>,
    ty: Type,
}

impl States for OwnType {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.sums.update(args, groups, total)
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        self.sums.save(group, out)
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.sums.merge(state, group, total)
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        let sums = self.sums.finish(from, to)?;
        crate::with_native!(self.ty, T => Ok(array(natives::<T>(&sums)?)))
    }
    fn drop_first(&mut self, n: usize) {
        self.sums.drop_first(n);
    }
    fn bytes(&self) -> usize {
        self.sums.bytes()
    }
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

pub(super) fn avg_type(ty: &Type) -> Type {
    match ty {
        Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64(..) => ty.clone(),
        _ => Type::Float64,
    }
}

/// Sum as Float64 for floats, exactly in 128 bits for integers and decimals, and the count.
pub(super) struct Avg {
    pub(super) scale: u8,
    /// Of an integer type: sums are kept in 64 bits and wrap, as ClickHouse's do; whether they are signed.
    pub(super) wraps: Option<bool>,
    pub(super) result: Type,
    pub(super) groups: Vec<(i128, f64, u64)>,
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
            let means = self.groups[from..to].iter().map(|(sum, _, n)| nearest(*sum, i128::from(*n)));
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

/// The quotient to the nearest whole number, halves to the even one; 0 of nothing.
fn nearest(sum: i128, n: i128) -> i128 {
    if n == 0 {
        return 0;
    }
    let (low, rest) = (sum.div_euclid(n), sum.rem_euclid(n));
    match (rest * 2).cmp(&n) {
        std::cmp::Ordering::Less => low,
        std::cmp::Ordering::Equal => low + low.rem_euclid(2),
        std::cmp::Ordering::Greater => low + 1,
    }
}

/// Weighted sums and sums of weights. ClickHouse multiplies in the type of the weights: by integers what the values lose when
/// they become ones (`avgWeighted(1.7, 2)` is 1), by floats in Float64. Sums are 64 bits of that type.
pub(super) struct AvgWeighted {
    pub weights: Type,
    pub groups: Vec<(u64, u64)>,
}

impl AvgWeighted {
    fn add(&self, a: u64, b: u64) -> u64 {
        if self.weights.is_float() { (f64::from_bits(a) + f64::from_bits(b)).to_bits() } else { a.wrapping_add(b) }
    }
    fn put(&mut self, group: usize, value: u64, weight: u64) {
        let (v, w) = self.groups[group];
        self.groups[group] = (self.add(v, value), self.add(w, weight));
    }
    fn number(&self, bits: u64) -> f64 {
        match &self.weights {
            t if t.is_float() => f64::from_bits(bits),
            t if t.is_signed_integer() => bits as i64 as f64,
            _ => bits as f64,
        }
    }
}

impl States for AvgWeighted {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), (0, 0));
        let pairs: Vec<(u64, u64)> = match &self.weights {
            t if t.is_float() => {
                let (values, weights) = (natives::<f64>(&args[0])?, natives::<f64>(&args[1])?);
                values.into_iter().zip(weights).map(|(v, w)| ((v * w).to_bits(), w.to_bits())).collect()
            }
            t if t.is_signed_integer() => {
                let (values, weights) = (natives::<i64>(&args[0])?, natives::<i64>(&args[1])?);
                values.into_iter().zip(weights).map(|(v, w)| (v.wrapping_mul(w) as u64, w as u64)).collect()
            }
            _ => {
                let (values, weights) = (natives::<u64>(&args[0])?, natives::<u64>(&args[1])?);
                values.into_iter().zip(weights).map(|(v, w)| (v.wrapping_mul(w), w)).collect()
            }
        };
        for (g, (v, w)) in groups.iter().zip(pairs) {
            self.put(*g as usize, v, w);
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        let (a, b) = self.groups.get(group).copied().unwrap_or_default();
        out.extend_from_slice(&a.to_le_bytes());
        out.extend_from_slice(&b.to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), (0, 0));
        let mut r = Reader(state);
        let (value, weight) = (r.u64()?, r.u64()?);
        self.put(group, value, weight);
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.groups.resize(to.max(self.groups.len()), (0, 0));
        Ok(array(self.groups[from..to].iter().map(|(a, b)| self.number(*a) / self.number(*b)).collect()))
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * 16
    }
}
