//! The native TCP protocol at revision 54460, and down to 54412.
//!
//! Invariant: after an error the connection goes on where the client's next packet can be found, and is closed where not.

mod connection;
mod handshake;
mod packet;
mod query;

use crate::connections::say;
use crate::input::Reader;
use crate::service::Service;
use olly_types::{Code, Error};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The revision we speak (`clickhouse-clients.md` §0).
pub const REVISION: u64 = 54_460;

/// What a client is sent when there is no place for it: clients take an exception instead of Hello.
pub fn refusal(reason: &str) -> Vec<u8> {
    let mut out = Vec::new();
    packet::exception(&Error::new(Code::TooManySimultaneousQueries, reason), &mut out);
    out
}

/// Serves connections until `stop`; those that run a query finish it.
pub async fn serve(listener: TcpListener, service: Arc<Service>, stop: CancellationToken) {
    let connections = Arc::clone(&service.connections);
    let refusal = say(refusal(&connections.reason()));
    let serve = move |socket, peer, stop| serve_one(socket, peer, Arc::clone(&service), stop);
    connections.accept("clickhouse-native", listener, refusal, stop, serve).await;
}

async fn serve_one(socket: TcpStream, peer: SocketAddr, service: Arc<Service>, stop: CancellationToken) {
    let port = socket.local_addr().map_or(0, |a| a.port());
    let (read, write) = socket.into_split();
    let connection = connection::Connection::new(Reader::new(read), write, service, peer, port);
    if let Err(e) = connection.run(stop).await {
        tracing::debug!("native: connection of {peer} ended: {e}");
    }
}

/// Decodes bytes as a client would send them behind a handshake, for fuzzing: any input ends in a value or an error.
pub async fn fuzz(bytes: &[u8]) {
    let mut input = crate::input::Slice(bytes);
    for revision in [54_412, 54_429, REVISION] {
        input.0 = bytes;
        let _ = handshake::ClientHello::read(&mut input).await;
        input.0 = bytes;
        let _ = query::ClientQuery::read(&mut input, revision).await;
        for compressed in [false, true] {
            input.0 = bytes;
            let _ = packet::read_block(&mut input, revision, compressed).await;
        }
    }
    input.0 = bytes;
    let _ = crate::codec::native::Framing { revision: 0 }.read(&mut input).await;
}
