//! Which data group a row belongs to: a pure function of its routing hash and the placement (DESIGN D21).

use crate::ids::{GroupId, TenantId};

/// Group of a routing hash among `groups` data groups (ids 1..=groups). Hash ranges, so that a group can be split later.
pub fn group_of(hash: u64, groups: u32) -> GroupId {
    let n = u64::from(groups.max(1));
    GroupId(1 + ((u128::from(hash) * u128::from(n)) >> 64) as u32)
}

/// The routing hash of a row: the tenant and the bytes of its routing key.
pub fn routing_hash(tenant: TenantId, key: &[u8]) -> u64 {
    crate::hash::hash64(key, u64::from(tenant.0))
}

/// The routing key of a row: the content hash of each routing column's canonical bytes, 16 bytes each, in column order.
/// Canonical bytes of a String are the string, of any other scalar its carrier in little endian, of a Map what
/// [`map_content`] gives.
pub fn routing_key(columns: impl IntoIterator<Item = u128>) -> Vec<u8> {
    columns.into_iter().flat_map(u128::to_le_bytes).collect()
}

/// Canonical bytes of a Map of strings: the count, all keys, all values; counts and lengths are u32 LE before what they
/// count. Equal maps, and only those, have equal bytes.
pub fn map_content<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone) -> Vec<u8> {
    let mut out = (pairs.clone().count() as u32).to_le_bytes().to_vec();
    let mut put = |bytes: &[u8]| {
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    pairs.clone().for_each(|(k, _)| put(k));
    pairs.for_each(|(_, v)| put(v));
    out
}
