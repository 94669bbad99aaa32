//! Running queries: their counters, and how to end them. Bounded by `limits::RUNNING_QUERIES`.

use crate::expr::CancelToken;
use olly_types::budget::Budget;
use olly_types::{Code, Error, Result, TenantId, UnixNanos, limits};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a query has done so far. All counts are totals since its start.
#[derive(Debug, Default)]
pub struct QueryCounters {
    pub read_rows: AtomicU64,
    pub read_bytes: AtomicU64,
    /// Rows that will be read, as far as is known.
    pub total_rows: AtomicU64,
    pub written_rows: AtomicU64,
    pub written_bytes: AtomicU64,
    pub result_rows: AtomicU64,
    pub result_bytes: AtomicU64,
}

/// A running query, as `system.processes` shows it.
#[derive(Clone, Debug)]
pub struct ProcessInfo {
    pub query_id: Arc<str>,
    pub tenant: TenantId,
    pub user: Arc<str>,
    pub query: Arc<str>,
    pub database: Arc<str>,
    pub started: UnixNanos,
    pub counters: Arc<QueryCounters>,
    pub cancel: CancelToken,
    /// Memory of this query alone.
    pub memory: Arc<Budget>,
}

/// All running queries of this node.
#[derive(Debug, Default)]
pub struct ProcessList {
    running: Mutex<HashMap<u64, ProcessInfo>>,
    next: AtomicU64,
}

impl ProcessList {
    /// Enters a query; it leaves when the guard is dropped. Errors: 202 when too many run, 216 for an id in use.
    pub fn enter(self: &Arc<Self>, info: ProcessInfo) -> Result<QueryGuard> {
        let mut running = self.running.lock();
        if running.len() as u64 >= limits::RUNNING_QUERIES {
            let text = format!("Too many simultaneous queries. Maximum: {}", limits::RUNNING_QUERIES);
            return Err(Error::retry(Code::TooManySimultaneousQueries, text));
        }
        if running.values().any(|p| p.query_id == info.query_id && p.tenant == info.tenant) {
            let text = format!("Query with id = {} is already running", info.query_id);
            return Err(Error::new(Code::QueryWithSameIdIsAlreadyRunning, text));
        }
        let key = self.next.fetch_add(1, Ordering::Relaxed);
        running.insert(key, info);
        Ok(QueryGuard { list: Arc::clone(self), key })
    }
    /// The running queries of a tenant.
    pub fn list(&self, tenant: TenantId) -> Vec<ProcessInfo> {
        let mut all: Vec<_> = self.running.lock().values().filter(|p| p.tenant == tenant).cloned().collect();
        all.sort_by_key(|p| p.started);
        all
    }
    /// Number of running queries of all tenants.
    pub fn len(&self) -> usize {
        self.running.lock().len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Ends all queries of all tenants: for shutdown. How many there were.
    pub fn kill_all(&self) -> usize {
        let running = self.running.lock();
        running.values().for_each(|p| p.cancel.cancel());
        running.len()
    }
    /// Ends a query of a tenant; false when there is none of this id.
    pub fn kill(&self, tenant: TenantId, query_id: &str) -> bool {
        let running = self.running.lock();
        let mut found = false;
        for p in running.values().filter(|p| p.tenant == tenant && &*p.query_id == query_id) {
            p.cancel.cancel();
            found = true;
        }
        found
    }
}

/// A query's place in the list.
#[derive(Debug)]
pub struct QueryGuard {
    list: Arc<ProcessList>,
    key: u64,
}

impl Drop for QueryGuard {
    fn drop(&mut self) {
        self.list.running.lock().remove(&self.key);
    }
}
