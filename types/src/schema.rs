//! What a table is: columns with stable ids, and keys as columns. Storage never sees an expression: those are evaluated at
//! the edge, and their values arrive as hidden columns (DESIGN D20).

use crate::ids::{ColumnId, SchemaVersion, TableId};
use crate::ty::Type;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a column gets its value when an INSERT does not give it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DefaultKind {
    /// The type's default value.
    #[default]
    None,
    Default,
    Materialized,
    Alias,
    Ephemeral,
}

impl DefaultKind {
    /// ClickHouse's word in DDL and in `system.columns.default_kind`.
    pub fn keyword(self) -> &'static str {
        match self {
            DefaultKind::None => "",
            DefaultKind::Default => "DEFAULT",
            DefaultKind::Materialized => "MATERIALIZED",
            DefaultKind::Alias => "ALIAS",
            DefaultKind::Ephemeral => "EPHEMERAL",
        }
    }
}

/// What a column means for telemetry. Rules and operators name roles, never tables or columns (DESIGN D7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    EventTime,
    Service,
    TraceId,
    SpanId,
    ParentSpanId,
    Body,
    Severity,
    ResourceAttributes,
    ScopeAttributes,
    RecordAttributes,
    MetricName,
    MetricValue,
    Duration,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDef {
    pub id: ColumnId,
    pub name: Arc<str>,
    pub ty: Type,
    #[serde(default)]
    pub default_kind: DefaultKind,
    /// Text of the DEFAULT, MATERIALIZED, ALIAS or EPHEMERAL expression, or of a hidden column's expression.
    #[serde(default)]
    pub default: Option<String>,
    /// Argument text of CODEC(…), recorded only.
    #[serde(default)]
    pub codec: Option<String>,
    #[serde(default)]
    pub comment: String,
    #[serde(default)]
    pub role: Option<Role>,
    /// Values of a key, TTL or partition expression: stored, but no part of `*`, DESCRIBE or INSERT.
    #[serde(default)]
    pub hidden: bool,
}

impl ColumnDef {
    /// A column that has a name and a type and nothing else; others are made from it.
    pub fn plain(id: u32, name: &str, ty: Type) -> ColumnDef {
        ColumnDef {
            id: ColumnId(id),
            name: name.into(),
            ty,
            default_kind: DefaultKind::None,
            default: None,
            codec: None,
            comment: String::new(),
            role: None,
            hidden: false,
        }
    }
    /// Whether the column is stored (ALIAS and EPHEMERAL ones are not).
    pub fn is_stored(&self) -> bool {
        !matches!(self.default_kind, DefaultKind::Alias | DefaultKind::Ephemeral)
    }
    /// Whether `SELECT *` shows it.
    pub fn in_asterisk(&self) -> bool {
        !self.hidden && matches!(self.default_kind, DefaultKind::None | DefaultKind::Default)
    }
    /// Whether an INSERT may give it.
    pub fn insertable(&self) -> bool {
        !self.hidden && !matches!(self.default_kind, DefaultKind::Materialized | DefaultKind::Alias)
    }
}

/// Table engines that have their semantics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Engine {
    MergeTree,
    ReplicatedMergeTree,
    SharedMergeTree,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Engine::MergeTree => "MergeTree",
            Engine::ReplicatedMergeTree => "ReplicatedMergeTree",
            Engine::SharedMergeTree => "SharedMergeTree",
        }
    }
    /// Whether identical blocks are stored once without a token (as ClickHouse's replicated tables do; DESIGN D22).
    pub fn deduplicates_blocks(self) -> bool {
        !matches!(self, Engine::MergeTree)
    }
}

/// When rows of a table expire: at the value of `column` (Date, DateTime or DateTime64) plus `seconds`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ttl {
    pub column: ColumnId,
    pub seconds: i64,
}

/// A table. Hidden columns follow the declared ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSchema {
    pub id: TableId,
    pub version: SchemaVersion,
    pub uuid: u128,
    pub database: Arc<str>,
    pub name: Arc<str>,
    pub engine: Engine,
    /// `engine_full`'s argument text, as written (replica paths and such; recorded only).
    #[serde(default)]
    pub engine_arguments: Option<String>,
    pub columns: Vec<ColumnDef>,
    /// Physical sort key inside a part, after the tenant: visible or hidden columns.
    pub sort_key: Vec<ColumnId>,
    /// Columns whose values name the partition; empty = one partition.
    #[serde(default)]
    pub partition_key: Vec<ColumnId>,
    /// The time by which parts are pruned and routed to tiers, if the table has one.
    #[serde(default)]
    pub event_time: Option<ColumnId>,
    /// Columns whose values choose the data group; empty = by request.
    #[serde(default)]
    pub routing: Vec<ColumnId>,
    #[serde(default)]
    pub ttl: Option<Ttl>,
    /// DDL texts, canonical, for SHOW CREATE and system.tables.
    #[serde(default)]
    pub sort_key_text: String,
    #[serde(default)]
    pub partition_key_text: String,
    #[serde(default)]
    pub primary_key_text: String,
    #[serde(default)]
    pub sampling_key_text: String,
    #[serde(default)]
    pub ttl_text: String,
    /// `SETTINGS` of the CREATE, in order.
    #[serde(default)]
    pub settings: Vec<(String, String)>,
    #[serde(default)]
    pub comment: String,
}

impl TableSchema {
    /// A MergeTree table that has columns and nothing else, in database `default`; others are made from it.
    pub fn plain(id: TableId, name: &str, columns: Vec<ColumnDef>) -> TableSchema {
        TableSchema {
            id,
            version: SchemaVersion(1),
            uuid: u128::from(id.0),
            database: "default".into(),
            name: name.into(),
            engine: Engine::MergeTree,
            engine_arguments: None,
            columns,
            sort_key: Vec::new(),
            partition_key: Vec::new(),
            event_time: None,
            routing: Vec::new(),
            ttl: None,
            sort_key_text: String::new(),
            partition_key_text: String::new(),
            primary_key_text: String::new(),
            sampling_key_text: String::new(),
            ttl_text: String::new(),
            settings: Vec::new(),
            comment: String::new(),
        }
    }
    pub fn column(&self, id: ColumnId) -> Option<&ColumnDef> {
        self.columns.iter().find(|c| c.id == id)
    }
    pub fn column_named(&self, name: &str) -> Option<&ColumnDef> {
        self.columns.iter().find(|c| &*c.name == name)
    }
    pub fn column_with_role(&self, role: Role) -> Option<&ColumnDef> {
        self.columns.iter().find(|c| c.role == Some(role))
    }
    /// Columns that parts and batches hold, in schema order.
    pub fn stored_columns(&self) -> impl Iterator<Item = &ColumnDef> {
        self.columns.iter().filter(|c| c.is_stored())
    }
    /// A value of the CREATE's SETTINGS.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}
