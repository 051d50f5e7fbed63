#include "server/entrance.h"

#include <unistd.h>

#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "net/proxy_reader.h"
#include "net/socket_stream.h"
#include "server/worker.h"

namespace grapnel {

namespace {

void turn_away(int descriptor, Counter& counter, const PeerAddress& peer, const char* why) {
    ::close(descriptor);
    counter.add();
    if (log_enabled(LogLevel::debug))
        log_debug("server", "connection turned away", {{"peer", peer.text()}, {"reason", why}});
}

}  // namespace

Entrance::~Entrance() { GN_ASSERT(waiting_.empty()); }

void Entrance::come(int descriptor, const PeerAddress& peer, ListenerState& listener) {
    worker_.wake();
    Counters& counters = worker_.counters;
    if (!worker_.core.rates.admit(worker_.clock.monotonic_ms))
        return turn_away(descriptor, counters.connections_over_rate, peer, "too many connections");
    if (!listener.proxy) return let_in(descriptor, peer, listener);
    if (listener.proxy->required && !contains(listener.proxy->from, peer))
        return turn_away(descriptor, counters.proxies_refused, peer, "not one of the proxies");
    read_header(descriptor, peer, listener);
}

void Entrance::read_header(int descriptor, const PeerAddress& peer, ListenerState& listener) {
    using Expects = ProxyReader::Expects;
    Expects expects = Expects::none;
    if (contains(listener.proxy->from, peer))
        expects = listener.proxy->required ? Expects::header : Expects::header_or_none;
    const auto timeout_ms = static_cast<int64_t>(worker_.limits.connect_timeout_ms);
    const int64_t deadline_ms = timeout_ms == 0 ? 0 : worker_.clock.monotonic_ms + timeout_ms;
    const auto done = [this, peer, &listener](ProxyReader& reader, ProxyReader::Outcome outcome) {
        worker_.wake();
        waiting_.erase(&reader);
        if (outcome == ProxyReader::Outcome::accepted) {
            const PeerAddress client = reader.client().value_or(peer);
            let_in(reader.take_descriptor(), client, listener);
        } else if (outcome == ProxyReader::Outcome::refused) {
            turn_away(reader.take_descriptor(), worker_.counters.proxies_refused, peer,
                      "no header that is believed");
        }
        reader.close();
    };
    ProxyReader* const reader = ProxyReader::start(worker_.loop.poller(), worker_.timers,
                                                   deadline_ms, descriptor, expects, done);
    if (reader != nullptr) waiting_.insert(reader);
}

void Entrance::let_in(int descriptor, const PeerAddress& client, ListenerState& listener) {
    const int64_t now_ms = worker_.clock.monotonic_ms;
    Counters& counters = worker_.counters;
    if (worker_.core.bans.banned(client, now_ms))
        return turn_away(descriptor, counters.connections_banned, client, "banned");
    if (!worker_.core.rates.admit_from(client, now_ms))
        return turn_away(descriptor, counters.connections_over_rate, client,
                         "too many connections from there");
    worker_.accept(std::make_unique<SocketTransport>(descriptor), client, listener);
}

void Entrance::close() {
    for (ProxyReader* const reader : std::exchange(waiting_, {})) reader->close();
}

}  // namespace grapnel
