//! Trees back to text, as ClickHouse's `formatQuery` and `formatQuerySingleLine` write them: for SHOW CREATE,
//! create_table_query and EXPLAIN SYNTAX. Invariant: what is written parses to the same tree, but for parentheses.

mod alter;
mod ddl;
mod expr;
mod query;
mod statement;

use super::ast::*;

/// A statement as text; over several lines as SHOW CREATE has it, or in one as `system.tables` has it.
pub fn format_statement(s: &Statement, multiline: bool) -> String {
    let mut w = Writer::new(multiline);
    w.statement(s);
    w.out
}

/// A query as text.
pub fn format_query(q: &Query, multiline: bool) -> String {
    let mut w = Writer::new(multiline);
    w.query(q);
    w.out
}

/// An expression in one line, with its alias if it has one.
pub fn format_expr(e: &Expr) -> String {
    let mut w = Writer::new(false);
    w.expr(e, false);
    w.out
}

/// CREATE TABLE as text.
pub fn format_create_table(t: &CreateTable, multiline: bool) -> String {
    let mut w = Writer::new(multiline);
    w.create_table(t);
    w.out
}

/// CREATE VIEW as text.
pub fn format_create_view(v: &CreateView, multiline: bool) -> String {
    let mut w = Writer::new(multiline);
    w.create_view(v);
    w.out
}

/// Everything of ENGINE, its arguments and clauses: `engine_full` of `system.tables`.
pub fn format_storage(s: &Storage) -> String {
    let mut w = Writer::new(false);
    w.storage(s);
    let text = w.out.trim_start();
    text.strip_prefix("ENGINE = ").unwrap_or(text).to_string()
}

/// Text so far, and how to lay out what follows.
struct Writer {
    out: String,
    multiline: bool,
    indent: usize,
    /// A projection's ORDER BY is a key, without directions.
    in_projection: bool,
}

impl Writer {
    fn new(multiline: bool) -> Writer {
        Writer { out: String::new(), multiline, indent: 0, in_projection: false }
    }

    fn push(&mut self, s: &str) {
        self.out.push_str(s);
    }

    fn ident(&mut self, i: &Ident) {
        write_ident(&mut self.out, &i.value);
    }

    /// A name of several parts joined by dots, as settings and columns of Nested have: quoted as a whole if need be.
    fn dotted(&mut self, s: &str) {
        if s.split('.').all(is_plain_ident) {
            self.push(s);
        } else {
            quote_ident(&mut self.out, s);
        }
    }

    /// A column as it was written: `a.b` in one name or in two.
    fn column_name(&mut self, c: &Ident) {
        if c.quoted { self.ident(c) } else { self.dotted(&c.value) }
    }

    fn string(&mut self, s: &[u8]) {
        write_string(&mut self.out, s);
    }

    /// A new line at the current indent, or a space.
    fn line(&mut self) {
        if self.multiline {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("    ", self.indent));
        } else {
            self.out.push(' ');
        }
    }

    /// Items joined by `, `.
    fn list<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T)) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            f(self, item);
        }
    }

    /// Items after a key word: one on the same line, several on lines of their own (all of them with `always`).
    fn clause_list<T>(&mut self, items: &[T], always: bool, mut f: impl FnMut(&mut Self, &T)) {
        let own_lines = self.multiline && (items.len() > 1 || always);
        self.indent += 1;
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push(',');
            }
            if own_lines {
                self.line();
            } else {
                self.out.push(' ');
            }
            f(self, item);
        }
        self.indent -= 1;
    }

    /// `(` body `)`, the body indented.
    fn block(&mut self, f: impl FnOnce(&mut Self)) {
        self.push("(");
        self.indent += 1;
        if self.multiline {
            self.line();
        }
        f(self);
        self.indent -= 1;
        if self.multiline {
            self.line();
        }
        self.push(")");
    }
}

/// Whether a name may stand without quotes and be read back as the same name.
pub fn is_plain_ident(s: &str) -> bool {
    let mut bytes = s.bytes();
    let first = bytes.next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == b'_')
        && bytes.all(|c| c.is_ascii_alphanumeric() || c == b'_')
        && ![
            "ALL", "DISTINCT", "FALSE", "FROM", "INF", "INFINITY", "NAN", "NULL", "SELECT", "TABLE", "TOP", "TRUE",
            "VALUES", // Ours, so that such names read back.
            "EXPLAIN", "NOT", "WITH",
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
            out.push_str("tuple");
            write_literals(out, items, '(', ')');
        }
        Literal::Tuple(items) => write_literals(out, items, '(', ')'),
        Literal::Map(pairs) => {
            out.push('{');
            for (i, (k, v)) in pairs.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_literal(out, k);
                out.push(':');
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
