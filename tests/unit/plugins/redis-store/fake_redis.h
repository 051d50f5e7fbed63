#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "settings.h"

namespace grapnel::redis {

// A server on a Unix socket for one connection, which it answers as it was told: each time bytes
// come it sends the next text; behind the last one it closes, or with `stays` says no more.
class FakeRedis {
public:
    explicit FakeRedis(std::vector<std::string> replies, bool stays = false)
        : replies_(std::move(replies)), stays_(stays) {
        std::string pattern = "/tmp/grapnel-fake-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
        folder_ = pattern;
        settings.address.path = folder_ + "/socket";
        settings.name = settings.address.path;
        settings.command_timeout_ms = 100;
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(settings.name.begin(), settings.name.end(), address.sun_path);
        const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
        if (::bind(listener_, raw, sizeof address) != 0 || ::listen(listener_, 1) != 0)
            throw std::runtime_error("no listener");
        thread_ = std::thread([this] { serve(); });
    }
    FakeRedis(const FakeRedis&) = delete;
    FakeRedis& operator=(const FakeRedis&) = delete;
    // After the client has closed.
    ~FakeRedis() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        ::unlink(settings.address.path.c_str());
        ::rmdir(folder_.c_str());
    }

    Settings settings;  // of clients of this server

private:
    void serve() {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0) return;
        char bytes[4096];
        for (const std::string& reply : replies_) {
            if (::read(peer, bytes, sizeof bytes) <= 0) break;
            if (::send(peer, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) break;
        }
        while (stays_ && ::read(peer, bytes, sizeof bytes) > 0) continue;
        ::close(peer);
    }

    std::vector<std::string> replies_;
    bool stays_;
    std::string folder_;
    int listener_ = -1;
    std::thread thread_;
};

}  // namespace grapnel::redis
