//! What our own physical operators of one input have in common.

use super::QueryEnv;
use datafusion::common::{DataFusionError, Result as DfResult};
use std::sync::Arc;

/// The query that an operator belongs to.
#[derive(Clone)]
pub(super) struct Env(pub(super) Arc<QueryEnv>);

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("query")
    }
}

/// The new input of an operator that has one.
///
/// # Errors
/// When it is given none, or several.
pub(super) fn only<T>(mut inputs: Vec<T>, operator: &str) -> DfResult<T> {
    match (inputs.pop(), inputs.is_empty()) {
        (Some(input), true) => Ok(input),
        _ => Err(DataFusionError::Internal(format!("{operator} has one input"))),
    }
}

/// The methods of an operator over `input` that keeps the order of its rows and has no expressions that a rule may change.
/// `$with` makes the same operator over another input.
macro_rules! over_one_input {
    ($name:literal, $with:expr) => {
        fn name(&self) -> &str {
            $name
        }
        fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
            vec![&self.input]
        }
        fn maintains_input_order(&self) -> Vec<bool> {
            vec![true]
        }
        fn apply_expressions(
            &self,
            _: &mut dyn FnMut(
                &Arc<dyn datafusion::physical_expr::PhysicalExpr>,
            ) -> DfResult<datafusion::common::tree_node::TreeNodeRecursion>,
        ) -> DfResult<datafusion::common::tree_node::TreeNodeRecursion> {
            Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
        }
        #[allow(deprecated)]
        fn with_new_children(
            self: Arc<Self>,
            children: Vec<Arc<dyn ExecutionPlan>>,
        ) -> DfResult<Arc<dyn ExecutionPlan>> {
            let with: fn(&Self, Arc<dyn ExecutionPlan>) -> Self = $with;
            Ok(Arc::new(with(&self, $crate::exec::node::only(children, $name)?)))
        }
    };
}

pub(super) use over_one_input;
