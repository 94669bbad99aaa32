//! INSERT: which columns, and where the rows come from.

use super::complete::Given;
use super::values::values;
use super::write::{GATHER_BYTES, TableSink, Writer};
use crate::bind::table::find_table;
use crate::engine::execute::{Outcome, bind_query, stream, with_binder};
use crate::engine::{Block, BlockSink, BlockSource};
use crate::exec::QueryEnv;
use crate::sql::ast::{self, InsertColumns, InsertSource, InsertTarget};
use olly_types::schema::TableSchema;
use olly_types::{Code, Error, Result, Type};
use std::ops::Range;
use std::sync::Arc;

/// An INSERT that waits for its rows.
pub struct Pending {
    pub columns: Vec<(String, Type)>,
    pub format: Option<String>,
    pub inline: Option<Range<usize>>,
    pub sink: Box<dyn BlockSink>,
}

/// The columns an INSERT names, or all that can be inserted into.
pub fn target_columns(schema: &TableSchema, columns: &InsertColumns) -> Result<Vec<(String, Type)>> {
    let all = || schema.columns.iter().filter(|c| c.insertable());
    match columns {
        InsertColumns::All => {
            Ok(all().filter(|c| c.in_asterisk()).map(|c| (c.name.to_string(), c.ty.clone())).collect())
        }
        InsertColumns::List(names) => {
            let mut out: Vec<(String, Type)> = Vec::with_capacity(names.len());
            for n in names {
                let Some(def) = schema.columns.iter().find(|c| *c.name == *n.value && !c.hidden) else {
                    let known = all().map(|c| &*c.name);
                    let near = crate::bind::hint(&n.value, known);
                    let text = format!("No such column {} in table {}.{}{near}", n.value, schema.database, schema.name);
                    return Err(Error::new(Code::NoSuchColumnInTable, text));
                };
                if !def.insertable() {
                    let text = format!(
                        "Cannot insert column {}, because it is {} column",
                        n.value,
                        def.default_kind.keyword()
                    );
                    return Err(Error::new(Code::IllegalColumn, text));
                }
                if out.iter().any(|(o, _)| *o == n.value) {
                    return Err(Error::new(
                        Code::DuplicateColumn,
                        format!("Column {} specified more than once", n.value),
                    ));
                }
                out.push((n.value.clone(), def.ty.clone()));
            }
            Ok(out)
        }
        InsertColumns::Matchers(list) => {
            let mut out: Vec<(String, Type)> = Vec::new();
            for e in list {
                match &e.kind {
                    ast::ExprKind::Asterisk(star) if star.qualifier.is_empty() => {
                        let mut except: Vec<&str> = Vec::new();
                        for t in &star.transformers {
                            match t {
                                ast::Transformer::Except { columns, .. } => {
                                    except.extend(columns.iter().map(|c| c.value.as_str()))
                                }
                                _ => {
                                    return Err(Error::unsupported(
                                        "a transformer other than EXCEPT in INSERT's columns",
                                    ));
                                }
                            }
                        }
                        out.extend(
                            all()
                                .filter(|c| c.in_asterisk() && !except.contains(&&*c.name))
                                .map(|c| (c.name.to_string(), c.ty.clone())),
                        );
                    }
                    ast::ExprKind::Identifier(parts) => {
                        let name = parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".");
                        out.extend(target_columns(schema, &InsertColumns::List(vec![ast::Ident::new(name)]))?);
                    }
                    _ => return Err(Error::unsupported("COLUMNS(…) in INSERT's columns")),
                }
            }
            Ok(out)
        }
    }
}

/// Runs or prepares an INSERT.
pub fn statement(env: &Arc<QueryEnv>, insert: &ast::Insert, sql: &[u8]) -> Result<Outcome> {
    let name = match &insert.target {
        InsertTarget::Table(name) => name,
        InsertTarget::Function(f) => return Err(Error::unsupported(format!("INSERT INTO FUNCTION {}", f.name))),
    };
    if insert.partition_by.is_some() {
        return Err(Error::unsupported("INSERT … PARTITION BY"));
    }
    if name.database.as_ref().is_some_and(|d| d.value.eq_ignore_ascii_case("system")) {
        return Err(Error::new(Code::TableIsReadOnly, "Tables of database system cannot be inserted into"));
    }
    let schema = find_table(env, name.database.as_ref().map(|d| d.value.as_str()), &name.name.value)?;
    let columns = target_columns(&schema, &insert.columns)?;
    env.shared.proposer.admission()?;
    let mut writer = Writer::new(Arc::clone(env), Arc::clone(&schema))?;
    let pending = |format: Option<String>, inline: Option<Range<usize>>, writer: Writer| -> Result<Outcome> {
        let sink = Box::new(TableSink::new(writer, columns.clone())?);
        Ok(Outcome::Insert(Pending { columns: columns.clone(), format, inline, sink }))
    };
    match &insert.source {
        InsertSource::External => pending(None, None, writer),
        InsertSource::Values { data } => {
            let text = data.text(sql);
            if text.iter().all(|b| b.is_ascii_whitespace() || *b == b';') {
                return pending(None, None, writer);
            }
            with_values(env, &mut writer, &columns, text)
        }
        InsertSource::Format { name, data } if name.value.eq_ignore_ascii_case("Values") => {
            let text = data.text(sql);
            if text.iter().all(|b| b.is_ascii_whitespace()) {
                return pending(None, None, writer);
            }
            with_values(env, &mut writer, &columns, text)
        }
        InsertSource::Format { name, data } => {
            let range = data.start as usize..(data.end as usize).max(data.start as usize);
            let blank = data.text(sql).iter().all(|b| b.is_ascii_whitespace());
            pending(Some(name.value.clone()), (!blank).then_some(range), writer)
        }
        InsertSource::Infile { .. } => Err(Error::unsupported("FROM INFILE on the server")),
        InsertSource::Query(q) => select(env, &mut writer, &columns, q),
    }
}

fn with_values(env: &Arc<QueryEnv>, writer: &mut Writer, columns: &[(String, Type)], text: &[u8]) -> Result<Outcome> {
    let handle = env.shared.runtime.clone();
    values(env, columns, text, &mut |given: Given| handle.block_on(writer.write(given)))?;
    Ok(Outcome::Done)
}

fn select(env: &Arc<QueryEnv>, writer: &mut Writer, columns: &[(String, Type)], q: &ast::Query) -> Result<Outcome> {
    let bound = with_binder(env, |binder| bind_query(env, binder, q))?;
    if bound.columns.len() != columns.len() {
        let text = format!(
            "Number of columns doesn't match: the table takes {}, the query gives {}",
            columns.len(),
            bound.columns.len()
        );
        return Err(Error::new(Code::IncorrectNumberOfColumns, text));
    }
    let (_, mut source) = stream(env, bound)?;
    env.shared.runtime.clone().block_on(async {
        let mut sink_rows: Vec<Block> = Vec::new();
        let mut rows = 0;
        let mut held = env.memory.reserve(0)?;
        while let Some(mut block) = source.next().await? {
            for ((name, _, _), (target, _)) in block.columns.iter_mut().zip(columns) {
                name.clone_from(target);
            }
            rows += block.rows;
            held.grow(block.columns.iter().map(|(_, _, a)| olly_types::batch::value_bytes(a)).sum())?;
            sink_rows.push(block);
            if rows >= 65_536 || held.bytes() >= GATHER_BYTES {
                rows = 0;
                write_all(writer, &mut sink_rows).await?;
                held.resize(0)?;
            }
        }
        write_all(writer, &mut sink_rows).await
    })?;
    Ok(Outcome::Done)
}

async fn write_all(writer: &mut Writer, blocks: &mut Vec<Block>) -> Result<()> {
    if let Some(block) = super::write::concat(std::mem::take(blocks))? {
        writer.write(Given { block, ..Given::default() }).await?;
    }
    Ok(())
}
