//! Just enough of Rust's lexical structure for the rules: code without comments and strings, and which lines are tests.
//!
//! Invariant: what is blanked out keeps its line breaks, so that line numbers stay those of the file.

/// The text with comments blanked and the contents of string and character literals blanked (their quotes stay).
pub fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    let keep_breaks =
        |from: &[u8], out: &mut Vec<u8>| out.extend(from.iter().map(|&b| if b == b'\n' { b } else { b' ' }));
    while i < bytes.len() {
        let rest = &bytes[i..];
        let before_is_word = i > 0 && (bytes[i - 1].is_ascii_alphanumeric() || bytes[i - 1] == b'_');
        if rest.starts_with(b"//") {
            let end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
            keep_breaks(&rest[..end], &mut out);
            i += end;
        } else if rest.starts_with(b"/*") {
            let end = block_comment(rest);
            keep_breaks(&rest[..end], &mut out);
            i += end;
        } else if let Some((open, end)) = raw_string(rest).filter(|_| !before_is_word) {
            out.extend_from_slice(b"\"");
            keep_breaks(&rest[open..end], &mut out);
            out.extend_from_slice(b"\"");
            i += end;
        } else if rest[0] == b'"' {
            let end = quoted(rest, b'"');
            out.push(b'"');
            keep_breaks(&rest[1..end.saturating_sub(1).max(1)], &mut out);
            out.push(b'"');
            i += end;
        } else if rest[0] == b'\'' && is_char_literal(rest) {
            let end = quoted(rest, b'\'');
            out.extend_from_slice(b"''");
            i += end;
        } else {
            out.push(rest[0]);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Length of a block comment that starts here; they nest.
fn block_comment(text: &[u8]) -> usize {
    let (mut depth, mut i) = (0usize, 0);
    while i < text.len() {
        if text[i..].starts_with(b"/*") {
            depth += 1;
            i += 2;
        } else if text[i..].starts_with(b"*/") {
            depth -= 1;
            i += 2;
            if depth == 0 {
                return i;
            }
        } else {
            i += 1;
        }
    }
    text.len()
}

/// (length of the opening, length of the whole) of a raw string literal that starts here.
fn raw_string(text: &[u8]) -> Option<(usize, usize)> {
    let mut i = usize::from(text.starts_with(b"b") || text.starts_with(b"c"));
    if text.get(i) != Some(&b'r') {
        return None;
    }
    i += 1;
    let hashes = text[i..].iter().take_while(|&&b| b == b'#').count();
    i += hashes;
    if text.get(i) != Some(&b'"') {
        return None;
    }
    i += 1;
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    let end = text[i..].windows(close.len()).position(|w| w == close).map_or(text.len(), |p| i + p + close.len());
    Some((i, end))
}

/// Length of a literal in these quotes, escapes counted.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut i = 1;
    while i < text.len() {
        match text[i] {
            b'\\' => i += 2,
            b if b == quote => return i + 1,
            _ => i += 1,
        }
    }
    text.len()
}

/// `'x'`, `'\n'`, `'é'` and not a lifetime.
fn is_char_literal(text: &[u8]) -> bool {
    match text.get(1) {
        Some(b'\\') => true,
        Some(_) => text.iter().skip(2).take(4).position(|&b| b == b'\'').is_some_and(|p| p == 0 || text[1] >= 0x80),
        None => false,
    }
}

/// The code (from `code_only`) with every item under `#[cfg(test)]` blanked.
pub fn without_tests(code: &str) -> String {
    let mut out = code.to_string().into_bytes();
    let mut from = 0;
    while let Some(at) = code[from..].find("#[cfg(test)]").map(|p| from + p) {
        let end = item_end(code.as_bytes(), at + "#[cfg(test)]".len());
        for b in &mut out[at..end] {
            if *b != b'\n' {
                *b = b' ';
            }
        }
        from = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the item that starts here ends: at its `;`, or at the brace that closes its body.
fn item_end(code: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    for (i, &b) in code.iter().enumerate().skip(start) {
        match b {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + 1;
                }
            }
            b';' if depth == 0 => return i + 1,
            _ => {}
        }
    }
    code.len()
}

/// Is the whole file test code: in a tests or benches folder, or named as a test module?
pub fn is_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.split('/').any(|part| part == "tests" || part == "examples")
        || path.contains("/benches/")
        || matches!(name, "tests.rs" | "test.rs" | "build.rs" | "testing.rs" | "testutil.rs" | "test_util.rs")
        || name.ends_with("_tests.rs")
        || name.ends_with("_test.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blanked_and_lines_kept() {
        let text = "let a = \"x.unwrap() // no\"; // .unwrap()\nlet b = r#\"todo!() \"q\" \"#; /* a /* b */ \n c */ let c = '\"'; d('\\'');";
        let code = code_only(text);
        assert_eq!(code.lines().count(), text.lines().count());
        assert!(!code.contains("unwrap") && !code.contains("todo") && !code.contains(" c */"), "{code}");
        assert!(code.contains("let b =") && code.contains("let c =") && code.contains("d("), "{code}");
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let code = code_only("fn f<'a>(x: &'a str) -> &'a str { x.unwrap() }");
        assert!(code.contains("unwrap"), "{code}");
    }

    #[test]
    fn test_items_are_cut_out() {
        let code = "fn a() { b.unwrap() }\n#[cfg(test)]\nmod tests {\n fn t() { x.unwrap(); }\n}\nfn c() { d.unwrap() }\n#[cfg(test)]\nmod other;\nfn e() {}";
        let rest = without_tests(code);
        assert_eq!(rest.matches("unwrap").count(), 2);
        assert!(rest.contains("fn e") && !rest.contains("mod other"));
    }

    #[test]
    fn test_files_are_known_by_place_or_name() {
        for path in ["wal/tests/main.rs", "query/src/functions/tests.rs", "a/src/b_tests.rs", "a/build.rs"] {
            assert!(is_test_file(path), "{path}");
        }
        assert!(!is_test_file("wal/src/segment.rs"));
        assert!(!is_test_file("benches/src/gen/logs.rs"));
    }
}
