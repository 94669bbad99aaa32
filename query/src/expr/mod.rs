//! Typed expressions: what the binder makes of syntax, and their evaluation over Arrow columns. The same evaluator serves
//! constant folding, defaults and keys in the insert pipeline, and lambdas; in plans each call becomes a DataFusion function.
//!
//! Invariant: every node knows its ClickHouse type; Arrow only carries it.

mod eval;
mod lambda;

pub use eval::{eval, eval_call, repeat};
pub(crate) use eval::{internal, without_nulls};
pub use lambda::LambdaFn;

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
}

impl Expr {
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
        best_effort_dates: false,
    }
}
