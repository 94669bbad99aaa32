//! The text of `/metrics` (Prometheus exposition format 0.0.4).

use crate::console::Parts;
use crate::memory::{Resident, Watch};
use olly_raft::NodeMetrics;
use olly_types::budget::Budget;
use olly_types::limits::{self, seen};
use std::fmt::Write as _;

/// What stands before a metric's samples.
fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP ollystack_{name} {help}\n# TYPE ollystack_{name} {kind}");
}

/// One gauge or counter without labels, with its help.
fn put(out: &mut String, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
    head(out, name, kind, help);
    let _ = writeln!(out, "ollystack_{name} {value}");
}

/// All figures; before recovery only the budget's.
pub fn text(budget: &Budget, watch: &Watch, parts: Option<&Parts>) -> String {
    let mut out = String::new();
    put(&mut out, "memory_budget_bytes", "gauge", "Memory budget.", budget.limit());
    put(&mut out, "memory_reserved_bytes", "gauge", "Bytes reserved of the budget.", budget.used());
    put(&mut out, "memory_reserved_peak_bytes", "gauge", "Most bytes ever reserved at once.", budget.peak());
    put(&mut out, "memory_unreserved_bytes", "gauge", "Resident bytes that no reservation covers.", watch.unreserved());
    let resident = Resident::read();
    put(&mut out, "memory_resident_bytes", "gauge", "Resident set of the process.", resident.now);
    put(&mut out, "memory_resident_peak_bytes", "gauge", "Largest resident set since the start.", resident.peak);
    let Some(parts) = parts else { return out };
    let node = parts.node.metrics();
    write_ahead_log(&mut out, &node);
    groups(&mut out, &node);
    put(&mut out, "queries_running", "gauge", "Queries running now.", parts.processes.len());
    put(&mut out, "connections_open", "gauge", "Client connections of all protocols.", parts.connections.open());
    put(&mut out, "connections_refused_total", "counter", "Connections beyond the limit.", parts.connections.refused());
    parts.ingest.prometheus(&mut out);
    fills(&mut out, budget, parts, &node);
    out
}

fn write_ahead_log(out: &mut String, node: &NodeMetrics) {
    head(out, "wal_sink", "gauge", "Which sink writes the log.");
    let _ = writeln!(out, "ollystack_wal_sink{{kind=\"{}\",direct=\"{}\"}} 1", node.wal_sink, node.wal_direct);
    put(out, "wal_segments", "gauge", "Segment files in use.", node.wal_segments);
    put(out, "wal_spare_segments", "gauge", "Prefilled segments in reserve.", node.wal_spares);
    put(out, "disk_free_bytes", "gauge", "Bytes free on the data folder's disk.", node.disk_free_bytes);
    put(out, "wal_bytes", "gauge", "Bytes of the log's segments.", node.wal_bytes);
    put(out, "wal_live_bytes", "gauge", "Bytes of entries that groups still need.", node.wal_live_bytes);
    put(out, "wal_written_bytes_total", "counter", "Bytes written to the log.", node.wal_written_bytes);
    put(out, "wal_queued_bytes", "gauge", "Bytes accepted and not durable yet.", node.wal_queued_bytes);
    put(out, "poisoned", "gauge", "1 after the first I/O error.", u8::from(node.poisoned));
    head(out, "wal_fsync_seconds", "histogram", "Time of the log's syncs.");
    let mut total = 0;
    for (i, n) in node.fsync.counts.iter().enumerate() {
        total += n;
        let bound = node.fsync.bounds_us.get(i).map_or("+Inf".to_string(), |b| (*b as f64 / 1e6).to_string());
        let _ = writeln!(out, "ollystack_wal_fsync_seconds_bucket{{le=\"{bound}\"}} {total}");
    }
    let _ = writeln!(
        out,
        "ollystack_wal_fsync_seconds_sum {}\nollystack_wal_fsync_seconds_count {total}",
        node.fsync.sum_us as f64 / 1e6
    );
    head(out, "writes_refused_total", "counter", "Writes refused, by reason.");
    for (reason, n) in [
        ("full_disk", node.refused_full_disk),
        ("queue", node.refused_queue),
        ("merge_debt", node.refused_debt),
        ("memory", node.refused_memory),
    ] {
        let _ = writeln!(out, "ollystack_writes_refused_total{{reason=\"{reason}\"}} {n}");
    }
}

fn groups(out: &mut String, node: &NodeMetrics) {
    type Figure = (&'static str, &'static str, &'static str, fn(&olly_raft::GroupMetrics) -> u64);
    const FIGURES: &[Figure] = &[
        ("group_leads", "gauge", "1 where this node leads the group.", |g| u64::from(g.leads)),
        ("group_term", "gauge", "Raft term of the group.", |g| g.term),
        ("group_last_index", "gauge", "Last entry of the group's log.", |g| g.last_index.0),
        ("group_applied_index", "gauge", "Last entry that is applied, and so visible.", |g| g.applied.0),
        ("group_snapshot_index", "gauge", "Last entry that the group's snapshot covers.", |g| g.snapshot.0),
        ("group_purged_index", "gauge", "Last entry that the log has let go.", |g| g.purged.0),
        ("group_entries_total", "counter", "Entries proposed here since the start.", |g| g.entries),
        ("group_requests_total", "counter", "Requests in those entries.", |g| g.requests),
        ("group_entry_bytes_total", "counter", "Encoded bytes of those entries.", |g| g.entry_bytes),
        ("group_duplicates_total", "counter", "Requests that were stored already and were answered so.", |g| {
            g.duplicates
        }),
        ("group_waiting_requests", "gauge", "Requests that wait for an entry.", |g| g.waiting),
        ("group_entries_in_flight", "gauge", "Entries proposed and not applied yet.", |g| g.in_flight),
        ("group_parts", "gauge", "Parts of the group on this node.", |g| g.parts),
        ("group_part_bytes", "gauge", "Bytes of their files.", |g| g.part_bytes),
        ("group_part_rows", "gauge", "Rows in parts.", |g| g.part_rows),
        ("group_damaged_parts", "gauge", "Parts that are known to be damaged or gone (docs/operate/damage.md).", |g| {
            g.damaged_parts
        }),
        (
            "group_pinned_dead_bytes",
            "gauge",
            "Bytes of parts that were merged or dropped and that only the last snapshot keeps.",
            |g| g.pinned_dead_bytes,
        ),
        ("group_memtable_rows", "gauge", "Rows that are in the log and in memory only.", |g| g.memtable_rows),
        ("group_memtable_bytes", "gauge", "Bytes of memtables.", |g| g.memtable_bytes),
        ("group_jobs", "gauge", "Flushes, merges and drops that wait or run.", |g| g.jobs),
        ("group_flushes_total", "counter", "Flushes done since the start.", |g| g.flushes),
        ("group_merges_total", "counter", "Merges done since the start.", |g| g.merges),
        ("group_log_bytes", "gauge", "Bytes of the group's entries that the log keeps.", |g| g.log_bytes),
        ("group_manifest_bytes", "gauge", "Bytes of the group's manifest.", |g| g.manifest_bytes),
    ];
    for (name, kind, help, figure) in FIGURES {
        head(out, name, kind, help);
        for group in &node.groups {
            let _ = writeln!(out, "ollystack_{name}{{group=\"{}\"}} {}", group.group, figure(group));
        }
    }
}

/// Columns of the widest table.
fn widest(parts: &Parts) -> u64 {
    let catalog = parts.node.catalog();
    let tables = catalog.databases().into_iter().flat_map(|d| catalog.tables(&d.name));
    tables.map(|t| t.columns.len() as u64).max().unwrap_or(0)
}

/// How full each limit is, 0 to 1. Without one: the size of a segment, whose files are always whole, and the window of
/// deduplication, which is a time.
fn fills(out: &mut String, budget: &Budget, parts: &Parts, node: &NodeMetrics) {
    let share = |used: u64, limit: u64| used as f64 / limit.max(1) as f64;
    let most = |f: fn(&olly_raft::GroupMetrics) -> u64| node.groups.iter().map(f).max().unwrap_or(0);
    let sum = |f: fn(&olly_raft::GroupMetrics) -> u64| node.groups.iter().map(f).sum::<u64>();
    let memtables = budget.limit() * limits::MEMTABLE_PERCENT / 100;
    head(out, "limit_fill", "gauge", "Used share of each limit.");
    for (name, fill) in [
        ("memory_budget", share(budget.used(), budget.limit())),
        ("flush_percent", share(parts.flushes.fill().0, parts.flushes.fill().1)),
        ("memtable_percent", share(sum(|g| g.memtable_bytes), memtables)),
        ("memtable_bytes", share(most(|g| g.memtable_most_bytes), parts.memtable_bytes)),
        ("flush_age_seconds", share(most(|g| g.memtable_age_seconds), limits::FLUSH_AGE_SECONDS)),
        ("wal_queue", share(node.wal_queued_bytes, node.wal_queue_limit)),
        ("wal_held_bytes", share(most(|g| g.log_bytes), limits::WAL_HELD_BYTES)),
        ("wal_reserve", share(node.wal_reserve.saturating_sub(node.wal_spares), node.wal_reserve)),
        ("disk_reserved_bytes", share(node.disk_reserved_bytes, node.disk_free_bytes)),
        ("otlp_requests", share(parts.otlp_budget.used(), parts.otlp_budget.limit())),
        ("query_log_rows", share(parts.log.len() as u64, limits::QUERY_LOG_ROWS)),
        ("request_body_bytes", share(parts.ingest.largest_body(), limits::REQUEST_BODY_BYTES)),
        ("write_queue", share(node.queue_bytes, node.queue_limit)),
        ("wal_retained_bytes", share(node.wal_bytes, limits::WAL_RETAINED_BYTES)),
        ("parts_per_partition", share(most(|g| g.partition_parts_most), limits::PARTS_PER_PARTITION)),
        ("parts_per_table", share(most(|g| g.table_parts_most), limits::PARTS_PER_TABLE)),
        ("pinned_dead_bytes", share(most(|g| g.pinned_dead_bytes), limits::PINNED_DEAD_BYTES)),
        ("deduplication_ids", share(most(|g| g.remembered_ids), limits::DEDUPLICATION_IDS)),
        ("connections", share(parts.connections.open() as u64, parts.connections.limit() as u64)),
        ("running_queries", share(parts.processes.len() as u64, limits::RUNNING_QUERIES)),
        ("long_evaluations", share(olly_query::expr::turn::aside(), limits::LONG_EVALUATIONS)),
        ("merge_percent", share(seen::MERGE_BYTES.get(), budget.limit() * limits::MERGE_PERCENT / 100)),
        ("columns", share(widest(parts), limits::COLUMNS)),
        // Limits on one thing: the largest since the start.
        ("entry_bytes", share(seen::ENTRY_BYTES.get(), limits::ENTRY_BYTES)),
        ("row_bytes", share(seen::ROW_BYTES.get(), limits::ROW_BYTES)),
        ("attribute_key_bytes", share(seen::ATTRIBUTE_KEY_BYTES.get(), limits::ATTRIBUTE_KEY_BYTES)),
        ("map_subcolumns", share(seen::MAP_SUBCOLUMNS.get(), limits::MAP_SUBCOLUMNS)),
        ("insert_partitions", share(seen::INSERT_PARTITIONS.get(), limits::INSERT_PARTITIONS)),
        ("sql_depth", share(seen::SQL_DEPTH.get(), limits::SQL_DEPTH)),
        // A query may raise its own (max_query_size).
        ("sql_bytes", share(seen::SQL_BYTES.get().min(limits::SQL_BYTES), limits::SQL_BYTES)),
        ("query_spill_bytes", share(seen::QUERY_SPILL_BYTES.get(), limits::QUERY_SPILL_BYTES)),
    ] {
        let _ = writeln!(out, "ollystack_limit_fill{{limit=\"{name}\"}} {fill}");
    }
    head(out, "limit", "gauge", "The limits.");
    for limit in limits::ALL {
        let name = limit.name.to_lowercase();
        // The table has the defaults; some are configured, or follow from the machine.
        let value = match name.as_str() {
            "memory_budget" => budget.limit(),
            "memtable_bytes" => parts.memtable_bytes,
            "connections" => parts.connections.limit() as u64,
            _ => limit.value,
        };
        let _ = writeln!(out, "ollystack_limit{{limit=\"{name}\",unit=\"{}\"}} {value}", limit.unit);
    }
}
