/* The border between the Grapnel broker and its plugins.
 *
 * A plugin is a shared library with one exported symbol, gn_plugin_entry. It links against nothing
 * of the broker: all services come in tables of functions. C99 to C++20, no other header of ours
 * needed.
 *
 * Rules for all that follows
 *   Strings    gn_str: pointer and length, no NUL at the end. UTF-8 where MQTT says so, bytes
 *              elsewhere. Empty is a pointer with length 0, absent is {NULL, 0}.
 *   Sizes      Every struct begins with `size`, set by who owns the memory. Structs and tables only
 *              ever grow at their end. A field beyond the other side's size does not exist: GN_SEES
 *              and GN_HAS ask.
 *   Views      The caller sets size and the host fills at most that much, zeroes what it does not
 *              know, and writes back how much it filled. Size 0 or a null pointer is GN_E_INVALID.
 *   Lifetime   What a hook is given (gn_call, client, packet, every view and string) ends when the
 *              hook returns. A setter ends the views of that field taken before. Copy what is
 *              needed longer.
 *   Ownership  Nobody frees the other's memory. What a plugin hands in is copied before the
 *              function returns.
 *   Threads    [main] the main loop's thread. [loop] the thread of the loop the call came on: of a
 *              client's home worker, or main. [any] every thread, at every time. A [loop] or [main]
 *              function called from elsewhere answers GN_E_THREAD (0 or NULL where it answers no
 *              status) and does nothing.
 *   Serial     A plugin without GN_PLUGIN_CONCURRENT is called by one thread at a time: hooks,
 *              timers, posts, work results, reload. One with it may be in several hooks at once, on
 *              different loops.
 *   Queued     What a plugin asks for inside a hook (publish, disconnect, inject, post …) happens
 *              after the current packet. No plugin is entered recursively.
 *   Errors     A negative gn_status. The host never aborts for a wrong argument.
 *   Exceptions None may leave the plugin. One that does is caught and logged, and the event gets
 *              its closed answer.
 *   Blocking   Never block a hook: every client of that loop waits. Defer, and use gn_loop_api.work
 *              or a thread.
 */
#ifndef GN_PLUGIN_H
#define GN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this header describes. A plugin states in its entry the major it was built for and the least
 * minor that it needs, as literals; it loads where the major is equal and the host's minor is not
 * smaller. */
#define GN_ABI_MAJOR 1u
#define GN_ABI_MINOR 0u
#define GN_MAGIC 0x314e5247u

#if defined(__GNUC__)
#define GN_EXPORT __attribute__((visibility("default")))
#else
#define GN_EXPORT
#endif

/* GN_SEES: is this field inside what the other side wrote? GN_HAS: is this function inside the
 * table, and set? */
#ifdef __cplusplus
#define GN_SEES(s, f)                                                 \
    (static_cast<size_t>(reinterpret_cast<const char*>(&(s)->f + 1) - \
                         reinterpret_cast<const char*>(s)) <= (s)->size)
#else
#define GN_SEES(s, f) ((size_t)((const char*)(&(s)->f + 1) - (const char*)(s)) <= (s)->size)
#endif
#define GN_HAS(t, f) ((t) != NULL && GN_SEES(t, f) && (t)->f != NULL)

/* -- values ------------------------------------------------------------------------------ */

typedef struct gn_str {
    const char* ptr;
    size_t len;
} gn_str;
typedef struct gn_pair {
    gn_str key;
    gn_str value;
} gn_pair;

typedef int32_t gn_status;      /* GN_OK or a negative GN_E_ code */
typedef int32_t gn_verdict;     /* a GN_V_ code */
typedef uint64_t gn_ticket;     /* a deferred decision; a value: keep or drop it; 0 is never one */
typedef uint64_t gn_client_key; /* a connection; 0: not connected since the start */
typedef uint64_t gn_timer;      /* a timer of one loop; 0 is never one */

enum {
    GN_OK = 0,
    GN_E_INVALID = -1, /* an argument makes no sense, or not for this object */
    GN_E_NOMEM = -2,
    GN_E_STATE = -3,       /* right call, wrong moment: read-only, too late, not here */
    GN_E_GONE = -4,        /* not there, or no longer: stale ticket, absent property */
    GN_E_UNSUPPORTED = -5, /* switched off, or unknown to this host */
    GN_E_IO = -6,
    GN_E_THREAD = -7, /* not on this thread */
    GN_E_LIMIT = -8   /* too large or too many */
};

/* What a hook answers. Each event knows only some (see gn_hooks); any other is logged and counts as
 * a failure. */
enum {
    GN_V_CONTINUE = 0, /* no opinion: ask the next plugin */
    GN_V_ALLOW = 1,    /* gate: granted, ask no further */
    GN_V_DENY = 2,     /* gate: refused, ask no further; commit: it failed */
    GN_V_REJECT = 3,   /* transform: drop the packet, ask no further */
    GN_V_IGNORE = 4,   /* publish: acknowledge it, deliver it to nobody */
    GN_V_DEFER = 5,    /* the answer comes later, through the ticket of gn_core_api.defer */
    GN_V_CHALLENGE = 6 /* authentication: one more AUTH round trip */
};
enum { GN_LOG_DEBUG = 0, GN_LOG_INFO = 1, GN_LOG_WARN = 2, GN_LOG_ERROR = 3 };
enum { GN_ACCESS_SUBSCRIBE = 0, GN_ACCESS_PUBLISH = 1, GN_ACCESS_DELIVER = 2 };
/* Packet flags. KNOWN: on_qos_publish was told of this entry before. */
enum { GN_PK_RETAIN = 1, GN_PK_DUP = 2, GN_PK_INLINE = 4, GN_PK_WILL = 8, GN_PK_KNOWN = 16 };
/* Client flags. PRESENT: the session is an earlier connection's that goes on. */
enum { GN_CL_INLINE = 1, GN_CL_CLEAN = 2, GN_CL_TLS = 4, GN_CL_WEBSOCKET = 8, GN_CL_PRESENT = 16 };
enum { GN_SUB_NO_LOCAL = 1, GN_SUB_RETAIN_AS_PUBLISHED = 2 }; /* filter flags */
enum { GN_PLUGIN_CONCURRENT = 1 };                            /* plugin flags */

/* -- opaque: the broker's own objects, borrowed until the hook returns --------------------- */

typedef struct gn_client gn_client;
typedef struct gn_packet gn_packet;
typedef struct gn_targets gn_targets;
typedef struct gn_sink gn_sink; /* takes the records of a stored_ hook, until it completes */
typedef struct gn_loop gn_loop; /* this plugin on one loop; lives until destroy */
typedef struct gn_node gn_node; /* a configuration node; lives until create or reload returns */
typedef struct gn_host gn_host; /* the host as this plugin sees it; lives until destroy returned */
struct uv_loop_s;

/* The context of one hook call. */
typedef struct gn_call {
    uint32_t size;
    uint32_t event; /* index of the entry in gn_hooks; inline subscriptions: that of on_published */
    const gn_host* host;
    gn_loop* loop;
    void* self;      /* what loop_start gave for this loop, else what create gave */
    uint64_t commit; /* the number of the commit that this call's storage event belongs to; from 1
                        on; on_commit: the number to make durable. On the main loop 0 */
} gn_call;

/* -- views: the caller sets size, the host fills that many bytes ---------------------------- */

/* What every packet has. Fields that a type lacks are 0. */
typedef struct gn_packet_view {
    uint32_t size;
    uint16_t packet_id;
    uint8_t type;     /* MQTT control packet type, 1..15 */
    uint8_t protocol; /* 3, 4 or 5 */
    uint8_t qos;
    uint8_t flags;  /* GN_PK_ */
    uint8_t reason; /* MQTT 5 reason code */
    uint8_t reserved;
} gn_packet_view;

/* A PUBLISH, a stored message or a will. Of an acknowledgement in on_qos_ hooks: packet_id, key and
 * order. */
typedef struct gn_publish_view {
    uint32_t size;
    uint16_t packet_id; /* 0: QoS 0, or queued and not sent yet */
    uint8_t qos;
    uint8_t flags; /* GN_PK_ */
    gn_str topic;  /* whole: topic aliases are resolved from on_acl_check on */
    gn_str payload;
    gn_str origin;      /* client id of the publisher; empty: the broker */
    int64_t created_ms; /* wall clock */
    int64_t expires_ms; /* wall clock; 0: never */
    uint64_t key;       /* of the message: unique in the broker's lifetime and across restarts */
    uint64_t order;     /* place in the receiver's queue; on_retain_message: grows with every change
                           of the retained store; else 0 */
} gn_publish_view;

/* A CONNECT. The will is at gn_client_api.will once the session is established. */
typedef struct gn_connect_view {
    uint32_t size;
    uint16_t keepalive_s;
    uint8_t protocol;
    uint8_t flags;      /* GN_CL_CLEAN */
    gn_str client_id;   /* as sent, so maybe empty; the client's view has the assigned one */
    gn_str username;    /* absent: not sent */
    gn_str password;    /* bytes; absent: not sent */
    gn_str auth_method; /* absent: no enhanced authentication */
    gn_str auth_data;   /* bytes */
} gn_connect_view;

typedef struct gn_client_view {
    uint32_t size;
    uint16_t keepalive_s;
    uint8_t protocol;
    uint8_t flags; /* GN_CL_ */
    gn_client_key key;
    gn_str id;
    gn_str username;           /* absent: none */
    gn_str remote;             /* "1.2.3.4:5", "[::1]:5", "unix", "inline"; empty: not known */
    gn_str listener;           /* id of the listener; absent: inline, or not there now */
    gn_str tls_subject;        /* of the client's certificate; absent: none */
    uint32_t session_expiry_s; /* 0xffffffff: never */
    uint16_t receive_maximum;
    uint16_t reserved;
    int64_t disconnected_ms; /* wall clock; 0: connected */
    int64_t will_due_ms;     /* wall clock; 0: no delayed will is waiting */
} gn_client_view;

/* One filter of a SUBSCRIBE or UNSUBSCRIBE (which has only the text). */
typedef struct gn_filter {
    uint32_t size;
    uint32_t identifier; /* subscription identifier of the packet; 0: none; set_filter ignores it */
    gn_str filter;       /* as sent, $share/ included */
    uint8_t qos;         /* as asked; what was granted is the reason */
    uint8_t retain_handling;
    uint8_t flags;  /* GN_SUB_ */
    uint8_t reason; /* out of on_subscribed, on_unsubscribed: what the client was told */
    uint8_t reserved[4];
} gn_filter;

/* A possible receiver in on_select_subscribers. */
typedef struct gn_target {
    uint32_t size;
    uint32_t group; /* numbers the shared groups that matched, from 1; 0: not shared */
    gn_str client_id;
    gn_str filter; /* of its subscription, $share/ included */
} gn_target;

/* What a plugin publishes, or gives back out of its store; the host copies all of it. Size must
 * reach through payload at least. An absent string leaves the property out; payload_format 0 too.
 */
typedef struct gn_message {
    uint32_t size;
    uint8_t qos;
    uint8_t retain;
    uint8_t payload_format; /* 1: UTF-8 text; 2: bytes, and told so */
    uint8_t reserved;
    gn_str topic;
    gn_str payload;
    uint32_t expiry_s; /* 0: never */
    uint32_t user_count;
    gn_str content_type;
    gn_str response_topic;
    gn_str correlation;  /* bytes */
    const gn_pair* user; /* user_count of them, in order */
} gn_message;

/* A deferred decision with all that may belong to it. Size must reach through verdict at least. */
typedef struct gn_answer {
    uint32_t size;
    gn_verdict verdict;
    uint8_t reason; /* as with gn_core_api.reason; 0: what the hook gave before it deferred */
    uint8_t reserved[7];
    gn_str text;      /* empty or absent: likewise */
    gn_str challenge; /* as with gn_core_api.challenge; empty: likewise */
} gn_answer;

/* A session as it is to be restored. */
typedef struct gn_stored_client {
    uint32_t size;
    uint32_t session_expiry_s;
    uint8_t protocol, flags, reserved[2]; /* flags: GN_CL_CLEAN */
    uint32_t receive_maximum;
    gn_str id, username, remote, listener;
    int64_t disconnected_ms; /* wall clock; 0: was connected when the broker ended */
    int64_t will_due_ms;     /* wall clock; 0: the will is not waiting */
    uint32_t will_delay_s;
    uint32_t reserved2;
    const gn_message* will; /* with its expiry_s; NULL: none */
} gn_stored_client;

typedef struct gn_stored_subscription {
    uint32_t size;
    uint32_t reserved;
    gn_str client_id;
    const gn_filter* filter; /* with the granted QoS and the identifier */
} gn_stored_subscription;

/* A retained message (no client_id), or one that is queued for a client or in flight. */
typedef struct gn_stored_message {
    uint32_t size;
    uint16_t packet_id; /* 0: queued, not sent yet */
    uint8_t type;       /* 3 PUBLISH, 6 PUBREL: to the client; 5 PUBREC: a QoS 2 id it sent */
    uint8_t dup;
    gn_str client_id, origin;
    int64_t created_ms, sent_ms, expires_ms; /* wall clock; 0: not known, not sent, never */
    uint64_t key, order;                     /* as told by gn_publish_view */
    const gn_message* message; /* with the QoS of the delivery; NULL for PUBREC and PUBREL */
    const uint32_t* subscription_ids;
    uint32_t subscription_id_count;
    uint32_t reserved;
} gn_stored_message;

/* A record that another plugin gave at start, for a store to make its own: one of the three is set.
 * None: what the store holds of this kind is void once the broker has started, and the first of the
 * kind, if there is any, is about to come; with the clients go all subscriptions and messages of
 * clients. */
typedef struct gn_restored {
    uint32_t size;
    uint32_t kind; /* index in gn_hooks of the stored_ hook that gives such records */
    const gn_stored_client* client;
    const gn_stored_subscription* subscription;
    const gn_stored_message* message;
} gn_restored;

/* What the $SYS topics say. Counters since the start, the last ones as they are now. */
typedef struct gn_sysinfo {
    uint32_t size;
    uint32_t reserved;
    gn_str version;
    int64_t started_ms, now_ms, bytes_received, bytes_sent, packets_received, packets_sent,
        messages_received, messages_sent, messages_dropped, clients_connected, clients_disconnected,
        clients_maximum, clients_total, subscriptions, retained, inflight, inflight_dropped,
        memory_bytes;
} gn_sysinfo;

/* -- what the host offers, one table a subject ---------------------------------------------- */

typedef struct gn_core_api {
    uint32_t size, reserved;

    /* [any] One line of text, without a newline at the end; the host adds time and the plugin's id.
     */
    void (*log)(const gn_host*, int32_t level, gn_str message);
    /* [any] The least level that is written: less need not be formatted. */
    int32_t (*log_level)(const gn_host*);
    /* [any] Milliseconds since 1970. */
    int64_t (*wall_ms)(const gn_host*);
    /* [main] In create and reload: why they are about to answer an error. The last call counts; a
     * text that begins with gn_config_api.where is shown at that place. */
    void (*fail)(const gn_host*, gn_str why);
    /* [any] The table of an extension, or NULL: this host has none of that name. Constant. */
    const void* (*extension)(const gn_host*, const char* id);

    /* [loop] A ticket for the running call, to return GN_V_DEFER after. 0: this one may not be
     * deferred (deliveries, wills, the inline client, too many pending), answer at once. The same
     * ticket when called twice. */
    gn_ticket (*defer)(gn_call*);
    /* [any] Answers a ticket, once. May come before the hook has returned; takes effect after.
     * GN_E_GONE: answered already, timed out, or the client has left: nothing to do about it,
     * nothing to release. Tickets of stored_ hooks and of loop_stop take a gn_status as verdict. */
    gn_status (*complete)(const gn_host*, gn_ticket, gn_verdict);
    /* [loop] The packet of a pending ticket, to read or change before completing; NULL: stale, or
     * it has none. */
    gn_packet* (*deferred_packet)(const gn_host*, gn_ticket);
    /* [loop] The reason code and text that go with this call's refusing verdict to an MQTT 5
     * client. 0: the event's own. Given before GN_V_DEFER they count for the completion, unless
     * gn_answer brings others. */
    void (*reason)(gn_call*, uint8_t code, gn_str text);
    /* [loop] In on_connect_authenticate and on_auth_packet: Authentication Data for the client,
     * with GN_V_CHALLENGE in AUTH, with GN_V_ALLOW in CONNACK or the final AUTH. GN_E_STATE in all
     * other hooks. */
    gn_status (*challenge)(gn_call*, gn_str data);

    /* [any] Publishes as the inline client; every topic is allowed, $SYS too. While stores give
     * back what they hold it waits for the end of that; GN_E_LIMIT: too much waits.
     * GN_E_UNSUPPORTED: that client is switched off. */
    gn_status (*publish)(const gn_host*, const gn_message*);
    /* [main] From on_started on: calls fn(arg, call, packet) on the main loop for whatever the
     * filter matches, the retained messages first. Not shared. Replaces the plugin's subscription
     * of the same filter and id. */
    gn_status (*subscribe)(const gn_host*, gn_str filter, int32_t id,
                           void (*fn)(void*, gn_call*, const gn_packet*), void* arg);
    /* [main] Ends it: no call follows. GN_E_GONE: there is none. */
    gn_status (*unsubscribe)(const gn_host*, gn_str filter, int32_t id);
    /* [any] Handles `wire`, one whole packet in the client's protocol version, as if that client
     * had sent it. An empty id is the inline client, MQTT 5. */
    gn_status (*inject)(const gn_host*, gn_str client_id, gn_str wire);
    /* [any] complete, with reason, text and challenge. */
    gn_status (*answer)(const gn_host*, gn_ticket, const gn_answer*);
    /* [loop] The running hook fails, and what it is about to answer does not count: the event gets
     * its closed answer. `what` goes into the log. For exceptions caught in the plugin. */
    void (*failed)(gn_call*, gn_str what);
} gn_core_api;

typedef struct gn_client_api {
    uint32_t size, reserved;

    /* [loop] */
    gn_status (*view)(const gn_client*, gn_client_view*);
    /* [loop] What the session goes on with. Inside on_connect, on_connect_authenticate and, before
     * CONNACK, on_auth_packet; GN_E_STATE else. An absent user name removes it. */
    gn_status (*set_username)(gn_client*, gn_str);
    gn_status (*set_id)(gn_client*, gn_str);
    /* [loop] What this plugin keeps for this client: NULL until set. It stays as long as the
     * session does: a later connection has it once established, unless it set its own. `drop`
     * (may be NULL) frees it: when another value is set, or the client ends; on the client's loop,
     * unserialised, so it should do no more than free. */
    void* (*slot)(const gn_host*, const gn_client*);
    gn_status (*set_slot)(const gn_host*, gn_client*, void*, void (*drop)(void*));
    /* [any] Closes the client's connection with that reason code (a v3 client is closed only); with
     * drop_session ends the session too, also of a client that is away. Who is not there is no
     * error. Waits like publish while stores give back what they hold. */
    gn_status (*disconnect)(const gn_host*, gn_str id, uint8_t reason, int32_t drop_session);
    /* [loop] The client's will, a PUBLISH with delay and expiry as properties; read only, until the
     * next call of this function on this thread. NULL: none. */
    const gn_packet* (*will)(const gn_client*);
} gn_client_api;

/* All [loop]. Getters answer GN_E_INVALID for a packet of another type, GN_E_GONE for what is not
 * there. Setters copy; they answer GN_E_STATE for a packet that this hook got as const, and
 * GN_E_INVALID for what MQTT does not allow there; then nothing has changed. `id` is the MQTT 5
 * property identifier. */
typedef struct gn_packet_api {
    uint32_t size, reserved;

    gn_status (*view)(const gn_packet*, gn_packet_view*);
    gn_status (*publish)(const gn_packet*, gn_publish_view*);
    gn_status (*connect)(const gn_packet*, gn_connect_view*);
    /* Properties: byte, two and four byte and variable ones; then strings and binary data; then the
     * user property of that index, in order. */
    gn_status (*prop_u32)(const gn_packet*, uint32_t id, uint32_t* out);
    gn_status (*prop_str)(const gn_packet*, uint32_t id, gn_str* out);
    gn_status (*user)(const gn_packet*, uint32_t index, gn_pair* out);
    /* SUBSCRIBE, UNSUBSCRIBE: the filter of that index. */
    gn_status (*filter)(const gn_packet*, uint32_t index, gn_filter* out);

    /* PUBLISH and wills. A topic is a topic name without wildcards. */
    gn_status (*set_topic)(gn_packet*, gn_str);
    gn_status (*set_payload)(gn_packet*, gn_str);
    gn_status (*set_qos)(gn_packet*, uint8_t);
    gn_status (*set_retain)(gn_packet*, int32_t);
    /* Properties that MQTT lists for the packet's type. clear_prop of user properties or
     * subscription identifiers removes all of them. */
    gn_status (*set_prop_u32)(gn_packet*, uint32_t id, uint32_t);
    gn_status (*set_prop_str)(gn_packet*, uint32_t id, gn_str);
    gn_status (*clear_prop)(gn_packet*, uint32_t id);
    gn_status (*add_user)(gn_packet*, gn_pair);
    /* on_subscribe, on_unsubscribe: another filter or other options in that place; filters cannot
     * be added or removed, since the answer has one code for each that was sent. */
    gn_status (*set_filter)(gn_packet*, uint32_t index, const gn_filter*);
    /* The filter is answered with this code, 0x80 or above, and nothing else happens with it. */
    gn_status (*refuse_filter)(gn_packet*, uint32_t index, uint8_t reason);

    /* on_select_subscribers: the members of all shared groups that matched, group by group. A
     * dropped one gets nothing; a picked one is who its group delivers to. */
    gn_status (*target)(const gn_targets*, uint32_t index, gn_target* out);
    gn_status (*drop_target)(gn_targets*, uint32_t index);
    gn_status (*pick_target)(gn_targets*, uint32_t index);

    /* The index-th value of a numeric property that repeats: subscription identifiers. */
    gn_status (*prop_u32_at)(const gn_packet*, uint32_t id, uint32_t index, uint32_t* out);
} gn_packet_api;

typedef struct gn_loop_api {
    uint32_t size, reserved;

    /* [any] Workers are numbered from 0; the main loop is one more than the last worker. */
    uint32_t (*index)(const gn_loop*);
    /* [any] Runs fn(arg) on the loop's thread, after this call has returned. In order per posting
     * thread. GN_E_STATE: the plugin has stopped on that loop; what was posted before and did not
     * run never does. */
    gn_status (*post)(gn_loop*, void (*fn)(void*), void* arg);
    /* [loop] Runs fn(arg) on a thread of a pool, beside everything else and in no order, then
     * done(arg) (may be NULL) on the loop. For what blocks. */
    gn_status (*work)(gn_loop*, void (*fn)(void*), void (*done)(void*), void* arg);
    /* [loop] Calls fn(arg) after delay_ms, then every every_ms (0: once). The host closes those
     * that are left when the plugin stops. 0: refused. */
    gn_timer (*timer_start)(gn_loop*, uint64_t delay_ms, uint64_t every_ms, void (*fn)(void*),
                            void* arg);
    void (*timer_stop)(gn_loop*, gn_timer);
    /* [loop] The libuv loop itself, given UV_VERSION_HEX as the plugin was built with; NULL: the
     * host's libuv is older. The plugin links libuv dynamically. Only on its own thread; never
     * uv_run, uv_stop, uv_loop_close, uv_walk or loop->data; each handle is closed, and its close
     * callback has run, before loop_stop's ticket is completed. The loop runs when a handle or a
     * timer of it has something to do: prepare and check handles see those turns only. libuv
     * callbacks are not serialised and not guarded by the host. */
    struct uv_loop_s* (*uv)(gn_loop*, uint32_t uv_version_built_against);
} gn_loop_api;

/* All [main], inside create and reload. Every function takes NULL for a node and then finds
 * nothing. Asking for a key marks it as known; the host warns about keys that nobody asked for.
 * Strings live as long as the nodes. */
typedef struct gn_config_api {
    uint32_t size, reserved;

    const gn_node* (*get)(const gn_node* table, gn_str key); /* NULL: not there */
    const gn_node* (*at)(const gn_node* array, uint32_t index);
    gn_str (*key)(const gn_node* table, uint32_t index); /* in the order of the file */
    uint32_t (*count)(const gn_node*);
    /* 0 none, 1 table, 2 array, 3 string, 4 integer, 5 float, 6 bool */
    int32_t (*kind)(const gn_node*);
    /* GN_E_INVALID: of another kind, nothing is written. f64 takes an integer too. */
    gn_status (*str)(const gn_node*, gn_str* out);
    gn_status (*i64)(const gn_node*, int64_t* out);
    gn_status (*f64)(const gn_node*, double* out);
    gn_status (*flag)(const gn_node*, int32_t* out);
    gn_str (*where)(const gn_node*); /* "file:line:column", for messages */
    /* A string with a unit ("500ms", "1h"; "64 KiB", "10 MB") or an integer, of seconds, of bytes.
     */
    gn_status (*duration_us)(const gn_node*, int64_t* out);
    gn_status (*size_bytes)(const gn_node*, int64_t* out);
} gn_config_api;

/* All [main], inside the stored_ hook of that kind of record, or until its ticket is completed.
 * Each record is copied, and goes where it belongs at once; giving one may wait until a loop has
 * taken earlier ones. A record that makes no sense is refused with GN_E_INVALID and left out. One
 * of a client that was not given is left out, and the log says how many those were. Messages of a
 * client come in any order: theirs decides. GN_E_STATE: not now, or the broker stops. */
typedef struct gn_store_api {
    uint32_t size, reserved;

    gn_status (*client)(gn_sink*, const gn_stored_client*);
    gn_status (*subscription)(gn_sink*, const gn_stored_subscription*);
    gn_status (*message)(gn_sink*, const gn_stored_message*);
    gn_status (*sysinfo)(gn_sink*, const gn_sysinfo*);
    /* How many records of this kind are about to be given, as far as known: for the progress in the
     * log. Another call replaces it; to give more or fewer is no fault. */
    gn_status (*expect)(gn_sink*, uint64_t records);
} gn_store_api;

/* Constant as long as the plugin lives. */
struct gn_host {
    uint32_t size;
    uint32_t abi_minor; /* of the host; the major is the plugin's own, or it would not be loaded */
    const char* broker_version;
    const gn_core_api* core;
    const gn_client_api* client;
    const gn_packet_api* packet;
    const gn_loop_api* loop;
    const gn_config_api* config;
    const gn_store_api* store;
    const char* data_dir; /* where plugins keep what lasts; may not exist yet */
};

/* -- extensions, asked for by name through gn_core_api.extension ------------------------------ */

#define GN_EXT_ACL_CACHE "gn.acl-cache/1"
typedef struct gn_acl_cache {
    uint32_t size, reserved;
    /* [loop] Inside on_acl_check: the verdict holds for this client, topic and access until
     * `changed`, so that the host need not ask again. */
    void (*cacheable)(gn_call*);
    /* [any] It holds no longer for that client; empty: for all clients. */
    void (*changed)(const gn_host*, gn_str client_id);
} gn_acl_cache;

/* Numbers of the plugin's own. Each is seen as $SYS/broker/plugins/<plugin id>/<name>, at every
 * refresh of $SYS, and as grapnel_plugin_<name>{plugin="<plugin id>"} in Prometheus' text format.
 */
#define GN_EXT_METRICS "gn.metrics/1"
typedef struct gn_metric gn_metric; /* one series; lives until destroy returned */
enum {
    GN_METRIC_COUNTER = 0,  /* only grows; by custom its name ends in _total */
    GN_METRIC_GAUGE = 1,    /* goes up and down */
    GN_METRIC_HISTOGRAM = 2 /* counts observations by size; in $SYS as <name>_count, <name>_sum */
};
/* Names of metrics and of labels are [a-zA-Z_][a-zA-Z0-9_]* of at most 128 bytes; a label is not
 * called plugin or le and does not begin with two underscores. In $SYS each label is one more
 * level, "key=value"; a name that the broker uses there itself is seen as "metric=<name>". */
typedef struct gn_metric_shape {
    uint32_t size;
    int32_t kind; /* GN_METRIC_ */
    gn_str name;
    gn_str help;           /* one sentence; at most 1 KiB of UTF-8 */
    const gn_pair* labels; /* fixed; values are UTF-8 of at most 128 bytes; at most 8 labels */
    uint32_t label_count;
    uint32_t bound_count; /* of a histogram: 1 to 64 */
    const double* bounds; /* of its buckets, each inclusive, finite and growing; +Inf is implied */
} gn_metric_shape;
typedef struct gn_metrics {
    uint32_t size, reserved;
    /* [main] In create, or later. A series that this plugin has already, in the same shape, is
     * answered again, with its value. Series of one name differ in their labels alone.
     * GN_E_INVALID: a name that breaks the rules, or that has another shape already, here or in
     * another plugin; the log says which. GN_E_LIMIT: 512 series of one plugin are the most. */
    gn_status (*series)(const gn_host*, const gn_metric_shape*, gn_metric** out);
    /* [any] Without a lock. NULL, and a series of another kind, are left alone. */
    void (*add)(gn_metric*, uint64_t amount);  /* counter */
    void (*set)(gn_metric*, double value);     /* gauge */
    void (*shift)(gn_metric*, double change);  /* gauge */
    void (*observe)(gn_metric*, double value); /* histogram; NaN is left out */
} gn_metrics;

/* Which topics concern a plugin: it is not called for the others. This holds for on_publish,
 * on_published, on_publish_dropped, on_retain_message, on_retain_published and on_retained_expired.
 * It never holds for a gate (on_acl_check is asked about every topic), nor for what belongs to a
 * session (wills, the on_qos_ hooks) or is seen packet by packet. What counts is the topic that the
 * publish has when the plugin's turn comes: an earlier plugin may have changed it. */
#define GN_EXT_INTEREST "gn.interest/1"
typedef struct gn_interest {
    uint32_t size, reserved;
    /* [main] In create: from the first publish on. Later, in reload for instance: each loop goes by
     * the new filters from one of its next turns on. Filters are those of subscriptions, without
     * $share/, and match as subscriptions do; they replace earlier ones. None: no topic concerns
     * it. GN_E_INVALID: one is no filter, GN_E_LIMIT: more than 4096; then nothing changes. */
    gn_status (*limit)(const gn_host*, const gn_str* filters, uint32_t count);
    /* [main] All topics concern it again, as at the start. */
    gn_status (*clear)(const gn_host*);
} gn_interest;

/* -- what a plugin may implement; a NULL entry costs the broker nothing ----------------------
 *
 * Plugins are asked in the order of the configuration.
 *   gate       CONTINUE, ALLOW, DENY. The first that is not CONTINUE decides. Nobody decides: a
 *              connection goes on, every right is refused. A failing plugin denies.
 *   transform  CONTINUE, REJECT. Each sees the changes of those before; REJECT ends it. A failing
 *              plugin rejects, with 0x83 where MQTT has a place for it.
 *   notify     nothing is asked, all are told.
 * Failing is to throw, to call gn_core_api.failed, to answer what the event does not know, or to
 * let the deadline of a deferral pass (unless on_timeout = "skip": then it had no opinion, but a
 * commit fails). A hook may defer only where it says so. All [loop] unless marked. */

typedef struct gn_hooks {
    uint32_t size, reserved;

    /* [main] Listeners accept from now on, or a reload added this plugin: clients that are
     * connected by then are not announced to it. All clients have left, just before plugins are
     * stopped, but not when a reload removes this one. Each refresh of $SYS. */
    void (*on_started)(gn_call*);
    void (*on_stopped)(gn_call*);
    void (*on_sys_info_tick)(gn_call*, const gn_sysinfo*);

    /* Gates, may defer. A valid CONNECT that the limits let pass; then who it is. DENY is answered
     * by CONNACK. */
    gn_verdict (*on_connect)(gn_call*, gn_client*, gn_packet*);
    gn_verdict (*on_connect_authenticate)(gn_call*, gn_client*, gn_packet*); /* CHALLENGE too */
    /* Gate; may defer but for GN_ACCESS_DELIVER, which is asked for every delivery. The topic of a
     * subscription is its whole filter, $share/ included. */
    gn_verdict (*on_acl_check)(gn_call*, gn_client*, gn_str topic, int32_t access);
    /* The client is let in, before an earlier session is taken over and before CONNACK; after
     * CONNACK and resends. */
    void (*on_session_establish)(gn_call*, gn_client*, const gn_packet*);
    void (*on_session_established)(gn_call*, gn_client*, const gn_packet*);
    /* An established connection has ended; expire: its session ends with it. */
    void (*on_disconnect)(gn_call*, gn_client*, uint8_t reason, gn_str why, int32_t expire);
    /* Gate with CHALLENGE, may defer: an AUTH, before CONNACK or for re-authentication (reason 0x19
     * begins one). */
    gn_verdict (*on_auth_packet)(gn_call*, gn_client*, gn_packet*);

    /* Transform: each packet as decoded, also CONNECT, before it is looked at. REJECT closes the
     * connection. */
    gn_verdict (*on_packet_read)(gn_call*, gn_client*, gn_packet*);
    /* Transform without REJECT: each packet on its way out; a failing plugin's changes are undone.
     * Then the bytes that were handed to the socket; then an incoming packet whose handling is
     * over, with its result. */
    gn_verdict (*on_packet_encode)(gn_call*, gn_client*, gn_packet*);
    void (*on_packet_sent)(gn_call*, gn_client*, const gn_packet*, gn_str wire);
    void (*on_packet_processed)(gn_call*, gn_client*, const gn_packet*, uint8_t reason);

    /* Transforms, may defer: before filters are checked. After: gn_filter.reason is what the client
     * is told; told too when a session ends. */
    gn_verdict (*on_subscribe)(gn_call*, gn_client*, gn_packet*);
    void (*on_subscribed)(gn_call*, gn_client*, const gn_packet*);
    /* A shared group matched: who of it is to get the message. A failing plugin's choice is undone.
     */
    void (*on_select_subscribers)(gn_call*, gn_targets*, const gn_packet*);
    gn_verdict (*on_unsubscribe)(gn_call*, gn_client*, gn_packet*);
    void (*on_unsubscribed)(gn_call*, gn_client*, const gn_packet*);

    /* Transform with IGNORE, may defer: after access was granted. REJECT: nobody gets it, and the
     * acknowledgement carries the code given to reason, else 0x83; that of a v3 client says
     * nothing. A changed topic is checked for access again. */
    gn_verdict (*on_publish)(gn_call*, gn_client*, gn_packet*);
    /* It was handed to all queues. */
    void (*on_published)(gn_call*, gn_client*, const gn_packet*);
    /* The receiver `client` does not get it: full queue, expired, too large. */
    void (*on_publish_dropped)(gn_call*, gn_client*, const gn_packet*);
    /* Retained store: 1 set, -1 removed; of two changes of a topic the one of higher order (see
     * gn_publish_view) is the later, whatever loops they are told on. Then: a retained message goes
     * to a new subscription of this client. */
    void (*on_retain_message)(gn_call*, gn_client*, const gn_packet*, int32_t change);
    void (*on_retain_published)(gn_call*, gn_client*, const gn_packet*);
    /* State that a restart must not lose, of the client's session. PUBLISH: queued (packet_id 0,
     * sent_ms 0), sent, or sent again; the same order is the same entry. PUBREL: the client has it.
     * PUBREC: a QoS 2 id received from it. */
    void (*on_qos_publish)(gn_call*, gn_client*, const gn_packet*, int64_t sent_ms,
                           int32_t resends);
    /* That state is over. PUBACK, PUBCOMP: of a message to it, by packet id; PUBREL: of an id
     * received from it. */
    void (*on_qos_complete)(gn_call*, gn_client*, const gn_packet*);
    /* The same without success: a PUBLISH by its order, an acknowledgement by its packet id. */
    void (*on_qos_dropped)(gn_call*, gn_client*, const gn_packet*);
    /* The PUBLISH is the next to be sent, and waits: all packet ids towards the client are taken.
     * Told once a message. */
    void (*on_packet_id_exhausted)(gn_call*, gn_client*, const gn_packet*);

    /* Transform: a will is about to be sent, or to wait for its delay. REJECT drops it; a failing
     * plugin leaves it as it was. Then: it was sent. */
    gn_verdict (*on_will)(gn_call*, gn_client*, gn_packet*);
    void (*on_will_sent)(gn_call*, gn_client*, const gn_packet*);
    void (*on_client_expired)(gn_call*, gn_str client_id);
    void (*on_retained_expired)(gn_call*, gn_str topic);

    /* [main] may defer. Before listeners accept, in this order, plugin by plugin, and counters
     * behind all: gives all records to the sink and answers GN_OK. The first plugin that gave one,
     * counters aside, is the store: others are asked only for a kind for which it has no hook,
     * until one gives such a record. An error stops the start, and voids nothing. The deadline of a
     * deferred one begins anew with every record. */
    gn_status (*stored_clients)(gn_call*, gn_sink*);
    gn_status (*stored_subscriptions)(gn_call*, gn_sink*);
    gn_status (*stored_inflight_messages)(gn_call*, gn_sink*);
    gn_status (*stored_retained_messages)(gn_call*, gn_sink*);
    gn_status (*stored_sys_info)(gn_call*, gn_sink*);

    /* may defer. Make durable what was told under the number in `commit` (session, subscription,
     * retained message, QoS state, will), on this loop and on all others: a commit is one for the
     * whole broker. It is asked for on each worker's loop, once all was told there, also where that
     * is nothing; numbers come in order, without gaps, and up to four may be told of or waiting on
     * a loop at a time. What has one number belongs together: write it atomically, or a crash may
     * tear a message from the record that says it was received. CONTINUE or ALLOW: all of it, as
     * told on this loop at least, is as durable as the settings promise. Acknowledgements go out
     * when that is so on all loops. DENY, or failing: they do not, the clients concerned are
     * disconnected, and what needs a store is refused until a later commit succeeds; the broker
     * asks for one every second. The plugin keeps what it could not write for that commit. */
    gn_verdict (*on_commit)(gn_call*);

    /* [main] While records are restored that another plugin gave: each of them, as it came. */
    void (*on_restored)(gn_call*, const gn_restored*);

    /* A will was not sent: a plugin rejected it, its topic is not allowed, or the client may not
     * publish there. It is over, though the session may go on. */
    void (*on_will_dropped)(gn_call*, gn_client*, const gn_packet*);
} gn_hooks;

/* -- the one exported symbol ------------------------------------------------------------------ */

/* Read before any code of the plugin runs, so it is constant. A library may serve several entries
 * of the configuration: create is called for each. It is never unloaded. */
typedef struct gn_plugin {
    uint32_t magic; /* GN_MAGIC */
    uint32_t size;
    uint32_t abi_major; /* literal 1 */
    uint32_t abi_minor; /* the least the plugin needs, a literal */
    uint32_t flags;     /* GN_PLUGIN_ */
    uint32_t reserved;
    const char* name;
    const char* version;
    const gn_hooks* hooks; /* what it may implement; NULL: nothing */

    /* [main] Once per configuration entry, at start or in a reload (stores: at start only). *hooks
     * comes preset to the above; the plugin may answer another table that lives as long as it does:
     * leave NULL what the settings do not need. *self is its data. On an error nothing else of it
     * is called; say why with fail. May be NULL. */
    gn_status (*create)(const gn_host*, const gn_node* config, void** self, const gn_hooks** hooks);
    /* [main] New settings. On an error the old ones stay in force. May be NULL: settings are for
     * good. */
    gn_status (*reload)(void* self, const gn_node* config);
    /* [loop] On each loop, main included, before any hook there. *loop_self is what its calls get
     * as self. May be NULL. */
    gn_status (*loop_start)(void* self, gn_loop*, void** loop_self);
    /* [loop] On each loop, after the last hook there and the last deferral: at the end, or when a
     * reload has removed the entry. Close what is open, then complete `done` with
     * GN_OK, now or later; the broker waits for it up to its shutdown timeout. May be NULL. */
    void (*loop_stop)(void* loop_self, gn_ticket done);
    /* [main] After it has stopped on all loops and its timers and work are over. May be NULL. */
    void (*destroy)(void* self);
    /* [main] The plugin's command line, without a broker: `grapnel store` calls it with the words
     * behind the options; prints to stdout, answers the exit status; create is not called. The host
     * serves log, fail, config and data_dir alone. May be NULL. */
    int32_t (*tool)(const gn_host*, const gn_node* config, uint32_t argc, const gn_str* argv);
} gn_plugin;

extern GN_EXPORT const gn_plugin gn_plugin_entry;

#ifdef __cplusplus
}
#endif
#endif
