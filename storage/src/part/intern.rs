//! A part's dictionaries: values of a column by number, in order of first use.
//!
//! Invariant: numbers follow from the rows' order alone, so the same rows give the same dictionary.

use super::source::{Canon, NULL};
use crate::error::{Error, Result, arrow};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::interleave;
use olly_types::Type;
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers of a source dictionary's values; kept while the source is in use.
struct Remap {
    /// Held so that the address that finds it stays taken.
    values: ArrayRef,
    canon: Canon,
    codes: Vec<u32>,
}

pub(crate) struct Interner {
    ty: Type,
    /// Number of each value, by a 128-bit hash of its canonical bytes.
    numbers: HashMap<u128, u32>,
    /// Index into `remaps` by the address of the source's values.
    sources: HashMap<usize, usize>,
    remaps: Vec<Remap>,
    /// The values, by granule of first use.
    pub chunks: Vec<ArrayRef>,
    /// Chunk and position of each number's value.
    places: Vec<(u32, u32)>,
}

fn address(values: &ArrayRef) -> usize {
    Arc::as_ptr(values).cast::<u8>() as usize
}

impl Interner {
    /// For values of `ty` (a type without LowCardinality and Nullable).
    pub fn new(ty: Type) -> Interner {
        Interner {
            ty,
            numbers: HashMap::new(),
            sources: HashMap::new(),
            remaps: Vec::new(),
            chunks: Vec::new(),
            places: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Numbers for rows of dictionary sources: each row is (source, its code there). New values get the next numbers.
    pub fn numbers(&mut self, sources: &[Option<ArrayRef>], rows: &[(u32, u32)]) -> Result<Vec<u32>> {
        let mut index = Vec::with_capacity(sources.len());
        for values in sources {
            index.push(match values {
                Some(values) => self.source(values)?,
                None => usize::MAX,
            });
        }
        let mut out = Vec::with_capacity(rows.len());
        let mut fresh: Vec<(usize, usize)> = Vec::new();
        let mut buffer = Vec::new();
        for (source, code) in rows {
            if *code == NULL {
                out.push(NULL);
                continue;
            }
            let at = index.get(*source as usize).copied().unwrap_or(usize::MAX);
            let remap = self.remaps.get_mut(at).ok_or_else(|| Error::damaged("a dictionary", "none"))?;
            let slot = remap
                .codes
                .get_mut(*code as usize)
                .ok_or_else(|| Error::damaged("a code of the dictionary", code.to_string()))?;
            if *slot == NULL {
                buffer.clear();
                remap.canon.put(*code as usize, &mut buffer);
                let next = self.numbers.len() as u32;
                let number = *self.numbers.entry(olly_types::hash::content_hash(&buffer)).or_insert(next);
                if number == next {
                    fresh.push((at, *code as usize));
                }
                *slot = number;
            }
            out.push(*slot);
        }
        self.keep(&fresh)?;
        Ok(out)
    }

    fn source(&mut self, values: &ArrayRef) -> Result<usize> {
        let at = address(values);
        if let Some(i) = self.sources.get(&at) {
            return Ok(*i);
        }
        self.remaps.push(Remap {
            values: Arc::clone(values),
            canon: Canon::new(values, &self.ty)?,
            codes: vec![NULL; values.len()],
        });
        self.sources.insert(at, self.remaps.len() - 1);
        Ok(self.remaps.len() - 1)
    }

    fn keep(&mut self, fresh: &[(usize, usize)]) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        let mut order: Vec<usize> = Vec::new();
        let mut position: HashMap<usize, usize> = HashMap::new();
        let mut picks = Vec::with_capacity(fresh.len());
        for (at, row) in fresh {
            let p = *position.entry(*at).or_insert_with(|| {
                order.push(*at);
                order.len() - 1
            });
            picks.push((p, *row));
        }
        let arrays: Vec<&dyn Array> = order.iter().filter_map(|at| self.remaps.get(*at)).map(|r| &*r.values).collect();
        let chunk = interleave(&arrays, &picks).map_err(arrow)?;
        let chunk = match chunk.as_binary_view_opt() {
            // Free the sources' buffers.
            Some(views) => Arc::new(views.gc()) as ArrayRef,
            None => chunk,
        };
        let number = self.chunks.len() as u32;
        self.places.extend((0..chunk.len() as u32).map(|i| (number, i)));
        self.chunks.push(chunk);
        Ok(())
    }

    /// Forgets sources: their addresses may be used again.
    pub fn forget_sources(&mut self) {
        self.sources.clear();
        self.remaps.clear();
    }

    /// The values of some numbers.
    pub fn values_of(&self, numbers: &[u32]) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.chunks.iter().map(|c| &**c).collect();
        let picks: Option<Vec<(usize, usize)>> =
            numbers.iter().map(|n| self.places.get(*n as usize).map(|(c, r)| (*c as usize, *r as usize))).collect();
        let picks = picks.ok_or_else(|| Error::damaged("a known number", "another"))?;
        if arrays.is_empty() {
            return Ok(crate::encode::empty(&self.ty));
        }
        interleave(&arrays, &picks).map_err(arrow)
    }

    /// All values in order of their numbers.
    pub fn all(&self) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.chunks.iter().map(|c| &**c).collect();
        if arrays.is_empty() {
            return Ok(crate::encode::empty(&self.ty));
        }
        arrow::compute::concat(&arrays).map_err(arrow)
    }
}
