//! `ollystack wal inspect` and `ollystack check`: looking at a stopped node's files.

use anyhow::{Result, anyhow, bail};
use olly_env::{DiskError, Env};
use std::io::{ErrorKind, Write};
use std::path::Path;

fn open(dir: &Path) -> Result<Env> {
    let shown = dir.display();
    match std::fs::metadata(dir.join("wal")) {
        Ok(found) if found.is_dir() => Env::real(dir).map_err(|e| anyhow!("{shown}: {e}")),
        Err(e) if e.kind() == ErrorKind::PermissionDenied => {
            bail!("{shown}: this user may not look into the folder ({e}); {ANOTHER_USER}")
        }
        _ => bail!("{shown} is no data folder of a node: it has no `wal` folder in it"),
    }
}

const ANOTHER_USER: &str = "run it as the user that the data folder belongs to";

/// Prints segments and records.
pub fn wal_inspect(dir: &Path) -> Result<()> {
    let env = open(dir)?;
    let mut out = std::io::stdout().lock();
    let mut broken = None;
    olly_wal::inspect(&*env.disk, "wal", |item| {
        if broken.is_none() {
            broken = writeln!(out, "{item}").err();
        }
    })
    .map_err(|e| anyhow!("{e}"))?;
    match broken {
        // The reader of a pipe went away: that is no error of ours.
        Some(e) if e.kind() != ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}

/// Verifies everything, and writes nothing; prints what is wrong where. Returns whether all is well.
pub fn check(dir: &Path) -> Result<bool> {
    let env = open(dir)?;
    let shown = dir.display();
    let _lock = match env.disk.lock_to_read("LOCK") {
        Ok(lock) => Some(lock),
        // A copy without it: no server can be running on that.
        Err(DiskError::NotFound { .. }) => None,
        Err(DiskError::Locked { .. }) => bail!("{shown}: a server is running on this folder; stop it first"),
        Err(e) if e.is_denied() => bail!("{shown}: {e}; {ANOTHER_USER}"),
        Err(e) => bail!("{shown}: {e}"),
    };
    let report = olly_raft::check_folder(&env).map_err(|e| anyhow!("{shown}: {}", e.message))?;
    for damage in &report.damage {
        println!("damaged: {damage}");
    }
    for unread in &report.unread {
        println!("cannot be read: {unread}");
    }
    for note in &report.notes {
        println!("note: {note}");
    }
    for line in &report.looked_at {
        println!("{line}");
    }
    if !report.damage.is_empty() {
        println!(
            "DAMAGE FOUND: docs/operate/damage.md says what each finding means, what still works and how to go on"
        );
    } else if !report.unread.is_empty() {
        println!("NOT ALL COULD BE READ: {ANOTHER_USER}");
    } else {
        println!("no damage found");
    }
    Ok(report.damage.is_empty() && report.unread.is_empty())
}
