//! Types as a peer of an older revision knows them.

use crate::block::Block;
use olly_types::{Result, Type};
use std::borrow::Cow;
use std::sync::Arc;

/// Revisions below this (the last with settings in binary form, up to 20.1) are spoken by clients that know the types of 18.16:
/// Debian's clickhouse-client, 54412.
const TYPES_OF_18: u64 = 54_429;

/// A type rebuilt from its leaves.
fn map(ty: &Type, leaf: &impl Fn(&Type) -> Option<Type>) -> Type {
    if let Some(t) = leaf(ty) {
        return t;
    }
    match ty {
        Type::LowCardinality(t) => Type::LowCardinality(Arc::new(map(t, leaf))),
        Type::Nullable(t) => Type::Nullable(Arc::new(map(t, leaf))),
        Type::Array(t) => Type::Array(Arc::new(map(t, leaf))),
        Type::Map(k, v) => Type::Map(Arc::new(map(k, leaf)), Arc::new(map(v, leaf))),
        Type::Tuple(e) => Type::Tuple(e.iter().map(|(n, t)| (n.clone(), map(t, leaf))).collect()),
        t => t.clone(),
    }
}

/// The type as a peer without LowCardinality (below 54405) is told it: plain types in its place.
pub fn without_low_cardinality(ty: &Type) -> Type {
    map(ty, &|t| match t {
        Type::LowCardinality(t) => Some(without_low_cardinality(t)),
        _ => None,
    })
}

/// Whether 18.16 knows a type (Bool counts as its UInt8).
fn known_to_18(ty: &Type) -> bool {
    match ty {
        Type::DateTime64(..) | Type::Date32 | Type::Map(..) => false,
        Type::LowCardinality(t) | Type::Nullable(t) | Type::Array(t) => known_to_18(t),
        Type::Tuple(e) => !e.is_empty() && e.iter().all(|(_, t)| known_to_18(t)),
        Type::Interval(_) => !is_newer_interval(ty),
        _ => true,
    }
}

fn is_newer_interval(ty: &Type) -> bool {
    ["Nanosecond", "Microsecond", "Millisecond", "Quarter"].iter().any(|unit| ty.to_string().ends_with(unit))
}

/// A block for a peer of a revision: columns of types that it cannot know go as their texts, Bool as UInt8. Values that it
/// inserts into such a column come as texts, too, and are read by the insert.
pub fn for_peer(block: &Block, revision: u64) -> Result<Cow<'_, Block>> {
    if revision == 0 || revision >= TYPES_OF_18 {
        return Ok(Cow::Borrowed(block));
    }
    let bool_as_number = |t: &Type| (*t == Type::Bool).then_some(Type::UInt8);
    let mut out = Block { columns: Vec::with_capacity(block.columns.len()), rows: block.rows };
    for (name, ty, array) in &block.columns {
        let (ty, array) = if known_to_18(ty) {
            (map(ty, &bool_as_number), Arc::clone(array))
        } else {
            let text = if ty.is_nullable() { Type::nullable(Type::String) } else { Type::String };
            (text, olly_types::text::to_text(array, ty, &Default::default())?)
        };
        out.columns.push((name.clone(), ty, array));
    }
    Ok(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_peers_get_texts() {
        let ty = |t: &str| Type::parse(t).unwrap();
        let columns = ["Bool", "Array(Bool)", "DateTime64(3)", "Nullable(Date32)", "Map(String, UInt8)", "IntervalDay"];
        let header: Vec<_> = columns.iter().map(|t| (t.to_string(), ty(t))).collect();
        let block = crate::format::empty_block(&header);
        let names = |revision| -> Vec<String> {
            for_peer(&block, revision).unwrap().columns.iter().map(|(_, t, _)| t.to_string()).collect()
        };
        assert_eq!(names(54_412), ["UInt8", "Array(UInt8)", "String", "Nullable(String)", "String", "IntervalDay"]);
        assert_eq!(names(54_460), columns);
        assert_eq!(
            without_low_cardinality(&ty("Array(LowCardinality(Nullable(String)))")),
            ty("Array(Nullable(String))")
        );
    }
}
