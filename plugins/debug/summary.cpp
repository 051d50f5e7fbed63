#include "summary.h"

#include <algorithm>
#include <array>

namespace grapnel::debug {

namespace {

constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kPayloadBytesMax = 1024;
constexpr std::uint32_t kFiltersMax = 32;
constexpr std::uint32_t kPropReasonString = 31;

constexpr std::array<std::string_view, 16> kTypeNames = {
    "UNKNOWN", "CONNECT",  "CONNACK",    "PUBLISH", "PUBACK",      "PUBREC",
    "PUBREL",  "PUBCOMP",  "SUBSCRIBE",  "SUBACK",  "UNSUBSCRIBE", "UNSUBACK",
    "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};

// MQTT control packet types that a summary knows fields of.
enum Type : std::uint8_t {
    kConnect = 1,
    kConnack = 2,
    kPublish = 3,
    kPuback = 4,
    kPubcomp = 7,
    kSubscribe = 8,
    kSuback = 9,
    kUnsubscribe = 10,
    kUnsuback = 11,
    kDisconnect = 14,
    kAuth = 15
};

void put(std::string& out, std::string_view key, std::string_view value) {
    out.append(" ").append(key).append("=").append(value);
}

void put(std::string& out, std::string_view key, std::uint32_t value) {
    put(out, key, std::to_string(value));
}

// Nothing for a field that the packet does not have.
void put_text(std::string& out, std::string_view key, gn_str text) {
    if (text.ptr != nullptr) put(out, key, word(gn::view(text)));
}

std::string hex(std::uint8_t byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

void put_reason(std::string& out, const gn::PacketView& packet, std::uint8_t reason) {
    put(out, "reason", hex(reason));
    std::string_view text;
    if (packet.prop(kPropReasonString, text)) put_text(out, "text", gn::str(text));
}

// Password and authentication data only on demand: a log is read by more people than a ledger.
void put_connect(std::string& out, const gn::PacketView& packet, const Options& options) {
    const gn_connect_view connect = packet.connect();
    put_text(out, "id", connect.client_id);
    put(out, "version", connect.protocol);
    put(out, "clean", (connect.flags & GN_CL_CLEAN) != 0 ? "true" : "false");
    put(out, "keepalive", connect.keepalive_s);
    put_text(out, "username", connect.username);
    put_text(out, "auth_method", connect.auth_method);
    if (options.show_passwords) {
        put_text(out, "password", connect.password);
        put_text(out, "auth_data", connect.auth_data);
    }
}

// The payload only on demand; its size always.
void put_publish(std::string& out, const gn::PacketView& packet, const Options& options) {
    const gn_publish_view publish = packet.publish();
    put_text(out, "topic", publish.topic);
    put(out, "qos", publish.qos);
    if (publish.packet_id != 0) put(out, "packet_id", publish.packet_id);
    if ((publish.flags & GN_PK_RETAIN) != 0) put(out, "retain", "true");
    if ((publish.flags & GN_PK_DUP) != 0) put(out, "dup", "true");
    put(out, "bytes", std::to_string(publish.payload.len));
    if (options.show_packet_data) {
        put(out, "payload", escaped(gn::view(publish.payload), kPayloadBytesMax));
    }
}

// A hostile SUBSCRIBE may have thousands: the first kFiltersMax.
void put_filters(std::string& out, const gn::PacketView& packet, bool with_qos) {
    gn_filter filter{};
    std::string list;
    for (std::uint32_t index = 0; packet.filter(index, filter); ++index) {
        if (index == kFiltersMax) {
            list += " ...";
            break;
        }
        if (index > 0) list += ' ';
        list += word(gn::view(filter.filter));
        if (with_qos) list += ":" + std::to_string(filter.qos);
    }
    put(out, "filters", "[" + list + "]");
}

// Takes a variable byte integer off the wire; false where there is none.
bool take_length(std::string_view& wire, std::size_t& out) noexcept {
    out = 0;
    for (unsigned shift = 0; shift < 28 && !wire.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(wire.front());
        wire.remove_prefix(1);
        out |= static_cast<std::size_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    return false;
}

// The reason codes at the end of a SUBACK or UNSUBACK.
void put_codes(std::string& out, std::string_view wire, std::uint8_t protocol) {
    if (wire.empty()) return;
    wire.remove_prefix(1);
    std::size_t length = 0;
    if (!take_length(wire, length) || wire.size() < 2) return;
    wire.remove_prefix(2);
    if (protocol >= 5) {
        if (!take_length(wire, length) || wire.size() < length) return;
        wire.remove_prefix(length);
    }
    std::string list;
    for (const char code : wire.substr(0, kFiltersMax)) {
        if (!list.empty()) list += ' ';
        list += hex(static_cast<std::uint8_t>(code));
    }
    if (wire.size() > kFiltersMax) list += " ...";
    put(out, "reasons", "[" + list + "]");
}

}  // namespace

std::string_view type_name(std::uint8_t type) noexcept {
    return type < kTypeNames.size() ? kTypeNames[type] : kTypeNames[0];
}

std::string escaped(std::string_view text, std::size_t bytes_max) {
    std::string out = "\"";
    for (const char character : text.substr(0, bytes_max)) {
        const auto byte = static_cast<std::uint8_t>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (byte >= 0x20 && byte < 0x7f) {
            out += character;
        } else {
            out += "\\x" + hex(byte).substr(2);
        }
    }
    out += '"';
    if (text.size() > bytes_max) out += "... of " + std::to_string(text.size()) + " bytes";
    return out;
}

std::string word(std::string_view text) {
    const bool plain =
        !text.empty() && text.size() <= kTextBytesMax &&
        std::all_of(text.begin(), text.end(), [](char character) {
            return character > 0x20 && character < 0x7f && character != '"' && character != '\\';
        });
    return plain ? std::string(text) : escaped(text, kTextBytesMax);
}

std::string summary(const gn::PacketView& packet, const Options& options, std::string_view wire) {
    const gn_packet_view header = packet.header();
    std::string out;
    switch (header.type) {
        case kConnect: put_connect(out, packet, options); break;
        case kConnack: put_reason(out, packet, header.reason); break;
        case kPublish: put_publish(out, packet, options); break;
        case kSubscribe:
        case kUnsubscribe:
            put(out, "packet_id", header.packet_id);
            put_filters(out, packet, header.type == kSubscribe);
            break;
        case kSuback:
        case kUnsuback:
            put(out, "packet_id", header.packet_id);
            put_codes(out, wire, header.protocol);
            break;
        case kDisconnect:
        case kAuth: put_reason(out, packet, header.reason); break;
        default:
            if (header.type < kPuback || header.type > kPubcomp) break;
            put(out, "packet_id", header.packet_id);
            put_reason(out, packet, header.reason);
            break;
    }
    return out;
}

}  // namespace grapnel::debug
