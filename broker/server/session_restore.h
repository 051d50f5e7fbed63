#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "base/slots.h"
#include "hooks/stored.h"

namespace grapnel {

class Worker;
struct Session;

// Records of one worker, in the order a store gave them.
struct RestoreBatch {
    std::vector<StoredClient> clients;
    std::vector<StoredSubscription> subscriptions;
    std::vector<StoredMessage> messages;

    size_t size() const { return clients.size() + subscriptions.size() + messages.size(); }
};

// What became of the records.
struct RestoreTotals {
    uint64_t clients = 0;
    uint64_t subscriptions = 0;
    uint64_t messages = 0;  // of clients
    uint64_t retained = 0;
    uint64_t unknown = 0;  // of clients that were not given
    uint64_t twice = 0;    // their place was taken by one before

    void add(const RestoreTotals& other);
};

// Puts stored records in their place at the worker that is home to their clients. Its loop thread;
// no listener is open yet, and nothing is delivered before finish().
class SessionRestore {
public:
    explicit SessionRestore(Worker& worker) : worker_(worker) {}

    void apply(RestoreBatch& batch);
    // Behind the last batch: brings in order what did not come so.
    void finish();
    // Lets time count for the sessions: those whose time was up end, wills that are due are sent.
    // Behind the finish() of all workers, since wills may go to any.
    void arm();

    const RestoreTotals& totals() const { return totals_; }

private:
    void apply(StoredClient& stored);
    void apply(const StoredSubscription& stored);
    void apply(StoredMessage& stored);
    bool queue(Session& session, StoredMessage& stored);
    bool place_in_flight(Session& session, StoredMessage& stored);

    Worker& worker_;
    RestoreTotals totals_;
    std::unordered_set<Handle> disordered_;  // sessions
};

}  // namespace grapnel
