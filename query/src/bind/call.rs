//! Typing of calls with ClickHouse's default treatment of NULL and LowCardinality, and folding of constants.

use super::hints::hint;
use crate::expr::{Expr, ExprKind, eval};
use crate::func::{Arg, Column, EvalContext, Function, LowCardinality, Nulls, registry};
use olly_types::batch::value_bytes;
use olly_types::value::value_at;
use olly_types::{Code, Error, Result, Type, Value};

/// Functions that give one value per query, and so fold although another query gets another value.
const QUERY_CONSTANTS: &[&str] = &[
    "now",
    "now64",
    "today",
    "yesterday",
    "UTCTimestamp",
    "currentDatabase",
    "currentUser",
    "hostName",
    "version",
    "uptime",
    "timezone",
    "serverTimezone",
    "queryID",
    "displayName",
    "FQDN",
    "revision",
    "initialQueryID",
    "serverUUID",
    "connectionId",
    "buildId",
    "getSetting",
];
/// Functions whose result is never a constant to ClickHouse.
const NEVER_CONSTANT: &[&str] = &[
    "materialize",
    "sleep",
    "sleepEachRow",
    "throwIf",
    "identity",
    "rowNumberInAllBlocks",
    "blockNumber",
    "rowNumberInBlock",
];

/// A call by a name as written in a query.
pub fn call_named(name: &str, args: Vec<Expr>, context: &EvalContext) -> Result<Expr> {
    let found = registry::find(name).filter(|_| !name.starts_with("__"));
    let Some(function) = found else {
        if crate::func::missing::is_missing(name) {
            return Err(Error::unsupported(format!("function {name}")));
        }
        let known = registry::all().iter().flat_map(|f| std::iter::once(f.name).chain(f.aliases.iter().copied()));
        let text =
            format!("Function with name `{name}` does not exist{}", hint(name, known.filter(|n| !n.starts_with("__"))));
        return Err(Error::new(Code::UnknownFunction, text));
    };
    call(function, args, context)
}

/// The types that `infer` sees, and how its answer is wrapped.
fn result_type(function: &'static Function, args: &[Expr]) -> Result<Type> {
    let n = args.len();
    if n < function.arity.0 || n > function.arity.1 {
        let wanted = match function.arity {
            (a, b) if a == b => format!("{a}"),
            (a, usize::MAX) => format!("at least {a}"),
            (a, b) => format!("{a} to {b}"),
        };
        let text =
            format!("Number of arguments for function {} doesn't match: passed {n}, should be {wanted}", function.name);
        return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
    }
    if let (Some(_), Some(first)) = (function.lambda_parameters, args.first())
        && !matches!(first.kind, ExprKind::Lambda { .. })
    {
        let (name, ty) = (function.name, &first.ty);
        let array = matches!(ty.without_low_cardinality(), Type::Array(_));
        let text = match n {
            1 if array => None,
            1 => Some(format!("The 1st and only argument for function {name} must be array. Found {ty} instead")),
            _ => Some(format!("First argument for function {name} must be a function. Actual {ty}")),
        };
        if let Some(text) = text {
            return Err(Error::new(Code::IllegalTypeOfArgument, text));
        }
    }
    let mut seen: Vec<Arg> = args
        .iter()
        .map(|a| Arg {
            ty: a.ty.clone(),
            constant: a.as_literal().cloned(),
            lambda: matches!(a.kind, ExprKind::Lambda { .. }),
        })
        .collect();
    let mut wrap_dictionary = false;
    if function.low_cardinality != LowCardinality::Own && seen.iter().any(|a| matches!(a.ty, Type::LowCardinality(_))) {
        let full: Vec<&Arg> = seen.iter().filter(|a| a.constant.is_none()).collect();
        wrap_dictionary = function.low_cardinality == LowCardinality::Dictionary
            && function.deterministic
            && full.len() <= 1
            && full.iter().all(|a| matches!(a.ty, Type::LowCardinality(_)));
        for a in &mut seen {
            a.ty = a.ty.without_low_cardinality().clone();
        }
    }
    let mut wrap_null = false;
    if function.nulls == Nulls::Propagate {
        if seen.iter().any(|a| !a.lambda && matches!(&a.ty, Type::Nullable(t) if **t == Type::Nothing)) {
            return Ok(Type::nullable(Type::Nothing));
        }
        for a in &mut seen {
            if a.lambda {
                continue;
            }
            if let Type::Nullable(t) = &a.ty {
                wrap_null = true;
                a.ty = (**t).clone();
            }
        }
    }
    let mut ty = (function.infer)(&seen)?;
    if wrap_null && !matches!(ty, Type::Nullable(_)) {
        if !ty.can_be_nullable() {
            let text = format!("Nested type {ty} cannot be inside Nullable type (function {})", function.name);
            return Err(Error::new(Code::IllegalTypeOfArgument, text));
        }
        ty = Type::nullable(ty);
    }
    if wrap_dictionary && ty.can_be_low_cardinality() {
        ty = Type::low_cardinality(ty);
    }
    Ok(ty)
}

/// A typed call, folded where all arguments are constants.
pub fn call(function: &'static Function, mut args: Vec<Expr>, context: &EvalContext) -> Result<Expr> {
    super::compare::read_seconds(function, &mut args);
    let function = super::compare::read_literal(function, &mut args, context)?;
    match function.name {
        "and" | "or" => args = args.into_iter().map(super::in_set::plain_membership).collect(),
        // Whether ClickHouse would fold the argument, which is not always whether we do.
        "isConstant" if args.len() == 1 => {
            return Ok(Expr::literal(Value::UInt(u64::from(args[0].as_literal().is_some())), Type::UInt8));
        }
        // Known without the value.
        "toTypeName" if args.len() == 1 => {
            let ty = args[0].ty.clone();
            args = vec![Expr::literal(Value::default_of(&ty), ty)];
        }
        "toDate" | "toDate32" if args.len() == 2 => {
            if let (Some(Value::Bytes(_)), [time, _]) = (args[1].as_literal(), args.as_slice()) {
                let time = match time.ty.base() {
                    Type::DateTime(_) | Type::DateTime64(..) => call_named("toTimeZone", args, context)?,
                    // Texts and dates have no zone.
                    Type::String | Type::Date | Type::Date32 => time.clone(),
                    _ => return Err(Error::unsupported(format!("{} of a number with a time zone", function.name))),
                };
                args = vec![time];
            }
        }
        "toBool" if matches!(args.as_slice(), [e] if e.ty == Type::nullable(Type::Nothing)) => {
            return Ok(Expr::literal(Value::Null, Type::nullable(Type::Bool)));
        }
        "fromUnixTimestamp" if args.len() > 1 => {
            let (seconds, ty) = (args[0].clone(), args[0].ty.base().clone());
            args[0] = match ty {
                Type::Int64 | Type::UInt64 => {
                    let scale = Expr::literal(Value::UInt(0), Type::UInt8);
                    call_named("toDateTime64", vec![seconds, scale], context)?
                }
                Type::DateTime(_) | Type::DateTime64(..) => seconds,
                t if t.is_integer() => {
                    let seconds = call_named("toUInt32", vec![seconds], context)?;
                    call_named("toDateTime", vec![seconds], context)?
                }
                Type::Nothing => seconds,
                t => {
                    let text = format!("Illegal type {t} of first argument of function fromUnixTimestamp");
                    return Err(Error::new(Code::IllegalTypeOfArgument, text));
                }
            };
            return call_named("formatDateTime", args, context);
        }
        "parseDateTime" | "parseDateTimeOrNull" | "parseDateTimeOrZero" => {
            let text = |s: &str| Expr::literal(Value::bytes(s), Type::String);
            if args.len() == 1 {
                args.push(text(crate::func::parse_time::USUAL));
            }
            if args.len() == 2 {
                args.push(text(&context.time_zone));
            }
        }
        "like" | "notLike" | "ilike" | "notILike" if args.len() == 3 => {
            let escape = args.pop().and_then(|e| e.as_literal().cloned());
            let pattern = args.pop().and_then(|e| e.as_literal().cloned());
            let (Some(Value::Bytes(pattern)), Some(Value::Bytes(escape))) = (pattern, escape) else {
                return Err(Error::unsupported("LIKE … ESCAPE of a pattern that is no constant"));
            };
            args.push(Expr::literal(Value::bytes(escaped_by(&pattern, &escape, function.name)?), Type::String));
        }
        "ignore" => return Ok(Expr::literal(Value::UInt(0), Type::UInt8)),
        name => {
            if let Some(sum) = super::intervals::sum(name, &args, context)? {
                return Ok(sum);
            }
            let types: Vec<&Type> = args.iter().map(|a| &a.ty).collect();
            if let Some((tuples, swapped)) = crate::func::tuple_arithmetic::of_operator(name, &types) {
                if swapped {
                    args.reverse();
                }
                return call_named(tuples, args, context);
            }
        }
    }
    let ty = result_type(function, &args)?;
    if let ("if" | "multiIf", [condition, yes, no]) = (function.name, args.as_slice())
        && let Some(value) = condition.as_literal()
    {
        // ClickHouse puts the branch in its place, with a zone that what is around it does not know of.
        let taken = if value.as_i128().is_some_and(|n| n != 0) { yes } else { no };
        if taken.ty != ty && without_zones(&taken.ty) == without_zones(&ty) {
            let text = format!("{} of times in different zones by a constant condition", function.name);
            return Err(Error::unsupported(text));
        }
    }
    let e = fold(Expr { kind: ExprKind::Call { function, args }, ty }, context)?;
    // ClickHouse's functions over arrays see elements without LowCardinality, and so do those who read their results.
    let over_arrays = function.family == crate::func::Family::Array && function.name != "array"
        || matches!(function.name, "mapKeys" | "mapValues");
    // What a lambda makes loses only the outermost.
    let plain = match &e.ty {
        Type::Array(item) if function.name == "arrayMap" => Type::array(item.without_low_cardinality().clone()),
        ty => ty.without_inner_dictionaries(),
    };
    if over_arrays && plain != e.ty { coerce(e, &plain, context) } else { Ok(e) }
}

/// The type with times of no zone.
fn without_zones(ty: &Type) -> Type {
    match ty {
        Type::DateTime(_) => Type::DateTime(None),
        Type::DateTime64(scale, _) => Type::DateTime64(*scale, None),
        Type::Nullable(t) => Type::nullable(without_zones(t)),
        Type::LowCardinality(t) => Type::low_cardinality(without_zones(t)),
        Type::Array(t) => Type::array(without_zones(t)),
        Type::Map(k, v) => Type::map(without_zones(k), without_zones(v)),
        Type::Tuple(e) => Type::Tuple(e.iter().map(|(n, t)| (n.clone(), without_zones(t))).collect()),
        other => other.clone(),
    }
}

/// A pattern of LIKE whose escape character is another one, with the usual one.
fn escaped_by(pattern: &[u8], escape: &[u8], function: &str) -> Result<Vec<u8>> {
    let [escape] = escape else {
        let text = format!("The ESCAPE argument of function {function} must be a single ASCII character");
        return Err(Error::new(Code::BadArguments, text));
    };
    let bad = || {
        let text = format!("Invalid escape sequence in LIKE pattern '{}'", String::from_utf8_lossy(pattern));
        Error::new(Code::CannotParseEscapeSequence, text)
    };
    let mut out = Vec::with_capacity(pattern.len() * 2);
    let mut bytes = pattern.iter();
    while let Some(b) = bytes.next() {
        if b == escape {
            let next = *bytes.next().ok_or_else(bad)?;
            match next {
                b'%' | b'_' | b'\\' => out.extend([b'\\', next]),
                _ if next == *escape => out.push(next),
                _ => return Err(bad()),
            }
        } else if *b == b'\\' {
            out.extend(b"\\\\");
        } else {
            out.push(*b);
        }
    }
    Ok(out)
}

/// Element `i` of a tuple, counted from 1.
pub fn element(tuple: &Expr, i: usize, context: &EvalContext) -> Result<Expr> {
    let n = i as u64;
    let place = Expr::literal(Value::UInt(n), super::literal::unsigned_type(n));
    call_named("tupleElement", vec![tuple.clone(), place], context)
}

/// All `n` elements of a tuple.
pub fn elements(tuple: &Expr, n: usize, context: &EvalContext) -> Result<Vec<Expr>> {
    (1..=n).map(|i| element(tuple, i, context)).collect()
}

/// A call whose type is already known.
pub fn typed_call(name: &str, args: Vec<Expr>, ty: Type, context: &EvalContext) -> Result<Expr> {
    let function = registry::find(name)
        .ok_or_else(|| Error::new(Code::LogicalError, format!("internal function {name} is missing")))?;
    fold(Expr { kind: ExprKind::Call { function, args }, ty }, context)
}

/// Bytes of a column's value, views of the same bytes counted each, up to which a constant is folded. As a literal it is there
/// for as long as the query runs, an array's elements take several times as much, and each use copies it; a larger one stays
/// a call, made once a batch.
const FOLDED: u64 = 4 << 20;

fn fold(expr: Expr, context: &EvalContext) -> Result<Expr> {
    let ExprKind::Call { function, args } = &expr.kind else { return Ok(expr) };
    // What a lambda makes is no constant, in ClickHouse's analysis neither: types and errors depend on it.
    let may = (function.deterministic || QUERY_CONSTANTS.contains(&function.name))
        && !NEVER_CONSTANT.contains(&function.name);
    if !may || !args.iter().all(|e| e.as_literal().is_some()) {
        return Ok(expr);
    }
    let array = match eval(&expr, &[], 1, context)? {
        Column::Array(a) | Column::Const(a) => a,
        Column::Lambda(_) => return Ok(expr),
    };
    if value_bytes(&array) > FOLDED {
        return Ok(expr);
    }
    let value: Value = value_at(&array, 0, &expr.ty)?;
    Ok(Expr::literal(value, expr.ty))
}

/// The value in a type that holds every value of its own type.
pub fn coerce(expr: Expr, to: &Type, context: &EvalContext) -> Result<Expr> {
    if expr.ty == *to {
        return Ok(expr);
    }
    typed_call("__coerce", vec![expr], to.clone(), context)
}

/// `CAST(expr, 'type')`.
pub fn cast(expr: Expr, to: &Type, context: &EvalContext) -> Result<Expr> {
    if expr.ty == *to {
        return Ok(expr);
    }
    call_named("CAST", vec![expr, Expr::literal(Value::bytes(to.to_string()), Type::String)], context)
}
