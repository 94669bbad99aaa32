//! Threads: named, with an optional raised priority.
//!
//! Invariant: a panic in a thread is never swallowed; `Thread::join` reports it.

use crate::disk::{DiskError, Result};

/// How a thread is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// As the process.
    Normal,
    /// Ahead of everything at normal priority, where the system permits it (first-in-first-out real-time scheduling,
    /// else nice -15); otherwise as `Normal`. Only for a thread that waits for the disk nearly all the time, as the
    /// log's writer does: with both cores busy a durable write took 4 ms at normal priority, 0.2 to 4 ms at nice -15 and
    /// 0.2 ms at real-time priority.
    Raised,
    /// Behind what is at normal priority and behind queries (nice 10): for work that may take minutes and that nobody waits
    /// for, as merges.
    Lowered,
}

/// The body of a thread.
pub type Body = Box<dyn FnOnce() + Send + 'static>;

/// Starts threads.
pub trait Spawner: Send + Sync {
    /// Starts a thread. Errors: the system has no more threads to give.
    fn spawn(&self, name: &str, priority: Priority, body: Body) -> Result<Thread>;
}

/// A started thread. Dropping it lets the thread run on.
pub struct Thread {
    handle: std::thread::JoinHandle<()>,
}

impl Thread {
    /// Waits for the end. `Err` carries the panic's message.
    pub fn join(self) -> std::result::Result<(), String> {
        self.handle.join().map_err(|panic| {
            if let Some(s) = panic.downcast_ref::<&str>() {
                (*s).to_string()
            } else if let Some(s) = panic.downcast_ref::<String>() {
                s.clone()
            } else {
                "panic without a message".to_string()
            }
        })
    }

    /// Whether the body has returned or panicked.
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }

    /// Whether the caller runs on this thread (a thread cannot join itself).
    pub fn is_current(&self) -> bool {
        self.handle.thread().id() == std::thread::current().id()
    }
}

/// Threads of the operating system.
pub struct RealSpawner;

impl Spawner for RealSpawner {
    fn spawn(&self, name: &str, priority: Priority, body: Body) -> Result<Thread> {
        let handle = std::thread::Builder::new()
            .name(name.to_string())
            .spawn(move || {
                match priority {
                    Priority::Normal => {}
                    // Not permitted: the thread runs as the process does.
                    Priority::Raised => drop(raise_priority()),
                    Priority::Lowered => drop(lower_priority(BACKGROUND_NICE)),
                }
                body();
            })
            .map_err(|e| DiskError::from_io("spawn thread", name, &e))?;
        Ok(Thread { handle })
    }
}

/// Real-time priority of raised threads, of 1..=99: below what the kernel's own threads use (50).
const REALTIME: u8 = 10;

/// Raises the calling thread's priority; answers whether the system permitted it.
pub fn raise_priority() -> bool {
    use thread_priority::{
        RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
        thread_native_id,
    };
    let fifo = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    let level = ThreadPriority::Crossplatform(REALTIME.try_into().unwrap_or(thread_priority::ThreadPriorityValue::MIN));
    set_thread_priority_and_policy(thread_native_id(), level, fifo).is_ok()
        // On Linux `setpriority(PRIO_PROCESS, tid)` acts on the one thread.
        || rustix::process::setpriority_process(Some(rustix::thread::gettid()), -15).is_ok()
}

/// Niceness of threads that compute for queries.
pub const QUERY_NICE: i32 = 5;
/// Niceness of work that nobody waits for.
const BACKGROUND_NICE: i32 = 10;

/// Lowers the calling thread's priority to this niceness, so that no write waits behind it to be acknowledged; answers
/// whether the system permitted it.
pub fn lower_priority(to: i32) -> bool {
    // On Linux `setpriority(PRIO_PROCESS, tid)` acts on the one thread. A process that is nicer already stays so.
    let thread = Some(rustix::thread::gettid());
    rustix::process::getpriority_process(thread)
        .is_ok_and(|nice| nice >= to || rustix::process::setpriority_process(thread, to).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn runs_and_reports_panics() {
        let ran = Arc::new(AtomicBool::new(false));
        let flag = ran.clone();
        let body: Body = Box::new(move || flag.store(true, Ordering::SeqCst));
        RealSpawner.spawn("t1", Priority::Raised, body).unwrap().join().unwrap();
        assert!(ran.load(Ordering::SeqCst));
        let nice = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let (normal, lowered) = (nice(), Arc::new(std::sync::atomic::AtomicI32::new(0)));
        let seen = Arc::clone(&lowered);
        let body: Body = Box::new(move || seen.store(nice(), Ordering::SeqCst));
        RealSpawner.spawn("t3", Priority::Lowered, body).unwrap().join().unwrap();
        assert_eq!(lowered.load(Ordering::SeqCst), normal.max(BACKGROUND_NICE));
        let failed = RealSpawner.spawn("t2", Priority::Normal, Box::new(|| panic!("told you"))).unwrap().join();
        assert_eq!(failed.unwrap_err(), "told you");
    }
}
