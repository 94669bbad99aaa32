//! The native TCP protocol at revision 54460, and down to 54412.
//!
//! Invariant: after an error the connection goes on where the client's next packet can be found, and is closed where not.

mod connection;
mod handshake;
mod packet;
mod query;

use crate::input::Reader;
use crate::service::Service;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The revision we speak (`clickhouse-clients.md` §0).
pub const REVISION: u64 = 54_460;

/// Serves connections until `stop`; those that run a query finish it.
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
                tracing::warn!("native: cannot accept a connection: {e}");
                // Out of file descriptors, usually: leave the others time to end.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&service.connections).try_acquire_owned() else {
            tracing::warn!("native: too many connections, {peer} refused");
            drop(socket);
            continue;
        };
        let (service, stop) = (Arc::clone(&service), stop.clone());
        connections.spawn(async move {
            let _permit = permit;
            serve_one(socket, peer.ip(), peer.to_string(), service, stop).await;
        });
    }
    connections.close();
    connections.wait().await;
}

async fn serve_one(
    socket: TcpStream,
    ip: std::net::IpAddr,
    peer: String,
    service: Arc<Service>,
    stop: CancellationToken,
) {
    let _ = socket.set_nodelay(true);
    let (read, write) = socket.into_split();
    let connection = connection::Connection::new(Reader::new(read), write, service, ip, peer.clone());
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
