//! Fuzz targets of what a node reads of its own folder beside log and parts: identity, catalog snapshot, log records.
//!
//! Invariant: no input panics or allocates more than a small multiple of its own length.

use std::sync::Arc;

use bytes::Bytes;
use olly_env::Env;
use olly_types::hash::content_hash;

use crate::catalog_machine::{CatalogMachine, Published};
use crate::identity::Identity;
use crate::types;

/// Any bytes as `IDENTITY`: as they are, and with a right check line.
pub fn fuzz_identity(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for text in [text.to_string(), checked(&text)] {
        if let Ok(identity) = Identity::decode(&text) {
            assert_eq!(
                Identity::decode(&identity.encode()).as_ref(),
                Ok(&identity),
                "{text:?} changes when written again"
            );
        }
    }
}

fn checked(text: &str) -> String {
    let body = text.rfind("check ").map_or(text, |at| text.split_at(at).0);
    format!("{body}check {:032x}\n", content_hash(body.as_bytes()))
}

/// Any bytes as the catalog's snapshot, with a right hash.
pub fn fuzz_catalog_snapshot(bytes: &[u8]) {
    let Ok(mut machine) = CatalogMachine::open(&Env::sim(0), "groups/0", Arc::new(Published::default())) else {
        return;
    };
    let mut sealed = bytes.to_vec();
    if let Some(hash) = sealed.get_mut(32..48) {
        hash.fill(0);
        let hash = content_hash(&sealed).to_le_bytes();
        sealed[32..48].copy_from_slice(&hash);
    }
    let _ = machine.load(&Bytes::copy_from_slice(bytes));
    if machine.load(&sealed.into()).is_ok() {
        let (_, again) = machine.freeze();
        assert!(machine.load(&again).is_ok(), "a snapshot is not read when written again");
    }
}

/// Any bytes as the payload of a log record: an entry, a position, a hard state, a membership.
pub fn fuzz_log_record(bytes: &[u8]) {
    if let Ok(entry) = types::decode_entry(7, &Bytes::copy_from_slice(bytes)) {
        assert!(types::encode_entry(&entry).is_ok());
    }
    let _ = types::decode_position(7, bytes);
    let _ = types::decode_membership(bytes);
    if let Ok(vote) = types::decode_vote(bytes) {
        assert_eq!(types::encode_vote(&vote), bytes);
    }
}
