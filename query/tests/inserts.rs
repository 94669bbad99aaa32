//! INSERT: routing, deduplication.

use crate::support::Db;

#[test]
fn only_a_token_or_a_replicated_table_deduplicates() {
    let db = Db::new();
    db.ok("CREATE TABLE t (a UInt32, s String) ENGINE = MergeTree ORDER BY (s, a)");
    let insert = "INSERT INTO t SELECT number, toString(number % 3) FROM numbers(10)";
    let count = |table: &str| db.ok(&format!("SELECT count() FROM {table}"))[0].parse::<u32>().unwrap();
    db.ok(insert);
    db.ok(insert);
    assert_eq!(count("t"), 20, "two plain inserts are two");
    for _ in 0..3 {
        db.blocks(insert, &[("insert_deduplication_token", "x")]).unwrap();
    }
    assert_eq!(count("t"), 30, "a retried token is stored once");
    db.blocks(insert, &[("insert_deduplication_token", "y")]).unwrap();
    assert_eq!(count("t"), 40);
    db.ok("CREATE TABLE r (a UInt32, s String) ENGINE = ReplicatedMergeTree('/t/r', 'r1') ORDER BY (s, a)");
    for _ in 0..2 {
        db.ok("INSERT INTO r VALUES (1, 'a'), (2, 'b')");
    }
    assert_eq!(count("r"), 2, "a replicated table knows a block by its rows");
    db.blocks("INSERT INTO r VALUES (1, 'a'), (2, 'b')", &[("insert_deduplicate", "0")]).unwrap();
    assert_eq!(count("r"), 4);
    // Without a key rows have no place of their own, but a token has.
    db.ok("CREATE TABLE n (a UInt32) ENGINE = MergeTree ORDER BY tuple()");
    for _ in 0..5 {
        db.blocks("INSERT INTO n VALUES (1)", &[("insert_deduplication_token", "z")]).unwrap();
    }
    assert_eq!(count("n"), 1);
}

#[test]
fn equal_keys_have_one_group() {
    let db = Db::new();
    db.ok("CREATE TABLE t (k Float64, l LowCardinality(String), v UInt32) ENGINE = MergeTree ORDER BY (k, l)");
    db.ok("INSERT INTO t VALUES (0., 'a', 1), (-0., 'a', 2), (nan, 'b', 3), (-nan, 'b', 4)");
    for row in 0..40 {
        db.ok(&format!("INSERT INTO t VALUES ({}, 'k{}', {row})", row % 8, row % 8));
    }
    let mut groups = std::collections::BTreeMap::new();
    for block in db.store.written() {
        for section in &block.sections {
            let key = section.batch.columns.iter().take(2).map(|c| {
                let plain = arrow::util::display::array_value_to_string(&c.array, 0).unwrap();
                plain.replace("-0.0", "0.0").replace("-NaN", "NaN")
            });
            let key: Vec<String> = key.collect();
            let group = groups.entry(key.clone()).or_insert(block.group);
            assert_eq!(*group, block.group, "{key:?}");
        }
    }
    let used: std::collections::BTreeSet<_> = groups.values().collect();
    assert_eq!(used.len(), 2, "rows are spread over the groups");
}
