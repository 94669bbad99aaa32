//! EXPLAIN: syntax tree, normalised text, the plan with what its scans skip, and the estimate of rows to be read.

use super::execute::{Outcome, bind_query, text_block, with_binder};
use crate::engine::Block;
use crate::exec::{QueryEnv, run};
use crate::sql::ast::{Explain, ExplainKind, StatementKind};
use datafusion::physical_plan::displayable;
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

pub fn explain(env: &Arc<QueryEnv>, e: &Explain) -> Result<Outcome> {
    let lines = |text: String| -> Result<Outcome> {
        let rows: Vec<Vec<String>> = text.lines().map(|l| vec![l.to_string()]).collect();
        Ok(Outcome::Block(text_block(&["explain"], &rows)?))
    };
    match e.kind {
        ExplainKind::Ast => lines(format!("{:#?}", e.statement.kind)),
        ExplainKind::Syntax => lines(crate::sql::display::format_statement(&e.statement, true)),
        ExplainKind::Plan | ExplainKind::Pipeline => {
            for s in &e.settings {
                if s.name == "json"
                    && !matches!(&s.value, crate::sql::ast::SettingValue::Literal(crate::sql::ast::Literal::UInt(0)))
                {
                    return Err(Error::unsupported("EXPLAIN PLAN json = 1"));
                }
            }
            let StatementKind::Query(q) = &e.statement.kind else {
                return Err(Error::new(Code::IncorrectQuery, "Only SELECT is supported for EXPLAIN query"));
            };
            with_binder(env, |binder| {
                let bound = bind_query(env, binder, q)?;
                let mut state = run::state(env)?;
                let plan = run::logical(env, &bound, &mut state)?;
                let handle = env.shared.runtime.clone();
                let plan = handle.block_on(run::physical(plan, &state))?;
                lines(displayable(plan.as_ref()).indent(false).to_string())
            })
        }
        ExplainKind::Estimate => {
            let StatementKind::Query(q) = &e.statement.kind else {
                return Err(Error::new(Code::IncorrectQuery, "Only SELECT is supported for EXPLAIN ESTIMATE query"));
            };
            with_binder(env, |binder| {
                let bound = bind_query(env, binder, q)?;
                let mut state = run::state(env)?;
                let plan = run::logical(env, &bound, &mut state)?;
                let mut found: Vec<(String, String, u64, u64, u64)> = Vec::new();
                for scan in crate::exec::source::scans(&plan)? {
                    match found.iter_mut().find(|f| f.0 == scan.0 && f.1 == scan.1) {
                        Some(f) => {
                            f.2 += scan.2.parts_read;
                            f.3 += scan.2.rows;
                            f.4 += scan.2.granules_read;
                        }
                        None => found.push((scan.0, scan.1, scan.2.parts_read, scan.2.rows, scan.2.granules_read)),
                    }
                }
                found.sort();
                let text = |f: &dyn Fn(&(String, String, u64, u64, u64)) -> Value, ty: Type| -> Result<_> {
                    let values: Vec<Value> = found.iter().map(f).collect();
                    Ok((array_of(&values, &ty)?, ty))
                };
                let mut columns = Vec::new();
                let (a, t) = text(&|f| Value::bytes(&f.0), Type::String)?;
                columns.push(("database".to_string(), t, a));
                let (a, t) = text(&|f| Value::bytes(&f.1), Type::String)?;
                columns.push(("table".to_string(), t, a));
                let (a, t) = text(&|f| Value::UInt(f.2), Type::UInt64)?;
                columns.push(("parts".to_string(), t, a));
                let (a, t) = text(&|f| Value::UInt(f.3), Type::UInt64)?;
                columns.push(("rows".to_string(), t, a));
                let (a, t) = text(&|f| Value::UInt(f.4), Type::UInt64)?;
                columns.push(("marks".to_string(), t, a));
                Ok(Outcome::Block(Block { rows: found.len(), columns }))
            })
        }
        ExplainKind::QueryTree => Err(Error::unsupported("EXPLAIN QUERY TREE")),
        ExplainKind::TableOverride => Err(Error::unsupported("EXPLAIN TABLE OVERRIDE")),
        ExplainKind::CurrentTransaction => Err(Error::unsupported("EXPLAIN CURRENT TRANSACTION")),
    }
}
