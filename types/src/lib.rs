//! The vocabulary every other crate speaks: identifiers, ClickHouse types and their Arrow carriers, table schemas,
//! log commands, limits, the memory budget, errors by what a caller does, and the ports through which the upper
//! crates reach storage and consensus without naming them.
//!
//! Invariant: no I/O, no clock, no randomness, no async runtime.

pub mod batch;
pub mod budget;
pub mod catalog;
pub mod cityhash;
pub mod command;
pub mod error;
pub mod hash;
pub mod heap;
pub mod ids;
pub mod limits;
pub mod port;
pub mod route;
pub mod schema;
pub mod text;
pub mod ty;
pub mod value;

pub use error::{Class, Code, Error, Result};
pub use ids::{ColumnId, GroupId, LogIndex, NodeId, PartId, RequestId, SchemaVersion, TableId, TenantId, UnixNanos};
pub use schema::{ColumnDef, DefaultKind, Engine, Role, TableSchema};
pub use ty::Type;
pub use value::Value;
