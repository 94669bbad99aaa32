//! Routers behind a listener: OTLP over HTTP and gRPC, the console, the cluster's page.
//!
//! Invariant: a connection that does not ask for anything, a request that does not come, and a client that does not listen
//! cost a place among the connections for a bounded time, and no memory that was not counted.

use axum::Router;
use axum::extract::ConnectInfo;
use http::{HeaderValue, Request, Version, header};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use olly_compat_clickhouse::connections::{Connections, Refusal, say};
use olly_compat_clickhouse::http::{Guarded, Patience};
use olly_ingest::Failure;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// Time for the head of a request, and for the first request of a connection.
const HEAD: Duration = Duration::from_secs(30);
/// Time for a body: senders of telemetry have it ready before they send.
const BODY: Patience = Patience { idle: Duration::from_secs(20), whole: Some(Duration::from_secs(60)) };
/// How often a silent HTTP/2 client is asked whether it is there, and the time it has to answer.
const ALIVE: Duration = Duration::from_secs(60);
const ANSWER: Duration = Duration::from_secs(20);
/// Requests that run at once on one HTTP/2 connection.
const STREAMS: u32 = 256;
/// Bytes of a request's headers, decoded.
const HEADERS: u32 = 64 << 10;
/// Streams that a client may open and reset before they were looked at; more ends its connection (CVE-2023-44487).
const RESETS: usize = 32;
const WINDOW: u32 = 1 << 20;

/// Which protocols a listener speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// HTTP/1.1, and HTTP/2 to those who begin with it.
    Both,
    /// HTTP/2 alone, as gRPC is.
    Http2,
}

/// Serves until `stop`; requests that run are finished.
pub async fn serve(
    name: &'static str,
    listener: TcpListener,
    router: Router,
    speaks: Speaks,
    connections: Arc<Connections>,
    stop: CancellationToken,
) {
    let builder = Arc::new(builder(speaks));
    let refusal = match speaks {
        Speaks::Both => say(olly_compat_clickhouse::http::refusal(&connections.reason())),
        Speaks::Http2 => exhausted(connections.reason(), Arc::clone(&builder)),
    };
    let serve = move |socket, peer, stop| {
        let (builder, router) = (Arc::clone(&builder), TowerToHyperService::new(router.clone()));
        async move {
            if let Err(e) = one(&builder, socket, peer, router, stop).await {
                tracing::debug!("{name}: connection of {peer} ended: {e}");
            }
        }
    };
    connections.accept(name, listener, refusal, stop, serve).await;
}

fn builder(speaks: Speaks) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(256 << 10);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(ALIVE)
        .keep_alive_timeout(ANSWER)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADERS)
        .max_pending_accept_reset_streams(RESETS)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW);
    if speaks == Speaks::Http2 { builder.http2_only() } else { builder }
}

async fn one(
    builder: &auto::Builder<TokioExecutor>,
    socket: TcpStream,
    peer: SocketAddr,
    router: TowerToHyperService<Router>,
    stop: CancellationToken,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let asked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&asked);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        seen.store(true, Ordering::Relaxed);
        let http1 = request.version() < Version::HTTP_2;
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(ConnectInfo(peer));
        let (body, fate) = Guarded::new(body, &parts.headers, BODY, http1);
        let answer = router.call(Request::from_parts(parts, body));
        async move {
            let mut response = answer.await?;
            // What is left of a body that was refused is thrown away; no request can follow it.
            if http1 && response.status().as_u16() >= 400 && fate.ends_connection() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let connection = builder.serve_connection(TokioIo::new(socket), service);
    tokio::pin!(connection);
    let first = tokio::time::sleep(HEAD);
    tokio::pin!(first);
    let mut waiting = true;
    loop {
        tokio::select! {
            done = connection.as_mut() => return done,
            () = stop.cancelled() => break,
            () = first.as_mut(), if waiting => {
                waiting = false;
                if !asked.load(Ordering::Relaxed) {
                    return Err("no request came".into());
                }
            }
        }
    }
    connection.as_mut().graceful_shutdown();
    connection.await
}

/// A gRPC client without a place is answered its first calls: RESOURCE_EXHAUSTED, and when to come back. A connection that is
/// closed over its head would come back at once.
fn exhausted(reason: String, builder: Arc<auto::Builder<TokioExecutor>>) -> Refusal {
    let reason: Arc<str> = reason.into();
    Arc::new(move |socket| {
        let (reason, builder) = (Arc::clone(&reason), Arc::clone(&builder));
        Box::pin(async move {
            let service = hyper::service::service_fn(move |_: Request<Incoming>| {
                let status = Failure::overloaded(&*reason).status();
                async move { Ok::<_, std::convert::Infallible>(status.into_http::<axum::body::Body>()) }
            });
            // A client that has gone need not be told.
            let _ = builder.serve_connection(TokioIo::new(socket), service).await;
        })
    })
}
