//! Mutations of inputs: bits, bytes, lengths that lie, ranges doubled, cut, moved and spliced, words of the format.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

const MAX: usize = 1 << 20;
/// Numbers at the edges of widths and of limits.
const EDGES: [u64; 12] =
    [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 32, i64::MAX as u64, u64::MAX];

/// A new input made from one of the pool by one to eight mutations.
pub fn mutate(rng: &mut ChaCha8Rng, pool: &[Vec<u8>], words: &[&[u8]]) -> Vec<u8> {
    let pick = |rng: &mut ChaCha8Rng| pool.get(rng.random_range(0..pool.len().max(1))).cloned().unwrap_or_default();
    let mut input = pick(rng);
    for _ in 0..rng.random_range(1..=8) {
        let len = input.len();
        let at = rng.random_range(0..=len);
        match rng.random_range(0..13) {
            0 | 1 if len > 0 => input[at.min(len - 1)] ^= 1 << rng.random_range(0..8),
            2 if len > 0 => input[at.min(len - 1)] = rng.random(),
            3 => input.insert(at, rng.random()),
            4 if len > 0 => drop(input.drain(at.min(len - 1)..(at + rng.random_range(1..=16)).min(len))),
            5 => {
                // A number at the edge of its width, over what is there.
                let edge = EDGES[rng.random_range(0..EDGES.len())].to_le_bytes();
                let width = [1, 2, 4, 8][rng.random_range(0..4)];
                for (i, byte) in edge.iter().take(width).enumerate() {
                    if let Some(slot) = input.get_mut(at + i) {
                        *slot = *byte;
                    }
                }
            }
            6 => {
                // The same as a varint, inserted.
                let mut n = EDGES[rng.random_range(0..EDGES.len())];
                let mut varint = Vec::new();
                while n > 0x7f {
                    varint.push(n as u8 | 0x80);
                    n >>= 7;
                }
                varint.push(n as u8);
                input.splice(at..at, varint);
            }
            7 if len > 0 => {
                // A range twice, or many times: nesting and repetition.
                let end = (at + rng.random_range(1..=64)).min(len);
                let range = input[at.min(end)..end].to_vec();
                let times = 1 << rng.random_range(0..10);
                for _ in 0..times {
                    if input.len() + range.len() > MAX {
                        break;
                    }
                    input.splice(at..at, range.iter().copied());
                }
            }
            8 => input.truncate(at),
            9 => {
                let other = pick(rng);
                let from = rng.random_range(0..=other.len());
                let to = rng.random_range(from..=other.len());
                input.splice(at..at, other[from..to].iter().copied());
            }
            10 | 11 if !words.is_empty() => {
                let word = words[rng.random_range(0..words.len())];
                input.splice(at..at, word.iter().copied());
            }
            _ if len > 1 => {
                let other = rng.random_range(0..len);
                input.swap(at.min(len - 1), other);
            }
            _ => input.push(rng.random()),
        }
        input.truncate(MAX);
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_same_seed_gives_the_same_inputs() {
        let pool = vec![b"SELECT 1".to_vec(), vec![0; 300]];
        let make = || {
            let mut rng = ChaCha8Rng::seed_from_u64(4);
            (0..500).map(|_| mutate(&mut rng, &pool, &[b"FROM"])).collect::<Vec<_>>()
        };
        let inputs = make();
        assert_eq!(inputs, make());
        assert!(inputs.iter().all(|i| i.len() <= MAX) && inputs.iter().any(|i| i != &pool[0]));
    }
}
