//! Tables, rows and reads that the tests share.

use olly_env::Env;
use olly_storage::shard::{Lane, LogPosition, Shard, ShardOptions};
use olly_types::batch::{Batch, BatchColumn, to_stored};
use olly_types::budget::Budget;
use olly_types::command::{Command, Entry, Request, Section};
use olly_types::port::{Access, ScanColumn, ScanRequest};
use olly_types::schema::{ColumnDef, TableSchema};
use olly_types::{ColumnId, GroupId, LogIndex, RequestId, TableId, TenantId, Type, UnixNanos, Value, value};
use std::sync::Arc;

pub fn column(id: u32, name: &str, ty: &str) -> ColumnDef {
    ColumnDef::plain(id, name, Type::parse(ty).unwrap())
}

pub fn schema(
    id: u32,
    columns: Vec<ColumnDef>,
    sort: &[u32],
    partition: &[u32],
    time: Option<u32>,
) -> Arc<TableSchema> {
    Arc::new(TableSchema {
        sort_key: sort.iter().map(|c| ColumnId(*c)).collect(),
        partition_key: partition.iter().map(|c| ColumnId(*c)).collect(),
        event_time: time.map(ColumnId),
        ..TableSchema::plain(TableId(id), &format!("t{id}"), columns)
    })
}

/// A small table like the logs': time, service, text, attributes, a number that may be missing.
pub fn logs(id: u32) -> Arc<TableSchema> {
    let columns = vec![
        column(1, "day", "Date"),
        column(2, "Timestamp", "DateTime64(9)"),
        column(3, "Service", "LowCardinality(String)"),
        column(4, "Body", "String"),
        column(5, "Attributes", "Map(LowCardinality(String), String)"),
        column(6, "n", "Nullable(Int64)"),
        column(7, "TraceId", "String"),
    ];
    schema(id, columns, &[3, 2], &[1], Some(2))
}

/// Row `i` of [`logs`], the same for every call.
pub fn log_row(i: u64) -> Vec<Value> {
    let day = 20_000 + i / 5000;
    let ticks = day as i64 * 86_400_000_000_000 + (i % 5000) as i64 * 1_000_003;
    let mut pairs = vec![(Value::bytes("http.method"), Value::bytes(["GET", "POST", "PUT"][(i % 3) as usize]))];
    if i.is_multiple_of(4) {
        pairs.push((Value::bytes("user"), Value::bytes(format!("u{}", i * 7919 % 1000))));
    }
    if i.is_multiple_of(11) {
        // A duplicate key and an empty value.
        pairs.push((Value::bytes("http.method"), Value::bytes("")));
    }
    if i.is_multiple_of(13) {
        pairs.clear();
    }
    vec![
        Value::UInt(day),
        Value::Int(ticks),
        Value::bytes(format!("svc-{}", i % 5)),
        Value::bytes(format!("request {} took {} ms on a path that is long enough", i, i * 31 % 977)),
        Value::Map(pairs.into()),
        if i.is_multiple_of(7) { Value::Null } else { Value::Int(i as i64 - 500) },
        Value::bytes(format!("{:032x}", u128::from(i / 3).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))),
    ]
}

pub fn batch(schema: &TableSchema, rows: &[Vec<Value>]) -> Batch {
    let columns = schema.stored_columns().enumerate().map(|(i, def)| {
        let values: Vec<Value> = rows.iter().map(|r| r[i].clone()).collect();
        let carrier = value::array_of(&values, &def.ty).unwrap();
        BatchColumn { id: def.id, array: to_stored(&carrier, &def.ty).unwrap() }
    });
    Batch { rows: rows.len(), columns: columns.collect() }
}

pub fn at(index: u64) -> LogPosition {
    LogPosition { index: LogIndex(index), term: 1, leader: 1 }
}

pub const TIME: i64 = 1_800_000_000_000_000_000;

pub fn entry(tenant: u32, index: u64, command: Command) -> Entry {
    Entry { tenant: TenantId(tenant), proposed_at: UnixNanos(TIME + index as i64 * 1_000_000), command }
}

pub fn write(schema: &Arc<TableSchema>, id: Option<u128>, rows: &[Vec<Value>]) -> Command {
    let section = Section { table: schema.id, schema_version: schema.version, batch: batch(schema, rows) };
    Command::Write { requests: vec![Request { id: id.map(RequestId), sections: vec![section], positions: vec![] }] }
}

pub fn options() -> ShardOptions {
    let mut o = ShardOptions::new(&Budget::root(512 << 20));
    o.granule_rows = 512;
    o
}

pub fn open(env: &Env) -> Arc<Shard> {
    Shard::open(env, "groups/1", GroupId(1), options()).unwrap()
}

/// Runs a job of either lane; whether there was one.
pub fn run_job(shard: &Shard) -> Result<bool, olly_storage::Error> {
    Ok(shard.run_job(Lane::Flush)? || shard.run_job(Lane::Merge)?)
}

pub fn run_all(shard: &Shard) {
    while run_job(shard).unwrap() {}
}

/// All rows of a tenant, in no promised order, as values of all columns.
pub fn read(shard: &Shard, tenant: u32, schema: &TableSchema) -> Vec<Vec<Value>> {
    read_with(shard, tenant, schema, &ScanRequest::default()).unwrap()
}

pub fn read_with(
    shard: &Shard,
    tenant: u32,
    schema: &TableSchema,
    request: &ScanRequest,
) -> olly_types::Result<Vec<Vec<Value>>> {
    let snapshot = shard.snapshot(TenantId(tenant), schema.id)?;
    let mut request = request.clone();
    let whole = |d: &ColumnDef| ScanColumn { column: d.id, access: Access::Whole };
    let schema = Arc::clone(snapshot.schema());
    request.columns = schema.stored_columns().map(whole).collect();
    let mut out = Vec::new();
    for mut stream in snapshot.scan(&request, 3)? {
        while let Some(batch) = stream.next_batch()? {
            for row in 0..batch.rows {
                let values = schema.stored_columns().zip(&batch.arrays);
                let values: olly_types::Result<Vec<Value>> = values
                    .map(|(d, a)| {
                        assert_eq!(a.data_type(), &d.ty.carrier(), "{}", d.ty);
                        value::value_at(a, row, &d.ty)
                    })
                    .collect();
                out.push(values?);
            }
        }
    }
    Ok(out)
}

/// Rows in an order that does not depend on where they are stored.
pub fn ordered(mut rows: Vec<Vec<Value>>) -> Vec<String> {
    let mut out: Vec<String> = rows.drain(..).map(|r| format!("{r:?}")).collect();
    out.sort();
    out
}
