//! Arrow streams, read as they come, and Arrow files, whose index stands at their end: they are held whole.
//!
//! Invariant: no length in the data is believed: messages grow with the bytes that arrived, a file's blocks lie inside the
//! file, and what a column may unpack to is bounded.

use crate::block::Block;
use crate::input::Input;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::Buffer;
use arrow::datatypes::{DataType, Field, TimeUnit};
use arrow_ipc::reader::{FileDecoder, StreamDecoder};
use flatbuffers::VerifierOptions;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type, limits};
use std::collections::VecDeque;
use std::sync::Arc;

/// Reads record batches.
pub struct ArrowReader {
    kind: Kind,
    /// Columns of the table that are IPv6: sixteen bytes are an address there, and no text.
    addresses: Vec<String>,
}

enum Kind {
    /// A stream whose schema was not looked at yet.
    Begins,
    /// A stream, and the bytes given to the decoder since its last batch.
    Stream(StreamDecoder, usize),
    /// A file that was not read yet.
    File,
    /// A file's blocks that are still to be decoded.
    Blocks { decoder: FileDecoder, file: Buffer, blocks: VecDeque<arrow_ipc::Block> },
}

/// Largest encoded record batch of a stream.
const MAX_BATCH: usize = 256 << 20;
/// Largest file.
const MAX_FILE: u64 = limits::REQUEST_BODY_BYTES;
/// Rows of one batch.
const MAX_ROWS: usize = 1 << 27;
/// Bytes that values without bytes of their own (nulls, repeated words of a dictionary) may take in one batch.
const MAX_UNPACKED: usize = 256 << 20;
/// `ARROW1` and two bytes of padding.
const MAGIC: &[u8] = b"ARROW1";

fn bad(e: impl std::fmt::Display) -> Error {
    Error::new(Code::IncorrectData, format!("Error while reading Arrow data: {e}"))
}

/// The decoder's own checks may meet lengths that overflow in damaged data; its panics must not end the server.
fn guarded<T>(decode: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(bad("damaged data")))
}

impl ArrowReader {
    /// `columns`: those of the table.
    pub fn new(file: bool, columns: &[(String, Type)]) -> ArrowReader {
        let addresses = columns.iter().filter(|(_, ty)| *ty.base() == Type::Ipv6).map(|(name, _)| name.clone());
        let kind = if file { Kind::File } else { Kind::Begins };
        ArrowReader { kind, addresses: addresses.collect() }
    }

    pub async fn next(&mut self, input: &mut dyn Input) -> Result<Option<Block>> {
        let mut block = self.read(input).await?;
        for (name, ty, _) in block.iter_mut().flat_map(|b| &mut b.columns) {
            // Both are carried alike.
            if *ty.base() == Type::FixedString(16) && self.addresses.contains(name) {
                *ty = optional(Type::Ipv6, ty.is_nullable());
            }
        }
        Ok(block)
    }

    async fn read(&mut self, input: &mut dyn Input) -> Result<Option<Block>> {
        if matches!(self.kind, Kind::File) {
            self.kind = open(whole(input).await?)?;
        }
        if matches!(self.kind, Kind::Begins) {
            check_schema(input).await?;
            self.kind = Kind::Stream(StreamDecoder::new(), 0);
        }
        match &mut self.kind {
            Kind::Begins => Ok(None),
            Kind::Stream(decoder, since) => next_of_stream(decoder, since, input).await,
            Kind::File => Ok(None),
            Kind::Blocks { decoder, file, blocks } => {
                while let Some(b) = blocks.pop_front() {
                    let bytes = slice(file, &b)?;
                    let found = guarded(|| {
                        decoder.read_record_batch(&b, &bytes).map_err(bad)?.map(|batch| block(&batch)).transpose()
                    })?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                Ok(None)
            }
        }
    }
}

async fn next_of_stream(
    decoder: &mut StreamDecoder,
    since: &mut usize,
    input: &mut dyn Input,
) -> Result<Option<Block>> {
    loop {
        if crate::input::at_end(input).await? {
            decoder.finish().map_err(bad)?;
            return Ok(None);
        }
        let bytes = input.buffered();
        let have = bytes.len();
        let mut buffer = Buffer::from_slice_ref(bytes);
        let decoded = guarded(|| decoder.decode(&mut buffer).map_err(bad)?.map(|b| block(&b)).transpose());
        let used = have - buffer.len();
        input.consume(used);
        *since += used;
        if *since > MAX_BATCH {
            return Err(bad(format!("a record batch of more than {MAX_BATCH} bytes")));
        }
        match decoded? {
            Some(block) => {
                *since = 0;
                return Ok(Some(block));
            }
            None if used == 0 => return Err(bad("bytes behind the end of the stream")),
            None => {}
        }
    }
}

/// Largest metadata of a schema.
const MAX_SCHEMA: usize = 4 << 20;

/// What a schema of so many bytes may hold. Its tables may share parts, so that a few bytes are a tree of millions.
fn tree_of(bytes: usize) -> VerifierOptions {
    VerifierOptions {
        max_tables: 16 * limits::COLUMNS as usize,
        max_apparent_size: 16 * bytes + (64 << 10),
        ..VerifierOptions::default()
    }
}

/// Looks at a stream's first message, its schema, before the decoder makes fields of it; nothing is consumed.
async fn check_schema(input: &mut dyn Input) -> Result<()> {
    if crate::input::at_end(input).await? {
        return Ok(());
    }
    crate::input::need(input, 8).await?;
    let word = |at: usize, b: &[u8]| b.get(at..at + 4).and_then(|w| w.try_into().ok()).map_or(0, u32::from_le_bytes);
    // Before Arrow 0.15 there was no mark of continuation.
    let from = if word(0, input.buffered()) == u32::MAX { 8 } else { 4 };
    let length = word(from - 4, input.buffered()) as usize;
    if length > MAX_SCHEMA {
        return Err(bad(format!("a schema of {length} bytes")));
    }
    crate::input::need(input, from + length).await?;
    let message = input.buffered().get(from..from + length).unwrap_or_default();
    if message.is_empty() {
        return Ok(());
    }
    arrow_ipc::root_as_message_with_opts(&tree_of(length), message).map_err(bad)?;
    Ok(())
}

/// All bytes of a file.
async fn whole(input: &mut dyn Input) -> Result<Buffer> {
    let mut all = Vec::new();
    while !crate::input::at_end(input).await? {
        let have = input.buffered();
        if (all.len() + have.len()) as u64 > MAX_FILE {
            return Err(bad(format!(
                "a file of more than {MAX_FILE} bytes (its index stands at its end; ArrowStream has no such limit)"
            )));
        }
        all.extend_from_slice(have);
        let n = have.len();
        input.consume(n);
    }
    Ok(Buffer::from_vec(all))
}

/// Reads a file's index and its dictionaries.
fn open(file: Buffer) -> Result<Kind> {
    let n = file.len();
    let trailer: [u8; 10] = n
        .checked_sub(10)
        .and_then(|from| file.get(from..))
        .and_then(|t| t.try_into().ok())
        .filter(|_| file.starts_with(MAGIC))
        .ok_or_else(|| bad("not an Arrow file"))?;
    let length = arrow_ipc::reader::read_footer_length(trailer).map_err(bad)?;
    let footer = (n - 10).checked_sub(length).and_then(|from| file.get(from..n - 10));
    let footer = footer.ok_or_else(|| bad("the footer is longer than the file"))?;
    guarded(|| {
        let footer = arrow_ipc::root_as_footer_with_opts(&tree_of(footer.len()), footer).map_err(bad)?;
        let schema = footer.schema().ok_or_else(|| bad("no schema in the footer"))?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(bad("the file is of another byte order"));
        }
        let schema = arrow_ipc::convert::fb_to_schema(schema);
        let mut decoder = FileDecoder::new(Arc::new(schema), footer.version());
        for b in footer.dictionaries().iter().flatten() {
            decoder.read_dictionary(b, &slice(&file, b)?).map_err(bad)?;
        }
        let blocks = footer.recordBatches().iter().flatten().copied().collect();
        Ok(Kind::Blocks { decoder, file: file.clone(), blocks })
    })
}

/// The bytes of a block, which must lie inside the file.
fn slice(file: &Buffer, b: &arrow_ipc::Block) -> Result<Buffer> {
    let outside = || bad("a block lies outside of the file");
    let offset = usize::try_from(b.offset()).map_err(|_| outside())?;
    let head = usize::try_from(b.metaDataLength()).map_err(|_| outside())?;
    let length = usize::try_from(b.bodyLength()).ok().and_then(|n| n.checked_add(head)).ok_or_else(outside)?;
    if head < 8 || offset.checked_add(length).is_none_or(|end| end > file.len()) {
        return Err(outside());
    }
    Ok(file.slice_with_length(offset, length))
}

fn block(batch: &RecordBatch) -> Result<Block> {
    if batch.num_columns() == 0 && batch.num_rows() > 0 || batch.num_rows() > MAX_ROWS {
        return Err(bad(format!("a batch of {} rows in {} columns", batch.num_rows(), batch.num_columns())));
    }
    let mut out = Block { columns: Vec::new(), rows: batch.num_rows() };
    let mut left = MAX_UNPACKED;
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let (ty, array) = import(array, field, &mut left)?;
        out.columns.push((field.name().clone(), ty, array));
    }
    Ok(out)
}

/// Takes bytes of what a batch may unpack to.
fn unpack(left: &mut usize, values: usize, width: usize) -> Result<()> {
    *left = values.checked_mul(width).and_then(|n| left.checked_sub(n)).ok_or_else(|| {
        Error::new(Code::TooLargeStringSize, format!("a record batch unpacks to more than {MAX_UNPACKED} bytes"))
    })?;
    Ok(())
}

fn optional(ty: Type, nullable: bool) -> Type {
    if nullable && ty.can_be_nullable() { Type::nullable(ty) } else { ty }
}

/// An Arrow column as the ClickHouse type that is closest, in its carrier. The insert casts it to the table's.
fn import(array: &ArrayRef, field: &Field, left: &mut usize) -> Result<(Type, ArrayRef)> {
    let nullable = array.null_count() > 0;
    let cast = |to: &DataType| arrow::compute::cast(array, to).map_err(bad);
    let plain = |ty: Type, array: ArrayRef| Ok((optional(ty, nullable), array));
    match array.data_type() {
        DataType::Null => {
            unpack(left, array.len(), 1)?;
            let ty = Type::nullable(Type::Nothing);
            let nulls = arrow::buffer::NullBuffer::new_null(array.len());
            let zeros = arrow::array::UInt8Array::new(vec![0u8; array.len()].into(), Some(nulls));
            Ok((ty, Arc::new(zeros)))
        }
        DataType::Boolean => plain(Type::Bool, cast(&DataType::UInt8)?),
        DataType::UInt8 => plain(Type::UInt8, Arc::clone(array)),
        DataType::UInt16 => plain(Type::UInt16, Arc::clone(array)),
        DataType::UInt32 => plain(Type::UInt32, Arc::clone(array)),
        DataType::UInt64 => plain(Type::UInt64, Arc::clone(array)),
        DataType::Int8 => plain(Type::Int8, Arc::clone(array)),
        DataType::Int16 => plain(Type::Int16, Arc::clone(array)),
        DataType::Int32 => plain(Type::Int32, Arc::clone(array)),
        DataType::Int64 => plain(Type::Int64, Arc::clone(array)),
        DataType::Float16 => plain(Type::Float32, cast(&DataType::Float32)?),
        DataType::Float32 => plain(Type::Float32, Arc::clone(array)),
        DataType::Float64 => plain(Type::Float64, Arc::clone(array)),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let binary = cast(&DataType::Binary)?;
            plain(Type::String, arrow::compute::cast(&binary, &DataType::BinaryView).map_err(bad)?)
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
            plain(Type::String, cast(&DataType::BinaryView)?)
        }
        DataType::FixedSizeBinary(16)
            if field.metadata().get("ARROW:extension:name").map(String::as_str) == Some("arrow.uuid") =>
        {
            let a = array.as_fixed_size_binary();
            let carrier = (0..a.len()).map(|i| {
                let bytes: u128 = <[u8; 16]>::try_from(a.value(i)).map_or(0, u128::from_be_bytes);
                (!a.is_null(i)).then(|| olly_types::text::uuid_from_halves((bytes >> 64) as u64, bytes as u64))
            });
            let out = arrow::array::FixedSizeBinaryArray::try_from_sparse_iter_with_size(carrier, 16).map_err(bad)?;
            plain(Type::Uuid, Arc::new(out))
        }
        DataType::FixedSizeBinary(n) if *n > 0 => plain(Type::FixedString(*n as u32), Arc::clone(array)),
        DataType::Date32 => plain(Type::Date32, cast(&DataType::Int32)?),
        DataType::Date64 => {
            let ms = cast(&DataType::Int64)?;
            plain(Type::DateTime64(3, None), ms)
        }
        DataType::Timestamp(unit, tz) => {
            let precision = match unit {
                TimeUnit::Second => 0,
                TimeUnit::Millisecond => 3,
                TimeUnit::Microsecond => 6,
                TimeUnit::Nanosecond => 9,
            };
            plain(Type::DateTime64(precision, tz.clone()), cast(&DataType::Int64)?)
        }
        DataType::Decimal32(p, s) | DataType::Decimal64(p, s) | DataType::Decimal128(p, s) if *s >= 0 => {
            let ty = Type::Decimal((*p).clamp(1, 38), *s as u8);
            let carrier = cast(&ty.carrier())?;
            plain(ty, carrier)
        }
        DataType::Dictionary(_, value) if !value.is_nested() => {
            let d = array.as_any_dictionary();
            let (ty, values) = import(d.values(), &Field::new(field.name(), (**value).clone(), true), left)?;
            // Of a String only its view is repeated.
            unpack(left, array.len(), values.data_type().primitive_width().unwrap_or(16))?;
            if let DataType::FixedSizeBinary(width) = values.data_type() {
                unpack(left, array.len(), *width as usize)?;
            }
            let taken = arrow::compute::take(&values, d.keys(), None).map_err(bad)?;
            let ty = ty.base().clone();
            Ok((optional(ty, taken.null_count() > 0), taken))
        }
        DataType::List(f) | DataType::LargeList(f) | DataType::FixedSizeList(f, _) => {
            let list = cast(&DataType::List(Arc::clone(f)))?;
            let a = list.as_list::<i32>();
            if a.null_count() > 0 {
                // Arrays have no NULL in ClickHouse; an empty one stands for it.
                return Err(bad(format!("column {} has NULL arrays", field.name())));
            }
            let (ty, items) = import(a.values(), f, left)?;
            let out = arrow::array::ListArray::try_new(carrier_field("item", &ty), a.offsets().clone(), items, None);
            Ok((Type::Array(Arc::new(ty)), Arc::new(out.map_err(bad)?)))
        }
        DataType::Map(f, _) => {
            let a = array.as_map();
            let DataType::Struct(fields) = f.data_type() else { return Err(bad("a map without entries")) };
            let [fk, fv] = fields.as_ref() else { return Err(bad("a map without keys and values")) };
            if a.null_count() > 0 {
                return Err(bad(format!("column {} has NULL maps", field.name())));
            }
            let (k, keys) = import(a.keys(), fk, left)?;
            let (v, values) = import(a.values(), fv, left)?;
            let ty = Type::Map(Arc::new(k), Arc::new(v));
            let DataType::Map(entries, _) = ty.carrier() else { return Err(bad("a map without entries")) };
            let DataType::Struct(fields) = entries.data_type().clone() else {
                return Err(bad("a map without entries"));
            };
            let pairs = arrow::array::StructArray::try_new(fields, vec![keys, values], None).map_err(bad)?;
            let out = arrow::array::MapArray::try_new(entries, a.offsets().clone(), pairs, None, false);
            Ok((ty, Arc::new(out.map_err(bad)?)))
        }
        DataType::Struct(fields) => {
            let a = array.as_struct();
            let mut elements = Vec::with_capacity(fields.len());
            let mut parts = Vec::with_capacity(fields.len());
            for (f, part) in fields.iter().zip(a.columns()) {
                let (ty, part) = import(part, f, left)?;
                elements.push((Some(Arc::from(f.name().as_str())), ty));
                parts.push(part);
            }
            let ty = Type::Tuple(elements.into());
            let DataType::Struct(fields) = ty.carrier() else { return Err(bad("a struct without fields")) };
            let out = arrow::array::StructArray::try_new_with_length(fields, parts, None, a.len());
            Ok((ty, Arc::new(out.map_err(bad)?)))
        }
        DataType::Time32(_) | DataType::Duration(_) => {
            let n = cast(&DataType::Int64)?;
            plain(Type::Int64, n)
        }
        DataType::Time64(_) => plain(Type::Int64, arrow::compute::cast(array, &DataType::Int64).map_err(bad)?),
        other => Err(Error::unsupported(format!("Arrow type {other} of column {}", field.name()))),
    }
}
