#pragma once

#include <grapnel/plugin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grapnel {

// What a plugin can be asked or told. The value is the place of the entry in gn_hooks.
enum class Event : uint8_t {
#define GN_EVENT(name, event_class, may_defer, closed) name,
#include "hooks/events.def"
#undef GN_EVENT
};

// How the answers of several plugins become one.
//   notify     all are told, nothing is asked
//   gate       the first ALLOW or DENY decides
//   transform  all in order, each sees the changes of those before; REJECT ends it
//   targets    a transform of the receivers, without a verdict
//   stored     the first that yields a record is the store
//   commit     all that were told something must succeed
enum class EventClass : uint8_t { notify, gate, transform, targets, stored, commit };

// What counts when a plugin throws, answers nonsense or lets its deadline pass.
enum class ClosedAnswer : uint8_t { none, deny, reject, unchanged, fail };

struct EventInfo {
    std::string_view name;
    EventClass event_class;
    bool may_defer;
    ClosedAnswer closed;
};

inline constexpr std::array kEvents{
#define GN_EVENT(name, event_class, may_defer, closed) \
    EventInfo{#name, EventClass::event_class, may_defer, ClosedAnswer::closed},
#include "hooks/events.def"
#undef GN_EVENT
};

inline constexpr size_t kEventCount = kEvents.size();

constexpr const EventInfo& event_info(Event event) { return kEvents[static_cast<size_t>(event)]; }
constexpr uint64_t event_bit(Event event) { return uint64_t{1} << static_cast<uint8_t>(event); }

#define GN_EVENT(name, event_class, may_defer, closed)                                         \
    static_assert(                                                                             \
        offsetof(gn_hooks, name) == offsetof(gn_hooks, on_started) +                           \
                                        static_cast<size_t>(Event::name) * sizeof(void (*)()), \
        "events.def and gn_hooks differ at " #name);
#include "hooks/events.def"
#undef GN_EVENT
static_assert(sizeof(gn_hooks) == offsetof(gn_hooks, on_started) + kEventCount * sizeof(void (*)()),
              "events.def lacks an entry of gn_hooks");
static_assert(kEventCount <= 64, "the present mask has 64 bits");

// Events that a store writes down: after one of them it is asked to commit.
inline constexpr uint64_t kStorageEvents =
    event_bit(Event::on_session_establish) | event_bit(Event::on_session_established) |
    event_bit(Event::on_disconnect) | event_bit(Event::on_subscribed) |
    event_bit(Event::on_unsubscribed) | event_bit(Event::on_retain_message) |
    event_bit(Event::on_retained_expired) | event_bit(Event::on_qos_publish) |
    event_bit(Event::on_qos_complete) | event_bit(Event::on_qos_dropped) |
    event_bit(Event::on_will_sent) | event_bit(Event::on_will_dropped) |
    event_bit(Event::on_client_expired);

// Events that a plugin may limit to topics: gn_interest.
inline constexpr uint64_t kTopicEvents =
    event_bit(Event::on_publish) | event_bit(Event::on_published) |
    event_bit(Event::on_publish_dropped) | event_bit(Event::on_retain_message) |
    event_bit(Event::on_retain_published) | event_bit(Event::on_retained_expired);

// Of the storage events those that say what a session holds.
inline constexpr uint64_t kSessionStateEvents =
    event_bit(Event::on_session_establish) | event_bit(Event::on_subscribed) |
    event_bit(Event::on_unsubscribed) | event_bit(Event::on_qos_publish) |
    event_bit(Event::on_qos_complete) | event_bit(Event::on_qos_dropped);

}  // namespace grapnel
