#include "store/changes.h"

#include <cstring>
#include <utility>

#include "store/text_hash.h"

namespace grapnel::store {

struct Changes::Head {
    // With all that belongs to it.
    std::size_t size() const;

    Op op = Op::put;
    Kind kind = Kind::client;
    bool dropped = false;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t identifiers = 0;
    std::uint64_t order = 0;
    std::int64_t time_ms = 0;
    Delivery delivery;
};

namespace {

// Identifiers are read in place.
constexpr std::size_t kAlignment = alignof(std::uint64_t);

constexpr std::size_t padding(std::size_t size) {
    return (kAlignment - size % kAlignment) % kAlignment;
}

constexpr std::size_t kCompactFrom = std::size_t{64} << 10;

}  // namespace

std::size_t Changes::Head::size() const {
    const std::size_t bytes =
        sizeof(Head) + identifiers * sizeof(std::uint32_t) + key_size + value_size;
    return bytes + padding(bytes);
}

Changes::Head Changes::head_at(std::size_t at) const {
    Head head;
    std::memcpy(&head, bytes_.data() + at, sizeof head);
    return head;
}

void Changes::add(const Head& head, std::string_view key,
                  std::span<const std::uint32_t> identifiers, std::string_view value) {
    Head sized = head;
    sized.key_size = static_cast<std::uint32_t>(key.size());
    sized.value_size = static_cast<std::uint32_t>(value.size());
    sized.identifiers = static_cast<std::uint32_t>(identifiers.size());
    bytes_.append(reinterpret_cast<const char*>(&sized), sizeof sized);
    bytes_.append(reinterpret_cast<const char*>(identifiers.data()), identifiers.size_bytes());
    bytes_.append(key);
    bytes_.append(value);
    bytes_.append(padding(bytes_.size()), '\0');
}

bool Changes::read(std::size_t& at, Change& out) const {
    Head head;
    for (;; at += head.size()) {
        if (at == bytes_.size()) return false;
        head = head_at(at);
        if (!head.dropped) break;
    }
    const char* const data = bytes_.data() + at + sizeof head;
    const std::size_t identifiers = head.identifiers * sizeof(std::uint32_t);
    out.op = head.op;
    out.kind = head.kind;
    out.order = head.order;
    out.time_ms = head.time_ms;
    out.delivery = head.delivery;
    out.identifiers = {reinterpret_cast<const std::uint32_t*>(data), head.identifiers};
    out.key = {data + identifiers, head.key_size};
    out.value = {data + identifiers + head.key_size, head.value_size};
    at += head.size();
    return true;
}

void Changes::put(Kind kind, std::string_view key, std::string_view value) {
    Head head;
    head.kind = kind;
    last_message_ = 0;
    add(head, key, {}, value);
}

void Changes::erase(Kind kind, std::string_view key) {
    Head head;
    head.op = Op::erase;
    head.kind = kind;
    last_message_ = 0;
    add(head, key, {}, {});
}

std::string_view Changes::key_at(std::size_t at, const Head& head) const {
    return std::string_view(bytes_).substr(at + sizeof head, head.key_size);
}

void Changes::drop_replaced(std::string_view topic, std::uint64_t order) {
    const auto found = retained_.find(seeded_hash(topic));
    if (found == retained_.end() || order == 0) return;
    Head head = head_at(found->second);
    if (key_at(found->second, head) != topic || head.order > order) return;
    head.dropped = true;
    std::memcpy(bytes_.data() + found->second, &head, sizeof head);
    dropped_ += head.size();
}

void Changes::note_retained(std::string_view topic, std::uint64_t order, std::size_t at) {
    const std::uint64_t hash = seeded_hash(topic);
    if (order == 0)
        retained_.erase(hash);
    else
        retained_[hash] = at;
}

void Changes::compact() {
    std::string kept;
    kept.reserve(bytes_.size() - dropped_);
    retained_.clear();
    for (std::size_t at = 0; at != bytes_.size();) {
        const Head head = head_at(at);
        if (head.op == Op::retain && !head.dropped)
            note_retained(key_at(at, head), head.order, kept.size());
        if (!head.dropped) kept.append(bytes_, at, head.size());
        at += head.size();
    }
    bytes_ = std::move(kept);
    dropped_ = 0;
}

void Changes::retain(std::string_view topic, std::string_view value, std::uint64_t order,
                     std::int64_t expires_ms) {
    Head head;
    head.op = Op::retain;
    head.kind = Kind::retained;
    head.order = order;
    head.time_ms = expires_ms;
    last_message_ = 0;
    drop_replaced(topic, order);
    note_retained(topic, order, bytes_.size());
    add(head, topic, {}, value);
    if (dropped_ >= kCompactFrom && dropped_ > bytes_.size() / 2) compact();
}

void Changes::expire(std::string_view topic, std::int64_t now_ms) { retain(topic, {}, 0, now_ms); }

void Changes::deliver(std::string_view client_id, const Delivery& delivery,
                      std::span<const std::uint32_t> identifiers, std::string_view body) {
    Head head;
    head.op = Op::deliver;
    head.kind = Kind::outbound;
    head.delivery = delivery;
    last_message_ = delivery.known ? 0 : delivery.message_key;
    add(head, client_id, identifiers, body);
}

void Changes::settle(std::string_view client_id, const Delivery& delivery) {
    Head head;
    head.op = Op::settle;
    head.kind = Kind::outbound;
    head.delivery = delivery;
    last_message_ = 0;
    add(head, client_id, {}, {});
}

void Changes::end_client(std::string_view client_id) {
    Head head;
    head.op = Op::end_client;
    last_message_ = 0;
    add(head, client_id, {}, {});
}

}  // namespace grapnel::store
