//! Conditions of a filter by which parts and granules can be skipped. Each is implied by the filter: rows that a skipped
//! granule holds cannot pass it, and every row that is read is filtered again above the scan.

use crate::expr::{Expr, ExprKind};
use crate::func::EvalContext;
use crate::plan::udf::ExprUdf;
use datafusion::logical_expr::Expr as DfExpr;
use olly_types::port::{Access, Bound, Prune, ScanColumn};
use olly_types::{Type, Value};
use std::sync::Arc;

/// Columns of a scan by their names in the plan.
pub type Named<'a> = &'a dyn Fn(&str) -> Option<(ScanColumn, Type)>;

/// All conditions that the filters imply.
pub fn conditions(filters: &[DfExpr], named: Named<'_>, context: &EvalContext) -> Vec<Prune> {
    let mut out = Vec::new();
    for f in filters {
        let DfExpr::ScalarFunction(call) = f else { continue };
        let inner: &dyn std::any::Any = call.func.inner().as_ref();
        let Some(udf) = inner.downcast_ref::<ExprUdf>().filter(|u| u.predicate) else { continue };
        let columns: Vec<Option<(ScanColumn, Type)>> = call
            .args
            .iter()
            .map(|a| match a {
                DfExpr::Column(c) => named(&c.name),
                _ => None,
            })
            .collect();
        condition(&udf.expr, &columns, context, &mut out);
    }
    out
}

type Columns<'a> = &'a [Option<(ScanColumn, Type)>];

fn column<'a>(e: &Expr, columns: Columns<'a>) -> Option<&'a (ScanColumn, Type)> {
    match e.kind {
        ExprKind::Column(i) => columns.get(i)?.as_ref(),
        _ => None,
    }
}

fn condition(e: &Expr, columns: Columns<'_>, context: &EvalContext, out: &mut Vec<Prune>) {
    match &e.kind {
        ExprKind::Column(_) => {
            if let Some((c, _)) = column(e, columns)
                && matches!(c.access, Access::MapContains(_))
            {
                let one = Bound { value: Value::UInt(1), inclusive: true };
                out.push(Prune::Range { column: c.clone(), low: Some(one), high: None });
            }
        }
        ExprKind::InSet { args, set, negated: false } => {
            let ([arg], Some(members)) = (args.as_slice(), set.members()) else { return };
            let Some((c, ty)) = column(arg, columns) else { return };
            if set.types.first() != Some(ty.base()) {
                return;
            }
            let values = members.iter().filter_map(|m| m.first().cloned()).collect();
            out.push(Prune::In { column: c.clone(), values });
        }
        ExprKind::Call { function, args } => match (function.name, args.as_slice()) {
            ("and", args) => args.iter().for_each(|a| condition(a, columns, context, out)),
            ("like", [c, l]) => {
                if let (Some((c, ty)), Some(Value::Bytes(p))) = (column(c, columns), l.as_literal())
                    && *ty.base() == Type::String
                    && let Some(needle) = longest_run(p)
                {
                    out.push(Prune::Contains { column: c.clone(), needle: needle.into() });
                }
            }
            ("hasToken" | "startsWith" | "endsWith", [c, l]) => {
                if let (Some((c, ty)), Some(Value::Bytes(p))) = (column(c, columns), l.as_literal())
                    && *ty.base() == Type::String
                    && !p.is_empty()
                {
                    out.push(Prune::Contains { column: c.clone(), needle: Arc::clone(p) });
                }
            }
            (name, [a, b]) => {
                if b.as_literal().is_some() {
                    comparison(name, a, b, columns, context, out);
                } else if a.as_literal().is_some() {
                    let flipped = match name {
                        "less" => "greater",
                        "greater" => "less",
                        "lessOrEquals" => "greaterOrEquals",
                        "greaterOrEquals" => "lessOrEquals",
                        other => other,
                    };
                    comparison(flipped, b, a, columns, context, out);
                }
            }
            _ => {}
        },
        _ => {}
    }
}

/// Longest text without wildcards in a LIKE pattern, at least 2 bytes.
fn longest_run(pattern: &[u8]) -> Option<Vec<u8>> {
    let mut best: Vec<u8> = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    let mut bytes = pattern.iter();
    while let Some(b) = bytes.next() {
        match b {
            b'%' | b'_' => {
                if run.len() > best.len() {
                    best = std::mem::take(&mut run);
                }
                run.clear();
            }
            b'\\' => match bytes.next() {
                Some(n @ (b'%' | b'_' | b'\\')) => run.push(*n),
                Some(n) => run.extend([b'\\', *n]),
                None => run.push(b'\\'),
            },
            b => run.push(*b),
        }
    }
    if run.len() > best.len() {
        best = run;
    }
    (best.len() >= 2).then_some(best)
}

fn comparison(
    name: &str,
    left: &Expr,
    right: &Expr,
    columns: Columns<'_>,
    context: &EvalContext,
    out: &mut Vec<Prune>,
) {
    if !matches!(name, "equals" | "less" | "greater" | "lessOrEquals" | "greaterOrEquals") {
        return;
    }
    let Some(value) = right.as_literal().filter(|v| !v.is_null()) else { return };
    if let Some((c, ty)) = column(left, columns) {
        if let Some((low, high)) = bounds(name, ty.base(), value, right.ty.base(), context) {
            out.push(Prune::Range { column: c.clone(), low, high });
        }
        return;
    }
    // A function that rounds a time down: f(x) ≤ x < f(x) + span.
    let ExprKind::Call { function, args } = &left.kind else { return };
    let Some((c, ty)) = args.first().and_then(|a| column(a, columns)) else { return };
    let Some(span) = span(function.name) else { return };
    if !matches!(ty.base(), Type::DateTime(_) | Type::DateTime64(..)) {
        return;
    }
    let Some(nanos) = nanos(value, right.ty.base()).or_else(|| {
        let parsed = parsed(value, right.ty.base(), left.ty.base(), context)?;
        nanos(&parsed, left.ty.base())
    }) else {
        return;
    };
    // Dates are midnights of the column's time zone.
    let dates = [left.ty.base(), right.ty.base()].iter().any(|t| matches!(t, Type::Date | Type::Date32));
    let slack = if dates { zone_slack(ty.base(), context) } else { 0 };
    let low = matches!(name, "equals" | "greater" | "greaterOrEquals").then(|| nanos - slack);
    let high = matches!(name, "equals" | "less" | "lessOrEquals").then(|| nanos + slack + span);
    let bound = |n: i128, up: bool| ticks(n, ty.base(), up).map(|value| Bound { value, inclusive: true });
    let (low, high) = (low.and_then(|n| bound(n, false)), high.and_then(|n| bound(n, true)));
    if low.is_some() || high.is_some() {
        out.push(Prune::Range { column: c.clone(), low, high });
    }
}

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// How far midnight of a column's time zone is from midnight UTC, at most.
fn zone_slack(ty: &Type, context: &EvalContext) -> i128 {
    let zone = match ty {
        Type::DateTime(zone) | Type::DateTime64(_, zone) => zone.as_deref(),
        _ => None,
    };
    if matches!(zone.unwrap_or(&context.time_zone), "UTC" | "Etc/UTC") { 0 } else { 16 * 3600 * SECOND }
}

/// How far above its result a rounding function's argument can be.
fn span(name: &str) -> Option<i128> {
    Some(match name {
        "toDateTime" | "toStartOfSecond" | "toDateTime64" => SECOND,
        "toStartOfMinute" => 60 * SECOND,
        "toStartOfFiveMinutes" | "toStartOfFiveMinute" => 300 * SECOND,
        "toStartOfTenMinutes" => 600 * SECOND,
        "toStartOfFifteenMinutes" => 900 * SECOND,
        "toStartOfHour" => 3600 * SECOND,
        "toDate" | "toDate32" => DAY,
        // A day of a change of the clocks has 25 hours.
        "toStartOfDay" => DAY + 3600 * SECOND,
        "toStartOfWeek" | "toMonday" => 7 * DAY,
        "toStartOfMonth" => 31 * DAY,
        "toStartOfQuarter" => 92 * DAY,
        "toStartOfYear" => 366 * DAY,
        _ => return None,
    })
}

/// Nanoseconds since the epoch of a time or (as UTC) a date.
fn nanos(value: &Value, ty: &Type) -> Option<i128> {
    let n = value.as_i128()?;
    Some(match ty {
        Type::Date | Type::Date32 => n * DAY,
        Type::DateTime(_) => n * SECOND,
        Type::DateTime64(p, _) => n * 10i128.pow(9u32.checked_sub(u32::from(*p))?),
        _ => return None,
    })
}

/// The value of a time type at or below (`up`: at or above) a moment, clamped to what the type holds.
fn ticks(nanos: i128, ty: &Type, up: bool) -> Option<Value> {
    let unit = match ty {
        Type::DateTime(_) => SECOND,
        Type::DateTime64(p, _) => 10i128.pow(9u32.checked_sub(u32::from(*p))?),
        _ => return None,
    };
    let mut n = nanos.div_euclid(unit);
    if up && n * unit != nanos {
        n += 1;
    }
    match ty {
        Type::DateTime(_) if n < 0 => Some(Value::UInt(0)).filter(|_| !up),
        Type::DateTime(_) => u32::try_from(n).ok().map(|n| Value::UInt(u64::from(n))),
        _ => i64::try_from(n).ok().map(Value::Int),
    }
}

/// A text in a column's own type, as comparisons read it.
fn parsed(value: &Value, from: &Type, to: &Type, context: &EvalContext) -> Option<Value> {
    if *from != Type::String || *to == Type::String {
        return None;
    }
    let literal = Expr::literal(value.clone(), Type::String);
    crate::bind::cast(literal, to, context).ok()?.as_literal().cloned()
}

type Bounds = (Option<Bound>, Option<Bound>);

/// Bounds of a column from `column op value`.
fn bounds(name: &str, ty: &Type, value: &Value, from: &Type, context: &EvalContext) -> Option<Bounds> {
    let both = |value: Value, exact: bool| -> Bounds {
        let strict = Some(Bound { value: value.clone(), inclusive: false });
        let weak = Some(Bound { value, inclusive: true });
        match name {
            "equals" => (weak.clone(), weak),
            "less" => (None, if exact { strict } else { weak }),
            "lessOrEquals" => (None, weak),
            "greater" => (if exact { strict } else { weak }, None),
            _ => (weak, None),
        }
    };
    if ty == from {
        return match ty {
            Type::Float32 => None,
            Type::Float64 => match value {
                Value::Float(f) if f.is_nan() || *f == 0.0 => None,
                v => Some(both(v.clone(), true)),
            },
            Type::Array(_) | Type::Map(..) | Type::Tuple(_) | Type::Decimal(..) => None,
            _ => Some(both(value.clone(), true)),
        };
    }
    if ty.is_integer() && from.is_integer() {
        let n = value.as_i128()?;
        let value = if ty.is_signed_integer() {
            Value::Int(i64::try_from(n).ok()?)
        } else {
            Value::UInt(u64::try_from(n).ok()?)
        };
        return Some(both(value, true));
    }
    if matches!(ty, Type::DateTime(_) | Type::DateTime64(..))
        && matches!(from, Type::DateTime(_) | Type::DateTime64(..))
    {
        let n = nanos(value, from)?;
        let low = matches!(name, "equals" | "greater" | "greaterOrEquals").then(|| ticks(n, ty, false)).flatten();
        let high = matches!(name, "equals" | "less" | "lessOrEquals").then(|| ticks(n, ty, true)).flatten();
        let bound = |v: Option<Value>| v.map(|value| Bound { value, inclusive: true });
        return Some((bound(low), bound(high)));
    }
    if matches!(ty, Type::DateTime(_) | Type::DateTime64(..)) && matches!(from, Type::Date | Type::Date32) {
        let (n, slack) = (nanos(value, from)?, zone_slack(ty, context));
        let low =
            matches!(name, "equals" | "greater" | "greaterOrEquals").then(|| ticks(n - slack, ty, false)).flatten();
        let high = matches!(name, "equals" | "less" | "lessOrEquals").then(|| ticks(n + slack, ty, true)).flatten();
        let bound = |v: Option<Value>| v.map(|value| Bound { value, inclusive: true });
        return Some((bound(low), bound(high)));
    }
    let parsed = parsed(value, from, ty, context)?;
    Some(both(parsed, false))
}
