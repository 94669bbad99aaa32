//! The binary `ollystack`: command line, logging, exit codes.

mod admin;
mod allocator;
mod auth;
mod config;
mod console;
mod demo;
mod doors;
mod memory;
mod metrics;
mod progress;
mod run;
mod sql;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use config::{Config, ServerArgs};
use std::path::PathBuf;
use std::process::ExitCode;

/// OllyStack: logs, metrics and traces in one store, queried with ClickHouse SQL.
#[derive(Parser)]
#[command(
    name = "ollystack",
    version,
    propagate_version = true,
    after_help = "Examples:\n  ollystack server --data ./data\n  ollystack sql \"SELECT count() FROM otel_logs\"\n  ollystack demo --exit"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a node
    #[command(
        after_help = "Examples:\n  ollystack server --data ./data\n  ollystack server --data /var/lib/ollystack --memory 8GiB --retention-logs 14d\n  ollystack server --config ollystack.toml --otlp-grpc off"
    )]
    Server(Box<ServerArgs>),
    /// Start a server, let a simulated shop send telemetry, and find its incident with five questions
    #[command(
        after_help = "Examples:\n  ollystack demo\n  ollystack demo --exit\n  ollystack demo --data ./demo-data\n  ollystack demo --clickhouse-http 127.0.0.1:18123 --clickhouse-native off"
    )]
    Demo(demo::DemoArgs),
    /// Ask a running server in SQL: one query, standard input, or interactively
    #[command(
        after_help = "Examples:\n  ollystack sql \"SELECT count() FROM otel_logs\"\n  echo 'SELECT 1; SELECT 2' | ollystack sql\n  ollystack sql --format JSONEachRow \"SHOW TABLES\"\n  ollystack sql \"INSERT INTO t FORMAT CSV\" < rows.csv"
    )]
    Sql(sql::SqlArgs),
    /// Look into the write-ahead log of a stopped node
    #[command(after_help = "Examples:\n  ollystack wal inspect ./data\n  ollystack wal inspect ./data | grep segment")]
    Wal {
        #[command(subcommand)]
        command: WalCommand,
    },
    /// Verify the data of a stopped node: identity, log, catalog, manifests, every page's checksum
    #[command(
        after_help = "Ends with 0 when all is well, with 1 when something is damaged or cannot be read.\n\nExamples:\n  ollystack check ./data"
    )]
    Check {
        /// The node's data folder
        dir: PathBuf,
    },
}

#[derive(Subcommand)]
enum WalCommand {
    /// Print segments and records
    #[command(after_help = "Examples:\n  ollystack wal inspect ./data")]
    Inspect {
        /// The node's data folder
        dir: PathBuf,
    },
}

/// Exit code after an I/O error (EX_IOERR of sysexits.h); 2 is what a wrong command line ends with.
const IO_ERROR: u8 = 74;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Server(args) => block_on(server(*args)),
        Command::Demo(args) => block_on(demonstrate(args)),
        Command::Sql(args) => block_on(sql::run(args)),
        Command::Wal { command: WalCommand::Inspect { dir } } => admin::wal_inspect(&dir).map(|()| ExitCode::SUCCESS),
        Command::Check { dir } => admin::check(&dir).map(|clean| ExitCode::from(u8::from(!clean))),
    };
    result.unwrap_or_else(|e| {
        eprintln!("ollystack: {e:#}");
        ExitCode::FAILURE
    })
}

fn block_on(future: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("io").enable_all().build()?;
    let result = runtime.block_on(future);
    runtime.shutdown_background();
    result
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("OLLYSTACK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,openraft=warn,openraft::core::raft_core=error"));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(std::io::stderr).init();
}

async fn server(args: ServerArgs) -> Result<ExitCode> {
    log();
    let config = Config::read(&args)?;
    for name in config::unknown_variables(std::env::vars_os()) {
        tracing::warn!("the environment has {name}, which is no variable of OllyStack (see `ollystack server --help`)");
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    let running = tokio::select! {
        running = run::start(&config, true) => running?,
        // Nothing is acknowledged yet; a recovery that was left begins anew.
        _ = terminate.recv() => std::process::exit(0),
        _ = interrupt.recv() => std::process::exit(0),
    };
    tokio::select! {
        error = running.poisoned() => {
            tracing::error!("the node stops after an I/O error: {error}");
            // At once: nothing may be acknowledged any more, and memory is not to be trusted over the disk.
            std::process::exit(IO_ERROR.into());
        }
        _ = terminate.recv() => tracing::info!("terminated"),
        _ = interrupt.recv() => tracing::info!("interrupted"),
    }
    tokio::select! {
        sound = running.shutdown() => Ok(ExitCode::from(if sound { 0 } else { IO_ERROR })),
        // Asked again: at once. Nothing acknowledged is lost, the next start recovers.
        _ = terminate.recv() => std::process::exit(1),
        _ = interrupt.recv() => std::process::exit(1),
    }
}

/// A server on free ports where the usual ones are taken, and the demo against it.
async fn demonstrate(args: demo::DemoArgs) -> Result<ExitCode> {
    let started = std::time::Instant::now();
    let temporary = match &args.data {
        Some(_) => None,
        None => Some(tempfile::tempdir()?),
    };
    let data = args.data.clone().or_else(|| temporary.as_ref().map(|t| t.path().to_path_buf()));
    let given = args.listeners.clone();
    let config = Config::read(&ServerArgs { data, listeners: given, ..ServerArgs::default() })?;
    let (config, taken) = config.on_free_ports(&args.listeners);
    for (name, listen) in [("otlp-grpc", config.otlp_grpc), ("clickhouse-http", config.clickhouse_http)] {
        anyhow::ensure!(listen.is_some(), "--{name} off: the demo sends its telemetry and asks its questions there");
    }
    let running = run::start(&config, false).await?;
    let address = |name: &str| running.address(name).ok_or_else(|| anyhow::anyhow!("the listener {name} is off"));
    for (name, taken) in taken {
        println!("{taken} is taken, {name} is on {} instead (--{name} ADDRESS chooses another).", address(name)?);
    }
    let endpoints = demo::Endpoints {
        otlp_grpc: address("otlp-grpc")?,
        otlp_http: running.address("otlp-http"),
        clickhouse_native: running.address("clickhouse-native"),
        clickhouse_http: address("clickhouse-http")?,
        console: running.address("console"),
    };
    let remote = sql::Remote::local(endpoints.clickhouse_http);
    let ask = |question: &'static str| {
        let remote = &remote;
        async move {
            let mut answer = Vec::new();
            remote.run(question, &mut answer).await?;
            Ok(demo::Table::from_tsv(&String::from_utf8_lossy(&answer)))
        }
    };
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let result = tokio::select! {
        result = demo::run(&args, &endpoints, started, ask) => result,
        error = running.poisoned() => {
            eprintln!("ollystack: the node stops after an I/O error: {error}");
            std::process::exit(IO_ERROR.into());
        }
        _ = terminate.recv() => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    running.shutdown().await;
    result.map(|()| ExitCode::SUCCESS)
}
