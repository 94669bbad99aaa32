//! Random functions: equal calls of one SELECT are one call.

use super::Binder;
use super::star::Item;
use crate::expr::{Expr, ExprKind};
use crate::plan::{Col, ColId, Plan, SortKey};
use olly_types::Type;
use std::collections::HashMap;

impl Binder<'_> {
    /// Equal calls of random functions in one SELECT are one call, as in ClickHouse, so they are computed first.
    pub(super) fn share_random(&self, plan: Plan, items: &mut [Item], order: &mut [SortKey], by: &mut [Expr]) -> Plan {
        let mut calls: HashMap<String, (usize, Expr)> = HashMap::new();
        let mut columns: HashMap<ColId, Type> = HashMap::new();
        let all = items.iter().map(|i| &i.expr).chain(order.iter().map(|k| &k.expr)).chain(by.iter());
        for e in all {
            e.visit(&mut |x| match &x.kind {
                ExprKind::Column(id) => {
                    columns.insert(*id, x.ty.clone());
                }
                ExprKind::Call { function, args }
                    if matches!(function.family, crate::func::Family::Random | crate::func::Family::Uuid)
                        && !function.deterministic
                        && args.iter().all(Expr::deterministic) =>
                {
                    calls.entry(x.key()).or_insert_with(|| (0, x.clone())).0 += 1;
                }
                _ => {}
            });
        }
        calls.retain(|_, (n, _)| *n > 1);
        if calls.is_empty() {
            return plan;
        }
        let mut exprs: Vec<(Col, Expr)> =
            columns.into_iter().map(|(id, ty)| (Col { id, ty: ty.clone() }, Expr::column(id, ty))).collect();
        exprs.sort_by_key(|(c, _)| c.id);
        let mut ids = HashMap::new();
        for (key, (_, call)) in calls {
            let id = self.fresh();
            ids.insert(key, id);
            exprs.push((Col { id, ty: call.ty.clone() }, call));
        }
        let shared = |e: &Expr| e.rewrite(&mut |x| ids.get(&x.key()).map(|id| Expr::column(*id, x.ty.clone())));
        items.iter_mut().for_each(|i| i.expr = shared(&i.expr));
        order.iter_mut().for_each(|k| k.expr = shared(&k.expr));
        by.iter_mut().for_each(|e| *e = shared(e));
        Plan::Project { input: plan.into(), exprs }
    }
}
