//! Expressions: operators by ClickHouse's precedence, aliases, and the nodes they make.

use super::*;

/// Precedence, low to high, as in ClickHouse's table of operators.
pub(super) mod prec {
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
}

/// Nodes that may be copied for `x BETWEEN …`, whose left side is needed twice.
const MAX_COPIED_NODES: usize = 50_000;

enum Step {
    More(Expr),
    Done(Expr),
}

impl Parser<'_> {
    /// An expression with `AS alias` perhaps.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        let mut e = self.bare_expr()?;
        if e.alias.is_none() && takes_alias(&e) && self.kw("AS") {
            self.set_alias(&mut e)?;
        }
        Ok(e)
    }

    pub(super) fn set_alias(&mut self, e: &mut Expr) -> Parsed<()> {
        let alias = self.alias_name()?;
        e.alias = Some(Box::new(alias));
        Ok(())
    }

    /// After AS: a name; a string literal is one too.
    pub(super) fn alias_name(&mut self) -> Parsed<Ident> {
        if self.at(TokenKind::String) {
            let span = self.span();
            let value = self.utf8_string()?;
            if value.is_empty() {
                return self.expected("not empty identifier");
            }
            return Ok(Ident { value, quoted: true, span });
        }
        self.ident()
    }

    /// An expression with an alias, with or without AS.
    pub(super) fn expr_with_alias(&mut self) -> Parsed<Expr> {
        let mut e = self.expr()?;
        if e.alias.is_none()
            && takes_alias(&e)
            && let Some(alias) = self.implicit_alias()?
        {
            e.alias = Some(Box::new(alias));
        }
        if e.alias.is_none()
            && let Some(variable) = global_variable(&e)
        {
            e.alias = Some(Box::new(Ident { value: format!("@@{variable}"), quoted: true, span: e.span }));
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
                // `CREATE VIEW v AS SELECT 1 FROM t COMMENT 'x'`
                let comment = text.eq_ignore_ascii_case(b"COMMENT") && self.peek_at(1).kind == TokenKind::String;
                !comment && !NOT_ALIASES.iter().any(|w| text.eq_ignore_ascii_case(w.as_bytes()))
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
    pub(super) fn binary(&mut self, min: u8) -> Parsed<Expr> {
        if self.depth >= self.options.max_depth {
            return self.too_deep();
        }
        self.depth += 1;
        let r = on_enough_stack(|| self.binary_inner(min));
        self.depth -= 1;
        r
    }

    pub(super) fn binary_inner(&mut self, min: u8) -> Parsed<Expr> {
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
        self.made += 1;
        if self.options.max_elements > 0 && self.made > self.options.max_elements {
            let m = format!("AST is too big. Maximum: {}", self.options.max_elements);
            return self.fail(SyntaxErrorKind::TooBigAst, m);
        }
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
            && (self.word_at(0, "ANY") || self.word_at(0, "ALL") || self.word_at(0, "SOME"))
            && self.peek_at(1).kind == TokenKind::LParen
            && self.at_subquery_at(2)
        {
            return Ok(Step::More(self.quantified(lhs, name)?));
        }
        let rhs = self.binary(precedence + 1)?;
        self.combine(name, lhs, rhs, precedence == prec::CONCAT).map(Step::More)
    }

    /// `name(lhs, rhs)`; with `merge`, `name(a, b)` and c become `name(a, b, c)`.
    pub(super) fn combine(&mut self, name: &'static str, mut lhs: Expr, rhs: Expr, merge: bool) -> Parsed<Expr> {
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
        // Its branches are no ternaries without parentheses, and it is no condition of one, as in ClickHouse.
        let yes = self.binary(prec::TERNARY + 1)?;
        self.expect(TokenKind::Colon, "Colon")?;
        let no = self.binary(prec::TERNARY + 1)?;
        if self.at(TokenKind::Question) {
            return self.expected("end of the expression");
        }
        let span = self.span_from(condition.span);
        Ok(Step::More(self.op("if", vec![condition, yes, no], span)?))
    }

    /// `x = ANY (SELECT …)` and the like, rewritten as ClickHouse does.
    pub(super) fn quantified(&mut self, lhs: Expr, name: &'static str) -> Parsed<Expr> {
        let all = self.kw("ALL");
        if !all {
            self.advance();
        }
        let mut rhs = self.parenthesized_subquery()?;
        let span = self.span_from(lhs.span);
        let function = match (name, all) {
            ("equals", false) => "in",
            ("notEquals", true) => "notIn",
            ("equals", true) => {
                rhs = self.folded(rhs, "singleValueOrNull")?;
                "in"
            }
            ("notEquals", false) => {
                rhs = self.folded(rhs, "singleValueOrNull")?;
                "notIn"
            }
            (name, all) => {
                let largest = matches!(name, "greater" | "greaterOrEquals") == all;
                rhs = self.folded(rhs, if largest { "max" } else { "min" })?;
                name
            }
        };
        self.op(function, vec![lhs, rhs], span)
    }

    /// `(SELECT aggregate(x) FROM (query) AS t(x))`
    fn folded(&mut self, subquery: Expr, aggregate: &'static str) -> Parsed<Expr> {
        let (span, below) = (subquery.span, subquery.depth);
        let ExprKind::Subquery(query) = subquery.kind else { return Ok(subquery) };
        let column = Ident::new("value");
        let mut value = self.node(ExprKind::Identifier(vec![column.clone()]), span, 0)?;
        if aggregate == "singleValueOrNull" {
            let one = self.literal(Literal::UInt(1), span)?;
            let count = self.op("uniqExact", vec![value.clone()], span)?;
            let single = self.op("equals", vec![count, one], span)?;
            let (any, null) = (self.op("any", vec![value], span)?, self.literal(Literal::Null, span)?);
            value = self.op("if", vec![single, any, null], span)?;
        } else {
            value = self.op(aggregate, vec![value], span)?;
        }
        let first = TableExpr {
            kind: TableExprKind::Subquery(*query),
            alias: Some(Ident::new("quantified")),
            column_aliases: vec![column],
            is_final: false,
            sample: None,
            span,
        };
        let select =
            Select { projection: vec![value], from: Some(From { first, rest: Vec::new() }), span, ..Select::default() };
        self.node(ExprKind::Subquery(Box::new(Query::Select(Box::new(select)))), span, below)
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
        if min <= prec::NEGATE && self.at_words("AT TIME ZONE") {
            self.pos += 3;
            let zone = self.binary(prec::NEGATE + 1)?;
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
    pub(super) fn between(&mut self, lhs: Expr, not: bool) -> Parsed<Expr> {
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
        if let ExprKind::Function(f) = &mut e.kind {
            f.form = CallForm::Rewritten;
        }
        Ok(e)
    }

    /// An expression of operators above comparisons, so that IN may follow.
    pub(super) fn above_comparison(&mut self) -> Parsed<Expr> {
        self.binary(prec::COMPARE + 1)
    }
}

/// Several columns have no one name.
fn takes_alias(e: &Expr) -> bool {
    !matches!(e.kind, ExprKind::Asterisk(_) | ExprKind::Columns(_))
}

/// The name of `@@name`.
fn global_variable(e: &Expr) -> Option<String> {
    match &e.kind {
        ExprKind::Function(f) if f.name == "globalVariable" && matches!(f.form, CallForm::Operator) => {
            match f.args.first().map(|a| &a.kind) {
                Some(ExprKind::Literal(Literal::String(s))) => Some(String::from_utf8_lossy(s).into_owned()),
                _ => None,
            }
        }
        _ => None,
    }
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
