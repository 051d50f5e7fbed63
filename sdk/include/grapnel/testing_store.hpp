#ifndef GN_TESTING_STORE_HPP
#define GN_TESTING_STORE_HPP

// What a store gives back. A part of testing.hpp.

#include <grapnel/testing_border.hpp>
#include <grapnel/testing_frame.hpp>
#include <grapnel/testing_message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gn::testing {

// Copies of the records of plugin.h.
struct FakeStoredClient {
    std::string id, username, remote, listener;
    std::uint8_t protocol = 5, flags = 0;
    std::uint32_t session_expiry_s = 0, receive_maximum = 0, will_delay_s = 0;
    std::int64_t disconnected_ms = 0, will_due_ms = 0;
    std::optional<FakeMessage> will;
};

struct FakeStoredSubscription {
    std::string client_id, filter;
    std::uint32_t identifier = 0;
    std::uint8_t qos = 0, retain_handling = 0, flags = 0;
};

struct FakeStoredMessage {
    std::string client_id, origin;
    std::uint16_t packet_id = 0;
    std::uint8_t type = 3, dup = 0;
    std::int64_t created_ms = 0, sent_ms = 0, expires_ms = 0;
    std::uint64_t key = 0, order = 0;
    std::optional<FakeMessage> message;
    std::vector<std::uint32_t> subscription_ids;
};

// Takes records as the broker does, in FakePlugin::run of a stored_ hook and until its ticket is
// completed; for hooks that are called directly, always and all kinds.
class FakeSink {
public:
    std::vector<FakeStoredClient> clients;
    std::vector<FakeStoredSubscription> subscriptions;
    std::vector<FakeStoredMessage> messages;  // of clients
    std::vector<FakeStoredMessage> retained;
    std::optional<gn_sysinfo> sysinfo;
    std::string sysinfo_version;
    std::uint64_t expected = 0;
    bool stopping = false;  // true: the broker stops, and takes no more

    FakeSink() { detail::plays_loop = true; }
    FakeSink(const FakeSink&) = delete;
    FakeSink& operator=(const FakeSink&) = delete;

    gn_sink* raw() noexcept { return reinterpret_cast<gn_sink*>(this); }
    // Between these only records of that event are taken; FakePlugin::run calls them.
    void begin(std::uint32_t event) noexcept {
        bound_ = true;
        event_ = event;
    }
    void end() noexcept { event_ = kNone; }

    static gn_store_api api() noexcept;

private:
    static constexpr std::uint32_t kNone = 0xffff'ffff;

    static FakeSink& of(gn_sink* sink) noexcept { return *reinterpret_cast<FakeSink*>(sink); }
    gn_status takes(std::size_t hook) const noexcept {
        if (stopping) return GN_E_STATE;
        return !bound_ || event_ == detail::event_at(hook) ? GN_OK : GN_E_STATE;
    }
    gn_status add(const gn_stored_client* record);
    gn_status add(const gn_stored_subscription* record);
    gn_status add(const gn_stored_message* record);
    gn_status add(const gn_sysinfo* record);

    bool bound_ = false;
    std::uint32_t event_ = kNone;
};

inline gn_status FakeSink::add(const gn_stored_client* record) {
    if (const gn_status status = takes(offsetof(gn_hooks, stored_clients)); status != GN_OK)
        return status;
    gn_stored_client in;
    constexpr std::size_t kLeast = offsetof(gn_stored_client, id) + sizeof(gn_str);
    if (!detail::take_in(record, kLeast, in) || in.id.len == 0 || !detail::is_string(in.id) ||
        in.id.len > kStringBytesMax || !detail::is_string(in.username) || in.protocol < 3 ||
        in.protocol > 5)
        return GN_E_INVALID;
    FakeStoredClient out;
    out.id = detail::copy(in.id);
    out.username = detail::copy(in.username);
    out.remote = detail::copy(in.remote);
    out.listener = detail::copy(in.listener);
    out.protocol = in.protocol;
    out.flags = in.flags;
    out.session_expiry_s = in.session_expiry_s;
    out.receive_maximum = in.receive_maximum;
    out.will_delay_s = in.will_delay_s;
    out.disconnected_ms = in.disconnected_ms;
    out.will_due_ms = in.will_due_ms;
    if (in.will != nullptr) {
        const gn_status status = FakeMessage::read(in.will, out.will.emplace());
        if (status != GN_OK) return status;
    }
    clients.push_back(std::move(out));
    return GN_OK;
}

inline gn_status FakeSink::add(const gn_stored_subscription* record) {
    if (const gn_status status = takes(offsetof(gn_hooks, stored_subscriptions)); status != GN_OK)
        return status;
    gn_stored_subscription in;
    gn_filter filter;
    constexpr std::size_t kFilterLeast = offsetof(gn_filter, flags) + 1;
    if (!detail::take_in(record, sizeof(gn_stored_subscription), in) ||
        !detail::take_in(in.filter, kFilterLeast, filter) || in.client_id.len == 0 ||
        !detail::is_string(in.client_id) || !detail::is_string(filter.filter))
        return GN_E_INVALID;
    FakeStoredSubscription out{detail::copy(in.client_id), detail::copy(filter.filter),
                               filter.identifier,          filter.qos,
                               filter.retain_handling,     filter.flags};
    if (!is_filter(out.filter) || out.qos > 2 || out.retain_handling > 2) return GN_E_INVALID;
    subscriptions.push_back(std::move(out));
    return GN_OK;
}

inline gn_status FakeSink::add(const gn_stored_message* record) {
    const bool inflight = takes(offsetof(gn_hooks, stored_inflight_messages)) == GN_OK;
    const bool retains = takes(offsetof(gn_hooks, stored_retained_messages)) == GN_OK;
    if (!inflight && !retains) return GN_E_STATE;
    gn_stored_message in;
    constexpr std::size_t kLeast = offsetof(gn_stored_message, message) + sizeof(void*);
    if (!detail::take_in(record, kLeast, in) || !detail::is_string(in.client_id) ||
        !detail::is_string(in.origin) || (in.client_id.len == 0 ? !retains : !inflight) ||
        (in.subscription_id_count != 0 && in.subscription_ids == nullptr))
        return GN_E_INVALID;
    FakeStoredMessage out;
    out.type = in.type == 0 ? std::uint8_t{3} : in.type;
    const bool known = out.type == 3 || out.type == 5 || out.type == 6;
    if (!known || (out.type == 3 && in.message == nullptr)) return GN_E_INVALID;
    if (in.message != nullptr) {
        const gn_status status = FakeMessage::read(in.message, out.message.emplace());
        if (status != GN_OK) return status;
    }
    out.client_id = detail::copy(in.client_id);
    out.origin = detail::copy(in.origin);
    out.packet_id = in.packet_id;
    out.dup = in.dup;
    out.created_ms = in.created_ms;
    out.sent_ms = in.sent_ms;
    out.expires_ms = in.expires_ms;
    out.key = in.key;
    out.order = in.order;
    if (in.subscription_id_count != 0)
        out.subscription_ids.assign(in.subscription_ids,
                                    in.subscription_ids + in.subscription_id_count);
    (out.client_id.empty() ? retained : messages).push_back(std::move(out));
    return GN_OK;
}

inline gn_status FakeSink::add(const gn_sysinfo* record) {
    if (const gn_status status = takes(offsetof(gn_hooks, stored_sys_info)); status != GN_OK)
        return status;
    gn_sysinfo in;
    if (!detail::take_in(record, sizeof(std::uint32_t), in)) return GN_E_INVALID;
    sysinfo_version = detail::copy(in.version);
    in.version = gn_str{nullptr, 0};
    sysinfo = in;
    return GN_OK;
}

inline gn_store_api FakeSink::api() noexcept {
    gn_store_api api{};
    api.size = sizeof(api);
    api.client = [](gn_sink* sink, const gn_stored_client* record) {
        const gn_status status = detail::usable(sink);
        return status == GN_OK ? of(sink).add(record) : status;
    };
    api.subscription = [](gn_sink* sink, const gn_stored_subscription* record) {
        const gn_status status = detail::usable(sink);
        return status == GN_OK ? of(sink).add(record) : status;
    };
    api.message = [](gn_sink* sink, const gn_stored_message* record) {
        const gn_status status = detail::usable(sink);
        return status == GN_OK ? of(sink).add(record) : status;
    };
    api.sysinfo = [](gn_sink* sink, const gn_sysinfo* record) {
        const gn_status status = detail::usable(sink);
        return status == GN_OK ? of(sink).add(record) : status;
    };
    api.expect = [](gn_sink* sink, std::uint64_t records) -> gn_status {
        const gn_status status = detail::usable(sink);
        if (status != GN_OK) return status;
        if (of(sink).bound_ && of(sink).event_ == kNone) return GN_E_STATE;
        of(sink).expected = records;
        return GN_OK;
    };
    return api;
}

}  // namespace gn::testing

#endif
