//! The reader of VALUES: literals, expressions, separators, pieces.

use super::*;

fn rows(sql: &str) -> Vec<Vec<Field>> {
    match read_all(sql.as_bytes(), ValuesLimits::default()) {
        Ok(r) => r,
        Err(e) => panic!("{sql}: {e}"),
    }
}

fn text(s: &str) -> Literal {
    Literal::String(s.as_bytes().to_vec())
}

#[test]
fn literals() {
    let r = rows(" (1, 'a''b\\n', [1, -2], {'k': 'v'}, (1, 'x'), NULL, true, -1.50, inf, DEFAULT, [], {}, 0xFF)");
    use Literal::*;
    let number = |value, text: &str| Field::Number { value, text: text.into() };
    assert_eq!(
        r,
        [vec![
            number(UInt(1), "1"),
            Field::Literal(text("a'b\n")),
            Field::Literal(Array(vec![UInt(1), Int(-2)])),
            Field::Literal(Map(vec![(text("k"), text("v"))])),
            Field::Literal(Tuple(vec![UInt(1), text("x")])),
            Field::Literal(Null),
            Field::Literal(Bool(true)),
            number(Float(-1.5), "-1.50"),
            Field::Literal(Float(f64::INFINITY)),
            Field::Default,
            Field::Literal(Array(vec![])),
            Field::Literal(Map(vec![])),
            number(UInt(255), "0xFF"),
        ]]
    );
}

#[test]
fn expressions() {
    let r = rows(
        "(now(), 1 + 1, toDate('2020-01-01'), map('a', 1), [now()], 'a' || ')', -x), (1::UInt8, CAST('1' AS Int8))",
    );
    assert_eq!(r.len(), 2);
    assert!(r.iter().flatten().all(|f| matches!(f, Field::Expr(_))), "{r:?}");
    let Field::Expr(e) = &r[0][1] else { panic!() };
    assert_eq!(super::super::column_name(e), "plus(1, 1)");
}

#[test]
fn separators_and_ends() {
    assert_eq!(rows("(1) (2),(3)\n, -- c )\n(4) /* ( */ (5) ; (6)").len(), 5);
    assert_eq!(rows("").len(), 0);
    assert_eq!(rows("  ;").len(), 0);
    for bad in ["1", "(1", "(1))", "(1 2)", "(1,,2)", "('a)", "(1), x", "([1)", "(1]", "(@)"] {
        assert!(read_all(bad.as_bytes(), ValuesLimits::default()).is_err(), "{bad}");
    }
    let deep = format!("({}1{})", "[".repeat(5000), "]".repeat(5000));
    assert!(read_all(deep.as_bytes(), ValuesLimits::default()).is_err());
    let limits = ValuesLimits { max_row_size: 10, ..ValuesLimits::default() };
    assert!(read_all(b"('0123456789')", limits).is_err());
}

#[test]
fn pieces_of_any_size() {
    let data = "(1, 'a;)(', [1]), -- x\n (2, 'b\\'', now() /* ) */), (3, \"x\", {'a': 1})";
    let whole = rows(data);
    for size in 1..data.len() {
        let mut reader = ValuesReader::new(ValuesLimits::default());
        let mut got = Vec::new();
        for chunk in data.as_bytes().chunks(size) {
            reader.push(chunk);
            while let Some(r) = reader.next_row(false).unwrap() {
                got.push(r);
            }
            assert!(reader.buffered() < 60);
        }
        while let Some(r) = reader.next_row(true).unwrap() {
            got.push(r);
        }
        assert_eq!(got, whole, "pieces of {size}");
    }
}
