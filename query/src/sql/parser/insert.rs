//! INSERT up to its data.

use super::*;

impl Parser<'_> {
    /// At INSERT.
    pub(super) fn insert(&mut self) -> Parsed<Insert> {
        self.expect_kw("INSERT INTO")?;
        let mut target = None;
        if self.at_words("FUNCTION")
            && self.peek_at(1).kind != TokenKind::LParen
            && self.peek_at(2).kind == TokenKind::LParen
        {
            self.advance();
            target = Some(InsertTarget::Function(self.table_function()?));
        } else if self.at_words("TABLE FUNCTION") {
            self.pos += 2;
            target = Some(InsertTarget::Function(self.table_function()?));
        }
        let target = match target {
            Some(t) => t,
            None => {
                // A table may be called `table`.
                if self.at_words("TABLE")
                    && matches!(self.peek_at(1).kind, TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::LBrace)
                    && !["VALUES", "FORMAT", "SELECT", "SETTINGS", "WITH"].iter().any(|w| self.word_at(1, w))
                {
                    self.advance();
                }
                InsertTarget::Table(self.table_name()?)
            }
        };
        let mut insert = Insert {
            target,
            columns: InsertColumns::All,
            partition_by: None,
            settings: Vec::new(),
            source: InsertSource::External,
        };
        if self.kw("PARTITION BY") {
            insert.partition_by = Some(self.expr()?);
        }
        if self.at(TokenKind::LParen) && !self.at_subquery_at(1) {
            insert.columns = self.insert_columns()?;
        }
        if self.kw("SETTINGS") {
            insert.settings = self.settings_list()?;
        }
        insert.source = self.insert_source(&mut insert.settings)?;
        Ok(insert)
    }

    fn insert_columns(&mut self) -> Parsed<InsertColumns> {
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut items = Vec::new();
        let mut names = Vec::new();
        while !self.accept(TokenKind::RParen, "ClosingRoundBracket") {
            if !items.is_empty() || !names.is_empty() {
                self.expect(TokenKind::Comma, "Comma")?;
                if self.eat(TokenKind::RParen) {
                    break;
                }
            }
            let save = self.pos;
            let r = self.dotted_ident();
            match self.backtrack(save, r)? {
                Some(name) if items.is_empty() && matches!(self.peek().kind, TokenKind::Comma | TokenKind::RParen) => {
                    names.push(name)
                }
                _ => {
                    self.pos = save;
                    // From here on a mix: names become identifiers.
                    for n in std::mem::take(&mut names) {
                        let span = n.span;
                        items.push(self.node(ExprKind::Identifier(vec![n]), span, 0)?);
                    }
                    items.push(self.bare_expr()?);
                }
            }
        }
        if items.is_empty() {
            return Ok(if names.is_empty() { InsertColumns::All } else { InsertColumns::List(names) });
        }
        Ok(InsertColumns::Matchers(items))
    }

    fn insert_source(&mut self, settings: &mut Vec<SettingChange>) -> Parsed<InsertSource> {
        if self.kw("FROM INFILE") {
            let file = self.string()?;
            let compression = if self.kw("COMPRESSION") { Some(self.string()?) } else { None };
            if settings.is_empty() && self.kw("SETTINGS") {
                *settings = self.settings_list()?;
            }
            let format = if self.kw("FORMAT") { Some(self.ident()?) } else { None };
            return Ok(InsertSource::Infile { file, compression, format });
        }
        if self.at_words("VALUES") {
            let end = self.peek().end as usize;
            self.pos += 1;
            return Ok(InsertSource::Values { data: Span::new(end, self.sql.len()) });
        }
        if self.at_words("FORMAT") {
            self.advance();
            let name = self.ident()?;
            if settings.is_empty() && self.insert_settings_follow(&name) {
                self.advance();
                *settings = self.settings_list()?;
            }
            let end = self.last_end();
            if name.value.eq_ignore_ascii_case("VALUES") {
                return Ok(InsertSource::Values { data: Span::new(end, self.sql.len()) });
            }
            return Ok(InsertSource::Format { name, data: Span::new(self.data_start(end), self.sql.len()) });
        }
        if self.at_subquery_at(0) || self.at(TokenKind::LParen) || self.at_words("SELECT") || self.at_words("WITH") {
            return Ok(InsertSource::Query(self.query()?));
        }
        self.note("VALUES");
        self.note("FORMAT");
        self.note("SELECT");
        self.note("WITH");
        if matches!(self.peek().kind, TokenKind::End | TokenKind::Semicolon) {
            return Ok(InsertSource::External);
        }
        Err(None)
    }

    /// `FORMAT f SETTINGS a = 1 …`: only on the same line, or else it is data.
    fn insert_settings_follow(&mut self, format: &Ident) -> bool {
        let mut i = format.span.end as usize;
        while matches!(self.sql.get(i), Some(b' ' | b'\t')) {
            i += 1;
        }
        self.sql.get(i..i + 9).is_some_and(|w| w[..8].eq_ignore_ascii_case(b"SETTINGS") && w[8].is_ascii_whitespace())
    }

    /// White space after the format's name up to and including the first line feed is no data.
    fn data_start(&self, end: usize) -> usize {
        let mut i = end;
        while matches!(self.sql.get(i), Some(b' ' | b'\t' | b'\r' | 0x0c)) {
            i += 1;
        }
        if self.sql.get(i) == Some(&b';') {
            i += 1;
        }
        while matches!(self.sql.get(i), Some(b' ' | b'\t' | b'\r' | 0x0c)) {
            i += 1;
        }
        if self.sql.get(i) == Some(&b'\n') {
            i += 1;
        }
        i
    }
}
