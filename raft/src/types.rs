//! The types that openraft is instantiated with, and their bytes in the log.
//!
//! Invariant: this and its neighbours are the only places that name openraft. A proposal is encoded once, by who
//! proposes; the bytes are what the log, the network and `apply` on other nodes see. The decoded form that travels
//! beside them on the proposing node is the same command.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use olly_types::catalog::CatalogEffect;
use olly_types::port::Written;
use olly_types::{Class, Code, Error};
use openraft::type_config::alias::{LogIdOf, SnapshotMetaOf, StoredMembershipOf, VoteOf};
use openraft::vote::{RaftLeaderId, RaftLeaderIdExt};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One instantiation for the catalog group and the data groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Types;

impl openraft::RaftTypeConfig for Types {
    type D = Proposal;
    type R = Outcome;
    type NodeId = u64;
    type Node = openraft::EmptyNode;
    type Term = u64;
    type LeaderId = openraft::impls::leader_id_std::LeaderId<u64, u64>;
    type Vote = openraft::impls::Vote<Self::LeaderId>;
    type Payload = openraft::EntryPayload<Self::D, Self::NodeId, Self::Node>;
    type Entry = openraft::Entry<<Self::LeaderId as RaftLeaderId>::Committed, Self::Payload>;
    // The alias is deprecated in favour of a crate that the workspace would need to name only for this.
    #[allow(deprecated)]
    type AsyncRuntime = openraft::impls::TokioRuntime;
    type Responder<T>
        = Done<T>
    where
        T: openraft::OptionalSend + 'static;
    type Batch<T>
        = openraft::impls::InlineBatch<T>
    where
        T: openraft::OptionalSend + 'static;
    type ErrorSource = openraft::impls::BoxedErrorSource;
}

pub(crate) type LogId = LogIdOf<Types>;
pub(crate) type Vote = VoteOf<Types>;
pub(crate) type LogEntry = <Types as openraft::RaftTypeConfig>::Entry;
pub(crate) type Payload = <Types as openraft::RaftTypeConfig>::Payload;
pub(crate) type Membership = openraft::Membership<u64, openraft::EmptyNode>;
pub(crate) type StoredMembership = StoredMembershipOf<Types>;
pub(crate) type SnapshotMeta = SnapshotMetaOf<Types>;
pub(crate) type Raft = openraft::Raft<Types, crate::machine::Machine>;

/// A log id from its parts.
pub(crate) fn log_id(term: u64, index: u64) -> LogId {
    let leader = <Types as openraft::RaftTypeConfig>::LeaderId::new_committed(term, 0);
    LogId::new(leader, index)
}

/// The term of a log id.
pub(crate) fn term_of(id: &LogId) -> u64 {
    id.committed_leader_id().term
}

/// A command on its way through the log.
#[derive(Clone)]
pub(crate) struct Proposal {
    /// What is logged and sent.
    pub(crate) bytes: Bytes,
    /// The same, decoded; only where it was proposed.
    pub(crate) decoded: Option<Arc<olly_types::command::Entry>>,
}

impl Proposal {
    /// As it comes out of the log or from another node.
    pub(crate) fn from_bytes(bytes: Bytes) -> Proposal {
        Proposal { bytes, decoded: None }
    }
}

impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proposal({} bytes)", self.bytes.len())
    }
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Proposal {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(&self.bytes)
    }
}

impl<'de> Deserialize<'de> for Proposal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Proposal, D::Error> {
        Vec::<u8>::deserialize(d).map(|bytes| Proposal::from_bytes(bytes.into()))
    }
}

/// What `apply` answers to the proposer.
#[derive(Clone, Debug, Default)]
pub(crate) enum Outcome {
    /// A blank or membership entry, or a command that answers nothing.
    #[default]
    Done,
    /// One answer per request of the entry.
    Requests(Vec<Result<Written, Error>>),
    Catalog(Result<CatalogEffect, Error>),
    /// A command that was refused, deterministically, by every replica.
    Refused(Error),
}

#[derive(Serialize, Deserialize)]
enum OutcomeWire {
    Done,
    Requests(Vec<Result<bool, ErrorWire>>),
    Catalog(Result<CatalogEffect, ErrorWire>),
    Refused(ErrorWire),
}

#[derive(Serialize, Deserialize)]
struct ErrorWire(i32, String, u8);

impl From<&Error> for ErrorWire {
    fn from(e: &Error) -> ErrorWire {
        let class = match e.class {
            Class::Retry => 0,
            Class::Reject => 1,
            Class::Fatal => 2,
        };
        ErrorWire(e.code.number(), e.message.clone(), class)
    }
}

impl From<ErrorWire> for Error {
    fn from(ErrorWire(code, message, class): ErrorWire) -> Error {
        let code = Code::from_number(code).unwrap_or(Code::UnknownException);
        let class = match class {
            0 => Class::Retry,
            1 => Class::Reject,
            _ => Class::Fatal,
        };
        Error { code, message, class }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let wire = match self {
            Outcome::Done => OutcomeWire::Done,
            Outcome::Requests(all) => OutcomeWire::Requests(
                all.iter().map(|r| r.as_ref().map(|w| *w == Written::Stored).map_err(ErrorWire::from)).collect(),
            ),
            Outcome::Catalog(r) => OutcomeWire::Catalog(r.clone().map_err(|e| ErrorWire::from(&e))),
            Outcome::Refused(e) => OutcomeWire::Refused(e.into()),
        };
        wire.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Outcome, D::Error> {
        Ok(match OutcomeWire::deserialize(d)? {
            OutcomeWire::Done => Outcome::Done,
            OutcomeWire::Requests(all) => Outcome::Requests(
                all.into_iter()
                    .map(|r| r.map(|s| if s { Written::Stored } else { Written::Duplicate }).map_err(Error::from))
                    .collect(),
            ),
            OutcomeWire::Catalog(r) => Outcome::Catalog(r.map_err(Error::from)),
            OutcomeWire::Refused(e) => Outcome::Refused(e.into()),
        })
    }
}

/// Answers a proposal by a call, on the thread that applies it.
pub(crate) struct Done<T>(Box<dyn FnOnce(T) + Send>);

impl<T> Done<T> {
    pub(crate) fn new(call: impl FnOnce(T) + Send + 'static) -> Done<T> {
        Done(Box::new(call))
    }
}

impl<T: Send + 'static> openraft::raft::responder::Responder<Types, T> for Done<T> {
    fn on_complete(self, result: T) {
        (self.0)(result);
    }
}

/// Version of what stands before a proposal in the log.
const RECORD_VERSION: u8 = 1;
/// Version, kind, two spare bytes, four spare bytes, term.
const RECORD_PREFIX: usize = 16;

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// The log record of an entry: version u8, kind u8, 6 zero bytes, term u64, then the proposal's bytes or the
/// membership as JSON (docs/formats/entry.md).
pub(crate) fn encode_entry(entry: &LogEntry) -> io::Result<Bytes> {
    let membership;
    let (kind, body): (u8, &[u8]) = match &entry.payload {
        Payload::Blank => (0, &[]),
        Payload::Normal(p) => (1, &p.bytes),
        Payload::Membership(m) => {
            membership = serde_json::to_vec(m).map_err(|e| invalid(format!("membership: {e}")))?;
            (2, &membership)
        }
    };
    let mut out = Vec::with_capacity(RECORD_PREFIX + body.len());
    out.extend([RECORD_VERSION, kind, 0, 0, 0, 0, 0, 0]);
    out.extend(term_of(&entry.log_id).to_le_bytes());
    out.extend_from_slice(body);
    Ok(out.into())
}

/// Reads a log record of the entry at `index`.
pub(crate) fn decode_entry(index: u64, bytes: &Bytes) -> io::Result<LogEntry> {
    let Some(prefix) = bytes.first_chunk::<RECORD_PREFIX>() else {
        return Err(invalid(format!("log entry {index} has {} bytes, at least {RECORD_PREFIX} expected", bytes.len())));
    };
    if prefix[0] != RECORD_VERSION || prefix[2..8] != [0; 6] {
        return Err(invalid(format!("log entry {index} has version {} flags {:02x?}", prefix[0], &prefix[2..8])));
    }
    let term = u64_of(&prefix[8..]);
    let body = bytes.slice(RECORD_PREFIX..);
    let payload = match prefix[1] {
        0 if body.is_empty() => Payload::Blank,
        1 => Payload::Normal(Proposal::from_bytes(body)),
        2 => Payload::Membership(
            serde_json::from_slice(&body).map_err(|e| invalid(format!("log entry {index}, membership: {e}")))?,
        ),
        kind => return Err(invalid(format!("log entry {index} has kind {kind}, {} bytes", body.len()))),
    };
    Ok(LogEntry { log_id: log_id(term, index), payload })
}

fn u64_of(bytes: &[u8]) -> u64 {
    bytes.first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b))
}

/// The payload of a position record (committed, purged): version u8, 7 zero bytes, term u64.
pub(crate) fn encode_position(id: &LogId) -> Bytes {
    let mut out = vec![RECORD_VERSION, 0, 0, 0, 0, 0, 0, 0];
    out.extend(term_of(id).to_le_bytes());
    out.into()
}

/// Reads a position record.
pub(crate) fn decode_position(index: u64, bytes: &[u8]) -> io::Result<LogId> {
    if bytes.len() != 16 || bytes[..8] != [RECORD_VERSION, 0, 0, 0, 0, 0, 0, 0] {
        return Err(invalid(format!("log position {index} reads {bytes:02x?}")));
    }
    Ok(log_id(u64_of(&bytes[8..]), index))
}

/// The payload of a hard state: version u8, committed u8, 6 zero bytes, term u64, node u64.
pub(crate) fn encode_vote(vote: &Vote) -> Bytes {
    let mut out = vec![RECORD_VERSION, u8::from(vote.committed), 0, 0, 0, 0, 0, 0];
    out.extend(vote.leader_id.term().to_le_bytes());
    out.extend(vote.leader_id.node_id().to_le_bytes());
    out.into()
}

/// Reads a hard state.
pub(crate) fn decode_vote(bytes: &[u8]) -> io::Result<Vote> {
    if bytes.len() != 24 || bytes[0] != RECORD_VERSION || bytes[1] > 1 || bytes[2..8] != [0; 6] {
        return Err(invalid(format!("hard state reads {bytes:02x?}")));
    }
    let (term, node) = (u64_of(&bytes[8..]), u64_of(&bytes[16..]));
    Ok(if bytes[1] == 1 { Vote::new_committed(term, node) } else { Vote::new(term, node) })
}

/// A membership with its position, as it stands in manifests and snapshots.
pub(crate) fn encode_membership(m: &StoredMembership) -> Vec<u8> {
    serde_json::to_vec(m).unwrap_or_default()
}

/// Reads what [`encode_membership`] wrote.
pub(crate) fn decode_membership(bytes: &[u8]) -> io::Result<StoredMembership> {
    serde_json::from_slice(bytes).map_err(|e| invalid(format!("membership: {e}")))
}
