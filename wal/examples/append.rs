//! Latency and throughput of the log on this machine's disk, beside a bare durable write of the same size.
//!
//! `cargo run --release -p olly-wal --example append [DIR] [SECONDS]`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use olly_env::{AlignedBuf, Env, Open, Priority};
use olly_wal::{Record, Wal, WalOptions};

fn quantiles(mut nanos: Vec<u64>) -> String {
    nanos.sort_unstable();
    let at = |q: f64| nanos.get(((nanos.len() as f64 - 1.0) * q) as usize).map_or(0.0, |n| *n as f64 / 1e3);
    format!("p50 {:.0} µs, p99 {:.0} µs, max {:.0} µs, n {}", at(0.5), at(0.99), at(1.0), nanos.len())
}

fn main() {
    // Otherwise a busy machine measures its scheduler.
    olly_env::threads::raise_priority();
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "target/wal-append".to_string());
    let seconds: u64 = args.next().and_then(|s| s.parse().ok()).unwrap_or(3);
    let env = Env::real(std::path::Path::new(&dir)).expect("the folder");
    let limit = seconds * 1_000_000_000;

    for size in [512usize, 4096, 65536] {
        env.disk
            .open("bare", Open::REPLACE)
            .and_then(|f| f.write_at(0, &vec![0; 64 << 20]).and(f.sync_all()))
            .expect("file");
        let file = env.disk.open("bare", Open::DURABLE).expect("durable");
        let buf = AlignedBuf::zeroed(size);
        let (start, mut took, mut at) = (env.clock.mono_nanos(), Vec::new(), 0u64);
        while env.clock.mono_nanos() - start < limit {
            let t = env.clock.mono_nanos();
            file.write_at(at, buf.as_slice()).expect("write");
            took.push(env.clock.mono_nanos() - t);
            at = (at + size as u64) % (64 << 20);
        }
        println!("bare durable write, {size} B (direct {}): {}", file.is_direct(), quantiles(took));
    }
    env.disk.remove("bare").expect("remove");

    let (wal, _) = Wal::open(&env, "wal", WalOptions::default()).expect("the log");
    let wal = Arc::new(wal);
    let mut next: Vec<u64> = (0..64u32).map(|g| wal.group(g).map_or(0, |i| i.entries.end)).collect();
    for size in [256usize, 3900, 65_000] {
        let (start, mut took) = (env.clock.mono_nanos(), Vec::new());
        while env.clock.mono_nanos() - start < limit {
            let t = env.clock.mono_nanos();
            wal.append_sync(vec![Record::entry(0, next[0], vec![1; size])]).expect("append");
            took.push(env.clock.mono_nanos() - t);
            next[0] += 1;
            if next[0].is_multiple_of(256) {
                wal.append_lazy(vec![Record::purge(0, next[0] - 1, vec![])]).expect("purge");
            }
        }
        println!("one appender, {size} B entries: {}", quantiles(took));
    }
    for (proposers, size) in [(8usize, 256usize), (8, 16_000), (64, 256)] {
        let total = Arc::new(AtomicU64::new(0));
        let before = wal.metrics();
        let start = env.clock.mono_nanos();
        let mut threads = Vec::new();
        for (p, first) in next.iter().enumerate().take(proposers) {
            let (wal, env2, total) = (wal.clone(), env.clone(), total.clone());
            let mut index = *first;
            let body = move || {
                while env2.clock.mono_nanos() - start < limit {
                    wal.append_sync(vec![Record::entry(p as u32, index, vec![1; size])]).expect("append");
                    index += 1;
                    if index.is_multiple_of(64) {
                        wal.append_lazy(vec![Record::purge(p as u32, index - 1, vec![])]).expect("purge");
                    }
                    total.fetch_add(1, Ordering::Relaxed);
                }
            };
            threads.push(env.spawner.spawn("append", Priority::Raised, Box::new(body)).expect("thread"));
        }
        for thread in threads {
            thread.join().expect("appender");
        }
        for (p, n) in next.iter_mut().enumerate() {
            *n = wal.group(p as u32).map_or(0, |i| i.entries.end);
        }
        let m = wal.metrics();
        let n = total.load(Ordering::Relaxed);
        println!(
            "{proposers} appenders, {size} B: {} entries/s, {} MB/s, {:.1} entries a write, write p99 ≤ {} µs",
            n / seconds,
            n * size as u64 / seconds / 1_000_000,
            n as f64 / (m.writes - before.writes) as f64,
            m.write_latency.quantile_micros(0.99),
        );
    }
    println!("{:#?}", wal.metrics());

    // What a restart after a lot of unpurged log costs.
    let mut upto = wal.durable();
    for _ in 0..512 {
        upto = wal.append(vec![Record::entry(0, next[0], vec![3; 1 << 20])], Box::new(|_| {})).expect("append");
        next[0] += 1;
        if next[0].is_multiple_of(64) {
            wal.wait_durable(upto).expect("durable");
        }
    }
    wal.wait_durable(upto).expect("durable");
    wal.close().expect("close");
    drop(wal);
    let start = env.clock.mono_nanos();
    let (wal, recovered) = Wal::open(&env, "wal", WalOptions::default()).expect("the log again");
    let took = (env.clock.mono_nanos() - start) / 1_000_000;
    println!("opened {} segments, {} MB, in {took} ms", recovered.segments, wal.metrics().retained_bytes / 1_000_000);
}
