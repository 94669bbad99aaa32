//! What the node reads back from its own disk: log, catalog, entries, batches.

use std::sync::Arc;

use olly_fuzz::Target;

#[test]
fn wal() {
    let seeds = (0..3u8).map(|mode| [vec![mode], (0..200u8).collect()].concat()).collect();
    Target::new("wal", seeds).run(olly_wal::fuzz_recover);
}

#[test]
fn catalog() {
    let state = olly_catalog::CatalogState::default().encode();
    Target::new("catalog", vec![state])
        .words(&[b"{", b"}", b"[", b"]", b"\"", b":", b",", b"null"])
        .run(olly_catalog::fuzz_decode);
}

struct NoSchemas;

impl olly_types::command::Schemas for NoSchemas {
    fn schema(
        &self,
        _: olly_types::ids::TableId,
        _: olly_types::ids::SchemaVersion,
    ) -> Option<Arc<olly_types::schema::TableSchema>> {
        None
    }
}

#[test]
fn entry() {
    use olly_types::command::{Command, Entry};
    let seeds = [
        Command::Truncate(olly_types::ids::TableId(7)),
        Command::Flush { table: olly_types::ids::TableId(1) },
        Command::Write { requests: Vec::new() },
    ]
    .into_iter()
    .map(|command| {
        let entry = Entry { tenant: olly_types::ids::TenantId(0), proposed_at: olly_types::ids::UnixNanos(5), command };
        entry.encode(&NoSchemas).unwrap()
    })
    .collect();
    Target::new("entry", seeds).run(|input| drop(Entry::decode(input, &NoSchemas)));
}

/// Rows of an entry: every stored form, read by the schema that wrote them and by one of other types.
#[test]
fn batch() {
    use olly_types::batch::{Batch, BatchColumn, to_stored};
    let types = [
        "UInt64",
        "Int8",
        "Float64",
        "Float32",
        "String",
        "Nullable(String)",
        "LowCardinality(String)",
        "FixedString(3)",
        "Decimal(30, 2)",
        "Map(LowCardinality(String), String)",
        "Array(Array(Int32))",
        "Tuple(UInt16, String)",
    ];
    let schema = |types: &[&str]| {
        let columns = types.iter().enumerate().map(|(i, ty)| olly_types::ColumnDef {
            id: olly_types::ColumnId(i as u32 + 1),
            name: format!("c{i}").into(),
            ty: olly_types::Type::parse(ty).unwrap(),
            default_kind: Default::default(),
            default: None,
            codec: None,
            comment: String::new(),
            role: None,
            hidden: false,
        });
        olly_types::TableSchema {
            id: olly_types::TableId(1),
            version: olly_types::SchemaVersion(1),
            uuid: 1,
            database: "d".into(),
            name: "t".into(),
            engine: olly_types::schema::Engine::MergeTree,
            engine_arguments: None,
            columns: columns.collect(),
            sort_key: vec![],
            partition_key: vec![],
            event_time: None,
            routing: vec![],
            ttl: None,
            sort_key_text: String::new(),
            partition_key_text: String::new(),
            primary_key_text: String::new(),
            sampling_key_text: String::new(),
            ttl_text: String::new(),
            settings: vec![],
            comment: String::new(),
        }
    };
    let written = schema(&types);
    let mut reversed = types;
    reversed.reverse();
    let other = schema(&reversed);
    let seed = |rows: u64| {
        let mut batch = Batch { rows: rows as usize, columns: Vec::new() };
        for def in &written.columns {
            let values: Vec<_> = (0..rows).map(|i| value_of(&def.ty, i)).collect();
            let carrier = olly_types::value::array_of(&values, &def.ty).unwrap();
            batch.columns.push(BatchColumn { id: def.id, array: to_stored(&carrier, &def.ty).unwrap() });
        }
        let mut bytes = Vec::new();
        batch.encode(&written, &mut bytes).unwrap();
        bytes
    };
    Target::new("batch", vec![seed(1), seed(7), seed(300)]).run(|input| {
        let _ = Batch::decode(&other, input);
        // What is read can be written and read again.
        let Ok(batch) = Batch::decode(&written, input) else { return };
        for (column, def) in batch.columns.iter().zip(&written.columns) {
            assert_eq!(column.array.len(), batch.rows, "{}", def.name);
        }
        let mut again = Vec::new();
        if batch.encode(&written, &mut again).is_ok() {
            Batch::decode(&written, &again).unwrap();
        }
    });
}

fn value_of(ty: &olly_types::Type, i: u64) -> olly_types::Value {
    use olly_types::{Type, Value};
    match ty {
        Type::Nullable(_) if i % 3 == 0 => Value::Null,
        Type::Nullable(t) | Type::LowCardinality(t) => value_of(t, i % 4),
        Type::UInt64 | Type::UInt16 => Value::UInt(i * 1000 % 50_000),
        Type::Int8 | Type::Int32 => Value::Int(i as i64 % 100 - 50),
        Type::Float64 | Type::Float32 => Value::Float(i as f64 / 8.0),
        Type::Decimal(..) => Value::Decimal(i128::from(i) << 70),
        Type::FixedString(n) => Value::bytes(vec![b'a' + (i % 26) as u8; *n as usize]),
        Type::Map(k, v) => Value::Map((0..i % 4).map(|n| (value_of(k, n), value_of(v, i + n))).collect()),
        Type::Array(t) => Value::Array((0..i % 3).map(|n| value_of(t, n)).collect()),
        Type::Tuple(elements) => Value::Tuple(elements.iter().map(|(_, t)| value_of(t, i)).collect()),
        _ => Value::bytes(format!("{:08x}", i * 7919)),
    }
}
