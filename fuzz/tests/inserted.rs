//! Inserted data in every input format, over columns of every kind.

use futures::executor::block_on;
use olly_compat_clickhouse::format::{FORMATS, FormatOptions, NoExpressions, Summary, reader, writer};
use olly_compat_clickhouse::input::Slice;
use olly_fuzz::Target;
use olly_types::ty::Type;

const COLUMNS: &[(&str, &str)] = &[
    ("a", "UInt8"),
    ("b", "String"),
    ("c", "Array(Nullable(Int16))"),
    ("d", "Map(String, UInt8)"),
    ("e", "DateTime64(9)"),
    ("f", "Tuple(x Float64, y UUID)"),
    ("g", "LowCardinality(String)"),
];

fn columns() -> Vec<(String, Type)> {
    COLUMNS.iter().map(|(name, ty)| (name.to_string(), Type::parse(ty).unwrap())).collect()
}

/// One row of `COLUMNS` in the text formats; the others start from bytes that look like lengths.
const ROWS: &[&[u8]] = &[
    b"1\tx\t[1,NULL]\t{'k':2}\t2026-03-01 00:00:00.5\t(1.5,'61f0c404-5cb3-11e7-907b-a6006ad3dba0')\tg\n",
    b"a\tb\tc\td\te\tf\tg\nUInt8\tString\tArray(Nullable(Int16))\tMap(String, UInt8)\tDateTime64(9)\tTuple(x Float64, y UUID)\tLowCardinality(String)\n1\tx\t[]\t{}\t0\t(0,'61f0c404-5cb3-11e7-907b-a6006ad3dba0')\t\n",
    b"1,\"x\",\"[1,NULL]\",\"{'k':2}\",\"2026-03-01 00:00:00\",\"(1.5,'61f0c404-5cb3-11e7-907b-a6006ad3dba0')\",g\n",
    b"{\"a\":1,\"b\":\"x\",\"c\":[1,null],\"d\":{\"k\":2},\"e\":\"2026-03-01 00:00:00\",\"f\":{\"x\":1.5,\"y\":\"61f0c404-5cb3-11e7-907b-a6006ad3dba0\"},\"g\":\"g\"}\n",
    b"[1,\"x\",[1,null],{\"k\":2},\"2026-03-01 00:00:00\",[1.5,\"61f0c404-5cb3-11e7-907b-a6006ad3dba0\"],\"g\"]\n",
    b"(1,'x',[1,NULL],{'k':2},'2026-03-01 00:00:00',(1.5,'61f0c404-5cb3-11e7-907b-a6006ad3dba0'),'g'),(2,DEFAULT,[],{},0,(0,'61f0c404-5cb3-11e7-907b-a6006ad3dba0'),'')",
    b"a=1\tb=x\tg=y\n",
    b"\x01\x01x\x01\x00\x01\x00\x01\x01k\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01g",
    b"\x02\x01\x01a\x05UInt8\x07\x01g\x16LowCardinality(String)\x01\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01g\x01\x00\x00\x00\x00\x00\x00\x00\x00",
];

/// Other names of formats that are tried under their own.
fn is_alias(name: &str) -> bool {
    ["TSV", "JSONLines", "NDJSON"].iter().any(|alias| name.starts_with(alias))
}

/// The input formats whose names pass, their real output for `COLUMNS`, and `ROWS` in each of them. The first byte is the
/// format's number.
fn seeds(inputs: &[&str]) -> Vec<Vec<u8>> {
    let options = FormatOptions::default();
    let columns = columns();
    let block = block_on(async {
        let mut reader = reader("TabSeparated", &columns, &options).unwrap();
        reader.next(&mut Slice(&ROWS[0].repeat(3)), &NoExpressions).await.unwrap().unwrap()
    });
    assert_eq!(block.rows, 3);
    let mut seeds = Vec::new();
    for (choice, name) in inputs.iter().enumerate() {
        let choice = choice as u8;
        if FORMATS.iter().any(|f| f.name == *name && f.output) {
            let mut out = vec![choice];
            let mut writer = writer(name, &block.header(), &options).unwrap();
            writer.begin(&mut out).unwrap();
            writer.block(&block, &mut out).unwrap();
            writer.end(&Summary::default(), &mut out).unwrap();
            seeds.push(out);
        }
        seeds.extend(ROWS.iter().map(|row| [&[choice], *row].concat()));
    }
    seeds
}

fn run(target: &str, wanted: impl Fn(&str) -> bool) {
    let inputs: Vec<&str> =
        FORMATS.iter().filter(|f| f.input && wanted(f.name)).map(|f| f.name).filter(|n| !is_alias(n)).collect();
    let seeds = seeds(&inputs);
    let columns = columns();
    // Rows of these take no bytes in some formats: nothing but an error would end them.
    let empty = [("t".to_string(), Type::parse("Tuple()").unwrap())];
    let words: &[&[u8]] = &[
        b"[",
        b"{",
        b"(",
        b"\"",
        b"'",
        b"\t",
        b"\n",
        b",",
        b"\\N",
        b"NULL",
        b"\xff\xff\xff\xff\x0f",
        b"ARROW1",
        b"1e999",
    ];
    Target::new(target, seeds).words(words).run(|input| {
        let Some((choice, data)) = input.split_first() else { return };
        let name = inputs[usize::from(*choice) % inputs.len()];
        let header = if usize::from(*choice) / inputs.len() % 4 == 3 { &empty[..] } else { &columns };
        let Ok(mut blocks) = reader(name, header, &FormatOptions::default()) else { return };
        let mut source = Slice(data);
        while let Ok(Some(block)) = block_on(blocks.next(&mut source, &NoExpressions)) {
            assert!(
                block.columns.iter().all(|(_, _, array)| array.len() == block.rows),
                "{name}: columns of different lengths"
            );
        }
    });
}

fn is_binary(name: &str) -> bool {
    ["Native", "RowBinary", "Arrow"].iter().any(|stem| name.starts_with(stem))
}

#[test]
fn inserted_text() {
    run("inserted-text", |name| !is_binary(name));
}

#[test]
fn inserted_binary() {
    run("inserted-binary", is_binary);
}
