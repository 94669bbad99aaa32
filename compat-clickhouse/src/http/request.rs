//! What a request says: parameters, headers, credentials.

use hyper::HeaderMap;
use olly_types::{Code, Error, Result};

/// A request's parameters, sorted by what they are for.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    pub query: String,
    pub database: String,
    pub default_format: Option<String>,
    pub query_id: String,
    pub session_id: Option<String>,
    pub session_timeout: Option<i64>,
    pub session_check: bool,
    pub close_session: bool,
    pub user: Option<String>,
    pub password: Option<String>,
    pub compress: bool,
    pub decompress: bool,
    pub wait_end_of_query: bool,
    pub client_protocol_version: u64,
    /// `param_<name>`: TabSeparated texts.
    pub parameters: Vec<(String, String)>,
    pub settings: Vec<(String, String)>,
    /// `<name>_format`, `<name>_types`, `<name>_structure` of external tables; only looked at with multipart bodies.
    pub external: Vec<(String, String)>,
}

/// Most parameters of a request.
const MAX_PARAMETERS: usize = 10_000;

/// Percent-decoding of a query string's part.
pub fn decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        match b {
            b'+' => out.push(b' '),
            b'%' => {
                let mut ahead = bytes.clone();
                let digit = |b: Option<u8>| b.and_then(|b| (b as char).to_digit(16));
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(h), Some(l)) => {
                        out.push((h * 16 + l) as u8);
                        bytes = ahead;
                    }
                    _ => out.push(b'%'),
                }
            }
            b => out.push(b),
        }
    }
    out
}

fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Error::new(Code::BadArguments, "a URL parameter is not UTF-8"))
}

fn flag(value: &str) -> bool {
    matches!(value, "1" | "true")
}

impl Parameters {
    /// Reads a URL's query string.
    pub fn read(query: &str, multipart: bool) -> Result<Parameters> {
        let mut p = Parameters::default();
        for (n, pair) in query.split('&').filter(|s| !s.is_empty()).enumerate() {
            if n >= MAX_PARAMETERS {
                return Err(Error::new(Code::BadArguments, "too many URL parameters"));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            p.set(&utf8(decode(name))?, utf8(decode(value))?, multipart)?;
        }
        Ok(p)
    }

    /// Takes one parameter.
    pub fn set(&mut self, name: &str, value: String, multipart: bool) -> Result<()> {
        let number = |what: &str| {
            value.parse::<i64>().map_err(|_| {
                Error::new(Code::BadArguments, format!("Cannot parse URL parameter {what}: '{value}' is no number"))
            })
        };
        match name {
            "query" => self.query = value,
            "database" => self.database = value,
            "default_format" => self.default_format = Some(value),
            "query_id" => self.query_id = value,
            "session_id" => self.session_id = Some(value).filter(|v| !v.is_empty()),
            "session_timeout" => self.session_timeout = Some(number(name)?),
            "session_check" => self.session_check = flag(&value),
            "close_session" => self.close_session = flag(&value),
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "compress" => self.compress = flag(&value),
            "decompress" => self.decompress = flag(&value),
            "wait_end_of_query" => self.wait_end_of_query = flag(&value),
            "client_protocol_version" => self.client_protocol_version = number(name)?.max(0) as u64,
            "buffer_size" | "quota_key" | "stacktrace" => {}
            "role" => return Err(Error::unsupported("URL parameter role")),
            _ => {
                if let Some(parameter) = name.strip_prefix("param_") {
                    self.parameters.push((parameter.to_string(), value));
                } else if multipart && ["_format", "_types", "_structure"].iter().any(|s| name.ends_with(s)) {
                    self.external.push((name.to_string(), value));
                } else {
                    self.settings.push((name.to_string(), value));
                }
            }
        }
        Ok(())
    }

    /// The last value given for a setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// A header's text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

/// User and password of a request.
///
/// # Errors
/// 516 when two ways are mixed, 48 for tokens.
pub fn credentials(headers: &HeaderMap, p: &Parameters) -> Result<(String, String)> {
    let mixed = || {
        Error::new(
            Code::AuthenticationFailed,
            "Invalid authentication: it is not allowed to use several ways of authentication simultaneously",
        )
    };
    let in_headers = headers.contains_key("x-clickhouse-user") || headers.contains_key("x-clickhouse-key");
    let in_url = p.user.is_some() || p.password.is_some();
    if header(headers, "x-clickhouse-ssl-certificate-auth").is_some_and(|v| v == "on") {
        return Err(Error::unsupported("authentication by certificate"));
    }
    if let Some(value) = header(headers, "authorization") {
        if in_headers || in_url {
            return Err(mixed());
        }
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(Error::new(
                Code::AuthenticationFailed,
                format!("Invalid authentication: '{scheme}' HTTP Authorization scheme is not supported"),
            ));
        }
        let bad = || Error::new(Code::AuthenticationFailed, "Invalid authentication: wrong Basic credentials");
        return basic_credentials(rest).ok_or_else(bad);
    }
    if in_headers {
        if in_url {
            return Err(mixed());
        }
        let get = |n| header(headers, n).unwrap_or("").to_string();
        return Ok((get("x-clickhouse-user"), get("x-clickhouse-key")));
    }
    Ok((p.user.clone().unwrap_or_default(), p.password.clone().unwrap_or_default()))
}

/// User and password of `Authorization: Basic …`.
pub fn basic_credentials(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(base64(encoded.trim())?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_string(), password.to_string()))
}

/// Standard base64, with or without padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for b in text.trim_end_matches('=').bytes() {
        let v = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(v);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sorted() {
        let p = Parameters::read(
            "query=SELECT+%7Bx%3AInt8%7D&param_x=1&max_threads=2&session_timeout=5&wait_end_of_query=1",
            false,
        );
        let p = p.unwrap();
        assert_eq!(p.query, "SELECT {x:Int8}");
        assert_eq!(p.parameters, [("x".to_string(), "1".to_string())]);
        assert_eq!(p.settings, [("max_threads".to_string(), "2".to_string())]);
        assert_eq!((p.session_timeout, p.wait_end_of_query), (Some(5), true));
        assert!(Parameters::read("a=%ff", false).is_err());
        assert_eq!(decode("100%"), b"100%");
    }

    #[test]
    fn basic_credentials() {
        let mut h = HeaderMap::new();
        h.insert("authorization", "Basic dXNlcjpwYTpzcw==".parse().unwrap());
        let p = Parameters::default();
        assert_eq!(credentials(&h, &p).unwrap(), ("user".to_string(), "pa:ss".to_string()));
        h.insert("x-clickhouse-user", "a".parse().unwrap());
        assert!(credentials(&h, &p).is_err());
    }
}
