//! Bytes of a part file that are not page bodies: header, page frame, footer, trailer (docs/formats/part.md).
//!
//! Invariant: every byte of the file is covered by a checksum over the part's id, the place in the file and the bytes, so a
//! page of another file or place never passes for this one.

use crate::bytes::{Get, Put};
use crate::encode::{self, Room, ints};
use crate::error::{Error, Result};
use arrow::array::ArrayRef;
use olly_types::{ColumnId, GroupId, LogIndex, PartId, SchemaVersion, TableId, TenantId, Type};
use std::sync::Arc;

/// Version of the format written.
pub const PART_VERSION: u16 = 1;
pub(crate) const HEADER_BYTES: usize = 64;
pub(crate) const TRAILER_BYTES: usize = 32;
/// Checksum and length before each page body.
pub(crate) const FRAME_BYTES: usize = 8;
const MAGIC: &[u8; 8] = b"OLLYPART";
const END: &[u8; 8] = b"TRAPYLLO";
/// Most rows of a part; row numbers are 32 bits in places.
pub(crate) const MAX_ROWS: u64 = 1 << 31;
/// Most rows of a granule a reader believes.
pub(crate) const MAX_GRANULE_ROWS: usize = 1 << 16;

/// A page in the file. `len` 0: no page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageRef {
    pub offset: u64,
    /// Bytes of the body.
    pub len: u32,
}

/// Pages of one (sub-)column, one for each granule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages(pub Vec<PageRef>);

/// Smallest and largest value of each granule, as Nullable carriers (NULL: no comparable value in the granule). Texts are
/// cut to a prefix: the minimum as it is, the maximum rounded up.
#[derive(Clone, Debug)]
pub(crate) struct Stats {
    pub min: ArrayRef,
    pub max: ArrayRef,
}

/// Pages of values that rows refer to by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct DictRef {
    pub values: u64,
    /// Values of each page but the last.
    pub page_values: u32,
    pub pages: Pages,
}

/// A key's sub-column of a map.
#[derive(Clone, Debug)]
pub(crate) struct SubColumn {
    /// Number of the key.
    pub key: u32,
    /// Values in the part.
    pub count: u64,
    pub pages: Pages,
}

/// How a map column is laid out.
#[derive(Clone, Debug, Default)]
pub(crate) struct MapMeta {
    /// Page with the keys and shapes of the part.
    pub shapes: PageRef,
    pub subs: Vec<SubColumn>,
    /// Values of all other keys, grouped by key.
    pub overflow: Pages,
}

/// A column of the part.
#[derive(Clone, Debug)]
pub(crate) struct ColumnMeta {
    pub id: ColumnId,
    pub ty: Type,
    /// Row data: values, codes or shapes; each page says which.
    pub pages: Pages,
    pub dict: Option<DictRef>,
    pub map: Option<MapMeta>,
    pub stats: Option<Stats>,
    pub filters: Option<Pages>,
    /// Bytes of the values in memory, for system.parts.
    pub raw_bytes: u64,
}

/// Everything about a part but its rows.
#[derive(Clone, Debug)]
pub(crate) struct Footer {
    pub id: PartId,
    pub table: TableId,
    pub schema_version: SchemaVersion,
    pub level: u32,
    pub rows: u64,
    /// Tenants in order, with their number of rows: rows are sorted by tenant first.
    pub tenants: Vec<(TenantId, u64)>,
    /// Canonical bytes and text of the partition key's values.
    pub partition: Arc<[u8]>,
    pub partition_text: Arc<str>,
    /// Event time in nanoseconds, where the table has one.
    pub time: Option<(i64, i64)>,
    pub ingest: (i64, i64),
    pub index: (u64, u64),
    /// Over the decoded rows in order, and as a set.
    pub hash: u128,
    pub sum: u128,
    pub granules: Vec<u32>,
    pub columns: Vec<ColumnMeta>,
}

/// Checksum of a page body at its place.
pub(crate) fn checksum(id: PartId, offset: u64, body: &[u8]) -> u32 {
    let mut head = [0u8; 28];
    let fields = [
        &id.group.0.to_le_bytes()[..],
        &id.index.0.to_le_bytes(),
        &id.ordinal.to_le_bytes(),
        &offset.to_le_bytes(),
        &(body.len() as u32).to_le_bytes(),
    ];
    let mut at = 0;
    for f in fields {
        if let Some(to) = head.get_mut(at..at + f.len()) {
            to.copy_from_slice(f);
        }
        at += f.len();
    }
    crc32c::crc32c_append(crc32c::crc32c(&head), body)
}

/// The first bytes of a part file.
pub(crate) fn header(id: PartId, table: TableId) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES);
    out.extend_from_slice(MAGIC);
    out.u16(PART_VERSION);
    out.u16(0);
    out.u32(id.group.0);
    out.u64(id.index.0);
    out.u32(id.ordinal);
    out.u32(table.0);
    out.resize(HEADER_BYTES - 4, 0);
    let crc = checksum(id, 0, &out);
    out.u32(crc);
    out
}

pub(crate) fn check_header(bytes: &[u8], id: PartId) -> Result<()> {
    let (body, crc) = bytes
        .split_at_checked(HEADER_BYTES - 4)
        .ok_or_else(|| Error::damaged(format!("a header of {HEADER_BYTES} bytes"), bytes.len().to_string()))?;
    expect_crc(id, 0, body, Get::new(crc).u32()?)?;
    let mut get = Get::new(body);
    if get.take(8)? != MAGIC {
        return Err(Error::damaged("a part file", "other magic bytes"));
    }
    versions(get.u16()?, get.u16()?)
}

fn versions(version: u16, flags: u16) -> Result<()> {
    if version != PART_VERSION {
        return Err(Error::damaged(format!("part format {PART_VERSION} (this build)"), format!("version {version}")));
    }
    if flags != 0 {
        return Err(Error::damaged("no flags", format!("{flags:#06x}")));
    }
    Ok(())
}

pub(crate) fn expect_crc(id: PartId, offset: u64, body: &[u8], stored: u32) -> Result<()> {
    let computed = checksum(id, offset, body);
    if computed != stored {
        return Err(Error::damaged(format!("checksum {stored:08x}"), format!("{computed:08x}")));
    }
    Ok(())
}

/// The last bytes of a part file: where the footer page is.
pub(crate) fn trailer(id: PartId, offset: u64, footer: PageRef) -> Vec<u8> {
    let mut out = Vec::with_capacity(TRAILER_BYTES);
    out.u64(footer.offset);
    out.u32(footer.len);
    out.u32(0);
    out.u16(PART_VERSION);
    out.u16(0);
    let crc = checksum(id, offset, &out);
    out.u32(crc);
    out.extend_from_slice(END);
    out
}

pub(crate) fn read_trailer(bytes: &[u8], id: PartId, offset: u64) -> Result<PageRef> {
    let mut get = Get::new(bytes);
    let body = get.take(20)?;
    let crc = get.u32()?;
    if get.take(8)? != END {
        return Err(Error::damaged("the end of a part file", "other bytes"));
    }
    expect_crc(id, offset, body, crc)?;
    let mut get = Get::new(body);
    let footer = PageRef { offset: get.u64()?, len: get.u32()? };
    get.u32()?;
    versions(get.u16()?, get.u16()?)?;
    Ok(footer)
}

impl Pages {
    pub fn get(&self, granule: usize) -> Result<PageRef> {
        self.0.get(granule).copied().ok_or_else(|| Error::damaged(format!("page {granule}"), "fewer pages"))
    }
    fn put(&self, out: &mut Vec<u8>) {
        out.var(self.0.len() as u64);
        ints::encode(&self.0.iter().map(|p| p.offset).collect::<Vec<_>>(), out);
        ints::encode(&self.0.iter().map(|p| u64::from(p.len)).collect::<Vec<_>>(), out);
    }
    fn take(get: &mut Get<'_>, most: usize) -> Result<Pages> {
        let n = get.count_upto(most)?;
        let offsets = ints::decode(get, n)?;
        let lengths = ints::decode(get, n)?;
        let pages = offsets.into_iter().zip(lengths).map(|(offset, len)| {
            let len = u32::try_from(len).map_err(|_| Error::damaged("a page length of 32 bits", len.to_string()))?;
            Ok(PageRef { offset, len })
        });
        Ok(Pages(pages.collect::<Result<_>>()?))
    }
}

fn put_page(p: PageRef, out: &mut Vec<u8>) {
    out.var(p.offset);
    out.var(u64::from(p.len));
}
fn take_page(get: &mut Get<'_>) -> Result<PageRef> {
    Ok(PageRef { offset: get.var()?, len: get.count_upto(u32::MAX as usize)? as u32 })
}

fn take_text(get: &mut Get<'_>) -> Result<Arc<str>> {
    let text = std::str::from_utf8(get.blob()?).map_err(|_| Error::damaged("UTF-8", "other bytes"))?;
    Ok(text.into())
}

fn stats_type(ty: &Type) -> Type {
    Type::Nullable(Arc::new(ty.base().clone()))
}

impl Footer {
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        out.u32(self.id.group.0);
        out.u64(self.id.index.0);
        out.u32(self.id.ordinal);
        out.u32(self.table.0);
        out.u32(self.schema_version.0);
        out.u32(self.level);
        out.var(self.rows);
        out.var(self.tenants.len() as u64);
        for (t, rows) in &self.tenants {
            out.var(u64::from(t.0));
            out.var(*rows);
        }
        out.blob(&self.partition);
        out.blob(self.partition_text.as_bytes());
        out.u8(u8::from(self.time.is_some()));
        let (min, max) = self.time.unwrap_or_default();
        for n in [min, max, self.ingest.0, self.ingest.1] {
            out.ivar(n);
        }
        out.var(self.index.0);
        out.var(self.index.1);
        out.u128(self.hash);
        out.u128(self.sum);
        out.var(self.granules.len() as u64);
        ints::encode(&self.granules.iter().map(|g| u64::from(*g)).collect::<Vec<_>>(), &mut out);
        out.var(self.columns.len() as u64);
        for c in &self.columns {
            out.u32(c.id.0);
            out.blob(c.ty.to_string().as_bytes());
            out.var(c.raw_bytes);
            let flags = u8::from(c.dict.is_some())
                | u8::from(c.map.is_some()) << 1
                | u8::from(c.stats.is_some()) << 2
                | u8::from(c.filters.is_some()) << 3;
            out.u8(flags);
            c.pages.put(&mut out);
            if let Some(d) = &c.dict {
                out.var(d.values);
                out.var(u64::from(d.page_values));
                d.pages.put(&mut out);
            }
            if let Some(m) = &c.map {
                put_page(m.shapes, &mut out);
                out.var(m.subs.len() as u64);
                for s in &m.subs {
                    out.var(u64::from(s.key));
                    out.var(s.count);
                    s.pages.put(&mut out);
                }
                m.overflow.put(&mut out);
            }
            if let Some(s) = &c.stats {
                encode::encode_array(&s.min, &stats_type(&c.ty), &mut out)?;
                encode::encode_array(&s.max, &stats_type(&c.ty), &mut out)?;
            }
            if let Some(f) = &c.filters {
                f.put(&mut out);
            }
        }
        Ok(out)
    }

    pub fn decode(bytes: &[u8]) -> Result<Footer> {
        Footer::decode_within(bytes, encode::MAX_PAGE)
    }

    /// As [`Footer::decode`], in at most about `memory` bytes.
    fn decode_within(bytes: &[u8], memory: usize) -> Result<Footer> {
        let get = &mut Get::new(bytes);
        let mut room = Room::new(memory);
        let id = PartId { group: GroupId(get.u32()?), index: LogIndex(get.u64()?), ordinal: get.u32()? };
        let table = TableId(get.u32()?);
        let schema_version = SchemaVersion(get.u32()?);
        let level = get.u32()?;
        let rows = get.var()?;
        let n = get.count(2)?;
        let mut tenants = Vec::with_capacity(n);
        for _ in 0..n {
            tenants.push((TenantId(get.count_upto(u32::MAX as usize)? as u32), get.var()?));
        }
        let partition = get.blob()?.into();
        let partition_text = take_text(get)?;
        let timed = get.u8()? == 1;
        let time = (get.ivar()?, get.ivar()?);
        let ingest = (get.ivar()?, get.ivar()?);
        let index = (get.var()?, get.var()?);
        let (hash, sum) = (get.u128()?, get.u128()?);
        let n = get.count_upto(MAX_ROWS as usize)?;
        // The decoder works on 16 bytes a value, twice over.
        room.take(n, 48)?;
        let granules: Vec<u32> = ints::decode(get, n)?.into_iter().map(|g| g as u32).collect();
        let total: u64 = granules.iter().map(|g| u64::from(*g)).sum();
        let by_tenant = tenants.iter().fold(0u64, |a, (_, r)| a.saturating_add(*r));
        if total != rows || by_tenant != rows || rows > MAX_ROWS {
            return Err(Error::damaged(format!("{rows} rows"), format!("{total} in granules, {by_tenant} of tenants")));
        }
        if let Some(g) = granules.iter().find(|g| **g as usize > MAX_GRANULE_ROWS) {
            return Err(Error::damaged(format!("granules of at most {MAX_GRANULE_ROWS} rows"), g.to_string()));
        }
        let most = get.bytes.len().saturating_mul(64).max(granules.len());
        let columns = get.count(8)?;
        let mut out = Vec::with_capacity(columns);
        for _ in 0..columns {
            out.push(take_column(get, granules.len(), most, &mut room)?);
        }
        get.end()?;
        Ok(Footer {
            id,
            table,
            schema_version,
            level,
            rows,
            tenants,
            partition,
            partition_text,
            time: timed.then_some(time),
            ingest,
            index,
            hash,
            sum,
            granules,
            columns: out,
        })
    }

    pub fn column(&self, id: ColumnId) -> Option<&ColumnMeta> {
        self.columns.iter().find(|c| c.id == id)
    }

    /// First row of each granule, and the number of rows at the end.
    pub fn granule_starts(&self) -> Vec<u64> {
        let mut at = 0;
        let mut out = vec![0];
        out.extend(self.granules.iter().map(|g| {
            at += u64::from(*g);
            at
        }));
        out
    }

    /// The tenant to whom all rows belong, if there is one.
    pub fn sole_tenant(&self) -> Option<TenantId> {
        match self.tenants.as_slice() {
            [(tenant, _)] => Some(*tenant),
            _ => None,
        }
    }

    /// The tenant's rows: they are contiguous.
    pub fn tenant_rows(&self, tenant: TenantId) -> std::ops::Range<u64> {
        let mut at = 0;
        for (t, rows) in &self.tenants {
            if *t == tenant {
                return at..at + rows;
            }
            at += rows;
        }
        0..0
    }
}

fn take_column(get: &mut Get<'_>, granules: usize, most: usize, room: &mut Room) -> Result<ColumnMeta> {
    let id = ColumnId(get.u32()?);
    let text = take_text(get)?;
    let ty = Type::parse(&text).map_err(|e| Error::damaged("a type", e.message))?;
    let raw_bytes = get.var()?;
    let flags = get.u8()?;
    if flags > 15 {
        return Err(Error::damaged("column flags of 4 bits", flags.to_string()));
    }
    let mut pages = |get: &mut Get<'_>, most: usize| {
        let pages = Pages::take(get, most)?;
        room.take(pages.0.len(), 48)?;
        Ok::<_, Error>(pages)
    };
    let own = pages(get, granules)?;
    let dict = if flags & 1 != 0 {
        let values = get.count_upto(NULL_CODES)? as u64;
        let page_values = get.count_upto(MAX_GRANULE_ROWS)? as u32;
        Some(DictRef { values, page_values, pages: pages(get, most)? })
    } else {
        None
    };
    let map = if flags & 2 != 0 {
        let shapes = take_page(get)?;
        let n = get.count(3)?;
        let mut subs = Vec::with_capacity(n);
        for _ in 0..n {
            let key = get.count_upto(NULL_CODES)? as u32;
            subs.push(SubColumn { key, count: get.var()?, pages: pages(get, granules)? });
        }
        Some(MapMeta { shapes, subs, overflow: pages(get, granules)? })
    } else {
        None
    };
    let stats = if flags & 4 != 0 {
        let min = encode::decode_array(get, &stats_type(&ty), granules, room)?;
        let max = encode::decode_array(get, &stats_type(&ty), granules, room)?;
        Some(Stats { min, max })
    } else {
        None
    };
    let filters = if flags & 8 != 0 { Some(Pages::take(get, granules)?) } else { None };
    Ok(ColumnMeta { id, ty, pages: own, dict, map, stats, filters, raw_bytes })
}

/// Codes are below this.
const NULL_CODES: usize = u32::MAX as usize - 1;

/// Fuzz target: any bytes as a footer.
pub fn fuzz_footer(bytes: &[u8]) {
    let _ = Footer::decode_within(bytes, 16 << 20);
}
