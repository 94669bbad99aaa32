//! if, multiIf, and the functions about NULL: coalesce, ifNull, nullIf, isNull, isNotNull, toNullable, assumeNotNull;
//! greatest and least.

use super::coerce::{coerce, coerce_bytes};
use super::logical::truth;
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::compute::kernels::zip::zip as choose;
use olly_types::{Code, Error, Result, Type};

const BASE: Function =
    Function { family: Family::Conditional, nulls: Nulls::Own, low_cardinality: LowCardinality::Plain, ..FUNCTION };
const NULLS: Function =
    Function { family: Family::Null, nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "if",
        case_insensitive: true,
        syntax: "if(cond, then, else), cond ? then : else",
        description: "The second value where the condition is non-zero, else the third.",
        examples: &["SELECT if(1, 'yes', 'no')"],
        arity: (3, 3),
        infer: multi_type,
        eval: multi_if,
        ..BASE
    },
    Function {
        name: "multiIf",
        aliases: &["caseWithoutExpression", "caseWithoutExpr"],
        case_insensitive: true,
        syntax: "multiIf(cond, then, …, else)",
        description: "The value after the first non-zero condition, else the last.",
        examples: &["SELECT multiIf(0, 'a', 1, 'b', 'c')"],
        arity: (3, usize::MAX),
        infer: multi_type,
        eval: multi_if,
        ..BASE
    },
    Function {
        name: "greatest",
        case_insensitive: true,
        syntax: "greatest(a, b, …)",
        description: "The largest value; NULLs are passed over.",
        examples: &["SELECT greatest(1, 2, 3)"],
        arity: (1, usize::MAX),
        infer: |a| extreme_type(a, "greatest"),
        eval: |c| extreme(c, "greater"),
        low_cardinality: LowCardinality::Dictionary,
        ..BASE
    },
    Function {
        name: "least",
        case_insensitive: true,
        syntax: "least(a, b, …)",
        description: "The smallest value; NULLs are passed over.",
        examples: &["SELECT least(1, 2, 3)"],
        arity: (1, usize::MAX),
        infer: |a| extreme_type(a, "least"),
        eval: |c| extreme(c, "less"),
        low_cardinality: LowCardinality::Dictionary,
        ..BASE
    },
    Function {
        name: "coalesce",
        case_insensitive: true,
        syntax: "coalesce(a, b, …)",
        description: "The first value that is not NULL.",
        examples: &["SELECT coalesce(NULL, 1)"],
        arity: (0, usize::MAX),
        infer: coalesce_type,
        eval: coalesce,
        low_cardinality: LowCardinality::Dictionary,
        ..NULLS
    },
    Function {
        name: "ifNull",
        case_insensitive: true,
        syntax: "ifNull(a, b)",
        description: "The first value, or the second where it is NULL.",
        examples: &["SELECT ifNull(NULL, 1)"],
        arity: (2, 2),
        infer: coalesce_type,
        eval: coalesce,
        low_cardinality: LowCardinality::Dictionary,
        ..NULLS
    },
    Function {
        name: "nullIf",
        case_insensitive: true,
        syntax: "nullIf(a, b)",
        description: "NULL where the values are equal, else the first.",
        examples: &["SELECT nullIf(1, 1)"],
        arity: (2, 2),
        infer: null_if_type,
        eval: null_if,
        ..NULLS
    },
    Function {
        name: "isNull",
        case_insensitive: true,
        syntax: "isNull(x), x IS NULL",
        description: "Whether the value is NULL.",
        examples: &["SELECT isNull(NULL)"],
        arity: (1, 1),
        infer: |_| Ok(Type::UInt8),
        eval: |c| null_flags(c, true),
        ..NULLS
    },
    Function {
        name: "isNotNull",
        case_insensitive: true,
        syntax: "isNotNull(x), x IS NOT NULL",
        description: "Whether the value is not NULL.",
        examples: &["SELECT isNotNull(1)"],
        arity: (1, 1),
        infer: |_| Ok(Type::UInt8),
        eval: |c| null_flags(c, false),
        ..NULLS
    },
    Function {
        name: "isNullable",
        syntax: "isNullable(x)",
        description: "Whether the type is Nullable.",
        examples: &["SELECT isNullable(1)"],
        arity: (1, 1),
        infer: |_| Ok(Type::UInt8),
        eval: |c| Ok(array(vec![u8::from(c.types[0].is_nullable()); c.rows])),
        ..NULLS
    },
    Function {
        name: "toNullable",
        syntax: "toNullable(x)",
        description: "The value as a Nullable type.",
        examples: &["SELECT toNullable(1)"],
        arity: (1, 1),
        infer: to_nullable_type,
        eval: |c| c.array(0),
        ..NULLS
    },
    Function {
        name: "assumeNotNull",
        syntax: "assumeNotNull(x)",
        description: "The value without Nullable; where it was NULL, the type's default.",
        examples: &["SELECT assumeNotNull(toNullable(1))"],
        arity: (1, 1),
        infer: assume_type,
        eval: assume,
        ..NULLS
    },
];

fn multi_type(args: &[Arg]) -> Result<Type> {
    if args.len().is_multiple_of(2) {
        let text = format!("Invalid number of arguments for function multiIf: {} (odd needed)", args.len());
        return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
    }
    let last = args.len() - 1;
    for i in (0..last).step_by(2) {
        let base = args[i].ty.base();
        if !matches!(base, Type::UInt8 | Type::Bool | Type::Nothing) {
            return Err(Error::new(
                Code::IllegalTypeOfArgument,
                format!("Illegal type {} of condition, must be UInt8", args[i].ty),
            ));
        }
    }
    let mut branches: Vec<Type> = (1..last).step_by(2).map(|i| args[i].ty.clone()).collect();
    branches.push(args[last].ty.clone());
    // LowCardinality is already off (both declarations ask for it), so `if` of two such columns is plain, as in ClickHouse.
    // ClickHouse makes arguments full columns before it picks among them.
    common_type(&branches).map(|t| t.without_inner_dictionaries())
}

/// ClickHouse mixes decimals of one scale only; it finds out as it computes.
fn one_scale<'t>(branches: impl Iterator<Item = &'t Type>) -> Result<()> {
    let mut scales = branches.filter(|t| t.base().is_decimal()).map(|t| t.base().scale());
    let first = scales.next();
    match scales.all(|s| Some(s) == first) {
        true => Ok(()),
        false => Err(Error::new(Code::NotImplemented, "Conditional functions with different Decimal scales")),
    }
}

fn multi_if(call: &Call<'_>) -> Result<ArrayRef> {
    let last = call.args.len() - 1;
    if last == 2 && !matches!(call.args[0], super::Column::Const(_)) {
        one_scale(call.types[1..].iter())?;
    }
    // One condition copies bytes as they stand, several cast: a FixedString loses its zero bytes then.
    let texts = (1..=last).filter(|i| i % 2 == 1 || *i == last).all(|i| call.types[i].base().is_string());
    let branch = |i: usize| match last {
        2 if texts => coerce_bytes(&call.array(i)?, &call.types[i], call.result),
        _ => coerce(&call.array(i)?, &call.types[i], call.result),
    };
    let mut out = branch(last)?;
    for i in (0..last).step_by(2).rev() {
        let cond = truth(&call.array(i)?)?;
        if cond.true_count() == call.rows {
            out = branch(i + 1)?;
            continue;
        }
        let mask = BooleanArray::new(cond.values() & &valid(&cond), None);
        if mask.true_count() > 0 {
            out = choose(&mask, &branch(i + 1)?, &out).map_err(internal)?;
        }
    }
    Ok(out)
}

fn valid(mask: &BooleanArray) -> arrow::buffer::BooleanBuffer {
    match mask.nulls() {
        Some(nulls) => nulls.inner().clone(),
        None => arrow::buffer::BooleanBuffer::new_set(mask.len()),
    }
}

fn extreme_type(args: &[Arg], name: &str) -> Result<Type> {
    let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
    let known: Vec<Type> = types.iter().map(|t| t.base().clone()).filter(|t| *t != Type::Nothing).collect();
    if known.iter().any(Type::is_decimal) && known.iter().all(|t| t.is_decimal() || t.is_number()) {
        let ty = if known.len() == 1 { common_type(&known)? } else { super::decimal::extreme_type(&known, name)? };
        return Ok(if types.iter().any(Type::is_nullable) { Type::nullable(ty) } else { ty });
    }
    match common_type(&types) {
        Ok(Type::Bool) if types.len() > 1 => Ok(Type::UInt8),
        Ok(t) => Ok(t),
        // The least of UInt64 and Int64 is an Int64, the greatest an UInt64; ClickHouse computes others in 128 bits.
        Err(_) if types.iter().all(|t| t.is_integer()) => match types.as_slice() {
            [Type::UInt64, Type::Int64] | [Type::Int64, Type::UInt64] if name == "least" => Ok(Type::Int64),
            [Type::UInt64, Type::Int64] | [Type::Int64, Type::UInt64] => Ok(Type::UInt64),
            _ => Err(Error::unsupported(format!("{name} of UInt64 and signed integers (an Int128)"))),
        },
        // A 64-bit integer beside a float.
        Err(_) if types.iter().all(|t| t.base().is_number()) && types.len() == 2 => {
            let text = format!("Illegal types {} and {} of arguments of function {name}", types[0], types[1]);
            Err(Error::new(Code::IllegalTypeOfArgument, text))
        }
        Err(_) => {
            Err(Error::new(Code::NoCommonType, format!("There is no common type for the arguments of function {name}")))
        }
    }
}

fn extreme(call: &Call<'_>, relation: &str) -> Result<ArrayRef> {
    if let [Type::UInt64, Type::Int64] | [Type::Int64, Type::UInt64] = call.types {
        let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
        let best = zip(&x, &y, call.rows, |x: i128, y: i128| if relation == "less" { x.min(y) } else { x.max(y) });
        return crate::with_native!(call.result, T => Ok(array(best.into_iter().map(T::of_i128).collect::<Vec<T>>())));
    }
    let compare = super::registry::find(relation)
        .ok_or_else(|| Error::new(Code::LogicalError, "comparison is not registered"))?;
    let mut out = coerce(&call.array(0)?, &call.types[0], call.result)?;
    for i in 1..call.args.len() {
        let next = coerce(&call.array(i)?, &call.types[i], call.result)?;
        let types = [call.result.clone(), call.result.clone()];
        let args = [super::Column::Array(next.clone()), super::Column::Array(out.clone())];
        let flag = if call.result.is_nullable() { Type::nullable(Type::UInt8) } else { Type::UInt8 };
        let better = match crate::expr::eval_call(compare, &args, &types, &flag, call.rows, call.context)? {
            super::Column::Array(a) => a,
            _ => return Err(Error::new(Code::LogicalError, "comparison of columns gave a constant")),
        };
        let better = truth(&better)?;
        if call.result.is_float() {
            // The value so far stays only where it is the better one, so what stands after a NaN replaces it.
            let args = [super::Column::Array(out.clone()), super::Column::Array(next.clone())];
            let stays = match crate::expr::eval_call(compare, &args, &types, &flag, call.rows, call.context)? {
                super::Column::Array(a) => truth(&a)?,
                _ => return Err(Error::new(Code::LogicalError, "comparison of columns gave a constant")),
            };
            let take: BooleanArray = stays.iter().map(|s| Some(s != Some(true))).collect();
            out = choose(&take, &next, &out).map_err(internal)?;
            continue;
        }
        // Better, or the only one that is not NULL.
        let take: BooleanArray = (0..call.rows)
            .map(|r| Some(next.is_valid(r) && (out.is_null(r) || (better.is_valid(r) && better.value(r)))))
            .collect();
        out = choose(&take, &next, &out).map_err(internal)?;
    }
    Ok(out)
}

/// Arguments up to the first that cannot be NULL.
fn needed(types: &[Type]) -> Vec<usize> {
    let mut used = Vec::new();
    for (i, ty) in types.iter().enumerate() {
        if matches!(ty, Type::Nullable(t) if **t == Type::Nothing) {
            continue;
        }
        used.push(i);
        if !ty.is_nullable() {
            break;
        }
    }
    used
}

fn coalesce_type(args: &[Arg]) -> Result<Type> {
    let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
    let used = needed(&types);
    let Some(last) = used.last() else { return Ok(Type::nullable(Type::Nothing)) };
    if used.len() == 1 {
        return Ok(types[*last].without_inner_dictionaries());
    }
    let ends = !types[*last].is_nullable();
    let seen: Vec<Type> = used
        .iter()
        .map(|i| match &types[*i] {
            Type::Nullable(t) if ends => (**t).clone(),
            Type::LowCardinality(t) if ends => t.base().clone(),
            t => t.clone(),
        })
        .collect();
    common_type(&seen).map(|t| t.without_inner_dictionaries())
}

fn coalesce(call: &Call<'_>) -> Result<ArrayRef> {
    let used = needed(call.types);
    let Some((last, before)) = used.split_last() else {
        return olly_types::value::array_of(&vec![olly_types::Value::Null; call.rows], call.result);
    };
    one_scale(used.iter().map(|i| &call.types[*i]))?;
    // Each but the last is only used where it is not NULL.
    let part = |i: usize| {
        let array = call.array(i)?;
        Ok::<_, Error>((coerce_bytes(&array, &call.types[i], call.result)?, array))
    };
    let mut out = part(*last)?.0;
    for i in before.iter().rev() {
        let (value, source) = part(*i)?;
        let mask = arrow::compute::is_not_null(&source).map_err(internal)?;
        out = choose(&mask, &value, &out).map_err(internal)?;
    }
    Ok(out)
}

fn null_if_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    match ty {
        // Beside another column, which is no constant, the dictionary is taken off.
        Type::LowCardinality(t) if args[1].constant.is_none() => Ok(Type::nullable(t.base().clone())),
        Type::LowCardinality(t) => Ok(Type::low_cardinality(Type::nullable((**t).clone()))),
        t if t.can_be_nullable() => Ok(Type::nullable(t.clone())),
        t if t.is_nullable() => Ok(t.clone()),
        t => Err(illegal(t, "nullIf")),
    }
}

fn null_if(call: &Call<'_>) -> Result<ArrayRef> {
    let equals =
        super::registry::find("equals").ok_or_else(|| Error::new(Code::LogicalError, "equals is not registered"))?;
    let first = coerce_bytes(&call.array(0)?, &call.types[0], call.result)?;
    let args = [super::Column::Array(call.array(0)?), super::Column::Array(call.array(1)?)];
    let nullable = call.types.iter().any(Type::is_nullable);
    let plain: Vec<super::Arg> =
        call.types.iter().map(|t| Arg { ty: t.base().clone(), constant: None, lambda: false }).collect();
    (equals.infer)(&plain)?;
    let flag = if nullable { Type::nullable(Type::UInt8) } else { Type::UInt8 };
    let same = match crate::expr::eval_call(equals, &args, call.types, &flag, call.rows, call.context)? {
        super::Column::Array(a) => truth(&a)?,
        _ => return Err(Error::new(Code::LogicalError, "comparison of columns gave a constant")),
    };
    let same = BooleanArray::new(same.values() & &valid(&same), None);
    arrow::compute::nullif(&first, &same).map_err(internal)
}

fn null_flags(call: &Call<'_>, null: bool) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let nulls = array.logical_nulls();
    Ok(flags((0..call.rows).map(|i| nulls.as_ref().is_some_and(|n| n.is_null(i)) == null).collect()))
}

fn to_nullable_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    if ty.is_nullable() || ty.can_be_nullable() || matches!(ty, Type::LowCardinality(_)) {
        return Ok(Type::nullable(ty.clone()));
    }
    Err(illegal(ty, "toNullable"))
}

fn assume_type(args: &[Arg]) -> Result<Type> {
    Ok(match &args[0].ty {
        Type::Nullable(t) => (**t).clone(),
        Type::LowCardinality(t) => Type::low_cardinality(t.base().clone()),
        t => t.without_inner_dictionaries(),
    })
}

fn assume(call: &Call<'_>) -> Result<ArrayRef> {
    coerce_bytes(&call.array(0)?, &call.types[0], call.result)
}
