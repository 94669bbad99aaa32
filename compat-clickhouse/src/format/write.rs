//! Writers of results: a beginning, blocks, an end with what is known only then.

use super::{FormatOptions, arrow_write, csv, json, pretty, row_binary, tsv, values};
use crate::block::Block;
use crate::codec::native::Framing;
use olly_types::text::Printer;
use olly_types::{Result, Type};

/// What is known at the end of a result.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub rows_before_limit: Option<u64>,
    pub totals: Option<Block>,
    /// Two rows: minimum and maximum.
    pub extremes: Option<Block>,
    pub elapsed_ns: u64,
    pub read_rows: u64,
    pub read_bytes: u64,
}

/// Writes one result.
pub trait Writer: Send {
    /// What stands before the rows.
    fn begin(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()>;
    /// What stands behind the rows.
    fn end(&mut self, _summary: &Summary, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

/// A writer of a format for a result's columns.
///
/// # Errors
/// 73 for a name that is no output format.
pub fn writer(name: &str, header: &[(String, Type)], options: &FormatOptions) -> Result<Box<dyn Writer>> {
    let format = super::find(name).filter(|f| f.output).ok_or_else(|| super::unknown(name))?;
    let (stem, names, types) = super::with_names(format.name);
    let header = header.to_vec();
    let o = options.clone();
    Ok(match stem {
        "TabSeparated" | "TSV" => Box::new(tsv::Tsv::new(header, o, false, names, types)),
        "TabSeparatedRaw" | "TSVRaw" | "LineAsString" => Box::new(tsv::Tsv::new(header, o, true, names, types)),
        "TSKV" => Box::new(tsv::Tskv::new(o)),
        "CSV" => Box::new(csv::Csv::new(header, o, names, types)),
        "Values" => Box::new(values::Values::new(o)),
        "JSON" => Box::new(json::Json::new(header, o, false, false)),
        "JSONStrings" => Box::new(json::Json::new(header, o, false, true)),
        "JSONCompact" => Box::new(json::Json::new(header, o, true, false)),
        "JSONCompactStrings" => Box::new(json::Json::new(header, o, true, true)),
        "JSONColumns" => Box::new(json::Columns::new(header, o)),
        "JSONEachRow" | "JSONLines" | "NDJSON" => Box::new(json::EachRow::new(o, false)),
        "JSONStringsEachRow" => Box::new(json::EachRow::new(o, true)),
        "JSONCompactEachRow" => Box::new(json::CompactEachRow::new(header, o, names, types, false)),
        "JSONCompactStringsEachRow" => Box::new(json::CompactEachRow::new(header, o, names, types, true)),
        "RowBinary" => Box::new(row_binary::RowBinary::new(header, names, types)),
        "Native" => Box::new(Native { framing: Framing { revision: o.native_revision }, header }),
        "ArrowStream" => Box::new(arrow_write::Arrow::new(&header, &o, false)?),
        "Arrow" => Box::new(arrow_write::Arrow::new(&header, &o, true)?),
        "Vertical" => Box::new(pretty::Vertical::new(o)),
        "Markdown" => Box::new(pretty::Markdown::new(header, o)),
        "Null" => Box::new(Null),
        _ => Box::new(pretty::Pretty::new(pretty::Look::of(stem), o)),
    })
}

/// Printers of a block's columns.
pub(super) fn printers<'a>(block: &'a Block, o: &'a FormatOptions) -> Result<Vec<Printer<'a>>> {
    block.columns.iter().map(|(_, ty, array)| Printer::new(array, ty, &o.text)).collect()
}

struct Null;

impl Writer for Null {
    fn block(&mut self, _block: &Block, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

struct Native {
    framing: Framing,
    header: Vec<(String, Type)>,
}

impl Writer for Native {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        // Clients of the protocol take names and types from a block without rows.
        if self.framing.revision == 0 {
            return Ok(());
        }
        self.framing.write(&empty(&self.header), out)
    }
    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        self.framing.write(block, out)
    }
}

/// A block of columns without rows.
pub fn empty(header: &[(String, Type)]) -> Block {
    let column = |(n, t): &(String, Type)| (n.clone(), t.clone(), olly_types::batch::empty_carrier(t));
    Block { columns: header.iter().map(column).collect(), rows: 0 }
}
