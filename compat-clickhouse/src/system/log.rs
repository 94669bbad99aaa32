//! `system.query_log`: the last finished queries, in memory.
//!
//! Invariant: at most `limits::QUERY_LOG_ROWS` records, each with at most [`MAX_TEXT`] bytes of query text.

use olly_query::engine::{QueryLog, QueryRecord};
use olly_types::{TenantId, limits};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Bytes of a query's text that are kept (ClickHouse: `log_queries_cut_to_length`).
const MAX_TEXT: usize = 100_000;
/// Bytes of all texts together.
const MAX_TEXTS: usize = 32 << 20;

#[derive(Default)]
struct Records {
    all: VecDeque<Arc<QueryRecord>>,
    text_bytes: usize,
}

/// The log, and counters over all queries ever finished, by tenant.
#[derive(Default)]
pub struct Log {
    records: Mutex<Records>,
    counts: Mutex<HashMap<TenantId, Arc<Counts>>>,
    /// Of all tenants, for metrics.
    pub total: Counts,
}

/// What `system.events` adds up.
#[derive(Debug, Default)]
pub struct Counts {
    pub queries: AtomicU64,
    pub selects: AtomicU64,
    pub inserts: AtomicU64,
    pub failed: AtomicU64,
    pub read_rows: AtomicU64,
    pub read_bytes: AtomicU64,
    pub inserted_rows: AtomicU64,
    pub inserted_bytes: AtomicU64,
}

impl Counts {
    fn add(&self, r: &QueryRecord) {
        let add = |to: &AtomicU64, n: u64| {
            to.fetch_add(n, Relaxed);
        };
        add(&self.queries, 1);
        add(&self.selects, u64::from(r.kind == "Select"));
        add(&self.inserts, u64::from(r.kind == "Insert"));
        add(&self.failed, u64::from(r.error.is_some()));
        add(&self.read_rows, r.counters.read_rows.load(Relaxed));
        add(&self.read_bytes, r.counters.read_bytes.load(Relaxed));
        add(&self.inserted_rows, r.counters.written_rows.load(Relaxed));
        add(&self.inserted_bytes, r.counters.written_bytes.load(Relaxed));
    }
}

/// Tenants whose counts are kept apart.
const MAX_TENANTS: usize = 100_000;

impl Log {
    /// The records of a tenant, oldest first.
    pub fn of(&self, tenant: TenantId) -> Vec<Arc<QueryRecord>> {
        self.records.lock().all.iter().filter(|r| r.tenant == tenant).cloned().collect()
    }

    /// The counts of a tenant.
    pub fn counts(&self, tenant: TenantId) -> Arc<Counts> {
        let mut counts = self.counts.lock();
        if counts.len() >= MAX_TENANTS && !counts.contains_key(&tenant) {
            return Arc::default();
        }
        Arc::clone(counts.entry(tenant).or_default())
    }

    /// Records held now, for the limit's metric.
    pub fn len(&self) -> usize {
        self.records.lock().all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl QueryLog for Log {
    fn record(&self, mut r: QueryRecord) {
        self.total.add(&r);
        self.counts(r.tenant).add(&r);
        if r.settings.iter().any(|(n, v)| n == "log_queries" && v == "0") {
            return;
        }
        if r.query.len() > MAX_TEXT {
            let mut end = MAX_TEXT;
            while !r.query.is_char_boundary(end) {
                end -= 1;
            }
            r.query = r.query.get(..end).unwrap_or("").into();
        }
        let mut records = self.records.lock();
        records.text_bytes += r.query.len();
        records.all.push_back(Arc::new(r));
        while records.all.len() as u64 > limits::QUERY_LOG_ROWS || records.text_bytes > MAX_TEXTS {
            let Some(old) = records.all.pop_front() else { break };
            records.text_bytes -= old.query.len();
        }
    }
}
