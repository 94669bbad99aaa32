//! groupConcat: texts of the values one after the other, with a separator between them, in the order met.

use super::groups::{Group, Grouped};
use super::{AGGREGATE, Aggregate};
use crate::func::num::illegal;
use crate::state::{Reader, put_u64};
use arrow::array::{ArrayRef, AsArray, BinaryViewArray};
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

pub const AGGREGATES: &[Aggregate] = &[Aggregate {
    name: "groupConcat",
    aliases: &["group_concat", "string_agg"],
    case_insensitive: true,
    parameters: (0, 2),
    syntax: "groupConcat[(separator[, limit])](x)",
    description: "Texts of the values with a separator between them, in the order met.",
    examples: &["SELECT groupConcat(',')(number) FROM numbers(3)"],
    // The binder has made texts of values of any other type.
    infer: |p, a| match &a[0] {
        Type::String | Type::FixedString(_) => spec(p, &a[0]).map(|_| Type::String),
        other => Err(illegal(other, "groupConcat")),
    },
    create: |p, a| Ok(Grouped::<Texts>::boxed(spec(p, &a[0])?)),
    grows: true,
    ..AGGREGATE
}];

struct Spec {
    separator: Vec<u8>,
    limit: u64,
    ty: Type,
}

fn spec(parameters: &[Value], ty: &Type) -> Result<Spec> {
    let separator = match parameters.first() {
        None => Vec::new(),
        Some(Value::Bytes(b)) => b.to_vec(),
        Some(_) => {
            return Err(Error::new(
                Code::BadArguments,
                "First parameter for aggregate function groupConcat should be string",
            ));
        }
    };
    let limit = match parameters.get(1).map(Value::as_i128) {
        None => u64::MAX,
        Some(Some(n)) if n > 0 => n as u64,
        _ => {
            let text = "Second parameter for aggregate function groupConcat should be a positive number";
            return Err(Error::new(Code::BadArguments, text));
        }
    };
    Ok(Spec { separator, limit, ty: ty.clone() })
}

#[derive(Default)]
struct Texts {
    count: u64,
    bytes: Vec<u8>,
    /// Length of each text, kept where a limit may cut them.
    lengths: Vec<u64>,
}

impl Texts {
    fn push(&mut self, spec: &Spec, text: &[u8]) -> isize {
        if self.count >= spec.limit {
            return 0;
        }
        let before = self.bytes.capacity();
        if self.count > 0 {
            self.bytes.extend_from_slice(&spec.separator);
        }
        self.bytes.extend_from_slice(text);
        self.count += 1;
        if spec.limit != u64::MAX {
            self.lengths.push(text.len() as u64);
        }
        self.bytes.capacity() as isize - before as isize
    }
}

impl Group for Texts {
    type Columns = ArrayRef;
    type Spec = Spec;
    fn columns(_: &Spec, args: &[ArrayRef]) -> Result<ArrayRef> {
        Ok(Arc::clone(&args[0]))
    }
    fn add(&mut self, spec: &Spec, column: &ArrayRef, row: usize) -> Result<isize> {
        Ok(match &spec.ty {
            Type::FixedString(_) => self.push(spec, column.as_fixed_size_binary().value(row)),
            _ => self.push(spec, column.as_binary_view().value(row)),
        })
    }
    fn save(&self, _: &Spec, out: &mut Vec<u8>) -> Result<()> {
        put_u64(out, self.count);
        self.lengths.iter().for_each(|n| put_u64(out, *n));
        out.extend_from_slice(&self.bytes);
        Ok(())
    }
    fn merge(&mut self, spec: &Spec, state: &[u8]) -> Result<isize> {
        let mut r = Reader(state);
        let count = r.u64()?;
        if count == 0 {
            return Ok(0);
        }
        if spec.limit == u64::MAX {
            let grown = self.push(spec, r.0);
            self.count += count - 1;
            return Ok(grown);
        }
        let lengths: Vec<u64> = (0..count).map(|_| r.u64()).collect::<Result<_>>()?;
        let mut grown = 0;
        for (i, length) in lengths.into_iter().enumerate() {
            if i > 0 {
                r.take(spec.separator.len())?;
            }
            grown += self.push(spec, r.take(length as usize)?);
        }
        Ok(grown)
    }
    fn finish(_: &Spec, groups: &mut [Self]) -> Result<ArrayRef> {
        Ok(Arc::new(BinaryViewArray::from_iter_values(groups.iter().map(|g| &g.bytes))))
    }
}
