//! Tables and requests for tests.

use std::sync::Arc;

use arrow::array::{AsArray, BinaryArray, UInt64Array};
use arrow::datatypes::UInt64Type;
use olly_types::batch::{Batch, BatchColumn};
use olly_types::catalog::CatalogCommand;
use olly_types::command::Section;
use olly_types::port::{Access, ScanColumn, ScanRequest, SnapshotSource, WriteBlock};
use olly_types::schema::{ColumnDef, TableSchema};
use olly_types::ty::Type;
use olly_types::{ColumnId, GroupId, RequestId, SchemaVersion, TableId, TenantId};

/// A table of (Id UInt64, Body String), sorted by Id.
pub(crate) fn table(name: &str) -> TableSchema {
    let columns = vec![ColumnDef::plain(1, "Id", Type::UInt64), ColumnDef::plain(2, "Body", Type::String)];
    TableSchema {
        version: SchemaVersion(0),
        uuid: olly_types::hash::content_hash(name.as_bytes()),
        sort_key: vec![ColumnId(1)],
        sort_key_text: "Id".into(),
        ..TableSchema::plain(TableId(0), name, columns)
    }
}

pub(crate) fn create(name: &str) -> CatalogCommand {
    CatalogCommand::CreateTable { table: Box::new(table(name)), if_not_exists: false }
}

pub(crate) fn drop_table(name: &str) -> CatalogCommand {
    CatalogCommand::DropTable { database: "default".into(), name: name.into(), if_exists: false }
}

/// Rows `from..from + n`, each with `bytes` of body.
pub(crate) fn batch(from: u64, n: u64, bytes: usize) -> Batch {
    let ids = UInt64Array::from_iter_values(from..from + n);
    let bodies: Vec<Vec<u8>> = (from..from + n).map(|i| format!("{i:0>bytes$}").into_bytes()).collect();
    let bodies = BinaryArray::from_iter_values(bodies);
    Batch {
        rows: n as usize,
        columns: vec![
            BatchColumn { id: ColumnId(1), array: Arc::new(ids) },
            BatchColumn { id: ColumnId(2), array: Arc::new(bodies) },
        ],
    }
}

/// A request of rows for one table and group.
pub(crate) fn block(group: u32, schema: &TableSchema, id: Option<u128>, batch: Batch) -> WriteBlock {
    let bytes = batch.memory_bytes();
    WriteBlock {
        group: GroupId(group),
        tenant: TenantId(0),
        id: id.map(RequestId),
        sections: vec![Section { table: schema.id, schema_version: schema.version, batch }],
        positions: Vec::new(),
        bytes,
    }
}

/// All Ids of a table, sorted, through the port that queries use.
pub(crate) fn ids(source: &dyn SnapshotSource, table: TableId) -> Vec<u64> {
    try_ids(source, table).unwrap()
}

/// The same where reading may fail.
pub(crate) fn try_ids(source: &dyn SnapshotSource, table: TableId) -> olly_types::Result<Vec<u64>> {
    let snapshot = source.snapshot(TenantId(0), table)?;
    let columns = [1, 2].map(|id| ScanColumn { column: ColumnId(id), access: Access::Whole });
    let request = ScanRequest { columns: columns.to_vec(), batch_rows: 1000, ..ScanRequest::default() };
    let mut out = Vec::new();
    for mut stream in snapshot.scan(&request, 3)? {
        while let Some(batch) = stream.next_batch()? {
            let ids = batch.arrays[0].as_primitive::<UInt64Type>();
            let bodies = batch.arrays[1].as_binary_view();
            for (id, body) in ids.values().iter().zip(bodies.iter()) {
                let body = std::str::from_utf8(body.unwrap()).unwrap();
                assert_eq!(body.parse::<u64>().unwrap(), *id, "the row's columns belong together");
                out.push(*id);
            }
        }
    }
    assert!(snapshot.exact_rows().is_none_or(|n| n == out.len() as u64));
    out.sort_unstable();
    Ok(out)
}
