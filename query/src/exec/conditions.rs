//! Conditions are evaluated in the query's order, and one that may fail only for the rows that those before it let through:
//! `WHERE m['code'] != '' AND toUInt16(m['code']) >= 500` asks for no number where there is none, as in ClickHouse.
//!
//! DataFusion puts the conditions of nested filters together, those of the outer one first, and evaluates AND over whole
//! batches. Each of our conditions knows its place in the query, by which this rule puts them back in order.

use crate::expr::may_fail;
use crate::plan::udf::ExprUdf;
use arrow::datatypes::SchemaRef;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{binary, case, lit};
use datafusion::physical_expr::utils::split_conjunction;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::joins::utils::JoinFilter;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder};
use std::sync::Arc;

/// The rule.
#[derive(Debug)]
pub struct Conditions;

impl PhysicalOptimizerRule for Conditions {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let changed: Option<Arc<dyn ExecutionPlan>> = if let Some(filter) = node.downcast_ref::<FilterExec>() {
                match guarded(filter.predicate(), &filter.input().schema())? {
                    Some(all) => Some(Arc::new(FilterExecBuilder::from(filter).with_predicate(all).build()?)),
                    None => None,
                }
            } else if let Some(join) = node.downcast_ref::<HashJoinExec>() {
                match join.filter().map(guarded_join).transpose()?.flatten() {
                    Some(filter) => Some(join.builder().with_filter(Some(filter)).build_exec()?),
                    None => None,
                }
            } else if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
                match join.filter().map(guarded_join).transpose()?.flatten() {
                    Some(filter) => {
                        Some(Arc::new(NestedLoopJoinExecBuilder::from(join).with_filter(Some(filter)).build()?))
                    }
                    None => None,
                }
            } else {
                None
            };
            Ok(changed.map_or_else(|| Transformed::no(node), Transformed::yes))
        })
        .data()
    }
    fn name(&self) -> &str {
        "Conditions"
    }
    fn schema_check(&self) -> bool {
        true
    }
}

/// Conditions of a join beside its keys, in their order.
fn guarded_join(filter: &JoinFilter) -> Result<Option<JoinFilter>> {
    let all = guarded(filter.expression(), filter.schema())?;
    Ok(all.map(|all| JoinFilter::new(all, filter.column_indices().to_vec(), Arc::clone(filter.schema()))))
}

/// The conditions in their order, those that may fail behind the others; None where any order will do.
fn guarded(predicate: &Arc<dyn PhysicalExpr>, schema: &SchemaRef) -> Result<Option<Arc<dyn PhysicalExpr>>> {
    let mut conditions: Vec<(u32, bool, &Arc<dyn PhysicalExpr>)> = Vec::new();
    for e in split_conjunction(predicate) {
        conditions.push((ours(e).map_or(0, |udf| udf.place), fails(e)?, e));
    }
    // Stable: what is no condition of the query stays ahead.
    conditions.sort_by_key(|(place, _, _)| *place);
    if conditions.len() < 2 || !conditions.iter().skip(1).any(|(_, fails, _)| *fails) {
        return Ok(None);
    }
    let mut all: Option<Arc<dyn PhysicalExpr>> = None;
    for (_, fails, e) in conditions {
        let e = Arc::clone(e);
        all = Some(match all {
            None => e,
            Some(before) if fails => case(None, vec![(before, e)], Some(lit(false)))?,
            Some(before) => binary(before, Operator::And, e, schema)?,
        });
    }
    Ok(all)
}

fn ours(e: &Arc<dyn PhysicalExpr>) -> Option<&ExprUdf> {
    let call = e.downcast_ref::<ScalarFunctionExpr>()?;
    call.fun().inner().downcast_ref::<ExprUdf>()
}

/// Whether it, or what a column of it stands for below a projection, may fail.
pub(super) fn fails(e: &Arc<dyn PhysicalExpr>) -> Result<bool> {
    let mut found = false;
    e.apply(|node| {
        found |= ours(node).is_some_and(|udf| may_fail(&udf.expr));
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}
