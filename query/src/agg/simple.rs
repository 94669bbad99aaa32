//! count, sum, avg, min, max, any, anyLast, argMin, argMax: one small value per group.

use super::kept::{Keep, arg, one};
use super::sums::{Avg, AvgWeighted, avg_type, sum_states, sum_type};
use super::{AGGREGATE, Aggregate, AggregateNulls, States};
use crate::func::num::{array, illegal};
use crate::state::Reader;
use arrow::array::ArrayRef;
use olly_types::{Result, Type};

pub const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "count",
        case_insensitive: true,
        syntax: "count([x])",
        description: "Number of rows, or of values that are not NULL.",
        examples: &["SELECT count() FROM numbers(10)"],
        nulls: AggregateNulls::SkipPlain,
        arity: (0, 1),
        infer: |_, _| Ok(Type::UInt64),
        create: |_, _| Ok(Box::new(Count(Vec::new()))),
        ..AGGREGATE
    },
    Aggregate {
        name: "sum",
        case_insensitive: true,
        syntax: "sum(x)",
        description: "Sum; integers in 64 bits.",
        examples: &["SELECT sum(number) FROM numbers(10)"],
        infer: sum_type,
        create: sum_states,
        ..AGGREGATE
    },
    Aggregate {
        name: "sumWithOverflow",
        syntax: "sumWithOverflow(x)",
        description: "Sum in the argument's own type.",
        examples: &["SELECT sumWithOverflow(toUInt8(number)) FROM numbers(10)"],
        infer: |_, a| match &a[0] {
            Type::Bool => Ok(Type::UInt8),
            t if t.is_number() => Ok(t.clone()),
            t => Err(illegal(t, "sumWithOverflow")),
        },
        create: super::sums::own_type_states,
        ..AGGREGATE
    },
    Aggregate {
        name: "avg",
        case_insensitive: true,
        syntax: "avg(x)",
        description: "Arithmetic mean as Float64.",
        examples: &["SELECT avg(number) FROM numbers(10)"],
        infer: |_, a| {
            if a[0].is_number() || a[0].is_decimal() || a[0].is_temporal() {
                Ok(avg_type(&a[0]))
            } else {
                Err(illegal(&a[0], "avg"))
            }
        },
        create: |_, a| {
            Ok(Box::new(Avg {
                scale: a[0].scale().unwrap_or(0),
                wraps: crate::func::num::int_shape(&a[0]).map(|(signed, _)| signed),
                result: avg_type(&a[0]),
                groups: Vec::new(),
            }))
        },
        ..AGGREGATE
    },
    Aggregate {
        name: "avgWeighted",
        arity: (2, 2),
        syntax: "avgWeighted(x, weight)",
        description: "Weighted mean as Float64.",
        examples: &["SELECT avgWeighted(number / 2, 1.5) FROM numbers(10)"],
        infer: |_, a| match a.iter().find(|t| !t.is_number()) {
            Some(t) => Err(illegal(t, "avgWeighted")),
            None => Ok(Type::Float64),
        },
        create: |_, a| Ok(Box::new(AvgWeighted { weights: a[1].clone(), groups: Vec::new() })),
        ..AGGREGATE
    },
    Aggregate {
        name: "min",
        case_insensitive: true,
        syntax: "min(x)",
        description: "Smallest value.",
        examples: &["SELECT min(number) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Least),
        ..AGGREGATE
    },
    Aggregate {
        name: "max",
        case_insensitive: true,
        syntax: "max(x)",
        description: "Largest value.",
        examples: &["SELECT max(number) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Greatest),
        ..AGGREGATE
    },
    Aggregate {
        name: "any",
        aliases: &["any_value", "first_value"],
        case_insensitive: true,
        syntax: "any(x)",
        description: "First value met.",
        examples: &["SELECT any(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::First),
        ..AGGREGATE
    },
    Aggregate {
        name: "anyLast",
        aliases: &["last_value"],
        case_insensitive: true,
        syntax: "anyLast(x)",
        description: "Last value met.",
        examples: &["SELECT anyLast(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Last),
        ..AGGREGATE
    },
    Aggregate {
        name: "any_respect_nulls",
        aliases: &["anyRespectNulls", "any_value_respect_nulls", "firstValueRespectNulls", "first_value_respect_nulls"],
        nulls: AggregateNulls::Own,
        syntax: "any_respect_nulls(x), any(x) RESPECT NULLS",
        description: "First value met, NULL included.",
        examples: &["SELECT any_respect_nulls(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::First),
        ..AGGREGATE
    },
    Aggregate {
        name: "anyLast_respect_nulls",
        aliases: &["anyLastRespectNulls", "lastValueRespectNulls", "last_value_respect_nulls"],
        nulls: AggregateNulls::Own,
        syntax: "anyLast_respect_nulls(x), anyLast(x) RESPECT NULLS",
        description: "Last value met, NULL included.",
        examples: &["SELECT anyLast_respect_nulls(number) FROM numbers(1)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| one(a, Keep::Last),
        ..AGGREGATE
    },
    Aggregate {
        name: "argMin",
        aliases: &["min_by"],
        arity: (2, 2),
        syntax: "argMin(x, by)",
        description: "x of the row with the smallest `by`.",
        examples: &["SELECT argMin(number, -toInt64(number)) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| arg(a, Keep::Least),
        ..AGGREGATE
    },
    Aggregate {
        name: "argMax",
        aliases: &["max_by"],
        arity: (2, 2),
        syntax: "argMax(x, by)",
        description: "x of the row with the largest `by`.",
        examples: &["SELECT argMax(number, number) FROM numbers(10)"],
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| arg(a, Keep::Greatest),
        ..AGGREGATE
    },
];

/// The aggregates that compare, as they do it row by row.
const BY_ROWS: &[Aggregate] = &[
    Aggregate { name: "min", infer: |_, a| Ok(a[0].clone()), create: |_, a| one(a, Keep::LeastByRows), ..AGGREGATE },
    Aggregate { name: "max", infer: |_, a| Ok(a[0].clone()), create: |_, a| one(a, Keep::GreatestByRows), ..AGGREGATE },
    Aggregate {
        name: "argMin",
        arity: (2, 2),
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| arg(a, Keep::LeastByRows),
        ..AGGREGATE
    },
    Aggregate {
        name: "argMax",
        arity: (2, 2),
        infer: |_, a| Ok(a[0].clone()),
        create: |_, a| arg(a, Keep::GreatestByRows),
        ..AGGREGATE
    },
];

pub(super) fn by_rows(name: &str) -> Option<&'static Aggregate> {
    BY_ROWS.iter().find(|a| a.name == name)
}

struct Count(Vec<u64>);

impl States for Count {
    fn update(&mut self, _: &[ArrayRef], groups: &[u32], total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), 0);
        for g in groups {
            self.0[*g as usize] += 1;
        }
        Ok(())
    }
    fn save(&self, group: usize, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&self.0.get(group).copied().unwrap_or(0).to_le_bytes());
        Ok(())
    }
    fn merge(&mut self, state: &[u8], group: usize, total: usize) -> Result<()> {
        self.0.resize(total.max(self.0.len()), 0);
        self.0[group] += Reader(state).u64()?;
        Ok(())
    }
    fn finish(&mut self, from: usize, to: usize) -> Result<ArrayRef> {
        self.0.resize(to.max(self.0.len()), 0);
        Ok(array(self.0[from..to].to_vec()))
    }
    fn drop_first(&mut self, n: usize) {
        self.0.drain(..n.min(self.0.len()));
    }
    fn bytes(&self) -> usize {
        self.0.capacity() * 8
    }
}
