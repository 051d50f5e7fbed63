#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "hooks/current_thread.h"
#include "hooks/dispatcher.h"
#include "hooks/plugin.h"
#include "hooks/plugin_state.h"
#include "hooks/port.h"
#include "hooks/restore_target.h"
#include "stats/plugin_metrics.h"

namespace grapnel {

class InlineSubscriptions;
class PluginExchange;
class PluginStop;
class Restore;
class Shutdown;
class Startup;
struct StartFault;

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

    // loop_start of every plugin on every loop. `done` comes on the main loop, with the failures of
    // required plugins. Others that fail are named in the log, stopped where they had started and
    // asked nothing.
    void start(std::function<void(std::vector<Error>)> done);
    // Asks stored_* for what goes to the target; `done` comes on the main loop behind the last
    // record, maybe before this returns. An error: a store failed, so the broker must not start.
    // The target lives until then.
    void restore(RestoreTarget& target, std::function<void(std::optional<Error>)> done);
    // Ends it when it has not ended: no record and no `done` comes any more.
    void cancel_restore();
    // Does any plugin give something back?
    bool has_store() const;

    // Goes over to the plugins, their order and settings of a configuration just read, while hooks
    // run; at most one at a time, and after start(). Clients are not told of it. `decided` comes on
    // the main loop, with why everything stays as it was (but a plugin that was asked before
    // another one refused has its new settings), or with nothing: from then on the new plugins are
    // asked. `finished` comes when those that were removed have stopped, or for timeout_ms did not.
    void reload(std::shared_ptr<const config::Config> config, uint64_t timeout_ms,
                std::function<void(std::vector<Error>)> decided, std::function<void()> finished);

    // Shutdown, after clients are gone and Dispatcher::stopped(): closed answers for what pends on
    // each loop, loop_stop of every plugin, then destroy. `done` comes on the main loop; clean =
    // false: after timeout_ms some plugin had not stopped (it is logged and not destroyed): its
    // handles may be open and its thread may be stuck, so nothing may be joined, closed or freed.
    // `stuck` comes instead, on a thread of its own, when a plugin blocks the main loop; if that
    // goes on after all, so does the shutdown. Waits for the end of a reload.
    void stop(uint64_t timeout_ms, std::function<void(bool clean)> done,
              std::function<void()> stuck);

    // Workers 0 … n-1, then main.
    Dispatcher& dispatcher(uint32_t loop) { return *dispatchers_[loop]; }
    Dispatcher& main() { return *dispatchers_.back(); }

    // A message for a plugin's inline subscription, on the main loop. Stale number: nothing.
    void deliver_inline(uint64_t subscription, const PacketBox& packet);

    // What plugins count. Any thread.
    PluginMetrics& metrics() { return metrics_; }
    // [main] Of a plugin that has ended; not when another one has taken its id.
    void hide_metrics(const Plugin& plugin);
    // [main] Tells all loops which topics concern the plugin: see gn_interest.
    void set_interest(Plugin& plugin, std::shared_ptr<const Interest> interest);

    // [main] Times every call of every plugin, and not only one in kTimedOneIn, also of those
    // without a call_budget.
    void measure(bool on);
    // [main] All plugins as they are now, one for each id: first those that are asked, in their
    // order, then those that are about to be; then those that ended or failed, the last ones first.
    // One that was removed stays in it as long as the host lives, or until another takes its id;
    // one that could not be started until a configuration does without it.
    std::vector<PluginState> plugin_states() const;
    // [any] plugin_states() as of the last note_states(); never null.
    std::shared_ptr<const std::vector<PluginState>> noted_states() const;
    // [main] Takes them anew.
    void note_states();
    // [any] Whose code each loop is in, those left out that are in none. Not when the threads of
    // loops have ended.
    struct Inside {
        uint32_t loop = 0;
        Whereabouts where;
    };
    std::vector<Inside> inside_plugins() const;
    const std::vector<std::unique_ptr<Plugin>>& plugins() const { return plugins_; }

private:
    friend struct HostApi;
    friend class PluginExchange;

    // Opens and creates a plugin, with its part on every loop. Null: `fault` says why not.
    std::unique_ptr<Plugin> make(const config::Plugin& entry, const config::Config& config,
                                 std::string& fault);
    // Keeps one that is not asked any more: it may have kept the pointer to its host.
    void retire(std::unique_ptr<Plugin> plugin) { retired_.push_back(std::move(plugin)); }
    // Keeps what is known of one that could not even be opened.
    void note_refused(const config::Plugin& entry, const config::Config& config, std::string fault);
    // What plugin_states() shows of such plugins ends where the configuration has them no more.
    void forget_failures(const config::Config& config);
    // Notes which plugins failed to start. The faults of those that are required; `others` gets the
    // rest, which are named in the log.
    std::vector<Error> judge(std::vector<StartFault> faults, std::vector<Plugin*>& others);
    void started(std::vector<StartFault> faults,
                 const std::function<void(std::vector<Error>)>& done);
    // Stops plugins that failed to start, at the start.
    void take_out(const std::vector<Plugin*>& failed, std::function<void()> done);
    size_t free_index() const;  // kPluginsMax: none
    std::vector<Plugin*> living() const;
    void stop_now(uint64_t timeout_ms, std::function<void(bool clean)> done,
                  std::function<void()> stuck);

    Port& port_;
    PluginMetrics metrics_;
    std::vector<std::unique_ptr<Dispatcher>> dispatchers_;
    std::vector<std::unique_ptr<Plugin>> plugins_;  // in the order in which they are asked
    std::vector<std::unique_ptr<Plugin>> retired_;
    std::vector<PluginState> refused_;                // that could not be opened
    std::vector<std::unique_ptr<PluginStop>> stops_;  // of those that went before the end
    std::unique_ptr<PluginExchange> exchange_;        // of a reload under way
    mutable std::mutex noted_lock_;
    std::shared_ptr<const std::vector<PluginState>> noted_ =
        std::make_shared<const std::vector<PluginState>>();  // guarded by noted_lock_
    bool taking_out_ = false;                                // take_out() is under way
    std::function<void()> after_change_;
    bool measure_ = false;
    uint64_t shutdown_timeout_ms_ = 0;
    std::unique_ptr<InlineSubscriptions> inline_;
    std::unique_ptr<Startup> startup_;
    std::unique_ptr<Restore> restore_;
    std::unique_ptr<Shutdown> shutdown_;
};

}  // namespace grapnel
