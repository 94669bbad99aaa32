//! Completes rows: casts to the table's types, NULL and omitted columns to their defaults, expressions of DEFAULT,
//! MATERIALIZED and key columns.

use crate::bind::{Binder, cast};
use crate::engine::Block;
use crate::exec::QueryEnv;
use crate::expr::{Expr, eval, repeat};
use crate::func::Column;
use crate::sql::{ParseOptions, parse_expression};
use arrow::array::{Array, ArrayRef, BooleanArray};
use olly_types::schema::{DefaultKind, TableSchema};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Rows as given: columns in carriers, and where a row asked for the default in place of a value.
#[derive(Default)]
pub struct Given {
    pub block: Block,
    /// By column: true where the row takes the default.
    pub defaults: HashMap<String, BooleanArray>,
}

/// What a table's columns need, compiled once per statement.
pub struct Completer {
    pub schema: Arc<TableSchema>,
    /// Per schema column: its expression over the schema's columns by position, cast to its type.
    expressions: Vec<Option<Expr>>,
    null_as_default: bool,
}

impl Completer {
    pub fn new(env: &Arc<QueryEnv>, schema: Arc<TableSchema>) -> Result<Completer> {
        let columns: Vec<(String, Type)> = schema.columns.iter().map(|c| (c.name.to_string(), c.ty.clone())).collect();
        let binder = Binder::new(env, None);
        let mut expressions = Vec::with_capacity(columns.len());
        for c in &schema.columns {
            let wanted = c.hidden
                || matches!(c.default_kind, DefaultKind::Default | DefaultKind::Materialized | DefaultKind::Ephemeral);
            let Some(text) = c.default.as_ref().filter(|_| wanted) else {
                expressions.push(None);
                continue;
            };
            let parsed = parse_expression(text.as_bytes(), ParseOptions::default())
                .map_err(|e| Error::new(e.error_code(), format!("expression of column {}: {e}", c.name)))?;
            let bound = binder.standalone(&parsed, &columns)?;
            expressions.push(Some(cast(bound, &c.ty, &env.context)?));
        }
        Ok(Completer {
            schema,
            expressions,
            null_as_default: env.settings.bool_or("input_format_null_as_default", true)?,
        })
    }

    /// All stored columns of the rows, in schema order, hidden ones included.
    pub fn complete(&self, env: &QueryEnv, given: &Given) -> Result<Vec<(olly_types::ColumnId, ArrayRef)>> {
        let rows = given.block.rows;
        let n = self.schema.columns.len();
        let mut arrays: Vec<Option<ArrayRef>> = vec![None; n];
        let mut masks: Vec<Option<BooleanArray>> = vec![None; n];
        for (name, ty, array) in &given.block.columns {
            let Some(i) = self.schema.columns.iter().position(|c| *c.name == **name && c.insertable()) else {
                let text = format!("No such column {name} in table {}.{}", self.schema.database, self.schema.name);
                return Err(Error::new(Code::NoSuchColumnInTable, text));
            };
            let (Some(def), Some(slot), Some(mask)) = (self.schema.columns.get(i), arrays.get_mut(i), masks.get_mut(i))
            else {
                continue;
            };
            *mask = given.defaults.get(name).cloned();
            let array = self.cast(env, array, ty, &def.ty, &def.name, mask)?;
            *slot = Some(array);
        }
        // Expressions may read each other's columns: done when nothing is missing that they read.
        loop {
            let mut progress = false;
            let mut waiting = None;
            for i in 0..n {
                let Some(def) = self.schema.columns.get(i) else { continue };
                if !def.is_stored() && !matches!(def.default_kind, DefaultKind::Ephemeral) {
                    continue;
                }
                let missing = arrays.get(i).is_some_and(Option::is_none);
                let partial = masks.get(i).is_some_and(Option::is_some);
                if !missing && !partial {
                    continue;
                }
                let expression = self.expressions.get(i).and_then(Option::as_ref);
                let computed = match expression {
                    None => {
                        let one = array_of(&[Value::default_of(&def.ty)], &def.ty)?;
                        repeat(&one, rows)?
                    }
                    Some(e) => {
                        let needs = e.columns();
                        let ready = |c: &usize| {
                            *c != i
                                && arrays.get(*c).is_some_and(Option::is_some)
                                && masks.get(*c).is_some_and(Option::is_none)
                        };
                        if !needs.iter().all(ready) {
                            waiting = Some(def.name.to_string());
                            continue;
                        }
                        let columns: Vec<Column> = (0..n)
                            .map(|c| match arrays.get(c).and_then(Option::as_ref) {
                                Some(a) => Ok(Column::Array(Arc::clone(a))),
                                None => {
                                    Ok(Column::Array(arrow::array::new_empty_array(&arrow::datatypes::DataType::UInt8)))
                                }
                            })
                            .collect::<Result<_>>()?;
                        match eval(e, &columns, rows, &env.context)? {
                            Column::Array(a) => a,
                            Column::Const(a) => repeat(&a, rows)?,
                            Column::Lambda(_) => return Err(Error::new(Code::LogicalError, "a default gave a lambda")),
                        }
                    }
                };
                let value = match (arrays.get(i).and_then(Option::as_ref), masks.get(i).and_then(Option::as_ref)) {
                    (Some(a), Some(mask)) => {
                        let picks: Vec<(usize, usize)> = (0..rows).map(|r| (usize::from(mask.value(r)), r)).collect();
                        arrow::compute::interleave(&[a.as_ref(), computed.as_ref()], &picks)
                            .map_err(crate::expr::internal)?
                    }
                    _ => computed,
                };
                if let (Some(slot), Some(mask)) = (arrays.get_mut(i), masks.get_mut(i)) {
                    *slot = Some(value);
                    *mask = None;
                }
                progress = true;
            }
            match waiting {
                None => break,
                Some(_) if progress => continue,
                Some(name) => {
                    let text =
                        format!("Cyclic aliases: default expression of column {name} needs a column that needs it");
                    return Err(Error::new(Code::CyclicAliases, text));
                }
            }
        }
        let mut out = Vec::with_capacity(n);
        for (def, array) in self.schema.columns.iter().zip(arrays) {
            if let (true, Some(array)) = (def.is_stored(), array) {
                out.push((def.id, array));
            }
        }
        Ok(out)
    }

    fn cast(
        &self,
        env: &QueryEnv,
        array: &ArrayRef,
        from: &Type,
        to: &Type,
        name: &str,
        mask: &mut Option<BooleanArray>,
    ) -> Result<ArrayRef> {
        if from == to {
            return Ok(Arc::clone(array));
        }
        let (mut array, mut from) = (Arc::clone(array), from.clone());
        if from.is_nullable() && !to.is_nullable() {
            if let Type::LowCardinality(inner) = &from {
                array = arrow::compute::cast(&array, &inner.carrier()).map_err(crate::expr::internal)?;
                from = (**inner).clone();
            }
            let nulls = arrow::compute::is_null(&array).map_err(crate::expr::internal)?;
            if nulls.true_count() > 0 {
                if !self.null_as_default {
                    let text = format!("Cannot convert NULL value to non-Nullable type {to} (column {name})");
                    return Err(Error::new(Code::CannotInsertNullInOrdinaryColumn, text));
                }
                let both = match mask.take() {
                    Some(m) => arrow::compute::or(&m, &nulls).map_err(crate::expr::internal)?,
                    None => nulls,
                };
                *mask = Some(both);
            }
            let inner = from.base().clone();
            array = crate::func::coerce::coerce(&array, &from, &inner)?;
            from = inner;
            if from == Type::Nothing {
                let one = array_of(&[Value::default_of(to)], to)?;
                return repeat(&one, array.len());
            }
            if from == *to {
                return Ok(array);
            }
        }
        let call = cast(Expr::column(0, from.clone()), to, &env.context)?;
        if call.ty != *to && !differs_by_zone(&call.ty, to) {
            let text = format!("Cannot convert {from} to {to} (column {name})");
            return Err(Error::new(Code::TypeMismatch, text));
        }
        let rows = array.len();
        let result = eval(&call, &[Column::Array(array)], rows, &env.context)
            .map_err(|e| Error { message: format!("{} (column {name})", e.message), ..e })?;
        match result {
            Column::Array(a) => Ok(a),
            Column::Const(a) => repeat(&a, rows),
            Column::Lambda(_) => Err(Error::new(Code::LogicalError, "a cast gave a lambda")),
        }
    }
}

/// Whether the types are one but for the time zone they are shown in, which CAST keeps and a column has of its own.
fn differs_by_zone(a: &Type, b: &Type) -> bool {
    let times = match (a.base(), b.base()) {
        (Type::DateTime(_), Type::DateTime(_)) => true,
        (Type::DateTime64(p, _), Type::DateTime64(q, _)) => p == q,
        _ => false,
    };
    times && a.is_nullable() == b.is_nullable() && a.carrier() == b.carrier()
}
