//! Scalar functions. One [`Function`] declaration gives name, aliases, case rule, documentation, typing and evaluation;
//! the registry, `system.functions`, the generated documentation and the random tests all read it.
//!
//! A function sees its arguments after the default treatment that it asks for: NULLs propagated ([`Nulls`]) and
//! LowCardinality taken off ([`LowCardinality`]), so most functions deal with plain types only.
//!
//! Invariant: `eval` returns exactly `rows` values of the carrier of the type that `infer` gave for these arguments
//! (or one value, where all arguments are constant). Functions keep no state; two calls with equal arguments are equal,
//! unless `deterministic` is false.

mod arithmetic;
mod array;
mod array_change;
mod array_fold;
mod array_lambda;
mod array_make;
mod array_search;
mod array_sets;
mod calendar;
mod calendar_make;
mod calendar_week;
mod case_rules;
pub(crate) mod cast;
mod cast_time;
pub mod coerce;
mod column_kind;
mod comparison;
mod conditional;
mod conversion;
mod conversion_cast;
mod conversion_time;
mod date_part;
mod date_shift;
mod date_start;
mod datetime;
mod decimal;
mod encode;
pub(crate) mod hash;
mod hash_algorithms;
mod hex;
pub(crate) mod internal;
mod interval;
mod ip;
mod json;
mod json_convert;
mod json_path;
mod json_simple;
mod json_value;
mod logical;
pub(crate) mod map;
mod map_change;
mod math;
mod misc;
pub(crate) mod missing;
pub mod num;
mod order;
pub mod other;
pub mod page;
pub(crate) mod parse_time;
mod patterns;
pub(crate) mod re2;
pub mod registry;
mod search;
mod seen;
mod sizes;
mod spans;
mod string;
mod string_join;
mod string_slice;
mod text;
mod text_format;
mod text_lists;
mod text_parts;
mod transform;
pub(crate) mod tuple_arithmetic;
mod url;

pub(crate) use logical::truth;

use crate::expr::LambdaFn;
use arrow::array::ArrayRef;
use olly_types::{Result, Type, UnixNanos, Value};
use std::sync::Arc;

/// Chapter of the documentation, and file under `func/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Arithmetic,
    Array,
    Bit,
    Comparison,
    Conditional,
    Conversion,
    DateTime,
    Hash,
    Internal,
    Ip,
    Json,
    Logical,
    Map,
    Math,
    Null,
    Other,
    Random,
    Rounding,
    String,
    StringSearch,
    Tuple,
    Url,
    Uuid,
}

/// What happens when an argument is Nullable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// ClickHouse's default: `infer` and `eval` see the inner types (with default values in place of NULLs), the result
    /// becomes Nullable and is NULL where any argument is. A constant NULL argument gives a constant NULL.
    Propagate,
    /// The function deals with Nullable itself.
    Own,
}

/// What happens when an argument is LowCardinality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowCardinality {
    /// ClickHouse's default: with exactly one LowCardinality argument and only constants beside it, the function runs over
    /// the dictionary and the result is LowCardinality (where its type can be); otherwise arguments are made plain.
    Dictionary,
    /// Arguments are made plain and the result is plain.
    Plain,
    /// The function deals with LowCardinality itself.
    Own,
}

/// One argument while typing.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Type; of a lambda: the type of its result.
    pub ty: Type,
    /// The value, where the argument is a constant expression.
    pub constant: Option<Value>,
    /// Whether this is a lambda.
    pub lambda: bool,
}

/// One argument while evaluating.
#[derive(Clone)]
pub enum Column {
    /// One value per row.
    Array(ArrayRef),
    /// The same value for every row: an array of length one.
    Const(ArrayRef),
    Lambda(LambdaFn),
}

/// Settings and facts of a query that functions may look at.
#[derive(Clone, Debug)]
pub struct EvalContext {
    /// Time zone of DateTime values without one (session_timezone, or UTC).
    pub time_zone: Arc<str>,
    /// Start of the query: `now()` is this for the whole query.
    pub now: UnixNanos,
    /// Seed of this query's random functions.
    pub seed: u64,
    pub database: Arc<str>,
    pub user: Arc<str>,
    pub query_id: Arc<str>,
    pub host_name: Arc<str>,
    /// `version()`.
    pub version: &'static str,
    /// Seconds since the server started.
    pub uptime: u64,
    /// Nothing runs beyond this time (`max_execution_time`); functions that wait or loop look at it through [`EvalContext::check`].
    pub cancel: crate::expr::CancelToken,
    /// Texts of times are read in any usual notation also where a text that is none gives NULL (accurateCastOrNull).
    pub any_time_notation: bool,
    /// The query's memory; evaluations hold their intermediate columns of it.
    pub memory: Arc<olly_types::budget::Budget>,
}

impl EvalContext {
    /// Fails with TIMEOUT_EXCEEDED or QUERY_WAS_CANCELLED once the query must end. Lets other queries in.
    pub fn check(&self) -> Result<()> {
        self.cancel.check()?;
        crate::expr::meter::turn()
    }
}

/// A call to evaluate.
pub struct Call<'a> {
    pub args: &'a [Column],
    /// Types as `infer` saw them.
    pub types: &'a [Type],
    pub result: &'a Type,
    pub rows: usize,
    pub context: &'a EvalContext,
}

/// One scalar function.
pub struct Function {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    /// Whether name and aliases match in any case.
    pub case_insensitive: bool,
    pub family: Family,
    /// `name(x[, y])`.
    pub syntax: &'static str,
    pub description: &'static str,
    /// Queries of one value each, that work as they stand, e.g. `SELECT plus(1, 2)`.
    pub examples: &'static [&'static str],
    pub deterministic: bool,
    pub nulls: Nulls,
    pub low_cardinality: LowCardinality,
    /// Fewest and most arguments; checked before `infer` (error 42).
    pub arity: (usize, usize),
    /// Type of the result. Errors: 43 for a wrong argument type, 36 for a wrong value, 44 where a constant is needed.
    pub infer: fn(&[Arg]) -> Result<Type>,
    pub eval: fn(&Call<'_>) -> Result<ArrayRef>,
    /// For higher-order functions: the parameter types of the lambda (argument 0) from the types of the other arguments.
    pub lambda_parameters: Option<fn(&[Type]) -> Result<Vec<Type>>>,
}

/// Usual values of a declaration, for `Function { name: …, ..FUNCTION }`.
pub const FUNCTION: Function = Function {
    name: "",
    aliases: &[],
    case_insensitive: false,
    family: Family::Other,
    syntax: "",
    description: "",
    examples: &[],
    deterministic: true,
    nulls: Nulls::Propagate,
    low_cardinality: LowCardinality::Dictionary,
    arity: (0, usize::MAX),
    infer: no_infer,
    eval: no_eval,
    lambda_parameters: None,
};

fn no_infer(_: &[Arg]) -> Result<Type> {
    Err(olly_types::Error::new(olly_types::Code::LogicalError, "function declared without infer"))
}
fn no_eval(_: &Call<'_>) -> Result<ArrayRef> {
    Err(olly_types::Error::new(olly_types::Code::LogicalError, "function declared without eval"))
}

impl Call<'_> {
    /// Argument `i` with one value per row.
    pub fn array(&self, i: usize) -> Result<ArrayRef> {
        match self.args.get(i) {
            Some(Column::Array(a)) => Ok(Arc::clone(a)),
            Some(Column::Const(a)) => crate::expr::repeat(a, self.rows),
            _ => Err(self.bad(i)),
        }
    }
    /// The value of argument `i`, where it is constant.
    pub fn constant(&self, i: usize) -> Result<Option<Value>> {
        match (self.args.get(i), self.types.get(i)) {
            (Some(Column::Const(a)), Some(ty)) => olly_types::value::value_at(a, 0, ty).map(Some),
            (Some(_), Some(_)) => Ok(None),
            _ => Err(self.bad(i)),
        }
    }
    pub fn lambda(&self, i: usize) -> Result<&LambdaFn> {
        match self.args.get(i) {
            Some(Column::Lambda(l)) => Ok(l),
            _ => Err(self.bad(i)),
        }
    }
    pub fn is_const(&self, i: usize) -> bool {
        matches!(self.args.get(i), Some(Column::Const(_)))
    }
    fn bad(&self, i: usize) -> olly_types::Error {
        olly_types::Error::new(
            olly_types::Code::LogicalError,
            format!("argument {i} of {} is missing", self.args.len()),
        )
    }
}
