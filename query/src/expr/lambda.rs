//! Lambdas as functions see them: a body over the elements of arrays, with the row's own columns in reach.

use super::Expr;
use crate::func::{Column, EvalContext};
use arrow::array::{Array, ArrayRef, UInt32Array};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// A lambda bound to the columns of the rows it is used on.
#[derive(Clone)]
pub struct LambdaFn {
    pub parameters: Vec<Type>,
    /// Type of the body.
    pub result: Type,
    pub(super) body: Arc<Expr>,
    /// Columns of the enclosing rows.
    pub(super) columns: Arc<[Column]>,
    /// Parameters of the enclosing lambdas, the nearest last.
    pub(super) outer: Arc<[Vec<Column>]>,
    pub(super) rows: usize,
    pub(super) context: EvalContext,
}

impl LambdaFn {
    /// Evaluates the body once per element. `lengths[i]` elements belong to row `i`; `arguments` are the flattened elements,
    /// one array per parameter, in carrier form. The answer has one value per element.
    pub fn eval(&self, lengths: &[usize], arguments: &[ArrayRef]) -> Result<ArrayRef> {
        let total: usize = lengths.iter().sum();
        if lengths.len() != self.rows || arguments.iter().any(|a| a.len() != total) {
            return Err(Error::new(Code::LogicalError, "lambda arguments have the wrong length"));
        }
        let mut rows = Vec::with_capacity(total);
        for (row, n) in lengths.iter().enumerate() {
            rows.extend(std::iter::repeat_n(row as u32, *n));
        }
        let rows = UInt32Array::from(rows);
        let spread = |columns: &[Column]| -> Result<Vec<Column>> {
            columns
                .iter()
                .map(|c| match c {
                    Column::Array(a) => {
                        Ok(Column::Array(arrow::compute::take(a, &rows, None).map_err(super::eval::internal)?))
                    }
                    other => Ok(other.clone()),
                })
                .collect()
        };
        let columns = spread(&self.columns)?;
        let mut parameters: Vec<Vec<Column>> = self.outer.iter().map(|p| spread(p)).collect::<Result<_>>()?;
        parameters.push(arguments.iter().map(|a| Column::Array(Arc::clone(a))).collect());
        match super::eval::eval_in(&self.body, &columns, &parameters, total, &self.context)? {
            Column::Array(a) => Ok(a),
            Column::Const(a) => super::repeat(&a, total),
            Column::Lambda(_) => Err(Error::new(Code::LogicalError, "lambda returned a lambda")),
        }
    }
}
