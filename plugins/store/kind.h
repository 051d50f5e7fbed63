#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grapnel::store {

// What a store keeps: a column family each, or a hash. The values are written nowhere, the names
// are.
enum class Kind : std::uint8_t {
    client,        // key: client id
    subscription,  // key: owned_key(client id, filter)
    outbound,      // key: owned_key(client id, order): on its way to a client, queued or sent
    inbound,       // key: owned_key(client id, packet id): a QoS 2 id received and not released
    body,          // key: message key: a message that several outbound records share
    retained,      // key: topic
    sysinfo        // key: empty
};

inline constexpr std::size_t kKinds = 7;
inline constexpr std::array<std::string_view, kKinds> kKindNames{
    "client", "subscription", "outbound", "inbound", "body", "retained", "sysinfo"};

constexpr std::string_view name_of(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

// The kinds whose keys begin with the client id that they belong to.
constexpr bool is_owned(Kind kind) {
    return kind == Kind::subscription || kind == Kind::outbound || kind == Kind::inbound;
}

}  // namespace grapnel::store
