//! Arrow files and streams, written: carriers turned into the Arrow types that ClickHouse gives.

use super::FormatOptions;
use super::write::{Summary, Writer};
use crate::block::Block;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, MapArray, NullArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StructArray,
};
use arrow::datatypes::{self as at, DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use olly_types::{Code, Error, Result, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// Where the IPC writer puts its bytes; taken out after each block.
enum Sink {
    Stream(Box<StreamWriter<Vec<u8>>>),
    File(Box<FileWriter<Taken>>),
}

/// A Vec whose content is moved out between writes, so that a file is streamed too (Arrow files are written front to back).
#[derive(Default)]
struct Taken(Vec<u8>);

impl std::io::Write for Taken {
    fn write(&mut self, b: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(b);
        Ok(b.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub struct Arrow {
    schema: SchemaRef,
    sink: Option<Sink>,
}

fn ipc(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, format!("Arrow: {e}"))
}

impl Arrow {
    pub fn new(header: &[(String, Type)], o: &FormatOptions, file: bool) -> Result<Arrow> {
        let strings = o.arrow_string_as_string;
        let fields: Vec<FieldRef> = header.iter().map(|(n, t)| field(n, t, strings, o)).collect();
        let schema = Arc::new(Schema::new(fields));
        let options = IpcWriteOptions::default();
        let sink = if file {
            let writer = FileWriter::try_new_with_options(Taken::default(), &schema, options).map_err(ipc)?;
            Sink::File(Box::new(writer))
        } else {
            let writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).map_err(ipc)?;
            Sink::Stream(Box::new(writer))
        };
        Ok(Arrow { schema, sink: Some(sink) })
    }

    fn drain(&mut self, out: &mut Vec<u8>) {
        match &mut self.sink {
            Some(Sink::Stream(w)) => out.append(w.get_mut()),
            Some(Sink::File(w)) => out.append(&mut w.get_mut().0),
            None => {}
        }
    }
}

impl Writer for Arrow {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.drain(out);
        Ok(())
    }

    fn block(&mut self, block: &Block, out: &mut Vec<u8>) -> Result<()> {
        let arrays = block
            .columns
            .iter()
            .zip(self.schema.fields())
            .map(|((_, ty, array), field)| convert(array, ty, field.data_type()))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(block.rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map_err(ipc)?;
        match &mut self.sink {
            Some(Sink::Stream(w)) => w.write(&batch).map_err(ipc)?,
            Some(Sink::File(w)) => w.write(&batch).map_err(ipc)?,
            None => {}
        }
        self.drain(out);
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut Vec<u8>) -> Result<()> {
        match &mut self.sink {
            Some(Sink::Stream(w)) => w.finish().map_err(ipc)?,
            Some(Sink::File(w)) => w.finish().map_err(ipc)?,
            None => {}
        }
        self.drain(out);
        Ok(())
    }
}

fn field(name: &str, ty: &Type, strings: bool, o: &FormatOptions) -> FieldRef {
    let field = Field::new(name, target(ty, strings, o), ty.is_nullable());
    Arc::new(match ty.base() {
        Type::Uuid => field.with_metadata(HashMap::from([
            ("ARROW:extension:name".to_string(), "arrow.uuid".to_string()),
            ("ARROW:extension:metadata".to_string(), String::new()),
        ])),
        _ => field,
    })
}

/// The Arrow type ClickHouse gives (checked with chDB 26.9).
fn target(ty: &Type, strings: bool, o: &FormatOptions) -> DataType {
    match ty {
        Type::Nullable(t) | Type::LowCardinality(t) => target(t, strings, o),
        Type::Bool => DataType::Boolean,
        Type::String if strings => DataType::Utf8,
        Type::String => DataType::Binary,
        Type::FixedString(n) => DataType::FixedSizeBinary(*n as i32),
        Type::Date | Type::Date32 => DataType::Date32,
        Type::DateTime64(p, tz) => {
            let zone = tz.as_deref().unwrap_or_else(|| o.text.zone.name());
            DataType::Timestamp(unit(*p), Some(zone.into()))
        }
        Type::Decimal(p, s) => DataType::Decimal128(*p, *s as i8),
        Type::Nothing => DataType::Null,
        Type::Array(t) => DataType::List(field("item", t, strings, o)),
        Type::Tuple(elements) => DataType::Struct(
            elements
                .iter()
                .enumerate()
                .map(|(i, (n, t))| match n {
                    Some(n) => field(n, t, strings, o),
                    None => field(&(i + 1).to_string(), t, strings, o),
                })
                .collect(),
        ),
        Type::Map(k, v) => {
            let entries = Fields::from(vec![field("key", k, strings, o), field("value", v, strings, o)]);
            DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries), false)), false)
        }
        t => t.carrier(),
    }
}

fn unit(precision: u8) -> TimeUnit {
    match precision {
        0 => TimeUnit::Second,
        1..=3 => TimeUnit::Millisecond,
        4..=6 => TimeUnit::Microsecond,
        _ => TimeUnit::Nanosecond,
    }
}

/// Ticks a second of a unit, as a power of ten.
fn unit_digits(unit: TimeUnit) -> u32 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

fn convert(array: &ArrayRef, ty: &Type, to: &DataType) -> Result<ArrayRef> {
    let wrong = || Error::new(Code::LogicalError, format!("type {ty} is carried as {}", array.data_type()));
    Ok(match (ty, to) {
        (Type::Nullable(t), _) => convert(array, t, to)?,
        (Type::LowCardinality(t), _) => {
            let d = array.as_dictionary_opt::<at::UInt32Type>().ok_or_else(wrong)?;
            let plain = arrow::compute::take(d.values(), d.keys(), None).map_err(ipc)?;
            convert(&plain, t, to)?
        }
        (Type::Nothing, _) => Arc::new(NullArray::new(array.len())),
        (Type::Bool, _) => {
            let a = array.as_primitive_opt::<at::UInt8Type>().ok_or_else(wrong)?;
            let bits = arrow::buffer::BooleanBuffer::from_iter(a.values().iter().map(|b| *b != 0));
            Arc::new(BooleanArray::new(bits, a.nulls().cloned()))
        }
        (Type::String, DataType::Utf8) => {
            let a = array.as_binary_view_opt().ok_or_else(wrong)?;
            // Arrow's strings must be UTF-8: what is not is replaced rather than sent as a damaged column.
            let texts = (0..a.len()).map(|i| (!a.is_null(i)).then(|| String::from_utf8_lossy(a.value(i))));
            Arc::new(texts.collect::<arrow::array::StringArray>())
        }
        (Type::Date, _) => {
            let a = array.as_primitive_opt::<at::UInt16Type>().ok_or_else(wrong)?;
            Arc::new(a.unary::<_, at::Date32Type>(i32::from))
        }
        (Type::Date32, _) => {
            let a = array.as_primitive_opt::<at::Int32Type>().ok_or_else(wrong)?;
            Arc::new(PrimitiveArray::<at::Date32Type>::new(a.values().clone(), a.nulls().cloned()))
        }
        (Type::DateTime64(p, _), DataType::Timestamp(u, _)) => {
            let a = array.as_primitive_opt::<at::Int64Type>().ok_or_else(wrong)?;
            let factor = 10i64.pow(unit_digits(*u).saturating_sub(u32::from(*p)));
            let scaled: PrimitiveArray<at::Int64Type> = a.unary(|v| v.saturating_mul(factor));
            arrow::compute::cast(&scaled, to).map_err(ipc)?
        }
        (Type::Decimal(..), _) => arrow::compute::cast(array, to).map_err(ipc)?,
        (Type::Uuid, _) => {
            let a = array.as_fixed_size_binary_opt().ok_or_else(wrong)?;
            let text_order = (0..a.len()).map(|i| {
                (!a.is_null(i)).then(|| {
                    let (high, low) = olly_types::text::uuid_to_halves(a.value(i));
                    ((u128::from(high) << 64) | u128::from(low)).to_be_bytes()
                })
            });
            Arc::new(arrow::array::FixedSizeBinaryArray::try_from_sparse_iter_with_size(text_order, 16).map_err(ipc)?)
        }
        (Type::Array(t), DataType::List(f)) => {
            let a = array.as_list_opt::<i32>().ok_or_else(wrong)?;
            let items = convert(a.values(), t, f.data_type())?;
            Arc::new(ListArray::try_new(Arc::clone(f), a.offsets().clone(), items, a.nulls().cloned()).map_err(ipc)?)
        }
        (Type::Map(k, v), DataType::Map(f, sorted)) => {
            let a = array.as_map_opt().ok_or_else(wrong)?;
            let DataType::Struct(fields) = f.data_type() else { return Err(wrong()) };
            let [fk, fv] = fields.as_ref() else { return Err(wrong()) };
            let parts = vec![convert(a.keys(), k, fk.data_type())?, convert(a.values(), v, fv.data_type())?];
            let entries = StructArray::try_new(fields.clone(), parts, None).map_err(ipc)?;
            Arc::new(MapArray::try_new(Arc::clone(f), a.offsets().clone(), entries, None, *sorted).map_err(ipc)?)
        }
        (Type::Tuple(elements), DataType::Struct(fields)) => {
            let a = array.as_struct_opt().ok_or_else(wrong)?;
            let parts = elements.iter().zip(a.columns()).zip(fields.iter());
            let parts = parts.map(|(((_, t), c), f)| convert(c, t, f.data_type())).collect::<Result<Vec<_>>>()?;
            Arc::new(StructArray::try_new_with_length(fields.clone(), parts, None, a.len()).map_err(ipc)?)
        }
        _ if array.data_type() == to => Arc::clone(array),
        _ => arrow::compute::cast(array, to).map_err(ipc)?,
    })
}
