//! The JSON family, written.

use super::FormatOptions;
use super::write::{Summary, Writer, printers};
use crate::block::Block;
use olly_types::text::{Printer, Style, write_float64, write_json_string};
use olly_types::{Result, Type};

/// A value, or its text in quotes.
fn value(p: &Printer<'_>, row: usize, strings: bool, pretty: Option<usize>, out: &mut Vec<u8>) {
    if strings {
        let mut text = Vec::new();
        p.write(row, Style::Raw, &mut text);
        write_json_string(&text, true, out);
    } else if let Some(indent) = pretty {
        p.write_json_pretty(row, indent, out);
    } else {
        p.write(row, Style::Json, out);
    }
}

fn name(text: &str, out: &mut Vec<u8>) {
    write_json_string(text.as_bytes(), true, out);
}

/// Bytes from `start` on that are no UTF-8 become U+FFFD, one for each run of them, as ClickHouse's JSON format writes them.
fn valid_utf8(out: &mut Vec<u8>, start: usize) {
    let Some(written) = out.get(start..).filter(|w| std::str::from_utf8(w).is_err()) else { return };
    const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();
    let mut valid: Vec<u8> = Vec::with_capacity(written.len());
    for chunk in written.utf8_chunks() {
        valid.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() && !valid.ends_with(REPLACEMENT) {
            valid.extend_from_slice(REPLACEMENT);
        }
    }
    out.truncate(start);
    out.extend_from_slice(&valid);
}

fn tabs(n: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + n, b'\t');
}

/// `{"a":1,…}` a line.
pub struct EachRow {
    options: FormatOptions,
    strings: bool,
    rows: u64,
}

impl EachRow {
    pub fn new(options: FormatOptions, strings: bool) -> EachRow {
        EachRow { options, strings, rows: 0 }
    }
}

impl Writer for EachRow {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.options.json_array_of_rows {
            out.extend_from_slice(b"[\n");
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        let keys: Vec<Vec<u8>> = block
            .columns
            .iter()
            .enumerate()
            .map(|(i, (n, ..))| {
                let mut key = if i > 0 { b",".to_vec() } else { Vec::new() };
                name(n, &mut key);
                key.push(b':');
                key
            })
            .collect();
        for row in 0..block.rows {
            if self.options.json_array_of_rows && self.rows > 0 {
                out.extend_from_slice(b",\n");
            }
            self.rows += 1;
            out.push(b'{');
            for (c, key) in columns.iter().zip(&keys) {
                out.extend_from_slice(key);
                value(c, row, self.strings, None, out);
            }
            out.push(b'}');
            if !self.options.json_array_of_rows {
                out.push(b'\n');
            }
        }
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut Vec<u8>) -> Result<()> {
        if self.options.json_array_of_rows {
            out.extend_from_slice(if self.rows > 0 { b"\n]\n" } else { b"]\n" });
        }
        Ok(())
    }
}

/// `[1, "a"]` a line.
pub struct CompactEachRow {
    header: Vec<(String, Type)>,
    options: FormatOptions,
    names: bool,
    types: bool,
    strings: bool,
}

impl CompactEachRow {
    pub fn new(header: Vec<(String, Type)>, options: FormatOptions, names: bool, types: bool, strings: bool) -> Self {
        CompactEachRow { header, options, names, types, strings }
    }

    fn texts(texts: impl Iterator<Item = String>, out: &mut Vec<u8>) {
        out.push(b'[');
        for (i, t) in texts.enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            name(&t, out);
        }
        out.extend_from_slice(b"]\n");
    }
}

impl Writer for CompactEachRow {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.names {
            Self::texts(self.header.iter().map(|(n, _)| n.clone()), out);
        }
        if self.types {
            Self::texts(self.header.iter().map(|(_, t)| t.to_string()), out);
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        for row in 0..block.rows {
            compact_row(&columns, row, self.strings, out);
            out.push(b'\n');
        }
        Ok(())
    }
}

fn compact_row(columns: &[Printer<'_>], row: usize, strings: bool, out: &mut Vec<u8>) {
    out.push(b'[');
    for (i, c) in columns.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        value(c, row, strings, None, out);
    }
    out.push(b']');
}

/// JSON and JSONCompact: meta, data, totals, extremes, counts.
pub struct Json {
    header: Vec<(String, Type)>,
    options: FormatOptions,
    compact: bool,
    strings: bool,
    rows: u64,
}

impl Json {
    pub fn new(header: Vec<(String, Type)>, options: FormatOptions, compact: bool, strings: bool) -> Json {
        Json { header, options, compact, strings, rows: 0 }
    }

    fn row(&self, block: &Block, columns: &[Printer<'_>], row: usize, indent: usize, out: &mut Vec<u8>) {
        if self.compact {
            return compact_row(columns, row, self.strings, out);
        }
        out.extend_from_slice(b"{\n");
        for (i, (c, (n, ..))) in columns.iter().zip(&block.columns).enumerate() {
            if i > 0 {
                out.extend_from_slice(b",\n");
            }
            tabs(indent + 1, out);
            name(n, out);
            out.extend_from_slice(b": ");
            let pretty = self.options.json_pretty_print.then_some(indent + 1);
            value(c, row, self.strings, pretty, out);
        }
        out.push(b'\n');
        tabs(indent, out);
        out.push(b'}');
    }
}

impl Writer for Json {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(b"{\n\t\"meta\":\n\t[\n");
        for (i, (n, t)) in self.header.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b",\n");
            }
            out.extend_from_slice(b"\t\t{\n\t\t\t\"name\": ");
            name(n, out);
            out.extend_from_slice(b",\n\t\t\t\"type\": ");
            name(&t.to_string(), out);
            out.extend_from_slice(b"\n\t\t}");
        }
        out.extend_from_slice(b"\n\t],\n\n\t\"data\":\n\t[\n");
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        for row in 0..block.rows {
            if self.rows > 0 {
                out.extend_from_slice(b",\n");
            }
            self.rows += 1;
            tabs(2, out);
            let start = out.len();
            self.row(block, &columns, row, 2, out);
            valid_utf8(out, start);
        }
        Ok(())
    }

    fn end(&mut self, s: &Summary, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(b"\n\t]");
        if let Some(block) = s.totals.as_ref().filter(|b| b.rows > 0) {
            let columns = printers(block, &self.options)?;
            out.extend_from_slice(if self.compact { b",\n\n\t\"totals\": " } else { b",\n\n\t\"totals\":\n\t" });
            self.row(block, &columns, 0, 1, out);
        }
        if let Some(block) = s.extremes.as_ref().filter(|b| b.rows > 1) {
            let columns = printers(block, &self.options)?;
            out.extend_from_slice(b",\n\n\t\"extremes\":\n\t{\n");
            for (i, label) in ["min", "max"].into_iter().enumerate() {
                out.extend_from_slice(if i > 0 { b",\n" } else { b"" });
                tabs(2, out);
                name(label, out);
                out.extend_from_slice(if self.compact { b": " } else { b":\n\t\t" });
                self.row(block, &columns, i, 2, out);
            }
            out.extend_from_slice(b"\n\t}");
        }
        out.extend_from_slice(format!(",\n\n\t\"rows\": {}", self.rows).as_bytes());
        if let Some(n) = s.rows_before_limit {
            out.extend_from_slice(format!(",\n\n\t\"rows_before_limit_at_least\": {n}").as_bytes());
        }
        if self.options.write_statistics {
            out.extend_from_slice(b",\n\n\t\"statistics\":\n\t{\n\t\t\"elapsed\": ");
            write_float64(s.elapsed_ns as f64 / 1e9, out);
            let counts = format!(",\n\t\t\"rows_read\": {},\n\t\t\"bytes_read\": {}\n\t}}", s.read_rows, s.read_bytes);
            out.extend_from_slice(counts.as_bytes());
        }
        out.extend_from_slice(b"\n}\n");
        Ok(())
    }
}

/// One array per column; holds the whole result's text, so it is refused beyond a bound.
pub struct Columns {
    header: Vec<(String, Type)>,
    options: FormatOptions,
    texts: Vec<Vec<u8>>,
}

/// Most text that a column-wise format may hold back.
const MAX_HELD: usize = 256 << 20;

impl Columns {
    pub fn new(header: Vec<(String, Type)>, options: FormatOptions) -> Columns {
        let texts = vec![Vec::new(); header.len()];
        Columns { header, options, texts }
    }
}

impl Writer for Columns {
    fn block(&mut self, block: &Block, _out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        for (c, text) in columns.iter().zip(&mut self.texts) {
            for row in 0..block.rows {
                if !text.is_empty() {
                    text.extend_from_slice(b", ");
                }
                value(c, row, false, None, text);
            }
        }
        if self.texts.iter().map(Vec::len).sum::<usize>() > MAX_HELD {
            return Err(olly_types::Error::new(
                olly_types::Code::TooManyRowsOrBytes,
                "the result is too large for a format that writes column by column",
            ));
        }
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(b"{\n");
        for (i, ((n, _), text)) in self.header.iter().zip(&self.texts).enumerate() {
            out.extend_from_slice(if i > 0 { b",\n\t" } else { b"\t" });
            name(n, out);
            out.extend_from_slice(b": [");
            out.extend_from_slice(text);
            out.push(b']');
        }
        out.extend_from_slice(b"\n}\n");
        Ok(())
    }
}
