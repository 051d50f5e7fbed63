#include "hooks/left_open.h"

#include <dlfcn.h>

#include "base/log.h"
#include "hooks/dispatcher.h"

namespace grapnel {

namespace {

using Function = void (*)();

template <class Handle, class Callback>
Function callback_in(const uv_handle_t* handle, Callback Handle::*member) {
    return reinterpret_cast<Function>(reinterpret_cast<const Handle*>(handle)->*member);
}

Function callback_of(const uv_handle_t* handle) {
    switch (handle->type) {
        case UV_TIMER: return callback_in(handle, &uv_timer_t::timer_cb);
        case UV_ASYNC: return callback_in(handle, &uv_async_t::async_cb);
        case UV_POLL: return callback_in(handle, &uv_poll_t::poll_cb);
        case UV_PREPARE: return callback_in(handle, &uv_prepare_t::prepare_cb);
        case UV_CHECK: return callback_in(handle, &uv_check_t::check_cb);
        case UV_IDLE: return callback_in(handle, &uv_idle_t::idle_cb);
        case UV_SIGNAL: return callback_in(handle, &uv_signal_t::signal_cb);
        case UV_PROCESS: return callback_in(handle, &uv_process_t::exit_cb);
        case UV_TCP:
        case UV_NAMED_PIPE:
        case UV_TTY: {
            const Function reads = callback_in(handle, &uv_stream_t::read_cb);
            return reads != nullptr ? reads : callback_in(handle, &uv_stream_t::connection_cb);
        }
        case UV_UDP: return callback_in(handle, &uv_udp_t::recv_cb);
        default: return nullptr;
    }
}

// Where the library that holds this address was loaded; null: none does.
const void* library_of(const void* address) {
    Dl_info facts{};
    return address != nullptr && dladdr(address, &facts) != 0 ? facts.dli_fbase : nullptr;
}

struct Search {
    const PluginLoop& loop;
    const void* library;
};

void look_at(uv_handle_t* handle, void* argument) {
    const Search& search = *static_cast<const Search*>(argument);
    if (uv_is_closing(handle) != 0) return;
    const void* code = reinterpret_cast<const void*>(callback_of(handle));
    if (code == nullptr || library_of(code) != search.library) return;
    const Plugin& plugin = search.loop.plugin();
    plugin.stats().left_open.fetch_add(1, std::memory_order_relaxed);
    log_warn(plugin.log_module(), "left a handle open",
             {{"type", uv_handle_type_name(handle->type)}, {"loop", search.loop.index()}});
}

}  // namespace

void note_left_open(const PluginLoop& loop) {
    if (!loop.lent() || loop.dispatcher().shares_library(loop)) return;
    Search search{loop, library_of(&loop.plugin().entry())};
    if (search.library != nullptr) uv_walk(loop.uv(), look_at, &search);
}

}  // namespace grapnel
