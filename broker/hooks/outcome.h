#pragma once

#include <grapnel/plugin.h>

#include <cstdint>

namespace grapnel {

enum class Verdict : uint8_t {
    proceed,    // nobody objected, or nobody was asked
    allow,      // gate: granted
    deny,       // gate: refused; commit: failed
    reject,     // transform: drop the packet; with a reason, answer it with that code where one can
    ignore,     // publish: acknowledge it, deliver it to nobody
    challenge,  // authentication: send AUTH 0x18 with Dispatcher::challenge()
    deferred,   // Waiter::hook_completed comes later
};

// The folded answer of all plugins to one event.
struct Outcome {
    Verdict verdict = Verdict::proceed;
    uint8_t reason = 0;      // MQTT reason code a plugin asked for; 0: none given
    bool cacheable = false;  // access checks: holds until Port::access_changed
    gn_ticket ticket = 0;    // of a deferred one: for Dispatcher::attach

    bool refused() const { return verdict == Verdict::deny || verdict == Verdict::reject; }
};

// Who waits for a deferred decision: a connection, or a worker for its commit. Destroying one that
// waits needs Dispatcher::cancel first. On the thread of its loop.
class Waiter {
public:
    // Called once per deferred outcome, never from inside the call that deferred. The waiter may
    // destroy itself in it. Never carries Verdict::deferred: the chain has come to its end.
    virtual void hook_completed(const Outcome& outcome) = 0;

protected:
    ~Waiter() = default;
};

}  // namespace grapnel
