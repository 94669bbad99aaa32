//! KILL QUERY WHERE …: the condition is looked at for each running query of the tenant.

use crate::bind::Binder;
use crate::engine::execute::{Outcome, text_block};
use crate::exec::QueryEnv;
use crate::expr::eval;
use crate::func::Column;
use crate::sql::ast::{Kill, KillKind};
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

pub fn kill(env: &Arc<QueryEnv>, k: &Kill) -> Result<Outcome> {
    super::not_on_cluster(&k.on_cluster)?;
    if k.kind != KillKind::Query {
        return Err(Error::unsupported(format!("KILL {:?}", k.kind).to_uppercase()));
    }
    let tenant = env.session.tenant.tenant;
    let running: Vec<_> =
        env.shared.processes.list(tenant).into_iter().filter(|p| p.query_id != env.context.query_id).collect();
    let columns: Vec<(String, Type)> = [
        ("query_id", Type::String),
        ("user", Type::String),
        ("query", Type::String),
        ("current_database", Type::String),
        ("initial_query_id", Type::String),
        ("initial_user", Type::String),
        ("elapsed", Type::Float64),
    ]
    .into_iter()
    .map(|(n, t)| (n.to_string(), t))
    .collect();
    let condition = Binder::new(env, None).standalone(&k.filter, &columns)?;
    let now = env.shared.clock.now();
    let mut rows = Vec::new();
    for p in &running {
        let values = [
            Value::bytes(p.query_id.as_bytes()),
            Value::bytes(p.user.as_bytes()),
            Value::bytes(p.query.as_bytes()),
            Value::bytes(p.database.as_bytes()),
            Value::bytes(p.query_id.as_bytes()),
            Value::bytes(p.user.as_bytes()),
            Value::Float((now.0 - p.started.0) as f64 / 1e9),
        ];
        let mut arrays = Vec::new();
        for (v, (_, t)) in values.iter().zip(&columns) {
            arrays.push(Column::Array(array_of(std::slice::from_ref(v), t)?));
        }
        let answer = match eval(&condition, &arrays, 1, &env.context)? {
            Column::Array(a) | Column::Const(a) => a,
            Column::Lambda(_) => return Err(Error::new(Code::IllegalTypeOfArgument, "the condition is a lambda")),
        };
        if !crate::agg::combinator::truth(&answer)?.value(0) {
            continue;
        }
        if !k.test {
            env.shared.processes.kill(tenant, &p.query_id);
        }
        rows.push(vec!["waiting".to_string(), p.query_id.to_string(), p.user.to_string(), p.query.to_string()]);
    }
    Ok(Outcome::Block(text_block(&["kill_status", "query_id", "user", "query"], &rows)?))
}
