//! What a query may still take, as loops inside of functions see it: the query's memory and whether it must end.
//!
//! Invariant: evaluation sets it for its thread and takes it back at its end ([`enter`]); outside of an evaluation nothing
//! is limited here. What a call holds ([`room`], [`more`]) is held until that call's frame ends.

use crate::func::EvalContext;
use olly_types::Result;
use olly_types::budget::Reservation;
use std::cell::{Cell, RefCell};

struct Current {
    context: EvalContext,
    /// Bytes held by all open frames. None until the first are asked for.
    held: Option<Reservation>,
    /// Bytes held by the frames around the innermost one.
    base: u64,
}

thread_local! {
    static CURRENT: RefCell<Vec<Current>> = const { RefCell::new(Vec::new()) };
    static PEAK: Cell<u64> = const { Cell::new(0) };
}

/// Ends the metering of an evaluation when it is dropped.
pub struct Entered(());

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|c| c.pop());
    }
}

/// Meters this thread by a query's context until the answer is dropped.
pub fn enter(context: &EvalContext) -> Entered {
    CURRENT.with_borrow_mut(|c| c.push(Current { context: context.clone(), held: None, base: 0 }));
    Entered(())
}

/// One call's share: what is held after it began is given back when it is dropped.
pub struct Frame {
    base: u64,
    outer: u64,
}

impl Drop for Frame {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|c| {
            if let Some(current) = c.last_mut() {
                if let Some(held) = &mut current.held {
                    // Giving back never fails.
                    let _ = held.resize(self.base.min(held.bytes()));
                }
                current.base = self.outer;
            }
        });
    }
}

/// Opens the frame of a call.
pub fn frame() -> Frame {
    CURRENT.with_borrow_mut(|c| match c.last_mut() {
        Some(current) => {
            let base = current.held.as_ref().map_or(0, Reservation::bytes);
            Frame { base, outer: std::mem::replace(&mut current.base, base) }
        }
        None => Frame { base: 0, outer: 0 },
    })
}

fn hold(current: &mut Current, bytes: u64) -> Result<()> {
    match &mut current.held {
        Some(held) => held.resize(bytes)?,
        None => current.held = Some(current.context.memory.reserve(bytes)?),
    }
    PEAK.set(PEAK.get().max(bytes));
    Ok(())
}

/// Holds `bytes` in all for the call that runs: asked before values are made whose size the query decides, with what was
/// made so far included.
///
/// # Errors
/// 241 where they would not fit, 159 or 394 where the query must end.
pub fn room(bytes: usize) -> Result<()> {
    CURRENT.with_borrow_mut(|c| match c.last_mut() {
        Some(current) => {
            current.context.check()?;
            let wanted = current.base.saturating_add(bytes as u64);
            if wanted > current.held.as_ref().map_or(0, Reservation::bytes) {
                hold(current, wanted)?;
            }
            Ok(())
        }
        None => Ok(()),
    })
}

/// Holds `bytes` beside what the call that runs holds already.
///
/// # Errors
/// As those of [`room`].
pub fn more(bytes: usize) -> Result<()> {
    CURRENT.with_borrow_mut(|c| match c.last_mut() {
        Some(current) => {
            current.context.check()?;
            let wanted = current.held.as_ref().map_or(0, Reservation::bytes).saturating_add(bytes as u64);
            hold(current, wanted)
        }
        None => Ok(()),
    })
}

/// Whether the query must end: asked every few thousand steps of a long loop.
///
/// # Errors
/// 159 or 394.
pub fn tick() -> Result<()> {
    CURRENT.with_borrow(|c| c.last().map_or(Ok(()), |c| c.context.check()))
}

/// The most that evaluations on this thread held at once since this was last asked.
pub fn take_peak() -> u64 {
    PEAK.replace(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use olly_types::budget::Budget;

    #[test]
    fn a_frame_gives_back_what_its_call_held() {
        let memory = Budget::root(100);
        let context = EvalContext { memory: std::sync::Arc::clone(&memory), ..crate::expr::empty_context() };
        assert!(room(1000).is_ok(), "nothing is metered yet");
        let entered = enter(&context);
        let outer = frame();
        more(10).unwrap();
        {
            let _inner = frame();
            room(30).unwrap();
            room(20).unwrap();
            more(5).unwrap();
            assert_eq!(memory.used(), 45);
            assert_eq!(room(95).unwrap_err().code, olly_types::Code::MemoryLimitExceeded);
            assert_eq!(memory.used(), 45);
        }
        assert_eq!(memory.used(), 10);
        room(12).unwrap();
        assert_eq!(memory.used(), 12);
        drop(outer);
        assert_eq!(memory.used(), 0);
        drop(entered);
        assert_eq!((take_peak(), take_peak()), (45, 0));
    }
}
