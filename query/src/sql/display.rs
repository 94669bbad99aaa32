//! Writing literals and names as ClickHouse writes them.

use super::ast::*;

/// Whether a name may stand without quotes and be read back as the same name.
pub fn is_plain_ident(s: &str) -> bool {
    let mut bytes = s.bytes();
    let first = bytes.next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == b'_')
        && bytes.all(|c| c.is_ascii_alphanumeric() || c == b'_')
        && ![
            "NULL",
            "TRUE",
            "FALSE",
            "DISTINCT",
            "ALL",
            "FROM",
            "SELECT",
            "WITH",
            "NOT",
            "CASE",
            "INTERVAL",
            "INF",
            "NAN",
            "INFINITY",
            "DATE",
            "TIMESTAMP",
            "TABLE",
            "EXCEPT",
            "REPLACE",
            "APPLY",
            "EXPLAIN",
        ]
        .iter()
        .any(|w| s.eq_ignore_ascii_case(w))
}

/// A name in backticks.
pub fn quote_ident(out: &mut String, s: &str) {
    write_quoted(out, s.as_bytes(), b'`');
}

/// A name, in backticks if it needs them.
pub fn write_ident(out: &mut String, s: &str) {
    if is_plain_ident(s) { out.push_str(s) } else { quote_ident(out, s) }
}

/// A string literal. Bytes that are not UTF-8 become `\xHH`.
pub fn write_string(out: &mut String, s: &[u8]) {
    write_quoted(out, s, b'\'');
}

fn write_quoted(out: &mut String, s: &[u8], quote: u8) {
    out.push(quote as char);
    for chunk in s.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                '\0' => out.push_str("\\0"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                c if c as u32 == quote as u32 => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            }
        }
        for b in chunk.invalid() {
            out.push_str(&format!("\\x{b:02X}"));
        }
    }
    out.push(quote as char);
}

/// A Float64 as ClickHouse writes it in queries: shortest digits, a trailing point if integral, exponents from 1e21 and below 1e-6.
pub fn write_float(out: &mut String, f: f64) {
    if f.is_nan() {
        out.push_str("nan");
        return;
    }
    if f.is_infinite() {
        out.push_str(if f < 0.0 { "-inf" } else { "inf" });
        return;
    }
    let text = format!("{f:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if f != 0.0 && !(-6..21).contains(&exponent) {
        out.push_str(&text);
        return;
    }
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if mantissa.starts_with('-') {
        out.push('-');
    }
    if exponent < 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
        out.push_str(&digits);
        return;
    }
    let whole = exponent as usize + 1;
    for i in 0..whole {
        out.push(digits.as_bytes().get(i).map_or('0', |d| *d as char));
    }
    out.push('.');
    out.push_str(digits.get(whole..).unwrap_or_default());
}

/// A literal that reads back as itself.
pub fn write_literal(out: &mut String, l: &Literal) {
    match l {
        Literal::Null => out.push_str("NULL"),
        Literal::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Literal::UInt(n) => out.push_str(&n.to_string()),
        Literal::Int(n) => out.push_str(&n.to_string()),
        Literal::Float(f) => write_float(out, *f),
        Literal::String(s) => write_string(out, s),
        Literal::Array(items) => write_literals(out, items, '[', ']'),
        Literal::Tuple(items) if items.len() == 1 => {
            out.push('(');
            items.iter().for_each(|i| write_literal(out, i));
            out.push_str(",)");
        }
        Literal::Tuple(items) => write_literals(out, items, '(', ')'),
        Literal::Map(pairs) => {
            out.push('{');
            for (i, (k, v)) in pairs.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_literal(out, k);
                out.push_str(": ");
                write_literal(out, v);
            }
            out.push('}');
        }
    }
}

fn write_literals(out: &mut String, items: &[Literal], open: char, close: char) {
    out.push(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_literal(out, item);
    }
    out.push(close);
}
