//! Reads values from text: whole texts (CAST, TabSeparated and CSV fields) and values in quotes (Values, nested values).
//!
//! Invariant: a reader that runs into the end of its buffer says so ([`Cursor::hit_end`]), so that a streaming caller can
//! try again with more.

use super::best_effort::{BestEffort, parse_best_effort};
use super::builder::ColumnBuilder;
use super::number::{parse_bool, parse_decimal, read_decimal, read_float, read_int};
use super::print::zone_of;
use super::string::read_quoted_string;
use super::time::{parse_date, parse_datetime_basic};
use super::{DateTimeInput, MAX_DEPTH, TextOptions};
use crate::error::{Code, Error, Result};
use crate::ty::Type;
use crate::value::Value;

/// A position in bytes.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    hit_end: bool,
}

impl<'a> Cursor<'a> {
    pub fn whole(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { bytes, at: 0, hit_end: false }
    }
    pub fn peek(&mut self) -> Option<u8> {
        let b = self.bytes.get(self.at).copied();
        self.hit_end |= b.is_none();
        b
    }
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Option<u8> {
        let b = self.peek();
        self.at += usize::from(b.is_some());
        b
    }
    pub fn advance(&mut self, n: usize) {
        self.at = (self.at + n).min(self.bytes.len());
    }
    /// Takes a byte if it is next.
    pub fn eat(&mut self, b: u8) -> bool {
        let yes = self.peek() == Some(b);
        self.at += usize::from(yes);
        yes
    }
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }
    pub fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or(&[])
    }
    pub fn position(&self) -> usize {
        self.at
    }
    pub fn seek(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }
    /// Whether a reader looked behind the last byte.
    pub fn hit_end(&self) -> bool {
        self.hit_end
    }
    pub(crate) fn touch_end(&mut self) {
        self.hit_end = true;
    }
    pub fn skip_space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace() || b == 0x0b) {
            self.at += 1;
        }
    }
    /// Takes a word in any case if it is next and no letter follows.
    pub fn eat_word(&mut self, word: &[u8]) -> bool {
        let rest = self.rest();
        if rest.len() <= word.len() {
            self.hit_end = true;
        }
        let yes = rest.get(..word.len()).is_some_and(|r| r.eq_ignore_ascii_case(word))
            && !rest.get(word.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        self.at += if yes { word.len() } else { 0 };
        yes
    }
    /// The next few bytes, for messages.
    pub fn excerpt(&self) -> String {
        let rest = self.rest();
        String::from_utf8_lossy(rest.get(..rest.len().min(50)).unwrap_or(rest)).escape_debug().to_string()
    }
    pub fn expect(&mut self, b: u8) -> Result<()> {
        if self.eat(b) {
            return Ok(());
        }
        Err(Error::new(
            Code::CannotParseInputAssertionFailed,
            format!("Cannot parse input: expected '{}' before: '{}'", (b as char).escape_default(), self.excerpt()),
        ))
    }
}

/// Parses a whole text as one value of a type and appends it. Strings take the text as it is; arrays, tuples and maps
/// are read in ClickHouse's notation. For Nullable types `NULL` and `ᴺᵁᴸᴸ` are the caller's business.
pub fn parse_text(text: &[u8], ty: &Type, options: &TextOptions, out: &mut ColumnBuilder) -> Result<()> {
    let inner = ty.base();
    match inner {
        Type::String | Type::FixedString(_) => return out.append_bytes(text),
        Type::Array(_) | Type::Tuple(_) | Type::Map(..) => {
            let mut c = Cursor::whole(text);
            let rows = out.len();
            read_quoted(&mut c, inner, options, out)?;
            let end = c.position();
            c.skip_space();
            if c.peek().is_some() {
                out.truncate(rows);
                let name = match inner {
                    Type::Array(_) => "Array",
                    Type::Tuple(_) => "Tuple",
                    _ => "Map",
                };
                return Err(Error::new(
                    Code::UnexpectedDataAfterParsedValue,
                    format!(
                        "Unexpected data '{}' after parsed {name} value '{}'",
                        String::from_utf8_lossy(text.get(end..).unwrap_or(&[])),
                        String::from_utf8_lossy(text.get(..end).unwrap_or(text))
                    ),
                ));
            }
            return Ok(());
        }
        _ => {}
    }
    scalar(text, inner, options, out)
}

/// A whole text that is not a string nor compound.
fn scalar(text: &[u8], ty: &Type, options: &TextOptions, out: &mut ColumnBuilder) -> Result<()> {
    match ty {
        Type::Date | Type::Date32 => out.append_int(clamp_days(parse_date(text)?, ty)),
        Type::DateTime(_) => {
            let zone = zone_of(ty, options)?;
            let seconds = date_time(text, zone, 0, false, options)?;
            out.append_int(seconds.clamp(0, i128::from(u32::MAX)))
        }
        Type::DateTime64(p, _) => {
            let zone = zone_of(ty, options)?;
            let ticks = date_time(text, zone, *p, true, options)?;
            out.append_int(ticks_in_range(ticks)?)
        }
        Type::Uuid => out.append_bytes(&super::parse_uuid(text)?),
        Type::Ipv4 => out.append_int(i128::from(super::parse_ipv4(text)?)),
        Type::Ipv6 => out.append_bytes(&super::parse_ipv6(text)?),
        Type::Enum8(_) | Type::Enum16(_) => out.append_int(member(text, ty)?),
        Type::Bool => match parse_bool(text) {
            Some(b) => out.append_int(i128::from(b)),
            None if text.is_empty() => {
                Err(Error::new(Code::CannotParseBool, "Expected boolean value but get EOF".to_string()))
            }
            None => Err(Error::new(
                Code::CannotParseBool,
                format!(
                    "Cannot parse boolean value here: '{}', should be 'true' or 'false' controlled by setting \
                     bool_true_representation and bool_false_representation or one of True/False/T/F/Y/N/Yes/No/On/Off/\
                     Enable/Disable/Enabled/Disabled/1/0",
                    String::from_utf8_lossy(text)
                ),
            )),
        },
        Type::Decimal(p, s) => {
            let n = parse_decimal(text, *p, *s)?;
            out.append_int(n)
        }
        Type::Nothing => Err(Error::new(Code::CannotParseText, "Cannot parse a value of type Nothing".to_string())),
        _ => {
            let mut c = Cursor::whole(text);
            let n = number(&mut c, ty).map_err(|e| incomplete(e, text, ty))?;
            if c.peek().is_some() {
                return Err(trailing(text, c.position(), ty));
            }
            n.append(out)
        }
    }
}

/// ClickHouse blames the whole string where nothing of it could be read.
fn incomplete(e: Error, text: &[u8], ty: &Type) -> Error {
    if text.is_empty() || e.message.starts_with("Unsigned") || e.message.contains("without any digits") {
        return e;
    }
    if ty.is_float() {
        return e;
    }
    trailing(text, 0, ty)
}

fn trailing(text: &[u8], at: usize, ty: &Type) -> Error {
    let shown = String::from_utf8_lossy(text);
    let place = if at == 0 {
        "begin of string".to_string()
    } else {
        format!("position {at} (parsed just '{}')", String::from_utf8_lossy(text.get(..at).unwrap_or(text)))
    };
    let note = if ty.is_number() {
        format!(
            ". Note: there are to{ty}OrZero and to{ty}OrNull functions, which returns zero/NULL instead of throwing exception"
        )
    } else {
        String::new()
    };
    Error::new(Code::CannotParseText, format!("Cannot parse string '{shown}' as {ty}: syntax error at {place}{note}"))
}

/// A number as its type takes it.
enum Number {
    Int(i128),
    Float(f64),
    /// Read in its own precision: rounding twice may differ.
    Float32(f32),
}

impl Number {
    fn append(self, out: &mut ColumnBuilder) -> Result<()> {
        match self {
            Number::Int(n) => out.append_int(n),
            Number::Float(f) => out.append_float(f),
            Number::Float32(f) => out.append_float32(f),
        }
    }
}

fn number(c: &mut Cursor<'_>, ty: &Type) -> Result<Number> {
    Ok(match ty {
        Type::Float64 => Number::Float(read_float(c)?),
        Type::Float32 => {
            let start = c.position();
            let wide = read_float(c)?;
            let text = std::str::from_utf8(c.since(start)).ok();
            Number::Float32(text.and_then(|t| t.parse().ok()).unwrap_or(wide as f32))
        }
        Type::Decimal(p, s) => Number::Int(read_decimal(c, *p, *s)?),
        t => Number::Int(read_int(c, !t.is_unsigned_integer())?.value),
    })
}

pub(super) fn clamp_days(days: i64, ty: &Type) -> i128 {
    let (low, high) = if *ty == Type::Date { (0, 65_535) } else { (-719_528, 2_932_896) };
    i128::from(days.clamp(low, high))
}

/// Seconds (precision 0) or ticks of a text by `date_time_input_format`.
fn date_time(text: &[u8], zone: super::Zone, precision: u8, fractional: bool, o: &TextOptions) -> Result<i128> {
    match o.date_time_input {
        DateTimeInput::Basic => parse_datetime_basic(text, zone, precision),
        us => {
            let us = us == DateTimeInput::BestEffortUs;
            parse_best_effort(text, precision, BestEffort { zone, us, now_seconds: o.now_seconds, fractional })
        }
    }
}

pub(super) fn ticks_in_range(ticks: i128) -> Result<i128> {
    if i64::try_from(ticks).is_err() {
        return Err(Error::new(
            Code::DecimalOverflow,
            "DateTime64 convert overflow: the time does not fit the precision".to_string(),
        ));
    }
    Ok(ticks)
}

/// An enum's value by the member's name, or its number.
pub(super) fn member(text: &[u8], ty: &Type) -> Result<i128> {
    let find = |names: &mut dyn Iterator<Item = (&str, i16)>| {
        let mut by_number = None;
        let wanted = std::str::from_utf8(text).ok().and_then(|t| t.parse::<i16>().ok());
        for (name, value) in names {
            if name.as_bytes() == text {
                return Some(value);
            }
            if wanted == Some(value) {
                by_number = Some(value);
            }
        }
        by_number
    };
    let found = match ty {
        Type::Enum8(m) => find(&mut m.iter().map(|(n, v)| (&**n, i16::from(*v)))),
        Type::Enum16(m) => find(&mut m.iter().map(|(n, v)| (&**n, *v))),
        _ => None,
    };
    found.map(i128::from).ok_or_else(|| {
        Error::new(
            Code::UnknownElementOfEnum,
            format!("Unknown element '{}' for enum {ty}", String::from_utf8_lossy(text)),
        )
    })
}

/// Reads one value as it stands in `VALUES` and inside arrays, tuples and maps: strings, dates, UUIDs and addresses in
/// single quotes.
pub fn read_quoted(c: &mut Cursor<'_>, ty: &Type, options: &TextOptions, out: &mut ColumnBuilder) -> Result<()> {
    let rows = out.len();
    let read = quoted(c, ty, options, out, 0);
    if read.is_err() {
        out.truncate(rows);
    }
    read
}

fn quoted(c: &mut Cursor<'_>, ty: &Type, o: &TextOptions, out: &mut ColumnBuilder, depth: usize) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::new(Code::CannotParseText, "values are nested too deeply".to_string()));
    }
    c.skip_space();
    if matches!(c.peek(), Some(b'N' | b'n')) && (ty.is_nullable() || o.null_as_default) {
        // Not "nan", which a float may be.
        if c.eat_word(b"NULL") {
            if ty.is_nullable() {
                out.append_null();
            } else {
                out.append_default();
            }
            return Ok(());
        }
    }
    let inner = ty.base();
    match inner {
        Type::Array(t) => {
            c.expect(b'[')?;
            list(c, b']', "array", |c| {
                let items = out.items()?;
                quoted(c, t, o, items, depth + 1)
            })?;
            out.close_list()
        }
        Type::Map(k, v) => {
            c.expect(b'{')?;
            list(c, b'}', "map", |c| {
                let (keys, values) = out.entries()?;
                quoted(c, k, o, keys, depth + 1)?;
                c.skip_space();
                c.expect(b':')?;
                quoted(c, v, o, values, depth + 1)
            })?;
            out.close_list()
        }
        Type::Tuple(elements) => {
            c.expect(b'(')?;
            let parts = out.parts()?;
            for (i, ((_, t), part)) in elements.iter().zip(parts.iter_mut()).enumerate() {
                if i > 0 {
                    c.skip_space();
                    c.expect(b',')?;
                }
                quoted(c, t, o, part, depth + 1)?;
            }
            c.skip_space();
            if elements.len() == 1 {
                c.eat(b',');
                c.skip_space();
            }
            c.expect(b')')?;
            out.close_tuple()
        }
        Type::String | Type::FixedString(_) => {
            let mut text = Vec::new();
            read_quoted_string(c, &mut text)?;
            out.append_bytes(&text)
        }
        Type::Bool => {
            if c.eat_word(b"true") || c.eat_word(b"1") {
                out.append_int(1)
            } else if c.eat_word(b"false") || c.eat_word(b"0") {
                out.append_int(0)
            } else if c.peek() == Some(b'\'') {
                text_in_quotes(c, inner, o, out)
            } else {
                Err(Error::new(Code::CannotParseBool, format!("Cannot parse boolean value here: {}", c.excerpt())))
            }
        }
        Type::DateTime(_) | Type::DateTime64(..) if c.peek() != Some(b'\'') => {
            let precision = inner.scale().unwrap_or(0);
            let n = super::time::read_datetime_basic(c, super::Zone::Utc, precision)?;
            out.append_int(ticks_in_range(n)?)
        }
        Type::Enum8(_) | Type::Enum16(_) if c.peek() != Some(b'\'') => {
            let n = read_int(c, true)?.value;
            out.append_int(member(n.to_string().as_bytes(), inner)?)
        }
        Type::Date
        | Type::Date32
        | Type::DateTime(_)
        | Type::DateTime64(..)
        | Type::Uuid
        | Type::Ipv4
        | Type::Ipv6
        | Type::Enum8(_)
        | Type::Enum16(_) => text_in_quotes(c, inner, o, out),
        Type::Nothing => Err(Error::new(Code::CannotParseText, "Cannot parse a value of type Nothing".to_string())),
        _ if inner.is_decimal() && c.peek() == Some(b'\'') => text_in_quotes(c, inner, o, out),
        _ => number(c, inner)?.append(out),
    }
}

fn text_in_quotes(c: &mut Cursor<'_>, ty: &Type, o: &TextOptions, out: &mut ColumnBuilder) -> Result<()> {
    if c.peek() != Some(b'\'') {
        return c.expect(b'\'');
    }
    let mut text = Vec::new();
    read_quoted_string(c, &mut text)?;
    scalar(&text, ty, o, out)
}

/// Comma-separated elements up to the closing bracket; a comma may stand before it.
fn list(
    c: &mut Cursor<'_>,
    close: u8,
    what: &str,
    mut element: impl FnMut(&mut Cursor<'_>) -> Result<()>,
) -> Result<()> {
    let mut first = true;
    loop {
        c.skip_space();
        if c.eat(close) {
            return Ok(());
        }
        if !first {
            if !c.eat(b',') {
                let found =
                    c.peek().map_or("end of text".to_string(), |b| format!("'{}'", (b as char).escape_default()));
                return Err(Error::new(
                    Code::CannotReadArrayFromText,
                    format!("Cannot read {what} from text, expected comma or end of {what}, found {found}"),
                ));
            }
            c.skip_space();
            if c.eat(close) {
                return Ok(());
            }
        }
        first = false;
        element(c)?;
    }
}

/// Parses a whole text as one value.
pub fn parse_value(text: &[u8], ty: &Type, options: &TextOptions) -> Result<Value> {
    let mut builder = ColumnBuilder::new(ty);
    parse_text(text, ty, options, &mut builder)?;
    crate::value::value_at(&builder.finish()?, 0, ty)
}
