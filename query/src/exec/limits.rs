//! Limits of what a query reads, with ClickHouse's codes: max_rows_to_read (158), max_bytes_to_read (307) and
//! max_columns_to_read (161).

use super::QueryEnv;
use crate::engine::QueryCounters;
use olly_types::{Code, Error, Result};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The limits of one query, and its counters.
pub struct ReadLimits {
    rows: u64,
    bytes: u64,
    /// `read_overflow_mode = 'break'`: reading ends, the query goes on with what it has.
    stops: bool,
    counters: Arc<QueryCounters>,
}

impl ReadLimits {
    pub fn of(env: &QueryEnv) -> Result<ReadLimits> {
        Ok(ReadLimits {
            rows: env.settings.u64_or("max_rows_to_read", 0)?,
            bytes: env.settings.u64_or("max_bytes_to_read", 0)?,
            stops: env.settings.get("read_overflow_mode") == Some("break"),
            counters: Arc::clone(&env.counters),
        })
    }

    /// Counts a batch that was read; false where reading ends before it.
    pub fn read(&self, rows: u64, bytes: u64) -> Result<bool> {
        let rows_before = self.counters.read_rows.fetch_add(rows, Ordering::Relaxed);
        let bytes_before = self.counters.read_bytes.fetch_add(bytes, Ordering::Relaxed);
        let limits = [
            ("rows", "max_rows_to_read", Code::TooManyRows, self.rows, rows_before, rows),
            ("bytes", "max_bytes_to_read", Code::TooManyBytes, self.bytes, bytes_before, bytes),
        ];
        for (what, setting, code, limit, before, more) in limits {
            let current = before.saturating_add(more);
            if limit == 0 || current <= limit {
                continue;
            }
            if self.stops {
                // The batch that crosses the limit is still taken.
                if before > limit {
                    return Ok(false);
                }
                continue;
            }
            let text = format!(
                "Limit for rows or bytes to read exceeded (controlled by '{setting}' setting), max {what}: {limit}, current {what}: {current}"
            );
            return Err(Error::new(code, text));
        }
        Ok(true)
    }
}

/// Refuses a scan of more columns than max_columns_to_read.
pub fn columns(env: &QueryEnv, columns: usize) -> Result<()> {
    let limit = env.settings.u64_or("max_columns_to_read", 0)?;
    if limit > 0 && columns as u64 > limit {
        let text = format!("Limit for number of columns to read exceeded. Requested: {columns}, maximum: {limit}");
        return Err(Error::new(Code::TooManyColumns, text));
    }
    Ok(())
}
