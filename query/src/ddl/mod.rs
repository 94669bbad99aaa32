//! Data definition and the statements that describe it.

pub mod create;
mod keys;
mod kill;
mod show;
mod text;

use crate::bind::table::{find_table, unknown_table};
use crate::engine::execute::Outcome;
use crate::exec::QueryEnv;
use crate::sql::ast::{self, DropAction, ObjectKind, StatementKind};
use olly_types::catalog::CatalogCommand;
use olly_types::{Code, Error, Result};
use std::sync::Arc;

pub use text::{create_database_text, create_table_line, create_table_text, engine_full};

/// Runs a statement that is no query, INSERT, EXPLAIN, USE or SET.
pub fn statement(env: &Arc<QueryEnv>, kind: &StatementKind, readonly: impl Fn(&str) -> Result<()>) -> Result<Outcome> {
    match kind {
        StatementKind::CreateDatabase(c) => {
            readonly("CREATE DATABASE query")?;
            create_database(env, c)
        }
        StatementKind::CreateTable(c) => {
            readonly("CREATE TABLE query")?;
            create::create_table(env, c)
        }
        StatementKind::CreateView(v) => {
            Err(Error::unsupported(if v.materialized { "CREATE MATERIALIZED VIEW" } else { "CREATE VIEW" }))
        }
        StatementKind::Drop(d) => {
            readonly("DROP query")?;
            drop_objects(env, d)
        }
        StatementKind::Describe(d) => show::describe(env, d),
        StatementKind::Show(s) => show::show(env, s),
        StatementKind::Exists { kind, temporary, name } => show::exists(env, *kind, *temporary, name),
        StatementKind::Kill(k) => kill::kill(env, k),
        StatementKind::System(s) => match s.command.as_str() {
            // Logs are in memory and always up to date.
            "FLUSH LOGS" => Ok(Outcome::Done),
            other => Err(Error::unsupported(format!("SYSTEM {other}"))),
        },
        StatementKind::Undrop { .. } => Err(Error::unsupported("UNDROP TABLE")),
        StatementKind::Rename(r) => Err(Error::unsupported(if r.exchange { "EXCHANGE" } else { "RENAME" })),
        StatementKind::Alter(_) => Err(Error::unsupported("ALTER TABLE")),
        StatementKind::Optimize(_) => Err(Error::unsupported("OPTIMIZE TABLE")),
        StatementKind::Delete(_) => Err(Error::unsupported("DELETE")),
        StatementKind::Update(_) => Err(Error::unsupported("UPDATE")),
        StatementKind::Check { .. } => Err(Error::unsupported("CHECK TABLE")),
        StatementKind::Transaction { verb } => Err(Error::unsupported(format!("{verb} of transactions"))),
        StatementKind::Unsupported { name, .. } => Err(Error::unsupported(name)),
        _ => Err(Error::new(Code::LogicalError, "statement reached the wrong place")),
    }
}

/// Sends a change to the catalog and the data groups, and waits for it.
pub(crate) fn propose(env: &Arc<QueryEnv>, command: CatalogCommand) -> Result<olly_types::catalog::CatalogEffect> {
    env.cancel.check()?;
    env.shared.runtime.clone().block_on(env.shared.proposer.ddl(command))
}

fn not_on_cluster(on: &Option<ast::Ident>) -> Result<()> {
    match on {
        Some(_) => Err(Error::unsupported("ON CLUSTER")),
        None => Ok(()),
    }
}

fn create_database(env: &Arc<QueryEnv>, c: &ast::CreateDatabase) -> Result<Outcome> {
    not_on_cluster(&c.on_cluster)?;
    if let Some(e) = &c.engine
        && (!e.name.eq_ignore_ascii_case("Atomic") || e.args.as_ref().is_some_and(|a| !a.is_empty()))
    {
        return Err(Error::unsupported(format!("database engine {}", e.name)));
    }
    if let Some(s) = c.settings.first() {
        return Err(Error::new(Code::UnknownSetting, format!("Unknown database setting {}", s.name)));
    }
    let name = &c.name.value;
    if is_system(name) {
        if c.if_not_exists {
            return Ok(Outcome::Done);
        }
        return Err(Error::new(Code::DatabaseAlreadyExists, format!("Database {name} already exists")));
    }
    propose(
        env,
        CatalogCommand::CreateDatabase {
            name: name.as_str().into(),
            uuid: uuid::Uuid::new_v4().as_u128(),
            if_not_exists: c.if_not_exists,
            comment: c.comment.as_ref().map(|c| String::from_utf8_lossy(c).into_owned()).unwrap_or_default(),
        },
    )?;
    Ok(Outcome::Done)
}

pub(crate) fn is_system(name: &str) -> bool {
    name.eq_ignore_ascii_case("system") || name.eq_ignore_ascii_case("information_schema")
}

fn drop_objects(env: &Arc<QueryEnv>, d: &ast::DropStatement) -> Result<Outcome> {
    not_on_cluster(&d.on_cluster)?;
    if d.temporary {
        return Err(Error::unsupported("temporary tables"));
    }
    if d.permanently || d.action == DropAction::Detach {
        return Err(Error::unsupported("DETACH"));
    }
    if d.all_tables.is_some() {
        return Err(Error::unsupported("TRUNCATE ALL TABLES"));
    }
    for name in &d.names {
        match (d.kind, d.action) {
            (ObjectKind::Table, action) => {
                let db = name.database.as_ref().map_or_else(|| Arc::clone(&env.database), |d| d.value.as_str().into());
                if is_system(&db) {
                    return Err(Error::new(Code::TableIsReadOnly, "Tables of database system cannot be dropped"));
                }
                let found = env.shared.catalog.table(&db, &name.name.value);
                let Some(schema) = found else {
                    if d.if_exists {
                        continue;
                    }
                    return Err(unknown_table(env, &db, &name.name.value));
                };
                if d.if_empty {
                    let rows = env.shared.snapshots.totals(env.session.tenant.tenant, schema.id).map(|(rows, _)| rows);
                    if rows != Some(0) {
                        let text = format!("Table {db}.{} is not empty", name.name.value);
                        return Err(Error::new(Code::IncorrectQuery, text));
                    }
                }
                if action == DropAction::Truncate {
                    env.shared.runtime.clone().block_on(env.shared.proposer.truncate(schema.id))?;
                } else {
                    propose(
                        env,
                        CatalogCommand::DropTable {
                            database: db,
                            name: name.name.value.as_str().into(),
                            if_exists: d.if_exists,
                        },
                    )?;
                }
            }
            (ObjectKind::Database, DropAction::Drop) => {
                let db = &name.name.value;
                if is_system(db) {
                    return Err(Error::new(Code::TableIsReadOnly, format!("Database {db} cannot be dropped")));
                }
                propose(env, CatalogCommand::DropDatabase { name: db.as_str().into(), if_exists: d.if_exists })?;
            }
            (ObjectKind::View, _) if d.if_exists => find_no_view(env, name)?,
            (kind, action) => return Err(Error::unsupported(format!("{action:?} of {kind:?}").to_uppercase())),
        }
    }
    Ok(Outcome::Done)
}

/// `DROP VIEW IF EXISTS x`: there are no views, so only a table of that name is in the way.
fn find_no_view(env: &Arc<QueryEnv>, name: &ast::TableName) -> Result<()> {
    match find_table(env, name.database.as_ref().map(|d| d.value.as_str()), &name.name.value) {
        Ok(t) => Err(Error::new(Code::IncorrectQuery, format!("{}.{} is a table, not a view", t.database, t.name))),
        Err(_) => Ok(()),
    }
}
