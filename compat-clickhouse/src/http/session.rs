//! Sessions by name: settings and database kept between requests, one request at a time.
//!
//! Invariant: at most [`MAX`] sessions; a session is dropped when its time is over and nothing runs in it.

use olly_query::engine::Session;
use olly_types::port::TenantCtx;
use olly_types::{Code, Error, Result, TenantId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Sessions kept at once.
const MAX: usize = 10_000;
/// Longest time a session may ask for, in seconds.
const MAX_TIMEOUT: i64 = 3600;

type Key = (TenantId, Arc<str>, String);

struct Kept {
    session: Arc<Session>,
    busy: bool,
    /// Seconds since the epoch.
    until: i64,
    timeout: i64,
}

#[derive(Default)]
pub struct Sessions {
    kept: Mutex<HashMap<Key, Kept>>,
}

/// A session in use by a request; given back when dropped.
pub struct InUse {
    pub session: Arc<Session>,
    key: Key,
    service: Arc<crate::service::Service>,
    close: bool,
}

impl Drop for InUse {
    fn drop(&mut self) {
        let now = self.service.now_seconds();
        let mut kept = self.service.sessions.kept.lock();
        if self.close {
            kept.remove(&self.key);
        } else if let Some(k) = kept.get_mut(&self.key) {
            k.busy = false;
            k.until = now + k.timeout;
        }
    }
}

/// What a request says of its session.
pub struct Wanted {
    pub id: String,
    pub timeout: Option<i64>,
    /// The session must exist.
    pub check: bool,
    /// It ends with this request.
    pub close: bool,
}

/// Takes a session for a request.
///
/// # Errors
/// 373 while another request runs in it, 372 where it must exist and does not.
pub fn take(
    service: &Arc<crate::service::Service>,
    tenant: &TenantCtx,
    database: &str,
    wanted: Wanted,
) -> Result<InUse> {
    let now = service.now_seconds();
    let timeout = wanted.timeout.unwrap_or(60);
    if !(0..=MAX_TIMEOUT).contains(&timeout) {
        return Err(Error::new(
            Code::BadArguments,
            format!("Session timeout '{timeout}' is larger than max_session_timeout: {MAX_TIMEOUT}"),
        ));
    }
    let key = (tenant.tenant, Arc::clone(&tenant.user), wanted.id);
    let mut kept = service.sessions.kept.lock();
    if kept.len() >= MAX || kept.get(&key).is_some_and(|k| !k.busy && k.until < now) {
        kept.retain(|_, k| k.busy || k.until >= now);
    }
    if let Some(k) = kept.get_mut(&key) {
        if k.busy {
            return Err(Error::new(
                Code::SessionIsLocked,
                format!("Session {} is locked by a concurrent client", key.2),
            ));
        }
        k.busy = true;
        k.timeout = timeout;
        let session = Arc::clone(&k.session);
        if !database.is_empty() {
            session.set_database(database);
        }
        return Ok(InUse { session, key, service: Arc::clone(service), close: wanted.close });
    }
    if wanted.check {
        return Err(Error::new(Code::SessionNotFound, format!("Session {} not found", key.2)));
    }
    if kept.len() >= MAX {
        return Err(Error::retry(Code::LimitExceeded, format!("more than {MAX} sessions")));
    }
    let session = Arc::new(Session::new(tenant.clone(), database));
    kept.insert(key.clone(), Kept { session: Arc::clone(&session), busy: true, until: now + timeout, timeout });
    Ok(InUse { session, key, service: Arc::clone(service), close: wanted.close })
}
