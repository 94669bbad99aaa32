//! Sort, partition and TTL expressions as columns: a plain column stands for itself, anything else becomes a hidden column.

use crate::bind::Binder;
use crate::exec::QueryEnv;
use crate::expr::{Expr, ExprKind};
use crate::sql::ast;
use crate::sql::display::format_expr;
use olly_types::schema::{ColumnDef, DefaultKind, Ttl};
use olly_types::{Code, ColumnId, Error, Result, Type, Value};
use std::sync::Arc;

/// The parts of a key expression: `(a, b)` and `tuple(a, b)` are two, `tuple()` none.
pub fn parts(e: &ast::Expr) -> Vec<&ast::Expr> {
    match &e.kind {
        ast::ExprKind::Function(f) if f.name == "tuple" && f.parameters.is_none() => f.args.iter().collect(),
        _ => vec![e],
    }
}

/// Columns of a key, with the hidden ones appended to `columns`.
pub fn key_columns(
    env: &Arc<QueryEnv>,
    e: &ast::Expr,
    what: &str,
    nullable: bool,
    columns: &mut Vec<ColumnDef>,
) -> Result<Vec<ColumnId>> {
    let mut out = Vec::new();
    for part in parts(e) {
        let visible: Vec<(String, Type)> =
            columns.iter().filter(|c| !c.hidden && c.is_stored()).map(|c| (c.name.to_string(), c.ty.clone())).collect();
        let bound = Binder::new(env, None).standalone(part, &visible)?;
        if bound.as_literal().is_some() {
            return Err(Error::new(
                Code::IllegalColumn,
                format!("{what} cannot contain constants: {}", format_expr(part)),
            ));
        }
        if !bound.deterministic() {
            return Err(Error::new(
                Code::BadArguments,
                format!("{what} cannot contain non-deterministic functions: {}", format_expr(part)),
            ));
        }
        if bound.ty.is_nullable() && !nullable {
            let text =
                format!("{what} contains nullable columns, but merge tree setting `allow_nullable_key` is disabled");
            return Err(Error::new(Code::IllegalColumn, text));
        }
        let id = match bound.kind {
            ExprKind::Column(i) => visible
                .get(i)
                .and_then(|(n, _)| columns.iter().find(|c| *c.name == **n))
                .map(|c| c.id)
                .ok_or_else(|| Error::new(Code::LogicalError, "a key's column is gone"))?,
            _ => {
                let text = format_expr(part);
                match columns.iter().find(|c| c.hidden && c.default.as_deref() == Some(&text)) {
                    Some(c) => c.id,
                    None => {
                        let id = ColumnId(columns.iter().map(|c| c.id.0).max().unwrap_or(0) + 1);
                        columns.push(hidden(id, &text, bound.ty));
                        id
                    }
                }
            }
        };
        if !out.contains(&id) {
            out.push(id);
        }
    }
    Ok(out)
}

fn hidden(id: ColumnId, text: &str, ty: Type) -> ColumnDef {
    ColumnDef {
        id,
        name: text.into(),
        ty,
        default_kind: DefaultKind::Materialized,
        default: Some(text.to_string()),
        codec: None,
        comment: String::new(),
        role: None,
        hidden: true,
    }
}

/// `column + interval`, `toDateTime(column) + interval`.
pub fn ttl(env: &Arc<QueryEnv>, elements: &[ast::TtlElement], columns: &[ColumnDef]) -> Result<(Option<Ttl>, String)> {
    let Some(first) = elements.first() else { return Ok((None, String::new())) };
    if elements.len() > 1 || first.action != ast::TtlAction::Delete || first.filter.is_some() {
        return Err(Error::unsupported("TTL other than one `TTL time + interval [DELETE]`"));
    }
    let text = format_expr(&first.expr);
    let visible: Vec<(String, Type)> =
        columns.iter().filter(|c| !c.hidden && c.is_stored()).map(|c| (c.name.to_string(), c.ty.clone())).collect();
    let bound = Binder::new(env, None).standalone(&first.expr, &visible)?;
    if !matches!(bound.ty.base(), Type::DateTime(_) | Type::Date | Type::DateTime64(..) | Type::Date32) {
        let text = format!("TTL expression result column should have DateTime or Date type, but has {}", bound.ty);
        return Err(Error::new(Code::BadArguments, text));
    }
    let refuse = || Error::unsupported(format!("TTL {text} (only `column + interval` of fixed length)"));
    let (base, seconds) = match bound.call("plus") {
        Some([base, interval]) => (base, interval_seconds(interval).ok_or_else(refuse)?),
        _ => (&bound, 0),
    };
    let column = match &base.kind {
        ExprKind::Column(i) => *i,
        ExprKind::Call { function, args }
            if matches!(function.name, "toDateTime" | "toDate" | "CAST" | "toDateTime64") =>
        {
            match args.first().map(|a| &a.kind) {
                Some(ExprKind::Column(i)) => *i,
                _ => return Err(refuse()),
            }
        }
        _ => return Err(refuse()),
    };
    let def = visible.get(column).and_then(|(n, _)| columns.iter().find(|c| *c.name == **n)).ok_or_else(refuse)?;
    if !def.ty.is_temporal() {
        return Err(refuse());
    }
    Ok((Some(Ttl { column: def.id, seconds }), text))
}

fn interval_seconds(e: &Expr) -> Option<i64> {
    use olly_types::ty::IntervalUnit::*;
    let (Type::Interval(unit), Some(Value::Int(n))) = (&e.ty, e.as_literal()) else { return None };
    let unit = match unit {
        Second => 1,
        Minute => 60,
        Hour => 3600,
        Day => 86_400,
        Week => 7 * 86_400,
        _ => return None,
    };
    n.checked_mul(unit)
}
