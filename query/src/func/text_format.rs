//! `format`: a pattern with {} and {0} replaced by values.

use super::Call;
use super::text::{ask, build};
use arrow::array::{ArrayRef, AsArray};
use olly_types::{Code, Error, Result, Value};

/// A number with two decimals; a tie goes away from zero, as in ClickHouse (1.125 is 1.13).
pub(super) fn two_decimals(v: f64) -> String {
    if v.is_nan() {
        return "nan".to_string();
    }
    // Only odd eighths lie in the middle of two such decimals and are floats too.
    let eighths = v * 8.0;
    if eighths.fract() == 0.0 && (eighths % 2.0).abs() == 1.0 {
        let up = (v.abs() * 100.0 + 0.5).floor() / 100.0;
        return format!("{:.2}", up.copysign(v));
    }
    format!("{v:.2}")
}

pub(super) enum Piece {
    Text(Vec<u8>),
    Argument(usize),
}

pub(super) fn pieces(pattern: &[u8], arguments: usize) -> Result<Vec<Piece>> {
    let bad = |text: &str| Error::new(Code::BadArguments, text);
    let mut out = Vec::new();
    let mut text = Vec::new();
    let (mut next, mut numbered) = (0, None);
    let mut i = 0;
    while let Some(b) = pattern.get(i) {
        i += 1;
        match (b, pattern.get(i)) {
            (b'{', Some(b'{')) | (b'}', Some(b'}')) => {
                text.push(*b);
                i += 1;
            }
            (b'}', _) => return Err(bad("Closed curly brace without open one")),
            (b'{', _) => {
                let rest = pattern.get(i..).unwrap_or_default();
                let end = rest
                    .iter()
                    .position(|b| *b == b'}')
                    .ok_or_else(|| bad("Two open curly braces without close one"))?;
                let digits = rest.get(..end).unwrap_or_default();
                i += end + 1;
                let own = !digits.is_empty();
                if numbered.is_some_and(|n| n != own) {
                    return Err(bad(if own {
                        "Cannot switch from automatic field numbering to manual field specification"
                    } else {
                        "Cannot switch from manual field specification to automatic field numbering"
                    }));
                }
                numbered = Some(own);
                let index = if own {
                    let number = std::str::from_utf8(digits).ok().and_then(|d| d.parse::<usize>().ok());
                    number.ok_or_else(|| bad("Not a number in curly braces"))?
                } else {
                    next += 1;
                    next - 1
                };
                if index >= arguments {
                    return Err(bad("Argument is too big for formatting"));
                }
                out.push(Piece::Text(std::mem::take(&mut text)));
                out.push(Piece::Argument(index));
            }
            _ => text.push(*b),
        }
    }
    out.push(Piece::Text(text));
    Ok(out)
}

pub(super) fn format(call: &Call<'_>) -> Result<ArrayRef> {
    let Some(Value::Bytes(pattern)) = call.constant(0)? else {
        return Err(Error::new(Code::IllegalColumn, "the pattern is not constant"));
    };
    let pieces = pieces(&pattern, call.args.len() - 1)?;
    let texts = super::string_join::as_texts(call, 1)?;
    build(call.rows, |row, out| {
        let mut asked = 0;
        for piece in &pieces {
            ask(out, &mut asked)?;
            match piece {
                Piece::Text(t) => out.extend_from_slice(t),
                Piece::Argument(i) => {
                    if let Some(t) = texts.get(*i) {
                        out.extend_from_slice(t.as_binary_view().value(row));
                    }
                }
            }
        }
        Ok(())
    })
}
