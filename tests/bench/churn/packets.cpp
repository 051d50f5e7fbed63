#include "packets.h"

#include <cstdio>
#include <cstdlib>

namespace grapnel::churn {

namespace {

constexpr char kCleanStart = 0x02;
constexpr char kWillFlags = 0x04 | 0x08;  // a will, of QoS 1
constexpr char kSessionExpiry = 0x11;
constexpr char kWillDelay = 0x18;
constexpr char kRepeated = 0x08;
constexpr char kRetain = 0x01;

void put_16(std::string& out, size_t value) {
    out.push_back(static_cast<char>(value >> 8));
    out.push_back(static_cast<char>(value & 0xff));
}

void put_32(std::string& out, uint32_t value) {
    put_16(out, value >> 16);
    put_16(out, value & 0xffff);
}

void put_text(std::string& out, std::string_view text) {
    put_16(out, text.size());
    out.append(text);
}

void put_variable(std::string& out, size_t value) {
    do {
        const size_t rest = value >> 7;
        out.push_back(static_cast<char>((value & 0x7f) | (rest != 0 ? 0x80 : 0)));
        value = rest;
    } while (value != 0);
}

std::string packet(char first, std::string_view body) {
    std::string out(1, first);
    put_variable(out, body.size());
    out.append(body);
    return out;
}

}  // namespace

void fail(const std::string& words) {
    std::fprintf(stderr, "churn: %s\n", words.c_str());
    std::exit(1);
}

std::string connect_packet(const Account& account) {
    const bool five = account.version == 5;
    std::string body;
    put_text(body, "MQTT");
    body.push_back(static_cast<char>(account.version));
    body.push_back(static_cast<char>((account.persistent ? 0 : kCleanStart) |
                                     (account.will ? kWillFlags : 0)));
    put_16(body, 0);  // no keep alive
    if (five) {
        body.push_back(5);
        body.push_back(kSessionExpiry);
        put_32(body, account.expiry_s);
    }
    put_text(body, account.id);
    if (account.will) {
        if (five) {
            body.push_back(5);
            body.push_back(kWillDelay);
            put_32(body, account.will->delay_s);
        }
        put_text(body, account.will->topic);
        put_text(body, account.will->payload);
    }
    return packet('\x10', body);
}

std::string subscribe_packet(uint8_t version, uint16_t packet_id, std::string_view filter,
                             uint8_t qos) {
    std::string body;
    put_16(body, packet_id);
    if (version == 5) body.push_back('\0');
    put_text(body, filter);
    body.push_back(static_cast<char>(qos));
    return packet('\x82', body);
}

std::string unsubscribe_packet(uint8_t version, uint16_t packet_id, std::string_view filter) {
    std::string body;
    put_16(body, packet_id);
    if (version == 5) body.push_back('\0');
    put_text(body, filter);
    return packet('\xa2', body);
}

std::string disconnect_packet() { return packet(static_cast<char>(kDisconnect), {}); }

std::string publish_packet(uint8_t version, uint16_t packet_id, std::string_view topic,
                           std::string_view payload, uint8_t qos, bool retain) {
    std::string out(1, static_cast<char>(kPublish | qos << 1 | (retain ? kRetain : 0)));
    put_variable(out,
                 2 + topic.size() + (qos != 0 ? 2 : 0) + (version == 5 ? 1 : 0) + payload.size());
    put_text(out, topic);
    if (qos != 0) put_16(out, packet_id);
    if (version == 5) out.push_back('\0');
    out.append(payload);
    return out;
}

void mark_repeated(std::string& publish) { publish[0] = static_cast<char>(publish[0] | kRepeated); }

std::string acknowledge_packet(uint8_t first, uint16_t packet_id) {
    std::string out{static_cast<char>(first), 2};
    put_16(out, packet_id);
    return out;
}

uint16_t read_16(std::string_view body, size_t at) {
    if (at + 2 > body.size()) fail("a packet that is too short");
    return static_cast<uint16_t>(static_cast<uint8_t>(body[at]) << 8 |
                                 static_cast<uint8_t>(body[at + 1]));
}

bool take_variable(std::string_view bytes, size_t& at, size_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        if (at == bytes.size()) return false;
        const auto byte = static_cast<uint8_t>(bytes[at++]);
        value |= static_cast<size_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    fail("a length of more than four bytes");
}

Publish read_publish(uint8_t version, uint8_t first, std::string_view body) {
    Publish publish;
    publish.qos = (first >> 1) & 3;
    const size_t topic_size = read_16(body, 0);
    size_t at = 2 + topic_size;
    if (publish.qos != 0) {
        publish.packet_id = read_16(body, at);
        at += 2;
    }
    size_t properties = 0;
    if (version == 5 && !take_variable(body, at, properties)) fail("a PUBLISH that is too short");
    at += properties;
    if (at > body.size()) fail("a PUBLISH that is too short");
    publish.topic = body.substr(2, topic_size);
    publish.payload = body.substr(at);
    return publish;
}

}  // namespace grapnel::churn
