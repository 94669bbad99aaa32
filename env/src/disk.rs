//! The disk as the rest of the code sees it: a folder of files with explicit durability.
//!
//! Paths are relative to the data folder, `/`-separated, without `.` or `..` components; the empty path is the folder
//! itself. Invariant of every implementation: file content is durable after `sync_data` (or at return of a write
//! through a durable handle), and a name (create, rename, remove) only after `sync_dir` of its folder.

use std::sync::Arc;

/// What a disk operation answers.
pub type Result<T> = std::result::Result<T, DiskError>;

/// Why a disk operation did not succeed, by what the caller can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// No such file or folder.
    #[error("{op} {path}: not found")]
    NotFound { op: &'static str, path: String },
    /// `create_new` on a name that is taken.
    #[error("{op} {path}: already exists")]
    AlreadyExists { op: &'static str, path: String },
    /// No space or quota left (ENOSPC, EDQUOT): a state, not the end (D24).
    #[error("{op} {path}: no space left on the disk")]
    Full { op: &'static str, path: String },
    /// Another process holds the lock.
    #[error("{path} is locked by another process")]
    Locked { path: String },
    /// The caller broke a rule of the interface (bad path, misaligned direct write).
    #[error("{op} {path}: {message}")]
    Invalid { op: &'static str, path: String, message: String },
    /// The disk failed: stop acknowledging (rule 2 of the house). `errno` is 0 where there is none.
    #[error("{op} {path}: {message} (errno {errno})")]
    Io { op: &'static str, path: String, errno: i32, message: String },
    /// Simulated only: the machine has crashed, this handle or disk is dead.
    #[error("{op} {path}: the simulated machine has crashed")]
    Crashed { op: &'static str, path: String },
}

impl DiskError {
    /// Classifies an error of the standard library.
    pub fn from_io(op: &'static str, path: &str, e: &std::io::Error) -> DiskError {
        let path = path.to_string();
        match e.raw_os_error() {
            Some(28 | 122) => return DiskError::Full { op, path }, // ENOSPC, EDQUOT
            Some(2) => return DiskError::NotFound { op, path },
            Some(17) => return DiskError::AlreadyExists { op, path },
            _ => {}
        }
        match e.kind() {
            std::io::ErrorKind::NotFound => DiskError::NotFound { op, path },
            std::io::ErrorKind::AlreadyExists => DiskError::AlreadyExists { op, path },
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => DiskError::Full { op, path },
            _ => DiskError::Io { op, path, errno: e.raw_os_error().unwrap_or(0), message: e.to_string() },
        }
    }

    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        matches!(self, DiskError::Full { .. })
    }

    /// Whether the name does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, DiskError::NotFound { .. })
    }

    /// Whether the system does not let this user (EPERM, EACCES), or nobody (EROFS).
    pub fn is_denied(&self) -> bool {
        matches!(self, DiskError::Io { errno: 1 | 13 | 30, .. })
    }
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Writes are allowed (reads always are).
    pub write: bool,
    /// Create the file when missing.
    pub create: bool,
    /// Fail when the file exists; implies `create`.
    pub create_new: bool,
    /// Cut to length 0.
    pub truncate: bool,
    /// Every write is durable when it returns (`O_DSYNC`), and bypasses the page cache where the file system can
    /// (`O_DIRECT`). Buffers, offsets and lengths must then be multiples of [`File::alignment`].
    pub durable: bool,
}

impl Open {
    /// An existing file, to read.
    pub const READ: Open = Open { write: false, create: false, create_new: false, truncate: false, durable: false };
    /// An existing file, to read and write.
    pub const WRITE: Open = Open { write: true, ..Open::READ };
    /// A file that is created when missing, to read and write.
    pub const CREATE: Open = Open { write: true, create: true, ..Open::READ };
    /// A file that must not exist yet.
    pub const CREATE_NEW: Open = Open { write: true, create: true, create_new: true, ..Open::READ };
    /// A file that is created, or emptied when it exists.
    pub const REPLACE: Open = Open { write: true, create: true, truncate: true, ..Open::READ };
    /// An existing file whose writes are durable at return.
    pub const DURABLE: Open = Open { write: true, durable: true, ..Open::READ };
}

/// What a folder holds under one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// Last component of the path.
    pub name: String,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// Held while this process owns a data folder; let go when dropped or when the process ends.
pub trait LockGuard: Send + Sync {}

/// The disk. All calls block.
pub trait Disk: Send + Sync {
    /// Opens a file. A name that this creates is durable only after `sync_dir` of its folder.
    fn open(&self, path: &str, how: Open) -> Result<Arc<dyn File>>;
    /// Renames a file or folder, replacing a file that has the new name. Atomic; durable after `sync_dir`.
    fn rename(&self, from: &str, to: &str) -> Result<()>;
    /// Removes a file.
    fn remove(&self, path: &str) -> Result<()>;
    /// Removes an empty folder.
    fn remove_dir(&self, path: &str) -> Result<()>;
    /// Creates a folder and its missing parents; succeeds when it exists.
    fn create_dir_all(&self, path: &str) -> Result<()>;
    /// What a folder holds, sorted by name.
    fn list(&self, path: &str) -> Result<Vec<DirEntry>>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &str) -> Result<()>;
    /// Whether the name exists.
    fn exists(&self, path: &str) -> Result<bool>;
    /// Takes the exclusive lock of a lock file, which is created when missing. `Locked` when another holder has it.
    fn lock(&self, path: &str) -> Result<Box<dyn LockGuard>>;
    /// Takes a lock of an existing lock file that keeps those of [`Disk::lock`] out, and is kept out by them. Needs no right to
    /// write, and writes nothing.
    fn lock_to_read(&self, path: &str) -> Result<Box<dyn LockGuard>>;
    /// Bytes that can still be written by this process.
    fn free_space(&self) -> Result<u64>;
}

/// An open file. Handles may be shared between threads.
pub trait File: Send + Sync {
    /// Reads at `offset` until `buf` is full or the file ends; the number of bytes read.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize>;
    /// Writes all of `buf` at `offset`, extending the file where needed.
    fn write_at(&self, offset: u64, buf: &[u8]) -> Result<()>;
    /// Makes content and length durable (fdatasync).
    fn sync_data(&self) -> Result<()>;
    /// Makes content, length and the file's own metadata durable (fsync).
    fn sync_all(&self) -> Result<()>;
    /// Cuts or extends (with zeroes) the file.
    fn set_len(&self, len: u64) -> Result<()>;
    /// Bytes.
    fn len(&self) -> Result<u64>;
    /// Whether the file has no bytes.
    fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }
    /// What offsets, lengths and addresses of this handle's writes must be multiples of: 1, or with `Open::durable`
    /// the device's direct-write block (512 or 4,096).
    fn alignment(&self) -> usize;
    /// Whether writes bypass the page cache. For reports only.
    fn is_direct(&self) -> bool;
}

/// Checks a path of this interface and answers its components.
pub fn components<'a>(op: &'static str, path: &'a str) -> Result<Vec<&'a str>> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<&str> = path.split('/').collect();
    if parts.iter().any(|c| c.is_empty() || *c == "." || *c == ".." || c.contains('\0')) {
        let message = "not a plain relative path".to_string();
        return Err(DiskError::Invalid { op, path: path.to_string(), message });
    }
    Ok(parts)
}

/// The folder that holds `path` ("" for the data folder itself).
pub fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |i| &path[..i])
}

/// Joins a folder and a name.
pub fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_string() } else { format!("{dir}/{name}") }
}

/// Fills `buf` from `offset`; a file that ends before is an `Invalid` error.
pub fn read_exact_at(file: &dyn File, path: &str, offset: u64, buf: &mut [u8]) -> Result<()> {
    let got = file.read_at(offset, buf)?;
    if got == buf.len() {
        return Ok(());
    }
    let message = format!("file ends at {}, {} bytes wanted at {offset}", offset + got as u64, buf.len());
    Err(DiskError::Invalid { op: "read", path: path.to_string(), message })
}

/// Reads a whole file of at most `limit` bytes; a longer one is an `Invalid` error.
pub fn read_all(disk: &dyn Disk, path: &str, limit: u64) -> Result<Vec<u8>> {
    let file = disk.open(path, Open::READ)?;
    let len = file.len()?;
    if len > limit {
        let message = format!("{len} bytes, at most {limit} expected");
        return Err(DiskError::Invalid { op: "read", path: path.to_string(), message });
    }
    let mut buf = vec![0; len as usize];
    read_exact_at(&*file, path, 0, &mut buf)?;
    Ok(buf)
}

/// Replaces a file as a whole and durably: temporary file beside it, sync, rename, sync of the folder. After a crash
/// the name holds either the old or the new bytes; a left-over `PATH.tmp` may exist.
pub fn replace_durably(disk: &dyn Disk, path: &str, bytes: &[u8]) -> Result<()> {
    let temporary = format!("{path}.tmp");
    let written = (|| {
        let file = disk.open(&temporary, Open::REPLACE)?;
        file.write_at(0, bytes)?;
        file.sync_all()
    })();
    if let Err(e) = written {
        if e.is_full() {
            // A full disk is a state: do not keep what was written for nothing.
            let _ = disk.remove(&temporary);
        }
        return Err(e);
    }
    disk.rename(&temporary, path)?;
    disk.sync_dir(parent(path))
}

/// Creates a folder and its missing parents, each durable in its own parent.
pub fn create_dir_durably(disk: &dyn Disk, path: &str) -> Result<()> {
    let parts = components("create_dir", path)?;
    let mut at = String::new();
    for part in parts {
        let above = at.clone();
        at = join(&at, part);
        disk.create_dir_all(&at)?;
        // Also when it existed: an earlier run may have crashed between the two steps.
        disk.sync_dir(&above)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert!(components("t", "").unwrap().is_empty());
        assert_eq!(components("t", "a/b").unwrap(), ["a", "b"]);
        for bad in ["/a", "a/", "a//b", "../a", "a/./b", "a/..", "a\0"] {
            assert!(matches!(components("t", bad), Err(DiskError::Invalid { .. })), "{bad:?}");
        }
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(parent("a"), "");
        assert_eq!(join("", "x"), "x");
        assert_eq!(join("a", "x"), "a/x");
    }

    #[test]
    fn errors_are_classified() {
        let of = |n| DiskError::from_io("write", "f", &std::io::Error::from_raw_os_error(n));
        assert!(of(28).is_full() && of(122).is_full());
        assert!(of(2).is_not_found());
        assert!(matches!(of(5), DiskError::Io { errno: 5, .. }));
    }
}
