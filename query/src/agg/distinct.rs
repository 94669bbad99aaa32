//! uniq and uniqExact.
//!
//! `uniq` is ClickHouse's adaptive sampling of 32-bit hashes, bit for bit (source: ClickHouse
//! `src/AggregateFunctions/UniquesHashSet.h`): exact up to 65,536 distinct hashes, then each doubling keeps one in two.
//! The hashes of each type are in `uniq_hash`.

use super::groups::{Group, Grouped, before_growth};
use super::{AGGREGATE, Aggregate, AggregateNulls};
use crate::expr::internal;
use crate::func::num::array;
use crate::state::Reader;
use arrow::array::ArrayRef;
use arrow::row::{RowConverter, SortField};
use olly_types::{Result, Type};
use std::collections::HashSet;

pub const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "uniq",
        arity: (1, usize::MAX),
        nulls: AggregateNulls::SkipPlain,
        syntax: "uniq(x, …)",
        description: "Number of distinct values, approximately (exact to 65,536).",
        examples: &["SELECT uniq(number % 7) FROM numbers(100)"],
        infer: |_, _| Ok(Type::UInt64),
        create: |_, a| Ok(Grouped::<Uniq>::boxed(a.to_vec())),
        grows: true,
        ..AGGREGATE
    },
    Aggregate {
        name: "uniqExact",
        arity: (1, usize::MAX),
        nulls: AggregateNulls::SkipPlain,
        syntax: "uniqExact(x, …)",
        description: "Number of distinct values.",
        examples: &["SELECT uniqExact(number % 7) FROM numbers(100)"],
        infer: |_, _| Ok(Type::UInt64),
        create: |_, a| Ok(Grouped::<UniqExact>::boxed(a.to_vec())),
        grows: true,
        ..AGGREGATE
    },
];

const MAX_SIZE: usize = 1 << 16;

#[derive(Default)]
struct Uniq {
    skip: u8,
    hashes: HashSet<u32>,
}

impl Uniq {
    fn good(&self, hash: u32) -> bool {
        hash & ((1u32 << self.skip) - 1) == 0
    }
    fn insert(&mut self, hash: u32) -> isize {
        let before = self.hashes.capacity() as isize;
        if self.good(hash) && self.hashes.insert(hash) {
            while self.hashes.len() > MAX_SIZE {
                self.skip += 1;
                let mask = (1u32 << self.skip) - 1;
                self.hashes.retain(|h| h & mask == 0);
            }
        }
        (self.hashes.capacity() as isize - before) * 5
    }
    fn size(&self) -> u64 {
        let n = self.hashes.len() as u64;
        if self.skip == 0 {
            return n;
        }
        // The remainder looks random, so that the answer is visibly no power of two; then the correction for hashes that
        // fell together in 32 bits.
        let crc = !crc32c(&n.to_le_bytes());
        let res = (n << self.skip) + (u64::from(crc) & ((1 << self.skip) - 1));
        let p32 = (1u64 << 32) as f64;
        (p32 * (p32.ln() - (p32 - res as f64).ln())).round() as u64
    }
}

/// CRC-32C of a few bytes, as the processor's instruction computes it (reflected polynomial 0x82F63B78).
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 };
        }
    }
    !crc
}

fn rows(args: &[ArrayRef]) -> Result<arrow::row::Rows> {
    let fields = args.iter().map(|a| SortField::new(a.data_type().clone())).collect();
    RowConverter::new(fields).and_then(|c| c.convert_columns(args)).map_err(internal)
}

impl Group for Uniq {
    type Columns = Vec<u32>;
    type Spec = Vec<Type>;
    fn columns(types: &Vec<Type>, args: &[ArrayRef]) -> Result<Vec<u32>> {
        super::uniq_hash::hashes(types, args)
    }
    fn add(&mut self, _: &Vec<Type>, columns: &Vec<u32>, row: usize) -> Result<isize> {
        Ok(self.insert(columns[row]))
    }
    fn save(&self, _: &Vec<Type>, out: &mut Vec<u8>) -> Result<()> {
        out.push(self.skip);
        self.hashes.iter().for_each(|h| out.extend_from_slice(&h.to_le_bytes()));
        Ok(())
    }
    fn merge(&mut self, _: &Vec<Type>, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let skip = r.array::<1>()?[0].min(31);
        if skip > self.skip {
            self.skip = skip;
            let mask = (1u32 << skip) - 1;
            self.hashes.retain(|h| h & mask == 0);
        }
        let mut grown = 0;
        while !r.is_empty() {
            grown += self.insert(u32::from_le_bytes(r.array()?));
        }
        Ok(grown)
    }
    fn finish(_: &Vec<Type>, groups: &mut [Self]) -> Result<ArrayRef> {
        Ok(array(groups.iter().map(Uniq::size).collect::<Vec<u64>>()))
    }
}

/// Bytes of a hash in its table, the table's free places (one in eight and more) included.
const HASH_BYTES: usize = 20;

/// Distinct rows by 128-bit content hash: two different rows in 2^64 may count as one, as in ClickHouse.
#[derive(Default)]
struct UniqExact(HashSet<u128>);

impl Group for UniqExact {
    type Columns = Vec<u128>;
    type Spec = Vec<Type>;
    fn columns(_: &Vec<Type>, args: &[ArrayRef]) -> Result<Vec<u128>> {
        let rows = rows(args)?;
        Ok((0..rows.num_rows()).map(|i| olly_types::hash::content_hash(rows.row(i).data())).collect())
    }
    fn add(&mut self, _: &Vec<Type>, columns: &Vec<u128>, row: usize) -> Result<isize> {
        let before = self.0.capacity();
        before_growth(self.0.len(), before, HASH_BYTES)?;
        self.0.insert(columns[row]);
        Ok(((self.0.capacity() - before) * HASH_BYTES) as isize)
    }
    fn save(&self, _: &Vec<Type>, out: &mut Vec<u8>) -> Result<()> {
        self.0.iter().for_each(|h| out.extend_from_slice(&h.to_le_bytes()));
        Ok(())
    }
    fn merge(&mut self, _: &Vec<Type>, state: &[u8]) -> Result<isize> {
        let before = self.0.capacity();
        let mut r = Reader(state);
        while !r.is_empty() {
            before_growth(self.0.len(), self.0.capacity(), HASH_BYTES)?;
            self.0.insert(u128::from_le_bytes(r.array()?));
        }
        Ok(((self.0.capacity() - before) * HASH_BYTES) as isize)
    }
    fn finish(_: &Vec<Type>, groups: &mut [Self]) -> Result<ArrayRef> {
        Ok(array(groups.iter().map(|g| g.0.len() as u64).collect::<Vec<u64>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::num::natives;
    use olly_types::Value;
    use olly_types::value::array_of;
    use std::sync::Arc;

    fn count(ty: Type, values: ArrayRef) -> u64 {
        let rows = values.len();
        let mut states = Grouped::<Uniq>::boxed(vec![ty]);
        states.update(&[values], &vec![0; rows], 1).unwrap();
        natives::<u64>(&states.finish(0, 1).unwrap()).unwrap()[0]
    }

    /// The figures are chDB 26.9's, of `SELECT uniq(x) FROM (SELECT … AS x FROM numbers(100000))`.
    #[test]
    fn uniq_is_clickhouses_bit_for_bit() {
        let rows = 0..100_000u64;
        let texts = || arrow::array::BinaryViewArray::from_iter_values(rows.clone().map(|n| n.to_string()));
        let floats = || array(rows.clone().map(|n| n as f32).collect::<Vec<f32>>());
        assert_eq!(count(Type::UInt64, array(rows.clone().collect::<Vec<u64>>())), 100_315);
        assert_eq!(count(Type::Float32, floats()), 100_090);
        assert_eq!(count(Type::String, Arc::new(texts())), 100_401);
        let decimals =
            crate::func::num::decimal_array(rows.clone().map(|n| i128::from(n) * 100).collect(), &Type::Decimal(18, 2));
        assert_eq!(count(Type::Decimal(18, 2), decimals.unwrap()), 100_085);
    }

    #[test]
    fn uniq_of_nested_values_is_clickhouses_bit_for_bit() {
        let rows = 0..100_000i128;
        let column =
            |ty: &Type, f: &dyn Fn(i128) -> Value| array_of(&rows.clone().map(f).collect::<Vec<Value>>(), ty).unwrap();
        let text = |n: i128| Value::Bytes(n.to_string().into_bytes().into());
        let cases: [(Type, &dyn Fn(i128) -> Value, u64); 4] = [
            (Type::array(Type::UInt64), &|n| Value::Array([Value::UInt(n as u64)].into()), 100_289),
            (Type::array(Type::String), &|n| Value::Array([text(n)].into()), 100_109),
            (
                Type::tuple([Type::UInt64, Type::String]),
                &|n| Value::Tuple([Value::UInt(n as u64), text(n)].into()),
                99_603,
            ),
            (
                Type::tuple([Type::nullable(Type::UInt64), Type::UInt8]),
                &|n| Value::Tuple([Value::UInt(n as u64), Value::UInt(1)].into()),
                99_344,
            ),
        ];
        for (ty, f, want) in cases {
            assert_eq!(count(ty.clone(), column(&ty, f)), want, "uniq of {ty}");
        }
    }
}
