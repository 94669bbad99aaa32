//! CREATE and what tables are made of, written back.

use super::*;

impl Writer {
    pub(super) fn on_cluster(&mut self, c: &Option<Ident>) {
        if let Some(c) = c {
            self.push(" ON CLUSTER ");
            self.ident(c);
        }
    }

    pub(super) fn comment(&mut self, c: &Option<Vec<u8>>) {
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

    pub(super) fn engine(&mut self, e: &Engine) {
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

    pub(super) fn uuid(&mut self, uuid: &Option<Vec<u8>>) {
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

    pub(super) fn table_elements(&mut self, e: &TableElements) {
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
    pub(super) fn column_type(&mut self, text: &str) {
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

    pub(super) fn index(&mut self, i: &IndexDef) {
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

    pub(super) fn constraint(&mut self, c: &ConstraintDef) {
        self.ident(&c.name);
        self.push(if c.assume { " ASSUME " } else { " CHECK " });
        self.expr(&c.expr, false);
    }

    pub(super) fn projection(&mut self, p: &ProjectionDef) {
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

    pub(super) fn ttl(&mut self, list: &[TtlElement]) {
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
}
