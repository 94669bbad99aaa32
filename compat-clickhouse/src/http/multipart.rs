//! `multipart/form-data`, as far as ClickHouse's clients send it.

use olly_types::{Code, Error, Result};

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub data: Vec<u8>,
}

/// Most parts of a body.
const MAX_PARTS: usize = 10_000;

/// The boundary of a content type, if it is multipart.
pub fn boundary(content_type: &str) -> Option<String> {
    if !content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return None;
    }
    content_type.split(';').skip(1).find_map(|p| {
        let (name, value) = p.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_string())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

fn bad(what: &str) -> Error {
    Error::new(Code::BadArguments, format!("Cannot parse multipart/form-data: {what}"))
}

/// The parts of a body that is all there.
pub fn parse(body: &[u8], boundary: &str) -> Result<Vec<Part>> {
    if boundary.is_empty() || boundary.len() > 200 {
        return Err(bad("wrong boundary"));
    }
    let delimiter = format!("--{boundary}");
    let inner = format!("\r\n--{boundary}");
    let mut rest = match find(body, delimiter.as_bytes()) {
        Some(at) => body.get(at + delimiter.len()..).unwrap_or(&[]),
        None => return Err(bad("no boundary found")),
    };
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() >= MAX_PARTS {
            return Err(bad("too many parts"));
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(|| bad("no line end behind a boundary"))?;
        let head_end = find(rest, b"\r\n\r\n").ok_or_else(|| bad("a part without content"))?;
        let head = String::from_utf8_lossy(rest.get(..head_end).unwrap_or(&[])).into_owned();
        let content = rest.get(head_end + 4..).unwrap_or(&[]);
        let end = find(content, inner.as_bytes()).ok_or_else(|| bad("a part without end"))?;
        let name = head
            .lines()
            .filter(|l| l.to_ascii_lowercase().starts_with("content-disposition"))
            .flat_map(|l| l.split(';'))
            .find_map(|p| p.trim().strip_prefix("name=").map(|v| v.trim_matches('"').to_string()))
            .ok_or_else(|| bad("a part without name"))?;
        parts.push(Part { name, data: content.get(..end).unwrap_or(&[]).to_vec() });
        rest = content.get(end + inner.len()..).unwrap_or(&[]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nSELECT 1\r\n--X\r\n\
            Content-Disposition: form-data; name=\"param_a\"; filename=\"f\"\r\nContent-Type: text/plain\r\n\r\n1\r\n2\r\n--X--\r\n";
        let parts = parse(body, "X").unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].name.as_str(), parts[0].data.as_slice()), ("query", &b"SELECT 1"[..]));
        assert_eq!((parts[1].name.as_str(), parts[1].data.as_slice()), ("param_a", &b"1\r\n2"[..]));
        assert!(parse(b"--X\r\n", "X").is_err());
        assert!(parse(b"", "X").is_err());
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\"").as_deref(), Some("a b"));
    }
}
