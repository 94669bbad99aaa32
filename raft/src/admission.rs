//! Whether a write is taken now (DESIGN D24, overload): asked before a body is read and again before propose.
//!
//! Invariant: what is refused here was not proposed, so it can be sent again without harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use olly_env::Disk;
use olly_types::budget::Budget;
use olly_types::{Code, Error, Result, limits};
use olly_wal::{Admission as WalAdmission, Wal};
use parking_lot::Mutex;

use crate::options::Options;
use crate::poison::Poison;
use crate::queue::{Permit, Permits};

/// Times the limits of parts at which writes are refused rather than slowed.
const REFUSE_AT: u64 = 4;

/// Fill of the memtables at which writes are held back, more and more, and at which they are refused; flushes begin at
/// 50 %.
const MEMTABLES_SLOW_PERCENT: u64 = 75;
const MEMTABLES_FULL_PERCENT: u64 = 95;
/// How long a write is held back for each percent above the first.
const SLOW_MS_A_PERCENT: u64 = 4;

/// Counters of refusals.
#[derive(Default)]
pub(crate) struct Refused {
    pub(crate) full_disk: AtomicU64,
    pub(crate) queue: AtomicU64,
    pub(crate) debt: AtomicU64,
    pub(crate) memory: AtomicU64,
}

/// The node's gate.
pub(crate) struct Gate {
    wal: Arc<Wal>,
    disk: Arc<dyn Disk>,
    poison: Poison,
    pub(crate) permits: Arc<Permits>,
    /// Of all shards together; None where they have none.
    memtables: Option<Arc<Budget>>,
    reserved_disk_bytes: u64,
    closing: AtomicBool,
    /// Set by the driver: too little disk is free, or a part could not be written for lack of space.
    full: AtomicBool,
    /// Bytes free when the driver looked last.
    free: AtomicU64,
    /// Merge debt in percent of what slows writes; set by the driver.
    debt_percent: AtomicU64,
    pub(crate) refused: Refused,
    worst: Mutex<String>,
}

impl Gate {
    pub(crate) fn new(wal: Arc<Wal>, disk: Arc<dyn Disk>, poison: Poison, options: &Options) -> Gate {
        Gate {
            wal,
            disk,
            poison,
            permits: Permits::new(options.queue_bytes),
            memtables: options.shards.as_ref().map(|s| Arc::clone(&s.memtables)),
            reserved_disk_bytes: options.reserved_disk_bytes,
            closing: AtomicBool::new(false),
            full: AtomicBool::new(false),
            free: AtomicU64::new(u64::MAX),
            debt_percent: AtomicU64::new(0),
            refused: Refused::default(),
            worst: Mutex::new(String::new()),
        }
    }

    /// No writes any more.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// Looks at the free space; `wanted` says that something did not fit just now.
    pub(crate) fn look_at_disk(&self, wanted: bool) -> Result<()> {
        let free = self.disk.free_space().map_err(|e| crate::identity::disk_error(&e))?;
        self.free.store(free, Ordering::Relaxed);
        let full = free < self.reserved_disk_bytes || (wanted && free < 2 * self.reserved_disk_bytes);
        if self.full.swap(full, Ordering::AcqRel) != full {
            tracing::warn!(free, full, "the data disk's free space passed the reserve");
        }
        Ok(())
    }

    /// Bytes that were free when the disk was last looked at.
    pub(crate) fn free_bytes(&self) -> u64 {
        self.free.load(Ordering::Relaxed)
    }

    /// Says how many parts the worst partition and table have.
    pub(crate) fn set_debt(&self, worst_partition: u64, worst_table: u64) {
        let partition = worst_partition * 100 / limits::PARTS_PER_PARTITION;
        let table = worst_table * 100 / limits::PARTS_PER_TABLE;
        self.debt_percent.store(partition.max(table), Ordering::Release);
        if partition.max(table) >= 100 {
            *self.worst.lock() = format!("{worst_partition} parts in a partition, {worst_table} in a table");
        }
    }

    /// How long a write is held back, in milliseconds: grows with the debt beyond the limit, and with the memtables' fill.
    pub(crate) fn slowdown_ms(&self) -> u64 {
        let debt = self.debt_percent.load(Ordering::Acquire).saturating_sub(100).min(300);
        let fill = self.memtables_percent().saturating_sub(MEMTABLES_SLOW_PERCENT);
        debt.max((fill * SLOW_MS_A_PERCENT).min(100))
    }

    fn memtables_percent(&self) -> u64 {
        self.memtables.as_ref().map_or(0, |m| m.used() * 100 / m.limit().max(1))
    }

    /// Whether the memtables take no more for now; passes with the flushes that run.
    pub(crate) fn memtables_full(&self) -> bool {
        self.memtables_percent() >= MEMTABLES_FULL_PERCENT
    }

    /// Whether anything is taken at all: not after an I/O error, nor while the node closes.
    pub(crate) fn open(&self) -> Result<()> {
        self.poison.check()?;
        if self.closing.load(Ordering::Acquire) {
            return Err(Error::retry(Code::Aborted, "The server is shutting down"));
        }
        Ok(())
    }

    /// Whether the log takes commands that do not give space back.
    pub(crate) fn has_space(&self) -> Result<()> {
        self.open()?;
        if self.full.load(Ordering::Acquire) || self.wal.admission() == WalAdmission::Full {
            let (free, kept) = (self.free_bytes() >> 20, self.reserved_disk_bytes >> 20);
            let message = format!(
                "The data disk is full ({free} MiB free, {kept} MiB are kept in reserve): writes are refused, reads go on. Free \
                 space, or DROP or TRUNCATE tables"
            );
            return Err(Error::retry(Code::NotEnoughSpace, message));
        }
        Ok(())
    }

    /// Whether writes are served, apart from a moment's overload: the disk has room and merges keep up.
    pub(crate) fn serves_writes(&self) -> Result<()> {
        self.has_space()?;
        if self.debt_percent.load(Ordering::Acquire) >= 100 * REFUSE_AT {
            let message = format!("Merges are behind ({}): writes are refused until they catch up", self.worst.lock());
            return Err(Error::retry(Code::TooManyParts, message));
        }
        Ok(())
    }

    /// Whether a write would be taken now.
    pub(crate) fn admission(&self) -> Result<()> {
        self.serves_writes().inspect_err(|e| {
            match e.code {
                Code::NotEnoughSpace => self.refused.full_disk.fetch_add(1, Ordering::Relaxed),
                Code::TooManyParts => self.refused.debt.fetch_add(1, Ordering::Relaxed),
                _ => 0,
            };
        })?;
        if let Some(memtables) = &self.memtables
            && self.memtables_full()
        {
            self.refused.memory.fetch_add(1, Ordering::Relaxed);
            let (used, limit) = (memtables.used(), memtables.limit());
            let message = format!("Flushes are behind: memtables hold {used} of {limit} bytes");
            return Err(Error::retry(Code::MemoryLimitExceeded, message));
        }
        if self.permits.used() >= self.permits.limit() {
            return Err(self.queue_full(0));
        }
        Ok(())
    }

    /// Takes `bytes` of the queue.
    pub(crate) fn take(&self, bytes: u64) -> Result<Arc<Permit>> {
        self.permits.take(bytes).map(Arc::new).ok_or_else(|| self.queue_full(bytes))
    }

    /// Takes `bytes` of the queue where that and the memtables have room; a write that finds none comes again.
    pub(crate) fn take_if_room(&self, bytes: u64) -> Option<Arc<Permit>> {
        (!self.memtables_full()).then(|| self.permits.take(bytes).map(Arc::new)).flatten()
    }

    fn queue_full(&self, bytes: u64) -> Error {
        self.refused.queue.fetch_add(1, Ordering::Relaxed);
        let (used, limit) = (self.permits.used(), self.permits.limit());
        let message = format!("Too many writes are under way: {used} of {limit} bytes are taken, {bytes} are wanted");
        Error::retry(Code::TooManySimultaneousQueries, message)
    }
}
