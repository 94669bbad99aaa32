//! Map(LowCardinality(String), String) columns: by shape for rows, by content for resources, scopes and series.

use super::broken;
use super::bytes::{BinaryLists, Interner, dictionary};
use super::lists::Offsets;
use arrow::array::{ArrayRef, StructArray};
use arrow::datatypes::{Field, Fields};
use olly_types::{Result, cityhash};
use std::sync::Arc;

/// One attribute list while it is read: keys, and values as text.
#[derive(Default)]
pub struct AttrBuf {
    n: u32,
    /// Keys in order, each after its length (u32 LE).
    keys: Vec<u8>,
    values: Vec<u8>,
    ends: Vec<u32>,
}

impl AttrBuf {
    pub fn clear(&mut self) {
        self.n = 0;
        self.keys.clear();
        self.values.clear();
        self.ends.clear();
    }
    /// Adds a key; its value is appended to [`AttrBuf::value`] and ended with [`AttrBuf::close`].
    #[inline]
    pub fn key(&mut self, key: &[u8]) {
        self.n += 1;
        self.keys.extend_from_slice(&(key.len() as u32).to_le_bytes());
        self.keys.extend_from_slice(key);
    }
    #[inline]
    pub fn value(&mut self) -> &mut Vec<u8> {
        &mut self.values
    }
    #[inline]
    pub fn close(&mut self) {
        self.ends.push(self.values.len() as u32);
    }
    pub fn push(&mut self, key: &[u8], value: &[u8]) {
        self.key(key);
        self.values.extend_from_slice(value);
        self.close();
    }
    pub fn len(&self) -> usize {
        self.n as usize
    }
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
    /// Bytes of keys and values.
    pub fn size(&self) -> usize {
        self.keys.len() + self.values.len() + 4 * self.ends.len()
    }

    fn each_key(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.keys.as_slice();
        std::iter::from_fn(move || {
            let (length, tail) = rest.split_first_chunk::<4>()?;
            let (key, tail) = tail.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = tail;
            Some(key)
        })
    }
    fn each_value(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0usize;
        self.ends.iter().map(move |end| {
            let value = self.values.get(from..*end as usize).unwrap_or_default();
            from = *end as usize;
            value
        })
    }
    pub fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.each_key().zip(self.each_value())
    }
    /// `cityHash64` of the map.
    pub fn city_hash(&self) -> u64 {
        cityhash::city_hash_64_map(self.n, self.pairs())
    }
    /// The first value of a key.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.pairs().find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// Canonical bytes of the whole list: count, keys, values, each after its length. Equal lists, and only those, have
    /// equal bytes; the routing key of a map column is their hash ([`olly_types::route::map_content`]).
    pub fn content(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&self.n.to_le_bytes());
        out.extend_from_slice(&self.keys);
        for value in self.each_value() {
            out.extend_from_slice(&(value.len() as u32).to_le_bytes());
            out.extend_from_slice(value);
        }
    }
}

/// Struct{shape, values} from both columns.
fn map_struct(shape: ArrayRef, values: ArrayRef) -> Result<ArrayRef> {
    let fields = Fields::from(vec![
        Field::new("shape", shape.data_type().clone(), false),
        Field::new("values", values.data_type().clone(), false),
    ]);
    Ok(Arc::new(StructArray::try_new(fields, vec![shape, values], None).map_err(broken)?))
}

/// A map per row: the key list by its number, the values in row order.
#[derive(Default)]
pub struct MapCol {
    shape_keys: Vec<u32>,
    shapes: Interner,
    shape_lists: BinaryLists,
    values: BinaryLists,
}

impl MapCol {
    #[inline]
    pub fn push(&mut self, attrs: &AttrBuf) {
        let (shape, new) = self.shapes.intern(&attrs.keys);
        if new {
            for key in attrs.each_key() {
                self.shape_lists.items.push(key);
            }
            self.shape_lists.close();
        }
        self.shape_keys.push(shape);
        self.values.items.extend(&attrs.values, &attrs.ends);
        self.values.close();
    }
    #[inline]
    pub fn size(&self) -> usize {
        4 * self.shape_keys.len() + self.shape_lists.size() + self.values.size()
    }
    pub fn finish(self) -> Result<ArrayRef> {
        let shape = dictionary(self.shape_keys, self.shape_lists.finish()?)?;
        map_struct(shape, self.values.finish()?)
    }
}

/// Maps held once per distinct content, with a key per row.
#[derive(Default)]
pub struct InternedMaps {
    keys: Vec<u32>,
    contents: Interner,
    shapes: BinaryLists,
    values: BinaryLists,
}

impl InternedMaps {
    /// Makes room for rows.
    pub fn reserve(&mut self, rows: usize) {
        self.keys.reserve(rows);
    }
    /// The number of a map whose canonical bytes are `content`, and whether it is new.
    #[inline]
    pub fn key(&mut self, attrs: &AttrBuf, content: &[u8]) -> (u32, bool) {
        let interned = self.contents.intern(content);
        self.keep(attrs, interned)
    }
    /// The same where a hash of `content` is at hand.
    #[inline]
    pub fn key_hashed(&mut self, attrs: &AttrBuf, content: &[u8], hash: u64) -> (u32, bool) {
        let interned = self.contents.intern_hashed(content, hash);
        self.keep(attrs, interned)
    }
    #[inline]
    fn keep(&mut self, attrs: &AttrBuf, (key, new): (u32, bool)) -> (u32, bool) {
        if new {
            for (k, v) in attrs.pairs() {
                self.shapes.items.push(k);
                self.values.items.push(v);
            }
            self.shapes.close();
            self.values.close();
        }
        (key, new)
    }
    #[inline]
    pub fn push(&mut self, key: u32) {
        self.keys.push(key);
    }
    /// Repeats a key until the column has `rows` rows.
    #[inline]
    pub fn fill(&mut self, key: u32, rows: usize) {
        self.keys.resize(rows, key);
    }
    #[inline]
    pub fn size(&self) -> usize {
        4 * self.keys.len() + self.shapes.size() + self.values.size()
    }
    pub fn finish(self) -> Result<ArrayRef> {
        dictionary(self.keys, map_struct(self.shapes.finish()?, self.values.finish()?)?)
    }
}

/// Array(Map(LowCardinality(String), String)): the maps of a row's events, links or exemplars.
#[derive(Default)]
pub struct NestedMaps {
    offsets: Offsets,
    count: usize,
    shapes: BinaryLists,
    values: BinaryLists,
}

impl NestedMaps {
    /// Adds empty rows until there are `rows`.
    pub fn pad(&mut self, rows: usize) {
        self.offsets.pad(rows);
    }
    /// Adds a map to the open row.
    pub fn push(&mut self, attrs: &AttrBuf) {
        for key in attrs.each_key() {
            self.shapes.items.push(key);
        }
        self.shapes.close();
        self.values.items.extend(&attrs.values, &attrs.ends);
        self.values.close();
        self.count += 1;
    }
    /// Ends the row.
    pub fn close(&mut self) {
        self.offsets.close(self.count);
    }
    pub fn size(&self) -> usize {
        self.offsets.bytes() + self.shapes.size() + self.values.size()
    }
    pub fn finish(mut self, rows: usize) -> Result<ArrayRef> {
        self.offsets.pad(rows);
        self.offsets.finish(map_struct(self.shapes.finish()?, self.values.finish()?)?)
    }
}
