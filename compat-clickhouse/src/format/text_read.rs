//! TabSeparated, TSKV, CSV and LineAsString, read.

use super::FormatOptions;
use super::read::{RowParser, Rows, Step};
use olly_types::text::{ColumnBuilder, Cursor, parse_text, unescape};
use olly_types::{Code, Error, Result, Type};

fn compound(ty: &Type) -> bool {
    matches!(ty.base(), Type::Array(_) | Type::Map(..) | Type::Tuple(_))
}

/// A line without its end; None at the end of the data.
fn line<'a>(c: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let rest = c.rest();
    if rest.is_empty() {
        c.peek();
        return None;
    }
    let n = rest.iter().position(|b| *b == b'\n');
    let line = rest.get(..n.unwrap_or(rest.len())).unwrap_or(&[]);
    c.advance(line.len());
    if c.peek() == Some(b'\n') {
        c.advance(1);
    }
    Some(line)
}

/// TabSeparated.
pub struct Tsv {
    raw: bool,
    names: bool,
    types: bool,
    order: Vec<(Option<usize>, Type)>,
}

impl Tsv {
    pub fn new(columns: &[(String, Type)], raw: bool, names: bool, types: bool) -> Tsv {
        let order = columns.iter().enumerate().map(|(i, (_, t))| (Some(i), t.clone())).collect();
        Tsv { raw, names, types, order }
    }

    fn texts(&self, c: &mut Cursor<'_>) -> Result<Vec<String>> {
        let line = line(c).unwrap_or(&[]);
        line.strip_suffix(b"\r")
            .unwrap_or(line)
            .split(|b| *b == b'\t')
            .map(|field| {
                let mut text = Vec::new();
                if self.raw {
                    text.extend_from_slice(field)
                } else {
                    unescape(field, &mut text)?
                }
                String::from_utf8(text).map_err(|_| Error::new(Code::IncorrectData, "a column's name is not UTF-8"))
            })
            .collect()
    }
}

/// One field of a TabSeparated row.
fn tsv_value(field: &[u8], raw: bool, ty: &Type, o: &FormatOptions, out: &mut ColumnBuilder) -> Result<()> {
    let base = ty.base();
    if field.is_empty() && (base.is_integer() && *base != Type::Bool) {
        return out.append_int(0);
    }
    // Nested values hold their escapes inside their own quotes.
    if raw || compound(ty) || !field.contains(&b'\\') {
        return parse_text(field, ty, &o.text, out);
    }
    let mut text = Vec::with_capacity(field.len());
    unescape(field, &mut text)?;
    parse_text(&text, ty, &o.text, out)
}

impl RowParser for Tsv {
    fn header(&mut self, c: &mut Cursor<'_>, rows: &mut Rows) -> Result<()> {
        if !self.names {
            return Ok(());
        }
        let names = self.texts(c)?;
        let types = if self.types { Some(self.texts(c)?) } else { None };
        self.order = rows.order(&names, types.as_deref())?;
        Ok(())
    }

    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        let Some(mut line) = line(c) else { return Ok(Step::End) };
        if let Some(stripped) = line.strip_suffix(b"\r") {
            if rows.options.tsv_crlf {
                line = stripped;
            } else if self.order.last().is_some_and(|(_, t)| !t.base().is_string()) {
                return Err(Error::new(
                    Code::IncorrectData,
                    "You have carriage return (\\r, 0x0D, ASCII 13) at end of row. It's like your input data has DOS/Windows \
                     style line separators, that are illegal in TabSeparated format. You must transform your file to Unix \
                     format, or set input_format_tsv_crlf_end_of_line",
                ));
            }
        }
        let mut fields = line.split(|b| *b == b'\t');
        for (n, (place, ty)) in self.order.iter().enumerate() {
            let Some(field) = fields.next() else {
                return Err(Error::new(
                    Code::CannotParseInputAssertionFailed,
                    format!(
                        "Cannot parse input: expected '\\t' before: '\\n': line feed found after {n} of {} columns",
                        self.order.len()
                    ),
                ));
            };
            let Some(at) = place else { continue };
            if field == rows.options.tsv_null {
                if ty.is_nullable() {
                    rows.builder(*at)?.append_null();
                    continue;
                }
                // The column's default.
                if rows.options.text.null_as_default && !ty.base().is_string() {
                    continue;
                }
            }
            if field.is_empty() && rows.options.tsv_empty_as_default {
                continue;
            }
            let raw = self.raw;
            rows.read(*at, |ty, o, out| tsv_value(field, raw, ty, o, out)).map_err(|e| named(e, rows, *at))?;
        }
        if fields.next().is_some() {
            return Err(Error::new(
                Code::CannotParseInputAssertionFailed,
                format!("Cannot parse input: expected '\\n' before: '\\t': more than {} columns", self.order.len()),
            ));
        }
        Ok(Step::Row)
    }
}

/// An error that says which column it is about.
pub(super) fn named(mut e: Error, rows: &Rows, column: usize) -> Error {
    if let Some((name, _)) = rows.columns.get(column) {
        e.message = format!("{}: (while reading the value of column {name})", e.message.trim_end_matches('.'));
    }
    e
}

/// `name=value` pairs.
pub struct Tskv;

impl RowParser for Tskv {
    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        let Some(line) = line(c) else { return Ok(Step::End) };
        for pair in line.split(|b| *b == b'\t').filter(|p| !p.is_empty()) {
            let mut at = None;
            let mut escaped = false;
            for (i, b) in pair.iter().enumerate() {
                match b {
                    b'\\' if !escaped => escaped = true,
                    b'=' if !escaped => {
                        at = Some(i);
                        break;
                    }
                    _ => escaped = false,
                }
            }
            let Some(at) = at else {
                if pair == b"tskv" {
                    continue;
                }
                return Err(Error::new(Code::IncorrectData, "Found garbage after field in TSKV format: no '='"));
            };
            let mut name = Vec::new();
            unescape(pair.get(..at).unwrap_or(&[]), &mut name)?;
            let name = String::from_utf8_lossy(&name).into_owned();
            let field = pair.get(at + 1..).unwrap_or(&[]);
            let Some(place) = rows.find(&name) else {
                if rows.options.skip_unknown_fields {
                    continue;
                }
                return Err(Error::new(
                    Code::IncorrectData,
                    format!("Unknown field found while parsing TSKV format: {name}"),
                ));
            };
            if field == rows.options.tsv_null && rows.columns.get(place).is_some_and(|(_, t)| t.is_nullable()) {
                rows.builder(place)?.append_null();
                continue;
            }
            rows.read(place, |ty, o, out| tsv_value(field, false, ty, o, out)).map_err(|e| named(e, rows, place))?;
        }
        Ok(Step::Row)
    }
}

/// CSV.
pub struct Csv {
    names: bool,
    types: bool,
    order: Vec<(Option<usize>, Type)>,
}

/// A field's text and whether it stood in quotes.
struct Field {
    text: Vec<u8>,
    quoted: bool,
}

impl Csv {
    pub fn new(columns: &[(String, Type)], names: bool, types: bool) -> Csv {
        let order = columns.iter().enumerate().map(|(i, (_, t))| (Some(i), t.clone())).collect();
        Csv { names, types, order }
    }

    fn texts(c: &mut Cursor<'_>, o: &FormatOptions) -> Result<Vec<String>> {
        let mut out = Vec::new();
        loop {
            let text = field(c, o)?.text;
            out.push(
                String::from_utf8(text).map_err(|_| Error::new(Code::IncorrectData, "a column's name is not UTF-8"))?,
            );
            if !delimiter(c, o) {
                break;
            }
        }
        line_end(c)?;
        Ok(out)
    }
}

fn blanks(c: &mut Cursor<'_>, o: &FormatOptions) {
    while c.peek().is_some_and(|b| matches!(b, b' ' | b'\t') && b != o.csv_delimiter) {
        c.advance(1);
    }
}

fn delimiter(c: &mut Cursor<'_>, o: &FormatOptions) -> bool {
    blanks(c, o);
    c.eat(o.csv_delimiter)
}

fn line_end(c: &mut Cursor<'_>) -> Result<()> {
    match c.peek() {
        None => Ok(()),
        Some(b'\n') => {
            c.advance(1);
            c.eat(b'\r');
            Ok(())
        }
        Some(b'\r') => {
            c.advance(1);
            if c.eat(b'\n') {
                return Ok(());
            }
            Err(Error::new(
                Code::IncorrectData,
                "Cannot parse CSV format: found \\r (CR) not followed by \\n (LF). Line must end by \\n (LF) or \\r\\n (CR LF) or \\n\\r",
            ))
        }
        Some(_) => Err(Error::new(Code::IncorrectData, format!("Expected end of line before: '{}'", c.excerpt()))),
    }
}

fn field(c: &mut Cursor<'_>, o: &FormatOptions) -> Result<Field> {
    blanks(c, o);
    let mut text = Vec::new();
    let quote = match c.peek() {
        Some(b'"') => b'"',
        Some(b'\'') if o.csv_allow_single_quotes => b'\'',
        _ => {
            let rest = c.rest();
            let stop = |b: &u8| *b == o.csv_delimiter || matches!(b, b'\n' | b'\r');
            let n = rest.iter().position(stop).unwrap_or(rest.len());
            if n == rest.len() {
                c.advance(n);
                c.peek();
            } else {
                c.advance(n);
            }
            let mut raw = rest.get(..n).unwrap_or(&[]);
            if o.csv_trim_whitespaces {
                while let [head @ .., b' ' | b'\t'] = raw {
                    raw = head;
                }
            }
            text.extend_from_slice(raw);
            return Ok(Field { text, quoted: false });
        }
    };
    c.advance(1);
    loop {
        let rest = c.rest();
        let plain = rest.iter().take_while(|b| **b != quote).count();
        text.extend_from_slice(rest.get(..plain).unwrap_or(&[]));
        c.advance(plain);
        if c.next().is_none() {
            return Err(Error::new(Code::CannotParseQuotedString, "Cannot parse CSV: expected closing quote"));
        }
        if !c.eat(quote) {
            return Ok(Field { text, quoted: true });
        }
        text.push(quote);
    }
}

/// Reads a value; false where the field stands for the column's default.
fn csv_value(c: &mut Cursor<'_>, ty: &Type, o: &FormatOptions, out: &mut ColumnBuilder) -> Result<bool> {
    // A tuple's elements are columns of their own.
    if let Type::Tuple(elements) = ty
        && !elements.is_empty()
    {
        let parts = out.parts()?;
        for (i, ((_, t), part)) in elements.iter().zip(parts).enumerate() {
            if i > 0 && !delimiter(c, o) {
                return Err(Error::new(Code::IncorrectData, "a tuple has too few columns"));
            }
            if !csv_value(c, t, o, part)? {
                part.append_default();
            }
        }
        out.close_tuple()?;
        return Ok(true);
    }
    let f = field(c, o)?;
    if !f.quoted {
        if f.text == o.csv_null {
            if ty.is_nullable() {
                out.append_null();
                return Ok(true);
            }
            if o.text.null_as_default {
                return Ok(false);
            }
        }
        if f.text.is_empty() && (o.csv_empty_as_default || ty.is_nullable()) {
            if ty.is_nullable() && !ty.base().is_string() {
                out.append_null();
                return Ok(true);
            }
            return Ok(false);
        }
    }
    parse_text(&f.text, ty, &o.text, out)?;
    Ok(true)
}

impl RowParser for Csv {
    fn header(&mut self, c: &mut Cursor<'_>, rows: &mut Rows) -> Result<()> {
        if !self.names {
            return Ok(());
        }
        let mut names = Csv::texts(c, &rows.options)?;
        let mut types = if self.types { Some(Csv::texts(c, &rows.options)?) } else { None };
        fold_tuples(&mut names, types.as_mut(), &rows.columns);
        self.order = rows.order(&names, types.as_deref())?;
        Ok(())
    }

    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        if c.peek().is_none() {
            return Ok(Step::End);
        }
        for (n, (place, ty)) in self.order.iter().enumerate() {
            if n > 0 && !delimiter(c, &rows.options) {
                return Err(Error::new(
                    Code::CannotParseInputAssertionFailed,
                    format!(
                        "Cannot parse input: expected '{}' before: '{}': the row has {n} of {} columns",
                        rows.options.csv_delimiter as char,
                        c.excerpt(),
                        self.order.len()
                    ),
                ));
            }
            match place {
                Some(at) => {
                    rows.read(*at, |ty, o, out| csv_value(c, ty, o, out).map(|_| ()))
                        .map_err(|e| named(e, rows, *at))?;
                }
                None => {
                    csv_value(c, ty, &rows.options, &mut ColumnBuilder::new(ty))?;
                }
            }
        }
        blanks(c, &rows.options);
        line_end(c)?;
        Ok(Step::Row)
    }
}

/// A tuple is written as one column per element (`t.a`, `t.b`): where all of them stand side by side in a header, the tuple
/// stands in their place. (ClickHouse does not know its own header again, and skips the columns.)
fn fold_tuples(names: &mut Vec<String>, mut types: Option<&mut Vec<String>>, columns: &[(String, Type)]) {
    for (name, ty) in columns.iter().filter(|(_, t)| matches!(t, Type::Tuple(_))) {
        if names.contains(name) {
            continue;
        }
        let mut parts = Vec::new();
        super::csv::flatten(name, ty, &mut parts);
        let Some(at) = names.windows(parts.len()).position(|w| w.iter().zip(&parts).all(|(a, (b, _))| a == b)) else {
            continue;
        };
        let range = at..at + parts.len();
        if let Some(types) = &mut types {
            let same =
                types.get(range.clone()).is_some_and(|t| t.iter().zip(&parts).all(|(a, (_, b))| *a == b.to_string()));
            if !same {
                continue;
            }
            types.splice(range.clone(), [ty.to_string()]);
        }
        names.splice(range, [name.clone()]);
    }
}

/// Each line is one value of one String column.
pub struct LineAsString;

impl LineAsString {
    pub fn new(columns: &[(String, Type)], name: &str) -> Result<LineAsString> {
        one_string(columns, name)?;
        Ok(LineAsString)
    }
}

/// Error 36 unless there is one column, of type String.
pub(super) fn one_string(columns: &[(String, Type)], format: &str) -> Result<()> {
    match columns {
        [(_, t)] if *t.base() == Type::String => Ok(()),
        _ => Err(Error::new(
            Code::BadArguments,
            format!(
                "This input format is only suitable for tables with a single column of type String, but format {format} got {} columns",
                columns.len()
            ),
        )),
    }
}

impl RowParser for LineAsString {
    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        let Some(line) = line(c) else { return Ok(Step::End) };
        rows.builder(0)?.append_bytes(line)?;
        Ok(Step::Row)
    }
}
