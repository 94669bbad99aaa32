//! Lambdas: as arguments of functions, and called by a name that WITH gave them (`WITH x -> x * 2 AS twice SELECT twice(21)`).
//!
//! A call by name binds the body with the arguments in place of the parameters.

use super::{Binder, Outer, Scope};
use crate::expr::{Expr, ExprKind};
use crate::sql::ast;
use olly_types::{Code, Error, Result, Type};
use std::rc::Rc;
use std::sync::Arc;

/// Parameters of a lambda that is called by name, each with its argument.
pub(crate) struct Let {
    /// How many lambdas were around the call.
    at: usize,
    values: Vec<(String, Expr)>,
}

/// The lambda that an alias stands for; with the query around this one that has the alias, where it is not this query.
pub(super) fn lambda_of<'q>(name: &str, s: &Scope<'q>) -> Option<(&'q ast::Lambda, Option<Rc<Outer<'q>>>)> {
    let lambda = |e: &'q ast::Expr| match &e.kind {
        ast::ExprKind::Lambda(l) => Some(&**l),
        _ => None,
    };
    match s.aliases.get(name) {
        Some(e) => lambda(e).map(|l| (l, None)),
        None => {
            let (e, outer) = s.outer.with.get(name)?;
            lambda(e).map(|l| (l, Some(Rc::clone(outer))))
        }
    }
}

impl Binder<'_> {
    pub(super) fn lambda<'q>(
        &self,
        l: &ast::Lambda,
        types: Vec<Type>,
        function: &str,
        s: &mut Scope<'q>,
    ) -> Result<Expr> {
        // A single parameter over several arrays' items takes them as a tuple only in functions that say so themselves.
        if l.params.len() != types.len() {
            let text = format!(
                "Lambda of function {function} takes {} parameters, but {} are given",
                l.params.len(),
                types.len()
            );
            return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
        }
        if s.lambdas.len() > 100 {
            return Err(Error::new(Code::TooDeepAst, "lambdas are nested too deeply"));
        }
        s.lambdas.push(l.params.iter().map(|p| p.value.clone()).zip(types.iter().cloned()).collect());
        let body = self.body(l, s);
        s.lambdas.pop();
        let body = body?;
        let ty = body.ty.clone();
        Ok(Expr { kind: ExprKind::Lambda { parameters: types, body: Arc::new(body) }, ty })
    }

    /// The body of a lambda, whose own aliases it alone sees.
    fn body<'q>(&self, l: &ast::Lambda, s: &mut Scope<'q>) -> Result<Expr> {
        let own = s
            .inner_aliases
            .iter()
            .filter(|(lambda, name, _)| std::ptr::eq(*lambda, l) && !s.aliases.contains_key(*name));
        let own: Vec<(&'q str, &'q ast::Expr)> = own.map(|(_, name, e)| (*name, *e)).collect();
        for (name, e) in &own {
            s.aliases.insert(name.to_string(), e);
        }
        let body = self.expr(&l.body, s);
        for (name, _) in &own {
            s.aliases.remove(*name);
        }
        body
    }

    /// A parameter of a lambda around the expression, the nearest first.
    pub(super) fn parameter_of_lambda(&self, name: &str, s: &Scope<'_>) -> Result<Option<Expr>> {
        let lambdas = s.lambdas.len();
        for inside in (0..=lambdas).rev() {
            // What is called by name within that many lambdas, then the parameters of the innermost of these.
            for called in s.lets.iter().rev().filter(|l| l.at == inside) {
                if let Some((_, value)) = called.values.iter().find(|(n, _)| n == name) {
                    self.work.add(self.env, super::work::nodes(value))?;
                    return Ok(Some(value.within(lambdas - inside)));
                }
            }
            let frame = inside.checked_sub(1).and_then(|i| s.lambdas.get(i));
            if let Some((index, (_, ty))) = frame.and_then(|f| f.iter().enumerate().find(|(_, (n, _))| n == name)) {
                let kind = ExprKind::Parameter { depth: lambdas - inside, index };
                return Ok(Some(Expr { kind, ty: ty.clone() }));
            }
        }
        Ok(None)
    }

    /// A call of a lambda by its name, if the name is a lambda's.
    pub(super) fn called_alias<'q>(&self, f: &ast::FunctionCall, s: &mut Scope<'q>) -> Result<Option<Expr>> {
        if f.parameters.is_some() {
            return Ok(None);
        }
        let Some((l, outer)) = lambda_of(&f.name, s) else { return Ok(None) };
        if s.resolving.contains(&f.name) {
            return Err(Error::new(Code::UnsupportedMethod, format!("Recursive lambda {}", f.name)));
        }
        if l.params.len() != f.args.len() {
            let text = format!("Lambda {} expect {} arguments. Actual: {}", f.name, l.params.len(), f.args.len());
            return Err(Error::new(Code::BadArguments, text));
        }
        let args = f.args.iter().map(|a| self.expr(a, s)).collect::<Result<Vec<_>>>()?;
        let values = l.params.iter().map(|p| p.value.clone()).zip(args).collect();
        let Some(outer) = outer else {
            s.lets.push(Let { at: s.lambdas.len(), values });
            s.resolving.push(f.name.clone());
            let body = self.body(l, s);
            s.resolving.pop();
            s.lets.pop();
            return body.map(Some);
        };
        // It sees what its own query's WITH has, and no tables.
        let mut inner = Scope::new(outer);
        inner.lets.push(Let { at: 0, values });
        inner.resolving = s.resolving.clone();
        inner.resolving.push(f.name.clone());
        let body = self.body(l, &mut inner)?;
        if !inner.aggs.is_empty() || !inner.pending.is_empty() {
            let text = format!("an aggregate function or arrayJoin in {}, a lambda of a query around this one", f.name);
            return Err(Error::unsupported(text));
        }
        Ok(Some(body))
    }
}
