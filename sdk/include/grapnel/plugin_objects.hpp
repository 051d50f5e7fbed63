#ifndef GN_PLUGIN_OBJECTS_HPP
#define GN_PLUGIN_OBJECTS_HPP

// What hooks are given: calls, clients, packets, targets, sinks. A part of plugin.hpp.

#include <grapnel/plugin_basics.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace gn {

// A packet that may be read only.
class PacketView {
public:
    PacketView(const gn_host* host, const gn_packet* raw) noexcept : host_(host), raw_(raw) {}

    const gn_packet* raw() const noexcept { return raw_; }
    // Views of the whole packet; empty where the packet is of another type. Their strings live as
    // long as the hook runs.
    gn_packet_view header() const noexcept { return fill<gn_packet_view>(host_->packet->view); }
    gn_publish_view publish() const noexcept {
        return fill<gn_publish_view>(host_->packet->publish);
    }
    gn_connect_view connect() const noexcept {
        return fill<gn_connect_view>(host_->packet->connect);
    }
    // A v5 property by its MQTT id. False where the packet has no such property.
    bool prop(std::uint32_t id, std::uint32_t& out) const noexcept {
        return host_->packet->prop_u32(raw_, id, &out) == GN_OK;
    }
    bool prop(std::uint32_t id, std::string_view& out) const noexcept {
        gn_str text{};
        if (host_->packet->prop_str(raw_, id, &text) != GN_OK) return false;
        out = view(text);
        return true;
    }
    // Values of a numeric property that repeats. False behind the last one.
    bool prop_at(std::uint32_t id, std::uint32_t index, std::uint32_t& out) const noexcept {
        return host_->packet->prop_u32_at(raw_, id, index, &out) == GN_OK;
    }
    // User properties in their order. False behind the last one.
    bool user(std::uint32_t index, gn_pair& out) const noexcept {
        return host_->packet->user(raw_, index, &out) == GN_OK;
    }
    // Filters of a SUBSCRIBE or UNSUBSCRIBE in their order. False behind the last one.
    bool filter(std::uint32_t index, gn_filter& out) const noexcept {
        out = sized<gn_filter>();
        return host_->packet->filter(raw_, index, &out) == GN_OK;
    }

protected:
    const gn_host* host_;

private:
    template <class V>
    V fill(gn_status (*entry)(const gn_packet*, V*)) const noexcept {
        V out = sized<V>();
        if (entry(raw_, &out) != GN_OK) out = sized<V>();
        return out;
    }

    const gn_packet* raw_;
};

// A packet that a hook may change. A setter copies what it is given and ends earlier views of that
// field; GN_E_INVALID where the packet has no such field or the value is not allowed there.
class Packet : public PacketView {
public:
    Packet(const gn_host* host, gn_packet* raw) noexcept : PacketView(host, raw), raw_(raw) {}

    gn_packet* raw() const noexcept { return raw_; }
    gn_status set_topic(std::string_view topic) const noexcept {
        return host_->packet->set_topic(raw_, str(topic));
    }
    gn_status set_payload(std::string_view payload) const noexcept {
        return host_->packet->set_payload(raw_, str(payload));
    }
    gn_status set_qos(std::uint8_t qos) const noexcept { return host_->packet->set_qos(raw_, qos); }
    gn_status set_retain(bool retain) const noexcept {
        return host_->packet->set_retain(raw_, retain ? 1 : 0);
    }
    // A v5 property by its MQTT id; one that is there is replaced.
    gn_status set_prop(std::uint32_t id, std::uint32_t value) const noexcept {
        return host_->packet->set_prop_u32(raw_, id, value);
    }
    gn_status set_prop(std::uint32_t id, std::string_view value) const noexcept {
        return host_->packet->set_prop_str(raw_, id, str(value));
    }
    // User properties and subscription identifiers: all of them.
    gn_status clear_prop(std::uint32_t id) const noexcept {
        return host_->packet->clear_prop(raw_, id);
    }
    gn_status add_user(std::string_view key, std::string_view value) const noexcept {
        return host_->packet->add_user(raw_, gn_pair{str(key), str(value)});
    }
    // Another filter in that place, or the same one with other options.
    gn_status set_filter(std::uint32_t index, const gn_filter& filter) const noexcept {
        return host_->packet->set_filter(raw_, index, &filter);
    }
    // The filter is not subscribed; the client is told this reason for it.
    gn_status refuse_filter(std::uint32_t index, std::uint8_t reason) const noexcept {
        return host_->packet->refuse_filter(raw_, index, reason);
    }

private:
    gn_packet* raw_;
};

inline std::optional<Packet> Pending::packet() const noexcept {
    gn_packet* raw = ticket_ == 0 ? nullptr : host_->core->deferred_packet(host_, ticket_);
    if (raw == nullptr) return std::nullopt;
    return Packet(host_, raw);
}

// A connected client, or the session of one.
class Client {
public:
    Client(const gn_host* host, gn_client* raw) noexcept : host_(host), raw_(raw) {}

    gn_client* raw() const noexcept { return raw_; }
    // Empty where there is no client behind the event (the broker's own publishes).
    gn_client_view info() const noexcept {
        gn_client_view out = sized<gn_client_view>();
        if (raw_ == nullptr || host_->client->view(raw_, &out) != GN_OK) {
            out = sized<gn_client_view>();
        }
        return out;
    }
    // What is published when the connection is lost. Lives until the hook returns.
    std::optional<PacketView> will() const noexcept {
        const gn_packet* will = raw_ == nullptr ? nullptr : host_->client->will(raw_);
        if (will == nullptr) return std::nullopt;
        return PacketView(host_, will);
    }
    // Both only before the session is established; GN_E_STATE afterwards.
    gn_status set_username(std::string_view name) const noexcept {
        return host_->client->set_username(raw_, str(name));
    }
    gn_status set_id(std::string_view id) const noexcept {
        return host_->client->set_id(raw_, str(id));
    }

private:
    template <class T>
    friend class Slot;

    const gn_host* host_;
    gn_client* raw_;
};

// The plugin's own T of a client. Owner: the client, which destroys it with itself.
template <class T>
class Slot {
public:
    static T* get(const Client& client) noexcept {
        return static_cast<T*>(client.host_->client->slot(client.host_, client.raw_));
    }
    // NULL where the host refused it.
    template <class... Arguments>
    static T* emplace(const Client& client, Arguments&&... arguments) {
        auto made = std::make_unique<T>(std::forward<Arguments>(arguments)...);
        const gn_status status = client.host_->client->set_slot(
            client.host_, client.raw_, made.get(), [](void* old) { delete static_cast<T*>(old); });
        return status == GN_OK ? made.release() : nullptr;
    }
    // Destroys it before the client ends; nothing happens where there is none.
    static void clear(const Client& client) noexcept {
        static_cast<void>(
            client.host_->client->set_slot(client.host_, client.raw_, nullptr, nullptr));
    }
};

// The context of one hook call.
class Call {
public:
    explicit Call(gn_call* raw) noexcept : raw_(raw) {}

    gn_call* raw() const noexcept { return raw_; }
    Host host() const noexcept { return Host(raw_->host); }
    Loop loop() const noexcept { return {raw_->host, raw_->loop}; }
    // The number of the commit that what is told here belongs to; 0 on the main loop, and from a
    // broker that does not number them.
    std::uint64_t commit() const noexcept { return GN_SEES(raw_, commit) ? raw_->commit : 0; }

    // An empty Pending means "not here": answer at once. Else the hook returns GN_V_DEFER.
    Pending defer() const noexcept {
        return {raw_->host, raw_->host->core->defer(raw_), refusal()};
    }
    // The reason code and text that go to the client with a refusal.
    void reason(std::uint8_t code, std::string_view text) const noexcept {
        raw_->host->core->reason(raw_, code, str(text));
    }
    // In on_connect_authenticate and on_auth_packet: the Authentication Data that the client gets
    // with GN_V_CHALLENGE in AUTH, with GN_V_ALLOW in CONNACK or the final AUTH. GN_E_STATE
    // elsewhere.
    gn_status challenge(std::string_view data) const noexcept {
        return raw_->host->core->challenge(raw_, str(data));
    }
    // The hook fails: what it is about to answer does not count, the event gets its closed answer,
    // and the text is logged. What a hook throws does the same. Nothing where the broker is older.
    void failed(std::string_view what) const noexcept {
        if (GN_HAS(raw_->host->core, failed)) raw_->host->core->failed(raw_, str(what));
    }
    // A refusal with its reason, of a gate and of a transform.
    gn_verdict deny(std::uint8_t code, std::string_view text) const noexcept {
        reason(code, text);
        return GN_V_DENY;
    }
    gn_verdict reject(std::uint8_t code, std::string_view text) const noexcept {
        reason(code, text);
        return GN_V_REJECT;
    }

private:
    // The verdict that the running event understands as a refusal.
    gn_verdict refusal() const noexcept {
        const auto is = [this](std::size_t offset) {
            return raw_->event == (offset - offsetof(gn_hooks, on_started)) / sizeof(void (*)());
        };
        if (is(offsetof(gn_hooks, on_subscribe)) || is(offsetof(gn_hooks, on_unsubscribe)) ||
            is(offsetof(gn_hooks, on_publish)))
            return GN_V_REJECT;
        const bool gives_back = is(offsetof(gn_hooks, stored_clients)) ||
                                is(offsetof(gn_hooks, stored_subscriptions)) ||
                                is(offsetof(gn_hooks, stored_inflight_messages)) ||
                                is(offsetof(gn_hooks, stored_retained_messages)) ||
                                is(offsetof(gn_hooks, stored_sys_info));
        return gives_back ? gn_verdict{GN_E_IO} : gn_verdict{GN_V_DENY};
    }

    gn_call* raw_;
};

// The members of the shared groups that matched a publish, group by group: for
// on_select_subscribers.
class Targets {
public:
    Targets(const gn_host* host, gn_targets* raw) noexcept : host_(host), raw_(raw) {}
    // False behind the last one.
    bool at(std::uint32_t index, gn_target& out) const noexcept {
        out = sized<gn_target>();
        return host_->packet->target(raw_, index, &out) == GN_OK;
    }
    // It does not get the message.
    gn_status drop(std::uint32_t index) const noexcept {
        return host_->packet->drop_target(raw_, index);
    }
    // It is the member of its group that gets the message.
    gn_status pick(std::uint32_t index) const noexcept {
        return host_->packet->pick_target(raw_, index);
    }

private:
    const gn_host* host_;
    gn_targets* raw_;
};

// Where a stored_ hook puts its records; all of a record is copied. Lives until the hook returns,
// or, where it deferred, until it completed.
class Sink {
public:
    Sink(const gn_host* host, gn_sink* raw) noexcept : host_(host), raw_(raw) {}
    gn_status put(const gn_stored_client& record) const noexcept {
        return host_->store->client(raw_, &record);
    }
    gn_status put(const gn_stored_subscription& record) const noexcept {
        return host_->store->subscription(raw_, &record);
    }
    gn_status put(const gn_stored_message& record) const noexcept {
        return host_->store->message(raw_, &record);
    }
    gn_status put(const gn_sysinfo& record) const noexcept {
        return host_->store->sysinfo(raw_, &record);
    }
    // So many records of this kind are to come, as far as known: for the progress in the log.
    gn_status expect(std::uint64_t records) const noexcept {
        if (!GN_HAS(host_->store, expect)) return GN_E_UNSUPPORTED;
        return host_->store->expect(raw_, records);
    }

private:
    const gn_host* host_;
    gn_sink* raw_;
};

}  // namespace gn

#endif
