//! Verifies a stopped group's folder: manifest, every page's checksum, and the hash over the decoded rows.
//!
//! Invariant: reads only; whatever is wrong becomes a finding that says where.

use crate::cache::PageCache;
use crate::error::{Error, Result};
use crate::manifest::{self, PartEntry};
use crate::part::hash::{self, RowsHash};
use crate::part::reader::{Holds, PartReader};
use crate::part::writer::file_name;
use olly_env::{Env, disk};
use olly_types::budget::Budget;
use std::fmt::Write as _;
use std::sync::Arc;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// File, relative to the data folder.
    pub file: String,
    pub offset: u64,
    /// What was expected and what was got.
    pub message: String,
    /// The file could not be read at all, which says nothing about what is in it.
    pub unread: bool,
}

/// What was looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub parts: u64,
    pub pages: u64,
    pub rows: u64,
    /// First log index that the manifest still needs; 0 where it could not be read.
    pub through: u64,
    pub findings: Vec<Finding>,
    /// Files that nothing names. The next start removes them, if every part that is named is there.
    pub orphans: Vec<String>,
    /// Part files that are named and not there.
    pub missing: u64,
    /// The manifest's file; empty where it could not be read.
    pub manifest: String,
    /// Raft's membership as of the last entry that the manifest covers.
    pub membership: Option<Arc<[u8]>>,
}

impl Report {
    fn add(&mut self, e: Error, file: &str) {
        let unread = matches!(e, Error::Disk(_));
        self.findings.push(match e {
            Error::Corrupt { file, offset, expected, got } => {
                Finding { file, offset, message: format!("expected {expected}, got {got}"), unread }
            }
            other => Finding { file: file.to_string(), offset: 0, message: other.to_string(), unread },
        });
    }

    /// What is wrong with a part, and which table that concerns.
    fn add_part(&mut self, e: Error, file: &str, table: &str, entry: &PartEntry) {
        self.add(e, file);
        if let Some(found) = self.findings.last_mut() {
            let _ = write!(found.message, " (a part of {table} with {} rows)", entry.rows);
        }
    }
}

/// Checks the group in `dir` (`groups/<id>`).
pub fn check_group(env: &Env, dir: &str) -> Report {
    let mut report = Report::default();
    let manifest::Inspected { state, findings, path: manifest, end } = match manifest::inspect(&*env.disk, dir) {
        Ok(found) => found,
        Err(e) => {
            report.add(e, dir);
            return report;
        }
    };
    for f in findings {
        report.add(f, dir);
    }
    report.through = state.through;
    report.membership = state.memberships.iter().rev().find(|(p, _)| p.index.0 < state.through).map(|m| m.1.clone());
    let parts_dir = disk::join(dir, "parts");
    let present: Vec<String> = match env.disk.list(&parts_dir) {
        Ok(entries) => entries.into_iter().map(|e| e.name).collect(),
        Err(e) => {
            report.add(e.into(), &parts_dir);
            Vec::new()
        }
    };
    let cache = Arc::new(PageCache::new(Budget::root(16 << 20)));
    let mut known = Vec::new();
    let mut lost_end = None;
    for (table, entry) in state.tables.values().flat_map(|t| t.parts.values().map(move |p| (t, p))) {
        report.parts += 1;
        let name = file_name(entry.id);
        let table =
            table.schemas.last().map_or_else(|| "a table".to_string(), |s| format!("{}.{}", s.database, s.name));
        let path = disk::join(&parts_dir, &name);
        known.push(name.clone());
        let reader = match PartReader::open(&env.disk, &parts_dir, entry.id, &cache) {
            Ok(r) => r,
            Err(e) => {
                let gone = !matches!(e, Error::Disk(_)) && !present.contains(&name);
                report.missing += u64::from(gone);
                // Said once, of the first part that it makes look lost.
                let instead = gone.then(|| manifest::lost_end(&state, &manifest, end, &name, &present)).flatten();
                match instead {
                    Some(e) => lost_end = lost_end.or(Some(e)),
                    None => report.add_part(e, &path, &table, entry),
                }
                continue;
            }
        };
        let (pages, errors) = reader.verify_pages();
        report.pages += pages;
        report.rows += reader.footer.rows;
        let sound = errors.is_empty();
        for e in errors {
            report.add_part(e, &path, &table, entry);
        }
        let f = &reader.footer;
        if (f.rows, f.hash, f.sum, reader.bytes) != (entry.rows, entry.hash, entry.sum, entry.bytes) {
            let e = Error::damaged(
                format!("{} rows with hash {:032x}, {} bytes", entry.rows, entry.hash, entry.bytes),
                format!("{} rows, {:032x}, {} bytes", f.rows, f.hash, reader.bytes),
            );
            report.add_part(e.at(&path, 0), &path, &table, entry);
        } else if sound {
            match rows_hash(&reader) {
                Ok((ordered, sum)) if (ordered, sum) == (f.hash, f.sum) => {}
                Ok((ordered, _)) => {
                    let e = Error::damaged(format!("rows with hash {:032x}", f.hash), format!("{ordered:032x}"));
                    report.add_part(e.at(&path, 0), &path, &table, entry);
                }
                Err(e) => report.add_part(e, &path, &table, entry),
            }
        }
    }
    if let Some(e) = lost_end {
        report.add(e, &manifest);
    }
    let orphans = present.iter().filter(|n| !known.contains(n));
    report.orphans = orphans.map(|n| disk::join(&parts_dir, n)).collect();
    report.manifest = manifest;
    report
}

/// Hash over the decoded rows of a part, in order and as a set.
pub(crate) fn rows_hash(reader: &PartReader) -> Result<(u128, u128)> {
    let footer = &reader.footer;
    let mut out = RowsHash::default();
    let mut holds = Holds::default();
    let mut tenants = footer.tenants.iter().flat_map(|(t, n)| std::iter::repeat_n(*t, *n as usize));
    for (granule, rows) in footer.granules.iter().enumerate() {
        let mut sums = vec![0u64; *rows as usize];
        for column in &footer.columns {
            let source = reader.source(column, granule, &mut holds)?;
            for (sum, v) in sums.iter_mut().zip(source.hashes(&column.ty)?) {
                *sum = sum.wrapping_add(hash::column_part(column.id.0, v));
            }
        }
        for sum in sums {
            let tenant = tenants.next().unwrap_or_default();
            out.add(hash::row_hash(tenant.0, sum));
        }
    }
    Ok((out.ordered(), out.sum))
}
