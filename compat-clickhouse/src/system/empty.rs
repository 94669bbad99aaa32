//! Tables that have nothing to show here: the columns are ClickHouse's, there are no rows.

use super::Table;

const fn none(name: &'static str, columns: &'static str) -> Table {
    Table { name, columns, rows: |_, _| Ok(Vec::new()) }
}

pub(super) const TABLES: &[Table] = &[
    none(
        "clusters",
        "cluster String; shard_num UInt32; shard_name String; shard_weight UInt32; internal_replication UInt8; \
         replica_num UInt32; host_name String; host_address String; port UInt16; is_local UInt8; user String; \
         default_database String; errors_count UInt32; slowdowns_count UInt32; estimated_recovery_time UInt32; \
         database_shard_name String; database_replica_name String; is_shared_catalog_cluster UInt8; \
         is_active Nullable(UInt8); unsynced_after_recovery Nullable(UInt8); replication_lag Nullable(UInt32); \
         recovery_time Nullable(UInt64); name String",
    ),
    none("macros", "macro String; substitution String"),
    none(
        "merge_tree_settings",
        "name String; value String; default String; changed UInt8; description String; min Nullable(String); \
         max Nullable(String); disallowed_values Array(String); readonly UInt8; type String; is_obsolete UInt8; \
         tier Enum8('Production' = 0, 'Obsolete' = 4, 'Experimental' = 8, 'Beta' = 12, 'PrivatePreview' = 16)",
    ),
    none(
        "data_skipping_indices",
        "database String; table String; name String; type String; type_full String; expr String; \
         creation Enum8('Explicit' = 0, 'Implicit' = 1); granularity UInt64; data_compressed_bytes UInt64; \
         data_uncompressed_bytes UInt64; marks_bytes UInt64",
    ),
    none(
        "mutations",
        "database String; table String; mutation_id String; command String; create_time DateTime; \
         finish_time DateTime; block_numbers.partition_id Array(String); block_numbers.number Array(Int64); \
         parts_in_progress_names Array(String); parts_to_do_names Array(String); parts_to_do Int64; \
         parts_postpone_reasons Map(String, String); is_done UInt8; is_killed UInt8; latest_failed_part String; \
         latest_fail_time DateTime; latest_fail_reason String; latest_fail_error_code_name String",
    ),
    none(
        "merges",
        "database String; table String; elapsed Float64; progress Float64; num_parts UInt64; \
         source_part_names Array(String); result_part_name String; source_part_paths Array(String); \
         result_part_path String; partition_id String; partition String; is_mutation UInt8; \
         total_size_bytes_compressed UInt64; total_size_bytes_uncompressed UInt64; total_size_marks UInt64; \
         bytes_read_uncompressed UInt64; rows_read UInt64; bytes_written_uncompressed UInt64; \
         rows_written UInt64; columns_written UInt64; memory_usage UInt64; thread_id UInt64; merge_type String; \
         merge_algorithm String; current_projection String; current_projection_progress Float64; \
         current_projection_parts_merging UInt64; current_projection_parts_remaining UInt64; \
         projections_completed Array(String); projections_remaining Array(String)",
    ),
    none(
        "replicas",
        "database String; table String; uuid UUID; engine String; is_leader UInt8; can_become_leader UInt8; \
         is_readonly UInt8; readonly_start_time Nullable(DateTime); is_session_expired UInt8; \
         future_parts UInt32; parts_to_check UInt32; zookeeper_name String; zookeeper_path String; \
         replica_name String; replica_path String; columns_version Int32; queue_size UInt32; \
         inserts_in_queue UInt32; merges_in_queue UInt32; part_mutations_in_queue UInt32; \
         queue_oldest_time DateTime; inserts_oldest_time DateTime; merges_oldest_time DateTime; \
         part_mutations_oldest_time DateTime; oldest_part_to_get String; oldest_part_to_merge_to String; \
         oldest_part_to_mutate_to String; log_max_index UInt64; log_pointer UInt64; last_queue_update DateTime; \
         absolute_delay UInt64; total_replicas UInt32; active_replicas UInt32; lost_part_count UInt64; \
         last_queue_update_exception String; zookeeper_exception String; replica_is_active Map(String, UInt8); \
         readonly_duration Nullable(UInt64)",
    ),
    none(
        "dictionaries",
        "database String; name String; uuid UUID; \
         status Enum8('NOT_LOADED' = 0, 'LOADED' = 1, 'FAILED' = 2, 'LOADING' = 3, 'FAILED_AND_RELOADING' = 4, 'LOADED_AND_RELOADING' = 5, 'NOT_EXIST' = 6); \
         origin String; type String; key.names Array(String); key.types Array(String); \
         attribute.names Array(String); attribute.types Array(String); bytes_allocated UInt64; \
         hierarchical_index_bytes_allocated UInt64; query_count UInt64; hit_rate Float64; found_rate Float64; \
         element_count UInt64; load_factor Float64; source String; lifetime_min UInt64; lifetime_max UInt64; \
         loading_start_time DateTime; last_successful_update_time DateTime; error_count UInt64; \
         loading_duration Float32; last_exception String; comment String",
    ),
    none("roles", "name String; id UUID; storage String"),
    none(
        "errors",
        "name String; code Int32; value UInt64; last_error_time DateTime; last_error_message String; \
         last_error_format_string String; last_error_trace Array(UInt64); remote UInt8; query_id String",
    ),
    none(
        "detached_parts",
        "database String; table String; partition_id Nullable(String); name String; bytes_on_disk UInt64; \
         modification_time DateTime; disk String; path String; reason Nullable(String); \
         min_block_number Nullable(Int64); max_block_number Nullable(Int64); level Nullable(UInt32)",
    ),
    none(
        "projections",
        "database String; table String; name String; type Enum8('Normal' = 0, 'Aggregate' = 1); \
         sorting_key Array(String); query String; settings Map(String, String)",
    ),
    none("warnings", "message String; message_format_string LowCardinality(String)"),
    none(
        "quotas",
        "name String; id UUID; storage String; \
         keys Array(Enum8('user_name' = 1, 'ip_address' = 2, 'forwarded_ip_address' = 3, 'client_key' = 4, 'normalized_query_hash' = 7)); \
         durations Array(UInt32); apply_to_all UInt8; apply_to_list Array(String); \
         apply_to_except Array(String); ipv4_prefix_bits Nullable(UInt8); ipv6_prefix_bits Nullable(UInt8)",
    ),
    none(
        "row_policies",
        "name String; short_name String; database String; table String; id UUID; storage String; \
         select_filter Nullable(String); is_restrictive UInt8; apply_to_all UInt8; apply_to_list Array(String); \
         apply_to_except Array(String)",
    ),
];
