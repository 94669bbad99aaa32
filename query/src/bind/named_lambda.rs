//! Lambdas that have a name: `WITH x -> x + 1 AS f SELECT f(2), arrayMap(f, [1])`.
//!
//! A call is bound as the lambda's body, in which each parameter stands for its argument. Invariant: an argument is bound where
//! the call stands, so that no name of the body takes it over; the body's other names are looked up where the call stands, as
//! ClickHouse does.

use super::{Binder, Scope};
use crate::expr::{Expr, ExprKind};
use crate::sql::ast;
use olly_types::{Code, Error, Result};

/// What a parameter stands for while the body of a named lambda is bound.
pub(crate) struct Given {
    name: String,
    argument: Expr,
    /// How many lambdas are around the call.
    lambdas: usize,
}

impl Given {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

impl<'q> Scope<'q> {
    /// The lambda of this name.
    pub(super) fn named_lambda(&self, name: &str) -> Option<&'q ast::Lambda> {
        let e = self.aliases.get(name).copied().or_else(|| self.outer.with.get(name).map(|(e, _)| *e))?;
        match &e.kind {
            ast::ExprKind::Lambda(lambda) => Some(lambda),
            _ => None,
        }
    }

    /// A parameter of the lambdas around, or what it stands for in a named one's body; the nearest of that name.
    pub(super) fn parameter(&self, name: &str) -> Result<Option<Expr>> {
        for depth in 0..=self.lambdas.len() {
            let around = self.lambdas.len() - depth;
            if let Some(given) = self.given.iter().rev().find(|g| g.lambdas == around && g.is(name)) {
                if self.in_aggregate
                    && given.argument.columns().iter().any(|c| self.aggs.iter().any(|(agg, ..)| agg == c))
                {
                    let text = format!(
                        "Aggregate function (argument {name} of a lambda) is found inside another aggregate function in query"
                    );
                    return Err(Error::new(Code::IllegalAggregation, text));
                }
                return Ok(Some(given.argument.deeper(depth)));
            }
            let Some(frame) = around.checked_sub(1).and_then(|i| self.lambdas.get(i)) else { continue };
            if let Some((index, (_, ty))) = frame.iter().enumerate().find(|(_, (n, _))| n == name) {
                return Ok(Some(Expr { kind: ExprKind::Parameter { depth, index }, ty: ty.clone() }));
            }
        }
        Ok(None)
    }
}

impl Binder<'_> {
    /// A call of a named lambda.
    pub(super) fn named_call<'q>(
        &self,
        f: &ast::FunctionCall,
        lambda: &'q ast::Lambda,
        s: &mut Scope<'q>,
    ) -> Result<Expr> {
        if lambda.params.len() != f.args.len() {
            let text = format!("Lambda {} expects {} arguments. Actual: {}", f.name, lambda.params.len(), f.args.len());
            return Err(Error::new(Code::BadArguments, text));
        }
        if s.resolving.contains(&f.name) {
            return Err(Error::new(Code::UnsupportedMethod, format!("Recursive lambda {}", f.name)));
        }
        let (before, lambdas) = (s.given.len(), s.lambdas.len());
        let mut given = Vec::with_capacity(f.args.len());
        for (parameter, argument) in lambda.params.iter().zip(&f.args) {
            given.push(Given { name: parameter.value.clone(), argument: self.expr(argument, s)?, lambdas });
        }
        s.given.extend(given);
        s.resolving.push(f.name.clone());
        let bound = self.expr(&lambda.body, s);
        s.resolving.pop();
        s.given.truncate(before);
        let bound = bound?;
        // An argument that stands in it more than once was counted once.
        self.work.add(self.env, super::work::nodes(&bound))?;
        Ok(bound)
    }
}
