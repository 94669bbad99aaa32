//! Columns of the five metrics tables.

use super::blocks::{BlockBuilder, TableRows};
use super::context::{Context, ContextCols, hex_id};
use super::metrics::{Descriptor, MetricKind};
use super::points::Scratch;
use crate::columns::{DictCol, InternedMaps, NestedMaps, PrimitiveLists, TextLists, primitive};
use crate::keys;
use crate::schema::{self, TableDef};
use arrow::array::ArrayRef;
use arrow::datatypes as at;
use olly_types::Result;

/// Fixed bytes of a row: times, flags, value, dictionary keys, offsets of exemplars.
const ROW_BYTES: usize = 140;

/// Rows of a block to begin with, so that its columns do not grow in many steps.
const LIKELY_ROWS: usize = 512;

/// Whose point it is, and when.
pub struct Series<'a> {
    pub context: &'a Context,
    pub descriptor: &'a Descriptor<'a>,
    pub attributes_hash: u64,
    pub start: i64,
    pub time: i64,
    pub taken: bool,
}

/// Metrics whose keys a block remembers.
const KNOWN_METRICS: usize = 32;

/// What all metrics tables have.
#[derive(Default)]
struct Common {
    context: ContextCols,
    /// Ordinal of the open run of one metric.
    current: u32,
    keys: [u32; 3],
    /// Keys of metrics met before, by the low bits of the name's hash: a scrape repeats its metrics for each resource.
    known: [Option<(u128, [u32; 3])>; KNOWN_METRICS],
    name: DictCol,
    description: DictCol,
    unit: DictCol,
    attributes: InternedMaps,
    /// `cityHash64` of every distinct attribute list.
    city: Vec<u64>,
    city_of_row: Vec<u64>,
    start: Vec<i64>,
    time: Vec<i64>,
    flags: Vec<u32>,
    refused: Vec<u32>,
}

impl Common {
    fn rows(&self) -> usize {
        self.time.len()
    }

    #[inline]
    fn push(&mut self, series: &Series<'_>, scratch: &Scratch) {
        let row = self.time.len();
        if row == 0 {
            self.reserve();
        }
        self.context.enter(series.context, row);
        if self.current != series.descriptor.ordinal {
            self.change(series.descriptor, row);
        }
        let (key, new) = self.attributes.key_hashed(&scratch.attributes, &scratch.content, series.attributes_hash);
        if new {
            self.city.push(scratch.attributes.city_hash());
        }
        self.attributes.push(key);
        self.city_of_row.push(self.city.get(key as usize).copied().unwrap_or(0));
        self.start.push(series.start);
        self.time.push(series.time);
        self.flags.push(scratch.flags);
        if !series.taken {
            self.refused.push(row as u32);
        }
    }

    fn reserve(&mut self) {
        self.attributes.reserve(LIKELY_ROWS);
        self.city_of_row.reserve(LIKELY_ROWS);
        self.start.reserve(LIKELY_ROWS);
        self.time.reserve(LIKELY_ROWS);
        self.flags.reserve(LIKELY_ROWS);
    }

    fn change(&mut self, descriptor: &Descriptor<'_>, rows: usize) {
        self.fill(rows);
        self.current = descriptor.ordinal;
        let slot = descriptor.name_hash as usize % KNOWN_METRICS;
        if let Some(Some((name, keys))) = self.known.get(slot)
            && *name == descriptor.name_hash
            && self.description.value(keys[1]) == descriptor.description
            && self.unit.value(keys[2]) == descriptor.unit
        {
            self.keys = *keys;
            return;
        }
        self.keys = [
            self.name.key(descriptor.name),
            self.description.key(descriptor.description),
            self.unit.key(descriptor.unit),
        ];
        if let Some(known) = self.known.get_mut(slot) {
            *known = Some((descriptor.name_hash, self.keys));
        }
    }

    fn fill(&mut self, rows: usize) {
        let [name, description, unit] = self.keys;
        self.name.fill(name, rows);
        self.description.fill(description, rows);
        self.unit.fill(unit, rows);
    }

    #[inline]
    fn size(&self) -> usize {
        ROW_BYTES * self.time.len()
            + self.context.size()
            + self.attributes.size()
            + self.name.size()
            + self.description.size()
    }

    /// The columns before a kind's own, and those at the end: hidden keys.
    fn finish(mut self) -> Result<(Vec<ArrayRef>, Vec<ArrayRef>, Vec<u32>)> {
        let rows = self.rows();
        self.fill(rows);
        let c = self.context.finish(rows)?;
        let dates = self.time.iter().map(|t| keys::to_date(*t)).collect();
        let first = vec![
            c.resource,
            c.resource_url,
            c.scope_name,
            c.scope_version,
            c.scope,
            c.dropped,
            c.scope_url,
            c.service,
            self.name.finish()?,
            self.description.finish()?,
            self.unit.finish()?,
            self.attributes.finish()?,
            primitive::<at::Int64Type>(self.start),
            primitive::<at::Int64Type>(self.time),
            primitive::<at::UInt32Type>(self.flags),
        ];
        let last = vec![primitive::<at::UInt16Type>(dates), primitive::<at::UInt64Type>(self.city_of_row)];
        Ok((first, last, self.refused))
    }
}

#[derive(Default)]
struct Exemplars {
    attributes: NestedMaps,
    time: PrimitiveLists<at::Int64Type>,
    value: PrimitiveLists<at::Float64Type>,
    span_id: TextLists,
    trace_id: TextLists,
}

impl Exemplars {
    /// Adds those of the row with this number.
    #[inline]
    fn push(&mut self, row: usize, scratch: &Scratch) {
        if scratch.has_exemplars() {
            self.push_some(row, scratch);
        }
    }

    fn push_some(&mut self, row: usize, scratch: &Scratch) {
        self.attributes.pad(row);
        self.time.pad(row);
        self.value.pad(row);
        self.span_id.pad(row);
        self.trace_id.pad(row);
        let mut hex = Vec::with_capacity(32);
        for (exemplar, attributes) in scratch.exemplars() {
            self.attributes.push(attributes);
            self.time.push(exemplar.time);
            self.value.push(exemplar.value);
            self.span_id.push(hex_id(&exemplar.span_id, &mut hex));
            self.trace_id.push(hex_id(&exemplar.trace_id, &mut hex));
        }
        self.attributes.close();
        self.time.close();
        self.value.close();
        self.span_id.close();
        self.trace_id.close();
    }

    #[inline]
    fn size(&self) -> usize {
        self.attributes.size() + self.time.size() + self.value.size() + self.span_id.size() + self.trace_id.size()
    }

    fn finish(self, rows: usize) -> Result<[ArrayRef; 5]> {
        Ok([
            self.attributes.finish(rows)?,
            self.time.finish(rows)?,
            self.value.finish(rows)?,
            self.span_id.finish(rows)?,
            self.trace_id.finish(rows)?,
        ])
    }
}

/// Gauges and sums.
#[derive(Default)]
struct Numbers {
    common: Common,
    value: Vec<f64>,
    temporality: Vec<i32>,
    monotonic: Vec<u8>,
    exemplars: Exemplars,
}

impl Numbers {
    #[inline]
    fn push(&mut self, series: &Series<'_>, scratch: &Scratch) {
        self.exemplars.push(self.common.rows(), scratch);
        self.common.push(series, scratch);
        self.value.push(scratch.value);
        self.temporality.push(series.descriptor.temporality);
        self.monotonic.push(u8::from(series.descriptor.monotonic));
    }
    #[inline]
    fn size(&self) -> usize {
        self.common.size() + self.exemplars.size()
    }
    fn finish(self, table: &'static TableDef, sum: bool) -> Result<TableRows> {
        let rows = self.common.rows();
        let (mut arrays, last, refused) = self.common.finish()?;
        arrays.push(primitive::<at::Float64Type>(self.value));
        if sum {
            arrays.push(primitive::<at::Int32Type>(self.temporality));
            arrays.push(primitive::<at::UInt8Type>(self.monotonic));
        }
        arrays.extend(self.exemplars.finish(rows)?);
        arrays.extend(last);
        TableRows { table, rows, arrays }.without(&refused)
    }
}

/// Histograms of both kinds.
#[derive(Default)]
struct Histograms {
    common: Common,
    count: Vec<u64>,
    sum: Vec<f64>,
    bucket_counts: PrimitiveLists<at::UInt64Type>,
    bounds: PrimitiveLists<at::Float64Type>,
    scale: Vec<i32>,
    zero_count: Vec<u64>,
    positive_offset: Vec<i32>,
    negative_offset: Vec<i32>,
    negative_counts: PrimitiveLists<at::UInt64Type>,
    min: Vec<f64>,
    max: Vec<f64>,
    temporality: Vec<i32>,
    exemplars: Exemplars,
}

impl Histograms {
    fn push(&mut self, series: &Series<'_>, scratch: &Scratch) {
        self.exemplars.push(self.common.rows(), scratch);
        self.common.push(series, scratch);
        self.count.push(scratch.count);
        self.sum.push(scratch.sum);
        self.bucket_counts.row(&scratch.bucket_counts);
        if series.descriptor.kind == MetricKind::Histogram {
            self.bounds.row(&scratch.bounds);
        } else {
            self.scale.push(scratch.scale);
            self.zero_count.push(scratch.zero_count);
            self.positive_offset.push(scratch.positive_offset);
            self.negative_offset.push(scratch.negative_offset);
            self.negative_counts.row(&scratch.negative_counts);
        }
        self.min.push(scratch.min);
        self.max.push(scratch.max);
        self.temporality.push(series.descriptor.temporality);
    }
    fn size(&self) -> usize {
        48 * self.count.len()
            + self.common.size()
            + self.exemplars.size()
            + self.bucket_counts.size()
            + self.bounds.size()
            + self.negative_counts.size()
    }
    fn finish(self, kind: MetricKind) -> Result<TableRows> {
        let rows = self.common.rows();
        let (mut arrays, last, refused) = self.common.finish()?;
        arrays.push(primitive::<at::UInt64Type>(self.count));
        arrays.push(primitive::<at::Float64Type>(self.sum));
        let table = if kind == MetricKind::Histogram {
            arrays.push(self.bucket_counts.finish(rows)?);
            arrays.push(self.bounds.finish(rows)?);
            &schema::HISTOGRAM
        } else {
            arrays.push(primitive::<at::Int32Type>(self.scale));
            arrays.push(primitive::<at::UInt64Type>(self.zero_count));
            arrays.push(primitive::<at::Int32Type>(self.positive_offset));
            arrays.push(self.bucket_counts.finish(rows)?);
            arrays.push(primitive::<at::Int32Type>(self.negative_offset));
            arrays.push(self.negative_counts.finish(rows)?);
            &schema::EXPONENTIAL_HISTOGRAM
        };
        arrays.push(primitive::<at::Float64Type>(self.min));
        arrays.push(primitive::<at::Float64Type>(self.max));
        arrays.push(primitive::<at::Int32Type>(self.temporality));
        arrays.extend(self.exemplars.finish(rows)?);
        arrays.extend(last);
        TableRows { table, rows, arrays }.without(&refused)
    }
}

#[derive(Default)]
struct Summaries {
    common: Common,
    count: Vec<u64>,
    sum: Vec<f64>,
    quantile: PrimitiveLists<at::Float64Type>,
    value: PrimitiveLists<at::Float64Type>,
}

impl Summaries {
    fn push(&mut self, series: &Series<'_>, scratch: &Scratch) {
        self.common.push(series, scratch);
        self.count.push(scratch.count);
        self.sum.push(scratch.sum);
        self.quantile.row(&scratch.quantiles);
        self.value.row(&scratch.quantile_values);
    }
    fn size(&self) -> usize {
        16 * self.count.len() + self.common.size() + self.quantile.size() + self.value.size()
    }
    fn finish(self) -> Result<TableRows> {
        let rows = self.common.rows();
        let (mut arrays, last, refused) = self.common.finish()?;
        arrays.push(primitive::<at::UInt64Type>(self.count));
        arrays.push(primitive::<at::Float64Type>(self.sum));
        arrays.push(self.quantile.finish(rows)?);
        arrays.push(self.value.finish(rows)?);
        arrays.extend(last);
        TableRows { table: &schema::SUMMARY, rows, arrays }.without(&refused)
    }
}

/// All metrics tables of a block.
#[derive(Default)]
pub struct Metrics {
    gauges: Numbers,
    sums: Numbers,
    histograms: Histograms,
    exponential: Histograms,
    summaries: Summaries,
    /// Size of each table after its last row; only the table pushed to changes.
    sizes: [usize; 5],
}

impl Metrics {
    #[inline]
    pub fn push(&mut self, series: &Series<'_>, scratch: &Scratch) {
        let kind = series.descriptor.kind;
        let size = match kind {
            MetricKind::Gauge => {
                self.gauges.push(series, scratch);
                self.gauges.size()
            }
            MetricKind::Sum => {
                self.sums.push(series, scratch);
                self.sums.size()
            }
            MetricKind::Histogram => {
                self.histograms.push(series, scratch);
                self.histograms.size()
            }
            MetricKind::ExponentialHistogram => {
                self.exponential.push(series, scratch);
                self.exponential.size()
            }
            MetricKind::Summary => {
                self.summaries.push(series, scratch);
                self.summaries.size()
            }
        };
        if let Some(known) = self.sizes.get_mut(kind as usize) {
            *known = size;
        }
    }
}

impl BlockBuilder for Metrics {
    #[inline]
    fn size(&self) -> usize {
        self.sizes.iter().sum()
    }
    fn is_empty(&self) -> bool {
        self.size() == 0
    }
    fn finish(self) -> Result<Vec<TableRows>> {
        let mut out = Vec::new();
        if self.gauges.common.rows() > 0 {
            out.push(self.gauges.finish(&schema::GAUGE, false)?);
        }
        if self.sums.common.rows() > 0 {
            out.push(self.sums.finish(&schema::SUM, true)?);
        }
        if self.histograms.common.rows() > 0 {
            out.push(self.histograms.finish(MetricKind::Histogram)?);
        }
        if self.exponential.common.rows() > 0 {
            out.push(self.exponential.finish(MetricKind::ExponentialHistogram)?);
        }
        if self.summaries.common.rows() > 0 {
            out.push(self.summaries.finish()?);
        }
        Ok(out)
    }
}
