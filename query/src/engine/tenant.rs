//! One tenant's view of the catalog and of the write path (DESIGN D21).
//!
//! The catalog is one name space for the cluster. Tenant 0 has plain names; a database of any other tenant carries the
//! tenant in its name (`\x01<tenant>\x01name`), which is put on and taken off here and nowhere else. The tables that OTLP fills
//! are shared: each tenant sees them in `default` with its own rows, and only tenant 0, the operator, may drop or empty them.
//! Invariant: what leaves this view, errors included, names nothing of another tenant.

use super::Shared;
use async_trait::async_trait;
use olly_types::catalog::{CatalogCommand, CatalogEffect, Database, SHARED_DATABASE, SHARED_TABLES};
use olly_types::port::{CatalogView, Patience, Proposer, WriteBlock, Written};
use olly_types::schema::TableSchema;
use olly_types::{Code, Error, Result, SchemaVersion, TableId, TenantId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Opens and closes the tenant in a database's name.
const MARK: char = '\u{1}';
/// Renamed schemas kept; beyond it the map begins anew.
const RENAMED: usize = 10_000;

/// The catalog and the write path as one tenant may use them.
pub struct TenantView {
    tenant: TenantId,
    /// Before each database name of this tenant; empty for tenant 0.
    prefix: String,
    catalog: Arc<dyn CatalogView>,
    proposer: Arc<dyn Proposer>,
    /// Schemas with the tenant taken off their database's name.
    renamed: Mutex<HashMap<(TableId, SchemaVersion), Arc<TableSchema>>>,
}

impl TenantView {
    pub fn new(tenant: TenantId, catalog: Arc<dyn CatalogView>, proposer: Arc<dyn Proposer>) -> TenantView {
        let prefix = if tenant.0 == 0 { String::new() } else { format!("{MARK}{}{MARK}", tenant.0) };
        TenantView { tenant, prefix, catalog, proposer, renamed: Mutex::default() }
    }

    /// The shared parts of an engine as this tenant's queries get them.
    pub(super) fn of(tenant: TenantId, shared: &Shared) -> Shared {
        let view = Arc::new(TenantView::new(tenant, Arc::clone(&shared.catalog), Arc::clone(&shared.proposer)));
        let (catalog, proposer) = (Arc::clone(&view) as Arc<dyn CatalogView>, view as Arc<dyn Proposer>);
        Shared { catalog, proposer, ..shared.clone() }
    }

    fn operator(&self) -> bool {
        self.prefix.is_empty()
    }

    /// The catalog's name of a database of this tenant; None where no tenant may have such a name.
    fn full(&self, name: &str) -> Option<String> {
        (!name.starts_with(MARK)).then(|| format!("{}{name}", self.prefix))
    }

    fn own_name<'n>(&self, full: &'n str) -> Option<&'n str> {
        full.strip_prefix(&self.prefix).filter(|name| !name.starts_with(MARK))
    }

    fn is_shared(&self, database: &str, name: &str) -> bool {
        !self.operator() && database == SHARED_DATABASE && SHARED_TABLES.contains(&name)
    }

    /// A table as this tenant sees it, if it does.
    fn seen(&self, table: Arc<TableSchema>) -> Option<Arc<TableSchema>> {
        if self.is_shared(&table.database, &table.name) {
            return Some(table);
        }
        let name = self.own_name(&table.database)?;
        if self.operator() {
            return Some(table);
        }
        let key = (table.id, table.version);
        let mut renamed = self.renamed.lock();
        if renamed.len() >= RENAMED {
            renamed.clear();
        }
        let seen = renamed.entry(key).or_insert_with(|| {
            let database = name.into();
            Arc::new(TableSchema { database, ..(*table).clone() })
        });
        Some(Arc::clone(seen))
    }

    fn strip(&self, e: Error) -> Error {
        if self.operator() {
            return e;
        }
        Error { message: e.message.replace(&self.prefix, ""), ..e }
    }

    fn denied(&self, what: &str, database: &str, name: &str) -> Error {
        let text =
            format!("Not enough privileges. {database}.{name} is shared by all tenants: only tenant 0 may {what} it");
        Error::new(Code::AccessDenied, text)
    }

    /// A database's full name, or why there can be none.
    fn named(&self, name: &str) -> Result<Arc<str>> {
        let full = self.full(name).map(Arc::from);
        full.ok_or_else(|| {
            Error::new(Code::BadArguments, "A database's name must not begin with the control character 1")
        })
    }

    /// The command in the catalog's names.
    async fn full_command(&self, command: CatalogCommand) -> Result<CatalogCommand> {
        Ok(match command {
            CatalogCommand::Initialize { .. } => {
                return Err(Error::new(Code::LogicalError, "A query cannot initialize a cluster"));
            }
            CatalogCommand::CreateDatabase { name, uuid, if_not_exists, comment } => {
                if !self.operator() && *name == *SHARED_DATABASE {
                    if if_not_exists {
                        return Ok(CatalogCommand::CreateDatabase { name, uuid, if_not_exists, comment });
                    }
                    return Err(Error::new(Code::DatabaseAlreadyExists, format!("Database {name} already exists")));
                }
                CatalogCommand::CreateDatabase { name: self.named(&name)?, uuid, if_not_exists, comment }
            }
            CatalogCommand::DropDatabase { name, if_exists } => {
                if !self.operator() && *name == *SHARED_DATABASE {
                    let text = format!("Not enough privileges. Database {name} is shared by all tenants");
                    return Err(Error::new(Code::AccessDenied, text));
                }
                CatalogCommand::DropDatabase { name: self.named(&name)?, if_exists }
            }
            CatalogCommand::CreateTable { mut table, if_not_exists } => {
                if self.is_shared(&table.database, &table.name) {
                    return Err(self.denied("make", &table.database, &table.name));
                }
                if !self.operator() && *table.database == *SHARED_DATABASE {
                    self.make_default().await?;
                }
                table.database = self.named(&table.database)?;
                CatalogCommand::CreateTable { table, if_not_exists }
            }
            CatalogCommand::DropTable { database, name, if_exists } => {
                if self.is_shared(&database, &name) {
                    return Err(self.denied("drop", &database, &name));
                }
                CatalogCommand::DropTable { database: self.named(&database)?, name, if_exists }
            }
            CatalogCommand::AlterTable { mut table } => {
                if self.is_shared(&table.database, &table.name) {
                    return Err(self.denied("alter", &table.database, &table.name));
                }
                table.database = self.named(&table.database)?;
                CatalogCommand::AlterTable { table }
            }
        })
    }

    /// A tenant's own tables in `default` stand in a database that is made with the first of them.
    async fn make_default(&self) -> Result<()> {
        let name = self.named(SHARED_DATABASE)?;
        if self.catalog.database(&name).is_none() {
            let uuid = uuid::Uuid::new_v4().as_u128();
            let command = CatalogCommand::CreateDatabase { name, uuid, if_not_exists: true, comment: String::new() };
            self.proposer.ddl(command).await?;
        }
        Ok(())
    }
}

impl CatalogView for TenantView {
    fn databases(&self) -> Vec<Arc<Database>> {
        let shared = (!self.operator()).then(|| self.catalog.database(SHARED_DATABASE)).flatten();
        let own = self.catalog.databases().into_iter().filter_map(|d| match self.own_name(&d.name) {
            Some(_) if self.operator() => Some(d),
            Some(SHARED_DATABASE) | None => None,
            Some(name) => Some(Arc::new(Database { name: name.into(), uuid: d.uuid, comment: d.comment.clone() })),
        });
        shared.into_iter().chain(own).collect()
    }

    fn database(&self, name: &str) -> Option<Arc<Database>> {
        if self.operator() || name == SHARED_DATABASE {
            return (!name.starts_with(MARK)).then(|| self.catalog.database(name)).flatten();
        }
        let found = self.catalog.database(&self.full(name)?)?;
        Some(Arc::new(Database { name: name.into(), uuid: found.uuid, comment: found.comment.clone() }))
    }

    fn tables(&self, database: &str) -> Vec<Arc<TableSchema>> {
        let Some(full) = self.full(database) else { return Vec::new() };
        let mut all: Vec<_> = self.catalog.tables(&full).into_iter().filter_map(|t| self.seen(t)).collect();
        if !self.operator() && database == SHARED_DATABASE {
            let shared = self.catalog.tables(SHARED_DATABASE);
            all.extend(shared.into_iter().filter(|t| self.is_shared(&t.database, &t.name)));
            all.sort_by(|a, b| a.name.cmp(&b.name));
        }
        all
    }

    fn table(&self, database: &str, name: &str) -> Option<Arc<TableSchema>> {
        if self.is_shared(database, name) {
            return self.catalog.table(database, name);
        }
        self.catalog.table(&self.full(database)?, name).and_then(|t| self.seen(t))
    }

    fn table_by_id(&self, id: TableId) -> Option<Arc<TableSchema>> {
        self.catalog.table_by_id(id).and_then(|t| self.seen(t))
    }

    fn data_groups(&self) -> u32 {
        self.catalog.data_groups()
    }
}

#[async_trait]
impl Proposer for TenantView {
    async fn write(&self, blocks: Vec<WriteBlock>, patience: Patience<'_>) -> Result<Vec<Written>> {
        if blocks.iter().any(|b| b.tenant != self.tenant) {
            return Err(Error::new(Code::LogicalError, "A block of another tenant"));
        }
        self.proposer.write(blocks, patience).await.map_err(|e| self.strip(e))
    }

    async fn ddl(&self, command: CatalogCommand) -> Result<CatalogEffect> {
        let command = self.full_command(command).await?;
        Ok(match self.proposer.ddl(command).await.map_err(|e| self.strip(e))? {
            CatalogEffect::Created(table) => self.seen(table).map_or(CatalogEffect::None, CatalogEffect::Created),
            CatalogEffect::Altered(table) => self.seen(table).map_or(CatalogEffect::None, CatalogEffect::Altered),
            effect => effect,
        })
    }

    async fn truncate(&self, table: TableId) -> Result<()> {
        let Some(schema) = self.table_by_id(table) else {
            return Err(Error::new(Code::UnknownTable, format!("Table with id {table} does not exist")));
        };
        if self.is_shared(&schema.database, &schema.name) {
            return Err(self.denied("empty", &schema.database, &schema.name));
        }
        self.proposer.truncate(table).await.map_err(|e| self.strip(e))
    }

    fn admission(&self) -> Result<()> {
        self.proposer.admission()
    }
}
