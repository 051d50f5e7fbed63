#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "websocket.h"

namespace grapnel::load {

enum class Role : uint8_t { kPublisher, kSubscriber };

// One client's socket, what waits to be sent over it, and the beginning of a packet whose end did
// not come yet. A loop does the input and output.
class Connection {
public:
    // Begins to connect to this port of this machine. With TLS and WebSocket: has connected, and
    // trusts whoever is there.
    Connection(Role role, size_t number, uint16_t port, bool tls, bool websocket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Role role() const { return role_; }
    size_t number() const { return number_; }  // among those of its role
    int descriptor() const { return descriptor_; }
    // "publisher 3", for what is told to people.
    std::string name() const;

    // What is appended here is sent after the next Loop::will_send.
    std::string& output() { return output_; }
    size_t unsent() const { return output_.size() - sent_ + framed_.size() - framed_sent_; }

    // How many unacknowledged messages the broker's CONNACK allows.
    uint16_t receive_maximum() const { return receive_maximum_; }
    void set_receive_maximum(uint16_t messages) { receive_maximum_ = messages; }

private:
    friend class Loop;

    // Sends once; false if the socket took less than there is.
    bool send_once();
    // What came, as recv() answers; with TLS all that came.
    ssize_t receive(char* buffer, size_t size);
    ssize_t read_some(char* buffer, size_t size);
    ssize_t write_some(const char* data, size_t size);
    // The same as frames: all bytes are taken, or none.
    ssize_t write_frame(const char* data, size_t size);
    bool send_framed();
    void shake_hands();
    void upgrade();

    const Role role_;
    const size_t number_;
    int descriptor_ = -1;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
    std::unique_ptr<WebSocket> websocket_;  // null: the socket has MQTT itself
    std::string framed_;                    // of the output, as frames
    size_t framed_sent_ = 0;
    std::string output_;
    size_t sent_ = 0;  // of output_
    uint16_t receive_maximum_ = 65535;
    std::string incomplete_;
    bool will_send_ = false;  // the loop knows that there is output
    bool blocked_ = false;    // the loop waits for room
};

}  // namespace grapnel::load
