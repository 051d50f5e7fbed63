#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../load/packet.h"

namespace grapnel::churn {

// A will of QoS 1, not retained.
struct Will {
    std::string topic;
    std::string payload;
    uint32_t delay_s = 0;  // MQTT 5 only
};

// Who a client says it is.
struct Account {
    std::string id;
    bool v5 = false;          // MQTT 5 instead of 3.1.1
    bool persistent = false;  // the session outlives connections
    uint32_t expiry_s = 0;    // MQTT 5: how long; also of a session that starts clean
    std::optional<Will> will;
};

// What load/packet.h has not, or not for such clients.
inline constexpr uint8_t kUnsuback = 0xb0;

std::string connect_packet(const Account& account);
std::string unsubscribe_packet(uint16_t packet_id, std::string_view filter, bool v5);
std::string disconnect_packet();
// Without a packet id at QoS 0.
std::string publish_packet(uint16_t packet_id, std::string_view topic, std::string_view payload,
                           uint8_t qos, bool retain, bool v5);
// Sets the DUP flag of a PUBLISH.
void mark_repeated(std::string& publish);

}  // namespace grapnel::churn
