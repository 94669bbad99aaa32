//! Operands of operators: literals, names, parentheses, arrays, asterisks, lambdas.

use super::expr::prec;
use super::literal::special_float;
use super::*;

/// Tokens that may be looked at to find `literal::Type`.
const MAX_SCANNED: usize = 4_000_000;

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<Expr> {
        let t = self.peek();
        match t.kind {
            TokenKind::Number
            | TokenKind::String
            | TokenKind::HexString
            | TokenKind::BinString
            | TokenKind::HereDoc => self.literal_operand(),
            TokenKind::LParen => self.paren(),
            TokenKind::LBracket => self.array(),
            TokenKind::Minus | TokenKind::Plus => self.sign(),
            TokenKind::Star => {
                self.advance();
                let (transformers, below) = self.measured(|p| p.transformers())?;
                let span = self.span_from(Span { start: t.start, end: t.end });
                let kind = ExprKind::Asterisk(Box::new(Asterisk { qualifier: Vec::new(), transformers }));
                self.node(kind, span, below)
            }
            TokenKind::LBrace => self.parameter_operand(),
            TokenKind::DoubleAt => {
                self.advance();
                let name = self.dotted_ident()?.value;
                let span = self.span_from(Span { start: t.start, end: t.end });
                let arg = self.literal(Literal::String(name.into_bytes()), span)?;
                self.op("globalVariable", vec![arg], span)
            }
            TokenKind::BareWord | TokenKind::QuotedIdent => self.word_operand(),
            _ => self.expected("expression"),
        }
    }

    pub(super) fn literal_operand(&mut self) -> Parsed<Expr> {
        if let Some(e) = self.literal_cast()? {
            return Ok(e);
        }
        let span = self.span();
        let value = if self.at(TokenKind::Number) { self.number()? } else { Literal::String(self.string()?) };
        self.literal(value, span)
    }

    pub(super) fn sign(&mut self) -> Parsed<Expr> {
        if self.at(TokenKind::Plus) {
            let save = self.pos;
            self.advance();
            if self.number().is_ok() {
                self.pos = save + 1;
            }
            return self.binary(prec::NEGATE + 1);
        }
        if let Some(e) = self.literal_cast()? {
            return Ok(e);
        }
        let span = self.span();
        let next = self.peek_at(1);
        let is_number = next.kind == TokenKind::Number
            || (next.kind == TokenKind::BareWord
                && special_float(self.text(next)).is_some()
                && !matches!(self.peek_at(2).kind, TokenKind::LParen | TokenKind::Dot));
        if is_number {
            let value = self.number()?;
            let span = self.span_from(span);
            return self.literal(value, span);
        }
        self.advance();
        let e = self.binary(prec::NEGATE + 1)?;
        let span = span.to(e.span);
        self.op("negate", vec![e], span)
    }

    /// `1::T`, `'a'::T`, `[1, 2]::T`, `(1, 'a')::T`: the literal's text is what is cast, so that no digit of it is lost.
    pub(super) fn literal_cast(&mut self) -> Parsed<Option<Expr>> {
        let start = self.pos;
        if self.no_cast.contains(&start) {
            return Ok(None);
        }
        let first = self.peek();
        let end = match first.kind {
            TokenKind::Minus if self.peek_at(1).kind == TokenKind::Number => start + 2,
            TokenKind::Number | TokenKind::String | TokenKind::HereDoc => start + 1,
            TokenKind::LParen | TokenKind::LBracket => match self.scan_literals()? {
                Some(end) => end,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        if self.token(end).kind != TokenKind::DoubleColon {
            if end > start + 2 {
                self.no_cast = start..end;
            }
            return Ok(None);
        }
        let span = Span { start: first.start, end: self.token(end - 1).end };
        let value = match first.kind {
            TokenKind::String | TokenKind::HereDoc => lexer::unquote(self.text(first)),
            _ => span.text(self.sql).to_vec(),
        };
        self.pos = end + 1;
        let data_type = self.data_type()?;
        let literal = self.literal(Literal::String(value), span)?;
        let span = self.span_from(span);
        self.cast(literal, data_type, span).map(Some)
    }

    /// The token after brackets that hold nothing but literals.
    pub(super) fn scan_literals(&mut self) -> Parsed<Option<usize>> {
        use TokenKind::*;
        let mut stack: Vec<TokenKind> = Vec::new();
        let mut last = Comma;
        let mut i = self.pos;
        loop {
            let t = self.token(i);
            let after_open = matches!(last, LParen | LBracket | Comma);
            let ok = match t.kind {
                LParen | LBracket => {
                    stack.push(t.kind);
                    after_open
                }
                RBracket => !matches!(last, Comma | LParen | Minus) && stack.pop() == Some(LBracket),
                RParen => !matches!(last, Comma | LBracket | Minus) && stack.pop() == Some(LParen),
                Comma => !matches!(last, Comma | LParen | LBracket | Minus),
                Number => after_open || last == Minus,
                String | Minus => after_open,
                _ => false,
            };
            self.scanned += 1;
            if self.scanned > MAX_SCANNED {
                return self.fail(SyntaxErrorKind::TooBigAst, "Too many nested literals");
            }
            if !ok {
                return Ok(None);
            }
            last = t.kind;
            i += 1;
            if stack.is_empty() {
                return Ok(Some(i));
            }
        }
    }

    pub(super) fn parameter_operand(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let p = self.parameter()?;
        let span = self.span_from(start);
        if p.data_type.text == "Identifier" {
            let first = self.resolve_identifier(p, span)?;
            if self.at(TokenKind::LParen) {
                let name = first.value.clone();
                return self.call(name, start);
            }
            return self.identifier_from(first);
        }
        self.node(ExprKind::Parameter(Box::new(p)), span, 0)
    }

    /// Whether a query begins at the token `ahead` places from here: SELECT or WITH, or FROM followed by a table.
    pub(super) fn at_subquery_at(&mut self, ahead: usize) -> bool {
        let mut i = ahead;
        while self.peek_at(i).kind == TokenKind::LParen {
            i += 1;
        }
        if !(self.word_at(i, "SELECT")
            || self.word_at(i, "WITH")
            || self.word_at(i, "FROM")
            || self.word_at(i, "EXPLAIN"))
        {
            return false;
        }
        // `select` may be a column's name: what follows must be able to begin an expression.
        if !matches!(
            self.peek_at(i + 1).kind,
            TokenKind::BareWord
                | TokenKind::QuotedIdent
                | TokenKind::Number
                | TokenKind::String
                | TokenKind::HexString
                | TokenKind::BinString
                | TokenKind::HereDoc
                | TokenKind::LParen
                | TokenKind::LBracket
                | TokenKind::LBrace
                | TokenKind::Star
                | TokenKind::Minus
                | TokenKind::Plus
                | TokenKind::DoubleAt
        ) {
            return false;
        }
        // `((SELECT 1) + 1)`: from the inside, each parenthesis has to be followed by the end of the next or a set operator.
        let mut open = i;
        while open > ahead {
            open -= 1;
            let Some(close) = self.closing_of(self.pos + open) else { return true };
            let save = self.pos;
            self.pos = close + 1;
            let last = self.at(TokenKind::RParen);
            let goes_on = last || ["UNION", "EXCEPT", "INTERSECT"].iter().any(|w| self.at_words(w));
            self.pos = save;
            if !goes_on {
                return false;
            }
            if !last {
                return true;
            }
        }
        true
    }

    /// `(SELECT …)`, at its parenthesis.
    pub(super) fn parenthesized_subquery(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let (query, below) = self.measured(|p| p.query())?;
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        let span = self.span_from(start);
        self.node(ExprKind::Subquery(Box::new(query)), span, below)
    }

    pub(super) fn paren(&mut self) -> Parsed<Expr> {
        if self.at_subquery_at(1) {
            return self.parenthesized_subquery();
        }
        if let Some(e) = self.literal_cast()? {
            return Ok(e);
        }
        let start = self.span();
        self.advance();
        let mut items = Vec::new();
        let mut trailing = false;
        while !self.accept(TokenKind::RParen, "ClosingRoundBracket") {
            if !items.is_empty() {
                self.expect(TokenKind::Comma, "Comma")?;
                if self.eat(TokenKind::RParen) {
                    trailing = true;
                    break;
                }
            }
            items.push(self.expr()?);
        }
        let span = self.span_from(start);
        if self.at(TokenKind::Arrow) {
            let params = items.into_iter().map(lambda_parameter).collect::<Option<Vec<_>>>();
            let Some(params) = params else { return self.expected("lambda parameters") };
            return self.lambda(params, start);
        }
        if items.len() == 1 && !trailing {
            let Some(mut e) = items.pop() else { return self.expected("expression") };
            e.parenthesized = true;
            e.span = span;
            return Ok(e);
        }
        self.collection("tuple", items, span)
    }

    pub(super) fn array(&mut self) -> Parsed<Expr> {
        if let Some(e) = self.literal_cast()? {
            return Ok(e);
        }
        let start = self.span();
        self.advance();
        let mut items = Vec::new();
        while !self.accept(TokenKind::RBracket, "ClosingSquareBracket") {
            if !items.is_empty() {
                self.expect(TokenKind::Comma, "Comma")?;
            }
            items.push(self.expr()?);
        }
        let span = self.span_from(start);
        self.collection("array", items, span)
    }

    /// A tuple or an array: one literal, if it holds only literals.
    pub(super) fn collection(&mut self, name: &str, items: Vec<Expr>, span: Span) -> Parsed<Expr> {
        let all = items.iter().all(|e| matches!(e.kind, ExprKind::Literal(_)) && e.alias.is_none() && !e.parenthesized);
        if !all || (items.is_empty() && name == "tuple") {
            return self.op(name, items, span);
        }
        let below = items.iter().map(|e| e.depth).max().unwrap_or(0);
        let values = items
            .into_iter()
            .filter_map(|e| match e.kind {
                ExprKind::Literal(l) => Some(l),
                _ => None,
            })
            .collect();
        let value = if name == "tuple" { Literal::Tuple(values) } else { Literal::Array(values) };
        self.node(ExprKind::Literal(value), span, below)
    }

    pub(super) fn lambda(&mut self, params: Vec<Ident>, start: Span) -> Parsed<Expr> {
        self.expect(TokenKind::Arrow, "Arrow")?;
        let body = self.binary(prec::ANY)?;
        let below = body.depth;
        let span = self.span_from(start);
        self.node(ExprKind::Lambda(Box::new(Lambda { params, body })), span, below)
    }

    pub(super) fn word_operand(&mut self) -> Parsed<Expr> {
        let t = self.peek();
        let start = Span { start: t.start, end: t.end };
        let next = self.peek_at(1).kind;
        if t.kind == TokenKind::BareWord {
            if next == TokenKind::Arrow {
                let p = self.ident()?;
                return self.lambda(vec![p], start);
            }
            let special = match next {
                // `inf.1`, `true.name` are elements of literals; after any other word a dot makes a compound name.
                TokenKind::Dot => self.word_literal()?,
                _ => self.special_operand()?,
            };
            if let Some(e) = special {
                return Ok(e);
            }
        } else if next == TokenKind::Arrow {
            let p = self.ident()?;
            return self.lambda(vec![p], start);
        }
        let first = self.ident()?;
        if self.at(TokenKind::LParen) {
            return self.call(first.value, start);
        }
        self.identifier_from(first)
    }

    /// NOT, NULL, TRUE, FALSE, inf, nan: operands that are words.
    pub(super) fn word_literal(&mut self) -> Parsed<Option<Expr>> {
        let t = self.peek();
        let span = self.span();
        let next = self.peek_at(1).kind;
        let text = self.text(t);
        let value = if text.eq_ignore_ascii_case(b"NULL") {
            Literal::Null
        } else if text.eq_ignore_ascii_case(b"TRUE") {
            Literal::Bool(true)
        } else if text.eq_ignore_ascii_case(b"FALSE") {
            Literal::Bool(false)
        } else if let Some(f) = special_float(text) {
            Literal::Float(f)
        } else {
            return Ok(None);
        };
        if next == TokenKind::LParen {
            return Ok(None);
        }
        self.advance();
        self.literal(value, span).map(Some)
    }

    pub(super) fn not_operand(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.advance();
        let e = self.binary(prec::NOT + 1)?;
        let span = start.to(e.span);
        self.op("not", vec![e], span)
    }

    /// `a.b.c`, `a.*`, `a.COLUMNS(…)` after the first part.
    pub(super) fn identifier_from(&mut self, first: Ident) -> Parsed<Expr> {
        let start = first.span;
        let mut parts = vec![first];
        while self.at(TokenKind::Dot) {
            let next = self.peek_at(1);
            match next.kind {
                TokenKind::Star => {
                    self.pos += 2;
                    let (transformers, below) = self.measured(|p| p.transformers())?;
                    let span = self.span_from(start);
                    let kind = ExprKind::Asterisk(Box::new(Asterisk { qualifier: parts, transformers }));
                    return self.node(kind, span, below);
                }
                TokenKind::BareWord if self.word_at(1, "COLUMNS") && self.peek_at(2).kind == TokenKind::LParen => {
                    self.advance();
                    return self.columns_matcher(parts);
                }
                TokenKind::BareWord | TokenKind::QuotedIdent => {
                    self.advance();
                    parts.push(self.ident_token(next)?);
                }
                TokenKind::LBrace => {
                    self.advance();
                    parts.push(self.ident_parameter()?);
                }
                _ => break,
            }
        }
        let span = self.span_from(start);
        self.node(ExprKind::Identifier(parts), span, 0)
    }

    /// `COLUMNS('re')`, `COLUMNS(a, b)`, at the word.
    pub(super) fn columns_matcher(&mut self, qualifier: Vec<Ident>) -> Parsed<Expr> {
        let start = qualifier.first().map(|q| q.span).unwrap_or(self.span());
        self.advance();
        let (matcher, below) = self.measured(|p| {
            p.expect(TokenKind::LParen, "OpeningRoundBracket")?;
            let pattern = if p.at(TokenKind::String) {
                ColumnsPattern::Regex(p.string()?)
            } else {
                ColumnsPattern::List(p.comma_list(|p| p.bare_expr())?)
            };
            p.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            Ok(ColumnsMatcher { qualifier, pattern, transformers: p.transformers()? })
        })?;
        let span = self.span_from(start);
        self.node(ExprKind::Columns(Box::new(matcher)), span, below)
    }

    /// EXCEPT, REPLACE and APPLY after an asterisk.
    pub(super) fn transformers(&mut self) -> Parsed<Vec<Transformer>> {
        let mut out = Vec::new();
        loop {
            if self.at_words("EXCEPT") || self.at_words("REPLACE") {
                match self.attempt(|p| p.transformer())? {
                    Some(t) => out.push(t),
                    None => return Ok(out),
                }
            } else if self.kw("APPLY") {
                out.push(self.apply()?);
            } else {
                return Ok(out);
            }
        }
    }

    pub(super) fn transformer(&mut self) -> Parsed<Transformer> {
        if self.kw("EXCEPT") {
            // `SELECT * EXCEPT SELECT …` is the set operator.
            if self.at_subquery_at(0) || self.at_words("ALL") || self.at_words("DISTINCT") {
                return Err(None);
            }
            let strict = self.kw("STRICT");
            if self.at(TokenKind::String) {
                return Ok(Transformer::ExceptRegex { pattern: self.string()? });
            }
            if !self.eat(TokenKind::LParen) {
                return Ok(Transformer::Except { strict, columns: vec![self.dotted_ident()?] });
            }
            let t = if self.at(TokenKind::String) {
                Transformer::ExceptRegex { pattern: self.string()? }
            } else {
                Transformer::Except { strict, columns: self.comma_list(|p| p.dotted_ident())? }
            };
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            return Ok(t);
        }
        self.expect_kw("REPLACE")?;
        let strict = self.kw("STRICT");
        let parens = self.eat(TokenKind::LParen);
        let mut items = Vec::new();
        loop {
            let e = self.bare_expr()?;
            self.expect_kw("AS")?;
            items.push((e, self.dotted_ident()?));
            if !parens || !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if parens {
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        }
        Ok(Transformer::Replace { strict, items })
    }

    pub(super) fn apply(&mut self) -> Parsed<Transformer> {
        let parens = self.eat(TokenKind::LParen);
        let is_lambda = self.at(TokenKind::LParen) || self.peek_at(1).kind == TokenKind::Arrow;
        let t = if is_lambda {
            let e = self.bare_expr()?;
            match e.kind {
                ExprKind::Lambda(l) => Transformer::ApplyLambda(*l),
                _ => return self.expected("lambda expression"),
            }
        } else {
            let name = self.ident()?;
            let parameters = if self.at(TokenKind::LParen) { Some(self.arguments()?) } else { None };
            Transformer::ApplyFunction { name, parameters }
        };
        if parens {
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        }
        Ok(t)
    }
}

fn lambda_parameter(e: Expr) -> Option<Ident> {
    match e.kind {
        ExprKind::Identifier(mut parts) if parts.len() == 1 && e.alias.is_none() => parts.pop(),
        _ => None,
    }
}
