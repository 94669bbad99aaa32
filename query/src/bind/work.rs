//! How large a statement became once its names were replaced by what they stand for.
//!
//! `WITH number AS a0, a0 + a0 AS a1, a1 + a1 AS a2, …` doubles at each name, and so do CTEs that read each other twice: a short
//! text may stand for more nodes than any memory holds. They are counted as they are made.

use crate::exec::QueryEnv;
use crate::expr::Expr;
use olly_types::budget::Reservation;
use olly_types::{Code, Error, Result};
use std::cell::{Cell, RefCell};

/// Nodes after which the query's end and memory are looked at.
const LOOK: usize = 256;
/// Bytes that a node takes here and in the plans that are made of it.
const NODE_BYTES: u64 = 256;

/// Counts the nodes of one statement.
#[derive(Default)]
pub(super) struct Work {
    nodes: Cell<usize>,
    looked: Cell<usize>,
    held: RefCell<Option<Reservation>>,
}

impl Work {
    /// Counts nodes that are about to be made.
    ///
    /// # Errors
    /// 168 beyond max_expanded_ast_elements, 159 or 394 where the query must end, 241 where memory is used up.
    pub fn add(&self, env: &QueryEnv, nodes: usize) -> Result<()> {
        let all = self.nodes.get().saturating_add(nodes);
        self.nodes.set(all);
        if all - self.looked.get() < LOOK {
            return Ok(());
        }
        self.looked.set(all);
        env.cancel.check()?;
        let limit = env.settings.u64_or("max_expanded_ast_elements", 500_000)?;
        if limit > 0 && all as u64 > limit {
            let text = format!("Query is too big after aliases and subqueries are expanded. Maximum: {limit}");
            return Err(Error::new(Code::TooBigAst, text));
        }
        let bytes = all as u64 * NODE_BYTES;
        let mut held = self.held.borrow_mut();
        match &mut *held {
            Some(held) => held.resize(bytes)?,
            None => *held = Some(env.memory.reserve(bytes)?),
        }
        Ok(())
    }
}

/// Nodes of an expression.
pub(super) fn nodes(expr: &Expr) -> usize {
    let mut n = 0;
    expr.visit(&mut |_| n += 1);
    n
}
