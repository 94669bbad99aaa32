//! Names of result columns: as written, but for tables' names that say nothing, and numbered subqueries.

use super::{Outer, Scope};
use crate::sql::ast::{self, Literal};
use crate::sql::walk::for_each_child;
use olly_types::{Result, Type, Value};
use std::collections::HashMap;

/// Names of columns, knowing the tables.
pub(super) struct Names<'s, 'q> {
    pub scope: &'s Scope<'q>,
    pub parameters: &'s HashMap<String, String>,
    pub subqueries: usize,
}

impl crate::sql::Namer for Names<'_, '_> {
    fn identifier(&mut self, parts: &[ast::Ident]) -> String {
        let names: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
        if let ([source], [first, rest @ ..]) = (self.scope.sources.as_slice(), names.as_slice())
            && !rest.is_empty()
        {
            let table = source.alias.as_deref().or(source.name.as_ref().map(|(_, n)| &**n));
            if self.scope.aliases.contains_key(&rest.join(".")) {
                // The bare name means something else.
                return names.join(".");
            }
            let own_name = source.name.as_ref().map(|(_, n)| &**n);
            if (table == Some(*first) || own_name == Some(*first))
                && source.columns.iter().any(|c| *c.name == rest.join(".") || rest.first() == Some(&&*c.name))
            {
                return rest.join(".");
            }
            if let ([db, table, rest @ ..], Some((d, t))) = (names.as_slice(), &source.name)
                && !rest.is_empty()
                && **d == **db
                && **t == **table
            {
                return rest.join(".");
            }
        }
        if self.scope.sources.len() > 1 && names.len() > 1 {
            // With several tables the table's name stays only where another table before it has the column too.
            for (t, source) in self.scope.sources.iter().enumerate() {
                let named = source.alias.as_deref() == names.first().copied()
                    || source.alias.is_none()
                        && source.name.as_ref().is_some_and(|(_, n)| names.first() == Some(&&**n));
                let in_database = match (names.as_slice(), &source.name) {
                    ([db, table, _, ..], Some((d, t))) => **d == **db && **t == **table,
                    _ => false,
                };
                let rest = names.get(if in_database { 2 } else { 1 }..).unwrap_or_default();
                // A column, or a subcolumn of one.
                let has = |source: &super::Source| {
                    source.columns.iter().any(|c| *c.name == *rest.join(".") || rest.first() == Some(&&*c.name))
                };
                if !(named || in_database) || !has(source) {
                    continue;
                }
                let others = || self.scope.sources.iter().enumerate().filter(|(o, _)| *o != t);
                let taken = (t > 0 || self.scope.sources.len() > 2) && others().any(|(_, other)| has(other));
                let rest = rest.join(".");
                // The bare name may mean something else.
                let taken = taken || self.scope.aliases.contains_key(&rest);
                return if taken { names.join(".") } else { rest };
            }
        }
        names.join(".")
    }
    fn subquery(&mut self, query: &ast::Query) -> String {
        let number = self.subqueries + 1;
        self.subqueries = number.saturating_add(Subqueries::new(&self.scope.outer).in_query(query));
        format!("_subquery_{number}")
    }
    fn value(&mut self, call: &ast::FunctionCall) -> Option<String> {
        let query = exists(call)?;
        let found = self.scope.exists.iter().find(|(q, _)| std::ptr::eq(*q, query))?.1;
        self.subqueries = (self.subqueries + 2).saturating_add(Subqueries::new(&self.scope.outer).in_query(query));
        Some(u8::from(found).to_string())
    }
    fn parameter(&mut self, p: &ast::Parameter) -> String {
        let text = self.parameters.get(&p.name).map(String::as_str).unwrap_or_default();
        let literal = |ty: &Type| literal_of(&super::expr::parse_parameter(text, ty, &p.name)?, ty);
        let value = match Type::parse(&p.data_type.text) {
            Ok(Type::Bool) => Ok(Literal::String(text_of(text).into())),
            Ok(ty) => literal(&ty),
            Err(e) => Err(e),
        };
        match value {
            Ok(value) if p.written == "String" => crate::sql::literal_name(&value),
            Ok(value) => {
                format!("_CAST({}, {})", crate::sql::literal_name(&value), olly_types::text::quote(&p.written))
            }
            Err(_) => format!("{{{}:{}}}", p.name, p.data_type.text),
        }
    }
}

/// A Bool's text as it is printed.
fn text_of(text: &str) -> &'static str {
    let bool = super::expr::parse_parameter(text, &Type::Bool, "");
    if bool.is_ok_and(|v| v.as_i128() == Some(1)) { "true" } else { "false" }
}

/// The literal by which ClickHouse names a parameter's value: what is no number, text or collection of these goes as the text of
/// it, dates and times of whole seconds as their numbers.
fn literal_of(value: &Value, ty: &Type) -> Result<Literal> {
    let all = |items: &[Value], ty: &Type| items.iter().map(|v| literal_of(v, ty)).collect::<Result<Vec<_>>>();
    Ok(match (value, ty.base()) {
        (Value::Null, _) => Literal::Null,
        (Value::Array(items), Type::Array(t)) => Literal::Array(all(items, t)?),
        (Value::Tuple(items), Type::Tuple(types)) => Literal::Tuple(
            items.iter().zip(types.iter()).map(|(v, (_, t))| literal_of(v, t)).collect::<Result<Vec<_>>>()?,
        ),
        (Value::Map(pairs), Type::Map(k, v)) => Literal::Array(
            pairs
                .iter()
                .map(|(a, b)| Ok(Literal::Tuple(vec![literal_of(a, k)?, literal_of(b, v)?])))
                .collect::<Result<Vec<_>>>()?,
        ),
        (v, Type::Decimal(..) | Type::DateTime64(..) | Type::Uuid | Type::Ipv4 | Type::Ipv6) => {
            let ty = match ty.base() {
                Type::DateTime64(p, _) => Type::Decimal(18, *p),
                t => t.clone(),
            };
            let array = olly_types::value::array_of(std::slice::from_ref(v), &ty)?;
            let text = olly_types::text::to_text(&array, &ty, &olly_types::text::TextOptions::default())?;
            match olly_types::value::value_at(&text, 0, &Type::String)? {
                Value::Bytes(text) => Literal::String(text.to_vec()),
                _ => Literal::Null,
            }
        }
        (Value::Float(f), _) => Literal::Float(*f),
        (Value::Bytes(text), _) => Literal::String(text.to_vec()),
        (v, _) => match v.as_i128() {
            Some(n) if n < 0 => Literal::Int(n as i64),
            Some(n) => Literal::UInt(n as u64),
            None => Literal::Null,
        },
    })
}

/// Counts subqueries at any depth: ClickHouse numbers them through the query, those of FROM first. A CTE counts where it is
/// read, with all that stands in it.
pub(super) struct Subqueries<'o, 'q> {
    pub outer: &'o Outer<'q>,
    /// CTEs of the subqueries that are being counted, each with what a reader of it counts.
    inner: Vec<(String, usize)>,
}

impl<'o, 'q> Subqueries<'o, 'q> {
    pub fn new(outer: &'o Outer<'q>) -> Self {
        Subqueries { outer, inner: Vec::new() }
    }

    pub fn in_query(&mut self, q: &ast::Query) -> usize {
        match q {
            ast::Query::Select(sel) => {
                let depth = self.inner.len();
                for item in &sel.with {
                    if let ast::WithItem::Cte { name, query, .. } = item {
                        let n = self.in_query(query).saturating_add(1);
                        self.inner.push((name.value.clone(), n));
                    }
                }
                let mut n = sel.from.as_ref().map_or(0, |f| self.in_from(f));
                for e in sel.projection.iter().chain(&sel.prewhere).chain(&sel.filter).chain(&sel.having) {
                    n = n.saturating_add(self.in_expr(e));
                }
                self.inner.truncate(depth);
                n
            }
            ast::Query::Set(chain) => {
                let members = std::iter::once(&chain.first).chain(chain.rest.iter().map(|(_, q)| q));
                members.fold(0, |n: usize, q| n.saturating_add(self.in_query(q)))
            }
        }
    }

    pub fn in_from(&mut self, from: &ast::From) -> usize {
        let joined = from.rest.iter().filter_map(|r| match r {
            ast::FromElement::Join(j) => Some(&j.table),
            ast::FromElement::ArrayJoin(_) => None,
        });
        std::iter::once(&from.first).chain(joined).fold(0, |n: usize, t| n.saturating_add(self.in_table(t)))
    }

    fn in_table(&mut self, t: &ast::TableExpr) -> usize {
        match &t.kind {
            ast::TableExprKind::Subquery(q) => self.in_query(q).saturating_add(1),
            ast::TableExprKind::Table(ast::TableName { database: None, name }) => {
                match self.inner.iter().rev().find(|(n, _)| *n == name.value) {
                    Some((_, n)) => *n,
                    None => self.outer.ctes.get(&name.value).map_or(0, |c| c.subqueries),
                }
            }
            _ => 0,
        }
    }

    pub fn in_expr(&mut self, e: &ast::Expr) -> usize {
        let mut n: usize = 0;
        if let ast::ExprKind::Subquery(q) = &e.kind {
            n = self.in_query(q).saturating_add(1);
        }
        // What EXISTS asks is a query around its own.
        if matches!(&e.kind, ast::ExprKind::Function(f) if exists(f).is_some()) {
            n += 1;
        }
        for_each_child(e, &mut |c| n = n.saturating_add(self.in_expr(c)));
        n
    }
}

/// The query of `EXISTS (SELECT …)`.
pub(super) fn exists(f: &ast::FunctionCall) -> Option<&ast::Query> {
    match f.args.as_slice() {
        [ast::Expr { kind: ast::ExprKind::Subquery(q), .. }] if f.name.eq_ignore_ascii_case("exists") => Some(q),
        _ => None,
    }
}
