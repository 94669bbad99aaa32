//! Identifiers. Each is a newtype over an integer so that two kinds can never be mixed up.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

id!(/// A table, unique in the cluster and never reused.
    TableId(u32));
id!(/// A column of one table; stable across renames, never reused within the table. Columns are addressed by it on disk.
    ColumnId(u32));
id!(/// The version of one table's schema; grows by one with each change.
    SchemaVersion(u32));
id!(/// A Raft group. Group 0 is the catalog; data groups are 1..=n.
    GroupId(u32));
id!(/// A tenant. Tenant 0 is the one of loopback connections without credentials.
    TenantId(u32));
id!(/// A node of the cluster; never reused.
    NodeId(u64));
id!(/// Position in a group's Raft log.
    LogIndex(u64));
id!(/// Nanoseconds since the Unix epoch, UTC.
    UnixNanos(i64));

impl GroupId {
    /// The cluster's metadata group.
    pub const CATALOG: GroupId = GroupId(0);
}

/// Identity of a request for exactly-once storage of retries (128 bits of a content hash or of a client's token).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u128);

/// Identity of a part: the group, the log index of the command that made it, and its ordinal in that command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartId {
    pub group: GroupId,
    pub index: LogIndex,
    pub ordinal: u32,
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.group, self.index, self.ordinal)
    }
}
