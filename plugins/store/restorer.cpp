#include "store/restorer.h"

#include <chrono>
#include <utility>
#include <vector>

#include "store/applier.h"
#include "store/given.h"
#include "store/key.h"
#include "store/name.h"

namespace grapnel::store {

namespace {

constexpr std::uint64_t kNamedMost = 20;  // faults that are named in the log
constexpr int kSliceRecords = 256;        // between two looks at the clock
constexpr std::chrono::milliseconds kSlice{20};
constexpr std::uint8_t kQosMost = 2;

}  // namespace

struct Restorer::Giving {
    explicit Giving(gn::Sink into) : sink(into) {}
    Restorer* owner = nullptr;
    gn::Sink sink;
    gn_loop* loop = nullptr;
    gn_ticket ticket = 0;
    std::vector<Kind> kinds;
    std::size_t at = 0;
    std::unique_ptr<Cursor> cursor;
};

Restorer::Restorer(gn::Host host, Backend& backend, Known& known)
    : host_(host), backend_(backend), known_(known) {}

gn_status Restorer::clients(gn::Call call, gn::Sink sink) {
    return begin(call, sink, {Kind::client});
}

gn_status Restorer::subscriptions(gn::Call call, gn::Sink sink) {
    return begin(call, sink, {Kind::subscription});
}

gn_status Restorer::messages(gn::Call call, gn::Sink sink) {
    return begin(call, sink, {Kind::body, Kind::outbound, Kind::inbound});
}

gn_status Restorer::retained(gn::Call call, gn::Sink sink) {
    return begin(call, sink, {Kind::retained});
}

gn_status Restorer::sysinfo(gn::Call call, gn::Sink sink) {
    return begin(call, sink, {Kind::sysinfo});
}

gn_status Restorer::begin(gn::Call call, gn::Sink sink, std::initializer_list<Kind> kinds) {
    auto giving = std::make_unique<Giving>(sink);
    giving->owner = this;
    giving->loop = call.raw()->loop;
    giving->ticket = call.host().raw()->core->defer(call.raw());
    giving->kinds = kinds;
    if (giving->ticket == 0) return GN_E_STATE;
    std::uint64_t records = 0;
    for (const Kind kind : kinds)
        if (kind != Kind::body) records += backend_.estimate(kind);
    static_cast<void>(sink.expect(records));
    giving->cursor = backend_.scan(giving->kinds.front());
    slice(std::move(giving));
    return GN_V_DEFER;
}

// Gives for some milliseconds, then comes again.
void Restorer::slice(std::unique_ptr<Giving> giving) {
    const auto until = std::chrono::steady_clock::now() + kSlice;
    gn_status status = GN_OK;
    for (int count = 1;; ++count) {
        std::string_view key;
        std::string_view value;
        if (!giving->cursor->next(key, value)) {
            const Fault fault = giving->cursor->fault();
            if (!fault.empty()) {
                bad(giving->kinds[giving->at], {}, fault);
                status = GN_E_IO;
                break;
            }
            if (!next_kind(*giving)) break;
            continue;
        }
        status = give(*giving, key, value);
        if (status != GN_OK) break;
        if (count % kSliceRecords != 0 || std::chrono::steady_clock::now() < until) continue;
        const auto again = [](void* argument) {
            std::unique_ptr<Giving> mine(static_cast<Giving*>(argument));
            Restorer* const owner = mine->owner;
            owner->slice(std::move(mine));
        };
        if (host_.raw()->loop->post(giving->loop, again, giving.get()) == GN_OK)
            static_cast<void>(giving.release());
        return;
    }
    if (status == GN_OK) status = end(*giving);
    static_cast<void>(host_.raw()->core->complete(host_.raw(), giving->ticket, status));
}

bool Restorer::next_kind(Giving& giving) {
    if (giving.kinds[giving.at] == Kind::outbound) drop_orphan_bodies();
    if (++giving.at == giving.kinds.size()) return false;
    giving.cursor = backend_.scan(giving.kinds[giving.at]);
    return true;
}

gn_status Restorer::end(Giving&) {
    bodies_.clear();
    const std::uint64_t faults = std::exchange(faults_, 0);
    if (faults == 0) return GN_OK;
    host_.error(std::to_string(faults) +
                " records cannot be read: the start ends here, so that nothing is lost unseen; "
                "`grapnel store repair` removes them");
    return GN_E_IO;
}

gn_status Restorer::give(const Giving& giving, std::string_view key, std::string_view value) {
    switch (giving.kinds[giving.at]) {
        case Kind::client: return give_client(giving, key, value);
        case Kind::subscription: return give_subscription(giving, key, value);
        case Kind::body: return keep_body(key, value);
        case Kind::outbound: return give_outbound(giving, key, value);
        case Kind::inbound: return give_inbound(giving, key, value);
        case Kind::retained: return give_retained(giving, key, value);
        case Kind::sysinfo: return give_sysinfo(giving, value);
    }
    return GN_E_STATE;
}

// Names the record and goes on: an operator wants to know all of them.
gn_status Restorer::bad(Kind kind, std::string_view key, std::string_view why) {
    if (++faults_ <= kNamedMost) host_.error(record_name(kind, key) + ' ' + std::string(why));
    return GN_OK;
}

gn_status Restorer::give_client(const Giving& giving, std::string_view id, std::string_view value) {
    ClientRecord record;
    if (const Decoded decoded = decode(value, record); decoded != Decoded::ok)
        return bad(Kind::client, id, text_of(decoded));
    GivenMessage will(record.will);
    gn_stored_client given{};
    given.size = sizeof given;
    given.session_expiry_s = record.session_expiry_s;
    given.protocol = record.protocol;
    given.flags = record.flags;
    given.receive_maximum = record.receive_maximum;
    given.id = gn::str(id);
    given.username = gn::str(record.username);
    given.remote = gn::str(record.remote);
    given.listener = gn::str(record.listener);
    if (record.disconnected_ms == 0) {
        // It was connected when the broker died: from now on it is known to be gone.
        record.disconnected_ms = host_.wall_ms();
        if (record.has_will)
            record.will_due_ms = record.disconnected_ms + std::int64_t{record.will_delay_s} * 1000;
        std::string renewed;
        encode(record, renewed);
        changes_.put(Kind::client, id, renewed);
    }
    given.disconnected_ms = record.disconnected_ms;
    given.will_due_ms = record.will_due_ms;
    given.will_delay_s = record.will_delay_s;
    if (record.has_will) given.will = &will.raw();
    const gn_status status = giving.sink.put(given);
    if (status == GN_E_INVALID) return bad(Kind::client, id, "makes no sense");
    known_.add_client(id);
    return status;
}

gn_status Restorer::give_subscription(const Giving& giving, std::string_view key,
                                      std::string_view value) {
    SubscriptionRecord record;
    std::string_view id;
    std::string_view text;
    if (!split_owned(key, id, text)) return bad(Kind::subscription, key, "has a damaged key");
    if (const Decoded decoded = decode(value, record); decoded != Decoded::ok)
        return bad(Kind::subscription, key, text_of(decoded));
    if (!known_.has_client(id)) {
        changes_.erase(Kind::subscription, key);
        return GN_OK;
    }
    gn_filter filter{};
    filter.size = sizeof filter;
    filter.identifier = record.identifier;
    filter.filter = gn::str(text);
    filter.qos = record.qos;
    filter.retain_handling = record.retain_handling;
    filter.flags = record.flags;
    gn_stored_subscription given{};
    given.size = sizeof given;
    given.client_id = gn::str(id);
    given.filter = &filter;
    const gn_status status = giving.sink.put(given);
    return status == GN_E_INVALID ? bad(Kind::subscription, key, "makes no sense") : status;
}

gn_status Restorer::keep_body(std::string_view key, std::string_view value) {
    std::uint64_t number = 0;
    if (!read_u64(key, number)) return bad(Kind::body, key, "has a damaged key");
    bodies_.emplace(number, value);
    return GN_OK;
}

gn_status Restorer::give_outbound(const Giving& giving, std::string_view key,
                                  std::string_view value) {
    OutboundRecord record;
    std::string_view id;
    std::string_view rest;
    std::uint64_t order = 0;
    if (!split_owned(key, id, rest) || !read_u64(rest, order))
        return bad(Kind::outbound, key, "has a damaged key");
    if (const Decoded decoded = decode(value, record); decoded != Decoded::ok)
        return bad(Kind::outbound, key, text_of(decoded));
    if (!known_.has_client(id)) {
        changes_.erase(Kind::outbound, key);
        return GN_OK;
    }
    const bool needs_message = record.type == kPublishType;
    MessageRecord message;
    if (needs_message) {
        Known::Message& known = known_.messages[record.message_key];
        ++known.entries;
        std::string_view body = record.body;
        const auto found = bodies_.find(record.message_key);
        if (found != bodies_.end()) known.apart = true;
        if (body.data() == nullptr) {
            if (found == bodies_.end()) return bad(Kind::outbound, key, "lacks its message");
            body = found->second;
        }
        if (const Decoded decoded = decode(body, message); decoded != Decoded::ok)
            return bad(Kind::outbound, key, "has a message that " + std::string(text_of(decoded)));
        if (!known.apart && body.size() > Applier::kWithinMost) set_apart(record.message_key, body);
    }
    message.qos = record.qos;
    message.retain = record.retain;
    GivenMessage body(message);
    gn_stored_message given{};
    given.size = sizeof given;
    given.packet_id = record.packet_id;
    given.type = record.type;
    given.dup = record.packet_id != 0 ? 1 : 0;
    given.client_id = gn::str(id);
    given.origin = gn::str(message.origin);
    given.created_ms = message.created_ms;
    given.sent_ms = record.sent_ms;
    given.expires_ms = message.expires_ms;
    given.key = record.message_key;
    given.order = order;
    given.message = needs_message ? &body.raw() : nullptr;
    given.subscription_ids = record.identifiers.data();
    given.subscription_id_count = static_cast<std::uint32_t>(record.identifiers.size());
    const gn_status status = record.qos > kQosMost ? GN_E_INVALID : giving.sink.put(given);
    return status == GN_E_INVALID ? bad(Kind::outbound, key, "makes no sense") : status;
}

// An entry that changes is told without a message of that size: so it needs a record of its own. A
// tool, or a program with another limit, may have left it in the entry.
void Restorer::set_apart(std::uint64_t message_key, std::string_view body) {
    known_.messages[message_key].apart = true;
    changes_.put(Kind::body, body_key(message_key), body);
}

gn_status Restorer::give_inbound(const Giving& giving, std::string_view key,
                                 std::string_view value) {
    std::string_view id;
    std::string_view rest;
    std::uint16_t packet_id = 0;
    if (!split_owned(key, id, rest) || !read_u16(rest, packet_id))
        return bad(Kind::inbound, key, "has a damaged key");
    if (const Decoded decoded = decode_inbound(value); decoded != Decoded::ok)
        return bad(Kind::inbound, key, text_of(decoded));
    if (!known_.has_client(id)) {
        changes_.erase(Kind::inbound, key);
        return GN_OK;
    }
    gn_stored_message given{};
    given.size = sizeof given;
    given.packet_id = packet_id;
    given.type = kPubrecType;
    given.client_id = gn::str(id);
    const gn_status status = giving.sink.put(given);
    return status == GN_E_INVALID ? bad(Kind::inbound, key, "makes no sense") : status;
}

gn_status Restorer::give_retained(const Giving& giving, std::string_view topic,
                                  std::string_view value) {
    MessageRecord record;
    if (const Decoded decoded = decode(value, record); decoded != Decoded::ok)
        return bad(Kind::retained, topic, text_of(decoded));
    if (record.expires_ms != 0 && record.expires_ms <= host_.wall_ms()) {
        changes_.erase(Kind::retained, topic);
        return GN_OK;
    }
    GivenMessage message(record);
    message.raw().retain = 1;
    gn_stored_message given{};
    given.size = sizeof given;
    given.type = kPublishType;
    given.origin = gn::str(record.origin);
    given.created_ms = record.created_ms;
    given.expires_ms = record.expires_ms;
    given.key = record.key;
    given.message = &message.raw();
    const gn_status status = giving.sink.put(given);
    return status == GN_E_INVALID ? bad(Kind::retained, topic, "makes no sense") : status;
}

gn_status Restorer::give_sysinfo(const Giving& giving, std::string_view value) {
    SysInfoRecord record;
    if (const Decoded decoded = decode(value, record); decoded != Decoded::ok)
        return bad(Kind::sysinfo, {}, text_of(decoded));
    gn_sysinfo info{};
    info.size = sizeof info;
    put_sysinfo(record, info);
    return giving.sink.put(info);
}

// Of messages that nobody waits for any more.
void Restorer::drop_orphan_bodies() {
    for (const auto& [number, value] : bodies_) {
        if (known_.messages.contains(number)) continue;
        changes_.erase(Kind::body, body_key(number));
    }
}

}  // namespace grapnel::store
