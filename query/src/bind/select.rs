//! SELECT: clauses in the order in which ClickHouse gives them meaning.

use super::aggregate::by_rows;
use super::grouping::{all_keys, needed};
use super::names::{Names, Subqueries};
use super::star::Item;
use super::{Binder, Cte, Outer, Scope};
use crate::expr::{Expr, ExprKind};
use crate::plan::{Bound, Col, ColId, Output, Plan, SortKey};
use crate::sql::ast;
use crate::sql::walk::for_each_child;
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

impl<'a> Binder<'a> {
    /// `with`: of the first query of the UNION in which this one stands.
    pub(super) fn select<'q>(
        &self,
        sel: &'q ast::Select,
        outer: &Rc<Outer<'q>>,
        with: &[&'q ast::WithItem],
    ) -> Result<Bound> {
        refuse(sel)?;
        let mut settings = self.env.settings.clone();
        crate::engine::execute::apply_settings(&mut settings, &sel.settings, &self.env.parameters)?;
        let (outer, with) = self.with(&sel.with, with, outer)?;
        let mut s = Scope::new(outer);
        collect_aliases(sel, &with, &mut s)?;
        let mut plan = self.from(sel.from.as_ref(), &mut s)?;

        for (clause, place) in [(&sel.prewhere, "PREWHERE"), (&sel.filter, "WHERE")] {
            let Some(e) = clause else { continue };
            s.forbid = Some(place);
            let predicate = self.expr(e, &mut s)?;
            s.forbid = None;
            plan = join_arrays(plan, std::mem::take(&mut s.pending));
            plan = filter(plan, predicate, place)?;
        }

        // Group keys before the list: aliases they use are bound without aggregates.
        let mut keys: Vec<Expr> = Vec::new();
        let mut by_all = false;
        s.forbid = Some("GROUP BY");
        match sel.group_by.as_ref().map(|g| &g.kind) {
            None => {}
            Some(ast::GroupByKind::All) => by_all = true,
            Some(ast::GroupByKind::Keys(list)) => {
                for e in list {
                    let e = self.positional(e, &sel.projection)?;
                    match (&e.kind, e.alias.is_none()) {
                        // `GROUP BY (a, b)` is `GROUP BY a, b`.
                        (ast::ExprKind::Function(f), true) if f.name == "tuple" && f.parameters.is_none() => {
                            for part in &f.args {
                                keys.push(self.expr(part, &mut s)?);
                            }
                        }
                        _ => keys.push(self.list_expr(e, &mut s)?),
                    }
                }
            }
            Some(_) => return Err(Error::unsupported("GROUP BY with ROLLUP, CUBE or GROUPING SETS")),
        }
        s.forbid = None;

        let mut items: Vec<Item> = Vec::new();
        let mut subqueries = sel.from.as_ref().map_or(0, |f| Subqueries::new(&s.outer).in_from(f));
        for e in &sel.projection {
            if !self.expand(e, &mut s, &mut items)? {
                let expr = self.list_expr(e, &mut s)?;
                let mut names = Names { scope: &s, parameters: &self.env.parameters, subqueries };
                let before = names.subqueries;
                let name = crate::sql::column_name_with(e, &mut names);
                subqueries = before.saturating_add(Subqueries::new(&s.outer).in_expr(e));
                items.push(Item { name, expr });
            }
        }
        if items.is_empty() {
            return Err(Error::new(Code::EmptyListOfColumnsQueried, "Empty list of columns in SELECT query"));
        }
        let having = sel.having.as_ref().map(|e| self.expr(e, &mut s)).transpose()?;
        let mut order = self.order_by(sel, &items, &mut s)?;
        let limit_by = match &sel.limit_by {
            None => None,
            Some(l) => {
                let mut by = Vec::new();
                match &l.by {
                    None => by.extend(items.iter().map(|i| i.expr.clone())),
                    Some(list) => {
                        for e in list {
                            let e = self.positional(e, &sel.projection)?;
                            by.push(self.expr(e, &mut s)?);
                        }
                    }
                }
                let skip = l.offset.as_ref().map(|e| self.row_count(e, "OFFSET")).transpose()?.unwrap_or(0);
                Some((by, skip, self.row_count(&l.limit, "LIMIT BY")?))
            }
        };
        let mut limit_keys: Vec<Expr> = limit_by.as_ref().map(|(k, _, _)| k.clone()).unwrap_or_default();

        if by_all {
            keys = all_keys(&items, &s);
        } else if sel.group_by.is_some() && keys.is_empty() {
            // `GROUP BY ()`: one group, but none of no rows.
            keys.push(Expr::literal(Value::UInt(0), Type::UInt8));
        }
        let aggregated = !s.aggs.is_empty() || !keys.is_empty();
        if aggregated {
            let early = needed(&keys, &s);
            let (before, after): (Vec<_>, Vec<_>) =
                std::mem::take(&mut s.pending).into_iter().partition(|(id, _, _)| early.contains(id));
            plan = join_arrays(plan, before);
            let mut map: HashMap<String, (ColId, Type)> = HashMap::new();
            let mut key_columns = Vec::new();
            for k in &keys {
                let key = k.key();
                if map.contains_key(&key) {
                    continue;
                }
                let id = self.fresh();
                map.insert(key, (id, k.ty.clone()));
                key_columns.push((Col { id, ty: k.ty.clone() }, k.clone()));
            }
            let grouped = keys.iter().any(|k| k.as_literal().is_none());
            let aggs = s
                .aggs
                .iter()
                .map(|(id, _, call)| {
                    let call = if grouped { by_rows(call)? } else { call.clone() };
                    Ok((Col { id: *id, ty: call.resolved.result.clone() }, call))
                })
                .collect::<Result<Vec<_>>>()?;
            let mut allowed: BTreeSet<ColId> = key_columns.iter().map(|(c, _)| c.id).collect();
            allowed.extend(aggs.iter().map(|(c, _)| c.id));
            allowed.extend(after.iter().map(|(id, _, _)| *id));
            plan = Plan::Aggregate { input: plan.into(), keys: key_columns, aggs };
            let post = |e: &Expr, name: &str| self.after_aggregation(e, name, &map, &allowed, &s);
            let after = after
                .iter()
                .map(|(id, k, e)| Ok((*id, k.clone(), post(e, "arrayJoin")?)))
                .collect::<Result<Vec<_>>>()?;
            for item in &mut items {
                item.expr = post(&item.expr, &item.name)?;
            }
            for key in &mut order {
                key.expr = post(&key.expr, "ORDER BY")?;
            }
            for key in &mut limit_keys {
                *key = post(key, "LIMIT BY")?;
            }
            let having = having.map(|h| post(&h, "HAVING")).transpose()?;
            plan = join_arrays(plan, after);
            if let Some(h) = having {
                plan = filter(plan, h, "HAVING")?;
            }
        } else {
            plan = join_arrays(plan, std::mem::take(&mut s.pending));
            if let Some(h) = having {
                plan = filter(plan, h, "HAVING")?;
            }
        }
        drop(s);
        let limit_keys_of = &mut limit_keys;
        plan = self.share_random(plan, &mut items, &mut order, limit_keys_of);

        self.finish(plan, items, order, limit_by.map(|(_, skip, n)| (limit_keys, skip, n)), sel)
    }

    /// List, DISTINCT, ORDER BY, LIMIT BY, LIMIT.
    fn finish(
        &self,
        mut plan: Plan,
        items: Vec<Item>,
        order: Vec<SortKey>,
        limit_by: Option<(Vec<Expr>, usize, usize)>,
        sel: &ast::Select,
    ) -> Result<Bound> {
        let mut known: HashMap<String, ColId> = HashMap::new();
        let mut exprs: Vec<(Col, Expr)> = Vec::new();
        let mut outputs = Vec::new();
        for item in items {
            let key = item.expr.key();
            let deterministic = item.expr.deterministic();
            let id = match known.get(&key) {
                Some(id) if deterministic => *id,
                _ => {
                    let id = self.fresh();
                    known.insert(key, id);
                    exprs.push((Col { id, ty: item.expr.ty.clone() }, item.expr.clone()));
                    id
                }
            };
            outputs.push(Output { id, name: item.name, ty: item.expr.ty });
        }
        let listed = exprs.len();
        let distinct = sel.distinct;
        let mut keys = Vec::new();
        let mut flat = Vec::new();
        for key in order {
            // DISTINCT knows a tuple of the list as a whole.
            let listed = known.get(&key.expr.key()).filter(|_| distinct);
            let expr = listed.map(|id| Expr::column(*id, key.expr.ty.clone())).unwrap_or(key.expr);
            sort_keys(expr, key.descending, key.nulls_first, &mut flat, self)?;
        }
        let mut place = |e: Expr, exprs: &mut Vec<(Col, Expr)>| -> Result<Expr> {
            if e.as_literal().is_some() {
                return Ok(e);
            }
            let key = e.key();
            if let Some(id) = known.get(&key) {
                return Ok(Expr::column(*id, e.ty));
            }
            if distinct {
                let seen: BTreeSet<ColId> = exprs.iter().map(|(c, _)| c.id).collect();
                let out = e.rewrite(&mut |x| known.get(&x.key()).map(|id| Expr::column(*id, x.ty.clone())));
                if out.columns().iter().all(|c| seen.contains(c)) {
                    return Ok(out);
                }
                return Err(Error::unsupported("SELECT DISTINCT … ORDER BY an expression that is not in the list"));
            }
            let id = self.fresh();
            known.insert(key, id);
            exprs.push((Col { id, ty: e.ty.clone() }, e.clone()));
            Ok(Expr::column(id, e.ty))
        };
        for key in flat {
            let expr = place(key.expr, &mut exprs)?;
            if expr.as_literal().is_none() {
                keys.push(SortKey { expr, ..key });
            }
        }
        let by = match limit_by {
            None => None,
            Some((by, skip, n)) => {
                let by = by.into_iter().map(|e| place(e, &mut exprs)).collect::<Result<Vec<_>>>()?;
                Some((by, skip, n))
            }
        };
        let limit = sel.limit.as_ref().map(|e| self.row_count(e, "LIMIT")).transpose()?;
        let skip = sel.offset.as_ref().map(|e| self.row_count(e, "OFFSET")).transpose()?.unwrap_or(0);
        let mut extra = exprs.len() > listed;
        let mut kept: Vec<(Col, Expr)> =
            exprs.iter().take(listed).map(|(c, _)| (c.clone(), Expr::column(c.id, c.ty.clone()))).collect();
        if !keys.is_empty() && !distinct && by.is_none() && (limit.is_some() || skip > 0) {
            extra |= behind_limit(&mut exprs, &mut kept, &keys);
        }
        let zeros = if distinct { one_zero(&exprs, &keys)? } else { Vec::new() };
        plan = Plan::Project { input: plan.into(), exprs };
        if distinct {
            plan = Plan::Distinct { input: plan.into() };
        }
        if !keys.is_empty() {
            let fetch = match (&by, limit) {
                // Some clients say "all" by the largest number there is.
                (None, Some(n)) if zeros.is_empty() && n > 0 && n < usize::MAX >> 1 => Some(n.saturating_add(skip)),
                _ => None,
            };
            plan = Plan::Sort { input: plan.into(), keys, fetch };
        }
        if !zeros.is_empty() {
            plan = Plan::LimitBy { input: plan.into(), keys: zeros, skip: 0, fetch: 1 };
        }
        if let Some((keys, skip, fetch)) = by {
            plan = Plan::LimitBy { input: plan.into(), keys, skip, fetch };
        }
        if limit.is_some() || skip > 0 {
            plan = Plan::Limit { input: plan.into(), skip, fetch: limit };
        }
        if extra {
            plan = Plan::Project { input: plan.into(), exprs: kept };
        }
        Ok(Bound { plan, columns: outputs })
    }

    /// An expression of the list, also where GROUP BY names it by position.
    fn list_expr<'q>(&self, e: &'q ast::Expr, s: &mut Scope<'q>) -> Result<Expr> {
        match &e.alias {
            Some(a) if !s.twice.contains(&a.value) && s.aliases.get(&a.value).is_some_and(|x| std::ptr::eq(*x, e)) => {
                self.expr_of_alias(&a.value, e, s)
            }
            _ => self.expr(e, s),
        }
    }

    /// The list's own expression of an alias, bound once.
    fn expr_of_alias<'q>(&self, name: &str, e: &'q ast::Expr, s: &mut Scope<'q>) -> Result<Expr> {
        if let Some(bound) = s.cache.get(name) {
            self.work.add(self.env, super::work::nodes(bound))?;
            return Ok(bound.clone());
        }
        s.resolving.push(name.to_string());
        let bound = self.expr(e, s);
        s.resolving.pop();
        let bound = bound?;
        s.cache.insert(name.to_string(), bound.clone());
        Ok(bound)
    }

    /// What a query sees whose WITH is `own`, after what of `inherited` has no name of its own.
    fn with<'q>(
        &self,
        own: &'q [ast::WithItem],
        inherited: &[&'q ast::WithItem],
        outer: &Rc<Outer<'q>>,
    ) -> Result<(Rc<Outer<'q>>, Vec<&'q ast::Expr>)> {
        let mut items: Vec<&'q ast::WithItem> = Vec::new();
        for &item in inherited {
            if !items.iter().copied().chain(own).any(|i| with_name(i) == with_name(item)) {
                items.push(item);
            }
        }
        items.extend(own);
        let mut current = Rc::clone(outer);
        let mut exprs = Vec::new();
        for item in items {
            let mut next = Outer { ctes: current.ctes.clone(), with: current.with.clone() };
            match item {
                ast::WithItem::Cte { name, columns, query, .. } => {
                    let subqueries = Subqueries::new(&current).in_query(query).saturating_add(1);
                    let cte = Cte { query, columns, outer: Rc::clone(&current), subqueries };
                    next.ctes.insert(name.value.clone(), cte);
                }
                ast::WithItem::Expr(e) => {
                    if let Some(alias) = &e.alias {
                        next.with.insert(alias.value.clone(), (e, Rc::clone(&current)));
                    }
                    exprs.push(e);
                }
            }
            current = Rc::new(next);
        }
        Ok((current, exprs))
    }

    /// `GROUP BY 2`: the second expression of the list.
    fn positional<'e>(&self, e: &'e ast::Expr, list: &'e [ast::Expr]) -> Result<&'e ast::Expr> {
        let n = match (&e.kind, &e.alias) {
            (ast::ExprKind::Literal(ast::Literal::UInt(n)), None) => *n as usize,
            _ => return Ok(e),
        };
        if !self.env.settings.bool_or("enable_positional_arguments", true)? {
            return Ok(e);
        }
        let found = n.checked_sub(1).and_then(|i| list.get(i));
        let star = |e: &ast::Expr| matches!(e.kind, ast::ExprKind::Asterisk(_) | ast::ExprKind::Columns(_));
        if list.iter().take(n).any(star) {
            return Err(Error::unsupported("a position after * in GROUP BY or LIMIT BY"));
        }
        found.ok_or_else(|| position_error(n, list.len()))
    }

    fn order_by<'q>(&self, sel: &'q ast::Select, items: &[Item], s: &mut Scope<'q>) -> Result<Vec<SortKey>> {
        let mut out = Vec::new();
        match &sel.order_by {
            None => {}
            Some(ast::OrderBy::All { descending, nulls }) => {
                for item in items {
                    let nulls_first = *nulls == Some(ast::NullsOrder::First);
                    out.push(SortKey { expr: item.expr.clone(), descending: *descending, nulls_first });
                }
            }
            Some(ast::OrderBy::Items { items: list, interpolate }) => {
                if interpolate.is_some() {
                    return Err(Error::unsupported("INTERPOLATE"));
                }
                for o in list {
                    if o.fill.is_some() {
                        return Err(Error::unsupported("WITH FILL"));
                    }
                    if o.collate.is_some() {
                        return Err(Error::unsupported("COLLATE"));
                    }
                    let position = match (&o.expr.kind, &o.expr.alias) {
                        (ast::ExprKind::Literal(ast::Literal::UInt(n)), None) => Some(*n as usize),
                        _ => None,
                    };
                    let expr = match position {
                        Some(n) if self.env.settings.bool_or("enable_positional_arguments", true)? => {
                            let item = n.checked_sub(1).and_then(|i| items.get(i));
                            item.map(|i| i.expr.clone()).ok_or_else(|| position_error(n, items.len()))?
                        }
                        _ => self.expr(&o.expr, s)?,
                    };
                    // A function of keys before it decides nothing (ClickHouse leaves it out: -0 and 0 stay as they come).
                    let columns = expr.columns();
                    let known =
                        |c: &ColId| out.iter().any(|k: &SortKey| matches!(k.expr.kind, ExprKind::Column(x) if x == *c));
                    let call = matches!(expr.kind, ExprKind::Call { .. }) && expr.deterministic();
                    if call && !columns.is_empty() && columns.iter().all(known) {
                        continue;
                    }
                    let nulls_first = o.nulls == Some(ast::NullsOrder::First);
                    out.push(SortKey { expr, descending: o.descending, nulls_first });
                }
            }
        }
        Ok(out)
    }

    /// A constant number of rows.
    fn row_count(&self, e: &ast::Expr, clause: &str) -> Result<usize> {
        let mut scope = Scope::new(Rc::default());
        let wrong = || {
            let text = format!("The value of {clause} must be a constant number, got {}", crate::sql::column_name(e));
            Error::new(Code::InvalidLimitExpression, text)
        };
        let bound =
            self.expr(e, &mut scope).map_err(|e| if e.code == Code::UnknownIdentifier { wrong() } else { e })?;
        let n = match bound.as_literal() {
            Some(Value::UInt(n)) => Some(*n),
            Some(Value::Int(n)) if *n >= 0 => Some(*n as u64),
            Some(Value::Int(_)) => return Err(Error::unsupported(format!("a negative {clause}"))),
            Some(Value::Float(f)) if *f >= 1.0 => return Err(wrong()),
            Some(Value::Float(_)) => return Err(Error::unsupported(format!("a fractional {clause}"))),
            _ => None,
        };
        let n = n.ok_or_else(wrong)?;
        Ok(usize::try_from(n).unwrap_or(usize::MAX))
    }
}

/// The name that an item of WITH gives.
fn with_name(item: &ast::WithItem) -> Option<&str> {
    match item {
        ast::WithItem::Cte { name, .. } => Some(&name.value),
        ast::WithItem::Expr(e) => e.alias.as_ref().map(|a| a.value.as_str()),
    }
}

fn position_error(n: usize, columns: usize) -> Error {
    Error::new(Code::BadArguments, format!("Positional argument out of bounds: {n} (expected in range [1, {columns}])"))
}

/// What of SELECT does not exist here, by name.
fn refuse(sel: &ast::Select) -> Result<()> {
    let refuse = |yes: bool, what: &str| if yes { Err(Error::unsupported(what)) } else { Ok(()) };
    refuse(sel.recursive, "WITH RECURSIVE")?;
    refuse(!sel.windows.is_empty(), "WINDOW")?;
    refuse(sel.qualify.is_some(), "QUALIFY")?;
    refuse(sel.with_ties, "WITH TIES")?;
    refuse(sel.group_by.as_ref().is_some_and(|g| g.with_totals), "WITH TOTALS")
}

/// All aliases of a SELECT, wherever they stand; not those of its subqueries.
///
/// # Errors
/// 179 where one alias stands for two expressions.
fn collect_aliases<'q>(sel: &'q ast::Select, with: &[&'q ast::Expr], s: &mut Scope<'q>) -> Result<()> {
    // The list's own expressions first: they are the ones that are found under their names.
    let mut clauses: Vec<&'q ast::Expr> = sel.projection.iter().collect();
    clauses.extend(with);
    clauses.extend([&sel.prewhere, &sel.filter, &sel.having].into_iter().flatten());
    if let Some(ast::GroupByKind::Keys(k) | ast::GroupByKind::Rollup(k) | ast::GroupByKind::Cube(k)) =
        sel.group_by.as_ref().map(|g| &g.kind)
    {
        clauses.extend(k);
    }
    if let Some(ast::OrderBy::Items { items, .. }) = &sel.order_by {
        clauses.extend(items.iter().map(|o| &o.expr));
    }
    if let Some(by) = sel.limit_by.as_ref().and_then(|l| l.by.as_ref()) {
        clauses.extend(by);
    }
    // (expression, the lambda in which it stands), the next one last.
    let mut stack: Vec<(&'q ast::Expr, Option<*const ast::Lambda>)> =
        clauses.into_iter().rev().map(|e| (e, None)).collect();
    while let Some((e, lambda)) = stack.pop() {
        match (&e.alias, lambda) {
            (Some(alias), Some(lambda)) => s.inner_aliases.push((lambda, &alias.value, e)),
            (Some(alias), None) => {
                let first = *s.aliases.entry(alias.value.clone()).or_insert(e);
                if first.kind != e.kind {
                    let text = format!("Multiple expressions for alias {}", alias.value);
                    return Err(Error::new(Code::MultipleExpressionsForAlias, text));
                }
            }
            (None, _) => {}
        }
        let lambda = match &e.kind {
            ast::ExprKind::Lambda(l) => Some(&**l as *const ast::Lambda),
            _ => lambda,
        };
        for_each_child(e, &mut |c| stack.push((c, lambda)));
    }
    for (_, name, e) in &s.inner_aliases {
        if s.aliases.get(*name).is_some_and(|other| other.kind != e.kind) {
            s.twice.push(name.to_string());
        }
    }
    Ok(())
}

pub(super) fn filter(plan: Plan, predicate: Expr, place: &str) -> Result<Plan> {
    let predicate = super::in_set::plain_membership(predicate);
    let base = predicate.ty.base();
    if !base.is_number() && *base != Type::Nothing {
        let text = format!("Invalid type for filter in {place}: {}", predicate.ty);
        return Err(Error::new(Code::IllegalTypeOfColumnForFilter, text));
    }
    match predicate.as_literal() {
        Some(Value::UInt(n)) if *n != 0 => Ok(plan),
        _ => Ok(Plan::Filter { input: plan.into(), predicate }),
    }
}

/// Takes expressions of the list that may fail, and that no sort key needs, out of `exprs` and into `kept`, which is computed of
/// the rows that the limit leaves, as in ClickHouse. Whether there were any.
fn behind_limit(exprs: &mut Vec<(Col, Expr)>, kept: &mut [(Col, Expr)], keys: &[SortKey]) -> bool {
    let needed: BTreeSet<ColId> = keys.iter().flat_map(|k| k.expr.columns()).collect();
    let mut inputs: Vec<(Col, Expr)> = Vec::new();
    let mut moved = false;
    exprs.retain(|(c, e)| {
        let mut random = false;
        e.visit(&mut |x| {
            if let ExprKind::Call { function, .. } = &x.kind {
                random |= !function.deterministic && function.name != "throwIf";
            }
        });
        let stays = needed.contains(&c.id) || random || !crate::expr::may_fail(e);
        if let (false, Some(place)) = (stays, kept.iter_mut().find(|(k, _)| k.id == c.id)) {
            e.visit(&mut |x| {
                if let ExprKind::Column(id) = x.kind
                    && !inputs.iter().any(|(c, _)| c.id == id)
                {
                    inputs.push((Col { id, ty: x.ty.clone() }, x.clone()));
                }
            });
            place.1 = e.clone();
            moved = true;
            return false;
        }
        true
    });
    exprs.extend(inputs);
    moved
}

/// Keys of the rows that DISTINCT takes for one where they are sorted: there -0 is 0 in the sorted columns. None where no float is
/// sorted.
fn one_zero(exprs: &[(Col, Expr)], keys: &[SortKey]) -> Result<Vec<Expr>> {
    let sorted: BTreeSet<ColId> = keys
        .iter()
        .map_while(|k| match k.expr.kind {
            ExprKind::Column(id) => exprs.iter().any(|(c, _)| c.id == id).then_some(id),
            _ => None,
        })
        .collect();
    if !exprs.iter().any(|(c, _)| sorted.contains(&c.id) && c.ty.base().is_float()) {
        return Ok(Vec::new());
    }
    let function = crate::func::registry::find("__sortAscending")
        .ok_or_else(|| Error::new(Code::LogicalError, "internal function __sortAscending is missing"))?;
    let key = |c: &Col| {
        let column = Expr::column(c.id, c.ty.clone());
        if !sorted.contains(&c.id) || !c.ty.base().is_float() || matches!(c.ty, Type::LowCardinality(_)) {
            return column;
        }
        Expr { kind: ExprKind::Call { function, args: vec![column] }, ty: crate::func::internal::sort_type(&c.ty) }
    };
    Ok(exprs.iter().map(|(c, _)| key(c)).collect())
}

fn join_arrays(mut plan: Plan, pending: Vec<(ColId, String, Expr)>) -> Plan {
    for (id, _, array) in pending {
        let ty = match &array.ty {
            Type::Array(t) => (**t).clone(),
            other => other.clone(),
        };
        plan = Plan::ArrayJoin { input: plan.into(), column: Col { id, ty }, array };
    }
    plan
}

/// Sort keys of an expression: a tuple is sorted by its elements.
fn sort_keys(e: Expr, descending: bool, nulls_first: bool, out: &mut Vec<SortKey>, binder: &Binder<'_>) -> Result<()> {
    if let Type::Tuple(elements) = &e.ty {
        let parts: Vec<Expr> = match &e.kind {
            ExprKind::Call { function, args } if function.name == "tuple" => args.clone(),
            _ => super::elements(&e, elements.len(), &binder.env.context)?,
        };
        for part in parts {
            sort_keys(part, descending, nulls_first, out, binder)?;
        }
        return Ok(());
    }
    out.push(SortKey { expr: e, descending, nulls_first });
    Ok(())
}
