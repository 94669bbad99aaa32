//! What both listeners share: the engine behind them, users, sessions, limits.

use crate::auth::Auth;
use crate::connections::Connections;
use crate::format::{Evaluate, FormatOptions};
use crate::http::session::Sessions;
use arrow::array::ArrayRef;
use async_trait::async_trait;
use olly_query::engine::{Engine, Execution, Facts, QueryText, Session};
use olly_types::budget::Budget;
use olly_types::port::CatalogView;
use olly_types::{Code, Error, Result, TenantId, Type, UnixNanos};
use std::sync::Arc;
use std::time::Duration;

/// The engine as the protocols use it.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    async fn execute(&self, session: &Arc<Session>, query: QueryText) -> Result<Execution>;
    fn now(&self) -> UnixNanos;
    fn facts(&self) -> &Facts;
    /// The catalog as a tenant sees it.
    fn catalog(&self, tenant: TenantId) -> Arc<dyn CatalogView>;
}

#[async_trait]
impl Backend for Engine {
    async fn execute(&self, session: &Arc<Session>, query: QueryText) -> Result<Execution> {
        Engine::execute(self, session, query).await
    }
    fn now(&self) -> UnixNanos {
        self.shared().clock.now()
    }
    fn facts(&self) -> &Facts {
        &self.shared().facts
    }
    fn catalog(&self, tenant: TenantId) -> Arc<dyn CatalogView> {
        Arc::clone(&self.of(tenant).catalog)
    }
}

/// How long clients are waited for, where both listeners treat them alike.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For the next packet of a native connection without a query (ClickHouse's `idle_connection_timeout`).
    pub idle: Duration,
    /// For the next bytes inside of a packet or an INSERT of the native protocol (ClickHouse's `receive_timeout`).
    pub receive: Duration,
    /// For a client to take some of what it is sent (ClickHouse's `send_timeout`); the query that it holds ends with it.
    pub send: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        let both = Duration::from_secs(300);
        Waits { idle: Duration::from_secs(3600), receive: both, send: both }
    }
}

/// Settings of the listeners.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListenerOptions {
    pub waits: Waits,
    /// Where the HTTP interface is, for those who knock at the native port with HTTP; None: it is off.
    pub http_port: Option<u16>,
}

/// Everything a connection needs.
pub struct Service {
    pub backend: Arc<dyn Backend>,
    pub auth: Auth,
    /// Name shown to clients.
    pub display_name: String,
    pub(crate) sessions: Sessions,
    pub(crate) connections: Arc<Connections>,
    /// What requests hold before they are queries: forms, external tables.
    pub(crate) budget: Arc<Budget>,
    pub(crate) options: ListenerOptions,
}

impl Service {
    pub fn new(
        backend: Arc<dyn Backend>,
        auth: Auth,
        connections: Arc<Connections>,
        budget: Arc<Budget>,
        options: ListenerOptions,
    ) -> Arc<Service> {
        let display_name = backend.facts().host_name.to_string();
        let sessions = Sessions::default();
        Arc::new(Service { backend, auth, display_name, sessions, connections, budget, options })
    }

    pub(crate) fn now_seconds(&self) -> i64 {
        self.backend.now().0.div_euclid(1_000_000_000)
    }

    /// Major, minor and patch of the version that is shown.
    pub(crate) fn version(&self) -> (u64, u64, u64) {
        let mut parts = self.backend.facts().version.split('.').map(|p| p.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        (next(), next(), next())
    }

    /// Format options of a query's settings.
    pub(crate) fn format_options(&self, settings: &olly_query::engine::Settings) -> Result<FormatOptions> {
        FormatOptions::read(settings, self.now_seconds())
    }
}

/// Computes expressions of Values in a session.
pub(crate) struct Evaluator<'a> {
    pub service: &'a Service,
    pub session: &'a Arc<Session>,
}

#[async_trait]
impl Evaluate for Evaluator<'_> {
    async fn evaluate(&self, expressions: &[(String, Type)]) -> Result<Vec<ArrayRef>> {
        let mut sql = String::from("SELECT ");
        for (i, (text, ty)) in expressions.iter().enumerate() {
            if i > 0 {
                sql.push_str(", ");
            }
            // Each expression must stand on its own: one that closes our bracket would become another query.
            let whole = olly_query::sql::parse_expression(text.as_bytes(), Default::default());
            whole.map_err(|e| Error::new(Code::CannotParseText, format!("Cannot parse expression '{text}': {e}")))?;
            sql.push_str(&format!("CAST(({text}\n), {}) AS c{i}", olly_types::text::quote(&ty.to_string())));
        }
        let query = QueryText { sql: sql.into_bytes(), ..QueryText::default() };
        let Execution::Rows(mut rows) = self.service.backend.execute(self.session, query).await? else {
            return Err(Error::new(Code::LogicalError, "an expression gave no rows"));
        };
        let block = rows.next().await?.ok_or_else(|| Error::new(Code::LogicalError, "an expression gave no rows"))?;
        while rows.next().await?.is_some() {}
        let mut out = Vec::with_capacity(expressions.len());
        for ((_, ty), (_, got, array)) in expressions.iter().zip(block.columns) {
            if got != *ty {
                return Err(Error::new(Code::TypeMismatch, format!("an expression of type {got} is not of type {ty}")));
            }
            out.push(array);
        }
        Ok(out)
    }
}
