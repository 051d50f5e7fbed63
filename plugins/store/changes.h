#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/kind.h"

namespace grapnel::store {

// An entry of a client's outbound records.
struct Delivery {
    std::uint64_t message_key = 0;
    std::uint64_t order = 0;
    std::int64_t sent_ms = 0;
    std::uint16_t packet_id = 0;  // 0: queued
    std::uint8_t type = 3;        // 3 PUBLISH, 6 PUBREL
    std::uint8_t qos = 0;
    bool retain = false;
    bool known = false;  // it was put before
};

// What one loop was told under one commit, in order, as bytes: recording costs a copy, and of
// retained messages a look at whether the topic had another one. What takes the place of that is
// kept alone, so that a topic that changes over and over takes no more and more memory.
class Changes {
public:
    enum class Op : std::uint8_t { put, erase, retain, deliver, settle, end_client };

    // One of them; views into the Changes.
    struct Change {
        Op op = Op::put;
        Kind kind = Kind::client;
        std::string_view key;
        std::string_view value;
        std::uint64_t order = 0;  // retain: of two changes of a topic the higher one counts
        // retain: wall clock; when the message expires (0: never), or of order 0, what it is now.
        std::int64_t time_ms = 0;
        Delivery delivery;                           // deliver, settle
        std::span<const std::uint32_t> identifiers;  // deliver
    };

    void put(Kind kind, std::string_view key, std::string_view value);
    void erase(Kind kind, std::string_view key);
    // An empty value removes the topic.
    void retain(std::string_view topic, std::string_view value, std::uint64_t order,
                std::int64_t expires_ms = 0);
    // A message of this topic has expired: not another one that was retained lately.
    void expire(std::string_view topic, std::int64_t now_ms);
    // `body`: the value of the message's record. It may be left out where it is large and the entry
    // is known, and for a new entry where it is that of last_message().
    void deliver(std::string_view client_id, const Delivery& delivery,
                 std::span<const std::uint32_t> identifiers, std::string_view body);
    // The entry is over. Its type says whether it still needed its message.
    void settle(std::string_view client_id, const Delivery& delivery);
    // Nothing of this client is left.
    void end_client(std::string_view client_id);

    bool empty() const { return bytes_.empty(); }
    std::size_t size() const { return bytes_.size(); }
    // The message of the last change, if that was the delivery of a new entry; 0: it was not.
    std::uint64_t last_message() const { return last_message_; }

    // Calls visit(const Change&) for each, in order.
    template <class Visit>
    void each(Visit visit) const {
        std::size_t at = 0;
        Change change;
        while (read(at, change)) visit(static_cast<const Change&>(change));
    }

private:
    struct Head;
    // The last change of the topic, if one of this order takes its place.
    void drop_replaced(std::string_view topic, std::uint64_t order);
    // What lies there may be dropped for the next change of the topic; but not over a message that
    // expired, which looks at the one before.
    void note_retained(std::string_view topic, std::uint64_t order, std::size_t at);
    void compact();
    void add(const Head& head, std::string_view key, std::span<const std::uint32_t> identifiers,
             std::string_view value);
    Head head_at(std::size_t at) const;
    std::string_view key_at(std::size_t at, const Head& head) const;
    bool read(std::size_t& at, Change& out) const;

    std::string bytes_;
    // Where what may be dropped lies, by the hash of its topic; of two that share one, the last.
    std::unordered_map<std::uint64_t, std::size_t> retained_;
    std::size_t dropped_ = 0;  // of the bytes
    std::uint64_t last_message_ = 0;
};

}  // namespace grapnel::store
