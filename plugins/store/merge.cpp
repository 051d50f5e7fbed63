#include "store/merge.h"

#include "store/key.h"
#include "store/name.h"

namespace grapnel::store {

namespace {

// Of what a message is for everybody, whichever of its records that is taken from.
Digest identity_of(std::string_view value) {
    MessageRecord record;
    if (decode(value, record) != Decoded::ok) return digest_of(value);
    record.qos = 0;
    record.retain = false;
    record.key = 0;
    record.expires_ms = 0;
    record.expiry_s = 0;
    std::string bare;
    encode(record, bare);
    return digest_of(bare);
}

// What a record of a queue says: a message under a key, a packet id, both or none.
struct QueueFacts {
    std::uint64_t message_key = 0;
    std::optional<Digest> message;
    std::string packet_id;  // as inbound_key(); empty: it has none
};

QueueFacts facts_of_body(std::string_view key, std::string_view value) {
    QueueFacts facts;
    if (read_u64(key, facts.message_key)) facts.message = identity_of(value);
    return facts;
}

QueueFacts facts_of_outbound(std::string_view key, std::string_view value) {
    QueueFacts facts;
    OutboundRecord record;
    std::string_view id;
    std::string_view rest;
    if (!split_owned(key, id, rest) || decode(value, record) != Decoded::ok) return facts;
    if (record.packet_id != 0) facts.packet_id = inbound_key(id, record.packet_id);
    facts.message_key = record.message_key;
    if (record.type == kPublishType && record.body.data() != nullptr)
        facts.message = identity_of(record.body);
    return facts;
}

QueueFacts facts_of(Kind kind, std::string_view key, std::string_view value) {
    if (kind == Kind::body) return facts_of_body(key, value);
    if (kind == Kind::outbound) return facts_of_outbound(key, value);
    return {};
}

std::string without_key(MessageRecord& record) {
    record.key = 0;
    std::string value;
    encode(record, value);
    return value;
}

}  // namespace

void Merge::add_coming(const RawRecord& record, std::uint64_t line) {
    MessageRecord retained;
    if (record.kind == Kind::retained && decode(record.value, retained) == Decoded::ok)
        retained_.insert(retained.key);
    const QueueFacts facts = facts_of(record.kind, record.key, record.value);
    if (facts.message) coming_.emplace(facts.message_key, Queued{*facts.message, line});
    if (!facts.packet_id.empty()) coming_sent_.emplace(facts.packet_id, Sent{record.key, line});
}

std::optional<Merge::Conflict> Merge::add_present(Kind kind, std::string_view key,
                                                  std::string_view value) {
    const QueueFacts facts = facts_of(kind, key, value);
    const std::string there = "in the store " + record_name(kind, key);
    if (facts.message) {
        const auto queued = coming_.find(facts.message_key);
        if (queued != coming_.end() && queued->second.message != *facts.message)
            return Conflict{queued->second.line,
                            there + (kind == Kind::body ? " is another message"
                                                        : " has another message of this key")};
        if (retained_.contains(facts.message_key))
            present_.emplace(facts.message_key, *facts.message);
    }
    const auto sent = coming_sent_.find(facts.packet_id);
    if (sent != coming_sent_.end() && sent->second.key != key)
        return Conflict{sent->second.line, there + " has this packet id"};
    return std::nullopt;
}

std::optional<std::string> Merge::renewed_coming(std::string_view value) const {
    MessageRecord record;
    if (decode(value, record) != Decoded::ok) return std::nullopt;
    const auto found = present_.find(record.key);
    if (found == present_.end() || found->second == identity_of(value)) return std::nullopt;
    return without_key(record);
}

std::optional<std::string> Merge::renewed_present(std::string_view value) const {
    MessageRecord record;
    if (decode(value, record) != Decoded::ok) return std::nullopt;
    const auto found = coming_.find(record.key);
    if (found == coming_.end() || found->second.message == identity_of(value)) return std::nullopt;
    return without_key(record);
}

}  // namespace grapnel::store
