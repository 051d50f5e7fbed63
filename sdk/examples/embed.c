/* A broker inside a program: everybody may do everything; what clients publish below "hello/" is
 * printed; ends with the input. */
#include <grapnel/broker.h>
#include <stdio.h>
#include <string.h>

static gn_str str(const char* text) {
    gn_str value = {text, strlen(text)};
    return value;
}

static gn_verdict let_in(gn_call* call, gn_client* client, gn_packet* packet) {
    (void)call, (void)client, (void)packet;
    return GN_V_ALLOW;
}

static gn_verdict allow(gn_call* call, gn_client* client, gn_str topic, int32_t access) {
    (void)call, (void)client, (void)topic, (void)access;
    return GN_V_ALLOW;
}

static const gn_hooks hooks = {
    .size = sizeof(gn_hooks), .on_connect_authenticate = let_in, .on_acl_check = allow};
static const gn_plugin allow_all = {.magic = GN_MAGIC,
                                    .size = sizeof(gn_plugin),
                                    .abi_major = 1,
                                    .flags = GN_PLUGIN_CONCURRENT,
                                    .name = "allow-all",
                                    .version = "1",
                                    .hooks = &hooks};

static void print(void* arg, const gn_publish_view* message, const gn_packet* packet) {
    (void)arg, (void)packet;
    printf("%.*s: %.*s\n", (int)message->topic.len, message->topic.ptr, (int)message->payload.len,
           message->payload.ptr);
    fflush(stdout);
}

static int serve(gn_broker* broker) {
    gn_message welcome = {.size = sizeof welcome, .retain = 1};
    gn_subscription subscription;
    uint16_t port;
    if (gn_broker_add_plugin(broker, &allow_all, str("allow-all"), str("")) != GN_OK) return 1;
    if (gn_broker_start(broker) != GN_OK) return 1;
    if (gn_broker_port(broker, str("tcp"), &port) != GN_OK) return 1;
    if (gn_broker_subscribe(broker, str("hello/#"), print, NULL, &subscription) != GN_OK) return 1;
    welcome.topic = str("hello/world");
    welcome.payload = str("here I am");
    if (gn_broker_publish(broker, &welcome) != GN_OK) return 1;
    printf("port %u\n", (unsigned)port);
    fflush(stdout);
    while (getchar() != EOF) continue;
    return gn_broker_stop(broker) != GN_OK;
}

int main(void) {
    gn_broker_options options = {.size = sizeof options};
    gn_broker* broker;
    options.name = str("embed.c");
    options.settings = str("[[listener]]\nid = 'tcp'\ntype = 'tcp'\naddress = '127.0.0.1:0'\n");
    int failed = gn_broker_create(&options, &broker) != GN_OK || serve(broker) != 0;
    gn_str error = gn_broker_error(broker);
    if (failed) fprintf(stderr, "%.*s\n", (int)error.len, error.ptr);
    gn_broker_destroy(broker);
    return failed;
}
