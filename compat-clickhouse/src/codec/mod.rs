//! Binary forms of columns: Native blocks and RowBinary rows.

pub mod names;
pub mod native;
pub mod native_read;
pub mod native_write;

/// Appends LEB128.
pub fn put_varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Appends a string with its varint length.
pub fn put_string(s: impl AsRef<[u8]>, out: &mut Vec<u8>) {
    put_varint(s.as_ref().len() as u64, out);
    out.extend_from_slice(s.as_ref());
}
