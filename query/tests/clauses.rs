//! Clauses and statements: answers that chDB 26.9 gives, and what is refused, by name.

use crate::support::Db;

fn table() -> Db {
    let db = Db::new();
    db.ok(
        "CREATE TABLE t (a UInt32, s String, f Float64, l LowCardinality(String)) ENGINE = MergeTree ORDER BY (s, a)",
    );
    db.ok("INSERT INTO t SELECT number, toString(number % 3), if(number % 2 = 0, -0., 0.), toString(number % 4) FROM numbers(20)");
    db
}

#[test]
fn limit_by() {
    let db = table();
    for (sql, want) in [
        ("SELECT s, a FROM t ORDER BY s, a LIMIT 1 BY s", "0 0|1 1|2 2"),
        ("SELECT s, a FROM t ORDER BY s, a LIMIT 2 OFFSET 1 BY s", "0 3|0 6|1 4|1 7|2 5|2 8"),
        ("SELECT s, a FROM t ORDER BY s, a LIMIT 1 BY s LIMIT 2", "0 0|1 1"),
        ("SELECT s, a FROM t ORDER BY a DESC LIMIT 1 BY s, l LIMIT 3 OFFSET 1", "0 18|2 17|1 16"),
        ("SELECT f, a FROM t ORDER BY a LIMIT 1 BY f", "-0 0|0 1"),
        ("SELECT l, a FROM t ORDER BY a LIMIT 1 BY l", "0 0|1 1|2 2|3 3"),
        ("SELECT a FROM t ORDER BY a LIMIT 3 BY 1", "0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19"),
        ("SELECT DISTINCT ON (s) s, a FROM t ORDER BY s, a", "0 0|1 1|2 2"),
        ("SELECT s, sum(a) FROM (SELECT s, a FROM t ORDER BY a LIMIT 2 BY s) GROUP BY s ORDER BY s", "0 3|1 5|2 7"),
        ("SELECT a FROM (SELECT a, s FROM t ORDER BY a LIMIT 1 BY s) WHERE a > 0 ORDER BY a", "1|2"),
        ("SELECT number FROM numbers(10) LIMIT 1 BY number % 2", "0|1"),
    ] {
        assert_eq!(db.ok(sql).join("|").replace('\t', " "), want, "{sql}");
    }
    let error = db.blocks(
        "SELECT number FROM numbers(10000000) LIMIT 1 BY number FORMAT Null",
        &[("max_memory_usage", "20000000")],
    );
    assert_eq!(error.unwrap_err().code as i32, 241);
}

#[test]
fn statements_tell_what_is() {
    let db = Db::new();
    db.ok("CREATE TABLE t (a UInt32 DEFAULT 5, b UInt32 MATERIALIZED a + 1, c UInt32 ALIAS a + 2, d String CODEC(ZSTD(3)), \
           e String COMMENT 'hello') ENGINE = MergeTree PARTITION BY a % 10 ORDER BY (a, d) PRIMARY KEY a COMMENT 'tab'");
    db.ok("INSERT INTO t (d) VALUES ('x')");
    assert_eq!(db.ok("SELECT * FROM t"), ["5\tx\t"]);
    assert_eq!(db.ok("SELECT a, b, c, d FROM t"), ["5\t6\t7\tx"]);
    let described = db.ok("DESCRIBE t");
    assert_eq!(described[0], "a\tUInt32\tDEFAULT\t5\t\t\t");
    assert_eq!(described[3], "d\tString\t\t\t\tZSTD(3)\t");
    assert_eq!(described[4], "e\tString\t\t\thello\t\t");
    assert_eq!(db.ok("DESCRIBE TABLE t SETTINGS describe_compact_output = 1")[1], "b\tUInt32");
    assert_eq!(db.ok("DESCRIBE (SELECT 1 AS x, 'a' AS y)"), ["x\tUInt8\t\t\t\t\t", "y\tString\t\t\t\t\t"]);
    assert_eq!(db.ok("SHOW COLUMNS FROM t LIKE 'd'"), ["d\tString\tNO\tPRI SOR\t\\N\t"]);
    assert_eq!(db.ok("SHOW TABLES"), ["t"]);
    assert_eq!(db.ok("SHOW TABLES LIKE 'x%'"), Vec::<String>::new());
    assert_eq!(db.ok("EXISTS t"), ["1"]);
    assert_eq!(db.ok("EXISTS TABLE nope"), ["0"]);
    assert_eq!(db.ok("EXISTS DATABASE default"), ["1"]);
    db.ok("SET max_block_size = 77");
    assert_eq!(db.ok("SHOW SETTING max_block_size"), ["77"]);
    db.ok("TRUNCATE TABLE t");
    assert_eq!(db.ok("SELECT count() FROM t"), ["0"]);
    db.ok("DROP TABLE t");
    assert_eq!(db.code("SELECT * FROM t"), 60);
}

#[test]
fn what_is_missing_is_refused_by_name() {
    let db = table();
    for (sql, name) in [
        ("SELECT s FROM t ORDER BY s LIMIT 1 WITH TIES", "WITH TIES"),
        ("SELECT s, count() FROM t GROUP BY s WITH TOTALS", "WITH TOTALS"),
        ("SELECT s, count() FROM t GROUP BY s WITH ROLLUP", "ROLLUP"),
        ("SELECT s, count() FROM t GROUP BY s WITH CUBE", "CUBE"),
        ("SELECT s, count() FROM t GROUP BY GROUPING SETS ((s), ())", "GROUPING SETS"),
        ("SELECT a FROM t QUALIFY a = 1", "QUALIFY"),
        ("SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY a)", "WINDOW"),
        ("SELECT a, x FROM t ARRAY JOIN [1, 2] AS x", "ARRAY JOIN"),
        ("SELECT a FROM t ORDER BY a WITH FILL", "WITH FILL"),
        ("SELECT a FROM t SAMPLE 0.1", "SAMPLE"),
        ("SELECT a FROM t FINAL", "FINAL"),
        ("SELECT a FROM t LIMIT 1 SETTINGS extremes = 1", "extremes"),
        ("SELECT a FROM t LIMIT -1", "negative LIMIT"),
        ("SELECT a FROM t INTERSECT SELECT 1", "INTERSECT"),
        ("SELECT a FROM t EXCEPT SELECT 1", "EXCEPT"),
        ("SELECT x.a FROM t AS x FULL JOIN t AS y ON x.a = y.a", "FULL JOIN"),
        ("WITH RECURSIVE q AS (SELECT 1 AS n) SELECT * FROM q", "WITH RECURSIVE"),
        ("ALTER TABLE t ADD COLUMN z UInt8", "ALTER TABLE"),
        ("ALTER TABLE t MODIFY TTL toDateTime(a) + INTERVAL 1 DAY", "ALTER TABLE"),
        ("OPTIMIZE TABLE t FINAL", "OPTIMIZE TABLE"),
        ("DELETE FROM t WHERE a = 1", "DELETE"),
        ("EXPLAIN QUERY TREE SELECT 1", "EXPLAIN QUERY TREE"),
        ("CREATE TABLE x (a UInt32, INDEX i a TYPE minmax) ENGINE = MergeTree ORDER BY a", "INDEX"),
        ("CREATE TABLE x (a UInt32, PROJECTION p (SELECT a ORDER BY a)) ENGINE = MergeTree ORDER BY a", "PROJECTION"),
        ("CREATE TABLE x (a UInt32, CONSTRAINT c CHECK a > 0) ENGINE = MergeTree ORDER BY a", "CONSTRAINT"),
        ("CREATE TABLE x (a UInt32) ENGINE = ReplacingMergeTree ORDER BY a", "ReplacingMergeTree"),
        ("CREATE TABLE x (a UInt32) ENGINE = Memory", "Memory"),
        (
            "CREATE TABLE x (a UInt32, b UInt32 TTL toDateTime(a) + INTERVAL 1 DAY) ENGINE = MergeTree ORDER BY a",
            "column TTL",
        ),
        ("CREATE TABLE x (a JSON) ENGINE = MergeTree ORDER BY tuple()", "JSON"),
        ("CREATE MATERIALIZED VIEW mv TO t AS SELECT * FROM t", "MATERIALIZED VIEW"),
        ("CREATE OR REPLACE TABLE x (a UInt32) ENGINE = MergeTree ORDER BY a", "CREATE OR REPLACE"),
        ("RENAME TABLE t TO tt", "RENAME"),
        ("SHOW GRANTS", "SHOW GRANTS"),
        ("SYSTEM STOP MERGES", "STOP MERGES"),
    ] {
        let error = db.rows(sql).expect_err(sql);
        assert!(error.code as i32 == 48 && error.message.contains(name), "{sql}: {error}");
    }
    assert_eq!(db.code("SELECT 1 UNION SELECT 2"), 558);
    assert_eq!(db.code("SELECT 1 SETTINGS result_overflow_mode = 'foo'"), 145);
}

/// Functions that only plans are made of are no part of the language, whatever the number of arguments.
#[test]
fn internal_functions_do_not_exist_for_queries() {
    let db = Db::new();
    for sql in ["SELECT __coerce(1)", "SELECT __coerce(1, 2)", "SELECT __fromBits(1, 2)", "SELECT __fromEntries(1, 2)"]
    {
        assert_eq!(db.code(sql), 46, "{sql}");
    }
}

/// A chain of calls is bound in time that grows with its length: operands are moved, not copied at each level.
#[test]
fn long_chains_of_calls_are_bound() {
    let db = Db::new();
    let chain = vec!["number"; 900].join(" + ");
    assert_eq!(db.ok(&format!("SELECT {chain} FROM numbers(3)")).join("|"), "0|900|1800");
}

/// Statements that ClickHouse refuses, by its codes.
#[test]
fn wrong_statements_have_clickhouses_codes() {
    let db = table();
    for (sql, code) in [
        // Ternaries inside of each other stand in parentheses.
        ("SELECT 1 ? 2 : 0 ? 3 : 4", 62),
        ("SELECT 1 ? 1 ? 2 : 3 : 4", 62),
        ("SELECT upper(a = 0 ? 'a' : a = 1 ? 'b' : 'c') FROM t", 62),
        ("SELECT least(toUInt64(1), 1.5)", 43),
        ("SELECT greatest(count(), 0.5) FROM t", 43),
        ("SELECT least(toInt64(-1), toUInt8(5), 1.5)", 386),
        ("SELECT count() FROM (SELECT 1 AS a) JOIN (SELECT 1 AS a) AS b USING a", 206),
        ("SELECT count() FROM t JOIN numbers(2) ON a = number", 206),
        ("SELECT count() FROM t, numbers(2)", 206),
        ("SELECT (toDecimal32(1.5, 2), 1) = (100000000, 1)", 407),
        ("SELECT arrayMap(x -> (x + 1 AS y) * y, [1, 2]), y", 47),
        ("SELECT arrayMap(x -> (x + 1 AS y) * y, [1]), arrayMap(x -> y * x, [1])", 47),
        ("SELECT if(1, toDateTime(a, 'UTC'), toDateTime(a, 'Asia/Tokyo')) FROM t", 0),
        ("SELECT if(0, toDateTime(a, 'UTC'), toDateTime(a, 'Asia/Tokyo')) FROM t", 48),
        ("SELECT arrayMap(x -> sum(x), [1]) FROM t", 48),
        ("WITH x -> x * 2 AS twice SELECT twice(1, 2)", 36),
        ("WITH (x -> f(x)) AS f SELECT f(1)", 1),
        ("WITH (x -> sum(x)) AS f SELECT f(count()) FROM t", 184),
        ("WITH (x -> x + 1) AS one_more SELECT one_more FROM t", 47),
        ("WITH (x -> x + a) AS f SELECT * FROM (SELECT f(1) FROM t)", 47),
    ] {
        match code {
            0 => drop(db.ok(sql)),
            code => assert_eq!(db.code(sql), code, "{sql}: {:?}", db.rows(sql)),
        }
    }
    db.ok("SELECT count() FROM t JOIN numbers(2) ON a = number SETTINGS joined_subquery_requires_alias = 0");
}
