//! Bytes a row and rows a second of flush and merge, on the bench's generated telemetry.
//!
//! `cargo run --release -p olly-storage --example sizes -- [logs|spans|tsbs|mix] [rows]`
#![allow(clippy::unwrap_used, clippy::disallowed_methods, dead_code, clippy::all)]

#[path = "../../benches/src/gen/mod.rs"]
mod r#gen;

use arrow::array::{ArrayRef, UInt32Array};
use olly_env::Env;
use olly_storage::shard::{Lane, LogPosition, Shard, ShardOptions};
use olly_types::batch::{Batch, BatchColumn, interned, to_stored, to_stored_values};
use olly_types::budget::Budget;
use olly_types::command::{Command, Entry, Request, Section};
use olly_types::schema::{ColumnDef, Role, TableSchema};
use olly_types::{GroupId, LogIndex, TableId, TenantId, Type, UnixNanos, Value, value};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Point;
use prost::Message;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

const LC: &str = "LowCardinality(String)";
const MAP: &str = "Map(LowCardinality(String), String)";

fn table(columns: &[(&str, &str, Option<Role>)], sort: &[&str], partition: &str, time: &str) -> Arc<TableSchema> {
    let defs: Vec<ColumnDef> = columns
        .iter()
        .enumerate()
        .map(|(i, (name, ty, role))| {
            let plain = ColumnDef::plain(i as u32 + 1, name, Type::parse(ty).unwrap());
            ColumnDef { role: *role, ..plain }
        })
        .collect();
    let id = |n: &str| defs.iter().find(|d| &*d.name == n).unwrap().id;
    let (sort_key, partition_key) = (sort.iter().map(|s| id(s)).collect(), vec![id(partition)]);
    let event_time = Some(id(time));
    Arc::new(TableSchema { sort_key, partition_key, event_time, ..TableSchema::plain(TableId(1), "t", defs) })
}

fn s(t: &str) -> Value {
    Value::bytes(t)
}
fn map(kv: &[KeyValue]) -> Value {
    Value::Map(kv.iter().map(|k| (s(&k.key), s(r#gen::text_of(k)))).collect())
}
fn hash_of(v: &Value) -> u64 {
    olly_types::hash::hash64(format!("{v:?}").as_bytes(), 0)
}

/// Rows to a batch; columns named in `shared` are interned.
fn batch(schema: &TableSchema, rows: &[Vec<Value>], shared: &[&str]) -> Batch {
    let mut columns = Vec::new();
    for (i, def) in schema.columns.iter().enumerate() {
        let array: ArrayRef = if shared.contains(&&*def.name) {
            let mut seen: HashMap<String, u32> = HashMap::new();
            let mut values = Vec::new();
            let mut keys = Vec::new();
            for r in rows {
                let next = values.len() as u32;
                let k = *seen.entry(format!("{:?}", r[i])).or_insert(next);
                if k == next {
                    values.push(r[i].clone());
                }
                keys.push(k);
            }
            let carrier = value::array_of(&values, &def.ty).unwrap();
            interned(UInt32Array::from(keys), to_stored_values(&carrier, &def.ty).unwrap()).unwrap()
        } else {
            let values: Vec<Value> = rows.iter().map(|r| r[i].clone()).collect();
            to_stored(&value::array_of(&values, &def.ty).unwrap(), &def.ty).unwrap()
        };
        columns.push(BatchColumn { id: def.id, array });
    }
    Batch { rows: rows.len(), columns }
}

const DAY: u64 = 86_400_000_000_000;
const END: u64 = 20_500 * DAY;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let kind = args.get(1).map_or("logs", |a| a.as_str()).to_string();
    let total: usize = args.get(2).map_or(200_000, |a| a.parse().unwrap());
    let (schema, shared): (Arc<TableSchema>, Vec<&str>) = match kind.as_str() {
        "logs" => (
            table(
                &[
                    ("Timestamp", "DateTime64(9)", Some(Role::EventTime)),
                    ("TraceId", "String", None),
                    ("SpanId", "String", None),
                    ("TraceFlags", "UInt8", None),
                    ("SeverityText", LC, None),
                    ("SeverityNumber", "UInt8", None),
                    ("ServiceName", LC, None),
                    ("Body", "String", None),
                    ("ResourceSchemaUrl", LC, None),
                    ("ResourceAttributes", MAP, None),
                    ("ScopeName", "String", None),
                    ("ScopeVersion", LC, None),
                    ("ScopeAttributes", MAP, None),
                    ("LogAttributes", MAP, None),
                    ("EventName", "String", None),
                    ("day", "Date", None),
                    ("five", "DateTime", None),
                ],
                &["five", "ServiceName", "Timestamp"],
                "day",
                "Timestamp",
            ),
            vec!["ResourceAttributes", "ScopeName", "ScopeAttributes"],
        ),
        "spans" => (
            table(
                &[
                    ("Timestamp", "DateTime64(9)", Some(Role::EventTime)),
                    ("TraceId", "String", None),
                    ("SpanId", "String", None),
                    ("ParentSpanId", "String", None),
                    ("SpanName", LC, None),
                    ("SpanKind", LC, None),
                    ("ServiceName", LC, None),
                    ("ResourceAttributes", MAP, None),
                    ("ScopeName", "String", None),
                    ("SpanAttributes", MAP, None),
                    ("Duration", "UInt64", None),
                    ("StatusCode", LC, None),
                    ("StatusMessage", "String", None),
                    ("day", "Date", None),
                    ("second", "DateTime", None),
                ],
                &["ServiceName", "SpanName", "second"],
                "day",
                "Timestamp",
            ),
            vec!["ResourceAttributes", "ScopeName"],
        ),
        _ => (
            table(
                &[
                    ("ResourceAttributes", MAP, Some(Role::ResourceAttributes)),
                    ("ServiceName", LC, None),
                    ("MetricName", LC, Some(Role::MetricName)),
                    ("MetricUnit", "String", None),
                    ("Attributes", MAP, Some(Role::RecordAttributes)),
                    ("StartTimeUnix", "DateTime64(9)", None),
                    ("TimeUnix", "DateTime64(9)", Some(Role::EventTime)),
                    ("Flags", "UInt32", None),
                    ("Value", "Float64", None),
                    ("day", "Date", None),
                    ("hash", "UInt64", None),
                ],
                &["ServiceName", "MetricName", "hash", "TimeUnix"],
                "day",
                "TimeUnix",
            ),
            vec!["ResourceAttributes", "Attributes", "MetricUnit"],
        ),
    };
    let dir = std::env::temp_dir().join(format!("olly-sizes-{}", std::process::id()));
    let env = Env::real(&dir).unwrap();
    let shard = Shard::open(&env, "groups/1", GroupId(1), ShardOptions::new(&Budget::root(2 << 30))).unwrap();
    let mut index = 0u64;
    let apply = |command: Command, index: &mut u64| {
        let at = LogPosition { index: LogIndex(*index), term: 1, leader: 1 };
        let entry = Entry { tenant: TenantId(0), proposed_at: UnixNanos(END as i64), command };
        *index += 1;
        shard.apply(at, &entry).unwrap()
    };
    apply(Command::RegisterSchema(schema.clone()), &mut index);
    let flush_rows = if kind == "logs" || kind == "spans" { 150_000 } else { 600_000 };
    let (mut rows_in, mut since, mut flush_seconds) = (0usize, 0usize, 0.0);
    let logs = r#gen::logs::Logs::new(1, total, END - DAY / 2, r#gen::SIX_HOURS);
    let spans = r#gen::spans::Spans::new(1, total, END - DAY / 2, r#gen::SIX_HOURS);
    let shape = if kind == "mix" { r#gen::metrics::Shape::Mix } else { r#gen::metrics::Shape::Tsbs };
    let mut metrics = r#gen::metrics::Metrics::new(shape, 1, 400, END - DAY + 1000);
    let mut request = 0;
    while rows_in < total {
        let batches: Vec<Vec<Vec<Value>>> = match kind.as_str() {
            "logs" => {
                let mut rows = Vec::new();
                for r in logs.message(request % logs.requests()).resource_logs {
                    let attributes = r.resource.map(|r| r.attributes).unwrap_or_default();
                    for scope in r.scope_logs {
                        for l in scope.log_records {
                            let ts = l.time_unix_nano;
                            let body = KeyValue { key: String::new(), value: l.body.clone(), ..Default::default() };
                            rows.push(vec![
                                Value::Int(ts as i64),
                                s(&r#gen::hex(&l.trace_id)),
                                s(&r#gen::hex(&l.span_id)),
                                Value::UInt(l.flags.into()),
                                s(&l.severity_text),
                                Value::UInt(l.severity_number as u64),
                                s(r#gen::text_of(&attributes[0])),
                                s(r#gen::text_of(&body)),
                                s(&r.schema_url),
                                map(&attributes),
                                s(&scope.scope.as_ref().unwrap().name),
                                s("1.4.2"),
                                Value::Map([].into()),
                                map(&l.attributes),
                                s(""),
                                Value::UInt(ts / DAY),
                                Value::UInt(ts / 300_000_000_000 * 300),
                            ]);
                        }
                    }
                }
                vec![rows]
            }
            "spans" => {
                let mut rows = Vec::new();
                for r in spans.message(request % spans.requests()).resource_spans {
                    let attributes = r.resource.map(|r| r.attributes).unwrap_or_default();
                    for scope in r.scope_spans {
                        for l in scope.spans {
                            let ts = l.start_time_unix_nano;
                            rows.push(vec![
                                Value::Int(ts as i64),
                                s(&r#gen::hex(&l.trace_id)),
                                s(&r#gen::hex(&l.span_id)),
                                s(&r#gen::hex(&l.parent_span_id)),
                                s(&l.name),
                                s(["", "Internal", "Server", "Client", "Producer", "Consumer"][l.kind as usize]),
                                s(r#gen::text_of(&attributes[0])),
                                map(&attributes),
                                s(&scope.scope.as_ref().unwrap().name),
                                map(&l.attributes),
                                Value::UInt(l.end_time_unix_nano - ts),
                                s(["Unset", "Ok", "Error"][l.status.as_ref().map_or(0, |s| s.code as usize)]),
                                s(l.status.as_ref().map_or("", |s| &s.message)),
                                Value::UInt(ts / DAY),
                                Value::UInt(ts / 1_000_000_000),
                            ]);
                        }
                    }
                }
                vec![rows]
            }
            _ => metrics
                .next_scrape(None)
                .into_iter()
                .map(|r| {
                    let m = ExportMetricsServiceRequest::decode(r.body).unwrap();
                    let mut rows = Vec::new();
                    for r in m.resource_metrics {
                        let attributes = r.resource.map(|r| r.attributes).unwrap_or_default();
                        let resource = map(&attributes);
                        let service = attributes.iter().find(|a| a.key == "service.name");
                        for m in r.scope_metrics.into_iter().flat_map(|s| s.metrics) {
                            let points = match m.data {
                                Some(Data::Gauge(g)) => g.data_points,
                                Some(Data::Sum(s)) => s.data_points,
                                _ => vec![],
                            };
                            for p in points {
                                let own = map(&p.attributes);
                                let ts = p.time_unix_nano;
                                rows.push(vec![
                                    resource.clone(),
                                    s(service.map_or("", r#gen::text_of)),
                                    s(&m.name),
                                    s(&m.unit),
                                    own.clone(),
                                    Value::Int(p.start_time_unix_nano as i64),
                                    Value::Int(ts as i64),
                                    Value::UInt(0),
                                    Value::Float(match p.value {
                                        Some(Point::AsDouble(d)) => d,
                                        Some(Point::AsInt(i)) => i as f64,
                                        None => 0.0,
                                    }),
                                    Value::UInt(ts / DAY),
                                    Value::UInt(hash_of(&own)),
                                ]);
                            }
                        }
                    }
                    rows
                })
                .collect(),
        };
        request += 1;
        for rows in batches {
            rows_in += rows.len();
            since += rows.len();
            let section =
                Section { table: schema.id, schema_version: schema.version, batch: batch(&schema, &rows, &shared) };
            let requests = vec![Request { id: None, sections: vec![section], positions: vec![] }];
            apply(Command::Write { requests }, &mut index);
        }
        if since >= flush_rows || rows_in >= total {
            since = 0;
            let m = shard.metrics();
            println!(
                "memtable {} rows, {:.0} B/row",
                m.memtable_rows,
                m.memtable_bytes as f64 / m.memtable_rows as f64
            );
            let t = Instant::now();
            apply(Command::Flush { table: schema.id }, &mut index);
            while shard.run_job(Lane::Flush).unwrap() || shard.run_job(Lane::Merge).unwrap() {}
            flush_seconds += t.elapsed().as_secs_f64();
        }
    }
    let m = shard.metrics();
    println!(
        "flushed {} rows into {} parts, {:.2} B/row, {:.0} rows/s",
        m.part_rows,
        m.parts,
        m.part_bytes as f64 / m.part_rows as f64,
        m.part_rows as f64 / flush_seconds
    );
    let mut by: HashMap<String, Vec<_>> = HashMap::new();
    for p in shard.parts() {
        by.entry(p.partition.clone()).or_default().push(p.id);
    }
    let t = Instant::now();
    for parts in by.into_values().filter(|p| p.len() > 1) {
        apply(Command::Merge { table: schema.id, parts }, &mut index);
    }
    while shard.run_job(Lane::Flush).unwrap() || shard.run_job(Lane::Merge).unwrap() {}
    let m = shard.metrics();
    println!(
        "merged into {} parts, {:.2} B/row, {:.0} rows/s",
        m.parts,
        m.part_bytes as f64 / m.part_rows as f64,
        m.part_rows as f64 / t.elapsed().as_secs_f64()
    );
    for line in shard.column_sizes() {
        println!(
            "  {:>8.3} B/row  {}",
            line.bytes as f64 / m.part_rows as f64,
            schema.column(line.column).map_or("(footers, frames)", |c| &c.name)
        );
    }
    drop(shard);
    std::fs::remove_dir_all(&dir).unwrap();
}
