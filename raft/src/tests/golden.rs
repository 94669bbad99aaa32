//! Files and records of version 1 as they were written once: read, and written again byte for byte (docs/formats).

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use olly_catalog::{Stamped, encode_command};
use olly_env::sim::{SimClock, SimDisk};
use olly_env::{Disk as _, Env};
use olly_types::catalog::CatalogCommand;
use olly_types::{NodeId, UnixNanos};

use super::rows::{create, drop_table};
use crate::catalog_machine::{CatalogMachine, Published};
use crate::identity::{FORMAT_EPOCH, Identity};
use crate::types::{self, LogEntry, Membership, Payload, Proposal, StoredMembership, Vote};

const CATALOG_COMMAND: &[u8] = include_bytes!("golden/v1/catalog-command");
const CATALOG_SNAPSHOT: &[u8] = include_bytes!("golden/v1/catalog-snapshot");
const HARD_STATE: &[u8] = include_bytes!("golden/v1/hard-state");
const IDENTITY: &[u8] = include_bytes!("golden/v1/identity");
const POSITION: &[u8] = include_bytes!("golden/v1/position");
const RECORD_BLANK: &[u8] = include_bytes!("golden/v1/record-blank");
const RECORD_COMMAND: &[u8] = include_bytes!("golden/v1/record-command");
const RECORD_MEMBERSHIP: &[u8] = include_bytes!("golden/v1/record-membership");

fn commands() -> Vec<Vec<u8>> {
    let initialize = CatalogCommand::Initialize { cluster: 0xc1, data_groups: 2 };
    let commands = [initialize, create("kept"), create("gone"), drop_table("gone")];
    let stamp = |(i, command)| Stamped { proposed_at: UnixNanos(1_767_225_600_000_000_000 + i as i64), command };
    commands.into_iter().enumerate().map(stamp).map(|c| encode_command(&c).unwrap()).collect()
}

fn membership() -> Membership {
    Membership::new_with_defaults(vec![BTreeSet::from([1, 2, 3])], [4])
}

fn entry(index: u64, payload: Payload) -> LogEntry {
    LogEntry { log_id: types::log_id(3, index), payload }
}

/// Everything as this build writes it.
fn written() -> Vec<(&'static str, Vec<u8>, &'static [u8])> {
    let disk = SimDisk::new();
    let env = Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()));
    let identity = Identity { cluster: 0xc1, node: NodeId(7), format_epoch: FORMAT_EPOCH, data_groups: 2 };
    identity.write(&env).unwrap();
    disk.create_dir_all("groups/0").unwrap();
    let mut machine = CatalogMachine::open(&env, "groups/0", Arc::new(Published::default())).unwrap();
    machine.apply_membership(types::log_id(1, 0), membership());
    for (i, command) in commands().into_iter().enumerate() {
        machine.apply(types::log_id(3, i as u64 + 1), &Proposal::from_bytes(command.into())).unwrap();
    }
    let command = Proposal::from_bytes(commands().remove(0).into());
    let record = |e: &LogEntry| types::encode_entry(e).unwrap().to_vec();
    vec![
        ("catalog-command", commands().remove(0), CATALOG_COMMAND),
        ("catalog-snapshot", machine.freeze().1.to_vec(), CATALOG_SNAPSHOT),
        ("hard-state", types::encode_vote(&Vote::new_committed(3, 7)).to_vec(), HARD_STATE),
        ("identity", disk.peek("IDENTITY").unwrap(), IDENTITY),
        ("position", types::encode_position(&types::log_id(3, 9)).to_vec(), POSITION),
        ("record-blank", record(&entry(4, Payload::Blank)), RECORD_BLANK),
        ("record-command", record(&entry(5, Payload::Normal(command))), RECORD_COMMAND),
        ("record-membership", record(&entry(6, Payload::Membership(membership()))), RECORD_MEMBERSHIP),
    ]
}

#[test]
fn golden_records_are_written_the_same() {
    if let Ok(dir) = std::env::var("OLLYSTACK_WRITE_GOLDEN") {
        let env = Env::real(std::path::Path::new(&dir)).unwrap();
        for (name, bytes, _) in written() {
            olly_env::disk::replace_durably(&*env.disk, name, &bytes).unwrap();
        }
        return;
    }
    for (name, now, golden) in written() {
        assert!(now == golden, "{name}: wrote {now:02x?}, the fixture is {golden:02x?}");
    }
}

#[test]
fn golden_records_are_read() {
    let disk = SimDisk::new();
    let env = Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()));
    disk.plant("IDENTITY", IDENTITY);
    let identity = Identity { cluster: 0xc1, node: NodeId(7), format_epoch: FORMAT_EPOCH, data_groups: 2 };
    assert_eq!(Identity::read(&env).unwrap(), Some(identity));
    disk.plant("groups/0/SNAPSHOT", CATALOG_SNAPSHOT);
    let published = Arc::new(Published::default());
    let machine = CatalogMachine::open(&env, "groups/0", Arc::clone(&published)).unwrap();
    let (applied, stored) = machine.applied_state();
    assert_eq!(applied, Some(types::log_id(3, 4)));
    assert_eq!(stored, StoredMembership::new(Some(types::log_id(1, 0)), membership()));
    let state = published.state();
    assert_eq!(state.cluster(), Some(0xc1));
    assert!(state.table("default", "kept").is_some() && state.table("default", "gone").is_none());
    let stamped = olly_catalog::decode_command(CATALOG_COMMAND).unwrap();
    assert_eq!(stamped.command, CatalogCommand::Initialize { cluster: 0xc1, data_groups: 2 });
    assert_eq!(types::decode_vote(HARD_STATE).unwrap(), Vote::new_committed(3, 7));
    assert_eq!(types::decode_position(9, POSITION).unwrap(), types::log_id(3, 9));
    let read = |index, bytes: &'static [u8]| types::decode_entry(index, &Bytes::from_static(bytes)).unwrap();
    let blank = read(4, RECORD_BLANK);
    assert!(blank.log_id == types::log_id(3, 4) && matches!(blank.payload, Payload::Blank));
    assert!(matches!(read(5, RECORD_COMMAND).payload, Payload::Normal(p) if p.bytes == CATALOG_COMMAND));
    assert!(matches!(read(6, RECORD_MEMBERSHIP).payload, Payload::Membership(m) if m == membership()));
}
