//! The registry of settings: every name that is taken, its type and default, and what it does here.
//!
//! Invariant: a setting that would change an answer and has no effect here is taken at its default only. A name that is not
//! in the table is an error that says the nearest one.

mod table;

use olly_types::{Code, Error, Result};
use std::collections::HashMap;
use std::sync::OnceLock;

/// How a value is read, from text and from the native protocol's old binary form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    UInt,
    Int,
    Bool,
    Seconds,
    Milliseconds,
    Float,
    /// Texts, enumerations, single characters.
    Text,
}

/// What a setting does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Works,
    /// Taken and without effect: answers do not depend on it.
    Accepted,
    /// Any value but the default would change answers and is refused (code 48).
    DefaultOnly,
}

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub kind: Kind,
    /// ClickHouse's name of the type.
    pub type_name: &'static str,
    pub default: &'static str,
    pub effect: Effect,
    pub description: &'static str,
}

/// All settings, by name.
pub fn all() -> &'static [Setting] {
    table::SETTINGS
}

/// The setting of a name.
pub fn find(name: &str) -> Option<&'static Setting> {
    static NAMES: OnceLock<HashMap<&'static str, &'static Setting>> = OnceLock::new();
    NAMES.get_or_init(|| all().iter().map(|s| (s.name, s)).collect()).get(name).copied()
}

/// How the value of a setting is read.
pub fn kind_of(name: &str) -> Option<Kind> {
    find(name).map(|s| s.kind)
}

/// The value as it is kept, after a check.
///
/// # Errors
/// 115 for an unknown name, 36 for a value that cannot be read, 48 for one that is not supported.
pub fn check(name: &str, value: &str) -> Result<String> {
    let Some(setting) = find(name) else {
        let hint = nearest(name).map(|n| format!(". Maybe you meant '{n}'")).unwrap_or_default();
        return Err(Error::new(Code::UnknownSetting, format!("Unknown setting '{name}'{hint}")));
    };
    let bad = |what: &str| {
        Err(Error::new(Code::BadArguments, format!("Cannot parse value '{value}' of setting {name} as {what}")))
    };
    let text = value.trim();
    let kept = match setting.kind {
        Kind::Bool => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => "1".to_string(),
            "0" | "false" | "off" | "no" => "0".to_string(),
            _ => match text.parse::<u64>() {
                Ok(_) => "1".to_string(),
                Err(_) => return bad("a Bool"),
            },
        },
        Kind::UInt if name == "max_threads" && (text == "auto" || text.starts_with("'auto(")) => "0".to_string(),
        Kind::UInt => match size(text) {
            Some(n) => n.to_string(),
            None => return bad("a number"),
        },
        Kind::Int => match text.parse::<i64>() {
            Ok(n) => n.to_string(),
            Err(_) => return bad("a number"),
        },
        Kind::Seconds | Kind::Milliseconds | Kind::Float => match text.parse::<f64>() {
            Ok(f) if f.is_finite() => text.to_string(),
            _ => return bad("a number"),
        },
        Kind::Text if setting.type_name.starts_with("OverflowMode") => {
            let modes: &[&str] =
                if setting.type_name == "OverflowMode" { &["break", "throw"] } else { &["any", "break", "throw"] };
            if !modes.contains(&text) {
                let kind = setting.type_name;
                let text = format!("Unexpected value of {kind}: '{text}'. Must be one of {modes:?}");
                return Err(Error::new(Code::UnknownOverflowMode, text));
            }
            text.to_string()
        }
        Kind::Text => value.to_string(),
    };
    if setting.effect == Effect::DefaultOnly && !same(setting, &kept) {
        return Err(Error::unsupported(format!("setting {name} = '{value}' (only {} is)", setting.default)));
    }
    Ok(kept)
}

/// Whether a value is the default.
fn same(setting: &Setting, value: &str) -> bool {
    if setting.default.eq_ignore_ascii_case(value) {
        return true;
    }
    matches!((setting.default.parse::<f64>(), value.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// A whole number with ClickHouse's suffixes (`10K`, `2Gi`), `true` and `false`, or a float that is whole.
fn size(text: &str) -> Option<u64> {
    match text {
        "true" => return Some(1),
        "false" => return Some(0),
        _ => {}
    }
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(at);
    let factor: u64 = match suffix {
        "" => 1,
        "k" | "K" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "ki" | "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => {
            let f: f64 = text.parse().ok()?;
            return (f >= 0.0 && f.fract() == 0.0 && f < 1.8e19).then_some(f as u64);
        }
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// The name of a setting closest to a misspelt one.
pub fn nearest(name: &str) -> Option<&'static str> {
    let most = (name.len() / 4).max(2);
    let best = all().iter().map(|s| (distance(name, s.name, most), s.name)).min()?;
    (best.0 <= most).then_some(best.1)
}

/// Levenshtein distance, given up beyond `most`.
fn distance(a: &str, b: &str, most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most || a.len() > 200 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            let next = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = next;
            left = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_defaults_are_taken() {
        for pair in all().windows(2) {
            assert!(pair[0].name < pair[1].name, "{}", pair[1].name);
        }
        for s in all() {
            assert!(check(s.name, s.default).is_ok(), "{} = {}", s.name, s.default);
        }
    }

    #[test]
    fn values_are_checked() {
        assert_eq!(check("max_block_size", "10K").as_deref(), Ok("10000"));
        assert_eq!(check("extremes", "true").as_deref(), Ok("1"));
        assert_eq!(check("max_execution_time", "1.5").as_deref(), Ok("1.5"));
        assert_eq!(check("max_block_size", "x").unwrap_err().code, Code::BadArguments);
        assert_eq!(check("join_use_nulls", "1").unwrap_err().code, Code::NotImplemented);
        assert_eq!(check("join_use_nulls", "0").as_deref(), Ok("0"));
        let e = check("max_blok_size", "1").unwrap_err();
        assert_eq!(e.code, Code::UnknownSetting);
        assert!(e.message.contains("'max_block_size'"), "{}", e.message);
    }
}
