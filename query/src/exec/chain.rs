//! UNION ALL with as many inputs at work as the query has threads.
//!
//! DataFusion's union runs all of its inputs at once: with some thousand of them each has its batches, buffers and blocking
//! thread. Here each of a few partitions reads its share of the inputs one after the other.

use arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::common::Result as DfResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties,
    SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;

/// Puts chains in the place of unions; runs before partitions are dealt out.
#[derive(Debug)]
pub struct Chains;

impl PhysicalOptimizerRule for Chains {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> DfResult<Arc<dyn ExecutionPlan>> {
        let threads = config.execution.target_partitions.max(1);
        plan.transform_up(|node| {
            if node.downcast_ref::<UnionExec>().is_none() {
                return Ok(Transformed::no(node));
            }
            let inputs = node.children().into_iter().cloned().collect();
            Ok(Transformed::yes(Arc::new(ChainExec::new(inputs, threads, &node)) as Arc<dyn ExecutionPlan>))
        })
        .data()
    }
    fn name(&self) -> &str {
        "Chains"
    }
    fn schema_check(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct ChainExec {
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    threads: usize,
    properties: Arc<PlanProperties>,
}

impl ChainExec {
    fn new(inputs: Vec<Arc<dyn ExecutionPlan>>, threads: usize, like: &Arc<dyn ExecutionPlan>) -> ChainExec {
        let all: usize = inputs.iter().map(|i| i.output_partitioning().partition_count()).sum();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(like.schema()),
            Partitioning::UnknownPartitioning(threads.min(all).max(1)),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        ChainExec { inputs, threads, properties: Arc::new(properties) }
    }
}

impl DisplayAs for ChainExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Union of {}", self.inputs.len())
    }
}

impl ExecutionPlan for ChainExec {
    fn name(&self) -> &str {
        "ChainExec"
    }
    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }
    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }
    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DfResult<TreeNodeRecursion>,
    ) -> DfResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
    #[allow(deprecated)]
    fn with_new_children(self: Arc<Self>, inputs: Vec<Arc<dyn ExecutionPlan>>) -> DfResult<Arc<dyn ExecutionPlan>> {
        let like: Arc<dyn ExecutionPlan> = Arc::clone(&self) as _;
        Ok(Arc::new(ChainExec::new(inputs, self.threads, &like)))
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let of = self.properties.partitioning.partition_count();
        let mut mine = Vec::new();
        let all = self.inputs.iter().flat_map(|i| (0..i.output_partitioning().partition_count()).map(move |p| (i, p)));
        for (input, part) in all.skip(partition).step_by(of) {
            mine.push((Arc::clone(input), part));
        }
        let schema = self.schema();
        let own = Arc::clone(&schema);
        let chained = futures::stream::iter(mine)
            .map(move |(input, part)| input.execute(part, Arc::clone(&context)))
            .try_flatten()
            // The inputs' fields may be called otherwise.
            .map(move |batch: DfResult<RecordBatch>| -> DfResult<RecordBatch> {
                let batch = batch?;
                let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                let columns = batch.columns().to_vec();
                Ok(RecordBatch::try_new_with_options(Arc::clone(&own), columns, &options)?)
            });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, chained)))
    }
}
