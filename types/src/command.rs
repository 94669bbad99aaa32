//! Everything that changes what a data group holds is one of these commands in its log (DESIGN D4, D5).
//!
//! Layout of an encoded entry (little endian; see docs/formats/entry.md): version u8, flags u8 (bit 0: body is an LZ4
//! block), kind u8, reserved u8, tenant u32, proposed_at i64, uncompressed body length u32, body.
//!
//! Invariant: `decode(encode(c)) == c`; applying a command reads nothing but the command and the group's state.

use crate::batch::Batch;
use crate::ids::{PartId, RequestId, SchemaVersion, TableId, TenantId, UnixNanos};
use crate::schema::TableSchema;
use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Version of the entry format written.
pub const ENTRY_VERSION: u8 = 2;
const FLAG_LZ4: u8 = 1;
const HEADER_BYTES: usize = 20;

/// How far a source (a Kafka partition) has been consumed, stored with the rows it gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePosition {
    pub source: String,
    pub partition: u32,
    pub offset: u64,
}

/// Rows of one table in an entry.
#[derive(Clone, Debug)]
pub struct Section {
    pub table: TableId,
    pub schema_version: SchemaVersion,
    pub batch: Batch,
}

/// One client request's rows: all become visible together, and are stored once however often the request is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// None: never deduplicated.
    pub id: Option<RequestId>,
    pub sections: Vec<Section>,
    pub positions: Vec<SourcePosition>,
}

/// A command of a data group.
#[derive(Clone, Debug)]
pub enum Command {
    /// One or more requests that waited together (group commit of the log and of the entry).
    Write {
        requests: Vec<Request>,
    },
    /// A new table, or a new version of one.
    RegisterSchema(Arc<TableSchema>),
    Truncate(TableId),
    DropTable(TableId),
    /// The memtable's rows up to this entry become parts.
    Flush {
        table: TableId,
    },
    /// The parts become one, sorted.
    Merge {
        table: TableId,
        parts: Vec<PartId>,
    },
    /// The parts go (TTL, partition drop).
    DropParts {
        table: TableId,
        parts: Vec<PartId>,
    },
}

/// A command with what its proposer stamped on it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub tenant: TenantId,
    pub proposed_at: UnixNanos,
    pub command: Command,
}

/// Looks schemas up while an entry is decoded: (table, version).
pub trait Schemas {
    fn schema(&self, table: TableId, version: SchemaVersion) -> Option<Arc<TableSchema>>;
}

impl Entry {
    /// Encodes the entry; `schemas` gives the schema of every section.
    pub fn encode(&self, schemas: &dyn Schemas) -> Result<Vec<u8>> {
        let mut body = Vec::with_capacity(self.likely_bytes());
        let kind = match &self.command {
            Command::Write { requests } => {
                put_u32(&mut body, requests.len());
                for request in requests {
                    encode_request(request, schemas, &mut body)?;
                }
                0
            }
            Command::RegisterSchema(schema) => {
                serde_json::to_writer(&mut body, schema).map_err(|e| corrupt(format!("schema: {e}")))?;
                1
            }
            Command::Truncate(table) => {
                put_u32(&mut body, table.0 as usize);
                2
            }
            Command::DropTable(table) => {
                put_u32(&mut body, table.0 as usize);
                3
            }
            Command::Flush { table } => {
                put_u32(&mut body, table.0 as usize);
                4
            }
            Command::Merge { table, parts } => {
                put_parts(&mut body, *table, parts);
                5
            }
            Command::DropParts { table, parts } => {
                put_parts(&mut body, *table, parts);
                6
            }
        };
        let packed = lz4_flex::block::compress(&body);
        let (flags, packed) = if packed.len() < body.len() { (FLAG_LZ4, packed) } else { (0, body.clone()) };
        let mut out = Vec::with_capacity(HEADER_BYTES + packed.len());
        out.extend_from_slice(&[ENTRY_VERSION, flags, kind, 0]);
        out.extend_from_slice(&self.tenant.0.to_le_bytes());
        out.extend_from_slice(&self.proposed_at.0.to_le_bytes());
        put_u32(&mut out, body.len());
        out.extend_from_slice(&packed);
        Ok(out)
    }

    /// About the size of the body, for its allocation.
    fn likely_bytes(&self) -> usize {
        let Command::Write { requests } = &self.command else { return 256 };
        let sections = requests.iter().flat_map(|r| &r.sections);
        64 + sections
            .map(|s| s.batch.rows * s.batch.columns.len())
            .sum::<usize>()
            .min(crate::limits::ENTRY_BYTES as usize)
    }

    /// Decodes an entry. Lengths are checked before anything is allocated.
    pub fn decode(bytes: &[u8], schemas: &dyn Schemas) -> Result<Entry> {
        let mut r = Reader { bytes, at: 0 };
        let [version, flags, kind, _] = r.array::<4>()?;
        if version != ENTRY_VERSION {
            return Err(corrupt(format!("entry has version {version}, this build reads {ENTRY_VERSION}")));
        }
        if flags & !FLAG_LZ4 != 0 {
            return Err(corrupt(format!("entry has unknown flags {flags:#04x}")));
        }
        let tenant = TenantId(u32::from_le_bytes(r.array()?));
        let proposed_at = UnixNanos(i64::from_le_bytes(r.array()?));
        let length = r.u32()? as usize;
        if length > MAX_BODY_BYTES {
            return Err(corrupt(format!("entry body of {length} bytes is over {MAX_BODY_BYTES}")));
        }
        let rest = r.rest();
        let unpacked;
        let body: &[u8] = if flags & FLAG_LZ4 != 0 {
            // LZ4 gives at most 255 bytes for one: a length beyond that lies, and nothing is allocated for it.
            if length > rest.len().saturating_mul(255) {
                return Err(corrupt(format!("entry body of {length} bytes cannot come from {} packed", rest.len())));
            }
            unpacked = lz4_flex::block::decompress(rest, length).map_err(|e| corrupt(format!("entry body: {e}")))?;
            &unpacked
        } else {
            rest
        };
        if body.len() != length {
            return Err(corrupt(format!("entry body is {} bytes, its header says {length}", body.len())));
        }
        let mut r = Reader { bytes: body, at: 0 };
        let command = match kind {
            0 => {
                let n = r.count(8)?;
                let mut requests = Vec::with_capacity(n);
                for _ in 0..n {
                    requests.push(decode_request(&mut r, schemas)?);
                }
                Command::Write { requests }
            }
            1 => Command::RegisterSchema(Arc::new(
                serde_json::from_slice(r.rest()).map_err(|e| corrupt(format!("schema: {e}")))?,
            )),
            2 => Command::Truncate(TableId(r.u32()?)),
            3 => Command::DropTable(TableId(r.u32()?)),
            4 => Command::Flush { table: TableId(r.u32()?) },
            5 => {
                let (table, parts) = r.parts()?;
                Command::Merge { table, parts }
            }
            6 => {
                let (table, parts) = r.parts()?;
                Command::DropParts { table, parts }
            }
            kind => return Err(corrupt(format!("entry has unknown kind {kind}"))),
        };
        Ok(Entry { tenant, proposed_at, command })
    }
}

/// A single row may be as large as the row limit; nothing valid is larger than a body and its framing.
const MAX_BODY_BYTES: usize = 2 * crate::limits::REQUEST_BODY_BYTES as usize;

fn encode_request(request: &Request, schemas: &dyn Schemas, out: &mut Vec<u8>) -> Result<()> {
    match request.id {
        Some(id) => {
            out.push(1);
            out.extend_from_slice(&id.0.to_le_bytes());
        }
        None => out.push(0),
    }
    put_u32(out, request.positions.len());
    for p in &request.positions {
        put_u32(out, p.source.len());
        out.extend_from_slice(p.source.as_bytes());
        out.extend_from_slice(&p.partition.to_le_bytes());
        out.extend_from_slice(&p.offset.to_le_bytes());
    }
    put_u32(out, request.sections.len());
    for section in &request.sections {
        let schema = schemas
            .schema(section.table, section.schema_version)
            .ok_or_else(|| unknown_schema(section.table, section.schema_version))?;
        out.extend_from_slice(&section.table.0.to_le_bytes());
        out.extend_from_slice(&section.schema_version.0.to_le_bytes());
        let length_at = out.len();
        put_u32(out, 0);
        section.batch.encode(&schema, out)?;
        let length = (out.len() - length_at - 4) as u32;
        out[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes());
    }
    Ok(())
}

fn decode_request(r: &mut Reader<'_>, schemas: &dyn Schemas) -> Result<Request> {
    let id = match r.array::<1>()?[0] {
        0 => None,
        1 => Some(RequestId(u128::from_le_bytes(r.array()?))),
        other => return Err(corrupt(format!("request has unknown id kind {other}"))),
    };
    let n = r.count(16)?;
    let mut positions = Vec::with_capacity(n);
    for _ in 0..n {
        let length = r.u32()? as usize;
        let source =
            String::from_utf8(r.take(length)?.to_vec()).map_err(|_| corrupt("source name is not UTF-8".into()))?;
        positions.push(SourcePosition { source, partition: r.u32()?, offset: u64::from_le_bytes(r.array()?) });
    }
    let n = r.count(12)?;
    let mut sections = Vec::with_capacity(n);
    for _ in 0..n {
        let table = TableId(r.u32()?);
        let schema_version = SchemaVersion(r.u32()?);
        let length = r.u32()? as usize;
        let bytes = r.take(length)?;
        let schema = schemas.schema(table, schema_version).ok_or_else(|| unknown_schema(table, schema_version))?;
        sections.push(Section { table, schema_version, batch: Batch::decode(&schema, bytes)? });
    }
    Ok(Request { id, sections, positions })
}

fn unknown_schema(table: TableId, version: SchemaVersion) -> Error {
    corrupt(format!("entry names schema version {version} of table {table}, which is not registered"))
}

fn put_u32(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&(n as u32).to_le_bytes());
}

fn put_parts(out: &mut Vec<u8>, table: TableId, parts: &[PartId]) {
    put_u32(out, table.0 as usize);
    put_u32(out, parts.len());
    for p in parts {
        out.extend_from_slice(&p.group.0.to_le_bytes());
        out.extend_from_slice(&p.index.0.to_le_bytes());
        out.extend_from_slice(&p.ordinal.to_le_bytes());
    }
}

fn corrupt(message: String) -> Error {
    Error::new(Code::CorruptedData, message)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(n).ok_or_else(|| corrupt("entry length overflows".into()))?;
        let slice = self.bytes.get(self.at..end).ok_or_else(|| corrupt("entry ends early".into()))?;
        self.at = end;
        Ok(slice)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }
    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }
    /// A count of items of at least `least` bytes each, so that a lie cannot make a large allocation.
    fn count(&mut self, least: usize) -> Result<usize> {
        let n = self.u32()? as usize;
        if n.saturating_mul(least) > self.bytes.len() {
            return Err(corrupt(format!("entry says {n} items in {} bytes", self.bytes.len())));
        }
        Ok(n)
    }
    fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }
    fn parts(&mut self) -> Result<(TableId, Vec<PartId>)> {
        let table = TableId(self.u32()?);
        let n = self.count(16)?;
        let mut parts = Vec::with_capacity(n);
        for _ in 0..n {
            let group = crate::GroupId(self.u32()?);
            let index = crate::LogIndex(u64::from_le_bytes(self.array()?));
            parts.push(PartId { group, index, ordinal: self.u32()? });
        }
        Ok((table, parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::tests::sample;

    const GOLDEN: &[u8] = include_bytes!("golden/v2/entry-write");

    struct One(Arc<TableSchema>);

    impl Schemas for One {
        fn schema(&self, _: TableId, _: SchemaVersion) -> Option<Arc<TableSchema>> {
            Some(Arc::clone(&self.0))
        }
    }

    /// An entry as it was written once: written again byte for byte, and read (docs/formats/entry.md).
    /// `OLLYSTACK_WRITE_GOLDEN=DIR` writes it to DIR.
    // The fixture is written by hand only, where a developer asks for it.
    #[allow(clippy::disallowed_methods)]
    #[test]
    fn golden_entry() {
        let (schema, _, batch) = sample();
        let memory = batch.memory_bytes();
        let sections = vec![Section { table: schema.id, schema_version: schema.version, batch }];
        let positions = vec![SourcePosition { source: "topic".into(), partition: 3, offset: 99 }];
        let request = Request { id: Some(RequestId(7)), sections, positions };
        let command = Command::Write { requests: vec![request] };
        let entry = Entry { tenant: TenantId(2), proposed_at: UnixNanos(1_767_225_600_000_000_000), command };
        let schemas = One(Arc::new(schema));
        let bytes = entry.encode(&schemas).unwrap();
        if let Ok(dir) = std::env::var("OLLYSTACK_WRITE_GOLDEN") {
            std::fs::write(std::path::Path::new(&dir).join("entry-write"), &bytes).unwrap();
            return;
        }
        assert!(bytes == GOLDEN, "wrote {bytes:02x?}");
        let back = Entry::decode(GOLDEN, &schemas).unwrap();
        let Command::Write { requests } = back.command else { panic!("another command") };
        let [request] = &requests[..] else { panic!("{} requests", requests.len()) };
        assert_eq!((back.tenant, request.id, request.positions[0].offset), (TenantId(2), Some(RequestId(7)), 99));
        assert_eq!((request.sections[0].batch.rows, request.sections[0].batch.memory_bytes()), (3, memory));
        let mut older = bytes;
        older[0] = 1;
        let told = Entry::decode(&older, &schemas).unwrap_err();
        assert!(told.message.contains("version 1"), "{}", told.message);
    }
}
