//! Tables of database `system`, made when they are asked for.
//!
//! Invariant: a query sees its own tenant's rows only (queries, processes, sizes of tables); names and types of columns are
//! ClickHouse's (checked with chDB 26.9), and a table that has nothing to say here is empty rather than missing.

mod catalog;
mod empty;
mod engine;
mod log;
mod names;

pub use log::{Counts, Log};

use crate::block::Block;
use olly_query::engine::{SystemContext, SystemTables};
use olly_types::{Error, Result, Type, Value};
use std::sync::Arc;

/// A metric of the server: name, value, description.
pub type Metric = (String, i64, String);

/// The provider of system tables.
pub struct Tables {
    pub(crate) log: Arc<Log>,
    metrics: Box<dyn Fn() -> Vec<Metric> + Send + Sync>,
}

impl Tables {
    /// Tables over a query log; `metrics` gives the server's gauges for `system.metrics`.
    pub fn new(log: Arc<Log>, metrics: impl Fn() -> Vec<Metric> + Send + Sync + 'static) -> Arc<Tables> {
        Arc::new(Tables { log, metrics: Box::new(metrics) })
    }
}

/// A table: its name, its columns as text (`name Type; …`), and its rows.
pub(crate) struct Table {
    pub name: &'static str,
    pub columns: &'static str,
    pub rows: fn(&Tables, &SystemContext<'_>) -> Result<Vec<Vec<Value>>>,
}

fn all() -> impl Iterator<Item = &'static Table> {
    catalog::TABLES.iter().chain(engine::TABLES).chain(names::TABLES).chain(empty::TABLES)
}

/// Columns of a table's text.
fn columns(text: &str) -> Result<Vec<(String, Type)>> {
    text.split("; ")
        .map(|c| {
            let (name, ty) = c.split_once(' ').unwrap_or((c, "String"));
            Ok((name.to_string(), Type::parse(ty)?))
        })
        .collect()
}

impl SystemTables for Tables {
    fn list(&self) -> Vec<String> {
        let mut names: Vec<String> = ["one", "numbers"].iter().map(|n| n.to_string()).collect();
        names.extend(all().map(|t| t.name.to_string()));
        names.sort();
        names
    }

    fn schema(&self, name: &str) -> Option<Vec<(String, Type)>> {
        all().find(|t| t.name == name).and_then(|t| columns(t.columns).ok())
    }

    fn rows(&self, name: &str, context: &SystemContext<'_>) -> Result<Block> {
        let Some(table) = all().find(|t| t.name == name) else {
            return Err(Error::new(olly_types::Code::UnknownTable, format!("Table system.{name} does not exist")));
        };
        let header = columns(table.columns)?;
        let rows = (table.rows)(self, context)?;
        let mut block = Block { columns: Vec::with_capacity(header.len()), rows: rows.len() };
        for (i, (name, ty)) in header.into_iter().enumerate() {
            let default = Value::default_of(&ty);
            let values: Vec<Value> =
                rows.iter().map(|r| r.get(i).cloned().unwrap_or_else(|| default.clone())).collect();
            let array = olly_types::value::array_of(&values, &ty)?;
            block.columns.push((name, ty, array));
        }
        Ok(block)
    }
}

/// Shorthands for rows.
pub(crate) fn s(text: impl AsRef<str>) -> Value {
    Value::bytes(text.as_ref().as_bytes())
}
pub(crate) fn u(n: impl Into<u64>) -> Value {
    Value::UInt(n.into())
}
pub(crate) fn flag(b: bool) -> Value {
    Value::UInt(u64::from(b))
}
/// A UUID of 128 bits in its carrier's order.
pub(crate) fn uuid(n: u128) -> Value {
    Value::bytes(olly_types::text::uuid_from_halves((n >> 64) as u64, n as u64))
}
/// Seconds of a time for DateTime.
pub(crate) fn seconds(t: olly_types::UnixNanos) -> Value {
    Value::UInt(t.0.div_euclid(1_000_000_000).clamp(0, i64::from(u32::MAX)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_columns_and_a_name_of_its_own() {
        let tables = Tables::new(Arc::default(), Vec::new);
        let names = tables.list();
        for pair in names.windows(2) {
            assert!(pair[0] < pair[1], "{} twice", pair[0]);
        }
        for t in all() {
            let columns = columns(t.columns).unwrap_or_else(|e| panic!("{}: {e}", t.name));
            for (i, (n, _)) in columns.iter().enumerate() {
                assert!(columns.iter().skip(i + 1).all(|(m, _)| m != n), "{}: {n} twice", t.name);
            }
        }
        assert!(tables.schema("nope").is_none());
    }
}
