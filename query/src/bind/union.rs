//! UNION: one type for each column of all its parts.

use super::{Binder, Outer};
use crate::expr::Expr;
use crate::plan::{Bound, Col, Output, Plan};
use crate::sql::ast;
use crate::typing::common_type;
use olly_types::{Code, Error, Result};
use std::rc::Rc;

impl Binder<'_> {
    /// `with`: what the queries around see of the WITH of the first of them.
    pub(super) fn union<'q>(
        &self,
        chain: &'q ast::SetChain,
        outer: &Rc<Outer<'q>>,
        with: &[&'q ast::WithItem],
    ) -> Result<Bound> {
        let mut bounds = vec![self.query_in_union(&chain.first, outer, with)?];
        let mut with = with.to_vec();
        if self.env.settings.bool_or("enable_global_with_statement", true)? {
            with.extend(first_with(&chain.first));
        }
        let mut distinct = false;
        for (op, q) in &chain.rest {
            let mode = self.env.settings.get("union_default_mode").unwrap_or_default().to_ascii_uppercase();
            let all = match (op, mode.as_str()) {
                (ast::SetOperator::UnionAll, _) | (ast::SetOperator::Union, "ALL") => true,
                (ast::SetOperator::UnionDistinct, _) | (ast::SetOperator::Union, "DISTINCT") => false,
                (ast::SetOperator::Union, _) => {
                    return Err(Error::new(
                        Code::ExpectedAllOrDistinct,
                        "Expected ALL or DISTINCT after UNION, because the setting union_default_mode is empty",
                    ));
                }
                (
                    ast::SetOperator::Intersect | ast::SetOperator::IntersectAll | ast::SetOperator::IntersectDistinct,
                    _,
                ) => {
                    return Err(Error::unsupported("INTERSECT"));
                }
                _ => return Err(Error::unsupported("EXCEPT between queries")),
            };
            if all && distinct {
                bounds = vec![self.union_of(std::mem::take(&mut bounds), true)?];
                distinct = false;
            }
            if !all {
                if !distinct && bounds.len() > 1 {
                    bounds = vec![self.union_of(std::mem::take(&mut bounds), false)?];
                }
                distinct = true;
            }
            bounds.push(self.query_in_union(q, outer, &with)?);
        }
        self.union_of(bounds, distinct)
    }

    fn union_of(&self, bounds: Vec<Bound>, distinct: bool) -> Result<Bound> {
        let Some(first) = bounds.first() else { return Err(Error::new(Code::LogicalError, "UNION of nothing")) };
        let n = first.columns.len();
        let mut outputs: Vec<Output> = Vec::with_capacity(n);
        for (i, c) in first.columns.iter().enumerate() {
            let mut types = Vec::with_capacity(bounds.len());
            for b in &bounds {
                let Some(column) = b.columns.get(i).filter(|_| b.columns.len() == n) else {
                    let text =
                        format!("Different number of columns in UNION ALL elements: {n} and {}", b.columns.len());
                    return Err(Error::new(Code::UnionAllResultStructuresMismatch, text));
                };
                types.push(column.ty.clone());
            }
            outputs.push(Output { id: self.fresh(), name: c.name.clone(), ty: common_type(&types)? });
        }
        let columns: Vec<Col> = outputs.iter().map(|o| Col { id: o.id, ty: o.ty.clone() }).collect();
        let mut inputs = Vec::with_capacity(bounds.len());
        for b in bounds {
            let mut exprs = Vec::with_capacity(n);
            for (from, to) in b.columns.iter().zip(&columns) {
                let e = super::coerce(Expr::column(from.id, from.ty.clone()), &to.ty, &self.env.context)?;
                exprs.push((to.clone(), e));
            }
            inputs.push(Plan::Project { input: b.plan.into(), exprs });
        }
        let mut plan = Plan::Union { inputs, columns };
        if distinct {
            plan = Plan::Distinct { input: plan.into() };
        }
        Ok(Bound { plan, columns: outputs })
    }
}

/// The WITH of a UNION's first query.
fn first_with(query: &ast::Query) -> &[ast::WithItem] {
    match query {
        ast::Query::Select(select) => &select.with,
        ast::Query::Set(chain) => first_with(&chain.first),
    }
}
