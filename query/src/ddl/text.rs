//! Canonical texts of tables and databases, for SHOW CREATE and `system.tables`.

use crate::sql::display::{quote_ident, write_ident, write_string};
use olly_types::catalog::Database;
use olly_types::schema::{DefaultKind, TableSchema};

/// `CREATE TABLE …` as SHOW CREATE prints it, a line to each column and clause.
pub fn create_table_text(t: &TableSchema) -> String {
    create_table(t, "\n(\n    ", ",\n    ", "\n)\nENGINE = ", "\n")
}

/// The same on one line, as `system.tables` has it.
pub fn create_table_line(t: &TableSchema) -> String {
    create_table(t, " (", ", ", ") ENGINE = ", " ")
}

fn create_table(t: &TableSchema, open: &str, between: &str, close: &str, clause: &str) -> String {
    let mut out = String::from("CREATE TABLE ");
    write_ident(&mut out, &t.database);
    out.push('.');
    write_ident(&mut out, &t.name);
    for (i, c) in t.columns.iter().filter(|c| !c.hidden).enumerate() {
        out.push_str(if i == 0 { open } else { between });
        quote_ident(&mut out, &c.name);
        out.push(' ');
        out.push_str(&c.ty.to_string());
        if c.default_kind != DefaultKind::None {
            out.push(' ');
            out.push_str(c.default_kind.keyword());
            if let Some(d) = &c.default {
                out.push(' ');
                out.push_str(d);
            }
        }
        if !c.comment.is_empty() {
            out.push_str(" COMMENT ");
            write_string(&mut out, c.comment.as_bytes());
        }
        if let Some(codec) = &c.codec {
            out.push_str(" CODEC(");
            out.push_str(codec);
            out.push(')');
        }
    }
    out.push_str(close);
    out.push_str(&clauses(t).join(clause));
    if !t.comment.is_empty() {
        out.push_str(clause);
        out.push_str("COMMENT ");
        write_string(&mut out, t.comment.as_bytes());
    }
    out
}

/// Engine with its clauses on one line, as `system.tables.engine_full`.
pub fn engine_full(t: &TableSchema) -> String {
    clauses(t).join(" ")
}

fn key(text: &str) -> String {
    if text.is_empty() {
        return "tuple()".into();
    }
    // A list of more than one part is shown in parentheses; commas inside of calls and quotes do not count.
    let mut depth = 0usize;
    let mut quote = None;
    let mut several = false;
    let mut escaped = false;
    for c in text.chars() {
        if let Some(q) = quote {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == q {
                quote = None;
            }
            continue;
        }
        match c {
            '\'' | '`' | '"' => quote = Some(c),
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => several = true,
            _ => {}
        }
    }
    if several { format!("({text})") } else { text.to_string() }
}

fn clauses(t: &TableSchema) -> Vec<String> {
    let mut out = vec![match &t.engine_arguments {
        Some(a) => format!("{}({a})", t.engine.name()),
        None => t.engine.name().to_string(),
    }];
    if !t.partition_key_text.is_empty() {
        out.push(format!("PARTITION BY {}", t.partition_key_text));
    }
    if t.primary_key_text != t.sort_key_text {
        out.push(format!("PRIMARY KEY {}", key(&t.primary_key_text)));
    }
    out.push(format!("ORDER BY {}", key(&t.sort_key_text)));
    if !t.sampling_key_text.is_empty() {
        out.push(format!("SAMPLE BY {}", t.sampling_key_text));
    }
    if !t.ttl_text.is_empty() {
        out.push(format!("TTL {}", t.ttl_text));
    }
    let mut settings: Vec<String> = t
        .settings
        .iter()
        .map(|(n, v)| {
            if v.parse::<f64>().is_ok() {
                return format!("{n} = {v}");
            }
            let mut text = format!("{n} = ");
            write_string(&mut text, v.as_bytes());
            text
        })
        .collect();
    if t.setting("index_granularity").is_none() {
        settings.insert(0, "index_granularity = 8192".into());
    }
    out.push(format!("SETTINGS {}", settings.join(", ")));
    out
}

/// `CREATE DATABASE …`
pub fn create_database_text(d: &Database) -> String {
    let mut out = String::from("CREATE DATABASE ");
    write_ident(&mut out, &d.name);
    out.push_str("\nENGINE = Atomic");
    if !d.comment.is_empty() {
        out.push_str("\nCOMMENT ");
        write_string(&mut out, d.comment.as_bytes());
    }
    out
}
