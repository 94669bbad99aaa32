//! Values: `(1, 'a'), (2, now())`, written and read. Literals are read here; any other constant expression is handed to the
//! engine, many at a time.

use super::FormatOptions;
use super::read::{RowParser, Rows, Step};
use super::write::{Writer, printers};
use crate::block::Block;
use arrow::array::{Array, ArrayRef};
use async_trait::async_trait;
use olly_types::text::{Cursor, Style, read_quoted};
use olly_types::{Code, Error, Result, Type};
use std::collections::BTreeMap;

pub struct Values {
    options: FormatOptions,
    rows: u64,
}

impl Values {
    pub fn new(options: FormatOptions) -> Values {
        Values { options, rows: 0 }
    }
}

impl Writer for Values {
    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let columns = printers(block, &self.options)?;
        for row in 0..block.rows {
            if self.rows > 0 {
                out.push(b',');
            }
            self.rows += 1;
            out.push(b'(');
            for (i, c) in columns.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                c.write(row, Style::Quoted, out);
            }
            out.push(b')');
        }
        Ok(())
    }
}

/// Computes constant expressions.
#[async_trait]
pub trait Evaluate: Send + Sync {
    /// The values of expressions, each cast to its type, as arrays of one row.
    async fn evaluate(&self, expressions: &[(String, Type)]) -> Result<Vec<ArrayRef>>;
}

/// For sources that may hold literals only.
pub struct NoExpressions;

#[async_trait]
impl Evaluate for NoExpressions {
    async fn evaluate(&self, expressions: &[(String, Type)]) -> Result<Vec<ArrayRef>> {
        let text = expressions.first().map_or("", |(e, _)| e.as_str());
        Err(Error::new(Code::CannotParseText, format!("Cannot parse expression here: {text}")))
    }
}

/// An expression whose value is not known yet; a default stands in its place.
pub struct Pending {
    /// Group and row.
    pub place: (usize, usize),
    pub column: usize,
    pub text: String,
}

/// Most expressions that wait in one block.
const MAX_PENDING: usize = 100_000;
/// Expressions computed by one query.
const AT_ONCE: usize = 100;

/// Computes what is pending and puts it into the blocks.
pub async fn compute(
    pending: Vec<Pending>,
    columns: &[(String, Type)],
    blocks: &mut [Block],
    evaluate: &dyn Evaluate,
) -> Result<()> {
    // By block and column: rows and their expressions.
    let mut wanted: BTreeMap<(usize, usize), Vec<(usize, ArrayRef)>> = BTreeMap::new();
    for some in pending.chunks(AT_ONCE) {
        let mut expressions = Vec::with_capacity(some.len());
        for p in some {
            let (_, ty) = columns.get(p.column).ok_or_else(|| Error::new(Code::LogicalError, "no such column"))?;
            expressions.push((p.text.clone(), ty.clone()));
        }
        let values = evaluate.evaluate(&expressions).await?;
        for (p, v) in some.iter().zip(values) {
            wanted.entry((p.place.0, p.column)).or_default().push((p.place.1, v));
        }
    }
    for ((group, column), values) in wanted {
        let name = columns.get(column).map_or("", |(n, _)| n.as_str());
        let Some(block) = blocks.get_mut(group) else { continue };
        let Some((_, _, array)) = block.columns.iter_mut().find(|(n, ..)| n == name) else { continue };
        let mut sources: Vec<&dyn Array> = vec![array.as_ref()];
        let mut from: Vec<(usize, usize)> = (0..array.len()).map(|i| (0, i)).collect();
        for (row, v) in &values {
            if let Some(place) = from.get_mut(*row) {
                *place = (sources.len(), 0);
            }
            sources.push(v.as_ref());
        }
        let merged =
            arrow::compute::interleave(&sources, &from).map_err(|e| Error::new(Code::LogicalError, e.to_string()))?;
        *array = merged;
    }
    Ok(())
}

/// Rows read.
#[derive(Default)]
pub struct ValuesParser {}

impl ValuesParser {
    fn value(c: &mut Cursor<'_>, rows: &mut Rows, column: usize) -> Result<()> {
        c.skip_space();
        let start = c.position();
        if c.eat_word(b"DEFAULT") {
            return Ok(());
        }
        // NULL for a type without it is the column's default.
        let nullable = rows.columns.get(column).is_some_and(|(_, t)| t.is_nullable());
        if !nullable
            && rows.options.text.null_as_default
            && matches!(c.peek(), Some(b'N' | b'n'))
            && c.eat_word(b"NULL")
        {
            c.skip_space();
            if matches!(c.peek(), Some(b',' | b')')) {
                return Ok(());
            }
            c.seek(start);
        }
        let literal = rows.read(column, |ty, o, out| {
            read_quoted(c, ty, &o.text, out)?;
            c.skip_space();
            match c.peek() {
                Some(b',' | b')') => Ok(()),
                _ => {
                    let rows = out.len() - 1;
                    out.truncate(rows);
                    Err(Error::new(Code::CannotParseText, format!("Cannot parse expression here: {}", c.excerpt())))
                }
            }
        });
        let Err(error) = literal else { return Ok(()) };
        if !rows.options.values_interpret_expressions || rows.pending.len() >= MAX_PENDING {
            return Err(error);
        }
        c.seek(start);
        let text = expression(c)?;
        if text.is_empty() {
            return Err(error);
        }
        let place = rows.place();
        rows.builder(column)?.append_default();
        rows.pending.push(Pending { place, column, text });
        Ok(())
    }
}

/// The text up to the comma or bracket that ends the value.
fn expression(c: &mut Cursor<'_>) -> Result<String> {
    let start = c.position();
    let mut open: Vec<u8> = Vec::new();
    let mut skipped = Vec::new();
    loop {
        match c.peek() {
            None => return Err(Error::new(Code::CannotReadAllData, "Cannot parse expression: unexpected end of data")),
            Some(b'\'') => {
                skipped.clear();
                olly_types::text::read_quoted_string(c, &mut skipped)?;
            }
            Some(q @ (b'`' | b'"')) => {
                c.advance(1);
                loop {
                    match c.next() {
                        Some(b'\\') => c.advance(1),
                        Some(b) if b == q => break,
                        Some(_) => {}
                        None => {
                            return Err(Error::new(
                                Code::CannotReadAllData,
                                "Cannot parse expression: unexpected end of data",
                            ));
                        }
                    }
                }
            }
            Some(b @ (b'(' | b'[' | b'{')) => {
                open.push(b);
                if open.len() > 1000 {
                    return Err(Error::new(Code::TooDeepAst, "expressions are nested too deeply"));
                }
                c.advance(1);
            }
            Some(b',') if open.is_empty() => break,
            Some(b')' | b']' | b'}') => {
                if open.pop().is_none() {
                    break;
                }
                c.advance(1);
            }
            Some(_) => c.advance(1),
        }
    }
    let text = std::str::from_utf8(c.since(start))
        .map_err(|_| Error::new(Code::CannotParseText, "Cannot parse expression: it is not UTF-8"))?;
    Ok(text.trim().to_string())
}

impl RowParser for ValuesParser {
    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, _last: bool) -> Result<Step> {
        loop {
            c.skip_space();
            match c.peek() {
                Some(b',') => c.advance(1),
                Some(b';') => {
                    c.advance(1);
                    c.skip_space();
                    if c.peek().is_some() {
                        return Err(Error::new(
                            Code::CannotReadAllData,
                            format!("Cannot read data after semicolon: {}", c.excerpt()),
                        ));
                    }
                    return Ok(Step::End);
                }
                None => return Ok(Step::End),
                Some(_) => break,
            }
        }
        c.expect(b'(')?;
        let n = rows.columns.len();
        for i in 0..n {
            if i > 0 {
                c.skip_space();
                c.expect(b',')?;
            }
            Self::value(c, rows, i).map_err(|e| super::text_read::named(e, rows, i))?;
        }
        c.skip_space();
        c.eat(b',');
        c.skip_space();
        c.expect(b')')?;
        Ok(Step::Row)
    }
}
