//! A node: the engine on a thread of its own, and the ports that the server hands to the edge.
//!
//! Invariant: all Raft tasks run on the node's one thread; callers come from any runtime.

use std::sync::Arc;

use olly_env::watched::{Heard, Watched};
use olly_env::{Env, Priority, Thread};
use olly_storage::shard::ShardOptions;
use olly_types::port::{CatalogView, Proposer, SnapshotSource};
use olly_types::{Code, Error, Result};
use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};

use crate::engine::{Engine, OpenStore, Setup};
use crate::identity::{Identity, disk_error};
use crate::metrics::NodeMetrics;
use crate::options::Options;
use crate::poison::Poison;
use crate::write::Ports;

/// A node of one voter: it holds every group alone.
pub struct Node {
    ports: Arc<Ports>,
    poison: Poison,
    recovery: watch::Receiver<Option<Result<()>>>,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    stopped: watch::Receiver<bool>,
    thread: Mutex<Option<Thread>>,
}

impl Node {
    /// Opens or creates the data folder that is `env`'s root, and starts the node's thread. Blocks until the files are
    /// read; the log is applied after that, see [`Node::wait_for_recovery`].
    ///
    /// Errors: another process holds the folder; damage (246, with file, offset, expected and got); the disk's.
    pub fn open(env: Env, options: Options) -> Result<Node> {
        let shards = options.shards.clone().unwrap_or_else(|| ShardOptions::new(&options.budget));
        let options = Options { shards: Some(shards.clone()), ..options };
        let open_store = crate::shard_store::opener(shards);
        Node::open_with(env, options, open_store)
    }

    pub(crate) fn open_with(env: Env, options: Options, open_store: Arc<OpenStore>) -> Result<Node> {
        let poison = Poison::new();
        let hook = poison.clone();
        let heard: Heard = Arc::new(move |e| hook.set(e));
        let env = Env { disk: Arc::new(Watched::new(env.disk, heard)), ..env };
        let setup = Setup::threaded(options, &poison, open_store);
        let (opened_tx, opened) = std::sync::mpsc::channel();
        let (recovery_tx, recovery) = watch::channel(None);
        let (stop_tx, stop) = oneshot::channel();
        let (stopped_tx, stopped) = watch::channel(false);
        let inner = (env.clone(), poison.clone());
        let body = move || {
            let (env, poison) = inner;
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
                Ok(runtime) => runtime,
                Err(e) => {
                    let error = Error::fatal(Code::Aborted, format!("The node's runtime cannot start: {e}"));
                    return drop(opened_tx.send(Err(error)));
                }
            };
            let handle = runtime.handle().clone();
            runtime.block_on(async move {
                let engine = match Engine::open(&env, setup, poison.clone()).await {
                    Ok(engine) => Arc::new(engine),
                    Err(e) => return drop(opened_tx.send(Err(e))),
                };
                let ports = Arc::new(Ports { engine: Arc::clone(&engine), runtime: handle });
                drop(opened_tx.send(Ok(ports)));
                run(engine, recovery_tx, stop).await;
                let _ = stopped_tx.send(true);
            });
        };
        let thread = env.spawner.spawn("raft", Priority::Normal, Box::new(body)).map_err(|e| disk_error(&e))?;
        let died = || Error::fatal(Code::Aborted, "The node's thread ended while the data folder was opened");
        let ports = opened.recv().unwrap_or_else(|_| Err(died()))?;
        Ok(Node { ports, poison, recovery, stop: Mutex::new(Some(stop_tx)), stopped, thread: Mutex::new(Some(thread)) })
    }

    /// Returns when everything that was durable is applied and every group takes writes.
    pub async fn wait_for_recovery(&self) -> Result<()> {
        let mut recovery = self.recovery.clone();
        let done = recovery.wait_for(Option::is_some).await;
        let stopped = || Error::fatal(Code::Aborted, "The node has stopped");
        done.map_err(|_| self.poison.get().unwrap_or_else(stopped))?.clone().unwrap_or(Ok(()))
    }

    /// Whether reads and writes are served: everything is recovered, there was no I/O error, the disk has room and merges
    /// keep up. What is refused in a moment's overload does not count.
    ///
    /// # Errors
    /// Say what is not served, and why.
    pub fn ready(&self) -> Result<()> {
        match &*self.recovery.borrow() {
            None => {
                return Err(Error::retry(Code::Aborted, "The node is recovering: neither reads nor writes are served"));
            }
            Some(recovered) => recovered.clone()?,
        }
        self.ports.engine.gate.serves_writes()
    }

    /// The one write path.
    pub fn proposer(&self) -> Arc<dyn Proposer> {
        self.ports.clone()
    }

    /// The catalog as this node has applied it.
    pub fn catalog(&self) -> Arc<dyn CatalogView> {
        self.ports.engine.published.clone()
    }

    /// Reads.
    pub fn snapshots(&self) -> Arc<dyn SnapshotSource> {
        self.ports.clone()
    }

    #[cfg(test)]
    pub(crate) fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Who the data folder belongs to.
    pub fn identity(&self) -> Identity {
        self.ports.engine.identity
    }

    /// Figures.
    pub fn metrics(&self) -> NodeMetrics {
        self.ports.engine.metrics()
    }

    /// Waits for the first I/O error. Nothing is acknowledged after it: the process should end, not in order.
    pub async fn poisoned(&self) -> Error {
        self.poison.wait().await
    }

    /// Takes no writes any more, waits for those in flight, and closes the log. Can be called more than once.
    pub async fn shutdown(&self) {
        self.ports.engine.gate.close();
        if let Some(stop) = self.stop.lock().take() {
            let _ = stop.send(());
        }
        let mut stopped = self.stopped.clone();
        // An error says that the thread has ended.
        let _ = stopped.wait_for(|s| *s).await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.ports.engine.gate.close();
        drop(self.stop.lock().take());
        if let Some(thread) = self.thread.lock().take()
            && !thread.is_current()
            && let Err(panic) = thread.join()
        {
            tracing::error!(panic, "the node's thread panicked");
        }
    }
}

/// The life of the node's thread.
async fn run(engine: Arc<Engine>, recovery: watch::Sender<Option<Result<()>>>, mut stop: oneshot::Receiver<()>) {
    let recovered = tokio::select! {
        biased;
        _ = &mut stop => None,
        recovered = engine.recover() => Some(recovered),
    };
    if let Some(recovered) = recovered {
        let ok = recovered.is_ok();
        if let Err(e) = &recovered {
            engine.poison.set(e);
        }
        recovery.send_replace(Some(recovered));
        if ok {
            let driver = tokio::spawn(Arc::clone(&engine).drive_forever());
            // Sent, or dropped with the node: both end it. After an error it stays, so that reads and figures go on
            // until the server ends the process.
            let _ = (&mut stop).await;
            driver.abort();
            let _ = driver.await;
        } else {
            let _ = (&mut stop).await;
        }
    }
    engine.gate.close();
    // What is under way ends; after an error nothing does.
    while engine.gate.permits.used() > 0 && engine.poison.get().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    engine.close().await;
}
