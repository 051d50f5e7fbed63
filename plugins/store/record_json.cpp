#include "store/record_json.h"

#include <algorithm>
#include <concepts>
#include <type_traits>

#include "store/json_fields.h"
#include "store/key.h"

namespace grapnel::store {

namespace {

// A record to be written or to be filled.
template <class Record, class Wanted>
concept Some = std::same_as<std::remove_const_t<Record>, Wanted>;

template <class Archive, Some<MessageRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.text("topic", record.topic);
    archive.payload(record.payload);
    archive.text("origin", record.origin);
    archive.text("content_type", record.content_type);
    archive.text("response_topic", record.response_topic);
    archive.text("correlation", record.correlation);
    archive.pairs("user", record.user);
    archive.number("created_ms", record.created_ms);
    archive.number("expires_ms", record.expires_ms);
    archive.number("expiry_s", record.expiry_s);
    archive.number("key", record.key);
    archive.number("qos", record.qos);
    archive.number("payload_format", record.payload_format);
    archive.flag("retain", record.retain);
}

template <class Archive, Some<ClientRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.text("username", record.username);
    archive.text("remote", record.remote);
    archive.text("listener", record.listener);
    archive.number("session_expiry_s", record.session_expiry_s);
    archive.number("receive_maximum", record.receive_maximum);
    archive.number("protocol", record.protocol);
    archive.number("flags", record.flags);
    archive.number("disconnected_ms", record.disconnected_ms);
    archive.number("will_due_ms", record.will_due_ms);
    archive.number("will_delay_s", record.will_delay_s);
}

template <class Archive, Some<SubscriptionRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.number("identifier", record.identifier);
    archive.number("qos", record.qos);
    archive.number("retain_handling", record.retain_handling);
    archive.number("flags", record.flags);
}

template <class Archive, Some<OutboundRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.number("message_key", record.message_key);
    archive.number("sent_ms", record.sent_ms);
    archive.number("packet_id", record.packet_id);
    archive.number("type", record.type);
    archive.number("qos", record.qos);
    archive.flag("retain", record.retain);
    archive.numbers("identifiers", record.identifiers);
}

Json json_of(const MessageRecord& record, Payloads payloads) {
    Json object = Json::object();
    JsonWriter writer(object, payloads);
    fields(writer, record);
    return object;
}

Decoded put_message(std::string_view value, Json& out, Payloads payloads) {
    MessageRecord record;
    const Decoded decoded = decode(value, record);
    if (decoded == Decoded::ok) out["message"] = json_of(record, payloads);
    return decoded;
}

Decoded put_client(std::string_view value, Json& out, Payloads payloads) {
    ClientRecord record;
    const Decoded decoded = decode(value, record);
    if (decoded != Decoded::ok) return decoded;
    JsonWriter writer(out);
    fields(writer, record);
    if (record.has_will) out["will"] = json_of(record.will, payloads);
    return decoded;
}

Decoded put_outbound(std::string_view value, Json& out, Payloads payloads) {
    OutboundRecord record;
    const Decoded decoded = decode(value, record);
    if (decoded != Decoded::ok) return decoded;
    JsonWriter writer(out);
    fields(writer, record);
    return record.body.data() == nullptr ? decoded : put_message(record.body, out, payloads);
}

Decoded put_sysinfo(std::string_view value, Json& out) {
    SysInfoRecord record;
    const Decoded decoded = decode(value, record);
    if (decoded == Decoded::ok) JsonWriter(out).numbers("numbers", record.numbers);
    return decoded;
}

Decoded put_subscription(std::string_view value, Json& out) {
    SubscriptionRecord record;
    const Decoded decoded = decode(value, record);
    JsonWriter writer(out);
    if (decoded == Decoded::ok) fields(writer, record);
    return decoded;
}

// The parts of the key; false where it has none.
bool put_key(Kind kind, std::string_view key, JsonWriter writer) {
    std::string_view id = key;
    std::string_view rest;
    std::uint64_t number = 0;
    std::uint16_t packet_id = 0;
    if (is_owned(kind) && !split_owned(key, id, rest)) return false;
    if (kind == Kind::client || is_owned(kind)) writer.text("client", id);
    switch (kind) {
        case Kind::client: return true;
        case Kind::subscription: return writer.text("filter", rest), true;
        case Kind::outbound:
            return read_u64(rest, number) && (writer.number("order", number), true);
        case Kind::inbound:
            return read_u16(rest, packet_id) && (writer.number("packet_id", packet_id), true);
        case Kind::body:
            return read_u64(key, number) && (writer.number("message_key", number), true);
        case Kind::retained: return writer.text("topic", key), true;
        case Kind::sysinfo: return key.empty();
    }
    return false;
}

std::string take_message(const Json& object, std::deque<std::string>& kept) {
    MessageRecord record;
    JsonReader reader(object, kept);
    fields(reader, record);
    reader.end();
    std::string value;
    encode(record, value);
    return value;
}

std::string must_message(JsonReader& reader, std::deque<std::string>& kept) {
    const Json* const message = reader.object("message");
    if (message == nullptr) throw JsonFault("message is missing");
    return take_message(*message, kept);
}

std::string take_client(JsonReader& reader, std::deque<std::string>& kept) {
    ClientRecord record;
    fields(reader, record);
    std::string value;
    if (const Json* const will = reader.object("will"); will != nullptr) {
        record.has_will = true;
        JsonReader of_will(*will, kept);
        fields(of_will, record.will);
        of_will.end();
    }
    encode(record, value);
    return value;
}

std::string take_outbound(JsonReader& reader, std::deque<std::string>& kept) {
    OutboundRecord record;
    fields(reader, record);
    std::string body;
    if (const Json* const message = reader.object("message"); message != nullptr) {
        body = take_message(*message, kept);
        record.body = body;
    }
    std::string value;
    encode(record, value);
    return value;
}

std::string take_value(Kind kind, JsonReader& reader, std::deque<std::string>& kept) {
    std::string value;
    switch (kind) {
        case Kind::client: return take_client(reader, kept);
        case Kind::outbound: return take_outbound(reader, kept);
        case Kind::body:
        case Kind::retained: return must_message(reader, kept);
        case Kind::inbound: return encode_inbound(value), value;
        case Kind::subscription: {
            SubscriptionRecord record;
            fields(reader, record);
            return encode(record, value), value;
        }
        case Kind::sysinfo: {
            SysInfoRecord record;
            reader.numbers("numbers", record.numbers);
            return encode(record, value), value;
        }
    }
    return value;
}

std::string_view must_text(JsonReader& reader, const std::string& name, std::size_t bytes_most) {
    std::string_view text;
    reader.text(name, text);
    if (text.data() == nullptr) throw JsonFault(name + " is missing");
    if (text.size() > bytes_most) throw JsonFault(name + " is too long");
    return text;
}

std::string take_key(Kind kind, JsonReader& reader) {
    constexpr std::size_t kTextBytesMax = 65'535;
    std::string key;
    std::uint64_t number = 0;
    std::uint16_t packet_id = 0;
    if (kind == Kind::client) key = must_text(reader, "client", kTextBytesMax);
    if (is_owned(kind)) put_owner(key, must_text(reader, "client", kTextBytesMax));
    switch (kind) {
        case Kind::subscription: key += must_text(reader, "filter", kTextBytesMax); break;
        case Kind::outbound:
            reader.number("order", number);
            put_u64(key, number);
            break;
        case Kind::inbound:
            reader.number("packet_id", packet_id);
            put_u16(key, packet_id);
            break;
        case Kind::body:
            reader.number("message_key", number);
            put_u64(key, number);
            break;
        case Kind::retained: key = must_text(reader, "topic", kTextBytesMax); break;
        case Kind::client:
        case Kind::sysinfo: break;
    }
    return key;
}

}  // namespace

Decoded to_json(Kind kind, std::string_view key, std::string_view value, Json& out,
                Payloads payloads) {
    out = Json::object();
    out["kind"] = name_of(kind);
    if (!put_key(kind, key, JsonWriter(out))) return Decoded::damaged;
    switch (kind) {
        case Kind::client: return put_client(value, out, payloads);
        case Kind::subscription: return put_subscription(value, out);
        case Kind::outbound: return put_outbound(value, out, payloads);
        case Kind::inbound: return decode_inbound(value);
        case Kind::body:
        case Kind::retained: return put_message(value, out, payloads);
        case Kind::sysinfo: return put_sysinfo(value, out);
    }
    return Decoded::damaged;
}

RawRecord from_json(const Json& object) {
    std::deque<std::string> kept;
    JsonReader reader(object, kept);
    const std::string_view name = must_text(reader, "kind", std::string_view::npos);
    const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
    if (found == kKindNames.end())
        throw JsonFault("there is no kind " + Json(std::string(name)).dump());
    RawRecord record;
    record.kind = static_cast<Kind>(found - kKindNames.begin());
    record.key = take_key(record.kind, reader);
    record.value = take_value(record.kind, reader, kept);
    reader.end();
    return record;
}

}  // namespace grapnel::store
