//! Sends the simulation's telemetry by OTLP/gRPC, as an SDK would.

use super::simulation::Window;
use anyhow::{Context, Result};
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use std::net::SocketAddr;
use std::time::Duration;
use tonic::transport::{Channel, Endpoint};

/// Tries of a request that the server is too busy for.
const TRIES: u32 = 20;

#[derive(Clone)]
pub struct Feed {
    channel: Channel,
}

impl Feed {
    pub async fn connect(server: SocketAddr) -> Result<Feed> {
        let endpoint = Endpoint::from_shared(format!("http://{server}"))?.connect_timeout(Duration::from_secs(5));
        let channel = endpoint.connect().await.with_context(|| format!("no OTLP/gRPC at {server}"))?;
        Ok(Feed { channel })
    }

    /// Stores a window: returns when all of it is durable and visible.
    pub async fn send(&self, window: Window) -> Result<usize> {
        let traces = TraceServiceClient::new(self.channel.clone()).max_decoding_message_size(1 << 20);
        let logs = LogsServiceClient::new(self.channel.clone());
        let metrics = MetricsServiceClient::new(self.channel.clone());
        let Window { traces: t, logs: l, metrics: m, rows } = window;
        tokio::try_join!(
            retry(|| {
                let (mut client, request) = (traces.clone(), t.clone());
                async move { client.export(request).await.map(|r| r.into_inner().partial_success.map(|p| p.error_message)) }
            }),
            retry(|| {
                let (mut client, request) = (logs.clone(), l.clone());
                async move { client.export(request).await.map(|r| r.into_inner().partial_success.map(|p| p.error_message)) }
            }),
            retry(|| {
                let (mut client, request) = (metrics.clone(), m.clone());
                async move { client.export(request).await.map(|r| r.into_inner().partial_success.map(|p| p.error_message)) }
            }),
        )?;
        Ok(rows)
    }
}

/// Sends until taken; a busy server says so, and a retried request is stored once.
async fn retry<F: Future<Output = Result<Option<String>, tonic::Status>>>(mut send: impl FnMut() -> F) -> Result<()> {
    let mut tries = 0;
    loop {
        match send().await {
            Ok(None) => return Ok(()),
            Ok(Some(refused)) => anyhow::bail!("the server refused records: {refused}"),
            Err(status) => {
                tries += 1;
                let busy = matches!(status.code(), tonic::Code::ResourceExhausted | tonic::Code::Unavailable);
                if !busy || tries >= TRIES {
                    return Err(anyhow::anyhow!("OTLP export failed: {}: {}", status.code(), status.message()));
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
