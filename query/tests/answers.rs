//! Statements that ClickHouse refuses, with its codes: an answer here would be another one than there.

use crate::support::Db;

#[test]
fn refused_as_there() {
    let db = Db::new();
    for (code, sql) in [
        (53, "SELECT toDate('2024-01-01') = '2024-01-01 00:00:00'"),
        (53, "SELECT toDate32('2024-01-01') < '2024-01-01 10:00:00'"),
        (53, "SELECT toDate('2024-01-01') IN ('2024-01-01 10:00:00')"),
        (53, "SELECT toDateTime('2024-01-01 00:00:00') IN ('2024-01-01T10:00:00Z')"),
        (53, "SELECT toDateTime64('2024-01-01 00:00:00', 3) IN ('2024-01-01 10:00:00+02:00')"),
        (41, "SELECT toDateTime64('2024-01-01 00:00:00', 3) IN ('2024-01-01 10:00')"),
        (53, "SELECT toDateTime('2024-01-01 00:00:00') IN (toDateTime64('2024-01-01 00:00:00', 3))"),
        (6, "SELECT toDate('2024-01-01T10:00:00Z')"),
        (6, "SELECT toDate('2024-1-1 10:00:00')"),
        (6, "SELECT toDate32('2024-01-01 10:00:00.')"),
        (407, "SELECT toDecimal32(1, 2) < 99999999999"),
        (407, "SELECT toUInt8(22) > toDecimal32(1, 8)"),
        (407, "SELECT toDecimal64('12345678901', 2) < toDecimal32(1, 9)"),
        (407, "SELECT toDateTime64('2024-01-01 00:00:00', 9) > 99999999999"),
        (43, "SELECT toDateTime('2024-01-01 00:00:00') = toDecimal32(1, 2)"),
        (43, "SELECT toDate('2024-01-01') > 1.5"),
        (386, "SELECT INTERVAL 1 MONTH > INTERVAL 1 DAY"),
        (43, "SELECT INTERVAL 1 DAY + (INTERVAL 1 HOUR + INTERVAL 1 MINUTE)"),
        (6, "SELECT INTERVAL '2.0' DAY"),
        (43, "SELECT count() FROM numbers(10.5)"),
        (36, "SELECT count() FROM numbers(0, 10, 0)"),
        (25, "SELECT 'ab' LIKE 'a!b' ESCAPE '!'"),
        (36, "SELECT 'ab' LIKE 'ab' ESCAPE '!!'"),
        (36, "SELECT groupArraySorted(number) FROM numbers(10)"),
        (43, "SELECT deltaSum('a')"),
        (1, "SELECT untuple(1)"),
        (43, "SELECT roundDown(5, ['a'])"),
        (386, "SELECT materialize('a') = 5"),
        (53, "SELECT CAST(1 AS Array(UInt8))"),
        (43, "SELECT CAST([1] AS UInt8)"),
        (70, "SELECT CAST(NULL AS UInt8)"),
        (124, "SELECT (1, 2) IN ((1, 2, 3), (1, 2, 4))"),
        (440, "SELECT 1 LIMIT 1.5"),
        (440, "SELECT number FROM numbers(3) LIMIT number"),
        (36, "SELECT x -> 1"),
        (46, "SELECT * FROM nopefunc(1)"),
        (48, "SELECT * FROM remote('localhost', system.one)"),
        (179, "SELECT * FROM (SELECT 1 AS x) a JOIN (SELECT 2 AS x) a ON a.x = a.x"),
        (69, "SELECT (1, 2).3"),
        (36, "SELECT tupleElement((1, 2), 'x')"),
    ] {
        assert_eq!(db.code(sql), code, "{sql}");
    }
}

#[test]
fn left_joins_without_keys() {
    let db = Db::new();
    let join = |on: &str| {
        format!(
            "SELECT count() FROM (SELECT number AS a, number AS n FROM numbers(9)) l LEFT JOIN (SELECT number AS b FROM numbers(3)) r ON {on}"
        )
    };
    for (on, rows) in [
        ("1", "27"),
        ("0", "9"),
        ("NULL", "9"),
        ("b > 0", "18"),
        ("a = b OR n = b + 1", "11"),
        ("a >= b AND a <= b", "9"),
    ] {
        assert_eq!(db.ok(&join(on)), [rows], "{on}");
    }
    for on in ["a > b", "a > 1", "a != b", "NOT (a = b)", "a = b OR a > 1", "a >= b AND n != b"] {
        assert_eq!(db.code(&join(on)), 403, "{on}");
    }
}

/// ClickHouse 26.9 answers these; here they have a name of their own.
#[test]
fn correlated_subqueries_are_named() {
    let db = Db::new();
    let table = "(SELECT number AS n FROM numbers(3)) AS t";
    for sql in [
        format!("SELECT n FROM {table} WHERE EXISTS (SELECT 1 FROM numbers(5) WHERE number = t.n)"),
        format!("SELECT n, (SELECT count() FROM numbers(5) WHERE number < n) FROM {table}"),
        format!("SELECT n FROM {table} WHERE n IN (SELECT number FROM numbers(5) WHERE number = t.n)"),
        "SELECT 1 AS x, (SELECT x + 1)".to_string(),
    ] {
        let error = db.blocks(&sql, &[]).err();
        assert!(
            error.as_ref().is_some_and(|e| e.code as i32 == 48 && e.message.contains("correlated")),
            "{sql}: {error:?}"
        );
    }
    assert_eq!(db.code(&format!("SELECT n FROM {table} WHERE n IN (SELECT nothing FROM numbers(5))")), 47);
}

#[test]
fn expressions_behind_the_limit() {
    let db = Db::new();
    for (sql, want) in [
        ("SELECT intDiv(10, 3 - number) FROM numbers(5) ORDER BY number LIMIT 3", "3|5|10"),
        (
            "SELECT intDiv(10, 3 - a - b) FROM (SELECT number AS a, 0 AS b, number AS c FROM numbers(5)) ORDER BY c LIMIT 2",
            "3|5",
        ),
        ("SELECT intDiv(10, 3 - k), count() FROM numbers(10) GROUP BY number % 5 AS k ORDER BY k LIMIT 2", "3 2|5 2"),
    ] {
        assert_eq!(db.ok(sql).join("|").replace('\t', " "), want, "{sql}");
    }
    assert_eq!(db.code("SELECT intDiv(10, 3 - number) FROM numbers(5) ORDER BY number LIMIT 4"), 153);
    assert_eq!(db.code("SELECT intDiv(10, 3 - number) AS y FROM numbers(5) ORDER BY y LIMIT 1"), 153);
}

#[test]
fn filters_that_a_setting_adds() {
    let db = Db::new();
    db.ok("CREATE TABLE t (a UInt32) ENGINE = MergeTree ORDER BY a");
    db.ok("INSERT INTO t SELECT number FROM numbers(10)");
    for (sql, want) in [
        ("SELECT count() FROM t SETTINGS additional_table_filters = {'t': 'a > 2'}", "7"),
        ("SELECT count() FROM t SETTINGS additional_table_filters = {'default.t': 'a > 2'}", "7"),
        ("SELECT count() FROM t AS x SETTINGS additional_table_filters = {'x': 'x.a > 2'}", "7"),
        ("SELECT count() FROM t SETTINGS additional_table_filters = {'other': 'a > 2'}", "10"),
        ("SELECT count() FROM t AS x JOIN t AS y ON x.a = y.a SETTINGS additional_table_filters = {'t': 'a > 2'}", "7"),
        ("SELECT count() FROM (SELECT a FROM t WHERE a < 5) SETTINGS additional_table_filters = {'t': 'a > 2'}", "2"),
    ] {
        assert_eq!(db.ok(sql), [want], "{sql}");
    }
    assert_eq!(db.code("SELECT a FROM t SETTINGS additional_table_filters = {'t': 'nothing > 2'}"), 47);
    assert_eq!(db.code("SELECT a FROM t SETTINGS additional_table_filters = 'a > 2'"), 36);
}
