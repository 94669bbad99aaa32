//! Strings that may not stand in any file: a machine's paths, registry hosts, notes to self, ignored tests.

use crate::repo::{Repo, Violation};
use crate::source::code_only;

/// (what may not stand there, why). Put together from halves, so that this file passes its own rule.
fn banned() -> Vec<(String, &'static str)> {
    let join = |a: &str, b: &str| format!("{a}{b}");
    let path = "a path of one machine";
    let host = "a registry's host name";
    let note = "finish it, or refuse it with a clear error";
    vec![
        (join("/ro", "ot/"), path),
        (join("/wo", "rk/"), path),
        (join("/home/", "user"), path),
        (join("/tmp/ol", "ly"), path),
        (join("index.crates", ".io"), host),
        (join("static.crates", ".io"), host),
        (join("py", "pi.org"), host),
        (join("pythonh", "osted.org"), host),
        (join("deb.deb", "ian.org"), host),
        (join("registry.np", "mjs"), host),
        (join("proxy.gol", "ang"), host),
        (join("repo.mav", "en"), host),
        (join("TO", "DO"), note),
        (join("FIX", "ME"), note),
        (join("HA", "CK:"), note),
    ]
}

/// Macros and attributes that may not stand in Rust code (comments and strings do not count).
const BANNED_CODE: &[(&str, &str)] = &[
    ("todo!", "finish it, or refuse it with a clear error"),
    ("unimplemented!", "finish it, or refuse it with a clear error"),
    ("dbg!", "left over from debugging"),
    ("#[ignore", "no ignored tests: assert what happens, or delete it"),
];

/// A banned word counts only where it is a word of its own.
fn stands_alone(line: &str, at: usize, len: usize) -> bool {
    let word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = line.as_bytes();
    let starts_with_word = bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric());
    !(starts_with_word && at > 0 && word(bytes.get(at - 1)) || starts_with_word && word(bytes.get(at + len)))
}

pub fn check(repo: &Repo) -> Vec<Violation> {
    let banned = banned();
    let mut found = Vec::new();
    for file in &repo.files {
        // The lock file names its index; licence texts are not ours to change.
        if file.path == "Cargo.lock" || file.path == "LICENSE" {
            continue;
        }
        let Some(text) = &file.text else { continue };
        for (number, line) in text.lines().enumerate() {
            for (word, why) in &banned {
                if line.find(word.as_str()).is_some_and(|at| stands_alone(line, at, word.len())) {
                    found.push(Violation::new(&file.path, number + 1, "banned text", format!("{word}: {why}")));
                }
            }
        }
        if file.path.ends_with(".rs") {
            for (number, line) in code_only(text).lines().enumerate() {
                for (word, why) in BANNED_CODE {
                    if line.contains(word) {
                        found.push(Violation::new(&file.path, number + 1, "banned code", format!("{word}: {why}")));
                    }
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
    fn each_banned_text_is_found_and_its_like_is_not() {
        let mut text = String::from("//! A module.\n");
        for (word, _) in banned() {
            text += &format!("// see {word} here\n");
        }
        let count = banned().len();
        assert_eq!(check(&Repo::of(&[("a/src/lib.rs", &text)])).len(), count);
        let fine = format!("//! A module about {}S.\nconst A: &str = \"todo!\";\n", banned()[12].0);
        assert_eq!(check(&Repo::of(&[("a/src/lib.rs", &fine)])), Vec::new());
    }

    #[test]
    fn ignored_tests_and_unfinished_code_are_found() {
        let text = "//! A.\n#[ignore = \"slow\"]\nfn a() { todo!() }\n";
        assert_eq!(check(&Repo::of(&[("a/src/lib.rs", text)])).len(), 2);
    }
}
