//! Whether and where an array holds values.

use super::array::{BASE, bounds, item, list_of};
use super::comparison::same;
use super::num::*;
use super::{Arg, Call, Column, Function};
use crate::typing::common_type;
use arrow::array::ArrayRef;
use olly_types::{Result, Type};
use std::sync::Arc;

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "has",
        arity: (2, 2),
        syntax: "has(a, x)",
        description: "Whether the array has the value.",
        examples: &["SELECT has([1, 2], 2)"],
        infer: |a| holds_type(a, "has"),
        eval: |c| find(c, |n| array_u8(n.map(|(_, k)| k > 0))),
        ..BASE
    },
    Function {
        name: "indexOf",
        arity: (2, 2),
        syntax: "indexOf(a, x)",
        description: "Position of the first equal element, or 0.",
        examples: &["SELECT indexOf([1, 2], 2)"],
        infer: |a| holds_type(a, "indexOf").map(|_| Type::UInt64),
        eval: |c| find(c, |n| array(n.map(|(i, _)| i).collect::<Vec<u64>>())),
        ..BASE
    },
    Function {
        name: "countEqual",
        arity: (2, 2),
        syntax: "countEqual(a, x)",
        description: "Number of elements equal to the value.",
        examples: &["SELECT countEqual([1, 2, 2], 2)"],
        infer: |a| holds_type(a, "countEqual").map(|_| Type::UInt64),
        eval: |c| find(c, |n| array(n.map(|(_, k)| k).collect::<Vec<u64>>())),
        ..BASE
    },
    Function {
        name: "hasAny",
        arity: (2, 2),
        syntax: "hasAny(a, b)",
        description: "Whether the arrays share an element.",
        examples: &["SELECT hasAny([1, 2], [2, 3])"],
        infer: two_arrays,
        eval: |c| subset(c, false),
        ..BASE
    },
    Function {
        name: "hasAll",
        arity: (2, 2),
        syntax: "hasAll(a, b)",
        description: "Whether the first array has every element of the second.",
        examples: &["SELECT hasAll([1, 2], [2])"],
        infer: two_arrays,
        eval: |c| subset(c, true),
        ..BASE
    },
];

fn holds_type(args: &[Arg], name: &str) -> Result<Type> {
    let inner = item(&args[0].ty, name)?;
    let (a, b) = (inner.base().clone(), args[1].ty.base().clone());
    if a != Type::Nothing
        && b != Type::Nothing
        && common_type(&[a.clone(), b.clone()]).is_err()
        && !(a.is_number() && b.is_number())
    {
        return Err(illegal_pair(&args[0].ty, &args[1].ty, name));
    }
    Ok(Type::UInt8)
}

fn array_u8(values: impl Iterator<Item = bool>) -> ArrayRef {
    flags(values.collect())
}

/// Position of the first equal element and the number of equal ones, per row.
fn find(call: &Call<'_>, f: impl FnOnce(std::vec::IntoIter<(u64, u64)>) -> ArrayRef) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let inner = item(&call.types[0], "has")?;
    let needle = match &call.args[1] {
        Column::Const(a) => Arc::clone(a),
        _ => call.array(1)?,
    };
    let constant = call.is_const(1);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        let (mut first, mut count) = (0, 0);
        for i in s..e {
            if same(list.values(), &inner, i as usize, &needle, &call.types[1], if constant { 0 } else { row })? {
                count += 1;
                if first == 0 {
                    first = u64::from(i - s) + 1;
                }
            }
        }
        out.push((first, count));
    }
    Ok(f(out.into_iter()))
}

fn two_arrays(args: &[Arg]) -> Result<Type> {
    let types = [item(&args[0].ty, "hasAny")?, item(&args[1].ty, "hasAny")?];
    common_type(&types)?;
    Ok(Type::UInt8)
}

fn subset(call: &Call<'_>, all: bool) -> Result<ArrayRef> {
    let (a, b) = (list_of(call, 0)?, list_of(call, 1)?);
    let (ta, tb) = (item(&call.types[0], "hasAll")?, item(&call.types[1], "hasAll")?);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let ((s, e), (s2, e2)) = (bounds(&a, row), bounds(&b, row));
        let mut hits = 0;
        for j in s2..e2 {
            for i in s..e {
                if same(a.values(), &ta, i as usize, b.values(), &tb, j as usize)? {
                    hits += 1;
                    break;
                }
            }
        }
        out.push(if all { hits == e2 - s2 } else { hits > 0 });
    }
    Ok(flags(out))
}
