//! The repository's files in memory, as rules see them. Build outputs and version control are left out.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};

/// One file: its path from the root with `/` separators, its size, and its text if it is UTF-8.
pub struct File {
    pub path: String,
    pub size: u64,
    pub text: Option<String>,
}

/// All files that the repository would hand to a reader, sorted by path.
pub struct Repo {
    pub files: Vec<File>,
}

/// One broken rule at one place. `line` is 1-based; 0 = the file as a whole.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.what)
    }
}

impl Violation {
    pub fn new(path: &str, line: usize, rule: &'static str, what: impl Into<String>) -> Self {
        Violation { path: path.to_string(), line, rule, what: what.into() }
    }
}

impl Repo {
    /// Reads the tree under `root`.
    pub fn load(root: &Path) -> Result<Repo> {
        let mut files = Vec::new();
        walk(root, root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Repo { files })
    }

    /// A repository made of (path, text) pairs, for the tests of the rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Repo {
        let files = files
            .iter()
            .map(|(path, text)| File { path: path.to_string(), size: text.len() as u64, text: Some(text.to_string()) })
            .collect();
        Repo { files }
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).and_then(|f| f.text.as_deref())
    }

    /// (path, text) of all files with this ending.
    pub fn with_ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |f| f.path.ends_with(ending))
            .filter_map(|f| f.text.as_deref().map(|text| (f.path.as_str(), text)))
    }
}

fn walk(root: &Path, dir: &Path, out: &mut Vec<File>) -> Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| format!("listing {}", dir.display()))? {
        let entry = entry.context("directory entry")?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if matches!(name.as_ref(), ".git" | "target" | "__pycache__" | ".pytest_cache") || name.ends_with(".pyc") {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().context("file type")?;
        if kind.is_dir() {
            walk(root, &path, out)?;
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            let relative = path.strip_prefix(root).context("path outside the root")?;
            out.push(File {
                path: relative.to_string_lossy().replace('\\', "/"),
                size: bytes.len() as u64,
                text: String::from_utf8(bytes).ok(),
            });
        }
    }
    Ok(())
}
