//! Functions and aggregates of plans as bytes: an expression is its tree of names, types and values, an aggregate its name,
//! parameters and argument types. Plans cross nodes by it (DESIGN D6).
//!
//! Invariant: what is read computes what was written ([`Expr::key`] is the same, sets by their members); bytes that nothing
//! here wrote end in an error, in bounded memory. Both ends run the same version: names are resolved by this build's registry.

use crate::agg::combinator::{Resolved, resolve};
use crate::expr::{Expr, ExprKind, ValueSet};
use crate::func::registry;
use crate::state::{Reader, put_bytes, put_u64, put_value, take_value};
use olly_types::{Code, Error, Result, Type, limits};
use std::sync::Arc;

/// First byte of each encoding.
const VERSION: u8 = 1;

fn bad(what: &str) -> Error {
    Error::new(Code::CorruptedData, format!("plan: {what}"))
}

fn put_types(out: &mut Vec<u8>, types: &[Type]) {
    put_u64(out, types.len() as u64);
    types.iter().for_each(|t| put_bytes(out, t.to_string().as_bytes()));
}

fn take_type(r: &mut Reader<'_>) -> Result<Type> {
    Type::parse(std::str::from_utf8(r.bytes()?).map_err(|_| bad("a type is no text"))?)
}

fn take_types(r: &mut Reader<'_>) -> Result<Vec<Type>> {
    (0..r.count(8)?).map(|_| take_type(r)).collect()
}

fn take_name<'a>(r: &mut Reader<'a>) -> Result<&'a str> {
    std::str::from_utf8(r.bytes()?).map_err(|_| bad("a name is no text"))
}

/// An expression as bytes.
///
/// # Errors
/// 48 for a set too large to be sent by its members.
pub fn encode_expr(e: &Expr) -> Result<Vec<u8>> {
    let mut out = vec![VERSION];
    put_expr(&mut out, e)?;
    Ok(out)
}

fn put_list(out: &mut Vec<u8>, list: &[Expr]) -> Result<()> {
    put_u64(out, list.len() as u64);
    list.iter().try_for_each(|e| put_expr(out, e))
}

fn put_expr(out: &mut Vec<u8>, e: &Expr) -> Result<()> {
    put_bytes(out, e.ty.to_string().as_bytes());
    match &e.kind {
        ExprKind::Column(i) => {
            out.push(0);
            put_u64(out, *i as u64);
        }
        ExprKind::Literal(v) => {
            out.push(1);
            put_value(out, v);
        }
        ExprKind::Call { function, args } => {
            out.push(2);
            put_bytes(out, function.name.as_bytes());
            put_list(out, args)?;
        }
        ExprKind::Lambda { parameters, body } => {
            out.push(3);
            put_types(out, parameters);
            put_expr(out, body)?;
        }
        ExprKind::Parameter { depth, index } => {
            out.push(4);
            put_u64(out, *depth as u64);
            put_u64(out, *index as u64);
        }
        ExprKind::InSet { args, set, negated } => {
            out.push(5);
            out.push(u8::from(*negated));
            put_list(out, args)?;
            put_types(out, &set.types);
            let members = set
                .members()
                .ok_or_else(|| Error::unsupported(format!("sending a set of {} members with a plan", set.len())))?;
            put_u64(out, members.len() as u64);
            members.iter().flatten().for_each(|v| put_value(out, v));
        }
    }
    Ok(())
}

/// Reads what [`encode_expr`] wrote.
pub fn decode_expr(bytes: &[u8]) -> Result<Expr> {
    let mut r = Reader(bytes);
    if r.array::<1>()? != [VERSION] {
        return Err(bad("unknown version"));
    }
    let e = take_expr(&mut r, 0)?;
    if r.is_empty() { Ok(e) } else { Err(bad("bytes after the expression")) }
}

fn take_list(r: &mut Reader<'_>, depth: u64) -> Result<Vec<Expr>> {
    (0..r.count(9)?).map(|_| take_expr(r, depth + 1)).collect()
}

fn take_expr(r: &mut Reader<'_>, depth: u64) -> Result<Expr> {
    if depth > limits::SQL_DEPTH {
        return Err(bad("an expression is nested too deeply"));
    }
    let ty = take_type(r)?;
    let kind = match r.array::<1>()?[0] {
        0 => ExprKind::Column(r.u64()? as usize),
        1 => ExprKind::Literal(take_value(r)?),
        2 => {
            let name = take_name(r)?;
            let function = registry::find(name).ok_or_else(|| bad(&format!("no function {name} here")))?;
            ExprKind::Call { function, args: take_list(r, depth)? }
        }
        3 => ExprKind::Lambda { parameters: take_types(r)?, body: Arc::new(take_expr(r, depth + 1)?) },
        4 => ExprKind::Parameter { depth: r.u64()? as usize, index: r.u64()? as usize },
        5 => {
            let negated = r.array::<1>()?[0] != 0;
            let args = take_list(r, depth)?;
            let mut set = ValueSet::new(take_types(r)?)?;
            let width = set.types.len();
            if args.len() != width || width == 0 {
                return Err(bad("a set of another width than its arguments"));
            }
            for _ in 0..r.count(width)? {
                let row = (0..width).map(|_| take_value(r)).collect::<Result<Vec<_>>>()?;
                set.add_values(&row)?;
            }
            ExprKind::InSet { args, set: Arc::new(set), negated }
        }
        kind => return Err(bad(&format!("unknown kind {kind} of expression"))),
    };
    Ok(Expr { kind, ty })
}

/// An aggregate as bytes.
pub fn encode_aggregate(a: &Resolved) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_bytes(&mut out, a.name.as_bytes());
    put_u64(&mut out, a.parameters.len() as u64);
    a.parameters.iter().for_each(|v| put_value(&mut out, v));
    put_types(&mut out, &a.types);
    out
}

/// Reads what [`encode_aggregate`] wrote.
pub fn decode_aggregate(bytes: &[u8]) -> Result<Resolved> {
    let mut r = Reader(bytes);
    if r.array::<1>()? != [VERSION] {
        return Err(bad("unknown version"));
    }
    let name = take_name(&mut r)?;
    let parameters = (0..r.count(1)?).map(|_| take_value(&mut r)).collect::<Result<Vec<_>>>()?;
    let types = take_types(&mut r)?;
    if r.is_empty() { resolve(name, parameters, &types) } else { Err(bad("bytes after the aggregate")) }
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
