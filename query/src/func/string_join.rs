//! Strings put together and split: concat, splitBy…, tokens.

use super::num::*;
use super::text::{Texts, ask, build, want_string};
use super::text_lists::lists;
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "concat",
        aliases: &["concatAssumeInjective"],
        case_insensitive: true,
        arity: (1, usize::MAX),
        syntax: "concat(a, b, …), a || b",
        description: "The values' texts one after the other; arrays and maps are joined.",
        examples: &["SELECT concat('a', 'b')"],
        infer: concat_type,
        eval: concat,
        ..BASE
    },
    Function {
        name: "concatWithSeparator",
        aliases: &["concat_ws", "concatWithSeparatorAssumeInjective"],
        case_insensitive: true,
        arity: (1, usize::MAX),
        syntax: "concatWithSeparator(sep, a, …)",
        description: "The values' texts with a separator between them.",
        examples: &["SELECT concatWithSeparator('-', 'a', 'b')"],
        infer: |a| {
            want_string(&a[0].ty, "concatWithSeparator")?;
            match a[0].constant {
                Some(_) => Ok(Type::String),
                None => Err(Error::new(
                    Code::IllegalColumn,
                    "Illegal column of first argument of function concatWithSeparator. Must be a constant String",
                )),
            }
        },
        eval: concat_with_separator,
        ..BASE
    },
    Function {
        name: "splitByChar",
        arity: (2, 3),
        syntax: "splitByChar(sep, s[, max])",
        description: "Parts between a one-byte separator.",
        examples: &["SELECT splitByChar(',', 'a,b')"],
        infer: |a| split_type(a, "splitByChar"),
        eval: |c| split(c, true),
        ..BASE
    },
    Function {
        name: "splitByString",
        arity: (2, 3),
        syntax: "splitByString(sep, s[, max])",
        description: "Parts between a separator; an empty one splits into characters.",
        examples: &["SELECT splitByString(', ', 'a, b')"],
        infer: |a| split_type(a, "splitByString"),
        eval: |c| split(c, false),
        ..BASE
    },
    Function {
        name: "tokens",
        syntax: "tokens(s)",
        description: "Runs of ASCII letters and digits, and bytes above 127.",
        examples: &["SELECT tokens('a b-c')"],
        infer: |a| want_string(&a[0].ty, "tokens").map(|()| Type::array(Type::String)),
        eval: |c| lists(c, 0, |s, out| super::search::tokens(s).for_each(|t| out.push(t))),
        ..BASE
    },
];

fn concat_type(args: &[Arg]) -> Result<Type> {
    if args.len() > 1 && args.iter().all(|a| matches!(a.ty, Type::Array(_))) {
        let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
        return crate::typing::common_type(&types);
    }
    if args.iter().any(|a| matches!(a.ty, Type::Map(..) | Type::Tuple(_))) {
        return Err(Error::unsupported("concat of maps and tuples (use mapConcat or tupleConcat)"));
    }
    Ok(Type::String)
}

/// Each argument as text.
pub(super) fn as_texts(call: &Call<'_>, from: usize) -> Result<Vec<ArrayRef>> {
    let options = super::cast::text_options(call.context)?;
    (from..call.args.len())
        .map(|i| match &call.types[i] {
            Type::String => call.array(i),
            // All its bytes, the zero bytes at the end too.
            Type::FixedString(_) if call.args.len() > 1 => {
                super::coerce::coerce_bytes(&call.array(i)?, &call.types[i], &Type::String)
            }
            ty => olly_types::text::to_text(&call.array(i)?, ty, &options),
        })
        .collect()
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    use arrow::array::AsArray;
    if matches!(call.result, Type::Array(_)) {
        return super::array_change::concat(call);
    }
    let parts = as_texts(call, 0)?;
    build(call.rows, |row, out| {
        let mut asked = 0;
        for part in &parts {
            out.extend_from_slice(part.as_binary_view().value(row));
            ask(out, &mut asked)?;
        }
        Ok(())
    })
}

fn concat_with_separator(call: &Call<'_>) -> Result<ArrayRef> {
    use arrow::array::AsArray;
    let separator = Texts::of(call, 0)?;
    let parts = as_texts(call, 1)?;
    build(call.rows, |row, out| {
        let mut asked = 0;
        for (i, p) in parts.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(separator.get(row));
            }
            out.extend_from_slice(p.as_binary_view().value(row));
            ask(out, &mut asked)?;
        }
        Ok(())
    })
}

fn split_type(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    match &args[0].constant {
        Some(olly_types::Value::Bytes(b)) if name == "splitByChar" && b.len() != 1 => {
            Err(Error::new(Code::BadArguments, "Illegal separator for function splitByChar. Must be exactly one byte"))
        }
        Some(_) => Ok(Type::array(Type::String)),
        None => Err(Error::new(Code::IllegalColumn, format!("Separator of function {name} must be a constant string"))),
    }
}

fn split(call: &Call<'_>, _char: bool) -> Result<ArrayRef> {
    let separator = Texts::of(call, 0)?;
    let separator = if call.rows > 0 || separator.is_const() { separator.get(0).to_vec() } else { Vec::new() };
    let limit = if call.args.len() > 2 { vals::<i64>(call, 2)?.get(0) } else { 0 };
    let limit = if limit > 0 { limit as usize } else { usize::MAX };
    lists(call, 1, |s, out| {
        if s.is_empty() && separator.is_empty() {
            return;
        }
        if separator.is_empty() {
            out.extend(s.iter().take(limit).map(|b| vec![*b]));
            return;
        }
        let mut start = 0;
        for at in memchr::memmem::find_iter(s, &separator) {
            if out.len() == limit {
                return;
            }
            out.push(&s[start..at]);
            start = at + separator.len();
        }
        if out.len() < limit {
            out.push(&s[start..]);
        }
    })
}
