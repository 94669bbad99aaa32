//! ALTER TABLE.

use super::*;

impl Parser<'_> {
    /// At ALTER.
    pub(super) fn alter(&mut self) -> Parsed<StatementKind> {
        let start = self.pos;
        self.expect_kw("ALTER")?;
        const OTHERS: &[&str] = &[
            "USER",
            "ROLE",
            "ROW POLICY",
            "POLICY",
            "QUOTA",
            "SETTINGS PROFILE",
            "PROFILE",
            "NAMED COLLECTION",
            "DATABASE",
            "LIVE VIEW",
            "DICTIONARY",
        ];
        for words in OTHERS {
            if self.kw(words) {
                return Ok(self.unsupported(start, format!("ALTER {words}")));
            }
        }
        let temporary = self.kw("TEMPORARY");
        self.expect_kw("TABLE")?;
        let name = self.table_name()?;
        let on_cluster = self.on_cluster()?;
        let commands = self.comma_list(|p| {
            // Each command may stand in parentheses.
            let parens = p.eat(TokenKind::LParen);
            p.in_alter_command = true;
            let c = p.alter_command();
            p.in_alter_command = false;
            let c = c?;
            if parens {
                p.expect(TokenKind::RParen, "ClosingRoundBracket")?;
            }
            Ok(c)
        })?;
        Ok(StatementKind::Alter(Box::new(AlterTable { temporary, name, on_cluster, commands })))
    }

    /// Whether a command begins `ahead` places from here: its verb and another word.
    pub(super) fn alter_command_at(&mut self, ahead: usize) -> bool {
        const VERBS: &[&str] = &[
            "ADD",
            "DROP",
            "CLEAR",
            "MATERIALIZE",
            "MODIFY",
            "ALTER",
            "RENAME",
            "COMMENT",
            "RESET",
            "REMOVE",
            "DELETE",
            "UPDATE",
            "DETACH",
            "ATTACH",
            "FORGET",
            "REPLACE",
            "MOVE",
            "FETCH",
            "FREEZE",
            "UNFREEZE",
            "APPLY",
        ];
        self.peek_at(ahead + 1).kind == TokenKind::BareWord && VERBS.iter().any(|w| self.word_at(ahead, w))
    }

    fn alter_command(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("ADD") {
            return self.alter_add();
        }
        if self.kw("DROP") {
            return self.alter_drop();
        }
        if self.kw("CLEAR") {
            return self.alter_clear();
        }
        if self.kw("MATERIALIZE") {
            return self.alter_materialize();
        }
        if self.kw("MODIFY") || self.kw("ALTER") {
            return self.alter_modify();
        }
        if self.kw("RENAME COLUMN") {
            let if_exists = self.kw("IF EXISTS");
            let from = self.dotted_ident()?;
            self.expect_kw("TO")?;
            return Ok(RenameColumn { if_exists, from, to: self.dotted_ident()? });
        }
        if self.kw("COMMENT COLUMN") {
            let if_exists = self.kw("IF EXISTS");
            return Ok(CommentColumn { if_exists, column: self.dotted_ident()?, comment: self.string()? });
        }
        if self.kw("RESET SETTING") {
            return Ok(ResetSetting { names: self.comma_list(|p| p.ident())? });
        }
        if self.kw("REMOVE TTL") {
            return Ok(RemoveTtl);
        }
        if self.kw("REMOVE SAMPLE BY") {
            return Ok(RemoveSampleBy);
        }
        if self.kw("DELETE") {
            let partition = self.in_partition()?;
            self.expect_kw("WHERE")?;
            return Ok(Delete { partition, filter: self.expr()? });
        }
        if self.kw("UPDATE") {
            let assignments = self.comma_list(|p| p.assignment())?;
            let partition = self.in_partition()?;
            self.expect_kw("WHERE")?;
            return Ok(Update { assignments, partition, filter: self.expr()? });
        }
        self.alter_partition()
    }

    fn alter_add(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("COLUMN") {
            let if_not_exists = self.kw("IF NOT EXISTS");
            let column = self.column_def()?;
            return Ok(AddColumn { if_not_exists, column, position: self.position_clause()? });
        }
        if self.kw("INDEX") {
            let if_not_exists = self.kw("IF NOT EXISTS");
            let index = self.index_def()?;
            return Ok(AddIndex { if_not_exists, index, position: self.position_clause()? });
        }
        if self.kw("PROJECTION") {
            let if_not_exists = self.kw("IF NOT EXISTS");
            let projection = self.projection_def()?;
            return Ok(AddProjection { if_not_exists, projection, position: self.position_clause()? });
        }
        if self.kw("CONSTRAINT") {
            let if_not_exists = self.kw("IF NOT EXISTS");
            return Ok(AddConstraint { if_not_exists, constraint: self.constraint_def()? });
        }
        self.statistics("ADD")
    }

    fn statistics(&mut self, verb: &str) -> Parsed<AlterCommand> {
        self.expect_kw("STATISTICS")?;
        Ok(AlterCommand::Statistics { text: format!("{verb} STATISTICS {}", self.rest_of_statement()) })
    }

    fn position_clause(&mut self) -> Parsed<Option<ColumnPosition>> {
        if self.kw("FIRST") {
            return Ok(Some(ColumnPosition::First));
        }
        if self.kw("AFTER") {
            return Ok(Some(ColumnPosition::After(self.dotted_ident()?)));
        }
        Ok(None)
    }

    fn alter_drop(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("COLUMN") {
            return Ok(DropColumn { if_exists: self.kw("IF EXISTS"), column: self.dotted_ident()? });
        }
        if self.kw("INDEX") {
            return Ok(DropIndex { if_exists: self.kw("IF EXISTS"), name: self.dotted_ident()? });
        }
        if self.kw("PROJECTION") {
            return Ok(DropProjection { if_exists: self.kw("IF EXISTS"), name: self.ident()? });
        }
        if self.kw("CONSTRAINT") {
            return Ok(DropConstraint { if_exists: self.kw("IF EXISTS"), name: self.ident()? });
        }
        if self.kw("DETACHED") {
            return Ok(DropPartition { detached: true, partition: self.partition()? });
        }
        if self.at_words("PARTITION") || self.at_words("PART") {
            return Ok(DropPartition { detached: false, partition: self.partition()? });
        }
        self.statistics("DROP")
    }

    fn alter_clear(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("COLUMN") {
            let if_exists = self.kw("IF EXISTS");
            let column = self.dotted_ident()?;
            return Ok(ClearColumn { if_exists, column, partition: self.in_partition()? });
        }
        if self.kw("INDEX") {
            let if_exists = self.kw("IF EXISTS");
            let name = self.ident()?;
            return Ok(ClearIndex { if_exists, name, partition: self.in_partition()? });
        }
        if self.kw("PROJECTION") {
            let if_exists = self.kw("IF EXISTS");
            let name = self.ident()?;
            return Ok(ClearProjection { if_exists, name, partition: self.in_partition()? });
        }
        self.statistics("CLEAR")
    }

    fn alter_materialize(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("COLUMN") {
            let column = self.dotted_ident()?;
            return Ok(MaterializeColumn { column, partition: self.in_partition()? });
        }
        if self.kw("INDEX") {
            let if_exists = self.kw("IF EXISTS");
            let name = self.ident()?;
            return Ok(MaterializeIndex { if_exists, name, partition: self.in_partition()? });
        }
        if self.kw("PROJECTION") {
            let if_exists = self.kw("IF EXISTS");
            let name = self.ident()?;
            return Ok(MaterializeProjection { if_exists, name, partition: self.in_partition()? });
        }
        if self.kw("TTL") {
            return Ok(MaterializeTtl { partition: self.in_partition()? });
        }
        self.statistics("MATERIALIZE")
    }

    fn alter_modify(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("COLUMN") {
            let if_exists = self.kw("IF EXISTS");
            let start = self.span();
            let column = self.dotted_ident()?;
            if self.kw("REMOVE") {
                let property = self.ident()?.value.to_ascii_uppercase();
                return Ok(ModifyColumnRemove { if_exists, column, property });
            }
            if self.kw("MODIFY SETTING") {
                return Ok(ModifyColumnSetting { if_exists, column, settings: self.settings_list()? });
            }
            if self.kw("RESET SETTING") {
                return Ok(ModifyColumnResetSetting { if_exists, column, names: self.comma_list(|p| p.ident())? });
            }
            // `ALTER COLUMN c TYPE T` of standard SQL.
            if self.at_words("TYPE") && self.peek_at(1).kind == TokenKind::BareWord {
                self.advance();
            }
            let column = self.column_rest(column, start)?;
            return Ok(ModifyColumn { if_exists, column, position: self.position_clause()? });
        }
        if self.kw("ORDER BY") {
            return Ok(ModifyOrderBy { expr: self.key_expr()? });
        }
        if self.kw("SAMPLE BY") {
            return Ok(ModifySampleBy { expr: self.expr()? });
        }
        if self.kw("TTL") {
            return Ok(ModifyTtl { ttl: self.ttl_list()? });
        }
        if self.kw("SETTING") || self.kw("SETTINGS") {
            return Ok(ModifySetting { settings: self.settings_list()? });
        }
        if self.kw("QUERY") {
            return Ok(ModifyQuery { query: self.query()? });
        }
        if self.kw("COMMENT") {
            return Ok(ModifyComment { comment: self.string()? });
        }
        if self.kw("REFRESH") {
            return Ok(ModifyRefresh { text: self.rest_of_statement() });
        }
        if self.at_words("SQL SECURITY") || self.at_words("DEFINER") {
            return Ok(ModifySqlSecurity { text: self.rest_of_statement() });
        }
        self.statistics("MODIFY")
    }

    fn alter_partition(&mut self) -> Parsed<AlterCommand> {
        use AlterCommand::*;
        if self.kw("DETACH") {
            return Ok(DetachPartition { partition: self.partition()? });
        }
        if self.kw("FORGET") {
            return Ok(ForgetPartition { partition: self.partition()? });
        }
        if self.kw("ATTACH") {
            let partition = self.partition()?;
            let from = if self.kw("FROM") { Some(self.table_name()?) } else { None };
            return Ok(AttachPartition { partition, from });
        }
        if self.kw("REPLACE") {
            let partition = self.partition()?;
            self.expect_kw("FROM")?;
            return Ok(ReplacePartition { partition, from: self.table_name()? });
        }
        if self.kw("MOVE") {
            let partition = self.partition()?;
            self.expect_kw("TO")?;
            if self.kw("TABLE") {
                return Ok(MovePartitionToTable { partition, to: self.table_name()? });
            }
            let volume = self.kw("VOLUME");
            if !volume {
                self.expect_kw("DISK")?;
            }
            return Ok(MovePartitionToPlace { partition, volume, to: self.string()? });
        }
        if self.kw("FETCH") {
            let partition = self.partition()?;
            self.expect_kw("FROM")?;
            return Ok(FetchPartition { partition, from: self.string()? });
        }
        if self.kw("FREEZE") {
            let partition = if self.at_words("PARTITION") { Some(self.partition()?) } else { None };
            let name = if self.kw("WITH NAME") { Some(self.string()?) } else { None };
            return Ok(Freeze { partition, name });
        }
        if self.kw("UNFREEZE") {
            let partition = if self.at_words("PARTITION") { Some(self.partition()?) } else { None };
            self.expect_kw("WITH NAME")?;
            return Ok(Unfreeze { partition, name: self.string()? });
        }
        if self.kw("APPLY DELETED MASK") {
            return Ok(ApplyDeletedMask { partition: self.in_partition()? });
        }
        self.expect_kw("APPLY PATCHES")?;
        Ok(ApplyPatches { partition: self.in_partition()? })
    }

    /// `[IN PARTITION p]`
    pub(super) fn in_partition(&mut self) -> Parsed<Option<Partition>> {
        if !self.at_words("IN PARTITION") {
            return Ok(None);
        }
        self.advance();
        Ok(Some(self.partition()?))
    }

    /// `PARTITION expr`, `PARTITION ID '…'`, `PARTITION ALL`, `PART '…'`
    pub(super) fn partition(&mut self) -> Parsed<Partition> {
        if self.kw("PART") {
            return Ok(Partition::Part(self.string()?));
        }
        self.expect_kw("PARTITION")?;
        if self.at_words("ID") && self.peek_at(1).kind == TokenKind::String {
            self.advance();
            return Ok(Partition::Id(self.string()?));
        }
        if self.kw("ALL") {
            return Ok(Partition::All);
        }
        Ok(Partition::Expr(self.bare_expr()?))
    }
}
