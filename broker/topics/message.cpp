#include "topics/message.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "base/assert.h"

namespace grapnel {

namespace {

constexpr uint64_t kReceivedMask = (uint64_t{1} << 48) - 1;

template <class Size>
Size size_of(Bytes bytes) {
    GN_ASSERT(bytes.size() <= std::numeric_limits<Size>::max());
    return static_cast<Size>(bytes.size());
}

char* append(char* out, Bytes bytes) {
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
}

}  // namespace

Ref<Message> Message::create(const MessageView& view) {
    const size_t size = sizeof(Message) + view.topic.size() + view.properties.size() +
                        view.origin.size() + view.payload.size();
    void* block = std::malloc(size);
    GN_ASSERT(block != nullptr);
    auto* message = new (block) Message();
    message->topic_size_ = size_of<uint16_t>(view.topic);
    message->properties_size_ = size_of<uint32_t>(view.properties);
    message->origin_size_ = size_of<uint16_t>(view.origin);
    message->payload_size_ = size_of<uint32_t>(view.payload);
    message->received_us_ = view.received_us & kReceivedMask;
    message->qos_ = view.qos & 3;
    message->retain_flag_ = view.retain;
    message->expiry_announced_ = view.expiry_announced;
    message->key_ = view.key;
    message->created_ms_ = view.created_ms;
    message->expires_ms_ = view.expires_ms;
    char* out = reinterpret_cast<char*>(message + 1);
    out = append(out, view.topic);
    out = append(out, view.properties);
    out = append(out, view.origin);
    append(out, view.payload);
    return Ref<Message>::adopt(message);
}

MessageView Message::view() const {
    return {.topic = topic(),
            .payload = payload(),
            .properties = properties(),
            .origin = origin(),
            .key = key_,
            .created_ms = created_ms_,
            .expires_ms = expires_ms_,
            .received_us = received_us_,
            .qos = qos(),
            .retain = retain(),
            .expiry_announced = expiry_announced()};
}

size_t Message::footprint() const {
    return sizeof(Message) + topic_size_ + properties_size_ + origin_size_ + payload_size_;
}

void Message::drop_reference() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    this->~Message();
    std::free(const_cast<Message*>(this));
}

}  // namespace grapnel
