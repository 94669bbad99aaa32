//! Operands with a syntax of their own: CASE, CAST, INTERVAL, EXTRACT, TRIM, …; each becomes the call that ClickHouse makes of it.

use super::*;
use std::string::String;

impl Parser<'_> {
    /// An operand that begins with a special word; `None`: an ordinary name.
    pub(super) fn special_operand(&mut self) -> Parsed<Option<Expr>> {
        let t = self.peek();
        let text = self.text(t);
        if text.len() > 14 {
            return Ok(None);
        }
        let word = String::from_utf8_lossy(text).to_ascii_uppercase();
        let call = self.peek_at(1).kind == TokenKind::LParen;
        match word.as_str() {
            "NOT" if !matches!(self.peek_at(1).kind, TokenKind::Comma | TokenKind::RParen | TokenKind::End) => {
                self.not_operand().map(Some)
            }
            "NULL" | "TRUE" | "FALSE" | "INF" | "INFINITY" | "NAN" => self.word_literal(),
            "DATE" | "TIMESTAMP" if self.peek_at(1).kind == TokenKind::String => self.date_literal().map(Some),
            "CASE" => self.attempt(|p| p.case()),
            "INTERVAL" if !self.word_at(1, "AS") => self.attempt(|p| p.interval()),
            _ if !call => Ok(None),
            "CAST" => self.cast_call().map(Some),
            "EXISTS" if self.at_subquery_at(2) => self.exists().map(Some),
            "COLUMNS" => self.columns_matcher(Vec::new()).map(Some),
            "EXTRACT" => self.attempt(|p| p.extract()),
            "SUBSTRING" => self.substring().map(Some),
            "POSITION" => self.attempt(|p| p.position()),
            "TRIM" | "LTRIM" | "RTRIM" => self.trim(&word).map(Some),
            "OVERLAY" => self.attempt(|p| p.overlay()),
            "DATE_ADD" | "DATEADD" | "TIMESTAMP_ADD" | "TIMESTAMPADD" => self.attempt(|p| p.date_arithmetic("plus")),
            "DATE_SUB" | "DATESUB" | "TIMESTAMP_SUB" | "TIMESTAMPSUB" => self.attempt(|p| p.date_arithmetic("minus")),
            "DATE_DIFF" | "DATEDIFF" | "TIMESTAMP_DIFF" | "TIMESTAMPDIFF" => self.attempt(|p| p.date_diff()),
            _ => Ok(None),
        }
    }

    fn exists(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.advance();
        let query = self.parenthesized_subquery()?;
        let span = self.span_from(start);
        self.op("exists", vec![query], span)
    }

    /// `CASE [x] WHEN a THEN b … [ELSE c] END`
    fn case(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.advance();
        let mut args = Vec::new();
        let with_operand = !self.at_words("WHEN");
        if with_operand {
            args.push(self.expr()?);
        }
        self.expect_kw("WHEN")?;
        loop {
            args.push(self.expr()?);
            self.expect_kw("THEN")?;
            args.push(self.expr()?);
            if !self.kw("WHEN") {
                break;
            }
        }
        if self.kw("ELSE") {
            args.push(self.expr()?);
        } else {
            let span = self.span();
            args.push(self.literal(Literal::Null, span)?);
        }
        self.expect_kw("END")?;
        let span = self.span_from(start);
        self.op(if with_operand { "caseWithExpression" } else { "multiIf" }, args, span)
    }

    /// `INTERVAL 5 MINUTE`, `INTERVAL '5' MINUTE`, `INTERVAL '1 hour 30 minute'`, `INTERVAL x + 1 DAY`
    fn interval(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.advance();
        if self.at(TokenKind::String) && !self.unit_at(1) {
            let span = self.span();
            let text = self.utf8_string()?;
            let mut parts = Vec::new();
            let mut words = text.split_ascii_whitespace();
            while let Some(count) = words.next() {
                let unit = words.next().and_then(|u| unit_of(u.as_bytes()));
                let negative = count.starts_with('-');
                let value = super::literal::number(count.trim_start_matches('-').as_bytes(), negative);
                let (Some(unit), Some(value @ (Literal::UInt(_) | Literal::Int(_)))) = (unit, value) else {
                    return self.expected("interval");
                };
                let value = self.literal(value, span)?;
                parts.push(self.op(&format!("toInterval{unit}"), vec![value], span)?);
            }
            let span = self.span_from(start);
            return match (parts.len(), parts.pop()) {
                (1, Some(one)) => Ok(Expr { span, ..one }),
                (_, Some(last)) => {
                    parts.push(last);
                    self.op("tuple", parts, span)
                }
                _ => self.expected("interval"),
            };
        }
        let value = self.bare_expr()?;
        let t = self.peek();
        let Some(unit) = unit_of(self.text(t)).filter(|_| t.kind == TokenKind::BareWord) else {
            return self.expected("interval unit");
        };
        self.advance();
        let span = self.span_from(start);
        self.op(&format!("toInterval{unit}"), vec![value], span)
    }

    fn unit_at(&mut self, ahead: usize) -> bool {
        let t = self.peek_at(ahead);
        t.kind == TokenKind::BareWord && unit_of(self.text(t)).is_some()
    }

    /// `DATE '…'`, `TIMESTAMP '…'`
    fn date_literal(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let name = if self.kw("DATE") { "toDate" } else { "toDateTime" };
        if name == "toDateTime" {
            self.advance();
        }
        let span = self.span();
        let value = Literal::String(self.string()?);
        let value = self.literal(value, span)?;
        let span = self.span_from(start);
        self.op(name, vec![value], span)
    }

    /// `CAST(x AS T)`, `CAST(x, 'T')`
    fn cast_call(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.advance();
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut e = self.bare_expr()?;
        if self.kw("AS") {
            // `x AS alias, 'T'` and `x AS alias AS T`, else `x AS T`.
            let is_alias = matches!(self.peek().kind, TokenKind::BareWord | TokenKind::QuotedIdent)
                && (self.peek_at(1).kind == TokenKind::Comma || self.word_at(1, "AS"));
            if !is_alias {
                return self.cast_to_type(e, start);
            }
            e.alias = Some(Box::new(self.ident()?));
            if self.kw("AS") {
                return self.cast_to_type(e, start);
            }
        }
        self.expect(TokenKind::Comma, "Comma")?;
        let data_type = self.expr()?;
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        self.op("CAST", vec![e, data_type], span)
    }

    fn cast_to_type(&mut self, e: Expr, start: Span) -> Parsed<Expr> {
        let data_type = self.data_type()?;
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        self.cast(e, data_type, span)
    }

    /// `EXTRACT(unit FROM x)`
    fn extract(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.pos += 2;
        let t = self.peek();
        let word = String::from_utf8_lossy(self.text(t)).to_ascii_uppercase();
        let (name, mode) = match unit_of(word.as_bytes()) {
            Some("Day") => ("toDayOfMonth", None),
            Some("Week") => ("toRelativeWeekNum", None),
            Some("Year") => ("toYear", None),
            Some("Quarter") => ("toQuarter", None),
            Some("Month") => ("toMonth", None),
            Some("Hour") => ("toHour", None),
            Some("Minute") => ("toMinute", None),
            Some("Second") => ("toSecond", None),
            Some("Millisecond") => ("toMillisecond", None),
            Some("Microsecond") => ("toMicrosecond", None),
            Some("Nanosecond") => ("toNanosecond", None),
            _ => match word.as_str() {
                "EPOCH" => ("toUnixTimestamp", None),
                "DOW" => ("toDayOfWeek", Some(2)),
                "DOY" => ("toDayOfYear", None),
                "ISODOW" => ("toDayOfWeek", None),
                "ISOYEAR" => ("toISOYear", None),
                _ => return self.expected("part of a date"),
            },
        };
        self.advance();
        self.expect_kw("FROM")?;
        let mut args = vec![self.expr()?];
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        if let Some(mode) = mode {
            args.push(self.literal(Literal::UInt(mode), span)?);
        }
        self.op(name, args, span)
    }

    /// `SUBSTRING(s FROM a [FOR b])`, `SUBSTRING(s, a[, b])`
    fn substring(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.pos += 2;
        let mut args = vec![self.expr()?];
        if self.kw("FROM") {
            args.push(self.expr()?);
            if self.kw("FOR") {
                args.push(self.expr()?);
            }
        } else {
            while self.accept(TokenKind::Comma, "Comma") {
                args.push(self.expr()?);
            }
        }
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        self.op("substring", args, span)
    }

    /// `POSITION(needle IN haystack)`; with commas it is an ordinary call.
    fn position(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let opening = self.pos + 1;
        self.pos += 2;
        let needle = self.above_comparison()?;
        let args = if self.kw("IN") {
            let haystack = self.expr()?;
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            vec![haystack, needle]
        } else {
            self.pos = opening;
            self.arguments()?
        };
        let span = self.span_from(start);
        self.op("position", args, span)
    }

    /// `TRIM([BOTH|LEADING|TRAILING chars FROM] s)`, `LTRIM(s)`, `RTRIM(s)`
    fn trim(&mut self, word: &str) -> Parsed<Expr> {
        let start = self.span();
        self.pos += 2;
        let mut name = match word {
            "LTRIM" => "trimLeft",
            "RTRIM" => "trimRight",
            _ => "trimBoth",
        };
        let side = if self.kw("BOTH") {
            Some("trimBoth")
        } else if self.kw("LEADING") {
            Some("trimLeft")
        } else if self.kw("TRAILING") {
            Some("trimRight")
        } else {
            None
        };
        let mut args = Vec::new();
        if let Some(side) = side.filter(|_| word == "TRIM") {
            name = side;
            let chars = self.expr()?;
            self.expect_kw("FROM")?;
            args.push(self.expr()?);
            args.push(chars);
        } else {
            if side.is_some() {
                self.pos -= 1;
            }
            args = self.comma_list(|p| p.expr())?;
        }
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        self.op(name, args, span)
    }

    /// `OVERLAY(s PLACING r FROM a [FOR b])`
    fn overlay(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.pos += 2;
        let mut args = vec![self.expr()?];
        self.expect_kw("PLACING")?;
        args.push(self.expr()?);
        self.expect_kw("FROM")?;
        args.push(self.expr()?);
        if self.kw("FOR") {
            args.push(self.expr()?);
        }
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        self.op("overlay", args, span)
    }

    /// `DATE_ADD(unit, n, t)`, `DATE_ADD(t, interval)`
    fn date_arithmetic(&mut self, name: &'static str) -> Parsed<Expr> {
        let start = self.span();
        self.pos += 2;
        let t = self.peek();
        let has_unit = t.kind == TokenKind::BareWord && self.peek_at(1).kind == TokenKind::Comma;
        let unit = if has_unit { unit_of(self.text(t)) } else { None };
        let args = if let Some(unit) = unit {
            self.pos += 2;
            let n = self.expr()?;
            self.expect(TokenKind::Comma, "Comma")?;
            let time = self.expr()?;
            let span = n.span;
            vec![time, self.op(&format!("toInterval{unit}"), vec![n], span)?]
        } else {
            self.pos -= 1;
            self.arguments()?
        };
        if unit.is_some() {
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        }
        let span = self.span_from(start);
        let mut e = self.op(name, args, span)?;
        if let ExprKind::Function(f) = &mut e.kind {
            f.form = CallForm::Call;
        }
        Ok(e)
    }

    /// `DATE_DIFF(unit, a, b)`, where the unit is a bare word or any expression.
    fn date_diff(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.pos += 2;
        let t = self.peek();
        let bare = t.kind == TokenKind::BareWord && self.peek_at(1).kind == TokenKind::Comma;
        let args = match unit_of(self.text(t)).filter(|_| bare) {
            Some(unit) => {
                let span = self.span();
                self.advance();
                self.expect(TokenKind::Comma, "Comma")?;
                let mut args = vec![self.literal(Literal::String(unit.to_ascii_lowercase().into_bytes()), span)?];
                args.extend(self.comma_list(|p| p.expr())?);
                self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
                args
            }
            None => {
                self.pos -= 1;
                self.arguments()?
            }
        };
        let span = self.span_from(start);
        self.op("dateDiff", args, span)
    }
}

/// The unit of an interval as in `toIntervalUnit`, from its SQL name, plural or abbreviation.
pub(crate) fn unit_of(word: &[u8]) -> Option<&'static str> {
    const UNITS: &[(&str, &[&str])] = &[
        ("Nanosecond", &["NANOSECOND", "NANOSECONDS", "NS", "SQL_TSI_NANOSECOND"]),
        ("Microsecond", &["MICROSECOND", "MICROSECONDS", "US", "SQL_TSI_MICROSECOND"]),
        ("Millisecond", &["MILLISECOND", "MILLISECONDS", "MS", "SQL_TSI_MILLISECOND"]),
        ("Second", &["SECOND", "SECONDS", "SS", "S", "SQL_TSI_SECOND"]),
        ("Minute", &["MINUTE", "MINUTES", "MI", "N", "SQL_TSI_MINUTE"]),
        ("Hour", &["HOUR", "HOURS", "HH", "H", "SQL_TSI_HOUR"]),
        ("Day", &["DAY", "DAYS", "DD", "D", "SQL_TSI_DAY"]),
        ("Week", &["WEEK", "WEEKS", "WK", "WW", "SQL_TSI_WEEK"]),
        ("Month", &["MONTH", "MONTHS", "MM", "M", "SQL_TSI_MONTH"]),
        ("Quarter", &["QUARTER", "QUARTERS", "QQ", "Q", "SQL_TSI_QUARTER"]),
        ("Year", &["YEAR", "YEARS", "YYYY", "YY", "SQL_TSI_YEAR"]),
    ];
    UNITS.iter().find(|(_, names)| names.iter().any(|n| word.eq_ignore_ascii_case(n.as_bytes()))).map(|(unit, _)| *unit)
}
