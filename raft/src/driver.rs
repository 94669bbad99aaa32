//! What a node does on its own: flushes and merges that its shards ask for, jobs on workers, snapshots and purges,
//! and keeping admission up to date.
//!
//! Invariant: everything that changes a shard is proposed; the driver decides when, never what it does.

use std::sync::Arc;
use std::time::Duration;

use olly_types::{Class, Result, limits};
use openraft::async_runtime::watch::WatchReceiver as _;

use crate::catalog_machine::CATALOG_LOG_BYTES;
use crate::engine::Engine;
use crate::group::Group;
use crate::types::Outcome;

/// Rounds of jobs in one go; more wait for the next.
const JOBS_AT_ONCE: usize = 64;

impl Engine {
    /// One round of everything that is decided by looking. Errors that pass are logged and tried again next time.
    pub(crate) async fn drive(&self) -> Result<()> {
        let mut starved = false;
        let wal = self.wal.metrics();
        let pressure = wal.retained_bytes > limits::WAL_RETAINED_BYTES;
        let (mut worst_partition, mut worst_table) = (0, 0);
        for group in &self.data {
            let figures = group.data()?.store.figures();
            worst_partition = worst_partition.max(figures.worst_partition);
            worst_table = worst_table.max(figures.worst_table);
            starved |= figures.disk_full;
        }
        self.gate.look_at_disk(starved)?;
        self.gate.set_debt(worst_partition, worst_table);
        for group in &self.data {
            if group.raft.is_leader() {
                self.propose_needs(group, pressure).await?;
            }
            self.run_jobs(group).await?;
            self.snapshot_and_purge(group, pressure).await?;
        }
        if self.catalog.log.bytes_below(u64::MAX) > CATALOG_LOG_BYTES || pressure {
            let applied = self.catalog.raft.metrics().borrow_watched().last_applied.map(|a| a.index);
            self.snapshot_through(&self.catalog, applied).await?;
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

    /// Runs the group's queued jobs on workers.
    pub(crate) async fn run_jobs(&self, group: &Arc<Group>) -> Result<()> {
        let data = group.data()?;
        for _ in 0..JOBS_AT_ONCE {
            self.poison.check()?;
            let job = data.clone();
            let Ok(ran) = self.workers.run(move || job.run_job()).await else { return Ok(()) };
            match ran {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(e) if e.class == Class::Retry => {
                    // A full disk: what was begun is removed, the job stays queued, and writes are refused meanwhile.
                    tracing::warn!(group = %group.id, error = %e, "a job waits");
                    return self.gate.look_at_disk(true);
                }
                Err(e) => {
                    self.poison.set(&e);
                    return Err(e);
                }
            }
        }
        Ok(())
    }

    /// Takes a snapshot where enough of the log is no longer needed, and purges what it covers.
    async fn snapshot_and_purge(&self, group: &Arc<Group>, pressure: bool) -> Result<()> {
        let Some(through) = group.data()?.store.flushed_through() else { return Ok(()) };
        let freed = group.log.bytes_below(through.index.0 + 1);
        let worth = if pressure { 1 } else { self.options.purge_bytes.max(1) };
        if freed < worth {
            return Ok(());
        }
        self.snapshot_through(group, Some(through.index.0)).await
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
        let interval = Duration::from_millis(self.options.driver_interval_ms.max(1));
        loop {
            let wakes = self.data.iter().filter_map(|g| g.data.as_ref());
            let wakes: Vec<_> = wakes.map(|d| Box::pin(d.jobs.notified())).collect();
            tokio::select! {
                biased;
                _ = self.poison.wait() => return,
                _ = futures::future::select_all(wakes) => {}
                () = tokio::time::sleep(interval) => {}
            }
            if let Err(e) = self.drive().await {
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
