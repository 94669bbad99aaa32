//! Aggregates as queries name them: a function with combinators as suffixes (`sumIf`, `avgOrNullIf`, `uniqArray`), its
//! parameters and argument types, and the treatment of NULL around it.
//!
//! Order, as in ClickHouse: the NULL treatment is outermost and looks at all arguments (the condition of -If too); then the
//! combinators from the last suffix to the first; then the function.

pub use super::combinator_states::truth;
use super::combinator_states::{ArrayStates, DistinctStates, IfStates, Never, OrStates, SkipNulls, Unpacked, internal};
use super::{Aggregate, AggregateNulls, States};
use arrow::row::{RowConverter, SortField};
use olly_types::{Code, Error, Result, Type, Value};

/// A suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combinator {
    If,
    Array,
    Distinct,
    OrNull,
    OrDefault,
    Map,
}

const SUFFIXES: &[(&str, Combinator)] = &[
    ("If", Combinator::If),
    ("Array", Combinator::Array),
    ("Distinct", Combinator::Distinct),
    ("OrNull", Combinator::OrNull),
    ("OrDefault", Combinator::OrDefault),
    ("Map", Combinator::Map),
];

/// Names of the combinators, for `system.aggregate_function_combinators`.
pub fn names() -> impl Iterator<Item = &'static str> {
    SUFFIXES.iter().map(|(n, _)| *n)
}

/// An aggregate with everything that decides its states.
pub struct Resolved {
    /// As the query names it.
    pub name: String,
    pub parameters: Vec<Value>,
    /// Argument types as they stand in the query.
    pub types: Vec<Type>,
    pub result: Type,
    base: &'static Aggregate,
    /// The last suffix first.
    combinators: Vec<Combinator>,
    /// Some argument is `NULL` itself: no row counts.
    never: bool,
}

impl Resolved {
    /// Whether a group's state grows with its rows.
    pub fn grows(&self) -> bool {
        self.base.grows || self.combinators.contains(&Combinator::Distinct)
    }
}

impl std::fmt::Debug for Resolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:?}({:?})", self.name, self.parameters, self.types)
    }
}

/// Before the name of an aggregate: the one that compares row by row, as with GROUP BY (see `kept.rs`).
const BY_ROWS: &str = "__by_rows_";

/// The name by which values that hold others are compared row by row, if this aggregate compares such.
pub fn by_rows(name: &str, types: &[Type]) -> Option<String> {
    let (base, combinators) = split(name).filter(|_| !name.starts_with(BY_ROWS))?;
    super::simple::by_rows(base.name)?;
    let compared = types.get(usize::from(base.name.starts_with("arg")))?;
    let nested = matches!(compared, Type::Array(_) | Type::Tuple(_) | Type::Map(..))
        && !combinators.iter().any(|c| matches!(c, Combinator::Array | Combinator::Map));
    nested.then(|| format!("{BY_ROWS}{name}"))
}

fn split(name: &str) -> Option<(&'static Aggregate, Vec<Combinator>)> {
    if let Some(rest) = name.strip_prefix(BY_ROWS) {
        let (base, combinators) = split(rest)?;
        return Some((super::simple::by_rows(base.name)?, combinators));
    }
    if let Some(base) = super::registry::find(name) {
        return Some((base, Vec::new()));
    }
    for (suffix, combinator) in SUFFIXES {
        if let Some(rest) = name.strip_suffix(suffix)
            && !rest.is_empty()
            && let Some((base, mut inner)) = split(rest)
        {
            inner.insert(0, *combinator);
            return Some((base, inner));
        }
    }
    None
}

/// Whether a name is an aggregate's, with or without combinators.
pub fn is_aggregate(name: &str) -> bool {
    split(name).is_some() || unsupported(name).is_some()
}

/// The name of the aggregate that sees NULLs where this one skips them, with the same combinators.
pub fn respecting_nulls(name: &str) -> Option<String> {
    let (base, combinators) = split(name)?;
    let own = match base.name {
        "any" | "any_respect_nulls" => "any_respect_nulls",
        "anyLast" | "anyLast_respect_nulls" => "anyLast_respect_nulls",
        _ => return None,
    };
    let suffix = |c: &Combinator| SUFFIXES.iter().find(|(_, s)| s == c).map_or("", |(n, _)| *n);
    Some(std::iter::once(own).chain(combinators.iter().rev().map(suffix)).collect())
}

/// The combinator that an otherwise known aggregate asks for and that does not exist here.
fn unsupported(name: &str) -> Option<&'static str> {
    ["State", "Merge", "MergeState", "ForEach", "SimpleState", "Resample", "ArgMin", "ArgMax"]
        .into_iter()
        .find(|s| name.strip_suffix("If").unwrap_or(name).strip_suffix(s).is_some_and(|rest| split(rest).is_some()))
}

fn plain(t: &Type) -> Type {
    match t.without_low_cardinality() {
        Type::Nullable(t) => (**t).clone(),
        t => t.clone(),
    }
}

/// Finds an aggregate and types it. Errors: 63 for an unknown name, 42, 133, and what the function itself says.
pub fn resolve(name: &str, parameters: Vec<Value>, types: &[Type]) -> Result<Resolved> {
    let Some((base, combinators)) = split(name) else {
        return Err(match unsupported(name) {
            Some(suffix) => Error::unsupported(format!("aggregate function combinator -{suffix} (in {name})")),
            None => Error::new(Code::UnknownAggregateFunction, format!("Unknown aggregate function {name}")),
        });
    };
    let stripped: Vec<Type> = types.iter().map(|t| t.without_low_cardinality().clone()).collect();
    let own = base.nulls == AggregateNulls::Own;
    let never = !own && stripped.iter().any(|t| matches!(t, Type::Nullable(n) if **n == Type::Nothing));
    let mut seen: Vec<Type> = if own { stripped.clone() } else { stripped.iter().map(plain).collect() };
    if combinators.contains(&Combinator::If)
        && let Some(condition) = seen.last_mut()
        && *condition == Type::Nothing
    {
        *condition = Type::UInt8;
    }
    let nullable = counted(&stripped, &combinators).iter().any(Type::is_nullable);
    let never = never
        && counted(&stripped, &combinators).iter().any(|t| matches!(t, Type::Nullable(n) if **n == Type::Nothing));
    let mut result = if never && base.nulls == AggregateNulls::SkipNullable {
        Type::nullable(Type::Nothing)
    } else {
        infer(base, &combinators, &parameters, &seen, name)?
    };
    if never && matches!(result, Type::Array(_)) {
        result = Type::nullable(Type::Nothing);
    }
    if nullable && !never && base.nulls == AggregateNulls::SkipNullable && result.can_be_nullable() {
        result = Type::nullable(result);
    }
    Ok(Resolved { name: name.to_string(), parameters, types: types.to_vec(), result, base, combinators, never })
}

/// The arguments whose NULL makes the result Nullable: not the condition of -If, where NULL is false.
fn counted<'t>(types: &'t [Type], combinators: &[Combinator]) -> &'t [Type] {
    match types.split_last() {
        Some((_, rest)) if combinators.contains(&Combinator::If) => rest,
        _ => types,
    }
}

fn count_error(name: &str, given: usize, (least, most): (usize, usize)) -> Error {
    let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
    Error::new(
        Code::NumberOfArgumentsDoesNotMatch,
        format!("Aggregate function {name} requires {wanted} argument(s), got {given}"),
    )
}

/// Type of the result of combinators around a function, arguments without NULL.
fn infer(
    base: &Aggregate,
    combinators: &[Combinator],
    parameters: &[Value],
    types: &[Type],
    name: &str,
) -> Result<Type> {
    let Some((first, rest)) = combinators.split_first() else {
        if types.len() < base.arity.0 || types.len() > base.arity.1 {
            return Err(count_error(name, types.len(), base.arity));
        }
        if parameters.len() < base.parameters.0 || parameters.len() > base.parameters.1 {
            let text = format!(
                "Aggregate function {} takes {:?} parameters, got {}",
                base.name,
                base.parameters,
                parameters.len()
            );
            return Err(Error::new(Code::AggregateFunctionDoesNotAllowParameters, text));
        }
        return (base.infer)(parameters, types);
    };
    match first {
        Combinator::If => {
            let Some((condition, others)) = types.split_last() else {
                return Err(count_error(name, 0, (1, usize::MAX)));
            };
            if !condition.base().is_integer() && *condition.base() != Type::Nothing {
                let text = format!(
                    "Illegal type {condition} of the last argument of aggregate function {name}: it must be a condition (UInt8)"
                );
                return Err(Error::new(Code::IllegalTypeOfArgument, text));
            }
            infer(base, rest, parameters, others, name)
        }
        Combinator::Array => {
            let items: Vec<Type> = types
                .iter()
                .map(|t| match t {
                    Type::Array(t) if base.nulls == AggregateNulls::Own => Ok(t.without_low_cardinality().clone()),
                    Type::Array(t) => Ok(plain(t)),
                    t => Err(Error::new(
                        Code::IllegalTypeOfArgument,
                        format!("Illegal type {t} of argument of aggregate function {name}: it must be an array"),
                    )),
                })
                .collect::<Result<_>>()?;
            let result = infer(base, rest, parameters, &items, name)?;
            let nullable = base.nulls == AggregateNulls::SkipNullable
                && types.iter().any(|t| matches!(t, Type::Array(t) if t.without_low_cardinality().is_nullable()));
            Ok(if nullable && result.can_be_nullable() { Type::nullable(result) } else { result })
        }
        Combinator::Distinct => infer(base, rest, parameters, types, name),
        Combinator::OrNull => {
            let t = infer(base, rest, parameters, types, name)?;
            Ok(if t.can_be_nullable() { Type::nullable(t) } else { t })
        }
        Combinator::OrDefault => infer(base, rest, parameters, types, name),
        Combinator::Map => {
            let (key, value) = super::map_values::sides(types, name)?;
            let own = base.nulls == AggregateNulls::Own;
            let inner = if own { value.clone() } else { plain(&value) };
            let result = infer(base, rest, parameters, &[inner], name)?;
            let nullable =
                value.is_nullable() && base.nulls == AggregateNulls::SkipNullable && result.can_be_nullable();
            Ok(Type::map(key, if nullable { Type::nullable(result) } else { result }))
        }
    }
}

impl Resolved {
    /// Fresh states.
    pub fn create(&self) -> Result<Box<dyn States>> {
        let stripped: Vec<Type> = self.types.iter().map(|t| t.without_low_cardinality().clone()).collect();
        let own = self.base.nulls == AggregateNulls::Own;
        let seen: Vec<Type> = if own { stripped.clone() } else { stripped.iter().map(plain).collect() };
        if self.never && self.result == Type::nullable(Type::Nothing) {
            return Ok(Box::new(Never { result: self.result.clone() }));
        }
        let inner = create(self.base, &self.combinators, &self.parameters, &seen)?;
        let nullable = stripped.iter().any(Type::is_nullable);
        if own || !nullable {
            return Ok(Box::new(Unpacked { inner, types: self.types.clone() }));
        }
        let null_result = self.base.nulls == AggregateNulls::SkipNullable
            && counted(&stripped, &self.combinators).iter().any(Type::is_nullable)
            && self.result.is_nullable();
        Ok(Box::new(Unpacked {
            inner: Box::new(SkipNulls {
                inner,
                types: stripped,
                null_result,
                conditional: self.combinators.first() == Some(&Combinator::If),
                seen: Vec::new(),
            }),
            types: self.types.clone(),
        }))
    }
}

fn create(
    base: &'static Aggregate,
    combinators: &[Combinator],
    parameters: &[Value],
    types: &[Type],
) -> Result<Box<dyn States>> {
    let Some((first, rest)) = combinators.split_first() else { return (base.create)(parameters, types) };
    match first {
        Combinator::If => {
            let others = types.split_last().map_or(&[][..], |(_, o)| o);
            Ok(Box::new(IfStates { inner: create(base, rest, parameters, others)? }))
        }
        Combinator::Array => {
            let items: Vec<Type> =
                types.iter().map(|t| if let Type::Array(t) = t { (**t).clone() } else { t.clone() }).collect();
            let nullable = base.nulls != AggregateNulls::Own && items.iter().any(Type::is_nullable);
            let inner =
                create(
                    base,
                    rest,
                    parameters,
                    &items
                        .iter()
                        .map(|t| {
                            if base.nulls == AggregateNulls::Own {
                                t.without_low_cardinality().clone()
                            } else {
                                plain(t)
                            }
                        })
                        .collect::<Vec<_>>(),
                )?;
            let inner: Box<dyn States> = if nullable {
                Box::new(SkipNulls {
                    inner,
                    types: items.iter().map(|t| t.without_low_cardinality().clone()).collect(),
                    null_result: base.nulls == AggregateNulls::SkipNullable,
                    conditional: false,
                    seen: Vec::new(),
                })
            } else {
                inner
            };
            Ok(Box::new(ArrayStates { inner: Box::new(Unpacked { inner, types: items }) }))
        }
        Combinator::Map => {
            let (key, value) = super::map_values::sides(types, base.name)?;
            let own = base.nulls == AggregateNulls::Own;
            let inner = create(base, rest, parameters, &[if own { value.clone() } else { plain(&value) }])?;
            let result = infer(base, combinators, parameters, types, base.name)?;
            let inner: Box<dyn States> = if value.is_nullable() && !own {
                let null_result = matches!(&result, Type::Map(_, v) if v.is_nullable());
                Box::new(SkipNulls { inner, types: vec![value], null_result, conditional: false, seen: Vec::new() })
            } else {
                inner
            };
            let argument: Box<dyn States> = match types {
                [Type::Map(_, v)] => Box::new(Unpacked { inner, types: vec![(**v).clone()] }),
                _ => return Err(Error::new(Code::LogicalError, "-Map over no map")),
            };
            super::map_values::MapStates::boxed(types[0].clone(), &key, result, argument)
        }
        Combinator::Distinct => {
            let fields = types.iter().map(|t| SortField::new(t.carrier())).collect();
            let (rest, parameters, types) = (rest.to_vec(), parameters.to_vec(), types.to_vec());
            Ok(Box::new(DistinctStates {
                converter: RowConverter::new(fields).map_err(internal)?,
                sets: Vec::new(),
                bytes: 0,
                make: Box::new(move || create(base, &rest, &parameters, &types)),
            }))
        }
        Combinator::OrNull | Combinator::OrDefault => {
            let result = infer(base, rest, parameters, types, base.name)?;
            Ok(Box::new(OrStates {
                inner: create(base, rest, parameters, types)?,
                null: *first == Combinator::OrNull,
                result,
                conditional: rest.first() == Some(&Combinator::If),
                seen: Vec::new(),
            }))
        }
    }
}
