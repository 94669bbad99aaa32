//! `unsafe` stands only in the listed places, each use with a SAFETY note just above it.

use crate::repo::{Repo, Violation};
use crate::source::code_only;

/// Where `unsafe` may stand, and why.
const PLACES: &[(&str, &str)] = &[
    ("env/src/", "system calls that rustix has no safe form for, aligned buffers, the ring"),
    ("storage/src/encode/", "hot loops of codecs, arrays over views that were just made"),
    ("server/src/allocator.rs", "the allocator has no safe form of giving freed pages back"),
    ("fuzz/", "the allocator that caps what a decoder may take"),
];

/// How many lines above an `unsafe` its note may start.
const NOTE_WITHIN: usize = 8;

pub fn check(repo: &Repo) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in repo.with_ending(".rs") {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in code_only(text).lines().enumerate() {
            let uses = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "unsafe extern"];
            if !uses.iter().any(|u| line.contains(u)) {
                continue;
            }
            if !PLACES.iter().any(|(place, _)| path.starts_with(place)) {
                found.push(Violation::new(
                    path,
                    number + 1,
                    "unsafe",
                    "not one of the listed places (xtask/src/rules/unsafety.rs)",
                ));
            }
            let from = number.saturating_sub(NOTE_WITHIN);
            let note = lines
                .get(from..=number)
                .is_some_and(|above| above.iter().any(|l| l.contains("SAFETY") || l.contains("# Safety")));
            if !note {
                found.push(Violation::new(path, number + 1, "unsafe", "no SAFETY note above it"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_needs_its_place_and_its_note() {
        let noted = "//! A.\n// SAFETY: the buffer outlives the call.\nfn a() { unsafe { b() } }\n";
        let bare = "//! A.\nfn a() { unsafe { b() } }\n// unsafe { in a comment\n";
        assert_eq!(check(&Repo::of(&[("env/src/ring.rs", noted)])), Vec::new());
        assert_eq!(check(&Repo::of(&[("env/src/ring.rs", bare)])).len(), 1);
        assert_eq!(check(&Repo::of(&[("query/src/a.rs", noted)])).len(), 1);
    }
}
