//! One column on its way into a part: gathers a granule's rows from their sources and writes its pages.
//!
//! A page's raw bytes begin with its kind: 0 values, 1 codes into the part's dictionary, 2 shapes of a map.
//! Invariant: what is written depends on the rows in order and on the plan made before the first row, nothing else.

use super::format::{ColumnMeta, DictRef, MapMeta, PageRef, Pages, Stats, SubColumn};
use super::intern::Interner;
use super::sink::Sink;
use super::source::{NULL, Source};
use super::{hash, stats};
use crate::bytes::Put;
use crate::encode::{self, ints};
use crate::error::{Error, Result, arrow};
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::{interleave, take};
use olly_types::{ColumnId, Type, Value, limits};
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) const KIND_VALUES: u8 = 0;
pub(crate) const KIND_CODES: u8 = 1;
pub(crate) const KIND_SHAPES: u8 = 2;
/// Values of a page of a dictionary.
const DICT_PAGE: usize = 8192;
/// A dictionary that has grown to this is not used for further granules.
const DICT_MOST: usize = 1 << 22;

/// A row of a granule: source and row in it.
pub(crate) type Place = (u32, u32);

/// What was decided about a column before its first row.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnPlan {
    /// Values go into a dictionary of the part.
    pub dict: bool,
    /// Granules get filters over the values (String only).
    pub filter: bool,
    /// Canonical bytes of the map keys that get sub-columns first, most frequent first.
    pub keys: Vec<Vec<u8>>,
}

pub(crate) struct ColumnWriter {
    pub id: ColumnId,
    ty: Type,
    plan: ColumnPlan,
    pages: Vec<PageRef>,
    dict: Option<Interner>,
    map: Option<MapWriter>,
    mins: Vec<Option<Value>>,
    maxs: Vec<Option<Value>>,
    filters: Vec<PageRef>,
    raw_bytes: u64,
}

impl ColumnWriter {
    pub fn new(id: ColumnId, ty: &Type, plan: ColumnPlan) -> ColumnWriter {
        let dict = (plan.dict || matches!(ty, Type::LowCardinality(_))).then(|| Interner::new(ty.base().clone()));
        let map = (dict.is_none() && matches!(ty, Type::Map(..))).then(|| MapWriter::new(&plan.keys));
        ColumnWriter {
            id,
            ty: ty.clone(),
            plan,
            pages: Vec::new(),
            dict,
            map,
            mins: Vec::new(),
            maxs: Vec::new(),
            filters: Vec::new(),
            raw_bytes: 0,
        }
    }

    /// Writes the granule of the rows at `places`.
    pub fn granule(&mut self, sources: &[&Source], places: &[Place], sink: &mut Sink) -> Result<()> {
        let before = sink.raw_bytes;
        let always = matches!(self.ty, Type::LowCardinality(_));
        if self.dict.as_ref().is_some_and(|d| always || d.len() < DICT_MOST) {
            self.codes(sources, places, sink)?;
        } else if self.map.is_some() {
            self.maps(sources, places, sink)?;
        } else {
            self.values(sources, places, sink)?;
        }
        self.raw_bytes += sink.raw_bytes - before;
        Ok(())
    }

    fn codes(&mut self, sources: &[&Source], places: &[Place], sink: &mut Sink) -> Result<()> {
        let Some(dict) = &mut self.dict else { return Ok(()) };
        // Plain and missing sources become dictionaries of the granule's own rows.
        let mut own: Vec<Option<(ArrayRef, Vec<u32>)>> = vec![None; sources.len()];
        let mut next = vec![0u32; sources.len()];
        for (i, source) in sources.iter().enumerate() {
            if matches!(source, Source::Dict { .. }) {
                continue;
            }
            let rows: Vec<u32> = places.iter().filter(|(s, _)| *s as usize == i).map(|(_, r)| *r).collect();
            if !rows.is_empty()
                && let Some(slot) = own.get_mut(i)
            {
                *slot = Some(plain_codes(source, &rows, &self.ty)?);
            }
        }
        let mut rows: Vec<(u32, u32)> = Vec::with_capacity(places.len());
        for (s, r) in places {
            let i = *s as usize;
            match (sources.get(i), own.get(i)) {
                (Some(Source::Dict { codes, .. }), _) => {
                    rows.push((*s, codes.get(*r as usize).copied().unwrap_or(NULL)));
                }
                (_, Some(Some((_, codes)))) => {
                    let at = next.get_mut(i).ok_or_else(|| Error::damaged("a source", "none"))?;
                    rows.push((*s, codes.get(*at as usize).copied().unwrap_or(NULL)));
                    *at += 1;
                }
                _ => return Err(Error::damaged("a source of the row", s.to_string())),
            }
        }
        let values: Vec<Option<ArrayRef>> = sources
            .iter()
            .zip(&own)
            .map(|(s, own)| match (s, own) {
                (Source::Dict { values, .. }, _) => Some(Arc::clone(values)),
                (_, own) => own.as_ref().map(|(v, _)| Arc::clone(v)),
            })
            .collect();
        let codes = dict.numbers(&values, &rows)?;
        if own.iter().any(Option::is_some) {
            dict.forget_sources();
        }
        let nullable = self.ty.is_nullable();
        let mut page = vec![KIND_CODES];
        if nullable {
            let nulls = codes.iter().filter(|c| **c == NULL).count();
            page.u8(if nulls == 0 { 0 } else { 1 });
            if nulls > 0 {
                encode::bits::pack(codes.iter().map(|c| u64::from(*c != NULL)), 1, &mut page);
            }
        }
        let present: Vec<u64> = codes.iter().filter(|c| **c != NULL).map(|c| u64::from(*c)).collect();
        encode::encode_integers(&present, &mut page);
        self.pages.push(sink.page(&page)?);
        if stats::has_range(&self.ty) || self.plan.filter {
            let mut distinct: Vec<u32> = codes.into_iter().filter(|c| *c != NULL).collect();
            distinct.sort_unstable();
            distinct.dedup();
            let values = dict.values_of(&distinct)?;
            self.describe(&values, sink)?;
        }
        Ok(())
    }

    fn values(&mut self, sources: &[&Source], places: &[Place], sink: &mut Sink) -> Result<()> {
        let array = gather(sources, places, &self.ty)?;
        let mut page = vec![KIND_VALUES];
        encode::encode_array(&array, &self.ty, &mut page)?;
        self.pages.push(sink.page(&page)?);
        if stats::has_range(&self.ty) {
            let array = match array.as_dictionary_opt::<arrow::datatypes::UInt32Type>() {
                Some(d) => Arc::clone(d.values()),
                None => array,
            };
            self.describe(&array, sink)?;
        }
        Ok(())
    }

    fn describe(&mut self, values: &ArrayRef, sink: &mut Sink) -> Result<()> {
        if stats::has_range(&self.ty) {
            let range = stats::range(values, self.ty.base())?;
            let (min, max) = range.map_or((None, None), |(a, b)| (Some(a), Some(b)));
            self.mins.push(min);
            self.maxs.push(max);
        }
        if self.plan.filter && self.ty == Type::String {
            let mut hashes = hash::value_hashes(values, &Type::String)?;
            self.filters.push(sink.page(&stats::filter(&mut hashes))?);
        }
        Ok(())
    }

    fn maps(&mut self, sources: &[&Source], places: &[Place], sink: &mut Sink) -> Result<()> {
        let Some(map) = &mut self.map else { return Ok(()) };
        self.pages.push(map.granule(&self.ty, sources, places, sink)?);
        Ok(())
    }

    /// Writes what is known only after the last row.
    pub fn finish(mut self, sink: &mut Sink) -> Result<ColumnMeta> {
        let before = sink.raw_bytes;
        let base = self.ty.base().clone();
        let granules = self.pages.len();
        let mut dict = None;
        if let Some(d) = self.dict.take() {
            let values = d.all()?;
            let mut pages = Vec::new();
            let mut page = Vec::new();
            for start in (0..values.len()).step_by(DICT_PAGE) {
                page.clear();
                let part = values.slice(start, DICT_PAGE.min(values.len() - start));
                encode::encode_array(&part, &base, &mut page)?;
                pages.push(sink.page(&page)?);
            }
            dict = Some(DictRef { values: values.len() as u64, page_values: DICT_PAGE as u32, pages: Pages(pages) });
        }
        let map = match self.map.take() {
            Some(m) => Some(m.finish(&self.ty, granules, sink)?),
            None => None,
        };
        let stats = if stats::has_range(&self.ty) && self.mins.len() == granules {
            Some(Stats { min: stats::array(&self.mins, &base)?, max: stats::array(&self.maxs, &base)? })
        } else {
            None
        };
        let filters =
            (self.filters.len() == granules && granules > 0).then(|| Pages(std::mem::take(&mut self.filters)));
        Ok(ColumnMeta {
            id: self.id,
            ty: self.ty,
            pages: Pages(self.pages),
            dict,
            map,
            stats,
            filters,
            raw_bytes: self.raw_bytes + sink.raw_bytes - before,
        })
    }
}

/// Values and codes of some rows of a source that is no dictionary.
fn plain_codes(source: &Source, rows: &[u32], ty: &Type) -> Result<(ArrayRef, Vec<u32>)> {
    let array = match source {
        Source::Missing(_) => olly_types::value::array_of(&[Value::default_of(ty)], ty)?,
        Source::Plain(a) => take(a, &UInt32Array::from(rows.to_vec()), None).map_err(arrow)?,
        Source::Map(_) | Source::Dict { .. } => return Err(Error::damaged("a plain column", "another")),
    };
    if let Source::Missing(_) = source {
        let code = if array.logical_nulls().is_some_and(|n| n.null_count() > 0) { NULL } else { 0 };
        let values = match array.as_dictionary_opt::<arrow::datatypes::UInt32Type>() {
            Some(d) => Arc::clone(d.values()),
            None => array,
        };
        return Ok((values, vec![code; rows.len()]));
    }
    if let Some(d) = array.as_dictionary_opt::<arrow::datatypes::UInt32Type>() {
        let codes = d.keys().iter().map(|k| k.unwrap_or(NULL)).collect();
        return Ok((Arc::clone(d.values()), codes));
    }
    let codes = (0..array.len()).map(|i| if array.is_null(i) { NULL } else { i as u32 }).collect();
    Ok((array, codes))
}

/// Carrier array of the rows at `places`.
pub(crate) fn gather(sources: &[&Source], places: &[Place], ty: &Type) -> Result<ArrayRef> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(sources.len());
    for source in sources {
        arrays.push(match source {
            Source::Plain(a) => Arc::clone(a),
            Source::Missing(_) => olly_types::value::array_of(&[Value::default_of(ty)], ty)?,
            Source::Dict { codes, values } => spread(codes, values, ty)?,
            Source::Map(_) => return Err(Error::damaged("values", "maps")),
        });
    }
    let refs: Vec<&dyn Array> = arrays.iter().map(|a| &**a).collect();
    let picks: Vec<(usize, usize)> = places
        .iter()
        .map(|(s, r)| {
            let missing = matches!(sources.get(*s as usize), Some(Source::Missing(_)));
            (*s as usize, if missing { 0 } else { *r as usize })
        })
        .collect();
    interleave(&refs, &picks).map_err(arrow)
}

/// Carrier array of codes and values.
pub(crate) fn spread(codes: &[u32], values: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    let keys: UInt32Array = codes.iter().map(|c| (*c != NULL).then_some(*c)).collect();
    let keys = if keys.null_count() == 0 { UInt32Array::new(keys.values().clone(), None) } else { keys };
    if matches!(ty, Type::LowCardinality(_)) {
        let d = arrow::array::DictionaryArray::try_new(keys, Arc::clone(values)).map_err(arrow)?;
        return Ok(Arc::new(d));
    }
    take(values, &keys, None).map_err(arrow)
}

/// Key and shape numbers of a source's dictionary.
struct MapRemap {
    _dict: Arc<super::source::MapDict>,
    shapes: Vec<u32>,
    keys: Vec<u32>,
}

/// A map column by keys.
struct MapWriter {
    keys: HashMap<Vec<u8>, u32>,
    /// One array of one key each.
    key_values: Vec<ArrayRef>,
    shapes: HashMap<Arc<[u32]>, u32>,
    shape_list: Vec<Arc<[u32]>>,
    remaps: HashMap<usize, MapRemap>,
    /// Sub-column of each key; None: overflow.
    sub_of: Vec<Option<usize>>,
    subs: Vec<SubColumn>,
    /// Sub-columns promised to keys of the plan that were not met yet.
    promised: std::collections::HashSet<Vec<u8>>,
    overflow: Vec<PageRef>,
}

impl MapWriter {
    fn new(plan: &[Vec<u8>]) -> MapWriter {
        MapWriter {
            keys: HashMap::new(),
            key_values: Vec::new(),
            shapes: HashMap::new(),
            shape_list: Vec::new(),
            remaps: HashMap::new(),
            sub_of: Vec::new(),
            subs: Vec::new(),
            promised: plan.iter().take(limits::MAP_SUBCOLUMNS as usize).cloned().collect(),
            overflow: Vec::new(),
        }
    }

    fn key(&mut self, bytes: &[u8], array: &ArrayRef, at: usize, granules: usize) -> u32 {
        if let Some(k) = self.keys.get(bytes) {
            return *k;
        }
        let k = self.key_values.len() as u32;
        self.keys.insert(bytes.to_vec(), k);
        let one = array.slice(at, 1);
        self.key_values.push(match one.as_binary_view_opt() {
            Some(v) => Arc::new(v.gc()),
            None => one,
        });
        let promised = self.promised.remove(bytes);
        let room = self.subs.len() + self.promised.len() < limits::MAP_SUBCOLUMNS as usize;
        self.sub_of.push((promised || room).then(|| {
            let pages = Pages(vec![PageRef::default(); granules]);
            self.subs.push(SubColumn { key: k, count: 0, pages });
            limits::seen::MAP_SUBCOLUMNS.note(self.subs.len() as u64);
            self.subs.len() - 1
        }));
        k
    }

    fn remap(&mut self, dict: &Arc<super::source::MapDict>) -> usize {
        let at = Arc::as_ptr(dict) as usize;
        self.remaps.entry(at).or_insert_with(|| MapRemap {
            _dict: Arc::clone(dict),
            shapes: vec![NULL; dict.shapes.len()],
            keys: vec![NULL; dict.keys.len()],
        });
        at
    }

    fn granule(&mut self, ty: &Type, sources: &[&Source], places: &[Place], sink: &mut Sink) -> Result<PageRef> {
        let Type::Map(key_type, value_type) = ty else { return Err(Error::damaged("a map", ty.to_string())) };
        let granules = self.overflow.len();
        let mut maps = Vec::with_capacity(sources.len());
        for s in sources {
            maps.push((*s).clone().into_map(ty)?);
        }
        let mut ats = Vec::with_capacity(maps.len());
        let mut canons = Vec::with_capacity(maps.len());
        for m in &maps {
            ats.push(self.remap(&m.dict));
            canons.push(super::source::Canon::new(&m.dict.keys, key_type.base())?);
        }
        let mut shapes = Vec::with_capacity(places.len());
        // Values of each key in row order, as (source, value).
        let mut lists: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.key_values.len()];
        let mut buffer = Vec::new();
        for (s, r) in places {
            let s = *s as usize;
            let (Some(m), Some(at), Some(canon)) = (maps.get(s), ats.get(s), canons.get(s)) else {
                return Err(Error::damaged("a source of the row", s.to_string()));
            };
            let (keys, start) = m.row(*r as usize);
            let own_shape = m.shape.get(*r as usize).copied().unwrap_or(0) as usize;
            let known = self.remaps.get(at).and_then(|m| m.shapes.get(own_shape)).copied().unwrap_or(NULL);
            let shape = if known != NULL {
                known
            } else {
                let mut list = Vec::with_capacity(keys.len());
                for key in keys {
                    buffer.clear();
                    canon.put(*key as usize, &mut buffer);
                    let number = self.key(&buffer, &m.dict.keys, *key as usize, granules);
                    if let Some(slot) = self.remaps.get_mut(at).and_then(|m| m.keys.get_mut(*key as usize)) {
                        *slot = number;
                    }
                    list.push(number);
                }
                let list: Arc<[u32]> = list.into();
                let next = self.shape_list.len() as u32;
                let number = *self.shapes.entry(Arc::clone(&list)).or_insert(next);
                if number == next {
                    self.shape_list.push(list);
                }
                if let Some(slot) = self.remaps.get_mut(at).and_then(|m| m.shapes.get_mut(own_shape)) {
                    *slot = number;
                }
                lists.resize(self.key_values.len(), Vec::new());
                number
            };
            shapes.push(u64::from(shape));
            let list = self.shape_list.get(shape as usize).map(|l| &l[..]).unwrap_or_default();
            for (i, key) in list.iter().enumerate() {
                if let Some(l) = lists.get_mut(*key as usize) {
                    l.push((s, start + i));
                }
            }
        }
        let arrays: Vec<&dyn Array> = maps.iter().map(|m| &*m.values).collect();
        let mut page = Vec::new();
        let mut rest: Vec<(u32, Vec<(usize, usize)>)> = Vec::new();
        for (key, list) in lists.into_iter().enumerate() {
            match self.sub_of.get(key) {
                Some(Some(sub)) => {
                    let Some(sub) = self.subs.get_mut(*sub) else { continue };
                    sub.count += list.len() as u64;
                    if list.is_empty() {
                        sub.pages.0.push(PageRef::default());
                        continue;
                    }
                    page.clear();
                    page.u8(KIND_VALUES);
                    let values = interleave(&arrays, &list).map_err(arrow)?;
                    encode::encode_array(&values, value_type, &mut page)?;
                    sub.pages.0.push(sink.page(&page)?);
                }
                _ if !list.is_empty() => rest.push((key as u32, list)),
                _ => {}
            }
        }
        self.overflow.push(if rest.is_empty() {
            PageRef::default()
        } else {
            page.clear();
            page.u8(KIND_VALUES);
            page.var(rest.len() as u64);
            ints::encode(&rest.iter().map(|(k, _)| u64::from(*k)).collect::<Vec<_>>(), &mut page);
            ints::encode(&rest.iter().map(|(_, l)| l.len() as u64).collect::<Vec<_>>(), &mut page);
            let picks: Vec<(usize, usize)> = rest.into_iter().flat_map(|(_, l)| l).collect();
            let values = interleave(&arrays, &picks).map_err(arrow)?;
            encode::encode_array(&values, value_type, &mut page)?;
            sink.page(&page)?
        });
        page.clear();
        page.u8(KIND_SHAPES);
        encode::encode_integers(&shapes, &mut page);
        // Dictionaries of a batch are met once; of a part, in every granule.
        if self.remaps.len() > 64 {
            self.remaps.clear();
        }
        sink.page(&page)
    }

    /// Keys page: number of keys var, the keys, number of shapes var, their lengths, their key numbers one after the other.
    fn finish(self, ty: &Type, granules: usize, sink: &mut Sink) -> Result<MapMeta> {
        let Type::Map(key_type, _) = ty else { return Err(Error::damaged("a map", ty.to_string())) };
        let mut page = vec![KIND_VALUES];
        page.var(self.key_values.len() as u64);
        let refs: Vec<&dyn Array> = self.key_values.iter().map(|a| &**a).collect();
        let keys = if refs.is_empty() {
            encode::empty(key_type.base())
        } else {
            arrow::compute::concat(&refs).map_err(arrow)?
        };
        encode::encode_array(&keys, key_type.base(), &mut page)?;
        page.var(self.shape_list.len() as u64);
        ints::encode(&self.shape_list.iter().map(|s| s.len() as u64).collect::<Vec<_>>(), &mut page);
        let flat: Vec<u64> = self.shape_list.iter().flat_map(|s| s.iter().map(|k| u64::from(*k))).collect();
        ints::encode(&flat, &mut page);
        let shapes = sink.page(&page)?;
        let mut subs = self.subs;
        for s in &mut subs {
            s.pages.0.resize(granules, PageRef::default());
        }
        Ok(MapMeta { shapes, subs, overflow: Pages(self.overflow) })
    }
}
