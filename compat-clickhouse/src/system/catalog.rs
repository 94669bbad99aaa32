//! Databases, tables, columns, parts.

use super::{Table, Tables, flag, s, seconds, u, uuid};
use olly_query::engine::SystemContext;
use olly_types::schema::{ColumnDef, TableSchema};
use olly_types::{ColumnId, Result, Type, Value};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "databases",
        columns: "name String; engine String; data_path String; metadata_path String; uuid UUID; engine_full String; \
                  comment String; is_external UInt8",
        rows: databases,
    },
    Table {
        name: "tables",
        columns: "database String; name String; uuid UUID; engine String; is_temporary UInt8; data_paths Array(String); \
                  metadata_path String; metadata_modification_time DateTime; dependencies_database Array(String); \
                  dependencies_table Array(String); create_table_query String; engine_full String; as_select String; \
                  partition_key String; sorting_key String; primary_key String; sampling_key String; \
                  storage_policy String; total_rows Nullable(UInt64); total_bytes Nullable(UInt64); \
                  parts Nullable(UInt64); active_parts Nullable(UInt64); comment String; has_own_data UInt8",
        rows: tables,
    },
    Table {
        name: "columns",
        columns: "database String; table String; name String; type String; position UInt64; default_kind String; \
                  default_expression String; data_compressed_bytes UInt64; data_uncompressed_bytes UInt64; \
                  marks_bytes UInt64; comment String; is_in_partition_key UInt8; is_in_sorting_key UInt8; \
                  is_in_primary_key UInt8; is_in_sampling_key UInt8; compression_codec String; \
                  character_octet_length Nullable(UInt64); numeric_precision Nullable(UInt64); \
                  numeric_precision_radix Nullable(UInt64); numeric_scale Nullable(UInt64); \
                  datetime_precision Nullable(UInt64)",
        rows: columns,
    },
    Table {
        name: "parts",
        columns: "partition String; name String; uuid UUID; part_type String; active UInt8; marks UInt64; rows UInt64; \
                  bytes_on_disk UInt64; data_compressed_bytes UInt64; data_uncompressed_bytes UInt64; \
                  marks_bytes UInt64; modification_time DateTime; min_date Date; max_date Date; min_time DateTime; \
                  max_time DateTime; partition_id String; level UInt32; database String; table String; engine String; \
                  disk_name String; path String; bytes UInt64",
        rows: parts,
    },
];

fn databases(_: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let mut all: Vec<(String, u128, String)> =
        cx.engine.catalog.databases().iter().map(|d| (d.name.to_string(), d.uuid, d.comment.clone())).collect();
    all.push(("system".to_string(), 0, String::new()));
    all.sort();
    Ok(all
        .into_iter()
        .map(|(name, id, comment)| {
            vec![s(name), s("Atomic"), s(""), s(""), uuid(id), s("Atomic"), s(comment), flag(false)]
        })
        .collect())
}

/// All tables that a query sees, by database and name.
fn schemas(cx: &SystemContext<'_>) -> Vec<Arc<TableSchema>> {
    let catalog = &cx.engine.catalog;
    let mut all: Vec<_> = catalog.databases().iter().flat_map(|d| catalog.tables(&d.name)).collect();
    all.sort_by(|a, b| (&a.database, &a.name).cmp(&(&b.database, &b.name)));
    all
}

fn tables(t: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    use olly_query::engine::SystemTables;
    let tenant = cx.session.tenant.tenant;
    let none = || Value::Array([].into());
    let count = |n: Option<u64>| n.map_or(Value::Null, Value::UInt);
    let mut out = Vec::new();
    for t in schemas(cx) {
        let totals = cx.engine.snapshots.totals(tenant, t.id);
        out.push(vec![
            s(&t.database),
            s(&t.name),
            uuid(t.uuid),
            s(t.engine.name()),
            flag(false),
            none(),
            s(""),
            seconds(cx.engine.facts.started),
            none(),
            none(),
            s(olly_query::ddl::create_table_line(&t)),
            s(olly_query::ddl::engine_full(&t)),
            s(""),
            s(&t.partition_key_text),
            s(&t.sort_key_text),
            s(if t.primary_key_text.is_empty() { &t.sort_key_text } else { &t.primary_key_text }),
            s(&t.sampling_key_text),
            s("default"),
            count(totals.map(|(rows, _)| rows)),
            count(totals.map(|(_, bytes)| bytes)),
            Value::Null,
            Value::Null,
            s(&t.comment),
            flag(true),
        ]);
    }
    for name in t.list() {
        let engine = format!("System{}", name.split('_').map(capital).collect::<String>());
        out.push(vec![
            s("system"),
            s(&name),
            uuid(0),
            s(&engine),
            flag(false),
            none(),
            s(""),
            seconds(cx.engine.facts.started),
            none(),
            none(),
            s(""),
            s(&engine),
            s(""),
            s(""),
            s(""),
            s(""),
            s(""),
            s(""),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            s(""),
            flag(false),
        ]);
    }
    Ok(out)
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |c| c.to_ascii_uppercase().to_string() + chars.as_str())
}

/// Octets, precision, radix, scale and precision of times, as `system.columns` tells them.
fn numbers_of(ty: &Type) -> [Value; 5] {
    let n = |v: u64| Value::UInt(v);
    let null = || Value::Null;
    let bits = |b: u64| [Value::Null, n(b), n(2), n(0), Value::Null];
    match ty.base() {
        Type::FixedString(len) => [n(u64::from(*len)), null(), null(), null(), null()],
        Type::UInt8 | Type::Int8 | Type::Bool => bits(8),
        Type::UInt16 | Type::Int16 => bits(16),
        Type::UInt32 | Type::Int32 => bits(32),
        Type::UInt64 | Type::Int64 => bits(64),
        Type::Float32 => [null(), n(32), n(2), null(), null()],
        Type::Float64 => [null(), n(64), n(2), null(), null()],
        Type::Decimal(p, scale) => [null(), n(u64::from(*p)), n(10), n(u64::from(*scale)), null()],
        Type::DateTime(_) => [null(), null(), null(), null(), n(0)],
        Type::DateTime64(p, _) => [null(), null(), null(), null(), n(u64::from(*p))],
        _ => [null(), null(), null(), null(), null()],
    }
}

/// Whether a key holds a column, itself or inside an expression.
fn in_key(t: &TableSchema, key: &[ColumnId], c: &ColumnDef) -> bool {
    let mentions = |text: &str| {
        text.split(|ch: char| !(ch.is_alphanumeric() || ch == '_' || ch == '.')).any(|word| word == &*c.name)
    };
    key.iter()
        .filter_map(|id| t.column(*id))
        .any(|k| k.id == c.id || (k.hidden && k.default.as_deref().is_some_and(mentions)))
}

fn columns(t: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    use olly_query::engine::SystemTables;
    let mut out = Vec::new();
    for t in schemas(cx) {
        for (i, c) in t.columns.iter().filter(|c| !c.hidden).enumerate() {
            let sorted = in_key(&t, &t.sort_key, c);
            let mut row = vec![
                s(&t.database),
                s(&t.name),
                s(&c.name),
                s(c.ty.to_string()),
                u(i as u64 + 1),
                s(c.default_kind.keyword()),
                s(c.default.as_deref().unwrap_or("")),
                u(0u64),
                u(0u64),
                u(0u64),
                s(&c.comment),
                flag(in_key(&t, &t.partition_key, c)),
                flag(sorted),
                flag(sorted),
                flag(false),
                s(c.codec.as_ref().map(|c| format!("CODEC({c})")).unwrap_or_default()),
            ];
            row.extend(numbers_of(&c.ty));
            out.push(row);
        }
    }
    for name in t.list() {
        let columns = match name.as_str() {
            "one" => vec![("dummy".to_string(), Type::UInt8)],
            "numbers" => vec![("number".to_string(), Type::UInt64)],
            _ => t.schema(&name).unwrap_or_default(),
        };
        for (i, (column, ty)) in columns.into_iter().enumerate() {
            let mut row = vec![s("system"), s(&name), s(column), s(ty.to_string()), u(i as u64 + 1)];
            row.resize(16, Value::UInt(0));
            for at in [5, 6, 10, 15] {
                if let Some(cell) = row.get_mut(at) {
                    *cell = s("");
                }
            }
            row.extend(numbers_of(&ty));
            out.push(row);
        }
    }
    Ok(out)
}

fn parts(_: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let tenant = cx.session.tenant.tenant;
    let by_id: HashMap<_, _> = schemas(cx).into_iter().map(|t| (t.id, t)).collect();
    let mut out = Vec::new();
    let parts = cx.engine.snapshots.parts();
    // A part with rows of other tenants tells their sizes. Of one that cannot be read nobody knows whose it was: it is shown where
    // all the others of the table are this tenant's.
    let mut alone: HashMap<_, bool> = HashMap::new();
    for p in parts.iter().filter(|p| !p.lost) {
        *alone.entry(p.table).or_insert(true) &= p.tenant == Some(tenant);
    }
    for p in parts {
        let Some(t) = by_id.get(&p.table) else { continue };
        let shown = if p.lost { alone.get(&t.id) == Some(&true) } else { p.tenant == Some(tenant) };
        if !shown {
            continue;
        }
        let day = |t: Option<olly_types::UnixNanos>| {
            Value::UInt(t.map_or(0, |t| t.0.div_euclid(86_400_000_000_000).clamp(0, 65_535)) as u64)
        };
        let time = |t: Option<olly_types::UnixNanos>| t.map_or(Value::UInt(0), seconds);
        out.push(vec![
            s(&p.partition),
            s(p.id.to_string()),
            uuid(0),
            s("Wide"),
            flag(true),
            u(0u64),
            u(p.rows),
            u(p.bytes_on_disk),
            u(p.bytes_on_disk),
            u(p.uncompressed_bytes),
            u(0u64),
            seconds(p.created_at),
            day(p.min_time),
            day(p.max_time),
            time(p.min_time),
            time(p.max_time),
            s(p.partition.replace(['-', '\'', '(', ')', ' '], "")),
            u(p.level),
            s(&t.database),
            s(&t.name),
            s(t.engine.name()),
            s("default"),
            s(""),
            u(p.bytes_on_disk),
        ]);
    }
    Ok(out)
}
