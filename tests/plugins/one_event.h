/* A plugin that implements exactly one event, the one that `event` names in its configuration, and
 * answers it with decide(), which the includer defines. Compiles as C and as C++. */
#ifndef ONE_EVENT_H
#define ONE_EVENT_H

#include <stdio.h>
#include <stdlib.h>

#include "text.h"

typedef struct instance {
    const gn_host* host;
    gn_hooks hooks;
    int64_t number; /* `number` of the configuration */
    int64_t calls;
    gn_ticket kept;
    char text[128]; /* `text` of the configuration */
} instance;

static gn_verdict decide(instance* plugin, gn_call* call);

static inline void say(const instance* plugin, const char* text) {
    plugin->host->core->log(plugin->host, GN_LOG_INFO, str(text));
}

static gn_verdict ask_packet(gn_call* call, gn_client* client, gn_packet* packet) {
    (void)client;
    (void)packet;
    return decide((instance*)call->self, call);
}

static gn_verdict ask_access(gn_call* call, gn_client* client, gn_str topic, int32_t access) {
    (void)client;
    (void)topic;
    return access == GN_ACCESS_DELIVER ? GN_V_CONTINUE : decide((instance*)call->self, call);
}

static gn_verdict ask_commit(gn_call* call) { return decide((instance*)call->self, call); }

static gn_status ask_stored(gn_call* call, gn_sink* sink) {
    (void)sink;
    return decide((instance*)call->self, call);
}

static void tell_packet(gn_call* call, gn_client* client, const gn_packet* packet) {
    (void)client;
    (void)packet;
    decide((instance*)call->self, call);
}

static void tell_plain(gn_call* call) { decide((instance*)call->self, call); }

static void ignore_retained(gn_call* call, gn_client* client, const gn_packet* packet,
                            int32_t change) {
    (void)call;
    (void)client;
    (void)packet;
    (void)change;
}

static int choose(gn_hooks* hooks, const char* name) {
#define CHOOSE(event, function)      \
    if (strcmp(name, #event) == 0) { \
        hooks->event = function;     \
        return 1;                    \
    }
    CHOOSE(on_connect, ask_packet)
    CHOOSE(on_connect_authenticate, ask_packet)
    CHOOSE(on_auth_packet, ask_packet)
    CHOOSE(on_packet_read, ask_packet)
    CHOOSE(on_packet_encode, ask_packet)
    CHOOSE(on_subscribe, ask_packet)
    CHOOSE(on_unsubscribe, ask_packet)
    CHOOSE(on_publish, ask_packet)
    CHOOSE(on_will, ask_packet)
    CHOOSE(on_acl_check, ask_access)
    CHOOSE(on_commit, ask_commit)
    CHOOSE(stored_clients, ask_stored)
    CHOOSE(stored_subscriptions, ask_stored)
    CHOOSE(stored_inflight_messages, ask_stored)
    CHOOSE(stored_retained_messages, ask_stored)
    CHOOSE(stored_sys_info, ask_stored)
    CHOOSE(on_session_established, tell_packet)
    CHOOSE(on_subscribed, tell_packet)
    CHOOSE(on_published, tell_packet)
    CHOOSE(on_started, tell_plain)
    CHOOSE(on_stopped, tell_plain)
#undef CHOOSE
    return 0;
}

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    const gn_config_api* api = host->config;
    instance* plugin = (instance*)calloc(1, sizeof *plugin);
    char name[64] = "";
    gn_str value;
    if (plugin == NULL) return GN_E_NOMEM;
    plugin->host = host;
    plugin->hooks.size = sizeof plugin->hooks;
    if (api->str(api->get(config, str("event")), &value) == GN_OK && value.len < sizeof name)
        memcpy(name, value.ptr, value.len);
    if (api->str(api->get(config, str("text")), &value) == GN_OK && value.len < sizeof plugin->text)
        memcpy(plugin->text, value.ptr, value.len);
    api->i64(api->get(config, str("number")), &plugin->number);
    if (!choose(&plugin->hooks, name)) {
        host->core->fail(host, str("no such event"));
        free(plugin);
        return GN_E_INVALID;
    }
    /* Only who is told storage events is asked to commit. */
    if (plugin->hooks.on_commit != NULL) plugin->hooks.on_retain_message = ignore_retained;
    *self = plugin;
    *hooks = &plugin->hooks;
    return GN_OK;
}

/* What the includer does before its plugin is gone. */
#ifndef ONE_EVENT_END
#define ONE_EVENT_END()
#endif

static void destroy(void* self) {
    ONE_EVENT_END();
    free(self);
}

#ifdef __cplusplus
#define ONE_EVENT_LINKAGE extern "C"
#else
#define ONE_EVENT_LINKAGE
#endif

#define ONE_EVENT_PLUGIN(plugin_name, plugin_flags)                 \
    ONE_EVENT_LINKAGE GN_EXPORT const gn_plugin gn_plugin_entry = { \
        GN_MAGIC,                                                   \
        sizeof(gn_plugin),                                          \
        1,                                                          \
        0,                                                          \
        plugin_flags,                                               \
        0,                                                          \
        plugin_name,                                                \
        "1",                                                        \
        NULL,                                                       \
        create,                                                     \
        NULL,                                                       \
        NULL,                                                       \
        NULL,                                                       \
        destroy,                                                    \
        NULL,                                                       \
    };

#endif
