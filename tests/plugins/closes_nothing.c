/* Leaves a timer of the host's and a libuv handle of its own open on every loop when it stops. */
#include <grapnel/plugin.h>

#include <uv.h>

#define LOOPS_MAX 64

typedef struct loop_data {
    const gn_host* host;
    uv_timer_t handle;
} loop_data;

static void nothing(void* argument) { (void)argument; }
static void tick(uv_timer_t* timer) { (void)timer; }

static const gn_host* the_host;

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    (void)config;
    (void)self;
    (void)hooks;
    the_host = host;
    return GN_OK;
}

static gn_status loop_start(void* self, gn_loop* loop, void** loop_self) {
    static loop_data all[LOOPS_MAX];
    const uint32_t index = the_host->loop->index(loop);
    loop_data* data = &all[index % LOOPS_MAX];
    uv_loop_t* uv = (uv_loop_t*)the_host->loop->uv(loop, UV_VERSION_HEX);
    (void)self;
    if (uv == NULL) return GN_E_UNSUPPORTED;
    data->host = the_host;
    uv_timer_init(uv, &data->handle);
    uv_timer_start(&data->handle, tick, 50, 50);
    if (the_host->loop->timer_start(loop, 10, 10, nothing, NULL) == 0) return GN_E_LIMIT;
    *loop_self = data;
    return GN_OK;
}

static void loop_stop(void* loop_self, gn_ticket done) {
    loop_data* data = loop_self;
    data->host->core->complete(data->host, done, GN_OK);
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,         0,    0,    0, "closes_nothing", "1", NULL, create,
    NULL,     loop_start,        loop_stop, NULL, NULL,
};
