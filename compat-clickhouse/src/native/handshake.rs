//! Hello on both sides.

use super::REVISION;
use super::packet::{MAX_NAME, client, server};
use crate::codec::{put_string, put_varint};
use crate::input::{Input, need, read_utf8, read_varint};
use olly_types::{Code, Error, Result};

/// A client's Hello.
#[derive(Debug)]
pub struct ClientHello {
    pub name: String,
    /// Major and minor, for logs.
    pub version: (u64, u64),
    pub revision: u64,
    pub database: String,
    pub user: String,
    pub password: String,
}

/// Strings of a Hello.
const MAX_HELLO: u64 = 4096;

impl ClientHello {
    pub async fn read(input: &mut dyn Input) -> Result<ClientHello> {
        let id = read_varint(input).await?;
        if id != client::HELLO {
            return Err(Error::new(
                Code::UnexpectedPacketFromClient,
                format!("Unexpected packet from client: expected Hello, got {id}"),
            ));
        }
        let name = read_utf8(input, MAX_HELLO).await?;
        let version = (read_varint(input).await?, read_varint(input).await?);
        let revision = read_varint(input).await?;
        Ok(ClientHello {
            name,
            version,
            revision,
            database: read_utf8(input, MAX_HELLO).await?,
            user: read_utf8(input, MAX_HELLO).await?,
            password: read_utf8(input, MAX_HELLO).await?,
        })
    }
}

/// Whether the client speaks HTTP instead.
pub async fn is_http(input: &mut dyn Input) -> Result<bool> {
    need(input, 1).await?;
    Ok(matches!(input.buffered().first(), Some(b'G' | b'P')))
}

/// The answer to an HTTP request on this port; `http`: the port where it would be understood.
pub fn http_hint(port: u16, http: Option<u16>) -> String {
    let other = http.map_or_else(
        || "HTTP is off on this server.".to_string(),
        |http| format!("You must use port {http} for HTTP."),
    );
    format!("HTTP/1.0 400 Bad Request\r\n\r\nPort {port} is for clickhouse-client program\r\n{other}\r\n")
}

/// Our Hello for a client of a revision.
pub fn server_hello(version: (u64, u64, u64), zone: &str, display_name: &str, eff: u64, out: &mut Vec<u8>) {
    out.push(server::HELLO);
    put_string("ClickHouse", out);
    put_varint(version.0, out);
    put_varint(version.1, out);
    put_varint(REVISION, out);
    if eff >= 54_058 {
        put_string(zone, out);
    }
    if eff >= 54_372 {
        put_string(display_name, out);
    }
    if eff >= 54_401 {
        put_varint(version.2, out);
    }
}

/// What a client sends behind our Hello.
pub async fn read_addendum(input: &mut dyn Input, eff: u64) -> Result<()> {
    if eff >= 54_458 {
        read_utf8(input, MAX_NAME).await?;
    }
    Ok(())
}
