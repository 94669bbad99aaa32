//! Input that nobody meant well.

use arrow_ipc::{
    Field, FieldBuilder, FooterBuilder, IntBuilder, MessageBuilder, MessageHeader, MetadataVersion, SchemaBuilder,
    Struct_Builder, Type,
};
use flatbuffers::{FlatBufferBuilder, WIPOffset};
use futures::executor::block_on;
use olly_compat_clickhouse::format::{self, FORMATS, FormatOptions, NoExpressions};
use olly_compat_clickhouse::input::Slice;
use olly_compat_clickhouse::{fuzz_format, fuzz_native};
use olly_types::{Code, Value};

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn readers_never_panic(bytes: Vec<u8>, which in 0usize..100) {
        let inputs: Vec<_> = FORMATS.iter().filter(|f| f.input).collect();
        block_on(fuzz_format(inputs[which % inputs.len()].name, &bytes));
    }

    #[test]
    fn packets_never_panic(bytes: Vec<u8>) {
        block_on(fuzz_native(&bytes));
    }

    #[test]
    fn text_readers_never_panic(text in "[\\[\\](){}'\",:\\\\\n\t 0-9a-cN-]{0,60}", which in 0usize..100) {
        let inputs: Vec<_> = FORMATS.iter().filter(|f| f.input).collect();
        block_on(fuzz_format(inputs[which % inputs.len()].name, text.as_bytes()));
    }
}

#[test]
fn lies_about_lengths_cost_nothing() {
    // One column of 2^27 rows of String, without a byte of them.
    let mut bytes = vec![1];
    bytes.extend_from_slice(&[0x80, 0x80, 0x80, 0x40]);
    bytes.extend_from_slice(b"\x01a\x06String");
    block_on(fuzz_format("Native", &bytes));
    let mut deep = b"\x01\x01\x01a\xff\x7f".to_vec();
    deep.extend_from_slice("Array(".repeat(2000).as_bytes());
    block_on(fuzz_format("Native", &deep));
    block_on(fuzz_format("JSONEachRow", "[".repeat(100_000).as_bytes()));
    block_on(fuzz_format("JSONEachRow", format!("{{\"c0\":{}", "[".repeat(100_000)).as_bytes()));
    block_on(fuzz_format("Values", "(".repeat(100_000).as_bytes()));
}

/// A schema of one column, a struct of `width` structs of `width` structs …, which all are the same few bytes.
fn tree<'a>(b: &mut FlatBufferBuilder<'a>, depth: usize, width: usize) -> WIPOffset<arrow_ipc::Schema<'a>> {
    let name = b.create_string("f");
    let mut int = IntBuilder::new(b);
    int.add_bitWidth(64);
    let int = int.finish();
    let mut children: WIPOffset<flatbuffers::Vector<flatbuffers::ForwardsUOffset<Field>>> =
        b.create_vector(&[] as &[WIPOffset<Field>]);
    let mut field = None;
    for level in 0..depth {
        let (kind, ty) = match level {
            0 => (Type::Int, int.as_union_value()),
            _ => (Type::Struct_, Struct_Builder::new(b).finish().as_union_value()),
        };
        let mut f = FieldBuilder::new(b);
        f.add_name(name);
        f.add_type_type(kind);
        f.add_type_(ty);
        f.add_children(children);
        let made = f.finish();
        children = b.create_vector(&vec![made; width]);
        field = Some(made);
    }
    let fields = b.create_vector(&[field.unwrap()]);
    let mut schema = SchemaBuilder::new(b);
    schema.add_fields(fields);
    schema.finish()
}

fn stream(depth: usize, width: usize) -> Vec<u8> {
    let mut b = FlatBufferBuilder::new();
    let schema = tree(&mut b, depth, width);
    let mut message = MessageBuilder::new(&mut b);
    message.add_version(MetadataVersion::V5);
    message.add_header_type(MessageHeader::Schema);
    message.add_header(schema.as_union_value());
    let message = message.finish();
    b.finish(message, None);
    let mut body = b.finished_data().to_vec();
    body.resize(body.len().next_multiple_of(8), 0);
    let length = (body.len() as u32).to_le_bytes();
    [&u32::MAX.to_le_bytes()[..], &length, &body, &u32::MAX.to_le_bytes(), &[0; 4]].concat()
}

fn file(depth: usize, width: usize) -> Vec<u8> {
    let mut b = FlatBufferBuilder::new();
    let schema = tree(&mut b, depth, width);
    let none = b.create_vector(&[] as &[arrow_ipc::Block]);
    let mut footer = FooterBuilder::new(&mut b);
    footer.add_version(MetadataVersion::V5);
    footer.add_schema(schema);
    footer.add_dictionaries(none);
    footer.add_recordBatches(none);
    let footer = footer.finish();
    b.finish(footer, None);
    let footer = b.finished_data();
    [b"ARROW1\0\0", footer, &(footer.len() as u32).to_le_bytes(), b"ARROW1"].concat()
}

#[test]
fn an_arrow_schema_that_unfolds_to_millions_of_fields_is_refused() {
    let read = |format: &str, bytes: &[u8]| {
        let mut reader = format::reader(format, &[], &FormatOptions::default())?;
        block_on(reader.next(&mut Slice(bytes), &NoExpressions))
    };
    // 30 fields at each of 8 levels: 600 G of them, of some 2 KiB.
    for (format, bytes) in [("ArrowStream", stream(8, 30)), ("Arrow", file(8, 30))] {
        assert!(bytes.len() < 4096, "{format}: {} bytes", bytes.len());
        let e = read(format, &bytes).unwrap_err();
        let told = ["tables", "size"].iter().any(|w| e.message.to_lowercase().contains(w));
        assert!(e.code == Code::IncorrectData && told, "{format}: {e}");
    }
    // What a table may have is taken: 1,000 columns.
    let names: Vec<String> = (0..1000).map(|i| format!("column_{i}")).collect();
    let empty = [Value::Array([].into())];
    let columns: Vec<_> = names.iter().map(|n| (&n[..], "Array(Nullable(UInt64))", &empty[..])).collect();
    let wide = crate::fake::block(&columns);
    for format in ["ArrowStream", "Arrow"] {
        let bytes = crate::formats::write(format, &wide, &FormatOptions::default());
        let back = read(format, &bytes).unwrap_or_else(|e| panic!("{format}: {e}")).unwrap();
        assert_eq!((back.columns.len(), back.rows), (1000, 1), "{format}");
    }
}
