//! Calls: arguments, parameters, DISTINCT, FILTER, OVER and window specifications.

use super::*;
use std::string::String;

impl Parser<'_> {
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

    pub(super) fn call_parts(&mut self, mut name: String) -> Parsed<FunctionCall> {
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

    pub(super) fn call_arguments(&mut self, name: &str, distinct: &mut bool) -> Parsed<Vec<Expr>> {
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

    pub(super) fn over(&mut self) -> Parsed<Over> {
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

    pub(super) fn frame_bound(&mut self) -> Parsed<FrameBound> {
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
        let e = self.binary(super::expr::prec::COMPARE)?;
        if self.kw("PRECEDING") {
            return Ok(FrameBound::Preceding(e));
        }
        self.expect_kw("FOLLOWING")?;
        Ok(FrameBound::Following(e))
    }
}

/// Table functions whose argument is a query without parentheses of its own.
fn takes_query(name: &str) -> bool {
    ["view", "viewIfPermitted", "viewExplain", "exists"].iter().any(|n| name.eq_ignore_ascii_case(n))
}
