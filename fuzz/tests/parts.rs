//! What storage reads back: whole parts, pages, part footers, manifests.

use olly_fuzz::Target;
use olly_storage::fuzz;

const PARTS: [&[u8]; 2] = [
    include_bytes!("../../storage/tests/fixtures/v1/2-0.part"),
    include_bytes!("../../storage/tests/fixtures/v1/4-0.part"),
];
const MANIFEST: &[u8] = include_bytes!("../../storage/tests/fixtures/v1/MANIFEST-1");

/// Checksums are made right after each mutation, so that everything behind them is reached.
#[test]
fn part() {
    Target::new("part", PARTS.map(<[u8]>::to_vec).to_vec()).run(fuzz::fuzz_part);
}

#[test]
fn page() {
    let mut seeds = fuzz::pages();
    seeds.extend((0..12u8).map(|kind| [vec![kind, 0, 8], vec![1; 64]].concat()));
    Target::new("page", seeds).run(olly_storage::encode::fuzz_page);
}

#[test]
fn part_footer() {
    let seeds = vec![fuzz::footer_of(PARTS[0]).unwrap()];
    Target::new("footer", seeds).run(olly_storage::part::format::fuzz_footer);
}

#[test]
fn manifest() {
    // The whole file, and the operations of its first edit.
    let seeds = vec![MANIFEST.to_vec(), MANIFEST[16..].to_vec()];
    Target::new("manifest", seeds).run(fuzz::fuzz_manifest);
}
