//! LIMIT n BY keys: of the rows of each key, in the order in which they come, the first few. DataFusion has no such operator
//! (its windows sort), so this is a node of our own.

use super::QueryEnv;
use super::node::{Env, only, over_one_input};
use crate::plan::udf::to_df;
use arrow::array::{BooleanBuilder, RecordBatch};
use arrow::row::{RowConverter, SortField};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchemaRef, DataFusionError, Result as DfResult};
use datafusion::execution::TaskContext;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties,
    SendableRecordBatchStream,
};
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};
use futures::StreamExt;
use std::collections::HashMap;
use std::sync::Arc;

/// The logical node; keys are names of columns.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LimitBy {
    pub input: LogicalPlan,
    pub keys: Vec<DfExpr>,
    pub skip: usize,
    pub fetch: usize,
}

impl PartialOrd for LimitBy {
    fn partial_cmp(&self, _: &Self) -> Option<std::cmp::Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for LimitBy {
    fn name(&self) -> &str {
        "LimitBy"
    }
    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }
    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }
    fn expressions(&self) -> Vec<DfExpr> {
        self.keys.clone()
    }
    fn fmt_for_explain(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LimitBy skip={} fetch={}", self.skip, self.fetch)
    }
    fn with_exprs_and_inputs(&self, keys: Vec<DfExpr>, inputs: Vec<LogicalPlan>) -> DfResult<Self> {
        Ok(LimitBy { input: only(inputs, "LIMIT BY")?, keys, skip: self.skip, fetch: self.fetch })
    }
}

/// Plans queries with the nodes of our own.
pub struct Planner(pub Arc<QueryEnv>);

impl std::fmt::Debug for Planner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Planner")
    }
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let nodes = Arc::new(Nodes(Arc::clone(&self.0)));
        DefaultPhysicalPlanner::with_extension_planners(vec![nodes]).create_physical_plan(plan, session).await
    }
}

struct Nodes(Arc<QueryEnv>);

#[async_trait]
impl ExtensionPlanner for Nodes {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> DfResult<Option<Arc<dyn ExecutionPlan>>> {
        let any: &dyn std::any::Any = node.as_any();
        let (Some(node), [input]) = (any.downcast_ref::<LimitBy>(), inputs) else { return Ok(None) };
        let schema = input.schema();
        let mut keys = Vec::with_capacity(node.keys.len());
        for key in &node.keys {
            let DfExpr::Column(column) = key else {
                return Err(DataFusionError::Internal("LIMIT BY over an expression".into()));
            };
            keys.push(schema.index_of(&column.name)?);
        }
        Ok(Some(Arc::new(LimitByExec::new(Arc::clone(input), keys, node.skip, node.fetch, Env(Arc::clone(&self.0))))))
    }
}

#[derive(Debug)]
struct LimitByExec {
    input: Arc<dyn ExecutionPlan>,
    /// Positions of the keys.
    keys: Vec<usize>,
    skip: usize,
    fetch: usize,
    env: Env,
    properties: Arc<PlanProperties>,
}

impl LimitByExec {
    fn new(input: Arc<dyn ExecutionPlan>, keys: Vec<usize>, skip: usize, fetch: usize, env: Env) -> LimitByExec {
        let properties = PlanProperties::new(
            input.equivalence_properties().clone(),
            Partitioning::UnknownPartitioning(1),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        LimitByExec { input, keys, skip, fetch, env, properties: Arc::new(properties) }
    }
}

impl DisplayAs for LimitByExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LimitBy keys={:?} skip={} fetch={}", self.keys, self.skip, self.fetch)
    }
}

impl ExecutionPlan for LimitByExec {
    over_one_input!("LimitByExec", |own, input| {
        LimitByExec::new(input, own.keys.clone(), own.skip, own.fetch, own.env.clone())
    });
    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }
    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition]
    }
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let stream = self.input.execute(partition, context)?;
        let schema = stream.schema();
        let fields = self.keys.iter().map(|k| SortField::new(schema.field(*k).data_type().clone())).collect();
        let converter = RowConverter::new(fields)?;
        let (keys, skip, last) = (self.keys.clone(), self.skip, self.skip.saturating_add(self.fetch));
        let mut seen: HashMap<Box<[u8]>, usize> = HashMap::new();
        let mut held = self.env.0.memory.reserve(0).map_err(|e| to_df(e.into()))?;
        let limited = stream.map(move |batch: DfResult<RecordBatch>| {
            let batch = batch?;
            let columns: Vec<_> = keys.iter().map(|k| Arc::clone(batch.column(*k))).collect();
            let rows = converter.convert_columns(&columns)?;
            let mut keep = BooleanBuilder::with_capacity(batch.num_rows());
            let mut more = 0;
            for row in &rows {
                let count = match seen.get_mut(row.data()) {
                    Some(count) => count,
                    None => {
                        more += row.data().len() as u64 + 64;
                        seen.entry(row.data().into()).or_insert(0)
                    }
                };
                keep.append_value(*count >= skip && *count < last);
                *count = count.saturating_add(1);
            }
            held.grow(more).map_err(|e| to_df(e.into()))?;
            Ok(arrow::compute::filter_record_batch(&batch, &keep.finish())?)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.input.schema(), limited)))
    }
}
