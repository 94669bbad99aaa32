//! Documents: one title each, and a line for every dependency.

use crate::repo::{Repo, Violation};

const DEPENDENCIES: &str = "docs/decisions/dependencies.md";

/// A markdown file has one title, and it comes first.
pub fn titles(repo: &Repo) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in repo.with_ending(".md") {
        let mut fenced = false;
        let mut titles = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if !fenced && line.starts_with("# ") {
                titles.push(number + 1);
            }
        }
        if titles != [1] {
            found.push(Violation::new(
                path,
                0,
                "single title",
                format!("titles on lines {titles:?}, wanted one on line 1"),
            ));
        }
    }
    found
}

/// `docs/decisions/dependencies.md` has a row for each `[workspace.dependencies]` entry that some crate uses, and no other row.
pub fn dependencies(repo: &Repo) -> Vec<Violation> {
    let rule = "dependency line";
    let table = |text: &str| text.parse::<toml::Table>().unwrap_or_default();
    let root = table(repo.text("Cargo.toml").unwrap_or(""));
    let Some(workspace) = root.get("workspace").and_then(|w| w.get("dependencies")).and_then(|d| d.as_table()) else {
        return Vec::new();
    };
    let doc = repo.text(DEPENDENCIES).unwrap_or("");
    let rows: Vec<&str> =
        doc.lines().filter_map(|l| l.strip_prefix("| `")).filter_map(|l| l.split('`').next()).collect();
    let manifests: Vec<toml::Table> = repo.with_ending("/Cargo.toml").map(|(_, text)| table(text)).collect();
    let used = |name: &str| {
        manifests.iter().any(|m| {
            ["dependencies", "dev-dependencies", "build-dependencies"]
                .iter()
                .any(|s| m.get(*s).and_then(|v| v.as_table()).is_some_and(|t| t.contains_key(name)))
        })
    };
    let mut found = Vec::new();
    for name in workspace.keys().filter(|n| !n.starts_with("olly-")) {
        if !rows.contains(&name.as_str()) {
            found.push(Violation::new(DEPENDENCIES, 0, rule, format!("no line for {name}: say what it is for")));
        }
        if !used(name) {
            found.push(Violation::new("Cargo.toml", 0, rule, format!("{name} is used by no crate: remove it")));
        }
    }
    for row in rows.iter().filter(|r| !workspace.contains_key(**r)) {
        found.push(Violation::new(DEPENDENCIES, 0, rule, format!("{row} is no dependency any more: remove the line")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_one_title_and_it_comes_first() {
        let repo = Repo::of(&[
            ("a.md", "# One\n```\n# not a title\n```\n## Two\n"),
            ("b.md", "text\n# Late\n"),
            ("c.md", "# One\n# Two\n"),
        ]);
        let found = titles(&repo);
        assert_eq!(found.iter().map(|v| v.path.as_str()).collect::<Vec<_>>(), ["b.md", "c.md"]);
    }

    #[test]
    fn dependencies_and_their_lines_match() {
        let repo = Repo::of(&[
            (
                "Cargo.toml",
                "[workspace.dependencies]\nbytes = \"1\"\nhttp = \"1\"\nolly-types = { path = \"types\" }\n",
            ),
            ("a/Cargo.toml", "[dependencies]\nbytes.workspace = true\n"),
            (DEPENDENCIES, "# D\n| `bytes` | b | MIT |\n| `gone` | g | MIT |\n"),
        ]);
        let found: Vec<String> = dependencies(&repo).into_iter().map(|v| v.what).collect();
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
