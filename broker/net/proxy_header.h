#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/peer_address.h"

namespace grapnel {

// What a proxy says before the first byte of a client: the PROXY protocol, version 1 (a line of
// text) or 2 (binary). Takes it in pieces of any size; what follows it is not touched. Pure.
class ProxyHeader {
public:
    enum class State : uint8_t { more, complete, broken };

    // Can a header begin with this byte? No packet of MQTT and no record of TLS that a client
    // begins with does.
    static bool may_begin_with(char first) { return first == 'P' || first == '\r'; }

    // Takes what belongs to the header from the front of `bytes`; how many that were.
    size_t take(Bytes bytes);
    State state() const { return state_; }

    // Once it is complete: for whom the proxy speaks. Nothing: for itself, as when it looks whether
    // we are alive, or it does not know.
    const std::optional<PeerAddress>& client() const { return client_; }

    // The largest header of version 2 that is taken, with what proxies add to the addresses.
    static constexpr size_t kBytesMax = 4096;

private:
    static constexpr size_t kLineMax = 107;  // of version 1, with its end

    State push(char byte);
    State push_line(char byte);
    State push_binary(char byte);
    bool begin_binary();
    State finish_line();
    State finish_binary();

    std::array<char, kLineMax> kept_;
    size_t size_ = 0;  // of all that was taken
    size_t end_ = 0;   // version 2: of the whole header; 0: not known yet
    State state_ = State::more;
    std::optional<PeerAddress> client_;
};

}  // namespace grapnel
