//! The end of a node: the first I/O error (rule 2 of the house), kept and told to everyone who asks.
//!
//! Invariant: the first error stays; once it is set, no write is acknowledged.

use std::sync::Arc;

use olly_types::{Code, Error};
use tokio::sync::watch;

/// Whether the node has failed, and why. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Poison {
    cell: Arc<watch::Sender<Option<Error>>>,
}

impl Poison {
    pub(crate) fn new() -> Poison {
        Poison { cell: Arc::new(watch::Sender::new(None)) }
    }

    /// Sets the first error.
    pub(crate) fn set(&self, why: impl std::fmt::Display) {
        self.cell.send_if_modified(|cell| {
            if cell.is_some() {
                return false;
            }
            tracing::error!(%why, "the node stops: it acknowledges nothing any more");
            *cell = Some(Error::fatal(Code::Aborted, format!("The node has stopped after an error: {why}")));
            true
        });
    }

    /// The error, if there was one.
    pub(crate) fn get(&self) -> Option<Error> {
        self.cell.borrow().clone()
    }

    /// An error if there was one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.get().map_or(Ok(()), Err)
    }

    /// Waits for the first error.
    pub(crate) async fn wait(&self) -> Error {
        let mut changes = self.cell.subscribe();
        match changes.wait_for(Option::is_some).await {
            Ok(cell) => cell.clone().unwrap_or_else(|| Error::fatal(Code::Aborted, "The node has stopped")),
            // The sender lives in `self`, so this is not reached.
            Err(_) => Error::fatal(Code::Aborted, "The node has stopped"),
        }
    }
}
