//! Keeps expressions that may fail behind the LIMIT that the binder put below them: DataFusion pushes a projection below a sort
//! where it makes rows narrower, and would evaluate them for rows that the limit leaves out.

use super::before_limit::LIMITING;
use super::conditions::fails;
use super::node::over_one_input;
use datafusion::common::Result as DfResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::execution::TaskContext;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use std::sync::Arc;

/// The rule; runs before all that move projections.
#[derive(Debug)]
pub struct BehindLimits;

impl PhysicalOptimizerRule for BehindLimits {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> DfResult<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(projection) = node.downcast_ref::<ProjectionExec>() else { return Ok(Transformed::no(node)) };
            let input = projection.input();
            if !LIMITING.contains(&input.name()) {
                return Ok(Transformed::no(node));
            }
            let mut may = false;
            for e in projection.expr() {
                may |= fails(&e.expr)?;
            }
            if !may {
                return Ok(Transformed::no(node));
            }
            let input: Arc<dyn ExecutionPlan> = Arc::new(BehindLimitExec { input: Arc::clone(input) });
            #[allow(deprecated)]
            node.with_new_children(vec![input]).map(Transformed::yes)
        })
        .data()
    }
    fn name(&self) -> &str {
        "BehindLimits"
    }
    fn schema_check(&self) -> bool {
        true
    }
}

/// Passes its rows on, and lets no projection through.
#[derive(Debug)]
struct BehindLimitExec {
    input: Arc<dyn ExecutionPlan>,
}

impl DisplayAs for BehindLimitExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Behind the limit")
    }
}

impl ExecutionPlan for BehindLimitExec {
    over_one_input!("BehindLimitExec", |_, input| BehindLimitExec { input });
    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}
