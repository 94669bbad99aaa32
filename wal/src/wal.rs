//! The log as its users see it.
//!
//! Invariant: the core is only ever touched under its lock, no I/O happens under it, and completions are called
//! without it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use olly_env::{Env, File, Open, Priority, Thread, disk};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::core::{Completion, Core, Fired, Prepare, Work};
use crate::error::{Result, WalError};
use crate::files::Folder;
use crate::metrics::WalMetrics;
use crate::options::{Drive, WalOptions};
use crate::record::{Lsn, Record};
use crate::recover::{self, Cut, Found};
use crate::segment::Name;
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
    /// Not now: the disk is full. What is accepted already goes into the reserve; nothing new should be proposed.
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
        let found = load(env, &folder, &options)?;
        let mut files = Vec::with_capacity(found.segments.len());
        for segment in &found.segments {
            files.push(env.disk.open(&segment.path, Open::DURABLE)?);
        }
        let probe = match (found.segments.last(), found.spares.first()) {
            (Some(segment), _) => segment.path.clone(),
            (None, Some(spare)) => folder.path(Name::Spare(*spare)),
            (None, None) => return Err(WalError::Full),
        };
        let (block, direct) = folder.block(&probe)?;
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
        let lsn = self.shared.core.lock().push(&batch, None)?;
        if self.shared.options.drive == Drive::Threads {
            // The writer has to notice that it may fall idle later than it thought.
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
        } else if core.is_full() {
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
        let mut sink = self.sink.lock();
        let Some(sink) = sink.as_mut() else { return false };
        self.shared.write_once(sink.as_mut(), idle)
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

/// Reads the folder, makes what was read durable, and sees to a first spare where there is no segment.
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
    let (segments, _, _) = recover::names(disk, &folder.dir)?;
    if let Some(last) = segments.last() {
        disk.open(&folder.path(Name::Segment(*last)), Open::WRITE)?.sync_all()?;
    } else if !options.create {
        return Err(no_log(folder));
    }
    disk.sync_dir(&folder.dir)?;
    let mut found = recover::recover(disk, &folder.dir)?;
    found.spares = folder.tidy(&found.unfinished, &found.spares, options.segment_size)?;
    if found.segments.is_empty() {
        found.log_id = env.seeds.next_u64();
        if found.spares.is_empty() {
            let number = found.unfinished.iter().max().map_or(1, |n| n + 1);
            folder
                .prefill(number, options.segment_size)
                .map_err(|e| if e.is_full() { WalError::Full } else { WalError::Disk(e) })?;
            found.spares.push(number);
        }
    }
    found.epoch = found.epoch.checked_add(1).ok_or_else(|| {
        let what = "the log was opened 2^32 times".to_string();
        WalError::Unsupported { file: folder.dir.clone(), offset: 0, what }
    })?;
    Ok(found)
}

fn no_log(folder: &Folder) -> WalError {
    WalError::corrupt(&folder.dir, 0, "a log", "no segment")
}

impl Shared {
    /// Calls completions and wakes whoever waits.
    pub(crate) fn fire(&self, fired: Fired, error: Option<WalError>) {
        for (done, result) in fired {
            done(result);
        }
        if let Some(error) = error {
            tracing::error!(%error, "the log stops");
            if let Some(hook) = &self.options.on_poison {
                hook(&error);
            }
            self.io_wake.notify_all();
        }
        self.progress.notify_all();
        self.prepare_wake.notify_all();
    }

    pub(crate) fn stop(&self, e: olly_env::DiskError) {
        let (fired, error) = self.core.lock().stop(e);
        self.fire(fired, error);
    }

    /// Ends what can no longer become durable.
    fn give_up(&self) {
        let mut core = self.core.lock();
        let error = core.poisoned().unwrap_or(WalError::Closed);
        let fired = core.drain(&error);
        core.closed = true;
        drop(core);
        self.fire(fired, None);
    }

    fn now(&self) -> u64 {
        self.env.clock.mono_nanos()
    }

    fn handle(&self, sequence: u64) -> std::result::Result<Arc<dyn File>, olly_env::DiskError> {
        let file = self.folder.disk.open(&self.folder.path(Name::Segment(sequence)), Open::READ)?;
        if let Some(segment) = self.core.lock().segments.iter_mut().find(|s| s.sequence == sequence) {
            segment.reader = Some(file.clone());
        }
        Ok(file)
    }

    /// The reader of a segment, opened when needed.
    pub(crate) fn reader(
        &self,
        sequence: u64,
        known: Option<Arc<dyn File>>,
    ) -> std::result::Result<Arc<dyn File>, olly_env::DiskError> {
        known.map_or_else(|| self.handle(sequence), Ok)
    }

    /// Takes one piece of work and does it, and takes what ended.
    fn write_once(&self, sink: &mut dyn Sink, idle: bool) -> bool {
        let work = self.core.lock().poll(sink.depth(), idle, self.now());
        let worked = work.is_some();
        self.perform(work, sink);
        let reaped = self.reap(sink, false);
        worked || reaped > 0
    }

    fn perform(&self, work: Option<Work>, sink: &mut dyn Sink) {
        match work {
            Some(Work::Write(write)) => sink.submit(write),
            Some(Work::Activate { spare, header }) => {
                let result = self.folder.activate(spare, &header);
                let (fired, error) = self.core.lock().activated(header.sequence, result);
                self.fire(fired, error);
            }
            None => {}
        }
    }

    fn reap(&self, sink: &mut dyn Sink, wait: bool) -> usize {
        let written = sink.reap(wait);
        let n = written.len();
        for write in written {
            let now = self.now();
            let (fired, error) = self.core.lock().completed(write.token, write.result, now);
            self.fire(fired, error);
        }
        n
    }

    fn run_writer(&self, mut sink: Box<dyn Sink>) {
        let mut flying = 0;
        loop {
            let work = {
                let mut core = self.core.lock();
                match self.next_work(&mut core, sink.depth(), flying) {
                    Next::Work(work) => Some(work),
                    Next::Reap => None,
                    Next::End => return,
                }
            };
            let wait = work.is_none();
            flying += usize::from(matches!(work, Some(Work::Write(_))));
            self.perform(work, sink.as_mut());
            flying -= self.reap(sink.as_mut(), wait).min(flying);
        }
    }

    fn next_work(&self, core: &mut MutexGuard<'_, Core>, depth: usize, flying: usize) -> Next {
        let mut idle = false;
        loop {
            let idle_now = idle || core.closing;
            if let Some(work) = core.poll(depth, idle_now, self.now()) {
                return Next::Work(work);
            }
            if flying > 0 {
                return Next::Reap;
            }
            if core.poisoned().is_some() || (core.closing && (core.is_settled() || core.is_full())) {
                return Next::End;
            }
            idle = false;
            if core.wants_idle() {
                idle = self.io_wake.wait_for(core, self.options.idle_after).timed_out();
            } else {
                self.io_wake.wait(core);
            }
        }
    }

    fn prepare_once(&self) -> bool {
        let now = self.now();
        let Some(work) = self.core.lock().poll_prepare(now) else { return false };
        let (fired, error) = match work {
            Prepare::Prefill { number, size } => {
                let result = self.folder.prefill(number, size);
                if let Err(e) = &result {
                    tracing::warn!(error = %e, "no log segment could be prepared");
                }
                let now = self.now();
                self.core.lock().prefilled(number, result, now)
            }
            Prepare::Recycle { sequence, spare } => {
                let result = self.folder.recycle(sequence, spare);
                self.core.lock().recycled(sequence, spare, result)
            }
            Prepare::Move(entries) => {
                let read = self.read_to_move(entries);
                self.core.lock().moved(read)
            }
        };
        self.fire(fired, error);
        self.io_wake.notify_all();
        true
    }

    fn run_preparer(&self) {
        loop {
            if self.prepare_once() {
                continue;
            }
            let mut core = self.core.lock();
            let now = self.now();
            if core.closing || core.poisoned().is_some() {
                return;
            }
            let wait = match core.retry_at() {
                Some(at) => std::time::Duration::from_nanos(at.saturating_sub(now).max(1_000_000)),
                // Progress wakes it; the bound only covers a wake-up between poll and wait.
                None => self.options.full_retry,
            };
            self.prepare_wake.wait_for(&mut core, wait);
        }
    }
}

enum Next {
    Work(Work),
    Reap,
    End,
}
