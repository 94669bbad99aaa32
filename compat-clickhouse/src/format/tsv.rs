//! TabSeparated and TSKV, written.

use super::FormatOptions;
use super::write::{Summary, Writer, printers};
use crate::block::Block;
use olly_types::text::{Style, write_escaped};
use olly_types::{Result, Type};

/// TabSeparated, raw or escaped, with or without names and types.
pub struct Tsv {
    header: Vec<(String, Type)>,
    options: FormatOptions,
    raw: bool,
    names: bool,
    types: bool,
}

impl Tsv {
    pub fn new(header: Vec<(String, Type)>, options: FormatOptions, raw: bool, names: bool, types: bool) -> Tsv {
        Tsv { header, options, raw, names, types }
    }

    fn line_end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.options.tsv_crlf { b"\r\n" } else { b"\n" });
    }

    fn texts(&self, texts: impl Iterator<Item = String>, out: &mut Vec<u8>) {
        for (i, t) in texts.enumerate() {
            if i > 0 {
                out.push(b'\t');
            }
            if self.raw { out.extend_from_slice(t.as_bytes()) } else { write_escaped(t.as_bytes(), out) }
        }
        self.line_end(out);
    }
}

impl Writer for Tsv {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.names {
            self.texts(self.header.iter().map(|(n, _)| n.clone()), out);
        }
        if self.types {
            self.texts(self.header.iter().map(|(_, t)| t.to_string()), out);
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        let style = if self.raw { Style::Raw } else { Style::Escaped };
        for row in 0..block.rows {
            for (i, c) in columns.iter().enumerate() {
                if i > 0 {
                    out.push(b'\t');
                }
                if c.is_null(row) {
                    out.extend_from_slice(&self.options.tsv_null);
                } else {
                    c.write(row, style, out);
                }
            }
            self.line_end(out);
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut Vec<u8>) -> Result<()> {
        for block in [&summary.totals, &summary.extremes].into_iter().flatten() {
            self.line_end(out);
            self.block(block, out)?;
        }
        Ok(())
    }
}

/// `name=value` pairs.
pub struct Tskv {
    options: FormatOptions,
}

impl Tskv {
    pub fn new(options: FormatOptions) -> Tskv {
        Tskv { options }
    }
}

impl Writer for Tskv {
    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        let names: Vec<Vec<u8>> = block
            .columns
            .iter()
            .map(|(n, ..)| {
                let mut name = Vec::new();
                for b in n.bytes() {
                    if b == b'=' { name.extend_from_slice(b"\\=") } else { write_escaped(&[b], &mut name) }
                }
                name.push(b'=');
                name
            })
            .collect();
        for row in 0..block.rows {
            for (i, (c, name)) in columns.iter().zip(&names).enumerate() {
                if i > 0 {
                    out.push(b'\t');
                }
                out.extend_from_slice(name);
                if c.is_null(row) {
                    out.extend_from_slice(&self.options.tsv_null);
                } else {
                    c.write(row, Style::Escaped, out);
                }
            }
            out.push(b'\n');
        }
        Ok(())
    }
}
