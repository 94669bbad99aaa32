//! SELECT and its clauses, and set operators.

use super::*;

impl Parser<'_> {
    /// A query: SELECTs with set operators between them.
    pub(super) fn query(&mut self) -> Parsed<Query> {
        self.nested(|p| p.union_chain())
    }

    /// UNION and EXCEPT, left to right.
    fn union_chain(&mut self) -> Parsed<Query> {
        let start = self.span();
        let first = self.intersect_chain()?;
        let mut rest = Vec::new();
        while let Some(op) = self.set_operator(false) {
            rest.push((op, self.intersect_chain()?));
        }
        Ok(self.chain(first, rest, start))
    }

    /// INTERSECT binds tighter.
    fn intersect_chain(&mut self) -> Parsed<Query> {
        let start = self.span();
        let first = self.query_operand()?;
        let mut rest = Vec::new();
        while let Some(op) = self.set_operator(true) {
            rest.push((op, self.query_operand()?));
        }
        Ok(self.chain(first, rest, start))
    }

    fn chain(&mut self, first: Query, rest: Vec<(SetOperator, Query)>, start: Span) -> Query {
        if rest.is_empty() {
            return first;
        }
        let span = self.span_from(start);
        Query::Set(Box::new(SetChain { first, rest, span }))
    }

    fn set_operator(&mut self, intersect: bool) -> Option<SetOperator> {
        use SetOperator::*;
        let (plain, all, distinct) = if intersect {
            if !self.kw("INTERSECT") {
                return None;
            }
            (Intersect, IntersectAll, IntersectDistinct)
        } else if self.kw("UNION") {
            (Union, UnionAll, UnionDistinct)
        } else if self.kw("EXCEPT") {
            (Except, ExceptAll, ExceptDistinct)
        } else {
            return None;
        };
        Some(if self.kw("ALL") {
            all
        } else if self.kw("DISTINCT") {
            distinct
        } else {
            plain
        })
    }

    fn query_operand(&mut self) -> Parsed<Query> {
        if self.at(TokenKind::LParen) {
            self.advance();
            let q = self.query()?;
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            return Ok(q);
        }
        if self.at_words("EXPLAIN") {
            return Err(self.message("EXPLAIN in a subquery is not supported"));
        }
        let mut select = Box::new(Select::default());
        self.select(&mut select)?;
        Ok(Query::Select(select))
    }

    fn select(&mut self, s: &mut Select) -> Parsed<()> {
        let start = self.span();
        if self.kw("WITH") {
            s.recursive = self.kw("RECURSIVE");
            s.with = self.comma_list(|p| p.with_item())?;
        }
        if self.kw("FROM") {
            s.from = Some(self.tables_clause()?);
            self.expect_kw("SELECT")?;
            self.select_list(s)?;
        } else {
            self.expect_kw("SELECT")?;
            self.select_list(s)?;
            if self.kw("FROM") {
                s.from = Some(self.tables_clause()?);
            }
        }
        self.filters(s)?;
        self.order_and_limits(s)?;
        s.span = self.span_from(start);
        Ok(())
    }

    pub(super) fn with_item(&mut self) -> Parsed<WithItem> {
        let start = self.span();
        let save = self.pos;
        // `name [(columns)] AS [MATERIALIZED] (query)`
        let r = self.cte_head();
        if let Some((name, columns, materialized)) = self.backtrack(save, r)? {
            self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
            let (query, _) = self.measured(|p| p.query())?;
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            return Ok(WithItem::Cte { name, columns, query, materialized, span: self.span_from(start) });
        }
        Ok(WithItem::Expr(self.expr()?))
    }

    /// Up to the parenthesis of a common table expression.
    fn cte_head(&mut self) -> Parsed<(Ident, Vec<Ident>, bool)> {
        let name = self.ident()?;
        let columns = if self.at(TokenKind::LParen) { self.paren_list(|p| p.ident())? } else { Vec::new() };
        self.expect_kw("AS")?;
        let materialized = self.kw("MATERIALIZED");
        if !materialized {
            self.kw("NOT MATERIALIZED");
        }
        if self.at(TokenKind::LParen) && self.at_subquery_at(1) { Ok((name, columns, materialized)) } else { Err(None) }
    }

    fn select_list(&mut self, s: &mut Select) -> Parsed<()> {
        if self.at_words("DISTINCT") && self.peek_at(1).kind != TokenKind::Comma {
            self.advance();
            if self.at_words("ON") && self.peek_at(1).kind == TokenKind::LParen {
                self.advance();
                let span = self.span();
                let by = Some(self.paren_list(|p| p.expr())?);
                let limit = self.literal(Literal::UInt(1), span)?;
                s.limit_by = Some(LimitBy { limit, offset: None, by });
            } else {
                s.distinct = true;
            }
        } else if self.at_words("ALL") && self.starts_item(1) {
            self.advance();
        }
        let top = self.at_words("TOP") && matches!(self.peek_at(1).kind, TokenKind::Number | TokenKind::LParen);
        if top && self.attempt(|p| p.top(s))?.is_none() {
            s.limit = None;
            s.with_ties = false;
        }
        s.projection.push(self.expr_with_alias()?);
        loop {
            // `alias list directly followed by *`, as DBeaver writes, has its comma; so has a trailing one before FROM.
            if !self.accept(TokenKind::Comma, "Comma") {
                return Ok(());
            }
            if self.at(TokenKind::End)
                || self.at(TokenKind::RParen)
                || self.at(TokenKind::Semicolon)
                || self.trailing_comma()
            {
                return Ok(());
            }
            s.projection.push(self.expr_with_alias()?);
        }
    }

    /// FROM after a comma begins the clause, unless it is a column's name.
    fn trailing_comma(&mut self) -> bool {
        self.at_words("FROM")
            && matches!(
                self.peek_at(1).kind,
                TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::LParen | TokenKind::LBrace
            )
    }

    fn starts_item(&mut self, ahead: usize) -> bool {
        !matches!(self.peek_at(ahead).kind, TokenKind::Comma | TokenKind::End | TokenKind::RParen | TokenKind::Dot)
            && !self.word_at(ahead, "FROM")
            && !self.word_at(ahead, "AS")
    }

    fn top(&mut self, s: &mut Select) -> Parsed<()> {
        self.advance();
        let span = self.span();
        if self.eat(TokenKind::LParen) {
            s.limit = Some(self.expr()?);
            self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        } else {
            let n = self.number()?;
            s.limit = Some(self.literal(n, span)?);
        }
        s.with_ties = self.kw("WITH TIES");
        // `TOP - 1`: a column called top.
        let t = self.peek();
        if matches!(t.kind, TokenKind::Comma | TokenKind::End) || self.at_words("FROM") { Err(None) } else { Ok(()) }
    }

    fn filters(&mut self, s: &mut Select) -> Parsed<()> {
        if self.kw("PREWHERE") {
            s.prewhere = Some(self.expr()?);
        }
        if self.kw("WHERE") {
            s.filter = Some(self.expr()?);
        }
        if s.prewhere.is_none() && self.kw("PREWHERE") {
            s.prewhere = Some(self.expr()?);
        }
        if self.kw("GROUP BY") {
            let kind = self.group_by()?;
            s.group_by = Some(GroupBy { kind, with_totals: false });
        }
        while self.at_words("WITH TOTALS") || self.at_words("WITH ROLLUP") || self.at_words("WITH CUBE") {
            self.group_modifier(s)?;
        }
        if self.kw("HAVING") {
            s.having = Some(self.expr()?);
        }
        if self.kw("WINDOW") {
            s.windows = self.comma_list(|p| {
                let name = p.ident()?;
                p.expect_kw("AS")?;
                Ok((name, p.window_spec()?))
            })?;
        }
        if self.kw("QUALIFY") {
            s.qualify = Some(self.expr()?);
        }
        Ok(())
    }

    fn group_by(&mut self) -> Parsed<GroupByKind> {
        if self.at_words("ALL") && !matches!(self.peek_at(1).kind, TokenKind::Dot | TokenKind::LParen) {
            self.advance();
            return Ok(GroupByKind::All);
        }
        if self.at_words("GROUPING SETS") {
            self.pos += 2;
            let sets = self.paren_list(|p| {
                if !p.at(TokenKind::LParen) {
                    return Ok(vec![p.expr()?]);
                }
                if p.peek_at(1).kind == TokenKind::RParen {
                    p.pos += 2;
                    return Ok(Vec::new());
                }
                p.paren_list(|p| p.expr())
            })?;
            return Ok(GroupByKind::GroupingSets(sets));
        }
        for (word, cube) in [("ROLLUP", false), ("CUBE", true)] {
            if self.at_words(word) && self.peek_at(1).kind == TokenKind::LParen {
                self.advance();
                let keys = self.paren_list(|p| p.expr())?;
                return Ok(if cube { GroupByKind::Cube(keys) } else { GroupByKind::Rollup(keys) });
            }
        }
        Ok(GroupByKind::Keys(self.comma_list(|p| p.expr())?))
    }

    fn group_modifier(&mut self, s: &mut Select) -> Parsed<()> {
        self.advance();
        let group = s.group_by.get_or_insert(GroupBy { kind: GroupByKind::Keys(Vec::new()), with_totals: false });
        if self.kw("TOTALS") {
            group.with_totals = true;
            return Ok(());
        }
        let cube = self.at_words("CUBE");
        group.kind = match std::mem::replace(&mut group.kind, GroupByKind::All) {
            GroupByKind::Keys(k) if cube && !k.is_empty() => GroupByKind::Cube(k),
            GroupByKind::Keys(k) if !k.is_empty() => GroupByKind::Rollup(k),
            _ => return self.expected("WITH TOTALS"),
        };
        self.advance();
        Ok(())
    }

    fn order_and_limits(&mut self, s: &mut Select) -> Parsed<()> {
        if self.kw("ORDER BY") {
            s.order_by = Some(self.order_by()?);
        }
        while self.kw("LIMIT") {
            self.limit(s)?;
        }
        if s.offset.is_none() && self.at_words("OFFSET") {
            self.advance();
            s.offset = Some(self.expr()?);
            if !self.kw("ROWS") {
                self.kw("ROW");
            }
        }
        if s.limit.is_none() && (self.kw("FETCH FIRST") || self.kw("FETCH NEXT")) {
            s.limit = Some(self.expr()?);
            if !self.kw("ROWS") {
                self.expect_kw("ROW")?;
            }
            if self.kw("WITH TIES") {
                s.with_ties = true;
            } else {
                self.expect_kw("ONLY")?;
            }
        }
        if self.kw("SETTINGS") {
            s.settings = self.settings_list()?;
        }
        Ok(())
    }

    /// What follows LIMIT: `n`, `m, n`, `n OFFSET m`, `ALL`, `… WITH TIES`, `… BY exprs`.
    fn limit(&mut self, s: &mut Select) -> Parsed<()> {
        let limited = s.limit.is_some();
        if !limited && self.at_words("ALL") && !matches!(self.peek_at(1).kind, TokenKind::Dot | TokenKind::Comma) {
            self.advance();
            if self.kw("OFFSET") {
                s.offset = Some(self.expr()?);
            }
            return Ok(());
        }
        let mut limit = self.expr()?;
        let mut offset = None;
        if self.accept(TokenKind::Comma, "Comma") {
            offset = Some(std::mem::replace(&mut limit, self.expr()?));
        } else if self.kw("OFFSET") {
            offset = Some(self.expr()?);
        }
        if !limited && self.kw("WITH TIES") {
            s.with_ties = true;
        } else if self.at_words("BY") {
            if s.limit_by.is_some() {
                return Err(self.message("DISTINCT ON and LIMIT BY, or two LIMIT BY, cannot be used together"));
            }
            self.advance();
            let all = self.at_words("ALL") && !matches!(self.peek_at(1).kind, TokenKind::Dot | TokenKind::LParen);
            let by = if all {
                self.advance();
                None
            } else {
                Some(self.comma_list(|p| p.expr())?)
            };
            s.limit_by = Some(LimitBy { limit, offset, by });
            return Ok(());
        }
        if limited {
            return self.expected("BY");
        }
        s.limit = Some(limit);
        if offset.is_some() {
            s.offset = offset;
        }
        Ok(())
    }

    fn order_by(&mut self) -> Parsed<OrderBy> {
        if self.at_words("ALL")
            && !matches!(self.peek_at(1).kind, TokenKind::Dot | TokenKind::LParen | TokenKind::Comma)
        {
            self.advance();
            let descending = self.direction();
            let nulls = self.nulls_order()?;
            return Ok(OrderBy::All { descending, nulls });
        }
        let items = self.comma_list(|p| p.order_item())?;
        let mut interpolate = None;
        if self.kw("INTERPOLATE") {
            let mut list = Vec::new();
            if self.eat(TokenKind::LParen) {
                while !self.eat(TokenKind::RParen) {
                    if !list.is_empty() {
                        self.expect(TokenKind::Comma, "Comma")?;
                    }
                    let column = self.dotted_ident()?;
                    let expr = if self.kw("AS") { Some(self.bare_expr()?) } else { None };
                    list.push(Interpolate { column, expr });
                }
            }
            interpolate = Some(list);
        }
        Ok(OrderBy::Items { items, interpolate })
    }

    /// ASC or DESC; whether descending.
    fn direction(&mut self) -> bool {
        if self.kw("DESC") || self.kw("DESCENDING") {
            return true;
        }
        if !self.kw("ASC") {
            self.kw("ASCENDING");
        }
        false
    }

    fn nulls_order(&mut self) -> Parsed<Option<NullsOrder>> {
        if !self.kw("NULLS") {
            return Ok(None);
        }
        if self.kw("FIRST") {
            return Ok(Some(NullsOrder::First));
        }
        self.expect_kw("LAST")?;
        Ok(Some(NullsOrder::Last))
    }

    pub(super) fn order_item(&mut self) -> Parsed<OrderItem> {
        let expr = self.expr()?;
        let descending = self.direction();
        let nulls = self.nulls_order()?;
        let collate = if self.kw("COLLATE") { Some(self.string()?) } else { None };
        let mut fill = None;
        if self.kw("WITH FILL") {
            let mut f = Fill::default();
            if self.kw("FROM") {
                f.from = Some(self.expr()?);
            }
            if self.kw("TO") {
                f.to = Some(self.expr()?);
            }
            if self.kw("STEP") {
                f.step = Some(self.expr()?);
            }
            if self.kw("STALENESS") {
                f.staleness = Some(self.expr()?);
            }
            fill = Some(f);
        }
        Ok(OrderItem { expr, descending, nulls, collate, fill })
    }
}
