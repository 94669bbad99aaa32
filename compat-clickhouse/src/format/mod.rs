//! Formats of results and of inserted data.
//!
//! Invariant: writers keep no more than the block at hand (Pretty and JSON likewise), readers no more than one block and
//! one row; every format is listed once, in [`FORMATS`], from which `system.formats` is made.

mod arrow_read;
mod arrow_write;
mod csv;
mod json;
mod json_read;
pub mod options;
mod pretty;
mod read;
mod row_binary;
mod text_read;
mod tsv;
mod values;
mod write;

pub use options::FormatOptions;
pub use read::{BlockReader, reader};
pub use values::{Evaluate, NoExpressions};
pub use write::{Summary, Writer, empty as empty_block, writer};

/// What a format can do.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    pub name: &'static str,
    pub input: bool,
    pub output: bool,
    /// MIME type of HTTP answers.
    pub content_type: &'static str,
}

const TSV: &str = "text/tab-separated-values; charset=UTF-8";
const CSV: &str = "text/csv; charset=UTF-8; header=absent";
const CSV_NAMES: &str = "text/csv; charset=UTF-8; header=present";
const JSON: &str = "application/json; charset=UTF-8";
const LINES: &str = "application/x-ndjson; charset=UTF-8";
const TEXT: &str = "text/plain; charset=UTF-8";
const BYTES: &str = "application/octet-stream";

const fn format(name: &'static str, input: bool, output: bool, content_type: &'static str) -> Format {
    Format { name, input, output, content_type }
}

/// All formats.
pub const FORMATS: &[Format] = &[
    format("Arrow", true, true, "application/vnd.apache.arrow.file"),
    format("ArrowStream", true, true, "application/vnd.apache.arrow.stream"),
    format("CSV", true, true, CSV),
    format("CSVWithNames", true, true, CSV_NAMES),
    format("CSVWithNamesAndTypes", true, true, CSV_NAMES),
    format("JSON", false, true, JSON),
    format("JSONAsString", true, false, LINES),
    format("JSONColumns", false, true, JSON),
    format("JSONCompact", false, true, JSON),
    format("JSONCompactEachRow", true, true, LINES),
    format("JSONCompactEachRowWithNames", true, true, LINES),
    format("JSONCompactEachRowWithNamesAndTypes", true, true, LINES),
    format("JSONCompactStrings", false, true, JSON),
    format("JSONCompactStringsEachRow", true, true, LINES),
    format("JSONCompactStringsEachRowWithNames", true, true, LINES),
    format("JSONCompactStringsEachRowWithNamesAndTypes", true, true, LINES),
    format("JSONEachRow", true, true, LINES),
    format("JSONLines", true, true, LINES),
    format("JSONStrings", false, true, JSON),
    format("JSONStringsEachRow", true, true, LINES),
    format("LineAsString", true, true, TEXT),
    format("Markdown", false, true, TEXT),
    format("NDJSON", true, true, LINES),
    format("Native", true, true, BYTES),
    format("Null", false, true, TEXT),
    format("Pretty", false, true, TEXT),
    format("PrettyCompact", false, true, TEXT),
    format("PrettyCompactMonoBlock", false, true, TEXT),
    format("PrettyCompactNoEscapes", false, true, TEXT),
    format("PrettyCompactNoEscapesMonoBlock", false, true, TEXT),
    format("PrettyMonoBlock", false, true, TEXT),
    format("PrettyNoEscapes", false, true, TEXT),
    format("PrettyNoEscapesMonoBlock", false, true, TEXT),
    format("PrettySpace", false, true, TEXT),
    format("PrettySpaceNoEscapes", false, true, TEXT),
    format("RowBinary", true, true, BYTES),
    format("RowBinaryWithDefaults", true, false, BYTES),
    format("RowBinaryWithNames", true, true, BYTES),
    format("RowBinaryWithNamesAndTypes", true, true, BYTES),
    format("TSKV", true, true, TSV),
    format("TSV", true, true, TSV),
    format("TSVRaw", true, true, TSV),
    format("TSVRawWithNames", true, true, TSV),
    format("TSVRawWithNamesAndTypes", true, true, TSV),
    format("TSVWithNames", true, true, TSV),
    format("TSVWithNamesAndTypes", true, true, TSV),
    format("TabSeparated", true, true, TSV),
    format("TabSeparatedRaw", true, true, TSV),
    format("TabSeparatedRawWithNames", true, true, TSV),
    format("TabSeparatedRawWithNamesAndTypes", true, true, TSV),
    format("TabSeparatedWithNames", true, true, TSV),
    format("TabSeparatedWithNamesAndTypes", true, true, TSV),
    format("Values", true, true, TEXT),
    format("Vertical", false, true, TEXT),
];

/// The format of a name (in any case, as in ClickHouse).
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name).or_else(|| FORMATS.iter().find(|f| f.name.eq_ignore_ascii_case(name)))
}

/// Error 73 with the format's name.
pub fn unknown(name: &str) -> olly_types::Error {
    olly_types::Error::new(olly_types::Code::UnknownFormat, format!("Unknown format {name}"))
}

/// `TabSeparatedRawWithNamesAndTypes` and the like taken apart: the stem, and whether names and types stand first.
pub(crate) fn with_names(name: &str) -> (&str, bool, bool) {
    if let Some(stem) = name.strip_suffix("WithNamesAndTypes") {
        (stem, true, true)
    } else if let Some(stem) = name.strip_suffix("WithNames") {
        (stem, true, false)
    } else {
        (name, false, false)
    }
}
