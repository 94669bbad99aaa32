//! Blocks as they pass between formats and the engine.
pub use olly_query::engine::Block;

/// Bytes of values that are written as one piece.
const PIECE: u64 = 1 << 20;

/// As many rows of a block as make about [`PIECE`] bytes, and the others. Views of the same bytes, small in memory, are as
/// long as ever where they are written.
pub fn parted(block: Block) -> (Block, Option<Block>) {
    let bytes: u64 = block.columns.iter().map(|(_, _, a)| olly_types::batch::value_bytes(a)).sum();
    let rows = (PIECE.saturating_mul(block.rows as u64) / bytes.max(1)).max(1);
    // A rest that is not much more goes with them.
    if rows.saturating_mul(2) >= block.rows as u64 {
        return (block, None);
    }
    let slice = |from: usize, n: usize| Block {
        columns: block.columns.iter().map(|(name, ty, a)| (name.clone(), ty.clone(), a.slice(from, n))).collect(),
        rows: n,
    };
    let rows = rows as usize;
    (slice(0, rows), Some(slice(rows, block.rows - rows)))
}
