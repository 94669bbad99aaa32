//! Aggregate calls: each distinct one becomes a column that the aggregation fills.

use super::expr::aggregate_name;
use super::{Binder, Scope};
use crate::agg::combinator::resolve;
use crate::expr::{Expr, ExprKind};
use crate::plan::AggCall;
use crate::sql::ast;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

impl<'a> Binder<'a> {
    pub(crate) fn aggregate<'q>(&self, f: &ast::FunctionCall, s: &mut Scope<'q>) -> Result<Expr> {
        let mut name = aggregate_name(f);
        if !crate::agg::combinator::is_aggregate(&name) {
            if crate::func::missing::is_missing(&name) {
                return Err(Error::unsupported(format!("aggregate function {}", f.name)));
            }
            let known = crate::agg::registry::all().iter().map(|a| a.name);
            let text = format!("Unknown aggregate function {}{}", f.name, super::hints::hint(&f.name, known));
            return Err(Error::new(Code::UnknownAggregateFunction, text));
        }
        if f.nulls == Some(ast::NullsAction::Respect) {
            name = crate::agg::combinator::respecting_nulls(&name)
                .ok_or_else(|| Error::unsupported(format!("RESPECT NULLS of aggregate function {}", f.name)))?;
        }
        if s.in_aggregate {
            let text = format!("Aggregate function {} is found inside another aggregate function in query", f.name);
            return Err(Error::new(Code::IllegalAggregation, text));
        }
        if let Some(place) = s.forbid {
            let text = format!("Aggregate function {} is found in {place} in query", f.name);
            return Err(Error::new(Code::IllegalAggregation, text));
        }
        let mut parameters = Vec::new();
        for p in f.parameters.iter().flatten() {
            let bound = self.expr(p, s)?;
            match bound.as_literal() {
                Some(v) => parameters.push(v.clone()),
                None => {
                    let text = format!("Parameters of aggregate function {} must be literals", f.name);
                    return Err(Error::new(Code::ParametersToAggregateFunctionsMustBeLiterals, text));
                }
            }
        }
        s.in_aggregate = true;
        let mut args = Vec::with_capacity(f.args.len());
        let mut failure = None;
        for a in &f.args {
            if let ast::ExprKind::Asterisk(star) = &a.kind
                && star.qualifier.is_empty()
                && star.transformers.is_empty()
                && name.to_ascii_lowercase().starts_with("count")
            {
                continue;
            }
            match self.expr(a, s) {
                Ok(e) => args.push(e),
                Err(e) => {
                    failure = Some(e);
                    break;
                }
            }
        }
        s.in_aggregate = false;
        if let Some(e) = failure {
            return Err(e);
        }
        // The argument of a lambda that is called by name may be one.
        if args.iter().flat_map(Expr::columns).any(|c| s.aggs.iter().any(|(id, ..)| *id == c)) {
            let text = format!("An aggregate function is found inside {} in query", f.name);
            return Err(Error::new(Code::IllegalAggregation, text));
        }
        // Inside of a lambda it is a column from outside, as long as it reads nothing of the lambda's.
        if args.iter().any(|a| a.reads_parameters(0)) {
            return Err(Error::unsupported(format!("aggregate function {} of a lambda's parameter", f.name)));
        }
        self.aggregate_of(&name, parameters, args, s)
    }

    /// An aggregate of arguments that are bound.
    pub(super) fn aggregate_of(
        &self,
        name: &str,
        parameters: Vec<Value>,
        mut args: Vec<Expr>,
        s: &mut Scope<'_>,
    ) -> Result<Expr> {
        if let ([arg], true) = (args.as_slice(), parameters.is_empty())
            && let Some(moved) = self.moved_out(name, arg, s)?
        {
            return Ok(moved);
        }
        let pair = self.as_map(name, &mut args)?;
        if name == "uniq" {
            args.iter_mut().for_each(|a| *a = without_injective(a));
        }
        if name.to_ascii_lowercase().starts_with("groupconcat")
            && !name.contains("Array")
            && let Some(first) = args.first_mut()
            && !first.ty.base().is_string()
        {
            *first = super::call_named("toString", vec![first.clone()], &self.env.context)?;
        }
        for a in &mut args {
            let plain = a.ty.without_inner_dictionaries();
            if plain != a.ty && !matches!(a.ty, Type::LowCardinality(_)) {
                *a = super::coerce(a.clone(), &plain, &self.env.context)?;
            }
        }
        let types: Vec<_> = args.iter().map(|a| a.ty.clone()).collect();
        let mut key = format!("{}{parameters:?}(", name);
        for a in &args {
            key.push_str(&a.key());
            key.push(',');
        }
        if let Some((id, _, call)) = s.aggs.iter().find(|(_, k, _)| *k == key) {
            return self.as_pair(Expr::column(*id, call.resolved.result.clone()), pair);
        }
        let resolved = Arc::new(resolve(name, parameters, &types)?);
        let ty = resolved.result.clone();
        let id = self.fresh();
        s.aggs.push((id, key, AggCall { resolved, args }));
        self.as_pair(Expr::column(id, ty), pair)
    }

    /// `sumMap(keys, values)`, or of a tuple of the two, as the aggregate of a map; the function that makes arrays of its result.
    fn as_map(&self, name: &str, args: &mut Vec<Expr>) -> Result<Option<&'static str>> {
        let context = &self.env.context;
        let back = match name.strip_suffix("If").unwrap_or(name) {
            "sumMap" => "__pairNotZero",
            "minMap" | "maxMap" => "__pair",
            _ => return Ok(None),
        };
        let arrays = |t: &Type| matches!(t, Type::Array(_));
        if let Some(Type::Tuple(e)) = args.first().map(|a| a.ty.clone())
            && e.len() == 2
            && e.iter().all(|(_, t)| arrays(t))
        {
            let tuple = args.remove(0);
            args.splice(..0, super::elements(&tuple, 2, context)?);
        }
        let condition = usize::from(name.ends_with("If"));
        let sum = |t: &Type| t.is_integer() && *t != Type::Bool || t.is_float();
        match args.as_slice() {
            [keys, values, rest @ ..] if rest.len() == condition && arrays(&keys.ty) && arrays(&values.ty) => {
                let plain = |e: &Expr| super::coerce(e.clone(), &e.ty.without_inner_dictionaries(), context);
                let (keys, values) = (plain(keys)?, plain(values)?);
                match &values.ty {
                    Type::Array(t) if back == "__pair" && !t.is_nullable() || sum(t) => {}
                    t => return Err(Error::unsupported(format!("{name} of arrays with values of {t}"))),
                }
                let map = super::call_named("mapFromArrays", vec![keys, values], context)?;
                args.splice(..2, [map]);
                Ok(Some(back))
            }
            _ => Ok(None),
        }
    }

    /// The map that an aggregate gave, as the two arrays that its caller asked for.
    fn as_pair(&self, map: Expr, pair: Option<&'static str>) -> Result<Expr> {
        let (Some(name), Type::Map(k, v)) = (pair, &map.ty) else { return Ok(map) };
        let ty = Type::tuple([Type::Array(Arc::clone(k)), Type::Array(Arc::clone(v))]);
        super::call::typed_call(name, vec![map], ty, &self.env.context)
    }
}

/// The aggregate as it is computed with GROUP BY.
pub(super) fn by_rows(call: &AggCall) -> Result<AggCall> {
    let r = &call.resolved;
    Ok(match crate::agg::combinator::by_rows(&r.name, &r.types) {
        None => call.clone(),
        Some(name) => {
            AggCall { resolved: Arc::new(resolve(&name, r.parameters.clone(), &r.types)?), args: call.args.clone() }
        }
    })
}

/// Functions that ClickHouse takes off the arguments of `uniq`, as equal results mean equal arguments. The count is the same
/// up to 65,536; beyond, the estimate is that of the argument's hashes.
const INJECTIVE: &[&str] = &[
    "IPv4NumToString",
    "IPv4ToIPv6",
    "IPv6NumToString",
    "UUIDNumToString",
    "bin",
    "bitNot",
    "concat",
    "hex",
    "negate",
    "reverse",
    "toString",
];

fn without_injective(e: &Expr) -> Expr {
    match &e.kind {
        ExprKind::Call { function, args } if args.len() == 1 => {
            let inner = &args[0];
            // A tuple of NULL is no NULL.
            if INJECTIVE.contains(&function.name) || function.name == "tuple" && !inner.ty.is_nullable() {
                without_injective(inner)
            } else {
                e.clone()
            }
        }
        _ => e.clone(),
    }
}
