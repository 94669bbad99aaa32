//! Tokens of ClickHouse's SQL. Input is bytes: strings may hold anything, names have to be UTF-8.
//! Invariant: the tokens, with white space and comments between them, cover the text; lexing is lazy, so that the data of an
//! INSERT after VALUES or FORMAT is never looked at.
//!
//! Rules follow ClickHouse's `Lexer.cpp`: block comments nest; `#` opens a comment only before a space or `!`; a number right
//! after a dot is digits only (`t.1.1`); a word may begin with a digit (`1a`).

/// Kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    BareWord,
    Number,
    /// `'…'`, also with typographic quotes.
    String,
    /// `x'4142'`
    HexString,
    /// `b'0100'`
    BinString,
    /// `$tag$…$tag$`
    HereDoc,
    /// `` `…` `` or `"…"`
    QuotedIdent,
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Comma,
    Semicolon,
    Dot,
    Star,
    Dollar,
    Plus,
    Minus,
    Slash,
    Percent,
    Arrow,
    Question,
    Colon,
    DoubleColon,
    Caret,
    /// `~`, `!~`, `~*`, `!~*`
    Match,
    NotMatch,
    MatchInsensitive,
    NotMatchInsensitive,
    /// `=` and `==`
    Eq,
    NotEq,
    Less,
    Greater,
    LessEq,
    GreaterEq,
    /// `<=>`
    Spaceship,
    Pipe,
    /// `||`
    Concat,
    At,
    DoubleAt,
    /// `\G`
    VerticalDelimiter,
    /// End of the text.
    End,
    /// Beyond the allowed length.
    TooLong,
    ErrUnclosedString,
    ErrUnclosedBackQuote,
    ErrUnclosedDoubleQuote,
    ErrUnclosedComment,
    ErrWrongNumber,
    ErrUnknown,
}

impl TokenKind {
    pub fn is_error(self) -> bool {
        matches!(
            self,
            TokenKind::TooLong
                | TokenKind::ErrUnclosedString
                | TokenKind::ErrUnclosedBackQuote
                | TokenKind::ErrUnclosedDoubleQuote
                | TokenKind::ErrUnclosedComment
                | TokenKind::ErrWrongNumber
                | TokenKind::ErrUnknown
        )
    }

    /// What ClickHouse says before "Syntax error" for a token that is none.
    pub fn error_text(self) -> &'static str {
        match self {
            TokenKind::ErrUnclosedString => "Single quoted string is not closed",
            TokenKind::ErrUnclosedBackQuote => "Back quoted string is not closed",
            TokenKind::ErrUnclosedDoubleQuote => "Double quoted string is not closed",
            TokenKind::ErrUnclosedComment => "Multiline comment is not closed",
            TokenKind::ErrWrongNumber => "Wrong number",
            _ => "Unrecognized token",
        }
    }
}

/// A token: its kind and the bytes `start..end` of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

/// Produces tokens one by one; after the end, [`TokenKind::End`] for ever.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    text: &'a [u8],
    pos: usize,
    limit: usize,
    prev: TokenKind,
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

impl<'a> Lexer<'a> {
    /// Tokens of `text` from byte `pos` on. A token that ends beyond `limit` bytes after `pos` is [`TokenKind::TooLong`].
    /// `limit` 0 means none. Texts beyond 4 GiB are cut there.
    pub fn new(text: &'a [u8], pos: usize, limit: usize) -> Lexer<'a> {
        let text = text.get(..u32::MAX as usize - 1).unwrap_or(text);
        let limit = if limit == 0 { usize::MAX } else { pos.saturating_add(limit) };
        Lexer { text, pos: pos.min(text.len()), limit, prev: TokenKind::End }
    }

    fn at(&self, i: usize) -> u8 {
        self.text.get(i).copied().unwrap_or(0)
    }

    fn has(&self, i: usize) -> bool {
        i < self.text.len()
    }

    /// The next token that is not white space or a comment.
    pub fn next_token(&mut self) -> Token {
        let unclosed = self.skip_blank();
        let start = self.pos;
        let kind = match unclosed {
            Some(from) => {
                self.pos = self.text.len();
                let t = Token { kind: TokenKind::ErrUnclosedComment, start: from as u32, end: self.pos as u32 };
                return t;
            }
            None if start >= self.text.len() => TokenKind::End,
            None => self.scan(),
        };
        let kind = if self.pos > self.limit && kind != TokenKind::End { TokenKind::TooLong } else { kind };
        self.prev = kind;
        Token { kind, start: start as u32, end: self.pos as u32 }
    }

    /// Skips white space and comments; the start of a comment that is not closed.
    fn skip_blank(&mut self) -> Option<usize> {
        loop {
            let c = self.at(self.pos);
            if !self.has(self.pos) {
                return None;
            }
            match c {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.pos += 1,
                b'-' if self.at(self.pos + 1) == b'-' => self.skip_line(),
                b'#' if matches!(self.at(self.pos + 1), b' ' | b'!') => self.skip_line(),
                b'/' if self.at(self.pos + 1) == b'*' => {
                    let start = self.pos;
                    let mut depth = 1usize;
                    self.pos += 2;
                    while depth > 0 {
                        match self.text.get(self.pos) {
                            None => return Some(start),
                            Some(b'*') if self.at(self.pos + 1) == b'/' => {
                                depth -= 1;
                                self.pos += 2;
                            }
                            Some(b'/') if self.at(self.pos + 1) == b'*' => {
                                depth += 1;
                                self.pos += 2;
                            }
                            Some(_) => self.pos += 1,
                        }
                    }
                }
                // White space beyond ASCII, as pasted from documents.
                0xC2 if matches!(self.at(self.pos + 1), 0x85 | 0xA0) => self.pos += 2,
                0xE2 | 0xE3 | 0xEF => match self.text.get(self.pos..self.pos + 3) {
                    Some(
                        [0xE2, 0x80, 0x80..=0x8B | 0xA8 | 0xA9 | 0xAF]
                        | [0xE2, 0x81, 0x9F | 0xA0]
                        | [0xE3, 0x80, 0x80]
                        | [0xEF, 0xBB, 0xBF],
                    ) => self.pos += 3,
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn skip_line(&mut self) {
        while self.has(self.pos) && self.at(self.pos) != b'\n' {
            self.pos += 1;
        }
    }

    fn one(&mut self, kind: TokenKind) -> TokenKind {
        self.pos += 1;
        kind
    }

    fn two(&mut self, kind: TokenKind) -> TokenKind {
        self.pos += 2;
        kind
    }

    fn scan(&mut self) -> TokenKind {
        use TokenKind::*;
        let c = self.at(self.pos);
        let n = self.at(self.pos + 1);
        match c {
            b'0'..=b'9' => self.number(),
            b'\'' => self.quoted(b'\'', String, ErrUnclosedString),
            b'`' => self.quoted(b'`', QuotedIdent, ErrUnclosedBackQuote),
            b'"' => self.quoted(b'"', QuotedIdent, ErrUnclosedDoubleQuote),
            b'x' | b'X' if n == b'\'' => self.plain_quoted(HexString),
            b'b' | b'B' if n == b'\'' => self.plain_quoted(BinString),
            b'(' => self.one(LParen),
            b')' => self.one(RParen),
            b'[' => self.one(LBracket),
            b']' => self.one(RBracket),
            b'{' => self.one(LBrace),
            b'}' => self.one(RBrace),
            b',' => self.one(Comma),
            b';' => self.one(Semicolon),
            b'.' => self.dot(),
            b'*' => self.one(Star),
            b'+' => self.one(Plus),
            b'-' if n == b'>' => self.two(Arrow),
            b'-' => self.one(Minus),
            b'/' => self.one(Slash),
            b'%' => self.one(Percent),
            b'=' if n == b'=' => self.two(Eq),
            b'=' => self.one(Eq),
            b'!' if n == b'=' => self.two(NotEq),
            b'<' if n == b'=' && self.at(self.pos + 2) == b'>' => {
                self.pos += 3;
                Spaceship
            }
            b'<' if n == b'=' => self.two(LessEq),
            b'<' if n == b'>' => self.two(NotEq),
            b'<' => self.one(Less),
            b'>' if n == b'=' => self.two(GreaterEq),
            b'>' => self.one(Greater),
            b'?' => self.one(Question),
            b':' if n == b':' => self.two(DoubleColon),
            b':' => self.one(Colon),
            b'|' if n == b'|' => self.two(Concat),
            b'|' => self.one(Pipe),
            b'^' => self.one(Caret),
            b'~' if n == b'*' => self.two(MatchInsensitive),
            b'~' => self.one(Match),
            b'!' if n == b'~' && self.at(self.pos + 2) == b'*' => {
                self.pos += 3;
                NotMatchInsensitive
            }
            b'!' if n == b'~' => self.two(NotMatch),
            b'@' if n == b'@' => self.two(DoubleAt),
            b'@' => self.one(At),
            b'\\' if n == b'G' => self.two(VerticalDelimiter),
            b'$' => self.dollar(),
            0xE2 => self.typographic(),
            _ if is_word(c) => self.word(),
            _ => self.one(ErrUnknown),
        }
    }

    fn word(&mut self) -> TokenKind {
        while is_word(self.at(self.pos)) || (self.at(self.pos) == b'$' && self.has(self.pos)) {
            self.pos += 1;
        }
        TokenKind::BareWord
    }

    /// Digits, with single underscores between them; `first`: no digit has been read yet.
    fn digits(&mut self, hex: bool, mut first: bool) {
        let is_digit = |c: u8| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        loop {
            let c = self.at(self.pos);
            if is_digit(c) || (c == b'_' && !first && is_digit(self.at(self.pos + 1))) {
                self.pos += 1;
                first = false;
            } else {
                return;
            }
        }
    }

    fn number(&mut self) -> TokenKind {
        let start = self.pos;
        if self.prev == TokenKind::Dot {
            self.digits(false, true);
        } else {
            let (c, n, d) = (self.at(start), self.at(start + 1), self.at(start + 2));
            let hex = c == b'0' && matches!(n, b'x' | b'X') && d.is_ascii_hexdigit();
            let bin = c == b'0' && matches!(n, b'b' | b'B') && matches!(d, b'0' | b'1');
            if hex || bin {
                self.pos += 2;
            }
            self.digits(hex, true);
            if self.at(self.pos) == b'.' {
                self.pos += 1;
                self.digits(hex, true);
            }
            let e = self.at(self.pos);
            if self.has(self.pos + 1) && if hex { matches!(e, b'p' | b'P') } else { matches!(e, b'e' | b'E') } {
                self.exponent();
            }
        }
        if is_word(self.at(self.pos)) {
            while is_word(self.at(self.pos)) || (self.at(self.pos) == b'$' && self.has(self.pos)) {
                self.pos += 1;
            }
            let text = self.text.get(start..self.pos).unwrap_or_default();
            if text.iter().all(|c| is_word(*c) || *c == b'$') {
                return TokenKind::BareWord;
            }
            return TokenKind::ErrWrongNumber;
        }
        TokenKind::Number
    }

    fn exponent(&mut self) {
        self.pos += 1;
        if self.has(self.pos + 1) && matches!(self.at(self.pos), b'-' | b'+') {
            self.pos += 1;
        }
        self.digits(false, true);
    }

    fn dot(&mut self) -> TokenKind {
        use TokenKind::*;
        // ClickHouse lacks the brace: after a parameter it reads a number, and then fails where the writer put an element.
        let after_operand = matches!(self.prev, RParen | RBracket | RBrace | BareWord | QuotedIdent | Number);
        self.pos += 1;
        if !self.at(self.pos).is_ascii_digit() || after_operand {
            return Dot;
        }
        self.digits(false, true);
        if self.has(self.pos + 1) && matches!(self.at(self.pos), b'e' | b'E') {
            self.exponent();
        }
        Number
    }

    /// Quotes with backslash escapes and doubled quotes.
    fn quoted(&mut self, quote: u8, kind: TokenKind, unclosed: TokenKind) -> TokenKind {
        self.pos += 1;
        loop {
            match self.text.get(self.pos) {
                None => return unclosed,
                Some(b'\\') => self.pos = (self.pos + 2).min(self.text.len()),
                Some(c) if *c == quote => {
                    if self.at(self.pos + 1) == quote && self.has(self.pos + 1) {
                        self.pos += 2;
                    } else {
                        self.pos += 1;
                        return kind;
                    }
                }
                Some(_) => self.pos += 1,
            }
        }
    }

    /// `x'…'`, `b'…'`: no escapes.
    fn plain_quoted(&mut self, kind: TokenKind) -> TokenKind {
        self.pos += 2;
        while self.has(self.pos) {
            self.pos += 1;
            if self.at(self.pos - 1) == b'\'' {
                return kind;
            }
        }
        TokenKind::ErrUnclosedString
    }

    /// `$tag$…$tag$`, or a word that begins with a dollar.
    fn dollar(&mut self) -> TokenKind {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let tag_len = rest.iter().skip(1).take_while(|c| is_word(**c)).count();
        if rest.get(tag_len + 1) == Some(&b'$') {
            let tag = &rest[..tag_len + 2];
            let body = rest.get(tag.len()..).unwrap_or_default();
            if let Some(at) = memfind(body, tag) {
                self.pos += tag.len() + at + tag.len();
                return TokenKind::HereDoc;
            }
        }
        if tag_len > 0 {
            return self.word();
        }
        self.one(TokenKind::Dollar)
    }

    /// Typographic quotes and the minus sign U+2212.
    fn typographic(&mut self) -> TokenKind {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let (close, kind, unclosed): (&[u8], _, _) = match rest.get(..3) {
            Some([0xE2, 0x80, 0x98]) => (b"\xE2\x80\x99", TokenKind::String, TokenKind::ErrUnclosedString),
            Some([0xE2, 0x80, 0x9C]) => (b"\xE2\x80\x9D", TokenKind::QuotedIdent, TokenKind::ErrUnclosedDoubleQuote),
            Some([0xE2, 0x88, 0x92]) => {
                self.pos += 3;
                return TokenKind::Minus;
            }
            _ => return self.one(TokenKind::ErrUnknown),
        };
        match memfind(rest.get(3..).unwrap_or_default(), close) {
            Some(at) => {
                self.pos += 3 + at + 3;
                kind
            }
            None => {
                self.pos = self.text.len();
                unclosed
            }
        }
    }
}

fn memfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

/// The value of a [`TokenKind::String`], [`TokenKind::QuotedIdent`] or [`TokenKind::HereDoc`] token.
pub fn unquote(text: &[u8]) -> Vec<u8> {
    match text {
        [q @ (b'\'' | b'`' | b'"'), inner @ .., _] => unescape(inner, *q),
        [b'$', rest @ ..] => {
            let tag = rest.iter().position(|c| *c == b'$').map_or(0, |n| n + 2);
            text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default().to_vec()
        }
        [0xE2, _, _, inner @ .., _, _, _] => inner.to_vec(),
        _ => text.to_vec(),
    }
}

/// Backslash escapes as in ClickHouse: an unknown escaped character keeps its backslash (`'100\%'`), `\N` is nothing.
fn unescape(inner: &[u8], quote: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(inner.len());
    let mut i = 0;
    while let Some(&c) = inner.get(i) {
        i += 1;
        if c == quote {
            // The lexer let only doubled quotes through.
            out.push(c);
            i += 1;
            continue;
        }
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let Some(&e) = inner.get(i) else { break };
        i += 1;
        match e {
            b'x' => match (hex(inner.get(i)), hex(inner.get(i + 1))) {
                (Some(h), Some(l)) => {
                    out.push(h * 16 + l);
                    i += 2;
                }
                _ => out.extend_from_slice(b"\\x"),
            },
            b'N' => {}
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'e' => out.push(27),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0' => out.push(0),
            b'\\' | b'`' | b'"' | b'\'' | b'/' => out.push(e),
            _ if e < 32 || e == 127 => out.push(e),
            _ => out.extend_from_slice(&[b'\\', e]),
        }
    }
    out
}

fn hex(c: Option<&u8>) -> Option<u8> {
    (*c? as char).to_digit(16).map(|d| d as u8)
}

/// The bytes of `x'…'`; `None` for anything but hexadecimal digits. An odd digit stands first.
pub fn hex_string(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.get(2..text.len().checked_sub(1)?)?.iter().map(|c| hex(Some(c))).collect::<Option<_>>()?;
    let (first, rest) = digits.split_at(digits.len() % 2);
    Some(first.iter().copied().chain(rest.chunks_exact(2).map(|p| p[0] * 16 + p[1])).collect())
}

/// The bytes of `b'…'`, filled up with zero bits in front.
pub fn bin_string(text: &[u8]) -> Option<Vec<u8>> {
    let bits = text.get(2..text.len().checked_sub(1)?)?;
    let mut out = Vec::with_capacity(bits.len() / 8 + 1);
    let mut byte = 0u8;
    for (i, c) in bits.iter().enumerate() {
        byte = byte << 1
            | match c {
                b'0' => 0,
                b'1' => 1,
                _ => return None,
            };
        if (bits.len() - i - 1) % 8 == 0 {
            out.push(byte);
            byte = 0;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(sql: &str) -> Vec<(TokenKind, String)> {
        let mut lexer = Lexer::new(sql.as_bytes(), 0, 0);
        let mut out = Vec::new();
        loop {
            let t = lexer.next_token();
            if t.kind == TokenKind::End {
                return out;
            }
            out.push((t.kind, sql[t.start as usize..t.end as usize].to_string()));
        }
    }

    fn words(sql: &str) -> Vec<String> {
        kinds(sql).into_iter().map(|(_, t)| t).collect()
    }

    #[test]
    fn comments_and_space() {
        assert_eq!(words("a -- b\n# c\n#!d\n/* e /* f */ g */ h"), ["a", "h"]);
        assert_eq!(words("a\u{a0}b\u{3000}c"), ["a", "b", "c"]);
        assert_eq!(kinds("a /* b")[1].0, TokenKind::ErrUnclosedComment);
        assert_eq!(kinds("#a")[0].0, TokenKind::ErrUnknown);
    }

    #[test]
    fn numbers_and_dots() {
        let sql = "1 0x1F 0b11 1.5e-3 1_000 0x1p4 1.";
        assert_eq!(words(sql), ["1", "0x1F", "0b11", "1.5e-3", "1_000", "0x1p4", "1."]);
        assert!(kinds(sql).iter().all(|k| k.0 == TokenKind::Number));
        assert_eq!(kinds("(.5e3")[1], (TokenKind::Number, ".5e3".into()));
        assert_eq!(words("t.1.2"), ["t", ".", "1", ".", "2"]);
        assert_eq!(words("f(x).1"), ["f", "(", "x", ")", ".", "1"]);
        assert_eq!(kinds("1a")[0].0, TokenKind::BareWord);
        assert_eq!(kinds("1.5a")[0].0, TokenKind::ErrWrongNumber);
    }

    #[test]
    fn operators() {
        assert_eq!(
            words("a->b::c<=>d||e?f==g<>h!=i@@j<=k>=l"),
            [
                "a", "->", "b", "::", "c", "<=>", "d", "||", "e", "?", "f", "==", "g", "<>", "h", "!=", "i", "@@", "j",
                "<=", "k", ">=", "l"
            ]
        );
    }

    #[test]
    fn strings() {
        assert_eq!(unquote(br"'a\'b''c\n\t\\\x41\%\N\q'"), b"a'b'c\n\t\\A\\%\\q");
        assert_eq!(unquote(b"`a``b`"), b"a`b");
        assert_eq!(unquote(b"$tag$a'b$tag$"), b"a'b");
        assert_eq!(kinds("$$ a $b $$ x")[0], (TokenKind::HereDoc, "$$ a $b $$".into()));
        assert_eq!(hex_string(b"x'4142'"), Some(b"AB".to_vec()));
        assert_eq!(bin_string(b"b'01000001'"), Some(b"A".to_vec()));
        assert_eq!(unquote("‘a’".as_bytes()), b"a");
        assert_eq!(kinds("'abc")[0].0, TokenKind::ErrUnclosedString);
        assert_eq!(kinds("'abc\\")[0].0, TokenKind::ErrUnclosedString);
    }

    #[test]
    fn too_long() {
        let mut lexer = Lexer::new(b"SELECT 1", 0, 7);
        assert_eq!(lexer.next_token().kind, TokenKind::BareWord);
        assert_eq!(lexer.next_token().kind, TokenKind::TooLong);
    }
}
