//! `olly-bench`: makes telemetry, loads it into a running server, exports the same rows for a peer. Prints one JSON object.
//!
//! The whole comparison is `make bench`, which drives this program (`benches/run.py`).

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};
use olly_benches::r#gen::logs::Logs;
use olly_benches::r#gen::metrics::{Metrics, SCRAPE_SECONDS, SERIES, Shape};
use olly_benches::r#gen::spans::Spans;
use olly_benches::r#gen::{Request, SIX_HOURS};
use olly_benches::{inserts, loader};
use serde_json::json;

#[derive(Parser)]
#[command(version, about = "Seeded telemetry for OllyStack's benches")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sends a data set over OTLP/gRPC: pre-encoded, 1,000 records a request.
    Load {
        #[command(flatten)]
        data: Data,
        /// Address of OTLP/gRPC.
        #[arg(long)]
        grpc: String,
        #[arg(long, default_value_t = 4)]
        connections: usize,
        /// Seconds of the measured window; what is left then is sent all the same.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Writes the same rows for a peer: JSONEachRow for logs and spans; for metrics FILE (samples) and FILE.series.
    Export {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        out: std::path::PathBuf,
    },
    /// Durable single-row INSERTs over kept HTTP connections.
    Inserts {
        /// Address of the ClickHouse HTTP interface.
        #[arg(long)]
        http: String,
        #[arg(long, default_value = "bench.single")]
        table: String,
        #[arg(long, default_value_t = 8)]
        writers: usize,
        #[arg(long, default_value_t = 20)]
        seconds: u64,
        /// Inserts a second in all; 0 = as fast as they are acknowledged.
        #[arg(long, default_value_t = 0)]
        rate: usize,
    },
}

#[derive(clap::Args, Clone)]
struct Data {
    #[arg(long, value_enum)]
    set: Set,
    /// Rows (a multiple of 1,000; metrics: whole scrapes of 400 hosts).
    #[arg(long)]
    rows: usize,
    #[arg(long, default_value_t = 20_260_301)]
    seed: u64,
    /// The newest event time, nanoseconds since 1970.
    #[arg(long)]
    end: u64,
}

#[derive(Clone, Copy, ValueEnum, PartialEq)]
enum Set {
    Logs,
    Spans,
    Tsbs,
    Mix,
}

const HOSTS: usize = 400;

impl Set {
    fn method(self) -> &'static str {
        match self {
            Set::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            Set::Spans => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Set::Tsbs | Set::Mix => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        }
    }
}

impl Data {
    /// Event time covered: six hours for five million rows, less for less, so that density stays.
    fn span(&self) -> u64 {
        ((SIX_HOURS as f64) * (self.rows as f64 / 5_000_000.0)).max(1e9) as u64
    }

    fn metrics(&self) -> (Metrics, u64) {
        let scrapes = (self.rows / (HOSTS * SERIES)).max(1) as u64;
        let shape = if self.set == Set::Tsbs { Shape::Tsbs } else { Shape::Mix };
        let start = self.end - scrapes * SCRAPE_SECONDS * 1_000_000_000;
        (Metrics::new(shape, self.seed, HOSTS, start), scrapes)
    }

    fn requests(&self) -> Result<Vec<Request>> {
        match self.set {
            Set::Logs => {
                let set = Logs::new(self.seed, self.rows, self.end, self.span());
                in_parallel(set.requests(), |i| set.request(i))
            }
            Set::Spans => {
                let set = Spans::new(self.seed, self.rows, self.end, self.span());
                in_parallel(set.requests(), |i| set.request(i))
            }
            Set::Tsbs | Set::Mix => {
                let (mut metrics, scrapes) = self.metrics();
                Ok((0..scrapes).flat_map(|_| metrics.next_scrape(None)).collect())
            }
        }
    }

    fn export(&self, out: &std::path::Path) -> Result<usize> {
        let create = |path: &std::path::Path| {
            std::fs::File::create(path)
                .map(|f| std::io::BufWriter::with_capacity(1 << 20, f))
                .with_context(|| format!("creating {}", path.display()))
        };
        let mut file = create(out)?;
        let (mut text, mut rows) = (String::new(), 0);
        let mut flush = |text: &mut String| -> Result<()> {
            rows += text.lines().count();
            file.write_all(text.as_bytes())?;
            text.clear();
            Ok(())
        };
        match self.set {
            Set::Logs => {
                let set = Logs::new(self.seed, self.rows, self.end, self.span());
                for i in 0..set.requests() {
                    set.export(i, &mut text);
                    flush(&mut text)?;
                }
            }
            Set::Spans => {
                let set = Spans::new(self.seed, self.rows, self.end, self.span());
                for i in 0..set.requests() {
                    set.export(i, &mut text);
                    flush(&mut text)?;
                }
            }
            Set::Tsbs | Set::Mix => {
                let (mut metrics, scrapes) = self.metrics();
                let mut series = String::new();
                metrics.export_series(&mut series);
                std::fs::write(out.with_extension("series"), series).context("writing the series")?;
                for _ in 0..scrapes {
                    metrics.next_scrape(Some(&mut text));
                    flush(&mut text)?;
                }
            }
        }
        file.flush()?;
        Ok(rows)
    }
}

/// Requests 0..n on all cores, in order.
fn in_parallel(n: usize, make: impl Fn(usize) -> Request + Sync) -> Result<Vec<Request>> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let make = &make;
    let mut parts: Vec<Vec<Request>> = std::thread::scope(|scope| {
        let handles: Vec<_> =
            (0..threads).map(|t| scope.spawn(move || (t..n).step_by(threads).map(make).collect::<Vec<_>>())).collect();
        handles
            .into_iter()
            .map(|h| h.join().map_err(|_| anyhow::anyhow!("a generator thread panicked")))
            .collect::<Result<_>>()
    })?;
    let mut parts: Vec<_> = parts.iter_mut().map(|p| p.drain(..)).collect();
    Ok((0..n).filter_map(|i| parts.get_mut(i % threads).and_then(|p| p.next())).collect())
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let answer = match Arguments::parse().command {
        Command::Load { data, grpc, connections, seconds } => {
            let requests = data.requests()?;
            eprintln!("ready");
            // The driver reads CPU counters between this line and the result.
            let mut go = String::new();
            std::io::stdin().read_line(&mut go)?;
            let done = runtime.block_on(loader::load(
                &grpc,
                data.set.method(),
                requests,
                connections,
                Duration::from_secs(seconds),
            ))?;
            json!({"rows": done.rows, "seconds": done.seconds, "all_rows": done.all_rows, "request_bytes": done.bytes, "refused": done.refused,
                   "p50_ms": 1e3 * done.quantile(0.5), "p99_ms": 1e3 * done.quantile(0.99)})
        }
        Command::Export { data, out } => json!({"rows": data.export(&out)?}),
        Command::Inserts { http, table, writers, seconds, rate } => {
            let latencies =
                runtime.block_on(inserts::run(&http, &table, writers, Duration::from_secs(seconds), rate))?;
            let at = |q: f64| {
                latencies
                    .get(((latencies.len() as f64 * q) as usize).min(latencies.len().saturating_sub(1)))
                    .copied()
                    .unwrap_or(0.0)
            };
            json!({"rows": latencies.len(), "a_second": latencies.len() as f64 / seconds as f64, "p50_ms": 1e3 * at(0.5), "p99_ms": 1e3 * at(0.99)})
        }
    };
    println!("{answer}");
    Ok(())
}
