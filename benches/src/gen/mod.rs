//! Seeded telemetry in the shapes that the performance figures are stated for.
//!
//! Invariant: request `i` of a set is a pure function of (set, seed, i, first time), so that any number of threads makes the
//! same requests, and the rows exported for a peer are the rows that were sent.

pub mod logs;
pub mod metrics;
pub mod spans;
pub mod words;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Records in one request.
pub const RECORDS: usize = 1_000;

/// The time that logs and spans of a full set cover, nanoseconds.
pub const SIX_HOURS: u64 = 6 * 3_600_000_000_000;

/// One export request, encoded; `rows` is what it stores.
pub struct Request {
    pub body: bytes::Bytes,
    pub rows: usize,
}

/// The generator of one request: all that is random in it comes from here.
pub fn rng(seed: u64, stream: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&stream.to_le_bytes());
    key[16..24].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

/// A string attribute.
pub fn attribute(key: &str, value: impl Into<String>) -> KeyValue {
    KeyValue {
        key: key.to_string(),
        value: Some(AnyValue { value: Some(Value::StringValue(value.into())) }),
        ..Default::default()
    }
}

/// 64 bits that look random, from 64 that do not (splitmix64).
pub fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A standard normal deviate (Box and Muller).
pub fn normal(rng: &mut impl Rng) -> f64 {
    let u: f64 = rng.random_range(f64::MIN_POSITIVE..1.0);
    let v: f64 = rng.random();
    (-2.0 * u.ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos()
}

/// Ranks drawn with probability proportional to 1 / (rank + 1)^exponent.
pub struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    pub fn new(n: usize, exponent: f64) -> Zipf {
        let mut sum = 0.0;
        let cumulative = (0..n)
            .map(|rank| {
                sum += 1.0 / ((rank + 1) as f64).powf(exponent);
                sum
            })
            .collect();
        Zipf { cumulative }
    }

    pub fn draw(&self, rng: &mut impl Rng) -> usize {
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        let at = rng.random::<f64>() * total;
        self.cumulative.partition_point(|&c| c < at).min(self.cumulative.len().saturating_sub(1))
    }
}

/// JSON text of a string.
pub fn json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// JSON object of string attributes.
pub fn json_map(out: &mut String, attributes: &[KeyValue]) {
    out.push('{');
    for (i, pair) in attributes.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        json_string(out, &pair.key);
        out.push(':');
        json_string(out, text_of(pair));
    }
    out.push('}');
}

/// The string value of an attribute; empty for anything else (the generators make strings only).
pub fn text_of(pair: &KeyValue) -> &str {
    match pair.value.as_ref().and_then(|v| v.value.as_ref()) {
        Some(Value::StringValue(text)) => text,
        _ => "",
    }
}

/// `,"key":"value"` with a value that needs no escape.
pub fn json_field(out: &mut String, key: &str, value: &str) {
    out.push_str(",\"");
    out.push_str(key);
    out.push_str("\":\"");
    out.push_str(value);
    out.push('"');
}

/// Lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [digits[usize::from(b >> 4)] as char, digits[usize::from(b & 15)] as char]).collect()
}

/// A DateTime64(9) for JSONEachRow: seconds and nine decimals, as text.
pub fn json_time(out: &mut String, nanos: u64) {
    out.push_str(&format!("\"{}.{:09}\"", nanos / 1_000_000_000, nanos % 1_000_000_000));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zipf_prefers_low_ranks_and_stays_in_range() {
        let zipf = Zipf::new(50, 1.1);
        let mut rng = rng(1, 2, 3);
        let mut counts = [0usize; 50];
        for _ in 0..20_000 {
            counts[zipf.draw(&mut rng)] += 1;
        }
        assert!(counts[0] > 3 * counts[9] && counts[49] > 0, "{counts:?}");
    }

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |stream, index| rng(7, stream, index).random::<u64>();
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
    }

    #[test]
    fn the_normal_deviate_has_mean_zero_and_variance_one() {
        let mut rng = rng(5, 5, 5);
        let values: Vec<f64> = (0..50_000).map(|_| normal(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}
