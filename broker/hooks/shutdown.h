#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "hooks/plugin_stop.h"

namespace grapnel {

// The end of all plugins: closed answers for what pends on each loop, then PluginStop. A plugin
// that blocks the main loop itself is met by a thread that calls `stuck`.
class Shutdown {
public:
    using Stuck = std::function<void()>;
    // References outlive this.
    Shutdown(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
             std::vector<Plugin*> plugins, PluginStop::Done done, Stuck stuck);
    ~Shutdown();
    Shutdown(const Shutdown&) = delete;
    Shutdown& operator=(const Shutdown&) = delete;

    void begin(uint64_t timeout_ms);

private:
    void guard(uint64_t timeout_ms);
    void release_guard();

    PluginStop stop_;
    Stuck stuck_;
    std::thread guard_;
    std::mutex lock_;
    std::condition_variable changed_;
    bool finished_ = false;  // guarded by lock_
};

}  // namespace grapnel
