//! A typed expression as one DataFusion function over the columns it reads.
//!
//! Invariant: the function is rebuilt from its value alone (the expression), in any process; the query's context is given
//! to it by whoever builds it.

use crate::agg::combinator::truth;
use crate::expr::{Expr, ExprKind, eval};
use crate::func::{Column, EvalContext};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as DfResult};
use datafusion::logical_expr::{
    ColumnarValue, Expr as DfExpr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Our error inside of DataFusion's.
pub fn to_df(e: olly_types::Error) -> DataFusionError {
    DataFusionError::External(Box::new(e))
}

/// Our error out of DataFusion's.
pub fn from_df(e: DataFusionError) -> olly_types::Error {
    use olly_types::{Code, Error};
    let words = e.to_string();
    if words.contains(SPILL_LIMIT) {
        return exhausted(&words);
    }
    let root = e.find_root();
    known(&e).or_else(|| known(root)).unwrap_or_else(|| Error::new(Code::LogicalError, root.to_string()))
}

/// The error that was the cause, where it is one of ours or a limit of memory or disk.
fn known(e: &(dyn std::error::Error + 'static)) -> Option<olly_types::Error> {
    use olly_types::{Code, Error};
    let mut source = Some(e);
    while let Some(s) = source {
        if let Some(ours) = s.downcast_ref::<Error>() {
            return Some(ours.clone());
        }
        if let Some(DataFusionError::ResourcesExhausted(text)) = s.downcast_ref::<DataFusionError>() {
            return Some(exhausted(text));
        }
        if let Some(io) = s.downcast_ref::<std::io::Error>()
            && matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
        {
            return Some(Error::new(Code::NotEnoughSpace, format!("Cannot spill, the disk is full: {io}")));
        }
        // What was wrapped whole may be one of DataFusion's own, whose cause is below its root.
        if let Some(inner) = s.downcast_ref::<DataFusionError>() {
            let root = inner.find_root();
            if !std::ptr::eq(root, inner)
                && let Some(found) = known(root)
            {
                return Some(found);
            }
        }
        source = s.source();
    }
    None
}

/// DataFusion's words for the limit of spilled bytes.
const SPILL_LIMIT: &str = "used disk space during the spilling";

/// Memory, or the disk for what was spilled, is used up.
fn exhausted(text: &str) -> olly_types::Error {
    use olly_types::{Code, Error};
    if text.contains(SPILL_LIMIT) {
        return Error::new(Code::TooManyRowsOrBytes, format!("Limit for temporary files size exceeded: {text}"));
    }
    Error::new(Code::MemoryLimitExceeded, text)
}

/// The function.
pub struct ExprUdf {
    /// Column(i) is argument i.
    pub expr: Expr,
    /// Answers Boolean: true where the value is not zero and not NULL.
    pub predicate: bool,
    /// Of predicates: which come first (see [`crate::exec::conditions`]).
    pub place: u32,
    key: String,
    signature: Signature,
    context: Arc<EvalContext>,
}

impl std::fmt::Debug for ExprUdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.key)
    }
}
impl PartialEq for ExprUdf {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.predicate == other.predicate && self.place == other.place
    }
}
impl Eq for ExprUdf {}
impl Hash for ExprUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
        self.predicate.hash(state);
        self.place.hash(state);
    }
}

impl ExprUdf {
    pub fn new(expr: Expr, arguments: usize, predicate: bool, context: Arc<EvalContext>) -> ExprUdf {
        let volatility = if expr.deterministic() { Volatility::Immutable } else { Volatility::Volatile };
        let signature =
            if arguments == 0 { Signature::nullary(volatility) } else { Signature::user_defined(volatility) };
        ExprUdf { key: expr.key(), expr, predicate, place: 0, signature, context }
    }
}

impl ScalarUDFImpl for ExprUdf {
    fn name(&self) -> &str {
        "expr"
    }
    fn schema_name(&self, args: &[DfExpr]) -> DfResult<String> {
        let names: Vec<String> = args.iter().map(|a| a.schema_name().to_string()).collect();
        Ok(format!("{}{}[{}]", if self.predicate { "?" } else { "" }, self.key, names.join(",")))
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn coerce_types(&self, types: &[DataType]) -> DfResult<Vec<DataType>> {
        Ok(types.to_vec())
    }
    fn return_type(&self, _: &[DataType]) -> DfResult<DataType> {
        Ok(if self.predicate { DataType::Boolean } else { self.expr.ty.carrier() })
    }
    fn return_field_from_args(&self, _: ReturnFieldArgs) -> DfResult<FieldRef> {
        // DataFusion asks for every expression while it plans: a long list is planned no longer than the query may take.
        self.context.check().map_err(to_df)?;
        let nullable = !self.predicate && self.expr.ty.is_nullable();
        let ty = if self.predicate { DataType::Boolean } else { self.expr.ty.carrier() };
        Ok(Arc::new(Field::new("expr", ty, nullable)))
    }
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let rows = args.number_rows;
        let _metered = crate::expr::meter::enter(&self.context);
        let mut columns = Vec::with_capacity(args.args.len());
        for a in args.args {
            columns.push(match a {
                ColumnarValue::Array(a) => Column::Array(a),
                ColumnarValue::Scalar(s) => Column::Const(s.to_array()?),
            });
        }
        let array = match eval(&self.expr, &columns, rows, &self.context).map_err(to_df)? {
            Column::Array(a) => a,
            Column::Const(a) => crate::expr::repeat(&a, rows).map_err(to_df)?,
            Column::Lambda(_) => return Err(DataFusionError::Internal("an expression gave a lambda".into())),
        };
        if self.predicate {
            return Ok(ColumnarValue::Array(Arc::new(truth(&array).map_err(to_df)?)));
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// The DataFusion expression of ours; columns by their names in the plan.
pub fn df_expr(expr: &Expr, context: &Arc<EvalContext>) -> DfExpr {
    if let ExprKind::Column(id) = expr.kind {
        return df_column(&super::column_name(id));
    }
    as_call(expr, None, context)
}

/// The condition as a Boolean; `place` among those of the query.
pub fn df_predicate(expr: &Expr, place: u32, context: &Arc<EvalContext>) -> DfExpr {
    as_call(expr, Some(place), context)
}

pub fn df_column(name: &str) -> DfExpr {
    DfExpr::Column(datafusion::common::Column::new_unqualified(name))
}

fn as_call(expr: &Expr, place: Option<u32>, context: &Arc<EvalContext>) -> DfExpr {
    let columns = expr.columns();
    let local = expr.rewrite(&mut |e| match e.kind {
        ExprKind::Column(id) => {
            let at = columns.iter().position(|c| *c == id).unwrap_or_default();
            Some(Expr::column(at, e.ty.clone()))
        }
        _ => None,
    });
    let mut udf = ExprUdf::new(local, columns.len(), place.is_some(), Arc::clone(context));
    udf.place = place.unwrap_or(0);
    let args = columns.iter().map(|id| df_column(&super::column_name(*id))).collect();
    Arc::new(ScalarUDF::new_from_impl(udf)).call(args)
}
