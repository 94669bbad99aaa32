//! Checks a batch before any of it is accepted.
//!
//! Invariant: what passes here is never refused by `Groups::apply`, and the states of all groups fit at the start of a
//! segment.

use std::collections::BTreeMap;

use crate::error::{Result, WalError};
use crate::options::WalOptions;
use crate::record::{Kind, RECORD_HEADER, Record};
use crate::state::{Groups, MAX_STATE_PAYLOAD};

/// What decides about a group's next record.
#[derive(Clone, Copy, Default)]
struct Shadow {
    started: bool,
    next: u64,
    purged: Option<u64>,
}

/// Checks that every record of the batch follows the rules, each after the ones before it.
pub(crate) fn batch(groups: &Groups, options: &WalOptions, batch: &[Record]) -> Result<()> {
    let mut shadows: BTreeMap<u32, Shadow> = BTreeMap::new();
    let mut states = None;
    for r in batch {
        if r.payload.len() > options.max_payload() {
            let limit = options.max_payload();
            return Err(WalError::Rejected(format!("a record of {} bytes, at most {limit}", r.payload.len())));
        }
        let unknown = !groups.groups.contains_key(&r.group) && !shadows.contains_key(&r.group);
        let shadow = shadows.entry(r.group).or_insert_with(|| {
            groups.groups.get(&r.group).map_or_else(Shadow::default, |g| Shadow {
                started: g.started,
                next: g.next(),
                purged: g.purged.as_ref().map(|(index, _)| *index),
            })
        });
        step(shadow, r).map_err(WalError::Rejected)?;
        let state = r.kind != Kind::Entry;
        if state && r.payload.len() > MAX_STATE_PAYLOAD {
            let what = format!("a {} record of {} bytes", r.kind.name(), r.payload.len());
            return Err(WalError::Rejected(format!("{what}, at most {MAX_STATE_PAYLOAD}")));
        }
        if state || unknown {
            // Counted high: a new group's fixed part, and the payload beside the one that it replaces.
            let states = states.get_or_insert_with(|| groups.state_size());
            *states += 2 * RECORD_HEADER + 32 + if state { r.payload.len() } else { 0 };
            if *states as u64 > options.segment_size / 4 {
                let limit = options.segment_size / 4;
                return Err(WalError::Rejected(format!("states of all groups take {states} bytes, at most {limit}")));
            }
        }
    }
    Ok(())
}

fn step(s: &mut Shadow, r: &Record) -> std::result::Result<(), String> {
    let (group, index) = (r.group, r.index);
    match r.kind {
        Kind::Entry => {
            if s.started && index != s.next {
                return Err(format!("group {group}: entry {index} where {} comes next", s.next));
            }
            s.next = index.checked_add(1).ok_or_else(|| format!("group {group}: entry {index}"))?;
            s.started = true;
        }
        Kind::Truncate => {
            if s.purged.is_some_and(|purged| index <= purged) {
                return Err(format!("group {group}: truncate from {index}, which is purged"));
            }
            if s.started {
                s.next = s.next.min(index);
            }
        }
        Kind::Purge => {
            if s.purged.is_some_and(|purged| index < purged) {
                return Err(format!("group {group}: purge up to {index}, more is purged already"));
            }
            let next = index.checked_add(1).ok_or_else(|| format!("group {group}: purge up to {index}"))?;
            s.next = if s.started { s.next.max(next) } else { next };
            s.started = true;
            s.purged = Some(index);
        }
        Kind::Remove => *s = Shadow::default(),
        Kind::HardState | Kind::Committed => {}
        Kind::GroupState | Kind::Moved => {
            return Err(format!("{} records are written by the log itself", r.kind.name()));
        }
    }
    Ok(())
}
