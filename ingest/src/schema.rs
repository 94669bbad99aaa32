//! The default tables of OpenTelemetry data (DESIGN D10): those of the Collector's ClickHouse exporter, and their
//! creation at the first start.
//!
//! Invariant: the order of a table's columns here is the order in which its decoder gives arrays.

use olly_types::catalog::{CatalogCommand, Database};
use olly_types::port::{CatalogView, Proposer};
use olly_types::schema::{ColumnDef, DefaultKind, Engine, Role, TableSchema, Ttl};
use olly_types::{Code, ColumnId, Error, Result, SchemaVersion, TableId, Type, hash};
use std::sync::{Arc, OnceLock};

/// The database that holds the tables.
pub const DATABASE: &str = "default";

/// A column: name (for hidden ones the expression), type, codec, role.
pub struct Column {
    pub name: &'static str,
    pub ty: &'static str,
    pub codec: &'static str,
    pub role: Option<Role>,
}

/// A table of telemetry.
pub struct TableDef {
    pub name: &'static str,
    pub columns: &'static [&'static [Column]],
    /// Key expressions over the columns; stored as hidden columns.
    pub hidden: &'static [Column],
    pub sort_key: &'static [&'static str],
    pub partition_key: &'static str,
    pub event_time: &'static str,
    pub routing: &'static [&'static str],
    pub retention: fn(&Retention) -> i64,
}

/// How long rows are kept, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub logs: i64,
    pub traces: i64,
    pub metrics: i64,
}

impl Default for Retention {
    fn default() -> Self {
        const MONTH: i64 = 30 * 86_400;
        Retention { logs: MONTH, traces: MONTH, metrics: MONTH }
    }
}

const ZSTD: &str = "ZSTD(1)";
const DELTA8: &str = "Delta(8), ZSTD(1)";
const DELTA4: &str = "Delta(4), ZSTD(1)";
const LC: &str = "LowCardinality(String)";
const MAP: &str = "Map(LowCardinality(String), String)";
const NANOS: &str = "DateTime64(9)";

const fn c(name: &'static str, ty: &'static str) -> Column {
    Column { name, ty, codec: ZSTD, role: None }
}
const fn role(name: &'static str, ty: &'static str, role: Role) -> Column {
    Column { name, ty, codec: ZSTD, role: Some(role) }
}
const fn time(name: &'static str, role: Option<Role>) -> Column {
    Column { name, ty: NANOS, codec: DELTA8, role }
}
const fn key(expression: &'static str, ty: &'static str) -> Column {
    Column { name: expression, ty, codec: "", role: None }
}

pub static LOGS: TableDef = TableDef {
    name: "otel_logs",
    columns: &[&[
        time("Timestamp", Some(Role::EventTime)),
        role("TraceId", "String", Role::TraceId),
        role("SpanId", "String", Role::SpanId),
        c("TraceFlags", "UInt8"),
        role("SeverityText", LC, Role::Severity),
        c("SeverityNumber", "UInt8"),
        role("ServiceName", LC, Role::Service),
        role("Body", "String", Role::Body),
        c("ResourceSchemaUrl", LC),
        role("ResourceAttributes", MAP, Role::ResourceAttributes),
        c("ScopeSchemaUrl", LC),
        c("ScopeName", "String"),
        c("ScopeVersion", LC),
        role("ScopeAttributes", MAP, Role::ScopeAttributes),
        role("LogAttributes", MAP, Role::RecordAttributes),
        c("EventName", "String"),
    ]],
    hidden: &[key("toDate(Timestamp)", "Date"), key("toStartOfFiveMinutes(Timestamp)", "DateTime")],
    sort_key: &["toStartOfFiveMinutes(Timestamp)", "ServiceName", "Timestamp"],
    partition_key: "toDate(Timestamp)",
    event_time: "Timestamp",
    routing: &["ResourceAttributes"],
    retention: |r| r.logs,
};

pub static TRACES: TableDef = TableDef {
    name: "otel_traces",
    columns: &[&[
        time("Timestamp", Some(Role::EventTime)),
        role("TraceId", "String", Role::TraceId),
        role("SpanId", "String", Role::SpanId),
        role("ParentSpanId", "String", Role::ParentSpanId),
        c("TraceState", "String"),
        c("SpanName", LC),
        c("SpanKind", LC),
        role("ServiceName", LC, Role::Service),
        role("ResourceAttributes", MAP, Role::ResourceAttributes),
        c("ScopeName", "String"),
        c("ScopeVersion", "String"),
        role("SpanAttributes", MAP, Role::RecordAttributes),
        role("Duration", "UInt64", Role::Duration),
        c("StatusCode", LC),
        c("StatusMessage", "String"),
        c("Events.Timestamp", "Array(DateTime64(9))"),
        c("Events.Name", "Array(LowCardinality(String))"),
        c("Events.Attributes", "Array(Map(LowCardinality(String), String))"),
        c("Links.TraceId", "Array(String)"),
        c("Links.SpanId", "Array(String)"),
        c("Links.TraceState", "Array(String)"),
        c("Links.Attributes", "Array(Map(LowCardinality(String), String))"),
    ]],
    hidden: &[key("toDate(Timestamp)", "Date"), key("toDateTime(Timestamp)", "DateTime")],
    sort_key: &["ServiceName", "SpanName", "toDateTime(Timestamp)"],
    partition_key: "toDate(Timestamp)",
    event_time: "Timestamp",
    routing: &["TraceId"],
    retention: |r| r.traces,
};

pub static TRACE_ID_TS: TableDef = TableDef {
    name: "otel_traces_trace_id_ts",
    columns: &[&[
        role("TraceId", "String", Role::TraceId),
        Column { name: "Start", ty: "DateTime", codec: DELTA4, role: Some(Role::EventTime) },
        Column { name: "End", ty: "DateTime", codec: DELTA4, role: None },
    ]],
    hidden: &[key("toDate(Start)", "Date")],
    sort_key: &["TraceId", "Start"],
    partition_key: "toDate(Start)",
    event_time: "Start",
    routing: &["TraceId"],
    retention: |r| r.traces,
};

/// Columns that every metrics table starts with.
const METRIC: &[Column] = &[
    role("ResourceAttributes", MAP, Role::ResourceAttributes),
    c("ResourceSchemaUrl", "String"),
    c("ScopeName", "String"),
    c("ScopeVersion", "String"),
    role("ScopeAttributes", MAP, Role::ScopeAttributes),
    c("ScopeDroppedAttrCount", "UInt32"),
    c("ScopeSchemaUrl", "String"),
    role("ServiceName", LC, Role::Service),
    role("MetricName", LC, Role::MetricName),
    c("MetricDescription", "String"),
    c("MetricUnit", "String"),
    role("Attributes", MAP, Role::RecordAttributes),
    time("StartTimeUnix", None),
    time("TimeUnix", Some(Role::EventTime)),
    c("Flags", "UInt32"),
];
const EXEMPLARS: &[Column] = &[
    c("Exemplars.FilteredAttributes", "Array(Map(LowCardinality(String), String))"),
    c("Exemplars.TimeUnix", "Array(DateTime64(9))"),
    c("Exemplars.Value", "Array(Float64)"),
    c("Exemplars.SpanId", "Array(String)"),
    c("Exemplars.TraceId", "Array(String)"),
];
const METRIC_KEYS: &[Column] = &[key("toDate(TimeUnix)", "Date"), key("cityHash64(Attributes)", "UInt64")];
const METRIC_SORT: &[&str] = &["ServiceName", "MetricName", "cityHash64(Attributes)", "TimeUnix"];
const METRIC_ROUTING: &[&str] = &["ResourceAttributes", "MetricName", "Attributes"];

const fn metric_table(name: &'static str, columns: &'static [&'static [Column]]) -> TableDef {
    TableDef {
        name,
        columns,
        hidden: METRIC_KEYS,
        sort_key: METRIC_SORT,
        partition_key: "toDate(TimeUnix)",
        event_time: "TimeUnix",
        routing: METRIC_ROUTING,
        retention: |r| r.metrics,
    }
}

pub static GAUGE: TableDef =
    metric_table("otel_metrics_gauge", &[METRIC, &[role("Value", "Float64", Role::MetricValue)], EXEMPLARS]);

pub static SUM: TableDef = metric_table(
    "otel_metrics_sum",
    &[
        METRIC,
        &[
            role("Value", "Float64", Role::MetricValue),
            c("AggregationTemporality", "Int32"),
            Column { name: "IsMonotonic", ty: "Bool", codec: "Delta(1), ZSTD(1)", role: None },
        ],
        EXEMPLARS,
    ],
);

pub static HISTOGRAM: TableDef = metric_table(
    "otel_metrics_histogram",
    &[
        METRIC,
        &[
            Column { name: "Count", ty: "UInt64", codec: DELTA8, role: None },
            c("Sum", "Float64"),
            c("BucketCounts", "Array(UInt64)"),
            c("ExplicitBounds", "Array(Float64)"),
            c("Min", "Float64"),
            c("Max", "Float64"),
            c("AggregationTemporality", "Int32"),
        ],
        EXEMPLARS,
    ],
);

pub static EXPONENTIAL_HISTOGRAM: TableDef = metric_table(
    "otel_metrics_exponential_histogram",
    &[
        METRIC,
        &[
            Column { name: "Count", ty: "UInt64", codec: DELTA8, role: None },
            c("Sum", "Float64"),
            c("Scale", "Int32"),
            c("ZeroCount", "UInt64"),
            c("PositiveOffset", "Int32"),
            c("PositiveBucketCounts", "Array(UInt64)"),
            c("NegativeOffset", "Int32"),
            c("NegativeBucketCounts", "Array(UInt64)"),
            c("Min", "Float64"),
            c("Max", "Float64"),
            c("AggregationTemporality", "Int32"),
        ],
        EXEMPLARS,
    ],
);

pub static SUMMARY: TableDef = metric_table(
    "otel_metrics_summary",
    &[
        METRIC,
        &[
            Column { name: "Count", ty: "UInt64", codec: DELTA8, role: None },
            c("Sum", "Float64"),
            c("ValueAtQuantiles.Quantile", "Array(Float64)"),
            c("ValueAtQuantiles.Value", "Array(Float64)"),
        ],
    ],
);

/// All tables, in the order they are created.
pub static TABLES: [&TableDef; 8] =
    [&LOGS, &TRACES, &TRACE_ID_TS, &GAUGE, &SUM, &HISTOGRAM, &EXPONENTIAL_HISTOGRAM, &SUMMARY];

impl TableDef {
    /// Visible, then hidden columns.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().flat_map(|part| part.iter()).chain(self.hidden)
    }

    /// The table's schema; its id and version are given by the catalog.
    pub fn schema(&self, retention: &Retention) -> Result<TableSchema> {
        let visible: usize = self.columns.iter().map(|part| part.len()).sum();
        let mut columns = Vec::new();
        for (i, column) in self.all_columns().enumerate() {
            let hidden = i >= visible;
            columns.push(ColumnDef {
                id: ColumnId(i as u32 + 1),
                name: column.name.into(),
                ty: Type::parse(column.ty)?,
                default_kind: DefaultKind::None,
                default: hidden.then(|| column.name.to_string()),
                codec: (!column.codec.is_empty()).then(|| column.codec.to_string()),
                comment: String::new(),
                role: column.role,
                hidden,
            });
        }
        let id = |name: &str| {
            columns
                .iter()
                .find(|c| &*c.name == name)
                .map(|c| c.id)
                .ok_or_else(|| Error::new(Code::LogicalError, format!("table {} has no column {name}", self.name)))
        };
        let ids = |names: &[&str]| names.iter().map(|n| id(n)).collect::<Result<Vec<_>>>();
        let seconds = (self.retention)(retention);
        let event_time = id(self.event_time)?;
        Ok(TableSchema {
            id: TableId(0),
            version: SchemaVersion(0),
            uuid: uuid_of(self.name),
            database: DATABASE.into(),
            name: self.name.into(),
            engine: Engine::MergeTree,
            engine_arguments: None,
            sort_key: ids(self.sort_key)?,
            partition_key: ids(&[self.partition_key])?,
            event_time: Some(event_time),
            routing: ids(self.routing)?,
            ttl: (seconds > 0).then_some(Ttl { column: event_time, seconds }),
            sort_key_text: self.sort_key.join(", "),
            partition_key_text: self.partition_key.to_string(),
            primary_key_text: self.sort_key.join(", "),
            sampling_key_text: String::new(),
            ttl_text: if seconds > 0 { ttl_text(self.event_time, seconds) } else { String::new() },
            settings: vec![("index_granularity".into(), "8192".into()), ("ttl_only_drop_parts".into(), "1".into())],
            comment: String::new(),
            columns,
        })
    }

    /// Types of the columns, parsed once.
    fn types(&'static self) -> Result<&'static [Type]> {
        static PARSED: OnceLock<Vec<(&'static str, Vec<Type>)>> = OnceLock::new();
        let parsed = match PARSED.get() {
            Some(parsed) => parsed,
            None => {
                let mut all = Vec::new();
                for def in TABLES {
                    all.push((def.name, def.all_columns().map(|c| Type::parse(c.ty)).collect::<Result<Vec<_>>>()?));
                }
                PARSED.get_or_init(|| all)
            }
        };
        parsed
            .iter()
            .find(|(name, _)| *name == self.name)
            .map(|(_, types)| types.as_slice())
            .ok_or_else(|| Error::new(Code::LogicalError, format!("{} is not a telemetry table", self.name)))
    }

    /// Ids of the columns in the catalog's table of this name.
    ///
    /// # Errors
    /// When the table was dropped, or replaced by one that lacks a column of the exporter's schema.
    pub fn resolve(&'static self, catalog: &dyn CatalogView) -> Result<(Arc<TableSchema>, Vec<ColumnId>)> {
        let schema = catalog.table(DATABASE, self.name).ok_or_else(|| {
            // Dropped a moment ago: it is made again when the sender comes back.
            Error::retry(
                Code::UnknownTable,
                format!("Table {DATABASE}.{} does not exist, so OTLP has no target", self.name),
            )
        })?;
        let mut ids = Vec::new();
        for (column, ty) in self.all_columns().zip(self.types()?) {
            let found = schema.column_named(column.name).filter(|c| c.ty == *ty && c.is_stored());
            let found = found.ok_or_else(|| {
                let text = format!("Table {DATABASE}.{} has no stored column {} of type {ty}", self.name, column.name);
                Error::new(Code::NoSuchColumnInTable, text)
            })?;
            ids.push(found.id);
        }
        Ok((schema, ids))
    }
}

/// `TTL` as the exporter writes it.
fn ttl_text(column: &str, seconds: i64) -> String {
    let (unit, n) = match seconds {
        s if s % 86_400 == 0 => ("Day", s / 86_400),
        s if s % 3_600 == 0 => ("Hour", s / 3_600),
        s if s % 60 == 0 => ("Minute", s / 60),
        s => ("Second", s),
    };
    format!("toDateTime({column}) + toInterval{unit}({n})")
}

/// A table's UUID, the same in every cluster: a hash of the name in the form of version 8 (RFC 9562).
fn uuid_of(name: &str) -> u128 {
    let mut h = hash::content_hash(format!("{DATABASE}.{name}").as_bytes());
    h &= !(0xf << 76) & !(0b11 << 62);
    h | 8 << 76 | 0b10 << 62
}

/// Creates what is missing of the default tables, and gives those that are there the configured retention; returns when all
/// data groups know them. A table of this name that was made by hand (no TTL over its event time) keeps what it has.
pub async fn ensure_schema(proposer: &dyn Proposer, catalog: &dyn CatalogView, retention: &Retention) -> Result<()> {
    if catalog.database(DATABASE).is_none() {
        let name: Arc<str> = DATABASE.into();
        let database = Database { name, uuid: uuid_of(""), comment: String::new() };
        proposer
            .ddl(CatalogCommand::CreateDatabase {
                name: database.name,
                uuid: database.uuid,
                if_not_exists: true,
                comment: database.comment,
            })
            .await?;
    }
    for def in TABLES {
        let wanted = def.schema(retention)?;
        let Some(present) = catalog.table(DATABASE, def.name) else {
            proposer.ddl(CatalogCommand::CreateTable { table: Box::new(wanted), if_not_exists: true }).await?;
            continue;
        };
        let (Some(old), Some(new)) = (&present.ttl, &wanted.ttl) else { continue };
        if present.uuid == wanted.uuid && old.seconds != new.seconds {
            let ttl = Ttl { column: old.column, seconds: new.seconds };
            let version = SchemaVersion(present.version.0 + 1);
            let table = TableSchema { version, ttl: Some(ttl), ttl_text: wanted.ttl_text, ..(*present).clone() };
            proposer.ddl(CatalogCommand::AlterTable { table: Box::new(table) }).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_share_the_tables_that_otlp_fills() {
        let names: Vec<_> = TABLES.iter().map(|t| t.name).collect();
        assert_eq!(
            (names.as_slice(), DATABASE),
            (olly_types::catalog::SHARED_TABLES, olly_types::catalog::SHARED_DATABASE)
        );
    }

    #[test]
    fn every_table_has_a_schema() {
        for def in TABLES {
            let schema = def.schema(&Retention::default()).unwrap();
            assert!(schema.columns.iter().all(|c| c.hidden == c.default.is_some()));
            assert_eq!(schema.columns.iter().filter(|c| c.role == Some(Role::EventTime)).count(), 1, "{}", def.name);
            assert!(schema.ttl_text.ends_with("toIntervalDay(30)"));
        }
        let logs = LOGS.schema(&Retention { logs: 5400, ..Default::default() }).unwrap();
        assert_eq!(logs.ttl_text, "toDateTime(Timestamp) + toIntervalMinute(90)");
        assert_eq!(logs.sort_key_text, "toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp");
    }
}
