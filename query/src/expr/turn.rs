//! The turn of an evaluation on one of the runtime's few threads: one that takes long lets other queries have the thread's place.
//!
//! Tokio takes a task off its thread only where it waits, and no function waits. Invariant: while evaluations take longer than
//! [`TURN`], a thread of the runtime is free for other work, and at most [`limits::LONG_EVALUATIONS`] of them use the processor;
//! the others wait for their turn, as long as their query may.

use super::{CancelToken, LOOK};
use olly_types::{Result, limits};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long an evaluation has a thread of the runtime for itself.
const TURN: Duration = Duration::from_millis(10);
/// How long a long evaluation runs while others wait.
const SLICE: Duration = Duration::from_millis(100);

/// Places beside the runtime's threads, of the whole process; those who wait get theirs in the order in which they came.
static PLACES: Semaphore = Semaphore::const_new(limits::LONG_EVALUATIONS as usize);

/// How many evaluations run beside the runtime's own threads: the fill of [`limits::LONG_EVALUATIONS`].
pub fn aside() -> u64 {
    limits::LONG_EVALUATIONS - PLACES.available_permits() as u64
}

/// One evaluation's turn, from the first time that it is asked.
#[derive(Default)]
pub(super) struct Turn {
    since: Option<Instant>,
    place: Option<SemaphorePermit<'static>>,
}

impl Turn {
    /// Whether it is over. Then the evaluation has no place any more, until it is [`seated`](Turn::seat) again.
    pub(super) fn over(&mut self) -> bool {
        let now = Instant::now();
        let most = if self.place.is_some() { SLICE } else { TURN };
        if now.duration_since(*self.since.get_or_insert(now)) < most {
            return false;
        }
        self.since = Some(now);
        if self.place.is_some() && PLACES.available_permits() > 0 {
            return false;
        }
        self.place = None;
        true
    }
    pub(super) fn seat(&mut self, place: Option<SemaphorePermit<'static>>) {
        (self.since, self.place) = (Some(Instant::now()), place);
    }
}

/// The runtime of which this thread is one. Elsewhere a thread is the evaluation's own.
fn runtime() -> Option<Handle> {
    Handle::try_current().ok().filter(|r| r.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// How long a runtime may take to start a thread: then it has none to spare, and whoever asked goes on where it is.
const START: Duration = Duration::from_secs(1);

/// Does something long beside the runtime's threads: hands the place of this thread to another one, and begins once the
/// runtime has had a turn (a task of nothing was run, by that thread or by one that was free anyway). The work is told
/// whether it did.
pub(crate) fn apart<T>(work: impl FnOnce(bool) -> T) -> T {
    let Some(runtime) = runtime() else { return work(true) };
    tokio::task::block_in_place(|| {
        let (ran, runs) = std::sync::mpsc::sync_channel(1);
        runtime.spawn(async move {
            let _ = ran.send(());
        });
        work(runs.recv_timeout(START).is_ok())
    })
}

/// Waits for a place beside the runtime's threads. None where the thread cannot be spared.
///
/// # Errors
/// 394 or 159 where the query must end before.
pub(super) fn place(cancel: &CancelToken) -> Result<Option<SemaphorePermit<'static>>> {
    let Some(runtime) = runtime() else { return Ok(None) };
    let place = async {
        let mut free = std::pin::pin!(PLACES.acquire());
        loop {
            match tokio::time::timeout(LOOK, &mut free).await {
                Ok(place) => return Ok(place.ok()),
                Err(_) => cancel.check()?,
            }
        }
    };
    apart(|free| if free { runtime.block_on(place) } else { Ok(None) })
}

#[cfg(test)]
mod tests {
    use super::super::{CancelToken, meter};
    use olly_types::{Code, Error, Result, limits};

    #[test]
    fn others_run_beside_more_long_evaluations_than_have_a_place() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let cancel = CancelToken::default();
        let long: Vec<_> = (0..limits::LONG_EVALUATIONS + 3)
            .map(|_| {
                let context = crate::func::EvalContext { cancel: cancel.clone(), ..crate::expr::empty_context() };
                runtime.spawn(async move {
                    let _metered = meter::enter(&context);
                    let ended: Result<()> = loop {
                        if let Err(e) = meter::tick() {
                            break Err(e);
                        }
                    };
                    ended
                })
            })
            .collect();
        let short = runtime.spawn(async move {
            while super::aside() < limits::LONG_EVALUATIONS {
                tokio::task::yield_now().await;
            }
            cancel.cancel();
        });
        runtime.block_on(async {
            short.await.unwrap();
            for task in long {
                assert_eq!(task.await.unwrap().map_err(|e: Error| e.code), Err(Code::QueryWasCancelled));
            }
        });
        assert_eq!(super::aside(), 0);
    }
}
