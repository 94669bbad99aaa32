//! UUID and IP addresses in text. Invariant: carriers are in sort order (UUID's second half first, DESIGN D6).

use crate::error::{Code, Error, Result};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A UUID or IPv6 in its carrier's bytes.
pub type Uuid = [u8; 16];

/// Carrier bytes of a UUID given as the two halves that ClickHouse keeps (high = the first eight bytes of the text).
pub fn uuid_from_halves(high: u64, low: u64) -> Uuid {
    let mut out = [0; 16];
    out[..8].copy_from_slice(&low.to_be_bytes());
    out[8..].copy_from_slice(&high.to_be_bytes());
    out
}

/// The halves (high, low) of a UUID's carrier.
pub fn uuid_to_halves(carrier: &[u8]) -> (u64, u64) {
    let half = |range: std::ops::Range<usize>| {
        carrier.get(range).and_then(|b| <[u8; 8]>::try_from(b).ok()).map_or(0, u64::from_be_bytes)
    };
    (half(8..16), half(0..8))
}

/// `8-4-4-4-12` in lower case.
pub fn write_uuid(carrier: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let (high, low) = uuid_to_halves(carrier);
    let bytes = ((u128::from(high) << 64) | u128::from(low)).to_be_bytes();
    for (i, b) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.push(HEX[usize::from(b >> 4)]);
        out.push(HEX[usize::from(b & 15)]);
    }
}

/// 36 characters with dashes, or 32 hex digits; the carrier's bytes.
pub fn parse_uuid(text: &[u8]) -> Result<Uuid> {
    let fail = || Error::new(Code::CannotParseUuid, format!("Cannot parse uuid {}", String::from_utf8_lossy(text)));
    if !matches!(text.len(), 32 | 36) {
        return Err(fail());
    }
    let (mut n, mut digits) = (0u128, 0);
    for (i, b) in text.iter().enumerate() {
        if text.len() == 36 && matches!(i, 8 | 13 | 18 | 23) {
            if *b != b'-' {
                return Err(fail());
            }
            continue;
        }
        let d = (*b as char).to_digit(16).ok_or_else(fail)?;
        n = (n << 4) | u128::from(d);
        digits += 1;
    }
    if digits != 32 {
        return Err(fail());
    }
    Ok(uuid_from_halves((n >> 64) as u64, n as u64))
}

pub fn write_ipv4(n: u32, out: &mut Vec<u8>) {
    for (i, b) in n.to_be_bytes().iter().enumerate() {
        if i > 0 {
            out.push(b'.');
        }
        super::number::write_int(i128::from(*b), out);
    }
}

pub fn parse_ipv4(text: &[u8]) -> Result<u32> {
    std::str::from_utf8(text)
        .ok()
        .and_then(|t| t.parse::<Ipv4Addr>().ok())
        .map(u32::from)
        .ok_or_else(|| Error::new(Code::CannotParseIpv4, "Invalid IPv4 value"))
}

/// The text of an IPv6 address in network order: the first longest run of zeros as `::`, IPv4 forms with dots.
pub fn write_ipv6(bytes: &[u8], out: &mut Vec<u8>) {
    let mut words = [0u16; 8];
    for (w, pair) in words.iter_mut().zip(bytes.chunks_exact(2)) {
        *w = u16::from_be_bytes([pair[0], pair[1]]);
    }
    let (mut best, mut best_len, mut i) = (0, 0, 0);
    while i < 8 {
        let run = words[i..].iter().take_while(|w| **w == 0).count();
        if run > best_len {
            (best, best_len) = (i, run);
        }
        i += run.max(1);
    }
    if best_len < 2 {
        best_len = 0;
    }
    let mut i = 0;
    while i < 8 {
        if best_len > 0 && i == best {
            out.extend_from_slice(b"::");
            i += best_len;
            continue;
        }
        if i > 0 && !(best_len > 0 && i == best + best_len) {
            out.push(b':');
        }
        // ::a.b.c.d and ::ffff:a.b.c.d
        if i == 6 && best == 0 && (best_len == 6 || (best_len == 5 && words[5] == 0xffff)) {
            let tail = (u32::from(words[6]) << 16) | u32::from(words[7]);
            return write_ipv4(tail, out);
        }
        out.extend_from_slice(format!("{:x}", words[i]).as_bytes());
        i += 1;
    }
}

/// IPv6, or an IPv4 as `::ffff:a.b.c.d`; network order.
pub fn parse_ipv6(text: &[u8]) -> Result<Uuid> {
    let fail = || Error::new(Code::CannotParseIpv6, "Invalid IPv6 value");
    let text = std::str::from_utf8(text).map_err(|_| fail())?;
    if let Ok(v4) = text.parse::<Ipv4Addr>() {
        return Ok(v4.to_ipv6_mapped().octets());
    }
    text.parse::<Ipv6Addr>().map(|a| a.octets()).map_err(|_| fail())
}
