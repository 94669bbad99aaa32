//! CREATE TABLE to a schema.

use super::keys::{key_columns, parts, ttl};
use super::{is_system, not_on_cluster, propose};
use crate::bind::table::find_table;
use crate::bind::{Binder, cast};
use crate::engine::execute::{Outcome, bind_query, with_binder};
use crate::exec::QueryEnv;
use crate::sql::ast;
use crate::sql::display::format_expr;
use olly_types::catalog::CatalogCommand;
use olly_types::schema::{ColumnDef, DefaultKind, Engine, TableSchema};
use olly_types::{Code, ColumnId, Error, Result, SchemaVersion, TableId, Type, limits};
use std::sync::Arc;

/// MergeTree settings that may be given; they are recorded, and those with a meaning here are read by storage.
const TABLE_SETTINGS: &[&str] = &[
    "index_granularity",
    "index_granularity_bytes",
    "ttl_only_drop_parts",
    "allow_nullable_key",
    "min_bytes_for_wide_part",
    "min_rows_for_wide_part",
    "merge_with_ttl_timeout",
    "replicated_deduplication_window",
    "non_replicated_deduplication_window",
    "enable_mixed_granularity_parts",
    "min_bytes_for_full_part_storage",
    "old_parts_lifetime",
    "parts_to_throw_insert",
    "parts_to_delay_insert",
    "max_parts_in_total",
    "materialize_ttl_recalculate_only",
    "enable_block_number_column",
    "enable_block_offset_column",
];

pub fn create_table(env: &Arc<QueryEnv>, c: &ast::CreateTable) -> Result<Outcome> {
    not_on_cluster(&c.on_cluster)?;
    let refuse = |yes: bool, what: &str| if yes { Err(Error::unsupported(what)) } else { Ok(()) };
    refuse(c.attach, "ATTACH TABLE")?;
    refuse(c.or_replace || c.replace, "CREATE OR REPLACE TABLE")?;
    refuse(c.temporary, "temporary tables")?;
    let database = c.name.database.as_ref().map_or_else(|| env.database.to_string(), |d| d.value.clone());
    if is_system(&database) {
        return Err(Error::new(Code::TableIsReadOnly, "Tables cannot be created in database system"));
    }
    if env.shared.catalog.database(&database).is_none() {
        return Err(crate::bind::table::unknown_table(env, &database, &c.name.name.value));
    }
    if c.if_not_exists && env.shared.catalog.table(&database, &c.name.name.value).is_some() {
        return Ok(Outcome::Done);
    }
    let mut fill = None;
    let mut columns = match (&c.elements, &c.source) {
        (Some(e), ast::CreateSource::None) => declared(env, e)?,
        (None, ast::CreateSource::None) => {
            return Err(Error::new(Code::IncorrectQuery, "Cannot create table without column list"));
        }
        (None, ast::CreateSource::Table { name, clone: false }) => {
            let other = find_table(env, name.database.as_ref().map(|d| d.value.as_str()), &name.name.value)?;
            if c.storage.engine.is_none() && c.storage.order_by.is_none() && c.storage.primary_key.is_none() {
                return copy_table(env, c, &database, &other);
            }
            other.columns.iter().filter(|c| !c.hidden).cloned().collect()
        }
        (elements, ast::CreateSource::Query { query, empty }) => {
            let bound = with_binder(env, |b| bind_query(env, b, query))?;
            let columns = match elements {
                Some(e) => declared(env, e)?,
                None => bound
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(i, o)| ColumnDef::plain(i as u32 + 1, &o.name, o.ty.clone()))
                    .collect(),
            };
            if !empty {
                fill = Some(query);
            }
            columns
        }
        (_, ast::CreateSource::Function(f)) => {
            return Err(Error::unsupported(format!("CREATE TABLE AS {}(…)", f.name)));
        }
        (_, ast::CreateSource::Table { .. }) => {
            return Err(Error::unsupported("CREATE TABLE … CLONE AS, or AS with a column list"));
        }
    };
    check_columns(&columns)?;
    let (engine, engine_arguments) = engine(c.storage.engine.as_ref())?;
    let settings = table_settings(&c.storage.settings)?;
    let nullable = settings.iter().any(|(n, v)| n == "allow_nullable_key" && v != "0");
    let in_columns = c.elements.as_ref().and_then(|e| e.primary_key.as_ref());
    let marked: Vec<ast::Expr> =
        c.elements.iter().flat_map(|e| &e.columns).filter(|c| c.primary_key).map(|c| name_expr(&c.name)).collect();
    let primary = c.storage.primary_key.as_ref().or(in_columns);
    if primary.is_some() && !marked.is_empty() {
        return Err(Error::new(Code::BadArguments, "PRIMARY KEY is given more than once"));
    }
    let marked = (!marked.is_empty()).then(|| tuple_expr(marked));
    let primary = primary.or(marked.as_ref());
    let Some(order) = c.storage.order_by.as_ref().or(primary) else {
        return Err(Error::new(
            Code::BadArguments,
            "ORDER BY or PRIMARY KEY expression (or both) has to be given for engine MergeTree; ORDER BY tuple() for none",
        ));
    };
    if let Some(p) = primary {
        let order_texts: Vec<String> = parts(order).iter().map(|e| format_expr(e)).collect();
        for (i, part) in parts(p).iter().enumerate() {
            if order_texts.get(i) != Some(&format_expr(part)) {
                let text = format!(
                    "Primary key must be a prefix of the sorting key, but the column in the position {i} is {}",
                    format_expr(part)
                );
                return Err(Error::new(Code::BadArguments, text));
            }
        }
    }
    let sort_key = key_columns(env, order, "Sorting key", nullable, &mut columns)?;
    let partition_key = match &c.storage.partition_by {
        Some(e) => key_columns(env, e, "Partition key", nullable, &mut columns)?,
        None => Vec::new(),
    };
    let sampling_key_text = match &c.storage.sample_by {
        Some(e) => format_expr(e),
        None => String::new(),
    };
    let (ttl, ttl_text) = ttl(env, &c.storage.ttl, &columns)?;
    let event_time = event_time(&columns, ttl.as_ref().map(|t| t.column), &partition_key, &sort_key);
    let schema = TableSchema {
        id: TableId(0),
        version: SchemaVersion(1),
        uuid: uuid::Uuid::new_v4().as_u128(),
        database: database.as_str().into(),
        name: c.name.name.value.as_str().into(),
        engine,
        engine_arguments,
        routing: sort_key.clone(),
        sort_key,
        partition_key,
        event_time,
        ttl,
        columns,
        sort_key_text: key_text(order),
        partition_key_text: c.storage.partition_by.as_ref().map(format_expr).unwrap_or_default(),
        primary_key_text: primary.map_or_else(|| key_text(order), key_text),
        sampling_key_text,
        ttl_text,
        settings,
        comment: c.comment.as_ref().map(|c| String::from_utf8_lossy(c).into_owned()).unwrap_or_default(),
    };
    // Every expression must bind over the table as it will be.
    crate::insert::Completer::new(env, Arc::new(schema.clone()))?;
    propose(env, CatalogCommand::CreateTable { table: Box::new(schema), if_not_exists: c.if_not_exists })?;
    if let Some(query) = fill {
        let insert = ast::Insert {
            target: ast::InsertTarget::Table(ast::TableName {
                database: Some(ast::Ident::new(database)),
                name: c.name.name.clone(),
            }),
            columns: ast::InsertColumns::All,
            partition_by: None,
            settings: Vec::new(),
            source: ast::InsertSource::Query(query.clone()),
        };
        crate::insert::statement(env, &insert, b"")?;
    }
    Ok(Outcome::Done)
}

fn copy_table(env: &Arc<QueryEnv>, c: &ast::CreateTable, database: &str, other: &TableSchema) -> Result<Outcome> {
    let schema = TableSchema {
        uuid: uuid::Uuid::new_v4().as_u128(),
        database: database.into(),
        name: c.name.name.value.as_str().into(),
        version: SchemaVersion(1),
        ..other.clone()
    };
    propose(env, CatalogCommand::CreateTable { table: Box::new(schema), if_not_exists: c.if_not_exists })?;
    Ok(Outcome::Done)
}

fn bare(kind: ast::ExprKind) -> ast::Expr {
    ast::Expr { kind, alias: None, span: ast::Span::default(), depth: 1, parenthesized: false }
}
fn name_expr(name: &ast::Ident) -> ast::Expr {
    bare(ast::ExprKind::Identifier(vec![name.clone()]))
}
fn tuple_expr(args: Vec<ast::Expr>) -> ast::Expr {
    bare(ast::ExprKind::Function(Box::new(ast::FunctionCall {
        name: "tuple".into(),
        parameters: None,
        args,
        nulls: None,
        over: None,
        form: ast::CallForm::Operator,
        settings: Vec::new(),
    })))
}

/// A key's text as `system.tables` shows it: the parts without the tuple's parentheses.
fn key_text(e: &ast::Expr) -> String {
    parts(e).iter().map(|p| format_expr(p)).collect::<Vec<_>>().join(", ")
}

fn check_columns(columns: &[ColumnDef]) -> Result<()> {
    if columns.is_empty() {
        return Err(Error::new(Code::EmptyListOfColumnsQueried, "A table must have at least one column"));
    }
    if columns.len() as u64 > limits::COLUMNS {
        let text = format!("Too many columns: {}. Maximum: {}", columns.len(), limits::COLUMNS);
        return Err(Error::new(Code::TooManyColumns, text));
    }
    for (i, c) in columns.iter().enumerate() {
        if columns.iter().take(i).any(|o| o.name == c.name) {
            return Err(Error::new(Code::DuplicateColumn, format!("Column {} already exists", c.name)));
        }
        if c.ty.base() == &Type::Nothing {
            return Err(Error::new(
                Code::IllegalTypeOfArgument,
                format!("Column {} cannot have type {}", c.name, c.ty),
            ));
        }
    }
    Ok(())
}

/// The column list; Nested columns become arrays.
fn declared(env: &Arc<QueryEnv>, e: &ast::TableElements) -> Result<Vec<ColumnDef>> {
    let refuse = |yes: bool, what: &str| if yes { Err(Error::unsupported(what)) } else { Ok(()) };
    refuse(!e.indexes.is_empty(), "data skipping indexes (INDEX)")?;
    refuse(!e.projections.is_empty(), "PROJECTION")?;
    refuse(!e.constraints.is_empty(), "CONSTRAINT")?;
    let mut out: Vec<ColumnDef> = Vec::new();
    let mut untyped: Vec<(usize, ast::Expr)> = Vec::new();
    let mut defaults: Vec<(usize, ast::Expr)> = Vec::new();
    for c in &e.columns {
        refuse(c.ttl.is_some(), "column TTL")?;
        refuse(c.statistics.is_some(), "STATISTICS")?;
        refuse(c.collate.is_some(), "COLLATE of a column")?;
        refuse(!c.settings.is_empty(), "SETTINGS of a column")?;
        let comment = c.comment.as_ref().map(|c| String::from_utf8_lossy(c).into_owned()).unwrap_or_default();
        let codec = c.codec.as_ref().map(|l| l.iter().map(format_expr).collect::<Vec<_>>().join(", "));
        let (kind, expr) = match &c.default {
            None => (DefaultKind::None, None),
            Some(d) => match d.kind {
                ast::DefaultKind::Default => (DefaultKind::Default, d.expr.clone()),
                ast::DefaultKind::Materialized => (DefaultKind::Materialized, d.expr.clone()),
                ast::DefaultKind::Alias => (DefaultKind::Alias, d.expr.clone()),
                ast::DefaultKind::Ephemeral => (DefaultKind::Ephemeral, d.expr.clone()),
                ast::DefaultKind::AutoIncrement => return Err(Error::unsupported("AUTO_INCREMENT")),
            },
        };
        let mut ty = match &c.data_type {
            Some(t) => Some(Type::parse(&t.text)?),
            None => None,
        };
        if c.nullable == Some(true)
            && let Some(t) = ty.take()
        {
            if !t.can_be_nullable() {
                return Err(Error::new(
                    Code::IllegalTypeOfArgument,
                    format!("Nested type {t} cannot be inside Nullable type"),
                ));
            }
            ty = Some(Type::nullable(t));
        }
        let nested =
            c.data_type.as_ref().is_some_and(|t| t.text.trim_start().to_ascii_lowercase().starts_with("nested"));
        if let (true, Some(Type::Array(item))) = (nested, &ty)
            && let Type::Tuple(elements) = &**item
        {
            if kind != DefaultKind::None {
                return Err(Error::unsupported("a default of a Nested column"));
            }
            for (name, t) in elements.iter() {
                let id = out.len() as u32 + 1;
                let name = format!("{}.{}", c.name.value, name.as_deref().unwrap_or_default());
                let mut column = ColumnDef::plain(id, &name, Type::array(t.clone()));
                column.codec.clone_from(&codec);
                column.comment.clone_from(&comment);
                out.push(column);
            }
            continue;
        }
        let at = out.len();
        let mut column = ColumnDef::plain(at as u32 + 1, &c.name.value, ty.clone().unwrap_or(Type::Nothing));
        column.default_kind = kind;
        column.default = expr.as_ref().map(format_expr);
        column.codec = codec;
        column.comment = comment;
        out.push(column);
        match (ty, expr) {
            (None, Some(e)) => untyped.push((at, e)),
            (None, None) => {
                return Err(Error::new(
                    Code::SyntaxError,
                    format!("Column {} has neither a type nor a default", c.name.value),
                ));
            }
            (Some(_), Some(e)) => defaults.push((at, e)),
            (Some(_), None) => {}
        }
    }
    for (at, e) in untyped {
        let visible: Vec<(String, Type)> =
            out.iter().filter(|c| c.ty != Type::Nothing).map(|c| (c.name.to_string(), c.ty.clone())).collect();
        let bound = Binder::new(env, None).standalone(&e, &visible)?;
        if let Some(c) = out.get_mut(at) {
            c.ty = bound.ty;
        }
    }
    let visible: Vec<(String, Type)> = out.iter().map(|c| (c.name.to_string(), c.ty.clone())).collect();
    for (at, e) in defaults {
        let bound = Binder::new(env, None).standalone(&e, &visible)?;
        if let Some(c) = out.get(at) {
            cast(bound, &c.ty, &env.context)?;
        }
    }
    Ok(out)
}

/// Engines of ClickHouse that are refused by name; any other name is unknown.
const ENGINES: &[&str] = &[
    "AggregatingMergeTree",
    "AzureBlobStorage",
    "Buffer",
    "CoalescingMergeTree",
    "CollapsingMergeTree",
    "Dictionary",
    "Distributed",
    "EmbeddedRocksDB",
    "File",
    "GenerateRandom",
    "GraphiteMergeTree",
    "Join",
    "KeeperMap",
    "Kafka",
    "Log",
    "MaterializedView",
    "Memory",
    "Merge",
    "MySQL",
    "NATS",
    "Null",
    "PostgreSQL",
    "RabbitMQ",
    "ReplacingMergeTree",
    "ReplicatedAggregatingMergeTree",
    "ReplicatedCoalescingMergeTree",
    "ReplicatedCollapsingMergeTree",
    "ReplicatedGraphiteMergeTree",
    "ReplicatedReplacingMergeTree",
    "ReplicatedSummingMergeTree",
    "ReplicatedVersionedCollapsingMergeTree",
    "S3",
    "S3Queue",
    "Set",
    "SharedAggregatingMergeTree",
    "SharedReplacingMergeTree",
    "SharedSummingMergeTree",
    "StripeLog",
    "SummingMergeTree",
    "TimeSeries",
    "TinyLog",
    "URL",
    "VersionedCollapsingMergeTree",
    "View",
    "WindowView",
];

fn engine(e: Option<&ast::Engine>) -> Result<(Engine, Option<String>)> {
    let Some(e) = e else { return Ok((Engine::MergeTree, None)) };
    let engine = match e.name.as_str() {
        "MergeTree" => Engine::MergeTree,
        "ReplicatedMergeTree" => Engine::ReplicatedMergeTree,
        "SharedMergeTree" => Engine::SharedMergeTree,
        other if ENGINES.contains(&other) => return Err(Error::unsupported(format!("table engine {other}"))),
        other => return Err(Error::new(Code::UnknownStorage, format!("Unknown table engine {other}"))),
    };
    let args = e.args.as_ref().filter(|a| !a.is_empty());
    if engine == Engine::MergeTree && args.is_some() {
        return Err(Error::unsupported("arguments of engine MergeTree"));
    }
    Ok((engine, args.map(|a| a.iter().map(format_expr).collect::<Vec<_>>().join(", "))))
}

fn table_settings(changes: &[ast::SettingChange]) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for s in changes {
        if !TABLE_SETTINGS.contains(&s.name.as_str()) {
            let near = crate::bind::hint(&s.name, TABLE_SETTINGS.iter().copied());
            return Err(Error::new(
                Code::UnknownSetting,
                format!("Unknown setting '{}' of engine MergeTree{near}", s.name),
            ));
        }
        match &s.value {
            ast::SettingValue::Literal(l) => out.push((s.name.clone(), crate::engine::execute::setting_text(l))),
            ast::SettingValue::Default => {}
            _ => return Err(Error::unsupported(format!("setting {} that is no literal", s.name))),
        }
    }
    Ok(out)
}

/// The time of a table: the TTL's column, else the first time that partition or sort key read.
fn event_time(
    columns: &[ColumnDef],
    ttl: Option<ColumnId>,
    partition: &[ColumnId],
    sort: &[ColumnId],
) -> Option<ColumnId> {
    let time = |id: &ColumnId| columns.iter().find(|c| c.id == *id && !c.hidden && c.ty.is_temporal()).map(|c| c.id);
    let inside = |id: &ColumnId| {
        let text = columns.iter().find(|c| c.id == *id && c.hidden)?.default.as_deref()?;
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
        words
            .into_iter()
            .find_map(|w| columns.iter().find(|c| *c.name == *w && !c.hidden && c.ty.is_temporal()).map(|c| c.id))
    };
    ttl.or_else(|| partition.iter().find_map(time))
        .or_else(|| partition.iter().find_map(inside))
        .or_else(|| sort.iter().find_map(time))
        .or_else(|| sort.iter().find_map(inside))
}
