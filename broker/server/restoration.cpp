#include "server/restoration.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "server/core.h"
#include "server/worker.h"

namespace grapnel {

namespace {

constexpr size_t kBatchRecords = 512;
constexpr uint32_t kUntakenMost = 4;  // batches at one worker
constexpr std::chrono::milliseconds kPatience{100};

Clock now() {
    Clock clock;
    clock.refresh();
    return clock;
}

}  // namespace

struct Restoration::Place {
    explicit Place(Worker& home) : worker(home), sessions(home) {}

    Worker& worker;
    SessionRestore sessions;  // the worker's thread
    RestoreBatch filling;     // the main thread

    // Guarded by mutex_.
    uint32_t untaken = 0;  // batches
    uint64_t taken = 0;
    bool stuck = false;  // took none for a while, and none since
};

Restoration::Restoration(Core& core)
    : core_(core), begun_ms_(now().monotonic_ms), begun_wall_ms_(now().wall_ms) {
    for (const auto& worker : core.workers) places_.push_back(std::make_unique<Place>(*worker));
}

Restoration::~Restoration() = default;

Restoration::Place& Restoration::home_of(Bytes client_id) {
    return *places_[core_.home_of(client_id).index];
}

SessionRestore& Restoration::at(const Worker& worker) { return places_[worker.index]->sessions; }

void Restoration::client(StoredClient&& client) {
    Place& place = home_of(client.id);
    place.filling.clients.push_back(std::move(client));
    if (place.filling.size() == kBatchRecords) send(place);
}

void Restoration::subscription(StoredSubscription&& subscription) {
    Place& place = home_of(subscription.client_id);
    place.filling.subscriptions.push_back(std::move(subscription));
    if (place.filling.size() == kBatchRecords) send(place);
}

void Restoration::message(StoredMessage&& message) {
    highest_key_ = std::max(highest_key_, message.key);
    Place& place = home_of(message.client_id);
    place.filling.messages.push_back(std::move(message));
    if (place.filling.size() == kBatchRecords) send(place);
}

void Restoration::retained(Ref<Message> message) {
    highest_key_ = std::max(highest_key_, message->key());
    if (message->expired(begun_wall_ms_)) return;
    core_.retained.set(message, 0);
    ++retained_;
}

void Restoration::sysinfo(const gn_sysinfo& info) {
    sysinfo_ = info;
    has_sysinfo_ = true;
}

void Restoration::send(Place& place) {
    auto batch = std::make_shared<RestoreBatch>(std::exchange(place.filling, {}));
    {
        const std::lock_guard lock(mutex_);
        ++place.untaken;
    }
    place.worker.loop.post([this, &place, batch] {
        place.worker.wake();
        place.sessions.apply(*batch);
        taken(place);
    });
    wait_for(place);
}

void Restoration::wait_for(Place& place) {
    std::unique_lock lock(mutex_);
    while (place.untaken >= kUntakenMost && !place.stuck) {
        const uint64_t before = place.taken;
        const bool moved =
            changed_.wait_for(lock, kPatience, [&] { return place.taken != before; });
        place.stuck = !moved;
    }
}

void Restoration::taken(Place& place) {
    const std::lock_guard lock(mutex_);
    --place.untaken;
    ++place.taken;
    place.stuck = false;
    changed_.notify_one();
}

void Restoration::flush() {
    for (const auto& place : places_)
        if (place->filling.size() != 0) send(*place);
    core_.first_message_key = std::max(core_.first_message_key, highest_key_ + 1);
}

void Restoration::log_totals() const {
    RestoreTotals totals;
    totals.retained = retained_;
    for (const auto& place : places_) totals.add(place->sessions.totals());
    log_info("server", "restored",
             {{"clients", totals.clients},
              {"subscriptions", totals.subscriptions},
              {"messages", totals.messages},
              {"retained", totals.retained},
              {"ms", now().monotonic_ms - begun_ms_}});
    if (totals.unknown != 0)
        log_warn("server", "records of unknown clients were left out",
                 {{"records", totals.unknown}});
    if (totals.twice != 0)
        log_warn("server", "records whose place was taken were left out",
                 {{"records", totals.twice}});
}

}  // namespace grapnel
