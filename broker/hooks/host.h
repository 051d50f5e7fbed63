#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "hooks/dispatcher.h"
#include "hooks/plugin.h"
#include "hooks/port.h"
#include "hooks/restore_target.h"

namespace grapnel {

class InlineSubscriptions;
class Restore;
class Shutdown;
class Startup;

// All plugins of the process and their lives: load → start → restore → (run) → stop. Main thread,
// but for the dispatchers, each of which belongs to its loop. Outlives every loop.
class HookHost {
public:
    // Makes one dispatcher a worker and one for the main loop. The port outlives the host.
    explicit HookHost(Port& port);
    ~HookHost();
    HookHost(const HookHost&) = delete;
    HookHost& operator=(const HookHost&) = delete;

    // Opens and creates every plugin of the configuration, in its order, and builds the chains.
    // Before any dispatcher is used. Returns why required plugins failed; what is not required and
    // fails is a warning in the log. Creates all that it can even after a failure.
    std::vector<Error> load(const config::Config& config);

    // loop_start of every plugin on every loop. `done` comes on the main loop, with the failures.
    void start(std::function<void(std::vector<Error>)> done);
    // Asks stored_* for what goes to the target; `done` comes on the main loop behind the last
    // record, maybe before this returns. An error: a store failed, so the broker must not start.
    // The target lives until then.
    void restore(RestoreTarget& target, std::function<void(std::optional<Error>)> done);
    // Ends it when it has not ended: no record and no `done` comes any more.
    void cancel_restore();
    // Does any plugin give something back?
    bool has_store() const;

    // Hands each plugin its node of a configuration just read; that configuration replaces the one
    // given to load(). Entries that came or went need a restart: then they are the returned list
    // and no plugin is asked. Else it is the plugins that refuse, which keep their settings.
    std::vector<Error> reload(const config::Config& config);

    // Shutdown, after clients are gone and Dispatcher::stopped(): closed answers for what pends on
    // each loop, loop_stop of every plugin, then destroy. `done` comes on the main loop; clean =
    // false: after timeout_ms some plugin had not stopped (it is logged and not destroyed): its
    // handles may be open and its thread may be stuck, so nothing may be joined, closed or freed.
    // `stuck` comes instead, on a thread of its own, when a plugin blocks the main loop; if that
    // goes on after all, so does the shutdown.
    void stop(uint64_t timeout_ms, std::function<void(bool clean)> done,
              std::function<void()> stuck);

    // Workers 0 … n-1, then main.
    Dispatcher& dispatcher(uint32_t loop) { return *dispatchers_[loop]; }
    Dispatcher& main() { return *dispatchers_.back(); }

    // A message for a plugin's inline subscription, on the main loop. Stale number: nothing.
    void deliver_inline(uint64_t subscription, const PacketBox& packet);

    // Counts and times every call of every plugin, also of those without a call_budget. [any]
    void measure(bool on);
    const std::vector<std::unique_ptr<Plugin>>& plugins() const { return plugins_; }

private:
    friend struct HostApi;

    void build_chains();
    std::vector<Error> changed_entries(const config::Config& config) const;

    Port& port_;
    std::vector<std::unique_ptr<Dispatcher>> dispatchers_;
    std::vector<std::unique_ptr<Plugin>> plugins_;
    std::vector<std::unique_ptr<Plugin>> failed_;  // their create may have kept the host pointer
    std::unique_ptr<InlineSubscriptions> inline_;
    std::unique_ptr<Startup> startup_;
    std::unique_ptr<Restore> restore_;
    std::unique_ptr<Shutdown> shutdown_;
};

}  // namespace grapnel
