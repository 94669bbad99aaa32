//! The bound query: a small logical plan over columns with unique numbers, lowered to DataFusion by [`lower`].
//!
//! Invariant: a column number is given out once per query, and its type never changes on the way up.

pub mod codec;
pub mod lower;
pub mod udaf;
pub mod udf;

use crate::agg::combinator::Resolved;
use crate::expr::Expr;
use arrow::array::ArrayRef;
use olly_types::port::{Access, ScanColumn, TableSnapshot};
use olly_types::{ColumnId, Type};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Number of a column within a query.
pub type ColId = usize;

/// A column of a plan's output.
#[derive(Clone, Debug)]
pub struct Col {
    pub id: ColId,
    pub ty: Type,
}

/// Name of a column in the DataFusion plan.
pub fn column_name(id: ColId) -> String {
    format!("c{id}")
}

/// Reading one table of the store. Columns are asked for while binding.
pub struct Scan {
    pub snapshot: Arc<dyn TableSnapshot>,
    pub database: Arc<str>,
    pub table: Arc<str>,
    pub columns: Vec<(ColId, ScanColumn, Type)>,
}

impl Scan {
    /// The number of a column in some access; `fresh` gives a new one.
    pub fn column(&mut self, column: ColumnId, access: Access, ty: &Type, fresh: impl FnOnce() -> ColId) -> ColId {
        let wanted = ScanColumn { column, access };
        if let Some((id, _, _)) = self.columns.iter().find(|(_, c, _)| *c == wanted) {
            return *id;
        }
        let id = fresh();
        self.columns.push((id, wanted, ty.clone()));
        id
    }
}

/// A call of an aggregate.
#[derive(Clone)]
pub struct AggCall {
    pub resolved: Arc<Resolved>,
    pub args: Vec<Expr>,
}

#[derive(Clone)]
pub struct SortKey {
    pub expr: Expr,
    pub descending: bool,
    pub nulls_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    Inner,
    Left,
    Cross,
}

/// Whether values of the type may be long for an array or a map in them.
pub fn has_array(ty: &Type) -> bool {
    match ty {
        Type::Array(_) | Type::Map(..) => true,
        Type::Nullable(t) => has_array(t),
        Type::Tuple(elements) => elements.iter().any(|(_, t)| has_array(t)),
        _ => false,
    }
}

/// How wide rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    #[default]
    Plain,
    /// Groups whose states grow with their rows.
    States,
    /// Arrays, tuples, maps.
    Nested,
}

/// Operators.
pub enum Plan {
    /// One row without columns.
    One,
    /// 0, 1, 2, … as UInt64.
    Numbers {
        id: ColId,
        start: u64,
        count: Option<u64>,
    },
    /// Rows in memory.
    Values {
        columns: Vec<Col>,
        arrays: Vec<ArrayRef>,
        rows: usize,
    },
    Scan(Rc<RefCell<Scan>>),
    Filter {
        input: Box<Plan>,
        predicate: Expr,
    },
    /// Exactly these columns.
    Project {
        input: Box<Plan>,
        exprs: Vec<(Col, Expr)>,
    },
    /// One row per element of an array; the other columns repeat.
    ArrayJoin {
        input: Box<Plan>,
        column: Col,
        array: Expr,
    },
    Aggregate {
        input: Box<Plan>,
        keys: Vec<(Col, Expr)>,
        aggs: Vec<(Col, AggCall)>,
    },
    Distinct {
        input: Box<Plan>,
    },
    Sort {
        input: Box<Plan>,
        keys: Vec<SortKey>,
        fetch: Option<usize>,
    },
    Limit {
        input: Box<Plan>,
        skip: usize,
        fetch: Option<usize>,
    },
    /// At most `fetch` rows after `skip` for each distinct value of the keys.
    LimitBy {
        input: Box<Plan>,
        keys: Vec<Expr>,
        skip: usize,
        fetch: usize,
    },
    Join {
        left: Box<Plan>,
        right: Box<Plan>,
        kind: Join,
        on: Vec<(Expr, Expr)>,
        residual: Option<Expr>,
    },
    /// All inputs give these columns, in order.
    Union {
        inputs: Vec<Plan>,
        columns: Vec<Col>,
    },
}

impl Plan {
    /// Columns of the output.
    pub fn columns(&self) -> Vec<Col> {
        match self {
            Plan::One => Vec::new(),
            Plan::Numbers { id, .. } => vec![Col { id: *id, ty: Type::UInt64 }],
            Plan::Values { columns, .. } => columns.clone(),
            Plan::Scan(scan) => {
                scan.borrow().columns.iter().map(|(id, _, ty)| Col { id: *id, ty: ty.clone() }).collect()
            }
            Plan::Filter { input, .. }
            | Plan::Distinct { input }
            | Plan::Sort { input, .. }
            | Plan::LimitBy { input, .. }
            | Plan::Limit { input, .. } => input.columns(),
            Plan::Project { exprs, .. } => exprs.iter().map(|(c, _)| c.clone()).collect(),
            Plan::ArrayJoin { input, column, .. } => {
                let mut out = input.columns();
                out.push(column.clone());
                out
            }
            Plan::Aggregate { keys, aggs, .. } => {
                keys.iter().map(|(c, _)| c.clone()).chain(aggs.iter().map(|(c, _)| c.clone())).collect()
            }
            Plan::Join { left, right, .. } => {
                let mut out = left.columns();
                out.extend(right.columns());
                out
            }
            Plan::Union { columns, .. } => columns.clone(),
        }
    }
}

impl Plan {
    /// How wide the rows are that operators above the scans put together, keep or spill.
    pub fn width(&self) -> Width {
        let nested = |ty: &Type| matches!(ty, Type::Array(_) | Type::Map(..) | Type::Tuple(_));
        let wide = |p: &Plan| match p.columns().iter().any(|c| nested(&c.ty)) {
            true => Width::Nested,
            false => Width::Plain,
        };
        match self {
            Plan::Sort { input, .. } | Plan::ArrayJoin { input, .. } | Plan::Distinct { input } => {
                wide(input).max(input.width())
            }
            Plan::Join { left, right, .. } => wide(self).max(left.width()).max(right.width()),
            Plan::Aggregate { input, keys, aggs } => {
                let own = if keys.iter().any(|(c, _)| has_array(&c.ty)) {
                    Width::Nested
                } else if !keys.is_empty() && aggs.iter().any(|(_, a)| a.resolved.grows()) {
                    Width::States
                } else {
                    Width::Plain
                };
                own.max(input.width())
            }
            Plan::Project { input, .. }
            | Plan::Limit { input, .. }
            | Plan::Filter { input, .. }
            | Plan::LimitBy { input, .. } => input.width(),
            Plan::Union { inputs, .. } => inputs.iter().map(Plan::width).max().unwrap_or_default(),
            Plan::One | Plan::Numbers { .. } | Plan::Values { .. } | Plan::Scan(_) => Width::Plain,
        }
    }
    /// Whether rows are sorted without a limit below another operator that may depend on their order (groupArray over a
    /// sorted subquery).
    pub fn sorts_inside(&self) -> bool {
        fn below(plan: &Plan, top: bool) -> bool {
            match plan {
                Plan::Sort { input, fetch, .. } => (!top && fetch.is_none()) || below(input, false),
                Plan::Project { input, .. } | Plan::Limit { input, .. } => below(input, top),
                Plan::Filter { input, .. }
                | Plan::ArrayJoin { input, .. }
                | Plan::Aggregate { input, .. }
                | Plan::Distinct { input }
                | Plan::LimitBy { input, .. } => below(input, false),
                Plan::Join { left, right, .. } => below(left, false) || below(right, false),
                Plan::Union { inputs, .. } => inputs.iter().any(|i| below(i, false)),
                Plan::One | Plan::Numbers { .. } | Plan::Values { .. } | Plan::Scan(_) => false,
            }
        }
        below(self, true)
    }
}

/// A bound query: its plan, and the names and order of its result.
pub struct Bound {
    pub plan: Plan,
    pub columns: Vec<Output>,
}

/// A column of a result.
#[derive(Clone, Debug)]
pub struct Output {
    pub id: ColId,
    pub name: String,
    pub ty: Type,
}
