//! Limits of queries end them with ClickHouse's codes; what a query held is given back.

use crate::support::{Db, lines};
use olly_query::engine::{Execution, QueryText};
use olly_types::Code;

fn text(sql: &str, settings: &[(&str, &str)]) -> QueryText {
    let settings = settings.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    QueryText { sql: sql.as_bytes().to_vec(), settings, ..QueryText::default() }
}

fn used(db: &Db) -> u64 {
    db.engine.shared().budget.used()
}

/// Waits until nothing of the budget is used: threads of a query that ended give back at their next step.
fn given_back(db: &Db) {
    let began = std::time::Instant::now();
    while began.elapsed().as_secs() < 60 {
        if used(db) == 0 && db.engine.shared().processes.is_empty() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("{} bytes are still used", used(db));
}

#[test]
fn each_limit_has_its_code() {
    let db = Db::new();
    db.ok("CREATE TABLE t (a UInt32, b String, c UInt8) ENGINE = MergeTree ORDER BY a");
    db.ok("INSERT INTO t SELECT number, toString(number), 1 FROM numbers(1000)");
    for (sql, code) in [
        ("SELECT sum(a) FROM t SETTINGS max_rows_to_read = 100", 158),
        ("SELECT sum(a) FROM t SETTINGS max_rows_to_read = 100, read_overflow_mode = 'break'", 0),
        ("SELECT sum(number) FROM numbers(100000) SETTINGS max_rows_to_read = 1000", 158),
        ("SELECT sum(a) FROM t SETTINGS max_bytes_to_read = 100", 307),
        ("SELECT sum(number) FROM numbers(100000) SETTINGS max_bytes_to_read = 1000", 307),
        ("SELECT a, b, c FROM t SETTINGS max_columns_to_read = 2", 161),
        ("SELECT a, b FROM t SETTINGS max_columns_to_read = 2", 0),
        ("SELECT a FROM t SETTINGS max_result_rows = 10", 396),
        ("SELECT a FROM t SETTINGS max_result_rows = 1000", 0),
        ("SELECT a FROM t SETTINGS max_result_bytes = 100", 396),
        ("SELECT a FROM t SETTINGS max_result_rows = 10, result_overflow_mode = 'break'", 0),
        ("SELECT a, count() FROM t GROUP BY a SETTINGS max_rows_to_group_by = 100", 158),
        ("SELECT a FROM t GROUP BY a SETTINGS max_rows_to_group_by = 100", 158),
        ("SELECT c FROM t GROUP BY c SETTINGS max_rows_to_group_by = 100", 0),
        ("SELECT a FROM t GROUP BY a SETTINGS max_rows_to_group_by = 100, group_by_overflow_mode = 'any'", 48),
        ("SELECT count() FROM t WHERE a IN (SELECT a FROM t) SETTINGS max_rows_in_set = 100", 191),
        ("SELECT count() FROM t WHERE a IN (SELECT a FROM t) SETTINGS max_bytes_in_set = 100", 191),
        ("SELECT count() FROM t WHERE a IN (SELECT a FROM t) SETTINGS max_rows_in_set = 1000", 0),
        ("SELECT groupArray(repeat('x', 1000)) FROM numbers(1000000) SETTINGS max_memory_usage = 10000000", 241),
        ("SELECT uniqExact(number) FROM numbers(10000000) SETTINGS max_memory_usage = 10000000", 241),
        ("SELECT length(arrayMap(x -> toString(x), range(10000000))) SETTINGS max_memory_usage = 10000000", 241),
        (
            "SELECT count() FROM numbers(3000000) AS a JOIN numbers(3000000) AS b ON a.number = b.number SETTINGS max_memory_usage = 10000000",
            241,
        ),
        (
            "SELECT count() FROM t WHERE a IN (SELECT number FROM numbers(1000000)) SETTINGS max_memory_usage = 10000000",
            241,
        ),
        ("SELECT 1 SETTINGS max_query_size = 10", 0),
        ("SELECT ((((((1)))))) SETTINGS max_threads = 1", 0),
    ] {
        assert_eq!(db.code(sql), code, "{sql}: {:?}", db.rows(sql).err());
    }
    let refused = |sql: &str, name: &str, value: &str| db.blocks(sql, &[(name, value)]).unwrap_err().code;
    assert_eq!(refused("SELECT 1, 2, 3", "max_query_size", "10"), Code::SyntaxError);
    assert_eq!(refused("SELECT ((((((((((1))))))))))", "max_parser_depth", "5") as i32, 306);
    assert_eq!(refused("SELECT 1+1+1+1+1+1+1+1+1+1", "max_ast_depth", "5") as i32, 167);
    assert_eq!(refused("SELECT 1, 2, 3, 4, 5, 6, 7, 8", "max_ast_elements", "5") as i32, 168);
    given_back(&db);
}

#[test]
fn a_broken_read_or_result_is_a_prefix() {
    let db = Db::new();
    let block = [("max_block_size", "10"), ("max_result_rows", "25"), ("result_overflow_mode", "break")];
    let rows = lines(&db.blocks("SELECT number FROM numbers(1000)", &block).unwrap());
    let expected: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    assert_eq!(rows, expected, "whole blocks, the one that crosses the limit included");
    let read = [("max_block_size", "10"), ("max_rows_to_read", "25"), ("read_overflow_mode", "break")];
    let rows = lines(&db.blocks("SELECT count() < 100 FROM (SELECT number FROM numbers(1000))", &read).unwrap());
    assert_eq!(rows, ["1"]);
}

#[test]
fn limits_of_results_are_not_those_of_an_insert() {
    let db = Db::new();
    db.ok("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a");
    db.blocks("INSERT INTO t SELECT number FROM numbers(100)", &[("max_result_rows", "10")]).unwrap();
    assert_eq!(db.ok("SELECT count() FROM t"), ["100"]);
}

#[test]
fn sorts_and_aggregations_spill_and_leave_nothing() {
    let db = Db::new();
    let small = [("max_memory_usage", "24000000"), ("max_threads", "1")];
    let sorted = db.blocks(
        "SELECT max(n), count() FROM (SELECT number AS n, repeat('x', 100) AS s FROM numbers(300000) ORDER BY s, n DESC)",
        &small,
    );
    assert_eq!(lines(&sorted.unwrap()), ["299999\t300000"]);
    assert_eq!(db.spilled(), 0, "spilled files are deleted");
    let grouped = db.blocks(
        "SELECT count(), sum(c) FROM (SELECT toString(number) AS k, count() AS c FROM numbers(300000) GROUP BY k)",
        &small,
    );
    assert_eq!(lines(&grouped.unwrap()), ["300000\t300000"]);
    assert_eq!(db.spilled(), 0);
    let bounded = [("max_memory_usage", "24000000"), ("max_temporary_data_on_disk_size_for_query", "1000000")];
    let sql = "SELECT number AS n, repeat(toString(n), 20) AS s FROM numbers(1000000) ORDER BY s, n DESC FORMAT Null";
    let error = db.blocks(sql, &bounded).unwrap_err();
    assert_eq!(error.code, Code::TooManyRowsOrBytes, "{error}");
    given_back(&db);
    assert_eq!(db.spilled(), 0);
}

#[test]
fn a_deadline_ends_what_runs() {
    // Each look at the clock takes a millisecond.
    let db = Db::with_step(1_000_000);
    for sql in [
        "SELECT count() FROM numbers(100000000000) WHERE number % 7 = 3",
        "SELECT count() FROM numbers(10) WHERE number IN (SELECT number FROM numbers(100000000000))",
        "SELECT count() FROM numbers(100000) AS a JOIN numbers(100000) AS b ON a.number % 2 = b.number % 2",
        "SELECT number FROM numbers(100000000000) ORDER BY number % 100 FORMAT Null",
        "WITH (SELECT count() FROM numbers(100000000000)) AS n SELECT n",
    ] {
        let settings = [("max_execution_time", "0.2"), ("max_memory_usage", "100000000")];
        assert_eq!(db.blocks(sql, &settings).unwrap_err().code, Code::TimeoutExceeded, "{sql}");
    }
    let settings = [("max_execution_time", "0.2"), ("timeout_overflow_mode", "break")];
    assert!(db.blocks("SELECT number FROM numbers(100000000000)", &settings).is_ok());
    given_back(&db);
}

#[test]
fn a_killed_or_left_query_ends() {
    let db = Db::new();
    let mut query = text("SELECT number FROM numbers(100000000000) WHERE number % 3 = 1", &[]);
    query.query_id = "q1".into();
    let error = db.block_on(async {
        let Execution::Rows(mut rows) = db.engine.execute(&db.session, query).await.unwrap() else { panic!() };
        rows.next().await.unwrap().unwrap();
        let kill = text("KILL QUERY WHERE query_id = 'q1'", &[]);
        let Execution::Rows(mut killed) = db.engine.execute(&db.session, kill).await.unwrap() else { panic!() };
        assert_eq!(killed.next().await.unwrap().unwrap().rows, 1);
        loop {
            match rows.next().await {
                Ok(Some(_)) => continue,
                Ok(None) => panic!("the query went to its end"),
                Err(e) => return e,
            }
        }
    });
    assert_eq!(error.code, Code::QueryWasCancelled);
    // Left while its blocks come, and while a subquery runs inside of `execute`.
    db.block_on(async {
        let query = text("SELECT number FROM numbers(100000000000)", &[]);
        let Execution::Rows(mut rows) = db.engine.execute(&db.session, query).await.unwrap() else { panic!() };
        rows.next().await.unwrap();
        drop(rows);
        let query = text("WITH (SELECT count() FROM numbers(100000000000)) AS n SELECT n", &[]);
        let mut asked = Box::pin(db.engine.execute(&db.session, query));
        tokio::select! {
            biased;
            _ = &mut asked => panic!("counted that far"),
            _ = async { while db.engine.shared().processes.is_empty() { tokio::task::yield_now().await } } => {}
        }
        drop(asked);
    });
    given_back(&db);
}
