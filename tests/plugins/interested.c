/* Rejects every publish that it sees, and names one `filter` of topics that concern it. Refuses
 * access to the topic "secret", which it does not name. */
#include "text.h"

static const gn_host* the_host;

static gn_verdict on_publish(gn_call* call, gn_client* client, gn_packet* packet) {
    (void)call;
    (void)client;
    (void)packet;
    return GN_V_REJECT;
}

static gn_verdict on_acl_check(gn_call* call, gn_client* client, gn_str topic, int32_t access) {
    (void)call;
    (void)client;
    (void)access;
    return topic.len == 6 && memcmp(topic.ptr, "secret", 6) == 0 ? GN_V_DENY : GN_V_CONTINUE;
}

static gn_hooks hooks;

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** table) {
    const gn_interest* interest = (const gn_interest*)host->core->extension(host, GN_EXT_INTEREST);
    gn_str filter;
    (void)self;
    the_host = host;
    hooks.size = sizeof hooks;
    hooks.on_publish = on_publish;
    hooks.on_acl_check = on_acl_check;
    *table = &hooks;
    if (!GN_HAS(interest, limit)) return GN_E_UNSUPPORTED;
    if (host->config->str(host->config->get(config, str("filter")), &filter) != GN_OK)
        return GN_E_INVALID;
    return interest->limit(the_host, &filter, 1);
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "interested",
    "1",
    NULL,
    create,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
