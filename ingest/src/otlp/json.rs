//! OTLP/JSON to protobuf bytes (source: OTLP specification 1.9, "JSON Protobuf Encoding"; protobuf's JSON mapping):
//! lowerCamelCase keys, ids in hex, 64-bit integers as strings or numbers, enums as numbers, unknown keys ignored. The
//! bytes then go the same way as a protobuf request, so both give the same rows.
//!
//! Invariant: one pass, no tree; nesting is bounded by serde_json's limit of 128 levels. A value of an attribute or body that
//! would pass it is left out and marked, so that its record alone is refused, as in protobuf.

use super::any::TOO_DEEP;
use super::descriptor::{self, FieldDef, Kind, Message};
use super::{DecodeError, Signal};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The protobuf form of a JSON body.
pub fn to_protobuf(signal: Signal, body: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let message = match signal {
        Signal::Logs => &descriptor::LOGS_REQUEST,
        Signal::Traces => &descriptor::TRACES_REQUEST,
        Signal::Metrics => &descriptor::METRICS_REQUEST,
    };
    let mut out = Out { bytes: Vec::with_capacity(body.len() / 2), named: false, depth: 0 };
    let mut json = serde_json::Deserializer::from_slice(body);
    let result = MessageSeed { message, out: &mut out }.deserialize(&mut json).and_then(|()| json.end());
    result.map_err(|e| DecodeError::Json(e.to_string()))?;
    Ok(out.bytes)
}

struct Out {
    bytes: Vec<u8>,
    /// Whether the error under way already names its field.
    named: bool,
    /// Objects and arrays that are open.
    depth: usize,
}

/// An AnyValue takes up to four levels to the next one in it: `{"kvlistValue":{"values":[{"value":`. serde_json opens 127.
const DEEPEST: usize = 127 - 4;

impl Out {
    fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }
    fn tag(&mut self, number: u32, wire: u32) {
        self.varint(u64::from(number << 3 | wire));
    }
    fn slice(&mut self, number: u32, bytes: &[u8]) {
        self.tag(number, 2);
        self.varint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }
    /// Puts the field's name before an error, once.
    fn name<E: Error>(&mut self, message: &Message, field: &str, e: E) -> E {
        if std::mem::replace(&mut self.named, true) {
            return e;
        }
        E::custom(format!("{}.{field}: {e}", message.name))
    }
}

/// Room for a message's length: a varint padded to five bytes, filled in when the message is complete.
const LENGTH_BYTES: usize = 5;

struct MessageSeed<'o> {
    message: &'static Message,
    out: &'o mut Out,
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", self.message.name)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.out.depth += 1;
        while let Some(field) = map.next_key_seed(KeySeed(self.message))? {
            match field {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(field) => {
                    let seed = FieldSeed { field, out: &mut *self.out };
                    map.next_value_seed(seed).map_err(|e| self.out.name(self.message, field.name, e))?;
                }
            }
        }
        self.out.depth -= 1;
        Ok(())
    }
}

/// The field a key names, without a copy of the key.
struct KeySeed(&'static Message);

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Option<&'static FieldDef>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Option<&'static FieldDef>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.field_of_key(key))
    }
}

/// A field's value: null is nothing, a repeated one is an array.
struct FieldSeed<'o> {
    field: &'static FieldDef,
    out: &'o mut Out,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for FieldSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or null")
    }
    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        if self.field.repeated {
            d.deserialize_seq(Elements(self))
        } else {
            Element { field: self.field, out: self.out }.deserialize(d)
        }
    }
}

struct Elements<'o>(FieldSeed<'o>);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.out.depth += 1;
        while seq.next_element_seed(Element { field: self.0.field, out: &mut *self.0.out })?.is_some() {}
        self.0.out.depth -= 1;
        Ok(())
    }
}

/// One value, written with its tag.
struct Element<'o> {
    field: &'static FieldDef,
    out: &'o mut Out,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        match self.field.kind {
            Kind::Message(message) if self.out.depth > DEEPEST && message.name == descriptor::ANY_VALUE.name => {
                self.out.tag(self.field.number, 2);
                let mut mark = Out { bytes: Vec::new(), named: false, depth: 0 };
                mark.tag(TOO_DEEP, 0);
                mark.varint(1);
                self.out.varint(mark.bytes.len() as u64);
                self.out.bytes.extend_from_slice(&mark.bytes);
                // Skipped without a stack.
                IgnoredAny::deserialize(d).map(|_| ())
            }
            Kind::Message(message) => {
                self.out.tag(self.field.number, 2);
                let at = self.out.bytes.len();
                self.out.bytes.extend_from_slice(&[0x80, 0x80, 0x80, 0x80, 0]);
                MessageSeed { message, out: &mut *self.out }.deserialize(d)?;
                let length = (self.out.bytes.len() - at - LENGTH_BYTES) as u64;
                if let Some(room) = self.out.bytes.get_mut(at..at + LENGTH_BYTES) {
                    for (i, b) in room.iter_mut().enumerate() {
                        *b |= (length >> (7 * i)) as u8 & 0x7f;
                    }
                }
                Ok(())
            }
            Kind::String | Kind::Bytes | Kind::Hex => d.deserialize_str(self),
            Kind::Bool => d.deserialize_bool(self),
            _ => d.deserialize_any(self),
        }
    }
}

impl Element<'_> {
    /// Writes a number within its kind's range.
    fn integer<E: Error>(self, n: i128) -> Result<(), E> {
        let number = self.field.number;
        let out = |_| E::custom(format!("{n} is out of range"));
        match self.field.kind {
            Kind::Double => return self.double(n as f64),
            Kind::Enum(_) => {
                let n = i32::try_from(n).map_err(out)?;
                self.out.tag(number, 0);
                // Negative enums are sign-extended to ten bytes.
                self.out.varint(i64::from(n) as u64);
            }
            Kind::Int64 => {
                let n = i64::try_from(n).map_err(out)?;
                self.out.tag(number, 0);
                self.out.varint(n as u64);
            }
            Kind::UInt32 => {
                let n = u32::try_from(n).map_err(out)?;
                self.out.tag(number, 0);
                self.out.varint(u64::from(n));
            }
            Kind::UInt64 => {
                let n = u64::try_from(n).map_err(out)?;
                self.out.tag(number, 0);
                self.out.varint(n);
            }
            Kind::SInt32 => {
                let n = i32::try_from(n).map_err(out)?;
                self.out.tag(number, 0);
                self.out.varint(u64::from((n << 1) as u32 ^ (n >> 31) as u32));
            }
            Kind::Fixed32 => {
                let n = u32::try_from(n).map_err(out)?;
                self.out.tag(number, 5);
                self.out.bytes.extend_from_slice(&n.to_le_bytes());
            }
            Kind::Fixed64 => {
                let n = u64::try_from(n).map_err(out)?;
                self.out.tag(number, 1);
                self.out.bytes.extend_from_slice(&n.to_le_bytes());
            }
            Kind::SFixed64 => {
                let n = i64::try_from(n).map_err(out)?;
                self.out.tag(number, 1);
                self.out.bytes.extend_from_slice(&n.to_le_bytes());
            }
            _ => return Err(E::custom("a number is not expected here")),
        }
        Ok(())
    }

    fn double<E: Error>(self, f: f64) -> Result<(), E> {
        self.out.tag(self.field.number, 1);
        self.out.bytes.extend_from_slice(&f.to_le_bytes());
        Ok(())
    }
}

impl Visitor<'_> for Element<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.field.kind {
            Kind::String => "a string",
            Kind::Bytes => "a base64 string",
            Kind::Hex => "a hex string",
            Kind::Bool => "true or false",
            Kind::Double => "a number",
            Kind::Enum(_) => "a number or a name",
            _ => "an integer, or one in a string",
        })
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<(), E> {
        if !matches!(self.field.kind, Kind::Bool) {
            return Err(E::invalid_type(serde::de::Unexpected::Bool(b), &self));
        }
        self.out.tag(self.field.number, 0);
        self.out.varint(u64::from(b));
        Ok(())
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<(), E> {
        self.integer(i128::from(n))
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<(), E> {
        self.integer(i128::from(n))
    }
    fn visit_f64<E: Error>(self, f: f64) -> Result<(), E> {
        if matches!(self.field.kind, Kind::Double) {
            return self.double(f);
        }
        // 1e3 is an integer too; above 2^53 a float no longer says which one.
        if f.fract() == 0.0 && f.abs() <= 9_007_199_254_740_992.0 {
            return self.integer(f as i128);
        }
        Err(E::invalid_value(serde::de::Unexpected::Float(f), &self))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let number = self.field.number;
        match self.field.kind {
            Kind::String => self.out.slice(number, text.as_bytes()),
            Kind::Hex => {
                let raw = from_hex(text).ok_or_else(|| E::custom(format!("{text:?} is not hex")))?;
                self.out.slice(number, &raw);
            }
            Kind::Bytes => {
                let raw = from_base64(text).ok_or_else(|| E::custom("not base64"))?;
                self.out.slice(number, &raw);
            }
            Kind::Double => {
                let f = match text {
                    "NaN" => f64::NAN,
                    "Infinity" => f64::INFINITY,
                    "-Infinity" => f64::NEG_INFINITY,
                    text => text.parse().map_err(|_| E::custom(format!("{text:?} is not a number")))?,
                };
                return self.double(f);
            }
            Kind::Enum(names) => {
                let known = names.iter().find(|(name, _)| *name == text).map(|(_, n)| i128::from(*n));
                let n = known.or_else(|| text.parse().ok());
                return self.integer(n.ok_or_else(|| E::custom(format!("{text:?} is not a known name")))?);
            }
            _ => {
                let n = text.parse().map_err(|_| E::custom(format!("{text:?} is not an integer")))?;
                return self.integer(n);
            }
        }
        Ok(())
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    pairs.iter().map(|[a, b]| Some(digit(*a)? << 4 | digit(*b)?)).collect()
}

/// Standard or URL-safe base64, with or without padding.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    if text.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.chunks(4) {
        let mut n = 0u32;
        for b in chunk {
            let six = match b {
                b'A'..=b'Z' => b - b'A',
                b'a'..=b'z' => b - b'a' + 26,
                b'0'..=b'9' => b - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => return None,
            };
            n = n << 6 | u32::from(six);
        }
        n <<= 6 * (4 - chunk.len());
        out.extend_from_slice(n.to_be_bytes().get(1..chunk.len())?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_and_hex() {
        for (text, raw) in [("", ""), ("Zg==", "f"), ("Zg", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob")]
        {
            assert_eq!(from_base64(text).unwrap(), raw.as_bytes());
        }
        assert_eq!(from_base64("-_8"), from_base64("+/8="));
        assert_eq!((from_base64("Z"), from_base64("Z?==")), (None, None));
        assert_eq!(from_hex("0aFF"), Some(vec![10, 255]));
        assert_eq!((from_hex("0"), from_hex("0g")), (None, None));
    }

    #[test]
    fn errors_name_the_field() {
        let bad = [
            (
                r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}"#,
                "LogRecord.time_unix_nano: \"x\"",
            ),
            (r#"{"resourceLogs":{}}"#, "ExportLogsServiceRequest.resource_logs"),
            (r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"boolValue":3}}]}]}]}"#, "AnyValue.bool_value"),
            (r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"0g"}]}]}]}"#, "LogRecord.trace_id"),
            (r#"{"resourceLogs":[]} x"#, "trailing"),
            ("{", "EOF"),
        ];
        for (json, want) in bad {
            let error = to_protobuf(Signal::Logs, json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(want), "{json}: {error}");
        }
        assert_eq!(to_protobuf(Signal::Logs, br#"{"unknown":[{"a":1}],"resourceLogs":null}"#).unwrap(), b"");
    }
}
