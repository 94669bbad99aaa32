//! Binding of expressions: identifiers through lambdas, aliases and tables; calls through aggregates and functions.

use super::call::{call_named, typed_call};
use super::hints::hint;
use super::lambda::lambda_of;
use super::{Binder, Scope};
use crate::expr::{Expr, ExprKind};
use crate::plan::ColId;
use crate::sql::ast;
use olly_types::port::Access;
use olly_types::{Code, Error, Result, Type, Value};
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Binder<'a> {
    pub(crate) fn expr<'q>(&self, e: &ast::Expr, s: &mut Scope<'q>) -> Result<Expr> {
        self.work.add(self.env, 1)?;
        match &e.kind {
            ast::ExprKind::Literal(l) => super::literal(l),
            ast::ExprKind::Identifier(parts) => self.identifier(parts, s),
            ast::ExprKind::Function(f) => self.function(f, s),
            ast::ExprKind::Subquery(q) => self.scalar_subquery(q, s),
            ast::ExprKind::Parameter(p) => self.parameter(p),
            ast::ExprKind::Lambda(_) => Err(Error::new(
                Code::BadArguments,
                "a lambda can only be the first argument of a higher-order function",
            )),
            ast::ExprKind::Asterisk(_) | ast::ExprKind::Columns(_) => Err(Error::new(
                Code::UnsupportedMethod,
                "`*` can only stand in the list of SELECT, or alone in count()",
            )),
        }
    }

    fn parameter(&self, p: &ast::Parameter) -> Result<Expr> {
        let Some(text) = self.env.parameters.get(&p.name) else {
            return Err(Error::new(Code::UnknownQueryParameter, format!("Substitution `{}` is not set", p.name)));
        };
        let ty = Type::parse(&p.data_type.text)?;
        let value = parse_parameter(text, &ty, &p.name)?;
        Ok(Expr::literal(value, ty))
    }

    // ---- names ----

    fn identifier<'q>(&self, parts: &[ast::Ident], s: &mut Scope<'q>) -> Result<Expr> {
        let names: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
        if let Some(e) = self.try_identifier(&names, s)? {
            return Ok(e);
        }
        // `t.a.b`: the longest prefix that is a name; the rest are parts of its value.
        for cut in (1..names.len()).rev() {
            let (head, tail) = names.split_at(cut);
            if let Some(mut e) = self.try_identifier(head, s)? {
                for part in tail {
                    e = self.subcolumn(e, part)?;
                }
                return Ok(e);
            }
        }
        let whole = names.join(".");
        if names.len() == 1 && s.resolving.iter().any(|r| r == &whole) {
            return Err(Error::new(Code::CyclicAliases, format!("Cyclic aliases: {}", s.resolving.join(" -> "))));
        }
        *self.unknown.borrow_mut() = names.iter().map(|n| n.to_string()).collect();
        let known = s.sources.iter().flat_map(|t| t.columns.iter().map(|c| &*c.name));
        let known = known.chain(s.aliases.keys().map(String::as_str));
        let text = format!("Unknown expression or function identifier `{whole}`{}", hint(&whole, known));
        Err(Error::new(Code::UnknownIdentifier, text))
    }

    fn try_identifier<'q>(&self, names: &[&str], s: &mut Scope<'q>) -> Result<Option<Expr>> {
        if let [name] = names
            && let Some(found) = self.parameter_of_lambda(name, s)?
        {
            return Ok(Some(found));
        }
        let whole = names.join(".");
        // The name of a lambda stands for nothing but its calls.
        let lambda = |e: &ast::Expr| matches!(e.kind, ast::ExprKind::Lambda(_));
        if !s.resolving.contains(&whole)
            && let Some(e) = s.aliases.get(&whole).copied().filter(|e| !lambda(e))
        {
            return self.alias(&whole, e, s).map(Some);
        }
        let outer = s.resolving.split_last().is_some_and(|(last, outer)| *last != whole && outer.contains(&whole));
        if outer && s.aliases.contains_key(&whole) {
            return Err(Error::unsupported(format!("aliases that name each other ({})", s.resolving.join(", "))));
        }
        if let Some(found) = self.column(names, s)? {
            return Ok(Some(found));
        }
        if !s.resolving.contains(&whole)
            && let Some((e, outer)) = s.outer.with.get(&whole).filter(|(e, _)| !lambda(e)).cloned()
        {
            // An expression of WITH in a query around this one: it sees no tables.
            let mut inner = Scope::new(outer);
            inner.resolving = s.resolving.clone();
            inner.resolving.push(whole);
            return self.expr(e, &mut inner).map(Some);
        }
        Ok(None)
    }

    fn alias<'q>(&self, name: &str, e: &'q ast::Expr, s: &mut Scope<'q>) -> Result<Expr> {
        if s.twice.iter().any(|t| t == name) {
            let text = format!("Multiple expressions for alias {name}");
            return Err(Error::new(Code::MultipleExpressionsForAlias, text));
        }
        let cacheable = s.lambdas.is_empty() && s.lets.is_empty() && !s.in_aggregate;
        if cacheable && let Some(bound) = s.cache.get(name) {
            self.work.add(self.env, super::work::nodes(bound))?;
            return Ok(bound.clone());
        }
        if s.resolving.len() > 500 {
            return Err(Error::new(Code::TooDeepAst, "aliases refer to each other too deeply"));
        }
        s.resolving.push(name.to_string());
        let bound = self.expr(e, s);
        s.resolving.pop();
        let bound = bound?;
        if cacheable {
            s.cache.insert(name.to_string(), bound.clone());
        }
        Ok(bound)
    }

    // ---- calls ----

    fn function<'q>(&self, f: &ast::FunctionCall, s: &mut Scope<'q>) -> Result<Expr> {
        if f.over.is_some() {
            return Err(Error::unsupported(format!("window function {} OVER (…)", f.name)));
        }
        if let Some(e) = self.called_alias(f, s)? {
            return Ok(e);
        }
        let lower = f.name.to_ascii_lowercase();
        match lower.as_str() {
            "in" | "notin" | "globalin" | "globalnotin" if f.args.len() == 2 => {
                return self.in_call(f, lower.contains("not"), s);
            }
            "nullin" | "notnullin" | "globalnullin" | "globalnotnullin" => {
                return Err(Error::unsupported(format!("function {}", f.name)));
            }
            "exists" => {
                if let Some(q) = super::names::exists(f) {
                    return self.exists(q, s);
                }
            }
            "casewithexpression" if f.args.len() >= 4 && f.args.len().is_multiple_of(2) => return self.case(f, s),
            "arrayjoin" => return self.array_join(f, s),
            "isnotdistinctfrom" | "isdistinctfrom" => {
                let [a, b] = f.args.as_slice() else {
                    let text = format!("Function {} takes two arguments, but {} are given", f.name, f.args.len());
                    return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
                };
                let (a, b) = (self.expr(a, s)?, self.expr(b, s)?);
                return self.distinct(a, b, lower == "isdistinctfrom");
            }
            "getsubcolumn" => {
                let [value, part] = f.args.as_slice() else {
                    let text = "Number of arguments for function getSubcolumn doesn't match: should be 2";
                    return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
                };
                let (value, part) = (self.expr(value, s)?, self.expr(part, s)?);
                let Some(Value::Bytes(part)) = part.as_literal() else {
                    let text = "The second argument of function getSubcolumn should be a constant string with the name of a subcolumn";
                    return Err(Error::new(Code::IllegalTypeOfArgument, text));
                };
                return self.subcolumn(value, &String::from_utf8_lossy(part));
            }
            "getsetting" if f.args.len() == 1 => {
                if let Some(Value::Bytes(name)) = self.expr(&f.args[0], s)?.as_literal() {
                    let (value, ty) = self.env.settings.typed(&String::from_utf8_lossy(name))?;
                    return Ok(Expr::literal(value, ty));
                }
                let text = "The argument of function getSetting should be a constant string with the name of a setting";
                return Err(Error::new(Code::IllegalTypeOfArgument, text));
            }
            "grouping" | "untuple" => return Err(Error::unsupported(format!("function {}", f.name))),
            _ => {}
        }
        if lower.starts_with("__") {
            let text = format!("Function with name `{}` does not exist", f.name);
            return Err(Error::new(Code::UnknownFunction, text));
        }
        // A scalar function wins over an aggregate spelled by combinators (`arrayIf`, …); plain names never clash.
        let scalar = crate::func::registry::find(&f.name).filter(|_| !f.name.starts_with("__"));
        if f.parameters.is_some() || scalar.is_none() && crate::agg::combinator::is_aggregate(&aggregate_name(f)) {
            return self.aggregate(f, s);
        }
        if f.nulls.is_some() {
            return Err(Error::unsupported(format!("RESPECT or IGNORE NULLS of function {}", f.name)));
        }
        let lambda = f.args.first().and_then(|a| match &a.kind {
            ast::ExprKind::Lambda(l) => Some(&**l),
            // `arrayMap(twice, …)`
            ast::ExprKind::Identifier(parts) if scalar.is_some_and(|f| f.lambda_parameters.is_some()) => {
                match &parts[..] {
                    [name] => lambda_of(&name.value, s).map(|(l, _)| l),
                    _ => None,
                }
            }
            _ => None,
        });
        if let (Some(lambda), Some(function)) = (lambda, scalar) {
            let mut rest = Vec::with_capacity(f.args.len());
            for a in f.args.iter().skip(1) {
                rest.push(self.expr(a, s)?);
            }
            let Some(parameters) = function.lambda_parameters else {
                let text = format!("function {} does not take a lambda", f.name);
                return Err(Error::new(Code::IllegalTypeOfArgument, text));
            };
            if function.family == crate::func::Family::Array {
                for a in &mut rest {
                    let plain = a.ty.without_inner_dictionaries();
                    if plain != a.ty {
                        *a = super::coerce(a.clone(), &plain, &self.env.context)?;
                    }
                }
            }
            let types: Vec<Type> = rest.iter().map(|a| a.ty.clone()).collect();
            let types = parameters(&types)?;
            let lambda = self.lambda(lambda, types, &f.name, s)?;
            let mut args = vec![lambda];
            args.extend(rest);
            return super::call(function, args, &self.env.context);
        }
        if let Some(why) = crate::func::registry::refusal(&f.name) {
            return Err(Error::unsupported(format!("function {} ({why})", f.name)));
        }
        if scalar.is_none() {
            return Err(unknown_function(&f.name));
        }
        let mut args = Vec::with_capacity(f.args.len());
        for a in &f.args {
            args.push(self.expr(a, s)?);
        }
        if let Some(e) = self.narrow(&f.name, &args, s)? {
            return Ok(e);
        }
        // As the key of a JOIN a tuple stays one: NULL is a value of it there.
        if let Some(function) = scalar.filter(|_| s.forbid != Some("JOIN ON")) {
            return match <[Expr; 2]>::try_from(args) {
                Ok([a, b]) => super::compare::by_element(function, a, b, &self.env.context),
                Err(args) => super::call(function, args, &self.env.context),
            };
        }
        self.simple_call(&f.name, args)
    }

    /// `CASE x WHEN v THEN r … ELSE e END`: the first value that equals x decides.
    fn case<'q>(&self, f: &ast::FunctionCall, s: &mut Scope<'q>) -> Result<Expr> {
        let mut args = Vec::with_capacity(f.args.len());
        for a in &f.args {
            args.push(self.expr(a, s)?);
        }
        let (value, rest) = (args.remove(0), args);
        let mut out = Vec::with_capacity(rest.len() + 1);
        for pair in rest.chunks(2) {
            match pair {
                [when, then] => {
                    out.push(match when.as_literal() {
                        Some(Value::Null) => self.simple_call("isNull", vec![value.clone()])?,
                        _ => self.simple_call("equals", vec![value.clone(), when.clone()])?,
                    });
                    out.push(then.clone());
                }
                other => out.extend_from_slice(other),
            }
        }
        let found = self.simple_call("multiIf", out)?;
        let constant = rest.iter().all(|e| e.as_literal().is_some());
        if constant && matches!(value.ty, Type::LowCardinality(_)) && found.ty.can_be_low_cardinality() {
            let ty = Type::low_cardinality(found.ty.clone());
            return super::coerce(found, &ty, &self.env.context);
        }
        Ok(found)
    }

    /// `a IS [NOT] DISTINCT FROM b`, `a <=> b`: NULL equals NULL and nothing else.
    fn distinct(&self, a: Expr, b: Expr, differ: bool) -> Result<Expr> {
        let call = |name: &str, args: Vec<Expr>| self.simple_call(name, args);
        let constant = |yes: bool| Expr::literal(Value::UInt(u64::from(yes)), Type::UInt8);
        let [a_null, b_null] = [call("isNull", vec![a.clone()])?, call("isNull", vec![b.clone()])?];
        let either = call("or", vec![a_null.clone(), b_null.clone()])?;
        let nulls = call(if differ { "notEquals" } else { "equals" }, vec![a_null, b_null])?;
        if *a.ty.base() == Type::Nothing || *b.ty.base() == Type::Nothing {
            return Ok(nulls);
        }
        let values = call(if differ { "notEquals" } else { "equals" }, vec![a, b])?;
        let values = call("ifNull", vec![values, constant(differ)])?;
        call("if", vec![either, nulls, values])
    }

    fn simple_call(&self, name: &str, args: Vec<Expr>) -> Result<Expr> {
        call_named(name, args, &self.env.context)
    }

    /// Calls that read less of a stored column than the whole: a map's value, keys, or a size.
    fn narrow<'q>(&self, name: &str, args: &[Expr], s: &Scope<'q>) -> Result<Option<Expr>> {
        let Some((ExprKind::Column(id), map)) = args.first().map(|a| (&a.kind, &a.ty)) else { return Ok(None) };
        let string_keys = matches!(map, Type::Map(k, _) if *k.without_low_cardinality() == Type::String);
        let (access, ty) = match (name, args.len(), map) {
            ("arrayElement", 2, Type::Map(_, v)) if string_keys => match (&args[1].ty, args[1].as_literal()) {
                (Type::String, Some(Value::Bytes(key))) => (Access::MapValue(Arc::clone(key)), (**v).clone()),
                _ => return Ok(None),
            },
            ("mapContains" | "mapContainsKey", 2, Type::Map(..)) if string_keys => {
                match (&args[1].ty, args[1].as_literal()) {
                    (Type::String, Some(Value::Bytes(key))) => (Access::MapContains(Arc::clone(key)), Type::UInt8),
                    _ => return Ok(None),
                }
            }
            ("mapKeys", 1, Type::Map(k, _)) => (Access::MapKeys, Type::Array(Arc::clone(k))),
            ("length", 1, Type::Map(..) | Type::Array(_)) => (Access::Size, Type::UInt64),
            _ => return Ok(None),
        };
        let keys = access == Access::MapKeys;
        let Some(e) = self.stored_access(*id, access, &ty, s) else { return Ok(None) };
        if keys {
            return super::coerce(e, &ty.without_inner_dictionaries(), &self.env.context).map(Some);
        }
        Ok(Some(e))
    }

    /// Another access of the stored column behind a column number.
    fn stored_access<'q>(&self, id: ColId, access: Access, ty: &Type, s: &Scope<'q>) -> Option<Expr> {
        for source in &s.sources {
            let Some(scan) = &source.scan else { continue };
            let column = scan
                .borrow()
                .columns
                .iter()
                .find(|(i, c, _)| *i == id && c.access == Access::Whole)
                .map(|(_, c, _)| c.column);
            if let Some(column) = column {
                let id = scan.borrow_mut().column(column, access, ty, || self.fresh());
                return Some(Expr::column(id, ty.clone()));
            }
        }
        None
    }

    fn array_join<'q>(&self, f: &ast::FunctionCall, s: &mut Scope<'q>) -> Result<Expr> {
        let [arg] = f.args.as_slice() else {
            let text = "Number of arguments for function arrayJoin doesn't match: should be 1";
            return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
        };
        if s.in_aggregate && s.forbid.is_some() {
            return Err(Error::unsupported("arrayJoin inside of an aggregate function here"));
        }
        let mut array = self.expr(arg, s)?;
        if array.reads_parameters(0) {
            return Err(Error::unsupported("arrayJoin of a lambda's parameter"));
        }
        if let Type::Map(k, v) = &array.ty {
            let pair =
                Type::Tuple([(Some("keys".into()), (**k).clone()), (Some("values".into()), (**v).clone())].into());
            array = typed_call("__entries", vec![array], Type::array(pair), &self.env.context)?;
        }
        // Joined without LowCardinality, which the elements get back.
        let plain = array.ty.without_inner_dictionaries();
        let given = match &array.ty {
            Type::Array(item) => (**item).clone(),
            other => other.clone(),
        };
        if plain != array.ty {
            array = super::coerce(array, &plain, &self.env.context)?;
        }
        let Type::Array(item) = array.ty.clone() else {
            let text = format!("Argument of function arrayJoin must be Array or Map, got {}", array.ty);
            return Err(Error::new(Code::TypeMismatch, text));
        };
        let key = array.key();
        if let Some((id, _, ty)) = s.joined.iter().find(|(_, k, _)| *k == key) {
            return super::coerce(Expr::column(*id, ty.clone()), &given, &self.env.context);
        }
        let id = self.fresh();
        s.joined.push((id, key.clone(), (*item).clone()));
        s.pending.push((id, key, array));
        super::coerce(Expr::column(id, (*item).clone()), &given, &self.env.context)
    }

    // ---- subqueries ----

    /// Binds a subquery of an expression.
    ///
    /// # Errors
    /// 48 where it names a column of the query around it.
    pub(super) fn subquery<'q>(&self, q: &ast::Query, s: &mut Scope<'q>) -> Result<crate::plan::Bound> {
        let bound = self.query(q, &subquery_outer(s));
        match &bound {
            Err(e) if e.code == Code::UnknownIdentifier => {
                let names = self.unknown.take();
                let parts: Vec<&str> = names.iter().map(String::as_str).collect();
                let prefixes = (1..=parts.len()).rev().filter_map(|n| parts.get(..n));
                for known in prefixes {
                    if matches!(self.try_identifier(known, s), Ok(Some(_))) {
                        let text = format!("a correlated subquery ({} is of the query around it)", names.join("."));
                        return Err(Error::unsupported(text));
                    }
                }
                *self.unknown.borrow_mut() = names;
            }
            _ => {}
        }
        bound
    }

    fn scalar_subquery<'q>(&self, q: &ast::Query, s: &mut Scope<'q>) -> Result<Expr> {
        let bound = self.subquery(q, s)?;
        let columns = bound.columns.clone();
        let block = self.run(bound, 2)?;
        if block.rows > 1 {
            return Err(Error::new(Code::ScalarSubqueryTooManyRows, "Scalar subquery returned more than one row"));
        }
        let mut values = Vec::with_capacity(columns.len());
        let mut types = Vec::with_capacity(columns.len());
        let several = columns.len() > 1;
        for (_, ty, array) in &block.columns {
            // A single value becomes Nullable; several are a tuple of what they are.
            let ty = match ty {
                t if several => t.clone(),
                Type::Tuple(e) => Type::Tuple(
                    e.iter()
                        .map(|(n, t)| {
                            (n.clone(), if t.can_be_nullable() { Type::nullable(t.clone()) } else { t.clone() })
                        })
                        .collect(),
                ),
                t if t.can_be_nullable() => Type::nullable(t.clone()),
                t => t.clone(),
            };
            if block.rows == 0 {
                if several || matches!(ty, Type::Tuple(_)) {
                    return Err(Error::unsupported("a scalar subquery of a tuple without rows: Nullable(Tuple)"));
                }
                if !ty.is_nullable() {
                    let text = format!("Scalar subquery returned empty result of type {ty} which cannot be Nullable");
                    return Err(Error::new(Code::ScalarSubqueryTooManyRows, text));
                }
                values.push(Value::Null);
            } else {
                values.push(olly_types::value::value_at(array, 0, &ty)?);
            }
            types.push(ty);
        }
        match (values.len(), values.pop(), types.pop()) {
            (1, Some(v), Some(t)) => Ok(Expr::literal(v, t)),
            (_, Some(v), Some(t)) => {
                values.push(v);
                types.push(t);
                let elements = columns.iter().map(|c| Some(c.name.as_str().into())).zip(types).collect();
                Ok(Expr::literal(Value::Tuple(values.into()), Type::Tuple(elements)))
            }
            _ => Err(Error::new(Code::LogicalError, "scalar subquery without columns")),
        }
    }

    fn exists<'q>(&self, q: &ast::Query, s: &mut Scope<'q>) -> Result<Expr> {
        let bound = self.subquery(q, s)?;
        let found = self.run(bound, 1)?.rows > 0;
        s.exists.push((q, found));
        Ok(Expr::literal(Value::UInt(u64::from(found)), Type::UInt8))
    }
}

/// What a subquery inside of an expression sees.
pub(crate) fn subquery_outer<'q>(s: &Scope<'q>) -> Rc<super::Outer<'q>> {
    Rc::clone(&s.outer)
}

/// The name by which the aggregate is looked up.
pub(crate) fn aggregate_name(f: &ast::FunctionCall) -> String {
    // `count(DISTINCT x)` is `countDistinct(x)` to the parser; ClickHouse answers it by uniqExact.
    match f.name.strip_prefix("countDistinct").or_else(|| f.name.strip_prefix("COUNTDistinct")) {
        Some(rest) => format!("uniqExact{rest}"),
        None => f.name.clone(),
    }
}

/// The error for a function that is not here: whether ClickHouse has it, or nobody.
fn unknown_function(name: &str) -> Error {
    if crate::func::missing::is_missing(name) {
        return Error::unsupported(format!("function {name}"));
    }
    let names = crate::agg::registry::all().iter().map(|a| a.name);
    let names = names.chain(crate::func::registry::all().iter().map(|f| f.name)).filter(|n| !n.starts_with("__"));
    Error::new(Code::UnknownFunction, format!("Function with name `{name}` does not exist{}", hint(name, names)))
}

pub(super) fn parse_parameter(text: &str, ty: &Type, name: &str) -> Result<Value> {
    let options = olly_types::text::TextOptions::default();
    let bad = |e: Error| {
        Error::new(
            Code::BadQueryParameter,
            format!("Value {text} cannot be parsed as {ty} for query parameter '{name}': {}", e.message),
        )
    };
    if ty.is_nullable() && (text == "\\N" || text == "NULL") {
        return Ok(Value::Null);
    }
    let mut raw = Vec::new();
    match ty.base() {
        Type::Array(_) | Type::Tuple(_) | Type::Map(..) => raw.extend_from_slice(text.as_bytes()),
        _ => olly_types::text::unescape(text.as_bytes(), &mut raw).map_err(bad)?,
    }
    olly_types::text::parse_value(&raw, ty, &options).map_err(bad)
}
