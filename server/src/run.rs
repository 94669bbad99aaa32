//! A running node: opens the data folder, wires engine and ports together, and binds the listeners.
//!
//! Invariant: data listeners answer only after recovery; the console answers at once.

use crate::auth::OtlpAuth;
use crate::config::{Config, Listen};
use crate::console::{self, ConsoleState};
use anyhow::{Context, Result, anyhow};
use olly_compat_clickhouse::service::Service;
use olly_compat_clickhouse::system;
use olly_env::Env;
use olly_ingest::OtlpService;
use olly_query::engine::{Engine, Facts, ProcessList, Shared};
use olly_raft::{Node, Options};
use olly_types::UnixNanos;
use olly_types::budget::Budget;
use olly_types::port::Clock;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The edge's clock: the environment's.
struct EdgeClock(Arc<dyn olly_env::Clock>);

impl Clock for EdgeClock {
    fn now(&self) -> UnixNanos {
        UnixNanos(self.0.wall_nanos())
    }
}

/// Addresses that are bound, by listener name.
pub type Addresses = Vec<(&'static str, SocketAddr)>;

/// A node that serves.
pub struct Running {
    pub addresses: Addresses,
    node: Arc<Node>,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Queries run here; dropped last, outside of any runtime.
    queries: Option<tokio::runtime::Runtime>,
}

async fn bind(name: &'static str, listen: Listen, addresses: &mut Addresses) -> Result<Option<TcpListener>> {
    let Some(address) = listen else { return Ok(None) };
    let listener = TcpListener::bind(address).await.with_context(|| format!("--{name}: cannot listen on {address}"))?;
    let bound = listener.local_addr()?;
    addresses.push((name, bound));
    Ok(Some(listener))
}

/// Starts a node. Returns when it has recovered and every listener answers.
pub async fn start(config: &Config, print: bool) -> Result<Running> {
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let mut addresses = Addresses::new();
    let budget = Budget::root(config.memory);
    let env = Env::real(&config.data).map_err(|e| anyhow!("--data {}: {e}", config.data.display()))?;
    let clock: Arc<dyn Clock> = Arc::new(EdgeClock(Arc::clone(&env.clock)));
    let console_state = Arc::new(ConsoleState::new(Arc::clone(&budget)));
    let announce = |name: &str, addresses: &Addresses| {
        if let Some((_, address)) = addresses.iter().find(|(n, _)| *n == name)
            && print
        {
            println!("listening {name} {address}");
        }
    };
    if let Some(listener) = bind("console", config.console, &mut addresses).await? {
        tasks.spawn(console::serve(listener, Arc::clone(&console_state), stop.clone()));
        announce("console", &addresses);
    }

    let spill = config.data.join("tmp").join("spill");
    let options = Options { budget: Arc::clone(&budget), ..Options::default() };
    let node_env = env.clone();
    let node = tokio::task::spawn_blocking(move || Node::open(node_env, options)).await?.map_err(|e| anyhow!("{e}"))?;
    let node = Arc::new(node);
    node.wait_for_recovery().await.map_err(|e| anyhow!("{e}"))?;
    std::fs::create_dir_all(&spill).with_context(|| format!("cannot make {}", spill.display()))?;
    olly_ingest::ensure_schema(&*node.proposer(), &*node.catalog(), &config.retention)
        .await
        .map_err(|e| anyhow!("{e}"))?;

    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    let queries = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("query")
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()?;
    let processes = Arc::new(ProcessList::default());
    let log = Arc::new(system::Log::default());
    let metrics_node = Arc::clone(&node);
    let metrics_budget = Arc::clone(&budget);
    let system = system::Tables::new(Arc::clone(&log), move || gauges(&metrics_node.metrics(), &metrics_budget));
    let shared = Shared {
        catalog: node.catalog(),
        proposer: node.proposer(),
        snapshots: node.snapshots(),
        clock: Arc::clone(&clock),
        budget: Arc::clone(&budget),
        processes: Arc::clone(&processes),
        system,
        log,
        spill,
        runtime: queries.handle().clone(),
        facts: Facts {
            version: olly_query::func::other::VERSION,
            host_name: host_name().into(),
            started: clock.now(),
            time_zone: "UTC".into(),
            threads,
        },
    };
    let engine = Engine::new(shared);
    let service = Service::new(Arc::new(engine), config.auth.clone());
    let otlp_budget = budget.child("OTLP requests", config.memory / 4);
    let otlp = OtlpService::new(
        node.proposer(),
        node.catalog(),
        otlp_budget,
        Arc::clone(&clock),
        Arc::new(OtlpAuth(config.auth.clone())),
        olly_ingest::Config::default(),
    );

    if let Some(listener) = bind("clickhouse-native", config.clickhouse_native, &mut addresses).await? {
        tasks.spawn(olly_compat_clickhouse::native::serve(listener, Arc::clone(&service), stop.clone()));
        announce("clickhouse-native", &addresses);
    }
    if let Some(listener) = bind("clickhouse-http", config.clickhouse_http, &mut addresses).await? {
        tasks.spawn(olly_compat_clickhouse::http::serve(listener, Arc::clone(&service), stop.clone()));
        announce("clickhouse-http", &addresses);
    }
    if let Some(listener) = bind("otlp-grpc", config.otlp_grpc, &mut addresses).await? {
        let (reporter, health) = tonic_health::server::health_reporter();
        for name in [
            "",
            "opentelemetry.proto.collector.logs.v1.LogsService",
            "opentelemetry.proto.collector.trace.v1.TraceService",
            "opentelemetry.proto.collector.metrics.v1.MetricsService",
        ] {
            reporter.set_service_status(name, tonic_health::ServingStatus::Serving).await;
        }
        let routes = otlp.grpc_routes().add_service(health);
        let incoming = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
        let stopped = stop.clone();
        tasks.spawn(async move {
            let server = tonic::transport::Server::builder().add_routes(routes);
            if let Err(e) = server.serve_with_incoming_shutdown(incoming, stopped.cancelled_owned()).await {
                tracing::error!("otlp-grpc: {e}");
            }
        });
        announce("otlp-grpc", &addresses);
    }
    if let Some(listener) = bind("otlp-http", config.otlp_http, &mut addresses).await? {
        let app = otlp.http_router().into_make_service_with_connect_info::<SocketAddr>();
        let stopped = stop.clone();
        tasks.spawn(async move {
            if let Err(e) = axum::serve(listener, app).with_graceful_shutdown(stopped.cancelled_owned()).await {
                tracing::error!("otlp-http: {e}");
            }
        });
        announce("otlp-http", &addresses);
    }
    if let Some(listener) = bind("cluster", config.cluster, &mut addresses).await? {
        tasks.spawn(console::serve_identity(listener, node.identity(), stop.clone()));
        announce("cluster", &addresses);
    }
    let metrics = node.metrics();
    tracing::info!(sink = metrics.wal_sink, direct = metrics.wal_direct, "write-ahead log");
    if print {
        println!("wal sink {} ({})", metrics.wal_sink, if metrics.wal_direct { "O_DIRECT" } else { "buffered" });
    }
    console_state.ready(Arc::clone(&node), otlp.metrics(), service, processes);
    Ok(Running { addresses, node, stop, tasks, queries: Some(queries) })
}

/// Rows of `system.metrics`.
fn gauges(node: &olly_raft::NodeMetrics, budget: &Budget) -> Vec<system::Metric> {
    let clamp = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let sum = |f: fn(&olly_raft::GroupMetrics) -> u64| clamp(node.groups.iter().map(f).sum());
    [
        ("MemoryTracking", clamp(budget.used()), "Bytes reserved of the memory budget."),
        ("PartsActive", sum(|g| g.parts), "Parts on this node."),
        ("MemtableRows", sum(|g| g.memtable_rows), "Rows that are in the log and in memory only."),
        ("BackgroundJobs", sum(|g| g.jobs), "Flushes, merges and drops that wait or run."),
        ("WALBytes", clamp(node.wal_bytes), "Bytes of the write-ahead log's segments."),
        ("WriteQueueBytes", clamp(node.queue_bytes), "Bytes of requests that wait or are in flight."),
    ]
    .into_iter()
    .map(|(name, value, help)| (name.to_string(), value, help.to_string()))
    .collect()
}

/// The host's name, as `hostName()` answers it.
fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "localhost".to_string(), |n| n.trim().to_string())
}

impl Running {
    /// Address of a listener.
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        self.addresses.iter().find(|(n, _)| *n == name).map(|(_, a)| *a)
    }

    /// Resolves when the node must end: the first I/O error.
    pub async fn poisoned(&self) -> olly_types::Error {
        self.node.poisoned().await
    }

    /// Stops listening, finishes what runs (at most 10 s), closes the log.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(std::time::Duration::from_secs(10), self.tasks.wait()).await.is_err() {
            tracing::warn!("some connections did not end within 10 s");
        }
        self.node.shutdown().await;
        if let Some(queries) = self.queries.take() {
            queries.shutdown_background();
        }
    }
}
