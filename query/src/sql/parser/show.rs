//! SHOW, DESCRIBE, EXISTS and EXPLAIN.

use super::*;
use std::string::String;

impl Parser<'_> {
    /// At SHOW.
    pub(super) fn show(&mut self) -> Parsed<Show> {
        self.expect_kw("SHOW")?;
        if self.at_words("CREATE") {
            return self.show_create();
        }
        if self.kw("DATABASES") {
            return Ok(Show::Databases(self.show_filter()?));
        }
        if self.kw("PROCESSLIST") {
            return Ok(Show::Processlist);
        }
        if self.kw("ENGINES") {
            return Ok(Show::Engines);
        }
        if self.kw("FUNCTIONS") {
            return Ok(Show::Functions(self.show_filter()?));
        }
        if self.kw("MERGES") {
            return Ok(Show::Merges(self.show_filter()?));
        }
        if self.kw("CLUSTERS") {
            return Ok(Show::Clusters(self.show_filter()?));
        }
        if self.kw("CLUSTER") {
            return Ok(Show::Cluster { name: self.name_or_string()? });
        }
        if self.kw("SETTING") {
            return Ok(Show::Setting { name: self.dotted_ident()?.value });
        }
        let changed = self.at_words("CHANGED SETTINGS");
        if changed {
            self.advance();
        }
        if self.at_words("SETTINGS") && !self.word_at(1, "PROFILES") {
            self.advance();
            return Ok(Show::Settings { changed, filter: self.show_filter()? });
        }
        if self.kw("GRANTS") {
            return Ok(Show::Grants { rest: self.rest_of_statement() });
        }
        for what in [
            "ACCESS",
            "CURRENT ROLES",
            "ENABLED ROLES",
            "ROLES",
            "USERS",
            "SETTINGS PROFILES",
            "PROFILES",
            "ROW POLICIES",
            "POLICIES",
            "CURRENT QUOTA",
            "QUOTAS",
            "QUOTA",
            "PRIVILEGES",
            "FILESYSTEM CACHES",
        ] {
            if self.kw(what) {
                return Ok(Show::Access { what: what.into(), rest: self.rest_of_statement() });
            }
        }
        let extended = self.kw("EXTENDED");
        let full = self.kw("FULL");
        if self.kw("COLUMNS") || self.kw("FIELDS") {
            let table = self.show_table()?;
            return Ok(Show::Columns { extended, full, table, filter: self.show_filter()? });
        }
        if self.kw("INDEXES") || self.kw("INDEX") || self.kw("INDICES") || self.kw("KEYS") {
            let table = self.show_table()?;
            let filter = if self.kw("WHERE") { Some(self.expr()?) } else { None };
            return Ok(Show::Indexes { extended, table, filter });
        }
        if self.kw("DICTIONARIES") {
            let from = self.database_clause()?;
            return Ok(Show::Dictionaries { from, filter: self.show_filter()? });
        }
        let temporary = self.kw("TEMPORARY");
        if self.kw("TABLES") {
            let from = self.database_clause()?;
            return Ok(Show::Tables { full, temporary, from, filter: self.show_filter()? });
        }
        for (word, kind) in OBJECTS {
            if self.kw(word) {
                return self.show_object(*kind, temporary);
            }
        }
        Err(None)
    }

    fn show_create(&mut self) -> Parsed<Show> {
        self.advance();
        for what in ["USER", "ROLE", "ROW POLICY", "POLICY", "QUOTA", "SETTINGS PROFILE", "PROFILE"] {
            if self.kw(what) {
                return Ok(Show::Access { what: format!("CREATE {what}"), rest: self.rest_of_statement() });
            }
        }
        let temporary = self.kw("TEMPORARY");
        for (word, kind) in OBJECTS {
            if self.at_words(word)
                && matches!(self.peek_at(1).kind, TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::LBrace)
                && !["FORMAT", "INTO", "SETTINGS"].iter().any(|w| self.word_at(1, w))
            {
                self.advance();
                return self.show_object(*kind, temporary);
            }
        }
        self.show_object(ObjectKind::Table, temporary)
    }

    fn show_object(&mut self, kind: ObjectKind, temporary: bool) -> Parsed<Show> {
        let name = self.table_name()?;
        Ok(Show::Create { kind, temporary, name })
    }

    fn name_or_string(&mut self) -> Parsed<String> {
        if self.at(TokenKind::String) { self.utf8_string() } else { Ok(self.ident()?.value) }
    }

    fn database_clause(&mut self) -> Parsed<Option<Ident>> {
        if self.kw("FROM") || self.kw("IN") { Ok(Some(self.ident()?)) } else { Ok(None) }
    }

    /// `FROM t [FROM db]`
    fn show_table(&mut self) -> Parsed<TableName> {
        if !self.kw("FROM") {
            self.expect_kw("IN")?;
        }
        let mut table = self.table_name()?;
        if table.database.is_none() {
            table.database = self.database_clause()?;
        }
        Ok(table)
    }

    fn like_filter(&mut self) -> Parsed<Option<LikeFilter>> {
        let save = self.pos;
        let not = self.kw("NOT");
        let case_insensitive = self.kw("ILIKE");
        if !case_insensitive && !self.kw("LIKE") {
            self.pos = save;
            return Ok(None);
        }
        Ok(Some(LikeFilter { not, case_insensitive, pattern: self.string()? }))
    }

    fn show_filter(&mut self) -> Parsed<ShowFilter> {
        let like = self.like_filter()?;
        let filter = if like.is_none() && self.kw("WHERE") { Some(self.expr()?) } else { None };
        let limit = if self.kw("LIMIT") { Some(self.expr()?) } else { None };
        Ok(ShowFilter { like, filter, limit })
    }

    /// `TRUNCATE ALL TABLES FROM db [LIKE …]`: the filter.
    pub(super) fn truncate_filter(&mut self) -> Parsed<Option<LikeFilter>> {
        self.like_filter()
    }

    /// At DESCRIBE or DESC.
    pub(super) fn describe(&mut self) -> Parsed<Describe> {
        if !self.kw("DESCRIBE") {
            self.expect_kw("DESC")?;
        }
        if self.at_words("TABLE")
            && !matches!(self.peek_at(1).kind, TokenKind::End | TokenKind::Semicolon | TokenKind::Dot)
        {
            self.advance();
        }
        if self.at(TokenKind::BareWord) && self.at_subquery_at(0) {
            return Ok(Describe { target: TableExprKind::Subquery(self.query()?) });
        }
        let target = self.table_source()?;
        // An alias has no effect.
        if self.kw("AS") {
            self.ident()?;
        }
        Ok(Describe { target })
    }

    /// At EXISTS.
    pub(super) fn exists_statement(&mut self) -> Parsed<StatementKind> {
        self.expect_kw("EXISTS")?;
        let temporary = self.kw("TEMPORARY");
        let mut kind = ObjectKind::Table;
        for (word, k) in OBJECTS {
            if self.at_words(word)
                && matches!(self.peek_at(1).kind, TokenKind::BareWord | TokenKind::QuotedIdent | TokenKind::LBrace)
            {
                self.advance();
                kind = *k;
                break;
            }
        }
        Ok(StatementKind::Exists { kind, temporary, name: self.table_name()? })
    }

    /// At EXPLAIN.
    pub(super) fn explain(&mut self) -> Parsed<Explain> {
        self.expect_kw("EXPLAIN")?;
        let kind = if self.kw("AST") {
            ExplainKind::Ast
        } else if self.kw("SYNTAX") {
            ExplainKind::Syntax
        } else if self.kw("QUERY TREE") {
            ExplainKind::QueryTree
        } else if self.kw("PIPELINE") {
            ExplainKind::Pipeline
        } else if self.kw("ESTIMATE") {
            ExplainKind::Estimate
        } else if self.kw("TABLE OVERRIDE") {
            ExplainKind::TableOverride
        } else if self.kw("CURRENT TRANSACTION") {
            ExplainKind::CurrentTransaction
        } else {
            self.kw("PLAN");
            ExplainKind::Plan
        };
        let settings = if matches!(self.peek().kind, TokenKind::BareWord | TokenKind::QuotedIdent)
            && self.peek_at(1).kind == TokenKind::Eq
        {
            self.settings_list()?
        } else {
            Vec::new()
        };
        let statement = self.nested(|p| p.statement())?;
        Ok(Explain { kind, settings, statement })
    }
}

/// Kinds of objects by their word in SHOW CREATE, EXISTS, DROP.
pub(super) const OBJECTS: &[(&str, ObjectKind)] = &[
    ("TABLE", ObjectKind::Table),
    ("VIEW", ObjectKind::View),
    ("DATABASE", ObjectKind::Database),
    ("DICTIONARY", ObjectKind::Dictionary),
];
