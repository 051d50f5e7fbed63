#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

// A client with a socket, as far as the tests need one.
class RawClient {
public:
    explicit RawClient(uint16_t port) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ =
            connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { close(descriptor_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // Sends CONNECT (MQTT 3.1.1). The return code, or -1: the connection ended.
    int log_in() {
        send_all(std::string("\x10\x0d\0\4MQTT\4\2\0\x3c\0\1x", 15));
        unsigned char answer[4];
        if (!connected_ || recv(descriptor_, answer, sizeof answer, MSG_WAITALL) != 4) return -1;
        return answer[3];
    }
    // A PUBLISH of QoS 0.
    void publish(const std::string& topic, const std::string& payload) {
        std::string packet = "\x30";
        packet += static_cast<char>(2 + topic.size() + payload.size());
        packet += '\0';
        packet += static_cast<char>(topic.size());
        send_all(packet + topic + payload);
    }
    // Sends a request that ends the connection. All of the answer.
    std::string ask(const std::string& request) {
        send_all(request);
        std::string answer;
        char piece[4096];
        for (ssize_t count = 1; connected_ && count > 0;
             answer.append(piece, static_cast<size_t>(count)))
            if ((count = recv(descriptor_, piece, sizeof piece, 0)) < 0) return {};
        return answer;
    }

private:
    void send_all(const std::string& bytes) {
        connected_ = connected_ && send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                                       static_cast<ssize_t>(bytes.size());
    }

    const int descriptor_;
    bool connected_ = false;
};
