//! Constants moved out of aggregates, as ClickHouse's analyzer has it: `sum(x / 3)` is `sum(x) / 3`, `max(1 - x)` is `1 - min(x)`,
//! `sum(x + 1)` is `sum(x) + 1 * count(x)`.
//!
//! It is no optimization here: quotients of Decimals are cut once and not in every row, floats round once, sums that wrap do so
//! after the extreme was chosen.

use super::{Binder, Scope};
use crate::agg::combinator::resolve;
use crate::expr::{Expr, ExprKind};
use crate::func::Function;
use olly_types::port::Access;
use olly_types::{Result, Type, Value};

/// An aggregate over arithmetic with one constant.
struct Found<'e> {
    operation: &'static Function,
    constant: &'e Expr,
    /// The other operand.
    inner: &'e Expr,
    /// Whether the constant is the first operand.
    first: bool,
}

impl Found<'_> {
    /// The operation with `inner` in its operand's place.
    fn around(&self, inner: Expr, binder: &Binder<'_>) -> Result<Expr> {
        let constant = self.constant.clone();
        let args = if self.first { vec![constant, inner] } else { vec![inner, constant] };
        super::call(self.operation, args, &binder.env.context)
    }
}

fn found(arg: &Expr) -> Option<Found<'_>> {
    let ExprKind::Call { function, args } = &arg.kind else { return None };
    let [a, b] = args.as_slice() else { return None };
    let constant = |e: &Expr| e.as_literal().is_some_and(|v| *v != Value::Null);
    match (constant(a), constant(b)) {
        (true, false) => Some(Found { operation: function, constant: a, inner: b, first: true }),
        (_, true) => Some(Found { operation: function, constant: b, inner: a, first: false }),
        _ => None,
    }
}

fn negative(v: Option<&Value>) -> bool {
    match v {
        Some(Value::Float(f)) => *f < 0.0,
        Some(v) => v.as_i128().is_some_and(|n| n < 0),
        None => false,
    }
}

impl Binder<'_> {
    /// The aggregate `name(arg)` with a constant moved out of it, or None where there is none to move.
    pub(super) fn moved_out(&self, name: &str, arg: &Expr, s: &mut Scope<'_>) -> Result<Option<Expr>> {
        let name = match name.to_ascii_lowercase().as_str() {
            "sum" => "sum",
            "avg" => "avg",
            "min" => "min",
            "max" => "max",
            _ => return Ok(None),
        };
        let Some(found) = found(arg) else { return Ok(None) };
        let operation = found.operation.name;
        match operation {
            "plus" | "minus" if name == "sum" => return self.counted(&found, arg, s),
            "divide" if found.first => return Ok(None),
            "plus" | "minus" | "multiply" | "divide" => {}
            _ => return Ok(None),
        }
        let turned = match operation {
            "minus" => found.first,
            "plus" => false,
            _ => negative(found.constant.as_literal()),
        };
        let of_inner = match name {
            "min" if turned => "max",
            "max" if turned => "min",
            other => other,
        };
        // Only where the type stays.
        let ty = |name: &str, arg: &Expr| resolve(name, Vec::new(), std::slice::from_ref(&arg.ty)).map(|r| r.result);
        let Ok(inner) = ty(of_inner, found.inner) else { return Ok(None) };
        match (found.around(Expr::column(usize::MAX, inner), self), ty(name, arg)) {
            (Ok(e), Ok(ty)) if e.ty == ty => {}
            _ => return Ok(None),
        }
        let inner = self.aggregate_of(of_inner, Vec::new(), vec![found.inner.clone()], s)?;
        found.around(inner, self).map(Some)
    }

    /// `sum(column ± constant)` of floats: other sums are the same either way.
    fn counted(&self, found: &Found<'_>, arg: &Expr, s: &mut Scope<'_>) -> Result<Option<Expr>> {
        let ExprKind::Column(id) = found.inner.kind else { return Ok(None) };
        let number = |t: &Type| t.is_number() && *t != Type::Bool;
        if !arg.ty.is_float() || !number(&found.inner.ty) || !number(&found.constant.ty) || !is_column(id, s) {
            return Ok(None);
        }
        let sum = self.aggregate_of("sum", Vec::new(), vec![found.inner.clone()], s)?;
        let count = self.aggregate_of("count", Vec::new(), vec![found.inner.clone()], s)?;
        let context = &self.env.context;
        let constants = super::call_named("multiply", vec![found.constant.clone(), count], context)?;
        let args = if found.first { vec![constants, sum] } else { vec![sum, constants] };
        let e = super::call(found.operation, args, context)?;
        super::cast(e, &Type::Float64, context).map(Some)
    }
}

/// Whether it is a table's column as a whole: no part of one, and nothing that arrayJoin made.
fn is_column(id: usize, s: &Scope<'_>) -> bool {
    let part = |t: &super::Source| {
        t.scan
            .as_ref()
            .is_some_and(|scan| scan.borrow().columns.iter().any(|(i, c, _)| *i == id && c.access != Access::Whole))
    };
    !s.joined.iter().any(|(i, _, _)| *i == id) && !s.sources.iter().any(part)
}
