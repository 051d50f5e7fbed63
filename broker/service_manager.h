#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <string>

#include "net/notify_socket.h"

namespace grapnel {

// What systemd is told of this process when it started it: NOTIFY_SOCKET, WATCHDOG_USEC and
// WATCHDOG_PID of the environment. Says nothing when somebody else did. Main thread.
class ServiceManager {
public:
    // For how many milliseconds something has been stuck.
    using Silence = std::function<int64_t()>;

    ServiceManager();

    // Tells the watchdog twice in its interval that all is well, unless something has been stuck
    // for that long. Until close().
    void watch(uv_loop_t* loop, Silence silence);
    void close();

    void starting() const { socket_.send("STATUS=starting"); }
    void ready(const std::string& status) const;
    void reloading() const;
    void failed(const std::string& why);
    void stopping() const;

private:
    void tick();

    const NotifySocket socket_;
    uint64_t watchdog_ms_ = 0;  // 0: nobody watches
    uv_timer_t timer_;
    Silence silence_;
    bool failed_ = false;
    bool stuck_ = false;
};

}  // namespace grapnel
