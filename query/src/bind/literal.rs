//! Types of literals, as ClickHouse gives them: the smallest integer that holds the number, Float64, String, arrays and
//! tuples of these.

use crate::expr::Expr;
use crate::sql::ast::Literal;
use crate::typing::common_type;
use olly_types::value::{array_of, value_at};
use olly_types::{Result, Type, Value};

/// Value and type of a literal.
pub fn literal(l: &Literal) -> Result<Expr> {
    let (value, ty) = typed(l)?;
    Ok(Expr::literal(value, ty))
}

pub(crate) fn unsigned_type(n: u64) -> Type {
    match n {
        0..=0xFF => Type::UInt8,
        0x100..=0xFFFF => Type::UInt16,
        0x1_0000..=0xFFFF_FFFF => Type::UInt32,
        _ => Type::UInt64,
    }
}

fn signed_type(n: i64) -> Type {
    match n {
        -128..=127 => Type::Int8,
        -32_768..=32_767 => Type::Int16,
        -2_147_483_648..=2_147_483_647 => Type::Int32,
        _ => Type::Int64,
    }
}

fn typed(l: &Literal) -> Result<(Value, Type)> {
    Ok(match l {
        Literal::Null => (Value::Null, Type::nullable(Type::Nothing)),
        Literal::Bool(b) => (Value::UInt(u64::from(*b)), Type::Bool),
        Literal::UInt(n) => (Value::UInt(*n), unsigned_type(*n)),
        Literal::Int(n) if *n >= 0 => (Value::UInt(*n as u64), unsigned_type(*n as u64)),
        Literal::Int(n) => (Value::Int(*n), signed_type(*n)),
        Literal::Float(f) => (Value::Float(*f), Type::Float64),
        Literal::String(s) => (Value::bytes(s), Type::String),
        Literal::Array(items) => {
            let parts: Vec<(Value, Type)> = items.iter().map(typed).collect::<Result<_>>()?;
            let types: Vec<Type> = parts.iter().map(|(_, t)| t.clone()).collect();
            let item = common_type(&types)?;
            let values = parts.into_iter().map(|(v, t)| convert(v, &t, &item)).collect::<Result<_>>()?;
            (Value::Array(values), Type::array(item))
        }
        Literal::Tuple(items) => {
            let parts: Vec<(Value, Type)> = items.iter().map(typed).collect::<Result<_>>()?;
            let (values, types): (Vec<Value>, Vec<Type>) = parts.into_iter().unzip();
            (Value::Tuple(values.into()), Type::tuple(types))
        }
        Literal::Map(pairs) => {
            let keys: Vec<(Value, Type)> = pairs.iter().map(|(k, _)| typed(k)).collect::<Result<_>>()?;
            let values: Vec<(Value, Type)> = pairs.iter().map(|(_, v)| typed(v)).collect::<Result<_>>()?;
            let k = common_type(&keys.iter().map(|(_, t)| t.clone()).collect::<Vec<_>>())?;
            let v = common_type(&values.iter().map(|(_, t)| t.clone()).collect::<Vec<_>>())?;
            let mut out = Vec::with_capacity(pairs.len());
            for ((a, ta), (b, tb)) in keys.into_iter().zip(values) {
                out.push((convert(a, &ta, &k)?, convert(b, &tb, &v)?));
            }
            (Value::Map(out.into()), Type::map(k, v))
        }
    })
}

/// The value of one type in a type that holds it.
pub fn convert(value: Value, from: &Type, to: &Type) -> Result<Value> {
    if from == to || value.is_null() {
        return Ok(value);
    }
    let array = array_of(std::slice::from_ref(&value), from)?;
    let array = crate::func::coerce::coerce(&array, from, to)?;
    value_at(&array, 0, to)
}
