//! Readable quantities, waiting, defaults of types, vectors in tuples, small numeric functions.

use super::num::*;
use super::spans::{span_unit, time_delta};
use super::text::{Texts, build, want_string};
use super::text_lists::string_lists;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::{ArrayRef, AsArray, BinaryViewBuilder};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Other, arity: (1, 1), ..FUNCTION };
const OWN: Function = Function { nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..BASE };
/// Longest wait in one block, in microseconds: ClickHouse's `function_sleep_max_microseconds_per_block`.
const LONGEST_SLEEP: f64 = 3_000_000.0;

macro_rules! rounded {
    ($name:literal, $ty:ident, $native:ty, $doc:literal, $steps:expr) => {
        Function {
            name: $name,
            family: Family::Rounding,
            syntax: concat!($name, "(n)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(75)")],
            infer: |a| if a[0].ty.is_number() { Ok(Type::$ty) } else { Err(illegal(&a[0].ty, $name)) },
            eval: |c| {
                let x = super::arithmetic::float_vals(c, 0)?;
                let steps: &[(f64, $native)] = $steps;
                let step = |x: f64| steps.iter().rev().find(|(from, _)| x >= *from).map_or(0, |(_, n)| *n);
                Ok(array((0..c.rows).map(|r| step(x.get(r))).collect::<Vec<$native>>()))
            },
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "sleep",
        deterministic: false,
        nulls: Nulls::Own,
        syntax: "sleep(seconds)",
        description: "Waits once a block, at most 3 seconds; 0.",
        examples: &["SELECT sleep(0)"],
        infer: |a| seconds(a, "sleep"),
        eval: |c| wait(c, false),
        ..BASE
    },
    Function {
        name: "sleepEachRow",
        deterministic: false,
        nulls: Nulls::Own,
        syntax: "sleepEachRow(seconds)",
        description: "Waits for each row, at most 3 seconds a block; 0.",
        examples: &["SELECT sleepEachRow(0)"],
        infer: |a| seconds(a, "sleepEachRow"),
        eval: |c| wait(c, true),
        ..BASE
    },
    Function {
        name: "formatReadableDecimalSize",
        syntax: "formatReadableDecimalSize(x)",
        description: "Bytes in powers of 1000.",
        examples: &["SELECT formatReadableDecimalSize(1500)"],
        infer: |a| {
            if a[0].ty.is_number() { Ok(Type::String) } else { Err(illegal(&a[0].ty, "formatReadableDecimalSize")) }
        },
        eval: |c| {
            let x = super::arithmetic::float_vals(c, 0)?;
            let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
            build(c.rows, |r, out| {
                let mut v = x.get(r);
                let mut unit = 0;
                while v.abs() >= 1000.0 && unit + 1 < units.len() {
                    v /= 1000.0;
                    unit += 1;
                }
                if v.abs() >= 1e60 {
                    olly_types::text::write_float64(v, out);
                    out.push(b' ');
                    out.extend_from_slice(units.get(unit).copied().unwrap_or_default().as_bytes());
                    return Ok(());
                }
                let number = super::text_format::two_decimals(v);
                out.extend(format!("{number} {}", units.get(unit).copied().unwrap_or_default()).into_bytes());
                Ok(())
            })
        },
        ..BASE
    },
    Function {
        name: "formatReadableTimeDelta",
        arity: (1, 3),
        syntax: "formatReadableTimeDelta(seconds[, largest unit[, smallest unit]])",
        description: "A time span in words.",
        examples: &["SELECT formatReadableTimeDelta(3661)"],
        infer: |a| {
            if !a[0].ty.is_number() {
                return Err(illegal(&a[0].ty, "formatReadableTimeDelta"));
            }
            let (largest, smallest) = (span_unit(a.get(1), 0)?, span_unit(a.get(2), 5)?);
            if largest > smallest {
                return Err(Error::new(
                    Code::BadArguments,
                    "Explicit minimum unit value must be less than the maximum unit of function formatReadableTimeDelta",
                ));
            }
            Ok(Type::String)
        },
        eval: time_delta,
        ..BASE
    },
    Function {
        name: "ifNotFinite",
        family: Family::Math,
        nulls: Nulls::Own,
        low_cardinality: LowCardinality::Plain,
        arity: (2, 2),
        syntax: "ifNotFinite(x, y)",
        description: "x, or y where x is not finite.",
        examples: &["SELECT ifNotFinite(1 / 0, 5)"],
        infer: |a| {
            if a[0].ty.is_nullable() || a[1].ty.is_nullable() {
                return Err(Error::unsupported("ifNotFinite of Nullable values (use if(isFinite(x), x, y))"));
            }
            if !a[0].ty.is_float() || !a[1].ty.is_number() {
                return Err(illegal_pair(&a[0].ty, &a[1].ty, "ifNotFinite"));
            }
            crate::typing::common_type(&[a[0].ty.clone(), a[1].ty.clone()])
        },
        eval: |c| {
            let (x, y) = (vals::<f64>(c, 0)?, vals::<f64>(c, 1)?);
            let values = (0..c.rows).map(|r| if x.get(r).is_finite() { x.get(r) } else { y.get(r) });
            if *c.result == Type::Float32 {
                return Ok(array(values.map(|v| v as f32).collect::<Vec<f32>>()));
            }
            Ok(array(values.collect::<Vec<f64>>()))
        },
        ..BASE
    },
    Function {
        name: "factorial",
        family: Family::Math,
        case_insensitive: true,
        syntax: "factorial(n)",
        description: "n!, for n up to 20; 1 where n is negative.",
        examples: &["SELECT factorial(10)"],
        infer: |a| if a[0].ty.is_integer() { Ok(Type::UInt64) } else { Err(illegal(&a[0].ty, "factorial")) },
        eval: |c| {
            let n = vals::<i64>(c, 0)?;
            let values = (0..c.rows).map(|r| match n.get(r) {
                n if n > 20 => Err(Error::new(
                    Code::BadArguments,
                    "The maximum value for the input of the function factorial is 20",
                )),
                n => Ok((1..=n.max(0) as u64).product()),
            });
            Ok(array(values.collect::<Result<Vec<u64>>>()?))
        },
        ..BASE
    },
    rounded!(
        "roundDuration",
        UInt16,
        u16,
        "Down to a set of usual durations in seconds.",
        &[
            (1.0, 1),
            (10.0, 10),
            (30.0, 30),
            (60.0, 60),
            (120.0, 120),
            (180.0, 180),
            (240.0, 240),
            (300.0, 300),
            (600.0, 600),
            (1200.0, 1200),
            (1800.0, 1800),
            (3600.0, 3600),
            (7200.0, 7200),
            (18000.0, 18000),
            (36000.0, 36000)
        ]
    ),
    rounded!(
        "roundAge",
        UInt8,
        u8,
        "Down to a set of usual ages.",
        &[(1.0, 17), (18.0, 18), (25.0, 25), (35.0, 35), (45.0, 45), (55.0, 55)]
    ),
    Function {
        name: "isZeroOrNull",
        nulls: Nulls::Own,
        low_cardinality: LowCardinality::Plain,
        syntax: "isZeroOrNull(x)",
        description: "Whether the value is zero or NULL.",
        examples: &["SELECT isZeroOrNull(0)"],
        infer: |a| match a[0].ty.base() {
            t if t.is_number() || *t == Type::Nothing => Ok(Type::UInt8),
            _ => Err(illegal(&a[0].ty, "isZeroOrNull")),
        },
        eval: |c| {
            if *c.types[0].base() == Type::Nothing {
                return Ok(flags(vec![true; c.rows]));
            }
            let truth = super::logical::truth(&c.array(0)?)?;
            Ok(flags(truth.iter().map(|t| t != Some(true)).collect()))
        },
        ..BASE
    },
    Function {
        name: "bitHammingDistance",
        family: Family::Bit,
        arity: (2, 2),
        syntax: "bitHammingDistance(a, b)",
        description: "Number of differing bits.",
        examples: &["SELECT bitHammingDistance(5, 1)"],
        infer: |a| match a.iter().find(|a| !a.ty.is_integer()) {
            Some(a) => Err(illegal(&a.ty, "bitHammingDistance")),
            None => Ok(Type::UInt8),
        },
        eval: |c| {
            let (a, b) = (vals::<u64>(c, 0)?, vals::<u64>(c, 1)?);
            Ok(array(zip(&a, &b, c.rows, |a, b| (a ^ b).count_ones() as u8)))
        },
        ..BASE
    },
    Function {
        name: "roundToExp2",
        family: Family::Rounding,
        syntax: "roundToExp2(n)",
        description: "Down to a power of two; an integer below 1 gives 0.",
        examples: &["SELECT roundToExp2(100)"],
        infer: |a| match &a[0].ty {
            Type::Bool => Ok(Type::UInt8),
            t if t.is_number() => Ok(t.clone()),
            t => Err(illegal(t, "roundToExp2")),
        },
        eval: |c| {
            let ty = c.result.clone();
            if ty.is_float() {
                let x = super::arithmetic::float_vals(c, 0)?;
                let down = |x: f64| {
                    let exponent = x.to_bits() >> 52 & 0x7ff;
                    let normal = exponent != 0 && exponent != 0x7ff;
                    if normal { f64::from_bits(x.to_bits() & !((1 << 52) - 1)) } else { x }
                };
                let values = (0..c.rows).map(|r| down(x.get(r)));
                if ty == Type::Float32 {
                    return Ok(array(values.map(|v| v as f32).collect::<Vec<f32>>()));
                }
                return Ok(array(values.collect::<Vec<f64>>()));
            }
            let n = wide_vals(c, 0)?;
            let down = |n: i128| if n <= 0 { 0 } else { 1i128 << (127 - n.leading_zeros()) };
            crate::with_native!(ty, T => Ok(array((0..c.rows).map(|r| T::of_i128(down(n.get(r)))).collect::<Vec<T>>())))
        },
        ..BASE
    },
    Function {
        name: "getSizeOfEnumType",
        syntax: "getSizeOfEnumType(e)",
        description: "Number of the Enum's members.",
        examples: &["SELECT getSizeOfEnumType(CAST('a', 'Enum8(\\'a\\' = 1)'))"],
        infer: |a| match &a[0].ty {
            Type::Enum8(_) => Ok(Type::UInt8),
            Type::Enum16(_) => Ok(Type::UInt16),
            other => Err(illegal(other, "getSizeOfEnumType")),
        },
        eval: |c| {
            let n = match &c.types[0] {
                Type::Enum8(m) => m.len(),
                Type::Enum16(m) => m.len(),
                _ => 0,
            };
            if *c.result == Type::UInt8 {
                return Ok(array(vec![n as u8; c.rows]));
            }
            Ok(array(vec![n as u16; c.rows]))
        },
        ..BASE
    },
    Function {
        name: "defaultValueOfArgumentType",
        syntax: "defaultValueOfArgumentType(x)",
        description: "The default of the argument's type.",
        examples: &["SELECT defaultValueOfArgumentType(1)"],
        infer: |a| Ok(a[0].ty.clone()),
        eval: |c| array_of(&vec![Value::default_of(c.result); c.rows], c.result),
        ..OWN
    },
    Function {
        name: "defaultValueOfTypeName",
        syntax: "defaultValueOfTypeName(type)",
        description: "The default of a type.",
        examples: &["SELECT defaultValueOfTypeName('Array(Int8)')"],
        infer: |a| match &a[0].constant {
            Some(Value::Bytes(b)) => Type::parse(&String::from_utf8_lossy(b)),
            _ => Err(Error::new(Code::IllegalColumn, "The type of defaultValueOfTypeName must be a constant string")),
        },
        eval: |c| array_of(&vec![Value::default_of(c.result); c.rows], c.result),
        ..OWN
    },
    Function {
        name: "tupleNames",
        family: Family::Tuple,
        syntax: "tupleNames(t)",
        description: "Names of the elements, their places where they have none.",
        examples: &["SELECT tupleNames((1, 2))"],
        infer: |a| match &a[0].ty {
            Type::Tuple(_) => Ok(Type::array(Type::String)),
            other => Err(illegal(other, "tupleNames")),
        },
        eval: |c| {
            let Type::Tuple(elements) = &c.types[0] else { return Err(illegal(&c.types[0], "tupleNames")) };
            let mut items = BinaryViewBuilder::new();
            for _ in 0..c.rows {
                for (i, (name, _)) in elements.iter().enumerate() {
                    match name {
                        Some(name) => items.append_value(name.as_bytes()),
                        None => items.append_value((i + 1).to_string().as_bytes()),
                    }
                }
            }
            string_lists(vec![elements.len(); c.rows], Arc::new(items.finish()))
        },
        ..OWN
    },
    Function {
        name: "tupleConcat",
        family: Family::Tuple,
        arity: (1, usize::MAX),
        syntax: "tupleConcat(t, …)",
        description: "The elements of all tuples.",
        examples: &["SELECT tupleConcat((1, 'a'), (2, 3))"],
        infer: |a| {
            let mut all = Vec::new();
            for a in a {
                match &a.ty {
                    Type::Tuple(e) => all.extend(e.iter().map(|(_, t)| t.clone())),
                    other => return Err(illegal(other, "tupleConcat")),
                }
            }
            Ok(Type::tuple(all))
        },
        eval: |c| {
            let arrow::datatypes::DataType::Struct(fields) = c.result.carrier() else {
                return Err(illegal(c.result, "tupleConcat"));
            };
            let mut columns = Vec::new();
            for i in 0..c.args.len() {
                columns.extend(c.array(i)?.as_struct().columns().iter().cloned());
            }
            let all = arrow::array::StructArray::try_new_with_length(fields, columns, None, c.rows);
            Ok(Arc::new(all.map_err(crate::expr::internal)?))
        },
        ..OWN
    },
    Function {
        name: "ngrams",
        family: Family::String,
        arity: (2, 2),
        syntax: "ngrams(s, n)",
        description: "All runs of n characters.",
        examples: &["SELECT ngrams('abcd', 3)"],
        infer: |a| {
            want_string(&a[0].ty, "ngrams")?;
            match a[1].constant.as_ref().and_then(Value::as_i128) {
                Some(1..) => Ok(Type::array(Type::String)),
                _ => Err(Error::new(Code::BadArguments, "The length of ngrams must be a positive constant")),
            }
        },
        eval: |c| {
            let n = vals::<u64>(c, 1)?.get(0) as usize;
            super::text_lists::lists(c, 0, |s, out| {
                let starts: Vec<usize> =
                    s.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i).chain([s.len()]).collect();
                out.extend(starts.windows(n + 1).map(|w| {
                    let (from, to) = (w.first().copied().unwrap_or(0), w.last().copied().unwrap_or(0));
                    s.get(from..to).unwrap_or_default()
                }));
            })
        },
        ..BASE
    },
    Function {
        name: "editDistance",
        aliases: &["levenshteinDistance"],
        family: Family::String,
        arity: (2, 2),
        syntax: "editDistance(a, b)",
        description: "Levenshtein distance of the bytes.",
        examples: &["SELECT editDistance('kitten', 'sitting')"],
        infer: |a| {
            want_string(&a[0].ty, "editDistance")?;
            want_string(&a[1].ty, "editDistance").map(|()| Type::UInt64)
        },
        eval: |c| {
            let (a, b) = (Texts::of(c, 0)?, Texts::of(c, 1)?);
            Ok(array((0..c.rows).map(|r| distance(a.get(r), b.get(r))).collect::<Result<Vec<u64>>>()?))
        },
        ..BASE
    },
    Function {
        name: "soundex",
        family: Family::String,
        case_insensitive: true,
        syntax: "soundex(s)",
        description: "The Soundex code.",
        examples: &["SELECT soundex('Robert')"],
        infer: |a| want_string(&a[0].ty, "soundex").map(|()| Type::String),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            build(c.rows, |r, out| {
                soundex(t.get(r), out);
                Ok(())
            })
        },
        ..BASE
    },
    Function {
        name: "accurateCastOrDefault",
        family: Family::Conversion,
        arity: (2, 3),
        nulls: Nulls::Own,
        syntax: "accurateCastOrDefault(x, type[, default])",
        description: "The value in the type where it fits exactly, else the default.",
        examples: &["SELECT accurateCastOrDefault(300, 'Int8')"],
        infer: |a| {
            let Some(Value::Bytes(text)) = &a[1].constant else {
                return Err(Error::new(
                    Code::IllegalColumn,
                    "The type of accurateCastOrDefault must be a constant string",
                ));
            };
            let ty = Type::parse(&String::from_utf8_lossy(text))?;
            let ty = super::conversion_cast::with_zone_of(ty, a[0].ty.base());
            if a[0].ty.is_nullable() || !ty.can_be_nullable() {
                return Err(Error::unsupported(format!("accurateCastOrDefault of {} to {ty}", a[0].ty)));
            }
            match a.get(2) {
                Some(d) if d.ty != ty => Err(Error::new(
                    Code::BadArguments,
                    format!("Default value type should be same as cast type. Expected {ty}. Actual {}", d.ty),
                )),
                _ => Ok(ty),
            }
        },
        eval: cast_or_default,
        ..BASE
    },
];

fn cast_or_default(call: &Call<'_>) -> Result<ArrayRef> {
    let function = super::registry::find("accurateCastOrNull")
        .ok_or_else(|| Error::new(Code::LogicalError, "accurateCastOrNull is not registered"))?;
    let nullable = Type::nullable(call.result.clone());
    let name = Column::Const(array_of(&[Value::bytes(call.result.to_string())], &Type::String)?);
    let args = [Column::Array(call.array(0)?), name];
    let types = [call.types[0].clone(), Type::String];
    let cast = (function.eval)(&Call {
        args: &args,
        types: &types,
        result: &nullable,
        rows: call.rows,
        context: call.context,
    })?;
    let otherwise = if call.args.len() > 2 {
        call.array(2)?
    } else {
        let default = if *call.result == Type::Date32 { Value::Int(-25_567) } else { Value::default_of(call.result) };
        array_of(&vec![default; call.rows], call.result)?
    };
    let valid = arrow::compute::is_not_null(&cast).map_err(crate::expr::internal)?;
    let plain = crate::expr::without_nulls(&cast, &nullable)?;
    arrow::compute::kernels::zip::zip(&valid, &plain, &otherwise).map_err(crate::expr::internal)
}

fn seconds(args: &[Arg], name: &str) -> Result<Type> {
    if !args[0].ty.is_number() {
        return Err(illegal(&args[0].ty, name));
    }
    match args[0].constant {
        Some(_) => Ok(Type::UInt8),
        None => Err(Error::new(Code::IllegalColumn, format!("The argument of function {name} must be constant."))),
    }
}

fn wait(call: &Call<'_>, each: bool) -> Result<ArrayRef> {
    let seconds = vals::<f64>(call, 0)?.get(0);
    if !(seconds.is_finite() && seconds >= 0.0) {
        return Err(Error::new(Code::BadArguments, "Cannot sleep infinite or negative time (not implemented)"));
    }
    let micros = seconds * 1e6 * if each { call.rows as f64 } else { f64::from(u8::from(call.rows > 0)) };
    if micros > LONGEST_SLEEP {
        return Err(Error::new(
            Code::TooSlow,
            format!("The maximum sleep time is {LONGEST_SLEEP} microseconds. Requested: {micros} microseconds"),
        ));
    }
    // In short steps, so that a cancelled query ends.
    let mut left = std::time::Duration::from_micros(micros as u64);
    let (lock, never) = (parking_lot::Mutex::new(()), parking_lot::Condvar::new());
    let slept: Result<()> = crate::expr::turn::apart(|_| {
        while !left.is_zero() {
            call.context.cancel.check()?;
            let step = left.min(std::time::Duration::from_millis(20));
            never.wait_for(&mut lock.lock(), step);
            left -= step;
        }
        Ok(())
    });
    slept.map(|()| array(vec![0u8; call.rows]))
}

fn distance(a: &[u8], b: &[u8]) -> Result<u64> {
    const MOST: usize = 1 << 16;
    if a.len() > MOST || b.len() > MOST {
        return Err(Error::new(
            Code::TooLargeStringSize,
            format!("The string size is too big for function editDistance, it should be at most {MOST}"),
        ));
    }
    let mut row: Vec<u64> = (0..=b.len() as u64).collect();
    for (i, x) in a.iter().enumerate() {
        if i % 64 == 0 {
            crate::expr::meter::tick()?;
        }
        let mut diagonal = i as u64;
        let mut left = i as u64 + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let next = (diagonal + u64::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = next;
            left = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i as u64 + 1;
        }
    }
    Ok(row.last().copied().unwrap_or(0))
}

fn soundex(s: &[u8], out: &mut Vec<u8>) {
    let code = |b: u8| match b.to_ascii_uppercase() {
        b'B' | b'F' | b'P' | b'V' => b'1',
        b'C' | b'G' | b'J' | b'K' | b'Q' | b'S' | b'X' | b'Z' => b'2',
        b'D' | b'T' => b'3',
        b'L' => b'4',
        b'M' | b'N' => b'5',
        b'R' => b'6',
        _ => b'0',
    };
    let mut letters = s.iter().filter(|b| b.is_ascii_alphabetic());
    let Some(first) = letters.next() else {
        out.extend_from_slice(b"0000");
        return;
    };
    out.push(first.to_ascii_uppercase());
    let mut last = code(*first);
    for b in letters {
        let c = code(*b);
        if c != b'0' && c != last {
            out.push(c);
            if out.len() == 4 {
                return;
            }
        }
        last = c;
    }
    out.resize(4, b'0');
}
