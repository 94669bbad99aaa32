//! What a connection keeps between queries: who it is, its database and its settings.

use super::Settings;
use olly_types::port::TenantCtx;
use parking_lot::RwLock;
use std::sync::Arc;

/// A connection's state. `USE` and `SET` change it; a query works on a copy taken at its start.
#[derive(Debug)]
pub struct Session {
    pub tenant: TenantCtx,
    state: RwLock<State>,
}

#[derive(Clone, Debug)]
struct State {
    database: Arc<str>,
    settings: Settings,
}

impl Session {
    /// A session of an authenticated user, in a database (empty: `default`).
    pub fn new(tenant: TenantCtx, database: &str) -> Session {
        let database = if database.is_empty() { "default" } else { database };
        Session { tenant, state: RwLock::new(State { database: database.into(), settings: Settings::default() }) }
    }
    /// The current database.
    pub fn database(&self) -> Arc<str> {
        Arc::clone(&self.state.read().database)
    }
    pub fn set_database(&self, name: &str) {
        self.state.write().database = name.into();
    }
    /// A copy of the settings as they are now.
    pub fn settings(&self) -> Settings {
        self.state.read().settings.clone()
    }
    /// Changes settings in one step; nothing changes when `f` fails.
    pub fn change_settings(&self, f: impl FnOnce(&mut Settings) -> olly_types::Result<()>) -> olly_types::Result<()> {
        let mut state = self.state.write();
        let mut settings = state.settings.clone();
        f(&mut settings)?;
        state.settings = settings;
        Ok(())
    }
}
