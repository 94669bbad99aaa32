//! Statements other than SELECT, CREATE and ALTER.

use super::*;

impl Writer {
    pub(super) fn statement(&mut self, s: &Statement) {
        self.kind(&s.kind);
        if let Some(o) = &s.outfile {
            self.line();
            self.push("INTO OUTFILE ");
            self.string(&o.file);
            if o.append {
                self.push(" APPEND");
            }
            if o.truncate {
                self.push(" TRUNCATE");
            }
            if o.and_stdout {
                self.push(" AND STDOUT");
            }
            if let Some(c) = &o.compression {
                self.push(" COMPRESSION ");
                self.string(c);
            }
            if let Some(l) = o.level {
                self.push(&format!(" LEVEL {l}"));
            }
        }
        if let Some(f) = &s.format {
            self.line();
            self.push("FORMAT ");
            self.ident(f);
        }
        if !s.settings.is_empty() {
            self.line();
            self.push("SETTINGS ");
            self.settings_list(&s.settings);
        }
    }

    fn kind(&mut self, k: &StatementKind) {
        match k {
            StatementKind::Query(q) => self.query(q),
            StatementKind::Insert(i) => self.insert(i),
            StatementKind::CreateDatabase(d) => self.create_database(d),
            StatementKind::CreateTable(t) => self.create_table(t),
            StatementKind::CreateView(v) => self.create_view(v),
            StatementKind::Drop(d) => self.drop_statement(d),
            StatementKind::Undrop { name, on_cluster } => {
                self.push("UNDROP TABLE ");
                self.table_name(name);
                self.on_cluster(on_cluster);
            }
            StatementKind::Rename(r) => self.rename(r),
            StatementKind::Alter(a) => self.alter(a),
            StatementKind::Optimize(o) => self.optimize(o),
            StatementKind::Delete(d) => {
                self.push("DELETE FROM ");
                self.table_name(&d.name);
                self.on_cluster(&d.on_cluster);
                self.in_partition(&d.partition);
                self.push(" WHERE ");
                self.expr(&d.filter, false);
            }
            StatementKind::Update(u) => {
                self.push("UPDATE ");
                self.table_name(&u.name);
                self.on_cluster(&u.on_cluster);
                self.push(" SET ");
                self.assignments(&u.assignments);
                self.in_partition(&u.partition);
                self.push(" WHERE ");
                self.expr(&u.filter, false);
            }
            StatementKind::Describe(d) => {
                self.push("DESCRIBE TABLE");
                if matches!(d.target, TableExprKind::Subquery(_)) {
                    self.line();
                } else {
                    self.push(" ");
                }
                self.table_kind(&d.target);
            }
            StatementKind::Show(s) => self.show(s),
            StatementKind::Exists { kind, temporary, name } => {
                self.push(if *temporary { "EXISTS TEMPORARY " } else { "EXISTS " });
                self.push(object(*kind));
                self.push(" ");
                self.table_name(name);
            }
            StatementKind::Use { database } => {
                self.push("USE ");
                self.ident(database);
            }
            StatementKind::Set { changes } => {
                self.push("SET ");
                self.settings_list(changes);
            }
            StatementKind::Explain(e) => self.explain(e),
            StatementKind::Kill(k) => {
                self.push(match k.kind {
                    KillKind::Query => "KILL QUERY",
                    KillKind::Mutation => "KILL MUTATION",
                    KillKind::PartMoveToShard => "KILL PART_MOVE_TO_SHARD",
                    KillKind::Transaction => "KILL TRANSACTION",
                });
                self.on_cluster(&k.on_cluster);
                self.push(" WHERE ");
                self.expr(&k.filter, false);
                self.push(if k.test {
                    " TEST"
                } else if k.sync {
                    " SYNC"
                } else {
                    " ASYNC"
                });
            }
            StatementKind::System(s) => {
                self.push("SYSTEM ");
                self.push(&s.command);
                if !s.rest.is_empty() {
                    self.push(" ");
                    self.push(&s.rest);
                }
            }
            StatementKind::Check { name, partition } => {
                self.push("CHECK TABLE ");
                self.table_name(name);
                if let Some(p) = partition {
                    self.push(" ");
                    self.partition(p);
                }
            }
            StatementKind::Transaction { verb } => {
                self.push(verb);
                if *verb == "BEGIN" {
                    self.push(" TRANSACTION");
                }
            }
            StatementKind::Unsupported { text, .. } => self.push(text),
        }
    }

    fn insert(&mut self, i: &Insert) {
        self.push("INSERT INTO ");
        match &i.target {
            InsertTarget::Table(t) => self.table_name(t),
            InsertTarget::Function(f) => {
                self.push("FUNCTION ");
                self.call(f);
                if let Some(p) = &i.partition_by {
                    self.push(" PARTITION BY ");
                    self.expr(p, false);
                }
            }
        }
        match &i.columns {
            InsertColumns::All => {}
            InsertColumns::List(names) => {
                self.push(" (");
                self.list(names, |w, n| w.column_name(n));
                self.push(")");
            }
            InsertColumns::Matchers(list) => {
                self.push(" (");
                self.list(list, |w, e| w.expr(e, false));
                self.push(")");
            }
        }
        if !i.settings.is_empty() {
            self.line();
            self.push("SETTINGS ");
            self.settings_list(&i.settings);
        }
        if i.settings.is_empty() {
            self.push(" ");
        } else {
            self.line();
        }
        match &i.source {
            InsertSource::Query(q) => self.query(q),
            InsertSource::Values { .. } => self.push("FORMAT Values"),
            InsertSource::Format { name, .. } => {
                self.push("FORMAT ");
                self.ident(name);
            }
            InsertSource::Infile { file, compression, format } => {
                self.push("FROM INFILE ");
                self.string(file);
                if let Some(c) = compression {
                    self.push(" COMPRESSION ");
                    self.string(c);
                }
                if let Some(f) = format {
                    self.push(" FORMAT ");
                    self.ident(f);
                }
            }
            InsertSource::External => self.out.truncate(self.out.trim_end().len()),
        }
    }

    fn drop_statement(&mut self, d: &DropStatement) {
        self.push(match d.action {
            DropAction::Drop => "DROP ",
            DropAction::Detach => "DETACH ",
            DropAction::Truncate => "TRUNCATE ",
        });
        if d.temporary {
            self.push("TEMPORARY ");
        }
        self.push(if d.all_tables.is_some() { "ALL TABLES FROM" } else { object(d.kind) });
        self.push(" ");
        if d.if_exists {
            self.push("IF EXISTS ");
        }
        if d.if_empty {
            self.push("IF EMPTY ");
        }
        self.list(&d.names, |w, n| w.table_name(n));
        if let Some(Some(like)) = &d.all_tables {
            self.like(like);
        }
        self.on_cluster(&d.on_cluster);
        if d.permanently {
            self.push(" PERMANENTLY");
        }
        if d.sync {
            self.push(" SYNC");
        }
    }

    fn rename(&mut self, r: &RenameStatement) {
        self.push(match (r.exchange, r.kind) {
            (true, ObjectKind::Dictionary) => "EXCHANGE DICTIONARIES ",
            (true, _) => "EXCHANGE TABLES ",
            (false, ObjectKind::Database) => "RENAME DATABASE ",
            (false, ObjectKind::Dictionary) => "RENAME DICTIONARY ",
            _ => "RENAME TABLE ",
        });
        if r.if_exists {
            self.push("IF EXISTS ");
        }
        let between = if r.exchange { " AND " } else { " TO " };
        self.list(&r.pairs, |w, (a, b)| {
            w.table_name(a);
            w.push(between);
            w.table_name(b);
        });
        self.on_cluster(&r.on_cluster);
    }

    fn optimize(&mut self, o: &Optimize) {
        self.push("OPTIMIZE TABLE ");
        self.table_name(&o.name);
        self.on_cluster(&o.on_cluster);
        if let Some(p) = &o.partition {
            self.push(" ");
            self.partition(p);
        }
        if o.is_final {
            self.push(" FINAL");
        }
        if o.deduplicate {
            self.push(" DEDUPLICATE");
        }
        if !o.deduplicate_by.is_empty() {
            self.push(" BY ");
            self.list(&o.deduplicate_by, |w, e| w.expr(e, false));
        }
        if o.cleanup {
            self.push(" CLEANUP");
        }
    }

    fn explain(&mut self, e: &Explain) {
        self.push("EXPLAIN");
        self.push(match e.kind {
            ExplainKind::Ast => " AST",
            ExplainKind::Syntax => " SYNTAX",
            ExplainKind::QueryTree => " QUERY TREE",
            ExplainKind::Plan => "",
            ExplainKind::Pipeline => " PIPELINE",
            ExplainKind::Estimate => " ESTIMATE",
            ExplainKind::TableOverride => " TABLE OVERRIDE",
            ExplainKind::CurrentTransaction => " CURRENT TRANSACTION",
        });
        if !e.settings.is_empty() {
            self.push(" ");
            self.settings_list(&e.settings);
        }
        self.line();
        self.statement(&e.statement);
    }

    fn like(&mut self, l: &LikeFilter) {
        self.push(if l.not { " NOT " } else { " " });
        self.push(if l.case_insensitive { "ILIKE " } else { "LIKE " });
        self.string(&l.pattern);
    }

    fn show_filter(&mut self, f: &ShowFilter) {
        if let Some(l) = &f.like {
            self.like(l);
        }
        if let Some(e) = &f.filter {
            self.push(" WHERE ");
            self.expr(e, false);
        }
        if let Some(l) = &f.limit {
            self.push(" LIMIT ");
            self.expr(l, false);
        }
    }

    fn show_from(&mut self, from: &Option<Ident>) {
        if let Some(db) = from {
            self.push(" FROM ");
            self.ident(db);
        }
    }

    fn show_table(&mut self, t: &TableName) {
        self.push(" FROM ");
        self.ident(&t.name);
        self.show_from(&t.database);
    }

    fn show(&mut self, s: &Show) {
        self.push("SHOW ");
        match s {
            Show::Databases(f) => {
                self.push("DATABASES");
                self.show_filter(f);
            }
            Show::Tables { full, temporary, from, filter } => {
                self.push(if *full { "FULL " } else { "" });
                self.push(if *temporary { "TEMPORARY " } else { "" });
                self.push("TABLES");
                self.show_from(from);
                self.show_filter(filter);
            }
            Show::Dictionaries { from, filter } => {
                self.push("DICTIONARIES");
                self.show_from(from);
                self.show_filter(filter);
            }
            Show::Columns { extended, full, table, filter } => {
                self.push(if *extended { "EXTENDED " } else { "" });
                self.push(if *full { "FULL " } else { "" });
                self.push("COLUMNS");
                self.show_table(table);
                self.show_filter(filter);
            }
            Show::Indexes { extended, table, filter } => {
                self.push(if *extended { "EXTENDED " } else { "" });
                self.push("INDEXES");
                self.show_table(table);
                if let Some(e) = filter {
                    self.push(" WHERE ");
                    self.expr(e, false);
                }
            }
            Show::Create { kind, temporary, name } => {
                self.push(if *temporary { "CREATE TEMPORARY " } else { "CREATE " });
                self.push(object(*kind));
                self.push(" ");
                self.table_name(name);
            }
            Show::Processlist => self.push("PROCESSLIST"),
            Show::Settings { changed, filter } => {
                self.push(if *changed { "CHANGED SETTINGS" } else { "SETTINGS" });
                self.show_filter(filter);
            }
            Show::Setting { name } => {
                self.push("SETTING ");
                self.dotted(name);
            }
            Show::Functions(f) => {
                self.push("FUNCTIONS");
                self.show_filter(f);
            }
            Show::Engines => self.push("ENGINES"),
            Show::Merges(f) => {
                self.push("MERGES");
                self.show_filter(f);
            }
            Show::Clusters(f) => {
                self.push("CLUSTERS");
                self.show_filter(f);
            }
            Show::Cluster { name } => {
                self.push("CLUSTER ");
                self.string(name.as_bytes());
            }
            Show::Grants { rest } => {
                self.push("GRANTS");
                if !rest.is_empty() {
                    self.push(" ");
                    self.push(rest);
                }
            }
            Show::Access { what, rest } => {
                self.push(what);
                if !rest.is_empty() {
                    self.push(" ");
                    self.push(rest);
                }
            }
        }
    }
}

fn object(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Table => "TABLE",
        ObjectKind::View => "VIEW",
        ObjectKind::Database => "DATABASE",
        ObjectKind::Dictionary => "DICTIONARY",
        ObjectKind::Function => "FUNCTION",
        ObjectKind::NamedCollection => "NAMED COLLECTION",
        ObjectKind::User => "USER",
        ObjectKind::Role => "ROLE",
        ObjectKind::Quota => "QUOTA",
        ObjectKind::RowPolicy => "ROW POLICY",
        ObjectKind::SettingsProfile => "SETTINGS PROFILE",
        ObjectKind::Index => "INDEX",
    }
}
