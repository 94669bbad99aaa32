//! A running node: opens the data folder, wires engine and ports together, and binds the listeners.
//!
//! Invariant: data listeners answer only after recovery; the console answers at once.

use crate::auth::OtlpAuth;
use crate::config::Config;
use crate::console::{self, ConsoleState, Parts};
use crate::doors::{self, Door};
use crate::memory;
use crate::web::{self, Speaks};
use anyhow::{Context, Result, anyhow};
use olly_compat_clickhouse::connections::Connections;
use olly_compat_clickhouse::service::{ListenerOptions, Service};
use olly_compat_clickhouse::system;
use olly_ingest::OtlpService;
use olly_query::engine::{Engine, Facts, ProcessList, Shared};
use olly_raft::{Node, Options, ShardOptions};
use olly_types::budget::Budget;
use olly_types::port::Clock;
use olly_types::{Error, UnixNanos};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
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

/// How long running requests may go on after a shutdown began, cancelled ones after that, and the node's own closing.
/// Together they are what an operator may wait for: ten seconds.
const FINISH: Duration = Duration::from_secs(4);
const LEAVE: Duration = Duration::from_secs(2);
const CLOSE: Duration = Duration::from_secs(4);

/// Addresses that are bound, by listener name.
pub type Addresses = Vec<(&'static str, SocketAddr)>;

/// A node that serves.
pub struct Running {
    pub addresses: Addresses,
    node: Arc<Node>,
    stop: CancellationToken,
    tasks: TaskTracker,
    processes: Arc<ProcessList>,
    _queries: QueryRuntime,
}

/// Queries run here. Ends without waiting: it is dropped inside of another runtime.
struct QueryRuntime(Option<tokio::runtime::Runtime>);

impl Drop for QueryRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A line for whoever started the node; that nobody reads it is no error.
fn say(line: std::fmt::Arguments<'_>) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Lets a listener listen, tells of it, and keeps its address.
fn open(door: Option<Door>, addresses: &mut Addresses, print: bool) -> Result<Option<TcpListener>> {
    let Some(door) = door else { return Ok(None) };
    let (name, address, listener) = door.open()?;
    addresses.push((name, address));
    if print {
        say(format_args!("listening {name} {address}"));
    }
    Ok(Some(listener))
}

/// Starts a node. Returns when it has recovered and every listener answers.
pub async fn start(config: &Config, print: bool) -> Result<Running> {
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let mut addresses = Addresses::new();
    let budget = Budget::root(config.memory);
    let console_door = doors::reserve("console", config.console)?;
    let native_door = doors::reserve("clickhouse-native", config.clickhouse_native)?;
    let http_door = doors::reserve("clickhouse-http", config.clickhouse_http)?;
    let grpc_door = doors::reserve("otlp-grpc", config.otlp_grpc)?;
    let otlp_door = doors::reserve("otlp-http", config.otlp_http)?;
    let cluster_door = doors::reserve("cluster", config.cluster)?;
    let env = doors::folder(&config.data)?;
    let clock: Arc<dyn Clock> = Arc::new(EdgeClock(Arc::clone(&env.clock)));
    olly_types::heap::count_with(crate::allocator::held_by_thread);
    let watch = memory::Watch::new(&budget);
    let console_state = Arc::new(ConsoleState::new(Arc::clone(&budget), Arc::clone(&watch)));
    tasks.spawn(Arc::clone(&watch).keep(stop.clone()));
    if let Some(listener) = open(console_door, &mut addresses, print)? {
        tasks.spawn(console::serve(listener, Arc::clone(&console_state), stop.clone()));
    }

    let spill = config.data.join("tmp").join("spill");
    let memtable_bytes = config.memtable;
    let shards = ShardOptions { memtable_bytes, ..ShardOptions::new(&budget) };
    let flushes = shards.flushes.clone();
    watch.stays(Arc::clone(&shards.memtables), flushes.clone());
    let options = Options { budget: Arc::clone(&budget), shards: Some(shards), ..Options::default() };
    let node_env = env.clone();
    let refused = |e: Error| doors::not_opened(&config.data, &e);
    let node = tokio::task::spawn_blocking(move || Node::open(node_env, options)).await?.map_err(refused)?;
    let node = Arc::new(node);
    node.wait_for_recovery().await.map_err(refused)?;
    std::fs::create_dir_all(&spill).with_context(|| format!("cannot make {}", spill.display()))?;
    olly_ingest::ensure_schema(&*node.proposer(), &*node.catalog(), &config.retention)
        .await
        .map_err(|e| anyhow!("{e}"))?;

    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    let queries = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("query")
        .thread_stack_size(16 << 20)
        .on_thread_start(|| {
            olly_env::threads::lower_priority(olly_env::threads::QUERY_NICE);
        })
        .enable_all()
        .build()?;
    let queries = QueryRuntime(Some(queries));
    let handle = queries.0.as_ref().map(|q| q.handle().clone()).context("the query runtime is gone")?;
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
        log: Arc::clone(&log) as Arc<_>,
        spill,
        runtime: handle,
        facts: Facts {
            version: olly_query::func::other::VERSION,
            host_name: host_name().into(),
            started: clock.now(),
            time_zone: "UTC".into(),
            threads,
        },
    };
    let engine = Engine::new(shared);
    let connections = Connections::new(doors::connection_limit());
    let service = Service::new(
        Arc::new(engine),
        config.auth.clone(),
        Arc::clone(&connections),
        budget.child("client requests", config.memory / 4),
        ListenerOptions { http_port: http_door.as_ref().and_then(Door::port), ..ListenerOptions::default() },
    );
    let otlp_budget = budget.child("OTLP requests", config.memory / 4);
    let otlp = OtlpService::new(
        node.proposer(),
        node.catalog(),
        Arc::clone(&otlp_budget),
        Arc::clone(&clock),
        Arc::new(OtlpAuth(config.auth.clone())),
        olly_ingest::Config { retention: config.retention, ..olly_ingest::Config::default() },
    );

    if let Some(listener) = open(native_door, &mut addresses, print)? {
        tasks.spawn(olly_compat_clickhouse::native::serve(listener, Arc::clone(&service), stop.clone()));
    }
    if let Some(listener) = open(http_door, &mut addresses, print)? {
        tasks.spawn(olly_compat_clickhouse::http::serve(listener, service, stop.clone()));
    }
    if let Some(listener) = open(grpc_door, &mut addresses, print)? {
        let (reporter, health) = tonic_health::server::health_reporter();
        for name in [
            "",
            "opentelemetry.proto.collector.logs.v1.LogsService",
            "opentelemetry.proto.collector.trace.v1.TraceService",
            "opentelemetry.proto.collector.metrics.v1.MetricsService",
        ] {
            reporter.set_service_status(name, tonic_health::ServingStatus::Serving).await;
        }
        let routes = otlp.grpc_routes().add_service(health).into_axum_router();
        let connections = Arc::clone(&connections);
        tasks.spawn(web::serve("otlp-grpc", listener, routes, Speaks::Http2, connections, stop.clone()));
    }
    if let Some(listener) = open(otlp_door, &mut addresses, print)? {
        let connections = Arc::clone(&connections);
        tasks.spawn(web::serve("otlp-http", listener, otlp.http_router(), Speaks::Both, connections, stop.clone()));
    }
    if let Some(listener) = open(cluster_door, &mut addresses, print)? {
        tasks.spawn(console::serve_identity(listener, node.identity(), stop.clone()));
    }
    let metrics = node.metrics();
    tracing::info!(sink = metrics.wal_sink, direct = metrics.wal_direct, "write-ahead log");
    if print {
        let how = if metrics.wal_direct { "O_DIRECT" } else { "buffered" };
        say(format_args!("wal sink {} ({how})", metrics.wal_sink));
    }
    console_state.ready(Parts {
        node: Arc::clone(&node),
        ingest: otlp.metrics(),
        otlp_budget,
        memtable_bytes,
        flushes,
        log,
        connections,
        processes: Arc::clone(&processes),
    });
    Ok(Running { addresses, node, stop, tasks, processes, _queries: queries })
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

    /// Stops listening and closes the log. What runs may finish for [`FINISH`]; then queries are cancelled, and connections
    /// that do not end within [`LEAVE`] more are cut. A flush or merge that outlasts [`CLOSE`] is left: the next start makes
    /// it again. Nothing acknowledged is lost either way.
    ///
    /// False: the disk failed meanwhile, or before.
    pub async fn shutdown(self) -> bool {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(FINISH, self.tasks.wait()).await.is_err() {
            let n = self.processes.kill_all();
            tracing::info!(queries = n, "what still runs is cancelled");
            if tokio::time::timeout(LEAVE, self.tasks.wait()).await.is_err() {
                tracing::warn!("some connections did not end and are cut");
            }
        }
        let closed = tokio::time::timeout(CLOSE, self.node.shutdown()).await.is_ok();
        let sound = !self.node.metrics().poisoned;
        if !closed {
            tracing::warn!("a flush or merge still runs and is left; the next start makes it again");
            // Dropping the node would wait for it.
            std::mem::forget(self);
        }
        sound
    }
}
