#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace grapnel {

// What waits for a descriptor. Told on the poller's thread.
class Pollable {
public:
    virtual ~Pollable() = default;
    // `events`: of EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, level-triggered; 0: as recall() asked.
    virtual void on_events(uint32_t events) = 0;
};

// The descriptors that one thread waits for. One thread.
class Poller {
public:
    Poller();
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    // Watches `descriptor` for `events` (not 0: the end of the other side would be told for ever)
    // until removed. False if the system refuses.
    [[nodiscard]] bool add(int descriptor, uint32_t events, Pollable& pollable);
    // Requires: added.
    void change(int descriptor, uint32_t events, Pollable& pollable);
    // Requires: added. Before the descriptor is closed: a copy of it somewhere, as in a child
    // process, would keep it watched. Events that were read already are still told.
    void remove(int descriptor);
    // Calls the object in the next poll(), which does not wait then; in the order of asking. Once;
    // requires: not asked for already.
    void recall(Pollable& pollable) { recalls_.push_back(&pollable); }
    // Takes that back.
    void forget(Pollable& pollable);
    // How many wait for that.
    size_t recalls() const { return recalls_.size() + recalled_.size(); }
    // Deletes the object once no event that was read can reach it any more.
    void bury(std::unique_ptr<Pollable> pollable) { dead_.push_back(std::move(pollable)); }

    // Waits up to `timeout_ms` (-1: for ever) and tells what happened.
    void poll(int timeout_ms);
    // How often poll() was called.
    uint64_t turn() const { return turn_; }
    // When the last poll() began to tell, by the clock of uv_hrtime(); 0: there was nothing to
    // tell.
    uint64_t woken_ns() const { return woken_ns_; }

private:
    const int descriptor_;
    std::vector<epoll_event> events_;
    std::vector<Pollable*> recalls_;
    std::vector<Pollable*> recalled_;  // in this turn; null: forgotten
    uint64_t woken_ns_ = 0;
    std::vector<std::unique_ptr<Pollable>> dead_;
    uint64_t turn_ = 0;
};

}  // namespace grapnel
