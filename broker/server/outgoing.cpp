#include "server/outgoing.h"

#include "mqtt/encode.h"
#include "server/worker.h"

namespace grapnel {

uint32_t remaining_expiry_s(int64_t expires_ms, int64_t wall_ms) {
    const int64_t left_ms = expires_ms - wall_ms;
    return left_ms <= 1000 ? 1 : static_cast<uint32_t>((left_ms + 999) / 1000);
}

Outgoing::Outgoing(Worker& worker, const MessageView& view, uint64_t publisher)
    : worker_(worker), view_(view), publisher_(publisher) {
    worker_.frame_scratch.clear();
}

Outgoing::Outgoing(Worker& worker, Ref<Message> message, uint64_t publisher)
    : worker_(worker), view_(message->view()), publisher_(publisher), held_(std::move(message)) {
    worker_.frame_scratch.clear();
}

const Ref<Message>& Outgoing::hold() {
    if (!held_) held_ = Message::create(view_);
    return held_;
}

const Outgoing::Encoded& Outgoing::encode(mqtt::Version version, uint8_t qos, bool retain,
                                          std::span<const uint32_t> identifiers) {
    const bool v5 = version == mqtt::Version::v5;
    if (!v5) identifiers = {};
    for (size_t i = 0; i < variant_count_; ++i) {
        const Variant& variant = variants_[i];
        if (variant.v5 == v5 && variant.qos == qos && variant.retain == retain &&
            variant.identifiers_count == identifiers.size() &&
            (identifiers.empty() ||
             (variant.identifier == identifiers[0] &&
              (identifiers.size() == 1 || variant.identifiers == identifiers.data()))))
            return variant.encoded;
    }
    mqtt::PublishHead head;
    head.version = version;
    head.qos = qos;
    head.retain = retain;
    head.topic = view_.topic;
    head.subscription_identifiers = identifiers;
    head.forwarded_properties = view_.properties;
    head.payload_size = view_.payload.size();
    if (view_.expires_ms != 0 && view_.expiry_announced) {
        head.has_message_expiry = true;
        head.message_expiry_s = remaining_expiry_s(view_.expires_ms, worker_.clock.wall_ms);
    }
    std::string& scratch = worker_.frame_scratch;
    const size_t offset = scratch.size();
    const size_t packet_id = mqtt::encode_publish_head(head, scratch);
    if (!payload_apart()) scratch.append(view_.payload);
    Variant& variant = variants_[variant_count_ < kVariants ? variant_count_++ : kVariants - 1];
    variant = {identifiers.data(),
               identifiers.size(),
               identifiers.empty() ? 0 : identifiers[0],
               {offset, scratch.size() - offset, packet_id},
               qos,
               retain,
               v5};
    return variant.encoded;
}

}  // namespace grapnel
