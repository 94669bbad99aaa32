//! Rows of `INSERT … VALUES`: `(1, 'a', [1, 2], {'k': 'v'}, (1, 2), NULL, now(), 1 + 1), (…)`.
//!
//! Data may come in pieces of any size. [`ValuesReader`] takes bytes and gives rows whose fields are literals (read without the
//! SQL parser, one pass over the bytes) or, where a field is no literal, the text of an expression. Rules as in ClickHouse's
//! `Values` format: commas between rows are optional, `DEFAULT` stands for a column's default, a `;` ends the data.
//! Invariant: a row is given only when its closing parenthesis has been seen; bytes that are not used yet are at most one row.

use super::ast::{Expr, Literal};
use super::error::{SyntaxError, SyntaxErrorDetail, SyntaxErrorKind};
use super::lexer;
use super::parser::{ParseOptions, number, parse_expression_prefix};

/// One field of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// A literal; maps are [`Literal::Map`]. Text of a number is kept beside it, as Decimal and Int256 columns need all digits.
    Literal(Literal),
    /// A number, with its text: `-1.50`, `340282366920938463463374607431768211455`.
    Number { value: Literal, text: String },
    /// An expression, to be evaluated with no columns in scope.
    Expr(Box<Expr>),
    /// `DEFAULT`
    Default,
}

/// Limits of a reader.
#[derive(Debug, Clone, Copy)]
pub struct ValuesLimits {
    /// Bytes of one row.
    pub max_row_size: usize,
    /// Fields of one row.
    pub max_fields: usize,
    /// Nesting of literals, and depth of expressions.
    pub max_depth: usize,
}

impl Default for ValuesLimits {
    fn default() -> ValuesLimits {
        ValuesLimits { max_row_size: 64 << 20, max_fields: 10_000, max_depth: 1_000 }
    }
}

/// Reads rows from bytes that come in pieces.
#[derive(Debug)]
pub struct ValuesReader {
    limits: ValuesLimits,
    buffer: Vec<u8>,
    /// The row being looked for begins at or after this byte of the buffer.
    start: usize,
    /// Where the search for the row's end goes on, and in what state.
    scan: Scan,
    /// Bytes of the whole data before the buffer's first.
    consumed: usize,
    rows: u64,
    ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    Quote(u8),
    Escape(u8),
    LineComment,
    BlockComment,
}

#[derive(Debug, Clone, Copy)]
struct Scan {
    pos: usize,
    inside: Inside,
    /// Open parentheses, brackets and braces.
    depth: usize,
    comments: usize,
}

impl Scan {
    fn at(pos: usize) -> Scan {
        Scan { pos, inside: Inside::Code, depth: 0, comments: 0 }
    }
}

impl ValuesReader {
    pub fn new(limits: ValuesLimits) -> ValuesReader {
        ValuesReader { limits, buffer: Vec::new(), start: 0, scan: Scan::at(0), consumed: 0, rows: 0, ended: false }
    }

    /// Adds bytes to those not used yet.
    pub fn push(&mut self, data: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.consumed += self.start;
            self.scan.pos = self.scan.pos.saturating_sub(self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(data);
    }

    /// Rows given so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes held.
    pub fn buffered(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// The next row, or `None` if the bytes so far hold no whole one. With `last`, no more bytes will come: what is left over
    /// has to be a whole row or nothing.
    pub fn next_row(&mut self, last: bool) -> Result<Option<Vec<Field>>, SyntaxError> {
        if self.ended {
            return Ok(None);
        }
        let Some((open, end)) = self.find_row(last)? else { return Ok(None) };
        let row = read_row(&self.buffer[open..end], &self.limits).map_err(|e| self.located(e, open))?;
        self.start = end;
        self.scan = Scan::at(end);
        self.rows += 1;
        Ok(Some(row))
    }

    /// An error of a row's bytes, placed in the whole data.
    fn located(&self, mut e: SyntaxError, open: usize) -> SyntaxError {
        e.0.position += self.consumed + open;
        let text = format!("Cannot parse expression in row {} of VALUES: {}", self.rows + 1, e);
        e.0.message.get_or_insert(text);
        e
    }

    fn error(&self, pos: usize, message: &str) -> SyntaxError {
        let rest = self.buffer.get(pos..).unwrap_or_default();
        let near = String::from_utf8_lossy(rest.get(..80).unwrap_or(rest)).into_owned();
        syntax_error(self.consumed + pos, near, format!("{message} in row {} of VALUES", self.rows + 1))
    }

    /// The bytes of the next row, parentheses included.
    fn find_row(&mut self, last: bool) -> Result<Option<(usize, usize)>, SyntaxError> {
        if self.scan.depth == 0 && self.scan.inside == Inside::Code {
            self.skip_between_rows()?;
            if self.ended {
                return Ok(None);
            }
        }
        if self.scan.depth == 0 {
            match self.buffer.get(self.start) {
                Some(b'(') => {}
                _ if !last => return Ok(None),
                None => {
                    self.ended = true;
                    return Ok(None);
                }
                Some(_) => return Err(self.error(self.start, "Expected '('")),
            }
        }
        let end = self.scan_row();
        if self.scan.pos - self.start > self.limits.max_row_size {
            return Err(self.error(self.start, "Too long"));
        }
        match end {
            Some(end) => Ok(Some((self.start, end))),
            None if last => Err(self.error(self.start, "Unclosed parenthesis")),
            None => Ok(None),
        }
    }

    /// White space, commas and comments between rows; `;` ends the data.
    fn skip_between_rows(&mut self) -> Result<(), SyntaxError> {
        loop {
            let rest = self.buffer.get(self.start..).unwrap_or_default();
            match rest {
                [c, ..] if c.is_ascii_whitespace() || *c == b',' => self.start += 1,
                [b';', ..] => {
                    self.ended = true;
                    return Ok(());
                }
                [b'-', b'-', ..] | [b'/', b'*', ..] => {
                    let end = comment_end(rest);
                    match end {
                        Some(n) => self.start += n,
                        None => break,
                    }
                }
                [b'(', ..] | [] => break,
                [b'-' | b'/'] => break,
                [..] => return Err(self.error(self.start, "Expected '('")),
            }
        }
        self.scan = Scan::at(self.start);
        Ok(())
    }

    /// Goes on to the parenthesis that closes the row; the offset after it.
    fn scan_row(&mut self) -> Option<usize> {
        let s = &mut self.scan;
        while let Some(&c) = self.buffer.get(s.pos) {
            let next = self.buffer.get(s.pos + 1).copied();
            s.pos += 1;
            match s.inside {
                Inside::Quote(q) => {
                    // Skips to the next byte that matters.
                    if c == b'\\' {
                        s.inside = Inside::Escape(q);
                    } else if c == q {
                        s.inside = Inside::Code;
                    } else {
                        let rest = self.buffer.get(s.pos..).unwrap_or_default();
                        s.pos += memchr::memchr2(b'\\', q, rest).unwrap_or(rest.len());
                    }
                }
                Inside::Escape(q) => s.inside = Inside::Quote(q),
                Inside::LineComment if c == b'\n' => s.inside = Inside::Code,
                Inside::LineComment => {}
                Inside::BlockComment => match (c, next) {
                    (b'*', Some(b'/')) => {
                        s.pos += 1;
                        s.comments -= 1;
                        if s.comments == 0 {
                            s.inside = Inside::Code;
                        }
                    }
                    (b'/', Some(b'*')) => {
                        s.pos += 1;
                        s.comments += 1;
                    }
                    (b'*' | b'/', None) => {
                        s.pos -= 1;
                        return None;
                    }
                    _ => {}
                },
                Inside::Code => match (c, next) {
                    (b'\'' | b'"' | b'`', _) => s.inside = Inside::Quote(c),
                    (b'-', Some(b'-')) => s.inside = Inside::LineComment,
                    (b'/', Some(b'*')) => {
                        s.pos += 1;
                        s.comments = 1;
                        s.inside = Inside::BlockComment;
                    }
                    (b'-' | b'/', None) => {
                        s.pos -= 1;
                        return None;
                    }
                    (b'(' | b'[' | b'{', _) => s.depth += 1,
                    (b')' | b']' | b'}', _) => {
                        s.depth = s.depth.saturating_sub(1);
                        if s.depth == 0 {
                            return Some(s.pos);
                        }
                    }
                    _ => {}
                },
            }
        }
        None
    }
}

/// Bytes of the comment at the start of `text`, if it is closed.
fn comment_end(text: &[u8]) -> Option<usize> {
    if text.starts_with(b"--") {
        return memchr::memchr(b'\n', text).map(|n| n + 1);
    }
    let mut depth = 0usize;
    let mut i = 0;
    while i + 1 < text.len() {
        match &text[i..i + 2] {
            b"/*" => {
                depth += 1;
                i += 2;
            }
            b"*/" => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => i += 1,
        }
    }
    None
}

/// The fields of one row: `(…)`.
fn read_row(row: &[u8], limits: &ValuesLimits) -> Result<Vec<Field>, SyntaxError> {
    let mut r = RowReader { text: row, pos: 1, limits };
    let mut fields = Vec::new();
    r.skip_space();
    if r.eat(b')') {
        return r.end(fields);
    }
    loop {
        if fields.len() >= limits.max_fields {
            return Err(r.error("Too many fields"));
        }
        fields.push(r.field()?);
        r.skip_space();
        if r.eat(b')') {
            return r.end(fields);
        }
        if !r.eat(b',') {
            return Err(r.error("Expected ',' or ')'"));
        }
        // `(1, 2,)`
        r.skip_space();
        if r.eat(b')') {
            return r.end(fields);
        }
    }
}

struct RowReader<'a> {
    text: &'a [u8],
    pos: usize,
    limits: &'a ValuesLimits,
}

impl RowReader<'_> {
    fn end(&self, fields: Vec<Field>) -> Result<Vec<Field>, SyntaxError> {
        if self.pos == self.text.len() { Ok(fields) } else { Err(self.error("Expected the end of the row")) }
    }

    fn error(&self, message: &str) -> SyntaxError {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        syntax_error(
            self.pos,
            String::from_utf8_lossy(rest.get(..80).unwrap_or(rest)).into_owned(),
            message.to_string(),
        )
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.pos).copied()
    }

    fn eat(&mut self, c: u8) -> bool {
        let is = self.peek() == Some(c);
        self.pos += usize::from(is);
        is
    }

    fn skip_space(&mut self) {
        loop {
            while self.peek().is_some_and(|c| c.is_ascii_whitespace()) {
                self.pos += 1;
            }
            let rest = self.text.get(self.pos..).unwrap_or_default();
            if !(rest.starts_with(b"--") || rest.starts_with(b"/*")) {
                return;
            }
            self.pos += comment_end(rest).unwrap_or(rest.len());
        }
    }

    /// A literal where one stands alone between commas, else an expression.
    fn field(&mut self) -> Result<Field, SyntaxError> {
        self.skip_space();
        let start = self.pos;
        if let Some(field) = self.literal_field() {
            self.skip_space();
            if matches!(self.peek(), Some(b',' | b')')) {
                return Ok(field);
            }
        }
        self.pos = start;
        let rest = self.text.get(start..).unwrap_or_default();
        let options = ParseOptions { max_query_size: 0, max_depth: self.limits.max_depth, ..ParseOptions::default() };
        let (e, len) = parse_expression_prefix(rest, options).map_err(|mut e| {
            e.0.position += start;
            e
        })?;
        self.pos = start + len;
        Ok(Field::Expr(Box::new(e)))
    }

    fn literal_field(&mut self) -> Option<Field> {
        let start = self.pos;
        match self.peek()? {
            b'0'..=b'9' | b'-' | b'+' | b'.' => {
                let value = self.number()?;
                let text = String::from_utf8_lossy(self.text.get(start..self.pos)?).into_owned();
                Some(Field::Number { value, text })
            }
            c if c.is_ascii_alphabetic() && self.word_is("DEFAULT") => {
                self.pos += 7;
                Some(Field::Default)
            }
            _ => self.literal(0).map(Field::Literal),
        }
    }

    /// Whether exactly this word stands here.
    fn word_is(&self, word: &str) -> bool {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        rest.len() >= word.len()
            && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes())
            && !rest.get(word.len()).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'(' | b'.'))
    }

    fn literal(&mut self, depth: usize) -> Option<Literal> {
        if depth >= self.limits.max_depth.min(1_000) {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            b'\'' => self.string().map(Literal::String),
            b'0'..=b'9' | b'-' | b'+' | b'.' => self.number(),
            b'[' => {
                self.pos += 1;
                self.items(b']', depth).map(Literal::Array)
            }
            b'(' => {
                self.pos += 1;
                let start = self.pos;
                let items = self.items(b')', depth)?;
                // `(1)` is 1 in parentheses; `(1,)` and `(1, 2)` are tuples, `()` is left to the parser.
                let inner = self.text.get(start..self.pos - 1)?;
                let comma = inner.trim_ascii_end().ends_with(b",");
                match items.len() {
                    0 => None,
                    1 if !comma => items.into_iter().next(),
                    _ => Some(Literal::Tuple(items)),
                }
            }
            b'{' => {
                self.pos += 1;
                self.map(depth)
            }
            _ => {
                for (word, value) in
                    [("NULL", Literal::Null), ("TRUE", Literal::Bool(true)), ("FALSE", Literal::Bool(false))]
                {
                    if self.word_is(word) {
                        self.pos += word.len();
                        return Some(value);
                    }
                }
                self.special_float(1.0)
            }
        }
    }

    fn special_float(&mut self, sign: f64) -> Option<Literal> {
        for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
            if self.word_is(word) {
                self.pos += word.len();
                return Some(Literal::Float(value * sign));
            }
        }
        None
    }

    fn items(&mut self, close: u8, depth: usize) -> Option<Vec<Literal>> {
        let mut out = Vec::new();
        loop {
            self.skip_space();
            if self.eat(close) {
                return Some(out);
            }
            if !out.is_empty() {
                if !self.eat(b',') {
                    return None;
                }
                self.skip_space();
                if close == b')' && self.eat(close) {
                    return Some(out);
                }
            }
            out.push(self.literal(depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Option<Literal> {
        let mut out = Vec::new();
        loop {
            self.skip_space();
            if self.eat(b'}') {
                return Some(Literal::Map(out));
            }
            if !out.is_empty() && !self.eat(b',') {
                return None;
            }
            let key = self.literal(depth + 1)?;
            self.skip_space();
            if !self.eat(b':') {
                return None;
            }
            out.push((key, self.literal(depth + 1)?));
        }
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        let start = self.pos;
        let mut i = start + 1;
        loop {
            let rest = self.text.get(i..)?;
            i += memchr::memchr2(b'\\', b'\'', rest)?;
            if self.text[i] == b'\\' || self.text.get(i + 1) == Some(&b'\'') {
                i += 2;
            } else {
                self.pos = i + 1;
                return Some(lexer::unquote(self.text.get(start..self.pos)?));
            }
        }
    }

    fn number(&mut self) -> Option<Literal> {
        let start = self.pos;
        let negative = self.eat(b'-');
        if !negative {
            self.eat(b'+');
        }
        if self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            return self.special_float(if negative { -1.0 } else { 1.0 });
        }
        let digits = self.pos;
        while let Some(c) = self.peek() {
            let exponent_sign = matches!(c, b'-' | b'+')
                && matches!(self.text.get(self.pos - 1), Some(b'e' | b'E'))
                && self.text.get(digits..digits + 2).is_none_or(|d| !d.eq_ignore_ascii_case(b"0x"));
            if !(c.is_ascii_alphanumeric() || c == b'.' || c == b'_' || exponent_sign) {
                break;
            }
            self.pos += 1;
        }
        let text = self.text.get(digits..self.pos)?;
        let value =
            if text.first().is_some_and(|c| c.is_ascii_digit() || *c == b'.') { number(text, negative) } else { None };
        if value.is_none() {
            self.pos = start;
        }
        value
    }
}

fn syntax_error(at: usize, near: String, message: String) -> SyntaxError {
    SyntaxError(Box::new(SyntaxErrorDetail {
        kind: SyntaxErrorKind::Syntax,
        position: at + 1,
        line: 0,
        column: 0,
        token: near.chars().take(1).collect(),
        near,
        expected: Vec::new(),
        message: Some(message),
    }))
}

/// Rows of a whole text.
pub fn read_all(data: &[u8], limits: ValuesLimits) -> Result<Vec<Vec<Field>>, SyntaxError> {
    let mut reader = ValuesReader::new(limits);
    reader.push(data);
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row(true)? {
        rows.push(row);
    }
    Ok(rows)
}

/// Part of the fuzz target: a text read whole and read in pieces of three bytes gives the same.
pub(crate) fn fuzz_rows(data: &[u8]) {
    let limits = ValuesLimits { max_row_size: 4096, max_fields: 100, max_depth: 100 };
    let whole = read_all(data, limits);
    let mut reader = ValuesReader::new(limits);
    let mut rows = Vec::new();
    let pieces = (|| {
        for chunk in data.chunks(3) {
            reader.push(chunk);
            while let Some(row) = reader.next_row(false)? {
                rows.push(row);
            }
        }
        while let Some(row) = reader.next_row(true)? {
            rows.push(row);
        }
        Ok::<_, SyntaxError>(())
    })();
    match (whole, pieces) {
        (Ok(a), Ok(())) => assert_eq!(a, rows, "rows depend on the pieces"),
        (Err(_), Err(_)) => {}
        (Ok(_), Err(e)) => panic!("only in pieces: {e}"),
        (Err(e), Ok(())) => panic!("only as a whole: {e}"),
    }
}

#[cfg(test)]
#[path = "insert_values_tests.rs"]
mod tests;
