//! Evaluation of typed expressions, with ClickHouse's default treatment of NULL and LowCardinality around each call.

use super::{Expr, ExprKind, LambdaFn, meter};
use crate::exec::held::held_bytes;
use crate::func::{Call, Column, EvalContext, Function, LowCardinality, Nulls};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::UInt32Type;
use olly_types::batch::value_bytes;
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

/// An error of Arrow inside an evaluation: a fault of ours, not of the query.
pub(crate) fn internal(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, format!("evaluation failed: {e}"))
}

/// Repeats the one value of `array` for `rows` rows.
pub fn repeat(array: &ArrayRef, rows: usize) -> Result<ArrayRef> {
    if array.len() == rows {
        return Ok(Arc::clone(array));
    }
    // A view repeats without its bytes.
    let one = if matches!(array.data_type(), arrow::datatypes::DataType::BinaryView) { 16 } else { value_bytes(array) };
    let bytes = (one as usize + 4).saturating_mul(rows);
    if bytes > LARGE {
        meter::more(bytes)?;
    }
    arrow::compute::take(array, &UInt32Array::from(vec![0; rows]), None).map_err(internal)
}

/// Columns from this size on are held of the query's memory while they are intermediate.
const LARGE: usize = 256 << 10;
/// Bytes of arguments that a function gets at once, where rows can be parted: between two parts the query's end is looked at.
const PART: usize = 2 << 20;

/// Evaluates an expression over input columns of `rows` rows.
pub fn eval(expr: &Expr, columns: &[Column], rows: usize, context: &EvalContext) -> Result<Column> {
    let _metered = meter::enter(context);
    eval_in(expr, columns, &[], rows, context)
}

pub(super) fn eval_in(
    expr: &Expr,
    columns: &[Column],
    parameters: &[Vec<Column>],
    rows: usize,
    context: &EvalContext,
) -> Result<Column> {
    let missing = |what: &str| Error::new(Code::LogicalError, format!("expression names a {what} that is not there"));
    match &expr.kind {
        ExprKind::Literal(value) => Ok(Column::Const(array_of(std::slice::from_ref(value), &expr.ty)?)),
        ExprKind::Column(i) => columns.get(*i).cloned().ok_or_else(|| missing("column")),
        ExprKind::Parameter { depth, index } => {
            let frame = parameters.len().checked_sub(depth + 1).and_then(|i| parameters.get(i));
            frame.and_then(|p| p.get(*index)).cloned().ok_or_else(|| missing("lambda parameter"))
        }
        ExprKind::Lambda { parameters: types, body } => Ok(Column::Lambda(LambdaFn {
            parameters: types.clone(),
            result: expr.ty.clone(),
            body: Arc::clone(body),
            columns: columns.into(),
            outer: parameters.into(),
            rows,
            context: context.clone(),
        })),
        ExprKind::InSet { args, set, negated } => {
            let mut values = Vec::with_capacity(args.len());
            for arg in args {
                values.push(eval_in(arg, columns, parameters, rows, context)?);
            }
            in_set(args, &values, set, *negated, rows)
        }
        // The type is known without the value, which may not even exist (`toTypeName(intDiv(1, 0))`).
        ExprKind::Call { function, args } if function.name == "toTypeName" => {
            let Some(arg) = args.first() else { return Err(missing("argument")) };
            let value = Column::Const(array_of(&[Value::default_of(&arg.ty)], &arg.ty)?);
            eval_call(function, &[value], std::slice::from_ref(&arg.ty), &expr.ty, rows, context)
        }
        ExprKind::Call { function, args } => {
            // Arguments that were computed are held until the call that takes them is done.
            let _frame = meter::frame();
            let place = super::short::Place { columns, parameters, rows, context };
            let values = match super::short::arguments(function.name, args, &place)? {
                Some(values) => values,
                None => {
                    let mut values = Vec::with_capacity(args.len());
                    for arg in args {
                        let value = eval_in(arg, columns, parameters, rows, context)?;
                        let made = !matches!(
                            arg.kind,
                            ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Parameter { .. }
                        );
                        if made {
                            hold(&value)?;
                        }
                        values.push(value);
                    }
                    values
                }
            };
            let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
            // A lambda over constant arrays runs once, on one row.
            eval_call(function, &values, &types, &expr.ty, rows, context)
        }
    }
}

/// Membership; NULL where the one argument is NULL. A row of several with a NULL among them is no member, as in ClickHouse.
fn in_set(args: &[Expr], values: &[Column], set: &super::ValueSet, negated: bool, rows: usize) -> Result<Column> {
    let constant = values.iter().all(|v| matches!(v, Column::Const(_)));
    let rows = if constant { 1 } else { rows };
    let mut arrays = Vec::with_capacity(values.len());
    let mut merged: Option<NullBuffer> = None;
    for ((arg, value), want) in args.iter().zip(values).zip(&set.types) {
        let value = plain(value, &arg.ty)?;
        let array = match &value {
            Column::Array(a) => Arc::clone(a),
            Column::Const(a) => repeat(a, rows)?,
            Column::Lambda(_) => {
                return Err(Error::new(Code::IllegalTypeOfArgument, "a lambda cannot stand before IN"));
            }
        };
        merged = NullBuffer::union(merged.as_ref(), array.logical_nulls().as_ref());
        let array = if array.null_count() > 0 { without_nulls(&array, want)? } else { array };
        arrays.push(array);
    }
    let mut hits = set.contains(&arrays)?;
    if args.len() > 1
        && let Some(nulls) = merged.take()
    {
        hits = hits.iter().enumerate().map(|(i, hit)| hit.map(|h| h & u8::from(nulls.is_valid(i)))).collect();
    }
    if negated {
        hits = hits.unary(|v| 1 - v);
    }
    let array: ArrayRef = match merged {
        Some(nulls) => Arc::new(arrow::array::UInt8Array::new(hits.values().clone(), Some(nulls))),
        None => Arc::new(hits),
    };
    Ok(if constant { Column::Const(array) } else { Column::Array(array) })
}

/// Calls a function on evaluated arguments, whose types are given as they stand in the expression. `result` is the type
/// that the binder computed (see [`crate::func::registry`]).
pub fn eval_call(
    function: &'static Function,
    args: &[Column],
    types: &[Type],
    result: &Type,
    rows: usize,
    context: &EvalContext,
) -> Result<Column> {
    context.check()?;
    let _frame = meter::frame();
    let constant = function.deterministic && !args.is_empty() && args.iter().all(|a| matches!(a, Column::Const(_)));
    let rows = if constant { 1 } else { rows };
    let array = in_parts(function, args, types, result, rows, context)?;
    if array.len() != rows {
        let text = format!("function {} returned {} rows of {rows}", function.name, array.len());
        return Err(Error::new(Code::LogicalError, text));
    }
    Ok(if constant { Column::Const(array) } else { Column::Array(array) })
}

/// Holds an intermediate column of the query's memory.
fn hold(value: &Column) -> Result<()> {
    let (Column::Array(a) | Column::Const(a)) = value else { return Ok(()) };
    let bytes = held_bytes(a) as usize;
    if bytes > LARGE { meter::keep(bytes) } else { Ok(()) }
}

/// A call over many bytes of arguments is made in parts of its rows.
fn in_parts(
    function: &'static Function,
    args: &[Column],
    types: &[Type],
    result: &Type,
    rows: usize,
    context: &EvalContext,
) -> Result<ArrayRef> {
    let whole = || low_cardinality(function, args, types, result, rows, context);
    // Of a dictionary's values a function is called once; a lambda looks at whole columns.
    let simple = |a: &Column| match a {
        Column::Array(a) => !matches!(a.data_type(), arrow::datatypes::DataType::Dictionary(..)),
        Column::Const(_) => true,
        Column::Lambda(_) => false,
    };
    if rows < 2 || !function.deterministic || !args.iter().all(simple) || matches!(result, Type::LowCardinality(_)) {
        return whole();
    }
    let bytes: u64 = args.iter().map(|a| if let Column::Array(a) = a { value_bytes(a) } else { 0 }).sum();
    let step = (rows as u64 * PART as u64 / bytes.max(1)).max(1) as usize;
    if bytes as usize <= PART || step >= rows {
        return whole();
    }
    let mut parts: Vec<ArrayRef> = Vec::new();
    for from in (0..rows).step_by(step) {
        context.check()?;
        let n = step.min(rows - from);
        let part: Vec<Column> = args
            .iter()
            .map(|a| match a {
                Column::Array(a) => Column::Array(a.slice(from, n)),
                other => other.clone(),
            })
            .collect();
        let part = {
            let _frame = meter::frame();
            low_cardinality(function, &part, types, result, n, context)?
        };
        meter::keep(held_bytes(&part) as usize)?;
        parts.push(part);
    }
    joined(&parts)
}

/// Parts of a column as one; while they are joined both are there.
pub(super) fn joined(parts: &[ArrayRef]) -> Result<ArrayRef> {
    meter::more(parts.iter().map(held_bytes).sum::<u64>() as usize)?;
    let parts: Vec<&dyn Array> = parts.iter().map(|p| p.as_ref()).collect();
    arrow::compute::concat(&parts).map_err(internal)
}

fn low_cardinality(
    function: &'static Function,
    args: &[Column],
    types: &[Type],
    result: &Type,
    rows: usize,
    context: &EvalContext,
) -> Result<ArrayRef> {
    if function.low_cardinality == LowCardinality::Own || !types.iter().any(|t| matches!(t, Type::LowCardinality(_))) {
        return nulls(function, args, types, result, rows, context);
    }
    let plain_types: Vec<Type> = types.iter().map(|t| t.without_low_cardinality().clone()).collect();
    let plain_result = result.without_low_cardinality();
    // One dictionary column and constants beside it: once per distinct value.
    let mut dictionaries = args.iter().enumerate().filter(|(_, a)| !matches!(a, Column::Const(_)));
    if let (Type::LowCardinality(_), Some((at, Column::Array(array))), None) =
        (result, dictionaries.next(), dictionaries.next())
        && let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>()
        && dictionary.null_count() == 0
        && dictionary.values().len() < rows
    {
        let mut inner: Vec<Column> = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            inner.push(if i == at { Column::Array(Arc::clone(dictionary.values())) } else { plain(arg, &types[i])? });
        }
        let values = nulls(function, &inner, &plain_types, plain_result, dictionary.values().len(), context)?;
        let spread = arrow::compute::take(&values, dictionary.keys(), None).map_err(internal)?;
        if values.null_count() > 0 {
            return olly_types::batch::dictionary_of(&spread, plain_result);
        }
        // Two inputs may give one output, so the dictionary is made anew over the few values, then composed.
        let distinct = olly_types::batch::dictionary_of(&values, plain_result)?;
        let distinct = distinct.as_dictionary::<UInt32Type>();
        let keys = arrow::compute::take(distinct.keys(), dictionary.keys(), None).map_err(internal)?;
        let keys = keys.as_primitive::<UInt32Type>().clone();
        return Ok(Arc::new(
            DictionaryArray::<UInt32Type>::try_new(keys, Arc::clone(distinct.values())).map_err(internal)?,
        ));
    }
    let inner: Vec<Column> = args.iter().zip(types).map(|(a, t)| plain(a, t)).collect::<Result<_>>()?;
    let array = nulls(function, &inner, &plain_types, plain_result, rows, context)?;
    match result {
        Type::LowCardinality(t) => olly_types::batch::dictionary_of(&array, t),
        _ => Ok(array),
    }
}

/// A column without its outer LowCardinality.
fn plain(column: &Column, ty: &Type) -> Result<Column> {
    let unpack = |a: &ArrayRef| match ty {
        Type::LowCardinality(t) => arrow::compute::cast(a, &t.carrier()).map_err(internal),
        _ => Ok(Arc::clone(a)),
    };
    Ok(match column {
        Column::Array(a) => Column::Array(unpack(a)?),
        Column::Const(a) => Column::Const(unpack(a)?),
        lambda => lambda.clone(),
    })
}

fn nulls(
    function: &'static Function,
    args: &[Column],
    types: &[Type],
    result: &Type,
    rows: usize,
    context: &EvalContext,
) -> Result<ArrayRef> {
    // What a function works with beside its result is a few times its arguments: keys, flags, indices of their elements.
    let large = |a: &Column| match a {
        // Buffers are quick to look at, and hold at least what is counted.
        Column::Array(a) | Column::Const(a) if a.get_buffer_memory_size() > LARGE => held_bytes(a),
        _ => 0,
    };
    let given: u64 = args.iter().map(large).sum();
    if given > 0 {
        meter::room(given as usize)?;
    }
    if function.nulls == Nulls::Own || !types.iter().any(Type::is_nullable) {
        return called(function, &Call { args, types, result, rows, context });
    }
    if types.iter().any(|t| matches!(t, Type::Nullable(n) if **n == Type::Nothing)) {
        return array_of(&vec![Value::Null; rows], result);
    }
    let mut merged: Option<NullBuffer> = None;
    let mut inner = Vec::with_capacity(args.len());
    for (arg, ty) in args.iter().zip(types) {
        let (array, whole) = match arg {
            Column::Array(a) => (a, true),
            Column::Const(a) => (a, false),
            Column::Lambda(_) => {
                inner.push(arg.clone());
                continue;
            }
        };
        if !ty.is_nullable() || array.null_count() == 0 {
            inner.push(arg.clone());
            continue;
        }
        if !whole {
            return array_of(&vec![Value::Null; rows], result);
        }
        merged = NullBuffer::union(merged.as_ref(), array.logical_nulls().as_ref());
        inner.push(Column::Array(without_nulls(array, ty)?));
    }
    let types: Vec<Type> =
        types.iter().map(|t| if let Type::Nullable(t) = t { (**t).clone() } else { t.clone() }).collect();
    let plain_result = match result {
        Type::Nullable(t) => t,
        other => other,
    };
    let tried = called(function, &Call { args: &inner, types: &types, result: plain_result, rows, context });
    let lambda = inner.iter().any(|a| matches!(a, Column::Lambda(_)));
    let (array, merged) = match (tried, merged) {
        (tried, None) => return tried,
        // What stands under a NULL fails no query: only the other rows are tried again.
        (Err(_), Some(merged)) if !lambda => {
            (valid_rows(function, &inner, &types, plain_result, &merged, context)?, merged)
        }
        (tried, Some(merged)) => (tried?, merged),
    };
    let merged = NullBuffer::union(Some(&merged), array.nulls());
    let data = array.to_data().into_builder().nulls(merged).build().map_err(internal)?;
    Ok(arrow::array::make_array(data))
}

fn called(function: &'static Function, call: &Call<'_>) -> Result<ArrayRef> {
    let array = (function.eval)(call)?;
    meter::stopped()?;
    Ok(array)
}

/// The function over the rows that are not NULL, with any values in the others.
fn valid_rows(
    function: &'static Function,
    args: &[Column],
    types: &[Type],
    result: &Type,
    valid: &NullBuffer,
    context: &EvalContext,
) -> Result<ArrayRef> {
    let rows = valid.len() - valid.null_count();
    if rows == 0 {
        return array_of(&vec![Value::default_of(result); valid.len()], result);
    }
    let mask = arrow::array::BooleanArray::new(valid.inner().clone(), None);
    let kept: Vec<Column> = args
        .iter()
        .map(|a| match a {
            Column::Array(a) => arrow::compute::filter(a, &mask).map(Column::Array).map_err(internal),
            other => Ok(other.clone()),
        })
        .collect::<Result<_>>()?;
    let array = called(function, &Call { args: &kept, types, result, rows, context })?;
    let mut next = 0u32;
    let at = valid.iter().map(|v| {
        let at = next.min(rows as u32 - 1);
        next += u32::from(v);
        at
    });
    arrow::compute::take(&array, &UInt32Array::from_iter_values(at), None).map_err(internal)
}

/// The array with the type's default where it was NULL, and no nulls.
pub(crate) fn without_nulls(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    let inner = ty.base();
    let default = array_of(&[Value::default_of(inner)], inner)?;
    let choice = arrow::compute::is_not_null(array).map_err(internal)?;
    let merged =
        arrow::compute::kernels::zip::zip(&choice, array, &arrow::array::Scalar::new(default)).map_err(internal)?;
    let data = merged.to_data().into_builder().nulls(None).build().map_err(internal)?;
    Ok(arrow::array::make_array(data))
}
