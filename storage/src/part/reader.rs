//! Reads a part: footer at open, then single pages on demand, each checked on every read from disk.
//!
//! Invariant: bytes whose checksum does not match their place are an error that names file and offset, never rows.

use super::access;
use super::column::{KIND_CODES, KIND_SHAPES, KIND_VALUES};
use super::format::{self, ColumnMeta, FRAME_BYTES, Footer, HEADER_BYTES, MapMeta, PageRef, TRAILER_BYTES};
use super::holds::is_large;
pub(crate) use super::holds::{DictHold, Holds};
use super::source::{MapDict, MapRows, NULL, Source};
use super::writer::file_name;
use crate::bytes::Get;
use crate::cache::PageCache;
use crate::encode::{self, MAX_PAGE, Room, compress, ints};
use crate::error::{DAMAGE, Error, Result, arrow};
use arrow::array::{Array, ArrayRef, UInt64Array};
use olly_env::{Disk, File, Open, disk};
use olly_types::port::Access;
use olly_types::{ColumnId, PartId, Type};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

/// Numbers open part files, so that cache keys are never reused.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// An open part.
pub(crate) struct PartReader {
    pub footer: Footer,
    pub path: String,
    pub bytes: u64,
    file: Arc<dyn File>,
    disk: Arc<dyn Disk>,
    cache: Arc<PageCache>,
    number: u64,
    dicts: Mutex<HashMap<ColumnId, Weak<DictHold>>>,
    starts: Vec<u64>,
    /// The file goes when the last reader goes.
    doomed: AtomicBool,
    damaged: AtomicBool,
}

impl Drop for PartReader {
    fn drop(&mut self) {
        if self.doomed.load(Ordering::Acquire) {
            // If this fails the file is an orphan, which the next open removes.
            let _ = self.disk.remove(&self.path);
        }
    }
}

impl PartReader {
    /// Opens a part file; reads header and footer.
    pub fn open(env_disk: &Arc<dyn Disk>, dir: &str, id: PartId, cache: &Arc<PageCache>) -> Result<Arc<PartReader>> {
        let path = disk::join(dir, &file_name(id));
        let file = match env_disk.open(&path, Open::READ) {
            Err(e) if e.is_not_found() => return Err(Error::damaged("a part file", "no such file").at(&path, 0)),
            opened => opened?,
        };
        let bytes = file.len()?;
        let place = |offset: u64| {
            let path = path.clone();
            move |e: Error| e.at(&path, offset)
        };
        if bytes < (HEADER_BYTES + TRAILER_BYTES) as u64 {
            return Err(Error::damaged("a whole part file", format!("{bytes} bytes")).at(&path, 0));
        }
        let mut head = [0u8; HEADER_BYTES];
        disk::read_exact_at(&*file, &path, 0, &mut head)?;
        format::check_header(&head, id).map_err(place(0))?;
        let end = bytes - TRAILER_BYTES as u64;
        let mut tail = [0u8; TRAILER_BYTES];
        disk::read_exact_at(&*file, &path, end, &mut tail)?;
        let page = format::read_trailer(&tail, id, end).map_err(place(end))?;
        let raw = read_page(&*file, &path, id, end, page)?;
        let footer = Footer::decode(&raw).map_err(place(page.offset))?;
        if footer.id != id {
            return Err(Error::damaged(id.to_string(), footer.id.to_string()).at(&path, page.offset));
        }
        Ok(Arc::new(PartReader {
            starts: footer.granule_starts(),
            footer,
            path,
            bytes,
            file,
            disk: Arc::clone(env_disk),
            cache: Arc::clone(cache),
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            dicts: Mutex::new(HashMap::new()),
            doomed: AtomicBool::new(false),
            damaged: AtomicBool::new(false),
        }))
    }

    /// Removes the file once nobody reads it.
    pub fn doom(&self) {
        self.doomed.store(true, Ordering::Release);
    }

    /// Whether the part was merged or dropped, and only its readers keep its file.
    pub fn is_doomed(&self) -> bool {
        self.doomed.load(Ordering::Acquire)
    }

    /// Whether damage was met in it since it was opened: queries tell it, and merges leave the part alone.
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Acquire)
    }

    /// Remembers damage, and logs it the first time.
    pub fn blame(&self, error: &Error) {
        if matches!(error, Error::Corrupt { .. }) && !self.damaged.swap(true, Ordering::AcqRel) {
            tracing::error!(%error, "a part is damaged; queries that need the damaged bytes fail (how to go on: {DAMAGE})");
        }
    }

    /// First row of each granule, and the number of rows.
    pub fn starts(&self) -> &[u64] {
        &self.starts
    }

    /// The dictionary of a key column, without rows; no dictionary: no rows.
    pub fn key_source(&self, column: &ColumnMeta, holds: &mut Holds) -> Result<Source> {
        let values = self.hold(column, holds)?.values.clone();
        Ok(values.map_or(Source::Missing(0), |values| Source::Dict { codes: [].into(), values }))
    }

    /// Rows of a granule, as numbers in the part.
    pub fn granule_rows(&self, granule: usize) -> std::ops::Range<u64> {
        let at = |i: usize| self.starts.get(i).copied().unwrap_or(0);
        at(granule)..at(granule + 1)
    }

    /// Copies raw bytes of the file, for transfers; the number of bytes read.
    pub fn read_raw(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        Ok(self.file.read_at(offset, buf)?)
    }

    fn page(&self, page: PageRef, holds: &mut Holds) -> Result<Arc<Vec<u8>>> {
        holds.read_bytes += u64::from(page.len) + FRAME_BYTES as u64;
        let key = (self.number, page.offset);
        if let Some(raw) = self.cache.get(&key) {
            return Ok(raw);
        }
        let read = read_page(&*self.file, &self.path, self.footer.id, self.bytes, page);
        let raw = Arc::new(read.inspect_err(|e| self.blame(e))?);
        self.cache.put(key, &raw);
        Ok(raw)
    }

    fn at<T>(&self, page: PageRef, result: Result<T>) -> Result<T> {
        result.map_err(|e| e.at(&self.path, page.offset)).inspect_err(|e| self.blame(e))
    }

    /// A page's kind and what follows it.
    fn parts<'a>(&self, page: PageRef, raw: &'a [u8]) -> Result<(u8, Get<'a>)> {
        let mut get = Get::new(raw);
        let kind = self.at(page, get.u8())?;
        Ok((kind, get))
    }

    fn rows_of(&self, granule: usize) -> Result<usize> {
        let rows = self.footer.granules.get(granule);
        Ok(*rows.ok_or_else(|| Error::damaged(format!("granule {granule}"), "fewer"))? as usize)
    }

    /// The dictionary of a column, or the keys of a map column.
    fn hold(&self, column: &ColumnMeta, holds: &mut Holds) -> Result<Arc<DictHold>> {
        if let Some(h) = holds.held.get(&column.id) {
            return Ok(Arc::clone(h));
        }
        let shared = self.dicts.lock().get(&column.id).and_then(Weak::upgrade);
        let hold = match shared {
            Some(h) => {
                holds.read_bytes += h.bytes;
                h
            }
            None => {
                let before = holds.read_bytes;
                let values = match &column.dict {
                    Some(_) => Some(self.dict_values(column, holds)?),
                    None => None,
                };
                let map = match &column.map {
                    Some(m) => Some(Arc::new(self.map_dict(column, m, holds)?)),
                    None => None,
                };
                let h = Arc::new(DictHold::new(values, map, holds.read_bytes - before));
                self.dicts.lock().insert(column.id, Arc::downgrade(&h));
                h
            }
        };
        holds.held.insert(column.id, Arc::clone(&hold));
        Ok(hold)
    }

    fn dict_page(&self, column: &ColumnMeta, n: usize, holds: &mut Holds) -> Result<ArrayRef> {
        let dict = column.dict.as_ref().ok_or_else(|| Error::damaged("a dictionary", "none"))?;
        let page = dict.pages.get(n)?;
        let start = n as u64 * u64::from(dict.page_values);
        let rows = dict.values.saturating_sub(start).min(u64::from(dict.page_values)) as usize;
        let raw = self.page(page, holds)?;
        self.at(page, encode::decode_array(&mut Get::new(&raw), column.ty.base(), rows, &mut Room::new(MAX_PAGE)))
    }

    fn dict_values(&self, column: &ColumnMeta, holds: &mut Holds) -> Result<ArrayRef> {
        let dict = column.dict.as_ref().ok_or_else(|| Error::damaged("a dictionary", "none"))?;
        let mut chunks = Vec::with_capacity(dict.pages.0.len());
        for n in 0..dict.pages.0.len() {
            chunks.push(self.dict_page(column, n, holds)?);
        }
        match &chunks[..] {
            [] => Ok(encode::empty(column.ty.base())),
            [one] => Ok(Arc::clone(one)),
            _ => arrow::compute::concat(&chunks.iter().map(|c| &**c).collect::<Vec<&dyn Array>>()).map_err(arrow),
        }
    }

    fn map_dict(&self, column: &ColumnMeta, map: &MapMeta, holds: &mut Holds) -> Result<MapDict> {
        let Type::Map(key_type, _) = &column.ty else { return Err(Error::damaged("a map", column.ty.to_string())) };
        let raw = self.page(map.shapes, holds)?;
        let (_, mut get) = self.parts(map.shapes, &raw)?;
        let get = &mut get;
        let result = (|| {
            let mut room = Room::new(MAX_PAGE);
            let n = get.count_upto(MAX_PAGE / 16)?;
            let keys = encode::decode_array(get, key_type.base(), n, &mut room)?;
            let shapes = get.count_upto(MAX_PAGE / 16)?;
            room.take(shapes, 24)?;
            let lengths = ints::decode(get, shapes)?;
            let (offsets, total) = encode::offsets_of(&lengths, &mut room)?;
            room.take(total, 12)?;
            let flat = ints::decode(get, total)?;
            if let Some(bad) = flat.iter().find(|k| **k >= n as u64) {
                return Err(Error::damaged(format!("a key below {n}"), bad.to_string()));
            }
            let flat: Vec<u32> = flat.into_iter().map(|k| k as u32).collect();
            let shapes = offsets.windows(2).map(|w| flat.get(w[0] as usize..w[1] as usize).unwrap_or_default().into());
            Ok(MapDict { shapes: shapes.collect(), keys })
        })();
        self.at(map.shapes, result)
    }

    /// A granule of a column, as it is kept.
    pub fn source(&self, column: &ColumnMeta, granule: usize, holds: &mut Holds) -> Result<Source> {
        let rows = self.rows_of(granule)?;
        let page = column.pages.get(granule)?;
        let raw = self.page(page, holds)?;
        let (kind, mut get) = self.parts(page, &raw)?;
        match kind {
            KIND_VALUES => {
                let array = encode::decode_array(&mut get, &column.ty, rows, &mut Room::new(MAX_PAGE));
                Ok(Source::Plain(self.at(page, array)?))
            }
            KIND_CODES => {
                let codes = self.at(page, codes(&mut get, &column.ty, rows))?;
                let hold = self.hold(column, holds)?;
                let values = hold.values.clone().ok_or_else(|| Error::damaged("a dictionary", "none"));
                let values = self.at(page, values)?;
                if let Some(bad) = codes.iter().find(|c| **c != NULL && **c as usize >= values.len()) {
                    let e = Error::damaged(format!("a code below {}", values.len()), bad.to_string());
                    return self.at(page, Err(e));
                }
                Ok(Source::Dict { codes: codes.into(), values })
            }
            KIND_SHAPES => {
                let shape = self.shapes(column, granule, holds)?;
                Ok(Source::Map(Arc::new(self.map_rows(column, shape, granule, holds)?)))
            }
            other => self.at(page, Err(Error::damaged("a page kind of at most 2", other.to_string()))),
        }
    }

    /// Shape numbers of a granule's rows.
    fn shapes(&self, column: &ColumnMeta, granule: usize, holds: &mut Holds) -> Result<Vec<u32>> {
        let rows = self.rows_of(granule)?;
        let page = column.pages.get(granule)?;
        let raw = self.page(page, holds)?;
        let (_, mut get) = self.parts(page, &raw)?;
        let shapes = self.at(page, ints::decode(&mut get, rows))?;
        let hold = self.hold(column, holds)?;
        let known = hold.map.as_ref().map_or(0, |m| m.shapes.len()) as u64;
        if let Some(bad) = shapes.iter().find(|s| **s >= known) {
            return self.at(page, Err(Error::damaged(format!("a shape below {known}"), bad.to_string())));
        }
        Ok(shapes.into_iter().map(|s| s as u32).collect())
    }

    fn map_rows(&self, column: &ColumnMeta, shape: Vec<u32>, granule: usize, holds: &mut Holds) -> Result<MapRows> {
        let (Type::Map(_, value_type), Some(meta)) = (&column.ty, &column.map) else {
            return Err(Error::damaged("a map", column.ty.to_string()));
        };
        let dict = self.hold(column, holds)?.map.clone().ok_or_else(|| Error::damaged("map keys", "none"))?;
        // Values of each key, and where the next one is.
        let mut counts: Vec<usize> = vec![0; dict.keys.len()];
        for s in &shape {
            for k in dict.shapes.get(*s as usize).map(|s| &s[..]).unwrap_or_default() {
                if let Some(c) = counts.get_mut(*k as usize) {
                    *c += 1;
                }
            }
        }
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let mut next: Vec<(usize, usize)> = vec![(0, 0); counts.len()];
        for sub in &meta.subs {
            let count = counts.get(sub.key as usize).copied().unwrap_or(0);
            if count == 0 {
                continue;
            }
            arrays.push(self.sub_values(sub.pages.get(granule)?, value_type, count, holds)?);
            if let Some(n) = next.get_mut(sub.key as usize) {
                *n = (arrays.len() - 1, 0);
            }
            if let Some(c) = counts.get_mut(sub.key as usize) {
                *c = 0;
            }
        }
        let rest: usize = counts.iter().sum();
        if rest > 0 {
            let (array, starts) = self.overflow(meta.overflow.get(granule)?, value_type, holds)?;
            arrays.push(array);
            for (key, start, count) in starts {
                if counts.get(key as usize) == Some(&count)
                    && let Some(n) = next.get_mut(key as usize)
                {
                    *n = (arrays.len() - 1, start);
                    if let Some(c) = counts.get_mut(key as usize) {
                        *c = 0;
                    }
                }
            }
            if counts.iter().any(|c| *c > 0) {
                let page = meta.overflow.get(granule)?;
                return self.at(page, Err(Error::damaged("values of every key of the rows", "fewer")));
            }
        }
        let mut picks = Vec::new();
        let mut start = Vec::with_capacity(shape.len());
        for s in &shape {
            start.push(picks.len() as u32);
            for k in dict.shapes.get(*s as usize).map(|s| &s[..]).unwrap_or_default() {
                if let Some(n) = next.get_mut(*k as usize) {
                    picks.push(*n);
                    n.1 += 1;
                }
            }
        }
        let refs: Vec<&dyn Array> = arrays.iter().map(|a| &**a).collect();
        let values = if refs.is_empty() {
            encode::empty(value_type)
        } else {
            arrow::compute::interleave(&refs, &picks).map_err(arrow)?
        };
        Ok(MapRows { shape, start, dict, values })
    }

    fn sub_values(&self, page: PageRef, ty: &Type, count: usize, holds: &mut Holds) -> Result<ArrayRef> {
        if page.len == 0 {
            return Err(Error::damaged(format!("{count} values of a key"), "no page").at(&self.path, 0));
        }
        let raw = self.page(page, holds)?;
        let (_, mut get) = self.parts(page, &raw)?;
        self.at(page, encode::decode_array(&mut get, ty, count, &mut Room::new(MAX_PAGE)))
    }

    /// Values of the keys without a sub-column: all values, and (key, first, number) of each.
    #[allow(clippy::type_complexity)]
    fn overflow(&self, page: PageRef, ty: &Type, holds: &mut Holds) -> Result<(ArrayRef, Vec<(u32, usize, usize)>)> {
        if page.len == 0 {
            return Ok((encode::empty(ty), Vec::new()));
        }
        let raw = self.page(page, holds)?;
        let (_, mut get) = self.parts(page, &raw)?;
        let get = &mut get;
        let result = (|| {
            let mut room = Room::new(MAX_PAGE);
            let n = get.count_upto(MAX_PAGE / 64)?;
            room.take(n, 64)?;
            let keys = ints::decode(get, n)?;
            let counts = ints::decode(get, n)?;
            let (offsets, total) = encode::offsets_of(&counts, &mut room)?;
            let values = encode::decode_array(get, ty, total, &mut room)?;
            let starts = keys.iter().zip(offsets.windows(2));
            Ok((values, starts.map(|(k, w)| (*k as u32, w[0] as usize, (w[1] - w[0]) as usize)).collect()))
        })();
        self.at(page, result)
    }

    /// What an access reads of a granule, all rows.
    pub fn read(&self, column: &ColumnMeta, granule: usize, access: &Access, holds: &mut Holds) -> Result<ArrayRef> {
        access::access_type(&column.ty, access)?;
        let by_shape = column.map.is_some() && !matches!(access, Access::Whole);
        if !by_shape {
            let big = column.dict.as_ref().is_some_and(is_large);
            if big
                && *access == Access::Whole
                && !matches!(column.ty, Type::LowCardinality(_))
                && !holds.held.contains_key(&column.id)
                && let Some(array) = self.read_few(column, granule, holds)?
            {
                return Ok(array);
            }
            let source = self.source(column, granule, holds)?;
            return access::read(&source, &column.ty, access);
        }
        let (Type::Map(_, value_type), Some(meta)) = (&column.ty, &column.map) else {
            return Err(Error::damaged("a map", column.ty.to_string()));
        };
        let shape = self.shapes(column, granule, holds)?;
        let dict = self.hold(column, holds)?.map.clone().ok_or_else(|| Error::damaged("map keys", "none"))?;
        match access {
            Access::MapValue(key) => {
                let numbers = access::key_numbers(&dict.keys, key);
                let Some(number) = numbers.first().copied() else {
                    return access::defaults(value_type, shape.len());
                };
                // Values of the key per shape: where there are several, the first wins.
                let per: Vec<usize> = dict.shapes.iter().map(|s| s.iter().filter(|k| **k == number).count()).collect();
                let mut at = 0;
                let mut picks = Vec::with_capacity(shape.len());
                for s in &shape {
                    let n = per.get(*s as usize).copied().unwrap_or(0);
                    picks.push((n > 0).then_some(at));
                    at += n;
                }
                if at == 0 {
                    return access::defaults(value_type, shape.len());
                }
                let values = match meta.subs.iter().find(|s| s.key == number) {
                    Some(sub) => self.sub_values(sub.pages.get(granule)?, value_type, at, holds)?,
                    None => {
                        let (all, starts) = self.overflow(meta.overflow.get(granule)?, value_type, holds)?;
                        let own = starts.into_iter().find(|(k, _, n)| *k == number && *n == at);
                        let (_, start, n) = own.ok_or_else(|| {
                            Error::damaged(format!("{at} values of a key"), "fewer").at(&self.path, 0)
                        })?;
                        all.slice(start, n)
                    }
                };
                access::pick_or_default(&values, picks.into_iter(), value_type)
            }
            Access::Size => {
                let sizes = shape.iter().map(|s| dict.shapes.get(*s as usize).map_or(0, |s| s.len() as u64));
                Ok(Arc::new(UInt64Array::from_iter_values(sizes)))
            }
            _ => {
                // Keys and contains need no values.
                let start = vec![0; shape.len()];
                let rows = MapRows { shape, start, dict, values: encode::empty(value_type) };
                access::read(&Source::Map(Arc::new(rows)), &column.ty, access)
            }
        }
    }

    /// Values of a granule by the pages of a large dictionary that it needs; None where it needs most of them.
    fn read_few(&self, column: &ColumnMeta, granule: usize, holds: &mut Holds) -> Result<Option<ArrayRef>> {
        let Some(dict) = &column.dict else { return Ok(None) };
        let rows = self.rows_of(granule)?;
        let page = column.pages.get(granule)?;
        let raw = self.page(page, holds)?;
        let (kind, mut get) = self.parts(page, &raw)?;
        if kind != KIND_CODES || column.ty.is_nullable() {
            return Ok(None);
        }
        let codes = self.at(page, codes(&mut get, &column.ty, rows))?;
        let per = dict.page_values.max(1);
        let mut slot: HashMap<u32, usize> = HashMap::new();
        for c in &codes {
            let next = slot.len();
            slot.entry(c / per).or_insert(next);
        }
        if slot.len() * 2 > dict.pages.0.len() {
            return Ok(None);
        }
        let mut wanted: Vec<(usize, u32)> = slot.iter().map(|(p, i)| (*i, *p)).collect();
        wanted.sort_unstable();
        let mut arrays = Vec::with_capacity(wanted.len());
        for (_, p) in wanted {
            arrays.push(self.dict_page(column, p as usize, holds)?);
        }
        let mut picks = Vec::with_capacity(codes.len());
        for c in codes {
            let pick = (slot.get(&(c / per)).copied().unwrap_or(0), (c % per) as usize);
            if arrays.get(pick.0).is_none_or(|a| pick.1 >= a.len()) {
                return self.at(page, Err(Error::damaged("a code of the dictionary", c.to_string())));
            }
            picks.push(pick);
        }
        let refs: Vec<&dyn Array> = arrays.iter().map(|a| &**a).collect();
        if refs.is_empty() {
            return Ok(Some(encode::empty(&column.ty)));
        }
        Ok(Some(arrow::compute::interleave(&refs, &picks).map_err(arrow)?))
    }

    /// The filter of a granule over a column's values.
    pub fn filter(&self, column: &ColumnMeta, granule: usize) -> Result<Option<Arc<Vec<u8>>>> {
        let Some(filters) = &column.filters else { return Ok(None) };
        Ok(Some(self.page(filters.get(granule)?, &mut Holds::default())?))
    }

    /// Keys and shapes of a map column kept by shapes, for pruning by key.
    pub fn map_keys(&self, column: &ColumnMeta, holds: &mut Holds) -> Result<Option<Arc<MapDict>>> {
        if column.map.is_none() {
            return Ok(None);
        }
        Ok(self.hold(column, holds)?.map.clone())
    }

    /// Bytes of each column's pages; a page that several share counts for the first.
    pub fn column_bytes(&self) -> Vec<(ColumnId, u64)> {
        let mut seen = std::collections::HashSet::new();
        let columns = self.footer.columns.iter();
        columns
            .map(|c| {
                let own = column_pages(c).filter(|p| p.len > 0 && seen.insert(p.offset));
                (c.id, own.map(|p| u64::from(p.len) + FRAME_BYTES as u64).sum())
            })
            .collect()
    }

    /// Every page of the file, checked from disk: their number, and the errors of the damaged ones.
    pub fn verify_pages(&self) -> (u64, Vec<Error>) {
        let mut seen = std::collections::BTreeMap::new();
        for p in self.footer.columns.iter().flat_map(column_pages) {
            seen.insert(p.offset, p);
        }
        seen.retain(|_, p| p.len > 0);
        let n = seen.len() as u64;
        let errors = seen
            .into_values()
            .filter_map(|p| read_page(&*self.file, &self.path, self.footer.id, self.bytes, p).err())
            .collect();
        (n, errors)
    }
}

/// All pages of a column.
fn column_pages(c: &ColumnMeta) -> impl Iterator<Item = PageRef> + '_ {
    let lists = [Some(&c.pages), c.dict.as_ref().map(|d| &d.pages), c.filters.as_ref()];
    let maps = c.map.iter().flat_map(|m| m.subs.iter().map(|s| &s.pages).chain([&m.overflow]));
    let shapes = c.map.iter().map(|m| m.shapes);
    lists.into_iter().flatten().chain(maps).flat_map(|p| p.0.iter().copied()).chain(shapes)
}

/// Codes of a page; NULL where the type has it.
fn codes(get: &mut Get<'_>, ty: &Type, rows: usize) -> Result<Vec<u32>> {
    let mut valid = None;
    let mut present = rows;
    if ty.is_nullable() && get.u8()? == 1 {
        let mut bits = Vec::with_capacity(rows);
        encode::bits::unpack(get.take(rows.div_ceil(8))?, 1, rows, |b| bits.push(b == 1))?;
        present = bits.iter().filter(|b| **b).count();
        valid = Some(bits);
    }
    let mut values = ints::decode(get, present)?.into_iter().map(|c| u32::try_from(c).unwrap_or(NULL - 1));
    Ok(match valid {
        None => values.collect(),
        Some(bits) => bits.into_iter().map(|b| if b { values.next().unwrap_or(NULL - 1) } else { NULL }).collect(),
    })
}

/// Reads, checks and decompresses a page.
fn read_page(file: &dyn File, path: &str, id: PartId, end: u64, page: PageRef) -> Result<Vec<u8>> {
    let place = |e: Error| e.at(path, page.offset);
    let stop = page.offset.checked_add(u64::from(page.len) + FRAME_BYTES as u64);
    if page.len == 0 || stop.is_none_or(|s| s > end) {
        return Err(place(Error::damaged(format!("a page inside {end} bytes"), format!("{page:?}"))));
    }
    let mut framed = vec![0u8; page.len as usize + FRAME_BYTES];
    disk::read_exact_at(file, path, page.offset, &mut framed)?;
    let mut get = Get::new(&framed);
    let (crc, len) = (get.u32().map_err(place)?, get.u32().map_err(place)?);
    if len != page.len {
        return Err(place(Error::damaged(format!("a page of {} bytes", page.len), len.to_string())));
    }
    format::expect_crc(id, page.offset, get.bytes, crc).map_err(place)?;
    match compress::decompress(get.bytes, MAX_PAGE).map_err(place)? {
        std::borrow::Cow::Owned(v) => Ok(v),
        std::borrow::Cow::Borrowed(_) => {
            framed.drain(..FRAME_BYTES + 1);
            Ok(framed)
        }
    }
}
