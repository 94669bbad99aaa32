//! Small rooms: the length of files, how a module opens, the size of fixtures.

use crate::repo::{Repo, Violation};

/// A file of ours is at most this long; most are far shorter.
const MAX_LINES: usize = 600;

/// A fixture is at most this large: a golden file shows a format, it does not hold data.
const MAX_FIXTURE: u64 = 64 << 10;

/// Files that may be longer, each with the reason and the length it may have.
const LONG: &[(&str, usize, &str)] = &[];

pub fn lengths(repo: &Repo) -> Vec<Violation> {
    let mut found = Vec::new();
    for ending in [".rs", ".py", ".sh"] {
        for (path, text) in repo.with_ending(ending) {
            let lines = text.lines().count();
            let limit = LONG.iter().find(|(p, ..)| *p == path).map_or(MAX_LINES, |(_, limit, _)| *limit);
            if lines > limit {
                found.push(Violation::new(
                    path,
                    0,
                    "file length",
                    format!("{lines} lines, at most {limit}: split it by subject"),
                ));
            }
        }
    }
    for (path, _, reason) in LONG {
        let listed_for_nothing = repo.text(path).is_none_or(|text| text.lines().count() <= MAX_LINES);
        if listed_for_nothing || reason.is_empty() {
            found.push(Violation::new(
                path,
                0,
                "file length",
                "listed as long in xtask, but gone, short, or without a reason",
            ));
        }
    }
    found
}

/// Each Rust file opens with `//!`: its purpose and invariant.
pub fn openings(repo: &Repo) -> Vec<Violation> {
    repo.with_ending(".rs")
        .filter(|(_, text)| !text.lines().find(|l| !l.trim().is_empty()).is_some_and(|l| l.starts_with("//!")))
        .map(|(path, _)| {
            Violation::new(path, 1, "module opening", "the first line must be `//!` with the module's purpose")
        })
        .collect()
}

pub fn fixtures(repo: &Repo) -> Vec<Violation> {
    repo.files
        .iter()
        .filter(|f| f.path.split('/').any(|part| part == "fixtures" || part == "golden") && f.size > MAX_FIXTURE)
        .map(|f| Violation::new(&f.path, 0, "fixture size", format!("{} bytes, at most {MAX_FIXTURE}", f.size)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_missing_openings_are_found() {
        let long = "//! Long.\n".repeat(MAX_LINES + 1);
        let repo =
            Repo::of(&[("a/src/long.rs", &long), ("a/src/bare.rs", "use std::fmt;\n"), ("a/src/ok.rs", "//! Fine.\n")]);
        assert_eq!(lengths(&repo).iter().filter(|v| v.path == "a/src/long.rs").count(), 1);
        let bare = openings(&repo);
        assert_eq!(bare.len(), 1);
        assert_eq!(bare[0].path, "a/src/bare.rs");
    }

    #[test]
    fn large_fixtures_are_found() {
        let big = "x".repeat(MAX_FIXTURE as usize + 1);
        let repo =
            Repo::of(&[("a/tests/fixtures/big.bin", &big), ("a/tests/fixtures/small.bin", "x"), ("a/data.bin", &big)]);
        assert_eq!(fixtures(&repo).len(), 1);
    }
}
