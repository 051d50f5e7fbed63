#pragma once

#include <cstdint>
#include <string>

#include "mqtt/packet.h"
#include "path_broker.h"

namespace grapnel::bench {

// One client of a PathBroker. Acknowledges what it receives; a refusal ends the program.
class PathClient {
public:
    // Asks for a clean start.
    PathClient(PathBroker& broker, const std::string& id, mqtt::Version version);
    PathClient(const PathClient&) = delete;
    PathClient& operator=(const PathClient&) = delete;

    void subscribe(const std::string& topic, uint8_t qos);
    void publish(const std::string& topic, const std::string& payload, uint8_t qos);

    // Is there something that the broker has not read?
    bool has_said() const { return pipe_.taken < pipe_.to_broker.size(); }
    // Lets the broker read it.
    void speak() { connection_.on_readable(); }
    // Reads and answers what the broker wrote.
    void listen();

    uint64_t received() const { return received_; }
    // Published messages with their last acknowledgement.
    uint64_t acknowledged() const { return acknowledged_; }

private:
    void send(const mqtt::Packet& packet);
    void acknowledge(mqtt::PacketType type, uint16_t packet_id);
    void take(const mqtt::Packet& packet);
    void take_ack(const mqtt::Ack& ack);

    const mqtt::Version version_;
    Pipe pipe_;
    Connection& connection_;
    uint16_t packet_id_ = 0;
    uint64_t received_ = 0;
    uint64_t acknowledged_ = 0;
};

}  // namespace grapnel::bench
