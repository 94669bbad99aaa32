//! Typed expressions: what the binder makes of syntax, and their evaluation over Arrow columns. The same evaluator serves
//! constant folding, defaults and keys in the insert pipeline, and lambdas; in plans each call becomes a DataFusion function.
//!
//! Invariant: every node knows its ClickHouse type; Arrow only carries it.

mod eval;
mod lambda;
pub mod meter;
mod set;
mod short;
pub mod turn;

pub use eval::{eval, eval_call, repeat};
pub(crate) use eval::{internal, without_nulls};
pub use lambda::LambdaFn;
pub use set::{SharedSet, ValueSet};
pub(crate) use short::may_fail;

use crate::func::Function;
use olly_types::{Code, Error, Result, Type, UnixNanos, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// An expression with its type.
#[derive(Clone)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Type,
}

/// What an expression does.
#[derive(Clone)]
pub enum ExprKind {
    /// Column of the input, by position.
    Column(usize),
    Literal(Value),
    Call {
        function: &'static Function,
        args: Vec<Expr>,
    },
    /// Argument of a higher-order function. `ty` of the node is the type of the body.
    Lambda {
        parameters: Vec<Type>,
        body: Arc<Expr>,
    },
    /// Parameter of an enclosing lambda: how many lambdas out (0 = the nearest), and which.
    Parameter {
        depth: usize,
        index: usize,
    },
    /// `args IN set`: UInt8, or Nullable(UInt8) where an argument is Nullable.
    InSet {
        args: Vec<Expr>,
        set: SharedSet,
        negated: bool,
    },
}

impl Expr {
    /// A text that two expressions share exactly when they compute the same thing in the same way.
    pub fn key(&self) -> String {
        let mut out = String::new();
        self.write_key(&mut out);
        out
    }
    fn write_key(&self, out: &mut String) {
        use std::fmt::Write;
        let _ = match &self.kind {
            ExprKind::Column(i) => write!(out, "#{i}"),
            ExprKind::Literal(v) => write!(out, "{v:?}:{}", self.ty),
            ExprKind::Parameter { depth, index } => write!(out, "^{depth}.{index}"),
            ExprKind::Call { function, args } => {
                let _ = write!(out, "{}:{}(", function.name, self.ty);
                for a in args {
                    a.write_key(out);
                    out.push(',');
                }
                write!(out, ")")
            }
            ExprKind::Lambda { parameters, body } => {
                let _ = write!(out, "\\{}->", parameters.len());
                body.write_key(out);
                Ok(())
            }
            ExprKind::InSet { args, set, negated } => {
                let _ = write!(out, "in{negated}{:p}(", Arc::as_ptr(set));
                for a in args {
                    a.write_key(out);
                    out.push(',');
                }
                write!(out, ")")
            }
        };
    }
    /// Calls `f` on this expression and all below it.
    pub fn visit(&self, f: &mut dyn FnMut(&Expr)) {
        f(self);
        match &self.kind {
            ExprKind::Call { args, .. } | ExprKind::InSet { args, .. } => args.iter().for_each(|a| a.visit(f)),
            ExprKind::Lambda { body, .. } => body.visit(f),
            _ => {}
        }
    }
    /// The columns it reads, each once, ascending.
    pub fn columns(&self) -> Vec<usize> {
        let mut out = std::collections::BTreeSet::new();
        self.visit(&mut |e| {
            if let ExprKind::Column(i) = e.kind {
                out.insert(i);
            }
        });
        out.into_iter().collect()
    }
    /// Whether it reads parameters of lambdas around it, `inside` of which do not count.
    pub fn reads_parameters(&self, inside: usize) -> bool {
        match &self.kind {
            ExprKind::Parameter { depth, .. } => *depth >= inside,
            ExprKind::Call { args, .. } | ExprKind::InSet { args, .. } => {
                args.iter().any(|a| a.reads_parameters(inside))
            }
            ExprKind::Lambda { body, .. } => body.reads_parameters(inside + 1),
            _ => false,
        }
    }
    /// The expression as it stands within so many more lambdas.
    pub fn within(&self, lambdas: usize) -> Expr {
        fn moved(e: &Expr, by: usize, inside: usize) -> Expr {
            let each = |args: &[Expr]| args.iter().map(|a| moved(a, by, inside)).collect();
            let kind = match &e.kind {
                ExprKind::Parameter { depth, index } if *depth >= inside => {
                    ExprKind::Parameter { depth: depth + by, index: *index }
                }
                ExprKind::Call { function, args } => ExprKind::Call { function, args: each(args) },
                ExprKind::InSet { args, set, negated } => {
                    ExprKind::InSet { args: each(args), set: Arc::clone(set), negated: *negated }
                }
                ExprKind::Lambda { parameters, body } => {
                    ExprKind::Lambda { parameters: parameters.clone(), body: Arc::new(moved(body, by, inside + 1)) }
                }
                other => other.clone(),
            };
            Expr { kind, ty: e.ty.clone() }
        }
        if lambdas == 0 { self.clone() } else { moved(self, lambdas, 0) }
    }
    /// The expression with each part that `f` answers replaced by the answer, from the top.
    pub fn rewrite(&self, f: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
        if let Some(e) = f(self) {
            return e;
        }
        let kind = match &self.kind {
            ExprKind::Call { function, args } => {
                ExprKind::Call { function, args: args.iter().map(|a| a.rewrite(f)).collect() }
            }
            ExprKind::InSet { args, set, negated } => ExprKind::InSet {
                args: args.iter().map(|a| a.rewrite(f)).collect(),
                set: Arc::clone(set),
                negated: *negated,
            },
            ExprKind::Lambda { parameters, body } => {
                ExprKind::Lambda { parameters: parameters.clone(), body: Arc::new(body.rewrite(f)) }
            }
            other => other.clone(),
        };
        Expr { kind, ty: self.ty.clone() }
    }
    /// Whether evaluating it twice gives the same.
    pub fn deterministic(&self) -> bool {
        let mut yes = true;
        self.visit(&mut |e| {
            if let ExprKind::Call { function, .. } = &e.kind {
                yes &= function.deterministic;
            }
        });
        yes
    }
    /// Whether this is a call of the function of this name.
    pub fn call(&self, name: &str) -> Option<&[Expr]> {
        match &self.kind {
            ExprKind::Call { function, args } if function.name == name => Some(args),
            _ => None,
        }
    }

    pub fn literal(value: Value, ty: Type) -> Expr {
        Expr { kind: ExprKind::Literal(value), ty }
    }
    pub fn column(index: usize, ty: Type) -> Expr {
        Expr { kind: ExprKind::Column(index), ty }
    }
    pub fn as_literal(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Literal(v) => Some(v),
            _ => None,
        }
    }
}

/// How often a waiting query looks whether it must end.
pub(crate) const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// Ends a query: by KILL, a closed connection, or its deadline.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<CancelState>);

#[derive(Default)]
struct CancelState {
    cancelled: AtomicBool,
    timed_out: AtomicBool,
    calls: std::sync::atomic::AtomicU64,
    /// Deadline on the engine's clock, and the clock.
    deadline: Option<(UnixNanos, Arc<dyn olly_types::port::Clock>)>,
}

impl std::fmt::Debug for CancelState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelState").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}

impl CancelToken {
    /// A token that also ends at a time of the clock.
    pub fn with_deadline(deadline: UnixNanos, clock: Arc<dyn olly_types::port::Clock>) -> CancelToken {
        CancelToken(Arc::new(CancelState { deadline: Some((deadline, clock)), ..CancelState::default() }))
    }
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
    /// A number that no other call of the query's random functions has.
    pub(crate) fn next_call(&self) -> u64 {
        self.0.calls.fetch_add(1, Ordering::Relaxed)
    }
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }
    /// Whether the query was ended by its deadline.
    pub fn timed_out(&self) -> bool {
        self.0.timed_out.load(Ordering::Relaxed)
    }
    /// Waits until the query must end, and says why.
    pub async fn ended(&self) -> Error {
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(e) = self.check() {
                return e;
            }
        }
    }
    /// Fails with 394 once cancelled, with 159 once the deadline is past.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            return Err(Error::new(Code::QueryWasCancelled, "Query was cancelled"));
        }
        if let Some((deadline, clock)) = &self.0.deadline
            && clock.now() >= *deadline
        {
            self.0.timed_out.store(true, Ordering::Relaxed);
            return Err(Error::new(
                Code::TimeoutExceeded,
                "Timeout exceeded: the query ran longer than max_execution_time",
            ));
        }
        Ok(())
    }
}

/// A context for evaluating nothing: typing a conversion on an empty column.
pub(crate) fn empty_context() -> crate::func::EvalContext {
    crate::func::EvalContext {
        time_zone: "UTC".into(),
        now: UnixNanos(0),
        seed: 0,
        database: "".into(),
        user: "".into(),
        query_id: "".into(),
        host_name: "".into(),
        version: "",
        uptime: 0,
        cancel: CancelToken::default(),
        any_time_notation: false,
        memory: olly_types::budget::Budget::root(u64::MAX),
    }
}
