/* Keeps work in its region: of a shared group only those members get a message whose client id
 * begins with the region that the topic names. With the settings below "orders/eu/7" goes to a
 * member "eu-…" of $share/workers/orders/#. Among those the broker chooses as it always does. A
 * group without a member of that region is left as it was: a message that travels is better than
 * one that is lost.
 *
 *     [[plugin]]
 *     name = "geo-fence"
 *     [plugin.config]
 *     level = 1                      # of the topic, counted from 0: what names the region
 *     separator = "-"                # behind the region in client ids
 *
 *     cc -O2 -shared -fPIC -o geo-fence.so geo-fence.c
 */
#include <grapnel/plugin.h>

#include <stdlib.h>
#include <string.h>

/* One [[plugin]] entry. Constant once created, so all loops may use it at once. */
typedef struct geo_fence {
    int64_t level;
    char separator;
} geo_fence;

static gn_str text(const char* bytes) {
    gn_str out;
    out.ptr = bytes;
    out.len = strlen(bytes);
    return out;
}

/* The level of the topic that names the region; empty where the topic is not that deep. */
static gn_str region_of(gn_str topic, int64_t level) {
    gn_str out = {NULL, 0};
    size_t begin = 0;
    size_t end = 0;
    for (; end <= topic.len; ++end) {
        if (end < topic.len && topic.ptr[end] != '/') continue;
        if (level-- == 0) {
            out.ptr = topic.ptr + begin;
            out.len = end - begin;
            return out;
        }
        begin = end + 1;
    }
    return out;
}

static int is_local(const geo_fence* self, gn_str client_id, gn_str region) {
    return client_id.len > region.len && client_id.ptr[region.len] == self->separator &&
           memcmp(client_id.ptr, region.ptr, region.len) == 0;
}

/* Target `index`; its group is 0 behind the last one. */
static gn_target target_at(gn_call* call, const gn_targets* targets, uint32_t index) {
    gn_target out;
    memset(&out, 0, sizeof out);
    out.size = sizeof out;
    if (call->host->packet->target(targets, index, &out) != GN_OK) out.group = 0;
    return out;
}

/* Of the group that begins at `first`: drops who is not local, unless nobody is. Answers where the
 * next group begins. */
static uint32_t fence(gn_call* call, gn_targets* targets, uint32_t first, gn_str region) {
    const uint32_t group = target_at(call, targets, first).group;
    uint32_t local_count = 0;
    uint32_t end = first;
    uint32_t index;
    gn_target target = target_at(call, targets, end);
    for (; target.group == group; target = target_at(call, targets, ++end))
        if (is_local(call->self, target.client_id, region)) ++local_count;
    for (index = first; local_count != 0 && index < end; ++index)
        if (!is_local(call->self, target_at(call, targets, index).client_id, region))
            call->host->packet->drop_target(targets, index);
    return end;
}

static void on_select_subscribers(gn_call* call, gn_targets* targets, const gn_packet* packet) {
    const geo_fence* self = call->self;
    gn_publish_view message;
    gn_str region;
    uint32_t first = 0;
    memset(&message, 0, sizeof message);
    message.size = sizeof message;
    if (call->host->packet->publish(packet, &message) != GN_OK) return;
    region = region_of(message.topic, self->level);
    if (region.len == 0) return;
    while (target_at(call, targets, first).group != 0) first = fence(call, targets, first, region);
}

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    const gn_config_api* api = host->config;
    gn_str separator;
    int64_t level;
    geo_fence* made;
    (void)hooks;
    if (api->i64(api->get(config, text("level")), &level) != GN_OK || level < 0 ||
        api->str(api->get(config, text("separator")), &separator) != GN_OK || separator.len != 1) {
        host->core->fail(host, text("expected level = NUMBER and separator = \"CHARACTER\""));
        return GN_E_INVALID;
    }
    made = malloc(sizeof *made);
    if (made == NULL) return GN_E_NOMEM;
    made->level = level;
    made->separator = separator.ptr[0];
    *self = made;
    return GN_OK;
}

static void destroy(void* self) { free(self); }

static const gn_hooks hooks = {
    .size = sizeof(gn_hooks),
    .on_select_subscribers = on_select_subscribers,
};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    .magic = GN_MAGIC,
    .size = sizeof(gn_plugin),
    .abi_major = 1,
    .abi_minor = 0,
    .flags = GN_PLUGIN_CONCURRENT,
    .name = "geo-fence",
    .version = "1.0",
    .hooks = &hooks,
    .create = create,
    .destroy = destroy,
};
