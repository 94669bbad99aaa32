//! Our plan as a DataFusion logical plan. Here the carriers get the shapes in which DataFusion's operators mean what
//! ClickHouse means: floats by their bits as keys, orderable integers for floats in sorts, no dictionaries in keys, defaults
//! after outer joins.

use super::udaf::AggUdf;
use super::udf::{df_column, df_expr, df_predicate};
use super::{AggCall, Col, Join, Plan, SortKey, column_name};
use crate::exec::QueryEnv;
use crate::exec::limit_by::LimitBy;
use crate::exec::source::{NumbersTable, ScanTable};
use crate::expr::{Expr, ExprKind};
use crate::func::internal::sort_type;
use crate::func::{EvalContext, registry};
use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema};
use datafusion::common::{Column, NullEquality, UnnestOptions};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{
    AggregateUDF, Expr as DfExpr, Extension, JoinType, LogicalPlan, LogicalPlanBuilder, ScalarUDF, SortExpr, Union, lit,
};
use olly_types::{Code, Error, Result, Type, Value};
use std::cell::Cell;
use std::sync::Arc;

/// Lowers plans of one query.
pub struct Lower<'a> {
    env: &'a Arc<QueryEnv>,
    context: Arc<EvalContext>,
    temporary: Cell<usize>,
    /// Conditions so far: those of inner queries come first.
    predicates: Cell<u32>,
}

fn df(e: datafusion::common::DataFusionError) -> Error {
    super::udf::from_df(e)
}

/// A column on its way: name in the DataFusion plan and our type.
struct Key {
    name: String,
    ty: Type,
}

/// Whether a key of this type is held as bytes: where an array makes it long. What has a dictionary inside is left to
/// DataFusion.
fn as_row(ty: &Type) -> bool {
    super::has_array(ty) && *ty == ty.without_inner_dictionaries()
}

impl<'a> Lower<'a> {
    pub fn new(env: &'a Arc<QueryEnv>) -> Lower<'a> {
        Lower { env, context: Arc::new(env.context.clone()), temporary: Cell::new(0), predicates: Cell::new(0) }
    }

    fn temporary(&self) -> String {
        let n = self.temporary.get();
        self.temporary.set(n + 1);
        format!("t{n}")
    }

    /// A condition with the next place of all.
    fn predicate(&self, e: &Expr) -> DfExpr {
        let place = self.predicates.get();
        self.predicates.set(place + 1);
        df_predicate(e, place, &self.context)
    }

    /// The plan of a bound query: its output columns in order.
    pub fn bound(&self, bound: &super::Bound) -> Result<LogicalPlan> {
        let plan = self.plan(&bound.plan)?;
        let fields = plan.schema().fields();
        let same = |(f, c): (&Arc<Field>, &super::Output)| *f.name() == column_name(c.id);
        if fields.len() == bound.columns.len() && fields.iter().zip(&bound.columns).all(same) {
            return Ok(plan);
        }
        let exprs: Vec<DfExpr> = bound
            .columns
            .iter()
            .enumerate()
            .map(|(i, c)| df_column(&column_name(c.id)).alias(format!("o{i}")))
            .collect();
        LogicalPlanBuilder::from(plan).project(exprs).and_then(LogicalPlanBuilder::build).map_err(df)
    }

    fn call(&self, name: &str, arg: Expr, ty: Type) -> Result<Expr> {
        let function = registry::find(name)
            .ok_or_else(|| Error::new(Code::LogicalError, format!("internal function {name} is missing")))?;
        Ok(Expr { kind: ExprKind::Call { function, args: vec![arg] }, ty })
    }

    /// One function over one column of the DataFusion plan.
    fn over(&self, name: &str, column: &str, from: &Type, to: &Type) -> Result<DfExpr> {
        let call = self.call(name, Expr::column(0, from.clone()), to.clone())?;
        let udf = super::udf::ExprUdf::new(call, 1, false, Arc::clone(&self.context));
        Ok(Arc::new(ScalarUDF::new_from_impl(udf)).call(vec![df_column(column)]))
    }

    pub fn plan(&self, plan: &Plan) -> Result<LogicalPlan> {
        self.env.cancel.check()?;
        let build =
            |b: datafusion::common::Result<LogicalPlanBuilder>| b.and_then(LogicalPlanBuilder::build).map_err(df);
        match plan {
            Plan::One => build(Ok(LogicalPlanBuilder::empty(true))),
            Plan::Numbers { id, start, count } => {
                let table = NumbersTable::new(&column_name(*id), *start, *count, Arc::clone(self.env));
                build(LogicalPlanBuilder::scan(self.temporary(), provider_as_source(Arc::new(table)), None))
            }
            Plan::Values { columns, arrays, rows } => {
                let fields: Vec<Field> = columns.iter().map(|c| field(&column_name(c.id), &c.ty)).collect();
                let schema = Arc::new(Schema::new(fields));
                let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(*rows));
                let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays.clone(), &options)
                    .map_err(crate::expr::internal)?;
                let table = MemTable::try_new(schema, vec![vec![batch]]).map_err(df)?;
                build(LogicalPlanBuilder::scan(self.temporary(), provider_as_source(Arc::new(table)), None))
            }
            Plan::Scan(scan) => {
                let scan = scan.borrow();
                let table = ScanTable::new(&scan, Arc::clone(self.env));
                build(LogicalPlanBuilder::scan(self.temporary(), provider_as_source(Arc::new(table)), None))
            }
            Plan::Filter { input, predicate } => {
                let mut builder = LogicalPlanBuilder::from(self.plan(input)?);
                match predicate.as_literal() {
                    Some(v) if *v == Value::Null || v.as_i128() == Some(0) || *v == Value::Float(0.0) => {
                        let schema = Arc::clone(builder.schema());
                        return Ok(LogicalPlan::EmptyRelation(datafusion::logical_expr::EmptyRelation {
                            produce_one_row: false,
                            schema,
                        }));
                    }
                    _ => {}
                }
                let mut conjuncts = Vec::new();
                conjuncts_of(predicate, &mut conjuncts);
                let all = conjuncts.into_iter().map(|c| self.predicate(c)).reduce(DfExpr::and);
                if let Some(all) = all {
                    builder = builder.filter(all).map_err(df)?;
                }
                build(Ok(builder))
            }
            Plan::Project { input, exprs } => {
                let input = self.plan(input)?;
                let list: Vec<DfExpr> =
                    exprs.iter().map(|(c, e)| df_expr(e, &self.context).alias(column_name(c.id))).collect();
                build(LogicalPlanBuilder::from(input).project(list))
            }
            Plan::ArrayJoin { input, column, array } => {
                let below = input.columns();
                let name = column_name(column.id);
                let mut list: Vec<DfExpr> = below.iter().map(|c| df_column(&column_name(c.id))).collect();
                list.push(df_expr(array, &self.context).alias(&name));
                let options = UnnestOptions::new().with_preserve_nulls(false);
                let unnested = LogicalPlanBuilder::from(self.plan(input)?)
                    .project(list)
                    .and_then(|b| b.unnest_column_with_options(Column::new_unqualified(&name), options))
                    .and_then(LogicalPlanBuilder::build)
                    .map_err(df)?;
                let mut columns = below;
                columns.push(column.clone());
                self.without_nulls(unnested, &columns)
            }
            Plan::Aggregate { input, keys, aggs } => self.aggregate(input, keys, aggs),
            Plan::Distinct { input } => {
                let columns = input.columns();
                let keys: Vec<(Col, Expr)> =
                    columns.iter().map(|c| (c.clone(), Expr::column(c.id, c.ty.clone()))).collect();
                self.aggregate(input, &keys, &[])
            }
            Plan::Sort { input, keys, fetch } => self.sort(input, keys, *fetch),
            Plan::Limit { input, fetch: Some(0), .. } => {
                let schema = Arc::clone(self.plan(input)?.schema());
                Ok(LogicalPlan::EmptyRelation(datafusion::logical_expr::EmptyRelation {
                    produce_one_row: false,
                    schema,
                }))
            }
            Plan::Limit { input, skip, fetch } => {
                build(LogicalPlanBuilder::from(self.plan(input)?).limit(rows(*skip), fetch.map(rows)))
            }
            Plan::LimitBy { input, keys, skip, fetch } => self.limit_by(input, keys, *skip, *fetch),
            Plan::Join { left, right, kind, on, residual } => self.join(left, right, *kind, on, residual.as_ref()),
            Plan::Union { inputs, .. } => {
                let mut plans = Vec::with_capacity(inputs.len());
                for input in inputs {
                    plans.push(Arc::new(self.plan(input)?));
                }
                match plans.len() {
                    0 => Err(Error::new(Code::LogicalError, "UNION of nothing")),
                    1 => Ok(plans.pop().map(Arc::unwrap_or_clone).unwrap_or_default()),
                    _ => Union::try_new_with_loose_types(plans).map(LogicalPlan::Union).map_err(df),
                }
            }
        }
    }

    /// Gives columns whose type has no NULL their default where DataFusion thinks there may be nulls.
    fn without_nulls(&self, plan: LogicalPlan, columns: &[Col]) -> Result<LogicalPlan> {
        let schema = Arc::clone(plan.schema());
        let mut changed = false;
        let mut list = Vec::with_capacity(columns.len());
        for c in columns {
            let name = column_name(c.id);
            let nullable = schema.field_with_unqualified_name(&name).map_err(df)?.is_nullable();
            if nullable && !c.ty.is_nullable() {
                changed = true;
                list.push(self.over("__default", &name, &c.ty, &c.ty)?.alias(&name));
            } else {
                list.push(df_column(&name));
            }
        }
        if !changed && schema.fields().len() == columns.len() {
            return Ok(plan);
        }
        LogicalPlanBuilder::from(plan).project(list).and_then(LogicalPlanBuilder::build).map_err(df)
    }

    /// A value as a key of groups and joins, and the type it has there.
    fn as_key(&self, e: &Expr) -> Result<Expr> {
        let nullable = |t: Type| if e.ty.is_nullable() { Type::nullable(t) } else { t };
        match &e.ty {
            Type::LowCardinality(inner) => {
                let plain = self.call("__coerce", e.clone(), (**inner).clone())?;
                self.as_key(&plain)
            }
            t if t.base().is_float() => self.call("__bits", e.clone(), nullable(Type::UInt64)),
            Type::Map(k, v) => {
                let pair =
                    Type::Tuple([(Some("keys".into()), (**k).clone()), (Some("values".into()), (**v).clone())].into());
                self.call("__entries", e.clone(), Type::array(pair))
            }
            _ => Ok(e.clone()),
        }
    }

    /// A value as a key of groups. DataFusion's table of groups holds nested values as rows, and gives out all of them as
    /// columns at once, which stand beside the rows; of bytes it gives out what it holds, and a batch is made values at a time.
    /// Answers the type of the key too, as it is if it stands for itself.
    fn as_group(&self, e: &Expr) -> Result<(Expr, Type)> {
        let key = self.as_key(e)?;
        let ty = key.ty.clone();
        Ok((if as_row(&ty) { self.call("__row", key, Type::String)? } else { key }, ty))
    }

    /// Back from [`Lower::as_group`].
    fn group_value(&self, column: &Key, key: &Type, ty: &Type) -> Result<DfExpr> {
        if !as_row(key) {
            return self.key_value(column, ty);
        }
        let mut value = self.call("__fromRow", Expr::column(0, Type::String), key.clone())?;
        if let Type::Map(..) = ty {
            value = self.call("__fromEntries", value, ty.clone())?;
        }
        let udf = super::udf::ExprUdf::new(value, 1, false, Arc::clone(&self.context));
        Ok(Arc::new(ScalarUDF::new_from_impl(udf)).call(vec![df_column(&column.name)]))
    }

    /// Back from [`Lower::as_key`].
    fn key_value(&self, column: &Key, ty: &Type) -> Result<DfExpr> {
        let e = match ty {
            Type::LowCardinality(inner) if inner.base().is_float() => {
                let call = self.call("__fromBits", Expr::column(0, column.ty.clone()), (**inner).clone())?;
                let call = self.call("__coerce", call, ty.clone())?;
                let udf = super::udf::ExprUdf::new(call, 1, false, Arc::clone(&self.context));
                Arc::new(ScalarUDF::new_from_impl(udf)).call(vec![df_column(&column.name)])
            }
            Type::LowCardinality(inner) => self.over("__coerce", &column.name, inner, ty)?,
            t if t.base().is_float() => self.over("__fromBits", &column.name, &column.ty, ty)?,
            Type::Map(..) => self.over("__fromEntries", &column.name, &column.ty, ty)?,
            _ => df_column(&column.name),
        };
        Ok(e)
    }

    fn aggregate(&self, input: &Plan, keys: &[(Col, Expr)], aggs: &[(Col, AggCall)]) -> Result<LogicalPlan> {
        if let (Plan::Scan(scan), [], [(column, call)]) = (input, keys, aggs)
            && call.args.is_empty()
            && call.resolved.name.eq_ignore_ascii_case("count")
            && let Some(rows) = scan.borrow().snapshot.exact_rows()
        {
            let count = olly_types::value::array_of(&[Value::UInt(rows)], &Type::UInt64)?;
            return self.plan(&Plan::Values { columns: vec![column.clone()], arrays: vec![count], rows: 1 });
        }
        let input = self.plan(input)?;
        let mut before: Vec<DfExpr> = Vec::new();
        let mut groups: Vec<(Key, Type)> = Vec::new();
        for (_, e) in keys {
            let (key, ty) = self.as_group(e)?;
            let name = self.temporary();
            before.push(df_expr(&key, &self.context).alias(&name));
            groups.push((Key { name, ty: key.ty }, ty));
        }
        let max_groups = if keys.is_empty() { 0 } else { self.env.settings.u64_or("max_rows_to_group_by", 0)? };
        if max_groups > 0
            && let Some(mode @ ("any" | "break")) = self.env.settings.get("group_by_overflow_mode")
        {
            return Err(Error::unsupported(format!("setting group_by_overflow_mode = '{mode}'")));
        }
        let mut known: Vec<(String, String)> = Vec::new();
        let mut calls: Vec<DfExpr> = Vec::new();
        let mut counted = None;
        if max_groups > 0 && aggs.is_empty() {
            // Groups are counted where an aggregate sees them.
            let count = Arc::new(crate::agg::combinator::resolve("count", Vec::new(), &[])?);
            let udf = Arc::new(AggregateUDF::new_from_impl(AggUdf::new(count, max_groups, Arc::clone(&self.context))));
            let name = self.temporary();
            calls.push(udf.call(vec![lit(0u8)]).alias(&name));
            counted = Some(name);
        }
        for (c, call) in aggs {
            let mut args = Vec::new();
            for a in &call.args {
                let key = a.key();
                let name = match known.iter().find(|(k, _)| *k == key) {
                    Some((_, name)) if a.deterministic() => name.clone(),
                    _ => {
                        let name = self.temporary();
                        before.push(df_expr(a, &self.context).alias(&name));
                        known.push((key, name.clone()));
                        name
                    }
                };
                args.push(df_column(&name));
            }
            if args.is_empty() {
                args.push(lit(0u8));
            }
            let udf = Arc::new(AggregateUDF::new_from_impl(AggUdf::new(
                Arc::clone(&call.resolved),
                max_groups,
                Arc::clone(&self.context),
            )));
            calls.push(udf.call(args).alias(column_name(c.id)));
        }
        let mut builder = LogicalPlanBuilder::from(input);
        if !before.is_empty() {
            builder = builder.project(before).map_err(df)?;
        }
        let group_exprs: Vec<DfExpr> = groups.iter().map(|(g, _)| df_column(&g.name)).collect();
        builder = builder.aggregate(group_exprs, calls).map_err(df)?;
        if let Some(name) = counted {
            // Always true: the count is not dropped as one that nobody reads.
            builder = builder.filter(df_column(&name).is_not_null()).map_err(df)?;
        }
        let mut after: Vec<DfExpr> = Vec::new();
        for ((c, _), (group, key)) in keys.iter().zip(&groups) {
            after.push(self.group_value(group, key, &c.ty)?.alias(column_name(c.id)));
        }
        after.extend(aggs.iter().map(|(c, _)| df_column(&column_name(c.id))));
        builder.project(after).and_then(LogicalPlanBuilder::build).map_err(df)
    }

    fn limit_by(&self, input: &Plan, keys: &[Expr], skip: usize, fetch: usize) -> Result<LogicalPlan> {
        let columns: Vec<DfExpr> = input.columns().iter().map(|c| df_column(&column_name(c.id))).collect();
        let mut list = columns.clone();
        let mut names = Vec::with_capacity(keys.len());
        for k in keys.iter().filter(|k| k.as_literal().is_none()) {
            let name = self.temporary();
            list.push(df_expr(&self.as_key(k)?, &self.context).alias(&name));
            names.push(df_column(&name));
        }
        let input = LogicalPlanBuilder::from(self.plan(input)?).project(list).and_then(LogicalPlanBuilder::build);
        if names.is_empty() {
            // One key for all rows.
            let fetch = Some(fetch);
            return LogicalPlanBuilder::from(input.map_err(df)?)
                .limit(rows(skip), fetch.map(rows))
                .and_then(LogicalPlanBuilder::build)
                .map_err(df);
        }
        let node = LimitBy { input: input.map_err(df)?, keys: names, skip, fetch };
        let node = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        LogicalPlanBuilder::from(node).project(columns).and_then(LogicalPlanBuilder::build).map_err(df)
    }

    fn sort(&self, input: &Plan, keys: &[SortKey], fetch: Option<usize>) -> Result<LogicalPlan> {
        let columns = input.columns();
        let mut list: Vec<DfExpr> = columns.iter().map(|c| df_column(&column_name(c.id))).collect();
        let mut sorts = Vec::new();
        for k in keys {
            let mut e = k.expr.clone();
            if let Type::LowCardinality(inner) = &e.ty.clone() {
                e = self.call("__coerce", e, (**inner).clone())?;
            }
            if let Type::Map(..) = e.ty {
                e = self.as_key(&e)?;
            }
            let to = sort_type(&e.ty);
            if e.ty != to {
                // NaN stands after the numbers in both directions, and before them with NULLS FIRST.
                let name = if k.descending != k.nulls_first { "__sortDescending" } else { "__sortAscending" };
                e = self.call(name, e, to)?;
            }
            let name = match e.kind {
                ExprKind::Column(id) => column_name(id),
                _ => {
                    let name = self.temporary();
                    list.push(df_expr(&e, &self.context).alias(&name));
                    name
                }
            };
            sorts.push(SortExpr { expr: df_column(&name), asc: !k.descending, nulls_first: k.nulls_first });
        }
        let extra = list.len() > columns.len();
        let mut builder = LogicalPlanBuilder::from(self.plan(input)?);
        if extra {
            builder = builder.project(list).map_err(df)?;
        }
        builder = builder.sort_with_limit(sorts, fetch).map_err(df)?;
        if extra {
            let kept: Vec<DfExpr> = columns.iter().map(|c| df_column(&column_name(c.id))).collect();
            builder = builder.project(kept).map_err(df)?;
        }
        builder.build().map_err(df)
    }

    fn join(
        &self,
        left: &Plan,
        right: &Plan,
        kind: Join,
        on: &[(Expr, Expr)],
        residual: Option<&Expr>,
    ) -> Result<LogicalPlan> {
        let (l, r) = (self.plan(left)?, self.plan(right)?);
        let (left_columns, right_columns) = (left.columns(), right.columns());
        let mut columns = left_columns.clone();
        columns.extend(right_columns.iter().cloned());
        if kind == Join::Cross {
            let plan = LogicalPlanBuilder::from(l).cross_join(r).and_then(LogicalPlanBuilder::build).map_err(df)?;
            return self.without_nulls(plan, &columns);
        }
        let side = |plan: LogicalPlan, columns: &[Col], keys: Vec<&Expr>| -> Result<(LogicalPlan, Vec<Column>)> {
            let mut list: Vec<DfExpr> = columns.iter().map(|c| df_column(&column_name(c.id))).collect();
            let mut names = Vec::new();
            for k in keys {
                let key = self.as_key(k)?;
                let name = self.temporary();
                list.push(df_expr(&key, &self.context).alias(&name));
                names.push(Column::new_unqualified(name));
            }
            let plan = LogicalPlanBuilder::from(plan).project(list).and_then(LogicalPlanBuilder::build).map_err(df)?;
            Ok((plan, names))
        };
        let (l, left_keys) = side(l, &left_columns, on.iter().map(|(a, _)| a).collect())?;
        let (r, right_keys) = side(r, &right_columns, on.iter().map(|(_, b)| b).collect())?;
        let join_type = if kind == Join::Left { JoinType::Left } else { JoinType::Inner };
        let filter = residual.map(|e| self.predicate(e));
        let plan = LogicalPlanBuilder::from(l)
            .join_detailed(r, join_type, (left_keys, right_keys), filter, NullEquality::NullEqualsNothing)
            .and_then(LogicalPlanBuilder::build)
            .map_err(df)?;
        self.without_nulls(plan, &columns)
    }
}

/// A number of rows as DataFusion takes it: nothing has more.
fn rows(n: usize) -> usize {
    n.min(i64::MAX as usize)
}

fn conjuncts_of<'e>(e: &'e Expr, out: &mut Vec<&'e Expr>) {
    match e.call("and") {
        Some(args) => args.iter().for_each(|a| conjuncts_of(a, out)),
        None => out.push(e),
    }
}

/// The Arrow field of one of our columns.
pub fn field(name: &str, ty: &Type) -> Field {
    Field::new(name, ty.carrier(), ty.is_nullable())
}
