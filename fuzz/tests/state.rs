//! What the node reads back from its own disk: log, catalog, entries, batches.

use std::sync::Arc;

use olly_fuzz::Target;
use olly_types::command::{Command, Entry, Request, Schemas, SourcePosition};
use olly_types::ids::{GroupId, LogIndex, PartId, RequestId, SchemaVersion, TableId, TenantId, UnixNanos};
use olly_types::port::CatalogView;
use olly_types::schema::TableSchema;

#[test]
fn wal() {
    let segment: &[u8] = include_bytes!("../../wal/tests/golden/v1/0000000000000001.seg");
    let mut seeds: Vec<Vec<u8>> = (0..3u8).map(|mode| [vec![mode], (0..200u8).collect()].concat()).collect();
    seeds.push([&[0, 0], segment].concat());
    Target::new("wal", seeds).run(olly_wal::fuzz_recover);
}

/// The first byte says of which file.
#[test]
fn files_of_a_node() {
    let golden: &[(u8, &[u8])] = &[
        (0, include_bytes!("../../raft/src/tests/golden/v1/identity")),
        (1, include_bytes!("../../raft/src/tests/golden/v1/catalog-snapshot")),
        (2, include_bytes!("../../raft/src/tests/golden/v1/record-blank")),
        (2, include_bytes!("../../raft/src/tests/golden/v1/record-command")),
        (2, include_bytes!("../../raft/src/tests/golden/v1/record-membership")),
        (2, include_bytes!("../../raft/src/tests/golden/v1/hard-state")),
        (2, include_bytes!("../../raft/src/tests/golden/v1/position")),
    ];
    let seeds = golden.iter().map(|(choice, bytes)| [&[*choice], *bytes].concat()).collect();
    let words: &[&[u8]] = &[b"{", b"}", b"[", b"]", b"\"", b":", b",", b"null", b"check ", b"\n", b"-1"];
    Target::new("node-files", seeds).words(words).run(|input| {
        let Some((choice, bytes)) = input.split_first() else { return };
        match choice % 3 {
            0 => olly_raft::fuzz::fuzz_identity(bytes),
            1 => olly_raft::fuzz::fuzz_catalog_snapshot(bytes),
            _ => olly_raft::fuzz::fuzz_log_record(bytes),
        }
    });
}

#[test]
fn catalog() {
    let state = olly_catalog::CatalogState::default().encode();
    Target::new("catalog", vec![state])
        .words(&[b"{", b"}", b"[", b"]", b"\"", b":", b",", b"null"])
        .run(olly_catalog::fuzz_decode);
}

/// The tables of telemetry, as a catalog and as what a group has registered.
struct Tables(Vec<Arc<TableSchema>>);

impl Tables {
    fn new() -> Tables {
        let kept = olly_ingest::Retention { logs: 0, traces: 0, metrics: 0 };
        let schema = |(i, def): (usize, &&olly_ingest::schema::TableDef)| {
            let schema = def.schema(&kept).unwrap();
            Arc::new(TableSchema { id: TableId(i as u32 + 1), version: SchemaVersion(1), ..schema })
        };
        Tables(olly_ingest::schema::TABLES.iter().enumerate().map(schema).collect())
    }
}

impl Schemas for Tables {
    fn schema(&self, table: TableId, version: SchemaVersion) -> Option<Arc<TableSchema>> {
        self.0.iter().find(|t| t.id == table && t.version == version).cloned()
    }
}

impl CatalogView for Tables {
    fn databases(&self) -> Vec<Arc<olly_types::catalog::Database>> {
        Vec::new()
    }
    fn database(&self, _: &str) -> Option<Arc<olly_types::catalog::Database>> {
        None
    }
    fn tables(&self, _: &str) -> Vec<Arc<TableSchema>> {
        self.0.clone()
    }
    fn table(&self, _: &str, name: &str) -> Option<Arc<TableSchema>> {
        self.0.iter().find(|t| &*t.name == name).cloned()
    }
    fn table_by_id(&self, id: TableId) -> Option<Arc<TableSchema>> {
        self.0.iter().find(|t| t.id == id).cloned()
    }
    fn data_groups(&self) -> u32 {
        1
    }
}

/// Entries of every kind; those that were packed also as they are unpacked, so that mutations reach the rows.
fn entries(tables: &Tables) -> Vec<Vec<u8>> {
    let mut commands = vec![
        Command::Truncate(TableId(7)),
        Command::DropTable(TableId(7)),
        Command::Flush { table: TableId(1) },
        Command::Write { requests: Vec::new() },
        Command::RegisterSchema(Arc::clone(&tables.0[0])),
        Command::Merge {
            table: TableId(1),
            parts: vec![PartId { group: GroupId(1), index: LogIndex(9), ordinal: 0 }; 3],
        },
    ];
    for (signal, body) in crate::otlp::requests() {
        let decoded = olly_ingest::otlp::decode_protobuf(signal, &body, &crate::otlp::FRAME).unwrap();
        for write in decoded.into_writes(TenantId(0), RequestId(5), tables).unwrap() {
            let positions = vec![SourcePosition { source: "topic".into(), partition: 3, offset: 17 }];
            let request = Request { id: write.id, sections: write.sections, positions };
            commands.push(Command::Write { requests: vec![request] });
        }
    }
    let mut out = Vec::new();
    for command in commands {
        let entry = Entry { tenant: TenantId(0), proposed_at: UnixNanos(5), command };
        let packed = entry.encode(tables).unwrap();
        let length = u32::from_le_bytes(packed[16..20].try_into().unwrap()) as usize;
        if packed[1] == 1 {
            let mut plain = packed[..20].to_vec();
            plain[1] = 0;
            plain.extend(lz4_flex::block::decompress(&packed[20..], length).unwrap());
            assert!(Entry::decode(&plain, tables).is_ok());
            out.push(plain);
        }
        out.push(packed);
    }
    assert!(out.len() > 12);
    out
}

#[test]
fn entry() {
    let tables = Tables::new();
    Target::new("entry", entries(&tables)).run(|input| {
        let Ok(entry) = Entry::decode(input, &tables) else { return };
        let Command::Write { requests } = &entry.command else { return };
        for section in requests.iter().flat_map(|r| &r.sections) {
            let rows = section.batch.rows;
            assert!(section.batch.columns.iter().all(|c| c.array.len() == rows), "columns of different lengths");
        }
    });
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
        let columns = types.iter().enumerate().map(|(i, ty)| {
            olly_types::ColumnDef::plain(i as u32 + 1, &format!("c{i}"), olly_types::Type::parse(ty).unwrap())
        });
        olly_types::TableSchema::plain(olly_types::TableId(1), "t", columns.collect())
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
        Type::Nullable(_) if i.is_multiple_of(3) => Value::Null,
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
