//! Bytes of aggregate states: little endian, lengths first. Read back by the same build only, but never trusted.

use olly_types::{Code, Error, Result, Value};

/// Reads a state from the front.
pub struct Reader<'a>(pub &'a [u8]);

fn short() -> Error {
    Error::new(Code::CorruptedData, "aggregate state ends early")
}

impl<'a> Reader<'a> {
    pub fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        if n > self.0.len() {
            return Err(short());
        }
        let (head, rest) = self.0.split_at(n);
        self.0 = rest;
        Ok(head)
    }
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| short())
    }
    pub fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }
    /// A count of items of at least `least` bytes.
    pub fn count(&mut self, least: usize) -> Result<usize> {
        let n = self.u64()? as usize;
        if n.saturating_mul(least) > self.0.len() { Err(short()) } else { Ok(n) }
    }
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let n = self.u64()? as usize;
        self.take(n)
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub fn put_u64(out: &mut Vec<u8>, n: u64) {
    out.extend_from_slice(&n.to_le_bytes());
}

pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_u64(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A value with its kind.
pub fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0),
        Value::UInt(n) => {
            out.push(1);
            put_u64(out, *n);
        }
        Value::Int(n) => {
            out.push(2);
            put_u64(out, *n as u64);
        }
        Value::Float(f) => {
            out.push(3);
            put_u64(out, f.to_bits());
        }
        Value::Bytes(b) => {
            out.push(4);
            put_bytes(out, b);
        }
        Value::Decimal(d) => {
            out.push(5);
            out.extend_from_slice(&d.to_le_bytes());
        }
        Value::Array(items) | Value::Tuple(items) => {
            out.push(if matches!(value, Value::Array(_)) { 6 } else { 7 });
            put_u64(out, items.len() as u64);
            items.iter().for_each(|v| put_value(out, v));
        }
        Value::Map(pairs) => {
            out.push(8);
            put_u64(out, pairs.len() as u64);
            for (k, v) in pairs.iter() {
                put_value(out, k);
                put_value(out, v);
            }
        }
    }
}

/// Nesting of a value in a state; types are no deeper.
const MAX_DEPTH: usize = 64;

pub fn take_value(r: &mut Reader<'_>) -> Result<Value> {
    value_at_depth(r, 0)
}

fn value_at_depth(r: &mut Reader<'_>, depth: usize) -> Result<Value> {
    if depth > MAX_DEPTH {
        return Err(Error::new(Code::CorruptedData, "aggregate state is nested too deeply"));
    }
    Ok(match r.array::<1>()?[0] {
        0 => Value::Null,
        1 => Value::UInt(r.u64()?),
        2 => Value::Int(r.u64()? as i64),
        3 => Value::Float(f64::from_bits(r.u64()?)),
        4 => Value::bytes(r.bytes()?),
        5 => Value::Decimal(i128::from_le_bytes(r.array()?)),
        kind @ (6 | 7) => {
            let n = r.count(1)?;
            let items = (0..n).map(|_| value_at_depth(r, depth + 1)).collect::<Result<_>>()?;
            if kind == 6 { Value::Array(items) } else { Value::Tuple(items) }
        }
        8 => {
            let n = r.count(2)?;
            let pairs = (0..n).map(|_| Ok((value_at_depth(r, depth + 1)?, value_at_depth(r, depth + 1)?)));
            Value::Map(pairs.collect::<Result<_>>()?)
        }
        kind => return Err(Error::new(Code::CorruptedData, format!("aggregate state has unknown value kind {kind}"))),
    })
}
