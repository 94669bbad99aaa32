//! States that combinators and the treatment of NULL put around those of a function.

use super::States;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array};
use arrow::row::RowConverter;
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashSet;
use std::sync::Arc;

pub(super) fn internal(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, format!("aggregation: {e}"))
}

/// What a combinator that only changes its arguments leaves to the function's own state, `inner`.
macro_rules! through_inner {
    () => {
        fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
            self.inner.save(group, out)
        }
        fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
            self.inner.merge(state, group, total)
        }
        fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
            self.inner.finish(from, to)
        }
        fn drop_first(&mut self, n: usize) {
            self.inner.drop_first(n);
        }
        fn bytes(&self) -> usize {
            self.inner.bytes()
        }
    };
}

/// The same with a flag for each group, whether it got a row (`seen`). State: flag byte, inner state.
macro_rules! flagged {
    () => {
        fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
            out.push(u8::from(self.seen.get(group).copied().unwrap_or(false)));
            self.inner.save(group, out)
        }
        fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
            let Some((flag, rest)) = state.split_first() else { return Ok(()) };
            let groups = if *flag != 0 { vec![group as u32] } else { Vec::new() };
            mark(&mut self.seen, &groups, total);
            self.inner.merge(rest, group, total)
        }
        fn drop_first(&mut self, n: usize) {
            self.seen.drain(..n.min(self.seen.len()));
            self.inner.drop_first(n);
        }
        fn bytes(&self) -> usize {
            self.inner.bytes() + self.seen.capacity()
        }
    };
}

/// Marks the groups that got a row.
fn mark(seen: &mut Vec<bool>, groups: &[u32], total: usize) {
    if seen.len() < total {
        seen.resize(total, false);
    }
    for g in groups {
        if let Some(s) = seen.get_mut(*g as usize) {
            *s = true;
        }
    }
}

/// Marks the groups that got a row; where `conditional`, a row that the condition in the last argument lets through.
fn mark_kept(seen: &mut Vec<bool>, args: &[ArrayRef], groups: &[u32], total: usize, conditional: bool) -> Result<()> {
    let Some(condition) = args.last().filter(|_| conditional) else {
        mark(seen, groups, total);
        return Ok(());
    };
    let keep = truth(condition)?;
    let kept: Vec<u32> = groups.iter().zip(keep.iter()).filter(|(_, k)| *k == Some(true)).map(|(g, _)| *g).collect();
    mark(seen, &kept, total);
    Ok(())
}

/// The rows where `keep` is true.
fn filter_rows(args: &[ArrayRef], groups: &[u32], keep: &BooleanArray) -> Result<(Vec<ArrayRef>, Vec<u32>)> {
    let args = args.iter().map(|a| arrow::compute::filter(a, keep).map_err(internal)).collect::<Result<_>>()?;
    let groups = groups.iter().zip(keep.iter()).filter(|(_, k)| *k == Some(true)).map(|(g, _)| *g).collect();
    Ok((args, groups))
}

/// Takes LowCardinality off the arguments.
pub(super) struct Unpacked {
    pub(super) inner: Box<dyn States>,
    pub(super) types: Vec<Type>,
}

impl States for Unpacked {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        if !self.types.iter().any(|t| matches!(t, Type::LowCardinality(_))) {
            return self.inner.update(args, groups, total);
        }
        let plain: Vec<ArrayRef> = args
            .iter()
            .zip(&self.types)
            .map(|(a, t)| match t {
                Type::LowCardinality(t) => arrow::compute::cast(a, &t.carrier()).map_err(internal),
                _ => Ok(std::sync::Arc::clone(a)),
            })
            .collect::<Result<_>>()?;
        self.inner.update(&plain, groups, total)
    }
    through_inner!();
}

/// Skips rows with a NULL argument; where `null_result`, a group without rows is NULL. State: flag byte, inner state.
pub(super) struct SkipNulls {
    pub(super) inner: Box<dyn States>,
    pub(super) types: Vec<Type>,
    pub(super) null_result: bool,
    /// The last argument is the condition of -If: only rows that it lets through make a group's result.
    pub(super) conditional: bool,
    pub(super) seen: Vec<bool>,
}

impl States for SkipNulls {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        let mut nulls = None;
        for a in args {
            nulls = arrow::buffer::NullBuffer::union(nulls.as_ref(), a.logical_nulls().as_ref());
        }
        let strip = |args: &[ArrayRef]| -> Result<Vec<ArrayRef>> {
            args.iter()
                .zip(&self.types)
                .map(|(a, t)| {
                    if a.null_count() == 0 && a.nulls().is_none() {
                        return Ok(std::sync::Arc::clone(a));
                    }
                    let _ = t;
                    let data = a.to_data().into_builder().nulls(None).build().map_err(internal)?;
                    Ok(arrow::array::make_array(data))
                })
                .collect()
        };
        match nulls.filter(|n| n.null_count() > 0) {
            None => {
                let plain = strip(args)?;
                mark_kept(&mut self.seen, &plain, groups, total, self.conditional)?;
                self.inner.update(&plain, groups, total)
            }
            Some(nulls) => {
                let keep = BooleanArray::new(nulls.into_inner(), None);
                let (args, groups) = filter_rows(args, groups, &keep)?;
                let plain = strip(&args)?;
                mark_kept(&mut self.seen, &plain, &groups, total, self.conditional)?;
                self.inner.update(&plain, &groups, total)
            }
        }
    }
    flagged!();
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        let array = self.inner.finish(from, to)?;
        if !self.null_result {
            return Ok(array);
        }
        let seen: Vec<bool> = (from..to).map(|g| self.seen.get(g).copied().unwrap_or(false)).collect();
        null_unless(array, &seen)
    }
}

fn null_unless(array: ArrayRef, seen: &[bool]) -> Result<ArrayRef> {
    let nulls = arrow::buffer::NullBuffer::from_iter(seen.iter().copied());
    let nulls = arrow::buffer::NullBuffer::union(array.nulls(), Some(&nulls));
    let data = array.to_data().into_builder().nulls(nulls).build().map_err(internal)?;
    Ok(arrow::array::make_array(data))
}

/// -If: the last argument decides.
pub(super) struct IfStates {
    pub(super) inner: Box<dyn States>,
}

impl States for IfStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        let Some((condition, rest)) = args.split_last() else {
            return Err(Error::new(Code::LogicalError, "-If without a condition"));
        };
        let keep = truth(condition)?;
        let (args, groups) = filter_rows(rest, groups, &keep)?;
        self.inner.update(&args, &groups, total)
    }
    through_inner!();
}

/// Which numbers are not zero; NULL is false.
pub fn truth(array: &ArrayRef) -> Result<BooleanArray> {
    use arrow::datatypes::{self as at, DataType};
    macro_rules! ints {
        ($t:ty, $zero:expr) => {{
            let a = array.as_primitive::<$t>();
            BooleanArray::from_unary(a, |v| v != $zero)
        }};
    }
    let out = match array.data_type() {
        DataType::UInt8 => ints!(at::UInt8Type, 0),
        DataType::UInt16 => ints!(at::UInt16Type, 0),
        DataType::UInt32 => ints!(at::UInt32Type, 0),
        DataType::UInt64 => ints!(at::UInt64Type, 0),
        DataType::Int8 => ints!(at::Int8Type, 0),
        DataType::Int16 => ints!(at::Int16Type, 0),
        DataType::Int32 => ints!(at::Int32Type, 0),
        DataType::Int64 => ints!(at::Int64Type, 0),
        DataType::Float32 => ints!(at::Float32Type, 0.0),
        DataType::Float64 => ints!(at::Float64Type, 0.0),
        DataType::Dictionary(_, v) => {
            let plain = arrow::compute::cast(array, v).map_err(internal)?;
            return truth(&plain);
        }
        other => {
            return Err(Error::new(Code::IllegalTypeOfArgument, format!("a column of {other} cannot be a condition")));
        }
    };
    if out.null_count() == 0 {
        return Ok(BooleanArray::new(out.values().clone(), None));
    }
    Ok(arrow::compute::prep_null_mask_filter(&out))
}

/// -Array: elements instead of rows.
pub(super) struct ArrayStates {
    pub(super) inner: Box<dyn States>,
}

impl States for ArrayStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        let mut spread: Option<Vec<u32>> = None;
        let mut items = Vec::with_capacity(args.len());
        for a in args {
            let list = a.as_list_opt::<i32>().ok_or_else(|| Error::new(Code::LogicalError, "-Array over no array"))?;
            let mut out = Vec::new();
            let mut picks = Vec::new();
            for (i, g) in groups.iter().enumerate() {
                let (start, end) = (list.value_offsets()[i], list.value_offsets()[i + 1]);
                for at in start..end {
                    picks.push(at as u32);
                    out.push(*g);
                }
            }
            if spread.as_ref().is_some_and(|s| s.len() != out.len()) {
                return Err(Error::new(
                    Code::SizesOfArraysDoNotMatch,
                    "Array arguments of an -Array aggregate must have equal sizes",
                ));
            }
            spread.get_or_insert(out);
            items.push(arrow::compute::take(list.values(), &UInt32Array::from(picks), None).map_err(internal)?);
        }
        self.inner.update(&items, &spread.unwrap_or_default(), total)
    }
    through_inner!();
}

/// -OrNull, -OrDefault: what a group without rows gives. State: flag byte, inner state.
pub(super) struct OrStates {
    pub(super) inner: Box<dyn States>,
    pub(super) null: bool,
    pub(super) result: Type,
    /// The last argument is the condition of -If: rows that it keeps out leave a group without rows.
    pub(super) conditional: bool,
    pub(super) seen: Vec<bool>,
}

impl States for OrStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        mark_kept(&mut self.seen, args, groups, total, self.conditional)?;
        self.inner.update(args, groups, total)
    }
    flagged!();
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        let array = self.inner.finish(from, to)?;
        let seen: Vec<bool> = (from..to).map(|g| self.seen.get(g).copied().unwrap_or(false)).collect();
        if seen.iter().all(|s| *s) {
            return Ok(array);
        }
        if self.null && self.result.can_be_nullable() {
            return null_unless(array, &seen);
        }
        let default = array_of(&[Value::default_of(&self.result)], &self.result)?;
        let picks: Vec<(usize, usize)> =
            seen.iter().enumerate().map(|(i, s)| if *s { (0, i) } else { (1, 0) }).collect();
        arrow::compute::interleave(&[array.as_ref(), default.as_ref()], &picks).map_err(internal)
    }
}

type Make = Box<dyn Fn() -> Result<Box<dyn States>> + Send>;

/// -Distinct: the distinct argument rows of each group, in the row format; fed to the function at the end. State: u32
/// count, then each row as u32 length and bytes.
pub(super) struct DistinctStates {
    pub(super) converter: RowConverter,
    pub(super) sets: Vec<Seen>,
    pub(super) bytes: usize,
    pub(super) make: Make,
}

/// Distinct rows in the order in which they were met, which `groupArrayDistinct` shows.
#[derive(Default)]
pub(super) struct Seen {
    known: HashSet<Arc<[u8]>>,
    order: Vec<Arc<[u8]>>,
}

/// Bytes that a row takes beside its own.
const SEEN_BYTES: usize = 80;

impl DistinctStates {
    fn insert(&mut self, group: usize, row: &[u8]) {
        if let Some(seen) = self.sets.get_mut(group)
            && !seen.known.contains(row)
        {
            let kept: Arc<[u8]> = row.into();
            seen.known.insert(Arc::clone(&kept));
            seen.order.push(kept);
            self.bytes += row.len() + SEEN_BYTES;
        }
    }
}

impl States for DistinctStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        if self.sets.len() < total {
            self.sets.resize_with(total, Seen::default);
        }
        let rows = self.converter.convert_columns(args).map_err(internal)?;
        for (i, g) in groups.iter().enumerate() {
            self.insert(*g as usize, rows.row(i).data());
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        let set = self.sets.get(group).map_or(&[][..], |s| s.order.as_slice());
        out.extend_from_slice(&(set.len() as u32).to_le_bytes());
        for row in set {
            out.extend_from_slice(&(row.len() as u32).to_le_bytes());
            out.extend_from_slice(row);
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        if self.sets.len() < total {
            self.sets.resize_with(total, Seen::default);
        }
        let mut at = 0usize;
        let mut word = || -> Result<usize> {
            let bytes = state.get(at..at + 4).and_then(|b| <[u8; 4]>::try_from(b).ok());
            let n =
                u32::from_le_bytes(bytes.ok_or_else(|| Error::new(Code::CorruptedData, "-Distinct state ends early"))?);
            at += 4;
            Ok(n as usize)
        };
        let n = if state.is_empty() { 0 } else { word()? };
        let mut rows = Vec::new();
        let mut at = 4usize;
        for _ in 0..n {
            let short = || Error::new(Code::CorruptedData, "-Distinct state ends early");
            let length = state.get(at..at + 4).and_then(|b| <[u8; 4]>::try_from(b).ok()).ok_or_else(short)?;
            let length = u32::from_le_bytes(length) as usize;
            rows.push(state.get(at + 4..at + 4 + length).ok_or_else(short)?);
            at += 4 + length;
        }
        for row in rows {
            self.insert(group, row);
        }
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        let mut inner = (self.make)()?;
        let parser = self.converter.parser();
        let mut rows = Vec::new();
        let mut groups = Vec::new();
        for g in from..to {
            for row in self.sets.get(g).into_iter().flat_map(|s| &s.order) {
                rows.push(parser.parse(row));
                groups.push((g - from) as u32);
            }
        }
        let args = self.converter.convert_rows(rows).map_err(internal)?;
        inner.update(&args, &groups, to - from)?;
        inner.finish(0, to - from)
    }
    fn drop_first(&mut self, n: usize) {
        for set in self.sets.drain(..n.min(self.sets.len())) {
            self.bytes -= set.order.iter().map(|r| r.len() + SEEN_BYTES).sum::<usize>().min(self.bytes);
        }
    }
    fn bytes(&self) -> usize {
        self.bytes
    }
}

/// An aggregate of `NULL` itself.
pub(super) struct Never {
    pub(super) result: Type,
}

impl States for Never {
    fn update(&mut self, _: &[ArrayRef], _: &[u32], _: usize) -> Result<()> {
        Ok(())
    }
    fn save(&self, _: usize, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
    fn merge(&mut self, _: &[u8], _: usize, _: usize) -> Result<()> {
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        array_of(&vec![Value::default_of(&self.result); to - from], &self.result)
    }
    fn drop_first(&mut self, _: usize) {}
    fn bytes(&self) -> usize {
        0
    }
}
