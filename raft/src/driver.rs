//! What a node does on its own: flushes and merges that its shards ask for, jobs on workers, snapshots and purges,
//! and keeping admission up to date.
//!
//! Three loops go on side by side: one decides what to propose, one runs what memory and the log wait for (flushes, then
//! snapshots and purges), one runs merges. Invariant: everything that changes a shard is proposed; the driver decides when,
//! never what it does; no flush waits for a merge.

use std::sync::Arc;
use std::time::Duration;

use olly_storage::shard::Lane;
use olly_types::{Class, Result, limits};
use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::sync::Notify;

use crate::catalog_machine::CATALOG_LOG_BYTES;
use crate::engine::Engine;
use crate::group::Group;
use crate::types::Outcome;

/// Rounds of jobs in one go; more wait for the next.
const JOBS_AT_ONCE: usize = 64;

/// Parts that are dead and only pinned by a snapshot are let go when they are this share of the live ones, however small.
const PINNED_DEAD_SHARE: u64 = 16;

/// What tells the driver's loops that there may be something to do.
#[derive(Default)]
pub(crate) struct Wakes {
    decide: Notify,
    flush: Notify,
    merge: Notify,
}

impl Wakes {
    /// A job was queued or has ended: another may run now, or something else be needed.
    pub(crate) fn all(&self) {
        for wake in [&self.decide, &self.flush, &self.merge] {
            wake.notify_one();
        }
    }

    fn of(&self, lane: Lane) -> &Notify {
        match lane {
            Lane::Flush => &self.flush,
            Lane::Merge => &self.merge,
        }
    }
}

impl Engine {
    /// One round of everything, one after the other. For tests, which run without threads.
    #[cfg(test)]
    pub(crate) async fn drive(&self) -> Result<()> {
        self.decide().await?;
        for group in &self.data {
            self.run_jobs(group).await?;
        }
        self.snapshots().await
    }

    /// Whether the log as a whole is longer than it should be.
    fn pressure(&self) -> bool {
        self.wal.metrics().retained_bytes > limits::WAL_RETAINED_BYTES
    }

    /// Looks at the disk and the debt, and proposes what the groups need.
    async fn decide(&self) -> Result<()> {
        let mut starved = false;
        let (mut worst_partition, mut worst_table) = (0, 0);
        for group in &self.data {
            let figures = group.data()?.store.figures();
            worst_partition = worst_partition.max(figures.worst_partition);
            worst_table = worst_table.max(figures.worst_table);
            starved |= figures.disk_full;
        }
        self.gate.look_at_disk(starved)?;
        self.gate.set_debt(worst_partition, worst_table);
        let pressure = self.pressure();
        for group in &self.data {
            if group.raft.is_leader() {
                self.propose_needs(group, pressure).await?;
            }
        }
        Ok(())
    }

    async fn propose_needs(&self, group: &Arc<Group>, pressure: bool) -> Result<()> {
        let commands = group.data()?.store.needs(group.held(pressure), group.now());
        for command in commands {
            match group.command(command).await {
                Ok(Outcome::Refused(e)) => tracing::warn!(group = %group.id, error = %e, "a command was refused"),
                Ok(_) => {}
                Err(e) if e.class == Class::Fatal => return Err(e),
                Err(e) => tracing::warn!(group = %group.id, error = %e, "a command was not applied"),
            }
        }
        Ok(())
    }

    /// Runs one job of the lane; whether there was one that could run.
    async fn run_job(&self, group: &Arc<Group>, lane: Lane) -> Result<bool> {
        self.poison.check()?;
        let job = group.data()?.clone();
        let Ok(ran) = self.workers.run(lane, move || job.run_job(lane)).await else { return Ok(false) };
        match ran {
            Ok(ran) => {
                if ran {
                    self.wakes.all();
                }
                Ok(ran)
            }
            Err(e) if e.class == Class::Retry => {
                // A full disk, or no memory: what was begun is removed, and the job stays queued.
                tracing::warn!(group = %group.id, error = %e, "a job waits");
                self.gate.look_at_disk(true)?;
                Ok(false)
            }
            Err(e) => {
                self.poison.set(&e);
                Err(e)
            }
        }
    }

    /// Runs the group's queued jobs of both lanes until none can run.
    #[cfg(test)]
    pub(crate) async fn run_jobs(&self, group: &Arc<Group>) -> Result<()> {
        for _ in 0..JOBS_AT_ONCE {
            if !self.run_job(group, Lane::Flush).await? && !self.run_job(group, Lane::Merge).await? {
                break;
            }
        }
        Ok(())
    }

    /// Runs the jobs of a lane, of each group in turn, until none can run.
    async fn run_lane(&self, lane: Lane) -> Result<()> {
        for _ in 0..JOBS_AT_ONCE {
            let mut any = false;
            for group in &self.data {
                any |= self.run_job(group, lane).await?;
            }
            if !any {
                return Ok(());
            }
        }
        // There may be more.
        self.wakes.of(lane).notify_one();
        Ok(())
    }

    /// Snapshots and purges of all groups, where they are worth it.
    async fn snapshots(&self) -> Result<()> {
        let pressure = self.pressure();
        for group in &self.data {
            self.snapshot_and_purge(group, pressure).await?;
        }
        if self.catalog.log.bytes_below(u64::MAX) > CATALOG_LOG_BYTES || pressure {
            let applied = self.catalog.raft.metrics().borrow_watched().last_applied.map(|a| a.index);
            self.snapshot_through(&self.catalog, applied).await?;
        }
        Ok(())
    }

    /// Takes a snapshot where enough of the log is no longer needed, and purges what it covers; takes one as well where
    /// the present one pins parts that are dead otherwise. A snapshot is a manifest: it costs a few kilobytes.
    async fn snapshot_and_purge(&self, group: &Arc<Group>, pressure: bool) -> Result<()> {
        let store = &group.data()?.store;
        if let Some(through) = store.flushed_through() {
            let freed = group.log.bytes_below(through.index.0 + 1);
            let worth = if pressure { 1 } else { self.options.purge_bytes.max(1) };
            if freed >= worth {
                self.snapshot_through(group, Some(through.index.0)).await?;
            }
        }
        let figures = store.figures();
        let dead = figures.pinned_dead_bytes;
        if dead >= limits::PINNED_DEAD_BYTES || dead * PINNED_DEAD_SHARE > figures.part_bytes {
            // Not waited for: where it covers no more of the log than the present one, nothing tells of it.
            group.raft.trigger().snapshot().await.map_err(|e| group.fatal(e))?;
        }
        Ok(())
    }

    /// A snapshot of every group as far as it can be, and a purge of what they cover.
    #[cfg(test)]
    pub(crate) async fn snapshot_now(&self) -> Result<()> {
        for group in self.groups() {
            self.snapshot_group_now(group).await?;
        }
        Ok(())
    }

    /// The same of one group.
    #[cfg(test)]
    pub(crate) async fn snapshot_group_now(&self, group: &Arc<Group>) -> Result<()> {
        let through = match &group.data {
            Some(data) => data.store.flushed_through().map(|p| p.index.0),
            None => group.raft.metrics().borrow_watched().last_applied.map(|a| a.index),
        };
        self.snapshot_through(group, through).await
    }

    /// Takes a snapshot that covers `through`, if the present one does not, and purges up to it.
    async fn snapshot_through(&self, group: &Arc<Group>, through: Option<u64>) -> Result<()> {
        let Some(through) = through else { return Ok(()) };
        let covered = |at: Option<u64>| at.is_some_and(|at| at >= through);
        let mut metrics = group.raft.metrics();
        let now = metrics.borrow_watched().snapshot.map(|s| s.index);
        if !covered(now) {
            group.raft.trigger().snapshot().await.map_err(|e| group.fatal(e))?;
            let made = async {
                while !covered(metrics.borrow_watched().snapshot.map(|s| s.index)) {
                    if metrics.changed().await.is_err() {
                        return;
                    }
                }
            };
            tokio::select! {
                biased;
                error = self.poison.wait() => return Err(error),
                () = made => {}
            }
        }
        let upto = keep_some(group, through, self.options.kept_log_bytes * u64::from(!self.lone));
        group.raft.trigger().purge_log(upto).await.map_err(|e| group.fatal(e))
    }

    /// Drives until the node fails or closes.
    pub(crate) async fn drive_forever(self: Arc<Self>) {
        tokio::join!(
            self.forever(&self.wakes.decide, || self.decide()),
            self.forever(&self.wakes.flush, || async {
                self.run_lane(Lane::Flush).await?;
                self.snapshots().await
            }),
            self.forever(&self.wakes.merge, || self.run_lane(Lane::Merge)),
        );
    }

    /// One of the driver's loops. Errors that pass are logged and tried again next time.
    async fn forever<F: Future<Output = Result<()>>>(&self, wake: &Notify, round: impl Fn() -> F) {
        let interval = Duration::from_millis(self.options.driver_interval_ms.max(1));
        loop {
            tokio::select! {
                biased;
                _ = self.poison.wait() => return,
                () = wake.notified() => {}
                () = tokio::time::sleep(interval) => {}
            }
            if let Err(e) = round().await {
                match e.class {
                    Class::Fatal => return self.poison.set(e),
                    Class::Retry | Class::Reject => tracing::warn!(error = %e, "the driver will try again"),
                }
            }
        }
    }
}

/// The highest index whose purge leaves `kept` bytes behind the snapshot.
fn keep_some(group: &Group, through: u64, kept: u64) -> u64 {
    if kept == 0 {
        return through;
    }
    let Some((first, _)) = group.log.range() else { return through };
    let all = group.log.bytes_below(through + 1);
    let (mut low, mut high) = (first.saturating_sub(1), through);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if all - group.log.bytes_below(middle + 1).min(all) >= kept {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}
