//! Batches for operators that keep them.
//!
//! DataFusion's sorts and joins count the buffers that a batch stands in, and take no notice of who else does: slices of one
//! column, or texts that are views of one page, count the whole of it for each batch. And a sort gives its rows out in batches
//! of the query's size, of which each is counted so too. Invariant: above this operator a batch has buffers of its own, and at
//! most the rows of one such batch.

use super::QueryEnv;
use super::guard::compacted;
use super::held::held_bytes;
use super::node::{Env, over_one_input};
use crate::plan::udf::to_df;
use arrow::array::{Array, RecordBatch};
use datafusion::common::Result as DfResult;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{Stream, StreamExt};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Bytes of buffers that nobody minds.
const SMALL: u64 = 64 << 10;

#[derive(Debug)]
pub(super) struct OwnExec {
    input: Arc<dyn ExecutionPlan>,
    env: Env,
}

impl OwnExec {
    pub(super) fn over(input: Arc<dyn ExecutionPlan>, env: &Arc<QueryEnv>) -> Arc<dyn ExecutionPlan> {
        Arc::new(OwnExec { input, env: Env(Arc::clone(env)) })
    }
}

impl DisplayAs for OwnExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Own")
    }
}

impl ExecutionPlan for OwnExec {
    over_one_input!("OwnExec", |own, input| OwnExec { input, env: own.env.clone() });
    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let most = context.session_config().batch_size().max(1);
        let input = self.input.execute(partition, context)?;
        let schema = input.schema();
        let own = Own { input, env: Arc::clone(&self.env.0), most, rest: None };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, own)))
    }
}

struct Own {
    input: SendableRecordBatchStream,
    env: Arc<QueryEnv>,
    /// Rows of a batch at most.
    most: usize,
    /// What is left of a batch.
    rest: Option<RecordBatch>,
}

impl Own {
    fn part(&mut self, batch: &RecordBatch) -> DfResult<RecordBatch> {
        self.env.cancel.check().map_err(to_df)?;
        let (rows, n) = (batch.num_rows(), self.most.min(batch.num_rows()));
        if n < rows {
            self.rest = Some(batch.slice(n, rows - n));
        }
        owned(batch.slice(0, n))
    }
}

/// The batch in buffers of its own, where those it stands in are larger.
fn owned(batch: RecordBatch) -> DfResult<RecordBatch> {
    let buffers: u64 = batch.columns().iter().map(|c| c.get_buffer_memory_size() as u64).sum();
    if buffers <= SMALL || buffers <= 2 * batch.columns().iter().map(held_bytes).sum::<u64>() {
        return Ok(batch);
    }
    compacted(&batch)
}

impl Stream for Own {
    type Item = DfResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match ready!(self.input.poll_next_unpin(cx)) {
                Some(Ok(batch)) => batch,
                other => return Poll::Ready(other),
            },
        };
        Poll::Ready(Some(self.part(&batch)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use olly_types::value::array_of;
    use olly_types::{Type, Value};

    #[test]
    fn a_slice_of_a_large_batch_stands_alone_and_a_whole_one_is_not_copied() {
        let texts: Vec<Value> = (0..1000).map(|i| Value::bytes(format!("{i:0>1000}"))).collect();
        let batch = RecordBatch::try_from_iter([("s", array_of(&texts, &Type::String).unwrap())]).unwrap();
        let bytes = |b: &RecordBatch| b.column(0).get_buffer_memory_size();
        let whole = owned(batch.clone()).unwrap();
        assert!(std::ptr::eq(
            whole.column(0).to_data().buffers()[0].as_ptr(),
            batch.column(0).to_data().buffers()[0].as_ptr()
        ));
        let part = owned(batch.slice(10, 20)).unwrap();
        assert_eq!(part.column(0), &batch.column(0).slice(10, 20));
        assert!(bytes(&part) < 40_000 && bytes(&batch) > 1_000_000, "{} of {}", bytes(&part), bytes(&batch));
    }
}
