//! Syntax tree of data definition: CREATE, ALTER, DROP, RENAME and their parts.

use super::ast::*;

/// `CREATE DATABASE [IF NOT EXISTS] db [ON CLUSTER c] [ENGINE = e] [SETTINGS …] [COMMENT '…']`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateDatabase {
    pub if_not_exists: bool,
    pub name: Ident,
    pub on_cluster: Option<Ident>,
    pub engine: Option<Engine>,
    pub settings: Vec<SettingChange>,
    pub comment: Option<Vec<u8>>,
}

/// `CREATE [OR REPLACE] [TEMPORARY] TABLE …`, also `REPLACE TABLE` and `ATTACH TABLE`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    pub attach: bool,
    /// `CREATE OR REPLACE`
    pub or_replace: bool,
    /// `REPLACE TABLE` (the table has to exist)
    pub replace: bool,
    pub temporary: bool,
    pub if_not_exists: bool,
    pub name: TableName,
    pub uuid: Option<Vec<u8>>,
    pub on_cluster: Option<Ident>,
    /// `None` if there is no list in parentheses.
    pub elements: Option<TableElements>,
    pub source: CreateSource,
    pub storage: Storage,
    pub comment: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CreateSource {
    None,
    /// `[CLONE] AS [db.]t`
    Table {
        name: TableName,
        clone: bool,
    },
    /// `AS numbers(10)`
    Function(FunctionCall),
    /// `[EMPTY] AS SELECT …`
    Query {
        query: Query,
        empty: bool,
    },
}

/// What stands in the parentheses after the table's name, by kind, each in the order written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableElements {
    pub columns: Vec<ColumnDef>,
    pub indexes: Vec<IndexDef>,
    pub projections: Vec<ProjectionDef>,
    pub constraints: Vec<ConstraintDef>,
    /// `PRIMARY KEY (…)` among the columns.
    pub primary_key: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// May hold dots: `Events.Name`.
    pub name: Ident,
    pub data_type: Option<TypeName>,
    /// `NULL` (true), `NOT NULL` (false)
    pub nullable: Option<bool>,
    pub default: Option<ColumnDefault>,
    pub comment: Option<Vec<u8>>,
    /// Each a call without or with arguments: `Delta(8)`, `ZSTD(1)`.
    pub codec: Option<Vec<Expr>>,
    pub statistics: Option<Vec<Expr>>,
    pub ttl: Option<Expr>,
    pub collate: Option<Ident>,
    pub settings: Vec<SettingChange>,
    /// `x UInt8 PRIMARY KEY`
    pub primary_key: bool,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefault {
    pub kind: DefaultKind,
    /// `None` only for EPHEMERAL.
    pub expr: Option<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultKind {
    Default,
    Materialized,
    Alias,
    Ephemeral,
    /// `AUTO_INCREMENT`, which ClickHouse parses and refuses.
    AutoIncrement,
}

/// `INDEX name expr TYPE type(args) GRANULARITY n`
#[derive(Debug, Clone, PartialEq)]
pub struct IndexDef {
    pub name: Ident,
    pub expr: Expr,
    pub index_type: Option<FunctionCall>,
    pub granularity: Option<u64>,
    pub span: Span,
}

/// `PROJECTION name (SELECT … [GROUP BY …] [ORDER BY …])`
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionDef {
    pub name: Ident,
    pub query: Box<Select>,
    pub span: Span,
}

/// `CONSTRAINT name CHECK expr`, `… ASSUME expr`
#[derive(Debug, Clone, PartialEq)]
pub struct ConstraintDef {
    pub name: Ident,
    pub assume: bool,
    pub expr: Expr,
    pub span: Span,
}

/// `ENGINE = name[(args)]`
#[derive(Debug, Clone, PartialEq)]
pub struct Engine {
    pub name: String,
    pub args: Option<Vec<Expr>>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Storage {
    pub engine: Option<Engine>,
    pub partition_by: Option<Expr>,
    pub primary_key: Option<Expr>,
    /// `tuple()` for `ORDER BY ()`.
    pub order_by: Option<Expr>,
    pub sample_by: Option<Expr>,
    pub ttl: Vec<TtlElement>,
    pub settings: Vec<SettingChange>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TtlElement {
    pub expr: Expr,
    pub action: TtlAction,
    pub filter: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TtlAction {
    Delete,
    ToDisk(Vec<u8>),
    ToVolume(Vec<u8>),
    Recompress(Vec<Expr>),
    GroupBy { keys: Vec<Expr>, set: Vec<(Ident, Expr)> },
}

/// `CREATE [OR REPLACE] [MATERIALIZED] VIEW …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    pub attach: bool,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub materialized: bool,
    pub temporary: bool,
    pub name: TableName,
    pub uuid: Option<Vec<u8>>,
    pub on_cluster: Option<Ident>,
    /// `TO db.t`
    pub to: Option<TableName>,
    pub elements: Option<TableElements>,
    /// `CREATE VIEW v (a, b) AS …`: names only.
    pub column_names: Vec<Ident>,
    pub storage: Storage,
    pub populate: bool,
    pub empty: bool,
    /// `REFRESH …`: the clause's text; such views are named so that they can be refused.
    pub refresh: Option<String>,
    /// `DEFINER = …`, `SQL SECURITY …`: text.
    pub sql_security: Option<String>,
    pub query: Query,
    pub comment: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    Table,
    View,
    Database,
    Dictionary,
    Function,
    NamedCollection,
    User,
    Role,
    Quota,
    RowPolicy,
    SettingsProfile,
    /// `EXISTS x`, `TRUNCATE x` without a kind is a table; this is `INDEX` in DROP INDEX … ON t.
    Index,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropAction {
    Drop,
    Detach,
    Truncate,
}

/// `DROP|DETACH|TRUNCATE [TEMPORARY] kind [IF EXISTS] [IF EMPTY] names [ON CLUSTER c] [PERMANENTLY] [SYNC]`
#[derive(Debug, Clone, PartialEq)]
pub struct DropStatement {
    pub action: DropAction,
    pub kind: ObjectKind,
    pub temporary: bool,
    pub if_exists: bool,
    pub if_empty: bool,
    /// A database is a name without a database. More than one: `DROP TABLE a, b`.
    pub names: Vec<TableName>,
    pub on_cluster: Option<Ident>,
    pub permanently: bool,
    pub sync: bool,
    /// `TRUNCATE ALL TABLES FROM db [LIKE …]`
    pub all_tables: Option<Option<LikeFilter>>,
}

/// `RENAME TABLE a TO b, …`; `EXCHANGE TABLES a AND b`
#[derive(Debug, Clone, PartialEq)]
pub struct RenameStatement {
    pub kind: ObjectKind,
    pub exchange: bool,
    pub if_exists: bool,
    pub pairs: Vec<(TableName, TableName)>,
    pub on_cluster: Option<Ident>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    pub temporary: bool,
    pub name: TableName,
    pub on_cluster: Option<Ident>,
    pub commands: Vec<AlterCommand>,
}

/// `FIRST` or `AFTER column`
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnPosition {
    First,
    After(Ident),
}

/// A partition as named by a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Partition {
    /// `PARTITION expr`
    Expr(Expr),
    /// `PARTITION ID '…'`
    Id(Vec<u8>),
    /// `PARTITION ALL`
    All,
    /// `PART '…'`
    Part(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum AlterCommand {
    AddColumn {
        if_not_exists: bool,
        column: ColumnDef,
        position: Option<ColumnPosition>,
    },
    DropColumn {
        if_exists: bool,
        column: Ident,
    },
    ClearColumn {
        if_exists: bool,
        column: Ident,
        partition: Option<Partition>,
    },
    ModifyColumn {
        if_exists: bool,
        column: ColumnDef,
        position: Option<ColumnPosition>,
    },
    /// `MODIFY COLUMN x REMOVE DEFAULT|…`
    ModifyColumnRemove {
        if_exists: bool,
        column: Ident,
        property: String,
    },
    ModifyColumnSetting {
        if_exists: bool,
        column: Ident,
        settings: Vec<SettingChange>,
    },
    ModifyColumnResetSetting {
        if_exists: bool,
        column: Ident,
        names: Vec<Ident>,
    },
    RenameColumn {
        if_exists: bool,
        from: Ident,
        to: Ident,
    },
    CommentColumn {
        if_exists: bool,
        column: Ident,
        comment: Vec<u8>,
    },
    MaterializeColumn {
        column: Ident,
        partition: Option<Partition>,
    },
    ModifyComment {
        comment: Vec<u8>,
    },
    ModifyOrderBy {
        expr: Expr,
    },
    ModifySampleBy {
        expr: Expr,
    },
    RemoveSampleBy,
    ModifyTtl {
        ttl: Vec<TtlElement>,
    },
    RemoveTtl,
    MaterializeTtl {
        partition: Option<Partition>,
    },
    ModifySetting {
        settings: Vec<SettingChange>,
    },
    ResetSetting {
        names: Vec<Ident>,
    },
    ModifyQuery {
        query: Query,
    },
    ModifySqlSecurity {
        text: String,
    },
    ModifyRefresh {
        text: String,
    },
    AddIndex {
        if_not_exists: bool,
        index: IndexDef,
        position: Option<ColumnPosition>,
    },
    DropIndex {
        if_exists: bool,
        name: Ident,
    },
    ClearIndex {
        if_exists: bool,
        name: Ident,
        partition: Option<Partition>,
    },
    MaterializeIndex {
        if_exists: bool,
        name: Ident,
        partition: Option<Partition>,
    },
    AddProjection {
        if_not_exists: bool,
        projection: ProjectionDef,
        position: Option<ColumnPosition>,
    },
    DropProjection {
        if_exists: bool,
        name: Ident,
    },
    ClearProjection {
        if_exists: bool,
        name: Ident,
        partition: Option<Partition>,
    },
    MaterializeProjection {
        if_exists: bool,
        name: Ident,
        partition: Option<Partition>,
    },
    AddConstraint {
        if_not_exists: bool,
        constraint: ConstraintDef,
    },
    DropConstraint {
        if_exists: bool,
        name: Ident,
    },
    /// `ADD|DROP|CLEAR|MODIFY|MATERIALIZE STATISTICS …`: text.
    Statistics {
        text: String,
    },
    Delete {
        partition: Option<Partition>,
        filter: Expr,
    },
    Update {
        assignments: Vec<(Ident, Expr)>,
        partition: Option<Partition>,
        filter: Expr,
    },
    DropPartition {
        detached: bool,
        partition: Partition,
    },
    DetachPartition {
        partition: Partition,
    },
    ForgetPartition {
        partition: Partition,
    },
    AttachPartition {
        partition: Partition,
        from: Option<TableName>,
    },
    ReplacePartition {
        partition: Partition,
        from: TableName,
    },
    MovePartitionToTable {
        partition: Partition,
        to: TableName,
    },
    /// `MOVE PARTITION … TO DISK|VOLUME '…'`
    MovePartitionToPlace {
        partition: Partition,
        volume: bool,
        to: Vec<u8>,
    },
    FetchPartition {
        partition: Partition,
        from: Vec<u8>,
    },
    /// `FREEZE [PARTITION …] [WITH NAME '…']`
    Freeze {
        partition: Option<Partition>,
        name: Option<Vec<u8>>,
    },
    Unfreeze {
        partition: Option<Partition>,
        name: Vec<u8>,
    },
    ApplyDeletedMask {
        partition: Option<Partition>,
    },
    ApplyPatches {
        partition: Option<Partition>,
    },
}
