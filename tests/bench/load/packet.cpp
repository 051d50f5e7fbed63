#include "packet.h"

#include <algorithm>

#include "fail.h"

namespace grapnel::load {

namespace {

enum class Reading { kDone, kNotWhole };

// Reads a variable byte integer at `at` and moves behind it.
Reading read_variable(std::string_view bytes, size_t& at, size_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        if (at >= bytes.size()) return Reading::kNotWhole;
        const auto byte = static_cast<uint8_t>(bytes[at++]);
        value |= static_cast<size_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return Reading::kDone;
    }
    fail("the broker sent a length of more than four bytes");
}

[[noreturn]] void fail_short() { fail("the broker sent a packet that is too short"); }

void need(std::string_view body, size_t size) {
    if (body.size() < size) fail_short();
}

uint16_t get_16(std::string_view body, size_t at) {
    need(body, at + 2);
    return static_cast<uint16_t>(static_cast<uint8_t>(body[at]) << 8 |
                                 static_cast<uint8_t>(body[at + 1]));
}

// Moves behind the properties at `at` and gives them.
std::string_view take_properties(std::string_view body, size_t& at) {
    size_t size = 0;
    if (read_variable(body, at, size) == Reading::kNotWhole) fail_short();
    need(body, at + size);
    at += size;
    return body.substr(at - size, size);
}

constexpr uint8_t kReceiveMaximum = 0x21;
constexpr char kSessionExpiry = 0x11;

// The bytes of the value at `at` of a property that a CONNACK may have.
size_t property_size(uint8_t property, std::string_view properties, size_t at) {
    switch (property) {
        case 0x24:            // maximum QoS
        case 0x25:            // retain available
        case 0x28:            // wildcard subscription available
        case 0x29:            // subscription identifiers available
        case 0x2a: return 1;  // shared subscription available
        case 0x13:            // server keep alive
        case kReceiveMaximum:
        case 0x22: return 2;                                   // topic alias maximum
        case 0x11:                                             // session expiry interval
        case 0x27: return 4;                                   // maximum packet size
        case 0x12:                                             // assigned client identifier
        case 0x15:                                             // authentication method
        case 0x16:                                             // authentication data
        case 0x1a:                                             // response information
        case 0x1c:                                             // server reference
        case 0x1f: return size_t{2} + get_16(properties, at);  // reason string
        case 0x26: {                                           // user property
            const size_t name = size_t{2} + get_16(properties, at);
            return name + 2 + get_16(properties, at + name);
        }
        default: fail("the broker sent property " + std::to_string(property) + " in a CONNACK");
    }
}

}  // namespace

bool take_packet(std::string_view& bytes, Packet& packet) {
    size_t at = 1;
    size_t size = 0;
    if (read_variable(bytes, at, size) == Reading::kNotWhole || bytes.size() - at < size)
        return false;
    packet = {static_cast<uint8_t>(bytes[0]), bytes.substr(at, size)};
    bytes.remove_prefix(at + size);
    return true;
}

Delivery read_publish(const Packet& packet, bool v5) {
    Delivery delivery;
    delivery.qos = packet.first >> 1 & 3;
    delivery.retained = (packet.first & 1) != 0;
    if (delivery.qos == 3) fail("the broker sent a PUBLISH with QoS 3");
    size_t at = size_t{2} + get_16(packet.body, 0);
    need(packet.body, at);
    delivery.topic = packet.body.substr(2, at - 2);
    if (delivery.qos != 0) {
        delivery.packet_id = get_16(packet.body, at);
        at += 2;
    }
    if (v5) take_properties(packet.body, at);
    need(packet.body, at);
    delivery.payload = packet.body.substr(at);
    return delivery;
}

Connack read_connack(std::string_view body, bool v5) {
    need(body, 2);
    Connack connack;
    connack.reason = static_cast<uint8_t>(body[1]);
    if (!v5 || connack.reason != 0) return connack;
    size_t end = 2;
    const std::string_view properties = take_properties(body, end);
    for (size_t at = 0; at < properties.size();) {
        const auto property = static_cast<uint8_t>(properties[at++]);
        if (property == kReceiveMaximum) connack.receive_maximum = get_16(properties, at);
        at += property_size(property, properties, at);
    }
    return connack;
}

Acknowledgement read_acknowledgement(std::string_view body) {
    Acknowledgement acknowledgement;
    acknowledgement.packet_id = get_16(body, 0);
    if (body.size() > 2) acknowledgement.reason = static_cast<uint8_t>(body[2]);
    return acknowledgement;
}

uint8_t read_suback(std::string_view body, bool v5) {
    size_t at = 2;
    if (v5) take_properties(body, at);
    need(body, at + 1);
    uint8_t worst = 0;
    for (; at < body.size(); ++at) worst = std::max(worst, static_cast<uint8_t>(body[at]));
    return worst;
}

void put_16(std::string& output, size_t value) {
    output.push_back(static_cast<char>(value >> 8));
    output.push_back(static_cast<char>(value & 0xff));
}

void put_text(std::string& output, std::string_view text) {
    put_16(output, text.size());
    output.append(text);
}

void put_variable(std::string& output, size_t value) {
    for (; value >= 128; value >>= 7) output.push_back(static_cast<char>(value | 0x80));
    output.push_back(static_cast<char>(value));
}

void put_connect(std::string& output, std::string_view client_id, uint16_t keepalive_s, bool v5,
                 bool lasting) {
    constexpr char kCleanStart = 2;
    constexpr size_t kExpirySize = 5;
    constexpr size_t kHour_s = 3600;
    const size_t properties = v5 && lasting ? kExpirySize : 0;
    output.push_back(static_cast<char>(kConnect));
    put_variable(output, 6 + 1 + 1 + 2 + (v5 ? 1 : 0) + properties + 2 + client_id.size());
    put_text(output, "MQTT");
    output.push_back(v5 ? 5 : 4);
    output.push_back(lasting && !v5 ? 0 : kCleanStart);
    put_16(output, keepalive_s);
    if (v5) put_variable(output, properties);
    if (properties != 0) {
        output.push_back(kSessionExpiry);
        put_16(output, 0);
        put_16(output, kHour_s);
    }
    put_text(output, client_id);
}

void put_subscribe(std::string& output, uint16_t packet_id, std::span<const std::string> filters,
                   uint8_t qos, bool v5) {
    size_t size = 2 + (v5 ? 1 : 0);
    for (const std::string& filter : filters) size += 2 + filter.size() + 1;
    output.push_back(static_cast<char>(kSubscribe));
    put_variable(output, size);
    put_16(output, packet_id);
    if (v5) put_variable(output, 0);
    for (const std::string& filter : filters) {
        put_text(output, filter);
        output.push_back(static_cast<char>(qos));
    }
}

void put_acknowledgement(std::string& output, uint8_t first, uint16_t packet_id) {
    const char bytes[4] = {static_cast<char>(first), 2, static_cast<char>(packet_id >> 8),
                           static_cast<char>(packet_id & 0xff)};
    output.append(bytes, sizeof bytes);
}

void put_pingreq(std::string& output) {
    output.push_back(static_cast<char>(kPingreq));
    output.push_back(0);
}

}  // namespace grapnel::load
