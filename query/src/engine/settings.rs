//! Settings of a session or a query: names with values as texts; typed reads where the engine uses them.

use olly_types::{Code, Error, Result};
use std::collections::BTreeMap;

/// Values that differ from the defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    changed: BTreeMap<String, String>,
}

impl Settings {
    /// Sets a value. Errors: 115 for a name that is no setting's, 36 for a value that cannot be read.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        self.changed.insert(name.to_string(), crate::settings::check(name, value)?);
        Ok(())
    }
    /// Back to the default.
    pub fn reset(&mut self, name: &str) {
        self.changed.remove(name);
    }
    /// The value, where it was changed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.changed.get(name).map(String::as_str)
    }
    /// Names and values that were changed, by name.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changed.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
    /// The value in force with its type, for `getSetting`. Errors: 115 for a name that is no setting's.
    pub fn typed(&self, name: &str) -> Result<(olly_types::Value, olly_types::Type)> {
        use crate::settings::Kind;
        use olly_types::{Type, Value};
        let Some(setting) = crate::settings::find(name) else {
            crate::settings::check(name, "")?;
            return Err(Error::new(Code::UnknownSetting, format!("Unknown setting '{name}'")));
        };
        let text = self.get(name).unwrap_or(setting.default);
        Ok(match setting.kind {
            Kind::Bool => (Value::UInt(u64::from(text == "1" || text == "true")), Type::Bool),
            Kind::Text if setting.type_name != "Double" => (Value::bytes(text), Type::String),
            _ => {
                let number: f64 = match text {
                    "auto" => 0.0,
                    text => text
                        .parse()
                        .map_err(|_| Error::unsupported(format!("getSetting('{name}') with the value '{text}'")))?,
                };
                match setting.type_name {
                    "Double" | "Float" | "Seconds" => (Value::Float(number), Type::Float64),
                    _ if number < 0.0 => {
                        let n = number as i64;
                        let ty = if n >= i64::from(i8::MIN) {
                            Type::Int8
                        } else if n >= i64::from(i32::MIN) {
                            Type::Int32
                        } else {
                            Type::Int64
                        };
                        (Value::Int(n), ty)
                    }
                    _ => {
                        let n = text.parse::<u64>().unwrap_or(number as u64);
                        let ty = match n {
                            0..=0xff => Type::UInt8,
                            0x100..=0xffff => Type::UInt16,
                            0x1_0000..=0xffff_ffff => Type::UInt32,
                            _ => Type::UInt64,
                        };
                        (Value::UInt(n), ty)
                    }
                }
            }
        })
    }
    /// A number, or `default` where it was not changed.
    pub fn u64_or(&self, name: &str, default: u64) -> Result<u64> {
        match self.get(name) {
            None => Ok(default),
            Some(text) => match text {
                "true" => Ok(1),
                "false" => Ok(0),
                text => {
                    text.parse::<u64>().ok().or_else(|| text.parse::<f64>().ok().map(|f| f.max(0.0) as u64)).ok_or_else(
                        || {
                            Error::new(
                                Code::BadArguments,
                                format!("Cannot parse value '{text}' of setting {name} as a number"),
                            )
                        },
                    )
                }
            },
        }
    }
    /// A flag, or `default` where it was not changed.
    pub fn bool_or(&self, name: &str, default: bool) -> Result<bool> {
        Ok(self.u64_or(name, u64::from(default))? != 0)
    }
    /// Seconds, possibly with a fraction.
    pub fn seconds(&self, name: &str) -> Result<f64> {
        match self.get(name) {
            None => Ok(0.0),
            Some(text) => text.parse::<f64>().map_err(|_| {
                Error::new(Code::BadArguments, format!("Cannot parse value '{text}' of setting {name} as seconds"))
            }),
        }
    }
}
