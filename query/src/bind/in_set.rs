//! IN: a list, a tuple, an array, or a subquery on the right becomes a set that is made before the query runs.

use super::expr::subquery_outer;
use super::{Binder, Scope};
use crate::expr::{Expr, ExprKind, SharedSet, ValueSet};
use crate::sql::ast;
use olly_types::value::value_at;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

impl<'a> Binder<'a> {
    pub(crate) fn in_call<'q>(&self, f: &ast::FunctionCall, negated: bool, s: &mut Scope<'q>) -> Result<Expr> {
        let [left, right] = f.args.as_slice() else {
            return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, "IN takes two arguments"));
        };
        let left = self.expr(left, s)?;
        match &right.kind {
            ast::ExprKind::Subquery(q) => {
                let bound = self.subquery(q, s)?;
                let positions = self.positions(left, bound.columns.len())?;
                let types: Vec<Type> = bound.columns.iter().map(|c| c.ty.clone()).collect();
                self.subquery_set(bound, types, positions, negated)
            }
            ast::ExprKind::Identifier(parts) if self.is_table(parts, s) => {
                let query = table_query(parts);
                let bound = self.query(&query, &subquery_outer(s))?;
                let positions = self.positions(left, bound.columns.len())?;
                let types: Vec<Type> = bound.columns.iter().map(|c| c.ty.clone()).collect();
                self.subquery_set(bound, types, positions, negated)
            }
            _ => {
                let right = self.expr(right, s)?;
                self.constant_set(left, right, negated)
            }
        }
    }

    /// `x IN t`: a table or a CTE, unless the name means an expression.
    fn is_table<'q>(&self, parts: &[ast::Ident], s: &mut Scope<'q>) -> bool {
        let names: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
        if let [name] = names.as_slice() {
            if s.aliases.contains_key(*name)
                || s.outer.with.contains_key(*name)
                || matches!(self.parameter_of_lambda(name, s), Ok(Some(_)))
            {
                return false;
            }
            if s.outer.ctes.contains_key(*name) {
                return true;
            }
        }
        if matches!(self.column(&names, s), Ok(Some(_)) | Err(_)) {
            return false;
        }
        match names.as_slice() {
            [table] => {
                self.env.shared.catalog.table(&self.env.database, table).is_some()
                    || self.env.external.iter().any(|(n, _)| n == table)
            }
            [db, table] => self.env.shared.catalog.table(db, table).is_some(),
            _ => false,
        }
    }

    /// The left side as one expression per column of the set.
    fn positions(&self, left: Expr, n: usize) -> Result<Vec<Expr>> {
        if n == 1 {
            return Ok(vec![left]);
        }
        let mismatch = |m: usize| {
            let text = format!("Number of columns in section IN doesn't match: {m} at left, {n} at right");
            Error::new(Code::TupleSizeMismatch, text)
        };
        match (&left.kind, &left.ty) {
            (ExprKind::Call { function, args }, _) if function.name == "tuple" && args.len() == n => Ok(args.clone()),
            (_, Type::Tuple(elements)) if elements.len() == n => super::elements(&left, n, &self.env.context),
            (_, Type::Tuple(elements)) => Err(mismatch(elements.len())),
            _ => Err(mismatch(1)),
        }
    }

    fn constant_set(&self, left: Expr, right: Expr, negated: bool) -> Result<Expr> {
        let Some(value) = right.as_literal().cloned() else {
            // ClickHouse allows no other right side than a constant or a subquery, but arrays of a column (has).
            return Err(Error::unsupported("IN with a right side that is neither a constant nor a subquery"));
        };
        // (members, type of each)
        let (members, types): (Vec<Value>, Vec<Type>) = match (&value, &right.ty) {
            (Value::Tuple(items), Type::Tuple(elements)) => {
                let left_is_tuple = matches!(left.ty, Type::Tuple(_));
                let right_holds_tuples = elements.iter().any(|(_, t)| matches!(t, Type::Tuple(_)));
                if left_is_tuple && !right_holds_tuples {
                    (vec![value.clone()], vec![right.ty.clone()])
                } else {
                    (items.to_vec(), elements.iter().map(|(_, t)| t.clone()).collect())
                }
            }
            (Value::Array(items), Type::Array(t)) if array_depth(&right.ty) > array_depth(&left.ty) => {
                (items.to_vec(), vec![(**t).clone(); items.len()])
            }
            _ => (vec![value.clone()], vec![right.ty.clone()]),
        };
        let target = set_type(&left.ty);
        if target == Type::Nothing {
            return Ok(Expr::literal(Value::Null, Type::nullable(Type::Nothing)));
        }
        let is_tuple = matches!(target, Type::Tuple(_));
        let positions: Vec<Expr>;
        let want: Vec<Type>;
        if let Type::Tuple(elements) = &target {
            positions = match elements.len() {
                1 => super::elements(&left, 1, &self.env.context)?,
                n => self.positions(left, n)?,
            };
            want = positions.iter().map(|p| set_type(&p.ty)).collect();
        } else {
            positions = vec![left];
            want = vec![target];
        }
        if is_tuple && want.contains(&Type::Nothing) {
            // A tuple that holds the literal NULL is in no set.
            return Ok(Expr::literal(Value::UInt(u64::from(negated)), Type::UInt8));
        }
        let mut set = ValueSet::new(want.clone())?.charge(&self.env.memory)?;
        for (member, ty) in members.iter().zip(&types) {
            let parts: Vec<(Value, Type)> = match (member, ty) {
                (Value::Tuple(parts), Type::Tuple(elements)) if is_tuple => {
                    parts.iter().cloned().zip(elements.iter().map(|(_, t)| t.clone())).collect()
                }
                _ => vec![(member.clone(), ty.clone())],
            };
            if parts.len() != want.len() {
                let text = format!(
                    "Number of columns in section IN doesn't match: {} at left, {} at right",
                    want.len(),
                    parts.len()
                );
                return Err(Error::new(Code::IncorrectElementOfSet, text));
            }
            let mut row = Vec::with_capacity(parts.len());
            let mut fits = true;
            for ((v, t), want) in parts.into_iter().zip(&want) {
                match self.member(v, &t, want)? {
                    Some(v) => row.push(v),
                    None => fits = false,
                }
            }
            if fits {
                set.add_values(&row)?;
            }
        }
        self.in_expr(positions, set, negated)
    }

    /// A member in the left side's type; None where that type does not hold it.
    fn member(&self, value: Value, from: &Type, to: &Type) -> Result<Option<Value>> {
        if value.is_null() {
            return Ok(Some(Value::Null));
        }
        let from = from.base().clone();
        if from == *to {
            return Ok(Some(value));
        }
        if let (Some(n), true) = (value.as_i128(), from.is_integer() && to.is_integer()) {
            let (low, high) = integer_range(to);
            return Ok((low <= n && n <= high).then_some(value));
        }
        if let Value::Float(f) = value
            && to.is_integer()
        {
            let (low, high) = integer_range(to);
            let n = f as i128;
            return Ok((f.fract() == 0.0 && low <= n && n <= high).then_some(if n < 0 {
                Value::Int(n as i64)
            } else {
                Value::UInt(n as u64)
            }));
        }
        if let (Type::FixedString(_), Type::String) = (&from, to) {
            // With its zero bytes, unlike a CAST.
            return Ok(Some(value));
        }
        let differ = matches!((&from, to), (Type::DateTime64(..), Type::Date | Type::Date32 | Type::DateTime(_)));
        if differ || matches!((&from, to), (Type::Ipv4, Type::Ipv6)) {
            let text = format!("Type mismatch in IN or VALUES section. Expected: {to}. Got: {from}");
            return Err(Error::new(Code::TypeMismatch, text));
        }
        if let (Value::Bytes(text), true) = (&value, from == Type::String) {
            if is_time(to) {
                return super::compare::exact_time(text, to, &self.env.context).map(Some);
            }
            if to.is_enum() && !super::compare::has_member(to, text) {
                return Ok(None);
            }
            if crate::func::num::int_shape(to).is_some() && *to != Type::Bool {
                return super::compare::integer(text, to);
            }
        }
        if let (Some(n), true) = (value.as_i128(), from.is_integer() && to.is_enum()) {
            let known = match to {
                Type::Enum8(m) => m.iter().any(|(_, v)| i128::from(*v) == n),
                Type::Enum16(m) => m.iter().any(|(_, v)| i128::from(*v) == n),
                _ => false,
            };
            if !known {
                return Ok(None);
            }
        }
        let literal = Expr::literal(value.clone(), from.clone());
        let cast = super::cast(literal, to, &self.env.context).map_err(|e| {
            Error::new(Code::TypeMismatch, format!("Cannot convert {from} to {to} in IN section: {}", e.message))
        })?;
        let cast = cast.as_literal().cloned();
        if let (Some(cast), true) = (&cast, is_numeric(&from) && is_numeric(to)) {
            // Cut or rounded it would be another number.
            let back = super::cast(Expr::literal(cast.clone(), to.clone()), &from, &self.env.context);
            if !back.is_ok_and(|b| b.as_literal() == Some(&value)) {
                return Ok(None);
            }
        }
        Ok(cast)
    }

    /// The set, or an equal one of this statement.
    fn shared(&self, set: ValueSet) -> SharedSet {
        let mut sets = self.sets.borrow_mut();
        if let Some(equal) = sets.iter().find(|s| s.equal(&set)) {
            return Arc::clone(equal);
        }
        let set = Arc::new(set);
        sets.push(Arc::clone(&set));
        set
    }

    fn in_expr(&self, args: Vec<Expr>, set: ValueSet, negated: bool) -> Result<Expr> {
        let dictionary = args.len() == 1 && args.iter().all(|a| matches!(a.ty, Type::LowCardinality(_)));
        // The lookup compares carriers, so the left side must have exactly the set's types (but for NULL and dictionaries).
        let mut out = Vec::with_capacity(args.len());
        for (arg, want) in args.into_iter().zip(&set.types) {
            let plain = set_type(&arg.ty);
            let arg = if plain == *want {
                arg
            } else {
                let ty = if arg.ty.is_nullable() { Type::nullable(want.clone()) } else { want.clone() };
                super::coerce(arg, &ty, &self.env.context)?
            };
            out.push(arg);
        }
        let nothing = out.iter().any(|a| matches!(&a.ty, Type::Nullable(t) if **t == Type::Nothing));
        let nullable = out.len() == 1 && out.iter().any(|a| a.ty.is_nullable());
        if nothing && out.len() == 1 {
            return Ok(Expr::literal(Value::Null, Type::nullable(Type::Nothing)));
        }
        let ty = if nullable { Type::nullable(Type::UInt8) } else { Type::UInt8 };
        let constant = out.iter().all(|a| a.as_literal().is_some());
        let expr = Expr { kind: ExprKind::InSet { args: out, set: self.shared(set), negated }, ty };
        if constant {
            let array = match crate::expr::eval(&expr, &[], 1, &self.env.context)? {
                crate::func::Column::Array(a) | crate::func::Column::Const(a) => a,
                crate::func::Column::Lambda(_) => return Ok(expr),
            };
            return Ok(Expr::literal(value_at(&array, 0, &expr.ty)?, expr.ty));
        }
        if dictionary {
            let ty = Type::low_cardinality(expr.ty.clone());
            return super::coerce(expr, &ty, &self.env.context);
        }
        Ok(expr)
    }

    fn subquery_set(
        &self,
        bound: crate::plan::Bound,
        types: Vec<Type>,
        positions: Vec<Expr>,
        negated: bool,
    ) -> Result<Expr> {
        if matches!(positions.as_slice(), [only] if set_type(&only.ty) == Type::Nothing) {
            return Ok(Expr::literal(Value::Null, Type::nullable(Type::Nothing)));
        }
        let mut want = Vec::with_capacity(types.len());
        let mut converted = false;
        let mut args = Vec::with_capacity(types.len());
        for (p, t) in positions.iter().zip(&types) {
            let (l, r) = (set_type(&p.ty), set_type(t));
            let plain = |t: &Type| t.is_integer() && *t != Type::Bool;
            if l == r || l == Type::Nothing {
                want.push(r);
            } else if same_moments(&l, &r) || r == Type::Nothing {
                want.push(l);
            } else if l.is_enum() && r.is_enum() {
                return Err(Error::unsupported(format!("{l} IN a subquery of {r}")));
            } else if let (true, Ok(common)) =
                (plain(&l) && plain(&r), crate::typing::common_type(&[l.clone(), r.clone()]))
            {
                want.push(common);
            } else {
                // The left side becomes the set's type; what does not fit is no member.
                let whole = if p.ty.is_nullable() { Type::nullable(set_type(&p.ty)) } else { set_type(&p.ty) };
                let value = super::coerce(p.clone(), &whole, &self.env.context)?;
                if is_time(&l) && is_time(&r) {
                    let ty = Type::nullable(r.clone());
                    args.push(super::call::typed_call("__timeMember", vec![value], ty, &self.env.context)?);
                    want.push(r);
                    converted = true;
                    continue;
                }
                let name = Expr::literal(Value::bytes(r.to_string()), Type::String);
                args.push(super::call_named("accurateCastOrNull", vec![value, name], &self.env.context)?);
                want.push(r);
                converted = true;
                continue;
            }
            args.push(p.clone());
        }
        let mut set = ValueSet::new(want.clone())?.charge(&self.env.memory)?;
        let settings = &self.env.settings;
        let (max_rows, max_bytes) = (settings.u64_or("max_rows_in_set", 0)?, settings.u64_or("max_bytes_in_set", 0)?);
        let stops = settings.get("set_overflow_mode") == Some("break");
        self.feed(bound, &mut |batch| {
            let mut columns = Vec::with_capacity(want.len());
            for ((ty, array), want) in types.iter().zip(batch.columns()).zip(&want) {
                let ty2 = if ty.is_nullable() { Type::nullable(want.clone()) } else { want.clone() };
                columns.push(crate::func::coerce::coerce(array, ty, &ty2)?);
            }
            if batch.num_rows() > 0 {
                set.add(&columns)?;
            }
            for (what, limit, current) in [("rows", max_rows, set.len()), ("bytes", max_bytes, set.bytes())] {
                if limit > 0 && current as u64 > limit {
                    let text = format!("Limit for IN-set exceeded, max {what}: {limit}, current {what}: {current}");
                    return if stops { Ok(false) } else { Err(Error::new(Code::SetSizeLimitExceeded, text)) };
                }
            }
            Ok(true)
        })?;
        let found = self.in_expr(args, set, negated)?;
        let ([left], true) = (positions.as_slice(), converted) else { return Ok(found) };
        let call = |name: &str, args| super::call_named(name, args, &self.env.context);
        let none = Expr::literal(Value::UInt(u64::from(negated)), Type::UInt8);
        let found = call("ifNull", vec![found, none])?;
        if !left.ty.is_nullable() {
            return Ok(found);
        }
        let null = Expr::literal(Value::Null, Type::nullable(Type::Nothing));
        call("if", vec![call("isNull", vec![left.clone()])?, null, found])
    }
}

/// The type in which members are compared: without NULL and dictionary.
fn set_type(ty: &Type) -> Type {
    ty.base().clone()
}

/// A number, or an array or tuple of them.
fn is_numeric(ty: &Type) -> bool {
    match ty.base() {
        Type::Array(t) => is_numeric(t),
        Type::Tuple(e) => e.iter().all(|(_, t)| is_numeric(t)),
        t => t.is_integer() || t.is_float() || t.is_decimal(),
    }
}

fn is_time(ty: &Type) -> bool {
    matches!(ty, Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64(..))
}

/// Types that differ in their time zone alone.
fn same_moments(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::DateTime(_), Type::DateTime(_)) => true,
        (Type::DateTime64(x, _), Type::DateTime64(y, _)) => x == y,
        _ => false,
    }
}

fn array_depth(ty: &Type) -> usize {
    match ty {
        Type::Array(t) => 1 + array_depth(t),
        _ => 0,
    }
}

/// Least and largest number of an integer type.
pub(super) fn integer_range(ty: &Type) -> (i128, i128) {
    match ty {
        Type::UInt8 => (0, 0xFF),
        Type::Bool => (0, 1),
        Type::UInt16 => (0, 0xFFFF),
        Type::UInt32 => (0, 0xFFFF_FFFF),
        Type::UInt64 => (0, i128::from(u64::MAX)),
        Type::Int8 => (-0x80, 0x7F),
        Type::Int16 => (-0x8000, 0x7FFF),
        Type::Int32 => (-0x8000_0000, 0x7FFF_FFFF),
        _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
    }
}

/// `SELECT * FROM name`
fn table_query(parts: &[ast::Ident]) -> ast::Query {
    let (database, name) = match parts {
        [db, table] => (Some(db.clone()), table.clone()),
        [table, ..] => (None, table.clone()),
        [] => (None, ast::Ident::new("")),
    };
    let star = ast::Asterisk { qualifier: Vec::new(), transformers: Vec::new() };
    let select = ast::Select {
        projection: vec![ast::Expr {
            kind: ast::ExprKind::Asterisk(Box::new(star)),
            alias: None,
            span: ast::Span::default(),
            depth: 1,
            parenthesized: false,
        }],
        from: Some(ast::From {
            first: ast::TableExpr {
                kind: ast::TableExprKind::Table(ast::TableName { database, name }),
                alias: None,
                column_aliases: Vec::new(),
                is_final: false,
                sample: None,
                span: ast::Span::default(),
            },
            rest: Vec::new(),
        }),
        ..ast::Select::default()
    };
    ast::Query::Select(Box::new(select))
}

/// A membership without the LowCardinality around it: filters and logic take it plain, and scans prune by it.
pub(crate) fn plain_membership(e: Expr) -> Expr {
    match e.kind {
        ExprKind::Call { function, mut args }
            if function.name == "__coerce"
                && matches!(args.as_slice(), [Expr { kind: ExprKind::InSet { .. }, .. }]) =>
        {
            args.swap_remove(0)
        }
        kind => Expr { kind, ty: e.ty },
    }
}
