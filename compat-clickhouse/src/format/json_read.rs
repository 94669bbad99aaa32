//! JSON by rows, read.

use super::read::{RowParser, Rows, Step};
use super::text_read::{named, one_string};
use olly_types::text::{Cursor, parse_text, read_json, read_json_text, skip_json};
use olly_types::{Code, Error, Result, Type};

/// White space, commas and array brackets between rows.
fn between(c: &mut Cursor<'_>) -> bool {
    loop {
        c.skip_space();
        match c.peek() {
            Some(b',' | b'[' | b']' | b';') => c.advance(1),
            None => return false,
            Some(_) => return true,
        }
    }
}

/// A value by JSON's kinds, or by the text in its quotes.
fn value(c: &mut Cursor<'_>, rows: &mut Rows, at: usize, strings: bool) -> Result<()> {
    c.skip_space();
    // null for a type without NULL is the column's default.
    if c.peek() == Some(b'n')
        && rows.columns.get(at).is_some_and(|(_, t)| !t.is_nullable())
        && rows.options.text.null_as_default
        && c.eat_word(b"null")
    {
        return Ok(());
    }
    let read = rows.read(at, |ty, o, out| {
        if !strings || c.peek() != Some(b'"') {
            return read_json(c, ty, &o.text, out);
        }
        let mut text = Vec::new();
        read_json_text(c, &mut text)?;
        if ty.is_nullable() && (text == "ᴺᵁᴸᴸ".as_bytes() || text == b"NULL") {
            out.append_null();
            return Ok(());
        }
        parse_text(&text, ty, &o.text, out)
    });
    read.map_err(|e| named(e, rows, at))
}

/// `{"name": value, …}`, one after the other or in an array.
pub struct EachRow {
    pub strings: bool,
}

impl EachRow {
    fn object(&self, c: &mut Cursor<'_>, rows: &mut Rows, prefix: &str, depth: usize) -> Result<()> {
        c.expect(b'{')?;
        let mut name = Vec::new();
        let mut first = true;
        loop {
            c.skip_space();
            if c.eat(b'}') {
                return Ok(());
            }
            if !first {
                c.expect(b',')?;
                c.skip_space();
            }
            first = false;
            name.clear();
            name.extend_from_slice(prefix.as_bytes());
            read_json_text(c, &mut name)?;
            c.skip_space();
            c.expect(b':')?;
            c.skip_space();
            let key = String::from_utf8_lossy(&name).into_owned();
            if let Some(at) = rows.find(&key) {
                value(c, rows, at, self.strings)?;
                continue;
            }
            let nested = rows.options.import_nested_json && c.peek() == Some(b'{') && depth < 32;
            if nested
                && rows.columns.iter().any(|(n, _)| n.strip_prefix(key.as_str()).is_some_and(|r| r.starts_with('.')))
            {
                self.object(c, rows, &format!("{key}."), depth + 1)?;
                continue;
            }
            if !rows.options.skip_unknown_fields {
                return Err(Error::new(
                    Code::IncorrectData,
                    format!("Unknown field found while parsing JSONEachRow format: {key}"),
                ));
            }
            skip_json(c)?;
        }
    }
}

impl RowParser for EachRow {
    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        if !between(c) {
            return Ok(Step::End);
        }
        self.object(c, rows, "", 0)?;
        Ok(Step::Row)
    }
}

/// `[value, …]`.
pub struct CompactEachRow {
    names: bool,
    types: bool,
    strings: bool,
    order: Vec<(Option<usize>, Type)>,
}

impl CompactEachRow {
    pub fn new(columns: &[(String, Type)], names: bool, types: bool, strings: bool) -> CompactEachRow {
        let order = columns.iter().enumerate().map(|(i, (_, t))| (Some(i), t.clone())).collect();
        CompactEachRow { names, types, strings, order }
    }

    fn texts(c: &mut Cursor<'_>) -> Result<Vec<String>> {
        c.skip_space();
        c.expect(b'[')?;
        let mut out = Vec::new();
        loop {
            c.skip_space();
            if c.eat(b']') {
                break;
            }
            if !out.is_empty() {
                c.expect(b',')?;
                c.skip_space();
            }
            let mut text = Vec::new();
            read_json_text(c, &mut text)?;
            out.push(
                String::from_utf8(text).map_err(|_| Error::new(Code::IncorrectData, "a column's name is not UTF-8"))?,
            );
        }
        c.skip_space();
        c.eat(b',');
        Ok(out)
    }
}

impl RowParser for CompactEachRow {
    fn header(&mut self, c: &mut Cursor<'_>, rows: &mut Rows) -> Result<()> {
        if !self.names {
            return Ok(());
        }
        let names = Self::texts(c)?;
        let types = if self.types { Some(Self::texts(c)?) } else { None };
        self.order = rows.order(&names, types.as_deref())?;
        Ok(())
    }

    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        loop {
            c.skip_space();
            match c.peek() {
                Some(b',' | b';') => c.advance(1),
                None => return Ok(Step::End),
                Some(_) => break,
            }
        }
        c.expect(b'[')?;
        for (i, (place, _)) in self.order.iter().enumerate() {
            if i > 0 {
                c.skip_space();
                c.expect(b',')?;
            }
            match place {
                Some(at) => value(c, rows, *at, self.strings)?,
                None => {
                    c.skip_space();
                    skip_json(c)?;
                }
            }
        }
        c.skip_space();
        c.expect(b']')?;
        Ok(Step::Row)
    }
}

/// Each JSON object as the text it came in.
pub struct AsString;

impl AsString {
    pub fn new(columns: &[(String, Type)]) -> Result<AsString> {
        one_string(columns, "JSONAsString")?;
        Ok(AsString)
    }
}

impl RowParser for AsString {
    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        if !between(c) {
            return Ok(Step::End);
        }
        let start = c.position();
        skip_json(c)?;
        rows.builder(0)?.append_bytes(c.since(start))?;
        Ok(Step::Row)
    }
}
