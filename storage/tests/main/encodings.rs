//! Parts come back bit for bit, whatever types and values they hold.

use crate::common::*;
use olly_env::Env;
use olly_types::command::Command;
use olly_types::{Type, Value};
use proptest::prelude::*;

/// Values of a type, from the extremes to the everyday.
fn values(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Nullable(t) => prop_oneof![1 => Just(Value::Null), 4 => values(t)].boxed(),
        Type::LowCardinality(t) => values(t),
        Type::Array(t) => prop::collection::vec(values(t), 0..4).prop_map(|v| Value::Array(v.into())).boxed(),
        Type::Tuple(e) => {
            let parts: Vec<_> = e.iter().map(|(_, t)| values(t)).collect();
            parts.prop_map(|v| Value::Tuple(v.into())).boxed()
        }
        Type::Map(k, v) => {
            prop::collection::vec((values(k), values(v)), 0..5).prop_map(|v| Value::Map(v.into())).boxed()
        }
        Type::String => prop_oneof![
            Just(Value::bytes("")),
            "[a-c]{0,2}".prop_map(Value::bytes),
            "-?[0-9]{1,20}".prop_map(Value::bytes),
            "[0-9a-f]{32}".prop_map(Value::bytes),
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".prop_map(Value::bytes),
            prop::collection::vec(any::<u8>(), 0..60).prop_map(Value::bytes),
        ]
        .boxed(),
        Type::FixedString(n) => prop::collection::vec(any::<u8>(), *n as usize).prop_map(Value::bytes).boxed(),
        Type::Uuid | Type::Ipv6 => prop::collection::vec(any::<u8>(), 16).prop_map(Value::bytes).boxed(),
        Type::Float64 => prop_oneof![
            any::<f64>(),
            (-10_000i64..10_000, 0u32..4).prop_map(|(n, e)| n as f64 / 10f64.powi(e as i32)),
            Just(-0.0),
            Just(f64::from_bits(0x7ff8_0000_0000_beef)),
            Just(f64::INFINITY),
        ]
        .prop_map(Value::Float)
        .boxed(),
        Type::Float32 => prop_oneof![any::<f32>(), Just(-0.0f32), (-99i32..99).prop_map(|n| n as f32 / 8.0)]
            .prop_map(|f| Value::Float(f64::from(f)))
            .boxed(),
        Type::Decimal(p, _) => {
            let most = 10i128.pow(u32::from(*p)) - 1;
            (-most..=most).prop_map(Value::Decimal).boxed()
        }
        Type::UInt8 | Type::Bool => (0u64..2).prop_map(Value::UInt).boxed(),
        Type::UInt16 | Type::Date => any::<u16>().prop_map(|n| Value::UInt(n.into())).boxed(),
        Type::UInt32 | Type::DateTime(_) | Type::Ipv4 => any::<u32>().prop_map(|n| Value::UInt(n.into())).boxed(),
        Type::UInt64 => prop_oneof![any::<u64>(), 0u64..100].prop_map(Value::UInt).boxed(),
        Type::Int8 | Type::Enum8(_) => prop_oneof![Just(Value::Int(1)), Just(Value::Int(2))].boxed(),
        Type::Int32 => any::<i32>().prop_map(|n| Value::Int(n.into())).boxed(),
        _ => prop_oneof![any::<i64>(), (0i64..1000).prop_map(|n| n * 1_000_000_000), Just(i64::MIN), Just(i64::MAX)]
            .prop_map(Value::Int)
            .boxed(),
    }
}

const TYPES: &[&str] = &[
    "UInt8",
    "UInt64",
    "Int32",
    "Int64",
    "Float64",
    "Float32",
    "String",
    "Nullable(String)",
    "LowCardinality(String)",
    "LowCardinality(Nullable(String))",
    "LowCardinality(UInt32)",
    "Nullable(Float64)",
    "FixedString(5)",
    "UUID",
    "IPv6",
    "IPv4",
    "Date",
    "DateTime64(9)",
    "Decimal(9, 2)",
    "Decimal(18, 4)",
    "Decimal(38, 10)",
    "Enum8('a' = 1, 'b' = 2)",
    "Array(String)",
    "Array(Array(Nullable(Int64)))",
    "Array(LowCardinality(String))",
    "Map(LowCardinality(String), String)",
    "Map(String, Float64)",
    "Map(UInt64, Array(String))",
    "Map(String, Nullable(Int64))",
    "Array(Map(LowCardinality(String), String))",
    "Tuple(a UInt8, b LowCardinality(String), c Array(String))",
];

/// Bits, so that NaN and -0 count.
fn text(v: &Value) -> String {
    match v {
        Value::Float(f) => format!("f{:016x}", f.to_bits()),
        Value::Array(a) | Value::Tuple(a) => format!("[{}]", a.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Map(m) => {
            format!("{{{}}}", m.iter().map(|(k, v)| text(k) + ":" + &text(v)).collect::<Vec<_>>().join(","))
        }
        other => format!("{other:?}"),
    }
}

fn texts(rows: &[Vec<Value>]) -> Vec<String> {
    let mut out: Vec<String> = rows.iter().map(|r| r.iter().map(text).collect::<Vec<_>>().join(";")).collect();
    out.sort();
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn rows_come_back_from_memtables_parts_and_merges(
        picks in prop::collection::vec(0..TYPES.len(), 1..5),
        sort in 0..4usize,
        sizes in prop::collection::vec(1usize..40, 1..4),
        seed in any::<u64>(),
    ) {
        let columns: Vec<_> =
            picks.iter().enumerate().map(|(i, t)| column(i as u32 + 1, &format!("c{i}"), TYPES[*t])).collect();
        let key: Vec<u32> = if sort < columns.len() { vec![sort as u32 + 1] } else { vec![] };
        let table = schema(1, columns, &key, &[], None);
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(
            ProptestConfig::default(),
            proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &{
                let mut s = [0u8; 32];
                s[..8].copy_from_slice(&seed.to_le_bytes());
                s
            }),
        );
        let mut row = || -> Vec<Value> {
            table.columns.iter().map(|c| values(&c.ty).new_tree(&mut runner).unwrap().current()).collect()
        };
        let env = Env::sim(seed);
        let shard = open(&env);
        let mut index = 1;
        let mut apply = |command| {
            shard.apply(at(index), &entry(0, index, command)).unwrap();
            index += 1;
        };
        apply(Command::RegisterSchema(table.clone()));
        let mut all = Vec::new();
        let mut parts = Vec::new();
        for n in sizes {
            let rows: Vec<Vec<Value>> = (0..n).map(|_| row()).collect();
            apply(write(&table, None, &rows));
            all.extend(rows);
            prop_assert_eq!(texts(&read(&shard, 0, &table)), texts(&all));
            let hash = shard.state_hash().unwrap();
            apply(Command::Flush { table: table.id });
            run_all(&shard);
            prop_assert_eq!(texts(&read(&shard, 0, &table)), texts(&all));
            prop_assert_eq!(shard.state_hash().unwrap(), hash);
            parts = shard.parts().iter().map(|p| p.id).collect();
        }
        apply(Command::Merge { table: table.id, parts: parts.clone() });
        run_all(&shard);
        prop_assert_eq!(shard.parts().len(), 1);
        prop_assert_eq!(texts(&read(&shard, 0, &table)), texts(&all));
    }
}
