//! Which of many rows were met before: a set of their numbers, which takes a fifth of what a set of the rows would.

use crate::expr::meter;
use arrow::row::Rows;
use hashbrown::HashTable;
use olly_types::Result;
use std::hash::{BuildHasher, RandomState};

/// Bytes of a row's number in the table.
const ENTRY: usize = size_of::<u32>() + 1;
/// Rows after which the query's end is looked at.
const LOOK: u32 = 8192;

/// Distinct rows up to which they are compared with each: most arrays are short, and need no table.
const FEW: usize = 16;

/// Distinct rows of some.
pub struct Seen<'a> {
    rows: &'a Rows,
    /// Those met while they are few; then all are in the table.
    few: Vec<u32>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl<'a> Seen<'a> {
    pub fn of(rows: &'a Rows) -> Seen<'a> {
        Seen { rows, few: Vec::new(), table: HashTable::new(), hasher: RandomState::new() }
    }
    /// How many distinct ones were met.
    pub fn len(&self) -> usize {
        self.few.len() + self.table.len()
    }
    /// Whether row `i` is the first of its value.
    ///
    /// # Errors
    /// Those of [`meter::room`].
    pub fn first(&mut self, i: u32) -> Result<bool> {
        if i.is_multiple_of(LOOK) {
            meter::tick()?;
        }
        let Seen { rows, few, table, hasher } = self;
        let data = |i: u32| rows.row(i as usize).data();
        if table.is_empty() && few.len() < FEW {
            let own = data(i);
            let first = few.iter().all(|j| data(*j) != own);
            if first {
                few.push(i);
            }
            return Ok(first);
        }
        for j in few.drain(..) {
            table.insert_unique(hasher.hash_one(data(j)), j, |j| hasher.hash_one(data(*j)));
        }
        let hash = hasher.hash_one(data(i));
        if table.find(hash, |j| data(*j) == data(i)).is_some() {
            return Ok(false);
        }
        meter::before_growth(table.len(), table.capacity(), ENTRY)?;
        table.insert_unique(hash, i, |j| hasher.hash_one(data(*j)));
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::array::keys;
    use olly_types::value::array_of;
    use olly_types::{Type, Value};

    #[test]
    fn each_value_is_first_once_whatever_the_table_grew_to() {
        // More than are made keys of at once, so that keys are put together of several parts.
        let items: Vec<Value> = (0..150_000u64).map(|i| Value::bytes((i % 70_001).to_string())).collect();
        let rows = keys(&array_of(&items, &Type::String).unwrap()).unwrap();
        let mut seen = Seen::of(&rows);
        for i in 0..150_000u32 {
            assert_eq!(seen.first(i).unwrap(), i < 70_001, "row {i}");
        }
        assert_eq!(seen.len(), 70_001);
    }
}
