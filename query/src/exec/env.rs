//! One query's surroundings: who asks, settings, clock, limits, counters, and one snapshot per table.

use crate::engine::{Block, QueryCounters, Session, Settings, Shared};
use crate::expr::CancelToken;
use crate::func::EvalContext;
use olly_types::budget::Budget;
use olly_types::port::TableSnapshot;
use olly_types::{Result, TableId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// What every part of a query's way shares.
pub struct QueryEnv {
    pub shared: Arc<Shared>,
    pub session: Arc<Session>,
    pub database: Arc<str>,
    pub settings: Settings,
    pub context: EvalContext,
    /// Values of `{name:Type}`.
    pub parameters: HashMap<String, String>,
    pub external: Vec<(String, Block)>,
    pub counters: Arc<QueryCounters>,
    pub cancel: CancelToken,
    pub memory: Arc<Budget>,
    snapshots: Mutex<HashMap<TableId, Arc<dyn TableSnapshot>>>,
}

impl QueryEnv {
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        shared: Arc<Shared>,
        session: Arc<Session>,
        settings: Settings,
        context: EvalContext,
        parameters: HashMap<String, String>,
        external: Vec<(String, Block)>,
        counters: Arc<QueryCounters>,
        memory: Arc<Budget>,
    ) -> QueryEnv {
        QueryEnv {
            database: Arc::clone(&context.database),
            cancel: context.cancel.clone(),
            shared,
            session,
            settings,
            context,
            parameters,
            external,
            counters,
            memory,
            snapshots: Mutex::default(),
        }
    }
    /// The table as this query sees it; the same at every use.
    pub fn snapshot(&self, table: TableId) -> Result<Arc<dyn TableSnapshot>> {
        if let Some(s) = self.snapshots.lock().get(&table) {
            return Ok(Arc::clone(s));
        }
        let snapshot = self.shared.snapshots.snapshot(self.session.tenant.tenant, table)?;
        Ok(Arc::clone(self.snapshots.lock().entry(table).or_insert(snapshot)))
    }
}
