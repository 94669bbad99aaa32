//! CSV, written. A tuple takes one column per element, as in ClickHouse.

use super::FormatOptions;
use super::write::{Summary, Writer, printers};
use crate::block::Block;
use olly_types::text::{Printer, Style};
use olly_types::{Result, Type};

pub struct Csv {
    header: Vec<(String, Type)>,
    options: FormatOptions,
    names: bool,
    types: bool,
}

impl Csv {
    pub fn new(header: Vec<(String, Type)>, options: FormatOptions, names: bool, types: bool) -> Csv {
        let mut flat = Vec::new();
        header.iter().for_each(|(n, t)| flatten(n, t, &mut flat));
        Csv { header: flat, options, names, types }
    }

    fn line_end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.options.csv_crlf { b"\r\n" } else { b"\n" });
    }

    fn texts(&self, texts: impl Iterator<Item = String>, out: &mut Vec<u8>) {
        for (i, t) in texts.enumerate() {
            if i > 0 {
                out.push(self.options.csv_delimiter);
            }
            out.push(b'"');
            out.extend_from_slice(t.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        }
        self.line_end(out);
    }

    fn value(&self, p: &Printer<'_>, row: usize, out: &mut Vec<u8>) {
        match p.tuple_parts() {
            Some(parts) if !p.is_null(row) => {
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        out.push(self.options.csv_delimiter);
                    }
                    self.value(part, row, out);
                }
            }
            _ if p.is_null(row) => out.extend_from_slice(&self.options.csv_null),
            _ => p.write(row, Style::Csv, out),
        }
    }
}

/// Names and types of a tuple's elements in its place.
pub(super) fn flatten(name: &str, ty: &Type, out: &mut Vec<(String, Type)>) {
    match ty {
        Type::Tuple(elements) if !elements.is_empty() => {
            for (i, (n, t)) in elements.iter().enumerate() {
                let element = n.as_deref().map_or_else(|| (i + 1).to_string(), str::to_string);
                flatten(&format!("{name}.{element}"), t, out);
            }
        }
        _ => out.push((name.to_string(), ty.clone())),
    }
}

impl Writer for Csv {
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
        for row in 0..block.rows {
            for (i, c) in columns.iter().enumerate() {
                if i > 0 {
                    out.push(self.options.csv_delimiter);
                }
                self.value(c, row, out);
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
