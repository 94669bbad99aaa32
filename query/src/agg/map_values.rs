//! The combinator -Map: an aggregate of the values of each key of a Map (`sumMap(m)`), as a Map with ascending keys.

use super::States;
use crate::expr::internal;
use crate::state::{Reader, put_bytes, put_u64};
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::row::{RowConverter, SortField};
use olly_types::{Code, Error, Result, Type};
use std::collections::HashMap;

/// Key and value type of the argument. Keys are what ClickHouse takes here: no floats, no compound types.
pub fn sides(types: &[Type], name: &str) -> Result<(Type, Type)> {
    let wrong = |text: String| Err(Error::new(Code::IllegalTypeOfArgument, text));
    match types {
        [Type::Map(k, v)] => {
            let key = k.without_low_cardinality().clone();
            let fine = key.is_integer() || key.is_string() || key.is_temporal() && !matches!(key, Type::DateTime64(..));
            if !fine && !matches!(key, Type::Uuid | Type::Ipv4 | Type::Ipv6) {
                return wrong(format!("Map key type {key} is not supported by combinator Map"));
            }
            let value = v.without_low_cardinality().clone();
            if *value.base() == Type::Nothing {
                return Err(Error::unsupported(format!("{name} of {}", types[0])));
            }
            Ok((key, value))
        }
        [Type::Array(_), ..] | [Type::Tuple(_)] => {
            Err(Error::unsupported(format!("{name} of arrays (a Map is taken)")))
        }
        _ => wrong(format!("Aggregate function {name} requires map as argument")),
    }
}

/// State: count, then each key in the row format and the inner state, with their lengths.
pub struct MapStates {
    argument: Type,
    result: Type,
    inner: Box<dyn States>,
    converter: RowConverter,
    /// Of each group: the inner group of each key.
    groups: Vec<HashMap<Box<[u8]>, u32>>,
    /// Inner groups in use.
    used: usize,
    heap: usize,
}

impl MapStates {
    /// `inner`: states of the function over the values; `result`: the whole Map.
    pub fn boxed(argument: Type, key: &Type, result: Type, inner: Box<dyn States>) -> Result<Box<dyn States>> {
        let converter = RowConverter::new(vec![SortField::new(key.carrier())]).map_err(internal)?;
        Ok(Box::new(MapStates { argument, result, inner, converter, groups: Vec::new(), used: 0, heap: 0 }))
    }
    fn grow(&mut self, total: usize) {
        if self.groups.len() < total {
            self.groups.resize_with(total, HashMap::new);
        }
    }
    fn place(&mut self, group: usize, key: &[u8]) -> Result<u32> {
        let next = self.used as u32;
        let Some(keys) = self.groups.get_mut(group) else {
            return Err(Error::new(Code::LogicalError, "a group beyond the last"));
        };
        if let Some(place) = keys.get(key) {
            return Ok(*place);
        }
        keys.insert(key.into(), next);
        self.used += 1;
        self.heap += key.len() + 48;
        Ok(next)
    }
}

impl States for MapStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.grow(total);
        let map = args[0].as_map();
        let Type::Map(key, _) = &self.argument else {
            return Err(Error::new(Code::LogicalError, "-Map over no map"));
        };
        let plain = key.without_low_cardinality();
        let (from, to) = (map.offsets()[0] as usize, map.offsets()[map.len()] as usize);
        let keys = map.keys().slice(from, to - from);
        let keys =
            if **key == *plain { keys } else { arrow::compute::cast(&keys, &plain.carrier()).map_err(internal)? };
        let rows = self.converter.convert_columns(&[keys]).map_err(internal)?;
        let mut places = Vec::with_capacity(to - from);
        for (row, g) in groups.iter().enumerate() {
            let (first, last) = (map.offsets()[row] as usize, map.offsets()[row + 1] as usize);
            for i in first..last {
                places.push(self.place(*g as usize, rows.row(i - from).data())?);
            }
        }
        self.inner.update(&[map.values().slice(from, to - from)], &places, self.used)
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        let Some(keys) = self.groups.get(group) else { return Ok(()) };
        put_u64(out, keys.len() as u64);
        for (key, place) in keys {
            put_bytes(out, key);
            let mut state = Vec::new();
            self.inner.save(*place as usize, &mut state)?;
            put_bytes(out, &state);
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.grow(total);
        if state.is_empty() {
            return Ok(());
        }
        let mut r = Reader(state);
        for _ in 0..r.count(16)? {
            let (key, inner) = (r.bytes()?, r.bytes()?);
            let place = self.place(group, key)?;
            self.inner.merge(inner, place as usize, self.used)?;
        }
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.grow(to);
        let values = self.inner.finish(0, self.used)?;
        let parser = self.converter.parser();
        let (mut keys, mut places, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
        for group in self.groups.get(from..to).unwrap_or_default() {
            let mut sorted: Vec<(&[u8], u32)> = group.iter().map(|(k, p)| (&**k, *p)).collect();
            sorted.sort_unstable();
            lengths.push(sorted.len());
            for (key, place) in sorted {
                keys.push(parser.parse(key));
                places.push(place);
            }
        }
        let mut keys = self.converter.convert_rows(keys).map_err(internal)?;
        let keys = keys.pop().ok_or_else(|| Error::new(Code::LogicalError, "no key column"))?;
        let values = arrow::compute::take(&values, &UInt32Array::from(places), None).map_err(internal)?;
        crate::func::map::build(&self.result, OffsetBuffer::from_lengths(lengths), keys, values)
    }
    fn drop_first(&mut self, n: usize) {
        self.groups.drain(..n.min(self.groups.len()));
    }
    fn bytes(&self) -> usize {
        self.inner.bytes() + self.heap
    }
}
