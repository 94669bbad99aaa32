//! Sorts of subqueries stay where the query has them.
//!
//! DataFusion takes a sort away that no operator above asks for. ClickHouse's aggregates see the order of a sorted subquery
//! (`groupArray` over `SELECT … ORDER BY …`), so for such plans each sort is wrapped in a node that asks for its order while
//! the plan is made; the node is gone from the finished plan.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::{Distribution, OrderingRequirements};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::output_requirements::OutputRequirementExec;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::sorts::sort::SortExec;
use std::sync::Arc;

/// The rule; it runs before the one that drops sorts.
#[derive(Debug)]
pub struct KeepSorts;

impl PhysicalOptimizerRule for KeepSorts {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let wrapped = plan.transform_up(|node| {
            let Some(sort) = node.downcast_ref::<SortExec>().filter(|s| s.fetch().is_none()) else {
                return Ok(Transformed::no(node));
            };
            let order = OrderingRequirements::from(sort.expr().clone());
            let asks = OutputRequirementExec::new(Arc::clone(&node), Some(order), Distribution::SinglePartition, None);
            Ok(Transformed::yes(Arc::new(asks) as Arc<dyn ExecutionPlan>))
        });
        wrapped.map(|t| t.data)
    }
    fn name(&self) -> &str {
        "KeepSorts"
    }
    fn schema_check(&self) -> bool {
        true
    }
}
