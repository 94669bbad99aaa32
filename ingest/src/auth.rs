//! Who may send telemetry. Only an authenticator makes a [`TenantCtx`] (DESIGN D21).

use http::HeaderMap;
use olly_types::port::TenantCtx;
use olly_types::{Code, Error, Result, TenantId};
use std::net::SocketAddr;

/// Decides on every request, before its body is read.
pub trait Authenticator: Send + Sync {
    /// The sender's tenant, by its headers (`authorization` and such) and address (None where the listener has none, as
    /// in tests).
    fn authenticate(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Result<TenantCtx>;
}

/// Tenant 0 for connections from this machine; everybody else is refused.
pub struct LoopbackOnly;

impl Authenticator for LoopbackOnly {
    fn authenticate(&self, _: &HeaderMap, peer: Option<SocketAddr>) -> Result<TenantCtx> {
        match peer {
            Some(peer) if !peer.ip().to_canonical().is_loopback() => Err(Error::new(
                Code::AuthenticationFailed,
                "only connections from this machine may send telemetry without credentials",
            )),
            _ => Ok(TenantCtx { tenant: TenantId(0), user: "default".into() }),
        }
    }
}
