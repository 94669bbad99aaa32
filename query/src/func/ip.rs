//! IP addresses: texts and numbers of them, ranges.

use super::num::*;
use super::text::{Texts, build, want_string};
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::ArrayRef;
use olly_types::text::{parse_ipv4, parse_ipv6, write_ipv4, write_ipv6};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};

const BASE: Function = Function { family: Family::Ip, arity: (1, 1), ..FUNCTION };
const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "IPv4NumToString",
        aliases: &["INET_NTOA"],
        case_insensitive: false,
        syntax: "IPv4NumToString(n)",
        description: "The address of a number as text.",
        examples: &["SELECT IPv4NumToString(3232235777)"],
        infer: |a| v4_number(a, "IPv4NumToString"),
        eval: |c| v4_texts(c, write_ipv4),
        ..BASE
    },
    Function {
        name: "IPv4NumToStringClassC",
        syntax: "IPv4NumToStringClassC(n)",
        description: "The address of a number as text with xxx for its last byte.",
        examples: &["SELECT IPv4NumToStringClassC(3232235777)"],
        infer: |a| v4_number(a, "IPv4NumToStringClassC"),
        eval: |c| {
            v4_texts(c, |n, out| {
                write_ipv4(n, out);
                while out.last().is_some_and(|b| *b != b'.') {
                    out.pop();
                }
                out.extend_from_slice(b"xxx");
            })
        },
        ..BASE
    },
    Function {
        name: "IPv4StringToNum",
        aliases: &["INET_ATON"],
        syntax: "IPv4StringToNum(s)",
        description: "The number of an address.",
        examples: &["SELECT IPv4StringToNum('192.168.1.1')"],
        infer: |a| want_string(&a[0].ty, "IPv4StringToNum").map(|()| Type::UInt32),
        eval: |c| v4_numbers(c, &Type::UInt32, |_| Err(Error::new(Code::CannotParseIpv4, "Invalid IPv4 value"))),
        ..BASE
    },
    Function {
        name: "IPv4StringToNumOrDefault",
        syntax: "IPv4StringToNumOrDefault(s)",
        description: "The number of an address, 0 where it is none.",
        examples: &["SELECT IPv4StringToNumOrDefault('x')"],
        infer: |a| want_string(&a[0].ty, "IPv4StringToNumOrDefault").map(|()| Type::UInt32),
        eval: |c| v4_numbers(c, &Type::UInt32, |_| Ok(Value::UInt(0))),
        ..BASE
    },
    Function {
        name: "IPv4StringToNumOrNull",
        syntax: "IPv4StringToNumOrNull(s)",
        description: "The number of an address, NULL where it is none.",
        examples: &["SELECT IPv4StringToNumOrNull('x')"],
        infer: |a| want_string(&a[0].ty, "IPv4StringToNumOrNull").map(|()| Type::nullable(Type::UInt32)),
        eval: |c| v4_numbers(c, &Type::nullable(Type::UInt32), |_| Ok(Value::Null)),
        ..BASE
    },
    Function {
        name: "IPv6NumToString",
        aliases: &["INET6_NTOA"],
        syntax: "IPv6NumToString(bytes)",
        description: "The address of 16 bytes as text.",
        examples: &["SELECT IPv6NumToString(toIPv6('::1'))"],
        infer: |a| match &a[0].ty {
            Type::FixedString(16) | Type::Ipv6 => Ok(Type::String),
            other => Err(illegal(other, "IPv6NumToString")),
        },
        eval: |c| {
            let t = Texts::of(c, 0)?;
            build(c.rows, |r, out| {
                write_ipv6(t.get(r), out);
                Ok(())
            })
        },
        ..BASE
    },
    Function {
        name: "IPv6StringToNum",
        aliases: &["INET6_ATON"],
        syntax: "IPv6StringToNum(s)",
        description: "The 16 bytes of an address; IPv4 is mapped.",
        examples: &["SELECT hex(IPv6StringToNum('::1'))"],
        infer: |a| want_string(&a[0].ty, "IPv6StringToNum").map(|()| Type::FixedString(16)),
        eval: |c| v6_bytes(c, &Type::FixedString(16), |_| Err(Error::new(Code::CannotParseIpv6, "Invalid IPv6 value"))),
        ..BASE
    },
    Function {
        name: "IPv6StringToNumOrDefault",
        syntax: "IPv6StringToNumOrDefault(s)",
        description: "The 16 bytes of an address, zeroes where it is none.",
        examples: &["SELECT hex(IPv6StringToNumOrDefault('x'))"],
        infer: |a| want_string(&a[0].ty, "IPv6StringToNumOrDefault").map(|()| Type::FixedString(16)),
        eval: |c| v6_bytes(c, &Type::FixedString(16), |_| Ok(Value::Bytes([0; 16].into()))),
        ..BASE
    },
    Function {
        name: "IPv6StringToNumOrNull",
        syntax: "IPv6StringToNumOrNull(s)",
        description: "The 16 bytes of an address, NULL where it is none.",
        examples: &["SELECT IPv6StringToNumOrNull('x')"],
        infer: |a| want_string(&a[0].ty, "IPv6StringToNumOrNull").map(|()| Type::nullable(Type::FixedString(16))),
        eval: |c| v6_bytes(c, &Type::nullable(Type::FixedString(16)), |_| Ok(Value::Null)),
        ..BASE
    },
    Function {
        name: "IPv4ToIPv6",
        syntax: "IPv4ToIPv6(ip)",
        description: "The mapped IPv6 address.",
        examples: &["SELECT IPv4ToIPv6(toIPv4('1.2.3.4'))"],
        infer: |a| match a[0].ty {
            Type::Ipv4 => Ok(Type::Ipv6),
            ref other => Err(super::num::illegal(other, "IPv4ToIPv6")),
        },
        eval: |c| {
            let n = natives::<u32>(&c.array(0)?)?;
            let values: Vec<Value> =
                n.into_iter().map(|n| Value::bytes([&MAPPED[..], &n.to_be_bytes()].concat())).collect();
            array_of(&values, &Type::Ipv6)
        },
        ..BASE
    },
    Function {
        name: "isIPv4String",
        syntax: "isIPv4String(s)",
        description: "Whether the text is an IPv4 address.",
        examples: &["SELECT isIPv4String('1.2.3.4')"],
        infer: |a| want_string(&a[0].ty, "isIPv4String").map(|()| Type::UInt8),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            Ok(flags((0..c.rows).map(|r| parse_ipv4(t.get(r)).is_ok()).collect()))
        },
        ..BASE
    },
    Function {
        name: "isIPv6String",
        syntax: "isIPv6String(s)",
        description: "Whether the text is an IPv6 address.",
        examples: &["SELECT isIPv6String('::1')"],
        infer: |a| want_string(&a[0].ty, "isIPv6String").map(|()| Type::UInt8),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            Ok(flags((0..c.rows).map(|r| parse_ipv4(t.get(r)).is_err() && parse_ipv6(t.get(r)).is_ok()).collect()))
        },
        ..BASE
    },
    Function {
        name: "isIPAddressInRange",
        arity: (2, 2),
        syntax: "isIPAddressInRange(address, prefix)",
        description: "Whether the address is in a CIDR prefix.",
        examples: &["SELECT isIPAddressInRange('10.1.2.3', '10.0.0.0/8')"],
        infer: |a| {
            if !matches!(a[0].ty, Type::Ipv4 | Type::Ipv6) {
                want_string(&a[0].ty, "isIPAddressInRange")?;
            }
            want_string(&a[1].ty, "isIPAddressInRange").map(|()| Type::UInt8)
        },
        eval: in_range,
        ..BASE
    },
    Function {
        name: "IPv4CIDRToRange",
        arity: (2, 2),
        nulls: Nulls::Propagate,
        low_cardinality: LowCardinality::Plain,
        syntax: "IPv4CIDRToRange(ip, bits)",
        description: "First and last address of the prefix.",
        examples: &["SELECT IPv4CIDRToRange(toIPv4('10.1.2.3'), 8)"],
        infer: |a| {
            v4_number(a, "IPv4CIDRToRange")?;
            bits_type(a, "IPv4CIDRToRange").map(|()| Type::tuple([Type::Ipv4, Type::Ipv4]))
        },
        eval: |c| {
            let (n, bits) = (natives::<u32>(&c.array(0)?)?, vals::<u8>(c, 1)?);
            let values: Vec<Value> = n
                .into_iter()
                .enumerate()
                .map(|(r, n)| {
                    let low = u32::MAX.checked_shr(u32::from(bits.get(r))).unwrap_or(0);
                    Value::Tuple([Value::UInt(u64::from(n & !low)), Value::UInt(u64::from(n | low))].into())
                })
                .collect();
            array_of(&values, c.result)
        },
        ..BASE
    },
    Function {
        name: "IPv6CIDRToRange",
        arity: (2, 2),
        low_cardinality: LowCardinality::Plain,
        syntax: "IPv6CIDRToRange(ip, bits)",
        description: "First and last address of the prefix.",
        examples: &["SELECT IPv6CIDRToRange(toIPv6('2001:db8::1'), 32)"],
        infer: |a| {
            if !matches!(a[0].ty, Type::Ipv6 | Type::FixedString(16)) {
                return Err(illegal(&a[0].ty, "IPv6CIDRToRange"));
            }
            bits_type(a, "IPv6CIDRToRange").map(|()| Type::tuple([Type::Ipv6, Type::Ipv6]))
        },
        eval: |c| {
            let (t, bits) = (Texts::of(c, 0)?, vals::<u8>(c, 1)?);
            let values: Vec<Value> = (0..c.rows)
                .map(|r| {
                    let n = <[u8; 16]>::try_from(t.get(r)).map_or(0, u128::from_be_bytes);
                    let low = u128::MAX.checked_shr(u32::from(bits.get(r))).unwrap_or(0);
                    Value::Tuple([Value::bytes((n & !low).to_be_bytes()), Value::bytes((n | low).to_be_bytes())].into())
                })
                .collect();
            array_of(&values, c.result)
        },
        ..BASE
    },
];

fn v4_number(args: &[Arg], name: &str) -> Result<Type> {
    match &args[0].ty {
        Type::Ipv4 | Type::UInt8 | Type::UInt16 | Type::UInt32 => Ok(Type::String),
        other => Err(illegal(other, name)),
    }
}
fn bits_type(args: &[Arg], name: &str) -> Result<()> {
    if args[1].ty == Type::UInt8 { Ok(()) } else { Err(illegal(&args[1].ty, name)) }
}
fn v4_texts(call: &Call<'_>, f: impl Fn(u32, &mut Vec<u8>)) -> Result<ArrayRef> {
    let n = vals::<u32>(call, 0)?;
    build(call.rows, |r, out| {
        f(n.get(r), out);
        Ok(())
    })
}
fn v4_numbers(call: &Call<'_>, ty: &Type, otherwise: impl Fn(&[u8]) -> Result<Value>) -> Result<ArrayRef> {
    let t = Texts::of(call, 0)?;
    let value = |r| match parse_ipv4(t.get(r)) {
        Ok(n) => Ok(Value::UInt(u64::from(n))),
        Err(_) => otherwise(t.get(r)),
    };
    array_of(&(0..call.rows).map(value).collect::<Result<Vec<_>>>()?, ty)
}
fn either(s: &[u8]) -> Option<[u8; 16]> {
    match parse_ipv4(s) {
        Ok(n) => [&MAPPED[..], &n.to_be_bytes()].concat().try_into().ok(),
        Err(_) => parse_ipv6(s).ok(),
    }
}
fn v6_bytes(call: &Call<'_>, ty: &Type, otherwise: impl Fn(&[u8]) -> Result<Value>) -> Result<ArrayRef> {
    let t = Texts::of(call, 0)?;
    let value = |r| match either(t.get(r)) {
        Some(b) => Ok(Value::bytes(b)),
        None => otherwise(t.get(r)),
    };
    array_of(&(0..call.rows).map(value).collect::<Result<Vec<_>>>()?, ty)
}

enum Address {
    V4(u32),
    V6(u128),
}
fn address(s: &[u8]) -> Result<Address> {
    if let Ok(n) = parse_ipv4(s) {
        return Ok(Address::V4(n));
    }
    match parse_ipv6(s) {
        Ok(b) => Ok(Address::V6(u128::from_be_bytes(b))),
        Err(_) => Err(Error::new(
            Code::CannotParseText,
            format!("Neither IPv4 nor IPv6 address: '{}'", String::from_utf8_lossy(s)),
        )),
    }
}
fn prefix(s: &[u8]) -> Result<(Address, u32)> {
    let bad = |text: String| Error::new(Code::CannotParseText, text);
    let text = String::from_utf8_lossy(s);
    let Some((ip, bits)) = text.split_once('/') else {
        return Err(bad(format!("The text does not contain '/': {text}")));
    };
    let address = address(ip.as_bytes())?;
    let most = if matches!(address, Address::V4(_)) { 32 } else { 128 };
    match bits.parse::<u32>() {
        Ok(bits) if bits <= most => Ok((address, bits)),
        _ => Err(bad(format!("The CIDR has a malformed prefix bits: {text}"))),
    }
}
fn in_range(call: &Call<'_>) -> Result<ArrayRef> {
    let prefixes = Texts::of(call, 1)?;
    let one = if prefixes.is_const() && call.rows > 0 { Some(prefix(prefixes.get(0))?) } else { None };
    let numbers = if call.types[0] == Type::Ipv4 { Some(vals::<u32>(call, 0)?) } else { None };
    let texts = if numbers.is_none() { Some(Texts::of(call, 0)?) } else { None };
    let mut out = Vec::with_capacity(call.rows);
    for r in 0..call.rows {
        let own;
        let (net, bits) = match &one {
            Some(p) => p,
            None => {
                own = prefix(prefixes.get(r))?;
                &own
            }
        };
        let ip = match (&numbers, &texts) {
            (Some(n), _) => Address::V4(n.get(r)),
            (_, Some(t)) if call.types[0] == Type::Ipv6 => {
                Address::V6(<[u8; 16]>::try_from(t.get(r)).map_or(0, u128::from_be_bytes))
            }
            (_, Some(t)) => address(t.get(r))?,
            _ => return Err(Error::new(Code::LogicalError, "no address")),
        };
        out.push(match (ip, net) {
            (Address::V4(ip), Address::V4(net)) => (ip ^ net).checked_shr(32 - bits).unwrap_or(0) == 0 || *bits == 0,
            (Address::V6(ip), Address::V6(net)) => (ip ^ net).checked_shr(128 - bits).unwrap_or(0) == 0 || *bits == 0,
            _ => false,
        });
    }
    Ok(flags(out))
}
