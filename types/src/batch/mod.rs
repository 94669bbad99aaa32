//! Rows between the edge and a part: columns in **stored form**, the form of log entries and memtables (DESIGN D4, D11).
//!
//! Stored form of a type is its carrier, except:
//!
//! | type | stored form |
//! |---|---|
//! | String | Binary |
//! | Map(K, V) | Struct{shape: Dictionary(UInt32, List(K)), values: List(V)}: the ordered key list once per distinct list |
//!
//! A column may be *interned*: Dictionary(UInt32, stored form), each distinct value once (resources, scopes, series); the
//! shape of an interned Map is a plain List. LowCardinality is a dictionary by itself and is never interned.
//!
//! Invariant: all columns have `rows` values; `to_carrier(to_stored(a)) == a` byte for byte, order and duplicates included.

mod codec;
mod floats;
mod input;
mod ints;
mod stored;
mod texts;

pub use stored::{
    dictionary_of, empty_carrier, interned, is_interned, stored_type, to_carrier, to_stored, to_stored_values,
};

use crate::error::{Code, Error, Result};
use crate::ids::ColumnId;
use crate::schema::TableSchema;
use crate::ty::Type;
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray};
use arrow::datatypes::{DataType, UInt32Type};
use input::{Input, damaged, put_varint};
use stored::{stored_field, trimmed};

/// One column of a batch in stored form.
#[derive(Clone, Debug)]
pub struct BatchColumn {
    pub id: ColumnId,
    /// Stored form, plain or interned ([`is_interned`]).
    pub array: ArrayRef,
}

/// Rows of one table in stored form.
#[derive(Clone, Debug)]
pub struct Batch {
    pub rows: usize,
    pub columns: Vec<BatchColumn>,
}

impl Batch {
    pub fn column(&self, id: ColumnId) -> Option<&BatchColumn> {
        self.columns.iter().find(|c| c.id == id)
    }

    /// Bytes the rows occupy in memory, counted from values and offsets (Arrow's own sizes count whole buffers, however
    /// small the slice).
    pub fn memory_bytes(&self) -> u64 {
        self.columns.iter().map(|c| value_bytes(&c.array)).sum()
    }

    /// Appends the rows: their number, the number of columns, and for each its id, a byte (0 plain, 1 interned) and its values
    /// (`codec`). [`Batch::decode`] knows the types from the table's schema.
    pub fn encode(&self, schema: &TableSchema, out: &mut Vec<u8>) -> Result<()> {
        let start = out.len();
        if self.rows as u64 > MOST_ROWS {
            let text = format!("A block of {} rows is over the limit of {MOST_ROWS}", self.rows);
            return Err(Error::new(Code::LimitExceeded, text));
        }
        let mut wide = Vec::with_capacity(self.rows);
        put_varint(out, self.rows as u64);
        put_varint(out, self.columns.len() as u64);
        for column in &self.columns {
            let def = schema.column(column.id).ok_or_else(|| missing(column.id))?;
            let interned = is_interned(&column.array, &def.ty);
            let field = stored_field(&def.ty, interned);
            let wrong = column.array.len() != self.rows || column.array.data_type() != field.data_type();
            if wrong || (!field.is_nullable() && column.array.null_count() > 0) {
                let (rows, data) = (column.array.len(), column.array.data_type());
                let text = format!("Column {} of {} rows is {rows} values of {data}", def.name, self.rows);
                return Err(Error::new(Code::LogicalError, text));
            }
            put_varint(out, u64::from(column.id.0));
            out.push(u8::from(interned));
            codec::encode(out, &column.array, &mut wide)?;
        }
        let bytes = self.memory_bytes();
        if bytes > SAFE_BYTES && Batch::decode(schema, out.get(start..).unwrap_or_default()).is_err() {
            let text = format!("A block of {} rows and {bytes} bytes is over the limit of an entry", self.rows);
            return Err(Error::new(Code::LimitExceeded, text));
        }
        Ok(())
    }

    /// Reads what [`Batch::encode`] wrote. Fails on anything malformed, without panicking.
    pub fn decode(schema: &TableSchema, bytes: &[u8]) -> Result<Batch> {
        let mut input = Input::new(bytes, DECODED_BYTES.max(bytes.len().saturating_mul(8)));
        let rows = input.count()?;
        if rows as u64 > MOST_ROWS {
            return Err(damaged(format!("batch says {rows} rows")));
        }
        let n = input.count()?;
        if n > crate::limits::COLUMNS as usize * 2 {
            return Err(damaged(format!("batch has {n} columns")));
        }
        let mut columns = Vec::with_capacity(n);
        for _ in 0..n {
            let id = ColumnId(u32::try_from(input.varint()?).unwrap_or(u32::MAX));
            let def = schema.column(id).ok_or_else(|| missing(id))?;
            let interned = match input.u8()? {
                flag @ (0 | 1) => flag == 1 && !matches!(def.ty, Type::LowCardinality(_)),
                flag => return Err(damaged(format!("column {id} has unknown encoding {flag}"))),
            };
            let field = stored_field(&def.ty, interned);
            let array = codec::decode(&mut input, field.data_type(), rows)?;
            if !field.is_nullable() && array.null_count() > 0 {
                return Err(damaged(format!("column {id} has nulls")));
            }
            columns.push(BatchColumn { id, array });
        }
        if !input.is_empty() {
            return Err(damaged("batch is followed by more bytes".into()));
        }
        Ok(Batch { rows, columns })
    }
}

/// Blocks are cut so that their values take less than an entry, a byte a row at least.
const MOST_ROWS: u64 = crate::limits::ENTRY_BYTES;
/// Memory that decoding may take whatever the batch's length: arrays, and the offsets and codes that they are made from. A
/// longer batch may take eight times its length.
const DECODED_BYTES: usize = 3 * crate::limits::ROW_BYTES as usize;
/// Values of up to this size always fit; above, encoding looks whether decoding would take them.
const SAFE_BYTES: u64 = crate::limits::ROW_BYTES;

fn missing(id: ColumnId) -> Error {
    damaged(format!("column {id} is not in the table's schema"))
}

/// Bytes of the values of an array, without the unused rest of its buffers.
pub fn value_bytes(array: &ArrayRef) -> u64 {
    let n = array.len() as u64;
    match array.data_type() {
        DataType::Binary => {
            let a = array.as_binary::<i32>();
            let offsets = a.value_offsets();
            let span = offsets.last().copied().unwrap_or(0) - offsets.first().copied().unwrap_or(0);
            span as u64 + 4 * n
        }
        DataType::BinaryView => {
            let a: &BinaryViewArray = array.as_binary_view();
            16 * n + a.lengths().filter(|l| *l > 12).map(u64::from).sum::<u64>()
        }
        DataType::Dictionary(..) => match array.as_dictionary_opt::<UInt32Type>() {
            Some(d) => 4 * n + value_bytes(d.values()),
            None => 8 * n,
        },
        DataType::List(_) => {
            let a = array.as_list::<i32>();
            let (values, _) = trimmed(a.values(), a.offsets());
            4 * n + value_bytes(&values)
        }
        DataType::Map(..) => {
            let a = array.as_map();
            let (keys, _) = trimmed(a.keys(), a.offsets());
            let (values, _) = trimmed(a.values(), a.offsets());
            4 * n + value_bytes(&keys) + value_bytes(&values)
        }
        DataType::Struct(_) => array.as_struct().columns().iter().map(value_bytes).sum(),
        DataType::FixedSizeBinary(w) => n * *w as u64,
        other => n * other.primitive_width().unwrap_or(1) as u64,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Value;
    use crate::ids::TableId;
    use crate::schema::ColumnDef;

    fn column(id: u32, ty: &str) -> ColumnDef {
        ColumnDef::plain(id, &format!("c{id}"), Type::parse(ty).unwrap())
    }

    fn s(text: &str) -> Value {
        Value::bytes(text)
    }

    type Cases = Vec<(&'static str, Vec<Value>)>;

    /// Three rows of every stored form, the third column interned.
    pub(crate) fn sample() -> (TableSchema, Cases, Batch) {
        let map = |pairs: &[(&str, &str)]| Value::Map(pairs.iter().map(|(k, v)| (s(k), s(v))).collect());
        let mut cases: Cases = vec![
            ("String", vec![s("a"), s("\u{ff} a long string beyond twelve bytes"), s("")]),
            ("LowCardinality(Nullable(String))", vec![s("x"), Value::Null, s("x")]),
            (
                "Map(LowCardinality(String), String)",
                vec![map(&[("b", "1"), ("a", "2"), ("b", "3")]), map(&[]), map(&[("b", "1"), ("a", "2"), ("b", "")])],
            ),
            (
                "Array(LowCardinality(String))",
                vec![Value::Array([s("q"), s("q")].into()), Value::Array([].into()), Value::Array([s("z")].into())],
            ),
            (
                "Array(Map(LowCardinality(String), String))",
                vec![
                    Value::Array([map(&[("k", "v")])].into()),
                    Value::Array([].into()),
                    Value::Array([map(&[])].into()),
                ],
            ),
            (
                "Tuple(a UInt8, b LowCardinality(String))",
                vec![
                    Value::Tuple([Value::UInt(1), s("t")].into()),
                    Value::Tuple([Value::UInt(2), s("t")].into()),
                    Value::Tuple([Value::UInt(3), s("u")].into()),
                ],
            ),
            ("Decimal(20, 3)", vec![Value::Decimal(-5), Value::Decimal(0), Value::Decimal(10i128.pow(19))]),
            ("Nullable(Float64)", vec![Value::Float(1.5), Value::Null, Value::Float(-0.0)]),
        ];
        let columns: Vec<ColumnDef> = cases.iter().enumerate().map(|(i, (ty, _))| column(i as u32 + 1, ty)).collect();
        let schema = TableSchema::plain(TableId(1), "t", columns);
        let mut batch = Batch { rows: 3, columns: Vec::new() };
        for (def, (_, values)) in schema.columns.iter().zip(&cases) {
            let carrier = crate::value::array_of(values, &def.ty).unwrap();
            batch.columns.push(BatchColumn { id: def.id, array: to_stored(&carrier, &def.ty).unwrap() });
        }
        // The third column once more, interned.
        let def = &schema.columns[2];
        let two = crate::value::array_of(&cases[2].1[..2], &def.ty).unwrap();
        batch.columns[2].array =
            interned(arrow::array::UInt32Array::from(vec![0, 1, 0]), to_stored_values(&two, &def.ty).unwrap()).unwrap();
        cases[2].1[2] = cases[2].1[0].clone();
        (schema, cases, batch)
    }

    #[test]
    fn stored_form_and_entry_encoding_come_back() {
        let (schema, cases, batch) = sample();
        let mut bytes = Vec::new();
        batch.encode(&schema, &mut bytes).unwrap();
        let back = Batch::decode(&schema, &bytes).unwrap();
        for ((def, (_, want)), column) in schema.columns.iter().zip(&cases).zip(&back.columns) {
            let carrier = to_carrier(&column.array, &def.ty).unwrap();
            assert_eq!(carrier.data_type(), &def.ty.carrier(), "{}", def.ty);
            let got: Vec<Value> = (0..3).map(|i| crate::value::value_at(&carrier, i, &def.ty).unwrap()).collect();
            assert_eq!(&got, want, "{}", def.ty);
        }
        assert_eq!(back.memory_bytes(), batch.memory_bytes());
        for cut in 0..bytes.len() {
            assert!(Batch::decode(&schema, &bytes[..cut]).is_err());
        }
        bytes.push(0);
        assert!(Batch::decode(&schema, &bytes).is_err());
    }

    #[test]
    fn a_block_that_could_not_be_read_back_is_refused() {
        let (schema, _, mut batch) = sample();
        batch.rows = MOST_ROWS as usize + 1;
        assert_eq!(batch.encode(&schema, &mut Vec::new()).unwrap_err().code, Code::LimitExceeded);
        let (schema, _, mut batch) = sample();
        // A hundred megabytes of one value: a few bytes encoded, more than a reader would give them.
        let ty = Type::parse("Array(LowCardinality(String))").unwrap();
        let row = Value::Array(std::iter::repeat_n(s("q"), 25 << 20).collect());
        let carrier =
            crate::value::array_of(&[row.clone(), Value::Array([].into()), Value::Array([].into())], &ty).unwrap();
        batch.columns[3].array = to_stored(&carrier, &ty).unwrap();
        assert_eq!(batch.encode(&schema, &mut Vec::new()).unwrap_err().code, Code::LimitExceeded);
    }
}
