//! The framing of Native blocks: what each protocol revision adds around the columns.

use super::names::without_low_cardinality;
use super::{native_read, native_write, put_string, put_varint};
use crate::block::Block;
use crate::input::{Input, at_end, read_array, read_string, read_u8, read_varint};
use olly_types::{Code, Error, Result, Type, limits};

/// First revision with BlockInfo before the columns.
const BLOCK_INFO: u64 = 51_903;
/// First revision that knows LowCardinality.
const LOW_CARDINALITY: u64 = 54_405;
/// First revision with a byte for custom serialization before each column.
const CUSTOM_SERIALIZATION: u64 = 54_454;

/// Rows in one block of a client.
const MAX_ROWS: u64 = 1 << 27;
/// Longest name or type text.
const MAX_NAME: u64 = 1 << 16;

/// How blocks are framed. Revision 0 is the format outside the protocol: no framing, LowCardinality kept.
#[derive(Clone, Copy, Debug)]
pub struct Framing {
    pub revision: u64,
}

impl Framing {
    fn plain(self) -> bool {
        self.revision != 0 && self.revision < LOW_CARDINALITY
    }

    /// Appends a block.
    pub fn write(self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        if self.revision >= BLOCK_INFO {
            // Field 1: is_overflows; field 2: bucket number -1; end.
            out.extend_from_slice(&[1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
        }
        put_varint(block.columns.len() as u64, out);
        put_varint(block.rows as u64, out);
        for (name, ty, array) in &block.columns {
            put_string(name, out);
            let shown = if self.plain() { without_low_cardinality(ty) } else { ty.clone() };
            put_string(shown.to_string(), out);
            if self.revision >= CUSTOM_SERIALIZATION {
                out.push(0);
            }
            if block.rows > 0 {
                native_write::column(array, ty, !self.plain(), out)?;
            }
        }
        Ok(())
    }

    /// Reads a block, or None at the end of the source.
    pub async fn read(self, input: &mut dyn Input) -> Result<Option<Block>> {
        if at_end(input).await? {
            return Ok(None);
        }
        if self.revision >= BLOCK_INFO {
            self.info(input).await?;
        }
        let columns = read_varint(input).await?;
        let rows = read_varint(input).await?;
        if columns > limits::COLUMNS * 4 {
            return Err(Error::new(Code::TooManyColumns, format!("a block of {columns} columns")));
        }
        if rows > MAX_ROWS {
            return Err(Error::new(Code::TooManyRows, format!("a block of {rows} rows, at most {MAX_ROWS} are taken")));
        }
        if columns == 0 && rows > 0 {
            return Err(Error::new(Code::IncorrectData, format!("a block of {rows} rows without columns")));
        }
        let mut block = Block { columns: Vec::new(), rows: rows as usize };
        for _ in 0..columns {
            let name = String::from_utf8(read_string(input, MAX_NAME).await?)
                .map_err(|_| Error::new(Code::IncorrectData, "a column's name is not UTF-8"))?;
            let text = read_string(input, MAX_NAME).await?;
            let ty = Type::parse(&String::from_utf8_lossy(&text))?;
            if self.revision >= CUSTOM_SERIALIZATION && read_u8(input).await? != 0 {
                return Err(Error::unsupported(format!("custom serialization of column {name}")));
            }
            let array = native_read::column(input, &ty, rows as usize).await?;
            block.columns.push((name, ty, array));
        }
        Ok(Some(block))
    }

    async fn info(self, input: &mut dyn Input) -> Result<()> {
        for _ in 0..8 {
            match read_varint(input).await? {
                0 => return Ok(()),
                1 => {
                    read_u8(input).await?;
                }
                2 => {
                    read_array::<4>(input).await?;
                }
                n => return Err(Error::new(Code::IncorrectData, format!("Unknown BlockInfo field number: {n}"))),
            }
        }
        Err(Error::new(Code::IncorrectData, "BlockInfo has too many fields"))
    }
}
