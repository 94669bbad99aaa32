//! Bytes of snapshots and commands; the table is in docs/formats/catalog.md.
//!
//! A frame is: magic (8 bytes), version u16, flags u16, body length u32, XXH3-128 of the body (16 bytes), body (JSON).
//! Invariant: a frame with any bit changed, cut short or continued is refused; lengths are checked before use.

use olly_types::catalog::CatalogCommand;
use olly_types::hash::content_hash;
use olly_types::{Code, Error, Result, UnixNanos};
use serde::{Deserialize, Serialize};

use crate::state::CatalogState;

const SNAPSHOT_MAGIC: [u8; 8] = *b"OLLYCAT1";
const COMMAND_MAGIC: [u8; 8] = *b"OLLYCTC1";
const VERSION: u16 = 1;
const HEADER: usize = 32;
/// Largest body that is read.
const MAX_BODY: usize = 256 << 20;

/// A command with what its proposer stamped on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamped {
    pub proposed_at: UnixNanos,
    pub command: CatalogCommand,
}

/// The bytes of a command, as they stand in the catalog group's log.
pub fn encode_command(command: &Stamped) -> Result<Vec<u8>> {
    let body = serde_json::to_vec(command).map_err(|e| Error::new(Code::LogicalError, format!("command: {e}")))?;
    Ok(frame(COMMAND_MAGIC, &body))
}

/// Reads a command. Errors: 246 with what was expected and found.
pub fn decode_command(bytes: &[u8]) -> Result<Stamped> {
    let body = unframe("catalog command", COMMAND_MAGIC, bytes)?;
    serde_json::from_slice(body).map_err(|e| corrupt(format!("catalog command: {e}")))
}

impl CatalogState {
    /// The whole state as a snapshot.
    pub fn encode(&self) -> Vec<u8> {
        // Keys are strings and integers, so that JSON can hold every state.
        let body = serde_json::to_vec(self).unwrap_or_default();
        frame(SNAPSHOT_MAGIC, &body)
    }

    /// Reads a snapshot. Errors: 246 with what was expected and found.
    pub fn decode(bytes: &[u8]) -> Result<CatalogState> {
        let body = unframe("catalog snapshot", SNAPSHOT_MAGIC, bytes)?;
        let mut state: CatalogState =
            serde_json::from_slice(body).map_err(|e| corrupt(format!("catalog snapshot: {e}")))?;
        state.restore().map_err(|e| corrupt(format!("catalog snapshot: {e}")))?;
        Ok(state)
    }
}

fn frame(magic: [u8; 8], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + body.len());
    out.extend(magic);
    out.extend(VERSION.to_le_bytes());
    out.extend(0u16.to_le_bytes());
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(content_hash(body).to_le_bytes());
    out.extend_from_slice(body);
    out
}

fn unframe<'a>(what: &str, magic: [u8; 8], bytes: &'a [u8]) -> Result<&'a [u8]> {
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(corrupt(format!("{what}: {} bytes, a header is {HEADER}", bytes.len())));
    };
    if header[..8] != magic {
        return Err(corrupt(format!("{what}: expected {magic:02x?}, got {:02x?}", &header[..8])));
    }
    let (version, flags) = (u16::from_le_bytes([header[8], header[9]]), u16::from_le_bytes([header[10], header[11]]));
    if version != VERSION || flags != 0 {
        let message = format!("{what}: version {version} flags {flags:#06x}, this build reads version {VERSION}");
        return Err(corrupt(message));
    }
    let length = u32::from_le_bytes([header[12], header[13], header[14], header[15]]) as usize;
    if length > MAX_BODY || length != body.len() {
        return Err(corrupt(format!("{what}: expected a body of {length} bytes, got {}", body.len())));
    }
    let mut expected = [0; 16];
    expected.copy_from_slice(&header[16..HEADER]);
    let (expected, got) = (u128::from_le_bytes(expected), content_hash(body));
    if expected != got {
        return Err(corrupt(format!("{what}: expected hash {expected:032x}, got {got:032x}")));
    }
    Ok(body)
}

fn corrupt(message: String) -> Error {
    Error::new(Code::CorruptedData, message)
}
