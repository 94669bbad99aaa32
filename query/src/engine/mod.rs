//! The query engine as its callers see it: sessions, statements in, rows out or rows in.

pub mod api;
pub mod execute;
mod explain;
pub mod process;
pub mod session;
pub mod settings;
pub mod tenant;

pub use api::*;
pub use process::{ProcessInfo, ProcessList, QueryCounters, QueryGuard};
pub use session::Session;
pub use settings::Settings;
pub use tenant::TenantView;
