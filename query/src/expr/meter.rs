//! What a query may still take, as loops inside of functions see it: the query's memory and whether it must end.
//!
//! Invariant: evaluation sets it for its thread and takes it back at its end ([`enter`]); outside of an evaluation nothing
//! is limited here.

use crate::func::EvalContext;
use olly_types::Result;
use std::cell::RefCell;

thread_local! {
    static CURRENT: RefCell<Vec<EvalContext>> = const { RefCell::new(Vec::new()) };
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
    CURRENT.with_borrow_mut(|c| c.push(context.clone()));
    Entered(())
}

/// Whether `bytes` more would fit: asked before values are made whose size the query decides.
///
/// # Errors
/// 241 where they would not, 159 or 394 where the query must end.
pub fn room(bytes: usize) -> Result<()> {
    CURRENT.with_borrow(|c| match c.last() {
        Some(context) => {
            context.check()?;
            context.memory.try_grow(bytes as u64)?;
            context.memory.shrink(bytes as u64);
            Ok(())
        }
        None => Ok(()),
    })
}

/// Whether the query must end: asked every few thousand steps of a long loop.
///
/// # Errors
/// 159 or 394.
pub fn tick() -> Result<()> {
    CURRENT.with_borrow(|c| c.last().map_or(Ok(()), EvalContext::check))
}
