//! Names that stay behind their fence: the crates of `edges::FENCED` in code, as in manifests.

use crate::edges::FENCED;
use crate::repo::{Repo, Violation};
use crate::source::code_only;

pub fn check(repo: &Repo) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in repo.with_ending(".rs") {
        let folder = path.split('/').next().unwrap_or("");
        if folder == "xtask" {
            continue;
        }
        for (number, line) in code_only(text).lines().enumerate() {
            for (name, allowed, why) in FENCED {
                let used = format!("{}::", name.replace('-', "_"));
                let named = line
                    .match_indices(&used)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':'));
                if named && !allowed.contains(&folder) {
                    found.push(Violation::new(path, number + 1, "fence", format!("{folder} names {name}: {why}")));
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
    fn a_fenced_name_is_found_outside_its_crates_only() {
        let text = "//! A.\nuse openraft::Raft;\n// openraft::Raft in a comment\nlet x = my_openraft::y();\n";
        assert_eq!(check(&Repo::of(&[("raft/src/lib.rs", text)])), Vec::new());
        assert_eq!(check(&Repo::of(&[("server/src/main.rs", text)])).len(), 1);
    }
}
