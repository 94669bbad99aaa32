//! What a query may still take, as loops inside of functions see it: the query's memory and whether it must end.
//!
//! Invariant: evaluation sets it for its thread and takes it back at its end ([`enter`]); outside of an evaluation nothing
//! is limited here. What a call holds ([`room`], [`more`]) is held until that call's frame ends, and whenever anything is asked
//! at least what the thread really allocated since the evaluation began is held: what a call says that it needs is for what
//! it is about to take, and nobody has to know what it took.

use super::turn::{self, Turn};
use crate::func::EvalContext;
use olly_types::budget::Reservation;
use olly_types::heap;
use olly_types::{Error, Result};
use std::cell::{Cell, RefCell};

struct Current {
    context: EvalContext,
    /// Bytes held by all open frames. None until the first are asked for.
    held: Option<Reservation>,
    /// Bytes held by the frames around the innermost one.
    base: u64,
    /// What the thread had on the heap as the evaluation began.
    heap: i64,
    /// Why the evaluation must end, where [`refused`] found it so.
    failed: Option<Error>,
    turn: Turn,
}

/// Bytes in which what was taken is counted.
const STEP: u64 = 256 << 10;

/// Bytes of a list or table from which on it is asked for what it grows by.
const LARGE: usize = 1 << 20;

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
    let heap = heap::of_this_thread();
    CURRENT.with_borrow_mut(|c| {
        let context = context.clone();
        c.push(Current { context, held: None, base: 0, heap, failed: None, turn: Turn::default() });
    });
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

/// Bytes allocated since the evaluation began, in steps of [`STEP`] so that few reservations are made.
fn taken(current: &Current) -> u64 {
    let bytes = u64::try_from(heap::of_this_thread().saturating_sub(current.heap)).unwrap_or(0);
    bytes - bytes % STEP
}

/// Holds `bytes`, or what was taken if that is more. Where there is no room for it, it is there all the same: the query ends.
fn hold(current: &mut Current, bytes: u64) -> Result<()> {
    let bytes = bytes.max(taken(current));
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
            current.context.cancel.check()?;
            let wanted = current.base.saturating_add(bytes as u64);
            let held = current.held.as_ref().map_or(0, Reservation::bytes);
            if wanted.max(taken(current)) > held {
                hold(current, wanted)?;
            }
            Ok(())
        }
        None => Ok(()),
    })
}

/// Holds `bytes` that are about to be taken beside what the call that runs holds and took already.
///
/// # Errors
/// As those of [`room`].
pub fn more(bytes: usize) -> Result<()> {
    beside(bytes, taken)
}

/// Holds `bytes` of a value that is there already.
///
/// # Errors
/// As those of [`room`].
pub fn keep(bytes: usize) -> Result<()> {
    beside(bytes, |_| 0)
}

fn beside(bytes: usize, taken: impl Fn(&Current) -> u64) -> Result<()> {
    CURRENT.with_borrow_mut(|c| match c.last_mut() {
        Some(current) => {
            current.context.cancel.check()?;
            let held = current.held.as_ref().map_or(0, Reservation::bytes).max(taken(current));
            hold(current, held.saturating_add(bytes as u64))
        }
        None => Ok(()),
    })
}

/// Whether the query must end: asked every few thousand steps of a long loop. Holds what was taken by then, and lets other
/// queries in.
///
/// # Errors
/// As those of [`room`].
pub fn tick() -> Result<()> {
    room(0)?;
    turn()
}

/// Lets other queries in where the evaluation takes long.
///
/// # Errors
/// 159 or 394 where the query must end meanwhile.
pub fn turn() -> Result<()> {
    let over = CURRENT.with_borrow_mut(|c| {
        let outermost = c.first_mut()?;
        outermost.turn.over().then(|| outermost.context.cancel.clone())
    });
    let Some(cancel) = over else { return Ok(()) };
    let place = turn::place(&cancel)?;
    CURRENT.with_borrow_mut(|c| c.first_mut().map(|c| c.turn.seat(place)));
    Ok(())
}

/// As [`tick`], for code that has no errors: true where it must stop.
pub fn stop() -> bool {
    refused(tick())
}

/// For code that has no errors: whether what it asked for was refused, and it must stop. Whoever called the function finds
/// the error ([`stopped`]).
pub fn refused(asked: Result<()>) -> bool {
    match asked {
        Ok(()) => false,
        Err(e) => {
            CURRENT.with_borrow_mut(|c| c.last_mut().map(|c| c.failed.get_or_insert(e).code));
            true
        }
    }
}

/// The error for which [`refused`] told a function to stop.
///
/// # Errors
/// That one, once.
pub fn stopped() -> Result<()> {
    CURRENT.with_borrow_mut(|c| c.last_mut().and_then(|c| c.failed.take()).map_or(Ok(()), Err))
}

/// Asks before a full list or table grows from `capacity` entries of `each` bytes: it doubles, and while it is moved both
/// are there.
///
/// # Errors
/// As those of [`room`].
pub fn before_growth(len: usize, capacity: usize, each: usize) -> Result<()> {
    let bytes = capacity.saturating_mul(each);
    if len < capacity || bytes < LARGE { Ok(()) } else { more(bytes.saturating_mul(2)) }
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

    #[test]
    fn a_list_that_doubles_is_asked_for_before_and_a_refusal_reaches_the_caller() {
        let memory = Budget::root(10 << 20);
        let context = EvalContext { memory: std::sync::Arc::clone(&memory), ..crate::expr::empty_context() };
        let _entered = enter(&context);
        let _frame = frame();
        before_growth(10, 20, 1 << 20).unwrap();
        before_growth(1000, 1000, 8).unwrap();
        assert_eq!(memory.used(), 0, "neither full nor large");
        assert!(!refused(before_growth(4, 4, 1 << 20)));
        assert_eq!(memory.used(), 8 << 20, "its place of twice the size");
        assert!(refused(before_growth(8, 8, 1 << 20)));
        assert_eq!(stopped().unwrap_err().code, olly_types::Code::MemoryLimitExceeded);
        assert!(stopped().is_ok(), "once");
    }
}
