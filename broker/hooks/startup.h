#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hooks/dispatcher.h"
#include "hooks/port.h"

namespace grapnel {

// One plugin that did not start, on whichever loops.
struct StartFault {
    Plugin* plugin = nullptr;
    std::string why;  // and on how many loops
};

// Calls loop_start of plugins on every loop, each on its own thread, and reports on the main loop.
// Outlives the posts that it makes.
class Startup {
public:
    using Done = std::function<void(std::vector<StartFault>)>;
    Startup(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
            std::vector<Plugin*> plugins, Done done);

    void begin();
    const std::vector<Plugin*>& plugins() const { return plugins_; }

private:
    // A fault as it occurred on some loops.
    struct Fault {
        Plugin* plugin;
        std::string why;
        size_t loops;
    };

    void start_on(Dispatcher& dispatcher);
    void note(Plugin& plugin, std::string why);
    std::vector<StartFault> faults() const;
    // "" or why the plugin failed.
    static std::string start_plugin(PluginLoop& loop);

    Port& port_;
    const std::vector<std::unique_ptr<Dispatcher>>& dispatchers_;
    const std::vector<Plugin*> plugins_;
    Done done_;
    std::mutex lock_;  // guards what follows
    std::vector<Fault> faults_;
    size_t left_;
};

}  // namespace grapnel
