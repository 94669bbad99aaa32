//! Regular expressions as RE2 reads them, rewritten for the `regex` crate, which differs in what a query can see: RE2's `\w`,
//! `\d`, `\s` and `\b` are ASCII, a brace that opens no repetition stands for itself, and brackets inside brackets are letters.
//! Invariant: a pattern that RE2 refuses is refused, never read in another way.
//!
//! Source: RE2 `doc/syntax.txt` and `re2/parse.cc`, with the options that ClickHouse sets (Perl syntax, `.` matches newline).

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

const DIGIT: &str = "0-9";
const SPACE: &str = r"\t\n\f\r ";
const WORD: &str = "0-9A-Za-z_";

/// The pattern in the syntax of the `regex` crate, or what is wrong with it.
pub fn to_regex(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    // Whether a repetition has just ended: another one directly after it is an error.
    let mut repeated = false;
    while let Some(c) = chars.next() {
        let again = std::mem::take(&mut repeated);
        match c {
            '\\' => escape(&mut chars, &mut out)?,
            '[' => class(&mut chars, &mut out)?,
            '(' => group(&mut chars, &mut out)?,
            '*' | '+' | '?' => {
                if again {
                    return Err(format!("bad repetition operator: {c}"));
                }
                out.push(c);
                lazy(&mut chars, &mut out);
                repeated = true;
            }
            '{' => match repetition(&chars) {
                Some(text) if again => return Err(format!("bad repetition operator: {{{text}")),
                Some(text) if text.split([',', '}']).any(|n| n.parse::<u32>().is_ok_and(|n| n > 1_000)) => {
                    return Err(format!("invalid repetition size: {{{text}"));
                }
                Some(text) => {
                    chars.by_ref().take(text.chars().count()).for_each(drop);
                    let _ = write!(out, "{{{text}");
                    lazy(&mut chars, &mut out);
                    repeated = true;
                }
                None => out.push_str(r"\{"),
            },
            '}' | ']' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

fn lazy(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    if chars.next_if_eq(&'?').is_some() {
        out.push('?');
    }
}

/// `n}`, `n,}` or `n,m}` after an opening brace.
fn repetition(chars: &Peekable<Chars<'_>>) -> Option<String> {
    let text: String = chars.clone().take_while(|c| *c != '}').collect();
    let number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let fine = match text.split_once(',') {
        None => number(&text),
        Some((low, high)) => number(low) && (high.is_empty() || number(high)),
    };
    let closed = chars.clone().any(|c| c == '}');
    (fine && closed).then(|| format!("{text}}}"))
}

/// What follows `(`: flags that only the crate knows are refused.
fn group(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    out.push('(');
    if chars.next_if_eq(&'?').is_none() {
        return Ok(());
    }
    out.push('?');
    if matches!(chars.peek(), Some('P' | '<')) {
        return Ok(());
    }
    for c in chars.by_ref() {
        match c {
            'i' | 'm' | 's' | 'U' | '-' => out.push(c),
            ':' | ')' => {
                out.push(c);
                return Ok(());
            }
            c => return Err(format!("invalid perl operator: (?{c}")),
        }
    }
    Err("missing ): unexpected end".into())
}

/// What `\` and the next letters stand for, outside brackets.
fn escape(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    match chars.peek().copied() {
        Some('b' | 'B') => {
            let _ = write!(out, r"(?-u:\{})", chars.next().unwrap_or('b'));
        }
        Some('A' | 'z') => {
            out.push('\\');
            out.extend(chars.next());
        }
        Some('C') => {
            chars.next();
            out.push_str("(?s-u:.)");
        }
        Some('Q') => {
            chars.next();
            while let Some(c) = chars.next() {
                if c == '\\' && chars.next_if_eq(&'E').is_some() {
                    break;
                }
                letter(c, out);
            }
        }
        _ => match named(chars)? {
            Named::Letter(c) => letter(c, out),
            Named::Set { members, negated: false } => {
                let _ = write!(out, "[{members}]");
            }
            Named::Set { members, negated: true } => {
                let _ = write!(out, "[^{members}]");
            }
            Named::Unicode(text) => out.push_str(&text),
        },
    }
    Ok(())
}

/// An escape that may stand inside brackets too.
enum Named {
    Letter(char),
    Set { members: &'static str, negated: bool },
    Unicode(String),
}

fn named(chars: &mut Peekable<Chars<'_>>) -> Result<Named, String> {
    let Some(c) = chars.next() else { return Err("trailing \\ at end of regexp".into()) };
    let set = |members, negated| Ok(Named::Set { members, negated });
    match c {
        'd' => set(DIGIT, false),
        'D' => set(DIGIT, true),
        's' => set(SPACE, false),
        'S' => set(SPACE, true),
        'w' => set(WORD, false),
        'W' => set(WORD, true),
        'a' => Ok(Named::Letter('\x07')),
        'f' => Ok(Named::Letter('\x0c')),
        't' => Ok(Named::Letter('\t')),
        'n' => Ok(Named::Letter('\n')),
        'r' => Ok(Named::Letter('\r')),
        'v' => Ok(Named::Letter('\x0b')),
        'x' => hex(chars).map(Named::Letter),
        'p' | 'P' => {
            let mut text = format!("\\{c}");
            match chars.next() {
                Some('{') => {
                    text.push('{');
                    for c in chars.by_ref() {
                        text.push(c);
                        if c == '}' {
                            return Ok(Named::Unicode(text));
                        }
                    }
                    Err(format!("invalid character class range: {text}"))
                }
                Some(name) => {
                    text.push(name);
                    Ok(Named::Unicode(text))
                }
                None => Err(format!("invalid character class range: {text}")),
            }
        }
        '0'..='7' => {
            let octal = |c: &char| ('0'..='7').contains(c);
            if c != '0' && !chars.peek().is_some_and(octal) {
                return Err(format!("invalid escape sequence: \\{c}"));
            }
            let mut code = c as u32 - '0' as u32;
            for _ in 0..2 {
                match chars.next_if(octal) {
                    Some(digit) => code = code * 8 + (digit as u32 - '0' as u32),
                    None => break,
                }
            }
            char::from_u32(code).map(Named::Letter).ok_or_else(|| format!("invalid escape sequence: \\{c}"))
        }
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(Named::Letter(c)),
        c => Err(format!("invalid escape sequence: \\{c}")),
    }
}

/// `\x7f` or `\x{10ffff}`, after the x.
fn hex(chars: &mut Peekable<Chars<'_>>) -> Result<char, String> {
    let bad = || "invalid escape sequence: \\x".to_string();
    let digits: String = if chars.next_if_eq(&'{').is_some() {
        let digits: String = chars.by_ref().take_while(|c| *c != '}').collect();
        digits
    } else {
        chars.by_ref().take(2).collect()
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(bad());
    }
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or_else(bad)
}

/// A letter that stands for itself, in brackets or not.
fn letter(c: char, out: &mut String) {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        let _ = write!(out, r"\x{{{:x}}}", c as u32);
    } else {
        out.push(c);
    }
}

/// A set in brackets, after the opening one.
fn class(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    loop {
        let c = chars.next().ok_or("missing ]: unexpected end")?;
        match c {
            ']' if !first => {
                out.push(']');
                return Ok(());
            }
            '[' if chars.peek() == Some(&':') => {
                let name: String = chars.clone().take_while(|c| *c != ']').collect();
                if name.len() < 2 || !name.ends_with(':') {
                    item('[', chars, out)?;
                } else {
                    let _ = write!(out, "[{name}]");
                    chars.by_ref().take(name.chars().count() + 1).for_each(drop);
                }
            }
            '\\' => match named(chars)? {
                Named::Letter(c) => item(c, chars, out)?,
                Named::Set { members, negated: false } => out.push_str(members),
                Named::Set { members, negated: true } => {
                    let _ = write!(out, "[^{members}]");
                }
                Named::Unicode(text) => out.push_str(&text),
            },
            c => item(c, chars, out)?,
        }
        first = false;
    }
}

/// A letter of a set, or a range that starts with it.
fn item(low: char, chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    letter(low, out);
    let mut ahead = chars.clone();
    if ahead.next() != Some('-') || matches!(ahead.peek(), None | Some(']')) {
        return Ok(());
    }
    chars.next();
    let high = match chars.next() {
        Some('\\') => match named(chars)? {
            Named::Letter(c) => c,
            _ => return Err(format!("invalid character class range: {low}-")),
        },
        Some(c) => c,
        None => return Err("missing ]: unexpected end".into()),
    };
    if high < low {
        return Err(format!("invalid character class range: {low}-{high}"));
    }
    out.push('-');
    letter(high, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::to_regex;
    use regex::bytes::Regex;

    fn all(pattern: &str, text: &str) -> Vec<String> {
        let regex = Regex::new(&to_regex(pattern).unwrap()).unwrap();
        regex.find_iter(text.as_bytes()).map(|m| String::from_utf8_lossy(m.as_bytes()).into_owned()).collect()
    }

    /// Answers of chDB 26.9's extractAll.
    #[test]
    fn perl_classes_are_ascii() {
        assert_eq!(all(r"\w+", "Überprüfung x1"), ["berpr", "fung", "x1"]);
        assert_eq!(all(r"\d+", "٣ 12"), ["12"]);
        assert_eq!(all(r"[^\W\d]+", "ab12é_c"), ["ab", "_c"]);
        assert_eq!(all(r"\bf", "üf f"), ["f", "f"]);
        assert_eq!(all(r"a\sb", "a\u{b}b a b"), ["a b"]);
    }

    #[test]
    fn braces_and_brackets_stand_for_themselves() {
        assert_eq!(all(r#"{"a"}"#, r#"{"a"}"#), [r#"{"a"}"#]);
        assert_eq!(all("a{2}b{,3}", "aab{,3}"), ["aab{,3}"]);
        assert_eq!(all("[[a]", "[a"), ["[", "a"]);
        assert_eq!(all("[]a]", "a]"), ["a", "]"]);
        assert_eq!(all("[a&&b]", "a&b"), ["a", "&", "b"]);
        assert_eq!(all(r"[\w.-]+", "a.b-c d"), ["a.b-c", "d"]);
        assert_eq!(all(r"\<a\>", "<a>"), ["<a>"]);
        assert_eq!(all(r"\Qa.b\E.", "a.bc axb"), ["a.bc"]);
        assert_eq!(all(r"[[:alpha:]-]+", "ab-1"), ["ab-"]);
        assert_eq!(all(r"\x41\x{42}\103", "ABC"), ["ABC"]);
    }

    #[test]
    fn what_re2_refuses_is_refused() {
        for pattern in [r"a**", r"a{2}{3}", r"\1", r"(?x)a", r"(?=a)", r"[z-a]", r"[\w-\d]x[", r"\y", "[a", "\\"] {
            let read = to_regex(pattern).ok().map(|p| Regex::new(&p));
            assert!(!matches!(read, Some(Ok(_))), "{pattern} became {read:?}");
        }
    }
}
