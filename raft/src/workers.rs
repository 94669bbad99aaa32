//! Threads for what must not run on the Raft thread: part files, merges, snapshots.
//!
//! Invariant: a job runs once; without threads (deterministic runs) it runs within `run`, before that returns.

use std::collections::VecDeque;
use std::sync::Arc;

use olly_env::{Env, Priority, Thread};
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

/// A small pool.
pub(crate) struct Workers {
    shared: Option<Arc<Shared>>,
    threads: Mutex<Vec<Thread>>,
}

impl Workers {
    /// Starts `n` threads; with 0, jobs run where they are submitted.
    pub(crate) fn start(env: &Env, n: usize) -> olly_env::Result<Workers> {
        if n == 0 {
            return Ok(Workers { shared: None, threads: Mutex::new(Vec::new()) });
        }
        let shared = Arc::new(Shared::default());
        let mut threads = Vec::new();
        for i in 0..n {
            let shared = Arc::clone(&shared);
            threads.push(env.spawner.spawn(&format!("work-{i}"), Priority::Normal, Box::new(move || shared.work()))?);
        }
        Ok(Workers { shared: Some(shared), threads: Mutex::new(threads) })
    }

    /// Runs a job and answers what it answers; an error only if the pool was closed or the job panicked.
    pub(crate) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Closed> {
        let Some(shared) = &self.shared else { return Ok(job()) };
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
        if let Some(shared) = &self.shared {
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
