#pragma once

#include <atomic>
#include <grapnel/plugin.hpp>
#include <memory>
#include <mutex>

#include "store/committer.h"
#include "store/known.h"
#include "store/mirror.h"
#include "store/recorder.h"
#include "store/restorer.h"

namespace grapnel::store {

class StoreLoop;

// A store as the broker sees it, whatever lies below. A derived class reads its settings in the
// constructor, touching nothing, and opens what it writes to in open(). Main thread, but for what
// the loops have of it.
class Store {
public:
    using PerLoop = StoreLoop;
    static constexpr bool concurrent = true;

    Store(gn::Host host, bool keeps_sysinfo) : host_(host), keeps_sysinfo_(keeps_sysinfo) {}
    // Writes what is left.
    virtual ~Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    void choose_hooks(gn_hooks& table) const {
        if (!keeps_sysinfo_) table.on_sys_info_tick = nullptr;
    }
    gn_status stored_clients(gn::Call call, gn::Sink sink) {
        return restorer_->clients(call, sink);
    }
    gn_status stored_subscriptions(gn::Call call, gn::Sink sink) {
        return restorer_->subscriptions(call, sink);
    }
    gn_status stored_inflight_messages(gn::Call call, gn::Sink sink) {
        return restorer_->messages(call, sink);
    }
    gn_status stored_retained_messages(gn::Call call, gn::Sink sink) {
        return restorer_->retained(call, sink);
    }
    gn_status stored_sys_info(gn::Call call, gn::Sink sink) {
        return restorer_->sysinfo(call, sink);
    }
    void on_restored(gn::Call, const gn_restored& record);
    // Everything is restored: from here on the committer writes.
    void on_started(gn::Call call);
    void on_sys_info_tick(gn::Call call, const gn_sysinfo& info);

protected:
    // Throws std::runtime_error that says what an operator can do. Some loop's thread, once.
    virtual std::unique_ptr<Backend> open() = 0;
    virtual CommitSettings commit_settings() const = 0;
    gn::Host host() const { return host_; }

private:
    friend class StoreLoop;

    // A loop starts. The first one opens; where that fails, the others do not try again: it may
    // have taken long.
    Committer& join();
    void open_all();

    gn::Host host_;
    const bool keeps_sysinfo_;
    std::mutex opening_;
    bool tried_ = false;  // to open
    std::atomic<std::uint32_t> loops_{0};
    std::int64_t bytes_seen_ = -1;  // what on_sys_info_tick saw last
    Known known_;
    std::unique_ptr<Backend> backend_;
    std::unique_ptr<Committer> committer_;
    std::unique_ptr<Restorer> restorer_;
    std::unique_ptr<Mirror> mirror_;
};

// The store on one loop.
class StoreLoop : public Recorder {
public:
    StoreLoop(Store& store, gn::Loop) : Recorder(store.join()) {}
    void stop(gn::Stopping stopping) {
        hand_over_rest();
        stopping.finish();
    }
};

}  // namespace grapnel::store
