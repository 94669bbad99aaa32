//! What the tests share.

use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};
use olly_wal::{Completion, Record, Recovered, Wal, WalOptions};
use parking_lot::Mutex;

/// An environment over the given disk.
pub fn env_on(disk: &SimDisk) -> Env {
    Env::sim_with(7, Arc::new(disk.clone()), Arc::new(SimClock::new()))
}

/// Opens a log on the given disk, driven by hand.
pub fn open(disk: &SimDisk) -> (Wal, Recovered) {
    Wal::open(&env_on(disk), "wal", WalOptions::for_tests()).unwrap()
}

/// A completion that keeps what it was told.
pub fn noted() -> (Arc<Mutex<Option<olly_wal::Result<()>>>>, Completion) {
    let seen = Arc::new(Mutex::new(None));
    let keep = seen.clone();
    (seen, Box::new(move |result| *keep.lock() = Some(result)))
}

/// A payload that says what it belongs to.
pub fn payload(group: u32, index: u64, len: usize) -> Vec<u8> {
    let mut bytes = format!("g{group} i{index} ").into_bytes();
    let mut n = index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(group);
    while bytes.len() < len {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes.push((n >> 56) as u8);
    }
    bytes
}

/// An entry with such a payload.
pub fn entry(group: u32, index: u64, len: usize) -> Record {
    Record::entry(group, index, payload(group, index, len))
}
