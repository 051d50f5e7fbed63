#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "stats/metrics_text.h"

namespace grapnel {

class ListeningSocket;
struct ListenerState;

// Listeners that take MQTT, for those who tell what they do. Any thread.
class OpenListeners {
public:
    // The state lives until the broker ends; what it has besides numbers does not change any more.
    void add(const ListenerState& state, std::shared_ptr<const ListeningSocket> socket);

    // What all of them counted, added to the sum.
    void add_to(Totals& totals) const;
    std::vector<MetricsSnapshot::Listener> figures() const;

private:
    struct Entry {
        const ListenerState* state;
        std::shared_ptr<const ListeningSocket> socket;
    };
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;  // guarded by mutex_; in the order in which they were opened
};

}  // namespace grapnel
