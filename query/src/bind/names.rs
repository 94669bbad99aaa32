//! Names of result columns: as written, but for tables' names that say nothing, and numbered subqueries.

use super::Scope;
use crate::sql::ast;
use crate::sql::walk::for_each_child;
use olly_types::Type;
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
            if table == Some(*first)
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
                let rest = names.get(1..).unwrap_or_default().join(".");
                if !named || !source.columns.iter().any(|c| *c.name == *rest) {
                    continue;
                }
                let taken = (t > 0 || self.scope.sources.len() > 2)
                    && self
                        .scope
                        .sources
                        .iter()
                        .enumerate()
                        .any(|(o, other)| o != t && other.columns.iter().any(|c| *c.name == *rest));
                return if taken { names.join(".") } else { rest };
            }
        }
        names.join(".")
    }
    fn subquery(&mut self, query: &ast::Query) -> String {
        let number = self.subqueries + 1;
        self.subqueries += 1 + count_in_query(query);
        format!("_subquery_{number}")
    }
    fn parameter(&mut self, p: &ast::Parameter) -> String {
        let value = self.parameters.get(&p.name).cloned().unwrap_or_default();
        let numeric = Type::parse(&p.data_type.text).is_ok_and(|t| t.is_number());
        let value = if numeric { value } else { olly_types::text::quote(&value) };
        format!("_CAST({value}, {})", olly_types::text::quote(&p.data_type.text))
    }
}

/// Subqueries at any depth: they are numbered through the query, those of FROM first.
fn count_in_query(q: &ast::Query) -> usize {
    match q {
        ast::Query::Select(sel) => {
            let exprs = sel.projection.iter().chain(&sel.prewhere).chain(&sel.filter).chain(&sel.having);
            sel.from.as_ref().map_or(0, count_in_from) + exprs.map(count_in_expr).sum::<usize>()
        }
        _ => 0,
    }
}

pub(super) fn count_in_from(from: &ast::From) -> usize {
    let table = |t: &ast::TableExpr| match &t.kind {
        ast::TableExprKind::Subquery(q) => 1 + count_in_query(q),
        _ => 0,
    };
    let joined = from.rest.iter().map(|r| match r {
        ast::FromElement::Join(j) => table(&j.table),
        ast::FromElement::ArrayJoin(_) => 0,
    });
    table(&from.first) + joined.sum::<usize>()
}

pub(super) fn count_in_expr(e: &ast::Expr) -> usize {
    let mut n = 0;
    if let ast::ExprKind::Subquery(q) = &e.kind {
        n += 1 + count_in_query(q);
    }
    for_each_child(e, &mut |c| n += count_in_expr(c));
    n
}
