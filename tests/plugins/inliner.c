/* Talks MQTT through the host tables. It subscribes to "inline/do/#" with id 1 and to
 * "$SYS/broker/version" with id 2, logs what it gets as "inline TOPIC", and obeys messages on:
 * - inline/do/publish: publishes the payload to inline/done, QoS 1, with a user property
 * - inline/do/retain: publishes the payload retained to inline/kept
 * - inline/do/sys: publishes the payload to $SYS/inline
 * - inline/do/inject: the payload is CLIENT:WIRE, injected as if that client had sent it
 * - inline/do/kick: the payload is a client id, disconnected with 0x98; kick/all drops its session
 * - inline/do/twice: replaces the subscription
 * - inline/do/stop: ends the subscription */
#include <stdio.h>

#include "text.h"

static const gn_host* the_host;

static void report(const char* what, gn_status status) {
    char line[128];
    snprintf(line, sizeof line, "inline %s answered %d", what, status);
    the_host->core->log(the_host, GN_LOG_INFO, str(line));
}

static void publish(const char* topic, gn_str payload, uint8_t qos, uint8_t retain) {
    gn_pair user;
    gn_message message;
    user.key = str("by");
    user.value = str("inliner");
    memset(&message, 0, sizeof message);
    message.size = sizeof message;
    message.topic = str(topic);
    message.payload = payload;
    message.qos = qos;
    message.retain = retain;
    message.user = &user;
    message.user_count = 1;
    report("publish", the_host->core->publish(the_host, &message));
}

static void receive(void* argument, gn_call* call, const gn_packet* packet);

static void inject(gn_str payload) {
    const char* colon = memchr(payload.ptr, ':', payload.len);
    gn_str id;
    gn_str wire;
    if (colon == NULL) return;
    id.ptr = payload.ptr;
    id.len = (size_t)(colon - payload.ptr);
    wire.ptr = colon + 1;
    wire.len = payload.len - id.len - 1;
    report("inject", the_host->core->inject(the_host, id, wire));
}

static void obey(gn_str topic, gn_str payload) {
    const gn_core_api* core = the_host->core;
    if (is(topic, "inline/do/publish")) publish("inline/done", payload, 1, 0);
    if (is(topic, "inline/do/retain")) publish("inline/kept", payload, 0, 1);
    if (is(topic, "inline/do/sys")) publish("$SYS/inline", payload, 0, 0);
    if (is(topic, "inline/do/inject")) inject(payload);
    if (is(topic, "inline/do/kick"))
        report("disconnect", the_host->client->disconnect(the_host, payload, 0x98, 0));
    if (is(topic, "inline/do/kick/all"))
        report("disconnect", the_host->client->disconnect(the_host, payload, 0x98, 1));
    if (is(topic, "inline/do/twice"))
        report("subscribe", core->subscribe(the_host, str("inline/do/#"), 1, receive, NULL));
    if (is(topic, "inline/do/stop"))
        report("unsubscribe", core->unsubscribe(the_host, str("inline/do/#"), 1));
}

static void receive(void* argument, gn_call* call, const gn_packet* packet) {
    char line[512];
    gn_publish_view view;
    (void)argument;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (call->host->packet->publish(packet, &view) != GN_OK) return;
    snprintf(line, sizeof line, "inline %.*s", (int)view.topic.len, view.topic.ptr);
    call->host->core->log(call->host, GN_LOG_INFO, str(line));
    obey(view.topic, view.payload);
}

static void on_started(gn_call* call) {
    report("subscribe",
           call->host->core->subscribe(call->host, str("inline/do/#"), 1, receive, NULL));
    report("subscribe",
           call->host->core->subscribe(call->host, str("$SYS/broker/version"), 2, receive, NULL));
}

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    (void)config;
    (void)self;
    (void)hooks;
    the_host = host;
    return GN_OK;
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks), .on_started = on_started};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1, 0, 0, 0, "inliner", "1", &hooks, create, NULL, NULL, NULL, NULL,
    NULL,
};
