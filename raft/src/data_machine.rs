//! x
use std::io;
use crate::types::*;
use crate::machine::SnapshotBody;

pub(crate) trait PartSource: Send + Sync {}
#[derive(Clone)]
pub(crate) struct DataMachine;
impl DataMachine {
    pub(crate) fn apply_blank(&self, _id: LogId) -> io::Result<Outcome> { Ok(Outcome::Done) }
    pub(crate) fn apply_membership(&self, _id: LogId, _m: Membership) -> io::Result<Outcome> { Ok(Outcome::Done) }
    pub(crate) fn apply(&self, _id: LogId, _p: &Proposal) -> io::Result<Outcome> { Ok(Outcome::Done) }
    pub(crate) fn applied_state(&self) -> io::Result<(Option<LogId>, StoredMembership)> { Ok(Default::default()) }
    pub(crate) fn make_snapshot(&self) -> io::Result<(SnapshotMeta, SnapshotBody)> { Err(io::Error::other("")) }
    pub(crate) fn install_snapshot(&self, _: &SnapshotBody) -> io::Result<()> { Ok(()) }
    pub(crate) fn current_snapshot(&self) -> io::Result<Option<(SnapshotMeta, SnapshotBody)>> { Ok(None) }
}
