//! `*`, `t.*`, `COLUMNS(…)` and their EXCEPT, REPLACE and APPLY.

use super::{Binder, Scope};
use crate::expr::Expr;
use crate::sql::ast;
use olly_types::{Code, Error, Result, Type};

/// A column of the SELECT list.
pub(crate) struct Item {
    pub name: String,
    pub expr: Expr,
}

impl<'a> Binder<'a> {
    /// Whether an expression stands for several columns; if so, they are appended.
    pub(crate) fn expand<'q>(&self, e: &ast::Expr, s: &mut Scope<'q>, out: &mut Vec<Item>) -> Result<bool> {
        match &e.kind {
            ast::ExprKind::Asterisk(star) => {
                if s.sources.is_empty() {
                    return Err(Error::new(
                        Code::UnknownIdentifier,
                        "Unqualified matcher * cannot be resolved: there are no tables",
                    ));
                }
                let places = self.places(&star.qualifier, s)?;
                self.matched(places, !star.qualifier.is_empty(), &star.transformers, s, out)?;
                Ok(true)
            }
            ast::ExprKind::Columns(m) => {
                let mut places = self.places(&m.qualifier, s)?;
                match &m.pattern {
                    ast::ColumnsPattern::Regex(re) => {
                        let re = regex(re)?;
                        places.retain(|(_, _, name)| re.is_match(name.as_bytes()));
                    }
                    ast::ColumnsPattern::List(list) => {
                        let mut picked = Vec::new();
                        for e in list {
                            let name = crate::sql::column_name(e);
                            let found = places.iter().find(|(_, _, n)| *n == name || name.ends_with(&format!(".{n}")));
                            picked.push(found.cloned().ok_or_else(|| {
                                Error::new(Code::UnknownIdentifier, format!("Unknown column {name} in COLUMNS"))
                            })?);
                        }
                        places = picked;
                    }
                }
                self.matched(places, !m.qualifier.is_empty(), &m.transformers, s, out)?;
                Ok(true)
            }
            ast::ExprKind::Function(f) if f.name == "untuple" && f.args.len() == 1 && f.parameters.is_none() => {
                let tuple = self.expr(&f.args[0], s)?;
                let Type::Tuple(elements) = tuple.ty.clone() else {
                    let text = format!("Function 'untuple' argument must have compound type. Actual type {}", tuple.ty);
                    return Err(Error::new(Code::UnsupportedMethod, text));
                };
                let mut names = super::names::Names { scope: s, parameters: &self.env.parameters, subqueries: 0 };
                let written = crate::sql::column_name_with(&f.args[0], &mut names);
                for (i, (name, _)) in elements.iter().enumerate() {
                    let part = name.as_deref().map_or_else(|| (i + 1).to_string(), str::to_string);
                    let name = match &e.alias {
                        Some(alias) => format!("{}.{part}", alias.value),
                        None => format!("tupleElement({written}, {})", olly_types::text::quote(&part)),
                    };
                    let expr = super::element(&tuple, i + 1, &self.env.context)?;
                    out.push(Item { name, expr });
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// (table, column, name) of what `*` shows.
    fn places<'q>(&self, qualifier: &[ast::Ident], s: &Scope<'q>) -> Result<Vec<(usize, usize, String)>> {
        let names: Vec<&str> = qualifier.iter().map(|q| q.value.as_str()).collect();
        let mut out = Vec::new();
        let mut matched = names.is_empty();
        // The columns of USING come first, those of the last JOIN before the others, each from the table that has it first.
        let mut merged: Vec<&str> = Vec::new();
        for name in s.sources.iter().rev().flat_map(|source| &source.using) {
            if !merged.contains(&name.as_str()) {
                merged.push(name);
            }
        }
        if names.is_empty() {
            for name in &merged {
                let first = s.sources.iter().enumerate().find_map(|(t, source)| {
                    source.columns.iter().position(|c| c.asterisk && *c.name == **name).map(|c| (t, c))
                });
                out.extend(first.map(|(t, c)| (t, c, (*name).to_string())));
            }
        }
        for (t, source) in s.sources.iter().enumerate() {
            let here = match names.as_slice() {
                [] => true,
                [name] => {
                    source.alias.as_deref() == Some(name)
                        || source.alias.is_none() && source.name.as_ref().is_some_and(|(_, n)| **n == **name)
                }
                [db, name] => source.name.as_ref().is_some_and(|(d, n)| **d == **db && **n == **name),
                _ => false,
            };
            if !here {
                continue;
            }
            matched = true;
            for (c, column) in source.columns.iter().enumerate() {
                let shown = !names.is_empty() || !merged.contains(&&*column.name);
                if column.asterisk && shown {
                    out.push((t, c, column.name.to_string()));
                }
            }
        }
        if !matched {
            let text = format!("Qualified matcher {}.* does not find table", names.join("."));
            return Err(Error::new(Code::UnknownIdentifier, text));
        }
        Ok(out)
    }

    fn matched<'q>(
        &self,
        mut places: Vec<(usize, usize, String)>,
        qualified: bool,
        transformers: &[ast::Transformer],
        s: &mut Scope<'q>,
        out: &mut Vec<Item>,
    ) -> Result<()> {
        for t in transformers {
            match t {
                ast::Transformer::Except { strict, columns } => {
                    for c in columns {
                        if *strict && !places.iter().any(|(_, _, n)| *n == c.value) {
                            let text = format!("Columns transformer EXCEPT expects following column(s): {}", c.value);
                            return Err(Error::new(Code::BadArguments, text));
                        }
                    }
                    places.retain(|(_, _, n)| !columns.iter().any(|c| c.value == *n));
                }
                ast::Transformer::ExceptRegex { pattern } => {
                    let re = regex(pattern)?;
                    places.retain(|(_, _, n)| !re.is_match(n.as_bytes()));
                }
                _ => {}
            }
        }
        for (table, column, name) in places {
            let expr = self.source_column(s, table, column)?;
            let expr = self.merged(&name, table, expr, s)?;
            let mut item = Item { expr, name: self.star_name(s, table, &name, qualified) };
            for t in transformers {
                match t {
                    ast::Transformer::Replace { items, .. } => {
                        if let Some((e, _)) = items.iter().find(|(_, n)| n.value == name) {
                            item.expr = self.expr(e, s)?;
                        }
                    }
                    ast::Transformer::ApplyFunction { name: f, parameters } => {
                        let call = ast::FunctionCall {
                            name: f.value.clone(),
                            parameters: parameters.clone(),
                            args: Vec::new(),
                            nulls: None,
                            over: None,
                            form: ast::CallForm::Call,
                            settings: Vec::new(),
                        };
                        if parameters.is_some() || crate::func::registry::find(&f.value).is_none() {
                            return Err(Error::unsupported(format!("APPLY({}) of an aggregate function", call.name)));
                        }
                        item.name = format!("{}({})", f.value, item.name);
                        item.expr = super::call_named(&f.value, vec![item.expr], &self.env.context)?;
                    }
                    ast::Transformer::ApplyLambda(_) => return Err(Error::unsupported("APPLY of a lambda")),
                    _ => {}
                }
            }
            out.push(item);
        }
        Ok(())
    }

    /// A column's name in the result of `*` (`qualified`: of `t.*`): with its table where two tables share the name, unless
    /// it stands for both.
    fn star_name<'q>(&self, s: &Scope<'q>, table: usize, name: &str, qualified: bool) -> String {
        let merged = !qualified && s.sources.iter().any(|source| source.using.iter().any(|u| u == name));
        let shared = s
            .sources
            .iter()
            .enumerate()
            .any(|(t, source)| t != table && source.columns.iter().any(|c| *c.name == *name));
        if merged || !shared || table == 0 && s.sources.len() < 3 {
            return name.to_string();
        }
        let source = s.sources.get(table);
        let prefix = source.and_then(|t| t.alias.clone().or_else(|| t.name.as_ref().map(|(_, n)| n.to_string())));
        match prefix {
            Some(p) => format!("{p}.{name}"),
            None => name.to_string(),
        }
    }
}

fn regex(pattern: &[u8]) -> Result<regex::bytes::Regex> {
    let text = String::from_utf8_lossy(pattern);
    let bad = |e: &dyn std::fmt::Display| {
        Error::new(Code::CannotParseRegexp, format!("COLUMNS pattern '{text}' cannot be compiled: {e}"))
    };
    regex::bytes::RegexBuilder::new(&crate::func::re2::to_regex(&text).map_err(|e| bad(&e))?)
        .size_limit(1 << 20)
        .build()
        .map_err(|e| bad(&e))
}
