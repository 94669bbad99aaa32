//! Logs: ExportLogsServiceRequest to rows of `otel_logs`.

use super::any::{read_attribute, write_text};
use super::blocks::{BlockBuilder, Decoded, Frame, Splitter, TableRows};
use super::context::{Context, ContextCols, Levels, each_item, hex_id, id_bytes, nanos};
use super::reject::{Fault, Reason};
use super::wire::Walk;
use super::{DecodeError, settle};
use crate::columns::{AttrBuf, BinaryCol, DictCol, MapCol, primitive};
use crate::{keys, schema};
use arrow::datatypes as at;
use olly_types::{GroupId, Result, limits, route};

/// Fixed bytes of a row: times, flags, dictionary keys, offsets.
const ROW_BYTES: usize = 90;

#[derive(Default)]
struct Logs {
    context: ContextCols,
    time: Vec<i64>,
    trace_id: BinaryCol,
    span_id: BinaryCol,
    flags: Vec<u8>,
    severity_text: DictCol,
    severity_number: Vec<u8>,
    body: BinaryCol,
    attributes: MapCol,
    event_name: DictCol,
    refused: Vec<u32>,
}

/// A record as read from the wire.
#[derive(Default)]
struct Record<'a> {
    time: u64,
    observed: u64,
    severity_number: u8,
    severity_text: &'a [u8],
    flags: u8,
    trace_id: &'a [u8],
    span_id: &'a [u8],
    event_name: &'a [u8],
}

#[derive(Default)]
struct Scratch {
    attributes: AttrBuf,
    body: Vec<u8>,
    hex: Vec<u8>,
}

/// Decodes a request.
pub fn decode(body: &[u8], frame: &Frame) -> Result<Decoded, DecodeError> {
    const LEVELS: Levels = Levels { request: "ExportLogsServiceRequest", resource: "ResourceLogs", scope: "ScopeLogs" };
    let mut splitter = Splitter::<Logs>::new(frame.groups);
    let mut scratch = Scratch::default();
    let mut internal = Ok(());
    // All records of a resource have one group.
    let mut group = (0, GroupId(1));
    each_item(body, &LEVELS, |context, bytes| {
        if internal.is_err() {
            return Ok(());
        }
        let Some(record) = settle(read(context, bytes, &mut scratch), &mut splitter.done.rejections)? else {
            return Ok(());
        };
        let Some(time) = settle(event_time(&record, frame), &mut splitter.done.rejections)? else { return Ok(()) };
        if group.0 != context.ordinal {
            let key = route::routing_key([context.resource_hash]);
            group = (context.ordinal, route::group_of(route::routing_hash(frame.tenant, &key), frame.groups));
        }
        let taken = splitter.judge(frame, time);
        internal = splitter.append(group.1, bytes.len(), |logs| logs.push(context, &record, time, taken, &mut scratch));
        Ok(())
    })?;
    internal?;
    Ok(splitter.finish()?)
}

fn event_time(record: &Record<'_>, frame: &Frame) -> Result<i64, Fault> {
    match (record.time, record.observed) {
        (0, 0) => Ok(frame.now),
        (0, observed) => nanos(observed),
        (time, _) => nanos(time),
    }
}

fn read<'a>(context: &Context, bytes: &'a [u8], scratch: &mut Scratch) -> Result<Record<'a>, Fault> {
    let mut record = Record::default();
    scratch.attributes.clear();
    scratch.body.clear();
    let mut fault = context.fault;
    limits::seen::ROW_BYTES.note(bytes.len() as u64);
    if bytes.len() as u64 > limits::ROW_BYTES {
        fault = Some(Reason::RowTooLarge);
    }
    let mut walk = Walk::new(bytes, "LogRecord");
    while let Some(f) = walk.next()? {
        let step = match f.number {
            1 => {
                record.time = f.fixed64()?;
                Ok(())
            }
            2 => {
                record.severity_number = f.varint()? as u8;
                Ok(())
            }
            3 => {
                record.severity_text = f.bytes()?;
                Ok(())
            }
            5 => {
                scratch.body.clear();
                write_text(f.bytes()?, &mut scratch.body)
            }
            6 => read_attribute(f.bytes()?, &mut scratch.attributes),
            8 => {
                record.flags = f.fixed32()? as u8;
                Ok(())
            }
            9 => id_bytes(f.bytes()?, 16, Reason::TraceId).map(|id| record.trace_id = id),
            10 => id_bytes(f.bytes()?, 8, Reason::SpanId).map(|id| record.span_id = id),
            11 => {
                record.observed = f.fixed64()?;
                Ok(())
            }
            12 => {
                record.event_name = f.bytes()?;
                Ok(())
            }
            _ => Ok(()),
        };
        // The rest of a refused record is still checked: a request is malformed or it is not.
        match step {
            Err(Fault::Row(reason)) => fault = fault.or(Some(reason)),
            other => other?,
        }
    }
    match fault {
        Some(reason) => Err(Fault::Row(reason)),
        None => Ok(record),
    }
}

impl Logs {
    #[inline]
    fn push(&mut self, context: &Context, record: &Record<'_>, time: i64, taken: bool, scratch: &mut Scratch) {
        let row = self.time.len();
        self.context.enter(context, row);
        if !taken {
            self.refused.push(row as u32);
        }
        self.time.push(time);
        self.trace_id.push(hex_id(record.trace_id, &mut scratch.hex));
        self.span_id.push(hex_id(record.span_id, &mut scratch.hex));
        self.flags.push(record.flags);
        self.severity_text.push(record.severity_text);
        self.severity_number.push(record.severity_number);
        self.body.push(&scratch.body);
        self.attributes.push(&scratch.attributes);
        self.event_name.push(record.event_name);
    }
}

impl BlockBuilder for Logs {
    #[inline]
    fn size(&self) -> usize {
        ROW_BYTES * self.time.len()
            + self.context.size()
            + self.trace_id.size()
            + self.span_id.size()
            + self.severity_text.size()
            + self.body.size()
            + self.attributes.size()
            + self.event_name.size()
    }
    fn is_empty(&self) -> bool {
        self.time.is_empty()
    }
    fn finish(self) -> Result<Vec<TableRows>> {
        let rows = self.time.len();
        let c = self.context.finish(rows)?;
        let dates = self.time.iter().map(|t| keys::to_date(*t)).collect();
        let five_minutes = self.time.iter().map(|t| keys::to_start_of_five_minutes(*t)).collect();
        let arrays = vec![
            primitive::<at::Int64Type>(self.time),
            self.trace_id.finish()?,
            self.span_id.finish()?,
            primitive::<at::UInt8Type>(self.flags),
            self.severity_text.finish()?,
            primitive::<at::UInt8Type>(self.severity_number),
            c.service,
            self.body.finish()?,
            c.resource_url,
            c.resource,
            c.scope_url,
            c.scope_name,
            c.scope_version,
            c.scope,
            self.attributes.finish()?,
            self.event_name.finish()?,
            primitive::<at::UInt16Type>(dates),
            primitive::<at::UInt32Type>(five_minutes),
        ];
        Ok(vec![TableRows { table: &schema::LOGS, rows, arrays }.without(&self.refused)?])
    }
}
