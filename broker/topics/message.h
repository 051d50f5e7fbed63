#pragma once

#include <atomic>
#include <cstdint>

#include "base/bytes.h"
#include "base/ref.h"

namespace grapnel {

// What a message is made of, borrowed: from a packet just read, a will, a plugin, or a Message.
struct MessageView {
    Bytes topic;
    Bytes payload;
    Bytes properties;       // encoded, as mqtt::collect_forwarded_properties makes them
    Bytes origin;           // client id of the publisher; empty: the broker itself
    uint64_t key = 0;       // unique across restarts
    size_t topic_hash = 0;  // BytesHash of the topic; 0: not computed yet
    int64_t created_ms = 0;
    int64_t expires_ms = 0;         // wall clock; 0: never
    uint64_t received_us = 0;       // when its PUBLISH came, as Clock::monotonic_us; 0: it is of
                                    // another origin, or what became of it since is not timed
    uint8_t qos = 0;                // as published
    bool retain = false;            // as published
    bool expiry_announced = false;  // receivers are told the time that is left (3.3.2.3.3); else
                                    // expires_ms is only the broker's own limit
};

// A message that outlives the packet it came in: one immutable block, shared by queues, inflight
// windows, retained store and workers. Any thread; the count is atomic.
class Message {
public:
    // Copies everything into one allocation.
    static Ref<Message> create(const MessageView& view);

    Bytes topic() const { return {data(), topic_size_}; }
    Bytes properties() const { return {data() + topic_size_, properties_size_}; }
    Bytes origin() const { return {data() + topic_size_ + properties_size_, origin_size_}; }
    Bytes payload() const {
        return {data() + topic_size_ + properties_size_ + origin_size_, payload_size_};
    }
    uint64_t key() const { return key_; }
    int64_t created_ms() const { return created_ms_; }
    int64_t expires_ms() const { return expires_ms_; }
    uint64_t received_us() const { return received_us_; }
    uint8_t qos() const { return static_cast<uint8_t>(qos_); }
    bool retain() const { return retain_flag_ != 0; }
    bool expiry_announced() const { return expiry_announced_ != 0; }
    bool expired(int64_t wall_ms) const { return expires_ms_ != 0 && expires_ms_ <= wall_ms; }

    // Borrowed from this block: lives as long as a Ref to it.
    MessageView view() const;

    // What the block costs in memory: what queue limits in bytes count.
    size_t footprint() const;

    void add_reference() const { references_.fetch_add(1, std::memory_order_relaxed); }
    void drop_reference() const;

private:
    Message() = default;
    const char* data() const { return reinterpret_cast<const char*>(this + 1); }

    mutable std::atomic<uint32_t> references_{1};
    uint32_t properties_size_ = 0;
    uint32_t payload_size_ = 0;
    uint16_t topic_size_ = 0;        // 1.5.4: of two bytes
    uint16_t origin_size_ = 0;       // the same
    uint64_t received_us_ : 48 = 0;  // enough for eight years of uptime
    uint64_t qos_ : 2 = 0;
    uint64_t retain_flag_ : 1 = 0;
    uint64_t expiry_announced_ : 1 = 0;
    uint64_t key_ = 0;
    int64_t created_ms_ = 0;
    int64_t expires_ms_ = 0;
};

}  // namespace grapnel
