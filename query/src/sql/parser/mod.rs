//! Recursive descent over the tokens, binding by precedence in expressions.
//!
//! Every nested construct passes [`Parser::nested`], which counts depth; chains of operators are built in loops, and the depth
//! of the tree they make is checked as nodes are made. So neither parsing nor walking the tree can overflow the stack.
//! Backtracking is limited to a few places, each bounded by the tokens of one clause.

mod alter;
mod call;
mod create;
mod expr;
mod insert;
mod literal;
mod names;
mod operand;
mod select;
mod show;
mod special;
mod statement;
mod table;

pub(crate) use literal::number;

use super::ast::*;
use super::error::{SyntaxError, SyntaxErrorDetail, SyntaxErrorKind};
use super::lexer::{self, Lexer, Token, TokenKind};
use std::collections::{HashMap, HashSet};

/// Limits and values a text is parsed with.
#[derive(Debug, Clone, Copy)]
pub struct ParseOptions<'a> {
    /// Bytes of SQL, without the data of an INSERT; 0: no limit. ClickHouse's max_query_size.
    pub max_query_size: usize,
    /// Nesting of constructs and depth of the tree. ClickHouse's max_parser_depth and max_ast_depth.
    pub max_depth: usize,
    /// Expressions in the text; 0: no limit. ClickHouse's max_ast_elements.
    pub max_elements: usize,
    /// Values of `{name:Identifier}`. `None`: such a parameter is an error.
    pub identifiers: Option<&'a HashMap<String, String>>,
}

/// ClickHouse's default of max_query_size.
pub const DEFAULT_MAX_QUERY_SIZE: usize = 262_144;
/// ClickHouse's default of max_parser_depth and of max_ast_depth.
pub const DEFAULT_MAX_DEPTH: usize = 1_000;

impl Default for ParseOptions<'_> {
    fn default() -> Self {
        ParseOptions {
            max_query_size: DEFAULT_MAX_QUERY_SIZE,
            max_depth: DEFAULT_MAX_DEPTH,
            max_elements: 0,
            identifiers: None,
        }
    }
}

/// Parses one statement; a trailing `;` is allowed, another statement is not.
pub fn parse_statement(sql: &[u8], options: ParseOptions<'_>) -> Result<Statement, SyntaxError> {
    let (statement, end) = parse_next(sql, 0, options)?;
    let Some(statement) = statement else {
        return Err(Parser::new(sql, 0, options).empty_error());
    };
    if takes_data(&statement) {
        return Ok(statement);
    }
    let mut p = Parser::new(sql, end, options);
    while p.eat(TokenKind::Semicolon) {}
    if !p.at(TokenKind::End) {
        let e = p.message("Multi-statements are not allowed");
        return Err(p.finish(e));
    }
    Ok(statement)
}

/// Parses the statement that begins at byte `start`; empty statements before it are skipped. Returns the statement, `None` at
/// the end of the text, and the offset after its `;`. An INSERT with data in the text goes to the text's end.
pub fn parse_next(
    sql: &[u8],
    start: usize,
    options: ParseOptions<'_>,
) -> Result<(Option<Statement>, usize), SyntaxError> {
    let mut p = Parser::new(sql, start, options);
    while p.eat(TokenKind::Semicolon) {}
    if p.at(TokenKind::End) {
        return Ok((None, sql.len()));
    }
    match p.statement() {
        Ok(s) => {
            if takes_data(&s) {
                return Ok((Some(s), sql.len()));
            }
            // `\G` of the command line ends a statement too.
            if !p.eat(TokenKind::Semicolon) && !p.eat(TokenKind::VerticalDelimiter) && !p.at(TokenKind::End) {
                p.note("end of query");
                return Err(p.finish(None));
            }
            let end = p.tokens.get(p.pos.wrapping_sub(1)).map_or(sql.len(), |t| t.end as usize);
            Ok((Some(s), end))
        }
        Err(e) => Err(p.finish(e)),
    }
}

/// Parses one expression with an optional alias, as in a table's DEFAULT or a stored filter.
pub fn parse_expression(sql: &[u8], options: ParseOptions<'_>) -> Result<Expr, SyntaxError> {
    let mut p = Parser::new(sql, 0, options);
    match p.expr() {
        Ok(e) if p.at(TokenKind::End) => Ok(e),
        Ok(_) => Err(p.finish(None)),
        Err(e) => Err(p.finish(e)),
    }
}

/// Parses the expression at the start of `sql` and returns the bytes it took: an item of a row of VALUES.
pub fn parse_expression_prefix(sql: &[u8], options: ParseOptions<'_>) -> Result<(Expr, usize), SyntaxError> {
    let mut p = Parser::new(sql, 0, options);
    match p.expr() {
        Ok(e) => Ok((e, p.last_end())),
        Err(e) => Err(p.finish(e)),
    }
}

/// Splits a text into its statements: byte ranges without the `;`. Strings and comments are respected; the data of
/// `INSERT … VALUES` goes to the next `;` outside of strings, that of `INSERT … FORMAT` to the next blank line or the end.
pub fn split_statements(sql: &[u8]) -> Vec<Span> {
    let mut out = Vec::new();
    let mut lexer = Lexer::new(sql, 0, 0);
    let mut first: Option<Token> = None;
    let mut last = 0;
    let mut words: Vec<&[u8]> = Vec::new();
    loop {
        let t = lexer.next_token();
        let is_end = t.kind == TokenKind::End || (t.kind == TokenKind::ErrUnclosedComment && first.is_none());
        if is_end || matches!(t.kind, TokenKind::Semicolon | TokenKind::VerticalDelimiter) {
            if let Some(f) = first.take() {
                out.push(Span::new(f.start as usize, last));
            }
            words.clear();
            if is_end {
                return out;
            }
            continue;
        }
        first.get_or_insert(t);
        last = t.end as usize;
        let text = sql.get(t.start as usize..t.end as usize).unwrap_or_default();
        let is_insert = words.first().is_some_and(|w| w.eq_ignore_ascii_case(b"INSERT"));
        let after_format = is_insert && words.last().is_some_and(|w| w.eq_ignore_ascii_case(b"FORMAT"));
        if after_format && t.kind == TokenKind::BareWord && !text.eq_ignore_ascii_case(b"VALUES") {
            let rest = sql.get(last..).unwrap_or_default();
            let end = memchr::memmem::find(rest, b"\n\n").map_or(sql.len(), |n| last + n);
            let start = first.take().map_or(last, |f| f.start as usize);
            let only_blank =
                sql.get(last..end).unwrap_or_default().iter().all(|c| c.is_ascii_whitespace() || *c == b';');
            out.push(Span::new(start, if only_blank { last } else { end }));
            words.clear();
            lexer = Lexer::new(sql, end, 0);
            continue;
        }
        if words.len() < 4096 || after_format {
            words.push(if t.kind == TokenKind::BareWord { text } else { b"" });
        }
        if words.len() > 2 && !is_insert {
            words.truncate(1);
        }
    }
}

/// Whether what follows the statement in the text is its data.
fn takes_data(s: &Statement) -> bool {
    match &s.kind {
        StatementKind::Insert(i) => {
            matches!(i.source, InsertSource::Values { .. } | InsertSource::Format { .. })
        }
        StatementKind::Explain(e) => takes_data(&e.statement),
        _ => false,
    }
}

/// Runs `f` on a new piece of stack if little is left: 1,000 levels take up to 8 MiB.
fn on_enough_stack<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 2 * 1024 * 1024, f)
}

/// `None`: what could have stood at the furthest place reached is the error.
type Fail = Option<SyntaxError>;
type Parsed<T> = Result<T, Fail>;

/// The parser's state: tokens so far, the place among them, and what was expected at the furthest place reached.
pub(crate) struct Parser<'a> {
    sql: &'a [u8],
    lexer: Lexer<'a>,
    tokens: Vec<Token>,
    pos: usize,
    depth: usize,
    options: ParseOptions<'a>,
    furthest: usize,
    expected: Vec<&'static str>,
    /// For each opening parenthesis its closing one; made when first needed.
    closing: Option<Vec<u32>>,
    /// Depth of the deepest expression made since last measured.
    deepest: u16,
    /// Expressions made.
    made: usize,
    /// Nodes copied, and tokens looked at ahead: both limited.
    copied: usize,
    scanned: usize,
    /// Inside of one command of ALTER.
    in_alter_command: bool,
    /// Tokens at which a special construct was tried in vain.
    failed: HashSet<usize>,
    /// No `literal::Type` begins among these tokens.
    no_cast: std::ops::Range<usize>,
}

impl<'a> Parser<'a> {
    fn new(sql: &'a [u8], start: usize, options: ParseOptions<'a>) -> Parser<'a> {
        Parser {
            sql,
            lexer: Lexer::new(sql, start, options.max_query_size),
            tokens: Vec::new(),
            pos: 0,
            depth: 0,
            options,
            furthest: 0,
            expected: Vec::new(),
            closing: None,
            deepest: 0,
            made: 0,
            copied: 0,
            scanned: 0,
            in_alter_command: false,
            failed: HashSet::new(),
            no_cast: 0..0,
        }
    }

    // --- tokens ---

    /// The token `ahead` places from here.
    fn peek_at(&mut self, ahead: usize) -> Token {
        self.token(self.pos + ahead)
    }

    fn token(&mut self, i: usize) -> Token {
        while self.tokens.len() <= i {
            if let Some(last) = self.tokens.last()
                && (last.kind == TokenKind::End || last.kind.is_error())
            {
                return *last;
            }
            let t = self.lexer.next_token();
            self.tokens.push(t);
        }
        self.tokens[i]
    }

    fn peek(&mut self) -> Token {
        self.token(self.pos)
    }

    fn at(&mut self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    fn advance(&mut self) {
        let t = self.peek();
        if t.kind != TokenKind::End && !t.kind.is_error() {
            self.pos += 1;
        }
    }

    fn text(&self, t: Token) -> &'a [u8] {
        self.sql.get(t.start as usize..t.end as usize).unwrap_or_default()
    }

    fn span(&mut self) -> Span {
        let t = self.peek();
        Span { start: t.start, end: t.end }
    }

    /// End of the token before this one.
    fn last_end(&self) -> usize {
        match self.pos.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            Some(t) => t.end as usize,
            None => 0,
        }
    }

    /// From `start` to the end of the last token taken.
    fn span_from(&self, start: Span) -> Span {
        Span { start: start.start, end: (self.last_end() as u32).max(start.start) }
    }

    /// Takes a token of this kind, if it is next.
    fn eat(&mut self, kind: TokenKind) -> bool {
        let is = self.at(kind);
        if is {
            self.advance();
        }
        is
    }

    /// As [`Parser::eat`], noting what was looked for.
    fn accept(&mut self, kind: TokenKind, what: &'static str) -> bool {
        let is = self.eat(kind);
        if !is {
            self.note(what);
        }
        is
    }

    fn expect(&mut self, kind: TokenKind, what: &'static str) -> Parsed<()> {
        if self.accept(kind, what) { Ok(()) } else { Err(None) }
    }

    // --- key words ---

    fn word_at(&mut self, ahead: usize, word: &str) -> bool {
        let t = self.peek_at(ahead);
        t.kind == TokenKind::BareWord && self.text(t).eq_ignore_ascii_case(word.as_bytes())
    }

    /// Whether the words (separated by single spaces) are next.
    fn at_words(&mut self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(i, w)| self.word_at(i, w))
    }

    /// Takes the words, if all of them are next.
    fn kw(&mut self, words: &'static str) -> bool {
        let mut n = 0;
        for w in words.split(' ') {
            if !self.word_at(n, w) {
                self.note(words);
                return false;
            }
            n += 1;
        }
        self.pos += n;
        true
    }

    fn expect_kw(&mut self, words: &'static str) -> Parsed<()> {
        if self.kw(words) { Ok(()) } else { Err(None) }
    }

    // --- errors ---

    /// Remembers what could have stood here.
    fn note(&mut self, what: &'static str) {
        if self.pos < self.furthest {
            return;
        }
        if self.pos > self.furthest {
            self.furthest = self.pos;
            self.expected.clear();
        }
        if self.expected.len() < 64 && !self.expected.contains(&what) {
            self.expected.push(what);
        }
    }

    fn expected<T>(&mut self, what: &'static str) -> Parsed<T> {
        self.note(what);
        Err(None)
    }

    /// An error of its own words at the current token.
    fn message(&mut self, message: impl Into<String>) -> Fail {
        let t = self.peek();
        let mut e = self.error_at(t);
        e.0.message = Some(message.into());
        Some(e)
    }

    fn fail<T>(&mut self, kind: SyntaxErrorKind, message: impl Into<String>) -> Parsed<T> {
        let mut e = self.message(message);
        if let Some(e) = &mut e {
            e.0.kind = kind;
        }
        Err(e)
    }

    fn empty_error(&mut self) -> SyntaxError {
        let t = self.peek();
        let mut e = self.error_at(t);
        e.0.kind = SyntaxErrorKind::Empty;
        e.0.message = Some("Empty query".into());
        e
    }

    fn error_at(&self, t: Token) -> SyntaxError {
        let start = (t.start as usize).min(self.sql.len());
        let before = &self.sql[..start];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
        let rest = &self.sql[start..];
        let near: Vec<u8> = rest.iter().take(160).map(|c| if *c == b'\n' { b' ' } else { *c }).collect();
        let mut near = String::from_utf8_lossy(&near).into_owned();
        if rest.len() > 160 {
            near.push_str("...");
        }
        let token = if t.kind == TokenKind::End { &[][..] } else { self.text(t) };
        SyntaxError(Box::new(SyntaxErrorDetail {
            kind: if t.kind == TokenKind::TooLong { SyntaxErrorKind::TooLong } else { SyntaxErrorKind::Syntax },
            position: start + 1,
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: start - line_start + 1,
            token: String::from_utf8_lossy(token.get(..64).unwrap_or(token)).into_owned(),
            near,
            expected: Vec::new(),
            message: None,
        }))
    }

    /// The error to report: `fail`, or what was expected at the furthest place.
    fn finish(&mut self, fail: Fail) -> SyntaxError {
        if let Some(e) = fail {
            return e;
        }
        if self.furthest < self.pos {
            self.furthest = self.pos;
            self.expected.clear();
        }
        let t = self.token(self.furthest);
        let mut e = self.error_at(t);
        if t.kind.is_error() && t.kind != TokenKind::TooLong {
            e.0.message = Some(t.kind.error_text().to_string());
        } else if t.kind == TokenKind::End
            && let Some(open) = self.unclosed()
        {
            e.0.message = Some(format!("Unmatched parentheses: {open}"));
        }
        e.0.expected = self.expected.iter().map(|s| s.to_string()).collect();
        e
    }

    /// The innermost bracket that is not closed at the end.
    fn unclosed(&self) -> Option<String> {
        let mut stack: Vec<Token> = Vec::new();
        for t in &self.tokens {
            match t.kind {
                TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace => stack.push(*t),
                TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                    stack.pop();
                }
                _ => {}
            }
        }
        let t = stack.pop()?;
        Some(format!("'{}' at position {} is never closed", String::from_utf8_lossy(self.text(t)), t.start + 1))
    }

    // --- depth ---

    /// Runs `f` one level deeper.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= self.options.max_depth {
            return self.too_deep();
        }
        self.depth += 1;
        olly_types::limits::seen::SQL_DEPTH.note(self.depth as u64);
        let r = on_enough_stack(|| f(self));
        self.depth -= 1;
        r
    }

    #[cold]
    fn too_deep<T>(&mut self) -> Parsed<T> {
        let m = format!(
            "Maximum parse depth ({}) exceeded. Consider rising max_parser_depth parameter.",
            self.options.max_depth
        );
        self.fail(SyntaxErrorKind::TooDeep, m)
    }

    /// Goes back to `pos` unless the failure is final.
    fn backtrack<T>(&mut self, pos: usize, r: Parsed<T>) -> Parsed<Option<T>> {
        match r {
            Ok(v) => Ok(Some(v)),
            Err(Some(e)) if e.is_final() => Err(Some(e)),
            Err(_) => {
                self.pos = pos;
                Ok(None)
            }
        }
    }

    /// Runs `f`; if it fails, goes back and remembers, so that a place is tried once: trying again in each of the nested
    /// constructs around it would take exponential time.
    fn attempt<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<Option<T>> {
        let pos = self.pos;
        if self.failed.contains(&pos) {
            return Ok(None);
        }
        let r = f(self);
        let r = self.backtrack(pos, r)?;
        if r.is_none() {
            self.failed.insert(pos);
        }
        Ok(r)
    }

    /// The index of the token that closes the parenthesis at token `open`.
    fn closing_of(&mut self, open: usize) -> Option<usize> {
        if self.closing.as_ref().is_none_or(|c| c.len() <= open) {
            let mut i = 0;
            let mut stack = Vec::new();
            let mut closing = Vec::new();
            loop {
                let t = self.token(i);
                if t.kind == TokenKind::End || t.kind.is_error() || t.kind == TokenKind::Semicolon {
                    break;
                }
                closing.push(u32::MAX);
                match t.kind {
                    TokenKind::LParen => stack.push(i),
                    TokenKind::RParen => {
                        if let Some(o) = stack.pop() {
                            closing[o] = i as u32;
                        }
                    }
                    _ => {}
                }
                i += 1;
            }
            self.closing = Some(closing);
        }
        let c = *self.closing.as_ref()?.get(open)?;
        (c != u32::MAX).then_some(c as usize)
    }

    // --- lists and names ---

    /// `item, item, …`, at least one.
    fn comma_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut out = vec![item(self)?];
        loop {
            // `ALTER TABLE t MODIFY SETTING a = 1, DROP COLUMN b`: the comma belongs to ALTER's list.
            if self.in_alter_command && self.at(TokenKind::Comma) && self.alter_command_at(1) {
                return Ok(out);
            }
            if !self.accept(TokenKind::Comma, "Comma") {
                return Ok(out);
            }
            out.push(item(self)?);
        }
    }

    /// `(item, …)`
    fn paren_list<T>(&mut self, item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let out = self.comma_list(item)?;
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        Ok(out)
    }

    /// The texts of the tokens up to the end of the statement, as one string.
    fn rest_of_statement(&mut self) -> std::string::String {
        let start = self.peek().start as usize;
        let mut end = start;
        loop {
            let t = self.peek();
            if t.kind == TokenKind::End || t.kind == TokenKind::Semicolon || t.kind.is_error() {
                break;
            }
            end = t.end as usize;
            self.advance();
        }
        std::string::String::from_utf8_lossy(self.sql.get(start..end).unwrap_or_default()).into_owned()
    }
}
