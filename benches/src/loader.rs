//! The OTLP/gRPC loader: connections that each keep one request in flight, so that a request counts when it is acknowledged,
//! that is durable and visible.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tonic::transport::Endpoint;

use crate::r#gen::Request;
use crate::otlp_raw::RawCodec;

/// What a load came to.
pub struct Loaded {
    /// Acknowledged rows and elapsed seconds of the measured window (until `window` or the end of the data).
    pub rows: usize,
    pub seconds: f64,
    /// Acknowledged rows in all, the remainder after the window included.
    pub all_rows: usize,
    pub bytes: usize,
    /// Requests that were refused for overload and sent again.
    pub refused: usize,
    /// Seconds each acknowledgement took, sorted.
    pub latencies: Vec<f64>,
}

impl Loaded {
    /// The latency below which this share of the requests stayed.
    pub fn quantile(&self, q: f64) -> f64 {
        let at = ((self.latencies.len() as f64 * q) as usize).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(at).copied().unwrap_or(0.0)
    }
}

/// Sends all requests to `method` (`/package.Service/Export`) of `address` over `connections` kept connections.
pub async fn load(
    address: &str,
    method: &'static str,
    requests: Vec<Request>,
    connections: usize,
    window: Duration,
) -> Result<Loaded> {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let in_window = Arc::new(AtomicUsize::new(0));
    let refused = Arc::new(AtomicUsize::new(0));
    let mut channels = Vec::new();
    for _ in 0..connections {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?.tcp_nodelay(true);
        channels.push(endpoint.connect().await.with_context(|| format!("connecting to {address}"))?);
    }
    let start = Instant::now();
    let mut tasks = Vec::new();
    for channel in channels {
        let (requests, next, in_window, refused) = (requests.clone(), next.clone(), in_window.clone(), refused.clone());
        tasks.push(tokio::spawn(async move {
            let mut client = tonic::client::Grpc::new(channel).max_encoding_message_size(usize::MAX);
            let mut latencies = Vec::new();
            let mut last_in_window = 0.0f64;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                loop {
                    client.ready().await.context("the connection is gone")?;
                    let path = tonic::codegen::http::uri::PathAndQuery::from_static(method);
                    match client.unary(tonic::Request::new(request.body.clone()), path, RawCodec).await {
                        Ok(answer) if answer.get_ref().is_empty() => break,
                        Ok(answer) => bail!("partial success: {:?}", String::from_utf8_lossy(answer.get_ref())),
                        // Overload is an answer, not a failure: wait as told, send the same bytes again.
                        Err(status) if status.code() == tonic::Code::ResourceExhausted => {
                            refused.fetch_add(1, Ordering::Relaxed);
                            tokio::time::sleep(Duration::from_millis(20)).await;
                        }
                        Err(status) => bail!("refused: {status}"),
                    }
                }
                latencies.push(began.elapsed().as_secs_f64());
                let at = start.elapsed();
                if at <= window {
                    in_window.fetch_add(request.rows, Ordering::Relaxed);
                    last_in_window = at.as_secs_f64();
                }
            }
            anyhow::Ok((latencies, last_in_window))
        }));
    }
    let mut latencies = Vec::new();
    let mut seconds = 0.0f64;
    for task in tasks {
        let (of_task, last) = task.await??;
        latencies.extend(of_task);
        seconds = seconds.max(last);
    }
    latencies.sort_by(f64::total_cmp);
    Ok(Loaded {
        rows: in_window.load(Ordering::Relaxed),
        seconds,
        all_rows: requests.iter().map(|r| r.rows).sum(),
        bytes: requests.iter().map(|r| r.body.len()).sum(),
        refused: refused.load(Ordering::Relaxed),
        latencies,
    })
}
