//! Bytes in function bodies: string arguments read row by row, string results built.

use super::{Call, Column};
use crate::expr::meter;
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewBuilder};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// A String or FixedString argument; an Enum's values are its names.
pub struct Texts {
    array: ArrayRef,
    constant: bool,
    fixed: bool,
}

impl Texts {
    pub fn of(call: &Call<'_>, i: usize) -> Result<Texts> {
        let (mut array, constant) = match call.args.get(i) {
            Some(Column::Array(a)) => (Arc::clone(a), false),
            Some(Column::Const(a)) => (Arc::clone(a), true),
            _ => return Err(Error::new(Code::LogicalError, format!("argument {i} is missing"))),
        };
        if let Some(ty) = call.types.get(i).filter(|t| t.is_enum()) {
            array = super::coerce::coerce(&array, ty, &Type::String)?;
        }
        let fixed = match array.data_type() {
            arrow::datatypes::DataType::BinaryView => false,
            arrow::datatypes::DataType::FixedSizeBinary(_) => true,
            other => return Err(super::num::not_of(other, "a string")),
        };
        Ok(Texts { array, constant, fixed })
    }
    pub fn is_const(&self) -> bool {
        self.constant
    }
    #[inline]
    pub fn get(&self, row: usize) -> &[u8] {
        let row = if self.constant { 0 } else { row };
        if self.fixed { self.array.as_fixed_size_binary().value(row) } else { self.array.as_binary_view().value(row) }
    }
}

/// Bytes of a result after which it is asked whether more fit.
const ASK_BYTES: usize = 256 << 10;

/// Bytes of a text from which on each few steps of a search look at the query's end: every one of them may read all of it.
pub const LONG: usize = 64 << 10;

/// Looks at the query's end before the `step`th match in a text is searched, where that may take long.
pub fn tick_in(text: &[u8], step: usize) -> Result<()> {
    if text.len() > LONG && step.is_multiple_of(4) { meter::tick() } else { Ok(()) }
}

/// A String result, one call of `f` per row, appending to a buffer that starts empty.
pub fn build(rows: usize, mut f: impl FnMut(usize, &mut Vec<u8>) -> Result<()>) -> Result<ArrayRef> {
    let mut out = BinaryViewBuilder::with_capacity(rows);
    let mut buffer = Vec::new();
    let (mut total, mut asked) = (0usize, 0usize);
    // What a row asks for comes on top of the rows before it.
    let mut own = Some(meter::frame());
    for row in 0..rows {
        buffer.clear();
        f(row, &mut buffer)?;
        if buffer.len() > ASK_BYTES {
            // It is copied into the result.
            meter::room(buffer.capacity() + buffer.len())?;
        }
        out.append_value(&buffer);
        // Each row counts some, so that the query's end is looked at where the results are short too.
        total += buffer.len() + 64;
        if total - asked > ASK_BYTES {
            drop(own.take());
            meter::room(total + buffer.capacity())?;
            own = Some(meter::frame());
            asked = total;
        }
    }
    Ok(Arc::new(out.finish()))
}

/// Asks within a long row whether its result may grow on; `asked` is its length when that was last asked.
pub fn ask(out: &[u8], asked: &mut usize) -> Result<()> {
    if out.len() - *asked > ASK_BYTES {
        *asked = out.len();
        // A buffer doubles as it grows, and is copied into the result.
        meter::room(out.len().saturating_mul(2))?;
    }
    Ok(())
}

/// A String result of slices.
pub fn slices<'a>(rows: usize, mut f: impl FnMut(usize) -> &'a [u8]) -> Result<ArrayRef> {
    let mut out = BinaryViewBuilder::with_capacity(rows);
    let (mut total, mut asked) = (0usize, 0usize);
    for row in 0..rows {
        let value = f(row);
        out.append_value(value);
        total += value.len() + 64;
        if total - asked > ASK_BYTES {
            meter::room(total)?;
            asked = total;
        }
    }
    Ok(Arc::new(out.finish()))
}

/// Error 43 unless the type is String, FixedString or an Enum, whose names some functions read.
pub fn want_named(ty: &Type, name: &str) -> Result<()> {
    if ty.is_enum() { Ok(()) } else { want_string(ty, name) }
}

/// Error 43 unless the type is String or FixedString.
pub fn want_string(ty: &Type, name: &str) -> Result<()> {
    if ty.is_string() { Ok(()) } else { Err(super::num::illegal(ty, name)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::EvalContext;
    use olly_types::budget::Budget;

    #[test]
    fn a_row_counts_beside_those_before_it_and_its_copy() {
        let run = |limit: u64, rows: usize| {
            let memory = Budget::root(limit);
            let context = EvalContext { memory: Arc::clone(&memory), ..crate::expr::empty_context() };
            let _metered = meter::enter(&context);
            let _frame = meter::frame();
            let built = build(rows, |_, out| {
                out.resize(1 << 20, b'x');
                Ok(())
            });
            built.map(|_| memory.used())
        };
        assert!(run(3 << 20, 1).unwrap() >= 2 << 20, "the row and its copy");
        assert!(run(9 << 20, 6).unwrap() >= 7 << 20, "all rows and the last one's buffer");
        assert_eq!(run(4 << 20, 6).unwrap_err().code, Code::MemoryLimitExceeded);
    }
}
