//! The Query packet.

use super::packet::{MAX_NAME, MAX_TEXT};
use crate::input::{Input, read_array, read_string, read_u8, read_utf8, read_varint};
use olly_query::settings::{self, Kind};
use olly_types::text::{Cursor, read_quoted_string};
use olly_types::{Code, Error, Result};

/// A client's query.
#[derive(Debug, Default)]
pub struct ClientQuery {
    pub query_id: String,
    pub client_name: String,
    pub settings: Vec<(String, String)>,
    pub stage: u64,
    pub compressed: bool,
    pub sql: Vec<u8>,
    /// As texts in TabSeparated escaping.
    pub parameters: Vec<(String, String)>,
}

/// Settings or parameters of one query.
const MAX_SETTINGS: usize = 10_000;

impl ClientQuery {
    /// Reads the packet behind its id.
    pub async fn read(input: &mut dyn Input, revision: u64) -> Result<ClientQuery> {
        let mut q = ClientQuery { query_id: read_utf8(input, MAX_NAME).await?, ..ClientQuery::default() };
        if revision >= 54_032 {
            q.client_name = client_info(input, revision).await?;
        }
        q.settings = if revision >= 54_429 { strings(input).await? } else { binary(input).await? };
        if revision >= 54_441 {
            // The secret of other servers of a cluster; ordinary clients send none.
            if !read_string(input, MAX_NAME).await?.is_empty() {
                return Err(Error::new(Code::AuthenticationFailed, "Interserver authentication failed"));
            }
        }
        q.stage = read_varint(input).await?;
        q.compressed = match read_varint(input).await? {
            0 => false,
            1 => true,
            n => return Err(Error::new(Code::IncorrectData, format!("Unknown compression flag {n}"))),
        };
        q.sql = read_string(input, MAX_TEXT).await?;
        if revision >= 54_459 {
            for (name, value) in strings(input).await? {
                q.parameters.push((name, parameter(&value)?));
            }
        }
        Ok(q)
    }
}

/// A parameter comes as a quoted literal of its TabSeparated text.
fn parameter(value: &str) -> Result<String> {
    if !value.starts_with('\'') {
        return Ok(value.to_string());
    }
    let mut text = Vec::new();
    read_quoted_string(&mut Cursor::whole(value.as_bytes()), &mut text)?;
    String::from_utf8(text).map_err(|_| Error::new(Code::BadQueryParameter, "a query parameter is not UTF-8"))
}

/// Reads what the client says of itself; gives its name.
async fn client_info(input: &mut dyn Input, revision: u64) -> Result<String> {
    let mut name = String::new();
    if read_u8(input).await? == 0 {
        return Ok(name);
    }
    // initial_user, initial_query_id, initial_address
    for _ in 0..3 {
        read_string(input, MAX_NAME).await?;
    }
    if revision >= 54_449 {
        read_array::<8>(input).await?;
    }
    let interface = read_u8(input).await?;
    match interface {
        1 => {
            // os_user, hostname
            read_string(input, MAX_NAME).await?;
            read_string(input, MAX_NAME).await?;
            name = String::from_utf8_lossy(&read_string(input, MAX_NAME).await?).into_owned();
            for _ in 0..3 {
                read_varint(input).await?;
            }
        }
        2 => {
            read_u8(input).await?;
            name = String::from_utf8_lossy(&read_string(input, MAX_NAME).await?).into_owned();
            if revision >= 54_443 {
                read_string(input, MAX_NAME).await?;
            }
            if revision >= 54_447 {
                read_string(input, MAX_NAME).await?;
            }
        }
        _ => {}
    }
    if revision >= 54_060 {
        read_string(input, MAX_NAME).await?;
    }
    if revision >= 54_448 {
        read_varint(input).await?;
    }
    if interface == 1 && revision >= 54_401 {
        read_varint(input).await?;
    }
    if revision >= 54_442 && read_u8(input).await? != 0 {
        // Trace id, span id, state, flags.
        read_array::<16>(input).await?;
        read_array::<8>(input).await?;
        read_string(input, MAX_NAME).await?;
        read_u8(input).await?;
    }
    if revision >= 54_453 {
        for _ in 0..3 {
            read_varint(input).await?;
        }
    }
    Ok(name)
}

/// Names, flags and values as texts, up to an empty name.
async fn strings(input: &mut dyn Input) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    loop {
        let name = read_utf8(input, MAX_NAME).await?;
        if name.is_empty() {
            return Ok(out);
        }
        read_varint(input).await?;
        out.push((name, read_utf8(input, MAX_TEXT).await?));
        if out.len() > MAX_SETTINGS {
            return Err(Error::new(Code::IncorrectData, "too many settings in one query"));
        }
    }
}

/// Names and values in the binary form of revisions below 54429: how a value is read depends on the setting's type.
async fn binary(input: &mut dyn Input) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    loop {
        let name = read_utf8(input, MAX_NAME).await?;
        if name.is_empty() {
            return Ok(out);
        }
        let value = match settings::kind_of(&name) {
            Some(Kind::UInt | Kind::Bool | Kind::Seconds | Kind::Milliseconds) => read_varint(input).await?.to_string(),
            Some(Kind::Int) => {
                let n = read_varint(input).await?;
                ((n >> 1) as i64 ^ -((n & 1) as i64)).to_string()
            }
            Some(Kind::Float | Kind::Text) => read_utf8(input, MAX_TEXT).await?,
            // The bytes behind an unknown name cannot be skipped.
            None => return Err(Error::new(Code::UnknownSetting, format!("Unknown setting '{name}'"))),
        };
        out.push((name, value));
        if out.len() > MAX_SETTINGS {
            return Err(Error::new(Code::IncorrectData, "too many settings in one query"));
        }
    }
}
