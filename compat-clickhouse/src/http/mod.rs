//! The HTTP interface on port 8123 (`clickhouse-clients.md` §2).
//!
//! Invariant: a status is sent only when the first block of the result is there, so that early errors have their own; an
//! error after that is told in the body, tagged, and the chunked encoding is left broken.

mod answer;
mod body;
mod encode;
mod external;
mod feed;
mod guard;
mod handler;
mod insert;
mod multipart;
mod play;
mod request;
mod result;
pub(crate) mod session;
mod status;
mod wire;

use crate::connections::say;
use crate::service::Service;
pub use guard::{Fate, Guarded, Patience};
use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use olly_types::{Code, Error};
pub use request::basic_credentials;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A response's body; an error in it breaks the connection.
pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// Idle connections are kept this long; told in `Keep-Alive`.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long a request's body may stay silent. As a whole it may take any time: an INSERT may follow a log for hours.
const BODY: Patience = Patience { idle: Duration::from_secs(30), whole: None };

/// What a client is sent when there is no place for it.
pub fn refusal(reason: &str) -> Vec<u8> {
    let text = Error::new(Code::TooManySimultaneousQueries, reason).to_string();
    let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=UTF-8\r\nConnection: close\r\nRetry-After: 1";
    let code = Code::TooManySimultaneousQueries.number();
    format!("{head}\r\nX-ClickHouse-Exception-Code: {code}\r\nContent-Length: {}\r\n\r\n{text}\n", text.len() + 1)
        .into_bytes()
}

/// Serves connections until `stop`; requests that run are finished.
pub async fn serve(listener: TcpListener, service: Arc<Service>, stop: CancellationToken) {
    let connections = Arc::clone(&service.connections);
    let refusal = say(refusal(&connections.reason()));
    let serve = move |socket, peer, stop| serve_one(socket, peer, Arc::clone(&service), stop);
    connections.accept("clickhouse-http", listener, refusal, stop, serve).await;
}

async fn serve_one(socket: TcpStream, peer: SocketAddr, service: Arc<Service>, stop: CancellationToken) {
    let (socket, wire) = wire::split(socket, service.options.waits.send);
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
}

/// What [`crate::fuzz_http`] does.
pub(crate) fn fuzz(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    for multipart in [false, true] {
        let _ = request::Parameters::read(&text, multipart);
    }
    let _ = basic_credentials(&text);
    let _ = multipart::parse(rest, "X");
    let name = ["gzip", "deflate", "zstd", "lz4"].get(usize::from(*choice) % 4).unwrap_or(&"gzip");
    body::fuzz(name, rest);
}

/// A body that is all there.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    http_body_util::Full::new(bytes.into()).map_err(|e: Infallible| match e {}).boxed()
}
