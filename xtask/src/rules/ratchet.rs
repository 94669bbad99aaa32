//! The ratchet: `.unwrap()` and `.expect("…")` outside tests, counted for each crate; the counts may only fall.
//!
//! Each of them is a claim that input cannot reach it. `olly-xtask ratchet` writes the present counts.

use std::collections::BTreeMap;

use crate::repo::{Repo, Violation};
use crate::source::{code_only, is_test_file, without_tests};

pub const FILE: &str = "xtask/ratchet.toml";

/// Crates whose whole purpose is testing or measuring: a panic there is a failed run, nothing else.
const FREE: &[&str] = &["benches", "fuzz", "xtask"];

/// Folder of each crate -> count.
pub fn counts(repo: &Repo) -> BTreeMap<String, usize> {
    let test_modules = out_of_line_tests(repo);
    let mut counts = BTreeMap::new();
    for (path, text) in repo.with_ending(".rs") {
        let Some((folder, _)) = path.split_once("/src/") else { continue };
        let in_test_module =
            test_modules.iter().any(|m| path == format!("{m}.rs") || path.starts_with(&format!("{m}/")));
        if FREE.contains(&folder) || is_test_file(path) || in_test_module {
            continue;
        }
        let code = without_tests(&code_only(text));
        let uses = code.matches(".unwrap()").count() + code.matches(".expect(\"").count();
        *counts.entry(folder.to_string()).or_insert(0) += uses;
    }
    counts
}

/// Module paths (no ending) declared as `#[cfg(test)] mod name;`.
fn out_of_line_tests(repo: &Repo) -> Vec<String> {
    let mut modules = Vec::new();
    for (path, text) in repo.with_ending(".rs") {
        let code = code_only(text);
        for (at, mark) in code.match_indices("#[cfg(test)]") {
            let item =
                code[at + mark.len()..].trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            if let Some(name) =
                item.strip_prefix("mod ").and_then(|rest| rest.split_once(';')).map(|(name, _)| name.trim())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            {
                let base = path.strip_suffix(".rs").unwrap_or(path);
                let dir = ["/mod", "/lib", "/main"].iter().find_map(|end| base.strip_suffix(end)).unwrap_or(base);
                modules.push(format!("{dir}/{name}"));
            }
        }
    }
    modules
}

pub fn render(counts: &BTreeMap<String, usize>) -> String {
    let mut out = String::from(
        "# unwrap() and expect(\"…\") outside tests, by crate. May only fall; `olly-xtask ratchet` writes it.\n",
    );
    for (folder, count) in counts {
        out += &format!("{folder} = {count}\n");
    }
    out
}

pub fn check(repo: &Repo) -> Vec<Violation> {
    let allowed: toml::Table = repo.text(FILE).unwrap_or("").parse().unwrap_or_default();
    let mut found = Vec::new();
    for (folder, count) in counts(repo) {
        let limit = allowed.get(&folder).and_then(|v| v.as_integer()).unwrap_or(0);
        let count_i = i64::try_from(count).unwrap_or(i64::MAX);
        if count_i > limit {
            let what =
                format!("{folder} has {count} unwrap/expect outside tests, at most {limit}: return an error instead");
            found.push(Violation::new(FILE, 0, "ratchet", what));
        } else if count_i < limit {
            let what = format!("{folder} has only {count}, the file says {limit}: run `olly-xtask ratchet`");
            found.push(Violation::new(FILE, 0, "ratchet", what));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_product_code_counts() {
        let lib = "//! A.\nfn a() { b.unwrap(); c.expect(\"why\"); parser.expect(Token::Comma); }\n#[cfg(test)]\nmod checks;\n#[cfg(test)]\nmod tests { fn t() { x.unwrap(); } }\n";
        let repo = Repo::of(&[
            ("wal/src/lib.rs", lib),
            ("wal/src/checks.rs", "//! T.\nfn t() { x.unwrap() }\n"),
            ("wal/tests/main.rs", "//! T.\nfn t() { x.unwrap() }\n"),
            (FILE, "wal = 2\n"),
        ]);
        assert_eq!(counts(&repo)["wal"], 2);
        assert_eq!(check(&repo), Vec::new());
    }

    #[test]
    fn the_ratchet_holds_in_both_directions() {
        let lib = "//! A.\nfn a() { b.unwrap(); }\n";
        for (file, wrong) in [("wal = 0\n", true), ("wal = 1\n", false), ("wal = 2\n", true), ("", true)] {
            let repo = Repo::of(&[("wal/src/lib.rs", lib), (FILE, file)]);
            assert_eq!(check(&repo).len(), usize::from(wrong), "{file}");
        }
    }

    #[test]
    fn what_is_rendered_is_read_back() {
        let counts = BTreeMap::from([("wal".to_string(), 3)]);
        assert!(render(&counts).ends_with("wal = 3\n"));
    }
}
