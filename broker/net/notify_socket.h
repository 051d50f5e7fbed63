#pragma once

#include <string>

#include "base/bytes.h"

namespace grapnel {

// Where the service manager listens for what a service has to say, as systemd does with
// Type=notify. Any thread.
class NotifySocket {
public:
    // `address` is that of NOTIFY_SOCKET: a path, or "@" and an abstract name. Empty or anything
    // else: nobody listens.
    explicit NotifySocket(std::string address);
    ~NotifySocket();
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    // Sends lines of NAME=VALUE. Nothing waits for it and nothing fails.
    void send(Bytes lines) const;

private:
    const std::string address_;
    int descriptor_ = -1;  // -1: nobody listens
};

}  // namespace grapnel
