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
