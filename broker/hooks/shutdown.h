#pragma once

#include <uv.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "hooks/dispatcher.h"
#include "hooks/plugin.h"
#include "hooks/port.h"

namespace grapnel {

// Stops all plugins on all loops, waits for them up to a deadline, and destroys those that stopped.
// Made and finished on the main loop; it works on each loop by posts and must outlive them all. A
// plugin that blocks the main loop itself is met by a thread that calls `stuck`.
class Shutdown {
public:
    using Done = std::function<void(bool clean)>;
    using Stuck = std::function<void()>;
    // All references outlive this.
    Shutdown(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
             const std::vector<std::unique_ptr<Plugin>>& plugins, Done done, Stuck stuck);
    ~Shutdown();
    Shutdown(const Shutdown&) = delete;
    Shutdown& operator=(const Shutdown&) = delete;

    void begin(uint64_t timeout_ms);

private:
    void stop_on(Dispatcher& dispatcher);
    void stop_plugin(Dispatcher& dispatcher, PluginLoop& loop);
    void stopped(PluginLoop& loop);
    bool quiet(const Plugin& plugin) const;
    void name_running() const;
    void guard(uint64_t timeout_ms);
    void look();
    void finish(bool clean);

    Port& port_;
    const std::vector<std::unique_ptr<Dispatcher>>& dispatchers_;
    const std::vector<std::unique_ptr<Plugin>>& plugins_;
    Done done_;
    Stuck stuck_;
    std::vector<std::atomic<uint32_t>> running_;  // by plugin: loops that it has not stopped on
    uv_timer_t* timer_ = nullptr;                 // closed and freed by finish()
    int64_t deadline_ms_ = 0;

    std::thread guard_;
    std::mutex lock_;
    std::condition_variable changed_;
    bool finished_ = false;  // guarded by lock_
};

}  // namespace grapnel
