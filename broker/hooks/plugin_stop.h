#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "hooks/dispatcher.h"
#include "hooks/plugin.h"
#include "hooks/port.h"

namespace grapnel {

// Stops plugins on all loops, waits for them up to a deadline, and destroys those that stopped.
// Made and finished on the main loop; works on each loop by posts and outlives them all, also late
// answers of plugins that missed the deadline.
class PluginStop {
public:
    using Done = std::function<void(bool clean)>;
    // No hook of these plugins is running or will be. References outlive this.
    PluginStop(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
               std::vector<Plugin*> plugins, Done done);
    PluginStop(const PluginStop&) = delete;
    PluginStop& operator=(const PluginStop&) = delete;

    // `prepare` runs first on each loop. Done comes on the main loop; clean: all have stopped.
    void begin(uint64_t timeout_ms, std::function<void(Dispatcher&)> prepare);
    // [any] Says in the log which have not stopped.
    void name_running() const;
    // Those that had not stopped at the end.
    std::vector<Plugin*> running() const;

private:
    struct Stopping {
        Plugin* plugin = nullptr;
        std::atomic<uint32_t> loops{0};  // that it has not stopped on
    };

    void stop_on(Dispatcher& dispatcher);
    void stop_plugin(Dispatcher& dispatcher, Stopping& stopping);
    static void stopped(PluginLoop& loop, Stopping& stopping);
    static bool quiet(const Stopping& stopping);
    void look();
    void finish(bool clean);

    Port& port_;
    const std::vector<std::unique_ptr<Dispatcher>>& dispatchers_;
    std::vector<Stopping> stopping_;
    Done done_;
    std::function<void(Dispatcher&)> prepare_;
    uv_timer_t* timer_ = nullptr;  // closed and freed by finish()
    int64_t deadline_ms_ = 0;
};

}  // namespace grapnel
