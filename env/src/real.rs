//! The machine's disk: a folder, reached through the operating system.
//!
//! Invariant: every path stays inside the root (components are checked), and a handle opened `durable` has its bytes
//! on the device when a write returns, whether the file system takes `O_DIRECT` or not.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{AtFlags, FlockOperation, OFlags, StatxFlags};

use crate::disk::{DirEntry, Disk, DiskError, File, LockGuard, Open, Result, components};

/// Direct-write block assumed where the kernel (before 6.1) does not tell.
const DEFAULT_DIRECT_BLOCK: usize = 4096;
const EINVAL: i32 = 22;

/// A folder of the machine's file system.
pub struct RealDisk {
    root: PathBuf,
}

impl RealDisk {
    /// Opens `root`, creating it and its parents when missing.
    pub fn open(root: &Path) -> Result<RealDisk> {
        fs::create_dir_all(root).map_err(|e| DiskError::from_io("create_dir", &root.display().to_string(), &e))?;
        Ok(RealDisk { root: root.to_path_buf() })
    }

    fn path(&self, op: &'static str, path: &str) -> Result<PathBuf> {
        let mut full = self.root.clone();
        for part in components(op, path)? {
            full.push(part);
        }
        Ok(full)
    }
}

fn options(how: Open) -> fs::OpenOptions {
    let mut o = fs::OpenOptions::new();
    o.read(true).write(how.write).truncate(how.truncate);
    if how.create_new {
        o.create_new(true);
    } else {
        o.create(how.create);
    }
    o
}

impl Disk for RealDisk {
    fn open(&self, path: &str, how: Open) -> Result<Arc<dyn File>> {
        let full = self.path("open", path)?;
        let error = |e: std::io::Error| DiskError::from_io("open", path, &e);
        let buffered = options(how).open(&full).map_err(error)?;
        let mut direct = None;
        if how.durable {
            // The name exists now, so the second handle neither creates nor truncates.
            let mut o = options(Open { create: false, create_new: false, truncate: false, ..how });
            o.custom_flags((OFlags::DIRECT | OFlags::DSYNC).bits().cast_signed());
            direct = match o.open(&full) {
                Ok(file) => direct_block(&file).map(|block| (file, block)),
                Err(e) if e.raw_os_error() == Some(EINVAL) => None,
                Err(e) => return Err(error(e)),
            };
        }
        let (direct, alignment) = match direct {
            Some((file, block)) => (Some(file), block),
            None => (None, 1),
        };
        let use_direct = AtomicBool::new(direct.is_some());
        let path = path.to_string();
        Ok(Arc::new(RealFile { buffered, direct, use_direct, durable: how.durable, alignment, path }))
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        fs::rename(self.path("rename", from)?, self.path("rename", to)?)
            .map_err(|e| DiskError::from_io("rename", from, &e))
    }

    fn remove(&self, path: &str) -> Result<()> {
        fs::remove_file(self.path("remove", path)?).map_err(|e| DiskError::from_io("remove", path, &e))
    }

    fn remove_dir(&self, path: &str) -> Result<()> {
        fs::remove_dir(self.path("remove_dir", path)?).map_err(|e| DiskError::from_io("remove_dir", path, &e))
    }

    fn create_dir_all(&self, path: &str) -> Result<()> {
        fs::create_dir_all(self.path("create_dir", path)?).map_err(|e| DiskError::from_io("create_dir", path, &e))
    }

    fn list(&self, path: &str) -> Result<Vec<DirEntry>> {
        let error = |e: std::io::Error| DiskError::from_io("list", path, &e);
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.path("list", path)?).map_err(error)? {
            let entry = entry.map_err(error)?;
            let is_dir = entry.file_type().map_err(error)?.is_dir();
            // A name that is not UTF-8 is not ours; a lossy form keeps it visible in listings.
            entries.push(DirEntry { name: entry.file_name().to_string_lossy().into_owned(), is_dir });
        }
        entries.sort();
        Ok(entries)
    }

    fn sync_dir(&self, path: &str) -> Result<()> {
        let error = |e: std::io::Error| DiskError::from_io("sync_dir", path, &e);
        fs::File::open(self.path("sync_dir", path)?).map_err(error)?.sync_all().map_err(error)
    }

    fn exists(&self, path: &str) -> Result<bool> {
        self.path("exists", path)?.try_exists().map_err(|e| DiskError::from_io("exists", path, &e))
    }

    fn lock(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        let full = self.path("lock", path)?;
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(full)
            .map_err(|e| DiskError::from_io("lock", path, &e))?;
        flock(file, FlockOperation::NonBlockingLockExclusive, path)
    }

    fn lock_to_read(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        let file = fs::File::open(self.path("lock", path)?).map_err(|e| DiskError::from_io("lock", path, &e))?;
        flock(file, FlockOperation::NonBlockingLockShared, path)
    }

    fn free_space(&self) -> Result<u64> {
        let stat =
            rustix::fs::statvfs(&self.root).map_err(|e| DiskError::from_io("statvfs", "", &std::io::Error::from(e)))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

fn flock(file: fs::File, how: FlockOperation, path: &str) -> Result<Box<dyn LockGuard>> {
    match rustix::fs::flock(&file, how) {
        Ok(()) => Ok(Box::new(RealLock { _file: file })),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(DiskError::Locked { path: path.to_string() }),
        Err(e) => Err(DiskError::from_io("lock", path, &e.into())),
    }
}

/// Keeps the descriptor, and with it the lock.
struct RealLock {
    _file: fs::File,
}

impl LockGuard for RealLock {}

/// The block of direct writes, or `None` where the file system has none.
fn direct_block(file: &fs::File) -> Option<usize> {
    match rustix::fs::statx(file, c"", AtFlags::EMPTY_PATH, StatxFlags::DIOALIGN) {
        Ok(stat) if stat.stx_mask & StatxFlags::DIOALIGN.bits() != 0 => {
            let block = stat.stx_dio_offset_align as usize;
            (block.is_power_of_two() && block <= DEFAULT_DIRECT_BLOCK).then(|| block.max(512))
        }
        _ => Some(DEFAULT_DIRECT_BLOCK),
    }
}

struct RealFile {
    buffered: fs::File,
    direct: Option<fs::File>,
    /// Cleared when the file system accepts the flag but not the write.
    use_direct: AtomicBool,
    durable: bool,
    alignment: usize,
    path: String,
}

impl RealFile {
    fn error(&self, op: &'static str, e: &std::io::Error) -> DiskError {
        DiskError::from_io(op, &self.path, e)
    }
}

impl File for RealFile {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.buffered.read_at(rest, offset + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(self.error("read", &e)),
            }
        }
        Ok(done)
    }

    fn write_at(&self, offset: u64, buf: &[u8]) -> Result<()> {
        if let Some(direct) = self.direct.as_ref().filter(|_| self.use_direct.load(Ordering::Acquire)) {
            match direct.write_all_at(buf, offset) {
                Ok(()) => return Ok(()),
                Err(e) if e.raw_os_error() == Some(EINVAL) => {
                    // Misaligned: the caller's mistake. Aligned: a file system that takes the flag and not the write.
                    let aligned = |n: usize| n.is_multiple_of(self.alignment);
                    if !aligned(buf.len()) || !aligned(offset as usize) || !aligned(buf.as_ptr() as usize) {
                        let message = format!("direct write of {} bytes at {offset} is misaligned", buf.len());
                        return Err(DiskError::Invalid { op: "write", path: self.path.clone(), message });
                    }
                    self.use_direct.store(false, Ordering::Release);
                }
                Err(e) => return Err(self.error("write", &e)),
            }
        }
        self.buffered.write_all_at(buf, offset).map_err(|e| self.error("write", &e))?;
        if self.durable { self.sync_data() } else { Ok(()) }
    }

    fn sync_data(&self) -> Result<()> {
        self.buffered.sync_data().map_err(|e| self.error("sync", &e))
    }

    fn sync_all(&self) -> Result<()> {
        self.buffered.sync_all().map_err(|e| self.error("sync", &e))
    }

    fn set_len(&self, len: u64) -> Result<()> {
        self.buffered.set_len(len).map_err(|e| self.error("set_len", &e))
    }

    fn len(&self) -> Result<u64> {
        Ok(self.buffered.metadata().map_err(|e| self.error("stat", &e))?.len())
    }

    fn alignment(&self) -> usize {
        self.alignment
    }

    fn is_direct(&self) -> bool {
        self.use_direct.load(Ordering::Acquire)
    }
}
