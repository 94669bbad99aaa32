//! One statement from text to [`Execution`]: settings, limits, the process list, and who does it.

use super::api::Finish;
use super::{
    BlockSource, Done, Engine, Execution, InsertSink, ProcessInfo, QueryCounters, QueryRecord, QueryText, RowStream,
    Session, Settings, Shared,
};
use crate::bind::Binder;
use crate::engine::Block;
use crate::exec::{QueryEnv, before_limit, run};
use crate::expr::{CancelToken, LOOK};
use crate::func::EvalContext;
use crate::plan::{Bound, Output, Plan};
use crate::sql::ast::{self, StatementKind};
use crate::sql::{ParseOptions, parse_statement};
use async_trait::async_trait;
use olly_types::{Code, Error, Result, Type, UnixNanos};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A finished block as a stream.
pub struct OneBlock(pub Option<Block>);

#[async_trait]
impl BlockSource for OneBlock {
    async fn next(&mut self) -> Result<Option<Block>> {
        Ok(self.0.take())
    }
}

/// What a statement's own part gives, before it is dressed for the protocol.
pub enum Outcome {
    Stream(Vec<Output>, Box<dyn BlockSource>),
    Block(Block),
    Insert(crate::insert::Pending),
    Done,
}

/// Applies `name = value` pairs of a statement.
pub fn apply_settings(
    settings: &mut Settings,
    changes: &[ast::SettingChange],
    parameters: &HashMap<String, String>,
) -> Result<()> {
    for change in changes {
        match &change.value {
            ast::SettingValue::Default => settings.reset(&change.name),
            ast::SettingValue::Literal(l) => settings.set(&change.name, &setting_text(l))?,
            ast::SettingValue::Parameter(p) => {
                let value = parameters.get(&p.name).ok_or_else(|| {
                    Error::new(Code::UnknownQueryParameter, format!("Substitution `{}` is not set", p.name))
                })?;
                settings.set(&change.name, value)?;
            }
            ast::SettingValue::Function(f) => {
                return Err(Error::unsupported(format!("setting {} = {}(…)", change.name, f.name)));
            }
        }
    }
    Ok(())
}

/// A literal as a setting's text.
pub fn setting_text(l: &ast::Literal) -> String {
    match l {
        ast::Literal::String(s) => String::from_utf8_lossy(s).into_owned(),
        ast::Literal::Bool(b) => u8::from(*b).to_string(),
        ast::Literal::UInt(n) => n.to_string(),
        ast::Literal::Int(n) => n.to_string(),
        ast::Literal::Float(f) => f.to_string(),
        other => {
            let mut out = String::new();
            crate::sql::display::write_literal(&mut out, other);
            out
        }
    }
}

/// `Select`, `Insert`, … for the query log.
fn kind_name(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::Query(_) => "Select",
        StatementKind::Insert(_) => "Insert",
        StatementKind::CreateDatabase(_) | StatementKind::CreateTable(_) | StatementKind::CreateView(_) => "Create",
        StatementKind::Drop(_) | StatementKind::Undrop { .. } => "Drop",
        StatementKind::Rename(_) => "Rename",
        StatementKind::Alter(_) => "Alter",
        StatementKind::Optimize(_) => "Optimize",
        StatementKind::Delete(_) => "Delete",
        StatementKind::Update(_) => "Update",
        StatementKind::Describe(_) => "Describe",
        StatementKind::Show(_) => "Show",
        StatementKind::Exists { .. } => "Exists",
        StatementKind::Use { .. } => "Use",
        StatementKind::Set { .. } => "Set",
        StatementKind::Explain(_) => "Explain",
        StatementKind::Kill(_) => "KillQuery",
        StatementKind::System(_) => "System",
        StatementKind::Check { .. } => "Check",
        StatementKind::Transaction { .. } | StatementKind::Unsupported { .. } => "",
    }
}

/// Settings clauses of the outermost SELECTs.
fn query_settings<'q>(query: &'q ast::Query, out: &mut Vec<&'q [ast::SettingChange]>) {
    match query {
        ast::Query::Select(s) => out.push(&s.settings),
        ast::Query::Set(chain) => {
            query_settings(&chain.first, out);
            chain.rest.iter().for_each(|(_, q)| query_settings(q, out));
        }
    }
}

/// How long a thread has for its own words, once its query must end.
const GRACE: Duration = Duration::from_millis(200);

/// What the caller of [`Engine::execute`] knows of the thread that works for it.
#[derive(Default)]
struct Started {
    token: OnceLock<CancelToken>,
    /// The caller left before there was a token.
    abandoned: AtomicBool,
}

struct Asker {
    started: Arc<Started>,
    answered: bool,
}

impl Drop for Asker {
    fn drop(&mut self) {
        if !self.answered {
            self.started.abandoned.store(true, Ordering::SeqCst);
            if let Some(token) = self.started.token.get() {
                token.cancel();
            }
        }
    }
}

impl Engine {
    /// Runs one statement for a session. Rows are not computed before they are asked for; DDL and INSERT … SELECT are
    /// done when this returns. Everything heavy runs on [`Shared::runtime`].
    pub async fn execute(&self, session: &Arc<Session>, query: QueryText) -> Result<Execution> {
        let (shared, session) = (self.of(session.tenant.tenant), Arc::clone(session));
        let runtime = shared.runtime.clone();
        // Dropped before its end (a closed connection), or past its deadline inside of one long step, the query ends too;
        // its thread leaves at the next step.
        let mut asker = Asker { started: Arc::default(), answered: false };
        let started = Arc::clone(&asker.started);
        let mut work =
            runtime.spawn_blocking(move || execute(shared, session, query, &started.token, &started.abandoned));
        let answer = loop {
            match tokio::time::timeout(LOOK, &mut work).await {
                Ok(done) => {
                    break done
                        .map_err(|e| Error::new(Code::LogicalError, format!("the query's thread failed: {e}")))?;
                }
                Err(_) => {
                    if let Some(Err(e)) = asker.started.token.get().map(CancelToken::check) {
                        match tokio::time::timeout(GRACE, &mut work).await {
                            Ok(Ok(answer)) => break answer,
                            _ => break Err(e),
                        }
                    }
                }
            }
        };
        asker.answered = true;
        answer
    }
}

/// The smaller of max_parser_depth and max_ast_depth; threads' stacks allow no more than the default.
fn max_depth(settings: &Settings) -> Result<usize> {
    let most = crate::sql::DEFAULT_MAX_DEPTH as u64;
    let limit = |name| settings.u64_or(name, most).map(|n| if n == 0 { most } else { n.min(most) });
    Ok(limit("max_parser_depth")?.min(limit("max_ast_depth")?) as usize)
}

fn execute(
    shared: Arc<Shared>,
    session: Arc<Session>,
    query: QueryText,
    token: &OnceLock<CancelToken>,
    abandoned: &AtomicBool,
) -> Result<Execution> {
    let started = shared.clock.now();
    let mut settings = session.settings();
    let readonly = settings.u64_or("readonly", 0)?;
    for (name, value) in &query.settings {
        settings.set(name, value)?;
    }
    let parameters: HashMap<String, String> = query.parameters.iter().cloned().collect();
    let parsed = {
        let options = ParseOptions {
            max_query_size: settings.u64_or("max_query_size", crate::sql::DEFAULT_MAX_QUERY_SIZE as u64)? as usize,
            max_depth: max_depth(&settings)?,
            max_elements: settings.u64_or("max_ast_elements", 50_000)? as usize,
            identifiers: Some(&parameters),
        };
        parse_statement(&query.sql, options).map_err(|e| Error::new(e.error_code(), e.to_string()))
    };
    let sql_text: Arc<str> = shorten(&query.sql).into();
    let query_id: Arc<str> = if query.query_id.is_empty() {
        uuid::Uuid::new_v4().to_string().into()
    } else {
        query.query_id.as_str().into()
    };
    let record = |kind: &'static str, counters: &Arc<QueryCounters>, settings: &Settings| QueryRecord {
        query_id: Arc::clone(&query_id),
        tenant: session.tenant.tenant,
        user: Arc::clone(&session.tenant.user),
        database: session.database(),
        query: Arc::clone(&sql_text),
        kind,
        started,
        duration_ns: 0,
        counters: Arc::clone(counters),
        peak_memory: 0,
        client: query.client.clone(),
        settings: settings.changed().map(|(n, v)| (n.to_string(), v.to_string())).collect(),
        error: None,
    };
    let counters = Arc::new(QueryCounters::default());
    let statement = match parsed {
        Ok(s) => s,
        Err(e) => {
            let mut r = record("", &counters, &settings);
            r.error = Some(e.clone());
            shared.log.record(r);
            return Err(e);
        }
    };
    let mut clauses: Vec<&[ast::SettingChange]> = Vec::new();
    match &statement.kind {
        StatementKind::Query(q) => query_settings(q, &mut clauses),
        StatementKind::Insert(i) => {
            clauses.push(&i.settings);
            if let ast::InsertSource::Query(q) = &i.source {
                query_settings(q, &mut clauses);
            }
        }
        StatementKind::Explain(e) => {
            if let StatementKind::Query(q) = &e.statement.kind {
                query_settings(q, &mut clauses);
            }
        }
        _ => {}
    }
    clauses.push(&statement.settings);
    for c in clauses {
        if readonly == 1 && !c.is_empty() {
            let text =
                format!("Cannot modify '{}' setting in readonly mode", c.first().map_or("", |s| s.name.as_str()));
            return Err(Error::new(Code::Readonly, text));
        }
        apply_settings(&mut settings, c, &parameters)?;
    }
    let seconds = settings.seconds("max_execution_time")?;
    let cancel = if seconds > 0.0 {
        let end = started.0.saturating_add((seconds * 1e9) as i64);
        CancelToken::with_deadline(UnixNanos(end), Arc::clone(&shared.clock))
    } else {
        CancelToken::default()
    };
    let _ = token.set(cancel.clone());
    if abandoned.load(Ordering::SeqCst) {
        cancel.cancel();
    }
    let limit = match settings.u64_or("max_memory_usage", 0)? {
        0 => shared.budget.limit() / 2,
        n => n.min(shared.budget.limit()),
    };
    let memory = shared.budget.child("for query", limit);
    let guard = shared.processes.enter(ProcessInfo {
        query_id: Arc::clone(&query_id),
        tenant: session.tenant.tenant,
        user: Arc::clone(&session.tenant.user),
        query: Arc::clone(&sql_text),
        database: session.database(),
        started,
        counters: Arc::clone(&counters),
        cancel: cancel.clone(),
        memory: Arc::clone(&memory),
    })?;
    let finish = Finish {
        record: settings
            .bool_or("log_queries", true)?
            .then(|| record(kind_name(&statement.kind), &counters, &settings)),
        memory: Arc::clone(&memory),
        shared: Arc::clone(&shared),
        guard,
    };
    let zone = settings.get("session_timezone").filter(|z| !z.is_empty()).map(Arc::from);
    if let Some(z) = &zone {
        olly_types::text::Zone::load(z)?;
    }
    let context = EvalContext {
        time_zone: zone.unwrap_or_else(|| Arc::clone(&shared.facts.time_zone)),
        now: started,
        seed: rand::random(),
        database: session.database(),
        user: Arc::clone(&session.tenant.user),
        query_id: Arc::clone(&query_id),
        host_name: Arc::clone(&shared.facts.host_name),
        version: shared.facts.version,
        uptime: ((started.0 - shared.facts.started.0).max(0) / 1_000_000_000) as u64,
        cancel: cancel.clone(),
        any_time_notation: false,
        memory: Arc::clone(&memory),
    };
    let env = Arc::new(QueryEnv::new(
        Arc::clone(&shared),
        Arc::clone(&session),
        settings.clone(),
        context,
        parameters,
        query.external,
        Arc::clone(&counters),
        memory,
    ));
    let outcome = statement_outcome(&env, &statement, &query.sql, &query.settings);
    let format = statement.format.as_ref().map(|f| f.value.clone());
    match outcome {
        Err(e) => {
            finish.done(Err(e.clone()));
            Err(e)
        }
        Ok(Outcome::Done) => {
            finish.done(Ok(()));
            Ok(Execution::Done(Done { query_id, counters }))
        }
        Ok(Outcome::Block(block)) => {
            let header = block.header();
            let source = Box::new(OneBlock(Some(block)));
            Ok(Execution::Rows(RowStream {
                query_id,
                header,
                format,
                settings,
                counters,
                cancel,
                memory: Arc::clone(&finish.memory),
                source,
                finish: Some(finish),
            }))
        }
        Ok(Outcome::Stream(outputs, source)) => {
            let header = outputs.into_iter().map(|o| (o.name, o.ty)).collect();
            Ok(Execution::Rows(RowStream {
                query_id,
                header,
                format,
                settings,
                counters,
                cancel,
                memory: Arc::clone(&finish.memory),
                source,
                finish: Some(finish),
            }))
        }
        Ok(Outcome::Insert(pending)) => Ok(Execution::Insert(InsertSink {
            query_id,
            columns: pending.columns,
            format: pending.format,
            inline: pending.inline,
            settings,
            counters,
            cancel,
            sink: pending.sink,
            finish: Some(finish),
        })),
    }
}

/// The text for lists and logs, at most 64 KiB.
fn shorten(sql: &[u8]) -> String {
    String::from_utf8_lossy(sql.get(..65_536).unwrap_or(sql)).into_owned()
}

fn readonly(env: &QueryEnv, what: &str) -> Result<()> {
    if env.settings.u64_or("readonly", 0)? != 0 {
        return Err(Error::new(Code::Readonly, format!("Cannot execute {what} in readonly mode")));
    }
    Ok(())
}

fn statement_outcome(
    env: &Arc<QueryEnv>,
    statement: &ast::Statement,
    sql: &[u8],
    _: &[(String, String)],
) -> Result<Outcome> {
    if statement.outfile.is_some() {
        return Err(Error::unsupported("INTO OUTFILE on the server"));
    }
    match &statement.kind {
        StatementKind::Query(q) => select(env, q),
        StatementKind::Insert(i) => {
            readonly(env, "INSERT query")?;
            crate::insert::statement(env, i, sql)
        }
        StatementKind::Explain(e) => super::explain::explain(env, e),
        StatementKind::Use { database } => {
            let name = &database.value;
            if env.shared.catalog.database(name).is_none() && !name.eq_ignore_ascii_case("system") {
                return Err(crate::bind::table::unknown_table(env, name, ""));
            }
            env.session.set_database(name);
            Ok(Outcome::Done)
        }
        StatementKind::Set { changes } => {
            let level = env.session.settings().u64_or("readonly", 0)?;
            if level == 1 {
                let name = changes.first().map_or("", |c| c.name.as_str());
                return Err(Error::new(Code::Readonly, format!("Cannot modify '{name}' setting in readonly mode")));
            }
            env.session.change_settings(|s| apply_settings(s, changes, &env.parameters))?;
            Ok(Outcome::Done)
        }
        other => crate::ddl::statement(env, other, |what| readonly(env, what)),
    }
}

/// Binds a query with the means to run its subqueries.
pub fn with_binder<T>(env: &Arc<QueryEnv>, f: impl FnOnce(&Binder<'_>) -> Result<T>) -> Result<T> {
    let run = |bound: Bound, take: crate::bind::Take<'_>| run::feed(env, bound, take);
    let binder = Binder::new(env, Some(&run));
    f(&binder)
}

/// Binds the outermost query, with the settings `limit` and `offset`.
pub fn bind_query(env: &Arc<QueryEnv>, binder: &Binder<'_>, q: &ast::Query) -> Result<Bound> {
    let mut bound = binder.query(q, &Rc::default())?;
    let (limit, offset) = (env.settings.u64_or("limit", 0)?, env.settings.u64_or("offset", 0)?);
    if limit > 0 || offset > 0 {
        bound.plan = Plan::Limit {
            input: Box::new(bound.plan),
            skip: offset as usize,
            fetch: (limit > 0).then_some(limit as usize),
        };
    }
    Ok(bound)
}

fn select(env: &Arc<QueryEnv>, q: &ast::Query) -> Result<Outcome> {
    if env.settings.bool_or("extremes", false)? {
        return Err(Error::unsupported("setting extremes = 1"));
    }
    with_binder(env, |binder| {
        let bound = bind_query(env, binder, q)?;
        let (header, source) = stream(env, bound)?;
        Ok(Outcome::Stream(header, Box::new(source.limited())))
    })
}

/// A bound query as a running stream.
pub fn stream(env: &Arc<QueryEnv>, bound: Bound) -> Result<(Vec<Output>, run::StreamSource)> {
    let mut state = run::state(env)?;
    let header = bound.columns.clone();
    let limit = before_limit::has_limit(&bound.plan).then(|| Arc::new(AtomicU64::new(0)));
    let plan = run::logical(env, &bound, &mut state)?;
    drop(bound);
    let handle = env.shared.runtime.clone();
    let stream = handle.block_on(async {
        let mut plan = run::physical(plan, &state).await?;
        if let Some(rows) = &limit {
            plan = before_limit::counted(plan, rows)?;
        }
        run::start(plan, state, env)
    })?;
    let source = run::StreamSource::new(Arc::clone(env), header.clone(), stream, limit);
    Ok((header, source))
}

/// A block of String columns.
pub fn text_block(names: &[&str], rows: &[Vec<String>]) -> Result<Block> {
    let mut columns = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let values: Vec<olly_types::Value> =
            rows.iter().map(|r| olly_types::Value::bytes(r.get(i).map_or("", String::as_str))).collect();
        columns.push((name.to_string(), Type::String, olly_types::value::array_of(&values, &Type::String)?));
    }
    Ok(Block { columns, rows: rows.len() })
}
