//! JSON in texts: JSONExtract and its kin, SQL/JSON paths, toJSONString. What is not there, or is of another kind, gives the
//! result type's default, as in ClickHouse.

use super::json_convert::{Conversions, convert};
use super::json_path::Path;
use super::json_value::Json;
use super::num::*;
use super::text::{Texts, build, want_string};
use super::{Arg, Call, Column, EvalContext, FUNCTION, Family, Function, LowCardinality};
use arrow::array::ArrayRef;
use olly_types::text::TextOptions;
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};

const BASE: Function =
    Function { family: Family::Json, arity: (1, usize::MAX), low_cardinality: LowCardinality::Own, ..FUNCTION };
const PATH: Function = Function { arity: (2, 2), ..BASE };

macro_rules! extract {
    ($name:literal, $any_case:literal, $doc:expr, $ty:expr, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(json[, name or position, …])"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('{\"a\":[1]}', 'a')")],
            infer: |a| path_types(a, a.len(), $name).map(|()| $ty),
            eval: |c| values(c, c.args.len(), $any_case, $f),
            ..BASE
        }
    };
}
macro_rules! number {
    ($name:literal, $any_case:literal, $ty:ident) => {
        extract!($name, $any_case, concat!("The value as ", stringify!($ty), "."), Type::$ty, |v, _| Ok(match v {
            Some((_, Json::Bool(_))) | None => None,
            Some((_, v)) => convert(v, &Type::$ty, &Conversions::default()).unwrap_or(None),
        }))
    };
}

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "isValidJSON",
        arity: (1, 1),
        syntax: "isValidJSON(json)",
        description: "Whether the text is JSON.",
        examples: &["SELECT isValidJSON('{}')"],
        infer: |a| json_text(&a[0].ty, "isValidJSON").map(|()| Type::UInt8),
        eval: |c| {
            let t = json_texts(c)?;
            Ok(flags((0..c.rows).map(|r| Json::parse(t.get(r)).is_some()).collect()))
        },
        ..BASE
    },
    extract!("JSONHas", false, "Whether there is a value at the path.", Type::UInt8, |v, _| Ok(
        v.map(|_| Value::UInt(1))
    )),
    extract!("JSONLength", false, "Number of elements or members.", Type::UInt64, |v, _| Ok(v.map(|(_, v)| {
        Value::UInt(match v {
            Json::Array(items) => items.len() as u64,
            Json::Object(members) => members.len() as u64,
            _ => 0,
        })
    }))),
    extract!("JSONKey", false, "Name of the member at the position.", Type::String, |v, _| Ok(v
        .and_then(|(name, _)| name)
        .map(Value::Bytes))),
    extract!("JSONType", false, "Kind of the value.", kinds(), |v, _| Ok(v.map(|(_, v)| Value::Int(match v {
        Json::Null => 0,
        Json::Text(_) => 34,
        Json::Array(_) => 91,
        Json::Bool(_) => 98,
        Json::Double(_) => 100,
        Json::Int(_) => 105,
        Json::UInt(_) => 117,
        Json::Object(_) => 123,
    })))),
    number!("JSONExtractInt", false, Int64),
    number!("JSONExtractUInt", false, UInt64),
    number!("JSONExtractFloat", false, Float64),
    number!("JSONExtractIntCaseInsensitive", true, Int64),
    number!("JSONExtractUIntCaseInsensitive", true, UInt64),
    number!("JSONExtractFloatCaseInsensitive", true, Float64),
    extract!("JSONExtractBool", false, "Whether the value is true or a non-zero integer.", Type::UInt8, truth),
    extract!("JSONExtractBoolCaseInsensitive", true, "JSONExtractBool with names in any case.", Type::UInt8, truth),
    extract!("JSONExtractString", false, "A text's content; other values as JSON.", Type::String, text),
    extract!("JSONExtractStringCaseInsensitive", true, "JSONExtractString with names in any case.", Type::String, text),
    extract!("JSONExtractRaw", false, "The value as JSON.", Type::String, raw),
    extract!("JSONExtractRawCaseInsensitive", true, "JSONExtractRaw with names in any case.", Type::String, raw),
    extract!("JSONExtractArrayRaw", false, "The elements as JSON.", Type::array(Type::String), array_raw),
    extract!(
        "JSONExtractArrayRawCaseInsensitive",
        true,
        "JSONExtractArrayRaw with names in any case.",
        Type::array(Type::String),
        array_raw
    ),
    extract!("JSONExtractKeys", false, "The members' names.", Type::array(Type::String), keys),
    extract!(
        "JSONExtractKeysCaseInsensitive",
        true,
        "JSONExtractKeys with names in any case.",
        Type::array(Type::String),
        keys
    ),
    extract!(
        "JSONExtractKeysAndValuesRaw",
        false,
        "The members: name and value as JSON.",
        Type::array(Type::tuple([Type::String, Type::String])),
        pairs_raw
    ),
    extract!(
        "JSONExtractKeysAndValuesRawCaseInsensitive",
        true,
        "JSONExtractKeysAndValuesRaw with names in any case.",
        Type::array(Type::tuple([Type::String, Type::String])),
        pairs_raw
    ),
    Function {
        name: "JSONExtract",
        arity: (2, usize::MAX),
        syntax: "JSONExtract(json[, name or position, …], type)",
        description: "The value in a type.",
        examples: &["SELECT JSONExtract('{\"a\":[1]}', 'a', 'Array(Int8)')"],
        infer: |a| typed(a, "JSONExtract"),
        eval: |c| extract_typed(c, false),
        ..BASE
    },
    Function {
        name: "JSONExtractCaseInsensitive",
        arity: (2, usize::MAX),
        syntax: "JSONExtractCaseInsensitive(json[, name or position, …], type)",
        description: "JSONExtract with names in any case.",
        examples: &["SELECT JSONExtractCaseInsensitive('{\"A\":1}', 'a', 'Int8')"],
        infer: |a| typed(a, "JSONExtractCaseInsensitive"),
        eval: |c| extract_typed(c, true),
        ..BASE
    },
    Function {
        name: "JSONExtractKeysAndValues",
        arity: (2, usize::MAX),
        syntax: "JSONExtractKeysAndValues(json[, name or position, …], type)",
        description: "The members whose values fit a type: name and value.",
        examples: &["SELECT JSONExtractKeysAndValues('{\"a\":1}', 'Int8')"],
        infer: |a| Ok(Type::array(Type::tuple([Type::String, typed(a, "JSONExtractKeysAndValues")?]))),
        eval: |c| extract_pairs(c, false),
        ..BASE
    },
    Function {
        name: "JSON_VALUE",
        syntax: "JSON_VALUE(json, path)",
        description: "The first plain value at a JSONPath.",
        examples: &["SELECT JSON_VALUE('{\"a\":1}', '$.a')"],
        infer: |a| json_path(a, "JSON_VALUE", Type::String),
        eval: |c| {
            found(c, Type::String, |v| {
                let plain = v.iter().find(|v| !matches!(v, Json::Array(_) | Json::Object(_)));
                Value::Bytes(plain.map(|v| content(v)).unwrap_or_default().into())
            })
        },
        ..PATH
    },
    Function {
        name: "JSON_QUERY",
        syntax: "JSON_QUERY(json, path)",
        description: "All values at a JSONPath, as a JSON array.",
        examples: &["SELECT JSON_QUERY('{\"a\":1}', '$.a')"],
        infer: |a| json_path(a, "JSON_QUERY", Type::String),
        eval: |c| {
            found(c, Type::String, |v| {
                let parts: Vec<Vec<u8>> = v.iter().map(|v| v.raw()).collect();
                let joined = parts.join(&b", "[..]);
                Value::Bytes(if v.is_empty() { [].into() } else { [b"[", &joined[..], b"]"].concat().into() })
            })
        },
        ..PATH
    },
    Function {
        name: "JSON_EXISTS",
        syntax: "JSON_EXISTS(json, path)",
        description: "Whether there is a value at a JSONPath.",
        examples: &["SELECT JSON_EXISTS('{\"a\":1}', '$.a')"],
        infer: |a| json_path(a, "JSON_EXISTS", Type::UInt8),
        eval: |c| found(c, Type::UInt8, |v| Value::UInt(u64::from(!v.is_empty()))),
        ..PATH
    },
    Function {
        name: "toJSONString",
        arity: (1, 1),
        low_cardinality: LowCardinality::Dictionary,
        syntax: "toJSONString(x)",
        description: "The value as JSON.",
        examples: &["SELECT toJSONString([1, 2])"],
        infer: |_| Ok(Type::String),
        eval: |c| {
            let array = c.array(0)?;
            let options = TextOptions { json_quote_denormals: false, ..super::cast::text_options(c.context)? };
            let printer = olly_types::text::Printer::new(&array, &c.types[0], &options)?;
            build(c.rows, |row, out| {
                printer.write(row, olly_types::text::Style::Json, out);
                Ok(())
            })
        },
        ..BASE
    },
];

fn kinds() -> Type {
    let members: Vec<(String, i8)> = [
        ("Null", 0),
        ("String", 34),
        ("Array", 91),
        ("Bool", 98),
        ("Double", 100),
        ("Int64", 105),
        ("UInt64", 117),
        ("Object", 123),
    ]
    .into_iter()
    .map(|(n, v)| (n.to_string(), v))
    .collect();
    let text: Vec<String> = members.iter().map(|(n, v)| format!("'{n}' = {v}")).collect();
    Type::parse(&format!("Enum8({})", text.join(", "))).unwrap_or(Type::Int8)
}

/// JSON functions take LowCardinality off by themselves: their results never have it.
fn json_text(ty: &Type, name: &str) -> Result<()> {
    match ty {
        Type::LowCardinality(t) if t.is_nullable() => {
            Err(Error::unsupported(format!("{name} of {ty} (convert it to Nullable(String))")))
        }
        Type::LowCardinality(t) if **t == Type::String => Ok(()),
        Type::String => Ok(()),
        t => Err(illegal(t, name)),
    }
}

fn json_texts(call: &Call<'_>) -> Result<Texts> {
    let (Some(arg), Some(Type::LowCardinality(t))) = (call.args.first(), call.types.first()) else {
        return Texts::of(call, 0);
    };
    let plain = |a: &ArrayRef| arrow::compute::cast(a, &t.carrier()).map_err(crate::expr::internal);
    let arg = match arg {
        Column::Array(a) => Column::Array(plain(a)?),
        Column::Const(a) => Column::Const(plain(a)?),
        lambda => lambda.clone(),
    };
    Texts::of(
        &Call { args: &[arg], types: &[(**t).clone()], result: call.result, rows: call.rows, context: call.context },
        0,
    )
}

/// A text, and names or positions up to argument `to`.
fn path_types(args: &[Arg], to: usize, name: &str) -> Result<()> {
    json_text(&args[0].ty, name)?;
    match args.get(1..to).unwrap_or_default().iter().find(|a| a.ty != Type::String && !a.ty.is_integer()) {
        Some(a) => Err(Error::new(
            Code::IllegalTypeOfArgument,
            format!(
                "The argument of function {name} should be a string with a key or an integer, illegal type: {}",
                a.ty
            ),
        )),
        None => Ok(()),
    }
}

enum Key {
    Name(Texts),
    Position(Vals<i64>),
}

type Found<'j> = (Option<&'j [u8]>, &'j Json);

fn walk<'j>(root: &'j Json, keys: &[Key], row: usize, any_case: bool) -> Option<Found<'j>> {
    let mut at: Found<'j> = (None, root);
    for key in keys {
        at = match key {
            Key::Position(n) => at.1.at(n.get(row))?,
            Key::Name(names) => {
                let Json::Object(members) = at.1 else { return None };
                let name = names.get(row);
                let same = |n: &[u8]| if any_case { n.eq_ignore_ascii_case(name) } else { n == name };
                let (n, v) = members.iter().find(|(n, _)| same(n))?;
                (Some(n), v)
            }
        };
    }
    Some(at)
}

/// `f` of the value at each row's path. A constant text is parsed once.
fn each<T>(
    call: &Call<'_>,
    to: usize,
    any_case: bool,
    mut f: impl FnMut(Option<Found<'_>>) -> Result<T>,
) -> Result<Vec<T>> {
    let texts = json_texts(call)?;
    let mut keys = Vec::new();
    for i in 1..to {
        keys.push(if call.types[i].is_string() {
            Key::Name(Texts::of(call, i)?)
        } else {
            Key::Position(vals(call, i)?)
        });
    }
    let constant = if texts.is_const() && call.rows > 0 { Json::parse(texts.get(0)) } else { None };
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let parsed = if texts.is_const() { None } else { Json::parse(texts.get(row)) };
        let root = if texts.is_const() { constant.as_ref() } else { parsed.as_ref() };
        out.push(f(root.and_then(|root| walk(root, &keys, row, any_case)))?);
    }
    Ok(out)
}

type Owned<'j> = Option<(Option<std::sync::Arc<[u8]>>, &'j Json)>;

fn values(
    call: &Call<'_>,
    to: usize,
    any_case: bool,
    f: impl Fn(Owned<'_>, &EvalContext) -> Result<Option<Value>>,
) -> Result<ArrayRef> {
    let default = Value::default_of(call.result);
    let values = each(call, to, any_case, |v| {
        let v = v.map(|(name, v)| (name.map(|n| n.into()), v));
        Ok(f(v, call.context)?.unwrap_or_else(|| default.clone()))
    })?;
    array_of(&values, call.result)
}

fn truth(v: Owned<'_>, _: &EvalContext) -> Result<Option<Value>> {
    Ok(v.map(|(_, v)| {
        Value::UInt(u64::from(match v {
            Json::Bool(b) => *b,
            Json::Int(n) => *n != 0,
            Json::UInt(n) => *n != 0,
            _ => false,
        }))
    }))
}

/// A text's content, other values as JSON.
pub(super) fn content(v: &Json) -> Vec<u8> {
    match v {
        Json::Text(s) => s.clone(),
        other => other.raw(),
    }
}

fn text(v: Owned<'_>, _: &EvalContext) -> Result<Option<Value>> {
    Ok(v.filter(|(_, v)| **v != Json::Null).map(|(_, v)| Value::Bytes(content(v).into())))
}
fn raw(v: Owned<'_>, _: &EvalContext) -> Result<Option<Value>> {
    Ok(v.map(|(_, v)| Value::Bytes(v.raw().into())))
}
fn array_raw(v: Owned<'_>, _: &EvalContext) -> Result<Option<Value>> {
    Ok(match v {
        Some((_, Json::Array(items))) => {
            Some(Value::Array(items.iter().map(|i| Value::Bytes(i.raw().into())).collect()))
        }
        _ => None,
    })
}
fn keys(v: Owned<'_>, _: &EvalContext) -> Result<Option<Value>> {
    Ok(match v {
        Some((_, Json::Object(members))) => Some(Value::Array(members.iter().map(|(n, _)| Value::bytes(n)).collect())),
        _ => None,
    })
}
fn pairs_raw(v: Owned<'_>, _: &EvalContext) -> Result<Option<Value>> {
    Ok(match v {
        Some((_, Json::Object(members))) => Some(Value::Array(
            members.iter().map(|(n, v)| Value::Tuple([Value::bytes(n), Value::Bytes(v.raw().into())].into())).collect(),
        )),
        _ => None,
    })
}

fn typed(args: &[Arg], name: &str) -> Result<Type> {
    path_types(args, args.len() - 1, name)?;
    let Some(Value::Bytes(text)) = args.last().and_then(|a| a.constant.as_ref()) else {
        return Err(Error::new(
            Code::IllegalColumn,
            format!("The last argument of function {name} should be a constant string specifying the return data type"),
        ));
    };
    let ty = Type::parse(&String::from_utf8_lossy(text))?;
    supported(&ty, name)?;
    Ok(ty)
}

/// Types that a JSON value can be read as.
fn supported(ty: &Type, name: &str) -> Result<()> {
    match ty {
        Type::Nullable(t) | Type::LowCardinality(t) | Type::Array(t) => supported(t, name),
        Type::Tuple(elements) => elements.iter().try_for_each(|(_, t)| supported(t, name)),
        Type::Map(k, v) if k.without_low_cardinality().is_string() => supported(v, name),
        Type::Map(..) | Type::Nothing | Type::Interval(_) => Err(Error::new(
            Code::IllegalTypeOfArgument,
            format!("Function {name} doesn't support the return type schema: {ty}"),
        )),
        _ => Ok(()),
    }
}

fn extract_typed(call: &Call<'_>, any_case: bool) -> Result<ArrayRef> {
    let conversions = Conversions::of(call.context)?;
    values(call, call.args.len() - 1, any_case, |v, _| match v {
        Some((_, v)) => convert(v, call.result, &conversions),
        None => Ok(None),
    })
}

fn extract_pairs(call: &Call<'_>, any_case: bool) -> Result<ArrayRef> {
    let Type::Array(pair) = call.result else { return Err(illegal(call.result, "JSONExtractKeysAndValues")) };
    let Type::Tuple(parts) = &**pair else { return Err(illegal(pair, "JSONExtractKeysAndValues")) };
    let Some((_, ty)) = parts.last() else { return Err(illegal(pair, "JSONExtractKeysAndValues")) };
    let conversions = Conversions::of(call.context)?;
    values(call, call.args.len() - 1, any_case, |v, _| {
        let Some((_, Json::Object(members))) = v else { return Ok(None) };
        let mut out = Vec::new();
        for (name, v) in members {
            if let Some(v) = convert(v, ty, &conversions)? {
                out.push(Value::Tuple([Value::bytes(name), v].into()));
            }
        }
        Ok(Some(Value::Array(out.into())))
    })
}

fn json_path(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    json_text(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    match &args[1].constant {
        Some(Value::Bytes(text)) => Path::parse(text).map(|_| ty),
        _ => Err(Error::new(
            Code::IllegalTypeOfArgument,
            "JSONPath functions require second argument to be a constant string",
        )),
    }
}

fn found(call: &Call<'_>, ty: Type, f: impl Fn(&[&Json]) -> Value) -> Result<ArrayRef> {
    let path = match call.args.get(1) {
        Some(Column::Const(_)) => Path::parse(Texts::of(call, 1)?.get(0))?,
        _ => return Err(Error::new(Code::IllegalColumn, "the JSONPath is not constant")),
    };
    let values = each(call, 1, false, |v| Ok(f(&v.map(|(_, root)| path.find(root)).unwrap_or_default())))?;
    array_of(&values, &ty)
}
