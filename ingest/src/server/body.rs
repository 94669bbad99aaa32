//! Request bodies: read and decompressed within the memory budget and the size limit.
//!
//! Invariant: bytes are reserved before they are kept; what a body decompresses to is known to be within the limit
//! before more than one chunk beyond it is produced.

use super::failure::Failure;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt;
use olly_types::budget::{Budget, Reservation};
use olly_types::limits::REQUEST_BODY_BYTES;
use std::io::Read;
use std::sync::Arc;

/// The largest window of a zstd frame, as a power of two: what a sender of this content encoding may ask for (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

impl Encoding {
    /// The coding of a `content-encoding` or `grpc-encoding` header.
    pub fn of(header: Option<&http::HeaderValue>) -> Option<Encoding> {
        let Some(header) = header else { return Some(Encoding::Identity) };
        match header.as_bytes() {
            b"" | b"identity" => Some(Encoding::Identity),
            b"gzip" | b"x-gzip" => Some(Encoding::Gzip),
            b"zstd" => Some(Encoding::Zstd),
            _ => None,
        }
    }
}

fn too_large() -> Failure {
    Failure::too_large(format!("the body is larger than {REQUEST_BODY_BYTES} bytes"))
}

/// Memory that a body is given before any of it is there; then it is twice what came. One that does not come must not keep
/// others out.
const FIRST: u64 = 64 << 10;
/// Room made at once for a body whose length is announced.
const ROOM: u64 = 1 << 20;

/// Why a body ended too early.
fn broken(e: axum::Error) -> Failure {
    let text = format!("the body cannot be read: {e}");
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&e);
    while let Some(at) = cause {
        if at.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::TimedOut) {
            return Failure::malformed(text).with(StatusCode::REQUEST_TIMEOUT, tonic::Code::DeadlineExceeded);
        }
        cause = at.source();
    }
    Failure::malformed(text)
}

/// Reads a body of at most `limit` bytes as it is on the wire. A body whose announced length does not fit now is refused
/// before it is read.
pub async fn read(
    mut body: Body,
    content_length: Option<u64>,
    limit: u64,
    budget: &Arc<Budget>,
) -> Result<(Bytes, Reservation), Failure> {
    let expected = content_length.unwrap_or(0);
    if expected > limit {
        return Err(too_large());
    }
    let mut reservation = budget.reserve(expected)?;
    reservation.resize(expected.min(FIRST))?;
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut length = 0u64;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(broken)?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len() as u64;
        if length > limit {
            return Err(too_large());
        }
        if length > reservation.bytes() {
            reservation.resize((2 * length).min(expected).max(length))?;
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.reserve(expected.min(ROOM).max(length) as usize);
            rest.extend_from_slice(&first);
        }
        rest.extend_from_slice(&data);
    }
    reservation.resize(length)?;
    Ok((if rest.is_empty() { first } else { rest.freeze() }, reservation))
}

/// Decompresses a body; stops at the size limit. `reservation` grows with what is kept.
pub fn decompress(body: Bytes, encoding: Encoding, reservation: &mut Reservation) -> Result<Bytes, Failure> {
    let out = match encoding {
        Encoding::Identity => return Ok(body),
        Encoding::Gzip => expand(flate2::read::MultiGzDecoder::new(body.as_ref()), "gzip", body.len(), reservation)?,
        Encoding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body.as_ref())
                .map_err(|e| Failure::malformed(format!("the body is not zstd: {e}")))?;
            decoder
                .window_log_max(ZSTD_WINDOW_LOG)
                .map_err(|e| Failure::malformed(format!("the body is not zstd: {e}")))?;
            expand(decoder, "zstd", body.len(), reservation)?
        }
    };
    Ok(out.into())
}

fn expand(mut from: impl Read, name: &str, packed: usize, reservation: &mut Reservation) -> Result<Vec<u8>, Failure> {
    const CHUNK: usize = 256 << 10;
    let mut out: Vec<u8> = Vec::new();
    loop {
        // Growing by half keeps copies few and the reservation close to what is used.
        let room = CHUNK.max(out.len() / 2).max(packed.min(CHUNK));
        reservation.grow(room as u64)?;
        out.try_reserve_exact(room).map_err(|_| Failure::overloaded("no memory for the body"))?;
        let wanted = out.len() + room;
        let read = from
            .by_ref()
            .take(room as u64)
            .read_to_end(&mut out)
            .map_err(|e| Failure::malformed(format!("the body is not {name}: {e}")))?;
        if out.len() as u64 > REQUEST_BODY_BYTES {
            return Err(too_large());
        }
        if read < room || out.len() < wanted {
            return Ok(out);
        }
    }
}

/// An encoding that is not understood.
pub fn unsupported_encoding(header: &http::HeaderValue) -> Failure {
    let text =
        format!("content encoding {:?} is not supported (identity, gzip, zstd are)", header.to_str().unwrap_or("?"));
    Failure::malformed(text).with(StatusCode::UNSUPPORTED_MEDIA_TYPE, tonic::Code::Unimplemented)
}
