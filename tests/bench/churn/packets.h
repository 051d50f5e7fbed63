#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::churn {

// Types of packets, as the first byte of those that have no flags.
inline constexpr uint8_t kConnack = 0x20;
inline constexpr uint8_t kPublish = 0x30;
inline constexpr uint8_t kPuback = 0x40;
inline constexpr uint8_t kPubrec = 0x50;
inline constexpr uint8_t kPubrel = 0x62;
inline constexpr uint8_t kPubcomp = 0x70;
inline constexpr uint8_t kSuback = 0x90;
inline constexpr uint8_t kUnsuback = 0xb0;
inline constexpr uint8_t kDisconnect = 0xe0;

// A will of QoS 1, not retained.
struct Will {
    std::string topic;
    std::string payload;
    uint32_t delay_s = 0;  // MQTT 5 only
};

// Who a client says it is.
struct Account {
    std::string id;
    uint8_t version = 4;      // 4 = 3.1.1, 5
    bool persistent = false;  // the session outlives connections
    uint32_t expiry_s = 0;    // MQTT 5: how long; also of a session that starts clean
    std::optional<Will> will;
};

// A received PUBLISH; its texts lie in the bytes that it was read from.
struct Publish {
    std::string_view topic;
    std::string_view payload;
    uint16_t packet_id = 0;  // QoS 1 and 2
    uint8_t qos = 0;
};

std::string connect_packet(const Account& account);
std::string subscribe_packet(uint8_t version, uint16_t packet_id, std::string_view filter,
                             uint8_t qos);
std::string unsubscribe_packet(uint8_t version, uint16_t packet_id, std::string_view filter);
std::string disconnect_packet();

// Without a packet id at QoS 0.
std::string publish_packet(uint8_t version, uint16_t packet_id, std::string_view topic,
                           std::string_view payload, uint8_t qos, bool retain);
// Sets the DUP flag of a PUBLISH.
void mark_repeated(std::string& publish);
// PUBACK, PUBREC, PUBREL or PUBCOMP.
std::string acknowledge_packet(uint8_t first, uint16_t packet_id);

Publish read_publish(uint8_t version, uint8_t first, std::string_view body);
uint16_t read_16(std::string_view body, size_t at);

// Reads a variable byte integer at `at` and moves behind it; false if it is not whole yet.
bool take_variable(std::string_view bytes, size_t& at, size_t& value);

// Ends the program with the words: what the broker sent makes no sense, or there is no broker.
[[noreturn]] void fail(const std::string& words);

}  // namespace grapnel::churn
