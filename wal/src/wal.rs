//! The log as its users see it.
//!
//! Invariant: the core is only ever touched under its lock, no I/O happens under it, and completions are called
//! without it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use olly_env::{Env, Open, Priority, Thread, disk};
use parking_lot::{Condvar, Mutex};

use crate::core::{Completion, Core};
use crate::error::{Result, WalError};
use crate::files::Folder;
use crate::metrics::WalMetrics;
use crate::options::{Drive, WalOptions};
use crate::record::{Lsn, Record};
use crate::recover::{self, Cut, Found, FoundSegment};
use crate::segment::{Name, SEGMENT_HEADER, SegmentHeader};
use crate::sink::{Sink, SyncSink};
use crate::state::Group;

/// What the log keeps about a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupInfo {
    /// Payload of the last hard state.
    pub hard_state: Option<Bytes>,
    /// Index and payload of the last committed record. The index may be beyond the last entry: the caller clamps it.
    pub committed: Option<(u64, Bytes)>,
    /// Index and payload of the last purge.
    pub purged: Option<(u64, Bytes)>,
    /// Live entries; empty at the next index when there are none (`0..0` for a group that never had any).
    pub entries: Range<u64>,
}

impl GroupInfo {
    fn of(g: &Group) -> GroupInfo {
        GroupInfo {
            hard_state: g.hard_state.clone(),
            committed: g.committed.clone(),
            purged: g.purged.clone(),
            entries: g.first..g.next(),
        }
    }
}

/// What was found when the log was opened.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// Every group that has a record.
    pub groups: BTreeMap<u32, GroupInfo>,
    /// The unacknowledged tail that was cut, if there was one.
    pub cut: Option<Cut>,
    /// Segments read.
    pub segments: usize,
    /// Frames read.
    pub frames: u64,
    /// Records read.
    pub records: u64,
    /// Where the log goes on.
    pub end: Lsn,
}

/// Whether the log takes writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes.
    Open,
    /// Not now: the disk is full, or the reserve is used up and not prepared again yet. What is accepted already goes
    /// into the reserve; nothing new should be proposed.
    Full,
    /// Never again in this process.
    Stopped,
}

pub(crate) struct Shared {
    pub(crate) env: Env,
    pub(crate) folder: Folder,
    pub(crate) options: WalOptions,
    pub(crate) core: Mutex<Core>,
    /// The writer waits here.
    pub(crate) io_wake: Condvar,
    /// The preparer waits here.
    pub(crate) prepare_wake: Condvar,
    /// Everybody else waits here for the watermark.
    pub(crate) progress: Condvar,
    sink: &'static str,
    direct: bool,
}

/// One log. Dropping it writes what was accepted and stops its threads, as [`Wal::close`] does.
pub struct Wal {
    pub(crate) shared: Arc<Shared>,
    /// Only for `Manual` and `Inline`: the threads have their own otherwise.
    sink: Mutex<Option<Box<dyn Sink>>>,
    threads: Mutex<Vec<Thread>>,
}

impl Wal {
    /// Opens the log in `dir` (relative to the environment's folder), or creates it, with the sync sink.
    ///
    /// Errors: corruption and unknown versions (nothing has been changed then), the disk's, and `Full` when there is no
    /// space for a first segment.
    pub fn open(env: &Env, dir: &str, options: WalOptions) -> Result<(Wal, Recovered)> {
        Wal::open_with(env, dir, options, Box::new(SyncSink::new()))
    }

    /// As [`Wal::open`], with a sink of the caller's choice.
    pub fn open_with(env: &Env, dir: &str, options: WalOptions, sink: Box<dyn Sink>) -> Result<(Wal, Recovered)> {
        options.check()?;
        let folder = Folder { disk: env.disk.clone(), dir: dir.to_string() };
        let mut found = load(env, &folder, &options)?;
        if found.segments.is_empty() {
            let first = first_segment(&folder, &mut found, &options)?;
            found.segments.push(first);
        }
        let mut files = Vec::with_capacity(found.segments.len());
        for segment in &found.segments {
            files.push(env.disk.open(&segment.path, Open::DURABLE)?);
        }
        let last = found.segments.last().map(|s| s.path.clone()).unwrap_or_default();
        let (block, direct) = folder.block(&last)?;
        let recovered = Recovered {
            groups: found.groups.groups.iter().map(|(id, g)| (*id, GroupInfo::of(g))).collect(),
            cut: found.cut.clone(),
            segments: found.segments.len(),
            frames: found.frames,
            records: found.records,
            end: found.end,
        };
        let shared = Arc::new(Shared {
            env: env.clone(),
            folder,
            core: Mutex::new(Core::new(options.clone(), block, found, files)),
            options,
            io_wake: Condvar::new(),
            prepare_wake: Condvar::new(),
            progress: Condvar::new(),
            sink: sink.kind(),
            direct,
        });
        let wal = Wal { shared, sink: Mutex::new(None), threads: Mutex::new(Vec::new()) };
        if wal.shared.options.drive == Drive::Threads {
            wal.start(sink)?;
        } else {
            *wal.sink.lock() = Some(sink);
        }
        Ok((wal, recovered))
    }

    fn start(&self, sink: Box<dyn Sink>) -> Result<()> {
        let mut threads = self.threads.lock();
        let shared = self.shared.clone();
        let body = Box::new(move || shared.run_writer(sink));
        threads.push(self.shared.env.spawner.spawn("wal-write", Priority::Raised, body)?);
        let shared = self.shared.clone();
        let body = Box::new(move || shared.run_preparer());
        threads.push(self.shared.env.spawner.spawn("wal-prepare", Priority::Normal, body)?);
        Ok(())
    }

    /// Appends a batch; `done` is called once, when all of it is durable or when that can never be, from the log's
    /// thread (or within this call, with `Drive::Inline`). Records are readable when this returns. A batch may be split
    /// over physical writes: after a crash a prefix of it may be there, never a part with a hole.
    ///
    /// Answers the LSN that [`Wal::durable`] reaches when the batch is durable. An error means that nothing was
    /// accepted and `done` is not called.
    pub fn append(&self, batch: Vec<Record>, done: Completion) -> Result<Lsn> {
        let lsn = self.shared.core.lock().push(&batch, Some(done))?;
        self.accepted();
        Ok(lsn)
    }

    /// Appends records that nobody waits for (a committed position): they go with the next write, or when the log
    /// falls idle.
    pub fn append_lazy(&self, batch: Vec<Record>) -> Result<Lsn> {
        let mut core = self.shared.core.lock();
        let timed = core.wants_idle();
        let lsn = core.push(&batch, None)?;
        drop(core);
        if !timed && self.shared.options.drive == Drive::Threads {
            // The writer waits without a limit: it has to learn that there is something to write when idle.
            self.shared.io_wake.notify_one();
        }
        Ok(lsn)
    }

    /// Appends and waits until it is durable.
    pub fn append_sync(&self, batch: Vec<Record>) -> Result<Lsn> {
        let lsn = self.append(batch, Box::new(|_| {}))?;
        self.wait_durable(lsn)?;
        Ok(lsn)
    }

    fn accepted(&self) {
        match self.shared.options.drive {
            Drive::Threads => {
                self.shared.io_wake.notify_one();
            }
            Drive::Manual => {}
            Drive::Inline => self.run(),
        }
    }

    /// Everything below is durable.
    pub fn durable(&self) -> Lsn {
        self.shared.core.lock().durable()
    }

    /// Everything below is accepted.
    pub fn end(&self) -> Lsn {
        self.shared.core.lock().end()
    }

    /// Waits until everything below `lsn` is durable; lazy records are written for it. With `Drive::Manual` it steps
    /// the log itself.
    pub fn wait_durable(&self, lsn: Lsn) -> Result<()> {
        loop {
            let mut core = self.shared.core.lock();
            if core.durable() >= lsn {
                return Ok(());
            }
            if let Some(error) = core.poisoned() {
                return Err(error);
            }
            if core.closed {
                return Err(WalError::Closed);
            }
            core.flush();
            if self.shared.options.drive == Drive::Threads {
                self.shared.io_wake.notify_one();
                self.shared.progress.wait(&mut core);
            } else {
                drop(core);
                if !self.step() && self.durable() < lsn {
                    return Err(self.stopped().unwrap_or(WalError::Full));
                }
            }
        }
    }

    /// Whether the log takes writes: asked before a write is proposed.
    pub fn admission(&self) -> Admission {
        let core = self.shared.core.lock();
        if core.poisoned().is_some() || core.closing {
            Admission::Stopped
        } else if !core.admits() {
            Admission::Full
        } else {
            Admission::Open
        }
    }

    /// Whether admission is closed for lack of space.
    pub fn is_full(&self) -> bool {
        self.admission() == Admission::Full
    }

    /// The I/O error that stopped the log, if one did.
    pub fn stopped(&self) -> Option<WalError> {
        self.shared.core.lock().poisoned()
    }

    /// Waits while the disk is full; what admission then is. Only with `Drive::Threads` can that end.
    pub fn wait_space(&self) -> Admission {
        loop {
            let now = self.admission();
            let mut core = self.shared.core.lock();
            if now != Admission::Full || self.shared.options.drive != Drive::Threads {
                return now;
            }
            if !core.admits() && !core.closing && core.poisoned().is_none() {
                self.shared.progress.wait(&mut core);
            }
        }
    }

    /// What the log keeps about a group.
    pub fn group(&self, group: u32) -> Option<GroupInfo> {
        self.shared.core.lock().groups.groups.get(&group).map(GroupInfo::of)
    }

    /// All groups that have a record.
    pub fn groups(&self) -> Vec<u32> {
        self.shared.core.lock().groups.groups.keys().copied().collect()
    }

    /// Bytes of a group's live entries below index `end`: what purging up to there sets free.
    pub fn bytes_below(&self, group: u32, end: u64) -> u64 {
        let core = self.shared.core.lock();
        core.groups.groups.get(&group).map_or(0, |g| {
            let n = usize::try_from(end.saturating_sub(g.first)).unwrap_or(usize::MAX);
            g.places.iter().take(n).map(|p| p.bytes()).sum()
        })
    }

    /// Figures.
    pub fn metrics(&self) -> WalMetrics {
        let core = self.shared.core.lock();
        let c = &core.counters;
        WalMetrics {
            sink: self.shared.sink,
            direct: self.shared.direct,
            segments: core.segments.iter().filter(|s| s.file.is_some()).count() as u64,
            spares: core.spares() as u64,
            reserve: self.shared.options.reserve as u64,
            retained_bytes: core.segments.iter().map(|s| s.used).sum(),
            live_bytes: core.segments.iter().map(|s| s.live_bytes()).sum(),
            queued_bytes: core.queued_bytes(),
            queue_limit: self.shared.options.queue_limit,
            queued_appends: core.queued_appends,
            records: c.records,
            record_bytes: c.record_bytes,
            writes: c.writes,
            written_bytes: c.written_bytes,
            idle_writes: c.idle_writes,
            moved_bytes: c.moved_bytes,
            recycled: c.recycled,
            prefilled: c.prefilled,
            durable_lsn: core.durable(),
            end_lsn: core.end(),
            write_latency: c.latency,
            full: core.is_full(),
            poisoned: core.poisoned().is_some(),
        }
    }

    /// One step of the log with `Drive::Manual`: a write, else a preparation, else what is done when it falls idle.
    /// Answers whether there was anything to do.
    pub fn step(&self) -> bool {
        self.step_write(false) || self.step_prepare() || self.step_write(true)
    }

    /// One step of the writer. `idle` says that nothing came for a while: lazy records and the repeated durable LSN
    /// are written.
    pub fn step_write(&self, idle: bool) -> bool {
        let (worked, told) = {
            let mut sink = self.sink.lock();
            let Some(sink) = sink.as_mut() else { return false };
            self.shared.write_once(sink.as_mut(), idle)
        };
        self.shared.tell(told);
        worked
    }

    /// One step of the preparer: prefill, recycle or move.
    pub fn step_prepare(&self) -> bool {
        self.shared.prepare_once()
    }

    /// Steps until there is nothing left to do.
    pub fn run(&self) {
        while self.step() {}
    }

    /// Writes everything accepted, repeats the durable LSN, stops the threads. Appends fail from now on. What cannot
    /// be written (no space) ends with `Closed`.
    pub fn close(&self) -> Result<()> {
        self.shared.core.lock().closing = true;
        self.shared.io_wake.notify_all();
        self.shared.prepare_wake.notify_all();
        if self.shared.options.drive == Drive::Threads {
            for thread in std::mem::take(&mut *self.threads.lock()) {
                if thread.is_current() {
                    continue;
                }
                if let Err(panic) = thread.join() {
                    tracing::error!(panic, "a thread of the log panicked");
                    let path = self.shared.folder.dir.clone();
                    let message = format!("a thread of the log panicked: {panic}");
                    self.shared.stop(olly_env::DiskError::Io { op: "run", path, errno: 0, message });
                }
            }
        } else {
            self.run();
        }
        self.shared.give_up();
        self.shared.core.lock().poisoned().map_or(Ok(()), Err)
    }
}

impl Drop for Wal {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "the log was closed after an error");
        }
    }
}

/// Reads the folder, makes what was read durable, and tidies up.
fn load(env: &Env, folder: &Folder, options: &WalOptions) -> Result<Found> {
    let disk = &*env.disk;
    if !disk.exists(&folder.dir)? {
        if !options.create {
            return Err(no_log(folder));
        }
        disk::create_dir_durably(disk, &folder.dir)?;
    }
    // A write that a killed process had under way may be in the page cache and not on the device: what is going to be
    // believed must be durable first. Older segments were durable before the last one was put into use.
    let names = recover::names(disk, &folder.dir)?;
    if let Some(last) = names.segments.last() {
        disk.open(&folder.path(Name::Segment(*last)), Open::WRITE)?.sync_all()?;
    } else if !options.create {
        return Err(no_log(folder));
    }
    disk.sync_dir(&folder.dir)?;
    let mut found = recover::recover(disk, &folder.dir)?;
    found.spares = folder.tidy(&found.unfinished, &found.spares, options.segment_size)?;
    if let Some(last) = found.segments.last() {
        folder.mark(&found.tops, last.header.sequence)?;
    }
    if found.segments.is_empty() {
        found.log_id = env.seeds.next_u64();
    }
    found.epoch = found.epoch.checked_add(1).ok_or_else(|| {
        let what = "the log was opened 2^32 times".to_string();
        WalError::Unsupported { file: folder.dir.clone(), offset: 0, what }
    })?;
    Ok(found)
}

/// Makes the first segment of a new log, so that a log that was opened once is always found again.
fn first_segment(folder: &Folder, found: &mut Found, options: &WalOptions) -> Result<FoundSegment> {
    if found.spares.is_empty() {
        let number = found.unfinished.iter().max().map_or(1, |n| n + 1);
        folder
            .prefill(number, options.segment_size)
            .map_err(|e| if e.is_full() { WalError::Full } else { WalError::Disk(e) })?;
        found.spares.push(number);
    }
    let spare = found.spares.remove(0);
    let (block, _) = folder.block(&folder.path(Name::Spare(spare)))?;
    let header = SegmentHeader {
        log_id: found.log_id,
        sequence: 1,
        base: 0,
        size: options.segment_size,
        block: block as u32,
        epoch: found.epoch,
    };
    folder.activate(spare, &header)?;
    let path = folder.path(Name::Segment(1));
    Ok(FoundSegment { path, header, end: SEGMENT_HEADER as u64, live: 0 })
}

fn no_log(folder: &Folder) -> WalError {
    WalError::corrupt(&folder.dir, 0, "a log", "no segment")
}
