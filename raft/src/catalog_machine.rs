//! The catalog group's state machine: applies catalog commands, publishes the state to this node's readers, and keeps
//! its snapshot in one file.
//!
//! Invariant: what readers see is what was applied; the snapshot file is durable before the log that it covers goes.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use olly_catalog::{CatalogState, decode_command};
use olly_env::{Env, disk};
use olly_types::catalog::Database;
use olly_types::hash::content_hash;
use olly_types::port::CatalogView;
use olly_types::schema::TableSchema;
use olly_types::{TableId, limits};
use parking_lot::RwLock;

use crate::types::{self, LogId, Membership, Outcome, Proposal, SnapshotMeta, StoredMembership};

/// The catalog as this node has applied it.
#[derive(Default)]
pub(crate) struct Published {
    state: RwLock<Arc<CatalogState>>,
}

impl Published {
    /// The state now.
    pub(crate) fn state(&self) -> Arc<CatalogState> {
        Arc::clone(&self.state.read())
    }
}

impl CatalogView for Published {
    fn databases(&self) -> Vec<Arc<Database>> {
        self.state().databases().cloned().collect()
    }
    fn database(&self, name: &str) -> Option<Arc<Database>> {
        self.state().database(name).cloned()
    }
    fn tables(&self, database: &str) -> Vec<Arc<TableSchema>> {
        self.state().tables_in(database).cloned().collect()
    }
    fn table(&self, database: &str, name: &str) -> Option<Arc<TableSchema>> {
        self.state().table(database, name).cloned()
    }
    fn table_by_id(&self, id: TableId) -> Option<Arc<TableSchema>> {
        self.state().table_by_id(id).cloned()
    }
    fn data_groups(&self) -> u32 {
        self.state().data_groups()
    }
}

/// State machine of group 0.
pub(crate) struct CatalogMachine {
    env: Env,
    /// Its folder, relative to the data folder.
    dir: String,
    state: CatalogState,
    applied: Option<LogId>,
    membership: StoredMembership,
    snapshot: Option<(SnapshotMeta, Bytes)>,
    published: Arc<Published>,
}

const MAGIC: [u8; 8] = *b"OLLYSNC1";
const VERSION: u16 = 1;
/// Magic, version, flags, length of the membership, index, term, hash.
const HEADER: usize = 48;
const MAX_SNAPSHOT: u64 = 512 << 20;

impl CatalogMachine {
    /// Reads the snapshot in `dir`, if there is one; the log is applied on top of it.
    pub(crate) fn open(env: &Env, dir: &str, published: Arc<Published>) -> io::Result<CatalogMachine> {
        let mut machine = CatalogMachine {
            env: env.clone(),
            dir: dir.to_string(),
            state: CatalogState::default(),
            applied: None,
            membership: StoredMembership::default(),
            snapshot: None,
            published,
        };
        let path = machine.path();
        if env.disk.exists(&path).map_err(io::Error::other)? {
            let bytes: Bytes = disk::read_all(&*env.disk, &path, MAX_SNAPSHOT).map_err(io::Error::other)?.into();
            machine.load(&bytes).map_err(|e| io::Error::new(e.kind(), format!("{path}: {e}")))?;
        }
        machine.publish();
        Ok(machine)
    }

    fn path(&self) -> String {
        disk::join(&self.dir, "SNAPSHOT")
    }

    fn publish(&self) {
        *self.published.state.write() = Arc::new(self.state.clone());
    }

    pub(crate) fn applied_state(&self) -> (Option<LogId>, StoredMembership) {
        (self.applied, self.membership.clone())
    }

    pub(crate) fn apply_blank(&mut self, id: LogId) {
        self.applied = Some(id);
    }

    pub(crate) fn apply_membership(&mut self, id: LogId, membership: Membership) {
        self.applied = Some(id);
        self.membership = StoredMembership::new(Some(id), membership);
    }

    pub(crate) fn apply(&mut self, id: LogId, proposal: &Proposal) -> io::Result<Outcome> {
        // What does not decode was not proposed by this version: going on would make replicas differ.
        let stamped = decode_command(&proposal.bytes).map_err(|e| io::Error::other(e.to_string()))?;
        let result = self.state.apply(&stamped.command);
        self.applied = Some(id);
        if result.is_ok() {
            self.publish();
        }
        Ok(Outcome::Catalog(result))
    }

    /// What a snapshot of now says, and its bytes; [`CatalogMachine::path`] is where they go.
    pub(crate) fn freeze(&self) -> (SnapshotMeta, Bytes) {
        let meta = SnapshotMeta { last_log_id: self.applied, last_membership: self.membership.clone() };
        let membership = types::encode_membership(&self.membership);
        let state = self.state.encode();
        let mut out = Vec::with_capacity(HEADER + membership.len() + state.len());
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        // Flag 0: something was applied.
        out.extend(u16::from(self.applied.is_some()).to_le_bytes());
        out.extend((membership.len() as u32).to_le_bytes());
        out.extend(self.applied.map_or(0, |a| a.index).to_le_bytes());
        out.extend(self.applied.as_ref().map_or(0, types::term_of).to_le_bytes());
        let hash_at = out.len();
        out.extend([0; 16]);
        out.extend(membership);
        out.extend(state);
        let hash = content_hash(&out);
        out[hash_at..hash_at + 16].copy_from_slice(&hash.to_le_bytes());
        (meta, out.into())
    }

    /// Writes a snapshot's bytes; for a worker.
    pub(crate) fn writer(&self, bytes: Bytes) -> impl FnOnce() -> io::Result<()> + Send + 'static {
        let (disk, path) = (Arc::clone(&self.env.disk), self.path());
        move || disk::replace_durably(&*disk, &path, &bytes).map_err(io::Error::other)
    }

    /// Says that a snapshot was written.
    pub(crate) fn keep(&mut self, meta: SnapshotMeta, bytes: Bytes) {
        if self.snapshot.as_ref().is_none_or(|(present, _)| present.last_log_id < meta.last_log_id) {
            self.snapshot = Some((meta, bytes));
        }
    }

    pub(crate) fn current(&self) -> Option<(SnapshotMeta, Bytes)> {
        self.snapshot.clone()
    }

    /// Replaces everything by a snapshot; the caller has written its bytes.
    pub(crate) fn load(&mut self, bytes: &Bytes) -> io::Result<()> {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return Err(invalid(format!("expected a header of {HEADER} bytes, got {} bytes", bytes.len())));
        };
        if header[..8] != MAGIC || header[8..10] != VERSION.to_le_bytes() || header[10] > 1 || header[11] != 0 {
            return Err(invalid(format!(
                "expected a catalog snapshot of version {VERSION}, got {:02x?}",
                &header[..12]
            )));
        }
        let hash = u128::from_le_bytes(header[32..48].first_chunk::<16>().copied().unwrap_or_default());
        let mut blank = bytes.to_vec();
        blank[32..48].fill(0);
        let got = content_hash(&blank);
        if hash != got {
            return Err(invalid(format!("expected hash {hash:032x}, got {got:032x}")));
        }
        let number = |at: usize| header[at..].first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b));
        let length = u32::from_le_bytes(header[12..16].first_chunk::<4>().copied().unwrap_or_default()) as usize;
        let Some(membership) = bytes.get(HEADER..HEADER.saturating_add(length)) else {
            return Err(invalid(format!("expected a membership of {length} bytes, got {}", bytes.len() - HEADER)));
        };
        let membership = types::decode_membership(membership)?;
        let state = CatalogState::decode(&bytes[HEADER + length..]).map_err(|e| invalid(e.message))?;
        self.applied = (header[10] == 1).then(|| types::log_id(number(24), number(16)));
        self.membership = membership;
        self.state = state;
        let meta = SnapshotMeta { last_log_id: self.applied, last_membership: self.membership.clone() };
        self.snapshot = Some((meta, bytes.clone()));
        self.publish();
        Ok(())
    }
}

/// Log of the catalog group that is kept before a snapshot is taken.
pub(crate) const CATALOG_LOG_BYTES: u64 = limits::ENTRY_BYTES;
