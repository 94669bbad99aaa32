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

/// `first AS a0, a0 + a0 AS a1, …`
fn doubling(first: &str, times: usize) -> String {
    let steps: Vec<String> = (0..times).map(|i| format!("a{i} + a{i} AS a{}", i + 1)).collect();
    format!("{first} AS a0, {}", steps.join(", "))
}

#[test]
fn names_that_double_are_refused_before_they_fill_memory() {
    let db = Db::new();
    let ctes: Vec<String> =
        (0..40).map(|i| format!("c{} AS (SELECT * FROM c{i} UNION ALL SELECT * FROM c{i})", i + 1)).collect();
    for sql in [
        format!("WITH {} SELECT a40 FROM numbers(10)", doubling("number", 40)),
        format!("SELECT {} FROM numbers(10)", doubling("number", 40)),
        format!("WITH {} SELECT arrayMap(x -> a40, [1]) FROM numbers(10)", doubling("number", 40)),
        format!("WITH {} SELECT sum(a40) FROM numbers(10)", doubling("number", 40)),
        format!("WITH {} SELECT * FROM (SELECT a40)", doubling("materialize(1)", 40)),
        format!("WITH c0 AS (SELECT 1 AS x), {} SELECT count() FROM c40", ctes.join(", ")),
    ] {
        assert_eq!(db.code(&sql), Code::TooBigAst as i32, "{}: {:?}", &sql[..60], db.rows(&sql).err());
    }
    // Constants are folded at each step, and what fits is answered.
    assert_eq!(db.ok(&format!("WITH {} SELECT a40", doubling("1", 40))), [(1u64 << 40).to_string()]);
    assert_eq!(db.ok(&format!("WITH {} SELECT a10 FROM numbers(2, 1)", doubling("number", 10))), ["2048"]);
    let limit = [("max_expanded_ast_elements", "1000")];
    let sql = format!("WITH {} SELECT a10 FROM numbers(1)", doubling("number", 10));
    assert_eq!(db.blocks(&sql, &limit).unwrap_err().code, Code::TooBigAst);
    given_back(&db);
}

#[test]
fn thousands_of_inputs_and_columns_are_planned() {
    let db = Db::new();
    let union = vec!["SELECT number FROM numbers(3)"; 2000].join(" UNION ALL ");
    assert_eq!(db.ok(&format!("SELECT count(), sum(number) FROM ({union})")), ["6000\t6000"]);
    let columns: Vec<String> = (0..2000).map(|i| format!("number + {i} AS c{i}")).collect();
    let rows = db.ok(&format!("SELECT {} FROM numbers(1)", columns.join(", ")));
    assert!(rows[0].ends_with("\t1999"));
    // Planning looks at the deadline: each look at this clock takes a millisecond.
    let slow = Db::with_step(1_000_000);
    for sql in [&union, &format!("SELECT {} FROM numbers(1)", columns.join(", "))] {
        assert_eq!(slow.blocks(sql, &[("max_execution_time", "0.05")]).unwrap_err().code, Code::TimeoutExceeded);
    }
}

#[test]
fn one_row_that_outgrows_memory_is_refused_while_it_grows() {
    let db = Db::new();
    let small = [("max_memory_usage", "100000000")];
    for sql in [
        "SELECT length(replaceAll(repeat('a', 10000000), 'a', repeat('b', 1000)))",
        "SELECT length(replaceRegexpAll(repeat('a', 10000000), 'a', repeat('b', 1000)))",
        "SELECT length(arrayStringConcat(arrayMap(x -> repeat('z', 1000), range(10000000))))",
        "SELECT length(splitByChar(',', repeat(',', 16000000)))",
        "SELECT length(ngrams(repeat('abc', 5000000), 3))",
        "SELECT length(extractAll(repeat('a1', 8000000), '[a-z][0-9]'))",
        "SELECT length(extractAllGroupsVertical(repeat('a1', 8000000), '([a-z])([0-9])'))",
        "SELECT length(concat(s, s, s, s, s, s, s, s, s, s, s, s)) FROM (SELECT repeat(toString(number), 16000000) AS s FROM numbers(1))",
        "SELECT length(format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', repeat(toString(number), 16000000))) FROM numbers(1)",
        "SELECT length(arrayResize([1], 50000000))",
        "SELECT length(arrayConcat(range(5000000), range(5000000)))",
    ] {
        let error = db.blocks(sql, &small).unwrap_err();
        assert_eq!(error.code, Code::MemoryLimitExceeded, "{sql}: {error}");
    }
    given_back(&db);
}

#[test]
fn wide_rows_are_worked_on_few_at_a_time() {
    let db = Db::new();
    // 5,000 rows of 1,000 texts take 170 MB, twice that while they are sorted: they are within 200 MB, by spilling.
    let middle = [("max_memory_usage", "200000000"), ("max_threads", "1")];
    let sql = "SELECT count(), max(length(a)) FROM (SELECT arrayMap(x -> concat('some text ', toString(x + number)), range(1000)) AS a FROM numbers(5000) ORDER BY a)";
    assert_eq!(lines(&db.blocks(sql, &middle).unwrap()), ["5000\t1000"]);
    // Rows whose widths differ, through a filter and a projection.
    let small = [("max_memory_usage", "64000000"), ("max_threads", "1")];
    let sql = "SELECT count(), sum(length(s)) FROM (SELECT repeat('x', number * 10) AS s FROM numbers(5000) WHERE length(repeat('y', number * 100)) % 2 = 0)";
    assert_eq!(lines(&db.blocks(sql, &small).unwrap()), ["5000\t124975000"]);
    // Values that an aggregate has let go are not counted on.
    let sql = "SELECT length(argMax(repeat('x', 1000), number)), length(max(repeat(toString(number), 1000))) FROM numbers(100000)";
    assert_eq!(lines(&db.blocks(sql, &small).unwrap()), ["1000\t5000"]);
    given_back(&db);
    assert_eq!(db.spilled(), 0);
}

#[test]
fn what_a_query_spilled_goes_with_it() {
    let db = Db::new();
    let small = [("max_memory_usage", "24000000"), ("max_threads", "1")];
    let settings = small.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    let sql = "SELECT number AS n, repeat(toString(n), 20) AS s FROM numbers(400000) ORDER BY s, n DESC";
    let query = QueryText { sql: sql.as_bytes().to_vec(), settings, ..QueryText::default() };
    db.block_on(async {
        let Execution::Rows(mut rows) = db.engine.execute(&db.session, query).await.unwrap() else { panic!() };
        rows.next().await.unwrap().unwrap();
        assert!(db.spilled() > 0, "the sort spilled");
    });
    given_back(&db);
    let began = std::time::Instant::now();
    while db.spilled() > 0 && began.elapsed().as_secs() < 60 {
        std::thread::yield_now();
    }
    assert_eq!(db.spilled(), 0);
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
    // More of the first rows than memory has room for are sorted like all.
    let first = "SELECT min(n), count() FROM (SELECT number AS n, repeat('x', 100) AS s FROM numbers(300000) ORDER BY s, n DESC LIMIT 299999)";
    assert_eq!(lines(&db.blocks(first, &small).unwrap()), ["1\t299999"]);
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
fn rows_without_columns_go_up_together() {
    let db = Db::new();
    for (sql, rows) in [
        ("SELECT count() FROM numbers(10) AS a CROSS JOIN numbers(1000) AS b CROSS JOIN numbers(7) AS c", "70000"),
        ("SELECT count() FROM (SELECT 1 FROM numbers(3) AS a CROSS JOIN numbers(3) AS b LIMIT 7)", "7"),
        ("SELECT count() FROM numbers(10) AS a CROSS JOIN numbers(0) AS b", "0"),
        ("SELECT count() FROM numbers(8192) AS a CROSS JOIN numbers(2) AS b", "16384"),
    ] {
        assert_eq!(lines(&db.blocks(sql, &[]).unwrap()), [rows], "{sql}");
    }
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
        // Each match of the first letter reads on to the text's end.
        "SELECT length(replaceRegexpAll(materialize(repeat('a', 2000000)), '.*[^a]|a', 'x'))",
        "SELECT countMatches(materialize(repeat('a', 2000000)), '.*[^a]|a')",
        "SELECT length(extractAll(materialize(repeat('a', 2000000)), '.*[^a]|a'))",
        "SELECT length(splitByRegexp('.*[^a]|a', materialize(repeat('a', 2000000))))",
        "SELECT length(extractAllGroupsVertical(materialize(repeat('a', 2000000)), '(.*[^a])|(a)'))",
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
