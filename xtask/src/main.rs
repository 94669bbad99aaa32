//! Repository checks: the table of crate edges and the house rules that a program can check.
//!
//! `cargo run -p olly-xtask` prints one line for each violation (`path:line: rule: what`) and exits 1 if there is any.
//! `olly-xtask ratchet` writes the present counts of `unwrap()` and `expect("` into `xtask/ratchet.toml`.
//! Invariant: a rule is a pure function of the files in memory, so that its own tests need no disk.

mod edges;
mod repo;
mod rules;
mod source;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs every rule and returns the number of violations.
fn run() -> Result<usize> {
    let root = root()?;
    let repo = repo::Repo::load(&root)?;
    if std::env::args().nth(1).as_deref() == Some("ratchet") {
        let path = root.join(rules::ratchet::FILE);
        std::fs::write(&path, rules::ratchet::render(&rules::ratchet::counts(&repo)))
            .with_context(|| format!("writing {}", path.display()))?;
        return Ok(0);
    }
    let mut found = edges::check(&repo);
    for rule in rules::ALL {
        found.extend(rule(&repo));
    }
    found.sort();
    for violation in &found {
        println!("{violation}");
    }
    println!("xtask: {} files, {} violations", repo.files.len(), found.len());
    Ok(found.len())
}

/// The workspace root: the nearest folder upwards from here whose Cargo.toml has a `[workspace]`.
fn root() -> Result<PathBuf> {
    let start = std::env::current_dir().context("current directory")?;
    for dir in start.ancestors() {
        if std::fs::read_to_string(dir.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]")) {
            return Ok(dir.to_path_buf());
        }
    }
    anyhow::bail!("no workspace above {}", start.display())
}
