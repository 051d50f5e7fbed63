#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "hooks/host.h"
#include "net/tls_server.h"
#include "server/commit_rounds.h"
#include "server/connection_rates.h"
#include "server/login_bans.h"
#include "server/open_listeners.h"
#include "topics/index.h"
#include "topics/retained.h"

namespace grapnel {

class Worker;
struct Mail;
struct Totals;

// One configured listener as connections know it. Any thread.
struct ListenerState {
    std::string id;
    uint32_t maximum_clients = 0;        // 0: no limit
    std::optional<config::Proxy> proxy;  // never changes
    std::atomic<uint32_t> connections{0};
    std::atomic<uint64_t> accepted{0};  // connections ever
    std::unique_ptr<TlsServer> tls;     // null: plain
};

// Adds what became of the handshakes of a listener. Any thread.
void add_handshakes(const TlsServer& tls, Totals& totals);

// What all workers share. Built before they start, destroyed after they ended.
struct Core {
    Core(const config::Config& configuration, uint16_t worker_count, Port& port);
    ~Core();
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    // As read at start; what a reload may change reaches the workers as copies.
    const config::Config config;

    // Provide their own locks. The main loop counts as one more worker behind the others: it is
    // home to the inline subscriptions of plugins.
    Index index;
    Retained retained;
    HookHost hooks;
    const uint16_t inline_worker;
    CommitRounds commits;
    ConnectionRates rates;
    LoginBans bans;
    OpenListeners listeners;
    // The last commit failed: what needs a store is refused.
    std::atomic<bool> store_failing{false};

    std::vector<std::unique_ptr<Worker>> workers;

    std::atomic<uint64_t> clients_connected{0};
    std::atomic<uint64_t> clients_maximum{0};
    std::atomic<uint64_t> connects{0};  // that came ever: each has its number from here
    // Grows whenever cacheable access answers of all clients end.
    std::atomic<uint64_t> access_epoch{1};
    std::atomic<bool> draining{false};
    std::atomic<bool> ready{false};  // all listeners are open and sessions are restored
    // Requests to the operator's API that were refused for want of rights.
    std::atomic<uint64_t> admin_refused{0};
    int64_t started_ms = 0;
    uint64_t first_message_key = 1;

    // Hands messages to plugins' inline subscriptions, on the main loop. Any thread; set by the
    // broker.
    std::function<void(std::shared_ptr<std::vector<Mail>>)> deliver_inline;

    // Limits of who may connect, which all workers share: those of a start, or of a reload.
    void adopt(const config::Limits& limits);
    // The id of a configured listener, which outlives every client; null: there is none of that
    // name.
    const std::string* listener_id(Bytes id) const;
    // Does the broker do its work: neither starting nor ending? Any thread.
    bool serving() const {
        return ready.load(std::memory_order_acquire) && !draining.load(std::memory_order_relaxed);
    }
    // The worker that is home to a client id.
    Worker& home_of(Bytes client_id) const;
};

}  // namespace grapnel
