//! What says or fixes how a column is held: its type's name, LowCardinality, constant or full.

use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::{ArrayRef, BinaryViewBuilder};
use olly_types::{Result, Type};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Conversion, arity: (1, 1), ..FUNCTION };
const PLAIN: Function = Function { nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..BASE };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "toTypeName",
        family: Family::Other,
        syntax: "toTypeName(x)",
        description: "Name of the value's type.",
        examples: &["SELECT toTypeName(1)"],
        infer: |_| Ok(Type::String),
        eval: type_name,
        ..PLAIN
    },
    Function {
        name: "toLowCardinality",
        syntax: "toLowCardinality(x)",
        description: "The value as LowCardinality.",
        examples: &["SELECT toLowCardinality('a')"],
        infer: low_cardinality_type,
        eval: to_low_cardinality,
        ..PLAIN
    },
    Function {
        name: "materialize",
        family: Family::Other,
        deterministic: true,
        syntax: "materialize(x)",
        description: "A constant as a full column.",
        examples: &["SELECT materialize(1)"],
        infer: |a| Ok(a[0].ty.clone()),
        eval: |c| c.array(0),
        ..PLAIN
    },
    Function {
        name: "identity",
        family: Family::Other,
        syntax: "identity(x)",
        description: "The value.",
        examples: &["SELECT identity(1)"],
        infer: |a| Ok(a[0].ty.clone()),
        eval: |c| c.array(0),
        ..PLAIN
    },
];

fn type_name(call: &Call<'_>) -> Result<ArrayRef> {
    let name = pretty(&call.types[0], 0);
    let mut b = BinaryViewBuilder::with_capacity(call.rows);
    (0..call.rows).for_each(|_| b.append_value(name.as_bytes()));
    Ok(Arc::new(b.finish()))
}

/// A type's name with each element of a named tuple on a line of its own.
fn pretty(ty: &Type, depth: usize) -> String {
    match ty {
        Type::Array(t) => format!("Array({})", pretty(t, depth)),
        Type::Nullable(t) => format!("Nullable({})", pretty(t, depth)),
        Type::Map(k, v) => format!("Map({}, {})", pretty(k, depth), pretty(v, depth)),
        Type::Tuple(elements) if elements.iter().any(|(n, _)| n.is_some()) => {
            let indent = " ".repeat(4 * (depth + 1));
            let lines: Vec<String> = elements
                .iter()
                .map(|(name, t)| {
                    // The element's name as the type's own text quotes it.
                    let alone = Type::Tuple([(name.clone(), Type::UInt8)].into()).to_string();
                    let name = alone.trim_start_matches("Tuple(").trim_end_matches("UInt8)");
                    format!("\n{indent}{name}{}", pretty(t, depth + 1))
                })
                .collect();
            format!("Tuple({})", lines.join(","))
        }
        Type::Tuple(elements) => {
            let parts: Vec<String> = elements.iter().map(|(_, t)| pretty(t, depth)).collect();
            format!("Tuple({})", parts.join(", "))
        }
        other => other.to_string(),
    }
}

fn low_cardinality_type(args: &[Arg]) -> Result<Type> {
    match &args[0].ty {
        t @ Type::LowCardinality(_) => Ok(t.clone()),
        t if t.can_be_low_cardinality() => Ok(Type::low_cardinality(t.clone())),
        t => Err(illegal(t, "toLowCardinality")),
    }
}

fn to_low_cardinality(call: &Call<'_>) -> Result<ArrayRef> {
    match (&call.types[0], call.result) {
        (Type::LowCardinality(_), _) => call.array(0),
        (_, Type::LowCardinality(t)) => olly_types::batch::dictionary_of(&call.array(0)?, t),
        (t, _) => Err(illegal(t, "toLowCardinality")),
    }
}
