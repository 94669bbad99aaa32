//! Input that nobody meant well.

use futures::executor::block_on;
use olly_compat_clickhouse::format::FORMATS;
use olly_compat_clickhouse::{fuzz_format, fuzz_native};

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
