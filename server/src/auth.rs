//! Credentials on the OTLP listeners: the same users as ClickHouse's, by `Authorization: Basic` or `X-ClickHouse-User/-Key`.

use http::HeaderMap;
use olly_compat_clickhouse::auth::Auth;
use olly_ingest::Authenticator;
use olly_types::port::TenantCtx;
use olly_types::{Code, Error, Result};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The users of the configuration.
pub struct OtlpAuth(pub Auth);

impl Authenticator for OtlpAuth {
    fn authenticate(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Result<TenantCtx> {
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let bad = || Error::new(Code::AuthenticationFailed, "Authorization must be `Basic base64(user:password)`");
        let (user, password) = match text("authorization") {
            Some(value) => {
                let encoded = value.strip_prefix("Basic ").ok_or_else(bad)?;
                olly_compat_clickhouse::http::basic_credentials(encoded).ok_or_else(bad)?
            }
            None => (
                text("x-clickhouse-user").unwrap_or("").to_string(),
                text("x-clickhouse-key").unwrap_or("").to_string(),
            ),
        };
        // Without a known address nobody is taken for local.
        let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.ip());
        self.0.check(&user, &password, address)
    }
}
