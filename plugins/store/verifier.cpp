#include "store/verifier.h"

#include <algorithm>
#include <utility>

#include "store/key.h"
#include "store/sense.h"

namespace grapnel::store {

namespace {

constexpr std::string_view kDamagedKey = "has a damaged key";

// Why a value is no record, or nothing.
std::string text_unless_ok(Decoded decoded, bool& newer) {
    newer = decoded == Decoded::newer;
    return decoded == Decoded::ok ? std::string() : std::string(text_of(decoded));
}

}  // namespace

void Verifier::run() {
    for (const Kind kind : {Kind::client, Kind::subscription, Kind::body, Kind::outbound,
                            Kind::inbound, Kind::retained, Kind::sysinfo}) {
        const auto cursor = backend_.scan(kind);
        std::string_view key;
        std::string_view value;
        while (cursor->next(key, value)) {
            ++mutable_total(kind).records;
            newer_ = false;
            const std::string why = why_of(kind, key, value);
            if (!why.empty()) found(kind, key, why);
        }
        mutable_total(kind).ended_early = cursor->fault();
    }
    find_needless_bodies();
}

void Verifier::found(Kind kind, std::string_view key, std::string_view why) {
    ++mutable_total(kind).faults;
    report_({kind, key, why, !newer_});
}

std::string Verifier::why_of(Kind kind, std::string_view key, std::string_view value) {
    SysInfoRecord sysinfo;
    switch (kind) {
        case Kind::client: return why_client(key, value);
        case Kind::subscription: return why_subscription(key, value);
        case Kind::body: return why_body(key, value);
        case Kind::outbound: return why_outbound(key, value);
        case Kind::inbound: return why_inbound(key, value);
        case Kind::retained: return why_retained(key, value);
        case Kind::sysinfo: return text_unless_ok(decode(value, sysinfo), newer_);
    }
    return {};
}

std::string Verifier::why_client(std::string_view id, std::string_view value) {
    ClientRecord record;
    std::string why = text_unless_ok(decode(value, record), newer_);
    if (why.empty()) why = nonsense_of(id, record);
    if (why.empty() || newer_) clients_.emplace(id);
    return why;
}

std::string Verifier::why_orphan(std::string_view client_id) const {
    if (!total(Kind::client).ended_early.empty() || clients_.contains(client_id)) return {};
    return "belongs to no client";
}

std::string Verifier::why_subscription(std::string_view key, std::string_view value) {
    std::string_view id;
    std::string_view filter;
    if (!split_owned(key, id, filter)) return std::string(kDamagedKey);
    SubscriptionRecord record;
    std::string why = text_unless_ok(decode(value, record), newer_);
    if (why.empty()) why = nonsense_of(filter, record);
    return why.empty() ? why_orphan(id) : why;
}

std::string Verifier::why_body(std::string_view key, std::string_view value) {
    std::uint64_t number = 0;
    if (!read_u64(key, number)) return std::string(kDamagedKey);
    MessageRecord record;
    std::string why = text_unless_ok(decode(value, record), newer_);
    if (why.empty()) why = nonsense_of(record);
    if (why.empty() || newer_) bodies_.emplace(number, newer_);
    return why;
}

std::string Verifier::why_outbound(std::string_view key, std::string_view value) {
    std::string_view id;
    std::string_view rest;
    std::uint64_t order = 0;
    if (!split_owned(key, id, rest) || !read_u64(rest, order)) return std::string(kDamagedKey);
    OutboundRecord record;
    std::string why = text_unless_ok(decode(value, record), newer_);
    newer_outbound_ = newer_outbound_ || newer_;
    if (why.empty()) why = nonsense_of(record);
    if (why.empty()) why = why_orphan(id);
    const bool needs_message = record.type == kPublishType;
    if (why.empty() && needs_message) why = why_message(record);
    if (why.empty()) why = why_packet_id(id, record.packet_id);
    const auto body = bodies_.find(record.message_key);
    if (why.empty() && needs_message && body != bodies_.end()) body->second = true;
    return why;
}

std::string Verifier::why_message(const OutboundRecord& record) {
    if (record.body.data() == nullptr) {
        const bool is_lost =
            !bodies_.contains(record.message_key) && total(Kind::body).ended_early.empty();
        return is_lost ? "lacks its message" : "";
    }
    MessageRecord message;
    std::string why = text_unless_ok(decode(record.body, message), newer_);
    if (why.empty()) why = nonsense_of(message);
    return why.empty() ? why : "has a message that " + why;
}

std::string Verifier::why_packet_id(std::string_view id, std::uint16_t packet_id) {
    if (owner_ != id) {
        owner_ = id;
        packet_ids_.clear();
    }
    const bool is_free = packet_id == 0 || packet_ids_.insert(packet_id).second;
    return is_free ? "" : "has the packet id of another message to its client";
}

std::string Verifier::why_inbound(std::string_view key, std::string_view value) {
    std::string_view id;
    std::string_view rest;
    std::uint16_t packet_id = 0;
    if (!split_owned(key, id, rest) || !read_u16(rest, packet_id)) return std::string(kDamagedKey);
    std::string why = text_unless_ok(decode_inbound(value), newer_);
    if (why.empty() && packet_id == 0) why = "has no packet id";
    return why.empty() ? why_orphan(id) : why;
}

std::string Verifier::why_retained(std::string_view topic, std::string_view value) {
    MessageRecord record;
    std::string why = text_unless_ok(decode(value, record), newer_);
    if (why.empty()) why = nonsense_of(record);
    if (why.empty() && record.topic != topic) why = "holds a message of another topic";
    return why;
}

void Verifier::find_needless_bodies() {
    newer_ = false;
    if (newer_outbound_ || !total(Kind::outbound).ended_early.empty()) return;
    for (const auto& [number, needed] : bodies_) {
        if (needed) continue;
        found(Kind::body, body_key(number), "is a message that nobody waits for");
    }
}

std::uint64_t Verifier::faults() const {
    std::uint64_t sum = 0;
    for (const Total& each : totals_) sum += each.faults + (each.ended_early.empty() ? 0 : 1);
    return sum;
}

std::uint64_t Verifier::records() const {
    std::uint64_t sum = 0;
    for (const Total& each : totals_) sum += each.records;
    return sum;
}

bool Verifier::ended_early() const {
    return std::any_of(totals_.begin(), totals_.end(),
                       [](const Total& each) { return !each.ended_early.empty(); });
}

}  // namespace grapnel::store
