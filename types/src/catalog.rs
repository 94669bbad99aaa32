//! Commands of the cluster's catalog and what they answer; the state machine itself is the `catalog` crate.

use crate::ids::TableId;
use crate::schema::TableSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The database that every tenant has, with the tables that OTLP fills.
pub const SHARED_DATABASE: &str = "default";

/// Tables of [`SHARED_DATABASE`] that OTLP fills: one physical table each for all tenants, who see their own rows (DESIGN D10,
/// D21).
pub const SHARED_TABLES: &[&str] = &[
    "otel_logs",
    "otel_traces",
    "otel_traces_trace_id_ts",
    "otel_metrics_gauge",
    "otel_metrics_sum",
    "otel_metrics_histogram",
    "otel_metrics_exponential_histogram",
    "otel_metrics_summary",
];

/// A database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Database {
    pub name: Arc<str>,
    pub uuid: u128,
    #[serde(default)]
    pub comment: String,
}

/// A change of the catalog. Names are checked by the state machine, ids are given by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CatalogCommand {
    /// First command of a cluster: fixes the number of data groups (DESIGN D21).
    Initialize {
        cluster: u128,
        data_groups: u32,
    },
    CreateDatabase {
        name: Arc<str>,
        uuid: u128,
        if_not_exists: bool,
        comment: String,
    },
    DropDatabase {
        name: Arc<str>,
        if_exists: bool,
    },
    /// `table.id` and `table.version` are ignored and given by the catalog.
    CreateTable {
        table: Box<TableSchema>,
        if_not_exists: bool,
    },
    DropTable {
        database: Arc<str>,
        name: Arc<str>,
        if_exists: bool,
    },
    /// Replaces the schema of an existing table; `table.version` must be the present one plus one.
    AlterTable {
        table: Box<TableSchema>,
    },
}

/// What a catalog command did; the data groups are told next (DESIGN D20).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CatalogEffect {
    /// Nothing changed (IF [NOT] EXISTS).
    None,
    Created(Arc<TableSchema>),
    Altered(Arc<TableSchema>),
    Dropped(Vec<TableId>),
    Database,
}
