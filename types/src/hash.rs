//! 128-bit content hashes: identity of resources, scopes, requests and decoded rows across parts and nodes.

/// XXH3-128 of the bytes (source: xxHash 0.8 specification). Stable: it is stored on disk.
pub fn content_hash(bytes: &[u8]) -> u128 {
    xxhash_rust::xxh3::xxh3_128(bytes)
}

/// XXH3-64 of the bytes with a seed; used for routing, so it is part of the stored format too.
pub fn hash64(bytes: &[u8], seed: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(bytes, seed)
}

/// Streaming form of [`content_hash`].
#[derive(Default)]
pub struct ContentHasher(xxhash_rust::xxh3::Xxh3);

impl ContentHasher {
    /// Adds bytes. The caller separates fields (lengths first), so that two different field lists cannot collide.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    /// Adds a length-prefixed field.
    pub fn field(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
    /// The hash of all that was added.
    pub fn finish(&self) -> u128 {
        self.0.digest128()
    }
}
