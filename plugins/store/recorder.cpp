#include "store/recorder.h"

#include <utility>

#include "store/applier.h"
#include "store/capture.h"
#include "store/key.h"
#include "store/record.h"

namespace grapnel::store {

namespace {

constexpr std::uint8_t kPubcomp = 7;
constexpr std::uint8_t kRefused = 0x80;
constexpr std::uint8_t kNothingToRemove = 0x11;  // MQTT 5.0, 3.11.3: no subscription existed

}  // namespace

// A client's id, and whether what its session holds is recorded: kept in its slot, since it is
// wanted with every message. It is for sessions that outlive the connection, and for those that go
// on: what was recorded of them before must be settled, whatever their expiry is now.
struct Recorder::Owner {
    Owner(const gn_client_view& view, bool goes_on)
        : id(gn::view(view.id)), lasts(goes_on || view.session_expiry_s != 0) {}
    std::string id;
    bool lasts;
};

Changes& Recorder::changes(gn::Call call) {
    const std::uint64_t commit = call.raw()->commit;
    for (Part& part : parts_)
        if (part.commit == commit) return part.changes;
    parts_.push_back({commit, {}});
    return parts_.back().changes;
}

Recorder::Owner& Recorder::owner_of(gn::Client client) {
    Owner* owner = gn::Slot<Owner>::get(client);
    // Whose session was not established since the start had it restored.
    if (owner == nullptr) owner = gn::Slot<Owner>::emplace(client, client.info(), true);
    if (owner != nullptr) return *owner;
    throw std::bad_alloc();
}

void Recorder::on_session_established(gn::Call call, gn::Client client, gn::PacketView) {
    const gn_client_view view = client.info();
    const bool goes_on = (view.flags & GN_CL_PRESENT) != 0;
    // In the place of that of an earlier connection, which may have had another expiry.
    gn::Slot<Owner>::emplace(client, view, goes_on);
    if (!goes_on) changes(call).end_client(owner_of(client).id);
    remember(call, client);
}

// The record of a session that lasts or goes on, or of a will whose client must be seen to be gone.
// One without expiry ends at the next start.
void Recorder::remember(gn::Call call, gn::Client client) {
    const ClientRecord record = capture_client(client);
    const Owner& owner = owner_of(client);
    if (!owner.lasts && !record.has_will) return;
    value_.clear();
    encode(record, value_);
    changes(call).put(Kind::client, owner.id, value_);
}

void Recorder::on_disconnect(gn::Call call, gn::Client client, std::uint8_t, std::string_view,
                             std::int32_t expire) {
    if (expire != 0)
        changes(call).end_client(owner_of(client).id);
    else
        remember(call, client);
}

void Recorder::on_subscribed(gn::Call call, gn::Client client, gn::PacketView packet) {
    const Owner& owner = owner_of(client);
    if (!owner.lasts) return;
    gn_filter filter{};
    for (std::uint32_t i = 0; packet.filter(i, filter); ++i) {
        if (filter.reason >= kRefused) continue;
        value_.clear();
        encode(capture_subscription(filter, filter.reason), value_);
        changes(call).put(Kind::subscription, owned_key(owner.id, gn::view(filter.filter)), value_);
    }
}

void Recorder::on_unsubscribed(gn::Call call, gn::Client client, gn::PacketView packet) {
    const Owner& owner = owner_of(client);
    if (!owner.lasts) return;
    gn_filter filter{};
    for (std::uint32_t i = 0; packet.filter(i, filter); ++i) {
        if (filter.reason >= kRefused || filter.reason == kNothingToRemove) continue;
        changes(call).erase(Kind::subscription, owned_key(owner.id, gn::view(filter.filter)));
    }
}

void Recorder::on_retain_message(gn::Call call, gn::Client, gn::PacketView packet,
                                 std::int32_t change) {
    const MessageRecord record = capture_message(packet);
    value_.clear();
    if (change > 0) encode(record, value_);
    changes(call).retain(record.topic, value_, packet.publish().order, record.expires_ms);
}

void Recorder::on_retained_expired(gn::Call call, std::string_view topic) {
    changes(call).expire(topic, call.host().wall_ms());
}

void Recorder::on_qos_publish(gn::Call call, gn::Client client, gn::PacketView packet,
                              std::int64_t sent_ms, std::int32_t) {
    const Owner& owner = owner_of(client);
    if (!owner.lasts) return;
    const gn_packet_view head = packet.header();
    if (head.type == kPubrecType) {
        value_.clear();
        encode_inbound(value_);
        return changes(call).put(Kind::inbound, inbound_key(owner.id, head.packet_id), value_);
    }
    const gn_publish_view view = packet.publish();
    Delivery delivery;
    delivery.message_key = view.key;
    delivery.order = view.order;
    delivery.sent_ms = sent_ms;
    delivery.packet_id = head.packet_id;
    delivery.type = head.type;
    delivery.qos = head.type == kPubrelType ? 2 : view.qos;
    delivery.known = head.type == kPubrelType || (view.flags & GN_PK_KNOWN) != 0;
    if (head.type == kPubrelType) return changes(call).deliver(owner.id, delivery, {}, {});
    if (head.type == kPublishType) deliver(changes(call), owner.id, delivery, packet, view);
}

void Recorder::deliver(Changes& changes, std::string_view client_id, Delivery& delivery,
                       gn::PacketView packet, const gn_publish_view& view) {
    delivery.retain = (view.flags & GN_PK_RETAIN) != 0;
    capture_identifiers(packet, identifiers_);
    value_.clear();
    const bool given = !delivery.known && changes.last_message() == delivery.message_key;
    const bool apart = delivery.known && view.payload.len > Applier::kWithinMost;
    if (!given && !apart) encode(capture_message(packet), value_);
    changes.deliver(client_id, delivery, identifiers_, value_);
}

void Recorder::on_qos_complete(gn::Call call, gn::Client client, gn::PacketView packet) {
    const Owner& owner = owner_of(client);
    if (!owner.lasts) return;
    const gn_packet_view head = packet.header();
    if (head.type == kPubrelType)
        return changes(call).erase(Kind::inbound, inbound_key(owner.id, head.packet_id));
    settle(call, owner, packet, head.type == kPubcomp ? kPubrelType : kPublishType);
}

void Recorder::on_qos_dropped(gn::Call call, gn::Client client, gn::PacketView packet) {
    const Owner& owner = owner_of(client);
    if (owner.lasts) settle(call, owner, packet, kPublishType);
}

void Recorder::settle(gn::Call call, const Owner& owner, gn::PacketView packet, std::uint8_t type) {
    const gn_publish_view view = packet.publish();
    Delivery delivery;
    delivery.message_key = view.key;
    delivery.order = view.order;
    delivery.type = type;
    changes(call).settle(owner.id, delivery);
}

void Recorder::on_will_sent(gn::Call call, gn::Client client, gn::PacketView) {
    forget_will(call, client);
}

void Recorder::on_will_dropped(gn::Call call, gn::Client client, gn::PacketView) {
    forget_will(call, client);
}

// The client has none any more.
void Recorder::forget_will(gn::Call call, gn::Client client) {
    const Owner& owner = owner_of(client);
    if (owner.lasts)
        remember(call, client);
    else
        changes(call).end_client(owner.id);
}

void Recorder::on_client_expired(gn::Call call, std::string_view client_id) {
    changes(call).end_client(client_id);
}

gn_verdict Recorder::on_commit(gn::Call call) {
    const std::uint64_t commit = call.raw()->commit;
    Changes changes;
    for (auto part = parts_.begin(); part != parts_.end(); ++part) {
        if (part->commit != commit) continue;
        changes = std::move(part->changes);
        parts_.erase(part);
        break;
    }
    gn::Pending pending = call.defer();
    const gn_verdict verdict = pending ? GN_V_DEFER : GN_V_DENY;
    committer_.add(commit, std::move(changes), std::move(pending));
    return verdict;
}

void Recorder::hand_over_rest() {
    for (Part& part : parts_) committer_.add_rest(part.commit, std::move(part.changes));
    parts_.clear();
}

}  // namespace grapnel::store
