//! groupArray, groupUniqArray, topK: groups that hold values.

use super::groups::{Group, Grouped, before_growth, value_heap};
use super::{AGGREGATE, Aggregate, AggregateNulls};
use crate::expr::internal;
use crate::state::{Reader, put_bytes, put_u64, put_value, take_value};
use arrow::array::{Array, ArrayRef};
use arrow::row::{RowConverter, SortField};
use olly_types::value::{array_of, value_at};
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashMap;

const BASE: Aggregate = Aggregate { nulls: AggregateNulls::SkipPlain, grows: true, ..AGGREGATE };

pub const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "groupArray",
        aliases: &["array_agg"],
        case_insensitive: false,
        parameters: (0, 1),
        syntax: "groupArray[(limit)](x)",
        description: "Values as an array, in the order met.",
        examples: &["SELECT groupArray(number) FROM numbers(3)"],
        infer: |p, a| limit(p).map(|_| Type::array(a[0].clone())),
        create: |p, a| Ok(Grouped::<List>::boxed((limit(p)?, a[0].clone()))),
        ..BASE
    },
    Aggregate {
        name: "groupUniqArray",
        parameters: (0, 1),
        syntax: "groupUniqArray[(limit)](x)",
        description: "Distinct values as an array, in no order.",
        examples: &["SELECT arraySort(groupUniqArray(number % 2)) FROM numbers(5)"],
        // ClickHouse loses the zone of DateTime here.
        infer: |p, a| {
            let item = if let Type::DateTime(_) = a[0] { Type::DateTime(None) } else { a[0].clone() };
            limit(p).map(|_| Type::array(item))
        },
        create: |p, a| Ok(Grouped::<Distinct>::boxed((limit(p)?, a[0].clone()))),
        ..BASE
    },
    Aggregate {
        name: "topK",
        parameters: (0, 1),
        syntax: "topK[(n)](x)",
        description: "The most frequent values, the most frequent first.",
        examples: &["SELECT topK(1)(number % 1) FROM numbers(10)"],
        infer: |p, a| top(p).map(|_| Type::array(a[0].clone())),
        create: |p, a| Ok(Grouped::<Counts>::boxed((top(p)?, a[0].clone()))),
        ..BASE
    },
];

fn limit(parameters: &[Value]) -> Result<usize> {
    match parameters.first().map(Value::as_i128) {
        None => Ok(usize::MAX),
        Some(Some(n)) if n > 0 => Ok(n.min(i128::from(u32::MAX)) as usize),
        _ => Err(Error::new(Code::BadArguments, "Parameter of an array aggregate should be a positive number")),
    }
}

fn top(parameters: &[Value]) -> Result<usize> {
    match parameters.first() {
        None => Ok(10),
        Some(v) => match v.as_i128() {
            Some(n @ 1..=65_536) => Ok(n as usize),
            _ => Err(Error::new(
                Code::ArgumentOutOfBound,
                "Too large or zero parameter for aggregate function topK (it must be 1 to 65536)",
            )),
        },
    }
}

type Spec = (usize, Type);

/// Bytes of an entry in a table of distinct values, without what key and value hold.
const ENTRY_BYTES: usize = 80;

fn heap(v: &Value) -> isize {
    (size_of::<Value>() + value_heap(v)) as isize
}

#[derive(Default)]
struct List(Vec<Value>);

impl List {
    /// Bytes by which the heap use grew: what the value holds, and the room that the list made for more.
    fn push(&mut self, value: Value) -> Result<isize> {
        let (before, bytes) = (self.0.capacity(), heap(&value) - size_of::<Value>() as isize);
        before_growth(self.0.len(), before, size_of::<Value>())?;
        self.0.push(value);
        Ok(bytes + ((self.0.capacity() - before) * size_of::<Value>()) as isize)
    }
}

impl Group for List {
    type Columns = ArrayRef;
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<ArrayRef> {
        Ok(args[0].clone())
    }
    fn add(&mut self, spec: &Spec, column: &ArrayRef, row: usize) -> Result<isize> {
        if self.0.len() >= spec.0 {
            return Ok(0);
        }
        let value = value_at(column, row, &spec.1)?;
        self.push(value)
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        self.0.iter().for_each(|v| put_value(out, v));
        Ok(())
    }
    fn merge(&mut self, spec: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let mut grown = 0;
        while !r.is_empty() && self.0.len() < spec.0 {
            let value = take_value(&mut r)?;
            grown += self.push(value)?;
        }
        Ok(grown)
    }
    fn finish(spec: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        let lists: Vec<Value> = groups.iter_mut().map(|g| Value::Array(std::mem::take(&mut g.0).into())).collect();
        array_of(&lists, &Type::array(spec.1.clone()))
    }
}

fn keys(column: &ArrayRef) -> Result<arrow::row::Rows> {
    RowConverter::new(vec![SortField::new(column.data_type().clone())])
        .and_then(|c| c.convert_columns(std::slice::from_ref(column)))
        .map_err(internal)
}

/// Distinct values by their row-format bytes.
#[derive(Default)]
struct Distinct(HashMap<Vec<u8>, Value>);

impl Group for Distinct {
    type Columns = (ArrayRef, arrow::row::Rows);
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<Self::Columns> {
        Ok((args[0].clone(), keys(&args[0])?))
    }
    fn add(&mut self, spec: &Spec, (column, rows): &Self::Columns, row: usize) -> Result<isize> {
        let key = rows.row(row);
        if self.0.len() >= spec.0 || self.0.contains_key(key.data()) {
            return Ok(0);
        }
        let value = value_at(column, row, &spec.1)?;
        let grown = heap(&value) + key.data().len() as isize + 48;
        before_growth(self.0.len(), self.0.capacity(), ENTRY_BYTES)?;
        self.0.insert(key.data().to_vec(), value);
        Ok(grown)
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        for (key, value) in &self.0 {
            put_bytes(out, key);
            put_value(out, value);
        }
        Ok(())
    }
    fn merge(&mut self, spec: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        while !r.is_empty() {
            let key = r.bytes()?.to_vec();
            let value = take_value(&mut r)?;
            if self.0.len() < spec.0 {
                self.0.entry(key).or_insert(value);
            }
        }
        Ok(state.len() as isize)
    }
    fn finish(spec: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        let lists: Vec<Value> = groups
            .iter_mut()
            .map(|g| {
                // In key order, so that equal inputs give equal answers whatever the threads did.
                let mut all: Vec<(Vec<u8>, Value)> = std::mem::take(&mut g.0).into_iter().collect();
                all.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Array(all.into_iter().map(|(_, v)| v).collect())
            })
            .collect();
        array_of(&lists, &Type::array(spec.1.clone()))
    }
}

/// Exact counts. Ties go to the value met first.
#[derive(Default)]
struct Counts(HashMap<Vec<u8>, (u64, u64, Value)>);

impl Group for Counts {
    type Columns = (ArrayRef, arrow::row::Rows);
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<Self::Columns> {
        Ok((args[0].clone(), keys(&args[0])?))
    }
    fn add(&mut self, spec: &Spec, (column, rows): &Self::Columns, row: usize) -> Result<isize> {
        let key = rows.row(row);
        if let Some(entry) = self.0.get_mut(key.data()) {
            entry.0 += 1;
            return Ok(0);
        }
        let value = value_at(column, row, &spec.1)?;
        let grown = heap(&value) + key.data().len() as isize + 64;
        before_growth(self.0.len(), self.0.capacity(), ENTRY_BYTES)?;
        let order = self.0.len() as u64;
        self.0.insert(key.data().to_vec(), (1, order, value));
        Ok(grown)
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        for (key, (count, order, value)) in &self.0 {
            put_bytes(out, key);
            put_u64(out, *count);
            put_u64(out, *order);
            put_value(out, value);
        }
        Ok(())
    }
    fn merge(&mut self, _: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let base = self.0.len() as u64;
        while !r.is_empty() {
            let key = r.bytes()?.to_vec();
            let (count, order) = (r.u64()?, r.u64()?);
            let value = take_value(&mut r)?;
            self.0.entry(key).or_insert((0, base.saturating_add(order), value)).0 += count;
        }
        Ok(state.len() as isize)
    }
    fn finish(spec: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        let lists: Vec<Value> = groups
            .iter_mut()
            .map(|g| {
                let mut all: Vec<(u64, u64, Value)> = std::mem::take(&mut g.0).into_values().collect();
                all.sort_by_key(|(count, order, _)| (std::cmp::Reverse(*count), *order));
                Value::Array(all.into_iter().take(spec.0).map(|(_, _, v)| v).collect())
            })
            .collect();
        array_of(&lists, &Type::array(spec.1.clone()))
    }
}
