//! The state and what each command does to it.
//!
//! Invariant: every table's database exists; a table id is given once; a refused command changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use olly_types::catalog::{CatalogCommand, CatalogEffect, Database};
use olly_types::hash::content_hash;
use olly_types::{Code, Error, Result, SchemaVersion, TableId, TableSchema};
use serde::{Deserialize, Serialize};

use crate::check;

/// The database that exists from the start.
pub const DEFAULT_DATABASE: &str = "default";
/// Databases that the server answers itself: nothing can be created in them, and they cannot be dropped.
pub const RESERVED_DATABASES: &[&str] = &["system", "information_schema", "INFORMATION_SCHEMA"];

/// The catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogState {
    /// Identity of the cluster; None before `Initialize`.
    cluster: Option<u128>,
    /// Number of data groups.
    data_groups: u32,
    /// The id that the next table gets.
    next_table: u32,
    databases: BTreeMap<Arc<str>, Arc<Database>>,
    tables: BTreeMap<TableId, Arc<TableSchema>>,
    /// The smallest column id that was never used, by table.
    next_column: BTreeMap<TableId, u32>,
    /// Tables by database and name; made from `tables`, so not written.
    #[serde(skip)]
    names: BTreeMap<(Arc<str>, Arc<str>), TableId>,
}

impl CatalogState {
    /// The cluster's identity; None before the first command.
    pub fn cluster(&self) -> Option<u128> {
        self.cluster
    }

    /// Number of data groups; their ids are 1..=n. 0 before the first command.
    pub fn data_groups(&self) -> u32 {
        self.data_groups
    }

    /// All databases, by name.
    pub fn databases(&self) -> impl Iterator<Item = &Arc<Database>> {
        self.databases.values()
    }

    /// A database.
    pub fn database(&self, name: &str) -> Option<&Arc<Database>> {
        self.databases.get(name)
    }

    /// Tables of a database, by name.
    pub fn tables_in(&self, database: &str) -> impl Iterator<Item = &Arc<TableSchema>> {
        let first = (Arc::from(database), Arc::from(""));
        let database = Arc::clone(&first.0);
        self.names
            .range(first..)
            .take_while(move |((d, _), _)| *d == database)
            .filter_map(|(_, id)| self.tables.get(id))
    }

    /// A table by name.
    pub fn table(&self, database: &str, name: &str) -> Option<&Arc<TableSchema>> {
        self.tables.get(self.names.get(&(Arc::from(database), Arc::from(name)))?)
    }

    /// A table by id.
    pub fn table_by_id(&self, id: TableId) -> Option<&Arc<TableSchema>> {
        self.tables.get(&id)
    }

    /// All tables, by id.
    pub fn tables(&self) -> impl Iterator<Item = &Arc<TableSchema>> {
        self.tables.values()
    }

    /// Applies a command. Errors carry ClickHouse's codes; the state is unchanged then.
    pub fn apply(&mut self, command: &CatalogCommand) -> Result<CatalogEffect> {
        match command {
            CatalogCommand::Initialize { cluster, data_groups } => self.initialize(*cluster, *data_groups),
            _ if self.cluster.is_none() => Err(Error::new(Code::LogicalError, "The catalog is not initialized")),
            CatalogCommand::CreateDatabase { name, uuid, if_not_exists, comment } => {
                self.create_database(name, *uuid, *if_not_exists, comment)
            }
            CatalogCommand::DropDatabase { name, if_exists } => self.drop_database(name, *if_exists),
            CatalogCommand::CreateTable { table, if_not_exists } => self.create_table(table, *if_not_exists),
            CatalogCommand::DropTable { database, name, if_exists } => self.drop_table(database, name, *if_exists),
            CatalogCommand::AlterTable { table } => self.alter_table(table),
        }
    }

    fn initialize(&mut self, cluster: u128, data_groups: u32) -> Result<CatalogEffect> {
        if let Some(present) = self.cluster {
            if present == cluster && self.data_groups == data_groups {
                return Ok(CatalogEffect::None);
            }
            let message = format!("The catalog is initialized already, as cluster {present:032x}");
            return Err(Error::new(Code::BadArguments, message));
        }
        // A node has at most 16 groups, the catalog's included (DESIGN D3).
        if !(1..=15).contains(&data_groups) {
            return Err(Error::new(Code::BadArguments, format!("{data_groups} data groups, 1 to 15 are possible")));
        }
        self.cluster = Some(cluster);
        self.data_groups = data_groups;
        self.next_table = 1;
        let name: Arc<str> = DEFAULT_DATABASE.into();
        let uuid = content_hash(format!("{cluster:032x}/{name}").as_bytes());
        self.databases.insert(name.clone(), Arc::new(Database { name, uuid, comment: String::new() }));
        Ok(CatalogEffect::Database)
    }

    fn create_database(
        &mut self,
        name: &Arc<str>,
        uuid: u128,
        if_not_exists: bool,
        comment: &str,
    ) -> Result<CatalogEffect> {
        check::name("database", name)?;
        if self.databases.contains_key(name) || RESERVED_DATABASES.contains(&&**name) {
            if if_not_exists {
                return Ok(CatalogEffect::None);
            }
            return Err(Error::new(Code::DatabaseAlreadyExists, format!("Database {name} already exists")));
        }
        let database = Database { name: name.clone(), uuid, comment: comment.to_string() };
        self.databases.insert(name.clone(), Arc::new(database));
        Ok(CatalogEffect::Database)
    }

    fn drop_database(&mut self, name: &Arc<str>, if_exists: bool) -> Result<CatalogEffect> {
        refuse_reserved(name)?;
        if self.databases.remove(name).is_none() {
            return if if_exists { Ok(CatalogEffect::None) } else { Err(unknown_database(name)) };
        }
        let gone: Vec<TableId> = self.tables.values().filter(|t| t.database == *name).map(|t| t.id).collect();
        for id in &gone {
            self.forget(*id);
        }
        Ok(if gone.is_empty() { CatalogEffect::Database } else { CatalogEffect::Dropped(gone) })
    }

    fn create_table(&mut self, wanted: &TableSchema, if_not_exists: bool) -> Result<CatalogEffect> {
        refuse_reserved(&wanted.database)?;
        if !self.databases.contains_key(&wanted.database) {
            return Err(unknown_database(&wanted.database));
        }
        if self.table(&wanted.database, &wanted.name).is_some() {
            if if_not_exists {
                return Ok(CatalogEffect::None);
            }
            return Err(table_exists(wanted));
        }
        check::schema(wanted)?;
        let id = TableId(self.next_table);
        let Some(next) = self.next_table.checked_add(1) else {
            return Err(Error::new(Code::LimitExceeded, "No table ids are left"));
        };
        self.next_table = next;
        let table = Arc::new(TableSchema { id, version: SchemaVersion(1), ..wanted.clone() });
        self.next_column.insert(id, check::columns_end(&table));
        self.names.insert((table.database.clone(), table.name.clone()), id);
        self.tables.insert(id, table.clone());
        Ok(CatalogEffect::Created(table))
    }

    fn drop_table(&mut self, database: &Arc<str>, name: &Arc<str>, if_exists: bool) -> Result<CatalogEffect> {
        refuse_reserved(database)?;
        if !self.databases.contains_key(database) {
            return if if_exists { Ok(CatalogEffect::None) } else { Err(unknown_database(database)) };
        }
        match self.table(database, name).map(|t| t.id) {
            Some(id) => {
                self.forget(id);
                Ok(CatalogEffect::Dropped(vec![id]))
            }
            None if if_exists => Ok(CatalogEffect::None),
            None => Err(unknown_table(database, name)),
        }
    }

    fn alter_table(&mut self, wanted: &TableSchema) -> Result<CatalogEffect> {
        let Some(present) = self.tables.get(&wanted.id).cloned() else {
            return Err(unknown_table(&wanted.database, &wanted.name));
        };
        refuse_reserved(&wanted.database)?;
        if wanted.version.0 != present.version.0.wrapping_add(1) {
            let message = format!(
                "Table {}.{} was altered meanwhile: version {} is given, {} is present",
                present.database, present.name, wanted.version, present.version
            );
            return Err(Error::retry(Code::Aborted, message));
        }
        let renamed = wanted.database != present.database || wanted.name != present.name;
        if renamed {
            if !self.databases.contains_key(&wanted.database) {
                return Err(unknown_database(&wanted.database));
            }
            if self.table(&wanted.database, &wanted.name).is_some() {
                return Err(table_exists(wanted));
            }
        }
        check::schema(wanted)?;
        let unused = self.next_column.get(&wanted.id).copied().unwrap_or(0);
        check::alteration(&present, wanted, unused)?;
        let table = Arc::new(wanted.clone());
        self.names.remove(&(present.database.clone(), present.name.clone()));
        self.names.insert((table.database.clone(), table.name.clone()), table.id);
        self.next_column.insert(table.id, unused.max(check::columns_end(&table)));
        self.tables.insert(table.id, table.clone());
        Ok(CatalogEffect::Altered(table))
    }

    fn forget(&mut self, id: TableId) {
        if let Some(table) = self.tables.remove(&id) {
            self.names.remove(&(table.database.clone(), table.name.clone()));
        }
        self.next_column.remove(&id);
    }

    /// Makes what is not written, and checks what was read. An error says what is wrong.
    pub(crate) fn restore(&mut self) -> Result<(), String> {
        if self.cluster.is_none() {
            let empty = self.databases.is_empty() && self.tables.is_empty() && self.next_column.is_empty();
            return if empty && self.data_groups == 0 && self.next_table == 0 {
                Ok(())
            } else {
                Err("content without a cluster".to_string())
            };
        }
        if !(1..=15).contains(&self.data_groups) {
            return Err(format!("{} data groups", self.data_groups));
        }
        for (name, database) in &self.databases {
            if *name != database.name {
                return Err(format!("database {} under the name {name}", database.name));
            }
        }
        self.names.clear();
        for (id, table) in &self.tables {
            let named = format!("table {}.{}", table.database, table.name);
            if *id != table.id || id.0 >= self.next_table {
                return Err(format!("{named} has id {} under {id}, the next is {}", table.id, self.next_table));
            }
            if !self.databases.contains_key(&table.database) {
                return Err(format!("{named} has no database"));
            }
            check::schema(table).map_err(|e| format!("{named}: {}", e.message))?;
            if self.next_column.get(id).is_none_or(|next| *next < check::columns_end(table)) {
                return Err(format!("{named} has columns beyond its next column id"));
            }
            if self.names.insert((table.database.clone(), table.name.clone()), *id).is_some() {
                return Err(format!("{named} is there twice"));
            }
        }
        if self.next_column.len() != self.tables.len() {
            return Err("next column ids of tables that do not exist".to_string());
        }
        Ok(())
    }
}

fn refuse_reserved(database: &str) -> Result<()> {
    if RESERVED_DATABASES.contains(&database) {
        return Err(Error::new(Code::AccessDenied, format!("Database {database} is read-only")));
    }
    Ok(())
}

fn unknown_database(name: &str) -> Error {
    Error::new(Code::UnknownDatabase, format!("Database {name} does not exist"))
}

fn unknown_table(database: &str, name: &str) -> Error {
    Error::new(Code::UnknownTable, format!("Table {database}.{name} does not exist"))
}

fn table_exists(t: &TableSchema) -> Error {
    Error::new(Code::TableAlreadyExists, format!("Table {}.{} already exists", t.database, t.name))
}
