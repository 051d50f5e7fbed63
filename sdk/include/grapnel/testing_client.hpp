#ifndef GN_TESTING_CLIENT_HPP
#define GN_TESTING_CLIENT_HPP

// A client, and the receivers of a message. A part of testing.hpp.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/testing_border.hpp>
#include <grapnel/testing_frame.hpp>
#include <grapnel/testing_packet.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gn::testing {

// What plugins keep for a client. Whatever is left is dropped with it.
class FakeSlots {
public:
    FakeSlots() = default;
    FakeSlots(FakeSlots&& other) noexcept : slots_(std::exchange(other.slots_, {})) {}
    FakeSlots& operator=(FakeSlots&& other) noexcept {
        slots_.swap(other.slots_);
        return *this;
    }
    ~FakeSlots() { drop_all(); }

    void* get(const gn_host* host) const {
        const auto found = slots_.find(host);
        return found == slots_.end() ? nullptr : found->second.value;
    }
    void set(const gn_host* host, void* value, void (*drop)(void*)) {
        const Slot old = std::exchange(slots_[host], Slot{value, drop});
        if (old.value != value) old.end();
    }
    // As at the end of the session.
    void drop_all() noexcept {
        for (const auto& [host, slot] : std::exchange(slots_, {})) slot.end();
    }

private:
    struct Slot {
        void* value = nullptr;
        void (*drop)(void*) = nullptr;
        void end() const {
            if (value != nullptr && drop != nullptr) drop(value);
        }
    };
    std::map<const gn_host*, Slot> slots_;
};

// A client as its view shows it. An empty text is absent there.
struct FakeClient {
    std::string id = {};
    std::string username = {};
    std::string remote = {};
    std::uint8_t protocol = 5;
    std::uint8_t flags = 0;
    std::string listener = {};
    std::string tls_subject = {};
    gn_client_key key = 1;
    std::uint16_t keepalive_s = 0;
    std::uint16_t receive_maximum = 65'535;
    std::uint32_t session_expiry_s = 0;
    std::int64_t disconnected_ms = 0;
    std::int64_t will_due_ms = 0;
    std::optional<FakePacket> will = {};
    FakeSlots slots = {};

    gn_client* raw() noexcept { return reinterpret_cast<gn_client*>(this); }
    static FakeClient& of(gn_client* client) noexcept {
        return *reinterpret_cast<FakeClient*>(client);
    }
    static const FakeClient& of(const gn_client* client) noexcept {
        return *reinterpret_cast<const FakeClient*>(client);
    }
    static gn_status view_of(const gn_client* client, gn_client_view* out) noexcept;
    // All but disconnect, which is the host's.
    static void add_to(gn_client_api& api) noexcept;

private:
    // For what may change only while the connection is being decided on.
    static gn_status may_rename(const gn_client* client) noexcept {
        if (const gn_status status = detail::usable(client); status != GN_OK) return status;
        const detail::Frame* const frame = detail::running;
        if (frame == nullptr) return GN_OK;
        const bool deciding = frame->event == detail::kOnConnect ||
                              frame->event == detail::kOnAuthenticate ||
                              frame->event == detail::kOnAuthPacket;
        return deciding && frame->client == &of(client) ? GN_OK : GN_E_STATE;
    }
};

inline gn_status FakeClient::view_of(const gn_client* client, gn_client_view* out) noexcept {
    if (const gn_status status = detail::usable(client); status != GN_OK) return status;
    const FakeClient& self = of(client);
    gn_client_view view{};
    view.keepalive_s = self.keepalive_s;
    view.protocol = self.protocol;
    view.flags = self.flags;
    view.key = self.key;
    view.id = str(self.id);
    view.username = detail::present(self.username);
    view.remote = str(self.remote);
    view.listener = detail::present(self.listener);
    view.tls_subject = detail::present(self.tls_subject);
    view.session_expiry_s = self.session_expiry_s;
    view.receive_maximum = self.receive_maximum;
    view.disconnected_ms = self.disconnected_ms;
    view.will_due_ms = self.will_due_ms;
    return detail::hand_out(view, out);
}

inline void FakeClient::add_to(gn_client_api& api) noexcept {
    api.view = &view_of;
    api.set_username = [](gn_client* client, gn_str name) -> gn_status {
        if (const gn_status status = may_rename(client); status != GN_OK) return status;
        if (!detail::is_string(name) || !is_mqtt_string(view(name))) return GN_E_INVALID;
        of(client).username = std::string(view(name));
        return GN_OK;
    };
    api.set_id = [](gn_client* client, gn_str name) -> gn_status {
        if (const gn_status status = may_rename(client); status != GN_OK) return status;
        if (!detail::is_string(name) || view(name).empty() || !is_mqtt_string(view(name)))
            return GN_E_INVALID;
        of(client).id = std::string(view(name));
        return GN_OK;
    };
    api.slot = [](const gn_host* host, const gn_client* client) -> void* {
        const bool usable = host != nullptr && detail::usable(client) == GN_OK;
        return usable ? of(client).slots.get(host) : nullptr;
    };
    api.set_slot = [](const gn_host* host, gn_client* client, void* value,
                      void (*drop)(void*)) -> gn_status {
        if (host == nullptr) return GN_E_INVALID;
        if (const gn_status status = detail::usable(client); status != GN_OK) return status;
        of(client).slots.set(host, value, drop);
        return GN_OK;
    };
    api.will = [](const gn_client* client) -> const gn_packet* {
        if (detail::usable(client) != GN_OK || !of(client).will) return nullptr;
        return of(client).will->raw();
    };
}

// The possible receivers in on_select_subscribers; `group` counts from 1, 0 is not shared.
struct FakeTargets {
    struct Target {
        std::string client_id;
        std::string filter;
        std::uint32_t group = 0;
        bool dropped = false;
        bool picked = false;
    };
    std::vector<Target> targets;

    gn_targets* raw() noexcept { return reinterpret_cast<gn_targets*>(this); }
    static FakeTargets& of(gn_targets* targets) noexcept {
        return *reinterpret_cast<FakeTargets*>(targets);
    }
    static const FakeTargets& of(const gn_targets* targets) noexcept {
        return *reinterpret_cast<const FakeTargets*>(targets);
    }
    static void add_to(gn_packet_api& api) noexcept;
};

inline void FakeTargets::add_to(gn_packet_api& api) noexcept {
    api.target = [](const gn_targets* raw, std::uint32_t index, gn_target* out) -> gn_status {
        if (const gn_status status = detail::usable(raw); status != GN_OK) return status;
        if (index >= of(raw).targets.size()) return GN_E_GONE;
        const Target& target = of(raw).targets[index];
        gn_target view{};
        view.group = target.group;
        view.client_id = str(target.client_id);
        view.filter = str(target.filter);
        return detail::hand_out(view, out);
    };
    api.drop_target = [](gn_targets* raw, std::uint32_t index) -> gn_status {
        if (const gn_status status = detail::usable(raw); status != GN_OK) return status;
        if (index >= of(raw).targets.size()) return GN_E_INVALID;
        of(raw).targets[index].dropped = true;
        of(raw).targets[index].picked = false;
        return GN_OK;
    };
    api.pick_target = [](gn_targets* raw, std::uint32_t index) -> gn_status {
        if (const gn_status status = detail::usable(raw); status != GN_OK) return status;
        std::vector<Target>& all = of(raw).targets;
        if (index >= all.size() || all[index].group == 0) return GN_E_INVALID;
        for (Target& other : all) {
            if (other.group == all[index].group) other.picked = false;
        }
        all[index].picked = true;
        all[index].dropped = false;
        return GN_OK;
    };
}

}  // namespace gn::testing

#endif
