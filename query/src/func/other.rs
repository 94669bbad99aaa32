//! Facts of the session and server, random values, UUIDs, and functions that wait or fail.

use super::num::*;
use super::text::build;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type, Value};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const FACT: Function = Function { arity: (0, 0), deterministic: false, infer: |_| Ok(Type::String), ..FUNCTION };
const RANDOM: Function = Function {
    family: Family::Random,
    arity: (0, 1),
    deterministic: false,
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Own,
    ..FUNCTION
};
/// The version that tools see (docs/differences.md).
pub const VERSION: &str = "25.8.1.1";

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "version",
        case_insensitive: true,
        syntax: "version()",
        description: "The ClickHouse version that this server behaves as.",
        examples: &["SELECT version()"],
        eval: |c| fact(c, c.context.version),
        ..FACT
    },
    Function {
        name: "currentDatabase",
        aliases: &["DATABASE", "SCHEMA", "current_database"],
        case_insensitive: true,
        syntax: "currentDatabase()",
        description: "The session's database.",
        examples: &["SELECT currentDatabase()"],
        eval: |c| fact(c, &c.context.database),
        ..FACT
    },
    Function {
        name: "currentUser",
        aliases: &["user", "current_user", "session_user"],
        case_insensitive: true,
        syntax: "currentUser()",
        description: "The session's user.",
        examples: &["SELECT currentUser()"],
        eval: |c| fact(c, &c.context.user),
        ..FACT
    },
    Function {
        name: "hostName",
        aliases: &["hostname"],
        case_insensitive: true,
        syntax: "hostName()",
        description: "Name of the server's host.",
        examples: &["SELECT hostName()"],
        eval: |c| fact(c, &c.context.host_name),
        ..FACT
    },
    Function {
        name: "displayName",
        syntax: "displayName()",
        description: "Display name of the server.",
        examples: &["SELECT displayName()"],
        eval: |c| fact(c, &c.context.host_name),
        ..FACT
    },
    Function {
        name: "queryID",
        aliases: &["query_id"],
        case_insensitive: true,
        syntax: "queryID()",
        description: "Id of the query.",
        examples: &["SELECT queryID()"],
        eval: |c| fact(c, &c.context.query_id),
        ..FACT
    },
    Function {
        name: "uptime",
        syntax: "uptime()",
        description: "Seconds since the server started.",
        examples: &["SELECT uptime() >= 0"],
        infer: |_| Ok(Type::UInt32),
        eval: |c| Ok(array(vec![c.context.uptime as u32; c.rows])),
        ..FACT
    },
    Function {
        name: "revision",
        case_insensitive: true,
        syntax: "revision()",
        description: "Protocol revision of the server.",
        examples: &["SELECT revision() > 0"],
        infer: |_| Ok(Type::UInt32),
        eval: |c| Ok(array(vec![54_460u32; c.rows])),
        ..FACT
    },
    Function {
        name: "rand",
        aliases: &["rand32"],
        case_insensitive: true,
        syntax: "rand([x])",
        description: "A random UInt32 per row.",
        examples: &["SELECT rand() >= 0"],
        infer: |_| Ok(Type::UInt32),
        eval: |c| Ok(array(random::<u32>(c))),
        ..RANDOM
    },
    Function {
        name: "rand64",
        syntax: "rand64([x])",
        description: "A random UInt64 per row.",
        examples: &["SELECT rand64() >= 0"],
        infer: |_| Ok(Type::UInt64),
        eval: |c| Ok(array(random::<u64>(c))),
        ..RANDOM
    },
    Function {
        name: "randCanonical",
        syntax: "randCanonical()",
        description: "A random Float64 in [0, 1) per row.",
        examples: &["SELECT randCanonical() < 1"],
        infer: |_| Ok(Type::Float64),
        eval: |c| Ok(array(random::<f64>(c))),
        ..RANDOM
    },
    Function {
        name: "generateUUIDv4",
        family: Family::Uuid,
        syntax: "generateUUIDv4([x])",
        description: "A random UUID per row.",
        examples: &["SELECT notEmpty(toString(generateUUIDv4()))"],
        infer: |_| Ok(Type::Uuid),
        eval: uuids,
        ..RANDOM
    },
    Function {
        name: "ignore",
        arity: (0, usize::MAX),
        deterministic: true,
        syntax: "ignore(x, …)",
        description: "0, whatever the arguments.",
        examples: &["SELECT ignore(1)"],
        infer: |_| Ok(Type::UInt8),
        eval: |c| Ok(array(vec![0u8; c.rows])),
        family: Family::Other,
        ..RANDOM
    },
    Function {
        name: "indexHint",
        arity: (1, usize::MAX),
        deterministic: true,
        syntax: "indexHint(cond)",
        description: "1; in ClickHouse a hint for indexes.",
        examples: &["SELECT indexHint(1)"],
        infer: |_| Ok(Type::UInt8),
        eval: |c| Ok(array(vec![1u8; c.rows])),
        family: Family::Other,
        ..RANDOM
    },
    Function {
        name: "isConstant",
        arity: (1, 1),
        deterministic: true,
        syntax: "isConstant(x)",
        description: "Whether the argument is a constant expression.",
        examples: &["SELECT isConstant(1)"],
        infer: |_| Ok(Type::UInt8),
        eval: |c| Ok(array(vec![u8::from(c.is_const(0)); c.rows])),
        family: Family::Other,
        ..RANDOM
    },
    Function {
        name: "throwIf",
        family: Family::Other,
        arity: (1, 3),
        deterministic: false,
        syntax: "throwIf(x[, message])",
        description: "An error where the value is non-zero.",
        examples: &["SELECT throwIf(0)"],
        infer: |a| if a[0].ty.is_number() { Ok(Type::UInt8) } else { Err(illegal(&a[0].ty, "throwIf")) },
        eval: throw_if,
        ..FUNCTION
    },
    Function {
        name: "bar",
        family: Family::Other,
        arity: (3, 4),
        syntax: "bar(x, min, max[, width])",
        description: "A bar whose length stands for x between min and max.",
        examples: &["SELECT bar(5, 0, 10, 4)"],
        infer: bar_type,
        eval: bar,
        ..FUNCTION
    },
    Function {
        name: "formatReadableSize",
        aliases: &["FORMAT_BYTES"],
        case_insensitive: true,
        family: Family::Other,
        arity: (1, 1),
        syntax: "formatReadableSize(x)",
        description: "Bytes in powers of 1024.",
        examples: &["SELECT formatReadableSize(1048576)"],
        infer: |a| number(a, "formatReadableSize"),
        eval: |c| readable(c, 1024.0, &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"], " "),
        ..FUNCTION
    },
    Function {
        name: "formatReadableQuantity",
        family: Family::Other,
        arity: (1, 1),
        syntax: "formatReadableQuantity(x)",
        description: "A number with thousand, million, billion.",
        examples: &["SELECT formatReadableQuantity(1500000)"],
        infer: |a| number(a, "formatReadableQuantity"),
        eval: |c| {
            readable(
                c,
                1000.0,
                &[
                    "",
                    " thousand",
                    " million",
                    " billion",
                    " trillion",
                    " quadrillion",
                    " quintillion",
                    " sextillion",
                    " septillion",
                    " octillion",
                    " nonillion",
                    " decillion",
                    " undecillion",
                    " duodecillion",
                    " tredecillion",
                    " quattuordecillion",
                    " quindecillion",
                    " sexdecillion",
                    " septendecillion",
                    " octodecillion",
                    " novemdecillion",
                    " vigintillion",
                ],
                "",
            )
        },
        ..FUNCTION
    },
];

fn fact(call: &Call<'_>, text: &str) -> Result<ArrayRef> {
    build(call.rows, |_, out| {
        out.extend_from_slice(text.as_bytes());
        Ok(())
    })
}

/// Random values of this call: from the query's seed and the call's own address in the process, so that two calls differ.
fn generator(call: &Call<'_>) -> StdRng {
    StdRng::seed_from_u64(call.context.seed.wrapping_add(call.context.cancel.next_call()))
}

fn random<T>(call: &Call<'_>) -> Vec<T>
where
    rand::distr::StandardUniform: rand::distr::Distribution<T>,
{
    let mut rng = generator(call);
    (0..call.rows).map(|_| rng.random()).collect()
}

fn uuids(call: &Call<'_>) -> Result<ArrayRef> {
    let mut rng = generator(call);
    let values: Vec<Value> = (0..call.rows)
        .map(|_| {
            let id = uuid::Builder::from_random_bytes(rng.random()).into_uuid();
            let (high, low) = id.as_u64_pair();
            Value::bytes(olly_types::text::uuid_from_halves(high, low))
        })
        .collect();
    olly_types::value::array_of(&values, &Type::Uuid)
}

fn throw_if(call: &Call<'_>) -> Result<ArrayRef> {
    let hit = super::logical::truth(&call.array(0)?)?;
    if hit.true_count() > 0 {
        let message = match if call.args.len() > 1 { call.constant(1)? } else { None } {
            Some(Value::Bytes(b)) => String::from_utf8_lossy(&b).into_owned(),
            _ => "Value passed to 'throwIf' function is non-zero".to_string(),
        };
        return Err(Error::new(Code::FunctionThrowIfValueIsNonZero, message));
    }
    Ok(array(vec![0u8; call.rows]))
}

fn number(args: &[Arg], name: &str) -> Result<Type> {
    if args[0].ty.is_number() || args[0].ty.is_decimal() { Ok(Type::String) } else { Err(illegal(&args[0].ty, name)) }
}

fn readable(call: &Call<'_>, base: f64, units: &[&str], space: &str) -> Result<ArrayRef> {
    let values = super::arithmetic::float_vals(call, 0)?;
    build(call.rows, |row, out| {
        let mut v = values.get(row);
        let mut unit = 0;
        while v.abs() >= base && unit + 1 < units.len() {
            v /= base;
            unit += 1;
        }
        out.extend_from_slice(format!("{}{space}{}", super::text_format::two_decimals(v), units[unit]).as_bytes());
        Ok(())
    })
}

fn bar_type(args: &[Arg]) -> Result<Type> {
    match args.iter().find(|a| !a.ty.is_number()) {
        Some(arg) => Err(illegal(&arg.ty, "bar")),
        None => Ok(Type::String),
    }
}

fn bar(call: &Call<'_>) -> Result<ArrayRef> {
    let (x, min, max) = (vals::<f64>(call, 0)?, vals::<f64>(call, 1)?, vals::<f64>(call, 2)?);
    let width = if call.args.len() > 3 { vals::<f64>(call, 3)? } else { Vals::One(80.0) };
    build(call.rows, |row, out| {
        let (x, min, max, width) = (x.get(row), min.get(row), max.get(row), width.get(row));
        if !(1.0..=1000.0).contains(&width) {
            return Err(Error::new(Code::ArgumentOutOfBound, "Max_width argument must be in [1, 1000]"));
        }
        if x.is_nan() || x <= min {
            return Ok(());
        }
        let filled = if x >= max { width } else { (x - min) / (max - min) * width };
        let eighths = (filled * 8.0 + 1e-9) as usize;
        (0..eighths / 8).for_each(|_| out.extend_from_slice("█".as_bytes()));
        if let Some(part) = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8) {
            out.extend_from_slice(part.as_bytes());
        }
        Ok(())
    })
}
