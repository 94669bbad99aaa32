//! The one table of allowed edges between our crates (an edge points to what is used), and its check.
//!
//! Invariant: nothing points up. The order of the table is the order of the layers, lowest first: a crate may only name
//! crates above it in this list. A new edge is its own class of change: add it here with its reason, in a commit of its own.

use crate::repo::{Repo, Violation};

const RULE: &str = "crate edge";

/// (crate folder, what it may use in the product, what only its tests may use besides).
pub const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("types", &[], &[]),
    ("env", &["types"], &[]),
    ("wal", &["types", "env"], &[]),
    ("storage", &["types", "env"], &[]),
    ("catalog", &["types"], &[]),
    // The state machines hold shards and write the log.
    ("raft", &["types", "env", "wal", "storage", "catalog"], &[]),
    // Reads encoded pages; writes only through the ports of `types`.
    ("query", &["types", "storage"], &["env"]),
    // The insert pipeline lives in `query`.
    ("ingest", &["types", "query"], &[]),
    ("compat-clickhouse", &["types", "query"], &[]),
    // Wires everything.
    ("server", &["types", "env", "wal", "storage", "catalog", "raft", "query", "ingest", "compat-clickhouse"], &[]),
    // Speaks to a running server by its protocols, as a stranger would.
    ("benches", &[], &[]),
    ("fuzz", &["types", "env", "wal", "storage", "catalog", "query", "ingest", "compat-clickhouse"], &["raft"]),
    ("xtask", &[], &[]),
];

/// External crates that must stay out of some of ours: (name, folders where it may be named, why).
pub const FENCED: &[(&str, &[&str], &str)] = &[
    ("openraft", &["raft"], "an alpha, pinned: its names stay in one crate"),
    ("datafusion", &["query", "ingest", "compat-clickhouse", "server"], "plans live in `query` and above"),
    ("datafusion-proto", &["query", "ingest", "compat-clickhouse", "server"], "plans live in `query` and above"),
    (
        "tokio",
        &["env", "raft", "query", "ingest", "compat-clickhouse", "server", "benches"],
        "types, wal, storage and catalog are runtime-free",
    ),
    ("tonic", &["ingest", "server", "benches", "raft"], "tonic types stay at the edges"),
    ("object_store", &[], "comes with tiers, in a crate of its own"),
];

/// Compares every manifest with the table.
pub fn check(repo: &Repo) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in &repo.files {
        let Some(folder) = file.path.strip_suffix("/Cargo.toml").filter(|f| !f.contains('/')) else { continue };
        let Some((_, uses, test_uses)) = TABLE.iter().find(|(name, ..)| *name == folder) else {
            found.push(Violation::new(&file.path, 0, RULE, "this crate is not in the table of xtask/src/edges.rs"));
            continue;
        };
        let manifest: toml::Table = match file.text.as_deref().unwrap_or("").parse() {
            Ok(table) => table,
            Err(error) => {
                found.push(Violation::new(&file.path, 0, RULE, format!("unreadable: {error}")));
                continue;
            }
        };
        for (section, in_tests) in [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let Some(list) = manifest.get(section).and_then(|v| v.as_table()) else { continue };
            for (name, value) in list {
                let used = name.strip_prefix("olly-");
                if let Some(used) = used
                    && !uses.contains(&used)
                    && !(in_tests && test_uses.contains(&used))
                {
                    found.push(Violation::new(&file.path, 0, RULE, format!("{folder} may not use {used} ({section})")));
                }
                if let Some((_, where_, why)) = FENCED.iter().find(|(fenced, ..)| fenced == name)
                    && !where_.contains(&folder)
                {
                    found.push(Violation::new(&file.path, 0, RULE, format!("{folder} may not use {name}: {why}")));
                }
                if value.as_table().is_none_or(|t| t.get("workspace").and_then(|w| w.as_bool()) != Some(true)) {
                    let what =
                        format!("{name}: the version belongs in the root Cargo.toml (`{name}.workspace = true`)");
                    found.push(Violation::new(&file.path, 0, RULE, what));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_points_down_only() {
        for (i, (name, uses, test_uses)) in TABLE.iter().enumerate() {
            for used in uses.iter().chain(*test_uses) {
                let at = TABLE.iter().position(|(n, ..)| n == used);
                assert!(at.is_some_and(|at| at < i), "{name} -> {used}");
            }
        }
    }

    #[test]
    fn an_edge_that_is_not_in_the_table_is_found() {
        let repo = Repo::of(&[
            ("wal/Cargo.toml", "[dependencies]\nolly-types.workspace = true\nolly-storage.workspace = true\n"),
            ("storage/Cargo.toml", "[dependencies]\ntokio.workspace = true\nlz4_flex = \"0.14\"\n"),
            ("surprise/Cargo.toml", "[package]\n"),
        ]);
        let found: Vec<String> = check(&repo).iter().map(|v| v.what.clone()).collect();
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].contains("wal may not use storage"));
        assert!(found.iter().any(|w| w.contains("storage may not use tokio")));
        assert!(found.iter().any(|w| w.contains("lz4_flex")));
        assert!(found.iter().any(|w| w.contains("not in the table")));
    }
}
