#pragma once

#include <grapnel/plugin.h>
#include <uv.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hooks/dispatcher.h"
#include "hooks/pending.h"
#include "hooks/plugin_loop.h"
#include "hooks/restore_progress.h"
#include "hooks/restore_target.h"
#include "hooks/stored_in.h"

namespace grapnel {

// Asks the stored_* hooks one after the other and hands on what they yield, record by record. The
// first plugin with a record is the store: of another one only that kind is taken for which the
// store has no hook. Counters of $SYS make no store. Main loop. It is the gn_sink: one that a
// plugin kept too long refuses records.
class Restore {
public:
    using Done = std::function<void(std::optional<Error>)>;
    struct Step {
        void (*function)();
        PluginLoop* plugin;
    };
    using Chain = std::vector<Step>;

    // One chain per event, stored_clients first, and that of on_restored. Dispatcher (the main
    // one), table, port and target outlive this.
    Restore(Dispatcher& main, PendingTable& table, Port& port, const std::array<Chain, 5>& chains,
            Chain others, RestoreTarget& target, Done done);
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;

    void begin() { proceed(); }
    // No plugin is asked and no record is taken any more; `done` does not come.
    void cancel();

    // What gn_store_api calls.
    gn_status add(const gn_stored_client* record);
    gn_status add(const gn_stored_subscription* record);
    gn_status add(const gn_stored_message* record);
    gn_status add(const gn_sysinfo* record);
    gn_status expect(uint64_t records);

    static Restore* from(gn_sink* sink) { return reinterpret_cast<Restore*>(sink); }

private:
    // One hook of one plugin, which gives one kind of records.
    struct Ask {
        size_t kind;  // 0: of clients
        Step step;
    };

    // Plugin by plugin, and $SYS behind all.
    static std::vector<Ask> order_of(const std::array<Chain, 5>& chains);
    Event event() const;
    void proceed();
    // Calls the hook; true: deferred.
    bool ask(const Step& step, std::string& fault);
    // The hook has given all that it has.
    void given();
    void hold(const Step& step);
    void settled(const Step& step, const Completion& completion);
    void fail(const Plugin& plugin, std::string fault);
    void finish();
    // While a hook is deferred the main loop looks at its deadline, which moves on as long as
    // records come.
    void watch();
    void unwatch();
    void look();
    // Whether a record of `event` may come in now.
    gn_status accept(Event event);
    void count(const gn_restored& record);
    // Tells the plugins that did not give it.
    void pass_on(gn_restored record, size_t kind);
    // Tells them that what they hold of the kinds that this plugin was asked for is void.
    void announce();
    // Must this plugin not be asked, since another one is the store of this kind?
    bool is_foreign(const Ask& ask) const;

    Dispatcher& main_;
    PendingTable& table_;
    Port& port_;
    uv_timer_t* timer_ = nullptr;  // closed and freed by unwatch()
    const std::vector<Ask> asks_;
    const Chain others_;
    PluginLoop* store_ = nullptr;
    std::array<bool, 5> given_{};  // kinds of which somebody gave a record
    RestoreTarget& target_;
    Done done_;
    StoredMessages messages_;
    RestoreProgress progress_;
    size_t at_ = 0;         // which of the asks
    size_t announced_ = 0;  // so many of them
    gn_ticket ticket_ = 0;
    uint64_t seen_ = 0;  // records when the deadline was moved on
    bool open_ = false;  // a hook may give records now
};

}  // namespace grapnel
