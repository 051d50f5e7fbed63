/* The Grapnel broker inside another program: libgrapnel.
 *
 * A gn_broker is a broker of its own, with its own threads, settings, plugins and log. A program
 * may have several. C99 to C++20.
 *
 * Rules for all that follows; strings, sizes, views, ownership and errors are as in plugin.h
 *   Threads    [owner] one thread at a time, and none of the broker's own, which get GN_E_THREAD,
 *              nor one of its plugins', which a stop waits for. [any] every thread, also inside
 *              callbacks and hooks of plugins. [main] the broker's main thread, which it starts
 *              itself; what comes there comes one at a time.
 *   Callbacks  Never block one: the broker's inner work stands still. None is entered recursively.
 *              No exception may leave one; one that does is caught and logged.
 *   Waiting    The broker waits for callbacks: a lock that one takes must not be held around a call
 *              that waits for the main thread (start, stop, destroy, subscribe, unsubscribe).
 *   Process    The library changes nothing that belongs to the whole process: no signal handlers,
 *              umask, limits or working folder. Its own threads take no signals from outside.
 *   Stable     Structs, functions and codes only grow, as those of plugin.h.
 */
#ifndef GN_BROKER_H
#define GN_BROKER_H

#include <grapnel/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gn_broker gn_broker;

typedef uint64_t gn_subscription; /* a value, good until its end; 0 is never one */

/* What a broker is made of. Size must reach through settings at least. All is copied. */
typedef struct gn_broker_options {
    uint32_t size;
    uint32_t reserved;
    gn_str name;     /* stands where messages have the name of the file; absent: "broker" */
    gn_str settings; /* TOML, as in a configuration file, without include */
    /* Each record of the broker's log that the settings let pass, a line without newline at its
     * end. On the broker's threads and those of its plugins, several at once. It calls nothing of
     * the broker. NULL: standard error. */
    void (*log)(void* arg, int32_t level, gn_str line);
    void* log_arg;
} gn_broker_options;

/* [main] A message that a filter matched. View and packet end when it returns; gn_broker_packet_api
 * reads properties out of the packet. */
typedef void (*gn_message_fn)(void* arg, const gn_publish_view* message, const gn_packet* packet);

/* [any] The release, as "1.2.3". */
GN_EXPORT const char* gn_broker_version(void);

/* [any] Makes a broker that does nothing yet. GN_E_INVALID: the settings have faults. Then *out is
 * a broker that answers GN_E_STATE to everything but gn_broker_error, which has the faults, and
 * gn_broker_destroy. GN_E_NOMEM and GN_E_INVALID for `options` itself leave NULL. */
GN_EXPORT gn_status gn_broker_create(const gn_broker_options* options, gn_broker** out);

/* [owner] Why the last [owner] call failed, one fault a line, "name:line:column: text" where it is
 * one of the settings; empty after one that did not. Ends with the next [owner] call. */
GN_EXPORT gn_str gn_broker_error(const gn_broker* broker);

/* [owner] While the broker is stopped. A plugin that is no file: `plugin` is read as the
 * gn_plugin_entry of one, and lives as long as the broker does, with all it points to. It then is
 * one of the configuration: `table` is TOML, with what its [[plugin]] table would hold but name,
 * path and id, as
 *     order = 10
 *     [config]
 *     file = "x"
 * and may be absent. Among equal `order` those of the settings come first. Faults of `table` name
 * the id where others name the file. GN_E_INVALID: these, an id that is taken, or an entry that
 * this broker cannot serve; GN_E_STATE: it is started. */
GN_EXPORT gn_status gn_broker_add_plugin(gn_broker* broker, const gn_plugin* plugin, gn_str id,
                                         gn_str table);

/* [owner] Loads and creates the plugins, restores what stores hold, opens the listeners, and
 * returns when clients are accepted. After an error all is closed again and it may be tried again:
 * GN_E_IO: a listener or a store; GN_E_INVALID: a plugin; GN_E_STATE: it is started, or a stop
 * failed; GN_E_LIMIT: it failed, and so did the stop after that. It may be started again after a
 * stop. */
GN_EXPORT gn_status gn_broker_start(gn_broker* broker);

/* [owner] Ends the connections, stops the plugins, and joins all threads. Waits for plugins up to
 * limits.shutdown_timeout, for clients once more that long. GN_E_LIMIT: a plugin or callback did
 * not end until then; its threads and all they use are left behind for ever, and the broker can
 * only be destroyed. GN_E_STATE: it is not started. */
GN_EXPORT gn_status gn_broker_stop(gn_broker* broker);

/* [owner] Stops it when it is started, and frees it. No callback runs or follows, but for one that
 * a stop has left behind. NULL is fine. GN_E_THREAD: nothing happened. */
GN_EXPORT gn_status gn_broker_destroy(gn_broker* broker);

/* [any] The port that the listener of that id has bound. GN_E_GONE: no such listener;
 * GN_E_UNSUPPORTED: it has none; GN_E_STATE: the broker is not started. */
GN_EXPORT gn_status gn_broker_port(const gn_broker* broker, gn_str listener, uint16_t* port);

/* [any] Publishes as the inline client, to every topic, $SYS too. Copies, queues and returns; what
 * one thread publishes stays in order. GN_E_STATE: the broker is not started, or stops;
 * GN_E_UNSUPPORTED: broker.inline_client is false; GN_E_INVALID, GN_E_LIMIT: the message. */
GN_EXPORT gn_status gn_broker_publish(gn_broker* broker, const gn_message* message);

/* [any] Calls fn(arg, …) for all that the filter matches, retained messages first; not shared. Once
 * it has returned, what is published is not missed. Before a start it holds from that start on; it
 * outlasts a stop. GN_E_INVALID: no such filter; GN_E_UNSUPPORTED: as with publish. */
GN_EXPORT gn_status gn_broker_subscribe(gn_broker* broker, gn_str filter, gn_message_fn fn,
                                        void* arg, gn_subscription* out);

/* [any] Ends it: no call of fn runs when this returns, or follows; inside fn the running one is the
 * last. GN_E_GONE: it has ended. */
GN_EXPORT gn_status gn_broker_unsubscribe(gn_broker* broker, gn_subscription subscription);

/* [any] Reads the packet of a callback, inside it. */
GN_EXPORT const gn_packet_api* gn_broker_packet_api(void);

#ifdef __cplusplus
}
#endif
#endif
