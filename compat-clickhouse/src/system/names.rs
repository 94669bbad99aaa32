//! Lists of names that clients complete from.

use super::{Table, Tables, flag, s};
use olly_query::engine::SystemContext;
use olly_types::{Result, Value};

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
