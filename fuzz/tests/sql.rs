//! SQL text: the corpus of the client tests as seeds.

use olly_fuzz::Target;
use olly_query::sql::split_statements;

const WORDS: &[&[u8]] = &[
    b"SELECT ",
    b" FROM ",
    b" WHERE ",
    b" GROUP BY ",
    b" ORDER BY ",
    b" LIMIT 1",
    b"(",
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
    b"->",
    b"::",
    b" AS ",
    b"CASE WHEN ",
    b" END",
    b"INSERT INTO t VALUES ",
    b"CREATE TABLE t ",
    b"ENGINE = MergeTree",
    b"INTERVAL ",
    b"NOT ",
    b" IN ",
    b"'",
    b"`",
    b"\"",
    b"/*",
    b"--",
    b"{x:UInt8}",
    b"\\",
    b"1e999",
    b"0x",
];

fn seeds() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/clients/queries");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "sql"))
        .collect();
    files.sort();
    let mut seeds: Vec<Vec<u8>> = vec![
        b"CREATE TABLE IF NOT EXISTS d.t (a UInt8 DEFAULT 1, b Array(Tuple(x String, y Map(String, UInt64))) CODEC(ZSTD(1)), INDEX i a TYPE minmax GRANULARITY 1) ENGINE = MergeTree() PARTITION BY toDate(a) ORDER BY (a, b) TTL toDateTime(a) + toIntervalDay(3) SETTINGS index_granularity = 8192".to_vec(),
        b"INSERT INTO d.t (a, b) SELECT 1, [('x', map('k', 2))] FROM numbers(10) SETTINGS max_threads = 1".to_vec(),
        b"EXPLAIN SELECT 1; SHOW TABLES FROM d; KILL QUERY WHERE query_id = 'x'; SET a = 1".to_vec(),
    ];
    for file in files {
        let text = std::fs::read(&file).unwrap();
        seeds.extend(
            split_statements(&text)
                .into_iter()
                .filter_map(|span| text.get(span.start as usize..span.end as usize).map(<[u8]>::to_vec)),
        );
    }
    assert!(seeds.len() > 500);
    seeds
}

#[test]
fn sql_text() {
    Target::new("sql", seeds()).words(WORDS).run(olly_query::sql::fuzz);
}
