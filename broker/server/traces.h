#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "mqtt/types.h"

namespace grapnel {

// One packet of a traced client, in words.
struct TracedPacket {
    int64_t time_ms;
    bool received;  // from the client; else sent to it
    const char* type;
    size_t size_bytes;
    std::string_view text;
};

// Who is told of a client's packets. Loop thread of the client's home.
class TraceListener {
public:
    virtual ~TraceListener() = default;
    // False: it does not listen any more, and is let go.
    virtual bool packet(const TracedPacket& packet) = 0;
};

// What of one client's packets goes where.
struct Trace {
    bool logged = false;  // at info
    std::vector<std::shared_ptr<TraceListener>> listeners;

    bool over() const { return !logged && listeners.empty(); }
};

// The traced client ids that are at home on one worker. Its loop thread.
class Traces {
public:
    bool any() const { return !traces_.empty(); }
    bool has(Bytes client_id) const { return traces_.find(client_id) != traces_.end(); }
    // Instead of the trace that there was. One that is over is forgotten.
    void set(const std::string& client_id, Trace trace);
    // Tells all who want to know. False: nobody does any more.
    bool tell(Bytes client_id, const TracedPacket& packet);

private:
    std::map<std::string, Trace, std::less<>> traces_;
};

// The packet type as the standard writes it.
const char* packet_name(mqtt::PacketType type);

}  // namespace grapnel
