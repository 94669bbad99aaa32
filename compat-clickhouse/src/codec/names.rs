//! Type names as a peer of an older revision knows them.

use olly_types::Type;
use std::sync::Arc;

/// The type as a peer without LowCardinality (below 54405) is told it: plain types in its place.
pub fn without_low_cardinality(ty: &Type) -> Type {
    match ty {
        Type::LowCardinality(t) => without_low_cardinality(t),
        Type::Nullable(t) => Type::Nullable(Arc::new(without_low_cardinality(t))),
        Type::Array(t) => Type::Array(Arc::new(without_low_cardinality(t))),
        Type::Map(k, v) => Type::Map(Arc::new(without_low_cardinality(k)), Arc::new(without_low_cardinality(v))),
        Type::Tuple(e) => Type::Tuple(e.iter().map(|(n, t)| (n.clone(), without_low_cardinality(t))).collect()),
        t => t.clone(),
    }
}
