//! Aggregates as queries name them: a function with combinators as suffixes (`sumIf`, `avgOrNullIf`, `uniqArray`), its
//! parameters and argument types, and the treatment of NULL around it.
//!
//! Order, as in ClickHouse: the NULL treatment is outermost and looks at all arguments (the condition of -If too); then the
//! combinators from the last suffix to the first; then the function.

use super::{Aggregate, AggregateNulls, States};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array};
use arrow::row::{RowConverter, SortField};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashSet;

/// A suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combinator {
    If,
    Array,
    Distinct,
    OrNull,
    OrDefault,
    Map,
}

const SUFFIXES: &[(&str, Combinator)] = &[
    ("If", Combinator::If),
    ("Array", Combinator::Array),
    ("Distinct", Combinator::Distinct),
    ("OrNull", Combinator::OrNull),
    ("OrDefault", Combinator::OrDefault),
    ("Map", Combinator::Map),
];

/// Names of the combinators, for `system.aggregate_function_combinators`.
pub fn names() -> impl Iterator<Item = &'static str> {
    SUFFIXES.iter().map(|(n, _)| *n)
}

/// An aggregate with everything that decides its states.
pub struct Resolved {
    /// As the query names it.
    pub name: String,
    pub parameters: Vec<Value>,
    /// Argument types as they stand in the query.
    pub types: Vec<Type>,
    pub result: Type,
    base: &'static Aggregate,
    /// The last suffix first.
    combinators: Vec<Combinator>,
    /// Some argument is `NULL` itself: no row counts.
    never: bool,
}

impl std::fmt::Debug for Resolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:?}({:?})", self.name, self.parameters, self.types)
    }
}

fn split(name: &str) -> Option<(&'static Aggregate, Vec<Combinator>)> {
    if let Some(base) = super::registry::find(name) {
        return Some((base, Vec::new()));
    }
    for (suffix, combinator) in SUFFIXES {
        if let Some(rest) = name.strip_suffix(suffix)
            && !rest.is_empty()
            && let Some((base, mut inner)) = split(rest)
        {
            inner.insert(0, *combinator);
            return Some((base, inner));
        }
    }
    None
}

/// Whether a name is an aggregate's, with or without combinators.
pub fn is_aggregate(name: &str) -> bool {
    split(name).is_some() || unsupported(name).is_some()
}

/// The name of the aggregate that sees NULLs where this one skips them, with the same combinators.
pub fn respecting_nulls(name: &str) -> Option<String> {
    let (base, combinators) = split(name)?;
    let own = match base.name {
        "any" | "any_respect_nulls" => "any_respect_nulls",
        "anyLast" | "anyLast_respect_nulls" => "anyLast_respect_nulls",
        _ => return None,
    };
    let suffix = |c: &Combinator| SUFFIXES.iter().find(|(_, s)| s == c).map_or("", |(n, _)| *n);
    Some(std::iter::once(own).chain(combinators.iter().rev().map(suffix)).collect())
}

/// The combinator that an otherwise known aggregate asks for and that does not exist here.
fn unsupported(name: &str) -> Option<&'static str> {
    ["State", "Merge", "MergeState", "ForEach", "SimpleState", "Resample", "ArgMin", "ArgMax"]
        .into_iter()
        .find(|s| name.strip_suffix("If").unwrap_or(name).strip_suffix(s).is_some_and(|rest| split(rest).is_some()))
}

fn plain(t: &Type) -> Type {
    match t.without_low_cardinality() {
        Type::Nullable(t) => (**t).clone(),
        t => t.clone(),
    }
}

/// Finds an aggregate and types it. Errors: 63 for an unknown name, 42, 133, and what the function itself says.
pub fn resolve(name: &str, parameters: Vec<Value>, types: &[Type]) -> Result<Resolved> {
    let Some((base, combinators)) = split(name) else {
        return Err(match unsupported(name) {
            Some(suffix) => Error::unsupported(format!("aggregate function combinator -{suffix} (in {name})")),
            None => Error::new(Code::UnknownAggregateFunction, format!("Unknown aggregate function {name}")),
        });
    };
    let stripped: Vec<Type> = types.iter().map(|t| t.without_low_cardinality().clone()).collect();
    let own = base.nulls == AggregateNulls::Own;
    let never = !own && stripped.iter().any(|t| matches!(t, Type::Nullable(n) if **n == Type::Nothing));
    let mut seen: Vec<Type> = if own { stripped.clone() } else { stripped.iter().map(plain).collect() };
    if combinators.contains(&Combinator::If)
        && let Some(condition) = seen.last_mut()
        && *condition == Type::Nothing
    {
        *condition = Type::UInt8;
    }
    let nullable = counted(&stripped, &combinators).iter().any(Type::is_nullable);
    let never = never
        && counted(&stripped, &combinators).iter().any(|t| matches!(t, Type::Nullable(n) if **n == Type::Nothing));
    let mut result = if never && base.nulls == AggregateNulls::SkipNullable {
        Type::nullable(Type::Nothing)
    } else {
        infer(base, &combinators, &parameters, &seen, name)?
    };
    if never && matches!(result, Type::Array(_)) {
        result = Type::nullable(Type::Nothing);
    }
    if nullable && !never && base.nulls == AggregateNulls::SkipNullable && result.can_be_nullable() {
        result = Type::nullable(result);
    }
    Ok(Resolved { name: name.to_string(), parameters, types: types.to_vec(), result, base, combinators, never })
}

/// The arguments whose NULL makes the result Nullable: not the condition of -If, where NULL is false.
fn counted<'t>(types: &'t [Type], combinators: &[Combinator]) -> &'t [Type] {
    match types.split_last() {
        Some((_, rest)) if combinators.contains(&Combinator::If) => rest,
        _ => types,
    }
}

fn count_error(name: &str, given: usize, (least, most): (usize, usize)) -> Error {
    let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
    Error::new(
        Code::NumberOfArgumentsDoesNotMatch,
        format!("Aggregate function {name} requires {wanted} argument(s), got {given}"),
    )
}

/// Type of the result of combinators around a function, arguments without NULL.
fn infer(
    base: &Aggregate,
    combinators: &[Combinator],
    parameters: &[Value],
    types: &[Type],
    name: &str,
) -> Result<Type> {
    let Some((first, rest)) = combinators.split_first() else {
        if types.len() < base.arity.0 || types.len() > base.arity.1 {
            return Err(count_error(name, types.len(), base.arity));
        }
        if parameters.len() < base.parameters.0 || parameters.len() > base.parameters.1 {
            let text = format!(
                "Aggregate function {} takes {:?} parameters, got {}",
                base.name,
                base.parameters,
                parameters.len()
            );
            return Err(Error::new(Code::AggregateFunctionDoesNotAllowParameters, text));
        }
        return (base.infer)(parameters, types);
    };
    match first {
        Combinator::If => {
            let Some((condition, others)) = types.split_last() else {
                return Err(count_error(name, 0, (1, usize::MAX)));
            };
            if !condition.base().is_integer() && *condition.base() != Type::Nothing {
                let text = format!(
                    "Illegal type {condition} of the last argument of aggregate function {name}: it must be a condition (UInt8)"
                );
                return Err(Error::new(Code::IllegalTypeOfArgument, text));
            }
            infer(base, rest, parameters, others, name)
        }
        Combinator::Array => {
            let items: Vec<Type> = types
                .iter()
                .map(|t| match t {
                    Type::Array(t) if base.nulls == AggregateNulls::Own => Ok(t.without_low_cardinality().clone()),
                    Type::Array(t) => Ok(plain(t)),
                    t => Err(Error::new(
                        Code::IllegalTypeOfArgument,
                        format!("Illegal type {t} of argument of aggregate function {name}: it must be an array"),
                    )),
                })
                .collect::<Result<_>>()?;
            let result = infer(base, rest, parameters, &items, name)?;
            let nullable = base.nulls == AggregateNulls::SkipNullable
                && types.iter().any(|t| matches!(t, Type::Array(t) if t.without_low_cardinality().is_nullable()));
            Ok(if nullable && result.can_be_nullable() { Type::nullable(result) } else { result })
        }
        Combinator::Distinct => infer(base, rest, parameters, types, name),
        Combinator::OrNull => {
            let t = infer(base, rest, parameters, types, name)?;
            Ok(if t.can_be_nullable() { Type::nullable(t) } else { t })
        }
        Combinator::OrDefault => infer(base, rest, parameters, types, name),
        Combinator::Map => {
            let (key, value) = super::map_values::sides(types, name)?;
            let own = base.nulls == AggregateNulls::Own;
            let inner = if own { value.clone() } else { plain(&value) };
            let result = infer(base, rest, parameters, &[inner], name)?;
            let nullable =
                value.is_nullable() && base.nulls == AggregateNulls::SkipNullable && result.can_be_nullable();
            Ok(Type::map(key, if nullable { Type::nullable(result) } else { result }))
        }
    }
}

impl Resolved {
    /// Fresh states.
    pub fn create(&self) -> Result<Box<dyn States>> {
        let stripped: Vec<Type> = self.types.iter().map(|t| t.without_low_cardinality().clone()).collect();
        let own = self.base.nulls == AggregateNulls::Own;
        let seen: Vec<Type> = if own { stripped.clone() } else { stripped.iter().map(plain).collect() };
        if self.never && self.result == Type::nullable(Type::Nothing) {
            return Ok(Box::new(Never { result: self.result.clone() }));
        }
        let inner = create(self.base, &self.combinators, &self.parameters, &seen)?;
        let nullable = stripped.iter().any(Type::is_nullable);
        if own || !nullable {
            return Ok(Box::new(Unpacked { inner, types: self.types.clone() }));
        }
        let null_result = self.base.nulls == AggregateNulls::SkipNullable
            && counted(&stripped, &self.combinators).iter().any(Type::is_nullable)
            && self.result.is_nullable();
        Ok(Box::new(Unpacked {
            inner: Box::new(SkipNulls {
                inner,
                types: stripped,
                null_result,
                conditional: self.combinators.first() == Some(&Combinator::If),
                seen: Vec::new(),
            }),
            types: self.types.clone(),
        }))
    }
}

fn create(
    base: &Aggregate,
    combinators: &[Combinator],
    parameters: &[Value],
    types: &[Type],
) -> Result<Box<dyn States>> {
    let Some((first, rest)) = combinators.split_first() else { return (base.create)(parameters, types) };
    match first {
        Combinator::If => {
            let others = types.split_last().map_or(&[][..], |(_, o)| o);
            Ok(Box::new(IfStates { inner: create(base, rest, parameters, others)? }))
        }
        Combinator::Array => {
            let items: Vec<Type> =
                types.iter().map(|t| if let Type::Array(t) = t { (**t).clone() } else { t.clone() }).collect();
            let nullable = base.nulls != AggregateNulls::Own && items.iter().any(Type::is_nullable);
            let inner =
                create(
                    base,
                    rest,
                    parameters,
                    &items
                        .iter()
                        .map(|t| {
                            if base.nulls == AggregateNulls::Own {
                                t.without_low_cardinality().clone()
                            } else {
                                plain(t)
                            }
                        })
                        .collect::<Vec<_>>(),
                )?;
            let inner: Box<dyn States> = if nullable {
                Box::new(SkipNulls {
                    inner,
                    types: items.iter().map(|t| t.without_low_cardinality().clone()).collect(),
                    null_result: base.nulls == AggregateNulls::SkipNullable,
                    conditional: false,
                    seen: Vec::new(),
                })
            } else {
                inner
            };
            Ok(Box::new(ArrayStates { inner: Box::new(Unpacked { inner, types: items }) }))
        }
        Combinator::Map => {
            let (key, value) = super::map_values::sides(types, base.name)?;
            let own = base.nulls == AggregateNulls::Own;
            let inner = create(base, rest, parameters, &[if own { value.clone() } else { plain(&value) }])?;
            let result = infer(base, combinators, parameters, types, base.name)?;
            let inner: Box<dyn States> = if value.is_nullable() && !own {
                let null_result = matches!(&result, Type::Map(_, v) if v.is_nullable());
                Box::new(SkipNulls { inner, types: vec![value], null_result, conditional: false, seen: Vec::new() })
            } else {
                inner
            };
            let argument: Box<dyn States> = match types {
                [Type::Map(_, v)] => Box::new(Unpacked { inner, types: vec![(**v).clone()] }),
                _ => return Err(Error::new(Code::LogicalError, "-Map over no map")),
            };
            super::map_values::MapStates::boxed(types[0].clone(), &key, result, argument)
        }
        Combinator::Distinct => {
            let fields = types.iter().map(|t| SortField::new(t.carrier())).collect();
            let (base_name, rest, parameters, types) = (base.name, rest.to_vec(), parameters.to_vec(), types.to_vec());
            Ok(Box::new(DistinctStates {
                converter: RowConverter::new(fields).map_err(internal)?,
                sets: Vec::new(),
                bytes: 0,
                make: Box::new(move || {
                    let base = super::registry::find(base_name)
                        .ok_or_else(|| Error::new(Code::LogicalError, "aggregate is gone"))?;
                    create(base, &rest, &parameters, &types)
                }),
            }))
        }
        Combinator::OrNull | Combinator::OrDefault => {
            let result = infer(base, rest, parameters, types, base.name)?;
            Ok(Box::new(OrStates {
                inner: create(base, rest, parameters, types)?,
                null: *first == Combinator::OrNull,
                result,
                seen: Vec::new(),
            }))
        }
    }
}

fn internal(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, format!("aggregation: {e}"))
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

/// The rows where `keep` is true.
fn filter_rows(args: &[ArrayRef], groups: &[u32], keep: &BooleanArray) -> Result<(Vec<ArrayRef>, Vec<u32>)> {
    let args = args.iter().map(|a| arrow::compute::filter(a, keep).map_err(internal)).collect::<Result<_>>()?;
    let groups = groups.iter().zip(keep.iter()).filter(|(_, k)| *k == Some(true)).map(|(g, _)| *g).collect();
    Ok((args, groups))
}

/// Takes LowCardinality off the arguments.
struct Unpacked {
    inner: Box<dyn States>,
    types: Vec<Type>,
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
}

/// Skips rows with a NULL argument; where `null_result`, a group without rows is NULL. State: flag byte, inner state.
struct SkipNulls {
    inner: Box<dyn States>,
    types: Vec<Type>,
    null_result: bool,
    /// The last argument is the condition of -If: only rows that it lets through make a group's result.
    conditional: bool,
    seen: Vec<bool>,
}

impl SkipNulls {
    fn mark(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        match args.last() {
            Some(condition) if self.conditional => {
                let keep = truth(condition)?;
                let kept: Vec<u32> =
                    groups.iter().zip(keep.iter()).filter(|(_, k)| *k == Some(true)).map(|(g, _)| *g).collect();
                mark(&mut self.seen, &kept, total);
            }
            _ => mark(&mut self.seen, groups, total),
        }
        Ok(())
    }
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
                self.mark(&plain, groups, total)?;
                self.inner.update(&plain, groups, total)
            }
            Some(nulls) => {
                let keep = BooleanArray::new(nulls.into_inner(), None);
                let (args, groups) = filter_rows(args, groups, &keep)?;
                let plain = strip(&args)?;
                self.mark(&plain, &groups, total)?;
                self.inner.update(&plain, &groups, total)
            }
        }
    }
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
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        let array = self.inner.finish(from, to)?;
        if !self.null_result {
            return Ok(array);
        }
        let seen: Vec<bool> = (from..to).map(|g| self.seen.get(g).copied().unwrap_or(false)).collect();
        null_unless(array, &seen)
    }
    fn drop_first(&mut self, n: usize) {
        self.seen.drain(..n.min(self.seen.len()));
        self.inner.drop_first(n);
    }
    fn bytes(&self) -> usize {
        self.inner.bytes() + self.seen.capacity()
    }
}

fn null_unless(array: ArrayRef, seen: &[bool]) -> Result<ArrayRef> {
    let nulls = arrow::buffer::NullBuffer::from_iter(seen.iter().copied());
    let nulls = arrow::buffer::NullBuffer::union(array.nulls(), Some(&nulls));
    let data = array.to_data().into_builder().nulls(nulls).build().map_err(internal)?;
    Ok(arrow::array::make_array(data))
}

/// -If: the last argument decides.
struct IfStates {
    inner: Box<dyn States>,
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
struct ArrayStates {
    inner: Box<dyn States>,
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
}

/// -OrNull, -OrDefault: what a group without rows gives. State: flag byte, inner state.
struct OrStates {
    inner: Box<dyn States>,
    null: bool,
    result: Type,
    seen: Vec<bool>,
}

impl States for OrStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        mark(&mut self.seen, groups, total);
        self.inner.update(args, groups, total)
    }
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
    fn drop_first(&mut self, n: usize) {
        self.seen.drain(..n.min(self.seen.len()));
        self.inner.drop_first(n);
    }
    fn bytes(&self) -> usize {
        self.inner.bytes() + self.seen.capacity()
    }
}

type Make = Box<dyn Fn() -> Result<Box<dyn States>> + Send>;

/// -Distinct: the distinct argument rows of each group, in the row format; fed to the function at the end. State: u32
/// count, then each row as u32 length and bytes.
struct DistinctStates {
    converter: RowConverter,
    sets: Vec<HashSet<Box<[u8]>>>,
    bytes: usize,
    make: Make,
}

impl DistinctStates {
    fn insert(&mut self, group: usize, row: &[u8]) {
        if let Some(set) = self.sets.get_mut(group)
            && !set.contains(row)
        {
            set.insert(row.into());
            self.bytes += row.len() + 48;
        }
    }
}

impl States for DistinctStates {
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        if self.sets.len() < total {
            self.sets.resize_with(total, HashSet::new);
        }
        let rows = self.converter.convert_columns(args).map_err(internal)?;
        for (i, g) in groups.iter().enumerate() {
            self.insert(*g as usize, rows.row(i).data());
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        let empty = HashSet::new();
        let set = self.sets.get(group).unwrap_or(&empty);
        out.extend_from_slice(&(set.len() as u32).to_le_bytes());
        for row in set {
            out.extend_from_slice(&(row.len() as u32).to_le_bytes());
            out.extend_from_slice(row);
        }
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        if self.sets.len() < total {
            self.sets.resize_with(total, HashSet::new);
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
            for row in self.sets.get(g).into_iter().flatten() {
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
            self.bytes -= set.iter().map(|r| r.len() + 48).sum::<usize>().min(self.bytes);
        }
    }
    fn bytes(&self) -> usize {
        self.bytes
    }
}

/// An aggregate of `NULL` itself.
struct Never {
    result: Type,
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
