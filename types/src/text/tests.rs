//! Texts as chDB 26.9 writes and reads them.

use super::*;
use crate::Type;
use crate::value::{Value, array_of};

fn ty(t: &str) -> Type {
    Type::parse(t).unwrap_or_else(|e| panic!("{t}: {e}"))
}

fn cast(text: &str, t: &str) -> Result<String, i32> {
    let ty = ty(t);
    let o = TextOptions { now_seconds: 1_800_000_000, ..TextOptions::default() };
    let v = parse_value(text.as_bytes(), &ty, &o).map_err(|e| e.code.number())?;
    let text = print_value(&v, &ty, Style::Raw, &o).map_err(|e| e.code.number())?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn floats_print_like_ecmascript() {
    for (f, want) in [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e21"),
        (1.5e-5, "0.000015"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (123_456_789.123, "123456789.123"),
        (1e17, "100000000000000000"),
        (12_345_678_901_234_567_890.0, "12345678901234567000"),
        (f64::NAN, "nan"),
        (f64::NEG_INFINITY, "-inf"),
        (-0.0, "-0"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e308"),
    ] {
        let mut out = Vec::new();
        write_float64(f, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), want);
    }
    for (f, want) in [
        (0.1f32, "0.1"),
        (16_777_216.0, "16777216"),
        (3e20, "300000000000000000000"),
        (3e21, "3e21"),
        (1.5e-7, "1.5e-7"),
    ] {
        let mut out = Vec::new();
        write_float32(f, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), want);
    }
}

#[test]
fn casts_from_string() {
    let bad = |code| Err(code);
    let good = |s: &str| Ok(s.to_string());
    for (text, t, want) in [
        ("300", "UInt8", good("44")),
        ("-129", "Int8", good("127")),
        ("9223372036854775808", "Int64", good("-9223372036854775808")),
        ("18446744073709551616", "UInt64", good("0")),
        ("-1", "UInt8", bad(72)),
        ("+1", "UInt8", good("1")),
        ("1.0", "UInt8", bad(6)),
        ("", "UInt8", bad(32)),
        (" 1", "UInt8", bad(6)),
        ("007", "UInt8", good("7")),
        ("-", "Int64", bad(72)),
        ("12abc", "Int32", bad(6)),
        ("t", "Bool", good("true")),
        ("disabled", "Bool", good("false")),
        ("2", "Bool", bad(467)),
        ("1e3", "Float64", good("1000")),
        ("-Infinity", "Float64", good("-inf")),
        (".5", "Float64", good("0.5")),
        ("5.", "Float64", good("5")),
        ("1e400", "Float64", good("inf")),
        ("0x10", "Float64", bad(6)),
        ("1e", "Float64", bad(6)),
        ("+-1", "Float64", bad(72)),
        (".", "Float64", bad(72)),
        ("1.234567", "Decimal(9, 2)", good("1.23")),
        ("-1.235", "Decimal(9, 2)", good("-1.23")),
        ("1e2", "Decimal(9, 2)", good("100")),
        ("1.999", "Decimal(9, 2)", good("1.99")),
        ("-0.001", "Decimal(9, 2)", good("0")),
        ("0001.5", "Decimal(9, 2)", good("1.5")),
        ("1e-5", "Decimal(9, 2)", good("0")),
        ("123456789", "Decimal(9, 2)", bad(69)),
        ("1234567890", "Decimal(9, 0)", bad(69)),
        ("1.5x", "Decimal(9, 2)", bad(6)),
        ("", "Decimal(9, 2)", bad(32)),
        ("2020-1-2", "Date", good("2020-01-02")),
        ("20200102", "Date", good("2020-01-02")),
        ("1969-01-01", "Date", good("1970-01-01")),
        ("2200-01-01", "Date", good("2149-06-06")),
        ("2020-02-31", "Date", good("2020-03-02")),
        ("2020-13-01", "Date", good("1970-01-01")),
        ("2020/01/02", "Date", good("2020-01-02")),
        ("2020-01-02 03:04:05", "Date", good("2020-01-02")),
        ("2020-01-02 xyz", "Date", bad(6)),
        ("18262", "Date", bad(38)),
        ("1899-01-01", "Date32", good("1899-01-01")),
        ("2020-01-02 03:04:05", "DateTime", good("2020-01-02 03:04:05")),
        ("2020-01-02", "DateTime", good("2020-01-02 00:00:00")),
        ("1577934245", "DateTime", good("2020-01-02 03:04:05")),
        ("1577934245123", "DateTime", good("2020-01-02 03:04:05")),
        ("1577934245.5", "DateTime", bad(6)),
        ("2020-01-02T03:04:05Z", "DateTime", good("2020-01-02 03:04:05")),
        ("2020-01-02 03:04:05.678", "DateTime", good("2020-01-02 03:04:05")),
        ("1960-01-02 03:04:05", "DateTime", good("1970-01-01 00:00:00")),
        ("2200-01-02 03:04:05", "DateTime", good("2106-02-07 06:28:15")),
        ("12345", "DateTime", bad(41)),
        ("0", "DateTime", bad(41)),
        ("", "DateTime", bad(41)),
        ("2020-01-02 24:04:05", "DateTime", good("2020-01-03 00:04:05")),
        ("2020-02-31 00:00:00", "DateTime", bad(41)),
        ("2020-01-02 03:04:05+03:00", "DateTime", good("2020-01-02 00:04:05")),
        ("2020-01-02 03:04:05 -0330", "DateTime", good("2020-01-02 06:34:05")),
        ("Thu, 02 Jan 2020 03:04:05 GMT", "DateTime", good("2020-01-02 03:04:05")),
        ("02/01/2020 03:04 PM", "DateTime", good("2020-01-02 15:04:00")),
        ("2 Jan 2020", "DateTime", good("2020-01-02 00:00:00")),
        ("2020-01-02 03:04:05.6789", "DateTime64(3)", good("2020-01-02 03:04:05.678")),
        ("1577934245.5", "DateTime64(3)", good("2020-01-02 03:04:05.500")),
        ("1577934245123456789", "DateTime64(9)", good("2020-01-02 03:04:05.123456789")),
        ("2020-03-29 02:30:00", "DateTime('Europe/Berlin')", good("2020-03-29 01:30:00")),
        ("61F0C4045cb311e7907ba6006ad3dba0", "UUID", good("61f0c404-5cb3-11e7-907b-a6006ad3dba0")),
        ("abc", "UUID", bad(376)),
        ("01.2.3.4", "IPv4", bad(675)),
        ("1.2.3.4", "IPv6", good("::ffff:1.2.3.4")),
        ("::1.2.3.4", "IPv6", good("::1.2.3.4")),
        ("::1:2", "IPv6", good("::0.1.0.2")),
        ("0:0:1:0:0:0:0:1", "IPv6", good("0:0:1::1")),
        ("1:0:0:2::3", "IPv6", good("1:0:0:2::3")),
        ("1:0:2:3:4:5:6:7", "IPv6", good("1:0:2:3:4:5:6:7")),
        ("::ffff", "IPv6", good("::ffff")),
        ("::", "IPv6", good("::")),
        ("[1, 2,3 ]", "Array(UInt8)", good("[1,2,3]")),
        ("['a',  'b\\n']", "Array(String)", good("['a','b\\n']")),
        ("[NULL,1]", "Array(Nullable(UInt8))", good("[NULL,1]")),
        ("[1,2,]", "Array(UInt8)", good("[1,2]")),
        ("[1 2]", "Array(UInt8)", bad(130)),
        ("[1,2]x", "Array(UInt8)", bad(632)),
        ("[a]", "Array(String)", bad(26)),
        ("(1,)", "Tuple(UInt8)", good("(1)")),
        ("{'a':1}", "Map(String, UInt8)", good("{'a':1}")),
        ("['2020-01-01 00:00:00', 5]", "Array(DateTime)", good("['2020-01-01 00:00:00','1970-01-01 00:00:05']")),
        ("1", "Enum8('a' = 1)", good("a")),
        ("z", "Enum8('a' = 1)", bad(691)),
        ("abc", "FixedString(2)", bad(131)),
        ("7", "IntervalDay", good("7")),
    ] {
        assert_eq!(cast(text, t), want, "{text:?} as {t}");
    }
}

#[test]
fn values_print_in_every_style() {
    let s = Value::bytes(b"a\tb\n\"q'\\/\x01\0");
    let o = TextOptions::default();
    for (value, t, style, want) in [
        (s.clone(), "String", Style::Escaped, "a\\tb\\n\"q\\'\\\\/\x01\\0"),
        (s.clone(), "String", Style::Quoted, "'a\\tb\\n\"q\\'\\\\/\x01\\0'"),
        (s.clone(), "String", Style::Csv, "\"a\tb\n\"\"q'\\/\x01\0\""),
        (s, "String", Style::Json, "\"a\\tb\\n\\\"q'\\\\\\/\\u0001\\u0000\""),
        (Value::Null, "Nullable(Int8)", Style::Escaped, "\\N"),
        (Value::Null, "Nullable(Int8)", Style::Json, "null"),
        (Value::Float(f64::NAN), "Float64", Style::Json, "null"),
        (Value::Decimal(12_000), "Decimal(9, 4)", Style::Quoted, "1.2"),
        (Value::Decimal(-50), "Decimal(18, 3)", Style::Raw, "-0.05"),
        (Value::UInt(1), "Bool", Style::Csv, "true"),
        (Value::UInt(18_262), "Date", Style::Csv, "\"2020-01-01\""),
        (
            Value::Array([Value::Tuple([Value::UInt(1), Value::bytes("x")].into())].into()),
            "Array(Tuple(a UInt8, b String))",
            Style::Json,
            "[{\"a\":1,\"b\":\"x\"}]",
        ),
        (
            Value::Map([(Value::UInt(1), Value::Null)].into()),
            "Map(UInt8, Nullable(String))",
            Style::Json,
            "{\"1\":null}",
        ),
        (
            Value::Map([(Value::bytes("k'"), Value::Array([].into()))].into()),
            "Map(String, Array(UInt8))",
            Style::Csv,
            "\"{'k\\'':[]}\"",
        ),
    ] {
        let text = print_value(&value, &ty(t), style, &o).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(String::from_utf8_lossy(&text), want, "{t} {style:?}");
    }
    let iso = TextOptions { date_time_output: DateTimeOutput::Iso, ..o.clone() };
    let stamp = TextOptions { date_time_output: DateTimeOutput::UnixTimestamp, ..o };
    let t = ty("DateTime64(3, 'Europe/Berlin')");
    let array = array_of(&[Value::Int(1_585_441_800_125)], &t).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(print(&array, 0, &t, Style::Raw, &iso).ok(), Some(b"2020-03-29T00:30:00.125Z".to_vec()));
    assert_eq!(print(&array, 0, &t, Style::Json, &stamp).ok(), Some(b"\"1585441800.125\"".to_vec()));
}

#[test]
fn json_values() {
    let o = TextOptions::default();
    for (json, t, want) in [
        ("\"12\"", "Int8", "12"),
        ("true", "Int8", "1"),
        ("1.50", "String", "1.50"),
        ("[1, \"x\"]", "String", "[1, \"x\"]"),
        ("null", "String", ""),
        ("\"a\\u00e9\\ud83d\\ude00\\n\"", "String", "aé😀\n"),
        ("18262", "Date", "2020-01-01"),
        ("1577934245.7", "DateTime", "2020-01-02 03:04:05"),
        ("1577934245.5", "DateTime64(3)", "2020-01-02 03:04:05.500"),
        ("{\"y\":\"q\",\"x\":3}", "Tuple(x Int8, y String)", "(3,'q')"),
        ("[1,\"z\"]", "Tuple(x Int8, y String)", "(1,'z')"),
        ("{\"a\":1,\"a\":2}", "Map(String, Int8)", "{'a':1,'a':2}"),
        ("[[1],[]]", "Array(Array(Int8))", "[[1],[]]"),
        ("1", "Enum8('x' = 1)", "x"),
        ("\"nan\"", "Float64", "nan"),
    ] {
        let ty = ty(t);
        let mut b = ColumnBuilder::new(&ty);
        let mut c = Cursor::whole(json.as_bytes());
        read_json(&mut c, &ty, &o, &mut b).unwrap_or_else(|e| panic!("{json} as {t}: {e}"));
        assert_eq!(c.peek(), None);
        let array = b.finish().unwrap_or_else(|e| panic!("{e}"));
        let text = print(&array, 0, &ty, Style::Raw, &o).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(String::from_utf8_lossy(&text), want);
    }
    for (json, t) in
        [("7", "Bool"), ("\"true\"", "Bool"), ("{", "String"), ("[1,", "Array(Int8)"), ("\"\\ud800\"", "String")]
    {
        let ty = ty(t);
        let mut b = ColumnBuilder::new(&ty);
        assert!(read_json(&mut Cursor::whole(json.as_bytes()), &ty, &o, &mut b).is_err(), "{json}");
        assert_eq!(b.len(), 0);
    }
    let deep = "[".repeat(100_000);
    assert!(skip_json(&mut Cursor::whole(deep.as_bytes())).is_err());
}

proptest::proptest! {
    #[test]
    fn floats_come_back(bits: u64) {
        let f = f64::from_bits(bits);
        let mut out = Vec::new();
        write_float64(f, &mut out);
        let back = parse_float(&out).expect("a float");
        proptest::prop_assert!(f.is_nan() && back.is_nan() || back.to_bits() == f.to_bits());
    }

    #[test]
    fn strings_come_back(s: Vec<u8>) {
        let mut out = Vec::new();
        write_quoted(&s, &mut out);
        let mut back = Vec::new();
        read_quoted_string(&mut Cursor::whole(&out), &mut back).expect("a string");
        proptest::prop_assert_eq!(&back, &s);
        out.clear();
        back.clear();
        write_escaped(&s, &mut out);
        unescape(&out, &mut back).expect("a string");
        proptest::prop_assert_eq!(&back, &s);
        out.clear();
        back.clear();
        write_json_string(&s, true, &mut out);
        read_json_text(&mut Cursor::whole(&out), &mut back).expect("a string");
        proptest::prop_assert_eq!(&back, &s);
    }

    #[test]
    fn times_come_back(seconds in -62_167_219_200i64..253_402_300_800) {
        let mut out = Vec::new();
        write_datetime(seconds, Zone::Utc, DateTimeOutput::Simple, &mut out);
        proptest::prop_assert_eq!(parse_datetime_basic(&out, Zone::Utc, 0).expect("a time"), i128::from(seconds));
    }

    #[test]
    fn decimals_come_back(n in -10i128.pow(18)..10i128.pow(18), scale in 0u8..=18) {
        let mut out = Vec::new();
        write_decimal(n, scale, false, &mut out);
        proptest::prop_assert_eq!(parse_decimal(&out, 38, scale).expect("a decimal"), n);
    }

    #[test]
    fn readers_never_panic(bytes: Vec<u8>, which in 0usize..14) {
        let t = ["Int8", "Float64", "Date", "DateTime", "DateTime64(9)", "UUID", "IPv6", "Decimal(38, 9)", "Bool",
            "Array(Array(String))", "Map(String, Float32)", "Tuple(Int8, String)", "Enum8('a' = 1)", "Nullable(IPv4)"];
        let ty = ty(t[which]);
        let o = TextOptions::default();
        let mut b = ColumnBuilder::new(&ty);
        let _ = parse_text(&bytes, &ty, &o, &mut b);
        let _ = read_json(&mut Cursor::whole(&bytes), &ty, &o, &mut b);
        let _ = read_quoted(&mut Cursor::whole(&bytes), &ty, &o, &mut b);
        let n = b.len();
        proptest::prop_assert_eq!(b.finish().expect("a column").len(), n);
    }
}
