//! A store in memory behind the ports: it encodes every block as a log entry, reads it back, keeps the rows, and knows
//! request ids it has seen.

use async_trait::async_trait;
use olly_ingest::{Config, LoopbackOnly, OtlpService, Retention, schema};
use olly_types::batch::to_carrier;
use olly_types::budget::Budget;
use olly_types::catalog::{CatalogCommand, CatalogEffect, Database};
use olly_types::command::{Command, Entry, Request, Schemas};
use olly_types::port::{CatalogView, Clock, Patience, Proposer, WriteBlock, Written};
use olly_types::value::value_at;
use olly_types::{Error, RequestId, Result, SchemaVersion, TableId, TableSchema, UnixNanos, Value, limits};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

/// 2026-06-01 00:00:00 UTC.
pub const NOW: i64 = 1_780_272_000_000_000_000;

#[derive(Default)]
pub struct Store {
    pub tables: Mutex<Vec<Arc<TableSchema>>>,
    pub blocks: Mutex<Vec<WriteBlock>>,
    seen: Mutex<HashSet<RequestId>>,
    /// Answers of `admission` and `write` while set.
    pub refuse: Mutex<Option<Error>>,
    pub fail_writes: Mutex<Option<Error>>,
}

pub struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> UnixNanos {
        UnixNanos(NOW)
    }
}

impl Schemas for Store {
    fn schema(&self, table: TableId, _: SchemaVersion) -> Option<Arc<TableSchema>> {
        self.table_by_id(table)
    }
}

impl CatalogView for Store {
    fn databases(&self) -> Vec<Arc<Database>> {
        Vec::new()
    }
    fn database(&self, _: &str) -> Option<Arc<Database>> {
        None
    }
    fn tables(&self, _: &str) -> Vec<Arc<TableSchema>> {
        self.tables.lock().unwrap().clone()
    }
    fn table(&self, _: &str, name: &str) -> Option<Arc<TableSchema>> {
        self.tables.lock().unwrap().iter().find(|t| &*t.name == name).cloned()
    }
    fn table_by_id(&self, id: TableId) -> Option<Arc<TableSchema>> {
        self.tables.lock().unwrap().iter().find(|t| t.id == id).cloned()
    }
    fn data_groups(&self) -> u32 {
        3
    }
}

#[async_trait]
impl Proposer for Store {
    async fn write(&self, blocks: Vec<WriteBlock>, _: Patience<'_>) -> Result<Vec<Written>> {
        if let Some(e) = self.fail_writes.lock().unwrap().clone() {
            return Err(e);
        }
        let mut out = Vec::new();
        for mut block in blocks {
            if !self.seen.lock().unwrap().insert(block.id.unwrap()) {
                out.push(Written::Duplicate);
                continue;
            }
            let request = Request { id: block.id, sections: block.sections, positions: vec![] };
            let command = Command::Write { requests: vec![request] };
            let entry = Entry { tenant: block.tenant, proposed_at: UnixNanos(NOW), command };
            let bytes = entry.encode(self).unwrap();
            let Command::Write { mut requests } = Entry::decode(&bytes, self).unwrap().command else { panic!() };
            block.sections = requests.pop().unwrap().sections;
            let rows: usize = block.sections.iter().map(|s| s.batch.rows).max().unwrap();
            assert!(bytes.len() as u64 <= limits::ENTRY_BYTES || rows == 1, "{} bytes, {rows} rows", bytes.len());
            self.blocks.lock().unwrap().push(block);
            out.push(Written::Stored);
        }
        Ok(out)
    }
    async fn ddl(&self, command: CatalogCommand) -> Result<CatalogEffect> {
        if let CatalogCommand::CreateTable { mut table, .. } = command {
            let mut tables = self.tables.lock().unwrap();
            table.id = TableId(tables.len() as u32 + 10);
            table.version = SchemaVersion(1);
            tables.push(Arc::from(table));
        }
        Ok(CatalogEffect::None)
    }
    async fn truncate(&self, _: TableId) -> Result<()> {
        Ok(())
    }
    fn admission(&self) -> Result<()> {
        match &*self.refuse.lock().unwrap() {
            Some(e) => Err(e.clone()),
            None => Ok(()),
        }
    }
}

/// A row: column name to value, hidden columns included.
pub type Row = BTreeMap<String, Value>;

impl Store {
    pub fn rows(&self, table: &str) -> Vec<Row> {
        let mut out = Vec::new();
        for block in self.blocks.lock().unwrap().iter() {
            for section in &block.sections {
                let schema = self.table_by_id(section.table).unwrap();
                if &*schema.name != table {
                    continue;
                }
                let mut rows = vec![Row::new(); section.batch.rows];
                for def in &schema.columns {
                    let column = section.batch.column(def.id).unwrap();
                    let carrier = to_carrier(&column.array, &def.ty).unwrap();
                    assert_eq!(carrier.data_type(), &def.ty.carrier(), "{}", def.name);
                    for (i, row) in rows.iter_mut().enumerate() {
                        row.insert(def.name.to_string(), value_at(&carrier, i, &def.ty).unwrap());
                    }
                }
                out.extend(rows);
            }
        }
        out
    }
}

pub fn text(value: &Value) -> String {
    match value {
        Value::Bytes(b) => String::from_utf8_lossy(b).into_owned(),
        Value::Map(pairs) => {
            pairs.iter().map(|(k, v)| format!("{}={}", text(k), text(v))).collect::<Vec<_>>().join(",")
        }
        Value::Array(a) => a.iter().map(text).collect::<Vec<_>>().join(";"),
        other => format!("{other:?}"),
    }
}

pub async fn service_with(budget: u64) -> (Arc<Store>, OtlpService) {
    let store = Arc::new(Store::default());
    olly_ingest::ensure_schema(&*store, &*store, &Retention::default()).await.unwrap();
    assert_eq!(store.tables.lock().unwrap().len(), schema::TABLES.len());
    let budget = Budget::root(budget);
    let service = OtlpService::new(
        store.clone(),
        store.clone(),
        budget,
        Arc::new(FixedClock),
        Arc::new(LoopbackOnly),
        Config::default(),
    );
    (store, service)
}

pub async fn service() -> (Arc<Store>, OtlpService) {
    service_with(1 << 30).await
}
