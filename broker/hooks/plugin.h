#pragma once

#include <grapnel/plugin.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "config/config.h"
#include "hooks/commit_trouble.h"
#include "hooks/interest.h"
#include "hooks/plugin_life.h"
#include "hooks/plugin_stats.h"

namespace grapnel {

class Dispatcher;
class HookHost;
class Plugin;
class PluginLoop;
class Port;

// How many plugins may live at a time.
inline constexpr size_t kPluginsMax = 64;

// The host tables as one plugin gets them. The plugin sees only the gn_host in it.
struct PluginHost : gn_host {
    Plugin* plugin = nullptr;
    HookHost* hooks = nullptr;  // null while a plugin is only described

    static const PluginHost* from(const gn_host* host) {
        return static_cast<const PluginHost*>(host);
    }
};

// One `.so`, opened and checked, not created. The library is never unloaded. Or a plugin without.
struct PluginFile {
    std::string path;  // for messages; a plugin without a file has words in its place
    const gn_plugin* entry = nullptr;
    uint64_t inode = 0;  // of the file that was opened
    // Finds, opens and checks; the error names the file and the reason.
    static Result<PluginFile> open(const config::Plugin& entry,
                                   const std::vector<std::string>& search);
    // Checks the entry of a plugin that the program has in itself.
    static Result<PluginFile> given(const gn_plugin& entry);
};

// One [[plugin]] entry at work. Created, reloaded and destroyed on the main thread; after create()
// everything is constant but stats, the lock, interest, its life, and what adopt() sets. Outlives
// what it answers late: also one that was removed stays until the host ends.
class Plugin {
public:
    // `index` is below kPluginsMax and no other living plugin's.
    Plugin(PluginFile file, const config::Plugin& settings, size_t index,
           const std::string& data_dir);
    ~Plugin();
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    // Calls the plugin's create. Keys of `node` that it did not ask for are warned about.
    // Returns "" or the reason of the failure.
    std::string create(HookHost& hooks, const config::Node* node);
    // Makes its part on every loop. After create().
    void make_loops(const std::vector<std::unique_ptr<Dispatcher>>& dispatchers, Port& port);
    // Is this the plugin that the entry means: the same id and library?
    bool serves(const config::Plugin& entry) const;
    // Keeps or gives back what lasts: such a one is asked at start, once.
    bool is_store() const;
    // Warns when another file lies where its library was: that one is never looked at.
    void warn_of_new_file() const;
    // [main] Deadlines and budgets of a configuration just read.
    void adopt(const config::Plugin& entry);
    // [main] Times each of its calls, also without a call budget.
    void measure(bool on);
    // Is each call timed, and not only one in kTimedOneIn?
    bool measured() const { return measured_ || call_budget_ns() != 0; }
    // Calls its reload; "" or the reason. Plugins without one keep their settings.
    std::string reload(const config::Node* node);
    void destroy();
    // Calls its command line (gn_plugin.tool), which must be there, instead of all of the above.
    // Answers the exit status; an exception is said on standard error.
    int run_tool(const config::Node* node, const std::vector<std::string_view>& words) const;

    const std::string& id() const { return id_; }
    const std::string& log_module() const { return log_module_; }  // "plugin/<id>"
    const std::string& file() const { return file_.path; }
    const gn_plugin& entry() const { return *file_.entry; }
    const gn_hooks& hooks() const { return hooks_; }  // cut and padded to our size
    const PluginHost& host() const { return host_; }
    // [main] Where its settings come from: "file:line", or "embedded".
    const std::string& source() const { return source_; }
    bool required() const { return required_; }  // [main]
    PluginLife& life() const { return life_; }   // [main]
    size_t index() const { return index_; }      // of its slot in every ClientInfo
    // [main] It has stopped: another plugin may get its index.
    bool holds_index() const { return holds_index_; }
    void release_index() { holds_index_ = false; }
    bool concurrent() const { return concurrent_; }
    bool created() const { return created_; }
    void* self() const { return self_; }
    uint64_t defer_timeout_ms() const { return defer_timeout_ms_.load(std::memory_order_relaxed); }
    config::OnTimeout on_timeout() const { return on_timeout_.load(std::memory_order_relaxed); }
    uint64_t call_budget_ns() const { return call_budget_ns_.load(std::memory_order_relaxed); }
    PluginLoop& loop(uint32_t index) const { return *loops_[index]; }
    const std::vector<std::unique_ptr<PluginLoop>>& loops() const { return loops_; }
    CommitTrouble& commit_trouble() const { return commit_trouble_; }
    PluginStats& stats() const { return *stats_; }
    // Serialises a plugin that did not declare itself concurrent.
    std::mutex& lock() const { return lock_; }
    // [any] Which topics concern it; null: all of them.
    std::shared_ptr<const Interest> interest() const;
    void set_interest(std::shared_ptr<const Interest> interest);
    // Of its broker: for threads of the plugin's own.
    LogTarget& log_target() const { return log_target_; }
    // [main] What fail() was told during create or reload.
    void set_failure(std::string_view why) { failure_ = why; }

private:
    template <class Fn>
    std::string guarded(const char* what, Fn fn);
    void warn_unused(const config::Node* node) const;

    PluginFile file_;
    LogTarget& log_target_;
    std::string id_;
    std::string log_module_;
    size_t index_;
    bool concurrent_;
    bool created_ = false;
    bool holds_index_ = true;
    std::atomic<uint64_t> defer_timeout_ms_{0};
    std::atomic<uint64_t> call_budget_ns_{0};
    std::atomic<config::OnTimeout> on_timeout_{config::OnTimeout::fail};
    bool measured_ = false;
    bool required_ = true;
    std::string source_;
    mutable PluginLife life_;
    mutable CommitTrouble commit_trouble_;
    std::string name_;  // as the configuration names the library
    std::string path_;
    std::vector<std::unique_ptr<PluginLoop>> loops_;  // by loop
    PluginHost host_{};
    gn_hooks hooks_{};
    std::string settings_;  // as text, those it was created with
    void* self_ = nullptr;
    std::string failure_;
    std::string data_dir_;
    std::unique_ptr<PluginStats> stats_;
    mutable std::mutex lock_;
    mutable std::mutex interest_lock_;
    std::shared_ptr<const Interest> interest_;  // guarded by interest_lock_
};

// A [[plugin]] entry whose library has a command line.
struct PluginTool {
    const config::Plugin* settings = nullptr;  // of the configuration it was found in
    PluginFile file;
};

// Where the settings of an entry come from: "file:line", or "embedded".
std::string source_of(const config::Plugin& entry);

// Where the library of an entry is; empty when there is none.
std::string find_library(const config::Plugin& entry, const std::vector<std::string>& search);

// Those of a configuration, in its order; `faults` gets why a library could not be asked.
std::vector<PluginTool> find_tools(const config::Config& config, std::vector<Error>& faults);

// What `grapnel plugins` prints about one entry, without creating it.
struct PluginDescription {
    std::string id;
    std::string source;                        // "file:line" of its [[plugin]] table
    const config::Plugin* settings = nullptr;  // of the configuration that was given
    std::string file;                          // empty when it was not found
    std::string name;
    std::string version;
    uint32_t abi_major = 0;
    uint32_t abi_minor = 0;  // the least that the plugin needs
    bool concurrent = false;
    std::vector<std::string_view> events;  // of its constant table; create may choose fewer
    std::string error;                     // why it would not load; empty: it would
};

// Of all entries, in their order; the configuration outlives what is answered.
std::vector<PluginDescription> describe_plugins(const config::Config& config);

}  // namespace grapnel
