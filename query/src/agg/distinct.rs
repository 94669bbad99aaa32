//! uniq and uniqExact.
//!
//! `uniq` is ClickHouse's adaptive sampling of 32-bit hashes, bit for bit over numbers (source: ClickHouse
//! `src/AggregateFunctions/UniquesHashSet.h`): exact up to 65,536 distinct hashes, then each doubling keeps one in two.

use super::groups::{Group, Grouped, before_growth};
use super::{AGGREGATE, Aggregate, AggregateNulls};
use crate::expr::internal;
use crate::func::num::{array, natives};
use crate::state::Reader;
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
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
        ..AGGREGATE
    },
];

const MAX_SIZE: usize = 1 << 16;

/// The low half of MurmurHash3's 64-bit finalizer (ClickHouse's intHash64).
fn hash32(mut key: u64) -> u32 {
    key ^= key >> 33;
    key = key.wrapping_mul(0xff51_afd7_ed55_8ccd);
    key ^= key >> 33;
    key = key.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^= key >> 33;
    key as u32
}

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

/// 64 bits of each row that `uniq` hashes: numbers as they are, floats by their bits, everything else hashed.
fn words(types: &[Type], args: &[ArrayRef]) -> Result<Vec<u64>> {
    if let ([ty], [values]) = (types, args) {
        match values.data_type() {
            DataType::Float32 => {
                return Ok(natives::<f32>(values)?.into_iter().map(|f| u64::from(f.to_bits())).collect());
            }
            DataType::Float64 => return Ok(natives::<f64>(values)?.into_iter().map(f64::to_bits).collect()),
            t if t.is_integer() && !matches!(ty, Type::LowCardinality(_)) => return natives::<u64>(values),
            _ => {}
        }
    }
    let rows = rows(args)?;
    Ok((0..rows.num_rows()).map(|i| olly_types::hash::hash64(rows.row(i).data(), 0)).collect())
}

fn rows(args: &[ArrayRef]) -> Result<arrow::row::Rows> {
    let fields = args.iter().map(|a| SortField::new(a.data_type().clone())).collect();
    RowConverter::new(fields).and_then(|c| c.convert_columns(args)).map_err(internal)
}

impl Group for Uniq {
    type Columns = Vec<u64>;
    type Spec = Vec<Type>;
    fn columns(types: &Vec<Type>, args: &[ArrayRef]) -> Result<Vec<u64>> {
        words(types, args)
    }
    fn add(&mut self, _: &Vec<Type>, columns: &Vec<u64>, row: usize) -> Result<isize> {
        Ok(self.insert(hash32(columns[row])))
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

    #[test]
    fn uniq_is_clickhouses_bit_for_bit() {
        let mut states = Grouped::<Uniq>::boxed(vec![Type::UInt64]);
        states.update(&[array((0..100_000u64).collect())], &vec![0; 100_000], 1).unwrap();
        let got = natives::<u64>(&states.finish(0, 1).unwrap()).unwrap();
        // chDB 26.9: SELECT uniq(number) FROM numbers(100000)
        assert_eq!(got, [100_315]);
    }
}
