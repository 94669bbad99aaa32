//! Lists of strings as results: parts of a text, one list per row.

use super::Call;
use super::text::{LONG, Texts};
use crate::expr::meter;
use arrow::array::{ArrayRef, BinaryViewBuilder, ListArray};
use arrow::buffer::OffsetBuffer;
use olly_types::ty::carrier_field;
use olly_types::{Result, Type};
use std::sync::Arc;

/// Bytes of parts after which it is asked whether more fit.
const ASK_BYTES: usize = 256 << 10;

/// The parts of one row after another. Once they do not fit, or the query must end, further parts are left out: the error
/// is given at the row's end.
pub struct Parts {
    items: BinaryViewBuilder,
    /// Parts of the row.
    count: usize,
    bytes: usize,
    asked: usize,
    /// Whether the row's text is so long that finding each part may take long.
    long: bool,
    failed: Result<()>,
}

impl Parts {
    /// Parts of the row so far.
    pub fn len(&self) -> usize {
        self.count
    }
    pub fn push(&mut self, part: impl AsRef<[u8]>) {
        if self.failed.is_err() {
            return;
        }
        let part = part.as_ref();
        self.items.append_value(part);
        self.count += 1;
        // Short parts stand in their views; a builder doubles as it grows.
        self.bytes += 32 + if part.len() > 12 { part.len() } else { 0 };
        if self.bytes - self.asked > ASK_BYTES {
            self.asked = self.bytes;
            self.failed = meter::room(self.bytes);
        }
    }
    pub fn extend(&mut self, parts: impl IntoIterator<Item = impl AsRef<[u8]>>) {
        for part in parts {
            if self.long && self.count.is_multiple_of(4) && self.failed.is_ok() {
                self.failed = meter::tick();
            }
            if self.failed.is_err() {
                return;
            }
            self.push(part);
        }
    }
}

/// One list of strings per row, from the string argument `i`.
pub fn lists(call: &Call<'_>, i: usize, mut f: impl FnMut(&[u8], &mut Parts)) -> Result<ArrayRef> {
    let texts = Texts::of(call, i)?;
    let mut parts =
        Parts { items: BinaryViewBuilder::new(), count: 0, bytes: 0, asked: 0, long: false, failed: Ok(()) };
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        parts.count = 0;
        parts.long = texts.get(row).len() > LONG;
        f(texts.get(row), &mut parts);
        std::mem::replace(&mut parts.failed, Ok(()))?;
        lengths.push(parts.count);
    }
    string_lists(lengths, Arc::new(parts.items.finish()))
}

pub fn string_lists(lengths: Vec<usize>, items: ArrayRef) -> Result<ArrayRef> {
    let field = carrier_field("item", &Type::String);
    Ok(Arc::new(
        ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), items, None).map_err(crate::expr::internal)?,
    ))
}
