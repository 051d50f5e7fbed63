#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "hooks/restore_target.h"
#include "server/session_restore.h"

namespace grapnel {

struct Core;

// Brings what stores give back to where it belongs while it comes: retained messages into the
// retained store, the rest in batches to the workers that are home to the clients. Main thread.
// Outlives the workers' loops, unless on_all_workers has run behind the last record.
//
// Memory is bounded: who gives waits while a worker has many batches untaken. Not for one that
// takes none for a while, since it may itself wait for the plugin that gives (a plugin that is not
// concurrent is called by one thread at a time); that one's batches pile up until it takes one.
class Restoration final : public RestoreTarget {
public:
    explicit Restoration(Core& core);
    ~Restoration();
    Restoration(const Restoration&) = delete;
    Restoration& operator=(const Restoration&) = delete;

    void client(StoredClient&& client) override;
    void subscription(StoredSubscription&& subscription) override;
    void message(StoredMessage&& message) override;
    void retained(Ref<Message> message) override;
    void sysinfo(const gn_sysinfo& info) override;

    // Behind the last record: sends what waits for its batch to be full, and makes the keys of new
    // messages begin above those that were given.
    void flush();
    // The part of one worker. Its loop thread, behind flush().
    SessionRestore& at(const Worker& worker);
    // What became of all records, with the time it took. Behind all workers' finish().
    void log_totals() const;
    // Null: none was given.
    const gn_sysinfo* given_sysinfo() const { return has_sysinfo_ ? &sysinfo_ : nullptr; }

private:
    struct Place;

    Place& home_of(Bytes client_id);
    void send(Place& place);
    void wait_for(Place& place);
    void taken(Place& place);

    Core& core_;
    const int64_t begun_ms_;  // monotonic
    const int64_t begun_wall_ms_;
    std::vector<std::unique_ptr<Place>> places_;  // by worker
    uint64_t highest_key_ = 0;
    uint64_t retained_ = 0;
    bool has_sysinfo_ = false;
    gn_sysinfo sysinfo_{};

    std::mutex mutex_;  // guards the counts of places
    std::condition_variable changed_;
};

}  // namespace grapnel
