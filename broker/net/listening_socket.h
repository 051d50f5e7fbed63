#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/socket_file.h"

namespace grapnel {

// A bound and listening socket, TCP or unix. Owns the descriptor. Any thread.
class ListeningSocket {
public:
    using Pointer = std::shared_ptr<ListeningSocket>;

    // `host` is a name or an address; port 0 takes a free one.
    static Result<Pointer> bind(const std::string& host, uint16_t port);
    // A unix socket. A file that an earlier life left behind is replaced; a socket that somebody
    // listens on, and a file that is no socket, are not.
    static Result<Pointer> bind(const SocketFile::Settings& settings);
    // Takes over a socket that somebody else bound and that listens. Its file is theirs.
    static Result<Pointer> adopt(int descriptor);
    ~ListeningSocket();
    ListeningSocket(const ListeningSocket&) = delete;
    ListeningSocket& operator=(const ListeningSocket&) = delete;

    int descriptor() const { return descriptor_; }
    // As bound: `1.2.3.4:1883`, `[::1]:1883` or `/run/grapnel/mqtt.sock`.
    const std::string& address() const { return address_; }
    bool is_unix() const { return is_unix_; }

    // Removes the file that bind() made, unless another one has taken its place. Also done at the
    // end. Main thread.
    void remove_file() { file_.reset(); }

    // An acceptor found the process out of descriptors. True if that is a new time of want, which
    // is over once nobody found it for a second. Any thread.
    bool out_of_descriptors(int64_t now_ms);
    // How many such times there were.
    uint64_t wants() const { return wants_.load(std::memory_order_relaxed); }
    // Is it such a time? Any thread.
    bool in_want(int64_t now_ms) const {
        return now_ms < want_until_ms_.load(std::memory_order_relaxed);
    }

    // Connections that are open now; counted by acceptors that have nobody else to count them.
    std::atomic<uint32_t> connections{0};

private:
    ListeningSocket(int descriptor, bool is_unix) : descriptor_(descriptor), is_unix_(is_unix) {}

    const int descriptor_;
    const bool is_unix_;
    std::string address_;
    std::unique_ptr<SocketFile> file_;  // null: there is none of ours
    std::atomic<int64_t> want_until_ms_{0};
    std::atomic<uint64_t> wants_{0};
};

}  // namespace grapnel
