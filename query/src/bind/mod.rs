//! From syntax to a typed plan: names, aliases, types.
//!
//! ClickHouse's alias rules: an alias may be used anywhere in its SELECT, an alias shadows a column, and inside of its own
//! expression the name means the column. Subqueries see CTEs and WITH expressions of the queries around them, nothing else.

mod aggregate;
mod call;
mod column;
mod compare;
mod expr;
mod from;
mod grouping;
mod hints;
mod in_set;
mod intervals;
mod lambda;
mod literal;
mod moved;
mod names;
mod random;
mod select;
mod star;
pub mod table;
mod union;
mod work;

use crate::exec::QueryEnv;
use crate::expr::Expr;
use crate::plan::{AggCall, Bound, ColId, Scan};
use crate::sql::ast;
use olly_types::{Code, ColumnId, Error, Result, Type};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use work::Work;

pub use call::{call, call_named, cast, coerce, element, elements};
pub use hints::hint;
pub use literal::literal;

/// Runs a bound subquery while binding: rows of its columns.
pub type RunSubquery<'a> = &'a dyn Fn(Bound, Take<'_>) -> Result<()>;
/// Takes batches of a subquery; false ends it.
pub type Take<'a> = &'a mut dyn FnMut(arrow::array::RecordBatch) -> Result<bool>;

/// Binds one statement's queries.
pub struct Binder<'a> {
    pub env: &'a Arc<QueryEnv>,
    run: Option<RunSubquery<'a>>,
    next: Cell<ColId>,
    depth: Cell<usize>,
    work: Work,
    /// Right sides of IN: equal ones are one, so that an expression that is written twice is the same.
    sets: RefCell<Vec<crate::expr::SharedSet>>,
    /// The name that was not found last: one of a query around the one that is bound makes it a correlated subquery.
    unknown: RefCell<Vec<String>>,
    /// Tables read, for EXPLAIN ESTIMATE and the query log.
    pub scans: RefCell<Vec<Rc<RefCell<Scan>>>>,
}

/// Queries inside queries deeper than this are refused.
const MAX_SUBQUERY_DEPTH: usize = 100;
/// Nodes that a query in a query counts as: its plan has some operators with the names and types of their columns.
const QUERY_NODES: usize = 64;

impl<'a> Binder<'a> {
    /// `run` executes subqueries whose answer is needed while binding; without it they are refused.
    pub fn new(env: &'a Arc<QueryEnv>, run: Option<RunSubquery<'a>>) -> Binder<'a> {
        Binder {
            env,
            run,
            next: Cell::new(0),
            depth: Cell::new(0),
            work: Work::default(),
            sets: RefCell::default(),
            unknown: RefCell::default(),
            scans: RefCell::default(),
        }
    }
    pub(crate) fn fresh(&self) -> ColId {
        let id = self.next.get();
        self.next.set(id + 1);
        id
    }
    pub(crate) fn run(&self, bound: Bound, limit: usize) -> Result<crate::engine::Block> {
        let header = bound.columns.clone();
        let (mut batches, mut rows, mut held) = (Vec::new(), 0, self.env.memory.reserve(0)?);
        self.feed(bound, &mut |batch| {
            rows += batch.num_rows();
            held.grow(batch.columns().iter().map(olly_types::batch::value_bytes).sum())?;
            batches.push(batch);
            Ok(rows < limit)
        })?;
        crate::exec::run::joined(&batches, &header, rows)
    }
    /// Runs a subquery now and gives its batches to `take`, until it answers false.
    pub(crate) fn feed(&self, bound: Bound, take: Take<'_>) -> Result<()> {
        match self.run {
            Some(run) => run(bound, take),
            None => Err(Error::unsupported("a subquery here")),
        }
    }
    /// Binds a query with its set operators.
    pub fn query(&self, query: &ast::Query, outer: &Rc<Outer<'_>>) -> Result<Bound> {
        self.query_in_union(query, outer, &[])
    }
    /// Binds a query of a UNION, which sees the WITH of the UNION's first query too.
    fn query_in_union<'q>(
        &self,
        query: &'q ast::Query,
        outer: &Rc<Outer<'q>>,
        with: &[&'q ast::WithItem],
    ) -> Result<Bound> {
        if self.depth.get() >= MAX_SUBQUERY_DEPTH {
            let text = format!("Too deep subqueries. Maximum: {MAX_SUBQUERY_DEPTH}");
            return Err(Error::new(Code::TooDeepSubqueries, text));
        }
        self.work.add(self.env, QUERY_NODES)?;
        self.depth.set(self.depth.get() + 1);
        let bound = match query {
            ast::Query::Select(select) => self.select(select, outer, with),
            ast::Query::Set(chain) => self.union(chain, outer, with),
        };
        self.depth.set(self.depth.get() - 1);
        bound
    }
    /// Binds an expression over the columns of a table only (defaults, keys): `columns[i]` becomes Column(i).
    pub fn standalone(&self, expr: &ast::Expr, columns: &[(String, Type)]) -> Result<Expr> {
        let mut scope = Scope::new(Rc::new(Outer::default()));
        scope.sources.push(Source {
            alias: None,
            name: None,
            columns: columns
                .iter()
                .enumerate()
                .map(|(i, (name, ty))| SourceColumn {
                    name: name.as_str().into(),
                    ty: ty.clone(),
                    target: Target::Column(i),
                    asterisk: true,
                })
                .collect(),
            scan: None,
            using: Vec::new(),
        });
        self.next.set(columns.len());
        scope.forbid = Some("a table's expression");
        let bound = self.expr(expr, &mut scope)?;
        if !scope.pending.is_empty() {
            return Err(Error::new(Code::BadArguments, "arrayJoin cannot stand in a table's expression"));
        }
        Ok(bound)
    }
}

/// What subqueries see of the queries around them.
#[derive(Default)]
pub struct Outer<'q> {
    ctes: HashMap<String, Cte<'q>>,
    with: HashMap<String, (&'q ast::Expr, Rc<Outer<'q>>)>,
}

/// `WITH name (columns) AS (query)`
#[derive(Clone)]
pub(crate) struct Cte<'q> {
    query: &'q ast::Query,
    columns: &'q [ast::Ident],
    /// What the query sees.
    outer: Rc<Outer<'q>>,
    /// What a reader of it counts as (see [`names::Subqueries`]).
    subqueries: usize,
}

/// A table in FROM.
pub(crate) struct Source {
    pub alias: Option<String>,
    /// Database and table.
    pub name: Option<(Arc<str>, Arc<str>)>,
    pub columns: Vec<SourceColumn>,
    pub scan: Option<Rc<RefCell<Scan>>>,
    /// Columns merged by USING with one of a table before: no part of `*`, and never ambiguous.
    pub using: Vec<String>,
}

pub(crate) struct SourceColumn {
    pub name: Arc<str>,
    pub ty: Type,
    pub target: Target,
    pub asterisk: bool,
}

/// What stands behind a column's name.
#[derive(Clone)]
pub(crate) enum Target {
    Column(ColId),
    Stored(ColumnId),
    /// The text of an ALIAS column.
    Alias(Arc<str>),
}

/// Names while a SELECT's expressions are bound.
pub(crate) struct Scope<'q> {
    pub outer: Rc<Outer<'q>>,
    pub sources: Vec<Source>,
    /// Columns of USING that stand for columns of several types: their common type.
    pub merged: HashMap<String, Type>,
    pub aliases: HashMap<String, &'q ast::Expr>,
    /// Aliases that stand for two expressions, one of them in a lambda: nobody may use them.
    pub twice: Vec<String>,
    /// Queries of EXISTS that were bound, each with its answer.
    pub exists: Vec<(*const ast::Query, bool)>,
    pub resolving: Vec<String>,
    pub cache: HashMap<String, Expr>,
    /// Aggregates seen, each with its column.
    pub aggs: Vec<(ColId, String, AggCall)>,
    pub in_aggregate: bool,
    /// Where aggregates may not stand, by name.
    pub forbid: Option<&'static str>,
    /// arrayJoin calls to be done before the next operator: column, key, array.
    pub pending: Vec<(ColId, String, Expr)>,
    /// All arrayJoin calls seen.
    pub joined: Vec<(ColId, String, Type)>,
    pub lambdas: Vec<Vec<(String, Type)>>,
    /// Calls of lambdas by name that are being bound.
    pub lets: Vec<lambda::Let>,
    /// Aliases that stand in lambdas, each with the lambda: nobody outside of it sees them.
    pub inner_aliases: Vec<(*const ast::Lambda, &'q str, &'q ast::Expr)>,
}

impl<'q> Scope<'q> {
    pub fn new(outer: Rc<Outer<'q>>) -> Scope<'q> {
        Scope {
            outer,
            sources: Vec::new(),
            merged: HashMap::new(),
            aliases: HashMap::new(),
            twice: Vec::new(),
            exists: Vec::new(),
            resolving: Vec::new(),
            cache: HashMap::new(),
            aggs: Vec::new(),
            in_aggregate: false,
            forbid: None,
            pending: Vec::new(),
            joined: Vec::new(),
            lambdas: Vec::new(),
            lets: Vec::new(),
            inner_aliases: Vec::new(),
        }
    }
}
