//! Traces: ExportTraceServiceRequest to rows of `otel_traces`, and of `otel_traces_trace_id_ts` beside them.

use super::any::read_attribute;
use super::blocks::{BlockBuilder, Decoded, Frame, Splitter, TableRows};
use super::context::{Context, ContextCols, Levels, each_item, hex_id, id_bytes, nanos};
use super::reject::{Fault, Reason};
use super::wire::Walk;
use super::{DecodeError, settle};
use crate::columns::{AttrBuf, BinaryCol, DictCol, MapCol, NestedMaps, PrimitiveLists, TextLists, primitive};
use crate::{keys, schema};
use arrow::datatypes as at;
use olly_types::{Result, hash, limits, route};

/// Fixed bytes of a row: times, duration, dictionary keys, offsets.
const ROW_BYTES: usize = 130;

#[derive(Default)]
struct Spans {
    context: ContextCols,
    time: Vec<i64>,
    trace_id: DictCol,
    /// First and last start of every trace with rows taken, by its key in `trace_id`.
    traces: Vec<Option<(i64, i64)>>,
    span_id: BinaryCol,
    parent_span_id: BinaryCol,
    trace_state: DictCol,
    name: DictCol,
    kind: DictCol,
    attributes: MapCol,
    duration: Vec<u64>,
    status_code: DictCol,
    status_message: DictCol,
    event_time: PrimitiveLists<at::Int64Type>,
    event_name: TextLists,
    event_attributes: NestedMaps,
    link_trace_id: TextLists,
    link_span_id: TextLists,
    link_trace_state: TextLists,
    link_attributes: NestedMaps,
    refused: Vec<u32>,
}

#[derive(Default)]
struct Record<'a> {
    trace_id: &'a [u8],
    span_id: &'a [u8],
    parent_span_id: &'a [u8],
    trace_state: &'a [u8],
    name: &'a [u8],
    kind: u64,
    start: i64,
    end: i64,
    status_code: u64,
    status_message: &'a [u8],
}

#[derive(Default)]
struct Event<'a> {
    time: i64,
    name: &'a [u8],
}

#[derive(Default)]
struct Link<'a> {
    trace_id: &'a [u8],
    span_id: &'a [u8],
    trace_state: &'a [u8],
}

/// Buffers of one record, used again for the next.
#[derive(Default)]
struct Scratch<'a> {
    attributes: AttrBuf,
    events: Vec<Event<'a>>,
    event_attributes: Vec<AttrBuf>,
    links: Vec<Link<'a>>,
    link_attributes: Vec<AttrBuf>,
    hex: Vec<u8>,
}

/// Decodes a request.
pub fn decode(body: &[u8], frame: &Frame) -> Result<Decoded, DecodeError> {
    const LEVELS: Levels =
        Levels { request: "ExportTraceServiceRequest", resource: "ResourceSpans", scope: "ScopeSpans" };
    let mut splitter = Splitter::<Spans>::new(frame.groups);
    let mut scratch = Scratch::default();
    let mut internal = Ok(());
    each_item(body, &LEVELS, |context, bytes| {
        if internal.is_err() {
            return Ok(());
        }
        let Some(record) = settle(read(context, bytes, &mut scratch), &mut splitter.done.rejections)? else {
            return Ok(());
        };
        let time = if record.start == 0 { frame.now } else { record.start };
        let taken = splitter.judge(frame, time);
        let mut hex = std::mem::take(&mut scratch.hex);
        let trace = hex_id(record.trace_id, &mut hex);
        let key = route::routing_key([hash::content_hash(trace)]);
        let group = route::group_of(route::routing_hash(frame.tenant, &key), frame.groups);
        internal = splitter.append(group, bytes.len(), |spans| {
            spans.push(context, &record, trace, time, taken, &mut scratch);
        });
        scratch.hex = hex;
        Ok(())
    })?;
    internal?;
    Ok(splitter.finish()?)
}

fn read<'a>(context: &Context, bytes: &'a [u8], scratch: &mut Scratch<'a>) -> Result<Record<'a>, Fault> {
    let mut record = Record::default();
    scratch.attributes.clear();
    scratch.events.clear();
    scratch.links.clear();
    let mut fault = context.fault;
    limits::seen::ROW_BYTES.note(bytes.len() as u64);
    if bytes.len() as u64 > limits::ROW_BYTES {
        fault = Some(Reason::RowTooLarge);
    }
    let mut walk = Walk::new(bytes, "Span");
    while let Some(f) = walk.next()? {
        let step = match f.number {
            1 => id_bytes(f.bytes()?, 16, Reason::TraceId).map(|id| record.trace_id = id),
            2 => id_bytes(f.bytes()?, 8, Reason::SpanId).map(|id| record.span_id = id),
            3 => {
                record.trace_state = f.bytes()?;
                Ok(())
            }
            4 => id_bytes(f.bytes()?, 8, Reason::SpanId).map(|id| record.parent_span_id = id),
            5 => {
                record.name = f.bytes()?;
                Ok(())
            }
            6 => {
                record.kind = f.varint()?;
                Ok(())
            }
            7 => nanos(f.fixed64()?).map(|t| record.start = t),
            8 => nanos(f.fixed64()?).map(|t| record.end = t),
            9 => read_attribute(f.bytes()?, &mut scratch.attributes),
            11 => read_event(f.bytes()?, scratch),
            13 => read_link(f.bytes()?, scratch),
            15 => {
                let mut status = Walk::new(f.bytes()?, "Status");
                while let Some(f) = status.next()? {
                    match f.number {
                        2 => record.status_message = f.bytes()?,
                        3 => record.status_code = f.varint()?,
                        _ => {}
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        };
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

/// The `i`-th buffer of a pool, emptied.
fn buffer(pool: &mut Vec<AttrBuf>, i: usize) -> Option<&mut AttrBuf> {
    if pool.len() <= i {
        pool.resize_with(i + 1, AttrBuf::default);
    }
    let buffer = pool.get_mut(i)?;
    buffer.clear();
    Some(buffer)
}

fn read_event<'a>(bytes: &'a [u8], scratch: &mut Scratch<'a>) -> Result<(), Fault> {
    let mut event = Event::default();
    let Some(attributes) = buffer(&mut scratch.event_attributes, scratch.events.len()) else { return Ok(()) };
    let mut fault = Ok(());
    let mut walk = Walk::new(bytes, "Event");
    while let Some(f) = walk.next()? {
        let step = match f.number {
            1 => nanos(f.fixed64()?).map(|t| event.time = t),
            2 => {
                event.name = f.bytes()?;
                Ok(())
            }
            3 => read_attribute(f.bytes()?, attributes),
            _ => Ok(()),
        };
        match step {
            Err(Fault::Row(reason)) => fault = Err(Fault::Row(reason)),
            other => other?,
        }
    }
    scratch.events.push(event);
    fault
}

fn read_link<'a>(bytes: &'a [u8], scratch: &mut Scratch<'a>) -> Result<(), Fault> {
    let mut link = Link::default();
    let Some(attributes) = buffer(&mut scratch.link_attributes, scratch.links.len()) else { return Ok(()) };
    let mut fault = Ok(());
    let mut walk = Walk::new(bytes, "Link");
    while let Some(f) = walk.next()? {
        let step = match f.number {
            1 => id_bytes(f.bytes()?, 16, Reason::TraceId).map(|id| link.trace_id = id),
            2 => id_bytes(f.bytes()?, 8, Reason::SpanId).map(|id| link.span_id = id),
            3 => {
                link.trace_state = f.bytes()?;
                Ok(())
            }
            4 => read_attribute(f.bytes()?, attributes),
            _ => Ok(()),
        };
        match step {
            Err(Fault::Row(reason)) => fault = Err(Fault::Row(reason)),
            other => other?,
        }
    }
    scratch.links.push(link);
    fault
}

/// As the exporter (Go `ptrace.SpanKind.String`): a number without a name is empty.
fn kind_name(kind: u64) -> &'static [u8] {
    match kind {
        0 => b"Unspecified",
        1 => b"Internal",
        2 => b"Server",
        3 => b"Client",
        4 => b"Producer",
        5 => b"Consumer",
        _ => b"",
    }
}

/// As the exporter (Go `ptrace.StatusCode.String`).
fn status_name(code: u64) -> &'static [u8] {
    match code {
        0 => b"Unset",
        1 => b"Ok",
        2 => b"Error",
        _ => b"",
    }
}

impl Spans {
    #[inline]
    fn push(
        &mut self,
        context: &Context,
        record: &Record<'_>,
        trace_id: &[u8],
        time: i64,
        taken: bool,
        scratch: &mut Scratch<'_>,
    ) {
        let row = self.time.len();
        self.context.enter(context, row);
        self.time.push(time);
        let (trace, new) = self.trace_id.push_new(trace_id);
        if new {
            self.traces.push(None);
        }
        if !taken {
            self.refused.push(row as u32);
        } else if !trace_id.is_empty()
            && let Some(range) = self.traces.get_mut(trace as usize)
        {
            let (first, last) = range.unwrap_or((time, time));
            *range = Some((first.min(time), last.max(time)));
        }
        self.span_id.push(hex_id(record.span_id, &mut scratch.hex));
        self.parent_span_id.push(hex_id(record.parent_span_id, &mut scratch.hex));
        self.trace_state.push(record.trace_state);
        self.name.push(record.name);
        self.kind.push(kind_name(record.kind));
        self.attributes.push(&scratch.attributes);
        // A span that ended before it started (clocks, or no end at all) has no duration.
        self.duration.push(record.end.saturating_sub(record.start).max(0) as u64);
        self.status_code.push(status_name(record.status_code));
        self.status_message.push(record.status_message);
        if !scratch.events.is_empty() {
            self.push_events(row, scratch);
        }
        if !scratch.links.is_empty() {
            self.push_links(row, scratch);
        }
    }

    fn push_events(&mut self, row: usize, scratch: &Scratch<'_>) {
        self.event_time.pad(row);
        self.event_name.pad(row);
        self.event_attributes.pad(row);
        for (event, attributes) in scratch.events.iter().zip(&scratch.event_attributes) {
            self.event_time.push(event.time);
            self.event_name.push(event.name);
            self.event_attributes.push(attributes);
        }
        self.event_time.close();
        self.event_name.close();
        self.event_attributes.close();
    }

    fn push_links(&mut self, row: usize, scratch: &mut Scratch<'_>) {
        self.link_trace_id.pad(row);
        self.link_span_id.pad(row);
        self.link_trace_state.pad(row);
        self.link_attributes.pad(row);
        for (link, attributes) in scratch.links.iter().zip(&scratch.link_attributes) {
            self.link_trace_id.push(hex_id(link.trace_id, &mut scratch.hex));
            self.link_span_id.push(hex_id(link.span_id, &mut scratch.hex));
            self.link_trace_state.push(link.trace_state);
            self.link_attributes.push(attributes);
        }
        self.link_trace_id.close();
        self.link_span_id.close();
        self.link_trace_state.close();
        self.link_attributes.close();
    }

    /// What the exporter's materialized view makes of the spans: first and last start of every trace.
    fn trace_times(&self) -> Result<TableRows> {
        let (mut ids, mut starts, mut ends) = (BinaryCol::default(), Vec::new(), Vec::new());
        for (key, range) in self.traces.iter().enumerate() {
            if let Some((first, last)) = range {
                ids.push(self.trace_id.value(key as u32));
                starts.push(keys::to_date_time(*first));
                ends.push(keys::to_date_time(*last));
            }
        }
        let dates = starts.iter().map(|s| keys::date_of_seconds(*s)).collect();
        let rows = starts.len();
        let arrays = vec![
            ids.finish()?,
            primitive::<at::UInt32Type>(starts),
            primitive::<at::UInt32Type>(ends),
            primitive::<at::UInt16Type>(dates),
        ];
        Ok(TableRows { table: &schema::TRACE_ID_TS, rows, arrays })
    }
}

impl BlockBuilder for Spans {
    #[inline]
    fn size(&self) -> usize {
        ROW_BYTES * self.time.len()
            // A trace is a row of the second table too.
            + 64 * self.traces.len()
            + self.context.size()
            + self.trace_id.size()
            + self.span_id.size()
            + self.parent_span_id.size()
            + self.trace_state.size()
            + self.name.size()
            + self.attributes.size()
            + self.status_message.size()
            + self.event_time.size()
            + self.event_name.size()
            + self.event_attributes.size()
            + self.link_trace_id.size()
            + self.link_span_id.size()
            + self.link_trace_state.size()
            + self.link_attributes.size()
    }
    fn is_empty(&self) -> bool {
        self.time.is_empty()
    }
    fn finish(self) -> Result<Vec<TableRows>> {
        let rows = self.time.len();
        let trace_times = self.trace_times()?;
        let c = self.context.finish(rows)?;
        let dates = self.time.iter().map(|t| keys::to_date(*t)).collect();
        let seconds = self.time.iter().map(|t| keys::to_date_time(*t)).collect();
        let arrays = vec![
            primitive::<at::Int64Type>(self.time),
            self.trace_id.finish()?,
            self.span_id.finish()?,
            self.parent_span_id.finish()?,
            self.trace_state.finish()?,
            self.name.finish()?,
            self.kind.finish()?,
            c.service,
            c.resource,
            c.scope_name,
            c.scope_version,
            self.attributes.finish()?,
            primitive::<at::UInt64Type>(self.duration),
            self.status_code.finish()?,
            self.status_message.finish()?,
            self.event_time.finish(rows)?,
            self.event_name.finish(rows)?,
            self.event_attributes.finish(rows)?,
            self.link_trace_id.finish(rows)?,
            self.link_span_id.finish(rows)?,
            self.link_trace_state.finish(rows)?,
            self.link_attributes.finish(rows)?,
            primitive::<at::UInt16Type>(dates),
            primitive::<at::UInt32Type>(seconds),
        ];
        let spans = TableRows { table: &schema::TRACES, rows, arrays }.without(&self.refused)?;
        Ok(vec![spans, trace_times])
    }
}
