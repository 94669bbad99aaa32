//! Who may connect (DESIGN D21). Only this module makes a [`TenantCtx`] from a client's credentials.
//!
//! Invariant: without a credential only the user `default` from a loopback address gets in, as tenant 0.

use olly_types::port::TenantCtx;
use olly_types::{Code, Error, Result, TenantId};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// A configured user.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    /// SHA-256 of the password.
    pub password_sha256: [u8; 32],
    pub tenant: TenantId,
}

impl User {
    /// A user with the hash as 64 hex digits (`printf %s PASSWORD | sha256sum`).
    ///
    /// # Errors
    /// 36 when the hash is no such text.
    pub fn new(name: &str, password_sha256_hex: &str, tenant: TenantId) -> Result<User> {
        let bad = || Error::new(Code::BadArguments, format!("password-sha256 of user {name} must be 64 hex digits"));
        let mut hash = [0; 32];
        let hex = password_sha256_hex.trim().as_bytes();
        if hex.len() != 64 {
            return Err(bad());
        }
        for (byte, pair) in hash.iter_mut().zip(hex.chunks_exact(2)) {
            let digit = |b: u8| (b as char).to_digit(16).ok_or_else(bad);
            let [a, b] = pair else { return Err(bad()) };
            *byte = (digit(*a)? * 16 + digit(*b)?) as u8;
        }
        Ok(User { name: name.to_string(), password_sha256: hash, tenant })
    }
}

/// All users of this node.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    pub users: Vec<User>,
}

impl Auth {
    /// The context of a user with a password at an address.
    ///
    /// # Errors
    /// 516, whatever the reason, so that names cannot be probed.
    pub fn check(&self, user: &str, password: &str, peer: IpAddr) -> Result<TenantCtx> {
        let user = if user.is_empty() { "default" } else { user };
        let given: [u8; 32] = Sha256::digest(password.as_bytes()).into();
        if let Some(known) = self.users.iter().find(|u| u.name == user) {
            // All bytes are looked at, so that time says nothing about the hash.
            let differs = known.password_sha256.iter().zip(&given).fold(0u8, |d, (a, b)| d | (a ^ b));
            if differs == 0 {
                return Ok(TenantCtx { tenant: known.tenant, user: user.into() });
            }
        } else if user == "default" && password.is_empty() && peer.to_canonical().is_loopback() {
            return Ok(TenantCtx { tenant: TenantId(0), user: "default".into() });
        }
        Err(Error::new(
            Code::AuthenticationFailed,
            format!("{user}: Authentication failed: password is incorrect, or there is no user with such name."),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn who_gets_in() {
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let away = IpAddr::from(Ipv4Addr::new(10, 0, 0, 1));
        let none = Auth::default();
        assert_eq!(none.check("", "", here).map(|c| c.tenant), Ok(TenantId(0)));
        assert!(none.check("default", "x", here).is_err());
        assert!(none.check("default", "", away).is_err());
        assert!(none.check("eve", "", here).is_err());
        // printf %s secret | sha256sum
        let hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
        let some = Auth { users: vec![User::new("default", hash, TenantId(7)).unwrap()] };
        assert_eq!(some.check("default", "secret", away).map(|c| c.tenant), Ok(TenantId(7)));
        assert_eq!(some.check("default", "", here).unwrap_err().code, Code::AuthenticationFailed);
        assert!(User::new("a", "zz", TenantId(1)).is_err());
    }
}
