//! Arithmetic over the elements of tuples: each function is the scalar one applied element by element, and typed so.

use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::bind::call_named;
use crate::expr::{Expr, empty_context, eval};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

const TUPLES: Function = Function {
    family: Family::Tuple,
    arity: (2, 2),
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Plain,
    ..FUNCTION
};

macro_rules! by_element {
    ($name:literal, $aliases:expr, $arity:literal, $shape:ident, $scalar:literal, $doc:literal, $example:literal) => {
        Function {
            name: $name,
            aliases: $aliases,
            arity: ($arity, $arity),
            syntax: $name,
            description: $doc,
            examples: &[$example],
            infer: |a| infer(a, Shape::$shape, $scalar, $name),
            eval: |c| evaluate(c, Shape::$shape, $scalar, $name),
            ..TUPLES
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    by_element!(
        "tuplePlus",
        &["vectorSum"],
        2,
        Pairs,
        "plus",
        "Sums of the elements at each place.",
        "SELECT tuplePlus((1, 2), (3, 4))"
    ),
    by_element!(
        "tupleMinus",
        &["vectorDifference"],
        2,
        Pairs,
        "minus",
        "Differences of the elements at each place.",
        "SELECT tupleMinus((1, 2), (3, 4))"
    ),
    by_element!(
        "tupleMultiply",
        &[],
        2,
        Pairs,
        "multiply",
        "Products of the elements at each place.",
        "SELECT tupleMultiply((1, 2), (3, 4))"
    ),
    by_element!(
        "tupleDivide",
        &[],
        2,
        Pairs,
        "divide",
        "Quotients of the elements at each place.",
        "SELECT tupleDivide((1, 2), (3, 4))"
    ),
    by_element!(
        "tupleIntDiv",
        &[],
        2,
        Pairs,
        "intDiv",
        "Whole quotients of the elements at each place.",
        "SELECT tupleIntDiv((5, 6), (2, 4))"
    ),
    by_element!(
        "tupleModulo",
        &[],
        2,
        Pairs,
        "modulo",
        "Remainders of the elements at each place.",
        "SELECT tupleModulo((5, 6), (2, 4))"
    ),
    by_element!(
        "tupleNegate",
        &[],
        1,
        Each,
        "negate",
        "The elements with the other sign.",
        "SELECT tupleNegate((1, 2))"
    ),
    by_element!(
        "tupleMultiplyByNumber",
        &[],
        2,
        ByNumber,
        "multiply",
        "The elements times a number.",
        "SELECT tupleMultiplyByNumber((1, 2), 3)"
    ),
    by_element!(
        "tupleDivideByNumber",
        &[],
        2,
        ByNumber,
        "divide",
        "The elements divided by a number.",
        "SELECT tupleDivideByNumber((1, 2), 2)"
    ),
    by_element!(
        "tupleIntDivByNumber",
        &[],
        2,
        ByNumber,
        "intDiv",
        "Whole quotients of the elements and a number.",
        "SELECT tupleIntDivByNumber((5, 6), 2)"
    ),
    by_element!(
        "tupleModuloByNumber",
        &[],
        2,
        ByNumber,
        "modulo",
        "Remainders of the elements and a number.",
        "SELECT tupleModuloByNumber((5, 6), 4)"
    ),
    by_element!(
        "dotProduct",
        &["scalarProduct"],
        2,
        Dot,
        "multiply",
        "Sum of the products at each place.",
        "SELECT dotProduct((1, 2), (3, 4))"
    ),
];

/// The function of tuples that an operator stands for, and whether its arguments change places.
pub(crate) fn of_operator(name: &str, types: &[&Type]) -> Option<(&'static str, bool)> {
    let tuple = |t: &Type| matches!(t, Type::Tuple(_));
    let number = |t: &Type| t.base().is_number();
    Some(match (name, types) {
        ("plus", [a, b]) if tuple(a) && tuple(b) => ("tuplePlus", false),
        ("minus", [a, b]) if tuple(a) && tuple(b) => ("tupleMinus", false),
        ("multiply", [a, b]) if tuple(a) && tuple(b) => ("dotProduct", false),
        ("multiply", [a, b]) if tuple(a) && number(b) => ("tupleMultiplyByNumber", false),
        ("multiply", [a, b]) if number(a) && tuple(b) => ("tupleMultiplyByNumber", true),
        ("divide", [a, b]) if tuple(a) && number(b) => ("tupleDivideByNumber", false),
        ("intDiv", [a, b]) if tuple(a) && number(b) => ("tupleIntDivByNumber", false),
        ("modulo", [a, b]) if tuple(a) && number(b) => ("tupleModuloByNumber", false),
        ("negate", [a]) if tuple(a) => ("tupleNegate", false),
        _ => return None,
    })
}

#[derive(Clone, Copy)]
enum Shape {
    Pairs,
    Each,
    ByNumber,
    Dot,
}

fn elements(e: &Expr, name: &str, context: &super::EvalContext) -> Result<Vec<Expr>> {
    let Type::Tuple(types) = &e.ty else { return Err(super::num::illegal(&e.ty, name)) };
    crate::bind::elements(e, types.len(), context)
}

/// The call as calls of scalar functions.
fn expand(args: &[Expr], shape: Shape, scalar: &str, name: &str, context: &super::EvalContext) -> Result<Expr> {
    let left = elements(&args[0], name, context)?;
    let results: Vec<Expr> = match shape {
        Shape::Each => left.into_iter().map(|e| call_named(scalar, vec![e], context)).collect::<Result<_>>()?,
        Shape::ByNumber if !args[1].ty.base().is_number() => return Err(super::num::illegal(&args[1].ty, name)),
        Shape::ByNumber => {
            left.into_iter().map(|e| call_named(scalar, vec![e, args[1].clone()], context)).collect::<Result<_>>()?
        }
        Shape::Pairs | Shape::Dot => {
            let right = elements(&args[1], name, context)?;
            if left.len() != right.len() {
                let text = format!(
                    "Expected tuples of the same size as arguments of function {name}, got {} and {}",
                    args[0].ty, args[1].ty
                );
                return Err(Error::new(Code::IllegalTypeOfArgument, text));
            }
            left.into_iter().zip(right).map(|(a, b)| call_named(scalar, vec![a, b], context)).collect::<Result<_>>()?
        }
    };
    if !matches!(shape, Shape::Dot) {
        return call_named("tuple", results, context);
    }
    let mut sum: Option<Expr> = None;
    for product in results {
        sum = Some(match sum {
            None => product,
            Some(sum) => call_named("plus", vec![sum, product], context)?,
        });
    }
    sum.ok_or_else(|| Error::unsupported(format!("{name} of empty tuples")))
}

fn infer(args: &[Arg], shape: Shape, scalar: &str, name: &str) -> Result<Type> {
    let placeholders: Vec<Expr> = args
        .iter()
        .enumerate()
        .map(|(i, a)| match &a.constant {
            Some(value) => Expr::literal(value.clone(), a.ty.clone()),
            None => Expr::column(i, a.ty.clone()),
        })
        .collect();
    Ok(expand(&placeholders, shape, scalar, name, &empty_context())?.ty)
}

fn evaluate(call: &Call<'_>, shape: Shape, scalar: &str, name: &str) -> Result<ArrayRef> {
    let args: Vec<Expr> = call.types.iter().enumerate().map(|(i, ty)| Expr::column(i, ty.clone())).collect();
    let whole = expand(&args, shape, scalar, name, call.context)?;
    match eval(&whole, call.args, call.rows, call.context)? {
        Column::Array(a) => Ok(a),
        Column::Const(a) => crate::expr::repeat(&a, call.rows),
        Column::Lambda(_) => Err(Error::new(Code::LogicalError, "a tuple became a lambda")),
    }
}
