//! Fuzz target of the SQL text: any bytes end in a tree or an error; a tree can be written, and what is written reads back.

use super::*;

/// Splits, parses, names and writes `data`. Panics only on a broken promise of this module.
pub fn fuzz(data: &[u8]) {
    for span in split_statements(data) {
        assert!(span.end as usize <= data.len() && span.start <= span.end);
    }
    let options = ParseOptions { max_query_size: 65_536, ..ParseOptions::default() };
    let mut start = 0;
    for _ in 0..16 {
        let Ok((Some(statement), end)) = parse_next(data, start, options) else { break };
        assert!(end > start, "no progress at {start}");
        check(&statement);
        start = end;
    }
    if let Ok(e) = parse_expression(data, options) {
        let _ = column_name(&e);
        let _ = display::format_expr(&e);
    }
    insert_values::fuzz_rows(data);
}

fn check(statement: &ast::Statement) {
    if let ast::StatementKind::Query(ast::Query::Select(s)) = &statement.kind {
        for e in &s.projection {
            let _ = column_name(e);
        }
    }
    let written = display::format_statement(statement, true);
    let options = ParseOptions { max_query_size: 0, max_depth: 5_000, ..ParseOptions::default() };
    match parse_next(written.as_bytes(), 0, options) {
        Ok((Some(again), _)) => {
            let text = display::format_statement(&again, true);
            assert_eq!(text, written, "written text changes when read back");
        }
        Ok((None, _)) => panic!("written text is empty: {written}"),
        Err(e) => panic!("written text does not read back: {written}\n{e}"),
    }
}
