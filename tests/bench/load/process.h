#pragma once

#include <sys/types.h>

#include <ctime>

namespace grapnel::load {

// The broker as the kernel accounts for it, all its threads together. A process that is not there
// ends the run.
class Process {
public:
    explicit Process(pid_t id);

    // User and system time, by the process's CPU clock: nanoseconds where /proc counts ticks. What
    // a thread uses is added when it sleeps, and at ticks.
    double cpu_s() const;
    double resident_bytes() const;

private:
    pid_t id_;
    clockid_t clock_{};
};

}  // namespace grapnel::load
