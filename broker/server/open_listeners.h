#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/metrics_text.h"

namespace grapnel {

class ListeningSocket;
class TlsServer;
struct ListenerState;

// Listeners of all types, for those who tell what they do. Any thread.
class OpenListeners {
public:
    // What it points at lives until the broker ends; what is no number does not change any more.
    struct Entry {
        const ListenerState* state;
        std::shared_ptr<const ListeningSocket> socket;
        std::string_view type;  // as in its table
        const TlsServer* tls;   // null: plain
    };
    void add(Entry entry);

    // What all of them counted, added to the sum.
    void add_to(Totals& totals) const;
    std::vector<MetricsSnapshot::Listener> figures(int64_t now_ms) const;

private:
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;  // guarded by mutex_; in the order in which they were opened
};

}  // namespace grapnel
