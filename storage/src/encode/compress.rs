//! General compression behind an encoding: LZ4 or ZSTD where it pays.
//!
//! Layout of a body: codec u8 (0 none, 1 LZ4 block, 2 ZSTD frame), then, unless 0, the uncompressed length var, then the bytes.
//! The choice follows a fixed cost table: LZ4 decodes about four times as fast as ZSTD, so ZSTD must save more.
//! Invariant: the same bytes and effort give the same body on every machine.

use super::{Effort, MAX_PAGE};
use crate::bytes::{Get, Put};
use crate::error::{Error, Result};
use std::borrow::Cow;
use std::cell::RefCell;

/// Bodies under this stay as they are.
const LEAST: usize = 48;
/// What is compressed to see whether the whole should be.
const SAMPLE: usize = 32 << 10;

thread_local! {
    static ZSTD: RefCell<Vec<(i32, zstd::bulk::Compressor<'static>)>> = const { RefCell::new(Vec::new()) };
    static UNZSTD: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

fn zstd_of(bytes: &[u8], level: i32) -> Option<Vec<u8>> {
    ZSTD.with_borrow_mut(|all| {
        if !all.iter().any(|(l, _)| *l == level) {
            all.push((level, zstd::bulk::Compressor::new(level).ok()?));
        }
        let (_, compressor) = all.iter_mut().find(|(l, _)| *l == level)?;
        compressor.compress(bytes).ok()
    })
}

/// Bytes that a page takes after compression; what encodings are compared by.
pub(crate) fn packed_size(page: &[u8]) -> usize {
    if page.len() < LEAST {
        return page.len();
    }
    zstd_of(page, 1).map_or(page.len(), |z| z.len().min(page.len()))
}

/// The body of a page.
pub(crate) fn compress(raw: &[u8], effort: Effort) -> Vec<u8> {
    let plain = || {
        let mut out = Vec::with_capacity(raw.len() + 1);
        out.u8(0);
        out.extend_from_slice(raw);
        out
    };
    if raw.len() < LEAST {
        return plain();
    }
    let middle = raw.len() / 2;
    let sample = if raw.len() > 2 * SAMPLE { raw.get(middle..middle + SAMPLE).unwrap_or(raw) } else { raw };
    let lz4 = lz4_flex::block::compress(sample);
    let whole = sample.len() == raw.len();
    let zstd = zstd_of(sample, if whole { effort.zstd } else { 1 });
    let zstd_size = zstd.as_ref().map_or(usize::MAX, Vec::len);
    // ZSTD must save a tenth over LZ4, and either a thirty-second over nothing.
    let worth = |size: usize| size.saturating_add(sample.len() / 32) < sample.len();
    if worth(zstd_size) && zstd_size.saturating_mul(10) < lz4.len().saturating_mul(9) {
        let packed = if whole { zstd } else { zstd_of(raw, effort.zstd) };
        if let Some(packed) = packed {
            return framed(2, raw.len(), &packed);
        }
    }
    if worth(lz4.len()) {
        let packed = if whole { lz4 } else { lz4_flex::block::compress(raw) };
        if packed.len() < raw.len() {
            return framed(1, raw.len(), &packed);
        }
    }
    plain()
}

fn framed(codec: u8, raw: usize, packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(packed.len() + 6);
    out.u8(codec);
    out.var(raw as u64);
    out.extend_from_slice(packed);
    out
}

/// Uncompressed bytes of a body, at most `limit`.
pub(crate) fn decompress(body: &[u8], limit: usize) -> Result<Cow<'_, [u8]>> {
    let mut get = Get::new(body);
    let codec = get.u8()?;
    if codec == 0 {
        return Ok(Cow::Borrowed(get.bytes));
    }
    let raw = get.count_upto(limit.min(MAX_PAGE))?;
    let packed = get.bytes;
    let out = match codec {
        1 => {
            // LZ4 expands at most 255 times.
            if raw > packed.len().saturating_mul(255).saturating_add(64) {
                return Err(Error::damaged("an LZ4 block of the length it says", "a shorter one"));
            }
            lz4_flex::block::decompress(packed, raw).map_err(|e| Error::damaged("an LZ4 block", e.to_string()))?
        }
        2 => {
            let known = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
            if known != Some(raw as u64) {
                return Err(Error::damaged(format!("a ZSTD frame of {raw} bytes"), format!("{known:?}")));
            }
            UNZSTD
                .with_borrow_mut(|d| {
                    let d = match d {
                        Some(d) => d,
                        None => d.insert(zstd::bulk::Decompressor::new()?),
                    };
                    d.decompress(packed, raw)
                })
                .map_err(|e: std::io::Error| Error::damaged("a ZSTD frame", e.to_string()))?
        }
        n => return Err(Error::damaged("a codec of at most 2", n.to_string())),
    };
    if out.len() != raw {
        return Err(Error::damaged(format!("{raw} bytes"), format!("{}", out.len())));
    }
    Ok(Cow::Owned(out))
}
