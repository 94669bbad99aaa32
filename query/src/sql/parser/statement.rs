//! Which statement it is, and the clauses any statement may end in.

use super::show::OBJECTS;
use super::*;

/// Statements recognised by their first words only, to be refused by name.
const UNSUPPORTED: &[&str] = &[
    "GRANT",
    "REVOKE",
    "SET DEFAULT ROLE",
    "SET ROLE",
    "BACKUP",
    "RESTORE",
    "EXECUTE AS",
    "MOVE",
    "WATCH",
    "COPY",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
];

impl Parser<'_> {
    /// One statement, without what separates it from the next.
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let start = self.span();
        let kind = self.statement_kind()?;
        let mut s = Statement { kind, outfile: None, format: None, settings: Vec::new(), span: start };
        // The inner statement of EXPLAIN has taken the clauses; an INSERT has its own.
        let inner = matches!(&s.kind, StatementKind::Insert(i) if !matches!(i.source, InsertSource::Query(_)));
        if !inner {
            self.output_clauses(&mut s)?;
        }
        s.span = self.span_from(start);
        Ok(s)
    }

    fn output_clauses(&mut self, s: &mut Statement) -> Parsed<()> {
        loop {
            if s.outfile.is_none() && self.kw("INTO OUTFILE") {
                s.outfile = Some(self.outfile()?);
            } else if s.format.is_none() && self.kw("FORMAT") {
                s.format = Some(self.ident()?);
            } else if s.settings.is_empty() && self.kw("SETTINGS") {
                s.settings = self.settings_list()?;
            } else {
                return Ok(());
            }
        }
    }

    fn outfile(&mut self) -> Parsed<IntoOutfile> {
        let file = self.string()?;
        let append = self.kw("APPEND");
        let truncate = !append && self.kw("TRUNCATE");
        let and_stdout = self.kw("AND STDOUT");
        let compression = if self.kw("COMPRESSION") { Some(self.string()?) } else { None };
        let level = if self.kw("LEVEL") { Some(self.unsigned()?) } else { None };
        Ok(IntoOutfile { file, append, truncate, and_stdout, compression, level })
    }

    fn statement_kind(&mut self) -> Parsed<StatementKind> {
        let t = self.peek();
        if t.kind == TokenKind::LParen {
            return Ok(StatementKind::Query(self.query()?));
        }
        let word = std::string::String::from_utf8_lossy(self.text(t)).to_ascii_uppercase();
        let start = self.pos;
        match word.as_str() {
            _ if t.kind != TokenKind::BareWord => self.no_statement(),
            "SELECT" | "FROM" => Ok(StatementKind::Query(self.query()?)),
            "WITH" => self.with_statement(),
            "INSERT" => Ok(StatementKind::Insert(Box::new(self.insert()?))),
            "CREATE" | "ATTACH" | "REPLACE" => self.create(),
            "ALTER" => self.alter(),
            "DROP" | "DETACH" | "TRUNCATE" => self.drop_statement(),
            "UNDROP" => {
                self.expect_kw("UNDROP")?;
                self.expect_kw("TABLE")?;
                Ok(StatementKind::Undrop { name: self.table_name()?, on_cluster: self.on_cluster()? })
            }
            "RENAME" | "EXCHANGE" => self.rename(),
            "OPTIMIZE" => self.optimize(),
            "DELETE" => self.delete(),
            "UPDATE" => self.update(),
            "DESCRIBE" | "DESC" => Ok(StatementKind::Describe(Box::new(self.describe()?))),
            "SHOW" => Ok(StatementKind::Show(Box::new(self.show()?))),
            "EXISTS" => self.exists_statement(),
            "USE" => {
                self.advance();
                if self.at_words("DATABASE")
                    && matches!(self.peek_at(1).kind, TokenKind::BareWord | TokenKind::QuotedIdent)
                {
                    self.advance();
                }
                Ok(StatementKind::Use { database: self.ident()? })
            }
            "EXPLAIN" => Ok(StatementKind::Explain(Box::new(self.explain()?))),
            "KILL" => self.kill(),
            "SYSTEM" => self.system(),
            "CHECK" => {
                self.advance();
                if self.kw("GRANT") {
                    return Ok(self.unsupported(start, "CHECK GRANT".into()));
                }
                if self.kw("ALL TABLES") {
                    return Ok(self.unsupported(start, "CHECK ALL TABLES".into()));
                }
                self.expect_kw("TABLE")?;
                let name = self.table_name()?;
                let partition =
                    if self.at_words("PARTITION") || self.at_words("PART") { Some(self.partition()?) } else { None };
                Ok(StatementKind::Check { name, partition })
            }
            "BEGIN" => {
                self.advance();
                self.kw("TRANSACTION");
                Ok(StatementKind::Transaction { verb: "BEGIN" })
            }
            "COMMIT" => {
                self.advance();
                Ok(StatementKind::Transaction { verb: "COMMIT" })
            }
            "ROLLBACK" => {
                self.advance();
                Ok(StatementKind::Transaction { verb: "ROLLBACK" })
            }
            _ => {
                for words in UNSUPPORTED {
                    if self.kw(words) {
                        return Ok(self.unsupported(start, words.to_string()));
                    }
                }
                if word == "SET" {
                    self.advance();
                    self.kw("SESSION");
                    return Ok(StatementKind::Set { changes: self.settings_list()? });
                }
                self.no_statement()
            }
        }
    }

    fn no_statement<T>(&mut self) -> Parsed<T> {
        for what in [
            "Query",
            "EXPLAIN",
            "SELECT",
            "FROM",
            "WITH",
            "INSERT INTO",
            "SHOW",
            "DESCRIBE",
            "DESC",
            "EXISTS",
            "CREATE",
            "ATTACH",
            "REPLACE",
            "ALTER",
            "DROP",
            "DETACH",
            "TRUNCATE",
            "RENAME",
            "EXCHANGE",
            "OPTIMIZE",
            "DELETE",
            "UPDATE",
            "USE",
            "SET",
            "KILL",
            "SYSTEM",
            "CHECK",
        ] {
            self.note(what);
        }
        Err(None)
    }

    /// A statement that is only named; its text is kept.
    pub(super) fn unsupported(&mut self, start: usize, name: std::string::String) -> StatementKind {
        self.pos = start;
        StatementKind::Unsupported { name, text: self.rest_of_statement() }
    }

    /// `WITH … SELECT`, or `WITH … INSERT INTO t SELECT …`, whose WITH goes to the SELECT.
    fn with_statement(&mut self) -> Parsed<StatementKind> {
        let save = self.pos;
        let q = self.query();
        match self.backtrack(save, q)? {
            Some(q) => Ok(StatementKind::Query(q)),
            None => {
                self.expect_kw("WITH")?;
                let recursive = self.kw("RECURSIVE");
                let with = self.comma_list(|p| p.with_item())?;
                let mut insert = self.insert()?;
                match &mut insert.source {
                    InsertSource::Query(q) => {
                        let select = first_select(q);
                        select.recursive |= recursive;
                        select.with.splice(0..0, with);
                    }
                    _ => return self.expected("SELECT"),
                }
                Ok(StatementKind::Insert(Box::new(insert)))
            }
        }
    }

    fn drop_statement(&mut self) -> Parsed<StatementKind> {
        let start = self.pos;
        let action = if self.kw("DROP") {
            DropAction::Drop
        } else if self.kw("DETACH") {
            DropAction::Detach
        } else {
            self.expect_kw("TRUNCATE")?;
            DropAction::Truncate
        };
        const OTHERS: &[&str] = &[
            "FUNCTION",
            "USER",
            "ROLE",
            "ROW POLICY",
            "POLICY",
            "QUOTA",
            "SETTINGS PROFILE",
            "PROFILE",
            "NAMED COLLECTION",
            "INDEX",
            "WORKLOAD",
            "RESOURCE",
            "MASKING POLICY",
        ];
        if action == DropAction::Drop {
            for words in OTHERS {
                if self.at_words(words) && self.peek_at(words.split(' ').count()).kind != TokenKind::Dot {
                    return Ok(self.unsupported(start, format!("DROP {words}")));
                }
            }
        }
        let mut d = DropStatement {
            action,
            kind: ObjectKind::Table,
            temporary: self.kw("TEMPORARY"),
            if_exists: false,
            if_empty: false,
            names: Vec::new(),
            on_cluster: None,
            permanently: false,
            sync: false,
            all_tables: None,
        };
        if action == DropAction::Truncate && (self.kw("ALL TABLES FROM") || self.kw("TABLES FROM")) {
            d.kind = ObjectKind::Database;
            d.if_exists = self.kw("IF EXISTS");
            d.names.push(TableName { database: None, name: self.ident()? });
            d.all_tables = Some(self.truncate_filter()?);
        } else {
            let mut named = action == DropAction::Truncate;
            for (word, kind) in OBJECTS {
                if self.kw(word) {
                    d.kind = *kind;
                    named = true;
                    break;
                }
            }
            if !named {
                return Err(None);
            }
            d.if_exists = self.kw("IF EXISTS");
            d.if_empty = self.kw("IF EMPTY");
            d.names = self.comma_list(|p| p.table_name())?;
        }
        d.on_cluster = self.on_cluster()?;
        loop {
            if self.kw("PERMANENTLY") {
                d.permanently = true;
            } else if self.kw("SYNC") || self.kw("NO DELAY") {
                d.sync = true;
            } else if !self.kw("ASYNC") {
                return Ok(StatementKind::Drop(Box::new(d)));
            }
        }
    }

    fn rename(&mut self) -> Parsed<StatementKind> {
        let exchange = self.kw("EXCHANGE");
        if !exchange {
            self.expect_kw("RENAME")?;
        }
        let kind = if self.kw("TABLES") || self.kw("TABLE") {
            ObjectKind::Table
        } else if self.kw("DATABASE") {
            ObjectKind::Database
        } else if self.kw("DICTIONARIES") || self.kw("DICTIONARY") {
            ObjectKind::Dictionary
        } else if exchange {
            return Err(None);
        } else {
            // `RENAME a TO b`
            ObjectKind::Table
        };
        let if_exists = self.kw("IF EXISTS");
        let between = if exchange { "AND" } else { "TO" };
        let pairs = self.comma_list(|p| {
            let from = p.table_name()?;
            p.expect_kw(between)?;
            Ok((from, p.table_name()?))
        })?;
        let on_cluster = self.on_cluster()?;
        Ok(StatementKind::Rename(Box::new(RenameStatement { kind, exchange, if_exists, pairs, on_cluster })))
    }

    fn optimize(&mut self) -> Parsed<StatementKind> {
        self.expect_kw("OPTIMIZE")?;
        self.expect_kw("TABLE")?;
        let name = self.table_name()?;
        let on_cluster = self.on_cluster()?;
        let partition = if self.at_words("PARTITION") { Some(self.partition()?) } else { None };
        let mut o = Optimize {
            name,
            on_cluster,
            partition,
            is_final: self.kw("FINAL") || self.kw("FORCE"),
            deduplicate: self.kw("DEDUPLICATE"),
            deduplicate_by: Vec::new(),
            cleanup: false,
        };
        if o.deduplicate && self.kw("BY") {
            o.deduplicate_by = self.comma_list(|p| p.expr())?;
        }
        o.cleanup = self.kw("CLEANUP");
        Ok(StatementKind::Optimize(Box::new(o)))
    }

    fn delete(&mut self) -> Parsed<StatementKind> {
        self.expect_kw("DELETE FROM")?;
        let name = self.table_name()?;
        let on_cluster = self.on_cluster()?;
        let partition = self.in_partition()?;
        self.expect_kw("WHERE")?;
        let filter = self.expr()?;
        Ok(StatementKind::Delete(Box::new(Delete { name, on_cluster, partition, filter })))
    }

    fn update(&mut self) -> Parsed<StatementKind> {
        self.expect_kw("UPDATE")?;
        let name = self.table_name()?;
        let on_cluster = self.on_cluster()?;
        self.expect_kw("SET")?;
        let assignments = self.comma_list(|p| p.assignment())?;
        let partition = self.in_partition()?;
        self.expect_kw("WHERE")?;
        let filter = self.expr()?;
        Ok(StatementKind::Update(Box::new(Update { name, on_cluster, assignments, partition, filter })))
    }

    fn kill(&mut self) -> Parsed<StatementKind> {
        self.expect_kw("KILL")?;
        let kind = if self.kw("QUERY") {
            KillKind::Query
        } else if self.kw("MUTATION") {
            KillKind::Mutation
        } else if self.kw("PART_MOVE_TO_SHARD") {
            KillKind::PartMoveToShard
        } else {
            self.expect_kw("TRANSACTION")?;
            KillKind::Transaction
        };
        let on_cluster = self.on_cluster()?;
        self.expect_kw("WHERE")?;
        let filter = self.expr()?;
        let mut k = Kill { kind, on_cluster, filter, sync: false, test: false };
        loop {
            if self.kw("SYNC") {
                k.sync = true;
            } else if self.kw("TEST") {
                k.test = true;
            } else if !self.kw("ASYNC") {
                return Ok(StatementKind::Kill(Box::new(k)));
            }
        }
    }

    fn system(&mut self) -> Parsed<StatementKind> {
        self.expect_kw("SYSTEM")?;
        let known = SYSTEM_COMMANDS.iter().find(|c| self.at_words(c));
        let mut command = std::string::String::new();
        match known {
            Some(c) => {
                self.pos += c.split(' ').count();
                command.push_str(c);
            }
            None => {
                while self.at(TokenKind::BareWord) && !self.at_words("FORMAT") {
                    if !command.is_empty() {
                        command.push(' ');
                    }
                    let t = self.peek();
                    command.push_str(&std::string::String::from_utf8_lossy(self.text(t)).to_ascii_uppercase());
                    self.advance();
                }
            }
        }
        if command.is_empty() {
            return self.expected("SYSTEM command");
        }
        let save = self.pos;
        self.on_cluster()?;
        let r = self.table_name();
        let target = self
            .backtrack(save, r)?
            .filter(|_| matches!(self.peek().kind, TokenKind::End | TokenKind::Semicolon | TokenKind::BareWord));
        self.pos = save;
        Ok(StatementKind::System(System { command, rest: self.rest_of_statement(), target }))
    }
}

/// The first SELECT of a query, which a WITH before the whole belongs to.
fn first_select(q: &mut Query) -> &mut Select {
    match q {
        Query::Select(s) => s,
        Query::Set(c) => first_select(&mut c.first),
    }
}

/// Commands whose words are followed by a name, longest first.
const SYSTEM_COMMANDS: &[&str] = &[
    "START REPLICATED SENDS",
    "STOP REPLICATED SENDS",
    "START REPLICATION QUEUES",
    "STOP REPLICATION QUEUES",
    "START DISTRIBUTED SENDS",
    "STOP DISTRIBUTED SENDS",
    "FLUSH DISTRIBUTED",
    "FLUSH ASYNC INSERT QUEUE",
    "FLUSH LOGS",
    "START TTL MERGES",
    "STOP TTL MERGES",
    "START PULLING REPLICATION LOG",
    "STOP PULLING REPLICATION LOG",
    "START MERGES",
    "STOP MERGES",
    "START MOVES",
    "STOP MOVES",
    "START FETCHES",
    "STOP FETCHES",
    "START VIEWS",
    "STOP VIEWS",
    "START VIEW",
    "STOP VIEW",
    "REFRESH VIEW",
    "WAIT VIEW",
    "CANCEL VIEW",
    "START LISTEN",
    "STOP LISTEN",
    "SYNC REPLICA",
    "SYNC DATABASE REPLICA",
    "RESTART REPLICAS",
    "RESTART REPLICA",
    "RESTORE REPLICA",
    "DROP REPLICA",
    "DROP MARK CACHE",
    "DROP UNCOMPRESSED CACHE",
    "DROP COMPILED EXPRESSION CACHE",
    "DROP QUERY CACHE",
    "DROP DNS CACHE",
    "DROP FILESYSTEM CACHE",
    "DROP SCHEMA FORMAT CACHE",
    "DROP FORMAT SCHEMA CACHE",
    "DROP INDEX MARK CACHE",
    "DROP INDEX UNCOMPRESSED CACHE",
    "DROP PRIMARY INDEX CACHE",
    "RELOAD CONFIG",
    "RELOAD DICTIONARIES",
    "RELOAD DICTIONARY",
    "RELOAD FUNCTIONS",
    "RELOAD FUNCTION",
    "RELOAD USERS",
    "RELOAD SYMBOLS",
    "RELOAD ASYNCHRONOUS METRICS",
    "ENABLE FAILPOINT",
    "DISABLE FAILPOINT",
    "WAIT FAILPOINT",
    "UNFREEZE",
    "SHUTDOWN",
    "KILL",
    "SUSPEND",
    "PREWARM MARK CACHE",
    "PREWARM PRIMARY INDEX CACHE",
];
