//! Binary columns, lists of them, and interning of equal values.

use super::broken;
use arrow::array::{ArrayRef, BinaryArray, DictionaryArray, ListArray, UInt32Array};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{Field, UInt32Type};
use olly_types::Result;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};

/// Byte strings, one after the other.
pub struct BinaryCol {
    offsets: Vec<i32>,
    data: Vec<u8>,
}

impl Default for BinaryCol {
    fn default() -> Self {
        BinaryCol { offsets: vec![0], data: Vec::new() }
    }
}

impl BinaryCol {
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
        self.close();
    }
    /// Ends the value that was written to [`BinaryCol::data`].
    #[inline]
    pub fn close(&mut self) {
        self.offsets.push(self.data.len() as i32);
    }
    /// The open end: what is appended here becomes the next value at [`BinaryCol::close`].
    #[inline]
    pub fn data(&mut self) -> &mut Vec<u8> {
        &mut self.data
    }
    /// Appends consecutive values: their bytes, and where each ends relative to the first.
    #[inline]
    pub fn extend(&mut self, bytes: &[u8], ends: &[u32]) {
        let base = self.data.len() as i32;
        self.data.extend_from_slice(bytes);
        self.offsets.extend(ends.iter().map(|e| base + *e as i32));
    }
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The value at `i`, or empty.
    #[inline]
    pub fn get(&self, i: usize) -> &[u8] {
        match (self.offsets.get(i), self.offsets.get(i + 1)) {
            (Some(a), Some(b)) => self.data.get(*a as usize..*b as usize).unwrap_or_default(),
            _ => &[],
        }
    }
    /// Bytes the column takes.
    #[inline]
    pub fn size(&self) -> usize {
        self.data.len() + 4 * self.offsets.len()
    }
    pub fn into_array(self) -> Result<BinaryArray> {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        BinaryArray::try_new(offsets, Buffer::from_vec(self.data), None).map_err(broken)
    }
    pub fn finish(self) -> Result<ArrayRef> {
        Ok(Arc::new(self.into_array()?))
    }
}

/// A List array of the items between `offsets` (which start with 0).
pub fn list_of(offsets: Vec<i32>, items: ArrayRef) -> Result<ArrayRef> {
    let field = Arc::new(Field::new("item", items.data_type().clone(), false));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(Arc::new(ListArray::try_new(field, offsets, items, None).map_err(broken)?))
}

/// Lists of byte strings.
pub struct BinaryLists {
    offsets: Vec<i32>,
    pub items: BinaryCol,
}

impl Default for BinaryLists {
    fn default() -> Self {
        BinaryLists { offsets: vec![0], items: BinaryCol::default() }
    }
}

impl BinaryLists {
    /// Ends the list of the items pushed since the last call.
    #[inline]
    pub fn close(&mut self) {
        self.offsets.push(self.items.len() as i32);
    }
    #[inline]
    pub fn size(&self) -> usize {
        self.items.size() + 4 * self.offsets.len()
    }
    pub fn finish(self) -> Result<ArrayRef> {
        list_of(self.offsets, self.items.finish()?)
    }
}

/// Seed of the hash tables: made at start, so that no client can prepare colliding values. It never shows in the result.
fn seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    *SEED.get_or_init(|| RandomState::new().hash_one(0u64))
}

/// Each distinct byte string once, numbered in order of first use.
#[derive(Default)]
pub struct Interner {
    /// Open addressing: number + 1, or 0 where free. The length is a power of two.
    slots: Vec<u32>,
    hashes: Vec<u64>,
    values: BinaryCol,
    last: u32,
}

impl Interner {
    /// The number of `bytes`, and whether it is new.
    #[inline]
    pub fn intern(&mut self, bytes: &[u8]) -> (u32, bool) {
        if (self.last as usize) < self.hashes.len() && self.values.get(self.last as usize) == bytes {
            return (self.last, false);
        }
        let hash = xxhash_rust::xxh3::xxh3_64_with_seed(bytes, seed());
        let (key, new) = self.find(bytes, hash);
        self.last = key;
        (key, new)
    }

    /// The same where a hash of `bytes` is at hand (always by the same function).
    #[inline]
    pub fn intern_hashed(&mut self, bytes: &[u8], hash: u64) -> (u32, bool) {
        self.find(bytes, hash ^ seed())
    }

    fn find(&mut self, bytes: &[u8], hash: u64) -> (u32, bool) {
        if (self.hashes.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots.get(at).copied().unwrap_or(0) {
                0 => break,
                n => {
                    let i = n as usize - 1;
                    if self.hashes.get(i) == Some(&hash) && self.values.get(i) == bytes {
                        return (n - 1, false);
                    }
                }
            }
            at = (at + 1) & mask;
        }
        self.hashes.push(hash);
        self.values.push(bytes);
        let n = self.hashes.len() as u32;
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = n;
        }
        (n - 1, true)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(32);
        let mut slots = vec![0u32; size];
        for (i, hash) in self.hashes.iter().enumerate() {
            let mut at = *hash as usize & (size - 1);
            while slots.get(at).copied().unwrap_or(0) != 0 {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = i as u32 + 1;
            }
        }
        self.slots = slots;
    }

    pub fn len(&self) -> usize {
        self.hashes.len()
    }
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }
    #[inline]
    pub fn size(&self) -> usize {
        self.values.size()
    }
    pub fn get(&self, i: usize) -> &[u8] {
        self.values.get(i)
    }
    pub fn into_values(self) -> BinaryCol {
        self.values
    }
}

/// A dictionary column of byte strings: LowCardinality(String), or an interned String.
#[derive(Default)]
pub struct DictCol {
    keys: Vec<u32>,
    values: Interner,
}

impl DictCol {
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        let key = self.values.intern(bytes).0;
        self.keys.push(key);
    }
    /// Appends a value; gives its key and whether it is new.
    #[inline]
    pub fn push_new(&mut self, bytes: &[u8]) -> (u32, bool) {
        let (key, new) = self.values.intern(bytes);
        self.keys.push(key);
        (key, new)
    }
    /// The value of a key.
    pub fn value(&self, key: u32) -> &[u8] {
        self.values.get(key as usize)
    }
    /// The key of a value, for [`DictCol::fill`].
    #[inline]
    pub fn key(&mut self, bytes: &[u8]) -> u32 {
        self.values.intern(bytes).0
    }
    /// Repeats a key until the column has `rows` rows.
    #[inline]
    pub fn fill(&mut self, key: u32, rows: usize) {
        self.keys.resize(rows, key);
    }
    #[inline]
    pub fn size(&self) -> usize {
        4 * self.keys.len() + self.values.size()
    }
    pub fn finish(self) -> Result<ArrayRef> {
        dictionary(self.keys, self.values.into_values().finish()?)
    }
}

/// A dictionary array; every key is below the number of values by construction, and is checked once more.
pub(super) fn dictionary(keys: Vec<u32>, values: ArrayRef) -> Result<ArrayRef> {
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(UInt32Array::from(keys), values).map_err(broken)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interner_numbers_by_first_use_and_survives_growth() {
        let mut i = Interner::default();
        for round in 0..3 {
            for n in 0..1000u32 {
                let (key, new) = i.intern(format!("v{n}").as_bytes());
                assert_eq!((key, new), (n, round == 0));
            }
        }
        assert_eq!(i.intern(b""), (1000, true));
        assert_eq!(i.len(), 1001);
        assert_eq!(i.into_values().get(7), b"v7");
    }
}
