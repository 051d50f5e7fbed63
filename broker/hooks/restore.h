#pragma once

#include <grapnel/plugin.h>
#include <uv.h>

#include <array>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "hooks/dispatcher.h"
#include "hooks/pending.h"
#include "hooks/plugin_loop.h"
#include "hooks/stored.h"

namespace grapnel {

// Asks the stored_* hooks one after the other and collects what they yield: of each event the first
// plugin with a record is the store. Main loop. It is the gn_sink: one that a plugin kept too long
// refuses records.
class Restore {
public:
    using Done = std::function<void(Result<StoredRecords>)>;
    struct Step {
        void (*function)();
        PluginLoop* plugin;
    };
    using Chain = std::vector<Step>;

    // One chain per event, stored_clients first. Dispatcher (the main one), table and port outlive
    // this.
    Restore(Dispatcher& main, PendingTable& table, Port& port, std::array<Chain, 5> chains,
            Done done);
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;

    void begin() { proceed(); }

    // What gn_store_api calls.
    gn_status add(const gn_stored_client* client);
    gn_status add(const gn_stored_subscription* subscription);
    gn_status add(const gn_stored_message* message);
    gn_status add(const gn_sysinfo* sysinfo);

    static Restore* from(gn_sink* sink) { return reinterpret_cast<Restore*>(sink); }

private:
    Event event() const;
    void proceed();
    // Calls the hook; true: deferred.
    bool ask(const Step& step, std::string& fault);
    void settled(const Step& step, const Completion& completion);
    void fail(const Plugin& plugin, std::string fault);
    void finish();
    // The main loop watches deadlines only while something is restored.
    void watch();
    void unwatch();
    // Whether a record of `event` may come in now; also moves the deadline of a deferred hook on.
    gn_status accept(Event event);
    void keep_order(uint64_t key, uint64_t order);

    Dispatcher& main_;
    PendingTable& table_;
    Port& port_;
    uv_timer_t* timer_ = nullptr;  // closed and freed by unwatch()
    std::array<Chain, 5> chains_;
    Done done_;
    StoredRecords records_;
    std::unordered_map<uint64_t, Ref<Message>> messages_;  // by key
    size_t list_ = 0;                                      // which event
    size_t step_ = 0;                                      // which plugin
    size_t yielded_ = 0;                                   // records of this hook
    gn_ticket ticket_ = 0;
    bool open_ = false;  // a hook may give records now
};

}  // namespace grapnel
