//! Functions that only the planner calls. Their names start with two underscores; the binder does not let queries name them.

use super::text::Texts;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, StructArray, UInt64Array};
use arrow::datatypes::{DataType, Float32Type, Float64Type, UInt64Type};
use arrow::row::{RowConverter, SortField};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

const INTERNAL: Function = Function {
    family: Family::Internal,
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Own,
    arity: (1, 1),
    infer: none,
    ..FUNCTION
};

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "__coerce",
        syntax: "__coerce(x)",
        description: "The value in a type that holds it.",
        eval: coerce,
        ..INTERNAL
    },
    Function {
        name: "__sortAscending",
        syntax: "__sortAscending(x)",
        description: "Integers in the order of floats, NaN last.",
        eval: |c| order(c, i64::MAX),
        ..INTERNAL
    },
    Function {
        name: "__sortDescending",
        syntax: "__sortDescending(x)",
        description: "Integers in the order of floats, NaN first.",
        eval: |c| order(c, i64::MIN),
        ..INTERNAL
    },
    Function {
        name: "__bits",
        syntax: "__bits(x)",
        description: "A float's bits, as keys of groups and joins.",
        eval: bits,
        ..INTERNAL
    },
    Function {
        name: "__fromBits",
        syntax: "__fromBits(x)",
        description: "The float of bits.",
        eval: from_bits,
        ..INTERNAL
    },
    Function {
        name: "__row",
        syntax: "__row(x)",
        description: "A nested value as bytes, which are equal where it is: a key of groups.",
        eval: row,
        ..INTERNAL
    },
    Function {
        name: "__fromRow",
        syntax: "__fromRow(s)",
        description: "The value of such bytes.",
        eval: from_row,
        ..INTERNAL
    },
    Function {
        name: "__default",
        syntax: "__default(x)",
        description: "The type's default where an outer join found nothing.",
        eval: default,
        ..INTERNAL
    },
    Function {
        name: "__pair",
        syntax: "__pair(m)",
        description: "A map's keys and values as two arrays.",
        eval: |c| pair(c, false),
        ..INTERNAL
    },
    Function {
        name: "__pairNotZero",
        syntax: "__pairNotZero(m)",
        description: "A map's keys and values as two arrays, without values that are 0.",
        eval: |c| pair(c, true),
        ..INTERNAL
    },
    Function {
        name: "__timeMember",
        syntax: "__timeMember(t)",
        description: "A date or time in the type of a set, NULL where that holds no such moment.",
        eval: |c| super::cast_time::member(&c.array(0)?, &c.types[0], c.result, c.context),
        ..INTERNAL
    },
    Function {
        name: "__entries",
        syntax: "__entries(m)",
        description: "A map as an array of tuples.",
        eval: entries,
        ..INTERNAL
    },
    Function {
        name: "__fromEntries",
        syntax: "__fromEntries(a)",
        description: "The map of an array of tuples.",
        eval: from_entries,
        ..INTERNAL
    },
];

fn none(_: &[Arg]) -> Result<Type> {
    Err(Error::new(Code::UnknownFunction, "internal functions cannot be called by queries"))
}

fn coerce(c: &Call<'_>) -> Result<ArrayRef> {
    let from = c.types.first().cloned().unwrap_or(Type::Nothing);
    super::coerce::coerce(&c.array(0)?, &from, c.result)
}

fn converter(ty: &Type) -> Result<RowConverter> {
    RowConverter::new(vec![SortField::new(ty.carrier())]).map_err(crate::expr::internal)
}

fn row(c: &Call<'_>) -> Result<ArrayRef> {
    let rows = super::array::keys(&c.array(0)?)?;
    super::text::slices(c.rows, |i| rows.row(i).data())
}

fn from_row(c: &Call<'_>) -> Result<ArrayRef> {
    let converter = converter(c.result)?;
    let parser = converter.parser();
    let texts = Texts::of(c, 0)?;
    let rows = (0..c.rows).map(|i| parser.parse(texts.get(i)));
    let mut columns = converter.convert_rows(rows).map_err(crate::expr::internal)?;
    columns.pop().ok_or_else(|| Error::new(Code::LogicalError, "a key of a group is no value"))
}

fn default(c: &Call<'_>) -> Result<ArrayRef> {
    let array = c.array(0)?;
    if array.null_count() == 0 && array.logical_null_count() == 0 {
        let data = array.to_data().into_builder().nulls(None).build().map_err(crate::expr::internal)?;
        return Ok(arrow::array::make_array(data));
    }
    if let Type::LowCardinality(inner) = c.result {
        let plain = arrow::compute::cast(&array, &inner.carrier()).map_err(crate::expr::internal)?;
        return olly_types::batch::dictionary_of(&fill(&plain, inner)?, inner);
    }
    fill(&array, c.result)
}

/// The array with the type's default for every null (of any carrier).
fn fill(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    let default = olly_types::value::array_of(&[olly_types::Value::default_of(ty)], ty)?;
    let both: Vec<&dyn Array> = vec![array.as_ref(), default.as_ref()];
    let picks: Vec<(usize, usize)> = (0..array.len()).map(|i| if array.is_null(i) { (1, 0) } else { (0, i) }).collect();
    let out = arrow::compute::interleave(&both, &picks).map_err(crate::expr::internal)?;
    let data = out.to_data().into_builder().nulls(None).build().map_err(crate::expr::internal)?;
    Ok(arrow::array::make_array(data))
}

fn floats(array: &ArrayRef) -> Result<Float64Array> {
    Ok(match array.data_type() {
        DataType::Float32 => array.as_primitive::<Float32Type>().unary(f64::from),
        DataType::Float64 => array.as_primitive::<Float64Type>().clone(),
        other => return Err(Error::new(Code::LogicalError, format!("{other} is no float"))),
    })
}

/// IEEE 754 total order on the numbers, -0 equal to 0, NaN at `nan`.
/// The type of `__sortAscending` and `__sortDescending`: floats are integers there, inside of arrays and tuples too.
pub(crate) fn sort_type(ty: &Type) -> Type {
    match ty {
        Type::Float32 | Type::Float64 => Type::Int64,
        Type::Nullable(t) => Type::nullable(sort_type(t)),
        Type::Array(t) => Type::array(sort_type(t)),
        Type::Tuple(elements) => Type::Tuple(elements.iter().map(|(n, t)| (n.clone(), sort_type(t))).collect()),
        t => t.clone(),
    }
}

fn order(c: &Call<'_>, nan: i64) -> Result<ArrayRef> {
    ordered(&c.array(0)?, &c.types[0], nan)
}

fn ordered(array: &ArrayRef, ty: &Type, nan: i64) -> Result<ArrayRef> {
    let internal = crate::expr::internal;
    Ok(match (ty, sort_type(ty).carrier()) {
        (ty, _) if ty.base().is_float() => {
            let out: Int64Array = floats(array)?.unary(|f| {
                if f.is_nan() {
                    return nan;
                }
                let bits = (if f == 0.0 { 0.0 } else { f }).to_bits() as i64;
                bits ^ (((bits >> 63) as u64) >> 1) as i64
            });
            Arc::new(out)
        }
        (Type::Array(t), DataType::List(item)) => {
            let list = array.as_list::<i32>();
            let items = ordered(list.values(), t, nan)?;
            Arc::new(ListArray::try_new(item, list.offsets().clone(), items, None).map_err(internal)?)
        }
        (Type::Tuple(elements), DataType::Struct(fields)) => {
            let columns = array.as_struct().columns().iter().zip(elements.iter());
            let columns = columns.map(|(c, (_, t))| ordered(c, t, nan)).collect::<Result<_>>()?;
            Arc::new(StructArray::try_new_with_length(fields, columns, None, array.len()).map_err(internal)?)
        }
        _ => Arc::clone(array),
    })
}

fn bits(c: &Call<'_>) -> Result<ArrayRef> {
    let out: UInt64Array = floats(&c.array(0)?)?.unary(f64::to_bits);
    Ok(Arc::new(out))
}

fn from_bits(c: &Call<'_>) -> Result<ArrayRef> {
    let array = c.array(0)?;
    let out: Float64Array = array.as_primitive::<UInt64Type>().unary(f64::from_bits);
    if *c.result.base() == Type::Float32 {
        return Ok(Arc::new(out.unary::<_, Float32Type>(|f| f as f32)));
    }
    Ok(Arc::new(out))
}

fn pair(c: &Call<'_>, not_zero: bool) -> Result<ArrayRef> {
    let array = c.array(0)?;
    let bad = || Error::new(Code::LogicalError, "not a pair of arrays of a map");
    let map = array.as_map_opt().ok_or_else(bad)?;
    let DataType::Struct(fields) = c.result.carrier() else { return Err(bad()) };
    let (mut kept, mut lengths) = (Vec::new(), Vec::with_capacity(map.len()));
    let values = if not_zero { super::num::natives::<f64>(map.values())? } else { Vec::new() };
    for ends in map.offsets().windows(2) {
        let before = kept.len();
        let range = ends[0] as u32..ends[1] as u32;
        kept.extend(range.filter(|i| !not_zero || values.get(*i as usize).is_some_and(|v| *v != 0.0)));
        lengths.push(kept.len() - before);
    }
    let kept = arrow::array::UInt32Array::from(kept);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(2);
    for (items, field) in [map.keys(), map.values()].into_iter().zip(fields.iter()) {
        let DataType::List(item) = field.data_type() else { return Err(bad()) };
        let items = arrow::compute::take(items, &kept, None).map_err(crate::expr::internal)?;
        let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths.iter().copied());
        let list = ListArray::try_new(Arc::clone(item), offsets, items, None);
        columns.push(Arc::new(list.map_err(crate::expr::internal)?));
    }
    let pair = StructArray::try_new_with_length(fields, columns, None, map.len());
    Ok(Arc::new(pair.map_err(crate::expr::internal)?))
}

fn entries(c: &Call<'_>) -> Result<ArrayRef> {
    let array = c.array(0)?;
    let map =
        array.as_map_opt().ok_or_else(|| Error::new(Code::LogicalError, format!("{} is no map", array.data_type())))?;
    let DataType::List(item) = c.result.carrier() else { return Err(Error::new(Code::LogicalError, "not a list")) };
    let DataType::Struct(fields) = item.data_type().clone() else {
        return Err(Error::new(Code::LogicalError, "not a list of tuples"));
    };
    let pairs = StructArray::try_new(fields, map.entries().columns().to_vec(), None).map_err(crate::expr::internal)?;
    Ok(Arc::new(ListArray::try_new(item, map.offsets().clone(), Arc::new(pairs), None).map_err(crate::expr::internal)?))
}

fn from_entries(c: &Call<'_>) -> Result<ArrayRef> {
    let array = c.array(0)?;
    let bad = || Error::new(Code::LogicalError, "not a list of pairs");
    let list = array.as_list_opt::<i32>().ok_or_else(bad)?;
    let pairs = list.values().as_struct_opt().ok_or_else(bad)?;
    let DataType::Map(entries, _) = c.result.carrier() else { return Err(bad()) };
    let DataType::Struct(fields) = entries.data_type().clone() else { return Err(bad()) };
    let pairs = StructArray::try_new(fields, pairs.columns().to_vec(), None).map_err(crate::expr::internal)?;
    Ok(Arc::new(
        arrow::array::MapArray::try_new(entries, list.offsets().clone(), pairs, None, false)
            .map_err(crate::expr::internal)?,
    ))
}
