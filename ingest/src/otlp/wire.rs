//! A walk over protobuf's wire format (source: https://protobuf.dev/programming-guides/encoding/): fields come out as
//! slices of the request, nothing is copied.
//!
//! Invariant: no length is believed before it is checked against the bytes at hand; every error names the message and
//! the field.

use super::descriptor;
use std::fmt;

/// A request that is not what it says: message, field number and what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub message: &'static str,
    /// 0 where the field's number itself cannot be read.
    pub field: u32,
    pub what: &'static str,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.field, descriptor::field_name(self.message, self.field)) {
            (0, _) => write!(f, "{}: {}", self.message, self.what),
            (_, Some(name)) => write!(f, "{}.{name}: {}", self.message, self.what),
            (n, None) => write!(f, "{} field {n}: {}", self.message, self.what),
        }
    }
}

impl std::error::Error for Malformed {}

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub enum Raw<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub message: &'static str,
    pub number: u32,
    pub raw: Raw<'a>,
}

impl<'a> Field<'a> {
    #[cold]
    fn wrong(&self) -> Malformed {
        Malformed { message: self.message, field: self.number, what: "has the wrong wire type" }
    }
    #[inline]
    pub fn bytes(&self) -> Result<&'a [u8], Malformed> {
        match self.raw {
            Raw::Bytes(b) => Ok(b),
            _ => Err(self.wrong()),
        }
    }
    #[inline]
    pub fn varint(&self) -> Result<u64, Malformed> {
        match self.raw {
            Raw::Varint(n) => Ok(n),
            _ => Err(self.wrong()),
        }
    }
    #[inline]
    pub fn fixed64(&self) -> Result<u64, Malformed> {
        match self.raw {
            Raw::Fixed64(n) => Ok(n),
            _ => Err(self.wrong()),
        }
    }
    #[inline]
    pub fn fixed32(&self) -> Result<u32, Malformed> {
        match self.raw {
            Raw::Fixed32(n) => Ok(n),
            _ => Err(self.wrong()),
        }
    }
    #[inline]
    pub fn double(&self) -> Result<f64, Malformed> {
        Ok(f64::from_bits(self.fixed64()?))
    }
    /// sint32 (zigzag).
    #[inline]
    pub fn sint32(&self) -> Result<i32, Malformed> {
        let n = self.varint()? as u32;
        Ok((n >> 1) as i32 ^ -((n & 1) as i32))
    }
    /// Appends a repeated fixed64, packed or not.
    pub fn fixed64s(&self, mut push: impl FnMut(u64)) -> Result<(), Malformed> {
        match self.raw {
            Raw::Fixed64(n) => push(n),
            Raw::Bytes(b) => {
                let (chunks, rest) = b.as_chunks::<8>();
                if !rest.is_empty() {
                    let what = "packed values end early";
                    return Err(Malformed { message: self.message, field: self.number, what });
                }
                chunks.iter().for_each(|c| push(u64::from_le_bytes(*c)));
            }
            _ => return Err(self.wrong()),
        }
        Ok(())
    }
    /// Appends a repeated varint, packed or not.
    pub fn varints(&self, mut push: impl FnMut(u64)) -> Result<(), Malformed> {
        match self.raw {
            Raw::Varint(n) => push(n),
            Raw::Bytes(b) => {
                let mut walk = Walk::new(b, self.message);
                while walk.at < b.len() {
                    push(walk.varint(self.number)?);
                }
            }
            _ => return Err(self.wrong()),
        }
        Ok(())
    }
}

/// Walks the fields of one message.
pub struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    message: &'static str,
}

impl<'a> Walk<'a> {
    #[inline]
    pub fn new(bytes: &'a [u8], message: &'static str) -> Self {
        Walk { bytes, at: 0, message }
    }

    #[cold]
    fn bad(&self, field: u32, what: &'static str) -> Malformed {
        Malformed { message: self.message, field, what }
    }

    #[inline]
    fn varint(&mut self, field: u32) -> Result<u64, Malformed> {
        match self.bytes.get(self.at) {
            Some(b) if *b < 0x80 => {
                self.at += 1;
                Ok(u64::from(*b))
            }
            _ => self.long_varint(field),
        }
    }

    fn long_varint(&mut self, field: u32) -> Result<u64, Malformed> {
        let mut n = 0u64;
        for i in 0..10 {
            let Some(b) = self.bytes.get(self.at).copied() else { return Err(self.bad(field, "varint ends early")) };
            self.at += 1;
            if i == 9 && b > 1 {
                break;
            }
            n |= u64::from(b & 0x7f) << (7 * i);
            if b < 0x80 {
                return Ok(n);
            }
        }
        Err(self.bad(field, "varint is longer than 64 bits"))
    }

    #[inline]
    fn array<const N: usize>(&mut self, field: u32) -> Result<[u8; N], Malformed> {
        match self.bytes.get(self.at..).and_then(|b| b.first_chunk::<N>()) {
            Some(a) => {
                self.at += N;
                Ok(*a)
            }
            None => Err(self.bad(field, "fixed-width value ends early")),
        }
    }

    /// The next field, or None at the end of the message.
    #[inline]
    pub fn next(&mut self) -> Result<Option<Field<'a>>, Malformed> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let tag = self.varint(0)?;
        let Ok(tag) = u32::try_from(tag) else { return Err(self.bad(0, "field number is out of range")) };
        let number = tag >> 3;
        if number == 0 {
            return Err(self.bad(0, "field number is 0"));
        }
        let raw = match tag & 7 {
            0 => Raw::Varint(self.varint(number)?),
            1 => Raw::Fixed64(u64::from_le_bytes(self.array(number)?)),
            2 => {
                let length = self.varint(number)?;
                let rest = (self.bytes.len() - self.at) as u64;
                if length > rest {
                    return Err(self.bad(number, "length runs past the end of the message"));
                }
                let from = self.at;
                self.at += length as usize;
                Raw::Bytes(self.bytes.get(from..self.at).unwrap_or_default())
            }
            5 => Raw::Fixed32(u32::from_le_bytes(self.array(number)?)),
            3 | 4 => return Err(self.bad(number, "groups are not part of OTLP")),
            _ => return Err(self.bad(number, "unknown wire type")),
        };
        Ok(Some(Field { message: self.message, number, raw }))
    }
}
