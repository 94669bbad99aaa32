//! Aggregate functions. One [`Aggregate`] declaration per function; combinators (-If, -Array, -Distinct, -OrNull,
//! -OrDefault, …) wrap any of them. One state serves stock plans, fused operators and distributed partials (DESIGN D7).
//!
//! Invariant: merging the states of any split of the rows gives the answer over all of them (up to the order-dependence
//! that the function documents), and a state's bytes are read back by the build that wrote them, with a version byte.

mod collect;
pub mod combinator;
mod combinator_states;
mod distinct;
mod group_concat;
mod groups;
mod kept;
mod map_values;
mod moments;
mod quantile;
pub mod registry;
mod series;
mod simple;
mod sums;
mod uniq_hash;

use arrow::array::ArrayRef;
use olly_types::{Result, Type, Value};

/// States of one aggregate for many groups.
pub trait States: Send {
    /// Adds rows: `groups[i]` is the group of row `i`, all below `total`. Arguments are carriers of the declared types
    /// without Nullable (rows with a NULL argument are taken out before, unless the aggregate takes NULLs itself).
    fn update(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> Result<()>;
    /// Appends the serialized state of group `group` to `out`. Groups never updated have an empty state.
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()>;
    /// Merges a serialized state into a group (`group` < `total`).
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()>;
    /// Results of the groups `from..to`, as the carrier of the result type.
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef>;
    /// Drops the first `n` groups; group `n` becomes group 0.
    fn drop_first(&mut self, n: usize);
    /// Bytes held, for the query's budget.
    fn bytes(&self) -> usize;
}

/// What happens when an argument is Nullable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateNulls {
    /// Rows with a NULL are skipped; the result is Nullable and is NULL for a group without rows (`sum`, `min`, `avg`, …).
    SkipNullable,
    /// Rows with a NULL are skipped; the result keeps its type (`count`, `uniq`, `groupArray`, …).
    SkipPlain,
    /// The aggregate sees NULLs itself.
    Own,
}

/// One aggregate function.
pub struct Aggregate {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub case_insensitive: bool,
    pub syntax: &'static str,
    pub description: &'static str,
    pub examples: &'static [&'static str],
    pub nulls: AggregateNulls,
    /// Fewest and most arguments (error 42).
    pub arity: (usize, usize),
    /// Fewest and most parameters, as in `quantile(0.9)(x)` (error 133).
    pub parameters: (usize, usize),
    /// Whether a group's state grows with its rows.
    pub grows: bool,
    /// Type of the result from parameters and argument types (without Nullable, unless `nulls` is Own).
    pub infer: fn(&[Value], &[Type]) -> Result<Type>,
    /// New states for parameters and argument types.
    pub create: fn(&[Value], &[Type]) -> Result<Box<dyn States>>,
}

/// Usual values of a declaration.
pub const AGGREGATE: Aggregate = Aggregate {
    name: "",
    aliases: &[],
    case_insensitive: false,
    syntax: "",
    description: "",
    examples: &[],
    nulls: AggregateNulls::SkipNullable,
    arity: (1, 1),
    parameters: (0, 0),
    grows: false,
    infer: |_, _| Err(olly_types::Error::new(olly_types::Code::LogicalError, "aggregate declared without infer")),
    create: |_, _| Err(olly_types::Error::new(olly_types::Code::LogicalError, "aggregate declared without create")),
};
