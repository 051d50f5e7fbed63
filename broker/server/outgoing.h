#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "mqtt/types.h"
#include "topics/message.h"

namespace grapnel {

class Worker;

// One message while it is handed to its receivers on this worker: encoded once per kind of
// receiver, copied to the heap only when somebody must keep it. One at a time a worker. Loop
// thread.
class Outgoing {
public:
    // The view's bytes live as long as this. `publisher`: key of the connection it came on, which
    // waits if receivers do not keep up; 0: none.
    Outgoing(Worker& worker, const MessageView& view, uint64_t publisher = 0);
    Outgoing(Worker& worker, Ref<Message> message, uint64_t publisher = 0);
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    const MessageView& view() const { return view_; }
    uint64_t publisher() const { return publisher_; }
    // The message as a shared block; made on first use.
    const Ref<Message>& hold();
    // What becomes of it here is not timed: it is not on its way for the first time.
    void leave_untimed() { view_.received_us = 0; }
    // BytesHash of the topic.
    size_t topic_hash() {
        if (view_.topic_hash == 0) view_.topic_hash = BytesHash{}(view_.topic);
        return view_.topic_hash;
    }

    struct Encoded {
        size_t offset;     // in Worker::frame_scratch
        size_t size;       // without the payload when that is large
        size_t packet_id;  // offset of the two packet id bytes; 0: none
    };
    // The PUBLISH for receivers that see it like that. Whole unless payload_apart().
    const Encoded& encode(mqtt::Version version, uint8_t qos, bool retain,
                          std::span<const uint32_t> identifiers);
    // Large payloads are referenced, not copied.
    bool payload_apart() const { return view_.payload.size() > kPayloadCopied; }

    static constexpr size_t kPayloadCopied = 4096;
    static constexpr size_t kVariants = 8;  // remembered; more are encoded each time

private:
    struct Variant {
        const uint32_t*
            identifiers;  // told apart by place when there are several, by value when one
        size_t identifiers_count;
        uint32_t identifier;
        Encoded encoded;
        uint8_t qos;
        bool retain;
        bool v5;
    };

    Worker& worker_;
    MessageView view_;
    uint64_t publisher_;
    Ref<Message> held_;
    Variant variants_[kVariants];
    size_t variant_count_ = 0;
};

// Seconds until the message expires, rounded up, at least 1.
uint32_t remaining_expiry_s(int64_t expires_ms, int64_t wall_ms);

}  // namespace grapnel
