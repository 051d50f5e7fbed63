#include <algorithm>

#include "mqtt/decode.h"
#include "server/handle.h"
#include "server/worker.h"

namespace grapnel {

using mqtt::Reason;

void handle_disconnect(Connection& connection, const mqtt::Frame& frame) {
    Worker& worker = connection.worker();
    mqtt::Disconnect packet;
    const Reason reason = mqtt::decode_disconnect(frame, connection.version(), packet);
    if (reason != Reason::success) {
        worker.counters.protocol_errors.add();
        return connection.fail(reason);
    }
    PacketBox box(&packet, connection.version());
    if (!admit(connection, box)) return;
    ClientInfo& client = connection.session()->info;
    if (packet.properties.has(mqtt::PropertyId::session_expiry_interval)) {
        const uint32_t expiry_s = packet.properties.session_expiry_s;
        if (!connection.asked_to_last && expiry_s != 0) {
            worker.counters.protocol_errors.add();
            return connection.fail(Reason::protocol_error);  // 3.14.2.2.2
        }
        client.session_expiry_s =
            std::min(expiry_s, worker.limits.maximum_session_expiry_interval_s);
    }
    processed(connection, box, Reason::success);
    connection.finish(packet.reason);
}

}  // namespace grapnel
