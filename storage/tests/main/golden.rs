//! Files of the present format versions, as they were first written: later builds read them, and this one still writes them.

use crate::common::*;
use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};
use olly_storage::check::check_group;
use olly_types::command::Command;
use std::sync::Arc;

const FIXTURES: [(&str, &[u8]); 4] = [
    ("groups/1/CURRENT", include_bytes!("../fixtures/v1/CURRENT")),
    ("groups/1/MANIFEST-1", include_bytes!("../fixtures/v1/MANIFEST-1")),
    ("groups/1/parts/2-0.part", include_bytes!("../fixtures/v1/2-0.part")),
    ("groups/1/parts/4-0.part", include_bytes!("../fixtures/v1/4-0.part")),
];

fn rows(range: std::ops::Range<u64>) -> Vec<Vec<olly_types::Value>> {
    range.map(log_row).collect()
}

fn written() -> SimDisk {
    let disk = SimDisk::new();
    let env = Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()));
    let table = logs(1);
    let shard = open(&env);
    let commands = [
        Command::RegisterSchema(table.clone()),
        write(&table, Some(1), &rows(0..600)),
        Command::Flush { table: table.id },
        write(&table, Some(2), &rows(600..700)),
        Command::Flush { table: table.id },
    ];
    for (i, c) in commands.into_iter().enumerate() {
        shard.apply(at(i as u64), &entry(0, i as u64, c)).unwrap();
        run_all(&shard);
    }
    disk
}

#[test]
fn files_of_version_1_are_read_and_written() {
    let disk = SimDisk::new();
    for (path, bytes) in FIXTURES {
        assert!(bytes.len() < 64 << 10);
        disk.plant(path, bytes);
    }
    let env = Env::sim_with(1, Arc::new(disk), Arc::new(SimClock::new()));
    assert_eq!(check_group(&env, "groups/1").findings, []);
    let shard = open(&env);
    assert_eq!(ordered(read(&shard, 0, &logs(1))), ordered(rows(0..700)));
    let now = written();
    // The manifest holds the schema's JSON, which may gain fields.
    for (path, bytes) in FIXTURES.into_iter().filter(|(p, _)| p.ends_with(".part")) {
        assert!(
            now.peek(path).as_deref() == Some(bytes),
            "{path} is written differently: a change of the format's version?"
        );
    }
}
