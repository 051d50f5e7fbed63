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

void note_turned_away(Counter& counter, const PeerAddress& peer, const char* why) {
    counter.add();
    if (log_enabled(LogLevel::debug))
        log_debug("server", "connection turned away", {{"peer", peer.text()}, {"reason", why}});
}

void turn_away(int descriptor, Counter& counter, const PeerAddress& peer, const char* why) {
    ::close(descriptor);
    note_turned_away(counter, peer, why);
}

}  // namespace

// Those who are banned or come too often take nothing of the rate of all.
bool admits(Core& core, Counters& counters, const PeerAddress& client, int64_t now_ms) {
    if (core.bans.banned(client, now_ms)) {
        note_turned_away(counters.connections_banned, client, "banned");
    } else if (!core.rates.admit_from(client, now_ms)) {
        note_turned_away(counters.connections_over_rate, client, "too many from there");
    } else if (!core.rates.admit(now_ms)) {
        note_turned_away(counters.connections_over_rate, client, "too many");
    } else {
        return true;
    }
    return false;
}

bool Entrance::admits(const PeerAddress& client) {
    worker_.wake();
    return grapnel::admits(worker_.core, worker_.counters, client, worker_.clock.monotonic_ms);
}

Entrance::~Entrance() { GN_ASSERT(waiting_.empty()); }

void Entrance::come(int descriptor, const PeerAddress& peer, ListenerState& listener) {
    worker_.wake();
    const bool reads_header = listener.proxy.has_value();
    const bool believed = reads_header && contains(listener.proxy->from, peer);
    if (reads_header && !believed && listener.proxy->required)
        return turn_away(descriptor, worker_.counters.proxies_refused, peer, "not a proxy");
    // Who it is is known, whatever it says.
    if (!believed && !admits(peer)) {
        ::close(descriptor);
        return;
    }
    if (reads_header)
        read_header(descriptor, peer, listener, believed);
    else
        worker_.accept(std::make_unique<SocketTransport>(descriptor), peer, listener);
}

void Entrance::read_header(int descriptor, const PeerAddress& peer, ListenerState& listener,
                           bool believed) {
    using Expects = ProxyReader::Expects;
    Expects expects = Expects::none;
    if (believed) expects = listener.proxy->required ? Expects::header : Expects::header_or_none;
    const auto timeout_ms = static_cast<int64_t>(worker_.limits.connect_timeout_ms);
    const int64_t deadline_ms = timeout_ms == 0 ? 0 : worker_.clock.monotonic_ms + timeout_ms;
    const auto done = [this, peer, believed](ProxyReader& reader, ProxyReader::Outcome outcome) {
        worker_.wake();
        Waiting waiting = std::move(waiting_.extract(&reader).mapped());
        if (outcome == ProxyReader::Outcome::accepted)
            let_in(reader, peer, believed, std::move(waiting));
        else if (outcome == ProxyReader::Outcome::refused)
            turn_away(reader.take_descriptor(), worker_.counters.proxies_refused, peer,
                      "no header that is believed");
        reader.close();
    };
    ProxyReader* const reader = ProxyReader::start(worker_.loop.poller(), worker_.timers,
                                                   deadline_ms, descriptor, expects, done);
    if (reader != nullptr) waiting_.emplace(reader, Waiting{ListenerPlace(listener), deadline_ms});
}

void Entrance::let_in(ProxyReader& reader, const PeerAddress& peer, bool believed,
                      Waiting waiting) {
    const PeerAddress client = reader.client().value_or(peer);
    if (believed && !admits(client)) return;
    worker_.accept(std::make_unique<SocketTransport>(reader.take_descriptor()), client,
                   std::move(waiting.place), waiting.deadline_ms);
}

void Entrance::close() {
    for (const auto& [reader, waiting] : std::exchange(waiting_, {})) reader->close();
}

}  // namespace grapnel
