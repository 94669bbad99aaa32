//! Arrow streams and files, read as they come.

use crate::block::Block;
use crate::input::Input;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::Buffer;
use arrow::datatypes::{DataType, Field, TimeUnit};
use arrow_ipc::reader::StreamDecoder;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// Reads record batches. A file is read front to back like a stream, behind its magic.
pub struct ArrowReader {
    decoder: StreamDecoder,
    file: bool,
    started: bool,
    /// Bytes given to the decoder since its last batch.
    since: usize,
}

/// Largest encoded record batch.
const MAX_BATCH: usize = 256 << 20;
/// `ARROW1` and two bytes of padding.
const MAGIC: usize = 8;

fn bad(e: impl std::fmt::Display) -> Error {
    Error::new(Code::IncorrectData, format!("Error while reading Arrow data: {e}"))
}

impl ArrowReader {
    pub fn new(file: bool) -> ArrowReader {
        ArrowReader { decoder: StreamDecoder::new(), file, started: false, since: 0 }
    }

    pub async fn next(&mut self, input: &mut dyn Input) -> Result<Option<Block>> {
        if self.file && !self.started {
            crate::input::need(input, MAGIC).await?;
            if input.buffered().get(..6) != Some(b"ARROW1") {
                return Err(bad("not an Arrow file"));
            }
            input.consume(MAGIC);
        }
        self.started = true;
        loop {
            if crate::input::at_end(input).await? {
                if !self.file {
                    self.decoder.finish().map_err(bad)?;
                }
                return Ok(None);
            }
            let bytes = input.buffered();
            let have = bytes.len();
            let mut buffer = Buffer::from_slice_ref(bytes);
            // The decoder's own checks may meet lengths that overflow in damaged data; its panics must not end the server.
            let decoder = &mut self.decoder;
            let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| decoder.decode(&mut buffer)));
            let used = have - buffer.len();
            input.consume(used);
            self.since += used;
            if self.since > MAX_BATCH {
                return Err(bad(format!("a record batch of more than {MAX_BATCH} bytes")));
            }
            match decoded {
                Ok(Ok(Some(batch))) => {
                    self.since = 0;
                    return block(&batch).map(Some);
                }
                Ok(Ok(None)) if used == 0 => {
                    // The end of the stream (in a file the footer follows).
                    while !crate::input::at_end(input).await? {
                        let n = input.buffered().len();
                        input.consume(n);
                    }
                    return Ok(None);
                }
                Ok(Ok(None)) => {}
                Ok(Err(e)) => return Err(bad(e)),
                Err(_) => return Err(bad("damaged data")),
            }
        }
    }
}

fn block(batch: &RecordBatch) -> Result<Block> {
    let mut out = Block { columns: Vec::new(), rows: batch.num_rows() };
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let (ty, array) = import(array, field)?;
        out.columns.push((field.name().clone(), ty, array));
    }
    Ok(out)
}

fn optional(ty: Type, nullable: bool) -> Type {
    if nullable && ty.can_be_nullable() { Type::nullable(ty) } else { ty }
}

/// An Arrow column as the ClickHouse type that is closest, in its carrier. The insert casts it to the table's.
fn import(array: &ArrayRef, field: &Field) -> Result<(Type, ArrayRef)> {
    let nullable = array.null_count() > 0;
    let cast = |to: &DataType| arrow::compute::cast(array, to).map_err(bad);
    let plain = |ty: Type, array: ArrayRef| Ok((optional(ty, nullable), array));
    match array.data_type() {
        DataType::Null => {
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
        DataType::Dictionary(_, value) => {
            let unpacked = cast(value)?;
            import(&unpacked, &Field::new(field.name(), (**value).clone(), true))
        }
        DataType::List(f) | DataType::LargeList(f) | DataType::FixedSizeList(f, _) => {
            let list = cast(&DataType::List(Arc::clone(f)))?;
            let a = list.as_list::<i32>();
            if a.null_count() > 0 {
                // Arrays have no NULL in ClickHouse; an empty one stands for it.
                return Err(bad(format!("column {} has NULL arrays", field.name())));
            }
            let (ty, items) = import(a.values(), f)?;
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
            let (k, keys) = import(a.keys(), fk)?;
            let (v, values) = import(a.values(), fv)?;
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
                let (ty, part) = import(part, f)?;
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
