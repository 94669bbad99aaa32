//! The HTTP interface on port 8123 (`clickhouse-clients.md` §2).
//!
//! Invariant: a status is sent only when the first block of the result is there, so that early errors have their own; an
//! error after that is told in the body, tagged, and the chunked encoding is left broken.

mod answer;
mod body;
mod encode;
mod external;
mod handler;
mod insert;
mod multipart;
mod play;
mod request;
mod result;
pub(crate) mod session;
mod status;
mod wire;

use crate::service::Service;
use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
pub use request::basic_credentials;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A response's body; an error in it breaks the connection.
pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// Idle connections are kept this long; told in `Keep-Alive`.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Serves connections until `stop`; requests that run are finished.
pub async fn serve(listener: TcpListener, service: Arc<Service>, stop: CancellationToken) {
    let connections = tokio_util::task::TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (socket, peer) = match accepted {
            Ok(both) => both,
            Err(e) => {
                tracing::warn!("http: cannot accept a connection: {e}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&service.connections).try_acquire_owned() else {
            tracing::warn!("http: too many connections, {peer} refused");
            continue;
        };
        let _ = socket.set_nodelay(true);
        let (service, stop) = (Arc::clone(&service), stop.clone());
        connections.spawn(async move {
            let _permit = permit;
            let (socket, wire) = wire::split(socket);
            let handle = move |request: Request<Incoming>| {
                let (service, wire) = (Arc::clone(&service), Arc::clone(&wire));
                async move { Ok::<Response<Body>, Infallible>(handler::handle(request, service, peer, wire).await) }
            };
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(KEEP_ALIVE).max_buf_size(1 << 20).keep_alive(true);
            let connection = builder.serve_connection(TokioIo::new(socket), hyper::service::service_fn(handle));
            tokio::pin!(connection);
            tokio::select! {
                done = connection.as_mut() => {
                    if let Err(e) = done {
                        tracing::debug!("http: connection of {peer} ended: {e}");
                    }
                }
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
    connections.close();
    connections.wait().await;
}

/// A body that is all there.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    http_body_util::Full::new(bytes.into()).map_err(|e: Infallible| match e {}).boxed()
}
