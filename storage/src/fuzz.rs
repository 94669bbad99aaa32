//! Fuzz targets over files whose checksums are made right again after a mutation, so that what is behind them is reached;
//! and well-formed inputs to start from.
//!
//! Invariant: no input panics, hangs, or allocates more than a small multiple of what it may hold.

use crate::cache::PageCache;
use crate::check::rows_hash;
use crate::encode::{self, FUZZED_TYPES, compress};
use crate::manifest;
use crate::part::format::{self, FRAME_BYTES, HEADER_BYTES, TRAILER_BYTES};
use crate::part::reader::PartReader;
use crate::part::writer::file_name;
use olly_env::Disk;
use olly_env::sim::SimDisk;
use olly_types::budget::Budget;
use olly_types::{GroupId, LogIndex, PartId, Type, Value};
use std::sync::Arc;

/// The part whose bytes a target is given.
const PART: PartId = PartId { group: GroupId(1), index: LogIndex(2), ordinal: 0 };

/// Any bytes as a part file with right checksums: opened, every page checked, every row decoded and hashed.
pub fn fuzz_part(bytes: &[u8]) {
    let mut file = bytes.to_vec();
    seal_part(&mut file);
    let disk = SimDisk::new();
    disk.plant(&format!("d/{}", file_name(PART)), &file);
    let disk: Arc<dyn Disk> = Arc::new(disk);
    let cache = Arc::new(PageCache::new(Budget::root(4 << 20)));
    if let Ok(part) = PartReader::open(&disk, "d", PART, &cache) {
        let _ = part.verify_pages();
        let _ = rows_hash(&part);
    }
}

/// Writes the checksums of header, pages and trailer anew, each where it stands.
fn seal_part(file: &mut [u8]) {
    let len = file.len();
    let mut put = |at: usize, from: usize, place: usize| {
        let crc = format::checksum(PART, place as u64, file.get(from..at).unwrap_or_default());
        if let Some(to) = file.get_mut(at..at + 4) {
            to.copy_from_slice(&crc.to_le_bytes());
        }
    };
    if len < HEADER_BYTES + TRAILER_BYTES {
        return;
    }
    let end = len - TRAILER_BYTES;
    put(HEADER_BYTES - 4, 0, 0);
    put(end + 20, end, end);
    let mut at = HEADER_BYTES;
    while let Some(frame) = file.get(at..end).and_then(|f| f.first_chunk::<FRAME_BYTES>()) {
        let [_, _, _, _, a, b, c, d] = *frame;
        let from = at + FRAME_BYTES;
        let to = from.saturating_add(u32::from_le_bytes([a, b, c, d]) as usize);
        let Some(body) = file.get(from..to.min(end)) else { return };
        let crc = format::checksum(PART, at as u64, body);
        if let Some(place) = file.get_mut(at..at + 4) {
            place.copy_from_slice(&crc.to_le_bytes());
        }
        at = to;
    }
}

/// Any bytes as a manifest: as they are, as one edit's operations, and as a file whose edits have right checksums.
pub fn fuzz_manifest(bytes: &[u8]) {
    manifest::fuzz_manifest(bytes);
    manifest::fuzz_manifest(&manifest::resealed(bytes));
}

/// The footer of a part file, decompressed: an input of [`format::fuzz_footer`].
pub fn footer_of(part: &[u8]) -> Option<Vec<u8>> {
    let end = part.len().checked_sub(TRAILER_BYTES)?;
    let page = format::read_trailer(part.get(end..)?, PART, end as u64).ok()?;
    let from = page.offset as usize + FRAME_BYTES;
    let body = part.get(from..from + page.len as usize)?;
    compress::decompress(body, 1 << 20).ok().map(|b| b.into_owned())
}

/// Well-formed pages of every type that [`encode::fuzz_page`] reads, and compressed ones.
pub fn pages() -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (kind, name) in FUZZED_TYPES.iter().enumerate() {
        let Ok(ty) = Type::parse(name) else { continue };
        for rows in [1usize, 7, 1024] {
            for run in [false, true] {
                let values: Vec<Value> = (0..rows).map(|i| sample(&ty, if run { 3 } else { i as u64 })).collect();
                let mut page = vec![kind as u8];
                let encoded = olly_types::value::array_of(&values, &ty).map_err(|e| e.to_string());
                if encoded.is_ok_and(|array| encode::encode_array(&array, &ty, &mut page).is_ok()) {
                    for effort in [encode::Effort::FLUSH, encode::Effort::MERGE] {
                        let packed = compress::compress(page.get(1..).unwrap_or_default(), effort);
                        out.push([&[kind as u8], &packed[..]].concat());
                    }
                    out.push(page);
                }
            }
        }
    }
    out
}

/// A value of a type, by its number.
fn sample(ty: &Type, n: u64) -> Value {
    let scrambled = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    match ty {
        Type::Nullable(_) if n % 5 == 2 => Value::Null,
        Type::Nullable(inner) | Type::LowCardinality(inner) => sample(inner, n % 11),
        Type::String => Value::bytes(format!("{}{n}", ["", "GET /cart/", "x"].get(n as usize % 3).unwrap_or(&""))),
        Type::FixedString(width) => Value::bytes(vec![b'a' + (n % 26) as u8; *width as usize]),
        Type::Float32 => Value::Float(f64::from((n as f32) * 0.25)),
        Type::Float64 => Value::Float(n as f64 * 1.1),
        Type::Decimal(..) => Value::Decimal(i128::from(scrambled)),
        Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 => Value::Int(1_000_000 + 15 * n as i64),
        Type::Array(inner) => Value::Array((0..n % 4).map(|i| sample(inner, n + i)).collect()),
        Type::Tuple(fields) => Value::Tuple(fields.iter().map(|(_, ty)| sample(ty, n % 200)).collect()),
        Type::Map(key, value) => Value::Map((0..n % 3).map(|i| (sample(key, i), sample(value, n + i))).collect()),
        Type::UInt8 | Type::Bool => Value::UInt(n % 2),
        _ => Value::UInt(scrambled >> (n % 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_what_they_should_be() {
        let part: &[u8] = include_bytes!("../tests/fixtures/v1/2-0.part");
        // Sealing changes nothing of a sound file, and mends a damaged checksum.
        let mut sealed = part.to_vec();
        seal_part(&mut sealed);
        assert!(sealed == part);
        sealed[HEADER_BYTES] ^= 1;
        sealed[part.len() - 12] ^= 1;
        seal_part(&mut sealed);
        assert!(sealed == part);
        let footer = footer_of(part).unwrap();
        assert!(footer.len() > 100);
        format::fuzz_footer(&footer);
        let manifest: &[u8] = include_bytes!("../tests/fixtures/v1/MANIFEST-1");
        assert!(manifest::resealed(manifest) == manifest);
        let pages = pages();
        for kind in 0..FUZZED_TYPES.len() as u8 {
            assert!(pages.iter().filter(|p| p[0] == kind).count() > 10, "no pages of {}", FUZZED_TYPES[kind as usize]);
        }
        for page in &pages {
            encode::fuzz_page(page);
        }
        fuzz_part(part);
        fuzz_manifest(manifest);
    }
}
