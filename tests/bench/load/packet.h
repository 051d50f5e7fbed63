#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace grapnel::load {

// First bytes of packets, with the flags that they always have.
constexpr uint8_t kConnect = 0x10;
constexpr uint8_t kConnack = 0x20;
constexpr uint8_t kPublish = 0x30;
constexpr uint8_t kPuback = 0x40;
constexpr uint8_t kPubrec = 0x50;
constexpr uint8_t kPubrel = 0x62;
constexpr uint8_t kPubcomp = 0x70;
constexpr uint8_t kSubscribe = 0x82;
constexpr uint8_t kSuback = 0x90;
constexpr uint8_t kPingreq = 0xc0;
constexpr uint8_t kPingresp = 0xd0;
constexpr uint8_t kDisconnect = 0xe0;

// A packet where it was received: valid until the next reception.
struct Packet {
    uint8_t first = 0;
    std::string_view body;
};

struct Delivery {
    uint8_t qos = 0;
    bool retained = false;
    uint16_t packet_id = 0;  // 0 with QoS 0
    std::string_view topic;
    std::string_view payload;
};

struct Connack {
    uint8_t reason = 0;
    uint16_t receive_maximum = 65535;
};

struct Acknowledgement {
    uint16_t packet_id = 0;
    uint8_t reason = 0;
};

// Takes the first packet off `bytes`; false, with `bytes` as they were, if it is not whole.
bool take_packet(std::string_view& bytes, Packet& packet);

// The bodies of packets. A packet that no broker may send ends the run.
Delivery read_publish(const Packet& packet, bool v5);
Connack read_connack(std::string_view body, bool v5);
Acknowledgement read_acknowledgement(std::string_view body);
// The worst of a SUBACK's reason codes.
uint8_t read_suback(std::string_view body, bool v5);

// These append a packet, or a part of one.
void put_16(std::string& output, size_t value);
void put_text(std::string& output, std::string_view text);
void put_variable(std::string& output, size_t value);
// `lasting`: the session outlives the connection, by an hour with v5.
void put_connect(std::string& output, std::string_view client_id, uint16_t keepalive_s, bool v5,
                 bool lasting = false);
void put_subscribe(std::string& output, uint16_t packet_id, std::span<const std::string> filters,
                   uint8_t qos, bool v5);
void put_acknowledgement(std::string& output, uint8_t first, uint16_t packet_id);
void put_pingreq(std::string& output);

}  // namespace grapnel::load
