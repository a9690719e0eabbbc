import Bytes
import Facts

/// The functions of `rspamd` whose lines say nothing about the fate of a message.
enum RspamdChatter {
  static func read(_ module: Bytes, _ function: Bytes, _ message: Bytes, _ fact: Fact) -> Recognition {
    if module == "lua" { return known(function, scripts) || quiet(message) ? .ignored : .unrecognized }
    if known(function, records) {
      // A broken record of somebody else: what it did to the result stands in the message's own line.
      fact.event = .warning
      fact[.engine] = Bytes("rspamd")
      fact[.reason] = message
      return .recognized
    }
    if function == "main" && !message.hasPrefix("rspamd ") { return module == "main" ? .ignored : .unrecognized }
    if function == "main" || known(function, life) {
      fact.event = .lifecycle
      fact[.reason] = message
      return .recognized
    }
    if known(function, checks) || known(function, startup) { return .ignored }
    return .unrecognized
  }

  private static func known(_ function: Bytes, _ names: [StaticString]) -> Bool { names.contains { function == $0 } }

  /// What any script may say of a check that it did not make.
  private static func quiet(_ message: Bytes) -> Bool {
    message.hasPrefix("skip ") || message.hasPrefix("Skipping ") || message.hasPrefix("use cached record for ")
  }

  private static let records: [StaticString] = [
    "spf_record_dns_callback", "parse_spf_ip4", "parse_spf_ip6", "parse_spf_include", "parse_spf_domain_mask",
    "expand_spf_macro", "parse_spf_a", "parse_spf_mx", "parse_spf_ptr", "parse_spf_redirect", "parse_spf_exists",
    "start_spf_parse", "spf_process_txt_record", "rspamd_dkim_create_context", "rspamd_dkim_parse_signature",
  ]

  private static let life: [StaticString] = [
    "rspamd_main_daemon", "rspamd_fork_worker", "rspamd_handle_child_fork", "rspamd_cld_handler", "rspamd_term_handler",
    "rspamd_hup_handler", "rspamd_worker_term_handler", "rspamd_worker_hup_handler", "rspamd_check_termination_clause",
    "reread_config", "rspamd_usr1_handler", "rspamd_worker_usr1_handler",
  ]

  /// About the parts of a message, or the connection it came by.
  private static let checks: [StaticString] = [
    "proxy_milter_finish_handler", "proxy_accept_socket", "proxy_backend_master_error_handler",
    "rspamd_mime_part_detect_language", "rspamd_mime_part_get_cte", "rspamd_protocol_http_reply",
    "rspamd_stat_classifiers_process", "rspamd_spf_maybe_return", "rspamd_mime_parse_message", "rspamd_check_gtube",
    "rspamd_url_text_extract", "rspamd_check_group_score", "rspamd_log_reset_repeated", "rspamd_worker_body_handler",
    "accept_socket", "rspamd_controller_check_password", "rspamd_protocol_parse_task_flags", "rspamd_redis_stat_cb",
    "rspamd_stat_check_autolearn", "rspamd_stat_cache_redis_get", "rspamd_redis_connected",
    "rspamd_html_process_part_full",
    "rspamd_mime_text_part_utf8_convert", "rspamd_milter_consume_input", "rspamd_symcache_finalize_item",
    "fuzzy_check_io_callback", "fuzzy_insert_result", "fuzzy_check_timer_callback",
    "rspamd_mime_process_multipart_node",
    "rspamd_message_process_text_part_maybe", "rspamd_mime_part_get_cd", "rspamd_protocol_handle_headers",
  ]

  /// About the configuration, maps, caches and workers.
  private static let startup: [StaticString] = [
    "rspamd_re_cache_compile_timer_cb", "rspamd_re_cache_load_hyperscan", "rspamd_re_cache_init",
    "rspamd_rs_compile_cb",
    "rspamd_worker_hyperscan_ready", "rspamd_regexp_library_init", "rspamd_config_is_module_enabled",
    "rspamd_init_lua_filters", "rspamd_main_heartbeat_cb", "rspamd_map_parse_backend", "read_map_file",
    "read_map_static",
    "rspamd_stat_init", "rspamd_map_dns_callback", "rspamd_kv_list_fin", "rspamd_regexp_list_fin", "rspamd_radix_fin",
    "rspamd_try_save_re_map_cache", "rspamd_try_load_re_map_cache", "rspamd_re_map_finalize",
    "rspamd_worker_set_limits",
    "rspamd_map_add", "rspamd_map_read_http_cached_file", "rspamd_map_save_http_cached_file",
    "rspamd_map_check_file_sig",
    "rspamd_map_periodic_callback", "http_map_finish", "http_map_error", "rspamd_map_common_http_callback",
    "spawn_workers", "rspamd_config_set_action_score", "rspamd_url_init", "rspamd_stat_cache_redis_init",
    "rspamd_redis_init", "rspamd_mime_expr_parse", "load_items", "rspamd_symcache_load_items", "rspamd_symcache_init",
    "start_rspamd_proxy", "rspamd_roll_history_load", "rspamd_rcl_maybe_apply_lua_transform",
    "rspamd_language_detector_init", "rspamd_dns_read_hosts_file", "rspamd_controller_load_saved_stats",
    "rspamd_controller_store_saved_stats", "regexp_module_config", "dkim_module_config", "chartable_module_config",
    "fuzzy_check_module_config", "rspamd_config_post_load", "rspamd_config_read", "rspamd_dns_resolver_init",
    "rspamd_monitored_propagate_error", "rspamd_monitored_propagate_success", "rspamd_monitored_dns_cb",
    "rspamd_worker_monitored_handler", "rspamd_fuzzy_backend_sqlite_open", "rspamd_ssl_init",
  ]

  /// Scripts whose lines are about the configuration.
  private static let scripts: [StaticString] = [
    "once_received.lua", "rbl.lua", "lua_maps.lua", "multimap.lua", "init.lua", "lua_cfg_transform.lua", "trie.lua",
    "settings.lua", "milter_headers.lua", "clickhouse.lua", "lua_redis.lua", "bayes_expiry.lua", "history_redis.lua",
  ]
}
