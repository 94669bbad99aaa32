//! The cluster's catalog (databases, tables, number of data groups) as a pure state machine.
//!
//! Invariant: the state is a function of the commands applied, in order; ids are given by the state, never by a clock,
//! a random source or a proposer, so that every replica gives the same ones.

mod check;
mod codec;
mod state;

pub use codec::{Stamped, decode_command, encode_command};
pub use state::{CatalogState, DEFAULT_DATABASE, RESERVED_DATABASES};

/// What a fuzzer calls: decodes `bytes` as a snapshot and as a command; must neither panic nor allocate without bound.
pub fn fuzz_decode(bytes: &[u8]) {
    if let Ok(state) = CatalogState::decode(bytes) {
        assert_eq!(CatalogState::decode(&state.encode()).as_ref(), Ok(&state), "a snapshot changes when written again");
    }
    if let Ok(command) = decode_command(bytes) {
        let again = encode_command(&command).and_then(|b| decode_command(&b));
        assert_eq!(again.as_ref(), Ok(&command), "a command changes when written again");
    }
}
