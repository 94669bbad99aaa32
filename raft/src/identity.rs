//! Who a data folder belongs to, and its layout: `LOCK`, `IDENTITY`, `wal/`, `groups/<id>/`, `tmp/` (DESIGN D21).
//!
//! Invariant: `IDENTITY` is the last thing that is made in a new folder, so a folder that has it has a log, and one that
//! does not has never acknowledged anything.

use olly_env::{Env, disk};
use olly_types::hash::content_hash;
use olly_types::{Code, Error, GroupId, NodeId, Result};

/// Version of the folder's layout that this build reads and writes.
pub const FORMAT_EPOCH: u32 = 1;
const FILE: &str = "IDENTITY";
const MAX_BYTES: u64 = 4096;

/// What `IDENTITY` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The cluster, drawn at random when it was made.
    pub cluster: u128,
    /// This node; never reused in the cluster.
    pub node: NodeId,
    pub format_epoch: u32,
    /// Number of data groups; fixed when the cluster was made.
    pub data_groups: u32,
}

impl Identity {
    /// The file's text: one `key value` a line, and a check over the lines before it.
    pub(crate) fn encode(&self) -> String {
        let body = format!(
            "ollystack data folder\nformat {}\ncluster {:032x}\nnode {}\ndata_groups {}\n",
            self.format_epoch, self.cluster, self.node, self.data_groups
        );
        let check = content_hash(body.as_bytes());
        format!("{body}check {check:032x}\n")
    }

    pub(crate) fn decode(text: &str) -> Result<Identity> {
        let corrupt = |what: String| Error::fatal(Code::CorruptedData, format!("{FILE}: {what}"));
        let Some((body, check)) = text.rfind("check ").map(|at| text.split_at(at)) else {
            return Err(corrupt("no check line".into()));
        };
        let mut lines = body.lines();
        if lines.next() != Some("ollystack data folder") {
            return Err(corrupt("not the identity of an ollystack data folder".into()));
        }
        let mut value = |key: &str| {
            let line = lines.next().unwrap_or_default();
            line.strip_prefix(key)
                .and_then(|v| v.strip_prefix(' '))
                .map(str::to_string)
                .ok_or_else(|| corrupt(format!("expected `{key} …`, got `{line}`")))
        };
        let number = |key: &str, v: String| v.parse::<u64>().map_err(|_| corrupt(format!("{key} reads `{v}`")));
        let format_epoch = number("format", value("format")?)?;
        // Before the check: another version may have other lines.
        if format_epoch != u64::from(FORMAT_EPOCH) {
            let message =
                format!("{FILE}: the folder has format {format_epoch}, this build reads and writes {FORMAT_EPOCH}");
            return Err(Error::fatal(Code::NotImplemented, message));
        }
        let expected = check.trim_end().strip_prefix("check ").unwrap_or_default().to_string();
        let got = format!("{:032x}", content_hash(body.as_bytes()));
        if expected != got {
            return Err(corrupt(format!("expected check {expected}, got {got}")));
        }
        let cluster = value("cluster")?;
        let cluster = u128::from_str_radix(&cluster, 16).map_err(|_| corrupt(format!("cluster reads `{cluster}`")))?;
        let node = NodeId(number("node", value("node")?)?);
        let data_groups = number("data_groups", value("data_groups")?)?;
        if !(1..=15).contains(&data_groups) {
            return Err(corrupt(format!("{data_groups} data groups")));
        }
        Ok(Identity { cluster, node, format_epoch: FORMAT_EPOCH, data_groups: data_groups as u32 })
    }

    /// Reads the folder's identity; None in a new folder.
    pub fn read(env: &Env) -> Result<Option<Identity>> {
        match disk::read_all(&*env.disk, FILE, MAX_BYTES) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes)
                    .map_err(|_| Error::fatal(Code::CorruptedData, format!("{FILE} is not text")))?;
                Identity::decode(&text).map(Some)
            }
            Err(e) if e.is_not_found() => Ok(None),
            Err(e) => Err(disk_error(&e)),
        }
    }

    pub(crate) fn write(&self, env: &Env) -> Result<()> {
        disk::replace_durably(&*env.disk, FILE, self.encode().as_bytes()).map_err(|e| disk_error(&e))
    }
}

/// A group's folder.
pub(crate) fn group_dir(group: GroupId) -> String {
    format!("groups/{group}")
}

/// An error of the disk as a caller of the node sees it.
pub(crate) fn disk_error(e: &olly_env::DiskError) -> Error {
    match e {
        olly_env::DiskError::Full { .. } => Error::retry(Code::NotEnoughSpace, e.to_string()),
        olly_env::DiskError::Locked { .. } => {
            Error::new(Code::Aborted, format!("The data folder is in use by another process: {e}"))
        }
        e if e.is_denied() => {
            let advice = "this user may not; run it as the user that the data folder belongs to";
            Error::fatal(Code::Aborted, format!("{e}: {advice}"))
        }
        _ => Error::fatal(Code::Aborted, e.to_string()),
    }
}

/// Empties `tmp/`.
pub(crate) fn empty_tmp(env: &Env) -> Result<()> {
    let disk = &*env.disk;
    disk::create_dir_durably(disk, "tmp").map_err(|e| disk_error(&e))?;
    remove_inside(disk, "tmp").map_err(|e| disk_error(&e))
}

fn remove_inside(disk: &dyn olly_env::Disk, dir: &str) -> olly_env::Result<()> {
    for entry in disk.list(dir)? {
        let path = disk::join(dir, &entry.name);
        if entry.is_dir {
            remove_inside(disk, &path)?;
            disk.remove_dir(&path)?;
        } else {
            disk.remove(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_refuses_damage() {
        let env = Env::sim(1);
        assert_eq!(Identity::read(&env).unwrap(), None);
        let id = Identity { cluster: 0xabc << 100, node: NodeId(7), format_epoch: FORMAT_EPOCH, data_groups: 2 };
        id.write(&env).unwrap();
        assert_eq!(Identity::read(&env).unwrap(), Some(id));
        let text = id.encode();
        for at in 0..text.len() - 1 {
            for bit in 0..7 {
                let mut damaged = text.clone().into_bytes();
                damaged[at] ^= 1 << bit;
                if let Ok(damaged) = String::from_utf8(damaged) {
                    assert!(Identity::decode(&damaged).is_err(), "{damaged}");
                }
            }
        }
        let newer = text.replace("format 1", "format 2");
        assert_eq!(Identity::decode(&newer).unwrap_err().code, Code::NotImplemented);
    }
}
