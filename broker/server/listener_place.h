#pragma once

#include <atomic>
#include <utility>

#include "server/core.h"

namespace grapnel {

// One of the connections of a listener, as long as it lives or until a Connection counts itself
// instead. The listener outlives it. Any thread.
class ListenerPlace {
public:
    explicit ListenerPlace(ListenerState& listener) : listener_(&listener) {
        listener.connections.fetch_add(1, std::memory_order_relaxed);
    }
    // The place of what counted itself, and does so no longer.
    static ListenerPlace taken_over(ListenerState& listener) {
        return ListenerPlace(listener, Counted{});
    }
    ListenerPlace(ListenerPlace&& other) noexcept
        : listener_(std::exchange(other.listener_, nullptr)) {}
    ~ListenerPlace() {
        if (listener_ != nullptr) listener_->connections.fetch_sub(1, std::memory_order_relaxed);
    }
    ListenerPlace(const ListenerPlace&) = delete;
    ListenerPlace& operator=(const ListenerPlace&) = delete;

    // Requires: it was not moved from or handed over.
    ListenerState& listener() const { return *listener_; }
    // The caller counts as that connection from now on, and ends the count.
    ListenerState& hand_over() { return *std::exchange(listener_, nullptr); }

private:
    struct Counted {};
    ListenerPlace(ListenerState& listener, Counted) : listener_(&listener) {}

    ListenerState* listener_;
};

}  // namespace grapnel
