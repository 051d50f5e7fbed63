#ifndef GN_TESTING_FRAME_HPP
#define GN_TESTING_FRAME_HPP

// What each event allows, and which call runs. A part of testing.hpp.

#include <grapnel/testing_border.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gn::testing {

struct FakeClient;
struct FakePacket;
class FakeSink;

namespace detail {

constexpr std::uint32_t event_at(std::size_t offset) noexcept {
    return static_cast<std::uint32_t>((offset - offsetof(gn_hooks, on_started)) /
                                      sizeof(void (*)()));
}

// gn_call.event of a hook.
template <class F>
std::uint32_t event_of(F* gn_hooks::*entry) noexcept {
    static const gn_hooks table{};
    const auto* const at = reinterpret_cast<const char*>(&(table.*entry));
    return event_at(static_cast<std::size_t>(at - reinterpret_cast<const char*>(&table)));
}

#define GN_DETAIL_EVENT(name) event_at(offsetof(gn_hooks, name)), #name

constexpr std::uint32_t bit(gn_verdict verdict) noexcept { return 1u << verdict; }
constexpr std::uint32_t kGate = bit(GN_V_CONTINUE) | bit(GN_V_ALLOW) | bit(GN_V_DENY);
constexpr std::uint32_t kTransform = bit(GN_V_CONTINUE) | bit(GN_V_REJECT);
constexpr std::uint32_t kAnyStatus = 0;

// An event that asks something.
struct EventRule {
    std::uint32_t event;
    std::string_view name;
    std::uint32_t verdicts;  // bits of those it knows; kAnyStatus: it is answered with a gn_status
    bool defers;
    gn_verdict closed;  // the answer of a plugin that fails
};

constexpr EventRule kEventRules[] = {
    {GN_DETAIL_EVENT(on_connect), kGate, true, GN_V_DENY},
    {GN_DETAIL_EVENT(on_connect_authenticate), kGate | bit(GN_V_CHALLENGE), true, GN_V_DENY},
    {GN_DETAIL_EVENT(on_acl_check), kGate, true, GN_V_DENY},
    {GN_DETAIL_EVENT(on_auth_packet), kGate | bit(GN_V_CHALLENGE), true, GN_V_DENY},
    {GN_DETAIL_EVENT(on_packet_read), kTransform, false, GN_V_REJECT},
    {GN_DETAIL_EVENT(on_packet_encode), bit(GN_V_CONTINUE), false, GN_V_CONTINUE},
    {GN_DETAIL_EVENT(on_subscribe), kTransform, true, GN_V_REJECT},
    {GN_DETAIL_EVENT(on_unsubscribe), kTransform, true, GN_V_REJECT},
    {GN_DETAIL_EVENT(on_publish), kTransform | bit(GN_V_IGNORE), true, GN_V_REJECT},
    {GN_DETAIL_EVENT(on_will), kTransform, false, GN_V_CONTINUE},
    {GN_DETAIL_EVENT(stored_clients), kAnyStatus, true, GN_E_IO},
    {GN_DETAIL_EVENT(stored_subscriptions), kAnyStatus, true, GN_E_IO},
    {GN_DETAIL_EVENT(stored_inflight_messages), kAnyStatus, true, GN_E_IO},
    {GN_DETAIL_EVENT(stored_retained_messages), kAnyStatus, true, GN_E_IO},
    {GN_DETAIL_EVENT(stored_sys_info), kAnyStatus, true, GN_E_IO},
    {GN_DETAIL_EVENT(on_commit), kGate, true, GN_V_DENY},
};

#undef GN_DETAIL_EVENT

constexpr bool knows(const EventRule& rule, std::int32_t answer) noexcept {
    return rule.verdicts == kAnyStatus ||
           (answer >= 0 && answer < 32 && (rule.verdicts & bit(answer)) != 0);
}

inline std::string undefined(const EventRule& rule, std::int32_t answer) {
    return "undefined verdict event=" + std::string(rule.name) +
           " verdict=" + std::to_string(answer);
}

// NULL: the event only tells.
constexpr const EventRule* event_rule(std::uint32_t event) noexcept {
    for (const EventRule& rule : kEventRules) {
        if (rule.event == event) return &rule;
    }
    return nullptr;
}

constexpr std::uint32_t kOnConnect = event_at(offsetof(gn_hooks, on_connect));
constexpr std::uint32_t kOnAuthenticate = event_at(offsetof(gn_hooks, on_connect_authenticate));
constexpr std::uint32_t kOnAuthPacket = event_at(offsetof(gn_hooks, on_auth_packet));
constexpr std::uint32_t kOnAclCheck = event_at(offsetof(gn_hooks, on_acl_check));
constexpr std::uint32_t kOnPublished = event_at(offsetof(gn_hooks, on_published));
constexpr std::uint32_t kStoredClients = event_at(offsetof(gn_hooks, stored_clients));
constexpr std::uint32_t kStoredSysInfo = event_at(offsetof(gn_hooks, stored_sys_info));
constexpr std::uint32_t kOnRestored = event_at(offsetof(gn_hooks, on_restored));

constexpr bool is_main_event(std::uint32_t event) noexcept {
    return event <= event_at(offsetof(gn_hooks, on_sys_info_tick)) || event == kOnRestored ||
           (event >= kStoredClients && event <= kStoredSysInfo);
}

// A call that FakePlugin::run made. Without one, hooks called directly may do everything.
struct Frame {
    std::uint32_t event = 0;
    bool may_defer = false;
    const FakeClient* client = nullptr;
    FakePacket* packet = nullptr;
    FakeSink* sink = nullptr;
    gn_ticket ticket = 0;  // what defer gave
    bool failed = false;   // the plugin said so
};

inline thread_local Frame* running = nullptr;

}  // namespace detail

}  // namespace gn::testing

#endif
