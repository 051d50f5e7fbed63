/* The layout of the plugin ABI 1.0: what later minors may add to and must not change. Written
 * by freeze.py, and never edited. */
/* clang-format off */
#include <grapnel/plugin.h>

/* Offsets and sizes are those of machines with 8-byte pointers. */
_Static_assert(sizeof(void*) == 8, "another machine");

#define TYPE(type, ...) \
    _Static_assert(_Generic((type*)0, __VA_ARGS__: 1, default: 0), #type " is another type")
#define FIELD(type, field, offset, ...)                                                       \
    _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved");         \
    _Static_assert(_Generic(&((type*)0)->field, __VA_ARGS__: 1, default: 0),                  \
                   #type "." #field " has another type")
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has another size")
#define SIZE_LEAST(type, size) _Static_assert(sizeof(type) >= (size), #type " has shrunk")
#define NUMBER(name, value) _Static_assert((name) == (value), #name " has another value")
#define TEXT(name, value) \
    _Static_assert(__builtin_strcmp(name, value) == 0, #name " has another value")

NUMBER(GN_ABI_MAJOR, 1u);
NUMBER(GN_MAGIC, 0x314e5247u);
TEXT(GN_EXT_ACL_CACHE, "gn.acl-cache/1");
TEXT(GN_EXT_METRICS, "gn.metrics/1");
TEXT(GN_EXT_INTEREST, "gn.interest/1");
NUMBER(GN_OK, 0);
NUMBER(GN_E_INVALID, -1);
NUMBER(GN_E_NOMEM, -2);
NUMBER(GN_E_STATE, -3);
NUMBER(GN_E_GONE, -4);
NUMBER(GN_E_UNSUPPORTED, -5);
NUMBER(GN_E_IO, -6);
NUMBER(GN_E_THREAD, -7);
NUMBER(GN_E_LIMIT, -8);
NUMBER(GN_V_CONTINUE, 0);
NUMBER(GN_V_ALLOW, 1);
NUMBER(GN_V_DENY, 2);
NUMBER(GN_V_REJECT, 3);
NUMBER(GN_V_IGNORE, 4);
NUMBER(GN_V_DEFER, 5);
NUMBER(GN_V_CHALLENGE, 6);
NUMBER(GN_LOG_DEBUG, 0);
NUMBER(GN_LOG_INFO, 1);
NUMBER(GN_LOG_WARN, 2);
NUMBER(GN_LOG_ERROR, 3);
NUMBER(GN_ACCESS_SUBSCRIBE, 0);
NUMBER(GN_ACCESS_PUBLISH, 1);
NUMBER(GN_ACCESS_DELIVER, 2);
NUMBER(GN_PK_RETAIN, 1);
NUMBER(GN_PK_DUP, 2);
NUMBER(GN_PK_INLINE, 4);
NUMBER(GN_PK_WILL, 8);
NUMBER(GN_PK_KNOWN, 16);
NUMBER(GN_CL_INLINE, 1);
NUMBER(GN_CL_CLEAN, 2);
NUMBER(GN_CL_TLS, 4);
NUMBER(GN_CL_WEBSOCKET, 8);
NUMBER(GN_CL_PRESENT, 16);
NUMBER(GN_SUB_NO_LOCAL, 1);
NUMBER(GN_SUB_RETAIN_AS_PUBLISHED, 2);
NUMBER(GN_PLUGIN_CONCURRENT, 1);
NUMBER(GN_METRIC_COUNTER, 0);
NUMBER(GN_METRIC_GAUGE, 1);
NUMBER(GN_METRIC_HISTOGRAM, 2);

TYPE(gn_status, int32_t*);
TYPE(gn_verdict, int32_t*);
TYPE(gn_ticket, uint64_t*);
TYPE(gn_client_key, uint64_t*);
TYPE(gn_timer, uint64_t*);

SIZE(gn_str, 16);
FIELD(gn_str, ptr, 0, const char**);
FIELD(gn_str, len, 8, size_t*);

SIZE(gn_pair, 32);
FIELD(gn_pair, key, 0, gn_str*);
FIELD(gn_pair, value, 16, gn_str*);

SIZE_LEAST(gn_call, 40);
FIELD(gn_call, size, 0, uint32_t*);
FIELD(gn_call, event, 4, uint32_t*);
FIELD(gn_call, host, 8, const gn_host**);
FIELD(gn_call, loop, 16, gn_loop**);
FIELD(gn_call, self, 24, void**);
FIELD(gn_call, commit, 32, uint64_t*);

SIZE_LEAST(gn_packet_view, 12);
FIELD(gn_packet_view, size, 0, uint32_t*);
FIELD(gn_packet_view, packet_id, 4, uint16_t*);
FIELD(gn_packet_view, type, 6, uint8_t*);
FIELD(gn_packet_view, protocol, 7, uint8_t*);
FIELD(gn_packet_view, qos, 8, uint8_t*);
FIELD(gn_packet_view, flags, 9, uint8_t*);
FIELD(gn_packet_view, reason, 10, uint8_t*);
FIELD(gn_packet_view, reserved, 11, uint8_t*);

SIZE_LEAST(gn_publish_view, 88);
FIELD(gn_publish_view, size, 0, uint32_t*);
FIELD(gn_publish_view, packet_id, 4, uint16_t*);
FIELD(gn_publish_view, qos, 6, uint8_t*);
FIELD(gn_publish_view, flags, 7, uint8_t*);
FIELD(gn_publish_view, topic, 8, gn_str*);
FIELD(gn_publish_view, payload, 24, gn_str*);
FIELD(gn_publish_view, origin, 40, gn_str*);
FIELD(gn_publish_view, created_ms, 56, int64_t*);
FIELD(gn_publish_view, expires_ms, 64, int64_t*);
FIELD(gn_publish_view, key, 72, uint64_t*);
FIELD(gn_publish_view, order, 80, uint64_t*);

SIZE_LEAST(gn_connect_view, 88);
FIELD(gn_connect_view, size, 0, uint32_t*);
FIELD(gn_connect_view, keepalive_s, 4, uint16_t*);
FIELD(gn_connect_view, protocol, 6, uint8_t*);
FIELD(gn_connect_view, flags, 7, uint8_t*);
FIELD(gn_connect_view, client_id, 8, gn_str*);
FIELD(gn_connect_view, username, 24, gn_str*);
FIELD(gn_connect_view, password, 40, gn_str*);
FIELD(gn_connect_view, auth_method, 56, gn_str*);
FIELD(gn_connect_view, auth_data, 72, gn_str*);

SIZE_LEAST(gn_client_view, 120);
FIELD(gn_client_view, size, 0, uint32_t*);
FIELD(gn_client_view, keepalive_s, 4, uint16_t*);
FIELD(gn_client_view, protocol, 6, uint8_t*);
FIELD(gn_client_view, flags, 7, uint8_t*);
FIELD(gn_client_view, key, 8, gn_client_key*);
FIELD(gn_client_view, id, 16, gn_str*);
FIELD(gn_client_view, username, 32, gn_str*);
FIELD(gn_client_view, remote, 48, gn_str*);
FIELD(gn_client_view, listener, 64, gn_str*);
FIELD(gn_client_view, tls_subject, 80, gn_str*);
FIELD(gn_client_view, session_expiry_s, 96, uint32_t*);
FIELD(gn_client_view, receive_maximum, 100, uint16_t*);
FIELD(gn_client_view, reserved, 102, uint16_t*);
FIELD(gn_client_view, disconnected_ms, 104, int64_t*);
FIELD(gn_client_view, will_due_ms, 112, int64_t*);

SIZE_LEAST(gn_filter, 32);
FIELD(gn_filter, size, 0, uint32_t*);
FIELD(gn_filter, identifier, 4, uint32_t*);
FIELD(gn_filter, filter, 8, gn_str*);
FIELD(gn_filter, qos, 24, uint8_t*);
FIELD(gn_filter, retain_handling, 25, uint8_t*);
FIELD(gn_filter, flags, 26, uint8_t*);
FIELD(gn_filter, reason, 27, uint8_t*);
FIELD(gn_filter, reserved, 28, uint8_t (*)[4]);

SIZE_LEAST(gn_target, 40);
FIELD(gn_target, size, 0, uint32_t*);
FIELD(gn_target, group, 4, uint32_t*);
FIELD(gn_target, client_id, 8, gn_str*);
FIELD(gn_target, filter, 24, gn_str*);

SIZE_LEAST(gn_message, 104);
FIELD(gn_message, size, 0, uint32_t*);
FIELD(gn_message, qos, 4, uint8_t*);
FIELD(gn_message, retain, 5, uint8_t*);
FIELD(gn_message, payload_format, 6, uint8_t*);
FIELD(gn_message, reserved, 7, uint8_t*);
FIELD(gn_message, topic, 8, gn_str*);
FIELD(gn_message, payload, 24, gn_str*);
FIELD(gn_message, expiry_s, 40, uint32_t*);
FIELD(gn_message, user_count, 44, uint32_t*);
FIELD(gn_message, content_type, 48, gn_str*);
FIELD(gn_message, response_topic, 64, gn_str*);
FIELD(gn_message, correlation, 80, gn_str*);
FIELD(gn_message, user, 96, const gn_pair**);

SIZE_LEAST(gn_answer, 48);
FIELD(gn_answer, size, 0, uint32_t*);
FIELD(gn_answer, verdict, 4, gn_verdict*);
FIELD(gn_answer, reason, 8, uint8_t*);
FIELD(gn_answer, reserved, 9, uint8_t (*)[7]);
FIELD(gn_answer, text, 16, gn_str*);
FIELD(gn_answer, challenge, 32, gn_str*);

SIZE_LEAST(gn_stored_client, 112);
FIELD(gn_stored_client, size, 0, uint32_t*);
FIELD(gn_stored_client, session_expiry_s, 4, uint32_t*);
FIELD(gn_stored_client, protocol, 8, uint8_t*);
FIELD(gn_stored_client, flags, 9, uint8_t*);
FIELD(gn_stored_client, reserved, 10, uint8_t (*)[2]);
FIELD(gn_stored_client, receive_maximum, 12, uint32_t*);
FIELD(gn_stored_client, id, 16, gn_str*);
FIELD(gn_stored_client, username, 32, gn_str*);
FIELD(gn_stored_client, remote, 48, gn_str*);
FIELD(gn_stored_client, listener, 64, gn_str*);
FIELD(gn_stored_client, disconnected_ms, 80, int64_t*);
FIELD(gn_stored_client, will_due_ms, 88, int64_t*);
FIELD(gn_stored_client, will_delay_s, 96, uint32_t*);
FIELD(gn_stored_client, reserved2, 100, uint32_t*);
FIELD(gn_stored_client, will, 104, const gn_message**);

SIZE_LEAST(gn_stored_subscription, 32);
FIELD(gn_stored_subscription, size, 0, uint32_t*);
FIELD(gn_stored_subscription, reserved, 4, uint32_t*);
FIELD(gn_stored_subscription, client_id, 8, gn_str*);
FIELD(gn_stored_subscription, filter, 24, const gn_filter**);

SIZE_LEAST(gn_stored_message, 104);
FIELD(gn_stored_message, size, 0, uint32_t*);
FIELD(gn_stored_message, packet_id, 4, uint16_t*);
FIELD(gn_stored_message, type, 6, uint8_t*);
FIELD(gn_stored_message, dup, 7, uint8_t*);
FIELD(gn_stored_message, client_id, 8, gn_str*);
FIELD(gn_stored_message, origin, 24, gn_str*);
FIELD(gn_stored_message, created_ms, 40, int64_t*);
FIELD(gn_stored_message, sent_ms, 48, int64_t*);
FIELD(gn_stored_message, expires_ms, 56, int64_t*);
FIELD(gn_stored_message, key, 64, uint64_t*);
FIELD(gn_stored_message, order, 72, uint64_t*);
FIELD(gn_stored_message, message, 80, const gn_message**);
FIELD(gn_stored_message, subscription_ids, 88, const uint32_t**);
FIELD(gn_stored_message, subscription_id_count, 96, uint32_t*);
FIELD(gn_stored_message, reserved, 100, uint32_t*);

SIZE_LEAST(gn_restored, 32);
FIELD(gn_restored, size, 0, uint32_t*);
FIELD(gn_restored, kind, 4, uint32_t*);
FIELD(gn_restored, client, 8, const gn_stored_client**);
FIELD(gn_restored, subscription, 16, const gn_stored_subscription**);
FIELD(gn_restored, message, 24, const gn_stored_message**);

SIZE_LEAST(gn_sysinfo, 168);
FIELD(gn_sysinfo, size, 0, uint32_t*);
FIELD(gn_sysinfo, reserved, 4, uint32_t*);
FIELD(gn_sysinfo, version, 8, gn_str*);
FIELD(gn_sysinfo, started_ms, 24, int64_t*);
FIELD(gn_sysinfo, now_ms, 32, int64_t*);
FIELD(gn_sysinfo, bytes_received, 40, int64_t*);
FIELD(gn_sysinfo, bytes_sent, 48, int64_t*);
FIELD(gn_sysinfo, packets_received, 56, int64_t*);
FIELD(gn_sysinfo, packets_sent, 64, int64_t*);
FIELD(gn_sysinfo, messages_received, 72, int64_t*);
FIELD(gn_sysinfo, messages_sent, 80, int64_t*);
FIELD(gn_sysinfo, messages_dropped, 88, int64_t*);
FIELD(gn_sysinfo, clients_connected, 96, int64_t*);
FIELD(gn_sysinfo, clients_disconnected, 104, int64_t*);
FIELD(gn_sysinfo, clients_maximum, 112, int64_t*);
FIELD(gn_sysinfo, clients_total, 120, int64_t*);
FIELD(gn_sysinfo, subscriptions, 128, int64_t*);
FIELD(gn_sysinfo, retained, 136, int64_t*);
FIELD(gn_sysinfo, inflight, 144, int64_t*);
FIELD(gn_sysinfo, inflight_dropped, 152, int64_t*);
FIELD(gn_sysinfo, memory_bytes, 160, int64_t*);

SIZE_LEAST(gn_core_api, 136);
FIELD(gn_core_api, size, 0, uint32_t*);
FIELD(gn_core_api, reserved, 4, uint32_t*);
FIELD(gn_core_api, log, 8, void (**)(const gn_host*, int32_t level, gn_str message));
FIELD(gn_core_api, log_level, 16, int32_t (**)(const gn_host*));
FIELD(gn_core_api, wall_ms, 24, int64_t (**)(const gn_host*));
FIELD(gn_core_api, fail, 32, void (**)(const gn_host*, gn_str why));
FIELD(gn_core_api, extension, 40, const void* (**)(const gn_host*, const char* id));
FIELD(gn_core_api, defer, 48, gn_ticket (**)(gn_call*));
FIELD(gn_core_api, complete, 56, gn_status (**)(const gn_host*, gn_ticket, gn_verdict));
FIELD(gn_core_api, deferred_packet, 64, gn_packet* (**)(const gn_host*, gn_ticket));
FIELD(gn_core_api, reason, 72, void (**)(gn_call*, uint8_t code, gn_str text));
FIELD(gn_core_api, challenge, 80, gn_status (**)(gn_call*, gn_str data));
FIELD(gn_core_api, publish, 88, gn_status (**)(const gn_host*, const gn_message*));
FIELD(gn_core_api, subscribe, 96, gn_status (**)(const gn_host*, gn_str filter, int32_t id, void
    (*fn)(void*, gn_call*, const gn_packet*), void* arg));
FIELD(gn_core_api, unsubscribe, 104, gn_status (**)(const gn_host*, gn_str filter, int32_t id));
FIELD(gn_core_api, inject, 112, gn_status (**)(const gn_host*, gn_str client_id, gn_str wire));
FIELD(gn_core_api, answer, 120, gn_status (**)(const gn_host*, gn_ticket, const gn_answer*));
FIELD(gn_core_api, failed, 128, void (**)(gn_call*, gn_str what));

SIZE_LEAST(gn_client_api, 64);
FIELD(gn_client_api, size, 0, uint32_t*);
FIELD(gn_client_api, reserved, 4, uint32_t*);
FIELD(gn_client_api, view, 8, gn_status (**)(const gn_client*, gn_client_view*));
FIELD(gn_client_api, set_username, 16, gn_status (**)(gn_client*, gn_str));
FIELD(gn_client_api, set_id, 24, gn_status (**)(gn_client*, gn_str));
FIELD(gn_client_api, slot, 32, void* (**)(const gn_host*, const gn_client*));
FIELD(gn_client_api, set_slot, 40, gn_status (**)(const gn_host*, gn_client*, void*, void
    (*drop)(void*)));
FIELD(gn_client_api, disconnect, 48, gn_status (**)(const gn_host*, gn_str id, uint8_t reason,
    int32_t drop_session));
FIELD(gn_client_api, will, 56, const gn_packet* (**)(const gn_client*));

SIZE_LEAST(gn_packet_api, 176);
FIELD(gn_packet_api, size, 0, uint32_t*);
FIELD(gn_packet_api, reserved, 4, uint32_t*);
FIELD(gn_packet_api, view, 8, gn_status (**)(const gn_packet*, gn_packet_view*));
FIELD(gn_packet_api, publish, 16, gn_status (**)(const gn_packet*, gn_publish_view*));
FIELD(gn_packet_api, connect, 24, gn_status (**)(const gn_packet*, gn_connect_view*));
FIELD(gn_packet_api, prop_u32, 32, gn_status (**)(const gn_packet*, uint32_t id, uint32_t* out));
FIELD(gn_packet_api, prop_str, 40, gn_status (**)(const gn_packet*, uint32_t id, gn_str* out));
FIELD(gn_packet_api, user, 48, gn_status (**)(const gn_packet*, uint32_t index, gn_pair* out));
FIELD(gn_packet_api, filter, 56, gn_status (**)(const gn_packet*, uint32_t index, gn_filter* out));
FIELD(gn_packet_api, set_topic, 64, gn_status (**)(gn_packet*, gn_str));
FIELD(gn_packet_api, set_payload, 72, gn_status (**)(gn_packet*, gn_str));
FIELD(gn_packet_api, set_qos, 80, gn_status (**)(gn_packet*, uint8_t));
FIELD(gn_packet_api, set_retain, 88, gn_status (**)(gn_packet*, int32_t));
FIELD(gn_packet_api, set_prop_u32, 96, gn_status (**)(gn_packet*, uint32_t id, uint32_t));
FIELD(gn_packet_api, set_prop_str, 104, gn_status (**)(gn_packet*, uint32_t id, gn_str));
FIELD(gn_packet_api, clear_prop, 112, gn_status (**)(gn_packet*, uint32_t id));
FIELD(gn_packet_api, add_user, 120, gn_status (**)(gn_packet*, gn_pair));
FIELD(gn_packet_api, set_filter, 128, gn_status (**)(gn_packet*, uint32_t index, const gn_filter*));
FIELD(gn_packet_api, refuse_filter, 136, gn_status (**)(gn_packet*, uint32_t index, uint8_t
    reason));
FIELD(gn_packet_api, target, 144, gn_status (**)(const gn_targets*, uint32_t index, gn_target*
    out));
FIELD(gn_packet_api, drop_target, 152, gn_status (**)(gn_targets*, uint32_t index));
FIELD(gn_packet_api, pick_target, 160, gn_status (**)(gn_targets*, uint32_t index));
FIELD(gn_packet_api, prop_u32_at, 168, gn_status (**)(const gn_packet*, uint32_t id, uint32_t index,
    uint32_t* out));

SIZE_LEAST(gn_loop_api, 56);
FIELD(gn_loop_api, size, 0, uint32_t*);
FIELD(gn_loop_api, reserved, 4, uint32_t*);
FIELD(gn_loop_api, index, 8, uint32_t (**)(const gn_loop*));
FIELD(gn_loop_api, post, 16, gn_status (**)(gn_loop*, void (*fn)(void*), void* arg));
FIELD(gn_loop_api, work, 24, gn_status (**)(gn_loop*, void (*fn)(void*), void (*done)(void*), void*
    arg));
FIELD(gn_loop_api, timer_start, 32, gn_timer (**)(gn_loop*, uint64_t delay_ms, uint64_t every_ms,
    void (*fn)(void*), void* arg));
FIELD(gn_loop_api, timer_stop, 40, void (**)(gn_loop*, gn_timer));
FIELD(gn_loop_api, uv, 48, struct uv_loop_s* (**)(gn_loop*, uint32_t uv_version_built_against));

SIZE_LEAST(gn_config_api, 104);
FIELD(gn_config_api, size, 0, uint32_t*);
FIELD(gn_config_api, reserved, 4, uint32_t*);
FIELD(gn_config_api, get, 8, const gn_node* (**)(const gn_node* table, gn_str key));
FIELD(gn_config_api, at, 16, const gn_node* (**)(const gn_node* array, uint32_t index));
FIELD(gn_config_api, key, 24, gn_str (**)(const gn_node* table, uint32_t index));
FIELD(gn_config_api, count, 32, uint32_t (**)(const gn_node*));
FIELD(gn_config_api, kind, 40, int32_t (**)(const gn_node*));
FIELD(gn_config_api, str, 48, gn_status (**)(const gn_node*, gn_str* out));
FIELD(gn_config_api, i64, 56, gn_status (**)(const gn_node*, int64_t* out));
FIELD(gn_config_api, f64, 64, gn_status (**)(const gn_node*, double* out));
FIELD(gn_config_api, flag, 72, gn_status (**)(const gn_node*, int32_t* out));
FIELD(gn_config_api, where, 80, gn_str (**)(const gn_node*));
FIELD(gn_config_api, duration_us, 88, gn_status (**)(const gn_node*, int64_t* out));
FIELD(gn_config_api, size_bytes, 96, gn_status (**)(const gn_node*, int64_t* out));

SIZE_LEAST(gn_store_api, 48);
FIELD(gn_store_api, size, 0, uint32_t*);
FIELD(gn_store_api, reserved, 4, uint32_t*);
FIELD(gn_store_api, client, 8, gn_status (**)(gn_sink*, const gn_stored_client*));
FIELD(gn_store_api, subscription, 16, gn_status (**)(gn_sink*, const gn_stored_subscription*));
FIELD(gn_store_api, message, 24, gn_status (**)(gn_sink*, const gn_stored_message*));
FIELD(gn_store_api, sysinfo, 32, gn_status (**)(gn_sink*, const gn_sysinfo*));
FIELD(gn_store_api, expect, 40, gn_status (**)(gn_sink*, uint64_t records));

SIZE_LEAST(gn_host, 72);
FIELD(gn_host, size, 0, uint32_t*);
FIELD(gn_host, abi_minor, 4, uint32_t*);
FIELD(gn_host, broker_version, 8, const char**);
FIELD(gn_host, core, 16, const gn_core_api**);
FIELD(gn_host, client, 24, const gn_client_api**);
FIELD(gn_host, packet, 32, const gn_packet_api**);
FIELD(gn_host, loop, 40, const gn_loop_api**);
FIELD(gn_host, config, 48, const gn_config_api**);
FIELD(gn_host, store, 56, const gn_store_api**);
FIELD(gn_host, data_dir, 64, const char**);

SIZE_LEAST(gn_acl_cache, 24);
FIELD(gn_acl_cache, size, 0, uint32_t*);
FIELD(gn_acl_cache, reserved, 4, uint32_t*);
FIELD(gn_acl_cache, cacheable, 8, void (**)(gn_call*));
FIELD(gn_acl_cache, changed, 16, void (**)(const gn_host*, gn_str client_id));

SIZE_LEAST(gn_metric_shape, 64);
FIELD(gn_metric_shape, size, 0, uint32_t*);
FIELD(gn_metric_shape, kind, 4, int32_t*);
FIELD(gn_metric_shape, name, 8, gn_str*);
FIELD(gn_metric_shape, help, 24, gn_str*);
FIELD(gn_metric_shape, labels, 40, const gn_pair**);
FIELD(gn_metric_shape, label_count, 48, uint32_t*);
FIELD(gn_metric_shape, bound_count, 52, uint32_t*);
FIELD(gn_metric_shape, bounds, 56, const double**);

SIZE_LEAST(gn_metrics, 48);
FIELD(gn_metrics, size, 0, uint32_t*);
FIELD(gn_metrics, reserved, 4, uint32_t*);
FIELD(gn_metrics, series, 8, gn_status (**)(const gn_host*, const gn_metric_shape*, gn_metric**
    out));
FIELD(gn_metrics, add, 16, void (**)(gn_metric*, uint64_t amount));
FIELD(gn_metrics, set, 24, void (**)(gn_metric*, double value));
FIELD(gn_metrics, shift, 32, void (**)(gn_metric*, double change));
FIELD(gn_metrics, observe, 40, void (**)(gn_metric*, double value));

SIZE_LEAST(gn_interest, 24);
FIELD(gn_interest, size, 0, uint32_t*);
FIELD(gn_interest, reserved, 4, uint32_t*);
FIELD(gn_interest, limit, 8, gn_status (**)(const gn_host*, const gn_str* filters, uint32_t count));
FIELD(gn_interest, clear, 16, gn_status (**)(const gn_host*));

SIZE_LEAST(gn_hooks, 328);
FIELD(gn_hooks, size, 0, uint32_t*);
FIELD(gn_hooks, reserved, 4, uint32_t*);
FIELD(gn_hooks, on_started, 8, void (**)(gn_call*));
FIELD(gn_hooks, on_stopped, 16, void (**)(gn_call*));
FIELD(gn_hooks, on_sys_info_tick, 24, void (**)(gn_call*, const gn_sysinfo*));
FIELD(gn_hooks, on_connect, 32, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_connect_authenticate, 40, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_acl_check, 48, gn_verdict (**)(gn_call*, gn_client*, gn_str topic, int32_t
    access));
FIELD(gn_hooks, on_session_establish, 56, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_session_established, 64, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_disconnect, 72, void (**)(gn_call*, gn_client*, uint8_t reason, gn_str why,
    int32_t expire));
FIELD(gn_hooks, on_auth_packet, 80, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_packet_read, 88, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_packet_encode, 96, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_packet_sent, 104, void (**)(gn_call*, gn_client*, const gn_packet*, gn_str
    wire));
FIELD(gn_hooks, on_packet_processed, 112, void (**)(gn_call*, gn_client*, const gn_packet*, uint8_t
    reason));
FIELD(gn_hooks, on_subscribe, 120, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_subscribed, 128, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_select_subscribers, 136, void (**)(gn_call*, gn_targets*, const gn_packet*));
FIELD(gn_hooks, on_unsubscribe, 144, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_unsubscribed, 152, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_publish, 160, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_published, 168, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_publish_dropped, 176, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_retain_message, 184, void (**)(gn_call*, gn_client*, const gn_packet*, int32_t
    change));
FIELD(gn_hooks, on_retain_published, 192, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_qos_publish, 200, void (**)(gn_call*, gn_client*, const gn_packet*, int64_t
    sent_ms, int32_t resends));
FIELD(gn_hooks, on_qos_complete, 208, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_qos_dropped, 216, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_packet_id_exhausted, 224, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_will, 232, gn_verdict (**)(gn_call*, gn_client*, gn_packet*));
FIELD(gn_hooks, on_will_sent, 240, void (**)(gn_call*, gn_client*, const gn_packet*));
FIELD(gn_hooks, on_client_expired, 248, void (**)(gn_call*, gn_str client_id));
FIELD(gn_hooks, on_retained_expired, 256, void (**)(gn_call*, gn_str topic));
FIELD(gn_hooks, stored_clients, 264, gn_status (**)(gn_call*, gn_sink*));
FIELD(gn_hooks, stored_subscriptions, 272, gn_status (**)(gn_call*, gn_sink*));
FIELD(gn_hooks, stored_inflight_messages, 280, gn_status (**)(gn_call*, gn_sink*));
FIELD(gn_hooks, stored_retained_messages, 288, gn_status (**)(gn_call*, gn_sink*));
FIELD(gn_hooks, stored_sys_info, 296, gn_status (**)(gn_call*, gn_sink*));
FIELD(gn_hooks, on_commit, 304, gn_verdict (**)(gn_call*));
FIELD(gn_hooks, on_restored, 312, void (**)(gn_call*, const gn_restored*));
FIELD(gn_hooks, on_will_dropped, 320, void (**)(gn_call*, gn_client*, const gn_packet*));

SIZE_LEAST(gn_plugin, 96);
FIELD(gn_plugin, magic, 0, uint32_t*);
FIELD(gn_plugin, size, 4, uint32_t*);
FIELD(gn_plugin, abi_major, 8, uint32_t*);
FIELD(gn_plugin, abi_minor, 12, uint32_t*);
FIELD(gn_plugin, flags, 16, uint32_t*);
FIELD(gn_plugin, reserved, 20, uint32_t*);
FIELD(gn_plugin, name, 24, const char**);
FIELD(gn_plugin, version, 32, const char**);
FIELD(gn_plugin, hooks, 40, const gn_hooks**);
FIELD(gn_plugin, create, 48, gn_status (**)(const gn_host*, const gn_node* config, void** self,
    const gn_hooks** hooks));
FIELD(gn_plugin, reload, 56, gn_status (**)(void* self, const gn_node* config));
FIELD(gn_plugin, loop_start, 64, gn_status (**)(void* self, gn_loop*, void** loop_self));
FIELD(gn_plugin, loop_stop, 72, void (**)(void* loop_self, gn_ticket done));
FIELD(gn_plugin, destroy, 80, void (**)(void* self));
FIELD(gn_plugin, tool, 88, int32_t (**)(const gn_host*, const gn_node* config, uint32_t argc, const
    gn_str* argv));

_Static_assert(_Generic(&gn_plugin_entry, const gn_plugin*: 1, default: 0),
               "the exported symbol is of another type");
