//! The shape that most aggregates share: a state of their own per group, updated row by row.

use super::States;
pub use crate::expr::meter::before_growth;
use arrow::array::ArrayRef;
use olly_types::{Result, Value};

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

/// Bytes that a value holds beside itself.
pub fn value_heap(v: &Value) -> usize {
    const COUNTS: usize = 16;
    match v {
        Value::Bytes(b) => COUNTS + b.len(),
        Value::Array(a) | Value::Tuple(a) => {
            COUNTS + a.iter().map(|v| size_of::<Value>() + value_heap(v)).sum::<usize>()
        }
        Value::Map(m) => {
            let pair = |(k, v): &(Value, Value)| 2 * size_of::<Value>() + value_heap(k) + value_heap(v);
            COUNTS + m.iter().map(pair).sum::<usize>()
        }
        _ => 0,
    }
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
        let all = self.groups.len();
        if n >= all {
            (self.groups, self.heap) = (Vec::new(), 0);
            return;
        }
        self.groups.drain(..n);
        // What each group holds is not known apart.
        self.heap = (self.heap as i128 * (all - n) as i128 / all as i128) as isize;
    }
    fn bytes(&self) -> usize {
        self.groups.capacity() * size_of::<G>() + self.heap.max(0) as usize
    }
}
