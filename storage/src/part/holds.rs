//! What a reader keeps of a part between granules, and what reading one takes in memory.
//!
//! Invariant: sizes are about and at most; they follow from the footer alone, so they are known before anything is read.

use super::format::{ColumnMeta, DictRef};
use super::reader::PartReader;
use super::source::MapDict;
use arrow::array::{Array, ArrayRef};
use olly_types::ColumnId;
use olly_types::port::Access;
use std::collections::HashMap;
use std::sync::Arc;

/// A text of a dictionary in memory, beside its bytes; and how far texts compress at most, about.
const VIEW_BYTES: u64 = 16;
const TEXT_RATIO: u64 = 6;

/// A column's dictionary or map keys, decoded; shared by those who read the part at the moment.
pub(crate) struct DictHold {
    pub values: Option<ArrayRef>,
    pub map: Option<Arc<MapDict>>,
    /// Bytes read for it.
    pub bytes: u64,
    /// Bytes it takes in memory.
    memory: u64,
}

impl DictHold {
    pub(super) fn new(values: Option<ArrayRef>, map: Option<Arc<MapDict>>, bytes: u64) -> DictHold {
        let shapes = |m: &MapDict| m.shapes.iter().map(|s| 32 + 4 * s.len()).sum::<usize>();
        let keys = |m: &Arc<MapDict>| m.keys.get_array_memory_size() + shapes(m);
        let memory = values.as_ref().map_or(0, |v| v.get_array_memory_size()) + map.as_ref().map_or(0, keys);
        DictHold { values, map, bytes, memory: memory as u64 }
    }
}

/// What a reader of several granules keeps between them.
#[derive(Default)]
pub(crate) struct Holds {
    pub(super) held: HashMap<ColumnId, Arc<DictHold>>,
    /// Bytes of pages read (compressed), from disk or cache.
    pub read_bytes: u64,
}

impl Holds {
    /// Bytes of the dictionaries that are held.
    pub fn memory_bytes(&self) -> u64 {
        self.held.values().map(|h| h.memory).sum()
    }
}

impl PartReader {
    /// Memory that reading a granule of the column takes, about: its values, and the dictionary where it is not held yet.
    /// What is read by way of a few pages of a large dictionary is small.
    pub fn decoded_bytes(&self, column: &ColumnMeta, access: &Access, holds: &Holds) -> u64 {
        let granules = (self.footer.granules.len() as u64).max(1);
        let each = match access {
            Access::Whole | Access::MapValue(_) => 2 * column.raw_bytes / granules,
            Access::MapContains(_) | Access::MapKeys | Access::Size => column.raw_bytes / granules,
        };
        let packed = match (&column.dict, &column.map) {
            _ if holds.held.contains_key(&column.id) => 0,
            (Some(d), _) if is_large(d) => 0,
            (Some(d), _) => {
                d.values * VIEW_BYTES + d.pages.0.iter().map(|p| u64::from(p.len) * TEXT_RATIO).sum::<u64>()
            }
            (None, Some(m)) => u64::from(m.shapes.len) * TEXT_RATIO,
            (None, None) => 0,
        };
        each + packed
    }
}

/// A dictionary of which a granule needs a few pages at most.
pub(super) fn is_large(dict: &DictRef) -> bool {
    dict.pages.0.len() > 8
}
