//! Metrics: TSBS's devops CPU gauges (integers), and a realistic mix of ten series a host. A request is 1,000 samples: 100
//! hosts at one scrape, one resource a host.
//!
//! Values are random walks, so a set is made in one pass, in time order.

use std::fmt::Write as _;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric::Data, number_data_point::Value,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::words::REGIONS;
use super::{RECORDS, Request, attribute, json_map, mix, normal, rng};

/// Series of one host, in both shapes.
pub const SERIES: usize = 10;
/// Seconds between two scrapes of a host.
pub const SCRAPE_SECONDS: u64 = 10;
const HOSTS_A_REQUEST: usize = RECORDS / SERIES;

/// Which of the two shapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Clamped random walks of N(0,1) steps in 0..=100, rounded to integers; ten host tags.
    Tsbs,
    /// What hosts and services export: percentages, bytes, counters, full-precision sums; jitter on the scrape time.
    Mix,
}

/// (name, unit, is a cumulative sum) of the mix.
const MIX: [(&str, &str, bool); SERIES] = [
    ("system.cpu.utilization", "%", false),
    ("system.cpu.iowait", "%", false),
    ("system.load.1m", "1", false),
    ("system.memory.usage", "By", false),
    ("system.disk.utilization", "%", false),
    ("http.server.requests", "1", true),
    ("system.network.io", "By", true),
    ("process.cpu.time", "s", true),
    ("http.server.duration.p95", "ms", false),
    ("up", "1", false),
];

const TSBS: [&str; SERIES] = [
    "cpu_usage_user",
    "cpu_usage_system",
    "cpu_usage_idle",
    "cpu_usage_nice",
    "cpu_usage_iowait",
    "cpu_usage_irq",
    "cpu_usage_softirq",
    "cpu_usage_steal",
    "cpu_usage_guest",
    "cpu_usage_guest_nice",
];

/// The walking state of all hosts; `next_scrape` moves time on.
pub struct Metrics {
    shape: Shape,
    seed: u64,
    hosts: usize,
    values: Vec<[f64; SERIES]>,
    random: ChaCha8Rng,
    start: u64,
    scrape: u64,
    resources: Vec<Resource>,
}

impl Metrics {
    /// `hosts` is a multiple of 100. The first scrape is at `start` (nanoseconds).
    pub fn new(shape: Shape, seed: u64, hosts: usize, start: u64) -> Metrics {
        let mut random = rng(seed, 3 + shape as u64, 0);
        let values = (0..hosts)
            .map(|_| match shape {
                Shape::Tsbs => std::array::from_fn(|_| random.random_range(0.0..100.0)),
                Shape::Mix => [
                    random.random_range(5.0..70.0),
                    random.random_range(0.0..4.0),
                    random.random_range(0.1..6.0),
                    f64::from(random.random_range(100_000u32..2_000_000)) * 4096.0,
                    random.random_range(10.0..80.0),
                    0.0,
                    0.0,
                    0.0,
                    random.random_range(10.0..200.0),
                    1.0,
                ],
            })
            .collect();
        let resources = (0..hosts).map(|host| resource(shape, host)).collect();
        Metrics { shape, seed, hosts, values, random, start, scrape: 0, resources }
    }

    /// Hosts x scrapes x ten: samples of `scrapes` scrapes.
    pub fn samples(&self, scrapes: u64) -> usize {
        self.hosts * SERIES * scrapes as usize
    }

    fn step(&mut self, host: usize) {
        let random = &mut self.random;
        let Some(values) = self.values.get_mut(host) else { return };
        match self.shape {
            Shape::Tsbs => {
                for value in values.iter_mut() {
                    *value = (*value + normal(random)).clamp(0.0, 100.0);
                }
            }
            Shape::Mix => {
                values[0] = (values[0] + 0.9 * normal(random)).clamp(0.0, 100.0);
                values[1] = (values[1] + 0.12 * normal(random)).clamp(0.0, 100.0);
                values[2] = (values[2] + 0.08 * normal(random)).max(0.0);
                values[3] = (values[3] + 4096.0 * (25.0 * normal(random)).round()).max(4096.0);
                if random.random::<f64>() < 0.05 {
                    values[4] = (values[4] + 0.01 * random.random::<f64>()).min(100.0);
                }
                values[5] += (40.0 + 12.0 * normal(random)).max(0.0).round();
                values[6] += (60_000.0 + 25_000.0 * normal(random)).max(0.0).round();
                values[7] += 0.4 + 0.3 * random.random::<f64>();
                values[8] = (values[8] * (0.06 * normal(random)).exp()).clamp(1.0, 5_000.0);
            }
        }
    }

    /// The value as exported: integers and decimals as their sensors give them.
    fn shown(&self, series: usize, value: f64) -> f64 {
        match (self.shape, series) {
            (Shape::Tsbs, _) => value.round(),
            (Shape::Mix, 0..=2) => (value * 100.0).round() / 100.0,
            (Shape::Mix, 4 | 8) => (value * 1000.0).round() / 1000.0,
            (Shape::Mix, _) => value,
        }
    }

    /// All hosts at the next scrape: one request for each 100 hosts. `samples` (if given) gets `series \t time \t value` lines.
    pub fn next_scrape(&mut self, samples: Option<&mut String>) -> Vec<Request> {
        let base = self.start + self.scrape * SCRAPE_SECONDS * 1_000_000_000;
        self.scrape += 1;
        let mut requests = Vec::with_capacity(self.hosts / HOSTS_A_REQUEST);
        let mut text = samples;
        for first in (0..self.hosts).step_by(HOSTS_A_REQUEST) {
            let mut resource_metrics = Vec::with_capacity(HOSTS_A_REQUEST);
            for host in first..(first + HOSTS_A_REQUEST).min(self.hosts) {
                self.step(host);
                // TSBS writes whole ticks; real scrapers are some milliseconds off.
                let time = match self.shape {
                    Shape::Tsbs => base,
                    Shape::Mix => {
                        base + 1_000_000 * (mix(self.seed ^ host as u64) % 9_000 + self.random.random_range(0..12))
                    }
                };
                let metrics = (0..SERIES).map(|series| self.metric(host, series, time)).collect();
                if let Some(text) = text.as_deref_mut() {
                    for series in 0..SERIES {
                        let value = self.shown(series, self.values[host][series]);
                        let _ = writeln!(text, "{}\t{time}\t{value}", host * SERIES + series);
                    }
                }
                resource_metrics.push(ResourceMetrics {
                    resource: self.resources.get(host).cloned(),
                    scope_metrics: vec![ScopeMetrics {
                        scope: Some(InstrumentationScope { name: "hostmetrics".to_string(), ..Default::default() }),
                        metrics,
                        schema_url: String::new(),
                    }],
                    schema_url: String::new(),
                });
            }
            let rows = resource_metrics.len() * SERIES;
            requests
                .push(Request { body: ExportMetricsServiceRequest { resource_metrics }.encode_to_vec().into(), rows });
        }
        requests
    }

    fn metric(&self, host: usize, series: usize, time: u64) -> Metric {
        let value = self.shown(series, self.values[host][series]);
        let (name, unit, cumulative) = describe(self.shape, series);
        let point = NumberDataPoint {
            attributes: Vec::new(),
            start_time_unix_nano: if cumulative { self.start } else { 0 },
            time_unix_nano: time,
            value: Some(Value::AsDouble(value)),
            ..Default::default()
        };
        let data = if cumulative {
            Data::Sum(Sum { data_points: vec![point], aggregation_temporality: 2, is_monotonic: true })
        } else {
            Data::Gauge(Gauge { data_points: vec![point] })
        };
        Metric { name: name.to_string(), unit: unit.to_string(), data: Some(data), ..Default::default() }
    }

    /// One JSON line a series: what the samples' numbers stand for.
    pub fn export_series(&self, out: &mut String) {
        for host in 0..self.hosts {
            for series in 0..SERIES {
                let (name, unit, cumulative) = describe(self.shape, series);
                let attributes = self.resources.get(host).map(|r| r.attributes.as_slice()).unwrap_or_default();
                let service = attributes.iter().find(|a| a.key == "service.name").map(super::text_of).unwrap_or("");
                let _ = write!(
                    out,
                    "{{\"series\":{},\"MetricName\":\"{name}\",\"MetricUnit\":\"{unit}\",\"ServiceName\":\"{service}\",\"sum\":{cumulative},\"start\":{},\"ResourceAttributes\":",
                    host * SERIES + series,
                    if cumulative { self.start } else { 0 },
                );
                json_map(out, attributes);
                out.push_str("}\n");
            }
        }
    }
}

fn describe(shape: Shape, series: usize) -> (&'static str, &'static str, bool) {
    match shape {
        Shape::Tsbs => (TSBS[series % SERIES], "%", false),
        Shape::Mix => MIX[series % SERIES],
    }
}

/// TSBS's ten host tags, `service.name` among them.
fn resource(shape: Shape, host: usize) -> Resource {
    let draw = |salt: u64, n: u64| mix((host as u64) << 8 ^ salt) % n;
    let region = REGIONS[draw(1, 4) as usize];
    let attributes: Vec<KeyValue> = vec![
        attribute("service.name", draw(2, 20).to_string()),
        attribute("host.name", format!("host_{host}")),
        attribute("region", region),
        attribute("datacenter", format!("{region}{}", ["a", "b", "c"][draw(3, 3) as usize])),
        attribute("rack", draw(4, 100).to_string()),
        attribute("os", ["Ubuntu16.10", "Ubuntu16.04LTS", "Ubuntu15.10"][draw(5, 3) as usize]),
        attribute("arch", ["x64", "x86"][draw(6, 2) as usize]),
        attribute("team", ["SF", "NYC", "LON", "CHI"][draw(7, 4) as usize]),
        attribute("service_version", draw(8, 2).to_string()),
        attribute("service_environment", ["production", "staging", "test"][draw(9, 3) as usize]),
    ];
    let dropped = if shape == Shape::Tsbs { 0 } else { 2 };
    let keep = attributes.len() - dropped;
    Resource { attributes: attributes.into_iter().take(keep).collect(), ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scrape_is_ten_samples_a_host_and_repeats() {
        for shape in [Shape::Tsbs, Shape::Mix] {
            let make = || {
                let mut metrics = Metrics::new(shape, 9, 200, 1_000_000_000_000);
                let mut text = String::new();
                metrics.next_scrape(Some(&mut text));
                (metrics.next_scrape(Some(&mut text)).remove(1).body, text)
            };
            let (body, text) = make();
            assert_eq!(text.lines().count(), 2 * 200 * SERIES);
            assert!(body == make().0 && text == make().1);
        }
    }

    #[test]
    fn tsbs_values_are_integers_within_bounds() {
        let mut metrics = Metrics::new(Shape::Tsbs, 9, 100, 0);
        let mut text = String::new();
        for _ in 0..50 {
            metrics.next_scrape(Some(&mut text));
        }
        assert!(
            text.lines().all(|l| l.rsplit('\t').next().and_then(|v| v.parse::<u8>().ok()).is_some_and(|v| v <= 100))
        );
    }
}
