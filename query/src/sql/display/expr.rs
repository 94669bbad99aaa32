//! Expressions. Operands that are operators themselves stand in parentheses.

use super::*;

/// Binary operators: function, symbol.
const BINARY: &[(&str, &str)] = &[
    ("multiply", " * "),
    ("divide", " / "),
    ("modulo", " % "),
    ("plus", " + "),
    ("minus", " - "),
    ("notEquals", " != "),
    ("lessOrEquals", " <= "),
    ("greaterOrEquals", " >= "),
    ("less", " < "),
    ("greater", " > "),
    ("equals", " = "),
    ("like", " LIKE "),
    ("ilike", " ILIKE "),
    ("notLike", " NOT LIKE "),
    ("notILike", " NOT ILIKE "),
    ("in", " IN "),
    ("notIn", " NOT IN "),
    ("globalIn", " GLOBAL IN "),
    ("globalNotIn", " GLOBAL NOT IN "),
    ("isDistinctFrom", " IS DISTINCT FROM "),
    ("isNotDistinctFrom", " <=> "),
];

impl Writer {
    /// An expression; `operand`: it is an operator's, so that an operator or an alias needs parentheses.
    pub(super) fn expr(&mut self, e: &Expr, operand: bool) {
        let Some(alias) = &e.alias else {
            return self.unnamed(e, operand, true);
        };
        if operand {
            self.push("(");
        }
        // A lambda with an alias has parentheses of its own; those around an expression serve for its alias too.
        self.unnamed(e, matches!(e.kind, ExprKind::Lambda(_)), !operand);
        self.push(" AS ");
        self.ident(alias);
        if operand {
            self.push(")");
        }
    }

    /// An expression where no alias may follow: `(a AS b)`.
    pub(super) fn bare(&mut self, e: &Expr) {
        self.expr(e, e.alias.is_some());
    }

    fn unnamed(&mut self, e: &Expr, operand: bool, keep: bool) {
        let own = match &e.kind {
            ExprKind::Subquery(_) => true,
            ExprKind::Literal(Literal::Tuple(t)) => t.len() > 1,
            ExprKind::Function(f) => {
                matches!(f.form, CallForm::Operator) && f.name == "tuple" && f.args.len() > 1 && f.over.is_none()
            }
            _ => false,
        };
        let parens = !own && ((e.parenthesized && keep) || (operand && self.is_operator(e)));
        if parens {
            self.push("(");
        }
        match &e.kind {
            ExprKind::Literal(l) => write_literal(&mut self.out, l),
            ExprKind::Identifier(parts) => self.compound(parts),
            ExprKind::Asterisk(a) => {
                for q in &a.qualifier {
                    self.ident(q);
                    self.push(".");
                }
                self.push("*");
                self.transformers(&a.transformers);
            }
            ExprKind::Columns(c) => self.columns(c),
            ExprKind::Function(f) => self.function(f),
            ExprKind::Lambda(l) => self.lambda(l),
            ExprKind::Subquery(q) => self.block(|w| w.query(q)),
            ExprKind::Parameter(p) => self.parameter(p),
        }
        if parens {
            self.push(")");
        }
    }

    pub(super) fn parameter(&mut self, p: &Parameter) {
        self.push("{");
        self.push(&p.name);
        self.push(":");
        self.push(&p.data_type.text);
        self.push("}");
    }

    pub(super) fn compound(&mut self, parts: &[Ident]) {
        for (i, p) in parts.iter().enumerate() {
            if i > 0 {
                self.push(".");
            }
            self.ident(p);
        }
    }

    /// Whether the expression is written as an operator.
    fn is_operator(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Lambda(_) => true,
            ExprKind::Function(f) => operator_of(f).is_some(),
            // What follows would belong to the lambda's body.
            ExprKind::Asterisk(a) => matches!(a.transformers.last(), Some(Transformer::ApplyLambda(_))),
            ExprKind::Columns(c) => matches!(c.transformers.last(), Some(Transformer::ApplyLambda(_))),
            _ => false,
        }
    }

    fn exprs(&mut self, list: &[Expr]) {
        self.list(list, |w, e| w.expr(e, false));
    }

    fn lambda(&mut self, l: &Lambda) {
        match l.params.as_slice() {
            [one] => self.ident(one),
            params => {
                self.push("(");
                self.list(params, |w, p| w.ident(p));
                self.push(")");
            }
        }
        self.push(" -> ");
        self.expr(&l.body, true);
    }

    fn columns(&mut self, c: &ColumnsMatcher) {
        for q in &c.qualifier {
            self.ident(q);
            self.push(".");
        }
        self.push("COLUMNS(");
        match &c.pattern {
            ColumnsPattern::Regex(re) => self.string(re),
            ColumnsPattern::List(list) => self.list(list, |w, e| w.bare(e)),
        }
        self.push(")");
        self.transformers(&c.transformers);
    }

    fn transformers(&mut self, list: &[Transformer]) {
        for t in list {
            match t {
                Transformer::Except { strict, columns } => {
                    self.push(if *strict { " EXCEPT STRICT " } else { " EXCEPT " });
                    match columns.as_slice() {
                        [one] => self.ident(one),
                        many => {
                            self.push("(");
                            self.list(many, |w, c| w.ident(c));
                            self.push(")");
                        }
                    }
                }
                Transformer::ExceptRegex { pattern } => {
                    self.push(" EXCEPT ");
                    self.string(pattern);
                }
                Transformer::Replace { strict, items } => {
                    self.push(if *strict { " REPLACE STRICT (" } else { " REPLACE (" });
                    self.list(items, |w, (e, name)| {
                        w.bare(e);
                        w.push(" AS ");
                        w.ident(name);
                    });
                    self.push(")");
                }
                Transformer::ApplyFunction { name, parameters } => {
                    self.push(" APPLY ");
                    self.ident(name);
                    if let Some(p) = parameters {
                        self.push("(");
                        self.exprs(p);
                        self.push(")");
                    }
                }
                Transformer::ApplyLambda(l) => {
                    self.push(" APPLY ");
                    self.lambda(l);
                }
            }
        }
    }

    fn function(&mut self, f: &FunctionCall) {
        match (operator_of(f), f.args.as_slice()) {
            (Some(Operator::Prefix(symbol)), [a]) => {
                self.push(symbol);
                let literal = symbol == "-" && is_scalar(Some(a));
                if literal && !a.parenthesized && a.alias.is_none() {
                    self.push("(");
                    self.expr(a, false);
                    self.push(")");
                } else {
                    self.expr(a, true);
                }
            }
            (Some(Operator::Postfix(symbol)), [a]) => {
                self.expr(a, true);
                self.push(symbol);
            }
            (Some(Operator::In(symbol)), [a, b]) => {
                self.expr(a, true);
                self.push(symbol);
                self.in_set(b);
            }
            (Some(Operator::Binary(symbol)), [a, b, rest @ ..]) => {
                self.expr(a, true);
                self.push(symbol);
                self.expr(b, true);
                for e in rest {
                    self.push(" ESCAPE ");
                    self.expr(e, true);
                }
            }
            (Some(Operator::Chain(symbol)), args) => {
                for (i, a) in args.iter().enumerate() {
                    if i > 0 {
                        self.push(symbol);
                    }
                    self.expr(a, true);
                }
            }
            (Some(Operator::Element), [a, b]) => {
                self.base(a);
                self.push("[");
                self.expr(b, false);
                self.push("]");
            }
            (Some(Operator::TupleElement), [a, b]) => {
                self.base(a);
                self.push(".");
                self.expr(b, false);
            }
            _ => self.call(f),
        }
    }

    /// What is subscripted: a negative number and a window function need parentheses too.
    fn base(&mut self, a: &Expr) {
        let special = match &a.kind {
            ExprKind::Literal(Literal::Int(_)) | ExprKind::Asterisk(_) => true,
            ExprKind::Literal(Literal::Float(f)) => f.is_sign_negative(),
            ExprKind::Function(f) => f.over.is_some(),
            _ => false,
        };
        if special && a.alias.is_none() && !a.parenthesized {
            self.push("(");
            self.expr(a, false);
            self.push(")");
        } else {
            self.expr(a, true);
        }
    }

    fn in_set(&mut self, set: &Expr) {
        let plain = match &set.kind {
            _ if set.alias.is_some() || set.parenthesized => true,
            ExprKind::Subquery(_) | ExprKind::Literal(Literal::Tuple(_) | Literal::Array(_)) => true,
            ExprKind::Function(_) => true,
            _ => false,
        };
        if plain {
            self.expr(set, true);
        } else {
            self.push("(");
            self.expr(set, false);
            self.push(")");
        }
    }

    pub(super) fn call(&mut self, f: &FunctionCall) {
        let operator = !matches!(f.form, CallForm::Call) && f.over.is_none();
        if operator && f.name == "array" {
            self.push("[");
            self.exprs(&f.args);
            self.push("]");
            return;
        }
        if operator && f.name == "tuple" && f.args.len() > 1 {
            self.push("(");
            self.exprs(&f.args);
            self.push(")");
            return;
        }
        write_ident(&mut self.out, &f.name);
        if let Some(p) = &f.parameters {
            self.push("(");
            self.exprs(p);
            self.push(")");
        }
        self.push("(");
        self.list(&f.args, |w, e| {
            // IN as one of several arguments stands in parentheses.
            let is_in = matches!(&e.kind, ExprKind::Function(g) if matches!(operator_of(g), Some(Operator::In(_))));
            if is_in && (f.args.len() > 1 || f.name.eq_ignore_ascii_case("position")) && !e.parenthesized {
                w.push("(");
                w.unnamed(e, false, true);
                w.push(")");
                if let Some(alias) = &e.alias {
                    w.push(" AS ");
                    w.ident(alias);
                }
            } else {
                w.expr(e, false);
            }
        });
        if !f.settings.is_empty() {
            self.push(if f.args.is_empty() { "SETTINGS " } else { ", SETTINGS " });
            self.settings_list(&f.settings);
        }
        self.push(")");
        match f.nulls {
            Some(NullsAction::Respect) => self.push(" RESPECT NULLS"),
            Some(NullsAction::Ignore) => self.push(" IGNORE NULLS"),
            None => {}
        }
        match f.over.as_deref() {
            Some(Over::Named(name)) => {
                self.push(" OVER ");
                self.ident(name);
            }
            Some(Over::Spec(w)) => {
                self.push(" OVER ");
                self.window(w);
            }
            None => {}
        }
    }

    pub(super) fn window(&mut self, w: &WindowSpec) {
        self.push("(");
        let start = self.out.len();
        let space = |s: &mut Self| {
            if s.out.len() > start {
                s.push(" ");
            }
        };
        if let Some(p) = &w.parent {
            self.ident(p);
        }
        if !w.partition_by.is_empty() {
            space(self);
            self.push("PARTITION BY ");
            self.exprs(&w.partition_by);
        }
        if !w.order_by.is_empty() {
            space(self);
            self.push("ORDER BY ");
            self.list(&w.order_by, |s, o| s.order_item(o));
        }
        if let Some(f) = &w.frame {
            space(self);
            self.push(match f.unit {
                FrameUnit::Rows => "ROWS BETWEEN ",
                FrameUnit::Range => "RANGE BETWEEN ",
                FrameUnit::Groups => "GROUPS BETWEEN ",
            });
            self.frame_bound(&f.start);
            self.push(" AND ");
            self.frame_bound(&f.end);
        }
        self.push(")");
    }

    fn frame_bound(&mut self, b: &FrameBound) {
        match b {
            FrameBound::UnboundedPreceding => self.push("UNBOUNDED PRECEDING"),
            FrameBound::UnboundedFollowing => self.push("UNBOUNDED FOLLOWING"),
            FrameBound::CurrentRow => self.push("CURRENT ROW"),
            FrameBound::Preceding(e) => {
                self.expr(e, true);
                self.push(" PRECEDING");
            }
            FrameBound::Following(e) => {
                self.expr(e, true);
                self.push(" FOLLOWING");
            }
        }
    }
}

enum Operator {
    Prefix(&'static str),
    Postfix(&'static str),
    Binary(&'static str),
    In(&'static str),
    /// `a AND b AND c`
    Chain(&'static str),
    /// `a[i]`
    Element,
    /// `a.1`
    TupleElement,
}

/// A literal that a dot cannot follow.
fn is_scalar(e: Option<&Expr>) -> bool {
    match e.map(|e| &e.kind) {
        Some(ExprKind::Literal(l)) => !matches!(l, Literal::Tuple(_) | Literal::Array(_)),
        _ => false,
    }
}

fn operator_of(f: &FunctionCall) -> Option<Operator> {
    if matches!(f.form, CallForm::Call) || f.parameters.is_some() || f.over.is_some() {
        return None;
    }
    match (f.name.as_str(), f.args.len()) {
        ("negate", 1) => Some(Operator::Prefix("-")),
        ("not", 1) => Some(Operator::Prefix("NOT ")),
        ("isNull", 1) => Some(Operator::Postfix(" IS NULL")),
        ("isNotNull", 1) => Some(Operator::Postfix(" IS NOT NULL")),
        ("and", 2..) => Some(Operator::Chain(" AND ")),
        ("or", 2..) => Some(Operator::Chain(" OR ")),
        ("arrayElement", 2) => Some(Operator::Element),
        ("tupleElement", 2) => match f.args.get(1).map(|a| (&a.kind, &a.alias)) {
            Some((ExprKind::Literal(Literal::UInt(_) | Literal::Int(_)), None)) if !is_scalar(f.args.first()) => {
                Some(Operator::TupleElement)
            }
            _ => None,
        },
        (name, n) => {
            let (_, symbol) = BINARY.iter().find(|(f, _)| *f == name)?;
            let like = name.ends_with("ike");
            match (n, name.ends_with("In") || name == "in") {
                (2, true) => Some(Operator::In(symbol)),
                (2, false) => Some(Operator::Binary(symbol)),
                (3, false) if like => Some(Operator::Binary(symbol)),
                _ => None,
            }
        }
    }
}
