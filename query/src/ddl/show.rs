//! DESCRIBE, SHOW and EXISTS.

use super::{create_database_text, create_table_text, is_system};
use crate::bind::table::{find_table, unknown_table};
use crate::engine::Block;
use crate::engine::execute::{Outcome, bind_query, stream, text_block, with_binder};
use crate::exec::QueryEnv;
use crate::sql::ast::{self, LikeFilter, ObjectKind, Show, ShowFilter};
use crate::sql::{ParseOptions, parse_statement};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const DESCRIBE: [&str; 7] =
    ["name", "type", "default_type", "default_expression", "comment", "codec_expression", "ttl_expression"];

pub fn describe(env: &Arc<QueryEnv>, d: &ast::Describe) -> Result<Outcome> {
    let compact = env.settings.bool_or("describe_compact_output", false)?;
    let names = if compact { DESCRIBE.get(..2).unwrap_or_default() } else { &DESCRIBE };
    let plain = |columns: Vec<(String, Type)>| -> Result<Outcome> {
        let rows: Vec<Vec<String>> = columns.into_iter().map(|(n, t)| vec![n, t.to_string()]).collect();
        Ok(Outcome::Block(text_block(names, &rows)?))
    };
    match &d.target {
        ast::TableExprKind::Table(name) => {
            let db = name.database.as_ref().map_or_else(|| env.database.to_string(), |d| d.value.clone());
            if is_system(&db) && env.shared.catalog.table(&db, &name.name.value).is_none() {
                let columns = match name.name.value.as_str() {
                    "one" => Some(vec![("dummy".to_string(), Type::UInt8)]),
                    "numbers" | "numbers_mt" => Some(vec![("number".to_string(), Type::UInt64)]),
                    other => env.shared.system.schema(other),
                };
                return plain(columns.ok_or_else(|| unknown_table(env, &db, &name.name.value))?);
            }
            let t = find_table(env, name.database.as_ref().map(|d| d.value.as_str()), &name.name.value)?;
            let rows: Vec<Vec<String>> = t
                .columns
                .iter()
                .filter(|c| !c.hidden)
                .map(|c| {
                    vec![
                        c.name.to_string(),
                        c.ty.to_string(),
                        c.default_kind.keyword().to_string(),
                        c.default.clone().unwrap_or_default(),
                        c.comment.clone(),
                        c.codec.clone().unwrap_or_default(),
                        String::new(),
                    ]
                })
                .collect();
            Ok(Outcome::Block(text_block(names, &rows)?))
        }
        ast::TableExprKind::Subquery(q) => {
            let bound = with_binder(env, |b| bind_query(env, b, q))?;
            plain(bound.columns.into_iter().map(|c| (c.name, c.ty)).collect())
        }
        ast::TableExprKind::Function(f) if f.name == "numbers" || f.name == "numbers_mt" => {
            plain(vec![("number".into(), Type::UInt64)])
        }
        ast::TableExprKind::Function(f) => Err(Error::unsupported(format!("table function {}", f.name))),
    }
}

fn like(f: &LikeFilter, name: &str) -> bool {
    let (pattern, name) = if f.case_insensitive {
        (f.pattern.to_ascii_lowercase(), name.to_ascii_lowercase())
    } else {
        (f.pattern.clone(), name.to_string())
    };
    matches(&pattern, name.as_bytes()) != f.not
}

/// LIKE over bytes.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'%') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(b'_') => {
                p += 1;
                t += 1;
            }
            Some(b'\\') if pattern.get(p + 1) == text.get(t) => {
                p += 2;
                t += 1;
            }
            Some(c) if Some(c) == text.get(t) && *c != b'\\' => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((sp, st)) => {
                    p = sp;
                    t = st + 1;
                    star = Some((sp, st + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == b'%')
}

fn filtered(names: Vec<String>, f: &ShowFilter, column: &str) -> Result<Outcome> {
    if f.filter.is_some() {
        return Err(Error::unsupported("SHOW … WHERE"));
    }
    let mut names: Vec<String> = names.into_iter().filter(|n| f.like.as_ref().is_none_or(|l| like(l, n))).collect();
    names.sort();
    if let Some(limit) = &f.limit {
        let ast::ExprKind::Literal(ast::Literal::UInt(n)) = &limit.kind else {
            return Err(Error::new(Code::BadArguments, "LIMIT of SHOW must be a number"));
        };
        names.truncate(*n as usize);
    }
    let rows: Vec<Vec<String>> = names.into_iter().map(|n| vec![n]).collect();
    Ok(Outcome::Block(text_block(&[column], &rows)?))
}

/// Runs a query over the system's tables.
fn select(env: &Arc<QueryEnv>, text: String) -> Result<Outcome> {
    let parsed = parse_statement(text.as_bytes(), ParseOptions::default())
        .map_err(|e| Error::new(e.error_code(), e.to_string()))?;
    let ast::StatementKind::Query(q) = &parsed.kind else {
        return Err(Error::new(Code::LogicalError, "SHOW is no query"));
    };
    let bound = with_binder(env, |b| bind_query(env, b, q))?;
    let (header, source) = stream(env, bound)?;
    Ok(Outcome::Stream(header, Box::new(source)))
}

fn where_like(text: &mut String, filter: &ShowFilter, what: &str) -> Result<()> {
    if filter.filter.is_some() || filter.limit.is_some() {
        return Err(Error::unsupported(format!("{what} with WHERE or LIMIT")));
    }
    if let Some(l) = &filter.like {
        let (not, op) = (if l.not { "NOT " } else { "" }, if l.case_insensitive { "ILIKE" } else { "LIKE" });
        let pattern = olly_types::text::quote(&String::from_utf8_lossy(&l.pattern));
        text.push_str(&format!(" WHERE name {not}{op} {pattern}"));
    }
    Ok(())
}

pub fn show(env: &Arc<QueryEnv>, s: &Show) -> Result<Outcome> {
    match s {
        Show::Databases(f) => {
            let mut names: Vec<String> = env.shared.catalog.databases().iter().map(|d| d.name.to_string()).collect();
            names.push("system".into());
            filtered(names, f, "name")
        }
        Show::Tables { full, temporary, from, filter } => {
            if *full || *temporary {
                return Err(Error::unsupported(if *full { "SHOW FULL TABLES" } else { "SHOW TEMPORARY TABLES" }));
            }
            let db = from.as_ref().map_or_else(|| env.database.to_string(), |d| d.value.clone());
            let names: Vec<String> = if is_system(&db) {
                let mut names = env.shared.system.list();
                for own in ["one", "numbers"] {
                    if !names.iter().any(|n| n == own) {
                        names.push(own.into());
                    }
                }
                names
            } else {
                if env.shared.catalog.database(&db).is_none() {
                    return Err(unknown_table(env, &db, ""));
                }
                env.shared.catalog.tables(&db).iter().map(|t| t.name.to_string()).collect()
            };
            filtered(names, filter, "name")
        }
        Show::Create { kind: ObjectKind::Table | ObjectKind::View, temporary: false, name } => {
            let t = find_table(env, name.database.as_ref().map(|d| d.value.as_str()), &name.name.value)?;
            Ok(Outcome::Block(text_block(&["statement"], &[vec![create_table_text(&t)]])?))
        }
        Show::Create { kind: ObjectKind::Database, name, .. } => {
            let db = &name.name.value;
            let found = env.shared.catalog.database(db).ok_or_else(|| unknown_table(env, db, ""))?;
            Ok(Outcome::Block(text_block(&["statement"], &[vec![create_database_text(&found)]])?))
        }
        Show::Create { kind, .. } => Err(Error::unsupported(format!("SHOW CREATE {kind:?}").to_uppercase())),
        Show::Columns { table, full, extended, filter } => {
            if *full || *extended || filter.filter.is_some() || filter.limit.is_some() {
                return Err(Error::unsupported("SHOW COLUMNS with FULL, EXTENDED, WHERE or LIMIT"));
            }
            let t = find_table(env, table.database.as_ref().map(|d| d.value.as_str()), &table.name.value)?;
            let visible =
                t.columns.iter().filter(|c| !c.hidden && filter.like.as_ref().is_none_or(|l| like(l, &c.name)));
            let mut rows: Vec<Vec<String>> = Vec::new();
            for c in visible {
                let null = if c.ty.is_nullable() { "YES" } else { "NO" };
                let in_key = t.sort_key.contains(&c.id);
                rows.push(vec![
                    c.name.to_string(),
                    c.ty.to_string(),
                    null.into(),
                    if in_key { "PRI SOR" } else { "" }.into(),
                    c.default.clone().unwrap_or_default(),
                    String::new(),
                ]);
            }
            rows.sort();
            let mut block = text_block(&["field", "type", "null", "key", "default", "extra"], &rows)?;
            let ty = Type::nullable(Type::String);
            let defaults: Vec<Value> = rows
                .iter()
                .filter_map(|r| r.get(4))
                .map(|d| if d.is_empty() { Value::Null } else { Value::bytes(d) })
                .collect();
            if let Some(column) = block.columns.get_mut(4) {
                *column = ("default".to_string(), ty.clone(), array_of(&defaults, &ty)?);
            }
            Ok(Outcome::Block(block))
        }
        Show::Processlist => select(env, "SELECT * FROM system.processes".into()),
        Show::Settings { changed, filter } => {
            let mut text = "SELECT name, type, value FROM system.settings".to_string();
            where_like(&mut text, filter, "SHOW SETTINGS")?;
            if *changed {
                text.push_str(if filter.like.is_some() { " AND changed = 1" } else { " WHERE changed = 1" });
            }
            select(env, text)
        }
        Show::Setting { name } => {
            let setting = crate::settings::find(name)
                .ok_or_else(|| Error::new(Code::UnknownSetting, format!("Unknown setting '{name}'")))?;
            let value = env.settings.get(name).unwrap_or(setting.default);
            Ok(Outcome::Block(text_block(&["value"], &[vec![value.to_string()]])?))
        }
        Show::Engines => Err(Error::unsupported("SHOW ENGINES")),
        Show::Dictionaries { filter, .. } => filtered(Vec::new(), filter, "name"),
        Show::Functions(f) => {
            let mut text = "SELECT * FROM system.functions".to_string();
            where_like(&mut text, f, "SHOW FUNCTIONS")?;
            select(env, text)
        }
        Show::Indexes { .. } => Err(Error::unsupported("SHOW INDEX")),
        Show::Merges(_) => Err(Error::unsupported("SHOW MERGES")),
        Show::Clusters(_) | Show::Cluster { .. } => Err(Error::unsupported("SHOW CLUSTERS")),
        Show::Grants { .. } => Err(Error::unsupported("SHOW GRANTS")),
        Show::Access { what, .. } => Err(Error::unsupported(format!("SHOW {what}"))),
    }
}

pub fn exists(env: &Arc<QueryEnv>, kind: ObjectKind, temporary: bool, name: &ast::TableName) -> Result<Outcome> {
    let db = name.database.as_ref().map_or_else(|| env.database.to_string(), |d| d.value.clone());
    let table = &name.name.value;
    let found = match kind {
        _ if temporary => false,
        ObjectKind::Table => {
            env.shared.catalog.table(&db, table).is_some()
                || is_system(&db) && (env.shared.system.schema(table).is_some() || table == "one" || table == "numbers")
        }
        ObjectKind::Database => env.shared.catalog.database(table).is_some() || is_system(table),
        ObjectKind::View | ObjectKind::Dictionary => false,
        other => return Err(Error::unsupported(format!("EXISTS {other:?}").to_uppercase())),
    };
    let array = array_of(&[Value::UInt(u64::from(found))], &Type::UInt8)?;
    Ok(Outcome::Block(Block { columns: vec![("result".into(), Type::UInt8, array)], rows: 1 }))
}
