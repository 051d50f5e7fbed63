#pragma once

#include <csignal>

namespace grapnel::ctl {

// While it lives, SIGINT, SIGTERM and SIGHUP end no process but are remembered. One at a time.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    bool arrived() const;

private:
    struct sigaction before_[3];
};

}  // namespace grapnel::ctl
