//! Tests of the parser: statements real clients send, names of columns, errors, limits.

use super::*;

fn parse(sql: &str) -> ast::Statement {
    match parse_statement(sql.as_bytes(), ParseOptions::default()) {
        Ok(s) => s,
        Err(e) => panic!("{sql}\n{e}"),
    }
}

fn error(sql: &str) -> error::SyntaxError {
    match parse_statement(sql.as_bytes(), ParseOptions::default()) {
        Ok(s) => panic!("{sql}\n{s:?}"),
        Err(e) => e,
    }
}

fn name(expr: &str) -> String {
    let s = parse(&format!("SELECT {expr}"));
    let ast::StatementKind::Query(ast::Query::Select(s)) = s.kind else { panic!("{expr}") };
    column_name(&s.projection[0])
}

#[test]
fn column_names_are_chdbs() {
    let text = include_str!("testdata/column_names.tsv");
    let mut n = 0;
    let mut wrong = Vec::new();
    for line in text.lines() {
        let Some((expr, expected)) = line.split_once('\t') else { continue };
        let (expr, expected) = (expr.replace("\\n", "\n"), expected.to_string());
        n += 1;
        let got = name(&expr);
        if got != expected {
            wrong.push(format!("{expr}\n   got      {got}\n   expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {n} names differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(n >= 150, "{n}");
}

#[test]
fn client_statements_parse() {
    for (i, sql) in include_str!("testdata/client_statements.sql").split("\n;;\n").enumerate() {
        let sql = sql.trim();
        if !sql.is_empty() {
            let r = std::panic::catch_unwind(|| parse(sql));
            assert!(r.is_ok(), "statement {i}: {sql}");
        }
    }
}

#[test]
fn limits() {
    let deep = format!("SELECT {}1{}", "(".repeat(2000), ")".repeat(2000));
    assert_eq!(error(&deep).code(), 306);
    let chain = format!("SELECT {}", vec!["1"; 1500].join("+"));
    assert_eq!(error(&chain).code(), 167);
    let and = format!("SELECT {}", vec!["x = 1"; 3000].join(" AND "));
    parse(&and);
    let long = format!("SELECT '{}'", "x".repeat(300_000));
    assert!(error(&long).to_string().contains("max_query_size"));
    for pattern in [
        "(SELECT ",
        "[",
        "f(",
        "CASE WHEN ",
        "INTERVAL -(",
        "position(",
        "- ",
        "x -> ",
        "(1 + ",
        "((SELECT 1) + ",
        "1 ? ",
        "SELECT TOP (",
        "date_add(",
        "x BETWEEN (",
        "* EXCEPT (",
    ] {
        for n in [100, 900, 20_000] {
            let sql = format!("SELECT {}", pattern.repeat(n));
            assert!(parse_statement(sql.as_bytes(), ParseOptions::default()).is_err(), "{pattern} {n}");
        }
    }
    parse(&format!("SELECT {}1", "NOT ".repeat(900)));
    parse(&format!("{}SELECT 1{}", "SELECT * FROM (".repeat(400), ")".repeat(400)));
}

#[test]
fn inserts_leave_their_data() {
    let sql = "INSERT INTO db.t (a, `b.c`, d) SETTINGS async_insert=1 VALUES (1, 'x;', [1]), (2, 'y', [])";
    let ast::StatementKind::Insert(i) = parse(sql).kind else { panic!() };
    let ast::InsertSource::Values { data } = i.source else { panic!() };
    assert_eq!(data.text(sql.as_bytes()), b" (1, 'x;', [1]), (2, 'y', [])");
    let sql = "INSERT INTO t FORMAT TSV\n\na\tb";
    let ast::StatementKind::Insert(i) = parse(sql).kind else { panic!() };
    let ast::InsertSource::Format { data, .. } = i.source else { panic!() };
    assert_eq!(data.text(sql.as_bytes()), b"\na\tb");
    // Data may be longer than a query, and anything but SQL.
    let sql = format!("INSERT INTO t VALUES ('{}", "x".repeat(300_000));
    parse(&sql);
}

#[test]
fn errors_read_like_clickhouse() {
    let e = error("SELECT\n1 +\n)");
    assert_eq!((e.position, e.line, e.column, e.code()), (12, 3, 1, 62));
    let text = e.to_string();
    assert!(text.starts_with("Syntax error: failed at position 12 ()) (line 3, col 1): ). Expected"), "{text}");
    let text = error("SELECT (1").to_string();
    assert!(
        text.contains("position 10 (end of query)") && text.contains("Unmatched parentheses: '(' at position 8"),
        "{text}"
    );
    assert!(error("SELECT 'abc").to_string().contains("Single quoted string is not closed"));
    assert!(error("SELECT 1; SELECT 2").to_string().contains("Multi-statements are not allowed"));
    assert_eq!(error("SELECT * FROM {t:Identifier}").code(), 456);
    assert_eq!(error(" ; ").to_string(), "Empty query");
}

#[test]
fn identifier_parameters() {
    let values = [("t".to_string(), "my table".to_string())].into();
    let options = ParseOptions { identifiers: Some(&values), ..ParseOptions::default() };
    let s = parse_statement(b"SELECT {x:UInt8}, {t:Identifier}.a FROM {t:Identifier}", options).unwrap();
    let ast::StatementKind::Query(ast::Query::Select(s)) = s.kind else { panic!() };
    assert_eq!(column_name(&s.projection[1]), "my table.a");
}

#[test]
fn splitting() {
    let sql = b"SELECT 1; SELECT ';' -- ;\n;; INSERT INTO t VALUES (';'); INSERT INTO t FORMAT CSV 1,2;3\n\nSELECT 2";
    let parts: Vec<_> =
        split_statements(sql).iter().map(|s| String::from_utf8_lossy(s.text(sql)).into_owned()).collect();
    assert_eq!(
        parts,
        ["SELECT 1", "SELECT ';'", "INSERT INTO t VALUES (';')", "INSERT INTO t FORMAT CSV 1,2;3", "SELECT 2"]
    );
}

#[test]
fn formatting_is_chdbs() {
    let mut wrong = Vec::new();
    let mut n = 0;
    for block in include_str!("testdata/formatted.sql").trim_end().split("\n;;\n") {
        let parts: Vec<&str> = block.split("\n=>\n").collect();
        let [sql, one, many] = parts.as_slice() else { panic!("{block}") };
        let s = parse(sql);
        n += 1;
        for (expected, multiline) in [(one, false), (many, true)] {
            let got = display::format_statement(&s, multiline);
            if got != **expected {
                wrong.push(format!("{sql}\n--- got\n{got}\n--- expected\n{expected}"));
                break;
            }
        }
    }
    // Ours differ on purpose: no parentheses around the sides of EXCEPT, no stray blanks in ALTER and CREATE VIEW.
    const OURS: &[&str] = &[
        "(SELECT 1 ORDER BY",
        "CREATE VIEW v (a, b)",
        "ALTER TABLE t ON CLUSTER",
        "ALTER TABLE t DELETE",
        "SELECT 1 EXCEPT",
    ];
    wrong.retain(|w| !OURS.iter().any(|o| w.starts_with(o)));
    assert!(wrong.is_empty(), "{} of {n} differ:\n{}", wrong.len(), wrong.join("\n=====\n"));
}

#[test]
fn what_is_written_reads_back() {
    let mut texts: Vec<String> =
        include_str!("testdata/client_statements.sql").split("\n;;\n").map(String::from).collect();
    texts.extend(
        include_str!("testdata/column_names.tsv")
            .lines()
            .filter_map(|l| Some(format!("SELECT {}", l.split_once('\t')?.0))),
    );
    for sql in texts {
        let first = parse(&sql);
        for multiline in [false, true] {
            let text = display::format_statement(&first, multiline);
            let again = display::format_statement(&parse(&text), multiline);
            assert_eq!(again, text, "{sql}");
        }
    }
}

/// Rounds of the test of mutations.
const ROUNDS: usize = 20_000;

/// Mutations of real statements: cut, joined, with bytes replaced.
#[test]
fn mutated_statements_end_well() {
    let corpus: Vec<&str> = include_str!("testdata/formatted.sql")
        .split("\n;;\n")
        .flat_map(|b| b.split("\n=>\n").take(1))
        .chain(include_str!("testdata/client_statements.sql").split("\n;;\n"))
        .collect();
    let tokens = [
        "(", ")", "[", "]", "{", "}", ",", "'", "`", "\"", "SELECT", "FROM", "AS", "->", "::", "1", ".", "*", "?", ":",
        "--", "/*", "INTERVAL", "CASE", "NOT", "-", "x", "BETWEEN", "AND", "IN", "\u{e9}", "\0", ";", "EXCEPT", "WITH",
        "$$", "\\", "END",
    ];
    let mut state = 0x0BAD_CAFE_9ABC_8881u64;
    let mut random = move |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n.max(1) as u64) as usize
    };
    let mut failures = Vec::new();
    for round in 0..ROUNDS {
        // Every fourth text is tokens at random.
        let mut text = if round % 4 == 0 {
            let mut t = b"SELECT ".to_vec();
            for _ in 0..random(20) {
                t.extend_from_slice(tokens[random(tokens.len())].as_bytes());
                t.push(b' ');
            }
            t
        } else {
            corpus[random(corpus.len())].as_bytes().to_vec()
        };
        if text.len() > 600 {
            let from = random(text.len() - 300);
            text = text[from..from + 300].to_vec();
        }
        for _ in 0..=random(4) {
            let at = random(text.len() + 1);
            match random(4) {
                0 => text.truncate(at),
                1 => {
                    let to = (at + random(8)).min(text.len());
                    text.drain(at..to);
                }
                2 => {
                    let t = tokens[random(tokens.len())];
                    text.splice(at..at, format!(" {t} ").bytes());
                }
                _ => {
                    let other = corpus[random(corpus.len())].as_bytes();
                    let from = random(other.len());
                    text.splice(at..at, other[from..(from + random(40)).min(other.len())].iter().copied());
                }
            }
        }
        let copy = text.clone();
        let r = std::panic::catch_unwind(move || fuzz(&copy));
        if r.is_err() && failures.len() < 10 {
            failures.push(String::from_utf8_lossy(&text).into_owned());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n=====\n"));
}
