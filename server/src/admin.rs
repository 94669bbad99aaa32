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
    let mut clean = true;
    let wal = olly_wal::verify(&*env.disk, "wal").map_err(|e| anyhow!("{e}"))?;
    for damage in &wal.damage {
        clean = false;
        println!("damaged: {damage}");
    }
    if let Some(tail) = &wal.tail {
        println!("note: the log ends in an unacknowledged write that the next start cuts: {tail:?}");
    }
    println!("wal: {} segments, {} frames, {} records", wal.segments, wal.frames, wal.records);
    let identity = match olly_raft::Identity::read(&env) {
        Ok(Some(identity)) => {
            println!(
                "identity: cluster {:032x}, node {}, {} data groups",
                identity.cluster, identity.node, identity.data_groups
            );
            Some(identity)
        }
        Ok(None) => {
            clean &= wal.records == 0;
            println!("{}: IDENTITY is missing", if wal.records == 0 { "note" } else { "damaged" });
            None
        }
        Err(e) => {
            clean = false;
            println!("damaged: {}", e.message);
            None
        }
    };
    match olly_raft::check_catalog(&env) {
        Ok(true) => println!("catalog: snapshot is good"),
        Ok(false) => println!("catalog: no snapshot yet, the log has everything"),
        Err(e) => {
            clean = false;
            println!("damaged: {}", e.message);
        }
    }
    let mut groups: Vec<String> = match env.disk.list("groups") {
        Ok(entries) => entries.into_iter().map(|e| e.name).collect(),
        Err(e) if e.is_not_found() => Vec::new(),
        Err(e) => return Err(anyhow!("{e}")),
    };
    groups.sort();
    for id in 1..=identity.map_or(0, |i| i.data_groups) {
        if !groups.contains(&id.to_string()) {
            clean = false;
            println!("damaged: groups/{id} is missing");
        }
    }
    for group in groups.iter().filter(|g| *g != "0") {
        let report = olly_storage::check::check_group(&env, &format!("groups/{group}"));
        for finding in &report.findings {
            clean = false;
            println!("damaged: {} at byte {}: {}", finding.file, finding.offset, finding.message);
        }
        for orphan in &report.orphans {
            println!("note: {orphan} is named by nothing; the next start removes it");
        }
        println!("group {group}: {} parts, {} pages, {} rows", report.parts, report.pages, report.rows);
    }
    println!("{}", if clean { "no damage found" } else { "DAMAGE FOUND" });
    Ok(clean)
}
