-- Settings that tools and people give with a SELECT.

SELECT 1 AS x SETTINGS output_format_json_quote_64bit_integers = 1;

SELECT 1 AS x SETTINGS output_format_json_quote_denormals = 1;

SELECT 1 AS x SETTINGS output_format_json_named_tuples_as_objects = 1;

SELECT 1 AS x SETTINGS date_time_output_format = 'iso';

SELECT 1 AS x SETTINGS date_time_input_format = 'best_effort';

SELECT 1 AS x SETTINGS input_format_skip_unknown_fields = 1;

SELECT 1 AS x SETTINGS input_format_import_nested_json = 1;

SELECT 1 AS x SETTINGS input_format_null_as_default = 1;

SELECT 1 AS x SETTINGS input_format_defaults_for_omitted_fields = 1;

SELECT 1 AS x SETTINGS output_format_native_write_json_as_string = 1;

SELECT 1 AS x SETTINGS output_format_native_use_flattened_dynamic_and_json_serialization = 1;

SELECT 1 AS x SETTINGS output_format_native_encode_types_in_binary_format = 0;

SELECT 1 AS x SETTINGS output_format_arrow_string_as_string = 1;

SELECT 1 AS x SETTINGS input_format_binary_read_json_as_string = 1;

SELECT 1 AS x SETTINGS output_format_binary_write_json_as_string = 1;

SELECT 1 AS x SETTINGS http_write_exception_in_output_format = 0;

SELECT 1 AS x SETTINGS max_execution_time = 5;

SELECT 1 AS x SETTINGS max_result_rows = 1000;

SELECT 1 AS x SETTINGS result_overflow_mode = 'throw';

SELECT 1 AS x SETTINGS max_rows_to_read = 1000000;

SELECT 1 AS x SETTINGS read_overflow_mode = 'throw';

SELECT 1 AS x SETTINGS timeout_overflow_mode = 'throw';

SELECT 1 AS x SETTINGS max_rows_to_group_by = 100000;

SELECT 1 AS x SETTINGS group_by_overflow_mode = 'throw';

SELECT 1 AS x SETTINGS max_block_size = 1000;

SELECT 1 AS x SETTINGS max_threads = 2;

SELECT 1 AS x SETTINGS max_memory_usage = 1000000000;

SELECT 1 AS x SETTINGS readonly = 0;

SELECT 1 AS x SETTINGS extremes = 0;

SELECT 1 AS x SETTINGS max_query_size = 1000000;

SELECT 1 AS x SETTINGS send_progress_in_http_headers = 1;

SELECT 1 AS x SETTINGS http_headers_progress_interval_ms = 100;

SELECT 1 AS x SETTINGS enable_http_compression = 1;

SELECT 1 AS x SETTINGS http_zlib_compression_level = 3;

SELECT 1 AS x SETTINGS add_http_cors_header = 1;

SELECT 1 AS x SETTINGS cancel_http_readonly_queries_on_client_close = 1;

SELECT 1 AS x SETTINGS session_timezone = 'UTC';

SELECT 1 AS x SETTINGS log_comment = 'x';

SELECT 1 AS x SETTINGS log_queries = 1;

SELECT 1 AS x SETTINGS async_insert = 1;

SELECT 1 AS x SETTINGS wait_for_async_insert = 1;

SELECT 1 AS x SETTINGS wait_for_async_insert_timeout = 10;

SELECT 1 AS x SETTINGS async_insert_deduplicate = 0;

SELECT 1 AS x SETTINGS async_insert_max_data_size = 1000000;

SELECT 1 AS x SETTINGS async_insert_max_query_number = 100;

SELECT 1 AS x SETTINGS async_insert_busy_timeout_ms = 100;

SELECT 1 AS x SETTINGS insert_deduplicate = 1;

SELECT 1 AS x SETTINGS insert_distributed_one_random_shard = 1;

SELECT 1 AS x SETTINGS insert_quorum = 0;

SELECT 1 AS x SETTINGS insert_quorum_parallel = 1;

SELECT 1 AS x SETTINGS select_sequential_consistency = 1;

SELECT 1 AS x SETTINGS allow_experimental_analyzer = 1;

SELECT 1 AS x SETTINGS short_circuit_function_evaluation = 'enable';

SELECT 1 AS x SETTINGS allow_experimental_json_type = 1;

SELECT 1 AS x SETTINGS enable_json_type = 1;

SELECT 1 AS x SETTINGS allow_suspicious_low_cardinality_types = 1;

SELECT 1 AS x SETTINGS describe_compact_output = 0;

SELECT 1 AS x SETTINGS prefer_localhost_replica = 1;

SELECT 1 AS x SETTINGS cast_string_to_dynamic_use_inference = 1;

SELECT 1 AS x SETTINGS count_distinct_implementation = 'uniqExact';

SELECT 1 AS x SETTINGS network_compression_method = 'LZ4';

SELECT 1 AS x SETTINGS send_logs_level = 'none';

SELECT 1 AS x SETTINGS dialect = 'clickhouse';

SELECT 1 AS x SETTINGS interactive_delay = 100000;

SELECT 1 AS x SETTINGS queue_max_wait_ms = 1000;

SELECT 1 AS x SETTINGS group_by_two_level_threshold = 100000;

SELECT 1 AS x SETTINGS group_by_two_level_threshold_bytes = 50000000;

SELECT 1 AS x SETTINGS run_query_in_background = 0;

SELECT 1 AS x SETTINGS allow_introspection_functions = 0;

SELECT 1 AS x SETTINGS serialize_query_plan = 0;

SELECT 1 AS x SETTINGS implicit_select = 0;

SELECT 1 AS x SETTINGS optimize_read_in_order = 1;

SELECT 1 AS x SETTINGS max_bytes_to_read = 1000000000;

SELECT 1 AS x SETTINGS max_rows_in_join = 1000000;

SELECT 1 AS x SETTINGS max_bytes_in_join = 1000000000;

SELECT 1 AS x SETTINGS join_algorithm = 'hash';

SELECT 1 AS x SETTINGS max_bytes_before_external_group_by = 1000000000;

SELECT 1 AS x SETTINGS max_bytes_before_external_sort = 1000000000;

SELECT 1 AS x SETTINGS use_uncompressed_cache = 0;

SELECT 1 AS x SETTINGS optimize_move_to_prewhere = 1;

SELECT 1 AS x SETTINGS force_primary_key = 0;

SELECT 1 AS x SETTINGS force_index_by_date = 0;

SELECT 1 AS x SETTINGS use_query_cache = 0;

SELECT 1 AS x SETTINGS max_columns_to_read = 100;

SELECT 1 AS x SETTINGS distributed_product_mode = 'deny';

SELECT 1 AS x SETTINGS any_join_distinct_right_table_keys = 0;

SELECT 1 AS x SETTINGS join_use_nulls = 0;

SELECT 1 AS x SETTINGS transform_null_in = 0;

SELECT 1 AS x SETTINGS joined_subquery_requires_alias = 0;

SELECT 1 AS x SETTINGS enable_optimize_predicate_expression = 1;

SELECT 1 AS x SETTINGS optimize_trivial_count_query = 1;

SELECT 1 AS x SETTINGS max_insert_threads = 1;

SELECT 1 AS x SETTINGS max_ast_depth = 1000;

SELECT 1 AS x SETTINGS max_expanded_ast_elements = 500000;

SELECT 1 AS x SETTINGS max_subquery_depth = 100;

SELECT 1 AS x SETTINGS empty_result_for_aggregation_by_empty_set = 0;

SELECT 1 AS x SETTINGS aggregate_functions_null_for_empty = 0;

SELECT 1 AS x SETTINGS cast_keep_nullable = 0;

SELECT 1 AS x SETTINGS decimal_check_overflow = 1;

SELECT 1 AS x SETTINGS output_format_decimal_trailing_zeros = 0;

SELECT 1 AS x SETTINGS output_format_pretty_max_rows = 100;

SELECT 1 AS x SETTINGS format_csv_delimiter = ',';

SELECT 1 AS x SETTINGS output_format_json_array_of_rows = 0;

SELECT 1 AS x SETTINGS output_format_json_escape_forward_slashes = 0;

SELECT 1 AS x SETTINGS output_format_tsv_crlf_end_of_line = 0;

SELECT 1 AS x SETTINGS max_parallel_replicas = 1;

SELECT 1 AS x SETTINGS use_skip_indexes = 1;

SELECT 1 AS x SETTINGS enable_positional_arguments = 1;

SELECT 1 AS x SETTINGS group_by_use_nulls = 0;

SELECT 1 AS x SETTINGS prefer_column_name_to_alias = 0;

SELECT 1 AS x SETTINGS union_default_mode = '';

SELECT 1 AS x SETTINGS max_threads_for_indexes = 0;

SELECT 1 AS x SETTINGS query_plan_optimize_lazy_materialization = 1;

SELECT 1 AS x SETTINGS optimize_aggregation_in_order = 0;

SELECT 1 AS x SETTINGS enable_global_with_statement = 1;

SELECT 1 AS x SETTINGS enable_scalar_subquery_optimization = 1;

SELECT 1 AS x SETTINGS final = 0;

SELECT 1 AS x SETTINGS max_final_threads = 1;

SELECT 1 AS x SETTINGS s3_max_connections = 10;

SELECT 1 AS x SETTINGS max_partitions_to_read = -1;

SELECT 1 AS x SETTINGS enable_unaligned_array_join = 0;

SELECT 1 AS x SETTINGS least_greatest_legacy_null_behavior = 0;

SELECT 1 AS x SETTINGS date_time_overflow_behavior = 'ignore';

SELECT 1 AS x SETTINGS query_cache_ttl = 60;

SELECT 1 AS x SETTINGS priority = 1;

SELECT 1 AS x SETTINGS max_network_bandwidth = 0;

SELECT 1 AS x SETTINGS replace_running_query = 0;

SELECT 1 AS x SETTINGS stream_like_engine_allow_direct_select = 0;

SELECT 1 AS x SETTINGS optimize_skip_unused_shards = 0;

SELECT 1 AS x SETTINGS skip_unavailable_shards = 1;

SELECT 1 AS x SETTINGS load_balancing = 'random';

SELECT 1 AS x SETTINGS max_estimated_execution_time = 0;

SELECT 1 AS x SETTINGS use_index_for_in_with_subqueries = 1;

SELECT 1 AS x SETTINGS totals_mode = 'after_having_exclusive';

SELECT 1 AS x SETTINGS max_bytes_in_set = 0;

SELECT 1 AS x SETTINGS max_rows_in_set = 0;

SELECT 1 AS x SETTINGS max_bytes_in_distinct = 0;

SELECT 1 AS x SETTINGS min_execution_speed = 0;

SELECT 1 AS x SETTINGS output_format_write_statistics = 1;

SELECT 1 AS x SETTINGS output_format_pretty_color = 'auto';

SELECT 1 AS x SETTINGS http_max_multipart_form_data_size = 1000;

SELECT 1 AS x SETTINGS input_format_parallel_parsing = 1;

SELECT 1 AS x SETTINGS output_format_parallel_formatting = 1;

SELECT 1 AS x SETTINGS log_query_threads = 0;

SELECT 1 AS x SETTINGS send_timeout = 100;

SELECT 1 AS x SETTINGS receive_timeout = 100;

SELECT 1 AS x SETTINGS connect_timeout = 10;

SELECT 1 AS x SETTINGS mutations_sync = 1;

SELECT 1 AS x SETTINGS alter_sync = 1;

SELECT 1 AS x SETTINGS join_default_strictness = 'ALL';

SELECT 1 AS x SETTINGS partial_merge_join_optimizations = 0;

SELECT 1 AS x SETTINGS convert_query_to_cnf = 0;

SELECT 1 AS x SETTINGS optimize_or_like_chain = 0;

SELECT 1 AS x SETTINGS compile_expressions = 1;

SELECT 1 AS x SETTINGS compile_aggregate_expressions = 1;

SELECT 1 AS x SETTINGS min_count_to_compile_expression = 3;

SELECT 1 AS x SETTINGS max_streams_to_max_threads_ratio = 1;

SELECT 1 AS x SETTINGS optimize_use_projections = 1;

SELECT 1 AS x SETTINGS query_profiler_real_time_period_ns = 0;

SELECT 1 AS x SETTINGS merge_tree_min_rows_for_concurrent_read = 1000;

SELECT 1 AS x SETTINGS allow_ddl = 1;

SELECT 1 AS x SETTINGS allow_statistics_optimize = 1;

SELECT 1 AS x SETTINGS use_query_condition_cache = 1;

SELECT sum(tier), max(tier), count() FROM services WHERE tier > 9 SETTINGS aggregate_functions_null_for_empty = 1;

SELECT sum(tier) FROM services WHERE tier > 9 SETTINGS empty_result_for_aggregation_by_empty_set = 1;

SELECT name FROM services WHERE owner IN (NULL, 'cart@shop.example') ORDER BY name SETTINGS transform_null_in = 1;

SELECT toTypeName(CAST(owner AS String)) FROM services WHERE owner IS NOT NULL LIMIT 1 SETTINGS cast_keep_nullable = 1;

SELECT name, count() FROM services GROUP BY 1 ORDER BY 1 LIMIT 1 SETTINGS enable_positional_arguments = 1;

SELECT team, count() FROM services GROUP BY team ORDER BY team SETTINGS group_by_use_nulls = 1;

SELECT count(DISTINCT name) FROM services SETTINGS count_distinct_implementation = 'uniq';

SELECT toDecimal32(1.5, 4) AS x SETTINGS output_format_decimal_trailing_zeros = 1;

SELECT name FROM services ORDER BY name SETTINGS extremes = 1;
