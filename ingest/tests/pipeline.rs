//! The same rows by OTLP and by SQL: equal hidden keys, equal groups.

use crate::generate::Rng;
use crate::support::NOW;
use arrow::array::ArrayRef;
use olly_ingest::otlp::{Frame, Signal, decode_protobuf, request_id};
use olly_ingest::{Retention, ensure_schema, schema};
use olly_query::engine::{Block, Engine, Execution, QueryText, Session};
use olly_query::fake::{self, FakeStore, StillClock};
use olly_types::batch::to_carrier;
use olly_types::port::{CatalogView, Proposer, TenantCtx, WriteBlock};
use olly_types::schema::TableSchema;
use olly_types::value::value_at;
use olly_types::{TenantId, Type};
use prost::Message;
use std::sync::Arc;

const TENANT: TenantId = TenantId(7);

fn frame(groups: u32) -> Frame {
    let day = 86_400_000_000_000;
    Frame { tenant: TENANT, groups, now: NOW, oldest: NOW - 30 * day, newest: NOW + day }
}

/// Rows of a table with their group and all their columns, sorted.
fn rows(blocks: &[WriteBlock], table: &TableSchema) -> Vec<String> {
    let mut out = Vec::new();
    for block in blocks {
        assert_eq!(block.tenant, TENANT);
        for section in block.sections.iter().filter(|s| s.table == table.id) {
            let columns: Vec<(&str, ArrayRef, &Type)> = table
                .columns
                .iter()
                .map(|d| {
                    let array = &section.batch.column(d.id).unwrap().array;
                    (&*d.name, to_carrier(array, &d.ty).unwrap(), &d.ty)
                })
                .collect();
            for i in 0..section.batch.rows {
                let values: Vec<_> = columns.iter().map(|(n, a, t)| (n, value_at(a, i, t).unwrap())).collect();
                out.push(format!("{:?} {values:?}", block.group));
            }
        }
    }
    out.sort();
    out
}

async fn insert(engine: &Engine, session: &Arc<Session>, table: &TableSchema, blocks: &[WriteBlock]) -> usize {
    let mut sent = 0;
    for section in blocks.iter().flat_map(|b| &b.sections).filter(|s| s.table == table.id) {
        let visible = table.columns.iter().filter(|c| !c.hidden);
        let columns = visible.map(|d| {
            let array = &section.batch.column(d.id).unwrap().array;
            (d.name.to_string(), d.ty.clone(), to_carrier(array, &d.ty).unwrap())
        });
        let block = Block { columns: columns.collect(), rows: section.batch.rows };
        let sql = format!("INSERT INTO default.{} FORMAT Native", table.name).into_bytes();
        let query = QueryText { sql, ..QueryText::default() };
        let Execution::Insert(mut sink) = engine.execute(session, query).await.unwrap() else { panic!() };
        sink.write(block).await.unwrap();
        sink.finish().await.unwrap();
        sent += section.batch.rows;
    }
    sent
}

#[test]
fn keys_and_groups_do_not_depend_on_the_way_in() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut sent = 0;
    for seed in 1..=25u64 {
        let mut rng = Rng(seed);
        for signal in [Signal::Logs, Signal::Traces, Signal::Metrics] {
            let body = match signal {
                Signal::Logs => rng.logs().encode_to_vec(),
                Signal::Traces => rng.traces().encode_to_vec(),
                Signal::Metrics => rng.metrics().encode_to_vec(),
            };
            runtime.block_on(async {
                let (otlp, sql) = (FakeStore::new(), FakeStore::new());
                for store in [&otlp, &sql] {
                    ensure_schema(&**store, &**store, &Retention::default()).await.unwrap();
                }
                let decoded = decode_protobuf(signal, &body, &frame(otlp.data_groups())).unwrap();
                let id = request_id(TENANT, signal.name(), &body);
                otlp.write(decoded.into_writes(TENANT, id, &*otlp).unwrap(), olly_types::port::Patience::Short)
                    .await
                    .unwrap();
                let engine =
                    fake::engine(&sql, runtime.handle().clone(), std::env::temp_dir(), Arc::new(StillClock(NOW)));
                let session = Arc::new(Session::new(TenantCtx { tenant: TENANT, user: "default".into() }, ""));
                for def in schema::TABLES {
                    let table = otlp.table("default", def.name).unwrap();
                    let by_otlp = otlp.written();
                    let n = insert(&engine, &session, &table, &by_otlp).await;
                    if n > 0 {
                        assert_eq!(rows(&sql.written(), &table), rows(&by_otlp, &table), "{} seed {seed}", def.name);
                    }
                    sent += n;
                }
            });
        }
    }
    assert!(sent > 100, "{sent} rows compared");
}
