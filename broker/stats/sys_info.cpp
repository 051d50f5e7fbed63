#include "stats/sys_info.h"

#include <algorithm>

#include "stats/sys_topics.h"

namespace grapnel {

std::string sys_info_json(const Totals& totals) {
    std::string json = std::string("{\n\t\"version\": \"") + kVersion + '"';
    const auto number = [&json](const char* name, uint64_t value) {
        json.append(",\n\t\"").append(name).append("\": ").append(std::to_string(value));
    };
    number("started", static_cast<uint64_t>(totals.started_ms / 1000));
    number("time", static_cast<uint64_t>(totals.now_ms / 1000));
    number("uptime", static_cast<uint64_t>((totals.now_ms - totals.started_ms) / 1000));
    number("bytes_received", totals.bytes_received);
    number("bytes_sent", totals.bytes_sent);
    number("clients_connected", totals.clients_connected);
    // Counted one after the other while they change.
    number("clients_disconnected",
           totals.sessions - std::min(totals.sessions, totals.clients_connected));
    number("clients_maximum", totals.clients_maximum);
    number("clients_total", totals.sessions);
    number("messages_received", totals.messages_received);
    number("messages_sent", totals.messages_sent);
    number("messages_dropped", totals.dropped_total());
    number("retained", totals.retained);
    number("inflight", totals.inflight);
    number("inflight_dropped", totals.inflight_dropped);
    number("subscriptions", totals.subscriptions);
    number("packets_received", totals.packets_received);
    number("packets_sent", totals.packets_sent);
    number("memory_alloc", totals.memory_bytes);
    number("threads", totals.threads);
    json += "\n}\n";
    return json;
}

}  // namespace grapnel
