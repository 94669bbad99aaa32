//! Verifies the folder of a stopped node (`ollystack check`): identity, log, catalog snapshot, and every data group's
//! manifest, pages and rows; then that they belong together.
//!
//! Invariant: reads only; whatever is wrong becomes a finding that says where, and one finding does not hide another.

use std::sync::Arc;

use olly_env::Env;
use olly_types::{Code, Error, GroupId, NodeId, Result};

use crate::catalog_machine::{CatalogMachine, Published};
use crate::identity::{Identity, disk_error, group_dir};
use crate::types::{self, StoredMembership};

/// What was looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What is wrong: file, offset where there is one, expected and got.
    pub damage: Vec<String>,
    /// What this user could not read, and which is therefore not checked.
    pub unread: Vec<String>,
    /// What is not wrong but worth knowing.
    pub notes: Vec<String>,
    /// What was looked at, a line for each of the log, the catalog and the groups.
    pub looked_at: Vec<String>,
}

/// Checks the data folder that `env` has as its root. No node may run on it: the caller holds its `LOCK`.
///
/// # Errors
/// The disk's; damage is no error but a finding.
pub fn check_folder(env: &Env) -> Result<CheckReport> {
    let mut report = CheckReport::default();
    let identity = match Identity::read(env) {
        Ok(identity) => identity,
        Err(e) => {
            report.damage.push(e.message);
            None
        }
    };
    let log = olly_wal::verify(&*env.disk, "wal").map_err(|e| match e {
        olly_wal::WalError::Disk(e) => disk_error(&e),
        e => Error::fatal(Code::Aborted, e.to_string()),
    })?;
    report.damage.extend(log.damage.iter().map(ToString::to_string));
    if let Some(cut) = &log.tail {
        report.notes.push(format!(
            "the log ends in an unacknowledged write, which the next start cuts: {} at byte {}: {}",
            cut.file, cut.offset, cut.reason
        ));
    }
    report.looked_at.push(format!("wal: {} segments, {} frames, {} records", log.segments, log.frames, log.records));
    let groups = match env.disk.list("groups") {
        Ok(entries) => entries.into_iter().filter_map(|e| e.name.parse::<u32>().ok()).collect(),
        Err(e) if e.is_not_found() => Vec::new(),
        Err(e) => return Err(disk_error(&e)),
    };
    if identity.is_none() && report.damage.is_empty() && log.records > 0 {
        report.damage.push("IDENTITY: no such file, but the log holds records".to_string());
    }
    // Without an identity, the groups that are there.
    let last = identity.map_or_else(|| groups.iter().copied().max().unwrap_or(0), |i| i.data_groups);
    if identity.is_some() || groups.contains(&0) {
        check_catalog(env, &log, identity.as_ref(), &mut report)?;
    }
    for id in (1..=last).map(GroupId) {
        let dir = group_dir(id);
        let purged = log.purged.get(&id.0);
        if !env.disk.exists(&format!("{dir}/CURRENT")).map_err(|e| disk_error(&e))? {
            // A crash before the group's first start leaves none; then nothing was purged for it either.
            match purged {
                Some(index) => report.damage.push(format!("{dir}/CURRENT: no such file, but entry {index} is purged")),
                None => report.notes.push(format!("{dir}: not started yet")),
            }
            continue;
        }
        let found = olly_storage::check::check_group(env, &dir);
        if !found.manifest.is_empty()
            && let Some(index) = purged.filter(|index| **index >= found.through)
        {
            let (manifest, needed) = (&found.manifest, found.through);
            report.damage.push(format!(
                "{manifest}: it ends before entry {needed}, but the log is purged up to {index}: the manifest has lost its end"
            ));
        }
        for f in &found.findings {
            let told = if f.unread { &mut report.unread } else { &mut report.damage };
            told.push(format!("{} at byte {}: {}", f.file, f.offset, f.message));
        }
        // On a node without others the manifest never covers what the log does not hold: a log that ends earlier has lost its
        // end. With others, a snapshot of theirs may have come in just before a crash: the next start lets the log follow.
        let end = log.ends.get(&id.0).copied().unwrap_or(0);
        if log.damage.is_empty() && !found.manifest.is_empty() && end < found.through {
            let covered = found.through;
            let ahead = format!("the log of group {id} ends before entry {end}, {dir} covers those before {covered}");
            let membership = found.membership.as_deref().map(types::decode_membership).transpose();
            match membership.map(|m| identity.is_some_and(|i| has_others(m.as_ref(), i.node))) {
                Ok(true) => report.notes.push(format!("wal: {ahead}; a snapshot of another node came in")),
                Ok(false) => report.damage.push(format!("wal: {ahead}")),
                Err(e) => report.damage.push(format!("{}: {e}", found.manifest)),
            }
        }
        let next = if found.missing == 0 { "the next start removes it" } else { "kept as long as a part is missing" };
        let orphan = |name: &String| format!("{name} is named by nothing; {next}");
        report.notes.extend(found.orphans.iter().map(orphan));
        let looked_at = format!("group {id}: {} parts, {} pages, {} rows", found.parts, found.pages, found.rows);
        report.looked_at.push(looked_at);
    }
    Ok(report)
}

/// Whether the group has voters besides this node.
fn has_others(membership: Option<&StoredMembership>, node: NodeId) -> bool {
    membership.is_some_and(|m| m.membership().voter_ids().any(|id| id != node.0))
}

fn check_catalog(
    env: &Env,
    log: &olly_wal::Report,
    identity: Option<&Identity>,
    report: &mut CheckReport,
) -> Result<()> {
    let dir = group_dir(GroupId::CATALOG);
    let published = Arc::new(Published::default());
    match CatalogMachine::open(env, &dir, Arc::clone(&published)) {
        Ok(machine) => {
            let (applied, membership) = machine.applied_state();
            let applied = applied.map(|a| a.index);
            if let Some(purged) = log.purged.get(&0).copied().filter(|p| applied.is_none_or(|a| a < *p)) {
                let covers = applied.map_or("nothing".to_string(), |a| format!("entries up to {a}"));
                let message = format!("{dir}/SNAPSHOT covers {covers}, the log is purged up to {purged}");
                report.damage.push(message);
            }
            let end = log.ends.get(&0).copied().unwrap_or(0);
            if let Some(a) = applied.filter(|a| log.damage.is_empty() && end <= *a) {
                let ahead = format!("the catalog's log ends before entry {end}, {dir}/SNAPSHOT covers entry {a}");
                if identity.is_some_and(|i| has_others(Some(&membership), i.node)) {
                    report.notes.push(format!("wal: {ahead}; a snapshot of another node came in"));
                } else {
                    report.damage.push(format!("wal: {ahead}"));
                }
            }
            let state = published.state();
            if let (Some(identity), Some(cluster)) = (identity, state.cluster())
                && (identity.cluster, identity.data_groups) != (cluster, state.data_groups())
            {
                report.damage.push(format!(
                    "IDENTITY names cluster {:032x} with {} data groups, {dir}/SNAPSHOT {cluster:032x} with {}",
                    identity.cluster,
                    identity.data_groups,
                    state.data_groups()
                ));
            }
            report.looked_at.push(format!("catalog: {} tables in its snapshot", state.tables().count()));
        }
        // The path is part of the message.
        Err(e) if e.kind() == std::io::ErrorKind::InvalidData => report.damage.push(e.to_string()),
        Err(e) => return Err(Error::fatal(Code::Aborted, e.to_string())),
    }
    Ok(())
}
