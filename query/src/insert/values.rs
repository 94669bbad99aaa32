//! Rows of INSERT … VALUES in the query text: literals straight into the columns' builders, anything else through the binder.

use super::complete::Given;
use crate::bind::{Binder, cast, literal};
use crate::engine::Block;
use crate::exec::QueryEnv;
use crate::expr::Expr;
use crate::sql::ast::Literal;
use crate::sql::insert_values::{Field, ValuesLimits, ValuesReader};
use arrow::array::BooleanArray;
use olly_types::text::{ColumnBuilder, TextOptions, Zone, parse_text};
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Rows per block handed on.
const BLOCK_ROWS: usize = 65_536;

/// What the query's settings say about texts.
pub fn text_options(env: &QueryEnv) -> Result<TextOptions> {
    Ok(TextOptions {
        zone: Zone::load(&env.context.time_zone)?,
        now_seconds: env.context.now.0 / 1_000_000_000,
        null_as_default: env.settings.bool_or("input_format_null_as_default", true)?,
        ..TextOptions::default()
    })
}

struct Target {
    ty: Type,
    builder: ColumnBuilder,
    /// Rows that take the column's default.
    defaults: Vec<bool>,
    any: bool,
}

impl Target {
    fn new(ty: &Type) -> Target {
        Target { ty: ty.clone(), builder: ColumnBuilder::new(ty), defaults: Vec::new(), any: false }
    }
    fn default(&mut self) {
        self.builder.append_default();
        self.any = true;
    }
}

pub fn values(
    env: &Arc<QueryEnv>,
    columns: &[(String, Type)],
    text: &[u8],
    write: &mut dyn FnMut(Given) -> Result<()>,
) -> Result<()> {
    let options = text_options(env)?;
    let limits = ValuesLimits { max_row_size: olly_types::limits::ROW_BYTES as usize, ..ValuesLimits::default() };
    let mut reader = ValuesReader::new(limits);
    reader.push(text);
    let mut targets: Vec<Target> = columns.iter().map(|(_, t)| Target::new(t)).collect();
    let mut rows = 0;
    let mut number = 0u64;
    let mut held = env.memory.reserve(text.len() as u64)?;
    while let Some(fields) = reader.next_row(true).map_err(|e| Error::new(e.error_code(), e.to_string()))? {
        number += 1;
        if fields.len() != columns.len() {
            let text = format!(
                "Row {number} of VALUES has {} values, the table takes {} columns",
                fields.len(),
                columns.len()
            );
            return Err(Error::new(Code::SyntaxError, text));
        }
        for ((field, target), (name, _)) in fields.into_iter().zip(&mut targets).zip(columns) {
            append(env, field, target, &options)
                .map_err(|e| Error { message: format!("{} (column {name}, row {number})", e.message), ..e })?;
            let was = target.any;
            target.defaults.push(was);
            target.any = false;
        }
        rows += 1;
        if rows >= BLOCK_ROWS {
            env.cancel.check()?;
            write(given(columns, &mut targets, rows)?)?;
            rows = 0;
        }
    }
    held.resize(0)?;
    if rows > 0 {
        write(given(columns, &mut targets, rows)?)?;
    }
    Ok(())
}

fn given(columns: &[(String, Type)], targets: &mut [Target], rows: usize) -> Result<Given> {
    let mut out = Vec::with_capacity(columns.len());
    let mut defaults = HashMap::new();
    for ((name, ty), target) in columns.iter().zip(targets) {
        let done = std::mem::replace(target, Target::new(ty));
        if done.defaults.iter().any(|d| *d) {
            defaults.insert(name.clone(), BooleanArray::from(done.defaults));
        }
        out.push((name.clone(), ty.clone(), done.builder.finish()?));
    }
    Ok(Given { block: Block { columns: out, rows }, defaults })
}

fn append(env: &Arc<QueryEnv>, field: Field, target: &mut Target, options: &TextOptions) -> Result<()> {
    match field {
        Field::Default => {
            target.default();
            Ok(())
        }
        Field::Literal(Literal::Null) => null(target, options),
        Field::Literal(Literal::String(s)) => match target.ty.base() {
            Type::String => target.builder.append_bytes(&s),
            _ => parse_text(&s, &target.ty, options, &mut target.builder),
        },
        Field::Number { value, text } => match target.ty.base() {
            Type::Decimal(..) | Type::Float32 | Type::Float64 => {
                parse_text(text.as_bytes(), &target.ty, options, &mut target.builder)
            }
            t if t.is_integer() && !matches!(value, Literal::Float(_)) => {
                parse_text(text.as_bytes(), &target.ty, options, &mut target.builder)
            }
            _ => converted(env, literal(&value)?, target, options),
        },
        Field::Literal(l) => converted(env, literal(&l)?, target, options),
        Field::Expr(e) => {
            let bound = Binder::new(env, None).standalone(&e, &[])?;
            converted(env, bound, target, options)
        }
    }
}

fn null(target: &mut Target, options: &TextOptions) -> Result<()> {
    if target.ty.is_nullable() {
        target.builder.append_null();
        return Ok(());
    }
    if !options.null_as_default {
        let text = format!("Cannot insert NULL value into a column of type '{}'", target.ty);
        return Err(Error::new(Code::CannotInsertNullInOrdinaryColumn, text));
    }
    target.default();
    Ok(())
}

fn converted(env: &Arc<QueryEnv>, e: Expr, target: &mut Target, options: &TextOptions) -> Result<()> {
    let e = if e.ty == target.ty {
        e
    } else if matches!(e.as_literal(), Some(Value::Null)) {
        return null(target, options);
    } else {
        cast(e, &target.ty, &env.context)?
    };
    if let Some(v) = e.as_literal() {
        return target.builder.append_value(v);
    }
    // Not a constant to the binder (rand(), generateUUIDv4(), …): evaluated for this row.
    let array = match crate::expr::eval(&e, &[], 1, &env.context)? {
        crate::func::Column::Array(a) | crate::func::Column::Const(a) => a,
        crate::func::Column::Lambda(_) => return Err(Error::new(Code::LogicalError, "a value is a lambda")),
    };
    target.builder.append_value(&olly_types::value::value_at(&array, 0, &target.ty)?)
}
