//! Queries: each clause on a line of its own.

use super::*;

impl Writer {
    pub(super) fn query(&mut self, q: &Query) {
        match q {
            Query::Select(s) => self.select(s),
            Query::Set(c) => self.set_chain(c),
        }
    }

    fn set_chain(&mut self, c: &SetChain) {
        self.set_operand(&c.first);
        for (op, q) in &c.rest {
            self.line();
            self.push(match op {
                SetOperator::Union => "UNION",
                SetOperator::UnionAll => "UNION ALL",
                SetOperator::UnionDistinct => "UNION DISTINCT",
                SetOperator::Except => "EXCEPT",
                SetOperator::ExceptAll => "EXCEPT ALL",
                SetOperator::ExceptDistinct => "EXCEPT DISTINCT",
                SetOperator::Intersect => "INTERSECT",
                SetOperator::IntersectAll => "INTERSECT ALL",
                SetOperator::IntersectDistinct => "INTERSECT DISTINCT",
            });
            self.line();
            self.set_operand(q);
        }
    }

    fn set_operand(&mut self, q: &Query) {
        match q {
            Query::Select(s) => self.select(s),
            Query::Set(c) => self.block(|w| w.set_chain(c)),
        }
    }

    pub(super) fn select(&mut self, s: &Select) {
        if !s.with.is_empty() {
            self.push(if s.recursive { "WITH RECURSIVE" } else { "WITH" });
            self.clause_list(&s.with, true, |w, item| w.with_item(item));
            self.line();
        }
        self.push("SELECT");
        if s.distinct {
            self.push(" DISTINCT");
        }
        self.clause_list(&s.projection, false, |w, e| w.expr(e, false));
        if let Some(from) = &s.from {
            self.line();
            self.push("FROM");
            self.from(from);
        }
        self.keyword_expr("PREWHERE ", &s.prewhere);
        self.keyword_expr("WHERE ", &s.filter);
        if let Some(g) = &s.group_by {
            self.group_by(g);
        }
        self.keyword_expr("HAVING ", &s.having);
        if !s.windows.is_empty() {
            self.line();
            self.push("WINDOW");
            self.clause_list(&s.windows, false, |w, (name, spec)| {
                w.ident(name);
                w.push(" AS ");
                w.window(spec);
            });
        }
        self.keyword_expr("QUALIFY ", &s.qualify);
        if let Some(o) = &s.order_by {
            self.order_by(o);
        }
        self.limits(s);
        if !s.settings.is_empty() {
            self.line();
            self.push("SETTINGS ");
            self.settings_list(&s.settings);
        }
    }

    fn keyword_expr(&mut self, word: &str, e: &Option<Expr>) {
        if let Some(e) = e {
            self.line();
            self.push(word);
            self.expr(e, false);
        }
    }

    fn with_item(&mut self, item: &WithItem) {
        match item {
            WithItem::Cte { name, columns, query, materialized, .. } => {
                self.ident(name);
                if !columns.is_empty() {
                    self.push("(");
                    self.list(columns, |w, c| w.ident(c));
                    self.push(")");
                }
                self.push(if *materialized { " AS MATERIALIZED" } else { " AS" });
                self.line();
                self.block(|w| w.query(query));
            }
            WithItem::Expr(e) => self.expr(e, false),
        }
    }

    fn group_by(&mut self, g: &GroupBy) {
        let modifier = match &g.kind {
            GroupByKind::All => {
                self.line();
                self.push("GROUP BY ALL");
                None
            }
            GroupByKind::Keys(keys) => {
                self.group_keys(keys);
                None
            }
            GroupByKind::Rollup(keys) => {
                self.group_keys(keys);
                Some("WITH ROLLUP")
            }
            GroupByKind::Cube(keys) => {
                self.group_keys(keys);
                Some("WITH CUBE")
            }
            GroupByKind::GroupingSets(sets) => {
                self.line();
                self.push("GROUP BY");
                self.indent += 1;
                self.line();
                self.push("GROUPING SETS (");
                self.indent += 1;
                for (i, set) in sets.iter().enumerate() {
                    if i > 0 {
                        self.push(",");
                    }
                    if self.multiline || i > 0 {
                        self.line();
                    }
                    self.push("(");
                    self.list(set, |w, e| w.expr(e, false));
                    self.push(")");
                }
                self.indent -= 2;
                self.push(")");
                None
            }
        };
        for m in modifier.into_iter().chain(g.with_totals.then_some("WITH TOTALS")) {
            self.indent += 1;
            self.line();
            self.push(m);
            self.indent -= 1;
        }
    }

    fn group_keys(&mut self, keys: &[Expr]) {
        if !keys.is_empty() {
            self.line();
            self.push("GROUP BY");
            self.clause_list(keys, false, |w, e| w.expr(e, false));
        }
    }

    fn order_by(&mut self, o: &OrderBy) {
        self.line();
        self.push("ORDER BY");
        match o {
            OrderBy::All { descending, nulls } => {
                self.push(if *descending { " ALL DESC" } else { " ALL ASC" });
                self.nulls_order(*nulls);
            }
            OrderBy::Items { items, interpolate } => {
                self.clause_list(items, false, |w, i| w.order_item(i));
                if let Some(list) = interpolate {
                    self.line();
                    self.push("INTERPOLATE");
                    if !list.is_empty() {
                        self.push(" (");
                        self.list(list, |w, i| {
                            quote_ident(&mut w.out, &i.column.value);
                            w.push(" AS ");
                            match &i.expr {
                                Some(e) => w.bare(e),
                                None => w.ident(&i.column),
                            }
                        });
                        self.push(")");
                    }
                }
            }
        }
    }

    fn nulls_order(&mut self, n: Option<NullsOrder>) {
        match n {
            Some(NullsOrder::First) => self.push(" NULLS FIRST"),
            Some(NullsOrder::Last) => self.push(" NULLS LAST"),
            None => {}
        }
    }

    pub(super) fn order_item(&mut self, o: &OrderItem) {
        self.expr(&o.expr, false);
        if o.descending {
            self.push(" DESC");
        } else if !self.in_projection {
            self.push(" ASC");
        }
        self.nulls_order(o.nulls);
        if let Some(c) = &o.collate {
            self.push(" COLLATE ");
            self.string(c);
        }
        if let Some(f) = &o.fill {
            self.push(" WITH FILL");
            for (word, e) in [(" FROM ", &f.from), (" TO ", &f.to), (" STEP ", &f.step), (" STALENESS ", &f.staleness)]
            {
                if let Some(e) = e {
                    self.push(word);
                    self.expr(e, false);
                }
            }
        }
    }

    fn limits(&mut self, s: &Select) {
        if let Some(l) = &s.limit_by {
            self.line();
            self.push("LIMIT ");
            self.limit_pair(&l.offset, &l.limit);
            match &l.by {
                Some(by) => {
                    self.push(" BY");
                    self.clause_list(by, false, |w, e| w.expr(e, false));
                }
                None => self.push(" BY ALL"),
            }
        }
        match (&s.limit, &s.offset) {
            (Some(limit), offset) => {
                self.line();
                self.push("LIMIT ");
                self.limit_pair(offset, limit);
                if s.with_ties {
                    self.line();
                    self.push(" WITH TIES");
                }
            }
            (None, Some(offset)) => {
                self.line();
                self.push("OFFSET ");
                self.expr(offset, false);
            }
            _ => {}
        }
    }

    fn limit_pair(&mut self, offset: &Option<Expr>, limit: &Expr) {
        if let Some(o) = offset {
            self.expr(o, false);
            self.push(", ");
        }
        self.expr(limit, false);
    }

    fn from(&mut self, f: &From) {
        self.table(&f.first, true);
        for e in &f.rest {
            match e {
                FromElement::ArrayJoin(a) => {
                    self.line();
                    self.push(if a.left { "LEFT ARRAY JOIN" } else { "ARRAY JOIN" });
                    self.clause_list(&a.exprs, false, |w, e| w.expr(e, false));
                }
                FromElement::Join(j) => self.join(j),
            }
        }
    }

    fn join(&mut self, j: &Join) {
        if j.kind == JoinKind::Comma {
            self.push(",");
            return self.table(&j.table, false);
        }
        self.line();
        if j.global {
            self.push("GLOBAL ");
        }
        self.push(match j.strictness {
            Some(JoinStrictness::Any) => "ANY ",
            Some(JoinStrictness::All) => "ALL ",
            Some(JoinStrictness::Semi) => "SEMI ",
            Some(JoinStrictness::Anti) => "ANTI ",
            Some(JoinStrictness::Asof) => "ASOF ",
            None => "",
        });
        self.push(match j.kind {
            JoinKind::Inner => "INNER JOIN",
            JoinKind::Left => "LEFT JOIN",
            JoinKind::Right => "RIGHT JOIN",
            JoinKind::Full => "FULL OUTER JOIN",
            JoinKind::Cross | JoinKind::Comma => "CROSS JOIN",
            JoinKind::Paste => "PASTE JOIN",
        });
        self.table(&j.table, true);
        match &j.constraint {
            JoinConstraint::None => {}
            JoinConstraint::On(e) => {
                self.push(" ON ");
                self.expr(e, false);
            }
            JoinConstraint::Using(list) => {
                self.push(" USING (");
                self.list(list, |w, e| w.expr(e, false));
                self.push(")");
            }
        }
    }

    fn table(&mut self, t: &TableExpr, own_line: bool) {
        match &t.kind {
            TableExprKind::Subquery(q) => {
                if own_line {
                    self.line();
                } else {
                    self.push(" ");
                }
                self.block(|w| w.query(q));
            }
            kind => {
                self.push(" ");
                self.table_kind(kind);
            }
        }
        if let Some(alias) = &t.alias {
            self.push(" AS ");
            self.ident(alias);
        }
        if !t.column_aliases.is_empty() {
            self.push("(");
            self.list(&t.column_aliases, |w, c| w.ident(c));
            self.push(")");
        }
        if t.is_final {
            self.line();
            self.push("FINAL");
        }
        if let Some(s) = &t.sample {
            self.line();
            self.push("SAMPLE ");
            self.ratio(&s.ratio);
            if let Some(o) = &s.offset {
                self.push(" OFFSET ");
                self.ratio(o);
            }
        }
    }

    pub(super) fn table_kind(&mut self, kind: &TableExprKind) {
        match kind {
            TableExprKind::Table(name) => self.table_name(name),
            TableExprKind::Function(f) => self.call(f),
            TableExprKind::Subquery(q) => self.block(|w| w.query(q)),
        }
    }

    pub(super) fn table_name(&mut self, name: &TableName) {
        if let Some(db) = &name.database {
            self.ident(db);
            self.push(".");
        }
        self.ident(&name.name);
    }

    /// A decimal fraction is written as a ratio: `0.1` is `1 / 10`.
    fn ratio(&mut self, r: &SampleRatio) {
        let text = match (r.numerator.split_once('.'), &r.denominator) {
            (Some((whole, fraction)), None)
                if fraction.len() < 18 && (whole.to_string() + fraction).bytes().all(|c| c.is_ascii_digit()) =>
            {
                let digits = format!("{whole}{fraction}");
                let digits = digits.trim_start_matches('0');
                format!("{} / 1{}", if digits.is_empty() { "0" } else { digits }, "0".repeat(fraction.len()))
            }
            (_, Some(d)) => format!("{} / {d}", r.numerator),
            _ => r.numerator.clone(),
        };
        self.push(&text);
    }

    pub(super) fn settings_list(&mut self, list: &[SettingChange]) {
        self.list(list, |w, s| {
            w.dotted(&s.name);
            w.push(" = ");
            match &s.value {
                SettingValue::Literal(l) => write_literal(&mut w.out, l),
                SettingValue::Default => w.push("DEFAULT"),
                SettingValue::Parameter(p) => w.parameter(p),
                SettingValue::Function(f) => w.call(f),
            }
        });
    }
}
