//! Values and type names in text, as formats and casts read them.

use olly_fuzz::Target;
use olly_types::text::{ColumnBuilder, Cursor, TextOptions, parse_text, read_json, read_quoted};
use olly_types::ty::Type;

const TYPES: &[&str] = &[
    "UInt8",
    "Int64",
    "Float64",
    "Bool",
    "String",
    "FixedString(4)",
    "Date",
    "Date32",
    "DateTime",
    "DateTime('Europe/Berlin')",
    "DateTime64(9)",
    "UUID",
    "Enum8('a' = 1, 'b' = 2)",
    "IPv4",
    "IPv6",
    "Decimal(38, 10)",
    "LowCardinality(String)",
    "Nullable(Int32)",
    "Array(Array(Nullable(String)))",
    "Tuple(a UInt8, b String)",
    "Map(String, Array(UInt64))",
];

const TEXTS: &[&[u8]] = &[
    b"12",
    b"-9223372036854775808",
    b"1.5e-300",
    b"true",
    b"it's\\n",
    b"2026-03-01 12:34:56.789012345",
    b"1 Mar 2026 10:00:00 +02:00",
    b"61f0c404-5cb3-11e7-907b-a6006ad3dba0",
    b"10.1.2.3",
    b"2001:db8::ff00:42:8329",
    b"-1234567890.0123456789",
    b"[['a',NULL],[],['it\\'s']]",
    b"(1,'x')",
    b"{'k':[1,2],'l':[]}",
    b"{\"a\":1,\"b\":\"x\"}",
    b"[[\"a\",null]]",
    b"{\"k\":[1,2]}",
    b"null",
    b"\\N",
];

#[test]
fn values_in_text() {
    // The first byte chooses the type and the reader.
    let seeds = (0..TYPES.len() as u8 * 3)
        .flat_map(|choice| TEXTS.iter().map(move |text| [&[choice], *text].concat()))
        .collect();
    let types: Vec<Type> = TYPES.iter().map(|t| Type::parse(t).unwrap()).collect();
    Target::new("values", seeds)
        .words(&[b"[", b"(", b"{", b"\"", b"'", b":", b",", b"\\u0000", b"1e999", b"-", b"NULL"])
        .run(|input| {
            let Some((choice, text)) = input.split_first() else { return };
            let ty = &types[usize::from(*choice) % types.len()];
            let mut out = ColumnBuilder::new(ty);
            let options = TextOptions::default();
            let mut cursor = Cursor::whole(text);
            let result = match usize::from(*choice) / types.len() % 3 {
                0 => parse_text(text, ty, &options, &mut out),
                1 => read_quoted(&mut cursor, ty, &options, &mut out),
                _ => read_json(&mut cursor, ty, &options, &mut out),
            };
            assert_eq!(out.len(), usize::from(result.is_ok()), "a failed value leaves no row behind");
        });
}

#[test]
fn type_names() {
    let seeds = TYPES.iter().map(|t| t.as_bytes().to_vec()).collect();
    Target::new("types", seeds)
        .words(&[
            b"Array(",
            b"Tuple(",
            b"Map(",
            b"Nullable(",
            b")",
            b"Decimal(",
            b"DateTime64(",
            b"Enum8('x' = ",
            b"Nested(a ",
            b", ",
        ])
        .run(|input| {
            let Ok(text) = std::str::from_utf8(input) else { return };
            if let Ok(ty) = Type::parse(text) {
                assert_eq!(Type::parse(&ty.to_string()).ok(), Some(ty));
            }
        });
}
