//! `/health`, `/ready` and `/metrics`, and the cluster listener's identity page.

use crate::memory::Watch;
use crate::metrics;
use crate::web::{self, Speaks};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use olly_compat_clickhouse::connections::Connections;
use olly_ingest::IngestMetrics;
use olly_query::engine::ProcessList;
use olly_raft::{FlushMemory, Identity, Node};
use olly_types::budget::Budget;
use parking_lot::RwLock;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the console shows; parts come when the node has recovered.
pub struct ConsoleState {
    pub budget: Arc<Budget>,
    /// What the process takes that no reservation covers.
    watch: Arc<Watch>,
    parts: RwLock<Option<Parts>>,
}

/// The running node's sources of figures.
#[derive(Clone)]
pub struct Parts {
    pub node: Arc<Node>,
    pub ingest: Arc<IngestMetrics>,
    pub connections: Arc<Connections>,
    pub processes: Arc<ProcessList>,
    /// Bytes of a table's memtable before it is flushed.
    pub memtable_bytes: u64,
    /// What flushes work with.
    pub flushes: FlushMemory,
    pub log: Arc<olly_compat_clickhouse::system::Log>,
    /// What OTLP requests hold.
    pub otlp_budget: Arc<Budget>,
}

impl ConsoleState {
    pub fn new(budget: Arc<Budget>, watch: Arc<Watch>) -> ConsoleState {
        ConsoleState { budget, watch, parts: RwLock::new(None) }
    }
    /// From here on `/ready` answers 200, as long as reads and writes are served.
    pub fn ready(&self, parts: Parts) {
        *self.parts.write() = Some(parts);
    }
}

/// Connections of a page's own: it must be there when clients have taken all of theirs.
const CONNECTIONS: usize = 128;

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, state: Arc<ConsoleState>, stop: CancellationToken) {
    let app = Router::new()
        .route("/", get(|| async { "OllyStack. See /health, /ready and /metrics.\n" }))
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(figures))
        .with_state(state);
    web::serve("console", listener, app, Speaks::Both, Connections::new(CONNECTIONS), stop).await;
}

async fn ready(State(state): State<Arc<ConsoleState>>) -> Response {
    let ready = state.parts.read().as_ref().map(|p| p.node.ready());
    let refused = |why: String| (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response();
    match ready {
        Some(Ok(())) => "ready\n".into_response(),
        Some(Err(e)) => refused(e.message),
        None => refused("recovering: neither reads nor writes are served".into()),
    }
}

async fn figures(State(state): State<Arc<ConsoleState>>) -> Response {
    let parts = state.parts.read().clone();
    let body = metrics::text(&state.budget, &state.watch, parts.as_ref());
    ([("content-type", "text/plain; version=0.0.4")], body).into_response()
}

/// The cluster listener, until replication: who this node is and which build it runs.
pub async fn serve_identity(listener: TcpListener, identity: Identity, stop: CancellationToken) {
    let page =
        format!("cluster {:032x}\nnode {}\nversion {}\n", identity.cluster, identity.node, env!("CARGO_PKG_VERSION"));
    let app = Router::new().route("/identity", get(move || async move { page.clone() }));
    web::serve("cluster", listener, app, Speaks::Both, Connections::new(CONNECTIONS), stop).await;
}
