#include "hooks/call.h"
#include "hooks/host_api.h"

namespace grapnel {

namespace {

// The plugin's loop, when the calling thread is its thread.
PluginLoop* here(gn_loop* loop) {
    if (loop == nullptr) return nullptr;
    PluginLoop* plugin_loop = PluginLoop::from(loop);
    return current_thread.dispatcher == &plugin_loop->dispatcher() ? plugin_loop : nullptr;
}

uint32_t index(const gn_loop* loop) {
    return loop == nullptr ? UINT32_MAX : PluginLoop::from(loop)->index();
}

gn_status post(gn_loop* loop, void (*fn)(void*), void* arg) {
    return loop == nullptr ? GN_E_INVALID : PluginLoop::from(loop)->post(fn, arg);
}

gn_status work(gn_loop* loop, void (*fn)(void*), void (*done)(void*), void* arg) {
    if (loop == nullptr) return GN_E_INVALID;
    PluginLoop* plugin_loop = here(loop);
    return plugin_loop == nullptr ? GN_E_THREAD : plugin_loop->work(fn, done, arg);
}

gn_timer timer_start(gn_loop* loop, uint64_t delay_ms, uint64_t every_ms, void (*fn)(void*),
                     void* arg) {
    PluginLoop* plugin_loop = here(loop);
    return plugin_loop == nullptr ? 0 : plugin_loop->timer_start(delay_ms, every_ms, fn, arg);
}

void timer_stop(gn_loop* loop, gn_timer timer) {
    if (PluginLoop* plugin_loop = here(loop); plugin_loop != nullptr)
        plugin_loop->timer_stop(timer);
}

uv_loop_t* uv(gn_loop* loop, uint32_t asked) {
    PluginLoop* plugin_loop = here(loop);
    const uint32_t offered = uv_version();
    if (plugin_loop == nullptr || asked > offered || asked >> 16 != offered >> 16) return nullptr;
    plugin_loop->set_lent();
    return plugin_loop->uv();
}

}  // namespace

const gn_loop_api HostApi::loop{
    sizeof(gn_loop_api), 0, grapnel::index, post, work, timer_start, timer_stop, uv,
};

}  // namespace grapnel
