//! Names of result columns: what ClickHouse calls a SELECT expression that has no alias.
//!
//! Rules of ClickHouse 26.9's analyzer, checked against chDB by `tests/sql/column_names.py`: operators by their functions'
//! names, tuples and arrays as `(a, b)` and `[a, b]`, lambdas as `lambda(tuple(x), …)`, aliases in place of what they stand for,
//! identifiers without quotes.

use super::ast::*;
use super::display::{write_float, write_string};

/// What a name needs to know beyond the expression itself.
pub trait Namer {
    /// The name of an identifier; by default its parts, joined by dots. ClickHouse drops the table where only one is read.
    fn identifier(&mut self, parts: &[Ident]) -> String {
        parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The name of a subquery: ClickHouse numbers them.
    fn subquery(&mut self, _query: &Query) -> String {
        "_subquery1".to_string()
    }

    /// The value of a call that is known before the query runs and gives the name: EXISTS.
    fn value(&mut self, _call: &FunctionCall) -> Option<String> {
        None
    }

    /// The value of a query parameter, as a literal's text.
    fn parameter(&mut self, parameter: &Parameter) -> String {
        format!("{{{}:{}}}", parameter.name, parameter.data_type.text)
    }

    /// The definition of a named window.
    fn window(&mut self, _name: &Ident) -> Option<WindowSpec> {
        None
    }
}

struct Plain;
impl Namer for Plain {}

/// The name of the column that `e` makes: its alias, or its canonical text.
pub fn column_name(e: &Expr) -> String {
    column_name_with(e, &mut Plain)
}

/// As [`column_name`], asking `namer` for what the expression does not say.
pub fn column_name_with(e: &Expr, namer: &mut dyn Namer) -> String {
    let mut out = String::new();
    name_of(e, namer, &mut out);
    out
}

fn name_of(e: &Expr, namer: &mut dyn Namer, out: &mut String) {
    if let Some(alias) = &e.alias {
        out.push_str(&alias.value);
        return;
    }
    match &e.kind {
        ExprKind::Literal(l) => literal(l, out),
        ExprKind::Identifier(parts) => out.push_str(&namer.identifier(parts)),
        ExprKind::Asterisk(a) => {
            for q in &a.qualifier {
                out.push_str(&q.value);
                out.push('.');
            }
            out.push('*');
        }
        ExprKind::Columns(c) => match &c.pattern {
            ColumnsPattern::Regex(re) => {
                out.push_str("COLUMNS(");
                write_string(out, re);
                out.push(')');
            }
            ColumnsPattern::List(list) => {
                out.push_str("COLUMNS(");
                names(list, namer, out);
                out.push(')');
            }
        },
        ExprKind::Function(f) => function(f, namer, out),
        ExprKind::Lambda(l) => {
            out.push_str("lambda(tuple(");
            let params: Vec<&str> = l.params.iter().map(|p| p.value.as_str()).collect();
            out.push_str(&params.join(", "));
            out.push_str("), ");
            name_of(&l.body, namer, out);
            out.push(')');
        }
        ExprKind::Subquery(q) => out.push_str(&namer.subquery(q)),
        ExprKind::Parameter(p) => out.push_str(&namer.parameter(p)),
    }
}

fn names(list: &[Expr], namer: &mut dyn Namer, out: &mut String) {
    for (i, e) in list.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        name_of(e, namer, out);
    }
}

fn function(f: &FunctionCall, namer: &mut dyn Namer, out: &mut String) {
    if let Some(value) = namer.value(f) {
        out.push_str(&value);
        return;
    }
    let plain = f.parameters.is_none() && f.over.is_none();
    if plain && (f.name == "tuple" || f.name == "array") {
        let (open, close) = if f.name == "tuple" { ('(', ')') } else { ('[', ']') };
        out.push(open);
        names(&f.args, namer, out);
        out.push(close);
        return;
    }
    out.push_str(&f.name);
    if let Some(p) = &f.parameters {
        out.push('(');
        names(p, namer, out);
        out.push(')');
    }
    out.push('(');
    let star =
        |e: &Expr| matches!(&e.kind, ExprKind::Asterisk(a) if a.qualifier.is_empty() && a.transformers.is_empty());
    if !(f.name.eq_ignore_ascii_case("count") && f.args.len() == 1 && f.args.iter().all(star)) {
        names(&f.args, namer, out);
    }
    out.push(')');
    match f.over.as_deref() {
        None => {}
        Some(Over::Spec(w)) => window(w, namer, out),
        Some(Over::Named(name)) => match namer.window(name) {
            Some(w) => window(&w, namer, out),
            None => {
                out.push_str(" OVER ");
                out.push_str(&name.value);
            }
        },
    }
}

fn window(w: &WindowSpec, namer: &mut dyn Namer, out: &mut String) {
    out.push_str(" OVER (");
    let mut parts: Vec<String> = Vec::new();
    if let Some(parent) = &w.parent {
        parts.push(parent.value.clone());
    }
    if !w.partition_by.is_empty() {
        let mut p = String::from("PARTITION BY ");
        names(&w.partition_by, namer, &mut p);
        parts.push(p);
    }
    if !w.order_by.is_empty() {
        let mut p = String::from("ORDER BY ");
        for (i, o) in w.order_by.iter().enumerate() {
            if i > 0 {
                p.push_str(", ");
            }
            name_of(&o.expr, namer, &mut p);
            p.push_str(if o.descending { " DESC" } else { " ASC" });
            match o.nulls {
                Some(NullsOrder::First) => p.push_str(" NULLS FIRST"),
                Some(NullsOrder::Last) => p.push_str(" NULLS LAST"),
                None => {}
            }
            if let Some(c) = &o.collate {
                p.push_str(" COLLATE ");
                p.push_str(&String::from_utf8_lossy(c));
            }
        }
        parts.push(p);
    }
    if let Some(frame) = &w.frame {
        let unit = match frame.unit {
            FrameUnit::Rows => "ROWS",
            FrameUnit::Range => "RANGE",
            FrameUnit::Groups => "GROUPS",
        };
        let mut p = format!("{unit} BETWEEN ");
        bound(&frame.start, namer, &mut p);
        p.push_str(" AND ");
        bound(&frame.end, namer, &mut p);
        parts.push(p);
    }
    out.push_str(&parts.join(" "));
    out.push(')');
}

fn bound(b: &FrameBound, namer: &mut dyn Namer, out: &mut String) {
    match b {
        FrameBound::UnboundedPreceding => out.push_str("UNBOUNDED PRECEDING"),
        FrameBound::UnboundedFollowing => out.push_str("UNBOUNDED FOLLOWING"),
        FrameBound::CurrentRow => out.push_str("CURRENT ROW"),
        FrameBound::Preceding(e) => {
            name_of(e, namer, out);
            out.push_str(" PRECEDING");
        }
        FrameBound::Following(e) => {
            name_of(e, namer, out);
            out.push_str(" FOLLOWING");
        }
    }
}

/// A literal's name: as it is written, but for Booleans inside of collections, which are numbers there.
pub fn literal_name(l: &Literal) -> String {
    let mut out = String::new();
    literal(l, &mut out);
    out
}

fn literal(l: &Literal, out: &mut String) {
    match l {
        Literal::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Literal::Array(items) => {
            let (mut float, mut other) = (false, false);
            leaves(items, &mut float, &mut other);
            if matches!(items.first(), Some(Literal::Bool(_))) {
                // One of Booleans, whatever numbers are among them.
                let bools = items.iter().map(|i| match i {
                    Literal::UInt(n) => Literal::Bool(*n != 0),
                    other => other.clone(),
                });
                collection(&bools.collect::<Vec<_>>(), '[', ']', out);
            } else if float && !other {
                collection(&items.iter().map(as_float).collect::<Vec<_>>(), '[', ']', out);
            } else {
                collection(items, '[', ']', out);
            }
        }
        Literal::Tuple(items) => collection(items, '(', ')', out),
        Literal::Map(pairs) => {
            out.push('{');
            for (i, (k, v)) in pairs.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                literal(k, out);
                out.push(':');
                literal(v, out);
            }
            out.push('}');
        }
        Literal::Null => out.push_str("NULL"),
        Literal::UInt(n) => out.push_str(&n.to_string()),
        Literal::Int(n) => out.push_str(&n.to_string()),
        Literal::Float(f) => write_float(out, *f),
        Literal::String(s) => write_string(out, s),
    }
}

/// Whether nested arrays hold floats, and anything beside numbers and NULL.
fn leaves(items: &[Literal], float: &mut bool, other: &mut bool) {
    for item in items {
        match item {
            Literal::Array(items) => leaves(items, float, other),
            Literal::Float(_) => *float = true,
            Literal::UInt(_) | Literal::Int(_) | Literal::Null => {}
            _ => *other = true,
        }
    }
}

/// An array of integers and floats is one of floats.
fn as_float(item: &Literal) -> Literal {
    match item {
        Literal::Array(items) => Literal::Array(items.iter().map(as_float).collect()),
        Literal::UInt(n) => Literal::Float(*n as f64),
        Literal::Int(n) => Literal::Float(*n as f64),
        other => other.clone(),
    }
}

fn collection(items: &[Literal], open: char, close: char, out: &mut String) {
    out.push(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        match item {
            Literal::Bool(b) => out.push(if *b { '1' } else { '0' }),
            _ => literal(item, out),
        }
    }
    out.push(close);
}
