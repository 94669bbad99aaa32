//! Threads for what must not run on the Raft thread: part files, merges, snapshots.
//!
//! There are two lanes, each with its own queue and threads: what memory and the log wait for (flushes, manifest edits,
//! snapshots) and merges, which may take minutes. Invariant: a job runs once, and never waits for a job of the other lane;
//! without threads (deterministic runs) it runs within `run`, before that returns.

use std::collections::VecDeque;
use std::sync::Arc;

use olly_env::{Env, Priority, Thread};
use olly_storage::shard::Lane;
use parking_lot::{Condvar, Mutex};

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

/// A small pool for each lane.
pub(crate) struct Workers {
    /// Flushes, merges; None: no threads.
    lanes: Option<[Arc<Shared>; 2]>,
    threads: Mutex<Vec<Thread>>,
}

impl Workers {
    /// Starts `n` threads a lane; with 0, jobs run where they are submitted.
    pub(crate) fn start(env: &Env, n: usize) -> olly_env::Result<Workers> {
        if n == 0 {
            return Ok(Workers { lanes: None, threads: Mutex::new(Vec::new()) });
        }
        let lanes = [Arc::new(Shared::default()), Arc::new(Shared::default())];
        let mut threads = Vec::new();
        // Merges stand back: with both cores busy, at equal priority they took a sixth of ingest's rate.
        let named = [("flush", Priority::Normal), ("merge", Priority::Lowered)];
        for ((name, priority), lane) in named.into_iter().zip(&lanes) {
            for i in 0..n {
                let lane = Arc::clone(lane);
                threads.push(env.spawner.spawn(&format!("{name}-{i}"), priority, Box::new(move || lane.work()))?);
            }
        }
        Ok(Workers { lanes: Some(lanes), threads: Mutex::new(threads) })
    }

    /// Runs a job and answers what it answers; an error only if the pool was closed or the job panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Closed> {
        let Some([flushes, merges]) = &self.lanes else { return Ok(job()) };
        let shared = match lane {
            Lane::Flush => flushes,
            Lane::Merge => merges,
        };
        let (tx, rx) = tokio::sync::oneshot::channel();
        {
            let mut queue = shared.queue.lock();
            if queue.closed {
                return Err(Closed);
            }
            queue.jobs.push_back(Box::new(move || drop(tx.send(job()))));
        }
        shared.wake.notify_one();
        rx.await.map_err(|_| Closed)
    }

    /// Lets the running jobs end, drops those that wait, and ends the threads.
    pub(crate) fn close(&self) {
        for shared in self.lanes.iter().flatten() {
            let mut queue = shared.queue.lock();
            queue.closed = true;
            queue.jobs.clear();
            drop(queue);
            shared.wake.notify_all();
        }
        for thread in std::mem::take(&mut *self.threads.lock()) {
            if !thread.is_current()
                && let Err(panic) = thread.join()
            {
                tracing::error!(panic, "a worker panicked");
            }
        }
    }
}

/// The pool is closed, or the job panicked.
#[derive(Debug)]
pub(crate) struct Closed;

impl Shared {
    fn work(&self) {
        loop {
            let job = {
                let mut queue = self.queue.lock();
                loop {
                    if let Some(job) = queue.jobs.pop_front() {
                        break job;
                    }
                    if queue.closed {
                        return;
                    }
                    self.wake.wait(&mut queue);
                }
            };
            job();
        }
    }
}
