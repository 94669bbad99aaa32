//! Lambdas as functions see them: a body over the elements of arrays, with the row's own columns in reach.

use super::{Expr, ExprKind};
use crate::func::{Column, EvalContext};
use arrow::array::{Array, ArrayRef, UInt32Array};
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

/// Elements that a lambda's body is evaluated over at once (or one row's).
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
        // In parts of whole rows, so that columns of the rows that are repeated per element stay small.
        let mut parts: Vec<ArrayRef> = Vec::new();
        let (mut row, mut at) = (0, 0);
        while at < total || parts.is_empty() {
            let (from_row, from) = (row, at);
            while let Some(n) = lengths.get(row)
                && (at == from || at - from + n <= PART_ELEMENTS)
            {
                at += n;
                row += 1;
            }
            self.context.check()?;
            let lengths = lengths.get(from_row..row).unwrap_or_default();
            let arguments: Vec<ArrayRef> = arguments.iter().map(|a| a.slice(from, at - from)).collect();
            let part = {
                let _frame = super::meter::frame();
                self.part(from_row, lengths, &arguments, at - from)?
            };
            super::meter::more(crate::exec::held::held_bytes(&part) as usize)?;
            if at - from == total {
                return Ok(part);
            }
            parts.push(part);
        }
        super::eval::joined(&parts)
    }

    /// Some whole rows, from `first` on.
    fn part(&self, first: usize, lengths: &[usize], arguments: &[ArrayRef], total: usize) -> Result<ArrayRef> {
        let mut rows = Vec::with_capacity(total);
        for (row, n) in lengths.iter().enumerate() {
            rows.extend(std::iter::repeat_n((first + row) as u32, *n));
        }
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
        fn outer(e: &Expr, inside: usize) -> bool {
            match &e.kind {
                ExprKind::Parameter { depth, .. } => *depth > inside,
                ExprKind::Call { args, .. } | ExprKind::InSet { args, .. } => args.iter().any(|a| outer(a, inside)),
                ExprKind::Lambda { body, .. } => outer(body, inside + 1),
                _ => false,
            }
        }
        (self.body.columns(), outer(&self.body, 0))
    }
}
