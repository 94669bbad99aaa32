//! Columns by name: which table a name means, what stands behind it, and its subcolumns.

use super::{Binder, Scope, Source, SourceColumn, Target, call_named};
use crate::expr::Expr;
use olly_types::port::Access;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

impl Binder<'_> {
    /// A column of the tables: `x`, `t.x`, `db.t.x`.
    pub(crate) fn column<'q>(&self, names: &[&str], s: &mut Scope<'q>) -> Result<Option<Expr>> {
        let place = match place(names, &s.sources, false)? {
            Some(place) => Some(place),
            // `services.name` of `services AS s`, as ClickHouse takes it.
            None => place(names, &s.sources, true)?,
        };
        let Some((t, c)) = place else { return Ok(None) };
        let column = self.source_column(s, t, c)?;
        match s.sources.get(t).and_then(|source| source.columns.get(c)).map(|c| Arc::clone(&c.name)) {
            Some(name) => self.merged(&name, t, column, s).map(Some),
            None => Ok(Some(column)),
        }
    }

    /// The expression of a source's column.
    pub(crate) fn source_column<'q>(&self, s: &mut Scope<'q>, table: usize, column: usize) -> Result<Expr> {
        let Some(source) = s.sources.get(table) else { return Err(gone()) };
        let Some(SourceColumn { ty, target, name, .. }) = source.columns.get(column) else { return Err(gone()) };
        match target {
            Target::Column(id) => Ok(Expr::column(*id, ty.clone())),
            Target::Stored(id) => {
                let scan = source.scan.as_ref().ok_or_else(gone)?;
                let id = scan.borrow_mut().column(*id, Access::Whole, ty, || self.fresh());
                Ok(Expr::column(id, ty.clone()))
            }
            Target::Alias(text) => {
                let parsed = crate::sql::parse_expression(text.as_bytes(), Default::default())
                    .map_err(|e| Error::new(e.error_code(), e.to_string()))?;
                let (text, ty, name) = (Arc::clone(text), ty.clone(), name.to_string());
                if s.resolving.iter().filter(|r| **r == name).count() > 1 {
                    return Err(Error::new(
                        Code::CyclicAliases,
                        format!("Cyclic aliases in ALIAS column {name} ({text})"),
                    ));
                }
                s.resolving.push(name.clone());
                s.resolving.push(name);
                // The expression sees the table's columns, not the SELECT's aliases.
                let aliases = std::mem::take(&mut s.aliases);
                let lambdas = std::mem::take(&mut s.lambdas);
                let lets = std::mem::take(&mut s.lets);
                let bound = self.expr(&parsed, s);
                s.aliases = aliases;
                s.lambdas = lambdas;
                s.lets = lets;
                s.resolving.pop();
                s.resolving.pop();
                super::cast(bound?, &ty, &self.env.context)
            }
        }
    }

    /// `value.part`: a tuple's element, or one of ClickHouse's subcolumns.
    pub(super) fn subcolumn(&self, e: Expr, part: &str) -> Result<Expr> {
        let context = &self.env.context;
        match (&e.ty, part) {
            (Type::Tuple(elements), _) => {
                if !elements.iter().any(|(n, _)| n.as_deref() == Some(part)) && part.parse::<usize>().is_err() {
                    let text = format!("Tuple {} doesn't contain element `{part}`", e.ty);
                    return Err(Error::new(Code::UnknownIdentifier, text));
                }
                let key = match part.parse::<u64>() {
                    Ok(n) if !elements.iter().any(|(name, _)| name.as_deref() == Some(part)) => {
                        Expr::literal(Value::UInt(n), super::literal::unsigned_type(n))
                    }
                    _ => Expr::literal(Value::bytes(part), Type::String),
                };
                call_named("tupleElement", vec![e, key], context)
            }
            (Type::Array(t), _) if matches!(&**t, Type::Tuple(_)) && part != "size0" => {
                call_named("tupleElement", vec![e, Expr::literal(Value::bytes(part), Type::String)], context)
            }
            // Unlike the results of the functions, the subcolumns keep LowCardinality.
            (Type::Map(k, _), "keys") => {
                let listed = Type::Array(Arc::clone(k));
                super::coerce(call_named("mapKeys", vec![e], context)?, &listed, context)
            }
            (Type::Map(_, v), "values") => {
                let listed = Type::Array(Arc::clone(v));
                super::coerce(call_named("mapValues", vec![e], context)?, &listed, context)
            }
            (Type::Map(..) | Type::Array(_), "size0") => call_named("length", vec![e], context),
            (Type::String, "size") => call_named("length", vec![e], context),
            (Type::Nullable(_), "null") => call_named("isNull", vec![e], context),
            (ty, _) => Err(Error::new(Code::UnknownIdentifier, format!("Type {ty} has no subcolumn `{part}`"))),
        }
    }
}

/// Source and column that a name means. `hidden`: tables that have an alias go by their
/// own names too.
fn place(names: &[&str], sources: &[Source], hidden: bool) -> Result<Option<(usize, usize)>> {
    let mut found: Option<(usize, usize)> = None;
    for (t, source) in sources.iter().enumerate() {
        for (name, qualified) in candidates(source, names, hidden) {
            let Some(c) = source.columns.iter().position(|c| *c.name == *name) else { continue };
            if !qualified && source.using.contains(&name) {
                continue;
            }
            if let Some((other, _)) = found
                && other != t
            {
                // A single JOIN prefers its left table, as ClickHouse does (single_join_prefer_left_table).
                if sources.len() == 2 && !hidden {
                    break;
                }
                let text = format!("JOIN: identifier `{}` is ambiguous: it is in more than one table", names.join("."));
                return Err(Error::new(Code::AmbiguousIdentifier, text));
            }
            found = Some((t, c));
            break;
        }
    }
    Ok(found)
}

/// Names of a source's columns that these names may mean, and whether they say the table.
fn candidates(source: &Source, names: &[&str], hidden: bool) -> Vec<(String, bool)> {
    let mut out = if hidden { Vec::new() } else { vec![(names.join("."), false)] };
    if let [first, rest @ ..] = names
        && !rest.is_empty()
    {
        let named = match (&source.alias, &source.name) {
            (Some(_), Some((_, table))) if hidden => **table == **first,
            (Some(alias), _) => alias == first,
            (None, Some((_, table))) => **table == **first,
            _ => false,
        };
        if named {
            out.insert(0, (rest.join("."), true));
        }
        if let ([db, table, rest @ ..], Some((d, t))) = (names, &source.name)
            && !rest.is_empty()
            && **d == **db
            && **t == **table
        {
            out.insert(0, (rest.join("."), true));
        }
    }
    out
}

fn gone() -> Error {
    Error::new(Code::LogicalError, "a column's table is not in the query")
}
