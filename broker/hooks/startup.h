#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "hooks/dispatcher.h"
#include "hooks/port.h"

namespace grapnel {

// Calls loop_start of plugins on every loop, each on its own thread, and reports on the main loop.
// Outlives the posts that it makes.
class Startup {
public:
    using Done = std::function<void(std::vector<Error>)>;
    Startup(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
            std::vector<Plugin*> plugins, Done done);

    void begin();
    const std::vector<Plugin*>& plugins() const { return plugins_; }

private:
    void start_on(Dispatcher& dispatcher);
    // "" or why the plugin failed.
    static std::string start_plugin(PluginLoop& loop);

    Port& port_;
    const std::vector<std::unique_ptr<Dispatcher>>& dispatchers_;
    const std::vector<Plugin*> plugins_;
    Done done_;
    std::mutex lock_;  // guards what follows
    std::vector<Error> faults_;
    size_t left_;
};

}  // namespace grapnel
