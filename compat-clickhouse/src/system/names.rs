//! Lists of names that clients complete from, and the text of a CREATE TABLE.

use super::{Table, Tables, flag, s};
use olly_query::engine::SystemContext;
use olly_types::schema::TableSchema;
use olly_types::{Result, Value};
use std::fmt::Write;

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "data_type_families",
        columns: "name String; case_insensitive UInt8; alias_to String",
        rows: data_types,
    },
    Table {
        name: "table_engines",
        columns: "name String; supports_settings UInt8; supports_skipping_indices UInt8; supports_projections UInt8; \
                  supports_sort_order UInt8; supports_ttl UInt8; supports_replication UInt8; \
                  supports_deduplication UInt8; supports_parallel_insert UInt8",
        rows: table_engines,
    },
    Table {
        name: "table_functions",
        columns: "name String; description String; allow_readonly UInt8",
        rows: table_functions,
    },
    Table { name: "aggregate_function_combinators", columns: "name String; is_internal UInt8", rows: combinators },
    Table { name: "database_engines", columns: "name String", rows: |_, _| Ok(vec![vec![s("Atomic")]]) },
    Table { name: "time_zones", columns: "time_zone String", rows: time_zones },
    Table {
        name: "disks",
        columns: "name String; path String; free_space UInt64; total_space UInt64; unreserved_space UInt64; \
                  keep_free_space UInt64; type String; is_encrypted UInt8; is_read_only UInt8; is_remote UInt8; \
                  is_broken UInt8",
        rows: |_, _| Ok(vec![vec![s("default"), s("")]]),
    },
    Table {
        name: "storage_policies",
        columns: "policy_name String; volume_name String; volume_priority UInt64; disks Array(String)",
        rows: |_, _| Ok(vec![vec![s("default"), s("default"), Value::UInt(1), Value::Array([s("default")].into())]]),
    },
];

const TYPES: &[(&str, &[&str])] = &[
    ("Array", &[]),
    ("Bool", &["BOOL", "BOOLEAN"]),
    ("Date", &[]),
    ("Date32", &[]),
    ("DateTime", &["TIMESTAMP"]),
    ("DateTime32", &[]),
    ("DateTime64", &[]),
    ("Decimal", &["DEC", "NUMERIC", "FIXED"]),
    ("Decimal32", &[]),
    ("Decimal64", &[]),
    ("Decimal128", &[]),
    ("Enum", &[]),
    ("Enum8", &[]),
    ("Enum16", &[]),
    ("FixedString", &[]),
    ("Float32", &["FLOAT", "REAL", "SINGLE"]),
    ("Float64", &["DOUBLE", "DOUBLE PRECISION"]),
    ("IPv4", &["INET4"]),
    ("IPv6", &["INET6"]),
    ("Int8", &["TINYINT", "INT1", "BYTE"]),
    ("Int16", &["SMALLINT"]),
    ("Int32", &["INT", "INTEGER", "MEDIUMINT"]),
    ("Int64", &["BIGINT"]),
    ("IntervalDay", &[]),
    ("IntervalHour", &[]),
    ("IntervalMicrosecond", &[]),
    ("IntervalMillisecond", &[]),
    ("IntervalMinute", &[]),
    ("IntervalMonth", &[]),
    ("IntervalNanosecond", &[]),
    ("IntervalQuarter", &[]),
    ("IntervalSecond", &[]),
    ("IntervalWeek", &[]),
    ("IntervalYear", &[]),
    ("LowCardinality", &[]),
    ("Map", &[]),
    ("Nested", &[]),
    ("Nothing", &[]),
    ("Nullable", &[]),
    ("String", &["TEXT", "VARCHAR", "CHAR", "BLOB", "CLOB", "BYTEA", "BINARY", "VARBINARY"]),
    ("Tuple", &[]),
    ("UInt8", &[]),
    ("UInt16", &[]),
    ("UInt32", &[]),
    ("UInt64", &[]),
    ("UUID", &[]),
];

fn data_types(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let mut out = Vec::new();
    for (name, aliases) in TYPES {
        let any_case = matches!(*name, "Bool" | "Date" | "Date32" | "DateTime" | "DateTime32" | "DateTime64" | "Enum")
            || name.starts_with("Decimal");
        out.push(vec![s(name), flag(any_case), s("")]);
        out.extend(aliases.iter().map(|a| vec![s(a), flag(true), s(name)]));
    }
    Ok(out)
}

fn table_engines(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    Ok([("MergeTree", false), ("ReplicatedMergeTree", true), ("SharedMergeTree", true)]
        .into_iter()
        .map(|(name, replicated)| {
            let mut row = vec![s(name)];
            row.extend([true, false, false, true, true, replicated, replicated, true].map(flag));
            row
        })
        .collect())
}

fn table_functions(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    Ok(["numbers"]
        .into_iter()
        .map(|n| vec![s(n), s("Rows with the numbers from 0 (or a start) on"), flag(true)])
        .collect())
}

fn combinators(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    Ok(["Array", "Distinct", "If", "OrDefault", "OrNull"].into_iter().map(|n| vec![s(n), flag(false)]).collect())
}

fn time_zones(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    Ok(olly_types::text::Zone::names().map(|n| vec![s(n)]).collect())
}

fn name(text: &str) -> String {
    format!("`{}`", text.replace('\\', "\\\\").replace('`', "\\`"))
}

/// `MergeTree PARTITION BY … ORDER BY … SETTINGS …`.
pub(super) fn engine_full(t: &TableSchema) -> String {
    let mut out = t.engine.name().to_string();
    if let Some(arguments) = &t.engine_arguments {
        let _ = write!(out, "({arguments})");
    }
    for (clause, text) in [("PARTITION BY", &t.partition_key_text), ("PRIMARY KEY", &t.primary_key_text)] {
        if !text.is_empty() {
            let _ = write!(out, " {clause} {text}");
        }
    }
    let key = if t.sort_key_text.is_empty() { "tuple()" } else { &t.sort_key_text };
    // Several columns stand in brackets, one does not.
    let bracketed = key.contains(',') && !key.starts_with('(') && !key.ends_with(')');
    let _ = if bracketed { write!(out, " ORDER BY ({key})") } else { write!(out, " ORDER BY {key}") };
    if !t.sampling_key_text.is_empty() {
        let _ = write!(out, " SAMPLE BY {}", t.sampling_key_text);
    }
    if !t.ttl_text.is_empty() {
        let _ = write!(out, " TTL {}", t.ttl_text);
    }
    for (i, (n, v)) in t.settings.iter().enumerate() {
        let _ = write!(out, "{}{n} = {v}", if i == 0 { " SETTINGS " } else { ", " });
    }
    out
}

/// The statement that makes a table again, on one line as `system.tables` has it.
pub(super) fn create_table(t: &TableSchema) -> String {
    let mut out = format!("CREATE TABLE {}.{} (", plain(&t.database), plain(&t.name));
    for (i, c) in t.columns.iter().filter(|c| !c.hidden).enumerate() {
        let _ = write!(out, "{}{} {}", if i == 0 { "" } else { ", " }, name(&c.name), c.ty);
        if let Some(e) = &c.default {
            let _ = write!(out, " {} {e}", c.default_kind.keyword());
        }
        if !c.comment.is_empty() {
            let _ = write!(out, " COMMENT {}", olly_types::text::quote(&c.comment));
        }
        if let Some(codec) = &c.codec {
            let _ = write!(out, " CODEC({codec})");
        }
    }
    let _ = write!(out, ") ENGINE = {}", engine_full(t));
    if !t.comment.is_empty() {
        let _ = write!(out, " COMMENT {}", olly_types::text::quote(&t.comment));
    }
    out
}

/// A name in backticks only where it needs them.
fn plain(text: &str) -> String {
    let simple =
        text.chars().enumerate().all(|(i, c)| c == '_' || c.is_ascii_alphabetic() || (i > 0 && c.is_ascii_digit()));
    if simple && !text.is_empty() { text.to_string() } else { name(text) }
}
