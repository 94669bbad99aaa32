//! Values as texts of other alphabets and back: base64, binary digits, code points, the bytes of numbers (reinterpret…),
//! XML, UUIDs as bytes.

use super::num::*;
use super::text::{Texts, build, want_string};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use olly_types::text::{uuid_from_halves, uuid_to_halves, write_uuid};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };
const UUID: Function = Function { family: Family::Uuid, ..BASE };
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

macro_rules! text {
    ($name:literal, $aliases:expr, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            aliases: $aliases,
            syntax: concat!($name, "(s)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('YWJj')")],
            infer: |a| want_string(&a[0].ty, $name).map(|()| Type::String),
            eval: |c| {
                let t = Texts::of(c, 0)?;
                build(c.rows, |r, out| $f(t.get(r), out))
            },
            ..BASE
        }
    };
}
macro_rules! reinterpret {
    ($name:literal, $ty:expr) => {
        Function {
            name: $name,
            family: Family::Conversion,
            syntax: concat!($name, "(x)"),
            description: "The bytes read as a little-endian value, padded with zeroes.",
            examples: &[concat!("SELECT ", $name, "('a')")],
            infer: |a| bytes_of_type(a, $name).map(|()| $ty),
            eval: |c| from_bytes(c, &$ty),
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    text!("base64Encode", &["TO_BASE64"], "Bytes in base64.", |s, out| {
        encode64(s, STANDARD, true, out);
        Ok(())
    }),
    text!("base64Decode", &["FROM_BASE64"], "Bytes from base64.", |s, out| decode64(s, STANDARD, true, out)
        .ok_or_else(|| bad64(s, "base64Decode"))),
    text!("tryBase64Decode", &[], "Bytes from base64, empty where it is none.", |s, out: &mut Vec<u8>| {
        if decode64(s, STANDARD, true, out).is_none() {
            out.clear();
        }
        Ok(())
    }),
    text!("base64URLEncode", &[], "Bytes in the URL alphabet of base64, without padding.", |s, out| {
        encode64(s, URL, false, out);
        Ok(())
    }),
    text!("base64URLDecode", &[], "Bytes from the URL alphabet of base64.", |s, out| decode64(s, URL, false, out)
        .ok_or_else(|| bad64(s, "base64URLDecode"))),
    text!("unbin", &[], "Bytes of binary digits.", |s: &[u8], out: &mut Vec<u8>| {
        if s.iter().any(|b| !matches!(b, b'0' | b'1')) {
            return Err(Error::unsupported("unbin of texts that have other characters than 0 and 1"));
        }
        unbin(s, out);
        Ok(())
    }),
    text!("encodeXMLComponent", &[], "`<`, `&`, `>`, quotes as XML entities.", |s: &[u8], out: &mut Vec<u8>| {
        for b in s {
            match b {
                b'<' => out.extend_from_slice(b"&lt;"),
                b'&' => out.extend_from_slice(b"&amp;"),
                b'>' => out.extend_from_slice(b"&gt;"),
                b'"' => out.extend_from_slice(b"&quot;"),
                b'\'' => out.extend_from_slice(b"&apos;"),
                b => out.push(*b),
            }
        }
        Ok(())
    }),
    Function {
        name: "bin",
        case_insensitive: true,
        syntax: "bin(x)",
        description: "Binary digits of the bytes.",
        examples: &["SELECT bin(5)"],
        infer: |a| match a[0].ty {
            Type::Uuid => Err(illegal(&a[0].ty, "bin")),
            _ => bytes_of_type(a, "bin").map(|()| Type::String),
        },
        eval: bin,
        ..BASE
    },
    Function {
        name: "char",
        case_insensitive: true,
        arity: (1, usize::MAX),
        syntax: "char(n, …)",
        description: "The bytes of the codes.",
        examples: &["SELECT char(104, 105)"],
        infer: |a| match a.iter().find(|a| !a.ty.is_number()) {
            Some(a) => Err(illegal(&a.ty, "char")),
            None => Ok(Type::String),
        },
        eval: |c| {
            let codes: Vec<Vals<i64>> = (0..c.args.len()).map(|i| vals::<i64>(c, i)).collect::<Result<_>>()?;
            build(c.rows, |r, out| {
                out.extend(codes.iter().map(|n| n.get(r) as u8));
                Ok(())
            })
        },
        ..BASE
    },
    reinterpret!("reinterpretAsUInt8", Type::UInt8),
    reinterpret!("reinterpretAsUInt16", Type::UInt16),
    reinterpret!("reinterpretAsUInt32", Type::UInt32),
    reinterpret!("reinterpretAsUInt64", Type::UInt64),
    reinterpret!("reinterpretAsInt8", Type::Int8),
    reinterpret!("reinterpretAsInt16", Type::Int16),
    reinterpret!("reinterpretAsInt32", Type::Int32),
    reinterpret!("reinterpretAsInt64", Type::Int64),
    reinterpret!("reinterpretAsFloat32", Type::Float32),
    reinterpret!("reinterpretAsFloat64", Type::Float64),
    reinterpret!("reinterpretAsDate", Type::Date),
    reinterpret!("reinterpretAsDateTime", Type::DateTime(None)),
    Function {
        name: "reinterpretAsString",
        family: Family::Conversion,
        syntax: "reinterpretAsString(x)",
        description: "The value's little-endian bytes without zeroes at the end.",
        examples: &["SELECT reinterpretAsString(97)"],
        infer: |a| bytes_of_type(a, "reinterpretAsString").map(|()| Type::String),
        eval: |c| {
            let bytes = Raw::of(c)?;
            build(c.rows, |r, out| {
                let b = bytes.get(r);
                // A String is itself.
                let cut = *c.types[0].base() != Type::String;
                let n = b.iter().rposition(|b| *b != 0 || !cut).map_or(0, |at| at + 1);
                out.extend_from_slice(b.get(..n).unwrap_or_default());
                Ok(())
            })
        },
        ..BASE
    },
    Function {
        name: "reinterpretAsFixedString",
        family: Family::Conversion,
        syntax: "reinterpretAsFixedString(x)",
        description: "The value's little-endian bytes.",
        examples: &["SELECT hex(reinterpretAsFixedString(97))"],
        infer: |a| {
            bytes_of_type(a, "reinterpretAsFixedString")?;
            match &a[0].ty {
                Type::FixedString(n) => Ok(Type::FixedString(*n)),
                Type::Uuid => Ok(Type::FixedString(16)),
                t => match t.carrier().primitive_width() {
                    Some(n) => Ok(Type::FixedString(n as u32)),
                    None => Err(illegal(t, "reinterpretAsFixedString")),
                },
            }
        },
        eval: |c| {
            let bytes = Raw::of(c)?;
            let Type::FixedString(n) = c.result else { return Err(illegal(c.result, "reinterpretAsFixedString")) };
            super::hash::fixed_array(*n as usize, (0..c.rows).map(|r| bytes.get(r).to_vec()).collect())
        },
        ..BASE
    },
    Function {
        name: "UUIDStringToNum",
        syntax: "UUIDStringToNum(s)",
        description: "The 16 bytes of a UUID's text; zeroes where it has not 36 characters, of which the separators may be any.",
        examples: &["SELECT hex(UUIDStringToNum('612f3c40-5d3b-217e-707b-6a546a3d7b29'))"],
        infer: |a| want_string(&a[0].ty, "UUIDStringToNum").map(|()| Type::FixedString(16)),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            let digit = |b: u8| char::from(b).to_digit(16).map_or(0xFF, |d| d as u8);
            let bytes = |r| match t.get(r) {
                text if text.len() == 36 => {
                    let digits: Vec<u8> = text
                        .iter()
                        .enumerate()
                        .filter(|(i, _)| !matches!(i, 8 | 13 | 18 | 23))
                        .map(|(_, b)| digit(*b))
                        .collect();
                    digits.chunks(2).map(|p| (p[0] << 4).wrapping_add(p[1])).collect()
                }
                _ => vec![0; 16],
            };
            super::hash::fixed_array(16, (0..c.rows).map(bytes).collect())
        },
        ..UUID
    },
    Function {
        name: "UUIDNumToString",
        syntax: "UUIDNumToString(bytes)",
        description: "The text of a UUID's 16 bytes.",
        examples: &["SELECT UUIDNumToString(toFixedString('a/<@];!~p{jTj={)', 16))"],
        infer: |a| match &a[0].ty {
            Type::FixedString(16) => Ok(Type::String),
            other => Err(illegal(other, "UUIDNumToString")),
        },
        eval: |c| {
            let t = Texts::of(c, 0)?;
            build(c.rows, |r, out| {
                let half = |at: usize| t.get(r).iter().skip(at).take(8).fold(0u64, |n, b| n << 8 | u64::from(*b));
                write_uuid(&uuid_from_halves(half(0), half(8)), out);
                Ok(())
            })
        },
        ..UUID
    },
    Function {
        name: "UUIDToNum",
        syntax: "UUIDToNum(uuid)",
        description: "The 16 bytes of a UUID.",
        examples: &["SELECT hex(UUIDToNum(toUUID('612f3c40-5d3b-217e-707b-6a546a3d7b29')))"],
        infer: |a| match &a[0].ty {
            Type::Uuid => Ok(Type::FixedString(16)),
            other => Err(illegal(other, "UUIDToNum")),
        },
        eval: |c| {
            let t = Texts::of(c, 0)?;
            super::hash::fixed_array(16, (0..c.rows).map(|r| in_order(t.get(r))).collect())
        },
        ..UUID
    },
];

/// A UUID's bytes as they are written.
fn in_order(carrier: &[u8]) -> Vec<u8> {
    let (high, low) = uuid_to_halves(carrier);
    [high.to_be_bytes(), low.to_be_bytes()].concat()
}

fn bad64(s: &[u8], name: &str) -> Error {
    Error::new(Code::IncorrectData, format!("Invalid {name} value ({}), cannot be decoded", String::from_utf8_lossy(s)))
}

fn encode64(s: &[u8], alphabet: &[u8; 64], padded: bool, out: &mut Vec<u8>) {
    for part in s.chunks(3) {
        let n = part.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - part.len()));
        for i in 0..4 {
            if i <= part.len() {
                out.push(alphabet[(n >> (18 - 6 * i)) as usize & 63]);
            } else if padded {
                out.push(b'=');
            }
        }
    }
}

fn decode64(s: &[u8], alphabet: &[u8; 64], padded: bool, out: &mut Vec<u8>) -> Option<()> {
    if padded && !s.len().is_multiple_of(4) {
        return None;
    }
    let plain = match s {
        [rest @ .., b'=', b'='] => rest,
        [rest @ .., b'='] => rest,
        _ => s,
    };
    for part in plain.chunks(4) {
        if part.len() == 1 {
            return None;
        }
        let mut n = 0u32;
        for b in part {
            n = n << 6 | alphabet.iter().position(|a| a == b)? as u32;
        }
        n <<= 6 * (4 - part.len());
        out.extend_from_slice(n.to_be_bytes().get(1..part.len())?);
    }
    Some(())
}

fn unbin(s: &[u8], out: &mut Vec<u8>) {
    let bit = |b: &u8| b & 1;
    let (head, rest) = s.split_at(s.len() % 8);
    if !head.is_empty() {
        out.push(head.iter().fold(0, |n, b| n << 1 | bit(b)));
    }
    out.extend(rest.chunks_exact(8).map(|c| c.iter().fold(0, |n, b| n << 1 | bit(b))));
}

fn bytes_of_type(args: &[Arg], name: &str) -> Result<()> {
    let ty = &args[0].ty;
    let fine = ty.is_string()
        || ty.is_number()
        || ty.is_decimal()
        || matches!(ty, Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64(..) | Type::Uuid | Type::Ipv4);
    if fine { Ok(()) } else { Err(illegal(ty, name)) }
}

/// The bytes of values as ClickHouse keeps them in memory.
enum Raw {
    Texts(Texts),
    Values(Vec<Vec<u8>>),
}

impl Raw {
    fn of(call: &Call<'_>) -> Result<Raw> {
        if call.types[0].is_string() {
            return Ok(Raw::Texts(Texts::of(call, 0)?));
        }
        let array = call.array(0)?;
        let mut out = Vec::with_capacity(call.rows);
        if call.types[0] == Type::Uuid {
            let t = Texts::of(call, 0)?;
            out.extend((0..call.rows).map(|r| t.get(r).iter().rev().copied().collect::<Vec<u8>>()));
            return Ok(Raw::Values(out));
        }
        let width = call.types[0].carrier().primitive_width().ok_or_else(|| illegal(&call.types[0], "reinterpret"))?;
        super::hash::each_raw(&array, width, |_, bytes| out.push(bytes.to_vec()))?;
        Ok(Raw::Values(out))
    }
    fn get(&self, row: usize) -> &[u8] {
        match self {
            Raw::Texts(t) => t.get(row),
            Raw::Values(v) => v.get(row).map_or(&[], Vec::as_slice),
        }
    }
}

fn from_bytes(call: &Call<'_>, ty: &Type) -> Result<ArrayRef> {
    let raw = Raw::of(call)?;
    let width = ty.carrier().primitive_width().unwrap_or(8);
    let values: Vec<Value> = (0..call.rows)
        .map(|r| {
            let n = raw.get(r).iter().take(width).rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
            match ty {
                Type::Float32 => Value::Float(f64::from(f32::from_bits(n as u32))),
                Type::Float64 => Value::Float(f64::from_bits(n)),
                Type::Int8 => Value::Int(i64::from(n as i8)),
                Type::Int16 => Value::Int(i64::from(n as i16)),
                Type::Int32 => Value::Int(i64::from(n as i32)),
                Type::Int64 => Value::Int(n as i64),
                _ => Value::UInt(n),
            }
        })
        .collect();
    array_of(&values, ty)
}

fn bin(call: &Call<'_>) -> Result<ArrayRef> {
    let raw = Raw::of(call)?;
    let ty = &call.types[0];
    let digits = |b: u8, out: &mut Vec<u8>| out.extend((0..8).rev().map(|i| b'0' + (b >> i & 1)));
    let number = !(ty.is_string() || ty.is_float() || ty.is_decimal() || *ty == Type::Uuid);
    build(call.rows, |r, out| {
        let bytes = raw.get(r);
        if number || *ty == Type::Uuid {
            // From the highest byte on; leading zero bytes are left out.
            let skip =
                if number { bytes.iter().rev().take_while(|b| **b == 0).count().min(bytes.len() - 1) } else { 0 };
            bytes.iter().rev().skip(skip).for_each(|b| digits(*b, out));
        } else {
            bytes.iter().for_each(|b| digits(*b, out));
        }
        Ok(())
    })
}
