//! Sums of intervals of several units: a tuple of intervals, as in ClickHouse, whose parts are added to a time one by one.

use super::call_named;
use crate::expr::Expr;
use crate::func::EvalContext;
use olly_types::{Result, Type, Value};

/// `a ± b` where one of them is a tuple of intervals, or they are intervals of two units.
pub(super) fn sum(name: &str, args: &[Expr], context: &EvalContext) -> Result<Option<Expr>> {
    let ([a, b], "plus" | "minus") = (args, name) else { return Ok(None) };
    let call = |name: &str, a: Expr, b: Expr| call_named(name, vec![a, b], context);
    let signed = |e: &Expr| match name {
        "plus" => Ok(e.clone()),
        _ => call("minus", Expr::literal(Value::Int(0), e.ty.clone()), e.clone()),
    };
    let added = |time: &Expr, tuple: &Expr| -> Result<Expr> {
        parts(tuple, context)?.into_iter().try_fold(time.clone(), |time, part| call(name, time, part))
    };
    match (&a.ty, &b.ty) {
        (Type::Interval(x), Type::Interval(y)) if x != y => {
            call_named("tuple", vec![a.clone(), signed(b)?], context).map(Some)
        }
        (t, Type::Interval(_)) if is_sum(t) => {
            let mut all = parts(a, context)?;
            match all.pop() {
                Some(last) if last.ty == b.ty => all.push(call(name, last, b.clone())?),
                Some(last) => all.extend([last, signed(b)?]),
                None => {}
            }
            call_named("tuple", all, context).map(Some)
        }
        (t, s) if t.base().is_temporal() && is_sum(s) => added(a, b).map(Some),
        (s, t) if t.base().is_temporal() && is_sum(s) && name == "plus" => added(b, a).map(Some),
        _ => Ok(None),
    }
}

/// A tuple of intervals.
fn is_sum(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(e) if !e.is_empty() && e.iter().all(|(_, t)| matches!(t, Type::Interval(_))))
}

fn parts(tuple: &Expr, context: &EvalContext) -> Result<Vec<Expr>> {
    let Type::Tuple(types) = &tuple.ty else { return Ok(Vec::new()) };
    super::elements(tuple, types.len(), context)
}
