#pragma once

#include <grapnel/plugin.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/slots.h"
#include "hooks/dispatcher.h"

namespace grapnel {

// One event on its way through its chain. Borrows everything.
struct Question {
    Event event{};
    Access access = Access::publish;
    bool established = false;  // auth_packet: after CONNACK
    bool failed = false;       // commit: a plugin failed
    bool attached = false;     // the packet lies where it stays
    ClientInfo* client = nullptr;
    PacketBox* packet = nullptr;
    Bytes topic;
    Waiter* waiter = nullptr;  // null: may not be deferred
    uint64_t commit = 0;       // on_commit: its number
    size_t next = 0;           // link to ask next
    uint64_t asked = 0;        // by plugin index: asked before the chain was replaced
};

// What a plugin answers to a deferred question, or to a stored_* or loop_stop ticket.
struct Completion {
    gn_ticket ticket = 0;
    int32_t value = GN_V_CONTINUE;  // a verdict or a status
    bool timed_out = false;
    uint8_t reason = 0;
    // What replaces what was said before deferring; 0 and absent: it stays.
    std::optional<std::string> text;
    std::optional<std::string> challenge;
};

// How a ticket ended. `gone`: nobody waits any more, or it was never this plugin's.
enum class Ended : uint8_t { gone, answered, timed_out };

// One ticket that is out.
struct Pending {
    const Plugin* plugin = nullptr;
    bool completed = false;  // guarded by the table's lock
    bool held = false;       // the hook has returned GN_V_DEFER

    // Loop thread only.
    int64_t deadline_ms = 0;  // 0: none
    Question question;
    std::string topic;
    std::string text;
    std::string challenge;
    uint8_t reason = 0;
    bool cacheable = false;
    std::function<void(const Completion&)> on_done;  // instead of a question
};

// All tickets of one loop. Tickets are made and settled on the loop; completions come from any
// thread.
class PendingTable {
public:
    explicit PendingTable(uint32_t loop) : loop_(loop) {}

    static uint32_t loop_of(gn_ticket ticket) {
        return static_cast<uint32_t>(ticket >> kIndexBits) & (kLoopsMax - 1);
    }

    // [loop] A new ticket of that plugin's; 0: too many are out.
    gn_ticket open(const Plugin& plugin);
    // [loop] What the ticket stands for, or null.
    Pending* find(gn_ticket ticket);
    // [loop] Takes it out; every copy of the ticket is stale from here on. Null: it was already.
    // What is said of its end is remembered until kEndsMax others have ended.
    std::unique_ptr<Pending> take(gn_ticket ticket, Ended ended = Ended::gone);

    // [any] Queues the answer of `plugin`. GN_E_GONE: stale, answered already, or another's.
    // `wake`: the queue was empty, so the loop must be told to drain it. `ended`: why the ticket is
    // stale, as far as remembered.
    gn_status complete(const Plugin& plugin, Completion completion, bool& wake, Ended& ended);
    // [loop] What was queued.
    std::vector<Completion> take_completions();

    // [loop] Deadlines and waiters of held questions.
    void arm(gn_ticket ticket, Pending& pending, int64_t deadline_ms);
    void disarm(gn_ticket ticket, Pending& pending);
    void add_waiter(gn_ticket ticket, Waiter* waiter) { waiters_.emplace(waiter, ticket); }
    void remove_waiter(gn_ticket ticket, Waiter* waiter);
    std::vector<gn_ticket> tickets_of(Waiter* waiter) const;
    std::vector<gn_ticket> questions();
    int64_t first_deadline_ms() const {
        return deadlines_.empty() ? -1 : deadlines_.begin()->first;
    }
    gn_ticket first_due(int64_t now_ms) const {
        const bool due = !deadlines_.empty() && deadlines_.begin()->first <= now_ms;
        return due ? deadlines_.begin()->second : 0;
    }
    size_t waiting() const { return waiters_.size(); }

    static constexpr uint32_t kIndexBits = 20;  // of a ticket: a million pending per loop
    static constexpr uint32_t kLoopsMax = 1u << 12;
    static constexpr size_t kEndsMax = 256;

private:
    struct End {
        gn_ticket ticket = 0;
        const Plugin* plugin = nullptr;
        Ended ended = Ended::gone;
    };

    Handle handle_of(gn_ticket ticket) const;
    Ended end_of(gn_ticket ticket, const Plugin& plugin) const;

    const uint32_t loop_;

    // Guarded by lock_.
    mutable std::mutex lock_;
    Slots<std::unique_ptr<Pending>> slots_;
    std::vector<Completion> completions_;
    std::array<End, kEndsMax> ends_;  // a ring
    size_t next_end_ = 0;

    // Loop thread only.
    std::set<std::pair<int64_t, gn_ticket>> deadlines_;
    std::unordered_multimap<Waiter*, gn_ticket> waiters_;
};

}  // namespace grapnel
