//! The files of format version 1: read as they were written once, and written the same way today.
//!
//! `OLLY_BLESS=1 cargo test -p olly-wal golden` writes the fixture anew; a change of it is a change of the format.

use std::path::Path;

use olly_env::disk::{read_all, replace_durably};
use olly_env::real::RealDisk;
use olly_env::sim::SimDisk;
use olly_wal::{Item, MIN_SEGMENT, Record, SEGMENT_HEADER, inspect};

use crate::script::{Model, apply, held};
use crate::support::{noted, open};

const SEGMENTS: [&str; 2] = ["0000000000000001.seg", "0000000000000002.seg"];

fn records() -> Vec<Vec<Record>> {
    vec![
        vec![Record::hard_state(1, &b"vote of group 1"[..]), Record::entry(1, 0, &b"first"[..])],
        vec![Record::entry(2, 7, vec![b'x'; 14_000])],
        vec![Record::entry(1, 1, &b"second"[..]), Record::entry(1, 2, &b"third"[..]), Record::truncate(1, 2)],
        vec![Record::entry(2, 8, vec![b'y'; 9_000]), Record::committed(1, 1, &b"committed"[..])],
        vec![Record::hard_state(3, &b"short-lived"[..]), Record::remove(3)],
        // Into the second segment.
        vec![Record::entry(2, 9, vec![b'z'; 6_000])],
        vec![Record::purge(1, 0, &b"purged"[..])],
        vec![Record::entry(1, 2, &b""[..])],
    ]
}

fn write() -> (SimDisk, Model) {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    let mut model = Model::new();
    for batch in records() {
        batch.iter().for_each(|r| apply(&mut model, r));
        wal.append(batch, noted().1).unwrap();
        while wal.step_write(false) {}
        wal.step_prepare();
    }
    wal.close().unwrap();
    (disk, model)
}

/// The part of a segment that is in use.
fn in_use(disk: &SimDisk, name: &str) -> Vec<u8> {
    let (mut file, mut end) = (String::new(), SEGMENT_HEADER as u64);
    inspect(disk, "wal", |item| match item {
        Item::Segment { file: f, .. } => file = f.to_string(),
        Item::End { offset, .. } if file.ends_with(name) => end = offset,
        _ => {}
    })
    .unwrap();
    let mut bytes = disk.peek(&format!("wal/{name}")).unwrap();
    bytes.truncate(end as usize);
    bytes
}

#[test]
fn golden_files_are_read_and_written_the_same() {
    let folder = RealDisk::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")).unwrap();
    let (disk, model) = write();
    if std::env::var_os("OLLY_BLESS").is_some() {
        for name in SEGMENTS {
            replace_durably(&folder, name, &in_use(&disk, name)).unwrap();
        }
    }
    let golden = SimDisk::new();
    let mut total = 0;
    for name in SEGMENTS {
        let mut bytes = read_all(&folder, name, MIN_SEGMENT).unwrap();
        total += bytes.len();
        assert!(bytes == in_use(&disk, name), "{name} is written differently today: the format has changed");
        bytes.resize(MIN_SEGMENT as usize, 0);
        golden.plant(&format!("wal/{name}"), &bytes);
    }
    assert!(total < 64 << 10);
    let (wal, recovered) = open(&golden);
    assert_eq!(held(&wal).unwrap(), model);
    assert_eq!((recovered.segments, recovered.cut), (2, None));
}
