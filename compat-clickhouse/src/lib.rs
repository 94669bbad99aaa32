//! ClickHouse's protocols over the query engine: native TCP, HTTP, formats, system tables.
//!
//! Invariant: everything a client sends is bounded before it is kept, and no input ends the process.

pub mod auth;
pub mod block;
pub mod codec;
pub mod compress;
pub mod connections;
pub mod format;
pub mod http;
pub mod input;
pub mod native;
pub mod service;
pub mod system;

/// Feeds bytes to a format's reader, for fuzzing: any input ends in blocks or an error. The columns cover the kinds of types.
pub async fn fuzz_format(format: &str, bytes: &[u8]) {
    let types = [
        "UInt8",
        "Int64",
        "Float64",
        "String",
        "FixedString(3)",
        "Date",
        "DateTime",
        "DateTime64(9)",
        "UUID",
        "IPv6",
        "Bool",
        "Decimal(18, 4)",
        "Enum8('a' = 1, 'b' = 2)",
        "LowCardinality(Nullable(String))",
        "Nullable(Int32)",
        "Array(Array(String))",
        "Map(String, Array(UInt8))",
        "Tuple(a Int8, b String)",
    ];
    for skip in 0..types.len() {
        let columns: Vec<(String, olly_types::Type)> = types
            .iter()
            .skip(skip)
            .enumerate()
            .filter_map(|(i, t)| Some((format!("c{i}"), olly_types::Type::parse(t).ok()?)))
            .collect();
        let options = format::FormatOptions::default();
        let Ok(mut reader) = format::reader(format, &columns, &options) else { return };
        let mut input = input::Dripping::new(bytes, 1 + bytes.len() / 3);
        while let Ok(Some(_)) = reader.next(&mut input, &format::NoExpressions).await {}
        if format.starts_with("Native") || format.starts_with("Arrow") {
            return;
        }
    }
}

/// Decodes bytes as parts of an HTTP request, for fuzzing: a query string, a form, credentials, and a body whose content
/// encoding the first byte names and which comes in pieces.
pub fn fuzz_http(bytes: &[u8]) {
    http::fuzz(bytes);
}

/// Decodes bytes as a native client's packets, for fuzzing.
pub async fn fuzz_native(bytes: &[u8]) {
    native::fuzz(bytes).await;
}
