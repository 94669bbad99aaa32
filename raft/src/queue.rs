//! Requests on their way into a group's log: what waits together becomes one entry (DESIGN D4).
//!
//! Whoever brings or takes away a request drives the queue: it encodes on the caller's thread, never on the Raft thread.
//! Invariants: each request is answered once; at most `entries_in_flight` entries of the group are in flight, and as
//! long as fewer are, nothing waits.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::FutureExt;
use olly_types::command::{Command, Entry, Request};
use olly_types::port::Written;
use olly_types::{Code, Error, Result, TenantId, limits};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::group::Group;
use crate::types::{Done, Outcome, Proposal, Types};
use openraft::errors::ClientWriteError;
use openraft::raft::ClientWriteResult;

/// Memory of the requests that are coalesced into one entry; encoded they must fit [`limits::ENTRY_BYTES`].
const COALESCE_BYTES: u64 = 4 * limits::ENTRY_BYTES;

/// Bytes that requests of a node may hold until they are answered.
pub(crate) struct Permits {
    limit: u64,
    used: AtomicU64,
}

impl Permits {
    pub(crate) fn new(limit: u64) -> Arc<Permits> {
        Arc::new(Permits { limit, used: AtomicU64::new(0) })
    }

    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Takes `bytes`; None when too much is under way. A request larger than the limit passes alone.
    pub(crate) fn take(self: &Arc<Self>, bytes: u64) -> Option<Permit> {
        let fits =
            |used: u64| (used == 0 || used.saturating_add(bytes) <= self.limit).then(|| used.saturating_add(bytes));
        self.used.fetch_update(Ordering::AcqRel, Ordering::Relaxed, fits).ok()?;
        Some(Permit { permits: Arc::clone(self), bytes })
    }
}

/// Bytes held; given back when dropped.
pub(crate) struct Permit {
    permits: Arc<Permits>,
    bytes: u64,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.permits.used.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

/// A request that waits.
pub(crate) struct Waiting {
    pub(crate) tenant: TenantId,
    pub(crate) request: Request,
    pub(crate) bytes: u64,
    pub(crate) permit: Arc<Permit>,
    pub(crate) answer: oneshot::Sender<Result<Written>>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    in_flight: usize,
}

/// A group's queue.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
}

/// A caller's hold on a request; dropping it, answered or not, drives the queue on.
pub(crate) struct Ticket {
    group: Arc<Group>,
    answer: oneshot::Receiver<Result<Written>>,
}

impl Ticket {
    /// The answer.
    pub(crate) async fn wait(mut self) -> Result<Written> {
        (&mut self.answer).await.unwrap_or_else(|_| Err(unknown()))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.group.pump();
    }
}

/// The outcome of a write cannot be told: it may be sent again with the same id.
pub(crate) fn unknown() -> Error {
    Error::retry(Code::UnknownStatusOfInsert, "The outcome of the write is unknown; it may be sent again")
}

impl Queue {
    /// Requests that wait, and entries in flight.
    pub(crate) fn figures(&self) -> (u64, u64) {
        let state = self.state.lock();
        (state.waiting.len() as u64, state.in_flight as u64)
    }
}

impl Group {
    /// Queues a request.
    pub(crate) fn submit(
        self: &Arc<Self>,
        tenant: TenantId,
        request: Request,
        bytes: u64,
        permit: Arc<Permit>,
    ) -> Ticket {
        let (answer, rx) = oneshot::channel();
        self.queue.state.lock().waiting.push_back(Waiting { tenant, request, bytes, permit, answer });
        self.pump();
        Ticket { group: Arc::clone(self), answer: rx }
    }

    /// Sends entries as long as requests wait and fewer than the limit are in flight.
    pub(crate) fn pump(self: &Arc<Self>) {
        loop {
            let batch = {
                let mut state = self.queue.state.lock();
                if state.in_flight >= self.entries_in_flight {
                    return;
                }
                let batch = take(&mut state.waiting);
                if batch.is_empty() {
                    return;
                }
                state.in_flight += 1;
                batch
            };
            self.send(batch);
        }
    }

    /// Encodes and proposes a batch; its slot in flight is held already.
    fn send(self: &Arc<Self>, mut batch: Vec<Waiting>) {
        let mut requests = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        let tenant = batch.first().map_or(TenantId(0), |w| w.tenant);
        let sizes: Vec<u64> = batch.iter().map(|w| w.bytes).collect();
        for w in batch.drain(..) {
            requests.push(w.request);
            answers.push((w.answer, w.permit));
        }
        let entry = Entry { tenant, proposed_at: self.now(), command: Command::Write { requests } };
        let encoded = self.encode(&entry);
        let fits = |bytes: &Vec<u8>| bytes.len() as u64 <= limits::ENTRY_BYTES || answers.len() == 1;
        match encoded {
            Ok(bytes) if fits(&bytes) => {
                limits::seen::ENTRY_BYTES.note(bytes.len() as u64);
                let flight = Flight { group: Arc::clone(self), answers };
                self.propose_entry(Proposal { bytes: bytes.into(), decoded: Some(Arc::new(entry)) }, flight);
            }
            result if answers.len() > 1 => {
                // Too large together, or one of them cannot be encoded: halve, so that each gets its own answer.
                if let Err(e) = &result {
                    tracing::debug!(error = %e, "a batch of requests is split");
                }
                let Command::Write { requests } = entry.command else { return };
                let mut rest: Vec<Waiting> = requests
                    .into_iter()
                    .zip(answers)
                    .zip(sizes)
                    .map(|((request, (answer, permit)), bytes)| Waiting { tenant, request, bytes, permit, answer })
                    .collect();
                let second = rest.split_off(rest.len() / 2);
                self.queue.state.lock().in_flight += 1;
                self.send(rest);
                self.send(second);
            }
            Ok(_) => self.landed(),
            Err(e) => {
                for (answer, _) in answers {
                    let _ = answer.send(Err(e.clone()));
                }
                self.landed();
            }
        }
    }

    fn propose_entry(self: &Arc<Self>, proposal: Proposal, flight: Flight) {
        self.counters.entries.fetch_add(1, Ordering::Relaxed);
        self.counters.requests.fetch_add(flight.answers.len() as u64, Ordering::Relaxed);
        self.counters.entry_bytes.fetch_add(proposal.bytes.len() as u64, Ordering::Relaxed);
        let done = Done::new(move |result| flight.complete(result));
        // The channel holds far more than may be in flight, so this does not wait; if it did, the flight is dropped and
        // its writers are told that the outcome is unknown.
        let sent = tokio::task::unconstrained(self.raft.client_write_ff(proposal, Some(done))).now_or_never();
        if !matches!(sent, Some(Ok(()))) {
            tracing::warn!(group = %self.id, "an entry could not be handed to the group");
        }
    }

    /// An entry left flight.
    fn landed(&self) {
        self.queue.state.lock().in_flight -= 1;
    }
}

fn take(waiting: &mut VecDeque<Waiting>) -> Vec<Waiting> {
    let mut batch: Vec<Waiting> = Vec::new();
    let mut bytes = 0;
    while let Some(next) = waiting.front() {
        // An entry has one tenant.
        if batch.first().is_some_and(|first| first.tenant != next.tenant || bytes + next.bytes > COALESCE_BYTES) {
            break;
        }
        bytes += next.bytes;
        batch.extend(waiting.pop_front());
    }
    batch
}

type Answer = (oneshot::Sender<Result<Written>>, Arc<Permit>);

/// An entry in flight and whom to answer.
struct Flight {
    group: Arc<Group>,
    answers: Vec<Answer>,
}

impl Flight {
    fn complete(mut self, result: ClientWriteResult<Types>) {
        let mut answers = std::mem::take(&mut self.answers);
        let results: Vec<Result<Written>> = match result.map(|r| r.data) {
            Ok(Outcome::Requests(results)) if results.len() == answers.len() => results,
            Ok(Outcome::Refused(e)) => vec![Err(e); answers.len()],
            Ok(_) => vec![Err(unknown()); answers.len()],
            Err(ClientWriteError::ForwardToLeader(_)) => vec![Err(not_leader()); answers.len()],
            Err(_) => vec![Err(unknown()); answers.len()],
        };
        self.group.landed();
        let poisoned = self.group.poison.get().is_some();
        let mut gone = 0;
        let total = answers.len();
        for ((answer, permit), result) in answers.drain(..).zip(results) {
            // Part files may have failed while the log went on: nothing is acknowledged after the first error.
            let result = if poisoned { Err(unknown()) } else { result };
            if matches!(result, Ok(Written::Duplicate)) {
                self.group.counters.duplicates.fetch_add(1, Ordering::Relaxed);
            }
            drop(permit);
            gone += usize::from(answer.send(result).is_err());
        }
        if gone == total {
            // Nobody is left to drive the queue.
            self.group.pump();
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.answers.is_empty() {
            return;
        }
        for (answer, _) in self.answers.drain(..) {
            let _ = answer.send(Err(unknown()));
        }
        self.group.landed();
    }
}

/// Another node leads the group.
pub(crate) fn not_leader() -> Error {
    Error::retry(Code::NetworkError, "This node does not lead the group that the rows belong to")
}
