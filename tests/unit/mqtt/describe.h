#pragma once

#include <string>

#include "mqtt/packet.h"

namespace grapnel::mqtt::test {

// Everything that counts in a packet as text, so that two packets are equal when their texts are.
// Leaves out whether the properties are stored in fields or in `raw`.
class Describer {
public:
    std::string text;

    void operator()(std::monostate) {}
    void operator()(const Connect& packet) {
        number("version", static_cast<unsigned>(packet.version));
        number("clean", packet.clean_start);
        number("keepalive", packet.keepalive_s);
        bytes("id", packet.client_id);
        set(packet.properties);
        if (packet.has_will) {
            bytes("will", packet.will.topic);
            bytes("payload", packet.will.payload);
            number("qos", packet.will.qos);
            number("retain", packet.will.retain);
            set(packet.will.properties);
        }
        if (packet.has_username) bytes("username", packet.username);
        if (packet.has_password) bytes("password", packet.password);
    }
    void operator()(const Connack& packet) {
        number("present", packet.session_present);
        reason(packet.reason);
        set(packet.properties);
    }
    void operator()(const Publish& packet) {
        number("dup", packet.dup);
        number("retain", packet.retain);
        number("qos", packet.qos);
        number("packet", packet.packet_id);
        bytes("topic", packet.topic);
        bytes("payload", packet.payload);
        set(packet.properties);
    }
    void operator()(const Ack& packet) {
        number("type", static_cast<unsigned>(packet.type));
        number("packet", packet.packet_id);
        reason(packet.reason);
        set(packet.properties);
    }
    void operator()(const Subscribe& packet) {
        number("packet", packet.packet_id);
        set(packet.properties);
        for (const SubscriptionRequest& request : packet.filters) {
            bytes("filter", request.filter);
            number("qos", request.qos);
            number("handling", request.retain_handling);
            number("local", request.no_local);
            number("published", request.retain_as_published);
        }
    }
    void operator()(const Unsubscribe& packet) {
        number("packet", packet.packet_id);
        set(packet.properties);
        for (const Bytes filter : packet.filters) bytes("filter", filter);
    }
    void operator()(const SubscriptionAck& packet) {
        number("type", static_cast<unsigned>(packet.type));
        number("packet", packet.packet_id);
        set(packet.properties);
        for (const Reason code : packet.reasons) reason(code);
    }
    void operator()(const Ping& packet) { number("type", static_cast<unsigned>(packet.type)); }
    void operator()(const Disconnect& packet) {
        reason(packet.reason);
        set(packet.properties);
    }
    void operator()(const Auth& packet) {
        reason(packet.reason);
        set(packet.properties);
    }

    void set(const Properties& properties) {
        text += " {";
        for (uint32_t id = 0; id < 64; ++id) {
            uint32_t value = 0;
            Bytes string;
            if (property_u32(properties, id, value)) number(std::to_string(id).c_str(), value);
            if (property_string(properties, id, string)) bytes(std::to_string(id).c_str(), string);
        }
        // The first identifier is a field too, and written above.
        uint32_t identifier = 0;
        for (uint32_t index = 1; subscription_identifier_at(properties, index, identifier); ++index)
            number("next", identifier);
        UserProperty user;
        for (uint32_t index = 0; user_property_at(properties, index, user); ++index) {
            bytes("key", user.key);
            bytes("value", user.value);
        }
        text += " }";
    }

private:
    void number(const char* name, uint64_t value) {
        text += ' ';
        text += name;
        text += '=';
        text += std::to_string(value);
    }
    void reason(Reason code) { number("reason", static_cast<unsigned>(code)); }
    void bytes(const char* name, Bytes value) {
        number(name, value.size());
        text += ':';
        text += value;
    }
};

inline std::string describe(const Packet& packet) {
    Describer describer;
    std::visit(describer, packet);
    return describer.text;
}

inline std::string describe(const Properties& properties) {
    Describer describer;
    describer.set(properties);
    return describer.text;
}

}  // namespace grapnel::mqtt::test
