//! The way of a request: who → may we → read → decompress → decode → propose → answer.
//!
//! Invariant: memory is reserved before it is used, and held until the proposer has answered.

use super::body::{Encoding, decompress};
use super::failure::Failure;
use crate::auth::Authenticator;
use crate::counters::{IngestMetrics, Outcome};
use crate::otlp::{self, Frame, Rejections, Signal};
use crate::schema::{self, Retention, ensure_schema};
use bytes::Bytes;
use olly_types::budget::{Budget, Reservation};
use olly_types::port::{CatalogView, Clock, Patience, Proposer, TenantCtx, WriteBlock, Written};
use olly_types::{Code, Error};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// Memory that decoding takes beside the body, as a multiple of the decompressed body: columns with ids in hex, and the
/// encoded entry.
const DECODE_FACTOR: u64 = 3;
/// JSON goes through its protobuf form, which may be this many times as long (a list of one-digit doubles).
const JSON_FACTOR: u64 = 5;
/// Smaller requests are decoded where they are: a hop to another thread costs more.
const INLINE_BYTES: usize = 8 << 10;
/// Newest event time taken: a day ahead (DESIGN D23).
const FUTURE_NANOS: i64 = 86_400_000_000_000;

/// Settings of the listeners.
#[derive(Clone, Debug)]
pub struct Config {
    /// Requests decoded at once.
    pub decoders: usize,
    /// Origins that browsers may send from; `*` = any.
    pub cors_origins: Vec<String>,
    /// Of tables that were dropped and are made again.
    pub retention: Retention,
}

impl Default for Config {
    fn default() -> Self {
        let decoders = std::thread::available_parallelism().map_or(2, |n| n.get());
        Config { decoders, cors_origins: vec!["*".into()], retention: Retention::default() }
    }
}

/// What a stored request is answered.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    pub rows: u64,
    pub rejections: Rejections,
}

pub(super) struct Inner {
    pub proposer: Arc<dyn Proposer>,
    pub catalog: Arc<dyn CatalogView>,
    pub budget: Arc<Budget>,
    pub clock: Arc<dyn Clock>,
    pub authenticator: Arc<dyn Authenticator>,
    pub config: Config,
    pub metrics: Arc<IngestMetrics>,
    decoders: Arc<Semaphore>,
    /// Held while dropped tables are made again.
    making: Mutex<()>,
}

/// OTLP over gRPC and HTTP. Cheap to clone.
#[derive(Clone)]
pub struct OtlpService {
    pub(super) inner: Arc<Inner>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Protobuf,
    Json,
}

/// The sender's address, as axum's or tonic's listener knows it.
pub(super) fn peer_of(extensions: &http::Extensions) -> Option<std::net::SocketAddr> {
    use axum::extract::ConnectInfo;
    use tonic::transport::server::TcpConnectInfo;
    let axum = extensions.get::<ConnectInfo<std::net::SocketAddr>>().map(|c| c.0);
    axum.or_else(|| extensions.get::<TcpConnectInfo>().and_then(TcpConnectInfo::remote_addr))
}

impl OtlpService {
    /// `budget` is what all requests together may hold.
    pub fn new(
        proposer: Arc<dyn Proposer>,
        catalog: Arc<dyn CatalogView>,
        budget: Arc<Budget>,
        clock: Arc<dyn Clock>,
        authenticator: Arc<dyn Authenticator>,
        config: Config,
    ) -> OtlpService {
        let decoders = Arc::new(Semaphore::new(config.decoders.max(1)));
        let metrics = Arc::new(IngestMetrics::default());
        OtlpService {
            inner: Arc::new(Inner {
                proposer,
                catalog,
                budget,
                clock,
                authenticator,
                config,
                metrics,
                decoders,
                making: Mutex::default(),
            }),
        }
    }

    pub fn metrics(&self) -> Arc<IngestMetrics> {
        Arc::clone(&self.inner.metrics)
    }

    /// Refuses a sender before its body is read.
    pub(super) fn admit(
        &self,
        headers: &http::HeaderMap,
        peer: Option<std::net::SocketAddr>,
    ) -> Result<TenantCtx, Failure> {
        let tenant = self.inner.authenticator.authenticate(headers, peer)?;
        self.inner.proposer.admission().map_err(|e| match Failure::from(e) {
            f if f.retry_after.is_some() => f,
            f => Failure::overloaded(f.message),
        })?;
        Ok(tenant)
    }

    /// Decodes and stores a body. `held` is what was reserved while it was read.
    pub(super) async fn store(
        &self,
        signal: Signal,
        tenant: TenantCtx,
        body: Bytes,
        encoding: Encoding,
        syntax: Syntax,
        mut held: Reservation,
    ) -> Result<Accepted, Failure> {
        self.inner.ensure_tables(signal).await?;
        let small = encoding == Encoding::Identity && body.len() <= INLINE_BYTES;
        let inner = Arc::clone(&self.inner);
        let work = move || {
            let body = decompress(body, encoding, &mut held)?;
            let bytes = body.len() as u64;
            let (decoded, writes) = inner.decode(signal, &tenant, &body, syntax, &mut held)?;
            Ok::<_, Failure>((decoded, writes, bytes, held))
        };
        let (decoded, writes, bytes, mut held) = if small {
            work()?
        } else {
            let permit = Arc::clone(&self.inner.decoders).acquire_owned().await;
            let _permit = permit.map_err(|_| Failure::overloaded("the server is stopping"))?;
            tokio::task::spawn_blocking(work)
                .await
                .map_err(|e| Failure::from(Error::new(Code::LogicalError, e.to_string())))??
        };
        // The body is gone; what is still held are the columns and the entry made of them.
        let columns: u64 = writes.iter().map(|w| w.bytes).sum();
        let keep = held.bytes().min(columns.saturating_mul(2));
        held.resize(keep)?;
        let mut outcome = Outcome::Stored;
        if !writes.is_empty() {
            let written = self.inner.proposer.write(writes, Patience::Short).await.map_err(|e| match e.code {
                // Dropped a moment ago: it is there when the sender comes back.
                Code::UnknownTable => Error::retry(e.code, e.message),
                _ => e,
            })?;
            if written.iter().all(|w| *w == Written::Duplicate) {
                outcome = Outcome::Duplicate;
            }
        }
        self.inner.metrics.rows(signal, decoded.rows, &decoded.rejections, bytes);
        self.inner.metrics.ended(signal, outcome);
        drop(held);
        Ok(decoded)
    }
}

impl Inner {
    /// Tables of OTLP that were dropped come back with the next request that would fill them: who empties a table so wants
    /// what comes after it.
    async fn ensure_tables(&self, signal: Signal) -> Result<(), Error> {
        let missing = || signal.tables().iter().any(|t| self.catalog.table(schema::DATABASE, t.name).is_none());
        if !missing() {
            return Ok(());
        }
        let _making = self.making.lock().await;
        if missing() {
            ensure_schema(&*self.proposer, &*self.catalog, &self.config.retention).await?;
        }
        Ok(())
    }

    fn decode(
        &self,
        signal: Signal,
        tenant: &TenantCtx,
        body: &[u8],
        syntax: Syntax,
        held: &mut Reservation,
    ) -> Result<(Accepted, Vec<WriteBlock>), Failure> {
        let frame = self.frame(signal, tenant);
        let transcoded;
        let message = match syntax {
            Syntax::Protobuf => body,
            Syntax::Json => {
                let before = held.bytes();
                held.grow((body.len() as u64).saturating_mul(JSON_FACTOR))?;
                transcoded = otlp::json_to_protobuf(signal, body)?;
                held.resize(before + transcoded.len() as u64)?;
                &transcoded
            }
        };
        held.grow((message.len() as u64).saturating_mul(DECODE_FACTOR))?;
        let decoded = otlp::decode_protobuf(signal, message, &frame)?;
        let accepted = Accepted { rows: decoded.accepted, rejections: decoded.rejections.clone() };
        let id = otlp::request_id(tenant.tenant, signal.name(), body);
        let writes = decoded.into_writes(tenant.tenant, id, &*self.catalog)?;
        Ok((accepted, writes))
    }

    fn frame(&self, signal: Signal, tenant: &TenantCtx) -> Frame {
        let now = self.clock.now().0;
        let table = signal.tables().first().and_then(|t| self.catalog.table(schema::DATABASE, t.name));
        let ttl = table.and_then(|t| t.ttl.as_ref().map(|t| t.seconds));
        let kept = ttl.map_or(i64::MAX, |seconds| seconds.saturating_mul(1_000_000_000));
        Frame {
            tenant: tenant.tenant,
            groups: self.catalog.data_groups(),
            now,
            oldest: now.saturating_sub(kept).max(0),
            newest: now.saturating_add(FUTURE_NANOS),
        }
    }
}
