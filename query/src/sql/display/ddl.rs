//! CREATE and ALTER.

use super::*;

impl Writer {
    pub(super) fn on_cluster(&mut self, c: &Option<Ident>) {
        if let Some(c) = c {
            self.push(" ON CLUSTER ");
            self.ident(c);
        }
    }

    fn comment(&mut self, c: &Option<Vec<u8>>) {
        if let Some(c) = c {
            self.line();
            self.push("COMMENT ");
            self.string(c);
        }
    }

    pub(super) fn create_database(&mut self, d: &CreateDatabase) {
        self.push("CREATE DATABASE ");
        if d.if_not_exists {
            self.push("IF NOT EXISTS ");
        }
        self.ident(&d.name);
        self.on_cluster(&d.on_cluster);
        if let Some(e) = &d.engine {
            self.line();
            self.engine(e);
        }
        if !d.settings.is_empty() {
            self.line();
            self.push("SETTINGS ");
            self.settings_list(&d.settings);
        }
        self.comment(&d.comment);
    }

    fn engine(&mut self, e: &Engine) {
        self.push("ENGINE = ");
        self.push(&e.name);
        if let Some(args) = e.args.as_ref().filter(|a| !a.is_empty()) {
            self.push("(");
            self.list(args, |w, a| w.expr(a, false));
            self.push(")");
        }
    }

    pub(super) fn create_table(&mut self, t: &CreateTable) {
        self.push(if t.attach {
            "ATTACH "
        } else if t.replace {
            "REPLACE "
        } else if t.or_replace {
            "CREATE OR REPLACE "
        } else {
            "CREATE "
        });
        if t.temporary {
            self.push("TEMPORARY ");
        }
        self.push("TABLE ");
        if t.if_not_exists {
            self.push("IF NOT EXISTS ");
        }
        self.table_name(&t.name);
        self.uuid(&t.uuid);
        self.on_cluster(&t.on_cluster);
        // A PRIMARY KEY among the columns is written with the table's clauses.
        let mut storage = std::borrow::Cow::Borrowed(&t.storage);
        if let Some(e) = &t.elements {
            self.table_elements(e);
            if storage.primary_key.is_none() && e.primary_key.is_some() {
                storage.to_mut().primary_key = e.primary_key.clone();
            }
        }
        match &t.source {
            CreateSource::Table { name, clone } => {
                self.push(if *clone { " CLONE AS " } else { " AS " });
                self.table_name(name);
            }
            CreateSource::Function(f) => {
                self.push(" AS ");
                self.call(f);
            }
            _ => {}
        }
        self.storage(&storage);
        self.comment(&t.comment);
        if let CreateSource::Query { query, empty } = &t.source {
            if *empty {
                self.push(" EMPTY");
            }
            self.line();
            self.push("AS ");
            self.query(query);
        }
    }

    fn uuid(&mut self, uuid: &Option<Vec<u8>>) {
        if let Some(u) = uuid {
            self.push(" UUID ");
            self.string(u);
        }
    }

    pub(super) fn create_view(&mut self, v: &CreateView) {
        self.push(if v.attach {
            "ATTACH "
        } else if v.or_replace {
            "CREATE OR REPLACE "
        } else {
            "CREATE "
        });
        if v.temporary {
            self.push("TEMPORARY ");
        }
        self.push(if v.materialized { "MATERIALIZED VIEW " } else { "VIEW " });
        if v.if_not_exists {
            self.push("IF NOT EXISTS ");
        }
        self.table_name(&v.name);
        self.uuid(&v.uuid);
        self.on_cluster(&v.on_cluster);
        if let Some(r) = &v.refresh {
            self.line();
            self.push(r);
        }
        if let Some(to) = &v.to {
            self.push(" TO ");
            self.table_name(to);
        }
        if let Some(e) = &v.elements {
            self.table_elements(e);
        }
        if !v.column_names.is_empty() {
            self.line();
            self.push("(");
            self.list(&v.column_names, |w, c| w.ident(c));
            self.push(")");
        }
        self.storage(&v.storage);
        if v.populate {
            self.push(" POPULATE");
        }
        if v.empty {
            self.push(" EMPTY");
        }
        if let Some(s) = &v.sql_security {
            self.line();
            self.push(s);
        }
        self.comment(&v.comment);
        self.line();
        self.push("AS ");
        self.query(&v.query);
    }

    fn table_elements(&mut self, e: &TableElements) {
        let total = e.columns.len() + e.indexes.len() + e.projections.len() + e.constraints.len();
        if total == 0 {
            return;
        }
        self.line();
        let mut written = 0;
        let mut separate = |w: &mut Self| {
            written += 1;
            if written < total {
                w.push(",");
                w.line();
            }
        };
        self.block(|w| {
            for c in &e.columns {
                w.column(c);
                separate(w);
            }
            for i in &e.indexes {
                w.push("INDEX ");
                w.index(i);
                separate(w);
            }
            for c in &e.constraints {
                w.push("CONSTRAINT ");
                w.constraint(c);
                separate(w);
            }
            for p in &e.projections {
                w.push("PROJECTION ");
                w.projection(p);
                separate(w);
            }
        });
    }

    pub(super) fn column(&mut self, c: &ColumnDef) {
        quote_ident(&mut self.out, &c.name.value);
        if let Some(t) = &c.data_type {
            self.push(" ");
            self.column_type(&t.text);
        }
        match c.nullable {
            Some(true) => self.push(" NULL"),
            Some(false) => self.push(" NOT NULL"),
            None => {}
        }
        if let Some(d) = &c.default {
            self.push(match d.kind {
                DefaultKind::Default => " DEFAULT",
                DefaultKind::Materialized => " MATERIALIZED",
                DefaultKind::Alias => " ALIAS",
                DefaultKind::Ephemeral => " EPHEMERAL",
                DefaultKind::AutoIncrement => " AUTO_INCREMENT",
            });
            if let Some(e) = &d.expr {
                self.push(" ");
                self.bare(e);
            }
        }
        if let Some(comment) = &c.comment {
            self.push(" COMMENT ");
            self.string(comment);
        }
        for (word, list) in [(" CODEC(", &c.codec), (" STATISTICS(", &c.statistics)] {
            if let Some(list) = list {
                self.push(word);
                self.list(list, |w, e| w.expr(e, false));
                self.push(")");
            }
        }
        if let Some(ttl) = &c.ttl {
            self.push(" TTL ");
            self.expr(ttl, false);
        }
        if let Some(collate) = &c.collate {
            self.push(" COLLATE ");
            self.ident(collate);
        }
        if !c.settings.is_empty() {
            self.push(" SETTINGS (");
            self.settings_list(&c.settings);
            self.push(")");
        }
        if c.primary_key {
            self.push(" PRIMARY KEY");
        }
    }

    /// A column's type; over several lines, each element of a Tuple has its own.
    fn column_type(&mut self, text: &str) {
        if !self.multiline || !text.contains("Tuple(") {
            return self.push(text);
        }
        let indent = self.indent;
        // Of each open parenthesis, whether it is a Tuple's.
        let mut open: Vec<bool> = Vec::new();
        let mut quote = None;
        let mut word = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if let Some(q) = quote {
                self.out.push(c);
                if c == '\\' {
                    self.out.extend(chars.next());
                } else if c == q {
                    quote = None;
                }
                continue;
            }
            let in_tuple = open.last() == Some(&true);
            match c {
                '\'' | '`' => {
                    quote = Some(c);
                    self.out.push(c);
                }
                '(' => {
                    self.out.push(c);
                    open.push(word == "Tuple");
                    if word == "Tuple" {
                        self.indent += 1;
                        self.line();
                    }
                }
                ')' => {
                    self.indent -= usize::from(open.pop() == Some(true));
                    self.out.push(c);
                }
                ',' if in_tuple => {
                    self.out.push(c);
                    self.line();
                    chars.next_if_eq(&' ');
                }
                _ => self.out.push(c),
            }
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                word.clear();
            }
        }
        self.indent = indent;
    }

    fn index(&mut self, i: &IndexDef) {
        self.ident(&i.name);
        self.push(" ");
        self.expr(&i.expr, false);
        if let Some(t) = &i.index_type {
            self.push(" TYPE ");
            self.push(&t.name);
            if !t.args.is_empty() {
                self.push("(");
                self.list(&t.args, |w, e| w.expr(e, false));
                self.push(")");
            }
        }
        // A text index covers a whole part, whatever is written.
        let whole = i.index_type.as_ref().is_some_and(|t| t.name == "text");
        let n = if whole { 100_000_000 } else { i.granularity.unwrap_or(1) };
        self.push(&format!(" GRANULARITY {n}"));
    }

    fn constraint(&mut self, c: &ConstraintDef) {
        self.ident(&c.name);
        self.push(if c.assume { " ASSUME " } else { " CHECK " });
        self.expr(&c.expr, false);
    }

    fn projection(&mut self, p: &ProjectionDef) {
        self.ident(&p.name);
        self.line();
        self.in_projection = true;
        self.block(|w| w.select(&p.query));
        self.in_projection = false;
    }

    pub(super) fn storage(&mut self, s: &Storage) {
        if let Some(e) = &s.engine {
            self.line();
            self.engine(e);
        }
        for (word, e) in [
            ("PARTITION BY ", &s.partition_by),
            ("PRIMARY KEY ", &s.primary_key),
            ("ORDER BY ", &s.order_by),
            ("SAMPLE BY ", &s.sample_by),
        ] {
            if let Some(e) = e {
                self.line();
                self.push(word);
                self.bare(e);
            }
        }
        if !s.ttl.is_empty() {
            self.line();
            self.push("TTL ");
            self.ttl(&s.ttl);
        }
        if !s.settings.is_empty() {
            self.line();
            self.push("SETTINGS ");
            self.settings_list(&s.settings);
        }
    }

    fn ttl(&mut self, list: &[TtlElement]) {
        self.list(list, |w, t| {
            w.bare(&t.expr);
            match &t.action {
                TtlAction::Delete => {}
                TtlAction::ToDisk(d) => {
                    w.push(" TO DISK ");
                    w.string(d);
                }
                TtlAction::ToVolume(v) => {
                    w.push(" TO VOLUME ");
                    w.string(v);
                }
                TtlAction::Recompress(codecs) => {
                    w.push(" RECOMPRESS CODEC(");
                    w.list(codecs, |w, e| w.bare(e));
                    w.push(")");
                }
                TtlAction::GroupBy { keys, set } => {
                    w.push(" GROUP BY ");
                    w.list(keys, |w, e| w.bare(e));
                    if !set.is_empty() {
                        w.push(" SET ");
                        w.assignments(set);
                    }
                }
            }
            if let Some(f) = &t.filter {
                w.push(" WHERE ");
                w.bare(f);
            }
        });
    }

    pub(super) fn assignments(&mut self, list: &[(Ident, Expr)]) {
        self.list(list, |w, (c, e)| {
            w.column_name(c);
            w.push(" = ");
            w.bare(e);
        });
    }

    // --- ALTER ---

    pub(super) fn alter(&mut self, a: &AlterTable) {
        self.push(if a.temporary { "ALTER TEMPORARY TABLE " } else { "ALTER TABLE " });
        self.table_name(&a.name);
        self.on_cluster(&a.on_cluster);
        self.indent += 1;
        for (i, c) in a.commands.iter().enumerate() {
            if i > 0 {
                self.push(",");
            }
            self.line();
            self.push("(");
            self.alter_command(c);
            self.push(")");
        }
        self.indent -= 1;
    }

    fn if_exists(&mut self, b: bool) {
        if b {
            self.push("IF EXISTS ");
        }
    }

    fn position(&mut self, p: &Option<ColumnPosition>) {
        match p {
            Some(ColumnPosition::First) => self.push(" FIRST"),
            Some(ColumnPosition::After(c)) => {
                self.push(" AFTER ");
                self.column_name(c);
            }
            None => {}
        }
    }

    pub(super) fn partition(&mut self, p: &Partition) {
        match p {
            Partition::Expr(e) => {
                self.push("PARTITION ");
                self.bare(e);
            }
            Partition::Id(id) => {
                self.push("PARTITION ID ");
                self.string(id);
            }
            Partition::All => self.push("PARTITION ALL"),
            Partition::Part(name) => {
                self.push("PART ");
                self.string(name);
            }
        }
    }

    pub(super) fn in_partition(&mut self, p: &Option<Partition>) {
        if let Some(p) = p {
            self.push(" IN ");
            self.partition(p);
        }
    }

    /// `verb [IF EXISTS] name [IN PARTITION p]`
    fn verb(&mut self, verb: &str, if_exists: bool, name: &Ident, partition: &Option<Partition>) {
        self.push(verb);
        self.push(" ");
        self.if_exists(if_exists);
        self.column_name(name);
        self.in_partition(partition);
    }

    fn alter_command(&mut self, c: &AlterCommand) {
        use AlterCommand::*;
        let not_exists = |b: bool| if b { "IF NOT EXISTS " } else { "" };
        match c {
            AddColumn { if_not_exists, column, position } => {
                self.push("ADD COLUMN ");
                self.push(not_exists(*if_not_exists));
                self.column(column);
                self.position(position);
            }
            DropColumn { if_exists, column } => self.verb("DROP COLUMN", *if_exists, column, &None),
            ClearColumn { if_exists, column, partition } => self.verb("CLEAR COLUMN", *if_exists, column, partition),
            ModifyColumn { if_exists, column, position } => {
                self.push("MODIFY COLUMN ");
                self.if_exists(*if_exists);
                self.column(column);
                self.position(position);
            }
            ModifyColumnRemove { if_exists, column, property } => {
                self.verb("MODIFY COLUMN", *if_exists, column, &None);
                self.push(" REMOVE ");
                self.push(property);
            }
            ModifyColumnSetting { if_exists, column, settings } => {
                self.verb("MODIFY COLUMN", *if_exists, column, &None);
                self.push(" MODIFY SETTING ");
                self.settings_list(settings);
            }
            ModifyColumnResetSetting { if_exists, column, names } => {
                self.verb("MODIFY COLUMN", *if_exists, column, &None);
                self.push(" RESET SETTING ");
                self.list(names, |w, n| w.ident(n));
            }
            RenameColumn { if_exists, from, to } => {
                self.verb("RENAME COLUMN", *if_exists, from, &None);
                self.push(" TO ");
                self.column_name(to);
            }
            CommentColumn { if_exists, column, comment } => {
                self.verb("COMMENT COLUMN", *if_exists, column, &None);
                self.push(" ");
                self.string(comment);
            }
            MaterializeColumn { column, partition } => self.verb("MATERIALIZE COLUMN", false, column, partition),
            ModifyComment { comment } => {
                self.push("MODIFY COMMENT ");
                self.string(comment);
            }
            ModifyOrderBy { expr } => {
                self.push("MODIFY ORDER BY ");
                self.bare(expr);
            }
            ModifySampleBy { expr } => {
                self.push("MODIFY SAMPLE BY ");
                self.expr(expr, false);
            }
            RemoveSampleBy => self.push("REMOVE SAMPLE BY"),
            ModifyTtl { ttl } => {
                self.push("MODIFY TTL ");
                self.ttl(ttl);
            }
            RemoveTtl => self.push("REMOVE TTL"),
            MaterializeTtl { partition } => {
                self.push("MATERIALIZE TTL");
                self.in_partition(partition);
            }
            ModifySetting { settings } => {
                self.push("MODIFY SETTING ");
                self.settings_list(settings);
            }
            ResetSetting { names } => {
                self.push("RESET SETTING ");
                self.list(names, |w, n| w.ident(n));
            }
            ModifyQuery { query } => {
                self.push("MODIFY QUERY ");
                self.query(query);
            }
            ModifySqlSecurity { text } => self.push(&format!("MODIFY {text}")),
            ModifyRefresh { text } => self.push(&format!("MODIFY REFRESH {text}")),
            AddIndex { if_not_exists, index, position } => {
                self.push("ADD INDEX ");
                self.push(not_exists(*if_not_exists));
                self.index(index);
                self.position(position);
            }
            DropIndex { if_exists, name } => self.verb("DROP INDEX", *if_exists, name, &None),
            ClearIndex { if_exists, name, partition } => self.verb("CLEAR INDEX", *if_exists, name, partition),
            MaterializeIndex { if_exists, name, partition } => {
                self.verb("MATERIALIZE INDEX", *if_exists, name, partition)
            }
            AddProjection { if_not_exists, projection, position } => {
                self.push("ADD PROJECTION ");
                self.push(not_exists(*if_not_exists));
                self.projection(projection);
                self.position(position);
            }
            DropProjection { if_exists, name } => self.verb("DROP PROJECTION", *if_exists, name, &None),
            ClearProjection { if_exists, name, partition } => {
                self.verb("CLEAR PROJECTION", *if_exists, name, partition)
            }
            MaterializeProjection { if_exists, name, partition } => {
                self.verb("MATERIALIZE PROJECTION", *if_exists, name, partition)
            }
            AddConstraint { if_not_exists, constraint } => {
                self.push("ADD CONSTRAINT ");
                self.push(not_exists(*if_not_exists));
                self.constraint(constraint);
            }
            DropConstraint { if_exists, name } => self.verb("DROP CONSTRAINT", *if_exists, name, &None),
            Statistics { text } => self.push(text),
            Delete { partition, filter } => {
                self.push("DELETE");
                self.in_partition(partition);
                self.push(" WHERE ");
                self.expr(filter, false);
            }
            Update { assignments, partition, filter } => {
                self.push("UPDATE ");
                self.assignments(assignments);
                self.in_partition(partition);
                self.push(" WHERE ");
                self.expr(filter, false);
            }
            _ => self.alter_partition(c),
        }
    }

    fn alter_partition(&mut self, c: &AlterCommand) {
        use AlterCommand::*;
        match c {
            DropPartition { detached, partition } => {
                self.push(if *detached { "DROP DETACHED " } else { "DROP " });
                self.partition(partition);
            }
            DetachPartition { partition } => {
                self.push("DETACH ");
                self.partition(partition);
            }
            ForgetPartition { partition } => {
                self.push("FORGET ");
                self.partition(partition);
            }
            AttachPartition { partition, from } => {
                self.push("ATTACH ");
                self.partition(partition);
                if let Some(t) = from {
                    self.push(" FROM ");
                    self.table_name(t);
                }
            }
            ReplacePartition { partition, from } => {
                self.push("REPLACE ");
                self.partition(partition);
                self.push(" FROM ");
                self.table_name(from);
            }
            MovePartitionToTable { partition, to } => {
                self.push("MOVE ");
                self.partition(partition);
                self.push(" TO TABLE ");
                self.table_name(to);
            }
            MovePartitionToPlace { partition, volume, to } => {
                self.push("MOVE ");
                self.partition(partition);
                self.push(if *volume { " TO VOLUME " } else { " TO DISK " });
                self.string(to);
            }
            FetchPartition { partition, from } => {
                self.push("FETCH ");
                self.partition(partition);
                self.push(" FROM ");
                self.string(from);
            }
            Freeze { partition, name } => {
                self.push("FREEZE");
                self.named_freeze(partition, name.as_deref());
            }
            Unfreeze { partition, name } => {
                self.push("UNFREEZE");
                self.named_freeze(partition, Some(name));
            }
            ApplyDeletedMask { partition } => {
                self.push("APPLY DELETED MASK");
                self.in_partition(partition);
            }
            ApplyPatches { partition } => {
                self.push("APPLY PATCHES");
                self.in_partition(partition);
            }
            // All others are written by `alter_command`.
            _ => {}
        }
    }

    fn named_freeze(&mut self, partition: &Option<Partition>, name: Option<&[u8]>) {
        if let Some(p) = partition {
            self.push(" ");
            self.partition(p);
        }
        if let Some(n) = name {
            self.push(" WITH NAME ");
            self.string(n);
        }
    }
}
