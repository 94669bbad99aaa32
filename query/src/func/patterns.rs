//! Several regular expressions at once (`multiMatchAny`), and matches counted.

use super::num::{array, flags};
use super::search::regex_of;
use super::text::{Texts, want_string};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::{Array, ArrayRef, AsArray};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use regex::bytes::Regex;

const BASE: Function = Function { family: Family::StringSearch, arity: (2, 2), ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "countMatches",
        syntax: "countMatches(s, pattern)",
        description: "Number of matches of a regular expression that are not empty.",
        examples: &["SELECT countMatches('a1b2', '[0-9]')"],
        infer: |a| counted(a, "countMatches"),
        eval: |c| count(c, false),
        ..BASE
    },
    Function {
        name: "countMatchesCaseInsensitive",
        syntax: "countMatchesCaseInsensitive(s, pattern)",
        description: "countMatches in any case.",
        examples: &["SELECT countMatchesCaseInsensitive('aA', 'a')"],
        infer: |a| counted(a, "countMatchesCaseInsensitive"),
        eval: |c| count(c, true),
        ..BASE
    },
    Function {
        name: "multiMatchAny",
        syntax: "multiMatchAny(s, patterns)",
        description: "Whether any of the regular expressions matches.",
        examples: &["SELECT multiMatchAny('abc', ['^x', 'c$'])"],
        infer: |a| patterns(a, "multiMatchAny").map(|()| Type::UInt8),
        eval: any,
        ..BASE
    },
    Function {
        name: "multiMatchAnyIndex",
        syntax: "multiMatchAnyIndex(s, patterns)",
        description: "Place of the regular expression whose match ends first, 0 where none matches.",
        examples: &["SELECT multiMatchAnyIndex('abc', ['^x', 'c$'])"],
        infer: |a| patterns(a, "multiMatchAnyIndex").map(|()| Type::UInt64),
        eval: |c| Ok(array(matched(c)?.into_iter().map(|m| m.first().copied().unwrap_or(0)).collect::<Vec<u64>>())),
        ..BASE
    },
    Function {
        name: "multiMatchAllIndices",
        syntax: "multiMatchAllIndices(s, patterns)",
        description: "Places of the regular expressions that match, by the end of their first matches.",
        examples: &["SELECT multiMatchAllIndices('abc', ['^x', 'c$', 'a'])"],
        infer: |a| patterns(a, "multiMatchAllIndices").map(|()| Type::array(Type::UInt64)),
        eval: |c| {
            let rows = matched(c)?;
            let lists: Vec<Value> =
                rows.into_iter().map(|m| Value::Array(m.into_iter().map(Value::UInt).collect())).collect();
            array_of(&lists, c.result)
        },
        ..BASE
    },
];

fn counted(args: &[Arg], name: &str) -> Result<Type> {
    args.iter().try_for_each(|a| want_string(&a.ty, name))?;
    Ok(Type::UInt64)
}

fn count(call: &Call<'_>, any_case: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let Some(Value::Bytes(pattern)) = call.constant(1)? else {
        return Err(Error::new(Code::IllegalColumn, "The pattern of countMatches must be a constant"));
    };
    let regex = regex_of(&String::from_utf8_lossy(&pattern), any_case)?;
    let count = |s: &[u8]| -> Result<u64> {
        let mut found = 0;
        for (step, m) in regex.find_iter(s).enumerate() {
            super::text::tick_in(s, step)?;
            found += u64::from(!m.is_empty());
        }
        Ok(found)
    };
    Ok(array((0..call.rows).map(|r| count(texts.get(r))).collect::<Result<Vec<u64>>>()?))
}

fn patterns(args: &[Arg], name: &str) -> Result<()> {
    want_string(&args[0].ty, name)?;
    match &args[1].ty {
        Type::Array(t) if t.is_string() => Ok(()),
        other => Err(super::num::illegal(other, name)),
    }
}

/// The patterns of each row, or of all rows where they are constant.
fn compiled(call: &Call<'_>) -> Result<Vec<Vec<Regex>>> {
    let one = |list: &ArrayRef| -> Result<Vec<Regex>> {
        let Type::Array(item) = &call.types[1] else { return Ok(Vec::new()) };
        (0..list.len())
            .map(|i| {
                let value = olly_types::value::value_at(list, i, item)?;
                regex_of(&String::from_utf8_lossy(value.as_bytes().unwrap_or_default()), false)
            })
            .collect()
    };
    let lists = match &call.args[1] {
        super::Column::Const(a) | super::Column::Array(a) => a.as_list::<i32>().clone(),
        super::Column::Lambda(_) => return Err(Error::new(Code::LogicalError, "patterns are missing")),
    };
    (0..lists.len()).map(|row| one(&lists.value(row))).collect()
}

fn any(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let all = compiled(call)?;
    let of = |row: usize| all.get(if call.is_const(1) { 0 } else { row }).map_or(&[][..], Vec::as_slice);
    Ok(flags((0..call.rows).map(|r| of(r).iter().any(|p| p.is_match(texts.get(r)))).collect()))
}

/// For each row the patterns that match, counted from 1, by the end of the match that ends first.
fn matched(call: &Call<'_>) -> Result<Vec<Vec<u64>>> {
    let texts = Texts::of(call, 0)?;
    let all = compiled(call)?;
    let of = |row: usize| all.get(if call.is_const(1) { 0 } else { row }).map_or(&[][..], Vec::as_slice);
    Ok((0..call.rows)
        .map(|r| {
            let mut ends: Vec<(usize, u64)> =
                (1u64..).zip(of(r)).filter_map(|(n, p)| p.shortest_match(texts.get(r)).map(|end| (end, n))).collect();
            ends.sort_unstable();
            ends.into_iter().map(|(_, n)| n).collect()
        })
        .collect())
}
