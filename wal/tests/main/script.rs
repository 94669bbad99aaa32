//! A script of operations over three groups, and the model that says what the log must hold afterwards.
//!
//! All records stand in one stream, so after a crash the log must equal the model after some prefix of the records
//! that contains every acknowledged one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use olly_env::Rng;
use olly_env::rng::seeded;
use olly_env::sim::SimDisk;
use olly_wal::{GroupInfo, Kind, PhysicalWrite, Record, Sink, SyncSink, Wal, WalError, WalOptions, Written};
use rand::Rng as _;

use crate::support::{env_on, payload};

/// What a group must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    info: GroupInfo,
    entries: BTreeMap<u64, Vec<u8>>,
}

/// What the log must hold.
pub type Model = BTreeMap<u32, Group>;

/// Applies a record to the model, written independently of the log.
pub fn apply(model: &mut Model, r: &Record) {
    let g = model.entry(r.group).or_default();
    match r.kind {
        Kind::Entry => {
            if g.entries.is_empty() && g.info.entries == (0..0) {
                g.info.entries = r.index..r.index;
            }
            g.entries.insert(r.index, r.payload.to_vec());
            g.info.entries.end = r.index + 1;
        }
        Kind::HardState => g.info.hard_state = Some(r.payload.clone()),
        Kind::Committed => g.info.committed = Some((r.index, r.payload.clone())),
        Kind::Truncate => {
            g.entries.retain(|i, _| *i < r.index);
            g.info.entries.end = g.info.entries.end.min(r.index);
            g.info.entries.start = g.info.entries.start.min(r.index);
        }
        Kind::Purge => {
            g.entries.retain(|i, _| *i > r.index);
            g.info.entries.start = g.info.entries.start.max(r.index + 1);
            g.info.entries.end = g.info.entries.end.max(r.index + 1);
            g.info.purged = Some((r.index, r.payload.clone()));
        }
        Kind::Remove => {
            model.remove(&r.group);
        }
        Kind::GroupState | Kind::Moved => unreachable!(),
    }
}

/// What an open log holds, every entry read back.
pub fn held(wal: &Wal) -> Result<Model, WalError> {
    let mut model = Model::new();
    for id in wal.groups() {
        let Some(info) = wal.group(id) else { continue };
        let entries = wal.read(id, info.entries.clone(), usize::MAX)?;
        let entries = entries.into_iter().map(|(i, b)| (i, b.to_vec())).collect();
        model.insert(id, Group { info, entries });
    }
    Ok(model)
}

/// One operation.
#[derive(Clone, Debug)]
pub enum Op {
    Append(Vec<Record>),
    Lazy(Vec<Record>),
    StepWrite(bool),
    StepPrepare,
    Run,
}

/// A script of about `n` operations.
pub fn script(seed: u64, n: usize) -> Vec<Op> {
    let mut rng = seeded(seed);
    let mut model = Model::new();
    let mut ops = Vec::new();
    let mut version = 0u64;
    for _ in 0..n {
        let id = rng.random_range(1..=3u32);
        // Group 3 falls idle after a while, so that its entries pin old segments.
        let id = if id == 3 && ops.len() > n / 3 { 1 } else { id };
        let entries = model.get(&id).map_or(0..0, |g| g.info.entries.clone());
        version += 1;
        let mut batch = Vec::new();
        let lazy = match rng.random_range(0..20) {
            0..=9 => {
                for i in 0..rng.random_range(1..4u64) {
                    let index = entries.end + i;
                    let len = [20, 200, 1500, 6000][rng.random_range(0..4)];
                    batch.push(Record::entry(id, index, payload(id, index ^ version << 20, len)));
                }
                false
            }
            10 => {
                batch.push(Record::hard_state(id, format!("vote {version}").into_bytes()));
                false
            }
            11 | 12 if !entries.is_empty() => {
                let at = rng.random_range(entries.clone());
                batch.push(Record::truncate(id, at));
                batch.push(Record::entry(id, at, payload(id, at ^ version << 20, 300)));
                false
            }
            13..=15 if !entries.is_empty() => {
                let at = rng.random_range(entries.clone());
                batch.push(Record::purge(id, at, format!("purged {version}").into_bytes()));
                rng.random_bool(0.5)
            }
            16 if id == 2 && rng.random_bool(0.3) => {
                batch.push(Record::purge(id, entries.end + 5, b"snapshot".to_vec()));
                false
            }
            16 if id == 1 && rng.random_bool(0.2) => {
                batch.push(Record::remove(id));
                false
            }
            _ => {
                batch.push(Record::committed(id, entries.end, format!("committed {version}").into_bytes()));
                true
            }
        };
        for r in &batch {
            apply(&mut model, r);
        }
        ops.push(if lazy { Op::Lazy(batch) } else { Op::Append(batch) });
        match rng.random_range(0..8) {
            0 => ops.push(Op::Run),
            1 => ops.push(Op::StepWrite(true)),
            2 | 3 => ops.push(Op::StepWrite(false)),
            // Ahead of the writer: what it relies on may not be durable yet.
            4 | 5 => ops.extend([Op::StepPrepare, Op::StepPrepare]),
            _ => {}
        }
    }
    ops.push(Op::Run);
    ops
}

/// What became of a script.
pub struct Outcome {
    /// The model after each number of records.
    pub states: Vec<Model>,
    /// How many records were acknowledged.
    pub acked: u64,
}

/// Runs a script until it ends or the log stops. `may_ack` is asked at each acknowledgement.
pub fn run(wal: &Wal, start: Model, ops: &[Op], may_ack: impl Fn() -> bool + Send + Sync + Clone + 'static) -> Outcome {
    let acked = Arc::new(AtomicU64::new(0));
    let mut states = vec![start];
    for op in ops {
        let accepted = match op {
            Op::Append(batch) => {
                let upto = (states.len() - 1 + batch.len()) as u64;
                let (acked, may_ack) = (acked.clone(), may_ack.clone());
                let done: olly_wal::Completion = Box::new(move |result| {
                    if result.is_ok() {
                        assert!(may_ack(), "acknowledged after the error");
                        let before = acked.swap(upto, Ordering::SeqCst);
                        assert!(before < upto, "acknowledged out of order");
                    }
                });
                Some((batch, wal.append(batch.clone(), done)))
            }
            Op::Lazy(batch) => Some((batch, wal.append_lazy(batch.clone()))),
            Op::StepWrite(idle) => {
                wal.step_write(*idle);
                None
            }
            Op::StepPrepare => {
                wal.step_prepare();
                None
            }
            Op::Run => {
                wal.run();
                None
            }
        };
        match accepted {
            Some((batch, Ok(_))) => {
                for r in batch {
                    let mut next = states.last().cloned().unwrap_or_default();
                    apply(&mut next, r);
                    states.push(next);
                }
            }
            Some((_, Err(WalError::Full | WalError::Rejected(_)))) => {}
            Some((_, Err(WalError::Poisoned(_)))) => break,
            Some((_, Err(e))) => panic!("{e}"),
            None => {}
        }
    }
    Outcome { states, acked: acked.load(Ordering::SeqCst) }
}

impl Outcome {
    /// Fails unless `held` is the model after a prefix that contains every acknowledged record; the prefix.
    pub fn check(&self, held: &Model, what: &str) -> usize {
        let found = (self.acked as usize..self.states.len()).rev().find(|n| &self.states[*n] == held);
        found.unwrap_or_else(|| {
            let earlier = self.states.iter().rposition(|s| s == held);
            panic!("{what}: {} of {} acknowledged; held matches prefix {earlier:?}", self.acked, self.states.len() - 1)
        })
    }
}

/// A sink with several writes in flight that end in any order, as a ring's do.
pub struct DeepSink {
    held: Vec<PhysicalWrite>,
    rng: Rng,
    fresh: bool,
}

const DEPTH: usize = 4;

impl DeepSink {
    pub fn new(seed: u64) -> DeepSink {
        DeepSink { held: Vec::new(), rng: seeded(seed), fresh: false }
    }
}

impl Sink for DeepSink {
    fn kind(&self) -> &'static str {
        "deep"
    }

    fn depth(&self) -> usize {
        DEPTH
    }

    fn submit(&mut self, write: PhysicalWrite) {
        assert!(self.held.len() < DEPTH);
        self.held.push(write);
        self.fresh = true;
    }

    fn reap(&mut self, wait: bool) -> Vec<Written> {
        if self.held.is_empty() || (std::mem::take(&mut self.fresh) && !wait && self.held.len() < DEPTH) {
            return Vec::new();
        }
        let write = self.held.swap_remove(self.rng.random_range(0..self.held.len()));
        let result = write.file.write_at(write.offset, write.bytes.as_slice());
        vec![Written { token: write.token, result }]
    }
}

/// Opens a log with one write in flight, or with several.
pub fn open_sink(disk: &SimDisk, deep: bool) -> Result<(Wal, olly_wal::Recovered), WalError> {
    let sink: Box<dyn Sink> = if deep { Box::new(DeepSink::new(3)) } else { Box::new(SyncSink::new()) };
    Wal::open_with(&env_on(disk), "wal", WalOptions::for_tests(), sink)
}

/// The disk after a crash at its `at`-th change while the script ran from an empty disk, and what had happened.
pub fn crash_at(ops: &[Op], at: u64, deep: bool, block: usize) -> (SimDisk, Outcome) {
    let disk = SimDisk::new();
    disk.set_block(block);
    disk.set_fault(Some(olly_env::sim::Fault::crash(at)));
    let outcome = match open_sink(&disk, deep) {
        Ok((wal, _)) => run(&wal, Model::new(), ops, || true),
        Err(_) => Outcome { states: vec![Model::new()], acked: 0 },
    };
    (disk, outcome)
}
