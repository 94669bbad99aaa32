//! Readers of inserted data: blocks out of bytes that come in pieces.
//!
//! Invariant: a row is parsed again from its start when the bytes ended inside it, so parsers keep no state between rows;
//! memory holds one block, one row, and the row's bytes.

use super::values::Evaluate;
use super::{FormatOptions, arrow_read, json_read, row_binary, text_read, values};
use crate::block::Block;
use crate::codec::native::Framing;
use crate::input::Input;
use olly_types::text::{ColumnBuilder, Cursor};
use olly_types::{Code, Error, Result, Type, limits};
use std::collections::HashMap;

/// Rows of a block made from text.
const BLOCK_ROWS: usize = 65_536;
/// Memory at which a block is given out before it has its rows.
const BLOCK_BYTES: usize = 16 << 20;
/// Different sets of omitted columns collected side by side.
const MAX_GROUPS: usize = 16;

/// What a parser found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A row; columns that got no value are omitted ones.
    Row,
    /// No more rows.
    End,
}

/// One format's rows.
pub trait RowParser: Send {
    /// What stands before the rows.
    fn header(&mut self, _c: &mut Cursor<'_>, _rows: &mut Rows) -> Result<()> {
        Ok(())
    }
    /// The next row. `last`: no more bytes will come.
    fn row(&mut self, c: &mut Cursor<'_>, rows: &mut Rows, last: bool) -> Result<Step>;
}

/// The rows read so far, grouped by the columns they omit.
pub struct Rows {
    pub columns: Vec<(String, Type)>,
    pub options: FormatOptions,
    by_name: HashMap<String, usize>,
    groups: Vec<Group>,
    current: usize,
    /// Rows at which the memory taken is looked at again.
    look_at: usize,
    /// Expressions of Values that are computed before the block is given out.
    pub(super) pending: Vec<values::Pending>,
}

struct Group {
    omitted: Vec<bool>,
    builders: Vec<ColumnBuilder>,
    rows: usize,
}

impl Group {
    fn new(columns: &[(String, Type)], omitted: Vec<bool>) -> Group {
        Group { omitted, builders: columns.iter().map(|(_, t)| ColumnBuilder::new(t)).collect(), rows: 0 }
    }
}

impl Rows {
    fn new(columns: Vec<(String, Type)>, options: FormatOptions) -> Rows {
        let by_name = columns.iter().enumerate().map(|(i, (n, _))| (n.clone(), i)).collect();
        let omitted = vec![false; columns.len()];
        let groups = vec![Group::new(&columns, omitted)];
        Rows { columns, options, by_name, groups, current: 0, look_at: 1, pending: Vec::new() }
    }

    /// The place of a column.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The builder of a column. Errors when it has its value in this row already.
    pub fn builder(&mut self, column: usize) -> Result<&mut ColumnBuilder> {
        let missing = || Error::new(Code::LogicalError, "a column that is not there");
        let group = self.groups.get_mut(self.current).ok_or_else(missing)?;
        let builder = group.builders.get_mut(column).ok_or_else(missing)?;
        if builder.len() != group.rows {
            let name = self.columns.get(column).map_or("", |(n, _)| n);
            return Err(Error::new(Code::IncorrectData, format!("Duplicate field found: {name}")));
        }
        Ok(builder)
    }

    /// Appends a value by a reader of one type's values.
    pub fn read(
        &mut self,
        column: usize,
        read: impl FnOnce(&Type, &FormatOptions, &mut ColumnBuilder) -> Result<()>,
    ) -> Result<()> {
        let missing = || Error::new(Code::LogicalError, "a column that is not there");
        self.builder(column)?;
        let group = self.groups.get_mut(self.current).ok_or_else(missing)?;
        let builder = group.builders.get_mut(column).ok_or_else(missing)?;
        let (_, ty) = self.columns.get(column).ok_or_else(missing)?;
        read(ty, &self.options, builder)
    }

    /// Row number within the group, and the group, for expressions that are computed later.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.current, self.groups.get(self.current).map_or(0, |g| g.rows))
    }

    /// Columns by a header's names: for each, its place (None: unknown and skipped) and type.
    ///
    /// # Errors
    /// For unknown names that may not be skipped, and for types that differ from the table's.
    pub fn order(&self, names: &[String], types: Option<&[String]>) -> Result<Vec<(Option<usize>, Type)>> {
        let use_header = self.options.with_names_use_header;
        let mut out = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            let place = if use_header { self.find(name) } else { (i < self.columns.len()).then_some(i) };
            let given = match types.and_then(|t| t.get(i)) {
                Some(t) => Some(Type::parse(t)?),
                None => None,
            };
            let Some(at) = place else {
                if !self.options.skip_unknown_fields {
                    return Err(Error::new(
                        Code::IncorrectData,
                        format!("Unknown field found in format header: '{name}' at position {i}"),
                    ));
                }
                out.push((None, given.unwrap_or(Type::String)));
                continue;
            };
            let (_, ty) = self.columns.get(at).ok_or_else(|| Error::new(Code::LogicalError, "no such column"))?;
            if let Some(given) = given.filter(|g| self.options.with_types_use_header && g != ty) {
                return Err(Error::new(Code::IncorrectData, format!("Type of '{name}' must be {ty}, not {given}")));
            }
            if out.iter().any(|(p, _)| *p == Some(at)) {
                return Err(Error::new(
                    Code::IncorrectData,
                    format!("Duplicate field found while parsing header: {name}"),
                ));
            }
            out.push((Some(at), ty.clone()));
        }
        Ok(out)
    }

    /// Takes back a half-read row.
    fn rewind(&mut self) {
        if let Some(g) = self.groups.get_mut(self.current) {
            let rows = g.rows;
            g.builders.iter_mut().for_each(|b| b.truncate(rows));
            let place = (self.current, rows);
            self.pending.retain(|p| p.place != place);
        }
    }

    /// Ends a row; false when it omits other columns than its group: it was taken back and must be read again.
    fn commit(&mut self) -> bool {
        let by_type = !self.options.defaults_for_omitted_fields;
        let Some(g) = self.groups.get_mut(self.current) else { return true };
        if by_type {
            for b in &mut g.builders {
                if b.len() == g.rows {
                    b.append_default();
                }
            }
            g.rows += 1;
            return true;
        }
        let omitted: Vec<bool> = g.builders.iter().map(|b| b.len() == g.rows).collect();
        if g.rows == 0 {
            g.omitted.clone_from(&omitted);
        }
        if g.omitted == omitted {
            for b in &mut g.builders {
                if b.len() == g.rows {
                    b.append_default();
                }
            }
            g.rows += 1;
            return true;
        }
        self.rewind();
        match self.groups.iter().position(|g| g.omitted == omitted) {
            Some(i) => self.current = i,
            None => {
                self.groups.push(Group::new(&self.columns, omitted));
                self.current = self.groups.len() - 1;
            }
        }
        false
    }

    fn full(&mut self) -> bool {
        let rows: usize = self.groups.iter().map(|g| g.rows).sum();
        if rows >= BLOCK_ROWS || self.groups.len() > MAX_GROUPS {
            return true;
        }
        if rows < self.look_at {
            return false;
        }
        // Few bytes of input can make a large row, so the first ones are looked at, then the more the fewer fit.
        let memory: usize = self.groups.iter().flat_map(|g| &g.builders).map(ColumnBuilder::memory).sum();
        let of_a_row = memory / rows.max(1) + 1;
        self.look_at = rows + (BLOCK_BYTES / 8 / of_a_row).clamp(1, 256);
        memory >= BLOCK_BYTES
    }

    /// The rows so far, one block per set of omitted columns.
    fn take(&mut self) -> Result<Vec<Block>> {
        let fresh = Group::new(&self.columns, vec![false; self.columns.len()]);
        let groups = std::mem::replace(&mut self.groups, vec![fresh]);
        self.current = 0;
        self.look_at = 1;
        let mut blocks = Vec::new();
        for g in groups {
            let mut block = Block { columns: Vec::new(), rows: g.rows };
            for ((builder, (name, ty)), omitted) in g.builders.into_iter().zip(&self.columns).zip(&g.omitted) {
                if !omitted {
                    block.columns.push((name.clone(), ty.clone(), builder.finish()?));
                }
            }
            blocks.push(block);
        }
        Ok(blocks)
    }
}

/// Reads blocks of one insert.
pub struct BlockReader {
    kind: Kind,
    ready: std::collections::VecDeque<Block>,
    done: bool,
}

enum Kind {
    Rows { parser: Box<dyn RowParser>, rows: Box<Rows>, headed: bool, read: u64 },
    Native(Framing),
    Arrow(Box<arrow_read::ArrowReader>),
}

/// A reader of a format for the columns of an insert.
///
/// # Errors
/// 73 for a name that is no input format.
pub fn reader(name: &str, columns: &[(String, Type)], options: &FormatOptions) -> Result<BlockReader> {
    let format = super::find(name).filter(|f| f.input).ok_or_else(|| {
        if super::find(name).is_some() {
            Error::new(Code::UnknownFormat, format!("Format {name} is not suitable for input"))
        } else {
            super::unknown(name)
        }
    })?;
    let (stem, names, types) = super::with_names(format.name);
    let parser: Box<dyn RowParser> = match stem {
        "Native" => return Ok(BlockReader::new(Kind::Native(Framing { revision: options.native_revision }))),
        "Arrow" => return Ok(BlockReader::new(Kind::Arrow(Box::new(arrow_read::ArrowReader::new(true, columns))))),
        "ArrowStream" => {
            return Ok(BlockReader::new(Kind::Arrow(Box::new(arrow_read::ArrowReader::new(false, columns)))));
        }
        "TabSeparated" | "TSV" => Box::new(text_read::Tsv::new(columns, false, names, types)),
        "TabSeparatedRaw" | "TSVRaw" => Box::new(text_read::Tsv::new(columns, true, names, types)),
        "TSKV" => Box::new(text_read::Tskv),
        "CSV" => Box::new(text_read::Csv::new(columns, names, types)),
        "Values" => Box::new(values::ValuesParser::default()),
        "JSONEachRow" | "JSONLines" | "NDJSON" => Box::new(json_read::EachRow { strings: false }),
        "JSONStringsEachRow" => Box::new(json_read::EachRow { strings: true }),
        "JSONCompactEachRow" => Box::new(json_read::CompactEachRow::new(columns, names, types, false)),
        "JSONCompactStringsEachRow" => Box::new(json_read::CompactEachRow::new(columns, names, types, true)),
        "LineAsString" => Box::new(text_read::LineAsString::new(columns, "LineAsString")?),
        "JSONAsString" => Box::new(json_read::AsString::new(columns)?),
        "RowBinary" => Box::new(row_binary::RowBinaryParser::new(columns, names, types, false)),
        "RowBinaryWithDefaults" => Box::new(row_binary::RowBinaryParser::new(columns, false, false, true)),
        _ => return Err(super::unknown(name)),
    };
    let rows = Box::new(Rows::new(columns.to_vec(), options.clone()));
    Ok(BlockReader::new(Kind::Rows { parser, rows, headed: false, read: 0 }))
}

impl BlockReader {
    fn new(kind: Kind) -> BlockReader {
        BlockReader { kind, ready: std::collections::VecDeque::new(), done: false }
    }

    /// The next block of at least one row, or None at the end.
    pub async fn next(&mut self, input: &mut dyn Input, evaluate: &dyn Evaluate) -> Result<Option<Block>> {
        loop {
            if let Some(block) = self.ready.pop_front() {
                if block.rows > 0 {
                    return Ok(Some(block));
                }
                continue;
            }
            if self.done {
                return Ok(None);
            }
            match &mut self.kind {
                Kind::Native(framing) => match framing.read(input).await? {
                    // A block without columns is the end, as in ClickHouse: zeros are not read as blocks for ever.
                    Some(block) if block.columns.is_empty() => self.done = true,
                    Some(block) => self.ready.push_back(block),
                    None => self.done = true,
                },
                Kind::Arrow(reader) => match reader.next(input).await? {
                    Some(block) => self.ready.push_back(block),
                    None => self.done = true,
                },
                Kind::Rows { parser, rows, headed, read } => {
                    self.done = fill(&mut **parser, rows, headed, read, input).await?;
                    let pending = std::mem::take(&mut rows.pending);
                    let mut blocks = rows.take()?;
                    if !pending.is_empty() {
                        values::compute(pending, &rows.columns, &mut blocks, evaluate).await?;
                    }
                    self.ready.extend(blocks);
                }
            }
        }
    }
}

/// Parses rows until a block is full or the input ended (true).
async fn fill(
    parser: &mut dyn RowParser,
    rows: &mut Rows,
    headed: &mut bool,
    read: &mut u64,
    input: &mut dyn Input,
) -> Result<bool> {
    let mut last = false;
    let mut taken = 0;
    loop {
        let bytes = input.buffered();
        let mut used = 0;
        let mut ended = false;
        let mut full = false;
        loop {
            let mut c = Cursor::whole(bytes.get(used..).unwrap_or(&[]));
            if !*headed {
                match parser.header(&mut c, rows) {
                    _ if c.hit_end() && !last => break,
                    Ok(()) => {
                        *headed = true;
                        used += c.position();
                        continue;
                    }
                    Err(e) => return Err(e),
                }
            }
            let step = parser.row(&mut c, rows, last);
            if c.hit_end() && !last {
                rows.rewind();
                break;
            }
            match step {
                Ok(Step::End) => {
                    rows.rewind();
                    used += c.position();
                    ended = true;
                    break;
                }
                Ok(Step::Row) => {
                    if c.position() == 0 {
                        // Nothing would ever end the rows.
                        rows.rewind();
                        return Err(Error::new(
                            Code::IncorrectData,
                            format!(
                                "Rows that take no bytes cannot be read: no column of the data has a value (at row {})",
                                *read + 1
                            ),
                        ));
                    }
                    if rows.commit() {
                        used += c.position();
                        taken += c.position();
                        *read += 1;
                    }
                    if taken >= BLOCK_BYTES || rows.full() {
                        full = true;
                        break;
                    }
                }
                Err(mut e) => {
                    rows.rewind();
                    e.message = format!("{}: (at row {})", e.message.trim_end_matches('.'), *read + 1);
                    return Err(e);
                }
            }
        }
        let left = bytes.len() - used;
        input.consume(used);
        if full || ended || last {
            return Ok(ended || last);
        }
        if left as u64 > limits::ROW_BYTES {
            return Err(Error::new(
                Code::TooLargeStringSize,
                format!("Row {} is larger than {} bytes", *read + 1, limits::ROW_BYTES),
            ));
        }
        // A row that did not end is parsed again only when as much again has come: time stays linear in the row's size.
        let target = left * 2 + 1;
        while input.buffered().len() < target {
            if !input.more().await? {
                last = true;
                break;
            }
        }
    }
}
