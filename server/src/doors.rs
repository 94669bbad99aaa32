//! The listeners' ports and the data folder, taken before anything is opened, so that what is in the way is told at once.
//!
//! Invariant: a port is reserved by binding it, but nobody can connect before it listens.

use crate::config::Listen;
use anyhow::{Context, Result, anyhow, bail};
use olly_env::{DiskError, Env};
use olly_types::{Code, Error, limits};
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::{TcpListener, TcpSocket};

/// File descriptors that are left to parts, segments and spills when clients take theirs.
const FILES: u64 = 1024;

/// Raises the process' own limit of open files as far as it may, and says how many client connections it leaves room for.
pub fn connection_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = limits::CONNECTIONS;
    let now = getrlimit(Resource::Nofile);
    let wanted = now.maximum;
    if now.current != wanted {
        // What it cannot be raised to is no error: the connections are fewer then.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: wanted, maximum: wanted });
    }
    let Some(files) = getrlimit(Resource::Nofile).current else { return most as usize };
    let room = files.saturating_sub(FILES).max(files / 2).min(most);
    if room < most {
        tracing::warn!(
            "this process may open {files} files (ulimit -n), so it takes {room} client connections instead of {most}"
        );
    }
    room as usize
}

/// Connections that wait to be taken.
const BACKLOG: u32 = 1024;

/// A port that is taken and does not listen yet.
pub struct Door {
    name: &'static str,
    socket: TcpSocket,
}

/// Takes a listener's port; None where the listener is off.
///
/// # Errors
/// Names the flag, and what would do.
pub fn reserve(name: &'static str, listen: Listen) -> Result<Option<Door>> {
    let Some(address) = listen else { return Ok(None) };
    let taken = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok::<_, std::io::Error>(socket)
    };
    let socket = taken().map_err(|e| refused(name, address, &e))?;
    Ok(Some(Door { name, socket }))
}

fn refused(name: &str, address: SocketAddr, e: &std::io::Error) -> anyhow::Error {
    use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied};
    let fix = match e.kind() {
        AddrInUse => {
            let port = address.port();
            format!(
                "another program listens on port {port}; choose another address with --{name} ADDRESS, or --{name} off"
            )
        }
        PermissionDenied => format!("ports below 1024 need a privilege; choose a higher one with --{name}"),
        AddrNotAvailable => format!("this machine has no such address; try --{name} 127.0.0.1:{}", address.port()),
        _ => format!("choose another address with --{name}"),
    };
    anyhow!("--{name}: cannot listen on {address} ({e}): {fix}")
}

impl Door {
    /// The port that clients will come to.
    pub fn port(&self) -> Option<u16> {
        self.socket.local_addr().ok().map(|a| a.port())
    }

    /// From here on clients can connect.
    pub fn open(self) -> Result<(&'static str, SocketAddr, TcpListener)> {
        let Door { name, socket } = self;
        let address = socket.local_addr()?;
        let listener = socket.listen(BACKLOG).map_err(|e| refused(name, address, &e))?;
        Ok((name, address, listener))
    }
}

/// Why a node cannot work on its data folder, for whoever starts it.
pub fn not_opened(data: &Path, e: &Error) -> anyhow::Error {
    const DAMAGE: &str = "docs/operate/damage.md";
    let hint = match e.code {
        Code::CorruptedData if !e.message.contains(DAMAGE) => format!(". How to go on: {DAMAGE}"),
        Code::NotImplemented => ". Nothing was changed; start the build that it was written with".to_string(),
        _ => String::new(),
    };
    anyhow!("--data {}: {}{hint}", data.display(), e.message.trim_end_matches('.'))
}

/// Opens the data folder and looks whether a node may work in it.
///
/// # Errors
/// Says what is in the way and what would help.
pub fn folder(data: &Path) -> Result<Env> {
    let shown = data.display();
    if data.exists() && !data.is_dir() {
        bail!("--data {shown}: it is a file; give the path of a folder (it is made when missing)");
    }
    let env = Env::real(data)
        .map_err(|e| anyhow!("--data {shown}: the folder cannot be made ({e}); choose a path that you may write to"))?;
    match env.disk.lock("LOCK") {
        Ok(_free) => Ok(env),
        Err(DiskError::Locked { .. }) => bail!(
            "--data {shown}: another ollystack runs on this folder (LOCK is held); stop it, or give this one a folder of its own"
        ),
        Err(e) => Err(anyhow!("{e}")).with_context(|| {
            format!("--data {shown}: the folder cannot be written; give it to this user (chown), or choose another")
        }),
    }
}
