//! Column builders in stored form (DESIGN D4, D11): values go straight into Arrow buffers, nothing is allocated per row.
//!
//! Invariant: builders of one table are pushed to in step; `finish` gives arrays of equal length whose types are the
//! stored (or interned) form of the column's type.

mod bytes;
pub(crate) mod lists;
mod maps;

pub use bytes::{BinaryCol, BinaryLists, DictCol, Interner, list_of};
pub use lists::{PrimitiveLists, TextLists, same_rows};
pub use maps::{AttrBuf, InternedMaps, MapCol, NestedMaps};

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::datatypes::ArrowPrimitiveType;
use std::sync::Arc;

/// A primitive array of collected values.
pub fn primitive<T: ArrowPrimitiveType>(values: Vec<T::Native>) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::from_iter_values(values))
}

/// An internal contradiction while arrays were put together.
pub(crate) fn broken(e: arrow::error::ArrowError) -> olly_types::Error {
    olly_types::Error::new(olly_types::Code::LogicalError, format!("telemetry columns cannot be built: {e}"))
}
