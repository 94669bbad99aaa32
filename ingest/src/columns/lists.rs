//! Array columns whose empty rows cost nothing until the end: most rows have no events, links or exemplars.

use super::bytes::{BinaryCol, list_of};
use super::{broken, primitive};
use arrow::array::ArrayRef;
use arrow::datatypes::ArrowPrimitiveType;
use olly_types::Result;

/// Offsets of a list column.
pub(super) struct Offsets(Vec<i32>);

impl Default for Offsets {
    fn default() -> Self {
        Offsets(vec![0])
    }
}

impl Offsets {
    /// Ends a row at `items` items.
    #[inline]
    pub(super) fn close(&mut self, items: usize) {
        self.0.push(items as i32);
    }
    /// Adds empty rows until there are `rows`.
    #[inline]
    pub(super) fn pad(&mut self, rows: usize) {
        let last = self.0.last().copied().unwrap_or(0);
        if self.0.len() < rows + 1 {
            self.0.resize(rows + 1, last);
        }
    }
    pub(super) fn bytes(&self) -> usize {
        4 * self.0.len()
    }
    pub(super) fn finish(self, items: ArrayRef) -> Result<ArrayRef> {
        list_of(self.0, items)
    }
}

/// Lists of numbers.
pub struct PrimitiveLists<T: ArrowPrimitiveType> {
    offsets: Offsets,
    items: Vec<T::Native>,
}

impl<T: ArrowPrimitiveType> Default for PrimitiveLists<T> {
    fn default() -> Self {
        PrimitiveLists { offsets: Offsets::default(), items: Vec::new() }
    }
}

impl<T: ArrowPrimitiveType> PrimitiveLists<T> {
    /// Adds empty rows until there are `rows`.
    pub fn pad(&mut self, rows: usize) {
        self.offsets.pad(rows);
    }
    pub fn push(&mut self, item: T::Native) {
        self.items.push(item);
    }
    /// Ends a row of the items pushed since the last one.
    pub fn close(&mut self) {
        self.offsets.close(self.items.len());
    }
    /// Appends a row.
    pub fn row(&mut self, items: &[T::Native]) {
        self.items.extend_from_slice(items);
        self.close();
    }
    pub fn size(&self) -> usize {
        self.offsets.bytes() + std::mem::size_of::<T::Native>() * self.items.len()
    }
    pub fn finish(mut self, rows: usize) -> Result<ArrayRef> {
        self.offsets.pad(rows);
        self.offsets.finish(primitive::<T>(self.items))
    }
}

/// Lists of byte strings.
#[derive(Default)]
pub struct TextLists {
    offsets: Offsets,
    items: BinaryCol,
}

impl TextLists {
    /// Adds empty rows until there are `rows`.
    pub fn pad(&mut self, rows: usize) {
        self.offsets.pad(rows);
    }
    pub fn push(&mut self, item: &[u8]) {
        self.items.push(item);
    }
    /// Ends a row of the items pushed since the last one.
    pub fn close(&mut self) {
        self.offsets.close(self.items.len());
    }
    pub fn size(&self) -> usize {
        self.offsets.bytes() + self.items.size()
    }
    pub fn finish(mut self, rows: usize) -> Result<ArrayRef> {
        self.offsets.pad(rows);
        self.offsets.finish(self.items.finish()?)
    }
}

/// Fails where a list column came out with another number of rows.
pub fn same_rows(arrays: &[ArrayRef], rows: usize) -> Result<()> {
    match arrays.iter().find(|a| a.len() != rows) {
        None => Ok(()),
        Some(a) => {
            let text = format!("a column of {} rows among {rows}", a.len());
            Err(broken(arrow::error::ArrowError::InvalidArgumentError(text)))
        }
    }
}
