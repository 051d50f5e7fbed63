#include "store/mirror.h"

#include <cstddef>
#include <initializer_list>
#include <span>
#include <utility>

#include "store/capture.h"
#include "store/key.h"
#include "store/record.h"

namespace grapnel::store {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

// A hook's number by its place in the table.
constexpr std::uint32_t event_of(std::size_t offset) {
    return static_cast<std::uint32_t>((offset - offsetof(gn_hooks, on_started)) /
                                      sizeof(void (*)()));
}

MessageRecord record_of(const gn_message& message) {
    MessageRecord record;
    record.topic = text(message.topic);
    record.payload = text(message.payload);
    record.content_type = text(message.content_type);
    record.response_topic = text(message.response_topic);
    record.correlation = text(message.correlation);
    for (const gn_pair& pair : std::span(message.user, message.user_count))
        record.user.emplace_back(text(pair.key), text(pair.value));
    record.expiry_s = message.expiry_s;
    record.qos = message.qos;
    record.payload_format = message.payload_format;
    record.retain = message.retain != 0;
    return record;
}

MessageRecord record_of(const gn_stored_message& stored) {
    MessageRecord record = record_of(*stored.message);
    record.origin = text(stored.origin);
    record.created_ms = stored.created_ms;
    record.expires_ms = stored.expires_ms;
    record.key = stored.key;
    return record;
}

// Notes the keys that are put.
class NotingBatch final : public Batch {
public:
    NotingBatch(Batch& batch, GivenKeys& given) : batch_(batch), given_(given) {}

    void put(Kind kind, std::string_view key, std::string_view value) override {
        given_.add(kind, key);
        batch_.put(kind, key, value);
    }
    void erase(Kind kind, std::string_view key) override { batch_.erase(kind, key); }
    void erase_owned(Kind kind, std::string_view id) override { batch_.erase_owned(kind, id); }
    bool empty() const override { return batch_.empty(); }
    void clear() override { batch_.clear(); }

private:
    Batch& batch_;
    GivenKeys& given_;
};

}  // namespace

Mirror::Mirror(Backend& backend, Known& known)
    : backend_(backend),
      known_(known),
      applier_(known),
      batch_(backend.make_batch()),
      changes_(1) {}

void Mirror::take(const gn_restored& restored) {
    used_ = true;
    if (restored.client != nullptr)
        take_client(*restored.client);
    else if (restored.subscription != nullptr)
        take_subscription(*restored.subscription);
    else if (restored.message != nullptr)
        take_message(*restored.message);
    else
        make_void(restored);
    if (changes_[0].size() >= kChunkBytes) write();
}

void Mirror::make_void(const gn_restored& begin) {
    const auto add = [this](Kind kind) { void_[static_cast<std::size_t>(kind)] = true; };
    if (begin.kind == event_of(offsetof(gn_hooks, stored_retained_messages))) add(Kind::retained);
    if (begin.kind != event_of(offsetof(gn_hooks, stored_clients))) return;
    for (const Kind kind :
         {Kind::client, Kind::subscription, Kind::outbound, Kind::inbound, Kind::body})
        add(kind);
    known_ = {};
}

void Mirror::write_own(Changes changes) {
    write();
    changes_[0] = std::move(changes);
    write();
}

void Mirror::erase_rest(Kind kind) {
    const GivenKeys::Sorted given = given_.take(kind);
    const std::unique_ptr<Cursor> cursor = backend_.scan(kind);
    std::string_view key;
    std::string_view value;
    while (fault_.empty() && cursor->next(key, value)) {
        if (given.contains(key)) continue;
        changes_[0].erase(kind, key);
        if (changes_[0].size() >= kChunkBytes) write();
    }
    if (fault_.empty()) fault_ = cursor->fault();
    write();
}

void Mirror::take_client(const gn_stored_client& client) {
    ClientRecord record;
    record.username = text(client.username);
    record.remote = text(client.remote);
    record.listener = text(client.listener);
    record.session_expiry_s = client.session_expiry_s;
    record.receive_maximum = client.receive_maximum;
    record.protocol = client.protocol;
    record.flags = client.flags;
    record.disconnected_ms = client.disconnected_ms;
    record.will_due_ms = client.will_due_ms;
    record.will_delay_s = client.will_delay_s;
    record.has_will = client.will != nullptr;
    if (record.has_will) record.will = record_of(*client.will);
    value_.clear();
    encode(record, value_);
    changes_[0].put(Kind::client, text(client.id), value_);
}

void Mirror::take_subscription(const gn_stored_subscription& subscription) {
    const gn_filter& filter = *subscription.filter;
    value_.clear();
    encode(capture_subscription(filter, filter.qos), value_);
    changes_[0].put(Kind::subscription,
                    owned_key(text(subscription.client_id), text(filter.filter)), value_);
}

void Mirror::take_message(const gn_stored_message& message) {
    const std::string_view id = text(message.client_id);
    value_.clear();
    if (id.empty()) {
        encode(record_of(message), value_);
        return changes_[0].put(Kind::retained, text(message.message->topic), value_);
    }
    if (message.type == kPubrecType) {
        encode_inbound(value_);
        return changes_[0].put(Kind::inbound, inbound_key(id, message.packet_id), value_);
    }
    Delivery delivery;
    delivery.message_key = message.key;
    delivery.order = message.order;
    delivery.sent_ms = message.sent_ms;
    delivery.packet_id = message.packet_id;
    delivery.type = message.type == 0 ? kPublishType : message.type;
    delivery.qos = message.message != nullptr ? message.message->qos : 2;
    delivery.retain = message.message != nullptr && message.message->retain != 0;
    if (message.message != nullptr) encode(record_of(message), value_);
    changes_[0].deliver(id, delivery, {message.subscription_ids, message.subscription_id_count},
                        value_);
}

void Mirror::write() {
    NotingBatch noting(*batch_, given_);
    applier_.apply(changes_, noting);
    changes_[0] = {};
    if (!fault_.empty() || batch_->empty()) return;
    fault_ = backend_.write(*batch_);
    if (fault_.empty()) batch_->clear();
}

Fault Mirror::finish() {
    if (!used_) return {};
    write();
    // Clients behind what is theirs: a backend may find that through them.
    for (const Kind kind : {Kind::subscription, Kind::outbound, Kind::inbound, Kind::client,
                            Kind::body, Kind::retained}) {
        if (fault_.empty() && void_[static_cast<std::size_t>(kind)]) erase_rest(kind);
    }
    if (fault_.empty()) fault_ = backend_.sync();
    return fault_;
}

}  // namespace grapnel::store
