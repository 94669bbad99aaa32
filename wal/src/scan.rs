//! Reading a segment front to back: its header, its chain of frames, and what is intact behind the chain's end.
//!
//! Memory is bounded by one frame, and a frame by its segment. Invariant: nothing is written here.

use std::sync::Arc;

use olly_env::{Disk, File, Open};

use crate::error::{Result, WalError};
use crate::frame::{At, FRAME_HEADER, FRAME_MAGIC, FrameHeader, NoFrame, check_body, decode_header};
use crate::record::Lsn;
use crate::segment::{SEGMENT_HEADER, SegmentHeader};

/// Bytes read at once.
const WINDOW: usize = 1 << 20;

/// A segment opened to be read.
pub(crate) struct Scanner {
    pub(crate) path: String,
    pub(crate) header: SegmentHeader,
    file: Arc<dyn File>,
    /// What was read last.
    window: Vec<u8>,
    window_at: u64,
}

/// Why the chain of frames ends at a place.
#[derive(Clone, Debug)]
pub(crate) struct ChainEnd {
    /// Offset in the file.
    pub(crate) offset: u64,
    /// Position.
    pub(crate) lsn: Lsn,
    /// Why there is no frame; `None` at the end of the file.
    pub(crate) why: Option<NoFrame>,
    /// The header, when it is intact and the body is not.
    pub(crate) torn: Option<FrameHeader>,
}

/// What is intact behind a chain's end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beyond {
    /// The highest LSN that an intact header there calls durable.
    pub(crate) durable: Lsn,
    /// Where that header is.
    pub(crate) durable_at: u64,
    /// The highest epoch there.
    pub(crate) epoch: u32,
    /// How many intact headers there are.
    pub(crate) headers: u64,
}

impl Scanner {
    /// Opens the segment `sequence` at `path` and checks its header.
    pub(crate) fn open(disk: &dyn Disk, path: &str, sequence: u64) -> Result<Scanner> {
        let file = disk.open(path, Open::READ)?;
        let len = file.len()?;
        let mut header = vec![0; SEGMENT_HEADER];
        let n = file.read_at(0, &mut header)?;
        header.truncate(n);
        let header = SegmentHeader::decode(path, sequence, &header)?;
        if len < header.size {
            return Err(WalError::corrupt(path, len, format!("a segment of {} bytes", header.size), "end of file"));
        }
        Ok(Scanner { path: path.to_string(), header, file, window: Vec::new(), window_at: 0 })
    }

    /// `len` bytes at `offset`; fewer only at the end of the segment.
    fn bytes(&mut self, offset: u64, len: usize) -> Result<&[u8]> {
        let len = len.min(usize::try_from(self.header.size.saturating_sub(offset)).unwrap_or(usize::MAX));
        let end = offset + len as u64;
        if offset < self.window_at || end > self.window_at + self.window.len() as u64 {
            let want = len.max(WINDOW).min((self.header.size - offset) as usize);
            self.window.resize(want, 0);
            let n = self.file.read_at(offset, &mut self.window)?;
            self.window.truncate(n);
            self.window_at = offset;
        }
        let from = (offset - self.window_at) as usize;
        let have = self.window.len().saturating_sub(from);
        Ok(self.window.get(from..from + len.min(have)).unwrap_or(&[]))
    }

    fn at(&self, offset: u64) -> At {
        At {
            log_id: self.header.log_id,
            segment: self.header.sequence,
            lsn: self.header.base.saturating_add(offset - SEGMENT_HEADER as u64),
            block: self.header.block as usize,
            room: self.header.size - offset,
        }
    }

    /// Walks the chain from the segment's start: calls `each` with every intact frame (header, offset in the file, all
    /// bytes behind its header), and answers where and why the chain ends. It ends at `stop` (the LSN at which the
    /// next segment begins) if that comes first, and at a frame whose epoch is below `epoch`, which is raised.
    pub(crate) fn chain(
        &mut self,
        stop: Option<Lsn>,
        epoch: &mut u32,
        mut each: impl FnMut(&FrameHeader, u64, &[u8]) -> Result<()>,
    ) -> Result<ChainEnd> {
        let mut offset = SEGMENT_HEADER as u64;
        let log_id = self.header.log_id;
        loop {
            let at = self.at(offset);
            let mut end = ChainEnd { offset, lsn: at.lsn, why: None, torn: None };
            if stop == Some(at.lsn) || at.room < FRAME_HEADER as u64 {
                return Ok(end);
            }
            let header = match decode_header(at, self.bytes(offset, FRAME_HEADER)?) {
                Ok(header) => header,
                Err(why) => {
                    end.why = Some(why);
                    return Ok(end);
                }
            };
            if header.epoch < *epoch {
                // In flight when an earlier opening of the log ended; what preceded it was cut.
                end.why = Some(NoFrame::Blank);
                return Ok(end);
            }
            let size = header.size(at.block);
            let body = self.bytes(offset + FRAME_HEADER as u64, size - FRAME_HEADER)?;
            let short = body.len() < size - FRAME_HEADER;
            let checked = if short {
                let (expected, got) = (format!("{size} bytes of frame"), "end of file".to_string());
                Err(NoFrame::Damaged { expected, got })
            } else {
                check_body(log_id, &header, body)
            };
            if let Err(why) = checked {
                end.why = Some(why);
                end.torn = Some(header);
                return Ok(end);
            }
            *epoch = header.epoch;
            each(&header, offset, body)?;
            offset += size as u64;
        }
    }

    /// Looks at every block from `offset` on for intact frame headers.
    pub(crate) fn beyond(&mut self, mut offset: u64) -> Result<Beyond> {
        let mut found = Beyond::default();
        let block = u64::from(self.header.block);
        while offset < self.header.size {
            let at = self.at(offset);
            let bytes = self.bytes(offset, FRAME_HEADER)?;
            if bytes.starts_with(&FRAME_MAGIC) {
                match decode_header(at, bytes) {
                    Ok(header) => {
                        found.headers += 1;
                        found.epoch = found.epoch.max(header.epoch);
                        if header.durable > found.durable {
                            (found.durable, found.durable_at) = (header.durable, offset);
                        }
                    }
                    Err(NoFrame::Unknown(what)) => {
                        return Err(WalError::Unsupported { file: self.path.clone(), offset, what });
                    }
                    Err(_) => {}
                }
            }
            offset += block;
        }
        Ok(found)
    }
}
