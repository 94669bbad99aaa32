//! What the log knows about each group: its latest hard state, committed and purged positions, and where each live
//! entry is.
//!
//! The same `apply` runs when a record is appended and when it is read back in recovery, so both always agree.
//! Invariant: a group's entries are `first .. next()`, without holes, and begin behind what was purged. Only while the
//! log is read back may the places of the foremost be unknown: they stood in a segment that is gone, and their copies
//! (`Moved`) come later, or they are purged or truncated later.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::record::{Kind, RECORD_HEADER, u32_at, u64_at};

/// Longest payload of hard state, committed and purge records.
pub const MAX_STATE_PAYLOAD: usize = 64 * 1024;

/// Where an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) segment: u64,
    /// Offset of the record's header in the segment file.
    pub(crate) offset: u32,
    /// Bytes of payload.
    pub(crate) len: u32,
}

impl Place {
    /// Bytes that the record takes.
    pub(crate) fn bytes(&self) -> u64 {
        (RECORD_HEADER + self.len as usize) as u64
    }
}

/// One group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) hard_state: Option<Bytes>,
    pub(crate) committed: Option<(u64, Bytes)>,
    pub(crate) purged: Option<(u64, Bytes)>,
    /// Index of the first live entry, or of the next one when there is none.
    pub(crate) first: u64,
    /// Whether `first` is fixed; before the first entry or purge any index may come.
    pub(crate) started: bool,
    /// In recovery only: how many of the foremost entries have no place of their own in `places`.
    pub(crate) hidden: u64,
    /// In recovery only: places of hidden entries whose copy was found.
    pub(crate) moved: BTreeMap<u64, Place>,
    /// Places of the entries from `first + hidden` on.
    pub(crate) places: VecDeque<Place>,
}

impl Group {
    /// Index that the next entry must have (any, while the group is not `started`).
    pub(crate) fn next(&self) -> u64 {
        self.first + self.hidden + self.places.len() as u64
    }

    fn at(&self, index: u64) -> Option<usize> {
        usize::try_from(index.checked_sub(self.first + self.hidden)?).ok()
    }

    pub(crate) fn place(&self, index: u64) -> Option<Place> {
        self.places.get(self.at(index)?).copied()
    }

    /// Drops the entries below `next`.
    fn drop_front(&mut self, next: u64, gone: &mut dyn FnMut(Place)) {
        let hidden_end = self.first + self.hidden;
        let dropped_places = usize::try_from(next.saturating_sub(hidden_end)).unwrap_or(usize::MAX);
        self.places.drain(..dropped_places.min(self.places.len())).for_each(&mut *gone);
        let kept = self.moved.split_off(&next);
        std::mem::replace(&mut self.moved, kept).into_values().for_each(gone);
        self.hidden = hidden_end.saturating_sub(next.max(self.first));
    }

    /// Drops the entries from `index` on.
    fn drop_back(&mut self, index: u64, gone: &mut dyn FnMut(Place)) {
        let hidden_end = self.first + self.hidden;
        let keep = usize::try_from(index.saturating_sub(hidden_end)).unwrap_or(usize::MAX);
        self.places.drain(keep.min(self.places.len())..).for_each(&mut *gone);
        self.moved.split_off(&index).into_values().for_each(gone);
        self.hidden = self.hidden.min(index.saturating_sub(self.first));
    }

    /// Ends recovery: every entry must have a place by now; otherwise the index of the first that has none.
    pub(crate) fn settle(&mut self) -> Result<(), u64> {
        if self.moved.len() as u64 != self.hidden {
            let missing = (self.first..).zip(self.moved.keys()).find(|(want, have)| want != *have);
            return Err(missing.map_or(self.first + self.moved.len() as u64, |(want, _)| want));
        }
        for (_, place) in std::mem::take(&mut self.moved).into_iter().rev() {
            self.places.push_front(place);
        }
        self.hidden = 0;
        Ok(())
    }

    /// Bytes of this group's state record at a segment's start.
    pub(crate) fn state_size(&self) -> usize {
        let pair = |p: &Option<(u64, Bytes)>| p.as_ref().map_or(0, |(_, b)| 12 + b.len());
        RECORD_HEADER
            + STATE_FIXED
            + self.hard_state.as_ref().map_or(0, |b| 4 + b.len())
            + pair(&self.committed)
            + pair(&self.purged)
    }
}

/// All groups of a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) groups: BTreeMap<u32, Group>,
}

impl Groups {
    /// Applies a record that stands at `place`. `gone` gets each place whose entry is not live any more. An error says
    /// which rule the record breaks; nothing has changed then.
    pub(crate) fn apply(
        &mut self,
        group: u32,
        kind: Kind,
        index: u64,
        payload: &[u8],
        place: Place,
        gone: &mut dyn FnMut(Place),
    ) -> Result<(), String> {
        let g = self.groups.entry(group).or_default();
        match kind {
            Kind::Entry => {
                if index == u64::MAX || (g.started && index != g.next()) {
                    return Err(format!("group {group}: entry {index} where {} comes next", g.next()));
                }
                if !g.started {
                    g.started = true;
                    g.first = index;
                }
                g.places.push_back(place);
            }
            Kind::HardState => g.hard_state = Some(Bytes::copy_from_slice(payload)),
            Kind::Committed => g.committed = Some((index, Bytes::copy_from_slice(payload))),
            Kind::Truncate => {
                if g.purged.as_ref().is_some_and(|(purged, _)| index <= *purged) {
                    return Err(format!("group {group}: truncate from {index}, which is purged"));
                }
                g.drop_back(index, gone);
                if g.started && index < g.first {
                    g.first = index;
                }
            }
            Kind::Purge => {
                if let Some((purged, _)) = &g.purged
                    && index < *purged
                {
                    return Err(format!("group {group}: purge up to {index}, {purged} is purged already"));
                }
                let next = index.checked_add(1).ok_or_else(|| format!("group {group}: purge up to {index}"))?;
                g.drop_front(next, gone);
                if !g.started || next > g.first {
                    g.first = next;
                }
                g.started = true;
                g.purged = Some((index, Bytes::copy_from_slice(payload)));
            }
            Kind::Moved => {
                // Purged or truncated since the move was decided: the copy is dead on arrival.
                if (g.first..g.first + g.hidden).contains(&index) {
                    g.moved.insert(index, place).into_iter().for_each(gone);
                } else {
                    match g.at(index).and_then(|n| g.places.get_mut(n)) {
                        Some(old) => gone(std::mem::replace(old, place)),
                        None => gone(place),
                    }
                }
            }
            Kind::Remove => {
                if let Some(g) = self.groups.remove(&group) {
                    g.moved.into_values().chain(g.places).for_each(gone);
                }
            }
            Kind::GroupState => return Err(format!("group {group}: state records are written by the log itself")),
        }
        Ok(())
    }

    /// Bytes that all state records take together.
    pub(crate) fn state_size(&self) -> usize {
        self.groups.values().map(Group::state_size).sum()
    }
}

/// Version, flags, two spare bytes, first, next.
const STATE_FIXED: usize = 20;
const STATE_VERSION: u8 = 1;

/// The payload of a `GroupState` record.
pub(crate) fn encode_state(g: &Group) -> Vec<u8> {
    let mut out = Vec::with_capacity(g.state_size());
    let flags = u8::from(g.started)
        | u8::from(g.hard_state.is_some()) << 1
        | u8::from(g.committed.is_some()) << 2
        | u8::from(g.purged.is_some()) << 3;
    out.extend([STATE_VERSION, flags, 0, 0]);
    out.extend(g.first.to_le_bytes());
    out.extend(g.next().to_le_bytes());
    if let Some(payload) = &g.hard_state {
        out.extend((payload.len() as u32).to_le_bytes());
        out.extend_from_slice(payload);
    }
    for (index, payload) in [&g.committed, &g.purged].into_iter().flatten() {
        out.extend(index.to_le_bytes());
        out.extend((payload.len() as u32).to_le_bytes());
        out.extend_from_slice(payload);
    }
    out
}

/// What a `GroupState` payload says; the entries' places are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StateView {
    pub(crate) hard_state: Option<Bytes>,
    pub(crate) committed: Option<(u64, Bytes)>,
    pub(crate) purged: Option<(u64, Bytes)>,
    pub(crate) started: bool,
    pub(crate) first: u64,
    pub(crate) next: u64,
}

impl StateView {
    /// The same about a group that is known.
    pub(crate) fn of(g: &Group) -> StateView {
        StateView {
            hard_state: g.hard_state.clone(),
            committed: g.committed.clone(),
            purged: g.purged.clone(),
            started: g.started,
            first: g.first,
            next: g.next(),
        }
    }
}

impl StateView {
    /// The group as it is known at the start of the oldest segment: all its entries are hidden.
    pub(crate) fn into_group(self) -> Group {
        Group {
            hard_state: self.hard_state,
            committed: self.committed,
            purged: self.purged,
            first: self.first,
            started: self.started,
            hidden: self.next - self.first,
            ..Group::default()
        }
    }
}

/// Decodes a `GroupState` payload; an error says what is wrong with it.
pub(crate) fn decode_state(bytes: &[u8]) -> Result<StateView, String> {
    if bytes.len() < STATE_FIXED {
        return Err(format!("group state of {} bytes", bytes.len()));
    }
    if bytes[0] != STATE_VERSION || bytes[1] & !0x0f != 0 || bytes[2..4] != [0, 0] {
        return Err(format!("group state version {} flags {:#04x}", bytes[0], bytes[1]));
    }
    let flags = bytes[1];
    let mut at = STATE_FIXED;
    let mut take = |indexed: bool| -> Result<(u64, Bytes), String> {
        let fixed = if indexed { 12 } else { 4 };
        let short = || format!("group state ends at {}", bytes.len());
        let head = bytes.get(at..at + fixed).ok_or_else(short)?;
        let index = if indexed { u64_at(head, 0) } else { 0 };
        let len = u32_at(head, fixed - 4) as usize;
        let payload = bytes.get(at + fixed..).and_then(|b| b.get(..len)).ok_or_else(short)?;
        at += fixed + len;
        Ok((index, Bytes::copy_from_slice(payload)))
    };
    let hard_state = if flags & 2 != 0 { Some(take(false)?.1) } else { None };
    let committed = if flags & 4 != 0 { Some(take(true)?) } else { None };
    let purged = if flags & 8 != 0 { Some(take(true)?) } else { None };
    if at != bytes.len() {
        return Err(format!("group state of {} bytes, {at} expected", bytes.len()));
    }
    let (first, next) = (u64_at(bytes, 4), u64_at(bytes, 12));
    if next < first {
        return Err(format!("group state with entries {first}..{next}"));
    }
    Ok(StateView { hard_state, committed, purged, started: flags & 1 != 0, first, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(n: u32) -> Place {
        Place { segment: 1, offset: n, len: 0 }
    }

    fn run(groups: &mut Groups, kind: Kind, index: u64) -> Result<usize, String> {
        let mut n = 0;
        groups.apply(7, kind, index, b"p", place(index as u32), &mut |_| n += 1)?;
        Ok(n)
    }

    #[test]
    fn entries_have_no_holes() {
        let mut g = Groups::default();
        run(&mut g, Kind::Entry, 5).unwrap();
        run(&mut g, Kind::Entry, 6).unwrap();
        assert!(run(&mut g, Kind::Entry, 8).is_err());
        assert!(run(&mut g, Kind::Entry, 6).is_err());
        assert_eq!(run(&mut g, Kind::Truncate, 6).unwrap(), 1);
        run(&mut g, Kind::Entry, 6).unwrap();
        assert_eq!(run(&mut g, Kind::Purge, 5).unwrap(), 1);
        assert!(run(&mut g, Kind::Purge, 4).is_err());
        assert!(run(&mut g, Kind::Truncate, 5).is_err());
        // A snapshot beyond the log's end.
        assert_eq!(run(&mut g, Kind::Purge, 20).unwrap(), 1);
        assert!(run(&mut g, Kind::Entry, 20).is_err());
        run(&mut g, Kind::Entry, 21).unwrap();
        assert_eq!(g.groups[&7].place(21), Some(place(21)));
        assert_eq!(g.groups[&7].place(20), None);
        assert_eq!(run(&mut g, Kind::Remove, 0).unwrap(), 1);
        assert!(g.groups.is_empty());
    }

    #[test]
    fn truncating_everything_leaves_the_index() {
        let mut g = Groups::default();
        run(&mut g, Kind::Entry, 0).unwrap();
        run(&mut g, Kind::Entry, 1).unwrap();
        assert_eq!(run(&mut g, Kind::Truncate, 0).unwrap(), 2);
        assert!(run(&mut g, Kind::Entry, 1).is_err());
        run(&mut g, Kind::Entry, 0).unwrap();
    }

    #[test]
    fn moved_entries_replace_their_place() {
        let mut g = Groups::default();
        run(&mut g, Kind::Entry, 1).unwrap();
        let mut gone = Vec::new();
        g.apply(7, Kind::Moved, 1, b"", place(99), &mut |p| gone.push(p)).unwrap();
        assert_eq!((gone.as_slice(), g.groups[&7].place(1)), ([place(1)].as_slice(), Some(place(99))));
        g.apply(7, Kind::Moved, 2, b"", place(100), &mut |p| gone.push(p)).unwrap();
        assert_eq!(gone, [place(1), place(100)]);
    }

    #[test]
    fn entries_of_a_segment_that_is_gone_are_found_later_or_missed() {
        let state = StateView { started: true, first: 3, next: 6, hard_state: None, committed: None, purged: None };
        let group = || Groups { groups: [(7, state.clone().into_group())].into() };
        let mut g = group();
        run(&mut g, Kind::Entry, 6).unwrap();
        run(&mut g, Kind::Moved, 4).unwrap();
        assert_eq!(run(&mut g, Kind::Moved, 4).unwrap(), 1);
        assert_eq!(g.groups[&7].clone().settle(), Err(3));
        let mut purged = g.clone();
        assert_eq!(run(&mut purged, Kind::Purge, 4).unwrap(), 1);
        assert_eq!(purged.groups[&7].clone().settle(), Err(5));
        assert_eq!(run(&mut purged, Kind::Purge, 6).unwrap(), 1);
        assert_eq!(purged.groups.get_mut(&7).unwrap().settle(), Ok(()));
        assert_eq!(run(&mut g, Kind::Truncate, 5).unwrap(), 1);
        assert_eq!(g.groups[&7].next(), 5);
        run(&mut g, Kind::Moved, 3).unwrap();
        g.groups.get_mut(&7).unwrap().settle().unwrap();
        assert_eq!(g.groups[&7].place(3), Some(place(3)));
        assert_eq!(g.groups[&7].place(4), Some(place(4)));
    }

    #[test]
    fn state_round_trips_and_refuses_damage() {
        let mut g = Groups::default();
        run(&mut g, Kind::HardState, 0).unwrap();
        run(&mut g, Kind::Purge, 3).unwrap();
        run(&mut g, Kind::Entry, 4).unwrap();
        run(&mut g, Kind::Committed, 4).unwrap();
        let group = &g.groups[&7];
        let bytes = encode_state(group);
        assert_eq!(bytes.len() + RECORD_HEADER, group.state_size());
        assert_eq!(decode_state(&bytes).unwrap(), StateView::of(group));
        for cut in 0..bytes.len() {
            assert!(decode_state(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut unknown = bytes.clone();
        unknown[1] |= 0x10;
        assert!(decode_state(&unknown).is_err());
    }
}
