#include "store/applier.h"

#include <algorithm>
#include <utility>

#include "store/key.h"
#include "store/record.h"

namespace grapnel::store {

namespace {

bool needs_message(const Delivery& delivery) { return delivery.type == kPublishType; }

}  // namespace

void Applier::apply(std::span<const Commit> commits, Batch& batch) {
    fresh_.clear();
    ends_.clear();
    at_ = 0;
    for (const Commit& commit : commits)
        for (const Changes& part : commit.parts)
            part.each([this](const Changes::Change& change) { look_ahead(change); });
    at_ = 0;
    for (const Commit& commit : commits) {
        for (const Changes& part : commit.parts)
            part.each([this, &batch](const Changes::Change& one) { change(one, batch); });
        if (!commit.aside) retained_before_ = std::exchange(retained_, {});
    }
}

void Applier::look_ahead(const Changes::Change& change) {
    ++at_;
    const Delivery& delivery = change.delivery;
    if (change.op == Changes::Op::deliver && !delivery.known && needs_message(delivery))
        ++fresh_[delivery.message_key];
    if (change.op == Changes::Op::settle) ends_[{change.key, delivery.order}].at = at_;
}

void Applier::change(const Changes::Change& change, Batch& batch) {
    ++at_;
    switch (change.op) {
        case Changes::Op::put:
            if (change.kind == Kind::client) known_.add_client(change.key);
            return batch.put(change.kind, change.key, change.value);
        case Changes::Op::erase: return batch.erase(change.kind, change.key);
        case Changes::Op::retain: return retain(change, batch);
        case Changes::Op::deliver: return deliver(change, batch);
        case Changes::Op::settle: return settle(change, batch);
        case Changes::Op::end_client: return end_client(change.key, batch);
    }
}

std::string_view Applier::outbound_key(std::string_view client_id, std::uint64_t order) {
    key_.clear();
    put_owner(key_, client_id);
    put_u64(key_, order);
    return key_;
}

bool Applier::over_before_written(const Changes::Change& change) {
    const auto end = ends_.find({change.key, change.delivery.order});
    if (end == ends_.end() || end->second.at <= at_) return false;
    end->second.unwritten = end->second.unwritten || !change.delivery.known;
    return true;
}

void Applier::deliver(const Changes::Change& change, Batch& batch) {
    const Delivery& delivery = change.delivery;
    const bool over = over_before_written(change);
    OutboundRecord record;
    record.message_key = delivery.message_key;
    record.sent_ms = delivery.sent_ms;
    record.packet_id = delivery.packet_id;
    record.type = delivery.type;
    record.qos = delivery.qos;
    record.retain = delivery.retain;
    record.identifiers.assign(change.identifiers.begin(), change.identifiers.end());
    if (needs_message(delivery)) {
        Known::Message& message = known_.messages[delivery.message_key];
        if (!delivery.known) ++message.entries;
        const bool several = fresh_[delivery.message_key] > 1;
        const bool large = change.value.size() > kWithinMost;
        if (!message.apart && !change.value.empty() && (several || (large && !over))) {
            message.apart = true;
            batch.put(Kind::body, body_key(delivery.message_key), change.value);
        }
        if (!message.apart) record.body = change.value;
    } else if (delivery.known) {
        release(delivery.message_key, batch);
    }
    if (over) return;
    value_.clear();
    encode(record, value_);
    batch.put(Kind::outbound, outbound_key(change.key, delivery.order), value_);
}

void Applier::settle(const Changes::Change& change, Batch& batch) {
    if (needs_message(change.delivery)) release(change.delivery.message_key, batch);
    const std::uint64_t order = change.delivery.order;
    if (ends_[{change.key, order}].unwritten) return;
    batch.erase(Kind::outbound, outbound_key(change.key, order));
}

void Applier::release(std::uint64_t key, Batch& batch) {
    const auto found = known_.messages.find(key);
    if (found == known_.messages.end() || --found->second.entries != 0) return;
    if (found->second.apart) batch.erase(Kind::body, body_key(key));
    known_.messages.erase(found);
}

Applier::Retained Applier::lately(std::string_view topic) const {
    const auto before = retained_before_.find(topic);
    const auto now = retained_.find(topic);
    if (now == retained_.end())
        return before == retained_before_.end() ? Retained{} : before->second;
    if (before == retained_before_.end()) return now->second;
    return before->second.order > now->second.order ? before->second : now->second;
}

void Applier::retain(const Changes::Change& change, Batch& batch) {
    const Retained latest = lately(change.key);
    // What has expired may be an earlier message than the latest, unless that has, too.
    const bool is_over =
        change.order == 0 && latest.expires_ms != 0 && latest.expires_ms <= change.time_ms;
    if (latest.order > change.order && !is_over) return;
    if (change.value.empty())
        batch.erase(Kind::retained, change.key);
    else
        batch.put(Kind::retained, change.key, change.value);
    if (change.order == 0) return;
    const Retained said{change.order, change.time_ms};
    const auto found = retained_.find(change.key);
    if (found == retained_.end())
        retained_.emplace(change.key, said);
    else
        found->second = said;
}

void Applier::end_client(std::string_view id, Batch& batch) {
    if (!known_.has_client(id)) return;
    known_.remove_client(id);
    batch.erase(Kind::client, id);
    for (const Kind kind : {Kind::subscription, Kind::outbound, Kind::inbound})
        batch.erase_owned(kind, id);
}

}  // namespace grapnel::store
