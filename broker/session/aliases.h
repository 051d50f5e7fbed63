#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"

namespace grapnel {

// Topic aliases of one connection, both ways (MQTT 5.0, 3.3.2.3.4). Cleared with the connection;
// nothing that is stored or sent again ever refers to one.
class Aliases {
public:
    // `outbound_maximum`: the client's Topic Alias Maximum.
    Aliases(uint16_t inbound_maximum, uint16_t outbound_maximum)
        : inbound_maximum_(inbound_maximum), outbound_maximum_(outbound_maximum) {}

    // Client to server: a PUBLISH with topic and alias sets it. False: alias 0 or above the
    // announced maximum, or the topics of all would take more than kInboundMost_bytes.
    bool set(uint16_t alias, Bytes topic);
    // The topic of an alias; empty: unknown.
    Bytes topic_of(uint16_t alias) const;

    // Does the client take aliases?
    bool outbound() const { return outbound_maximum_ != 0; }

    // Server to client: the alias of a topic, given out to the first topics that are sent. 0: send
    // without. `fresh`: the client does not know it yet, topic and alias go together. Called only
    // for a packet that is certain to be sent.
    uint16_t use(Bytes topic, bool& fresh);

private:
    // What the broker remembers for a client at the most, of its topics and of its own.
    static constexpr size_t kInboundMost_bytes = size_t{1} << 20;
    static constexpr size_t kOutboundMost_bytes = size_t{64} << 10;

    std::vector<std::string> inbound_;
    size_t inbound_bytes_ = 0;
    size_t outbound_bytes_ = 0;
    std::unordered_map<std::string, uint16_t, BytesHash, std::equal_to<>> outbound_;
    const uint16_t inbound_maximum_;
    const uint16_t outbound_maximum_;
};

}  // namespace grapnel
