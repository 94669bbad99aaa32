//! Literals, names of types, and `name = value` of SETTINGS.

use super::*;
use std::string::String;

impl Parser<'_> {
    /// A string literal or a heredoc.
    pub(super) fn string(&mut self) -> Parsed<Vec<u8>> {
        let t = self.peek();
        let value = match t.kind {
            TokenKind::String | TokenKind::HereDoc => lexer::unquote(self.text(t)),
            TokenKind::HexString => match lexer::hex_string(self.text(t)) {
                Some(v) => v,
                None => return self.expected("hexadecimal digits"),
            },
            TokenKind::BinString => match lexer::bin_string(self.text(t)) {
                Some(v) => v,
                None => return self.expected("binary digits"),
            },
            _ => return self.expected("string literal"),
        };
        self.advance();
        Ok(value)
    }

    pub(super) fn utf8_string(&mut self) -> Parsed<String> {
        Ok(String::from_utf8_lossy(&self.string()?).into_owned())
    }

    pub(super) fn unsigned(&mut self) -> Parsed<u64> {
        let t = self.peek();
        if t.kind == TokenKind::Number
            && let Some(Literal::UInt(n)) = number(self.text(t), false)
        {
            self.advance();
            return Ok(n);
        }
        self.expected("number")
    }

    /// A number, with a minus perhaps. `inf` and `nan` are numbers too.
    pub(super) fn number(&mut self) -> Parsed<Literal> {
        let save = self.pos;
        let negative = self.eat(TokenKind::Minus);
        if !negative {
            self.eat(TokenKind::Plus);
        }
        let t = self.peek();
        let value = match t.kind {
            TokenKind::Number => number(self.text(t), negative),
            TokenKind::BareWord => special_float(self.text(t)).map(|f| Literal::Float(if negative { -f } else { f })),
            _ => None,
        };
        match value {
            Some(v) => {
                self.advance();
                Ok(v)
            }
            None => {
                self.pos = save;
                self.expected("number")
            }
        }
    }

    /// A value of SETTINGS: literals, `[…]`, `(…)`, `{…}`.
    pub(super) fn setting_literal(&mut self) -> Parsed<Literal> {
        self.nested(|p| {
            let t = p.peek();
            match t.kind {
                TokenKind::String | TokenKind::HereDoc | TokenKind::HexString | TokenKind::BinString => {
                    Ok(Literal::String(p.string()?))
                }
                TokenKind::LBracket => {
                    p.advance();
                    Ok(Literal::Array(p.literals_until(TokenKind::RBracket)?))
                }
                TokenKind::LParen => {
                    p.advance();
                    Ok(Literal::Tuple(p.literals_until(TokenKind::RParen)?))
                }
                TokenKind::LBrace => {
                    p.advance();
                    let mut out = Vec::new();
                    while !p.eat(TokenKind::RBrace) {
                        if !out.is_empty() {
                            p.expect(TokenKind::Comma, "Comma")?;
                        }
                        let k = p.setting_literal()?;
                        p.expect(TokenKind::Colon, "Colon")?;
                        out.push((k, p.setting_literal()?));
                    }
                    Ok(Literal::Map(out))
                }
                _ if p.kw("NULL") => Ok(Literal::Null),
                _ if p.kw("TRUE") => Ok(Literal::Bool(true)),
                _ if p.kw("FALSE") => Ok(Literal::Bool(false)),
                _ => p.number(),
            }
        })
    }

    fn literals_until(&mut self, close: TokenKind) -> Parsed<Vec<Literal>> {
        let mut out = Vec::new();
        while !self.eat(close) {
            if !out.is_empty() {
                self.expect(TokenKind::Comma, "Comma")?;
                if self.eat(close) {
                    break;
                }
            }
            out.push(self.setting_literal()?);
        }
        Ok(out)
    }

    /// `name = value, …` after SETTINGS or SET.
    pub(super) fn settings_list(&mut self) -> Parsed<Vec<SettingChange>> {
        self.comma_list(|p| p.setting())
    }

    fn setting(&mut self) -> Parsed<SettingChange> {
        let start = self.span();
        let name = self.dotted_ident()?.value;
        if !self.accept(TokenKind::Eq, "Equals") {
            // `SETTINGS name` alone turns a Boolean on.
            if matches!(self.peek().kind, TokenKind::End | TokenKind::Comma | TokenKind::Semicolon | TokenKind::RParen)
            {
                return Ok(SettingChange {
                    name,
                    value: SettingValue::Literal(Literal::Bool(true)),
                    span: self.span_from(start),
                });
            }
            return Err(None);
        }
        let value = match self.peek().kind {
            TokenKind::LBrace
                if self.peek_at(1).kind == TokenKind::BareWord && self.peek_at(2).kind == TokenKind::Colon =>
            {
                SettingValue::Parameter(self.parameter()?)
            }
            TokenKind::BareWord | TokenKind::QuotedIdent if self.peek_at(1).kind == TokenKind::LParen => {
                let e = self.expr()?;
                match e.kind {
                    ExprKind::Function(f) => SettingValue::Function(*f),
                    _ => return self.expected("literal"),
                }
            }
            TokenKind::BareWord if self.kw("DEFAULT") => SettingValue::Default,
            TokenKind::BareWord if !self.at_literal_word() => {
                // `SET send_logs_level = trace`: a bare word is its text.
                let word = self.ident()?.value;
                SettingValue::Literal(Literal::String(word.into_bytes()))
            }
            _ => SettingValue::Literal(self.setting_literal()?),
        };
        Ok(SettingChange { name, value, span: self.span_from(start) })
    }

    fn at_literal_word(&mut self) -> bool {
        let t = self.peek();
        ["NULL", "TRUE", "FALSE"].iter().any(|w| self.at_words(w)) || special_float(self.text(t)).is_some()
    }

    /// A type: its tokens' text, normalised. Words may follow each other (`DOUBLE PRECISION`, `INT UNSIGNED`).
    pub(super) fn data_type(&mut self) -> Parsed<TypeName> {
        let start = self.span();
        let mut text = String::new();
        self.data_type_text(&mut text)?;
        Ok(TypeName { text, span: self.span_from(start) })
    }

    fn data_type_text(&mut self, out: &mut String) -> Parsed<()> {
        self.nested(|p| {
            let t = p.peek();
            match t.kind {
                TokenKind::BareWord => {
                    if let Some(words) = MULTI_WORD_TYPES.iter().find(|w| p.at_words(w)) {
                        for _ in words.split(' ') {
                            p.advance();
                        }
                        out.push_str(words);
                    } else {
                        let name = p.ident()?;
                        out.push_str(&name.value);
                        for suffix in ["UNSIGNED", "SIGNED"] {
                            if p.at_words(suffix) && is_sql_integer(&name.value) {
                                p.advance();
                                out.make_ascii_uppercase();
                                out.push(' ');
                                out.push_str(suffix);
                            }
                        }
                    }
                }
                TokenKind::QuotedIdent => {
                    let name = p.ident()?;
                    super::super::display::quote_ident(out, &name.value);
                }
                _ => return p.expected("type"),
            }
            if p.eat(TokenKind::LParen) {
                out.push('(');
                let mut first = true;
                while !p.eat(TokenKind::RParen) {
                    if !first {
                        p.expect(TokenKind::Comma, "Comma")?;
                        if p.eat(TokenKind::RParen) {
                            break;
                        }
                        out.push_str(", ");
                    }
                    first = false;
                    p.type_argument(out)?;
                }
                out.push(')');
                // `VARCHAR(10) CHARACTER SET x` is not supported; `DECIMAL(10,2) UNSIGNED` neither.
            }
            Ok(())
        })
    }

    /// A type, `name Type`, a literal, `'a' = 1`, `name = value`, or a call (`sum`, `quantile(0.9)`).
    fn type_argument(&mut self, out: &mut String) -> Parsed<()> {
        let t = self.peek();
        match t.kind {
            TokenKind::String => {
                let s = self.string()?;
                super::super::display::write_string(out, &s);
            }
            TokenKind::Number | TokenKind::Minus => {
                let n = self.number()?;
                super::super::display::write_literal(out, &n);
            }
            TokenKind::BareWord | TokenKind::QuotedIdent => {
                let next = self.peek_at(1);
                let named = matches!(next.kind, TokenKind::BareWord | TokenKind::QuotedIdent)
                    && !MULTI_WORD_TYPES.iter().any(|w| self.at_words(w))
                    && !(["UNSIGNED", "SIGNED"].iter().any(|w| self.word_at(1, w))
                        && is_sql_integer_token(self.text(t)));
                if self.kw("SKIP") {
                    // JSON(SKIP path, SKIP REGEXP 're')
                    out.push_str("SKIP ");
                    if self.kw("REGEXP") {
                        out.push_str("REGEXP ");
                        let s = self.string()?;
                        super::super::display::write_string(out, &s);
                    } else {
                        out.push_str(&self.dotted_ident()?.value);
                    }
                    return Ok(());
                }
                if named {
                    let name = self.ident()?;
                    super::super::display::write_ident(out, &name.value);
                    out.push(' ');
                } else if next.kind == TokenKind::Dot {
                    let name = self.dotted_ident()?;
                    out.push_str(&name.value);
                    if matches!(self.peek().kind, TokenKind::Comma | TokenKind::RParen) {
                        return Ok(());
                    }
                    out.push(' ');
                }
                if self.at_words("NULL") || self.at_words("TRUE") || self.at_words("FALSE") {
                    let w = self.ident()?;
                    out.push_str(&w.value);
                } else {
                    self.data_type_text(out)?;
                }
            }
            _ => return self.expected("type argument"),
        }
        if self.eat(TokenKind::Eq) {
            out.push_str(" = ");
            let v = self.setting_literal()?;
            super::super::display::write_literal(out, &v);
        }
        Ok(())
    }
}

/// SQL's types of several words, longest first. They print in upper case.
const MULTI_WORD_TYPES: &[&str] = &[
    "DOUBLE PRECISION",
    "CHARACTER LARGE OBJECT",
    "CHARACTER VARYING",
    "CHAR LARGE OBJECT",
    "CHAR VARYING",
    "BINARY LARGE OBJECT",
    "BINARY VARYING",
    "NATIONAL CHARACTER LARGE OBJECT",
    "NATIONAL CHARACTER VARYING",
    "NATIONAL CHAR VARYING",
    "NATIONAL CHARACTER",
    "NATIONAL CHAR",
    "NCHAR LARGE OBJECT",
    "NCHAR VARYING",
];

fn is_sql_integer(name: &str) -> bool {
    ["TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "MEDIUMINT", "INT1"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

fn is_sql_integer_token(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(is_sql_integer)
}

/// `inf`, `infinity`, `nan`.
pub(super) fn special_float(word: &[u8]) -> Option<f64> {
    if word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"infinity") {
        Some(f64::INFINITY)
    } else if word.eq_ignore_ascii_case(b"nan") {
        Some(f64::NAN)
    } else {
        None
    }
}

/// The value of a number's text: UInt64, Int64 if negative, else Float64. `None` if it is no number.
pub(crate) fn number(text: &[u8], negative: bool) -> Option<Literal> {
    let clean: String = text.iter().filter(|c| **c != b'_').map(|c| c.to_ascii_lowercase() as char).collect();
    let integer = if let Some(h) = clean.strip_prefix("0x") {
        if h.contains(['.', 'p']) {
            return hex_float(h).map(|f| Literal::Float(if negative { -f } else { f }));
        }
        u64::from_str_radix(h, 16).ok()
    } else if let Some(b) = clean.strip_prefix("0b") {
        u64::from_str_radix(b, 2).ok()
    } else {
        clean.parse::<u64>().ok()
    };
    match integer {
        Some(0) => return Some(Literal::UInt(0)),
        Some(n) if !negative => return Some(Literal::UInt(n)),
        Some(n) if n <= 1 << 63 => return Some(Literal::Int((n as i64).wrapping_neg())),
        _ => {}
    }
    let f = if let Some(h) = clean.strip_prefix("0x") {
        hex_float(h)?
    } else if let Some(b) = clean.strip_prefix("0b") {
        if !b.bytes().all(|c| matches!(c, b'0' | b'1')) {
            return None;
        }
        b.bytes().fold(0.0, |f, c| f * 2.0 + f64::from(c - b'0'))
    } else {
        clean.parse::<f64>().ok().filter(|f| f.is_finite())?
    };
    Some(Literal::Float(if negative { -f } else { f }))
}

/// `1f.8p-3` without its `0x`.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0f64;
    for c in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(c.to_digit(16)?);
    }
    let scale = exponent.checked_sub(4i32.checked_mul(i32::try_from(fraction.len()).ok()?)?)?;
    let value = value * 2f64.powi(scale.clamp(-5000, 5000));
    value.is_finite().then_some(value)
}
