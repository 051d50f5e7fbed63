#include "server/packet_text.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

namespace grapnel {

namespace {

using mqtt::PropertyId;

constexpr size_t kTextMost = 256;
constexpr size_t kEntriesMost = 8;  // of a list

// Writes one word behind the other.
class Words {
public:
    void word(const char* name) {
        if (!out_.empty()) out_ += ' ';
        out_ += name;
    }
    void flag(const char* name, bool set) {
        if (set) word(name);
    }
    void number(const char* name, uint64_t value) {
        word(name);
        out_ += '=';
        out_ += std::to_string(value);
    }
    void text(const char* name, Bytes value) {
        word(name);
        out_ += '=';
        quote(value);
    }
    void reason(mqtt::Reason reason) {
        char code[8];
        std::snprintf(code, sizeof code, "0x%02x", static_cast<unsigned>(reason));
        word("reason=");
        out_ += code;
        out_ += " (";
        out_ += mqtt::reason_text(reason);
        out_ += ')';
    }
    void quote(Bytes value) {
        out_ += '"';
        size_t size = std::min(value.size(), kTextMost);
        // Not in the middle of a character.
        while (size < value.size() && size > 0 &&
               (static_cast<uint8_t>(value[size]) & 0xc0) == 0x80)
            --size;
        for (const char byte : value.substr(0, size)) {
            // So that no client can write what looks like the end of its text.
            if (byte == '"' || byte == '\\') out_ += '\\';
            out_ += byte;
        }
        out_ += size < value.size() ? "…\"" : "\"";
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

struct NumberName {
    PropertyId id;
    const char* name;
};
constexpr NumberName kNumbers[] = {
    {PropertyId::payload_format_indicator, "payload_format"},
    {PropertyId::message_expiry_interval, "message_expiry_s"},
    {PropertyId::session_expiry_interval, "session_expiry_s"},
    {PropertyId::server_keep_alive, "server_keepalive_s"},
    {PropertyId::request_problem_information, "request_problem_information"},
    {PropertyId::will_delay_interval, "will_delay_s"},
    {PropertyId::request_response_information, "request_response_information"},
    {PropertyId::receive_maximum, "receive_maximum"},
    {PropertyId::topic_alias_maximum, "topic_alias_maximum"},
    {PropertyId::topic_alias, "topic_alias"},
    {PropertyId::maximum_qos, "maximum_qos"},
    {PropertyId::retain_available, "retain_available"},
    {PropertyId::maximum_packet_size, "maximum_packet_size"},
    {PropertyId::wildcard_subscription_available, "wildcard_available"},
    {PropertyId::subscription_identifier_available, "identifiers_available"},
    {PropertyId::shared_subscription_available, "shared_available"},
};

void append_user_properties(Words& words, const mqtt::Properties& properties) {
    uint32_t count = 0;
    mqtt::UserProperty unused;
    mqtt::RepeatedProperties walk(properties);
    while (walk.next_user_property(unused)) ++count;
    if (count != 0) words.number("user_properties", count);
}

void append_identifiers(Words& words, const mqtt::Properties& properties) {
    uint32_t identifier = 0;
    mqtt::RepeatedProperties walk(properties);
    for (size_t i = 0; i < kEntriesMost && walk.next_subscription_identifier(identifier); ++i)
        words.number("subscription_identifier", identifier);
}

void append_properties(Words& words, const mqtt::Properties& properties) {
    if (properties.present == 0) return;
    for (const auto& [id, name] : kNumbers) {
        uint32_t value = 0;
        if (properties.has(id) && mqtt::property_u32(properties, static_cast<uint32_t>(id), value))
            words.number(name, value);
    }
    const auto text = [&](PropertyId id, const char* name, Bytes value) {
        if (properties.has(id)) words.text(name, value);
    };
    const auto size = [&](PropertyId id, const char* name, Bytes value) {
        if (properties.has(id)) words.number(name, value.size());
    };
    text(PropertyId::content_type, "content_type", properties.content_type);
    text(PropertyId::response_topic, "response_topic", properties.response_topic);
    text(PropertyId::assigned_client_identifier, "assigned_client_id",
         properties.assigned_client_identifier);
    text(PropertyId::authentication_method, "authentication_method",
         properties.authentication_method);
    text(PropertyId::response_information, "response_information", properties.response_information);
    text(PropertyId::server_reference, "server_reference", properties.server_reference);
    text(PropertyId::reason_string, "reason_string", properties.reason_string);
    size(PropertyId::correlation_data, "correlation_data_bytes", properties.correlation_data);
    size(PropertyId::authentication_data, "authentication_data_bytes",
         properties.authentication_data);
    append_identifiers(words, properties);
    append_user_properties(words, properties);
}

void append(Words&, std::monostate) {}

void append(Words& words, const mqtt::Connect& packet) {
    words.number("version", static_cast<uint64_t>(packet.version));
    words.flag("clean_start", packet.clean_start);
    words.number("keepalive_s", packet.keepalive_s);
    if (packet.has_username) words.text("username", packet.username);
    words.flag("password=hidden", packet.has_password);
    append_properties(words, packet.properties);
    if (!packet.has_will) return;
    words.text("will_topic", packet.will.topic);
    words.number("will_qos", packet.will.qos);
    words.flag("will_retain", packet.will.retain);
    words.number("will_payload_bytes", packet.will.payload.size());
    append_properties(words, packet.will.properties);
}

void append(Words& words, const mqtt::Connack& packet) {
    words.reason(packet.reason);
    words.flag("session_present", packet.session_present);
    append_properties(words, packet.properties);
}

void append(Words& words, const mqtt::Publish& packet) {
    if (packet.qos != 0) words.number("id", packet.packet_id);
    words.text("topic", packet.topic);
    words.number("qos", packet.qos);
    words.flag("retain", packet.retain);
    words.flag("dup", packet.dup);
    words.number("payload_bytes", packet.payload.size());
    append_properties(words, packet.properties);
}

void append(Words& words, const mqtt::Ack& packet) {
    words.number("id", packet.packet_id);
    words.reason(packet.reason);
    append_properties(words, packet.properties);
}

template <class Entries, class Fn>
void append_list(Words& words, const Entries& entries, Fn append_entry) {
    words.number("count", entries.size());
    for (size_t i = 0; i < std::min(entries.size(), kEntriesMost); ++i) append_entry(entries[i]);
    words.flag("…", entries.size() > kEntriesMost);
}

void append(Words& words, const mqtt::Subscribe& packet) {
    words.number("id", packet.packet_id);
    append_list(words, packet.filters, [&](const mqtt::SubscriptionRequest& request) {
        words.text("filter", request.filter);
        words.number("qos", request.qos);
        words.flag("no_local", request.no_local);
        words.flag("retain_as_published", request.retain_as_published);
        if (request.retain_handling != 0) words.number("retain_handling", request.retain_handling);
    });
    append_properties(words, packet.properties);
}

void append(Words& words, const mqtt::SubscriptionAck& packet) {
    words.number("id", packet.packet_id);
    append_list(words, packet.reasons, [&](mqtt::Reason reason) { words.reason(reason); });
    append_properties(words, packet.properties);
}

void append(Words& words, const mqtt::Unsubscribe& packet) {
    words.number("id", packet.packet_id);
    append_list(words, packet.filters, [&](Bytes filter) { words.text("filter", filter); });
    append_properties(words, packet.properties);
}

void append(Words&, const mqtt::Ping&) {}

void append(Words& words, const mqtt::Disconnect& packet) {
    words.reason(packet.reason);
    append_properties(words, packet.properties);
}

void append(Words& words, const mqtt::Auth& packet) {
    words.reason(packet.reason);
    append_properties(words, packet.properties);
}

}  // namespace

std::string packet_text(const mqtt::Packet& packet) {
    Words words;
    std::visit([&](const auto& held) { append(words, held); }, packet);
    return words.take();
}

}  // namespace grapnel
