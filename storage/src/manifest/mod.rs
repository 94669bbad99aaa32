//! The manifest of a group: a file of checksummed edits, rewritten as a whole now and then (docs/formats/manifest.md).
//!
//! `CURRENT` names the file in use. An edit counts once it is synced. Behind each edit stands a *seal* that is written after
//! the edit's sync: a damaged edit with a seal behind it is corruption and is refused, one without is the torn tail of an
//! edit that never counted and is cut. Invariant: after a crash the state is that of the last synced edit.

pub(crate) mod state;

use crate::bytes::{Get, Put};
use crate::error::{Error, Result};
use crate::part::writer::file_name as part_file;
use olly_env::{Disk, File, Open, disk};
use std::sync::Arc;

pub(crate) use state::{IdEntry, Op, PartEntry, State};

const VERSION: u8 = 1;
const MAGIC: &[u8; 4] = b"OLME";
const SEAL: &[u8; 4] = b"SEAL";
/// magic, version, flags, reserved u16, length u32, checksum u32
const HEAD: usize = 16;
/// magic, checksum u32, edit's offset u64
const SEAL_BYTES: usize = 16;
/// A manifest of more than this, and of more than four times its content, is rewritten.
const REWRITE_BYTES: u64 = 1 << 20;
/// Most bytes of a manifest that is read.
const MOST: u64 = 1 << 30;

/// The open manifest of a group.
pub(crate) struct Manifest {
    disk: Arc<dyn Disk>,
    dir: String,
    number: u64,
    file: Arc<dyn File>,
    /// Where the next edit goes.
    end: u64,
    /// Bytes of the edit that began the file.
    base: u64,
    pub state: State,
}

fn file_name(number: u64) -> String {
    format!("MANIFEST-{number}")
}

fn checksum(number: u64, offset: u64, head: &[u8], body: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&number.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &offset.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, head);
    crc32c::crc32c_append(crc, body)
}

fn record(number: u64, offset: u64, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + body.len());
    out.extend_from_slice(MAGIC);
    out.u8(VERSION);
    out.u8(0);
    out.u16(0);
    out.u32(body.len() as u32);
    let crc = checksum(number, offset, &out, body);
    out.u32(crc);
    out.extend_from_slice(body);
    out
}

fn seal(number: u64, offset: u64, crc_of: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(SEAL_BYTES);
    out.extend_from_slice(SEAL);
    out.u32(checksum(number, offset, SEAL, crc_of));
    out.u64(offset);
    out
}

/// What stands at an offset of a manifest.
enum Found<'a> {
    Edit(&'a [u8], usize),
    Damaged(Error),
}

fn edit_at(bytes: &[u8], number: u64, offset: u64) -> Found<'_> {
    let parse = || {
        let mut get = Get::new(bytes.get(offset as usize..).unwrap_or_default());
        let head = get.take(12)?;
        let crc = get.u32()?;
        let mut h = Get::new(head);
        if h.take(4)? != MAGIC {
            return Err(Error::damaged("a manifest edit", "other bytes"));
        }
        let (version, flags) = (h.u8()?, h.u8()?);
        h.u16()?;
        let body = get.take(h.u32()? as usize)?;
        let computed = checksum(number, offset, head, body);
        if computed != crc {
            return Err(Error::damaged(format!("checksum {crc:08x}"), format!("{computed:08x}")));
        }
        if version != VERSION || flags != 0 {
            return Err(Error::damaged(
                format!("manifest version {VERSION} without flags (this build)"),
                format!("version {version}, flags {flags:#04x}"),
            ));
        }
        Ok((body, HEAD + body.len()))
    };
    match parse() {
        Ok((body, len)) => Found::Edit(body, len),
        Err(e) => Found::Damaged(e),
    }
}

/// Whether any seal or edit of this file follows the offset.
fn sealed_after(bytes: &[u8], number: u64, offset: usize) -> bool {
    let rest = bytes.get(offset..).unwrap_or_default();
    rest.windows(4).enumerate().any(|(i, w)| {
        let at = offset + i;
        if w == SEAL {
            let mut get = Get::new(bytes.get(at + 4..).unwrap_or_default());
            let (crc, of) = (get.u32(), get.u64());
            return of.as_ref().is_ok_and(|of| {
                *of >= offset as u64
                    && *of < at as u64
                    && crc == Ok(checksum(number, *of, SEAL, &seal_content(bytes, *of)))
            }) || of.is_ok_and(|of| of == offset as u64);
        }
        w == MAGIC && at > offset && matches!(edit_at(bytes, number, at as u64), Found::Edit(..))
    })
}

/// What a seal vouches for: the edit's stored checksum.
fn seal_content(bytes: &[u8], offset: u64) -> Vec<u8> {
    bytes.get(offset as usize + 12..offset as usize + 16).unwrap_or_default().to_vec()
}

/// Reads a whole manifest: its edits' operations and where the next edit goes.
fn read(bytes: &[u8], number: u64, path: &str) -> Result<(State, u64, u64)> {
    let mut state = State::default();
    let mut at = 0u64;
    let mut base = 0;
    while at < bytes.len() as u64 {
        match edit_at(bytes, number, at) {
            Found::Edit(body, len) => {
                for op in state::decode(body).map_err(|e| e.at(path, at))? {
                    state.apply(op);
                }
                if at == 0 {
                    base = len as u64;
                }
                at += len as u64;
                // The seal may be missing or damaged: it only vouches for the edit, which is whole.
                at += SEAL_BYTES as u64;
            }
            Found::Damaged(e) => {
                if at == 0 || sealed_after(bytes, number, at as usize) {
                    return Err(e.at(path, at));
                }
                break;
            }
        }
    }
    if at == 0 {
        return Err(Error::damaged("a manifest edit", "an empty file").at(path, 0));
    }
    Ok((state, at, base))
}

impl Manifest {
    /// Opens the group's manifest, or makes one for a new group.
    pub fn open(env_disk: &Arc<dyn Disk>, dir: &str, group: olly_types::GroupId) -> Result<Manifest> {
        let current = disk::join(dir, "CURRENT");
        if !env_disk.exists(&current)? {
            // A crash before the first CURRENT leaves at most files that nothing names.
            let state = State { group, ..State::default() };
            return Manifest::start(env_disk, dir, 1, state);
        }
        let number = read_current(&**env_disk, &current)?;
        let path = disk::join(dir, &file_name(number));
        let bytes = read_file(&**env_disk, &path)?;
        let (state, end, base) = read(&bytes, number, &path)?;
        if state.group != group {
            return Err(Error::damaged(format!("group {group}"), state.group.to_string()).at(&path, 0));
        }
        let file = env_disk.open(&path, Open::WRITE)?;
        let manifest = Manifest { disk: Arc::clone(env_disk), dir: dir.to_string(), number, file, end, base, state };
        // Whatever follows the last whole edit never counted. Seals that are missing are made good.
        if (bytes.len() as u64) > end {
            manifest.file.set_len(end)?;
        }
        manifest.seal_all(&bytes)?;
        manifest.file.sync_all()?;
        for entry in env_disk.list(dir)? {
            let stale = entry.name.starts_with("MANIFEST-") && entry.name != file_name(number);
            if stale || entry.name.ends_with(".tmp") {
                env_disk.remove(&disk::join(dir, &entry.name))?;
            }
        }
        Ok(manifest)
    }

    /// Writes the seals that a crash or a full disk kept from the file.
    fn seal_all(&self, bytes: &[u8]) -> Result<()> {
        let mut at = 0u64;
        while let Found::Edit(_, len) = edit_at(bytes, self.number, at) {
            let from = at + len as u64;
            let want = seal(self.number, at, &seal_content(bytes, at));
            if bytes.get(from as usize..from as usize + SEAL_BYTES) != Some(&want[..]) {
                self.file.write_at(from, &want)?;
            }
            at = from + SEAL_BYTES as u64;
        }
        Ok(())
    }

    /// Writes a new file with the whole state and makes it the current one.
    fn start(env_disk: &Arc<dyn Disk>, dir: &str, number: u64, state: State) -> Result<Manifest> {
        let path = disk::join(dir, &file_name(number));
        let body = state::encode(&state.ops())?;
        let bytes = record(number, 0, &body);
        let file = env_disk.open(&path, Open::REPLACE)?;
        let written = (|| {
            file.write_at(0, &bytes)?;
            file.write_at(bytes.len() as u64, &seal(number, 0, &seal_content(&bytes, 0)))?;
            file.sync_all()
        })();
        if let Err(e) = written {
            if e.is_full() {
                let _ = env_disk.remove(&path);
            }
            return Err(e.into());
        }
        env_disk.sync_dir(dir)?;
        let mut current = Vec::new();
        current.extend_from_slice(b"OLCU");
        current.u64(number);
        let crc = crc32c::crc32c(&current);
        current.u32(crc);
        disk::replace_durably(&**env_disk, &disk::join(dir, "CURRENT"), &current)?;
        let base = bytes.len() as u64;
        Ok(Manifest {
            disk: Arc::clone(env_disk),
            dir: dir.to_string(),
            number,
            file,
            end: base + SEAL_BYTES as u64,
            base,
            state,
        })
    }

    /// Applies operations durably, all or none. After an error that is no full disk the manifest must not be used again.
    pub fn commit(&mut self, ops: Vec<Op>) -> Result<()> {
        let body = state::encode(&ops)?;
        let bytes = record(self.number, self.end, &body);
        let written = self.file.write_at(self.end, &bytes).and_then(|()| self.file.sync_data());
        if let Err(e) = written {
            if e.is_full() {
                // What was written of it does not count; it is overwritten by the next edit, or cut at the next open.
                self.file.set_len(self.end)?;
            }
            return Err(e.into());
        }
        for op in ops {
            self.state.apply(op);
        }
        self.state.trim();
        let seal = seal(self.number, self.end, bytes.get(12..16).unwrap_or_default());
        let at = self.end + bytes.len() as u64;
        self.end = at + SEAL_BYTES as u64;
        // Not synced: a missing seal only makes damage look like a torn tail, and the next edit's sync covers it.
        match self.file.write_at(at, &seal) {
            Err(e) if !e.is_full() => return Err(e.into()),
            _ => {}
        }
        if self.end > REWRITE_BYTES.max(4 * self.base) {
            match Manifest::start(&self.disk, &self.dir, self.number + 1, self.state.clone()) {
                Ok(next) => {
                    let old = disk::join(&self.dir, &file_name(self.number));
                    *self = next;
                    // If this fails the next open removes it.
                    let _ = self.disk.remove(&old);
                }
                Err(e) if e.is_full() => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Replaces everything by another state (a snapshot from elsewhere), durably.
    pub fn replace(&mut self, state: State) -> Result<()> {
        let next = Manifest::start(&self.disk, &self.dir, self.number + 1, state)?;
        let old = disk::join(&self.dir, &file_name(self.number));
        *self = next;
        let _ = self.disk.remove(&old);
        Ok(())
    }

    pub fn bytes(&self) -> u64 {
        self.end
    }

    /// The file in use.
    pub fn path(&self) -> String {
        disk::join(&self.dir, &file_name(self.number))
    }
}

/// What must be told where a part file that the manifest names is not there. A file goes only after the edit that no longer
/// names it is durable; so if there is a part of a later entry that no edit names, it is the manifest that lost its end.
pub(crate) fn lost_end(state: &State, path: &str, end: u64, missing: &str, present: &[String]) -> Option<Error> {
    let index = |name: &String| name.strip_suffix(".part")?.split_once('-')?.0.parse::<u64>().ok();
    let named: std::collections::HashSet<String> =
        state.tables.values().flat_map(|t| t.parts.keys().map(|id| part_file(*id))).collect();
    let later = present.iter().filter(|n| !named.contains(*n) && index(n).is_some_and(|i| i >= state.through)).max()?;
    let expected = format!("an edit that names {later}, which is in its folder");
    Some(
        Error::damaged(expected, format!("the end of the edits, with {missing} in force, which is gone")).at(path, end),
    )
}

fn read_file(env_disk: &dyn Disk, path: &str) -> Result<Vec<u8>> {
    match disk::read_all(env_disk, path, MOST) {
        Err(e) if e.is_not_found() => {
            Err(Error::damaged("a manifest, which CURRENT names", "no such file").at(path, 0))
        }
        read => Ok(read?),
    }
}

fn read_current(env_disk: &dyn Disk, path: &str) -> Result<u64> {
    let bytes = disk::read_all(env_disk, path, 64)?;
    let parse = || {
        let mut get = Get::new(&bytes);
        let body = get.take(12)?;
        let crc = get.u32()?;
        get.end()?;
        let computed = crc32c::crc32c(body);
        if crc != computed {
            return Err(Error::damaged(format!("checksum {crc:08x}"), format!("{computed:08x}")));
        }
        let mut get = Get::new(body);
        if get.take(4)? != b"OLCU" {
            return Err(Error::damaged("a CURRENT file", "other bytes"));
        }
        get.u64()
    };
    parse().map_err(|e| e.at(path, 0))
}

/// Seals are not synced by themselves: after a crash the sectors of one may be missing, each as a whole.
fn is_seal_or_hole(got: &[u8], want: &[u8], from: usize) -> bool {
    let border = (512 - from % 512).min(SEAL_BYTES);
    let hole = |part: &[u8]| part.iter().all(|b| *b == 0);
    let piece = |range: std::ops::Range<usize>| {
        let got = got.get(range.start.min(got.len())..range.end.min(got.len())).unwrap_or_default();
        hole(got) || want.get(range) == Some(got)
    };
    piece(0..border) && piece(border..SEAL_BYTES)
}

/// What the manifest of a stopped group says.
pub(crate) struct Inspected {
    pub state: State,
    /// What is wrong and does not keep it from being read.
    pub findings: Vec<Error>,
    /// The file, and where its last whole edit ends.
    pub path: String,
    pub end: u64,
}

/// Reads the manifest of a stopped group.
pub(crate) fn inspect(env_disk: &dyn Disk, dir: &str) -> Result<Inspected> {
    let number = read_current(env_disk, &disk::join(dir, "CURRENT"))?;
    let path = disk::join(dir, &file_name(number));
    let bytes = read_file(env_disk, &path)?;
    let (state, end, _) = read(&bytes, number, &path)?;
    let mut findings = Vec::new();
    let mut at = 0u64;
    while let Found::Edit(_, len) = edit_at(&bytes, number, at) {
        let from = at as usize + len;
        let want = seal(number, at, &seal_content(&bytes, at));
        let got = bytes.get(from..(from + SEAL_BYTES).min(bytes.len())).unwrap_or_default();
        if !is_seal_or_hole(got, &want, from) {
            findings.push(Error::damaged("the seal of an edit", "other bytes").at(&path, from as u64));
        }
        at += (len + SEAL_BYTES) as u64;
    }
    Ok(Inspected { state, findings, path, end })
}

/// Fuzz target: any bytes as a manifest file.
pub fn fuzz_manifest(bytes: &[u8]) {
    let _ = read(bytes, 1, "fuzz");
    let _ = state::decode(bytes);
}

/// The file with the checksums of its edits and seals made right, as far as edits can be told apart in it.
pub(crate) fn resealed(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + HEAD) {
        let length = Get::new(head.get(8..).unwrap_or_default()).u32().unwrap_or(0) as usize;
        let Some(body) = bytes.get(at + HEAD..at.saturating_add(HEAD).saturating_add(length)) else { break };
        let crc = checksum(1, at as u64, head.get(..12).unwrap_or_default(), body).to_le_bytes();
        if let Some(place) = out.get_mut(at + 12..at + HEAD) {
            place.copy_from_slice(&crc);
        }
        let behind = at + HEAD + length;
        let seal = seal(1, at as u64, &crc);
        if let Some(place) = out.get_mut(behind..behind + SEAL_BYTES) {
            place.copy_from_slice(&seal);
        }
        at = behind + SEAL_BYTES;
    }
    out
}
