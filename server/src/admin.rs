//! `ollystack wal inspect` and `ollystack check`: looking at a stopped node's files.

use anyhow::{Result, anyhow, bail};
use olly_env::Env;
use std::io::Write;
use std::path::Path;

fn open(dir: &Path) -> Result<Env> {
    if !dir.join("wal").is_dir() {
        bail!("{} is no data folder of a node: it has no `wal` folder in it", dir.display());
    }
    Env::real(dir).map_err(|e| anyhow!("{}: {e}", dir.display()))
}

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
        Some(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}

/// Verifies everything; prints what is wrong where. Returns whether all is well.
pub fn check(dir: &Path) -> Result<bool> {
    let env = open(dir)?;
    let _lock = env
        .disk
        .lock("LOCK")
        .map_err(|e| anyhow!("{}: a server is running on this folder; stop it first ({e})", dir.display()))?;
    let report = olly_raft::check_folder(&env).map_err(|e| anyhow!("{e}"))?;
    for damage in &report.damage {
        println!("damaged: {damage}");
    }
    for note in &report.notes {
        println!("note: {note}");
    }
    for line in &report.looked_at {
        println!("{line}");
    }
    let clean = report.damage.is_empty();
    println!("{}", if clean { "no damage found" } else { "DAMAGE FOUND" });
    Ok(clean)
}
