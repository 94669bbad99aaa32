//! Projections that make values, a few rows at once where rows are wide.
//!
//! Invariant: an expression is given as many rows at once as make about [`super::guard::TARGET`] bytes, as far as those before
//! tell; where it does not fit into the query's memory over several rows, it is tried over fewer. What is on its way up is held
//! of the query's memory.

use super::QueryEnv;
use super::guard::{Portion, compacted, parted};
use super::held::held_bytes;
use super::node::{Env, over_one_input};
use crate::expr::meter;
use crate::plan::udf::{from_df, to_df};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result as DfResult;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{Stream, StreamExt};
use olly_types::batch::value_bytes;
use olly_types::budget::Reservation;
use olly_types::{Code, Error};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// One part in so many of the rows that did not fit is tried next: few steps, for each may take until the memory is full.
const FEWER: usize = 8;

#[derive(Debug)]
pub(super) struct ProjectExec {
    input: Arc<dyn ExecutionPlan>,
    exprs: Arc<[Arc<dyn PhysicalExpr>]>,
    /// Places of the columns that are no column of the input.
    made: Arc<[usize]>,
    properties: Arc<PlanProperties>,
    env: Env,
}

impl ProjectExec {
    /// The same as a projection of DataFusion's; None where it makes nothing.
    pub(super) fn of(projection: &ProjectionExec, env: &Arc<QueryEnv>) -> Option<ProjectExec> {
        let exprs: Arc<[Arc<dyn PhysicalExpr>]> = projection.expr().iter().map(|e| Arc::clone(&e.expr)).collect();
        let made: Arc<[usize]> =
            exprs.iter().enumerate().filter(|(_, e)| e.downcast_ref::<Column>().is_none()).map(|(i, _)| i).collect();
        (!made.is_empty()).then(|| ProjectExec {
            input: Arc::clone(projection.input()),
            exprs,
            made,
            properties: Arc::clone(projection.properties()),
            env: Env(Arc::clone(env)),
        })
    }
}

impl DisplayAs for ProjectExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Project")
    }
}

impl ExecutionPlan for ProjectExec {
    over_one_input!("ProjectExec", |own, input| ProjectExec {
        input,
        exprs: Arc::clone(&own.exprs),
        made: Arc::clone(&own.made),
        properties: Arc::clone(&own.properties),
        env: own.env.clone()
    });
    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let env = Arc::clone(&self.env.0);
        let schema = self.schema();
        let projected = Projected {
            input: make_cooperative(self.input.execute(partition, context)?),
            exprs: Arc::clone(&self.exprs),
            made: Arc::clone(&self.made),
            schema: Arc::clone(&schema),
            held: env.memory.empty(),
            env,
            portion: Portion::default(),
            given: None,
            rest: None,
            long: false,
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, projected)))
    }
}

struct Projected {
    input: SendableRecordBatchStream,
    exprs: Arc<[Arc<dyn PhysicalExpr>]>,
    made: Arc<[usize]>,
    schema: SchemaRef,
    env: Arc<QueryEnv>,
    /// The batch that is on its way up.
    held: Reservation,
    portion: Portion,
    /// A batch of the input, and how many of its rows are done.
    given: Option<(RecordBatch, usize)>,
    /// What of a made batch is left that goes up in parts.
    rest: Option<RecordBatch>,
    /// The last part was long work: others have their turn before the next. Tokio counts an input's batches only, and one may
    /// be thousands of parts.
    long: bool,
}

impl Projected {
    /// The next rows of `batch` behind the first `from`, and how many they are.
    fn part(&mut self, batch: &RecordBatch, from: usize) -> DfResult<(RecordBatch, usize)> {
        let left = batch.num_rows() - from;
        loop {
            self.env.cancel.check().map_err(to_df)?;
            let n = self.portion.of(left);
            let tried = if n == batch.num_rows() {
                self.made_of(batch)
            } else {
                compacted(&batch.slice(from, n)).and_then(|part| self.made_of(&part))
            };
            match tried.map_err(from_df) {
                Ok(made) => return Ok((made, n)),
                Err(e) if e.code == Code::MemoryLimitExceeded && n > 1 => self.portion.set(n / FEWER),
                Err(e) => return Err(to_df(e)),
            }
        }
    }

    fn made_of(&mut self, part: &RecordBatch) -> DfResult<RecordBatch> {
        let rows = part.num_rows();
        meter::take_peak();
        let values = self.exprs.iter().map(|e| e.evaluate(part)?.into_array(rows)).collect::<DfResult<Vec<_>>>()?;
        let made = || self.made.iter().filter_map(|i| values.get(*i));
        let long: u64 = made().map(value_bytes).sum();
        self.portion.saw(rows, long.max(meter::take_peak()));
        let held = made().map(held_bytes).sum();
        self.held.resize(held).map_err(|e| to_df(Error::from(e)))?;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), values)?)
    }
}

impl Stream for Projected {
    type Item = DfResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let own = &mut *self;
        if let Some(rest) = own.rest.take() {
            own.env.cancel.check().map_err(to_df)?;
            let (part, rest) = parted(rest);
            own.rest = rest;
            return Poll::Ready(Some(Ok(part)));
        }
        let (batch, from) = match own.given.take() {
            Some(given) => given,
            None => match ready!(own.input.poll_next_unpin(cx)) {
                Some(Ok(batch)) => (batch, 0),
                other => {
                    // Giving back never fails.
                    let _ = own.held.resize(0);
                    return Poll::Ready(other);
                }
            },
        };
        if std::mem::take(&mut own.long) {
            own.given = Some((batch, from));
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let (made, n) = own.part(&batch, from)?;
        own.long = n < batch.num_rows();
        if from + n < batch.num_rows() {
            own.given = Some((batch, from + n));
        }
        let (part, rest) = parted(made);
        own.rest = rest;
        Poll::Ready(Some(Ok(part)))
    }
}
