#include "server/brakes.h"

#include <algorithm>
#include <utility>

#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

namespace {

// A receiver reads on if its socket takes so much in so long: far less than any link that is worth
// waiting for, far more than one that would hold up everybody else.
constexpr int64_t kPeriod_ms = 100;
constexpr uint64_t kPeriodBytes = 64 * 1024;
constexpr uint32_t kDistrustMost = 32;
// So long may it keep others waiting without having caught up.
constexpr uint32_t kPeriodsMost = 10;
constexpr size_t kLetGoMost = 8;
// What a publisher may send in a period to a receiver that has much waiting without having to wait
// itself; a message weighs its bytes and so much more.
constexpr size_t kShareMost = 32 * 1024;
constexpr size_t kMessageWeight = 256;
constexpr size_t kSharesMost = 64;  // kept apart: more publishers come together to much in any case

}  // namespace

Brakes::Brakes(Worker& worker)
    : worker_(worker), period_([](Timer&) {
          Worker::current()->wake();
          Worker::current()->brakes.judge();
      }) {}

bool Brakes::press(Connection& receiver, uint64_t publisher, size_t bytes) {
    if (publisher == 0 || publisher == receiver.key()) return false;
    if (!receiver.brake) receiver.brake = std::make_unique<Brake>();
    Brake& brake = *receiver.brake;
    if (brake.distrust != 0) return false;
    if (std::find(brake.held.begin(), brake.held.end(), publisher) != brake.held.end()) return true;
    const int64_t now_ms = worker_.clock.monotonic_ms;
    if (!brake.watched) watch(receiver, now_ms);
    if (!sends_much(brake, publisher, bytes) && !overcrowded(receiver)) return false;
    if (brake.held.empty()) begin_period(brake, now_ms);
    brake.held.push_back(publisher);
    ask(publisher, true);
    return true;
}

void Brakes::watch(Connection& receiver, int64_t now_ms) {
    receiver.brake->watched = true;
    watched_.push_back(receiver.key());
    if (!period_.armed()) worker_.timers.arm(period_, now_ms + kPeriod_ms);
    begin_period(*receiver.brake, now_ms);
}

void Brakes::begin_period(Brake& brake, int64_t now_ms) {
    brake.written = 0;
    brake.periods = 0;
    brake.since_ms = now_ms;
}

bool Brakes::sends_much(Brake& brake, uint64_t publisher, size_t bytes) const {
    const int64_t now_ms = worker_.clock.monotonic_ms;
    if (now_ms - brake.shares_since_ms >= kPeriod_ms) {
        brake.shares.clear();
        brake.shares_since_ms = now_ms;
    }
    auto share = std::find_if(brake.shares.begin(), brake.shares.end(),
                              [&](const auto& each) { return each.publisher == publisher; });
    if (share == brake.shares.end()) {
        if (brake.shares.size() == kSharesMost) return true;
        share = brake.shares.insert(share, {publisher, 0});
    }
    share->weight += bytes + kMessageWeight;
    return share->weight > kShareMost;
}

void Brakes::ask(uint64_t publisher, bool hold) {
    Worker* const home = worker_.core.workers[Worker::worker_of(publisher)].get();
    Brakes& theirs = home->brakes;
    if (home == &worker_) {
        Connection* const connection = worker_.connection_of(publisher);
        if (connection != nullptr && hold) connection->hold();
        if (!hold) released_.push_back(publisher);
        return;
    }
    {
        const std::lock_guard lock(theirs.mutex_);
        theirs.requests_.push_back({publisher, hold});
    }
    if (theirs.requested_.exchange(true)) return;
    home->loop.post([home] {
        home->wake();
        home->brakes.take_requests();
    });
}

void Brakes::take_requests() {
    if (!requested_.exchange(false)) return;
    std::vector<Request> requests;
    {
        const std::lock_guard lock(mutex_);
        requests.swap(requests_);
    }
    for (const Request& request : requests) ask(request.publisher, request.hold);
}

void Brakes::wrote(Connection& receiver, uint64_t bytes) {
    if (!receiver.brake) return;
    Brake& brake = *receiver.brake;
    brake.written += bytes;
    if (!calm(receiver)) return;
    brake.failures = brake.distrust = 0;
    release(brake);
}

void Brakes::forget(Connection& receiver) {
    if (receiver.brake) release(*receiver.brake);
}

void Brakes::mail_taken() {
    released_.insert(released_.end(), waiting_for_mail_.begin(), waiting_for_mail_.end());
    waiting_for_mail_.clear();
}

void Brakes::end_turn() {
    if (released_.empty() || std::exchange(letting_go_, true)) return;
    worker_.loop.post([this] {
        worker_.wake();
        letting_go_ = false;
        let_some_go();
    });
}

void Brakes::let_some_go() {
    for (size_t i = 0; i < kLetGoMost && !released_.empty(); ++i) {
        Connection* const connection = worker_.connection_of(released_.front());
        released_.pop_front();
        if (connection != nullptr) connection->let_go();
    }
}

void Brakes::release(Brake& brake) {
    for (const uint64_t publisher : std::exchange(brake.held, {})) ask(publisher, false);
}

void Brakes::judge() {
    std::erase_if(watched_, [this](uint64_t key) {
        Connection* const receiver = worker_.connection_of(key);
        if (receiver == nullptr) return true;
        receiver->brake->watched = stays_watched(*receiver);
        return !receiver->brake->watched;
    });
    if (!watched_.empty()) worker_.timers.arm(period_, worker_.clock.monotonic_ms + kPeriod_ms);
}

// One period of a receiver is over. Is there a reason to look at it again?
bool Brakes::stays_watched(Connection& receiver) {
    Brake& brake = *receiver.brake;
    const int64_t now_ms = worker_.clock.monotonic_ms;
    if (now_ms - brake.since_ms < kPeriod_ms) return true;
    brake.since_ms = now_ms;
    const bool reads = std::exchange(brake.written, 0) >= kPeriodBytes;
    if (!brake.held.empty()) {
        if (reads && ++brake.periods < kPeriodsMost) return true;
        distrust(brake);
        return true;
    }
    if (brake.distrust == 0) {
        // It did not read while nobody had to wait yet, and will not be waited for.
        if (reads || calm(receiver)) return false;
        distrust(brake);
        return true;
    }
    if (reads)
        --brake.distrust;
    else
        brake.distrust = brake.failures;
    return brake.distrust != 0;
}

void Brakes::distrust(Brake& brake) {
    brake.distrust = brake.failures = std::min(brake.failures + 1, kDistrustMost);
    release(brake);
}

bool Brakes::calm(const Connection& receiver) const {
    const Session* const session = receiver.session();
    return worker_.marks.calm(receiver.output()) &&
           (session == nullptr || !session->outbound || worker_.marks.calm(*session->outbound));
}

bool Brakes::overcrowded(const Connection& receiver) const {
    const Session* const session = receiver.session();
    return worker_.marks.overcrowded(receiver.output()) ||
           (session != nullptr && session->outbound &&
            worker_.marks.overcrowded(*session->outbound));
}

}  // namespace grapnel
