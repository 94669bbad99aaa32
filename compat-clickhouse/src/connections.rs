//! How many client connections there are, over all listeners, and what the one too many is told.
//!
//! Invariant: a refused client hears why before its socket is closed, unless so many are being refused at once that even
//! telling them would cost too much.

use futures::future::BoxFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Clients that are told of a refusal at the same time; further ones are cut.
const REFUSING: usize = 64;
/// Time for it, and bytes of a request that are read to its end for it: a socket closed over unread bytes is reset, and
/// what it was told is lost.
const REFUSAL: Duration = Duration::from_secs(2);
const REFUSAL_BYTES: usize = 64 << 10;

/// How a client without a place is told.
pub type Refusal = Arc<dyn Fn(TcpStream) -> BoxFuture<'static, ()> + Send + Sync>;

/// A refusal in so many bytes, whatever the client says.
pub fn say(answer: Vec<u8>) -> Refusal {
    let answer: Arc<[u8]> = answer.into();
    Arc::new(move |socket| {
        let answer = Arc::clone(&answer);
        Box::pin(async move {
            // That a client has gone already is as good.
            let _ = tell(socket, &answer).await;
        })
    })
}

async fn tell(mut socket: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    socket.write_all(answer).await?;
    socket.shutdown().await?;
    let (mut scrap, mut seen) = ([0; 4096], 0);
    while seen < REFUSAL_BYTES {
        match socket.read(&mut scrap).await? {
            0 => break,
            n => seen += n,
        }
    }
    Ok(())
}

/// The places for client connections.
pub struct Connections {
    limit: usize,
    free: Arc<Semaphore>,
    refusing: Arc<Semaphore>,
    refused: AtomicU64,
    /// The log has told of the refusals that go on.
    told: AtomicBool,
}

impl Connections {
    pub fn new(limit: usize) -> Arc<Connections> {
        Arc::new(Connections {
            limit,
            free: Arc::new(Semaphore::new(limit)),
            refusing: Arc::new(Semaphore::new(REFUSING)),
            refused: AtomicU64::new(0),
            told: AtomicBool::new(false),
        })
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Connections open now.
    pub fn open(&self) -> usize {
        self.limit.saturating_sub(self.free.available_permits())
    }

    /// Connections refused since the start.
    pub fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Why the one too many is refused.
    pub fn reason(&self) -> String {
        format!(
            "Too many connections: {} are open, which is the limit. Close idle ones, or come back later",
            self.limit
        )
    }

    fn enter(&self) -> Option<OwnedSemaphorePermit> {
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        self.told.store(false, Relaxed);
        Some(permit)
    }

    fn refuse(&self, name: &str, socket: TcpStream, peer: SocketAddr, refusal: &Refusal) {
        self.refused.fetch_add(1, Relaxed);
        if !self.told.swap(true, Relaxed) {
            tracing::warn!("{name}: {peer} and those after it are refused: {}", self.reason());
        }
        let Ok(permit) = Arc::clone(&self.refusing).try_acquire_owned() else { return };
        let told = refusal(socket);
        tokio::spawn(async move {
            let _permit = permit;
            // A client that has gone, or that does not listen, need not be told.
            let _ = tokio::time::timeout(REFUSAL, told).await;
        });
    }

    /// Accepts connections until `stop` and serves each on a task of its own; returns when all of them have ended.
    pub async fn accept<S, F>(
        self: Arc<Self>,
        name: &'static str,
        listener: TcpListener,
        refusal: Refusal,
        stop: CancellationToken,
        serve: S,
    ) where
        S: Fn(TcpStream, SocketAddr, CancellationToken) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let tasks = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let (socket, peer) = match accepted {
                Ok(both) => both,
                Err(e) => {
                    tracing::warn!("{name}: cannot accept a connection: {e}");
                    // Out of file descriptors, usually: leave the others time to end.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let Some(permit) = self.enter() else {
                self.refuse(name, socket, peer, &refusal);
                continue;
            };
            let _ = socket.set_nodelay(true);
            let served = serve(socket, peer, stop.clone());
            tasks.spawn(async move {
                served.await;
                drop(permit);
            });
        }
        drop(listener);
        tasks.close();
        tasks.wait().await;
    }
}
