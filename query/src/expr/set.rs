//! The right side of IN as a set of values that is looked up by rows.
//!
//! Invariant: members are of one type per position, without NULL (ClickHouse's `transform_null_in = 0`), and equality is
//! that of carriers by their bits, as in ClickHouse's hash sets.

use arrow::array::{Array, ArrayRef, UInt8Array};
use arrow::row::{RowConverter, SortField};
use olly_types::budget::{Budget, Reservation};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// Members of a set.
pub struct ValueSet {
    /// Types of the positions, plain (no LowCardinality, no Nullable).
    pub types: Vec<Type>,
    converter: parking_lot::Mutex<RowConverter>,
    rows: HashSet<Box<[u8]>>,
    /// The members themselves, where there are few: for pruning and plans.
    pub few: Option<Vec<Vec<Value>>>,
    bytes: usize,
    /// The bytes, of the query's memory.
    held: Option<Reservation>,
}

/// Sets up to this size keep their members as values.
const FEW: usize = 10_000;

impl std::fmt::Debug for ValueSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "set of {} {:?}", self.rows.len(), self.types)?;
        if let Some(few) = &self.few
            && few.len() <= 8
        {
            write!(f, " {few:?}")?;
        }
        Ok(())
    }
}

fn internal(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, format!("set: {e}"))
}

impl ValueSet {
    /// An empty set over columns of these types.
    pub fn new(types: Vec<Type>) -> Result<ValueSet> {
        let fields = types.iter().map(|t| SortField::new(t.carrier())).collect();
        let converter = RowConverter::new(fields).map_err(internal)?;
        Ok(ValueSet {
            types,
            converter: converter.into(),
            rows: HashSet::new(),
            few: Some(Vec::new()),
            bytes: 0,
            held: None,
        })
    }
    /// From now on what the set holds is taken of a query's memory, until the set is dropped.
    ///
    /// # Errors
    /// 241 where it does not fit, here and in [`ValueSet::add`].
    pub fn charge(mut self, memory: &Arc<Budget>) -> Result<ValueSet> {
        self.held = Some(memory.reserve(self.bytes as u64)?);
        Ok(self)
    }
    /// Adds the rows of columns in carrier form; rows with a NULL are left out.
    pub fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let n = columns.first().map_or(0, |c| c.len());
        let rows = self.converter.get_mut().convert_columns(columns).map_err(internal)?;
        for i in 0..n {
            if columns.iter().any(|c| c.is_null(i)) {
                continue;
            }
            let row = rows.row(i);
            if self.rows.contains(row.data()) {
                continue;
            }
            let bytes = row.data().len() + 48;
            if let Some(held) = &mut self.held {
                // The table of a set doubles as it grows.
                held.grow(bytes as u64)?;
            }
            self.bytes += bytes;
            self.rows.insert(row.data().into());
            if let Some(few) = &mut self.few {
                if few.len() >= FEW {
                    self.few = None;
                } else {
                    let mut row = Vec::with_capacity(columns.len());
                    for (c, t) in columns.iter().zip(&self.types) {
                        row.push(olly_types::value::value_at(c, i, t)?);
                    }
                    few.push(row);
                }
            }
        }
        Ok(())
    }
    /// Adds one member; a NULL anywhere in it leaves it out.
    pub fn add_values(&mut self, values: &[Value]) -> Result<()> {
        if values.iter().any(Value::is_null) {
            return Ok(());
        }
        let columns: Vec<ArrayRef> =
            values.iter().zip(&self.types).map(|(v, t)| array_of(std::slice::from_ref(v), t)).collect::<Result<_>>()?;
        self.add(&columns)
    }
    /// Whether both have the same members of the same types.
    pub fn equal(&self, other: &ValueSet) -> bool {
        self.rows.len() == other.rows.len() && self.types == other.types && self.rows == other.rows
    }
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// Memory held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
    /// 1 where the row is a member, else 0. Columns are plain carriers of `types`; nulls in them are not looked at.
    pub fn contains(&self, columns: &[ArrayRef]) -> Result<UInt8Array> {
        let n = columns.first().map_or(0, |c| c.len());
        let rows = {
            let converter = self.converter.lock();
            converter.convert_columns(columns).map_err(internal)?
        };
        Ok((0..n).map(|i| Some(u8::from(self.rows.contains(rows.row(i).data())))).collect::<UInt8Array>())
    }
    /// Members as an array per position, where the set is small.
    pub fn members(&self) -> Option<&[Vec<Value>]> {
        self.few.as_deref()
    }
}

/// A set shared by the places that look into it.
pub type SharedSet = Arc<ValueSet>;
