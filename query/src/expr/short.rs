//! Short circuit: `if`, `multiIf`, `and` and `or` evaluate an argument only for the rows that need it, so that
//! `if(x = 0, 0, intDiv(1, x))` does not divide by zero (ClickHouse's `short_circuit_function_evaluation = 'enable'`).

use super::eval::{eval_in, internal};
use super::{Expr, ExprKind, repeat};
use crate::func::{Column, EvalContext};
use arrow::array::{ArrayRef, BooleanArray, UInt32Array};
use arrow::buffer::BooleanBuffer;
use olly_types::value::array_of;
use olly_types::{Error, Result, Value};

/// Functions that are cheap and fail on no value (of any type but decimals): evaluated for all rows, which costs less than
/// choosing rows.
const SAFE: &[&str] = &[
    "plus",
    "minus",
    "multiply",
    "divide",
    "negate",
    "equals",
    "notEquals",
    "less",
    "greater",
    "lessOrEquals",
    "greaterOrEquals",
    "and",
    "or",
    "xor",
    "not",
    "isNull",
    "isNotNull",
    "ifNull",
    "coalesce",
    "assumeNotNull",
    "toNullable",
    "length",
    "empty",
    "notEmpty",
    "lower",
    "upper",
    "mapContains",
    "has",
    "startsWith",
    "endsWith",
    "tupleElement",
    "__coerce",
    "if",
    "multiIf",
    "materialize",
    "identity",
];

/// Whether some value may make it an error, or it is dear.
pub(crate) fn may_fail(expr: &Expr) -> bool {
    let mut fails = false;
    expr.visit(&mut |e| {
        if let ExprKind::Call { function, args } = &e.kind {
            let decimals = args.iter().any(|a| a.ty.base().is_decimal());
            fails |= decimals || !SAFE.contains(&function.name);
        }
    });
    fails
}

/// Where an evaluation stands: its input and the parameters of the lambdas around it.
pub(super) struct Place<'a> {
    pub columns: &'a [Column],
    pub parameters: &'a [Vec<Column>],
    pub rows: usize,
    pub context: &'a EvalContext,
}

/// The arguments of a call that decides which of them count; nothing where all may be evaluated at once.
pub(super) fn arguments(name: &str, args: &[Expr], place: &Place<'_>) -> Result<Option<Vec<Column>>> {
    let conditional = matches!(name, "if" | "multiIf");
    let logical = matches!(name, "and" | "or");
    if !(conditional || logical) || !args.iter().skip(1).any(may_fail) {
        return Ok(None);
    }
    let mut open = vec![true; place.rows];
    let mut out = Vec::with_capacity(args.len());
    let last = args.len() - 1;
    for (i, arg) in args.iter().enumerate() {
        let condition = logical || (i % 2 == 0 && i != last);
        if condition {
            let value = at(arg, &open, place)?;
            let truth = truth(&value, arg, place.rows)?;
            let decided: Vec<bool> = match name {
                "and" => truth.iter().map(|t| t == Some(false)).collect(),
                _ => truth.iter().map(|t| t == Some(true)).collect(),
            };
            if conditional {
                // The value behind a condition counts where the condition holds and none before did.
                let chosen: Vec<bool> = open.iter().zip(&decided).map(|(o, d)| *o && *d).collect();
                out.push(value);
                if let Some(then) = args.get(i + 1) {
                    out.push(at(then, &chosen, place)?);
                }
            } else {
                out.push(value);
            }
            open.iter_mut().zip(&decided).for_each(|(o, d)| *o &= !d);
        } else if i == last {
            out.push(at(arg, &open, place)?);
        }
    }
    Ok(Some(out))
}

fn truth(value: &Column, arg: &Expr, rows: usize) -> Result<BooleanArray> {
    let array = match value {
        Column::Array(a) => a.clone(),
        Column::Const(a) => repeat(a, rows)?,
        Column::Lambda(_) => {
            return Err(Error::new(olly_types::Code::IllegalTypeOfArgument, "a lambda is no condition"));
        }
    };
    let array = match &arg.ty {
        olly_types::Type::LowCardinality(t) => arrow::compute::cast(&array, &t.carrier()).map_err(internal)?,
        _ => array,
    };
    if *arg.ty.base() == olly_types::Type::Nothing {
        return Ok(BooleanArray::new_null(rows));
    }
    crate::func::truth(&array)
}

/// The argument's values at the rows that count; anything elsewhere.
fn at(arg: &Expr, wanted: &[bool], place: &Place<'_>) -> Result<Column> {
    let count = wanted.iter().filter(|w| **w).count();
    if count == place.rows || !may_fail(arg) {
        return eval_in(arg, place.columns, place.parameters, place.rows, place.context);
    }
    if count == 0 {
        return Ok(Column::Const(array_of(&[Value::default_of(&arg.ty)], &arg.ty)?));
    }
    let mask = BooleanArray::new(BooleanBuffer::from(wanted.to_vec()), None);
    let narrow = |column: &Column| -> Result<Column> {
        Ok(match column {
            Column::Array(a) => Column::Array(arrow::compute::filter(a, &mask).map_err(internal)?),
            other => other.clone(),
        })
    };
    let used = arg.columns();
    let columns: Vec<Column> = place
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| if used.contains(&i) { narrow(c) } else { Ok(c.clone()) })
        .collect::<Result<_>>()?;
    let parameters: Vec<Vec<Column>> =
        place.parameters.iter().map(|p| p.iter().map(narrow).collect()).collect::<Result<_>>()?;
    let part: ArrayRef = match eval_in(arg, &columns, &parameters, count, place.context)? {
        Column::Array(a) => a,
        constant => return Ok(constant),
    };
    let mut next = 0u32;
    let indices: UInt32Array = wanted
        .iter()
        .map(|w| {
            if !w {
                return 0;
            }
            next += 1;
            next - 1
        })
        .collect::<Vec<u32>>()
        .into();
    Ok(Column::Array(arrow::compute::take(&part, &indices, None).map_err(internal)?))
}
