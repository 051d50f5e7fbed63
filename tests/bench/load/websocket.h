#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel::load {

// The frames of RFC 6455 in both directions of one client, as far as MQTT needs them: binary ones,
// masked with zeros, which leave the bytes as they are.
class WebSocket {
public:
    // What the client says first, to the path /mqtt.
    static std::string_view request();

    // Appends the bytes as one frame to what is to be sent.
    void wrap(std::string_view bytes, std::string& out) const;
    // Takes the heads of frames out of received bytes, in place. Answers how many bytes are left;
    // heads and frames may end in what comes later. The server's farewell ends it: closed().
    size_t unwrap(char* bytes, size_t size);
    bool closed() const { return closed_; }

private:
    bool take_head(std::string_view& bytes);

    std::string head_;    // of which the end did not come yet
    uint64_t left_ = 0;   // bytes of the frame at hand
    bool skips_ = false;  // which is no binary one
    bool closed_ = false;
};

}  // namespace grapnel::load
