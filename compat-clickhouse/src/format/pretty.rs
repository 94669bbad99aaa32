//! Tables for people: Pretty, PrettyCompact, PrettySpace, Vertical, Markdown.

use super::FormatOptions;
use super::write::{Summary, Writer, printers};
use crate::block::Block;
use olly_types::text::{Printer, Style};
use olly_types::{Result, Type};

/// The frame around a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Full,
    Compact,
    Space,
}

impl Look {
    /// The look of a format's name.
    pub fn of(name: &str) -> Look {
        if name.starts_with("PrettyCompact") {
            Look::Compact
        } else if name.starts_with("PrettySpace") {
            Look::Space
        } else {
            Look::Full
        }
    }
}

/// Columns that a character takes on a terminal: two for wide East Asian ones and emoji, none for combining marks.
fn char_width(c: char) -> usize {
    let n = c as u32;
    match n {
        0..=0x1f | 0x7f..=0x9f => 0,
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Width of a text on a terminal.
pub fn width(s: &str) -> usize {
    s.chars().map(char_width).sum()
}

fn right_aligned(ty: &Type) -> bool {
    let t = ty.base();
    let time = matches!(t, Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64(..));
    time || (t.is_number() && *t != Type::Bool) || t.is_decimal() || matches!(t, Type::Interval(_))
}

/// A cell's lines; a value over several lines is marked as ClickHouse marks it.
fn cell(p: &Printer<'_>, row: usize, most: usize) -> Vec<String> {
    let mut text = Vec::new();
    p.write(row, Style::Raw, &mut text);
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<String> = text.split('\n').map(str::to_string).collect();
    let n = lines.len();
    for (i, line) in lines.iter_mut().enumerate() {
        if i > 0 {
            *line = format!("↳{line}");
        }
        if i + 1 < n {
            line.push('↴');
        }
        if width(line) > most {
            let mut cut = String::new();
            let mut w = 0;
            for c in line.chars() {
                w += char_width(c);
                if w >= most {
                    break;
                }
                cut.push(c);
            }
            cut.push('⋯');
            *line = cut;
        }
    }
    lines
}

/// A framed table per block.
pub struct Pretty {
    look: Look,
    options: FormatOptions,
    rows: u64,
    blocks: u64,
    dropped: bool,
}

/// Values of up to this many rows are measured and drawn together.
const FOOTER_ROWS: u64 = 50;

impl Pretty {
    pub fn new(look: Look, options: FormatOptions) -> Pretty {
        Pretty { look, options, rows: 0, blocks: 0, dropped: false }
    }

    fn table(&self, block: &Block, shown: usize, first_row: u64, numbers: bool, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        let names: Vec<String> = block.columns.iter().map(|(n, ..)| n.replace('\n', "\\n")).collect();
        let right: Vec<bool> = block.columns.iter().map(|(_, t, _)| right_aligned(t)).collect();
        let cells: Vec<Vec<Vec<String>>> = (0..shown)
            .map(|row| columns.iter().map(|c| cell(c, row, self.options.pretty_max_value_width)).collect())
            .collect();
        let mut widths: Vec<usize> = names.iter().map(|n| width(n)).collect();
        for row in &cells {
            for (w, lines) in widths.iter_mut().zip(row) {
                *w = lines.iter().map(|l| width(l)).max().unwrap_or(0).max(*w);
            }
        }
        let number_width = if numbers { (first_row + shown as u64).to_string().len() + 2 } else { 0 };
        let mut pen = Pen { out, widths: &widths, margin: number_width, look: self.look };
        pen.head(&names, &right);
        for (i, row) in cells.iter().enumerate() {
            if i > 0 && self.look == Look::Full {
                pen.rule("├", "─", "┼", "┤");
            }
            pen.row(row, &right, numbers.then_some(first_row + i as u64 + 1));
            if let (true, [only]) = (self.look == Look::Compact && shown == 1, row.as_slice()) {
                let tip = block.columns.first().and_then(|(_, t, _)| readable(t, only.first().map_or("", |s| s)));
                if let Some(tip) = tip {
                    pen.out.pop();
                    pen.out.extend_from_slice(format!(" -- {tip}\n").as_bytes());
                }
            }
        }
        if self.look != Look::Space {
            let footer = shown as u64 >= FOOTER_ROWS;
            if footer { pen.foot(&names, &right) } else { pen.rule("└", "─", "┴", "┘") }
        }
        Ok(())
    }
}

/// `12.35 million` beside a single large number.
fn readable(ty: &Type, text: &str) -> Option<String> {
    if !right_aligned(ty) {
        return None;
    }
    let n: f64 = text.parse().ok()?;
    if n.abs() <= 1_000_000.0 || !n.is_finite() {
        return None;
    }
    let (mut value, mut unit) = (n, 0);
    const UNITS: [&str; 9] = [
        "",
        " thousand",
        " million",
        " billion",
        " trillion",
        " quadrillion",
        " quintillion",
        " sextillion",
        " septillion",
    ];
    while value.abs() >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    Some(format!("{value:.2}{}", UNITS.get(unit)?))
}

struct Pen<'a> {
    out: &'a mut Vec<u8>,
    widths: &'a [usize],
    margin: usize,
    look: Look,
}

impl Pen<'_> {
    fn put(&mut self, s: &str) {
        self.out.extend_from_slice(s.as_bytes());
    }
    fn fill(&mut self, s: &str, n: usize) {
        (0..n).for_each(|_| self.out.extend_from_slice(s.as_bytes()));
    }
    fn indent(&mut self) {
        self.fill(" ", self.margin);
    }
    /// Padding goes before numbers and behind texts.
    fn padded(&mut self, text: &str, w: usize, right: bool, fill: &str) {
        let pad = w.saturating_sub(width(text));
        if right {
            self.fill(fill, pad);
        }
        self.put(text);
        if !right {
            self.fill(fill, pad);
        }
    }
    fn rule(&mut self, left: &str, line: &str, cross: &str, right: &str) {
        self.indent();
        self.put(left);
        let widths = self.widths;
        for (i, w) in widths.iter().enumerate() {
            if i > 0 {
                self.put(cross);
            }
            self.fill(line, w + 2);
        }
        self.put(right);
        self.put("\n");
    }
    fn names(&mut self, names: &[String], right: &[bool], fill: &str, edges: [&str; 3], inner: &str) {
        self.indent();
        self.put(edges[0]);
        for (i, ((name, w), r)) in names.iter().zip(self.widths.to_vec()).zip(right).enumerate() {
            if i > 0 {
                self.put(edges[1]);
            }
            self.put(inner);
            self.padded(name, w, *r, fill);
            self.put(inner);
        }
        self.put(edges[2]);
        self.put("\n");
    }
    fn head(&mut self, names: &[String], right: &[bool]) {
        match self.look {
            Look::Full => {
                self.rule("┏", "━", "┳", "┓");
                self.names(names, right, " ", ["┃", "┃", "┃"], " ");
                self.rule("┡", "━", "╇", "┩");
            }
            Look::Compact => self.names(names, right, "─", ["┌", "┬", "┐"], "─"),
            Look::Space => {
                self.indent();
                for (i, ((name, w), r)) in names.iter().zip(self.widths.to_vec()).zip(right).enumerate() {
                    self.put(if i > 0 { "   " } else { " " });
                    let w = if i + 1 == names.len() && !*r { width(name) } else { w };
                    self.padded(name, w, *r, " ");
                }
                self.put("\n\n");
            }
        }
    }
    fn foot(&mut self, names: &[String], right: &[bool]) {
        if self.look == Look::Compact {
            return self.names(names, right, "─", ["└", "┴", "┘"], "─");
        }
        self.rule("┢", "━", "╈", "┪");
        self.names(names, right, " ", ["┃", "┃", "┃"], " ");
        self.rule("┗", "━", "┻", "┛");
    }
    fn row(&mut self, cells: &[Vec<String>], right: &[bool], number: Option<u64>) {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..lines {
            match (number, line) {
                (Some(n), 0) => {
                    let label = format!("{n}.");
                    self.padded(&label, self.margin - 1, true, " ");
                    // The margin holds the label, its dot and a space.
                    self.put(" ");
                }
                _ => self.indent(),
            }
            let (edge, between) = if self.look == Look::Space { (" ", "   ") } else { ("│ ", " │ ") };
            self.put(edge);
            for (i, ((cell, w), r)) in cells.iter().zip(self.widths.to_vec()).zip(right).enumerate() {
                if i > 0 {
                    self.put(between);
                }
                let text = cell.get(line).map_or("", |s| s.as_str());
                self.padded(text, w, *r, " ");
            }
            self.put(if self.look == Look::Space { " \n" } else { " │\n" });
        }
    }
}

impl Writer for Pretty {
    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let left = self.options.pretty_max_rows.saturating_sub(self.rows);
        let shown = (block.rows as u64).min(left) as usize;
        self.dropped |= shown < block.rows;
        if shown == 0 {
            self.rows += block.rows as u64;
            return Ok(());
        }
        if self.blocks > 0 && self.look == Look::Space {
            out.push(b'\n');
        }
        self.blocks += 1;
        self.table(block, shown, self.rows, self.options.pretty_row_numbers, out)?;
        self.rows += block.rows as u64;
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut Vec<u8>) -> Result<()> {
        if self.dropped {
            out.extend_from_slice(
                format!("  Showed {} out of {} rows.\n", self.options.pretty_max_rows, self.rows).as_bytes(),
            );
        }
        for (label, block) in [("Totals", &summary.totals), ("Extremes", &summary.extremes)] {
            if let Some(block) = block.as_ref().filter(|b| b.rows > 0) {
                out.extend_from_slice(format!("\n{label}:\n").as_bytes());
                self.table(block, block.rows, 0, self.options.pretty_row_numbers, out)?;
            }
        }
        Ok(())
    }
}

/// One value a line.
pub struct Vertical {
    options: FormatOptions,
    rows: u64,
}

impl Vertical {
    pub fn new(options: FormatOptions) -> Vertical {
        Vertical { options, rows: 0 }
    }

    fn row(&self, title: &str, block: &Block, columns: &[Printer<'_>], row: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(title.as_bytes());
        out.push(b'\n');
        out.extend_from_slice("─".repeat(title.len()).as_bytes());
        out.push(b'\n');
        let widest = block.columns.iter().map(|(n, ..)| width(n)).max().unwrap_or(0);
        for (c, (name, ty, _)) in columns.iter().zip(&block.columns) {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.resize(out.len() + widest - width(name), b' ');
            let start = out.len();
            c.write(row, Style::Raw, out);
            let text = String::from_utf8_lossy(out.get(start..).unwrap_or(&[])).into_owned();
            if let Some(tip) = readable(ty, &text) {
                out.extend_from_slice(format!(" -- {tip}").as_bytes());
            }
            out.push(b'\n');
        }
    }
}

impl Writer for Vertical {
    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        for row in 0..block.rows {
            if self.rows >= self.options.pretty_max_rows {
                self.rows += (block.rows - row) as u64;
                break;
            }
            if self.rows > 0 {
                out.push(b'\n');
            }
            self.rows += 1;
            self.row(&format!("Row {}:", self.rows), block, &columns, row, out);
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut Vec<u8>) -> Result<()> {
        if self.rows > self.options.pretty_max_rows {
            out.extend_from_slice(
                format!("Showed {} out of {} rows.\n", self.options.pretty_max_rows, self.rows).as_bytes(),
            );
        }
        if let Some(block) = summary.totals.as_ref().filter(|b| b.rows > 0) {
            let columns = printers(block, &self.options)?;
            out.extend_from_slice(b"\n\n");
            self.row("Totals:", block, &columns, 0, out);
        }
        if let Some(block) = summary.extremes.as_ref().filter(|b| b.rows > 1) {
            let columns = printers(block, &self.options)?;
            for (i, title) in ["Min:", "Max:"].into_iter().enumerate() {
                out.push(b'\n');
                self.row(title, block, &columns, i, out);
            }
        }
        Ok(())
    }
}

/// A Markdown table.
pub struct Markdown {
    header: Vec<(String, Type)>,
    options: FormatOptions,
}

impl Markdown {
    pub fn new(header: Vec<(String, Type)>, options: FormatOptions) -> Markdown {
        Markdown { header, options }
    }
}

impl Writer for Markdown {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        for (n, _) in &self.header {
            out.extend_from_slice(b"| ");
            olly_types::text::write_escaped(n.as_bytes(), out);
            out.push(b' ');
        }
        out.extend_from_slice(b"|\n");
        for (_, t) in &self.header {
            out.extend_from_slice(if right_aligned(t) { b"|-:" } else { b"|:-" });
        }
        out.extend_from_slice(b"|\n");
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        for row in 0..block.rows {
            for c in &columns {
                out.extend_from_slice(b"| ");
                c.write(row, Style::Escaped, out);
                out.push(b' ');
            }
            out.extend_from_slice(b"|\n");
        }
        Ok(())
    }
}
