#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "hooks/host.h"

namespace grapnel {

// A reload of the plugins while hooks run: makes and starts those that are new, hands settings to
// those that stay, gives every loop its new chains between two packets, and stops those that are
// gone once nobody waits for an answer of theirs. A store is asked for all it has at start, so it
// can neither come nor go. Main loop; works on the others by posts.
class PluginExchange {
public:
    using Decided = std::function<void(std::vector<Error>)>;

    // `decided` as with HookHost::reload. `finished` is the last call; it may destroy this.
    PluginExchange(HookHost& host, std::shared_ptr<const config::Config> config,
                   uint64_t timeout_ms, Decided decided, std::function<void()> finished);
    ~PluginExchange();
    PluginExchange(const PluginExchange&) = delete;
    PluginExchange& operator=(const PluginExchange&) = delete;

    void begin();
    // Made for this, and not yet among those of the host.
    const std::vector<std::unique_ptr<Plugin>>& added() const { return added_; }

private:
    void plan();
    void add(const config::Plugin& entry);
    void started(std::vector<StartFault> faults);
    void hand_out_settings();
    void switch_over();
    void switched();
    void note_phases();
    void tell_started(const Plugin& plugin);
    void wait_for_answers();
    void look();
    void stop_removed();
    void give_up();
    void finish();

    HookHost& host_;
    const std::shared_ptr<const config::Config> config_;
    const uint64_t timeout_ms_;
    Decided decided_;
    std::function<void()> finished_;

    std::vector<Error> faults_;
    std::vector<Plugin*> order_;                  // all, as they will be asked
    std::vector<std::unique_ptr<Plugin>> added_;  // until the switch
    std::vector<Plugin*> removed_;
    std::unique_ptr<Startup> startup_;
    std::atomic<size_t> loops_left_{0};  // that have the old chains
    uv_timer_t* timer_ = nullptr;        // closed and freed when nobody waits any more
};

}  // namespace grapnel
