//! FROM: tables, table functions, subqueries, joins, ARRAY JOIN.

use super::*;

impl Parser<'_> {
    /// What follows FROM.
    pub(super) fn tables_clause(&mut self) -> Parsed<From> {
        let first = self.table_expr()?;
        let mut rest = Vec::new();
        loop {
            let start = self.span();
            if self.at_words("ARRAY JOIN") || self.at_words("LEFT ARRAY JOIN") || self.at_words("INNER ARRAY JOIN") {
                let left = self.kw("LEFT");
                if !left {
                    self.kw("INNER");
                }
                self.pos += 2;
                let exprs = self.comma_list(|p| p.expr_with_alias())?;
                rest.push(FromElement::ArrayJoin(ArrayJoin { left, exprs, span: self.span_from(start) }));
                continue;
            }
            match self.join()? {
                Some(j) => rest.push(FromElement::Join(Box::new(j))),
                None => return Ok(From { first, rest }),
            }
        }
    }

    fn strictness(&mut self) -> Option<JoinStrictness> {
        use JoinStrictness::*;
        for (word, s) in [("ANY", Any), ("ALL", All), ("ASOF", Asof), ("SEMI", Semi), ("ANTI", Anti), ("ONLY", Anti)] {
            if self.at_words(word) {
                if word == "ONLY" {
                    return None;
                }
                self.advance();
                return Some(s);
            }
        }
        None
    }

    fn join(&mut self) -> Parsed<Option<Join>> {
        let start = self.span();
        if self.eat(TokenKind::Comma) {
            let table = self.table_expr()?;
            return Ok(Some(Join {
                global: false,
                kind: JoinKind::Comma,
                strictness: None,
                table,
                constraint: JoinConstraint::None,
                span: self.span_from(start),
            }));
        }
        let save = self.pos;
        let global = self.kw("GLOBAL");
        if !global {
            self.kw("LOCAL");
        }
        let mut strictness = self.strictness();
        let mut kind = JoinKind::Inner;
        for (word, k) in [
            ("INNER", JoinKind::Inner),
            ("LEFT", JoinKind::Left),
            ("RIGHT", JoinKind::Right),
            ("FULL", JoinKind::Full),
            ("CROSS", JoinKind::Cross),
            ("PASTE", JoinKind::Paste),
        ] {
            if self.kw(word) {
                kind = k;
                break;
            }
        }
        // `LEFT ANY JOIN` is `ANY LEFT JOIN`.
        if strictness.is_none() {
            strictness = self.strictness();
        }
        self.kw("OUTER");
        if strictness.is_none() {
            strictness = self.strictness();
        }
        if !self.kw("JOIN") {
            self.pos = save;
            return Ok(None);
        }
        let table = self.table_expr()?;
        let constraint = if matches!(kind, JoinKind::Cross | JoinKind::Paste) {
            JoinConstraint::None
        } else if self.kw("ON") {
            JoinConstraint::On(self.expr()?)
        } else if self.kw("USING") {
            JoinConstraint::Using(if self.at(TokenKind::LParen) {
                self.paren_list(|p| p.expr())?
            } else {
                self.comma_list(|p| p.expr())?
            })
        } else {
            return Err(None);
        };
        Ok(Some(Join { global, kind, strictness, table, constraint, span: self.span_from(start) }))
    }

    /// A table, function or subquery with alias, FINAL and SAMPLE.
    fn table_expr(&mut self) -> Parsed<TableExpr> {
        let start = self.span();
        let kind = self.table_source()?;
        let mut t =
            TableExpr { kind, alias: None, column_aliases: Vec::new(), is_final: false, sample: None, span: start };
        t.alias = if self.kw("AS") { Some(self.alias_name()?) } else { self.implicit_alias()? };
        if t.alias.is_some() && self.at(TokenKind::LParen) {
            t.column_aliases = self.paren_list(|p| p.ident())?;
        }
        t.is_final = self.kw("FINAL");
        if self.kw("SAMPLE") {
            let ratio = self.sample_ratio()?;
            let offset = if self.kw("OFFSET") { Some(self.sample_ratio()?) } else { None };
            t.sample = Some(Sample { ratio, offset });
        }
        if t.alias.is_none() {
            t.alias = if self.kw("AS") { Some(self.alias_name()?) } else { self.implicit_alias()? };
        }
        t.span = self.span_from(start);
        Ok(t)
    }

    fn sample_ratio(&mut self) -> Parsed<SampleRatio> {
        let number = |p: &mut Self| {
            let t = p.peek();
            if t.kind != TokenKind::Number {
                return p.expected("number");
            }
            p.advance();
            Ok(std::string::String::from_utf8_lossy(p.text(t)).into_owned())
        };
        let numerator = number(self)?;
        let denominator = if self.eat(TokenKind::Slash) { Some(number(self)?) } else { None };
        Ok(SampleRatio { numerator, denominator })
    }

    /// `[db.]table`, `function(…)`, `(SELECT …)`
    pub(super) fn table_source(&mut self) -> Parsed<TableExprKind> {
        match self.peek().kind {
            TokenKind::LParen => {
                self.advance();
                let (query, _) = self.measured(|p| {
                    let q = p.query()?;
                    p.expect(TokenKind::RParen, "ClosingRoundBracket")?;
                    // A query in FROM is a level of the tree of its own.
                    p.deepest = p.deepest.saturating_add(1);
                    if p.deepest as usize > p.options.max_depth {
                        let m = format!("AST is too deep. Maximum: {}", p.options.max_depth);
                        return p.fail(SyntaxErrorKind::TooDeepAst, m);
                    }
                    Ok(q)
                })?;
                Ok(TableExprKind::Subquery(query))
            }
            TokenKind::String => {
                let span = self.span();
                let value = self.utf8_string()?;
                if value.is_empty() {
                    return self.expected("not empty identifier");
                }
                let name = Ident { value, quoted: true, span };
                Ok(TableExprKind::Table(TableName { database: None, name }))
            }
            TokenKind::BareWord | TokenKind::QuotedIdent
                if self.peek_at(1).kind == TokenKind::LParen && !self.at_words("SELECT") =>
            {
                Ok(TableExprKind::Function(self.table_function()?))
            }
            TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::LBrace => {
                Ok(TableExprKind::Table(self.table_name()?))
            }
            _ => self.expected("table, table function, subquery or list of joined tables"),
        }
    }

    /// `name(args [SETTINGS …])`. The rows of `VALUES(…)` are ordinary arguments.
    pub(super) fn table_function(&mut self) -> Parsed<FunctionCall> {
        let name = self.ident()?.value;
        if self.at_subquery_at(1) && self.peek_at(1).kind == TokenKind::BareWord {
            let query = self.parenthesized_subquery()?;
            return Ok(table_call(name, vec![query], Vec::new()));
        }
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut args = Vec::new();
        let mut settings = Vec::new();
        while !self.accept(TokenKind::RParen, "ClosingRoundBracket") {
            if self.at_words("SETTINGS") && self.peek_at(1).kind == TokenKind::BareWord {
                self.advance();
                settings = self.settings_list()?;
                self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
                break;
            }
            args.push(self.expr()?);
            if !self.at(TokenKind::RParen) && !self.at_words("SETTINGS") {
                self.expect(TokenKind::Comma, "Comma")?;
            }
        }
        Ok(table_call(name, args, settings))
    }
}

fn table_call(name: std::string::String, args: Vec<Expr>, settings: Vec<SettingChange>) -> FunctionCall {
    FunctionCall { name, parameters: None, args, nulls: None, over: None, form: CallForm::Call, settings }
}
