//! Expressions: operands, operators by ClickHouse's precedence, calls.

use super::literal::special_float;
use super::*;
use std::string::String;

/// Precedence, low to high, as in ClickHouse's table of operators.
mod prec {
    pub const ANY: u8 = 1;
    pub const TERNARY: u8 = 2;
    pub const OR: u8 = 3;
    pub const AND: u8 = 4;
    pub const NOT: u8 = 5;
    pub const IS: u8 = 6;
    pub const BETWEEN: u8 = 7;
    pub const COMPARE: u8 = 9;
    pub const CONCAT: u8 = 10;
    pub const ADD: u8 = 11;
    pub const MULTIPLY: u8 = 12;
    pub const NEGATE: u8 = 13;
    pub const POSTFIX: u8 = 14;
}

/// Nodes that may be copied for `x BETWEEN …`, whose left side is needed twice.
const MAX_COPIED_NODES: usize = 50_000;
/// Tokens that may be looked at to find `literal::Type`.
const MAX_SCANNED: usize = 4_000_000;

enum Step {
    More(Expr),
    Done(Expr),
}

impl Parser<'_> {
    /// An expression with `AS alias` perhaps.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        let mut e = self.bare_expr()?;
        if e.alias.is_none() && self.kw("AS") {
            self.set_alias(&mut e)?;
        }
        Ok(e)
    }

    fn set_alias(&mut self, e: &mut Expr) -> Parsed<()> {
        let alias = self.alias_name()?;
        e.alias = Some(Box::new(alias));
        e.parenthesized = false;
        Ok(())
    }

    /// After AS: a name; a string literal is one too.
    pub(super) fn alias_name(&mut self) -> Parsed<Ident> {
        if self.at(TokenKind::String) {
            let span = self.span();
            let value = self.utf8_string()?;
            return Ok(Ident { value, quoted: true, span });
        }
        self.ident()
    }

    /// An expression with an alias, with or without AS.
    pub(super) fn expr_with_alias(&mut self) -> Parsed<Expr> {
        let mut e = self.expr()?;
        if e.alias.is_none()
            && let Some(alias) = self.implicit_alias()?
        {
            e.alias = Some(Box::new(alias));
            e.parenthesized = false;
        }
        Ok(e)
    }

    /// An alias without AS: any name but the key words that may follow.
    pub(super) fn implicit_alias(&mut self) -> Parsed<Option<Ident>> {
        let t = self.peek();
        let ok = match t.kind {
            TokenKind::QuotedIdent => true,
            TokenKind::BareWord => {
                let text = self.text(t);
                !NOT_ALIASES.iter().any(|w| text.eq_ignore_ascii_case(w.as_bytes()))
            }
            _ => false,
        };
        if ok { Ok(Some(self.ident()?)) } else { Ok(None) }
    }

    /// An expression without an alias of its own.
    pub(super) fn bare_expr(&mut self) -> Parsed<Expr> {
        self.binary(prec::ANY)
    }

    /// An expression of operators that bind at least as tightly as `min`.
    fn binary(&mut self, min: u8) -> Parsed<Expr> {
        if self.depth >= self.options.max_depth {
            return self.too_deep();
        }
        self.depth += 1;
        let r = on_enough_stack(|| self.binary_inner(min));
        self.depth -= 1;
        r
    }

    fn binary_inner(&mut self, min: u8) -> Parsed<Expr> {
        let mut e = self.operand()?;
        loop {
            match self.operator(e, min)? {
                Step::More(next) => e = next,
                Step::Done(e) => return Ok(e),
            }
        }
    }

    // --- nodes ---

    /// A node with children of depth `below`.
    pub(super) fn node(&mut self, kind: ExprKind, span: Span, below: u16) -> Parsed<Expr> {
        let depth = below.saturating_add(1);
        if depth as usize > self.options.max_depth {
            let m = format!("AST is too deep. Maximum: {}", self.options.max_depth);
            return self.fail(SyntaxErrorKind::TooDeepAst, m);
        }
        self.deepest = self.deepest.max(depth);
        Ok(Expr { kind, alias: None, span, depth, parenthesized: false })
    }

    pub(super) fn literal(&mut self, value: Literal, span: Span) -> Parsed<Expr> {
        self.node(ExprKind::Literal(value), span, 0)
    }

    /// A call made by an operator or a special form.
    pub(super) fn op(&mut self, name: &str, args: Vec<Expr>, span: Span) -> Parsed<Expr> {
        let below = args.iter().map(|a| a.depth).max().unwrap_or(0);
        let call = FunctionCall {
            name: name.to_string(),
            parameters: None,
            args,
            nulls: None,
            over: None,
            form: CallForm::Operator,
            settings: Vec::new(),
        };
        self.node(ExprKind::Function(Box::new(call)), span, below)
    }

    /// `CAST(e, 'type')`
    pub(super) fn cast(&mut self, e: Expr, data_type: TypeName, span: Span) -> Parsed<Expr> {
        let t = self.literal(Literal::String(data_type.text.into_bytes()), data_type.span)?;
        self.op("CAST", vec![e, t], span)
    }

    /// Runs `f` and returns with its result the depth of the deepest expression it made.
    pub(super) fn measured<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<(T, u16)> {
        let saved = std::mem::replace(&mut self.deepest, 0);
        let r = f(self);
        let depth = self.deepest;
        self.deepest = saved.max(depth);
        Ok((r?, depth))
    }

    // --- operators ---

    fn operator(&mut self, lhs: Expr, min: u8) -> Parsed<Step> {
        let t = self.peek();
        let (name, precedence): (&'static str, u8) = match t.kind {
            TokenKind::Dot => return self.element_access(lhs),
            TokenKind::LBracket => return self.subscript(lhs),
            TokenKind::DoubleColon => {
                self.advance();
                let data_type = self.data_type()?;
                let span = self.span_from(lhs.span);
                return Ok(Step::More(self.cast(lhs, data_type, span)?));
            }
            TokenKind::Star => ("multiply", prec::MULTIPLY),
            TokenKind::Slash => ("divide", prec::MULTIPLY),
            TokenKind::Percent => ("modulo", prec::MULTIPLY),
            TokenKind::Plus => ("plus", prec::ADD),
            TokenKind::Minus => ("minus", prec::ADD),
            TokenKind::Concat => ("concat", prec::CONCAT),
            TokenKind::Eq => ("equals", prec::COMPARE),
            TokenKind::NotEq => ("notEquals", prec::COMPARE),
            TokenKind::Less => ("less", prec::COMPARE),
            TokenKind::Greater => ("greater", prec::COMPARE),
            TokenKind::LessEq => ("lessOrEquals", prec::COMPARE),
            TokenKind::GreaterEq => ("greaterOrEquals", prec::COMPARE),
            TokenKind::Spaceship => ("isNotDistinctFrom", prec::COMPARE),
            TokenKind::Match => ("match", prec::COMPARE),
            TokenKind::NotMatch => ("notMatch", prec::COMPARE),
            TokenKind::MatchInsensitive => ("matchCaseInsensitive", prec::COMPARE),
            TokenKind::NotMatchInsensitive => ("notMatchCaseInsensitive", prec::COMPARE),
            TokenKind::Question => {
                if min > prec::TERNARY {
                    return Ok(Step::Done(lhs));
                }
                return self.ternary(lhs);
            }
            TokenKind::BareWord => return self.word_operator(lhs, min),
            _ => {
                self.note("operator");
                return Ok(Step::Done(lhs));
            }
        };
        if precedence < min {
            return Ok(Step::Done(lhs));
        }
        self.advance();
        if precedence == prec::COMPARE
            && matches!(
                t.kind,
                TokenKind::Eq
                    | TokenKind::NotEq
                    | TokenKind::Less
                    | TokenKind::Greater
                    | TokenKind::LessEq
                    | TokenKind::GreaterEq
            )
            && (self.word_at(0, "ANY") || self.word_at(0, "ALL"))
            && self.peek_at(1).kind == TokenKind::LParen
            && self.at_subquery_at(2)
        {
            return Ok(Step::More(self.quantified(lhs, name)?));
        }
        let rhs = self.binary(precedence + 1)?;
        self.combine(name, lhs, rhs, precedence == prec::CONCAT).map(Step::More)
    }

    /// `name(lhs, rhs)`; with `merge`, `name(a, b)` and c become `name(a, b, c)`.
    fn combine(&mut self, name: &'static str, mut lhs: Expr, rhs: Expr, merge: bool) -> Parsed<Expr> {
        if merge
            && lhs.alias.is_none()
            && !lhs.parenthesized
            && let ExprKind::Function(f) = &mut lhs.kind
            && f.name == name
            && matches!(f.form, CallForm::Operator)
        {
            lhs.depth = lhs.depth.max(rhs.depth.saturating_add(1));
            self.deepest = self.deepest.max(lhs.depth);
            lhs.span = lhs.span.to(rhs.span);
            f.args.push(rhs);
            if lhs.depth as usize > self.options.max_depth {
                let m = format!("AST is too deep. Maximum: {}", self.options.max_depth);
                return self.fail(SyntaxErrorKind::TooDeepAst, m);
            }
            return Ok(lhs);
        }
        let span = lhs.span.to(rhs.span);
        self.op(name, vec![lhs, rhs], span)
    }

    fn ternary(&mut self, condition: Expr) -> Parsed<Step> {
        self.advance();
        let yes = self.binary(prec::ANY)?;
        self.expect(TokenKind::Colon, "Colon")?;
        let no = self.binary(prec::TERNARY)?;
        let span = self.span_from(condition.span);
        Ok(Step::More(self.op("if", vec![condition, yes, no], span)?))
    }

    /// `x = ANY (SELECT …)` and the like, rewritten as ClickHouse does.
    fn quantified(&mut self, lhs: Expr, name: &'static str) -> Parsed<Expr> {
        let all = self.kw("ALL");
        if !all {
            self.advance();
        }
        let rhs = self.parenthesized_subquery()?;
        let span = self.span_from(lhs.span);
        let function = match (name, all) {
            ("equals", false) => "in",
            ("notEquals", true) => "notIn",
            _ => {
                return Err(self.message("Only `= ANY (subquery)` and `!= ALL (subquery)` are supported"));
            }
        };
        self.op(function, vec![lhs, rhs], span)
    }

    fn subscript(&mut self, lhs: Expr) -> Parsed<Step> {
        self.advance();
        let index = self.expr()?;
        self.expect(TokenKind::RBracket, "ClosingSquareBracket")?;
        let span = self.span_from(lhs.span);
        Ok(Step::More(self.op("arrayElement", vec![lhs, index], span)?))
    }

    /// `x.1`, `f(x).name`
    fn element_access(&mut self, lhs: Expr) -> Parsed<Step> {
        self.advance();
        let t = self.peek();
        let span = self.span();
        let element = match t.kind {
            TokenKind::Number => Literal::UInt(self.unsigned()?),
            TokenKind::Minus if self.peek_at(1).kind == TokenKind::Number => self.number()?,
            TokenKind::BareWord | TokenKind::QuotedIdent => Literal::String(self.ident()?.value.into_bytes()),
            _ => return self.expected("tuple element"),
        };
        let element = self.literal(element, span)?;
        let span = self.span_from(lhs.span);
        Ok(Step::More(self.op("tupleElement", vec![lhs, element], span)?))
    }

    fn word_operator(&mut self, lhs: Expr, min: u8) -> Parsed<Step> {
        let t = self.peek();
        let text = self.text(t);
        let first = text.first().map_or(0, u8::to_ascii_uppercase);
        // A quick way out: most words after an expression are no operators.
        if !matches!(first, b'A' | b'O' | b'I' | b'B' | b'N' | b'L' | b'R' | b'G' | b'M' | b'D') {
            self.note("operator");
            return Ok(Step::Done(lhs));
        }
        let simple: Option<(&'static str, &'static str, u8)> =
            WORD_OPERATORS.iter().copied().find(|(w, ..)| self.at_words(w));
        let Some((words, name, precedence)) = simple else {
            return self.is_or_between(lhs, min);
        };
        if precedence < min {
            return Ok(Step::Done(lhs));
        }
        self.pos += words.split(' ').count();
        let rhs = self.binary(precedence + 1)?;
        let merge = matches!(name, "and" | "or");
        let mut e = self.combine(name, lhs, rhs, merge)?;
        if words.ends_with("LIKE") && self.kw("ESCAPE") {
            let span = self.span();
            let escape = Literal::String(self.string()?);
            let escape = self.literal(escape, span)?;
            if let ExprKind::Function(f) = &mut e.kind {
                f.args.push(escape);
            }
            e.span = self.span_from(e.span);
        }
        Ok(Step::More(e))
    }

    fn is_or_between(&mut self, lhs: Expr, min: u8) -> Parsed<Step> {
        if min <= prec::BETWEEN && (self.at_words("BETWEEN") || self.at_words("NOT BETWEEN")) {
            let not = self.kw("NOT");
            self.advance();
            return self.between(lhs, not).map(Step::More);
        }
        if self.at_words("AT TIME ZONE") {
            self.pos += 3;
            let zone = self.binary(prec::POSTFIX)?;
            let span = lhs.span.to(zone.span);
            return Ok(Step::More(self.op("toTimeZone", vec![lhs, zone], span)?));
        }
        if min > prec::IS || !self.at_words("IS") {
            self.note("operator");
            return Ok(Step::Done(lhs));
        }
        self.advance();
        let not = self.kw("NOT");
        if self.kw("NULL") || self.kw("UNKNOWN") {
            let span = self.span_from(lhs.span);
            let name = if not { "isNotNull" } else { "isNull" };
            return Ok(Step::More(self.op(name, vec![lhs], span)?));
        }
        let name = if not { "isNotDistinctFrom" } else { "isDistinctFrom" };
        if self.kw("DISTINCT FROM") {
            let rhs = self.binary(prec::IS + 1)?;
            let span = lhs.span.to(rhs.span);
            return Ok(Step::More(self.op(name, vec![lhs, rhs], span)?));
        }
        let span = self.span();
        let truth = if self.kw("TRUE") {
            true
        } else if self.kw("FALSE") {
            false
        } else {
            return Err(None);
        };
        let truth = self.literal(Literal::Bool(truth), span)?;
        let name = if not { "isDistinctFrom" } else { "isNotDistinctFrom" };
        let span = self.span_from(lhs.span);
        Ok(Step::More(self.op(name, vec![lhs, truth], span)?))
    }

    /// `a BETWEEN b AND c` is `a >= b AND a <= c`; NOT makes it `a < b OR a > c`.
    fn between(&mut self, lhs: Expr, not: bool) -> Parsed<Expr> {
        let low = self.binary(prec::BETWEEN + 1)?;
        self.expect_kw("AND")?;
        let high = self.binary(prec::COMPARE)?;
        self.copied += super::super::walk::count_nodes(&lhs, MAX_COPIED_NODES);
        if self.copied > MAX_COPIED_NODES {
            return self.fail(SyntaxErrorKind::TooBigAst, format!("AST is too big. Maximum: {MAX_COPIED_NODES}"));
        }
        let span = lhs.span.to(high.span);
        let (a, b, c) = if not { ("less", "greater", "or") } else { ("greaterOrEquals", "lessOrEquals", "and") };
        let left = self.op(a, vec![lhs.clone(), low], span)?;
        let right = self.op(b, vec![lhs, high], span)?;
        let mut e = self.op(c, vec![left, right], span)?;
        // Not to be merged with an AND that follows.
        e.parenthesized = true;
        Ok(e)
    }

    /// An expression of operators above comparisons, so that IN may follow.
    pub(super) fn above_comparison(&mut self) -> Parsed<Expr> {
        self.binary(prec::COMPARE + 1)
    }

    // --- operands ---

    fn operand(&mut self) -> Parsed<Expr> {
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

    fn literal_operand(&mut self) -> Parsed<Expr> {
        if let Some(e) = self.literal_cast()? {
            return Ok(e);
        }
        let span = self.span();
        let value = if self.at(TokenKind::Number) { self.number()? } else { Literal::String(self.string()?) };
        self.literal(value, span)
    }

    fn sign(&mut self) -> Parsed<Expr> {
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
    fn literal_cast(&mut self) -> Parsed<Option<Expr>> {
        let start = self.pos;
        if start < self.no_cast_before {
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
            self.no_cast_before = end;
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
    fn scan_literals(&mut self) -> Parsed<Option<usize>> {
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

    fn parameter_operand(&mut self) -> Parsed<Expr> {
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

    fn paren(&mut self) -> Parsed<Expr> {
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

    fn array(&mut self) -> Parsed<Expr> {
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
    fn collection(&mut self, name: &str, items: Vec<Expr>, span: Span) -> Parsed<Expr> {
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

    fn lambda(&mut self, params: Vec<Ident>, start: Span) -> Parsed<Expr> {
        self.expect(TokenKind::Arrow, "Arrow")?;
        let body = self.binary(prec::ANY)?;
        let below = body.depth;
        let span = self.span_from(start);
        self.node(ExprKind::Lambda(Box::new(Lambda { params, body })), span, below)
    }

    fn word_operand(&mut self) -> Parsed<Expr> {
        let t = self.peek();
        let start = Span { start: t.start, end: t.end };
        let next = self.peek_at(1).kind;
        if t.kind == TokenKind::BareWord {
            if next == TokenKind::Arrow {
                let p = self.ident()?;
                return self.lambda(vec![p], start);
            }
            if next != TokenKind::Dot
                && let Some(e) = self.special_operand()?
            {
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
    fn identifier_from(&mut self, first: Ident) -> Parsed<Expr> {
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
    fn transformers(&mut self) -> Parsed<Vec<Transformer>> {
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

    fn transformer(&mut self) -> Parsed<Transformer> {
        if self.kw("EXCEPT") {
            // `SELECT * EXCEPT SELECT …` is the set operator.
            if self.at_subquery_at(0) || self.at_words("ALL") || self.at_words("DISTINCT") {
                return Err(None);
            }
            let strict = self.kw("STRICT");
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

    fn apply(&mut self) -> Parsed<Transformer> {
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

    // --- calls ---

    /// `(a, b)`, perhaps empty.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut args = Vec::new();
        while !self.accept(TokenKind::RParen, "ClosingRoundBracket") {
            if !args.is_empty() {
                self.expect(TokenKind::Comma, "Comma")?;
            }
            args.push(self.expr()?);
        }
        Ok(args)
    }

    /// A call, at its first parenthesis.
    pub(super) fn call(&mut self, name: String, start: Span) -> Parsed<Expr> {
        let (call, below) = self.measured(|p| p.call_parts(name))?;
        let span = self.span_from(start);
        self.node(ExprKind::Function(Box::new(call)), span, below)
    }

    fn call_parts(&mut self, mut name: String) -> Parsed<FunctionCall> {
        let mut distinct = false;
        let mut parameters = None;
        let mut args = self.call_arguments(&name, &mut distinct)?;
        if !distinct && self.at(TokenKind::LParen) {
            parameters = Some(args);
            args = self.call_arguments(&name, &mut distinct)?;
        }
        if distinct {
            name.push_str("Distinct");
        }
        if self.at_words("FILTER") && self.peek_at(1).kind == TokenKind::LParen {
            self.pos += 2;
            self.expect_kw("WHERE")?;
            args.retain(|a| !matches!(&a.kind, ExprKind::Asterisk(q) if q.qualifier.is_empty()));
            args.push(self.expr()?);
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            name.push_str("If");
        }
        let nulls = if self.kw("RESPECT NULLS") {
            Some(NullsAction::Respect)
        } else if self.kw("IGNORE NULLS") {
            Some(NullsAction::Ignore)
        } else {
            None
        };
        let over = if self.kw("OVER") { Some(Box::new(self.over()?)) } else { None };
        Ok(FunctionCall { name, parameters, args, nulls, over, form: CallForm::Call, settings: Vec::new() })
    }

    fn call_arguments(&mut self, name: &str, distinct: &mut bool) -> Parsed<Vec<Expr>> {
        let next = self.peek_at(2).kind;
        if !matches!(next, TokenKind::Comma | TokenKind::RParen | TokenKind::Arrow) && self.word_at(1, "DISTINCT") {
            self.pos += 2;
            *distinct = true;
        } else if self.word_at(1, "ALL")
            && matches!(next, TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::Star | TokenKind::Number)
        {
            self.pos += 2;
        } else if self.at_subquery_at(1) && self.peek_at(1).kind == TokenKind::BareWord && takes_query(name) {
            return Ok(vec![self.parenthesized_subquery()?]);
        } else {
            return self.arguments();
        }
        let args = self.comma_list(|p| p.expr())?;
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        Ok(args)
    }

    fn over(&mut self) -> Parsed<Over> {
        if self.at(TokenKind::LParen) { Ok(Over::Spec(self.window_spec()?)) } else { Ok(Over::Named(self.ident()?)) }
    }

    /// `([w] [PARTITION BY …] [ORDER BY …] [ROWS …])`
    pub(super) fn window_spec(&mut self) -> Parsed<WindowSpec> {
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut spec = WindowSpec::default();
        let starts_clause = ["PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS"].iter().any(|w| self.at_words(w));
        if !starts_clause && !self.at(TokenKind::RParen) {
            spec.parent = Some(self.ident()?);
        }
        if self.kw("PARTITION BY") {
            spec.partition_by = self.comma_list(|p| p.expr())?;
        }
        if self.kw("ORDER BY") {
            spec.order_by = self.comma_list(|p| p.order_item())?;
        }
        let unit = if self.kw("ROWS") {
            Some(FrameUnit::Rows)
        } else if self.kw("RANGE") {
            Some(FrameUnit::Range)
        } else if self.kw("GROUPS") {
            Some(FrameUnit::Groups)
        } else {
            None
        };
        if let Some(unit) = unit {
            let (start, end) = if self.kw("BETWEEN") {
                let start = self.frame_bound()?;
                self.expect_kw("AND")?;
                (start, self.frame_bound()?)
            } else {
                (self.frame_bound()?, FrameBound::CurrentRow)
            };
            spec.frame = Some(WindowFrame { unit, start, end });
        }
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        Ok(spec)
    }

    fn frame_bound(&mut self) -> Parsed<FrameBound> {
        if self.kw("CURRENT ROW") {
            return Ok(FrameBound::CurrentRow);
        }
        if self.kw("UNBOUNDED PRECEDING") {
            return Ok(FrameBound::UnboundedPreceding);
        }
        if self.kw("UNBOUNDED FOLLOWING") {
            return Ok(FrameBound::UnboundedFollowing);
        }
        // AND between two bounds is not an operator here.
        let e = self.binary(prec::COMPARE)?;
        if self.kw("PRECEDING") {
            return Ok(FrameBound::Preceding(e));
        }
        self.expect_kw("FOLLOWING")?;
        Ok(FrameBound::Following(e))
    }
}

fn lambda_parameter(e: Expr) -> Option<Ident> {
    match e.kind {
        ExprKind::Identifier(mut parts) if parts.len() == 1 && e.alias.is_none() => parts.pop(),
        _ => None,
    }
}

/// Table functions whose argument is a query without parentheses of its own.
fn takes_query(name: &str) -> bool {
    ["view", "viewIfPermitted", "viewExplain", "exists"].iter().any(|n| name.eq_ignore_ascii_case(n))
}

/// Operators that are words: words, function, precedence. Longer ones first.
const WORD_OPERATORS: &[(&str, &str, u8)] = &[
    ("OR", "or", prec::OR),
    ("AND", "and", prec::AND),
    ("NOT LIKE", "notLike", prec::COMPARE),
    ("NOT ILIKE", "notILike", prec::COMPARE),
    ("NOT IN", "notIn", prec::COMPARE),
    ("GLOBAL NOT IN", "globalNotIn", prec::COMPARE),
    ("GLOBAL IN", "globalIn", prec::COMPARE),
    ("LIKE", "like", prec::COMPARE),
    ("ILIKE", "ilike", prec::COMPARE),
    ("IN", "in", prec::COMPARE),
    ("REGEXP", "match", prec::COMPARE),
    ("DIV", "intDiv", prec::MULTIPLY),
    ("MOD", "modulo", prec::MULTIPLY),
];

/// Words that may follow an expression or a table, so that they are no aliases without AS.
pub(super) const NOT_ALIASES: &[&str] = &[
    "ALL",
    "AND",
    "ANTI",
    "ANY",
    "APPLY",
    "ARRAY",
    "AS",
    "ASC",
    "ASCENDING",
    "ASOF",
    "AT",
    "BETWEEN",
    "BY",
    "COLLATE",
    "CROSS",
    "DATE",
    "DESC",
    "DESCENDING",
    "DISTINCT",
    "DIV",
    "ESCAPE",
    "EXCEPT",
    "FETCH",
    "FINAL",
    "FORMAT",
    "FROM",
    "FULL",
    "GLOBAL",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERPOLATE",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MOD",
    "NATURAL",
    "NOT",
    "NULLS",
    "OFFSET",
    "ON",
    "ONLY",
    "OR",
    "ORDER",
    "PARALLEL",
    "PASTE",
    "PREWHERE",
    "QUALIFY",
    "REGEXP",
    "RIGHT",
    "SAMPLE",
    "SELECT",
    "SEMI",
    "SETTINGS",
    "STALENESS",
    "THEN",
    "UNION",
    "USING",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
    "ELSE",
    "END",
];
