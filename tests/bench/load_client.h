#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::load {

// Told what a client received. Called from within Client::receive().
class ClientEvents {
public:
    // Each packet that the client waits for: CONNACK, SUBACK.
    virtual void on_ready(size_t client) = 0;
    virtual void on_message(size_t client, std::string_view payload) = 0;
    // A message of this client reached its last acknowledgement.
    virtual void on_acknowledged(size_t client) = 0;

protected:
    ~ClientEvents() = default;
};

// One MQTT 5 connection that knows only what a load needs: it writes its own packets and reads a
// broker's, trusting it. Acknowledges what it receives. Ends the program with words when the
// connection fails: a measurement with a client missing is none.
class Client {
public:
    // Connects to a port of this machine and asks for a clean start.
    Client(size_t index, uint16_t port);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    int descriptor() const { return descriptor_; }

    void subscribe(std::string_view topic, uint8_t qos);
    void publish(std::string_view topic, std::string_view payload, uint8_t qos);

    // Reads what is there and tells it.
    void receive(ClientEvents& events);
    // Writes what waits; false if the socket took only a part.
    bool flush();
    bool waiting() const { return !output_.empty(); }

private:
    void take_packet(uint8_t first, std::string_view body, ClientEvents& events);
    void take_publish(uint8_t first, std::string_view body, ClientEvents& events);
    void answer(uint8_t first, std::string_view packet_id);

    const size_t index_;
    int descriptor_ = -1;
    uint16_t next_packet_id_ = 0;
    std::string input_;
    std::string output_;
    size_t written_ = 0;
};

// Ends the program with the words.
[[noreturn]] void fail(const std::string& words);

}  // namespace grapnel::load
