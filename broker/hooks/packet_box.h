#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "mqtt/packet.h"

namespace grapnel {

// What a message is beyond its PUBLISH packet. Borrowed strings.
struct MessageMeta {
    Bytes origin;            // client id of the publisher; empty: the broker itself
    int64_t created_ms = 0;  // wall clock
    int64_t expires_ms = 0;  // wall clock; 0: never
    uint64_t key = 0;
    uint64_t order = 0;  // place in the receiver's queue; 0: not a delivery
    uint8_t flags = 0;   // GN_PK_INLINE, GN_PK_WILL (retain and dup come from the packet)
};

// One packet as plugins see it: a gn_packet. It owns neither the packet nor the meta; until a
// plugin changes something, it owns nothing at all. What a setter copied belongs to the box: a
// changed packet lives no longer than its box. One thread. The functions that answer gn_status are
// those of gn_packet_api; plugin.h has their contracts.
class PacketBox {
public:
    enum class Kind : uint8_t {
        none,
        connect,
        connack,
        publish,
        ack,
        subscribe,
        subscription_ack,
        unsubscribe,
        ping,
        disconnect,
        auth
    };
    enum Change : uint8_t {
        kTopic = 1,
        kPayload = 2,
        kQos = 4,
        kRetain = 8,
        kProperties = 16,
        kFilters = 32
    };

    PacketBox() = default;
    // A pointer to const makes a read-only box: setters answer GN_E_STATE.
    template <class Struct>
    PacketBox(Struct* packet, mqtt::Version version)
        : packet_(const_cast<std::remove_const_t<Struct>*>(packet)),
          kind_(kind_of(static_cast<const Struct*>(nullptr))),
          version_(version),
          read_only_(std::is_const_v<Struct>) {}
    // A message. `meta` outlives the box or the next own_bytes().
    template <class Struct>
    PacketBox(Struct* packet, mqtt::Version version, const MessageMeta* meta)
        : PacketBox(packet, version) {
        meta_ = meta;
    }
    // Whatever the variant holds.
    static PacketBox of(mqtt::Packet& packet, mqtt::Version version);

    PacketBox(PacketBox&& other) noexcept { *this = std::move(other); }
    PacketBox& operator=(PacketBox&& other) noexcept;
    ~PacketBox() {
        if (owned_ != nullptr) release();
    }

    // What the dispatcher hands to a plugin, and back.
    gn_packet* handle() { return reinterpret_cast<gn_packet*>(this); }
    const gn_packet* handle() const { return reinterpret_cast<const gn_packet*>(this); }
    static PacketBox* from(gn_packet* packet) { return reinterpret_cast<PacketBox*>(packet); }
    static const PacketBox* from(const gn_packet* packet) {
        return reinterpret_cast<const PacketBox*>(packet);
    }

    Kind kind() const { return kind_; }
    mqtt::Version version() const { return version_; }
    mqtt::PacketType type() const;
    const MessageMeta* meta() const { return meta_; }
    // The packet, when it is of that struct, else null.
    template <class Struct>
    Struct* get() const {
        return kind_ == kind_of(static_cast<const Struct*>(nullptr)) ? static_cast<Struct*>(packet_)
                                                                     : nullptr;
    }

    // Bits of Change: what plugins changed since the box was made.
    uint8_t changed() const { return changed_; }
    bool changed(Change what) const { return (changed_ & what) != 0; }

    // SUBSCRIBE, UNSUBSCRIBE: why a plugin refused the filter of that index; success: it did not.
    mqtt::Reason refused(size_t index) const;
    // What the client was told per filter: gn_filter.reason shows it. Outlives the box.
    void set_results(std::span<const mqtt::Reason> results) { results_ = results; }

    // Makes the box point at another place of the same packet (the struct was copied or moved
    // there).
    template <class Struct>
    void rebind(Struct* packet) {
        packet_ = const_cast<std::remove_const_t<Struct>*>(packet);
        kind_ = kind_of(static_cast<const Struct*>(nullptr));
        forget_walks();
    }
    // Copies every string that the packet and the meta borrow into the box: from here on both need
    // nothing but the box and the packet's struct. For a deferred packet: move box and struct to
    // the heap, rebind, own_bytes, Dispatcher::attach.
    void own_bytes();

    // Brackets of one plugin's call: rollback() undoes what was changed since begin_call().
    void begin_call() { saved_ = false; }
    void rollback();

    gn_status view(gn_packet_view& out) const;
    gn_status publish(gn_publish_view& out) const;
    gn_status connect(gn_connect_view& out) const;
    gn_status property_u32(uint32_t id, uint32_t& out) const;
    gn_status property_u32_at(uint32_t id, uint32_t index, uint32_t& out) const;
    gn_status property_string(uint32_t id, Bytes& out) const;
    gn_status user_property(uint32_t index, mqtt::UserProperty& out) const;
    gn_status filter(uint32_t index, gn_filter& out) const;
    gn_status set_topic(Bytes topic);
    gn_status set_payload(Bytes payload);
    gn_status set_qos(uint8_t qos);
    gn_status set_retain(bool retain);
    gn_status set_property_u32(uint32_t id, uint32_t value);
    gn_status set_property_string(uint32_t id, Bytes value);
    gn_status clear_property(uint32_t id);
    gn_status add_user_property(const mqtt::UserProperty& property);
    gn_status set_filter(uint32_t index, const gn_filter& filter);
    gn_status refuse_filter(uint32_t index, uint8_t reason);

private:
    struct Owned;

    static constexpr Kind kind_of(const mqtt::Connect*) { return Kind::connect; }
    static constexpr Kind kind_of(const mqtt::Connack*) { return Kind::connack; }
    static constexpr Kind kind_of(const mqtt::Publish*) { return Kind::publish; }
    static constexpr Kind kind_of(const mqtt::Ack*) { return Kind::ack; }
    static constexpr Kind kind_of(const mqtt::Subscribe*) { return Kind::subscribe; }
    static constexpr Kind kind_of(const mqtt::SubscriptionAck*) { return Kind::subscription_ack; }
    static constexpr Kind kind_of(const mqtt::Unsubscribe*) { return Kind::unsubscribe; }
    static constexpr Kind kind_of(const mqtt::Ping*) { return Kind::ping; }
    static constexpr Kind kind_of(const mqtt::Disconnect*) { return Kind::disconnect; }
    static constexpr Kind kind_of(const mqtt::Auth*) { return Kind::auth; }

    void release();
    Owned& owned();
    // Saves the packet for rollback, once per call. False: read-only.
    bool touch(Change what);
    Bytes keep(Bytes bytes);
    mqtt::Properties* properties() const;
    mqtt::PropertyPlace place() const;
    void own_properties(mqtt::Properties& properties);
    void rewrite_repeated(mqtt::Properties& properties, uint32_t without);
    size_t filter_count() const;

    // Where the last call for what may repeat stopped: plugins count up from 0.
    struct Walk {
        mqtt::RepeatedProperties properties;
        uint32_t next = 0;  // the index of what stands there; 0: nowhere
    };
    // Calls next(rest of the walk) until it has given what has that index. False: there are fewer.
    template <class Next>
    static bool step_to(Walk& walk, const mqtt::Properties& set, uint32_t index, Next next);
    void forget_walks() { users_.next = identifiers_.next = 0; }

    void* packet_ = nullptr;
    const MessageMeta* meta_ = nullptr;
    std::span<const mqtt::Reason> results_;
    Owned* owned_ = nullptr;
    Kind kind_ = Kind::none;
    mqtt::Version version_ = mqtt::Version::v5;
    uint8_t changed_ = 0;
    bool read_only_ = true;
    bool saved_ = false;
    mutable Walk users_;
    mutable Walk identifiers_;
};

}  // namespace grapnel
