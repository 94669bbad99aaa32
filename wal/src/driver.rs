//! What moves the log along: the core's work done on the disk, by two threads or step by step.
//!
//! Invariant: work is taken and its result given back under the core's lock; the work itself and all completions run
//! without it.

use std::sync::Arc;
use std::time::Duration;

use olly_env::{DiskError, File, Open};
use parking_lot::MutexGuard;

use crate::core::{Core, Fired, Prepare, Told, Work};
use crate::error::WalError;
use crate::options::Drive;
use crate::segment::Name;
use crate::sink::Sink;
use crate::wal::Shared;

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
            self.prepare_wake.notify_all();
        }
        self.progress.notify_all();
    }

    pub(crate) fn stop(&self, e: DiskError) {
        let (fired, error) = self.core.lock().stop(e);
        self.fire(fired, error);
    }

    /// Ends what can no longer become durable.
    pub(crate) fn give_up(&self) {
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

    fn handle(&self, sequence: u64) -> std::result::Result<Arc<dyn File>, DiskError> {
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
    ) -> std::result::Result<Arc<dyn File>, DiskError> {
        known.map_or_else(|| self.handle(sequence), Ok)
    }

    /// Takes one piece of work and does it, and takes what ended; whether there was anything, and what to tell.
    pub(crate) fn write_once(&self, sink: &mut dyn Sink, idle: bool) -> (bool, Vec<Told>) {
        let work = self.core.lock().poll(sink.depth(), idle, self.now());
        let worked = work.is_some();
        let mut told = self.perform(work, sink);
        let (reaped, more) = self.reap(sink, false);
        told.extend(more);
        (worked || reaped > 0, told)
    }

    fn perform(&self, work: Option<Work>, sink: &mut dyn Sink) -> Vec<Told> {
        match work {
            Some(Work::Write(write)) => sink.submit(write),
            Some(Work::Activate { spare, header }) => {
                let result = self.folder.activate(spare, &header);
                return vec![self.core.lock().activated(header.sequence, result)];
            }
            None => {}
        }
        Vec::new()
    }

    fn reap(&self, sink: &mut dyn Sink, wait: bool) -> (usize, Vec<Told>) {
        let written = sink.reap(wait);
        let n = written.len();
        let now = self.now();
        let mut core = self.core.lock();
        (n, written.into_iter().map(|w| core.completed(w.token, w.result, now)).collect())
    }

    pub(crate) fn tell(&self, told: Vec<Told>) {
        let told_any = !told.is_empty();
        for (fired, error) in told {
            self.fire(fired, error);
        }
        if told_any && self.options.drive == Drive::Threads {
            let now = self.now();
            if self.core.lock().wants_prepare(now) {
                self.prepare_wake.notify_all();
            }
        }
    }

    pub(crate) fn run_writer(&self, mut sink: Box<dyn Sink>) {
        let guard = StopOnPanic { shared: self, armed: true };
        let mut flying = 0;
        loop {
            let work = {
                let mut core = self.core.lock();
                match self.next_work(&mut core, sink.depth(), flying) {
                    Next::Work(work) => Some(work),
                    Next::Reap => None,
                    Next::End => break,
                }
            };
            let wait = work.is_none();
            flying += usize::from(matches!(work, Some(Work::Write(_))));
            self.tell(self.perform(work, sink.as_mut()));
            let (n, told) = self.reap(sink.as_mut(), wait);
            flying -= n.min(flying);
            self.tell(told);
        }
        guard.disarm();
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

    pub(crate) fn prepare_once(&self) -> bool {
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

    pub(crate) fn run_preparer(&self) {
        let guard = StopOnPanic { shared: self, armed: true };
        self.prepare_loop();
        guard.disarm();
    }

    fn prepare_loop(&self) {
        loop {
            if self.prepare_once() {
                continue;
            }
            let mut core = self.core.lock();
            let now = self.now();
            if core.closing || core.poisoned().is_some() {
                return;
            }
            if core.wants_prepare(now) {
                // Work came between the look and the lock.
                continue;
            }
            let wait = match core.retry_at() {
                Some(at) => Duration::from_nanos(at.saturating_sub(now).max(1_000_000)),
                // Whoever makes work for it wakes it.
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

/// Stops the log when one of its threads panics, so that nobody waits for it forever.
struct StopOnPanic<'a> {
    shared: &'a Shared,
    armed: bool,
}

impl StopOnPanic<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if self.armed {
            let (path, message) = (self.shared.folder.dir.clone(), "a thread of the log panicked".to_string());
            self.shared.stop(DiskError::Io { op: "run", path, errno: 0, message });
        }
    }
}
