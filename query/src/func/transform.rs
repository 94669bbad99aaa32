//! `transform`: values looked up in a constant list and replaced.

use super::coerce::coerce;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::row::{RowConverter, SortField};
use olly_types::{Code, Error, Result, Type};
use std::collections::HashMap;

pub const FUNCTIONS: &[Function] = &[Function {
    name: "transform",
    family: Family::Other,
    arity: (3, 4),
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Dictionary,
    syntax: "transform(x, from, to[, default])",
    description: "The value of `to` at the place where `from` has x; else the default, or x itself.",
    examples: &["SELECT transform(2, [1, 2], ['one', 'two'], 'many')"],
    infer: result,
    eval,
    ..FUNCTION
}];

fn parts(types: &[Type]) -> Result<(Type, Type, Type)> {
    let bad = || {
        Error::new(
            Code::IllegalTypeOfArgument,
            "Function transform has signature: transform(T, Array(T), Array(U), U) -> U; or transform(T, Array(T), Array(T)) -> T; where T and U are types",
        )
    };
    let (Some(Type::Array(from)), Some(Type::Array(to))) = (types.get(1), types.get(2)) else { return Err(bad()) };
    if from.is_nullable() {
        return Err(Error::unsupported("NULL among the values that transform looks for"));
    }
    let x = types.first().map_or(&Type::Nothing, |t| t.base());
    let key = if *x == Type::Nothing {
        (**from).clone()
    } else {
        common_type(&[x.clone(), (**from).clone()]).map_err(|_| bad())?
    };
    let rest = match types.get(3) {
        Some(default) => default.clone(),
        None => types.first().cloned().ok_or_else(bad)?,
    };
    let value = common_type(&[(**to).clone(), rest]).map_err(|_| bad())?;
    Ok((key, (**to).clone(), value))
}

fn result(args: &[Arg]) -> Result<Type> {
    if let Some(i) = [1, 2].into_iter().find(|i| args[*i].constant.is_none()) {
        return Err(Error::new(
            Code::IllegalColumn,
            format!("Argument at index {i} for function transform must be constant"),
        ));
    }
    let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
    parts(&types).map(|(_, _, value)| value)
}

fn items(call: &Call<'_>, i: usize) -> Result<ArrayRef> {
    match call.args.get(i) {
        Some(Column::Const(a)) if a.len() == 1 => Ok(a.as_list::<i32>().value(0)),
        _ => Err(Error::new(
            Code::IllegalColumn,
            format!("Argument at index {i} for function transform must be constant"),
        )),
    }
}

fn eval(call: &Call<'_>) -> Result<ArrayRef> {
    let (key, to_type, value) = parts(call.types)?;
    let (from, to) = (items(call, 1)?, items(call, 2)?);
    if from.len() != to.len() {
        return Err(Error::new(
            Code::BadArguments,
            "Second and third arguments of function transform must be arrays of the same size",
        ));
    }
    let Type::Array(from_type) = &call.types[1] else { return Err(Error::unsupported("transform of no list")) };
    let from = coerce(&from, from_type, &key)?;
    let to = coerce(&to, &to_type, &value)?;
    let x = call.array(0)?;
    let nulls = x.logical_nulls();
    let all_null = call.types[0].base() == &Type::Nothing;
    let x_plain = if all_null {
        None
    } else if nulls.is_some() {
        Some(coerce(&crate::expr::without_nulls(&x, &call.types[0])?, call.types[0].base(), &key)?)
    } else {
        let nullable = call.types[0].is_nullable();
        let plain = if nullable { crate::expr::without_nulls(&x, &call.types[0])? } else { x.clone() };
        Some(coerce(&plain, call.types[0].base(), &key)?)
    };
    let converter = RowConverter::new(vec![SortField::new(from.data_type().clone())]).map_err(internal)?;
    let keys = converter.convert_columns(std::slice::from_ref(&from)).map_err(internal)?;
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    for (i, key) in keys.iter().enumerate() {
        places.entry(key.as_ref().to_vec()).or_insert(i);
    }
    let (otherwise, from_type) =
        if call.args.len() > 3 { (call.array(3)?, &call.types[3]) } else { (call.array(0)?, &call.types[0]) };
    let otherwise = coerce(&otherwise, from_type, &value)?;
    let rows = match &x_plain {
        Some(x) => Some(converter.convert_columns(std::slice::from_ref(x)).map_err(internal)?),
        None => None,
    };
    let picks: Vec<(usize, usize)> = (0..call.rows)
        .map(|r| {
            let known = nulls.as_ref().is_none_or(|n| n.is_valid(r));
            let row = rows.as_ref().filter(|_| known).map(|rows| rows.row(r));
            match row.and_then(|row| places.get(row.as_ref())) {
                Some(i) => (0, *i),
                None => (1, r),
            }
        })
        .collect();
    if call.rows == 0 {
        return Ok(otherwise);
    }
    arrow::compute::interleave(&[to.as_ref(), otherwise.as_ref()], &picks).map_err(internal)
}
