//! Durable single-row INSERTs over kept HTTP connections: how long one acknowledged row takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Runs `writers` connections for `window`, at most `rate` inserts a second in all (0 = as fast as acknowledged). Returns the
/// sorted latencies in seconds.
pub async fn run(address: &str, table: &str, writers: usize, window: Duration, rate: usize) -> Result<Vec<f64>> {
    let start = Instant::now();
    let counter = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..writers {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        let (table, address, counter) = (table.to_string(), address.to_string(), counter.clone());
        tasks.push(tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut latencies = Vec::new();
            loop {
                let number = counter.fetch_add(1, Ordering::Relaxed);
                if rate > 0 {
                    let due = start + Duration::from_secs_f64(number as f64 / rate as f64);
                    tokio::time::sleep_until(due.into()).await;
                }
                if start.elapsed() > window {
                    return anyhow::Ok(latencies);
                }
                let began = Instant::now();
                insert(&mut stream, &address, &table, number).await?;
                latencies.push(began.elapsed().as_secs_f64());
            }
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    latencies.sort_by(f64::total_cmp);
    Ok(latencies)
}

/// One INSERT and its answer on a kept connection.
async fn insert(stream: &mut BufReader<TcpStream>, address: &str, table: &str, number: usize) -> Result<()> {
    let body = format!(
        "INSERT INTO {table} VALUES ({number}, 'host-{}', {}.25, 'a row that one writer waits for')",
        number % 50,
        number % 997
    );
    let head = format!("POST / HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.get_mut().write_all(format!("{head}{body}").as_bytes()).await.context("sending")?;
    let mut line = String::new();
    stream.read_line(&mut line).await.context("reading the status")?;
    let status = line.clone();
    let (mut length, mut chunked) = (0usize, false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await.context("reading headers")? == 0 {
            bail!("the connection ended within the headers");
        }
        let lower = line.trim().to_ascii_lowercase();
        if lower.is_empty() {
            break;
        }
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().context("content-length")?;
        }
        chunked |= lower == "transfer-encoding: chunked";
    }
    let mut answer = Vec::new();
    if chunked {
        loop {
            line.clear();
            stream.read_line(&mut line).await.context("reading a chunk's size")?;
            let size = usize::from_str_radix(line.trim(), 16).context("chunk size")?;
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).await.context("reading a chunk")?;
            if size == 0 {
                break;
            }
            answer.extend_from_slice(&chunk);
        }
    } else {
        answer.resize(length, 0);
        stream.read_exact(&mut answer).await.context("reading the answer")?;
    }
    if !status.contains(" 200 ") {
        bail!("{} {}", status.trim(), String::from_utf8_lossy(&answer));
    }
    Ok(())
}
