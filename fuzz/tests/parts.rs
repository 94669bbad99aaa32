//! What storage reads back: pages, part footers, manifests.

use olly_fuzz::Target;

/// Pages have no checksum of their own below the part, so mutated bytes reach the decoders.
#[test]
fn page() {
    let seeds = (0..12u8)
        .flat_map(|kind| {
            [vec![kind], [vec![kind], (0..64).collect()].concat(), [vec![kind, 0, 8], vec![1; 64]].concat()]
        })
        .collect();
    Target::new("page", seeds).run(olly_storage::encode::fuzz_page);
}

#[test]
fn part_footer() {
    Target::new("footer", vec![(0..=255).collect()]).run(olly_storage::part::format::fuzz_footer);
}

#[test]
fn manifest() {
    Target::new("manifest", vec![(0..=255).collect()]).run(olly_storage::manifest::fuzz_manifest);
}
