//! The shape that most aggregates share: a state of their own per group, updated row by row.

use super::States;
use arrow::array::ArrayRef;
use olly_types::Result;

/// One group's state. `Self::Columns` is a batch's arguments, read once per batch.
pub trait Group: Default + Send {
    type Columns;
    type Spec: Send;
    fn columns(spec: &Self::Spec, args: &[ArrayRef]) -> Result<Self::Columns>;
    /// Adds a row; returns by how many bytes the heap use grew (may be negative).
    fn add(&mut self, spec: &Self::Spec, columns: &Self::Columns, row: usize) -> Result<isize>;
    fn save(&self, spec: &Self::Spec, out: &mut Vec<u8>) -> Result<()>;
    /// Merges a saved, non-empty state.
    fn merge(&mut self, spec: &Self::Spec, state: &[u8]) -> Result<isize>;
    fn finish(spec: &Self::Spec, groups: &mut [Self]) -> Result<ArrayRef>;
}

/// [`States`] of any [`Group`].
pub struct Grouped<G: Group> {
    spec: G::Spec,
    groups: Vec<G>,
    heap: isize,
}

impl<G: Group> Grouped<G> {
    pub fn boxed(spec: G::Spec) -> Box<dyn States>
    where
        G: 'static,
        G::Spec: 'static,
    {
        Box::new(Grouped::<G> { spec, groups: Vec::new(), heap: 0 })
    }
    fn grow(&mut self, total: usize) {
        if total > self.groups.len() {
            self.groups.resize_with(total, G::default);
        }
    }
}

impl<G: Group> States for Grouped<G> {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.grow(total);
        let columns = G::columns(&self.spec, args)?;
        for (row, g) in groups.iter().enumerate() {
            self.heap += self.groups[*g as usize].add(&self.spec, &columns, row)?;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        match self.groups.get(group) {
            Some(g) => g.save(&self.spec, out),
            None => Ok(()),
        }
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.grow(total);
        if !state.is_empty() {
            self.heap += self.groups[group].merge(&self.spec, state)?;
        }
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.grow(to);
        G::finish(&self.spec, &mut self.groups[from..to])
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * size_of::<G>() + self.heap.max(0) as usize
    }
}
