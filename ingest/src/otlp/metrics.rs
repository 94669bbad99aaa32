//! Metrics: ExportMetricsServiceRequest to rows of the five metrics tables, one row a data point.

use super::blocks::{Decoded, Frame, Splitter};
use super::context::{Context, Levels, each_item, nanos};
use super::metric_tables::{Metrics, Series};
use super::points::{self, Scratch};
use super::reject::{Fault, Reason};
use super::wire::{Field, Malformed, Walk};
use super::{DecodeError, settle};
use olly_types::{Result, hash, limits, route};

/// Which table a metric's points go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

impl MetricKind {
    fn of_field(number: u32) -> Option<MetricKind> {
        Some(match number {
            5 => MetricKind::Gauge,
            7 => MetricKind::Sum,
            9 => MetricKind::Histogram,
            10 => MetricKind::ExponentialHistogram,
            11 => MetricKind::Summary,
            _ => return None,
        })
    }
    fn message(self) -> &'static str {
        match self {
            MetricKind::Gauge => "Gauge",
            MetricKind::Sum => "Sum",
            MetricKind::Histogram => "Histogram",
            MetricKind::ExponentialHistogram => "ExponentialHistogram",
            MetricKind::Summary => "Summary",
        }
    }
}

/// What all points of a metric share.
#[derive(Clone, Copy)]
pub struct Descriptor<'a> {
    /// Grows with every metric of the request.
    pub ordinal: u32,
    pub kind: MetricKind,
    pub name: &'a [u8],
    pub description: &'a [u8],
    pub unit: &'a [u8],
    pub temporality: i32,
    pub monotonic: bool,
    /// Content hash of the name.
    pub name_hash: u128,
}

/// Decodes a request.
pub fn decode(body: &[u8], frame: &Frame) -> Result<Decoded, DecodeError> {
    const LEVELS: Levels =
        Levels { request: "ExportMetricsServiceRequest", resource: "ResourceMetrics", scope: "ScopeMetrics" };
    let mut decoder = Decoder {
        splitter: Splitter::new(frame.groups),
        scratch: Scratch::default(),
        frame,
        metrics: 0,
        internal: Ok(()),
    };
    each_item(body, &LEVELS, |context, bytes| decoder.metric(context, bytes))?;
    decoder.internal?;
    Ok(decoder.splitter.finish()?)
}

struct Decoder<'f> {
    splitter: Splitter<Metrics>,
    scratch: Scratch,
    frame: &'f Frame,
    metrics: u32,
    internal: Result<()>,
}

impl Decoder<'_> {
    fn metric(&mut self, context: &Context, bytes: &[u8]) -> Result<(), Malformed> {
        if self.internal.is_err() {
            return Ok(());
        }
        self.metrics += 1;
        let mut descriptor = Descriptor {
            ordinal: self.metrics,
            kind: MetricKind::Gauge,
            name: &[],
            description: &[],
            unit: &[],
            temporality: 0,
            monotonic: false,
            name_hash: 0,
        };
        // A oneof: the last kind counts.
        let mut data: Option<(MetricKind, &[u8])> = None;
        let mut walk = Walk::new(bytes, "Metric");
        while let Some(f) = walk.next()? {
            match f.number {
                1 => descriptor.name = f.bytes()?,
                2 => descriptor.description = f.bytes()?,
                3 => descriptor.unit = f.bytes()?,
                n => {
                    if let Some(kind) = MetricKind::of_field(n) {
                        data = Some((kind, f.bytes()?));
                    }
                }
            }
        }
        let Some((kind, data)) = data else { return Ok(()) };
        descriptor.kind = kind;
        descriptor.name_hash = hash::content_hash(descriptor.name);
        // What describes the points may follow them.
        if matches!(kind, MetricKind::Sum | MetricKind::Histogram | MetricKind::ExponentialHistogram) {
            let mut walk = Walk::new(data, kind.message());
            while let Some(f) = walk.next()? {
                match f.number {
                    2 => descriptor.temporality = f.varint()? as i32,
                    3 if kind == MetricKind::Sum => descriptor.monotonic = f.varint()? != 0,
                    _ => {}
                }
            }
        }
        let mut walk = Walk::new(data, kind.message());
        while let Some(f) = walk.next()? {
            if f.number == 1 {
                self.point(context, &descriptor, &f)?;
            }
        }
        Ok(())
    }

    fn point(&mut self, context: &Context, descriptor: &Descriptor<'_>, f: &Field<'_>) -> Result<(), Malformed> {
        let bytes = f.bytes()?;
        let read = self.read(context, descriptor.kind, bytes);
        let Some((start, time)) = settle(read, &mut self.splitter.done.rejections)? else { return Ok(()) };
        let time = if time == 0 { self.frame.now } else { time };
        let taken = self.splitter.judge(self.frame, time);
        let scratch = &mut self.scratch;
        scratch.attributes.content(&mut scratch.content);
        let attributes_hash = hash::content_hash(&scratch.content);
        // The series: its resource, name and attributes ([`route::routing_key`] of the tables' routing columns).
        let mut key = [0u8; 48];
        let hashes = [context.resource_hash, descriptor.name_hash, attributes_hash];
        for (part, hash) in key.as_chunks_mut::<16>().0.iter_mut().zip(hashes) {
            *part = hash.to_le_bytes();
        }
        let group = route::group_of(route::routing_hash(self.frame.tenant, &key), self.frame.groups);
        let series = Series { context, descriptor, attributes_hash: attributes_hash as u64, start, time, taken };
        self.internal = self.splitter.append(group, bytes.len(), |metrics| metrics.push(&series, scratch));
        Ok(())
    }

    /// Reads a point into the scratch; gives its start and its time.
    fn read(&mut self, context: &Context, kind: MetricKind, bytes: &[u8]) -> Result<(i64, i64), Fault> {
        let (start, time) = points::read(kind, bytes, &mut self.scratch)?;
        if let Some(reason) = context.fault {
            return Err(Fault::Row(reason));
        }
        limits::seen::ROW_BYTES.note(bytes.len() as u64);
        if bytes.len() as u64 > limits::ROW_BYTES {
            return Err(Fault::Row(Reason::RowTooLarge));
        }
        Ok((nanos(start)?, nanos(time)?))
    }
}
