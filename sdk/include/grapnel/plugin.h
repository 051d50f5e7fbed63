#ifndef GN_PLUGIN_H
#define GN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GN_ABI_MAJOR 1u
#define GN_ABI_MINOR 0u
#define GN_MAGIC 0x314e5247u

#if defined(__GNUC__)
#define GN_EXPORT __attribute__((visibility("default")))
#else
#define GN_EXPORT
#endif

/* Every struct begins with its own size. GN_SEES: is this field inside what the other side
 * wrote? GN_HAS: is this function inside the table, and set? */
#define GN_SEES(s, f) ((size_t)((const char*)(&(s)->f + 1) - (const char*)(s)) <= (s)->size)
#define GN_HAS(t, f) ((t) != NULL && GN_SEES(t, f) && (t)->f != NULL)

/* -- values ------------------------------------------------------------------------------ */

typedef struct gn_str { const char* ptr; size_t len; } gn_str; /* not NUL-terminated */
typedef struct gn_pair { gn_str key; gn_str value; } gn_pair;

typedef int32_t gn_status;      /* GN_OK or a negative GN_E_ code */
typedef int32_t gn_verdict;     /* an GN_V_ code */
typedef uint64_t gn_ticket;     /* a deferred decision; 0 is never one; any thread may keep it */
typedef uint64_t gn_client_key; /* a connection; goes stale by itself; 0 is never one */
typedef uint64_t gn_timer;

enum {
    GN_OK = 0, GN_E_INVALID = -1, GN_E_NOMEM = -2, GN_E_STATE = -3, GN_E_GONE = -4,
    GN_E_UNSUPPORTED = -5, GN_E_IO = -6, GN_E_THREAD = -7, GN_E_LIMIT = -8
};
enum {
    GN_V_CONTINUE = 0,  /* no opinion: ask the next plugin */
    GN_V_ALLOW = 1,     /* gate: granted, ask no further */
    GN_V_DENY = 2,      /* gate: refused, ask no further */
    GN_V_REJECT = 3,    /* transform: drop the packet, ask no further */
    GN_V_IGNORE = 4,    /* publish: acknowledge it, deliver it to nobody */
    GN_V_DEFER = 5,     /* the answer comes later, through the ticket */
    GN_V_CHALLENGE = 6  /* authentication: one more AUTH round trip */
};
enum { GN_LOG_DEBUG = 0, GN_LOG_INFO = 1, GN_LOG_WARN = 2, GN_LOG_ERROR = 3 };
enum { GN_ACCESS_SUBSCRIBE = 0, GN_ACCESS_PUBLISH = 1, GN_ACCESS_DELIVER = 2 };
enum { GN_PK_RETAIN = 1, GN_PK_DUP = 2, GN_PK_INLINE = 4, GN_PK_WILL = 8 };
enum { GN_CL_INLINE = 1, GN_CL_CLEAN = 2, GN_CL_TLS = 4, GN_CL_WEBSOCKET = 8 };
enum { GN_SUB_NO_LOCAL = 1, GN_SUB_RETAIN_AS_PUBLISHED = 2 };
enum { GN_PLUGIN_CONCURRENT = 1 };

/* -- opaque: the broker's own objects, borrowed until the hook returns --------------------- */

typedef struct gn_client gn_client;
typedef struct gn_packet gn_packet;
typedef struct gn_targets gn_targets;
typedef struct gn_sink gn_sink;
typedef struct gn_loop gn_loop;
typedef struct gn_node gn_node; /* a configuration node */
typedef struct gn_host gn_host;
struct uv_loop_s;

/* The context of one hook call; it and all that it points to ends when the hook returns. */
typedef struct gn_call {
    uint32_t size;
    uint32_t event; /* index of the hook's entry in gn_hooks */
    const gn_host* host;
    gn_loop* loop;
    void* self; /* what loop_start gave for this loop, else what create gave */
} gn_call;

/* -- views: the caller sets size, the host fills that many bytes ---------------------------- */

typedef struct gn_packet_view {
    uint32_t size;
    uint16_t packet_id;
    uint8_t type;     /* MQTT control packet type, 1..15 */
    uint8_t protocol; /* 3, 4 or 5 */
    uint8_t qos;
    uint8_t flags;
    uint8_t reason;
    uint8_t reserved;
} gn_packet_view;

typedef struct gn_publish_view {
    uint32_t size;
    uint16_t packet_id;
    uint8_t qos;
    uint8_t flags;
    gn_str topic;
    gn_str payload;
    gn_str origin; /* client id of the publisher */
    int64_t created_ms;
    int64_t expires_ms; /* 0: never */
    uint64_t key;   /* of the message: unique in the broker's lifetime and across restarts */
    uint64_t order; /* place in the receiver's queue; 0: not a delivery */
} gn_publish_view;

typedef struct gn_connect_view {
    uint32_t size;
    uint16_t keepalive_s;
    uint8_t protocol;
    uint8_t flags;
    gn_str client_id;
    gn_str username;
    gn_str password; /* bytes */
    gn_str auth_method;
    gn_str auth_data;
} gn_connect_view;

typedef struct gn_client_view {
    uint32_t size;
    uint16_t keepalive_s;
    uint8_t protocol;
    uint8_t flags;
    gn_client_key key;
    gn_str id;
    gn_str username;
    gn_str remote;
    gn_str listener;
    gn_str tls_subject;
    uint32_t session_expiry_s;
    uint16_t receive_maximum;
    uint16_t reserved;
    int64_t disconnected_ms; /* 0: connected */
    int64_t will_due_ms;     /* 0: no delayed will is waiting */
} gn_client_view;

typedef struct gn_filter {
    uint32_t size;
    uint32_t identifier;
    gn_str filter; /* as sent, $share/ included */
    uint8_t qos;
    uint8_t retain_handling;
    uint8_t flags;
    uint8_t reason; /* out of on_subscribed: what the client was told */
    uint8_t reserved[4];
} gn_filter;

typedef struct gn_target {
    uint32_t size;
    uint32_t group; /* 0: not shared */
    gn_str client_id;
    gn_str filter;
} gn_target;

typedef struct gn_message { /* what a plugin publishes; the host copies all of it */
    uint32_t size;
    uint8_t qos;
    uint8_t retain;
    uint8_t payload_format;
    uint8_t reserved;
    gn_str topic;
    gn_str payload;
    uint32_t expiry_s;
    uint32_t user_count;
    gn_str content_type;
    gn_str response_topic;
    gn_str correlation;
    const gn_pair* user;
} gn_message;

typedef struct gn_answer { /* a deferred decision with all that may belong to it */
    uint32_t size;
    gn_verdict verdict;
    uint8_t reason;
    uint8_t reserved[7];
    gn_str text;
    gn_str challenge;
} gn_answer;

typedef struct gn_stored_client {
    uint32_t size;
    uint32_t session_expiry_s;
    uint8_t protocol, flags, reserved[2];
    uint32_t receive_maximum;
    gn_str id, username, remote, listener;
    int64_t disconnected_ms;
    int64_t will_due_ms; /* 0: the will is not waiting */
    uint32_t will_delay_s;
    uint32_t reserved2;
    const gn_message* will; /* NULL: none */
} gn_stored_client;

typedef struct gn_stored_subscription {
    uint32_t size;
    uint32_t reserved;
    gn_str client_id;
    const gn_filter* filter;
} gn_stored_subscription;

typedef struct gn_stored_message { /* a retained one has no client_id */
    uint32_t size;
    uint16_t packet_id; /* 0: queued, not sent yet */
    uint8_t type; /* 3 PUBLISH and 6 PUBREL: to the client; 5 PUBREC: a QoS 2 id received from it */
    uint8_t dup;
    gn_str client_id, origin;
    int64_t created_ms, sent_ms, expires_ms;
    uint64_t key, order;
    const gn_message* message; /* NULL for PUBREC and PUBREL */
    const uint32_t* subscription_ids;
    uint32_t subscription_id_count;
    uint32_t reserved;
} gn_stored_message;

typedef struct gn_sysinfo {
    uint32_t size;
    uint32_t reserved;
    gn_str version;
    int64_t started_ms, now_ms, bytes_received, bytes_sent, packets_received, packets_sent,
        messages_received, messages_sent, messages_dropped, clients_connected,
        clients_disconnected, clients_maximum, clients_total, subscriptions, retained, inflight,
        inflight_dropped, memory_bytes;
} gn_sysinfo;

/* -- what the host offers, one table a subject ---------------------------------------------- */

typedef struct gn_core_api {
    uint32_t size, reserved;
    void (*log)(const gn_host*, int32_t level, gn_str message);          /* [any] */
    int32_t (*log_level)(const gn_host*);                                /* [any] */
    int64_t (*wall_ms)(const gn_host*);                                  /* [any] */
    void (*fail)(const gn_host*, gn_str why);                            /* [main] in create, reload */
    const void* (*extension)(const gn_host*, const char* id);            /* [any] */
    gn_ticket (*defer)(gn_call*);                                        /* [loop] 0: not here */
    gn_status (*complete)(const gn_host*, gn_ticket, gn_verdict);        /* [any] */
    gn_packet* (*deferred_packet)(const gn_host*, gn_ticket);            /* [loop] */
    void (*reason)(gn_call*, uint8_t code, gn_str text);                 /* [loop] */
    gn_status (*challenge)(gn_call*, gn_str data);                       /* [loop] */
    gn_status (*publish)(const gn_host*, const gn_message*);             /* [any] */
    gn_status (*subscribe)(const gn_host*, gn_str filter, int32_t id,
                           void (*fn)(void*, gn_call*, const gn_packet*), void* arg); /* [main] */
    gn_status (*unsubscribe)(const gn_host*, gn_str filter, int32_t id); /* [main] */
    gn_status (*inject)(const gn_host*, gn_str client_id, gn_str wire);  /* [any] */
    gn_status (*answer)(const gn_host*, gn_ticket, const gn_answer*);    /* [any] */
} gn_core_api;

typedef struct gn_client_api {
    uint32_t size, reserved;
    gn_status (*view)(const gn_client*, gn_client_view*);                /* [loop] */
    gn_status (*set_username)(gn_client*, gn_str);                       /* [loop] before CONNACK */
    gn_status (*set_id)(gn_client*, gn_str);                             /* [loop] before CONNACK */
    void* (*slot)(const gn_host*, const gn_client*);                     /* [loop] */
    gn_status (*set_slot)(const gn_host*, gn_client*, void*, void (*drop)(void*)); /* [loop] */
    gn_status (*disconnect)(const gn_host*, gn_str id, uint8_t reason, int32_t drop_session); /* [any] */
    const gn_packet* (*will)(const gn_client*);                          /* [loop] NULL: none */
} gn_client_api;

typedef struct gn_packet_api {
    uint32_t size, reserved;
    gn_status (*view)(const gn_packet*, gn_packet_view*);
    gn_status (*publish)(const gn_packet*, gn_publish_view*);
    gn_status (*connect)(const gn_packet*, gn_connect_view*);
    gn_status (*prop_u32)(const gn_packet*, uint32_t id, uint32_t* out);
    gn_status (*prop_str)(const gn_packet*, uint32_t id, gn_str* out);
    gn_status (*user)(const gn_packet*, uint32_t index, gn_pair* out);
    gn_status (*filter)(const gn_packet*, uint32_t index, gn_filter* out);
    /* setters: the host copies; a view taken before the change is stale for that field */
    gn_status (*set_topic)(gn_packet*, gn_str);
    gn_status (*set_payload)(gn_packet*, gn_str);
    gn_status (*set_qos)(gn_packet*, uint8_t);
    gn_status (*set_retain)(gn_packet*, int32_t);
    gn_status (*set_prop_u32)(gn_packet*, uint32_t id, uint32_t);
    gn_status (*set_prop_str)(gn_packet*, uint32_t id, gn_str);
    gn_status (*clear_prop)(gn_packet*, uint32_t id);
    gn_status (*add_user)(gn_packet*, gn_pair);
    gn_status (*set_filter)(gn_packet*, uint32_t index, const gn_filter*);
    gn_status (*refuse_filter)(gn_packet*, uint32_t index, uint8_t reason);
    gn_status (*target)(const gn_targets*, uint32_t index, gn_target* out);
    gn_status (*drop_target)(gn_targets*, uint32_t index);
    gn_status (*pick_target)(gn_targets*, uint32_t index);
    gn_status (*prop_u32_at)(const gn_packet*, uint32_t id, uint32_t index, uint32_t* out);
} gn_packet_api; /* all [loop] */

typedef struct gn_loop_api {
    uint32_t size, reserved;
    uint32_t (*index)(const gn_loop*);                                            /* [any] */
    gn_status (*post)(gn_loop*, void (*fn)(void*), void* arg);                    /* [any] */
    gn_status (*work)(gn_loop*, void (*fn)(void*), void (*done)(void*), void* arg); /* [loop] */
    gn_timer (*timer_start)(gn_loop*, uint64_t delay_ms, uint64_t every_ms,
                            void (*fn)(void*), void* arg);                        /* [loop] */
    void (*timer_stop)(gn_loop*, gn_timer);                                       /* [loop] */
    struct uv_loop_s* (*uv)(gn_loop*, uint32_t uv_version_built_against);         /* [loop] */
} gn_loop_api;

typedef struct gn_config_api {
    uint32_t size, reserved;
    const gn_node* (*get)(const gn_node* table, gn_str key);
    const gn_node* (*at)(const gn_node* array, uint32_t index);
    gn_str (*key)(const gn_node* table, uint32_t index);
    uint32_t (*count)(const gn_node*);
    int32_t (*kind)(const gn_node*); /* 0 none, 1 table, 2 array, 3 string, 4 integer, 5 float, 6 bool */
    gn_status (*str)(const gn_node*, gn_str* out);
    gn_status (*i64)(const gn_node*, int64_t* out);
    gn_status (*f64)(const gn_node*, double* out);
    gn_status (*flag)(const gn_node*, int32_t* out);
    gn_str (*where)(const gn_node*); /* "file:line" */
} gn_config_api; /* all [main], nodes live until create or reload returns */

typedef struct gn_store_api {
    uint32_t size, reserved;
    gn_status (*client)(gn_sink*, const gn_stored_client*);
    gn_status (*subscription)(gn_sink*, const gn_stored_subscription*);
    gn_status (*message)(gn_sink*, const gn_stored_message*);
    gn_status (*sysinfo)(gn_sink*, const gn_sysinfo*);
} gn_store_api; /* all [main]; with a deferred call the sink lives until complete */

struct gn_host {
    uint32_t size;
    uint32_t abi_minor;
    const char* broker_version;
    const gn_core_api* core;
    const gn_client_api* client;
    const gn_packet_api* packet;
    const gn_loop_api* loop;
    const gn_config_api* config;
    const gn_store_api* store;
};

/* -- extensions, asked for by name through gn_core_api.extension ------------------------------ */

#define GN_EXT_ACL_CACHE "gn.acl-cache/1"
typedef struct gn_acl_cache {
    uint32_t size, reserved;
    void (*cacheable)(gn_call*);                        /* [loop] inside on_acl_check: the verdict holds until changed */
    void (*changed)(const gn_host*, gn_str client_id);  /* [any] empty: all clients */
} gn_acl_cache;

/* -- what a plugin may implement; a NULL entry costs the broker nothing ---------------------- */

typedef struct gn_hooks {
    uint32_t size, reserved;

    void (*on_started)(gn_call*);                                          /* [main] */
    void (*on_stopped)(gn_call*);                                          /* [main] */
    void (*on_sys_info_tick)(gn_call*, const gn_sysinfo*);                 /* [main] */

    gn_verdict (*on_connect)(gn_call*, gn_client*, gn_packet*);               /* gate, may defer */
    gn_verdict (*on_connect_authenticate)(gn_call*, gn_client*, gn_packet*);  /* gate, may defer */
    gn_verdict (*on_acl_check)(gn_call*, gn_client*, gn_str topic, int32_t access); /* gate, may defer but for DELIVER */
    void (*on_session_establish)(gn_call*, gn_client*, const gn_packet*);
    void (*on_session_established)(gn_call*, gn_client*, const gn_packet*);
    void (*on_disconnect)(gn_call*, gn_client*, uint8_t reason, gn_str why, int32_t expire);
    gn_verdict (*on_auth_packet)(gn_call*, gn_client*, gn_packet*);           /* may defer */

    gn_verdict (*on_packet_read)(gn_call*, gn_client*, gn_packet*);           /* transform */
    gn_verdict (*on_packet_encode)(gn_call*, gn_client*, gn_packet*);         /* transform, cannot reject */
    void (*on_packet_sent)(gn_call*, gn_client*, const gn_packet*, gn_str wire);
    void (*on_packet_processed)(gn_call*, gn_client*, const gn_packet*, uint8_t reason);

    gn_verdict (*on_subscribe)(gn_call*, gn_client*, gn_packet*);             /* transform, may defer */
    void (*on_subscribed)(gn_call*, gn_client*, const gn_packet*);
    void (*on_select_subscribers)(gn_call*, gn_targets*, const gn_packet*);
    gn_verdict (*on_unsubscribe)(gn_call*, gn_client*, gn_packet*);           /* transform, may defer */
    void (*on_unsubscribed)(gn_call*, gn_client*, const gn_packet*);

    gn_verdict (*on_publish)(gn_call*, gn_client*, gn_packet*);               /* transform, may defer */
    void (*on_published)(gn_call*, gn_client*, const gn_packet*);
    void (*on_publish_dropped)(gn_call*, gn_client*, const gn_packet*);
    void (*on_retain_message)(gn_call*, gn_client*, const gn_packet*, int32_t change); /* 1 set, -1 removed */
    void (*on_retain_published)(gn_call*, gn_client*, const gn_packet*);
    void (*on_qos_publish)(gn_call*, gn_client*, const gn_packet*, int64_t sent_ms, int32_t resends);
    void (*on_qos_complete)(gn_call*, gn_client*, const gn_packet*);
    void (*on_qos_dropped)(gn_call*, gn_client*, const gn_packet*);
    void (*on_packet_id_exhausted)(gn_call*, gn_client*, const gn_packet*);

    gn_verdict (*on_will)(gn_call*, gn_client*, gn_packet*);                  /* transform */
    void (*on_will_sent)(gn_call*, gn_client*, const gn_packet*);
    void (*on_client_expired)(gn_call*, gn_str client_id);
    void (*on_retained_expired)(gn_call*, gn_str topic);

    gn_status (*stored_clients)(gn_call*, gn_sink*);                          /* [main] may defer */
    gn_status (*stored_subscriptions)(gn_call*, gn_sink*);                    /* [main] may defer */
    gn_status (*stored_inflight_messages)(gn_call*, gn_sink*);                /* [main] may defer */
    gn_status (*stored_retained_messages)(gn_call*, gn_sink*);                /* [main] may defer */
    gn_status (*stored_sys_info)(gn_call*, gn_sink*);                         /* [main] may defer */

    gn_verdict (*on_commit)(gn_call*);                                        /* may defer */
} gn_hooks;

/* -- the one exported symbol ------------------------------------------------------------------ */

typedef struct gn_plugin {
    uint32_t magic;
    uint32_t size;
    uint32_t abi_major;
    uint32_t abi_minor; /* the least the plugin needs */
    uint32_t flags;
    uint32_t reserved;
    const char* name;
    const char* version;
    const gn_hooks* hooks;
    /* [main] *hooks comes preset to the above; a plugin may answer another table that it keeps */
    gn_status (*create)(const gn_host*, const gn_node* config, void** self, const gn_hooks** hooks);
    gn_status (*reload)(void* self, const gn_node* config);                  /* [main] may be NULL */
    gn_status (*loop_start)(void* self, gn_loop*, void** loop_self);         /* [loop] may be NULL */
    void (*loop_stop)(void* loop_self, gn_ticket done);                      /* [loop] may be NULL */
    void (*destroy)(void* self);                                             /* [main] */
} gn_plugin;

extern GN_EXPORT const gn_plugin gn_plugin_entry;

#ifdef __cplusplus
}
#endif
#endif
