//! What the settings say about formats.

use olly_query::engine::Settings;
use olly_types::text::{DateTimeInput, DateTimeOutput, TextOptions, Zone};
use olly_types::{Code, Error, Result};

/// Settings of formats, read once per query.
#[derive(Clone, Debug)]
pub struct FormatOptions {
    pub text: TextOptions,
    pub csv_delimiter: u8,
    pub csv_null: Vec<u8>,
    pub tsv_null: Vec<u8>,
    pub csv_allow_single_quotes: bool,
    pub csv_empty_as_default: bool,
    pub csv_trim_whitespaces: bool,
    pub tsv_empty_as_default: bool,
    pub tsv_crlf: bool,
    pub csv_crlf: bool,
    pub skip_unknown_fields: bool,
    pub defaults_for_omitted_fields: bool,
    pub import_nested_json: bool,
    pub with_names_use_header: bool,
    pub with_types_use_header: bool,
    pub write_statistics: bool,
    pub json_array_of_rows: bool,
    pub json_pretty_print: bool,
    pub pretty_max_rows: u64,
    pub pretty_max_value_width: usize,
    pub pretty_row_numbers: bool,
    pub arrow_string_as_string: bool,
    pub values_interpret_expressions: bool,
    /// Revision that frames FORMAT Native over HTTP (`client_protocol_version`); 0 outside the protocol.
    pub native_revision: u64,
}

impl Default for FormatOptions {
    fn default() -> Self {
        FormatOptions {
            text: TextOptions::default(),
            csv_delimiter: b',',
            csv_null: b"\\N".to_vec(),
            tsv_null: b"\\N".to_vec(),
            csv_allow_single_quotes: false,
            csv_empty_as_default: true,
            csv_trim_whitespaces: true,
            tsv_empty_as_default: false,
            tsv_crlf: false,
            csv_crlf: false,
            skip_unknown_fields: true,
            defaults_for_omitted_fields: true,
            import_nested_json: false,
            with_names_use_header: true,
            with_types_use_header: true,
            write_statistics: true,
            json_array_of_rows: false,
            json_pretty_print: true,
            pretty_max_rows: 1000,
            pretty_max_value_width: 10_000,
            pretty_row_numbers: true,
            arrow_string_as_string: true,
            values_interpret_expressions: true,
            native_revision: 0,
        }
    }
}

impl FormatOptions {
    /// # Errors
    /// When a setting's value cannot be read.
    pub fn read(s: &Settings, now_seconds: i64) -> Result<FormatOptions> {
        let d = FormatOptions::default();
        let t = TextOptions::default();
        let zone = match s.get("session_timezone") {
            None | Some("") => Zone::Utc,
            Some(name) => Zone::load(name)?,
        };
        let text = TextOptions {
            zone,
            now_seconds,
            date_time_output: match s.get("date_time_output_format") {
                None | Some("simple") => DateTimeOutput::Simple,
                Some("iso") => DateTimeOutput::Iso,
                Some("unix_timestamp") => DateTimeOutput::UnixTimestamp,
                Some(other) => return Err(bad("date_time_output_format", other)),
            },
            date_time_input: match s.get("date_time_input_format") {
                None | Some("best_effort") => DateTimeInput::BestEffort,
                Some("basic") => DateTimeInput::Basic,
                Some("best_effort_us") => DateTimeInput::BestEffortUs,
                Some(other) => return Err(bad("date_time_input_format", other)),
            },
            json_quote_64bit_integers: s.bool_or("output_format_json_quote_64bit_integers", false)?,
            json_quote_denormals: s.bool_or("output_format_json_quote_denormals", false)?,
            json_quote_decimals: s.bool_or("output_format_json_quote_decimals", false)?,
            json_quote_64bit_floats: s.bool_or("output_format_json_quote_64bit_floats", false)?,
            json_escape_forward_slashes: s.bool_or("output_format_json_escape_forward_slashes", true)?,
            json_named_tuples_as_objects: s.bool_or("output_format_json_named_tuples_as_objects", true)?,
            json_skip_null_in_named_tuples: s.bool_or("output_format_json_skip_null_value_in_named_tuples", false)?,
            json_map_as_array_of_tuples: s.bool_or("output_format_json_map_as_array_of_tuples", false)?
                || s.bool_or("input_format_json_map_as_array_of_tuples", false)?,
            decimal_trailing_zeros: s.bool_or("output_format_decimal_trailing_zeros", false)?,
            null_as_default: s.bool_or("input_format_null_as_default", true)?,
            json_ignore_unknown_keys_in_named_tuple: s
                .bool_or("input_format_json_ignore_unknown_keys_in_named_tuple", true)?,
            json_defaults_for_missing_elements: s.bool_or(
                "input_format_json_defaults_for_missing_elements_in_named_tuple",
                t.json_defaults_for_missing_elements,
            )?,
        };
        let delimiter = s.get("format_csv_delimiter").unwrap_or(",");
        let &[csv_delimiter] = delimiter.as_bytes() else { return Err(bad("format_csv_delimiter", delimiter)) };
        Ok(FormatOptions {
            text,
            csv_delimiter,
            csv_null: null_text(s, "format_csv_null_representation"),
            tsv_null: null_text(s, "format_tsv_null_representation"),
            csv_allow_single_quotes: s.bool_or("format_csv_allow_single_quotes", d.csv_allow_single_quotes)?,
            csv_empty_as_default: s.bool_or("input_format_csv_empty_as_default", d.csv_empty_as_default)?,
            csv_trim_whitespaces: s.bool_or("input_format_csv_trim_whitespaces", d.csv_trim_whitespaces)?,
            tsv_empty_as_default: s.bool_or("input_format_tsv_empty_as_default", d.tsv_empty_as_default)?,
            tsv_crlf: s.bool_or("output_format_tsv_crlf_end_of_line", false)?
                || s.bool_or("input_format_tsv_crlf_end_of_line", false)?,
            csv_crlf: s.bool_or("output_format_csv_crlf_end_of_line", false)?,
            skip_unknown_fields: s.bool_or("input_format_skip_unknown_fields", d.skip_unknown_fields)?,
            defaults_for_omitted_fields: s
                .bool_or("input_format_defaults_for_omitted_fields", d.defaults_for_omitted_fields)?,
            import_nested_json: s.bool_or("input_format_import_nested_json", d.import_nested_json)?,
            with_names_use_header: s.bool_or("input_format_with_names_use_header", true)?,
            with_types_use_header: s.bool_or("input_format_with_types_use_header", true)?,
            write_statistics: s.bool_or("output_format_write_statistics", d.write_statistics)?,
            json_array_of_rows: s.bool_or("output_format_json_array_of_rows", d.json_array_of_rows)?,
            json_pretty_print: s.bool_or("output_format_json_pretty_print", d.json_pretty_print)?,
            pretty_max_rows: s.u64_or("output_format_pretty_max_rows", d.pretty_max_rows)?,
            pretty_max_value_width: s.u64_or("output_format_pretty_max_value_width", d.pretty_max_value_width as u64)?
                as usize,
            pretty_row_numbers: s.bool_or("output_format_pretty_row_numbers", d.pretty_row_numbers)?,
            arrow_string_as_string: s.bool_or("output_format_arrow_string_as_string", d.arrow_string_as_string)?,
            values_interpret_expressions: s.bool_or("input_format_values_interpret_expressions", true)?,
            native_revision: 0,
        })
    }
}

fn null_text(s: &Settings, name: &str) -> Vec<u8> {
    s.get(name).map_or_else(|| b"\\N".to_vec(), |v| v.as_bytes().to_vec())
}

fn bad(name: &str, value: &str) -> Error {
    Error::new(Code::BadArguments, format!("Unexpected value of {name}: '{value}'"))
}
