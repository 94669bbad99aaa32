//! Operators that make more rows than they read look at the query's end and memory at each batch.
//!
//! Leaves look for themselves, but a join or an unnested array may give batches for minutes from one that it read.

use super::QueryEnv;
use crate::plan::udf::{from_df, to_df};
use arrow::array::RecordBatch;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result as DfResult};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::StreamExt;
use olly_types::Result;
use std::sync::Arc;

/// Names of the operators that are watched.
const WATCHED: &[&str] = &["HashJoinExec", "NestedLoopJoinExec", "CrossJoinExec", "SortMergeJoinExec", "UnnestExec"];

/// The plan with its growing operators watched. Called last: no rule sees the watchers.
pub fn guarded(plan: Arc<dyn ExecutionPlan>, env: &Arc<QueryEnv>) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|node| {
        if WATCHED.contains(&node.name()) {
            return Ok(Transformed::yes(Arc::new(GuardExec { input: node, env: Env(Arc::clone(env)) })));
        }
        Ok(Transformed::no(node))
    })
    .data()
    .map_err(from_df)
}

struct Env(Arc<QueryEnv>);
impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("query")
    }
}

#[derive(Debug)]
struct GuardExec {
    input: Arc<dyn ExecutionPlan>,
    env: Env,
}

impl DisplayAs for GuardExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl ExecutionPlan for GuardExec {
    fn name(&self) -> &str {
        "GuardExec"
    }
    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }
    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }
    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DfResult<TreeNodeRecursion>,
    ) -> DfResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
    #[allow(deprecated)]
    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(GuardExec { input, env: Env(Arc::clone(&self.env.0)) })),
            _ => Err(DataFusionError::Internal("a guard has one input".into())),
        }
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let stream = make_cooperative(self.input.execute(partition, context)?);
        let env = Arc::clone(&self.env.0);
        // The batch that is on its way up is held.
        let mut held = env.memory.reserve(0).map_err(|e| to_df(e.into()))?;
        let schema = stream.schema();
        let watched = stream.map(move |batch: DfResult<RecordBatch>| {
            let batch = batch?;
            env.cancel.check().map_err(to_df)?;
            let bytes = batch.columns().iter().map(olly_types::batch::value_bytes).sum();
            held.resize(bytes).map_err(|e| to_df(e.into()))?;
            Ok(batch)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, watched)))
    }
}
