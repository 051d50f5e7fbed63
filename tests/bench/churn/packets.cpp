#include "packets.h"

namespace grapnel::churn {

using load::put_16;
using load::put_text;
using load::put_variable;

namespace {

constexpr uint8_t kUnsubscribe = 0xa2;
constexpr int kCleanStart = 0x02;
constexpr int kWillFlags = 0x04 | 0x08;  // a will, of QoS 1
constexpr char kSessionExpiry = 0x11;
constexpr char kWillDelay = 0x18;
constexpr int kRepeated = 0x08;
constexpr int kRetain = 0x01;

// The only property of a set, of four bytes.
void put_property(std::string& out, char property, uint32_t value) {
    put_variable(out, 5);
    out.push_back(property);
    put_16(out, value >> 16);
    put_16(out, value & 0xffff);
}

std::string packet(uint8_t first, std::string_view body) {
    std::string out(1, static_cast<char>(first));
    put_variable(out, body.size());
    out.append(body);
    return out;
}

}  // namespace

std::string connect_packet(const Account& account) {
    std::string body;
    put_text(body, "MQTT");
    body.push_back(account.v5 ? 5 : 4);
    body.push_back(static_cast<char>((account.persistent ? 0 : kCleanStart) |
                                     (account.will ? kWillFlags : 0)));
    put_16(body, 0);  // no keep alive
    if (account.v5) put_property(body, kSessionExpiry, account.expiry_s);
    put_text(body, account.id);
    if (account.will) {
        if (account.v5) put_property(body, kWillDelay, account.will->delay_s);
        put_text(body, account.will->topic);
        put_text(body, account.will->payload);
    }
    return packet(load::kConnect, body);
}

std::string unsubscribe_packet(uint16_t packet_id, std::string_view filter, bool v5) {
    std::string body;
    put_16(body, packet_id);
    if (v5) put_variable(body, 0);
    put_text(body, filter);
    return packet(kUnsubscribe, body);
}

std::string disconnect_packet() { return packet(load::kDisconnect, {}); }

std::string publish_packet(uint16_t packet_id, std::string_view topic, std::string_view payload,
                           uint8_t qos, bool retain, bool v5) {
    std::string out(1, static_cast<char>(load::kPublish | qos << 1 | (retain ? kRetain : 0)));
    put_variable(out, 2 + topic.size() + (qos != 0 ? 2 : 0) + (v5 ? 1 : 0) + payload.size());
    put_text(out, topic);
    if (qos != 0) put_16(out, packet_id);
    if (v5) put_variable(out, 0);
    out.append(payload);
    return out;
}

void mark_repeated(std::string& publish) { publish[0] = static_cast<char>(publish[0] | kRepeated); }

}  // namespace grapnel::churn
