//! A store in memory behind the ports, for tests and examples of this crate and those above it. It keeps batches in stored
//! form per table, knows no pruning (every granule is read) and makes everything visible at once.

use crate::engine::{Block, Engine, Facts, ProcessList, QueryLog, QueryRecord, Shared, SystemContext, SystemTables};
use arrow::array::{Array, ArrayRef, AsArray, UInt8Array, UInt64Array};
use async_trait::async_trait;
use olly_types::batch::to_carrier;
use olly_types::budget::Budget;
use olly_types::catalog::{CatalogCommand, CatalogEffect, Database};
use olly_types::port::*;
use olly_types::schema::TableSchema;
use olly_types::value::{array_of, value_at};
use olly_types::{Code, Error, RequestId, Result, TableId, TenantId, Type, UnixNanos, Value};
use parking_lot::RwLock;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

#[derive(Default)]
struct State {
    databases: BTreeMap<String, Arc<Database>>,
    tables: BTreeMap<(String, String), Arc<TableSchema>>,
    rows: BTreeMap<u32, Vec<(TenantId, olly_types::batch::Batch)>>,
    written: Vec<WriteBlock>,
    seen: HashSet<(u32, RequestId)>,
    next: u32,
}

/// The store.
#[derive(Default)]
pub struct FakeStore {
    state: RwLock<State>,
}

impl FakeStore {
    /// A store with database `default`.
    pub fn new() -> Arc<FakeStore> {
        let store = FakeStore::default();
        let db = Database { name: "default".into(), uuid: 1, comment: String::new() };
        store.state.write().databases.insert("default".into(), Arc::new(db));
        Arc::new(store)
    }
    /// All blocks that were stored, in order.
    pub fn written(&self) -> Vec<WriteBlock> {
        self.state.read().written.clone()
    }
}

impl CatalogView for FakeStore {
    fn databases(&self) -> Vec<Arc<Database>> {
        self.state.read().databases.values().cloned().collect()
    }
    fn database(&self, name: &str) -> Option<Arc<Database>> {
        self.state.read().databases.get(name).cloned()
    }
    fn tables(&self, database: &str) -> Vec<Arc<TableSchema>> {
        self.state.read().tables.iter().filter(|((d, _), _)| d == database).map(|(_, t)| Arc::clone(t)).collect()
    }
    fn table(&self, database: &str, name: &str) -> Option<Arc<TableSchema>> {
        self.state.read().tables.get(&(database.to_string(), name.to_string())).cloned()
    }
    fn table_by_id(&self, id: TableId) -> Option<Arc<TableSchema>> {
        self.state.read().tables.values().find(|t| t.id == id).cloned()
    }
    fn data_groups(&self) -> u32 {
        2
    }
}

#[async_trait]
impl Proposer for FakeStore {
    async fn write(&self, blocks: Vec<WriteBlock>, _: Patience<'_>) -> Result<Vec<Written>> {
        let mut state = self.state.write();
        let mut out = Vec::with_capacity(blocks.len());
        for block in blocks {
            if let Some(id) = block.id
                && !state.seen.insert((block.group.0, id))
            {
                out.push(Written::Duplicate);
                continue;
            }
            state.written.push(block.clone());
            for section in block.sections {
                state.rows.entry(section.table.0).or_default().push((block.tenant, section.batch));
            }
            out.push(Written::Stored);
        }
        Ok(out)
    }
    async fn ddl(&self, command: CatalogCommand) -> Result<CatalogEffect> {
        let mut state = self.state.write();
        match command {
            CatalogCommand::Initialize { .. } => Ok(CatalogEffect::None),
            CatalogCommand::CreateDatabase { name, uuid, if_not_exists, comment } => {
                if state.databases.contains_key(&*name) {
                    let text = format!("Database {name} already exists");
                    return if if_not_exists {
                        Ok(CatalogEffect::None)
                    } else {
                        Err(Error::new(Code::DatabaseAlreadyExists, text))
                    };
                }
                state.databases.insert(name.to_string(), Arc::new(Database { name, uuid, comment }));
                Ok(CatalogEffect::Database)
            }
            CatalogCommand::DropDatabase { name, if_exists } => {
                if state.databases.remove(&*name).is_none() && !if_exists {
                    return Err(Error::new(Code::UnknownDatabase, format!("Database {name} does not exist")));
                }
                state.tables.retain(|(d, _), _| **d != *name);
                Ok(CatalogEffect::Database)
            }
            CatalogCommand::CreateTable { mut table, if_not_exists } => {
                let key = (table.database.to_string(), table.name.to_string());
                if state.tables.contains_key(&key) {
                    let text = format!("Table {}.{} already exists", key.0, key.1);
                    return if if_not_exists {
                        Ok(CatalogEffect::None)
                    } else {
                        Err(Error::new(Code::TableAlreadyExists, text))
                    };
                }
                state.next += 1;
                table.id = TableId(state.next);
                let table: Arc<TableSchema> = Arc::from(table);
                state.tables.insert(key, Arc::clone(&table));
                Ok(CatalogEffect::Created(table))
            }
            CatalogCommand::DropTable { database, name, if_exists } => {
                match state.tables.remove(&(database.to_string(), name.to_string())) {
                    Some(t) => Ok(CatalogEffect::Dropped(vec![t.id])),
                    None if if_exists => Ok(CatalogEffect::None),
                    None => Err(Error::new(Code::UnknownTable, format!("Table {database}.{name} does not exist"))),
                }
            }
            CatalogCommand::AlterTable { table } => {
                let key = (table.database.to_string(), table.name.to_string());
                let table: Arc<TableSchema> = Arc::from(table);
                state.tables.insert(key, Arc::clone(&table));
                Ok(CatalogEffect::Altered(table))
            }
        }
    }
    async fn truncate(&self, table: TableId) -> Result<()> {
        self.state.write().rows.remove(&table.0);
        Ok(())
    }
    fn admission(&self) -> Result<()> {
        Ok(())
    }
}

impl SnapshotSource for FakeStore {
    fn snapshot(&self, tenant: TenantId, table: TableId) -> Result<Arc<dyn TableSnapshot>> {
        let state = self.state.read();
        let schema = state.tables.values().find(|t| t.id == table).cloned();
        let schema = schema.ok_or_else(|| Error::new(Code::UnknownTable, "table is gone"))?;
        let batches = state.rows.get(&table.0).into_iter().flatten();
        let batches = batches.filter(|(t, _)| *t == tenant).map(|(_, b)| b.clone()).collect();
        Ok(Arc::new(FakeSnapshot { schema, batches }))
    }
    fn parts(&self) -> Vec<PartInfo> {
        Vec::new()
    }
    fn totals(&self, tenant: TenantId, table: TableId) -> Option<(u64, u64)> {
        let state = self.state.read();
        let mine = state.rows.get(&table.0).into_iter().flatten().filter(|(t, _)| *t == tenant);
        Some(mine.fold((0, 0), |(r, b), (_, batch)| (r + batch.rows as u64, b + batch.memory_bytes())))
    }
}

struct FakeSnapshot {
    schema: Arc<TableSchema>,
    batches: Vec<olly_types::batch::Batch>,
}

struct FakeStream {
    schema: Arc<TableSchema>,
    columns: Vec<ScanColumn>,
    batches: std::vec::IntoIter<olly_types::batch::Batch>,
}

impl TableSnapshot for FakeSnapshot {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }
    fn exact_rows(&self) -> Option<u64> {
        Some(self.batches.iter().map(|b| b.rows as u64).sum())
    }
    fn plan(&self, _: &ScanRequest) -> Result<ScanPlan> {
        let rows = self.exact_rows().unwrap_or(0);
        Ok(ScanPlan { rows, ..ScanPlan::default() })
    }
    fn scan(&self, request: &ScanRequest, streams: usize) -> Result<Vec<Box<dyn ScanStream>>> {
        let mut parts: Vec<Vec<olly_types::batch::Batch>> = vec![Vec::new(); streams.max(1)];
        let n = parts.len();
        for (i, b) in self.batches.iter().enumerate() {
            if let Some(p) = parts.get_mut(i % n) {
                p.push(b.clone());
            }
        }
        Ok(parts
            .into_iter()
            .filter(|p| !p.is_empty())
            .map(|p| {
                Box::new(FakeStream {
                    schema: Arc::clone(&self.schema),
                    columns: request.columns.clone(),
                    batches: p.into_iter(),
                }) as Box<dyn ScanStream>
            })
            .collect())
    }
}

impl ScanStream for FakeStream {
    fn next_batch(&mut self) -> Result<Option<ScanBatch>> {
        let Some(batch) = self.batches.next() else { return Ok(None) };
        let mut arrays = Vec::with_capacity(self.columns.len());
        for c in &self.columns {
            let def = self.schema.column(c.column).ok_or_else(|| Error::new(Code::LogicalError, "no such column"))?;
            let whole = match batch.column(c.column) {
                Some(column) => to_carrier(&column.array, &def.ty)?,
                None => array_of(&vec![Value::default_of(&def.ty); batch.rows], &def.ty)?,
            };
            arrays.push(access(&whole, &def.ty, &c.access)?);
        }
        Ok(Some(ScanBatch { rows: batch.rows, arrays, read_bytes: 0 }))
    }
}

fn access(array: &ArrayRef, ty: &Type, access: &Access) -> Result<ArrayRef> {
    let values = || (0..array.len()).map(|i| value_at(array, i, ty)).collect::<Result<Vec<Value>>>();
    let pairs = |v: &Value| match v {
        Value::Map(p) => p.to_vec(),
        _ => Vec::new(),
    };
    Ok(match (access, ty) {
        (Access::Whole, _) => Arc::clone(array),
        (Access::MapValue(key), Type::Map(_, v)) => {
            let found: Vec<Value> = values()?
                .iter()
                .map(|m| {
                    let hit = pairs(m).into_iter().find(|(k, _)| k.as_bytes() == Some(key)).map(|(_, v)| v);
                    hit.unwrap_or_else(|| Value::default_of(v))
                })
                .collect();
            array_of(&found, v)?
        }
        (Access::MapContains(key), Type::Map(..)) => {
            let hits = values()?
                .iter()
                .map(|m| u8::from(pairs(m).iter().any(|(k, _)| k.as_bytes() == Some(key))))
                .collect::<Vec<u8>>();
            Arc::new(UInt8Array::from(hits))
        }
        (Access::MapKeys, Type::Map(k, _)) => {
            let keys: Vec<Value> =
                values()?.iter().map(|m| Value::Array(pairs(m).into_iter().map(|(k, _)| k).collect())).collect();
            array_of(&keys, &Type::Array(Arc::clone(k)))?
        }
        (Access::Size, Type::Map(..)) => {
            Arc::new(UInt64Array::from(values()?.iter().map(|m| pairs(m).len() as u64).collect::<Vec<u64>>()))
        }
        (Access::Size, _) => {
            let list = array.as_list_opt::<i32>().ok_or_else(|| Error::new(Code::LogicalError, "no list"))?;
            Arc::new(UInt64Array::from_iter_values((0..list.len()).map(|i| list.value_length(i) as u64)))
        }
        _ => return Err(Error::new(Code::LogicalError, "access does not fit the column")),
    })
}

struct NoSystem;
impl SystemTables for NoSystem {
    fn list(&self) -> Vec<String> {
        Vec::new()
    }
    fn schema(&self, _: &str) -> Option<Vec<(String, Type)>> {
        None
    }
    fn rows(&self, name: &str, _: &SystemContext<'_>) -> Result<Block> {
        Err(Error::new(Code::UnknownTable, format!("Table system.{name} does not exist")))
    }
}
impl QueryLog for NoSystem {
    fn record(&self, _: QueryRecord) {}
}

/// A clock that stands still.
pub struct StillClock(pub i64);
impl Clock for StillClock {
    fn now(&self) -> UnixNanos {
        UnixNanos(self.0)
    }
}

/// What surrounds a query of nobody's, over an empty store.
#[cfg(test)]
pub fn query_env(runtime: &tokio::runtime::Runtime, now: i64) -> Arc<crate::exec::QueryEnv> {
    let engine = engine(&FakeStore::new(), runtime.handle().clone(), std::env::temp_dir(), Arc::new(StillClock(now)));
    let tenant = olly_types::port::TenantCtx { tenant: olly_types::TenantId(0), user: "default".into() };
    Arc::new(crate::exec::QueryEnv::new(
        Arc::clone(engine.shared()),
        Arc::new(crate::engine::Session::new(tenant, "")),
        crate::engine::Settings::default(),
        crate::expr::empty_context(),
        std::collections::HashMap::new(),
        Vec::new(),
        Arc::default(),
        Arc::clone(&engine.shared().budget),
    ))
}

/// An engine over a store in memory. Spills go to `spill`.
pub fn engine(
    store: &Arc<FakeStore>,
    runtime: tokio::runtime::Handle,
    spill: std::path::PathBuf,
    clock: Arc<dyn Clock>,
) -> Engine {
    Engine::new(Shared {
        catalog: Arc::clone(store) as Arc<dyn CatalogView>,
        proposer: Arc::clone(store) as Arc<dyn Proposer>,
        snapshots: Arc::clone(store) as Arc<dyn SnapshotSource>,
        clock,
        budget: Budget::root(1 << 30),
        processes: Arc::new(ProcessList::default()),
        system: Arc::new(NoSystem),
        log: Arc::new(NoSystem),
        spill,
        runtime,
        facts: Facts {
            version: "25.8.1.1",
            host_name: "localhost".into(),
            started: UnixNanos(0),
            time_zone: "UTC".into(),
            threads: 2,
        },
    })
}
