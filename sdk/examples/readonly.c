/* Makes a part of the topic tree read only: no client publishes there, neither by PUBLISH nor by
 * its will.
 *
 *     [[plugin]]
 *     name = "readonly"
 *     order = 10                     # before the plugins that allow: the first opinion counts
 *     [plugin.config]
 *     prefix = "plant/setpoints"     # this topic and all below it
 *
 *     cc -O2 -shared -fPIC -o readonly.so readonly.c
 */
#include <grapnel/plugin.h>

#include <stdlib.h>
#include <string.h>

enum { NOT_AUTHORIZED = 0x87 };

/* One [[plugin]] entry. Constant once created, so all loops may use it at once. */
typedef struct readonly {
    size_t prefix_len;
    char prefix[];
} readonly;

static gn_str text(const char* bytes) {
    gn_str out;
    out.ptr = bytes;
    out.len = strlen(bytes);
    return out;
}

/* Is the topic the prefix or below it? "a/b" is above "a/b/c", not above "a/bc". */
static int covers(const readonly* self, gn_str topic) {
    return topic.len >= self->prefix_len &&
           memcmp(topic.ptr, self->prefix, self->prefix_len) == 0 &&
           (topic.len == self->prefix_len || topic.ptr[self->prefix_len] == '/');
}

/* A gate: CONTINUE is no opinion, and the next plugin is asked. */
static gn_verdict on_acl_check(gn_call* call, gn_client* client, gn_str topic, int32_t access) {
    (void)client;
    if (access != GN_ACCESS_PUBLISH || !covers(call->self, topic)) return GN_V_CONTINUE;
    call->host->core->reason(call, NOT_AUTHORIZED, text("read only"));
    return GN_V_DENY;
}

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    gn_str prefix;
    readonly* made;
    (void)hooks;
    if (host->config->str(host->config->get(config, text("prefix")), &prefix) != GN_OK ||
        prefix.len == 0) {
        host->core->fail(host, text("prefix: expected a topic"));
        return GN_E_INVALID;
    }
    made = malloc(sizeof *made + prefix.len);
    if (made == NULL) return GN_E_NOMEM;
    made->prefix_len = prefix.len;
    memcpy(made->prefix, prefix.ptr, prefix.len);
    *self = made;
    return GN_OK;
}

static void destroy(void* self) { free(self); }

static const gn_hooks hooks = {.size = sizeof(gn_hooks), .on_acl_check = on_acl_check};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    .magic = GN_MAGIC,
    .size = sizeof(gn_plugin),
    .abi_major = 1,
    .abi_minor = 0,
    .flags = GN_PLUGIN_CONCURRENT,
    .name = "readonly",
    .version = "1.0",
    .hooks = &hooks,
    .create = create,
    .destroy = destroy,
};
