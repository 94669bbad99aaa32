//! Lambdas as functions see them: a body over the elements of arrays, with the row's own columns in reach.

use super::Expr;
use crate::func::{Column, EvalContext};
use arrow::array::{Array, ArrayRef, UInt32Array};
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

/// Elements that a lambda's body is evaluated over at once.
const PART_ELEMENTS: usize = 64 << 10;

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
    /// The value of a body that depends on nothing.
    pub fn constant(&self) -> Option<&Value> {
        self.body.as_literal()
    }
    /// Evaluates the body once per element. `lengths[i]` elements belong to row `i`; `arguments` are the flattened elements,
    /// one array per parameter, in carrier form. The answer has one value per element.
    pub fn eval(&self, lengths: &[usize], arguments: &[ArrayRef]) -> Result<ArrayRef> {
        let total: usize = lengths.iter().sum();
        if lengths.len() != self.rows || arguments.iter().any(|a| a.len() != total) {
            return Err(Error::new(Code::LogicalError, "lambda arguments have the wrong length"));
        }
        // In parts, so that columns of the rows that are repeated per element, and what the body takes, stay small.
        if total <= PART_ELEMENTS {
            self.context.check()?;
            return self.part(places(lengths, total), arguments);
        }
        let mut parts: Vec<ArrayRef> = Vec::new();
        let mut rest = lengths.iter().copied().enumerate();
        let (mut row, mut left) = (0, 0);
        for from in (0..total).step_by(PART_ELEMENTS) {
            self.context.check()?;
            let n = PART_ELEMENTS.min(total - from);
            let mut rows = Vec::with_capacity(n);
            while rows.len() < n {
                if left == 0 {
                    (row, left) = rest.next().unwrap_or((row, n));
                }
                let more = left.min(n - rows.len());
                rows.extend(std::iter::repeat_n(row as u32, more));
                left -= more;
            }
            let arguments: Vec<ArrayRef> = arguments.iter().map(|a| a.slice(from, n)).collect();
            let part = {
                let _frame = super::meter::frame();
                self.part(rows, &arguments)?
            };
            super::meter::keep(crate::exec::held::held_bytes(&part) as usize)?;
            parts.push(part);
        }
        super::eval::joined(&parts)
    }

    /// The body over some elements, each of the row that `rows` says.
    fn part(&self, rows: Vec<u32>, arguments: &[ArrayRef]) -> Result<ArrayRef> {
        let total = rows.len();
        let rows = UInt32Array::from(rows);
        let (reads, parameters_read) = self.reads();
        let spread = |columns: &[Column], reads: &dyn Fn(usize) -> bool| -> Result<Vec<Column>> {
            let mut out = Vec::with_capacity(columns.len());
            for (i, c) in columns.iter().enumerate() {
                out.push(match c {
                    Column::Array(a) if !reads(i) => Column::Array(a.slice(0, 0)),
                    Column::Array(a) => {
                        // A view repeats without its bytes.
                        let view = matches!(a.data_type(), arrow::datatypes::DataType::BinaryView);
                        let all = olly_types::batch::value_bytes(a);
                        let one = if view { 16 } else { all / (a.len().max(1) as u64) };
                        super::meter::more((one as usize).saturating_mul(total))?;
                        Column::Array(arrow::compute::take(a, &rows, None).map_err(super::eval::internal)?)
                    }
                    other => other.clone(),
                });
            }
            Ok(out)
        };
        let columns = spread(&self.columns, &|i| reads.contains(&i))?;
        let mut parameters: Vec<Vec<Column>> =
            self.outer.iter().map(|p| spread(p, &|_| parameters_read)).collect::<Result<_>>()?;
        parameters.push(arguments.iter().map(|a| Column::Array(Arc::clone(a))).collect());
        match super::eval::eval_in(&self.body, &columns, &parameters, total, &self.context)? {
            Column::Array(a) => Ok(a),
            Column::Const(a) => super::repeat(&a, total),
            Column::Lambda(_) => Err(Error::new(Code::LogicalError, "lambda returned a lambda")),
        }
    }

    /// Columns of the row that the body reads, and whether it reads parameters of enclosing lambdas.
    fn reads(&self) -> (Vec<usize>, bool) {
        (self.body.columns(), self.body.reads_parameters(1))
    }
}

/// The row of each of `total` elements.
fn places(lengths: &[usize], total: usize) -> Vec<u32> {
    let mut rows = Vec::with_capacity(total);
    for (row, n) in lengths.iter().enumerate() {
        rows.extend(std::iter::repeat_n(row as u32, *n));
    }
    rows
}
