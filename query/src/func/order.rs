//! A stable sort that looks at the query's end, for arrays of many millions of elements.

use crate::expr::meter::tick;
use olly_types::Result;
use std::cmp::Ordering;

/// Elements that are sorted or merged between two looks.
const RUN: usize = 1 << 16;

/// Sorts indices; equal ones keep their order.
///
/// # Errors
/// 159 or 394 where the query must end; the order is lost then.
pub fn sort(order: &mut Vec<u32>, mut compare: impl FnMut(u32, u32) -> Ordering) -> Result<()> {
    for run in order.chunks_mut(RUN) {
        tick()?;
        run.sort_by(|a, b| compare(*a, *b));
    }
    let n = order.len();
    let mut width = RUN;
    let mut merged = Vec::new();
    while width < n {
        merged.clear();
        merged.reserve_exact(n);
        for pair in order.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                if merged.len() % RUN == 0 {
                    tick()?;
                }
                if compare(*b, *a) == Ordering::Less {
                    merged.push(*b);
                    right = right.get(1..).unwrap_or_default();
                } else {
                    merged.push(*a);
                    left = left.get(1..).unwrap_or_default();
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(order, &mut merged);
        width *= 2;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_merged_stably() {
        for n in [0, 1, RUN - 1, RUN + 1, 5 * RUN + 77] {
            let key = |i: u32| i.wrapping_mul(2_654_435_761) % 1000;
            let mut order: Vec<u32> = (0..n as u32).collect();
            let mut expected = order.clone();
            expected.sort_by_key(|i| key(*i));
            sort(&mut order, |a, b| key(a).cmp(&key(b))).unwrap();
            assert_eq!(order, expected, "{n} elements");
        }
    }
}
