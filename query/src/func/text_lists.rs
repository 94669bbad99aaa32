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

/// Bytes of a view.
const VIEW: usize = 16;

/// The parts of one row after another. Once they do not fit, or the query must end, further parts are left out: the error
/// is given at the row's end.
pub struct Parts {
    items: BinaryViewBuilder,
    /// Parts of the row.
    count: usize,
    /// Parts of all rows.
    made: usize,
    /// Parts that there is room for.
    capacity: usize,
    /// Bytes of parts that stand outside of their views.
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
        let made = self.made;
        if made == self.capacity {
            // The builder of views doubles, and while it is moved both are there.
            self.failed = meter::room(self.bytes + 3 * VIEW * made);
            self.capacity = (2 * made).max(4);
        }
        // Short parts stand in their views.
        self.bytes += if part.len() > 12 { part.len() } else { 0 };
        if self.bytes + VIEW * made - self.asked > ASK_BYTES {
            self.asked = self.bytes + VIEW * made;
            self.failed = std::mem::replace(&mut self.failed, Ok(())).and(meter::room(self.asked));
        }
        if self.failed.is_ok() {
            self.items.append_value(part);
            self.made += 1;
            self.count += 1;
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
    let mut parts = Parts {
        items: BinaryViewBuilder::new(),
        count: 0,
        made: 0,
        capacity: 0,
        bytes: 0,
        asked: 0,
        long: false,
        failed: Ok(()),
    };
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
