//! Operators that make more than they read look at the query's end and memory at each batch, and filters work on few rows at
//! once where rows are wide.
//!
//! Invariant: the batch that is on its way up from a guarded operator is held of the query's memory; a filter is given as many
//! rows at once as make about [`TARGET`] bytes. Projections are replaced by our own (`project`), and what a sort or a join keeps
//! stands in buffers of its own (`own`).

use super::QueryEnv;
use super::held::{compact, held_bytes};
use super::node::{Env, over_one_input};
use super::own::OwnExec;
use super::project::ProjectExec;
use crate::expr::meter;
use crate::plan::udf::{from_df, to_df};
use arrow::array::{Array, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::common::Result as DfResult;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::limit::LocalLimitExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{Stream, StreamExt};
use olly_types::Result;
use olly_types::batch::value_bytes;
use olly_types::budget::Reservation;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Names of the operators whose whole output is new, beside projections, filters and aggregations.
const WATCHED: &[&str] = &["NestedLoopJoinExec", "CrossJoinExec", "SortMergeJoinExec", "UnnestExec"];

/// Bytes that an expression should take for the rows it is given at once, intermediate ones included.
pub(super) const TARGET: u64 = 4 << 20;
/// What a row of the first of a LIMIT may take of the query's memory: more rows than fit so are sorted with all others, which
/// spills; those first ones alone are kept in memory.
const ROW_ON_TOP: u64 = 256;
/// Rows without columns that go up at once.
const FULL_ROWS: usize = 8192;
/// Rows of the first portion, before it is known how wide they become.
const FIRST: usize = 16;

/// The plan with its growing operators watched. Called last: no rule sees the watchers.
pub fn guarded(plan: Arc<dyn ExecutionPlan>, env: &Arc<QueryEnv>) -> Result<Arc<dyn ExecutionPlan>> {
    let guard =
        |input, counts| -> Arc<dyn ExecutionPlan> { Arc::new(GuardExec { input, counts, env: Env(Arc::clone(env)) }) };
    let own = |input| OwnExec::over(input, env);
    plan.transform_up(|node| {
        if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
            return Ok(match ProjectExec::of(projection, env) {
                Some(own) => Transformed::yes(Arc::new(own)),
                None => Transformed::no(node),
            });
        }
        if node.downcast_ref::<FilterExec>().is_some() {
            let env = Env(Arc::clone(env));
            let node = over(node, 0, |input| Arc::new(PortionExec { input, env }))?;
            return Ok(Transformed::yes(guard(node, Counts::All)));
        }
        if let Some(sort) = node.downcast_ref::<SortExec>() {
            let Some(rows) = sort.fetch() else { return over(node, 0, own).map(Transformed::yes) };
            if rows as u64 <= env.memory.limit() / ROW_ON_TOP {
                return Ok(Transformed::no(node));
            }
            let all: Arc<dyn ExecutionPlan> = Arc::new(sort.with_fetch(None));
            let limited = LocalLimitExec::new(over(all, 0, own)?, rows);
            return Ok(Transformed::yes(Arc::new(limited) as Arc<dyn ExecutionPlan>));
        }
        if node.downcast_ref::<HashJoinExec>().is_some() {
            return Ok(Transformed::yes(guard(over(node, 0, own)?, Counts::All)));
        }
        if node.downcast_ref::<AggregateExec>().is_some() {
            return Ok(Transformed::yes(guard(node, Counts::Buffers)));
        }
        if WATCHED.contains(&node.name()) {
            return Ok(Transformed::yes(guard(node, Counts::All)));
        }
        Ok(Transformed::no(node))
    })
    .data()
    .map_err(from_df)
}

/// The operator with another one between it and its input `i`.
fn over(
    node: Arc<dyn ExecutionPlan>,
    i: usize,
    between: impl FnOnce(Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan>,
) -> DfResult<Arc<dyn ExecutionPlan>> {
    let mut children: Vec<Arc<dyn ExecutionPlan>> = node.children().into_iter().cloned().collect();
    if let Some(input) = children.get_mut(i) {
        *input = between(Arc::clone(input));
    }
    #[allow(deprecated)]
    node.with_new_children(children)
}

/// What of an operator's batch is its own.
#[derive(Clone, Copy, Debug)]
enum Counts {
    All,
    /// All groups become one batch, of which slices go up.
    Buffers,
}

impl Counts {
    fn of(self, batch: &RecordBatch) -> u64 {
        match self {
            Counts::All => batch.columns().iter().map(held_bytes).sum(),
            Counts::Buffers => batch.columns().iter().map(|c| c.get_buffer_memory_size() as u64).sum(),
        }
    }
}

/// How many rows an expression is given at once.
#[derive(Debug)]
pub(super) struct Portion(usize);

impl Default for Portion {
    fn default() -> Portion {
        Portion(FIRST)
    }
}

impl Portion {
    /// Rows of the next portion where `left` are left. A rest that is not much more goes with it: a part is copied out of
    /// its batch.
    pub(super) fn of(&self, left: usize) -> usize {
        if self.0 >= left.div_ceil(2) { left } else { self.0 }
    }
    pub(super) fn set(&mut self, rows: usize) {
        self.0 = rows.max(1);
    }
    /// `rows` took `bytes`.
    pub(super) fn saw(&mut self, rows: usize, bytes: u64) {
        if rows > 0 {
            let fit = (TARGET as u128 * rows as u128 / u128::from(bytes.max(1))).min(usize::MAX as u128) as usize;
            // Rows to come may be wider than those that came.
            let most = self.0.max(rows).saturating_mul(8);
            self.set(fit.min(most));
        }
    }
}

/// As many of a batch's rows as have about [`TARGET`] bytes as operators above copy them, and the others: views of the same
/// bytes count each.
pub(super) fn parted(batch: RecordBatch) -> (RecordBatch, Option<RecordBatch>) {
    let (rows, bytes) = (batch.num_rows(), batch.columns().iter().map(value_bytes).sum::<u64>());
    if rows < 2 || bytes <= 2 * TARGET {
        return (batch, None);
    }
    let n = ((TARGET as u128 * rows as u128 / u128::from(bytes)) as usize).clamp(1, rows - 1);
    (batch.slice(0, n), Some(batch.slice(n, rows - n)))
}

#[derive(Debug)]
struct GuardExec {
    input: Arc<dyn ExecutionPlan>,
    counts: Counts,
    env: Env,
}

impl DisplayAs for GuardExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl ExecutionPlan for GuardExec {
    over_one_input!("GuardExec", |own, input| GuardExec { input, counts: own.counts, env: own.env.clone() });
    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let input = make_cooperative(self.input.execute(partition, context)?);
        let env = Arc::clone(&self.env.0);
        let held = env.memory.reserve(0).map_err(|e| to_df(e.into()))?;
        let schema = input.schema();
        let watched = Watched { input, env, held, counts: self.counts, rest: None, rows: 0, ended: false };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, watched)))
    }
}

struct Watched {
    input: SendableRecordBatchStream,
    env: Arc<QueryEnv>,
    /// The batch that is on its way up.
    held: Reservation,
    counts: Counts,
    /// What of a batch is left that goes up in parts.
    rest: Option<RecordBatch>,
    /// Rows without columns that have gathered.
    rows: usize,
    /// The input has ended, and its last rows have gone up.
    ended: bool,
}

impl Watched {
    /// Rows without columns.
    fn counted(&mut self, schema: &SchemaRef, rows: usize) -> DfResult<RecordBatch> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(schema), Vec::new(), &options)?;
        self.taken(batch)
    }

    /// Takes a batch from below; what goes up of it.
    fn taken(&mut self, batch: RecordBatch) -> DfResult<RecordBatch> {
        self.env.cancel.check().map_err(to_df)?;
        let bytes = self.counts.of(&batch);
        self.held.resize(bytes).map_err(|e| to_df(e.into()))?;
        if matches!(self.counts, Counts::Buffers) {
            // Slices of one batch of all groups: each alone, or a sort would count the whole for each.
            let own: u64 = batch.columns().iter().map(held_bytes).sum();
            return if own < bytes / 2 { compacted(&batch) } else { Ok(batch) };
        }
        Ok(self.next_part(batch))
    }

    /// What goes up of a batch now.
    fn next_part(&mut self, batch: RecordBatch) -> RecordBatch {
        let (part, rest) = parted(batch);
        self.rest = rest;
        part
    }
}

pub(super) fn compacted(batch: &RecordBatch) -> DfResult<RecordBatch> {
    let columns = batch.columns().iter().map(compact).collect::<std::result::Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(batch.schema(), columns, &options)?)
}

impl Stream for Watched {
    type Item = DfResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(rest) = self.rest.take() {
            let part = self.env.cancel.check().map_err(to_df).map(|()| self.next_part(rest));
            return Poll::Ready(Some(part));
        }
        loop {
            let next = match std::mem::take(&mut self.ended) {
                true => None,
                false => ready!(self.input.poll_next_unpin(cx)),
            };
            match next {
                // A product of tables of which no column is read makes a batch for each of a few rows; who gathers them counts
                // their columns, so many would stand beside all memory.
                Some(Ok(batch)) if batch.num_columns() == 0 && self.rows + batch.num_rows() < FULL_ROWS => {
                    self.rows += batch.num_rows();
                }
                Some(Ok(batch)) if self.rows > 0 => {
                    let rows = std::mem::take(&mut self.rows) + batch.num_rows();
                    return Poll::Ready(Some(self.counted(&batch.schema(), rows)));
                }
                Some(Ok(batch)) => return Poll::Ready(Some(self.taken(batch))),
                None if self.rows > 0 => {
                    self.ended = true;
                    let (rows, schema) = (std::mem::take(&mut self.rows), self.input.schema());
                    return Poll::Ready(Some(self.counted(&schema, rows)));
                }
                ended => {
                    // Giving back never fails.
                    let _ = self.held.resize(0);
                    return Poll::Ready(ended);
                }
            }
        }
    }
}

/// Gives a filter its input in portions.
#[derive(Debug)]
struct PortionExec {
    input: Arc<dyn ExecutionPlan>,
    env: Env,
}

impl DisplayAs for PortionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Portion")
    }
}

impl ExecutionPlan for PortionExec {
    over_one_input!("PortionExec", |own, input| PortionExec { input, env: own.env.clone() });
    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let schema = input.schema();
        let env = Arc::clone(&self.env.0);
        let portions = Portions { input, portion: Portion::default(), env, rest: None, given: 0 };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, portions)))
    }
}

struct Portions {
    input: SendableRecordBatchStream,
    portion: Portion,
    env: Arc<QueryEnv>,
    /// A batch and how many of its rows were given.
    rest: Option<(RecordBatch, usize)>,
    /// Rows of the last portion.
    given: usize,
}

impl Portions {
    fn part(&mut self) -> DfResult<Option<RecordBatch>> {
        let Some((batch, from)) = self.rest.take() else { return Ok(None) };
        // A filter asks again on this thread as soon as it has looked at the rows before; above it nobody sees what they took,
        // for it gathers rows of several portions.
        self.portion.saw(self.given, meter::take_peak());
        let left = batch.num_rows() - from;
        let n = self.portion.of(left);
        self.given = n;
        if n == batch.num_rows() {
            return Ok(Some(batch));
        }
        self.env.cancel.check().map_err(to_df)?;
        let part = batch.slice(from, n);
        if n < left {
            self.rest = Some((batch, from + n));
        }
        compacted(&part).map(Some)
    }
}

impl Stream for Portions {
    type Item = DfResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.rest.is_none() {
            match ready!(self.input.poll_next_unpin(cx)) {
                Some(Ok(batch)) => self.rest = Some((batch, 0)),
                other => return Poll::Ready(other),
            }
        }
        Poll::Ready(self.part().transpose())
    }
}
