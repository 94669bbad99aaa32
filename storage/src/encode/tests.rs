//! Properties of the page encodings: everything comes back, the same values give the same bytes, hostile bytes give errors.

use super::*;
use crate::bytes::Get;
use proptest::prelude::*;

/// Sequences as telemetry has them, long enough for several blocks.
fn numbers() -> impl Strategy<Value = Vec<u64>> {
    let size = prop_oneof![0usize..40, 1000usize..1100, 2000usize..3100];
    (size, 0u8..9, any::<u64>(), 1u64..1_000_000).prop_map(|(n, kind, seed, step)| {
        let mut x = seed;
        let mut next = move || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            x >> 20
        };
        (0..n as u64)
            .map(|i| match kind {
                0 => seed,
                1 => seed.wrapping_add(i * step),
                2 => seed.wrapping_add(i * step).wrapping_add(next() % 50),
                // A series ends and another begins.
                3 => (i / 700).wrapping_mul(0xDEAD_BEEF_0000).wrapping_add((i % 700) * step),
                4 => next(),
                5 => (next() % 7).wrapping_sub(3),
                6 => i / 90,
                7 => next() << (next() % 44),
                _ => [u64::MAX, 0, i64::MAX as u64, i64::MIN as u64][(next() % 4) as usize],
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn integers_come_back(values in numbers()) {
        let mut page = Vec::new();
        encode_integers(&values, &mut page);
        prop_assert_eq!(&ints::decode(&mut Get::new(&page), values.len()).unwrap(), &values);
        let mut again = Vec::new();
        encode_integers(&values, &mut again);
        prop_assert_eq!(&again, &page);
        if let Some(planes) = ints::encode_planes(&values) {
            prop_assert_eq!(&ints::decode(&mut Get::new(&planes), values.len()).unwrap(), &values);
        }
        let mut plain = Vec::new();
        ints::encode(&values, &mut plain);
        prop_assert_eq!(&ints::decode(&mut Get::new(&plain), values.len()).unwrap(), &values);
    }

    #[test]
    fn floats_come_back_bit_for_bit(values in numbers(), kind in 0u8..5, places in 0i32..6, single in any::<bool>()) {
        let bits: Vec<u64> = values.iter().enumerate().map(|(i, v)| {
            let decimal = (*v as i32 % 100_000) as f64 / 10f64.powi(places);
            let f = match kind {
                0 => decimal,
                1 if i % 50 == 0 => [f64::NAN, -0.0, f64::INFINITY, 1e300][i / 50 % 4],
                1 => decimal,
                2 => (i as f64 * 0.001).sin(),
                3 => f64::from_bits(*v),
                _ => (i / 20) as f64,
            };
            if single { u64::from((f as f32).to_bits()) } else { f.to_bits() }
        }).collect();
        let mut page = Vec::new();
        floats::encode(&bits, single, &mut page, &mut |p| compress::packed_size(p));
        prop_assert_eq!(floats::decode(&mut Get::new(&page), bits.len(), single).unwrap(), bits);
    }

    #[test]
    fn texts_come_back(values in numbers(), kind in 0u8..7) {
        let texts: Vec<Vec<u8>> = values.iter().enumerate().map(|(i, v)| match kind {
            0 => format!("{:016x}", v).into_bytes(),
            1 => if i % 3 == 0 { Vec::new() } else { format!("{v:032x}").into_bytes() },
            2 => (*v as i64 % 10_000).to_string().into_bytes(),
            3 => format!("{:08x}-0000-4000-8000-{:012x}", *v as u32, v >> 20).into_bytes(),
            4 => format!("user {} did {}", v % 100, v % 7).into_bytes(),
            5 => v.to_le_bytes()[..(v % 9) as usize].to_vec(),
            _ => ["007", "1e3", "-0", "0", "", "-", "+1", "18446744073709551615"][(v % 8) as usize].into(),
        }).collect();
        let refs: Vec<&[u8]> = texts.iter().map(|t| &t[..]).collect();
        let mut page = Vec::new();
        strings::encode(&refs, &mut page);
        let back = strings::decode(&mut Get::new(&page), refs.len(), &mut Room::new(1 << 26)).unwrap().array();
        for (i, want) in refs.iter().enumerate() {
            prop_assert_eq!(&back.value(i), want);
        }
    }

    #[test]
    fn bodies_come_back(values in numbers(), level in 1i32..4) {
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let body = compress::compress(&raw, Effort { zstd: level });
        prop_assert_eq!(&compress::decompress(&body, raw.len()).unwrap()[..], &raw[..]);
        if !raw.is_empty() && body[0] != 0 {
            prop_assert!(compress::decompress(&body, raw.len() - 1).is_err());
        }
    }

    #[test]
    fn hostile_bytes_end_in_an_error_or_values(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz_page(&bytes);
        crate::part::format::fuzz_footer(&bytes);
        crate::manifest::fuzz_manifest(&bytes);
    }

    #[test]
    fn damaged_pages_end_in_an_error_or_values(values in numbers(), at in any::<usize>(), byte in any::<u8>()) {
        let mut page = Vec::new();
        encode_integers(&values, &mut page);
        let at = at % page.len();
        page[at] = byte;
        let _ = ints::decode(&mut Get::new(&page), values.len());
        let mut page = Vec::new();
        let texts: Vec<Vec<u8>> = values.iter().map(|v| v.to_string().into_bytes()).collect();
        strings::encode(&texts.iter().map(|t| &t[..]).collect::<Vec<_>>(), &mut page);
        let at = at % page.len();
        page[at] = byte;
        let _ = strings::decode(&mut Get::new(&page), values.len(), &mut Room::new(1 << 24));
    }
}

#[test]
fn a_constant_stride_costs_nothing() {
    let times: Vec<u64> = (0..8192u64).map(|i| 1_800_000_000_000_000_000 + i * 10_000_000_000).collect();
    let mut page = Vec::new();
    ints::encode(&times, &mut page);
    assert!(page.len() < 64, "{}", page.len());
}
