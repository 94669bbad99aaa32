//! The real shards as stores of the data groups.

use crate::engine::OpenStore;
use crate::options::Options;
use std::sync::Arc;
pub(crate) fn opener(_options: &Options) -> Arc<OpenStore> {
    Arc::new(|_, _, _| Err(olly_types::Error::unsupported("Storage of rows in this build")))
}
