//! What the log does to its folder: prefill, activate, recycle, and tidy up at the start.
//!
//! Invariant: each step is durable before the next one that relies on it, so a crash between any two leaves names that
//! recovery understands: a `.seg` name always has its header, and the oldest segments go one at a time.

use std::sync::Arc;

use olly_env::{AlignedBuf, Disk, DiskError, File, Open, disk};

use crate::segment::{Name, SEGMENT_HEADER, SegmentHeader};

/// Bytes of zeroes written at once, and how many before they are pushed to the device.
const PREFILL_WRITE: usize = 1 << 20;
const PREFILL_SYNC: u64 = 8 << 20;

type Result<T> = std::result::Result<T, DiskError>;

/// The log's folder.
#[derive(Clone)]
pub(crate) struct Folder {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: String,
}

impl Folder {
    pub(crate) fn path(&self, name: Name) -> String {
        disk::join(&self.dir, &name.file())
    }

    /// Makes a spare of real zeroes: unwritten extents would cost a journal commit at each first write.
    pub(crate) fn prefill(&self, number: u64, size: u64) -> Result<()> {
        let new = self.path(Name::New(number));
        // Leave what the file system itself needs to go on.
        if self.disk.free_space()? < size + size / 16 {
            return Err(DiskError::Full { op: "prefill", path: new });
        }
        let written = (|| {
            let file = self.disk.open(&new, Open::REPLACE)?;
            let zeroes = vec![0; PREFILL_WRITE.min(size as usize)];
            let mut at = 0;
            while at < size {
                let n = (size - at).min(zeroes.len() as u64);
                file.write_at(at, zeroes.get(..n as usize).unwrap_or(&zeroes))?;
                at += n;
                if at < size && at.is_multiple_of(PREFILL_SYNC) {
                    file.sync_data()?;
                }
            }
            file.sync_all()
        })();
        if let Err(e) = written {
            if e.is_full() {
                // A state, not the end: give back what was taken for nothing.
                match self.disk.remove(&new) {
                    Err(failed) if !failed.is_not_found() && !failed.is_full() => return Err(failed),
                    _ => {}
                }
            }
            return Err(e);
        }
        self.disk.rename(&new, &self.path(Name::Spare(number)))?;
        self.disk.sync_dir(&self.dir)
    }

    /// Puts a spare into use: header, then name, each durable before the next.
    pub(crate) fn activate(&self, spare: u64, header: &SegmentHeader) -> Result<Arc<dyn File>> {
        let path = self.path(Name::Spare(spare));
        let file = self.disk.open(&path, Open::DURABLE)?;
        let mut page = AlignedBuf::with_capacity(SEGMENT_HEADER);
        page.extend(&header.encode());
        file.write_at(0, page.as_slice())?;
        self.disk.rename(&path, &self.path(Name::Segment(header.sequence)))?;
        self.disk.sync_dir(&self.dir)?;
        let before: Vec<u64> = header.sequence.checked_sub(1).into_iter().collect();
        self.mark(&before, header.sequence)?;
        Ok(file)
    }

    /// Says by a name that segment `sequence`, which is durable, was put into use; `before` are the names that said so of
    /// others. Not synced: the next sync of the folder (a spare being prefilled, a segment recycled, the next opening)
    /// takes it along, and until then the log is as it would be without it.
    pub(crate) fn mark(&self, before: &[u64], sequence: u64) -> Result<()> {
        let top = self.path(Name::Top(sequence));
        for other in before.iter().filter(|n| **n != sequence) {
            match self.disk.rename(&self.path(Name::Top(*other)), &top) {
                Err(e) if !e.is_not_found() && !e.is_full() => return Err(e),
                _ => {}
            }
        }
        if self.disk.exists(&top)? {
            return Ok(());
        }
        match self.disk.open(&top, Open::CREATE) {
            Err(e) if !e.is_full() => Err(e),
            _ => Ok(()),
        }
    }

    /// Takes a segment out of the log: into the reserve, or away. Durable before this returns, so that its header is
    /// never rewritten under its old name.
    pub(crate) fn recycle(&self, sequence: u64, spare: Option<u64>) -> Result<()> {
        let path = self.path(Name::Segment(sequence));
        match spare {
            Some(number) => self.disk.rename(&path, &self.path(Name::Spare(number)))?,
            None => self.disk.remove(&path)?,
        }
        self.disk.sync_dir(&self.dir)
    }

    /// Removes what an earlier run left unfinished, and spares of another size; answers the spares that stay.
    pub(crate) fn tidy(&self, unfinished: &[u64], spares: &[u64], size: u64) -> Result<Vec<u64>> {
        let mut kept = Vec::new();
        let mut removed = false;
        for number in unfinished {
            self.disk.remove(&self.path(Name::New(*number)))?;
            removed = true;
        }
        for number in spares {
            let path = self.path(Name::Spare(*number));
            let file = self.disk.open(&path, Open::WRITE)?;
            if file.len()? == size {
                // Its last sync may not have happened: a name can outlive a crash that its content did not.
                file.sync_all()?;
                kept.push(*number);
            } else {
                drop(file);
                self.disk.remove(&path)?;
                removed = true;
            }
        }
        if removed {
            self.disk.sync_dir(&self.dir)?;
        }
        Ok(kept)
    }

    /// What direct writes here must be multiples of: 512 or 4,096. Asked of an existing file.
    pub(crate) fn block(&self, path: &str) -> Result<(usize, bool)> {
        let file = self.disk.open(path, Open::DURABLE)?;
        Ok((file.alignment().max(512), file.is_direct()))
    }
}
