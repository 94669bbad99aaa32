//! Data points of the five metric kinds, read into one scratch.

use super::any::read_attribute;
use super::context::{id_bytes, nanos};
use super::metrics::MetricKind;
use super::reject::{Fault, Reason};
use super::wire::{Field, Malformed, Walk};
use crate::columns::AttrBuf;

/// An exemplar; its attributes are beside it.
#[derive(Default)]
pub struct Exemplar {
    pub time: i64,
    pub value: f64,
    pub span_id: Vec<u8>,
    pub trace_id: Vec<u8>,
}

/// The point under way. Fields that a kind lacks are zero or empty.
#[derive(Default)]
pub struct Scratch {
    pub attributes: AttrBuf,
    /// Canonical bytes of `attributes`.
    pub content: Vec<u8>,
    pub flags: u32,
    pub value: f64,
    pub count: u64,
    pub sum: f64,
    pub min: f64,
    pub max: f64,
    pub bucket_counts: Vec<u64>,
    pub bounds: Vec<f64>,
    pub scale: i32,
    pub zero_count: u64,
    pub positive_offset: i32,
    pub negative_offset: i32,
    pub negative_counts: Vec<u64>,
    pub quantiles: Vec<f64>,
    pub quantile_values: Vec<f64>,
    exemplars: Vec<Exemplar>,
    exemplar_attributes: Vec<AttrBuf>,
    /// How many of `exemplars` belong to this point.
    used: usize,
    start: u64,
    time: u64,
}

impl Scratch {
    pub fn exemplars(&self) -> impl Iterator<Item = (&Exemplar, &AttrBuf)> {
        self.exemplars.iter().zip(&self.exemplar_attributes).take(self.used)
    }
    pub fn has_exemplars(&self) -> bool {
        self.used > 0
    }

    fn clear(&mut self, kind: MetricKind) {
        self.attributes.clear();
        self.used = 0;
        self.flags = 0;
        self.value = 0.0;
        self.start = 0;
        self.time = 0;
        if matches!(kind, MetricKind::Gauge | MetricKind::Sum) {
            return;
        }
        self.count = 0;
        (self.sum, self.min, self.max) = (0.0, 0.0, 0.0);
        self.bucket_counts.clear();
        self.bounds.clear();
        self.scale = 0;
        self.zero_count = 0;
        self.positive_offset = 0;
        self.negative_offset = 0;
        self.negative_counts.clear();
        self.quantiles.clear();
        self.quantile_values.clear();
    }
}

/// Reads a point; gives its start and its time as sent.
pub fn read(kind: MetricKind, bytes: &[u8], scratch: &mut Scratch) -> Result<(u64, u64), Fault> {
    scratch.clear(kind);
    let (message, field): (_, fn(&Field<'_>, &mut Scratch) -> Result<(), Fault>) = match kind {
        MetricKind::Gauge | MetricKind::Sum => ("NumberDataPoint", number_field),
        MetricKind::Histogram => ("HistogramDataPoint", histogram_field),
        MetricKind::ExponentialHistogram => ("ExponentialHistogramDataPoint", exponential_field),
        MetricKind::Summary => ("SummaryDataPoint", summary_field),
    };
    let mut fault = None;
    let mut walk = Walk::new(bytes, message);
    while let Some(f) = walk.next()? {
        match field(&f, scratch) {
            Err(Fault::Row(reason)) => fault = fault.or(Some(reason)),
            other => other?,
        }
    }
    match fault {
        Some(reason) => Err(Fault::Row(reason)),
        None => Ok((scratch.start, scratch.time)),
    }
}

#[inline]
fn number_field(f: &Field<'_>, s: &mut Scratch) -> Result<(), Fault> {
    match f.number {
        2 => s.start = f.fixed64()?,
        3 => s.time = f.fixed64()?,
        4 => s.value = f.double()?,
        5 => return read_exemplar(f.bytes()?, s),
        6 => s.value = f.fixed64()? as i64 as f64,
        7 => return read_attribute(f.bytes()?, &mut s.attributes),
        8 => s.flags = f.varint()? as u32,
        _ => {}
    }
    Ok(())
}

fn histogram_field(f: &Field<'_>, s: &mut Scratch) -> Result<(), Fault> {
    match f.number {
        2 => s.start = f.fixed64()?,
        3 => s.time = f.fixed64()?,
        4 => s.count = f.fixed64()?,
        5 => s.sum = f.double()?,
        6 => f.fixed64s(|n| s.bucket_counts.push(n))?,
        7 => f.fixed64s(|n| s.bounds.push(f64::from_bits(n)))?,
        8 => return read_exemplar(f.bytes()?, s),
        9 => return read_attribute(f.bytes()?, &mut s.attributes),
        10 => s.flags = f.varint()? as u32,
        11 => s.min = f.double()?,
        12 => s.max = f.double()?,
        _ => {}
    }
    Ok(())
}

fn exponential_field(f: &Field<'_>, s: &mut Scratch) -> Result<(), Fault> {
    match f.number {
        1 => return read_attribute(f.bytes()?, &mut s.attributes),
        2 => s.start = f.fixed64()?,
        3 => s.time = f.fixed64()?,
        4 => s.count = f.fixed64()?,
        5 => s.sum = f.double()?,
        6 => s.scale = f.sint32()?,
        7 => s.zero_count = f.fixed64()?,
        8 => read_buckets(f, &mut s.positive_offset, &mut s.bucket_counts)?,
        9 => read_buckets(f, &mut s.negative_offset, &mut s.negative_counts)?,
        10 => s.flags = f.varint()? as u32,
        11 => return read_exemplar(f.bytes()?, s),
        12 => s.min = f.double()?,
        13 => s.max = f.double()?,
        _ => {}
    }
    Ok(())
}

fn read_buckets(f: &Field<'_>, offset: &mut i32, counts: &mut Vec<u64>) -> Result<(), Malformed> {
    let mut walk = Walk::new(f.bytes()?, "Buckets");
    while let Some(f) = walk.next()? {
        match f.number {
            1 => *offset = f.sint32()?,
            2 => f.varints(|n| counts.push(n))?,
            _ => {}
        }
    }
    Ok(())
}

fn summary_field(f: &Field<'_>, s: &mut Scratch) -> Result<(), Fault> {
    match f.number {
        2 => s.start = f.fixed64()?,
        3 => s.time = f.fixed64()?,
        4 => s.count = f.fixed64()?,
        5 => s.sum = f.double()?,
        6 => {
            let (mut quantile, mut value) = (0.0, 0.0);
            let mut walk = Walk::new(f.bytes()?, "ValueAtQuantile");
            while let Some(f) = walk.next()? {
                match f.number {
                    1 => quantile = f.double()?,
                    2 => value = f.double()?,
                    _ => {}
                }
            }
            s.quantiles.push(quantile);
            s.quantile_values.push(value);
        }
        7 => return read_attribute(f.bytes()?, &mut s.attributes),
        8 => s.flags = f.varint()? as u32,
        _ => {}
    }
    Ok(())
}

fn read_exemplar(bytes: &[u8], s: &mut Scratch) -> Result<(), Fault> {
    let i = s.used;
    if s.exemplars.len() <= i {
        s.exemplars.resize_with(i + 1, Exemplar::default);
        s.exemplar_attributes.resize_with(i + 1, AttrBuf::default);
    }
    let (Some(exemplar), Some(attributes)) = (s.exemplars.get_mut(i), s.exemplar_attributes.get_mut(i)) else {
        return Ok(());
    };
    s.used += 1;
    attributes.clear();
    exemplar.time = 0;
    exemplar.value = 0.0;
    exemplar.span_id.clear();
    exemplar.trace_id.clear();
    let mut fault = Ok(());
    let mut walk = Walk::new(bytes, "Exemplar");
    while let Some(f) = walk.next()? {
        let step = match f.number {
            2 => nanos(f.fixed64()?).map(|t| exemplar.time = t),
            3 => {
                exemplar.value = f.double()?;
                Ok(())
            }
            4 => id_bytes(f.bytes()?, 8, Reason::SpanId).map(|id| copy(&mut exemplar.span_id, id)),
            5 => id_bytes(f.bytes()?, 16, Reason::TraceId).map(|id| copy(&mut exemplar.trace_id, id)),
            6 => {
                exemplar.value = f.fixed64()? as i64 as f64;
                Ok(())
            }
            7 => read_attribute(f.bytes()?, attributes),
            _ => Ok(()),
        };
        match step {
            Err(Fault::Row(reason)) => fault = Err(Fault::Row(reason)),
            other => other?,
        }
    }
    fault
}

fn copy(target: &mut Vec<u8>, bytes: &[u8]) {
    target.clear();
    target.extend_from_slice(bytes);
}
