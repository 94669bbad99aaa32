//! The wire walk against prost; JSON against protobuf; arbitrary bytes.

use crate::generate::Rng;
use crate::model::{self, Expected};
use crate::support::{NOW, Row, Store};
use olly_ingest::fuzzing::{fuzz_json, fuzz_protobuf};
use olly_ingest::keys::{date_of_seconds, to_date, to_date_time, to_start_of_five_minutes};
use olly_ingest::otlp::{Decoded, Frame, Signal, decode_json, decode_protobuf, request_id};
use olly_ingest::{Retention, ensure_schema};
use olly_types::port::Proposer;
use olly_types::{TenantId, Value, cityhash};
use proptest::prelude::*;
use prost::Message;

const FRAME: Frame = Frame {
    tenant: TenantId(0),
    groups: 3,
    now: NOW,
    oldest: NOW - 30 * 86_400_000_000_000,
    newest: NOW + 86_400_000_000_000,
};

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn store(signal: Signal, body: &[u8], decoded: Decoded) -> Store {
    block_on(async {
        let store = Store::default();
        ensure_schema(&store, &store, &Retention::default()).await.unwrap();
        let id = request_id(FRAME.tenant, signal.name(), body);
        store
            .write(decoded.into_writes(FRAME.tenant, id, &store).unwrap(), olly_types::port::Patience::Short)
            .await
            .unwrap();
        store
    })
}

/// The hidden keys by their definitions, taken off the row.
fn check_keys(row: &mut Row) {
    let hidden: Vec<String> = row.keys().filter(|k| k.contains('(')).cloned().collect();
    for key in hidden {
        let got = row.remove(&key).unwrap();
        let int = |name: &str| row[name].as_i128().unwrap() as i64;
        let want = match key.as_str() {
            "toDate(Timestamp)" => u64::from(to_date(int("Timestamp"))),
            "toDate(TimeUnix)" => u64::from(to_date(int("TimeUnix"))),
            "toDate(Start)" => u64::from(date_of_seconds(int("Start") as u32)),
            "toDateTime(Timestamp)" => u64::from(to_date_time(int("Timestamp"))),
            "toStartOfFiveMinutes(Timestamp)" => u64::from(to_start_of_five_minutes(int("Timestamp"))),
            "cityHash64(Attributes)" => {
                let Value::Map(pairs) = &row["Attributes"] else { panic!() };
                let pairs = pairs.iter().map(|(k, v)| (k.as_bytes().unwrap(), v.as_bytes().unwrap()));
                cityhash::city_hash_64_map(pairs.clone().count() as u32, pairs)
            }
            other => panic!("{other}"),
        };
        assert_eq!(got, Value::UInt(want), "{key}");
    }
}

fn sorted(mut rows: Vec<Row>) -> Vec<String> {
    rows.iter_mut().for_each(check_keys);
    let mut out: Vec<String> = rows.iter().map(|r| format!("{r:?}")).collect();
    out.sort();
    out
}

fn check(signal: Signal, body: &[u8], decoded: Decoded, (expected, refused): &Expected) {
    assert_eq!(decoded.rejections.total(), *refused);
    let store = store(signal, body, decoded);
    for table in olly_ingest::schema::TABLES {
        let want = expected.get(table.name).cloned().unwrap_or_default();
        let mut want: Vec<String> = want.iter().map(|r| format!("{r:?}")).collect();
        want.sort();
        assert_eq!(sorted(store.rows(table.name)), want, "{}", table.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn walk_equals_prost(seed in any::<u64>()) {
        let mut rng = Rng(seed);
        let request = rng.logs();
        let body = request.encode_to_vec();
        check(Signal::Logs, &body, decode_protobuf(Signal::Logs, &body, &FRAME).unwrap(), &model::logs(&request));
        let request = rng.traces();
        let body = request.encode_to_vec();
        check(Signal::Traces, &body, decode_protobuf(Signal::Traces, &body, &FRAME).unwrap(), &model::traces(&request));
        let request = rng.metrics();
        let body = request.encode_to_vec();
        check(Signal::Metrics, &body, decode_protobuf(Signal::Metrics, &body, &FRAME).unwrap(), &model::metrics(&request));
    }

    /// The JSON that opentelemetry-proto writes gives the same rows.
    #[test]
    fn json_equals_protobuf(seed in any::<u64>()) {
        let mut rng = Rng(seed);
        let request = rng.logs();
        let body = serde_json::to_vec(&request).unwrap();
        check(Signal::Logs, &body, decode_json(Signal::Logs, &body, &FRAME).unwrap(), &model::logs(&request));
        let request = rng.traces();
        let body = serde_json::to_vec(&request).unwrap();
        check(Signal::Traces, &body, decode_json(Signal::Traces, &body, &FRAME).unwrap(), &model::traces(&request));
        let request = rng.metrics();
        let body = serde_json::to_vec(&request).unwrap();
        check(Signal::Metrics, &body, decode_json(Signal::Metrics, &body, &FRAME).unwrap(), &model::metrics(&request));
    }

    #[test]
    fn damaged_requests_end(seed in any::<u64>(), noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzz_protobuf(&noise);
        fuzz_json(&noise);
        let mut rng = Rng(seed);
        let bodies = [
            rng.logs().encode_to_vec(),
            rng.traces().encode_to_vec(),
            rng.metrics().encode_to_vec(),
            serde_json::to_vec(&rng.metrics()).unwrap(),
        ];
        for mut body in bodies {
            for _ in 0..5 {
                let n = body.len() as u64;
                if n == 0 {
                    break;
                }
                let at = rng.below(n) as usize;
                body[at] ^= 1 << rng.below(8);
                fuzz_protobuf(&body);
                fuzz_json(&body);
                fuzz_protobuf(&body[..at]);
                fuzz_json(&body[..at]);
            }
        }
    }

    /// Which row is in which block does not depend on the clock: a late retry loses nothing and doubles nothing.
    #[test]
    fn blocks_do_not_depend_on_the_clock(seed in any::<u64>()) {
        let request = Rng(seed).logs();
        let body = request.encode_to_vec();
        let ids = |frame: &Frame| -> Vec<(u32, u32)> {
            let decoded = decode_protobuf(Signal::Logs, &body, frame).unwrap();
            decoded.blocks.iter().map(|b| (b.group.0, b.number)).collect()
        };
        let later = Frame { now: NOW + 1_000_000_000, oldest: NOW, newest: NOW + 5, ..FRAME };
        prop_assert_eq!(ids(&FRAME), ids(&later));
    }
}

/// Two requests in one row of a thousand: blocks stay under the entry's limit, whatever the rows look like.
#[test]
fn large_requests_are_split() {
    use crate::listeners::{logs, record};
    let mut records = Vec::new();
    for i in 0..4000u64 {
        let mut r = record(&format!("line {i} {}", "x".repeat((i % 700) as usize)));
        r.time_unix_nano = NOW as u64 + i;
        records.push(r);
    }
    // Escapes and base64 make text longer than its wire form; one row is larger than an entry by itself.
    records.push(record(&"\u{1}".repeat(3 << 20)));
    records.push(record(&"y".repeat(30 << 10)));
    let body = logs(records).encode_to_vec();
    let decoded = decode_protobuf(Signal::Logs, &body, &FRAME).unwrap();
    assert_eq!(decoded.accepted, 4002);
    assert!(decoded.blocks.len() >= 4, "{}", decoded.blocks.len());
    let again = decode_protobuf(Signal::Logs, &body, &FRAME).unwrap();
    let shape = |d: &Decoded| d.blocks.iter().map(|b| (b.group, b.number, b.tables[0].rows)).collect::<Vec<_>>();
    assert_eq!(shape(&decoded), shape(&again));
    // The store asserts the size of every entry.
    let store = store(Signal::Logs, &body, decoded);
    assert_eq!(store.rows("otel_logs").len(), 4002);
}
