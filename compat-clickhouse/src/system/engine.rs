//! Settings, functions, formats, running and finished queries, metrics.

use super::{Table, Tables, flag, s, seconds, u};
use olly_query::engine::SystemContext;
use olly_query::settings::Effect;
use olly_types::{Result, Value};
use std::sync::atomic::Ordering::Relaxed;

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "settings",
        columns: "name String; value String; changed UInt8; description String; min Nullable(String); \
                  max Nullable(String); disallowed_values Array(String); readonly UInt8; type String; default String; \
                  alias_for String; is_obsolete UInt8; \
                  tier Enum8('Production' = 0, 'Obsolete' = 4, 'Experimental' = 8, 'Beta' = 12, 'PrivatePreview' = 16)",
        rows: settings,
    },
    Table {
        name: "functions",
        columns: "name String; is_aggregate UInt8; case_insensitive UInt8; alias_to String; create_query String; \
                  origin Enum8('System' = 0, 'SQLUserDefined' = 1, 'ExecutableUserDefined' = 2, 'WasmUserDefined' = 3); \
                  description String; syntax String; arguments String; parameters String; returned_value String; \
                  examples String; introduced_in String; categories String; deterministic Nullable(UInt8); \
                  higher_order Nullable(UInt8)",
        rows: functions,
    },
    Table {
        name: "formats",
        columns: "name String; is_input UInt8; is_output UInt8; supports_parallel_parsing UInt8; \
                  supports_parallel_formatting UInt8; is_tty_friendly UInt8; content_type String",
        rows: formats,
    },
    Table {
        name: "processes",
        columns: "is_initial_query UInt8; user String; query_id String; initial_user String; initial_query_id String; \
                  elapsed Float64; is_cancelled UInt8; read_rows UInt64; read_bytes UInt64; total_rows_approx UInt64; \
                  written_rows UInt64; written_bytes UInt64; memory_usage Int64; peak_memory_usage Int64; query String; \
                  current_database String",
        rows: processes,
    },
    Table { name: "query_log", columns: QUERY_LOG, rows: query_log },
    Table { name: "metrics", columns: "metric String; value Int64; description String; name String", rows: metrics },
    Table { name: "events", columns: "event String; value UInt64; description String; name String", rows: events },
    Table { name: "build_options", columns: "name String; value String", rows: build_options },
];

const QUERY_LOG: &str = "hostname LowCardinality(String); type Enum8('QueryStart' = 1, 'QueryFinish' = 2, \
'ExceptionBeforeStart' = 3, 'ExceptionWhileProcessing' = 4); event_date Date; event_time DateTime; \
event_time_microseconds DateTime64(6); query_start_time DateTime; query_start_time_microseconds DateTime64(6); \
query_duration_ms UInt64; read_rows UInt64; read_bytes UInt64; written_rows UInt64; written_bytes UInt64; \
result_rows UInt64; result_bytes UInt64; memory_usage UInt64; current_database LowCardinality(String); query String; \
formatted_query String; normalized_query_hash UInt64; query_kind LowCardinality(String); exception_code Int32; \
exception String; stack_trace String; is_initial_query UInt8; user LowCardinality(String); query_id String; \
initial_user LowCardinality(String); initial_query_id String; \
interface Enum8('Unknown' = 0, 'TCP' = 1, 'HTTP' = 2); client_name LowCardinality(String); \
http_user_agent LowCardinality(String); log_comment String; Settings Map(LowCardinality(String), LowCardinality(String))";

fn settings(_: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    Ok(olly_query::settings::all()
        .iter()
        .map(|r| {
            let changed = cx.settings.get(r.name);
            let default = if r.default == "auto" {
                format!("'auto({})'", cx.engine.facts.threads)
            } else {
                r.default.to_string()
            };
            let effect = match r.effect {
                Effect::Works => "",
                Effect::Accepted => " (accepted without effect)",
                Effect::DefaultOnly => " (only the default is supported)",
            };
            vec![
                s(r.name),
                s(changed.unwrap_or(&default)),
                flag(changed.is_some_and(|v| v != r.default)),
                s(format!("{}{effect}", r.description)),
                Value::Null,
                Value::Null,
                Value::Array([].into()),
                flag(false),
                s(r.type_name),
                s(&default),
                s(""),
                flag(false),
                Value::Int(0),
            ]
        })
        .collect())
}

fn functions(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let mut out = Vec::new();
    let mut row = |name: &str, aggregate, (any_case, alias): (bool, &str), text: [&str; 4], deterministic, lambda| {
        let [description, syntax, examples, category] = text;
        out.push(vec![
            s(name),
            flag(aggregate),
            flag(any_case),
            s(alias),
            s(""),
            Value::Int(0),
            s(description),
            s(syntax),
            s(""),
            s(""),
            s(""),
            s(examples),
            s(""),
            s(category),
            deterministic,
            lambda,
        ]);
    };
    let names: std::collections::HashMap<&str, olly_query::func::page::Name> =
        olly_query::func::page::names().into_iter().map(|n| (n.name, n)).collect();
    let rules = |name: &str| names.get(name).map_or((false, ""), |n| (n.case_insensitive, n.alias_to));
    for f in olly_query::func::registry::public() {
        let examples = f.examples.join("\n");
        let family = format!("{:?}", f.family);
        let text = [f.description, f.syntax, examples.as_str(), family.as_str()];
        let higher = flag(f.lambda_parameters.is_some());
        row(f.name, false, rules(f.name), text, flag(f.deterministic), higher.clone());
        for alias in f.aliases {
            row(alias, false, rules(alias), text, flag(f.deterministic), higher.clone());
        }
    }
    for a in olly_query::agg::registry::all() {
        let examples = a.examples.join("\n");
        let text = [a.description, a.syntax, examples.as_str(), "Aggregate"];
        row(a.name, true, rules(a.name), text, Value::Null, flag(false));
        for alias in a.aliases {
            row(alias, true, rules(alias), text, Value::Null, flag(false));
        }
    }
    out.sort_by(|a, b| {
        let name = |r: &Vec<Value>| r.first().and_then(Value::as_bytes).map(<[u8]>::to_vec);
        name(a).cmp(&name(b))
    });
    Ok(out)
}

fn formats(_: &Tables, _: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    Ok(crate::format::FORMATS
        .iter()
        .map(|f| {
            let text = f.content_type.starts_with("text/plain") && f.output;
            vec![s(f.name), flag(f.input), flag(f.output), flag(false), flag(false), flag(text), s(f.content_type)]
        })
        .collect())
}

fn processes(_: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let now = cx.engine.clock.now();
    let n = |a: &std::sync::atomic::AtomicU64| u(a.load(Relaxed));
    Ok(cx
        .engine
        .processes
        .list(cx.session.tenant.tenant)
        .into_iter()
        .map(|p| {
            let c = &p.counters;
            vec![
                flag(true),
                s(&p.user),
                s(&p.query_id),
                s(&p.user),
                s(&p.query_id),
                Value::Float((now.0 - p.started.0).max(0) as f64 / 1e9),
                flag(p.cancel.is_cancelled()),
                n(&c.read_rows),
                n(&c.read_bytes),
                n(&c.total_rows),
                n(&c.written_rows),
                n(&c.written_bytes),
                Value::Int(p.memory.used() as i64),
                Value::Int(p.memory.peak() as i64),
                s(&p.query),
                s(&p.database),
            ]
        })
        .collect())
}

fn query_log(t: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let n = |a: &std::sync::atomic::AtomicU64| u(a.load(Relaxed));
    let host = &cx.engine.facts.host_name;
    Ok(t.log
        .of(cx.session.tenant.tenant)
        .into_iter()
        .map(|r| {
            let c = &r.counters;
            let end = olly_types::UnixNanos(r.started.0.saturating_add(r.duration_ns as i64));
            let error = r.error.as_ref();
            let http = r.client.interface == "HTTP";
            let comment = r.settings.iter().find(|(n, _)| n == "log_comment").map_or("", |(_, v)| v.as_str());
            let settings: Vec<(Value, Value)> = r.settings.iter().map(|(n, v)| (s(n), s(v))).collect();
            vec![
                s(host),
                Value::Int(if error.is_some() { 4 } else { 2 }),
                Value::UInt(end.0.div_euclid(86_400_000_000_000).clamp(0, 65_535) as u64),
                seconds(end),
                Value::Int(end.0.div_euclid(1_000)),
                seconds(r.started),
                Value::Int(r.started.0.div_euclid(1_000)),
                u(r.duration_ns / 1_000_000),
                n(&c.read_rows),
                n(&c.read_bytes),
                n(&c.written_rows),
                n(&c.written_bytes),
                n(&c.result_rows),
                n(&c.result_bytes),
                u(r.peak_memory),
                s(&r.database),
                s(&r.query),
                s(""),
                u(0u64),
                s(r.kind),
                Value::Int(error.map_or(0, |e| i64::from(e.code.number()))),
                s(error.map(|e| e.to_string()).unwrap_or_default()),
                s(""),
                flag(true),
                s(&r.user),
                s(&r.query_id),
                s(&r.user),
                s(&r.query_id),
                Value::Int(if http { 2 } else { i64::from(r.client.interface == "TCP") }),
                s(if http { "" } else { &r.client.name }),
                s(if http { &r.client.name } else { "" }),
                s(comment),
                Value::Map(settings.into()),
            ]
        })
        .collect())
}

fn metrics(t: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let tenant = cx.session.tenant.tenant;
    let mut all = vec![(
        "Query".to_string(),
        cx.engine.processes.list(tenant).len() as i64,
        "Number of executing queries".to_string(),
    )];
    // The node's own figures tell of other tenants' load: the operator sees them.
    if tenant.0 == 0 {
        let used = cx.engine.budget.used() as i64;
        all.push(("MemoryTracking".to_string(), used, "Bytes reserved from the memory budget".to_string()));
        all.extend((t.metrics)());
    }
    all.sort();
    Ok(all.into_iter().map(|(name, v, text)| vec![s(&name), Value::Int(v), s(text), s(&name)]).collect())
}

fn events(t: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let c = t.log.counts(cx.session.tenant.tenant);
    let rows = [
        ("Query", &c.queries, "Number of queries finished"),
        ("SelectQuery", &c.selects, "Same as Query, but only for SELECT queries"),
        ("InsertQuery", &c.inserts, "Same as Query, but only for INSERT queries"),
        ("FailedQuery", &c.failed, "Number of failed queries"),
        ("SelectedRows", &c.read_rows, "Number of rows read from all tables"),
        ("SelectedBytes", &c.read_bytes, "Number of bytes read from all tables"),
        ("InsertedRows", &c.inserted_rows, "Number of rows inserted to all tables"),
        ("InsertedBytes", &c.inserted_bytes, "Number of bytes inserted to all tables"),
    ];
    Ok(rows.into_iter().map(|(name, v, text)| vec![s(name), u(v.load(Relaxed)), s(text), s(name)]).collect())
}

fn build_options(_: &Tables, cx: &SystemContext<'_>) -> Result<Vec<Vec<Value>>> {
    let rows = [
        ("VERSION_FULL", format!("OllyStack {}", env!("CARGO_PKG_VERSION"))),
        ("VERSION_DESCRIBE", cx.engine.facts.version.to_string()),
        ("SYSTEM", std::env::consts::OS.to_string()),
        ("SYSTEM_PROCESSOR", std::env::consts::ARCH.to_string()),
        ("BUILD_TYPE", if cfg!(debug_assertions) { "Debug" } else { "Release" }.to_string()),
    ];
    Ok(rows.into_iter().map(|(n, v)| vec![s(n), s(v)]).collect())
}
