//! Names and parameters: identifiers, compound names, `{name:Type}`.

use super::*;

impl Parser<'_> {
    /// A name: a bare word, a quoted one, or `{name:Identifier}`.
    pub(super) fn ident(&mut self) -> Parsed<Ident> {
        let t = self.peek();
        match t.kind {
            TokenKind::BareWord | TokenKind::QuotedIdent => self.ident_token(t),
            TokenKind::LBrace => self.ident_parameter(),
            _ => self.expected("identifier"),
        }
    }

    pub(super) fn ident_token(&mut self, t: Token) -> Parsed<Ident> {
        let quoted = t.kind == TokenKind::QuotedIdent;
        let bytes = if quoted { lexer::unquote(self.text(t)) } else { self.text(t).to_vec() };
        let Ok(value) = std::string::String::from_utf8(bytes) else {
            return Err(self.message("An identifier has to be valid UTF-8"));
        };
        if quoted && value.is_empty() {
            return self.expected("not empty identifier");
        }
        self.advance();
        Ok(Ident { value, quoted, span: Span { start: t.start, end: t.end } })
    }

    /// `{name:Identifier}`
    pub(super) fn ident_parameter(&mut self) -> Parsed<Ident> {
        let start = self.span();
        let save = self.pos;
        let p = self.parameter()?;
        if p.data_type.text != "Identifier" {
            self.pos = save;
            return self.expected("identifier");
        }
        let span = self.span_from(start);
        self.resolve_identifier(p, span)
    }

    pub(super) fn resolve_identifier(&mut self, p: Parameter, span: Span) -> Parsed<Ident> {
        match self.options.identifiers.and_then(|m| m.get(&p.name)) {
            Some(v) if v.is_empty() => self.fail(
                SyntaxErrorKind::BadParameter,
                format!("Value of the Identifier parameter `{}` is empty", p.name),
            ),
            Some(v) => Ok(Ident { value: v.clone(), quoted: true, span }),
            None => self.fail(SyntaxErrorKind::UnknownParameter, format!("Substitution `{}` is not set", p.name)),
        }
    }

    /// `{name:Type}`
    pub(super) fn parameter(&mut self) -> Parsed<Parameter> {
        self.expect(TokenKind::LBrace, "substitution")?;
        let t = self.peek();
        if t.kind != TokenKind::BareWord {
            return self.expected("substitution name (identifier)");
        }
        let name = self.ident_token(t)?.value;
        self.expect(TokenKind::Colon, "colon between name and type")?;
        let data_type = self.data_type()?;
        let end = self.peek();
        let written = self.sql.get(data_type.span.start as usize..end.start as usize).unwrap_or_default();
        let written = String::from_utf8_lossy(written).into_owned();
        self.expect(TokenKind::RBrace, "closing curly brace")?;
        Ok(Parameter { name, data_type, written })
    }

    /// `a.b.c` as one name: a column of DDL.
    pub(super) fn dotted_ident(&mut self) -> Parsed<Ident> {
        let mut first = self.ident()?;
        while self.at(TokenKind::Dot)
            && matches!(self.peek_at(1).kind, TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::Number)
        {
            self.advance();
            let t = self.peek();
            let part = if t.kind == TokenKind::Number {
                self.advance();
                Ident::new(std::string::String::from_utf8_lossy(self.text(t)))
            } else {
                self.ident()?
            };
            first.quoted = false;
            first.value.push('.');
            first.value.push_str(&part.value);
            first.span = self.span_from(first.span);
        }
        Ok(first)
    }

    /// `[db.]name`
    pub(super) fn table_name(&mut self) -> Parsed<TableName> {
        let first = self.ident()?;
        if self.accept(TokenKind::Dot, "Dot") {
            let name = self.ident()?;
            return Ok(TableName { database: Some(first), name });
        }
        Ok(TableName { database: None, name: first })
    }

    /// `ON CLUSTER c`
    pub(super) fn on_cluster(&mut self) -> Parsed<Option<Ident>> {
        if !self.kw("ON CLUSTER") {
            return Ok(None);
        }
        if self.at(TokenKind::String) {
            let span = self.span();
            let value = std::string::String::from_utf8_lossy(&self.string()?).into_owned();
            return Ok(Some(Ident { value, quoted: true, span }));
        }
        Ok(Some(self.ident()?))
    }
}
