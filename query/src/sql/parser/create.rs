//! CREATE, ATTACH and REPLACE of databases, tables and views.

use super::*;

impl Parser<'_> {
    /// At CREATE, ATTACH or REPLACE.
    pub(super) fn create(&mut self) -> Parsed<StatementKind> {
        let start = self.pos;
        let attach = self.kw("ATTACH");
        let mut or_replace = false;
        let mut replace = false;
        if !attach {
            if self.kw("CREATE") {
                or_replace = self.kw("OR REPLACE");
            } else {
                self.expect_kw("REPLACE")?;
                replace = true;
            }
        }
        if self.kw("DATABASE") {
            if attach {
                return Ok(self.unsupported(start, "ATTACH DATABASE".into()));
            }
            return self.create_database();
        }
        let temporary = self.kw("TEMPORARY");
        let materialized = self.kw("MATERIALIZED");
        if self.kw("VIEW") {
            let mut v = self.create_view(materialized)?;
            v.attach = attach;
            v.or_replace = or_replace;
            v.temporary = temporary;
            return Ok(StatementKind::CreateView(Box::new(v)));
        }
        if !materialized && self.kw("TABLE") {
            let mut t = self.create_table()?;
            t.attach = attach;
            t.or_replace = or_replace;
            t.replace = replace;
            t.temporary = temporary;
            return Ok(StatementKind::CreateTable(Box::new(t)));
        }
        const OTHERS: &[&str] = &[
            "DICTIONARY",
            "FUNCTION",
            "USER",
            "ROLE",
            "ROW POLICY",
            "POLICY",
            "QUOTA",
            "SETTINGS PROFILE",
            "PROFILE",
            "NAMED COLLECTION",
            "WORKLOAD",
            "RESOURCE",
            "LIVE VIEW",
            "WINDOW VIEW",
            "INDEX",
            "UNIQUE INDEX",
            "HYPOTHETICAL INDEX",
            "MASKING POLICY",
        ];
        for words in OTHERS {
            if self.kw(words) {
                return Ok(self.unsupported(start, format!("CREATE {words}")));
            }
        }
        Err(None)
    }

    fn create_database(&mut self) -> Parsed<StatementKind> {
        let if_not_exists = self.kw("IF NOT EXISTS");
        let name = self.ident()?;
        let on_cluster = self.on_cluster()?;
        let mut d =
            CreateDatabase { if_not_exists, name, on_cluster, engine: None, settings: Vec::new(), comment: None };
        if self.kw("ENGINE") {
            self.eat(TokenKind::Eq);
            d.engine = Some(self.engine()?);
        }
        loop {
            if d.settings.is_empty() && self.kw("SETTINGS") {
                d.settings = self.settings_list()?;
            } else if d.comment.is_none() && self.kw("COMMENT") {
                d.comment = Some(self.string()?);
            } else {
                return Ok(StatementKind::CreateDatabase(Box::new(d)));
            }
        }
    }

    fn uuid(&mut self) -> Parsed<Option<Vec<u8>>> {
        if self.at_words("UUID") && self.peek_at(1).kind == TokenKind::String {
            self.advance();
            return Ok(Some(self.string()?));
        }
        Ok(None)
    }

    fn create_table(&mut self) -> Parsed<CreateTable> {
        let if_not_exists = self.kw("IF NOT EXISTS");
        let name = self.table_name()?;
        let uuid = self.uuid()?;
        let on_cluster = self.on_cluster()?;
        let mut t = CreateTable {
            attach: false,
            or_replace: false,
            replace: false,
            temporary: false,
            if_not_exists,
            name,
            uuid,
            on_cluster,
            elements: None,
            source: CreateSource::None,
            storage: Storage::default(),
            comment: None,
        };
        if self.at(TokenKind::LParen) && !self.at_subquery_at(1) {
            t.elements = Some(self.table_elements()?);
        }
        self.storage(&mut t.storage)?;
        if self.kw("COMMENT") {
            t.comment = Some(self.string()?);
        }
        let clone = self.kw("CLONE");
        if self.kw("AS") {
            t.source = self.create_source(clone)?;
            // The storage may follow the source: `CREATE TABLE a AS b ENGINE = Memory`.
            self.storage(&mut t.storage)?;
            if t.comment.is_none() && self.kw("COMMENT") {
                t.comment = Some(self.string()?);
            }
        } else if clone {
            return Err(None);
        } else if self.at_words("EMPTY AS") {
            self.pos += 2;
            t.source = CreateSource::Query { query: self.query()?, empty: true };
        } else if self.at(TokenKind::LParen) && self.at_subquery_at(1) {
            t.source = CreateSource::Query { query: self.query()?, empty: false };
        }
        if t.comment.is_none() && self.kw("COMMENT") {
            t.comment = Some(self.string()?);
        }
        if t.storage.primary_key.is_some() && t.elements.as_ref().is_some_and(|e| e.primary_key.is_some()) {
            return Err(self.message("Multiple primary keys are not allowed"));
        }
        Ok(t)
    }

    fn create_source(&mut self, clone: bool) -> Parsed<CreateSource> {
        if clone {
            return Ok(CreateSource::Table { name: self.table_name()?, clone });
        }
        if self.at_subquery_at(0) {
            return Ok(CreateSource::Query { query: self.query()?, empty: false });
        }
        match self.table_source()? {
            TableExprKind::Table(name) => Ok(CreateSource::Table { name, clone: false }),
            TableExprKind::Function(f) => Ok(CreateSource::Function(f)),
            TableExprKind::Subquery(query) => Ok(CreateSource::Query { query, empty: false }),
        }
    }

    fn create_view(&mut self, materialized: bool) -> Parsed<CreateView> {
        let if_not_exists = self.kw("IF NOT EXISTS");
        let name = self.table_name()?;
        let uuid = self.uuid()?;
        let on_cluster = self.on_cluster()?;
        let mut v = CreateView {
            attach: false,
            or_replace: false,
            if_not_exists,
            materialized,
            temporary: false,
            name,
            uuid,
            on_cluster,
            to: None,
            elements: None,
            column_names: Vec::new(),
            storage: Storage::default(),
            populate: false,
            empty: false,
            refresh: None,
            sql_security: None,
            query: Query::Select(Box::default()),
            comment: None,
        };
        if self.at_words("REFRESH") {
            v.refresh = Some(self.words_until(&["TO", "EMPTY", "ENGINE", "AS", "DEFINER", "SQL"], true));
        }
        if self.kw("TO") && !self.eat_inner_uuid() {
            v.to = Some(self.table_name()?);
        }
        self.view_columns(&mut v)?;
        if v.to.is_none() && self.kw("TO") {
            v.to = Some(self.table_name()?);
        }
        self.storage(&mut v.storage)?;
        self.view_options(&mut v)?;
        self.expect_kw("AS")?;
        v.query = self.query()?;
        if v.comment.is_none() && self.kw("COMMENT") {
            v.comment = Some(self.string()?);
        }
        Ok(v)
    }

    /// `TO INNER UUID '…'`, written by the server itself.
    fn eat_inner_uuid(&mut self) -> bool {
        if self.at_words("INNER UUID") && self.peek_at(2).kind == TokenKind::String {
            self.pos += 3;
            return true;
        }
        false
    }

    fn view_columns(&mut self, v: &mut CreateView) -> Parsed<()> {
        if !self.at(TokenKind::LParen) {
            return Ok(());
        }
        let save = self.pos;
        let r = self.name_list();
        match self.backtrack(save, r)? {
            Some(names) => v.column_names = names,
            None => v.elements = Some(self.table_elements()?),
        }
        Ok(())
    }

    /// `(a, b.c)`, with a trailing comma perhaps.
    fn name_list(&mut self) -> Parsed<Vec<Ident>> {
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut names = vec![self.dotted_ident()?];
        while !self.eat(TokenKind::RParen) {
            self.expect(TokenKind::Comma, "Comma")?;
            if !self.at(TokenKind::RParen) {
                names.push(self.dotted_ident()?);
            }
        }
        Ok(names)
    }

    fn view_options(&mut self, v: &mut CreateView) -> Parsed<()> {
        loop {
            if self.kw("POPULATE") {
                v.populate = true;
            } else if self.kw("EMPTY") {
                v.empty = true;
            } else if self.at_words("DEFINER") || self.at_words("SQL SECURITY") {
                v.sql_security = Some(self.words_until(&["AS", "COMMENT"], false));
            } else if v.comment.is_none() && self.kw("COMMENT") {
                v.comment = Some(self.string()?);
            } else {
                return Ok(());
            }
        }
    }

    /// The text up to one of the words (or, with `parens`, a parenthesis).
    fn words_until(&mut self, stop: &[&str], parens: bool) -> std::string::String {
        let start = self.span();
        while !(stop.iter().any(|w| self.at_words(w)) || parens && self.at(TokenKind::LParen)) {
            let t = self.peek();
            if t.kind == TokenKind::End || t.kind == TokenKind::Semicolon || t.kind.is_error() {
                break;
            }
            self.advance();
        }
        let span = self.span_from(start);
        std::string::String::from_utf8_lossy(span.text(self.sql)).into_owned()
    }

    // --- the list of columns ---

    pub(super) fn table_elements(&mut self) -> Parsed<TableElements> {
        let mut out = TableElements::default();
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let mut first = true;
        while !self.accept(TokenKind::RParen, "ClosingRoundBracket") {
            if !first {
                self.expect(TokenKind::Comma, "Comma")?;
                if self.eat(TokenKind::RParen) {
                    break;
                }
            }
            first = false;
            self.table_element(&mut out)?;
        }
        Ok(out)
    }

    fn table_element(&mut self, out: &mut TableElements) -> Parsed<()> {
        let save = self.pos;
        // A column may be called `index`; then a type follows the word, not a name and an expression.
        if self.at_words("INDEX") {
            self.advance();
            let r = self.index_def();
            if let Some(i) = self.backtrack(save, r)? {
                out.indexes.push(i);
                return Ok(());
            }
        } else if self.at_words("PROJECTION") {
            self.advance();
            let r = self.projection_def();
            if let Some(p) = self.backtrack(save, r)? {
                out.projections.push(p);
                return Ok(());
            }
        } else if self.at_words("CONSTRAINT") {
            self.advance();
            let r = self.constraint_def();
            if let Some(c) = self.backtrack(save, r)? {
                out.constraints.push(c);
                return Ok(());
            }
        } else if self.kw("PRIMARY KEY") {
            out.primary_key = Some(self.key_expr()?);
            return Ok(());
        }
        out.columns.push(self.column_def()?);
        Ok(())
    }

    pub(super) fn column_def(&mut self) -> Parsed<ColumnDef> {
        let start = self.span();
        let name = self.dotted_ident()?;
        self.column_rest(name, start)
    }

    /// What follows a column's name.
    pub(super) fn column_rest(&mut self, name: Ident, start: Span) -> Parsed<ColumnDef> {
        let mut c = ColumnDef {
            name,
            data_type: None,
            nullable: None,
            default: None,
            comment: None,
            codec: None,
            statistics: None,
            ttl: None,
            collate: None,
            settings: Vec::new(),
            primary_key: false,
            span: start,
        };
        if !self.at_column_property() && matches!(self.peek().kind, TokenKind::BareWord | TokenKind::QuotedIdent) {
            c.data_type = Some(self.data_type()?);
        }
        if self.kw("COLLATE") {
            c.collate = Some(self.ident()?);
        }
        loop {
            if c.nullable.is_none() && self.kw("NOT NULL") {
                c.nullable = Some(false);
            } else if c.nullable.is_none() && self.kw("NULL") {
                c.nullable = Some(true);
            } else if c.default.is_none() && self.at_default() {
                c.default = Some(self.column_default()?);
            } else if c.comment.is_none() && self.kw("COMMENT") {
                c.comment = Some(self.string()?);
            } else if c.codec.is_none() && self.kw("CODEC") {
                c.codec = Some(self.arguments()?);
            } else if c.statistics.is_none() && self.kw("STATISTICS") {
                c.statistics = Some(self.arguments()?);
            } else if c.ttl.is_none() && self.kw("TTL") {
                c.ttl = Some(self.expr()?);
            } else if c.settings.is_empty() && self.at_words("SETTINGS") && self.peek_at(1).kind == TokenKind::LParen {
                self.pos += 2;
                c.settings = self.settings_list()?;
                self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            } else if !c.primary_key && self.kw("PRIMARY KEY") {
                c.primary_key = true;
            } else if c.collate.is_none() && self.kw("COLLATE") {
                c.collate = Some(self.ident()?);
            } else {
                break;
            }
        }
        c.span = self.span_from(start);
        Ok(c)
    }

    fn at_column_property(&mut self) -> bool {
        const WORDS: &[&str] = &[
            "NULL",
            "NOT NULL",
            "DEFAULT",
            "MATERIALIZED",
            "ALIAS",
            "EPHEMERAL",
            "COMMENT",
            "CODEC",
            "STATISTICS",
            "TTL",
            "PRIMARY KEY",
            "AUTO_INCREMENT",
            "COLLATE",
            "SETTINGS",
            "REMOVE",
            "MODIFY",
            "RESET",
            "FIRST",
            "AFTER",
        ];
        WORDS.iter().any(|w| self.at_words(w))
    }

    fn at_default(&mut self) -> bool {
        ["DEFAULT", "MATERIALIZED", "ALIAS", "EPHEMERAL", "AUTO_INCREMENT"].iter().any(|w| self.at_words(w))
    }

    fn column_default(&mut self) -> Parsed<ColumnDefault> {
        let kind = if self.kw("DEFAULT") {
            DefaultKind::Default
        } else if self.kw("MATERIALIZED") {
            DefaultKind::Materialized
        } else if self.kw("ALIAS") {
            DefaultKind::Alias
        } else if self.kw("EPHEMERAL") {
            let none = matches!(
                self.peek().kind,
                TokenKind::Comma | TokenKind::RParen | TokenKind::End | TokenKind::Semicolon
            ) || self.at_column_property();
            let expr = if none { None } else { Some(self.expr()?) };
            return Ok(ColumnDefault { kind: DefaultKind::Ephemeral, expr });
        } else {
            self.expect_kw("AUTO_INCREMENT")?;
            return Ok(ColumnDefault { kind: DefaultKind::AutoIncrement, expr: None });
        };
        Ok(ColumnDefault { kind, expr: Some(self.bare_expr()?) })
    }

    /// After INDEX: `name expr [TYPE t(args)] [GRANULARITY n]`
    pub(super) fn index_def(&mut self) -> Parsed<IndexDef> {
        let start = self.span();
        let name = self.dotted_ident()?;
        let expr = self.expr()?;
        let mut index_type = None;
        if self.kw("TYPE") {
            let name = self.ident()?.value;
            let args = if self.at(TokenKind::LParen) { self.arguments()? } else { Vec::new() };
            index_type = Some(FunctionCall {
                name,
                parameters: None,
                args,
                nulls: None,
                over: None,
                form: CallForm::Call,
                settings: Vec::new(),
            });
        }
        let granularity = if self.kw("GRANULARITY") { Some(self.unsigned()?) } else { None };
        if index_type.is_none() && granularity.is_none() {
            return Err(None);
        }
        Ok(IndexDef { name, expr, index_type, granularity, span: self.span_from(start) })
    }

    /// After PROJECTION: `name ([WITH …] SELECT … [GROUP BY …] [ORDER BY …])`
    pub(super) fn projection_def(&mut self) -> Parsed<ProjectionDef> {
        let start = self.span();
        let name = self.ident()?;
        self.expect(TokenKind::LParen, "OpeningRoundBracket")?;
        let q = self.query()?;
        self.expect(TokenKind::RParen, "ClosingRoundBracket")?;
        match q {
            Query::Select(query) => Ok(ProjectionDef { name, query, span: self.span_from(start) }),
            Query::Set(_) => self.expected("SELECT"),
        }
    }

    /// After CONSTRAINT: `name CHECK|ASSUME expr`
    pub(super) fn constraint_def(&mut self) -> Parsed<ConstraintDef> {
        let start = self.span();
        let name = self.ident()?;
        let assume = self.kw("ASSUME");
        if !assume {
            self.expect_kw("CHECK")?;
        }
        let expr = self.expr()?;
        Ok(ConstraintDef { name, assume, expr, span: self.span_from(start) })
    }

    // --- storage ---

    pub(super) fn engine(&mut self) -> Parsed<Engine> {
        let start = self.span();
        let name = self.ident()?.value;
        let args = if self.at(TokenKind::LParen) { Some(self.arguments()?) } else { None };
        Ok(Engine { name, args, span: self.span_from(start) })
    }

    /// ENGINE and its clauses, in any order.
    pub(super) fn storage(&mut self, s: &mut Storage) -> Parsed<()> {
        loop {
            if s.engine.is_none() && self.at_words("ENGINE") {
                self.advance();
                self.eat(TokenKind::Eq);
                s.engine = Some(self.engine()?);
            } else if s.partition_by.is_none() && self.kw("PARTITION BY") {
                s.partition_by = Some(self.key_expr()?);
            } else if s.primary_key.is_none() && self.kw("PRIMARY KEY") {
                s.primary_key = Some(self.key_expr()?);
            } else if s.order_by.is_none() && self.kw("ORDER BY") {
                s.order_by = Some(self.key_expr()?);
            } else if s.sample_by.is_none() && self.kw("SAMPLE BY") {
                s.sample_by = Some(self.expr()?);
            } else if s.ttl.is_empty() && self.kw("TTL") {
                s.ttl = self.ttl_list()?;
            } else if s.settings.is_empty() && self.kw("SETTINGS") {
                s.settings = self.settings_list()?;
            } else {
                return Ok(());
            }
        }
    }

    /// A key: an expression, `()` being the empty tuple.
    pub(super) fn key_expr(&mut self) -> Parsed<Expr> {
        let e = self.bare_expr()?;
        if self.at_words("DESC") || self.at_words("ASC") {
            return Err(self.message("A direction in a table's key is not supported"));
        }
        Ok(e)
    }

    pub(super) fn ttl_list(&mut self) -> Parsed<Vec<TtlElement>> {
        self.comma_list(|p| p.ttl_element())
    }

    fn ttl_element(&mut self) -> Parsed<TtlElement> {
        let expr = self.bare_expr()?;
        let mut filter = None;
        let action = if self.kw("TO DISK") {
            self.kw("IF EXISTS");
            TtlAction::ToDisk(self.string()?)
        } else if self.kw("TO VOLUME") {
            self.kw("IF EXISTS");
            TtlAction::ToVolume(self.string()?)
        } else if self.kw("RECOMPRESS") {
            self.expect_kw("CODEC")?;
            TtlAction::Recompress(self.arguments()?)
        } else if self.kw("GROUP BY") {
            let keys = self.comma_list(|p| p.bare_expr())?;
            let mut set = Vec::new();
            if self.kw("SET") {
                loop {
                    set.push(self.assignment()?);
                    // `SET a = max(a), ts + interval …`: the next element of TTL is no assignment.
                    let more = self.at(TokenKind::Comma)
                        && matches!(self.peek_at(1).kind, TokenKind::BareWord | TokenKind::QuotedIdent)
                        && self.peek_at(2).kind == TokenKind::Eq;
                    if !more {
                        break;
                    }
                    self.advance();
                }
            }
            TtlAction::GroupBy { keys, set }
        } else {
            self.kw("DELETE");
            TtlAction::Delete
        };
        if self.kw("WHERE") {
            filter = Some(self.bare_expr()?);
        }
        Ok(TtlElement { expr, action, filter })
    }

    /// `column = expr`
    pub(super) fn assignment(&mut self) -> Parsed<(Ident, Expr)> {
        let column = self.dotted_ident()?;
        self.expect(TokenKind::Eq, "Equals")?;
        Ok((column, self.bare_expr()?))
    }
}
