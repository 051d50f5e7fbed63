#include "server/traces.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace grapnel {

void Traces::set(const std::string& client_id, Trace trace) {
    if (trace.over())
        traces_.erase(client_id);
    else
        traces_[client_id] = std::move(trace);
}

bool Traces::tell(Bytes client_id, const TracedPacket& packet) {
    const auto found = traces_.find(client_id);
    if (found == traces_.end()) return false;
    Trace& trace = found->second;
    if (trace.logged)
        log_info("trace", "packet",
                 {{"client", client_id},
                  {"direction", packet.received ? "in" : "out"},
                  {"packet", packet.type},
                  {"size_bytes", packet.size_bytes},
                  {"text", packet.text}});
    std::erase_if(trace.listeners, [&](const auto& listener) { return !listener->packet(packet); });
    if (!trace.over()) return true;
    traces_.erase(found);
    return false;
}

const char* packet_name(mqtt::PacketType type) {
    constexpr const char* kNames[] = {"RESERVED",  "CONNECT",  "CONNACK",     "PUBLISH",
                                      "PUBACK",    "PUBREC",   "PUBREL",      "PUBCOMP",
                                      "SUBSCRIBE", "SUBACK",   "UNSUBSCRIBE", "UNSUBACK",
                                      "PINGREQ",   "PINGRESP", "DISCONNECT",  "AUTH"};
    return kNames[static_cast<size_t>(type)];
}

}  // namespace grapnel
