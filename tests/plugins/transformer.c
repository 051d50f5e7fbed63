/* Rewrites packets. What it does to a PUBLISH is asked for by its topic:
 * - rewrite/topic: the topic becomes rewritten/topic
 * - rewrite/payload: the payload becomes "new payload"
 * - rewrite/qos: QoS 0
 * - rewrite/retain: retain on
 * - rewrite/properties: sets content type, expiry and a user property, removes the response topic
 * - reject/silent, reject/code: REJECT, the latter with reason 0x97
 * - ignore: IGNORE
 * The filter "rename/x" becomes "renamed/x", "refuse/…" is refused with 0x97, and a SUBSCRIBE with
 * "reject/all" is rejected. A will on "will/x" goes to "will/y", one on "will/reject" nowhere. With
 * `encode` = true each outgoing PUBLISH gets the user property encoded=yes. */
#include <stdlib.h>

#include "text.h"

static gn_hooks hooks_without_encode;

static int begins(gn_str text, const char* expected) {
    return text.len >= strlen(expected) && memcmp(text.ptr, expected, strlen(expected)) == 0;
}

static gn_pair pair(const char* key, const char* value) {
    gn_pair out;
    out.key = str(key);
    out.value = str(value);
    return out;
}

static gn_verdict rewrite(gn_call* call, gn_packet* packet, gn_str topic) {
    const gn_packet_api* api = call->host->packet;
    gn_status status = GN_OK;
    if (is(topic, "rewrite/topic")) status = api->set_topic(packet, str("rewritten/topic"));
    if (is(topic, "rewrite/payload")) status = api->set_payload(packet, str("new payload"));
    if (is(topic, "rewrite/qos")) status = api->set_qos(packet, 0);
    if (is(topic, "rewrite/retain")) status = api->set_retain(packet, 1);
    if (is(topic, "rewrite/properties")) {
        status = api->set_prop_str(packet, 0x03, str("text/new"));
        if (status == GN_OK) status = api->set_prop_u32(packet, 0x02, 1000);
        if (status == GN_OK) status = api->clear_prop(packet, 0x08);
        if (status == GN_OK) status = api->add_user(packet, pair("added", "yes"));
    }
    return status == GN_OK ? GN_V_CONTINUE : GN_V_REJECT;
}

static gn_verdict on_publish(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_publish_view view;
    (void)client;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (call->host->packet->publish(packet, &view) != GN_OK) return GN_V_REJECT;
    if (begins(view.topic, "rewrite/")) return rewrite(call, packet, view.topic);
    if (is(view.topic, "ignore")) return GN_V_IGNORE;
    if (is(view.topic, "reject/silent")) return GN_V_REJECT;
    if (is(view.topic, "reject/code")) {
        call->host->core->reason(call, 0x97, str("over quota"));
        return GN_V_REJECT;
    }
    return GN_V_CONTINUE;
}

static gn_verdict on_filters(gn_call* call, gn_client* client, gn_packet* packet) {
    const gn_packet_api* api = call->host->packet;
    gn_filter filter;
    uint32_t i;
    (void)client;
    for (i = 0;; ++i) {
        memset(&filter, 0, sizeof filter);
        filter.size = sizeof filter;
        if (api->filter(packet, i, &filter) != GN_OK) return GN_V_CONTINUE;
        if (begins(filter.filter, "refuse/") && api->refuse_filter(packet, i, 0x97) != GN_OK)
            return GN_V_REJECT;
        if (is(filter.filter, "reject/all")) return GN_V_REJECT;
        if (is(filter.filter, "rename/x")) {
            filter.filter = str("renamed/x");
            if (api->set_filter(packet, i, &filter) != GN_OK) return GN_V_REJECT;
        }
    }
}

static gn_verdict on_will(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_publish_view view;
    (void)client;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (call->host->packet->publish(packet, &view) != GN_OK) return GN_V_CONTINUE;
    if (is(view.topic, "will/reject")) return GN_V_REJECT;
    if (is(view.topic, "will/x")) {
        call->host->packet->set_topic(packet, str("will/y"));
        call->host->packet->set_payload(packet, str("rewritten will"));
        call->host->packet->add_user(packet, pair("by", "transformer"));
    }
    return GN_V_CONTINUE;
}

static gn_verdict on_packet_encode(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_packet_view view;
    (void)client;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (call->host->packet->view(packet, &view) == GN_OK && view.type == 3)
        call->host->packet->add_user(packet, pair("encoded", "yes"));
    return GN_V_CONTINUE;
}

static const gn_hooks all_hooks = {
    .size = sizeof(gn_hooks),
    .on_packet_encode = on_packet_encode,
    .on_subscribe = on_filters,
    .on_unsubscribe = on_filters,
    .on_publish = on_publish,
    .on_will = on_will,
};

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    (void)self;
    if (!flag(host, config, "encode")) {
        hooks_without_encode = all_hooks;
        hooks_without_encode.on_packet_encode = NULL;
        *hooks = &hooks_without_encode;
    }
    return GN_OK;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    GN_PLUGIN_CONCURRENT,
    0,
    "transformer",
    "1",
    &all_hooks,
    create,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
