/* Calls the host with sizes, pointers and numbers that are wrong, and logs "nonsense refused" when
 * every one was refused as it must be, else which one was not. It has no opinion otherwise. */
#include <grapnel/plugin.h>

#include <stdio.h>
#include <string.h>

static const char* fault;

static void expect(int holds, const char* what) {
    if (!holds && fault == NULL) fault = what;
}

static void try_views(gn_call* call, gn_client* client, gn_packet* packet) {
    const gn_packet_api* api = call->host->packet;
    gn_publish_view view;
    gn_client_view about;
    memset(&view, 0x55, sizeof view);
    view.size = 0;
    expect(api->publish(packet, &view) == GN_E_INVALID, "a view of size 0");
    view.size = 8;
    expect(api->publish(packet, &view) == GN_OK && view.size == 8, "a view of size 8");
    expect(view.created_ms == 0x5555555555555555, "a short view was written beyond its size");
    view.size = sizeof view + 1000;
    expect(api->publish(packet, &view) == GN_OK && view.size <= sizeof view, "a view too large");
    expect(api->publish(packet, NULL) == GN_E_INVALID, "no view");
    expect(api->publish(NULL, &view) == GN_E_INVALID, "no packet");
    about.size = sizeof about;
    expect(call->host->client->view(NULL, &about) == GN_E_INVALID, "no client");
    expect(call->host->client->view(client, NULL) == GN_E_INVALID, "no client view");
}

static void try_setters(gn_call* call, gn_client* client, gn_packet* packet) {
    const gn_packet_api* api = call->host->packet;
    const gn_str broken = {NULL, 5};
    const gn_str wildcard = {"a/#", 3};
    const gn_str zero = {"a\0b", 3};
    gn_pair pair;
    pair.key = broken;
    pair.value = wildcard;
    expect(api->set_topic(packet, broken) == GN_E_INVALID, "a null topic with a length");
    expect(api->set_topic(packet, wildcard) == GN_E_INVALID, "a topic with a wildcard");
    expect(api->set_topic(packet, zero) == GN_E_INVALID, "a topic with U+0000");
    expect(api->set_qos(packet, 3) == GN_E_INVALID, "QoS 3");
    expect(api->set_prop_u32(packet, 0x99, 1) == GN_E_INVALID, "an unknown property");
    expect(api->set_prop_u32(packet, 0x21, 1) == GN_E_INVALID, "a property of another packet");
    expect(api->set_prop_u32(packet, 0x01, 7) == GN_E_INVALID, "a property out of range");
    expect(api->set_prop_str(packet, 0x01, wildcard) == GN_E_INVALID, "a string for a number");
    expect(api->add_user(packet, pair) == GN_E_INVALID, "a broken user property");
    expect(api->refuse_filter(packet, 0, 0x80) == GN_E_INVALID, "a filter of a PUBLISH");
    expect(call->host->client->set_id(client, wildcard) == GN_E_STATE, "an id after CONNACK");
    expect(call->host->core->challenge(call, wildcard) == GN_E_STATE, "a challenge to a PUBLISH");
}

static void try_services(gn_call* call) {
    const gn_core_api* core = call->host->core;
    const gn_str broken = {NULL, 5};
    const gn_str id = {"x", 1};
    gn_message message;
    memset(&message, 0, sizeof message);
    expect(core->publish(call->host, NULL) == GN_E_INVALID, "no message");
    expect(core->publish(call->host, &message) == GN_E_INVALID, "a message of size 0");
    message.size = sizeof message;
    expect(core->publish(call->host, &message) == GN_E_INVALID, "a message without a topic");
    message.topic = id;
    message.user_count = 3;
    expect(core->publish(call->host, &message) == GN_E_INVALID,
           "user properties that are not there");
    expect(core->complete(call->host, 0, GN_V_ALLOW) == GN_E_GONE, "ticket 0");
    expect(core->complete(call->host, 0x123456789abcdef0u, GN_V_ALLOW) == GN_E_GONE,
           "a made-up ticket");
    expect(core->deferred_packet(call->host, 12345) == NULL, "the packet of a made-up ticket");
    expect(core->subscribe(call->host, id, 1, NULL, NULL) != GN_OK,
           "a subscription without function");
    expect(core->inject(call->host, broken, id) == GN_E_INVALID, "a broken client id");
    expect(core->extension(call->host, "no.such/1") == NULL, "an unknown extension");
    expect(core->extension(call->host, NULL) == NULL, "no extension");
    expect(call->host->loop->timer_start(call->loop, 1, 0, NULL, NULL) == 0,
           "a timer without function");
    call->host->loop->timer_stop(call->loop, 999);
    expect(call->host->loop->uv(call->loop, 0xffffffffu) == NULL, "a libuv of the future");
    expect(call->host->config->get(NULL, id) == NULL, "a key of no node");
    expect(call->host->store->client(NULL, NULL) == GN_E_INVALID, "no sink");
    core->log(call->host, 99, broken);
}

static gn_verdict on_publish(gn_call* call, gn_client* client, gn_packet* packet) {
    char line[200];
    gn_str text;
    fault = NULL;
    try_views(call, client, packet);
    try_setters(call, client, packet);
    try_services(call);
    snprintf(line, sizeof line, "%s%s",
             fault == NULL ? "nonsense refused" : "nonsense taken: ", fault == NULL ? "" : fault);
    text.ptr = line;
    text.len = strlen(line);
    call->host->core->log(call->host, GN_LOG_INFO, text);
    return GN_V_CONTINUE;
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks), .on_publish = on_publish};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "lies_about_sizes",
    "1",
    &hooks,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
