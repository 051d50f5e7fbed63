#include "store/record.h"

#include <concepts>
#include <type_traits>

#include "store/record_codec.h"

namespace grapnel::store {

namespace {

// A record to be written or to be filled.
template <class Record, class Wanted>
concept Some = std::same_as<std::remove_const_t<Record>, Wanted>;

constexpr std::size_t kPairBytesMin = 2;

// An inbound record has no fields.
struct InboundRecord {};

// The fields of every record in their order. What a later version adds goes to the end, for
// versions from that one on.

template <class Archive, Some<MessageRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.text(record.topic);
    archive.text(record.payload);
    archive.text(record.origin);
    archive.text(record.content_type);
    archive.text(record.response_topic);
    archive.text(record.correlation);
    archive.list(record.user, kPairBytesMin, [&archive](auto& pair) {
        archive.text(pair.first);
        archive.text(pair.second);
    });
    archive.number(record.created_ms);
    archive.number(record.expires_ms);
    archive.number(record.expiry_s);
    archive.fixed(record.key);
    archive.byte(record.qos);
    archive.byte(record.payload_format);
    archive.flag(record.retain);
}

template <class Archive, Some<ClientRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.text(record.username);
    archive.text(record.remote);
    archive.text(record.listener);
    archive.number(record.session_expiry_s);
    archive.number(record.receive_maximum);
    archive.byte(record.protocol);
    archive.byte(record.flags);
    archive.number(record.disconnected_ms);
    archive.number(record.will_due_ms);
    archive.number(record.will_delay_s);
    archive.flag(record.has_will);
    if (record.has_will) fields(archive, record.will);
}

template <class Archive, Some<SubscriptionRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.number(record.identifier);
    archive.byte(record.qos);
    archive.byte(record.retain_handling);
    archive.byte(record.flags);
}

template <class Archive, Some<OutboundRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.fixed(record.message_key);
    archive.number(record.sent_ms);
    archive.number(record.packet_id);
    archive.byte(record.type);
    archive.byte(record.qos);
    archive.flag(record.retain);
    archive.list(record.identifiers, 1,
                 [&archive](auto& identifier) { archive.number(identifier); });
    archive.text(record.body);
}

template <class Archive, Some<SysInfoRecord> Record>
void fields(Archive& archive, Record& record) {
    archive.list(record.numbers, 1, [&archive](auto& number) { archive.number(number); });
}

template <class Archive, Some<InboundRecord> Record>
void fields(Archive& /*archive*/, Record& /*record*/) {}

template <class Record>
void write(const Record& record, std::string& out) {
    Measure measure;
    fields(measure, record);
    const std::size_t begin = out.size();
    out.resize(begin + 1 + measure.size() + kChecksumBytes);
    Writer writer(out.data() + begin);
    writer.byte(kRecordVersion);
    fields(writer, record);
    writer.checksum(out.data() + begin);
    out.resize(static_cast<std::size_t>(writer.at() - out.data()));
}

template <class Record>
Decoded read(std::string_view value, Record& out) {
    out = Record{};
    if (value.empty()) return Decoded::truncated;
    const auto version = static_cast<std::uint8_t>(value.front());
    if (version > kRecordVersion) return Decoded::newer;
    if (version == 0) return Decoded::damaged;
    if (value.size() < 1 + kChecksumBytes) return Decoded::truncated;
    const std::string_view summed = value.substr(0, value.size() - kChecksumBytes);
    Reader reader(summed.substr(1));
    fields(reader, out);
    if (reader.result() != Decoded::ok) return reader.result();
    return is_sealed(value) ? Decoded::ok : Decoded::damaged;
}

}  // namespace

std::string_view text_of(Decoded result) {
    switch (result) {
        case Decoded::ok: return "is whole";
        case Decoded::truncated: return "is truncated";
        case Decoded::damaged: return "is damaged (checksum)";
        case Decoded::newer: return "is of a newer version";
    }
    return "";
}

void encode(const MessageRecord& record, std::string& out) { write(record, out); }
void encode(const ClientRecord& record, std::string& out) { write(record, out); }
void encode(const SubscriptionRecord& record, std::string& out) { write(record, out); }
void encode(const OutboundRecord& record, std::string& out) { write(record, out); }
void encode(const SysInfoRecord& record, std::string& out) { write(record, out); }
void encode_inbound(std::string& out) { write(InboundRecord{}, out); }

Decoded decode(std::string_view value, MessageRecord& out) { return read(value, out); }
Decoded decode(std::string_view value, ClientRecord& out) { return read(value, out); }
Decoded decode(std::string_view value, SubscriptionRecord& out) { return read(value, out); }
Decoded decode(std::string_view value, OutboundRecord& out) { return read(value, out); }
Decoded decode(std::string_view value, SysInfoRecord& out) { return read(value, out); }
Decoded decode_inbound(std::string_view value) {
    InboundRecord nothing;
    return read(value, nothing);
}

}  // namespace grapnel::store
