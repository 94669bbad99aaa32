//! `formatReadableTimeDelta`: spans of time in words.

use super::text::build;
use super::{Arg, Call};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Value};

const SPANS: &[(&str, f64)] = &[
    ("years", 31_536_000.0),
    ("months", 2_635_200.0),
    ("days", 86_400.0),
    ("hours", 3_600.0),
    ("minutes", 60.0),
    ("seconds", 1.0),
    ("milliseconds", 1e-3),
    ("microseconds", 1e-6),
    ("nanoseconds", 1e-9),
];

pub(super) fn span_unit(arg: Option<&Arg>, default: usize) -> Result<usize> {
    match arg.map(|a| &a.constant) {
        None => Ok(default),
        Some(Some(Value::Bytes(name))) => {
            let place = SPANS.iter().position(|(n, _)| n.as_bytes() == &**name);
            place.ok_or_else(|| {
                Error::new(
                    Code::BadArguments,
                    format!(
                        "Unexpected unit ('{}') of function formatReadableTimeDelta",
                        String::from_utf8_lossy(name)
                    ),
                )
            })
        }
        Some(_) => {
            Err(Error::new(Code::IllegalColumn, "The units of formatReadableTimeDelta must be constant strings"))
        }
    }
}

pub(super) fn time_delta(call: &Call<'_>) -> Result<ArrayRef> {
    let unit = |i: usize, default: usize| -> Result<usize> {
        match if call.args.len() > i { call.constant(i)? } else { None } {
            Some(Value::Bytes(name)) => Ok(SPANS.iter().position(|(n, _)| n.as_bytes() == &*name).unwrap_or(default)),
            _ => Ok(default),
        }
    };
    let largest = unit(1, 0)?;
    let smallest = unit(2, 5.max(largest))?;
    let x = super::arithmetic::float_vals(call, 0)?;
    build(call.rows, |r, out| {
        let value = x.get(r);
        if !value.is_finite() {
            let text = if value.is_nan() {
                "nan"
            } else if value > 0.0 {
                "inf"
            } else {
                "-inf"
            };
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        if value.abs() >= 9_007_199_254_740_992.0 {
            return Err(Error::unsupported("formatReadableTimeDelta of 2^53 seconds and more"));
        }
        if value < 0.0 {
            out.push(b'-');
        }
        // In whole numbers of the smallest unit, so that no fraction is lost on the way.
        let scale = SPANS.get(smallest).map_or(1.0, |(_, s)| *s);
        let per = |i: usize| SPANS.get(i).map_or(1.0, |(_, s)| (s / scale).round()) as i128;
        let mut left = if scale < 1.0 { (value.abs() / scale).round() } else { (value.abs() / scale).floor() } as i128;
        if scale > 1.0 {
            left = (value.abs() / scale).floor() as i128;
        }
        let mut parts = Vec::new();
        for i in largest..=smallest {
            let n = left / per(i).max(1);
            left %= per(i).max(1);
            // Below a second something is always said about seconds, where nothing larger was.
            if n > 0 || (i == 5 && smallest > 5 && left > 0 && parts.is_empty()) {
                let name = SPANS.get(i).map_or("", |(n, _)| *n);
                parts.push(format!("{n} {}", if n == 1 { name.trim_end_matches('s') } else { name }));
            }
        }
        let text = match parts.split_last() {
            None => format!("0 {}", SPANS.get(smallest.min(5)).map_or("", |(n, _)| *n)),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        };
        out.extend(text.into_bytes());
        Ok(())
    })
}
