//! Counts the rows that reach a statement's LIMIT: `rows_before_limit_at_least` of the JSON formats, and the native
//! protocol's profile. All of them where rows are sorted first; without a sort as many as were made before the limit ended
//! the query.

use super::node::over_one_input;
use crate::plan::Plan;
use crate::plan::udf::from_df;
use datafusion::common::Result as DfResult;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::TryStreamExt;
use olly_types::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Operators that end rows at a limit, where they have one, and pass or order them otherwise.
pub(super) const LIMITING: &[&str] =
    &["GlobalLimitExec", "LocalLimitExec", "SortExec", "SortPreservingMergeExec", "CoalescePartitionsExec"];
/// Operators above a limit that change no number of rows.
const PASSING: &[&str] = &["ProjectionExec", "CooperativeExec", "CoalesceBatchesExec", "BehindLimitExec"];

/// Whether a statement ends with a LIMIT.
pub fn has_limit(plan: &Plan) -> bool {
    match plan {
        Plan::Limit { .. } => true,
        Plan::Project { input, .. } => has_limit(input),
        _ => false,
    }
}

/// The plan of such a statement, counting into `rows`.
pub fn counted(plan: Arc<dyn ExecutionPlan>, rows: &Arc<AtomicU64>) -> Result<Arc<dyn ExecutionPlan>> {
    match below(&plan, rows).map_err(from_df)? {
        Some(plan) => Ok(plan),
        // The limit is within the source: what it gives is all that is known.
        None => Ok(Arc::new(CountExec { input: plan, rows: Arc::clone(rows) })),
    }
}

/// The plan with the input of its lowest limit counted; None where there is none on the way down.
fn below(plan: &Arc<dyn ExecutionPlan>, rows: &Arc<AtomicU64>) -> DfResult<Option<Arc<dyn ExecutionPlan>>> {
    let limiting = LIMITING.contains(&plan.name());
    let children = plan.children();
    let ([child], true) = (children.as_slice(), limiting || PASSING.contains(&plan.name())) else { return Ok(None) };
    let limits = plan.name().ends_with("LimitExec") || limiting && plan.fetch().is_some();
    let child = match below(child, rows)? {
        Some(child) => child,
        None if limits => Arc::new(CountExec { input: Arc::clone(child), rows: Arc::clone(rows) }),
        None => return Ok(None),
    };
    #[allow(deprecated)]
    Arc::clone(plan).with_new_children(vec![child]).map(Some)
}

#[derive(Debug)]
struct CountExec {
    input: Arc<dyn ExecutionPlan>,
    rows: Arc<AtomicU64>,
}

impl DisplayAs for CountExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Count rows")
    }
}

impl ExecutionPlan for CountExec {
    over_one_input!("CountExec", |own, input| CountExec { input, rows: Arc::clone(&own.rows) });
    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let (schema, rows) = (input.schema(), Arc::clone(&self.rows));
        let counted = input.inspect_ok(move |batch| {
            rows.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, counted)))
    }
}
