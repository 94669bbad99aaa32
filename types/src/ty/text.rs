//! ClickHouse's canonical text of a type.

use super::{IntervalUnit, Type};
use std::fmt;

impl fmt::Display for IntervalUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl IntervalUnit {
    pub const ALL: [IntervalUnit; 11] = [
        IntervalUnit::Nanosecond,
        IntervalUnit::Microsecond,
        IntervalUnit::Millisecond,
        IntervalUnit::Second,
        IntervalUnit::Minute,
        IntervalUnit::Hour,
        IntervalUnit::Day,
        IntervalUnit::Week,
        IntervalUnit::Month,
        IntervalUnit::Quarter,
        IntervalUnit::Year,
    ];
}

/// `text` in single quotes with ClickHouse's escapes.
pub fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("'")?;
    for c in text.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '\'' => f.write_str("\\'")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            '\0' => f.write_str("\\0")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("'")
}

/// Plain identifiers that ClickHouse puts in backticks all the same.
const QUOTED_WORDS: &[&str] =
    &["all", "distinct", "false", "from", "inf", "nan", "null", "select", "table", "true", "values"];

/// An element name, in backticks where it is not a plain identifier.
fn element_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && !QUOTED_WORDS.iter().any(|w| name.eq_ignore_ascii_case(w)) {
        return f.write_str(name);
    }
    write!(f, "`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::FixedString(n) => write!(f, "FixedString({n})"),
            Type::DateTime(None) => f.write_str("DateTime"),
            Type::DateTime(Some(tz)) => {
                f.write_str("DateTime(")?;
                quoted(f, tz)?;
                f.write_str(")")
            }
            Type::DateTime64(p, None) => write!(f, "DateTime64({p})"),
            Type::DateTime64(p, Some(tz)) => {
                write!(f, "DateTime64({p}, ")?;
                quoted(f, tz)?;
                f.write_str(")")
            }
            Type::Uuid => f.write_str("UUID"),
            Type::Ipv4 => f.write_str("IPv4"),
            Type::Ipv6 => f.write_str("IPv6"),
            Type::Enum8(members) => members_text(f, "Enum8", members.iter().map(|(n, v)| (&**n, i16::from(*v)))),
            Type::Enum16(members) => members_text(f, "Enum16", members.iter().map(|(n, v)| (&**n, *v))),
            Type::Decimal(p, s) => write!(f, "Decimal({p}, {s})"),
            Type::LowCardinality(t) => write!(f, "LowCardinality({t})"),
            Type::Nullable(t) => write!(f, "Nullable({t})"),
            Type::Array(t) => write!(f, "Array({t})"),
            Type::Map(k, v) => write!(f, "Map({k}, {v})"),
            Type::Tuple(elements) => {
                f.write_str("Tuple(")?;
                for (i, (name, ty)) in elements.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    if let Some(name) = name {
                        element_name(f, name)?;
                        f.write_str(" ")?;
                    }
                    write!(f, "{ty}")?;
                }
                f.write_str(")")
            }
            Type::Interval(unit) => write!(f, "Interval{unit}"),
            other => write!(f, "{other:?}"),
        }
    }
}

fn members_text<'a>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    members: impl Iterator<Item = (&'a str, i16)>,
) -> fmt::Result {
    write!(f, "{name}(")?;
    for (i, (member, value)) in members.enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        quoted(f, member)?;
        write!(f, " = {value}")?;
    }
    f.write_str(")")
}
