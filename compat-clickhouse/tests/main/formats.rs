//! Every format that is written and read gives its rows back; texts are those of chDB 26.9.

use crate::fake::block;
use futures::executor::block_on;
use olly_compat_clickhouse::block::Block;
use olly_compat_clickhouse::format::{self, FORMATS, FormatOptions, NoExpressions, Summary};
use olly_compat_clickhouse::input::Dripping;
use olly_types::{Type, Value};

pub fn write(name: &str, b: &Block, o: &FormatOptions) -> Vec<u8> {
    let mut w = format::writer(name, &b.header(), o).unwrap();
    let mut out = Vec::new();
    w.begin(&mut out).unwrap();
    w.block(b, &mut out).unwrap();
    w.end(&Summary::default(), &mut out).unwrap();
    out
}

fn read(name: &str, header: &[(String, Type)], bytes: &[u8], step: usize) -> olly_types::Result<Vec<Block>> {
    let mut r = format::reader(name, header, &FormatOptions::default())?;
    let mut input = Dripping::new(bytes, step);
    let mut out = Vec::new();
    while let Some(b) = block_on(r.next(&mut input, &NoExpressions))? {
        out.push(b);
    }
    Ok(out)
}

fn text(name: &str, b: &Block) -> String {
    String::from_utf8(write(name, b, &FormatOptions::default())).unwrap()
}

fn s(t: &str) -> Value {
    Value::bytes(t)
}

fn everything() -> Block {
    let n = Value::Null;
    block(&[
        ("a", "UInt8", &[Value::UInt(0), Value::UInt(255), Value::UInt(7)]),
        ("b", "Int64", &[Value::Int(i64::MIN), Value::Int(-1), Value::Int(i64::MAX)]),
        ("c", "Float64", &[Value::Float(1.5), Value::Float(-1e100), Value::Float(0.1)]),
        ("d", "Float32", &[Value::Float(0.5), Value::Float(-3.25), Value::Float(1e30f32.into())]),
        ("e", "String", &[s("a\tb\n\"q'\\/x"), s(""), s("größe ✓,;")]),
        ("f", "FixedString(3)", &[s("abc"), s("a\0\0"), s("xyz")]),
        ("g", "Date", &[Value::UInt(0), Value::UInt(65_535), Value::UInt(20_000)]),
        ("h", "Date32", &[Value::Int(-25_567), Value::Int(0), Value::Int(100_000)]),
        ("i", "DateTime", &[Value::UInt(0), Value::UInt(4_294_967_295), Value::UInt(1_577_934_245)]),
        ("j", "DateTime64(9)", &[Value::Int(-1), Value::Int(0), Value::Int(1_577_934_245_123_456_789)]),
        ("k", "UUID", &[s("0123456789abcdef"), s("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"), s("zzzzzzzzzzzzzzzz")]),
        ("l", "IPv4", &[Value::UInt(0), Value::UInt(16_909_060), Value::UInt(u32::MAX.into())]),
        (
            "m",
            "IPv6",
            &[
                s("0123456789abcdef"),
                s("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"),
                s("\0\0\0\0\0\0\0\0\0\0zz\x01\x02\x03\x04"),
            ],
        ),
        ("n", "Bool", &[Value::UInt(0), Value::UInt(1), Value::UInt(1)]),
        ("o", "Decimal(9, 2)", &[Value::Decimal(-12_345), Value::Decimal(0), Value::Decimal(100)]),
        ("p", "Decimal(38, 10)", &[Value::Decimal(10i128.pow(37)), Value::Decimal(-1), Value::Decimal(5)]),
        ("q", "Enum8('a' = 1, 'b\\'c' = -2)", &[Value::Int(1), Value::Int(-2), Value::Int(1)]),
        ("r", "LowCardinality(Nullable(String))", &[s("x"), n.clone(), s("")]),
        ("t", "Nullable(Int32)", &[n.clone(), Value::Int(-5), Value::Int(0)]),
        (
            "u",
            "Array(Array(Nullable(String)))",
            &[
                Value::Array([Value::Array([s("a'b"), n.clone()].into()), Value::Array([].into())].into()),
                Value::Array([].into()),
                Value::Array([Value::Array([s("NULL"), s("\\N")].into())].into()),
            ],
        ),
        (
            "v",
            "Map(LowCardinality(String), Array(UInt16))",
            &[
                Value::Map(
                    [
                        (s("k'"), Value::Array([Value::UInt(1), Value::UInt(2)].into())),
                        (s(""), Value::Array([].into())),
                    ]
                    .into(),
                ),
                Value::Map([].into()),
                Value::Map([(s("k"), Value::Array([].into())), (s("k"), Value::Array([Value::UInt(9)].into()))].into()),
            ],
        ),
        (
            "w",
            "Tuple(x Int8, `y z` String)",
            &[
                Value::Tuple([Value::Int(1), s("q\"")].into()),
                Value::Tuple([Value::Int(-1), s("")].into()),
                Value::Tuple([Value::Int(0), s("a,b")].into()),
            ],
        ),
        ("x", "IntervalDay", &[Value::Int(0), Value::Int(-4), Value::Int(9)]),
        (
            "y",
            "Array(DateTime('Europe/Berlin'))",
            &[Value::Array([Value::UInt(1_600_000_000)].into()), Value::Array([].into()), Value::Array([].into())],
        ),
    ])
}

#[test]
fn rows_come_back_in_every_format() {
    let whole = everything();
    for f in FORMATS.iter().filter(|f| f.input && f.output) {
        let mut b = whole.clone();
        if f.name == "LineAsString" {
            b = block(&[("line", "String", &[s("a"), s(""), s("b c")])]);
        }
        if f.name.contains("Raw") {
            // Raw texts cannot hold tabs and line feeds.
            b.columns.retain(|(n, ..)| n != "e");
        }
        let bytes = write(f.name, &b, &FormatOptions::default());
        for step in [7, 100_000] {
            let back = read(f.name, &b.header(), &bytes, step).unwrap_or_else(|e| panic!("{}: {e}", f.name));
            let rows: usize = back.iter().map(|b| b.rows).sum();
            assert_eq!(rows, b.rows, "{}", f.name);
            if f.name.starts_with("Arrow") {
                // Types come back as Arrow's; the insert casts them.
                continue;
            }
            assert_eq!(back.len(), 1, "{}", f.name);
            for (n, ty, want) in &b.columns {
                // Without quotes an empty CSV field is NULL or the default.
                let Some((_, got_ty, got)) = back[0].columns.iter().find(|(m, ..)| m == n) else {
                    panic!("{}: column {n} is missing", f.name)
                };
                assert_eq!(got_ty, ty);
                for row in 0..b.rows {
                    let at = |a| olly_types::value::value_at(a, row, ty).unwrap();
                    assert_eq!(at(got), at(want), "{} column {n} row {row}", f.name);
                }
            }
        }
    }
}

#[test]
fn a_stream_of_arrow_is_read_by_its_values() {
    let b = block(&[("a", "String", &[s("x"), s("y")]), ("b", "Nullable(Int32)", &[Value::Null, Value::Int(3)])]);
    let name = "ArrowStream";
    let bytes = write(name, &b, &FormatOptions::default());
    let back = read(name, &b.header(), &bytes, 33).unwrap();
    assert_eq!(back[0].columns[0].2.as_ref(), b.columns[0].2.as_ref());
    assert_eq!(olly_types::value::value_at(&back[0].columns[1].2, 1, &back[0].columns[1].1), Ok(Value::Int(3)));
}

#[test]
fn texts_are_clickhouse_s() {
    let b = block(&[
        ("a", "UInt64", &[Value::UInt(0), Value::UInt(1)]),
        ("b", "String", &[s("x\ty"), s("x\ty")]),
        ("c", "Nullable(String)", &[Value::Null, Value::Null]),
    ]);
    assert_eq!(
        text("TSVWithNamesAndTypes", &b),
        "a\tb\tc\nUInt64\tString\tNullable(String)\n0\tx\\ty\t\\N\n1\tx\\ty\t\\N\n"
    );
    assert_eq!(text("CSVWithNames", &b), "\"a\",\"b\",\"c\"\n0,\"x\ty\",\\N\n1,\"x\ty\",\\N\n");
    assert_eq!(text("JSONEachRow", &b), "{\"a\":0,\"b\":\"x\\ty\",\"c\":null}\n{\"a\":1,\"b\":\"x\\ty\",\"c\":null}\n");
    assert_eq!(text("JSONCompactEachRow", &b), "[0, \"x\\ty\", null]\n[1, \"x\\ty\", null]\n");
    assert_eq!(text("Values", &b), "(0,'x\\ty',NULL),(1,'x\\ty',NULL)");
    assert_eq!(text("TSKV", &b), "a=0\tb=x\\ty\tc=\\N\na=1\tb=x\\ty\tc=\\N\n");
    assert_eq!(
        text("JSONStringsEachRow", &b),
        "{\"a\":\"0\",\"b\":\"x\\ty\",\"c\":\"ᴺᵁᴸᴸ\"}\n{\"a\":\"1\",\"b\":\"x\\ty\",\"c\":\"ᴺᵁᴸᴸ\"}\n"
    );
    let b = block(&[("a", "UInt64", &[Value::UInt(0), Value::UInt(1)]), ("b", "String", &[s("0"), s("1")])]);
    assert_eq!(text("Vertical", &b), "Row 1:\n──────\na: 0\nb: 0\n\nRow 2:\n──────\na: 1\nb: 1\n");
    assert_eq!(
        text("Pretty", &b),
        "   ┏━━━┳━━━┓\n   ┃ a ┃ b ┃\n   ┡━━━╇━━━┩\n1. │ 0 │ 0 │\n   ├───┼───┤\n2. │ 1 │ 1 │\n   └───┴───┘\n"
    );
    assert_eq!(text("PrettyCompact", &b), "   ┌─a─┬─b─┐\n1. │ 0 │ 0 │\n2. │ 1 │ 1 │\n   └───┴───┘\n");
    assert_eq!(text("Markdown", &b), "| a | b |\n|-:|:-|\n| 0 | 0 |\n| 1 | 1 |\n");
    let one = block(&[("e", "UInt64", &[Value::UInt(12_345_678)])]);
    assert_eq!(text("PrettyCompact", &one), "   ┌────────e─┐\n1. │ 12345678 │ -- 12.35 million\n   └──────────┘\n");
    let t = block(&[("t", "Tuple(p UInt8, q String)", &[Value::Tuple([Value::UInt(1), s("x")].into())])]);
    assert!(text("JSON", &t).contains("\"t\": {\n\t\t\t\t\"p\": 1,\n\t\t\t\t\"q\": \"x\"\n\t\t\t}\n\t\t}\n\t],"));
    assert_eq!(text("CSVWithNames", &t), "\"t.p\",\"t.q\"\n1,\"x\"\n");
}

#[test]
fn omitted_fields_make_blocks_of_their_own() {
    let header: Vec<(String, Type)> =
        [("a", "UInt8"), ("b", "String")].iter().map(|(n, t)| (n.to_string(), Type::parse(t).unwrap())).collect();
    let blocks = read("JSONEachRow", &header, b"{\"a\":1}\n{\"b\":\"x\",\"a\":2}\n{\"a\":3,\"z\":[1,{}]}", 5).unwrap();
    let shape: Vec<(usize, usize)> = blocks.iter().map(|b| (b.rows, b.columns.len())).collect();
    assert_eq!(shape, [(2, 1), (1, 2)]);
    let strict = FormatOptions { skip_unknown_fields: false, ..FormatOptions::default() };
    let mut r = format::reader("JSONEachRow", &header, &strict).unwrap();
    let mut input = Dripping::new(b"{\"z\":1}", 3);
    assert_eq!(block_on(r.next(&mut input, &NoExpressions)).unwrap_err().code, olly_types::Code::IncorrectData);
}

#[test]
fn wrong_rows_say_where() {
    let header: Vec<(String, Type)> =
        [("a", "UInt8"), ("b", "Date")].iter().map(|(n, t)| (n.to_string(), Type::parse(t).unwrap())).collect();
    for (name, data) in [
        ("TSV", "1\t2020-01-01\nx\t2020-01-01\n"),
        ("CSV", "1,2020-01-01\nx,2020-01-01\n"),
        ("JSONEachRow", "{\"a\":1}{\"a\":\"x\"}"),
        ("Values", "(1,'2020-01-01'),('x','2020-01-01')"),
        ("JSONCompactEachRow", "[1,\"2020-01-01\"][{},1]"),
    ] {
        let e = read(name, &header, data.as_bytes(), 4).unwrap_err();
        assert!(name == "Values" || (e.message.contains("row 2") && e.message.contains("column a")), "{name}: {e}");
    }
}

#[test]
fn rows_of_no_bytes_are_refused() {
    let one = |ty: &str| vec![("t".to_string(), Type::parse(ty).unwrap())];
    for (name, header, data) in [
        ("RowBinaryWithNames", one("String"), &b"\x00abc"[..]),
        ("RowBinaryWithNamesAndTypes", one("String"), b"\x00abc"),
        ("RowBinary", one("Tuple()"), b"abc"),
        ("RowBinary", one("Tuple(Tuple(), Tuple())"), b"a"),
        ("RowBinary", one("Array(Tuple(Tuple()))"), b"\xff\xff\xff\x07"),
        ("Native", one("String"), b"\x00\xff\xff\xff\x03"),
    ] {
        let e = read(name, &header, data, 3).unwrap_err();
        assert_ne!(e.code, olly_types::Code::LogicalError, "{name}: {e}");
    }
}

#[test]
fn large_rows_make_small_blocks() {
    // Two bytes of text are a megabyte of FixedString.
    let header = vec![("f".to_string(), Type::parse("FixedString(1000000)").unwrap())];
    let blocks = read("TSV", &header, &b"a\n".repeat(200), 1 << 16).unwrap();
    assert_eq!(blocks.iter().map(|b| b.rows).sum::<usize>(), 200);
    assert!(blocks.iter().all(|b| b.rows <= 40), "{:?}", blocks.iter().map(|b| b.rows).collect::<Vec<_>>());
}

#[test]
fn damaged_arrow_files_are_refused() {
    let b = block(&[("a", "String", &[s("x"), s("y")]), ("b", "LowCardinality(String)", &[s("u"), s("u")])]);
    let bytes = write("Arrow", &b, &FormatOptions::default());
    assert_eq!(read("Arrow", &b.header(), &bytes, 40).unwrap()[0].rows, 2);
    for at in 0..bytes.len() {
        for value in [0, 0x7f, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] = value;
            let _ = read("Arrow", &b.header(), &damaged, 1 << 20);
        }
    }
    for n in 0..bytes.len() {
        assert!(read("Arrow", &b.header(), &bytes[..n], 1 << 20).is_err());
    }
}
