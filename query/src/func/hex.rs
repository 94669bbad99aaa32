//! Values as hexadecimal digits and back.

use super::num::*;
use super::string::{strings, transform};
use super::text::{Texts, build};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use olly_types::{Result, Type};

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "hex",
        case_insensitive: true,
        syntax: "hex(x)",
        description: "Upper-case hexadecimal of a string's bytes or a number.",
        examples: &["SELECT hex(255)"],
        infer: hex_type,
        eval: hex,
        ..BASE
    },
    Function {
        name: "unhex",
        case_insensitive: true,
        syntax: "unhex(s)",
        description: "Bytes of hexadecimal text.",
        examples: &["SELECT unhex('61')"],
        infer: |a| strings(a, "unhex"),
        eval: |c| transform(c, unhex),
        ..BASE
    },
];

fn hex_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    let fine = ty.is_string()
        || ty.is_number()
        || ty.is_temporal()
        || ty.is_decimal()
        || matches!(ty, Type::Uuid | Type::Ipv4 | Type::Ipv6);
    if fine { Ok(Type::String) } else { Err(illegal(ty, "hex")) }
}

fn hex(call: &Call<'_>) -> Result<ArrayRef> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let put = |b: &u8, out: &mut Vec<u8>| out.extend([DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]);
    let ty = &call.types[0];
    if ty.is_string() || *ty == Type::Ipv6 {
        let t = Texts::of(call, 0)?;
        return build(call.rows, |row, out| {
            t.get(row).iter().for_each(|b| put(b, out));
            Ok(())
        });
    }
    if *ty == Type::Uuid {
        // The carrier has the second half first.
        let t = Texts::of(call, 0)?;
        return build(call.rows, |row, out| {
            let b = t.get(row);
            b[8..].iter().chain(&b[..8]).for_each(|b| put(b, out));
            Ok(())
        });
    }
    if ty.is_float() || ty.is_decimal() {
        let bytes: Vec<Vec<u8>> = match ty {
            Type::Float32 => natives::<f32>(&call.array(0)?)?.into_iter().map(|f| f.to_le_bytes().to_vec()).collect(),
            Type::Float64 => natives::<f64>(&call.array(0)?)?.into_iter().map(|f| f.to_le_bytes().to_vec()).collect(),
            t => {
                let width = t.carrier().primitive_width().unwrap_or(16);
                wides(&call.array(0)?)?.into_iter().map(|v| v.to_le_bytes()[..width].to_vec()).collect()
            }
        };
        return build(call.rows, |row, out| {
            bytes[row].iter().for_each(|b| put(b, out));
            Ok(())
        });
    }
    let width = ty.carrier().primitive_width().unwrap_or(8);
    let values = natives::<u64>(&call.array(0)?)?;
    build(call.rows, |row, out| {
        let bytes = values[row].to_be_bytes();
        // Leading zero bytes are left out, but for dates and times.
        let own = &bytes[8 - width..];
        let skip = own.iter().take_while(|b| **b == 0).count().min(width - 1);
        own[skip..].iter().for_each(|b| put(b, out));
        Ok(())
    })
}

fn unhex(s: &[u8], out: &mut Vec<u8>) {
    // What is no digit counts as 255, as in ClickHouse's table.
    let digit = |b: u8| (b as char).to_digit(16).map_or(0xff, |d| d as u8);
    let (odd, rest) = s.split_at(s.len() % 2);
    out.extend(odd.iter().map(|b| digit(*b)));
    out.extend(rest.chunks_exact(2).map(|c| (digit(c[0]) << 4).wrapping_add(digit(c[1]))));
}
