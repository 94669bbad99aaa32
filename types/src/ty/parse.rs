//! Type names from text: ClickHouse's own names, its case-insensitive aliases, and the SQL ones that tools send.

use super::{IntervalUnit, Type};
use crate::error::{Code, Error, Result};
use std::sync::Arc;

/// Nesting beyond this is refused: no real column comes near it.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Type> {
    let mut p = Parser { text, at: 0 };
    let ty = p.ty(0)?;
    p.space();
    if p.at != text.len() {
        return Err(p.error("unexpected text after the type"));
    }
    Ok(ty)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn error(&self, what: &str) -> Error {
        Error::new(
            Code::SyntaxError,
            format!("Syntax error in data type '{}' at position {}: {what}", self.text, self.at + 1),
        )
    }
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }
    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }
    fn eat(&mut self, c: char) -> bool {
        self.space();
        let hit = self.rest().starts_with(c);
        if hit {
            self.at += c.len_utf8();
        }
        hit
    }
    fn want(&mut self, c: char) -> Result<()> {
        if self.eat(c) { Ok(()) } else { Err(self.error(&format!("expected '{c}'"))) }
    }
    /// A bare word, or an empty string.
    fn word(&mut self) -> &'a str {
        self.space();
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
    /// A word, or a name in backticks or double quotes.
    fn name(&mut self) -> Result<String> {
        self.space();
        let quote = match self.rest().chars().next() {
            Some(q @ ('`' | '"')) => q,
            _ => return Ok(self.word().to_string()),
        };
        self.at += 1;
        self.quoted_tail(quote)
    }
    fn string(&mut self) -> Result<String> {
        self.want('\'')?;
        self.quoted_tail('\'')
    }
    fn quoted_tail(&mut self, quote: char) -> Result<String> {
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((i, c)) = chars.next() {
            if c == '\\' {
                match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, 'r')) => out.push('\r'),
                    Some((_, '0')) => out.push('\0'),
                    Some((_, 'b')) => out.push('\u{8}'),
                    Some((_, 'f')) => out.push('\u{c}'),
                    Some((_, c)) => out.push(c),
                    None => break,
                }
            } else if c == quote {
                if self.rest()[i + 1..].starts_with(quote) {
                    out.push(quote);
                    chars.next();
                    continue;
                }
                self.at += i + 1;
                return Ok(out);
            } else {
                out.push(c);
            }
        }
        Err(self.error("unterminated quoted text"))
    }
    fn integer(&mut self) -> Result<i64> {
        self.space();
        let negative = self.eat('-');
        let digits = self.word();
        let n: i64 = digits.parse().map_err(|_| self.error("expected a number"))?;
        Ok(if negative { -n } else { n })
    }
    fn small(&mut self, what: &str, low: i64, high: i64) -> Result<i64> {
        let n = self.integer()?;
        if (low..=high).contains(&n) {
            return Ok(n);
        }
        Err(Error::new(
            Code::ArgumentOutOfBound,
            format!("{what} of data type '{}' must be in [{low}, {high}], got {n}", self.text),
        ))
    }

    fn ty(&mut self, depth: usize) -> Result<Type> {
        if depth > MAX_DEPTH {
            return Err(Error::new(Code::TooDeepAst, format!("data type is nested deeper than {MAX_DEPTH}")));
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.error("expected a type name"));
        }
        let lower = word.to_ascii_lowercase();
        let ty = match lower.as_str() {
            // SQL spellings of more than one word.
            "double" => {
                let at = self.at;
                if !self.word().eq_ignore_ascii_case("precision") {
                    self.at = at;
                }
                Type::Float64
            }
            "fixedstring" => {
                self.want('(')?;
                let n = self.small("Length", 1, 0xFF_FFFF)?;
                self.want(')')?;
                Type::FixedString(n as u32)
            }
            "nullable" => {
                let inner = self.one(depth)?;
                if !inner.can_be_nullable() {
                    return Err(Error::new(
                        Code::IllegalTypeOfArgument,
                        format!("Nested type {inner} cannot be inside Nullable type"),
                    ));
                }
                Type::Nullable(Arc::new(inner))
            }
            "lowcardinality" => {
                let inner = self.one(depth)?;
                if !inner.can_be_low_cardinality() {
                    return Err(Error::new(
                        Code::IllegalTypeOfArgument,
                        format!(
                            "DataTypeLowCardinality is supported only for numbers, strings, Date or DateTime, but got {inner}"
                        ),
                    ));
                }
                Type::LowCardinality(Arc::new(inner))
            }
            "array" => Type::Array(Arc::new(self.one(depth)?)),
            "map" => {
                self.want('(')?;
                let key = self.ty(depth + 1)?;
                self.want(',')?;
                let value = self.ty(depth + 1)?;
                self.want(')')?;
                if key.is_nullable() {
                    return Err(Error::new(Code::BadArguments, format!("Map cannot have a key of type {key}")));
                }
                Type::Map(Arc::new(key), Arc::new(value))
            }
            "tuple" => Type::Tuple(self.elements(depth)?.into()),
            // Inside a type, Nested is Array(Tuple(…)); as a table column it is flattened by CREATE TABLE.
            "nested" => Type::Array(Arc::new(Type::Tuple(self.elements(depth)?.into()))),
            "datetime" | "timestamp" => match self.arguments()? {
                false => Type::DateTime(None),
                true => {
                    // DateTime(p) with a number is DateTime64 in ClickHouse only as DateTime64; refuse others by name.
                    let tz = self.string()?;
                    self.want(')')?;
                    Type::DateTime(Some(zone(&tz)?))
                }
            },
            "datetime32" => Type::DateTime(None),
            "datetime64" => match self.arguments()? {
                false => Type::DateTime64(3, None),
                true => {
                    let p = self.small("Precision", 0, 9)? as u8;
                    let tz = if self.eat(',') { Some(zone(&self.string()?)?) } else { None };
                    self.want(')')?;
                    Type::DateTime64(p, tz)
                }
            },
            "enum" | "enum8" | "enum16" => self.members(&lower)?,
            "decimal" | "numeric" | "dec" | "fixed" => match self.arguments()? {
                false => Type::Decimal(10, 0),
                true => {
                    let p = self.small("Precision", 1, 76)?;
                    let s = if self.eat(',') { self.small("Scale", 0, p)? } else { 0 };
                    self.want(')')?;
                    decimal(p, s)?
                }
            },
            "decimal32" | "decimal64" | "decimal128" | "decimal256" => {
                let p = match lower.as_str() {
                    "decimal32" => 9,
                    "decimal64" => 18,
                    "decimal128" => 38,
                    _ => 76,
                };
                self.want('(')?;
                let s = self.small("Scale", 0, p)?;
                self.want(')')?;
                decimal(p, s)?
            }
            _ => {
                let ty = simple(word, &lower).ok_or_else(|| unknown(word))?;
                // Widths of SQL types (VARCHAR(255), INT(11)) carry no meaning here, as in ClickHouse.
                if sql_width(&lower) && self.arguments()? {
                    self.small("Width", 0, i64::from(u32::MAX))?;
                    self.want(')')?;
                }
                if sql_width(&lower) { self.sign(ty) } else { ty }
            }
        };
        Ok(ty)
    }

    /// `INT SIGNED` and `INT UNSIGNED`.
    fn sign(&mut self, ty: Type) -> Type {
        let at = self.at;
        let word = self.word();
        if ty.is_signed_integer() {
            if word.eq_ignore_ascii_case("signed") {
                return ty;
            }
            if word.eq_ignore_ascii_case("unsigned") {
                return match ty {
                    Type::Int8 => Type::UInt8,
                    Type::Int16 => Type::UInt16,
                    Type::Int32 => Type::UInt32,
                    _ => Type::UInt64,
                };
            }
        }
        self.at = at;
        ty
    }
    fn arguments(&mut self) -> Result<bool> {
        if !self.eat('(') {
            return Ok(false);
        }
        // `DateTime()` is DateTime.
        if self.eat(')') { Ok(false) } else { Ok(true) }
    }
    fn one(&mut self, depth: usize) -> Result<Type> {
        self.want('(')?;
        let inner = self.ty(depth + 1)?;
        self.want(')')?;
        Ok(inner)
    }
    fn elements(&mut self, depth: usize) -> Result<Vec<(Option<Arc<str>>, Type)>> {
        self.want('(')?;
        let mut out: Vec<(Option<Arc<str>>, Type)> = Vec::new();
        if self.eat(')') {
            return Ok(out);
        }
        loop {
            let start = self.at;
            // An element is named when a type follows a word directly.
            let name = self.name()?;
            self.space();
            let next = self.rest().chars().next();
            let named =
                next.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && !double_precision(&name, self.rest());
            if named {
                if out.iter().any(|(n, _)| n.as_deref() == Some(&name)) {
                    return Err(Error::new(
                        Code::DuplicateColumn,
                        format!("Tuple names must be unique, '{name}' is not"),
                    ));
                }
                out.push((Some(name.into()), self.ty(depth + 1)?));
            } else {
                self.at = start;
                out.push((None, self.ty(depth + 1)?));
            }
            if out.iter().any(|(n, _)| n.is_some()) && out.iter().any(|(n, _)| n.is_none()) {
                return Err(Error::new(
                    Code::BadArguments,
                    "Names are specified not for all elements of Tuple type".to_string(),
                ));
            }
            if !self.eat(',') {
                break;
            }
        }
        self.want(')')?;
        Ok(out)
    }
    fn members(&mut self, kind: &str) -> Result<Type> {
        self.want('(')?;
        let mut out: Vec<(Arc<str>, i16)> = Vec::new();
        let mut next = 1i64;
        loop {
            let name = self.string()?;
            let value = if self.eat('=') { self.integer()? } else { next };
            next = value.saturating_add(1);
            let value = i16::try_from(value).map_err(|_| {
                Error::new(Code::ArgumentOutOfBound, format!("Value {value} of enum element '{name}' is out of range"))
            })?;
            if out.iter().any(|(n, v)| **n == *name || *v == value) {
                return Err(Error::new(Code::SyntaxError, format!("Duplicate element '{name}' = {value} in enum")));
            }
            out.push((name.into(), value));
            if !self.eat(',') {
                break;
            }
        }
        self.want(')')?;
        out.sort_by_key(|(_, v)| *v);
        let small: Option<Vec<(Arc<str>, i8)>> =
            out.iter().map(|(n, v)| i8::try_from(*v).ok().map(|v| (Arc::clone(n), v))).collect();
        match (kind, small) {
            ("enum16", _) | ("enum", None) => Ok(Type::Enum16(out.into())),
            (_, Some(small)) => Ok(Type::Enum8(small.into())),
            _ => Err(Error::new(
                Code::ArgumentOutOfBound,
                "Value of an Enum8 element is out of range [-128, 127]".to_string(),
            )),
        }
    }
}

fn double_precision(name: &str, rest: &str) -> bool {
    let follows = |word: &str| rest.get(..word.len()).is_some_and(|r| r.eq_ignore_ascii_case(word));
    (name.eq_ignore_ascii_case("double") && follows("precision"))
        || (sql_width(&name.to_ascii_lowercase()) && (follows("signed") || follows("unsigned")))
}

fn zone(tz: &str) -> Result<Arc<str>> {
    // The list of zones lives with the time functions; here only the shape is checked, so that a name cannot smuggle text.
    let fine =
        !tz.is_empty() && tz.len() <= 64 && tz.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    if fine { Ok(tz.into()) } else { Err(Error::new(Code::BadArguments, format!("Cannot load time zone {tz}"))) }
}

fn decimal(p: i64, s: i64) -> Result<Type> {
    if p > 38 {
        return Err(Error::unsupported(format!("Decimal({p}, {s}): precision above 38")));
    }
    Ok(Type::Decimal(p as u8, s as u8))
}

fn sql_width(lower: &str) -> bool {
    matches!(
        lower,
        "tinyint"
            | "smallint"
            | "int"
            | "integer"
            | "bigint"
            | "mediumint"
            | "int1"
            | "varchar"
            | "char"
            | "character"
            | "text"
            | "nvarchar"
            | "nchar"
            | "binary"
            | "varbinary"
            | "varchar2"
            | "float"
            | "real"
            | "double"
    )
}

fn simple(word: &str, lower: &str) -> Option<Type> {
    // ClickHouse's own names are case-sensitive, the SQL aliases are not.
    Some(match word {
        "UInt8" => Type::UInt8,
        "UInt16" => Type::UInt16,
        "UInt32" => Type::UInt32,
        "UInt64" => Type::UInt64,
        "Int8" => Type::Int8,
        "Int16" => Type::Int16,
        "Int32" => Type::Int32,
        "Int64" => Type::Int64,
        "Float32" => Type::Float32,
        "Float64" => Type::Float64,
        "String" => Type::String,
        "UUID" => Type::Uuid,
        "IPv4" => Type::Ipv4,
        "IPv6" => Type::Ipv6,
        "Nothing" => Type::Nothing,
        _ => match lower {
            "bool" | "boolean" => Type::Bool,
            "date" => Type::Date,
            "date32" => Type::Date32,
            "tinyint" | "int1" | "byte" => Type::Int8,
            "smallint" => Type::Int16,
            "int" | "integer" | "mediumint" => Type::Int32,
            "bigint" => Type::Int64,
            "float" | "real" | "single" => Type::Float32,
            "uuid" => Type::Uuid,
            "inet4" => Type::Ipv4,
            "inet6" => Type::Ipv6,
            "text" | "tinytext" | "mediumtext" | "longtext" | "blob" | "tinyblob" | "mediumblob" | "longblob"
            | "varchar" | "char" | "character" | "nvarchar" | "nchar" | "varchar2" | "clob" | "bytea" | "binary"
            | "varbinary" | "string" => Type::String,
            _ => {
                let unit = word.strip_prefix("Interval")?;
                Type::Interval(*IntervalUnit::ALL.iter().find(|u| u.to_string() == unit)?)
            }
        },
    })
}

fn unknown(word: &str) -> Error {
    const LATER: [&str; 18] = [
        "Int128",
        "Int256",
        "UInt128",
        "UInt256",
        "JSON",
        "Object",
        "Variant",
        "Dynamic",
        "AggregateFunction",
        "SimpleAggregateFunction",
        "BFloat16",
        "Time",
        "Time64",
        "Point",
        "Ring",
        "Polygon",
        "MultiPolygon",
        "QBit",
    ];
    if LATER.contains(&word) {
        return Error::unsupported(format!("data type {word}"));
    }
    Error::new(Code::UnknownType, format!("Unknown data type family: {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_texts_come_back() {
        for text in [
            "UInt8",
            "Bool",
            "FixedString(16)",
            "DateTime('Europe/Berlin')",
            "DateTime64(9)",
            "DateTime64(3, 'UTC')",
            "Enum8('a' = -1, 'b\\'c' = 2)",
            "Enum16('x' = 1000)",
            "Decimal(18, 4)",
            "LowCardinality(Nullable(String))",
            "Map(LowCardinality(String), Array(Tuple(a UInt8, `b c` String)))",
            "Tuple(UInt8, String)",
            "Tuple()",
            "Array(Nothing)",
            "Nullable(Nothing)",
            "IntervalMinute",
            "UUID",
            "IPv6",
            "Date32",
        ] {
            let ty = Type::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(ty.to_string(), text);
        }
    }

    #[test]
    fn aliases_and_refusals() {
        for (text, want) in [
            ("VARCHAR(255)", "String"),
            ("BIGINT", "Int64"),
            ("int unsigned", "UInt32"),
            ("DOUBLE PRECISION", "Float64"),
            ("Decimal64(3)", "Decimal(18, 3)"),
            ("Enum('a','b')", "Enum8('a' = 1, 'b' = 2)"),
            ("DateTime64", "DateTime64(3)"),
            ("Nested(a UInt8, b String)", "Array(Tuple(a UInt8, b String))"),
            ("boolean", "Bool"),
        ] {
            assert_eq!(Type::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string(), want);
        }
        for text in [
            "Foo",
            "JSON",
            "Int256",
            "Nullable(Array(UInt8))",
            "Array(",
            "FixedString(0)",
            "Tuple(a UInt8, String)",
            "x y",
            "DateTime('x y')",
        ] {
            assert!(Type::parse(text).is_err(), "{text}");
        }
        assert!(Type::parse(&"Array(".repeat(5000)).is_err());
    }
}
