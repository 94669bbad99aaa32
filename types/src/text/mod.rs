//! Values as ClickHouse writes and reads them in text: one codec for formats, CAST and toString.
//!
//! [`Printer`] writes rows of a carrier array, [`ColumnBuilder`] collects parsed values, [`Cursor`] is the input. Checked
//! byte for byte against chDB 26.9. Invariant: what a [`Printer`] writes in a style, the reader of that style reads back.

mod best_effort;
mod builder;
mod json;
mod net;
mod number;
mod print;
mod read;
mod string;
#[cfg(test)]
mod tests;
mod time;

pub use best_effort::{BestEffort, parse_best_effort};
pub use builder::ColumnBuilder;
pub use json::{read_json, read_json_text, skip_json, write_json_string};
pub use net::{
    Uuid, parse_ipv4, parse_ipv6, parse_uuid, uuid_from_halves, uuid_to_halves, write_ipv4, write_ipv6, write_uuid,
};
pub use number::{
    ParsedInt, parse_bool, parse_decimal, parse_float, read_float, read_int, write_decimal, write_float32,
    write_float64, write_int,
};
pub use print::{Printer, print, print_value, to_text};
pub use read::{Cursor, parse_text, parse_value, read_quoted};
pub use string::{quote, read_quoted_string, unescape, write_escaped, write_quoted};
pub use time::{
    Civil, Zone, civil_from_days, days_from_civil, parse_date, parse_datetime_basic, write_date, write_datetime,
    write_datetime64,
};

/// How a value stands in its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The bare text, as `toString` gives it and TabSeparatedRaw writes it.
    Raw,
    /// TabSeparated.
    Escaped,
    /// Values, and inside arrays, tuples and maps of every style but JSON.
    Quoted,
    Csv,
    Json,
}

/// `date_time_output_format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateTimeOutput {
    #[default]
    Simple,
    Iso,
    UnixTimestamp,
}

/// `date_time_input_format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateTimeInput {
    Basic,
    #[default]
    BestEffort,
    BestEffortUs,
}

/// What settings and session say about texts.
#[derive(Clone, Debug)]
pub struct TextOptions {
    /// Zone of DateTime types without one of their own.
    pub zone: Zone,
    pub date_time_output: DateTimeOutput,
    pub date_time_input: DateTimeInput,
    /// Seconds since the epoch: best-effort parsing fills in a missing year from it.
    pub now_seconds: i64,
    pub json_quote_64bit_integers: bool,
    pub json_quote_denormals: bool,
    pub json_quote_decimals: bool,
    pub json_quote_64bit_floats: bool,
    pub json_escape_forward_slashes: bool,
    pub json_named_tuples_as_objects: bool,
    pub json_skip_null_in_named_tuples: bool,
    pub json_map_as_array_of_tuples: bool,
    pub decimal_trailing_zeros: bool,
    /// `input_format_null_as_default`: NULL for a type without it is the type's default.
    pub null_as_default: bool,
    /// `input_format_json_ignore_unknown_keys_in_named_tuple`.
    pub json_ignore_unknown_keys_in_named_tuple: bool,
    /// `input_format_json_defaults_for_missing_elements_in_named_tuple`.
    pub json_defaults_for_missing_elements: bool,
}

impl Default for TextOptions {
    fn default() -> Self {
        TextOptions {
            zone: Zone::Utc,
            date_time_output: DateTimeOutput::Simple,
            date_time_input: DateTimeInput::BestEffort,
            now_seconds: 0,
            json_quote_64bit_integers: false,
            json_quote_denormals: false,
            json_quote_decimals: false,
            json_quote_64bit_floats: false,
            json_escape_forward_slashes: true,
            json_named_tuples_as_objects: true,
            json_skip_null_in_named_tuples: false,
            json_map_as_array_of_tuples: false,
            decimal_trailing_zeros: false,
            null_as_default: true,
            json_ignore_unknown_keys_in_named_tuple: true,
            json_defaults_for_missing_elements: true,
        }
    }
}

/// Deepest nesting of values read from text.
pub(crate) const MAX_DEPTH: usize = 200;
