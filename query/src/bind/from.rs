//! FROM: tables, subqueries, table functions and joins.

use super::{Binder, Outer, Scope, Source, SourceColumn, Target};
use crate::expr::Expr;
use crate::plan::{Join, Plan};
use crate::sql::ast;
use crate::typing::common_type;
use olly_types::{Code, Error, Result, Type, Value};
use std::rc::Rc;

impl<'a> Binder<'a> {
    pub(crate) fn from<'q>(&self, from: Option<&ast::From>, s: &mut Scope<'q>) -> Result<Plan> {
        let Some(from) = from else { return Ok(Plan::One) };
        let joined = from.rest.iter().filter_map(|r| match r {
            ast::FromElement::Join(j) => Some(&j.table),
            ast::FromElement::ArrayJoin(_) => None,
        });
        let mut tables: Vec<&ast::TableExpr> = joined.collect();
        if !tables.is_empty() && self.env.settings.bool_or("joined_subquery_requires_alias", true)? {
            tables.push(&from.first);
            let nameless = |t: &&ast::TableExpr| {
                t.alias.is_none() && matches!(t.kind, ast::TableExprKind::Subquery(_) | ast::TableExprKind::Function(_))
            };
            if tables.iter().any(nameless) {
                let text = "JOIN of a subquery or table function without an alias (set joined_subquery_requires_alias = 0 to disable restriction)";
                return Err(Error::new(Code::AliasRequired, text));
            }
        }
        let (mut plan, source) = self.table_expr(&from.first, &s.outer)?;
        s.sources.push(source);
        for element in &from.rest {
            plan = match element {
                ast::FromElement::Join(join) => self.join(plan, join, s)?,
                ast::FromElement::ArrayJoin(_) => return Err(Error::unsupported("ARRAY JOIN")),
            };
        }
        Ok(plan)
    }

    fn table_expr(&self, t: &ast::TableExpr, outer: &Rc<Outer<'_>>) -> Result<(Plan, Source)> {
        if t.is_final {
            return Err(Error::unsupported("FINAL"));
        }
        if t.sample.is_some() {
            return Err(Error::unsupported("SAMPLE"));
        }
        let alias = t.alias.as_ref().map(|a| a.value.clone());
        let (plan, mut source) = match &t.kind {
            ast::TableExprKind::Table(name) => {
                let cte = match &name.database {
                    None => outer.ctes.get(&name.name.value),
                    Some(_) => None,
                };
                match cte {
                    Some(cte) => {
                        let bound = self.query(cte.query, &cte.outer)?;
                        let (plan, mut source) =
                            subquery_source(bound, alias.or_else(|| Some(name.name.value.clone())));
                        rename(&mut source, cte.columns)?;
                        (plan, source)
                    }
                    None => {
                        let (plan, source) = self.named_table(name, alias)?;
                        self.filtered(plan, source)?
                    }
                }
            }
            ast::TableExprKind::Function(f) => self.table_function(f, alias)?,
            ast::TableExprKind::Subquery(q) => {
                let bound = self.query(q, outer)?;
                subquery_source(bound, alias)
            }
        };
        rename(&mut source, &t.column_aliases)?;
        Ok((plan, source))
    }

    /// A table with the filter that the setting `additional_table_filters` has for it: `{'table': 'condition'}`, the table by its
    /// alias, its name in the query's database, or with its database.
    fn filtered(&self, plan: Plan, source: Source) -> Result<(Plan, Source)> {
        let Some(text) = self.env.settings.get("additional_table_filters").filter(|v| !v.is_empty() && *v != "{}")
        else {
            return Ok((plan, source));
        };
        let map = Type::map(Type::String, Type::String);
        let filters = match olly_types::text::parse_value(text.as_bytes(), &map, &Default::default()) {
            Ok(Value::Map(pairs)) => pairs,
            _ => {
                let text =
                    format!("Cannot parse setting additional_table_filters = {text} as a map of tables and conditions");
                return Err(Error::new(Code::BadArguments, text));
            }
        };
        let matches = |name: &[u8]| {
            let named = |wanted: &str| name == wanted.as_bytes();
            source.alias.as_deref().is_some_and(named)
                || source.name.as_ref().is_some_and(|(db, table)| {
                    named(&format!("{db}.{table}")) || **db == *self.env.database && named(table)
                })
        };
        let found = filters.iter().find_map(|(table, condition)| match (table, condition) {
            (Value::Bytes(table), Value::Bytes(condition)) if matches(table) => Some(condition),
            _ => None,
        });
        let Some(condition) = found else { return Ok((plan, source)) };
        let parsed = crate::sql::parse_expression(condition, Default::default())
            .map_err(|e| Error::new(e.error_code(), e.to_string()))?;
        let mut scope = Scope::new(Rc::default());
        scope.sources.push(source);
        scope.forbid = Some("additional_table_filters");
        let predicate = self.expr(&parsed, &mut scope)?;
        let source = scope.sources.pop().ok_or_else(|| Error::new(Code::LogicalError, "a filter without its table"))?;
        Ok((super::select::filter(plan, predicate, "additional_table_filters")?, source))
    }

    fn join<'q>(&self, left: Plan, join: &ast::Join, s: &mut Scope<'q>) -> Result<Plan> {
        let kind = match (join.kind, join.strictness) {
            (ast::JoinKind::Cross | ast::JoinKind::Comma, None) => Join::Cross,
            (ast::JoinKind::Inner, None | Some(ast::JoinStrictness::All)) => Join::Inner,
            (ast::JoinKind::Left, None | Some(ast::JoinStrictness::All)) => Join::Left,
            (kind, strictness) => {
                let strictness = strictness.map(|s| format!("{s:?} ").to_uppercase()).unwrap_or_default();
                return Err(Error::unsupported(format!("{strictness}{} JOIN", format!("{kind:?}").to_uppercase())));
            }
        };
        if self.env.settings.bool_or("join_use_nulls", false)? {
            return Err(Error::unsupported("setting join_use_nulls = 1"));
        }
        if join.strictness.is_none()
            && self
                .env
                .settings
                .get("join_default_strictness")
                .is_some_and(|v| !v.is_empty() && !v.eq_ignore_ascii_case("ALL"))
        {
            return Err(Error::unsupported("setting join_default_strictness other than ALL"));
        }
        let (right, source) = self.table_expr(&join.table, &s.outer)?;
        let before = s.sources.len();
        let own = join.table.alias.as_ref().map(|a| a.value.as_str());
        if let Some(alias) = own.filter(|own| s.sources.iter().any(|t| t.alias.as_deref() == Some(*own))) {
            let text = format!("Multiple table expressions with alias {alias}");
            return Err(Error::new(Code::MultipleExpressionsForAlias, text));
        }
        s.sources.push(source);
        match &join.constraint {
            ast::JoinConstraint::None if kind == Join::Cross => {
                Ok(Plan::Join { left: left.into(), right: right.into(), kind, on: Vec::new(), residual: None })
            }
            ast::JoinConstraint::None => {
                Err(Error::new(Code::InvalidJoinOnExpression, "Expected ON or USING after JOIN"))
            }
            ast::JoinConstraint::Using(columns) => {
                let mut on = Vec::new();
                for c in columns {
                    let ast::ExprKind::Identifier(parts) = &c.kind else {
                        return Err(Error::unsupported("USING of anything but column names"));
                    };
                    let name = parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".");
                    let in_table = |range: std::ops::Range<usize>, s: &Scope<'q>| {
                        range.into_iter().find_map(|t| {
                            let source = s.sources.get(t)?;
                            if source.using.contains(&name) {
                                return None;
                            }
                            source.columns.iter().position(|c| *c.name == *name).map(|c| (t, c))
                        })
                    };
                    let (l, r) = (in_table(0..before, s), in_table(before..before + 1, s));
                    let (Some(l), Some(r)) = (l, r) else {
                        let text = format!("JOIN using identifier `{name}` cannot be resolved from both tables");
                        return Err(Error::new(Code::UnknownIdentifier, text));
                    };
                    let left = self.source_column(s, l.0, l.1)?;
                    let (l, r) = (self.merged(&name, l.0, left, s)?, self.source_column(s, r.0, r.1)?);
                    if l.ty != r.ty {
                        s.merged.insert(name.clone(), common_type(&[l.ty.clone(), r.ty.clone()])?);
                    }
                    on.push(self.join_key(l, r)?);
                    if let Some(source) = s.sources.last_mut() {
                        source.using.push(name);
                    }
                }
                Ok(Plan::Join { left: left.into(), right: right.into(), kind, on, residual: None })
            }
            ast::JoinConstraint::On(e) => {
                let keep = s.forbid.replace("JOIN ON");
                let mut on = Vec::new();
                let mut residual = Vec::new();
                let mut conjuncts = Vec::new();
                split_and(e, &mut conjuncts);
                let bound: Vec<Expr> = conjuncts.iter().map(|c| self.expr(c, s)).collect::<Result<_>>()?;
                s.forbid = keep;
                let left_ids: Vec<usize> = left.columns().iter().map(|c| c.id).collect();
                let right_ids: Vec<usize> = right.columns().iter().map(|c| c.id).collect();
                let within = |e: &Expr, ids: &[usize]| {
                    let columns = e.columns();
                    !columns.is_empty() && columns.iter().all(|c| ids.contains(c))
                };
                for e in bound {
                    match e.call("equals") {
                        Some([a, b]) if within(a, &left_ids) && within(b, &right_ids) => {
                            on.push(self.join_key(a.clone(), b.clone())?);
                        }
                        Some([a, b]) if within(b, &left_ids) && within(a, &right_ids) => {
                            on.push(self.join_key(b.clone(), a.clone())?);
                        }
                        _ => residual.push(e),
                    }
                }
                if on.is_empty() && kind == Join::Left {
                    // Each row meets each: their keys are one constant.
                    let met = match residual.as_slice() {
                        [only] if only.as_literal().is_some() => {
                            let met = is_true(only);
                            residual.clear();
                            met
                        }
                        conditions if joins(conditions, &left_ids, &right_ids) => true,
                        _ => {
                            let text = "Cannot determine join keys in JOIN ON expression: LEFT JOIN needs an equality between columns of both tables";
                            return Err(Error::new(Code::InvalidJoinOnExpression, text));
                        }
                    };
                    let key = |n: u64| Expr::literal(Value::UInt(n), Type::UInt8);
                    on.push((key(0), key(u64::from(!met))));
                }
                let residual = residual
                    .into_iter()
                    .reduce(|a, b| super::call_named("and", vec![a.clone(), b], &self.env.context).unwrap_or(a));
                let kind = if on.is_empty() { Join::Cross } else { kind };
                Ok(match (kind, residual) {
                    // An inner join's further conditions are a filter over it.
                    (Join::Cross | Join::Inner, Some(predicate)) => Plan::Filter {
                        input: Box::new(Plan::Join {
                            left: left.into(),
                            right: right.into(),
                            kind,
                            on,
                            residual: None,
                        }),
                        predicate,
                    },
                    (kind, residual) => Plan::Join { left: left.into(), right: right.into(), kind, on, residual },
                })
            }
        }
    }

    /// A table's column as USING has it: in the common type of those that it puts together.
    pub(super) fn merged(&self, name: &str, table: usize, column: Expr, s: &Scope<'_>) -> Result<Expr> {
        let own = s.sources.get(table).is_some_and(|t| t.using.iter().any(|u| u == name));
        let first = s.sources.iter().position(|t| t.columns.iter().any(|c| *c.name == *name)) == Some(table);
        match s.merged.get(name).filter(|_| own || first) {
            Some(ty) => super::coerce(column, ty, &self.env.context),
            None => Ok(column),
        }
    }

    /// Both sides of an equality in one type.
    fn join_key(&self, l: Expr, r: Expr) -> Result<(Expr, Expr)> {
        let (a, b) = (l.ty.without_low_cardinality().clone(), r.ty.without_low_cardinality().clone());
        let common = if a == b {
            a
        } else if a.is_integer() && b.is_integer() && common_type(&[a.clone(), b.clone()]).is_err() {
            // UInt64 with a signed type: the numbers are compared.
            Type::Decimal(20, 0)
        } else {
            common_type(&[a, b]).map_err(|_| {
                Error::new(
                    Code::TypeMismatch,
                    format!("Cannot infer common type for JOIN keys of types {} and {}", l.ty, r.ty),
                )
            })?
        };
        Ok((super::coerce(l, &common, &self.env.context)?, super::coerce(r, &common, &self.env.context)?))
    }
}

fn is_true(literal: &Expr) -> bool {
    literal.as_literal().and_then(Value::as_i128).is_some_and(|n| n != 0)
}

/// Whether conditions without an equality that all rows must meet are ones by which ClickHouse joins at the left: those of the
/// right table alone, alternatives of equalities, and two inequalities or more between the tables.
fn joins(conditions: &[Expr], left: &[usize], right: &[usize]) -> bool {
    let within = |e: &Expr, ids: &[usize]| {
        let columns = e.columns();
        !columns.is_empty() && columns.iter().all(|c| ids.contains(c))
    };
    let key = |e: &Expr| match e.call("equals") {
        Some([a, b]) => within(a, left) && within(b, right) || within(b, left) && within(a, right),
        _ => false,
    };
    let alternatives = |e: &Expr| match e.call("or") {
        Some(args) => args.iter().all(|a| match a.call("and") {
            Some(all) => all.iter().any(key),
            None => key(a) || a.as_literal().is_some() && !is_true(a),
        }),
        None => false,
    };
    let range = |e: &Expr| {
        ["less", "lessOrEquals", "greater", "greaterOrEquals"].iter().any(|name| match e.call(name) {
            Some([a, b]) => within(a, left) && within(b, right) || within(b, left) && within(a, right),
            _ => false,
        })
    };
    conditions.iter().all(|e| within(e, right))
        || conditions.iter().filter(|e| range(e)).count() > 1
        || conditions.iter().any(alternatives)
}

/// A bound subquery as a table.
pub(crate) fn subquery_source(bound: crate::plan::Bound, alias: Option<String>) -> (Plan, Source) {
    let columns = bound
        .columns
        .iter()
        .map(|c| SourceColumn {
            name: c.name.as_str().into(),
            ty: c.ty.clone(),
            target: Target::Column(c.id),
            asterisk: true,
        })
        .collect();
    (bound.plan, Source { alias, name: None, columns, scan: None, using: Vec::new() })
}

fn rename(source: &mut Source, names: &[ast::Ident]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    if names.len() != source.columns.len() {
        let text = format!("{} column names are given for {} columns", names.len(), source.columns.len());
        return Err(Error::new(Code::TupleSizeMismatch, text));
    }
    for (c, n) in source.columns.iter_mut().zip(names) {
        c.name = n.value.as_str().into();
    }
    Ok(())
}

/// The conditions joined by top-level AND.
pub(crate) fn split_and<'e>(e: &'e ast::Expr, out: &mut Vec<&'e ast::Expr>) {
    match &e.kind {
        ast::ExprKind::Function(f) if f.name == "and" && e.alias.is_none() => {
            f.args.iter().for_each(|a| split_and(a, out))
        }
        _ => out.push(e),
    }
}
