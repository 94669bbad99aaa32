//! Packets of the protocol, written; blocks, read.

use crate::block::Block;
use crate::codec::native::Framing;
use crate::codec::{put_string, put_varint};
use crate::compress::{Frames, Method, compress};
use crate::input::{Input, read_string};
use olly_query::engine::QueryCounters;
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Packet ids of a client.
pub mod client {
    pub const HELLO: u64 = 0;
    pub const QUERY: u64 = 1;
    pub const DATA: u64 = 2;
    pub const CANCEL: u64 = 3;
    pub const PING: u64 = 4;
    pub const TABLES_STATUS: u64 = 5;
    pub const KEEP_ALIVE: u64 = 6;
    pub const SCALAR: u64 = 7;
}

/// Packet ids of a server.
pub mod server {
    pub const HELLO: u8 = 0;
    pub const DATA: u8 = 1;
    pub const EXCEPTION: u8 = 2;
    pub const PROGRESS: u8 = 3;
    pub const PONG: u8 = 4;
    pub const END_OF_STREAM: u8 = 5;
    pub const PROFILE_INFO: u8 = 6;
    pub const TOTALS: u8 = 7;
    pub const EXTREMES: u8 = 8;
    pub const TABLES_STATUS: u8 = 9;
    pub const PROFILE_EVENTS: u8 = 14;
}

/// First revision whose progress tells of written rows.
pub const WRITTEN_PROGRESS: u64 = 54_420;
/// Longest text of a packet's field.
pub const MAX_TEXT: u64 = 64 << 20;
/// Longest short field (names, versions, keys).
pub const MAX_NAME: u64 = 64 << 10;

/// Appends an exception.
pub fn exception(e: &Error, out: &mut Vec<u8>) {
    out.push(server::EXCEPTION);
    out.extend_from_slice(&e.code.number().to_le_bytes());
    put_string("DB::Exception", out);
    put_string(format!("DB::Exception: {}", e.message), out);
    put_string("", out);
    // No nested exception.
    out.push(0);
}

/// Appends a packet that carries a block.
pub fn block(id: u8, b: &Block, revision: u64, method: Option<Method>, out: &mut Vec<u8>) -> Result<()> {
    out.push(id);
    put_string("", out);
    let b = &*crate::codec::names::for_peer(b, revision)?;
    match method {
        None => Framing { revision }.write(b, out),
        Some(method) => {
            let mut plain = Vec::new();
            Framing { revision }.write(b, &mut plain)?;
            compress(&plain, method, out)
        }
    }
}

/// A block of a Data or Scalar packet, behind its name.
pub async fn read_block(input: &mut dyn Input, revision: u64, compressed: bool) -> Result<Block> {
    let framing = Framing { revision };
    let block = if compressed {
        let mut frames = Frames::new(input);
        let block = framing.read(&mut frames).await?;
        if !frames.buffered().is_empty() {
            return Err(Error::new(Code::IncorrectData, "a compressed block has bytes behind its end"));
        }
        block
    } else {
        framing.read(input).await?
    };
    block.ok_or_else(crate::input::unexpected_end)
}

/// The table name before a block.
pub async fn read_block_name(input: &mut dyn Input) -> Result<String> {
    Ok(String::from_utf8_lossy(&read_string(input, MAX_NAME).await?).into_owned())
}

/// What was reported of a query's progress so far.
#[derive(Default)]
pub struct Progress {
    read_rows: u64,
    read_bytes: u64,
    total_rows: u64,
    written_rows: u64,
    written_bytes: u64,
    elapsed_ns: u64,
}

impl Progress {
    /// Appends what was added since the last call.
    pub fn write(&mut self, c: &QueryCounters, elapsed_ns: u64, revision: u64, out: &mut Vec<u8>) {
        fn since(now: u64, last: &mut u64) -> u64 {
            let d = now.saturating_sub(*last);
            *last = now.max(*last);
            d
        }
        out.push(server::PROGRESS);
        put_varint(since(c.read_rows.load(Relaxed), &mut self.read_rows), out);
        put_varint(since(c.read_bytes.load(Relaxed), &mut self.read_bytes), out);
        put_varint(since(c.total_rows.load(Relaxed), &mut self.total_rows), out);
        if revision >= WRITTEN_PROGRESS {
            put_varint(since(c.written_rows.load(Relaxed), &mut self.written_rows), out);
            put_varint(since(c.written_bytes.load(Relaxed), &mut self.written_bytes), out);
        }
        if revision >= 54_460 {
            put_varint(since(elapsed_ns, &mut self.elapsed_ns), out);
        }
    }
}

/// Appends rows, blocks and bytes of the result.
pub fn profile_info(rows: u64, blocks: u64, bytes: u64, before_limit: Option<u64>, out: &mut Vec<u8>) {
    out.push(server::PROFILE_INFO);
    put_varint(rows, out);
    put_varint(blocks, out);
    put_varint(bytes, out);
    out.push(u8::from(before_limit.is_some()));
    put_varint(before_limit.unwrap_or(rows), out);
    out.push(1);
}

/// Appends the (empty) profile events that clients wait for after each block of an insert.
pub fn profile_events(revision: u64, out: &mut Vec<u8>) -> Result<()> {
    if revision < 54_451 {
        return Ok(());
    }
    let kind = Type::Enum8(Arc::new([(Arc::from("increment"), 1), (Arc::from("gauge"), 2)]));
    let header = [
        ("host_name", Type::String),
        ("current_time", Type::DateTime(None)),
        ("thread_id", Type::UInt64),
        ("type", kind),
        ("name", Type::String),
        ("value", Type::Int64),
    ]
    .map(|(n, t)| (n.to_string(), t));
    block(server::PROFILE_EVENTS, &crate::format::empty_block(&header), revision, None, out)
}
