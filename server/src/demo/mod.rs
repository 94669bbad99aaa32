//! `ollystack demo`: a shop of fifteen services sends its telemetry by OTLP/gRPC, and five questions find what went wrong.
//!
//! The server is started by the caller; this module knows it only by its addresses and by a function that asks it SQL.

#![allow(clippy::disallowed_methods, reason = "a client outside of the store: it has the machine's clock")]

mod feed;
mod questions;
mod shop;
mod simulation;
mod table;

pub use table::Table;

use anyhow::{Context, Result, anyhow};
use feed::Feed;
use futures::StreamExt;
use questions::QUESTIONS;
use simulation::Simulation;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

/// Seconds of the past that are filled in, and how long ago the incident began.
const HISTORY_SECONDS: u64 = 1_200;
const INCIDENT_SECONDS: u64 = 400;
/// Seconds of telemetry in one export.
const WINDOW_SECONDS: u64 = 20;
const REQUESTS_PER_SECOND: f64 = 4.0;
const IN_FLIGHT: usize = 4;

/// Where the server answers.
#[derive(Clone, Debug)]
pub struct Endpoints {
    pub otlp_grpc: SocketAddr,
    pub otlp_http: Option<SocketAddr>,
    pub clickhouse_native: Option<SocketAddr>,
    pub clickhouse_http: SocketAddr,
    pub console: Option<SocketAddr>,
}

#[derive(clap::Args, Clone, Debug)]
pub struct DemoArgs {
    /// Data folder [default: a temporary one, removed at the end]
    #[arg(long, value_name = "DIR")]
    pub data: Option<std::path::PathBuf>,
    /// End after the last answer
    #[arg(long)]
    pub exit: bool,
    /// Seed of the simulation
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub listeners: crate::config::Listeners,
}

/// Plays the demo against a running server; `started` is when the program began. Returns after the last answer with
/// `--exit`, otherwise feeds live telemetry until it is dropped.
pub async fn run<Q, F>(args: &DemoArgs, endpoints: &Endpoints, started: Instant, query: Q) -> Result<()>
where
    Q: Fn(&'static str) -> F,
    F: Future<Output = Result<Table>>,
{
    let now = now()?;
    let from = now - HISTORY_SECONDS * 1_000_000_000;
    let mut simulation = Simulation::new(args.seed, from, now - INCIDENT_SECONDS * 1_000_000_000, REQUESTS_PER_SECOND);
    println!(
        "A shop of {} services sends {} minutes of telemetry by OTLP/gRPC to {}.",
        shop::SERVICES.len(),
        HISTORY_SECONDS / 60,
        endpoints.otlp_grpc
    );
    let feed = Feed::connect(endpoints.otlp_grpc).await?;
    let rows = backfill(&feed, &mut simulation, from).await?;
    let took = started.elapsed().as_secs_f64();
    println!("{rows} rows are durable and visible {took:.1} s after the start.\n");
    let mut last = Table::default();
    for (i, question) in QUESTIONS.iter().enumerate() {
        println!("{}. {}\n", i + 1, question.text);
        question.sql.lines().for_each(|l| println!("    {l}"));
        let asked = Instant::now();
        last = query(question.sql).await.with_context(|| format!("question {}", i + 1))?;
        let ms = asked.elapsed().as_secs_f64() * 1e3;
        println!("\n{}\n  {} rows in {ms:.0} ms\n", last.render(), last.rows.len());
        if i == 0 {
            println!("  (first answer {:.1} s after the start)\n", started.elapsed().as_secs_f64());
        }
    }
    println!("{}\n", conclusion(&last)?);
    connect_lines(endpoints);
    if args.exit {
        return Ok(());
    }
    println!("\nThe shop keeps sending. Ctrl-C ends it.");
    live(&feed, &mut simulation, now).await
}

/// The incident, as the last answer has it.
fn conclusion(answer: &Table) -> Result<String> {
    let cell = |name: &str| answer.first(name).ok_or_else(|| anyhow!("the last answer has no {name}"));
    let (version, pod) = (cell("version")?, cell("pod")?);
    let expected = (shop::incident::VERSION, shop::pod_name(shop::incident::SERVICE, shop::incident::POD));
    if (version, pod) != (expected.0, expected.1.as_str()) {
        return Err(anyhow!(
            "the incident is payment {} on {}, the answer says {version} on {pod}",
            expected.0,
            expected.1
        ));
    }
    Ok(format!(
        "Found: payment {version} on pod {pod} fails {} of {} charges, p95 {} ms. Roll it back.",
        cell("failed")?,
        cell("charges")?,
        cell("p95_ms")?
    ))
}

async fn backfill(feed: &Feed, simulation: &mut Simulation, from: u64) -> Result<usize> {
    let windows = HISTORY_SECONDS / WINDOW_SECONDS;
    let terminal = std::io::stdout().is_terminal();
    let sends = (0..windows).map(|i| {
        let window = simulation.window(from + i * WINDOW_SECONDS * 1_000_000_000, WINDOW_SECONDS);
        let feed = feed.clone();
        async move { feed.send(window).await }
    });
    let mut sends = futures::stream::iter(sends).buffer_unordered(IN_FLIGHT);
    let (mut rows, mut done) = (0, 0);
    while let Some(sent) = sends.next().await {
        rows += sent?;
        done += 1;
        if terminal {
            let filled = (done * 40 / windows) as usize;
            print!("\r  [{}{}] {rows} rows", "=".repeat(filled), " ".repeat(40 - filled));
            std::io::stdout().flush()?;
        }
    }
    if terminal {
        println!();
    }
    Ok(rows)
}

async fn live(feed: &Feed, simulation: &mut Simulation, from: u64) -> Result<()> {
    const STEP: u64 = 5;
    let mut next = from;
    let mut tick = tokio::time::interval(Duration::from_secs(STEP));
    loop {
        tick.tick().await;
        while next + STEP * 1_000_000_000 <= now()? {
            feed.send(simulation.window(next, STEP)).await?;
            next += STEP * 1_000_000_000;
        }
    }
}

fn connect_lines(e: &Endpoints) {
    println!("Ask it yourself:");
    if let Some(native) = e.clickhouse_native {
        println!("  clickhouse-client --host {} --port {}", native.ip(), native.port());
    }
    println!("  ollystack sql --server {}", e.clickhouse_http);
    println!("  curl 'http://{}/?query=SELECT+count()+FROM+otel_logs'", e.clickhouse_http);
    let http = e.otlp_http.map(|a| format!(", OTLP/HTTP http://{a}")).unwrap_or_default();
    println!("Send to it: OTLP/gRPC http://{}{http}", e.otlp_grpc);
    if let Some(console) = e.console {
        println!("Health and metrics: http://{console}/health, http://{console}/metrics");
    }
}

fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conclusion_names_what_was_injected() {
        let pod = shop::pod_name("payment", shop::incident::POD);
        let good = Table::from_tsv(&format!("version\tpod\tcharges\tfailed\tp95_ms\n2.14.0\t{pod}\t50\t20\t2300\n"));
        assert!(conclusion(&good).unwrap().contains("fails 20 of 50"));
        let wrong = Table::from_tsv("version\tpod\tcharges\tfailed\tp95_ms\n2.13.4\tx\t50\t20\t2300\n");
        assert!(conclusion(&wrong).is_err());
        assert!(conclusion(&Table::default()).is_err());
    }
}
