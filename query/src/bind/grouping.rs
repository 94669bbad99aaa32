//! GROUP BY: its keys, and what the list, HAVING and ORDER BY may say of them.

use super::star::Item;
use super::{Binder, Scope};
use crate::expr::{Expr, ExprKind};
use crate::plan::ColId;
use olly_types::port::Access;
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::{BTreeSet, HashMap};

impl Binder<'_> {
    /// An expression over the input of an aggregation as one over its output.
    pub(super) fn after_aggregation<'q>(
        &self,
        e: &Expr,
        name: &str,
        keys: &HashMap<String, (ColId, Type)>,
        allowed: &BTreeSet<ColId>,
        s: &Scope<'q>,
    ) -> Result<Expr> {
        let find = |x: &Expr| {
            if x.as_literal().is_some() {
                return None;
            }
            keys.get(&x.key()).map(|(id, ty)| Expr::column(*id, ty.clone()))
        };
        let out = e.rewrite(&mut |x| {
            find(x).or_else(|| match x.kind {
                // A map's value where the map itself is the key.
                ExprKind::Column(id) if !allowed.contains(&id) => {
                    let whole = self.widen(id, &x.ty, s)?;
                    Some(whole.rewrite(&mut |y| find(y))).filter(|w| w.columns().iter().all(|c| allowed.contains(c)))
                }
                _ => None,
            })
        });
        if out.columns().iter().all(|c| allowed.contains(c)) {
            return Ok(out);
        }
        let wrong = out.columns().into_iter().find(|c| !allowed.contains(c));
        let column = s
            .sources
            .iter()
            .find_map(|t| {
                let scan = t.scan.as_ref()?.borrow();
                let (_, c, _) = scan.columns.iter().find(|(id, _, _)| Some(*id) == wrong)?;
                scan.snapshot.schema().column(c.column).map(|d| d.name.to_string())
            })
            .unwrap_or_else(|| name.to_string());
        let text = format!("Column `{column}` is not under aggregate function and not in GROUP BY keys (in `{name}`)");
        Err(Error::new(Code::NotAnAggregate, text))
    }

    /// A narrowed access as a call over the whole column.
    fn widen<'q>(&self, id: ColId, ty: &Type, s: &Scope<'q>) -> Option<Expr> {
        for source in &s.sources {
            let Some(scan) = &source.scan else { continue };
            let scan = scan.borrow();
            let Some((_, narrow, _)) = scan.columns.iter().find(|(i, _, _)| *i == id) else { continue };
            let (whole, _, whole_ty) =
                scan.columns.iter().find(|(_, c, _)| c.column == narrow.column && c.access == Access::Whole)?;
            let whole = Expr::column(*whole, whole_ty.clone());
            let (name, args) = match &narrow.access {
                Access::Whole => return None,
                Access::MapValue(key) => ("arrayElement", vec![whole, Expr::literal(Value::bytes(key), Type::String)]),
                Access::MapContains(key) => {
                    ("mapContains", vec![whole, Expr::literal(Value::bytes(key), Type::String)])
                }
                Access::MapKeys => {
                    return super::call::typed_call("mapKeys", vec![whole], ty.clone(), &self.env.context).ok();
                }
                Access::Size => ("length", vec![whole]),
            };
            let call = super::call_named(name, args, &self.env.context).ok()?;
            return (call.ty == *ty).then_some(call);
        }
        None
    }
}

/// arrayJoin columns that group keys and arguments of aggregates need, with those these need.
pub(super) fn needed<'q>(keys: &[Expr], s: &Scope<'q>) -> BTreeSet<ColId> {
    let mut out: BTreeSet<ColId> = keys.iter().flat_map(Expr::columns).collect();
    out.extend(s.aggs.iter().flat_map(|(_, _, call)| call.args.iter().flat_map(Expr::columns)));
    loop {
        let more: Vec<ColId> = s
            .pending
            .iter()
            .filter(|(id, _, _)| out.contains(id))
            .flat_map(|(_, _, e)| e.columns())
            .filter(|c| !out.contains(c))
            .collect();
        if more.is_empty() {
            return out;
        }
        out.extend(more);
    }
}

/// Keys of GROUP BY ALL: expressions of the list without aggregates; of the others, the columns outside of aggregates.
pub(super) fn all_keys<'q>(items: &[Item], s: &Scope<'q>) -> Vec<Expr> {
    let aggs: BTreeSet<ColId> = s.aggs.iter().map(|(id, _, _)| *id).collect();
    let mut keys: Vec<Expr> = Vec::new();
    for item in items {
        if item.expr.as_literal().is_some() {
            continue;
        }
        if item.expr.columns().iter().any(|c| aggs.contains(c)) {
            item.expr.visit(&mut |e| {
                if let ExprKind::Column(id) = e.kind
                    && !aggs.contains(&id)
                {
                    keys.push(e.clone());
                }
            });
        } else {
            keys.push(item.expr.clone());
        }
    }
    keys
}
