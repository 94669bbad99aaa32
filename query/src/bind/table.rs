//! Tables by name.

use super::hints::hint;
use super::{Binder, Source, SourceColumn, Target};
use crate::exec::QueryEnv;
use crate::expr::Expr;
use crate::plan::{Col, Plan, Scan};
use crate::sql::ast;
use olly_types::schema::{DefaultKind, TableSchema};
use olly_types::{Code, Error, Result, Type};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// ClickHouse's table functions that are not here.
const KNOWN: &[&str] = &[
    "VALUES",
    "azureBlobStorage",
    "azureBlobStorageCluster",
    "cluster",
    "clusterAllReplicas",
    "deltaLake",
    "dictionary",
    "executable",
    "file",
    "fileCluster",
    "format",
    "fuzzJSON",
    "fuzzQuery",
    "gcs",
    "generateRandom",
    "generateSeries",
    "generate_series",
    "hdfs",
    "hdfsCluster",
    "hudi",
    "iceberg",
    "input",
    "jdbc",
    "loop",
    "merge",
    "mergeTreeIndex",
    "mergeTreeProjection",
    "mongodb",
    "mysql",
    "null",
    "odbc",
    "postgresql",
    "primes",
    "prometheusQuery",
    "prometheusQueryRange",
    "redis",
    "remote",
    "remoteSecure",
    "s3",
    "s3Cluster",
    "sqlite",
    "timeSeriesData",
    "timeSeriesMetrics",
    "timeSeriesSelector",
    "timeSeriesTags",
    "url",
    "urlCluster",
    "values",
    "view",
    "viewExplain",
    "viewIfPermitted",
    "ytsaurus",
    "zeros",
    "zeros_mt",
];

/// The table of a name, or ClickHouse's error with names near it.
pub fn find_table(env: &QueryEnv, database: Option<&str>, name: &str) -> Result<Arc<TableSchema>> {
    let db = database.unwrap_or(&env.database);
    let catalog = &env.shared.catalog;
    if let Some(t) = catalog.table(db, name) {
        return Ok(t);
    }
    Err(unknown_table(env, db, name))
}

/// 81 for an unknown database, 60 for an unknown table.
pub fn unknown_table(env: &QueryEnv, db: &str, name: &str) -> Error {
    let catalog = &env.shared.catalog;
    if catalog.database(db).is_none()
        && !db.eq_ignore_ascii_case("system")
        && !db.eq_ignore_ascii_case("information_schema")
    {
        let all = catalog.databases();
        let text = format!("Database {db} does not exist{}", hint(db, all.iter().map(|d| &*d.name)));
        return Error::new(Code::UnknownDatabase, text);
    }
    let tables = catalog.tables(db);
    let text = format!("Table {db}.{name} does not exist{}", hint(name, tables.iter().map(|t| &*t.name)));
    Error::new(Code::UnknownTable, text)
}

impl<'a> Binder<'a> {
    /// A table of the store or of `system` as a plan and its columns.
    pub(crate) fn named_table(&self, t: &ast::TableName, alias: Option<String>) -> Result<(Plan, Source)> {
        let name = t.name.value.as_str();
        let database = t.database.as_ref().map(|d| d.value.as_str());
        if database.is_none()
            && let Some((_, block)) = self.env.external.iter().find(|(n, _)| n == name)
        {
            return Ok(self.rows_source(block, alias, Some(("".into(), name.into()))));
        }
        let db = database.unwrap_or(&self.env.database);
        let catalog = &self.env.shared.catalog;
        if let Some(schema) = catalog.table(db, name) {
            let snapshot = self.env.snapshot(schema.id)?;
            return Ok(self.stored_source(snapshot, Arc::clone(&schema.database), alias));
        }
        if db.eq_ignore_ascii_case("information_schema") {
            // The standard's columns are others than those of the tables of `system` with the same names.
            return Err(Error::unsupported(format!("table {db}.{name}")));
        }
        if db.eq_ignore_ascii_case("system") {
            if let Some(found) = self.system_table(db, name, alias)? {
                return Ok(found);
            }
            let known = self.env.shared.system.list();
            let text = format!("Table {db}.{name} does not exist{}", hint(name, known.iter().map(String::as_str)));
            return Err(Error::new(Code::UnknownTable, text));
        }
        Err(unknown_table(self.env, db, name))
    }

    fn stored_source(
        &self,
        snapshot: Arc<dyn olly_types::port::TableSnapshot>,
        database: Arc<str>,
        alias: Option<String>,
    ) -> (Plan, Source) {
        let schema = Arc::clone(snapshot.schema());
        let scan = Rc::new(RefCell::new(Scan {
            snapshot,
            database: Arc::clone(&database),
            table: Arc::clone(&schema.name),
            columns: Vec::new(),
        }));
        self.scans.borrow_mut().push(Rc::clone(&scan));
        let columns = schema
            .columns
            .iter()
            .filter(|c| !c.hidden && c.default_kind != DefaultKind::Ephemeral)
            .map(|c| SourceColumn {
                name: Arc::clone(&c.name),
                ty: c.ty.clone(),
                target: match (c.default_kind, &c.default) {
                    (DefaultKind::Alias, Some(text)) => Target::Alias(text.as_str().into()),
                    _ => Target::Stored(c.id),
                },
                asterisk: c.in_asterisk(),
            })
            .collect();
        let name = Some((database, Arc::clone(&schema.name)));
        (Plan::Scan(Rc::clone(&scan)), Source { alias, name, columns, scan: Some(scan), using: Vec::new() })
    }

    /// Rows in memory as a table.
    pub(crate) fn rows_source(
        &self,
        block: &crate::engine::Block,
        alias: Option<String>,
        name: Option<(Arc<str>, Arc<str>)>,
    ) -> (Plan, Source) {
        let mut columns = Vec::new();
        let mut cols = Vec::new();
        let mut arrays = Vec::new();
        for (n, ty, array) in &block.columns {
            let id = self.fresh();
            columns.push(SourceColumn {
                name: n.as_str().into(),
                ty: ty.clone(),
                target: Target::Column(id),
                asterisk: true,
            });
            cols.push(Col { id, ty: ty.clone() });
            arrays.push(Arc::clone(array));
        }
        let plan = Plan::Values { columns: cols, arrays, rows: block.rows };
        (plan, Source { alias, name, columns, scan: None, using: Vec::new() })
    }

    fn system_table(&self, db: &str, name: &str, alias: Option<String>) -> Result<Option<(Plan, Source)>> {
        let full: Option<(Arc<str>, Arc<str>)> = Some((db.into(), name.into()));
        if db.eq_ignore_ascii_case("system") && name == "one" {
            let array = olly_types::value::array_of(&[olly_types::Value::UInt(0)], &Type::UInt8)?;
            let block = crate::engine::Block { columns: vec![("dummy".into(), Type::UInt8, array)], rows: 1 };
            return Ok(Some(self.rows_source(&block, alias, full)));
        }
        if db.eq_ignore_ascii_case("system") && (name == "numbers" || name == "numbers_mt") {
            return Ok(Some(self.numbers(0, None, alias, full)));
        }
        if self.env.shared.system.schema(name).is_none() {
            return Ok(None);
        }
        let context = crate::engine::SystemContext {
            session: &self.env.session,
            settings: &self.env.settings,
            engine: &self.env.shared,
        };
        let block = self.env.shared.system.rows(name, &context)?;
        Ok(Some(self.rows_source(&block, alias, full)))
    }

    pub(crate) fn numbers(
        &self,
        start: u64,
        count: Option<u64>,
        alias: Option<String>,
        name: Option<(Arc<str>, Arc<str>)>,
    ) -> (Plan, Source) {
        let id = self.fresh();
        let column =
            SourceColumn { name: "number".into(), ty: Type::UInt64, target: Target::Column(id), asterisk: true };
        (
            Plan::Numbers { id, start, count },
            Source { alias, name, columns: vec![column], scan: None, using: Vec::new() },
        )
    }

    /// `numbers(n)`, `numbers(start, n)`, `numbers(start, n, step)`.
    pub(crate) fn table_function(&self, f: &ast::FunctionCall, alias: Option<String>) -> Result<(Plan, Source)> {
        let number = |e: &ast::Expr| -> Result<u64> {
            let mut scope = super::Scope::new(Rc::default());
            let bound = self.expr(e, &mut scope)?;
            if let Some(olly_types::Value::Float(f)) = bound.as_literal() {
                if f.fract() != 0.0 || !(0.0..18_446_744_073_709_551_616.0).contains(f) {
                    let text = format!("The value {f} is not representable as UInt64");
                    return Err(Error::new(Code::IllegalTypeOfArgument, text));
                }
                return Ok(*f as u64);
            }
            bound.as_literal().and_then(olly_types::Value::as_i128).and_then(|n| u64::try_from(n).ok()).ok_or_else(
                || {
                    Error::new(
                        Code::BadArguments,
                        format!("Arguments of table function {} must be constant non-negative numbers", f.name),
                    )
                },
            )
        };
        match (f.name.as_str(), f.args.as_slice()) {
            ("numbers" | "numbers_mt", []) => Ok(self.numbers(0, None, alias, None)),
            ("numbers" | "numbers_mt", [n]) => Ok(self.numbers(0, Some(number(n)?), alias, None)),
            ("numbers" | "numbers_mt", [start, n]) => Ok(self.numbers(number(start)?, Some(number(n)?), alias, None)),
            ("numbers" | "numbers_mt", [start, n, step]) => {
                let (start, n, step) = (number(start)?, number(n)?, number(step)?);
                if step == 0 {
                    let text = format!("Table function {} requires step to be a positive number", f.name);
                    return Err(Error::new(Code::BadArguments, text));
                }
                let (input, mut source) = self.numbers(0, Some(n.div_ceil(step)), alias, None);
                let (Plan::Numbers { id, .. }, Some(column)) = (&input, source.columns.first_mut()) else {
                    return Err(Error::new(Code::LogicalError, "numbers without a column"));
                };
                let call = |name: &str, args| super::call_named(name, args, &self.env.context);
                let literal = |n: u64| Expr::literal(olly_types::Value::UInt(n), Type::UInt64);
                let scaled = call("multiply", vec![Expr::column(*id, Type::UInt64), literal(step)])?;
                let value = call("plus", vec![scaled, literal(start)])?;
                let own = self.fresh();
                column.target = Target::Column(own);
                let exprs = vec![(Col { id: own, ty: Type::UInt64 }, value)];
                Ok((Plan::Project { input: input.into(), exprs }, source))
            }
            ("numbers" | "numbers_mt", _) => Err(Error::new(
                Code::NumberOfArgumentsDoesNotMatch,
                "Table function 'numbers' requires 'length' or 'offset, length'",
            )),
            (name, _) if KNOWN.contains(&name) => Err(Error::unsupported(format!("table function {name}"))),
            (name, _) => {
                let known = KNOWN.iter().copied().chain(["numbers", "numbers_mt"]);
                let text = format!("Unknown table function {name}{}", hint(name, known));
                Err(Error::new(Code::UnknownFunction, text))
            }
        }
    }
}
