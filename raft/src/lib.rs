//! The one write path: Raft groups over the shared log, their state machines, and the node that holds them.
//!
//! A node is one catalog group and a few data groups (DESIGN D1-D3, D20, D21), all driven by one thread. What the edge
//! sees of it are the ports of `olly_types::port`:
//!
//! ```text
//! let node = Node::open(env, Options::default())?;      // env's root is the data folder; recovers everything, blocking
//! node.wait_for_recovery().await?;                      // before a data listener answers
//! let write: Arc<dyn Proposer> = node.proposer();
//! let catalog: Arc<dyn CatalogView> = node.catalog();
//! let read: Arc<dyn SnapshotSource> = node.snapshots();
//! let figures: NodeMetrics = node.metrics();
//! let why: Error = node.poisoned().await;               // resolves after the first I/O error: exit non-zero
//! node.shutdown().await;                                // stop accepting, wait for what is in flight, close the log
//! ```
//!
//! Invariant: an acknowledgement follows durability on a quorum and `apply`; after the first I/O error there is none.

mod admission;
mod catalog_machine;
mod check;
mod data_machine;
mod ddl;
mod driver;
mod engine;
pub mod fuzz;
mod group;
mod identity;
mod log_store;
mod machine;
mod metrics;
mod network;
mod node;
mod options;
mod poison;
mod queue;
mod shard_store;
mod types;
mod union;
mod workers;
mod write;

pub use check::{CheckReport, check_folder};
pub use identity::{FORMAT_EPOCH, Identity};
pub use metrics::{FsyncLatency, GroupMetrics, NodeMetrics};
pub use node::Node;
pub use olly_storage::shard::{FlushMemory, ShardOptions};
pub use options::Options;

#[cfg(test)]
mod tests;
